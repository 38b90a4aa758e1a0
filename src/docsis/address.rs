//! Numbers and addresses as the reference reads them.

use std::net::{Ipv4Addr, Ipv6Addr};

/// A decimal number: 64 bits, held at their ends, cut to 32 bits
/// (`facts/docsis-behaviour.md` section 2).
pub(in crate::docsis) fn integer(digits: &[u8]) -> i32 {
    long(digits) as i32
}

/// A decimal number, held at the ends of 64 bits.
pub(in crate::docsis) fn long(digits: &[u8]) -> i64 {
    let negative = digits.first() == Some(&b'-');
    let digits = &digits[usize::from(negative)..];
    digits.iter().fold(0i64, |value, digit| {
        let digit = i64::from(digit.wrapping_sub(b'0'));
        let value = value.saturating_mul(10);
        if negative {
            value.saturating_sub(digit)
        } else {
            value.saturating_add(digit)
        }
    })
}

/// A number as `strtoul` reads it with base 0: `0x` is hexadecimal, a leading
/// zero octal; `None` if something is left over.
pub(in crate::docsis) fn c_number(text: &[u8]) -> Option<u64> {
    let (digits, base) = match text {
        [b'0', b'x' | b'X', rest @ ..] => (rest, 16),
        [b'0', rest @ ..] if !rest.is_empty() => (rest, 8),
        _ => (text, 10),
    };
    if digits.is_empty() {
        return None;
    }
    digits.iter().try_fold(0u64, |value, digit| {
        let digit = u64::from(char::from(*digit).to_digit(base)?);
        let value = value.checked_mul(u64::from(base));
        let value = value.and_then(|value| value.checked_add(digit));
        Some(value.unwrap_or(u64::MAX))
    })
}

/// An IPv4 address as `inet_aton` reads it: one to four numbers of any base,
/// the last one filling what is left.
pub(in crate::docsis) fn loose_ip(text: &[u8]) -> Option<[u8; 4]> {
    let mut octets = [0; 4];
    let mut parts = text.split(|c| *c == b'.').peekable();
    let mut at = 0;
    while let Some(part) = parts.next() {
        let value = c_number(part)?;
        if parts.peek().is_some() {
            *octets.get_mut(at)? = u8::try_from(value).ok()?;
            at += 1;
            continue;
        }
        let rest = octets.get_mut(at..)?;
        let value = u32::try_from(value).ok()?.to_be_bytes();
        let (high, low) = value.split_at(4 - rest.len());
        if high.iter().any(|octet| *octet != 0) {
            return None;
        }
        rest.copy_from_slice(low);
    }
    Some(octets)
}

/// An IPv4 address of four decimal numbers without leading zeros.
pub(in crate::docsis) fn strict_ip(text: &[u8]) -> Option<[u8; 4]> {
    let address: Ipv4Addr = std::str::from_utf8(text).ok()?.parse().ok()?;
    Some(address.octets())
}

/// An IPv6 address.
pub(in crate::docsis) fn ip6(text: &[u8]) -> Option<[u8; 16]> {
    let address: Ipv6Addr = std::str::from_utf8(text).ok()?.parse().ok()?;
    Some(address.octets())
}

/// Pairs of hexadecimal digits, appended as octets; `None` if they are odd.
pub(in crate::docsis) fn hex(digits: &[u8], out: &mut Vec<u8>) -> Option<()> {
    let digit = |c: u8| char::from(c).to_digit(16).map(|d| d as u8);
    for pair in digits.chunks(2) {
        let [high, low] = pair else { return None };
        out.push(digit(*high)? << 4 | digit(*low)?);
    }
    Some(())
}

/// A MAC address, appended as six octets.
pub(in crate::docsis) fn mac(text: &[u8], out: &mut Vec<u8>) -> Option<()> {
    let mut parts = text.split(|c| *c == b':');
    parts.try_for_each(|part| hex(part, out))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_held_and_cut() {
        for (text, value) in [
            ("007", 7),
            ("4294967295", -1),
            ("4294967297", 1),
            ("-4294967295", 1),
            ("9223372036854775808", -1),
            ("99999999999999999999", -1),
            ("-9223372036854775808", 0),
            ("-99999999999999999999", 0),
        ] {
            assert_eq!(integer(text.as_bytes()), value, "{text}");
        }
    }

    #[test]
    fn c_numbers_have_three_bases() {
        assert_eq!(c_number(b"0x10"), Some(16));
        assert_eq!(c_number(b"010"), Some(8));
        assert_eq!(c_number(b"08"), None);
        assert_eq!(c_number(b"0"), Some(0));
        assert_eq!(c_number(b"0x"), None);
        assert_eq!(c_number(b"99999999999999999999999"), Some(u64::MAX));
        assert_eq!(c_number(b"18446744073709551616"), Some(u64::MAX));
    }

    #[test]
    fn short_and_octal_addresses_are_read() {
        assert_eq!(loose_ip(b"10.1"), Some([10, 0, 0, 1]));
        assert_eq!(loose_ip(b"10.1.513"), Some([10, 1, 2, 1]));
        assert_eq!(loose_ip(b"010.0.0.1"), Some([8, 0, 0, 1]));
        assert_eq!(loose_ip(b"0x0a.1.2.3"), Some([10, 1, 2, 3]));
        for bad in
            ["256.0.0.1", "10.0.0.0.1", "1.2.3.256", "1..2", ".1.2", "1."]
        {
            assert_eq!(loose_ip(bad.as_bytes()), None, "{bad}");
        }
        assert_eq!(strict_ip(b"010.0.0.1"), None);
    }

    #[test]
    fn octets_are_read() {
        let mut out = Vec::new();
        assert_eq!(mac(b"AA:bb:0C:00:01:ff", &mut out), Some(()));
        assert_eq!(out, [0xaa, 0xbb, 0x0c, 0, 1, 0xff]);
        assert_eq!(hex(b"abc", &mut out), None);
        assert_eq!(ip6(b"2001:db8::1").map(|a| a[1]), Some(1));
    }
}
