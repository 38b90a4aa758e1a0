//! A step: what, where, why, the present and the wanted state.

use std::path::PathBuf;

use super::facts::{Entry, Facts};

/// What shall lie at a path.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Target {
    /// A file with this content.
    File {
        /// The content.
        bytes: Vec<u8>,
        /// Permissions of a new file; those of one that is there stay.
        mode: u32,
        /// The key of the group of a new file; None: root's.
        group: Option<&'static str>,
        /// Whether the content must not be shown.
        secret: bool,
    },
    /// A link to this.
    Link(PathBuf),
    /// A directory with these permissions.
    Dir(u32),
}

/// One path that a step changes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Change {
    /// The absolute path on the machine.
    pub path: String,
    /// What shall lie there.
    pub to: Target,
}

impl Change {
    /// An ordinary file, 0644.
    pub fn file(path: impl Into<String>, text: impl Into<String>) -> Self {
        Self::with(path, text, 0o644, None, false)
    }

    /// A file with its attributes.
    pub fn with(
        path: impl Into<String>,
        text: impl Into<String>,
        mode: u32,
        group: Option<&'static str>,
        secret: bool,
    ) -> Self {
        let bytes = text.into().into_bytes();
        let to = Target::File { bytes, mode, group, secret };
        Self { path: path.into(), to }
    }

    /// A link.
    pub fn link(path: impl Into<String>, to: impl Into<PathBuf>) -> Self {
        Self { path: path.into(), to: Target::Link(to.into()) }
    }

    /// A directory.
    pub fn dir(path: impl Into<String>, mode: u32) -> Self {
        Self { path: path.into(), to: Target::Dir(mode) }
    }

    /// Whether it is so already.
    fn holds(&self, facts: &Facts) -> bool {
        match (facts.entry(&self.path), &self.to) {
            (
                Some(Entry::File { bytes, .. }),
                Target::File { bytes: to, .. },
            ) => bytes == to,
            (Some(Entry::Link(there)), Target::Link(to)) => there == to,
            (Some(Entry::Dir), Target::Dir(_)) => true,
            _ => false,
        }
    }
}

/// How a step stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum State {
    /// It is so already.
    Done,
    /// It would be done now.
    Pending,
    /// A person must do it: how.
    ByHand(String),
    /// It does not apply here: why.
    Idle(String),
}

impl State {
    /// The word for it.
    pub fn word(&self) -> &'static str {
        match self {
            Self::Done => "done",
            Self::Pending => "pending",
            Self::ByHand(_) => "by-hand",
            Self::Idle(_) => "not-needed",
        }
    }
}

/// One step.
#[derive(Debug, Clone)]
pub struct Step {
    /// Its name, for --without.
    pub name: &'static str,
    /// What is done.
    pub what: String,
    /// What for.
    pub why: &'static str,
    /// How it stands.
    pub state: State,
    /// What changes on the disk, in this order.
    pub changes: Vec<Change>,
    /// Commands that make it count, on the machine itself.
    pub after: Vec<Vec<String>>,
    /// Commands after it was undone.
    pub undone: Vec<Vec<String>>,
}

impl Step {
    /// A step with what it changes; what holds already is left out.
    pub fn new(
        name: &'static str,
        what: impl Into<String>,
        why: &'static str,
        facts: &Facts,
        changes: Vec<Change>,
    ) -> Self {
        let open = |change: &Change| !change.holds(facts);
        let changes: Vec<_> = changes.into_iter().filter(open).collect();
        let blocked = changes.iter().find_map(|c| blocked(c, facts));
        let state = match (changes.is_empty(), blocked) {
            (true, _) => State::Done,
            (false, Some(why)) => State::ByHand(why),
            (false, None) => State::Pending,
        };
        let what = what.into();
        let (after, undone) = (Vec::new(), Vec::new());
        Self { name, what, why, state, changes, after, undone }
    }

    /// A step that cannot or need not be done.
    pub fn idle(
        name: &'static str,
        what: impl Into<String>,
        why: &'static str,
        state: State,
    ) -> Self {
        let (what, changes) = (what.into(), Vec::new());
        let (after, undone) = (Vec::new(), Vec::new());
        Self { name, what, why, state, changes, after, undone }
    }

    /// A command that makes it count, when it is done and when it is undone.
    #[must_use]
    pub fn run(mut self, line: &str) -> Self {
        let words: Vec<String> =
            line.split_whitespace().map(str::to_string).collect();
        self.after.push(words.clone());
        self.undone.push(words);
        self
    }

    /// A command when it is done, and another one when it is undone.
    #[must_use]
    pub fn run_or(mut self, done: &[&str], undone: &[&str]) -> Self {
        let words = |line: &[&str]| -> Vec<String> {
            line.iter().map(|word| (*word).to_string()).collect()
        };
        if !done.is_empty() {
            self.after.push(words(done));
        }
        if !undone.is_empty() {
            self.undone.push(words(undone));
        }
        self
    }

    /// Whether there is something to do.
    pub fn is_pending(&self) -> bool {
        self.state == State::Pending
    }
}

/// Why something must not be replaced; None: it may.
fn blocked(change: &Change, facts: &Facts) -> Option<String> {
    let path = &change.path;
    let there = facts.entry(path)?;
    match (there, &change.to) {
        (Entry::Other(why), _) => Some(format!("{path} is not touched: {why}")),
        (Entry::Link(to), Target::File { .. } | Target::Dir(_)) => {
            Some(format!(
                "{path} is a link to {}, which stays: write what the plan \
                 says there, or put a file in its place",
                to.display()
            ))
        }
        (Entry::Dir, Target::File { .. }) => {
            Some(format!("{path} is a directory: move it away"))
        }
        (Entry::File { .. }, Target::Link(_) | Target::Dir(_)) => {
            Some(format!("{path} is a file: move it away"))
        }
        _ => None,
    }
}
