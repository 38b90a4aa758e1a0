//! `provha clean-up-slave`: puts away what must not run on a slave, and
//! brings it back on demand.

use std::collections::BTreeSet;
use std::path::PathBuf;
use std::time::Duration;

use crate::cli::CleanUp;
use crate::cluster::store::{Back, Place, Store};
use crate::cluster::wanted::{self, MANY, Wanted};
use crate::context::Context;
use crate::exit::{Exit, Stop};
use crate::model::Role;
use crate::report::json;
use crate::source::load::{self, LoadError};
use crate::system::lock::Lock;
use crate::system::process;

/// Runs the command.
///
/// # Errors
/// Exit 3: not a slave, or a pattern that names too much.
pub fn run(context: &Context<'_>, options: &CleanUp) -> anyhow::Result<Exit> {
    if !options.restore {
        only_slave(context)?;
    }
    let _lock = lock(context)?;
    let root = context.settings.root().clone();
    let dir =
        context.settings.path("PROVHA__STATE_DIR").join("moved_system_files");
    let store = Store::new(root, dir);
    if options.restore {
        restore(context, store)
    } else {
        put_away(context, store)
    }
}

/// Refuses any role but the slave's. What is put away makes a machine
/// passive, so that its addresses speak for the slave is asked too, where
/// the database can be.
fn only_slave(context: &Context<'_>) -> anyhow::Result<()> {
    let key = "PROVHA__OWN_STATE";
    let word = context.settings.text(key);
    let place = context.settings.place(key);
    let refused = |what: String| {
        let hint = "on a slave: set PROVHA__OWN_STATE=slave in provha.env, \
                    or give --role slave";
        Err(Stop::refused(what).hint(hint).into())
    };
    let role = context.machine.role.or_else(|| Role::read(word));
    match (role, context.machine.role) {
        (Some(Role::Slave), Some(_)) => Ok(()),
        (Some(Role::Slave), None) => confirm(context),
        (Some(role), given) => refused(format!(
            "clean-up-slave is for slaves only, and this machine is the {} \
             ({})",
            role.word(),
            given.map_or(place, |_| "--role".into())
        )),
        (None, _) if word.is_empty() => {
            refused("the role of this machine is not set".into())
        }
        (None, _) => refused(format!("{place}: the role '{word}' is unknown")),
    }
}

/// Asks the database whether the machine's addresses are a slave's. A
/// database that is not there does not hold the clean-up back: packages are
/// upgraded whether or not it runs.
fn confirm(context: &Context<'_>) -> anyhow::Result<()> {
    let asked = context.database().and_then(|mut db| {
        let mut warnings = Vec::new();
        let settings = &context.settings;
        Ok(load::site(&mut *db, settings, &context.machine, &mut warnings)?)
    });
    let Err(error) = asked else { return Ok(()) };
    let unusable = |cause: &(dyn std::error::Error + 'static)| {
        let load = cause.downcast_ref::<LoadError>();
        matches!(load, Some(LoadError::Unusable { .. }))
    };
    if error.chain().any(unusable) {
        return Err(error);
    }
    context.console.warning(&format!(
        "the database does not say whether this is a slave, so \
         PROVHA__OWN_STATE is believed: {error:#}"
    ));
    Ok(())
}

/// A lock of its own: a package hook must not fail because a rebuild runs.
fn lock(context: &Context<'_>) -> anyhow::Result<Option<Lock>> {
    if context.only_looks() {
        return Ok(None);
    }
    let mut path = context.settings.path("PROVHA__LOCK_FILE").into_os_string();
    path.push(".clean-up");
    let wait = Duration::from_secs(context.options.lock_wait);
    Ok(Some(Lock::acquire(&PathBuf::from(path), "clean-up-slave", wait)?))
}

/// What a run did, or would do.
#[derive(Debug, Default)]
struct Outcome {
    moved: Vec<PathBuf>,
    restored: Vec<PathBuf>,
    set_aside: Vec<PathBuf>,
    conflicts: Vec<PathBuf>,
    failed: usize,
}

/// Puts away all that the list names.
fn put_away(context: &Context<'_>, mut store: Store) -> anyhow::Result<Exit> {
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
        return finish(context, &outcome);
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
    finish(context, &outcome)
}

/// Brings back all that was put away.
fn restore(context: &Context<'_>, mut store: Store) -> anyhow::Result<Exit> {
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
            "{} is not brought back: something else is there now",
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
    finish(context, &outcome)
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
        context.console.note(&format!(
            "brought back but not started: {}",
            units.join(", ")
        ));
    }
}

/// Reports, and finds the exit code.
fn finish(context: &Context<'_>, outcome: &Outcome) -> anyhow::Result<Exit> {
    keep_result(context, outcome);
    print_lines(context, outcome)?;
    context.console.note(&summary(context, outcome));
    if outcome.failed > 0 || !outcome.conflicts.is_empty() {
        return Ok(Exit::Failed);
    }
    let pending = !outcome.moved.is_empty() || !outcome.restored.is_empty();
    Ok(context.exit(pending))
}

/// What was done, a line each on stdout.
fn print_lines(context: &Context<'_>, outcome: &Outcome) -> anyhow::Result<()> {
    if context.options.quiet {
        return Ok(());
    }
    let would = if context.only_looks() { "would be " } else { "" };
    for (word, paths) in
        [("moved", &outcome.moved), ("restored", &outcome.restored)]
    {
        for path in paths {
            let line = format!("{would}{word} {}\n", path.display());
            context.console.data(&line)?;
        }
    }
    Ok(())
}

/// Keeps the result for `--json`.
fn keep_result(context: &Context<'_>, outcome: &Outcome) {
    context.console.result(&json::CleanUp {
        command: "clean-up-slave",
        dry_run: context.only_looks(),
        moved: &outcome.moved,
        restored: &outcome.restored,
        set_aside: &outcome.set_aside,
        conflicts: &outcome.conflicts,
        failed: outcome.failed,
        seconds: context.console.elapsed().as_secs_f64(),
    });
}

/// The summary line.
fn summary(context: &Context<'_>, outcome: &Outcome) -> String {
    let would = if context.only_looks() { "would be " } else { "" };
    let mut parts = Vec::new();
    for (word, count) in
        [("moved", outcome.moved.len()), ("restored", outcome.restored.len())]
    {
        if count > 0 {
            parts.push(format!("{count} {would}{word}"));
        }
    }
    if !outcome.set_aside.is_empty() {
        let count = outcome.set_aside.len();
        parts.push(format!("{count} older set aside"));
    }
    if !outcome.conflicts.is_empty() {
        parts.push(format!("{} in the way", outcome.conflicts.len()));
    }
    if outcome.failed > 0 {
        parts.push(format!("{} failed", outcome.failed));
    }
    if parts.is_empty() {
        parts.push("nothing to do".into());
    }
    format!("clean-up-slave: {}", parts.join("; "))
}
