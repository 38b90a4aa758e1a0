//! What the text language has no words for: names of settings of newer
//! specifications, and the meaning of numbers. Both stand in tables
//! (`data/docsis/`), one a line; they explain, and change no octet and no
//! line of the text.

use std::collections::HashMap;
use std::sync::OnceLock;

use crate::docsis::table;
use crate::docsis::table::{Kind, Symbol, TOP};

/// A setting that the text language has no name for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Named {
    /// Its name, in the style of the text language.
    pub name: &'static str,
    /// How its value is read.
    pub form: ValueForm,
    /// Where it comes from: `DOCSIS 4.0`, `DPoE 2.0`, `eRouter`, …
    pub version: &'static str,
}

/// How a value without a row of the symbol table is read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ValueForm {
    /// Further settings.
    Block,
    /// A number of up to 4 octets.
    Number,
    /// Characters.
    Text,
    /// An IPv4 address.
    Ip,
    /// A MAC address.
    Mac,
    /// An SNMP object and its value.
    Varbind,
    /// Octets.
    Hex,
}

/// The meaning of numbers.
#[derive(Clone, Copy, Debug)]
enum Words {
    /// One word for a number.
    Enum(&'static str),
    /// A word for each bit, bit 0 the lowest.
    LowBits(&'static str),
    /// A word for each bit, bit 0 the highest of the first octet.
    HighBits(&'static str),
}

/// Codes from the top level down to a setting.
type Path = Vec<u8>;

/// The setting at a path, if the text language does not know it.
#[must_use]
pub fn find(path: &[u8]) -> Option<Named> {
    all().get(path).copied()
}

/// The settings of that name (case does not matter), by their paths.
pub fn of_name(name: &str) -> Vec<(&'static [u8], Named)> {
    let named = all().iter().filter(|(_, n)| n.name.eq_ignore_ascii_case(name));
    let mut found: Vec<_> = named.map(|(p, n)| (p.as_slice(), *n)).collect();
    found.sort_unstable_by_key(|(path, _)| *path);
    found
}

/// All settings that the text language does not know, by their paths.
fn all() -> &'static HashMap<Path, Named> {
    static NAMES: OnceLock<HashMap<Path, Named>> = OnceLock::new();
    NAMES.get_or_init(|| {
        let text = include_str!("../../data/docsis/names.tsv");
        read(text, |cells| {
            let [name, form, version] = cells else { return None };
            Some(Named { name, form: form_of(form)?, version })
        })
    })
}

/// Every path that has a name here.
#[cfg(test)]
fn lines(text: &'static str) -> usize {
    text.lines().filter(|line| !line.starts_with('#')).count()
}

/// What the numbers of a setting mean, all of them.
#[must_use]
pub fn values(path: &[u8]) -> Option<String> {
    let (list, bit) = match meanings().get(path)? {
        Words::Enum(list) => (list, ""),
        Words::LowBits(list) => (list, "bit "),
        Words::HighBits(list) => (list, "bit (0: the highest) "),
    };
    let pairs = list.split(',').filter_map(|pair| pair.split_once('='));
    let pairs = pairs.map(|(n, word)| format!("{bit}{n} {word}"));
    Some(pairs.collect::<Vec<_>>().join(", "))
}

/// What numbers mean, by the path of their setting.
fn meanings() -> &'static HashMap<Path, Words> {
    static WORDS: OnceLock<HashMap<Path, Words>> = OnceLock::new();
    WORDS.get_or_init(|| {
        let text = include_str!("../../data/docsis/words.tsv");
        read(text, |cells| match cells {
            ["enum", words] => Some(Words::Enum(words)),
            ["bits", words] => Some(Words::LowBits(words)),
            ["BITS", words] => Some(Words::HighBits(words)),
            _ => None,
        })
    })
}

/// The words for a value at a path: a name, or the names of the bits set.
#[must_use]
pub fn words(path: &[u8], value: &[u8]) -> Option<String> {
    let words = meanings().get(path)?;
    if value.is_empty() || value.len() > 4 {
        return None;
    }
    let number =
        value.iter().fold(0_u32, |n, octet| n << 8 | u32::from(*octet));
    let named = |wanted: &dyn Fn(u32) -> bool, list: &'static str| {
        let pairs = list.split(',').filter_map(|pair| pair.split_once('='));
        let set = pairs.filter(|(n, _)| n.parse().is_ok_and(wanted));
        let set: Vec<&str> = set.map(|(_, word)| word).collect();
        (!set.is_empty()).then(|| set.join(", "))
    };
    let top = u32::try_from(value.len() * 8).unwrap_or(32);
    let bit = |n: u32| n < 32 && number >> n & 1 == 1;
    match words {
        Words::Enum(list) => named(&|n| n == number, list),
        Words::LowBits(list) => named(&bit, list),
        Words::HighBits(list) => {
            named(&|n| top.checked_sub(n + 1).is_some_and(bit), list)
        }
    }
}

/// The row of the symbol table at a path.
#[must_use]
pub fn symbol(path: &[u8]) -> Option<&'static Symbol> {
    let mut found: Option<&'static Symbol> = None;
    for code in path {
        let parent = found.map_or(TOP, |symbol| symbol.row);
        found = Some(table::child(parent, *code)?);
    }
    found.filter(|symbol| symbol.kind != Kind::Marker)
}

/// Reads a table: path, then the cells of the line. A slash in the first step
/// of a path stands for several.
fn read<T: Copy>(
    text: &'static str,
    row: impl Fn(&[&'static str]) -> Option<T>,
) -> HashMap<Path, T> {
    let mut out = HashMap::new();
    for line in text.lines().filter(|line| !line.starts_with('#')) {
        let cells: Vec<&'static str> = line.split('\t').collect();
        let Some((path, cells)) = cells.split_first() else { continue };
        let Some(value) = row(cells) else { continue };
        let (first, rest) = path.split_once('.').unwrap_or((path, ""));
        for code in first.split('/') {
            let steps = [code].into_iter().chain(rest.split('.'));
            let steps = steps.filter(|step| !step.is_empty());
            if let Ok(path) = steps.map(str::parse).collect() {
                let _ = out.insert(path, value);
            }
        }
    }
    out
}

/// The form that a cell names.
fn form_of(cell: &str) -> Option<ValueForm> {
    Some(match cell {
        "block" => ValueForm::Block,
        "number" => ValueForm::Number,
        "text" => ValueForm::Text,
        "ip" => ValueForm::Ip,
        "mac" => ValueForm::Mac,
        "varbind" => ValueForm::Varbind,
        "hex" => ValueForm::Hex,
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_line_of_the_tables_is_read() {
        let names = include_str!("../../data/docsis/names.tsv");
        let form = |cells: &[&'static str]| match cells {
            [_, form, _] => form_of(form),
            _ => None,
        };
        assert!(read(names, form).len() >= lines(names));
        for line in names.lines().filter(|line| !line.starts_with('#')) {
            assert_eq!(line.split('\t').count(), 4, "{line}");
        }
        let words = include_str!("../../data/docsis/words.tsv");
        for line in words.lines().filter(|line| !line.starts_with('#')) {
            assert_eq!(line.split('\t').count(), 3, "{line}");
        }
    }

    #[test]
    fn names_and_versions_stand_side_by_side() {
        let edge = find(&[106]).expect("it has a name");
        assert_eq!(edge.name, "FDXDownstreamUpperBandEdge");
        assert_eq!(edge.version, "DOCSIS 4.0");
        assert_eq!(find(&[60, 10, 4]), find(&[22, 10, 4]));
        assert_eq!(find(&[3]), None);
    }

    #[test]
    fn numbers_have_words() {
        let check = |path: &[u8], value: &[u8], expected: Option<&str>| {
            assert_eq!(words(path, value).as_deref(), expected);
        };
        check(&[24, 15], &[6], Some("unsolicited grant"));
        check(&[24, 15], &[99], None);
        check(&[25, 6], &[7], Some("provisioned, admitted, active"));
        check(&[24, 31], &[0x80, 0, 0, 0], Some("bonded"));
        check(&[24, 31], &[0, 0, 0, 1], None);
        check(&[202, 1], &[3], Some("IPv4 and IPv6"));
    }
}
