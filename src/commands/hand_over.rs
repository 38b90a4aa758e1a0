//! `provha setup hand-over`: exactly one program writes the files.

use std::path::PathBuf;

use crate::cli::hand_over::{HandOver, WayWord};
use crate::context::Context;
use crate::exit::Exit;
use crate::handover::json::{SetupHandOver, result};
use crate::handover::machine::{commands, links};
use crate::handover::plan::{self, Inputs, Way};
use crate::handover::store::Store;
use crate::handover::tell::tell;
use crate::services::writers::read::find;
use crate::system::files;

/// Runs the command.
///
/// # Errors
/// A file cannot be changed: those before it are, and can be undone.
pub fn run(context: &Context<'_>, args: HandOver) -> anyhow::Result<Exit> {
    let state = context.settings.path("PROVHA__STATE_DIR");
    let store = Store::new(context.settings.root(), &state);
    let does = args.yes && !context.only_looks();
    let _lock = if does { context.lock("hand-over")? } else { None };
    match args.undo {
        true => undo(context, &store, does),
        false => hand_over(context, &store, args, does),
    }
}

/// Shows the plan, or does it.
fn hand_over(
    context: &Context<'_>,
    store: &Store<'_>,
    args: HandOver,
    does: bool,
) -> anyhow::Result<Exit> {
    let found = find(&context.settings);
    let root = context.settings.root();
    let program = match root.is_machine() {
        true => std::env::current_exe()?.display().to_string(),
        false => "/usr/bin/provha".into(),
    };
    let plan = plan::make(&Inputs {
        found: &found,
        way: way(args.way, context),
        lock: context.settings.text("PROVHA__LOCK_FILE"),
        program: &program,
        files: &|path| {
            let bytes = files::read(&root.at(path)).ok()?;
            String::from_utf8(bytes).ok()
        },
        links: &|unit| links(&|dir| root.at(dir), unit),
    });
    tell(context, &found, &plan, does)?;
    if !does {
        let pending = !plan.steps.is_empty();
        let active: Vec<_> = found.active().map(ToString::to_string).collect();
        result(context, &found, &plan, &active, false);
        return Ok(match pending && context.options.exit_code {
            true => Exit::Pending,
            false => Exit::Done,
        });
    }
    store.apply(&plan)?;
    let failed = commands(context, &plan.commands);
    let left = find(&context.settings);
    let still: Vec<String> = left.active().map(ToString::to_string).collect();
    result(context, &found, &plan, &still, true);
    if still.is_empty() {
        context.console.note("hand-over: no other writer acts any more");
    } else {
        for writer in &still {
            context.console.warning(&format!("still writes: {writer}"));
        }
    }
    Ok(match still.is_empty() && !failed {
        true => Exit::Done,
        false => Exit::Failed,
    })
}

/// The way that was asked for, else the one that fits the role.
fn way(asked: Option<WayWord>, context: &Context<'_>) -> Way {
    match asked {
        Some(WayWord::Lock) => Way::Lock,
        Some(WayWord::Off) => Way::Off,
        // A slave's scheduler only rebuilds; a master's does other work too.
        None if context.settings.text("PROVHA__OWN_STATE") == "slave" => {
            Way::Off
        }
        None | Some(WayWord::Wrapper) => Way::Wrapper,
    }
}

/// Shows the undo, or does it.
fn undo(
    context: &Context<'_>,
    store: &Store<'_>,
    does: bool,
) -> anyhow::Result<Exit> {
    let undone = if does { store.undo()? } else { store.plan_undo()? };
    let would = if does { "restored" } else { "would be restored:" };
    for path in &undone.restored {
        context.console.data(&format!("{would} {}\n", path.display()))?;
    }
    for path in &undone.kept {
        context.console.warning(&format!(
            "{} was changed since and stays",
            path.display()
        ));
    }
    let words = |list: &[PathBuf]| {
        list.iter().map(|path| path.display().to_string()).collect()
    };
    context.console.result(&SetupHandOver {
        command: "setup hand-over",
        done: does,
        undo: true,
        found: Vec::new(),
        changed: words(&undone.restored),
        kept: words(&undone.kept),
        left: Vec::new(),
        notes: Vec::new(),
        still_active: Vec::new(),
    });
    if does && !undone.restored.is_empty() {
        context.console.note(
            "start again what was stopped: systemctl daemon-reload, \
             supervisorctl update, systemctl reload xinetd",
        );
    }
    Ok(match undone.kept.is_empty() {
        true => Exit::Done,
        false => Exit::Refused,
    })
}
