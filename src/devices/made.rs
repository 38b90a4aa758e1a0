//! What the devices of one kind became.

use std::collections::{BTreeMap, BTreeSet};

use crate::console::Console;
use crate::devices::cache::{Entry, Verdicts};
use crate::docsis::{self, Mib};
use crate::guard::contents::Taken;
use crate::model::Findings;
use crate::publish::device_files;
use crate::publish::device_files::{DeviceDir, FileId, Part};
use crate::report;

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
    pub(super) diffs: BTreeMap<FileId, Vec<u8>>,
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
    }

    /// Prints the changes of the first changed files.
    pub fn print_diffs(
        &self,
        console: &Console,
        loose: &DeviceDir,
    ) -> anyhow::Result<()> {
        for (file, new) in self.diffs.iter().take(MOST_DIFFS) {
            let old = loose.read(*file, device_files::MOST).unwrap_or_default();
            let name = loose.name(*file);
            match file.1 {
                Part::Conf => report::print_texts(console, &name, &old, new)?,
                Part::Cfg => print_settings(console, &name, &old, new)?,
            }
        }
        let more = self.offered.len().saturating_sub(self.diffs.len());
        if more > 0 {
            let more = format!("… and {more} more changed files\n");
            console.change("", &more)?;
        }
        Ok(())
    }
}

/// Prints what changes between two binaries, setting by setting.
pub fn print_settings(
    console: &Console,
    name: &str,
    old: &[u8],
    new: &[u8],
) -> anyhow::Result<()> {
    let mut out = format!("--- live/{name}\n+++ new/{name}\n");
    for change in docsis::diff::diff(old, new, Mib::embedded()) {
        out += &format!("  {}\n", report::mask(&change.to_string()));
    }
    console.change(name, &out)
}
