//! The undo journal: what lay at each path before setup changed it. An entry
//! is on the disk before its path is touched, so that a run that is killed at
//! any moment can be undone.

use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use super::facts::Entry;
use super::places::Places;
use super::step::Target;
use crate::config::Root;
use crate::system::dir::Dir;
use crate::system::files;
use crate::system::files::{Doing, Owner, Result};

/// The directory below the state directory.
const DIR: &str = "setup";
/// The list of entries.
const LIST: &str = "journal.json";

/// What lay at a path.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", tag = "kind")]
pub enum Before {
    /// Nothing.
    Absent,
    /// A file; its content is beside the list, under this name.
    File {
        /// The name of the copy.
        copy: String,
        /// Permissions.
        mode: u32,
        /// Owner.
        uid: u32,
        /// Group.
        gid: u32,
    },
    /// A link to this.
    Link {
        /// Where it leads.
        to: PathBuf,
    },
    /// A directory, which was moved aside to this path.
    Aside {
        /// Where it is now.
        to: String,
    },
}

/// What setup put there.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", tag = "kind")]
pub enum After {
    /// A file with this SHA-256.
    File {
        /// The digest of its content.
        sha256: String,
    },
    /// A link to this.
    Link {
        /// Where it leads.
        to: PathBuf,
    },
    /// A directory.
    Dir,
}

/// One path.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Noted {
    /// The step that changed it.
    pub step: String,
    /// The absolute path on the machine.
    pub path: String,
    /// What lay there.
    pub before: Before,
    /// What was put there.
    pub after: After,
}

/// What is written.
#[derive(Debug, Default, Serialize, Deserialize)]
struct List {
    /// Paths in the order in which they were changed.
    entries: Vec<Noted>,
    /// Commands after the undo of all, each once.
    commands: Vec<Vec<String>>,
    /// Directories above the state that were not there, the topmost first.
    made: Vec<PathBuf>,
    /// Those above the lock file, likewise; the lock file itself comes last.
    #[serde(default)]
    lock: Vec<PathBuf>,
    /// The number of the next copy.
    next: u32,
}

/// The journal of a machine.
pub struct Journal {
    places: Places,
    dir: PathBuf,
    list: List,
}

/// The digest of a file's content.
pub fn digest(bytes: &[u8]) -> String {
    use sha2::{Digest as _, Sha256};
    format!("{:x}", Sha256::digest(bytes))
}

/// What is not there of a path and the directories above it, the topmost
/// first.
pub fn missing(path: &Path) -> Vec<PathBuf> {
    let mut all = missing_above(path);
    if !files::exists(path) {
        all.push(path.to_path_buf());
    }
    all
}

/// Directories above a path that are not there, the topmost first.
fn missing_above(path: &Path) -> Vec<PathBuf> {
    let above = path.ancestors().skip(1);
    let gone = |dir: &&Path| !files::exists(dir);
    let mut dirs: Vec<_> = above.take_while(gone).map(PathBuf::from).collect();
    dirs.reverse();
    dirs
}

/// Directories above one that hold nothing else, the topmost first.
fn alone_above(path: &Path) -> Vec<PathBuf> {
    let alone = |dir: &&Path| {
        let list = Dir::open(dir).and_then(|dir| dir.list());
        list.is_ok_and(|list| list.len() == 1)
    };
    let above = path.ancestors().skip(1);
    let mut dirs: Vec<_> = above.take_while(alone).map(PathBuf::from).collect();
    dirs.reverse();
    dirs
}

impl Journal {
    /// Reads the journal below a state directory; an empty one where there is
    /// none.
    pub fn open(places: &Places, state: &Path) -> anyhow::Result<Self> {
        let dir = state.join(DIR);
        let path = dir.join(LIST);
        let list = match files::read(&path) {
            Err(e) if files::is_missing(&e) => List::default(),
            other => serde_json::from_slice(&other?).map_err(|error| {
                anyhow::anyhow!(
                    "{}: not a journal of setup: {error}",
                    path.display()
                )
            })?,
        };
        Ok(Self { places: places.clone(), dir, list })
    }

    /// Whether nothing was noted.
    pub fn is_empty(&self) -> bool {
        self.list.entries.is_empty()
    }

    /// All entries, the last one first.
    pub fn backwards(&self) -> Vec<Noted> {
        self.list.entries.iter().rev().cloned().collect()
    }

    /// The commands after an undo.
    pub fn commands(&self) -> &[Vec<String>] {
        &self.list.commands
    }

    /// The place below the root.
    fn at(&self, path: &str) -> PathBuf {
        self.places.at(path)
    }

    /// Makes the directory of the journal, private; notes what had to be made.
    /// `lock`: what was made for the lock file of a directory that stands for
    /// the machine; on the machine itself that is forgotten at its next start.
    pub fn begin(&mut self, lock: &[PathBuf]) -> Result<()> {
        if files::exists(&self.dir.join(LIST)) {
            return Ok(());
        }
        self.list.made = match files::exists(&self.dir) {
            // Killed before there was a list: what holds nothing else was
            // made for it.
            true => alone_above(&self.dir),
            false => missing_above(&self.dir),
        };
        self.list.lock = lock.to_vec();
        files::make_private_dirs(&self.dir)?;
        self.save()
    }

    /// Writes the list.
    fn save(&self) -> Result<()> {
        let path = self.dir.join(LIST);
        let bytes = serde_json::to_vec_pretty(&self.list)
            .map_err(std::io::Error::from)
            .doing("write", &path)?;
        files::replace(&path, &bytes, 0o600)
    }

    /// Notes commands that an undo must run.
    pub fn note_commands(&mut self, commands: &[Vec<String>]) -> Result<()> {
        for command in commands {
            if !self.list.commands.contains(command) {
                self.list.commands.push(command.clone());
            }
        }
        self.save()
    }

    /// Notes a path that is about to be changed, and the directories above it
    /// that will be made. What was noted first stays: that is how it was.
    pub fn note(&mut self, step: &str, path: &str, to: &Target) -> Result<()> {
        let after = match to {
            Target::File { bytes, .. } => After::File { sha256: digest(bytes) },
            Target::Link(to) => After::Link { to: to.clone() },
            Target::Dir(_) => After::Dir,
        };
        if let Some(old) = self.list.entries.iter_mut().find(|e| e.path == path)
        {
            old.after = after;
            return self.save();
        }
        let live = self.at(path);
        for dir in missing_above(&live) {
            let path = self.places.plain(&dir);
            let known = self.list.entries.iter().any(|e| e.path == path);
            if !known {
                let (before, after) = (Before::Absent, After::Dir);
                let step = step.to_string();
                self.list.entries.push(Noted { step, path, before, after });
            }
        }
        let before = self.keep(&live, path)?;
        let (step, path) = (step.to_string(), path.to_string());
        self.list.entries.push(Noted { step, path, before, after });
        self.save()
    }

    /// Copies what lies at a path.
    fn keep(&mut self, live: &Path, path: &str) -> Result<Before> {
        Ok(match Entry::read(live) {
            None => Before::Absent,
            Some(Entry::File { bytes, mode, ids }) => {
                let copy = format!("{:04}.before", self.list.next);
                self.list.next += 1;
                files::replace(&self.dir.join(&copy), &bytes, 0o600)?;
                Before::File { copy, mode, uid: ids.0, gid: ids.1 }
            }
            Some(Entry::Link(to)) => Before::Link { to },
            Some(Entry::Dir) => {
                Before::Aside { to: format!("{path}.before-provha-setup") }
            }
            Some(Entry::Other(why)) => {
                let error = std::io::Error::other(why);
                return Err(error).doing("read", live);
            }
        })
    }

    /// What lies there now, seen by an entry.
    pub fn look(&self, noted: &Noted) -> Result<Seen> {
        let live = self.at(&noted.path);
        let now = Entry::read(&live);
        if self.is_before(noted, now.as_ref())? {
            return Ok(Seen::Before);
        }
        if now.is_none() && matches!(noted.before, Before::Aside { .. }) {
            // Killed between the two renames.
            return Ok(Seen::Ours);
        }
        let ours = match (&now, &noted.after) {
            (Some(Entry::File { bytes, .. }), After::File { sha256 }) => {
                digest(bytes) == *sha256
            }
            (Some(Entry::Link(there)), After::Link { to }) => there == to,
            (Some(Entry::Dir), After::Dir) => true,
            _ => false,
        };
        if !ours {
            return Ok(Seen::Other);
        }
        let full = noted.after == After::Dir
            && Dir::open(&live)?.list()?.iter().any(|(name, _)| {
                !name.to_string_lossy().starts_with(files::TEMP)
            });
        Ok(if full { Seen::Full } else { Seen::Ours })
    }

    /// Whether a path is as it was before.
    fn is_before(&self, noted: &Noted, now: Option<&Entry>) -> Result<bool> {
        Ok(match (&noted.before, now) {
            (Before::Absent, None) => true,
            (
                Before::File { copy, mode, uid, gid },
                Some(Entry::File { bytes, mode: m, ids }),
            ) => {
                mode == m
                    && (*uid, *gid) == *ids
                    && *bytes == files::read(&self.dir.join(copy))?
            }
            (Before::Link { to }, Some(Entry::Link(there))) => to == there,
            (Before::Aside { to }, Some(Entry::Dir)) => {
                !files::exists(&self.at(to))
            }
            _ => false,
        })
    }

    /// Puts back what lay at a path.
    pub fn put_back(&self, noted: &Noted) -> Result<()> {
        let live = self.at(&noted.path);
        match &noted.before {
            Before::Absent => remove(&live, &noted.after),
            Before::File { copy, mode, uid, gid } => {
                let bytes = files::read(&self.dir.join(copy))?;
                files::replace_as(&live, &bytes, *mode, owner(*uid, *gid))
            }
            Before::Link { to } => link(&live, to),
            Before::Aside { to } => {
                let aside = self.at(to);
                if files::exists(&aside) {
                    files::remove_if_there(&live)?;
                    files::rename(&aside, &live)?;
                }
                files::sync_parent(&live)
            }
        }
    }

    /// Removes what a killed run left beside a path.
    pub fn sweep(&self, noted: &Noted) -> Result<()> {
        let temp = files::temp_of(&self.at(&noted.path));
        files::remove_tree(&temp)
    }

    /// Forgets an entry that was undone.
    pub fn forget(&mut self, path: &str) -> Result<()> {
        let copy = self.list.entries.iter().find_map(|entry| {
            match (&entry.before, entry.path == path) {
                (Before::File { copy, .. }, true) => Some(copy.clone()),
                _ => None,
            }
        });
        self.list.entries.retain(|entry| entry.path != path);
        self.save()?;
        match copy {
            Some(copy) => files::remove_if_there(&self.dir.join(copy)),
            None => Ok(()),
        }
    }

    /// Removes the journal, and the directories above it that were made for
    /// it and hold nothing else.
    pub fn end(self) -> Result<()> {
        files::remove_tree(&self.dir)?;
        for dir in self.list.made.iter().rev() {
            if remove_empty(dir).is_err() {
                break;
            }
        }
        let mut lock = self.list.lock.iter().rev();
        if let Some(file) = lock.next() {
            files::remove_if_there(file)?;
        }
        for dir in lock {
            if remove_empty(dir).is_err() {
                break;
            }
        }
        Ok(())
    }
}

/// What lies at a path, by its entry.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Seen {
    /// What lay there before.
    Before,
    /// What setup put there.
    Ours,
    /// A directory that setup made, with something in it.
    Full,
    /// What somebody else put there.
    Other,
}

/// An owner as it was, below a root too: what is put back is the file that
/// lay there.
pub fn owner(uid: u32, gid: u32) -> Owner {
    Owner::exactly(&Root::default(), uid, gid)
}

/// Removes what setup put at a path.
fn remove(live: &Path, after: &After) -> Result<()> {
    match after {
        After::Dir => remove_empty(live),
        _ => {
            files::remove_if_there(live)?;
            files::sync_parent(live)
        }
    }
}

/// Removes an empty directory.
fn remove_empty(path: &Path) -> Result<()> {
    let (dir, name) = Dir::parent(path)?;
    dir.remove_dir(name)?;
    dir.sync()
}

/// Makes a link, in place of another one or of nothing, in one step.
pub fn link(live: &Path, to: &Path) -> Result<()> {
    let (dir, name) = Dir::parent(live)?;
    let temp = files::temp_name(name);
    dir.remove_tree(&temp)?;
    dir.symlink(to, &temp)?;
    dir.rename(&temp, &dir, name)?;
    dir.sync()
}

/// The owner and mode that a file has; None: there is none.
pub fn attributes(live: &Path) -> Result<Option<(u32, Owner)>> {
    match files::open(live) {
        Err(error) if files::is_missing(&error) => Ok(None),
        Err(error) => Err(error),
        Ok((_, meta)) => {
            let mode = meta.mode() & 0o7777;
            Ok(Some((mode, owner(meta.uid(), meta.gid()))))
        }
    }
}
