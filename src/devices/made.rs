//! What the devices of one kind became.

use std::collections::{BTreeMap, BTreeSet};

use crate::devices::cache::{Entry, Verdicts};
use crate::guard::contents::Taken;
use crate::model::Findings;
use crate::publish::device_files::FileId;
use crate::report::fleet::Fleet;

/// Files whose changes `--diff` shows.
pub(super) const MOST_DIFFS: usize = 50;

/// What was made.
#[derive(Default)]
pub struct Made {
    /// Files that differ from the live ones, ascending.
    pub offered: Vec<FileId>,
    /// What is wrong.
    pub findings: Findings,
    /// How many devices have a binary that is up to date.
    pub encoded: usize,
    /// What is to be remembered.
    pub entries: Vec<Entry>,
    /// The verdicts that the entries name.
    pub verdicts: Verdicts,
    /// What single devices would lose, ascending.
    pub taken: Vec<(u32, Taken)>,
    /// Devices that have no valid binary, with why; ascending.
    pub without: Vec<(u32, &'static str)>,
    /// The configfiles of all devices that were looked at.
    pub configfiles: BTreeSet<u32>,
    /// Devices whose files cannot be made, for a reason that is new.
    pub news: Vec<u32>,
    /// True if some row named a column that no text does.
    pub needs_all_columns: bool,
    /// Devices whose rows were too short to make anything of them.
    pub(super) short: Vec<u32>,
    /// The new contents of the first changed files, for `--diff`.
    pub(super) diffs: BTreeMap<FileId, Vec<u8>>,
    /// What changes, in groups, for `--diff`.
    pub(super) fleet: Fleet,
}

impl Made {
    /// Takes over what another thread made.
    pub(super) fn extend(&mut self, other: Made) {
        self.offered.extend(other.offered);
        self.findings.extend(other.findings);
        self.encoded += other.encoded;
        let numbers: Vec<Option<u16>> = other
            .verdicts
            .list()
            .iter()
            .map(|verdict| self.verdicts.number(verdict))
            .collect();
        self.entries.extend(other.entries.into_iter().filter_map(|entry| {
            let verdict = numbers[usize::from(entry.verdict)]?;
            Some(Entry { verdict, ..entry })
        }));
        self.taken.extend(other.taken);
        self.without.extend(other.without);
        self.configfiles.extend(other.configfiles);
        self.news.extend(other.news);
        self.short.extend(other.short);
        self.diffs.extend(other.diffs);
        self.fleet.extend(&other.fleet);
    }
}
