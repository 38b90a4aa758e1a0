//! SNMP variable bindings and object identifiers in BER
//! (ITU-T X.690; lengths as the reference writes them, see
//! `facts/docsis-behaviour.md` section 5).

use crate::docsis::encode::fault::Fault;

/// BER tag of INTEGER.
pub(in crate::docsis) const INTEGER: u8 = 0x02;
/// BER tag of OCTET STRING.
pub(in crate::docsis) const OCTET_STRING: u8 = 0x04;
/// BER tag of OBJECT IDENTIFIER.
pub(in crate::docsis) const OBJECT_ID: u8 = 0x06;
/// BER tag of SEQUENCE.
const SEQUENCE: u8 = 0x30;
/// SNMP tag of `IpAddress` (RFC 2578).
pub(in crate::docsis) const IP_ADDRESS: u8 = 0x40;
/// SNMP tag of Counter32.
pub(in crate::docsis) const COUNTER: u8 = 0x41;
/// SNMP tag of Gauge32 and Unsigned32.
pub(in crate::docsis) const GAUGE: u8 = 0x42;
/// SNMP tag of `TimeTicks`.
pub(in crate::docsis) const TIME_TICKS: u8 = 0x43;

/// Longest one-octet length of a SEQUENCE, octets.
const SHORT: usize = 255;

/// Longest valid one-octet length, octets.
const VALID: usize = 127;

/// Appends a signed number: tag, length, fewest octets.
pub(in crate::docsis) fn put_integer(value: i32, out: &mut Vec<u8>) {
    let octets = value.to_be_bytes();
    let fill = if value < 0 { 0xff } else { 0 };
    let spare = |pair: &[u8]| pair[0] == fill && (pair[1] ^ fill) & 0x80 == 0;
    let skip = octets.windows(2).take_while(|pair| spare(pair)).count();
    out.extend_from_slice(&[INTEGER, (4 - skip) as u8]);
    out.extend_from_slice(&octets[skip..]);
}

/// Appends an unsigned number: tag, length, fewest octets, a zero before a
/// set top bit.
pub(in crate::docsis) fn put_unsigned(tag: u8, value: u32, out: &mut Vec<u8>) {
    let mut octets = [0; 5];
    octets[1..].copy_from_slice(&value.to_be_bytes());
    let spare = |pair: &[u8]| pair[0] == 0 && pair[1] & 0x80 == 0;
    let skip = octets.windows(2).take_while(|pair| spare(pair)).count();
    out.extend_from_slice(&[tag, (5 - skip) as u8]);
    out.extend_from_slice(&octets[skip..]);
}

/// Appends an IPv4 address.
pub(in crate::docsis) fn put_ip(address: &[u8], out: &mut Vec<u8>) {
    out.extend_from_slice(&[IP_ADDRESS, 4]);
    out.extend_from_slice(address);
}

/// Appends an octet string.
pub(in crate::docsis) fn put_string(octets: &[u8], out: &mut Vec<u8>) {
    out.push(OCTET_STRING);
    put_length(octets.len(), out);
    out.extend_from_slice(octets);
}

/// Appends an object identifier: the first two numbers as one, the others in
/// base 128.
///
/// # Errors
/// The first two numbers cannot be joined.
pub(in crate::docsis) fn put_oid(
    arcs: &[u32],
    out: &mut Vec<u8>,
) -> Result<(), Fault> {
    let (first, rest) = join_first(arcs)?;
    out.extend_from_slice(&[OBJECT_ID, 0]);
    let from = out.len();
    put_base_128(first, out);
    for arc in rest {
        put_base_128(*arc, out);
    }
    let len = out.len() - from;
    if len <= VALID {
        out[from - 1] = len as u8;
        return Ok(());
    }
    // Rare: make room for a longer length.
    let tail = out.split_off(from);
    out.truncate(from - 1);
    put_length(len, out);
    out.extend_from_slice(&tail);
    Ok(())
}

/// The first two numbers as one, and the rest.
fn join_first(arcs: &[u32]) -> Result<(u32, &[u32]), Fault> {
    let refuse = |expected| {
        let dots: Vec<_> = arcs.iter().map(u32::to_string).collect();
        Fault::Oid { oid: dots.join("."), expected }
    };
    match arcs {
        [0 | 1, second, ..] if *second > 40 => {
            Err(refuse("a second number up to 39 below 0 and 1"))
        }
        [first @ 0..=2, second, rest @ ..] => second
            .checked_add(first * 40)
            .map(|joined| (joined, rest))
            .ok_or_else(|| refuse("a smaller second number")),
        _ => Err(refuse("a first number of 0, 1 or 2, and a second one")),
    }
}

/// Appends a number in base 128, high digits first, all but the last marked.
fn put_base_128(value: u32, out: &mut Vec<u8>) {
    if value < 0x80 {
        return out.push(value as u8);
    }
    let digits = (32 - value.leading_zeros()).div_ceil(7);
    for at in (1..digits).rev() {
        out.push((value >> (7 * at)) as u8 | 0x80);
    }
    out.push(value as u8 & 0x7f);
}

/// Appends a BER length.
fn put_length(len: usize, out: &mut Vec<u8>) {
    match len {
        0..=0x7f => out.push(len as u8),
        0x80..=0xff => out.extend_from_slice(&[0x81, len as u8]),
        _ => out.extend_from_slice(&[0x82, (len >> 8) as u8, len as u8]),
    }
}

/// Puts the SEQUENCE header before a binding that starts at `from` (name and
/// value, with four octets left free before); gives where it starts now, and
/// whether the header is invalid BER.
///
/// The reference chooses the long header of octet strings by the count of
/// numbers in the name, not by the octets.
pub(in crate::docsis) fn put_header(
    out: &mut [u8],
    from: usize,
    arcs: usize,
    string: Option<usize>,
) -> Result<(usize, bool), Fault> {
    let len = out.len() - from;
    let long = string.is_some_and(|octets| octets + arcs + 8 >= VALID);
    if long {
        let max = usize::from(u16::MAX);
        let size =
            u16::try_from(len).map_err(|_| Fault::LongVarbind { len, max })?;
        let [high, low] = size.to_be_bytes();
        out[from - 4..from].copy_from_slice(&[SEQUENCE, 0x82, high, low]);
        return Ok((from - 4, false));
    }
    if len > SHORT {
        return Err(Fault::LongVarbind { len, max: SHORT });
    }
    out[from - 2..from].copy_from_slice(&[SEQUENCE, len as u8]);
    Ok((from - 2, len > VALID))
}

/// A variable binding of an octet string, as the encoder's own settings make
/// it (hash, dial plan, digit map).
pub(in crate::docsis) fn string_binding(
    arcs: &[u32],
    octets: &[u8],
    out: &mut Vec<u8>,
) -> Result<(), Fault> {
    let start = out.len();
    out.extend_from_slice(&[0; 4]);
    put_oid(arcs, out)?;
    put_string(octets, out);
    let string = Some(octets.len());
    let (from, _) = put_header(out, start + 4, arcs.len(), string)?;
    drop(out.drain(start..from));
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Octets that a function appends.
    fn made(put: impl FnOnce(&mut Vec<u8>)) -> Vec<u8> {
        let mut out = Vec::new();
        put(&mut out);
        out
    }

    #[test]
    fn integers_are_as_short_as_they_can_be() {
        for (value, octets) in [
            (0, vec![2, 1, 0]),
            (127, vec![2, 1, 127]),
            (128, vec![2, 2, 0, 128]),
            (-1, vec![2, 1, 255]),
            (-128, vec![2, 1, 128]),
            (-129, vec![2, 2, 255, 127]),
            (i32::MIN, vec![2, 4, 128, 0, 0, 0]),
        ] {
            assert_eq!(made(|out| put_integer(value, out)), octets);
        }
        let greatest = made(|out| put_unsigned(GAUGE, u32::MAX, out));
        assert_eq!(greatest, [0x42, 5, 0, 255, 255, 255, 255]);
        assert_eq!(made(|out| put_unsigned(COUNTER, 0, out)), [0x41, 1, 0]);
    }

    #[test]
    fn object_identifiers_are_packed() {
        let oid = |arcs: &[u32]| {
            let mut out = Vec::new();
            put_oid(arcs, &mut out).map(|()| out)
        };
        assert_eq!(oid(&[1, 3]), Ok(vec![6, 1, 43]));
        assert_eq!(oid(&[2, 100, 3]), Ok(vec![6, 3, 0x81, 0x34, 3]));
        assert_eq!(oid(&[1, 40, 5]), Ok(vec![6, 2, 80, 5]));
        assert_eq!(
            oid(&[1, 3, u32::MAX]),
            Ok(vec![6, 6, 43, 0x8f, 255, 255, 255, 127])
        );
        assert!(oid(&[83, 1, 6]).is_err());
        assert!(oid(&[1, 41]).is_err());
        assert!(oid(&[1]).is_err());
        let long = oid(&[u32::MAX; 40].map(|_| 1)).map(|o| o.len());
        assert_eq!(long, Ok(41));
    }

    #[test]
    fn long_strings_have_long_headers() {
        let arcs = [1, 3, 6, 1, 2, 1, 1, 4, 0];
        let binding = |len| {
            let mut out = Vec::new();
            string_binding(&arcs, &vec![7; len], &mut out).map(|()| out)
        };
        assert_eq!(binding(109).map(|b| (b[0], b[1])), Ok((0x30, 121)));
        let long = binding(110).expect("it fits");
        assert_eq!(long[..4], [0x30, 0x82, 0, 122]);
        assert!(binding(65_530).is_err());
    }
}
