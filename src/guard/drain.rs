//! Pools that are being drained: their leases go on, new ones are not given.
//!
//! What drains stands in the live dhcpd set and nowhere else: each node goes
//! on by its own set and its own lease file, until no lease is left. A
//! roll-back takes it along.

use std::net::Ipv4Addr;
use std::path::PathBuf;

use crate::config::Settings;
use crate::console::{Console, count};
use crate::guard::leases;
use crate::guard::live::{self, Subnet};
use crate::isc_dhcp::leases::{Held, Lease};
use crate::model::pool::{Drain, Net, free_ranges};
use crate::model::ranges::{Range, common, merged, outside};
use crate::model::{Cmts, Network, Pool, PoolType};
use crate::render::dhcp::DIR;
use crate::system::files;

/// Seconds after which a drained pool is looked at again at the latest: a
/// lease may be given back before it ends.
const LOOK: i64 = 3600;

/// Whether a run of this configuration drains without being asked.
pub fn is_usual(settings: &Settings) -> bool {
    settings.text("PROVHA__DRAIN") == "always"
}

/// Adds to a network what drains: with `begin`, ranges that it lost and that
/// have leases; always, what drains already and has some left. What cannot be
/// drained comes back in words.
///
/// # Errors
/// The live set or the lease file cannot be read.
pub fn add(
    settings: &Settings,
    begin: bool,
    network: &mut Network,
) -> anyhow::Result<Vec<String>> {
    let begin = begin || is_usual(settings);
    let dir = settings.root().at(DIR);
    live::readable(&dir)?;
    let live = live::subnets(&live::reader(&dir));
    let kept = ranges(network);
    let lost: Vec<(Subnet, Vec<Range>)> = live
        .into_iter()
        .map(|net| {
            let new = net.ranges.iter().filter(|_| begin && !net.denies);
            let all = merged(net.draining.iter().chain(new).copied());
            let lost = all.into_iter().flat_map(|r| outside(&kept, r));
            let lost = lost.collect();
            (net, lost)
        })
        .filter(|(_, lost): &(_, Vec<Range>)| !lost.is_empty())
        .collect();
    if lost.is_empty() {
        return Ok(Vec::new());
    }
    let held = leases::held(settings)?;
    let mut words = Vec::new();
    for (net, lost) in lost {
        if has_leases(&held, &net, &lost) {
            words.extend(place(network, &net, &lost, &held));
        }
    }
    Ok(words)
}

/// All ranges that the network's pools give out.
fn ranges(network: &Network) -> Vec<Range> {
    let pools = network.cmts.iter().flat_map(|cmts| &cmts.pools);
    let ranges = pools.flat_map(|pool| network.ranges(pool));
    merged(ranges.map(|(a, b)| (a.to_bits(), b.to_bits())))
}

/// Whether ranges have an active lease. A lease file that says nothing does
/// not end what drains.
fn has_leases(held: &Held, net: &Subnet, lost: &[Range]) -> bool {
    let drains = !net.draining.is_empty();
    !held.counts && drains || !within(&held.active, lost).is_empty()
}

/// The leases in these ranges.
fn within(active: &[Lease], ranges: &[Range]) -> Vec<Lease> {
    let is_in = |lease: &&Lease| {
        let address = lease.address.to_bits();
        ranges.iter().any(|(a, b)| (*a..=*b).contains(&address))
    };
    active.iter().filter(is_in).copied().collect()
}

/// Puts what a subnet lost into the network: into the pools whose nets hold
/// it now, the rest as a pool without a row. In words: what has no place.
fn place(
    network: &mut Network,
    net: &Subnet,
    lost: &[Range],
    held: &Held,
) -> Option<String> {
    let active = &held.active;
    let mut rest = lost.to_vec();
    for at in indices(network) {
        let pool = &network.cmts[at.0].pools[at.1];
        let inside = pool.net.span();
        let mine: Vec<Range> =
            rest.iter().filter_map(|range| common(*range, inside)).collect();
        if mine.is_empty() {
            continue;
        }
        rest = rest.into_iter().flat_map(|r| outside(&[inside], r)).collect();
        let drain = drain(network, pool, &mine, active, false);
        let pool = &mut network.cmts[at.0].pools[at.1];
        pool.drain = joined(pool.drain.take(), drain);
    }
    if rest.is_empty() || !has_leases(held, net, &rest) {
        return None;
    }
    match leaving(network, net, &rest, active) {
        Ok(pool) => {
            owner(network, net).pools.push(pool);
            None
        }
        Err(why) => Some(format!(
            "the pool in {} ({}) cannot be drained: {why}",
            net.net.0, net.file
        )),
    }
}

/// The places of all pools.
fn indices(network: &Network) -> Vec<(usize, usize)> {
    let cmts = network.cmts.iter().enumerate();
    cmts.flat_map(|(i, cmts)| (0..cmts.pools.len()).map(move |j| (i, j)))
        .collect()
}

/// What drains of a pool: the ranges without addresses that no client may
/// get any more. None: no lease is in it.
fn drain(
    network: &Network,
    pool: &Pool,
    ranges: &[Range],
    active: &[Lease],
    whole: bool,
) -> Option<Drain> {
    let ranges: Vec<(Ipv4Addr, Ipv4Addr)> = ranges
        .iter()
        .map(|(a, b)| (Ipv4Addr::from_bits(*a), Ipv4Addr::from_bits(*b)))
        .flat_map(|range| free_ranges(range, &network.taken(pool, range)))
        .collect();
    let bits: Vec<Range> =
        ranges.iter().map(|(a, b)| (a.to_bits(), b.to_bits())).collect();
    let leases = within(active, &bits);
    let ends = leases.iter().map(|lease| lease.ends).max().unwrap_or(0);
    let drain = Drain { ranges, leases: leases.len(), ends, whole };
    (!drain.ranges.is_empty()).then_some(drain)
}

/// Two drains of one pool as one.
fn joined(one: Option<Drain>, other: Option<Drain>) -> Option<Drain> {
    let (Some(mut one), Some(other)) = (one.clone(), other.clone()) else {
        return one.or(other);
    };
    one.ranges.extend(other.ranges);
    one.ranges.sort_unstable();
    one.leases += other.leases;
    one.ends = one.ends.max(other.ends);
    Some(one)
}

/// A pool without a row: the subnet as it is live, with nothing but what
/// drains.
fn leaving(
    network: &Network,
    net: &Subnet,
    ranges: &[Range],
    active: &[Lease],
) -> Result<Pool, String> {
    let address = |text: &str| text.parse::<Ipv4Addr>().ok();
    let own = address(&net.net.0).zip(address(&net.net.1));
    let own = own.and_then(|(net, mask)| Net::new(net, mask).ok());
    let (Some(own), Some(router)) = (own, address(&net.router)) else {
        return Err("its subnet or its router is not understood".into());
    };
    let mut pools = network.cmts.iter().flat_map(|cmts| &cmts.pools);
    if let Some(other) = pools.find(|pool| pool.net.overlaps(own)) {
        return Err(format!(
            "pool {} has a part of its net {}/{}; leave that pool its mask \
             until the leases have ended",
            other.id,
            own.address,
            own.prefix()
        ));
    }
    let mut pool = Pool {
        id: 0,
        kind: net.kind.unwrap_or(PoolType::CpePriv),
        net: own,
        range: (own.address, own.address),
        router,
        broadcast: net.broadcast,
        dns: net.dns.clone(),
        optional: String::new(),
        // It asks for no findings: there is no row to correct.
        active: false,
        vendor_class: String::new(),
        drain: None,
    };
    pool.drain = drain(network, &pool, ranges, active, true);
    match pool.drain {
        Some(_) => Ok(pool),
        None => Err("other devices have its addresses".into()),
    }
}

/// The CMTS that a live subnet belongs to; one that is gone is put back, with
/// nothing else in it.
fn owner<'a>(network: &'a mut Network, net: &Subnet) -> &'a mut Cmts {
    let id = net.file.trim_start_matches("cmts_gws/");
    let id = id.trim_end_matches(".conf").parse().unwrap_or(0);
    let at = network.cmts.binary_search_by_key(&id, |cmts| cmts.id);
    let at = at.unwrap_or_else(|at| {
        let mut name = net.network.clone();
        if name.is_empty() || network.cmts.iter().any(|c| c.name == name) {
            name = format!("{name}-drain-{id}");
        }
        network.cmts.insert(at, Cmts { id, name, pools: Vec::new() });
        at
    });
    &mut network.cmts[at]
}

/// What drains in a network, a line each, and what stopped draining.
pub fn tell(settings: &Settings, console: &Console, network: &Network) {
    let pools = network.cmts.iter().flat_map(|cmts| &cmts.pools);
    let drains: Vec<(&Pool, &Drain)> =
        pools.filter_map(|pool| Some((pool, pool.drain.as_ref()?))).collect();
    for (pool, drain) in &drains {
        console.note(&line(pool, drain));
    }
    let ranges = drains.iter().flat_map(|(_, drain)| &drain.ranges);
    let going = merged(ranges.map(|(a, b)| (a.to_bits(), b.to_bits())));
    let dir = settings.root().at(DIR);
    for net in live::subnets(&live::reader(&dir)) {
        let is_over = |r: &Range| outside(&going, *r) == [*r];
        if !net.draining.is_empty() && net.draining.iter().all(is_over) {
            let net = &net.net.0;
            console.note(&format!("{net}: drained, no lease is left"));
        }
    }
}

/// What is told of a pool that drains.
pub fn line(pool: &Pool, drain: &Drain) -> String {
    let leases = count(drain.leases, "lease");
    let renewed = match drain.ends {
        u32::MAX => "",
        _ => " unless it is renewed",
    };
    format!(
        "{}/{} is being drained: {leases} go on, no new ones are given; the \
         last ends {}{renewed}",
        pool.net.address,
        pool.net.prefix(),
        leases::end(drain.ends)
    )
}

/// When what drains is looked at again.
#[derive(Debug)]
pub struct Next(PathBuf);

impl Next {
    /// That of this machine.
    pub fn of(settings: &Settings) -> Self {
        Self(settings.path("PROVHA__STATE_DIR").join("drain"))
    }

    /// Whether the time has come: a lease that was known has ended, or an
    /// hour has passed.
    pub fn is_due(&self, now: i64) -> bool {
        let text = files::read_text(&self.0).unwrap_or_default();
        text.trim().parse().is_ok_and(|at: i64| at <= now)
    }

    /// Notes when to look again, for what now drains in a network.
    ///
    /// # Errors
    /// The note cannot be written.
    pub fn note(&self, network: &Network, now: i64) -> files::Result<()> {
        let pools = network.cmts.iter().flat_map(|cmts| &cmts.pools);
        let ends = pools.filter_map(|pool| Some(pool.drain.as_ref()?.ends));
        match ends.min() {
            None => files::remove_if_there(&self.0),
            Some(ends) => {
                let at = i64::from(ends).clamp(now + 1, now + LOOK);
                files::replace(&self.0, format!("{at}\n").as_bytes(), 0o644)
            }
        }
    }
}
