//! What a run remembers of the devices whose files it made, so that the next
//! one need not render and encode what cannot have changed.
//!
//! A device is passed over only when everything its files are made of has the
//! same digest as before *and* both live files are those that were made: the
//! same inode, size and time of change. A file edited by hand is noticed, and
//! losing this memory costs time, nothing else.
//!
//! Where only rows changed that devices share, a device is rendered; when its
//! text is the same, it is not encoded again.
//!
//! What was told of a device is remembered with it, so that a run that passes
//! it over tells it again.

use std::collections::HashMap;
use std::path::Path;

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use crate::system::files;
use crate::system::stamp::Stamp;

/// Says what the file is, and which form it has.
const MAGIC: &[u8; 16] = b"provha-devices-5";

/// No hash: what a device was made of holds for another run's inputs.
pub const UNKNOWN: u64 = 0;

/// One device.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Entry {
    /// Its id.
    pub id: u32,
    /// Hash of its rows.
    pub input: u64,
    /// Hash of its text, and of all that the words about it depend on.
    pub text: u64,
    /// Which of the verdicts it got.
    pub verdict: u16,
    /// Its text.
    pub conf: Stamp,
    /// Its binary.
    pub cfg: Stamp,
    /// Hash of both files' contents, for the comparison with the peer;
    /// [`UNKNOWN`] where nothing was encoded since this is kept.
    pub content: u64,
}

/// The hash of a device's text and binary. Two nodes compare it, so it must
/// not depend on the compiler.
pub fn content_hash(text: &[u8], binary: &[u8]) -> u64 {
    let mut sum = Sha256::new();
    sum.update((text.len() as u64).to_le_bytes());
    sum.update(text);
    sum.update(binary);
    let sum: [u8; 32] = sum.finalize().into();
    let mut half = [0; 8];
    half.copy_from_slice(&sum[..8]);
    u64::from_le_bytes(half)
}

/// Something told about a configfile because of a device.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct CachedFinding {
    /// configfile.id.
    pub id: u32,
    /// The column, or '' for the row as a whole.
    pub column: String,
    /// The place within the column.
    pub place: String,
    /// What is wrong.
    pub reason: String,
}

/// What became of a device; many have the same.
#[derive(
    Debug, Default, Clone, PartialEq, Eq, Hash, Serialize, Deserialize,
)]
pub struct Verdict {
    /// Whether its text was encoded.
    pub encoded: bool,
    /// What was told.
    pub told: Vec<CachedFinding>,
    /// What it was made of: its configfile, then those of its chain whose
    /// text is not empty.
    pub texts: Vec<u32>,
}

/// The different verdicts, each once.
#[derive(Debug, Default, Clone)]
pub struct Verdicts {
    list: Vec<Verdict>,
    index: HashMap<Verdict, u16>,
}

impl Verdicts {
    /// The number of a verdict; None when there are too many different ones.
    pub fn number(&mut self, verdict: &Verdict) -> Option<u16> {
        if let Some(number) = self.index.get(verdict) {
            return Some(*number);
        }
        let number = u16::try_from(self.list.len()).ok()?;
        self.list.push(verdict.clone());
        let _ = self.index.insert(verdict.clone(), number);
        Some(number)
    }

    /// All verdicts, by number.
    pub fn list(&self) -> &[Verdict] {
        &self.list
    }
}

impl PartialEq for Verdicts {
    fn eq(&self, other: &Self) -> bool {
        self.list == other.list
    }
}

/// What all devices share.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
pub struct SharedInputs {
    /// Digest of what texts are made of.
    pub rows: [u8; 32],
    /// Digest of what else binaries are made of, and of how.
    pub making: [u8; 32],
}

/// Octets of an entry on the disk.
const ENTRY: usize = 48;

/// All devices of a kind, ascending.
#[derive(Debug, Default, PartialEq)]
pub struct DeviceCache {
    /// What all devices share.
    pub shared: SharedInputs,
    /// The devices.
    pub entries: Vec<Entry>,
    /// Their verdicts.
    pub verdicts: Verdicts,
}

impl DeviceCache {
    /// Nothing remembered.
    pub fn empty(shared: SharedInputs) -> Self {
        Self { shared, ..Self::default() }
    }

    /// Reads the memory; what is missing or damaged is empty.
    ///
    /// Where the shared inputs are other ones, no device passes for done, but
    /// what each was made of is still known.
    pub fn load(path: &Path, shared: SharedInputs) -> Self {
        let mut memory =
            Self::read(path).unwrap_or_else(|| Self::empty(shared));
        if memory.shared.making != shared.making {
            memory.forget();
        } else if memory.shared.rows != shared.rows {
            memory.entries.iter_mut().for_each(|e| e.input = UNKNOWN);
        }
        memory.shared = shared;
        memory
    }

    /// Makes no device pass for done, and no text for the same.
    pub fn forget(&mut self) {
        for entry in &mut self.entries {
            (entry.input, entry.text) = (UNKNOWN, UNKNOWN);
        }
    }

    /// The texts that a device's live file was made of, if that is known.
    pub fn texts(&self, id: u32) -> Option<&[u32]> {
        let verdict = usize::from(self.find(id)?.verdict);
        Some(&self.verdicts.list()[verdict].texts)
    }

    /// Reads what was made the last time, whatever the shared inputs were:
    /// devices without a text, of which only the reason is kept, are left
    /// out. None: there is none, or it is damaged.
    pub fn look(path: &Path) -> Option<Self> {
        let mut memory = Self::read(path)?;
        memory.entries.retain(|entry| entry.conf != UNKNOWN);
        Some(memory)
    }

    /// Reads the memory whole.
    fn read(path: &Path) -> Option<Self> {
        Self::parse(&files::read(path).ok()?)
    }

    /// Reads what [`DeviceCache::save`] writes.
    fn parse(bytes: &[u8]) -> Option<Self> {
        let rest = bytes.strip_prefix(MAGIC)?;
        let (body, sum) = rest.split_last_chunk::<32>()?;
        // A damaged memory could pass over a device that has to be made; to
        // make all of them again only takes time.
        if <[u8; 32]>::from(Sha256::digest(body)) != *sum {
            return None;
        }
        let (rows, rest) = body.split_first_chunk::<32>()?;
        let (making, rest) = rest.split_first_chunk::<32>()?;
        let (length, rest) = rest.split_first_chunk::<8>()?;
        let length = usize::try_from(u64::from_le_bytes(*length)).ok()?;
        let (list, entries) = rest.split_at_checked(length)?;
        if entries.len() % ENTRY != 0 {
            return None;
        }
        let list: Vec<Verdict> = serde_json::from_slice(list).ok()?;
        let mut verdicts = Verdicts::default();
        for verdict in &list {
            let _ = verdicts.number(verdict)?;
        }
        let entries: Option<Vec<Entry>> =
            entries.chunks_exact(ENTRY).map(read_entry).collect();
        let entries = entries?;
        let known = |entry: &Entry| usize::from(entry.verdict) < list.len();
        let shared = SharedInputs { rows: *rows, making: *making };
        entries.iter().all(known).then_some(Self { shared, entries, verdicts })
    }

    /// Writes the memory.
    pub fn save(&self, path: &Path) -> files::Result<()> {
        let list = serde_json::to_vec(self.verdicts.list())
            .expect("verdicts are plain data");
        let mut bytes =
            Vec::with_capacity(self.entries.len() * ENTRY + list.len() + 128);
        bytes.extend_from_slice(MAGIC);
        bytes.extend_from_slice(&self.shared.rows);
        bytes.extend_from_slice(&self.shared.making);
        bytes.extend_from_slice(&(list.len() as u64).to_le_bytes());
        bytes.extend_from_slice(&list);
        for entry in &self.entries {
            bytes.extend_from_slice(&entry.id.to_le_bytes());
            bytes.extend_from_slice(&u32::from(entry.verdict).to_le_bytes());
            bytes.extend_from_slice(&entry.input.to_le_bytes());
            bytes.extend_from_slice(&entry.text.to_le_bytes());
            bytes.extend_from_slice(&entry.conf.to_le_bytes());
            bytes.extend_from_slice(&entry.cfg.to_le_bytes());
            bytes.extend_from_slice(&entry.content.to_le_bytes());
        }
        let sum = Sha256::digest(&bytes[MAGIC.len()..]);
        bytes.extend_from_slice(&sum);
        if let Some(dir) = path.parent() {
            files::make_dirs(dir)?;
        }
        files::replace(path, &bytes, 0o600)
    }

    /// What is remembered of a device.
    pub fn find(&self, id: u32) -> Option<&Entry> {
        let at = self.entries.binary_search_by_key(&id, |entry| entry.id);
        at.ok().map(|at| &self.entries[at])
    }

    /// The devices whose text did not encode when it was last made, ascending.
    pub fn not_encoded(&self) -> Vec<u32> {
        let verdicts = self.verdicts.list();
        let failed = |e: &&Entry| !verdicts[usize::from(e.verdict)].encoded;
        self.entries.iter().filter(failed).map(|entry| entry.id).collect()
    }
}

/// Reads an entry of [`ENTRY`] octets.
fn read_entry(bytes: &[u8]) -> Option<Entry> {
    let half = |at: usize| {
        let mut octets = [0; 4];
        octets.copy_from_slice(&bytes[at..at + 4]);
        u32::from_le_bytes(octets)
    };
    let number =
        |at: usize| u64::from(half(at)) | u64::from(half(at + 4)) << 32;
    Some(Entry {
        id: half(0),
        verdict: u16::try_from(half(4)).ok()?,
        input: number(8),
        text: number(16),
        conf: number(24),
        cfg: number(32),
        content: number(40),
    })
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    #[test]
    fn the_memory_is_read_back_and_distrusted_when_in_doubt() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("state/devices");
        let entry = |id| Entry {
            id,
            input: 7,
            text: 8,
            verdict: 0,
            conf: 1,
            cfg: u64::MAX,
            content: 9,
        };
        let shared = |rows, making| SharedInputs {
            rows: [rows; 32],
            making: [making; 32],
        };
        let told = CachedFinding {
            id: 1,
            column: "text".into(),
            place: "line 1".into(),
            reason: "odd".into(),
        };
        let texts = vec![5, 5, 2];
        let verdict = Verdict { encoded: true, told: vec![told], texts };
        let mut memory = DeviceCache::empty(shared(1, 1));
        memory.entries = vec![entry(3), entry(9)];
        assert_eq!(memory.verdicts.number(&verdict), Some(0));
        assert_eq!(memory.verdicts.number(&verdict), Some(0));
        memory.save(&path).unwrap();
        let loaded = DeviceCache::load(&path, shared(1, 1));
        assert_eq!(loaded, memory);
        assert_eq!(loaded.find(9), Some(&entry(9)));
        assert_eq!(loaded.find(4), None);
        // With other shared rows its text may still be the same.
        let other = DeviceCache::load(&path, shared(2, 1));
        let of = |c: &DeviceCache| c.find(9).map(|e| (e.input, e.text));
        assert_eq!(of(&other), Some((UNKNOWN, 8)));
        // Made in another way, it is only known what it was made of.
        let other = DeviceCache::load(&path, shared(1, 2));
        assert_eq!(of(&other), Some((UNKNOWN, UNKNOWN)));
        assert_eq!(other.texts(9), Some(&[5, 5, 2][..]));
        assert_eq!(other.texts(4), None);
        let mut bytes = fs::read(&path).unwrap();
        bytes[60] ^= 1;
        files::replace(&path, &bytes, 0o600).unwrap();
        assert!(DeviceCache::load(&path, shared(1, 1)).entries.is_empty());
        files::replace(&path, b"x", 0o600).unwrap();
        assert!(DeviceCache::load(&path, shared(1, 1)).entries.is_empty());
    }
}
