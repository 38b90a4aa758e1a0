//! Shadow mode: what provha would write is compared with what the existing
//! system has live. Nothing is written, no lock is taken.

mod baseline;
mod compare_devices;
mod compare_dhcp;
mod compare_dns;
mod compare_time;
pub mod gather;
pub mod json;
mod look;
mod rows;
mod subject;
pub mod text;
pub mod tree;

use std::collections::{BTreeMap, BTreeSet};

/// Why a live file and what provha would write differ.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Reason {
    /// The difference of this number in docs/differences.md.
    Deliberate(u16),
    /// A row that cannot be served as it is.
    BadRow,
    /// A file or statement of a row that is deleted.
    Stale,
    /// The row changed after the file was made.
    RowChanged,
    /// Neither a row nor the existing system's form explains what is live.
    HandEdit,
    /// Nothing that is known explains it.
    Unexplained,
}

impl Reason {
    /// Its word in JSON.
    pub fn word(self) -> &'static str {
        match self {
            Self::Deliberate(_) => "deliberate",
            Self::BadRow => "bad-row",
            Self::Stale => "stale",
            Self::RowChanged => "row-changed",
            Self::HandEdit => "hand-edit",
            Self::Unexplained => "unexplained",
        }
    }

    /// The words for people.
    pub fn words(self) -> String {
        match self {
            Self::Deliberate(number) => {
                format!("deliberate difference {number}")
            }
            Self::BadRow => "bad row".into(),
            Self::Stale => "stale".into(),
            Self::RowChanged => "the row changed since".into(),
            Self::HandEdit => "hand edit".into(),
            Self::Unexplained => "not explained: please report".into(),
        }
    }
}

/// One difference; equal ones of several subjects are one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Difference {
    /// The file, without the root.
    pub file: String,
    /// What it is about: a subnet, a host, a device, a setting.
    pub subject: String,
    /// What differs, in words.
    pub what: String,
    /// Why.
    pub reason: Reason,
    /// More about the reason: the finding, the time.
    pub why: String,
    /// How many subjects differ so.
    pub count: usize,
    /// How many of them are devices whose service it concerns.
    pub devices: usize,
}

/// What was compared, and how it differs.
#[derive(Debug, Default)]
pub struct Report {
    /// The differences, by file.
    pub differences: Vec<Difference>,
    /// Files that were compared.
    pub compared: usize,
    /// Paths that this user may not read: not compared.
    pub closed: BTreeSet<String>,
    /// Findings about rows.
    pub findings: usize,
    /// What would change, for how many devices.
    pub changes: BTreeMap<String, usize>,
    /// Other programs that write the same files now.
    pub writers: Vec<String>,
    index: BTreeMap<(Reason, String, String), usize>,
}

/// Single differences that are listed; what comes after them is counted.
const MOST_LISTED: usize = 2000;

impl Report {
    /// Adds a difference of one subject. Those with a reason that is known in
    /// advance are told once for all subjects: `shape` is what they share.
    pub fn add(&mut self, difference: Difference, shape: &str) {
        let key = (difference.reason, group(&difference), shape.to_string());
        let single =
            matches!(difference.reason, Reason::HandEdit | Reason::Unexplained);
        if !single || self.differences.len() >= MOST_LISTED {
            if let Some(at) = self.index.get(&key) {
                let known = &mut self.differences[*at];
                known.count += difference.count;
                known.devices += difference.devices;
                return;
            }
            let _ = self.index.insert(key, self.differences.len());
        }
        self.differences.push(difference);
    }

    /// Notes what would change for devices.
    pub fn change(&mut self, what: &str, devices: usize) {
        *self.changes.entry(what.to_string()).or_default() += devices;
    }

    /// How many subjects differ for each kind of reason.
    pub fn counts(&self) -> BTreeMap<&'static str, usize> {
        let mut counts = BTreeMap::new();
        for difference in &self.differences {
            let word = difference.reason.word();
            *counts.entry(word).or_default() += difference.count;
        }
        counts
    }

    /// How many subjects differ for this kind of reason.
    pub fn count(&self, word: &str) -> usize {
        self.counts().get(word).copied().unwrap_or_default()
    }

    /// Sorts the differences: what a person must look at comes first.
    pub fn sort(&mut self) {
        self.index.clear();
        let rank = |reason: Reason| match reason {
            Reason::Unexplained => 0,
            Reason::HandEdit => 1,
            Reason::BadRow => 2,
            Reason::Stale => 3,
            Reason::RowChanged => 4,
            Reason::Deliberate(_) => 5,
        };
        self.differences.sort_by(|a, b| {
            (rank(a.reason), a.reason, &a.file, &a.subject, &a.what).cmp(&(
                rank(b.reason),
                b.reason,
                &b.file,
                &b.subject,
                &b.what,
            ))
        });
    }
}

/// Where differences of many files are told together: their directory.
fn group(difference: &Difference) -> String {
    let digits = |c: char| c.is_ascii_digit();
    difference.file.replace(digits, "")
}
