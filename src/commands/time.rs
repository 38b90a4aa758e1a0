//! `provha time`: chrony's part and the time service.

use crate::context::Context;
use crate::exit::Exit;
use crate::guard;
use crate::model::Findings;
use crate::outputs::time;
use crate::report;
use crate::seen;

/// Runs the command.
pub fn run(context: &Context<'_>) -> anyhow::Result<Exit> {
    let lock = context.lock("time")?;
    let mut findings = Findings::default();
    let (mut db, seen) = seen::open(context)?;
    let mut network = context.network_from(&mut *db, &mut findings)?;
    drop(db);
    guard::with_drains(context, &mut network)?;
    context.console.findings("time", &findings);
    guard::quarantine(context, &findings, network.rows)?;
    let templates = context.templates()?;
    let outcome = time::apply(context, lock.as_ref(), &network, &templates)?;
    if let Some(seen) = seen {
        seen.keep(context, lock.as_ref());
    }
    report::summary(context, network.site.role, &outcome, &findings)?;
    Ok(context.exit(!outcome.written.is_empty()))
}
