//! The check of meaning: whether a file that is well-formed says what was
//! meant, and whether a modem, an MTA or a CMTS takes it. One pass over the
//! tree of settings; the rules are in [`rules`].

mod flows;
pub mod rules;
mod text;
pub mod versions;

use std::fmt;

use sha1::{Digest, Sha1};

use crate::docsis::check::rules::{Allow, Rule, Severity};
use crate::docsis::check::versions::Docsis;
use crate::docsis::decode::ber::{STRING_TAG, Varbind};
use crate::docsis::decode::tree::WIDE;
use crate::docsis::decode::{File, FileKind, Form, MAX_INPUT, Tlv, words};
use crate::docsis::extended_mic::State;
use crate::docsis::mib::Mib;
use crate::docsis::{extended_mic, mic, newer};

pub use text::{Told, told};

/// Octets of a file that every modem takes (MULPI D.1.1).
const MODEM_SIZE: usize = 8192;

/// Findings of one file that are kept.
const MOST: usize = 50;

/// Code of an SNMP object.
const OBJECT: u8 = 11;

/// Code of `NetworkAccess`.
const NETWORK_ACCESS: u8 = 3;

/// What a check needs to know besides the file.
#[derive(Clone, Copy)]
pub struct About<'a> {
    /// Names of SNMP objects, for messages.
    pub mib: &'a Mib,
    /// Rules that are silenced.
    pub allow: Allow,
    /// Version of the modem; not checked where it is not known.
    pub docsis: Option<Docsis>,
}

/// What was found at one place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    /// The rule that is broken.
    pub rule: &'static Rule,
    /// How severe it is in this file.
    pub severity: Severity,
    /// Where, octets from the start; `None` for the file as a whole.
    pub offset: Option<usize>,
    /// The other place that it is about.
    pub other: Option<usize>,
    /// What is wrong there.
    pub text: String,
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let word = self.severity.word();
        write!(f, "{}: {word}: {}", self.rule.name, self.text)?;
        if let Some(offset) = self.offset {
            write!(f, " (octet {offset}")?;
            if let Some(other) = self.other {
                write!(f, ", the other at {other}")?;
            }
            write!(f, ")")?;
        }
        Ok(())
    }
}

/// A place where a rule is broken, before it is put in words.
#[derive(Clone, Copy)]
struct Found {
    /// The rule.
    rule: &'static Rule,
    /// How severe.
    severity: Severity,
    /// The place.
    offset: Option<usize>,
    /// The other place.
    other: Option<usize>,
}

impl Found {
    /// At a setting.
    fn new(rule: &'static Rule, tlv: &Tlv<'_>) -> Self {
        Self::at(rule, tlv.offset)
    }

    /// At an octet.
    fn at(rule: &'static Rule, offset: usize) -> Self {
        let offset = Some(offset);
        Self { rule, severity: rule.severity, offset, other: None }
    }

    /// In the file as a whole.
    fn whole(rule: &'static Rule) -> Self {
        let (offset, other) = (None, None);
        Self { rule, severity: rule.severity, offset, other }
    }

    /// With another place that comes before.
    fn after(self, other: usize) -> Self {
        Self { other: Some(other), ..self }
    }
}

/// Where findings are written down.
struct Sheet<'a> {
    /// Names and what is silenced.
    about: &'a About<'a>,
    /// The findings.
    findings: Vec<Finding>,
}

impl Sheet<'_> {
    /// Writes one down, unless it is silenced or there are enough.
    fn add(&mut self, found: Found, text: impl FnOnce() -> String) {
        let Found { rule, severity, offset, other } = found;
        if self.about.allow.has(rule) || self.findings.len() >= MOST {
            return;
        }
        // What can only be refused where a text is written is bad in a file.
        let severity = severity.min(Severity::Bad);
        let text = text();
        self.findings.push(Finding { rule, severity, offset, other, text });
    }
}

/// Checks a whole binary.
///
/// ```
/// use provha::docsis::check::{About, check, rules::Allow};
/// use provha::docsis::{Mib, Options, encode};
///
/// let text = b"Main { MaxCPE 2; }";
/// let file = encode(text, &Options::modem(b"key")).expect("valid").bytes;
/// let mib = Mib::embedded();
/// let about = About { mib, allow: Allow::default(), docsis: None };
/// let found: Vec<_> = check(&file, &about).iter().map(|f| f.rule.name).collect();
/// assert_eq!(found, ["network-access", "no-service"]);
/// ```
#[must_use]
pub fn check(bytes: &[u8], about: &About<'_>) -> Vec<Finding> {
    let file = File::parse(&bytes[..bytes.len().min(MAX_INPUT)]);
    check_file(&file, file.kind(), bytes.len(), about)
}

/// Checks the settings of a file of that kind and of that many octets.
pub(in crate::docsis) fn check_file(
    file: &File<'_>,
    kind: FileKind,
    octets: usize,
    about: &About<'_>,
) -> Vec<Finding> {
    let mut sheet = Sheet { about, findings: Vec::new() };
    size(kind, octets, &mut sheet);
    let items = &file.items;
    objects(items, kind, &mut sheet);
    if kind == FileKind::Mta {
        stale_hashes(file, &mut sheet);
    } else {
        modem(items, &mut sheet);
        let end = items.last().map_or(0, |tlv| tlv.offset + tlv.size());
        extended_mic(&file.bytes[..end], &mut sheet);
    }
    sheet.findings.sort_by_key(|f| (f.offset.is_some(), f.offset));
    sheet.findings
}

/// Checks what only a modem's file has.
fn modem(items: &[Tlv<'_>], sheet: &mut Sheet<'_>) {
    network_access(items, sheet);
    flows::check(items, sheet);
    once(items, TOP_ONCE, sheet);
    for tlv in items {
        if let Some(codes) = once_in(tlv.code) {
            once(&tlv.children, codes, sheet);
        }
        if tlv.form == Form::Wide && tlv.code == WIDE {
            sheet.add(Found::new(&rules::LONG_OBJECT, tlv), || {
                "code 64 with a 16-bit length in a modem's file".into()
            });
        }
        newer_value(tlv, sheet);
        newer_setting(tlv, sheet);
    }
}

/// Checks how large the file is.
fn size(kind: FileKind, octets: usize, sheet: &mut Sheet<'_>) {
    if octets > MAX_INPUT {
        sheet.add(Found::whole(&rules::FILE_TOO_LARGE), || {
            format!("the file has {octets} octets, over {MAX_INPUT}")
        });
    } else if octets > MODEM_SIZE && kind != FileKind::Mta {
        sheet.add(Found::whole(&rules::MODEM_SIZE), || {
            format!("the file has {octets} octets, over {MODEM_SIZE}")
        });
    }
}

/// Checks that `NetworkAccess` stands once.
fn network_access(items: &[Tlv<'_>], sheet: &mut Sheet<'_>) {
    let mut places = items.iter().filter(|tlv| tlv.code == NETWORK_ACCESS);
    let Some(first) = places.next() else {
        return sheet.add(Found::whole(&rules::NETWORK_ACCESS), || {
            "NetworkAccess is missing".into()
        });
    };
    for again in places {
        let found = Found::new(&rules::NETWORK_ACCESS, again);
        sheet.add(found.after(first.offset), || {
            "NetworkAccess is set twice".into()
        });
    }
}

/// A set of codes.
type Codes = [u64; 4];

/// The set of these codes.
const fn codes(list: &[u8]) -> Codes {
    let (mut set, mut at) = ([0; 4], 0);
    while at < list.len() {
        set[(list[at] >> 6) as usize] |= 1 << (list[at] & 63);
        at += 1;
    }
    set
}

/// Whether a code is in a set.
const fn has(set: &Codes, code: u8) -> bool {
    set[(code >> 6) as usize] & 1 << (code & 63) != 0
}

/// Codes at the top that may stand once (MULPI Annex C); `NetworkAccess` has
/// a rule of its own.
static TOP_ONCE: &Codes = &codes(&[
    1, 2, 9, 17, 18, 19, 20, 21, 28, 29, 35, 36, 37, 39, 40, 45, 55, 58, 59,
    61, 63, 65, 67, 68, 69, 76, 84, 91, 97,
]);

/// Codes in a flow that may stand once.
static FLOW_ONCE: &Codes = &codes(&[
    1, 2, 3, 4, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22,
    23, 24, 25, 26, 27, 31, 32, 33, 35, 36, 37, 40, 41,
]);

/// Codes in a classifier that may stand once.
static CLASSIFIER_ONCE: &Codes = &codes(&[1, 2, 3, 4, 5, 6, 7]);

/// Codes in `ClassOfService` and `BaselinePrivacy` that may stand once.
static PLAIN_ONCE: &Codes = &codes(&[1, 2, 3, 4, 5, 6, 7, 8, 9]);

/// The codes that may stand once in a block at the top.
fn once_in(block: u8) -> Option<&'static Codes> {
    match block {
        4 | 17 => Some(PLAIN_ONCE),
        22 | 23 | 60 => Some(CLASSIFIER_ONCE),
        24 | 25 => Some(FLOW_ONCE),
        _ => None,
    }
}

/// Checks that settings that may stand once do.
fn once(items: &[Tlv<'_>], may: &Codes, sheet: &mut Sheet<'_>) {
    let mut seen: Codes = [0; 4];
    for (at, tlv) in items.iter().enumerate() {
        let (slot, bit) = ((tlv.code >> 6) as usize, 1 << (tlv.code & 63));
        let again = seen[slot] & bit != 0;
        seen[slot] |= bit;
        if !again || !has(may, tlv.code) || tlv.form == Form::Raw {
            continue;
        }
        let first = items[..at].iter().find(|other| other.code == tlv.code);
        let found = Found::new(&rules::SET_TWICE, tlv);
        let found = first.map_or(found, |first| found.after(first.offset));
        sheet.add(found, || format!("{} is set twice", words::name(tlv)));
    }
}

/// Checks that no SNMP object is set twice, in each block by itself.
fn objects(items: &[Tlv<'_>], kind: FileKind, sheet: &mut Sheet<'_>) {
    let mut names: Vec<(u64, &[u8], usize)> = Vec::with_capacity(items.len());
    for (at, tlv) in items.iter().enumerate() {
        let object = tlv.code == OBJECT || tlv.form == Form::Wide;
        if object && let Some(name) = object_name(tlv.value) {
            names.push((hash(name), name, at));
        } else if tlv.code > 200 && !tlv.children.is_empty() {
            // An embedded device's own objects.
            objects(&tlv.children, kind, sheet);
        }
    }
    names.sort_unstable();
    for pair in names.windows(2) {
        let ((_, name, _), (_, other, at)) = (pair[0], pair[1]);
        if name != other {
            continue;
        }
        let same = names.iter().filter(|(_, n, _)| *n == name);
        let first = same.map(|(_, _, at)| *at).min().unwrap_or(at);
        let again = &items[at];
        let mut found = Found::new(&rules::DUPLICATE_OBJECT, again);
        if kind == FileKind::Mta {
            found.severity = Severity::Note;
        }
        let mib = sheet.about.mib;
        sheet.add(found.after(items[first].offset), || {
            let name = words::varbind(mib, again).map(|read| read.name);
            let name = name.unwrap_or_else(|| "an SNMP object".into());
            format!("{name} is set twice")
        });
    }
}

/// FNV-1a over the octets.
fn hash(octets: &[u8]) -> u64 {
    octets.iter().fold(0xcbf2_9ce4_8422_2325, |hash, octet| {
        (hash ^ u64::from(*octet)).wrapping_mul(0x0100_0000_01b3)
    })
}

/// The content octets of the name in a variable binding.
fn object_name(value: &[u8]) -> Option<&[u8]> {
    let ([0x30, 0x82, _, _, body @ ..]
    | [0x30, 0x81, _, body @ ..]
    | [0x30, _, body @ ..]) = value
    else {
        return None;
    };
    let (len, rest) = match body {
        [0x06, 0x82, high, low, rest @ ..] => {
            (usize::from(u16::from_be_bytes([*high, *low])), rest)
        }
        [0x06, 0x81, len, rest @ ..] | [0x06, len, rest @ ..] => {
            (usize::from(*len), rest)
        }
        _ => return None,
    };
    rest.get(..len)
}

/// A number of up to 4 octets.
fn number(value: &[u8]) -> Option<u32> {
    (1..=4).contains(&value.len()).then(|| {
        value.iter().fold(0, |number, octet| number << 8 | u32::from(*octet))
    })
}

/// Tells of values that older modems do not know.
fn newer_value(tlv: &Tlv<'_>, sheet: &mut Sheet<'_>) {
    match tlv.code {
        1 => {
            let value = number(tlv.value).unwrap_or(0);
            if value > newer::EDGE_30 && value <= newer::EDGE_40 {
                let version =
                    if value > newer::EDGE_31 { "4.0" } else { "3.1" };
                sheet.add(Found::new(&rules::NEWER_VALUE, tlv), || {
                    format!(
                        "DownstreamFrequency {value} is beyond the band of \
                         modems before DOCSIS {version}"
                    )
                });
            }
        }
        24 => {
            let kinds = tlv.children.iter().filter(|c| {
                c.code == 15 && number(c.value) == Some(newer::PROACTIVE_GRANT)
            });
            for kind in kinds {
                sheet.add(Found::new(&rules::NEWER_VALUE, kind), || {
                    "SchedulingType 7 (proactive grant service) is of \
                     DOCSIS 3.1"
                        .into()
                });
            }
        }
        _ => {}
    }
}

/// Tells of settings that the modem's version does not know.
fn newer_setting(tlv: &Tlv<'_>, sheet: &mut Sheet<'_>) {
    let Some(modem) = sheet.about.docsis else { return };
    let mut tell = |tlv: &Tlv<'_>, path: String, version: Option<Docsis>| {
        let Some(version) = version.filter(|version| *version > modem) else {
            return false;
        };
        sheet.add(Found::new(&rules::NEWER_SETTING, tlv), || {
            format!(
                "TLV {path} ({}) is of DOCSIS {}: DOCSIS {} modems ignore it",
                words::name(tlv),
                version.number(),
                modem.number()
            )
        });
        true
    };
    if tell(tlv, tlv.code.to_string(), versions::of_code(tlv.code)) {
        return;
    }
    for child in &tlv.children {
        let version = versions::of_child(tlv.code, child.code);
        let path = format!("{}.{}", tlv.code, child.code);
        let _ = version.is_some() && tell(child, path, version);
    }
}

/// Checks hashes that stand in an MTA's file.
fn stale_hashes(file: &File<'_>, sheet: &mut Sheet<'_>) {
    for tlv in &file.items {
        let Some(digest) = mta_hash(tlv) else { continue };
        let (before, rest) = file.bytes.split_at(tlv.offset);
        let after = rest.get(tlv.size()..).unwrap_or_default();
        let right = Sha1::new().chain_update(before).chain_update(after);
        if right.finalize()[..] != *digest {
            sheet.add(Found::new(&rules::STALE_HASH, tlv), || {
                "pktcMtaDevProvConfigHash of the text does not fit the file: \
                 leave it out, --hash adds it"
                    .into()
            });
        }
    }
}

/// The digest in a setting, if it is an MTA's configuration hash.
pub(in crate::docsis) fn mta_hash<'a>(tlv: &Tlv<'a>) -> Option<&'a [u8]> {
    let object = tlv.code == OBJECT || tlv.form == Form::Wide;
    let varbind = Varbind::read(tlv.value).filter(|_| object)?;
    let oid = varbind.oid.as_slice();
    let hash = oid == mic::NA_HASH || oid == mic::EU_HASH;
    (hash && varbind.tag == STRING_TAG).then_some(varbind.value)
}

/// Checks the block of the extended CMTS MIC.
fn extended_mic(settings: &[u8], sheet: &mut Sheet<'_>) {
    let block = match extended_mic::find(settings) {
        State::None => return,
        State::Odd(why, offset) => {
            let found = Found::at(&rules::EXTENDED_MIC, offset);
            return sheet.add(found, || {
                format!("the extended CMTS MIC is not computed: {why}")
            });
        }
        State::Good(block) => block,
    };
    if !block.is_alone(settings) {
        let found = Found::at(&rules::EXTENDED_MIC, block.start());
        sheet.add(found, || {
            "other settings stand in the 43 of the extended CMTS MIC".into()
        });
    }
    let left_out = block.left_out(settings);
    if !left_out.is_empty() {
        let found = Found::at(&rules::EXTENDED_MIC_BITMAP, block.start());
        sheet.add(found, || {
            let codes: Vec<_> = left_out.iter().map(u8::to_string).collect();
            format!(
                "the bitmap of the extended CMTS MIC leaves out TLV {}",
                codes.join(", ")
            )
        });
    }
}
