//! What a run says: talk on stderr, data on stdout, progress on a terminal.
//!
//! With `--json` the data are one object, which is kept until the run ends:
//! only then is it known whether it failed, and what with.

use std::collections::{BTreeMap, BTreeSet};
use std::io::{self, Write};
use std::sync::{Arc, Mutex, MutexGuard};
use std::time::{Duration, Instant};

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use serde::Serialize;
use serde_json::{Map, Value};

use crate::exit::Exit;
use crate::json::{Ending, ErrorObject, FileDiff, members};
use crate::model::plain::{cut_values, plain};
use crate::model::{Finding, Findings};

/// When to colour.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub enum Color {
    /// On a terminal, unless `NO_COLOR` is set or TERM is dumb.
    Auto,
    /// Always.
    Always,
    /// Never.
    Never,
}

/// Says things to the user.
#[derive(Debug, Clone)]
pub struct Console {
    color: bool,
    quiet: bool,
    verbose: u8,
    /// Whether stderr is a terminal that can redraw a line.
    terminal: bool,
    begin: Instant,
    /// Whether data are one JSON object.
    json: bool,
    /// Whether the locale has no character beyond ASCII.
    ascii: bool,
    kept: Arc<Mutex<Kept>>,
}

/// What a run has said so far.
#[derive(Debug, Default)]
struct Kept {
    /// The result's members.
    result: Map<String, Value>,
    /// Whether the command prints its object itself, as it is made.
    streams: bool,
    diff: Option<Vec<FileDiff>>,
    warnings: Vec<String>,
    /// When the last step ended.
    lap: Option<Instant>,
    /// The findings that each command told last.
    findings: BTreeMap<&'static str, BTreeSet<Finding>>,
}

/// Whether the locale of the messages is the one of ASCII.
fn is_ascii(env: &crate::env::Env) -> bool {
    let locale = ["LC_ALL", "LC_CTYPE", "LANG"].map(|name| env.var(name));
    let locale = locale.into_iter().flatten().next();
    matches!(locale, Some("C" | "POSIX"))
}

impl Kept {
    /// Takes over what a command found now; what is new to this run, and what
    /// no command finds any more.
    fn turn_over(
        &mut self,
        command: &'static str,
        now: BTreeSet<Finding>,
        ids: &[u32],
    ) -> (Vec<Finding>, Vec<Finding>) {
        let told = self.findings.remove(command).unwrap_or_default();
        let looked = |f: &Finding| ids.is_empty() || ids.contains(&f.id);
        let (left, stay): (Vec<_>, Vec<_>) =
            told.into_iter().partition(|f| !now.contains(f) && looked(f));
        let known = |f: &Finding, all: &BTreeMap<_, BTreeSet<Finding>>| {
            all.values().any(|told| told.contains(f))
        };
        let mut mine: BTreeSet<Finding> = stay.into_iter().collect();
        let new = now.into_iter().filter(|finding| {
            mine.insert(finding.clone()) && !known(finding, &self.findings)
        });
        let new = new.collect();
        let gone = left.into_iter().filter(|f| !known(f, &self.findings));
        let gone = gone.collect();
        let _ = self.findings.insert(command, mine);
        (new, gone)
    }
}

impl Console {
    /// From the global options and the environment.
    pub fn new(
        color: Color,
        env: &crate::env::Env,
        quiet: bool,
        verbose: u8,
    ) -> Self {
        let dumb = env.var("TERM") == Some("dumb");
        let color = match color {
            Color::Always => true,
            Color::Never => false,
            Color::Auto => {
                env.terminal && !dumb && env.var("NO_COLOR").is_none()
            }
        };
        Self {
            color,
            quiet,
            verbose,
            terminal: env.terminal && !dumb,
            begin: Instant::now(),
            json: false,
            ascii: is_ascii(env),
            kept: Arc::default(),
        }
    }

    /// The same for `--json`.
    #[must_use]
    pub fn with_json(self, json: bool) -> Self {
        Self { json, ..self }
    }

    /// The same, for a run that begins now.
    #[must_use]
    pub fn again(&self) -> Self {
        Self { begin: Instant::now(), ..self.clone() }
    }

    /// The same for a command within a command, whose data are nobody's.
    #[must_use]
    pub fn inner(&self) -> Self {
        let kept = Arc::default();
        Self { begin: Instant::now(), json: false, kept, ..self.clone() }
    }

    /// What was said so far. A thread that panicked left nothing half done.
    fn kept(&self) -> MutexGuard<'_, Kept> {
        self.kept.lock().unwrap_or_else(std::sync::PoisonError::into_inner)
    }

    /// A line on stderr with a coloured first word.
    fn say(&self, word: &str, paint: &str, text: &str) {
        let text = cut_values(text);
        let text = self.shown(&text);
        let mut err = io::stderr().lock();
        let _ = if self.color {
            writeln!(err, "\x1b[{paint}m{word}\x1b[0m {text}")
        } else {
            writeln!(err, "{word} {text}")
        };
    }

    /// A text as this terminal may get it.
    fn shown(&self, text: &str) -> String {
        self.typed(&plain(text))
    }

    /// Our own signs as the locale has them; values stay as they are.
    pub fn typed(&self, text: &str) -> String {
        match self.ascii {
            true => text.replace('…', "...").replace('→', "->"),
            false => text.to_string(),
        }
    }

    /// Something failed.
    pub fn error(&self, text: &str) {
        self.say("error:", "1;31", text);
    }

    /// What to do about it.
    pub fn hint(&self, text: &str) {
        self.say("hint:", "36", text);
    }

    /// Something is odd, but the run goes on.
    pub fn warning(&self, text: &str) {
        if self.json {
            self.kept().warnings.push(text.to_string());
        }
        self.say("warning:", "33", text);
    }

    /// What was done; not with `-q`.
    pub fn note(&self, text: &str) {
        if !self.quiet {
            let _ = writeln!(io::stderr().lock(), "{}", self.shown(text));
        }
    }

    /// Details, with `-v`.
    pub fn detail(&self, text: &str) {
        if self.verbose > 0 {
            let at = self.begin.elapsed().as_secs_f64();
            let _ = writeln!(
                io::stderr().lock(),
                "[{at:7.3}] {}",
                self.shown(text)
            );
        }
    }

    /// Findings of a command, a line each. What was told before in this run
    /// is not told again; what is gone since the command told it last, is.
    pub fn findings(&self, command: &'static str, findings: &Findings) {
        self.findings_of(command, findings, &[]);
    }

    /// The same for a command that looked at these devices only, unless there
    /// are none.
    pub fn findings_of(
        &self,
        command: &'static str,
        findings: &Findings,
        ids: &[u32],
    ) {
        let now: BTreeSet<Finding> = findings.sorted().into_iter().collect();
        let (new, gone) = self.kept().turn_over(command, now, ids);
        for finding in new {
            self.say("warning:", "33", &finding.to_string());
        }
        for finding in gone {
            self.note(&format!("no longer: {finding}"));
        }
        if self.verbose > 0 {
            for note in findings.notes() {
                self.note(&note.to_string());
            }
        }
    }

    /// Whether data are one JSON object.
    pub fn is_json(&self) -> bool {
        self.json
    }

    /// Keeps what `--json` prints at the end: the last result of a run.
    pub fn result<T: Serialize>(&self, result: &T) {
        if self.json {
            self.kept().result = members(result);
        }
    }

    /// All findings that were told, each once.
    pub fn told(&self) -> Vec<Finding> {
        let kept = self.kept();
        let all: BTreeSet<&Finding> =
            kept.findings.values().flatten().collect();
        all.into_iter().cloned().collect()
    }

    /// The command prints its object itself.
    pub fn streams(&self) {
        self.kept().streams = true;
    }

    /// The changes of a file: printed, or kept for the object.
    pub fn change(&self, file: &str, text: &str) -> anyhow::Result<()> {
        if !self.json {
            return self.data(text);
        }
        let change =
            FileDiff { file: file.to_string(), text: plain(text).into() };
        self.kept().diff.get_or_insert_default().push(change);
        Ok(())
    }

    /// Text on stdout that is the result for people; not with `--json`.
    pub fn data(&self, text: &str) -> anyhow::Result<()> {
        if !self.json {
            io::stdout().lock().write_all(self.shown(text).as_bytes())?;
        }
        Ok(())
    }

    /// Prints the object of a run that has ended so.
    pub fn finish(
        &self,
        command: Option<&str>,
        exit: Exit,
        error: Option<ErrorObject>,
    ) -> io::Result<()> {
        let mut kept = self.kept();
        // An error that comes after its own object has no place of its own.
        if !self.json || kept.streams && error.is_none() {
            return Ok(());
        }
        let mut object = std::mem::take(&mut kept.result);
        object.entry("command").or_insert_with(|| command.into());
        let ending = Ending {
            exit: exit as u8,
            warnings: std::mem::take(&mut kept.warnings),
            diff: kept.diff.take(),
        };
        object.append(&mut members(&ending));
        if let Some(error) = error {
            let error = serde_json::to_value(error).unwrap_or_default();
            let _ = object.insert("error".into(), error);
        }
        let mut out = io::stdout().lock();
        writeln!(out, "{:#}", Value::Object(object))
    }

    /// How long the step has taken: since the one before ended.
    pub fn lap(&self) -> Duration {
        let (now, mut kept) = (Instant::now(), self.kept());
        let before = kept.lap.replace(now).map_or(self.begin, |lap| {
            // A round of `watch` begins its own.
            lap.max(self.begin)
        });
        now - before
    }

    /// True with `-v`: details are wanted.
    pub fn is_verbose(&self) -> bool {
        self.verbose > 0
    }

    /// How long the run has taken.
    pub fn elapsed(&self) -> Duration {
        self.begin.elapsed()
    }

    /// A counter for long work; hidden unless stderr is a terminal.
    pub fn progress(&self, what: &'static str, total: u64) -> ProgressBar {
        let shown = self.terminal && !self.quiet;
        let target = if shown {
            ProgressDrawTarget::stderr()
        } else {
            ProgressDrawTarget::hidden()
        };
        let style = "{msg} {wide_bar} {pos}/{len} {eta}";
        let style = ProgressStyle::with_template(style)
            .unwrap_or_else(|_| ProgressStyle::default_bar());
        ProgressBar::with_draw_target(Some(total), target)
            .with_style(style)
            .with_message(what)
    }
}

/// A number with its noun.
pub fn count(number: usize, noun: &str) -> String {
    match number {
        1 => format!("1 {noun}"),
        n => format!("{n} {noun}s"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn findings_are_told_when_new_and_when_gone() {
        let found = |ids: &[u32]| {
            let mut findings = Findings::default();
            for id in ids {
                findings.warn("modem", *id, "mac", "odd");
            }
            findings.sorted().into_iter().collect::<BTreeSet<_>>()
        };
        let ids = |list: &[Finding]| -> Vec<u32> {
            list.iter().map(|finding| finding.id).collect()
        };
        let mut kept = Kept::default();
        let mut told = |command, now: &[u32], only: &[u32]| {
            let (new, gone) = kept.turn_over(command, found(now), only);
            (ids(&new), ids(&gone))
        };
        assert_eq!(told("dhcp", &[1, 2], &[]), (vec![1, 2], vec![]));
        assert_eq!(told("time", &[1, 3], &[]), (vec![3], vec![]));
        assert_eq!(told("dhcp", &[1, 2], &[]), (vec![], vec![]));
        // 1 is still told by time.
        assert_eq!(told("dhcp", &[4], &[]), (vec![4], vec![2]));
        assert_eq!(told("dhcp", &[], &[9]), (vec![], vec![]));
        assert_eq!(told("dhcp", &[], &[4]), (vec![], vec![4]));
    }
}
