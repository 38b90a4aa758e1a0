//! What a run says: talk on stderr, data on stdout, progress on a terminal.

use std::io::{self, Write};
use std::time::{Duration, Instant};

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

use crate::model::Findings;

/// When to colour.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub enum Color {
    /// On a terminal, unless `NO_COLOR` is set.
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
    terminal: bool,
    begin: Instant,
}

impl Console {
    /// From the global options and the environment.
    pub fn new(
        color: Color,
        env: &crate::env::Env,
        quiet: bool,
        verbose: u8,
    ) -> Self {
        let color = match color {
            Color::Always => true,
            Color::Never => false,
            Color::Auto => env.terminal && env.var("NO_COLOR").is_none(),
        };
        let begin = Instant::now();
        Self { color, quiet, verbose, terminal: env.terminal, begin }
    }

    /// The same, for a run that begins now.
    #[must_use]
    pub fn again(&self) -> Self {
        Self { begin: Instant::now(), ..self.clone() }
    }

    /// A line on stderr with a coloured first word.
    fn say(&self, word: &str, paint: &str, text: &str) {
        let mut err = io::stderr().lock();
        let _ = if self.color {
            writeln!(err, "\x1b[{paint}m{word}\x1b[0m {text}")
        } else {
            writeln!(err, "{word} {text}")
        };
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
        self.say("warning:", "33", text);
    }

    /// What was done; not with `-q`.
    pub fn note(&self, text: &str) {
        if !self.quiet {
            let _ = writeln!(io::stderr().lock(), "{text}");
        }
    }

    /// Details, with `-v`.
    pub fn detail(&self, text: &str) {
        if self.verbose > 0 {
            let at = self.begin.elapsed().as_secs_f64();
            let _ = writeln!(io::stderr().lock(), "[{at:7.3}] {text}");
        }
    }

    /// All findings, a line each.
    pub fn findings(&self, findings: &Findings) {
        for finding in findings.sorted() {
            self.warning(&finding.to_string());
        }
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
