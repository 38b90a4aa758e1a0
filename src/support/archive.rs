//! The archive: tar, compressed by zstd.

use std::io;

use crate::env;
/// The directory that everything in the bundle lies in.
const TOP: &str = "provha-support";
/// How much it is compressed: the rows are few.
const LEVEL: i32 = 9;

/// An archive in the making, in memory.
pub struct Archive {
    tar: tar::Builder<zstd::Encoder<'static, Vec<u8>>>,
    files: Vec<String>,
}

impl Archive {
    /// Begins one.
    ///
    /// # Errors
    /// There is no memory for it.
    pub fn begin() -> anyhow::Result<Self> {
        let out = zstd::Encoder::new(Vec::new(), LEVEL)?;
        Ok(Self { tar: tar::Builder::new(out), files: Vec::new() })
    }

    /// Adds a file that only its owner may read.
    ///
    /// # Errors
    /// Its name does not fit.
    pub fn file(&mut self, name: &str, bytes: &[u8]) -> anyhow::Result<()> {
        let mut header = tar::Header::new_gnu();
        header.set_size(bytes.len() as u64);
        header.set_mode(0o600);
        header.set_mtime(env::now() as u64);
        let path = format!("{TOP}/{name}");
        self.tar.append_data(&mut header, path, bytes)?;
        self.files.push(name.to_string());
        Ok(())
    }

    /// The names of its files, and all of it.
    ///
    /// # Errors
    /// There is no memory for it.
    pub fn end(self) -> io::Result<(Vec<String>, Vec<u8>)> {
        let bytes = self.tar.into_inner()?.finish()?;
        Ok((self.files, bytes))
    }
}
