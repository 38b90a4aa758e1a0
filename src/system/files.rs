//! The file operations that swapping needs, with the path in every error.

use std::fs::{self, File};
use std::io;
use std::os::unix::fs::{DirBuilderExt, MetadataExt, PermissionsExt};
use std::path::{Path, PathBuf};

use nix::fcntl::{AT_FDCWD, RenameFlags, renameat2};
use nix::unistd::{Gid, Group, Uid, User};

use crate::config::{Root, Settings};

/// A file operation that failed.
#[derive(Debug, thiserror::Error)]
#[error("cannot {doing} {path}: {source}")]
pub struct FileError {
    /// What was tried, a verb.
    pub doing: &'static str,
    /// On what.
    pub path: PathBuf,
    /// The system's reason.
    pub source: io::Error,
}

impl FileError {
    /// What the user can do about it.
    pub fn hint(&self) -> &'static str {
        match self.source.kind() {
            io::ErrorKind::PermissionDenied => {
                "run it as root, or give its user write access there"
            }
            io::ErrorKind::ReadOnlyFilesystem => {
                "the file system is mounted read-only"
            }
            io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => {
                "make room on that file system; what is live stays"
            }
            io::ErrorKind::CrossesDevices => {
                "the directory must not be a mount point of its own: it is \
                 exchanged whole"
            }
            _ => "what is live stays; mend it and run again",
        }
    }
}

/// Why new content is not live.
#[derive(Debug, thiserror::Error)]
pub enum SwapError {
    /// What was live still is.
    #[error(transparent)]
    Untouched(#[from] FileError),
    /// Some of it is live: taking it back failed, too.
    #[error("{why}; taking it back failed, too: {undo}")]
    Torn {
        /// What failed first.
        why: FileError,
        /// What failed then.
        undo: FileError,
    },
    /// Some of it is live and stays, for each file is good by itself.
    #[error("{why}: {done} files are new or gone, the others are as they were")]
    Partly {
        /// What failed.
        why: FileError,
        /// How many files are other ones than before.
        done: usize,
    },
}

impl SwapError {
    /// What failed, after an attempt to take back what was done.
    pub fn after(why: FileError, undone: Result<()>) -> Self {
        match undone {
            Ok(()) => Self::Untouched(why),
            Err(undo) => Self::Torn { why, undo },
        }
    }
}

/// Result of a file operation.
pub type Result<T> = std::result::Result<T, FileError>;

/// Adds what was tried to an IO result.
pub trait Doing<T> {
    /// Names the operation and its subject.
    fn doing(self, doing: &'static str, path: &Path) -> Result<T>;
}

impl<T, E: Into<io::Error>> Doing<T> for std::result::Result<T, E> {
    fn doing(self, doing: &'static str, path: &Path) -> Result<T> {
        self.map_err(|source| FileError {
            doing,
            path: path.to_path_buf(),
            source: source.into(),
        })
    }
}

/// Owner and group that new files get.
#[derive(Debug, Clone, Copy, Default)]
pub struct Owner {
    uid: Option<Uid>,
    gid: Option<Gid>,
}

impl Owner {
    /// Looks up the names of two settings; below a `--root` nothing is
    /// changed. A name that the machine does not know is told to `warn`.
    pub fn find(
        settings: &Settings,
        user: &str,
        group: &str,
        warn: &mut dyn FnMut(String),
    ) -> Self {
        if !settings.root().is_machine() || !nix::unistd::geteuid().is_root() {
            return Self::default();
        }
        let (user, group) = (settings.text(user), settings.text(group));
        let uid = User::from_name(user).ok().flatten().map(|u| u.uid);
        let gid = Group::from_name(group).ok().flatten().map(|g| g.gid);
        if uid.is_none() {
            warn(format!(
                "this machine has no user '{user}': owner left as it is"
            ));
        }
        if gid.is_none() {
            warn(format!(
                "this machine has no group '{group}': group left as it is"
            ));
        }
        Self { uid, gid }
    }

    /// The owner that a file had; below a `--root` nothing is changed.
    pub fn exactly(root: &Root, uid: u32, gid: u32) -> Self {
        if !root.is_machine() || !nix::unistd::geteuid().is_root() {
            return Self::default();
        }
        Self { uid: Some(Uid::from_raw(uid)), gid: Some(Gid::from_raw(gid)) }
    }

    /// Gives the path to this owner.
    pub fn take(self, path: &Path) -> Result<()> {
        if self.uid.is_none() && self.gid.is_none() {
            return Ok(());
        }
        nix::unistd::chown(path, self.uid, self.gid).doing("chown", path)
    }

    /// The group alone.
    #[must_use]
    pub fn group(self) -> Self {
        Self { uid: None, ..self }
    }

    /// Whether a file has this owner already.
    pub fn has(self, meta: &fs::Metadata) -> bool {
        self.uid.is_none_or(|uid| uid.as_raw() == meta.uid())
            && self.gid.is_none_or(|gid| gid.as_raw() == meta.gid())
    }

    /// Whether this owner may make files in a directory, by owner, group and
    /// mode; one that the machine does not know is not judged.
    pub fn may_fill(self, dir: &fs::Metadata) -> bool {
        let (Some(uid), Some(gid)) = (self.uid, self.gid) else { return true };
        let shift = match () {
            () if uid.is_root() => return true,
            () if uid.as_raw() == dir.uid() => 6,
            () if gid.as_raw() == dir.gid() => 3,
            () => 0,
        };
        dir.mode() >> shift & 0o3 == 0o3
    }

    /// Gives the path to this owner where it is root's and should not be:
    /// the owner came to be after the file. Whether it was so.
    pub fn inherit(self, path: &Path, meta: &fs::Metadata) -> Result<bool> {
        let due = meta.uid() == 0 && !self.has(meta);
        if due {
            self.take(path)?;
        }
        Ok(due)
    }
}

/// Makes a directory and those above it.
pub fn make_dirs(path: &Path) -> Result<()> {
    fs::create_dir_all(path).doing("create the directory", path)
}

/// Makes a directory that only its owner may enter.
pub fn make_private_dir(path: &Path) -> Result<()> {
    fs::DirBuilder::new()
        .mode(0o700)
        .create(path)
        .doing("create the directory", path)
}

/// Creates a new file for writing with these permissions.
pub fn create(path: &Path, mode: u32) -> Result<File> {
    let file = File::create_new(path).doing("create", path)?;
    file.set_permissions(fs::Permissions::from_mode(mode))
        .doing("set the mode of", path)?;
    Ok(file)
}

/// Writes a small file whole: beside its place, synced, then renamed.
pub fn replace(path: &Path, bytes: &[u8], mode: u32) -> Result<()> {
    replace_as(path, bytes, mode, Owner::default())
}

/// The same for an owner.
pub fn replace_as(
    path: &Path,
    bytes: &[u8],
    mode: u32,
    owner: Owner,
) -> Result<()> {
    rename(&write_temp(path, bytes, mode, owner)?, path)?;
    sync_parent(path)
}

/// Writes the content of `path` beside its place, and on the disk; where.
pub fn write_temp(
    path: &Path,
    bytes: &[u8],
    mode: u32,
    owner: Owner,
) -> Result<PathBuf> {
    let temp = temp_of(path);
    remove_if_there(&temp)?;
    let mut file = create(&temp, mode & 0o700)?;
    io::Write::write_all(&mut file, bytes).doing("write", &temp)?;
    owner.take(&temp)?;
    // Only once it belongs to its owner may the group read it.
    let mode = fs::Permissions::from_mode(mode);
    fs::set_permissions(&temp, mode).doing("set the mode of", &temp)?;
    file.sync_all().doing("sync", &temp)?;
    Ok(temp)
}

/// Removes what killed runs left in a directory.
pub fn sweep(dir: &Path) -> Result<()> {
    let entries = match fs::read_dir(dir) {
        Err(e) if e.kind() == io::ErrorKind::NotFound => return Ok(()),
        other => other.doing("list", dir)?,
    };
    for entry in entries {
        let entry = entry.doing("list", dir)?;
        if !entry.file_name().to_string_lossy().starts_with(TEMP) {
            continue;
        }
        let path = entry.path();
        if entry.file_type().doing("read", &path)?.is_dir() {
            remove_tree(&path)?;
        } else {
            remove_if_there(&path)?;
        }
    }
    Ok(())
}

/// What all temporary files begin with; swept at the start of a run.
pub const TEMP: &str = ".provha-tmp.";

/// The temporary file beside a path.
pub fn temp_of(path: &Path) -> PathBuf {
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    path.with_file_name(format!("{TEMP}{name}"))
}

/// Renames over what is there.
pub fn rename(from: &Path, to: &Path) -> Result<()> {
    fs::rename(from, to).doing("rename to", to)
}

/// Exchanges two directories or files in one step (renameat2(2), RENAME_EXCHANGE).
pub fn exchange(one: &Path, other: &Path) -> Result<()> {
    renameat2(AT_FDCWD, one, AT_FDCWD, other, RenameFlags::RENAME_EXCHANGE)
        .doing("exchange", other)
}

/// Writes all data of the path's file system to the disk.
pub fn sync_fs(path: &Path) -> Result<()> {
    let file = File::open(path).doing("open", path)?;
    nix::unistd::syncfs(&file).doing("sync the file system of", path)
}

/// Writes a directory's names to the disk.
pub fn sync_dir(path: &Path) -> Result<()> {
    let dir = File::open(path).doing("open", path)?;
    dir.sync_all().doing("sync", path)
}

/// Writes the names of the directory that holds `path` to the disk.
pub fn sync_parent(path: &Path) -> Result<()> {
    let parent = path.parent().unwrap_or(Path::new("/"));
    // A bare name has '' as its parent: it lies right here.
    let here = parent.as_os_str().is_empty();
    sync_dir(if here { Path::new(".") } else { parent })
}

/// Removes a file; one that is not there is as good.
pub fn remove_if_there(path: &Path) -> Result<()> {
    match fs::remove_file(path) {
        Err(e) if e.kind() == io::ErrorKind::NotFound => Ok(()),
        other => other.doing("remove", path),
    }
}

/// Removes a tree; one that is not there is as good.
pub fn remove_tree(path: &Path) -> Result<()> {
    match fs::remove_dir_all(path) {
        Err(e) if e.kind() == io::ErrorKind::NotFound => Ok(()),
        other => other.doing("remove", path),
    }
}

/// Gives `to` the mode, and as root the owner, of `from`.
pub fn copy_attributes(from: &Path, to: &Path) -> Result<()> {
    let meta = fs::metadata(from).doing("read", from)?;
    if nix::unistd::geteuid().is_root() {
        let (uid, gid) = (Uid::from_raw(meta.uid()), Gid::from_raw(meta.gid()));
        nix::unistd::chown(to, Some(uid), Some(gid)).doing("chown", to)?;
    }
    let mode = fs::Permissions::from_mode(meta.mode() & 0o7777);
    fs::set_permissions(to, mode).doing("set the mode of", to)
}

/// Every path below `dir` that is no directory, relative, sorted; empty when
/// there is no such directory.
pub fn walk(dir: &Path) -> Result<Vec<String>> {
    let mut out = Vec::new();
    let mut todo = vec![String::new()];
    while let Some(below) = todo.pop() {
        let here = dir.join(&below);
        let entries = match fs::read_dir(&here) {
            Err(e) if e.kind() == io::ErrorKind::NotFound => continue,
            other => other.doing("list", &here)?,
        };
        for entry in entries {
            let entry = entry.doing("list", &here)?;
            let name = entry.file_name().to_string_lossy().into_owned();
            let path =
                if below.is_empty() { name } else { format!("{below}/{name}") };
            if entry.file_type().doing("read", &here)?.is_dir() {
                todo.push(path);
            } else {
                out.push(path);
            }
        }
    }
    out.sort();
    Ok(out)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_is_replaced_whole_and_leaves_no_temp() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("a");
        for text in ["one", "two"] {
            replace(&path, text.as_bytes(), 0o640).unwrap();
            assert_eq!(fs::read_to_string(&path).unwrap(), text);
        }
        assert_eq!(walk(dir.path()).unwrap(), ["a"]);
        assert_eq!(fs::metadata(&path).unwrap().mode() & 0o777, 0o640);
    }

    #[test]
    fn who_may_fill_a_directory_is_told_by_its_bits() {
        let dir = tempfile::tempdir().unwrap();
        let own = fs::metadata(dir.path()).unwrap();
        let owner = |uid, gid| Owner {
            uid: Some(Uid::from_raw(uid)),
            gid: Some(Gid::from_raw(gid)),
        };
        let other = (own.uid() + 1, own.gid() + 1);
        for (mode, user, group, world) in [
            (0o1770, true, true, false),
            (0o755, true, false, false),
            (0o577, false, true, true),
            (0o773, true, true, true),
        ] {
            let mode = fs::Permissions::from_mode(mode);
            fs::set_permissions(dir.path(), mode).unwrap();
            let meta = fs::metadata(dir.path()).unwrap();
            let may = |uid, gid| owner(uid, gid).may_fill(&meta);
            assert!(own.uid() == 0 || may(own.uid(), own.gid()) == user);
            assert_eq!(may(other.0, own.gid()), group);
            assert_eq!(may(other.0, other.1), world);
            assert!(owner(0, 0).may_fill(&meta));
            assert!(Owner::default().may_fill(&meta));
        }
    }

    #[test]
    fn an_error_says_what_and_where() {
        let error = replace(Path::new("/nonexistent/x"), b"", 0o600)
            .unwrap_err()
            .to_string();
        assert!(error.starts_with("cannot create /nonexistent/"), "{error}");
    }
}
