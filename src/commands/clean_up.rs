//! `provha clean-up-slave`: puts away what must not run on a slave, and
//! brings it back on demand.

use std::path::PathBuf;
use std::time::Duration;

use crate::cli::CleanUp;
use crate::cluster::clean_up::{self, Outcome};
use crate::cluster::store::Store;
use crate::context::Context;
use crate::exit::{Exit, Stop};
use crate::model::Role;
use crate::report::json;
use crate::source::load::{self, LoadError};
use crate::system::lock::Lock;

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
    let outcome = match options.restore {
        true => clean_up::restore(context, store),
        false => clean_up::put_away(context, store),
    }?;
    finish(context, &outcome)
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
