//! What follows the settings: message integrity checks and end of a modem's
//! file, dial plan and hash of an MTA's
//! (`facts/docsis-behaviour.md` section 6; MULPI Annex D).

use hmac::{Hmac, Mac};
use md5::{Digest, Md5};
use sha1::Sha1;

use crate::docsis::encode::fault::Fault;
use crate::docsis::encode::snmp;
use crate::docsis::{codes, extended_mic};

/// TLV codes that the CMTS MIC covers, in its order.
const COVERED: [u8; 21] = [
    1, 2, 3, 4, 17, 43, 6, 18, 19, 20, 22, 23, 24, 25, 28, 29, 26, 35, 36, 37,
    40,
];

/// End of an MTA file: delimiter 255.
const MTA_END: [u8; 3] = [254, 1, 255];

/// Longest dial plan that its lengths can say, octets.
const MAX_DIAL_PLAN: usize = 65_000;

/// Octets of a key file that count.
const MAX_KEY: usize = 64;

/// `pktcMtaDevProvConfigHash` of `CableLabs`.
pub(in crate::docsis) const NA_HASH: [u32; 14] =
    [1, 3, 6, 1, 4, 1, 4491, 2, 2, 1, 1, 2, 7, 0];

/// `pktcMtaDevProvConfigHash` of `EuroPacketCable` (`tComLabs`).
pub(in crate::docsis) const EU_HASH: [u32; 12] =
    [1, 3, 6, 1, 4, 1, 7432, 1, 1, 2, 9, 0];

/// The object that carries a digit map or dial plan.
pub const DIGIT_MAP: [u32; 18] =
    [1, 3, 6, 1, 4, 1, 4491, 2, 2, 8, 2, 1, 1, 3, 1, 1, 2, 1];

/// Which hash an MTA file gets.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Hash {
    /// None.
    #[default]
    None,
    /// North American `PacketCable`.
    Na,
    /// `EuroPacketCable`.
    Eu,
}

/// The key in a key file: its first 64 octets, without the line feeds and
/// carriage returns at their end.
#[must_use]
pub fn key_of_file(content: &[u8]) -> &[u8] {
    let key = &content[..content.len().min(MAX_KEY)];
    let is_end = |c: &u8| matches!(c, b'\n' | b'\r');
    let len = key.iter().rposition(|c| !is_end(c)).map_or(0, |at| at + 1);
    &key[..len]
}

/// The CM MIC of all TLVs before it: MD5.
#[must_use]
pub fn cm_mic(settings: &[u8]) -> [u8; 16] {
    Md5::digest(settings).into()
}

/// The CMTS MIC of all TLVs before it, the CM MIC included: HMAC-MD5 over
/// the covered ones.
#[must_use]
pub fn cmts_mic(key: &[u8], settings: &[u8]) -> [u8; 16] {
    let mut mac = <Hmac<Md5> as Mac>::new_from_slice(key)
        .expect("HMAC takes keys of any length");
    for_each_covered(settings, |tlv| mac.update(tlv));
    mac.finalize().into_bytes().into()
}

/// Visits the TLVs that the CMTS MIC covers, in its order.
pub(in crate::docsis) fn for_each_covered(
    settings: &[u8],
    mut visit: impl FnMut(&[u8]),
) {
    let mut present = 0u32;
    for_each_tlv(settings, |code, _| {
        if let Some(at) = COVERED.iter().position(|c| *c == code) {
            present |= 1 << at;
        }
    });
    for (at, covered) in COVERED.iter().enumerate() {
        if present & 1 << at != 0 {
            for_each_tlv(settings, |code, tlv| {
                if code == *covered {
                    visit(tlv);
                }
            });
        }
    }
}

/// Walks over whole TLVs; what is cut off at the end is left out.
fn for_each_tlv<'a>(
    mut settings: &'a [u8],
    mut visit: impl FnMut(u8, &'a [u8]),
) {
    while let [code, len, ..] = settings {
        let mut size = 2 + usize::from(*len);
        if *code == codes::WIDE {
            let low = settings.get(2).copied().unwrap_or(0);
            size = 3 + (usize::from(*len) << 8 | usize::from(low));
        }
        let Some((tlv, rest)) = settings.split_at_checked(size) else {
            return;
        };
        visit(*code, tlv);
        settings = rest;
    }
}

/// Appends both MICs, the end marker and the padding; gives where the CMTS
/// MIC starts. `extended`: the extended CMTS MIC is made where the file asks
/// for one.
pub(in crate::docsis) fn seal(
    key: &[u8],
    extended: bool,
    file: &mut Vec<u8>,
) -> usize {
    let block = if extended { extended_mic::fill(key, file) } else { None };
    let mic = cm_mic(file);
    file.extend_from_slice(&[codes::CM_MIC, 16]);
    file.extend_from_slice(&mic);
    let end = file.len();
    let mic = match block {
        Some(block) => block.compute(key, file),
        None => cmts_mic(key, file),
    };
    file.extend_from_slice(&[codes::CMTS_MIC, 16]);
    file.extend_from_slice(&mic);
    file.push(0xff);
    file.resize(file.len().next_multiple_of(4), 0);
    end
}

/// Puts a dial plan before the last delimiter.
///
/// # Errors
/// The file has no room for a delimiter, or the plan is too long.
pub(in crate::docsis) fn add_dial_plan(
    plan: &[u8],
    file: &mut Vec<u8>,
) -> Result<(), Fault> {
    if plan.len() > MAX_DIAL_PLAN {
        let (len, max) = (plan.len(), MAX_DIAL_PLAN);
        return Err(Fault::DialPlan { len, max });
    }
    drop_end(file, "a dial plan")?;
    let start = file.len();
    file.extend_from_slice(&[codes::WIDE, 0, 0]);
    put_dial_plan(plan, file)?;
    let len = file.len() - start - 3;
    let size = u16::try_from(len)
        .map_err(|_| Fault::DialPlan { len: plan.len(), max: MAX_DIAL_PLAN })?;
    file[start + 1..start + 3].copy_from_slice(&size.to_be_bytes());
    file.extend_from_slice(&MTA_END);
    Ok(())
}

/// The plan's binding. Its lengths differ from those of other objects: the
/// long header from 106 octets on, and the plan's own length never in two
/// octets.
fn put_dial_plan(plan: &[u8], file: &mut Vec<u8>) -> Result<(), Fault> {
    let mut name = Vec::new();
    snmp::put_oid(&DIGIT_MAP, &mut name)?;
    let long = plan.len() > 127;
    let content = name.len() + plan.len() + if long { 4 } else { 2 };
    let [high, low] = (content as u16).to_be_bytes();
    if plan.len() <= 105 {
        file.extend_from_slice(&[0x30, low]);
    } else {
        file.extend_from_slice(&[0x30, 0x82, high, low]);
    }
    file.extend_from_slice(&name);
    let [high, low] = (plan.len() as u16).to_be_bytes();
    if long {
        file.extend_from_slice(&[snmp::OCTET_STRING, 0x82, high, low]);
    } else {
        file.extend_from_slice(&[snmp::OCTET_STRING, low]);
    }
    file.extend_from_slice(plan);
    Ok(())
}

/// Puts the hash of the whole file in place of its last delimiter, and the
/// delimiter after it.
///
/// # Errors
/// The file has no room for a delimiter.
pub(in crate::docsis) fn add_hash(
    hash: Hash,
    file: &mut Vec<u8>,
) -> Result<(), Fault> {
    let name: &[u32] = match hash {
        Hash::None => return Ok(()),
        Hash::Na => &NA_HASH,
        Hash::Eu => &EU_HASH,
    };
    let digest: [u8; 20] = Sha1::digest(&*file).into();
    drop_end(file, "a hash")?;
    let start = file.len();
    file.extend_from_slice(&[codes::OBJECT, 0]);
    snmp::string_binding(name, &digest, file)?;
    file[start + 1] = (file.len() - start - 2) as u8;
    file.extend_from_slice(&MTA_END);
    Ok(())
}

/// Drops the last three octets, whatever they are.
fn drop_end(file: &mut Vec<u8>, why: &'static str) -> Result<(), Fault> {
    let kept = file.len().checked_sub(3).ok_or(Fault::TooShort(why))?;
    file.truncate(kept);
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn key_files_are_read_as_the_reference_reads_them() {
        assert_eq!(key_of_file(b"DOCSIS\n"), b"DOCSIS");
        assert_eq!(key_of_file(b" a\nb \r\n\n\r"), b" a\nb ");
        assert_eq!(key_of_file(b""), b"");
        let mut long = vec![b'k'; 63];
        long.extend_from_slice(b"\nmore");
        assert_eq!(key_of_file(&long), &[b'k'; 63]);
        assert_eq!(key_of_file(&[b'k'; 65]), &[b'k'; 64]);
    }

    #[test]
    fn a_sealed_file_is_a_multiple_of_four() {
        let mut file = vec![3, 1, 1];
        assert_eq!(seal(b"DOCSIS", true, &mut file), 21);
        assert_eq!(file.len(), 40);
        assert_eq!(file[3..5], [6, 16]);
        assert_eq!(file[39], 0xff);
    }

    #[test]
    fn the_cmts_mic_covers_codes_in_its_own_order() {
        let one = [18, 1, 5, 3, 1, 1];
        let other = [3, 1, 1, 18, 1, 5, 11, 1, 7];
        assert_eq!(cmts_mic(b"k", &one), cmts_mic(b"k", &other));
        assert_ne!(cmts_mic(b"k", &one), cmts_mic(b"l", &one));
    }

    #[test]
    fn cut_off_tlvs_are_no_trouble() {
        for len in 0..20 {
            let _mic = cmts_mic(b"", &vec![64; len]);
        }
        assert!(add_hash(Hash::Eu, &mut vec![1]).is_err());
        assert!(add_dial_plan(b"x", &mut vec![]).is_err());
    }
}
