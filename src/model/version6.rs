//! What DHCPv6 serves: gateways, pools and endpoints of IP version 6.

use std::fmt;
use std::net::Ipv6Addr;

use crate::model::{Label, Mac};

/// An IPv6 prefix without host bits.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Prefix {
    /// Its address.
    pub address: Ipv6Addr,
    /// Its length in bits, 1 to 128.
    pub length: u8,
}

impl Prefix {
    /// A prefix; None: the length is none, or the address has host bits.
    pub fn new(address: Ipv6Addr, length: u8) -> Option<Self> {
        let prefix = Self { address, length };
        let good = (1..=128).contains(&length)
            && address.to_bits() & !prefix.mask() == 0;
        good.then_some(prefix)
    }

    /// The bits of the prefix.
    fn mask(self) -> u128 {
        u128::MAX << (128 - u32::from(self.length))
    }

    /// Whether the address lies in it.
    pub fn contains(self, address: Ipv6Addr) -> bool {
        address.to_bits() & self.mask() == self.address.to_bits()
    }

    /// Whether the two have addresses in common.
    pub fn overlaps(self, other: Self) -> bool {
        self.contains(other.address) || other.contains(self.address)
    }
}

impl fmt::Display for Prefix {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.address, self.length)
    }
}

/// The prefixes that a pool gives to routers of customers (RFC 8415 section
/// 6.3).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Delegation {
    /// What they are taken from.
    pub from: Prefix,
    /// The length of each of them, at least that of `from`.
    pub length: u8,
}

/// A pool of version 6 that can be served.
#[derive(Debug, Clone)]
pub struct Pool6 {
    /// ippool.id.
    pub id: u32,
    /// The subnet.
    pub net: Prefix,
    /// First and last address, both inside the net.
    pub range: (Ipv6Addr, Ipv6Addr),
    /// The relay's address, by which the server knows the link.
    pub router: Ipv6Addr,
    /// DNS servers, in the order of the columns.
    pub dns: Vec<Ipv6Addr>,
    /// Prefix delegation.
    pub delegation: Option<Delegation>,
    /// ippool.optional: members of the subnet's object.
    pub optional: String,
    /// Whether the pool gives out addresses and prefixes.
    pub active: bool,
}

impl Pool6 {
    /// The ranges that are given out, ascending: without the anycast address
    /// of the net's routers (RFC 4291 section 2.6.1) and the router's own.
    pub fn ranges(&self) -> Vec<(Ipv6Addr, Ipv6Addr)> {
        if !self.active {
            return Vec::new();
        }
        let (first, last) = (self.range.0.to_bits(), self.range.1.to_bits());
        let mut cut = self.reserved().map(|(ip, _)| ip.to_bits());
        cut.sort_unstable();
        let (mut out, mut next) = (Vec::new(), Some(first));
        for ip in cut.into_iter().filter(|ip| (first..=last).contains(ip)) {
            let Some(begin) = next.filter(|next| *next <= ip) else { continue };
            if begin < ip {
                out.push((begin, ip - 1));
            }
            next = ip.checked_add(1);
        }
        if let Some(begin) = next.filter(|next| *next <= last) {
            out.push((begin, last));
        }
        let ip = Ipv6Addr::from_bits;
        out.into_iter().map(|(a, b)| (ip(a), ip(b))).collect()
    }

    /// Addresses of its net that no device may get.
    pub fn reserved(&self) -> [(Ipv6Addr, &'static str); 2] {
        let anycast = "the anycast address of its routers";
        [(self.net.address, anycast), (self.router, "the router")]
    }

    /// The prefixes that are given out.
    pub fn delegates(&self) -> Option<Delegation> {
        self.delegation.filter(|_| self.active)
    }
}

/// A gateway with its pools of version 6, ascending.
#[derive(Debug, Clone)]
pub struct Gateway6 {
    /// netgw.id.
    pub id: u32,
    /// Its usable pools.
    pub pools: Vec<Pool6>,
}

/// An endpoint of version 6 with an address that it always gets.
#[derive(Debug, Clone)]
pub struct Endpoint6 {
    /// endpoint.id.
    pub id: u32,
    /// The host name; a DNS label.
    pub name: Label,
    /// By what the server knows it.
    pub mac: Mac,
    /// The address, in the net of `pool`.
    pub address: Ipv6Addr,
    /// The prefix that its router always gets.
    pub prefix: Option<Prefix>,
    /// The pool that the address belongs to, by ippool.id.
    pub pool: u32,
    /// Whether it has a name in DNS: endpoint.fixed_ip, and no other has it.
    pub named: bool,
}

/// All of version 6.
#[derive(Debug, Clone, Default)]
pub struct Version6 {
    /// Whether the rows were read: `PROVHA__DHCP6` is not off.
    pub read: bool,
    /// Whether there are rows of version 6 at all.
    pub used: bool,
    /// All gateways, ascending; those without pools too.
    pub gateways: Vec<Gateway6>,
    /// The endpoints that are served, ascending.
    pub endpoints: Vec<Endpoint6>,
}

impl Version6 {
    /// All pools.
    pub fn pools(&self) -> impl Iterator<Item = &Pool6> {
        self.gateways.iter().flat_map(|gateway| &gateway.pools)
    }

    /// The endpoints of a pool.
    pub fn endpoints_of(&self, pool: u32) -> impl Iterator<Item = &Endpoint6> {
        self.endpoints.iter().filter(move |e| e.pool == pool)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn prefix(text: &str) -> Option<Prefix> {
        let (address, length) = text.split_once('/').unwrap();
        Prefix::new(address.parse().unwrap(), length.parse().unwrap())
    }

    #[test]
    fn a_prefix_has_no_host_bits() {
        for bad in ["2001:db8::1/64", "::/0", "2001:db8::/129"] {
            assert_eq!(prefix(bad), None, "{bad}");
        }
        let net = prefix("2001:db8::/64").unwrap();
        assert!(net.contains("2001:db8::ffff".parse().unwrap()));
        assert!(!net.contains("2001:db8:0:1::".parse().unwrap()));
        assert!(net.overlaps(prefix("2001:db8::/32").unwrap()));
        assert!(!net.overlaps(prefix("2001:db8:1::/48").unwrap()));
        assert!(prefix("2001:db8::1/128").is_some());
    }

    #[test]
    fn the_router_is_cut_out_of_the_range() {
        let check = |range: (&str, &str), expected: &str| {
            let pool = Pool6 {
                id: 1,
                net: prefix("2001:db8::/64").unwrap(),
                range: (range.0.parse().unwrap(), range.1.parse().unwrap()),
                router: "2001:db8::5".parse().unwrap(),
                dns: Vec::new(),
                delegation: None,
                optional: String::new(),
                active: true,
            };
            let got: Vec<String> =
                pool.ranges().iter().map(|(a, b)| format!("{a}-{b}")).collect();
            assert_eq!(got.join(" "), expected);
            let off = Pool6 { active: false, ..pool };
            assert!(off.ranges().is_empty());
        };
        check(("2001:db8::10", "2001:db8::ff"), "2001:db8::10-2001:db8::ff");
        check(
            ("2001:db8::", "2001:db8::9"),
            "2001:db8::1-2001:db8::4 2001:db8::6-2001:db8::9",
        );
        check(("2001:db8::5", "2001:db8::5"), "");
        check(("2001:db8::5", "2001:db8::6"), "2001:db8::6-2001:db8::6");
    }
}
