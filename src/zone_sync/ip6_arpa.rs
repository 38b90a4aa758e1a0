//! Names below ip6.arpa and their addresses (RFC 3596 section 2.5).

use std::fmt::Write as _;
use std::net::Ipv6Addr;

/// The one reverse zone of IP version 6.
pub const REVERSE6: &str = "ip6.arpa";

/// The name of an address in the reverse zone, with the final dot.
pub fn reversed(address: Ipv6Addr) -> String {
    let mut out = String::new();
    for octet in address.octets().iter().rev() {
        let _ = write!(out, "{:x}.{:x}.", octet & 15, octet >> 4);
    }
    out + "ip6.arpa."
}

/// The address of a name in the reverse zone.
pub fn address(owner: &str) -> Option<Ipv6Addr> {
    let inside = owner.strip_suffix(".ip6.arpa")?;
    let mut bits: u128 = 0;
    let mut digits = 0;
    for label in inside.rsplit('.') {
        let digit = label.chars().next().filter(|_| label.len() == 1)?;
        let digit = digit.to_digit(16)?;
        bits = bits << 4 | u128::from(digit);
        digits += 1;
    }
    (digits == 32).then(|| Ipv6Addr::from_bits(bits))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reverse_names_are_addresses() {
        let ip: Ipv6Addr = "2001:db8:50::117".parse().unwrap();
        let name = "7.1.1.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.5.0.0.8.b.d.0.\
                    1.0.0.2.ip6.arpa.";
        assert_eq!(reversed(ip), name);
        assert_eq!(address(name.trim_end_matches('.')), Some(ip));
        for other in ["ip6.arpa", "0.ip6.arpa", "17.1.ip6.arpa", "a.b"] {
            assert_eq!(address(other), None, "{other}");
        }
    }
}
