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

use crate::alias::Aliases;
use crate::exit::Exit;
use crate::journal::{Field, Journal, Level, SUMMARY};
use crate::json::{Ending, ErrorObject, FileDiff, FleetGroup, members};
use crate::model::plain::{cut_values, plain, plain_json};
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

impl Color {
    /// Whether what is printed on stdout is coloured.
    pub fn on_stdout(self, env: &crate::env::Env) -> bool {
        use std::io::IsTerminal as _;
        match self {
            Self::Always => true,
            Self::Never => false,
            Self::Auto => {
                io::stdout().is_terminal()
                    && env.var("TERM") != Some("dumb")
                    && env.var("NO_COLOR").is_none()
            }
        }
    }
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
    /// The journal, if that is where stderr leads to.
    journal: Option<Arc<Journal>>,
    /// Whether nothing is said.
    mute: bool,
    /// What stands in place of addresses, names and numbers.
    mask: Arc<Mutex<Option<Aliases>>>,
    kept: Arc<Mutex<Kept>>,
}

/// What the line that ends a run tells.
#[derive(Debug, Default, Clone)]
struct Summary {
    /// The command.
    command: String,
    /// master, slave or standalone; '' where it is not known yet.
    role: &'static str,
    /// The number of the run; 0: it works on no machine.
    run: u64,
    /// Files that were, or would be, written or removed.
    changed: usize,
    /// The last generation that was made.
    generation: Option<u64>,
}

/// What a run has said so far.
#[derive(Debug, Default)]
struct Kept {
    /// The result's members.
    result: Map<String, Value>,
    /// Whether the command prints its object itself, as it is made.
    streams: bool,
    diff: Option<Vec<FileDiff>>,
    fleet: Option<Vec<FleetGroup>>,
    warnings: Vec<String>,
    /// When the last step ended.
    lap: Option<Instant>,
    /// The findings that each command told last.
    findings: BTreeMap<&'static str, BTreeSet<Finding>>,
    summary: Summary,
}

/// Columns whose values are names or numbers.
const NAMES: &[&str] =
    &["hostname", "name", "number", "prefix_number", "add_reverse"];

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
            journal: Journal::of(env).map(Arc::new),
            mute: false,
            mask: Arc::default(),
            kept: Arc::default(),
        }
    }

    /// The same that says nothing, for work whose result alone counts.
    #[must_use]
    pub fn mute(&self) -> Self {
        Self { mute: true, ..self.inner() }
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
        let summary = self.kept().summary.clone();
        let kept = Arc::new(Mutex::new(Kept { summary, ..Kept::default() }));
        Self { begin: Instant::now(), json: false, kept, ..self.clone() }
    }

    /// What was said so far. A thread that panicked left nothing half done.
    fn kept(&self) -> MutexGuard<'_, Kept> {
        self.kept.lock().unwrap_or_else(std::sync::PoisonError::into_inner)
    }

    /// A line on stderr with a coloured first word, or in the journal.
    fn say(&self, level: Level, text: &str, fields: &[Field<'_>]) {
        let (word, paint) = match level {
            Level::Error => ("error:", "1;31"),
            Level::Warning => ("warning:", "33"),
            _ => ("hint:", "36"),
        };
        let text = self.masked(&cut_values(text));
        if self.mute || self.sent(level, &text, fields) {
            return;
        }
        let text = self.shown(&text);
        let mut err = io::stderr().lock();
        let _ = if self.color {
            writeln!(err, "\x1b[{paint}m{word}\x1b[0m {text}")
        } else {
            writeln!(err, "{word} {text}")
        };
    }

    /// Whether the journal took it.
    fn sent(&self, level: Level, text: &str, fields: &[Field<'_>]) -> bool {
        let Some(journal) = &self.journal else { return false };
        let (command, run) = {
            let kept = self.kept();
            (kept.summary.command.clone(), kept.summary.run.to_string())
        };
        let mut all = vec![("COMMAND", &*command)];
        if run != "0" {
            all.push(("RUN", &run));
        }
        all.extend_from_slice(fields);
        journal.send(level, &plain(text), &all)
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
        self.say(Level::Error, text, &[]);
    }

    /// What to do about it.
    pub fn hint(&self, text: &str) {
        self.say(Level::Info, text, &[]);
    }

    /// Something is odd, but the run goes on.
    pub fn warning(&self, text: &str) {
        if self.json {
            self.kept().warnings.push(text.to_string());
        }
        self.say(Level::Warning, text, &[]);
    }

    /// What was done; not with `-q`.
    pub fn note(&self, text: &str) {
        let text = self.masked(text);
        if !self.quiet && !self.mute && !self.sent(Level::Info, &text, &[]) {
            let _ = writeln!(io::stderr().lock(), "{}", self.shown(&text));
        }
    }

    /// Details, with `-v`.
    pub fn detail(&self, text: &str) {
        if self.verbose == 0 || self.mute {
            return;
        }
        let text = self.masked(text);
        if !self.sent(Level::Debug, &text, &[]) {
            let at = self.begin.elapsed().as_secs_f64();
            let text = self.shown(&text);
            let _ = writeln!(io::stderr().lock(), "[{at:7.3}] {text}");
        }
    }

    /// What stands in place of addresses, names and numbers.
    fn aliases(&self) -> MutexGuard<'_, Option<Aliases>> {
        self.mask.lock().unwrap_or_else(std::sync::PoisonError::into_inner)
    }

    /// Has everything said from now on masked, unless it already is.
    ///
    /// # Errors
    /// There is no key for the stand-ins.
    pub fn mask(
        &self,
        key: impl FnOnce() -> anyhow::Result<[u8; crate::alias::KEY]>,
    ) -> anyhow::Result<()> {
        let mut mask = self.aliases();
        if mask.is_none() {
            *mask = Some(Aliases::new(key()?));
        }
        Ok(())
    }

    /// Names that texts may hold; remembered where they are masked.
    pub fn names<'a>(&self, names: impl Iterator<Item = &'a str>) {
        if let Some(aliases) = &mut *self.aliases() {
            for name in names {
                let _ = aliases.name(name);
            }
        }
    }

    /// A text as it may be said.
    fn masked(&self, text: &str) -> String {
        match &*self.aliases() {
            Some(aliases) => aliases.text(text, true),
            None => text.to_string(),
        }
    }

    /// What the run is: for the line that ends it.
    pub fn begins(&self, command: &str) {
        self.kept().summary.command = command.to_string();
    }

    /// The run's number.
    pub fn run(&self, number: u64) {
        self.kept().summary.run = number;
    }

    /// What was made for a role: so many files changed.
    pub fn made(&self, role: &'static str, changed: usize) {
        let summary = &mut self.kept().summary;
        summary.role = role;
        summary.changed += changed;
    }

    /// A generation was made.
    pub fn generation(&self, number: u64) {
        self.kept().summary.generation = Some(number);
    }

    /// Ends a run: one line in the journal with all that counts. What only
    /// looked at texts or files of its own has none.
    pub fn ended(&self, exit: Exit) {
        let summary = {
            let mut kept = self.kept();
            let told = kept.summary.clone();
            (kept.summary.changed, kept.summary.generation) = (0, None);
            told
        };
        if summary.run == 0 || self.journal.is_none() {
            return;
        }
        let Summary { command, role, changed, generation, .. } = summary;
        let findings = self.told().len();
        let seconds = format!("{:.3}", self.elapsed().as_secs_f64());
        let code = exit as u8;
        let mut text = format!(
            "{command} ended with exit code {code}: {}, {}, {seconds} s",
            count(findings, "finding"),
            count(changed, "changed file"),
        );
        let generation = generation.map(|number| number.to_string());
        if let Some(number) = &generation {
            text += &format!(", generation {number}");
        }
        let [code, findings, changed] =
            [code.into(), findings, changed].map(|number| number.to_string());
        let mut fields = vec![
            ("MESSAGE_ID", SUMMARY),
            ("EXIT", &*code),
            ("FINDINGS", &findings),
            ("CHANGED", &changed),
            ("SECONDS", &seconds),
        ];
        if !role.is_empty() {
            fields.push(("ROLE", role));
        }
        if let Some(number) = &generation {
            fields.push(("GENERATION", number));
        }
        let level = match exit {
            Exit::Done | Exit::Pending | Exit::Locked => Level::Info,
            _ => Level::Error,
        };
        let _ = self.sent(level, &text, &fields);
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
            self.finding(&finding);
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

    /// One finding. Where it is about a name or a number, what it quotes is
    /// one.
    fn finding(&self, finding: &Finding) {
        if NAMES.contains(&finding.column)
            && let Some(aliases) = &mut *self.aliases()
        {
            for quoted in finding.reason.split('\'').skip(1).step_by(2) {
                let _ = aliases.number(quoted);
            }
        }
        let id = finding.id.to_string();
        let fields = [
            ("TABLE", finding.table),
            ("ID", &*id),
            ("COLUMN", finding.column),
        ];
        self.say(Level::Warning, &finding.to_string(), &fields);
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

    /// Groups of changed devices: printed, or kept for the object.
    pub fn fleet(
        &self,
        groups: Vec<FleetGroup>,
        text: &str,
    ) -> anyhow::Result<()> {
        if self.json {
            self.kept().fleet.get_or_insert_default().extend(groups);
        }
        self.data(text)
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
        // A command may be made of others: `pair join` is a run of `dhcp`.
        if command.is_some() || !object.contains_key("command") {
            let _ = object.insert("command".into(), command.into());
        }
        let ending = Ending {
            exit: exit as u8,
            warnings: std::mem::take(&mut kept.warnings),
            diff: kept.diff.take(),
            fleet: kept.fleet.take(),
        };
        object.append(&mut members(&ending));
        if let Some(error) = error {
            let error = serde_json::to_value(error).unwrap_or_default();
            let _ = object.insert("error".into(), error);
        }
        let mut out = io::stdout().lock();
        let json = format!("{:#}", Value::Object(object));
        writeln!(out, "{}", plain_json(&json))
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
        let style = match self.ascii {
            true => style.progress_chars("##-"),
            false => style,
        };
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
#[path = "console_tests.rs"]
mod tests;
