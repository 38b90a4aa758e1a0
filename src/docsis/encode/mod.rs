//! Encoding of a whole text.

pub mod block;
pub mod diagnostic;
pub mod fault;
pub mod lex;
pub mod lex_value;
pub mod options;
pub mod reread;
pub mod shared;
pub mod snmp;
pub mod value;
pub mod width;
pub mod write;
pub mod write_added;
pub mod write_forms;

use sha1::{Digest, Sha1};

use crate::docsis::check::rules::Severity;
use crate::docsis::check::{Told, rules};
use crate::docsis::decode::tree::{File, MAX_INPUT};
use crate::docsis::encode::diagnostic::{Diagnostic, Span, Warning};
use crate::docsis::encode::fault::Fault;
use crate::docsis::encode::lex::Token;
use crate::docsis::encode::lex_value::Tag;
use crate::docsis::encode::reread::{Failed, check_covered};
use crate::docsis::encode::write::{Added, Writer};
use crate::docsis::mic::Hash;
use crate::docsis::mta_hash::mta_hash;
use crate::docsis::{codes, mic};

pub use crate::docsis::encode::options::{
    Files, MemoryFiles, Mode, NoFiles, Options,
};

/// Longest text that is read, octets.
pub const MAX_TEXT: usize = 8 << 20;

/// An encoded text.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Encoded {
    /// The file.
    pub bytes: Vec<u8>,
    /// How many of its octets are settings: what follows in a modem's file
    /// is made by the encoder.
    pub settings: usize,
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
    finish(text, writer, options)
        .map_err(|failed| vec![place(text, options, failed)])
}

/// Whether a file with these octets is an MTA's.
pub(in crate::docsis) fn is_mta(options: &Options<'_>, file: &[u8]) -> bool {
    options.mode == Mode::Mta || file.first() == Some(&codes::DELIMITER)
}

/// Warnings about comments that may have swallowed settings: one inside
/// another, one that is not closed. They are the same for every text of a
/// template, so that encoding does not look for them.
#[must_use]
pub fn comment_warnings(text: &[u8]) -> Vec<Warning> {
    let mut lexer = lex::Lexer::new(text, 0);
    while lexer.token().is_ok_and(|token| token.tag != Tag::End) {}
    let faults = [
        (lexer.nested_comment(), Fault::CommentInComment),
        (lexer.open_comment(), Fault::CommentLeftOpen),
    ];
    let warning = |(from, fault): (Option<usize>, Fault)| {
        let from = from?;
        Some(Warning(Diagnostic::new(fault, text, from, from + 2)))
    };
    faults.into_iter().filter_map(warning).collect()
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

/// Makes the file of the settings that were written.
pub(in crate::docsis) fn finish(
    text: &[u8],
    writer: Writer<'_>,
    options: &Options<'_>,
) -> Result<Encoded, Failed> {
    let Writer { out: mut bytes, mut warnings, long_at, added, .. } = writer;
    let mut settings = bytes.len();
    let mut dropped = Dropped::default();
    // A hash that was pasted into the text beside the new one makes the MTA
    // refuse the file, whichever of the two is right.
    let asked = options.hash != Hash::None && !options.lenient;
    if asked && added == Added::None && is_mta(options, &bytes) {
        dropped = drop_hashes(&mut bytes);
    }
    let long_at = long_at.map(|at| dropped.after(at));
    close(&mut bytes, long_at, added, options)
        .map_err(|(fault, at)| (fault, at.map(|at| dropped.before(at))))?;
    if bytes.len() > MAX_INPUT
        && !options.lenient
        && !options.allow.has(&rules::FILE_TOO_LARGE)
    {
        let (len, max) = (bytes.len(), MAX_INPUT);
        return Err((Fault::FileSize { len, max }, None));
    }
    if is_mta(options, &bytes) {
        settings = bytes.len();
    }
    let stale = dropped.stale && !options.allow.has(&rules::STALE_HASH);
    if let Some((at, _)) = dropped.places.first().filter(|_| stale) {
        let told = Fault::Told(Box::new(Told {
            rule: &rules::STALE_HASH,
            severity: Severity::Note,
            text: "pktcMtaDevProvConfigHash of the text does not fit the \
                   file and is left out: the right one is added"
                .into(),
            other: None,
            whole: false,
        }));
        warnings.push(Warning(place(text, options, (told, Some(*at)))));
    }
    Ok(Encoded { bytes, settings, warnings })
}

/// Settings that were taken out of a file.
#[derive(Default)]
pub(in crate::docsis) struct Dropped {
    /// Where each was, and how many octets it had.
    places: Vec<(usize, usize)>,
    /// Whether one of them did not fit the file.
    stale: bool,
}

impl Dropped {
    /// The place after taking out of a place before.
    fn after(&self, at: usize) -> usize {
        let earlier = self.places.iter().filter(|(place, _)| *place < at);
        at - earlier.map(|(_, size)| size).sum::<usize>()
    }

    /// The place before taking out of a place after.
    fn before(&self, at: usize) -> usize {
        self.places.iter().fold(
            at,
            |at, (place, size)| {
                if *place <= at { at + size } else { at }
            },
        )
    }
}

/// Takes configuration hashes out, in place of which the right one comes.
fn drop_hashes(file: &mut Vec<u8>) -> Dropped {
    let tree = File::parse(file);
    let hashes: Vec<_> = tree
        .items
        .iter()
        .filter_map(|tlv| {
            let digest = mta_hash(tlv)?.to_vec();
            Some((tlv.offset, tlv.size(), digest))
        })
        .collect();
    for (at, size, _) in hashes.iter().rev() {
        drop(file.drain(*at..at + size));
    }
    let right = Sha1::digest(&*file);
    let stale = hashes.iter().any(|(_, _, digest)| *digest != right[..]);
    let places = hashes.iter().map(|(at, size, _)| (*at, *size)).collect();
    Dropped { places, stale }
}

/// Appends what follows the settings, and checks the whole; `long_at` is
/// where the first SNMP object with a long length starts.
fn close(
    file: &mut Vec<u8>,
    long_at: Option<usize>,
    added: Added,
    options: &Options<'_>,
) -> Result<(), Failed> {
    let modem = !is_mta(options, file);
    let strict = !options.lenient && !options.allow.has(&rules::LONG_OBJECT);
    if let Some(at) = long_at.filter(|_| modem && strict) {
        // A modem has one octet for every length: it would take the first
        // one of these for it, and read what follows out of step.
        let len = reread::long_len(file, at);
        return Err((Fault::LongInModem { len }, Some(at)));
    }
    if added == Added::Final {
        return Ok(());
    }
    match options.mode {
        Mode::Modem { key } if modem && !file.is_empty() => {
            let end = mic::seal(key, !options.lenient, file);
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

/// Where in the text each TLV comes from, and how many octets they are.
fn trace(text: &[u8], options: &Options<'_>) -> (Vec<(usize, Token)>, usize) {
    let mut writer = Writer::new(text, options);
    writer.trace = Some(Vec::new());
    writer.main();
    (writer.trace.unwrap_or_default(), writer.out.len())
}

/// Where in the text each TLV of a file comes from, by where it starts.
pub(in crate::docsis) fn places(
    text: &[u8],
    options: &Options<'_>,
) -> Vec<(usize, Token)> {
    trace(text, options).0
}

/// Finds the setting that made a file fail, by encoding again with notes.
pub(in crate::docsis) fn place(
    text: &[u8],
    options: &Options<'_>,
    (fault, at): Failed,
) -> Diagnostic {
    let (trace, end) = trace(text, options);
    let within = at.filter(|at| *at < end);
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
