//! `SnmpMibObject` and `DigitMap` lines.

use crate::docsis::decode::ber::{
    Arcs, OID_TAG, STRING_TAG, Varbind, signed, unsigned,
};
use crate::docsis::decode::modules::is_default;
use crate::docsis::decode::name::{Named, Naming, Shown};
use crate::docsis::decode::printer::Printer;
use crate::docsis::decode::text::{
    is_printable, is_quotable, push_hex, push_ip4, push_number, push_numeric,
    push_signed,
};
use crate::docsis::decode::tree::Tlv;
use crate::docsis::mib::{Mib, Object};
use crate::docsis::mic;

/// Longest digit map that `DigitMap` takes, octets.
const MAX_DIGIT_MAP: usize = 8192;

/// First octets of the hashes of an MTA file, NA and EU.
const HASHES: [[u8; 4]; 2] =
    [[0x30, 0x26, 0x06, 0x0e], [0x30, 0x24, 0x06, 0x0c]];

/// Appends the line of a variable binding after its indent. `None` if no text
/// gives the same octets again; what was appended is to be dropped.
pub(in crate::docsis) fn write(
    printer: &mut Printer<'_, '_>,
    tlv: &Tlv<'_>,
) -> Option<()> {
    let varbind = Varbind::read(tlv.value)?;
    if varbind.tag == STRING_TAG
        && varbind.oid.as_slice() == mic::DIGIT_MAP
        && write_digit_map(printer, &varbind).is_some()
    {
        return Some(());
    }
    varbind.is_canonical(tlv.value).then_some(())?;
    let hash = HASHES.iter().any(|start| tlv.value.starts_with(start));
    let closes = tlv.value.windows(2).any(|pair| pair == b"*/");
    let comment = hash && printer.options.comment_hash && !closes;
    printer.push(if comment {
        b"/* SnmpMibObject "
    } else {
        b"SnmpMibObject "
    });
    let ValueName(label) = write_setting(printer, &varbind)?;
    printer.push(b";");
    match label {
        _ if comment => printer.push(b" */"),
        Some(label) => {
            printer.push(b" /* ");
            printer.push(label.as_bytes());
            printer.push(b" */");
        }
        None => {}
    }
    printer.push(b"\n");
    Some(())
}

/// The name of a value, if it has one.
struct ValueName<'m>(Option<&'m str>);

/// Appends name, type and value, and gives the name of the value.
fn write_setting<'m>(
    printer: &mut Printer<'_, 'm>,
    varbind: &Varbind<'_>,
) -> Option<ValueName<'m>> {
    let numeric = printer.options.numeric_oids;
    let out = &mut printer.out.text;
    let Named { shown, object } =
        printer.names.write(printer.mib, &varbind.oid, numeric, out)?;
    out.push(b' ');
    write_value(varbind, out)?;
    if varbind.tag == OID_TAG {
        // Encoding checks the INDEX of a value's name, too.
        let arcs = Arcs::read(varbind.value)?;
        let naming = Naming::within(printer.mib, printer.mib.tree(), &arcs);
        if !naming.is_readable() {
            return None;
        }
    }
    if varbind.tag == STRING_TAG
        && let Some(object) = &object
        && !object.allows(i64::try_from(varbind.value.len()).ok()?)
    {
        return None;
    }
    let named = shown == Shown::Short
        && (!numeric || is_default(varbind.oid.as_slice()));
    let object = object.filter(|_| named);
    Some(ValueName(object.and_then(|o| label(&o, varbind))))
}

/// The name of a value.
fn label<'m>(object: &Object<'m>, varbind: &Varbind<'_>) -> Option<&'m str> {
    if !object.is_enumerated() {
        return None;
    }
    object.enum_label(first_word(varbind)?)
}

/// A variable binding in readable pieces.
pub(in crate::docsis) struct Reading<'m> {
    /// The object identifier, in numbers with dots between them.
    pub oid: String,
    /// The same with a label, if there is one.
    pub name: String,
    /// The type of the value, as in the text language where that has it.
    pub kind: &'static str,
    /// The value.
    pub value: String,
    /// The name of the value.
    pub label: Option<&'m str>,
}

/// Reads a variable binding, however it is encoded.
pub(in crate::docsis) fn read<'m>(
    mib: &'m Mib,
    octets: &[u8],
) -> Option<Reading<'m>> {
    let varbind = Varbind::read(octets)?;
    let naming = Naming::new(mib, &varbind.oid);
    let mut text = Vec::new();
    push_numeric(varbind.oid.as_slice(), &mut text);
    let oid = String::from_utf8_lossy(&text[1..]).into_owned();
    text.clear();
    let named = naming.write(false, &mut text).is_some();
    let name = String::from_utf8_lossy(&text).into_owned();
    let (kind, value) = words(&varbind);
    let label = naming.object().and_then(|o| label(&o, &varbind));
    let name = if named { name } else { oid.clone() };
    Some(Reading { oid, name, kind, value, label })
}

/// Type and value in words; hex where there is nothing better.
fn words(varbind: &Varbind<'_>) -> (&'static str, String) {
    let mut text = Vec::new();
    if write_value(varbind, &mut text).is_none() {
        text.clear();
        push_hex(varbind.value, &mut text);
    }
    let text = String::from_utf8_lossy(&text);
    match varbind.tag {
        STRING_TAG if is_printable(varbind.value) => {
            ("String", String::from_utf8_lossy(varbind.value).into_owned())
        }
        0x46 => ("Counter64", counter_64(varbind.value)),
        _ => match text.split_once(' ') {
            Some((_, value)) => (type_word(varbind.tag), value.to_owned()),
            None => (type_word(varbind.tag), format!("0x{text}")),
        },
    }
}

/// Word for a type.
fn type_word(tag: u8) -> &'static str {
    match tag {
        0x02 => "Integer",
        STRING_TAG => "HexString",
        OID_TAG => "ObjectID",
        0x40 => "IPAddress",
        0x41 => "Counter32",
        0x42 => "Gauge32",
        0x43 => "TimeTicks",
        0x44 => "Opaque",
        0x05 => "Null",
        _ => "unknown",
    }
}

/// A Counter64 in decimal.
fn counter_64(content: &[u8]) -> String {
    let digits = content.iter().take(16);
    digits.fold(0_u128, |n, octet| n << 8 | u128::from(*octet)).to_string()
}

/// Appends type and value.
fn write_value(varbind: &Varbind<'_>, out: &mut Vec<u8>) -> Option<()> {
    let value = varbind.value;
    match varbind.tag {
        0x02 => {
            out.extend_from_slice(b"Integer ");
            push_signed(signed(value)?, out);
        }
        STRING_TAG if is_printable(value) && is_quotable(value) => {
            out.extend_from_slice(b"String \"");
            out.extend_from_slice(value);
            out.push(b'"');
        }
        STRING_TAG => {
            out.extend_from_slice(b"HexString 0x");
            push_hex(value, out);
        }
        OID_TAG => {
            let arcs = Arcs::read(value)?;
            out.extend_from_slice(b"ObjectID ");
            push_numeric(arcs.as_slice(), out);
        }
        0x40 => {
            out.extend_from_slice(b"IPAddress ");
            push_ip4(value.try_into().ok()?, out);
        }
        0x41..=0x43 => {
            let words = [&b"Counter32 "[..], b"Gauge32 ", b"TimeTicks "];
            out.extend_from_slice(words[usize::from(varbind.tag - 0x41)]);
            push_number(unsigned(value)?, out);
        }
        _ => return None,
    }
    Some(())
}

/// The number that the reference takes for the value when it looks for a
/// name: the first 8 octets in memory, least first.
fn first_word(varbind: &Varbind<'_>) -> Option<i64> {
    let value = varbind.value;
    match varbind.tag {
        0x02 => signed(value).map(i64::from),
        0x41..=0x43 => unsigned(value).map(i64::from),
        OID_TAG => {
            let arcs = Arcs::read(value)?;
            arcs.as_slice().first().map(|arc| i64::from(*arc))
        }
        _ => {
            let mut word = [0; 8];
            let count = value.len().min(8);
            word[..count].copy_from_slice(&value[..count]);
            Some(i64::from_le_bytes(word))
        }
    }
}

/// Appends a `DigitMap` line and hands the content out, if that was asked for
/// and the form can carry it. A second map of another content cannot be in
/// the same file.
fn write_digit_map(
    printer: &mut Printer<'_, '_>,
    varbind: &Varbind<'_>,
) -> Option<()> {
    let file = printer.options.digit_map?;
    let content = varbind.value;
    let fits = content.len() <= MAX_DIGIT_MAP && !content.contains(&0);
    let same = printer.out.digit_maps.first().map(|map| map == content);
    if !fits || same == Some(false) || !is_quotable(file.as_bytes()) {
        return None;
    }
    printer.push(b"DigitMap \"");
    printer.push(file.as_bytes());
    printer.push(b"\"; /* file created. */\n");
    if same.is_none() {
        printer.out.digit_maps.push(content.to_vec());
    }
    Some(())
}

/// Appends a comment that says what a variable binding sets, as far as it can
/// be read.
pub(in crate::docsis) fn explain(printer: &mut Printer<'_, '_>, octets: &[u8]) {
    let Some(varbind) = Varbind::read(octets) else {
        return;
    };
    printer.push(b" /* SnmpMibObject ");
    let out = &mut printer.out.text;
    push_numeric(varbind.oid.as_slice(), out);
    match varbind.tag {
        0x46 => {
            let value = counter_64(varbind.value);
            out.extend_from_slice(format!(" Counter64 {value}").as_bytes());
        }
        STRING_TAG => out.extend_from_slice(b" String"),
        tag => out.extend_from_slice(format!(" type 0x{tag:02x}").as_bytes()),
    }
    printer.push(b" */");
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_value_that_no_text_can_set_is_shown_in_octets() {
        // vacmAccessStatus with an index that its INDEX clause does not bear.
        let value =
            [0x2b, 6, 1, 6, 3, 16, 1, 4, 1, 9, 0, 3, 3, 3, 103, 112, 114];
        let mut data = vec![11, 2 + 8 + 2 + 17, 0x30, 8 + 2 + 17];
        data.extend([6, 6, 0x2b, 6, 1, 4, 1, 1, 6, 17]);
        data.extend(value);
        let decoded = crate::docsis::decode::decode(
            &data,
            &crate::docsis::mib::Mib::default(),
            &crate::docsis::decode::Options::default(),
        );
        let text = String::from_utf8_lossy(&decoded.text).into_owned();
        assert!(!text.contains("ObjectID"), "{text}");
        assert!(text.contains("GenericTLV"), "{text}");
    }

    #[test]
    fn the_first_octets_count_as_a_number_least_first() {
        let bits = [0x30, 9, 6, 3, 0x2b, 6, 1, 4, 2, 1, 2];
        let varbind = Varbind::read(&bits).expect("good");
        assert_eq!(first_word(&varbind), Some(0x201));
    }
}
