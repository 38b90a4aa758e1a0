//! What a setting means, beyond what its line says: its name where the text
//! language has none, the settings inside its value, its number in words.
//! It stands in comments (`--explain`) and in JSON; no octet depends on it.

use crate::docsis::codes;
use crate::docsis::decode::text::is_printable;
use crate::docsis::decode::tree::{Form, Tlv};
use crate::docsis::decode::words::{hex, varbind_words};
use crate::docsis::decode::{value, words};
use crate::docsis::mib::Mib;
use crate::docsis::names;
use crate::docsis::names::{Named, ValueForm};
use crate::docsis::table::{Kind, Symbol, TOP, child};

/// Deepest tree that is looked for inside a value.
const MAX_DEPTH: usize = 6;

/// What can be told of a setting.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Meaning {
    /// Its name, if the text language has none.
    pub named: Option<Named>,
    /// Its value in words.
    pub words: Option<String>,
    /// The settings inside its value, if it is one value for the text
    /// language.
    pub inside: Vec<Inner>,
}

/// A setting inside a value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Inner {
    /// Its code.
    pub code: u8,
    /// Its name, if it has one.
    pub name: Option<&'static str>,
    /// Its octets.
    pub octets: Vec<u8>,
    /// Its value as people read it; empty for a block.
    pub value: String,
    /// Its value in words.
    pub words: Option<String>,
    /// The settings inside it.
    pub inside: Vec<Inner>,
}

/// What a setting at a path of codes (its own last) means.
pub(in crate::docsis) fn meaning(
    tlv: &Tlv<'_>,
    path: &[u8],
    mib: &Mib,
) -> Meaning {
    let whole = matches!(tlv.form, Form::Leaf | Form::Wide);
    if !whole {
        return Meaning::default();
    }
    let place = Place::of(path);
    if let Some(symbol) = tlv.symbol {
        let words = names::words(path, tlv.value);
        // A code that two specifications give away, such as 83.
        let odd = words::known(symbol, tlv.value).is_none()
            && !matches!(symbol.kind, Kind::Varbind | Kind::Aggregate);
        let inside = match odd {
            true => inner(tlv.value, None, place.as_ref(), 0, mib),
            false => Vec::new(),
        };
        return Meaning { named: None, words, inside };
    }
    let named = place.as_ref().and_then(|place| names::find(&place.path));
    let known = place.as_ref().and_then(Place::symbol);
    let block = known.is_some_and(|symbol| symbol.kind == Kind::Aggregate);
    let form = match named {
        Some(named) => Some(named.form),
        None => block.then_some(ValueForm::Block),
    };
    let inside = inner(tlv.value, form, place.as_ref(), 0, mib);
    let words = match (form, &place) {
        _ if !inside.is_empty() => None,
        (Some(form), Some(place)) => {
            let said = read(tlv.value, form, mib);
            match names::words(&place.path, tlv.value) {
                Some(words) => Some(format!("{said} ({words})")),
                None => Some(said),
            }
        }
        _ => None,
    };
    Meaning { named, words, inside }
}

/// Where in the tables a setting stands.
struct Place {
    /// Codes from the top.
    path: Vec<u8>,
}

impl Place {
    /// The place that a path stands for; None where the codes are a vendor's.
    fn of(path: &[u8]) -> Option<Place> {
        let vendor = path.iter().position(|code| *code == codes::VENDOR_BLOCK);
        let inside = vendor.filter(|at| at + 1 < path.len());
        let path = match inside {
            None => path.to_vec(),
            Some(at) => {
                let rest = &path[at + 1..];
                let router = rest.first() == Some(&codes::EROUTER);
                // The general extension is in the symbol table or in ours.
                let known = names::find(path).is_some();
                match (router, known) {
                    (true, _) => rest.to_vec(),
                    (false, true) => path.to_vec(),
                    _ => return None,
                }
            }
        };
        Some(Place { path })
    }

    /// The place of a setting in this one.
    fn below(&self, code: u8) -> Place {
        let mut path = self.path.clone();
        path.push(code);
        Place { path }
    }

    /// The row of the symbol table here.
    fn symbol(&self) -> Option<&'static Symbol> {
        names::symbol(&self.path)
    }
}

/// The settings inside a value, if it splits into settings without rest.
fn inner(
    octets: &[u8],
    form: Option<ValueForm>,
    place: Option<&Place>,
    depth: usize,
    mib: &Mib,
) -> Vec<Inner> {
    let block = form == Some(ValueForm::Block);
    let may_be = block || form.is_none() && !looks_like_text(octets);
    if !may_be || depth >= MAX_DEPTH {
        return Vec::new();
    }
    let Some(parts) = split(octets, block) else { return Vec::new() };
    let part = |(code, octets): (u8, &[u8])| {
        let place = place.map(|place| place.below(code));
        one(code, octets, place.as_ref(), depth, mib)
    };
    parts.into_iter().map(part).collect()
}

/// One setting inside a value.
fn one(
    code: u8,
    octets: &[u8],
    place: Option<&Place>,
    depth: usize,
    mib: &Mib,
) -> Inner {
    let symbol = place.and_then(Place::symbol);
    let named = place.and_then(|place| names::find(&place.path));
    let name = symbol.map(|s| s.name).or(named.map(|named| named.name));
    let form = match symbol.map(|symbol| symbol.kind) {
        Some(Kind::Aggregate) => Some(ValueForm::Block),
        Some(Kind::Varbind) => Some(ValueForm::Varbind),
        Some(_) => Some(ValueForm::Hex),
        None => named.map(|named| named.form),
    };
    let inside = inner(octets, form, place, depth + 1, mib);
    let value = match (symbol, form) {
        _ if !inside.is_empty() => String::new(),
        (Some(symbol), Some(ValueForm::Hex)) => words::known(symbol, octets)
            .unwrap_or_else(|| words::octets(octets)),
        (_, Some(form)) => read(octets, form, mib),
        _ => words::octets(octets),
    };
    let words = place.and_then(|place| names::words(&place.path, octets));
    Inner { code, name, octets: octets.to_vec(), value, words, inside }
}

/// A value in words, by its form.
fn read(octets: &[u8], form: ValueForm, mib: &Mib) -> String {
    let kind = match form {
        ValueForm::Number if octets.len() <= 4 && !octets.is_empty() => {
            let number =
                octets.iter().fold(0_u32, |n, o| n << 8 | u32::from(*o));
            return number.to_string();
        }
        ValueForm::Varbind => {
            return varbind_words(mib, octets).unwrap_or_else(|| hex(octets));
        }
        ValueForm::Text => return words::octets(octets),
        ValueForm::Ip => Kind::Ip,
        ValueForm::Mac => Kind::Mac,
        _ => return hex(octets),
    };
    let mut text = Vec::new();
    let free =
        Symbol { row: 0, name: "", code: 0, parent: TOP, kind, min: 0, max: 0 };
    match value::write(&free, octets, &mut text) {
        Some(()) => String::from_utf8_lossy(&text).into_owned(),
        None => hex(octets),
    }
}

/// Whether octets are text rather than settings.
fn looks_like_text(octets: &[u8]) -> bool {
    let text = octets.strip_suffix(&[0]).unwrap_or(octets);
    text.len() > 1 && is_printable(text)
}

/// Splits octets into settings. What may as well be one value has to have
/// more than one octet of content in all; `sure` takes any split.
fn split(octets: &[u8], sure: bool) -> Option<Vec<(u8, &[u8])>> {
    let mut parts = Vec::new();
    let mut rest = octets;
    while let [code, length, after @ ..] = rest {
        let (value, next) = after.split_at_checked((*length).into())?;
        if *code == 0 || (value.is_empty() && !sure) {
            return None;
        }
        parts.push((*code, value));
        rest = next;
    }
    (rest.is_empty() && !parts.is_empty()).then_some(parts)
}

/// The meaning as the text of a comment; None where there is nothing to say.
pub(in crate::docsis) fn comment(meaning: &Meaning) -> Option<String> {
    let mut parts = Vec::new();
    if let Some(named) = meaning.named {
        parts.push(format!("{} ({})", named.name, named.version));
    }
    parts.extend(meaning.words.clone());
    if !meaning.inside.is_empty() {
        parts.push(tree(&meaning.inside));
    }
    (!parts.is_empty()).then(|| harmless(&parts.join(": ")))
}

/// Settings inside a value, on one line.
fn tree(inside: &[Inner]) -> String {
    let one = |inner: &Inner| {
        let mut text = inner.code.to_string();
        if let Some(name) = inner.name {
            text += &format!(" {name}");
        }
        if inner.inside.is_empty() {
            text += &format!(": {}", inner.value);
        } else {
            text += &format!(" {{ {} }}", tree(&inner.inside));
        }
        if let Some(words) = &inner.words {
            text += &format!(" ({words})");
        }
        text
    };
    inside.iter().map(one).collect::<Vec<_>>().join("; ")
}

/// A text that neither opens nor ends a comment, on one line.
fn harmless(text: &str) -> String {
    let plain = |c: char| if c.is_control() { ' ' } else { c };
    let text: String = text.chars().map(plain).collect();
    text.replace('*', "\u{b7}")
}

/// Whether the code has another meaning for the text language than for the
/// vendor in whose block it stands.
pub(in crate::docsis) fn is_vendors(parent: u16, tlv: &Tlv<'_>) -> bool {
    tlv.symbol.is_none() && child(parent, tlv.code).is_some()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::docsis::decode::File;

    /// The comment for the setting at the end of a chain of first children.
    fn check(bytes: &[u8], path: &[u8], expected: &str) {
        let file = File::parse(bytes);
        let mut tlv = file.items.last().expect("a setting");
        while let Some(inner) = tlv.children.last() {
            tlv = inner;
        }
        let meaning = meaning(tlv, path, Mib::embedded());
        assert_eq!(comment(&meaning).as_deref(), Some(expected));
    }

    #[test]
    fn unknown_blocks_are_trees() {
        check(
            &[230, 9, 1, 1, 3, 2, 4, 1, 2, b'h', b'i'],
            &[230],
            "1: 0x03; 2 { 1: \"hi\" }",
        );
        check(
            &[43, 12, 8, 3, 2, 0xa6, 0x13, 202, 5, 1, 1, 3, 13, 0],
            &[43, 202],
            "1 InitializationMode: 3 (IPv4 and IPv6); 13 LinkIDControl: 0x",
        );
        check(
            &[106, 2, 4, 0xb0],
            &[106],
            "FDXDownstreamUpperBandEdge (DOCSIS 4.0): 1200",
        );
        check(
            &[83, 9, 1, 4, 0x50, 0, 0, 0, 2, 1, 1],
            &[83],
            "1 L2CPManagementCMIM: 0x50000000; 2 L2CPManagementMode: 1",
        );
        check(&[24, 3, 15, 1, 2], &[24, 15], "best effort");
    }

    #[test]
    fn comments_have_no_marks() {
        let value = [1, 4, b'a', b'*', b'/', b'b', 2, 1, 1];
        let mut bytes = vec![230, 9];
        bytes.extend(value);
        check(&bytes, &[230], "1: \"a\u{b7}/b\"; 2: 0x01");
    }
}
