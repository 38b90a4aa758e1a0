//! Modems, telephone adapters and endpoints, kept small: a network of a
//! million modems is held in memory while it is checked.

use std::net::Ipv4Addr;

use crate::model::Mac;

/// A kind of device that has files of its own.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DeviceKind {
    /// Cable modems.
    Cm,
    /// Telephone adapters.
    Mta,
}

impl DeviceKind {
    /// What the names of its files begin with; also their directory's name.
    pub fn prefix(self) -> &'static str {
        match self {
            Self::Cm => "cm",
            Self::Mta => "mta",
        }
    }
}

/// A cable modem row that is alive.
#[derive(Debug, Clone, Copy)]
pub struct Modem {
    /// modem.id.
    pub id: u32,
    /// The MAC, place holders included; None: NULL, '' or malformed.
    pub mac: Option<Mac>,
    /// modem.public: its CPEs get public addresses.
    pub public: bool,
    /// modem.internet_access.
    pub internet_access: bool,
    /// Whether the configfile that it makes says `NetworkAccess 1`; false
    /// also where no cm configfile is made for it.
    pub network_access: bool,
    /// Whether it carries a telephone adapter that needs the ccc options.
    pub telephony: bool,
    /// Whether another row owns its MAC, so that it gets no host line.
    pub doubled: bool,
}

impl Modem {
    /// Whether dhcpd gets a host line for it.
    pub fn has_host(&self) -> bool {
        !self.doubled && self.mac.is_some_and(|mac| !mac.is_placeholder())
    }
}

/// A telephone adapter row that is alive and has a MAC that can be served.
#[derive(Debug, Clone, Copy)]
pub struct Mta {
    /// mta.id.
    pub id: u32,
    /// Its MAC.
    pub mac: Mac,
    /// Whether it is told its MAC as its host name instead of its id.
    pub named_by_mac: bool,
}

/// How dhcpd recognises an endpoint.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Identity {
    /// By its own hardware address.
    Hardware(Mac),
    /// By the remote-id that its modem's CMTS puts into option 82.
    BehindModem(Mac),
}

/// An IPv4 endpoint that is alive and can be served.
#[derive(Debug, Clone)]
pub struct Endpoint {
    /// endpoint.id.
    pub id: u32,
    /// The host name; a DNS label.
    pub name: crate::model::Label,
    /// How dhcpd recognises it.
    pub identity: Identity,
    /// The address that it always gets.
    pub fixed: Option<Ipv4Addr>,
    /// endpoint.add_reverse: a second PTR target.
    pub add_reverse: Option<String>,
}
