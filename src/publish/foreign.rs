//! Files that another system made: told apart from ours, and kept once.

use std::path::Path;

use crate::console::Console;
use crate::system::files;

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
pub fn keep(console: &Console, path: &Path) -> files::Result<()> {
    let Ok(bytes) = std::fs::read(path) else { return Ok(()) };
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    let copy = path.with_file_name(format!("{name}.before-provha"));
    if bytes.starts_with(MARK.as_bytes()) || copy.exists() {
        return Ok(());
    }
    // It may hold secrets that others could read until now.
    files::replace(&copy, &bytes, 0o600)?;
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
