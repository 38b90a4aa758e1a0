//! Directories by descriptor, not by path.
//!
//! The directories of the TFTP server, of named, of dhcpd and of the web
//! server belong to other users, who can exchange what lies in them for links
//! and special files at any moment. Here a directory is opened once, component
//! by component, and everything below it is done relative to the open
//! directory: nothing is followed, no special file is read, and mode and owner
//! change on the open file only.
//!
//! Which links are followed on the way to a directory: `system/walk.rs`.

use std::ffi::{OsStr, OsString};
use std::fs::{File, Metadata};
use std::io::{self, Read};
use std::os::fd::{AsFd, BorrowedFd, OwnedFd};
use std::os::unix::fs::{MetadataExt, PermissionsExt};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use nix::errno::Errno;
use nix::fcntl::{AtFlags, OFlag, RenameFlags};
use nix::sys::stat::{FileStat, Mode};
use nix::sys::statvfs::Statvfs;
use nix::unistd::UnlinkatFlags;

pub use crate::system::error::is_refusal;
use crate::system::error::{Doing, FileError, Result};
use crate::system::gate;
pub use crate::system::kind::Kind;
use crate::system::kind::refused;
use crate::system::owner::Owner;
use crate::system::walk::{self, again, only_ours, open_dir};

/// Longest file that is read whole, octets: firmware images are the largest.
pub const MOST: u64 = 1 << 30;

/// An open directory (O_PATH); clones share the descriptor.
#[derive(Debug, Clone)]
pub struct Dir {
    fd: Arc<OwnedFd>,
    path: PathBuf,
}

/// The flags with which a file is opened for reading.
fn read_flags() -> OFlag {
    OFlag::O_RDONLY
        | OFlag::O_NOFOLLOW
        | OFlag::O_NONBLOCK
        | OFlag::O_NOCTTY
        | OFlag::O_CLOEXEC
}

impl Dir {
    /// Opens a directory; links on the way, the last name included, are
    /// followed where only root can have made them.
    pub fn open(path: &Path) -> Result<Self> {
        let fd = walk::open(path, None).doing("open the directory", path)?;
        Ok(Self { fd: Arc::new(fd), path: path.to_path_buf() })
    }

    /// As [`Dir::open`]; the last name must not be a link.
    pub fn real(path: &Path) -> Result<Self> {
        let (parent, name) = split(path)?;
        Self::open(parent)?.sub(name)
    }

    /// Opens a directory; it, and those above it, are made with this mode
    /// where they are missing.
    pub fn make(path: &Path, mode: u32) -> Result<Self> {
        let fd = walk::open(path, Some(mode));
        let fd = fd.doing("create the directory", path)?;
        Ok(Self { fd: Arc::new(fd), path: path.to_path_buf() })
    }

    /// The directory that holds the last name of a path, and that name.
    pub fn parent(path: &Path) -> Result<(Self, &OsStr)> {
        let (parent, name) = split(path)?;
        Ok((Self::open(parent)?, name))
    }

    /// The path by which it was opened; for messages only.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// The path of a name in it; for messages only.
    pub fn at(&self, name: impl AsRef<OsStr>) -> PathBuf {
        self.path.join(name.as_ref())
    }

    /// The directory of this name.
    pub fn sub(&self, name: impl AsRef<OsStr>) -> Result<Self> {
        let (name, path) = (name.as_ref(), self.at(name.as_ref()));
        match open_dir(&self.fd, name) {
            Ok(fd) => Ok(Self { fd: Arc::new(fd), path }),
            Err(Errno::ENOTDIR | Errno::ELOOP) => {
                let kind = self.kind(name)?.unwrap_or(Kind::Special);
                Err(refused(kind, "a directory"))
                    .doing("open the directory", &path)
            }
            Err(errno) => Err(errno).doing("open the directory", &path),
        }
    }

    /// The directory of this name, made if it is missing.
    pub fn sub_or_make(&self, name: &OsStr, mode: u32) -> Result<Self> {
        match self.make_dir(name, mode) {
            Err(e) if e.source.kind() == io::ErrorKind::AlreadyExists => {
                self.sub(name)
            }
            other => other,
        }
    }

    /// Makes a directory with just this mode, whatever the umask.
    pub fn make_dir(&self, name: &OsStr, mode: u32) -> Result<Self> {
        let path = self.at(name);
        let first = Mode::from_bits_truncate(mode & 0o700);
        let _open = gate::gate();
        again(|| nix::sys::stat::mkdirat(&self.fd, name, first))
            .doing("create the directory", &path)?;
        let dir = self.sub(name)?;
        dir.set_mode(mode)?;
        Ok(dir)
    }

    /// The directory opened for what O_PATH does not allow.
    pub fn opened(&self) -> Result<File> {
        let flags = OFlag::O_RDONLY | OFlag::O_DIRECTORY | OFlag::O_CLOEXEC;
        again(|| nix::fcntl::openat(&self.fd, ".", flags, Mode::empty()))
            .map(File::from)
            .doing("open", &self.path)
    }

    /// Owner, mode and times of the directory itself.
    pub fn meta(&self) -> Result<Metadata> {
        self.opened()?.metadata().doing("read", &self.path)
    }

    /// Sets the mode of the directory itself.
    pub fn set_mode(&self, mode: u32) -> Result<()> {
        set_mode(&self.opened()?, mode, &self.path)
    }

    /// Gives the directory itself to an owner.
    pub fn give(&self, owner: Owner) -> Result<()> {
        owner.take(&self.opened()?, &self.path)
    }

    /// What a name stands for; links are not followed. None: nothing.
    pub fn stat(&self, name: impl AsRef<OsStr>) -> Result<Option<FileStat>> {
        let name = name.as_ref();
        match self.stat_quick(name) {
            Ok(stat) => Ok(Some(stat)),
            Err(Errno::ENOENT | Errno::ENOTDIR) => Ok(None),
            Err(errno) => Err(errno).doing("read", &self.at(name)),
        }
    }

    /// The same for many names: without a path in the error.
    pub fn stat_quick(&self, name: &OsStr) -> nix::Result<FileStat> {
        let flags = AtFlags::AT_SYMLINK_NOFOLLOW;
        again(|| nix::sys::stat::fstatat(&self.fd, name, flags))
    }

    /// What kind of thing a name stands for; None: nothing.
    pub fn kind(&self, name: impl AsRef<OsStr>) -> Result<Option<Kind>> {
        Ok(self.stat(name)?.map(|stat| Kind::of(stat.st_mode)))
    }

    /// Opens a regular file for reading; anything else is refused, and none
    /// of it blocks.
    pub fn file(&self, name: impl AsRef<OsStr>) -> Result<(File, Metadata)> {
        let name = name.as_ref();
        let fail = |source: io::Error| FileError {
            doing: "open",
            path: self.at(name),
            source,
        };
        let opened = again(|| {
            nix::fcntl::openat(&self.fd, name, read_flags(), Mode::empty())
        });
        let file = match opened {
            Ok(fd) => File::from(fd),
            Err(Errno::ELOOP) => {
                return Err(fail(refused(Kind::Link, "a regular file")));
            }
            // A socket, or a FIFO or device without its other end.
            Err(Errno::ENXIO) => {
                return Err(fail(refused(Kind::Special, "a regular file")));
            }
            Err(errno) => return Err(fail(errno.into())),
        };
        let meta = file.metadata().map_err(fail)?;
        match Kind::of(meta.mode()) {
            Kind::File => Ok((file, meta)),
            other => Err(fail(refused(other, "a regular file"))),
        }
    }

    /// The whole content of a regular file of at most `most` octets.
    pub fn read(&self, name: impl AsRef<OsStr>, most: u64) -> Result<Vec<u8>> {
        let name = name.as_ref();
        let (file, meta) = self.file(name)?;
        read_whole(file, &meta, most).doing("read", &self.at(name))
    }

    /// Where a link leads that only root can have made; None: it is none such.
    pub fn trusted_link(&self, name: &OsStr) -> Result<Option<PathBuf>> {
        let Some(stat) = self.stat(name)? else { return Ok(None) };
        if Kind::of(stat.st_mode) != Kind::Link
            || !only_ours(self.fd.as_fd(), &stat).doing("read", &self.path)?
        {
            return Ok(None);
        }
        let target = again(|| nix::fcntl::readlinkat(&self.fd, name))
            .doing("read", &self.at(name))?;
        Ok(Some(target.into()))
    }

    /// Where a link leads; nowhere ("") where it is none.
    pub fn target(&self, name: &OsStr) -> PathBuf {
        again(|| nix::fcntl::readlinkat(&self.fd, name))
            .map(PathBuf::from)
            .unwrap_or_default()
    }

    /// Creates a file for writing. Only we can open it until it has its owner
    /// and its mode.
    pub fn create(
        &self,
        name: impl AsRef<OsStr>,
        mode: u32,
        owner: Owner,
    ) -> Result<File> {
        let name = name.as_ref();
        let flags = OFlag::O_WRONLY
            | OFlag::O_CREAT
            | OFlag::O_EXCL
            | OFlag::O_NOFOLLOW
            | OFlag::O_CLOEXEC;
        let first = Mode::from_bits_truncate(0o600);
        let _open = gate::gate();
        let file = again(|| nix::fcntl::openat(&self.fd, name, flags, first))
            .map(File::from)
            .map_err(|errno| FileError {
                doing: "create",
                path: self.at(name),
                source: errno.into(),
            })?;
        // The owner first: only then may its group read it.
        if owner.is_any() {
            owner.take(&file, &self.at(name))?;
        }
        file.set_permissions(PermissionsExt::from_mode(mode)).map_err(
            |source| FileError {
                doing: "set the mode of",
                path: self.at(name),
                source,
            },
        )?;
        Ok(file)
    }

    /// Opens an own file for writing, or makes it with this mode; a link or a
    /// special file is refused.
    pub fn open_or_create(
        &self,
        name: impl AsRef<OsStr>,
        mode: u32,
        append: bool,
    ) -> Result<File> {
        let (name, path) = (name.as_ref(), self.at(name.as_ref()));
        let mut flags = OFlag::O_RDWR
            | OFlag::O_CREAT
            | OFlag::O_NOFOLLOW
            | OFlag::O_NONBLOCK
            | OFlag::O_CLOEXEC;
        flags.set(OFlag::O_APPEND, append);
        let first = Mode::from_bits_truncate(mode);
        let opened = again(|| nix::fcntl::openat(&self.fd, name, flags, first));
        let file = match opened {
            Ok(fd) => File::from(fd),
            Err(Errno::ELOOP) => {
                return Err(refused(Kind::Link, "a regular file"))
                    .doing("open", &path);
            }
            Err(errno) => return Err(errno).doing("open", &path),
        };
        let meta = file.metadata().doing("read", &path)?;
        match Kind::of(meta.mode()) {
            Kind::File => Ok(file),
            other => Err(refused(other, "a regular file")).doing("open", &path),
        }
    }

    /// Renames, here or into another directory, over what is there.
    pub fn rename(
        &self,
        from: impl AsRef<OsStr>,
        dir: &Self,
        to: impl AsRef<OsStr>,
    ) -> Result<()> {
        let (from, to) = (from.as_ref(), to.as_ref());
        let _open = gate::gate();
        again(|| nix::fcntl::renameat(&self.fd, from, &dir.fd, to)).map_err(
            |errno| FileError {
                doing: "rename to",
                path: dir.at(to),
                source: errno.into(),
            },
        )
    }

    /// Renames with flags (renameat2(2)).
    pub fn rename_with(
        &self,
        from: &OsStr,
        dir: &Self,
        to: &OsStr,
        flags: RenameFlags,
    ) -> io::Result<()> {
        let call = || nix::fcntl::renameat2(&self.fd, from, &dir.fd, to, flags);
        let _open = gate::gate();
        again(call).map_err(io::Error::from)
    }

    /// Exchanges two names in one step.
    pub fn exchange(
        &self,
        one: &OsStr,
        dir: &Self,
        other: &OsStr,
    ) -> Result<()> {
        self.rename_with(one, dir, other, RenameFlags::RENAME_EXCHANGE)
            .doing("exchange", &dir.at(other))
    }

    /// Gives what a name stands for, a link itself, a second name.
    pub fn link(&self, from: &OsStr, dir: &Self, to: &OsStr) -> Result<()> {
        let none = AtFlags::empty();
        let _open = gate::gate();
        again(|| nix::unistd::linkat(&self.fd, from, &dir.fd, to, none))
            .doing("link", &self.at(from))
    }

    /// Makes a symbolic link.
    pub fn symlink(&self, target: &Path, name: &OsStr) -> Result<()> {
        let _open = gate::gate();
        again(|| nix::unistd::symlinkat(target, &self.fd, name))
            .doing("link", &self.at(name))
    }

    /// Removes a file, a link or a special file; one that is not there is as
    /// good.
    pub fn remove(&self, name: impl AsRef<OsStr>) -> Result<()> {
        let name = name.as_ref();
        let file = UnlinkatFlags::NoRemoveDir;
        match again(|| nix::unistd::unlinkat(&self.fd, name, file)) {
            Ok(()) | Err(Errno::ENOENT) => Ok(()),
            Err(errno) => Err(errno).doing("remove", &self.at(name)),
        }
    }

    /// Removes an empty directory.
    pub fn remove_dir(&self, name: &OsStr) -> Result<()> {
        again(|| {
            nix::unistd::unlinkat(&self.fd, name, UnlinkatFlags::RemoveDir)
        })
        .doing("remove", &self.at(name))
    }

    /// Removes a tree, or whatever else is there; links are not followed.
    pub fn remove_tree(&self, name: impl AsRef<OsStr>) -> Result<()> {
        let name = name.as_ref();
        if self.kind(name)? != Some(Kind::Dir) {
            return self.remove(name);
        }
        let dir = self.sub(name)?;
        for (below, _) in dir.entries()? {
            dir.remove_tree(&below)?;
        }
        self.remove_dir(name)
    }

    /// What it holds, in the order of the disk; a kind of None: the file
    /// system does not tell.
    pub fn entries(&self) -> Result<Vec<(OsString, Option<Kind>)>> {
        use nix::dir::Type;
        use std::os::unix::ffi::OsStrExt as _;
        let fd: OwnedFd = self.opened()?.into();
        let mut dir = nix::dir::Dir::from_fd(fd).doing("list", &self.path)?;
        let mut out = Vec::new();
        for entry in dir.iter() {
            let entry = entry.doing("list", &self.path)?;
            let name = OsStr::from_bytes(entry.file_name().to_bytes());
            if name == "." || name == ".." {
                continue;
            }
            let kind = entry.file_type().map(|kind| match kind {
                Type::File => Kind::File,
                Type::Directory => Kind::Dir,
                Type::Symlink => Kind::Link,
                _ => Kind::Special,
            });
            out.push((name.to_os_string(), kind));
        }
        Ok(out)
    }

    /// Its names, with the kind of each; ascending.
    pub fn list(&self) -> Result<Vec<(OsString, Kind)>> {
        let mut out = Vec::new();
        for (name, kind) in self.entries()? {
            let kind = match kind {
                Some(kind) => Some(kind),
                None => self.kind(&name)?,
            };
            // One that went meanwhile is not there.
            out.extend(kind.map(|kind| (name, kind)));
        }
        out.sort_by(|a, b| a.0.cmp(&b.0));
        Ok(out)
    }

    /// Writes its names to the disk.
    pub fn sync(&self) -> Result<()> {
        self.opened()?.sync_all().doing("sync", &self.path)
    }

    /// Writes all data of its file system to the disk.
    pub fn sync_fs(&self) -> Result<()> {
        nix::unistd::syncfs(self.opened()?)
            .doing("sync the file system of", &self.path)
    }

    /// How much room its file system has.
    pub fn room(&self) -> Result<Statvfs> {
        nix::sys::statvfs::fstatvfs(self.opened()?)
            .doing("ask for the room of", &self.path)
    }

    /// The descriptor, for calls that want one.
    pub fn as_fd(&self) -> BorrowedFd<'_> {
        self.fd.as_fd()
    }
}

/// The directory part and the last name of a path.
fn split(path: &Path) -> Result<(&Path, &OsStr)> {
    let name = path.file_name().ok_or(io::ErrorKind::InvalidInput);
    let name = name.map_err(io::Error::from).doing("name", path)?;
    let parent = path.parent().unwrap_or(Path::new("/"));
    let here = parent.as_os_str().is_empty();
    Ok((if here { Path::new(".") } else { parent }, name))
}

/// Sets the mode of an open file or directory, if it is another.
pub fn set_mode(file: &File, mode: u32, path: &Path) -> Result<()> {
    let now = file.metadata().doing("read", path)?.mode() & 0o7777;
    if now == mode {
        return Ok(());
    }
    file.set_permissions(PermissionsExt::from_mode(mode))
        .doing("set the mode of", path)
}

/// Reads an open regular file of at most `most` octets. A file that grows
/// meanwhile does not get past the limit, and a sparse one costs no memory
/// before it is refused.
pub fn read_whole(
    file: File,
    meta: &Metadata,
    most: u64,
) -> io::Result<Vec<u8>> {
    let large = |length: u64| {
        let text = format!("it has {length} octets, at most {most} are read");
        io::Error::new(io::ErrorKind::InvalidData, text)
    };
    if meta.len() > most {
        return Err(large(meta.len()));
    }
    let mut bytes = Vec::with_capacity(meta.len() as usize + 1);
    let _ = file.take(most + 1).read_to_end(&mut bytes)?;
    match bytes.len() as u64 > most {
        true => Err(large(most + 1)),
        false => Ok(bytes),
    }
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::os::unix::fs::symlink;

    use nix::fcntl::AT_FDCWD;

    use super::*;

    fn mode(path: &Path, mode: u32) {
        fs::set_permissions(path, fs::Permissions::from_mode(mode)).unwrap();
    }

    #[test]
    fn a_link_that_others_can_make_is_not_followed() {
        let lab = tempfile::tempdir().unwrap();
        let (top, secret) = (lab.path().join("top"), lab.path().join("secret"));
        fs::create_dir_all(&secret).unwrap();
        fs::create_dir_all(&top).unwrap();
        symlink(&secret, top.join("way")).unwrap();
        for (bits, good) in
            [(0o755, true), (0o757, false), (0o775, true), (0o1777, true)]
        {
            mode(&top, bits);
            let way = top.join("way");
            assert_eq!(Dir::open(&way).is_ok(), good, "{bits:o}");
            assert!(Dir::real(&way).is_err(), "{bits:o}");
        }
        // The tests run as root: the link and its directory as another's.
        let uid = Some(nix::unistd::Uid::from_raw(54_321));
        let flags = nix::fcntl::AtFlags::AT_SYMLINK_NOFOLLOW;
        let way = top.join("way");
        nix::unistd::fchownat(AT_FDCWD, &way, uid, None, flags).unwrap();
        let error = Dir::open(&way).unwrap_err();
        assert!(is_refusal(&error), "{error}");
        mode(&top, 0o755);
        assert!(Dir::open(&way).is_ok());
        nix::unistd::chown(&top, uid, None).unwrap();
        assert!(Dir::open(&way).is_err());
    }

    #[test]
    fn links_and_special_files_are_refused_and_nothing_blocks() {
        use Kind::{File, Link, Special};
        let lab = tempfile::tempdir().unwrap();
        let at = |name: &str| lab.path().join(name);
        crate::system::files::replace(&at("file"), b"x", 0o600).unwrap();
        symlink("file", at("link")).unwrap();
        symlink("link", at("loop")).unwrap();
        nix::unistd::mkfifo(&at("fifo"), Mode::S_IRUSR).unwrap();
        fs::create_dir(at("dir")).unwrap();
        let _socket =
            std::os::unix::net::UnixListener::bind(at("socket")).unwrap();
        let dir = Dir::open(lab.path()).unwrap();
        assert_eq!(dir.read("file", 1).unwrap(), b"x");
        for name in ["link", "loop", "fifo", "dir", "socket"] {
            let error = dir.read(name, 1).unwrap_err();
            assert!(is_refusal(&error), "{name}: {error}");
        }
        assert!(is_refusal(&dir.sub("link").unwrap_err()));
        assert!(is_refusal(
            &dir.open_or_create("link", 0o600, true).unwrap_err()
        ));
        let names = dir.list().unwrap();
        let kinds: Vec<Kind> = names.into_iter().map(|(_, k)| k).collect();
        let all = [Kind::Dir, Special, File, Link, Link, Special];
        assert_eq!(kinds, all);
    }

    #[test]
    fn a_huge_file_is_refused_before_it_is_read() {
        let lab = tempfile::tempdir().unwrap();
        let file = fs::File::create(lab.path().join("sparse")).unwrap();
        file.set_len(1 << 40).unwrap();
        let dir = Dir::open(lab.path()).unwrap();
        let error = dir.read("sparse", MOST).unwrap_err();
        assert!(is_refusal(&error), "{error}");
    }

    #[test]
    fn modes_are_ours_whatever_the_umask() {
        let lab = tempfile::tempdir().unwrap();
        // With the usual umask 022 these are not what a plain call gives.
        let dir = Dir::make(&lab.path().join("a/b"), 0o775).unwrap();
        let file = dir.create("f", 0o666, Owner::default()).unwrap();
        for name in ["a", "a/b"] {
            let meta = fs::metadata(lab.path().join(name)).unwrap();
            assert_eq!(meta.mode() & 0o7777, 0o775, "{name}");
        }
        assert_eq!(file.metadata().unwrap().mode() & 0o7777, 0o666);
        Dir::open(lab.path()).unwrap().remove_tree("a").unwrap();
        assert!(!lab.path().join("a").exists());
    }
}
