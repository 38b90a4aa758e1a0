//! One thing that `status` looked at.

use crate::status::codes::Code;
use crate::status::metrics::Metric;
use crate::status::state::State;

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
    /// What is wrong, where it is not ok.
    pub code: Option<&'static Code>,
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
        let (code, hint) = (None, None);
        Self { name, state, text, code, hint, values: Vec::new() }
    }

    /// A check that found something wrong.
    pub fn wrong(
        code: &'static Code,
        state: State,
        text: impl Into<String>,
    ) -> Self {
        debug_assert!(state <= code.severity, "{}: {state:?}", code.id);
        Self { code: Some(code), ..Self::new(code.check, state, text) }
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
pub(super) fn one_line(text: &str) -> String {
    let line = text.split_whitespace().collect::<Vec<_>>().join(" ");
    crate::model::plain::plain_line(&line).into_owned()
}
