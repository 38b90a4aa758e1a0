//! One finding of the check, for people and for scripts.

use crate::docsis::check::Finding;
use crate::docsis::check::rules::Severity;
use crate::docsis::{Diagnostic, Warning};
use crate::report::json::CheckFinding;

/// One finding, as it is printed.
pub struct Line {
    /// The rule; none for a fault of the language.
    pub rule: Option<&'static str>,
    /// How severe.
    pub severity: Severity,
    /// Line and column in a text.
    pub place: Option<(usize, usize)>,
    /// Octet in a binary.
    pub offset: Option<usize>,
    /// What is wrong.
    pub text: String,
}

impl Line {
    /// From a fault that a text is refused for.
    pub fn refused(fault: &Diagnostic) -> Self {
        let mut text = fault.message();
        if let Some(expected) = fault.expected() {
            text += &format!("; expected {expected}");
        }
        if let Some(hint) = fault.hint() {
            text += &format!("; {hint}");
        }
        Self {
            rule: fault.fault.rule().map(|rule| rule.name),
            severity: Severity::Refused,
            place: Some((fault.span.line, fault.span.column)),
            offset: None,
            text,
        }
    }

    /// From what is told of a text.
    pub fn told(warning: &Warning) -> Self {
        let bad = warning.is_bad();
        let severity = if bad { Severity::Bad } else { Severity::Note };
        Self { severity, ..Self::refused(&warning.0) }
    }

    /// From what is found in a binary.
    pub fn found(finding: &Finding) -> Self {
        let mut text = finding.text.clone();
        if let Some(other) = finding.other {
            text += &format!(" (the other is at octet {other})");
        }
        Self {
            rule: Some(finding.rule.name),
            severity: finding.severity,
            place: None,
            offset: finding.offset,
            text,
        }
    }

    /// What makes that no device takes the file.
    pub fn bad(text: String) -> Self {
        let (rule, severity) = (None, Severity::Bad);
        Self { rule, severity, place: None, offset: None, text }
    }

    /// For people, after the name of the file.
    pub fn words(&self) -> String {
        let place = match (self.place, self.offset) {
            (Some((line, column)), _) => format!(":{line}:{column}"),
            (None, Some(offset)) => format!(": octet {offset}"),
            (None, None) => String::new(),
        };
        let rule = self.rule.map_or(String::new(), |r| format!("[{r}]"));
        format!("{place}: {}{rule}: {}", self.severity.word(), self.text)
    }

    /// For scripts.
    pub fn json(self) -> CheckFinding {
        CheckFinding {
            rule: self.rule,
            severity: self.severity.word().to_ascii_lowercase(),
            line: self.place.map(|place| place.0),
            column: self.place.map(|place| place.1),
            offset: self.offset,
            text: self.text,
        }
    }
}
