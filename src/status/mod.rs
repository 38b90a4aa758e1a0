//! What `provha status` tells, as a value: checks with their states, judged
//! from facts that were gathered elsewhere, and the forms in which they are
//! told. Nothing here asks anybody or reads a file.

pub mod gather;

pub mod clock;
pub mod daemon;
pub mod database;
pub mod disk;
pub mod failover;
pub mod files;
pub mod human;
pub mod icinga;
pub mod json;
pub mod lock;
pub mod metrics;
pub mod pair;
pub mod prometheus;
pub mod rebuild;
pub mod role;
pub mod writers;

use metrics::Metric;

/// How well something is. The order is that of the worst: what could not be
/// told weighs less than what is known to be wrong.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default)]
pub enum State {
    /// As it should be.
    #[default]
    Ok,
    /// It cannot be told.
    Unknown,
    /// Somebody should look, in daylight.
    Warning,
    /// Somebody must look now.
    Critical,
}

impl State {
    /// Every state, in order.
    pub const ALL: [Self; 4] =
        [Self::Ok, Self::Unknown, Self::Warning, Self::Critical];

    /// Its word.
    pub fn word(self) -> &'static str {
        match self {
            Self::Ok => "ok",
            Self::Unknown => "unknown",
            Self::Warning => "warning",
            Self::Critical => "critical",
        }
    }

    /// Its number as monitoring plugins exit with.
    pub fn number(self) -> u8 {
        match self {
            Self::Ok => 0,
            Self::Warning => 1,
            Self::Critical => 2,
            Self::Unknown => 3,
        }
    }
}

/// A number that belongs to a check.
#[derive(Debug, Clone, PartialEq)]
pub struct Value {
    /// What it is.
    pub metric: &'static Metric,
    /// Which of several; None where the metric has no label.
    pub label: Option<String>,
    /// The number, in the metric's unit.
    pub number: f64,
}

/// One thing that was looked at.
#[derive(Debug, Clone, PartialEq)]
pub struct Check {
    /// Its name: one word.
    pub name: &'static str,
    /// How well it is.
    pub state: State,
    /// What was found, in one line.
    pub text: String,
    /// What to do about it.
    pub hint: Option<String>,
    /// Its numbers.
    pub values: Vec<Value>,
}

impl Check {
    /// A check of this state.
    pub fn new(
        name: &'static str,
        state: State,
        text: impl Into<String>,
    ) -> Self {
        let text = one_line(&text.into());
        Self { name, state, text, hint: None, values: Vec::new() }
    }

    /// The same with what to do about it.
    #[must_use]
    pub fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hint = Some(one_line(&hint.into()));
        self
    }

    /// The same with a number.
    #[must_use]
    pub fn value(self, metric: &'static Metric, number: f64) -> Self {
        self.push(metric, None, number)
    }

    /// The same with a number that is one of several.
    #[must_use]
    pub fn labelled(
        self,
        metric: &'static Metric,
        label: impl Into<String>,
        number: f64,
    ) -> Self {
        self.push(metric, Some(label.into()), number)
    }

    /// Adds a number.
    fn push(
        mut self,
        metric: &'static Metric,
        label: Option<String>,
        number: f64,
    ) -> Self {
        self.values.push(Value { metric, label, number });
        self
    }
}

/// A text without line breaks and without what a terminal acts on: what
/// others say may have some.
fn one_line(text: &str) -> String {
    let line = text.split_whitespace().collect::<Vec<_>>().join(" ");
    crate::model::plain::plain_line(&line).into_owned()
}

/// Everything that was told.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Report {
    /// The role of this machine; '' where it is not known.
    pub role: String,
    /// Its host name.
    pub host: String,
    /// The checks, in the order in which they are told.
    pub checks: Vec<Check>,
    /// The names of those that were not asked for, and why.
    pub left_out: Vec<&'static str>,
    /// How long it took, seconds.
    pub seconds: f64,
}

impl Report {
    /// The worst state of all checks.
    pub fn state(&self) -> State {
        self.checks.iter().map(|check| check.state).max().unwrap_or_default()
    }

    /// How many checks are in a state.
    pub fn count(&self, state: State) -> usize {
        self.checks.iter().filter(|check| check.state == state).count()
    }

    /// The first of the worst checks.
    pub fn worst(&self) -> Option<&Check> {
        let state = self.state();
        self.checks.iter().find(|check| check.state == state)
    }
}

/// Seconds in the largest fitting unit: `40 s`, `12 min`, `3 h`, `2 days`.
pub fn span(seconds: i64) -> String {
    match seconds.max(0) {
        s @ ..=119 => format!("{s} s"),
        s @ ..=7199 => format!("{} min", s / 60),
        s @ ..=172_799 => format!("{} h", s / 3600),
        s => format!("{} days", s / 86400),
    }
}

/// The first ten of a list, and whether there are more.
pub fn first_ten<T: ToString>(list: &[T]) -> String {
    let ten: Vec<String> = list.iter().take(10).map(T::to_string).collect();
    let more = if list.len() > 10 { ", …" } else { "" };
    format!("{}{more}", ten.join(", "))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::console::count;

    #[test]
    fn the_worst_state_counts() {
        use State::{Critical, Ok, Unknown, Warning};
        let report = |states: &[State]| Report {
            checks: states.iter().map(|s| Check::new("x", *s, "")).collect(),
            ..Report::default()
        };
        assert_eq!(report(&[]).state(), Ok);
        assert_eq!(report(&[Ok, Unknown]).state(), Unknown);
        assert_eq!(report(&[Warning, Unknown, Ok]).state(), Warning);
        assert_eq!(report(&[Warning, Critical, Unknown]).state(), Critical);
        assert_eq!(State::ALL.map(State::number), [0, 3, 1, 2]);
    }

    #[test]
    fn words_for_numbers() {
        assert_eq!(span(-3), "0 s");
        assert_eq!(span(119), "119 s");
        assert_eq!(span(125), "2 min");
        assert_eq!(span(3 * 3600), "3 h");
        assert_eq!(span(2 * 86400), "2 days");
        assert_eq!(count(1, "file"), "1 file");
        assert_eq!(count(0, "file"), "0 files");
        assert_eq!(first_ten(&[1, 2]), "1, 2");
        let many: Vec<u32> = (1..=11).collect();
        assert_eq!(first_ten(&many), "1, 2, 3, 4, 5, 6, 7, 8, 9, 10, …");
    }

    #[test]
    fn a_text_is_one_line() {
        let check = Check::new("x", State::Ok, "a\nb\t c\n");
        assert_eq!(check.text, "a b c");
    }
}
