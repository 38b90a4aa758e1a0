//! Values of settings as text, wherever the encoder makes the same octets of
//! that text again (`facts/docsis-behaviour.md` sections 4 and 7).

use crate::docsis::decode::ber;
use crate::docsis::decode::text::{
    is_quotable, push_hex, push_ip4, push_ip6, push_list, push_mac,
    push_number, push_numeric,
};
use crate::docsis::newer;
use crate::docsis::table::{Kind, Symbol};

/// Least and most IPv4 addresses in a list.
const LIST: std::ops::RangeInclusive<usize> = 2..=16;

/// Least and most IPv6 addresses or prefixes in a list; more do not fit.
const LIST_6: std::ops::RangeInclusive<usize> = 1..=15;

/// Least and most numbers in a list.
const NUMBERS: std::ops::RangeInclusive<usize> = 2..=128;

/// Appends a value. `None` if encoding the text would not give these octets;
/// what was appended by then is to be dropped. `symbol`: the row that the
/// encoder takes for the name.
pub(in crate::docsis) fn write(
    symbol: &Symbol,
    value: &[u8],
    out: &mut Vec<u8>,
) -> Option<()> {
    match symbol.kind {
        Kind::Uint | Kind::Ushort | Kind::Uchar | Kind::Uint24 => {
            push_number(number(symbol, value)?, out);
        }
        Kind::Text | Kind::TextZero => write_text(symbol, value, out)?,
        Kind::Hex => {
            (!value.is_empty() && allows(symbol, value.len())).then_some(())?;
            out.extend_from_slice(b"0x");
            push_hex(value, out);
        }
        Kind::LenZero => {
            value.is_empty().then_some(())?;
            out.extend_from_slice(b"0x00");
        }
        Kind::Oid => write_oid(value, out)?,
        Kind::WriteControl => write_control(value, out)?,
        Kind::Mac => push_mac(sized::<6>(value)?, out),
        Kind::MacMask => {
            let (mac, mask) = sized::<12>(value)?.split_at(6);
            push_mac(mac, out);
            out.push(b'/');
            push_mac(mask, out);
        }
        Kind::DualInt => write_shorts(sized::<4>(value)?, out),
        Kind::CharList => {
            NUMBERS.contains(&value.len()).then_some(())?;
            push_list(value.iter(), out, |n, out| {
                push_number((*n).into(), out);
            });
        }
        Kind::UshortList => {
            let count = value.len() / 2;
            let good = value.len().is_multiple_of(2)
                && NUMBERS.contains(&count)
                && allows(symbol, count);
            good.then_some(())?;
            write_shorts(value, out);
        }
        kind => write_address(kind, value, out)?,
    }
    Some(())
}

/// The value of a number, if it has the right size and lies in the limits.
fn number(symbol: &Symbol, value: &[u8]) -> Option<u32> {
    let size = match symbol.kind {
        Kind::Uchar => 1,
        Kind::Ushort => 2,
        Kind::Uint24 => 3,
        _ => 4,
    };
    if value.len() != size {
        return None;
    }
    let number = value.iter().fold(0, |n, octet| n << 8 | u32::from(*octet));
    let free = symbol.kind == Kind::Uint24;
    (free || newer::takes(symbol, number)).then_some(number)
}

/// Whether the limits allow that many octets or items.
fn allows(symbol: &Symbol, count: usize) -> bool {
    let (min, max) = newer::limits(symbol).unwrap_or((0, u32::MAX));
    u32::try_from(count).is_ok_and(|count| (min..=max).contains(&count))
}

/// The octets, if there are as many as needed.
fn sized<const N: usize>(value: &[u8]) -> Option<&[u8; N]> {
    value.try_into().ok()
}

/// Appends a quoted text.
fn write_text(symbol: &Symbol, value: &[u8], out: &mut Vec<u8>) -> Option<()> {
    let text = match symbol.kind {
        Kind::TextZero => value.strip_suffix(&[0])?,
        _ => value,
    };
    (is_quotable(text) && allows(symbol, text.len())).then_some(())?;
    out.push(b'"');
    out.extend_from_slice(text);
    out.push(b'"');
    Some(())
}

/// Appends an object identifier in numbers.
fn write_oid(value: &[u8], out: &mut Vec<u8>) -> Option<()> {
    let (arcs, rest) = ber::oid(value)?;
    rest.is_empty().then_some(())?;
    push_numeric(arcs.as_slice(), out);
    Some(())
}

/// Appends an object identifier and the access to it.
fn write_control(value: &[u8], out: &mut Vec<u8>) -> Option<()> {
    let (arcs, rest) = ber::oid(value)?;
    let [access] = rest else { return None };
    push_numeric(arcs.as_slice(), out);
    out.push(b' ');
    push_number((*access).into(), out);
    Some(())
}

/// Appends numbers of 2 octets each.
fn write_shorts(octets: &[u8], out: &mut Vec<u8>) {
    push_list(octets.chunks_exact(2), out, |pair, out| {
        push_number(u16::from_be_bytes([pair[0], pair[1]]).into(), out);
    });
}

/// Appends addresses and lists of them.
fn write_address(kind: Kind, value: &[u8], out: &mut Vec<u8>) -> Option<()> {
    match kind {
        Kind::Ip => push_ip4(*sized(value)?, out),
        Kind::Ip6 => push_ip6(*sized(value)?, out),
        Kind::IpOrIp6 => write_either(value, out)?,
        Kind::TaggedIp => match value {
            [1, ip @ ..] => push_ip4(*sized(ip)?, out),
            [2, ip @ ..] => push_ip6(*sized(ip)?, out),
            _ => return None,
        },
        Kind::IpPort => {
            let (ip, port) = value.split_last_chunk::<2>()?;
            write_either(ip, out)?;
            out.push(b'/');
            push_number(u16::from_be_bytes(*port).into(), out);
        }
        Kind::IpList => {
            let items = items::<4>(value, 1..=*LIST.end())?;
            push_list(items.iter(), out, |ip, out| push_ip4(*ip, out));
        }
        Kind::Ip6List => {
            let items = items::<16>(value, LIST_6)?;
            push_list(items.iter(), out, |ip, out| push_ip6(*ip, out));
        }
        Kind::Ip6PrefixList => {
            let items = items::<17>(value, LIST_6)?;
            push_list(items.iter(), out, write_prefix);
        }
        _ => return None,
    }
    Some(())
}

/// Appends an IPv4 or an IPv6 address.
fn write_either(value: &[u8], out: &mut Vec<u8>) -> Option<()> {
    match value.len() {
        4 => push_ip4(*sized(value)?, out),
        _ => push_ip6(*sized(value)?, out),
    }
    Some(())
}

/// Appends an IPv6 prefix, 16 octets and its length.
fn write_prefix(prefix: &[u8; 17], out: &mut Vec<u8>) {
    if let Some((ip, [length])) = prefix.split_first_chunk::<16>() {
        push_ip6(*ip, out);
        out.push(b'/');
        push_number((*length).into(), out);
    }
}

/// Items of N octets each, if their number is one that a list can have.
fn items<const N: usize>(
    value: &[u8],
    counts: std::ops::RangeInclusive<usize>,
) -> Option<&[[u8; N]]> {
    let (items, rest) = value.as_chunks();
    (rest.is_empty() && counts.contains(&items.len())).then_some(items)
}

/// Octets that a value of this kind must have, where the reference gives up
/// on another number of them; empty where it does not care.
pub(in crate::docsis) fn lengths(kind: Kind) -> &'static [usize] {
    match kind {
        Kind::Uint | Kind::Ip | Kind::DualInt => &[4],
        Kind::Ushort => &[2],
        Kind::Ip6 | Kind::Digest => &[16],
        Kind::Mac => &[6],
        Kind::MacMask => &[12],
        _ => &[],
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::docsis::table;

    /// Checks the text of a value; `None`: it has none.
    fn check(name: &str, value: &[u8], expected: Option<&str>) {
        let symbol = table::by_name(name.as_bytes()).expect("a setting");
        let mut out = Vec::new();
        let text = write(symbol, value, &mut out)
            .map(|()| String::from_utf8(out).expect("UTF-8"));
        assert_eq!(text.as_deref(), expected, "{name} {value:?}");
    }

    #[test]
    fn numbers() {
        check("MaxCPE", &[5], Some("5"));
        check("MaxCPE", &[255], None);
        check("MaxCPE", &[0, 5], None);
        check("DownstreamFrequency", &[5, 62, 236, 128], Some("88009856"));
        check("DownstreamFrequency", &[0, 0, 0, 1], None);
        check("MaxClassifiers", &[1, 0], Some("256"));
    }

    #[test]
    fn texts() {
        check("SwUpgradeFilename", b"a.bin", Some("\"a.bin\""));
        check("SwUpgradeFilename", b"a\"b", None);
        check("SwUpgradeFilename", b"a\0b", None);
        check("UpstreamServiceClassName", b"gold\0", Some("\"gold\""));
        check("UpstreamServiceClassName", b"gold", None);
    }

    #[test]
    fn addresses() {
        check("SwUpgradeServer", &[10, 1, 1, 1], Some("10.1.1.1"));
        check("SwUpgradeServer", &[10, 1, 1], None);
        let name = "SubscriberManagementCPEIPTable";
        check(name, &[1, 2, 3, 4, 5, 6, 7, 8], Some("1.2.3.4,5.6.7.8"));
        check(name, &[1, 2, 3, 4], Some("1.2.3.4"));
        check(name, &[], None);
        check(name, &[1, 2, 3], None);
        let mac = [0, 0, 0xde, 0xad, 0xbe, 0xef];
        check("CpeMacAddress", &mac, Some("00:00:de:ad:be:ef"));
    }

    #[test]
    fn lists_and_object_identifiers() {
        check("SubMgmtFilters", &[0, 1, 0, 2, 0, 3, 1, 0], Some("1,2,3,256"));
        check("SubMgmtFilters", &[0, 1, 0, 2], None);
        check("SnmpWriteControl", &[6, 2, 0x2b, 6, 1], Some(".1.3.6 1"));
        check("SnmpWriteControl", &[6, 0x81, 2, 0x2b, 6, 1], None);
    }
}
