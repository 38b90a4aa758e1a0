//! `provha dns`: named's configuration, keys and zones.

use crate::context::Context;
use crate::exit::Exit;
use crate::guard;
use crate::model::Findings;
use crate::outputs::dns;
use crate::report;
use crate::seen;

/// Runs the command.
pub fn run(context: &Context<'_>) -> anyhow::Result<Exit> {
    let lock = context.lock("dns")?;
    let mut findings = Findings::default();
    let (mut db, seen) = seen::open(context)?;
    let mut network = context.network_from(&mut *db, &mut findings)?;
    drop(db);
    guard::with_drains(context, &mut network)?;
    context.console.findings("dns", &findings);
    guard::quarantine(context, &findings, network.rows)?;
    let templates = context.templates()?;
    let outcome = dns::apply(
        context,
        lock.as_ref(),
        &network,
        &templates,
        &mut findings,
    )?;
    if let Some(seen) = seen {
        seen.keep(context, lock.as_ref());
    }
    report::summary(context, network.site.role, &outcome, &findings)?;
    Ok(context.exit(!outcome.is_empty()))
}
