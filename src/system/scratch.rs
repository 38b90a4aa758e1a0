//! A private directory for what checkers are to look at.

use std::path::{Path, PathBuf};

use crate::config::Settings;
use crate::system::files;
use crate::system::files::Result;
use crate::system::gate;

/// A directory that only its owner may enter, removed when dropped.
#[derive(Debug)]
pub struct Scratch(PathBuf);

impl Scratch {
    /// Makes it: below the state directory, or, for a run that only looks,
    /// where it touches nothing. What a killed run left there is swept.
    pub fn make(
        settings: &Settings,
        what: &str,
        only_looks: bool,
    ) -> Result<Self> {
        let dir = if only_looks {
            let name = format!("provha-check-{what}.{}", std::process::id());
            std::env::temp_dir().join(name)
        } else {
            let state = settings.path("PROVHA__STATE_DIR");
            files::make_dirs(&state)?;
            state.join(format!("check-{what}"))
        };
        files::remove_tree(&dir)?;
        gate::temporary(&dir);
        files::make_private_dir(&dir)?;
        Ok(Self(dir))
    }

    /// Writes a file below it; its path.
    pub fn file(&self, name: &str, bytes: &[u8]) -> Result<PathBuf> {
        let path = self.0.join(name.trim_start_matches('/').replace('/', "+"));
        files::replace(&path, bytes, 0o600)?;
        Ok(path)
    }

    /// Where it is.
    pub fn path(&self) -> &Path {
        &self.0
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        let _ = files::remove_tree(&self.0);
        gate::forget(&self.0);
    }
}
