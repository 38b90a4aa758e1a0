//! A masked copy of a part of the database that is small enough to send: the
//! rows that a problem needs, with all that they lead to.

pub mod check;
mod choose;
mod columns;
mod fetch;
pub mod found;
pub mod json;
mod learn;
mod names;
pub mod place;
mod policy;
mod secrets;
mod table;
mod write;

use crate::alias::Aliases;
use crate::model::Findings;
use crate::source::Database;

pub use choose::{Device, Wanted};
pub use columns::{Column, Kind};
pub use table::{Sample, Table};
pub use write::{Form, bytes};

/// Takes a sample.
///
/// # Errors
/// The database cannot be read, or has no such device.
pub fn take(
    db: &mut dyn Database,
    is_sqlite: bool,
    wanted: &Wanted,
    findings: &Findings,
    aliases: &mut Aliases,
) -> anyhow::Result<Sample> {
    let chosen = choose::rows(db, wanted, findings)?;
    let mut tables = Vec::new();
    for (name, ids) in chosen.tables() {
        let columns = columns::of(db, name, is_sqlite)?;
        let rows = fetch::rows(db, name, &columns, ids)?;
        tables.push(Table { name, columns, rows });
    }
    learn::names(db, aliases)?;
    policy::mask(&mut tables, aliases);
    Ok(Sample { tables })
}
