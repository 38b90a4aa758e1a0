//! A file operation that failed: what was tried, on what, and why.

use std::io;
use std::path::{Path, PathBuf};

/// A file operation that failed.
#[derive(Debug, thiserror::Error)]
#[error("cannot {doing} {path}: {source}")]
pub struct FileError {
    /// What was tried, a verb.
    pub doing: &'static str,
    /// On what.
    pub path: PathBuf,
    /// The system's reason.
    pub source: io::Error,
}

impl FileError {
    /// What the user can do about it.
    pub fn hint(&self) -> &'static str {
        match self.source.kind() {
            io::ErrorKind::PermissionDenied => {
                "run it as root, or give its user write access there"
            }
            io::ErrorKind::ReadOnlyFilesystem => {
                "the file system is mounted read-only"
            }
            io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => {
                "make room on that file system; what is live stays"
            }
            // What `system::dir` refuses.
            io::ErrorKind::InvalidData => {
                "look who made it and remove it, or put a regular file or \
                 directory in its place; what is live stays"
            }
            io::ErrorKind::CrossesDevices => {
                "the directory must not be a mount point of its own: it is \
                 exchanged whole"
            }
            _ => "what is live stays; correct it and run again",
        }
    }
}

/// Why new content is not live.
#[derive(Debug, thiserror::Error)]
pub enum SwapError {
    /// What was live still is.
    #[error(transparent)]
    Untouched(#[from] FileError),
    /// Some of it is live: taking it back failed, too.
    #[error("{why}; taking it back failed, too: {undo}")]
    Torn {
        /// What failed first.
        why: FileError,
        /// What failed then.
        undo: FileError,
    },
    /// Some of it is live and stays, for each file is good by itself.
    #[error("{why}: {done} files are new or gone, the others are as they were")]
    Partly {
        /// What failed.
        why: FileError,
        /// How many files are other ones than before.
        done: usize,
    },
}

impl SwapError {
    /// What failed, after an attempt to take back what was done.
    pub fn after(why: FileError, undone: Result<()>) -> Self {
        match undone {
            Ok(()) => Self::Untouched(why),
            Err(undo) => Self::Torn { why, undo },
        }
    }
}

/// Result of a file operation.
pub type Result<T> = std::result::Result<T, FileError>;

/// Adds what was tried to an IO result.
pub trait Doing<T> {
    /// Names the operation and its subject.
    fn doing(self, doing: &'static str, path: &Path) -> Result<T>;
}

impl<T, E: Into<io::Error>> Doing<T> for std::result::Result<T, E> {
    fn doing(self, doing: &'static str, path: &Path) -> Result<T> {
        self.map_err(|source| FileError {
            doing,
            path: path.to_path_buf(),
            source: source.into(),
        })
    }
}

/// Whether the error says that there is no such file or directory.
pub fn is_missing(error: &FileError) -> bool {
    matches!(
        error.source.kind(),
        io::ErrorKind::NotFound | io::ErrorKind::NotADirectory
    )
}

/// Whether an error is a refusal of what is no regular file or directory, or
/// of a link (`system/kind.rs`).
pub fn is_refusal(error: &FileError) -> bool {
    error.source.kind() == io::ErrorKind::InvalidData
}
