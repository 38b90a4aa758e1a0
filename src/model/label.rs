//! DNS labels and domain names (RFC 1123 section 2.1, RFC 1035 section 2.3.4).

use std::fmt;

/// One DNS label: letters, digits and inner hyphens, 1 to 63 octets.
///
/// The text is kept as it came; [`Label::key`] is what makes two labels the
/// same name.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Label(Box<str>);

impl Label {
    /// Reads a label; None when the text is none.
    pub fn read(text: &str) -> Option<Self> {
        is_label(text).then(|| Self(text.into()))
    }

    /// The text as it came.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The lower-case form: names are compared without case.
    pub fn key(&self) -> String {
        self.0.to_ascii_lowercase()
    }
}

impl fmt::Display for Label {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// Whether the text is one DNS label.
pub fn is_label(text: &str) -> bool {
    (1..=63).contains(&text.len())
        && text.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-')
        && !text.starts_with('-')
        && !text.ends_with('-')
}

/// Whether the text is a domain name of one or more labels, without the
/// final dot, at most 253 octets.
pub fn is_domain(text: &str) -> bool {
    text.len() <= 253 && text.split('.').all(is_label)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn labels_and_domains() {
        assert!(is_label("cm-1"));
        for bad in ["", "-a", "a-", "a_b", "a.b", "ä", "a b", "a\"", "a\n"] {
            assert!(!is_label(bad), "{bad:?}");
        }
        assert!(!is_label(&"a".repeat(64)));
        assert!(is_domain("prov.example.net"));
        for bad in ["", ".", "a..b", "a.b.", "a b.c"] {
            assert!(!is_domain(bad), "{bad:?}");
        }
    }
}
