//! Puts away what must not run on a slave, and brings it back.

use std::collections::BTreeSet;
use std::path::PathBuf;

use crate::cluster::store::{Back, Place, Store};
use crate::cluster::wanted::{self, MANY, Wanted};
use crate::context::Context;
use crate::exit::Stop;
use crate::system::process;

/// What a run did, or would do.
#[derive(Debug, Default)]
pub struct Outcome {
    /// Paths that were put away.
    pub moved: Vec<PathBuf>,
    /// Paths that were brought back.
    pub restored: Vec<PathBuf>,
    /// Older copies that differ from what was put away now.
    pub set_aside: Vec<PathBuf>,
    /// Paths at which something else is now.
    pub conflicts: Vec<PathBuf>,
    /// Paths that could not be moved.
    pub failed: usize,
}

/// Puts away all that the list names.
///
/// # Errors
/// The list names something that must stay, or too much.
pub fn put_away(
    context: &Context<'_>,
    mut store: Store,
) -> anyhow::Result<Outcome> {
    let wanted = find(context)?;
    for path in &wanted.kept {
        context.console.warning(&format!(
            "{} stays: a slave needs it (PROVHA__CLEAN_UP_PATHS)",
            path.display()
        ));
    }
    let mut outcome = Outcome::default();
    if context.only_looks() {
        outcome.moved = wanted.paths.into_iter().collect();
        return Ok(outcome);
    }
    stop_units(context, &wanted.paths);
    for path in &wanted.paths {
        if let Err(error) = store.put_away(path) {
            outcome.failed += 1;
            context.console.error(&error.to_string());
            context.console.hint(error.hint());
        }
    }
    let done = std::mem::take(&mut store.done);
    (outcome.moved, outcome.set_aside) = (done.moved, done.set_aside);
    for copy in &outcome.set_aside {
        context.console.note(&format!(
            "an older copy that differs is kept as {}",
            copy.display()
        ));
    }
    reload(context, &outcome.moved);
    Ok(outcome)
}

/// Brings back all that was put away.
///
/// # Errors
/// The store cannot be read.
pub fn restore(
    context: &Context<'_>,
    mut store: Store,
) -> anyhow::Result<Outcome> {
    let plan = store.plan_back()?;
    let mut outcome = Outcome::default();
    let with = |place: Place| {
        let of_place = move |back: &&Back| back.place == place;
        plan.iter().filter(of_place).map(|back| back.path.clone())
    };
    outcome.conflicts = with(Place::Taken).collect();
    if context.only_looks() {
        outcome.restored = with(Place::Free).collect();
    } else {
        for back in &plan {
            if let Err(error) = store.put_back(back) {
                outcome.failed += 1;
                context.console.error(&error.to_string());
                context.console.hint(error.hint());
            }
        }
        store.prune()?;
        outcome.restored = std::mem::take(&mut store.done.restored);
        reload(context, &outcome.restored);
        start_hint(context, &outcome.restored);
    }
    for path in &outcome.conflicts {
        context.console.error(&format!(
            "{} is not restored: another file is there now",
            path.display()
        ));
    }
    if !outcome.conflicts.is_empty() {
        context.console.hint(
            "move that away, or keep it and remove the stored one below \
             moved_system_files; then restore again",
        );
    }
    if store.older().exists() {
        context
            .console
            .note(&format!("older copies stay in {}", store.older().display()));
    }
    Ok(outcome)
}

/// What the list names on this machine.
fn find(context: &Context<'_>) -> anyhow::Result<Wanted> {
    let key = "PROVHA__CLEAN_UP_PATHS";
    let list = context.settings.list(key);
    let refused = |what: String, hint: &str| {
        let place = context.settings.place(key);
        Err(Stop::refused(format!("{place}: {key}: {what}")).hint(hint).into())
    };
    for pattern in &list {
        if let Some(why) = wanted::objection(pattern) {
            let hint = "such as /etc/cron.d/cacti*";
            return refused(format!("{pattern} is refused: {why}"), hint);
        }
    }
    let kept = [
        context.settings.plain_path("PROVHA__STATE_DIR"),
        context.settings.plain_path("PROVHA__TFTP_DIR"),
    ];
    let wanted = Wanted::find(context.settings.root(), &list, &kept)?;
    if wanted.paths.len() > MANY {
        let what = format!(
            "it names {} paths, more than {MANY}: nothing is moved",
            wanted.paths.len()
        );
        return refused(what, "name what must not run more closely");
    }
    Ok(wanted)
}

/// Whether commands may be run on this machine.
fn may_act(context: &Context<'_>) -> bool {
    !context.options.no_activate && context.settings.root().is_machine()
}

/// Stops the units whose files will be put away. One that cannot be stopped
/// is a warning: without its file it will not start again.
fn stop_units(context: &Context<'_>, paths: &BTreeSet<PathBuf>) {
    let line = context.settings.text("PROVHA__CLEAN_UP_STOP");
    if !may_act(context) || !is_there(line) {
        return;
    }
    let units: BTreeSet<_> =
        paths.iter().filter_map(|path| wanted::unit_of(path)).collect();
    for unit in units {
        // A template stands for all its instances.
        let unit = unit.replace("@.", "@*.");
        order(context, &line.replace("%u", &format!("'{unit}'")));
    }
}

/// Tells systemd and supervisord about files that came or went.
fn reload(context: &Context<'_>, paths: &[PathBuf]) {
    if !may_act(context) {
        return;
    }
    let any = |part: &str| {
        let of = |path: &PathBuf| {
            path.iter().any(|name| name.to_string_lossy().starts_with(part))
        };
        paths.iter().any(of)
    };
    for (part, key) in [
        ("systemd", "PROVHA__CLEAN_UP_RELOAD"),
        ("supervisor", "PROVHA__CLEAN_UP_SUPERVISOR"),
    ] {
        let line = context.settings.text(key);
        if any(part) && is_there(line) {
            order(context, line);
        }
    }
}

/// Whether the program of a command line is installed.
fn is_there(line: &str) -> bool {
    line.split_whitespace().next().is_some_and(|p| process::find(p).is_some())
}

/// Runs a command of the user; failing is a warning.
fn order(context: &Context<'_>, line: &str) {
    let timeout = context.command_timeout();
    let (how, said) = match process::run(&mut process::shell(line), timeout) {
        Ok(ended) if ended.ok() => {
            context.console.detail(&format!("'{line}' is done"));
            return;
        }
        Ok(ended) => (ended.how(), ended.output),
        Err(error) => ("cannot be run".into(), error.to_string()),
    };
    let said = said.trim().lines().last().unwrap_or("it said nothing");
    context.console.warning(&format!("'{line}' {how}: {said}"));
}

/// Names the units that came back: starting them is the user's decision.
fn start_hint(context: &Context<'_>, paths: &[PathBuf]) {
    let units: BTreeSet<_> =
        paths.iter().filter_map(|path| wanted::unit_of(path)).collect();
    if !units.is_empty() {
        let units: Vec<_> = units.into_iter().collect();
        context
            .console
            .note(&format!("restored but not started: {}", units.join(", ")));
    }
}
