//! Names, numbers and addresses in texts of configfiles and pools. A word of
//! their languages may be somebody's name, too: what is a statement or a place
//! holder stays, and names are looked for in quotes, comments and host names.

use crate::alias::Aliases;

/// A piece of a text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Piece {
    /// Statements.
    Code,
    /// `{table.column.N}`.
    Holder,
    /// Between quotes, or a comment.
    Free,
}

/// The text with stand-ins.
pub fn masked(text: &str, aliases: &Aliases) -> String {
    pieces(text)
        .into_iter()
        .map(|(piece, text)| match piece {
            Piece::Holder => text.to_string(),
            Piece::Free => aliases.text(text, false),
            Piece::Code => code(text, aliases),
        })
        .collect()
}

/// Statements: addresses, numbers, and words of dotted names.
fn code(text: &str, aliases: &Aliases) -> String {
    let mut out = String::with_capacity(text.len());
    let is_end = |c: char| !(c.is_alphanumeric() || ".:-_".contains(c));
    let mut rest = text;
    while !rest.is_empty() {
        let end = rest.find(is_end).unwrap_or(rest.len());
        let (word, after) = rest.split_at(end);
        let number = word.bytes().all(|b| b.is_ascii_digit());
        let dotted = word.contains(['.', ':', '-']);
        // `docsDevNmAccessCommunity.1`: an object is no host.
        let object = word.starts_with(|c: char| c.is_ascii_lowercase())
            && word.contains(|c: char| c.is_ascii_uppercase());
        let bare = word.len() == 12 || word.starts_with("0x");
        out += &match number || bare || dotted && !object {
            true => aliases.text(word, false),
            false => word.to_string(),
        };
        let next = after.find(|c| !is_end(c)).unwrap_or(after.len());
        out += &after[..next];
        rest = &after[next..];
    }
    out
}

/// The pieces of a text, one after the other.
fn pieces(text: &str) -> Vec<(Piece, &str)> {
    let mut out = Vec::new();
    let (mut begin, mut at, mut quoted) = (0, 0, false);
    while at < text.len() {
        let rest = &text[at..];
        let around = if quoted { Piece::Free } else { Piece::Code };
        let special = match holder(rest) {
            Some(length) => Some((Piece::Holder, length)),
            None if quoted => None,
            None => comment(rest).map(|length| (Piece::Free, length)),
        };
        if let Some((piece, length)) = special {
            out.push((around, &text[begin..at]));
            out.push((piece, &rest[..length]));
            at += length;
            begin = at;
            continue;
        }
        if rest.starts_with('"') {
            out.push((around, &text[begin..at]));
            begin = at;
            quoted = !quoted;
        }
        at += rest.chars().next().map_or(1, char::len_utf8);
    }
    let around = if quoted { Piece::Free } else { Piece::Code };
    out.push((around, &text[begin..]));
    out
}

/// The length of the place holder that a text begins with.
fn holder(text: &str) -> Option<usize> {
    let inside = text.strip_prefix('{')?;
    let end = inside.find(['}', '{', '\n'])?;
    let name = &inside[..end];
    let fits = inside[end..].starts_with('}')
        && name.contains('.')
        && !name.contains(['"', ';']);
    fits.then_some(end + 2)
}

/// The length of the comment that a text begins with.
fn comment(text: &str) -> Option<usize> {
    if text.starts_with('#') || text.starts_with("//") {
        return Some(text.find('\n').unwrap_or(text.len()));
    }
    let inside = text.strip_prefix("/*")?;
    Some(inside.find("*/").map_or(text.len(), |end| end + 4))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn statements_stay_and_names_go() {
        let mut aliases = Aliases::new([5; 32]);
        for name in ["Modem", "Adler", "Integer", "host.adler.example"] {
            let _ = aliases.name(name);
        }
        let adler = aliases.name("adler");
        let text = "# Adler\nSnmpMibObject a.1 Integer 1;\nX \
                    \"{modem.mac.1} adler\"; /* Modem */\n\
                    option ntp-servers host.adler.example;";
        let masked = masked(text, &aliases);
        assert!(!masked.to_lowercase().contains("adler"), "{masked}");
        assert!(masked.contains(&format!("{{modem.mac.1}} {adler}")));
        assert!(masked.contains("SnmpMibObject a.1 Integer 1;"));
        // A word of the field is nobody's name.
        assert!(masked.contains("/* Modem */"));
        assert!(masked.contains("option ntp-servers "));
    }

    #[test]
    fn addresses_go_wherever_they_stand() {
        let aliases = Aliases::new([5; 32]);
        for text in [
            "CpeMacAddress 00:11:22:aa:bb:cc;",
            "X 0x001122aabbcc;",
            "X \"0011.22aa.bbcc\";",
        ] {
            let masked = masked(text, &aliases);
            assert_ne!(masked, text);
            assert_eq!(masked.len(), text.len());
        }
        let rate = "MaxRateSustained 100000000;";
        assert_eq!(masked(rate, &aliases), rate);
    }
}
