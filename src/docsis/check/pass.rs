//! The pass over the tree of settings.

use sha1::{Digest, Sha1};

use crate::docsis::check::rules::Severity;
use crate::docsis::check::sheet::{About, Finding, Found, Sheet, number};
use crate::docsis::check::versions::Docsis;
use crate::docsis::check::{flows, rules, versions};
use crate::docsis::codes::{
    EROUTER, NETWORK_ACCESS, OBJECT, VENDOR_BLOCK, WIDE,
};
use crate::docsis::decode::tree::{File, FileKind, Form, MAX_INPUT, Tlv};
use crate::docsis::decode::words;
use crate::docsis::extended_mic::State;
use crate::docsis::mta_hash::mta_hash;
use crate::docsis::{extended_mic, newer};

/// Octets of a file that every modem takes (MULPI D.1.1).
const MODEM_SIZE: usize = 8192;

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
    let mut sheet = Sheet::new(about);
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
    sheet.finish()
}

/// Checks what only a modem's file has.
fn modem(items: &[Tlv<'_>], sheet: &mut Sheet<'_>) {
    network_access(items, sheet);
    flows::check(items, sheet);
    once(items, TOP_ONCE, sheet);
    for tlv in items {
        if !tlv.children.is_empty() {
            once_inside(tlv, sheet);
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

/// Codes in `DsChannelList` that may stand once.
static SCAN_ONCE: &Codes = &codes(&[3]);

/// Codes in `eRouter` that may stand once (CM-SP-eRouter Annex B.4).
static ROUTER_ONCE: &Codes = &codes(&[1, 2, 3, 4, 10, 12, 13]);

/// Codes in `EstbSettings` that may stand once.
static STB_ONCE: &Codes = &codes(&[1]);

/// The codes that may stand once in a block at the top.
fn once_in(block: u8) -> Option<&'static Codes> {
    match block {
        4 | 17 => Some(PLAIN_ONCE),
        22 | 23 | 60 => Some(CLASSIFIER_ONCE),
        24 | 25 => Some(FLOW_ONCE),
        26 | 38 | 54 => Some(ALL_ONCE),
        41 => Some(SCAN_ONCE),
        EROUTER => Some(ROUTER_ONCE),
        217 => Some(STB_ONCE),
        _ => None,
    }
}

/// Every code but those of vendors.
static ALL_ONCE: &Codes = &[!(1 << VENDOR_BLOCK), 0, 0, 0];

/// Checks a block at the top and the blocks in it.
fn once_inside(block: &Tlv<'_>, sheet: &mut Sheet<'_>) {
    if let Some(codes) = once_in(block.code) {
        once(&block.children, codes, sheet);
    }
    for inner in &block.children {
        let alone = match block.code {
            22 | 23 | 60 => (9..=12).contains(&inner.code),
            24 | 25 => inner.code == 40,
            41 => inner.code < 3,
            EROUTER => inner.code == 2,
            _ => false,
        };
        if alone && !inner.children.is_empty() {
            once(&inner.children, ALL_ONCE, sheet);
        }
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
        } else if object && tlv.value.first() != Some(&0x30) {
            sheet.add(Found::new(&rules::OBJECT_FORM, tlv), || {
                words::no_varbind("SnmpMibObject", tlv.value)
            });
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
    for child in tlv.children.iter().filter(|c| c.symbol.is_some()) {
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
