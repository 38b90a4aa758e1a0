//! Which tables and columns a database has, and SELECTs that bear the
//! differences between releases (facts/schema-mysql.sql).

use std::collections::{BTreeMap, BTreeSet};

use crate::source::SourceError;

/// Tables with their columns in physical order.
#[derive(Debug, Default, Clone)]
pub struct Schema {
    /// The database's name, for messages.
    pub database: String,
    tables: BTreeMap<String, Vec<String>>,
    /// Tables that the server keeps from the user.
    denied: BTreeSet<String>,
}

/// Every table that is read, under all its names.
pub const TABLES: &[&str] = &[
    "configfile",
    "contract",
    "endpoint",
    "ippool",
    "modem",
    "modem_option",
    "mta",
    "netgw",
    "cmts",
    "phonenumber",
    "provbase",
    "provha",
    "provvoip",
    "qos",
];

impl Schema {
    /// A schema without tables.
    pub fn new(database: impl Into<String>) -> Self {
        Self { database: database.into(), ..Self::default() }
    }

    /// Adds a column.
    pub fn add(&mut self, table: &str, column: &str) {
        let columns = self.tables.entry(table.to_string()).or_default();
        columns.push(column.to_string());
    }

    /// Notes that the user may not read the table.
    pub fn deny(&mut self, table: &str) {
        let _ = self.denied.insert(table.to_string());
    }

    /// Whether the user may read the table; where a missing table means
    /// something, [`Schema::optional`] is the question.
    pub fn has(&self, table: &str) -> bool {
        self.tables.contains_key(table)
    }

    /// The columns of a table; empty when it is not there.
    pub fn columns(&self, table: &str) -> &[String] {
        self.tables.get(table).map_or(&[], Vec::as_slice)
    }

    /// Whether a table that may be missing is there.
    ///
    /// # Errors
    /// The user may not read it: it must not count as missing.
    pub fn optional(&self, table: &str) -> Result<bool, SourceError> {
        self.allowed(table).map(|()| self.has(table))
    }

    /// Refuses a table that the server keeps from the user.
    fn allowed(&self, table: &str) -> Result<(), SourceError> {
        if !self.denied.contains(table) {
            return Ok(());
        }
        Err(SourceError::DeniedTable {
            table: table.to_string(),
            database: self.database.clone(),
        })
    }

    /// The first of these tables that is there.
    ///
    /// # Errors
    /// None is there, or the user may not read one that comes before it.
    pub fn first<'a>(
        &self,
        tables: &[&'a str],
    ) -> Result<&'a str, SourceError> {
        for table in tables {
            if self.optional(table)? {
                return Ok(table);
            }
        }
        Err(SourceError::MissingTable {
            table: tables[0].to_string(),
            database: self.database.clone(),
        })
    }

    /// An SQL expression for a column of `alias`: the first of the `names`
    /// that the table has, else `fallback` (an SQL literal), else an error.
    pub fn column(
        &self,
        table: &str,
        alias: &str,
        names: &[&str],
        fallback: Option<&str>,
    ) -> Result<String, SourceError> {
        let has =
            |name: &&&str| self.columns(table).iter().any(|c| c == **name);
        if let Some(name) = names.iter().find(has) {
            return Ok(format!("{alias}.`{name}`"));
        }
        fallback.map(str::to_string).ok_or_else(|| SourceError::MissingColumn {
            table: table.to_string(),
            column: names.join(" or "),
        })
    }

    /// The condition 'this row is alive' for `alias`; a table without soft
    /// deletes has only alive rows.
    pub fn alive(&self, table: &str, alias: &str) -> String {
        if self.columns(table).iter().any(|c| c == "deleted_at") {
            format!("{alias}.`deleted_at` IS NULL")
        } else {
            "1 = 1".into()
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_table_that_may_not_be_read_is_not_missing() {
        let mut schema = Schema::new("db");
        schema.add("cmts", "id");
        assert_eq!(schema.first(&["netgw", "cmts"]).unwrap(), "cmts");
        assert!(!schema.optional("mta").unwrap());
        for table in ["netgw", "mta"] {
            schema.deny(table);
            let error = schema.optional(table).unwrap_err();
            assert!(error.hint().contains("GRANT SELECT"), "{error}");
        }
        assert!(schema.first(&["netgw", "cmts"]).is_err());
    }

    #[test]
    fn older_names_and_defaults_stand_in() {
        let mut schema = Schema::new("db");
        schema.add("modem", "id");
        schema.add("modem", "network_access");
        let names = &["internet_access", "network_access"];
        let column = schema.column("modem", "m", names, None).unwrap();
        assert_eq!(column, "m.`network_access`");
        let column = schema.column("modem", "m", &["x"], Some("1")).unwrap();
        assert_eq!(column, "1");
        assert!(schema.column("modem", "m", &["x"], None).is_err());
        assert_eq!(schema.alive("modem", "m"), "1 = 1");
    }
}
