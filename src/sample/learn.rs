//! The names and numbers of all rows: a text of one row may tell another one's.

use crate::alias::Aliases;
use crate::source::{Database, SourceError};

/// Where names stand, and numbers.
const PLACES: &[(&str, &[&str], bool)] = &[
    ("modem", &["hostname", "firstname", "lastname", "company"], false),
    ("contract", &["firstname", "lastname", "company"], false),
    ("mta", &["hostname"], false),
    ("endpoint", &["hostname"], false),
    ("netgw", &["hostname"], false),
    ("cmts", &["hostname"], false),
    ("phonenumber", &["number", "username"], true),
];

/// Has them known. What the user may not read cannot come into a sample.
///
/// # Errors
/// The database cannot be read.
pub fn names(
    db: &mut dyn Database,
    aliases: &mut Aliases,
) -> Result<(), SourceError> {
    for (table, columns, numbers) in PLACES {
        let schema = db.schema();
        let there = columns.iter().filter(|c| schema.has_column(table, c));
        let list: Vec<String> =
            there.map(|column| format!("t.`{column}`")).collect();
        if list.is_empty() {
            continue;
        }
        let sql = format!("SELECT {} FROM {table} t", list.join(", "));
        db.query(table, &sql, &mut |row| {
            for cell in 0..list.len() {
                let text = row.text(cell);
                let _ = match numbers {
                    true => aliases.number(&text),
                    false => aliases.name(&text),
                };
            }
            Ok(())
        })?;
    }
    Ok(())
}
