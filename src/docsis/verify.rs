//! Whether a binary configfile is what it should be: structure, MICs, end
//! marker and padding of a modem's file, delimiters and hash of an MTA's.

use std::fmt;

use sha1::{Digest, Sha1};

use crate::docsis::check::About;
use crate::docsis::check::rules::Severity;
use crate::docsis::decode::ber::{STRING_TAG, Varbind};
use crate::docsis::decode::words::hex;
use crate::docsis::decode::{File, FileKind, Options, Tail, Tlv};
use crate::docsis::extended_mic::State;
use crate::docsis::mib::Mib;
use crate::docsis::{check, decode, extended_mic, mic};

/// Rules of the check of meaning that are checked here by themselves.
const KNOWN: [&str; 3] = ["stale-hash", "file-too-large", "object-form"];

/// The delimiter that closes an MTA file.
const MTA_END: [u8; 3] = [254, 1, 255];

/// What a check came to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Outcome {
    /// As it should be.
    Good,
    /// Odd, but a device takes it.
    Odd,
    /// Not looked at, for want of a key.
    Skipped,
    /// Wrong.
    Bad,
}

impl Outcome {
    /// The word in messages and JSON.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Good => "ok",
            Self::Odd => "odd",
            Self::Skipped => "not checked",
            Self::Bad => "BAD",
        }
    }
}

/// One thing that was checked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Check {
    /// What was checked.
    pub subject: &'static str,
    /// What it came to.
    pub outcome: Outcome,
    /// In words.
    pub text: String,
}

impl fmt::Display for Check {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let word = self.outcome.word();
        write!(f, "{}: {word}: {}", self.subject, self.text)
    }
}

/// All checks of a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Report {
    /// What the file is for.
    pub kind: FileKind,
    /// What was checked, in order.
    pub checks: Vec<Check>,
}

impl Report {
    /// Whether nothing is wrong.
    #[must_use]
    pub fn is_good(&self) -> bool {
        self.checks.iter().all(|check| check.outcome != Outcome::Bad)
    }

    /// Adds what the check of meaning finds in the file.
    pub fn add_meaning(&mut self, bytes: &[u8], about: &About<'_>) {
        let mut found = check::check(bytes, about);
        // These stand here already, as hash and structure.
        found.retain(|f| !KNOWN.contains(&f.rule.name));
        for finding in &found {
            let outcome = match finding.severity {
                Severity::Note => Outcome::Odd,
                Severity::Bad | Severity::Refused => Outcome::Bad,
            };
            let mut text = finding.text.clone();
            if let Some(offset) = finding.offset {
                text += &format!(" (octet {offset}");
                if let Some(other) = finding.other {
                    text += &format!(", the other at {other}");
                }
                text.push(')');
            }
            self.add(finding.rule.name, outcome, text);
        }
        if found.is_empty() {
            let text = "no rule is broken".to_owned();
            self.add("meaning", Outcome::Good, text);
        }
    }

    /// Adds a check.
    fn add(&mut self, subject: &'static str, outcome: Outcome, text: String) {
        self.checks.push(Check { subject, outcome, text });
    }
}

/// Checks a file. `key`: the shared secret of the CMTS MIC (see
/// [`mic::key_of_file`]); without it that MIC is not checked.
///
/// ```
/// use provha::docsis::{decode::FileKind, verify};
///
/// let report = verify::verify(&[254, 1, 1, 254, 1, 255], None);
/// assert_eq!(report.kind, FileKind::Mta);
/// assert!(report.is_good());
/// ```
#[must_use]
pub fn verify(bytes: &[u8], key: Option<&[u8]>) -> Report {
    let file = File::parse(&bytes[..bytes.len().min(decode::MAX_INPUT)]);
    let mut report = Report { kind: file.kind(), checks: Vec::new() };
    check_structure(bytes, &file, &mut report);
    match file.tail {
        Tail::Modem { .. } => check_modem(&file, key, &mut report),
        Tail::Odd { octets, .. } if octets.get(18..20) == Some(&[7, 0]) => {
            check_placeholder(octets, bytes.len(), &mut report);
        }
        Tail::Odd { offset, .. } => {
            let text = format!(
                "at octet {offset} a CM MIC that matches, but no end marker \
                 follows the MICs"
            );
            report.add("end", Outcome::Bad, text);
        }
        Tail::None if report.kind == FileKind::Mta => {
            check_mta(&file, &mut report);
        }
        Tail::None => {
            let text = "neither MICs nor MTA delimiters: no device accepts it";
            report.add("end", Outcome::Bad, text.to_owned());
        }
    }
    report
}

/// Checks that the file consists of TLVs with fitting lengths.
fn check_structure(bytes: &[u8], file: &File<'_>, report: &mut Report) {
    let options = Options { numeric_oids: true, ..Options::default() };
    let notes = decode::decode(bytes, &Mib::default(), &options).notes;
    let in_settings = |offset: usize| match file.tail {
        Tail::Modem { offset: end, .. } | Tail::Odd { offset: end, .. } => {
            offset < end
        }
        Tail::None => true,
    };
    for note in notes.iter().filter(|note| in_settings(note.offset)) {
        let outcome = if note.damage { Outcome::Bad } else { Outcome::Odd };
        report.add("structure", outcome, note.to_string());
    }
    if report.checks.is_empty() {
        let text =
            format!("{} octets, {} settings", bytes.len(), file.items.len());
        report.add("structure", Outcome::Good, text);
    }
}

/// Checks MICs, end marker and padding.
fn check_modem(file: &File<'_>, key: Option<&[u8]>, report: &mut Report) {
    let Tail::Modem { offset, cm_mic, cmts_mic, padding, .. } = file.tail
    else {
        return;
    };
    let settings = &file.bytes[..offset];
    check_mic("CM MIC", cm_mic, &mic::cm_mic(settings), report);
    let covered = &file.bytes[..offset + 2 + cm_mic.len()];
    let extended = extended_mic::find(settings);
    check_explicit(&extended, settings, key, report);
    match (cmts_mic, key) {
        (Some(found), Some(key)) => match &extended {
            State::Good(block) if block.digest.is_none() => {
                let expected = block.compute(key, covered);
                check_mic("extended CMTS MIC", found, &expected, report);
            }
            _ => {
                let expected = mic::cmts_mic(key, covered);
                check_mic("CMTS MIC", found, &expected, report);
            }
        },
        (Some(found), None) => {
            let text = format!("{}: no key was given", hex(found));
            report.add("CMTS MIC", Outcome::Skipped, text);
        }
        (None, _) => {
            let text = "there is none".to_owned();
            report.add("CMTS MIC", Outcome::Bad, text);
        }
    }
    let whole = file.bytes.len().is_multiple_of(4);
    let outcome =
        if whole && padding < 4 { Outcome::Good } else { Outcome::Odd };
    let text =
        format!("end marker and {padding} octets, {} in all", file.bytes.len());
    report.add("padding", outcome, text);
}

/// Checks the digest that stands in the block of the extended CMTS MIC.
fn check_explicit(
    extended: &State,
    settings: &[u8],
    key: Option<&[u8]>,
    report: &mut Report,
) {
    let subject = "extended CMTS MIC";
    match (extended, key) {
        (State::None, _) => {}
        (State::Odd(why, _), _) => {
            report.add(subject, Outcome::Skipped, why.clone());
        }
        (State::Good(block), key) => {
            let Some(place) = block.digest.clone() else { return };
            let found = &settings[place];
            match key {
                Some(key) => {
                    let expected = block.compute(key, settings);
                    check_mic(subject, found, &expected, report);
                }
                None => {
                    let text = format!("{}: no key was given", hex(found));
                    report.add(subject, Outcome::Skipped, text);
                }
            }
        }
    }
}

/// Checks the end of a file whose CMTS MIC is left to another tool: a TLV
/// without octets. `octets`: from the CM MIC on, which fits.
fn check_placeholder(octets: &[u8], size: usize, report: &mut Report) {
    report.add("CM MIC", Outcome::Good, hex(&octets[2..18]));
    let text = "no octets: a placeholder for the tool that knows the secret; \
                no CMTS takes it like this";
    report.add("CMTS MIC", Outcome::Bad, text.to_owned());
    let (outcome, text) = match &octets[20..] {
        [255, padding @ ..] if padding.iter().all(|octet| *octet == 0) => {
            let whole = size.is_multiple_of(4) && padding.len() < 4;
            let outcome = if whole { Outcome::Good } else { Outcome::Odd };
            let count = padding.len();
            let text = format!("end marker and {count} octets, {size} in all");
            (outcome, text)
        }
        _ => (Outcome::Bad, "no end marker follows the MICs".to_owned()),
    };
    report.add("padding", outcome, text);
}

/// Compares a MIC or a hash.
fn check_mic(
    subject: &'static str,
    found: &[u8],
    expected: &[u8],
    report: &mut Report,
) {
    if found == expected {
        return report.add(subject, Outcome::Good, hex(found));
    }
    let text = format!("{}, should be {}", hex(found), hex(expected));
    report.add(subject, Outcome::Bad, text);
}

/// Checks the last delimiter and the hash.
fn check_mta(file: &File<'_>, report: &mut Report) {
    if file.bytes.len() > MTA_END.len() && file.bytes.ends_with(&MTA_END) {
        let text = "opens and closes the file".to_owned();
        report.add("delimiter", Outcome::Good, text);
    } else {
        let text = "the file does not end with MtaConfigDelimiter 255";
        report.add("delimiter", Outcome::Bad, text.to_owned());
    }
    let hashes = file.items.iter().filter_map(|tlv| {
        hash(tlv).map(|(subject, digest)| (tlv, subject, digest))
    });
    for (tlv, subject, digest) in hashes {
        let before = &file.bytes[..tlv.offset];
        let after = &file.bytes[tlv.offset + tlv.size()..];
        let expected = Sha1::new().chain_update(before).chain_update(after);
        check_mic(subject, digest, &expected.finalize(), report);
    }
}

/// The hash in a setting, if it is one.
fn hash<'a>(tlv: &Tlv<'a>) -> Option<(&'static str, &'a [u8])> {
    let varbind = Varbind::read(tlv.value)?;
    let subject = match varbind.oid.as_slice() {
        oid if oid == mic::NA_HASH => "hash (NA)",
        oid if oid == mic::EU_HASH => "hash (EU)",
        _ => return None,
    };
    let whole = varbind.tag == STRING_TAG && tlv.children.is_empty();
    whole.then_some((subject, varbind.value))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A file for a modem, with that key.
    fn modem(key: &[u8]) -> Vec<u8> {
        let mut bytes = vec![3, 1, 1, 18, 1, 5];
        let mic = mic::cm_mic(&bytes);
        bytes.extend([6, 16]);
        bytes.extend(mic);
        let mic = mic::cmts_mic(key, &bytes);
        bytes.extend([7, 16]);
        bytes.extend(mic);
        bytes.extend([255, 0]);
        bytes
    }

    /// Subjects and outcomes.
    fn outcomes(report: &Report) -> Vec<(&'static str, Outcome)> {
        report.checks.iter().map(|c| (c.subject, c.outcome)).collect()
    }

    #[test]
    fn a_good_file_is_good_with_its_key_only() {
        let bytes = modem(b"DOCSIS");
        let report = verify(&bytes, Some(b"DOCSIS"));
        assert!(report.is_good(), "{report:?}");
        assert_eq!(report.kind, FileKind::Modem);
        let report = verify(&bytes, Some(b"other"));
        assert!(outcomes(&report).contains(&("CMTS MIC", Outcome::Bad)));
        let report = verify(&bytes, None);
        assert!(outcomes(&report).contains(&("CMTS MIC", Outcome::Skipped)));
        assert!(report.is_good());
    }

    #[test]
    fn a_changed_setting_breaks_the_mic() {
        let mut bytes = modem(b"DOCSIS");
        bytes[5] = 6;
        let report = verify(&bytes, None);
        assert!(outcomes(&report).contains(&("CM MIC", Outcome::Bad)));
        assert!(!report.is_good());
    }

    #[test]
    fn the_hash_of_an_mta_file_is_checked() {
        let mut bytes = vec![254, 1, 1];
        let plain = [&bytes[..], &MTA_END].concat();
        bytes.extend([11, 0x26, 0x30, 0x24, 6, 14 - 2, 0x2b, 6, 1, 4, 1]);
        bytes.extend([0xba, 8, 1, 1, 2, 9, 0, 4, 20]);
        bytes.extend(Sha1::digest(&plain));
        bytes.extend(MTA_END);
        let report = verify(&bytes, None);
        assert!(outcomes(&report).contains(&("hash (EU)", Outcome::Good)));
        bytes[2] = 2;
        assert!(!verify(&bytes, None).is_good());
    }

    #[test]
    fn cut_files_are_bad() {
        let bytes = modem(b"");
        for length in 0..bytes.len() - 2 {
            assert!(!verify(&bytes[..length], None).is_good(), "{length}");
        }
    }
}
