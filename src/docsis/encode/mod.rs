//! Encoding of a whole text.

pub mod diagnostic;
pub mod fault;
pub mod lex;
pub mod lex_value;
pub mod near;
pub mod reread;
pub mod shared;
pub mod snmp;
pub mod value;
pub mod width;
pub mod write;
pub mod write_added;
pub mod write_forms;

use std::io;

use crate::docsis::encode::diagnostic::{Diagnostic, Span, Warning};
use crate::docsis::encode::fault::Fault;
use crate::docsis::encode::lex_value::Tag;
use crate::docsis::encode::write::{LONG_VARBIND, Writer};
use crate::docsis::encode::write_added::Added;
use crate::docsis::mib::Mib;
use crate::docsis::mic;
use crate::docsis::mic::Hash;

/// Longest text that is read, octets.
pub const MAX_TEXT: usize = 8 << 20;

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
        /// Secret shared with the CMTS (see [`mic::key_of_file`]); empty where
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
            files: &NoFiles,
            mib: Mib::embedded(),
        }
    }

    /// Whether a number that does not fit its octets is cut, as the reference
    /// does, instead of being refused.
    pub(in crate::docsis) fn cuts_numbers(&self) -> bool {
        self.lenient
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

/// An encoded text.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Encoded {
    /// The file.
    pub bytes: Vec<u8>,
    /// What was let pass.
    pub warnings: Vec<Warning>,
}

/// Encodes a text as the reference does.
///
/// # Errors
/// All faults of the text, in its order; never an empty list.
///
/// ```
/// use provha::docsis::{Options, encode};
///
/// let text = b"Main { NetworkAccess 1; MaxCPE 5; }";
/// let file = encode(text, &Options::modem(b"secret")).expect("it is valid");
/// assert_eq!(file.bytes[..6], [3, 1, 1, 18, 1, 5]);
///
/// let faults = encode(b"Main { MaxCPE 0; }", &Options::modem(b"secret"));
/// let fault = &faults.expect_err("it is refused")[0];
/// assert_eq!((fault.span.line, fault.span.column), (1, 15));
/// ```
pub fn encode(
    text: &[u8],
    options: &Options<'_>,
) -> Result<Encoded, Vec<Diagnostic>> {
    if let Some(fault) = huge(text) {
        return Err(vec![fault]);
    }
    let mut writer = Writer::new(text, options);
    writer.main();
    if !writer.faults.is_empty() {
        return Err(writer.faults);
    }
    let Writer { mut out, warnings, long_at, added, .. } = writer;
    match finish(&mut out, long_at, added, options) {
        Ok(()) => Ok(Encoded { bytes: out, warnings }),
        Err(failed) => Err(vec![place(text, options, failed)]),
    }
}

/// The fault of a text that is too long to be read.
pub(in crate::docsis) fn huge(text: &[u8]) -> Option<Diagnostic> {
    let (len, max) = (text.len(), MAX_TEXT);
    let fault = (len > max).then_some(Fault::Huge { len, max })?;
    Some(Diagnostic {
        fault,
        span: Span { offset: 0, len: 0, line: 1, column: 1 },
        source_line: String::new(),
        caret: 0,
        caret_len: 1,
    })
}

/// A fault of a whole file, and where in it.
pub(in crate::docsis) type Failed = (Fault, Option<usize>);

/// Appends what follows the settings, and checks the whole; `long_at` is
/// where the first SNMP object with a long length starts.
pub(in crate::docsis) fn finish(
    file: &mut Vec<u8>,
    long_at: Option<usize>,
    added: Added,
    options: &Options<'_>,
) -> Result<(), Failed> {
    let forced = file.first() == Some(&DELIMITER);
    let modem = matches!(options.mode, Mode::Modem { .. }) && !forced;
    if let Some(at) = long_at.filter(|_| modem && !options.lenient) {
        // A modem has one octet for every length: it would take the first
        // one of these for it, and read what follows out of step.
        let len = reread::long_len(file, at);
        return Err((Fault::LongInModem { len }, Some(at)));
    }
    if added == Added::Final {
        return Ok(());
    }
    match options.mode {
        Mode::Modem { key } if !forced && !file.is_empty() => {
            let end = mic::seal(key, file);
            if added == Added::None {
                check_covered(&file[..end])?;
            }
        }
        _ => {}
    }
    let whole = |fault| (fault, None);
    if let Some(plan) = options.dial_plan {
        mic::add_dial_plan(plan, file).map_err(whole)?;
    }
    mic::add_hash(options.hash, file).map_err(whole)?;
    if added == Added::Octets {
        return Ok(());
    }
    reread::check(file, long_at).map_err(|(fault, at)| (fault, Some(at)))
}

/// Checks what the reference decodes of a modem's file first: the settings
/// that the CMTS MIC covers. They differ from those of the file only where
/// code 64 stands, whose length is taken as two octets there.
pub(in crate::docsis) fn check_covered(settings: &[u8]) -> Result<(), Failed> {
    if !settings.contains(&LONG_VARBIND) {
        return Ok(());
    }
    let mut covered = Vec::with_capacity(settings.len());
    mic::for_each_covered(settings, |tlv| covered.extend_from_slice(tlv));
    reread::check(&covered, None).map_err(|(fault, _)| (fault, None))
}

/// TLV code of the `PacketCable` delimiter; a file that starts with it gets no
/// MICs.
const DELIMITER: u8 = 254;

/// Finds the setting that made a file fail, by encoding again with notes.
pub(in crate::docsis) fn place(
    text: &[u8],
    options: &Options<'_>,
    (fault, at): Failed,
) -> Diagnostic {
    let mut writer = Writer::new(text, options);
    writer.trace = Some(Vec::new());
    writer.main();
    let trace = writer.trace.unwrap_or_default();
    let within = at.filter(|at| *at < writer.out.len());
    let found = within.and_then(|at| {
        let after = trace.partition_point(|(start, _)| *start <= at);
        trace.get(after.checked_sub(1)?)
    });
    match found {
        Some((_, name)) if name.tag == Tag::Word => {
            Diagnostic::new(fault, text, name.from, name.to)
        }
        _ => Diagnostic::new(fault, text, text.len(), text.len()),
    }
}
