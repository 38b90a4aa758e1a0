//! Does the steps of a plan, one path after the other, each noted first.

use std::path::{Path, PathBuf};
use std::process::Command;

use super::journal::{self, Journal};
use super::places::Places;
use super::plan::Plan;
use super::step::{Change, Step, Target};
use crate::context::Context;
use crate::system::files;
use crate::system::files::Owner;
use crate::system::process;

/// What came of it.
#[derive(Debug, Default)]
pub struct Applied {
    /// Paths that were changed.
    pub changed: Vec<String>,
    /// Commands that failed, with the reason.
    pub failed: Vec<String>,
}

/// Does all pending steps. The lock is held; `made` was made for it.
///
/// # Errors
/// A path cannot be changed: those before it are, and can be undone.
pub fn apply(
    context: &Context<'_>,
    places: &Places,
    plan: &Plan,
    journal: &mut Journal,
    made: &[PathBuf],
) -> anyhow::Result<Applied> {
    let mut applied = Applied::default();
    if !plan.is_pending() {
        return Ok(applied);
    }
    journal.begin(made)?;
    let mut commands: Vec<Vec<String>> = Vec::new();
    for step in plan.steps.iter().filter(|step| step.is_pending()) {
        context.console.note(&format!("{}: {}", step.name, step.what));
        journal.note_commands(&step.undone)?;
        for change in &step.changes {
            journal.note(step.name, &change.path, &change.to)?;
            make(context, &places.at(&change.path), change)?;
            applied.changed.push(change.path.clone());
        }
        add(&mut commands, step);
    }
    applied.failed = run(context, &commands);
    Ok(applied)
}

/// The commands of a step, those that are not there yet.
fn add(commands: &mut Vec<Vec<String>>, step: &Step) {
    for command in &step.after {
        if !commands.contains(command) {
            commands.push(command.clone());
        }
    }
}

/// Makes one path what it shall be.
fn make(
    context: &Context<'_>,
    live: &Path,
    change: &Change,
) -> files::Result<()> {
    if let Some(parent) = live.parent() {
        files::make_dirs(parent)?;
    }
    match &change.to {
        Target::Dir(mode) => {
            let (dir, name) = crate::system::dir::Dir::parent(live)?;
            dir.make_dir(name, *mode)?;
            dir.sync()
        }
        Target::Link(to) => {
            if files::is_dir(live) {
                let mut aside = live.as_os_str().to_owned();
                aside.push(".before-provha-setup");
                files::rename(live, Path::new(&aside))?;
            }
            journal::link(live, to)
        }
        Target::File { bytes, mode, group, .. } => {
            // The attributes of what is there are its owner's decision.
            let (mode, owner) = match journal::attributes(live)? {
                Some(there) => there,
                None => (*mode, new_owner(context, *group)),
            };
            files::replace_as(live, bytes, mode, owner)
        }
    }
}

/// The owner of a new file: root, with the group of a key.
fn new_owner(context: &Context<'_>, group: Option<&str>) -> Owner {
    match group {
        Some(key) => Owner::root_and(&context.settings, key),
        None => Owner::default(),
    }
}

/// Runs commands on the machine itself. Those that fail, with the reason: the
/// files are in place, and the commands can be run again by hand.
pub fn run(context: &Context<'_>, commands: &[Vec<String>]) -> Vec<String> {
    let root = context.settings.root();
    if !root.is_machine() || context.options.no_activate {
        return Vec::new();
    }
    let timeout = context.command_timeout();
    let booted = Path::new("/run/systemd/system").is_dir();
    let mut failed = Vec::new();
    for words in commands {
        let line = words.join(" ");
        if !booted && words.first().is_some_and(|word| word == "systemctl") {
            // A container or chroot: whoever starts its daemons does it there.
            context.console.note(&format!(
                "systemd does not run here: '{line}' is left to you"
            ));
            continue;
        }
        let Some((program, arguments)) = words.split_first() else { continue };
        let Some(program) = process::find(program) else {
            failed.push(format!("{line}: {program} is not installed"));
            continue;
        };
        let mut command = Command::new(program);
        match process::run(command.args(arguments), timeout) {
            Ok(ended) if ended.ok() => {
                context.console.detail(&format!("'{line}' is done"));
            }
            Ok(ended) => {
                let said = ended.output.trim().lines().last();
                let said = said.unwrap_or("it said nothing");
                failed.push(format!("'{line}' {}: {said}", ended.how()));
            }
            Err(error) => failed.push(format!("'{line}': {error}")),
        }
    }
    failed
}
