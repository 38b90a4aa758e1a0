//! What encoding a text needs besides the text.

use std::io;

use crate::docsis::check::rules;
use crate::docsis::check::rules::Allow;
use crate::docsis::mib::Mib;
use crate::docsis::mic::Hash;

/// How a text is encoded.
#[derive(Clone, Copy)]
pub struct Options<'a> {
    /// For a modem or for an MTA.
    pub mode: Mode<'a>,
    /// Hash of an MTA file.
    pub hash: Hash,
    /// Dial plan that is put before the end of an MTA file.
    pub dial_plan: Option<&'a [u8]>,
    /// Drop what does not fit, with a warning, as the reference does, instead
    /// of refusing the text.
    pub lenient: bool,
    /// Rules of the check of meaning that are silenced.
    pub allow: Allow,
    /// The files that the text names.
    pub files: &'a dyn Files,
    /// The names of SNMP objects.
    pub mib: &'a Mib,
}

/// What the file is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mode<'a> {
    /// A cable modem: both MICs, end marker and padding follow the settings.
    Modem {
        /// Secret shared with the CMTS (see
        /// [`key_of_file`](crate::docsis::key_of_file)); empty where
        /// there is none.
        key: &'a [u8],
    },
    /// An MTA: the settings only.
    Mta,
}

impl<'a> Options<'a> {
    /// For a modem; no files, embedded names.
    #[must_use]
    pub fn modem(key: &'a [u8]) -> Self {
        Self {
            mode: Mode::Modem { key },
            hash: Hash::None,
            dial_plan: None,
            lenient: false,
            allow: Allow::default(),
            files: &NoFiles,
            mib: Mib::embedded(),
        }
    }

    /// Whether a number that does not fit its octets is cut, as the reference
    /// does, instead of being refused.
    pub(in crate::docsis) fn cuts_numbers(&self) -> bool {
        self.lenient || self.allow.has(&rules::NUMBER_WIDTH)
    }

    /// For an MTA; no files, embedded names.
    #[must_use]
    pub fn mta(hash: Hash) -> Self {
        Self { mode: Mode::Mta, hash, ..Self::modem(&[]) }
    }
}

/// The files that a text names (certificates, digit maps).
pub trait Files: Sync {
    /// Content of a file, no more than `most` octets of it.
    ///
    /// # Errors
    /// The file cannot be read.
    fn read(&self, name: &[u8], most: usize) -> io::Result<Vec<u8>>;
}

/// No files at all: settings that name one are refused.
#[derive(Clone, Copy, Debug, Default)]
pub struct NoFiles;

impl Files for NoFiles {
    fn read(&self, _name: &[u8], _most: usize) -> io::Result<Vec<u8>> {
        Err(io::Error::other("files are not available here"))
    }
}

/// Files in memory: name and content.
#[derive(Clone, Copy, Debug, Default)]
pub struct MemoryFiles<'a>(pub &'a [(&'a str, &'a [u8])]);

impl Files for MemoryFiles<'_> {
    fn read(&self, name: &[u8], most: usize) -> io::Result<Vec<u8>> {
        self.0
            .iter()
            .find(|(known, _)| known.as_bytes() == name)
            .map(|(_, content)| content[..content.len().min(most)].to_vec())
            .ok_or_else(|| io::ErrorKind::NotFound.into())
    }
}
