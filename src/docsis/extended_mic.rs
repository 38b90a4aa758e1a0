//! The extended CMTS MIC: a digest over settings of one's own choice
//! (MULPI C.1.1.18.1.6 and D.2.1).
//!
//! Block 43 with the vendor id ff ff ff and 43.6 in it: 43.6.1 is the type (1:
//! HMAC-MD5, 2: MMH, 43: a vendor's), 43.6.2 a bitmap of codes at the top
//! whose first bit is that of code 0, 43.6.3 the digest. Without 43.6.3 the
//! digest stands in place of the CMTS MIC in code 7 (*implicit*). It is made
//! of the settings in the order of the file; where the block itself is among
//! them, its digest counts as zeros.

use std::ops::Range;

use hmac::{Hmac, Mac};
use md5::Md5;

use crate::docsis::codes;

/// The vendor id of the DOCSIS consortium.
const GENERAL: [u8; 3] = [0xff; 3];
/// Code of the block in them.
const BLOCK: u8 = 6;
/// Octets of a digest of HMAC-MD5.
const DIGEST: usize = 16;
/// The type HMAC-MD5.
const HMAC_MD5: u8 = 1;

/// Codes at the top that only the modem needs, and those that a CMTS takes
/// without protection (MULPI D.2.1, Annex C).
const UNPROTECTED: [u8; 27] = [
    6, 7, 9, 10, 11, 14, 21, 32, 33, 34, 38, 41, 43, 53, 54, 55, 56, 58, 62,
    66, 68, 69, 74, 76, 81, 82, 84,
];

/// What a file says of its extended CMTS MIC.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::docsis) enum State {
    /// Nothing.
    None,
    /// Something that nothing is computed from: why, and where (octets).
    Odd(String, usize),
    /// A block from which it is computed.
    Good(Block),
}

/// A block from which a digest is computed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::docsis) struct Block {
    /// Where the setting 43 is, header included.
    at: Range<usize>,
    /// Where the bitmap is.
    bitmap: Range<usize>,
    /// Where the digest is; implicit where there is none.
    pub digest: Option<Range<usize>>,
}

/// One TLV: its code and where its value is.
type Place = (u8, Range<usize>);

/// The TLVs in a range of octets; `None` where they do not fill it.
fn tlvs(octets: &[u8], range: Range<usize>) -> Option<Vec<Place>> {
    let (mut at, mut places) = (range.start, Vec::new());
    while at < range.end {
        let (code, len) = (*octets.get(at)?, *octets.get(at + 1)?);
        let value = at + 2..at + 2 + usize::from(len);
        if value.end > range.end {
            return None;
        }
        at = value.end;
        places.push((code, value));
    }
    Some(places)
}

/// Visits the settings at the top: code, and where each is with its header.
fn each(settings: &[u8], mut visit: impl FnMut(u8, Range<usize>)) {
    let mut at = 0;
    while let Some([code, len]) = settings.get(at..at + 2) {
        let end = at + 2 + usize::from(*len);
        if end > settings.len() {
            return;
        }
        visit(*code, at..end);
        at = end;
    }
}

/// Looks for the block in the settings of a modem's file.
pub(in crate::docsis) fn find(settings: &[u8]) -> State {
    let mut state = State::None;
    each(settings, |code, range| {
        if code != codes::VENDOR_BLOCK {
            return;
        }
        match (block(settings, range), &state) {
            (State::None, _) => {}
            (found, State::None) => state = found,
            (State::Good(again), _) => {
                let why = "it stands twice".to_owned();
                state = State::Odd(why, again.at.start);
            }
            (odd, _) => state = odd,
        }
    });
    state
}

/// The block in one setting 43.
fn block(settings: &[u8], at: Range<usize>) -> State {
    let Some(inner) = tlvs(settings, at.start + 2..at.end) else {
        return State::None;
    };
    let general = inner.iter().any(|(code, value)| {
        *code == codes::VENDOR && settings[value.clone()] == GENERAL
    });
    let mut blocks = inner.iter().filter(|(code, _)| *code == BLOCK);
    let (Some((_, range)), true) = (blocks.next(), general) else {
        return State::None;
    };
    let odd = |why: &str| State::Odd(why.to_owned(), range.start - 2);
    if blocks.next().is_some() {
        return odd("it stands twice");
    }
    let Some(parts) = tlvs(settings, range.clone()) else {
        return odd("its lengths do not fit");
    };
    let part = |code: u8| {
        let mut found = parts.iter().filter(|(c, _)| *c == code);
        (found.next().map(|(_, value)| value.clone()), found.next().is_some())
    };
    let ((kind, a), (bitmap, b), (digest, c)) = (part(1), part(2), part(3));
    if a || b || c {
        return odd("one of its settings stands twice");
    }
    match kind.map(|kind| &settings[kind]) {
        Some([HMAC_MD5]) => {}
        Some([2]) => {
            return odd("a digest of type 2 (MMH) stays as it is written");
        }
        Some([43]) => return odd("type 43 is the vendor's own"),
        Some(_) => return odd("its type is unknown"),
        None => return odd("it has no type"),
    }
    let Some(bitmap) = bitmap.filter(|bitmap| !bitmap.is_empty()) else {
        return odd("it has no bitmap");
    };
    if digest.as_ref().is_some_and(|digest| digest.len() != DIGEST) {
        return odd("its digest has another length than 16 octets");
    }
    let block = Block { at, bitmap, digest };
    if block.covers(settings, codes::CMTS_MIC) {
        return odd("it covers the CMTS MIC, which comes after it");
    }
    if block.digest.is_some() && block.covers(settings, codes::CM_MIC) {
        return odd("it covers the CM MIC, which is made after its digest");
    }
    State::Good(block)
}

impl Block {
    /// Whether the bitmap has the bit of a code.
    fn covers(&self, settings: &[u8], code: u8) -> bool {
        let octet = settings[self.bitmap.clone()].get(usize::from(code >> 3));
        octet.is_some_and(|octet| octet & 0x80 >> (code & 7) != 0)
    }

    /// Whether the digest is there and is not zeros.
    pub fn is_given(&self, settings: &[u8]) -> bool {
        let digest = self.digest.clone().map(|digest| &settings[digest]);
        digest.is_some_and(|digest| digest.iter().any(|octet| *octet != 0))
    }

    /// The digest of the covered settings.
    pub fn compute(&self, key: &[u8], settings: &[u8]) -> [u8; DIGEST] {
        let mut mac = <Hmac<Md5> as Mac>::new_from_slice(key)
            .expect("HMAC takes keys of any length");
        each(settings, |code, range| {
            if !self.covers(settings, code) {
                return;
            }
            match &self.digest {
                Some(digest) if range == self.at => {
                    mac.update(&settings[range.start..digest.start]);
                    mac.update(&[0; DIGEST]);
                    mac.update(&settings[digest.end..range.end]);
                }
                _ => mac.update(&settings[range]),
            }
        });
        mac.finalize().into_bytes().into()
    }

    /// Codes in the file that a CMTS would take only with protection, and
    /// that the bitmap leaves out, ascending.
    pub fn left_out(&self, settings: &[u8]) -> Vec<u8> {
        let mut codes = Vec::new();
        each(settings, |code, range| {
            let needed = code != 0
                && code < 200
                && (!UNPROTECTED.contains(&code)
                    || code == codes::VENDOR_BLOCK && range != self.at);
            if needed && !self.covers(settings, code) {
                codes.push(code);
            }
        });
        codes.sort_unstable();
        codes.dedup();
        codes
    }

    /// Where the setting starts, octets.
    pub fn start(&self) -> usize {
        self.at.start
    }

    /// Whether other settings stand beside it in its 43.
    pub fn is_alone(&self, settings: &[u8]) -> bool {
        let inner = tlvs(settings, self.at.start + 2..self.at.end);
        inner.is_some_and(|inner| {
            inner.iter().all(|(code, _)| matches!(*code, codes::VENDOR | BLOCK))
        })
    }
}

/// Writes the digest into the settings where its place is filled with zeros;
/// gives the block where the digest is to stand in code 7 instead.
pub(in crate::docsis) fn fill(
    key: &[u8],
    settings: &mut [u8],
) -> Option<Block> {
    let State::Good(block) = find(settings) else { return None };
    let Some(place) = block.digest.clone() else { return Some(block) };
    if !block.is_given(settings) {
        let digest = block.compute(key, settings);
        settings[place].copy_from_slice(&digest);
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Settings with a block of that type, bitmap and rest.
    fn settings(kind: u8, bitmap: &[u8], rest: &[u8]) -> Vec<u8> {
        let mut block = vec![1, 1, kind, 2, bitmap.len() as u8];
        block.extend(bitmap);
        block.extend(rest);
        let mut file = vec![3, 1, 1, 18, 1, 5, 43, block.len() as u8 + 7];
        file.extend([8, 3, 255, 255, 255, 6, block.len() as u8]);
        file.extend(block);
        file
    }

    /// An empty digest.
    fn zeros() -> Vec<u8> {
        [vec![3, 16], vec![0; 16]].concat()
    }

    #[test]
    fn the_digest_covers_what_the_bitmap_says() {
        for bitmap in [[0x10, 0, 0, 0], [0, 0, 0x20, 0], [0x10, 0, 0x20, 0]] {
            let mut file = settings(1, &bitmap, &zeros());
            assert_eq!(fill(b"k", &mut file), None);
            let State::Good(block) = find(&file) else { panic!("no block") };
            assert!(block.is_given(&file));
            let mut other = file.clone();
            other[2] = 0;
            let same =
                block.compute(b"k", &other) == block.compute(b"k", &file);
            assert_eq!(same, bitmap[0] == 0, "{bitmap:?}");
        }
    }

    #[test]
    fn the_block_s_own_digest_counts_as_zeros() {
        // Bit 43 is the fourth of the sixth octet.
        let mut file = settings(1, &[0, 0, 0, 0, 0, 0x10], &zeros());
        let State::Good(block) = find(&file) else { panic!("no block") };
        let before = block.compute(b"k", &file);
        let _ = fill(b"k", &mut file);
        assert_eq!(block.compute(b"k", &file), before);
        assert_eq!(block.left_out(&file), [3, 18]);
    }

    #[test]
    fn what_is_not_well_formed_is_left_alone() {
        for file in [
            settings(2, &[0x10], &zeros()),
            settings(9, &[0x10], &zeros()),
            settings(1, &[], &zeros()),
            settings(1, &[0x10], &[3, 4, 0, 0, 0, 0]),
            settings(1, &[0x12], &zeros()),
        ] {
            let mut filled = file.clone();
            assert_eq!(fill(b"k", &mut filled), None);
            assert_eq!(file, filled);
            assert!(matches!(find(&file), State::Odd(..)), "{file:?}");
        }
        assert_eq!(find(&[43, 5, 8, 3, 0, 0, 0xca]), State::None);
        for len in 0..40 {
            let _any = find(&vec![43; len]);
        }
    }
}
