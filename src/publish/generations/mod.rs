//! The kept generations of what was live.
//!
//! Each activation is a generation with a number of its own. What is kept is
//! what it replaced: the former contents, in one compressed stream a
//! generation, so a content that stays live over many generations is not
//! stored at all. From these every former state can be put together again:
//! the content of a path at generation N is what the first later generation
//! that touched the path had replaced, or else what is live.
//!
//! A record is written before the swap and given its number after it. One
//! that a killed run left unnumbered is looked at by the next run: if live
//! files differ from what it says was there before, the swap had happened.
//! Files that belong together but are renamed one by one may differ in part:
//! then the swap is taken back.

mod names;
pub mod reach;
pub mod record;
pub mod touched;

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, PoisonError};

use serde::{Deserialize, Serialize};

use crate::config::{Root, Settings};
use crate::system::dir::MOST;
use crate::system::files;
use crate::system::gate;
use names::Names;
use record::{Entry, Reader, Writer};

/// What is known about a generation.
#[derive(Debug, Clone, Default, Serialize, Deserialize, PartialEq, Eq)]
pub struct Meta {
    /// Its number, from 1; the highest is live.
    pub number: u64,
    /// When it became live, seconds since 1970 (UTC).
    pub time: i64,
    /// The command that made it.
    pub command: String,
    /// Files that became live or changed.
    pub written: usize,
    /// Files that went.
    pub removed: usize,
    /// Whether the files belong together: all of them, or none.
    #[serde(default)]
    pub together: bool,
    /// The run that made it, and others with the same number; 0: it alone.
    #[serde(default)]
    pub run: u64,
    /// Whether its run was killed before its daemon was seen to answer.
    #[serde(default)]
    pub unverified: bool,
    /// Why, in the words of who started it; '' where nobody said.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub reason: String,
}

/// What a record is headed with.
#[derive(Debug, Clone, Copy)]
pub struct Heading<'a> {
    /// The command that makes it.
    pub command: &'a str,
    /// Whether the files belong together but are not swapped in one step.
    pub together: bool,
    /// The run that makes it; 0: it alone.
    pub run: u64,
    /// Why.
    pub reason: &'a str,
}

/// The first generation of the run that made the last one.
pub fn begin_of_last(all: &[Meta]) -> u64 {
    let Some(last) = all.last() else { return 0 };
    let same =
        |meta: &&Meta| meta.number == last.number || same_run(meta, last);
    all.iter().rev().take_while(same).last().map_or(0, |meta| meta.number)
}

/// Whether one run made both.
fn same_run(one: &Meta, other: &Meta) -> bool {
    one.run != 0 && one.run == other.run
}

/// The numbers of those that are older than the last `keep` runs.
fn too_old(all: &[Meta], keep: u64) -> Vec<u64> {
    let (mut runs, mut later) = (0, None);
    let mut old = Vec::new();
    for meta in all.iter().rev() {
        let same = later.is_some_and(|later| same_run(meta, later));
        runs += u64::from(!same);
        later = Some(meta);
        if runs > keep {
            old.push(meta.number);
        }
    }
    old
}

/// One file that an activation will change.
#[derive(Debug, Clone)]
pub struct Change {
    /// The path without the root, as it is shown.
    pub path: String,
    /// Whether it goes.
    pub removed: bool,
    /// Whether it is known that there was none.
    pub is_new: bool,
    /// Longest former content that can be ours, octets.
    pub most: u64,
}

impl Change {
    /// Of a path where there may be a file already.
    pub fn of(path: String, removed: bool) -> Self {
        Self { path, removed, is_new: false, most: MOST }
    }
}

/// The store.
pub struct Generations {
    dir: PathBuf,
    root: Root,
    keep: u64,
}

/// A record whose swap has not happened yet; dropped without
/// [`Pending::commit`], it is as if it had never been.
#[must_use]
pub struct Pending<'a> {
    store: &'a Generations,
    /// Its name until it has a number.
    name: String,
    meta: Meta,
    done: bool,
}

/// What a note says; of a damaged one, nothing.
fn parse(text: &str) -> Meta {
    serde_json::from_str(text).unwrap_or_else(|_| damaged())
}

/// The note of a generation of which only the contents are known.
fn damaged() -> Meta {
    Meta { command: "(its note is damaged)".into(), ..Meta::default() }
}

/// The name of a record that has no number yet: that of the command is
/// appended where others may be made meanwhile.
const PENDING: &str = "pending";

/// Commands whose daemons are waited for while others are made.
const BESIDE: [&str; 3] = ["dhcp", "dns", "time"];

/// The name of the record that a command has not numbered yet.
fn pending_of(command: &str) -> String {
    match BESIDE.contains(&command) {
        true => format!("{PENDING}-{command}"),
        false => PENDING.to_string(),
    }
}

/// Records of this very process that are on their way: no run left them.
static UNDER_WAY: Mutex<BTreeSet<PathBuf>> = Mutex::new(BTreeSet::new());

/// Those records; held while numbers are given.
fn under_way() -> MutexGuard<'static, BTreeSet<PathBuf>> {
    UNDER_WAY.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Generations {
    /// Opens the store and settles what a killed run left.
    pub fn open(settings: &Settings) -> anyhow::Result<Self> {
        let store = Self::look(settings);
        store.settle()?;
        Ok(store)
    }

    /// Opens the store for reading only.
    pub fn look(settings: &Settings) -> Self {
        Self {
            dir: settings.path("PROVHA__STATE_DIR").join("generations"),
            root: settings.root().clone(),
            keep: settings.number("PROVHA__GENERATIONS"),
        }
    }

    /// The contents of a record.
    fn pack(&self, name: &str) -> PathBuf {
        self.dir.join(format!("{name}.pack"))
    }

    /// What is known about a record.
    fn meta(&self, name: &str) -> PathBuf {
        self.dir.join(format!("{name}.json"))
    }

    /// The list of a record's paths.
    pub(crate) fn names(&self, name: &str) -> PathBuf {
        self.dir.join(format!("{name}.names"))
    }

    /// All generations, ascending. One whose note is damaged or gone still
    /// counts: its contents are what a roll-back needs.
    pub fn list(&self) -> anyhow::Result<Vec<Meta>> {
        let names = files::walk(&self.dir)?;
        let numbers: BTreeSet<u64> = names
            .iter()
            .filter_map(|name| {
                let json = name.strip_suffix(".json");
                let name = json.or_else(|| name.strip_suffix(".pack"));
                name?.parse().ok().filter(|number| *number > 0)
            })
            .collect();
        let meta = |number| {
            let text = files::read_text(&self.meta(&format!("{number:08}")));
            Meta { number, ..text.map_or_else(|_| damaged(), |t| parse(&t)) }
        };
        Ok(numbers.into_iter().map(meta).collect())
    }

    /// Keeps what is about to be replaced.
    pub fn prepare(
        &self,
        heading: &Heading<'_>,
        changes: &mut dyn Iterator<Item = Change>,
    ) -> anyhow::Result<Pending<'_>> {
        files::make_private_dirs(&self.dir)?;
        let name = pending_of(heading.command);
        let _ = under_way().insert(self.meta(&name));
        let meta = Meta::default();
        // Dropped on an error, it takes along what it left.
        let mut pending = Pending { store: self, name, meta, done: false };
        let name = pending.name.as_str();
        self.forget(name)?;
        let mut meta = Meta {
            number: 0,
            time: crate::env::now(),
            command: heading.command.to_string(),
            written: 0,
            removed: 0,
            together: heading.together,
            run: heading.run,
            unverified: false,
            reason: heading.reason.to_string(),
        };
        gate::temporary(&self.pack(name));
        gate::temporary(&self.meta(name));
        gate::temporary(&self.names(name));
        let mut writer = Writer::create(&self.pack(name))?;
        let mut names = Names::create(&self.names(name))?;
        for change in changes {
            if change.removed {
                meta.removed += 1;
            } else {
                meta.written += 1;
            }
            names.add(&change.path)?;
            if change.is_new {
                writer.add_none(&change.path)?;
            } else {
                let live = self.root.at(&change.path);
                writer.add(&change.path, &live, change.most)?;
            }
        }
        names.finish()?;
        writer.finish()?;
        self.write_meta(name, &meta)?;
        pending.meta = meta;
        Ok(pending)
    }

    /// Writes what is known about a record.
    fn write_meta(&self, name: &str, meta: &Meta) -> anyhow::Result<()> {
        let text = serde_json::to_string(meta)?;
        Ok(files::replace(&self.meta(name), text.as_bytes(), 0o600)?)
    }

    /// Removes a record.
    fn forget(&self, name: &str) -> files::Result<()> {
        files::remove_if_there(&self.meta(name))?;
        files::remove_if_there(&self.names(name))?;
        files::remove_if_there(&self.pack(name))
    }

    /// Gives a pending record the next number, and lets the oldest go.
    fn number(&self, pending: &str, meta: &Meta) -> anyhow::Result<u64> {
        let last = self.list()?.last().map_or(0, |meta| meta.number);
        let meta = Meta { number: last + 1, ..meta.clone() };
        // First: a run that is killed between the renames knows it by that.
        self.write_meta(pending, &meta)?;
        let name = format!("{:08}", meta.number);
        files::rename(&self.pack(pending), &self.pack(&name))?;
        // It is an index only: where it is gone, the record itself is read.
        let _ = files::rename(&self.names(pending), &self.names(&name));
        files::rename(&self.meta(pending), &self.meta(&name))?;
        files::sync_dir(&self.dir)?;
        for old in too_old(&self.list()?, self.keep) {
            self.forget(&format!("{old:08}"))?;
        }
        Ok(meta.number)
    }

    /// The daemon of the last generation was seen to answer, or is about to
    /// get the one before.
    pub fn settled(&self, meta: &Meta) -> anyhow::Result<()> {
        let meta = Meta { unverified: false, ..meta.clone() };
        self.write_meta(&format!("{:08}", meta.number), &meta)
    }

    /// Numbers or forgets what a killed run left; what this process is about
    /// to make is no such thing.
    fn settle(&self) -> anyhow::Result<()> {
        let under_way = under_way();
        let names = BESIDE.map(pending_of).into_iter();
        for name in names.chain([PENDING.to_string()]) {
            if !under_way.contains(&self.meta(&name)) {
                self.settle_one(&name)?;
            }
        }
        Ok(())
    }

    /// The same for one record.
    fn settle_one(&self, pending: &str) -> anyhow::Result<()> {
        let path = self.meta(pending);
        let Ok(text) = files::read_text(&path) else {
            // Where nothing is left, a read-only disk is no obstacle.
            if self.pack(pending).exists() {
                self.forget(pending)?;
            }
            return Ok(());
        };
        let last = self.list()?.last().map_or(0, |meta| meta.number);
        let mut meta = parse(&text);
        if meta.number == 0 {
            meta.number = last + 1;
        }
        meta.unverified = true;
        if !self.pack(pending).exists() {
            // Killed between the two renames of `number`.
            let name = format!("{:08}", meta.number);
            self.write_meta(&name, &meta)?;
            return Ok(self.forget(pending)?);
        }
        let (mut swapped, mut torn) = (false, false);
        for entry in Reader::open(&self.pack(pending))? {
            let differs = entry?.differs(&self.root);
            swapped |= differs;
            torn |= !differs;
            if swapped && !meta.together {
                break;
            }
        }
        if meta.together && swapped && torn {
            self.take_back(pending)?;
            swapped = false;
        }
        if !swapped {
            return Ok(self.forget(pending)?);
        }
        let _ = self.number(pending, &meta)?;
        Ok(())
    }

    /// Makes the former contents of the pending record live again.
    fn take_back(&self, pending: &str) -> anyhow::Result<()> {
        let entries = Reader::open(&self.pack(pending))?;
        let mut entries = entries.collect::<files::Result<Vec<_>>>()?;
        // The last one first: the others are what it refers to.
        entries.reverse();
        for entry in entries.iter().filter(|entry| entry.differs(&self.root)) {
            let path = self.root.at(&entry.path);
            match &entry.before {
                None => files::remove_if_there(&path)?,
                Some(bytes) => {
                    let owner = entry.owner(&self.root);
                    files::replace_as(&path, bytes, entry.mode, owner)?;
                }
            }
        }
        Ok(())
    }

    /// Visits what the generations after `from`, up to `to`, replaced,
    /// ascending: the former contents of each path they touched.
    ///
    /// # Errors
    /// A generation of that range is not kept any more.
    pub fn replaced(
        &self,
        from: u64,
        to: u64,
        visit: &mut dyn FnMut(u64, Entry) -> anyhow::Result<()>,
    ) -> anyhow::Result<()> {
        for number in from + 1..=to {
            for entry in Reader::open(&self.pack(&format!("{number:08}")))? {
                visit(number, entry?)?;
            }
        }
        Ok(())
    }

    /// What stands for `/`.
    pub fn root(&self) -> &Root {
        &self.root
    }
}

impl Pending<'_> {
    /// The number that it will have.
    pub fn number(&self) -> u64 {
        self.meta.number
    }

    /// The swap has happened and holds: the record gets its number.
    pub fn commit(mut self) -> anyhow::Result<u64> {
        self.done = true;
        let _others_wait = under_way();
        self.store.number(&self.name, &self.meta)
    }

    /// Leaves the record to the next run, which settles it by what is live.
    pub fn leave(mut self) {
        self.done = true;
    }
}

impl Drop for Pending<'_> {
    fn drop(&mut self) {
        if !self.done {
            let _ = self.store.forget(&self.name);
        }
        let _ = under_way().remove(&self.store.meta(&self.name));
    }
}

/// The changes of a set, by the names below its directory.
pub fn changes_below<'a>(
    dir: &'a Path,
    written: &'a std::collections::BTreeSet<String>,
    removed: &'a std::collections::BTreeSet<String>,
) -> impl Iterator<Item = Change> + 'a {
    let change = |name: &String, removed| {
        let path = dir.join(name).to_string_lossy().into_owned();
        Change::of(path, removed)
    };
    written
        .iter()
        .map(move |name| change(name, false))
        .chain(removed.iter().map(move |name| change(name, true)))
}

#[cfg(test)]
mod tests;
