//! What kind of values the columns of a table hold.

use std::collections::HashMap;

use crate::source::schema::Schema;
use crate::source::url::Engine;
use crate::source::{Database, SourceError};

/// A kind of values, as SQLite tells them apart (sqlite.org/datatype3.html).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// Whole numbers and flags.
    Integer,
    /// Other numbers.
    Real,
    /// Dates and times.
    Time,
    /// All else.
    Text,
}

impl Kind {
    /// By the name of the type, in the words of any engine.
    fn of(name: &str) -> Self {
        let name = name.to_ascii_lowercase();
        let is = |words: &[&str]| words.iter().any(|w| name.contains(w));
        // PostgreSQL's 'interval' and 'point' are not among the columns.
        if is(&["int", "bool", "bit", "serial"]) {
            Self::Integer
        } else if is(&["double", "float", "real", "decimal", "numeric"]) {
            Self::Real
        } else if is(&["date", "time"]) {
            Self::Time
        } else {
            Self::Text
        }
    }

    /// The type that a column of a sample is declared with.
    pub fn declared(self) -> &'static str {
        match self {
            Self::Integer => "INTEGER",
            Self::Real => "REAL",
            Self::Time | Self::Text => "TEXT",
        }
    }
}

/// A column.
#[derive(Debug, Clone)]
pub struct Column {
    /// Its name.
    pub name: String,
    /// What it holds.
    pub kind: Kind,
}

/// The columns of a table that the user may read, in their order.
///
/// # Errors
/// The database cannot be read.
pub fn of(
    db: &mut dyn Database,
    table: &str,
    is_sqlite: bool,
) -> Result<Vec<Column>, SourceError> {
    let sql = query(db.schema(), table, is_sqlite);
    let mut kinds = HashMap::new();
    db.query("the types of columns", &sql, &mut |row| {
        let kind = Kind::of(&row.text(1));
        let _ = kinds.insert(row.text(0).into_owned(), kind);
        Ok(())
    })?;
    let column = |name: &String| {
        let kind = kinds.get(name).copied().unwrap_or(Kind::Text);
        Column { name: name.clone(), kind }
    };
    Ok(db.schema().columns(table).iter().map(column).collect())
}

/// The query for names and types.
fn query(schema: &Schema, table: &str, is_sqlite: bool) -> String {
    if is_sqlite {
        return format!("SELECT name, type FROM pragma_table_info('{table}')");
    }
    let place = match schema.engine {
        Engine::Mysql => "DATABASE()",
        // The schema that the snapshot reads comes first in the path.
        Engine::Postgres => "current_schema()",
    };
    format!(
        "SELECT column_name, data_type FROM information_schema.columns \
         WHERE table_schema = {place} AND table_name = '{table}'"
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn types_of_all_engines_are_told_apart() {
        for name in ["int(10) unsigned", "bigint", "boolean", "BIT", "INTEGER"]
        {
            assert_eq!(Kind::of(name), Kind::Integer, "{name}");
        }
        for name in ["double", "double(6,2)", "numeric", "decimal(9,6)"] {
            assert_eq!(Kind::of(name), Kind::Real, "{name}");
        }
        for name in ["datetime", "timestamp with time zone", "date"] {
            assert_eq!(Kind::of(name), Kind::Time, "{name}");
        }
        for name in ["varchar(191)", "text", "USER-DEFINED", "inet", ""] {
            assert_eq!(Kind::of(name), Kind::Text, "{name}");
        }
    }
}
