//! A whole set on the disk beside the live one, and the one step that puts it
//! in its place and back.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use crate::system::dir::Dir;
use crate::system::files;
use crate::system::files::{Owner, Result, SwapError};

/// What is special about one set.
#[derive(Debug, Clone)]
pub struct SetRules {
    /// The live directory.
    pub live: PathBuf,
    /// Which names below it are ours; others survive.
    pub is_ours: fn(&str) -> bool,
    /// Which of ours hold secrets: mode 0640.
    pub is_secret: fn(&str) -> bool,
    /// Owner of new files.
    pub owner: Owner,
}

impl SetRules {
    /// The name of a file below the directory, if it is ours; one that is not
    /// UTF-8 is not.
    pub(super) fn ours<'a>(&self, path: &'a Path) -> Option<&'a str> {
        path.to_str().filter(|name| (self.is_ours)(name))
    }
}

/// A set that is complete on disk, not yet live.
#[derive(Debug)]
pub struct Staged {
    pub(super) rules: SetRules,
    pub(super) work: PathBuf,
    /// Names that are new or have new content.
    pub changed: BTreeSet<String>,
    /// Names of ours that are live and not in the new set.
    pub stale: BTreeSet<String>,
    /// Names of others' files that were taken over.
    pub(super) taken: BTreeSet<PathBuf>,
    pub(super) keep: bool,
}

/// Links a file of others into the live set, unless it is there. It stays
/// in the former set, so that going back loses none.
fn carry_over(file: &Path, there: &Path) -> Result<()> {
    let inode = |path| Ok(files::stat(path)?.map(|stat| stat.st_ino));
    if inode(file)? == inode(there)? {
        return Ok(());
    }
    if let Some(parent) = there.parent() {
        files::make_dirs(parent)?;
    }
    let ((dir, name), (place, new)) = (Dir::parent(file)?, Dir::parent(there)?);
    let temp = files::temp_name(new);
    place.remove_tree(&temp)?;
    dir.link(name, &place, &temp)?;
    place.rename(&temp, &place, new)
}

impl Staged {
    /// The directory that holds the whole new set (after the swap: the old).
    pub fn dir(&self) -> PathBuf {
        self.work.join("new")
    }

    /// The live directory.
    pub fn live(&self) -> &Path {
        &self.rules.live
    }

    /// A private directory for the checkers' own files.
    pub fn scratch(&self) -> Result<PathBuf> {
        let dir = self.work.join("check");
        files::make_dirs(&dir)?;
        Ok(dir)
    }

    /// Puts the set in place of the live one, in one step, and on the disk.
    ///
    /// Files of others that appeared in the old directory meanwhile are taken
    /// over.
    ///
    /// # Errors
    /// The previous set is live, unless taking the new one back failed, too.
    pub fn swap(&mut self) -> std::result::Result<(), SwapError> {
        let new = self.dir();
        files::sync_fs(&new)?;
        if files::is_dir(&self.rules.live) {
            files::exchange(&new, &self.rules.live)?;
        } else {
            files::rename(&new, &self.rules.live)?;
        }
        let settled = self.settle();
        settled.map_err(|why| SwapError::after(why, self.swap_back()))
    }

    /// What follows the exchange: the names reach the disk, and what others
    /// did to their files since they were taken over holds in the set that is
    /// live now, too.
    fn settle(&self) -> Result<()> {
        files::sync_parent(&self.rules.live)?;
        let former = self.dir();
        let names: BTreeSet<PathBuf> = files::walk_all(&former)?
            .into_iter()
            .filter(|path| self.rules.ours(path).is_none())
            .collect();
        // What had the place of our own files was not taken over.
        let live = |name: &&PathBuf| {
            self.taken.contains(*name) || !self.is_in_the_way(name)
        };
        for name in names.iter().filter(live) {
            carry_over(&former.join(name), &self.rules.live.join(name))?;
        }
        for name in self.taken.iter().filter(|name| !names.contains(*name)) {
            files::remove_if_there(&self.rules.live.join(name))?;
        }
        Ok(())
    }

    /// Puts the previous set back after [`Staged::swap`].
    ///
    /// The set that was live before the first one was made is the empty one.
    pub fn swap_back(&mut self) -> Result<()> {
        let old = self.dir();
        if files::is_dir(&old) {
            files::exchange(&old, &self.rules.live)?;
            // It is live; a disk that fails has been told of already.
            let _ = self.settle();
        } else {
            files::rename(&self.rules.live, &old)?;
            let _ = files::sync_parent(&self.rules.live);
        }
        Ok(())
    }

    /// Whether another's file cannot lie beside what is live now.
    fn is_in_the_way(&self, path: &Path) -> bool {
        let live = &self.rules.live;
        let above = path.ancestors().skip(1).any(|dir| {
            !dir.as_os_str().is_empty() && files::is_file(&live.join(dir))
        });
        above || files::is_dir(&live.join(path))
    }

    /// Leaves the work directory to be looked at by a person.
    pub fn keep(&mut self) -> PathBuf {
        self.keep = true;
        self.work.clone()
    }
}

impl Drop for Staged {
    fn drop(&mut self) {
        if !self.keep {
            let _ = files::remove_tree(&self.work);
        }
    }
}
