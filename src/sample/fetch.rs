//! Rows by their ids.

use std::collections::BTreeSet;

use crate::sample::choose::Ids;
use crate::sample::columns::Column;
use crate::source::{Database, SourceError};

/// Ids that one query asks for.
const MOST_IDS: usize = 1000;
/// Rows of a table that is taken whole.
pub const MOST_ROWS: usize = 5000;

/// The rows of a table, ascending by id.
///
/// # Errors
/// The database cannot be read.
pub fn rows(
    db: &mut dyn Database,
    table: &str,
    columns: &[Column],
    ids: &Ids,
) -> Result<Vec<Vec<Option<String>>>, SourceError> {
    if columns.is_empty() {
        return Ok(Vec::new());
    }
    let list: Vec<String> =
        columns.iter().map(|c| format!("t.`{}`", c.name)).collect();
    let mut out = Vec::new();
    for condition in conditions(ids) {
        let sql = format!(
            "SELECT {} FROM {table} t{condition} ORDER BY t.id LIMIT {MOST_ROWS}",
            list.join(", ")
        );
        db.query(table, &sql, &mut |row| {
            let cell = |at| {
                let bytes = row.get(at)?;
                Some(String::from_utf8_lossy(bytes).into_owned())
            };
            out.push((0..columns.len()).map(cell).collect());
            Ok(())
        })?;
    }
    Ok(out)
}

/// The conditions of the queries, one after the other.
fn conditions(ids: &Ids) -> Vec<String> {
    match ids {
        Ids::All => vec![String::new()],
        Ids::These(ids) => by_id(ids),
    }
}

/// Conditions for these rows.
fn by_id(ids: &BTreeSet<u32>) -> Vec<String> {
    let ids: Vec<u32> = ids.iter().copied().collect();
    let some = ids.chunks(MOST_IDS).map(|ids| {
        let ids: Vec<String> = ids.iter().map(u32::to_string).collect();
        format!(" WHERE t.id IN ({})", ids.join(", "))
    });
    some.collect()
}
