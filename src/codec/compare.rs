//! `provha docsis diff`: what changes between two binaries.

use std::path::Path;

use crate::codec::inputs::binary;
use crate::console::Console;
use crate::docsis::{Mib, diff};
use crate::exit::Exit;
use crate::report::json::{Compared, ComparedChange};

/// Prints the changes from the first file to the second.
pub fn run(
    (old, new): (&Path, &Path),
    mib: &Mib,
    exit_code: bool,
    console: &Console,
) -> anyhow::Result<Exit> {
    let changes = diff::diff(&binary(old)?, &binary(new)?, mib);
    for change in &changes {
        console.data(&format!("{change}\n"))?;
    }
    let differ = !changes.is_empty();
    let changes = changes.into_iter().map(|change| ComparedChange {
        path: change.path,
        old: change.old,
        new: change.new,
    });
    let changes = changes.collect();
    console.result(&Compared { command: "docsis diff", differ, changes });
    Ok(if exit_code && differ { Exit::Pending } else { Exit::Done })
}
