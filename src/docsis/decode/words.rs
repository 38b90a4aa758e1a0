//! Values in words, for people and JSON rather than for the encoder: limits
//! do not matter, texts stand without quotes.

use crate::docsis::decode::snmp::Reading;
use crate::docsis::decode::text::{is_printable, push_hex};
use crate::docsis::decode::tree::{Form, Tlv};
use crate::docsis::decode::{snmp, value};
use crate::docsis::mib::Mib;
use crate::docsis::table::{Kind, Symbol};

/// The value of a setting that is no block.
pub(in crate::docsis) fn value(tlv: &Tlv<'_>) -> String {
    let known = match tlv.form {
        Form::Raw | Form::Cut { .. } => None,
        _ => tlv.symbol.and_then(|symbol| known(symbol, tlv.value)),
    };
    known.unwrap_or_else(|| octets(tlv.value))
}

/// Octets of which nothing is known: text if they are printable, else hex.
pub(in crate::docsis) fn octets(value: &[u8]) -> String {
    let text = value.strip_suffix(&[0]).unwrap_or(value);
    if text.len() > 1 && is_printable(text) {
        return format!("\"{}\"", String::from_utf8_lossy(text));
    }
    hex(value)
}

/// Octets in hex.
pub(in crate::docsis) fn hex(value: &[u8]) -> String {
    let mut text = b"0x".to_vec();
    push_hex(value, &mut text);
    String::from_utf8_lossy(&text).into_owned()
}

/// The value of a setting of the table.
pub(in crate::docsis) fn known(
    symbol: &Symbol,
    value: &[u8],
) -> Option<String> {
    let text = match symbol.kind {
        Kind::Text => Some(value),
        Kind::TextZero => value.strip_suffix(&[0]),
        _ => None,
    };
    if let Some(text) = text {
        return Some(format!("\"{}\"", String::from_utf8_lossy(text)));
    }
    let free = Symbol { min: 0, max: 0, ..*symbol };
    let mut text = Vec::new();
    value::write(&free, value, &mut text)?;
    Some(String::from_utf8_lossy(&text).into_owned())
}

/// The variable binding in a setting, if it is one.
pub(in crate::docsis) fn varbind<'m>(
    mib: &'m Mib,
    tlv: &Tlv<'_>,
) -> Option<Reading<'m>> {
    let symbol = tlv.symbol?;
    let whole = matches!(tlv.form, Form::Leaf | Form::Wide);
    if !whole || symbol.kind != Kind::Varbind {
        return None;
    }
    snmp::read(mib, tlv.value)
}

/// A variable binding in one line.
pub(in crate::docsis) fn varbind_words(
    mib: &Mib,
    octets: &[u8],
) -> Option<String> {
    let reading = snmp::read(mib, octets)?;
    Some(format!("{} {} {}", reading.name, reading.kind, reading.value))
}

/// Whether a text ends with a NUL that its kind does not have.
pub(in crate::docsis) fn zero_ended(value: &[u8]) -> bool {
    match value {
        [text @ .., 0] => !text.contains(&0),
        _ => false,
    }
}

/// What is wrong with the value of an SNMP object.
pub(in crate::docsis) fn no_varbind(name: &str, value: &[u8]) -> String {
    let first = match value.first() {
        Some(0x30) => {
            return format!("{name}: the encoder does not make these octets");
        }
        None => return format!("{name} is empty: a SEQUENCE is expected"),
        Some(first) => first,
    };
    let what = match first {
        0x02 => " (an integer)",
        0x04 => " (a string)",
        0x05 => " (a null)",
        0x06 => " (an object id)",
        _ => "",
    };
    format!(
        "{name}: the value starts with 0x{first:02x}{what}; a SEQUENCE \
         (0x30) is expected: no modem takes it"
    )
}

/// Name of a setting: from the table, or by its code.
pub(in crate::docsis) fn name(tlv: &Tlv<'_>) -> String {
    match (tlv.form, tlv.symbol) {
        (Form::Raw, _) => "octets".to_owned(),
        (_, Some(symbol)) if symbol.kind != Kind::Marker => {
            symbol.name.to_owned()
        }
        _ => format!("TLV {}", tlv.code),
    }
}
