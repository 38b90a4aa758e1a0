//! The names of all devices in this node's own zones.
//!
//! dhcpd puts a device into the DNS of the node that answered it, so each of
//! two nodes knows half of them (facts/dhcp-failover.md section 6). The lease
//! file is complete on both, because failover keeps it so: what it holds, with
//! the network, says which records there should be. The zones are read by
//! transfer, and only the differences are sent as dynamic updates.

pub mod change;
pub mod public;
pub mod wanted;
pub mod zone;

use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::time::Duration;

use crate::clients::axfr::{self, AxfrError};
use crate::clients::nsupdate::Updater;
use crate::isc_dhcp::leases;
use crate::model::{Findings, Network};
pub use crate::render::dns::mangle::{mangle, read_key as read_cpe_key};
use change::Batch;
pub use public::{CpeKey, is_private};

/// The one reverse zone (DESIGN, section 6).
pub const REVERSE: &str = "in-addr.arpa";

/// What is to be brought in line.
pub struct Job<'a> {
    /// The network.
    pub network: &'a Network,
    /// dhcpd's lease file.
    pub leases: &'a Path,
    /// The key of the public devices' names; None: their names stay as they
    /// are.
    pub cpe_key: Option<CpeKey>,
    /// The own DNS server; it must allow transfers from here.
    pub server: SocketAddr,
    /// How long one zone transfer may take.
    pub timeout: Duration,
    /// Seconds since 1970 (UTC).
    pub now: i64,
}

/// What carries changes to the DNS server.
pub trait Updates {
    /// Sends one message of `nsupdate` lines for one zone, all or nothing:
    /// at most a thousand lines, and less than a message holds.
    ///
    /// # Errors
    /// What the server or nsupdate said.
    fn send(&mut self, zone: &str, lines: &[String]) -> Result<(), String>;
}

impl Updates for Updater {
    fn send(&mut self, zone: &str, lines: &[String]) -> Result<(), String> {
        let changes = format!("zone {zone}.\n{}\nsend\n", lines.join("\n"));
        Updater::send(self, &changes).map_err(|error| error.to_string())
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
    /// An update was not taken; those before it were.
    #[error("an update of zone {zone} was not taken: {reason}")]
    Update {
        /// The zone.
        zone: String,
        /// What was said.
        reason: String,
    },
}

/// Brings the forward and the reverse zone in line with the active leases and
/// the endpoints.
///
/// The zones are read before the lease file: dhcpd writes a lease before it
/// adds its name, so a name that is there without a lease is a name too many.
/// That holds where the file has an entry at all; one that is not there or
/// empty tells of no name that it should go.
///
/// # Errors
/// A zone or the lease file cannot be read, an update is not taken. What was
/// sent before stays; the next run does the rest.
pub fn reconcile(
    job: &Job<'_>,
    updates: &mut dyn Updates,
    findings: &mut Findings,
) -> Result<Report, NamesError> {
    let site = &job.network.site;
    let domain = site.domain.to_ascii_lowercase();
    let mut zones = zone::Zones::new(&domain, &site.fqdn);
    read(job, &domain, &mut |owner, rdata| zones.forward(owner, rdata))?;
    read(job, REVERSE, &mut |owner, rdata| zones.reverse(owner, rdata))?;
    zones.sort();
    let held = leases::held(job.leases, job.now).map_err(|source| {
        NamesError::Leases { path: job.leases.to_path_buf(), source }
    })?;
    let wanted = wanted::wanted(job, &zones, held.active, findings);
    let mut report = Report { wanted: wanted.len(), ..Report::default() };
    let mut batch = Batch::new(&domain, held.counts, updates, &mut report);
    change::forward(&zones, &wanted, &mut batch)?;
    batch.flush()?;
    let mut batch = Batch::new(REVERSE, held.counts, updates, &mut report);
    change::reverse(&zones, &wanted, &mut batch)?;
    batch.flush()?;
    Ok(report)
}

/// Transfers a zone.
fn read(
    job: &Job<'_>,
    zone: &str,
    visit: &mut dyn FnMut(&str, axfr::Rdata),
) -> Result<(), NamesError> {
    axfr::transfer(job.server, zone, job.timeout, visit).map_err(|source| {
        let (zone, server) = (zone.to_string(), job.server);
        NamesError::Transfer { zone, server, source }
    })
}

#[cfg(test)]
mod tests;
