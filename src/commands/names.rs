//! The last step of `provha dns`: the names of all devices in the own zones.

use super::Run;
use crate::dns_update::Updater;
use crate::files::Doing;
use crate::model::{Findings, Network};
use crate::names::{self, CpeKey, Job, NamesError, Report};
use crate::render::dns::CPE_KEY;

/// The key that says where dhcpd's lease file is.
const LEASES: &str = "PROVHA__DHCPD_LEASES";

/// Brings the zones of the updater's server in line with the active leases
/// and the endpoints.
///
/// # Errors
/// A zone or the lease file that cannot be read, an update that is refused.
pub fn bring_in_line(
    run: &Run<'_>,
    network: &Network,
    updater: &mut Updater,
    findings: &mut Findings,
) -> Result<Report, NamesError> {
    let leases = run.settings.path(LEASES);
    let job = Job {
        network,
        leases: &leases,
        cpe_key: cpe_key(run),
        server: updater.server,
        timeout: run.command_timeout(),
        now: crate::env::now(),
    };
    let mut found = Findings::default();
    let report = names::reconcile(&job, updater, &mut found)?;
    run.talk.findings(&found);
    findings.extend(found);
    let Report { wanted, added, removed, spared } = report;
    run.talk.detail(&format!("the zones should hold {wanted} records"));
    if added + removed > 0 {
        run.talk
            .note(&format!("names: {added} records added, {removed} removed"));
    }
    if spared > 0 {
        let place = run.settings.place(LEASES);
        run.talk.warning(&format!(
            "{spared} records of names without a lease stay: {} ({LEASES}, \
             {place}) is not there or holds no lease entry; no name goes \
             until it does",
            run.settings.text(LEASES),
        ));
    }
    Ok(report)
}

/// The key of public devices' names. That it is missing was told before.
fn cpe_key(run: &Run<'_>) -> Option<CpeKey> {
    let path = run.settings.root().at(CPE_KEY);
    let text = std::fs::read_to_string(&path).doing("read", &path).ok()?;
    names::read_cpe_key(&text)
}
