//! Looks at files that would be made instead of making them.

use std::os::unix::fs::MetadataExt as _;

use crate::model::device::DeviceKind;
use crate::publish::device_files::{DeviceDir, FileId, MOST};
use crate::system::files;
use crate::template::TextNote;

/// One file that would be made.
pub struct Seen<'a> {
    /// The kind of device.
    pub kind: DeviceKind,
    /// The device and the part.
    pub file: FileId,
    /// What would be made.
    pub ours: &'a [u8],
    /// What is live.
    pub live: Side<'a>,
    /// What the template language says of the text.
    pub notes: &'a [TextNote],
    /// Whether the secret of the modems' files could be read.
    pub key_is_known: bool,
}

/// What is live of a file.
#[derive(Clone, Copy)]
pub enum Side<'a> {
    /// The same.
    Equal,
    /// Other octets, and when they were made, seconds since 1970.
    Differs(&'a [u8], i64),
    /// Nothing.
    Missing,
    /// It cannot be read.
    Closed,
}

/// Is told of every file.
pub type See<'a> = dyn Fn(&Seen<'_>) + Sync + 'a;

/// What the workers call.
pub struct Observer<'a> {
    /// Who is told.
    pub see: &'a See<'a>,
    /// Whether the secret of the modems' files could be read.
    pub key_is_known: bool,
}

impl Observer<'_> {
    /// Compares one file with the live one.
    pub fn look(
        &self,
        dir: &DeviceDir,
        (kind, file): (DeviceKind, FileId),
        ours: &[u8],
        notes: &[TextNote],
    ) {
        let name = dir.name(file);
        let read = dir.open().and_then(|open| {
            let (_, meta) = open.file(&name)?;
            Ok((open.read(&name, MOST)?, meta.mtime()))
        });
        let live = match &read {
            Ok((bytes, _)) if bytes == ours => Side::Equal,
            Ok((bytes, made)) => Side::Differs(bytes, *made),
            Err(error) if files::is_missing(error) => Side::Missing,
            Err(_) => Side::Closed,
        };
        let key_is_known = self.key_is_known;
        (self.see)(&Seen { kind, file, ours, live, notes, key_is_known });
    }
}
