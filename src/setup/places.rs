//! Where the paths of the plan lie: below the root, the env files in the
//! directory that the command line names.

use std::path::{Path, PathBuf};

use crate::config::{ENV_DIR, Root};
use crate::context::Context;

/// Root and directory of the env files.
#[derive(Debug, Clone, Default)]
pub struct Places {
    root: Root,
    env_dir: Option<PathBuf>,
}

impl Places {
    /// Those of a run.
    ///
    /// # Errors
    /// The current directory is gone, and the path is relative to it.
    pub fn of(context: &Context<'_>) -> std::io::Result<Self> {
        let env_dir = context.options.env_dir.as_ref();
        let env_dir = env_dir.map(std::path::absolute).transpose()?;
        Ok(Self { root: context.settings.root().clone(), env_dir })
    }

    /// The place of an absolute path of the machine.
    pub fn at(&self, path: &str) -> PathBuf {
        let below = Path::new(path).strip_prefix(ENV_DIR).ok();
        match (&self.env_dir, below) {
            (Some(dir), Some(below)) => dir.join(below),
            _ => self.root.at(path),
        }
    }

    /// The path of a place, as the machine calls it.
    pub fn plain(&self, place: &Path) -> String {
        let below = place.strip_prefix(self.root.at("/"));
        match (self.root.is_machine(), below) {
            (false, Ok(below)) => format!("/{}", below.display()),
            _ => place.display().to_string(),
        }
    }
}
