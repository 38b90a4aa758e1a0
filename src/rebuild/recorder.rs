//! A database that hashes what is read through it: whatever columns a loader
//! asks for are the columns that count.

use std::collections::BTreeMap;
use std::hash::{DefaultHasher, Hasher};

use crate::source::{Database, Row, Schema, SourceError, Visit};

/// Hashes every row that passes, by what the query is about.
pub struct Recorder<'a> {
    inner: &'a mut dyn Database,
    hashers: BTreeMap<String, DefaultHasher>,
}

impl<'a> Recorder<'a> {
    /// Begins with nothing read.
    pub fn new(inner: &'a mut dyn Database) -> Self {
        Self { inner, hashers: BTreeMap::new() }
    }

    /// What was read: name of the table, hash of its rows.
    pub fn hashes(&self) -> BTreeMap<String, u64> {
        let pair = |(what, hasher): (&String, &DefaultHasher)| {
            (what.clone(), hasher.finish())
        };
        self.hashers.iter().map(pair).collect()
    }
}

/// Adds the cells of a row; a NULL differs from an empty cell.
pub fn add_row(hasher: &mut DefaultHasher, row: &Row) {
    for cell in 0..row.len() {
        match row.get(cell) {
            Some(bytes) => {
                hasher.write_u32(bytes.len() as u32);
                hasher.write(bytes);
            }
            None => hasher.write_u32(u32::MAX),
        }
    }
}

impl Database for Recorder<'_> {
    fn schema(&self) -> &Schema {
        self.inner.schema()
    }

    fn query(
        &mut self,
        what: &str,
        sql: &str,
        visit: Visit<'_>,
    ) -> Result<(), SourceError> {
        let hasher = self.hashers.entry(what.to_string()).or_default();
        hasher.write(sql.as_bytes());
        self.inner.query(what, sql, &mut |row| {
            add_row(hasher, row);
            visit(row)
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::sqlite::Sqlite;

    fn hash(sql: &str) -> u64 {
        let mut db = Sqlite::from_sql(sql).unwrap();
        let mut recorder = Recorder::new(&mut db);
        recorder
            .query("t", "SELECT a, b FROM t ORDER BY a", &mut |_| Ok(()))
            .unwrap();
        recorder.hashes()["t"]
    }

    #[test]
    fn only_what_is_read_counts() {
        let one = "CREATE TABLE t (a, b, c); INSERT INTO t VALUES (1, '', 5)";
        let table = "CREATE TABLE t (a, b, c); INSERT INTO t VALUES ";
        assert_eq!(hash(one), hash(&format!("{table}(1, '', 6)")));
        assert_ne!(hash(one), hash(&format!("{table}(1, NULL, 5)")));
        assert_ne!(hash(one), hash(&format!("{table}(2, '', 5)")));
        assert_ne!(hash(one), hash("CREATE TABLE t (a, b, c)"));
        let ab = hash(&format!("{table}(1, 'x', 0), (2, 'y', 0)"));
        assert_ne!(ab, hash(&format!("{table}(1, 'y', 0), (2, 'x', 0)")));
    }
}
