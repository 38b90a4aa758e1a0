//! What the last work was made of: `rebuild.json` and `rebuild.devices` in
//! PROVHA__STATE_DIR. Written after the work, each file whole; while work is
//! on its way, `rebuild.pending` names its parts.

use std::collections::BTreeMap;
use std::net::Ipv4Addr;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use crate::rebuild::digest::Digests;
use crate::rebuild::{Devices, Part, Signature, hash_of, hex};
use crate::system::files;
use crate::system::files::{Doing, FileError};

/// The layout of the files; another one is as good as no state.
const LAYOUT: u32 = 1;

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
    /// The own address towards modems.
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
    /// Whether values name columns that no text does, so that all count.
    pub odd: bool,
    /// The digests of the tables.
    pub digests: Digests,
    /// The last run that had something to do.
    pub last: Last,
    /// Why parts were refused, numbers left out: what was told in full.
    #[serde(default)]
    pub told: BTreeMap<Part, String>,
    /// The hash of `rebuild.devices`.
    pub(super) devices_file: String,
    /// The signatures of all devices, by part.
    #[serde(skip)]
    pub devices: BTreeMap<Part, Devices>,
}

impl State {
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
        let bytes = std::fs::read(self.path("rebuild.devices"));
        let bytes = bytes.unwrap_or_default();
        match hex(hash_of(&bytes)) == state.devices_file {
            true => state.devices = unpack(&bytes),
            false => {
                state.parts.remove(&Part::Cm);
                state.parts.remove(&Part::Mta);
            }
        }
        for part in self.unfinished() {
            state.parts.remove(&part);
        }
        Some(state)
    }

    /// The own address towards modems and the peer's, of the last work.
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

    /// Writes the state after the work. `devices` tells whether those changed.
    pub fn save(
        &self,
        state: &mut State,
        devices: bool,
    ) -> Result<(), FileError> {
        files::make_dirs(&self.dir)?;
        state.layout = LAYOUT;
        if devices || state.devices_file.is_empty() {
            let bytes = pack(&state.devices);
            state.devices_file = hex(hash_of(&bytes));
            files::replace(&self.path("rebuild.devices"), &bytes, 0o644)?;
        }
        let path = self.path("rebuild.json");
        let text = serde_json::to_vec_pretty(state)
            .map_err(std::io::Error::other)
            .doing("write", &path)?;
        files::replace(&path, &text, 0o644)?;
        files::remove_if_there(&self.path("rebuild.pending"))
    }

    /// The directory of the files.
    pub fn dir(&self) -> &Path {
        &self.dir
    }
}

/// The devices as bytes: for each part its number and count, then id and
/// signature, all little endian.
fn pack(devices: &BTreeMap<Part, Devices>) -> Vec<u8> {
    let mut out = Vec::new();
    for (part, list) in devices {
        out.push(*part as u8);
        out.extend((list.len() as u32).to_le_bytes());
        for (id, signature) in list {
            out.extend(id.to_le_bytes());
            out.extend(signature.to_le_bytes());
        }
    }
    out
}

/// The opposite of [`pack`]; what is cut off is left out.
fn unpack(mut bytes: &[u8]) -> BTreeMap<Part, Devices> {
    let mut out = BTreeMap::new();
    while let Some((head, rest)) = bytes.split_first_chunk::<5>() {
        let [part, a, b, c, d] = *head;
        let size = 12 * u32::from_le_bytes([a, b, c, d]) as usize;
        let Some((list, rest)) = rest.split_at_checked(size) else { break };
        bytes = rest;
        let part = Part::ALL.into_iter().find(|p| *p as u8 == part);
        let Some(part) = part else { break };
        let entry = |entry: &[u8]| {
            let (id, signature) = entry.split_first_chunk::<4>()?;
            let signature = signature.try_into().ok()?;
            let signature = u64::from_le_bytes(signature);
            Some((u32::from_le_bytes(*id), signature))
        };
        out.insert(part, list.chunks_exact(12).filter_map(entry).collect());
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    fn state() -> State {
        let part = PartState { signature: Signature::new(), at: 1 };
        State {
            role: "master".into(),
            parts: Part::ALL.map(|p| (p, part.clone())).into(),
            devices: [(Part::Cm, vec![(1, 2), (7, u64::MAX)])].into(),
            ..State::default()
        }
    }

    #[test]
    fn a_state_comes_back_whole() {
        let dir = tempfile::tempdir().unwrap();
        let store = Store::new(dir.path().join("a"));
        assert_eq!(store.load(), None);
        let mut state = state();
        store.save(&mut state, true).unwrap();
        assert_eq!(store.load(), Some(state.clone()));
    }

    #[test]
    fn unfinished_parts_and_foreign_devices_do_not_count() {
        let dir = tempfile::tempdir().unwrap();
        let store = Store::new(dir.path().into());
        let mut state = state();
        store.save(&mut state, true).unwrap();
        store.begin(&[Part::Dhcp]).unwrap();
        let loaded = store.load().unwrap();
        assert!(!loaded.parts.contains_key(&Part::Dhcp));
        assert!(loaded.parts.contains_key(&Part::Cm));
        store.save(&mut state, false).unwrap();
        files::replace(&dir.path().join("rebuild.devices"), b"", 0o644)
            .unwrap();
        let loaded = store.load().unwrap();
        assert!(loaded.parts.contains_key(&Part::Dhcp));
        assert!(!loaded.parts.contains_key(&Part::Cm));
    }

    #[test]
    fn a_broken_file_is_no_state() {
        let dir = tempfile::tempdir().unwrap();
        let store = Store::new(dir.path().into());
        let path = dir.path().join("rebuild.json");
        files::replace(&path, b"{", 0o644).unwrap();
        assert_eq!(store.load(), None);
        assert!(unpack(b"\x00\x09\x00\x00\x00abc").is_empty());
    }
}
