//! The zones as they are, kept small: names in the domain lose its suffix.

use std::collections::BTreeSet;
use std::net::{Ipv4Addr, Ipv6Addr};

use crate::clients::axfr::Rdata;
use crate::model::Site;
use crate::model::ranges::is_in;
use crate::zone_sync::ip6_arpa;
use crate::zone_sync::mark::{BESIDE, Sign, marked_by};

/// What a name of the forward zone holds.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Data {
    /// An address.
    Address(Ipv4Addr),
    /// An address of version 6; only of names below `cpe`.
    Address6(Ipv6Addr),
    /// Another name.
    Alias(Target),
    /// A sign that records of the name are a device's.
    Mark(Sign),
    /// The same at a name of its own, [`BESIDE`] this one: nothing can stand
    /// with an alias (RFC 1034 section 3.6.2).
    MarkBeside(Sign),
}

impl Data {
    /// What it says, if it only says whose records are.
    pub fn sign(&self) -> Option<&Sign> {
        match self {
            Self::Mark(sign) | Self::MarkBeside(sign) => Some(sign),
            _ => None,
        }
    }

    /// Whether it only says whose records are.
    pub fn is_mark(&self) -> bool {
        self.sign().is_some()
    }
}

/// A record of the forward zone; the owner without the domain.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Forward {
    /// The owner.
    pub owner: Box<str>,
    /// What it holds.
    pub data: Data,
}

/// A name that something points to: without the domain where it lies in it,
/// else whole and with its final dot.
pub type Target = Box<str>;

/// A record of the reverse zone.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Reverse {
    /// The address.
    pub address: Ipv4Addr,
    /// The name.
    pub target: Target,
}

/// A record of the reverse zone of version 6.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Reverse6 {
    /// The address.
    pub address: Ipv6Addr,
    /// The name.
    pub target: Target,
}

/// Both zones.
pub struct Zones {
    /// The domain, in lower case.
    pub domain: String,
    suffix: String,
    /// Names that are never touched, without the domain: those of servers.
    protected: Vec<Box<str>>,
    /// The servers' addresses: what leads to one of them is a server's name.
    servers: Vec<Ipv4Addr>,
    /// Names with records of other types, which are never touched.
    others: BTreeSet<Box<str>>,
    /// The forward zone, ascending after [`Zones::sort`].
    pub forward: Vec<Forward>,
    /// The reverse zone, ascending after [`Zones::sort`].
    pub reverse: Vec<Reverse>,
    /// Pointers that carry a mark, because their names are in no zone of
    /// ours.
    pointed: BTreeSet<Reverse>,
    /// The reverse zone of version 6, likewise.
    pub reverse6: Vec<Reverse6>,
}

impl Zones {
    /// Empty zones of a domain; `fqdn` is this server's name.
    pub fn new(domain: &str, fqdn: &str) -> Self {
        let mut zones = Self {
            domain: domain.to_string(),
            suffix: format!(".{domain}"),
            protected: Vec::new(),
            servers: Vec::new(),
            others: BTreeSet::new(),
            forward: Vec::new(),
            reverse: Vec::new(),
            pointed: BTreeSet::new(),
            reverse6: Vec::new(),
        };
        zones.protect(&fqdn.to_ascii_lowercase());
        zones
    }

    /// Empty zones of a site, whose servers are known.
    pub fn of_site(site: &Site) -> Self {
        let mut zones =
            Self::new(&site.domain.to_ascii_lowercase(), &site.fqdn);
        let others = site.slaves.iter().copied().chain(site.master);
        zones.servers(site.servers().into_iter().chain(others).collect());
        zones
    }

    /// Tells which addresses are servers'; to be called before any record is
    /// taken.
    pub fn servers(&mut self, addresses: Vec<Ipv4Addr>) {
        self.servers = addresses;
    }

    /// Keeps a name of the domain from being touched.
    fn protect(&mut self, name: &str) {
        if let Some(inside) = name.strip_suffix(&self.suffix) {
            self.protected.push(inside.into());
        }
    }

    /// Whether a name is a server's or the zone's own.
    pub fn is_protected(&self, owner: &str) -> bool {
        owner.is_empty() || self.protected.iter().any(|p| **p == *owner)
    }

    /// The short form of a name.
    pub fn target(&self, name: &str) -> Target {
        match name.strip_suffix(&self.suffix) {
            Some(inside) => inside.into(),
            None => format!("{name}.").into(),
        }
    }

    /// The whole form of a short name, with the final dot.
    pub fn whole(&self, target: &str) -> String {
        if target.ends_with('.') {
            return target.to_string();
        }
        format!("{target}{}.", self.suffix)
    }

    /// Takes a record of the forward zone.
    pub fn forward(&mut self, owner: &str, rdata: Rdata) {
        if let Rdata::Text(text) = &rdata
            && let Some(sign) = Sign::read(text)
        {
            let beside = owner.strip_prefix(BESIDE);
            return match beside {
                Some(owner) => self.take(owner, Data::MarkBeside(sign)),
                None => self.take(owner, Data::Mark(sign)),
            };
        }
        let data = match rdata {
            Rdata::Start(name) | Rdata::Server(name) => {
                return self.protect(&name);
            }
            Rdata::Address(address) => {
                if self.servers.contains(&address) {
                    self.protect(owner);
                }
                Data::Address(address)
            }
            Rdata::Address6(address) if is_below_cpe(&self.target(owner)) => {
                Data::Address6(address)
            }
            Rdata::Alias(name) => Data::Alias(self.target(&name)),
            Rdata::Dhcid => Data::Mark(Sign::Dhcid),
            Rdata::Signature => return,
            Rdata::Address6(_)
            | Rdata::Pointer(_)
            | Rdata::Text(_)
            | Rdata::Other => {
                if let Some(inside) = owner.strip_suffix(&self.suffix) {
                    let _ = self.others.insert(inside.into());
                }
                return;
            }
        };
        self.take(owner, data);
    }

    /// Keeps a record; a name with odd octets is no device's.
    fn take(&mut self, owner: &str, data: Data) {
        if let Some(inside) = owner.strip_suffix(&self.suffix)
            && !inside.contains('\\')
        {
            self.forward.push(Forward { owner: inside.into(), data });
        }
    }

    /// Whether a name holds records of types that are no device's: no alias
    /// can stand beside them (RFC 1034 section 3.6.2).
    pub fn has_others(&self, owner: &str) -> bool {
        self.others.contains(owner)
    }

    /// Whether a name holds records that were made by hand: it carries no
    /// mark.
    pub fn is_foreign(&self, owner: &str) -> bool {
        let holds = || self.records(owner).next().is_some();
        !self.is_marked(owner) && (self.has_others(owner) || holds())
    }

    /// The same for a name that by its form is a device's: what is just as we
    /// would make it counts as ours, which earlier versions and the existing
    /// system left without a mark.
    pub fn is_foreign_to(
        &self,
        owner: &str,
        ours: impl Fn(&Data) -> bool,
    ) -> bool {
        !self.is_marked(owner)
            && self.records(owner).any(|record| !ours(&record.data))
    }

    /// What the forward zone holds for a name.
    pub fn records<'a>(
        &'a self,
        owner: &'a str,
    ) -> impl Iterator<Item = &'a Forward> {
        let start = self.forward.partition_point(|r| *r.owner < *owner);
        let rest = self.forward[start..].iter();
        rest.take_while(move |record| *record.owner == *owner)
    }

    /// The names of hosts directly below the domain that were made by hand or
    /// are servers': no device may have them.
    pub fn reserved(&self) -> BTreeSet<&str> {
        let owners = self.forward.iter().map(|record| &*record.owner);
        let others = self.others.iter().map(|owner| &**owner);
        let foreign = owners
            .chain(others)
            .filter(|owner| !is_device(owner) && self.is_foreign(owner));
        let servers = self.protected.iter().map(|owner| &**owner);
        let plain = |owner: &&str| !owner.is_empty() && !owner.contains('.');
        foreign.chain(servers).filter(plain).collect()
    }

    /// Takes a record of the reverse zone.
    pub fn reverse(&mut self, owner: &str, rdata: Rdata) {
        if let Rdata::Text(text) = &rdata
            && let Some(address) = address(owner)
            && let Some(name) = marked_by(text)
        {
            let target = self.target(name.trim_end_matches('.'));
            let _ = self.pointed.insert(Reverse { address, target });
            return;
        }
        if let Rdata::Pointer(name) = rdata
            && let Some(address) = address(owner)
            && !name.contains('\\')
        {
            let target = self.target(&name);
            self.reverse.push(Reverse { address, target });
        }
    }

    /// Takes a record of the reverse zone of version 6.
    pub fn reverse6(&mut self, owner: &str, rdata: Rdata) {
        if let Rdata::Pointer(name) = rdata
            && let Some(address) = ip6_arpa::address(owner)
            && !name.contains('\\')
        {
            let target = self.target(&name);
            self.reverse6.push(Reverse6 { address, target });
        }
    }

    /// Sorts all; to be called once all records are there.
    pub fn sort(&mut self) {
        self.forward.sort_unstable();
        self.forward.dedup();
        self.reverse.sort_unstable();
        self.reverse.dedup();
        self.reverse6.sort_unstable();
        self.reverse6.dedup();
    }

    /// Whether a name of the domain carries a mark, so that it is a device's:
    /// one for the whole name, or one for a record that is there.
    pub fn is_marked(&self, owner: &str) -> bool {
        self.records(owner).filter_map(|r| r.data.sign()).any(|sign| {
            let Sign::Record(of) = sign else { return true };
            let named = |record: &Forward| self.plain(&record.data) == **of;
            self.records(owner).any(named)
        })
    }

    /// Whether a record is ours by a mark, so that it goes when no device has
    /// it. A mark that names no record stands for what dhcpd may have put
    /// beside it: an address in one of these ranges, or the only one there.
    pub fn is_own(&self, record: &Forward, ranges: &[(u32, u32)]) -> bool {
        let kind = std::mem::discriminant(&record.data);
        let same = |r: &&Forward| std::mem::discriminant(&r.data) == kind;
        let only = || self.records(&record.owner).filter(same).count() == 1;
        let leased = || match &record.data {
            Data::Address(address) => is_in(ranges, *address),
            _ => false,
        };
        self.records(&record.owner).filter_map(|r| r.data.sign()).any(|sign| {
            match sign {
                Sign::Record(of) => self.plain(&record.data) == **of,
                Sign::Name | Sign::Hash(_) | Sign::Dhcid => only() || leased(),
            }
        })
    }

    /// Whether a name has an address, by a record that is ours.
    pub fn leads(
        &self,
        owner: &str,
        address: Ipv4Addr,
        ranges: &[(u32, u32)],
    ) -> bool {
        let mut records = self.records(owner);
        records.any(|record| {
            record.data == Data::Address(address) && self.is_own(record, ranges)
        })
    }

    /// The data of a record as its mark names it.
    pub fn plain(&self, data: &Data) -> String {
        match data {
            Data::Address(address) => address.to_string(),
            Data::Address6(address) => address.to_string(),
            Data::Alias(target) => {
                self.whole(target).trim_end_matches('.').to_string()
            }
            Data::Mark(_) | Data::MarkBeside(_) => String::new(),
        }
    }

    /// Whether a pointer carries a mark of its own.
    pub fn is_pointer_marked(&self, pointer: &Reverse) -> bool {
        self.pointed.contains(pointer)
    }
}

/// Whether a name alone shows that it is a device's: `cm-N`, `mta-N`, and all
/// below `cpe`.
pub fn is_device(owner: &str) -> bool {
    let number = owner
        .strip_prefix("cm-")
        .or_else(|| owner.strip_prefix("mta-"))
        .is_some_and(|n| {
            !n.is_empty() && n.bytes().all(|b| b.is_ascii_digit())
        });
    number || is_below_cpe(owner)
}

/// Whether a name of the domain is that of a customer device.
pub fn is_below_cpe(owner: &str) -> bool {
    owner.strip_suffix("cpe").is_some_and(|rest| rest.ends_with('.'))
}

/// Whether a name outside of the domain has the form of a device's: what was
/// one before the domain changed.
pub fn was_device(target: &str) -> bool {
    let Some(whole) = target.strip_suffix('.') else { return false };
    let labels = whole.split_once('.');
    labels.is_some_and(|(first, rest)| {
        is_device(first) || (first.len() == 6 && rest.starts_with("cpe."))
    })
}

/// The address of a name in the reverse zone.
fn address(owner: &str) -> Option<Ipv4Addr> {
    let inside = owner.strip_suffix(".in-addr.arpa")?;
    let mut octets = [0; 4];
    let mut labels = inside.split('.');
    for octet in octets.iter_mut().rev() {
        let label = labels.next()?;
        *octet = label.parse().ok()?;
        if label != octet.to_string() {
            return None;
        }
    }
    labels.next().is_none().then(|| octets.into())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reverse_names_are_addresses() {
        let check = |name: &str, expected: Option<&str>| {
            let expected = expected.map(|e| e.parse().unwrap());
            assert_eq!(address(name), expected, "{name}");
        };
        check("5.0.0.10.in-addr.arpa", Some("10.0.0.5"));
        check("0.0.10.in-addr.arpa", None);
        check("1.5.0.0.10.in-addr.arpa", None);
        check("05.0.0.10.in-addr.arpa", None);
        check("256.0.0.10.in-addr.arpa", None);
        check("in-addr.arpa", None);
    }

    #[test]
    fn devices_are_told_from_what_is_static() {
        for device in ["cm-1", "mta-300000", "a.cpe", "x.y.cpe"] {
            assert!(is_device(device), "{device}");
        }
        for other in ["", "cpe", "cm-", "cm-1a", "www", "mta", "nms01", "xcpe"]
        {
            assert!(!is_device(other), "{other}");
        }
    }

    #[test]
    fn names_lose_the_domain_and_servers_are_protected() {
        let mut zones = Zones::new("prov.test", "NMS01.prov.test");
        zones.forward("prov.test", Rdata::Server("ns2.prov.test".into()));
        zones.forward("prov.test", Rdata::Start("ns3.other.test".into()));
        assert!(zones.is_protected("nms01") && zones.is_protected("ns2"));
        assert!(zones.is_protected("") && !zones.is_protected("cm-1"));
        for (name, short) in
            [("cm-1.prov.test", "cm-1"), ("a.other.test", "a.other.test.")]
        {
            assert_eq!(&*zones.target(name), short);
            assert_eq!(zones.whole(short), format!("{name}."));
        }
        let address = Rdata::Address([10, 0, 0, 1].into());
        zones.forward("foo.prov.test", address.clone());
        zones.forward("foo.prov.test", Rdata::Text(vec![b'3'; 34]));
        zones.forward("bar.prov.test", address);
        zones.forward("bar.prov.test", Rdata::Text(b"v=spf1".to_vec()));
        zones.sort();
        assert!(zones.is_marked("foo") && !zones.is_marked("bar"));
        assert!(zones.is_foreign("bar") && !zones.is_foreign("foo"));
    }
}
