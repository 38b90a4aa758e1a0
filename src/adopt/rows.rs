//! When rows changed, and which are deleted: what makes a live file old.

use std::collections::HashMap;

use jiff::civil::DateTime;
use jiff::tz::TimeZone;

use crate::source::{Database, SourceError};

/// One row.
#[derive(Debug, Clone, Copy, Default)]
pub struct Row {
    /// When it changed last, seconds since 1970; 0: not known.
    pub updated: i64,
    /// Whether it is deleted.
    pub is_deleted: bool,
}

/// The rows that files are made of.
#[derive(Debug, Default)]
pub struct Rows {
    tables: HashMap<&'static str, HashMap<u32, Row>>,
    /// The modem of a MAC, in lower case; alive ones win.
    macs: HashMap<String, u32>,
    /// The endpoint of a host name; alive ones win.
    names: HashMap<String, u32>,
    /// The pool of a network or router address; alive ones win.
    nets: HashMap<String, u32>,
}

/// The tables, each with the column by which a statement names its row.
const TABLES: [(&str, &str); 11] = [
    ("modem", "mac"),
    ("mta", ""),
    ("endpoint", "hostname"),
    ("netgw", ""),
    ("ippool", "net"),
    ("ippool", "router_ip"),
    ("provbase", ""),
    ("provha", ""),
    ("provvoip", ""),
    ("configfile", ""),
    ("qos", ""),
];

impl Rows {
    /// Reads them; `zone` is the time zone of the time stamps.
    ///
    /// # Errors
    /// The database cannot be read.
    pub fn read(
        db: &mut dyn Database,
        zone: &str,
    ) -> Result<Self, SourceError> {
        let zone = TimeZone::get(zone).unwrap_or(TimeZone::UTC);
        let mut rows = Self::default();
        for (table, key) in TABLES {
            let named = match table {
                // Up to 3.0.
                "netgw" if !db.schema().has("netgw") => "cmts",
                other => other,
            };
            if !db.schema().has(named) {
                continue;
            }
            let columns = db.schema().columns(named);
            let has = |column: &str| columns.iter().any(|c| c == column);
            let of = |column: &str| match has(column) {
                true => column.to_string(),
                false => "NULL".into(),
            };
            let key = if key.is_empty() { "NULL".into() } else { of(key) };
            let sql = format!(
                "SELECT id, {}, {}, {key} FROM {named}",
                of("updated_at"),
                of("deleted_at")
            );
            let mut found = HashMap::new();
            db.query(named, &sql, &mut |row| {
                let Some(id) = row.number::<u32>(0) else { return Ok(()) };
                let deleted = row.text(2);
                let is_deleted = !deleted.trim().is_empty();
                let updated = seconds(&row.text(1), &zone);
                let _ = found.insert(id, Row { updated, is_deleted });
                let key = row.text(3).to_ascii_lowercase();
                let key = match key.split_once('/') {
                    Some((net, _)) if table == "ippool" => net.to_string(),
                    _ => key,
                };
                if !key.is_empty() {
                    rows.name(table, key, id, is_deleted);
                }
                Ok(())
            })?;
            let _ = rows.tables.insert(table, found);
        }
        Ok(rows)
    }

    /// Notes by what a statement names a row.
    fn name(&mut self, table: &str, key: String, id: u32, is_deleted: bool) {
        let map = match table {
            "modem" => &mut self.macs,
            "ippool" => &mut self.nets,
            _ => &mut self.names,
        };
        if is_deleted {
            let _ = map.entry(key).or_insert(id);
        } else {
            let _ = map.insert(key, id);
        }
    }

    /// A row; None: there is none.
    pub fn get(&self, table: &str, id: u32) -> Option<Row> {
        self.tables.get(table)?.get(&id).copied()
    }

    /// The modem of a MAC.
    pub fn modem_of(&self, mac: &str) -> Option<u32> {
        self.macs.get(&mac.to_ascii_lowercase()).copied()
    }

    /// The endpoint of a host name.
    pub fn endpoint_of(&self, name: &str) -> Option<u32> {
        self.names.get(&name.to_ascii_lowercase()).copied()
    }

    /// The pool of a network or router address.
    pub fn pool_of(&self, address: &str) -> Option<u32> {
        self.nets.get(address).copied()
    }

    /// The latest change of a table's rows; 0: not known.
    pub fn newest(&self, table: &str) -> i64 {
        let rows = self.tables.get(table).into_iter().flatten();
        rows.map(|(_, row)| row.updated).max().unwrap_or_default()
    }
}

/// A time stamp of the database as seconds since 1970; 0: there is none.
fn seconds(text: &str, zone: &TimeZone) -> i64 {
    let text = text.trim();
    let text = text.get(..19).unwrap_or(text);
    let Ok(time) = text.parse::<DateTime>() else { return 0 };
    let zoned = time.to_zoned(zone.clone());
    zoned.map_or(0, |zoned| zoned.timestamp().as_second())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn time_stamps_are_of_the_zone() {
        let berlin = TimeZone::get("Europe/Berlin").unwrap();
        assert_eq!(seconds("1970-01-02 01:00:00", &berlin), 86_400);
        assert_eq!(seconds("1970-01-02 00:00:00.12", &TimeZone::UTC), 86_400);
        assert_eq!(seconds("0000-00-00 00:00:00", &TimeZone::UTC), 0);
        assert_eq!(seconds("", &TimeZone::UTC), 0);
    }
}
