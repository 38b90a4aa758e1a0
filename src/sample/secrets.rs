//! Texts of configfiles and pools without their secrets, in a form that reads
//! and encodes as before.

use crate::report::mask::{mask, mask_after};

/// What stands in place of a secret's letters.
const LETTER: char = 'x';

/// The text with the secrets in it replaced, character by character.
pub fn masked(text: &str) -> String {
    let lines: Vec<&str> = text.split('\n').collect();
    let mut out = Vec::with_capacity(lines.len());
    for (at, line) in lines.iter().enumerate() {
        let begin = secret(&lines[..at], line);
        out.push(match begin {
            Some(begin) => {
                let (head, tail) = line.split_at(begin);
                format!("{head}{}", blank(tail))
            }
            None => (*line).to_string(),
        });
    }
    out.join("\n")
}

/// Where the secret of a line begins.
fn secret(before: &[&str], line: &str) -> Option<usize> {
    let shown = mask_after(before, line);
    if shown == line {
        return None;
    }
    let head = shown.strip_suffix("(masked)").unwrap_or(&shown);
    let head = head.trim_end();
    // What is masked whole says nothing about where the value is.
    let whole = mask(line) == line;
    match line.find(head).filter(|_| !whole) {
        Some(at) => Some(at + head.len()),
        None => Some(0),
    }
}

/// The rest of a line with its values replaced: what stands in quotes, or all
/// of it where there are none. Place holders of the template language and the
/// names of types stay.
fn blank(text: &str) -> String {
    let quoted = text.contains('"');
    let (mut inside, mut holder) = (false, false);
    let mut out = String::with_capacity(text.len());
    for (at, c) in text.char_indices() {
        match c {
            '"' => inside = !inside,
            '{' if text[at..].contains('}') => holder = true,
            '}' => holder = false,
            _ => {}
        }
        let hides = !holder && c.is_alphanumeric() && (inside || !quoted);
        out.push(match hides {
            false => c,
            true if is_hex(text, at) => match text[at..].starts_with("0x") {
                true => c,
                false => hex_digit(text, at, c),
            },
            true => LETTER,
        });
    }
    match quoted {
        true => out,
        false => words_of_types(text, &out),
    }
}

/// Whether a place is in a number such as `0x7075626c6963`.
fn is_hex(text: &str, at: usize) -> bool {
    let begin = text[..at]
        .rfind(|c: char| !c.is_alphanumeric())
        .map_or(0, |end| end + 1);
    text.get(begin..).is_some_and(|word| word.starts_with("0x"))
}

/// A digit of such a number: the x stays.
fn hex_digit(text: &str, at: usize, c: char) -> char {
    match c == 'x' && text[..at].ends_with('0') {
        true => c,
        false => '0',
    }
}

/// Words that say of what type a value is.
const TYPES: [&str; 6] =
    ["HexString", "Integer", "IPAddress", "ObjectID", "OctetString", "String"];

/// The text with the words of types back in their places.
fn words_of_types(text: &str, masked: &str) -> String {
    if text.len() != masked.len() {
        return masked.to_string();
    }
    let mut out = masked.to_string();
    for word in TYPES {
        for (at, _) in text.match_indices(word) {
            out.replace_range(at..at + word.len(), word);
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn secrets_go_and_the_text_still_reads() {
        for (text, expected) in [
            (
                "SnmpMibObject docsDevNmAccessCommunity.1 String \"public\" ;",
                "SnmpMibObject docsDevNmAccessCommunity.1 String \"xxxxxx\" ;",
            ),
            (
                "SnmpMibObject docsDevNmAccessCommunity.1 HexString 0x7075 ;",
                "SnmpMibObject docsDevNmAccessCommunity.1 HexString 0x0000 ;",
            ),
            (
                "SnmpMibObject pktcEUEUsrIMPUCredentials.1 String \
                 \"{phonenumber.password.1}\" ;",
                "SnmpMibObject pktcEUEUsrIMPUCredentials.1 String \
                 \"{phonenumber.password.1}\" ;",
            ),
            ("secret c2Vj;", "secret xxxx;"),
            ("secret\n\"c2Vj\";", "secret\n\"xxxx\";"),
            ("NetworkAccess 1;", "NetworkAccess 1;"),
        ] {
            assert_eq!(masked(text), expected);
        }
    }
}
