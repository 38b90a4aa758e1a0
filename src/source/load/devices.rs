//! Modems, telephone adapters and endpoints.
//!
//! What two rows claim is given to one of them afterwards, in `conflicts`.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};
use std::net::Ipv4Addr;

use crate::model::device::Identity;
use crate::model::mac::MacCell;
use crate::model::texts::Device;
use crate::model::{Endpoint, Findings, Label, Mac, Modem, Mta, Site};
use crate::source::load::flags::flag;
use crate::source::load::scope::Scope;
use crate::source::{Database, Row, SourceError};
use crate::template::{Contract, network_access};

/// What this module reads.
#[derive(Default)]
pub struct Devices {
    /// Alive modems.
    pub modems: Vec<Modem>,
    /// Host names other than `cm-ID`.
    pub modem_names: BTreeMap<u32, Label>,
    /// Served telephone adapters.
    pub mtas: Vec<Mta>,
    /// Served endpoints.
    pub endpoints: Vec<Endpoint>,
    /// Modems that another system provisions.
    pub elsewhere: Vec<u32>,
}

/// The telephone adapters of one modem.
#[derive(Default, Clone, Copy)]
struct Telephony {
    /// Alive adapters, whatever their MAC.
    count: u32,
    /// Whether one of them has no place holder's MAC.
    real: bool,
}

/// Reads all devices, or those of a scope.
pub fn load(
    db: &mut dyn Database,
    site: &Site,
    scope: Option<&Scope>,
    findings: &mut Findings,
    rows: &mut usize,
) -> Result<Devices, SourceError> {
    let mut adapters = Vec::new();
    let mut telephony = HashMap::new();
    if site.voip {
        telephony = mtas(db, scope, &mut adapters, findings, rows)?;
    }
    let mut devices = Devices::default();
    let about = (site, scope);
    modems(db, about, &telephony, &mut devices, findings, rows)?;
    orphans(&telephony, &devices.modems, &adapters, findings);
    devices.elsewhere = elsewhere(db, scope)?;
    devices.endpoints = endpoints(db, scope, findings, rows)?;
    devices.mtas = adapters.into_iter().map(|(mta, _)| mta).collect();
    Ok(devices)
}

/// Reads a MAC cell; tells of malformed and normalised ones.
fn mac(
    row: &Row,
    cell: usize,
    table: &'static str,
    id: u32,
    findings: &mut Findings,
) -> MacCell {
    let text = row.text(cell);
    let read = Mac::read(&text);
    match read {
        MacCell::Malformed => {
            let text = text.escape_debug();
            let reason =
                format!("'{text}' is not a MAC address: no host is written");
            findings.quarantine(table, id, "mac", reason);
        }
        MacCell::Valid { mac, normalised: true } => {
            let text = text.escape_debug();
            findings.warn(table, id, "mac", format!("'{text}' read as {mac}"));
        }
        _ => {}
    }
    read
}

/// Alive telephone adapters with a MAC that can be served (and the modem that
/// each belongs to), and what each modem has.
fn mtas(
    db: &mut dyn Database,
    scope: Option<&Scope>,
    out: &mut Vec<(Mta, u32)>,
    findings: &mut Findings,
    rows: &mut usize,
) -> Result<HashMap<u32, Telephony>, SourceError> {
    let schema = db.schema();
    schema.first(&["mta"])?;
    let alive = schema.alive("mta", "t")?;
    let kind = match schema.release().names_packetcable_by_mac() {
        true => schema.column("mta", "t", &["type"], Some("NULL"))?,
        false => "NULL".into(),
    };
    let only = Scope::condition(scope, "mta", "t.id");
    let sql = format!(
        "SELECT t.id, t.modem_id, t.mac, {kind} FROM mta t WHERE {alive}{only} \
         ORDER BY t.id"
    );
    let mut telephony: HashMap<u32, Telephony> = HashMap::new();
    db.query("mta", &sql, &mut |row| {
        let Some(id) = row.number(0) else { return Ok(()) };
        *rows += 1;
        let modem = row.number(1).unwrap_or(0);
        let cell = mac(row, 2, "mta", id, findings);
        let placeholder = matches!(
            cell,
            MacCell::Valid { mac, .. } if mac.is_placeholder()
        );
        let entry = telephony.entry(modem).or_default();
        entry.count += 1;
        entry.real |= !placeholder;
        if let MacCell::Valid { mac, .. } = cell
            && !placeholder
        {
            let named_by_mac = row.get(3) == Some(b"packetcable");
            out.push((Mta { id, mac, named_by_mac }, modem));
        }
        Ok(())
    })?;
    Ok(telephony)
}

/// Tells of telephone adapters whose modem is not there; they are served.
fn orphans(
    telephony: &HashMap<u32, Telephony>,
    modems: &[Modem],
    mtas: &[(Mta, u32)],
    findings: &mut Findings,
) {
    let alive = |id: u32| modems.binary_search_by_key(&id, |m| m.id).is_ok();
    let missing: BTreeSet<u32> =
        telephony.keys().copied().filter(|id| !alive(*id)).collect();
    for (mta, modem) in mtas.iter().filter(|(_, m)| missing.contains(m)) {
        let reason = format!(
            "its modem {modem} is missing or deleted; the MTA is still \
             served"
        );
        findings.warn("mta", mta.id, "modem_id", reason);
    }
}

/// The alive modems that boot with a file of ours, and the alive telephone
/// adapters: those with a MAC that is no place holder, and of two with the
/// same MAC the first; ascending.
pub fn booting(db: &mut dyn Database) -> Result<[Vec<u32>; 2], SourceError> {
    let elsewhere = elsewhere(db, None)?;
    let mut ids = [Vec::new(), Vec::new()];
    let mut macs = HashSet::new();
    for (table, ids) in ["modem", "mta"].into_iter().zip(&mut ids) {
        let schema = db.schema();
        if !schema.has(table) {
            continue;
        }
        let alive = schema.alive(table, "d")?;
        let sql = format!(
            "SELECT d.id, d.mac FROM {table} d WHERE {alive} ORDER BY d.id"
        );
        db.query(table, &sql, &mut |row| {
            let mac = match Mac::read(&row.text(1)) {
                MacCell::Valid { mac, .. } if !mac.is_placeholder() => mac,
                _ => return Ok(()),
            };
            if macs.insert(mac.number()) {
                ids.extend(row.number::<u32>(0));
            }
            Ok(())
        })?;
    }
    ids[0].retain(|id| elsewhere.binary_search(id).is_err());
    Ok(ids)
}

/// The modems whose configfile is for another provisioning system: no file is
/// made for them; ascending. Such configfiles are few, mostly none, and
/// modems are asked for by them: a join would look at every modem.
fn elsewhere(
    db: &mut dyn Database,
    scope: Option<&Scope>,
) -> Result<Vec<u32>, SourceError> {
    let schema = db.schema();
    if !schema.optional("configfile")? {
        return Ok(Vec::new());
    }
    let device = schema.column("configfile", "c", &["device"], None)?;
    let alive = schema.alive("configfile", "c")?;
    let sql = format!(
        "SELECT c.id, {device} FROM configfile c WHERE {alive} ORDER BY c.id"
    );
    let mut texts = Vec::new();
    db.query("configfile", &sql, &mut |row| {
        if Device::read(&row.text(1)) == Device::Elsewhere {
            texts.extend(row.number::<u32>(0).map(|id| id.to_string()));
        }
        Ok(())
    })?;
    if texts.is_empty() {
        return Ok(Vec::new());
    }
    let schema = db.schema();
    let sql = format!(
        "SELECT m.id FROM modem m WHERE {} IN ({}) AND {}{} ORDER BY m.id",
        schema.column("modem", "m", &["configfile_id"], None)?,
        texts.join(", "),
        schema.alive("modem", "m")?,
        Scope::condition(scope, "modem", "m.id"),
    );
    let mut ids = Vec::new();
    db.query("modem", &sql, &mut |row| {
        ids.extend(row.number::<u32>(0));
        Ok(())
    })?;
    Ok(ids)
}

/// Alive modems.
fn modems(
    db: &mut dyn Database,
    (site, scope): (&Site, Option<&Scope>),
    telephony: &HashMap<u32, Telephony>,
    out: &mut Devices,
    findings: &mut Findings,
    rows: &mut usize,
) -> Result<(), SourceError> {
    let sql = modem_query(db, site, scope)?;
    db.query("modem", &sql, &mut |row| {
        let Some(id) = row.number(0) else { return Ok(()) };
        *rows += 1;
        let mac = match mac(row, 1, "modem", id, findings) {
            MacCell::Valid { mac, .. } => Some(mac),
            _ => None,
        };
        if let Some(name) = odd_name(row, id, findings) {
            out.modem_names.insert(id, name);
        }
        let telephony = telephony.get(&id).copied().unwrap_or_default();
        let internet_access = flag(row, 4, ("modem", id, "internet_access"))?;
        let made = row.get(8) == Some(b"cm");
        let contract = row.number(5).map(|contract| contract_of(row, contract));
        let contract = contract.transpose()?;
        let access = network_access(
            Some(i64::from(site.max_cpe)),
            telephony.count as usize,
            internet_access,
            contract,
        );
        out.modems.push(Modem {
            id,
            mac,
            public: flag(row, 3, ("modem", id, "public"))?,
            internet_access,
            network_access: made && access.network_access,
            telephony: telephony.real,
            doubled: false,
        });
        Ok(())
    })
}

/// The flags of a modem's contract.
fn contract_of(row: &Row, id: u32) -> Result<Contract, SourceError> {
    let place = |column| ("contract", id, column);
    Ok(Contract {
        has_telephony: flag(row, 6, place("has_telephony"))?,
        internet_access: flag(row, 7, place("internet_access"))?,
    })
}

/// The query for modems; contract and configfile are looked at only where
/// ignore-cpe.conf needs them.
fn modem_query(
    db: &mut dyn Database,
    site: &Site,
    scope: Option<&Scope>,
) -> Result<String, SourceError> {
    let schema = db.schema();
    schema.first(&["modem"])?;
    let access = &["internet_access", "network_access"];
    let mut columns = format!(
        "m.id, m.mac, {}, {}, {}",
        schema.column("modem", "m", &["hostname"], None)?,
        schema.column("modem", "m", &["public"], None)?,
        schema.column("modem", "m", access, None)?,
    );
    let mut joins = String::new();
    if site.multiple_provisioning_systems {
        for table in ["contract", "configfile"] {
            let _ = schema.first(&[table])?;
        }
        let (contract, configfile) =
            (schema.alive("contract", "c")?, schema.alive("configfile", "f")?);
        columns += &format!(
            ", c.id, {}, {}, f.device",
            schema.column(
                "contract",
                "c",
                &["has_telephony", "telephony_only"],
                None
            )?,
            schema.column("contract", "c", access, None)?,
        );
        joins = format!(
            " LEFT JOIN contract c ON c.id = m.contract_id AND {contract} \
             LEFT JOIN configfile f ON f.id = m.configfile_id AND {configfile}"
        );
    }
    let alive = schema.alive("modem", "m")?;
    let only = Scope::condition(scope, "modem", "m.id");
    Ok(format!(
        "SELECT {columns} FROM modem m{joins} WHERE {alive}{only} ORDER BY m.id"
    ))
}

/// A modem's host name where it is not `cm-ID`; None also where it is no
/// name, with a finding.
fn odd_name(row: &Row, id: u32, findings: &mut Findings) -> Option<Label> {
    let text = row.text(2);
    let usual = text
        .strip_prefix("cm-")
        .is_some_and(|n| !n.starts_with('0') && n.parse() == Ok(id));
    if usual {
        return None;
    }
    let label = Label::read(&text);
    if label.is_none() {
        let text = text.escape_debug();
        let reason = format!("'{text}' is not a host name: served as cm-{id}");
        findings.warn("modem", id, "hostname", reason);
    }
    label
}

/// Alive IPv4 endpoints of known modems.
fn endpoints(
    db: &mut dyn Database,
    scope: Option<&Scope>,
    findings: &mut Findings,
    rows: &mut usize,
) -> Result<Vec<Endpoint>, SourceError> {
    let schema = db.schema();
    let _ = schema.first(&["endpoint"])?;
    let column = |name, fallback| {
        schema.column("endpoint", "e", &[name], Some(fallback))
    };
    // Before there was modem_id, every endpoint stood for itself.
    let belongs = schema.has_column("endpoint", "modem_id");
    let modem = schema.column("modem", "m", &["deleted_at"], None)?;
    let sql = format!(
        "SELECT e.id, {}, e.mac, {}, {}, {}, m.mac, m.id, {modem} \
         FROM endpoint e LEFT JOIN modem m ON m.id = {} \
         WHERE {} AND {} = '4'{} ORDER BY e.id",
        schema.column("endpoint", "e", &["hostname"], None)?,
        column("fixed_ip", "1")?,
        column("ip", "NULL")?,
        column("add_reverse", "NULL")?,
        column("modem_id", "NULL")?,
        schema.alive("endpoint", "e")?,
        column("version", "'4'")?,
        Scope::condition(scope, "endpoint", "e.id"),
    );
    let mut out = Vec::new();
    db.query("endpoint", &sql, &mut |row| {
        let Some(id) = row.number(0) else { return Ok(()) };
        if belongs && row.get(7).is_none() {
            let reason = "its modem is missing: left out";
            findings.warn("endpoint", id, "modem_id", reason);
            return Ok(());
        }
        *rows += 1;
        if row.get(8).is_some() {
            let reason = "its modem is deleted; still served";
            findings.warn("endpoint", id, "modem_id", reason);
        }
        let fixed = flag(row, 3, ("endpoint", id, "fixed_ip"))?;
        match endpoint(id, row, fixed, findings) {
            Ok(Some(endpoint)) => out.push(endpoint),
            Ok(None) => {}
            Err((column, reason)) => {
                let reason = format!("{reason}: endpoint left out");
                findings.quarantine("endpoint", id, column, reason);
            }
        }
        Ok(())
    })?;
    Ok(out)
}

/// One endpoint, or the column that makes it unusable; Ok(None): told
/// already.
fn endpoint(
    id: u32,
    row: &Row,
    fixed: bool,
    findings: &mut Findings,
) -> Result<Option<Endpoint>, (&'static str, String)> {
    let identity = match mac(row, 2, "endpoint", id, findings) {
        MacCell::Valid { mac, .. } => Identity::Hardware(mac),
        MacCell::Malformed => return Ok(None),
        MacCell::Absent => match Mac::read(&row.text(6)) {
            MacCell::Valid { mac, .. } => Identity::BehindModem(mac),
            _ => {
                let reason = "neither it nor its modem has a MAC address";
                return Err(("mac", reason.into()));
            }
        },
    };
    let name = row.text(1);
    let name = Label::read(&name).ok_or_else(|| {
        let name = name.escape_debug();
        ("hostname", format!("'{name}' is not a host name"))
    })?;
    let ip = row.text(4);
    let fixed = if fixed && !ip.trim().is_empty() {
        let ip = ip.trim();
        let ip = ip.strip_suffix("/32").unwrap_or(ip);
        let read = ip.parse().ok().filter(|ip| is_host(*ip));
        Some(read.ok_or_else(|| {
            let ip = ip.escape_debug();
            ("ip", format!("'{ip}' is not an IPv4 address of a device"))
        })?)
    } else {
        None
    };
    let add_reverse = row.text(5).trim().to_string();
    let add_reverse = (!add_reverse.is_empty()).then_some(add_reverse);
    Ok(Some(Endpoint { id, name, identity, fixed, add_reverse }))
}

/// Whether a device can have the address: not those of 'this network', of
/// the loopback, of groups, nor those above (RFC 6890, RFC 5771).
fn is_host(ip: Ipv4Addr) -> bool {
    !matches!(ip.octets()[0], 0 | 127 | 224..)
}
