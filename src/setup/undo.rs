//! Puts back what lay on the machine before setup.

use super::apply;
use super::journal::{Journal, Noted, Seen};
use crate::context::Context;

/// What came of it, or would.
#[derive(Debug, Default)]
pub struct Undone {
    /// Paths that are as before.
    pub restored: Vec<String>,
    /// Paths that somebody changed since: they stay.
    pub kept: Vec<String>,
    /// Directories that setup made and that hold other things now.
    pub full: Vec<String>,
    /// Commands that failed, with the reason.
    pub failed: Vec<String>,
}

/// What an undo would do with each path.
pub fn plan(journal: &Journal, force: bool) -> anyhow::Result<Undone> {
    let mut undone = Undone::default();
    for noted in journal.backwards() {
        match journal.look(&noted)? {
            Seen::Before => {}
            Seen::Other if !force => undone.kept.push(noted.path),
            // What it holds may be what goes with it.
            _ => undone.restored.push(noted.path),
        }
    }
    Ok(undone)
}

/// Undoes everything, the last path first. The lock is held.
///
/// # Errors
/// A path cannot be put back: run it again when the reason is gone.
pub fn undo(
    context: &Context<'_>,
    mut journal: Journal,
    force: bool,
) -> anyhow::Result<Undone> {
    let mut undone = Undone::default();
    for noted in journal.backwards() {
        journal.sweep(&noted)?;
        if one(&journal, &noted, force, &mut undone)? {
            journal.forget(&noted.path)?;
        }
    }
    undone.failed = apply::run(context, journal.commands());
    if undone.kept.is_empty() {
        journal.end()?;
    }
    Ok(undone)
}

/// Undoes one path; whether it is settled.
fn one(
    journal: &Journal,
    noted: &Noted,
    force: bool,
    undone: &mut Undone,
) -> anyhow::Result<bool> {
    match journal.look(noted)? {
        Seen::Before => {}
        Seen::Full => undone.full.push(noted.path.clone()),
        Seen::Other if !force => {
            undone.kept.push(noted.path.clone());
            return Ok(false);
        }
        Seen::Ours | Seen::Other => {
            journal.put_back(noted)?;
            undone.restored.push(noted.path.clone());
        }
    }
    Ok(true)
}
