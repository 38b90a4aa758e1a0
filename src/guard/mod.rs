//! The guard rails: a run that would take too much away is refused.
//!
//! [`snapshot`] compares a network with what is live, whichever output is
//! about to be made of it: `dhcp`, `dns`, `time` and `configfile` come to the
//! same verdict about one snapshot. The reference is the live dhcpd set: what
//! a person allowed `dhcp` to take away is no question to the others.

pub mod access;
pub mod contents;
pub mod drain;
mod kept;
pub mod leases;
pub mod live;
pub mod losses;
mod version6;

use std::collections::HashMap;

use crate::cli::Guard;
use crate::console::count;
use crate::context::Context;
use crate::exit::Stop;
use crate::model::{Findings, Network};
use crate::pair::membership;
use crate::publish::activate::steady;
use crate::render::dhcp;
use crate::render::sink::MemorySink;
use crate::render::templates::Templates;
use live::{Device, Subnet};
use losses::{Losses, exceeds};

/// Fewer quarantined rows than this are never refused.
const FEW_ROWS: usize = 20;

/// Refuses a run that would leave out too many rows, and one with findings
/// under `--strict`.
pub fn quarantine(
    context: &Context<'_>,
    findings: &Findings,
    rows: usize,
) -> anyhow::Result<()> {
    if context.options.strict && !findings.is_empty() {
        let text =
            format!("{} under --strict", count(findings.len(), "finding"));
        return Err(Stop::refused(text)
            .hint("correct the rows named above, or leave --strict out")
            .into());
    }
    let limit = context.options.max_quarantined_percent.unwrap_or_else(|| {
        context.settings.number("PROVHA__GUARD_MAX_QUARANTINED_PERCENT")
    });
    let left_out = findings.quarantined();
    if left_out <= FEW_ROWS || !exceeds(left_out, rows, limit) {
        return Ok(());
    }
    let text = format!(
        "guard rail: {left_out} of {rows} rows would be left out, more than \
         {limit} %"
    );
    let hint = "correct the rows named above; to allow it for this run: \
                --max-quarantined-percent 100 (always: \
                PROVHA__GUARD_MAX_QUARANTINED_PERCENT)";
    Err(Stop::refused(text).hint(hint).into())
}

/// Refuses a network that takes too much away from what is live.
///
/// # Errors
/// Exit 3; a live file or the lease file that cannot be read.
pub fn snapshot(
    context: &Context<'_>,
    network: &Network,
    templates: &Templates,
) -> anyhow::Result<()> {
    let mut losses = Losses::default();
    let _steady = steady();
    hosts(context, network, &mut losses)?;
    pools(context, network, templates, &mut losses)?;
    let dir = live_dir(context);
    kept::fixed(context, &dir, network, &mut losses)?;
    kept::domain(context, &dir, network, &mut losses)?;
    version6::check(context, &network.v6, &mut losses)?;
    losses.judge(context)
}

/// As [`snapshot`], for what is made beside dhcpd's set: it waits, too, while
/// that set is in a failover pair which the network does not have.
///
/// # Errors
/// As [`snapshot`].
pub fn beside_dhcpd(
    context: &Context<'_>,
    network: &Network,
    templates: &Templates,
) -> anyhow::Result<()> {
    snapshot(context, network, templates)?;
    let live = crate::isc_dhcp::live::try_read(&live_dir(context))?;
    Ok(membership::waits(live.peering, network)?)
}

/// Adds what drains to a network, and warns of what cannot be drained.
///
/// # Errors
/// The lease file cannot be read.
pub fn with_drains(
    context: &Context<'_>,
    network: &mut Network,
) -> anyhow::Result<()> {
    let begin = context.options.drain;
    for words in drain::add(&context.settings, begin, network)? {
        context.console.warning(&words);
    }
    Ok(())
}

/// Where the live dhcpd set is.
fn live_dir(context: &Context<'_>) -> std::path::PathBuf {
    context.settings.root().at(dhcp::DIR)
}

/// The hosts that go, and the modems that are blocked: what the files of
/// devices have in common with the network.
///
/// # Errors
/// A live file that cannot be read.
pub fn hosts(
    context: &Context<'_>,
    network: &Network,
    losses: &mut Losses,
) -> anyhow::Result<()> {
    let dir = live_dir(context);
    let kept = live::hosts_of(network);
    let dropped = live::dropped(&dir, &kept)?;
    let all = dropped.values().flat_map(|(names, _)| names.iter().cloned());
    let live = dropped.values().map(|(_, count)| count).sum();
    // One host that goes is told once: the sum first, else each kind.
    losses.add(context, Guard::Hosts, all.collect(), live);
    if !losses.has(Guard::Hosts) {
        for (device, (names, live)) in dropped {
            let guard = match device {
                Device::Modem => Guard::Modems,
                Device::Mta => Guard::Mtas,
                Device::Endpoint => Guard::Endpoints,
            };
            losses.add(context, guard, names, live);
        }
    }
    let (modems, before) = live::blocked(&dir)?;
    let newly: Vec<String> = network
        .modems
        .iter()
        .filter(|modem| !modem.internet_access && !modem.doubled)
        .filter_map(|modem| Some((modem.id, modem.mac?.number())))
        .filter(|(_, mac)| modems.contains(mac) && !before.contains(mac))
        .map(|(id, _)| network.modem_name(id))
        .collect();
    losses.add(context, Guard::Blocked, newly, modems.len());
    Ok(())
}

/// The CMTS files of a network, as they would be live.
///
/// # Errors
/// A template that fails.
pub fn cmts_files(
    network: &Network,
    templates: &Templates,
) -> anyhow::Result<MemorySink> {
    let mut sink = MemorySink::default();
    dhcp::cmts_files(network, templates, &mut sink)?;
    Ok(sink)
}

/// The files of a sink as text.
pub fn reader(sink: &MemorySink) -> impl Fn(&str) -> String + '_ {
    |name| {
        let bytes = sink.0.get(name).map_or(&[][..], Vec::as_slice);
        String::from_utf8_lossy(bytes).into_owned()
    }
}

/// What of the pools goes, with their leases and access lists.
fn pools(
    context: &Context<'_>,
    network: &Network,
    templates: &Templates,
    losses: &mut Losses,
) -> anyhow::Result<()> {
    let dir = live_dir(context);
    live::readable(&dir)?;
    let read = live::reader(&dir);
    let before = live::subnets(&read);
    let files = live::cmts_files(&read);
    let after = live::subnets(&reader(&cmts_files(network, templates)?));
    let there = |file: &String| {
        let id = |c: &crate::model::Cmts| format!("cmts_gws/{}.conf", c.id);
        network.cmts.iter().any(|cmts| id(cmts) == *file)
    };
    let (of, gone) = (files.len(), files.into_iter());
    let gone = gone.filter(|file| !there(file)).collect();
    losses.add(context, Guard::Cmts, gone, of);
    let (lost, moved) = changed(&before, &after);
    let of = before.iter().filter(|subnet| subnet.gives()).count();
    losses.add(context, Guard::Pools, lost, of);
    losses.add(context, Guard::Routers, moved, of);
    leases::check(context, &before, &after, losses)?;
    let live = dir.join("cmts_gws.conf").exists();
    access::check(context, network, live.then_some(&before), losses);
    Ok(())
}

/// The subnets that give no addresses any more, and those with another
/// router.
fn changed(before: &[Subnet], after: &[Subnet]) -> (Vec<String>, Vec<String>) {
    let after: HashMap<_, _> =
        after.iter().map(|subnet| (&subnet.net, subnet)).collect();
    let (mut lost, mut moved) = (Vec::new(), Vec::new());
    for old in before.iter().filter(|subnet| subnet.gives()) {
        let net = &old.net.0;
        match after.get(&old.net) {
            Some(new) if !new.draining.is_empty() => (),
            Some(new) if new.denies => lost.push(format!("{net} (inactive)")),
            // The devices that it served are refused from then on.
            Some(new) if old.kind.is_some() && new.kind != old.kind => {
                lost.push(format!("{net} (of another type)"));
            }
            Some(new) if new.gives() => {
                if new.router != old.router {
                    moved.push(format!(
                        "{net} ({} becomes {})",
                        old.router, new.router
                    ));
                }
            }
            _ => lost.push(format!("{net} ({})", old.file)),
        }
    }
    (lost, moved)
}
