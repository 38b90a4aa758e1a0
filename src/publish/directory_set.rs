//! Staging a set that one daemon loads together: a directory that is
//! exchanged whole.
//!
//! Rendered bytes are compared with the live file while they come. Only from
//! the first difference on are they written, so a run without changes writes
//! nothing at all. What did not change is linked, not copied.

use std::collections::BTreeSet;
use std::fs::File;
use std::io::{self, BufReader, BufWriter, Read, Seek, Write};
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};

pub use crate::publish::staged_set::{SetRules, Staged};
use crate::render::sink::{Content, Sink};
use crate::system::dir::{self, Dir, Kind};
use crate::system::files;
use crate::system::files::{Doing, Owner, Result};
use crate::system::gate;

/// Takes a set's files and keeps those that differ from the live ones.
pub struct DirectorySet {
    rules: SetRules,
    work: PathBuf,
    names: BTreeSet<String>,
    changed: BTreeSet<String>,
    made: bool,
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
        let live = files::walk_all(&self.rules.live)?;
        let stale: BTreeSet<String> = live
            .iter()
            .filter_map(|path| self.rules.ours(path))
            .filter(|name| !self.names.contains(*name))
            .map(str::to_string)
            .collect();
        let exists = files::is_dir(&self.rules.live);
        if self.changed.is_empty() && stale.is_empty() && exists {
            return Ok(None);
        }
        self.make_work()?;
        let new = self.work.join("new");
        let mut taken = BTreeSet::new();
        for path in &live {
            let ours = self.rules.ours(path);
            let unchanged = ours.is_some_and(|name| {
                self.names.contains(name) && !self.changed.contains(name)
            });
            let foreign = ours.is_none() && !self.is_in_the_way(path);
            if foreign || unchanged {
                self.take_over(&new, path)?;
            }
            if foreign {
                let _ = taken.insert(path.clone());
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

    /// Whether somebody else's file has the place of one of our directories,
    /// or lies in a directory that has the place of one of our files: it
    /// cannot be taken over.
    fn is_in_the_way(&self, path: &Path) -> bool {
        let inside = |name: &String| Path::new(name).starts_with(path);
        let above = |dir: &Path| {
            dir.to_str().is_some_and(|dir| self.names.contains(dir))
        };
        self.names.iter().any(inside) || path.ancestors().skip(1).any(above)
    }

    /// Takes a file of the live set over into the new one: the same inode. A
    /// set that is only looked at, elsewhere, leads to it by a symbolic link,
    /// which crosses file systems and leaves no trace on the live file.
    fn take_over(&self, new: &Path, name: &Path) -> Result<()> {
        let (from, to) = (self.rules.live.join(name), new.join(name));
        if let Some(parent) = to.parent() {
            files::make_dirs(parent)?;
        }
        let (place, link) = Dir::parent(&to)?;
        if self.work == Self::beside(&self.rules.live) {
            let (dir, name) = Dir::parent(&from)?;
            return dir.link(name, &place, link);
        }
        let from = std::path::absolute(&from).doing("read", &from)?;
        place.symlink(&from, link)
    }

    /// Makes the work directory.
    fn make_work(&mut self) -> Result<()> {
        if self.made {
            return Ok(());
        }
        if let Some(parent) = self.work.parent() {
            files::make_dirs(parent)?;
        }
        let (parent, name) = Dir::parent(&self.work)?;
        gate::temporary(&self.work);
        let work = parent.make_dir(name, 0o700)?;
        self.made = true;
        work.make_dir("new".as_ref(), 0o750).map(drop)
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

/// Opens the live file, unless it must be written again whatever it holds: it
/// is no regular file, another owner's, or a secret that others may read.
fn open_live(path: &Path, mode: u32, owner: Owner) -> Result<State> {
    let (file, meta) = match files::open(path) {
        Err(e) if files::is_missing(&e) || dir::is_refusal(&e) => {
            return Ok(State::None);
        }
        other => other?,
    };
    let exposed = mode == 0o640 && meta.mode() & 0o137 != 0;
    if exposed || !owner.has(&meta) {
        return Ok(State::None);
    }
    let live = BufReader::with_capacity(1 << 16, file);
    Ok(State::Same { live, offset: 0 })
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
        if !matches!(self.state, State::Writing(_)) {
            self.stage.make_work()?;
            let path = self.stage.work.join("new").join(self.name);
            if let Some(parent) = path.parent() {
                files::make_dirs(parent)?;
            }
            let (dir, name) = Dir::parent(&path)?;
            let mode = self.stage.mode(self.name);
            let mut file = dir.create(name, mode, self.stage.rules.owner)?;
            if let State::Same { live, offset } = &mut self.state {
                // The open file: its name may lead elsewhere by now.
                let copied = live.rewind().and_then(|()| {
                    io::copy(&mut live.take(*offset), &mut file)
                });
                if copied.doing("write", &path)? != *offset {
                    let changed = io::Error::other("it changed meanwhile");
                    let live = self.stage.rules.live.join(self.name);
                    return Err(changed).doing("read", &live);
                }
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
                let path = Path::new(self.name);
                // Unlike `read`, it goes on after a signal.
                let mut rest = Vec::new();
                live.take(1).read_to_end(&mut rest).doing("read", path)? > 0
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
    let mut dirs = BTreeSet::new();
    for base in [live, new] {
        dirs_below(base, &mut dirs)?;
    }
    // A directory in the place of one of our files is not taken over.
    let is_file =
        |dir: &Path| dir.to_str().is_some_and(|dir| names.contains(dir));
    dirs.retain(|dir| !dir.ancestors().any(is_file));
    for below in dirs {
        let (from, to) = (live.join(&below), new.join(&below));
        let dir = Dir::make(&to, 0o750)?;
        if files::is_dir(&from) {
            files::copy_attributes(&from, &to)?;
            let here = |n: &String| Path::new(n).parent() == Some(&below);
            if names.iter().any(here) {
                let _ = owner.inherit(&dir.opened()?, &to)?;
            }
        } else {
            dir.give(owner)?;
            dir.set_mode(0o750)?;
        }
    }
    Ok(())
}

/// Adds every directory below one, itself included, relative; none where
/// there is none.
fn dirs_below(base: &Path, dirs: &mut BTreeSet<PathBuf>) -> Result<()> {
    let mut todo = vec![PathBuf::new()];
    while let Some(below) = todo.pop() {
        let dir = match Dir::open(&base.join(&below)) {
            Err(e) if files::is_missing(&e) => continue,
            other => other?,
        };
        for (name, kind) in dir.list()? {
            if kind == Kind::Dir {
                todo.push(below.join(name));
            }
        }
        let _ = dirs.insert(below);
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use std::fs;

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
