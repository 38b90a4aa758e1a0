//! MAC addresses as dhcpd and the configfiles write them.

use std::fmt;

/// Six octets in network order, with the letter case that they came in.
///
/// The case is kept because `golden/` passes it through; two MACs that differ
/// only in case are equal as [`Mac::octets`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Mac {
    octets: [u8; 6],
    /// One bit a hex digit, most significant digit first: upper case.
    upper: u16,
}

/// What a MAC column holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MacCell {
    /// NULL or ''.
    Absent,
    /// A MAC address; `normalised` when it was written in another notation.
    Valid {
        /// The address.
        mac: Mac,
        /// Whether the text was not six groups of two digits with colons.
        normalised: bool,
    },
    /// Anything else.
    Malformed,
}

impl Mac {
    /// The six octets.
    pub fn octets(self) -> [u8; 6] {
        self.octets
    }

    /// The octets as a number, for sorting and sets.
    pub fn number(self) -> u64 {
        self.octets.iter().fold(0, |n, b| n << 8 | u64::from(*b))
    }

    /// Whether it is a place holder of the GUI: it begins with ff:.
    pub fn is_placeholder(self) -> bool {
        self.octets[0] == 0xff
    }

    /// The same address in lower case.
    #[must_use]
    pub fn lower(self) -> Self {
        Self { upper: 0, ..self }
    }

    /// Reads a column's text.
    pub fn read(text: &str) -> MacCell {
        if text.is_empty() {
            return MacCell::Absent;
        }
        let trimmed = text.trim();
        let Some(digits) = digits(trimmed) else { return MacCell::Malformed };
        let mac = Self::from_digits(&digits);
        MacCell::Valid { mac, normalised: !is_plain(text) }
    }

    fn from_digits(digits: &[u8; 12]) -> Self {
        let (mut octets, mut upper) = ([0; 6], 0);
        for (i, digit) in digits.iter().enumerate() {
            let value = match digit {
                b'0'..=b'9' => digit - b'0',
                b'a'..=b'f' => digit - b'a' + 10,
                _ => digit - b'A' + 10,
            };
            octets[i / 2] = octets[i / 2] << 4 | value;
            upper = upper << 1 | u16::from(digit.is_ascii_uppercase());
        }
        Self { octets, upper }
    }
}

/// Six octets in hex with colons, as dhcpd writes them: two digits each for a
/// MAC, and no zero in front in an option.
pub fn octets(text: &str) -> Option<[u8; 6]> {
    let mut octets = [0; 6];
    let mut groups = text.split(':');
    for octet in &mut octets {
        *octet = u8::from_str_radix(groups.next()?, 16).ok()?;
    }
    groups.next().is_none().then_some(octets)
}

/// Whether the text is six groups of two hex digits with colons.
fn is_plain(text: &str) -> bool {
    text.len() == 17
        && text.bytes().enumerate().all(|(i, b)| {
            if i % 3 == 2 { b == b':' } else { b.is_ascii_hexdigit() }
        })
}

/// The twelve digits of any usual notation: groups of one or two digits with
/// `:` or `-`, three groups of four with `.`, or none at all.
fn digits(text: &str) -> Option<[u8; 12]> {
    let separator = text.chars().find(|c| !c.is_ascii_hexdigit());
    let groups: Vec<&str> = match separator {
        None => vec![text],
        Some(c @ (':' | '-' | '.')) => text.split(c).collect(),
        Some(_) => return None,
    };
    let width = match (groups.len(), separator) {
        (1, None) => 12,
        (3, Some('.')) => 4,
        (6, Some(':' | '-')) => 2,
        _ => return None,
    };
    let mut out = [b'0'; 12];
    for (i, group) in groups.iter().enumerate() {
        let short = width == 2 && group.len() == 1;
        if (group.len() != width && !short)
            || !group.bytes().all(|b| b.is_ascii_hexdigit())
        {
            return None;
        }
        let start = i * width + (width - group.len());
        out[start..start + group.len()].copy_from_slice(group.as_bytes());
    }
    Some(out)
}

impl fmt::Display for Mac {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut text = [b':'; 17];
        for i in 0..12 {
            let octet = self.octets[i / 2];
            let nibble = if i % 2 == 0 { octet >> 4 } else { octet & 15 };
            let upper = self.upper >> (11 - i) & 1 == 1;
            let digits: &[u8; 16] =
                if upper { b"0123456789ABCDEF" } else { b"0123456789abcdef" };
            text[i / 2 * 3 + i % 2] = digits[nibble as usize];
        }
        f.write_str(std::str::from_utf8(&text).expect("hex digits"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, expected: Option<(&str, bool)>) {
        let got = match Mac::read(text) {
            MacCell::Valid { mac, normalised } => {
                Some((mac.to_string(), normalised))
            }
            _ => None,
        };
        let expected = expected.map(|(t, n)| (t.to_string(), n));
        assert_eq!(got, expected, "{text:?}");
    }

    #[test]
    fn case_is_kept_and_other_notations_are_normalised() {
        check("00:1a:2B:10:01:4D", Some(("00:1a:2B:10:01:4D", false)));
        check(" 00:1a:2b:10:01:4d", Some(("00:1a:2b:10:01:4d", true)));
        check("00-1A-2B-10-01-4D", Some(("00:1A:2B:10:01:4D", true)));
        check("001a.2b10.014d", Some(("00:1a:2b:10:01:4d", true)));
        check("001a2b10014d", Some(("00:1a:2b:10:01:4d", true)));
        check("0:1a:2b:10:1:4d", Some(("00:1a:2b:10:01:4d", true)));
    }

    #[test]
    fn everything_else_is_malformed() {
        for text in ["zz", "00:1a:2b:10:01", "00:1a:2b:10:01:4d:5e", "ü", " "]
        {
            assert_eq!(Mac::read(text), MacCell::Malformed, "{text:?}");
        }
        check("00:1a:2b:10:01-4d", None);
        check("00:1a:2b:10:01:4d; }", None);
        assert_eq!(Mac::read(""), MacCell::Absent);
    }

    #[test]
    fn place_holders_begin_with_ff() {
        let MacCell::Valid { mac, .. } = Mac::read("FF:00:00:00:00:08") else {
            panic!()
        };
        assert!(mac.is_placeholder());
        assert_eq!(mac.lower().to_string(), "ff:00:00:00:00:08");
    }
}
