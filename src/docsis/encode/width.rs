//! Numbers that their octets can hold. The reference cuts what is greater,
//! without a word: the device would get another number than was written.

use crate::docsis::address::{integer, long};
use crate::docsis::encode::fault::{Fault, repeated};
use crate::docsis::newer;
use crate::docsis::table::{Kind, Symbol};

/// What is done with a number that does not fit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::docsis) enum Fit {
    /// It is refused.
    Strict,
    /// It is cut, as the reference does.
    Cut,
}

/// Greatest number of that many octets.
const fn greatest(octets: u32) -> i64 {
    (1 << (8 * octets)) - 1
}

/// Octets of a number of this kind.
fn octets(kind: Kind) -> u32 {
    match kind {
        Kind::Uchar | Kind::CharList | Kind::WriteControl => 1,
        Kind::Ushort | Kind::DualInt | Kind::IpPort | Kind::UshortList => 2,
        Kind::Uint24 => 3,
        _ => 4,
    }
}

/// The value of a setting, within its octets and its limits.
pub(in crate::docsis) fn number(
    symbol: &'static Symbol,
    text: &[u8],
    fit: Fit,
) -> Result<u32, Fault> {
    // The reference never applies the limits of numbers of 3 octets.
    let limits = newer::limits(symbol).filter(|_| symbol.kind != Kind::Uint24);
    if fit == Fit::Strict {
        let most = greatest(octets(symbol.kind));
        let (min, max) = limits.unwrap_or((0, u32::MAX));
        let range = (min.into(), most.min(max.into()));
        fits(symbol.name, text, 0..=most, range)?;
    }
    let value = integer(text) as u32;
    match limits {
        Some((min, max)) if !newer::takes(symbol, value) => {
            let value = repeated(text);
            Err(Fault::Range { symbol: symbol.name, value, min, max })
        }
        _ => Ok(value),
    }
}

/// An item of a list, or another part of a value, of this kind.
pub(in crate::docsis) fn part(
    symbol: &'static Symbol,
    text: &[u8],
    fit: Fit,
) -> Result<u32, Fault> {
    let most = greatest(octets(symbol.kind));
    unsigned(symbol.name, text, most, fit)
}

/// A number from 0 to `most`.
pub(in crate::docsis) fn unsigned(
    what: &'static str,
    text: &[u8],
    most: i64,
    fit: Fit,
) -> Result<u32, Fault> {
    if fit == Fit::Strict {
        fits(what, text, 0..=most, (0, most))?;
    }
    Ok(integer(text) as u32)
}

/// A number of 32 bits with sign, such as SNMP's INTEGER (RFC 2578 7.1.1).
pub(in crate::docsis) fn signed(
    what: &'static str,
    text: &[u8],
    fit: Fit,
) -> Result<i32, Fault> {
    if fit == Fit::Strict {
        let (min, max) = (i64::from(i32::MIN), i64::from(i32::MAX));
        fits(what, text, min..=max, (min, max))?;
    }
    Ok(integer(text))
}

/// A number of that many octets, with sign or without.
pub(in crate::docsis) fn either(
    what: &'static str,
    text: &[u8],
    octets: u32,
    fit: Fit,
) -> Result<i32, Fault> {
    if fit == Fit::Strict {
        let (min, max) = (-(1 << (8 * octets - 1)), greatest(octets));
        fits(what, text, min..=max, (min, max))?;
    }
    Ok(integer(text))
}

/// Refuses a number outside of `room`; `range` is what the message says.
fn fits(
    what: &'static str,
    text: &[u8],
    room: std::ops::RangeInclusive<i64>,
    (min, max): (i64, i64),
) -> Result<(), Fault> {
    if room.contains(&long(text)) {
        return Ok(());
    }
    let value = repeated(text);
    Err(Fault::Width { what, value, min, max, cut: false })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::docsis::table::by_name;

    /// The value of a setting.
    fn value(name: &str, text: &str, fit: Fit) -> Result<u32, String> {
        let symbol = by_name(name.as_bytes()).expect("a setting");
        number(symbol, text.as_bytes(), fit).map_err(|f| f.to_string())
    }

    #[test]
    fn what_does_not_fit_is_refused_or_cut() {
        for (name, text, cut) in [
            ("MaxTrafficBurst", "4294967296", 0),
            ("MaxRateSustained", "5000000000", 705_032_704),
            ("MaxRateSustained", "-1", u32::MAX),
            ("MaxRateSustained", "99999999999999999999", u32::MAX),
        ] {
            assert_eq!(value(name, text, Fit::Cut), Ok(cut));
            let message = value(name, text, Fit::Strict).expect_err("refused");
            assert!(message.contains("does not fit"), "{message}");
        }
        let most = value("MaxRateSustained", "4294967295", Fit::Strict);
        assert_eq!(most, Ok(u32::MAX));
    }

    #[test]
    fn the_message_names_the_narrower_of_limit_and_width() {
        let symbol = by_name(b"MaxClassifiers").expect("a setting");
        let fault = number(symbol, b"70000", Fit::Strict).expect_err("no");
        let expected = fault.expected().expect("a range");
        assert!(expected.ends_with("65535"), "{expected}");
    }

    #[test]
    fn numbers_with_sign() {
        assert!(signed("Integer", b"2147483648", Fit::Strict).is_err());
        assert_eq!(
            signed("Integer", b"-2147483648", Fit::Strict),
            Ok(i32::MIN)
        );
        assert_eq!(either("Char", b"-128", 1, Fit::Strict), Ok(-128));
        assert!(either("Char", b"256", 1, Fit::Strict).is_err());
        assert!(either("Short", b"-32769", 2, Fit::Strict).is_err());
    }
}
