//! What the last work was made of: `rebuild.json` in PROVHA__STATE_DIR,
//! written whole after the work; while work is on its way, `rebuild.pending`
//! names its parts. What single devices were made of, the pipeline of device
//! files remembers (`devices/cache.rs`).

use std::collections::BTreeMap;
use std::net::Ipv4Addr;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use crate::model::Site;
use crate::rebuild::{Part, Signature};
use crate::seen::digest::Digests;
use crate::system::files;
use crate::system::files::{Doing, FileError};

/// The layout of the files; another one is as good as no state.
const LAYOUT: u32 = 2;

/// What one part was last made of.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct PartState {
    /// Its inputs.
    pub signature: Signature,
    /// When it was made, seconds since 1970.
    pub at: i64,
}

/// How the last run that had something to do went.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Last {
    /// When it ended, seconds since 1970.
    pub at: i64,
    /// How long it took, seconds.
    pub seconds: f64,
    /// The exit code.
    pub exit: u8,
    /// The parts that ran, with why.
    pub ran: BTreeMap<String, String>,
    /// Why it failed: the first line of its worst error.
    #[serde(default)]
    pub why: String,
}

/// The state between two runs.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct State {
    pub(super) layout: u32,
    /// The role of the machine.
    pub role: String,
    /// When everything was last made, seconds since 1970.
    pub full_at: i64,
    /// Everything is made again after this many seconds.
    pub interval: u32,
    /// The commit position of the database then; '' where it has none.
    pub position: String,
    /// Everything outside the database but the leases, in one hash.
    pub around: String,
    /// dhcpd's lease file when names were last looked at.
    pub leases: u64,
    /// Our address towards modems.
    pub own: Option<Ipv4Addr>,
    /// The peer's.
    pub peer: Option<Ipv4Addr>,
    /// The TFTP server that modems are sent to.
    pub next_server: Option<Ipv4Addr>,
    /// The parts that this machine has.
    pub wanted: Vec<Part>,
    /// What was made, and of what.
    pub parts: BTreeMap<Part, PartState>,
    /// Parts that had to wait, or that failed: to be made whatever changed.
    pub owed: Vec<Part>,
    /// True if a value names a column that no text does: the digests must
    /// cover every column.
    pub needs_all_columns: bool,
    /// The digests of the tables.
    pub digests: Digests,
    /// The last run that had something to do, or that could not look.
    pub last: Last,
    /// When a run last ended well that had something to do, seconds since
    /// 1970; 0: never.
    #[serde(default)]
    pub good_at: i64,
    /// Why parts were refused, numbers left out: what was told in full.
    #[serde(default)]
    pub told: BTreeMap<Part, String>,
}

impl State {
    /// Takes over what the site says of this machine.
    pub fn is_of(&mut self, site: &Site) {
        self.role = site.role.word().into();
        self.interval = site.rebuild_interval;
        self.own = Some(site.own());
        self.peer = site.pair.as_ref().map(|pair| pair.peer);
    }

    /// Whether every part that this machine has was made.
    pub fn is_whole(&self) -> bool {
        !self.wanted.is_empty()
            && self.wanted.iter().all(|part| self.parts.contains_key(part))
    }
}

/// Where the files are.
#[derive(Debug, Clone)]
pub struct Store {
    dir: PathBuf,
}

impl Store {
    /// The files below a directory.
    pub fn new(dir: PathBuf) -> Self {
        Self { dir }
    }

    fn path(&self, name: &str) -> PathBuf {
        self.dir.join(name)
    }

    /// The state of the last work; None when there is none that can be read.
    /// Parts that a killed run left unfinished are not in it.
    pub fn load(&self) -> Option<State> {
        let text = std::fs::read(self.path("rebuild.json")).ok()?;
        let mut state: State = serde_json::from_slice(&text).ok()?;
        if state.layout != LAYOUT {
            return None;
        }
        for part in self.unfinished() {
            state.parts.remove(&part);
        }
        Some(state)
    }

    /// Our address towards modems and the peer's, of the last work.
    pub fn sides(&self) -> Option<(Ipv4Addr, Option<Ipv4Addr>)> {
        let text = std::fs::read(self.path("rebuild.json")).ok()?;
        let state: State = serde_json::from_slice(&text).ok()?;
        Some((state.own?, state.peer))
    }

    /// The parts that are being made, or that a killed run was making.
    pub fn unfinished(&self) -> Vec<Part> {
        let path = self.path("rebuild.pending");
        match std::fs::read(path) {
            Err(e) if e.kind() == std::io::ErrorKind::NotFound => Vec::new(),
            Err(_) => Part::ALL.to_vec(),
            Ok(text) => serde_json::from_slice(&text)
                .unwrap_or_else(|_| Part::ALL.to_vec()),
        }
    }

    /// Notes that work on these parts begins.
    pub fn begin(&self, parts: &[Part]) -> Result<(), FileError> {
        files::make_dirs(&self.dir)?;
        let text = serde_json::to_vec(parts).unwrap_or_default();
        files::replace(&self.path("rebuild.pending"), &text, 0o644)
    }

    /// Writes the state after the work.
    pub fn save(&self, state: &mut State) -> Result<(), FileError> {
        self.save_beside(state)?;
        // Of versions before 0.2.
        files::remove_if_there(&self.path("rebuild.devices"))?;
        files::remove_if_there(&self.path("rebuild.pending"))
    }

    /// The same in the middle of work: what is being made is noted still.
    pub fn save_beside(&self, state: &mut State) -> Result<(), FileError> {
        files::make_dirs(&self.dir)?;
        state.layout = LAYOUT;
        let path = self.path("rebuild.json");
        let text = serde_json::to_vec_pretty(state)
            .map_err(std::io::Error::other)
            .doing("write", &path)?;
        files::replace(&path, &text, 0o644)
    }

    /// The directory of the files.
    pub fn dir(&self) -> &Path {
        &self.dir
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn state() -> State {
        let part = PartState { signature: Signature::new(), at: 1 };
        State {
            role: "master".into(),
            parts: Part::ALL.map(|p| (p, part.clone())).into(),
            ..State::default()
        }
    }

    #[test]
    fn a_state_comes_back_whole() {
        let dir = tempfile::tempdir().unwrap();
        let store = Store::new(dir.path().join("a"));
        assert_eq!(store.load(), None);
        let mut state = state();
        store.save(&mut state).unwrap();
        assert_eq!(store.load(), Some(state.clone()));
    }

    #[test]
    fn unfinished_parts_do_not_count() {
        let dir = tempfile::tempdir().unwrap();
        let store = Store::new(dir.path().into());
        let mut state = state();
        store.save(&mut state).unwrap();
        store.begin(&[Part::Dhcp]).unwrap();
        let loaded = store.load().unwrap();
        assert!(!loaded.parts.contains_key(&Part::Dhcp));
        assert!(loaded.parts.contains_key(&Part::Cm));
        store.save(&mut state).unwrap();
        let loaded = store.load().unwrap();
        assert!(loaded.parts.contains_key(&Part::Dhcp));
    }

    #[test]
    fn a_broken_file_is_no_state() {
        let dir = tempfile::tempdir().unwrap();
        let store = Store::new(dir.path().into());
        let path = dir.path().join("rebuild.json");
        files::replace(&path, b"{", 0o644).unwrap();
        assert_eq!(store.load(), None);
    }
}
