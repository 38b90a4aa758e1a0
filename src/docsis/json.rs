//! The TLV tree of a binary configfile as JSON.
//!
//! It is written as it is made, one setting after the other, so that a big
//! file needs no more memory than its tree.

use std::io::{self, Write};

use md5::{Digest, Md5};
use serde_json::{Value, json};

use crate::docsis::codes;
use crate::docsis::decode;
use crate::docsis::decode::explain::{Inner, Meaning, is_vendors, meaning};
use crate::docsis::decode::text::push_hex;
use crate::docsis::decode::{File, Form, Options, Tail, Tlv, words};
use crate::docsis::mib::Mib;
use crate::docsis::names::Named;
use crate::docsis::table::TOP;

/// Writes the tree as one JSON object, with a line feed at the end.
///
/// `octets`, `kind` (`modem`, `mta` or `plain`), `settings`, `end` and `notes`
/// (`offset`, `damage`, `text`). A setting has `offset`, `code`, `name` (null
/// if unknown), `form` (`leaf`, `block`, `wide`, `raw`, `cut`), `length`, and
/// either `settings` or `hex` and `value`; a variable binding also `oid`,
/// `object`, `type` and, if the value has a name, `label`. `meaning` and
/// `since` name a setting that the text language does not know, `words` says
/// a value in words, `inside` are the settings inside a value (`code`, `name`,
/// `hex`, and `value` or `inside`).
///
/// # Errors
///
/// What the writer answers.
///
/// ```
/// use provha::docsis::{json, mib::Mib};
///
/// let mut out = Vec::new();
/// json::write(&[3, 1, 1], &Mib::default(), &mut out)?;
/// let tree: serde_json::Value = serde_json::from_slice(&out)?;
/// assert_eq!(tree["settings"][0]["name"], "NetworkAccess");
/// assert_eq!(tree["settings"][0]["value"], "1");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn write(bytes: &[u8], mib: &Mib, out: &mut dyn Write) -> io::Result<()> {
    let shown = &bytes[..bytes.len().min(decode::MAX_INPUT)];
    let notes = decode::decode(bytes, mib, &Options::default()).notes;
    let file = File::parse(shown);
    let kind = json!(file.kind().word());
    write!(out, "{{\"octets\":{},\"kind\":{kind}", bytes.len())?;
    out.write_all(b",\"settings\":")?;
    write_settings(&file.items, (TOP, &mut Vec::new()), mib, out)?;
    write!(out, ",\"end\":{},\"notes\":[", end(&file))?;
    for (at, note) in notes.iter().enumerate() {
        let comma = if at > 0 { "," } else { "" };
        let note = json!({
            "offset": note.offset, "damage": note.damage, "text": note.text,
        });
        write!(out, "{comma}{note}")?;
    }
    out.write_all(b"]}\n")
}

/// Writes settings as an array.
fn write_settings(
    items: &[Tlv<'_>],
    (parent, path): (u16, &mut Vec<u8>),
    mib: &Mib,
    out: &mut dyn Write,
) -> io::Result<()> {
    for (at, tlv) in items.iter().enumerate() {
        out.write_all(if at > 0 { b",{" } else { b"[{" })?;
        path.push(tlv.code);
        let mut members = members(tlv, mib);
        // A vendor's codes have no names of ours, but for the eRouter's.
        if !is_vendors(parent, tlv) || tlv.code == codes::EROUTER {
            explain(tlv, path, mib, &mut members);
        }
        for (at, (name, value)) in members.iter().enumerate() {
            let comma = if at > 0 { "," } else { "" };
            write!(out, "{comma}\"{name}\":{value}")?;
        }
        if !tlv.children.is_empty() {
            out.write_all(b",\"settings\":")?;
            let row = tlv.symbol.map_or(TOP, |symbol| symbol.row);
            write_settings(&tlv.children, (row, &mut *path), mib, out)?;
        }
        let _ = path.pop();
        out.write_all(b"}")?;
    }
    out.write_all(if items.is_empty() { b"[]" } else { b"]" })
}

/// The members of a setting but for the settings in it.
fn members(tlv: &Tlv<'_>, mib: &Mib) -> Vec<(&'static str, Value)> {
    let mut members = vec![("offset", json!(tlv.offset))];
    if tlv.form != Form::Raw {
        members.push(("code", json!(tlv.code)));
        members.push(("name", json!(tlv.name())));
    }
    members.push(("form", json!(form_word(tlv.form))));
    members.push(("length", json!(tlv.value.len())));
    if let Form::Cut { announced } = tlv.form {
        members.push(("announced", json!(announced)));
    }
    if !tlv.children.is_empty() {
        return members;
    }
    members.push(("hex", json!(hex(tlv.value))));
    match words::varbind(mib, tlv) {
        Some(reading) => {
            members.push(("oid", json!(reading.oid)));
            members.push(("object", json!(reading.name)));
            members.push(("type", json!(reading.kind)));
            members.push(("value", json!(reading.value)));
            members.extend(reading.label.map(|l| ("label", json!(l))));
        }
        None => members.push(("value", json!(words::value(tlv)))),
    }
    members
}

/// Adds what a setting means beyond its name and value.
fn explain(
    tlv: &Tlv<'_>,
    path: &[u8],
    mib: &Mib,
    members: &mut Vec<(&'static str, Value)>,
) {
    let Meaning { named, words, inside } = meaning(tlv, path, mib);
    if let Some(Named { name, version, .. }) = named {
        members.push(("meaning", json!(name)));
        members.push(("since", json!(version)));
    }
    members.extend(words.map(|words| ("words", json!(words))));
    if !inside.is_empty() {
        members.push(("inside", Value::from(list(&inside))));
    }
}

/// Settings inside a value.
fn list(inside: &[Inner]) -> Vec<Value> {
    let one = |inner: &Inner| {
        let mut one = json!({
            "code": inner.code, "name": inner.name,
            "hex": hex(&inner.octets),
        });
        if inner.inside.is_empty() {
            one["value"] = json!(inner.value);
        } else {
            one["inside"] = Value::from(list(&inner.inside));
        }
        if let Some(words) = &inner.words {
            one["words"] = json!(words);
        }
        one
    };
    inside.iter().map(one).collect()
}

/// Octets in hex.
fn hex(octets: &[u8]) -> String {
    let mut text = Vec::new();
    push_hex(octets, &mut text);
    String::from_utf8_lossy(&text).into_owned()
}

/// Word for a form.
fn form_word(form: Form) -> &'static str {
    match form {
        Form::Leaf => "leaf",
        Form::Block => "block",
        Form::Wide => "wide",
        Form::Raw => "raw",
        Form::Cut { .. } => "cut",
    }
}

/// The end of the file; null if there is none. `settings_md5` is the digest
/// of the settings as they are, by which encoding sees an edit.
fn end(file: &File<'_>) -> Value {
    let settings_md5 = |offset: usize| {
        let digest = Md5::digest(&file.bytes[..offset]);
        hex(&digest)
    };
    match file.tail {
        Tail::None => Value::Null,
        Tail::Modem { offset, cm_mic, cmts_mic, padding, matches } => json!({
            "offset": offset,
            "settings_md5": settings_md5(offset),
            "cm_mic": hex(cm_mic),
            "cm_mic_matches": matches,
            "cmts_mic": cmts_mic.map(hex),
            "padding": padding,
        }),
        Tail::Odd { offset, octets } => json!({
            "offset": offset,
            "settings_md5": settings_md5(offset),
            "hex": hex(octets),
        }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The tree of a file.
    fn tree(bytes: &[u8]) -> Value {
        let mut out = Vec::new();
        write(bytes, &Mib::default(), &mut out).expect("a Vec takes all");
        serde_json::from_slice(&out).expect("JSON")
    }

    #[test]
    fn blocks_and_variable_bindings() {
        let mut bytes = vec![24, 3, 6, 1, 7, 11, 17, 0x30, 15];
        bytes.extend([6, 10, 0x2b, 6, 1, 2, 1, 2, 2, 1, 7, 1, 2, 1, 1]);
        let tree = tree(&bytes);
        let flow = &tree["settings"][0];
        assert_eq!(flow["form"], "block");
        assert_eq!(flow["settings"][0]["name"], "QosParamSetType");
        let object = &tree["settings"][1];
        assert_eq!(object["object"], "ifAdminStatus.1");
        assert_eq!(object["oid"], "1.3.6.1.2.1.2.2.1.7.1");
        assert_eq!(object["label"], "up");
        assert_eq!(tree["kind"], "plain");
        assert_eq!(tree["end"], Value::Null);
    }

    #[test]
    fn damage_is_noted() {
        let tree = tree(&[24, 9, 6, 1, 7, 1]);
        assert_eq!(tree["settings"][0]["announced"], 9);
        assert_eq!(tree["notes"][0]["damage"], true);
    }

    #[test]
    fn an_empty_file_is_an_empty_tree() {
        assert_eq!(tree(&[])["settings"], json!([]));
    }
}
