//! The result of `leases`.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::lease_history::query::Holding;
use crate::model::mac;

/// The result of `leases`.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct Leases {
    /// The command.
    pub command: &'static str,
    /// The address or the MAC that was asked for.
    pub subject: String,
    /// The time that was asked for, seconds since 1970; null: all times.
    pub at: Option<i64>,
    /// The first change that is known, seconds since 1970; null: none is.
    pub since: Option<i64>,
    /// Whether the peer's journal was asked as well.
    pub peer_asked: bool,
    /// Who held what, the latest first.
    pub holdings: Vec<Held>,
}

/// A time in which one client held an address.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Held {
    /// The address.
    pub address: String,
    /// The client's MAC; null: not known.
    pub mac: Option<String>,
    /// The MAC of the modem that it was behind.
    pub behind: Option<String>,
    /// From when on, seconds since 1970.
    pub from: i64,
    /// Until when, seconds since 1970; of a lease that still runs, its end.
    /// null: without end.
    pub until: Option<i64>,
}

impl From<&Holding> for Held {
    fn from(held: &Holding) -> Self {
        let hex =
            |octets: [u8; 6]| octets.map(|o| format!("{o:02x}")).join(":");
        Self {
            address: held.address.to_string(),
            mac: held.mac.map(hex),
            behind: held.behind.map(hex),
            from: i64::from(held.from),
            until: (held.until != u32::MAX).then(|| i64::from(held.until)),
        }
    }
}

impl Held {
    /// As the query has it; None: it is none.
    pub fn holding(&self) -> Option<Holding> {
        let six = |text: &String| mac::octets(text);
        Some(Holding {
            from: u32::try_from(self.from).ok()?,
            until: self
                .until
                .map_or(Some(u32::MAX), |u| u32::try_from(u).ok())?,
            address: self.address.parse().ok()?,
            mac: self.mac.as_ref().and_then(six),
            behind: self.behind.as_ref().and_then(six),
        })
    }
}
