//! The machine's part in a hand-over: links of units, commands.

use std::path::{Path, PathBuf};

use crate::context::Context;
use crate::system::{files, process};

/// The links that start a unit, or its timer.
pub fn links(at: &dyn Fn(&Path) -> PathBuf, unit: &str) -> Vec<PathBuf> {
    let timer = unit.replace(".service", ".timer");
    let mut out = Vec::new();
    let dir = Path::new("/etc/systemd/system");
    let entries = std::fs::read_dir(at(dir)).into_iter().flatten().flatten();
    for entry in entries {
        let list = entry.file_name();
        let text = list.to_string_lossy();
        if !text.ends_with(".wants") && !text.ends_with(".requires") {
            continue;
        }
        for name in [unit, timer.as_str()] {
            let link = dir.join(&list).join(name);
            if files::exists(&at(&link)) && !out.contains(&link) {
                out.push(link);
            }
        }
    }
    out.sort();
    out
}

/// Runs the commands on the machine itself; whether one failed.
pub fn commands(context: &Context<'_>, lines: &[String]) -> bool {
    let machine = context.settings.root().is_machine();
    if !machine || context.options.no_activate {
        return false;
    }
    let mut failed = false;
    let mut done: Vec<&String> = Vec::new();
    for line in lines {
        if done.contains(&line) {
            continue;
        }
        done.push(line);
        let timeout = context.command_timeout();
        let ended = process::run(&mut process::shell(line), timeout);
        if !ended.as_ref().is_ok_and(process::Outcome::ok) {
            context.console.warning(&format!("'{line}' failed: run it"));
            failed = true;
        }
    }
    failed
}
