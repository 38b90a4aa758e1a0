//! Words, numbers, addresses and object names: which of them starts at a
//! place, and how far it goes.

/// What a token is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::docsis) enum Tag {
    /// Letter, then letters and digits: a keyword or a setting.
    Word,
    /// Decimal number.
    Integer,
    /// `0x` and hexadecimal digits.
    Hex,
    /// Quoted text.
    Text,
    /// Four decimal numbers with dots.
    Ip,
    /// 2 to 16 of those, with commas.
    IpList,
    /// IPv6 address.
    Ip6,
    /// 2 to 16 of those, with commas.
    Ip6List,
    /// 2 to 15 IPv6 addresses with `/number` each, with commas.
    Ip6Prefixes,
    /// IPv4 or IPv6 address with `/number`.
    Port,
    /// MAC address.
    Mac,
    /// Two MAC addresses with a slash.
    MacMask,
    /// 2 to 128 numbers with commas.
    Numbers,
    /// Labels and numbers with dots.
    Oid,
    /// `{`.
    Open,
    /// `}`.
    Close,
    /// `;`.
    Semicolon,
    /// End of the text.
    End,
}

impl Tag {
    /// What it is, for messages.
    pub fn described(self) -> &'static str {
        match self {
            Self::Word => "a word",
            Self::Integer => "a number",
            Self::Hex => "a hexadecimal value",
            Self::Text => "a quoted text",
            Self::Ip => "an IPv4 address",
            Self::IpList => "a list of IPv4 addresses",
            Self::Ip6 => "an IPv6 address",
            Self::Ip6List => "a list of IPv6 addresses",
            Self::Ip6Prefixes => "a list of IPv6 prefixes",
            Self::Port => "an address with `/number`",
            Self::Mac => "a MAC address",
            Self::MacMask => "a MAC address with mask",
            Self::Numbers => "a list of numbers",
            Self::Oid => "an object name",
            Self::Open => "`{`",
            Self::Close => "`}`",
            Self::Semicolon => "`;`",
            Self::End => "the end of the text",
        }
    }
}

/// The longest of them that the text starts with; of two of the same length
/// an address wins over an object name.
#[inline]
pub(in crate::docsis) fn match_value(text: &[u8]) -> Option<(Tag, usize)> {
    let plain = run(text, |c| c.is_ascii_alphanumeric());
    let next = text.get(plain).copied().unwrap_or(b' ');
    let first = text.first()?;
    if first.is_ascii_alphabetic() {
        match next {
            b'.' | b'-' | b'_' => {
                let oid = match_oid(text).map(|len| (Tag::Oid, len));
                return Some(oid.unwrap_or((Tag::Word, plain)));
            }
            b':' => {}
            _ => return Some((Tag::Word, plain)),
        }
    } else if first.is_ascii_digit() && !matches!(next, b'.' | b':' | b',') {
        let digits = run(text, |c| c.is_ascii_digit());
        if digits == plain && !matches!(next, b'-' | b'_') {
            return Some((Tag::Integer, plain));
        }
    }
    longest(text, plain)
}

/// The longest of all forms.
fn longest(text: &[u8], plain: usize) -> Option<(Tag, usize)> {
    let mut best = None;
    let mut offer = |tag, len: Option<usize>| {
        let longer = |(_, l): (Tag, usize)| len.is_some_and(|len| len > l);
        if let Some(len) = len
            && best.is_none_or(longer)
        {
            best = Some((tag, len));
        }
    };
    if text[0].is_ascii_alphabetic() {
        offer(Tag::Word, Some(plain));
    }
    offer(Tag::Integer, match_integer(text));
    offer(Tag::Hex, match_hex(text));
    if let Some((tag, len)) = match_ip(text) {
        offer(tag, Some(len));
    }
    if let Some((tag, len)) = match_ip6(text) {
        offer(tag, Some(len));
    }
    if let Some((tag, len)) = match_mac(text) {
        offer(tag, Some(len));
    }
    offer(Tag::Numbers, match_list(text, 2..=128, match_digits));
    offer(Tag::Oid, match_oid(text));
    best
}

/// How many octets at the start fulfil the condition.
#[inline]
fn run(text: &[u8], condition: impl Fn(u8) -> bool) -> usize {
    text.iter().take_while(|c| condition(**c)).count()
}

/// Decimal digits.
fn match_digits(text: &[u8]) -> Option<usize> {
    let len = run(text, |c| c.is_ascii_digit());
    (len > 0).then_some(len)
}

/// Decimal digits with or without a minus.
fn match_integer(text: &[u8]) -> Option<usize> {
    let sign = usize::from(text.first() == Some(&b'-'));
    Some(sign + match_digits(&text[sign..])?)
}

/// `0x` and hexadecimal digits.
fn match_hex(text: &[u8]) -> Option<usize> {
    let [b'0', b'x' | b'X', rest @ ..] = text else { return None };
    let len = run(rest, |c| c.is_ascii_hexdigit());
    (len > 0).then_some(len + 2)
}

/// Several of a form with commas between, as many as the text has or fit.
fn match_list(
    text: &[u8],
    count: std::ops::RangeInclusive<usize>,
    item: impl Fn(&[u8]) -> Option<usize>,
) -> Option<usize> {
    let mut len = item(text)?;
    let mut items = 1;
    while items < *count.end() && text.get(len) == Some(&b',') {
        let Some(more) = item(&text[len + 1..]) else { break };
        len += more + 1;
        items += 1;
    }
    count.contains(&items).then_some(len)
}

/// An IPv4 address, a list of them, or one with a port.
fn match_ip(text: &[u8]) -> Option<(Tag, usize)> {
    let one = match_quad(text)?;
    if let Some(len) = match_list(text, 2..=16, match_quad) {
        return Some((Tag::IpList, len));
    }
    Some(match match_suffix(text, one, match_digits) {
        Some(len) => (Tag::Port, len),
        None => (Tag::Ip, one),
    })
}

/// Four decimal numbers with dots.
fn match_quad(text: &[u8]) -> Option<usize> {
    let mut len = match_digits(text)?;
    for _ in 0..3 {
        let rest = text.get(len..)?.strip_prefix(b".")?;
        len += 1 + match_digits(rest)?;
    }
    Some(len)
}

/// What follows a slash at `len`, and all before it.
fn match_suffix(
    text: &[u8],
    len: usize,
    form: impl Fn(&[u8]) -> Option<usize>,
) -> Option<usize> {
    let rest = text.get(len..)?.strip_prefix(b"/")?;
    Some(len + 1 + form(rest)?)
}

/// An IPv6 address, a list of them, or one or several with `/number`.
fn match_ip6(text: &[u8]) -> Option<(Tag, usize)> {
    let one = match_groups(text)?;
    let prefix =
        |text: &[u8]| match_suffix(text, match_groups(text)?, match_digits);
    if let Some(len) = match_list(text, 2..=15, prefix) {
        return Some((Tag::Ip6Prefixes, len));
    }
    if let Some(len) = match_list(text, 2..=16, match_groups) {
        return Some((Tag::Ip6List, len));
    }
    Some(match prefix(text) {
        Some(len) => (Tag::Port, len),
        None => (Tag::Ip6, one),
    })
}

/// An IPv6 address: eight groups, or up to six, `::`, and groups so that no
/// more than seven are written.
fn match_groups(text: &[u8]) -> Option<usize> {
    let group = |text: &[u8]| run(text, |c| c.is_ascii_hexdigit()).min(4);
    let (mut len, mut left) = (0, 0);
    loop {
        let digits = group(&text[len..]);
        if digits > 0 {
            len += digits;
            left += 1;
        }
        let rest = &text[len..];
        if left == 8 {
            return Some(len);
        }
        if rest.starts_with(b"::") && left <= 6 {
            return Some(len + 2 + match_tail(&rest[2..], 7 - left));
        }
        if digits == 0 || rest.first() != Some(&b':') {
            return None;
        }
        len += 1;
    }
}

/// Groups after `::`, no more than `most`; may be empty.
fn match_tail(text: &[u8], most: usize) -> usize {
    let mut len = 0;
    for groups in 0..most {
        let colon = usize::from(groups > 0);
        if groups > 0 && text.get(len) != Some(&b':') {
            break;
        }
        let rest = text.get(len + colon..).unwrap_or(&[]);
        let digits = run(rest, |c| c.is_ascii_hexdigit()).min(4);
        if digits == 0 {
            break;
        }
        len += colon + digits;
    }
    len
}

/// A MAC address, or one with mask.
fn match_mac(text: &[u8]) -> Option<(Tag, usize)> {
    let is_mac = |text: &[u8]| {
        let octets = text.get(..17)?;
        let good = octets.iter().enumerate().all(|(at, c)| match at % 3 {
            2 => *c == b':',
            _ => c.is_ascii_hexdigit(),
        });
        good.then_some(17)
    };
    let one = is_mac(text)?;
    Some(match match_suffix(text, one, is_mac) {
        Some(len) => (Tag::MacMask, len),
        None => (Tag::Mac, one),
    })
}

/// An object name: dots, components that each end in a dot, and a last part.
fn match_oid(text: &[u8]) -> Option<usize> {
    let dots = run(text, |c| c == b'.');
    let mut len = dots;
    // The place of each dot that may be the last, deepest at the end.
    let mut ends = [0usize; 2];
    loop {
        let part = run(&text[len..], is_label);
        if part == 0 || text.get(len + part) != Some(&b'.') {
            break;
        }
        len += part + 1;
        ends = [len, ends[0]];
    }
    let first = dots + run(&text[dots..], is_label) + 1;
    if ends[0] == 0 {
        return None;
    }
    let quoted = match_quoted_index(text, first);
    let simple = ends.into_iter().filter(|end| *end > 0).find_map(|end| {
        let rest = &text[end..];
        let word = run(rest, |c| c.is_ascii_alphanumeric());
        let last = match_single_quoted(rest).unwrap_or(word).max(word);
        (last > 0).then_some(end + last)
    });
    quoted.max(simple)
}

/// Letters, digits, `_` and `-`.
#[inline]
fn is_label(c: u8) -> bool {
    c.is_ascii_alphanumeric() || c == b'_' || c == b'-'
}

/// A last part of letters, digits, `,:_-.` and double quotes.
fn match_quoted_index(text: &[u8], first: usize) -> Option<usize> {
    let rest = &text[first..];
    let len =
        run(rest, |c| is_label(c) || matches!(c, b',' | b':' | b'.' | b'"'));
    rest[..len].contains(&b'"').then_some(first + len)
}

/// A last part in single quotes.
fn match_single_quoted(text: &[u8]) -> Option<usize> {
    let rest = text.strip_prefix(b"'")?;
    let len = run(rest, |c| {
        is_label(c) || matches!(c, b'@' | b',' | b':' | b'.' | b'[' | b']')
    });
    (len > 0 && rest.get(len) == Some(&b'\'')).then_some(len + 2)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Checks what a text starts with; `|` marks where it ends.
    fn check(tag: Tag, text: &str) {
        let len = text.find('|').unwrap_or(text.len());
        let text = text.replacen('|', "", 1);
        assert_eq!(match_value(text.as_bytes()), Some((tag, len)), "{text}");
    }

    #[test]
    fn words_and_numbers() {
        check(Tag::Word, "NetworkAccess1|;");
        check(Tag::Word, "Main|{");
        check(Tag::Word, "a|-");
        check(Tag::Integer, "0123|;");
        check(Tag::Integer, "-1|");
        check(Tag::Integer, "1|-2");
        check(Tag::Integer, "0|x");
        check(Tag::Hex, "0x00ff|zz");
        check(Tag::Hex, "0X1|");
        check(Tag::Numbers, "1,2,3|,");
        assert_eq!(match_value(b"-"), None);
        assert_eq!(match_value(b","), None);
    }

    #[test]
    fn lists_have_a_greatest_length() {
        let numbers = vec!["7"; 130].join(",");
        assert_eq!(match_value(numbers.as_bytes()), Some((Tag::Numbers, 255)));
        let addresses = vec!["1.2.3.4"; 17].join(",");
        let found = match_value(addresses.as_bytes());
        assert_eq!(found, Some((Tag::IpList, 16 * 8 - 1)));
    }

    #[test]
    fn addresses() {
        check(Tag::Ip, "10.0.0.1|;");
        check(Tag::Oid, "10.0.0.0.1|");
        check(Tag::Oid, "10.0.1|;");
        check(Tag::IpList, "1.2.3.4,5.6.7.8|;");
        check(Tag::Port, "1.2.3.4/161|");
        check(Tag::Ip6, "::|;");
        check(Tag::Ip6, "::1|");
        check(Tag::Ip6, "fe80::|");
        check(Tag::Ip6, "1:2:3:4:5:6:7:8|");
        check(Tag::Ip6, "1:2::5:6:7:8|");
        check(Tag::Ip6, "1:2:3:4:5:6::8|");
        check(Tag::Ip6, "2001:DB8:0:0:1::1|");
        check(Tag::Port, "2001::1/64|");
        check(Tag::Ip6Prefixes, "2001::/32,2002::/16|;");
        check(Tag::Ip6List, "::1,::2|;");
        check(Tag::Integer, "1|:2:3:4:5:6:7::");
        check(Tag::Mac, "00:11:22:aa:BB:cc|;");
        check(Tag::Mac, "aa:11:22:aa:BB:cc|:66");
        check(Tag::MacMask, "00:11:22:aa:BB:cc/ff:ff:ff:ff:ff:ff|;");
        check(Tag::Integer, "00|:11:22:33:44;");
    }

    #[test]
    fn object_names() {
        check(Tag::Oid, "sysContact.0|;");
        check(Tag::Oid, ".1.3.6.1|;");
        check(Tag::Oid, "mib-2.1.4.0| ");
        check(Tag::Oid, "x.'[192.168.28.40]'| ");
        check(Tag::Oid, "usmUserStatus.'eng'|.'usr'");
        check(Tag::Oid, r#"vacm."grp"."".3.authPriv| "#);
        check(Tag::Oid, "a.b.c|.;");
        check(Tag::Oid, "a.b|-c;");
        check(Tag::Oid, "..1.3|;");
        check(Tag::Oid, "-5.3|;");
        check(Tag::Word, "MODULE|::name.0");
        assert_eq!(match_value(b".1 "), None);
    }
}
