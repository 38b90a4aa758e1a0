//! The names of endpoints of IP version 6: AAAA, and PTR below ip6.arpa
//! (facts/nms-formats.md section 10). Only those with a fixed address have
//! one; leases of Kea give no names.

use std::collections::HashSet;

use crate::model::{Findings, Network};
use crate::zone_sync::zone::{Data, Forward, Reverse6, is_below_cpe};

/// Adds the records of all endpoints to those of other devices.
pub fn add(
    network: &Network,
    domain: &str,
    (forward, reverse): (&mut Vec<Forward>, &mut Vec<Reverse6>),
    findings: &mut Findings,
) {
    let named = network.v6.endpoints.iter().filter(|e| e.named);
    let named: Vec<_> = named.collect();
    if named.is_empty() {
        return;
    }
    let of = |name: String| -> Box<str> { format!("{name}.cpe").into() };
    // The same name of a row of version 4 is the same machine's: A and AAAA
    // stand beside each other, but nothing stands beside an alias.
    let fixed = network.endpoints.iter().filter(|e| e.fixed.is_some());
    let twins: HashSet<Box<str>> = fixed.map(|e| of(e.name.key())).collect();
    let below = forward.iter().filter(|record| is_below_cpe(&record.owner));
    let taken: HashSet<Box<str>> = below.map(|r| r.owner.clone()).collect();
    for endpoint in named {
        let owner = of(endpoint.name.key());
        let why = match () {
            () if owner.len() + 1 + domain.len() > 253 => {
                "is too long with its domain: no name in DNS"
            }
            () if taken.contains(&owner) && !twins.contains(&owner) => {
                "is another device's: no name in DNS"
            }
            () => {
                let address = endpoint.address;
                let target = owner.clone();
                reverse.push(Reverse6 { address, target });
                let data = Data::Address6(address);
                forward.push(Forward { owner, data });
                continue;
            }
        };
        findings.warn("endpoint", endpoint.id, "hostname", why);
    }
}
