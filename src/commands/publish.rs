//! What commands share that put a bundle of files in place for one daemon.

use std::path::{Path, PathBuf};
use std::time::Duration;

use super::Run;
use super::report::{self, Outcome};
use crate::activate::{CommandProbe, Daemon, Probe, Swap, is_broken};
use crate::bundle::{Bundle, Piece};
use crate::due::Due;
use crate::files;
use crate::generations::{Change, Generations};
use crate::lock::Lock;
use crate::pace::Pace;
use crate::scratch::Scratch;

/// The first line of the files that are ours.
pub const MARK: &str = "# made by provha";

/// Where content that a daemon refused is kept for a person.
pub fn refused_dir(run: &Run<'_>, what: &str) -> PathBuf {
    run.settings.path("PROVHA__STATE_DIR").join(format!("refused-{what}"))
}

/// A daemon with its restart and its probe: the user's command, else the one
/// that `probe` makes. `keys` are the settings of restart, unit and probe.
pub fn daemon(
    run: &Run<'_>,
    name: &'static str,
    keys: [&str; 3],
    probe: impl FnOnce() -> Box<dyn Probe>,
) -> Daemon {
    let seconds = |key| Duration::from_secs(run.settings.number(key));
    let [restart, unit, command] = keys;
    let probe = match run.settings.command(command, unit) {
        Some(line) => {
            Box::new(CommandProbe { line, timeout: Duration::from_secs(5) })
        }
        None => probe(),
    };
    let patience = seconds("PROVHA__VERIFY_TIMEOUT");
    Daemon {
        name,
        restart: run.settings.command(restart, unit),
        timeout: run.command_timeout(),
        probe,
        patience: (!patience.is_zero()).then_some(patience),
        settle: seconds("PROVHA__VERIFY_SETTLE"),
        pace: Pace::of(&run.settings.path("PROVHA__STATE_DIR"), name),
    }
}

/// What an activation leaves in the generations.
pub struct Record<'a> {
    /// The command that made it.
    pub command: &'a str,
    /// Whether the files belong together but are not swapped in one step.
    pub together: bool,
    /// The files.
    pub changes: Vec<Change>,
}

/// Settles what a killed run left, before anything is compared with what is
/// live.
pub fn settle(run: &Run<'_>, lock: Option<&Lock>) -> anyhow::Result<()> {
    match lock {
        Some(_) => Generations::open(&run.settings).map(drop),
        None => Ok(()),
    }
}

/// Makes new content live, has its daemon take it, and keeps what it replaced
/// as a generation.
///
/// # Errors
/// As those of [`crate::activate::activate`].
pub fn activate(
    run: &Run<'_>,
    lock: &Lock,
    name: &str,
    new: &mut dyn Swap,
    daemon: Option<&Daemon>,
    record: Record<'_>,
) -> anyhow::Result<()> {
    let due = Due::of(&run.settings, name);
    if record.changes.is_empty() {
        return due.activate(lock, new, daemon);
    }
    let store = Generations::open(&run.settings)?;
    let mut changes = record.changes.into_iter();
    let pending =
        store.prepare(record.command, record.together, &mut changes)?;
    let result = due.activate(lock, new, daemon);
    if result.as_ref().is_err_and(is_broken) {
        // The next run settles it by what is live.
        pending.leave();
    } else if result.is_ok()
        && let Err(error) = pending.commit()
    {
        // The set is live and answers; the next run gives it its number.
        run.talk.warning(&format!("its generation is not recorded: {error:#}"));
    }
    result
}

/// Shows what changes, puts it in place, and has the daemon take it if one of
/// the changed files `concerns` it.
///
/// # Errors
/// As those of [`crate::activate::activate`].
pub fn bundle(
    run: &Run<'_>,
    lock: Option<&Lock>,
    bundle: &mut Bundle,
    daemon: &Daemon,
    concerns: &dyn Fn(&Piece) -> bool,
    outcome: &mut Outcome,
) -> anyhow::Result<()> {
    for piece in bundle.changed() {
        match piece.bytes {
            Some(_) => outcome.written.push(piece.name.clone()),
            None => outcome.removed.push(piece.name.clone()),
        }
    }
    if run.options.diff {
        show(run, bundle)?;
    }
    let Some(lock) = lock else { return Ok(()) };
    let concerned = bundle.changed().iter().any(concerns);
    let restarts = !run.options.no_activate && concerned;
    let record = Record {
        command: &outcome.command,
        together: true,
        changes: bundle.changed().iter().filter_map(change).collect(),
    };
    let taker = restarts.then_some(daemon);
    activate(run, lock, daemon.name, bundle, taker, record)?;
    let restarted = if restarts || run.options.no_activate {
        restarts && daemon.restart.is_some()
    } else {
        Due::of(&run.settings, daemon.name).catch_up(lock, daemon)?
    };
    if restarted {
        outcome.restarted.push(daemon.name);
    }
    Ok(())
}

/// What a generation keeps of a piece.
fn change(piece: &Piece) -> Option<Change> {
    let removed = piece.bytes.is_none();
    (!piece.alive).then(|| Change { path: piece.name.clone(), removed })
}

/// Prints what would change; of secrets only that they do.
fn show(run: &Run<'_>, bundle: &Bundle) -> anyhow::Result<()> {
    let scratch = Scratch::make(&run.settings, "diff", run.only_looks())?;
    for piece in bundle.changed() {
        if piece.secret {
            run.talk.note(&format!("{}: a secret, not shown", piece.name));
            continue;
        }
        let bytes = piece.bytes.as_deref().unwrap_or_default();
        let new = scratch.file(&piece.name, bytes)?;
        let name = piece.name.trim_start_matches('/');
        report::print_diff(name, &piece.path, &new)?;
    }
    Ok(())
}

/// Whether a file is there that begins as ours do.
pub fn is_ours(run: &Run<'_>, name: &str) -> bool {
    let bytes = std::fs::read(run.settings.root().at(name));
    bytes.is_ok_and(|bytes| bytes.starts_with(MARK.as_bytes()))
}

/// Keeps a copy of a file that was not ours, once.
pub fn keep_foreign(run: &Run<'_>, path: &Path) -> anyhow::Result<()> {
    let Ok(bytes) = std::fs::read(path) else { return Ok(()) };
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    let copy = path.with_file_name(format!("{name}.before-provha"));
    if bytes.starts_with(MARK.as_bytes()) || copy.exists() {
        return Ok(());
    }
    // It may hold secrets that others could read until now.
    files::replace(&copy, &bytes, 0o600)?;
    run.talk.note(&format!("kept the former {name} as {}", copy.display()));
    Ok(())
}
