//! `provha failover`: reads and sets the failover state of the pair through
//! OMAPI. Needs no database: addresses are those of the live failover.conf.

use std::time::{Duration, Instant};

use crate::cli;
use crate::clients::omapi::failover::{State, View};
use crate::cluster::failover::{
    Pair, proof_json, refusal, side_json, side_line,
};
use crate::context::Context;
use crate::exit::{Exit, Stop};
use crate::pair::evidence;
use crate::pair::evidence::Proof;
use crate::report::json;

/// Runs the command.
pub fn run(
    context: &Context<'_>,
    command: &cli::FailoverCommand,
) -> anyhow::Result<Exit> {
    let pair = Pair::find(context)?;
    match command {
        cli::FailoverCommand::State => state(&pair),
        cli::FailoverCommand::PartnerDown { yes } => partner_down(&pair, *yes),
        cli::FailoverCommand::Wait { state, timeout } => {
            let wanted = State::read(state).unwrap_or(State::Normal);
            wait(&pair, wanted, Duration::from_secs(*timeout))
        }
    }
}

/// `failover state`.
fn state(pair: &Pair<'_>) -> anyhow::Result<Exit> {
    let [own, peer] = pair.views();
    let normal = own.as_ref().is_ok_and(|view| view.is_normal());
    let own_role = pair.peering.primary;
    pair.context.console.result(&json::FailoverState {
        command: "failover state",
        own: side_json(pair.peering.own, own_role, &own),
        peer: side_json(pair.peering.peer, !own_role, &peer),
        normal,
    });
    let lines = [
        side_line("own", pair.peering.own, own_role, &own),
        side_line("peer", pair.peering.peer, !own_role, &peer),
    ];
    pair.context.console.data(&lines.concat())?;
    let mut hints = Vec::new();
    for error in [&own, &peer].into_iter().filter_map(|r| r.as_ref().err()) {
        pair.context.console.warning(&error.to_string());
        hints.push(error.hint());
    }
    hints.dedup();
    for hint in hints {
        pair.context.console.hint(hint);
    }
    Ok(if own.is_ok() { Exit::Done } else { Exit::Failed })
}

/// `failover wait`.
fn wait(
    pair: &Pair<'_>,
    wanted: State,
    limit: Duration,
) -> anyhow::Result<Exit> {
    let begin = Instant::now();
    let there = |view: View| match wanted {
        State::Normal => view.is_normal(),
        wanted => view.local == wanted,
    };
    let mut last = None;
    let reached = loop {
        let view = pair.own_view();
        if view.as_ref().is_ok_and(|view| there(*view)) {
            break true;
        }
        last = Some(view);
        if begin.elapsed() >= limit {
            break false;
        }
        let left = limit.saturating_sub(begin.elapsed());
        std::thread::sleep(left.min(Duration::from_millis(500)));
    };
    let seconds = begin.elapsed().as_secs_f64();
    pair.context.console.result(&json::FailoverWait {
        command: "failover wait",
        wanted: wanted.name(),
        reached,
        seconds,
    });
    if reached {
        pair.context.console.note(&format!("{wanted} after {seconds:.1} s"));
        return Ok(Exit::Done);
    }
    let now = match last {
        Some(Ok(view)) => {
            format!("own {}, peer {}", view.local, view.partner)
        }
        Some(Err(error)) => error.to_string(),
        None => String::new(),
    };
    let text = format!("not {wanted} after {seconds:.0} s: {now}");
    let hint = "provha failover state shows both sides; clocks that are \
                a minute apart keep a pair from connecting";
    Err(Stop::failed(text).hint(hint).into())
}

/// `failover partner-down`.
fn partner_down(pair: &Pair<'_>, yes: bool) -> anyhow::Result<Exit> {
    let own = pair.open_own()?;
    if own.view.local == State::PartnerDown {
        report(pair, own.view, &[], "already", true);
        pair.context.console.note("partner-down already: nothing to do");
        return Ok(Exit::Done);
    }
    let proofs = evidence::gather(pair.peer_ports());
    // Asked again: the questions took seconds, and the peer may be back.
    let mut own = pair.open_own()?;
    if let Some(why) = refusal(own.view.local, &proofs) {
        report(pair, own.view, &proofs, &why, false);
        return Err(pair.refused(&why, &proofs));
    }
    pair.explain(own.view, &proofs);
    if pair.context.only_looks() {
        report(pair, own.view, &proofs, "possible", false);
        return Ok(Exit::Done);
    }
    if !yes {
        report(pair, own.view, &proofs, "possible", false);
        let text = "nothing was changed: partner-down needs --yes";
        let hint = "make sure that the peer is off and stays off, then \
                    provha failover partner-down --yes";
        return Err(Stop::refused(text).hint(hint).into());
    }
    own.set(State::PartnerDown).map_err(|error| {
        Stop::failed(format!("partner-down was not taken: {error}"))
    })?;
    confirm(pair, &proofs)
}

/// Reads the state back after it was set.
fn confirm(pair: &Pair<'_>, proofs: &[Proof]) -> anyhow::Result<Exit> {
    let end = Instant::now() + Duration::from_secs(5);
    loop {
        let view = pair.own_view();
        if let Ok(view) = view
            && view.local == State::PartnerDown
        {
            report(pair, view, proofs, "set", true);
            pair.context.console.note("partner-down: this node serves alone");
            return Ok(Exit::Done);
        }
        if Instant::now() >= end {
            let now = match view {
                Ok(view) => format!("it is in {}", view.local),
                Err(error) => error.to_string(),
            };
            let text = format!("dhcpd took partner-down, but {now}");
            return Err(Stop::failed(text).into());
        }
        std::thread::sleep(Duration::from_millis(200));
    }
}

/// Keeps what was found for `--json`.
fn report(
    pair: &Pair<'_>,
    view: View,
    proofs: &[Proof],
    outcome: &str,
    partner_down: bool,
) {
    pair.context.console.result(&json::PartnerDown {
        command: "failover partner-down",
        local_state: view.local.name(),
        partner_state: view.partner.name(),
        peer: pair.peering.peer.to_string(),
        proofs: proofs.iter().map(proof_json).collect(),
        partner_down,
        outcome,
    });
}
