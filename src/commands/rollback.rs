//! `provha rollback`: a kept generation becomes live again.

use crate::console::count;
use crate::context::Context;
use crate::exit::{Exit, Stop};
use crate::publish::generations::{Generations, begin_of_last, reach};
use crate::report::{Outcome, json};
use crate::restore;

/// Runs the command.
pub fn run(context: &Context<'_>, number: Option<u64>) -> anyhow::Result<Exit> {
    let lock = context.lock("rollback")?;
    context.publisher().settle(lock.as_ref())?;
    let all = Generations::look(&context.settings).list()?;
    let Some(last) = all.last() else {
        return match number {
            Some(number) => Err(reach::unknown(number, &all).into()),
            None => Ok(nothing_to_undo(context)),
        };
    };
    let number = number.unwrap_or_else(|| begin_of_last(&all) - 1);
    let live = reach::reachable(number, &all)?;
    let mut outcome = Outcome {
        command: format!("rollback to {number}"),
        ..Outcome::default()
    };
    let range = (number, live);
    let done =
        restore::to_generation(context, lock.as_ref(), range, &mut outcome);
    let changed = outcome.written.len() + outcome.removed.len();
    done.map_err(|error| partly(error, number, last.number, changed))?;
    say(context, number, &outcome);
    Ok(context.exit(!outcome.is_empty()))
}

/// No run has changed anything yet.
fn nothing_to_undo(context: &Context<'_>) -> Exit {
    keep_result(context, 0, &Outcome::default());
    context.console.note("nothing to undo: no generation is kept yet");
    Exit::Done
}

/// The last lines.
fn say(context: &Context<'_>, number: u64, outcome: &Outcome) {
    let files = outcome.written.len() + outcome.removed.len();
    let would = if context.only_looks() { "would be " } else { "" };
    let files = count(files, "file");
    let mut line = format!("generation {number}: {files} {would}put back");
    for daemon in &outcome.restarted {
        line += &format!("; {daemon} restarted");
    }
    context.console.note(&line);
    if !context.only_looks() {
        context.console.warning(
            "this lasts until the next run renders from the database: dhcp, \
             dns, time and configfile do at once, rebuild and watch when rows \
             change that concern these files, or when their interval has \
             passed. Correct the rows before that, or stop the timer",
        );
    }
    keep_result(context, number, outcome);
}

/// Keeps the result for `--json`.
fn keep_result(context: &Context<'_>, number: u64, outcome: &Outcome) {
    context.console.result(&json::Rollback {
        command: "rollback",
        generation: number,
        dry_run: context.only_looks(),
        written: &outcome.written,
        removed: &outcome.removed,
        restarted: &outcome.restarted,
        seconds: context.console.elapsed().as_secs_f64(),
    });
}

/// The error of a roll-back of which some parts are live: a person must look.
fn partly(
    error: anyhow::Error,
    number: u64,
    last: u64,
    changed: usize,
) -> anyhow::Error {
    if changed == 0 {
        return error;
    }
    let message = format!(
        "{changed} files of generation {number} are live again, the others \
         are not: {}",
        crate::report::error::text(&error)
    );
    let hint = format!(
        "correct it and run 'provha rollback {number}' again, or go \
         back with 'provha rollback {last}'"
    );
    Stop { exit: Exit::Broken, message, hint: Some(hint) }.into()
}
