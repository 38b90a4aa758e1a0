//! Words, numbers and MAC addresses in free texts.

/// Words that tell nobody's name: they stay, for they mean something.
const COMMON: &[&str] = &[
    "arpa",
    "cable",
    "chrony",
    "cmts",
    "com",
    "conf",
    "configfile",
    "contract",
    "database",
    "dhcp",
    "dhcpd",
    "endpoint",
    "etc",
    "example",
    "file",
    "files",
    "invalid",
    "lan",
    "lib",
    "local",
    "localhost",
    "master",
    "modem",
    "modems",
    "mta",
    "named",
    "net",
    "netgw",
    "nmsprime",
    "org",
    "phonenumber",
    "provha",
    "qos",
    "root",
    "run",
    "slave",
    "socket",
    "test",
    "tftpboot",
    "the",
    "var",
    "www",
];
/// Words of names that are shorter stay: they are abbreviations and endings.
pub const SHORTEST: usize = 3;
/// Digits that a telephone number has at least; ids of rows have six.
pub const NUMBER: usize = 7;
/// Digits of a number that was met, where no ids of rows stand.
pub const MET: usize = 5;

/// A word of a text.
pub struct Word<'a> {
    /// Letters and digits.
    pub text: &'a str,
}

impl Word<'_> {
    /// Whether it can be somebody's name.
    pub fn is_known_shape(&self) -> bool {
        let lower = self.text.to_ascii_lowercase();
        let number = lower.bytes().all(|b| b.is_ascii_digit());
        let least = if number { MET } else { SHORTEST };
        lower.len() >= least && !COMMON.contains(&&*lower)
    }
}

/// The text with its words given to `alias`.
pub fn words(text: &str, mut alias: impl FnMut(Word<'_>) -> String) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(first) = rest.chars().next() {
        let end = rest
            .find(|c: char| c.is_alphanumeric() != first.is_alphanumeric())
            .unwrap_or(rest.len());
        let (part, after) = rest.split_at(end);
        match first.is_alphanumeric() {
            true => out += &alias(Word { text: part }),
            false => out += part,
        }
        rest = after;
    }
    out
}

/// The text with its MAC addresses given to one function, and its words to the
/// other.
pub fn scan(
    text: &str,
    alias: &dyn Fn(&str) -> String,
    word: &dyn Fn(&str) -> String,
) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while !rest.is_empty() {
        if let Some((hex, length)) = mac(rest) {
            out += &rest[..hex];
            out += &alias(&rest[hex..hex + length]);
            rest = &rest[hex + length..];
            continue;
        }
        let part = part(rest);
        let (part, after) = rest.split_at(part);
        out += &word(part);
        rest = after;
    }
    out
}

/// The length of a word, of the name of a row, or of what stands between.
fn part(text: &str) -> usize {
    let is_word = |c: char| c.is_alphanumeric();
    let first = text.chars().next().is_some_and(is_word);
    let end = |text: &str, inside: bool| {
        text.find(|c: char| is_word(c) != inside).unwrap_or(text.len())
    };
    let length = end(text, first);
    let more = text[length..].strip_prefix('-');
    let whole = more.map(|more| length + 1 + end(more, true));
    match whole {
        Some(whole) if first && is_row_name(&text[..whole]) => whole,
        _ => length,
    }
}

/// The MAC address that a text begins with: how long `0x` before it is, and
/// how long it is itself.
fn mac(text: &str) -> Option<(usize, usize)> {
    let hex = text.strip_prefix("0x").map_or(0, |_| 2);
    for (groups, digits, sign) in
        [(6, 2, ":"), (6, 2, "-"), (3, 4, "."), (1, 12, "")]
    {
        let length = groups * digits + (groups - 1) * sign.len();
        let Some(part) = text.get(hex..hex + length) else { continue };
        let after = text[hex + length..].chars().next();
        let ends = after.is_none_or(|c| !c.is_alphanumeric());
        let is_group = |group: &str| {
            group.len() == digits
                && group.bytes().all(|b| b.is_ascii_hexdigit())
        };
        let fits = match sign {
            "" => is_group(part),
            sign => part.split(sign).all(is_group),
        };
        if fits && ends {
            return Some((hex, length));
        }
    }
    None
}

/// Whether a name is made of a row's id, which is no secret.
pub fn is_row_name(text: &str) -> bool {
    let lower = text.trim().to_ascii_lowercase();
    ["cm-", "mta-"].iter().any(|kind| {
        lower.strip_prefix(kind).is_some_and(|id| {
            !id.is_empty() && id.bytes().all(|b| b.is_ascii_digit())
        })
    })
}
