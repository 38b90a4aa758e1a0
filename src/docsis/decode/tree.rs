//! The TLV tree of a binary configfile: what stands where, before anything is
//! said about how it is printed.
//!
//! No octet is lost: what is no TLV is kept as [`Form::Raw`], what announces
//! more octets than there are as [`Form::Cut`], and the end of a file (MICs,
//! end marker, padding) as [`Tail`].

use md5::{Digest, Md5};

use crate::docsis::table::{Kind, Symbol, TOP};
use crate::docsis::{codes, table};

/// Longest file that is decoded, octets. Modems take far less: the text of a
/// file of this size may reach 20 MiB.
pub const MAX_INPUT: usize = 256 * 1024;

/// Octets of a MIC.
const MIC_LEN: u8 = 16;

/// A binary configfile, taken apart.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct File<'a> {
    /// All octets.
    pub bytes: &'a [u8],
    /// The settings, in the order of the file.
    pub items: Vec<Tlv<'a>>,
    /// What follows them.
    pub tail: Tail<'a>,
}

/// One TLV, or octets that are none.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Tlv<'a> {
    /// Place in the file, octets.
    pub offset: usize,
    /// What it is.
    pub form: Form,
    /// Type code; 0 for [`Form::Raw`].
    pub code: u8,
    /// Row of the symbol table, if the code is known in its block.
    pub symbol: Option<&'static Symbol>,
    /// The value; for [`Form::Raw`] all octets, for [`Form::Cut`] what is
    /// left of the value.
    pub value: &'a [u8],
    /// The settings in the value, if it is a block.
    pub children: Vec<Tlv<'a>>,
}

/// What a [`Tlv`] is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Form {
    /// Code, length of 1 octet, value.
    Leaf,
    /// Code, length of 1 octet, further TLVs.
    Block,
    /// Code, length of 2 octets, value.
    Wide,
    /// Octets that are no TLV: a code without length, an end marker or
    /// padding that stands alone.
    Raw,
    /// Code and a length that is greater than what is left. If the code is
    /// that of a block, its settings are in `children`.
    Cut {
        /// The length that is written there, octets.
        announced: u8,
    },
}

/// The end of a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tail<'a> {
    /// Nothing: the settings end with the file, as for an MTA.
    None,
    /// MICs, end marker, padding, as encoding for a modem adds them.
    Modem {
        /// Place in the file, octets.
        offset: usize,
        /// The CM MIC, 16 octets.
        cm_mic: &'a [u8],
        /// The CMTS MIC, 16 octets, if there is one.
        cmts_mic: Option<&'a [u8]>,
        /// Zeros after the end marker, octets.
        padding: usize,
        /// Whether the CM MIC is the digest of what stands before it.
        matches: bool,
    },
    /// A CM MIC that matches, and then something that encoding does not make.
    Odd {
        /// Place in the file, octets.
        offset: usize,
        /// Everything from the CM MIC on.
        octets: &'a [u8],
    },
}

impl<'a> File<'a> {
    /// Takes a file apart. Any input will do.
    #[must_use]
    pub fn parse(bytes: &'a [u8]) -> Self {
        let mut walk = Walk::new(bytes);
        let mut items = Vec::with_capacity(count(bytes));
        let tail = loop {
            if walk.at >= bytes.len() {
                break Tail::None;
            }
            if let Some(tail) = walk.tail() {
                break tail;
            }
            items.push(walk.top());
        };
        Self { bytes, items, tail }
    }

    /// The settings and the CM MIC of a modem's file, from which the CMTS MIC
    /// is made; empty if it is none.
    pub(in crate::docsis) fn covered(&self) -> &'a [u8] {
        match self.tail {
            Tail::Modem { offset, cm_mic, .. } => {
                &self.bytes[..offset + 2 + cm_mic.len()]
            }
            Tail::None | Tail::Odd { .. } => &[],
        }
    }

    /// What the file is for, as far as its octets tell.
    #[must_use]
    pub fn kind(&self) -> FileKind {
        match self.tail {
            Tail::Modem { .. } | Tail::Odd { .. } => FileKind::Modem,
            Tail::None if self.bytes.first() == Some(&codes::DELIMITER) => {
                FileKind::Mta
            }
            Tail::None => FileKind::Plain,
        }
    }
}

/// What a file is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FileKind {
    /// A cable modem: it ends with MICs.
    Modem,
    /// A telephone adapter: it starts with the delimiter.
    Mta,
    /// Settings alone, neither MICs nor delimiter.
    Plain,
}

impl FileKind {
    /// Its name, one word.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Modem => "modem",
            Self::Mta => "mta",
            Self::Plain => "plain",
        }
    }
}

impl Tlv<'_> {
    /// Octets that it takes in the file.
    #[must_use]
    pub fn size(&self) -> usize {
        let header = match self.form {
            Form::Raw => 0,
            Form::Leaf | Form::Block | Form::Cut { .. } => 2,
            Form::Wide => 3,
        };
        header + self.value.len()
    }

    /// Name in the symbol table.
    #[must_use]
    pub fn name(&self) -> Option<&'static str> {
        self.symbol.map(|symbol| symbol.name)
    }
}

/// A walk over the settings at the top.
struct Walk<'a> {
    /// All octets.
    bytes: &'a [u8],
    /// Where the next setting starts.
    at: usize,
    /// Where nothing but zeros is left.
    zeros: usize,
    /// Whether the delimiter was seen: code 64 then has a wide length.
    delimited: bool,
    /// Digest of the octets before `digested`.
    digest: Md5,
    /// End of what is in `digest`.
    digested: usize,
}

impl<'a> Walk<'a> {
    /// Starts at the first octet.
    fn new(bytes: &'a [u8]) -> Self {
        let last = bytes.iter().rposition(|octet| *octet != 0);
        let zeros = last.map_or(0, |last| last + 1);
        let (digest, delimited) = (Md5::new(), false);
        Self { bytes, at: 0, zeros, delimited, digest, digested: 0 }
    }

    /// What is left.
    fn rest(&self) -> &'a [u8] {
        &self.bytes[self.at..]
    }

    /// The end of the file, if it starts here.
    fn tail(&mut self) -> Option<Tail<'a>> {
        let rest = self.rest();
        if self.bytes[0] == codes::DELIMITER
            || !rest.starts_with(&[codes::CM_MIC, MIC_LEN])
        {
            return None;
        }
        let (cm_mic, after) = rest[2..].split_at_checked(MIC_LEN.into())?;
        let matches = self.digest_so_far() == cm_mic;
        let (cmts_mic, after) = cmts_mic(after);
        let offset = self.at;
        let closed = after.first() == Some(&codes::END)
            && self.bytes.len() - after.len() + 1 >= self.zeros;
        if closed {
            let padding = after.len() - 1;
            Some(Tail::Modem { offset, cm_mic, cmts_mic, padding, matches })
        } else {
            matches.then_some(Tail::Odd { offset, octets: rest })
        }
    }

    /// MD5 over the octets before this place.
    fn digest_so_far(&mut self) -> [u8; 16] {
        self.digest.update(&self.bytes[self.digested..self.at]);
        self.digested = self.at;
        self.digest.clone().finalize().into()
    }

    /// Takes the next setting.
    fn top(&mut self) -> Tlv<'a> {
        let (rest, offset) = (self.rest(), self.at);
        let code = rest[0];
        let alone = match code {
            0 => self.at >= self.zeros,
            codes::END => self.at + 1 >= self.zeros,
            _ => false,
        };
        let tlv = if alone {
            raw(offset, rest)
        } else if code == codes::WIDE {
            wide(offset, rest, self.delimited)
                .unwrap_or_else(|| next(TOP, offset, rest, false))
        } else {
            next(TOP, offset, rest, false)
        };
        self.delimited |= code == codes::DELIMITER;
        self.at += tlv.size();
        tlv
    }
}

/// Splits a CMTS MIC off, if there is one.
fn cmts_mic(octets: &[u8]) -> (Option<&[u8]>, &[u8]) {
    match octets.strip_prefix(&[codes::CMTS_MIC, MIC_LEN]) {
        Some(rest) if rest.len() >= MIC_LEN.into() => {
            let (mic, rest) = rest.split_at(MIC_LEN.into());
            (Some(mic), rest)
        }
        _ => (None, octets),
    }
}

/// Octets that are no TLV.
fn raw(offset: usize, value: &[u8]) -> Tlv<'_> {
    let (form, symbol, children) = (Form::Raw, None, Vec::new());
    Tlv { offset, form, code: 0, symbol, value, children }
}

/// A variable binding with a wide length. Before a delimiter was seen it is
/// taken for one only if its value is exactly one SEQUENCE.
fn wide(offset: usize, rest: &[u8], delimited: bool) -> Option<Tlv<'_>> {
    let length =
        usize::from(u16::from_be_bytes([*rest.get(1)?, *rest.get(2)?]));
    let value = rest.get(3..3 + length)?;
    if !delimited && !is_sequence(value) {
        return None;
    }
    let symbol = table::child(TOP, codes::OBJECT);
    let (form, children) = (Form::Wide, Vec::new());
    Some(Tlv { offset, form, code: codes::WIDE, symbol, value, children })
}

/// Whether the octets are one BER SEQUENCE, from the first to the last.
fn is_sequence(octets: &[u8]) -> bool {
    let (length, header) = match octets {
        [0x30, 0x82, hi, lo, ..] => {
            (usize::from(u16::from_be_bytes([*hi, *lo])), 4)
        }
        [0x30, 0x81, length, ..] => (usize::from(*length), 3),
        [0x30, length, ..] => (usize::from(*length), 2),
        _ => return false,
    };
    octets.len() == header + length
}

/// The settings inside a block.
fn settings<'a>(
    parent: &Symbol,
    offset: usize,
    octets: &'a [u8],
) -> Vec<Tlv<'a>> {
    let (mut at, mut vendor) = (0, false);
    let mut items = Vec::with_capacity(count(octets));
    while at < octets.len() {
        let tlv = next(parent.row, offset + at, &octets[at..], vendor);
        vendor |= is_vendor(&tlv);
        at += tlv.size();
        items.push(tlv);
    }
    items
}

/// How many settings there are, at the least.
fn count(mut octets: &[u8]) -> usize {
    let mut count = 0;
    while let [_, length, rest @ ..] = octets {
        count += 1;
        octets = rest.get(usize::from(*length)..).unwrap_or_default();
    }
    count + usize::from(!octets.is_empty())
}

/// Whether this names a vendor, so that what follows in the block has codes
/// of that vendor. `ff ff ff` is the DOCSIS consortium itself.
fn is_vendor(tlv: &Tlv<'_>) -> bool {
    tlv.code == codes::VENDOR
        && tlv.name() == Some("VendorIdentifier")
        && !tlv.value.starts_with(&[0xff; 3])
}

/// One setting from the front of `rest`, which is not empty. `vendor`: codes
/// are a vendor's, none is known.
fn next(parent: u16, offset: usize, rest: &[u8], vendor: bool) -> Tlv<'_> {
    let [code, length, after @ ..] = rest else { return raw(offset, rest) };
    let code = *code;
    let symbol = table::child(parent, code).filter(|_| !vendor);
    let block = symbol.filter(|s| s.kind == Kind::Aggregate);
    let whole = after.get(..usize::from(*length));
    let value = whole.unwrap_or(after);
    let children = block
        .map_or_else(Vec::new, |symbol| settings(symbol, offset + 2, value));
    let form = match whole {
        None => Form::Cut { announced: *length },
        Some(_) if children.is_empty() => Form::Leaf,
        Some(_) => Form::Block,
    };
    Tlv { offset, form, code, symbol, value, children }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Forms, codes and sizes of the settings at the top.
    fn forms(bytes: &[u8]) -> Vec<(Form, u8, usize)> {
        let items = File::parse(bytes).items;
        items.iter().map(|tlv| (tlv.form, tlv.code, tlv.size())).collect()
    }

    #[test]
    fn settings_and_blocks_are_told_apart() {
        let bytes = [3, 1, 1, 24, 3, 6, 1, 7, 230, 1, 0];
        let expected =
            [(Form::Leaf, 3, 3), (Form::Block, 24, 5), (Form::Leaf, 230, 3)];
        assert_eq!(forms(&bytes), expected);
    }

    #[test]
    fn what_is_cut_off_keeps_its_octets() {
        let cut = Form::Cut { announced: 9 };
        assert_eq!(forms(&[24, 9, 6, 1, 7, 1]), [(cut, 24, 6)]);
        let bytes = [24, 9, 6, 1, 7, 1];
        let file = File::parse(&bytes);
        let children: Vec<_> =
            file.items[0].children.iter().map(|c| c.form).collect();
        assert_eq!(children, [Form::Leaf, Form::Raw]);
    }

    #[test]
    fn a_lone_end_takes_the_padding_along() {
        assert_eq!(
            forms(&[3, 1, 1, 255, 0, 0]),
            [(Form::Leaf, 3, 3), (Form::Raw, 0, 3)]
        );
        assert_eq!(
            forms(&[0, 1, 5, 255, 1, 1]),
            [(Form::Leaf, 0, 3), (Form::Leaf, 255, 3)]
        );
    }

    #[test]
    fn the_end_of_a_modem_file_is_recognised() {
        let mut bytes = vec![3, 1, 1, 6, 16];
        bytes.extend(Md5::digest([3, 1, 1]));
        bytes.extend([7, 16]);
        bytes.extend([9; 16]);
        bytes.extend([255, 0, 0]);
        let Tail::Modem { offset, cmts_mic, padding, matches, .. } =
            File::parse(&bytes).tail
        else {
            panic!("no tail");
        };
        assert_eq!((offset, padding, matches), (3, 2, true));
        assert_eq!(cmts_mic, Some(&[9; 16][..]));
        bytes.push(1);
        let tail = File::parse(&bytes).tail;
        assert!(matches!(tail, Tail::Odd { offset: 3, .. }));
    }

    #[test]
    fn every_octet_is_accounted_for() {
        let mut seed = 1_u32;
        for length in 0..400 {
            let bytes: Vec<u8> = (0..length)
                .map(|_| {
                    seed = seed.wrapping_mul(1_664_525).wrapping_add(12_345);
                    (seed >> 24) as u8 & if seed & 64 == 0 { 31 } else { 255 }
                })
                .collect();
            let file = File::parse(&bytes);
            let size: usize = file.items.iter().map(Tlv::size).sum();
            assert!(file.tail != Tail::None || size == bytes.len());
        }
    }
}
