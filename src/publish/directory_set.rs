//! Staging a set that one daemon loads together: a directory that is
//! exchanged whole.
//!
//! Rendered bytes are compared with the live file while they come. Only from
//! the first difference on are they written, so a run without changes writes
//! nothing at all. What did not change is linked, not copied.

use std::collections::BTreeSet;
use std::fs::{self, File};
use std::io::{self, BufReader, BufWriter, Read, Write};
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};

use crate::render::sink::Sink;
use crate::render::sink::Content;
use crate::system::files;
use crate::system::files::{Doing, Owner, Result, SwapError};

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

/// Takes a set's files and keeps those that differ from the live ones.
pub struct DirectorySet {
    rules: SetRules,
    work: PathBuf,
    names: BTreeSet<String>,
    changed: BTreeSet<String>,
    made: bool,
}

/// A set that is complete on disk, not yet live.
#[derive(Debug)]
pub struct Staged {
    rules: SetRules,
    work: PathBuf,
    /// Names that are new or have new content.
    pub changed: BTreeSet<String>,
    /// Names of ours that are live and not in the new set.
    pub stale: BTreeSet<String>,
    /// Names of others' files that were taken over.
    taken: BTreeSet<String>,
    keep: bool,
}

impl DirectorySet {
    /// Begins a set; sweeps what a killed run left behind.
    ///
    /// `work` is a directory on the same file system as the live one.
    pub fn begin(rules: SetRules, work: PathBuf) -> Result<Self> {
        files::remove_tree(&work)?;
        let (names, changed) = (BTreeSet::new(), BTreeSet::new());
        Ok(Self { rules, work, names, changed, made: false })
    }

    /// The directory beside the live one that staging uses.
    pub fn beside(live: &Path) -> PathBuf {
        let name = live.file_name().unwrap_or_default().to_string_lossy();
        live.with_file_name(format!(".provha-stage.{name}"))
    }

    /// Completes the set; None when nothing differs from what is live.
    pub fn finish(mut self) -> Result<Option<Staged>> {
        let live = files::walk(&self.rules.live)?;
        let stale: BTreeSet<String> = live
            .iter()
            .filter(|name| (self.rules.is_ours)(name))
            .filter(|name| !self.names.contains(*name))
            .cloned()
            .collect();
        let exists = self.rules.live.is_dir();
        if self.changed.is_empty() && stale.is_empty() && exists {
            return Ok(None);
        }
        self.make_work()?;
        let new = self.work.join("new");
        let mut taken = BTreeSet::new();
        for name in &live {
            let ours = (self.rules.is_ours)(name);
            let unchanged =
                self.names.contains(name) && !self.changed.contains(name);
            if !ours || unchanged {
                self.take_over(&new, name)?;
            }
            if !ours {
                let _ = taken.insert(name.clone());
            }
        }
        copy_dirs(&self.rules.live, &new, self.rules.owner, &self.names)?;
        let staged = Staged {
            rules: self.rules.clone(),
            work: self.work.clone(),
            changed: std::mem::take(&mut self.changed),
            stale,
            taken,
            keep: false,
        };
        self.made = false;
        Ok(Some(staged))
    }

    /// Takes a file of the live set over into the new one: the same inode. A
    /// set that is only looked at, elsewhere, leads to it by a symbolic link,
    /// which crosses file systems and leaves no trace on the live file.
    fn take_over(&self, new: &Path, name: &str) -> Result<()> {
        let (from, to) = (self.rules.live.join(name), new.join(name));
        if let Some(parent) = to.parent() {
            files::make_dirs(parent)?;
        }
        if self.work == Self::beside(&self.rules.live) {
            return fs::hard_link(&from, &to).doing("link", &from);
        }
        let from = fs::canonicalize(&from).doing("read", &from)?;
        std::os::unix::fs::symlink(&from, &to).doing("link", &to)
    }

    /// Makes the work directory.
    fn make_work(&mut self) -> Result<()> {
        if self.made {
            return Ok(());
        }
        if let Some(parent) = self.work.parent() {
            files::make_dirs(parent)?;
        }
        files::make_private_dir(&self.work)?;
        self.made = true;
        let new = self.work.join("new");
        fs::create_dir(&new).doing("create the directory", &new)
    }

    /// The permissions of a file of ours.
    fn mode(&self, name: &str) -> u32 {
        if (self.rules.is_secret)(name) { 0o640 } else { 0o644 }
    }
}

impl Drop for DirectorySet {
    fn drop(&mut self) {
        if self.made {
            let _ = files::remove_tree(&self.work);
        }
    }
}

impl Sink for DirectorySet {
    fn file(&mut self, name: &str, content: Content<'_>) -> anyhow::Result<()> {
        anyhow::ensure!(
            self.names.insert(name.to_string()),
            "{name} was rendered twice"
        );
        let live = self.rules.live.join(name);
        let mode = self.mode(name);
        let same = open_live(&live, mode, self.rules.owner)?;
        let comparing = Comparing { stage: self, name, state: same };
        let mut writer = BufWriter::with_capacity(1 << 16, comparing);
        content(&mut writer)?;
        writer.flush()?;
        writer.get_mut().finish()?;
        Ok(())
    }
}

/// Opens the live file, unless it must be written anew whatever it holds: it
/// is no regular file, another owner's, or a secret that others may read.
fn open_live(path: &Path, mode: u32, owner: Owner) -> Result<State> {
    match fs::symlink_metadata(path) {
        Ok(meta) if meta.is_file() => {
            let exposed = mode == 0o640 && meta.mode() & 0o137 != 0;
            if exposed || !owner.has(&meta) {
                return Ok(State::None);
            }
            let file = File::open(path).doing("open", path)?;
            Ok(State::Same {
                live: BufReader::with_capacity(1 << 16, file),
                offset: 0,
            })
        }
        _ => Ok(State::None),
    }
}

/// How far a file has come.
enum State {
    /// No live file to compare with, nothing written yet.
    None,
    /// Equal to the live file up to the offset.
    Same {
        /// The live file, read up to the offset.
        live: BufReader<File>,
        /// Octets that were equal.
        offset: u64,
    },
    /// Being written.
    Writing(BufWriter<File>),
}

/// Writes a file from its first difference on.
struct Comparing<'a> {
    stage: &'a mut DirectorySet,
    name: &'a str,
    state: State,
}

impl Comparing<'_> {
    /// Begins writing, with the part that was equal.
    fn diverge(&mut self) -> Result<&mut BufWriter<File>> {
        let equal = match &self.state {
            State::Same { offset, .. } => *offset,
            _ => 0,
        };
        if !matches!(self.state, State::Writing(_)) {
            self.stage.make_work()?;
            let path = self.stage.work.join("new").join(self.name);
            if let Some(parent) = path.parent() {
                files::make_dirs(parent)?;
            }
            let mut file = files::create(&path, self.stage.mode(self.name))?;
            self.stage.rules.owner.take(&path)?;
            if equal > 0 {
                let live = self.stage.rules.live.join(self.name);
                let source = File::open(&live).doing("open", &live)?;
                io::copy(&mut source.take(equal), &mut file)
                    .doing("write", &path)?;
            }
            self.stage.changed.insert(self.name.to_string());
            let writer = BufWriter::with_capacity(1 << 16, file);
            self.state = State::Writing(writer);
        }
        match &mut self.state {
            State::Writing(writer) => Ok(writer),
            _ => unreachable!("the state was set to Writing above"),
        }
    }

    /// Ends the file: a live one that goes on is a difference too.
    fn finish(&mut self) -> Result<()> {
        let differs = match &mut self.state {
            State::None => true,
            State::Same { live, .. } => {
                let mut byte = [0];
                let path = Path::new(self.name);
                live.read(&mut byte).doing("read", path)? > 0
            }
            State::Writing(_) => false,
        };
        if differs {
            let _ = self.diverge()?;
        }
        if let State::Writing(writer) = &mut self.state {
            let path = self.stage.work.join("new").join(self.name);
            writer.flush().doing("write", &path)?;
        }
        Ok(())
    }
}

impl Write for Comparing<'_> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        if let State::Same { live, offset } = &mut self.state {
            let mut buffer = [0; 4096];
            let part = &bytes[..bytes.len().min(buffer.len())];
            let got = &mut buffer[..part.len()];
            if live.read_exact(got).is_ok() && got == part {
                *offset += part.len() as u64;
                return Ok(part.len());
            }
        }
        let path = self.stage.work.join("new").join(self.name);
        let writer = self.diverge().map_err(io::Error::other)?;
        writer.write_all(bytes).map_err(|source| {
            io::Error::other(files::FileError { doing: "write", path, source })
        })?;
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// Makes the new set's directories like the live ones, empty foreign ones
/// included; those of a first set are 0750. One that holds our files and is
/// root's goes to the owner, who may have come to be after it.
fn copy_dirs(
    live: &Path,
    new: &Path,
    owner: Owner,
    names: &BTreeSet<String>,
) -> Result<()> {
    let mut todo = vec![PathBuf::new()];
    let mut dirs = Vec::new();
    for base in [live, new] {
        while let Some(below) = todo.pop() {
            let Ok(entries) = fs::read_dir(base.join(&below)) else {
                continue;
            };
            for entry in entries.flatten() {
                if entry.file_type().is_ok_and(|kind| kind.is_dir()) {
                    todo.push(below.join(entry.file_name()));
                }
            }
            dirs.push(below);
        }
        todo = vec![PathBuf::new()];
    }
    dirs.sort();
    dirs.dedup();
    for below in dirs {
        let (from, to) = (live.join(&below), new.join(&below));
        files::make_dirs(&to)?;
        if from.is_dir() {
            files::copy_attributes(&from, &to)?;
            let here = |n: &String| Path::new(n).parent() == Some(&below);
            if names.iter().any(here) {
                let meta = fs::metadata(&to).doing("read", &to)?;
                let _ = owner.inherit(&to, &meta)?;
            }
        } else {
            owner.take(&to)?;
            let mode = std::os::unix::fs::PermissionsExt::from_mode(0o750);
            fs::set_permissions(&to, mode).doing("set the mode of", &to)?;
        }
    }
    Ok(())
}

/// Links a file of others into the live set, unless it is there. It stays
/// in the former set, so that going back loses none.
fn carry_over(file: &Path, there: &Path) -> Result<()> {
    let inode = |path| fs::symlink_metadata(path).map(|meta| meta.ino());
    let inode_here = inode(file).doing("read", file)?;
    if inode(there).is_ok_and(|inode| inode == inode_here) {
        return Ok(());
    }
    if let Some(parent) = there.parent() {
        files::make_dirs(parent)?;
    }
    let temp = files::temp_of(there);
    files::remove_if_there(&temp)?;
    fs::hard_link(file, &temp).doing("link", file)?;
    files::rename(&temp, there)
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
        if self.rules.live.is_dir() {
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
        let foreign = |name: &String| !(self.rules.is_ours)(name);
        let names = files::walk(&former)?.into_iter().filter(foreign);
        let names: BTreeSet<String> = names.collect();
        for name in &names {
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
        if old.is_dir() {
            files::exchange(&old, &self.rules.live)?;
            // It is live; a disk that fails has been told of already.
            let _ = self.settle();
        } else {
            files::rename(&self.rules.live, &old)?;
            let _ = files::sync_parent(&self.rules.live);
        }
        Ok(())
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

#[cfg(test)]
mod tests {
    use super::*;

    fn rules(dir: &Path) -> SetRules {
        SetRules {
            live: dir.join("live"),
            is_ours: |name| name.ends_with(".conf"),
            is_secret: |name| name == "secret.conf",
            owner: Owner::default(),
        }
    }

    fn stage(dir: &Path, set: &[(&str, &str)]) -> Option<Staged> {
        let work = DirectorySet::beside(&dir.join("live"));
        let mut stage = DirectorySet::begin(rules(dir), work).unwrap();
        for (name, text) in set {
            stage
                .file(name, &mut |out| Ok(out.write_all(text.as_bytes())?))
                .unwrap();
        }
        stage.finish().unwrap()
    }

    fn read(dir: &Path) -> Vec<(String, String)> {
        let live = dir.join("live");
        files::walk(&live)
            .unwrap()
            .into_iter()
            .map(|name| {
                let text = fs::read_to_string(live.join(&name)).unwrap();
                (name, text)
            })
            .collect()
    }

    #[test]
    fn a_set_is_swapped_whole_and_back_and_foreign_files_survive() {
        let dir = tempfile::tempdir().unwrap();
        let dir = dir.path();
        let one = [("a.conf", "1"), ("s/b.conf", "22"), ("secret.conf", "x")];
        stage(dir, &one).unwrap().swap().unwrap();
        let foreign = dir.join("live/omapi.key");
        files::replace(&foreign, b"k", 0o600).unwrap();
        files::replace(&dir.join("live/gone.key"), b"g", 0o600).unwrap();
        assert!(stage(dir, &one).is_none(), "the same set is no change");

        let mut staged =
            stage(dir, &[("a.conf", "12"), ("secret.conf", "x")]).unwrap();
        assert_eq!(staged.changed, ["a.conf".to_string()].into());
        assert_eq!(staged.stale, ["s/b.conf".to_string()].into());
        files::replace(&dir.join("live/late.key"), b"l", 0o600).unwrap();
        files::replace(&foreign, b"kk", 0o600).unwrap();
        files::remove_if_there(&dir.join("live/gone.key")).unwrap();
        staged.swap().unwrap();
        let names: Vec<_> = read(dir).into_iter().map(|(n, _)| n).collect();
        assert_eq!(names, ["a.conf", "late.key", "omapi.key", "secret.conf"]);
        assert!(read(dir).contains(&("omapi.key".into(), "kk".into())));
        files::replace(&foreign, b"kkk", 0o600).unwrap();
        staged.swap_back().unwrap();
        let names: Vec<_> = read(dir).into_iter().map(|(n, _)| n).collect();
        let all =
            ["a.conf", "late.key", "omapi.key", "s/b.conf", "secret.conf"];
        assert_eq!(names, all);
        assert!(read(dir).contains(&("omapi.key".into(), "kkk".into())));
        assert!(read(dir).contains(&("a.conf".into(), "1".into())));
        assert!(read(dir).contains(&("late.key".into(), "l".into())));
        drop(staged);
        assert!(!DirectorySet::beside(&dir.join("live")).exists());
    }

    #[test]
    fn a_set_that_is_only_looked_at_leaves_no_trace() {
        let dir = tempfile::tempdir().unwrap();
        let (dir, other) = (dir.path(), tempfile::tempdir().unwrap());
        stage(dir, &[("a.conf", "1"), ("b.conf", "2")])
            .unwrap()
            .swap()
            .unwrap();
        let path = dir.join("live/a.conf");
        let before = fs::metadata(&path).unwrap();
        let work = other.path().join("look");
        let mut stage = DirectorySet::begin(rules(dir), work.clone()).unwrap();
        stage.file("a.conf", &mut |out| Ok(out.write_all(b"1")?)).unwrap();
        let staged = stage.finish().unwrap().unwrap();
        assert_eq!(fs::read(staged.dir().join("a.conf")).unwrap(), b"1");
        let after = fs::metadata(&path).unwrap();
        assert_eq!(
            (before.ctime_nsec(), before.nlink()),
            (after.ctime_nsec(), after.nlink())
        );
        drop(staged);
        assert!(!work.exists());
    }

    #[test]
    fn shorter_longer_and_equal_files() {
        let dir = tempfile::tempdir().unwrap();
        let dir = dir.path();
        let long = "x".repeat(10_000);
        for (text, changes) in [
            (&long[..], true),
            (&long[..], false),
            (&long[1..], true),
            ("", true),
            (&long[..], true),
        ] {
            let staged = stage(dir, &[("a.conf", text)]);
            assert_eq!(staged.is_some(), changes);
            if let Some(mut staged) = staged {
                staged.swap().unwrap();
            }
            assert_eq!(read(dir)[0].1, text);
        }
    }

    #[test]
    fn a_set_of_another_owner_is_made_anew() {
        let dir = tempfile::tempdir().unwrap();
        let dir = dir.path();
        let set = [("a.conf", "1"), ("s/b.conf", "2")];
        stage(dir, &set).unwrap().swap().unwrap();
        // The owner came to be later. The tests run as root.
        let root = crate::config::Root::default();
        let owner = Owner::exactly(&root, 54_321, 54_322);
        let again = || {
            let work = DirectorySet::beside(&dir.join("live"));
            let rules = SetRules { owner, ..rules(dir) };
            let mut stage = DirectorySet::begin(rules, work).unwrap();
            for (name, text) in set {
                stage
                    .file(name, &mut |out| Ok(out.write_all(text.as_bytes())?))
                    .unwrap();
            }
            stage.finish().unwrap()
        };
        again().unwrap().swap().unwrap();
        for name in ["", "a.conf", "s", "s/b.conf"] {
            let meta = fs::metadata(dir.join("live").join(name)).unwrap();
            assert_eq!((meta.uid(), meta.gid()), (54_321, 54_322), "{name}");
        }
        assert!(again().is_none());
    }

    #[test]
    fn a_secret_that_others_can_read_is_written_anew() {
        use std::os::unix::fs::PermissionsExt;
        let dir = tempfile::tempdir().unwrap();
        let dir = dir.path();
        let set = [("secret.conf", "x")];
        stage(dir, &set).unwrap().swap().unwrap();
        let path = dir.join("live/secret.conf");
        let mode = |m| fs::Permissions::from_mode(m);
        fs::set_permissions(&path, mode(0o644)).unwrap();
        stage(dir, &set).unwrap().swap().unwrap();
        let meta = fs::metadata(&path).unwrap();
        assert_eq!(meta.mode() & 0o777, 0o640);
    }
}
