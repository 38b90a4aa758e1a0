//! All of /etc/dhcp-nmsprime.

use std::time::Instant;

use anyhow::Context as _;

use crate::console::count;
use crate::context::Context;
use crate::devices::boot_files;
use crate::exit::{Exit, Stop};
use crate::guard;
use crate::guard::drain;
use crate::model::{Findings, Network, Site};
use crate::outputs::{dhcp6, pool_texts};
use crate::pair::pace::LoneStarts;
use crate::publish::Service;
use crate::publish::directory_set::Staged;
use crate::publish::pending_restart::PendingRestart;
use crate::render::dhcp::{self as render, DIR, OmapiKey, Options};
use crate::render::templates::Templates;
use crate::report;
use crate::report::Outcome;
use crate::restore;
use crate::seen;
use crate::services::dhcpd_set::Published;
use crate::services::dhcpd_turn::Restart;
use crate::services::{dhcpd, dhcpd_set, dhcpd_turn, tftpd};
use crate::system::lock::Lock;

/// Reads the network and makes its set.
pub fn make(
    context: &Context<'_>,
    lock: Option<&Lock>,
    findings: &mut Findings,
) -> anyhow::Result<Outcome> {
    let (mut db, seen) = seen::open(context)?;
    let mut network = context.network_from(&mut *db, findings)?;
    drop(db);
    guard::with_drains(context, &mut network)?;
    let templates = context.templates()?;
    let mut options = options(context, &network)?;
    options.next_server = tftpd::next_server(context, &network.site);
    let outcome =
        apply(context, lock, network, &options, &templates, findings)?;
    if let Some(seen) = seen.filter(|_| outcome.waits.is_none()) {
        seen.keep(context, lock);
    }
    Ok(outcome)
}

/// Stages, checks and activates the set of a network.
pub fn apply(
    context: &Context<'_>,
    lock: Option<&Lock>,
    mut network: Network,
    options: &Options,
    templates: &Templates,
    findings: &mut Findings,
) -> anyhow::Result<Outcome> {
    context.publisher().settle(lock)?;
    in_pairs(context, &network.site)?;
    pool_texts::check(context, &mut network, options, templates, findings)?;
    dhcp6::texts(context, &mut network, templates, findings)?;
    boot_files::check(context, &network, findings);
    one_dns_server(&network, findings);
    if network.site.pair.is_some() && !network.has_failover() {
        context.console.warning(
            "no pool gives out addresses: failover.conf declares no peer \
             until one does, because dhcpd would not start",
        );
    }
    context.console.findings("dhcp", findings);
    guard::quarantine(context, findings, network.rows)?;
    guard::snapshot(context, &network, templates)?;
    drain::tell(&context.settings, context.console, &network);
    let mut outcome = Outcome { command: "dhcp".into(), ..Outcome::default() };
    outcome.made = made(&network);
    // A fault of Kea's own configuration must not keep dhcpd's set back.
    let mut v6 = dhcp6::stage(context, &network, templates);
    let mut stage = dhcpd_set::begin(context)?;
    render::render(&network, options, templates, &mut stage)
        .context("rendering the dhcpd set")?;
    context.console.detail("the set is rendered");
    let beside = v6.as_mut().ok().and_then(Option::as_mut);
    publish(context, lock, stage.finish()?, beside, &mut outcome)?;
    if lock.is_some() {
        // The set is live: a note that fails costs a look, not the run.
        let next = drain::Next::of(&context.settings);
        if let Err(error) = next.note(&network, crate::env::now()) {
            context.console.warning(&format!(
                "{error}: when a pool that drains is empty, the next change \
                 of the database shows it"
            ));
        }
    }
    let done =
        v6.and_then(|v6| dhcp6::publish(context, lock, v6, &mut outcome));
    if let Err(error) = done {
        return Err(beside_dhcpd(error, lock.is_some() && !outcome.is_empty()));
    }
    report::summary(context, network.site.role, &outcome, findings)?;
    Ok(outcome)
}

/// Checks a staged set, shows it where that is asked for, and makes it live;
/// without one, restarts dhcpd if an earlier run owes that.
fn publish(
    context: &Context<'_>,
    lock: Option<&Lock>,
    staged: Option<Staged>,
    mut v6: Option<&mut dhcp6::Ready>,
    outcome: &mut Outcome,
) -> anyhow::Result<()> {
    if let Some(mut staged) = staged {
        let begin = Instant::now();
        check_set(context, &staged)?;
        let checked = begin.elapsed();
        if context.options.diff {
            dhcpd_set::show(context, &staged)?;
        }
        let mut with_v6 = false;
        let published = match lock {
            Some(lock) => {
                let (staged, made) = (&mut staged, ("dhcp", checked));
                let beside =
                    v6.as_mut().and_then(|v6| v6.beside_dhcpd(context));
                with_v6 = beside.is_some();
                dhcpd_set::publish(context, lock, staged, made, beside)?
            }
            None => Published::default(),
        };
        outcome.restarted.extend(published.restarted);
        match published.later {
            Some(later) => outcome.waits = Some(later.text()),
            None => {
                outcome.written = staged.changed.iter().cloned().collect();
                outcome.removed = staged.stale.iter().cloned().collect();
                if let Some(v6) = v6.filter(|_| with_v6) {
                    v6.is_live(outcome);
                }
            }
        }
    } else if let Some(lock) = lock.filter(|_| !context.options.no_activate) {
        LoneStarts::of(&context.settings).nothing_waits();
        catch_up(context, lock, outcome)?;
    }
    if lock.is_some() {
        context.publisher().learn(dhcpd_set::live_names(context)?);
    }
    Ok(())
}

/// Whether this machine is one of the two that share the pools.
///
/// # Errors
/// Exit 3: it is a slave after the first, whose dhcpd would have a peer that
/// does not know of it.
fn in_pairs(context: &Context<'_>, site: &Site) -> anyhow::Result<()> {
    let others = site.slaves_without_peer();
    let Some(first) = others.first() else { return Ok(()) };
    if site.is_without_peer() {
        let text = format!(
            "provha.slaves: {} is not the first slave; a failover pair is the \
             master and the first slave ({}), so dhcpd here would serve \
             without knowing what the master gives out",
            site.own(),
            site.slaves[0]
        );
        let hint = "put its address first in provha.slaves, or run no dhcpd \
                    here";
        return Err(Stop::refused(text).hint(hint).into());
    }
    context.console.warning(&format!(
        "provha.slaves: slaves after the first get no failover, and no dhcpd \
         may serve there: {first}{}",
        if others.len() > 1 { ", …" } else { "" }
    ));
    Ok(())
}

/// The error of Kea's files; `live`: dhcpd's new set is live all the same.
fn beside_dhcpd(error: anyhow::Error, live: bool) -> anyhow::Error {
    if !live {
        return error;
    }
    let hint = error.downcast_ref::<Stop>().and_then(|stop| stop.hint.clone());
    let text = report::error::text(&error);
    Stop {
        exit: Exit::Broken,
        message: format!(
            "dhcpd's new set is live, that of kea-dhcp6 not: {text}"
        ),
        hint,
    }
    .into()
}

/// Restarts dhcpd with the live set, if an earlier run owes it.
fn catch_up(
    context: &Context<'_>,
    lock: &Lock,
    outcome: &mut Outcome,
) -> anyhow::Result<()> {
    let dhcpd = dhcpd::service(context);
    let due = PendingRestart::of(&context.settings, dhcpd.daemon.name);
    if !due.is_noted() || dhcpd.daemon.restart.is_none() {
        return Ok(());
    }
    let mut restart = Restart::of_live(context)?;
    let Service { daemon, loads } = dhcpd;
    let daemon = restart.guard(context, daemon);
    let dhcpd = Service { daemon, loads };
    restore::catch_up(context, lock, &[&dhcpd], outcome)?;
    restart.done(context);
    Ok(())
}

/// What the summary counts.
fn made(network: &Network) -> Vec<String> {
    let hosts = network.modems.iter().filter(|m| m.has_host()).count();
    let pools: usize = network.cmts.iter().map(|c| c.pools.len()).sum();
    let (v6, reserved) =
        (network.v6.pools().count(), network.v6.endpoints.len());
    let mut made = vec![
        count(hosts, "modem"),
        count(network.mtas.len(), "MTA"),
        count(network.endpoints.len(), "endpoint"),
        format!("{} CMTS with {}", network.cmts.len(), count(pools, "pool")),
    ];
    if v6 + reserved > 0 {
        made.push(format!(
            "IPv6: {} with {}",
            count(v6, "pool"),
            count(reserved, "endpoint")
        ));
    }
    made
}

/// What the configuration adds to the network.
pub fn options(
    context: &Context<'_>,
    network: &Network,
) -> anyhow::Result<Options> {
    let omapi_key = dhcpd::omapi_key(context)?;
    if omapi_key.is_none() && network.site.pair.is_some() {
        let path = context.settings.plain_path("PROVHA__OMAPI_KEY_FILE");
        context.console.warning(&format!(
            "no OMAPI key in {}: failover.conf carries no key",
            path.display()
        ));
    }
    Ok(options_with(context, network, omapi_key))
}

/// The same with an OMAPI key that is known, or without one: it stands in no
/// line of a device.
pub fn options_with(
    context: &Context<'_>,
    network: &Network,
    omapi_key: Option<OmapiKey>,
) -> Options {
    let number = |key| context.settings.number(key);
    Options {
        dir: DIR.into(),
        tsig_algorithm: context.settings.text("PROVHA__TSIG_ALGORITHM").into(),
        omapi_key,
        omapi_port: number("PROVHA__OMAPI_PORT"),
        port: number("PROVHA__FAILOVER_PORT"),
        peer_port: number("PROVHA__FAILOVER_PEER_PORT"),
        max_response_delay: number("PROVHA__MAX_RESPONSE_DELAY"),
        max_unacked_updates: number("PROVHA__MAX_UNACKED_UPDATES"),
        load_balance_max_seconds: number("PROVHA__LOAD_BALANCE_MAX_SECONDS"),
        mclt: number("PROVHA__MCLT"),
        next_server: network.site.own(),
    }
}

/// Whether a restart may happen at all, then the checkers.
fn check_set(context: &Context<'_>, staged: &Staged) -> anyhow::Result<()> {
    dhcpd_turn::check(context, staged)?;
    dhcpd_set::check(context, staged)
}

/// Adds a finding for each pool whose devices know only one of the two DNS
/// servers: while that node is down they resolve nothing.
fn one_dns_server(network: &Network, findings: &mut Findings) {
    let Some(pair) = &network.site.pair else { return };
    let pools = network.cmts.iter().flat_map(|cmts| &cmts.pools);
    for pool in pools.filter(|pool| pool.active) {
        let has = |address| pool.dns.contains(address);
        let (named, other) = match (has(&pair.own), has(&pair.peer)) {
            (true, false) => (pair.own, pair.peer),
            (false, true) => (pair.peer, pair.own),
            _ => continue,
        };
        let reason = format!(
            "of the two nodes only {named} is a DNS server of this pool: add \
             {other}, or its devices lose their names with that node"
        );
        findings.warn("ippool", pool.id, "dns1_ip", reason);
    }
}
