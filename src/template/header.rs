//! The generated rows above a modem's text; facts/nms-templates.md
//! section 5.

use std::io::Write as _;

use crate::template::scan;
use crate::template::words::{SKIP, contains, count};

/// What the contract of a modem says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Contract {
    /// `contract.has_telephony`.
    pub has_telephony: bool,
    /// `contract.internet_access`.
    pub internet_access: bool,
}

/// What decides over the header of a modem file.
#[derive(Debug, Clone, Copy)]
pub struct CmHeader<'a> {
    /// `provbase.max_cpe`; NULL and 0 mean 2.
    pub max_cpe: Option<i64>,
    /// `modem.internet_access`.
    pub internet_access: bool,
    /// The alive contract; None if it is missing.
    pub contract: Option<Contract>,
    /// MACs of the alive MTAs, ascending id, as stored. Those that are no
    /// MAC get no row but count.
    pub mta_macs: &'a [Option<&'a [u8]>],
}

/// The two decisions of the header.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Access {
    /// The value of `NetworkAccess`.
    pub network_access: bool,
    /// The value of `MaxCPE`, 1 to 254.
    pub max_cpe: u8,
}

/// Decides over `NetworkAccess` and `MaxCPE` of a modem with `n_mtas` alive
/// MTAs. A modem without contract gets no access, whatever its own flag.
///
/// ignore-cpe.conf lists the modems whose `network_access` is false.
#[must_use]
pub fn network_access(
    max_cpe: Option<i64>,
    n_mtas: usize,
    internet_access: bool,
    contract: Option<Contract>,
) -> Access {
    let base = max_cpe.filter(|base| *base != 0).unwrap_or(2);
    let mtas = i64::try_from(n_mtas).unwrap_or(i64::MAX);
    let (access, max_cpe) = match contract {
        _ if n_mtas == 0 => (internet_access && contract.is_some(), base),
        Some(_) if internet_access => (true, base.saturating_add(mtas)),
        Some(Contract { has_telephony: true, .. }) => (true, mtas),
        Some(Contract { internet_access: true, .. }) => (false, mtas),
        None | Some(_) => (false, 1),
    };
    Access {
        network_access: access && max_cpe >= 1,
        max_cpe: u8::try_from(max_cpe.clamp(1, 254)).unwrap_or(254),
    }
}

/// A MAC in one of the usual notations, blanks around it allowed: six
/// groups of one or two hex digits with `:` or `-`, three groups of four
/// with `.`, or twelve digits. The same as the model reads.
#[must_use]
pub fn is_mac(text: &[u8]) -> bool {
    let text = text.trim_ascii();
    let other = text.iter().find(|byte| !byte.is_ascii_hexdigit());
    let (separator, count, widths) = match other {
        None => return text.len() == 12,
        Some(b'.') => (b'.', 3, 4..=4),
        Some(separator @ (b':' | b'-')) => (*separator, 6, 1..=2),
        Some(_) => return false,
    };
    let groups = || text.split(|byte| *byte == separator);
    groups().count() == count
        && groups().all(|group| {
            widths.contains(&group.len())
                && group.iter().all(u8::is_ascii_hexdigit)
        })
}

/// Appends the rows from `Main` to the last `CpeMacAddress`. In `body` values
/// brought [`SKIP`] `spoken` times; those do not count.
pub(super) fn write(
    header: &CmHeader<'_>,
    body: &[u8],
    spoken: usize,
    out: &mut Vec<u8>,
) {
    let CmHeader { max_cpe, internet_access, contract, mta_macs } = *header;
    let access =
        network_access(max_cpe, mta_macs.len(), internet_access, contract);
    out.extend_from_slice(b"Main\n{\n");
    let flag = u8::from(access.network_access);
    let _ = writeln!(out, "\tNetworkAccess {flag};");
    if !sets_max_cpe(body) {
        let _ = writeln!(out, "\tMaxCPE {};", access.max_cpe);
    }
    if access.network_access && count(body, SKIP) <= spoken {
        for mac in mta_macs.iter().flatten().filter(|mac| is_mac(mac)) {
            out.extend_from_slice(b"\tCpeMacAddress ");
            out.extend_from_slice(mac);
            out.extend_from_slice(b";\n");
        }
    }
}

/// `MaxCPE` stands outside comments and strings, where it is a setting. In a
/// string it may be a customer's name, which must not cost the row.
fn sets_max_cpe(body: &[u8]) -> bool {
    const WORD: &[u8] = b"MaxCPE";
    contains(body, WORD) && contains(&scan::statements(body), WORD)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn contract(tel: u8, cia: u8) -> Contract {
        let (has_telephony, internet_access) = (tel == 1, cia == 1);
        Contract { has_telephony, internet_access }
    }

    #[test]
    fn the_table_of_section_5_holds() {
        for (n, ia, tel, cia, access, max) in [
            (0, 1, 0, 0, 1, 3),
            (0, 0, 1, 1, 0, 3),
            (2, 1, 0, 0, 1, 5),
            (2, 0, 1, 0, 1, 2),
            (2, 0, 0, 1, 0, 2),
            (2, 0, 0, 0, 0, 1),
        ] {
            let contract = Some(contract(tel, cia));
            let got = network_access(Some(3), n, ia == 1, contract);
            assert_eq!(got.network_access, access == 1, "{n} {ia} {tel}");
            assert_eq!(got.max_cpe, max, "{n} {ia} {tel} {cia}");
        }
    }

    #[test]
    fn limits_and_missing_contracts() {
        let some = Some(contract(1, 1));
        let access = |max, n, ia, contract| {
            let got = network_access(max, n, ia, contract);
            (got.network_access, got.max_cpe)
        };
        assert_eq!(access(None, 0, true, some), (true, 2));
        assert_eq!(access(Some(0), 1, true, some), (true, 3));
        assert_eq!(access(Some(-5), 0, true, some), (false, 1));
        assert_eq!(access(Some(300), 0, true, some), (true, 254));
        assert_eq!(access(Some(i64::MAX), 9, true, some), (true, 254));
        assert_eq!(access(Some(3), 0, true, None), (false, 3));
        assert_eq!(access(Some(3), 2, true, None), (false, 1));
    }

    #[test]
    fn macs_in_any_notation() {
        for mac in [
            "00:1b:3c:20:00:00",
            "FF-1B-3C-20-00-00",
            "001b.3c20.0000",
            "001b3c200000",
            "0:1b:3c:20:0:0",
            " 00:1b:3c:20:00:00\n",
        ] {
            assert!(is_mac(mac.as_bytes()), "{mac}");
        }
        for mac in [
            "",
            "00:1b:3c:20:00",
            "00:1b:3c:20:00:0g",
            "00:1b-3c:20:00:00",
            "00;1b;3c;20;00;00",
            "00:1b:3c:20:00:00;",
            "00.1b.3c.20.00.00",
        ] {
            assert!(!is_mac(mac.as_bytes()), "{mac}");
        }
    }

    #[test]
    fn the_header_follows_the_text() {
        let macs: &[Option<&[u8]>] =
            &[Some(b"00:1b:3c:20:00:00"), None, Some(b""), Some(b"x;")];
        let header = CmHeader {
            max_cpe: Some(3),
            internet_access: true,
            contract: Some(contract(0, 1)),
            mta_macs: macs,
        };
        let check = |body: &str, expected: &str| {
            let mut out = Vec::new();
            write(&header, body.as_bytes(), 0, &mut out);
            let expected = format!("Main\n{{\n\tNetworkAccess 1;\n{expected}");
            assert_eq!(String::from_utf8(out).unwrap(), expected);
        };
        let max = "\tMaxCPE 7;\n";
        let mac = "\tCpeMacAddress 00:1b:3c:20:00:00;\n";
        check("X;", &format!("{max}{mac}"));
        check("/* MaxCPE\n*/", &format!("{max}{mac}"));
        check("NoMaxCPEs", mac);
        check("/* open MaxCPE", mac);
        check("/* CpeMacAddress skip */", max);
        check("A \"MaxCPE 3;\"; /* \" */", &format!("{max}{mac}"));
        check("A \"x\\\"\"; MaxCPE 3;", mac);
        check("A \"/*\"; MaxCPE 3; /* */", mac);
        check("/* \" */ MaxCPE 3;", mac);
    }
}
