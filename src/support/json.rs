//! The object of `support`.

use schemars::JsonSchema;
use serde::Serialize;

/// The result of `support`.
#[derive(Debug, Serialize, JsonSchema)]
pub struct Support {
    /// The command.
    pub command: &'static str,
    /// The bundle.
    pub file: String,
    /// Its length, octets.
    pub bytes: usize,
    /// The files in it.
    pub files: Vec<String>,
    /// Rows of the sample.
    pub rows: usize,
    /// What was found on this machine.
    pub findings: usize,
    /// Files that come out of the sample, and are known by their sums; null:
    /// it could not be tried.
    pub replayed: Option<usize>,
    /// What is not in it, and why.
    pub missing: Vec<String>,
}
