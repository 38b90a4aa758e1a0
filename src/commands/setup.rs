//! `provha setup`: shows a plan, does it, undoes it.

use std::path::PathBuf;

use crate::cli::setup::{How, OfPair, SetupCommand};
use crate::context::Context;
use crate::exit::{Exit, Stop};
use crate::model::Role;
use crate::setup::gather::{self, Asked};
use crate::setup::journal::{self, Journal};
use crate::setup::json::SetupUndo;
use crate::setup::places::Places;
use crate::setup::undo::Undone;
use crate::setup::wish::Wish;
use crate::setup::{apply, facts::Facts, plan::Plan, report, steps, undo};

/// Runs the command.
///
/// # Errors
/// As those of each part.
pub fn run(
    context: &Context<'_>,
    command: &SetupCommand,
) -> anyhow::Result<Exit> {
    match command {
        SetupCommand::Master(args) => of_pair(context, Role::Master, args),
        SetupCommand::Slave(args) => of_pair(context, Role::Slave, args),
        SetupCommand::Standalone(args) => {
            let asked = asked(Role::Standalone, args.own, &args.how);
            machine(context, "setup standalone", &args.how, asked)
        }
        SetupCommand::Undo { yes, force } => back(context, *yes, *force),
        _ => Err(Stop::usage("this part of setup has no plan").into()),
    }
}

/// What the options come to.
fn asked(
    role: Role,
    own: Option<std::net::Ipv4Addr>,
    how: &How,
) -> Asked<'static> {
    Asked {
        role,
        own,
        peer: None,
        peer_files: None,
        interface: how.interface.clone(),
        without: how.without.clone(),
        makes: how.yes,
    }
}

/// A machine of a pair.
fn of_pair(
    context: &Context<'_>,
    role: Role,
    args: &OfPair,
) -> anyhow::Result<Exit> {
    let asked = Asked {
        peer: Some(args.peer),
        peer_files: args.peer_files.as_deref(),
        ..asked(role, Some(args.own), &args.how)
    };
    let command = match role {
        Role::Slave => "setup slave",
        _ => "setup master",
    };
    machine(context, command, &args.how, asked)
}

/// Shows the plan, or does it.
fn machine(
    context: &Context<'_>,
    command: &'static str,
    how: &How,
    mut asked: Asked<'_>,
) -> anyhow::Result<Exit> {
    let does = how.yes && !context.only_looks();
    asked.makes = does;
    let places = Places::of(context)?;
    let lock = context.settings.path("PROVHA__LOCK_FILE");
    let made = match context.settings.root().is_machine() {
        true => Vec::new(),
        false => journal::missing(&lock),
    };
    let _lock = if does { context.lock("setup")? } else { None };
    let wish = gather::wish(context, &places, asked)?;
    let facts = Facts::gather(&places, &steps::paths(&wish));
    let plan = Plan::make(&facts, &wish);
    if !does {
        if context.options.diff {
            report::diff(context, &facts, &plan)?;
        }
        report::plan(context, command, &wish, &plan, None)?;
        let pending = plan.is_pending();
        return Ok(match pending && context.options.exit_code {
            true => Exit::Pending,
            false => Exit::Done,
        });
    }
    done(context, command, &wish, &plan, (&places, &made))
}

/// Does the plan.
fn done(
    context: &Context<'_>,
    command: &'static str,
    wish: &Wish,
    plan: &Plan,
    (places, made): (&Places, &[PathBuf]),
) -> anyhow::Result<Exit> {
    let mut journal = Journal::open(places, &state(context))?;
    let applied = apply::apply(context, places, plan, &mut journal, made)?;
    for failed in &applied.failed {
        context.console.warning(&format!("{failed}; run it by hand"));
    }
    let exit = match applied.failed.is_empty() {
        true => Exit::Done,
        false => Exit::Failed,
    };
    report::plan(context, command, wish, plan, Some(&applied))?;
    Ok(exit)
}

/// Where the journal is.
fn state(context: &Context<'_>) -> PathBuf {
    context.settings.path("PROVHA__STATE_DIR")
}

/// `setup undo`.
fn back(context: &Context<'_>, yes: bool, force: bool) -> anyhow::Result<Exit> {
    let does = yes && !context.only_looks();
    let lock = if does { context.lock("setup undo")? } else { None };
    let places = Places::of(context)?;
    let journal = Journal::open(&places, &state(context))?;
    if journal.is_empty() {
        context.console.note("setup undo: nothing to undo");
        tell(context, true, &Undone::default());
        return Ok(Exit::Done);
    }
    let undone = match does {
        true => undo::undo(context, journal, force)?,
        false => undo::plan(&journal, force)?,
    };
    drop(lock);
    report::undone(context, &undone, does)?;
    tell(context, !does, &undone);
    Ok(match () {
        () if !undone.kept.is_empty() => Exit::Refused,
        () if !undone.failed.is_empty() => Exit::Failed,
        () if !does && context.options.exit_code => Exit::Pending,
        () => Exit::Done,
    })
}

/// Keeps the result of an undo for `--json`.
fn tell(context: &Context<'_>, dry_run: bool, undone: &Undone) {
    context.console.result(&SetupUndo {
        command: "setup undo",
        dry_run,
        restored: undone.restored.clone(),
        kept: undone.kept.clone(),
        full: undone.full.clone(),
        failed: undone.failed.clone(),
    });
}
