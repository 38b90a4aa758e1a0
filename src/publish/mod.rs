//! What commands share that put a bundle of files in place for one daemon.

pub mod activate;
pub mod device_files;
pub mod directory_set;
pub mod file_set;
pub mod fingerprints;
pub mod generations;
pub mod pending_restart;
pub mod restart_time;

use std::path::{Path, PathBuf};
use std::time::Duration;

use crate::context::Context;
use crate::publish::activate::{CommandProbe, Daemon, Probe, Swap, is_broken};
use crate::publish::file_set::{FileChange, FileSet};
use crate::publish::fingerprints::Fingerprints;
use crate::publish::generations::{Change, Generations, Heading, Meta};
use crate::publish::pending_restart::PendingRestart;
use crate::publish::restart_time::RestartTime;
use crate::render::dns;
use crate::report;
use crate::report::Outcome;
use crate::report::error;
use crate::restore;
use crate::system::files;
use crate::system::lock::Lock;
use crate::system::scratch::Scratch;

/// The first line of the files that are ours.
pub const MARK: &str = "# made by provha";

/// Where content that a daemon refused is kept for a person.
pub fn refused_dir(context: &Context<'_>, what: &str) -> PathBuf {
    context.settings.path("PROVHA__STATE_DIR").join(format!("refused-{what}"))
}

/// A daemon with its restart and its probe: the user's command, else the one
/// that `probe` makes. `keys` are the settings of restart, unit and probe.
pub fn daemon(
    context: &Context<'_>,
    name: &'static str,
    keys: [&str; 3],
    probe: impl FnOnce() -> Box<dyn Probe>,
) -> Daemon {
    let seconds = |key| Duration::from_secs(context.settings.number(key));
    let [restart, unit, command] = keys;
    let own = own_probe(context, unit, command);
    let probe = own.unwrap_or_else(probe);
    let patience = seconds("PROVHA__VERIFY_TIMEOUT");
    Daemon {
        name,
        restart: context.settings.command(restart, unit),
        timeout: context.command_timeout(),
        probe,
        patience: (!patience.is_zero()).then_some(patience),
        settle: seconds("PROVHA__VERIFY_SETTLE"),
        pace: RestartTime::of(
            &context.settings.path("PROVHA__STATE_DIR"),
            name,
        ),
        checked: Duration::ZERO,
    }
}

/// The user's own probe command, if there is one. `unit` and `command` are
/// keys.
pub fn own_probe(
    context: &Context<'_>,
    unit: &str,
    command: &str,
) -> Option<Box<dyn Probe>> {
    let line = context.settings.command(command, unit)?;
    let timeout = Duration::from_secs(5);
    Some(Box::new(CommandProbe { line, timeout }))
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
pub fn settle(
    context: &Context<'_>,
    lock: Option<&Lock>,
) -> anyhow::Result<()> {
    match lock {
        Some(_) => Generations::open(&context.settings).map(drop),
        None => Ok(()),
    }
}

/// Makes new content live, has the daemons take it, and keeps what it replaced
/// as a generation.
///
/// # Errors
/// As those of [`crate::publish::activate::activate`].
pub fn activate(
    context: &Context<'_>,
    lock: &Lock,
    new: &mut dyn Swap,
    daemons: &[&Daemon],
    record: &Record<'_>,
) -> anyhow::Result<()> {
    let mut said = |text: &str| context.console.warning(text);
    if record.changes.is_empty() {
        return pending_restart::activate(
            &context.settings,
            lock,
            new,
            daemons,
            &mut said,
        );
    }
    let store = Generations::open(&context.settings)?;
    let mut changes = record.changes.iter().cloned();
    let heading = Heading {
        command: record.command,
        together: record.together,
        run: context.number,
    };
    let pending = store.prepare(&heading, &mut changes)?;
    let placed = Fingerprints::look(&context.settings);
    placed.forget(&record.changes)?;
    let result = pending_restart::activate(
        &context.settings,
        lock,
        new,
        daemons,
        &mut said,
    );
    note_placed(context, placed, &record.changes, &result);
    if result.as_ref().is_err_and(is_broken) {
        // The next run settles it by what is live.
        pending.leave();
    } else if result.is_ok()
        && let Err(error) = pending.commit()
    {
        // The set is live and answers; the next run gives it its number.
        let why = error::text(&error);
        context
            .console
            .warning(&format!("its generation is not recorded: {why}"));
    }
    result
}

/// Restarts a daemon whose set did not change, if an earlier run owes it;
/// whether it was. Where that run was killed before its daemon answered, and
/// it does not answer now, what that run had replaced comes back.
///
/// # Errors
/// Exit 4: it came back. Exit 5: it does not answer all the same.
pub fn catch_up(
    context: &Context<'_>,
    lock: &Lock,
    taker: &Taker,
) -> anyhow::Result<bool> {
    let daemon = &taker.daemon;
    let due = PendingRestart::of(&context.settings, daemon.name);
    if !due.is_noted() || daemon.restart.is_none() {
        return Ok(false);
    }
    let store = Generations::open(&context.settings)?;
    let last = store.list()?.pop().filter(|meta| meta.unverified);
    let unverified = match last {
        Some(meta) if taker.loads_some(&store, &meta)? => Some(meta),
        _ => None,
    };
    if let Some(meta) = &unverified {
        store.settled(meta)?;
    }
    match (due.catch_up(lock, daemon), unverified) {
        (Err(why), Some(meta)) => {
            Err(restore::one(context, lock, &meta, daemon.name, &why))
        }
        (done, _) => done,
    }
}

/// Notes how the files lie there now, so that `status` can tell what somebody
/// else changed.
fn note_placed(
    context: &Context<'_>,
    placed: Fingerprints,
    changes: &[Change],
    result: &anyhow::Result<()>,
) {
    let placed = match result {
        Ok(()) => placed.with(changes),
        // Neither: a person must look.
        Err(error) if is_broken(error) => return,
        Err(_) => placed,
    };
    if let Err(error) = placed.save() {
        context.console.warning(&format!(
            "status will not tell when somebody changes these files: {error}"
        ));
    }
}

/// Has `status` know files that are live and as they should be.
pub fn learn(context: &Context<'_>, paths: Vec<String>) {
    if let Err(error) = Fingerprints::look(&context.settings).learn(paths) {
        context.console.warning(&format!(
            "status will not tell when somebody changes files: {error}"
        ));
    }
}

/// A daemon with the files, or directories of files, that it loads.
pub struct Taker {
    /// The daemon.
    pub daemon: Daemon,
    /// Their live paths.
    pub loads: Vec<PathBuf>,
}

impl Taker {
    /// Whether a generation touched files that the daemon loads.
    fn loads_some(
        &self,
        store: &Generations,
        meta: &Meta,
    ) -> anyhow::Result<bool> {
        let mut loads = false;
        let (before, number) = (meta.number - 1, meta.number);
        store.replaced(before, number, &mut |_, entry| {
            let path = store.root().at(&entry.path);
            loads |= self.loads.iter().any(|load| path.starts_with(load));
            Ok(())
        })?;
        Ok(loads)
    }

    /// Whether one of the changed files concerns the daemon.
    fn is_concerned(&self, bundle: &FileSet) -> bool {
        let loads = |piece: &FileChange| {
            self.loads.iter().any(|path| piece.path.starts_with(path))
        };
        bundle.changed().iter().any(loads)
    }
}

/// Shows what changes, puts it in place, and has the daemons take what
/// concerns them.
///
/// # Errors
/// As those of [`crate::publish::activate::activate`].
pub fn bundle(
    context: &Context<'_>,
    lock: Option<&Lock>,
    bundle: &mut FileSet,
    takers: &[Taker],
    outcome: &mut Outcome,
) -> anyhow::Result<()> {
    if context.options.diff {
        show(context, bundle)?;
    }
    if let Some(lock) = lock {
        let takers = if context.options.no_activate { &[] } else { takers };
        let (concerned, others): (Vec<_>, Vec<_>) =
            takers.iter().partition(|taker| taker.is_concerned(bundle));
        let daemons: Vec<&Daemon> =
            concerned.iter().map(|taker| &taker.daemon).collect();
        let record = Record {
            command: &outcome.command,
            together: true,
            changes: bundle.changed().iter().filter_map(change).collect(),
        };
        activate(context, lock, bundle, &daemons, &record)?;
        let restarted = daemons.iter().filter(|d| d.restart.is_some());
        outcome.restarted.extend(restarted.map(|daemon| daemon.name));
        learn(context, bundle.unchanged().to_vec());
        for taker in others {
            if catch_up(context, lock, taker)? {
                outcome.restarted.push(taker.daemon.name);
            }
        }
    }
    for piece in bundle.changed() {
        match piece.bytes {
            Some(_) => outcome.written.push(piece.name.clone()),
            None => outcome.removed.push(piece.name.clone()),
        }
    }
    Ok(())
}

/// What a generation keeps of a piece.
fn change(piece: &FileChange) -> Option<Change> {
    let removed = piece.bytes.is_none();
    (!piece.alive).then(|| Change::of(piece.name.clone(), removed))
}

/// Prints what would change; of secrets only that they do.
fn show(context: &Context<'_>, bundle: &FileSet) -> anyhow::Result<()> {
    let scratch =
        Scratch::make(&context.settings, "diff", context.only_looks())?;
    for piece in bundle.changed() {
        if piece.secret {
            context
                .console
                .note(&format!("{}: a secret, not shown", piece.name));
            continue;
        }
        let bytes = piece.bytes.as_deref().unwrap_or_default();
        let live = files::read(&piece.path).unwrap_or_default();
        if is_hidden(context, &piece.name, &[&live, bytes]) {
            report::print_replaced(context.console, &piece.name)?;
            continue;
        }
        let new = scratch.file(&piece.name, bytes)?;
        let name = piece.name.trim_start_matches('/');
        report::print_diff(context.console, name, &piece.path, &new)?;
    }
    Ok(())
}

/// Whether contents of a file of `dns` are not shown: one of them is not ours
/// but another system's, with secrets where only that system knows.
pub fn is_hidden(
    context: &Context<'_>,
    name: &str,
    contents: &[&[u8]],
) -> bool {
    let of_dns = [dns::SCRIPT, dns::OWN_KEY, dns::PEER_KEY, dns::CPE_KEY];
    if !of_dns.contains(&name)
        && name != context.settings.text("PROVHA__NAMED_CONF")
    {
        return false;
    }
    contents.iter().any(|bytes| !bytes.is_empty() && !is_marked(bytes))
}

/// Whether a content begins as ours do; a script with its interpreter.
fn is_marked(bytes: &[u8]) -> bool {
    let line = bytes.iter().position(|byte| *byte == b'\n');
    let body = match line {
        Some(end) if bytes.starts_with(b"#!") => &bytes[end + 1..],
        _ => bytes,
    };
    body.starts_with(MARK.as_bytes())
}

/// Whether a file is there that begins as ours do.
pub fn is_ours(context: &Context<'_>, name: &str) -> bool {
    let bytes = files::read_through(&context.settings.root().at(name));
    bytes.is_ok_and(|bytes| bytes.starts_with(MARK.as_bytes()))
}

/// Keeps a copy of a file that was not ours, once.
pub fn keep_foreign(context: &Context<'_>, path: &Path) -> anyhow::Result<()> {
    let Ok(bytes) = files::read_through(path) else { return Ok(()) };
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    let copy = path.with_file_name(format!("{name}.before-provha"));
    if bytes.starts_with(MARK.as_bytes()) || files::exists(&copy) {
        return Ok(());
    }
    // It may hold secrets that others could read until now.
    files::replace(&copy, &bytes, 0o600)?;
    context
        .console
        .note(&format!("kept the former {name} as {}", copy.display()));
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_ours_says_so_in_its_first_words() {
        assert!(is_marked(b"# made by provha from the database\n"));
        assert!(is_marked(b"#!/bin/sh\n# made by provha from the\n"));
        for other in
            ["", "#!/bin/sh", "#!/bin/sh\nnsupdate -y a:b\n", "\n# made"]
        {
            assert!(!is_marked(other.as_bytes()), "{other}");
        }
    }
}
