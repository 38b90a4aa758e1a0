//! Values of settings: from a token to octets
//! (`facts/docsis-behaviour.md` section 4).

use crate::docsis::address::{hex, ip6, long, loose_ip, mac, strict_ip};
use crate::docsis::encode::fault::{Fault, repeated};
use crate::docsis::encode::lex::unquote;
use crate::docsis::encode::lex_value::Tag;
use crate::docsis::encode::width;
use crate::docsis::encode::width::Fit;
use crate::docsis::table::{Kind, Symbol};

/// Appends the octets of a value. Object identifiers, files, SNMP settings
/// and blocks are made elsewhere.
pub(in crate::docsis) fn encode(
    symbol: &'static Symbol,
    tag: Tag,
    text: &[u8],
    fit: Fit,
    out: &mut Vec<u8>,
) -> Result<(), Fault> {
    match (symbol.kind, tag) {
        (Kind::Aggregate | Kind::LenZero, _) => Ok(()),
        (
            Kind::Uint | Kind::Ushort | Kind::Uchar | Kind::Uint24,
            Tag::Integer,
        ) => number(symbol, text, fit, out),
        (Kind::Text | Kind::TextZero, Tag::Text) => quoted(symbol, text, out),
        (Kind::Hex, Tag::Hex) => hex_value(symbol, &text[2..], out),
        (Kind::Mac, Tag::Mac) | (Kind::MacMask, Tag::MacMask) => {
            macs(text, out)
        }
        (Kind::DualInt, Tag::Numbers) => {
            let pair = dual(symbol, text, fit)?;
            out.extend_from_slice(&pair.to_be_bytes());
            Ok(())
        }
        (Kind::CharList, Tag::Numbers) => {
            for item in items(text) {
                out.push(width::part(symbol, item, fit)? as u8);
            }
            Ok(())
        }
        (Kind::UshortList, Tag::Numbers) => shorts(symbol, text, out),
        (Kind::Digest | Kind::Marker, _) => {
            Err(Fault::Made { symbol: symbol.name })
        }
        _ => address(symbol, tag, text, fit, out),
    }
}

/// What a setting takes, for messages.
pub(in crate::docsis) fn expected(kind: Kind) -> &'static str {
    match kind {
        Kind::Aggregate => "a block `{ … }`",
        Kind::Uint | Kind::Ushort | Kind::Uchar | Kind::Uint24 => "a number",
        Kind::Ip => "an IPv4 address",
        Kind::IpList => "IPv4 addresses with commas",
        Kind::Ip6 => "an IPv6 address",
        Kind::Ip6List => "IPv6 addresses with commas",
        Kind::Ip6PrefixList => "IPv6 prefixes with commas",
        Kind::IpOrIp6 | Kind::TaggedIp => "an IPv4 or IPv6 address",
        Kind::IpPort => "an address and port, such as 10.0.0.1/162",
        Kind::Mac => "a MAC address, such as 00:11:22:33:44:55",
        Kind::MacMask => {
            "a MAC address and mask, such as \
                          01:00:00:00:00:00/ff:00:00:00:00:00"
        }
        Kind::DualInt => "two numbers with a comma",
        Kind::CharList | Kind::UshortList => "two or more numbers with commas",
        Kind::Text | Kind::TextZero => "a quoted text",
        Kind::File => "a file name in quotes",
        Kind::Hex => "a hexadecimal value, such as 0x0102",
        Kind::Oid | Kind::Varbind | Kind::WriteControl => {
            "an object name, such as .1.3.6.1"
        }
        Kind::LenZero => "any value",
        Kind::Digest | Kind::Marker => "nothing",
    }
}

/// The fault of a value of the wrong form.
pub(in crate::docsis) fn wrong_kind(symbol: &Symbol, tag: Tag) -> Fault {
    let (symbol, kind) = (symbol.name, symbol.kind);
    let expected = expected(kind);
    Fault::Kind { symbol, found: tag.described(), expected }
}

/// A number within the limits, big endian.
fn number(
    symbol: &'static Symbol,
    text: &[u8],
    fit: Fit,
    out: &mut Vec<u8>,
) -> Result<(), Fault> {
    let octets = width::number(symbol, text, fit)?.to_be_bytes();
    let skip = match symbol.kind {
        Kind::Uchar => 3,
        Kind::Ushort => 2,
        Kind::Uint24 => 1,
        _ => 0,
    };
    out.extend_from_slice(&octets[skip..]);
    Ok(())
}

/// A quoted text, with NUL where the setting has one.
fn quoted(
    symbol: &'static Symbol,
    text: &[u8],
    out: &mut Vec<u8>,
) -> Result<(), Fault> {
    let from = out.len();
    unquote(text, out);
    length(symbol, out.len() - from, "octets")?;
    if symbol.kind == Kind::TextZero {
        out.push(0);
    }
    Ok(())
}

/// Hexadecimal digits as octets.
fn hex_value(
    symbol: &'static Symbol,
    digits: &[u8],
    out: &mut Vec<u8>,
) -> Result<(), Fault> {
    let from = out.len();
    hex(digits, out).ok_or(Fault::OddHex)?;
    length(symbol, out.len() - from, "octets")
}

/// Checks a length against the limits.
fn length(
    symbol: &'static Symbol,
    len: usize,
    unit: &'static str,
) -> Result<(), Fault> {
    let Some((min, max)) = symbol.limits() else { return Ok(()) };
    if (min as usize..=max as usize).contains(&len) {
        return Ok(());
    }
    Err(Fault::Length { symbol: symbol.name, len, unit, min, max })
}

/// The parts of a list.
fn items(text: &[u8]) -> impl Iterator<Item = &[u8]> {
    text.split(|c| *c == b',')
}

/// One or two MAC addresses.
fn macs(text: &[u8], out: &mut Vec<u8>) -> Result<(), Fault> {
    for part in text.split(|c| *c == b'/') {
        mac(part, out).ok_or_else(|| bad(text, "a MAC address"))?;
    }
    Ok(())
}

/// The first two numbers of a list, packed as the reference does; more than
/// two are refused, or left out as the reference does.
fn dual(symbol: &'static Symbol, text: &[u8], fit: Fit) -> Result<u32, Fault> {
    let count = items(text).count();
    if fit == Fit::Strict && count != 2 {
        let (symbol, unit) = (symbol.name, "numbers");
        return Err(Fault::Length { symbol, len: count, unit, min: 2, max: 2 });
    }
    let mut packed = [0; 2];
    for (slot, item) in packed.iter_mut().zip(items(text)) {
        *slot = width::part(symbol, item, fit)?;
    }
    Ok((packed[0] << 16) | packed[1])
}

/// Numbers of 16 bits each.
fn shorts(
    symbol: &'static Symbol,
    text: &[u8],
    out: &mut Vec<u8>,
) -> Result<(), Fault> {
    let mut count = 0;
    for item in items(text) {
        let value = u16::try_from(long(item))
            .map_err(|_| Fault::ListItem(repeated(item)))?;
        out.extend_from_slice(&value.to_be_bytes());
        count += 1;
    }
    length(symbol, count, "numbers")
}

/// An address that cannot be read.
fn bad(text: &[u8], form: &'static str) -> Fault {
    Fault::Address(repeated(text), form)
}

/// All kinds of IP addresses.
fn address(
    symbol: &'static Symbol,
    tag: Tag,
    text: &[u8],
    fit: Fit,
    out: &mut Vec<u8>,
) -> Result<(), Fault> {
    match (symbol.kind, tag) {
        (Kind::Ip, Tag::Ip | Tag::Oid) => ip(text, out),
        (Kind::IpList, Tag::Ip | Tag::IpList | Tag::Oid) => {
            items(text).try_for_each(|item| ip(item, out))
        }
        (Kind::Ip6, Tag::Ip6) => put_ip6(text, out),
        (Kind::Ip6List, Tag::Ip6 | Tag::Ip6List) => {
            items(text).try_for_each(|item| put_ip6(item, out))
        }
        (Kind::Ip6PrefixList, Tag::Port | Tag::Ip6Prefixes) => {
            items(text).try_for_each(|item| prefix(symbol, item, fit, out))
        }
        (Kind::IpOrIp6, Tag::Ip | Tag::Ip6) => either(text, out),
        (Kind::TaggedIp, Tag::Ip | Tag::Ip6) => {
            out.push(if tag == Tag::Ip { 1 } else { 2 });
            either(text, out)
        }
        (Kind::IpPort, Tag::Port) => {
            let (host, port) = split_port(text);
            either(host, out)?;
            let port = width::part(symbol, port, fit)? as u16;
            out.extend_from_slice(&port.to_be_bytes());
            Ok(())
        }
        _ => Err(wrong_kind(symbol, tag)),
    }
}

/// An IPv4 address, short and octal forms included.
pub(in crate::docsis) fn ip(
    text: &[u8],
    out: &mut Vec<u8>,
) -> Result<(), Fault> {
    let octets = loose_ip(text);
    out.extend(octets.ok_or_else(|| bad(text, "an IPv4 address"))?);
    Ok(())
}

/// An IPv6 address.
fn put_ip6(text: &[u8], out: &mut Vec<u8>) -> Result<(), Fault> {
    out.extend(ip6(text).ok_or_else(|| bad(text, "an IPv6 address"))?);
    Ok(())
}

/// An address of either family.
fn either(text: &[u8], out: &mut Vec<u8>) -> Result<(), Fault> {
    if text.contains(&b':') {
        return put_ip6(text, out);
    }
    out.extend(strict_ip(text).ok_or_else(|| bad(text, "an IPv4 address"))?);
    Ok(())
}

/// An IPv6 prefix: the address, then its length in one octet.
fn prefix(
    symbol: &'static Symbol,
    text: &[u8],
    fit: Fit,
    out: &mut Vec<u8>,
) -> Result<(), Fault> {
    let (host, len) = split_port(text);
    put_ip6(host, out)?;
    out.push(width::unsigned(symbol.name, len, 255, fit)? as u8);
    Ok(())
}

/// What stands before and after the slash.
fn split_port(text: &[u8]) -> (&[u8], &[u8]) {
    let at = text.iter().position(|c| *c == b'/').unwrap_or(text.len());
    (&text[..at], text.get(at + 1..).unwrap_or(&[]))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::docsis::encode::lex_value::match_value;
    use crate::docsis::table::by_name;

    /// The octets of a value, or the message.
    fn octets(name: &str, text: &str) -> Result<Vec<u8>, String> {
        with(Fit::Strict, name, text)
    }

    /// The same, strictly or as the reference does.
    fn with(fit: Fit, name: &str, text: &str) -> Result<Vec<u8>, String> {
        let symbol = by_name(name.as_bytes()).expect("a setting");
        let tag = match text.as_bytes()[0] {
            b'"' => Tag::Text,
            _ => match_value(text.as_bytes()).expect("a value").0,
        };
        let mut out = Vec::new();
        encode(symbol, tag, text.as_bytes(), fit, &mut out)
            .map_err(|fault| fault.to_string())?;
        Ok(out)
    }

    /// Checks the octets of a number that does not fit, which is refused.
    fn check_cut(name: &str, text: &str, expected: &[u8]) {
        let cut = with(Fit::Cut, name, text);
        assert_eq!(cut, Ok(expected.to_vec()), "{name} {text}");
        let strict = octets(name, text);
        assert!(strict.is_err(), "{name} {text}: {strict:?}");
    }

    /// Checks the octets of a value.
    fn check(name: &str, text: &str, expected: &[u8]) {
        assert_eq!(octets(name, text), Ok(expected.to_vec()), "{name} {text}");
    }

    #[test]
    fn numbers_are_cut_to_their_width_after_the_limits() {
        check("MaxCPE", "254", &[254]);
        assert!(octets("MaxCPE", "255").is_err());
        check_cut("MaxCPE", "-4294967295", &[1]);
        check_cut("CMRangingClassIDExtension", "65537", &[0, 1]);
        check_cut("L2VPNDSID", "16777217", &[0, 0, 1]);
        check_cut("MaxClassifiers", "70000", &[0x11, 0x70]);
        check("TftpTimestamp", "4294967295", &[255; 4]);
        check("L2VPNDSID", "0", &[0; 3]);
        assert!(octets("NetworkAccess", "-1").is_err());
    }

    #[test]
    fn values_of_another_form_are_refused() {
        for (name, text) in [
            ("SwUpgradeFilename", "5"),
            ("NetworkAccess", "\"1\""),
            ("VendorIdentifier", "\"0x0000ca\""),
            ("SwUpgradeServer", "10"),
            ("CpeMacAddress", "0x001122334455"),
            ("UserPriority", "1"),
            ("SNMPv1v2cTransportAddress", "10.0.0.1"),
        ] {
            let message = octets(name, text).expect_err("it is refused");
            assert!(message.contains("does not take"), "{message}");
        }
    }

    #[test]
    fn addresses_have_their_octets() {
        check("SwUpgradeServer", "10.1", &[10, 0, 0, 1]);
        check(
            "SNMPv1v2cTransportAddress",
            "192.0.2.1/161",
            &[192, 0, 2, 1, 0, 161],
        );
        check("MPLSPeerIpAddress", "1.2.3.4", &[1, 1, 2, 3, 4]);
        let tagged = octets("MPLSPeerIpAddress", "::1").expect("octets");
        assert_eq!((tagged[0], tagged.len()), (2, 17));
        assert!(octets("SubMgmtCPEIPv6PrefixList", "::/256,::1/64").is_err());
        let name = "SubMgmtCPEIPv6PrefixList";
        let list = with(Fit::Cut, name, "::/256,::1/64");
        assert_eq!(list.map(|l| (l.len(), l[16], l[33])), Ok((34, 0, 64)));
        assert!(octets("SwUpgradeServer", "1.2.3.4,5.6.7.8").is_err());
    }

    #[test]
    fn lists_are_counted() {
        let name = "NSIEncapsulationDualQTag";
        check(name, "100,200", &[0, 100, 0, 200]);
        check_cut(name, "100,200,300", &[0, 100, 0, 200]);
        check_cut(name, "65537,1", &[0, 1, 0, 1]);
        check_cut("UserPriority", "1,256", &[1, 0]);
        let name = "SNMPv1v2cTransportAddress";
        check_cut(name, "192.0.2.1/65536", &[192, 0, 2, 1, 0, 0]);
        assert!(octets("SubMgmtFilters", "1,2,3").is_err());
        assert!(octets("SubMgmtFilters", "1,2,3,65536").is_err());
    }

    #[test]
    fn texts_are_measured_without_their_nul() {
        check("ServiceClassName", "\"ab\"", b"ab\0");
        assert!(octets("ServiceClassName", "\"a\"").is_err());
        check("SwUpgradeFilename", "\"\"", b"");
        assert!(octets("VendorIdentifier", "0x01020").is_err());
    }
}
