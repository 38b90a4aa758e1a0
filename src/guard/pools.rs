//! The guard rail on pools: a run that would leave none of a pool's active
//! leases in any pool is refused.

use std::net::Ipv4Addr;
use std::path::Path;

use crate::context::Context;
use crate::exit::Stop;
use crate::isc_dhcp::leases;
use crate::isc_dhcp::leases::Lease;
use crate::isc_dhcp::live::statements;
use crate::system::files;
use crate::system::files::Doing;

/// How many leases of a pool are named.
const NAMED: usize = 5;

/// The first and the last address of a range.
type Range = (u32, u32);

/// A pool of a dhcpd set.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Pool {
    /// The file that it stands in, such as `cmts_gws/3.conf`.
    file: String,
    /// The address of its subnet.
    subnet: String,
    /// Its ranges.
    ranges: Vec<Range>,
}

impl Pool {
    /// Whether an address is in one of its ranges.
    fn has(&self, address: Ipv4Addr) -> bool {
        let address = address.to_bits();
        self.ranges.iter().any(|(a, b)| (*a..=*b).contains(&address))
    }
}

/// Refuses a set that would empty a pool which has active leases.
pub fn check(
    context: &Context<'_>,
    live: &Path,
    new: &Path,
) -> anyhow::Result<()> {
    if context.options.allow_empty_pools {
        return Ok(());
    }
    let kept = merged(&pools(new));
    let shrunk: Vec<Pool> = pools(live)
        .into_iter()
        .filter(|pool| !pool.ranges.iter().all(|range| covers(&kept, *range)))
        .collect();
    if shrunk.is_empty() {
        return Ok(());
    }
    let path = context.settings.path("PROVHA__DHCPD_LEASES");
    let held = leases::held(&path, crate::env::now())
        .doing("read the lease file", &path)?;
    let emptied = emptied(&shrunk, &kept, &held.active);
    if emptied.is_empty() {
        return Ok(());
    }
    for (pool, leases) in &emptied {
        context.console.warning(&line(pool, leases));
    }
    let text = format!(
        "guard rail: {} pools would lose all their active leases",
        emptied.len()
    );
    let hint = "if this is intended, allow it for this run: \
                --allow-empty-pools; or set the pool inactive first and \
                wait until its leases end";
    Err(Stop::refused(text).hint(hint).into())
}

/// The pools of which no active lease stays in any range, with those leases.
fn emptied<'a>(
    shrunk: &'a [Pool],
    kept: &[Range],
    active: &[Lease],
) -> Vec<(&'a Pool, Vec<Lease>)> {
    let stays = |lease: &Lease| {
        let address = lease.address.to_bits();
        covers(kept, (address, address))
    };
    shrunk
        .iter()
        .filter_map(|pool| {
            let own = active.iter().filter(|lease| pool.has(lease.address));
            let own: Vec<Lease> = own.copied().collect();
            (!own.is_empty() && !own.iter().any(stays)).then_some((pool, own))
        })
        .collect()
}

/// The words about one pool.
fn line(pool: &Pool, leases: &[Lease]) -> String {
    let named: Vec<String> = leases
        .iter()
        .take(NAMED)
        .map(|lease| lease.address.to_string())
        .collect();
    let more = if leases.len() > NAMED { ", …" } else { "" };
    format!(
        "the pool in {} ({}) would lose all its {} active leases: {}{more}",
        pool.subnet,
        pool.file,
        leases.len(),
        named.join(", ")
    )
}

/// The pools of the CMTS files that a set includes.
fn pools(dir: &Path) -> Vec<Pool> {
    let read = |name: &str| {
        let bytes = files::read_through(&dir.join(name)).unwrap_or_default();
        String::from_utf8_lossy(&bytes).into_owned()
    };
    let mut files = Vec::new();
    statements(&read("cmts_gws.conf"), &mut |_, words| {
        if let [word, path] = words
            && word == "include"
            && let Some(at) = path.rfind("cmts_gws/")
        {
            files.push(path[at..].to_string());
        }
    });
    let mut all = Vec::new();
    for file in files {
        parse(&file, &read(&file), &mut all);
    }
    all
}

/// Adds the pools of one file.
fn parse(file: &str, text: &str, all: &mut Vec<Pool>) {
    let mut ranges = Vec::new();
    statements(text, &mut |blocks, words| {
        match words.iter().map(String::as_str).collect::<Vec<_>>()[..] {
            ["range", first] => ranges.extend(range(first, first)),
            ["range", first, last] => ranges.extend(range(first, last)),
            // A block ends: its ranges are a pool.
            [] if !ranges.is_empty() => {
                let subnet =
                    blocks.iter().rev().find_map(|head| match &head[..] {
                        [word, address, ..] if word == "subnet" => {
                            Some(address.clone())
                        }
                        _ => None,
                    });
                all.push(Pool {
                    file: file.to_string(),
                    subnet: subnet.unwrap_or_default(),
                    ranges: std::mem::take(&mut ranges),
                });
            }
            _ => (),
        }
    });
}

/// A range of two addresses.
fn range(first: &str, last: &str) -> Option<Range> {
    let bits = |text: &str| Some(text.parse::<Ipv4Addr>().ok()?.to_bits());
    Some((bits(first)?, bits(last)?))
}

/// All ranges, ascending, those that touch made one.
fn merged(pools: &[Pool]) -> Vec<Range> {
    let mut all: Vec<Range> =
        pools.iter().flat_map(|pool| pool.ranges.iter().copied()).collect();
    all.sort_unstable();
    let mut out: Vec<Range> = Vec::new();
    for (first, last) in all {
        match out.last_mut() {
            Some(previous) if first <= previous.1.saturating_add(1) => {
                previous.1 = previous.1.max(last);
            }
            _ => out.push((first, last)),
        }
    }
    out
}

/// Whether a range lies whole in one of `merged`.
fn covers(merged: &[Range], range: Range) -> bool {
    let after = merged.partition_point(|(first, _)| *first <= range.0);
    let before = after.checked_sub(1).and_then(|i| merged.get(i));
    before.is_some_and(|(_, last)| range.1 <= *last)
}

#[cfg(test)]
mod tests {
    use super::*;

    const FILE: &str = "shared-network \"}a\" {\n subnet 10.0.0.0 netmask \
        255.255.255.0 {\n pool {\n range 10.0.0.10 10.0.0.20;\n range \
        10.0.0.30;\n failover peer \"x\";\n allow members of \"CM\";\n } }\n \
        subnet 10.0.0.1 netmask 255.255.255.255 { allow leasequery; }\n \
        subnet 10.0.1.0 netmask 255.255.255.0 {\n pool { range 10.0.1.2 \
        10.0.1.9; } } }";

    fn read(text: &str) -> Vec<Pool> {
        let mut all = Vec::new();
        parse("cmts_gws/1.conf", text, &mut all);
        all
    }

    fn check(new: &str, active: &[&str], expected: &[&str]) {
        let active: Vec<Lease> = active
            .iter()
            .map(|address| Lease {
                address: address.parse().unwrap(),
                hardware: None,
                since: 0,
            })
            .collect();
        let (live, kept) = (read(FILE), merged(&read(new)));
        let got: Vec<String> = emptied(&live, &kept, &active)
            .iter()
            .map(|(pool, leases)| format!("{} {}", pool.subnet, leases.len()))
            .collect();
        assert_eq!(got, expected);
    }

    #[test]
    fn the_pools_of_a_file_are_found() {
        let pools = read(FILE);
        let counts: Vec<_> = pools.iter().map(|p| p.ranges.len()).collect();
        assert_eq!(counts, [2, 1]);
        assert_eq!(pools[1].subnet, "10.0.1.0");
        assert!(pools[0].has("10.0.0.30".parse().unwrap()));
        assert!(!pools[0].has("10.0.0.29".parse().unwrap()));
    }

    #[test]
    fn a_pool_is_emptied_when_none_of_its_leases_stays() {
        let both = ["10.0.0.10", "10.0.0.30", "10.0.1.5"];
        check(FILE, &both, &[]);
        check("", &both, &["10.0.0.0 2", "10.0.1.0 1"]);
        check("", &[], &[]);
        check("", &["10.9.9.9"], &[]);
        // One of two leases stays.
        let shrunk = FILE.replace("10.0.0.20", "10.0.0.12");
        let shrunk = shrunk.replace("range 10.0.0.30;", "");
        check(&shrunk, &both, &[]);
        // The range moves away from all of them.
        let moved = FILE.replace("10.0.1.2 ", "10.0.1.6 ");
        check(&moved, &both, &["10.0.1.0 1"]);
        // Another pool takes the addresses over.
        check("pool { range 10.0.0.0 10.0.1.255; }", &both, &[]);
    }

    #[test]
    fn ranges_that_touch_are_one() {
        let pools = read("pool { range 10.0.0.1 10.0.0.5; range 10.0.0.6; }");
        let one = merged(&pools);
        assert_eq!(one.len(), 1);
        let at = |n: u32| 0x0a00_0000 + n;
        assert!(covers(&one, (at(1), at(6))));
        assert!(!covers(&one, (at(0), at(6))));
        assert!(!covers(&one, (at(6), at(7))));
        assert!(!covers(&[], (0, 0)));
    }
}
