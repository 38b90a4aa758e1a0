//! The file operations that swapping needs, with the path in every error.
//!
//! Each opens the directory first and works relative to it ([`crate::system::dir`]):
//! what another user exchanges for a link meanwhile is not followed.

use std::ffi::OsString;
use std::fs::{File, Metadata};
use std::io;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};

use nix::sys::stat::FileStat;

use crate::system::dir::{Dir, MOST, read_whole, set_mode};
pub use crate::system::error::{
    Doing, FileError, Result, SwapError, is_missing,
};
use crate::system::gate;
use crate::system::kind::Kind;
pub use crate::system::owner::Owner;

/// Mode of directories that nothing else decides: independent of the umask.
const DIR_MODE: u32 = 0o755;

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
    gate::temporary(&path);
    let done = write_at(dir, &temp, bytes, mode, owner)
        .and_then(|()| dir.rename(&temp, dir, name))
        // A full disk takes the name, but not the content.
        .inspect_err(|_| drop(dir.remove(&temp)));
    gate::forget(&path);
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
    gate::temporary(&temp_of(path));
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
    match Dir::open(dir) {
        Err(e) if is_missing(&e) => Ok(()),
        other => sweep_in(&other?),
    }
}

/// The same in an open directory. What does not go does not keep the rest;
/// the first error is returned.
pub fn sweep_in(dir: &Dir) -> Result<()> {
    use std::os::unix::ffi::OsStrExt as _;
    let mut done = Ok(());
    for (name, _) in dir.entries()? {
        if name.as_bytes().starts_with(TEMP.as_bytes()) {
            done = done.and(dir.remove_tree(&name));
        }
    }
    done
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
        Owner::of(&meta).take(&file, to)?;
    }
    set_mode(&file, meta.permissions().mode() & 0o7777, to)
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
        assert_eq!(
            fs::metadata(&path).unwrap().permissions().mode() & 0o777,
            0o640
        );
    }

    #[test]
    fn an_error_says_what_and_where() {
        let error = replace(Path::new("/nonexistent/x"), b"", 0o600)
            .unwrap_err()
            .to_string();
        assert!(error.contains(" /nonexistent"), "{error}");
    }
}
