//! SQLite: the demo, tests and labs.

use std::path::Path;

use rusqlite::types::ValueRef;
use rusqlite::{Connection, OpenFlags};

use crate::source::{Database, Row, Schema, SourceError, Visit};
use crate::template::php_double;

/// An open SQLite file or an in-memory database.
pub struct Sqlite {
    connection: Connection,
    schema: Schema,
}

impl Sqlite {
    /// Opens a file read-only and begins a snapshot.
    pub fn open(path: &Path) -> Result<Self, SourceError> {
        let name = path.display().to_string();
        let connection = Connection::open_with_flags(
            path,
            OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX,
        )
        .map_err(|error| SourceError::File {
            file: name.clone(),
            reason: error.to_string(),
        })?;
        Self::snapshot(connection, &name)
    }

    /// A database in memory, made by the SQL text.
    pub fn from_sql(sql: &str) -> Result<Self, SourceError> {
        let failed = |error: rusqlite::Error| SourceError::Query {
            what: "the embedded network".into(),
            reason: error.to_string(),
        };
        let connection = Connection::open_in_memory().map_err(failed)?;
        connection.execute_batch(sql).map_err(failed)?;
        Self::snapshot(connection, "memory")
    }

    /// Begins the transaction and reads the schema in it.
    fn snapshot(
        connection: Connection,
        name: &str,
    ) -> Result<Self, SourceError> {
        let failed = |error: rusqlite::Error| SourceError::File {
            file: name.to_string(),
            reason: error.to_string(),
        };
        connection
            .busy_timeout(std::time::Duration::from_secs(5))
            .map_err(failed)?;
        connection.execute_batch("BEGIN").map_err(failed)?;
        let mut schema = Schema::new(name);
        let mut statement = connection
            .prepare(
                "SELECT t.name, c.name FROM sqlite_master t \
                 JOIN pragma_table_info(t.name) c \
                 WHERE t.type IN ('table', 'view') ORDER BY t.name, c.cid",
            )
            .map_err(failed)?;
        let mut rows = statement.query([]).map_err(failed)?;
        while let Some(row) = rows.next().map_err(failed)? {
            let (table, column): (String, String) =
                row.try_into().map_err(failed)?;
            schema.add(&table, &column);
        }
        drop(rows);
        drop(statement);
        Ok(Self { connection, schema })
    }
}

impl Database for Sqlite {
    fn schema(&self) -> &Schema {
        &self.schema
    }

    fn query(
        &mut self,
        what: &str,
        sql: &str,
        visit: Visit<'_>,
    ) -> Result<(), SourceError> {
        let failed = |error: rusqlite::Error| SourceError::Query {
            what: what.to_string(),
            reason: error.to_string(),
        };
        let mut statement = self.connection.prepare(sql).map_err(failed)?;
        let columns = statement.column_count();
        let mut rows = statement.query([]).map_err(failed)?;
        let mut row = Row::default();
        while let Some(source) = rows.next().map_err(failed)? {
            row.clear();
            for column in 0..columns {
                match source.get_ref(column).map_err(failed)? {
                    ValueRef::Null => row.push_null(),
                    ValueRef::Integer(n) => row.push_display(n),
                    ValueRef::Real(n) => row.push(php_double(n).as_bytes()),
                    ValueRef::Text(t) | ValueRef::Blob(t) => row.push(t),
                }
            }
            visit(&row).map_err(SourceError::Consumer)?;
        }
        Ok(())
    }
}
