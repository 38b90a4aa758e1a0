//! What the texts of modems and telephone adapters are made of: small tables
//! whole, the devices as a stream.

use std::collections::HashMap;

use super::{LoadError, Modules};
use crate::model::texts::{
    ConfigfileRow, Device, MtaMacs, OptionRows, Record, Shared, TextDevice,
};
use crate::model::{Row, Site};
use crate::source::{Database, Schema, SourceError};

/// Reads everything but the devices.
pub fn shared(
    db: &mut dyn Database,
    site: &Site,
    modules: Modules,
) -> Result<Shared, LoadError> {
    let mut shared = Shared {
        own_ip: site.own().to_string(),
        peer_ip: site.pair.as_ref().map(|pair| pair.peer.to_string()),
        max_cpe: i64::from(site.max_cpe),
        modem_columns: columns(db.schema(), "modem")?,
        qos_columns: db.schema().columns("qos").to_vec(),
        ..Shared::default()
    };
    if modules.voip {
        shared.mta_columns = columns(db.schema(), "mta")?;
        shared.number_columns = db.schema().columns("phonenumber").to_vec();
        shared.mta_macs = mta_macs(db)?;
    }
    shared.provbase = provbase(db)?;
    shared.configfiles = configfiles(db)?;
    shared.qos = qos(db)?;
    shared.options = options(db)?;
    Ok(shared)
}

/// The columns of a table that must be there.
fn columns(schema: &Schema, table: &str) -> Result<Vec<String>, SourceError> {
    let _ = schema.first(&[table])?;
    Ok(schema.columns(table).to_vec())
}

/// A list of all columns of `alias`, in physical order.
fn all(columns: &[String], alias: &str) -> String {
    let list: Vec<String> =
        columns.iter().map(|c| format!("{alias}.`{c}`")).collect();
    list.join(", ")
}

/// The row of provbase with all its columns.
fn provbase(db: &mut dyn Database) -> Result<Record, SourceError> {
    let columns = columns(db.schema(), "provbase")?;
    let sql = format!(
        "SELECT {} FROM provbase b WHERE {} ORDER BY b.id LIMIT 1",
        all(&columns, "b"),
        db.schema().alive("provbase", "b")
    );
    let mut record = Record { columns, row: Row::default() };
    db.query("provbase", &sql, &mut |row| {
        record.row = row.clone();
        Ok(())
    })?;
    Ok(record)
}

/// All alive configfiles.
fn configfiles(
    db: &mut dyn Database,
) -> Result<Vec<ConfigfileRow>, SourceError> {
    let schema = db.schema();
    let _ = schema.first(&["configfile"])?;
    let column =
        |name, fallback| schema.column("configfile", "f", &[name], fallback);
    let sql = format!(
        "SELECT f.id, {}, {}, {}, {}, {} FROM configfile f WHERE {} \
         ORDER BY f.id",
        column("name", Some("''"))?,
        column("parent_id", Some("NULL"))?,
        column("text", None)?,
        column("firmware", Some("''"))?,
        column("device", None)?,
        schema.alive("configfile", "f"),
    );
    let mut out = Vec::new();
    db.query("configfile", &sql, &mut |row| {
        let Some(id) = row.number(0) else { return Ok(()) };
        out.push(ConfigfileRow {
            id,
            name: row.text(1).into_owned(),
            parent_id: row.number(2),
            text: row.get(3).map(<[u8]>::to_vec),
            firmware: row.text(4).into_owned(),
            device: Device::read(&row.text(5)),
        });
        Ok(())
    })?;
    Ok(out)
}

/// All alive qos rows, by id.
fn qos(db: &mut dyn Database) -> Result<HashMap<u32, Row>, SourceError> {
    let schema = db.schema();
    let mut out = HashMap::new();
    if !schema.has("qos") {
        return Ok(out);
    }
    let sql = format!(
        "SELECT {}, q.id FROM qos q WHERE {}",
        all(schema.columns("qos"), "q"),
        schema.alive("qos", "q")
    );
    let id = schema.columns("qos").len();
    db.query("qos", &sql, &mut |row| {
        if let Some(id) = row.number(id) {
            out.insert(id, row.clone());
        }
        Ok(())
    })?;
    Ok(out)
}

/// All alive options of modems; a missing table means «no options».
fn options(db: &mut dyn Database) -> Result<OptionRows, SourceError> {
    let schema = db.schema();
    let mut out = OptionRows::default();
    if !schema.has("modem_option") {
        return Ok(out);
    }
    let sql = format!(
        "SELECT o.modem_id, o.`key`, o.`value` FROM modem_option o \
         WHERE {} ORDER BY o.id",
        schema.alive("modem_option", "o")
    );
    db.query("modem_option", &sql, &mut |row| {
        if let Some(modem) = row.number(0) {
            out.add(modem, &row.text(1), row.get(2));
        }
        Ok(())
    })?;
    out.seal();
    Ok(out)
}

/// The MACs of all alive telephone adapters, as stored, by modem.
fn mta_macs(db: &mut dyn Database) -> Result<MtaMacs, SourceError> {
    let alive = db.schema().alive("mta", "t");
    let sql = format!(
        "SELECT t.modem_id, t.mac FROM mta t WHERE {alive} ORDER BY t.id"
    );
    let mut out = MtaMacs::default();
    db.query("mta", &sql, &mut |row| {
        if let Some(modem) = row.number(0) {
            out.add(modem, row.get(1));
        }
        Ok(())
    })?;
    out.seal();
    Ok(out)
}

/// Which devices to read: all, or these ids.
fn only(ids: &[u32], alias: &str) -> String {
    if ids.is_empty() {
        return String::new();
    }
    let ids: Vec<String> = ids.iter().map(u32::to_string).collect();
    format!(" AND {alias}.id IN ({})", ids.join(","))
}

/// Visits all alive modems in ascending id. After the columns of modem stand
/// contract.id (NULL: no alive contract), has_telephony, internet_access.
pub fn modems(
    db: &mut dyn Database,
    shared: &Shared,
    ids: &[u32],
    visit: &mut dyn FnMut(TextDevice) -> anyhow::Result<()>,
) -> Result<(), SourceError> {
    let schema = db.schema();
    let contract = schema.alive("contract", "c");
    let has_contracts = schema.has("contract");
    let (columns, join) = if has_contracts {
        let tel = ["has_telephony", "telephony_only"];
        let access = ["internet_access", "network_access"];
        (
            format!(
                "c.id, {}, {}",
                schema.column("contract", "c", &tel, None)?,
                schema.column("contract", "c", &access, None)?
            ),
            format!(
                " LEFT JOIN contract c ON c.id = m.contract_id AND {contract}"
            ),
        )
    } else {
        ("NULL, 0, 0".into(), String::new())
    };
    let sql = format!(
        "SELECT {}, {columns} FROM modem m{join} WHERE {}{} ORDER BY m.id",
        all(&shared.modem_columns, "m"),
        schema.alive("modem", "m"),
        only(ids, "m"),
    );
    let place = |name: &str| place(&shared.modem_columns, "modem", name);
    let (id, configfile) = (place("id")?, place("configfile_id")?);
    db.query("modem", &sql, &mut |row| {
        let Some(id) = row.number(id) else { return Ok(()) };
        let configfile = row.number(configfile).unwrap_or(0);
        visit(TextDevice { id, configfile, row: row.clone(), numbers: vec![] })
    })
}

/// Visits all alive telephone adapters in ascending id, each with its alive
/// numbers. A number's row holds the columns of mta, then of phonenumber.
pub fn mtas(
    db: &mut dyn Database,
    shared: &Shared,
    ids: &[u32],
    visit: &mut dyn FnMut(TextDevice) -> anyhow::Result<()>,
) -> Result<(), SourceError> {
    let schema = db.schema();
    let numbers = !shared.number_columns.is_empty();
    let (columns, join) = if numbers {
        let alive = schema.alive("phonenumber", "p");
        (
            format!(", {}", all(&shared.number_columns, "p")),
            format!(" LEFT JOIN phonenumber p ON p.mta_id = t.id AND {alive}"),
        )
    } else {
        Default::default()
    };
    let sql = format!(
        "SELECT {}{columns} FROM mta t{join} WHERE {}{} ORDER BY t.id",
        all(&shared.mta_columns, "t"),
        schema.alive("mta", "t"),
        only(ids, "t"),
    );
    let place = |name: &str| place(&shared.mta_columns, "mta", name);
    let (id, configfile) = (place("id")?, place("configfile_id")?);
    let mut current: Option<TextDevice> = None;
    db.query("mta", &sql, &mut |row| {
        let Some(id) = row.number(id) else { return Ok(()) };
        if current.as_ref().is_none_or(|device| device.id != id) {
            let configfile = row.number(configfile).unwrap_or(0);
            let next = TextDevice {
                id,
                configfile,
                row: row.clone(),
                numbers: vec![],
            };
            if let Some(mut device) = current.replace(next) {
                device.sort_numbers(shared);
                visit(device)?;
            }
        }
        let is_number = numbers && row.get(shared.mta_columns.len()).is_some();
        if let Some(device) = current.as_mut().filter(|_| is_number) {
            device.numbers.push(row.clone());
        }
        Ok(())
    })?;
    if let Some(mut device) = current {
        device.sort_numbers(shared);
        visit(device).map_err(SourceError::Consumer)?;
    }
    Ok(())
}

/// Where a column stands.
fn place(
    columns: &[String],
    table: &str,
    name: &str,
) -> Result<usize, SourceError> {
    columns.iter().position(|column| column == name).ok_or_else(|| {
        SourceError::MissingColumn {
            table: table.to_string(),
            column: name.to_string(),
        }
    })
}
