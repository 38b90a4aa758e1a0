//! Does a plan, and undoes it byte by byte.
//!
//! What lay at a path is on the disk before the path is touched: a run that is
//! killed at any moment can be undone.

use std::io;
use std::os::unix::fs::MetadataExt as _;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use crate::config::Root;
use crate::handover::plan::{Plan, Target};
use crate::system::dir::Dir;
use crate::system::files;
use crate::system::files::{Doing as _, Owner, Result};

/// The list of what lay where.
const LIST: &str = "list.json";

/// What lay at a path, or was put there.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", tag = "kind")]
enum Thing {
    /// Nothing.
    Nothing,
    /// A file.
    File { bytes: Vec<u8>, mode: u32, uid: u32, gid: u32 },
    /// A link.
    Link { to: PathBuf },
}

/// One path.
#[derive(Debug, Clone, Serialize, Deserialize)]
struct Entry {
    path: PathBuf,
    before: Thing,
    after: Thing,
}

/// What an undo came to.
#[derive(Debug, Default)]
pub struct Undone {
    /// Paths that are as before.
    pub restored: Vec<PathBuf>,
    /// Paths that somebody changed since: they stay.
    pub kept: Vec<PathBuf>,
}

/// Where hand-overs are remembered.
pub struct Store<'a> {
    root: &'a Root,
    dir: PathBuf,
}

impl<'a> Store<'a> {
    /// The store in the state directory.
    pub fn new(root: &'a Root, state: &Path) -> Self {
        Self { root, dir: state.join("hand-over") }
    }

    /// What was noted.
    fn list(&self) -> Result<Vec<Entry>> {
        let path = self.dir.join(LIST);
        let text = match files::read_text(&path) {
            Err(error) if files::is_missing(&error) => return Ok(Vec::new()),
            other => other?,
        };
        serde_json::from_str(&text)
            .map_err(io::Error::other)
            .doing("read", &path)
    }

    /// Writes what was noted; nothing: the list goes.
    fn save(&self, list: &[Entry]) -> Result<()> {
        let path = self.dir.join(LIST);
        if list.is_empty() {
            files::remove_if_there(&path)?;
            let (parent, name) = Dir::parent(&self.dir)?;
            return parent.remove_dir(name);
        }
        files::make_private_dirs(&self.dir)?;
        let text = serde_json::to_vec(list)
            .map_err(io::Error::other)
            .doing("write", &path)?;
        files::replace(&path, &text, 0o600)
    }

    /// What lies at a path.
    fn look(&self, path: &Path) -> Result<Thing> {
        let live = self.root.at(path);
        match files::kind(&live) {
            None => Ok(Thing::Nothing),
            Some(crate::system::dir::Kind::Link) => {
                let to = std::fs::read_link(&live).doing("read", &live)?;
                Ok(Thing::Link { to })
            }
            Some(_) => {
                let (_, meta) = files::open(&live)?;
                let bytes = files::read(&live)?;
                let (uid, gid) = (meta.uid(), meta.gid());
                let mode = meta.mode() & 0o7777;
                Ok(Thing::File { bytes, mode, uid, gid })
            }
        }
    }

    /// Puts something at a path.
    fn put(&self, path: &Path, thing: &Thing) -> Result<()> {
        let live = self.root.at(path);
        match thing {
            Thing::Nothing => files::remove_if_there(&live),
            Thing::Link { to } => {
                let (dir, name) = Dir::parent(&live)?;
                files::remove_if_there(&live)?;
                dir.symlink(to, name)
            }
            Thing::File { bytes, mode, uid, gid } => {
                let owner = Owner::exactly(self.root, *uid, *gid);
                files::replace_as(&live, bytes, *mode, owner)
            }
        }
    }

    /// Does the steps of a plan.
    ///
    /// # Errors
    /// A path cannot be changed: those before it are, and can be undone.
    pub fn apply(&self, plan: &Plan) -> Result<()> {
        let mut list = self.list()?;
        for step in &plan.steps {
            let before = self.look(&step.path)?;
            let after = match &step.to {
                Target::Gone => Thing::Nothing,
                Target::CopyOf(other) => self.look(other)?,
                Target::File(bytes) => match &before {
                    Thing::File { mode, uid, gid, .. } => Thing::File {
                        bytes: bytes.clone(),
                        mode: *mode,
                        uid: *uid,
                        gid: *gid,
                    },
                    _ => Thing::File {
                        bytes: bytes.clone(),
                        mode: 0o644,
                        uid: 0,
                        gid: 0,
                    },
                },
            };
            if before == after {
                continue;
            }
            let path = step.path.clone();
            let first = list.iter_mut().find(|entry| entry.path == path);
            match first {
                // Undo goes back to what was there before all hand-overs.
                Some(entry) => entry.after = after.clone(),
                None => {
                    let after = after.clone();
                    list.push(Entry { path, before, after });
                }
            }
            self.save(&list)?;
            self.put(&step.path, &after)?;
        }
        Ok(())
    }

    /// What an undo would do.
    ///
    /// # Errors
    /// The list or a path cannot be read.
    pub fn plan_undo(&self) -> Result<Undone> {
        self.go_back(false)
    }

    /// Puts everything back; what somebody changed since stays.
    ///
    /// # Errors
    /// A path cannot be put back: run it again when the reason is gone.
    pub fn undo(&self) -> Result<Undone> {
        self.go_back(true)
    }

    /// Goes back, or only looks.
    fn go_back(&self, does: bool) -> Result<Undone> {
        let mut undone = Undone::default();
        let mut list = self.list()?;
        for entry in list.clone().into_iter().rev() {
            let now = self.look(&entry.path)?;
            let is_before = now == entry.before;
            if !is_before && now != entry.after {
                undone.kept.push(entry.path);
                continue;
            }
            if does {
                if !is_before {
                    self.put(&entry.path, &entry.before)?;
                }
                list.retain(|other| other.path != entry.path);
                self.save(&list)?;
            }
            undone.restored.push(entry.path);
        }
        Ok(undone)
    }
}
