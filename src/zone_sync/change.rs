//! From the zones as they are to what they should hold: the fewest changes.

use std::collections::BTreeSet;
use std::net::{Ipv4Addr, Ipv6Addr};

use crate::model::ranges::is_in;
use crate::render::dns::batch::Batch;
use crate::zone_sync::ip6_arpa;
use crate::zone_sync::mark::{BESIDE, Sign, mark_of};
use crate::zone_sync::wanted::Wanted;
use crate::zone_sync::zone::{
    Data, Forward, Reverse, Reverse6, Zones, is_below_cpe, was_device,
};
use crate::zone_sync::{NamesError, Report, Updates};

/// Time to live of the records, seconds (facts/nms-formats.md section 10).
const TTL: u32 = 3600;

/// Collects the changes of one zone and sends them message by message.
///
/// The changes of one name go in one message, so that a name is never half
/// changed.
pub struct Changes<'a> {
    removes: bool,
    updates: &'a mut dyn Updates,
    report: &'a mut Report,
    batch: Batch,
}

impl<'a> Changes<'a> {
    /// For a zone; what is sent is counted in `report`. Unless it `removes`,
    /// removals are only counted.
    pub fn new(
        zone: &str,
        removes: bool,
        updates: &'a mut dyn Updates,
        report: &'a mut Report,
    ) -> Self {
        Self { removes, updates, report, batch: Batch::new(zone) }
    }

    /// Takes the changes of one name: removals, then additions, each without
    /// its verb.
    fn name(
        &mut self,
        removals: &[String],
        additions: &[String],
    ) -> Result<(), NamesError> {
        if !self.removes && !removals.is_empty() {
            self.report.spared += removals.len();
            // An alias can only be alone.
            let alias = |line: &String| line.contains(" CNAME ");
            if removals.iter().chain(additions).any(alias) {
                return Ok(());
            }
            return self.name(&[], additions);
        }
        let removed = removals.iter().map(|l| format!("update delete {l}"));
        let added = additions.iter().map(|l| format!("update add {l}"));
        let lines: Vec<String> = removed.chain(added).collect();
        if !self.batch.has_room_for(&lines) {
            self.flush()?;
        }
        self.batch.together(lines);
        self.report.removed += removals.len();
        self.report.added += additions.len();
        Ok(())
    }

    /// Sends what is left.
    ///
    /// # Errors
    /// The update was not taken.
    pub fn flush(&mut self) -> Result<(), NamesError> {
        if self.batch.is_empty() {
            return Ok(());
        }
        let zone = self.batch.zone().to_string();
        let batch = std::mem::replace(&mut self.batch, Batch::new(&zone));
        let sent = self.updates.send(&batch);
        sent.map_err(|reason| NamesError::Update { zone, reason })
    }
}

/// The next group of records that agree in a key, of both sides.
fn groups<'a, T, K: Ord>(
    mut one: &'a [T],
    mut other: &'a [T],
    key: impl Fn(&'a T) -> K,
) -> impl Iterator<Item = (&'a [T], &'a [T])> {
    std::iter::from_fn(move || {
        let first = [one.first(), other.first()];
        let least = first.into_iter().flatten().map(&key).min()?;
        let take = |side: &mut &'a [T]| {
            let whole: &'a [T] = side;
            let count =
                whole.iter().take_while(|item| key(item) == least).count();
            let (group, rest) = whole.split_at(count);
            *side = rest;
            group
        };
        let (group, others) = (take(&mut one), take(&mut other));
        Some((group, others))
    })
}

/// The changes of the forward zone.
///
/// # Errors
/// An update was not taken.
pub fn forward(
    zones: &Zones,
    wanted: &Wanted,
    changes: &mut Changes<'_>,
) -> Result<(), NamesError> {
    let groups = groups(&zones.forward, &wanted.forward, |r| &*r.owner);
    for (is, should) in groups {
        let Some(record) = is.first().or(should.first()) else { continue };
        let owner = &*record.owner;
        if zones.is_protected(owner) {
            continue;
        }
        let (removals, additions) = one_name(zones, wanted, owner, is, should);
        if !removals.is_empty() || !additions.is_empty() {
            changes.name(&removals, &additions)?;
        }
    }
    Ok(())
}

/// The changes of one name of the forward zone: removals, then additions.
fn one_name(
    zones: &Zones,
    wanted: &Wanted,
    owner: &str,
    is: &[Forward],
    should: &[Forward],
) -> (Vec<String>, Vec<String>) {
    let known = wanted.cpe || !is_below_cpe(owner);
    let whole = zones.whole(owner);
    let tolerated = &wanted.tolerated.forward;
    let has =
        |list: &[Forward], record: &Forward| list.binary_search(record).is_ok();
    // Where version 6 is not read, nobody knows whose its addresses are. What
    // carries no mark was made by hand.
    let goes = |record: &Forward| {
        known
            && (wanted.version6 || !matches!(record.data, Data::Address6(_)))
            && zones.is_own(record, &wanted.ranges)
            && !has(should, record)
            && !has(tolerated, record)
    };
    let records = is.iter().filter(|record| !record.data.is_mark());
    let (gone, kept): (Vec<_>, Vec<_>) = records.partition(|r| goes(r));
    let is_alias = |record: &Forward| matches!(record.data, Data::Alias(_));
    if should.iter().any(is_alias) && kept.iter().any(|r| !has(should, r)) {
        // No alias can stand beside it (RFC 1034 section 3.6.2).
        return (Vec::new(), Vec::new());
    }
    let line =
        |record: &&Forward| format!("{whole} {}", text(zones, &record.data));
    let mut removals: Vec<String> = gone.iter().map(line).collect();
    let mut additions: Vec<String> = should
        .iter()
        .filter(|record| !has(is, record))
        .map(|r| format!("{whole} {TTL} {}", text(zones, &r.data)))
        .collect();
    let marks = Marks { zones, wanted, is, should, kept: &kept };
    if known {
        removals.extend(marks.surplus(&whole));
    }
    additions.extend(marks.missing(&whole));
    (removals, additions)
}

/// The marks of one name.
struct Marks<'a> {
    zones: &'a Zones,
    wanted: &'a Wanted,
    is: &'a [Forward],
    should: &'a [Forward],
    /// The records that stay, ours or not.
    kept: &'a [&'a Forward],
}

impl Marks<'_> {
    /// The marks that go, as nsupdate(1) reads them.
    fn surplus(&self, whole: &str) -> Vec<String> {
        let surplus = self.is.iter().filter_map(|record| {
            let (sign, at) = match &record.data {
                Data::Mark(sign) => (sign, ""),
                Data::MarkBeside(sign) => (sign, BESIDE),
                _ => return None,
            };
            let stays = self.stays(sign, !at.is_empty());
            (!stays).then(|| format!("{at}{whole} {}", sign.text()))
        });
        surplus.collect()
    }

    /// Whether a mark still says something.
    fn stays(&self, sign: &Sign, beside: bool) -> bool {
        let is_alias = |r: &Forward| matches!(r.data, Data::Alias(_));
        let ranges = &self.wanted.ranges;
        let own = |r: &&&Forward| self.zones.is_own(r, ranges);
        // Those that no device has, and stay all the same.
        let mut others = self.kept.iter().filter(own).filter(|record| {
            is_alias(record) == beside && !self.should.contains(record)
        });
        let mut should = self.should.iter().filter(|r| is_alias(r) == beside);
        match sign {
            Sign::Record(of) => {
                let named = |r: &Forward| self.zones.plain(&r.data) == **of;
                should.any(named) || others.any(|r| named(r))
            }
            // In its place each record gets a mark of its own.
            Sign::Name => others.next().is_some(),
            Sign::Hash(_) | Sign::Dhcid => {
                let some = should.next().is_some() || others.next().is_some();
                some && !self.is_mixed()
            }
        }
    }

    /// Whether something was put there by hand: then dhcpd's mark, which says
    /// nothing of a single record, gives way to one that does.
    fn is_mixed(&self) -> bool {
        let ranges = &self.wanted.ranges;
        let mut kept = self.kept.iter();
        kept.any(|r| !self.should.contains(r) && !self.zones.is_own(r, ranges))
    }

    /// The marks that are to come, as nsupdate(1) reads them. What dhcpd made
    /// carries its own.
    fn missing(&self, whole: &str) -> Vec<String> {
        let signs = || self.is.iter().filter_map(|r| r.data.sign());
        let dhcpds = signs().any(Sign::is_dhcpds) && !self.is_mixed();
        let missing = self.should.iter().filter_map(|record| {
            let at = match record.data {
                Data::Alias(_) => BESIDE,
                Data::Address(_) if dhcpds => return None,
                _ => "",
            };
            let sign = Sign::Record(self.zones.plain(&record.data).into());
            let there = signs().any(|is| *is == sign);
            (!there).then(|| format!("{at}{whole} {TTL} {}", sign.text()))
        });
        missing.collect()
    }
}

/// Type and data as nsupdate(1) reads them.
fn text(zones: &Zones, data: &Data) -> String {
    match data {
        Data::Address(address) => format!("A {address}"),
        Data::Address6(address) => format!("AAAA {address}"),
        Data::Alias(target) => format!("CNAME {}", zones.whole(target)),
        Data::Mark(sign) | Data::MarkBeside(sign) => sign.text(),
    }
}

/// The changes of the reverse zone.
///
/// # Errors
/// An update was not taken.
pub fn reverse(
    zones: &Zones,
    wanted: &Wanted,
    changes: &mut Changes<'_>,
) -> Result<(), NamesError> {
    let groups = groups(&zones.reverse, &wanted.reverse, |r| r.address);
    for (is, should) in groups {
        let Some(record) = is.first().or(should.first()) else { continue };
        let address = record.address;
        let owner = reversed(address);
        let known = is_known(wanted, is);
        let tolerated = &wanted.tolerated.reverse;
        let extra = |record: &&Reverse| {
            known
                && is_ours(zones, wanted, record)
                && should.binary_search(record).is_err()
                && tolerated.binary_search(record).is_err()
        };
        let pointer =
            |record: &Reverse| format!("PTR {}", zones.whole(&record.target));
        let mark = |record: &Reverse| {
            let name = zones.whole(&record.target);
            format!("TXT \"{}\"", mark_of(name.trim_end_matches('.')))
        };
        let (mut removals, mut additions) = (Vec::new(), Vec::new());
        for record in is.iter().filter(extra) {
            removals.push(format!("{owner} {}", pointer(record)));
            if zones.is_pointer_marked(record) {
                removals.push(format!("{owner} {}", mark(record)));
            }
        }
        for record in should {
            if is.binary_search(record).is_err() {
                additions.push(format!("{owner} {TTL} {}", pointer(record)));
            }
            let second = wanted.seconds.binary_search(record).is_ok();
            if second && !zones.is_pointer_marked(record) {
                additions.push(format!("{owner} {TTL} {}", mark(record)));
            }
        }
        if !removals.is_empty() || !additions.is_empty() {
            changes.name(&removals, &additions)?;
        }
    }
    Ok(())
}

/// The changes of the reverse zone of version 6: only pointers to names below
/// `cpe` are endpoints'.
///
/// # Errors
/// An update was not taken.
pub fn reverse6(
    zones: &Zones,
    wanted: &Wanted,
    changes: &mut Changes<'_>,
) -> Result<(), NamesError> {
    if !wanted.version6 {
        return Ok(());
    }
    let groups = groups(&zones.reverse6, &wanted.reverse6, |r| r.address);
    for (is, should) in groups {
        let Some(record) = is.first().or(should.first()) else { continue };
        let owner = ip6_arpa::reversed(record.address);
        let pointer =
            |record: &Reverse6| format!("PTR {}", zones.whole(&record.target));
        let extra = |record: &&Reverse6| {
            is_below_cpe(&record.target)
                && !zones.is_foreign(&record.target)
                && should.binary_search(record).is_err()
        };
        let removals: Vec<String> = is
            .iter()
            .filter(extra)
            .map(|record| format!("{owner} {}", pointer(record)))
            .collect();
        let additions: Vec<String> = should
            .iter()
            .filter(|record| is.binary_search(record).is_err())
            .map(|record| format!("{owner} {TTL} {}", pointer(record)))
            .collect();
        if !removals.is_empty() || !additions.is_empty() {
            changes.name(&removals, &additions)?;
        }
    }
    Ok(())
}

/// Whether a pointer is a device's, so that it goes when no device has it:
/// one that was made by hand never does. It carries a mark; or the name to
/// which it leads does, and that leads back here or dhcpd gives the address;
/// after the domain has changed that name is in no zone any more, and the form
/// of the name decides.
fn is_ours(zones: &Zones, wanted: &Wanted, record: &Reverse) -> bool {
    let (target, address) = (&record.target, record.address);
    let leased = || is_in(&wanted.ranges, address);
    let back = || zones.leads(target, address, &wanted.ranges);
    zones.is_pointer_marked(record)
        || zones.is_marked(target) && (leased() || back())
        || was_device(target) && leased()
}

/// Whether it is known who has the address: names below `cpe` are not without
/// their key.
fn is_known(wanted: &Wanted, is: &[Reverse]) -> bool {
    wanted.cpe || !is.iter().any(|record| is_below_cpe(&record.target))
}

/// The names that would vanish although their device is still there, and how
/// many names of devices the zone holds.
///
/// The name of a lease that has ended goes as a matter of course; `leased` are
/// the addresses that have an active one, ascending.
pub fn lost_names(
    zones: &Zones,
    wanted: &Wanted,
    leased: &[Ipv4Addr],
) -> (Vec<String>, usize) {
    let mut served: Vec<Ipv4Addr> = wanted
        .forward
        .iter()
        .filter_map(|record| match record.data {
            Data::Address(address) => Some(address),
            _ => None,
        })
        .collect();
    served.sort_unstable();
    let served6: BTreeSet<Ipv6Addr> = wanted
        .forward
        .iter()
        .filter_map(|record| match record.data {
            Data::Address6(address) => Some(address),
            _ => None,
        })
        .collect();
    let stays = |record: &Forward| match &record.data {
        Data::Address(address) => {
            let ended = is_in(&wanted.ranges, *address)
                && leased.binary_search(address).is_err();
            ended || served.binary_search(address).is_ok()
        }
        Data::Address6(ip) => !wanted.version6 || served6.contains(ip),
        _ => false,
    };
    let (mut lost, mut of) = (Vec::new(), 0);
    let groups = groups(&zones.forward, &wanted.forward, |r| &*r.owner);
    for (is, should) in groups {
        let mut records = is.iter().filter(|r| !r.data.is_mark());
        let Some(record) = records.next() else { continue };
        let owner = &*record.owner;
        let known = wanted.cpe || !is_below_cpe(owner);
        if zones.is_protected(owner) || !zones.is_marked(owner) || !known {
            continue;
        }
        of += 1;
        let mut records = std::iter::once(record).chain(records);
        if should.is_empty() && !records.any(stays) {
            lost.push(owner.to_string());
        }
    }
    (lost, of)
}

/// The name of an address in the reverse zone, with the final dot.
fn reversed(address: Ipv4Addr) -> String {
    let [a, b, c, d] = address.octets();
    format!("{d}.{c}.{b}.{a}.in-addr.arpa.")
}
