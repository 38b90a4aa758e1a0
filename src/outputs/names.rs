//! The last step of `provha dns`: the names of all devices in our zones.

use std::collections::BTreeSet;

use crate::cli::Guard;
use crate::clients::nsupdate::Updater;
use crate::context::Context;
use crate::guard::losses::Losses;
use crate::model::{Findings, Network};
use crate::render::dns::CPE_KEY;
use crate::system::files;
use crate::zone_sync;
use crate::zone_sync::{CpeKey, Job, Limits, NamesError, Report, reserved};

/// The key that says where dhcpd's lease file is.
const LEASES: &str = "PROVHA__DHCPD_LEASES";

/// Which zones the server serves; the others stay as they are.
#[derive(Clone, Copy)]
pub struct Served {
    /// The forward zone.
    pub forward: bool,
    /// The reverse zone.
    pub reverse: bool,
    /// The reverse zone of IP version 6.
    pub reverse6: bool,
}

/// Brings the zones of the updater's server in line with the active leases
/// and the endpoints.
///
/// Only the zones that the server serves.
///
/// # Errors
/// A zone or the lease file that cannot be read, an update that is refused,
/// too many names that would go.
pub fn bring_in_line(
    context: &Context<'_>,
    network: &Network,
    updater: &mut Updater,
    served: Served,
    findings: &mut Findings,
) -> Result<Report, NamesError> {
    let leases = context.settings.path(LEASES);
    let job = Job {
        network,
        leases: &leases,
        cpe_key: cpe_key(context),
        server: updater.server,
        timeout: context.command_timeout(),
        now: crate::env::now(),
    };
    let mut found = Findings::default();
    let guard = |lost: Vec<String>, of: usize| {
        let mut losses = Losses::default();
        losses.add(context, Guard::Names, lost, of);
        losses.refusal(context).map_or(Ok(()), Err)
    };
    let keep = |names: &BTreeSet<&str>| keep_reserved(context, names);
    let Served { forward, reverse, reverse6 } = served;
    let (guard, reserved) = (&guard, &keep);
    let limits = Limits { forward, reverse, reverse6, guard, reserved };
    let report =
        zone_sync::reconcile_within(&job, limits, updater, &mut found)?;
    context.console.findings("names", &found);
    findings.extend(found);
    let Report { wanted, added, removed, spared } = report;
    context.console.detail(&format!("the zones should hold {wanted} records"));
    if added + removed > 0 {
        context
            .console
            .note(&format!("names: {added} records added, {removed} removed"));
    }
    if spared > 0 {
        let place = context.settings.place(LEASES);
        context.console.warning(&format!(
            "{spared} records of names without a lease stay: {} ({LEASES}, \
             {place}) is not there or holds no lease entry; no name goes \
             until it does",
            context.settings.text(LEASES),
        ));
    }
    Ok(report)
}

/// Keeps the names that no device may have.
fn keep_reserved(context: &Context<'_>, names: &BTreeSet<&str>) {
    let dir = context.settings.path("PROVHA__STATE_DIR");
    if let Err(error) = reserved::keep(&dir, names) {
        context.console.warning(&format!(
            "{error}: a modem that is called as a server may take its name"
        ));
    }
}

/// The key of public devices' names. That it is missing was told before.
fn cpe_key(context: &Context<'_>) -> Option<CpeKey> {
    let path = context.settings.root().at(CPE_KEY);
    let text = files::read_text(&path).ok()?;
    zone_sync::read_cpe_key(&text)
}
