//! Stand-ins of MAC addresses. The maker's half stays, because makers differ
//! in what they do; the other half goes through a permutation, so that no two
//! addresses get one stand-in.

/// Octets that only the key gives.
type Mix<'a> = &'a dyn Fn(&[u8]) -> [u8; 32];

/// The hex digits of an address in any notation.
pub fn digits(text: &str) -> Option<[u8; 12]> {
    let mut digits = [0; 12];
    let mut count = 0;
    for c in text.trim().chars() {
        match c.to_digit(16) {
            Some(digit) if count < 12 => {
                digits[count] = digit as u8;
                count += 1;
            }
            None if [':', '-', '.', ' '].contains(&c) => {}
            _ => return None,
        }
    }
    (count == 12).then_some(digits)
}

/// The text with the digits of the stand-in in place of its own. Addresses
/// that are place holders stay.
pub fn alias(text: &str, digits: [u8; 12], mix: Mix<'_>) -> String {
    if digits[..2] == [15, 15] || digits == [0; 12] {
        return text.to_string();
    }
    let number =
        |digits: &[u8]| digits.iter().fold(0, |n, d| n << 4 | u32::from(*d));
    let (maker, own) = (number(&digits[..6]), number(&digits[6..]));
    let own = permuted(mix, maker, own);
    let mut at = 0;
    text.chars()
        .map(|c| {
            if !c.is_ascii_hexdigit() {
                return c;
            }
            at += 1;
            if at <= 6 {
                return c;
            }
            let digit = own >> ((12 - at) * 4) & 15;
            let digit = char::from_digit(digit, 16).unwrap_or('0');
            match text.contains(|c: char| c.is_ascii_uppercase()) {
                true => digit.to_ascii_uppercase(),
                false => digit,
            }
        })
        .collect()
}

/// A permutation of 24 bits: a Feistel network of two halves.
fn permuted(mix: Mix<'_>, maker: u32, own: u32) -> u32 {
    let (mut left, mut right) = (own >> 12, own & 0xfff);
    for round in 0..8_u32 {
        let text = [maker, round, right].map(u32::to_be_bytes).concat();
        let digest = mix(&text);
        let bits = u32::from(digest[0]) << 8 | u32::from(digest[1]);
        (left, right) = (right, left ^ (bits & 0xfff));
    }
    left << 12 | right
}
