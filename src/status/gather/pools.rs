//! Counts the addresses of the pools of the live set in the lease file.

use std::collections::{BTreeMap, HashMap};
use std::io::BufReader;
use std::net::Ipv4Addr;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use crate::config::Settings;
use crate::guard::live::{cmts_files, reader};
use crate::isc_dhcp::leases::{self, Binding};
use crate::isc_dhcp::syntax::statements;
use crate::model::ranges::{self, Range};
use crate::render::dhcp::{DIR, DRAIN};
use crate::status::pools::{self, Pool};
use crate::system::files;

/// How long samples are kept, seconds.
const KEPT: i64 = 7 * 86_400;
/// A sample is taken this often at most, seconds.
const APART: i64 = 6 * 3600;

/// Samples of active addresses: times with the nets.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
struct Samples(BTreeMap<i64, BTreeMap<String, u64>>);

impl Samples {
    /// Those that are kept; none where they cannot be read.
    fn read(path: &Path) -> Self {
        let bytes = files::read(path).unwrap_or_default();
        serde_json::from_slice(&bytes).unwrap_or_default()
    }

    /// Those of a net, up to a week old.
    fn of(&self, net: &str, now: i64) -> Vec<(i64, u64)> {
        let fresh = self.0.range(now - KEPT..=now);
        fresh.filter_map(|(at, nets)| Some((*at, *nets.get(net)?))).collect()
    }
}

/// Where they are kept.
fn path(settings: &Settings) -> PathBuf {
    settings.path("PROVHA__STATE_DIR").join("pools.json")
}

/// Counts the pools of the live set, the fullest first.
///
/// # Errors
/// Why they cannot be counted.
pub fn count(settings: &Settings, now: i64) -> Result<Vec<Pool>, String> {
    let (mut all, ranges) = served(&settings.root().at(DIR));
    if all.is_empty() {
        return Ok(all);
    }
    let leases = settings.path("PROVHA__DHCPD_LEASES");
    let held = match files::open_through(&leases) {
        Err(error) if files::is_missing(&error) => HashMap::new(),
        Err(error) => return Err(error.to_string()),
        Ok((file, _)) => bindings(BufReader::with_capacity(1 << 16, file), now)
            .map_err(|error| format!("{}: {error}", leases.display()))?,
    };
    for (address, binding) in held {
        let after = ranges.partition_point(|(range, _)| range.0 <= address);
        let Some((range, pool)) = after.checked_sub(1).map(|i| ranges[i])
        else {
            continue;
        };
        if address <= range.1 {
            let pool: &mut Pool = &mut all[pool];
            match binding {
                Binding::Active => pool.active += 1,
                Binding::Free => pool.free += 1,
                Binding::Backup => pool.backup += 1,
                Binding::Other => pool.other += 1,
            }
        }
    }
    let samples = Samples::read(&path(settings));
    for pool in &mut all {
        // What the file does not name was never given out: the primary's.
        let named = pool.active + pool.free + pool.backup + pool.other;
        pool.free += pool.size.saturating_sub(named);
        let before = samples.of(&pool.net, now);
        pool.growth = pools::growth(&before, (now, pool.active));
    }
    all.sort_by(|a, b| b.used().total_cmp(&a.used()));
    Ok(all)
}

/// Keeps how many addresses are active, a few times a day: from that comes
/// the growth. Each renewal writes a new beginning into the lease file, so
/// that the file alone does not tell when a client came.
pub fn sample(settings: &Settings) {
    let (path, now) = (path(settings), crate::env::now());
    let mut samples = Samples::read(&path);
    let last = samples.0.last_key_value().map_or(0, |(at, _)| *at);
    if (last..last + APART).contains(&now) {
        return;
    }
    let Ok(pools) = count(settings, now) else { return };
    let nets = pools.into_iter().map(|pool| (pool.net, pool.active));
    samples.0.retain(|at, _| (now - KEPT..=now).contains(at));
    let _ = samples.0.insert(now, nets.collect());
    let text = serde_json::to_vec(&samples).unwrap_or_default();
    if path.parent().is_some_and(files::is_dir) {
        // Without it the growth is not known, nothing else.
        let _ = files::replace(&path, &text, 0o644);
    }
}

/// The last binding state of each address of a lease file.
fn bindings(
    reader: impl std::io::BufRead,
    now: i64,
) -> std::io::Result<HashMap<u32, Binding>> {
    let mut held = HashMap::new();
    leases::scan(reader, &mut |entry| {
        let binding = match entry.binding {
            Binding::Active if entry.ends.max(entry.promised) <= now => {
                Binding::Other
            }
            other => other,
        };
        let _ = held.insert(entry.address.to_bits(), binding);
    })?;
    Ok(held)
}

/// The pools of a live set that give out addresses, and their ranges with
/// the place of their pool, ascending.
fn served(dir: &Path) -> (Vec<Pool>, Vec<(Range, usize)>) {
    let read = reader(dir);
    let (mut all, mut ranges) = (Vec::new(), Vec::new());
    for file in cmts_files(&read) {
        parse(&read(&file), &mut all, &mut ranges);
    }
    ranges.sort_unstable();
    (all, ranges)
}

/// Adds the pools of one CMTS file.
fn parse(text: &str, all: &mut Vec<Pool>, out: &mut Vec<(Range, usize)>) {
    let (mut ranges, mut kind, mut denies) = (Vec::new(), None, false);
    statements(text, &mut |blocks, words| {
        if blocks
            .last()
            .and_then(|head| head.first())
            .is_none_or(|w| w != "pool")
        {
            return;
        }
        match words.iter().map(String::as_str).collect::<Vec<_>>()[..] {
            ["range", first] => ranges.extend(ranges::read(first, first)),
            ["range", first, last] => ranges.extend(ranges::read(first, last)),
            ["deny", "all", "clients"] => denies = true,
            ["allow", "members", "of", class] => {
                kind = kind.take().or(Some(class.to_string()));
            }
            [] => {
                let ranges = std::mem::take(&mut ranges);
                let class = kind.take().unwrap_or_default();
                let idle = std::mem::take(&mut denies) || class == DRAIN;
                if idle || ranges.is_empty() {
                    return;
                }
                let size = |(a, b): &Range| u64::from(b.saturating_sub(*a)) + 1;
                let (cmts, net) = names(blocks);
                out.extend(ranges.iter().map(|range| (*range, all.len())));
                all.push(Pool {
                    cmts,
                    net,
                    kind: type_of(&class),
                    size: ranges.iter().map(size).sum(),
                    ..Pool::default()
                });
            }
            _ => (),
        }
    });
}

/// The shared network and the subnet around a pool block.
fn names(blocks: &[Vec<String>]) -> (String, String) {
    let (mut cmts, mut net) = (String::new(), String::new());
    for head in blocks {
        match head.iter().map(String::as_str).collect::<Vec<_>>()[..] {
            ["shared-network", name] => cmts = name.to_string(),
            ["subnet", address, "netmask", mask] => {
                let mask: Option<Ipv4Addr> = mask.parse().ok();
                let prefix = mask.map_or(0, |m| m.to_bits().leading_ones());
                net = format!("{address}/{prefix}");
            }
            _ => (),
        }
    }
    (cmts, net)
}

/// ippool.type by the class that a pool allows.
fn type_of(class: &str) -> String {
    match class {
        "Client" => "CPEPriv".into(),
        "Client-Public" => "CPEPub".into(),
        other => other.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const FILE: &str = "shared-network \"north\" { subnet 10.0.0.0 netmask \
        255.255.255.0 { option routers 10.0.0.1; pool { range 10.0.0.10 \
        10.0.0.19; range 10.0.0.30; failover peer \"x\"; allow members of \
        \"CM\"; deny unknown-clients; } } subnet 10.0.0.1 netmask \
        255.255.255.255 { allow leasequery; } subnet 10.1.0.0 netmask \
        255.255.0.0 { pool { range 10.1.0.2 10.1.0.5; allow members of \
        \"Client\"; deny members of \"Client-Public\"; } pool { range \
        10.1.1.2 10.1.1.5; deny all clients; } } }";

    #[test]
    fn pools_are_found_with_their_names() {
        let (mut all, mut ranges) = (Vec::new(), Vec::new());
        parse(FILE, &mut all, &mut ranges);
        let names: Vec<String> = all.iter().map(Pool::name).collect();
        assert_eq!(
            names,
            ["north CM 10.0.0.0/24", "north CPEPriv 10.1.0.0/16"]
        );
        assert_eq!([all[0].size, all[1].size], [11, 4]);
        assert_eq!(ranges.len(), 3);
    }

    #[test]
    fn the_last_state_of_an_address_counts() {
        let entry = |ip: &str, ends: &str, state: &str| {
            format!("lease {ip} {{ ends {ends}; binding state {state}; }}\n")
        };
        let text = entry("10.0.0.1", "never", "active")
            + &entry("10.0.0.2", "epoch 5", "active")
            + &entry("10.0.0.3", "epoch 500", "active")
            + &entry("10.0.0.3", "epoch 500", "backup")
            + &entry("10.0.0.4", "epoch 5", "free");
        let found = bindings(text.as_bytes(), 100).unwrap();
        let of = |last: u8| found[&Ipv4Addr::new(10, 0, 0, last).to_bits()];
        assert_eq!(of(1), Binding::Active);
        assert_eq!(of(2), Binding::Other);
        assert_eq!(of(3), Binding::Backup);
        assert_eq!(of(4), Binding::Free);
    }
}
