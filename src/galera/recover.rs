//! `cluster galera recover`: asks all nodes, decides, says so, and carries it
//! out.

use std::time::Duration;

use crate::cluster::nodes::Nodes;
use crate::cluster::remote::Remote;
use crate::context::Context;
use crate::exit::{Exit, Stop};
use crate::galera::choose::{self, Choice, Decision, Known};
use crate::galera::collect::Asker;
use crate::galera::journal::{self, Journal};
use crate::galera::json;
use crate::galera::steps::{self, Hand, Step, Words};
use crate::galera::table;
use crate::galera::verify::{self, Compared};

/// How long ssh may take to connect.
const CONNECT: Duration = Duration::from_secs(5);
/// The command.
const COMMAND: &str = "cluster galera recover";

/// What the user asks for.
#[derive(Debug, Clone, Copy)]
pub struct Wish<'a> {
    /// Carry it out.
    pub yes: bool,
    /// Nodes whose data are given up.
    pub lose: &'a [String],
}

/// What became of the steps.
#[derive(Debug, Default)]
struct Progress {
    done: usize,
    compared: Option<Compared>,
}

/// Runs the command.
///
/// # Errors
/// Exit 3: it would lose data, or nothing was changed without `--yes`. Exit 1:
/// the first step failed. Exit 5: a later one did.
pub fn run(context: &Context<'_>, wish: Wish<'_>) -> anyhow::Result<Exit> {
    let nodes = Nodes::find(context)?;
    let lost: Vec<usize> = wish
        .lose
        .iter()
        .map(|name| nodes.named(name))
        .collect::<anyhow::Result<_>>()?;
    let remote = Remote::find(context, CONNECT)?;
    for (text, hint) in nodes.objections() {
        context.console.warning(&text);
        context.console.hint(hint);
    }
    let seconds = context.settings.number("PROVHA__CLUSTER_TIMEOUT");
    let asker = Asker {
        nodes: &nodes,
        remote: &remote,
        settings: &context.settings,
        timeout: Duration::from_secs(seconds),
        lost: &lost,
    };
    let lock = match wish.yes {
        true => crate::galera::lock(context, COMMAND)?,
        false => None,
    };
    if let Some(last) = journal::interrupted(&journal::path(&context.settings))
    {
        context.console.note(&format!(
            "an earlier run was interrupted at {}, {}: {}",
            last.time, last.what, last.text
        ));
    }
    let known = asker.ask(true);
    let decision = choose::decide(&known, nodes.arbiter.is_some());
    tell(context, &known, &decision)?;
    let steps = steps::of(&decision, &known);
    let hand = Hand {
        asker: &asker,
        known: &known,
        console: context.console,
        stamp: jiff::Zoned::now().strftime("%Y%m%d-%H%M%S").to_string(),
    };
    let mut progress = Progress::default();
    let ended = match lock.is_some() && !steps.is_empty() {
        true => carry_out(context, &hand, &steps, &mut progress),
        false => Ok(()),
    };
    keep_result(context, &known, &decision, &steps, &progress);
    ended?;
    finish(context, &hand, &decision, &steps, wish.yes)
}

/// Says what was found and decided.
fn tell(
    context: &Context<'_>,
    known: &[Known],
    decision: &Decision,
) -> anyhow::Result<()> {
    context.console.data(&table::text(known))?;
    context.console.data(&format!("\n{}\n", decision.why))?;
    for left in &decision.left {
        context.console.warning(left);
    }
    for gone in &decision.gone {
        context.console.warning(&format!("may be gone: {gone}"));
    }
    let first = matches!(
        decision.choice,
        Choice::Bootstrap { .. }
            | Choice::Promote { .. }
            | Choice::Together { .. }
    );
    if first && decision.gone.is_empty() {
        context.console.data("no commit is gone\n")?;
    }
    Ok(())
}

/// Carries all steps out, and notes each.
fn carry_out(
    context: &Context<'_>,
    hand: &Hand<'_>,
    steps: &[Step],
    progress: &mut Progress,
) -> anyhow::Result<()> {
    let settings = &context.settings;
    let mut journal = Journal::begin(settings, context.number, COMMAND)?;
    for step in steps {
        let words = Words(step, hand.known).to_string();
        context.console.note(&words);
        journal.line("step", &words)?;
        let ended = match step {
            Step::Verify => compare(hand, progress),
            step => hand.carry_out(step),
        };
        if let Err(why) = ended {
            journal.line("failed", &why)?;
            journal.line("end", "failed")?;
            let (exit, state) = match progress.done {
                0 => (Exit::Failed, "nothing was changed before"),
                _ => (Exit::Broken, "the steps before it are done"),
            };
            return Err(Stop {
                exit,
                message: format!("{words}: {why}; {state}"),
                hint: Some(
                    "correct the cause, then provha cluster galera recover: it \
                     looks at the nodes again and goes on from there"
                        .into(),
                ),
            }
            .into());
        }
        journal.line("done", &words)?;
        progress.done += 1;
    }
    journal.line("end", "done")
}

/// Compares the data of all synced nodes.
fn compare(hand: &Hand<'_>, progress: &mut Progress) -> Result<(), String> {
    let synced = hand.synced();
    let compared = verify::compare(hand.asker, &synced)?;
    progress.compared = Some(compared.clone());
    match compared {
        Compared::Equal(tables, nodes) => {
            hand.console
                .note(&format!("  {tables} tables are equal on {nodes} nodes"));
            Ok(())
        }
        Compared::Differ(tables) => Err(format!(
            "these tables are not equal on all nodes: {}",
            tables.join(", ")
        )),
    }
}

/// Keeps the result for `--json`.
fn keep_result(
    context: &Context<'_>,
    known: &[Known],
    decision: &Decision,
    steps: &[Step],
    progress: &Progress,
) {
    let first = match &decision.choice {
        Choice::Bootstrap { node, .. } | Choice::Promote { node, .. } => {
            Some(known[*node].name.clone())
        }
        _ => None,
    };
    let (equal, different) = match &progress.compared {
        None => (None, Vec::new()),
        Some(Compared::Equal(tables, _)) => (Some(*tables), Vec::new()),
        Some(Compared::Differ(tables)) => (None, tables.clone()),
    };
    context.console.result(&json::Recover {
        command: COMMAND,
        dry_run: context.only_looks(),
        nodes: known.iter().map(json::node).collect(),
        choice: json::word(&decision.choice),
        why: decision.why.clone(),
        first,
        left: decision.left.clone(),
        gone: decision.gone.clone(),
        steps: steps.iter().map(|s| Words(s, known).to_string()).collect(),
        done: progress.done,
        equal_tables: equal,
        different_tables: different,
        seconds: context.console.elapsed().as_secs_f64(),
    });
}

/// The end: what is left to be done, and the exit code.
fn finish(
    context: &Context<'_>,
    hand: &Hand<'_>,
    decision: &Decision,
    steps: &[Step],
    yes: bool,
) -> anyhow::Result<Exit> {
    if let Choice::Refuse { hint } = &decision.choice {
        let text = format!("nothing was changed: {}", decision.why);
        return Err(Stop::refused(text).hint(hint).into());
    }
    let carried = yes && !context.only_looks();
    if !steps.is_empty() && !carried {
        plan(context, hand, steps)?;
        if context.only_looks() {
            return Ok(context.exit(true));
        }
        let text = "nothing was changed: recover needs --yes";
        let hint = "read the plan, then provha cluster galera recover --yes";
        return Err(Stop::refused(text).hint(hint).into());
    }
    // Those that were given up are told, and no surprise.
    let given_up = |text: &&String| {
        let lost = hand.known.iter().filter(|known| known.lost);
        lost.into_iter().any(|k| text.starts_with(&format!("{}:", k.name)))
    };
    let left: Vec<&str> = decision
        .left
        .iter()
        .filter(|text| !given_up(text))
        .map(String::as_str)
        .collect();
    if !left.is_empty() {
        let text = format!("left as it is: {}", left.join("; "));
        let hint = "the cluster runs without it; bring it back, then run \
                    this again";
        return Err(Stop::refused(text).hint(hint).into());
    }
    context.console.note(&format!(
        "{COMMAND}: {}",
        if steps.is_empty() { "nothing to do" } else { "done" }
    ));
    Ok(Exit::Done)
}

/// Prints the plan with its commands.
fn plan(
    context: &Context<'_>,
    hand: &Hand<'_>,
    steps: &[Step],
) -> anyhow::Result<()> {
    let mut text = String::from("\nplan:\n");
    for (number, step) in steps.iter().enumerate() {
        let words = Words(step, hand.known);
        text.push_str(&format!("{:2}. {words}\n", number + 1));
        for (at, script) in hand.scripts(step) {
            let place = hand.asker.nodes.all[at].place();
            let line = hand.asker.remote.line(place);
            let last = script.lines().rev().find(|l| !l.is_empty());
            let last = match step {
                Step::Stop(_) => context
                    .settings
                    .command("PROVHA__GALERA_STOP", "PROVHA__GALERA_UNIT"),
                _ => last.map(str::to_string),
            };
            let command = last.unwrap_or_default();
            let command =
                command.trim_start_matches("{ ").trim_end_matches("; } 9>&-");
            text.push_str(&format!("    {line} <<< '{command}'\n"));
            if context.console.is_verbose() {
                for line in script.lines() {
                    text.push_str(&format!("    | {line}\n"));
                }
            }
        }
    }
    context.console.data(&text)
}
