//! The exit codes that scripts, timers and hooks rely on.

use std::process::ExitCode;

/// How a run ended; the numbers are fixed (man page, 'EXIT STATUS').
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
#[repr(u8)]
pub enum Exit {
    /// Done, or nothing to do. Quarantined rows are warnings.
    Done = 0,
    /// Failed; what was live is untouched.
    Failed = 1,
    /// The command line was wrong.
    Usage = 2,
    /// A checker, a guard rail, the input or `--strict` said no; what was
    /// live is untouched.
    Refused = 3,
    /// Activation failed; the previous generation is live and answering.
    RolledBack = 4,
    /// Partly active, or the roll-back failed: a person must look.
    Broken = 5,
    /// `--diff --exit-code`: changes are pending.
    Pending = 10,
    /// Another run holds the lock.
    Locked = 75,
}

impl Exit {
    /// Every code with its meaning, in the order of the man page.
    pub const ALL: [(Exit, &'static str); 8] = [
        (Exit::Done, "done, or nothing to do; quarantined rows are warnings"),
        (Exit::Failed, "failed; what was live is untouched"),
        (Exit::Usage, "usage"),
        (
            Exit::Refused,
            "refused by a checker, a guard rail, invalid input or --strict; \
             what was live is untouched",
        ),
        (
            Exit::RolledBack,
            "activation failed and was rolled back; the previous generation \
             is live and answering",
        ),
        (
            Exit::Broken,
            "partly active, or the roll-back failed: a person must look",
        ),
        (Exit::Pending, "--diff --exit-code: changes are pending"),
        (Exit::Locked, "another run holds the lock"),
    ];
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        ExitCode::from(exit as u8)
    }
}

/// An error that carries its exit code and, if known, what to do about it.
#[derive(Debug, thiserror::Error)]
#[error("{message}")]
pub struct Stop {
    /// The exit code that this error leads to.
    pub exit: Exit,
    /// What happened, and where.
    pub message: String,
    /// What the user can do, one sentence.
    pub hint: Option<String>,
}

impl Stop {
    /// A refusal: exit 3.
    pub fn refused(message: impl Into<String>) -> Self {
        Self { exit: Exit::Refused, message: message.into(), hint: None }
    }

    /// A failure: exit 1.
    pub fn failed(message: impl Into<String>) -> Self {
        Self { exit: Exit::Failed, message: message.into(), hint: None }
    }

    /// A wrong command line: exit 2.
    pub fn usage(message: impl Into<String>) -> Self {
        Self { exit: Exit::Usage, message: message.into(), hint: None }
    }

    /// The same with what to do about it.
    #[must_use]
    pub fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hint = Some(hint.into());
        self
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_numbers_are_the_contract() {
        let numbers: Vec<u8> =
            Exit::ALL.iter().map(|(exit, _)| *exit as u8).collect();
        assert_eq!(numbers, [0, 1, 2, 3, 4, 5, 10, 75]);
    }
}
