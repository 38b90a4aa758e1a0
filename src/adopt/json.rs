//! The report as the result that `--json` prints.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::Serialize;

use crate::adopt::{Reason, Report, text};

/// The result of `adopt`.
#[derive(Debug, Serialize, JsonSchema)]
pub struct Adopt {
    /// `adopt`.
    pub command: &'static str,
    /// One line: whether provha may take over.
    pub verdict: String,
    /// How many files were compared.
    pub compared: usize,
    /// Paths that this user may not read, with the reason.
    pub not_compared: Vec<String>,
    /// How many differences have which reason: deliberate, bad-row, stale,
    /// row-changed, hand-edit, unexplained.
    pub counts: BTreeMap<&'static str, usize>,
    /// The differences; what a person must look at comes first.
    pub differences: Vec<AdoptDifference>,
    /// What would change, for how many devices; 0: it is no device's.
    pub changes: BTreeMap<String, usize>,
    /// Other programs that write the same files.
    pub writers: Vec<String>,
    /// Findings about rows.
    pub findings: usize,
    /// How long it took.
    pub seconds: f64,
}

/// One difference.
#[derive(Debug, Serialize, JsonSchema)]
pub struct AdoptDifference {
    /// The file, without the root.
    pub file: String,
    /// What it is about.
    pub subject: String,
    /// What differs.
    pub what: String,
    /// The reason's word.
    pub reason: &'static str,
    /// The number in docs/differences.md, where it is a deliberate one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub number: Option<u16>,
    /// More about the reason.
    pub why: String,
    /// How many subjects differ so.
    pub count: usize,
    /// How many of them are devices.
    pub devices: usize,
}

/// The result.
pub fn result(report: &Report, seconds: f64) -> Adopt {
    let differences = report.differences.iter().map(|one| AdoptDifference {
        file: one.file.clone(),
        subject: one.subject.clone(),
        what: one.what.clone(),
        reason: one.reason.word(),
        number: match one.reason {
            Reason::Deliberate(number) => Some(number),
            _ => None,
        },
        why: one.why.clone(),
        count: one.count,
        devices: one.devices,
    });
    Adopt {
        command: "adopt",
        verdict: text::verdict(report),
        compared: report.compared,
        not_compared: report.closed.iter().cloned().collect(),
        counts: report.counts(),
        differences: differences.collect(),
        changes: report.changes.clone(),
        writers: report.writers.clone(),
        findings: report.findings,
        seconds,
    }
}
