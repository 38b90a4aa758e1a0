//! Stamps: what tells one file from another, or from itself after a change,
//! without reading it.

use std::fs;
use std::os::unix::fs::MetadataExt;
use std::path::Path;

use nix::sys::stat::FileStat;

use crate::system::dir::{Dir, Kind};
use crate::system::files;

/// What identifies a file as it was made: inode, size and time of change.
pub type Stamp = u64;

/// The stamp of a regular file; 0 for anything else.
pub fn stamp(meta: &fs::Metadata) -> Stamp {
    let parts = [
        meta.ino(),
        meta.size(),
        meta.mtime() as u64,
        meta.mtime_nsec() as u64,
    ];
    if meta.is_file() { fold(parts) } else { 0 }
}

/// [`stamp`] of a name in an open directory, which is quicker.
pub fn stamp_at(dir: &Dir, name: &str) -> Stamp {
    dir.stat_quick(name.as_ref()).map_or(0, |stat| stamp_of_stat(&stat))
}

/// [`stamp`] by what stat(2) told.
pub fn stamp_of_stat(stat: &FileStat) -> Stamp {
    let parts = [
        stat.st_ino,
        stat.st_size as u64,
        stat.st_mtime as u64,
        stat.st_mtime_nsec as u64,
    ];
    if Kind::of(stat.st_mode) == Kind::File { fold(parts) } else { 0 }
}

/// What a file looks like to a server.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Served {
    /// Its mode bits.
    pub mode: u32,
    /// Octets.
    pub size: u64,
}

/// What lies behind a name in an open directory; None unless it is a regular
/// file: where a link leads is nobody's boot file.
pub fn served_at(dir: &Dir, name: &str) -> Option<Served> {
    let stat = dir.stat_quick(name.as_ref()).ok()?;
    let is_file = Kind::of(stat.st_mode) == Kind::File;
    is_file.then_some(Served { mode: stat.st_mode, size: stat.st_size as u64 })
}

/// A hash of the parts, never 0.
fn fold(parts: [u64; 4]) -> Stamp {
    fnv(parts.into_iter().flat_map(u64::to_le_bytes)).max(1)
}

/// FNV-1a with 64 bits: the same number in every run and release, which the
/// standard library's hasher does not promise.
pub fn fnv(octets: impl Iterator<Item = u8>) -> u64 {
    octets.fold(0xcbf2_9ce4_8422_2325, |hash, octet| {
        (hash ^ u64::from(octet)).wrapping_mul(0x0100_0000_01b3)
    })
}

/// The stamp of what lies at a path; 0 when there is no regular file.
pub fn stamp_of(path: &Path) -> Stamp {
    let stat = files::stat(path).ok().flatten();
    stat.map_or(0, |stat| stamp_of_stat(&stat))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_rewritten_file_has_another_stamp() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("a");
        assert_eq!(stamp_of(&path), 0);
        files::replace(&path, b"1", 0o600).unwrap();
        let first = stamp_of(&path);
        let open = Dir::open(dir.path()).unwrap();
        assert_eq!(stamp_at(&open, "a"), first);
        assert_eq!(stamp_at(&open, "b"), 0);
        assert_eq!(stamp_of(&path), first);
        files::replace(&path, b"2", 0o600).unwrap();
        assert_ne!(stamp_of(&path), first);
    }
}
