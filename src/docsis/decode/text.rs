//! Small pieces of text: numbers, hex, addresses.

use std::{io::Write, net::Ipv6Addr};

/// Hex digits.
const DIGITS: &[u8; 16] = b"0123456789abcdef";

/// Appends a decimal number.
pub(in crate::docsis) fn push_number(number: u32, out: &mut Vec<u8>) {
    if number < 10 {
        return out.push(b'0' + number as u8);
    }
    let (mut digits, mut at, mut left) = ([0_u8; 10], 10, number);
    while left > 0 {
        at -= 1;
        digits[at] = b'0' + (left % 10) as u8;
        left /= 10;
    }
    out.extend_from_slice(&digits[at..]);
}

/// Appends a decimal number with its sign.
pub(in crate::docsis) fn push_signed(number: i32, out: &mut Vec<u8>) {
    out.extend((number < 0).then_some(b'-'));
    push_number(number.unsigned_abs(), out);
}

/// Appends `.1.3.6…`: every number with a dot before it.
pub(in crate::docsis) fn push_numeric(arcs: &[u32], out: &mut Vec<u8>) {
    for arc in arcs {
        out.push(b'.');
        push_number(*arc, out);
    }
}

/// Appends octets in lower hex.
pub(in crate::docsis) fn push_hex(octets: &[u8], out: &mut Vec<u8>) {
    let start = out.len();
    out.resize(start + octets.len() * 2, 0);
    for (pair, octet) in out[start..].chunks_exact_mut(2).zip(octets) {
        pair[0] = DIGITS[usize::from(octet >> 4)];
        pair[1] = DIGITS[usize::from(octet & 15)];
    }
}

/// Appends an IPv4 address, 4 octets.
pub(in crate::docsis) fn push_ip4(octets: [u8; 4], out: &mut Vec<u8>) {
    for (at, octet) in octets.into_iter().enumerate() {
        out.extend((at > 0).then_some(b'.'));
        push_number(octet.into(), out);
    }
}

/// Appends an IPv6 address as `inet_ntop` of glibc gives it. Where that has
/// an IPv4 address in it, which the text language does not know, all eight
/// groups are written out.
pub(in crate::docsis) fn push_ip6(octets: [u8; 16], out: &mut Vec<u8>) {
    let groups = Ipv6Addr::from(octets).segments();
    let (start, count) = longest_zeros(groups);
    let embedded =
        start == 0 && (count == 6 || count == 5 && groups[5] == 0xffff);
    let (start, count) =
        if count < 2 || embedded { (8, 0) } else { (start, count) };
    push_groups(&groups[..start.min(8)], out);
    if count > 0 {
        out.extend_from_slice(b"::");
        push_groups(&groups[start + count..], out);
    }
}

/// Appends groups of an IPv6 address.
fn push_groups(groups: &[u16], out: &mut Vec<u8>) {
    for (at, group) in groups.iter().enumerate() {
        out.extend((at > 0).then_some(b':'));
        let _ = write!(out, "{group:x}");
    }
}

/// Start and length of the first longest run of zero groups.
fn longest_zeros(groups: [u16; 8]) -> (usize, usize) {
    let (mut best, mut start) = ((0, 0), 0);
    for (at, group) in groups.iter().enumerate() {
        if *group != 0 {
            start = at + 1;
        } else if at + 1 - start > best.1 {
            best = (start, at + 1 - start);
        }
    }
    best
}

/// Appends a MAC address, `00:11:22:33:44:55`.
pub(in crate::docsis) fn push_mac(octets: &[u8], out: &mut Vec<u8>) {
    for (at, octet) in octets.iter().enumerate() {
        out.extend((at > 0).then_some(b':'));
        push_hex(&[*octet], out);
    }
}

/// Appends items with commas between them.
pub(in crate::docsis) fn push_list<T>(
    items: impl Iterator<Item = T>,
    out: &mut Vec<u8>,
    mut push: impl FnMut(T, &mut Vec<u8>),
) {
    for (at, item) in items.enumerate() {
        out.extend((at > 0).then_some(b','));
        push(item, out);
    }
}

/// Whether octets are printable ASCII.
pub(in crate::docsis) fn is_printable(octets: &[u8]) -> bool {
    octets.iter().all(|octet| (0x20..=0x7e).contains(octet))
}

/// Whether octets stand unchanged between the quotes of the text language.
pub(in crate::docsis) fn is_quotable(octets: &[u8]) -> bool {
    const MAX: usize = 2048;
    let bad = |octet: &u8| matches!(octet, b'"' | b'\\' | b'\n' | b'\t' | 0);
    octets.len() <= MAX && !octets.iter().any(bad)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What a function appends.
    fn text(push: impl Fn(&mut Vec<u8>)) -> String {
        let mut out = Vec::new();
        push(&mut out);
        String::from_utf8(out).expect("ASCII")
    }

    /// An IPv6 address as text.
    fn ip6(address: &str) -> String {
        let address: Ipv6Addr = address.parse().expect("an address");
        text(|out| push_ip6(address.octets(), out))
    }

    #[test]
    fn numbers_are_decimal() {
        assert_eq!(text(|out| push_number(0, out)), "0");
        assert_eq!(text(|out| push_number(u32::MAX, out)), "4294967295");
        assert_eq!(text(|out| push_signed(i32::MIN, out)), "-2147483648");
        assert_eq!(text(|out| push_numeric(&[1, 30, 6], out)), ".1.30.6");
    }

    #[test]
    fn ip6_addresses_are_shortened_as_inet_ntop_does() {
        for same in [
            "::",
            "::1",
            "fe80::",
            "2001:db8::1:0:0:1",
            "1:2:3:4:5:6:7:8",
            "1::8",
            "1:2:3:4:5::8",
            "1:2:0:4:5:6:7:8",
        ] {
            assert_eq!(ip6(same), same);
        }
        assert_eq!(ip6("0:0:1::"), "0:0:1::");
        assert_eq!(ip6("::ffff:1.2.3.4"), "0:0:0:0:0:ffff:102:304");
        assert_eq!(ip6("::1.2.3.4"), "0:0:0:0:0:0:102:304");
    }

    #[test]
    fn what_breaks_a_quoted_text_is_seen() {
        assert!(is_quotable(b"a; } /* \r \xe9"));
        for bad in [&b"a\"b"[..], b"a\\b", b"a\nb", b"\t", b"\0"] {
            assert!(!is_quotable(bad));
        }
    }
}
