//! Findings of a file, placed in the text that it was encoded from.

use crate::docsis::check::pass::check_file;
use crate::docsis::check::rules;
use crate::docsis::check::sheet::{About, Finding};
use crate::docsis::check::told::Told;
use crate::docsis::decode::{File, FileKind};
use crate::docsis::encode;
use crate::docsis::encode::diagnostic::{Diagnostic, Warning};
use crate::docsis::encode::fault::Fault;
use crate::docsis::encode::lex::Token;
use crate::docsis::encode::{Encoded, Mode, Options};
use crate::docsis::extended_mic;
use crate::docsis::extended_mic::State;

/// Checks an encoded text: what was let pass while it was encoded, and the
/// findings of the file, each with its place in the text.
///
/// ```
/// use provha::docsis::{Mib, Options, check, encode};
///
/// let text = b"Main {\n\tMaxCPE 2;\n\tMaxCPE 3;\n}";
/// let options = Options::modem(b"key");
/// let encoded = encode(text, &options).expect("valid");
/// let told = check::told(text, &encoded, &options, None);
/// let twice = told.iter().find(|w| w.rule() == Some("set-twice"));
/// assert_eq!(twice.map(|w| w.0.span.line), Some(3));
/// ```
#[must_use]
pub fn told(
    text: &[u8],
    encoded: &Encoded,
    options: &Options<'_>,
    docsis: Option<super::versions::Docsis>,
) -> Vec<Warning> {
    let about = About { mib: options.mib, allow: options.allow, docsis };
    let bytes = &encoded.bytes;
    let mta = encode::is_mta(options, bytes);
    let kind = if mta { FileKind::Mta } else { FileKind::Modem };
    let settings = File::parse(&bytes[..encoded.settings.min(bytes.len())]);
    let mut findings = check_file(&settings, kind, bytes.len(), &about);
    if let Mode::Modem { key } = options.mode
        && !mta
    {
        findings.extend(given_digest(key, settings.bytes, &about));
    }
    let mut told = encoded.warnings.clone();
    if !findings.is_empty() {
        let places = encode::places(text, options);
        told.extend(findings.into_iter().map(|f| placed(f, text, &places)));
    }
    told
}

/// A digest of the extended CMTS MIC that was written by hand and does not
/// fit.
fn given_digest(
    key: &[u8],
    settings: &[u8],
    about: &About<'_>,
) -> Option<Finding> {
    if key.is_empty() {
        // Nobody knows whether it fits.
        return None;
    }
    let State::Good(block) = extended_mic::find(settings) else { return None };
    let rule = &rules::EXTENDED_MIC;
    let place = block.digest.clone()?;
    let fits = block.compute(key, settings)[..] == settings[place];
    (!fits && block.is_given(settings) && !about.allow.has(rule)).then(|| {
        Finding {
            rule,
            severity: rule.severity,
            offset: Some(block.start()),
            other: None,
            text: "the digest of the extended CMTS MIC does not fit: write \
                   zeros, and it is computed"
                .into(),
        }
    })
}

/// A finding with its place in the text.
fn placed(finding: Finding, text: &[u8], places: &[(usize, Token)]) -> Warning {
    let Finding { rule, severity, offset, other, text: what } = finding;
    let token = |offset: usize| {
        let after = places.partition_point(|(start, _)| *start <= offset);
        places.get(after.checked_sub(1)?).map(|(_, token)| *token)
    };
    let other = other.and_then(token).map(|token| line(text, token.from));
    let whole_file = offset.is_none();
    let told = Told { rule, severity, text: what, other, whole: whole_file };
    let fault = Fault::Told(Box::new(told));
    Warning(match offset.and_then(token) {
        Some(token) => Diagnostic::new(fault, text, token.from, token.to),
        None => whole(fault, text),
    })
}

/// What is said of a text as a whole stands at its first line.
fn whole(fault: Fault, text: &[u8]) -> Diagnostic {
    let main = text.iter().position(u8::is_ascii_alphabetic).unwrap_or(0);
    Diagnostic::new(fault, text, main, main + 4)
}

/// Line of a place, from 1.
fn line(text: &[u8], at: usize) -> usize {
    text[..at.min(text.len())].split(|octet| *octet == b'\n').count()
}
