//! The list of a record's paths, written beside it.

use std::fs::File;
use std::io::Write;
use std::path::{Path, PathBuf};

use crate::system::files;
use crate::system::files::Doing;

/// Writes the list of a record's paths.
pub struct Names {
    path: PathBuf,
    out: zstd::Encoder<'static, File>,
}

impl Names {
    /// Begins a list.
    pub fn create(path: &Path) -> files::Result<Self> {
        let file = files::create(path, 0o600)?;
        let mut out = zstd::Encoder::new(file, 3).doing("write", path)?;
        out.include_checksum(true).doing("write", path)?;
        Ok(Self { path: path.to_path_buf(), out })
    }

    /// Adds a path.
    pub fn add(&mut self, path: &str) -> files::Result<()> {
        writeln!(self.out, "{path}").doing("write", &self.path)
    }

    /// Ends the list. It is an index: a record without it is read itself.
    pub fn finish(self) -> files::Result<()> {
        self.out.finish().map(drop).doing("write", &self.path)
    }
}
