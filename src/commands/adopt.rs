//! `provha adopt`: compares what would be written with what is live.

use crate::adopt::gather::report;
use crate::adopt::{Reason, json, text};
use crate::cli::Global;
use crate::console::Console;
use crate::context::Context;
use crate::env::Env;
use crate::exit::Exit;

/// Runs the command.
///
/// # Errors
/// The database cannot be read, or its settings are unusable.
pub fn run(
    env: &Env,
    options: &Global,
    console: &Console,
) -> anyhow::Result<Exit> {
    // Whatever is asked on the way, nothing is written and no daemon asked.
    let quiet = Global { dry_run: true, no_activate: true, ..options.clone() };
    let context = Context::prepare(env, &quiet, console)?;
    let report = report(&context)?;
    let seconds = console.elapsed().as_secs_f64();
    console.result(&json::result(&report, seconds));
    console.data(&text::text(&report))?;
    let open = report.count(Reason::Unexplained.word()) > 0;
    let unknown = !report.closed.is_empty();
    Ok(match () {
        // Nobody can say yet that the service stays as it is.
        () if open || unknown => Exit::Refused,
        () if options.exit_code && !report.differences.is_empty() => {
            Exit::Pending
        }
        () => Exit::Done,
    })
}
