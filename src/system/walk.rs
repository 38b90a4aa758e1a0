//! The way to a directory: component by component, each relative to the one
//! before it.
//!
//! A link on the way is followed only where no other user can have made it: in
//! a directory of root that nobody else may write, or, with the sticky bit, a
//! link of root's own.

use std::ffi::{OsStr, OsString};
use std::fs::File;
use std::io;
use std::os::fd::{AsFd, BorrowedFd, OwnedFd};
use std::os::unix::fs::PermissionsExt;
use std::path::{Component, Path, PathBuf};

use nix::errno::Errno;
use nix::fcntl::{AT_FDCWD, AtFlags, OFlag};
use nix::libc;
use nix::sys::stat::{FileStat, Mode};

use crate::system::kind::Kind;

/// Links that are followed on the way to one directory; as path_resolution(7).
const MOST_LINKS: usize = 40;

/// Repeats a call that a signal interrupted.
pub fn again<T>(mut call: impl FnMut() -> nix::Result<T>) -> nix::Result<T> {
    loop {
        match call() {
            Err(Errno::EINTR) => {}
            other => return other,
        }
    }
}

/// The flags of a directory that is only used to reach what it holds.
fn dir_flags() -> OFlag {
    OFlag::O_PATH | OFlag::O_DIRECTORY | OFlag::O_NOFOLLOW | OFlag::O_CLOEXEC
}

/// Opens one component as a directory.
pub fn open_dir(fd: impl AsFd + Copy, name: &OsStr) -> nix::Result<OwnedFd> {
    again(|| nix::fcntl::openat(fd, name, dir_flags(), Mode::empty()))
}

/// Walks to a directory and opens it; missing ones are made where there is a
/// mode.
pub fn open(path: &Path, make: Option<u32>) -> io::Result<OwnedFd> {
    let start = if path.is_absolute() { "/" } else { "." };
    let fd = open_dir(AT_FDCWD, OsStr::new(start))?;
    let mut walk = Walk { fd, todo: Vec::new(), links: 0 };
    walk.push(path);
    while let Some(name) = walk.todo.pop() {
        walk.step(&name, make)?;
    }
    Ok(walk.fd)
}

/// The way to a directory, one component after the other.
#[derive(Debug)]
struct Walk {
    fd: OwnedFd,
    /// Names to come, the next one last.
    todo: Vec<OsString>,
    links: usize,
}

impl Walk {
    /// Adds the components of a path before those to come.
    fn push(&mut self, path: &Path) {
        let names: Vec<_> = path
            .components()
            .filter_map(|part| match part {
                Component::Normal(name) => Some(name.to_os_string()),
                Component::ParentDir => Some("..".into()),
                _ => None,
            })
            .collect();
        self.todo.extend(names.into_iter().rev());
    }

    /// Enters one component.
    fn step(&mut self, name: &OsStr, make: Option<u32>) -> io::Result<()> {
        match open_dir(&self.fd, name) {
            Ok(fd) => {
                self.fd = fd;
                Ok(())
            }
            Err(Errno::ENOTDIR | Errno::ELOOP) => self.follow(name),
            Err(Errno::ENOENT) => match make {
                Some(mode) => self.make(name, mode),
                None => Err(Errno::ENOENT.into()),
            },
            Err(errno) => Err(errno.into()),
        }
    }

    /// Makes a missing directory and enters it. Somebody else may be quicker.
    fn make(&mut self, name: &OsStr, mode: u32) -> io::Result<()> {
        let first = Mode::from_bits_truncate(mode & 0o700);
        let made = again(|| nix::sys::stat::mkdirat(&self.fd, name, first));
        if made == Err(Errno::EEXIST) {
            return self.step(name, None);
        }
        made?;
        self.fd = open_dir(&self.fd, name)?;
        let flags = OFlag::O_RDONLY | OFlag::O_DIRECTORY | OFlag::O_CLOEXEC;
        let dir =
            again(|| nix::fcntl::openat(&self.fd, ".", flags, Mode::empty()))?;
        File::from(dir).set_permissions(PermissionsExt::from_mode(mode))
    }

    /// Goes where a link leads, if only root can have made it.
    fn follow(&mut self, name: &OsStr) -> io::Result<()> {
        let flags = AtFlags::AT_SYMLINK_NOFOLLOW;
        let link = again(|| nix::sys::stat::fstatat(&self.fd, name, flags))?;
        match Kind::of(link.st_mode) {
            Kind::Link if only_ours(self.fd.as_fd(), &link)? => {}
            Kind::Link => {
                let text = format!(
                    "'{}' is a link that another user can have made: refused",
                    name.display()
                );
                return Err(io::Error::new(io::ErrorKind::InvalidData, text));
            }
            _ => return Err(Errno::ENOTDIR.into()),
        }
        self.links += 1;
        if self.links > MOST_LINKS {
            return Err(Errno::ELOOP.into());
        }
        let target = again(|| nix::fcntl::readlinkat(&self.fd, name))?;
        let target = PathBuf::from(target);
        if target.is_absolute() {
            self.fd = open_dir(AT_FDCWD, OsStr::new("/"))?;
        }
        self.push(&target);
        Ok(())
    }
}

/// Whether nobody but root, or the user we run as, can have put this link
/// into the directory.
pub fn only_ours(dir: BorrowedFd<'_>, link: &FileStat) -> io::Result<bool> {
    let here = nix::sys::stat::fstatat(dir, "", AtFlags::AT_EMPTY_PATH)?;
    let (user, group) = (nix::unistd::geteuid(), nix::unistd::getegid());
    let ours = |uid: u32| uid == 0 || uid == user.as_raw();
    let group_writes = here.st_mode & 0o020 != 0
        && ![0, group.as_raw()].contains(&here.st_gid);
    let others_write = group_writes || here.st_mode & 0o002 != 0;
    let sticky = here.st_mode & libc::S_ISVTX != 0;
    Ok(ours(here.st_uid) && (!others_write || sticky && ours(link.st_uid)))
}
