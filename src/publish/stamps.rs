//! Stamps of many live device files, by one open directory.

use crate::publish::device_files::{DeviceDir, FileId};
use crate::system::dir::Dir;
use crate::system::stamp;
use crate::system::stamp::{Served, Stamp, stamp_at};

/// Looks at the stamps of many live files, by one open directory.
pub struct Stamps<'a> {
    loose: &'a DeviceDir,
    dir: Option<&'a Dir>,
    name: String,
}

impl<'a> Stamps<'a> {
    /// Opens the directory; while there is none there are no stamps.
    pub fn new(loose: &'a DeviceDir) -> Self {
        Self { loose, dir: loose.open().ok(), name: String::new() }
    }

    /// The stamp of a live file; 0 where there is no regular one.
    pub fn of(&mut self, file: FileId) -> Stamp {
        self.spell(file);
        self.dir.map_or(0, |dir| stamp_at(dir, &self.name))
    }

    /// What a server would give for the file; None where there is no regular
    /// one.
    pub fn served(&mut self, file: FileId) -> Option<Served> {
        self.spell(file);
        stamp::served_at(self.dir?, &self.name)
    }

    /// Writes the file's name.
    fn spell(&mut self, (id, part): FileId) {
        use std::fmt::Write as _;
        self.name.clear();
        let (prefix, end) = (self.loose.dir_name(), part.extension());
        write!(self.name, "{prefix}-{id}.{end}").expect("writing to a String");
    }
}
