//! A finished machine, looked at from all sides: each problem with the line
//! that mends it. Nothing is changed, and nothing destructive is tried.

pub mod checked;
pub mod database;
pub mod local;
pub mod peer;
pub mod unit_states;
pub mod writers;

use self::checked::{Checked, Is, is};
use super::facts::Facts;
use super::gather::{self, Asked};
use super::places::Places;
use super::plan::Plan;
use super::step::State;
use super::steps;
use crate::context::Context;
use crate::model::Role;

/// Makes all checks.
pub fn all(context: &Context<'_>) -> anyhow::Result<Vec<Checked>> {
    let Some(is) = is(context) else {
        let text =
            "PROVHA__OWN_STATE says neither master, slave nor standalone";
        let fix =
            "provha setup master|slave|standalone --own IP --peer IP --yes";
        return Ok(vec![Checked::problem("role", text, fix)]);
    };
    let mut all = plan(context, is)?;
    all.extend(local::all(context, is));
    all.extend(unit_states::all(context, is));
    all.push(writers::own(context));
    all.extend(database::all(context, is));
    let asks =
        context.settings.root().is_machine() && !context.options.no_activate;
    match (is.peer, asks) {
        (Some(peer), true) => {
            all.extend(peer::all(context, is, peer));
            all.push(writers::of_peer(context, peer));
        }
        (Some(_), false) => {
            let text = "the peer is not asked (--root, --no-activate)";
            all.push(Checked::skipped("peer", text));
        }
        (None, _) => {}
    }
    Ok(all)
}

/// The line that does the steps.
fn line(is: Is) -> String {
    let mut line = format!("provha setup {}", is.role.word());
    for (option, ip) in [("--own", is.own), ("--peer", is.peer)] {
        if let Some(ip) = ip {
            line += &format!(" {option} {ip}");
        }
    }
    line + " --yes"
}

/// Whether the steps of setup are done.
fn plan(context: &Context<'_>, is: Is) -> anyhow::Result<Vec<Checked>> {
    if is.role != Role::Standalone && (is.own.is_none() || is.peer.is_none()) {
        let text = "PROVHA__OWN_ADDRESS and PROVHA__PEER_ADDRESS are not set";
        let fix =
            format!("provha setup {} --own IP --peer IP --yes", is.role.word());
        return Ok(vec![Checked::problem("steps", text, fix)]);
    }
    let places = Places::of(context)?;
    let asked = Asked {
        role: is.role,
        own: is.own,
        peer: is.peer,
        peer_files: None,
        interface: None,
        without: Vec::new(),
        makes: false,
    };
    let wish = gather::wish(context, &places, asked)?;
    let facts = Facts::gather(&places, &steps::paths(&wish));
    let plan = Plan::make(&facts, &wish);
    let mut all = Vec::new();
    for step in &plan.steps {
        match &step.state {
            State::Pending => {
                let text = format!("{}: {}", step.name, step.what);
                all.push(Checked::problem("steps", text, line(is)));
            }
            State::ByHand(how) => {
                let text = format!("{}: {}", step.name, step.what);
                all.push(Checked::warning("steps", text, how.clone()));
            }
            State::Done | State::Idle(_) => {}
        }
    }
    if all.is_empty() {
        all.push(Checked::ok("steps", "all steps of setup are done"));
    }
    Ok(all)
}
