//! `provha configfile`: the files of modems and telephone adapters.

use crate::cli;
use crate::context::Context;
use crate::devices::{self, Selection};
use crate::exit::Exit;
use crate::model::Findings;

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
    let outcome =
        devices::make(context, lock.as_ref(), &selection, &mut findings)?;
    Ok(context.exit(!outcome.is_empty()))
}
