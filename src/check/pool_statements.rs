//! Which dhcpd statements a pool's `optional` text may hold: a list of what is
//! allowed, because no list of what is dangerous is ever whole. dhcpd runs as
//! a user of its own, yet `execute`, `on`, `key` or `host` reach far beyond
//! one pool (dhcpd.conf(5), dhcp-eval(5)).

use std::iter::Peekable;
use std::vec::IntoIter;

/// Parameters of a subnet or pool that take words, numbers and strings.
const PARAMETERS: &[&str] = &[
    "adaptive-lease-time-threshold",
    "always-broadcast",
    "always-reply-rfc1048",
    "authoritative",
    "boot-unknown-clients",
    "ddns-domainname",
    "ddns-hostname",
    "ddns-rev-domainname",
    "ddns-ttl",
    "ddns-updates",
    "default-lease-time",
    "do-forward-updates",
    "dynamic-bootp-lease-cutoff",
    "dynamic-bootp-lease-length",
    "filename",
    "get-lease-hostnames",
    "infinite-is-reserved",
    "max-lease-time",
    "min-lease-time",
    "min-secs",
    "next-server",
    "one-lease-per-client",
    "option",
    "ping-check",
    "ping-timeout",
    "range",
    "server-identifier",
    "server-name",
    "site-option-space",
    "stash-agent-options",
    "update-conflict-detection",
    "update-optimization",
    "update-static-leases",
    "use-host-decl-names",
    "use-lease-addr-for-default-route",
    "vendor-option-space",
];

/// What permissions can be about, apart from classes.
const CLIENTS: &[&str] = &[
    "all clients",
    "authenticated clients",
    "booting",
    "bootp",
    "client-updates",
    "declines",
    "duplicates",
    "dynamic bootp clients",
    "known clients",
    "known-clients",
    "leasequery",
    "unauthenticated clients",
    "unknown clients",
    "unknown-clients",
];

/// The classes of the set.
const CLASSES: &[&str] =
    &["CM", "MTA", "Client", "Client-Public", "STB", "blocked", "ignore_cpe"];

/// A piece of the text.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Token {
    Word(String),
    Text(String),
    Open,
    Close,
    End,
    Other(char),
}

/// Blanks outside ASCII count as blanks, as they do for whoever pasted them;
/// dhcpd takes them for letters. Strings stay as they are.
pub fn with_plain_blanks(text: &str) -> String {
    let (mut quoted, mut escaped) = (false, false);
    let plain = |c: char| {
        quoted ^= c == '"' && !escaped;
        escaped = quoted && c == '\\' && !escaped;
        let odd = c.is_whitespace() && !c.is_ascii() || c == '\u{feff}';
        if odd && !quoted { ' ' } else { c }
    };
    text.chars().map(plain).collect()
}

/// The first statement that is not on the list, in words; the text is one
/// whose strings and braces are closed.
pub fn fault(text: &str) -> Option<String> {
    let mut tokens = tokens(text).into_iter().peekable();
    block(&mut tokens, 0)
}

/// Reads statements up to the end of a block.
fn block(tokens: &mut Peekable<IntoIter<Token>>, depth: u8) -> Option<String> {
    // Deeper than anybody writes by hand.
    if depth > 8 {
        return Some("blocks are nested too deep".into());
    }
    while let Some(token) = tokens.next() {
        if token == Token::Close {
            return None;
        }
        if token == Token::End {
            continue;
        }
        let mut statement = vec![token];
        let opened = loop {
            match tokens.next() {
                Some(Token::Open) => break true,
                Some(Token::End) | None => break false,
                Some(token) => statement.push(token),
            }
        };
        let fault = match opened {
            true => opens(&statement).or_else(|| block(tokens, depth + 1)),
            false => plain(&statement),
        };
        if fault.is_some() {
            return fault;
        }
    }
    None
}

/// A word of a statement in lower case; '' where there is none.
fn word(statement: &[Token], at: usize) -> String {
    match statement.get(at) {
        Some(Token::Word(word)) => word.to_ascii_lowercase(),
        _ => String::new(),
    }
}

/// What is wrong with the head of a block.
fn opens(statement: &[Token]) -> Option<String> {
    match &*word(statement, 0) {
        "pool" if statement.len() == 1 => None,
        "if" | "elsif" | "else" => None,
        _ => Some(not_allowed(statement)),
    }
}

/// What is wrong with a statement without a block.
fn plain(statement: &[Token]) -> Option<String> {
    let first = word(statement, 0);
    match &*first {
        "allow" | "deny" | "ignore" => permission(statement),
        "not" if word(statement, 1) == "authoritative" => None,
        "failover" if word(statement, 1) == "peer" => None,
        // A definition holds for the whole server.
        "option"
            if word(statement, 1) == "space"
                || word(statement, 2) == "code" =>
        {
            Some("defines an option".into())
        }
        name if PARAMETERS.contains(&name) => None,
        _ => Some(not_allowed(statement)),
    }
}

/// What is wrong with `allow`, `deny` or `ignore`.
fn permission(statement: &[Token]) -> Option<String> {
    let (words, class) = match statement.split_last() {
        Some((Token::Text(class), words)) => (words, Some(class)),
        _ => (statement, None),
    };
    let words: Vec<String> =
        (1..words.len()).map(|at| word(words, at)).collect();
    let what = words.join(" ");
    match class {
        Some(class) if what == "members of" => {
            let known = CLASSES.contains(&&**class);
            let class = class.escape_debug();
            (!known).then(|| format!("there is no class '{class}'"))
        }
        None if CLIENTS.contains(&&*what) => None,
        _ => Some(not_allowed(statement)),
    }
}

/// The words for a statement that is not on the list.
fn not_allowed(statement: &[Token]) -> String {
    let name = match &statement[0] {
        Token::Word(word) => word.clone(),
        Token::Text(text) => format!("\"{text}\""),
        Token::Other(c) => c.to_string(),
        Token::Open => "{".into(),
        Token::Close | Token::End => String::new(),
    };
    let name: String = name.escape_debug().take(40).collect();
    format!("'{name}' is not an allowed statement")
}

/// Takes a text apart as dhcpd's lexer does.
fn tokens(text: &str) -> Vec<Token> {
    let mut out = Vec::new();
    let mut chars = text.chars().peekable();
    while let Some(c) = chars.next() {
        match c {
            '#' => drop(chars.by_ref().find(|c| *c == '\n')),
            '"' => out.push(Token::Text(string(&mut chars))),
            '{' => out.push(Token::Open),
            '}' => out.push(Token::Close),
            ';' => out.push(Token::End),
            c if is_word(c) => {
                let mut word = String::from(c);
                while let Some(c) = chars.next_if(|c| is_word(*c)) {
                    word.push(c);
                }
                out.push(Token::Word(word));
            }
            c if c.is_whitespace() => {}
            c => out.push(Token::Other(c)),
        }
    }
    out
}

/// Whether a character can be a part of a word.
fn is_word(c: char) -> bool {
    c.is_alphanumeric() || matches!(c, '-' | '_' | '.')
}

/// Reads a string to its end.
fn string(chars: &mut impl Iterator<Item = char>) -> String {
    let mut text = String::new();
    while let Some(c) = chars.next() {
        match c {
            '"' => break,
            '\\' => text.extend(chars.next()),
            c => text.push(c),
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_on_the_list_passes() {
        for text in [
            "",
            "# execute(\"x\");",
            "option ntp-servers 1.2.3.4, 5.6.7.8; max-lease-time 60;",
            "option host-name = concat(\"a;\", binary-to-ascii(16,8,\"\",x));",
            "allow members of \"Client-Public\"; deny unknown-clients;",
            "DENY dynamic bootp clients; not authoritative;",
            "pool { failover peer \"p\"; range 10.0.0.1; deny all clients; }",
            "if exists x { option a 1; } else { ddns-updates off; }",
        ] {
            assert_eq!(fault(text), None, "{text}");
        }
    }

    #[test]
    fn everything_else_does_not() {
        for text in [
            "execute(\"/bin/sh\");",
            "on commit { execute(\"x\"); }",
            "option a 1; ON expiry { option b 2; }",
            "if x = y { set a = 1; }",
            "pool { log(info, \"x\"); }",
            "key k { secret x; }",
            "zone example.net. { primary 1.2.3.4; }",
            "host a { hardware ethernet 0:1:2:3:4:5; }",
            "class \"x\" { match if 1 = 1; }",
            "subclass \"blocked\" 1:2:3;",
            "group { option a 1; }",
            "include \"/etc/shadow\";",
            "subnet 10.0.0.0 netmask 255.0.0.0 { }",
            "option space x;",
            "option x code 1 = text;",
            "deny members of \"Others\";",
            "deny everybody;",
            "lease-file-name \"/etc/x\";",
            "omapi-port 7911;",
            "\u{fb01}lename \"x\";",
            "( execute );",
            "range6 ::1;",
            "option x { 1, \"a\" };",
        ] {
            assert!(fault(text).is_some(), "{text}");
        }
        assert!(fault(&"if x { ".repeat(50)).is_some());
    }

    #[test]
    fn blanks_of_other_scripts_are_blanks() {
        let text = with_plain_blanks("option\u{a0}a \"x\u{a0}\";\u{3000}");
        assert_eq!(text, "option a \"x\u{a0}\"; ");
    }
}
