//! One generation's former contents: a zstd stream of entries, each a line
//! `MODE:UID:GID LENGTH PATH` (MODE in octal, `-` where there was no file) and
//! then that many octets.

use std::fs::{File, Metadata};
use std::io::{self, BufRead, BufReader, Read, Write};
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};

use crate::config::Root;
use crate::system::dir::{self, Dir};
use crate::system::files;
use crate::system::files::{Doing, Owner};

/// Longest content that is read back, octets.
const MOST: u64 = 1 << 30;
/// Room that is made for a content at once, octets.
const AT_ONCE: u64 = 32 << 20;

/// One path with what was there before.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// The path without the root.
    pub path: String,
    /// The permissions that the file had.
    pub mode: u32,
    /// The numbers of the owner and the group that it had.
    pub owner: (u32, u32),
    /// The content; None: there was no file.
    pub before: Option<Vec<u8>>,
}

impl Entry {
    /// Whether what is live is something else.
    pub fn differs(&self, root: &Root) -> bool {
        let live = files::open(&root.at(&self.path));
        let (Ok((file, meta)), Some(before)) = (&live, &self.before) else {
            // A link or a special file is nothing of ours.
            return live.is_ok() != self.before.is_some();
        };
        let same = meta.len() == before.len() as u64
            && meta.mode() & 0o7777 == self.mode
            && file
                .try_clone()
                .and_then(|file| dir::read_whole(file, meta, meta.len()))
                .is_ok_and(|live| live == *before);
        !same
    }

    /// The owner that the file had.
    pub fn owner(&self, root: &Root) -> Owner {
        Owner::exactly(root, self.owner.0, self.owner.1)
    }
}

/// Writes a record.
pub struct Writer {
    path: PathBuf,
    out: zstd::Encoder<'static, File>,
    /// The directory of the last path: many changes lie in the same one.
    last: Option<Dir>,
}

impl Writer {
    /// Begins a record.
    pub fn create(path: &Path) -> files::Result<Self> {
        let file = files::create(path, 0o600)?;
        let mut out = zstd::Encoder::new(file, 3).doing("write", path)?;
        // What a bad disk changes must never become live.
        out.include_checksum(true).doing("write", path)?;
        Ok(Self { path: path.to_path_buf(), out, last: None })
    }

    /// Adds what is live at a path. What is no regular file, or larger than
    /// `most` octets, is not ours: nothing of it is kept.
    pub fn add(
        &mut self,
        path: &str,
        live: &Path,
        most: u64,
    ) -> files::Result<()> {
        let (file, meta) = match self.open(live) {
            // A second name may be that of a file of root's own. Only files
            // of a set that is being staged have two.
            Ok((file, meta))
                if meta.len() <= most
                    && (meta.nlink() == 1 || most == dir::MOST) =>
            {
                (file, meta)
            }
            Ok(_) => return self.add_none(path),
            Err(e) if files::is_missing(&e) || dir::is_refusal(&e) => {
                return self.add_none(path);
            }
            Err(error) => return Err(error),
        };
        let (mode, length) = (meta.mode() & 0o7777, meta.len());
        let (uid, gid) = (meta.uid(), meta.gid());
        writeln!(self.out, "{mode:o}:{uid}:{gid} {length} {path}")
            .doing("write", &self.path)?;
        let copied = io::copy(&mut file.take(length), &mut self.out)
            .doing("write", &self.path)?;
        if copied != length {
            return Err(io::Error::other("it changed meanwhile"))
                .doing("read", live);
        }
        Ok(())
    }

    /// Opens a live file, through the directory of the last one if it is the
    /// same.
    fn open(&mut self, live: &Path) -> files::Result<(File, Metadata)> {
        let parent = live.parent().unwrap_or(Path::new("/"));
        let name = live.file_name().unwrap_or_default();
        let dir = match self.last.take() {
            Some(dir) if dir.path() == parent => dir,
            _ => Dir::open(parent)?,
        };
        let found = dir.file(name);
        self.last = Some(dir);
        found
    }

    /// Adds that there is nothing at a path.
    pub fn add_none(&mut self, path: &str) -> files::Result<()> {
        writeln!(self.out, "- 0 {path}").doing("write", &self.path)
    }

    /// Ends the record; it is on the disk then.
    pub fn finish(self) -> files::Result<()> {
        let file = self.out.finish().doing("write", &self.path)?;
        file.sync_all().doing("sync", &self.path)
    }
}

/// Reads a record, entry by entry.
pub struct Reader {
    path: PathBuf,
    input: BufReader<zstd::Decoder<'static, BufReader<File>>>,
}

impl Reader {
    /// Opens a record.
    pub fn open(path: &Path) -> files::Result<Self> {
        let (file, _) = files::open(path)?;
        let input = zstd::Decoder::new(file).doing("read", path)?;
        Ok(Self { path: path.to_path_buf(), input: BufReader::new(input) })
    }

    /// Reads the next entry.
    fn entry(&mut self) -> io::Result<Option<Entry>> {
        let mut line = String::new();
        if self.input.read_line(&mut line)? == 0 {
            return Ok(None);
        }
        let damaged = || io::Error::other("the record is damaged");
        let mut words = line.trim_end_matches('\n').splitn(3, ' ');
        let (Some(mode), Some(length), Some(path)) =
            (words.next(), words.next(), words.next())
        else {
            return Err(damaged());
        };
        let length: u64 = length.parse().map_err(|_| damaged())?;
        if length > MOST {
            return Err(damaged());
        }
        let path = path.to_string();
        if mode == "-" {
            let owner = (0, 0);
            return Ok(Some(Entry { path, mode: 0, owner, before: None }));
        }
        let (mode, owner) = attributes(mode).ok_or_else(damaged)?;
        // A set's file of all hosts grows piece by piece otherwise; what a
        // damaged record announces is not trusted.
        let room = usize::try_from(length.min(AT_ONCE)).unwrap_or_default();
        let mut before = Vec::with_capacity(room);
        let read = (&mut self.input).take(length).read_to_end(&mut before)?;
        if read as u64 != length {
            return Err(damaged());
        }
        Ok(Some(Entry { path, mode, owner, before: Some(before) }))
    }
}

/// Permissions, owner and group of a line.
fn attributes(word: &str) -> Option<(u32, (u32, u32))> {
    let mut words = word.split(':');
    let mode = u32::from_str_radix(words.next()?, 8).ok()?;
    let (uid, gid) = (words.next()?.parse().ok()?, words.next()?.parse().ok()?);
    Some((mode, (uid, gid)))
}

impl Iterator for Reader {
    type Item = files::Result<Entry>;

    fn next(&mut self) -> Option<Self::Item> {
        self.entry().doing("read", &self.path).transpose()
    }
}
