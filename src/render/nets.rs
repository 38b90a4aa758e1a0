//! The networks that the machine serves, as named's and chrony's access lists
//! need them.

use std::collections::HashSet;
use std::net::Ipv4Addr;

use crate::model::pool::{Net, PoolType};
use crate::model::{Network, Site};

/// A net with its prefix length, such as 10.0.0.0/8.
pub fn cidr(net: Net) -> String {
    format!("{}/{}", net.address, net.prefix())
}

/// The subnets of all usable pools of these kinds, in the order of CMTS and
/// pool, each once.
pub fn of_pools(network: &Network, kinds: &[PoolType]) -> Vec<String> {
    let mut nets = Vec::new();
    let mut seen = HashSet::new();
    let pools = network.cmts.iter().flat_map(|cmts| &cmts.pools);
    for pool in pools.filter(|pool| kinds.contains(&pool.kind)) {
        let net = cidr(pool.net);
        if seen.insert(net.clone()) {
            nets.push(net);
        }
    }
    nets
}

/// The management net, a /22 by definition, and those servers that lie
/// outside it.
pub fn management(site: &Site) -> Vec<String> {
    let mask = Ipv4Addr::new(255, 255, 252, 0);
    let bits = site.provisioning_server.to_bits() & mask.to_bits();
    let net = Net { address: Ipv4Addr::from_bits(bits), mask };
    let mut out = vec![cidr(net)];
    let pair = site.servers();
    let all = pair.into_iter().chain(site.master);
    for server in all.chain(site.slaves.iter().copied()) {
        let text = server.to_string();
        if !net.contains(server) && !out.contains(&text) {
            out.push(text);
        }
    }
    out
}
