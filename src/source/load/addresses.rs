//! The address plan as a whole: what pools, servers and endpoints claim of
//! one another.

use std::net::Ipv4Addr;

use crate::model::pool::Net;
use crate::model::{Findings, Network, Pool, PoolType};

/// Tells of addresses that are cut out of ranges, and leaves out endpoints
/// whose fixed address is not theirs to have.
pub fn check(network: &mut Network, findings: &mut Findings) {
    for pool in pools(network) {
        cut_out(network, pool, findings);
        servers_inside(network, pool, findings);
    }
    let mut endpoints = std::mem::take(&mut network.endpoints);
    let nets = by_address(network);
    endpoints.retain(|endpoint| {
        let Some(ip) = endpoint.fixed else { return true };
        match place(network, &nets, ip) {
            Place::Free => true,
            Place::Odd(reason) => {
                findings.warn("endpoint", endpoint.id, "ip", reason);
                true
            }
            Place::Taken(owner) => {
                let reason = format!("{ip} is {owner}: endpoint left out");
                findings.quarantine("endpoint", endpoint.id, "ip", reason);
                false
            }
        }
    });
    network.endpoints = endpoints;
}

/// All pools.
fn pools(network: &Network) -> impl Iterator<Item = &Pool> {
    network.cmts.iter().flat_map(|cmts| &cmts.pools)
}

/// The pools, ascending by their nets, which do not overlap.
fn by_address(network: &Network) -> Vec<Pool> {
    let mut pools: Vec<Pool> = pools(network).cloned().collect();
    pools.sort_unstable_by_key(|pool| pool.net.address);
    pools
}

/// Whether a pool's range holds the address.
fn in_range(pool: &Pool, ip: Ipv4Addr) -> bool {
    (pool.range.0..=pool.range.1).contains(&ip)
}

/// Tells of the pool's own addresses and those of servers in its range.
fn cut_out(network: &Network, pool: &Pool, findings: &mut Findings) {
    let servers = network.site.machines().map(|ip| (ip, "a server's address"));
    let mut told: Vec<Ipv4Addr> = Vec::new();
    for (ip, what) in pool.reserved().into_iter().chain(servers) {
        if !in_range(pool, ip) || told.contains(&ip) {
            continue;
        }
        told.push(ip);
        let column = match ip == pool.range.1 {
            true => "ip_pool_end",
            false => "ip_pool_start",
        };
        let reason = format!("the range holds {ip}, {what}: cut out");
        findings.warn("ippool", pool.id, column, reason);
    }
}

/// Tells of a pool whose net holds a server, or a part of the management net.
fn servers_inside(network: &Network, pool: &Pool, findings: &mut Findings) {
    let site = &network.site;
    if let Some(ip) = site.machines().find(|ip| pool.net.contains(*ip)) {
        let reason = format!(
            "the net holds the server {ip}: its clients \
                              may not reach it through their router"
        );
        findings.warn("ippool", pool.id, "net", reason);
        return;
    }
    let mask = Ipv4Addr::new(255, 255, 252, 0);
    let bits = site.provisioning_server.to_bits() & mask.to_bits();
    let net = Net { address: Ipv4Addr::from_bits(bits), mask };
    if net.overlaps(pool.net) {
        let reason = format!("overlaps the servers' net {}/22", net.address);
        findings.warn("ippool", pool.id, "net", reason);
    }
}

/// What a fixed address is in the plan.
enum Place {
    /// An address of a pool's net that nothing else has.
    Free,
    /// The endpoint can have it, but somebody should look.
    Odd(String),
    /// Somebody else's.
    Taken(String),
}

/// Looks an address up; `nets` ascending.
fn place(network: &Network, nets: &[Pool], ip: Ipv4Addr) -> Place {
    if network.site.machines().any(|server| server == ip) {
        return Place::Taken("a server's address".into());
    }
    let after = nets.partition_point(|pool| pool.net.address <= ip);
    let pool = nets[..after].last().filter(|pool| pool.net.contains(ip));
    let Some(pool) = pool else {
        return Place::Odd(format!(
            "{ip} lies in the net of no pool that is served: the endpoint \
             gets another address"
        ));
    };
    let id = pool.id;
    let owner = pool.reserved().into_iter().find(|(own, _)| *own == ip);
    if let Some((_, what)) = owner {
        return Place::Taken(format!("{what} of pool {id}"));
    }
    // Public pools are where fixed addresses usually are.
    if in_range(pool, ip) && pool.kind != PoolType::CpePub {
        return Place::Odd(format!(
            "{ip} lies in the dynamic range of pool {id}: cut out of it"
        ));
    }
    Place::Free
}
