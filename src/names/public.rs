//! Which customer devices have public names (facts/nms-formats.md section
//! 10).

use std::net::Ipv4Addr;

/// The key of /etc/named-ddns-cpe.key.
pub type CpeKey = [u8; 32];

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
