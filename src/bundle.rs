//! Small files that lie apart but change together: each is swapped by a
//! rename, in the given order, and all of them can be taken back.
//!
//! The order is the caller's means to keep every state in between loadable:
//! what others refer to comes first, the file that refers to it last.

use std::fs;
use std::io;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};

use crate::activate::Swap;
use crate::files::{self, Doing, Owner, Result, temp_of};

/// One file of a bundle.
#[derive(Debug, Clone)]
pub struct Piece {
    /// Its path without the root, for messages.
    pub name: String,
    /// Its live path.
    pub path: PathBuf,
    /// Its content.
    pub bytes: Vec<u8>,
    /// Its permissions.
    pub mode: u32,
    /// Its owner.
    pub owner: Owner,
    /// Whether a file that is there already stays as it is.
    pub only_if_missing: bool,
    /// Whether its content is nothing but a secret, which is never shown.
    pub secret: bool,
}

/// The pieces that differ from what is live.
#[derive(Debug, Default)]
pub struct Bundle {
    changed: Vec<Piece>,
    refused: PathBuf,
    done: usize,
}

impl Bundle {
    /// Compares the pieces with what is live; `refused` is where
    /// [`Swap::keep`] puts the content that a daemon did not take.
    pub fn compare(pieces: Vec<Piece>, refused: PathBuf) -> Result<Self> {
        let mut changed = Vec::new();
        for piece in pieces {
            if piece.differs()? {
                changed.push(piece);
            }
        }
        Ok(Self { changed, refused, done: 0 })
    }

    /// The pieces that will be written, in the order of the swap.
    pub fn changed(&self) -> &[Piece] {
        &self.changed
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

    /// Takes back what has been swapped, the last one first.
    fn undo(&mut self) -> Result<()> {
        while self.done > 0 {
            self.changed[self.done - 1].take_back()?;
            self.done -= 1;
        }
        Ok(())
    }
}

impl Swap for Bundle {
    fn swap(&mut self) -> Result<()> {
        self.write()?;
        for at in 0..self.changed.len() {
            let piece = &self.changed[at];
            let backed_up = piece.back_up();
            // Counted before it is live: what fails halfway is taken back.
            self.done += usize::from(backed_up.is_ok());
            if let Err(error) = backed_up.and_then(|()| piece.put()) {
                self.undo()?;
                return Err(error);
            }
        }
        Ok(())
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
            let name = piece.path.file_name().unwrap_or_default();
            let path = self.refused.join(name);
            let _ = files::replace(&path, &piece.bytes, 0o600);
        }
        self.refused.display().to_string()
    }
}

impl Drop for Bundle {
    fn drop(&mut self) {
        for piece in &self.changed {
            let _ = files::remove_if_there(&temp_of(&piece.path));
            let _ = files::remove_if_there(&old_of(&piece.path));
        }
    }
}

/// Where the previous content waits while the new one is tried.
fn old_of(path: &Path) -> PathBuf {
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    path.with_file_name(format!("{}old.{name}", files::TEMP))
}

impl Piece {
    /// Whether the live file is another one: content, kind, permissions.
    fn differs(&self) -> Result<bool> {
        let meta = match fs::symlink_metadata(&self.path) {
            Err(e) if e.kind() == io::ErrorKind::NotFound => return Ok(true),
            other => other.doing("read", &self.path)?,
        };
        if self.only_if_missing {
            return Ok(false);
        }
        if !meta.is_file() || meta.permissions().mode() & 0o777 != self.mode {
            return Ok(true);
        }
        let live = fs::read(&self.path).doing("read", &self.path)?;
        Ok(live != self.bytes)
    }

    /// Writes the content beside its place.
    fn write(&self) -> Result<()> {
        if let Some(parent) = self.path.parent() {
            files::make_dirs(parent)?;
        }
        let temp = temp_of(&self.path);
        files::remove_if_there(&temp)?;
        let mut file = files::create(&temp, 0o600)?;
        io::Write::write_all(&mut file, &self.bytes).doing("write", &temp)?;
        self.owner.take(&temp)?;
        let mode = fs::Permissions::from_mode(self.mode);
        fs::set_permissions(&temp, mode).doing("set the mode of", &temp)?;
        file.sync_all().doing("sync", &temp)
    }

    /// Keeps the previous content beside its place.
    fn back_up(&self) -> Result<()> {
        let old = old_of(&self.path);
        files::remove_if_there(&old)?;
        match fs::hard_link(&self.path, &old) {
            Err(e) if e.kind() == io::ErrorKind::NotFound => Ok(()),
            other => other.doing("link", &self.path),
        }
    }

    /// Makes the content live.
    fn put(&self) -> Result<()> {
        files::rename(&temp_of(&self.path), &self.path)?;
        files::sync_parent(&self.path)
    }

    /// Makes the previous content live again.
    ///
    /// A file that was not there before goes, unless its daemon has made
    /// something else of it meanwhile.
    fn take_back(&self) -> Result<()> {
        let old = old_of(&self.path);
        if old.symlink_metadata().is_ok() {
            files::rename(&old, &self.path)?;
        } else if fs::read(&self.path).is_ok_and(|live| live == self.bytes) {
            files::remove_if_there(&self.path)?;
        }
        files::sync_parent(&self.path)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn piece(dir: &Path, name: &str, text: &str) -> Piece {
        Piece {
            name: name.into(),
            path: dir.join(name),
            bytes: text.into(),
            mode: 0o640,
            owner: Owner::default(),
            only_if_missing: false,
            secret: false,
        }
    }

    fn bundle(dir: &Path, pieces: Vec<Piece>) -> Bundle {
        Bundle::compare(pieces, dir.join("refused")).unwrap()
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
    fn a_file_with_other_permissions_is_written_anew() {
        let dir = tempfile::tempdir().unwrap();
        let dir = dir.path();
        let path = dir.join("a");
        files::replace(&path, b"x", 0o644).unwrap();
        let kept = Piece { only_if_missing: true, ..piece(dir, "a", "y") };
        assert!(bundle(dir, vec![kept]).is_empty());
        bundle(dir, vec![piece(dir, "a", "x")]).swap().unwrap();
        let mode = fs::metadata(&path).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o640);
    }
}
