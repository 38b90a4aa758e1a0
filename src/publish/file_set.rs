//! Small files that lie apart but change together: each is swapped by a
//! rename, in the given order, and all of them can be taken back.
//!
//! The order is the caller's means to keep every state in between loadable:
//! what others refer to comes first, the file that refers to it last.

use std::collections::BTreeSet;
use std::io;
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};

use crate::publish::activate::Swap;
use crate::system::dir::{self, Kind, set_mode};
use crate::system::files;
use crate::system::files::{Doing, Owner, Result, SwapError, temp_of};

/// One file of a bundle.
#[derive(Debug, Clone, Default)]
pub struct FileChange {
    /// Its path without the root, for messages.
    pub name: String,
    /// Its live path.
    pub path: PathBuf,
    /// Its content; None: the file goes.
    pub bytes: Option<Vec<u8>>,
    /// Its permissions.
    pub mode: u32,
    /// Its owner.
    pub owner: Owner,
    /// Whether a file that is there already keeps its content.
    pub only_if_missing: bool,
    /// Whether its content is nothing but a secret, which is never shown.
    pub secret: bool,
    /// Whether its daemon goes on writing it: no generation holds it.
    pub alive: bool,
}

/// The pieces that differ from what is live.
#[derive(Debug, Default)]
pub struct FileSet {
    changed: Vec<FileChange>,
    /// Names of pieces that are live as they should be, and that nobody else
    /// writes.
    unchanged: Vec<String>,
    /// Pieces that are there and keep their content.
    kept: Vec<FileChange>,
    refused: PathBuf,
    /// For each piece that is swapped, whether there was a file before.
    done: Vec<bool>,
}

impl FileSet {
    /// Compares the pieces with what is live; those that go come last, once
    /// nothing refers to them. `refused` is where
    /// [`Swap::keep`] puts the content that a daemon did not take.
    pub fn compare(pieces: Vec<FileChange>, refused: PathBuf) -> Result<Self> {
        let mut bundle = Self::default();
        bundle.refused = refused;
        for piece in pieces {
            if piece.differs()? {
                bundle.changed.push(piece);
            } else if piece.only_if_missing {
                bundle.kept.push(piece);
            } else if piece.bytes.is_some() && !piece.alive {
                bundle.unchanged.push(piece.name);
            }
        }
        bundle.changed.sort_by_key(|piece| piece.bytes.is_none());
        Ok(bundle)
    }

    /// The pieces that will be written or removed, in the order of the swap.
    pub fn changed(&self) -> &[FileChange] {
        &self.changed
    }

    /// The names of those that are live already.
    pub fn unchanged(&self) -> &[String] {
        &self.unchanged
    }

    /// Mends in place the owner and the permissions of files that keep their
    /// content: their owner came to be later, or they were put back by hand.
    /// The names of those that were mended.
    pub fn mend(&self) -> Result<Vec<String>> {
        let mut mended = Vec::new();
        for piece in &self.kept {
            if piece.mend()? {
                mended.push(piece.name.clone());
            }
        }
        Ok(mended)
    }

    /// Whether everything is live already.
    pub fn is_empty(&self) -> bool {
        self.changed.is_empty()
    }

    /// Writes the new content beside its places and puts it on the disk.
    fn write(&self) -> Result<()> {
        for piece in &self.changed {
            piece.write()?;
        }
        for piece in &self.changed {
            files::sync_parent(&piece.path)?;
        }
        Ok(())
    }

    /// Makes one piece after the other live.
    fn put(&mut self) -> Result<()> {
        for piece in &self.changed {
            // Counted before its name is on the disk: it is live by then.
            self.done.push(piece.put()?);
            let synced = files::sync_parent(&piece.path);
            // A file that goes is the last thing that happens. On a full
            // disk it might not come back, and nobody names it any more.
            if piece.bytes.is_some() {
                synced?;
            }
        }
        Ok(())
    }

    /// Takes back what has been swapped, the last one first. It stops where
    /// that fails: what is live then is as if the swap had come so far.
    fn undo(&mut self) -> Result<()> {
        while let Some(existed) = self.done.last() {
            self.changed[self.done.len() - 1].take_back(*existed)?;
            let _ = self.done.pop();
        }
        Ok(())
    }
}

impl Swap for FileSet {
    fn swap(&mut self) -> std::result::Result<(), SwapError> {
        self.write()?;
        let put = self.put();
        put.map_err(|why| SwapError::after(why, self.undo()))
    }

    fn swap_back(&mut self) -> Result<()> {
        self.undo()
    }

    fn live(&self) -> String {
        let names: Vec<&str> =
            self.changed.iter().map(|piece| piece.name.as_str()).collect();
        names.join(", ")
    }

    fn keep(&mut self) -> String {
        let _ = files::remove_tree(&self.refused);
        let _ = files::make_dirs(&self.refused);
        for piece in &self.changed {
            let Some(bytes) = &piece.bytes else { continue };
            let name = piece.path.file_name().unwrap_or_default();
            let _ = files::replace(&self.refused.join(name), bytes, 0o600);
        }
        self.refused.display().to_string()
    }
}

impl Drop for FileSet {
    fn drop(&mut self) {
        for piece in &self.changed {
            let _ = files::remove_if_there(&temp_of(&piece.path));
        }
    }
}

/// Removes what killed runs left beside the pieces.
pub fn sweep(pieces: &[FileChange]) -> Result<()> {
    let dirs: BTreeSet<&Path> =
        pieces.iter().filter_map(|piece| piece.path.parent()).collect();
    dirs.into_iter().try_for_each(files::sweep)
}

/// The journal in which named keeps the changes of a zone file.
pub fn journal_of(zone: &Path) -> PathBuf {
    let mut name = zone.as_os_str().to_owned();
    name.push(".jnl");
    name.into()
}

impl FileChange {
    /// Whether the live file is another one: content, kind, permissions,
    /// owner.
    fn differs(&self) -> Result<bool> {
        if self.only_if_missing && files::stat(&self.path)?.is_some() {
            return Ok(false);
        }
        let (file, meta) = match files::open(&self.path) {
            Err(e) if files::is_missing(&e) => return Ok(self.bytes.is_some()),
            Err(e) if dir::is_refusal(&e) => return Ok(true),
            other => other?,
        };
        let wanted = self.bytes.as_deref().unwrap_or_default();
        if meta.mode() & 0o777 != self.mode
            || !self.owner.has(&meta)
            || meta.len() != wanted.len() as u64
        {
            return Ok(true);
        }
        let live = dir::read_whole(file, &meta, dir::MOST);
        Ok(self.bytes != Some(live.doing("read", &self.path)?))
    }

    /// Mends owner and permissions of the live file: what is root's goes to
    /// the wanted owner, and nobody else may read a secret. Whether something
    /// was to be mended.
    fn mend(&self) -> Result<bool> {
        // A second name may be that of a file of root's own.
        let (file, meta) = match files::open(&self.path) {
            Ok((file, meta)) if meta.nlink() == 1 => (file, meta),
            _ => return Ok(false),
        };
        let mode = meta.mode() & 0o7777;
        let exposed = self.secret && mode & !self.mode != 0;
        if exposed {
            set_mode(&file, mode & self.mode, &self.path)?;
        }
        Ok(self.owner.inherit(&file, &self.path)? || exposed)
    }

    /// Writes the content beside its place.
    fn write(&self) -> Result<()> {
        let Some(bytes) = &self.bytes else {
            return files::remove_if_there(&temp_of(&self.path));
        };
        if let Some(parent) = self.path.parent() {
            files::make_dirs(parent)?;
        }
        files::write_temp(&self.path, bytes, self.mode, self.owner).map(drop)
    }

    /// Makes the content live; the previous one waits beside it. Whether
    /// there was one.
    fn put(&self) -> Result<bool> {
        let temp = temp_of(&self.path);
        let existed = match files::kind(&self.path) {
            Some(Kind::Dir) => {
                return Err(io::Error::from(io::ErrorKind::IsADirectory))
                    .doing("replace", &self.path);
            }
            other => other.is_some(),
        };
        match (&self.bytes, existed) {
            // An exchange can be taken back even when the disk is full.
            (Some(_), true) => files::exchange(&temp, &self.path)?,
            (Some(_), false) => files::rename(&temp, &self.path)?,
            (None, true) => files::rename(&self.path, &temp)?,
            (None, false) => {}
        }
        Ok(existed)
    }

    /// Makes the previous content live again.
    ///
    /// A file that was not there before goes, unless its daemon has made
    /// something else of it meanwhile.
    fn take_back(&self, existed: bool) -> Result<()> {
        let temp = temp_of(&self.path);
        match (&self.bytes, existed) {
            (Some(_), true) => files::exchange(&temp, &self.path)?,
            (None, true) => files::rename(&temp, &self.path)?,
            (Some(bytes), false) => {
                let same = |live: Vec<u8>| live == *bytes;
                let begun =
                    self.alive && files::exists(&journal_of(&self.path));
                if files::read(&self.path).is_ok_and(same) && !begun {
                    files::remove_if_there(&self.path)?;
                }
            }
            (None, false) => {}
        }
        // It is live; a disk that does not sync has been told of already.
        let _ = files::sync_parent(&self.path);
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::os::unix::fs::PermissionsExt;

    use super::*;

    fn piece(dir: &Path, name: &str, text: &str) -> FileChange {
        FileChange {
            name: name.into(),
            path: dir.join(name),
            bytes: Some(text.into()),
            mode: 0o640,
            ..FileChange::default()
        }
    }

    fn bundle(dir: &Path, pieces: Vec<FileChange>) -> FileSet {
        FileSet::compare(pieces, dir.join("refused")).unwrap()
    }

    fn read(dir: &Path) -> Vec<(String, String)> {
        files::walk(dir)
            .unwrap()
            .into_iter()
            .map(|name| {
                let text = fs::read_to_string(dir.join(&name)).unwrap();
                (name, text)
            })
            .collect()
    }

    #[test]
    fn swapped_and_taken_back_without_a_trace() {
        let dir = tempfile::tempdir().unwrap();
        let dir = dir.path();
        let pair = |text| vec![piece(dir, "a", "1"), piece(dir, "sub/b", text)];
        bundle(dir, vec![piece(dir, "a", "0")]).swap().unwrap();
        let before = read(dir);
        let mut both = bundle(dir, pair("2"));
        assert_eq!(both.live(), "a, sub/b");
        both.swap().unwrap();
        both.swap_back().unwrap();
        drop(both);
        assert_eq!(read(dir), before);
        bundle(dir, pair("2")).swap().unwrap();
        assert!(bundle(dir, pair("2")).is_empty());
        assert_eq!(read(dir).len(), 2);
    }

    #[test]
    fn a_swap_that_fails_changes_nothing() {
        let dir = tempfile::tempdir().unwrap();
        let dir = dir.path();
        bundle(dir, vec![piece(dir, "a", "0")]).swap().unwrap();
        fs::create_dir_all(dir.join("d/full")).unwrap();
        let mut broken =
            bundle(dir, vec![piece(dir, "a", "1"), piece(dir, "d", "2")]);
        assert!(broken.swap().is_err());
        drop(broken);
        assert_eq!(read(dir), [("a".to_string(), "0".to_string())]);
    }

    #[test]
    fn a_file_goes_and_comes_back() {
        let dir = tempfile::tempdir().unwrap();
        let dir = dir.path();
        let all = [piece(dir, "a", "0"), piece(dir, "b", "0")];
        bundle(dir, all.to_vec()).swap().unwrap();
        let before = read(dir);
        let gone = || FileChange { bytes: None, ..piece(dir, "a", "") };
        let mut less = bundle(dir, vec![gone(), piece(dir, "b", "1")]);
        less.swap().unwrap();
        assert!(!dir.join("a").exists());
        less.swap_back().unwrap();
        drop(less);
        assert_eq!(read(dir), before);
        bundle(dir, vec![gone()]).swap().unwrap();
        assert_eq!(read(dir), [("b".to_string(), "0".to_string())]);
        assert!(bundle(dir, vec![gone()]).is_empty());
    }

    #[test]
    fn a_zone_that_named_has_changed_stays() {
        let dir = tempfile::tempdir().unwrap();
        let dir = dir.path();
        let zone = || FileChange { alive: true, ..piece(dir, "z", "seed") };
        for (journal, stays) in [(false, false), (true, true)] {
            let mut new = bundle(dir, vec![zone()]);
            new.swap().unwrap();
            if journal {
                files::replace(&dir.join("z.jnl"), b"j", 0o644).unwrap();
            }
            new.swap_back().unwrap();
            assert_eq!(dir.join("z").exists(), stays);
        }
    }

    #[test]
    fn what_cannot_be_taken_back_is_told() {
        let dir = tempfile::tempdir().unwrap();
        let dir = dir.path();
        bundle(dir, vec![piece(dir, "a", "0")]).swap().unwrap();
        fs::create_dir(dir.join("d")).unwrap();
        let pieces = vec![piece(dir, "a", "1"), piece(dir, "d", "2")];
        let mut torn = bundle(dir, pieces);
        torn.write().unwrap();
        let why = torn.put().unwrap_err();
        files::remove_if_there(&temp_of(&dir.join("a"))).unwrap();
        let error = SwapError::after(why, torn.undo());
        assert!(matches!(error, SwapError::Torn { .. }), "{error}");
        drop(torn);
        assert_eq!(read(dir), [("a".to_string(), "1".to_string())]);
    }

    /// An owner that nobody else is; the tests run as root.
    fn somebody() -> Owner {
        Owner::exactly(&crate::config::Root::default(), 54_321, 54_322)
    }

    #[test]
    fn a_file_of_another_owner_is_written_anew() {
        let dir = tempfile::tempdir().unwrap();
        let dir = dir.path();
        bundle(dir, vec![piece(dir, "a", "x")]).swap().unwrap();
        let wanted =
            || vec![FileChange { owner: somebody(), ..piece(dir, "a", "x") }];
        assert_eq!(bundle(dir, wanted()).changed().len(), 1);
        bundle(dir, wanted()).swap().unwrap();
        let meta = fs::metadata(dir.join("a")).unwrap();
        assert_eq!((meta.uid(), meta.gid()), (54_321, 54_322));
        assert!(bundle(dir, wanted()).is_empty());
    }

    #[test]
    fn what_keeps_its_content_is_mended_in_place() {
        let dir = tempfile::tempdir().unwrap();
        let dir = dir.path();
        let kept = |name: &str, secret| FileChange {
            only_if_missing: true,
            owner: somebody(),
            secret,
            ..piece(dir, name, "new")
        };
        let all = || vec![kept("zone", false), kept("key", true)];
        for name in ["zone", "key"] {
            files::replace(&dir.join(name), b"old", 0o644).unwrap();
        }
        let mended = bundle(dir, all()).mend().unwrap();
        assert_eq!(mended, ["zone", "key"]);
        for (name, mode) in [("zone", 0o644), ("key", 0o640)] {
            let meta = fs::metadata(dir.join(name)).unwrap();
            assert_eq!(meta.permissions().mode() & 0o7777, mode, "{name}");
            assert_eq!(meta.uid(), 54_321, "{name}");
            assert_eq!(fs::read(dir.join(name)).unwrap(), b"old");
        }
        assert!(bundle(dir, all()).mend().unwrap().is_empty());
        assert!(bundle(dir, all()).is_empty());
    }

    #[test]
    fn a_file_with_other_permissions_is_written_anew() {
        let dir = tempfile::tempdir().unwrap();
        let dir = dir.path();
        let path = dir.join("a");
        files::replace(&path, b"x", 0o644).unwrap();
        let kept = FileChange { only_if_missing: true, ..piece(dir, "a", "y") };
        assert!(bundle(dir, vec![kept]).is_empty());
        bundle(dir, vec![piece(dir, "a", "x")]).swap().unwrap();
        let mode = fs::metadata(&path).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o640);
    }
}
