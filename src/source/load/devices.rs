//! Modems, telephone adapters and endpoints.
//!
//! Rows are read first; then MACs and host names that two rows claim are
//! given to one of them: modem before MTA before endpoint, then the lower id.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};
use std::net::Ipv4Addr;

use crate::model::device::Identity;
use crate::model::mac::MacCell;
use crate::model::{Endpoint, Findings, Label, Mac, Modem, Mta, Site};
use crate::render::text::{Contract, network_access};
use crate::source::{Database, Row, SourceError};

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

/// Who owns a MAC: the first row that came.
type Owners = HashMap<u64, (&'static str, u32)>;

/// Reads all devices.
pub fn load(
    db: &mut dyn Database,
    site: &Site,
    findings: &mut Findings,
    rows: &mut usize,
) -> Result<Devices, SourceError> {
    let mut adapters = Vec::new();
    let mut telephony = HashMap::new();
    if site.voip {
        telephony = mtas(db, &mut adapters, findings, rows)?;
    }
    let mut devices = Devices::default();
    modems(db, site, &telephony, &mut devices, findings, rows)?;
    orphans(&telephony, &devices.modems, &adapters, findings);
    devices.elsewhere = elsewhere(db)?;
    devices.endpoints = endpoints(db, findings, rows)?;
    devices.mtas = adapters.into_iter().map(|(mta, _)| mta).collect();
    own_macs(&mut devices, findings);
    own_names(&mut devices, findings);
    own_addresses(&mut devices.endpoints, findings);
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
            let reason = format!("«{text}» is no MAC address: no dhcpd lines");
            findings.quarantine(table, id, "mac", reason);
        }
        MacCell::Valid { mac, normalised: true } => {
            let text = text.escape_debug();
            findings.warn(table, id, "mac", format!("«{text}» read as {mac}"));
        }
        _ => {}
    }
    read
}

/// Alive telephone adapters with a MAC that can be served (and the modem that
/// each belongs to), and what each modem has.
fn mtas(
    db: &mut dyn Database,
    out: &mut Vec<(Mta, u32)>,
    findings: &mut Findings,
    rows: &mut usize,
) -> Result<HashMap<u32, Telephony>, SourceError> {
    let schema = db.schema();
    schema.first(&["mta"])?;
    let alive = schema.alive("mta", "t");
    let sql = format!(
        "SELECT t.id, t.modem_id, t.mac FROM mta t WHERE {alive} \
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
            out.push((Mta { id, mac }, modem));
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
        let reason =
            format!("there is no alive modem {modem}: served all the same");
        findings.warn("mta", mta.id, "modem_id", reason);
    }
}

/// The alive modems that boot with a file of ours, and the alive telephone
/// adapters: those with a MAC that is no place holder, and of two with the
/// same MAC the first; ascending.
pub fn booting(db: &mut dyn Database) -> Result<[Vec<u32>; 2], SourceError> {
    let elsewhere = elsewhere(db)?;
    let mut ids = [Vec::new(), Vec::new()];
    let mut macs = HashSet::new();
    for (table, ids) in ["modem", "mta"].into_iter().zip(&mut ids) {
        let schema = db.schema();
        if !schema.has(table) {
            continue;
        }
        let alive = schema.alive(table, "d");
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
fn elsewhere(db: &mut dyn Database) -> Result<Vec<u32>, SourceError> {
    let schema = db.schema();
    if !schema.optional("configfile")? {
        return Ok(Vec::new());
    }
    let device = schema.column("configfile", "c", &["device"], None)?;
    let alive = schema.alive("configfile", "c");
    let sql = format!(
        "SELECT c.id, {device} FROM configfile c WHERE {device} = 'tr069' \
         AND {alive} ORDER BY c.id"
    );
    let mut texts = Vec::new();
    db.query("configfile", &sql, &mut |row| {
        // Not in the letters that the database takes for the same.
        if row.get(1) == Some(b"tr069") {
            texts.extend(row.number::<u32>(0).map(|id| id.to_string()));
        }
        Ok(())
    })?;
    if texts.is_empty() {
        return Ok(Vec::new());
    }
    let schema = db.schema();
    let sql = format!(
        "SELECT m.id FROM modem m WHERE {} IN ({}) AND {} ORDER BY m.id",
        schema.column("modem", "m", &["configfile_id"], None)?,
        texts.join(", "),
        schema.alive("modem", "m"),
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
    site: &Site,
    telephony: &HashMap<u32, Telephony>,
    out: &mut Devices,
    findings: &mut Findings,
    rows: &mut usize,
) -> Result<(), SourceError> {
    let sql = modem_query(db, site)?;
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
        let internet_access = row.flag(4);
        let made = row.get(8) == Some(b"cm");
        let contract = row.get(5).map(|_| Contract {
            has_telephony: row.flag(6),
            internet_access: row.flag(7),
        });
        let access = network_access(
            Some(i64::from(site.max_cpe)),
            telephony.count as usize,
            internet_access,
            contract,
        );
        out.modems.push(Modem {
            id,
            mac,
            public: row.flag(3),
            internet_access,
            network_access: made && access.network_access,
            telephony: telephony.real,
            doubled: false,
        });
        Ok(())
    })
}

/// The query for modems; contract and configfile are looked at only where
/// ignore-cpe.conf needs them.
fn modem_query(
    db: &mut dyn Database,
    site: &Site,
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
            (schema.alive("contract", "c"), schema.alive("configfile", "f"));
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
    let alive = schema.alive("modem", "m");
    Ok(format!(
        "SELECT {columns} FROM modem m{joins} WHERE {alive} ORDER BY m.id"
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
        let reason = format!("«{text}» is no host name: served as cm-{id}");
        findings.warn("modem", id, "hostname", reason);
    }
    label
}

/// Alive IPv4 endpoints of known modems.
fn endpoints(
    db: &mut dyn Database,
    findings: &mut Findings,
    rows: &mut usize,
) -> Result<Vec<Endpoint>, SourceError> {
    let schema = db.schema();
    let _ = schema.first(&["endpoint"])?;
    let column = |name, fallback| {
        schema.column("endpoint", "e", &[name], Some(fallback))
    };
    // Before there was modem_id, every endpoint stood for itself.
    let belongs = schema.columns("endpoint").iter().any(|c| c == "modem_id");
    let sql = format!(
        "SELECT e.id, {}, e.mac, {}, {}, {}, m.mac, m.id FROM endpoint e \
         LEFT JOIN modem m ON m.id = {} WHERE {} AND {} = '4' ORDER BY e.id",
        schema.column("endpoint", "e", &["hostname"], None)?,
        column("fixed_ip", "1")?,
        column("ip", "NULL")?,
        column("add_reverse", "NULL")?,
        column("modem_id", "NULL")?,
        schema.alive("endpoint", "e"),
        column("version", "'4'")?,
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
        match endpoint(id, row, findings) {
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
        ("hostname", format!("«{name}» is no host name"))
    })?;
    let ip = row.text(4);
    let fixed = if row.flag(3) && !ip.trim().is_empty() {
        let ip = ip.trim();
        let read = ip.parse().ok().filter(|ip| is_host(*ip));
        Some(read.ok_or_else(|| {
            let ip = ip.escape_debug();
            ("ip", format!("«{ip}» is no IPv4 address of a device"))
        })?)
    } else {
        None
    };
    let add_reverse = row.text(5).trim().to_string();
    let add_reverse = (!add_reverse.is_empty()).then_some(add_reverse);
    Ok(Some(Endpoint { id, name, identity, fixed, add_reverse }))
}

/// Whether a device can have the address: not those of «this network», of
/// the loopback, of groups, nor those above (RFC 6890, RFC 5771).
fn is_host(ip: Ipv4Addr) -> bool {
    !matches!(ip.octets()[0], 0 | 127 | 224..)
}

/// Gives each MAC to one row.
fn own_macs(devices: &mut Devices, findings: &mut Findings) {
    let mut owners = Owners::with_capacity(
        devices.modems.len() + devices.mtas.len() + devices.endpoints.len(),
    );
    let mut claim = |mac: Mac, table: &'static str, id: u32| {
        let owner = *owners.entry(mac.number()).or_insert((table, id));
        if owner == (table, id) {
            return true;
        }
        let reason = format!(
            "{mac} is the MAC of {} {} too, which keeps it: no dhcpd lines",
            owner.0, owner.1
        );
        findings.quarantine(table, id, "mac", reason);
        false
    };
    for modem in &mut devices.modems {
        if let Some(mac) = modem.mac.filter(|mac| !mac.is_placeholder()) {
            modem.doubled = !claim(mac, "modem", modem.id);
        }
    }
    devices.mtas.retain(|mta| claim(mta.mac, "mta", mta.id));
    devices.endpoints.retain(|endpoint| match endpoint.identity {
        Identity::Hardware(mac) => claim(mac, "endpoint", endpoint.id),
        Identity::BehindModem(_) => true,
    });
}

/// Gives each host name to one row. `cm-N` and `mta-N` belong to id N if that
/// device is served under it.
fn own_names(devices: &mut Devices, findings: &mut Findings) {
    let modems = &devices.modems;
    devices.modem_names.retain(|id, _| is_served(modems, *id));
    let (mut holders, mut lost) = name_holders(devices);
    while !lost.is_empty() {
        for (id, owner) in &lost {
            let name = devices.modem_names.remove(id);
            let name = name.map(|name| name.to_string()).unwrap_or_default();
            let reason = format!(
                "«{name}» is the name of {owner} too: served as cm-{id}"
            );
            findings.warn("modem", *id, "hostname", reason);
        }
        // A modem that loses its name takes `cm-ID`, which may be the odd
        // name of another, who then loses it.
        let mut next = Vec::new();
        for (id, _) in lost {
            let key = format!("cm-{id}");
            let owner = numbered(&key, devices);
            next.extend(owner.and_then(|o| Some((holders.remove(&key)?, o))));
        }
        next.sort_unstable();
        lost = next;
    }
    own_endpoint_names(devices, findings);
}

/// Leaves out endpoints whose name is another device's.
fn own_endpoint_names(devices: &mut Devices, findings: &mut Findings) {
    let mut endpoints = std::mem::take(&mut devices.endpoints);
    let mut taken: HashMap<String, String> = devices
        .modem_names
        .iter()
        .map(|(id, name)| (name.key(), format!("modem {id}")))
        .collect();
    endpoints.retain(|endpoint| {
        let key = endpoint.name.key();
        let owner =
            numbered(&key, devices).or_else(|| taken.get(&key).cloned());
        let Some(owner) = owner else {
            taken.insert(key, format!("endpoint {}", endpoint.id));
            return true;
        };
        let reason = format!(
            "«{}» is the name of {owner} too: endpoint left out",
            endpoint.name
        );
        findings.quarantine("endpoint", endpoint.id, "hostname", reason);
        false
    });
    devices.endpoints = endpoints;
}

/// Who holds each odd name of a modem, and the modems whose odd name is
/// another's, with the words for that other one; ascending.
fn name_holders(
    devices: &Devices,
) -> (HashMap<String, u32>, Vec<(u32, String)>) {
    let mut seen: HashMap<String, u32> = HashMap::new();
    let mut lost = Vec::new();
    for (id, name) in &devices.modem_names {
        let key = name.key();
        if let Some(owner) = numbered(&key, devices) {
            lost.push((*id, owner));
            continue;
        }
        let first = *seen.entry(key).or_insert(*id);
        if first != *id {
            lost.push((*id, format!("modem {first}")));
        }
    }
    (seen, lost)
}

/// Whether the modem gets a host line.
fn is_served(modems: &[Modem], id: u32) -> bool {
    modems
        .binary_search_by_key(&id, |modem| modem.id)
        .is_ok_and(|at| modems[at].has_host())
}

/// The device that a name of the form `cm-N` or `mta-N` belongs to, if that
/// device is served under it.
fn numbered(key: &str, devices: &Devices) -> Option<String> {
    let number = |prefix: &str| -> Option<u32> {
        let digits = key.strip_prefix(prefix)?;
        let plain = !digits.starts_with(['0', '+']);
        digits.parse().ok().filter(|_| plain)
    };
    if let Some(id) = number("cm-") {
        let own = is_served(&devices.modems, id)
            && !devices.modem_names.contains_key(&id);
        return own.then(|| format!("modem {id}"));
    }
    let id = number("mta-")?;
    let own = devices.mtas.binary_search_by_key(&id, |mta| mta.id).is_ok();
    own.then(|| format!("mta {id}"))
}

/// Gives each fixed address to one endpoint.
fn own_addresses(endpoints: &mut Vec<Endpoint>, findings: &mut Findings) {
    let mut owners: HashMap<Ipv4Addr, u32> = HashMap::new();
    endpoints.retain(|endpoint| {
        let Some(ip) = endpoint.fixed else { return true };
        let owner = *owners.entry(ip).or_insert(endpoint.id);
        if owner == endpoint.id {
            return true;
        }
        let reason = format!(
            "{ip} is the address of endpoint {owner} too: endpoint left out"
        );
        findings.quarantine("endpoint", endpoint.id, "ip", reason);
        false
    });
}

#[cfg(test)]
mod tests {
    use super::*;

    fn modem(id: u32, mac: &str) -> Modem {
        let MacCell::Valid { mac, .. } = Mac::read(mac) else { panic!() };
        Modem {
            id,
            mac: Some(mac),
            public: false,
            internet_access: true,
            network_access: true,
            telephony: false,
            doubled: false,
        }
    }

    fn mta(id: u32, mac: &str) -> Mta {
        Mta { id, mac: modem(id, mac).mac.unwrap() }
    }

    fn endpoint(id: u32, name: &str, mac: &str) -> Endpoint {
        Endpoint {
            id,
            name: Label::read(name).unwrap(),
            identity: Identity::Hardware(modem(id, mac).mac.unwrap()),
            fixed: None,
            add_reverse: None,
        }
    }

    #[test]
    fn a_mac_stays_with_the_modem_then_the_mta_then_the_lower_id() {
        let mut devices = Devices {
            modems: vec![
                modem(1, "00:00:00:00:00:0a"),
                modem(2, "00:00:00:00:00:0A"),
            ],
            mtas: vec![
                mta(7, "00:00:00:00:00:0a"),
                mta(8, "00:00:00:00:00:0b"),
            ],
            endpoints: vec![
                endpoint(3, "a", "00:00:00:00:00:0b"),
                endpoint(4, "b", "00:00:00:00:00:0c"),
                endpoint(5, "c", "00:00:00:00:00:0C"),
            ],
            ..Devices::default()
        };
        let mut findings = Findings::default();
        own_macs(&mut devices, &mut findings);
        let doubled: Vec<_> =
            devices.modems.iter().map(|m| m.doubled).collect();
        assert_eq!(doubled, [false, true]);
        assert_eq!(devices.mtas.iter().map(|m| m.id).collect::<Vec<_>>(), [8]);
        let left: Vec<_> = devices.endpoints.iter().map(|e| e.id).collect();
        assert_eq!(left, [4]);
        assert_eq!(findings.quarantined(), 4);
    }

    fn names(odd: &[(u32, &str)]) -> Vec<(u32, String)> {
        let mut devices = Devices {
            modems: (1..=5)
                .map(|id| modem(id, &format!("00:00:00:00:00:0{id}")))
                .collect(),
            modem_names: odd
                .iter()
                .map(|(id, name)| (*id, Label::read(name).unwrap()))
                .collect(),
            mtas: vec![mta(9, "00:00:00:00:00:99")],
            ..Devices::default()
        };
        own_names(&mut devices, &mut Findings::default());
        devices
            .modem_names
            .into_iter()
            .map(|(id, name)| (id, name.to_string()))
            .collect()
    }

    #[test]
    fn a_numbered_name_belongs_to_its_number() {
        assert_eq!(names(&[(1, "cm-2")]), []);
        assert_eq!(names(&[(1, "cm-77")]), [(1, "cm-77".into())]);
        assert_eq!(names(&[(1, "mta-9"), (2, "mta-8")]), [(2, "mta-8".into())]);
        // 2 and 3 share a name, so 3 is served as cm-3, which 1 had taken.
        let odd = [(1, "cm-3"), (2, "x"), (3, "X")];
        assert_eq!(names(&odd), [(2, "x".into())]);
        // Modem 5 has the name by its number, as soon as it has no other.
        let odd = [(3, "cm-5"), (4, "cm-3"), (5, "CM-5")];
        assert_eq!(names(&odd), []);
        let swapped = [(1, "cm-2"), (2, "cm-1")];
        assert_eq!(names(&swapped), [(1, "cm-2".into()), (2, "cm-1".into())]);
    }

    /// Each modem is named after the next; the last takes its own name.
    #[test]
    fn a_long_chain_of_names_is_followed_in_one_go() {
        let last = 20_000_u32;
        let name = |id: u32| Label::read(&format!("cm-{}", id + 1)).unwrap();
        let mac =
            |id: u32| format!("00:00:00:00:{:02x}:{:02x}", id >> 8, id & 255);
        let mut devices = Devices {
            modems: (1..=last).map(|id| modem(id, &mac(id))).collect(),
            modem_names: (1..last).map(|id| (id, name(id))).collect(),
            ..Devices::default()
        };
        let _ = devices.modem_names.insert(last, Label::read("cm-1").unwrap());
        let mut findings = Findings::default();
        own_names(&mut devices, &mut findings);
        assert_eq!(devices.modem_names.len(), last as usize);
        let _ = devices.modem_names.remove(&last);
        let begin = std::time::Instant::now();
        own_names(&mut devices, &mut findings);
        assert!(devices.modem_names.is_empty());
        assert_eq!(findings.len(), last as usize - 1);
        assert!(begin.elapsed().as_secs() < 10, "{:?}", begin.elapsed());
    }
}
