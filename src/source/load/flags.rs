//! Flags of rows: read as what they say, or not at all.

use crate::source::{Row, SourceError};

/// A cell as a flag; `place` is its table, id and column.
///
/// # Errors
/// It says neither yes nor no: a flag never counts as false because it was
/// not understood.
pub fn flag(
    row: &Row,
    cell: usize,
    place: (&'static str, u32, &'static str),
) -> Result<bool, SourceError> {
    let (table, id, column) = place;
    row.flag(cell).ok_or_else(|| {
        let text = row.text(cell).escape_debug().take(40).collect();
        SourceError::Flag { table, id, column, text }
    })
}
