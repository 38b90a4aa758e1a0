//! Who had what when: the changes of some addresses, put together to times
//! of one client each.

use std::collections::{BTreeMap, BTreeSet};
use std::io;
use std::net::Ipv4Addr;
use std::path::Path;

use crate::lease_history::event::{Event, Packed, WIDTH, pack};
use crate::lease_history::journal;
use crate::lease_history::record;
use crate::lease_history::source;
use crate::system::files;

/// What is asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Subject {
    /// An address.
    Address(Ipv4Addr),
    /// A client.
    Client([u8; 6]),
}

/// A time in which one client held an address.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Holding {
    /// From when on, seconds since 1970.
    pub from: u32,
    /// Until when; `u32::MAX`: without end.
    pub until: u32,
    /// The address.
    pub address: Ipv4Addr,
    /// The client.
    pub mac: Option<[u8; 6]>,
    /// The modem that it was behind.
    pub behind: Option<[u8; 6]>,
}

/// What the journal and the lease file say.
#[derive(Debug, Default)]
pub struct Answer {
    /// The holdings, the latest first.
    pub holdings: Vec<Holding>,
    /// How many changes were looked at.
    pub looked: usize,
    /// The time of the first change that is known.
    pub since: Option<u32>,
    /// What could not be read.
    pub faults: Vec<String>,
}

/// All that is there to look at.
#[derive(Default)]
struct Sources {
    /// The files of the journal, oldest first.
    days: Vec<Vec<u8>>,
    /// What is not in the journal yet.
    fresh: Vec<u8>,
    /// The time of the first change of that.
    first: Option<u32>,
    faults: Vec<String>,
}

/// Answers from the journal below `state` and the lease file.
pub fn ask(state: &Path, leases: &Path, subject: Subject, now: i64) -> Answer {
    let sources = Sources::open(state, leases, now);
    let mut answer =
        Answer { faults: sources.faults.clone(), ..Answer::default() };
    let mut addresses = BTreeSet::new();
    match subject {
        Subject::Address(address) => {
            let _ = addresses.insert(address);
        }
        Subject::Client(mac) => sources.each(&mut answer, &mut |packed| {
            let of = packed.of_client(mac).map(|at| packed.address(at));
            addresses.extend(of);
        }),
    }
    let mut events: BTreeMap<Ipv4Addr, Vec<Event>> = BTreeMap::new();
    answer.looked = 0;
    sources.each(&mut answer, &mut |packed| {
        for address in &addresses {
            let of = packed.of_address(*address).map(|at| packed.event(at));
            events.entry(*address).or_default().extend(of);
        }
    });
    for (address, events) in &events {
        answer.holdings.extend(holdings(*address, events));
    }
    if let Subject::Client(mac) = subject {
        answer.holdings.retain(|holding| holding.mac == Some(mac));
    }
    answer.holdings.sort_unstable();
    answer.holdings.reverse();
    answer.faults.sort();
    answer.faults.dedup();
    answer
}

impl Sources {
    /// Reads everything.
    fn open(state: &Path, leases: &Path, now: i64) -> Self {
        let mut out = Self::default();
        match journal::list(&journal::dir(state)) {
            Ok(files) => {
                for (_, path) in files {
                    match files::read_at_most(&path, 1 << 32) {
                        Ok(bytes) => out.days.push(bytes),
                        Err(error) => out.faults.push(error.to_string()),
                    }
                }
            }
            Err(error) => out.faults.push(error.to_string()),
        }
        let position = record::position(state).filter(|_| !out.days.is_empty());
        let mut fresh = Vec::new();
        let read = source::new(leases, position.as_ref(), now, &mut |events| {
            fresh.extend_from_slice(events);
            Ok(())
        });
        match read {
            Ok(Some(_)) => (),
            Ok(None) => {
                let path = leases.display();
                out.faults.push(format!("there is no lease file {path}"));
            }
            Err(error) => {
                let path = leases.display();
                out.faults.push(format!("cannot read {path}: {error}"));
            }
        }
        out.first = fresh.iter().map(|event| event.time).min();
        out.fresh = pack(&fresh);
        out
    }

    /// Visits all events in their order.
    fn each(&self, answer: &mut Answer, visit: &mut dyn FnMut(&Packed<'_>)) {
        let mut take = |bytes: io::Result<Vec<u8>>, first: Option<u32>| {
            let bytes = match bytes {
                Ok(bytes) => bytes,
                Err(error) => return answer.faults.push(error.to_string()),
            };
            if let Some(packed) = Packed::new(&bytes) {
                answer.looked += bytes.len() / WIDTH;
                let known = answer.since.into_iter().chain(first);
                answer.since = known.min();
                visit(&packed);
            }
        };
        for day in &self.days {
            let (frames, whole) = journal::frames(day);
            for frame in &frames {
                take(frame.unpack(), Some(frame.times.0));
            }
            if whole < day.len() {
                take(
                    Err(io::Error::other("the end of a journal is damaged")),
                    None,
                );
            }
        }
        take(Ok(self.fresh.clone()), self.first);
    }
}

/// The times in which each client held an address; events in their order.
fn holdings(address: Ipv4Addr, events: &[Event]) -> Vec<Holding> {
    let (mut out, mut open): (Vec<Holding>, Option<Holding>) =
        (Vec::new(), None);
    for event in events {
        let same = open.is_some_and(|held| {
            event.bound && held.mac == event.mac && event.time <= held.until
        });
        if same && let Some(held) = &mut open {
            held.until = event.ends;
            held.from = held.from.min(event.time);
            held.behind = event.behind.or(held.behind);
            continue;
        }
        if let Some(held) = open.take() {
            let until = held.until.min(event.time).max(held.from);
            out.push(Holding { until, ..held });
        }
        if event.bound {
            open = Some(Holding {
                from: event.time,
                until: event.ends,
                address,
                mac: event.mac,
                behind: event.behind,
            });
        }
    }
    out.extend(open);
    out
}

impl Holding {
    /// Whether it was so at a time.
    pub fn holds_at(&self, time: i64) -> bool {
        let (from, until) = (i64::from(self.from), i64::from(self.until));
        from <= time && (time < until || self.until == u32::MAX)
    }
}

/// The holdings of both nodes, each once, the latest first: those of the same
/// client that overlap are one.
pub fn merged(mut all: Vec<Holding>) -> Vec<Holding> {
    all.sort_unstable_by_key(|held| (held.address, held.mac, held.from));
    let mut out: Vec<Holding> = Vec::new();
    for held in all {
        if let Some(last) = out.last_mut()
            && (last.address, last.mac) == (held.address, held.mac)
            && held.from <= last.until
        {
            last.until = last.until.max(held.until);
            last.behind = last.behind.or(held.behind);
            continue;
        }
        out.push(held);
    }
    out.sort_unstable();
    out.reverse();
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    fn event(time: u32, bound: bool, ends: u32, mac: u8) -> Event {
        let address = Ipv4Addr::new(10, 0, 0, 1);
        let mac = Some([0, 0, 0, 0, 0, mac]);
        Event { address, time, bound, ends, mac, behind: None }
    }

    /// From, until and the last octet of the MAC.
    fn times(events: &[Event]) -> Vec<(u32, u32, u8)> {
        let all = holdings(Ipv4Addr::new(10, 0, 0, 1), events);
        all.iter().map(|h| (h.from, h.until, h.mac.unwrap()[5])).collect()
    }

    #[test]
    fn renewals_are_one_time_and_another_client_ends_it() {
        let events = [
            event(100, true, 200, 1),
            event(150, true, 250, 1),
            // A release, and the address goes to another.
            event(180, false, 180, 1),
            event(300, true, 400, 2),
            // Not renewed in time, then again.
            event(500, true, 600, 2),
            event(550, true, 700, 3),
        ];
        let expected =
            [(100, 180, 1), (300, 400, 2), (500, 550, 2), (550, 700, 3)];
        assert_eq!(times(&events), expected);
        let all = holdings(Ipv4Addr::new(10, 0, 0, 1), &events);
        let at = |time| all.iter().find(|h| h.holds_at(time)).map(|h| h.from);
        assert_eq!(at(179), Some(100));
        assert_eq!((at(180), at(299)), (None, None));
        assert_eq!((at(300), at(550)), (Some(300), Some(550)));
    }

    #[test]
    fn both_nodes_make_one_time() {
        let all = holdings(
            Ipv4Addr::new(10, 0, 0, 1),
            &[event(100, true, 200, 1), event(300, true, 400, 2)],
        );
        let late = Holding { from: 150, until: 260, ..all[0] };
        let merged = merged([all.clone(), vec![late]].concat());
        let times: Vec<_> = merged.iter().map(|h| (h.from, h.until)).collect();
        assert_eq!(times, [(300, 400), (100, 260)]);
    }
}
