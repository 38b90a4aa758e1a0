//! Files that are swapped one by one: those of modems and telephone adapters.
//!
//! New content is compared with the live file first; only what differs is
//! written, beside its place. When all of a run is on the disk, every file is
//! renamed at once, and then the names are synced.

use std::ffi::OsString;
use std::io::{self, Read, Write};
use std::os::unix::ffi::OsStrExt;
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};
use std::sync::OnceLock;

use crate::config::Settings;
use crate::publish::activate::Swap;
use crate::publish::generations::Change;
use crate::system::dir::{Dir, Kind};
use crate::system::files;
use crate::system::files::{Doing, FileError, Owner, Result, SwapError, TEMP};
use crate::system::gate;
use crate::system::stamp;
use crate::system::stamp::Stamp;

/// Longest file of a device, octets: no text of ours comes near it. A longer
/// one was put there by somebody else.
pub const MOST: u64 = 16 << 20;
/// Mode of the directory: the TFTP server's user must enter it.
const DIR_MODE: u32 = 0o755;

/// A directory of files named `PREFIX-ID.EXTENSION`.
///
/// It is opened once; what another user makes of its path, or of the names in
/// it, meanwhile leads nowhere else.
#[derive(Debug, Clone)]
pub struct DeviceDir {
    dir: PathBuf,
    open: OnceLock<Dir>,
    prefix: &'static str,
    owner: Owner,
    /// Owner and mode of texts.
    texts: (Owner, u32),
    only_looks: bool,
    live: Option<Vec<FileId>>,
    /// Names of ours that are no regular files.
    odd: Vec<(FileId, Kind)>,
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
    /// The end of the file's name.
    pub fn extension(self) -> &'static str {
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
        let (open, live, odd) = (OnceLock::new(), None, Vec::new());
        let texts = (owner, 0o644);
        Self { dir, open, prefix, owner, texts, only_looks, live, odd }
    }

    /// The same with another owner and mode for texts.
    #[must_use]
    pub fn with_texts_for(self, owner: Owner, mode: u32) -> Self {
        Self { texts: (owner, mode), ..self }
    }

    /// Owner and mode of a file.
    fn attributes(&self, file: FileId) -> (Owner, u32) {
        match file.1 {
            Part::Conf => self.texts,
            Part::Cfg => (self.owner, 0o644),
        }
    }

    /// The open directory; a link in its place is refused.
    pub fn open(&self) -> Result<&Dir> {
        if let Some(dir) = self.open.get() {
            return Ok(dir);
        }
        let dir = Dir::real(&self.dir)?;
        Ok(self.open.get_or_init(|| dir))
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

    /// Names of ours that were no regular files at the beginning, ascending:
    /// links and special files are replaced, a directory stays in the way.
    pub fn odd(&self) -> &[(FileId, Kind)] {
        &self.odd
    }

    /// Whether a directory has the place of a file.
    fn is_blocked(&self, file: FileId) -> bool {
        let at = self.odd.binary_search_by_key(&file, |odd| odd.0);
        at.is_ok_and(|at| self.odd[at].1 == Kind::Dir)
    }

    fn list(&mut self) -> Result<Vec<FileId>> {
        if !self.only_looks {
            let _ = Dir::make(&self.dir, DIR_MODE)?;
            gate::temporaries_in(&self.dir);
        }
        let dir = match self.open() {
            Err(e) if files::is_missing(&e) => return Ok(Vec::new()),
            other => other?.clone(),
        };
        let (mut live, mut odd) = (Vec::new(), Vec::new());
        for (name, kind) in dir.entries()? {
            if name.as_bytes().starts_with(TEMP.as_bytes()) {
                if !self.only_looks {
                    // One that does not go is in the way of its own file only.
                    let _ = dir.remove_tree(&name);
                }
                continue;
            }
            let Some(file) = name.to_str().and_then(|n| self.read_name(n))
            else {
                continue;
            };
            live.push(file);
            let kind = match kind {
                None => dir.kind(&name)?,
                known => known,
            };
            odd.extend(kind.filter(|k| *k != Kind::File).map(|k| (file, k)));
        }
        live.sort_unstable();
        odd.sort_unstable_by_key(|odd| odd.0);
        self.odd = odd;
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

    /// The live content; one of more than `most` octets is an error.
    pub fn read(&self, file: FileId, most: u64) -> Result<Vec<u8>> {
        self.open()?.read(self.name(file), most)
    }

    /// Whether there is anything in the place of a file.
    pub fn is_there(&self, file: FileId) -> bool {
        let kind = self.open().and_then(|dir| dir.kind(self.name(file)));
        matches!(kind, Ok(Some(_)))
    }

    /// The name of the new content until it is live.
    fn temp(&self, file: FileId) -> OsString {
        format!("{TEMP}{}", self.name(file)).into()
    }

    /// Writes the content beside its place if it differs from the live file.
    ///
    /// # Errors
    /// A directory lies there (see [`crate::system::dir::is_refusal`]), or it cannot be
    /// written.
    pub fn offer(
        &self,
        file: FileId,
        content: &[u8],
        scratch: &mut Scratch,
    ) -> Result<Offer> {
        if self.is_blocked(file) {
            let text = "a directory lies in its place: not made";
            let kind = io::ErrorKind::InvalidData;
            let path = self.dir.join(self.name(file));
            return Err(io::Error::new(kind, text)).doing("write", &path);
        }
        if !self.is_new(file)
            && let Some(stamp) = self.equals(file, content, scratch)
        {
            return Ok(Offer { differs: false, stamp });
        }
        let mut stamp = 0;
        if !self.only_looks {
            let (dir, temp) = (self.open()?, self.temp(file));
            let mut out = Self::create(dir, &temp, self.attributes(file))?;
            out.write_all(content).map_err(|source| FileError {
                doing: "write",
                path: dir.at(&temp),
                source,
            })?;
            stamp = out.metadata().map_or(0, |meta| stamp::stamp(&meta));
        }
        Ok(Offer { differs: true, stamp })
    }

    /// Creates a temporary file; what somebody else put there goes.
    fn create(
        dir: &Dir,
        temp: &OsString,
        (owner, mode): (Owner, u32),
    ) -> Result<std::fs::File> {
        match dir.create(temp, mode, owner) {
            Err(e) if e.source.kind() == io::ErrorKind::AlreadyExists => {
                dir.remove_tree(temp)?;
                dir.create(temp, mode, owner)
            }
            other => other,
        }
    }

    /// The stamp of the live file, if it is a regular one with just this
    /// content.
    fn equals(
        &self,
        file: FileId,
        content: &[u8],
        scratch: &mut Scratch,
    ) -> Option<Stamp> {
        let (mut live, meta) = self.open().ok()?.file(self.name(file)).ok()?;
        // One that more may read than should is written again.
        let exposed = meta.mode() & 0o777 & !self.attributes(file).1 != 0;
        if exposed || meta.len() != content.len() as u64 {
            return None;
        }
        let buffer = &mut scratch.0;
        buffer.resize(content.len(), 0);
        let same = live.read_exact(buffer).is_ok() && buffer == content;
        same.then(|| stamp::stamp(&meta))
    }

    /// Makes the offered files live and removes stale ones; `done` counts
    /// them. The offered ones must be on the disk already.
    ///
    /// A directory that somebody made in a file's place meanwhile holds up that
    /// file only: the first of these is returned.
    ///
    /// # Errors
    /// One failed; those after it are as they were.
    pub fn commit(
        &self,
        offered: &[FileId],
        stale: &[FileId],
        done: &mut usize,
    ) -> Result<Option<FileError>> {
        let mut blocked = None;
        if offered.is_empty() && stale.is_empty() {
            return Ok(None);
        }
        let dir = self.open()?;
        let _live = gate::activation();
        for file in offered {
            let temp = self.temp(*file);
            match dir.rename(&temp, dir, self.name(*file)) {
                Ok(()) => *done += 1,
                Err(e) if e.source.kind() == io::ErrorKind::IsADirectory => {
                    let _ = dir.remove(&temp);
                    blocked = blocked.or(Some(e));
                }
                Err(error) => return Err(error),
            }
        }
        // A directory is none of ours; it was told of at the beginning.
        for file in stale.iter().filter(|file| !self.is_blocked(**file)) {
            match dir.remove(self.name(*file)) {
                Ok(()) => *done += 1,
                Err(e) if e.source.kind() == io::ErrorKind::IsADirectory => {
                    blocked = blocked.or(Some(e));
                }
                Err(error) => return Err(error),
            }
        }
        dir.sync()?;
        Ok(blocked)
    }

    /// Removes offered content that shall not become live.
    pub fn withdraw(&self, offered: &[FileId]) {
        let Ok(dir) = self.open() else { return };
        if self.only_looks {
            return;
        }
        for file in offered {
            let _ = dir.remove(self.temp(*file));
        }
    }

    /// Writes all offered content to the disk.
    pub fn sync(&self) -> Result<()> {
        self.open()?.sync_fs()
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
            most: MOST,
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
    /// Why the first of those files is not made in whose place somebody put a
    /// directory.
    blocked: Option<FileError>,
}

impl<'a> DeviceFiles<'a> {
    /// The changes of some directories.
    pub fn new(parts: &'a [DeviceChanges<'a>]) -> Self {
        Self { parts, done: 0, blocked: None }
    }

    /// After the swap: the error of a file in whose place a directory lies.
    /// The others are live, and a person must look at this one.
    pub fn blocked(self) -> Option<SwapError> {
        let done = self.done;
        self.blocked.map(|why| SwapError::Partly { why, done })
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
            match dir.commit(offered, stale, &mut self.done) {
                Ok(blocked) => self.blocked = self.blocked.take().or(blocked),
                Err(why) => {
                    return Err(match self.done {
                        0 => SwapError::Untouched(why),
                        done => SwapError::Partly { why, done },
                    });
                }
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

/// The live files of devices that are not among `devices` (ascending).
pub fn stale(live: &[FileId], devices: &[u32]) -> Vec<FileId> {
    let gone = |file: &&FileId| devices.binary_search(&file.0).is_err();
    live.iter().filter(gone).copied().collect()
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
        assert!(!loose.is_there(one));
        let _ = loose.commit(&[one], &[], &mut 0).unwrap();
        loose.begin().unwrap();
        assert!(!loose.offer(one, b"a", &mut scratch).unwrap().differs);
        assert!(loose.offer(one, b"b", &mut scratch).unwrap().differs);
        loose.begin().unwrap();
        let temp = loose.dir().join(loose.temp(one));
        assert!(!temp.exists(), "begin sweeps");
        assert_eq!(loose.live(), [one]);
        let gone = stale(loose.live(), &[2]);
        let _ = loose.commit(&[], &gone, &mut 0).unwrap();
        loose.begin().unwrap();
        assert_eq!(loose.live(), []);
    }

    #[test]
    fn texts_that_others_can_read_are_written_again() {
        let lab = tempfile::tempdir().unwrap();
        let dir = lab.path().join("cm");
        let mut loose =
            DeviceDir::new(dir.clone(), "cm", Owner::default(), false);
        let mut scratch = Scratch::default();
        let file = (1, Part::Conf);
        let mode = || std::fs::metadata(dir.join("cm-1.conf")).unwrap().mode();
        for (wanted, differs) in
            [(0o644, true), (0o640, true), (0o640, false), (0o644, false)]
        {
            loose = loose.with_texts_for(Owner::default(), wanted);
            loose.begin().unwrap();
            let offer = loose.offer(file, b"a", &mut scratch).unwrap();
            assert_eq!(offer.differs, differs);
            if differs {
                let _ = loose.commit(&[file], &[], &mut 0).unwrap();
                assert_eq!(mode() & 0o777, wanted);
            }
        }
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

    #[test]
    fn what_others_put_into_the_directory_stops_only_its_own_file() {
        let lab = tempfile::tempdir().unwrap();
        let cm = lab.path().join("cm");
        let victim = lab.path().join("victim");
        files::replace(&victim, b"secret", 0o600).unwrap();
        std::fs::create_dir_all(cm.join("cm-1.cfg/x")).unwrap();
        std::fs::create_dir_all(cm.join(".provha-tmp.cm-4.cfg/x")).unwrap();
        std::os::unix::fs::symlink(&victim, cm.join("cm-2.cfg")).unwrap();
        let fifo = nix::sys::stat::Mode::S_IRUSR;
        nix::unistd::mkfifo(&cm.join("cm-3.cfg"), fifo).unwrap();
        std::fs::File::create(cm.join(std::ffi::OsStr::from_bytes(b"\xff")))
            .unwrap();
        let mut loose =
            DeviceDir::new(cm.clone(), "cm", Owner::default(), false);
        loose.begin().unwrap();
        let kinds: Vec<Kind> = loose.odd().iter().map(|odd| odd.1).collect();
        assert_eq!(kinds, [Kind::Dir, Kind::Link, Kind::Special]);
        let (mut scratch, mut offered) = (Scratch::default(), Vec::new());
        for id in 1..=4 {
            let file = (id, Part::Cfg);
            match loose.offer(file, b"secret", &mut scratch) {
                Err(error) => assert_eq!(id, 1, "{error}"),
                Ok(offer) => {
                    assert!(offer.differs);
                    offered.push(file);
                }
            }
        }
        // Made while we worked.
        std::fs::create_dir_all(cm.join("cm-4.cfg")).unwrap();
        let mut done = 0;
        let stale = [(1, Part::Cfg)];
        let blocked = loose.commit(&offered, &stale, &mut done).unwrap();
        assert!(blocked.is_some());
        assert_eq!(done, 2);
        for name in ["cm-2.cfg", "cm-3.cfg"] {
            let meta = std::fs::symlink_metadata(cm.join(name)).unwrap();
            assert!(meta.is_file(), "{name}");
        }
        assert_eq!(std::fs::read(&victim).unwrap(), b"secret");
    }

    #[test]
    fn a_link_in_the_place_of_the_directory_is_refused() {
        let lab = tempfile::tempdir().unwrap();
        let other = lab.path().join("other");
        std::fs::create_dir(&other).unwrap();
        files::replace(&other.join("cm-1.cfg"), b"x", 0o644).unwrap();
        std::os::unix::fs::symlink(&other, lab.path().join("cm")).unwrap();
        let dir = lab.path().join("cm");
        let mut loose = DeviceDir::new(dir, "cm", Owner::default(), false);
        let error = loose.begin().unwrap_err().to_string();
        assert!(error.contains("it is a link"), "{error}");
        assert!(other.join("cm-1.cfg").exists());
    }
}
