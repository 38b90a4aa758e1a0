//! What bringing the zones in line is given, and what comes of it.

use std::collections::BTreeSet;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::time::Duration;

use crate::clients::axfr::AxfrError;
use crate::clients::nsupdate::Updater;
use crate::exit::Stop;
use crate::model::Network;
use crate::render::dns::batch::Batch;
use crate::zone_sync::public::CpeKey;

/// What is to be brought in line.
pub struct Job<'a> {
    /// The network.
    pub network: &'a Network,
    /// dhcpd's lease file.
    pub leases: &'a Path,
    /// The key of the public devices' names; None: their names stay as they
    /// are.
    pub cpe_key: Option<CpeKey>,
    /// Our DNS server; it must allow transfers from here.
    pub server: SocketAddr,
    /// How long one zone transfer may take.
    pub timeout: Duration,
    /// Seconds since 1970 (UTC).
    pub now: i64,
}

/// What limits a completion.
#[derive(Clone, Copy)]
pub struct Limits<'a> {
    /// Whether the server serves the forward zone; else it stays as it is.
    pub forward: bool,
    /// Whether it serves the reverse zone.
    pub reverse: bool,
    /// Whether it serves that of version 6.
    pub reverse6: bool,
    /// Refuses to lose these names, of so many in all.
    pub guard: &'a dyn Fn(Vec<String>, usize) -> Result<(), Stop>,
    /// Takes the names that no device may have.
    pub reserved: &'a dyn Fn(&BTreeSet<&str>),
}

impl Limits<'_> {
    /// Both zones of version 4, and nothing is refused.
    pub const NONE: Self = Self {
        forward: true,
        reverse: true,
        reverse6: false,
        guard: &|_, _| Ok(()),
        reserved: &|_| (),
    };
}

/// What carries changes to the DNS server.
pub trait Updates {
    /// Sends the changes of one message, all or nothing.
    ///
    /// # Errors
    /// What the server or nsupdate said.
    fn send(&mut self, batch: &Batch) -> Result<(), String>;
}

impl Updates for Updater {
    fn send(&mut self, batch: &Batch) -> Result<(), String> {
        Updater::send(self, &batch.text()).map_err(|error| error.to_string())
    }
}

/// What was done.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Report {
    /// Records that the zones should hold.
    pub wanted: usize,
    /// Records that were added.
    pub added: usize,
    /// Records that were removed.
    pub removed: usize,
    /// Records that would have been removed, had the lease file held an
    /// entry.
    pub spared: usize,
}

/// Why the zones were not brought in line.
#[derive(Debug, thiserror::Error)]
pub enum NamesError {
    /// A zone cannot be read.
    #[error("zone {zone} cannot be read from {server}: {source}")]
    Transfer {
        /// The zone.
        zone: String,
        /// The DNS server.
        server: SocketAddr,
        /// Why.
        source: AxfrError,
    },
    /// The lease file cannot be read.
    #[error("cannot read the lease file {path}: {source}")]
    Leases {
        /// The file.
        path: PathBuf,
        /// The system's reason.
        source: std::io::Error,
    },
    /// Too many names would go; nothing was changed.
    #[error("{0}")]
    Guard(Stop),
    /// An update was not taken; those before it were.
    #[error("an update of zone {zone} was not taken: {reason}")]
    Update {
        /// The zone.
        zone: String,
        /// What was said.
        reason: String,
    },
}
