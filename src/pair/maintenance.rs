//! The note that this node is out of service: `maintenance.json` in
//! PROVHA__STATE_DIR. While it holds, no run makes anything or restarts a
//! daemon here; when its time is over, the next one brings the node back.

use std::path::PathBuf;

use serde::{Deserialize, Serialize};

use crate::config::Settings;
use crate::exit::Stop;
use crate::system::files;
use crate::system::files::Doing;

/// Where a run that was killed stood.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Phase {
    /// Daemons are being stopped.
    Stopping,
    /// The node is out of service.
    Out,
    /// Daemons are being started.
    Starting,
}

/// The note.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Note {
    /// When it began, seconds since 1970.
    pub since: i64,
    /// When the node comes back by itself.
    pub until: i64,
    /// Why.
    pub reason: String,
    /// Where it stands.
    pub phase: Phase,
    /// The units, in the order in which they are stopped.
    pub units: Vec<String>,
    /// The machine's start: after another one its daemons run again.
    pub boot: String,
    /// Whether the peer was set to partner-down.
    pub partner_down: bool,
}

/// Commands that make or restart something, by the name of their lock.
const HELD: &[&str] = &[
    "dhcp",
    "dns",
    "time",
    "configfile",
    "rebuild",
    "watch",
    "rollback",
    "pair",
    "setup pair",
];

impl Note {
    /// The file.
    fn path(settings: &Settings) -> PathBuf {
        settings.path("PROVHA__STATE_DIR").join("maintenance.json")
    }

    /// The note of this node; None: it is in service. What cannot be read
    /// holds nothing back.
    pub fn of(settings: &Settings) -> Option<Self> {
        let text = files::read(&Self::path(settings)).ok()?;
        serde_json::from_slice(&text).ok()
    }

    /// Writes it.
    ///
    /// # Errors
    /// It cannot be written.
    pub fn save(&self, settings: &Settings) -> files::Result<()> {
        let path = Self::path(settings);
        if let Some(dir) = path.parent() {
            files::make_dirs(dir)?;
        }
        let text = serde_json::to_vec_pretty(self)
            .map_err(std::io::Error::other)
            .doing("write", &path)?;
        files::replace(&path, &text, 0o644)
    }

    /// Takes it away.
    ///
    /// # Errors
    /// It cannot be removed.
    pub fn remove(settings: &Settings) -> files::Result<()> {
        files::remove_if_there(&Self::path(settings))
    }

    /// Whether its time is not over. A clock that went back behind its begin
    /// says nothing: then it is over.
    pub fn holds(&self, now: i64) -> bool {
        (self.since..self.until).contains(&now)
    }

    /// In words.
    pub fn words(&self, now: i64) -> String {
        let minutes = (self.until - now).max(0).div_euclid(60);
        let rest = match minutes {
            0 => format!("{} s", (self.until - now).max(0)),
            1..120 => format!("{minutes} min"),
            _ => format!("{} h", minutes / 60),
        };
        let what = match self.phase {
            Phase::Stopping => "this node is being taken out of service",
            Phase::Out => "this node is out of service",
            Phase::Starting => "this node is coming back into service",
        };
        format!("{what} ({}); it comes back in {rest}", self.reason)
    }

    /// Whether the machine was started since.
    pub fn is_of_another_boot(&self) -> bool {
        self.boot != boot()
    }
}

/// What tells one start of the machine from another (proc(5)).
pub fn boot() -> String {
    let path = "/proc/sys/kernel/random/boot_id";
    let text = std::fs::read_to_string(path).unwrap_or_default();
    text.trim().to_string()
}

/// Refuses a run that would make or restart something on a node that is out
/// of service.
///
/// # Errors
/// Exit 3: it is.
pub fn refuse(settings: &Settings, command: &str) -> anyhow::Result<()> {
    let now = crate::env::now();
    let Some(note) = Note::of(settings).filter(|note| note.holds(now)) else {
        return Ok(());
    };
    if !HELD.contains(&command) {
        return Ok(());
    }
    Err(Stop::refused(note.words(now))
        .hint("provha maintenance end brings it back at once")
        .into())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_note_holds_until_its_time_and_says_so() {
        let mut note = Note {
            since: 1000,
            until: 4600,
            reason: "new disks".into(),
            phase: Phase::Out,
            units: Vec::new(),
            boot: boot(),
            partner_down: false,
        };
        for (now, holds) in
            [(999, false), (1000, true), (4599, true), (4600, false)]
        {
            assert_eq!(note.holds(now), holds, "{now}");
        }
        assert_eq!(
            note.words(1000),
            "this node is out of service (new disks); it comes back in 60 min"
        );
        assert!(note.words(4599).ends_with("in 1 s"));
        note.until = 1000 + 86_400;
        assert!(note.words(1000).ends_with("in 24 h"));
        assert!(!note.is_of_another_boot());
        note.boot = "x".into();
        assert!(note.is_of_another_boot());
    }
}
