//! MACs, host names and fixed addresses that two rows claim are given to one
//! of them: modem before MTA before endpoint, then the lower id.

use std::collections::HashMap;
use std::net::Ipv4Addr;

use crate::model::device::Identity;
use crate::model::{Endpoint, Findings, Mac, Modem};
use crate::source::load::devices::Devices;

/// Who owns a MAC: the first row that came.
type Owners = HashMap<u64, (&'static str, u32)>;

/// Gives everything that is claimed to one row; the others are told.
pub fn settle(devices: &mut Devices, findings: &mut Findings) {
    own_macs(devices, findings);
    own_names(devices, findings);
    own_addresses(&mut devices.endpoints, findings);
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
            "duplicate MAC {mac}: {} {} keeps it; no host is written for \
             this row",
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
    own_modems(&mut devices.endpoints, findings);
}

/// Gives each modem to one endpoint that has no MAC of its own: dhcpd knows
/// such an endpoint by its modem only.
fn own_modems(endpoints: &mut Vec<Endpoint>, findings: &mut Findings) {
    let mut owners: HashMap<u64, u32> = HashMap::new();
    endpoints.retain(|endpoint| {
        let Identity::BehindModem(mac) = endpoint.identity else {
            return true;
        };
        let owner = *owners.entry(mac.number()).or_insert(endpoint.id);
        if owner == endpoint.id {
            return true;
        }
        let reason = format!(
            "no MAC, and its modem's MAC {mac} already stands for endpoint \
             {owner}: endpoint left out"
        );
        findings.quarantine("endpoint", endpoint.id, "mac", reason);
        false
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
                "'{name}' is the name of {owner} too: served as cm-{id}"
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
            "'{}' is the name of {owner} too: endpoint left out",
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
    use crate::model::mac::MacCell;
    use crate::model::{Label, Mta};

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
        Mta { id, mac: modem(id, mac).mac.unwrap(), named_by_mac: false }
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
