//! Digests of the tables that feed an output, made by the database itself: a
//! tick that finds them as they were has read no row. A table is cut into
//! chunks of ids, so that a few changed modems are found without the others.
//!
//! A row counts as `CRC32(its columns) * id`; a chunk is the sum of its rows.
//! Two different chunks look the same about once in 2^32 (PostgreSQL: 2^31).

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use crate::seen::hash::hash_of;
use crate::source::load::texts::{self, Named};
use crate::source::url::Engine;
use crate::source::{Database, Schema, SourceError};
use crate::template::Table;

/// Ids of one chunk.
pub const CHUNK: u32 = 1024;
/// More changed chunks than this are not looked at one by one.
const MOST_CHUNKS: usize = 8;

/// The tables that feed an output (DESIGN section 6).
const TABLES: &[&str] = &[
    "modem",
    "contract",
    "mta",
    "phonenumber",
    "modem_option",
    "endpoint",
    "qos",
    "configfile",
    "netgw",
    "cmts",
    "ippool",
    "provbase",
    "provvoip",
    "provha",
];

/// Columns that change all the time and feed nothing: book-keeping of rows.
pub(super) const VOLATILE: &[&str] = &["created_at", "updated_at"];

/// What of `contract` is ever read.
const CONTRACT: &[&str] = &[
    "id",
    "deleted_at",
    "has_telephony",
    "telephony_only",
    "internet_access",
    "network_access",
];

/// What joins and ends a row of `phonenumber`.
const NUMBER: &[&str] = &["deleted_at", "mta_id"];

/// What of `modem` feeds the dhcpd set.
const DHCPD: &[&str] = &[
    "id",
    "deleted_at",
    "mac",
    "hostname",
    "public",
    "internet_access",
    "network_access",
    "contract_id",
    "configfile_id",
];

/// The columns of each table that count, besides the book-keeping.
pub type Columns = BTreeMap<&'static str, Vec<String>>;

/// One chunk of a table.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Chunk {
    /// Ids from `number * CHUNK` on.
    pub number: u32,
    rows: u64,
    sum: String,
    /// The sum of what feeds the dhcpd set, which `sum` leaves out; modems
    /// only.
    dhcpd: String,
}

/// The digests of all tables.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Digests {
    /// How they were asked for: other columns make another digest.
    how: u64,
    /// Whether every column was asked for.
    #[serde(default)]
    all: bool,
    tables: BTreeMap<String, Vec<Chunk>>,
}

/// What differs between two digests.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Change {
    /// Nothing.
    Nothing,
    /// Only these chunks of `modem`.
    Modems {
        /// The chunks.
        chunks: Vec<u32>,
        /// Whether the dhcpd set is concerned.
        dhcpd: bool,
    },
    /// More.
    Much,
}

impl Digests {
    /// Reads them, and gives the columns that count: of modems and phone
    /// numbers those that are looked at or that a text names; with `all`,
    /// every one.
    ///
    /// # Errors
    /// The database cannot be read.
    pub fn read(
        db: &mut dyn Database,
        all: bool,
    ) -> Result<(Self, Columns), SourceError> {
        let named = Named::read(db)?;
        let feeds = |table: &str, name: &str| all || feeds(&named, table, name);
        let queries: Vec<(&str, String)> = TABLES
            .iter()
            .filter_map(|table| {
                Some((*table, query(db.schema(), table, &feeds)?))
            })
            .collect();
        let columns = queries
            .iter()
            .map(|(table, _)| (*table, columns(db.schema(), table, &feeds)))
            .collect();
        let how = hash_of(&queries);
        let mut tables = BTreeMap::new();
        for (table, sql) in queries {
            let mut chunks = Vec::new();
            db.query(table, &sql, &mut |row| {
                chunks.push(Chunk {
                    number: row.number(0).unwrap_or(0),
                    rows: row.number(1).unwrap_or(0),
                    sum: row.text(2).into_owned(),
                    dhcpd: row.text(3).into_owned(),
                });
                Ok(())
            })?;
            let _ = tables.insert(table.to_string(), chunks);
        }
        Ok((Self { how, all, tables }, columns))
    }

    /// Whether every column was asked for.
    pub fn has_all(&self) -> bool {
        self.all
    }

    /// Whether there was such a chunk.
    pub fn has(&self, table: &str, number: u32) -> bool {
        let chunks = self.tables.get(table);
        chunks.is_some_and(|list| list.iter().any(|c| c.number == number))
    }

    /// The chunks, by table, that are not as in an earlier one; all of both
    /// where they were asked for in another way.
    pub fn differing(&self, old: &Self) -> BTreeMap<String, BTreeSet<u32>> {
        let mut out: BTreeMap<String, BTreeSet<u32>> = BTreeMap::new();
        let none = Vec::new();
        for table in self.tables.keys().chain(old.tables.keys()) {
            let (new, old_list) = (
                self.tables.get(table).unwrap_or(&none),
                old.tables.get(table).unwrap_or(&none),
            );
            let by_number = |list: &[Chunk]| -> BTreeMap<u32, Chunk> {
                list.iter().map(|c| (c.number, c.clone())).collect()
            };
            let (new, before) = (by_number(new), by_number(old_list));
            let differs = |number: &&u32| {
                self.how != old.how || new.get(number) != before.get(number)
            };
            let numbers = new.keys().chain(before.keys());
            let numbers: BTreeSet<u32> =
                numbers.filter(differs).copied().collect();
            if !numbers.is_empty() {
                let _ = out.insert(table.clone(), numbers);
            }
        }
        out
    }

    /// What differs from those of the last time.
    pub fn since(&self, old: &Self) -> Change {
        if self == old {
            return Change::Nothing;
        }
        let others = |digests: &Self| {
            let mut digests = digests.clone();
            let modems = digests.tables.remove("modem");
            (digests, modems.unwrap_or_default())
        };
        let ((new, modems), (old, were)) = (others(self), others(old));
        if new != old {
            return Change::Much;
        }
        let (mut chunks, mut dhcpd) = (Vec::new(), false);
        let by_number = |list: &[Chunk]| -> BTreeMap<u32, Chunk> {
            list.iter().map(|chunk| (chunk.number, chunk.clone())).collect()
        };
        let (modems, were) = (by_number(&modems), by_number(&were));
        for number in modems.keys().chain(were.keys()) {
            let (new, old) = (modems.get(number), were.get(number));
            if new != old && !chunks.contains(number) {
                chunks.push(*number);
                let part = |c: Option<&Chunk>| c.map(|c| c.dhcpd.clone());
                dhcpd |= part(new) != part(old);
            }
        }
        match chunks.len() {
            n if n > MOST_CHUNKS => Change::Much,
            _ => Change::Modems { chunks, dhcpd },
        }
    }
}

/// Whether a column feeds an output.
fn feeds(named: &Named, table: &str, name: &str) -> bool {
    match table {
        "contract" => CONTRACT.contains(&name),
        "modem" => {
            DHCPD.contains(&name)
                || texts::MODEM.contains(&name)
                || named.holds(Table::Modem, name)
        }
        "phonenumber" => {
            NUMBER.contains(&name)
                || texts::NUMBER.contains(&name)
                || named.holds(Table::Phonenumber, name)
        }
        "mta" if named.holds(Table::Mta, name) => true,
        "qos" if named.holds(Table::Qos, name) => true,
        "provbase" if named.holds(Table::Provbase, name) => true,
        _ => !VOLATILE.contains(&name),
    }
}

/// The columns of a table that count, and when a row was last touched.
fn columns(
    schema: &Schema,
    table: &str,
    feeds: &dyn Fn(&str, &str) -> bool,
) -> Vec<String> {
    let counts = |name: &str| {
        name == "id"
            || VOLATILE.contains(&name)
            || feeds(table, name)
            || table == "modem" && DHCPD.contains(&name)
    };
    let all = schema.columns(table).iter();
    all.filter(|name| counts(name)).cloned().collect()
}

/// The query for the digest of a table; None where it is not there.
fn query(
    schema: &Schema,
    table: &str,
    feeds: &dyn Fn(&str, &str) -> bool,
) -> Option<String> {
    let columns = schema.columns(table);
    if !columns.iter().any(|column| column == "id") {
        return None;
    }
    let postgres = schema.engine == Engine::Postgres;
    // Values as they are need no texts made of them: that is most of the work.
    let plain = columns.iter().any(|name| schema.can_hash(table, name));
    let cell = |column: &String| match (postgres, plain) {
        (false, _) => format!("IFNULL(`{column}`, 0x01)"),
        (true, true) if schema.can_hash(table, column) => {
            format!("`{column}`")
        }
        (true, true) => format!("`{column}`::text"),
        (true, false) => format!("COALESCE(`{column}`::text, chr(1))"),
    };
    let sum = |wanted: &dyn Fn(&str) -> bool| {
        let cells: Vec<String> = columns
            .iter()
            .filter(|column| *column == "id" || wanted(column))
            .map(cell)
            .collect();
        let cells = cells.join(", ");
        let hash = match plain {
            true => format!("hash_record_extended(ROW({cells}), 0)"),
            false => {
                format!("hashtextextended(CONCAT_WS(chr(2), {cells}), 0)")
            }
        };
        match postgres {
            // 31 bits: the product with an id of 32 bits stays a bigint, whose
            // sum is quick; numerics would take longer than the hashes.
            true => format!("SUM(({hash} & 2147483647) * id::bigint)"),
            false => format!("SUM(CRC32(CONCAT_WS(0x00, {cells})) * id)"),
        }
    };
    // What feeds the dhcpd set is told apart, and counts once.
    let dhcpd = |column: &str| table == "modem" && DHCPD.contains(&column);
    let rest = sum(&|column| feeds(table, column) && !dhcpd(column));
    let dhcpd = if table == "modem" { sum(&dhcpd) } else { "0".into() };
    let chunk = match postgres {
        true => format!("id / {CHUNK}"),
        false => format!("id DIV {CHUNK}"),
    };
    Some(format!(
        "SELECT {chunk}, COUNT(*), {rest}, {dhcpd} FROM `{table}` \
         GROUP BY {chunk} ORDER BY {chunk}"
    ))
}

/// The ids of chunks.
pub fn ids(chunks: &[u32]) -> Vec<u32> {
    let ids = |chunk: &u32| {
        let first = chunk.saturating_mul(CHUNK);
        first..first.saturating_add(CHUNK)
    };
    chunks.iter().flat_map(ids).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn digests(modems: &[(u32, &str, &str)], other: &str) -> Digests {
        let chunk = |(number, sum, dhcpd): &(u32, &str, &str)| Chunk {
            number: *number,
            rows: 1,
            sum: (*sum).into(),
            dhcpd: (*dhcpd).into(),
        };
        let modems = modems.iter().map(chunk).collect();
        let other = vec![chunk(&(0, other, "0"))];
        let tables = [("modem", modems), ("qos", other)];
        let tables = tables.map(|(name, list)| (name.to_string(), list));
        Digests { how: 1, all: false, tables: tables.into() }
    }

    #[test]
    fn a_few_modems_are_told_from_everything_else() {
        let old = digests(&[(0, "a", "x"), (7, "b", "y")], "q");
        assert_eq!(old.since(&old), Change::Nothing);
        let new = digests(&[(0, "a", "x"), (7, "c", "y")], "q");
        let change = Change::Modems { chunks: vec![7], dhcpd: false };
        assert_eq!(new.since(&old), change);
        let new = digests(&[(7, "b", "y"), (9, "c", "z")], "q");
        let change = Change::Modems { chunks: vec![9, 0], dhcpd: true };
        assert_eq!(new.since(&old), change);
        let new = digests(&[(0, "a", "x"), (7, "b", "y")], "r");
        assert_eq!(new.since(&old), Change::Much);
        let new = Digests { how: 2, ..old.clone() };
        assert_eq!(new.since(&old), Change::Much);
        let many: Vec<_> = (0..9).map(|n| (n, "x", "x")).collect();
        assert_eq!(digests(&many, "q").since(&old), Change::Much);
    }

    #[test]
    fn the_chunks_that_differ() {
        let old = digests(&[(0, "a", "x"), (7, "b", "y")], "q");
        let told = |new: &Digests| {
            let all = new.differing(&old).into_iter();
            let all = all.map(|(table, numbers)| (table, numbers.len()));
            all.collect::<Vec<_>>()
        };
        assert!(told(&old).is_empty());
        let new = digests(&[(0, "a", "x"), (9, "c", "z")], "r");
        assert_eq!(told(&new), [("modem".into(), 2), ("qos".into(), 1)]);
        let new = Digests { how: 2, ..old.clone() };
        assert_eq!(told(&new), [("modem".into(), 2), ("qos".into(), 1)]);
        assert!(old.has("modem", 7) && !old.has("modem", 9));
    }

    #[test]
    fn columns_count_when_they_feed_something() {
        let mut schema = Schema::new("db");
        for column in ["id", "mac", "us_pwr", "zip", "updated_at"] {
            schema.add("modem", column);
        }
        let sql = |named: &str| {
            let named = Named::from([(Table::Modem, named)]);
            let feeds = |table: &str, name: &str| feeds(&named, table, name);
            query(&schema, "modem", &feeds).unwrap()
        };
        let named = sql("zip");
        assert_eq!(named.matches("`mac`").count(), 1, "{named}");
        assert!(named.contains("`zip`") && !named.contains("us_pwr"));
        assert!(sql("us_pwr").contains("us_pwr"));
        let all = query(&schema, "modem", &|_, _| true).unwrap();
        assert!(all.contains("us_pwr") && all.contains("updated_at"));
        assert_eq!(query(&schema, "qos", &|_, _| true), None);
    }

    #[test]
    fn ids_of_chunks() {
        assert_eq!(ids(&[0])[1023], 1023);
        assert_eq!(ids(&[2])[0], 2048);
        assert_eq!(ids(&[1, 3]).len(), 2048);
    }
}
