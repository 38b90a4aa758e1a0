//! Which rows a sample holds: those that are named, what shares an address or
//! a name with them, and all that they lead to.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

use crate::cli::db::Rows;
use crate::exit::{Exit, Stop};
use crate::model::mac::{Mac, MacCell};
use crate::model::{Finding, Findings};
use crate::source::schema::TABLES;
use crate::source::{Database, SourceError};

/// Tables of settings and nets: they are taken whole, because what is wrong
/// with one of their rows is often another one.
const WHOLE: &[&str] =
    &["provbase", "provha", "provvoip", "netgw", "cmts", "ippool"];
/// Tables of devices.
const DEVICES: [&str; 3] = ["modem", "mta", "endpoint"];
/// Rows that are taken because they share something with one row.
const MOST_TWINS: usize = 20;
/// Devices that are taken of those behind a finding about a shared row.
const MOST_BEHIND: usize = 3;

/// A device as it is named on the command line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Device {
    /// As it was typed.
    pub text: String,
    id: Option<u32>,
    mac: Option<u64>,
}

impl Device {
    /// An id, a MAC address or a host name.
    pub fn read(text: &str) -> Self {
        let digits = ["cm-", "mta-"]
            .iter()
            .find_map(|kind| text.strip_prefix(kind))
            .unwrap_or(text);
        let mac = match Mac::read(text) {
            MacCell::Valid { mac, .. } => Some(mac.number()),
            _ => None,
        };
        let id = digits.parse().ok().filter(|_| mac.is_none());
        Self { text: text.to_string(), id, mac }
    }

    /// Whether this row is meant.
    fn is(&self, row: &Entry) -> bool {
        self.id == Some(row.id)
            || self.mac.is_some() && self.mac == row.mac
            || row.name.as_deref() == Some(&*self.text.to_ascii_lowercase())
    }
}

/// Which rows are wanted.
#[derive(Debug)]
pub struct Wanted {
    /// Single devices; none: what the findings name, and the first rows.
    pub devices: Vec<Device>,
    /// Rows of a table that are taken without being named.
    pub rows: usize,
}

impl Wanted {
    /// What the options say.
    pub fn of(rows: &Rows) -> Self {
        let devices = rows.device.iter().map(|text| Device::read(text));
        Self { devices: devices.collect(), rows: rows.rows as usize }
    }
}

/// The rows of a table.
#[derive(Debug, PartialEq, Eq)]
pub enum Ids {
    /// All of them.
    All,
    /// Those with these ids.
    These(BTreeSet<u32>),
}

/// What is taken of each table that is there.
pub struct Chosen {
    there: Vec<&'static str>,
    rows: BTreeMap<&'static str, Ids>,
}

impl Chosen {
    /// Nothing yet of the tables that are there.
    fn new(db: &dyn Database) -> Self {
        let schema = db.schema();
        let there = TABLES.iter().copied().filter(|table| schema.has(table));
        let there: Vec<&'static str> = there.collect();
        let none = |table: &&'static str| match WHOLE.contains(table) {
            true => (*table, Ids::All),
            false => (*table, Ids::These(BTreeSet::new())),
        };
        let rows = there.iter().map(none).collect();
        Self { there, rows }
    }

    /// The tables in their order.
    pub fn tables(&self) -> impl Iterator<Item = (&'static str, &Ids)> {
        self.there.iter().map(|table| (*table, &self.rows[table]))
    }

    /// Adds a row; whether it is a new one.
    fn add(&mut self, table: &str, id: u32) -> bool {
        match self.rows.get_mut(table) {
            Some(Ids::These(ids)) => ids.insert(id),
            _ => false,
        }
    }

    /// The ids of a table so far.
    fn ids(&self, table: &str) -> BTreeSet<u32> {
        match self.rows.get(table) {
            Some(Ids::These(ids)) => ids.clone(),
            _ => BTreeSet::new(),
        }
    }
}

/// What is known about every device.
struct Entry {
    table: &'static str,
    id: u32,
    mac: Option<u64>,
    name: Option<String>,
    ip: Option<String>,
}

/// Chooses the rows.
///
/// # Errors
/// The database cannot be read, or has no such device.
pub fn rows(
    db: &mut dyn Database,
    wanted: &Wanted,
    findings: &Findings,
) -> anyhow::Result<Chosen> {
    let mut chosen = Chosen::new(db);
    let devices = devices(db)?;
    for device in &wanted.devices {
        let mut found = false;
        for entry in devices.iter().filter(|entry| device.is(entry)) {
            let _ = chosen.add(entry.table, entry.id);
            found = true;
        }
        if !found {
            return Err(no_device(&device.text).into());
        }
    }
    if wanted.devices.is_empty() {
        named_by(findings, wanted.rows, &mut chosen);
        for table in DEVICES {
            let first = devices.iter().filter(|entry| entry.table == table);
            for entry in first.take(wanted.rows) {
                let _ = chosen.add(table, entry.id);
            }
        }
    }
    twins(&devices, &mut chosen);
    connected(db, &mut chosen)?;
    Ok(chosen)
}

/// Nothing has that name.
fn no_device(text: &str) -> Stop {
    Stop {
        exit: Exit::Failed,
        message: format!(
            "no modem, MTA or endpoint is '{}'",
            text.escape_debug()
        ),
        hint: Some("give an id, a MAC address or a host name".into()),
    }
}

/// Takes what the findings name, up to `most` rows of a table.
fn named_by(findings: &Findings, most: usize, chosen: &mut Chosen) {
    let mut count: HashMap<(&str, &str), usize> = HashMap::new();
    for finding in findings.sorted() {
        // A finding of each kind, not only the many of the first kind.
        let kind = (finding.table, finding.column);
        let seen = count.entry(kind).or_default();
        if *seen >= most.max(1) {
            continue;
        }
        *seen += 1;
        take(&finding, chosen);
    }
}

/// Takes the row of a finding, and some of the devices behind it.
fn take(finding: &Finding, chosen: &mut Chosen) {
    let _ = chosen.add(finding.table, finding.id);
    let Some(devices) = &finding.devices else { return };
    for id in devices.first.iter().take(MOST_BEHIND) {
        let _ = chosen.add(devices.table, *id);
    }
}

/// All alive devices.
fn devices(db: &mut dyn Database) -> Result<Vec<Entry>, SourceError> {
    let mut all = Vec::new();
    for table in DEVICES {
        let schema = db.schema();
        if !schema.optional(table)? {
            continue;
        }
        let column = |name| match schema.has_column(table, name) {
            true => format!("d.`{name}`"),
            false => "NULL".to_string(),
        };
        let ip = match table {
            "endpoint" => column("ip"),
            // Modems of later releases have one that nobody serves.
            _ => "NULL".into(),
        };
        let sql = format!(
            "SELECT d.id, {}, {}, {ip} FROM {table} d WHERE {} ORDER BY d.id",
            column("mac"),
            column("hostname"),
            schema.alive(table, "d")?
        );
        db.query(table, &sql, &mut |row| {
            let Some(id) = row.number(0) else { return Ok(()) };
            let mac = match Mac::read(&row.text(1)) {
                MacCell::Valid { mac, .. } if !mac.is_placeholder() => {
                    Some(mac.number())
                }
                _ => None,
            };
            let text = |at| {
                let text = row.text(at).trim().to_ascii_lowercase();
                (!text.is_empty()).then_some(text)
            };
            let (name, ip) = (text(2), text(3));
            all.push(Entry { table, id, mac, name, ip });
            Ok(())
        })?;
    }
    Ok(all)
}

/// Takes the rows that share a MAC address, a name or an address with one that
/// is taken: which of them is served depends on all of them.
fn twins(devices: &[Entry], chosen: &mut Chosen) {
    let taken: HashSet<(&str, u32)> = DEVICES
        .iter()
        .flat_map(|table| chosen.ids(table).into_iter().map(|id| (*table, id)))
        .collect();
    let mut shared: HashMap<(u8, String), usize> = HashMap::new();
    for entry in devices.iter().filter(|e| taken.contains(&(e.table, e.id))) {
        for key in keys(entry) {
            let _ = shared.insert(key, 0);
        }
    }
    for entry in devices {
        for key in keys(entry) {
            let Some(count) = shared.get_mut(&key) else { continue };
            if *count < MOST_TWINS {
                *count += 1;
                let _ = chosen.add(entry.table, entry.id);
            }
        }
    }
}

/// What an entry may share with others.
fn keys(entry: &Entry) -> impl Iterator<Item = (u8, String)> {
    let mac = entry.mac.map(|mac| (0, mac.to_string()));
    let name = entry.name.clone().map(|name| (1, name));
    let ip = entry.ip.clone().map(|ip| (2, ip));
    mac.into_iter().chain(name).chain(ip)
}

/// From a table to the one that it belongs to.
const UP: &[(&str, &str, &str)] = &[
    ("phonenumber", "mta_id", "mta"),
    ("mta", "modem_id", "modem"),
    ("endpoint", "modem_id", "modem"),
    ("modem_option", "modem_id", "modem"),
];
/// To what belongs to a row.
const DOWN: &[(&str, &str, &str)] = &[
    ("mta", "modem_id", "modem"),
    ("endpoint", "modem_id", "modem"),
    ("modem_option", "modem_id", "modem"),
    ("phonenumber", "mta_id", "mta"),
];
/// To what a row uses.
const USES: &[(&str, &str, &str)] = &[
    ("modem", "contract_id", "contract"),
    ("modem", "qos_id", "qos"),
    ("modem", "configfile_id", "configfile"),
    ("mta", "configfile_id", "configfile"),
    ("endpoint", "qos_id", "qos"),
];
/// Texts that one text may stand on.
const MOST_PARENTS: usize = 100;

/// Takes all that the rows lead to, deleted rows too: that they are deleted is
/// what the problem may be.
fn connected(
    db: &mut dyn Database,
    chosen: &mut Chosen,
) -> Result<(), SourceError> {
    for (table, column, to) in UP {
        let _ = follow(db, chosen, table, column, to)?;
    }
    for (table, column, of) in DOWN {
        belonging(db, chosen, table, column, of)?;
    }
    for (table, column, to) in USES {
        let _ = follow(db, chosen, table, column, to)?;
    }
    for _ in 0..MOST_PARENTS {
        if !follow(db, chosen, "configfile", "parent_id", "configfile")? {
            break;
        }
    }
    Ok(())
}

/// Takes what a column of the taken rows leads to; whether that is more.
fn follow(
    db: &mut dyn Database,
    chosen: &mut Chosen,
    table: &str,
    column: &str,
    to: &str,
) -> Result<bool, SourceError> {
    let ids = chosen.ids(table);
    let mut more = false;
    query(db, table, column, "id", &ids, &mut |_, target| {
        more |= chosen.add(to, target);
    })?;
    Ok(more)
}

/// Takes the rows of a table whose column leads to taken rows.
fn belonging(
    db: &mut dyn Database,
    chosen: &mut Chosen,
    table: &str,
    column: &str,
    of: &str,
) -> Result<(), SourceError> {
    let ids = chosen.ids(of);
    query(db, table, column, column, &ids, &mut |id, _| {
        let _ = chosen.add(table, id);
    })
}

/// Reads id and column of the rows whose `by` is one of the ids.
fn query(
    db: &mut dyn Database,
    table: &str,
    column: &str,
    by: &str,
    ids: &BTreeSet<u32>,
    visit: &mut dyn FnMut(u32, u32),
) -> Result<(), SourceError> {
    if !db.schema().has_column(table, column) {
        return Ok(());
    }
    let ids: Vec<u32> = ids.iter().copied().collect();
    for ids in ids.chunks(1000) {
        let ids: Vec<String> = ids.iter().map(u32::to_string).collect();
        let sql = format!(
            "SELECT t.id, t.`{column}` FROM {table} t WHERE t.`{by}` IN ({}) \
             ORDER BY t.id",
            ids.join(", ")
        );
        db.query(table, &sql, &mut |row| {
            if let (Some(id), Some(target)) = (row.number(0), row.number(1)) {
                visit(id, target);
            }
            Ok(())
        })?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn devices_are_named_by_id_address_or_name() {
        let entry = |table, id, mac, name: &str| Entry {
            table,
            id,
            mac,
            name: Some(name.into()),
            ip: None,
        };
        let modem = entry("modem", 7, Some(0x11_22aa_bbcc), "cm-7");
        let pc = entry("endpoint", 9, None, "pc");
        for text in ["7", "cm-7", "00:11:22:AA:BB:CC", "0011.22aa.bbcc"] {
            let device = Device::read(text);
            assert!(device.is(&modem) && !device.is(&pc), "{text}");
        }
        assert!(Device::read("PC").is(&pc));
        assert!(!Device::read("8").is(&modem));
    }
}
