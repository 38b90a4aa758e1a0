//! Restarts that are due: noted before a set is swapped in, forgotten when its
//! daemon answers. A run that was killed in between is made good by the next
//! one, although that finds nothing to change.

use std::path::PathBuf;
use std::time::Duration;

use crate::config::Settings;
use crate::exit::{Exit, Stop};
use crate::publish::activate::{Daemon, Swap, is_broken};
use crate::system::files;
use crate::system::lock::Lock;

/// [`crate::publish::activate::activate`] with the notes around it; `said` is told of a note
/// that stays although its daemon answers.
///
/// # Errors
/// As those of [`crate::publish::activate::activate`].
pub fn activate(
    settings: &Settings,
    lock: &Lock,
    staged: &mut dyn Swap,
    daemons: &[&Daemon],
    said: &mut dyn FnMut(&str),
) -> anyhow::Result<()> {
    let restarts = daemons.iter().filter(|daemon| daemon.restart.is_some());
    let dues: Vec<PendingRestart> = restarts
        .map(|daemon| PendingRestart::of(settings, daemon.name))
        .collect();
    // All notes before the swap: the first error ends the run while what was
    // live is untouched.
    dues.iter().try_for_each(PendingRestart::note)?;
    let result = crate::publish::activate::activate(lock, staged, daemons);
    // Exit 5 keeps the note: its daemon may be down, and the next run tries.
    if !result.as_ref().is_err_and(is_broken)
        && let Err(error) = dues.iter().try_for_each(PendingRestart::forget)
    {
        // How the activation ended is what counts.
        said(&format!("{error}: the next run restarts it once more"));
    }
    result
}

/// The note that a daemon's restart is due.
#[derive(Debug, Clone)]
pub struct PendingRestart {
    path: PathBuf,
}

impl PendingRestart {
    /// The note for the daemon of this name.
    pub fn of(settings: &Settings, daemon: &str) -> Self {
        let dir = settings.path("PROVHA__STATE_DIR");
        Self { path: dir.join(format!("restart-due.{daemon}")) }
    }

    /// Whether a restart was begun and never seen to end well.
    pub fn is_noted(&self) -> bool {
        files::exists(&self.path)
    }

    /// For how long it has been noted; None: it is not.
    pub fn noted_for(&self) -> Option<Duration> {
        let (_, noted) = files::open(&self.path).ok()?;
        let noted = noted.modified().ok()?;
        Some(noted.elapsed().unwrap_or_default())
    }

    /// Notes it, on the disk.
    ///
    /// # Errors
    /// The note cannot be written.
    pub fn note(&self) -> files::Result<()> {
        if let Some(parent) = self.path.parent() {
            files::make_dirs(parent)?;
        }
        files::replace(&self.path, b"", 0o644)
    }

    /// The daemon answers.
    fn forget(&self) -> files::Result<()> {
        files::remove_if_there(&self.path)
    }

    /// Restarts the daemon of a set that did not change, if that is due;
    /// whether it was: see `restore::catch_up`.
    ///
    /// # Errors
    /// Exit 5: it does not answer.
    pub fn catch_up(
        &self,
        _lock: &Lock,
        daemon: &Daemon,
    ) -> anyhow::Result<bool> {
        if !self.is_noted() || daemon.restart.is_none() {
            return Ok(false);
        }
        daemon.restart().map_err(|why| Stop {
            // Not 4: nothing was replaced that could come back here; where it
            // can, `restore::catch_up` does it.
            exit: Exit::Broken,
            message: format!(
                "{} does not answer after the restart that was due (an earlier \
                 run did not finish it, or found it dead): {why}",
                daemon.name
            ),
            hint: Some(format!(
                "start it by hand and read its log; the next run restarts {} \
                 again",
                daemon.name
            )),
        })?;
        self.forget()?;
        Ok(true)
    }
}
