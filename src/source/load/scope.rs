//! The few rows that decide over one device: its own, and those that claim
//! the same MAC, host name or address. Read alone they lead to the same
//! decisions about that device as the whole tables do.

use std::collections::{BTreeMap, BTreeSet};

use crate::model::label::is_label;
use crate::model::mac::MacCell;
use crate::model::{Mac, Site};
use crate::source::{Database, SourceError};

/// Rows of one table that are looked for at most: a MAC that a thousand
/// rows share is as wrong as one that two share.
const MOST: usize = 1000;
/// How often claims are followed: a modem that loses its name takes another.
const ROUNDS: usize = 8;

/// Ids by table.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Scope(BTreeMap<&'static str, BTreeSet<u32>>);

/// What rows claim.
#[derive(Debug, Default)]
struct Claims {
    /// Octets of MACs as a number.
    macs: BTreeSet<u64>,
    /// Host names in lower case; labels only.
    names: BTreeSet<String>,
    /// Modems that rows belong to.
    modems: BTreeSet<u32>,
    /// Addresses of endpoints.
    addresses: BTreeSet<String>,
}

/// The tables of devices.
const TABLES: [&str; 3] = ["modem", "mta", "endpoint"];

impl Scope {
    /// One row.
    pub fn of(table: &'static str, id: u32) -> Self {
        Self(BTreeMap::from([(table, BTreeSet::from([id]))]))
    }

    /// The ids of a table.
    pub fn ids(&self, table: &str) -> Vec<u32> {
        self.0.get(table).into_iter().flatten().copied().collect()
    }

    /// Adds an id; whether it is new.
    fn add(&mut self, table: &'static str, id: u32) -> bool {
        let ids = self.0.entry(table).or_default();
        ids.len() < MOST && ids.insert(id)
    }

    /// The condition of a query for `column`, which holds ids of `table`.
    pub fn condition(
        scope: Option<&Self>,
        table: &str,
        column: &str,
    ) -> String {
        let Some(scope) = scope else { return String::new() };
        format!(" AND {column} IN ({})", list(&scope.ids(table)))
    }
}

/// Ids as SQL has them; an empty list is none in SQL.
fn list(ids: &[u32]) -> String {
    let ids: Vec<String> = ids.iter().map(u32::to_string).collect();
    if ids.is_empty() { "NULL".into() } else { ids.join(",") }
}

/// All rows whose claims meet those of a row.
///
/// # Errors
/// The database cannot be read.
pub fn around(
    db: &mut dyn Database,
    site: &Site,
    table: &'static str,
    id: u32,
) -> Result<Scope, SourceError> {
    let tables = TABLES.into_iter().filter(|t| site.voip || *t != "mta");
    let tables: Vec<&'static str> = tables.collect();
    let mut scope = Scope::of(table, id);
    let mut done = Claims::default();
    for _ in 0..ROUNDS {
        let mut claims = Claims::default();
        for table in &tables {
            collect(db, table, &scope, &mut claims)?;
        }
        let new = claims.without(&done);
        let mut grown = false;
        for table in &tables {
            for id in claimants(db, table, &new)? {
                grown |= scope.add(table, id);
            }
        }
        for modem in &new.modems {
            grown |= scope.add("modem", *modem);
        }
        done = claims;
        if !grown {
            break;
        }
    }
    Ok(scope)
}

impl Claims {
    /// Those that are not in another list.
    fn without(&self, other: &Self) -> Self {
        Self {
            macs: &self.macs - &other.macs,
            names: &self.names - &other.names,
            modems: &self.modems - &other.modems,
            addresses: &self.addresses - &other.addresses,
        }
    }
}

/// Adds what the rows of a table claim.
fn collect(
    db: &mut dyn Database,
    table: &'static str,
    scope: &Scope,
    claims: &mut Claims,
) -> Result<(), SourceError> {
    let ids = scope.ids(table);
    let schema = db.schema();
    if ids.is_empty() || !schema.optional(table)? {
        return Ok(());
    }
    let column = |name| schema.column(table, "d", &[name], Some("NULL"));
    let sql = format!(
        "SELECT d.id, d.mac, {}, {}, {} FROM {table} d WHERE {} AND d.id IN \
         ({})",
        column("hostname")?,
        column("modem_id")?,
        column("ip")?,
        schema.alive(table, "d")?,
        list(&ids),
    );
    db.query(table, &sql, &mut |row| {
        let id = row.number::<u32>(0).unwrap_or(0);
        if let MacCell::Valid { mac, .. } = Mac::read(&row.text(1))
            && !mac.is_placeholder()
        {
            let _ = claims.macs.insert(mac.number());
        }
        let name = row.text(2).to_ascii_lowercase();
        // An adapter is called by its id, whatever its row says.
        if table != "mta" && is_label(&name) {
            let _ = claims.names.insert(name);
        }
        let own = match table {
            "modem" => Some(format!("cm-{id}")),
            "mta" => Some(format!("mta-{id}")),
            _ => None,
        };
        claims.names.extend(own);
        claims.modems.extend(row.number::<u32>(3));
        if table == "modem" {
            let _ = claims.modems.insert(id);
        }
        let ip = row.text(4);
        claims.addresses.extend(
            ip.trim()
                .parse::<std::net::Ipv4Addr>()
                .ok()
                .map(|ip| ip.to_string()),
        );
        Ok(())
    })
}

/// The ids of a table that claim one of these.
fn claimants(
    db: &mut dyn Database,
    table: &'static str,
    claims: &Claims,
) -> Result<Vec<u32>, SourceError> {
    let schema = db.schema();
    if !schema.optional(table)? {
        return Ok(Vec::new());
    }
    let mut any = Vec::new();
    let macs: Vec<String> =
        claims.macs.iter().flat_map(|m| notations(*m)).collect();
    if !macs.is_empty() {
        any.push(format!("LOWER(TRIM(d.mac)) IN ({})", quoted(&macs)));
    }
    let names: Vec<String> = claims.names.iter().cloned().collect();
    if table != "mta"
        && !names.is_empty()
        && schema.has_column(table, "hostname")
    {
        any.push(format!("LOWER(d.hostname) IN ({})", quoted(&names)));
    }
    let prefix = if table == "mta" { "mta-" } else { "cm-" };
    let numbers: Vec<u32> = names
        .iter()
        .filter_map(|name| name.strip_prefix(prefix)?.parse().ok())
        .collect();
    if table != "endpoint" && !numbers.is_empty() {
        any.push(format!("d.id IN ({})", list(&numbers)));
    }
    let modems: Vec<u32> = claims.modems.iter().copied().collect();
    if table == "mta" && !modems.is_empty() {
        any.push(format!("d.modem_id IN ({})", list(&modems)));
    }
    let addresses: Vec<String> = claims.addresses.iter().cloned().collect();
    if table == "endpoint"
        && !addresses.is_empty()
        && schema.has_column(table, "ip")
    {
        any.push(format!("TRIM(d.ip) IN ({})", quoted(&addresses)));
    }
    if any.is_empty() {
        return Ok(Vec::new());
    }
    let sql = format!(
        "SELECT d.id FROM {table} d WHERE {} AND ({}) ORDER BY d.id",
        schema.alive(table, "d")?,
        any.join(" OR ")
    );
    let mut ids = Vec::new();
    db.query(table, &sql, &mut |row| {
        ids.extend(row.number::<u32>(0));
        Ok(())
    })?;
    Ok(ids)
}

/// Texts as SQL has them. They hold no quotes: labels, MACs and addresses.
fn quoted(texts: &[String]) -> String {
    let safe = texts.iter().filter(|text| !text.contains(['\'', '\\']));
    let quoted: Vec<String> = safe.map(|text| format!("'{text}'")).collect();
    quoted.join(",")
}

/// The usual notations of a MAC, in lower case.
pub fn notations(mac: u64) -> [String; 4] {
    let octets = &mac.to_be_bytes()[2..];
    let hex: Vec<String> = octets.iter().map(|o| format!("{o:02x}")).collect();
    let dotted: Vec<String> = hex.chunks(2).map(<[String]>::concat).collect();
    [hex.join(":"), hex.join("-"), hex.concat(), dotted.join(".")]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_mac_has_four_notations() {
        let all = notations(0x00_1a_2b_10_01_4d);
        let expected = [
            "00:1a:2b:10:01:4d",
            "00-1a-2b-10-01-4d",
            "001a2b10014d",
            "001a.2b10.014d",
        ];
        assert_eq!(all, expected);
    }

    #[test]
    fn without_a_scope_there_is_no_condition() {
        assert_eq!(Scope::condition(None, "modem", "m.id"), "");
        let scope = Scope::of("modem", 7);
        let some = Scope::condition(Some(&scope), "modem", "m.id");
        assert_eq!(some, " AND m.id IN (7)");
        let none = Scope::condition(Some(&scope), "mta", "t.id");
        assert_eq!(none, " AND t.id IN (NULL)");
    }
}
