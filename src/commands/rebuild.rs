//! `provha rebuild`: the timer's command.

use crate::cli;
use crate::context::Context;
use crate::exit::Exit;
use crate::rebuild::engine;

/// Runs the command.
pub fn run(context: &Context<'_>, args: &cli::Rebuild) -> anyhow::Result<Exit> {
    let lock = context.lock("rebuild")?;
    let done = engine::to_the_end(context, lock, args.force)?;
    context.console.note(&done.line(context));
    done.result(context);
    done.tell_role(context);
    Ok(done.exit(context))
}
