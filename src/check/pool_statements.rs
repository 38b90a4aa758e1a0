//! Which dhcpd statements a pool's `optional` text may hold: a list of what is
//! allowed, because no list of what is dangerous is ever whole. dhcpd runs as
//! a user of its own, yet `execute`, `on`, `key` or `host` reach far beyond
//! one pool (dhcpd.conf(5), dhcp-eval(5)).

use crate::isc_dhcp::syntax::{Lexer, Piece, Token};

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

/// Blanks outside ASCII count as blanks, as they do for whoever pasted them;
/// dhcpd takes them for letters. Strings stay as they are.
pub fn with_plain_blanks(text: &str) -> String {
    let plain = |c: char| {
        let odd = c.is_whitespace() && !c.is_ascii() || c == '\u{feff}';
        if odd { ' ' } else { c }
    };
    let (mut out, mut end) = (String::with_capacity(text.len()), 0);
    let is_text = |piece: &Piece<'_>| matches!(piece.token, Token::Text(_));
    for piece in Lexer::new(text).filter(is_text) {
        out.extend(text[end..piece.at].chars().map(plain));
        out.push_str(piece.source);
        end = piece.at + piece.source.len();
    }
    out.extend(text[end..].chars().map(plain));
    out
}

/// The first statement that is not on the list, in words; the text is one
/// whose strings and braces are closed.
pub fn fault(text: &str) -> Option<String> {
    let is_word = |c: char| c.is_alphanumeric() || "-_.".contains(c);
    let mut lexer = Lexer::new(text).with_words(is_word);
    block(&mut lexer, 0)
}

/// Reads statements up to the end of a block.
fn block(lexer: &mut Lexer<'_>, depth: u8) -> Option<String> {
    // Deeper than anybody writes by hand.
    if depth > 8 {
        return Some("blocks are nested too deep".into());
    }
    while let Some(Piece { token, .. }) = lexer.next() {
        match token {
            Token::Mark('}') => return None,
            Token::Mark(';') => continue,
            _ => {}
        }
        let mut statement = vec![token];
        let opened = loop {
            match lexer.next().map(|piece| piece.token) {
                Some(Token::Mark('{')) => break true,
                Some(Token::Mark(';')) | None => break false,
                Some(token) => statement.push(token),
            }
        };
        let fault = match opened {
            true => opens(&statement).or_else(|| block(lexer, depth + 1)),
            false => plain(&statement),
        };
        if fault.is_some() {
            return fault;
        }
    }
    None
}

/// A word of a statement in lower case; '' where there is none.
fn word(statement: &[Token<'_>], at: usize) -> String {
    match statement.get(at) {
        Some(Token::Word(word)) => word.to_ascii_lowercase(),
        _ => String::new(),
    }
}

/// What is wrong with the head of a block.
fn opens(statement: &[Token<'_>]) -> Option<String> {
    match &*word(statement, 0) {
        "pool" if statement.len() == 1 => None,
        "if" | "elsif" | "else" => None,
        _ => Some(not_allowed(statement)),
    }
}

/// What is wrong with a statement without a block.
fn plain(statement: &[Token<'_>]) -> Option<String> {
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
fn permission(statement: &[Token<'_>]) -> Option<String> {
    let (words, class) = match statement.split_last() {
        Some((Token::Text(class), words)) => (words, Some(class)),
        _ => (statement, None),
    };
    let words: Vec<String> =
        (1..words.len()).map(|at| word(words, at)).collect();
    let what = words.join(" ");
    match class {
        Some(class) if what == "members of" => {
            let class = class.value();
            let known = CLASSES.contains(&&*class);
            let class = class.escape_debug();
            (!known).then(|| format!("there is no class '{class}'"))
        }
        None if CLIENTS.contains(&&*what) => None,
        _ => Some(not_allowed(statement)),
    }
}

/// The words for a statement that is not on the list.
fn not_allowed(statement: &[Token<'_>]) -> String {
    let name = match statement[0] {
        Token::Word(word) => word.to_string(),
        Token::Text(text) => format!("\"{}\"", text.value()),
        Token::Mark('}') => String::new(),
        Token::Mark(c) | Token::Other(c) => c.to_string(),
    };
    let name: String = name.escape_debug().take(40).collect();
    format!("'{name}' is not an allowed statement")
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
