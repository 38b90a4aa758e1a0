//! Files that another system made: told apart from ours, and kept once.

use std::os::unix::fs::MetadataExt;
use std::path::Path;

use crate::config::Root;
use crate::console::Console;
use crate::system::dir::{MOST, read_whole};
use crate::system::files;
use crate::system::files::{Doing, Owner};

/// The first line of the files that are ours.
pub const MARK: &str = "# made by provha";

/// Whether a content begins as ours do; a script with its interpreter.
pub fn is_marked(bytes: &[u8]) -> bool {
    let line = bytes.iter().position(|byte| *byte == b'\n');
    let body = match line {
        Some(end) if bytes.starts_with(b"#!") => &bytes[end + 1..],
        _ => bytes,
    };
    body.starts_with(MARK.as_bytes())
}

/// Keeps a copy of a file that was not ours, once, before it is replaced.
///
/// # Errors
/// The copy cannot be written: then the file must not be replaced either.
pub fn keep(console: &Console, root: &Root, path: &Path) -> files::Result<()> {
    let Ok((file, meta)) = files::open_through(path) else { return Ok(()) };
    let bytes = read_whole(file, &meta, MOST).doing("read", path)?;
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    let copy = path.with_file_name(format!("{name}.before-provha"));
    if bytes.starts_with(MARK.as_bytes()) || files::exists(&copy) {
        return Ok(());
    }
    // It may hold keys: nobody else reads it, whoever could read the original.
    let owner = Owner::exactly(root, meta.uid(), meta.gid());
    files::replace_as(&copy, &bytes, meta.mode() & 0o640, owner)?;
    console.note(&format!("kept the former {name} as {}", copy.display()));
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_ours_says_so_in_its_first_words() {
        assert!(is_marked(b"# made by provha from the database\n"));
        assert!(is_marked(b"#!/bin/sh\n# made by provha from the\n"));
        for other in
            ["", "#!/bin/sh", "#!/bin/sh\nnsupdate -y a:b\n", "\n# made"]
        {
            assert!(!is_marked(other.as_bytes()), "{other}");
        }
    }
}
