//! Which customer devices have public names (facts/nms-formats.md section
//! 10).

use std::net::Ipv4Addr;

/// The key of /etc/named-ddns-cpe.key.
pub type CpeKey = [u8; 32];

/// Whether devices with this address get no public name: the ranges that the
/// ddns script leaves out.
pub fn is_private(address: Ipv4Addr) -> bool {
    let [a, b, ..] = address.octets();
    address.is_private()
        || address.is_link_local()
        || matches!(a, 0 | 127 | 224..)
        || (a == 100 && b & 0xc0 == 64)
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
            "0.0.0.1",
            "127.255.0.1",
            "169.254.1.1",
            "224.0.0.1",
            "255.255.255.255",
        ] {
            assert!(check(text), "{text}");
        }
        for text in [
            "11.0.0.1",
            "172.32.0.1",
            "192.169.1.1",
            "100.63.0.1",
            "100.128.0.1",
            "1.0.0.1",
            "126.0.0.1",
            "128.0.0.1",
            "169.253.0.1",
            "169.255.0.1",
            "223.255.255.1",
        ] {
            assert!(!check(text), "{text}");
        }
    }
}
