//! `provha dns`: named's configuration, keys and zones.

use crate::context::Context;
use crate::exit::Exit;
use crate::guard;
use crate::model::Findings;
use crate::outputs::dns;
use crate::report;

/// Runs the command.
pub fn run(context: &Context<'_>) -> anyhow::Result<Exit> {
    let lock = context.lock("dns")?;
    let mut findings = Findings::default();
    let mut network = context.network(&mut findings)?;
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
    report::summary(context, network.site.role, &outcome, &findings)?;
    Ok(context.exit(!outcome.is_empty()))
}
