//! What the texts of modems and telephone adapters are made of: small tables
//! whole, the devices as a stream.

use std::collections::{HashMap, HashSet};

use crate::model::texts::{
    CONTRACT_CELLS, Columns, ConfigfileRow, Device, MtaMacs, OptionRows,
    Record, Shared, TextDevice,
};
use crate::model::{Row, Site};
use crate::source::load::flags::flag;
use crate::source::load::{LoadError, Modules, Scope};
use crate::source::{Database, Schema, SourceError};
use crate::template::{Table, Template};

/// Reads everything but the devices.
pub fn shared(
    db: &mut dyn Database,
    site: &Site,
    modules: Modules,
) -> Result<Shared, LoadError> {
    shared_of(db, site, modules, None)
}

/// The same with the options and adapters of the modems of a scope only.
pub fn shared_of(
    db: &mut dyn Database,
    site: &Site,
    modules: Modules,
    scope: Option<&Scope>,
) -> Result<Shared, LoadError> {
    let mut shared = Shared {
        own_ip: site.own().to_string(),
        peer_ip: site.pair.as_ref().map(|pair| pair.peer.to_string()),
        max_cpe: i64::from(site.max_cpe),
        qos_columns: Columns::plain(db.schema().columns("qos").to_vec()),
        ..Shared::default()
    };
    if modules.voip {
        shared.mta_macs = mta_macs(db, scope)?;
    }
    shared.provbase = provbase(db)?;
    shared.configfiles = configfiles(db)?;
    shared.qos = qos(db)?;
    shared.options = options(db, scope)?;
    lay_out(&mut shared, db.schema(), modules)?;
    Ok(shared)
}

/// Decides where the columns stand in the rows of devices.
fn lay_out(
    shared: &mut Shared,
    schema: &Schema,
    modules: Modules,
) -> Result<(), SourceError> {
    let named = Named::by(&shared.configfiles);
    let laid = |table, columns: Vec<String>, always: &[&str]| {
        let with = |name: String| {
            let named = always.contains(&&*name) || named.holds(table, &name);
            (name, named)
        };
        columns.into_iter().map(with).collect()
    };
    let modem = laid(Table::Modem, columns(schema, "modem")?, MODEM);
    let (mut modem, short) = Columns::lay_out(CONTRACT_CELLS, vec![modem]);
    (shared.modem, shared.short_modem) = (modem.remove(0), short);
    if modules.voip {
        let numbers = columns(schema, "phonenumber")?;
        let tables = vec![
            laid(Table::Mta, columns(schema, "mta")?, MTA),
            laid(Table::Phonenumber, numbers, NUMBER),
        ];
        let (mut tables, short) = Columns::lay_out(0, tables);
        (shared.mta, shared.short_mta) = (tables.remove(0), short);
        shared.number = tables.remove(0);
    }
    Ok(())
}

/// The newer and the older name of contract's telephony column.
const TELEPHONY: &[&str] = &["has_telephony", "telephony_only"];
/// The newer and the older name of contract's and modem's access column.
const ACCESS: &[&str] = &["internet_access", "network_access"];
/// Columns of modem that are looked at whatever texts name.
pub const MODEM: &[&str] = &[
    "id",
    "configfile_id",
    "qos_id",
    "internet_access",
    "network_access",
    "model",
    "sw_rev",
];
/// Those of mta.
pub const MTA: &[&str] = &["id", "configfile_id"];
/// Those of phonenumber.
pub const NUMBER: &[&str] = &["id", "port", "active"];

/// The columns that texts name.
#[derive(Debug, Default)]
pub struct Named(HashSet<(Table, String)>);

impl Named {
    /// Those that alive configfiles name now.
    ///
    /// # Errors
    /// The database cannot be read.
    pub fn read(db: &mut dyn Database) -> Result<Self, SourceError> {
        Ok(Self::by(&configfiles(db)?))
    }

    /// Those that these configfiles name.
    fn by(files: &[ConfigfileRow]) -> Self {
        let mut named = HashSet::new();
        for text in files.iter().filter_map(|row| row.text.as_ref()) {
            let template = Template::compile(text);
            let owned = |(table, name): (Table, &str)| (table, name.into());
            named.extend(template.named().map(owned));
        }
        Self(named)
    }

    /// Whether a text names this column.
    pub fn holds(&self, table: Table, column: &str) -> bool {
        self.0.contains(&(table, column.to_string()))
    }
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
        db.schema().alive("provbase", "b")?
    );
    let columns = Columns::plain(columns);
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
        schema.alive("configfile", "f")?,
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
    let _ = schema.first(&["qos"])?;
    let sql = format!(
        "SELECT {}, q.id FROM qos q WHERE {}",
        all(schema.columns("qos"), "q"),
        schema.alive("qos", "q")?
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

/// All alive options of modems; a missing table means 'no options'.
fn options(
    db: &mut dyn Database,
    scope: Option<&Scope>,
) -> Result<OptionRows, SourceError> {
    let schema = db.schema();
    let mut out = OptionRows::default();
    if !schema.optional("modem_option")? {
        return Ok(out);
    }
    let sql = format!(
        "SELECT o.modem_id, o.`key`, o.`value` FROM modem_option o \
         WHERE {}{} ORDER BY o.id",
        schema.alive("modem_option", "o")?,
        Scope::condition(scope, "modem", "o.modem_id"),
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
fn mta_macs(
    db: &mut dyn Database,
    scope: Option<&Scope>,
) -> Result<MtaMacs, SourceError> {
    let schema = db.schema();
    let _ = schema.first(&["mta"])?;
    let alive = schema.alive("mta", "t")?;
    let only = Scope::condition(scope, "modem", "t.modem_id");
    let sql = format!(
        "SELECT t.modem_id, t.mac FROM mta t WHERE {alive}{only} ORDER BY t.id"
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

#[cfg(test)]
impl<const N: usize> From<[(Table, &str); N]> for Named {
    fn from(named: [(Table, &str); N]) -> Self {
        let owned = |(table, name): (Table, &str)| (table, name.to_string());
        Self(named.into_iter().map(owned).collect())
    }
}

/// Which devices are read, and how much of them.
#[derive(Debug, Clone, Copy)]
pub struct Wanted<'a> {
    /// These ids, ascending; empty: all.
    pub ids: &'a [u32],
    /// Whether rows are whole, and not only what texts name.
    pub whole: bool,
}

/// Takes one device after the other.
pub type Visit<'a> = &'a mut dyn FnMut(TextDevice) -> anyhow::Result<()>;

/// Ids that one query asks for.
const MOST_IDS: usize = 10_000;

impl Wanted<'_> {
    /// The conditions of the queries, one after the other.
    fn conditions(&self, alias: &str) -> Vec<String> {
        if self.ids.is_empty() {
            return vec![String::new()];
        }
        let some = self.ids.chunks(MOST_IDS).map(|ids| {
            let ids: Vec<String> = ids.iter().map(u32::to_string).collect();
            format!(" AND {alias}.id IN ({})", ids.join(","))
        });
        some.collect()
    }

    /// The columns to select, in the order of their cells.
    fn list(&self, tables: &[(&Columns, &str)], short: usize) -> String {
        let mut cells: Vec<(usize, String)> = tables
            .iter()
            .flat_map(|(columns, alias)| {
                let named =
                    move |(name, cell)| (cell, format!("{alias}.`{name}`"));
                columns.each().map(named)
            })
            .filter(|(cell, _)| self.whole || *cell < short)
            .collect();
        cells.sort_unstable();
        let list: Vec<String> = cells.into_iter().map(|cell| cell.1).collect();
        list.join(", ")
    }
}

/// Visits alive modems in ascending id.
pub fn modems(
    db: &mut dyn Database,
    shared: &Shared,
    wanted: Wanted<'_>,
    visit: Visit<'_>,
) -> Result<(), SourceError> {
    let schema = db.schema();
    let contract = schema.alive("contract", "c")?;
    let _ = schema.first(&["contract"])?;
    let columns = format!(
        "c.id, {}, {}",
        schema.column("contract", "c", TELEPHONY, None)?,
        schema.column("contract", "c", ACCESS, None)?
    );
    let join =
        format!(" LEFT JOIN contract c ON c.id = m.contract_id AND {contract}");
    let list = wanted.list(&[(&shared.modem, "m")], shared.short_modem);
    let alive = schema.alive("modem", "m")?;
    let (id, configfile) = places(&shared.modem, "modem")?;
    let flags = flags(&shared.modem, MODEM_FLAGS);
    for condition in wanted.conditions("m") {
        let sql = format!(
            "SELECT {columns}, {list} FROM modem m{join} \
             WHERE {alive}{condition} ORDER BY m.id"
        );
        db.query("modem", &sql, &mut |row| {
            let Some(id) = row.number(id) else { return Ok(()) };
            let configfile = row.number(configfile).unwrap_or(0);
            let (mut row, numbers) = (row.clone(), vec![]);
            if let Some(contract) = row.number(0) {
                write_flags(&mut row, &CONTRACT_FLAGS, ("contract", contract))?;
            }
            write_flags(&mut row, &flags, ("modem", id))?;
            visit(TextDevice { id, configfile, row, numbers })
        })?;
    }
    Ok(())
}

/// Visits alive telephone adapters in ascending id, each with its alive
/// numbers.
pub fn mtas(
    db: &mut dyn Database,
    shared: &Shared,
    wanted: Wanted<'_>,
    visit: Visit<'_>,
) -> Result<(), SourceError> {
    let schema = db.schema();
    let join = match shared.number.cell("id") {
        None => String::new(),
        Some(_) => {
            let alive = schema.alive("phonenumber", "p")?;
            format!(" LEFT JOIN phonenumber p ON p.mta_id = t.id AND {alive}")
        }
    };
    let tables = [(&shared.mta, "t"), (&shared.number, "p")];
    let list = wanted.list(&tables, shared.short_mta);
    let alive = schema.alive("mta", "t")?;
    let (id, configfile) = places(&shared.mta, "mta")?;
    let number = shared.number.cell("id").unwrap_or(usize::MAX);
    let flags = flags(&shared.number, NUMBER_FLAGS);
    for condition in wanted.conditions("t") {
        let sql = format!(
            "SELECT {list} FROM mta t{join} WHERE {alive}{condition} \
             ORDER BY t.id"
        );
        let mut current: Option<TextDevice> = None;
        db.query("mta", &sql, &mut |row| {
            let Some(id) = row.number(id) else { return Ok(()) };
            if current.as_ref().is_none_or(|device| device.id != id) {
                let configfile = row.number(configfile).unwrap_or(0);
                let (row, numbers) = (row.clone(), vec![]);
                let next = TextDevice { id, configfile, row, numbers };
                if let Some(mut device) = current.replace(next) {
                    device.sort_numbers(shared);
                    visit(device)?;
                }
            }
            let number: Option<u32> = row.number(number);
            if let Some((device, id)) = current.as_mut().zip(number) {
                let mut row = row.clone();
                write_flags(&mut row, &flags, ("phonenumber", id))?;
                device.numbers.push(row);
            }
            Ok(())
        })?;
        if let Some(mut device) = current {
            device.sort_numbers(shared);
            visit(device)?;
        }
    }
    Ok(())
}

/// Flags of modem, those of older releases included.
const MODEM_FLAGS: &[&str] = &["internet_access", "network_access", "public"];
/// Flags of phonenumber.
const NUMBER_FLAGS: &[&str] = &["active"];
/// Where the flags of the contract stand before a modem's columns.
const CONTRACT_FLAGS: [(usize, &str); 2] =
    [(1, "has_telephony"), (2, "internet_access")];

/// Where these flags stand, as far as there are such columns.
fn flags(
    columns: &Columns,
    names: &'static [&'static str],
) -> Vec<(usize, &'static str)> {
    let place = |name: &&'static str| Some((columns.cell(name)?, *name));
    names.iter().filter_map(place).collect()
}

/// Writes the flags of a row as numbers, whatever the database writes, so that
/// texts that print them are the same from every engine.
fn write_flags(
    row: &mut Row,
    flags: &[(usize, &'static str)],
    (table, id): (&'static str, u32),
) -> Result<(), SourceError> {
    for (cell, column) in flags {
        let text = row.get(*cell);
        let is_number = |text: &[u8]| {
            !text.is_empty() && text.iter().all(u8::is_ascii_digit)
        };
        if text.is_none_or(is_number) {
            continue;
        }
        let on = flag(row, *cell, (table, id, column))?;
        row.set_flag(*cell, on);
    }
    Ok(())
}

/// Where the id and the configfile's id stand.
fn places(
    columns: &Columns,
    table: &str,
) -> Result<(usize, usize), SourceError> {
    let place = |name: &str| {
        columns.cell(name).ok_or_else(|| SourceError::MissingColumn {
            table: table.to_string(),
            column: name.to_string(),
        })
    };
    Ok((place("id")?, place("configfile_id")?))
}
