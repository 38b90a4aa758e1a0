//! What the live dhcpd set serves, and what a new network would serve: the
//! two sides that the guard rails compare.

use std::collections::{BTreeMap, HashSet};
use std::hash::BuildHasher;
use std::net::Ipv4Addr;
use std::path::Path;

use crate::isc_dhcp::hosts;
use crate::isc_dhcp::syntax::statements;
use crate::model::device::Identity;
use crate::model::ranges::{self, Range};
use crate::model::{Endpoint, Network, PoolType};
use crate::render::dhcp::DRAIN;
use crate::system::files;
use crate::system::files::Doing;
use crate::system::stamp;

/// The host files of a dhcpd set, with the kind of device in each.
const HOST_FILES: [(&str, Device); 3] = [
    (hosts::FILES[0], Device::Modem),
    (hosts::FILES[1], Device::Mta),
    (hosts::FILES[2], Device::Endpoint),
];

/// The kinds of hosts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Device {
    /// Cable modems.
    Modem,
    /// Telephone adapters.
    Mta,
    /// Customer devices in the database.
    Endpoint,
}

/// A subnet of a dhcpd set that belongs to a pool.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Subnet {
    /// The file that it stands in, such as `cmts_gws/3.conf`.
    pub file: String,
    /// Its address and its mask, as dhcpd writes them.
    pub net: (String, String),
    /// `option routers`.
    pub router: String,
    /// The ranges of its pools, those that are being drained left out.
    pub ranges: Vec<Range>,
    /// The ranges that only serve the leases they have (`--drain`).
    pub draining: Vec<Range>,
    /// Whether its pools answer nobody.
    pub denies: bool,
    /// The name of its shared network.
    pub network: String,
    /// What its pools serve, as far as they say.
    pub kind: Option<PoolType>,
    /// `option broadcast-address`.
    pub broadcast: Option<Ipv4Addr>,
    /// `option domain-name-servers`.
    pub dns: Vec<Ipv4Addr>,
}

impl Subnet {
    /// Whether clients get addresses from it.
    pub fn gives(&self) -> bool {
        !self.denies && !self.ranges.is_empty()
    }

    /// Whether an address is in one of its ranges.
    pub fn has(&self, address: Ipv4Addr) -> bool {
        let address = address.to_bits();
        let mut all = self.ranges.iter().chain(&self.draining);
        all.any(|(a, b)| (*a..=*b).contains(&address))
    }
}

/// What identifies the host of a line: its hardware address, else its name.
pub fn identity(line: &[u8]) -> Option<u64> {
    let name = hosts::name(line)?;
    Some(hosts::hardware(line).unwrap_or_else(|| name_identity(name)))
}

/// A name as an identity, marked so that it cannot be a MAC: names are few, a
/// clash is harmless.
fn name_identity(name: &[u8]) -> u64 {
    stamp::fnv(name.iter().copied()) | 1 << 63
}

/// The identities of all hosts that a network has.
pub fn hosts_of(network: &Network) -> HashSet<u64> {
    let modems = network.modems.iter().filter(|modem| modem.has_host());
    let modems = modems.filter_map(|modem| Some(modem.mac?.number()));
    let mtas = network.mtas.iter().map(|mta| mta.mac.number());
    let endpoints = network.endpoints.iter().map(identity_of);
    modems.chain(mtas).chain(endpoints).collect()
}

/// The identity of an endpoint's host line.
pub fn identity_of(endpoint: &Endpoint) -> u64 {
    match endpoint.identity {
        Identity::Hardware(mac) => mac.number(),
        Identity::BehindModem(_) => {
            name_identity(endpoint.name.as_str().as_bytes())
        }
    }
}

/// The hosts of a live set that are not in `kept`, by kind: the beginning of
/// their lines, and how many hosts of that kind are live.
pub type Dropped = BTreeMap<Device, (Vec<String>, usize)>;

/// Compares the live hosts with those that stay.
///
/// # Errors
/// A host file that cannot be read to its end.
pub fn dropped<S: BuildHasher>(
    live: &Path,
    kept: &HashSet<u64, S>,
) -> anyhow::Result<Dropped> {
    let mut out = Dropped::new();
    for (name, device) in HOST_FILES {
        let (dropped, count) = out.entry(device).or_default();
        each_line(&live.join(name), &mut |line| {
            let Some(host) = identity(line) else { return };
            *count += 1;
            if !kept.contains(&host) {
                let line = String::from_utf8_lossy(line);
                let name = line.split('{').next().unwrap_or_default();
                dropped.push(name.trim().to_string());
            }
        })?;
    }
    Ok(out)
}

/// The hardware addresses of the live modems, and those of them whose devices
/// get no address.
///
/// # Errors
/// As [`dropped`].
pub fn blocked(live: &Path) -> anyhow::Result<(HashSet<u64>, HashSet<u64>)> {
    let (mut modems, mut blocked) = (HashSet::new(), HashSet::new());
    each_line(&live.join("modems-host.conf"), &mut |line| {
        modems.extend(identity(line));
    })?;
    each_line(&live.join("blocked.conf"), &mut |line| {
        blocked.extend(hosts::blocked(line));
    })?;
    Ok((modems, blocked))
}

/// Visits each line of a file; one that is not there has none.
///
/// # Errors
/// It cannot be read to its end.
pub fn each_line(
    path: &Path,
    visit: &mut dyn FnMut(&[u8]),
) -> anyhow::Result<()> {
    let file = match files::open(path) {
        // Only a file that is not there has nothing to lose; one that cannot
        // be read must not count as empty.
        Err(e) if files::is_missing(&e) => return Ok(()),
        other => other?.0,
    };
    Ok(hosts::each_line(file, visit).doing("read", path)?)
}

/// The files of a set as text.
pub type Read<'a> = dyn Fn(&str) -> String + 'a;

/// The files of a live set.
pub fn reader(dir: &Path) -> impl Fn(&str) -> String + '_ {
    |name| {
        let bytes = files::read(&dir.join(name)).unwrap_or_default();
        String::from_utf8_lossy(&bytes).into_owned()
    }
}

/// Looks whether all CMTS files of a live set can be read: else what they hold
/// would count as nothing that can be lost.
///
/// # Errors
/// One cannot.
pub fn readable(dir: &Path) -> files::Result<()> {
    let read = |name: &str| match files::read(&dir.join(name)) {
        Err(error) if files::is_missing(&error) => Ok(Vec::new()),
        other => other,
    };
    let top = read("cmts_gws.conf")?;
    let top = String::from_utf8_lossy(&top).into_owned();
    let names = cmts_files(&|_| top.clone());
    names.iter().try_for_each(|name| read(name).map(drop))
}

/// The CMTS files that a set includes, such as `cmts_gws/3.conf`.
pub fn cmts_files(read: &Read<'_>) -> Vec<String> {
    let mut files = Vec::new();
    statements(&read("cmts_gws.conf"), &mut |_, words| {
        if let [word, path] = words
            && word == "include"
            && let Some(at) = path.rfind("cmts_gws/")
        {
            files.push(path[at..].to_string());
        }
    });
    files
}

/// The subnets of the CMTS files that a set includes.
pub fn subnets(read: &Read<'_>) -> Vec<Subnet> {
    let mut all = Vec::new();
    for file in cmts_files(read) {
        parse(&file, &read(&file), &mut all);
    }
    all
}

/// A pool block that is being read.
#[derive(Default)]
struct Block {
    ranges: Vec<Range>,
    kind: Option<PoolType>,
    denies: bool,
    drains: bool,
}

/// Adds the subnets of one file; those of one address, which have no pool by
/// our own rule (leasequery), are left out.
pub fn parse(file: &str, text: &str, all: &mut Vec<Subnet>) {
    let mut block = Block::default();
    let mut open: Option<Subnet> = None;
    statements(text, &mut |blocks, words| {
        let Some(net) = net_of(blocks) else { return };
        let subnet = open.get_or_insert_with(|| Subnet {
            file: file.to_string(),
            net,
            network: network_of(blocks),
            ..Subnet::default()
        });
        let last = blocks.last().and_then(|head| head.first());
        let in_subnet = last.is_some_and(|word| word == "subnet");
        let in_pool = last.is_some_and(|word| word == "pool");
        let words: Vec<&str> = words.iter().map(String::as_str).collect();
        if !words.is_empty() {
            block.statement(&words);
            if in_subnet {
                subnet.option(&words);
            }
        } else if in_pool || in_subnet {
            subnet.take(std::mem::take(&mut block));
            if in_subnet {
                all.extend(open.take().filter(|s| !is_single(s)));
            }
        }
    });
}

/// The net and the mask of the subnet that the blocks belong to.
fn net_of(blocks: &[Vec<String>]) -> Option<(String, String)> {
    blocks.iter().rev().find_map(|head| match &head[..] {
        [word, net, _, mask] if word == "subnet" => {
            Some((net.clone(), mask.clone()))
        }
        _ => None,
    })
}

/// The name of the shared network that the blocks belong to.
fn network_of(blocks: &[Vec<String>]) -> String {
    let name = blocks.iter().find_map(|head| match &head[..] {
        [word, name] if word == "shared-network" => Some(name.clone()),
        _ => None,
    });
    name.unwrap_or_default()
}

impl Block {
    /// A statement of the pool, or of the subnet around it.
    fn statement(&mut self, words: &[&str]) {
        match words {
            ["range", first] => self.ranges.extend(ranges::read(first, first)),
            ["range", first, last] => {
                self.ranges.extend(ranges::read(first, last));
            }
            ["deny", "all", "clients"] => self.denies = true,
            ["allow", "members", "of", class] => {
                let kept = class.strip_prefix(DRAIN);
                self.drains |= kept.is_some();
                self.kind = match kept.unwrap_or(class) {
                    "Client" => Some(PoolType::CpePriv),
                    "Client-Public" => Some(PoolType::CpePub),
                    class => PoolType::read(class.trim_start_matches('-')),
                };
            }
            _ => (),
        }
    }
}

impl Subnet {
    /// An option of the subnet.
    fn option(&mut self, words: &[&str]) {
        let address = |word: &&str| word.trim_end_matches(',').parse().ok();
        match words {
            ["option", "routers", router, ..] => {
                self.router = (*router).to_string();
            }
            ["option", "broadcast-address", to] => {
                self.broadcast = address(to);
            }
            ["option", "domain-name-servers", servers @ ..] => {
                self.dns = servers.iter().filter_map(address).collect();
            }
            _ => (),
        }
    }

    /// A pool that was read to its end.
    fn take(&mut self, block: Block) {
        match block.drains {
            true => self.draining.extend(block.ranges),
            false => self.ranges.extend(block.ranges),
        }
        self.denies |= block.denies;
        self.kind = self.kind.or(block.kind);
    }
}

/// Whether a subnet is the one address of a router.
fn is_single(subnet: &Subnet) -> bool {
    subnet.net.1 == "255.255.255.255"
        && subnet.ranges.is_empty()
        && subnet.draining.is_empty()
}

#[cfg(test)]
mod tests {
    use super::*;

    const FILE: &str = "shared-network \"}a\" {\n subnet 10.0.0.0 netmask \
        255.255.255.0 {\n option routers 10.0.0.1;\n pool {\n range \
        10.0.0.10 10.0.0.20;\n range \
        10.0.0.30;\n failover peer \"x\";\n allow members of \"CM\";\n } }\n \
        subnet 10.0.0.1 netmask 255.255.255.255 { allow leasequery; }\n \
        subnet 10.0.1.0 netmask 255.255.255.0 {\n option routers 10.0.1.1; \
        pool { range 10.0.1.2 10.0.1.9; deny all clients; } pool { range \
        10.0.1.20 10.0.1.30; allow members of \"provha-drain-CPEPub\"; } } \
        subnet 10.0.2.0 netmask 255.255.255.0 { option routers 10.0.2.1; } }";

    #[test]
    fn a_renamed_host_is_not_dropped() {
        let one = b"host cm-1 { hardware ethernet 00:00:00:00:00:01; }";
        let other = b"host x { hardware ethernet 00:00:00:00:00:01 ; }";
        assert_eq!(identity(one), identity(other));
        assert_ne!(identity(b"host a { host-identifier x; }"), None);
        assert_eq!(identity(b"# host"), None);
        let named = identity(b"host a { host-identifier option x; }");
        assert_eq!(named, Some(name_identity(b"a")));
    }

    #[test]
    fn the_subnets_of_a_file_are_found() {
        let mut all = Vec::new();
        parse("cmts_gws/1.conf", FILE, &mut all);
        let told: Vec<_> = all
            .iter()
            .map(|s| {
                let count = (s.ranges.len(), s.draining.len());
                (s.net.0.as_str(), s.router.as_str(), count, s.gives())
            })
            .collect();
        assert_eq!(
            told,
            [
                ("10.0.0.0", "10.0.0.1", (2, 0), true),
                ("10.0.1.0", "10.0.1.1", (1, 1), false),
                ("10.0.2.0", "10.0.2.1", (0, 0), false),
            ]
        );
        let kinds: Vec<_> = all.iter().map(|s| s.kind).collect();
        let cm = Some(PoolType::Cm);
        assert_eq!(kinds, [cm, Some(PoolType::CpePub), None]);
        assert_eq!(all[0].network, "}a");
        assert!(all[0].has("10.0.0.30".parse().unwrap()));
        assert!(!all[0].has("10.0.0.29".parse().unwrap()));
        assert!(all[1].has("10.0.1.25".parse().unwrap()));
    }
}
