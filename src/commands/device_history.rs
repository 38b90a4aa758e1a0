//! `provha log DEVICE` and `diff N M DEVICE`: what one device got, and when.

use std::fmt::Write as _;

use crate::context::Context;
use crate::exit::{Exit, Stop};
use crate::explain::find::{ALONE, describe, of_the_past};
use crate::explain::past::{self, Past};
use crate::json::{ChangedFile, Diff, Generation, Log};
use crate::publish::generations::touched::Touched;
use crate::publish::generations::{Generations, Meta, reach};
use crate::report::{generation, local_time};

/// Prints the generations that changed something of a device, the latest
/// first.
pub fn log(context: &Context<'_>, text: &str) -> anyhow::Result<Exit> {
    let device = of_the_past(context, text)?;
    let mut past = Past::new(context, &device);
    let touched = past.touched()?;
    let mut after = past.now();
    let (mut found, mut seen) = (Vec::new(), !after.is_empty());
    for generation in touched {
        let before = match past.before(&generation, &after) {
            Ok(before) => before,
            Err(error) => {
                unread(context, &generation, &error);
                continue;
            }
        };
        seen |= !before.is_empty();
        let changes = past::changes(&before, &after);
        if !changes.is_empty() {
            found.push((generation.meta, changes));
        }
        after = before;
    }
    if !seen && device.by == ALONE {
        return Err(nothing(text).into());
    }
    let last = Generations::look(&context.settings).list()?;
    let last = last.last().map_or(0, |meta| meta.number);
    context.console.result(&Log {
        command: "log",
        device: Some(device.to_string()),
        generations: found.iter().rev().map(|one| told(one, last)).collect(),
    });
    if found.is_empty() {
        context.console.note("no kept generation changed anything of it");
    }
    let mut out = describe(&device) + "\n";
    for (meta, changes) in &found {
        let _ = writeln!(out, "\n{}", head(meta));
        lines(changes, context.console.is_verbose(), &mut out);
    }
    context.console.data(&out)?;
    Ok(Exit::Done)
}

/// Says that a record cannot be read: what it changed is told with the
/// generation before it.
fn unread(context: &Context<'_>, generation: &Touched, error: &anyhow::Error) {
    let why = crate::report::error::text(error);
    let number = generation.meta.number;
    context.console.warning(&format!(
        "generation {number} cannot be read ({why}): what it changed is told \
         with the one before it"
    ));
}

/// The refusal of a device that nothing knows.
fn nothing(text: &str) -> Stop {
    let text = text.escape_debug();
    Stop::failed(format!(
        "no device '{text}': no row, no lease, no live file and no kept \
         generation has it"
    ))
    .hint("provha explain tells which devices are close to it")
}

/// A generation as it stands in JSON.
fn told((meta, changes): &(Meta, Vec<ChangedFile>), last: u64) -> Generation {
    let one = generation(meta, meta.number == last);
    Generation { changes: Some(changes.clone()), ..one }
}

/// The line of a generation.
fn head(meta: &Meta) -> String {
    let mut line = format!(
        "generation {}, {}, {}",
        meta.number,
        local_time(meta.time),
        meta.command
    );
    if !meta.reason.is_empty() {
        line += &format!(": {}", meta.reason.escape_debug());
    }
    line
}

/// The changes as lines. What changed in the text of a boot file says nothing
/// that the settings of its binary do not: it comes with -v.
fn lines(changes: &[ChangedFile], all: bool, out: &mut String) {
    for change in changes {
        let binary =
            change.file.strip_suffix("conf").map(|f| f.to_owned() + "cfg");
        let told = |file: &String| changes.iter().any(|c| c.file == *file);
        if !all && binary.as_ref().is_some_and(told) {
            continue;
        }
        let _ = writeln!(out, "  {}", change.file);
        for line in &change.changes {
            let _ = writeln!(out, "    {line}");
        }
    }
}

/// Prints what changed for a device from one generation to another.
pub fn diff(
    context: &Context<'_>,
    (from, to): (u64, u64),
    text: &str,
) -> anyhow::Result<Exit> {
    let all = Generations::look(&context.settings).list()?;
    let _ = reach::reachable(from, &all)?.max(reach::reachable(to, &all)?);
    let device = of_the_past(context, text)?;
    let mut past = Past::new(context, &device);
    let (low, high) = (from.min(to), from.max(to));
    let mut state = past.now();
    let mut later = None;
    let mut seen = !state.is_empty();
    for generation in past.touched()? {
        let number = generation.meta.number;
        if number <= high && later.is_none() {
            later = Some(state.clone());
        }
        if number <= low {
            break;
        }
        // Here a record that cannot be read is the end: what lay there then is
        // not known.
        state = past.before(&generation, &state)?;
        seen |= !state.is_empty();
    }
    if !seen && device.by == ALONE {
        return Err(nothing(text).into());
    }
    let later = later.unwrap_or_else(|| state.clone());
    let (old, new) = if from <= to { (state, later) } else { (later, state) };
    let changes = past::changes(&old, &new);
    context.console.result(&Diff {
        command: "diff",
        from,
        to,
        not_shown: 0,
        device: Some(device.to_string()),
        changes: Some(changes.clone()),
    });
    let mut out = String::new();
    lines(&changes, context.console.is_verbose(), &mut out);
    context.console.data(&out)?;
    if changes.is_empty() {
        context.console.note("nothing changed for it");
    }
    Ok(match !changes.is_empty() && context.options.exit_code {
        true => Exit::Pending,
        false => Exit::Done,
    })
}
