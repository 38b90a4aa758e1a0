//! A reader of every output that shares nothing with the program: it knows
//! strings, comments, brackets and ends of statements, and counts statements.

use std::collections::BTreeMap;

/// How often each kind of statement stands in an output.
pub type Counts = BTreeMap<String, usize>;

/// What a language takes for a comment, and where its statements end.
#[derive(Clone, Copy)]
struct Language {
    /// Whether `#` begins a comment up to the end of the line.
    hash: bool,
    /// Whether `//` does.
    slashes: bool,
    /// Whether `/* */` is one.
    stars: bool,
    /// Whether a string may hold line feeds.
    long_strings: bool,
    /// Whether a backslash says something before a quote alone.
    plain_backslash: bool,
}

const DHCPD: Language = Language {
    hash: true,
    slashes: false,
    stars: false,
    long_strings: true,
    plain_backslash: false,
};
const NAMED: Language = Language {
    hash: true,
    slashes: true,
    stars: true,
    long_strings: false,
    plain_backslash: false,
};
const DOCSIS: Language = Language {
    hash: false,
    slashes: false,
    stars: true,
    long_strings: false,
    plain_backslash: true,
};
const KEA: Language = Language {
    hash: true,
    slashes: true,
    stars: true,
    long_strings: false,
    plain_backslash: false,
};

/// A word, a string, or a mark.
#[derive(Debug, PartialEq)]
enum Token {
    Word(String),
    Text,
    Mark(char),
}

/// Counts the statements of the file with this name; where it is not whole,
/// what is wrong.
pub fn count(name: &str, bytes: &[u8]) -> Result<Counts, String> {
    if name.ends_with(".cfg") {
        return binary(bytes);
    }
    let text = String::from_utf8_lossy(bytes);
    // A device's text may say what the operator's says, but for these two.
    let device = name.starts_with("tftpboot/");
    let bad = |c: char| match device {
        true => matches!(c, '\0' | '\r'),
        false => c.is_control() && !matches!(c, '\n' | '\t'),
    };
    if let Some(at) = text.find(bad) {
        return Err(format!("a control character at {at}"));
    }
    let text = &*text;
    match name {
        _ if name.starts_with("tftpboot/") => statements(text, DOCSIS),
        _ if name.starts_with("etc/dhcp-nmsprime/") => statements(text, DHCPD),
        _ if name.starts_with("etc/kea/") => members(text),
        _ if name.ends_with(".zone") => zone(text),
        "etc/named-ddns.sh" => Ok(shell(text)),
        "etc/named-ddns-cpe.key" => Ok(lines(text)),
        _ if name.starts_with("etc/named") => statements(text, NAMED),
        _ => Ok(lines(text)),
    }
}

/// The words, strings and marks of a text.
fn tokens(text: &str, language: Language) -> Result<Vec<Token>, String> {
    let mut out = Vec::new();
    let mut rest = text;
    while let Some(first) = rest.chars().next() {
        let line = |rest: &str| rest.find('\n').unwrap_or(rest.len());
        let taken = match first {
            _ if first.is_ascii_whitespace() => 1,
            '#' if language.hash => line(rest),
            '/' if language.slashes && rest.starts_with("//") => line(rest),
            '/' if language.stars && rest.starts_with("/*") => comment(rest)?,
            '"' => {
                out.push(Token::Text);
                string(rest, language)?
            }
            '{' | '}' | ';' | ',' | ':' | '[' | ']' => {
                // dhcpd's and docsis' words may hold colons.
                out.push(Token::Mark(first));
                1
            }
            _ => {
                let ends = |c: char| {
                    c.is_ascii_whitespace() || "\"{};,:[]".contains(c)
                };
                let end = rest.find(ends).unwrap_or(rest.len());
                out.push(Token::Word(rest[..end].to_string()));
                end
            }
        };
        rest = &rest[taken..];
    }
    Ok(out)
}

/// How long the comment is that the text begins with. A slash takes the stars
/// behind it along, as the encoder of device files reads it; for the others
/// it is the same where no comment holds a slash before a star.
fn comment(text: &str) -> Result<usize, String> {
    let (mut after_slash, mut star) = (true, false);
    for (at, c) in text.char_indices().skip(1) {
        match c {
            '*' if after_slash => {}
            '*' => star = true,
            '/' if star => return Ok(at + 1),
            _ => (after_slash, star) = (c == '/', false),
        }
    }
    Err("an open comment".into())
}

/// How long the string is that the text begins with.
fn string(text: &str, language: Language) -> Result<usize, String> {
    let mut escaped = false;
    for (at, c) in text.char_indices().skip(1) {
        match c {
            '"' if !escaped => return Ok(at + 1),
            '\n' if !language.long_strings => {
                return Err("a line feed in a string".into());
            }
            // In device texts a backslash before a backslash is one more.
            '\\' => escaped = !escaped || language.plain_backslash,
            _ => escaped = false,
        }
    }
    Err("an open string".into())
}

/// Statements that end with `;` or have a block, by the words they stand
/// below and begin with.
fn statements(text: &str, language: Language) -> Result<Counts, String> {
    let (mut counts, mut above) = (Counts::new(), Vec::<String>::new());
    let mut head: Vec<String> = Vec::new();
    for token in tokens(text, language)? {
        match token {
            Token::Mark('}') => {
                // A list of types, as `option … code … = { … };` has it.
                if !head.is_empty() {
                    let key = format!("{}{head:?}", above.concat());
                    *counts.entry(key).or_default() += 1;
                    head.clear();
                }
                above.pop().ok_or("a '}' too much")?;
            }
            Token::Mark(mark @ (';' | '{')) => {
                let name = kind(&head);
                let key = format!("{}{name}{mark}", above.concat());
                *counts.entry(key).or_default() += 1;
                head.clear();
                if mark == '{' {
                    above.push(format!("{name}>"));
                }
            }
            Token::Mark(mark) => head.push(mark.to_string()),
            Token::Text => head.push("\"".into()),
            Token::Word(word) => head.push(word),
        }
    }
    match (above.is_empty(), head.is_empty()) {
        (true, true) => Ok(counts),
        _ => Err(format!("the end is missing: {above:?} {head:?}")),
    }
}

/// What kind of statement has these words: the first, and the second where
/// the first alone says nothing.
fn kind(head: &[String]) -> String {
    let plain = |word: &String| {
        let value = |c: char| c.is_ascii_digit() || c == '.' || c == '"';
        if word.contains(value) { "V".to_string() } else { word.clone() }
    };
    let first = head.first().map(plain).unwrap_or_default();
    let twofold =
        ["option", "set", "allow", "deny", "ignore", "on", "SnmpMibObject"];
    match head.get(1) {
        Some(second) if twofold.contains(&&*first) => {
            format!("{first} {}", plain(second))
        }
        _ => first,
    }
}

/// The names of members of JSON, as Kea reads it: its files hold parts.
fn members(text: &str) -> Result<Counts, String> {
    let (mut counts, mut open) = (Counts::new(), Vec::new());
    let mut before = Token::Mark(' ');
    let tokens = tokens(text, KEA)?;
    let mut names = named(text)?.into_iter();
    for token in tokens {
        match &token {
            Token::Mark(mark @ ('{' | '[')) => {
                open.push(*mark);
                *counts.entry(mark.to_string()).or_default() += 1;
            }
            Token::Mark(mark @ ('}' | ']')) => {
                let wanted = if *mark == '}' { '{' } else { '[' };
                if open.pop() != Some(wanted) {
                    return Err(format!("a '{mark}' too much"));
                }
            }
            Token::Text => {
                let _ = names.next();
            }
            Token::Mark(':') if before == Token::Text => {
                *counts.entry("a member".into()).or_default() += 1;
            }
            Token::Word(word) => {
                let key = kind(std::slice::from_ref(word));
                *counts.entry(format!("word {key}")).or_default() += 1;
            }
            Token::Mark(_) => {}
        }
        before = token;
    }
    if open.is_empty() { Ok(counts) } else { Err("a bracket is open".into()) }
}

/// The strings of a JSON text, which must not hold a raw control character.
fn named(text: &str) -> Result<Vec<String>, String> {
    let mut out = Vec::new();
    let mut rest = text;
    while let Some(at) = rest.find('"') {
        let length = string(&rest[at..], KEA)?;
        let one = &rest[at..at + length];
        let read: Result<String, _> = serde_json::from_str(one);
        out.push(read.map_err(|error| format!("{one}: {error}"))?);
        rest = &rest[at + length..];
    }
    Ok(out)
}

/// The records of a zone file by their type, and its directives.
fn zone(text: &str) -> Result<Counts, String> {
    let mut counts = Counts::new();
    let mut depth = 0_usize;
    for line in text.lines() {
        let (mut words, mut inside) = (vec![String::new()], false);
        let mut escaped = false;
        for c in line.chars() {
            match c {
                _ if escaped => escaped = false,
                '\\' => escaped = true,
                '"' => inside = !inside,
                _ if inside => {}
                ';' => break,
                '(' => depth += 1,
                ')' => depth = depth.checked_sub(1).ok_or("a ')' too much")?,
                ' ' | '\t' => words.push(String::new()),
                _ => words.last_mut().unwrap().push(c),
            }
        }
        if inside {
            return Err(format!("an open string: {line}"));
        }
        let types = ["SOA", "NS", "A", "AAAA", "PTR", "TXT", "CNAME", "MX"];
        let record = words.iter().find(|word| types.contains(&&***word));
        let directive = words[0].starts_with('$').then(|| &words[0]);
        let blank = words.iter().all(String::is_empty);
        let key = match (record, directive) {
            (_, Some(name)) | (Some(name), _) => name.clone(),
            _ if blank => continue,
            _ => format!("other {}", kind(&words[..1])),
        };
        *counts.entry(key).or_default() += 1;
    }
    if depth == 0 { Ok(counts) } else { Err("a bracket is open".into()) }
}

/// Lines by their first word.
fn lines(text: &str) -> Counts {
    let mut counts = Counts::new();
    for line in text.split('\n').map(str::trim_start) {
        let comment = line.starts_with(['#', '!', ';', '%']);
        if let Some(word) = line.split_ascii_whitespace().next()
            && !comment
        {
            *counts.entry(kind(&[word.to_string()])).or_default() += 1;
        }
    }
    counts
}

/// Lines of a shell script by the marks that the shell acts on.
fn shell(text: &str) -> Counts {
    let mut counts = Counts::new();
    for line in text.split('\n') {
        let acts = |c: &char| "'\"`$|&;<>(){}!*?[]#~\\".contains(*c);
        let key: String = line.chars().filter(acts).collect();
        *counts.entry(format!("line {key}")).or_default() += 1;
    }
    counts
}

/// The settings of a boot file by their codes.
fn binary(bytes: &[u8]) -> Result<Counts, String> {
    let (mut counts, mut rest) = (Counts::new(), bytes);
    // Adapters' files begin with a delimiter, and their code 64 has a length
    // of two octets.
    let adapter = bytes.starts_with(&[254, 1, 1]);
    while let Some((&code, after)) = rest.split_first() {
        if !adapter && matches!(code, 0 | 255) {
            rest = after;
            continue;
        }
        let (length, after) = match after {
            [a, b, after @ ..] if adapter && code == 64 => {
                (usize::from(*a) << 8 | usize::from(*b), after)
            }
            [a, after @ ..] => (usize::from(*a), after),
            [] => return Err("no length".into()),
        };
        rest = after.get(length..).ok_or("too short")?;
        *counts.entry(format!("code {code}")).or_default() += 1;
    }
    Ok(counts)
}
