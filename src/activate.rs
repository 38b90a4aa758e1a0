//! Making a staged set live: swap, restart, verify; else the previous set
//! comes back and is verified too.

use std::time::{Duration, Instant};

use crate::exit::{Exit, Stop};
use crate::files;
use crate::lock::Lock;
use crate::process;
use crate::stage::Staged;

/// New content that can be put in place of what is live, and taken back.
pub trait Swap {
    /// Makes the new content live; on an error nothing was changed.
    fn swap(&mut self) -> files::Result<()>;
    /// Makes the previous content live again, after [`Swap::swap`].
    fn swap_back(&mut self) -> files::Result<()>;
    /// What is swapped, for messages.
    fn live(&self) -> String;
    /// Keeps the refused content for a person; where it is.
    fn keep(&mut self) -> String;
}

impl Swap for Staged {
    fn swap(&mut self) -> files::Result<()> {
        Staged::swap(self)
    }

    fn swap_back(&mut self) -> files::Result<()> {
        Staged::swap_back(self)
    }

    fn live(&self) -> String {
        Staged::live(self).display().to_string()
    }

    fn keep(&mut self) -> String {
        Staged::keep(self).join("new").display().to_string()
    }
}

/// Asks a daemon whether it is up and answers.
pub trait Probe {
    /// One question; the error says what was missing.
    fn ask(&self) -> Result<(), String>;
}

/// The user's own probe command.
pub struct CommandProbe {
    /// A shell command line.
    pub line: String,
    /// How long it may take.
    pub timeout: Duration,
}

impl Probe for CommandProbe {
    fn ask(&self) -> Result<(), String> {
        let outcome =
            process::run(&mut process::shell(&self.line), self.timeout)
                .map_err(|error| error.to_string())?;
        if outcome.ok() {
            return Ok(());
        }
        Err(format!("«{}» {}", self.line, outcome.how()))
    }
}

/// A daemon that loads a set.
pub struct Daemon {
    /// Its name in messages.
    pub name: &'static str,
    /// The command that restarts it; None: it is not restarted.
    pub restart: Option<String>,
    /// How long the restart command may take.
    pub timeout: Duration,
    /// What tells whether it answers.
    pub probe: Box<dyn Probe>,
    /// How long it may take to answer.
    pub patience: Duration,
    /// How long it must stay up after its first answer.
    pub settle: Duration,
}

impl Daemon {
    /// Restarts the daemon and waits until it answers, twice: at once, and
    /// after it has settled.
    ///
    /// # Errors
    /// What went wrong, in words.
    pub fn restart(&self) -> Result<(), String> {
        let Some(line) = &self.restart else { return Ok(()) };
        let outcome = process::run(&mut process::shell(line), self.timeout)
            .map_err(|error| format!("«{line}» cannot be run: {error}"))?;
        if !outcome.ok() {
            let said = outcome.output.trim();
            let said = said.lines().last().unwrap_or("it said nothing");
            return Err(format!("«{line}» {}: {said}", outcome.how()));
        }
        self.verify()
    }

    /// Waits for the first answer, then for the settling time, and asks
    /// again.
    pub fn verify(&self) -> Result<(), String> {
        let end = Instant::now() + self.patience;
        while let Err(why) = self.probe.ask() {
            if Instant::now() >= end {
                let seconds = self.patience.as_secs();
                return Err(format!(
                    "{} does not answer after {seconds} s: {why}",
                    self.name
                ));
            }
            std::thread::sleep(Duration::from_millis(100));
        }
        std::thread::sleep(self.settle);
        self.probe.ask().map_err(|why| {
            format!("{} answered once and no more: {why}", self.name)
        })
    }
}

/// Makes the staged set live and restarts the daemon, if one is given.
///
/// # Errors
/// Exit 1: nothing was changed. Exit 4: the previous set is live again and
/// answers. Exit 5: it could not be put back, or does not answer.
pub fn activate(
    _lock: &Lock,
    staged: &mut dyn Swap,
    daemon: Option<&Daemon>,
) -> anyhow::Result<()> {
    staged.swap()?;
    let Some(daemon) = daemon else { return Ok(()) };
    let Err(why) = daemon.restart() else { return Ok(()) };
    let live = staged.live();
    if let Err(error) = staged.swap_back() {
        let kept = staged.keep();
        return Err(broken(&why, &format!("{error}"), &live, &kept));
    }
    match daemon.restart() {
        Ok(()) => Err(Stop {
            exit: Exit::RolledBack,
            message: format!(
                "{why}; the previous set of {live} is live again and {} \
                 answers",
                daemon.name
            ),
            hint: Some(format!(
                "look at the log of {}; the next run tries again",
                daemon.name
            )),
        }
        .into()),
        Err(again) => {
            let kept = staged.keep();
            Err(broken(&why, &again, &live, &kept))
        }
    }
}

/// The error that calls for a person.
fn broken(why: &str, again: &str, live: &str, kept: &str) -> anyhow::Error {
    Stop {
        exit: Exit::Broken,
        message: format!("{why}; with the previous set: {again}"),
        hint: Some(format!(
            "{live} holds the previous set, {kept} the refused one; start \
             the daemon by hand and read its log"
        )),
    }
    .into()
}
