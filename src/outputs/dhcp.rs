//! All of /etc/dhcp-nmsprime.

use std::time::Instant;

use anyhow::Context as _;

use crate::console::count;
use crate::context::Context;
use crate::devices::boot_files;
use crate::guard;
use crate::guard::pools;
use crate::model::{Findings, Network};
use crate::outputs::pool_texts;
use crate::publish::directory_set::Staged;
use crate::publish::pending_restart::PendingRestart;
use crate::render::dhcp::{self as render, DIR, Options};
use crate::render::templates::Templates;
use crate::report;
use crate::report::Outcome;
use crate::restore;
use crate::services::{dhcpd, dhcpd_set, tftpd};
use crate::system::lock::Lock;

/// Reads the network and makes its set.
pub fn make(
    context: &Context<'_>,
    lock: Option<&Lock>,
    findings: &mut Findings,
) -> anyhow::Result<Outcome> {
    let network = context.network(findings)?;
    let templates = context.templates()?;
    let mut options = options(context, &network)?;
    options.next_server = tftpd::next_server(context, &network.site);
    apply(context, lock, network, &options, &templates, findings)
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
    pool_texts::check(context, &mut network, options, templates, findings)?;
    boot_files::check(context, &network, findings);
    if network.site.pair.is_some() && !network.has_failover() {
        context.console.warning(
            "no pool gives out addresses: failover.conf declares no peer \
             until one does, because dhcpd would not start",
        );
    }
    context.console.findings("dhcp", findings);
    guard::quarantine(context, findings, network.rows)?;
    let mut outcome = Outcome { command: "dhcp".into(), ..Outcome::default() };
    outcome.made = made(&network);
    let mut stage = dhcpd_set::begin(context)?;
    render::render(&network, options, templates, &mut stage)
        .context("rendering the dhcpd set")?;
    context.console.detail("the set is rendered");
    if let Some(mut staged) = stage.finish()? {
        let begin = Instant::now();
        check_set(context, &staged)?;
        let checked = begin.elapsed();
        outcome.written = staged.changed.iter().cloned().collect();
        outcome.removed = staged.stale.iter().cloned().collect();
        if context.options.diff {
            dhcpd_set::show(context, &staged)?;
        }
        if let Some(lock) = lock {
            let restarted = dhcpd_set::publish(
                context,
                lock,
                &mut staged,
                "dhcp",
                checked,
            )?;
            outcome.restarted.extend(restarted);
        }
    } else if let Some(lock) = lock.filter(|_| !context.options.no_activate) {
        let dhcpd = dhcpd::service(context);
        let due = PendingRestart::of(&context.settings, dhcpd.daemon.name);
        let _turn = due.is_noted().then(|| dhcpd::take_turn(context, &dhcpd));
        restore::catch_up(context, lock, &[&dhcpd], &mut outcome)?;
    }
    if lock.is_some() {
        context.publisher().learn(dhcpd_set::live_names(context)?);
    }
    report::summary(context, network.site.role, &outcome, findings)?;
    Ok(outcome)
}

/// What the summary counts.
fn made(network: &Network) -> Vec<String> {
    let hosts = network.modems.iter().filter(|m| m.has_host()).count();
    let pools: usize = network.cmts.iter().map(|c| c.pools.len()).sum();
    vec![
        count(hosts, "modem"),
        count(network.mtas.len(), "MTA"),
        count(network.endpoints.len(), "endpoint"),
        format!("{} CMTS with {}", network.cmts.len(), count(pools, "pool")),
    ]
}

/// What the configuration adds to the network.
pub fn options(
    context: &Context<'_>,
    network: &Network,
) -> anyhow::Result<Options> {
    let number = |key| context.settings.number(key);
    let omapi_key = dhcpd::omapi_key(context)?;
    if omapi_key.is_none() && network.site.pair.is_some() {
        let path = context.settings.plain_path("PROVHA__OMAPI_KEY_FILE");
        context.console.warning(&format!(
            "no OMAPI key in {}: failover.conf carries no key",
            path.display()
        ));
    }
    Ok(Options {
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
    })
}

/// The guard rail on hosts, then the checkers.
fn check_set(context: &Context<'_>, staged: &Staged) -> anyhow::Result<()> {
    let (dropped, live) = guard::dropped_hosts(staged.live(), &staged.dir())?;
    guard::removal(context, "hosts", &dropped, live)?;
    pools::check(context, staged.live(), &staged.dir())?;
    dhcpd_set::check(context, staged)
}
