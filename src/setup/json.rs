//! The objects of `setup ... --json`.

use schemars::JsonSchema;
use serde::Serialize;

/// The result of `setup master`, `setup slave` and `setup standalone`.
#[derive(Debug, Serialize, JsonSchema)]
pub struct SetupPlan {
    /// The command.
    pub command: &'static str,
    /// master, slave or standalone.
    pub role: &'static str,
    /// Debian or RHEL-like.
    pub system: &'static str,
    /// Whether it only looked.
    pub dry_run: bool,
    /// The steps, in the order in which they are done.
    pub steps: Vec<SetupStep>,
    /// Paths that were changed.
    pub changed: Vec<String>,
    /// Commands that failed after the files were in place, with the reason.
    pub failed: Vec<String>,
    /// What a person does next, a line each.
    pub next: Vec<String>,
    /// How long it took.
    pub seconds: f64,
}

/// One step of a plan.
#[derive(Debug, Serialize, JsonSchema)]
pub struct SetupStep {
    /// Its name.
    pub name: &'static str,
    /// What is done.
    pub what: String,
    /// What for.
    pub why: &'static str,
    /// How it stood before this run: done, pending, by-hand or not-needed.
    pub state: &'static str,
    /// Why it is not done by this program, or what a person must do.
    pub reason: Option<String>,
    /// The paths that it changes.
    pub paths: Vec<String>,
    /// The commands that it runs on the machine itself.
    pub commands: Vec<String>,
}

/// The result of `setup undo`.
#[derive(Debug, Serialize, JsonSchema)]
pub struct SetupUndo {
    /// The command.
    pub command: &'static str,
    /// Whether it only looked.
    pub dry_run: bool,
    /// Paths that are, or would be, as before setup.
    pub restored: Vec<String>,
    /// Paths that somebody changed since setup: they stay.
    pub kept: Vec<String>,
    /// Directories that setup made and that hold other things now.
    pub full: Vec<String>,
    /// Commands that failed, with the reason.
    pub failed: Vec<String>,
}

/// The result of `setup grants`, `setup cmts` and `setup icinga`.
#[derive(Debug, Serialize, JsonSchema)]
pub struct SetupText {
    /// The command.
    pub command: &'static str,
    /// The text that the command prints without --json.
    pub text: String,
}

/// The result of `setup check`.
#[derive(Debug, Serialize, JsonSchema)]
pub struct SetupCheck {
    /// The command.
    pub command: &'static str,
    /// The worst state: ok, warning or problem.
    pub state: &'static str,
    /// The checks.
    pub checks: Vec<SetupChecked>,
    /// How long it took.
    pub seconds: f64,
}

/// One check.
#[derive(Debug, Serialize, JsonSchema)]
pub struct SetupChecked {
    /// Its name.
    pub name: &'static str,
    /// ok, warning, problem or skipped.
    pub state: &'static str,
    /// What was found.
    pub text: String,
    /// The line that fixes it.
    pub fix: Option<String>,
}

/// The result of `setup pair`.
#[derive(Debug, Serialize, JsonSchema)]
pub struct SetupPair {
    /// The command.
    pub command: &'static str,
    /// Whether it only looked.
    pub dry_run: bool,
    /// The steps, in order.
    pub steps: Vec<SetupPairStep>,
}

/// One step into the pair.
#[derive(Debug, Serialize, JsonSchema)]
pub struct SetupPairStep {
    /// Which machine: its address.
    pub machine: String,
    /// What is done there.
    pub what: String,
    /// What it costs.
    pub cost: String,
    /// Whether it was done.
    pub done: bool,
    /// What it came to.
    pub said: String,
}
