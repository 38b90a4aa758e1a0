//! What the check of meaning says about a text.

use crate::docsis::check::rules::{Rule, Severity};

/// Something that the check of meaning has to say about a text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Told {
    /// The rule.
    pub rule: &'static Rule,
    /// How severe it is.
    pub severity: Severity,
    /// What is wrong.
    pub text: String,
    /// Line of the other place that it is about.
    pub other: Option<usize>,
    /// Whether it is about the file as a whole, not about a line.
    pub whole: bool,
}
