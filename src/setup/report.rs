//! What a plan and an undo look like to people.

use similar::TextDiff;

use super::apply::Applied;
use super::facts::Facts;
use super::json::{SetupPlan, SetupStep};
use super::plan::Plan;
use super::step::{State, Step, Target};
use super::undo::Undone;
use super::wish::Wish;
use crate::context::Context;
use crate::model::Role;

/// Prints a plan, or what was done of it.
pub fn plan(
    context: &Context<'_>,
    command: &'static str,
    wish: &Wish,
    plan: &Plan,
    applied: Option<&Applied>,
) -> anyhow::Result<()> {
    if !context.options.quiet && !context.options.json {
        for step in &plan.steps {
            context.console.data(&lines(step, applied.is_some()))?;
        }
    }
    let next = next(wish, plan);
    let pending = plan.steps.iter().filter(|step| step.is_pending()).count();
    let text = match (pending, applied) {
        (0, _) => "no change".to_string(),
        (n, Some(applied)) => {
            format!("{n} steps done; {} paths changed", applied.changed.len())
        }
        (n, None) => format!("{n} steps pending; --yes does them"),
    };
    context.console.note(&format!("{command}: {text}"));
    if applied.is_some() && pending > 0 {
        for line in &next {
            context.console.note(&format!("next: {line}"));
        }
    }
    context.console.result(&SetupPlan {
        command,
        role: wish.role.word(),
        system: wish.family.word(),
        dry_run: applied.is_none(),
        steps: plan.steps.iter().map(step).collect(),
        changed: applied.map(|a| a.changed.clone()).unwrap_or_default(),
        failed: applied.map(|a| a.failed.clone()).unwrap_or_default(),
        next,
        seconds: context.console.elapsed().as_secs_f64(),
    });
    Ok(())
}

/// A step as it is printed.
fn lines(step: &Step, done: bool) -> String {
    let mark = match &step.state {
        State::Done => "ok      ",
        State::Pending if done => "done    ",
        State::Pending => "to do   ",
        State::ByHand(_) => "by hand ",
        State::Idle(_) => "-       ",
    };
    let mut text = format!("{mark} {:<10} {}\n", step.name, step.what);
    let mut add = |line: &str| text += &format!("{:20}{line}\n", "");
    match &step.state {
        State::Pending => {
            add(&format!("why: {}", step.why));
            for change in &step.changes {
                add(&format!("{} {}", kind(&change.to), change.path));
            }
            for command in &step.after {
                add(&format!("run {}", command.join(" ")));
            }
        }
        State::ByHand(how) => add(how),
        State::Idle(why) => add(why),
        State::Done => {}
    }
    text
}

/// The word for what is put somewhere.
fn kind(target: &Target) -> &'static str {
    match target {
        Target::File { .. } => "write",
        Target::Link(_) => "link ",
        Target::Dir(_) => "mkdir",
    }
}

/// A step as an object.
fn step(step: &Step) -> SetupStep {
    let reason = match &step.state {
        State::ByHand(text) | State::Idle(text) => Some(text.clone()),
        _ => None,
    };
    SetupStep {
        name: step.name,
        what: step.what.clone(),
        why: step.why,
        state: step.state.word(),
        reason,
        paths: step.changes.iter().map(|c| c.path.clone()).collect(),
        commands: step.after.iter().map(|words| words.join(" ")).collect(),
    }
}

/// What a person does next.
fn next(wish: &Wish, plan: &Plan) -> Vec<String> {
    let mut lines = Vec::new();
    for step in &plan.steps {
        if let State::ByHand(how) = &step.state {
            lines.push(format!("{}: {how}", step.name));
        }
    }
    for (line, what) in [
        ("provha dhcp --diff", "look at what would become live"),
        ("provha configfile", "the files of all devices"),
        ("provha dns && provha time", "names and time"),
    ] {
        lines.push(format!("{line}: {what}"));
    }
    lines.push(match wish.role {
        Role::Standalone => "provha dhcp: one restart of dhcpd; out of a \
                             pair: provha pair leave"
            .to_string(),
        _ => "provha setup pair: both into the pair, in the right order"
            .to_string(),
    });
    for unit in super::steps::units::of(wish.role) {
        lines.push(format!("systemctl start {}", unit.0));
    }
    lines.push("provha setup check".to_string());
    lines
}

/// Shows the changed lines of each file; secrets stay out.
pub fn diff(
    context: &Context<'_>,
    facts: &Facts,
    plan: &Plan,
) -> anyhow::Result<()> {
    for step in plan.steps.iter().filter(|step| step.is_pending()) {
        for change in &step.changes {
            let name = change.path.trim_start_matches('/');
            let text = match &change.to {
                Target::Link(to) => format!("link to {}\n", to.display()),
                Target::Dir(mode) => format!("directory, mode {mode:04o}\n"),
                Target::File { secret: true, .. } => {
                    "(holds secrets: not shown)\n".to_string()
                }
                Target::File { bytes, .. } => {
                    let old = facts.text(&change.path);
                    let new = String::from_utf8_lossy(bytes);
                    TextDiff::from_lines(&*old, &*new)
                        .unified_diff()
                        .header(&format!("live/{name}"), &format!("new/{name}"))
                        .to_string()
                }
            };
            context.console.change(name, &text)?;
        }
    }
    Ok(())
}

/// Prints what an undo did, or would do.
pub fn undone(
    context: &Context<'_>,
    undone: &Undone,
    done: bool,
) -> anyhow::Result<()> {
    let would = if done { "" } else { "would be " };
    if !context.options.quiet && !context.options.json {
        for path in &undone.restored {
            context.console.data(&format!("{would}as before: {path}\n"))?;
        }
    }
    for path in &undone.full {
        context.console.note(&format!("{path} stays: it holds other files"));
    }
    for path in &undone.kept {
        context.console.error(&format!(
            "{path} was changed since setup: it stays as it is"
        ));
    }
    if !undone.kept.is_empty() {
        context.console.hint(
            "look at it; setup undo --yes --force brings back what was there \
             before setup",
        );
    }
    for failed in &undone.failed {
        context.console.warning(&format!("{failed}; run it by hand"));
    }
    if done {
        context.console.note(
            "daemons go on with what they were started with until their next \
             start",
        );
    }
    let count = undone.restored.len();
    context.console.note(&format!("setup undo: {count} {would}as before"));
    Ok(())
}
