//! `provha pair`: the doors into and out of the failover pair. Table provha
//! and the role say what the pair shall be; the peer is asked first.

use crate::cli::pair::PairCommand;
use crate::context::Context;
use crate::exit::{Exit, Stop};
use crate::isc_dhcp::live;
use crate::isc_dhcp::live::Peering;
use crate::model::{Findings, Role};
use crate::outputs::dhcp;
use crate::pair::doors::Doors;
use crate::pair::membership::{Change, Left, must_stay};
use crate::pair::{Permits, membership};
use crate::render::dhcp::DIR;
use crate::report;
use crate::report::Outcome;

/// Runs the command.
pub fn run(context: Context<'_>, command: PairCommand) -> anyhow::Result<Exit> {
    match command {
        PairCommand::Join { start_alone } => join(context, start_alone),
        PairCommand::Leave { yes } => leave(context, yes),
    }
}

/// Makes the dhcpd set of the settings, with what is permitted.
fn make(context: &Context<'_>) -> anyhow::Result<Exit> {
    let lock = context.lock("pair")?;
    let mut findings = Findings::default();
    let outcome = dhcp::make(context, lock.as_ref(), &mut findings)?;
    Ok(context.exit(!outcome.is_empty()))
}

/// The pair that the settings want; None: none.
fn wanted(context: &Context<'_>) -> anyhow::Result<Option<Peering>> {
    let network = context.network(&mut Findings::default())?;
    Ok(membership::of_network(&network))
}

/// `pair join`.
fn join(context: Context<'_>, start_alone: bool) -> anyhow::Result<Exit> {
    if wanted(&context)?.is_none() {
        let text = "the settings name no failover peer for this machine";
        let hint = "set provha.master and provha.slaves in the GUI, and \
                    PROVHA__OWN_STATE to master or slave";
        return Err(Stop::refused(text).hint(hint).into());
    }
    // A person asks for this one start: it is not collected with others.
    let permits = Permits { now: true, start_alone, leave: false };
    make(&Context { permits, ..context })
}

/// `pair leave`.
fn leave(context: Context<'_>, yes: bool) -> anyhow::Result<Exit> {
    let live = live::try_read(&context.settings.root().at(DIR))?;
    let Some(peering) = live.peering else {
        context.console.note("the live set is in no pair: nothing to leave");
        return nothing_to_leave(&context);
    };
    let change = Change::of(Some(peering), wanted(&context)?);
    if change.left().is_none() {
        let text = format!(
            "the settings still name the peer {} of the live set",
            peering.peer
        );
        let hint = "to serve without it for good, empty provha.slaves in the \
                    GUI or set PROVHA__OWN_STATE=standalone; to serve while \
                    it is dead: provha failover partner-down";
        return Err(Stop::refused(text).hint(hint).into());
    }
    // As in join: without delay.
    let permits = Permits { now: true, start_alone: false, leave: true };
    let doors = Doors::new(&context.settings, &live, permits);
    let left = doors.ask(peering);
    explain(&context, change, &left);
    if !yes && !context.only_looks() {
        let why = must_stay(&left);
        let why = why.unwrap_or("it takes 'pair leave --yes'".into());
        return Err(membership::stays(change, &why).into());
    }
    make(&Context { permits, ..context })
}

/// The result of a machine that is in no pair: nothing changed.
fn nothing_to_leave(context: &Context<'_>) -> anyhow::Result<Exit> {
    let word = context.settings.text("PROVHA__OWN_STATE");
    let role = context.machine.role.or_else(|| Role::read(word));
    let role = role.unwrap_or(Role::Standalone);
    let command = "pair leave".to_string();
    let outcome = Outcome { command, ..Outcome::default() };
    report::summary(context, role, &outcome, &Findings::default())?;
    Ok(Exit::Done)
}

/// Says what was found and what would happen.
fn explain(context: &Context<'_>, change: Change, left: &Left) {
    context.console.note(&change.to_string());
    if let Left::Asked { own, proofs, .. } = left {
        let own =
            own.map_or("cannot be asked".into(), |s| format!("is in {s}"));
        context.console.note(&format!("this node's dhcpd {own}"));
        for proof in proofs {
            context.console.note(&format!("  {}", proof.words));
        }
    }
    context.console.note(
        "without a pair this node serves every client from its own leases: \
         the former peer must never serve these pools again with its old set",
    );
}
