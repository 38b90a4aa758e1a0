//! What a name in a directory stands for.

use std::io;

use nix::libc;

/// What a name in a directory stands for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// A regular file.
    File,
    /// A directory.
    Dir,
    /// A symbolic link, wherever it leads.
    Link,
    /// A device, a FIFO, a socket.
    Special,
}

impl Kind {
    /// The kind by the type bits of a mode (inode(7)).
    pub fn of(mode: u32) -> Self {
        match mode & libc::S_IFMT {
            libc::S_IFREG => Self::File,
            libc::S_IFDIR => Self::Dir,
            libc::S_IFLNK => Self::Link,
            _ => Self::Special,
        }
    }

    /// The words for it in messages.
    pub fn words(self) -> &'static str {
        match self {
            Self::File => "a regular file",
            Self::Dir => "a directory",
            Self::Link => "a link",
            Self::Special => "a device, FIFO or socket",
        }
    }
}

/// The error for something that is not what it must be; its kind
/// (`InvalidData`) gives the hint.
pub fn refused(found: Kind, wanted: &str) -> io::Error {
    let text = format!("it is {}, not {wanted}: refused", found.words());
    io::Error::new(io::ErrorKind::InvalidData, text)
}
