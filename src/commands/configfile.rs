//! `provha configfile`: the files of modems and telephone adapters.

use crate::cli;
use crate::context::Context;
use crate::devices::{self, Selection};
use crate::exit::Exit;
use crate::model::Findings;
use crate::seen;

/// Runs the command.
pub fn run(
    context: &Context<'_>,
    args: &cli::Configfile,
) -> anyhow::Result<Exit> {
    let lock = context.lock("configfile")?;
    let selection = Selection {
        kind: args.kind.map(Into::into),
        ids: args.id.clone(),
        full: args.full,
        news_only: false,
    };
    let mut findings = Findings::default();
    let (mut db, seen) = seen::open(context)?;
    let (outcome, stop) = devices::make_of(
        context,
        lock.as_ref(),
        &mut *db,
        &selection,
        &mut findings,
    )?;
    // Files of the other devices are live where some have none.
    if let Some(seen) = seen {
        seen.keep(context, lock.as_ref());
    }
    if let Some(stop) = stop {
        return Err(stop.into());
    }
    Ok(context.exit(!outcome.is_empty()))
}
