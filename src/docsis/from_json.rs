//! The way back from JSON: the tree that [`crate::docsis::json`] writes as
//! the octets it was made of.
//!
//! `code`, `form` and `hex` (or `settings`) decide; what else stands beside
//! them says the same in words and is compared, so that an edit that changes
//! only the words is refused instead of being passed over.

use std::fmt;

use md5::{Digest, Md5};
use serde_json::{Map, Value};

use crate::docsis::json;
use crate::docsis::mib::Mib;
use crate::docsis::mic;

/// Most octets of JSON that are read.
pub const MAX_JSON: usize = 64 << 20;

/// Deepest settings inside each other.
const MAX_DEPTH: usize = 64;

/// What is wrong with the JSON, and where.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct JsonFault {
    /// Place in the tree, such as `settings[2].settings[0].hex`.
    pub place: String,
    /// What is wrong there.
    pub text: String,
}

impl fmt::Display for JsonFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.place.is_empty() {
            return f.write_str(&self.text);
        }
        write!(f, "{}: {}", self.place, self.text)
    }
}

impl std::error::Error for JsonFault {}

/// The way all readers of the tree fail.
type Read<T> = Result<T, JsonFault>;

/// Makes a fault.
fn fault<T>(place: &str, text: impl Into<String>) -> Read<T> {
    Err(JsonFault { place: place.to_owned(), text: text.into() })
}

/// Makes the octets of a tree. Where the settings are as they were decoded
/// and no `key` is given, the end of the file is that of the tree, so that
/// decoding and encoding gives the same file; otherwise the MICs of a
/// modem's file are made again.
///
/// # Errors
///
/// The first thing that is no such tree.
///
/// ```
/// use provha::docsis::{from_json, json, mib::Mib};
///
/// let file = [3, 1, 1, 18, 1, 5];
/// let mut text = Vec::new();
/// json::write(&file, &Mib::default(), &mut text)?;
/// let octets = from_json::encode(&text, None, &Mib::default())?;
/// assert_eq!(octets, file);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn encode(
    text: &[u8],
    key: Option<&[u8]>,
    mib: &Mib,
) -> Result<Vec<u8>, JsonFault> {
    if text.len() > MAX_JSON {
        return fault("", format!("more than {MAX_JSON} octets of JSON"));
    }
    let tree: Value = serde_json::from_slice(text)
        .or_else(|error| fault("", format!("this is not JSON: {error}")))?;
    let Value::Object(tree) = &tree else {
        return fault("", "one JSON object is expected");
    };
    let mut file = Vec::new();
    settings(tree, "", 0, &mut file)?;
    if file.len() > crate::docsis::decode::MAX_INPUT {
        return fault("", "the settings have more octets than a file may");
    }
    compare(tree, &file, mib)?;
    end(tree, key, &mut file)?;
    Ok(file)
}

/// Appends the settings of an object.
fn settings(
    object: &Map<String, Value>,
    place: &str,
    depth: usize,
    out: &mut Vec<u8>,
) -> Read<()> {
    if depth > MAX_DEPTH {
        return fault(place, "settings are too deep inside each other");
    }
    let place = join(place, "settings");
    let Some(Value::Array(all)) = object.get("settings") else {
        return fault(&place, "an array of settings is expected");
    };
    for (at, setting) in all.iter().enumerate() {
        let place = format!("{place}[{at}]");
        let Value::Object(setting) = setting else {
            return fault(&place, "an object is expected");
        };
        one(setting, &place, depth, out)?;
    }
    Ok(())
}

/// Appends one setting.
fn one(
    setting: &Map<String, Value>,
    place: &str,
    depth: usize,
    out: &mut Vec<u8>,
) -> Read<()> {
    let mut value = Vec::new();
    if setting.contains_key("settings") {
        settings(setting, place, depth + 1, &mut value)?;
    } else {
        hex(setting, place, &mut value)?;
    }
    let form = match setting.get("form") {
        None => "leaf",
        Some(form) => form.as_str().unwrap_or_default(),
    };
    if form == "raw" {
        out.extend_from_slice(&value);
        return Ok(());
    }
    out.push(octet(setting, place, "code")?);
    let len = value.len();
    match form {
        "leaf" | "block" => match u8::try_from(len) {
            Ok(len) => out.push(len),
            Err(_) => {
                let text = format!("{len} octets do not fit into one TLV");
                return fault(place, text);
            }
        },
        "wide" => match u16::try_from(len) {
            Ok(len) => out.extend_from_slice(&len.to_be_bytes()),
            Err(_) => {
                return fault(place, "more octets than 16 bits of length take");
            }
        },
        "cut" => {
            let announced = octet(setting, place, "announced")?;
            if usize::from(announced) <= len {
                return fault(place, "it is not cut off: form leaf or block");
            }
            out.push(announced);
        }
        _ => {
            let place = join(place, "form");
            return fault(&place, "leaf, block, wide, raw or cut is expected");
        }
    }
    out.extend_from_slice(&value);
    Ok(())
}

/// Appends what follows the settings.
fn end(
    tree: &Map<String, Value>,
    key: Option<&[u8]>,
    file: &mut Vec<u8>,
) -> Read<()> {
    let end = match tree.get("end") {
        None | Some(Value::Null) => return Ok(()),
        Some(Value::Object(end)) => end,
        Some(_) => return fault("end", "an object or null is expected"),
    };
    let digest: [u8; 16] = Md5::digest(&*file).into();
    let mut settings_md5 = Vec::new();
    if end.contains_key("settings_md5") {
        named_hex(end, "end", "settings_md5", &mut settings_md5)?;
    }
    let same = settings_md5 == digest;
    if key.is_some() || !same {
        let _ = mic::seal(key.unwrap_or_default(), true, file);
        return Ok(());
    }
    if end.contains_key("hex") {
        return hex(end, "end", file);
    }
    file.extend_from_slice(&[6, 16]);
    named_hex(end, "end", "cm_mic", file)?;
    if end.get("cmts_mic").is_some_and(|mic| !mic.is_null()) {
        file.extend_from_slice(&[7, 16]);
        named_hex(end, "end", "cmts_mic", file)?;
    }
    file.push(255);
    let padding = end.get("padding").and_then(Value::as_u64).unwrap_or(0);
    let padding = usize::try_from(padding).unwrap_or(usize::MAX);
    if padding > crate::docsis::decode::MAX_INPUT {
        return fault("end.padding", "more padding than a file may have");
    }
    file.resize(file.len() + padding, 0);
    Ok(())
}

/// Appends the octets of `hex`.
fn hex(
    object: &Map<String, Value>,
    place: &str,
    out: &mut Vec<u8>,
) -> Read<()> {
    named_hex(object, place, "hex", out)
}

/// Appends the octets of a member in hex.
fn named_hex(
    object: &Map<String, Value>,
    place: &str,
    name: &str,
    out: &mut Vec<u8>,
) -> Read<()> {
    let place = join(place, name);
    let Some(text) = object.get(name).and_then(Value::as_str) else {
        return fault(&place, "octets in hex are expected");
    };
    let text = text.strip_prefix("0x").unwrap_or(text).as_bytes();
    let digit = |digit: u8| char::from(digit).to_digit(16);
    let pair = |pair: &[u8]| match pair {
        [high, low] => Some(digit(*high)? << 4 | digit(*low)?),
        _ => None,
    };
    for octet in text.chunks(2).map(pair) {
        match octet.and_then(|octet| u8::try_from(octet).ok()) {
            Some(octet) => out.push(octet),
            None => return fault(&place, "pairs of hex digits are expected"),
        }
    }
    Ok(())
}

/// A member that is one octet.
fn octet(object: &Map<String, Value>, place: &str, name: &str) -> Read<u8> {
    let number = object.get(name).and_then(Value::as_u64);
    match number.and_then(|number| u8::try_from(number).ok()) {
        Some(octet) => Ok(octet),
        None => fault(&join(place, name), "a number from 0 to 255 is expected"),
    }
}

/// Refuses words that say something else than the octets do.
fn compare(given: &Map<String, Value>, file: &[u8], mib: &Mib) -> Read<()> {
    let mut text = Vec::new();
    let written = json::write(file, mib, &mut text);
    let made =
        written.ok().and_then(|()| serde_json::from_slice::<Value>(&text).ok());
    let Some(Value::Object(made)) = made else { return Ok(()) };
    compare_settings(given, &made, "")
}

/// Members that say in words what the octets say. The name of an object
/// depends on the MIBs at hand, so that its number is compared.
const WORDS: [&str; 4] = ["value", "oid", "type", "announced"];

/// Compares the settings of two objects.
fn compare_settings(
    given: &Map<String, Value>,
    made: &Map<String, Value>,
    place: &str,
) -> Read<()> {
    let list = |object: &Map<String, Value>| match object.get("settings") {
        Some(Value::Array(all)) => all.clone(),
        _ => Vec::new(),
    };
    for (at, (given, made)) in list(given).iter().zip(list(made)).enumerate() {
        let place = format!("{}[{at}]", join(place, "settings"));
        let (Value::Object(given), Value::Object(made)) = (given, &made) else {
            continue;
        };
        for name in WORDS {
            let (Some(said), Some(is)) = (given.get(name), made.get(name))
            else {
                continue;
            };
            if said != is {
                let text = format!(
                    "{said} does not fit the octets, which say {is}: change \
                     hex, and leave {name} out or change it too"
                );
                return fault(&join(&place, name), text);
            }
        }
        compare_settings(given, made, &place)?;
    }
    Ok(())
}

/// The place of a member.
fn join(place: &str, name: &str) -> String {
    if place.is_empty() {
        return name.to_owned();
    }
    format!("{place}.{name}")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::docsis::Options;

    /// The JSON of a file.
    fn tree(file: &[u8]) -> Vec<u8> {
        let mut text = Vec::new();
        json::write(file, Mib::embedded(), &mut text).expect("a Vec takes all");
        text
    }

    /// Encodes with the embedded names.
    fn back(text: &[u8], key: Option<&[u8]>) -> Result<Vec<u8>, String> {
        encode(text, key, Mib::embedded()).map_err(|f| f.to_string())
    }

    /// A modem's file.
    fn modem() -> Vec<u8> {
        let text = b"Main { NetworkAccess 1; MaxCPE 5; UsServiceFlow { \
                     UsServiceFlowRef 1; QosParamSetType 7; } }";
        let options = Options::modem(b"key");
        crate::docsis::encode(text, &options).expect("it is valid").bytes
    }

    #[test]
    fn the_way_there_and_back_loses_nothing() {
        let file = modem();
        assert_eq!(back(&tree(&file), None), Ok(file.clone()));
        assert_eq!(back(&tree(&file), Some(b"key")), Ok(file.clone()));
        let mut odd = file.clone();
        *odd.last_mut().expect("not empty") = 1;
        let other = file[..file.len() - 3].to_vec();
        let mut padded = file;
        padded.resize(padded.len() + 9, 0);
        for file in [odd, other, padded, vec![], vec![24, 9, 1, 1], vec![5]] {
            assert_eq!(back(&tree(&file), None), Ok(file));
        }
    }

    #[test]
    fn noise_is_the_same_again() {
        let mut seed = 5_u32;
        for len in 0..200 {
            let file: Vec<u8> = (0..len)
                .map(|_| {
                    seed = seed.wrapping_mul(1_664_525).wrapping_add(12_345);
                    (seed >> 24) as u8 & if seed & 64 == 0 { 31 } else { 255 }
                })
                .collect();
            assert_eq!(back(&tree(&file), None), Ok(file));
        }
    }

    #[test]
    fn an_edit_makes_new_mics() {
        let text = String::from_utf8(tree(&modem())).expect("UTF-8");
        let edited = text.replace(
            "\"hex\":\"05\",\"value\":\"5\"",
            "\"hex\":\"06\",\"value\":\"6\"",
        );
        assert_ne!(edited, text);
        let file = back(edited.as_bytes(), Some(b"key")).expect("it is valid");
        let report = crate::docsis::verify::verify(&file, Some(b"key"));
        assert!(report.is_good(), "{report:?}");
        assert_eq!(file[3..6], [18, 1, 6]);
    }

    #[test]
    fn words_that_say_something_else_are_refused() {
        let text = String::from_utf8(tree(&modem())).expect("UTF-8");
        let edited = text.replace("\"value\":\"5\"", "\"value\":\"6\"");
        let told = back(edited.as_bytes(), None).expect_err("it contradicts");
        assert!(told.starts_with("settings[1].value: \"6\""), "{told}");
    }

    #[test]
    fn what_is_no_tree_is_refused() {
        for (text, expected) in [
            ("Main", "this is not JSON"),
            ("[]", "one JSON object"),
            ("{}", "settings: an array"),
            ("{\"settings\":[3]}", "settings[0]: an object"),
            ("{\"settings\":[{\"code\":3}]}", "settings[0].hex: octets"),
            ("{\"settings\":[{\"hex\":\"1\",\"code\":3}]}", "pairs of hex"),
            ("{\"settings\":[{\"hex\":\"\",\"code\":300}]}", "0 to 255"),
            (
                "{\"settings\":[{\"hex\":\"\",\"code\":3,\"form\":\"x\"}]}",
                "leaf, block",
            ),
        ] {
            let told = back(text.as_bytes(), None).expect_err(text);
            assert!(told.contains(expected), "{told}");
        }
        let long = "00".repeat(256);
        let text =
            format!("{{\"settings\":[{{\"code\":3,\"hex\":\"{long}\"}}]}}");
        assert!(back(text.as_bytes(), None).is_err());
    }
}
