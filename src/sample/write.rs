//! A sample as a SQLite file, or as SQL that makes one.

use rusqlite::Connection;
use rusqlite::params_from_iter;
use rusqlite::types::Value;

use crate::sample::columns::{Column, Kind};
use crate::sample::table::{Sample, Table};

/// The form of a sample.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Form {
    /// SQL text for `sqlite3`.
    Sql,
    /// A database file, as `--db sqlite:PATH` reads it.
    Sqlite,
}

impl Form {
    /// By the end of a file's name.
    pub fn of(name: &str) -> Option<Self> {
        let end = name.rsplit_once('.')?.1;
        match end.to_ascii_lowercase().as_str() {
            "sql" => Some(Self::Sql),
            "sqlite" | "sqlite3" | "db" => Some(Self::Sqlite),
            _ => None,
        }
    }
}

/// The file's content. The same rows make the same octets.
///
/// # Errors
/// SQLite refuses a table of that form.
pub fn bytes(sample: &Sample, form: Form) -> rusqlite::Result<Vec<u8>> {
    match form {
        Form::Sql => Ok(sql(sample).into_bytes()),
        Form::Sqlite => {
            let connection = Connection::open_in_memory()?;
            connection.execute_batch("BEGIN")?;
            for table in &sample.tables {
                fill(&connection, table)?;
            }
            connection.execute_batch("COMMIT; VACUUM")?;
            Ok(connection.serialize("main")?.to_vec())
        }
    }
}

/// Makes a table and its rows.
fn fill(connection: &Connection, table: &Table) -> rusqlite::Result<()> {
    connection.execute_batch(&create(table))?;
    let places = vec!["?"; table.columns.len()].join(", ");
    let sql = format!("INSERT INTO `{}` VALUES ({places})", table.name);
    let mut insert = connection.prepare(&sql)?;
    for row in &table.rows {
        let cells = row.iter().zip(&table.columns);
        let _ = insert.execute(params_from_iter(cells.map(value)))?;
    }
    Ok(())
}

/// A cell as SQLite keeps it: by the kind of its column. What is no number
/// stays a text there.
fn value((cell, column): (&Option<String>, &Column)) -> Value {
    let Some(text) = cell else { return Value::Null };
    let text = || Value::Text(text.clone());
    let cell = cell.as_deref().unwrap_or_default();
    match column.kind {
        Kind::Integer => cell.parse().map_or_else(|_| text(), Value::Integer),
        Kind::Real => cell.parse().map_or_else(|_| text(), Value::Real),
        Kind::Time | Kind::Text => text(),
    }
}

/// The statement that makes a table.
fn create(table: &Table) -> String {
    let columns: Vec<String> = table
        .columns
        .iter()
        .map(|column| match column.name.as_str() {
            "id" => "  `id` INTEGER PRIMARY KEY".to_string(),
            name => format!("  `{name}` {}", column.kind.declared()),
        })
        .collect();
    format!("CREATE TABLE `{}` (\n{}\n);\n", table.name, columns.join(",\n"))
}

/// The same as text.
fn sql(sample: &Sample) -> String {
    let mut out = String::from(
        "-- A masked sample of 'provha db sample'. Load it with\n\
         --   sqlite3 sample.sqlite < sample.sql\n\
         -- and use it with --db sqlite:sample.sqlite\n\
         BEGIN;\n",
    );
    for table in &sample.tables {
        out += &create(table);
        for row in &table.rows {
            let cells: Vec<String> =
                row.iter().zip(&table.columns).map(literal).collect();
            out += &format!(
                "INSERT INTO `{}` VALUES ({});\n",
                table.name,
                cells.join(", ")
            );
        }
    }
    out + "COMMIT;\n"
}

/// A cell as SQL.
fn literal((cell, column): (&Option<String>, &Column)) -> String {
    match value((cell, column)) {
        Value::Null => "NULL".into(),
        Value::Integer(number) => number.to_string(),
        Value::Real(number) if number.is_finite() => format!("{number:?}"),
        _ => {
            let text = cell.as_deref().unwrap_or_default();
            // SQLite reads a text up to its first NUL.
            format!("'{}'", text.replace('\0', "").replace('\'', "''"))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::Database as _;
    use crate::source::sqlite::Sqlite;

    /// A table with a flag, a number, a text with quotes and a NULL.
    fn sample() -> Sample {
        let column = |name: &str, kind| Column { name: name.into(), kind };
        let columns = vec![
            column("id", Kind::Integer),
            column("public", Kind::Integer),
            column("lat", Kind::Real),
            column("text", Kind::Text),
        ];
        let cell = |text: &str| Some(text.to_string());
        let rows = vec![
            vec![cell("7"), cell("t"), cell("0.1"), cell("it's\n\"x\"")],
            vec![cell("8"), cell("1"), None, None],
        ];
        Sample { tables: vec![Table { name: "modem", columns, rows }] }
    }

    #[test]
    fn both_forms_hold_the_same_rows() {
        let sql = String::from_utf8(bytes(&sample(), Form::Sql).unwrap());
        let mut db = Sqlite::from_sql(&sql.unwrap()).unwrap();
        let mut cells = Vec::new();
        let query = "SELECT id, public, lat, text FROM modem ORDER BY id";
        db.query("modem", query, &mut |row| {
            let text = |at| row.get(at).map(<[u8]>::to_vec);
            cells.push((0..4).map(text).collect::<Vec<_>>());
            Ok(())
        })
        .unwrap();
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("a.sqlite");
        let file = bytes(&sample(), Form::Sqlite).unwrap();
        crate::system::files::replace(&path, &file, 0o600).unwrap();
        let mut other = Vec::new();
        let mut db = Sqlite::open(&path).unwrap();
        db.query("modem", query, &mut |row| {
            let text = |at| row.get(at).map(<[u8]>::to_vec);
            other.push((0..4).map(text).collect::<Vec<_>>());
            Ok(())
        })
        .unwrap();
        assert_eq!(cells, other);
        assert_eq!(cells[0][1].as_deref(), Some(&b"t"[..]));
        assert_eq!(cells[0][2].as_deref(), Some(&b"0.1"[..]));
        assert_eq!(cells[0][3].as_deref(), Some(&b"it's\n\"x\""[..]));
        assert_eq!(cells[1][2], None);
    }

    #[test]
    fn the_form_is_told_by_the_name() {
        assert_eq!(Form::of("a.b.sql"), Some(Form::Sql));
        assert_eq!(Form::of("x.SQLITE"), Some(Form::Sqlite));
        assert_eq!(Form::of("sample"), None);
    }
}
