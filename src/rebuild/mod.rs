//! What `rebuild` and `watch` decide with: which outputs the database, and
//! what else feeds them, has changed since they were made.
//!
//! A [`survey`] reads everything that feeds an output into signatures; the
//! [`state`] holds those of the last work; [`decide`] compares the two. Before
//! that, the database's commit position and digests of its tables
//! (`seen/digest.rs`) tell
//! whether, and where, there is anything to read. No
//! clock but ours is looked at, and no time stamp of a row.

pub mod engine;

pub mod decide;
pub mod manifest;
pub mod outside;
pub mod recorder;
pub mod state;
pub mod survey;

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

pub use crate::seen::{hash_of, hex};

/// An output that is made, checked and activated on its own, in the order in
/// which they are made: files come before the hosts that are sent to them.
#[derive(
    Debug,
    Clone,
    Copy,
    PartialEq,
    Eq,
    PartialOrd,
    Ord,
    Hash,
    Serialize,
    Deserialize,
)]
#[serde(rename_all = "lowercase")]
pub enum Part {
    /// Files of cable modems.
    Cm,
    /// Files of telephone adapters.
    Mta,
    /// The dhcpd set.
    Dhcp,
    /// named's set and the names in its zones.
    Dns,
    /// The time services.
    Time,
}

/// The daemons that runs restart, with the part whose content they load.
pub const DAEMONS: [(&str, Part); 5] = [
    ("dhcpd", Part::Dhcp),
    ("named", Part::Dns),
    ("chronyd", Part::Time),
    ("xinetd", Part::Time),
    ("inetd", Part::Time),
];

impl Part {
    /// Every part, in order.
    pub const ALL: [Part; 5] =
        [Self::Cm, Self::Mta, Self::Dhcp, Self::Dns, Self::Time];

    /// Whether it is made from the network that a survey reads, and not
    /// device by device.
    pub fn needs_network(self) -> bool {
        matches!(self, Self::Dhcp | Self::Dns | Self::Time)
    }

    /// Its word for reports.
    pub fn word(self) -> &'static str {
        match self {
            Self::Cm => "configfile cm",
            Self::Mta => "configfile mta",
            Self::Dhcp => "dhcp",
            Self::Dns => "dns",
            Self::Time => "time",
        }
    }
}

/// What feeds a part: the name of each input, and the hash of its content.
pub type Signature = BTreeMap<String, String>;
