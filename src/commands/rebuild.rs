//! `provha rebuild`: the timer's command.

use crate::cli;
use crate::context::Context;
use crate::exit::Exit;
use crate::maintenance::{self, Held};
use crate::rebuild::engine::{self, Done};

/// Runs the command.
pub fn run(context: &Context<'_>, args: &cli::Rebuild) -> anyhow::Result<Exit> {
    if let Held::Yes(why) = maintenance::hold(context)? {
        // The timer's run: nothing is wrong, and nothing is done.
        context.console.note(&why);
        Done::held().result(context);
        return Ok(Exit::Done);
    }
    let lock = context.lock("rebuild")?;
    let done = engine::to_the_end(context, lock, args.force)?;
    context.console.note(&done.line(context));
    done.result(context);
    done.tell_role(context);
    Ok(done.exit(context))
}
