//! What a file is that is no binary configfile, told from its first octets.

/// First octets that are looked at.
const HEAD: usize = 512;

/// Least octets of what is called words.
const WORDS: usize = 16;

/// What is given where a binary is expected.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Other {
    /// A text for the encoder.
    Text,
    /// The tree that `decode --json` prints.
    Json,
    /// A web page.
    Html,
    /// XML.
    Xml,
    /// A PEM certificate or key.
    Pem,
    /// A gzip file.
    Gzip,
    /// A ZIP file.
    Zip,
    /// Words that nothing else is known of.
    Words,
}

impl Other {
    /// What it is, and what to do.
    #[must_use]
    pub fn advice(self) -> &'static str {
        match self {
            Self::Text => {
                "this is a configfile text, not a binary: use docsis encode"
            }
            Self::Json => {
                "this is the JSON of docsis decode, not a binary: use docsis \
                 encode"
            }
            Self::Html => {
                "this is HTML, not a configfile: the server sent a web page, \
                 perhaps an error"
            }
            Self::Xml => "this is XML, not a configfile",
            Self::Pem => "this is a PEM certificate or key, not a configfile",
            Self::Gzip => {
                "this is gzip, not a configfile: unpack it with gunzip"
            }
            Self::Zip => "this is a ZIP file, not a configfile: unpack it",
            Self::Words => "this is a text, not a binary configfile",
        }
    }
}

/// What the octets are, if that is certainly no binary configfile.
///
/// ```
/// use provha::docsis::kind_of::{Other, other};
///
/// assert_eq!(other(b"Main { NetworkAccess 1; }"), Some(Other::Text));
/// assert_eq!(other(&[3, 1, 1]), None);
/// ```
#[must_use]
pub fn other(bytes: &[u8]) -> Option<Other> {
    match bytes {
        [0x1f, 0x8b, 8, ..] => return Some(Other::Gzip),
        [b'P', b'K', 3, 4, ..] => return Some(Other::Zip),
        _ => {}
    }
    let head = &bytes[..bytes.len().min(HEAD)];
    let odd = |octet: &u8| *octet < 0x20 && !matches!(octet, 9 | 10 | 13);
    if head.iter().any(odd) {
        return None;
    }
    let head = head.strip_prefix(b"\xef\xbb\xbf").unwrap_or(head);
    let head = head.trim_ascii_start().to_ascii_lowercase();
    let starts = |word: &str| head.starts_with(word.as_bytes());
    let kinds = [
        ("main", Other::Text),
        ("/*", Other::Text),
        ("<!doctype html", Other::Html),
        ("<html", Other::Html),
        ("<head", Other::Html),
        ("<?xml", Other::Xml),
        ("-----begin", Other::Pem),
        ("{", Other::Json),
    ];
    let found = kinds.into_iter().find(|(word, _)| starts(word));
    found.map(|(_, kind)| kind).or_else(|| {
        // No setting has a printable code, a printable length and so on for
        // the length of a line, other than by a joke.
        let words = head.len() >= WORDS && head.is_ascii();
        words.then_some(Other::Words)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_no_binary_is_called_by_its_name() {
        for (bytes, expected) in [
            (&b"\xef\xbb\xbf /* x */ Main {"[..], Some(Other::Text)),
            (b"MAIN\n{", Some(Other::Text)),
            (b"\n<!DOCTYPE html><p>", Some(Other::Html)),
            (b"<HTML>", Some(Other::Html)),
            (b"\x1f\x8b\x08\0", Some(Other::Gzip)),
            (b"{\"octets\":3}", Some(Other::Json)),
            (b"", None),
            (b"\xfe\x01\x01", None),
            (b"/*\x01\x02", None),
            (b"NetworkAccess 1;\nMaxCPE 2;\n", Some(Other::Words)),
            (b"404 not found: /cm-1.cfg", Some(Other::Words)),
            (b"A text", None),
        ] {
            assert_eq!(other(bytes), expected, "{bytes:?}");
        }
    }
}
