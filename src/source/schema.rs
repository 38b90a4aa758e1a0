//! Which tables and columns a database has, and SELECTs that bear the
//! differences between releases (facts/schema-mysql.sql).

use std::collections::{BTreeMap, BTreeSet};

use crate::source::error::SourceError;
use crate::source::url::Engine;

/// Tables with their columns in physical order.
#[derive(Debug, Default, Clone)]
pub struct Schema {
    /// The database's name, for messages.
    pub database: String,
    /// Whose SQL is spoken; SQLite's is MariaDB's, as far as it is used.
    pub engine: Engine,
    /// The user that reads, as the server calls it.
    pub user: String,
    tables: BTreeMap<String, Vec<String>>,
    /// Tables that the server keeps from the user.
    denied: BTreeSet<String>,
    /// Columns that the server cannot hash as they are.
    texts: BTreeSet<(String, String)>,
    /// Tables of which the user may not read every column.
    partial: BTreeSet<String>,
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

/// What the releases of the existing system differ in beyond the names of
/// columns (facts/nms-2024.md); told by what is there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Release {
    /// Up to 3.0: table `cmts`.
    Old,
    /// 3.1, and the public release of 2022.
    Classic,
    /// The later public releases: `ippool.net` holds the prefix.
    Current,
}

impl Release {
    /// The words for it.
    pub fn words(self) -> &'static str {
        match self {
            Self::Old => "NMS Prime up to 3.0 (table cmts)",
            Self::Classic => "NMS Prime 3.1 to 2022",
            Self::Current => {
                "NMS Prime of 2023 and later (ippool.net holds the prefix)"
            }
        }
    }

    /// Whether `provvoip.mta_domain` is an option of the adapters' subnets
    /// instead of a zone of its own.
    pub fn mta_domain_is_option(self) -> bool {
        self == Self::Current
    }

    /// Whether an adapter of type `packetcable` is told its MAC as its host
    /// name instead of its id.
    pub fn names_packetcable_by_mac(self) -> bool {
        self == Self::Current
    }
}

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

    /// Notes that the server cannot hash a column as it is.
    pub fn is_text(&mut self, table: &str, column: &str) {
        let _ = self.texts.insert((table.into(), column.into()));
    }

    /// Whether the server can hash a column as it is.
    pub fn can_hash(&self, table: &str, column: &str) -> bool {
        !self.texts.contains(&(table.to_string(), column.to_string()))
    }

    /// Notes that the user may not read the table.
    pub fn deny(&mut self, table: &str) {
        let _ = self.denied.insert(table.to_string());
    }

    /// Notes that the user may not read every column of the table: what is not
    /// listed may be there.
    pub fn hides(&mut self, table: &str) {
        let _ = self.partial.insert(table.to_string());
    }

    /// Whether there are columns that the user may not read.
    pub fn is_partial(&self, table: &str) -> bool {
        self.partial.contains(table)
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
            grant: self.grant(table),
        })
    }

    /// The SQL that lets the user read a table.
    pub fn grant(&self, table: &str) -> String {
        let (user, database) = (&self.user, &self.database);
        match self.engine {
            Engine::Mysql => {
                let user = match user.rsplit_once('@') {
                    Some((name, host)) => format!("'{name}'@'{host}'"),
                    None => format!("'{user}'"),
                };
                format!("GRANT SELECT ON `{database}`.`{table}` TO {user};")
            }
            Engine::Postgres => format!(
                "GRANT USAGE ON SCHEMA nmsprime TO \"{user}\"; GRANT SELECT \
                 ON nmsprime.{table} TO \"{user}\";"
            ),
        }
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
        let (table, column) = (table.to_string(), names.join(" or "));
        if self.partial.contains(&table) {
            let (database, grant) = (self.database.clone(), self.grant(&table));
            return Err(SourceError::DeniedColumn {
                table,
                column,
                database,
                grant,
            });
        }
        fallback
            .map(str::to_string)
            .ok_or(SourceError::MissingColumn { table, column })
    }

    /// Whether the table has the column.
    pub fn has_column(&self, table: &str, column: &str) -> bool {
        self.columns(table).iter().any(|c| c == column)
    }

    /// The condition 'this row is alive' for `alias`.
    ///
    /// # Errors
    /// There is no `deleted_at`, which every release has: without it deleted
    /// rows would be served.
    pub fn alive(
        &self,
        table: &str,
        alias: &str,
    ) -> Result<String, SourceError> {
        let _ = self.first(&[table])?;
        let deleted = self.column(table, alias, &["deleted_at"], None)?;
        Ok(format!("{deleted} IS NULL"))
    }

    /// Which release of the existing system made this schema.
    pub fn release(&self) -> Release {
        let old = !self.has("netgw") && self.has("cmts");
        let pools = self.columns("ippool");
        if old {
            Release::Old
        } else if !pools.is_empty() && !self.has_column("ippool", "netmask") {
            Release::Current
        } else {
            Release::Classic
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
        assert!(schema.alive("modem", "m").is_err());
        schema.hides("modem");
        let hidden = schema.column("modem", "m", &["x"], Some("1"));
        assert!(hidden.unwrap_err().hint().contains("GRANT SELECT"));
        schema.add("modem", "deleted_at");
        let alive = schema.alive("modem", "m").unwrap();
        assert_eq!(alive, "m.`deleted_at` IS NULL");
    }

    #[test]
    fn the_release_is_told_by_what_is_there() {
        let schema = |columns: &[(&str, &str)]| {
            let mut schema = Schema::new("db");
            for (table, column) in columns {
                schema.add(table, column);
            }
            schema.release()
        };
        let pool = ("ippool", "net");
        assert_eq!(schema(&[("cmts", "id"), pool]), Release::Old);
        let now = [("netgw", "id"), pool];
        assert_eq!(schema(&now), Release::Current);
        let classic = [now[0], pool, ("ippool", "netmask")];
        assert_eq!(schema(&classic), Release::Classic);
    }
}
