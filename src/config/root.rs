//! What stands for `/`.

use std::path::{Path, PathBuf};

/// The directory that stands for `/`, as DESTDIR does.
#[derive(Debug, Clone, Default)]
pub struct Root(Option<PathBuf>);

impl Root {
    /// `/` itself, or a directory that stands for it.
    pub fn new(dir: Option<PathBuf>) -> Self {
        Self(dir)
    }

    /// The place below the root of an absolute path.
    pub fn at(&self, path: impl AsRef<Path>) -> PathBuf {
        let path = path.as_ref();
        match &self.0 {
            Some(root) => root.join(path.strip_prefix("/").unwrap_or(path)),
            None => path.to_path_buf(),
        }
    }

    /// Whether this is the machine itself, not a directory that stands for
    /// it: only then are owners changed.
    pub fn is_machine(&self) -> bool {
        self.0.is_none()
    }
}
