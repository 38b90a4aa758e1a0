//! `provha rebuild`: the timer's command.

use crate::cli;
use crate::context::Context;
use crate::exit::Exit;
use crate::maintenance::{self, Held};
use crate::rebuild::engine::{self, Done, StepOptions};

/// Runs the command.
pub fn run(context: &Context<'_>, args: &cli::Rebuild) -> anyhow::Result<Exit> {
    if let Held::Yes(why) = maintenance::hold(context)? {
        // The timer's run: nothing is wrong, and nothing is done.
        context.console.note(&why);
        Done::held().result(context);
        return Ok(Exit::Done);
    }
    let lock = context.lock("rebuild")?;
    let options = StepOptions { force: args.force, hold: None, answer: None };
    let done = engine::step(context, lock.as_ref(), &options)?;
    context.console.note(&done.line(context));
    done.result(context);
    done.tell_role(context);
    Ok(done.exit(context))
}
