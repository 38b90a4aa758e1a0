//! What the reference's own decoder makes of a file. It decodes every file
//! that it made before it writes it, and gives up where a setting with a
//! fixed length has another one (`facts/docsis-behaviour.md` sections 1, 7):
//! such texts are refused.

use crate::docsis::codes;
use crate::docsis::encode::fault::Fault;
use crate::docsis::mic;
use crate::docsis::table::{Kind, SYMBOLS, TOP, child};

/// The setting after which foreign settings of a vendor stand.
const VENDOR: &str = "VendorIdentifier";

/// A fault of a whole file, and where in it.
pub(in crate::docsis) type Failed = (Fault, Option<usize>);

/// Reads a whole file; the fault of the first setting that stops the
/// decoder, and where its TLV starts. `long_at` is where the first SNMP
/// object with a long length starts: before any delimiter it is taken for
/// something else, and what follows is read out of step.
pub(in crate::docsis) fn check(
    file: &[u8],
    long_at: Option<usize>,
) -> Result<(), (Fault, usize)> {
    let mut delimited = false;
    let mut at = 0;
    while at + 1 < file.len() {
        let (code, len) = (file[at], usize::from(file[at + 1]));
        delimited |= code == codes::DELIMITER;
        if code == codes::WIDE && delimited {
            at += 3 + long_len(file, at);
            continue;
        }
        if let Err((fault, place)) = check_tlv(file, at, TOP) {
            return Err(match long_at {
                Some(long) if long <= place => {
                    let len = long_len(file, long);
                    (Fault::LongInModem { len }, long)
                }
                _ => (fault, place),
            });
        }
        at += 2 + len;
    }
    Ok(())
}

/// The length in the two octets after a code.
pub(in crate::docsis) fn long_len(file: &[u8], at: usize) -> usize {
    let octet = |at| usize::from(file.get(at).copied().unwrap_or(0));
    octet(at + 1) << 8 | octet(at + 2)
}

/// Reads one TLV that has both code and length.
fn check_tlv(
    file: &[u8],
    at: usize,
    parent: u16,
) -> Result<(), (Fault, usize)> {
    let (code, len) = (file[at], usize::from(file[at + 1]));
    let Some(symbol) = child(parent, code) else { return Ok(()) };
    let fixed = match symbol.kind {
        Kind::Aggregate => return check_block(file, at, symbol.row),
        Kind::Uint | Kind::Ip | Kind::DualInt => (4, "4 octets"),
        Kind::Ushort => (2, "2 octets"),
        Kind::Ip6 | Kind::Digest => (16, "16 octets"),
        Kind::Mac => (6, "6 octets"),
        Kind::MacMask => (12, "12 octets"),
        _ => return Ok(()),
    };
    if len == fixed.0 {
        return Ok(());
    }
    let reads = symbol.name;
    Err((Fault::Misread { reads, len, expected: fixed.1 }, at))
}

/// Reads the TLVs of a block. A length that leads out of the block is
/// followed, as the reference does.
fn check_block(
    file: &[u8],
    block: usize,
    row: u16,
) -> Result<(), (Fault, usize)> {
    let mut at = block + 2;
    let end = at + usize::from(file[block + 1]);
    while at < end && at + 1 < file.len() {
        check_tlv(file, at, row)?;
        let known = child(row, file[at]);
        let value = file.get(at + 2..at + 5);
        if known.is_some_and(|s| SYMBOLS[usize::from(s.row)].name == VENDOR)
            && value.is_some_and(|value| value != [0xff; 3])
        {
            return Ok(());
        }
        at += 2 + usize::from(file[at + 1]);
    }
    Ok(())
}

/// Checks what the reference decodes of a modem's file first: the settings
/// that the CMTS MIC covers. They differ from those of the file only where
/// code 64 stands, whose length is taken as two octets there.
pub(in crate::docsis) fn check_covered(settings: &[u8]) -> Result<(), Failed> {
    if !settings.contains(&codes::WIDE) {
        return Ok(());
    }
    let mut covered = Vec::with_capacity(settings.len());
    // Where each setting starts, there and in the file.
    let mut places = Vec::new();
    mic::for_each_covered(settings, |tlv| {
        let place = tlv.as_ptr().addr() - settings.as_ptr().addr();
        places.push((covered.len(), place));
        covered.extend_from_slice(tlv);
    });
    check(&covered, None).map_err(|(fault, at)| {
        let after = places.partition_point(|(start, _)| *start <= at);
        let place = after.checked_sub(1).map(|before| {
            let (start, place) = places[before];
            place + at - start
        });
        (fault, place)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lengths_that_stop_the_decoder_are_found() {
        let class_id_at_the_top = [3, 1, 1, 1, 1, 1];
        let (fault, at) = check(&class_id_at_the_top, None).unwrap_err();
        assert_eq!(at, 3);
        let message = fault.to_string();
        assert!(message.contains("DownstreamFrequency"), "{message}");
        assert!(check(&[4, 3, 3, 1, 1], None).is_err());
        assert!(check(&[4, 3, 1, 1, 1, 3, 1, 1, 255], None).is_ok());
    }

    #[test]
    fn what_follows_a_foreign_vendor_is_not_read() {
        let foreign = [43, 8, 8, 3, 0, 0, 0xca, 1, 1, 1];
        assert!(check(&foreign, None).is_ok());
        let general = [43, 8, 8, 3, 255, 255, 255, 1, 1, 1];
        assert!(check(&general, None).is_err());
    }

    #[test]
    fn damaged_lengths_are_no_trouble() {
        for len in 0..40 {
            let file = vec![24; len];
            let _either = check(&file, None);
        }
        assert!(check(&[254, 1, 1, 64, 0], None).is_ok());
    }
}
