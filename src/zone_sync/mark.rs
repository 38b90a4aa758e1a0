//! What says that a record is ours. The zone itself does: it outlives a state
//! directory, and each node has its own.

/// What our own mark begins with; the whole of it in earlier versions.
pub const MARK: &str = "device of provha";
/// What the mark of an alias has before the alias' name.
pub const BESIDE: &str = "_provha.";

/// What a mark says.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Sign {
    /// That one record is ours: its data, without a final dot.
    Record(Box<str>),
    /// That the name is ours, as earlier versions wrote it.
    Name,
    /// That the name is dhcpd's: its client's hash as TXT (interim style: 34
    /// hex digits).
    Hash(Box<str>),
    /// The same by a type of its own (RFC 4701).
    Dhcid,
}

impl Sign {
    /// Reads a TXT record; `None` where it is no mark.
    pub fn read(text: &[u8]) -> Option<Self> {
        if text == MARK.as_bytes() {
            return Some(Self::Name);
        }
        if text.len() == 34 && text.iter().all(u8::is_ascii_hexdigit) {
            let text = String::from_utf8_lossy(text);
            return Some(Self::Hash(text.into()));
        }
        marked_by(text).map(|data| Self::Record(data.into()))
    }

    /// Whether dhcpd made it.
    pub fn is_dhcpds(&self) -> bool {
        matches!(self, Self::Hash(_) | Self::Dhcid)
    }

    /// Type and data as nsupdate(1) reads them.
    pub fn text(&self) -> String {
        match self {
            Self::Record(data) => format!("TXT \"{}\"", mark_of(data)),
            Self::Name => format!("TXT \"{MARK}\""),
            Self::Hash(hash) => format!("TXT \"{hash}\""),
            Self::Dhcid => "DHCID".into(),
        }
    }
}

/// The text of the mark of a record.
pub fn mark_of(data: &str) -> String {
    format!("{MARK}: {data}")
}

/// The data of the record that a text marks. What is neither an address nor a
/// plain name was not written by us, and must not get into an update.
pub fn marked_by(text: &[u8]) -> Option<&str> {
    let text = std::str::from_utf8(text).ok()?;
    let data = text.strip_prefix(MARK)?.strip_prefix(": ")?;
    let plain = |b: u8| b.is_ascii_alphanumeric() || b".:-_".contains(&b);
    (!data.is_empty() && data.bytes().all(plain)).then_some(data)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn marks_are_read_as_they_are_written() {
        let hash = "31".repeat(17);
        for sign in [
            Sign::Record("10.0.0.1".into()),
            Sign::Record("2001:db8::1".into()),
            Sign::Record("a-b.cpe.prov.test".into()),
            Sign::Name,
            Sign::Hash(hash.as_str().into()),
        ] {
            let text = sign.text();
            let text = text.strip_prefix("TXT \"").unwrap();
            let text = text.strip_suffix('"').unwrap();
            assert_eq!(Sign::read(text.as_bytes()), Some(sign));
        }
        for other in [
            "v=spf1 -all",
            "device of provha: ",
            "device of provha: a\"\nsend",
            "device of provha, too",
            "",
        ] {
            assert_eq!(Sign::read(other.as_bytes()), None, "{other}");
        }
    }
}
