//! What lies on the machine, read once: the plan is made of this alone.

use std::collections::BTreeMap;
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};

use super::places::Places;
use crate::system::dir::{Dir, Kind};
use crate::system::files;

/// Octets of a configuration file at most.
const MOST: u64 = 4 << 20;

/// What lies at a path.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Entry {
    /// A regular file.
    File {
        /// Its content.
        bytes: Vec<u8>,
        /// Its permissions.
        mode: u32,
        /// Its owner and group.
        ids: (u32, u32),
    },
    /// A directory.
    Dir,
    /// A link.
    Link(PathBuf),
    /// Something else, or what may not be read: why.
    Other(String),
}

impl Entry {
    /// Reads what lies at a path; None: nothing.
    pub fn read(path: &Path) -> Option<Self> {
        match Self::try_read(path) {
            Ok(entry) => entry,
            Err(error) => Some(Self::Other(error.to_string())),
        }
    }

    /// The same with its reason.
    fn try_read(path: &Path) -> files::Result<Option<Self>> {
        let (dir, name) = match Dir::parent(path) {
            Err(e) if files::is_missing(&e) => return Ok(None),
            other => other?,
        };
        let Some(kind) = dir.kind(name)? else { return Ok(None) };
        Ok(Some(match kind {
            Kind::Dir => Self::Dir,
            Kind::Link => Self::Link(dir.target(name)),
            Kind::File => {
                let (file, meta) = dir.file(name)?;
                let read = crate::system::dir::read_whole(file, &meta, MOST);
                let bytes = files::Doing::doing(read, "read", path)?;
                let mode = meta.mode() & 0o7777;
                Self::File { bytes, mode, ids: (meta.uid(), meta.gid()) }
            }
            Kind::Special => Self::Other(kind.words().into()),
        }))
    }

    /// The text of a file.
    pub fn text(&self) -> Option<String> {
        match self {
            Self::File { bytes, .. } => {
                Some(String::from_utf8_lossy(bytes).into_owned())
            }
            _ => None,
        }
    }
}

/// The paths that were looked at, with what lies there.
#[derive(Debug, Clone, Default)]
pub struct Facts {
    entries: BTreeMap<String, Entry>,
}

impl Facts {
    /// Looks at paths.
    pub fn gather(places: &Places, paths: &[String]) -> Self {
        let read = |path: &String| {
            Entry::read(&places.at(path)).map(|entry| (path.clone(), entry))
        };
        Self { entries: paths.iter().filter_map(read).collect() }
    }

    /// Facts for tests: files by path and text.
    #[cfg(test)]
    pub fn of(files: &[(&str, &str)]) -> Self {
        let entry = |(path, text): &(&str, &str)| {
            let bytes = text.as_bytes().to_vec();
            let file = Entry::File { bytes, mode: 0o644, ids: (0, 0) };
            ((*path).to_string(), file)
        };
        Self { entries: files.iter().map(entry).collect() }
    }

    /// What lies at a path.
    pub fn entry(&self, path: &str) -> Option<&Entry> {
        self.entries.get(path)
    }

    /// Whether anything lies there.
    pub fn has(&self, path: &str) -> bool {
        self.entries.contains_key(path)
    }

    /// Whether anything lies at one of these.
    pub fn has_any(&self, paths: &[&str]) -> bool {
        paths.iter().any(|path| self.has(path))
    }

    /// The text of a file; '' where there is none.
    pub fn text(&self, path: &str) -> String {
        self.entry(path).and_then(Entry::text).unwrap_or_default()
    }
}
