//! One change of one lease, and many of them as octets: column by column,
//! which compresses far better than row by row.

use std::net::Ipv4Addr;

use crate::isc_dhcp::leases::Entry;

/// A change of a lease.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Event {
    /// The address.
    pub address: Ipv4Addr,
    /// When it changed, seconds since 1970.
    pub time: u32,
    /// Whether a client holds it from then on.
    pub bound: bool,
    /// When the lease ends, seconds since 1970; `u32::MAX`: never.
    pub ends: u32,
    /// The client's MAC.
    pub mac: Option<[u8; 6]>,
    /// The modem that the client is behind.
    pub behind: Option<[u8; 6]>,
}

/// A client that is not known.
const NOBODY: [u8; 6] = [0; 6];
/// Octets of an event.
pub const WIDTH: usize = 4 + 4 + 4 + 6 + 6 + 1;

/// Seconds as they are kept.
fn seconds(time: i64) -> u32 {
    u32::try_from(time.max(0)).unwrap_or(u32::MAX)
}

impl Event {
    /// What an entry of the lease file says, read at the time `now`.
    pub fn of(entry: &Entry, now: i64) -> Self {
        // dhcpd notes no time for the end of a lease but the end itself.
        let ended = !entry.bound && (entry.since..=now).contains(&entry.ends);
        let time = if ended { entry.ends } else { entry.since };
        Self {
            address: entry.address,
            time: seconds(time),
            bound: entry.bound,
            ends: seconds(entry.ends),
            mac: entry.hardware,
            behind: entry.behind,
        }
    }
}

/// Events as octets.
pub fn pack(events: &[Event]) -> Vec<u8> {
    let mut out = Vec::with_capacity(events.len() * WIDTH);
    let mut number = |of: fn(&Event) -> u32| {
        for event in events {
            out.extend(of(event).to_le_bytes());
        }
    };
    number(|event| event.address.to_bits());
    number(|event| event.time);
    // Mostly the same few lengths.
    number(|event| event.ends.wrapping_sub(event.time));
    for event in events {
        out.extend(event.mac.unwrap_or(NOBODY));
    }
    for event in events {
        out.extend(event.behind.unwrap_or(NOBODY));
    }
    out.extend(events.iter().map(|event| u8::from(event.bound)));
    out
}

/// Packed events.
pub struct Packed<'a> {
    bytes: &'a [u8],
    count: usize,
}

impl<'a> Packed<'a> {
    /// Takes octets; None: they are no events.
    pub fn new(bytes: &'a [u8]) -> Option<Self> {
        let count = bytes.len() / WIDTH;
        bytes.len().is_multiple_of(WIDTH).then_some(Self { bytes, count })
    }

    /// The places of the events of an address.
    pub fn of_address(&self, wanted: Ipv4Addr) -> impl Iterator<Item = usize> {
        let wanted = wanted.to_bits().to_le_bytes();
        let cells = self.bytes[..self.count * 4].chunks_exact(4);
        cells.enumerate().filter(move |(_, c)| **c == wanted).map(|(i, _)| i)
    }

    /// The places of the events of a client, or of a client behind a modem.
    pub fn of_client(&self, wanted: [u8; 6]) -> impl Iterator<Item = usize> {
        let cells = &self.bytes[self.count * 12..self.count * 18];
        let cells = cells.chunks_exact(6).enumerate();
        cells.filter(move |(_, c)| **c == wanted).map(|(i, _)| i)
    }

    /// The address of an event.
    pub fn address(&self, at: usize) -> Ipv4Addr {
        Ipv4Addr::from_bits(self.number(0, at))
    }

    /// A number of a column.
    fn number(&self, column: usize, at: usize) -> u32 {
        let begin = (column * self.count + at) * 4;
        let mut cell = [0; 4];
        cell.copy_from_slice(&self.bytes[begin..begin + 4]);
        u32::from_le_bytes(cell)
    }

    /// Six octets of a column; None: nobody.
    fn six(&self, column: usize, at: usize) -> Option<[u8; 6]> {
        let begin = self.count * 12 + (column * self.count + at) * 6;
        let mut cell = [0; 6];
        cell.copy_from_slice(&self.bytes[begin..begin + 6]);
        (cell != NOBODY).then_some(cell)
    }

    /// An event.
    pub fn event(&self, at: usize) -> Event {
        let time = self.number(1, at);
        Event {
            address: self.address(at),
            time,
            ends: time.wrapping_add(self.number(2, at)),
            bound: self.bytes[self.count * 24 + at] != 0,
            mac: self.six(0, at),
            behind: self.six(1, at),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn events_come_back() {
        let event = |n: u8| Event {
            address: Ipv4Addr::new(10, 0, 0, n % 3),
            time: 1_000 + u32::from(n),
            bound: n.is_multiple_of(2),
            ends: if n == 4 { u32::MAX } else { 900 },
            mac: (n != 1).then_some([1, 2, 3, 4, 5, n]),
            behind: (n == 2).then_some([9; 6]),
        };
        let events: Vec<Event> = (0..7).map(event).collect();
        let bytes = pack(&events);
        let packed = Packed::new(&bytes).unwrap();
        let all: Vec<Event> = (0..7).map(|at| packed.event(at)).collect();
        assert_eq!(all, events);
        let first = packed.of_address(Ipv4Addr::new(10, 0, 0, 0));
        assert_eq!(first.collect::<Vec<_>>(), [0, 3, 6]);
        let client = packed.of_client([1, 2, 3, 4, 5, 6]);
        assert_eq!(client.collect::<Vec<_>>(), [6]);
        assert!(Packed::new(&bytes[1..]).is_none());
    }
}
