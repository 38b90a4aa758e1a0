//! The name of a customer device, which does not tell its MAC
//! (facts/nms-formats.md section 10).

use hmac::{Hmac, Mac as _};
use sha2::Sha256;

/// The alphabet of base32 (RFC 4648 section 6), lower case.
const ALPHABET: &[u8; 32] = b"abcdefghijklmnopqrstuvwxyz234567";

/// The first six base32 characters of HMAC-SHA256(key, MAC).
pub fn mangle(key: &[u8; 32], mac: [u8; 6]) -> String {
    let mut hmac = Hmac::<Sha256>::new_from_slice(key)
        .expect("an HMAC key may have any length");
    hmac.update(&mac);
    let digest = hmac.finalize().into_bytes();
    let bits = u32::from_be_bytes([digest[0], digest[1], digest[2], digest[3]]);
    (0..6)
        .map(|i| ALPHABET[(bits >> (27 - 5 * i)) as usize & 31] as char)
        .collect()
}

/// The key of a key file: 64 hexadecimal digits and a line's end.
pub fn read_key(text: &str) -> Option<[u8; 32]> {
    let text = text.strip_suffix('\n').unwrap_or(text);
    if text.len() != 64 || !text.bytes().all(|b| b.is_ascii_hexdigit()) {
        return None;
    }
    let mut key = [0; 32];
    for (octet, at) in key.iter_mut().zip((0..).step_by(2)) {
        *octet = u8::from_str_radix(&text[at..at + 2], 16).ok()?;
    }
    Some(key)
}

/// The text of a key file.
pub fn write_key(key: &[u8; 32]) -> String {
    let digits = |byte: &u8| [byte >> 4, byte & 15];
    let digit = |n: u8| char::from_digit(u32::from(n), 16).unwrap_or('0');
    key.iter().flat_map(digits).map(digit).chain(['\n']).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_those_of_the_existing_system() {
        let text = "00112233445566778899aabbccddeeff".repeat(2) + "\n";
        let key = read_key(&text).unwrap();
        assert_eq!(write_key(&key), text);
        let check = |mac: [u8; 6], expected: &str| {
            assert_eq!(mangle(&key, mac), expected);
        };
        check([0x00, 0x22, 0x44, 0x30, 0x00, 0x05], "tmlrvk");
        check([0x00, 0x22, 0x44, 0x30, 0x00, 0x55], "i2ahbs");
        check([0xaa, 0xbb, 0xcc, 0x00, 0x11, 0x22], "qvxgtd");
    }

    #[test]
    fn a_key_is_64_digits() {
        for bad in ["", "00", &"g".repeat(64), &"0".repeat(65), "é"] {
            assert_eq!(read_key(bad), None, "{bad}");
        }
    }
}
