//! The head of a zone: SOA, NS, and the server's own address; and the updates
//! that bring a live zone's head in line.

use std::net::Ipv4Addr;

use serde::Serialize;

use crate::model::Site;
use crate::render::dns::batch::Batch;

/// The serial of a new zone: that of the existing system's seeds.
pub const FIRST_SERIAL: u32 = 2_017_112_701;

/// What the head of a zone says.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Head {
    /// The zone without the final dot.
    pub zone: String,
    /// The one name server, SOA's first name, without the final dot.
    pub server: String,
    /// SOA's second name, without the final dot.
    pub contact: String,
    /// Lifetime of the records, seconds.
    pub ttl: u32,
    /// SOA, seconds.
    pub refresh: u32,
    /// SOA, seconds.
    pub retry: u32,
    /// SOA, seconds.
    pub expire: u32,
    /// SOA, seconds.
    pub minimum: u32,
    /// Whether the server's name lies in the zone, which then holds its
    /// address.
    pub server_inside: bool,
    /// The server's address.
    pub address: Ipv4Addr,
    /// The peer, which serves the same zone.
    pub peer: Option<Peer>,
}

/// The other name server of a zone.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Peer {
    /// Its name, without the final dot.
    pub server: String,
    /// Its address.
    pub address: Ipv4Addr,
}

/// A name server that a live zone names.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Server {
    /// Its name, without the final dot.
    pub name: String,
    /// Its addresses; None: they are not known here.
    pub addresses: Option<Vec<Ipv4Addr>>,
}

/// What a live zone says now.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Live {
    /// SOA: first name.
    pub server: String,
    /// SOA: second name.
    pub contact: String,
    /// SOA: serial.
    pub serial: u32,
    /// SOA: refresh, retry, expire, minimum.
    pub times: [u32; 4],
    /// The NS records at the top of the zone.
    pub servers: Vec<Server>,
    /// The addresses of the wanted server's name.
    pub addresses: Vec<Ipv4Addr>,
    /// The addresses of the peer's name.
    pub peer_addresses: Vec<Ipv4Addr>,
}

impl Head {
    /// The head that the settings ask for.
    pub fn wanted(site: &Site, zone: &str) -> Self {
        let server = site.fqdn.clone();
        let server_inside = is_below(&server, zone);
        Self {
            zone: zone.to_string(),
            server,
            contact: format!("hostmaster.{}", site.domain),
            ttl: 86400,
            refresh: 21600,
            retry: 3600,
            expire: 604_800,
            // For this long a name that is not there yet stays unknown to
            // those who asked for it (RFC 2308 section 5).
            minimum: 300,
            server_inside,
            address: site.own(),
            peer: None,
        }
    }

    /// Whether the zone holds the peer's address.
    pub fn peer_inside(&self) -> bool {
        let mut peer = self.peer.iter();
        peer.any(|peer| is_below(&peer.server, &self.zone))
    }

    /// The updates that make the live head the wanted one; empty when it is.
    pub fn updates(&self, live: &Live) -> Batch {
        let mut batch = Batch::new(&self.zone);
        let same = |a: &str, b: &str| a.eq_ignore_ascii_case(b);
        if self.server_inside && live.addresses != [self.address] {
            batch.delete_set(&self.server, "A");
            let address = self.address.to_string();
            batch.add(&self.server, self.ttl, "A", &address);
        }
        let target = format!("{}.", self.server);
        // The new one first: the last NS record of a zone cannot be deleted
        // (RFC 2136 section 3.4.2.4).
        let named = |name: &str| {
            live.servers.iter().any(|server| same(&server.name, name))
        };
        if !named(&self.server) {
            batch.add(&self.zone, self.ttl, "NS", &target);
        }
        self.peer_updates(live, named, &mut batch);
        for old in live.servers.iter().filter(|old| self.is_former(old)) {
            batch.delete(&self.zone, "NS", &format!("{}.", old.name));
            if is_below(&old.name, &self.zone) {
                for address in old.addresses.iter().flatten() {
                    batch.delete(&old.name, "A", &address.to_string());
                }
            }
        }
        let times = [self.refresh, self.retry, self.expire, self.minimum];
        let soa = same(&live.server, &self.server)
            && same(&live.contact, &self.contact)
            && live.times == times;
        if !soa {
            let [refresh, retry, expire, minimum] = times;
            let serial = live.serial.wrapping_add(1);
            let data = format!(
                "{target} {}. {serial} {refresh} {retry} {expire} {minimum}",
                self.contact
            );
            batch.add(&self.zone, self.ttl, "SOA", &data);
        }
        batch
    }
}

impl Head {
    /// The updates that make the peer known; `named` tells of a name whether
    /// the zone has it as a server.
    fn peer_updates(
        &self,
        live: &Live,
        named: impl Fn(&str) -> bool,
        batch: &mut Batch,
    ) {
        let Some(peer) = &self.peer else { return };
        let there = &live.peer_addresses;
        if self.peer_inside() && *there != [peer.address] {
            batch.delete_set(&peer.server, "A");
            let address = peer.address.to_string();
            batch.add(&peer.server, self.ttl, "A", &address);
        }
        if !named(&peer.server) {
            let target = format!("{}.", peer.server);
            batch.add(&self.zone, self.ttl, "NS", &target);
        }
    }

    /// Whether a live server is a former name of one of the two: it leads to
    /// their addresses or nowhere. Any other was put there by a person.
    fn is_former(&self, server: &Server) -> bool {
        let same = |name: &str| name.eq_ignore_ascii_case(&server.name);
        let peer = self.peer.as_ref();
        if same(&self.server) || peer.is_some_and(|peer| same(&peer.server)) {
            return false;
        }
        let own = |address: &Ipv4Addr| {
            *address == self.address
                || peer.is_some_and(|peer| peer.address == *address)
        };
        let addresses = server.addresses.as_ref();
        addresses.is_some_and(|addresses| addresses.iter().all(own))
    }
}

/// Whether a name is the zone's own or lies below it.
fn is_below(name: &str, zone: &str) -> bool {
    let (name, zone) = (name.to_ascii_lowercase(), zone.to_ascii_lowercase());
    name.strip_suffix(&zone)
        .is_some_and(|rest| rest.is_empty() || rest.ends_with('.'))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn wanted() -> Head {
        Head {
            zone: "x.org".into(),
            server: "n2.x.org".into(),
            contact: "hostmaster.x.org".into(),
            ttl: 86400,
            refresh: 21600,
            retry: 3600,
            expire: 604_800,
            minimum: 300,
            server_inside: true,
            address: Ipv4Addr::new(10, 0, 0, 1),
            peer: None,
        }
    }

    fn live(server: &str) -> Live {
        Live {
            server: server.into(),
            contact: "hostmaster.x.org".into(),
            serial: 7,
            times: [21600, 3600, 604_800, 300],
            servers: vec![self::server(server, "10.0.0.1")],
            addresses: vec![Ipv4Addr::new(10, 0, 0, 1)],
            peer_addresses: Vec::new(),
        }
    }

    fn server(name: &str, address: &str) -> Server {
        let addresses = address.split_whitespace();
        let addresses = addresses.map(|a| a.parse().unwrap()).collect();
        Server { name: name.into(), addresses: Some(addresses) }
    }

    #[test]
    fn the_peer_is_made_known_and_strangers_stay() {
        let peer = Peer {
            server: "n1.x.org".into(),
            address: Ipv4Addr::new(10, 0, 0, 2),
        };
        let wanted = Head { peer: Some(peer), ..wanted() };
        let mut live = live("n2.x.org");
        let unknown = Server { name: "n.y.net".into(), addresses: None };
        live.servers.push(unknown);
        live.servers.push(server("s.x.org", "192.0.2.1"));
        live.servers.push(server("former.x.org", "10.0.0.2"));
        live.servers.push(server("dangles.x.org", ""));
        let text = wanted.updates(&live).text();
        assert_eq!(
            text,
            "zone x.org.\n\
             update delete n1.x.org. A\n\
             update add n1.x.org. 86400 A 10.0.0.2\n\
             update add x.org. 86400 NS n1.x.org.\n\
             update delete x.org. NS former.x.org.\n\
             update delete former.x.org. A 10.0.0.2\n\
             update delete x.org. NS dangles.x.org.\n\
             send\n"
        );
    }

    #[test]
    fn a_head_that_fits_needs_no_update() {
        assert!(wanted().updates(&live("N2.x.org")).is_empty());
    }

    #[test]
    fn a_new_host_name_replaces_the_old_one() {
        let live = Live { addresses: vec![], ..live("n1.x.org") };
        assert_eq!(
            wanted().updates(&live).text(),
            "zone x.org.\n\
             update delete n2.x.org. A\n\
             update add n2.x.org. 86400 A 10.0.0.1\n\
             update add x.org. 86400 NS n2.x.org.\n\
             update delete x.org. NS n1.x.org.\n\
             update delete n1.x.org. A 10.0.0.1\n\
             update add x.org. 86400 SOA n2.x.org. hostmaster.x.org. 8 21600 \
             3600 604800 300\n\
             send\n"
        );
    }

    #[test]
    fn a_name_is_below_its_zone_only_at_a_dot() {
        assert!(is_below("a.X.org", "x.org") && is_below("x.org", "x.org"));
        assert!(!is_below("ax.org", "x.org") && !is_below("org", "x.org"));
    }
}
