//! What changes between two binary configfiles, setting by setting, in words.
//!
//! Blocks are told apart by their reference or identifier, variable bindings
//! by their object, so that a setting put in between does not make all that
//! follow differ. MICs change with every setting and count only where nothing
//! else differs.

use std::{
    collections::{BTreeMap, HashMap, VecDeque},
    fmt,
};

use crate::docsis::codes;
use crate::docsis::decode;
use crate::docsis::decode::ber::Varbind;
use crate::docsis::decode::{File, Form, Tail, Tlv, words};
use crate::docsis::mib::Mib;
use crate::docsis::table::{Kind, Symbol, TOP, child};

/// Most changes that are listed.
pub const MAX_CHANGES: usize = 10_000;

/// Longest description of a value, octets; what is longer is shortened.
const MAX_WORDS: usize = 400;

/// One difference.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Change {
    /// Where: `UsServiceFlow[ref 1]/MaxRateSustained`.
    pub path: String,
    /// The value in the first file, if it is there.
    pub old: Option<String>,
    /// The value in the second file, if it is there.
    pub new: Option<String>,
}

impl fmt::Display for Change {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let path = &self.path;
        match (&self.old, &self.new) {
            (Some(old), Some(new)) => write!(f, "{path}: {old} -> {new}"),
            (Some(old), None) => write!(f, "{path}: removed {old}"),
            (None, Some(new)) => write!(f, "{path}: added {new}"),
            (None, None) => write!(f, "{path}"),
        }
    }
}

/// Lists what changes from `old` to `new`; nothing if the files are the same,
/// octet for octet.
///
/// ```
/// use provha::docsis::{diff, mib::Mib};
///
/// let (old, new) = ([3, 1, 1, 18, 1, 5], [3, 1, 1, 18, 1, 8]);
/// let changes = diff::diff(&old, &new, &Mib::default());
/// assert_eq!(changes[0].to_string(), "MaxCPE: 5 -> 8");
/// ```
#[must_use]
pub fn diff(old: &[u8], new: &[u8], mib: &Mib) -> Vec<Change> {
    if old == new {
        return Vec::new();
    }
    let mut differ = Differ { mib, changes: Vec::new() };
    let old_file = File::parse(shown(old));
    let new_file = File::parse(shown(new));
    differ.settings("", &old_file.items, &new_file.items);
    for code in [codes::UP_FLOW, codes::DOWN_FLOW] {
        differ.flow_order(code, &old_file.items, &new_file.items);
    }
    let same = settings_of(&old_file) == settings_of(&new_file);
    if differ.changes.is_empty() && same {
        differ.ends(&old_file.tail, &new_file.tail);
    }
    if differ.changes.is_empty() {
        let path = "the same settings, in another order or encoding";
        differ.add(path.to_owned(), None, None);
    }
    differ.changes
}

/// The octets of a file's settings.
fn settings_of<'a>(file: &File<'a>) -> &'a [u8] {
    let end = file.items.last().map_or(0, |tlv| tlv.offset + tlv.size());
    &file.bytes[..end]
}

/// The part of a file that is looked at.
fn shown(bytes: &[u8]) -> &[u8] {
    &bytes[..bytes.len().min(decode::MAX_INPUT)]
}

/// What a setting is, apart from its value: settings that are equal in this
/// are compared with each other.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
struct Identity {
    /// Its code; that of a variable binding is the same in both lengths.
    code: u8,
    /// Whether it is a block, a setting, or no TLV.
    form: u8,
    /// What tells it from others of that code.
    key: Vec<u8>,
}

/// The settings of one identity in both files, in order.
#[derive(Default)]
struct Group<'t, 'a> {
    /// In the first.
    old: Vec<&'t Tlv<'a>>,
    /// In the second.
    new: Vec<&'t Tlv<'a>>,
}

/// Collects changes.
struct Differ<'m> {
    /// The names.
    mib: &'m Mib,
    /// What was found.
    changes: Vec<Change>,
}

impl Differ<'_> {
    /// Compares the settings of two blocks, or of two files.
    fn settings(&mut self, path: &str, old: &[Tlv<'_>], new: &[Tlv<'_>]) {
        for mut group in groups(old, new) {
            drop_equal(&mut group);
            let pairs = group.old.len().min(group.new.len());
            for (old, new) in group.old.iter().zip(&group.new) {
                self.pair(path, old, new);
            }
            for old in &group.old[pairs..] {
                let words = Some(words(self.mib, old));
                self.add(join(path, &label(self.mib, old)), words, None);
            }
            for new in &group.new[pairs..] {
                let words = Some(words(self.mib, new));
                self.add(join(path, &label(self.mib, new)), None, words);
            }
        }
    }

    /// Tells that flows of one direction stand in another order, or that
    /// another one is the first: that is the primary flow, which carries what
    /// no classifier takes.
    fn flow_order(&mut self, code: u8, old: &[Tlv<'_>], new: &[Tlv<'_>]) {
        let (old, new) = (flows(code, old), flows(code, new));
        let both = |list: &[String], other: &[String]| -> Vec<String> {
            list.iter().filter(|one| other.contains(one)).cloned().collect()
        };
        let moved = both(&old, &new) != both(&new, &old);
        let first = old.first() != new.first();
        let Some(symbol) = child(TOP, code) else { return };
        if old.is_empty() || new.is_empty() || !moved && !first {
            return;
        }
        let primary =
            if first { "; the first one is the primary flow" } else { "" };
        let before = format!("order [{}]", old.join(", "));
        let after = format!("[{}]{primary}", new.join(", "));
        self.add(symbol.name.to_owned(), Some(before), Some(after));
    }

    /// Compares two settings of one identity whose octets differ.
    fn pair(&mut self, path: &str, old: &Tlv<'_>, new: &Tlv<'_>) {
        let path = join(path, &label(self.mib, new));
        if !old.children.is_empty() && !new.children.is_empty() {
            return self.settings(&path, &old.children, &new.children);
        }
        let (before, after) = (words(self.mib, old), words(self.mib, new));
        if before == after {
            let (before, after) = (raw(old), raw(new));
            return self.add(path, Some(before), Some(after));
        }
        self.add(path, Some(before), Some(after));
    }

    /// Compares the ends of two files.
    fn ends(&mut self, old: &Tail<'_>, new: &Tail<'_>) {
        for ((name, old), (_, new)) in ends(old).into_iter().zip(ends(new)) {
            if old != new {
                self.add(name.to_owned(), old, new);
            }
        }
    }

    /// Adds a change, up to the greatest number of them.
    fn add(&mut self, path: String, old: Option<String>, new: Option<String>) {
        if self.changes.len() < MAX_CHANGES {
            self.changes.push(Change { path, old, new });
        }
    }
}

/// Puts settings of one identity together, in the order in which they appear.
fn groups<'t, 'a>(
    old: &'t [Tlv<'a>],
    new: &'t [Tlv<'a>],
) -> Vec<Group<'t, 'a>> {
    let (mut places, mut groups) = (HashMap::new(), Vec::new());
    let mut place = |tlv: &Tlv<'_>, groups: &mut Vec<Group<'t, 'a>>| {
        *places.entry(identity(tlv)).or_insert_with(|| {
            groups.push(Group::default());
            groups.len() - 1
        })
    };
    for tlv in old {
        let at = place(tlv, &mut groups);
        groups[at].old.push(tlv);
    }
    for tlv in new {
        let at = place(tlv, &mut groups);
        groups[at].new.push(tlv);
    }
    groups
}

/// Drops what both files have, each as often as both have it.
fn drop_equal(group: &mut Group<'_, '_>) {
    let mut places: BTreeMap<&[u8], VecDeque<usize>> = BTreeMap::new();
    for (at, tlv) in group.new.iter().enumerate() {
        places.entry(tlv.value).or_default().push_back(at);
    }
    let mut matched = vec![false; group.new.len()];
    group.old.retain(|tlv| {
        let at = places.get_mut(tlv.value).and_then(VecDeque::pop_front);
        if let Some(at) = at {
            matched[at] = true;
        }
        at.is_none()
    });
    let mut matched = matched.into_iter();
    group.new.retain(|_| matched.next() != Some(true));
}

/// What tells a setting from others.
fn identity(tlv: &Tlv<'_>) -> Identity {
    let varbind = tlv.symbol.is_some_and(|s| s.kind == Kind::Varbind);
    if varbind && let Some(varbind) = Varbind::read(tlv.value) {
        let arcs = varbind.oid.as_slice().iter();
        let key = arcs.flat_map(|arc| arc.to_be_bytes()).collect();
        return Identity { code: 11, form: 0, key };
    }
    let form = match tlv.form {
        Form::Block => 1,
        Form::Raw => 2,
        Form::Leaf | Form::Wide | Form::Cut { .. } => 0,
    };
    let key = key(tlv).map_or_else(Vec::new, |key| key.value.to_vec());
    Identity { code: tlv.code, form, key }
}

/// The setting in a block that tells it from others of its kind: the first
/// with the name of a reference, an identifier or an index.
fn key<'t, 'a>(block: &'t Tlv<'a>) -> Option<&'t Tlv<'a>> {
    block
        .children
        .iter()
        .find(|tlv| tlv.symbol.is_some_and(|symbol| key_word(symbol).is_some()))
}

/// What a setting is called when it is the key of its block.
fn key_word(symbol: &Symbol) -> Option<&'static str> {
    let words = [("Ref", "ref"), ("Reference", "ref"), ("Identifier", "id")];
    let more = [("ID", "id"), ("Id", "id"), ("Index", "index")];
    let leaf = symbol.kind != Kind::Aggregate;
    let mut words = words.into_iter().chain(more);
    words
        .find(|(end, _)| leaf && symbol.name.ends_with(end))
        .map(|(_, word)| word)
}

/// What tells the flows with that code from each other, in their order.
fn flows(code: u8, items: &[Tlv<'_>]) -> Vec<String> {
    let blocks = items.iter().filter(|tlv| tlv.code == code);
    let name = |block: &Tlv<'_>| match key(block) {
        Some(key) => {
            let word = key.symbol.and_then(key_word).unwrap_or("ref");
            format!("{word} {}", words::value(key))
        }
        None => "no ref".to_owned(),
    };
    blocks.map(name).collect()
}

/// Name of a setting, with what tells it from others.
fn label(mib: &Mib, tlv: &Tlv<'_>) -> String {
    if let Some(reading) = words::varbind(mib, tlv) {
        return format!("SnmpMibObject {}", reading.name);
    }
    let name = words::name(tlv);
    let key = key(tlv).and_then(|key| Some((key, key_word(key.symbol?)?)));
    match key {
        Some((key, word)) => {
            format!("{name}[{word} {}]", words::value(key))
        }
        None => name,
    }
}

/// Appends a name to a path.
fn join(path: &str, name: &str) -> String {
    if path.is_empty() { name.to_owned() } else { format!("{path}/{name}") }
}

/// The value of a setting, or the settings of a block, in words.
fn words(mib: &Mib, tlv: &Tlv<'_>) -> String {
    let mut words = long_words(mib, tlv);
    if words.len() > MAX_WORDS {
        let end = (0..=MAX_WORDS).rev().find(|at| words.is_char_boundary(*at));
        words.truncate(end.unwrap_or(0));
        words.push('…');
    }
    words
}

/// The value in words, as long as it is.
fn long_words(mib: &Mib, tlv: &Tlv<'_>) -> String {
    if let Some(reading) = words::varbind(mib, tlv) {
        let label =
            reading.label.map_or_else(String::new, |l| format!(" ({l})"));
        return format!("{} {}{label}", reading.kind, reading.value);
    }
    if tlv.children.is_empty() {
        return words::value(tlv);
    }
    let inner = tlv.children.iter().map(|child| {
        let name = words::name(child);
        format!("{name} {};", long_words(mib, child))
    });
    format!("{{ {} }}", inner.collect::<Vec<_>>().join(" "))
}

/// The octets of a value, where words do not tell the difference.
fn raw(tlv: &Tlv<'_>) -> String {
    let cut = tlv.value.len().min(MAX_WORDS / 2);
    words::hex(&tlv.value[..cut])
}

/// Names and values of what stands at the end of a file.
fn ends(tail: &Tail<'_>) -> [(&'static str, Option<String>); 4] {
    let (mut cm, mut cmts, mut pad, mut other) = (None, None, None, None);
    match *tail {
        Tail::None => {}
        Tail::Modem { cm_mic, cmts_mic, padding, .. } => {
            cm = Some(words::hex(cm_mic));
            cmts = cmts_mic.map(words::hex);
            pad = Some(format!("{padding} octets"));
        }
        Tail::Odd { octets, .. } => other = Some(words::hex(octets)),
    }
    [("CmMic", cm), ("CmtsMic", cmts), ("padding", pad), ("end", other)]
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Checks the list of changes.
    fn check(old: &[u8], new: &[u8], expected: &[&str]) {
        let changes = diff(old, new, &Mib::default());
        let changes: Vec<_> = changes.iter().map(Change::to_string).collect();
        assert_eq!(changes, expected);
    }

    /// An upstream service flow with a reference and a rate.
    fn flow(reference: u8, rate: u32) -> Vec<u8> {
        let mut flow = vec![24, 10, 1, 2, 0, reference, 8, 4];
        flow.extend(rate.to_be_bytes());
        flow
    }

    /// Sets ifAdminStatus.1.
    fn status(value: u8) -> Vec<u8> {
        let mut bytes = vec![11, 17, 0x30, 15, 6, 10, 0x2b, 6, 1, 2, 1, 2];
        bytes.extend([2, 1, 7, 1, 2, 1, value]);
        bytes
    }

    #[test]
    fn blocks_are_found_by_their_reference() {
        let old = [flow(1, 1_000_000), flow(2, 5)].concat();
        let new = [flow(3, 7), flow(2, 5), flow(1, 2_000_000)].concat();
        let expected = [
            "UsServiceFlow[ref 1]/MaxRateSustained: 1000000 -> 2000000",
            "UsServiceFlow[ref 3]: added { UsServiceFlowRef 3; \
             MaxRateSustained 7; }",
            "UsServiceFlow: order [ref 1, ref 2] -> [ref 3, ref 2, ref 1]; \
             the first one is the primary flow",
        ];
        check(&old, &new, &expected);
    }

    #[test]
    fn a_changed_order_of_flows_is_told_for_what_it_is() {
        let three = |a, b, c| [flow(a, 5), flow(b, 5), flow(c, 5)].concat();
        let order = |old, new| format!("UsServiceFlow: order {old} -> {new}");
        let primary = "; the first one is the primary flow";
        let first = order("[ref 1, ref 2, ref 3]", "[ref 2, ref 1, ref 3]");
        let first = first + primary;
        check(&three(1, 2, 3), &three(2, 1, 3), &[&first]);
        let later = order("[ref 1, ref 2, ref 3]", "[ref 1, ref 3, ref 2]");
        check(&three(1, 2, 3), &three(1, 3, 2), &[&later]);
        // One that comes or goes behind the first changes no order.
        let two = [flow(1, 5), flow(3, 5)].concat();
        let gone = "UsServiceFlow[ref 2]: removed { UsServiceFlowRef 2; \
             MaxRateSustained 5; }";
        check(&three(1, 2, 3), &two, &[gone]);
    }

    #[test]
    fn variable_bindings_are_found_by_their_object() {
        let path = "SnmpMibObject ifAdminStatus.1: ";
        let up_down = format!("{path}Integer 1 (up) -> Integer 2 (down)");
        check(&status(1), &status(2), &[&up_down]);
        check(&status(1), &[], &[&format!("{path}removed Integer 1 (up)")]);
    }

    #[test]
    fn repeated_settings_are_paired_by_value_first() {
        let mac = |last| vec![14, 6, 0, 0, 0, 0, 0, last];
        let old = [mac(1), mac(2), mac(3)].concat();
        let new = [mac(3), mac(1)].concat();
        let gone = "CpeMacAddress: removed 00:00:00:00:00:02";
        check(&old, &new, &[gone]);
    }

    #[test]
    fn order_alone_is_told() {
        let other = "the same settings, in another order or encoding";
        check(&[3, 1, 1, 18, 1, 1], &[18, 1, 1, 3, 1, 1], &[other]);
        check(&[3, 1, 1], &[3, 1, 1], &[]);
    }

    #[test]
    fn another_key_shows_in_the_mic() {
        let file = |mic: u8| {
            let mut bytes = vec![3, 1, 1, 6, 16];
            bytes.extend([0; 16]);
            bytes.extend([7, 16]);
            bytes.extend([mic; 16]);
            bytes.push(255);
            bytes
        };
        let changes = diff(&file(1), &file(2), &Mib::default());
        assert_eq!(changes.len(), 1);
        assert_eq!(changes[0].path, "CmtsMic");
    }

    #[test]
    fn unknown_codes_are_shown_by_number() {
        check(&[230, 1, 1], &[230, 1, 2], &["TLV 230: 0x01 -> 0x02"]);
    }
}
