//! What commands share that put a bundle of files in place for one daemon.

use std::path::{Path, PathBuf};

use super::Run;
use super::report::{self, Outcome};
use crate::activate::{CommandProbe, Daemon, Probe};
use crate::bundle::{Bundle, Piece};
use crate::due::Due;
use crate::files;
use crate::lock::Lock;
use crate::scratch::Scratch;

/// The first line of the files that are ours.
const MARK: &str = "# made by provha";

/// Where content that a daemon refused is kept for a person.
pub fn refused_dir(run: &Run<'_>, what: &str) -> PathBuf {
    run.settings.path("PROVHA__STATE_DIR").join(format!("refused-{what}"))
}

/// A daemon with its restart and its probe: the user's command, else `probe`.
/// `keys` are the settings of the restart, the unit and the probe.
pub fn daemon(
    run: &Run<'_>,
    name: &'static str,
    keys: [&str; 3],
    probe: Box<dyn Probe>,
) -> Daemon {
    let seconds =
        |key| std::time::Duration::from_secs(run.settings.number(key));
    let [restart, unit, command] = keys;
    let probe = match run.settings.command(command, unit) {
        Some(line) => Box::new(CommandProbe {
            line,
            timeout: std::time::Duration::from_secs(5),
        }),
        None => probe,
    };
    Daemon {
        name,
        restart: run.settings.command(restart, unit),
        timeout: run.command_timeout(),
        probe,
        patience: seconds("PROVHA__VERIFY_TIMEOUT"),
        settle: seconds("PROVHA__VERIFY_SETTLE"),
    }
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
    let names = bundle.changed().iter().map(|piece| piece.name.clone());
    outcome.written.extend(names);
    if run.options.diff {
        show(run, bundle)?;
    }
    let Some(lock) = lock else { return Ok(()) };
    let due = Due::of(&run.settings, daemon.name);
    let concerned = bundle.changed().iter().any(concerns);
    let restarts = !run.options.no_activate && concerned;
    due.activate(lock, bundle, restarts.then_some(daemon))?;
    let restarted = if restarts || run.options.no_activate {
        restarts && daemon.restart.is_some()
    } else {
        due.catch_up(lock, daemon)?
    };
    if restarted {
        outcome.restarted.push(daemon.name);
    }
    Ok(())
}

/// Prints what would change; of secrets only that they do.
fn show(run: &Run<'_>, bundle: &Bundle) -> anyhow::Result<()> {
    let scratch = Scratch::make(&run.settings, "diff", run.only_looks())?;
    for piece in bundle.changed() {
        if piece.secret {
            run.talk.note(&format!("{}: a new secret, not shown", piece.name));
            continue;
        }
        let new = scratch.file(&piece.name, &piece.bytes)?;
        let name = piece.name.trim_start_matches('/');
        report::print_diff(name, &piece.path, &new)?;
    }
    Ok(())
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
