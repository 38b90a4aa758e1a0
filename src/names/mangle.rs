//! The names of public customer devices: nobody can read the MAC from them
//! (facts/nms-formats.md section 10).

use std::net::Ipv4Addr;

use hmac::{Hmac, Mac as _};
use sha2::Sha256;

/// The key of /etc/named-ddns-cpe.key.
pub type CpeKey = [u8; 32];

/// Reads the key file's text: 64 hex digits.
pub fn read_cpe_key(text: &str) -> Option<CpeKey> {
    let text = text.trim();
    if text.len() != 64 || !text.bytes().all(|b| b.is_ascii_hexdigit()) {
        return None;
    }
    let mut key = [0; 32];
    for (i, octet) in key.iter_mut().enumerate() {
        *octet = u8::from_str_radix(&text[i * 2..i * 2 + 2], 16).ok()?;
    }
    Some(key)
}

/// The label of a device: the first six characters of the base32 form
/// (RFC 4648 section 6) of HMAC-SHA256 over the six octets of its MAC, in
/// lower case.
pub fn mangle(key: &CpeKey, mac: [u8; 6]) -> String {
    const ALPHABET: &[u8; 32] = b"abcdefghijklmnopqrstuvwxyz234567";
    let mut hmac = Hmac::<Sha256>::new_from_slice(key)
        .expect("HMAC takes keys of any length");
    hmac.update(&mac);
    let digest = hmac.finalize().into_bytes();
    let bits = digest[..4].iter().fold(0, |n, b| n << 8 | u32::from(*b));
    (0..6)
        .map(|i| ALPHABET[(bits >> (27 - 5 * i) & 31) as usize] as char)
        .collect()
}

/// Whether devices with this address get no public name: the ranges that the
/// ddns script leaves out.
pub fn is_private(address: Ipv4Addr) -> bool {
    let [a, b, ..] = address.octets();
    address.is_private() || (a == 100 && b & 0xc0 == 64)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_names_are_those_of_the_existing_system() {
        let key = read_cpe_key(&format!(
            "{}\n",
            "00112233445566778899aabbccddeeff".repeat(2)
        ))
        .unwrap();
        let check = |mac: [u8; 6], name: &str| {
            assert_eq!(mangle(&key, mac), name);
        };
        check([0x00, 0x22, 0x44, 0x30, 0x00, 0x05], "tmlrvk");
        check([0x00, 0x22, 0x44, 0x30, 0x00, 0x55], "i2ahbs");
        check([0xaa, 0xbb, 0xcc, 0x00, 0x11, 0x22], "qvxgtd");
    }

    #[test]
    fn a_key_has_64_digits() {
        for text in ["", "00", &"0g".repeat(32), &"ü".repeat(32)] {
            assert!(read_cpe_key(text).is_none(), "{text}");
        }
    }

    #[test]
    fn private_is_what_the_script_leaves_out() {
        let check = |text: &str| is_private(text.parse().unwrap());
        for text in [
            "10.0.0.1",
            "172.31.0.1",
            "192.168.1.1",
            "100.64.0.1",
            "100.127.9.9",
        ] {
            assert!(check(text), "{text}");
        }
        for text in [
            "11.0.0.1",
            "172.32.0.1",
            "192.169.1.1",
            "100.63.0.1",
            "100.128.0.1",
        ] {
            assert!(!check(text), "{text}");
        }
    }
}
