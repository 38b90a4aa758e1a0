//! SQLite: the demo, tests and labs.

use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use rusqlite::limits::Limit;
use rusqlite::types::ValueRef;
use rusqlite::{Connection, OpenFlags};

use crate::source::{Database, Row, Schema, SourceError, Visit};
use crate::template::php_double;

/// An open SQLite file or an in-memory database.
pub struct Sqlite {
    connection: Connection,
    schema: Schema,
    watchdog: Watchdog,
}

impl Sqlite {
    /// Opens a file read-only and begins a snapshot.
    pub fn open(path: &Path) -> Result<Self, SourceError> {
        let name = path.display().to_string();
        // A FIFO would wait for a writer for ever.
        let is_file = std::fs::metadata(path).map(|meta| meta.is_file());
        if is_file.is_ok_and(|is_file| !is_file) {
            let reason = "it is not a regular file".into();
            return Err(SourceError::File { file: name, reason });
        }
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
        guard(&connection).map_err(failed)?;
        let watchdog = Watchdog::set(&connection);
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
        Ok(Self { connection, schema, watchdog })
    }
}

/// Octets of a value or a row at most: texts of configfiles are far shorter.
const MOST_VALUE: i32 = 16 << 20;
/// Columns of a row at most.
const MOST_COLUMNS: i32 = 1000;
/// How many of SQLite's steps lie between two looks at the clock.
const STEPS: i32 = 1_000_000;
/// How long a query may go without giving a row.
const SILENCE: Duration = Duration::from_secs(60);

/// Bounds what a file can do that was made to harm: values without end, views
/// that never give a row or call functions (sqlite.org/security.html).
fn guard(connection: &Connection) -> rusqlite::Result<()> {
    let limits = [
        (Limit::SQLITE_LIMIT_LENGTH, MOST_VALUE),
        (Limit::SQLITE_LIMIT_COLUMN, MOST_COLUMNS),
    ];
    for (limit, most) in limits {
        let _ = connection.set_limit(limit, most)?;
    }
    connection.execute_batch(
        "PRAGMA trusted_schema = OFF; PRAGMA cell_size_check = ON; \
         PRAGMA mmap_size = 0; PRAGMA query_only = ON; \
         PRAGMA temp_store = MEMORY",
    )
}

/// Ends a query that gives no row for [`SILENCE`]. It begins again with each
/// row that it is told of.
struct Watchdog {
    begun: Instant,
    last: Arc<AtomicU64>,
}

impl Watchdog {
    /// Watches the queries of a connection.
    fn set(connection: &Connection) -> Self {
        let (begun, last) = (Instant::now(), Arc::new(AtomicU64::new(0)));
        let seen = Arc::clone(&last);
        connection.progress_handler(
            STEPS,
            Some(move || {
                let last = Duration::from_millis(seen.load(Ordering::Relaxed));
                begun.elapsed().saturating_sub(last) > SILENCE
            }),
        );
        Self { begun, last }
    }

    /// A row came, or a query begins.
    fn row(&self) {
        let now = self.begun.elapsed().as_millis() as u64;
        self.last.store(now, Ordering::Relaxed);
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
        self.watchdog.row();
        let mut statement = self.connection.prepare(sql).map_err(failed)?;
        let columns = statement.column_count();
        let mut rows = statement.query([]).map_err(failed)?;
        let mut row = Row::default();
        while let Some(source) = rows.next().map_err(failed)? {
            self.watchdog.row();
            row.clear();
            for column in 0..columns {
                match source.get_ref(column).map_err(failed)? {
                    ValueRef::Null => row.push_null(),
                    ValueRef::Integer(n) => row.push_display(n),
                    ValueRef::Real(n) => row.push(php_double(n).as_bytes()),
                    ValueRef::Text(t) | ValueRef::Blob(t) => row.push(t),
                }
            }
            visit(&row)?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_no_database_file_is_refused_at_once() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("a.sqlite");
        nix::unistd::mkfifo(&path, nix::sys::stat::Mode::S_IRWXU).unwrap();
        let error = Sqlite::open(&path).err().unwrap().to_string();
        assert!(error.contains("not a regular file"), "{error}");
        std::fs::remove_file(&path).unwrap();
        std::fs::File::create(&path).unwrap().set_len(1 << 30).unwrap();
        assert!(Sqlite::open(&path).is_err());
    }

    #[test]
    fn huge_values_and_views_without_end_are_bounded() {
        let sql = "CREATE TABLE t (a); INSERT INTO t VALUES \
                   (zeroblob(100000000)); CREATE VIEW v AS WITH RECURSIVE \
                   n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) \
                   SELECT i FROM n WHERE i < 0";
        let mut db = Sqlite::from_sql(sql).unwrap();
        let mut visit = |_: &Row| Ok(());
        assert!(db.query("t", "SELECT a FROM t", &mut visit).is_err());
        // As if it had been silent for a minute.
        let begun = Instant::now().checked_sub(SILENCE * 2).unwrap();
        db.watchdog = Watchdog { begun, last: Arc::default() };
        db.connection
            .progress_handler(STEPS, Some(move || begun.elapsed() > SILENCE));
        assert!(db.query("v", "SELECT i FROM v", &mut visit).is_err());
    }
}
