//! The file operations that swapping needs, with the path in every error.
//!
//! Each opens the directory first and works relative to it ([`crate::system::dir`]):
//! what another user exchanges for a link meanwhile is not followed.

use std::ffi::OsString;
use std::fs::{File, Metadata};
use std::io;
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};

use nix::sys::stat::FileStat;
use nix::unistd::{Gid, Group, Uid, User};

use crate::config::{Root, Settings};
use crate::system::dir::{Dir, Kind, MOST, read_whole, set_mode};
use crate::system::interrupt;

/// Mode of directories that nothing else decides: independent of the umask.
const DIR_MODE: u32 = 0o755;

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
            // What `system::dir` refuses.
            io::ErrorKind::InvalidData => {
                "look who made it and remove it, or put a regular file or \
                 directory in its place; what is live stays"
            }
            io::ErrorKind::CrossesDevices => {
                "the directory must not be a mount point of its own: it is \
                 exchanged whole"
            }
            _ => "what is live stays; correct it and run again",
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

    /// Root and a group; root's own where the machine does not know it. Below a
    /// `--root` nothing is changed.
    pub fn root_and(settings: &Settings, group: &str) -> Self {
        if !settings.root().is_machine() || !nix::unistd::geteuid().is_root() {
            return Self::default();
        }
        let group = Group::from_name(settings.text(group)).ok().flatten();
        let gid = group.map_or(Gid::from_raw(0), |group| group.gid);
        Self { uid: Some(Uid::from_raw(0)), gid: Some(gid) }
    }

    /// The owner that a file had; below a `--root` nothing is changed.
    pub fn exactly(root: &Root, uid: u32, gid: u32) -> Self {
        if !root.is_machine() || !nix::unistd::geteuid().is_root() {
            return Self::default();
        }
        Self { uid: Some(Uid::from_raw(uid)), gid: Some(Gid::from_raw(gid)) }
    }

    /// Whether it changes anything.
    pub fn is_any(self) -> bool {
        self.uid.is_some() || self.gid.is_some()
    }

    /// Gives an open file or directory to this owner; `path` is for the
    /// message.
    pub fn take(self, file: &File, path: &Path) -> Result<()> {
        if !self.is_any() {
            return Ok(());
        }
        nix::unistd::fchown(file, self.uid, self.gid).doing("chown", path)
    }

    /// The group alone.
    #[must_use]
    pub fn group(self) -> Self {
        Self { uid: None, ..self }
    }

    /// Whether a file has this owner already.
    pub fn has(self, meta: &Metadata) -> bool {
        self.uid.is_none_or(|uid| uid.as_raw() == meta.uid())
            && self.gid.is_none_or(|gid| gid.as_raw() == meta.gid())
    }

    /// Whether this owner may make files in a directory, by owner, group and
    /// mode; one that the machine does not know is not judged.
    pub fn may_fill(self, dir: &Metadata) -> bool {
        let (Some(uid), Some(gid)) = (self.uid, self.gid) else { return true };
        let shift = match () {
            () if uid.is_root() => return true,
            () if uid.as_raw() == dir.uid() => 6,
            () if gid.as_raw() == dir.gid() => 3,
            () => 0,
        };
        dir.mode() >> shift & 0o3 == 0o3
    }

    /// Gives an open file to this owner where it is root's and should not be:
    /// the owner came to be after the file. Whether it was so.
    ///
    /// A file with a second name may be a link to one of root's own: it
    /// stays root's.
    pub fn inherit(self, file: &File, path: &Path) -> Result<bool> {
        let meta = file.metadata().doing("read", path)?;
        let single = meta.is_dir() || meta.nlink() == 1;
        let due = meta.uid() == 0 && !self.has(&meta) && single;
        if due {
            self.take(file, path)?;
        }
        Ok(due)
    }
}

/// Makes a directory and those above it.
pub fn make_dirs(path: &Path) -> Result<()> {
    Dir::make(path, DIR_MODE).map(drop)
}

/// Makes a directory that only its owner may enter.
pub fn make_private_dir(path: &Path) -> Result<()> {
    let (dir, name) = Dir::parent(path)?;
    dir.make_dir(name, 0o700).map(drop)
}

/// Makes a directory that only its owner may enter, and those above it; one
/// that is there gets that mode.
pub fn make_private_dirs(path: &Path) -> Result<()> {
    Dir::make(path, DIR_MODE)?.set_mode(0o700)
}

/// Creates a new file for writing with these permissions.
pub fn create(path: &Path, mode: u32) -> Result<File> {
    let (dir, name) = Dir::parent(path)?;
    dir.create(name, mode, Owner::default())
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
    let (dir, name) = Dir::parent(path)?;
    replace_at(&dir, name, bytes, mode, owner)
}

/// The same in an open directory.
pub fn replace_at(
    dir: &Dir,
    name: impl AsRef<std::ffi::OsStr>,
    bytes: &[u8],
    mode: u32,
    owner: Owner,
) -> Result<()> {
    let temp = temp_name(name.as_ref());
    let path = dir.at(&temp);
    interrupt::temporary(&path);
    let done = write_at(dir, &temp, bytes, mode, owner)
        .and_then(|()| dir.rename(&temp, dir, name))
        // A full disk takes the name, but not the content.
        .inspect_err(|_| drop(dir.remove(&temp)));
    interrupt::forget(&path);
    done?;
    dir.sync()
}

/// Writes a file whole, and on the disk, in place of what has its name.
fn write_at(
    dir: &Dir,
    name: &OsString,
    bytes: &[u8],
    mode: u32,
    owner: Owner,
) -> Result<()> {
    dir.remove_tree(name)?;
    let mut file = dir.create(name, mode, owner)?;
    io::Write::write_all(&mut file, bytes).doing("write", &dir.at(name))?;
    file.sync_all().doing("sync", &dir.at(name))
}

/// Writes the content of `path` beside its place, and on the disk; where.
pub fn write_temp(
    path: &Path,
    bytes: &[u8],
    mode: u32,
    owner: Owner,
) -> Result<PathBuf> {
    let (dir, name) = Dir::parent(path)?;
    interrupt::temporary(&temp_of(path));
    write_at(&dir, &temp_name(name), bytes, mode, owner)
        .inspect_err(|_| drop(dir.remove(temp_name(name))))?;
    Ok(temp_of(path))
}

/// Opens a regular file for reading; a link or a special file is refused.
pub fn open(path: &Path) -> Result<(File, Metadata)> {
    let (dir, name) = Dir::parent(path)?;
    dir.file(name)
}

/// As [`open`]; a link is followed where only root can have made it.
pub fn open_through(path: &Path) -> Result<(File, Metadata)> {
    let mut path = path.to_path_buf();
    for _ in 0..40 {
        let (dir, name) = Dir::parent(&path)?;
        match dir.trusted_link(name)? {
            None => return dir.file(name),
            Some(target) => path = dir.path().join(target),
        }
    }
    Err(io::Error::other("too many links")).doing("open", &path)
}

/// The whole content of a regular file.
pub fn read(path: &Path) -> Result<Vec<u8>> {
    read_at_most(path, MOST)
}

/// The same of at most so many octets; a longer one is refused.
pub fn read_at_most(path: &Path, most: u64) -> Result<Vec<u8>> {
    let (dir, name) = Dir::parent(path)?;
    dir.read(name, most)
}

/// The whole content of a text file.
pub fn read_text(path: &Path) -> Result<String> {
    as_text(read(path)?, path)
}

/// Octets as text.
fn as_text(bytes: Vec<u8>, path: &Path) -> Result<String> {
    String::from_utf8(bytes)
        .map_err(|_| io::Error::from(io::ErrorKind::InvalidData))
        .doing("read as UTF-8", path)
}

/// As [`read`], by [`open_through`].
pub fn read_through(path: &Path) -> Result<Vec<u8>> {
    through_at_most(path, MOST)
}

/// The same of at most so many octets; a longer one is refused.
pub fn through_at_most(path: &Path, most: u64) -> Result<Vec<u8>> {
    let (file, meta) = open_through(path)?;
    read_whole(file, &meta, most).doing("read", path)
}

/// As [`read_text`], by [`open_through`].
pub fn text_through(path: &Path) -> Result<String> {
    as_text(read_through(path)?, path)
}

/// Whether the error says that there is no such file or directory.
pub fn is_missing(error: &FileError) -> bool {
    matches!(
        error.source.kind(),
        io::ErrorKind::NotFound | io::ErrorKind::NotADirectory
    )
}

/// What lies at a path; links are not followed. None: nothing.
pub fn stat(path: &Path) -> Result<Option<FileStat>> {
    let Some(name) = path.file_name() else {
        return Ok(None);
    };
    match Dir::open(path.parent().unwrap_or(Path::new("/"))) {
        Ok(dir) => dir.stat(name),
        Err(e) if is_missing(&e) => Ok(None),
        Err(error) => Err(error),
    }
}

/// What kind of thing lies at a path; None: nothing, or nobody can tell.
pub fn kind(path: &Path) -> Option<Kind> {
    stat(path).ok().flatten().map(|stat| Kind::of(stat.st_mode))
}

/// Whether there is a regular file.
pub fn is_file(path: &Path) -> bool {
    kind(path) == Some(Kind::File)
}

/// Whether there is a directory.
pub fn is_dir(path: &Path) -> bool {
    kind(path) == Some(Kind::Dir)
}

/// Whether there is anything, a link to nowhere included.
pub fn exists(path: &Path) -> bool {
    kind(path).is_some()
}

/// Removes what killed runs left in a directory.
pub fn sweep(dir: &Path) -> Result<()> {
    use std::os::unix::ffi::OsStrExt as _;
    let dir = match Dir::open(dir) {
        Err(e) if is_missing(&e) => return Ok(()),
        other => other?,
    };
    for (name, _) in dir.entries()? {
        if name.as_bytes().starts_with(TEMP.as_bytes()) {
            dir.remove_tree(&name)?;
        }
    }
    Ok(())
}

/// What all temporary files begin with; swept at the start of a run.
pub const TEMP: &str = ".provha-tmp.";

/// The temporary file beside a path.
pub fn temp_of(path: &Path) -> PathBuf {
    path.with_file_name(temp_name(path.file_name().unwrap_or_default()))
}

/// The name of the temporary file for a name.
pub fn temp_name(name: &std::ffi::OsStr) -> OsString {
    let mut temp = OsString::from(TEMP);
    temp.push(name);
    temp
}

/// Renames over what is there.
pub fn rename(from: &Path, to: &Path) -> Result<()> {
    let ((dir, name), (there, new)) = (Dir::parent(from)?, Dir::parent(to)?);
    dir.rename(name, &there, new)
}

/// Exchanges two directories or files in one step (renameat2(2), RENAME_EXCHANGE).
pub fn exchange(one: &Path, other: &Path) -> Result<()> {
    let ((dir, name), (there, new)) = (Dir::parent(one)?, Dir::parent(other)?);
    dir.exchange(name, &there, new)
}

/// Writes all data of the path's file system to the disk.
pub fn sync_fs(path: &Path) -> Result<()> {
    Dir::open(path)?.sync_fs()
}

/// Writes a directory's names to the disk.
pub fn sync_dir(path: &Path) -> Result<()> {
    Dir::open(path)?.sync()
}

/// Writes the names of the directory that holds `path` to the disk.
pub fn sync_parent(path: &Path) -> Result<()> {
    Dir::parent(path)?.0.sync()
}

/// Removes a file; one that is not there is as good.
pub fn remove_if_there(path: &Path) -> Result<()> {
    match Dir::parent(path) {
        Err(e) if is_missing(&e) => Ok(()),
        other => {
            let (dir, name) = other?;
            dir.remove(name)
        }
    }
}

/// Removes a tree; one that is not there is as good.
pub fn remove_tree(path: &Path) -> Result<()> {
    match Dir::parent(path) {
        Err(e) if is_missing(&e) => Ok(()),
        other => {
            let (dir, name) = other?;
            dir.remove_tree(name)
        }
    }
}

/// Gives `to` the mode, and as root the owner, of `from`: both files, or both
/// directories.
pub fn copy_attributes(from: &Path, to: &Path) -> Result<()> {
    let meta = open_either(from)?.metadata().doing("read", from)?;
    let file = open_either(to)?;
    if nix::unistd::geteuid().is_root() {
        let (uid, gid) = (Uid::from_raw(meta.uid()), Gid::from_raw(meta.gid()));
        let owner = Owner { uid: Some(uid), gid: Some(gid) };
        owner.take(&file, to)?;
    }
    set_mode(&file, meta.mode() & 0o7777, to)
}

/// Opens a regular file or a directory, whichever it is.
fn open_either(path: &Path) -> Result<File> {
    let (dir, name) = Dir::parent(path)?;
    match dir.kind(name)? {
        Some(Kind::Dir) => dir.sub(name)?.opened(),
        _ => dir.file(name).map(|(file, _)| file),
    }
}

/// Every path below `dir` that is no directory, relative, sorted; empty when
/// there is no such directory. A name that is not UTF-8 is somebody else's:
/// it is left out ([`walk_all`] has it).
pub fn walk(dir: &Path) -> Result<Vec<String>> {
    let all = walk_all(dir)?.into_iter();
    let text = |path: PathBuf| path.into_os_string().into_string().ok();
    let mut names: Vec<String> = all.filter_map(text).collect();
    names.sort();
    Ok(names)
}

/// The same with all names.
pub fn walk_all(dir: &Path) -> Result<Vec<PathBuf>> {
    let mut out = Vec::new();
    match Dir::open(dir) {
        Err(e) if is_missing(&e) => {}
        other => walk_into(&other?, Path::new(""), &mut out)?,
    }
    Ok(out)
}

/// Adds what lies below an open directory.
fn walk_into(dir: &Dir, below: &Path, out: &mut Vec<PathBuf>) -> Result<()> {
    for (name, kind) in dir.list()? {
        let path = below.join(&name);
        if kind != Kind::Dir {
            out.push(path);
            continue;
        }
        match dir.sub(&name) {
            // It went meanwhile.
            Err(e) if is_missing(&e) => {}
            other => walk_into(&other?, &path, out)?,
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::os::unix::fs::PermissionsExt;

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
        assert!(error.contains(" /nonexistent"), "{error}");
    }
}
