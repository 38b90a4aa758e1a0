//! The steps of a command: told, or carried out one after the other.

use std::fmt::Write as _;
use std::time::Duration;

use crate::context::Context;
use crate::exit::{Exit, Stop};
use crate::galera::journal::Journal;
use crate::gluster::{Volume, json};
use crate::system::lock::Lock;

/// One step on this machine.
pub struct Step {
    /// In words.
    pub words: String,
    /// What bash runs.
    pub script: String,
}

impl Step {
    /// A step.
    pub fn new(words: impl Into<String>, script: impl Into<String>) -> Self {
        Self { words: words.into(), script: script.into() }
    }
}

/// A lock of its own; None: the run only looks.
///
/// # Errors
/// Exit 75: another run holds it.
pub fn lock(
    context: &Context<'_>,
    command: &str,
    yes: bool,
) -> anyhow::Result<Option<Lock>> {
    match yes {
        true => crate::galera::lock(context, command),
        false => Ok(None),
    }
}

/// Tells the steps, or carries them out; `done` looks whether they had the
/// wanted effect.
///
/// # Errors
/// Exit 3: `--yes` is missing. Exit 1: the first step failed; exit 5: a later
/// one, or the effect is not there.
pub fn all(
    volume: &Volume<'_>,
    command: &'static str,
    steps: &[Step],
    yes: bool,
    done: &dyn Fn() -> Result<(), String>,
) -> anyhow::Result<Exit> {
    let context = volume.context;
    context.console.result(&json::Fs {
        command,
        dry_run: context.only_looks(),
        steps: steps.iter().map(|step| step.words.clone()).collect(),
    });
    if steps.is_empty() {
        context.console.note("nothing to do");
        return Ok(Exit::Done);
    }
    if !yes || context.only_looks() {
        return told(context, command, steps);
    }
    carry_out(volume, command, steps)?;
    let Err(why) = done() else { return Ok(Exit::Done) };
    let message = format!("{command}: it was done, but {why}");
    let hint = Some("provha cluster fs status says more".into());
    Err(Stop { exit: Exit::Broken, message, hint }.into())
}

/// The plan.
fn told(
    context: &Context<'_>,
    command: &str,
    steps: &[Step],
) -> anyhow::Result<Exit> {
    let mut text = String::from("plan:\n");
    for (number, step) in steps.iter().enumerate() {
        let _ = writeln!(text, "{:2}. {}", number + 1, step.words);
        for line in step.script.lines() {
            let _ = writeln!(text, "    {line}");
        }
    }
    context.console.data(&text)?;
    if context.only_looks() {
        return Ok(context.exit(true));
    }
    let text = "nothing was changed: a change needs --yes";
    Err(Stop::refused(text).hint(format!("provha {command} --yes")).into())
}

/// Carries them out.
fn carry_out(
    volume: &Volume<'_>,
    command: &str,
    steps: &[Step],
) -> anyhow::Result<()> {
    let context = volume.context;
    let settings = &context.settings;
    let mut journal = Journal::begin(settings, context.number, command)?;
    let limit = settings.number("PROVHA__CLUSTER_TIMEOUT");
    for (done, step) in steps.iter().enumerate() {
        context.console.note(&step.words);
        journal.line("step", &step.words)?;
        let said = volume.run(&step.script, Duration::from_secs(limit));
        let ended = said.and_then(|said| match said.code {
            0 => Ok(()),
            code => Err(format!("ended with {code}: {}", said.last())),
        });
        if let Err(why) = ended {
            journal.line("failed", &why)?;
            journal.line("end", "failed")?;
            let exit = if done == 0 { Exit::Failed } else { Exit::Broken };
            let message = format!("{}: {why}", step.words);
            let hint = Some(
                "mend it, and run the command again: it goes on \
                             from what is there"
                    .into(),
            );
            return Err(Stop { exit, message, hint }.into());
        }
        journal.line("done", &step.words)?;
    }
    journal.line("end", "done")
}
