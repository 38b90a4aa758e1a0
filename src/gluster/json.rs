//! The objects of `cluster fs --json`.

use schemars::JsonSchema;
use serde::Serialize;

/// The result of a step of `cluster fs`.
#[derive(Debug, Serialize, JsonSchema)]
pub struct Fs {
    /// The command.
    pub command: &'static str,
    /// True if it only looked.
    pub dry_run: bool,
    /// What was, or would be, done, in words; empty: nothing is to be done.
    pub steps: Vec<String>,
}

/// The result of `cluster fs status`.
#[derive(Debug, Serialize, JsonSchema)]
pub struct FsStatus {
    /// The command.
    pub command: &'static str,
    /// The volume.
    pub volume: String,
    /// The worst state: ok, warning, critical or unknown.
    pub state: &'static str,
    /// What was looked at.
    pub checks: Vec<FsCheck>,
    /// How long it took.
    pub seconds: f64,
}

/// One thing that was looked at.
#[derive(Debug, Serialize, JsonSchema)]
pub struct FsCheck {
    /// Its name.
    pub name: &'static str,
    /// How it is.
    pub state: &'static str,
    /// What was found.
    pub text: String,
}
