//! Address pools and the CMTS that they belong to.

use std::net::Ipv4Addr;

use crate::model::ranges::Range;

/// What kind of devices a pool serves (ippool.type).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PoolType {
    /// Cable modems.
    Cm,
    /// Customer devices behind NAT or in private address space.
    CpePriv,
    /// Customer devices with public addresses.
    CpePub,
    /// Telephone adapters.
    Mta,
    /// Set-top boxes, known by their vendor class identifier.
    Stb,
}

impl PoolType {
    /// Reads the column's text.
    pub fn read(text: &str) -> Option<Self> {
        match text {
            "CM" => Some(Self::Cm),
            "CPEPriv" => Some(Self::CpePriv),
            "CPEPub" => Some(Self::CpePub),
            "MTA" => Some(Self::Mta),
            "STB" => Some(Self::Stb),
            _ => None,
        }
    }

    /// The column's text.
    pub fn word(self) -> &'static str {
        match self {
            Self::Cm => "CM",
            Self::CpePriv => "CPEPriv",
            Self::CpePub => "CPEPub",
            Self::Mta => "MTA",
            Self::Stb => "STB",
        }
    }
}

/// An IPv4 network: address without host bits, and mask.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Net {
    /// The network address.
    pub address: Ipv4Addr,
    /// The mask, contiguous.
    pub mask: Ipv4Addr,
}

impl Net {
    /// A net, unless the mask has holes or the address has host bits.
    pub fn new(address: Ipv4Addr, mask: Ipv4Addr) -> Result<Self, NetFault> {
        let bits = mask.to_bits();
        if bits.leading_ones() + bits.trailing_zeros() != 32 || bits == 0 {
            return Err(NetFault::Mask);
        }
        if address.to_bits() & !bits != 0 {
            return Err(NetFault::HostBits);
        }
        Ok(Self { address, mask })
    }

    /// The length of the prefix in bits.
    pub fn prefix(self) -> u32 {
        self.mask.to_bits().leading_ones()
    }

    /// Its first and its last address.
    pub fn span(self) -> Range {
        let first = self.address.to_bits();
        (first, first | !self.mask.to_bits())
    }

    /// Whether the address lies in it.
    pub fn contains(self, address: Ipv4Addr) -> bool {
        address.to_bits() & self.mask.to_bits() == self.address.to_bits()
    }

    /// Whether the two have addresses in common.
    pub fn overlaps(self, other: Net) -> bool {
        self.contains(other.address) || other.contains(self.address)
    }
}

/// Why two columns make no net.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NetFault {
    /// The mask is 0 or has holes.
    Mask,
    /// The address has bits outside the mask.
    HostBits,
}

/// A pool that can be served.
#[derive(Debug, Clone)]
pub struct Pool {
    /// ippool.id.
    pub id: u32,
    /// What it serves.
    pub kind: PoolType,
    /// The subnet.
    pub net: Net,
    /// First and last address, both inside the net.
    pub range: (Ipv4Addr, Ipv4Addr),
    /// The CMTS interface.
    pub router: Ipv4Addr,
    /// The broadcast address, if one is given.
    pub broadcast: Option<Ipv4Addr>,
    /// DNS servers, in the order of the columns.
    pub dns: Vec<Ipv4Addr>,
    /// Raw dhcpd statements; '' when there are none.
    pub optional: String,
    /// Whether the pool gives out addresses.
    pub active: bool,
    /// What set-top boxes call themselves; '' for other kinds.
    pub vendor_class: String,
    /// What of its net only goes on serving the leases that it has.
    pub drain: Option<Drain>,
}

/// Addresses that are given to nobody any more, while their leases go on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Drain {
    /// The ranges, ascending.
    pub ranges: Vec<(Ipv4Addr, Ipv4Addr)>,
    /// How many active leases they have.
    pub leases: usize,
    /// When the last of these ends, seconds since 1970; `u32::MAX`: never.
    pub ends: u32,
    /// Whether the pool has no row any more: nothing else is left of it.
    pub whole: bool,
}

impl Pool {
    /// Whether its row is gone: only what drains is left.
    pub fn is_leaving(&self) -> bool {
        self.drain.as_ref().is_some_and(|drain| drain.whole)
    }

    /// Addresses of its net that no device may get: the net's own, its
    /// broadcast addresses, the router. A net of one or two addresses has no
    /// broadcast (RFC 3021).
    pub fn reserved(&self) -> Vec<(Ipv4Addr, &'static str)> {
        let mut out = vec![(self.router, "the router")];
        if self.net.prefix() < 31 {
            let last = self.net.address.to_bits() | !self.net.mask.to_bits();
            out.push((self.net.address, "the network address"));
            out.push((Ipv4Addr::from_bits(last), "the broadcast address"));
        }
        out.extend(self.broadcast.map(|ip| (ip, "the broadcast address")));
        out
    }
}

/// A CMTS with its pools in ascending id.
#[derive(Debug, Clone)]
pub struct Cmts {
    /// netgw.id.
    pub id: u32,
    /// The unique name of its shared network.
    pub name: String,
    /// Its usable pools.
    pub pools: Vec<Pool>,
}

/// The pieces of a pool's range that are free of fixed addresses, ascending.
///
/// `fixed` is sorted (facts/nms-formats.md section 9).
pub fn free_ranges(
    range: (Ipv4Addr, Ipv4Addr),
    fixed: &[Ipv4Addr],
) -> Vec<(Ipv4Addr, Ipv4Addr)> {
    let (start, end) = (range.0.to_bits(), range.1.to_bits());
    let first = fixed.partition_point(|ip| ip.to_bits() < start);
    let inside = fixed[first..].iter().map(|ip| ip.to_bits());
    let mut pieces = Vec::new();
    let mut next = u64::from(start);
    for ip in inside.take_while(|ip| *ip <= end) {
        if u64::from(ip) > next {
            pieces.push((next as u32, ip - 1));
        }
        next = u64::from(ip) + 1;
    }
    if next <= u64::from(end) {
        pieces.push((next as u32, end));
    }
    pieces
        .into_iter()
        .map(|(a, b)| (Ipv4Addr::from_bits(a), Ipv4Addr::from_bits(b)))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(start: &str, end: &str, fixed: &[&str], expected: &str) {
        let mut fixed: Vec<Ipv4Addr> =
            fixed.iter().map(|f| f.parse().unwrap()).collect();
        fixed.sort();
        let range = (start.parse().unwrap(), end.parse().unwrap());
        let got: Vec<String> = free_ranges(range, &fixed)
            .iter()
            .map(|(a, b)| format!("{a}-{b}"))
            .collect();
        assert_eq!(got.join(" "), expected);
    }

    #[test]
    fn fixed_addresses_are_cut_out() {
        let (a, b) = ("192.0.2.10", "192.0.2.20");
        check(a, b, &[], "192.0.2.10-192.0.2.20");
        check(a, b, &["192.0.2.10"], "192.0.2.11-192.0.2.20");
        check(a, b, &["192.0.2.20"], "192.0.2.10-192.0.2.19");
        check(
            a,
            b,
            &["192.0.2.14", "192.0.2.12", "192.0.2.14"],
            "192.0.2.10-192.0.2.11 192.0.2.13-192.0.2.13 \
             192.0.2.15-192.0.2.20",
        );
        check(a, a, &["192.0.2.10"], "");
        check(a, b, &["203.0.113.1", "1.1.1.1"], "192.0.2.10-192.0.2.20");
        check(
            "255.255.255.254",
            "255.255.255.255",
            &["255.255.255.255"],
            "255.255.255.254-255.255.255.254",
        );
    }

    #[test]
    fn masks_with_holes_and_host_bits_are_no_nets() {
        let net =
            |a: &str, m: &str| Net::new(a.parse().unwrap(), m.parse().unwrap());
        assert!(net("10.0.0.0", "255.255.252.0").is_ok());
        assert_eq!(net("10.0.0.0", "255.0.255.0"), Err(NetFault::Mask));
        assert_eq!(net("10.0.0.0", "0.0.0.0"), Err(NetFault::Mask));
        assert_eq!(net("10.0.0.1", "255.255.252.0"), Err(NetFault::HostBits));
    }
}
