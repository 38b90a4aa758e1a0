//! Which device is meant.

use std::fmt;
use std::net::{Ipv4Addr, Ipv6Addr};

use crate::model::Mac;
use crate::model::device::DeviceKind;
use crate::model::label::is_label;
use crate::model::mac::MacCell;

/// The kinds of devices.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Kind {
    /// A cable modem.
    Modem,
    /// A telephone adapter.
    Mta,
    /// A customer's device that the database knows.
    Endpoint,
    /// A customer's device that only has a lease.
    Customer,
}

impl Kind {
    /// The table of its row.
    pub fn table(self) -> &'static str {
        match self {
            Self::Modem => "modem",
            Self::Mta => "mta",
            Self::Endpoint => "endpoint",
            Self::Customer => "lease",
        }
    }

    /// What its names begin with.
    pub fn prefix(self) -> &'static str {
        match self {
            Self::Modem => "cm",
            other => other.table(),
        }
    }

    /// In words.
    pub fn words(self) -> &'static str {
        match self {
            Self::Modem => "modem",
            Self::Mta => "telephone adapter",
            Self::Endpoint => "endpoint",
            Self::Customer => "customer's device",
        }
    }

    /// The kind of its boot file.
    pub fn file(self) -> Option<DeviceKind> {
        match self {
            Self::Modem => Some(DeviceKind::Cm),
            Self::Mta => Some(DeviceKind::Mta),
            Self::Endpoint | Self::Customer => None,
        }
    }
}

/// A device that was found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Device {
    /// What it is.
    pub kind: Kind,
    /// The id of its row; None: known by its lines or its lease only.
    pub id: Option<u32>,
    /// The host name of its row, or of its host line.
    pub name: String,
    /// Its MAC.
    pub mac: Option<Mac>,
    /// The column that led to it, such as `modem.mac`.
    pub by: &'static str,
    /// True if its row is of IP version 6: Kea serves it.
    pub version6: bool,
}

impl fmt::Display for Device {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (self.id, self.mac) {
            (Some(id), _) => write!(f, "{}-{id}", self.kind.prefix()),
            (None, Some(mac)) if self.name.is_empty() => write!(f, "{mac}"),
            (None, _) => f.write_str(&self.name),
        }
    }
}

/// What an argument says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Wanted {
    /// An id, with the kind where it says it.
    Id(Option<Kind>, u32),
    /// A MAC address.
    Mac(Mac),
    /// An address.
    Address(Ipv4Addr),
    /// An address of IP version 6.
    Address6(Ipv6Addr),
    /// A host name; a domain after it is left out.
    Name(String),
    /// A phone number: its digits.
    Number(String),
    /// Nothing of these.
    Unreadable,
}

impl Wanted {
    /// Reads an argument.
    pub fn read(text: &str) -> Self {
        let text = text.trim();
        if let Ok(address) = text.parse() {
            return Self::Address(address);
        }
        if let Ok(address) = text.parse() {
            return Self::Address6(address);
        }
        if let Some((kind, id)) = named_id(text) {
            return Self::Id(Some(kind), id);
        }
        if let MacCell::Valid { mac, .. } = Mac::read(text) {
            return Self::Mac(mac);
        }
        let digits: String =
            text.chars().filter(char::is_ascii_digit).collect();
        let rest: String =
            text.chars().filter(|c| !c.is_ascii_digit()).collect();
        if rest.is_empty() && !digits.is_empty() {
            // A number with a leading zero is no id.
            let id = text.parse().ok().filter(|_| !text.starts_with('0'));
            return id.map_or(Self::Number(digits), |id| Self::Id(None, id));
        }
        if digits.len() >= 3 && rest.chars().all(|c| "+/-() ".contains(c)) {
            return Self::Number(digits);
        }
        let name = text.split('.').next().unwrap_or_default();
        match is_label(name) {
            true => Self::Name(name.to_ascii_lowercase()),
            false => Self::Unreadable,
        }
    }
}

/// `cm-7`, `mta-7` and `endpoint-7`; also with the name of the table or a
/// blank.
fn named_id(text: &str) -> Option<(Kind, u32)> {
    let lower = text.to_ascii_lowercase();
    let (word, id) = lower.split_once(['-', ' ', ':'])?;
    let kind = match word {
        "cm" | "modem" => Kind::Modem,
        "mta" => Kind::Mta,
        "endpoint" => Kind::Endpoint,
        _ => return None,
    };
    let plain = id.bytes().all(|b| b.is_ascii_digit());
    Some((kind, id.parse().ok().filter(|_| plain)?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn arguments_are_read_as_people_write_them() {
        let read = Wanted::read;
        assert_eq!(read("cm-100042"), Wanted::Id(Some(Kind::Modem), 100_042));
        assert_eq!(read("CM-7"), Wanted::Id(Some(Kind::Modem), 7));
        assert_eq!(read("modem 7"), Wanted::Id(Some(Kind::Modem), 7));
        assert_eq!(read("endpoint-3"), Wanted::Id(Some(Kind::Endpoint), 3));
        assert_eq!(read("100042"), Wanted::Id(None, 100_042));
        assert_eq!(read("0371123"), Wanted::Number("0371123".into()));
        assert_eq!(read("+49 371/123-4"), Wanted::Number("493711234".into()));
        let address = Ipv4Addr::new(10, 0, 3, 7);
        assert_eq!(read(" 10.0.3.7 "), Wanted::Address(address));
        let address = "2001:db8::7".parse().unwrap();
        assert_eq!(read("2001:DB8:0::7"), Wanted::Address6(address));
        assert_eq!(read("gw.example.net"), Wanted::Name("gw".into()));
        assert_eq!(read("cm-x"), Wanted::Name("cm-x".into()));
        for mac in ["00:1A:2b:10:01:4d", "00-1a-2b-10-01-4d", "001a2b10014d"] {
            assert!(matches!(read(mac), Wanted::Mac(_)), "{mac}");
        }
        for bad in ["", " ", "a b", "'; --", "cm-7;x"] {
            assert_eq!(read(bad), Wanted::Unreadable, "{bad:?}");
        }
    }
}
