//! The parts of `provha setup` that look at a finished machine and lead it
//! into the pair.

use crate::cli::setup::SetupCommand;
use crate::console::count;
use crate::context::Context;
use crate::exit::{Exit, Stop};
use crate::setup::check;
use crate::setup::check::checked::{self, Grade};
use crate::setup::into_pair::{self, Move, Way, Where};
use crate::setup::json::{SetupCheck, SetupChecked, SetupPair, SetupPairStep};

/// Runs the command.
///
/// # Errors
/// As those of each part.
pub fn run(
    context: &Context<'_>,
    command: &SetupCommand,
) -> anyhow::Result<Exit> {
    match command {
        SetupCommand::Pair { yes, timeout } => pair(context, *yes, *timeout),
        _ => checks(context),
    }
}

/// `setup check`.
fn checks(context: &Context<'_>) -> anyhow::Result<Exit> {
    let all = check::all(context)?;
    let worst = all.iter().map(|check| check.grade).max();
    let worst = worst.unwrap_or(Grade::Ok).max(Grade::Ok);
    if !context.options.json {
        for check in &all {
            if context.options.quiet && check.grade < Grade::Warning {
                continue;
            }
            let word = check.grade.word();
            let mut line =
                format!("{word:<8} {:<12} {}\n", check.name, check.text);
            if let Some(fix) = &check.fix {
                line += &format!("{:21} fix: {fix}\n", "");
            }
            context.console.data(&line)?;
        }
    }
    let graded = |grade, noun| {
        count(all.iter().filter(|c| c.grade == grade).count(), noun)
    };
    context.console.note(&format!(
        "setup check: {}, {}",
        graded(Grade::Problem, "problem"),
        graded(Grade::Warning, "warning")
    ));
    let one = |check: &checked::Checked| SetupChecked {
        name: check.name,
        state: check.grade.word(),
        text: check.text.clone(),
        fix: check.fix.clone(),
    };
    context.console.result(&SetupCheck {
        command: "setup check",
        state: worst.word(),
        checks: all.iter().map(one).collect(),
        seconds: context.console.elapsed().as_secs_f64(),
    });
    Ok(match worst {
        Grade::Problem => Exit::Failed,
        Grade::Warning if context.options.strict => Exit::Refused,
        _ => Exit::Done,
    })
}

/// `setup pair`.
fn pair(
    context: &Context<'_>,
    yes: bool,
    timeout: u64,
) -> anyhow::Result<Exit> {
    let is = checked::must_be(context)?;
    let (Some(own), Some(peer)) = (is.own, is.peer) else {
        let hint = "provha setup master|slave --own IP --peer IP --yes";
        let text = "this machine was not set up with a peer";
        return Err(Stop::refused(text).hint(hint).into());
    };
    let moves = into_pair::moves(into_pair::serves());
    let mut told: Vec<SetupPairStep> = Vec::new();
    let address = |step: &Move| match step.place {
        Where::Here => own,
        Where::There => peer,
    };
    let mut failed = None;
    let mut way = Way::new(context, peer, timeout);
    for step in &moves {
        let mut one = SetupPairStep {
            machine: address(step).to_string(),
            what: step.what.words().to_string(),
            cost: step.cost.to_string(),
            done: false,
            said: String::new(),
        };
        if yes && failed.is_none() {
            match way.make(step) {
                Ok(said) => (one.done, one.said) = (true, said),
                Err(error) => {
                    one.said = format!("{error:#}");
                    failed = Some(error);
                }
            }
        }
        if !context.options.json {
            let cost = if yes { &one.said } else { &one.cost };
            let line = format!("{:<15} {}: {cost}\n", one.machine, one.what);
            context.console.data(&line)?;
        }
        told.push(one);
    }
    context.console.result(&SetupPair {
        command: "setup pair",
        dry_run: !yes,
        steps: told,
    });
    match failed {
        Some(error) => Err(error),
        None => Ok(Exit::Done),
    }
}
