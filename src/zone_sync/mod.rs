//! The names of all devices in this node's own zones.
//!
//! dhcpd puts a device into the DNS of the node that answered it, so each of
//! two nodes knows half of them (facts/dhcp-failover.md section 6). The lease
//! file is complete on both, because failover keeps it so: what it holds, with
//! the network, says which records there should be. The zones are read by
//! transfer, and only the differences are sent as dynamic updates.

pub mod change;
pub mod ip6_arpa;
pub mod job;
pub mod mark;
pub mod public;
pub mod reserved;
mod version6;
pub mod wanted;
pub mod zone;

use crate::clients::axfr;
use crate::isc_dhcp::leases;
use crate::model::Findings;
pub use crate::render::dns::mangle::{mangle, read_key as read_cpe_key};
use change::Changes;
pub use ip6_arpa::REVERSE6;
pub use job::{Job, Limits, NamesError, Report, Updates};
pub use public::{CpeKey, is_private};

/// The one reverse zone (DESIGN, section 6).
pub const REVERSE: &str = "in-addr.arpa";

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
    reconcile_within(job, Limits::NONE, updates, findings)
}

/// As [`reconcile`], within limits.
///
/// # Errors
/// As [`reconcile`]; and what the guard refuses.
pub fn reconcile_within(
    job: &Job<'_>,
    limits: Limits<'_>,
    updates: &mut dyn Updates,
    findings: &mut Findings,
) -> Result<Report, NamesError> {
    let site = &job.network.site;
    let domain = site.domain.to_ascii_lowercase();
    let mut zones = zone::Zones::of_site(site);
    if limits.forward {
        read(job, &domain, &mut |owner, rdata| zones.forward(owner, rdata))?;
    }
    if limits.reverse {
        read(job, REVERSE, &mut |owner, rdata| zones.reverse(owner, rdata))?;
    }
    if limits.reverse6 {
        read(job, REVERSE6, &mut |owner, rdata| {
            zones.reverse6(owner, rdata);
        })?;
    }
    zones.sort();
    let held = leases::held(job.leases, job.now).map_err(|source| {
        NamesError::Leases { path: job.leases.to_path_buf(), source }
    })?;
    let leased: Vec<_> = held.active.iter().map(|l| l.address).collect();
    let wanted = wanted::wanted(job, &zones, held.active, findings);
    if held.counts {
        let (lost, of) = change::lost_names(&zones, &wanted, &leased);
        (limits.guard)(lost, of).map_err(NamesError::Guard)?;
    }
    let mut report = Report { wanted: wanted.len(), ..Report::default() };
    if limits.forward {
        (limits.reserved)(&zones.reserved());
    }
    // First: the marks of the names say which pointers are ours.
    if limits.reverse {
        let mut changes =
            Changes::new(REVERSE, held.counts, updates, &mut report);
        change::reverse(&zones, &wanted, &mut changes)?;
        changes.flush()?;
    }
    if limits.reverse6 {
        // No lease says anything about these.
        let mut changes = Changes::new(REVERSE6, true, updates, &mut report);
        change::reverse6(&zones, &wanted, &mut changes)?;
        changes.flush()?;
    }
    if limits.forward {
        let mut changes =
            Changes::new(&domain, held.counts, updates, &mut report);
        change::forward(&zones, &wanted, &mut changes)?;
        changes.flush()?;
    }
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
