//! The whole network as one value.

use std::collections::BTreeMap;
use std::net::Ipv4Addr;

use crate::model::pool::free_ranges;
use crate::model::{Cmts, Endpoint, Label, Modem, Mta, Pool, Site, Version6};

/// Everything that the dhcpd, named and time sets are made of; all lists in
/// ascending id.
#[derive(Debug, Clone)]
pub struct Network {
    /// The settings.
    pub site: Site,
    /// CMTS with their pools.
    pub cmts: Vec<Cmts>,
    /// Modems that are alive.
    pub modems: Vec<Modem>,
    /// Host names of modems that are not `cm-ID`.
    pub modem_names: BTreeMap<u32, Label>,
    /// Those for which another system makes what they boot with (TR-069).
    pub elsewhere: Vec<u32>,
    /// Telephone adapters that are served.
    pub mtas: Vec<Mta>,
    /// Endpoints that are served.
    pub endpoints: Vec<Endpoint>,
    /// All fixed addresses of endpoints, sorted, each once.
    pub fixed: Vec<Ipv4Addr>,
    /// What DHCPv6 serves.
    pub v6: Version6,
    /// How many modem, MTA, endpoint and pool rows were read, for the guard
    /// rail.
    pub rows: usize,
}

impl Network {
    /// The ranges of a pool that dhcpd gives out, ascending: without fixed
    /// addresses of endpoints, and without those that belong to the net, its
    /// router and the servers.
    pub fn ranges(&self, pool: &Pool) -> Vec<(Ipv4Addr, Ipv4Addr)> {
        if pool.is_leaving() {
            return Vec::new();
        }
        free_ranges(pool.range, &self.taken(pool, pool.range))
    }

    /// The addresses of a range in a pool's net that no client may get,
    /// sorted.
    pub fn taken(
        &self,
        pool: &Pool,
        (first, last): (Ipv4Addr, Ipv4Addr),
    ) -> Vec<Ipv4Addr> {
        let from = self.fixed.partition_point(|ip| *ip < first);
        let to = self.fixed.partition_point(|ip| *ip <= last);
        let mut cut = self.fixed[from..to].to_vec();
        cut.extend(pool.reserved().into_iter().map(|(ip, _)| ip));
        cut.extend(self.site.machines());
        cut.sort_unstable();
        cut
    }

    /// Whether dhcpd is to have a failover peer: there is a pair, and a pool
    /// that refers to the peer. Without one dhcpd does not start ('has no
    /// referring pools').
    pub fn has_failover(&self) -> bool {
        let mut pools = self.cmts.iter().flat_map(|cmts| &cmts.pools);
        self.site.pair.is_some()
            && pools.any(|pool| {
                pool.drain.is_some() || !self.ranges(pool).is_empty()
            })
    }

    /// The host name that a modem is served under.
    pub fn modem_name(&self, id: u32) -> String {
        self.modem_names
            .get(&id)
            .map_or_else(|| format!("cm-{id}"), Label::to_string)
    }
}
