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

/// The name of the record that has no number yet.
const PENDING: &str = "pending";

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
        self.forget(PENDING)?;
        let last = self.list()?.last().map_or(0, |meta| meta.number);
        let mut meta = Meta {
            number: last + 1,
            time: crate::env::now(),
            command: heading.command.to_string(),
            written: 0,
            removed: 0,
            together: heading.together,
            run: heading.run,
            unverified: false,
            reason: heading.reason.to_string(),
        };
        gate::temporary(&self.pack(PENDING));
        gate::temporary(&self.meta(PENDING));
        gate::temporary(&self.names(PENDING));
        let mut writer = Writer::create(&self.pack(PENDING))?;
        let mut names = Names::create(&self.names(PENDING))?;
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
        self.write_meta(PENDING, &meta)?;
        Ok(Pending { store: self, meta, done: false })
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

    /// Gives the pending record its number, and lets the oldest go.
    fn number(&self, meta: &Meta) -> anyhow::Result<()> {
        let name = format!("{:08}", meta.number);
        files::rename(&self.pack(PENDING), &self.pack(&name))?;
        // It is an index only: where it is gone, the record itself is read.
        let _ = files::rename(&self.names(PENDING), &self.names(&name));
        files::rename(&self.meta(PENDING), &self.meta(&name))?;
        files::sync_dir(&self.dir)?;
        for old in too_old(&self.list()?, self.keep) {
            self.forget(&format!("{old:08}"))?;
        }
        Ok(())
    }

    /// The daemon of the last generation was seen to answer, or is about to
    /// get the one before.
    pub fn settled(&self, meta: &Meta) -> anyhow::Result<()> {
        let meta = Meta { unverified: false, ..meta.clone() };
        self.write_meta(&format!("{:08}", meta.number), &meta)
    }

    /// Numbers or forgets what a killed run left.
    fn settle(&self) -> anyhow::Result<()> {
        let path = self.meta(PENDING);
        let Ok(text) = files::read_text(&path) else {
            // Where nothing is left, a read-only disk is no obstacle.
            if self.pack(PENDING).exists() {
                self.forget(PENDING)?;
            }
            return Ok(());
        };
        let last = self.list()?.last().map_or(0, |meta| meta.number);
        let mut meta = parse(&text);
        if meta.number == 0 {
            meta.number = last + 1;
        }
        meta.unverified = true;
        if !self.pack(PENDING).exists() {
            // Killed between the two renames of `number`.
            let name = format!("{:08}", meta.number);
            self.write_meta(&name, &meta)?;
            return Ok(self.forget(PENDING)?);
        }
        let (mut swapped, mut torn) = (false, false);
        for entry in Reader::open(&self.pack(PENDING))? {
            let differs = entry?.differs(&self.root);
            swapped |= differs;
            torn |= !differs;
            if swapped && !meta.together {
                break;
            }
        }
        if meta.together && swapped && torn {
            self.take_back()?;
            swapped = false;
        }
        if !swapped {
            return Ok(self.forget(PENDING)?);
        }
        self.write_meta(PENDING, &meta)?;
        self.number(&meta)
    }

    /// Makes the former contents of the pending record live again.
    fn take_back(&self) -> anyhow::Result<()> {
        let entries = Reader::open(&self.pack(PENDING))?;
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
        self.store.number(&self.meta)?;
        Ok(self.meta.number)
    }
}

impl Pending<'_> {
    /// Leaves the record to the next run, which settles it by what is live.
    pub fn leave(mut self) {
        self.done = true;
    }
}

impl Drop for Pending<'_> {
    fn drop(&mut self) {
        if !self.done {
            let _ = self.store.forget(PENDING);
        }
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
mod tests {
    use std::fs;

    use super::*;

    fn store(dir: &Path) -> Generations {
        Generations {
            dir: dir.join("g"),
            root: Root::new(Some(dir.to_path_buf())),
            keep: 3,
        }
    }

    const ONE: Heading<'_> =
        Heading { command: "test", together: false, run: 0, reason: "" };
    const ALL: Heading<'_> = Heading { together: true, ..ONE };

    /// Makes a generation that sets /a to `text`.
    fn set(store: &Generations, dir: &Path, text: &str) -> u64 {
        let change = Change::of("/a".into(), false);
        let pending =
            store.prepare(&ONE, &mut std::iter::once(change)).unwrap();
        files::replace(&dir.join("a"), text.as_bytes(), 0o644).unwrap();
        pending.commit().unwrap()
    }

    #[test]
    fn generations_are_numbered_bounded_and_tell_what_they_replaced() {
        let dir = tempfile::tempdir().unwrap();
        let (dir, store) = (dir.path(), store(dir.path()));
        for (number, text) in
            [(1, "one"), (2, "two"), (3, "three"), (4, "four")]
        {
            assert_eq!(set(&store, dir, text), number);
        }
        let numbers: Vec<u64> =
            store.list().unwrap().iter().map(|m| m.number).collect();
        assert_eq!(numbers, [2, 3, 4]);
        let mut seen = Vec::new();
        store
            .replaced(2, 4, &mut |number, entry| {
                seen.push((number, entry.before.unwrap()));
                Ok(())
            })
            .unwrap();
        assert_eq!(seen, [(3, b"two".to_vec()), (4, b"three".to_vec())]);
        assert!(store.replaced(0, 4, &mut |_, _| Ok(())).is_err());
        // A note that a bad disk ate: its contents still count.
        files::replace(&store.meta("00000003"), b"", 0o600).unwrap();
        fs::remove_file(store.meta("00000004")).unwrap();
        let numbers: Vec<u64> =
            store.list().unwrap().iter().map(|m| m.number).collect();
        assert_eq!(numbers, [2, 3, 4]);
        assert_eq!(set(&store, dir, "five"), 5);
    }

    #[test]
    fn what_one_run_made_counts_as_one() {
        let meta = |number, run| Meta { number, run, ..Meta::default() };
        let all = [meta(1, 0), meta(2, 7), meta(3, 7), meta(4, 0), meta(5, 0)];
        assert_eq!(begin_of_last(&all), 5);
        assert_eq!(begin_of_last(&all[..3]), 2);
        assert_eq!(begin_of_last(&all[..1]), 1);
        assert_eq!(too_old(&all, 2), [3, 2, 1]);
        assert_eq!(too_old(&all, 3), [1]);
        assert!(too_old(&all, 4).is_empty());
    }

    #[test]
    fn a_changed_bit_is_seen() {
        let dir = tempfile::tempdir().unwrap();
        let (dir, store) = (dir.path(), store(dir.path()));
        let _ = set(&store, dir, &"one two three ".repeat(9));
        let _ = set(&store, dir, "four");
        let path = store.pack("00000002");
        let whole = fs::read(&path).unwrap();
        for bit in 0..whole.len() * 8 {
            let mut bytes = whole.clone();
            bytes[bit / 8] ^= 1 << (bit % 8);
            files::replace(&path, &bytes, 0o600).unwrap();
            let mut seen = Vec::new();
            let read = store.replaced(1, 2, &mut |_, entry| {
                seen.push(entry.before.unwrap_or_default());
                Ok(())
            });
            let same = seen.concat() == "one two three ".repeat(9).as_bytes();
            assert!(read.is_err() || same, "bit {bit}");
        }
    }

    #[test]
    fn a_killed_run_is_settled_by_what_is_live() {
        let dir = tempfile::tempdir().unwrap();
        let (dir, store) = (dir.path(), store(dir.path()));
        let _ = set(&store, dir, "one");
        for (text, number) in [("one", 1), ("two", 2)] {
            let change = Change::of("/a".into(), false);
            let pending =
                store.prepare(&ONE, &mut std::iter::once(change)).unwrap();
            std::mem::forget(pending);
            files::replace(&dir.join("a"), text.as_bytes(), 0o644).unwrap();
            store.settle().unwrap();
            assert_eq!(store.list().unwrap().last().unwrap().number, number);
        }
    }

    #[test]
    fn a_half_swap_of_what_belongs_together_is_taken_back() {
        let dir = tempfile::tempdir().unwrap();
        let (dir, store) = (dir.path(), store(dir.path()));
        let put = |name: &str, text: &str| {
            files::replace(&dir.join(name), text.as_bytes(), 0o640).unwrap();
        };
        let read = |name| fs::read_to_string(dir.join(name)).ok();
        let change = |path: &&str| Change::of((*path).into(), false);
        for (done, kept) in [(1, false), (2, false), (3, true), (0, false)] {
            put("a", "old");
            put("b", "old");
            files::remove_if_there(&dir.join("c")).unwrap();
            let paths = ["/c", "/a", "/b"];
            let mut changes = paths.iter().map(change);
            let pending = store.prepare(&ALL, &mut changes).unwrap();
            std::mem::forget(pending);
            for path in &paths[..done] {
                put(&path[1..], "new");
            }
            let before = store.list().unwrap().len();
            store.settle().unwrap();
            let after = store.list().unwrap().len();
            assert_eq!(after - before, usize::from(kept), "{done}");
            let old = Some("old".to_string());
            assert_eq!(read("b") == old, !kept, "{done}");
            assert_eq!(read("a") == old, !kept, "{done}");
            assert_eq!(read("c").is_some(), kept, "{done}");
        }
    }
}
