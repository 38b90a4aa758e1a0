//! What else writes the files that provha makes: the existing system's cron
//! lines, queue workers, its daemon, its time service, its web application.
//!
//! [`judge`] is pure: lines in, writers out. [`read`] finds them below a root.

pub mod judge;
pub mod read;

use std::path::{Path, PathBuf};

/// Where the existing system is installed.
pub const APPLICATION: &str = "/var/www/nmsprime";

/// What kind of writer it is.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, serde::Serialize,
)]
#[serde(rename_all = "kebab-case")]
pub enum Kind {
    /// Runs the existing system's scheduler (`artisan schedule:run`).
    Scheduler,
    /// Runs one of the commands that provha replaces.
    Command,
    /// Works off the existing system's queue: makes boot files after changes.
    Worker,
    /// `nmsprimed`: tests and restarts dhcpd when the web application says so.
    Restarter,
    /// Serves the time on UDP port 37 besides provha's service.
    TimeService,
    /// The web application: edits single lines and files when a user saves.
    WebApplication,
}

impl Kind {
    /// What it is, for people.
    pub fn words(self) -> &'static str {
        match self {
            Self::Scheduler => "the scheduler of the existing system",
            Self::Command => "a command that provha replaces",
            Self::Worker => "a queue worker, which makes boot files",
            Self::Restarter => "nmsprimed, which restarts dhcpd on its own",
            Self::TimeService => "another time service on UDP port 37",
            Self::WebApplication => {
                "the web application, which edits files on save"
            }
        }
    }

    /// True if it acts only because a user saved something in the GUI.
    pub fn is_gui(self) -> bool {
        matches!(self, Self::Worker | Self::WebApplication)
    }
}

/// Whether a writer acts.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, serde::Serialize,
)]
#[serde(rename_all = "kebab-case")]
pub enum Activity {
    /// It writes when it likes.
    Active,
    /// It runs under provha's lock: never at the same time as provha.
    Locked,
    /// Its commands end in provha.
    Wrapped,
}

/// Something that writes files of ours, or acts on their daemons.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct Writer {
    /// What it is.
    pub kind: Kind,
    /// Where that stands, without the root.
    pub path: PathBuf,
    /// The line there, from 1.
    pub line: Option<usize>,
    /// The user it runs as, where it is known.
    pub user: Option<String>,
    /// What runs.
    pub text: String,
    /// Whether it acts.
    pub activity: Activity,
}

impl Writer {
    /// Where it stands: `FILE:LINE` or `FILE`.
    pub fn place(&self) -> String {
        match self.line {
            Some(line) => format!("{}:{line}", self.path.display()),
            None => self.path.display().to_string(),
        }
    }

    /// True if it changes files or daemons by itself, besides provha.
    pub fn acts_alone(&self) -> bool {
        self.activity == Activity::Active && !self.kind.is_gui()
    }
}

impl std::fmt::Display for Writer {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} ({})", self.kind.words(), self.place())
    }
}

/// Everything that was found.
#[derive(Debug, Clone, Default, serde::Serialize)]
pub struct Found {
    /// The writers, in the order of their places.
    pub writers: Vec<Writer>,
    /// Paths that this user may not read, so that more may be there.
    pub closed: Vec<PathBuf>,
}

impl Found {
    /// Those that act besides provha.
    pub fn active(&self) -> impl Iterator<Item = &Writer> {
        self.writers.iter().filter(|writer| writer.acts_alone())
    }

    /// The file of the existing system's command, if it is installed.
    pub fn has_application(&self) -> bool {
        let is = |writer: &Writer| writer.kind == Kind::WebApplication;
        self.writers.iter().any(is)
    }
}

/// The file that runs the existing system's commands.
pub fn artisan() -> PathBuf {
    Path::new(APPLICATION).join("artisan")
}
