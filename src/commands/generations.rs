//! `provha log` and `diff`: the kept generations.

use std::collections::{BTreeMap, BTreeSet};

use comfy_table::Table;

use crate::context::Context;
use crate::exit::Exit;
use crate::publish::generations::{Generations, reach};
use crate::render::dns::CPE_KEY;
use crate::report::{generation, json, local_time};
use crate::system::files;
use crate::{devices, report};

/// Files whose changes `diff` shows.
const MOST_FILES: usize = 50;

/// Prints the generations, the latest first.
pub fn log(context: &Context<'_>) -> anyhow::Result<Exit> {
    let all = Generations::look(&context.settings).list()?;
    context.console.result(&json::Log {
        command: "log",
        device: None,
        generations: all
            .iter()
            .enumerate()
            .map(|(i, meta)| generation(meta, i + 1 == all.len()))
            .collect(),
    });
    if all.is_empty() {
        context.console.note(
            "no generation is kept yet: the first run that changes something \
             makes one",
        );
        return Ok(Exit::Done);
    }
    let mut table = Table::new();
    table.load_preset(comfy_table::presets::NOTHING);
    table.set_header(["", "when", "command", "written", "removed", "reason"]);
    for (i, meta) in all.iter().rev().enumerate() {
        let live = if i == 0 { " (live)" } else { "" };
        table.add_row([
            format!("{}{live}", meta.number),
            local_time(meta.time),
            meta.command.clone(),
            meta.written.to_string(),
            meta.removed.to_string(),
            meta.reason.clone(),
        ]);
    }
    context.console.data(&format!("{table}\n"))?;
    Ok(Exit::Done)
}

/// Prints what changed from one generation to another.
pub fn diff(context: &Context<'_>, from: u64, to: u64) -> anyhow::Result<Exit> {
    let store = Generations::look(&context.settings);
    let all = store.list()?;
    let live = reach::reachable(from, &all)?.max(reach::reachable(to, &all)?);
    let (low, high) = (from.min(to), from.max(to));
    let mut touched = BTreeSet::new();
    store.replaced(low, high, &mut |_, entry| {
        touched.insert(entry.path);
        Ok(())
    })?;
    let shown: BTreeSet<String> =
        touched.iter().take(MOST_FILES).cloned().collect();
    let old = state(&store, low, live, &shown)?;
    let new = state(&store, high, live, &shown)?;
    let (old, new) = if from <= to { (old, new) } else { (new, old) };
    let mut differs = touched.len() > shown.len();
    for path in &shown {
        let content = |state: &BTreeMap<String, Vec<u8>>| {
            state.get(path).cloned().unwrap_or_default()
        };
        let (old, new) = (content(&old), content(&new));
        if old != new {
            differs = true;
            show(context, path, &old, &new)?;
        }
    }
    let not_shown = touched.len() - shown.len();
    if not_shown > 0 {
        context.console.data(&format!("… and {not_shown} more files\n"))?;
    }
    context.console.result(&json::Diff {
        command: "diff",
        from,
        to,
        not_shown,
        device: None,
        changes: None,
    });
    Ok(if differs && context.options.exit_code {
        Exit::Pending
    } else {
        Exit::Done
    })
}

/// Shows how a file differs between two generations.
fn show(
    context: &Context<'_>,
    path: &str,
    old: &[u8],
    new: &[u8],
) -> anyhow::Result<()> {
    let (console, name) = (context.console, path.trim_start_matches('/'));
    if path == CPE_KEY {
        // Nothing but a secret.
        console.change(name, &format!("{name}: another secret\n"))
    } else if report::file_set::is_hidden(&context.settings, path, &[old, new])
    {
        report::print_replaced(console, path)
    } else if name.ends_with(".cfg") {
        devices::print_settings(console, name, old, new)
    } else {
        report::print_texts(console, name, old, new)
    }
}

/// The contents of these paths at a generation; missing ones are not there.
fn state(
    store: &Generations,
    number: u64,
    live: u64,
    paths: &BTreeSet<String>,
) -> anyhow::Result<BTreeMap<String, Vec<u8>>> {
    let mut found = BTreeMap::new();
    store.replaced(number, live, &mut |_, entry| {
        if paths.contains(&entry.path) && !found.contains_key(&entry.path) {
            found.insert(entry.path, entry.before);
        }
        Ok(())
    })?;
    let live = |path: &String| files::read(&store.root().at(path)).ok();
    Ok(paths
        .iter()
        .filter_map(|path| {
            let content =
                found.get(path).cloned().unwrap_or_else(|| live(path));
            Some((path.clone(), content?))
        })
        .collect())
}
