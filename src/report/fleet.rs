//! What a run changes over the fleet: changed devices, grouped by what
//! changes in their files. Every changed file is in just one group, and what
//! is kept does not grow with the number of devices.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use crate::console::count;
use crate::docsis::diff::Change;
use crate::json::FleetGroup;
use crate::report::mask;

/// Different values of the same settings that are told apart.
const VALUES: usize = 6;
/// Different sets of settings that are told apart.
const CLASSES: usize = 300;
/// Settings of one group that are named.
const NAMED: usize = 6;
/// Groups that are printed.
const MOST_GROUPS: usize = 60;
/// Devices of a group that are named.
const IDS: usize = 10;
/// Longest value in a group's words.
const LONG: usize = 60;

/// Devices whose files change in the same way.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Group {
    /// How many devices.
    pub devices: usize,
    /// How many of their files change.
    pub files: usize,
    /// The lowest ids.
    pub ids: Vec<u32>,
}

impl Group {
    /// Adds another one.
    fn add(&mut self, other: &Group) {
        self.devices += other.devices;
        self.files += other.files;
        self.ids.extend(&other.ids);
        self.ids.sort_unstable();
        self.ids.truncate(IDS);
    }
}

/// Devices in whose files the same settings change.
#[derive(Debug, Clone, Default)]
struct Class {
    /// All of them.
    all: Group,
    /// By the values; empty where there are too many different ones.
    values: BTreeMap<String, Group>,
    /// Whether there are.
    many: bool,
}

impl Class {
    /// Adds devices with these values.
    fn add(&mut self, words: &str, group: &Group) {
        self.all.add(group);
        if self.many {
            return;
        }
        self.values.entry(words.to_string()).or_default().add(group);
        if self.values.len() > VALUES {
            self.many = true;
            self.values.clear();
        }
    }

    /// Adds another class of the same settings.
    fn merge(&mut self, other: &Class) {
        if other.many {
            self.all.add(&other.all);
            self.many = true;
            self.values.clear();
            return;
        }
        for (words, group) in &other.values {
            self.add(words, group);
        }
    }
}

/// The changed devices of one kind.
#[derive(Debug, Clone, Default)]
pub struct Fleet {
    /// By the settings that change, without their values.
    classes: BTreeMap<String, Class>,
}

impl Fleet {
    /// Adds a device: what changes in its binary, and how many files of it
    /// change.
    pub fn changed(&mut self, id: u32, changes: &[Change], files: usize) {
        let settings: Vec<String> = changes.iter().map(setting).collect();
        let words: Vec<String> = changes.iter().map(words).collect();
        self.add(&named(settings), &mask(&named(words)), &one(id, files));
    }

    /// Adds a device that something without settings happens to.
    pub fn told(&mut self, id: u32, what: &str, files: usize) {
        self.add(what, what, &one(id, files));
    }

    /// Adds devices to the class of these settings.
    fn add(&mut self, settings: &str, words: &str, group: &Group) {
        let full = self.classes.len() >= CLASSES;
        let known = self.classes.contains_key(settings);
        let (settings, words) = match full && !known {
            true => ("other settings", "other settings"),
            false => (settings, words),
        };
        let class = self.classes.entry(settings.to_string()).or_default();
        class.add(words, group);
    }

    /// Takes over what another thread found.
    pub fn extend(&mut self, other: &Fleet) {
        for (settings, class) in &other.classes {
            let full = self.classes.len() >= CLASSES;
            let known = self.classes.contains_key(settings);
            let name = match full && !known {
                true => "other settings".to_string(),
                false => settings.clone(),
            };
            self.classes.entry(name).or_default().merge(class);
        }
    }

    /// All groups with their words, the largest first.
    pub fn groups(&self) -> Vec<(String, Group)> {
        let mut out = Vec::new();
        for (settings, class) in &self.classes {
            if class.many {
                let words = format!("{settings} (each to another value)");
                out.push((words, class.all.clone()));
            } else {
                let values = class.values.iter();
                out.extend(values.map(|(w, group)| (w.clone(), group.clone())));
            }
        }
        out.sort_by(|a, b| {
            b.1.devices.cmp(&a.1.devices).then_with(|| a.0.cmp(&b.0))
        });
        out
    }

    /// Adds all groups of devices of this name, as lines and as rows.
    pub fn tell(
        &self,
        noun: &str,
        out: &mut String,
        rows: &mut Vec<FleetGroup>,
    ) {
        let groups = self.groups();
        for (what, found) in groups.iter().take(MOST_GROUPS) {
            let _ = writeln!(out, "{}", line(noun, what, found));
        }
        if groups.len() > MOST_GROUPS {
            let mut rest = Group::default();
            for (_, group) in &groups[MOST_GROUPS..] {
                rest.devices += group.devices;
                rest.files += group.files;
            }
            let more = format!("{} more groups", groups.len() - MOST_GROUPS);
            let _ = writeln!(out, "{}", line(noun, &more, &rest));
        }
        rows.extend(groups.into_iter().map(|(what, found)| FleetGroup {
            kind: noun.to_string(),
            what,
            devices: found.devices,
            files: found.files,
            ids: found.ids,
        }));
    }
}

/// What changes of devices whose files are looked at one by one.
#[derive(Debug, Default)]
pub struct ByDevice(BTreeMap<u32, Told>);

/// What changes of one of them.
#[derive(Debug, Default)]
struct Told {
    /// How many of its files.
    files: usize,
    /// In its binary; None: that stays, comes or goes.
    changes: Option<Vec<Change>>,
    /// What happens to that.
    instead: Option<&'static str>,
}

impl ByDevice {
    /// A file of a device changes.
    pub fn file(&mut self, id: u32) {
        self.0.entry(id).or_default().files += 1;
    }

    /// These settings of its binary change.
    pub fn changes(&mut self, id: u32, changes: Vec<Change>) {
        self.0.entry(id).or_default().changes = Some(changes);
    }

    /// Its binary comes or goes, in these words.
    pub fn instead(&mut self, id: u32, what: &'static str) {
        self.0.entry(id).or_default().instead = Some(what);
    }

    /// All of them, in groups.
    pub fn fleet(&self) -> Fleet {
        let mut fleet = Fleet::default();
        for (id, told) in &self.0 {
            match (&told.changes, told.instead) {
                (Some(changes), _) => fleet.changed(*id, changes, told.files),
                (None, Some(what)) => fleet.told(*id, what, told.files),
                (None, None) => {
                    let what = "the text only: the binary stays the same";
                    fleet.told(*id, what, told.files);
                }
            }
        }
        fleet
    }
}

/// The line below all groups.
pub fn in_all(files: usize, rows: &[FleetGroup]) -> String {
    let devices: usize = rows.iter().map(|row| row.devices).sum();
    format!(
        "in all: {} of {}\n",
        thousands(files, "file"),
        thousands(devices, "device")
    )
}

/// One group in a line.
fn line(noun: &str, what: &str, group: &Group) -> String {
    let Group { devices, files, ids } = group;
    let named: Vec<String> = ids.iter().take(3).map(u32::to_string).collect();
    let more = if *devices > named.len() { ", …" } else { "" };
    let named = match named.is_empty() {
        true => String::new(),
        false => format!(" [{}{more}]", named.join(", ")),
    };
    format!(
        "{} ({}): {what}{named}",
        thousands(*devices, noun),
        thousands(*files, "file")
    )
}

/// A number with its noun, thousands apart.
fn thousands(number: usize, noun: &str) -> String {
    let digits = number.to_string();
    let mut out = String::new();
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    let words = count(number, noun);
    words.replacen(&digits, &out, 1)
}

/// One device.
fn one(id: u32, files: usize) -> Group {
    Group { devices: 1, files, ids: vec![id] }
}

/// The first settings of a list, and how many more there are.
fn named(list: Vec<String>) -> String {
    let more = list.len().saturating_sub(NAMED);
    let mut words: Vec<String> = list.into_iter().take(NAMED).collect();
    if more > 0 {
        words.push(format!("{more} more settings"));
    }
    words.join(", ")
}

/// A setting without its values.
fn setting(change: &Change) -> String {
    let name = name(&change.path);
    match (&change.old, &change.new) {
        (None, Some(_)) => format!("{name} added"),
        (Some(_), None) => format!("{name} removed"),
        _ => name,
    }
}

/// A setting with its values.
fn words(change: &Change) -> String {
    let name = name(&change.path);
    match (&change.old, &change.new) {
        (Some(old), Some(new)) => match access(&change.path, old, new) {
            Some(words) => words.to_string(),
            None => format!("{name} {}", values(&change.path, old, new)),
        },
        (None, Some(new)) => format!("{name} added: {}", short(new)),
        (Some(old), None) => format!("{name} removed: {}", short(old)),
        (None, None) => name,
    }
}

/// What a change of NetworkAccess comes to.
fn access(path: &str, old: &str, new: &str) -> Option<&'static str> {
    match (path, old, new) {
        ("NetworkAccess", "1", "0") => {
            Some("NetworkAccess 1 -> 0: they lose access")
        }
        ("NetworkAccess", "0", "1") => {
            Some("NetworkAccess 0 -> 1: they get access")
        }
        _ => None,
    }
}

/// What a setting is called: its own name, with the direction of its flow.
fn name(path: &str) -> String {
    let (block, leaf) = match path.rsplit_once('/') {
        Some((block, leaf)) => (block, leaf),
        None => ("", path),
    };
    let top = block.split(['[', '/']).next().unwrap_or(block);
    match top {
        "" => leaf.to_string(),
        "UsServiceFlow" => format!("{leaf} up{}", reference(block)),
        "DsServiceFlow" => format!("{leaf} down{}", reference(block)),
        _ => format!("{block}/{leaf}"),
    }
}

/// What tells a flow from others of its direction.
fn reference(block: &str) -> String {
    let inside = block
        .split_once('[')
        .and_then(|(_, rest)| rest.split_once(']').map(|(inside, _)| inside));
    inside.map_or(String::new(), |inside| format!(" ({inside})"))
}

/// Two values, rates in the unit of people.
fn values(path: &str, old: &str, new: &str) -> String {
    let rate = path.ends_with("RateSustained") || path.contains("MaxRate");
    if rate && let (Ok(old), Ok(new)) = (old.parse::<u64>(), new.parse::<u64>())
    {
        return rates(old, new);
    }
    format!("{} -> {}", short(old), short(new))
}

/// Two rates in the largest unit that both are whole in; 0 is no limit.
fn rates(old: u64, new: u64) -> String {
    let units = [(1_000_000_000, "Gbit/s"), (1_000_000, "Mbit/s")];
    let units = units.into_iter().chain([(1000, "kbit/s"), (1, "bit/s")]);
    let fits = |unit: &(u64, &str)| {
        old.is_multiple_of(unit.0) && new.is_multiple_of(unit.0)
    };
    let (unit, word) = units.into_iter().find(fits).unwrap_or((1, "bit/s"));
    let say = |rate: u64| match rate {
        0 => "no limit".to_string(),
        rate => (rate / unit).to_string(),
    };
    format!("{} -> {} {word}", say(old), say(new))
}

/// A value that is not too long.
fn short(value: &str) -> String {
    let mut out: String = value.chars().take(LONG).collect();
    if out.len() < value.len() {
        let _ = write!(out, "…");
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    fn change(path: &str, old: Option<&str>, new: Option<&str>) -> Change {
        let text = |value: Option<&str>| value.map(str::to_string);
        Change { path: path.into(), old: text(old), new: text(new) }
    }

    #[test]
    fn groups_are_lines() {
        let group = Group { devices: 1204, files: 2408, ids: (1..9).collect() };
        assert_eq!(
            line("modem", "MaxCPE 5 -> 9", &group),
            "1,204 modems (2,408 files): MaxCPE 5 -> 9 [1, 2, 3, …]"
        );
        let one = Group { devices: 1, files: 1, ids: vec![7] };
        assert_eq!(line("MTA", "x", &one), "1 MTA (1 file): x [7]");
        assert_eq!(thousands(1_000_000, "file"), "1,000,000 files");
        assert_eq!(thousands(999, "file"), "999 files");
    }

    #[test]
    fn changes_are_told_in_words() {
        let rate = "DsServiceFlow[ref 2]/MaxRateSustained";
        for (path, old, new, expected) in [
            (
                rate,
                Some("100000000"),
                Some("200000000"),
                "MaxRateSustained down (ref 2) 100 -> 200 Mbit/s",
            ),
            (
                rate,
                Some("1500000"),
                Some("0"),
                "MaxRateSustained down (ref 2) 1500 -> no limit kbit/s",
            ),
            (
                "NetworkAccess",
                Some("1"),
                Some("0"),
                "NetworkAccess 1 -> 0: they lose access",
            ),
            ("MaxCPE", Some("5"), Some("9"), "MaxCPE 5 -> 9"),
            ("UsServiceFlow/x", Some("1"), None, "x up removed: 1"),
            (
                "SnmpMibObject a.0",
                None,
                Some("b"),
                "SnmpMibObject a.0 added: b",
            ),
        ] {
            assert_eq!(words(&change(path, old, new)), expected);
        }
        let long = "x".repeat(100);
        assert_eq!(short(&long).chars().count(), LONG + 1);
    }

    #[test]
    fn every_file_is_in_one_group_however_many_values_there_are() {
        let mut one = Fleet::default();
        let mut other = Fleet::default();
        for id in 0..1000 {
            let new = (id % 3).to_string();
            let few = [change("MaxCPE", Some("9"), Some(&new))];
            one.changed(id, &few, 2);
            let new = id.to_string();
            let many = [change("SnmpMibObject n", Some("x"), Some(&new))];
            other.changed(5000 + id, &many, 1);
        }
        for class in 0..2 * CLASSES as u32 {
            other.told(9000 + class, &format!("what {class}"), 3);
        }
        one.extend(&other);
        let groups = one.groups();
        assert!(groups.len() <= CLASSES + VALUES + 1, "{}", groups.len());
        let files: usize = groups.iter().map(|(_, g)| g.files).sum();
        assert_eq!(files, 2000 + 1000 + 6 * CLASSES);
        let (words, first) = &groups[0];
        assert_eq!(words, "SnmpMibObject n (each to another value)");
        assert_eq!((first.devices, first.ids.len()), (1000, IDS));
        assert_eq!(first.ids[0], 5000);
        assert!(
            groups.iter().any(|(w, g)| w == "MaxCPE 9 -> 0"
                && (g.devices, g.files) == (334, 668))
        );
        assert!(groups.iter().any(|(words, _)| words == "other settings"));
    }

    #[test]
    fn the_order_in_which_threads_end_does_not_count() {
        let fleet = |ids: std::ops::Range<u32>| {
            let mut fleet = Fleet::default();
            for id in ids {
                let new = (id % 5).to_string();
                let change = [change("MaxCPE", Some("9"), Some(&new))];
                fleet.changed(id, &change, 2);
            }
            fleet
        };
        let (mut a, mut b) = (fleet(0..20), fleet(20..40));
        let (left, right) = (a.clone(), b.clone());
        a.extend(&right);
        b.extend(&left);
        assert_eq!(a.groups(), b.groups());
        assert_eq!(a.groups(), fleet(0..40).groups());
    }
}
