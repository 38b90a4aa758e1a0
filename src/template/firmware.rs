//! Firmware rows and the certificate inside a firmware image;
//! facts/nms-templates.md section 4.

use std::fmt::Write as _;

/// Longest firmware image that is read, octets: modems have flash memory of a
/// few dozen MiB.
pub const MOST_IMAGE: u64 = 128 << 20;

/// Bytes of the certificate in one row.
const CHUNK: usize = 254;

/// A name that is a file directly below `fw/` and needs no quoting.
#[must_use]
pub fn is_plain_name(name: &str) -> bool {
    let bad = |c: char| c.is_control() || matches!(c, '/' | '"' | '\\');
    !matches!(name, "" | "." | "..") && !name.contains(bad)
}

/// The firmware rows of a level, each as line feed, tab, row.
pub(super) fn rows(name: &str, cvc: &[String]) -> String {
    let mut text = format!(
        "\n\tSwUpgradeFilename \"fw/{name}\";\
         \n\tSnmpMibObject docsDevSwFilename.0 String \"fw/{name}\";\
         \n\tSnmpMibObject docsDevSwAdminStatus.0 Integer 2;"
    );
    for row in cvc {
        text.push_str("\n\t");
        text.push_str(row);
    }
    text
}

/// The `MfgCVCData` rows for a firmware image: the first certificate of the
/// DER PKCS#7 signedData that the image starts with, 254 bytes a row.
///
/// None if the image does not start with one.
#[must_use]
pub fn cvc_rows(image: &[u8]) -> Option<Vec<String>> {
    let certificate = first_certificate(image)?;
    Some(certificate.chunks(CHUNK).map(cvc_row).collect())
}

/// One row of certificate bytes.
fn cvc_row(chunk: &[u8]) -> String {
    let mut row = String::with_capacity(2 * chunk.len() + 16);
    row.push_str("MfgCVCData 0x");
    for byte in chunk {
        let _ = write!(row, "{byte:02x}");
    }
    row.push(';');
    row
}

/// DER identifier octets.
mod tag {
    pub(super) const INTEGER: u8 = 0x02;
    pub(super) const BIT_STRING: u8 = 0x03;
    pub(super) const OID: u8 = 0x06;
    pub(super) const SEQUENCE: u8 = 0x30;
    pub(super) const SET: u8 = 0x31;
    pub(super) const CONTEXT_0: u8 = 0xa0;
    pub(super) const CONTEXT_1: u8 = 0xa1;
}

/// 1.2.840.113549.1.7.2, PKCS#7 signedData (RFC 2315 section 14).
const SIGNED_DATA: &[u8] = b"\x2a\x86\x48\x86\xf7\x0d\x01\x07\x02";

/// The first certificate of a signedData (RFC 2315 section 9.1).
fn first_certificate(image: &[u8]) -> Option<&[u8]> {
    let (mut info, _) = element(image, tag::SEQUENCE)?.content_and_rest();
    let kind = take(&mut info, tag::OID)?;
    if kind.content != SIGNED_DATA {
        return None;
    }
    let mut wrapped = take(&mut info, tag::CONTEXT_0)?.content;
    let mut signed = take(&mut wrapped, tag::SEQUENCE)?.content;
    let _version = take(&mut signed, tag::INTEGER)?;
    let _digests = take(&mut signed, tag::SET)?;
    let _content = take(&mut signed, tag::SEQUENCE)?;
    let certificates = take(&mut signed, tag::CONTEXT_0)?.content;
    let _revoked = take(&mut signed, tag::CONTEXT_1);
    let _signers = take(&mut signed, tag::SET)?;
    let first = element(certificates, tag::SEQUENCE)?;
    is_certificate(first.content).then_some(first.whole)
}

/// The three parts of an X.509 certificate (RFC 5280 section 4.1).
fn is_certificate(mut content: &[u8]) -> bool {
    take(&mut content, tag::SEQUENCE).is_some()
        && take(&mut content, tag::SEQUENCE).is_some()
        && take(&mut content, tag::BIT_STRING).is_some()
        && content.is_empty()
}

/// One DER element.
struct Element<'a> {
    /// Identifier, length and content.
    whole: &'a [u8],
    /// Content octets.
    content: &'a [u8],
    /// What follows the element.
    rest: &'a [u8],
}

impl<'a> Element<'a> {
    /// The content, and what follows.
    fn content_and_rest(&self) -> (&'a [u8], &'a [u8]) {
        (self.content, self.rest)
    }
}

/// Takes an element of the wanted kind off the front.
fn take<'a>(input: &mut &'a [u8], wanted: u8) -> Option<Element<'a>> {
    let found = element(input, wanted)?;
    *input = found.rest;
    Some(found)
}

/// Reads the element at the start, if it is of the wanted kind and whole.
fn element(input: &[u8], wanted: u8) -> Option<Element<'_>> {
    let (&[identifier, first], rest) = input.split_first_chunk::<2>()?;
    if identifier != wanted {
        return None;
    }
    let (length, octets) = match first {
        0..=0x7f => (usize::from(first), 0),
        0x81..=0x84 => {
            let octets = usize::from(first & 0x7f);
            let fold = |sum, byte: &u8| (sum << 8) | usize::from(*byte);
            (rest.get(..octets)?.iter().fold(0, fold), octets)
        }
        _ => return None,
    };
    let start = 2 + octets;
    let end = start.checked_add(length)?;
    let content = input.get(start..end)?;
    Some(Element { whole: &input[..end], content, rest: &input[end..] })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn der(identifier: u8, content: &[u8]) -> Vec<u8> {
        let mut out = vec![identifier];
        match u8::try_from(content.len()) {
            Ok(short) if short < 128 => out.push(short),
            _ => {
                let length = u16::try_from(content.len()).unwrap();
                out.push(0x82);
                out.extend(length.to_be_bytes());
            }
        }
        out.extend_from_slice(content);
        out
    }

    fn certificate(size: usize) -> Vec<u8> {
        let parts = [
            der(tag::SEQUENCE, &vec![1; size]),
            der(tag::SEQUENCE, b"\x05\x00"),
            der(tag::BIT_STRING, b"\x00\xff"),
        ];
        der(tag::SEQUENCE, &parts.concat())
    }

    fn image(certificates: &[u8]) -> Vec<u8> {
        let signed = [
            der(tag::INTEGER, b"\x01"),
            der(tag::SET, b""),
            der(tag::SEQUENCE, b"\x06\x01\x2a"),
            der(tag::CONTEXT_0, certificates),
            der(tag::SET, b""),
        ];
        let signed = der(tag::SEQUENCE, &signed.concat());
        let info = [der(tag::OID, SIGNED_DATA), der(tag::CONTEXT_0, &signed)];
        let mut image = der(tag::SEQUENCE, &info.concat());
        image.extend_from_slice(b"image data");
        image
    }

    #[test]
    fn the_first_certificate_is_cut_into_rows() {
        let first = certificate(500);
        let both = [first.clone(), certificate(5)].concat();
        let rows = cvc_rows(&image(&both)).unwrap();
        assert_eq!(rows.len(), first.len().div_ceil(CHUNK));
        assert_eq!(rows[0].len(), "MfgCVCData 0x;".len() + 508);
        assert!(rows[0].starts_with("MfgCVCData 0x30820"));
        let digits: usize = rows.iter().map(|row| row.len() - 14).sum();
        assert_eq!(digits, 2 * first.len());
    }

    #[test]
    fn other_images_have_no_certificate() {
        let whole = image(&certificate(5));
        assert!(cvc_rows(&whole).is_some());
        for length in 0..whole.len() - b"image data".len() {
            assert_eq!(cvc_rows(&whole[..length]), None, "{length}");
        }
        assert_eq!(cvc_rows(b"not PKCS#7"), None);
        assert_eq!(cvc_rows(&image(b"")), None);
        assert_eq!(cvc_rows(b"\x30\x84\xff\xff\xff\xff\x06"), None);
    }

    #[test]
    fn firmware_names_are_plain_files() {
        for name in ["a.bin", "d30 default-2.bin", ".x", "ä.bin"] {
            assert!(is_plain_name(name), "{name}");
        }
        for name in ["", ".", "..", "../x", "a/b", "/x", "a\"b", "a\\b", "a\nb"]
        {
            assert!(!is_plain_name(name), "{name}");
        }
    }
}
