//! Finds the device that is meant: by its row, or by its host line where
//! there is no database.

use std::fmt::Write as _;

use crate::explain::device::{Device, Kind, Wanted};
use crate::explain::lines::Set;
use crate::model::mac::MacCell;
use crate::model::{Mac, Site};
use crate::source::load::scope::notations;
use crate::source::{Database, SourceError};

/// Devices that are listed where several are meant.
const MOST: usize = 20;

/// The devices of the database that are meant; the first is the best one.
///
/// # Errors
/// The database cannot be read.
pub fn by_rows(
    db: &mut dyn Database,
    site: &Site,
    wanted: &Wanted,
) -> Result<Vec<Device>, SourceError> {
    let mut found = Vec::new();
    for kind in [Kind::Modem, Kind::Mta, Kind::Endpoint] {
        if kind == Kind::Mta && !site.voip {
            continue;
        }
        for (condition, by) in conditions(db, kind, wanted) {
            select(db, kind, &condition, by, &mut found)?;
        }
    }
    let number = match wanted {
        Wanted::Number(digits) => Some(digits.clone()),
        Wanted::Id(None, id) => Some(id.to_string()),
        _ => None,
    };
    if let Some(number) = number.filter(|_| site.voip) {
        let mtas = by_number(db, &number)?;
        for mta in mtas {
            let condition = format!("d.id = {mta}");
            let by = "phonenumber.number";
            select(db, Kind::Mta, &condition, by, &mut found)?;
        }
    }
    let mut seen = Vec::new();
    found.retain(|device: &Device| {
        let key = (device.kind, device.id);
        let new = !seen.contains(&key);
        seen.push(key);
        new
    });
    found.truncate(MOST);
    Ok(found)
}

/// The conditions that a row of a kind meets, with the column of each.
fn conditions(
    db: &dyn Database,
    kind: Kind,
    wanted: &Wanted,
) -> Vec<(String, &'static str)> {
    let table = kind.table();
    let column = |name: &str| db.schema().has_column(table, name);
    match wanted {
        Wanted::Id(None, id) => vec![(format!("d.id = {id}"), "id")],
        Wanted::Id(Some(of), id) if *of == kind => {
            vec![(format!("d.id = {id}"), "id")]
        }
        // A device may have been given the name of another id.
        Wanted::Id(Some(of), id) if kind != Kind::Mta && column("hostname") => {
            let name = format!("{}-{id}", of.prefix());
            vec![(format!("LOWER(d.hostname) = '{name}'"), "hostname")]
        }
        Wanted::Mac(mac) => {
            let all = notations(mac.number());
            let all: Vec<String> =
                all.iter().map(|text| format!("'{text}'")).collect();
            let list = all.join(",");
            vec![(format!("LOWER(TRIM(d.mac)) IN ({list})"), "mac")]
        }
        Wanted::Address(ip) if column("ip") => {
            vec![(format!("TRIM(d.ip) = '{ip}'"), "ip")]
        }
        // As people and PostgreSQL write it.
        Wanted::Address6(ip) if column("ip") => {
            let s = ip.segments();
            let whole: Vec<String> =
                s.iter().map(|part| format!("{part:x}")).collect();
            let filled: Vec<String> =
                s.iter().map(|part| format!("{part:04x}")).collect();
            let all = [ip.to_string(), whole.join(":"), filled.join(":")];
            let all = all.map(|text| format!("'{text}','{text}/128'"));
            let list = all.join(",");
            vec![(format!("LOWER(TRIM(d.ip)) IN ({list})"), "ip")]
        }
        // A label holds no quotes.
        Wanted::Name(name) if kind != Kind::Mta && column("hostname") => {
            vec![(format!("LOWER(d.hostname) = '{name}'"), "hostname")]
        }
        _ => Vec::new(),
    }
}

/// Adds the alive rows of a kind that meet a condition.
fn select(
    db: &mut dyn Database,
    kind: Kind,
    condition: &str,
    by: &'static str,
    found: &mut Vec<Device>,
) -> Result<(), SourceError> {
    let (table, schema) = (kind.table(), db.schema());
    if !schema.optional(table)? {
        return Ok(());
    }
    // A pool has a version, too; among devices only endpoints have one.
    let version = match kind {
        Kind::Endpoint => {
            schema.column(table, "d", &["version"], Some("'4'"))?
        }
        _ => "'4'".into(),
    };
    let sql = format!(
        "SELECT d.id, {}, d.mac, {version} FROM {table} d WHERE {} AND \
         {condition} ORDER BY d.id",
        schema.column(table, "d", &["hostname"], Some("''"))?,
        schema.alive(table, "d")?,
    );
    db.query(table, &sql, &mut |row| {
        let id = row.number::<u32>(0);
        let mac = match Mac::read(&row.text(2)) {
            MacCell::Valid { mac, .. } => Some(mac),
            _ => None,
        };
        let name = row.text(1).into_owned();
        let version6 = row.text(3).trim() == "6";
        found.push(Device { kind, id, name, mac, by, version6 });
        Ok(())
    })
}

/// The adapters that have a phone number, given with or without its prefixes.
fn by_number(
    db: &mut dyn Database,
    digits: &str,
) -> Result<Vec<u32>, SourceError> {
    let schema = db.schema();
    if !schema.optional("phonenumber")? || digits.len() > 30 {
        return Ok(Vec::new());
    }
    let column = |name| schema.column("phonenumber", "p", &[name], Some("''"));
    let number = column("number")?;
    // The ends of what was given: a number is one of them, whatever stands
    // before it.
    let mut ends = String::new();
    for at in 0..digits.len() {
        let _ = write!(
            ends,
            "{}'{}'",
            if at == 0 { "" } else { "," },
            &digits[at..]
        );
    }
    let sql = format!(
        "SELECT p.mta_id, {}, {}, {number} FROM phonenumber p WHERE {} AND \
         {number} IN ({ends}) ORDER BY p.id",
        column("country_code")?,
        column("prefix_number")?,
        schema.alive("phonenumber", "p")?,
    );
    let mut found = Vec::new();
    db.query("phonenumber", &sql, &mut |row| {
        let only = |cell: usize| -> String {
            row.text(cell).chars().filter(char::is_ascii_digit).collect()
        };
        let (country, prefix, number) = (only(1), only(2), only(3));
        let bare = prefix.trim_start_matches('0');
        let country = country.trim_start_matches('0');
        let written = [
            number.clone(),
            format!("{prefix}{number}"),
            format!("{bare}{number}"),
            format!("{country}{bare}{number}"),
            format!("00{country}{bare}{number}"),
        ];
        if written.iter().any(|text| text == digits) {
            found.extend(row.number::<u32>(0));
        }
        Ok(())
    })?;
    Ok(found)
}

/// The devices whose live host line is meant.
pub fn by_lines(set: &Set, wanted: &Wanted) -> Vec<Device> {
    let needles: Vec<String> = match wanted {
        Wanted::Id(kind, id) => {
            let all = [Kind::Modem, Kind::Mta];
            let wanted = all.iter().filter(|k| kind.is_none_or(|w| w == **k));
            wanted
                .map(|k| format!("\"{0}/{0}-{id}.cfg\"", k.prefix()))
                .collect()
        }
        Wanted::Mac(mac) => vec![mac.lower().to_string()],
        Wanted::Name(name) => vec![format!("host {name} ")],
        Wanted::Address(ip) => vec![format!("fixed-address {ip};")],
        Wanted::Address6(_) | Wanted::Number(_) | Wanted::Unreadable => {
            Vec::new()
        }
    };
    let mut found: Vec<Device> = Vec::new();
    for host in set.hosts(&needles) {
        if !found.iter().any(|d| d.kind == host.kind && d.name == host.name) {
            found.push(host);
        }
    }
    found.truncate(MOST);
    found
}

/// Devices whose names, MACs or ids are close to what was given, for a
/// message; the closest first.
pub fn near(set: &Set, text: &str) -> Vec<String> {
    let text = text.trim().to_ascii_lowercase();
    let mac = match Mac::read(&text) {
        MacCell::Valid { mac, .. } => Some(mac.lower().to_string()),
        _ => None,
    };
    let mut scored: Vec<(usize, String)> = Vec::new();
    for device in set.all_hosts() {
        let mut best = strsim::damerau_levenshtein(
            &text,
            &device.name.to_ascii_lowercase(),
        );
        if let Some(id) = device.id {
            let id = id.to_string();
            best = best.min(strsim::damerau_levenshtein(&text, &id));
        }
        if let (Some(wanted), Some(own)) = (&mac, device.mac) {
            let own = own.lower().to_string();
            best = best.min(strsim::damerau_levenshtein(wanted, &own));
        }
        if best <= 2 {
            scored.push((best, device.to_string()));
        }
    }
    scored.sort();
    scored.truncate(5);
    scored.into_iter().map(|(_, name)| name).collect()
}
