//! The file that a sample or a bundle becomes: only its owner may read it, and
//! nothing that is there is replaced.

use std::io::Write as _;
use std::path::Path;

use crate::exit::{Exit, Stop};
use crate::system::files::{self, Doing as _};

/// Refuses a place that is taken, before the work is done.
///
/// # Errors
/// There is something.
pub fn check(path: &Path) -> anyhow::Result<()> {
    if std::fs::symlink_metadata(path).is_err() {
        return Ok(());
    }
    Err(Stop {
        exit: Exit::Failed,
        message: format!("{} is there already", path.display()),
        hint: Some("remove it, or give --out another name".into()),
    }
    .into())
}

/// Writes the file.
///
/// # Errors
/// It cannot be made; then there is none.
pub fn write(path: &Path, bytes: &[u8]) -> anyhow::Result<()> {
    let path = std::path::absolute(path)?;
    let mut file = files::create(&path, 0o600)?;
    let written = file
        .write_all(bytes)
        .and_then(|()| file.sync_all())
        .doing("write", &path);
    if written.is_err() {
        // Half of it would be taken for all.
        let _ = files::remove_if_there(&path);
    }
    Ok(written?)
}
