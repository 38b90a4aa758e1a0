//! Which tables and columns a database has, and SELECTs that bear the
//! differences between releases (facts/schema-mysql.sql).

use std::collections::BTreeMap;

use super::SourceError;

/// Tables with their columns in physical order.
#[derive(Debug, Default, Clone)]
pub struct Schema {
    /// The database's name, for messages.
    pub database: String,
    tables: BTreeMap<String, Vec<String>>,
}

impl Schema {
    /// A schema without tables.
    pub fn new(database: impl Into<String>) -> Self {
        Self { database: database.into(), tables: BTreeMap::new() }
    }

    /// Adds a column.
    pub fn add(&mut self, table: &str, column: &str) {
        let columns = self.tables.entry(table.to_string()).or_default();
        columns.push(column.to_string());
    }

    /// Whether the table is there.
    pub fn has(&self, table: &str) -> bool {
        self.tables.contains_key(table)
    }

    /// The columns of a table; empty when it is not there.
    pub fn columns(&self, table: &str) -> &[String] {
        self.tables.get(table).map_or(&[], Vec::as_slice)
    }

    /// The first of these tables that is there.
    pub fn first<'a>(
        &self,
        tables: &[&'a str],
    ) -> Result<&'a str, SourceError> {
        tables.iter().copied().find(|t| self.has(t)).ok_or_else(|| {
            SourceError::MissingTable {
                table: tables[0].to_string(),
                database: self.database.clone(),
            }
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

    /// The condition «this row is alive» for `alias`; a table without soft
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
