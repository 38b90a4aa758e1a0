//! Files that are swapped one by one: those of modems and telephone adapters.
//!
//! New content is compared with the live file first; only what differs is
//! written, beside its place. When all of a run is on the disk, every file is
//! renamed at once, and then the names are synced.

use std::fs::{self, File};
use std::io::{Read, Write};
use std::path::{Path, PathBuf};

use crate::config::Settings;
use crate::publish::activate::Swap;
use crate::publish::generations::Change;
use crate::system::files;
use crate::system::files::{Doing, Owner, Result, SwapError, TEMP};
use crate::system::stamp;
use crate::system::stamp::{Served, Stamp, stamp_at};

/// A directory of files named `PREFIX-ID.EXTENSION`.
#[derive(Debug, Clone)]
pub struct DeviceDir {
    dir: PathBuf,
    prefix: &'static str,
    owner: Owner,
    only_looks: bool,
    live: Option<Vec<FileId>>,
}

/// Which of a device's files.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Part {
    /// The text.
    Conf,
    /// The binary.
    Cfg,
}

impl Part {
    fn extension(self) -> &'static str {
        match self {
            Self::Conf => "conf",
            Self::Cfg => "cfg",
        }
    }
}

/// One file of one device.
pub type FileId = (u32, Part);

/// What became of an offered content.
#[derive(Debug, Clone, Copy)]
pub struct Offer {
    /// Whether it differs from the live file.
    pub differs: bool,
    /// The stamp of the file that holds it now; 0: unknown.
    pub stamp: Stamp,
}

/// A buffer that comparing reuses.
#[derive(Debug, Default)]
pub struct Scratch(Vec<u8>);

impl DeviceDir {
    /// The files below `dir`; with `only_looks` nothing is written.
    pub fn new(
        dir: PathBuf,
        prefix: &'static str,
        owner: Owner,
        only_looks: bool,
    ) -> Self {
        Self { dir, prefix, owner, only_looks, live: None }
    }

    /// Makes the directory, sweeps what a killed run left behind, and lists
    /// the live files.
    pub fn begin(&mut self) -> Result<()> {
        self.live = Some(self.list()?);
        Ok(())
    }

    /// The files that were live at the beginning, ascending.
    pub fn live(&self) -> &[FileId] {
        self.live.as_deref().unwrap_or_default()
    }

    /// Whether nothing of this name was there at the beginning.
    pub fn is_new(&self, file: FileId) -> bool {
        let live = self.live.as_ref();
        live.is_some_and(|live| live.binary_search(&file).is_err())
    }

    fn list(&self) -> Result<Vec<FileId>> {
        if !self.only_looks {
            files::make_dirs(&self.dir)?;
        }
        let entries = match fs::read_dir(&self.dir) {
            Err(e) if e.kind() == std::io::ErrorKind::NotFound => {
                return Ok(Vec::new());
            }
            other => other.doing("list", &self.dir)?,
        };
        let mut live = Vec::new();
        for entry in entries {
            let name = entry.doing("list", &self.dir)?.file_name();
            let name = name.to_string_lossy();
            if name.starts_with(TEMP) {
                if !self.only_looks {
                    files::remove_if_there(&self.dir.join(&*name))?;
                }
            } else {
                live.extend(self.read_name(&name));
            }
        }
        live.sort_unstable();
        Ok(live)
    }

    /// The device and part of a file name of ours.
    pub fn read_name(&self, name: &str) -> Option<FileId> {
        let rest = name.strip_prefix(self.prefix)?.strip_prefix('-')?;
        let (id, extension) = rest.split_once('.')?;
        let part = match extension {
            "conf" => Part::Conf,
            "cfg" => Part::Cfg,
            _ => return None,
        };
        let plain = id == "0" || !id.starts_with(['0', '+']);
        id.parse().ok().filter(|_| plain).map(|id| (id, part))
    }

    /// The directory.
    pub fn dir(&self) -> &Path {
        &self.dir
    }

    /// The directory's name.
    pub fn dir_name(&self) -> &'static str {
        self.prefix
    }

    /// The file name.
    pub fn name(&self, (id, part): FileId) -> String {
        format!("{}-{id}.{}", self.prefix, part.extension())
    }

    /// The live path.
    pub fn path(&self, file: FileId) -> PathBuf {
        self.dir.join(self.name(file))
    }

    /// The path of the new content until it is live.
    pub fn temp(&self, file: FileId) -> PathBuf {
        self.dir.join(format!("{TEMP}{}", self.name(file)))
    }

    /// Writes the content beside its place if it differs from the live file.
    pub fn offer(
        &self,
        file: FileId,
        content: &[u8],
        scratch: &mut Scratch,
    ) -> Result<Offer> {
        if !self.is_new(file)
            && let Some(stamp) = equals(&self.path(file), content, scratch)
        {
            return Ok(Offer { differs: false, stamp });
        }
        let mut stamp = 0;
        if !self.only_looks {
            let temp = self.temp(file);
            let mut out = files::create(&temp, 0o644)?;
            out.write_all(content).doing("write", &temp)?;
            self.owner.take(&temp)?;
            stamp = out.metadata().map_or(0, |meta| stamp::stamp(&meta));
        }
        Ok(Offer { differs: true, stamp })
    }

    /// Makes the offered files live and removes stale ones; `done` counts
    /// them. The offered ones must be on the disk already.
    pub fn commit(
        &self,
        offered: &[FileId],
        stale: &[FileId],
        done: &mut usize,
    ) -> Result<()> {
        for file in offered {
            files::rename(&self.temp(*file), &self.path(*file))?;
            *done += 1;
        }
        for file in stale {
            files::remove_if_there(&self.path(*file))?;
            *done += 1;
        }
        if offered.is_empty() && stale.is_empty() {
            return Ok(());
        }
        files::sync_dir(&self.dir)
    }

    /// Removes offered content that shall not become live.
    pub fn withdraw(&self, offered: &[FileId]) {
        if self.only_looks {
            return;
        }
        for file in offered {
            let _ = files::remove_if_there(&self.temp(*file));
        }
    }

    /// Writes all offered content to the disk.
    pub fn sync(&self) -> Result<()> {
        files::sync_fs(&self.dir)
    }
}

/// Files of one directory that become live, or go, together with others.
#[derive(Clone, Copy)]
pub struct DeviceChanges<'a> {
    /// The directory.
    pub dir: &'a DeviceDir,
    /// Files whose new content lies beside them.
    pub offered: &'a [FileId],
    /// Files that go.
    pub stale: &'a [FileId],
}

impl<'a> DeviceChanges<'a> {
    /// What a generation keeps of them; `tftp` is the path of the TFTP
    /// server's directory without the root.
    pub fn changes(self, tftp: &'a Path) -> impl Iterator<Item = Change> + 'a {
        let change = move |file: &FileId, removed| Change {
            path: tftp
                .join(self.dir.dir_name())
                .join(self.dir.name(*file))
                .to_string_lossy()
                .into_owned(),
            removed,
            is_new: self.dir.is_new(*file),
        };
        let offered = self.offered.iter().map(move |file| change(file, false));
        offered.chain(self.stale.iter().map(move |file| change(file, true)))
    }

    /// Whether nothing changes.
    pub fn is_empty(self) -> bool {
        self.offered.is_empty() && self.stale.is_empty()
    }
}

/// Device files as new content: nothing restarts for them, and what is live
/// is not taken back, for each file is good by itself.
pub struct DeviceFiles<'a> {
    /// What changes, directory by directory.
    pub parts: &'a [DeviceChanges<'a>],
    /// How many files are new or gone.
    done: usize,
}

impl<'a> DeviceFiles<'a> {
    /// The changes of some directories.
    pub fn new(parts: &'a [DeviceChanges<'a>]) -> Self {
        Self { parts, done: 0 }
    }
}

impl Swap for DeviceFiles<'_> {
    fn swap(&mut self) -> std::result::Result<(), SwapError> {
        let mut written = self.parts.iter().filter(|p| !p.offered.is_empty());
        if let Some(first) = written.next() {
            // One file system: all content is on the disk before any name.
            first.dir.sync()?;
        }
        for part in self.parts {
            let DeviceChanges { dir, offered, stale } = part;
            if let Err(why) = dir.commit(offered, stale, &mut self.done) {
                return Err(match self.done {
                    0 => SwapError::Untouched(why),
                    done => SwapError::Partly { why, done },
                });
            }
        }
        Ok(())
    }

    fn swap_back(&mut self) -> Result<()> {
        Ok(())
    }

    fn live(&self) -> String {
        let dirs = self.parts.iter().map(|part| part.dir.dir.display());
        dirs.map(|dir| dir.to_string()).collect::<Vec<_>>().join(" and ")
    }

    fn keep(&mut self) -> String {
        self.live()
    }
}

/// Where the index of a kind of device lies: what is known of the files of
/// each, so that they need not be made again.
pub fn index_path(settings: &Settings, prefix: &str) -> PathBuf {
    settings.path("PROVHA__STATE_DIR").join(format!("devices-{prefix}"))
}

/// Looks at the stamps of many live files, by one open directory.
pub struct Stamps<'a> {
    loose: &'a DeviceDir,
    dir: Option<File>,
    name: String,
}

impl<'a> Stamps<'a> {
    /// Opens the directory; while there is none there are no stamps.
    pub fn new(loose: &'a DeviceDir) -> Self {
        let dir = File::open(&loose.dir).ok();
        Self { loose, dir, name: String::new() }
    }

    /// The stamp of a live file; 0 where there is no regular one.
    pub fn of(&mut self, file: FileId) -> Stamp {
        self.spell(file);
        self.dir.as_ref().map_or(0, |dir| stamp_at(dir, &self.name))
    }

    /// What a server would give for the file, which may be a link; None where
    /// there is no regular one.
    pub fn served(&mut self, file: FileId) -> Option<Served> {
        self.spell(file);
        stamp::served_at(self.dir.as_ref()?, &self.name)
    }

    /// Writes the file's name.
    fn spell(&mut self, (id, part): FileId) {
        use std::fmt::Write as _;
        self.name.clear();
        let (prefix, end) = (self.loose.prefix, part.extension());
        write!(self.name, "{prefix}-{id}.{end}").expect("writing to a String");
    }
}

/// The live files of devices that are not among `devices` (ascending).
pub fn stale(live: &[FileId], devices: &[u32]) -> Vec<FileId> {
    let gone = |file: &&FileId| devices.binary_search(&file.0).is_err();
    live.iter().filter(gone).copied().collect()
}

/// The file's stamp, if it is a regular one with just this content.
fn equals(path: &Path, content: &[u8], scratch: &mut Scratch) -> Option<Stamp> {
    let mut file = File::open(path).ok()?;
    let meta = file.metadata().ok()?;
    if !meta.is_file() || meta.len() != content.len() as u64 {
        return None;
    }
    let buffer = &mut scratch.0;
    buffer.resize(content.len(), 0);
    let same = file.read_exact(buffer).is_ok() && buffer == content;
    same.then(|| stamp::stamp(&meta))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_differs_is_written_and_stale_files_go() {
        let dir = tempfile::tempdir().unwrap();
        let owner = Owner::default();
        let mut loose =
            DeviceDir::new(dir.path().join("cm"), "cm", owner, false);
        let mut scratch = Scratch::default();
        loose.begin().unwrap();
        assert_eq!(loose.live(), []);
        let one = (1, Part::Conf);
        assert!(loose.is_new(one));
        assert!(loose.offer(one, b"a", &mut scratch).unwrap().differs);
        assert!(!loose.path(one).exists());
        loose.commit(&[one], &[], &mut 0).unwrap();
        loose.begin().unwrap();
        assert!(!loose.offer(one, b"a", &mut scratch).unwrap().differs);
        assert!(loose.offer(one, b"b", &mut scratch).unwrap().differs);
        loose.begin().unwrap();
        assert!(!loose.temp(one).exists(), "begin sweeps");
        assert_eq!(loose.live(), [one]);
        let gone = stale(loose.live(), &[2]);
        loose.commit(&[], &gone, &mut 0).unwrap();
        loose.begin().unwrap();
        assert_eq!(loose.live(), []);
    }

    #[test]
    fn names_that_are_not_ours() {
        let dir = PathBuf::from("/x");
        let loose = DeviceDir::new(dir, "cm", Owner::default(), true);
        for name in ["cm-01.cfg", "cm-1.txt", "cm-a.cfg", "mta-1.cfg", "cm-"] {
            assert_eq!(loose.read_name(name), None, "{name}");
        }
        assert_eq!(loose.read_name("cm-12.cfg"), Some((12, Part::Cfg)));
    }
}
