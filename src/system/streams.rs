//! Files that the command line names; `-` is standard input or output.

use std::io::{self, Read, Write};
use std::path::Path;

use crate::system::files;
use crate::system::files::Doing;

/// Octets that are read of any input: more than the codec takes of JSON, so
/// that it says itself what is too long.
const MOST: u64 = 65 << 20;

/// Reads a file; `-` is standard input.
///
/// # Errors
/// It cannot be read.
pub fn read(path: &Path) -> anyhow::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    if path == Path::new("-") {
        let _ = io::stdin().lock().take(MOST).read_to_end(&mut bytes)?;
        return Ok(bytes);
    }
    let file = std::fs::File::open(path).doing("read", path)?;
    let _ = file.take(MOST).read_to_end(&mut bytes).doing("read", path)?;
    Ok(bytes)
}

/// Writes a file whole; `-` is standard output. What is there and no regular
/// file (a device, a pipe) is written to, not replaced.
///
/// # Errors
/// It cannot be written.
pub fn write(path: &Path, bytes: &[u8]) -> anyhow::Result<()> {
    if path == Path::new("-") {
        io::stdout().lock().write_all(bytes)?;
        return Ok(());
    }
    if std::fs::metadata(path).is_ok_and(|meta| !meta.is_file()) {
        let mut file = std::fs::OpenOptions::new()
            .write(true)
            .open(path)
            .doing("open", path)?;
        file.write_all(bytes).doing("write", path)?;
        return Ok(());
    }
    Ok(files::replace(path, bytes, 0o644)?)
}
