//! The records that the zones should hold.

use std::collections::HashSet;
use std::net::Ipv4Addr;

use crate::isc_dhcp::leases::Lease;
use crate::model::device::Identity;
use crate::model::label::is_domain;
use crate::model::ranges::is_in;
use crate::model::{Endpoint, Findings, Network, PoolType};
use crate::zone_sync::version6;
use crate::zone_sync::zone::{
    Data, Forward, Reverse, Reverse6, Target, Zones, is_below_cpe, is_device,
};
use crate::zone_sync::{Job, is_private, mangle};

/// The records, each list ascending.
#[derive(Debug, Default)]
pub struct Wanted {
    /// Of the forward zone.
    pub forward: Vec<Forward>,
    /// Of the reverse zone.
    pub reverse: Vec<Reverse>,
    /// Of the reverse zone of version 6.
    pub reverse6: Vec<Reverse6>,
    /// Whether the endpoints of version 6 are known, so that others go.
    pub version6: bool,
    /// Records that may be there and are not added: the ddns script gives an
    /// endpoint with a fixed address the name of a public device too.
    pub tolerated: Tolerated,
    /// Those pointers of the reverse zone, ascending, whose names are not of
    /// devices (add_reverse).
    pub seconds: Vec<Reverse>,
    /// The ranges in which no device without a lease has a name.
    pub ranges: Vec<(u32, u32)>,
    /// Whether the names below `cpe` are known, so that others go.
    pub cpe: bool,
}

/// Records that are left as they are.
#[derive(Debug, Default)]
pub struct Tolerated {
    /// Of the forward zone, ascending.
    pub forward: Vec<Forward>,
    /// Of the reverse zone, ascending.
    pub reverse: Vec<Reverse>,
}

impl Wanted {
    /// How many records there should be.
    pub fn len(&self) -> usize {
        self.forward.len() + self.reverse.len() + self.reverse6.len()
    }

    /// Whether there should be none.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }
}

/// The records of all devices that have an active lease, and of the
/// endpoints.
pub fn wanted(
    job: &Job<'_>,
    zones: &Zones,
    active: Vec<Lease>,
    findings: &mut Findings,
) -> Wanted {
    let mut maker = Maker {
        job,
        zones,
        findings,
        out: Wanted { cpe: job.cpe_key.is_some(), ..Wanted::default() },
        clients: ranges(job.network, |kind| kind == PoolType::CpePub),
        others: ranges(job.network, |kind| {
            matches!(kind, PoolType::Cm | PoolType::Mta)
        }),
    };
    maker.out.ranges = ranges(job.network, |kind| {
        job.cpe_key.is_some() || kind != PoolType::CpePub
    });
    maker.leases(active);
    maker.endpoints();
    maker.version6();
    maker.finish()
}

/// A device that dhcpd knows by its hardware address.
#[derive(Debug, Clone, Copy)]
enum Device {
    /// A modem, by modem.id.
    Modem(u32),
    /// A telephone adapter, by mta.id.
    Mta(u32),
}

/// The devices by hardware address, ascending.
fn devices(network: &Network) -> Vec<(u64, Device)> {
    let modems = network.modems.iter().filter(|modem| modem.has_host());
    let modems = modems.filter_map(|modem| {
        Some((modem.mac?.number(), Device::Modem(modem.id)))
    });
    let mtas =
        network.mtas.iter().map(|mta| (mta.mac.number(), Device::Mta(mta.id)));
    let mut all: Vec<_> = modems.chain(mtas).collect();
    all.sort_unstable_by_key(|(mac, _)| *mac);
    all
}

/// The ranges of the pools of some kinds, ascending.
fn ranges(
    network: &Network,
    wanted: impl Fn(PoolType) -> bool,
) -> Vec<(u32, u32)> {
    let pools = network.cmts.iter().flat_map(|cmts| &cmts.pools);
    let mut all: Vec<_> = pools
        .filter(|pool| wanted(pool.kind))
        .flat_map(|pool| {
            let own = (!pool.is_leaving()).then_some(pool.range);
            let drain = pool.drain.iter().flat_map(|drain| &drain.ranges);
            own.into_iter().chain(drain.copied())
        })
        .map(|(first, last)| (first.to_bits(), last.to_bits()))
        .collect();
    all.sort_unstable();
    all
}

/// What the records are collected in.
struct Maker<'a> {
    job: &'a Job<'a>,
    zones: &'a Zones,
    findings: &'a mut Findings,
    out: Wanted,
    /// Ranges of public customer devices.
    clients: Vec<(u32, u32)>,
    /// Ranges of modems and adapters.
    others: Vec<(u32, u32)>,
}

impl Maker<'_> {
    /// The records of all active leases.
    fn leases(&mut self, mut active: Vec<Lease>) {
        let devices = devices(self.job.network);
        // A device's newest lease is the last of its group.
        active.sort_unstable_by_key(|l| (l.hardware, l.since, l.address));
        for group in active.chunk_by(|a, b| a.hardware == b.hardware) {
            let Some(mac) = group[0].hardware else { continue };
            let number = mac.iter().fold(0, |n, b| n << 8 | u64::from(*b));
            match devices.binary_search_by_key(&number, |(mac, _)| *mac) {
                Ok(at) => self.device(devices[at].1, group),
                Err(_) => self.client(mac, group),
            }
        }
    }

    /// A modem or adapter: its name leads to its newest address, all its
    /// addresses lead to its name.
    fn device(&mut self, device: Device, leases: &[Lease]) {
        let network = self.job.network;
        let (table, id, name) = match device {
            Device::Modem(id) => ("modem", id, network.modem_name(id)),
            Device::Mta(id) => ("mta", id, format!("mta-{id}")),
        };
        let name: Box<str> = name.to_ascii_lowercase().into();
        let foreign = match is_device(&name) {
            true => self.zones.is_foreign_to(&name, |data| {
                leases.iter().any(|l| *data == Data::Address(l.address))
            }),
            false => self.zones.is_foreign(&name),
        };
        let why = match () {
            () if self.zones.is_protected(&name) => {
                "is a name of a server: no name in DNS".to_string()
            }
            () if foreign => format!(
                "'{name}' has records in the zone that provha did not make: \
                 no name in DNS"
            ),
            () => String::new(),
        };
        if !why.is_empty() {
            self.findings.warn(table, id, "hostname", why);
            return;
        }
        if let Some(newest) = leases.last() {
            self.address(name.clone(), newest.address);
        }
        for lease in leases {
            let (address, target) = (lease.address, name.clone());
            self.out.reverse.push(Reverse { address, target });
        }
    }

    /// A device that is not in the database: with a public address it has a
    /// name that is made of its hardware address.
    fn client(&mut self, mac: [u8; 6], leases: &[Lease]) {
        let Some(key) = &self.job.cpe_key else { return };
        let public = |address: &Ipv4Addr| {
            let own = is_in(&self.clients, *address);
            (own || !is_in(&self.others, *address)) && !is_private(*address)
        };
        let addresses = leases.iter().map(|lease| lease.address);
        let public: Vec<Ipv4Addr> = addresses.filter(public).collect();
        if public.is_empty() {
            return;
        }
        let name: Box<str> = format!("{}.cpe", mangle(key, mac)).into();
        // An endpoint with a fixed address may be there by the script, too.
        let ours = |data: &Data| match data {
            Data::Address(address) => {
                public.contains(address) || self.fixed_of(mac) == Some(*address)
            }
            _ => false,
        };
        if self.zones.is_foreign_to(&name, ours) {
            return;
        }
        for address in public {
            self.address(name.clone(), address);
            let target = name.clone();
            self.out.reverse.push(Reverse { address, target });
        }
    }

    /// The fixed address of an endpoint with this hardware address.
    fn fixed_of(&self, mac: [u8; 6]) -> Option<Ipv4Addr> {
        let endpoints = self.job.network.endpoints.iter();
        let is = |one: &&Endpoint| matches!(one.identity, Identity::Hardware(m) if m.octets() == mac);
        endpoints.filter(is).find_map(|endpoint| endpoint.fixed)
    }

    /// Adds an address record.
    fn address(&mut self, owner: Box<str>, address: Ipv4Addr) {
        let data = Data::Address(address);
        self.out.forward.push(Forward { owner, data });
    }

    /// The records of all endpoints.
    fn endpoints(&mut self) {
        let mut taken: HashSet<Box<str>> = HashSet::new();
        if self.job.network.endpoints.is_empty() {
            return;
        }
        for record in &self.out.forward {
            if is_below_cpe(&record.owner) {
                taken.insert(record.owner.clone());
            }
        }
        for endpoint in &self.job.network.endpoints {
            self.endpoint(endpoint, &mut taken);
        }
    }

    /// The records of the endpoints of version 6.
    fn version6(&mut self) {
        let network = self.job.network;
        self.out.version6 = network.v6.read;
        let records = (&mut self.out.forward, &mut self.out.reverse6);
        version6::add(network, &self.zones.domain, records, self.findings);
    }

    /// The records of one endpoint.
    fn endpoint(&mut self, endpoint: &Endpoint, taken: &mut HashSet<Box<str>>) {
        let name: Box<str> = format!("{}.cpe", endpoint.name.key()).into();
        if name.len() + 1 + self.zones.domain.len() > 253 {
            self.no_name(endpoint, "hostname", "is too long with its domain");
            return;
        }
        let device = match (endpoint.identity, &self.job.cpe_key) {
            (Identity::Hardware(mac), Some(key)) => {
                Some(format!("{}.cpe", mangle(key, mac.octets())))
            }
            _ => None,
        };
        let device: Option<Target> = device.map(Into::into);
        let ours = |data: &Data| match (data, endpoint.fixed, &device) {
            (Data::Address(there), Some(address), _) => *there == address,
            (Data::Alias(there), None, Some(target)) => there == target,
            _ => false,
        };
        let plain = endpoint.fixed.is_some() || device.is_some();
        if plain && self.zones.is_foreign_to(&name, ours) {
            let why = "has records in the zone that provha did not make";
            self.no_name(endpoint, "hostname", why);
            return;
        }
        match (endpoint.fixed, device) {
            (Some(address), device) => {
                if taken.insert(name.clone()) {
                    self.fixed(endpoint, name, address, device);
                } else {
                    self.no_name(endpoint, "hostname", "is another device's");
                }
            }
            // Its name is what the alias would lead to.
            (None, Some(device)) if device == name => (),
            (None, Some(target)) if self.is_in_the_way(&name, &target) => {
                let why = "holds records of another type in the zone, which \
                           no alias can stand beside";
                self.no_name(endpoint, "hostname", why);
            }
            (None, Some(device)) => {
                if taken.insert(name.clone()) {
                    let data = Data::Alias(device);
                    self.out.forward.push(Forward { owner: name, data });
                } else {
                    self.no_name(endpoint, "hostname", "is another device's");
                }
            }
            (None, None) if self.job.cpe_key.is_none() => (),
            (None, None) => {
                let why = "has neither a MAC nor a fixed address";
                self.no_name(endpoint, "mac", why);
            }
        }
    }

    /// Whether a name holds what no alias can stand beside (RFC 1034 section
    /// 3.6.2) and no run removes.
    fn is_in_the_way(&self, name: &str, target: &str) -> bool {
        self.zones.has_others(name)
            || self.zones.records(name).any(|record| {
                !record.data.is_mark()
                    && record.data != Data::Alias(target.into())
                    && !self.zones.is_own(record, &self.out.ranges)
            })
    }

    /// An endpoint with a fixed address.
    fn fixed(
        &mut self,
        endpoint: &Endpoint,
        name: Box<str>,
        address: Ipv4Addr,
        device: Option<Target>,
    ) {
        self.address(name.clone(), address);
        self.out.reverse.push(Reverse { address, target: name });
        if let Some(owner) = device {
            let data = Data::Address(address);
            let target = owner.clone();
            let tolerated = &mut self.out.tolerated;
            tolerated.reverse.push(Reverse { address, target });
            tolerated.forward.push(Forward { owner, data });
        }
        let Some(other) = &endpoint.add_reverse else { return };
        let other = other.trim().trim_end_matches('.').to_ascii_lowercase();
        if is_domain(&other) {
            let target = self.zones.target(&other);
            let second = Reverse { address, target };
            self.out.seconds.push(second.clone());
            self.out.reverse.push(second);
        } else {
            let why = "is not a domain name: no second PTR";
            self.findings.warn("endpoint", endpoint.id, "add_reverse", why);
        }
    }

    /// A finding about an endpoint that gets no name.
    fn no_name(
        &mut self,
        endpoint: &Endpoint,
        column: &'static str,
        why: &str,
    ) {
        let reason = format!("{why}: no name in DNS");
        self.findings.warn("endpoint", endpoint.id, column, reason);
    }

    /// Everything in order.
    fn finish(self) -> Wanted {
        let mut out = self.out;
        out.forward.sort_unstable();
        out.forward.dedup();
        out.reverse.sort_unstable();
        out.reverse.dedup();
        out.reverse6.sort_unstable();
        out.reverse6.dedup();
        out.tolerated.forward.sort_unstable();
        out.tolerated.reverse.sort_unstable();
        out.seconds.sort_unstable();
        out
    }
}
