//! Rows that say neither IP version 4 nor 6: no query for one of the two finds
//! them, so they are told here.

use crate::model::Findings;
use crate::source::{Database, SourceError};

/// The tables that hold rows of both versions, and what a row of them is.
const TABLES: [(&str, &str); 2] =
    [("ippool", "pool"), ("endpoint", "endpoint")];

/// Tells of rows of neither version.
///
/// # Errors
/// The database cannot be read.
pub fn neither(
    db: &mut dyn Database,
    findings: &mut Findings,
) -> Result<(), SourceError> {
    for (table, what) in TABLES {
        let schema = db.schema();
        if !schema.has_column(table, "version") {
            continue;
        }
        let alive = schema.alive(table, "t")?;
        let sql = format!(
            "SELECT t.id, t.version FROM {table} t WHERE {alive} AND \
             (t.version IS NULL OR t.version NOT IN ('4', '6')) ORDER BY t.id"
        );
        db.query(table, &sql, &mut |row| {
            let Some(id) = row.number(0) else { return Ok(()) };
            let reason = match row.get(1) {
                None => format!("is NULL, neither 4 nor 6: {what} left out"),
                Some(_) => {
                    let text = row.text(1);
                    let text = text.escape_debug();
                    format!("'{text}' is neither 4 nor 6: {what} left out")
                }
            };
            findings.quarantine(table, id, "version", reason);
            Ok(())
        })?;
    }
    Ok(())
}
