//! `provha support`: a masked bundle for somebody else.

use crate::cli::db::Support as Args;
use crate::context::Context;
use crate::exit::Exit;
use crate::sample::Wanted;
use crate::support;

/// Runs the command.
pub fn run(context: &Context<'_>, args: &Args) -> anyhow::Result<Exit> {
    let made = support::make(context, &Wanted::of(&args.rows), &args.out)?;
    context.console.note(&support::line(&made));
    context.console.result(&made);
    Ok(Exit::Done)
}
