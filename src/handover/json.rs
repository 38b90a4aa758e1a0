//! The result that `setup hand-over --json` prints.

use schemars::JsonSchema;
use serde::Serialize;

use crate::context::Context;
use crate::handover::plan::{Plan, Step};
use crate::handover::tell::gui;
use crate::services::writers::Found;

/// The result of `setup hand-over`.
#[derive(Debug, Serialize, JsonSchema)]
pub struct SetupHandOver {
    /// `setup hand-over`.
    pub command: &'static str,
    /// Whether it was done, not only shown.
    pub done: bool,
    /// Whether an earlier one is undone.
    pub undo: bool,
    /// The writers, with their places.
    pub found: Vec<String>,
    /// Paths that change.
    pub changed: Vec<String>,
    /// Undo: paths that somebody changed since.
    pub kept: Vec<String>,
    /// Writers that this way does not reach, with what to do.
    pub left: Vec<String>,
    /// What else there is to know.
    pub notes: Vec<String>,
    /// Writers that act besides provha: now, or still, after it was done.
    pub still_active: Vec<String>,
}

/// Keeps the result for `--json`.
pub fn result(
    context: &Context<'_>,
    found: &Found,
    plan: &Plan,
    still: &[String],
    done: bool,
) {
    let path = |step: &Step| step.path.display().to_string();
    let mut notes = plan.notes.clone();
    notes.extend(gui(context, found));
    context.console.result(&SetupHandOver {
        command: "setup hand-over",
        done,
        undo: false,
        found: found.writers.iter().map(ToString::to_string).collect(),
        changed: plan.steps.iter().map(path).collect(),
        kept: Vec::new(),
        left: plan.left.clone(),
        notes,
        still_active: still.to_vec(),
    });
}
