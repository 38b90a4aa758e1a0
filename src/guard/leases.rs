//! The guard rail on leases: a run after which too many active leases of a
//! pool lie in no range is refused.

use crate::cli::Guard;
use crate::config::Settings;
use crate::context::Context;
use crate::guard::live::Subnet;
use crate::guard::losses::{Losses, is_over};
use crate::isc_dhcp::leases;
use crate::isc_dhcp::leases::{Held, Lease};
use crate::model::ranges::{Range, covers, merged};
use crate::system::files::Doing;

/// How many leases of a pool are named.
const NAMED: usize = 5;

/// Counts the leases that lose their range.
///
/// The lease file is read only where a range has shrunk.
///
/// # Errors
/// The lease file cannot be read.
pub fn check(
    context: &Context<'_>,
    before: &[Subnet],
    after: &[Subnet],
    losses: &mut Losses,
) -> anyhow::Result<()> {
    let kept = kept(after);
    let shrunk: Vec<&Subnet> = before
        .iter()
        .filter(|net| {
            let mut all = net.ranges.iter().chain(&net.draining);
            !all.all(|range| covers(&kept, *range))
        })
        .collect();
    if shrunk.is_empty() {
        return Ok(());
    }
    let active = held(&context.settings)?.active;
    let lost: Vec<(&Subnet, Lost)> = shrunk
        .into_iter()
        .filter_map(|net| Some((net, lost(net, &kept, &active)?)))
        .filter(|(_, lost)| {
            let count = lost.leases.len();
            count == lost.of || is_over(context, Guard::Leases, count, lost.of)
        })
        .collect();
    let lines = lost.iter().map(|(net, lost)| line(net, lost)).collect();
    let whole = lost.iter().all(|(_, lost)| lost.leases.len() == lost.of);
    let text = format!(
        "{} pools would lose {} active leases",
        lost.len(),
        if whole { "all their" } else { "many of their" }
    );
    losses.add_found(context, Guard::Leases, lines, text);
    Ok(())
}

/// All ranges that a set gives out or drains.
pub fn kept(subnets: &[Subnet]) -> Vec<Range> {
    let ranges =
        subnets.iter().flat_map(|net| net.ranges.iter().chain(&net.draining));
    merged(ranges.copied())
}

/// What the lease file of this node holds. Leases that have ended here count
/// as active as long as the failover peer may have renewed them.
///
/// # Errors
/// The lease file cannot be read.
pub fn held(settings: &Settings) -> anyhow::Result<Held> {
    let path = settings.path("PROVHA__DHCPD_LEASES");
    let held = leases::held(&path, crate::env::now());
    let mut held = held.doing("read the lease file", &path)?;
    let promised = std::mem::take(&mut held.promised);
    held.active.extend(promised);
    Ok(held)
}

/// The active leases of a pool that lie in no range any more.
struct Lost {
    leases: Vec<Lease>,
    /// How many active leases the pool has.
    of: usize,
}

/// What a subnet loses, if anything.
fn lost(net: &Subnet, kept: &[Range], active: &[Lease]) -> Option<Lost> {
    let stays = |lease: &Lease| {
        let address = lease.address.to_bits();
        covers(kept, (address, address))
    };
    let own = active.iter().filter(|lease| net.has(lease.address));
    let (of, gone) = own.fold((0, Vec::new()), |(of, mut gone), lease| {
        if !stays(lease) {
            gone.push(*lease);
        }
        (of + 1, gone)
    });
    (!gone.is_empty()).then_some(Lost { leases: gone, of })
}

/// The words about one pool.
fn line(net: &Subnet, lost: &Lost) -> String {
    let leases = &lost.leases;
    let named: Vec<String> = leases
        .iter()
        .take(NAMED)
        .map(|lease| lease.address.to_string())
        .collect();
    let more = if leases.len() > NAMED { ", …" } else { "" };
    let count = match leases.len() {
        count if count == lost.of => format!("all its {count}"),
        count => format!("{count} of its {}", lost.of),
    };
    format!(
        "the pool in {} ({}) would lose {count} active leases: {}{more}; the \
         last ends {}",
        net.net.0,
        net.file,
        named.join(", "),
        end(leases.iter().map(|lease| lease.ends).max().unwrap_or(0))
    )
}

/// A time at which leases end.
pub fn end(last: u32) -> String {
    match jiff::Timestamp::from_second(i64::from(last)) {
        Ok(time) if last < u32::MAX => time.strftime("%F %T UTC").to_string(),
        _ => "never".into(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::guard::live::parse;

    const FILE: &str = "subnet 10.0.0.0 netmask 255.255.255.0 { pool { range \
        10.0.0.10 10.0.0.20; range 10.0.0.30; } } subnet 10.0.1.0 netmask \
        255.255.255.0 { pool { range 10.0.1.2 10.0.1.9; } }";

    fn read(text: &str) -> Vec<Subnet> {
        let mut all = Vec::new();
        parse("cmts_gws/1.conf", text, &mut all);
        all
    }

    fn check(new: &str, active: &[&str], expected: &[&str]) {
        let active: Vec<Lease> = active
            .iter()
            .map(|address| Lease {
                address: address.parse().unwrap(),
                hardware: None,
                since: 0,
                ends: 0,
            })
            .collect();
        let (live, kept) = (read(FILE), kept(&read(new)));
        let got: Vec<String> = live
            .iter()
            .filter_map(|net| Some((net, lost(net, &kept, &active)?)))
            .map(|(net, lost)| {
                format!("{} {}/{}", net.net.0, lost.leases.len(), lost.of)
            })
            .collect();
        assert_eq!(got, expected);
    }

    #[test]
    fn leases_that_no_range_holds_are_lost() {
        let both = ["10.0.0.10", "10.0.0.30", "10.0.1.5"];
        check(FILE, &both, &[]);
        check("", &both, &["10.0.0.0 2/2", "10.0.1.0 1/1"]);
        check("", &[], &[]);
        check("", &["10.9.9.9"], &[]);
        // One of two leases stays.
        let shrunk = FILE.replace("10.0.0.20", "10.0.0.12");
        let shrunk = shrunk.replace("range 10.0.0.30;", "");
        check(&shrunk, &both, &["10.0.0.0 1/2"]);
        // The range moves away from all of them.
        let moved = FILE.replace("10.0.1.2 ", "10.0.1.6 ");
        check(&moved, &both, &["10.0.1.0 1/1"]);
        // Another pool takes the addresses over.
        let other = "subnet 10.0.0.0 netmask 255.255.0.0 { pool { range \
                     10.0.0.0 10.0.1.255; } }";
        check(other, &both, &[]);
        // A pool that is being drained keeps its leases.
        let drained = FILE.replace(
            "range 10.0.1.2 10.0.1.9;",
            "range 10.0.1.2 10.0.1.9; allow members of \"provha-drain\";",
        );
        check(&drained, &both, &[]);
    }

    #[test]
    fn the_end_of_the_last_lease_is_told() {
        assert_eq!(end(60), "1970-01-01 00:01:00 UTC");
        assert_eq!(end(u32::MAX), "never");
    }
}
