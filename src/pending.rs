//! The mark that a daemon has not yet taken what is live: it outlives a run
//! that is killed between swap and restart, so that the next one makes good.

use std::path::PathBuf;

use crate::config::Settings;
use crate::files::{self, Result};

/// The mark of one daemon.
#[derive(Debug)]
pub struct Pending(PathBuf);

impl Pending {
    /// The mark of this daemon.
    pub fn of(settings: &Settings, daemon: &str) -> Self {
        let state = settings.path("PROVHA__STATE_DIR");
        Self(state.join(format!("pending-{daemon}")))
    }

    /// Whether it is set.
    pub fn is_set(&self) -> bool {
        self.0.exists()
    }

    /// Sets it.
    pub fn set(&self) -> Result<()> {
        if let Some(parent) = self.0.parent() {
            files::make_dirs(parent)?;
        }
        files::replace(&self.0, b"", 0o600)
    }

    /// Clears it.
    pub fn clear(&self) -> Result<()> {
        files::remove_if_there(&self.0)
    }
}
