//! Where it is kept: `seen.json` and a file a chunk in `seen/` below
//! PROVHA__STATE_DIR. Rows hold secrets: all of it is root's alone.
//!
//! Chunks that changed are written aside while the snapshot is open, and come
//! in one by one when what was made of them is live; `seen.json` is last. A run
//! killed in between leaves chunks that are newer than their digests, which
//! costs the next one a comparison.

use std::collections::BTreeMap;
use std::path::PathBuf;

use serde::{Deserialize, Serialize};

use crate::config::Settings;
use crate::seen::digest::Digests;
use crate::seen::rows::Rows;
use crate::source::Standing;
use crate::system::files;
use crate::system::files::{Doing, FileError};

/// The layout of the files; another one is as good as none.
const LAYOUT: u32 = 1;
/// The longest file of a chunk that is read, octets.
const LONGEST: u64 = 64 << 20;

/// What is kept beside the rows.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Index {
    layout: u32,
    /// Where the server stood.
    pub standing: Standing,
    /// What of the tables is kept.
    pub digests: Digests,
    /// When each table was made, as the server tells.
    pub made: BTreeMap<String, String>,
}

impl Index {
    /// What is to be kept.
    pub fn new(
        standing: Standing,
        digests: Digests,
        made: BTreeMap<String, String>,
    ) -> Self {
        Self { layout: LAYOUT, standing, digests, made }
    }
}

/// A run that was refused, for `status`.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Refusal {
    /// Since when, seconds since 1970.
    pub since: i64,
    /// In one line.
    pub text: String,
}

/// The files.
#[derive(Debug, Clone)]
pub struct Store {
    dir: PathBuf,
}

impl Store {
    /// Those of this machine.
    pub fn of(settings: &Settings) -> Self {
        Self { dir: settings.path("PROVHA__STATE_DIR") }
    }

    /// The same below a directory.
    #[cfg(test)]
    fn below(dir: &std::path::Path) -> Self {
        Self { dir: dir.into() }
    }

    /// What was kept; None when there is none that can be read.
    pub fn load(&self) -> Option<Index> {
        let text = files::read(&self.dir.join("seen.json")).ok()?;
        let index: Index = serde_json::from_slice(&text).ok()?;
        (index.layout == LAYOUT).then_some(index)
    }

    /// The rows of a chunk; None where they were not kept.
    pub fn rows(&self, table: &str, number: u32) -> Option<Rows> {
        let path = self.chunk("seen", table, number);
        let bytes = files::read_at_most(&path, LONGEST).ok()?;
        Rows::parse(std::str::from_utf8(&bytes).ok()?)
    }

    /// The file of a chunk.
    fn chunk(&self, dir: &str, table: &str, number: u32) -> PathBuf {
        self.dir.join(dir).join(format!("{table}-{number}"))
    }

    /// Every chunk of a table that is kept.
    pub fn all(&self, table: &str) -> Vec<Rows> {
        let names = files::walk(&self.dir.join("seen")).unwrap_or_default();
        let number = |name: &String| {
            name.strip_prefix(table)?.strip_prefix('-')?.parse().ok()
        };
        let numbers = names.iter().filter_map(number);
        numbers.filter_map(|number| self.rows(table, number)).collect()
    }

    /// Begins to write chunks aside.
    ///
    /// # Errors
    /// What an earlier run left cannot be removed.
    pub fn begin(&self) -> Result<(), FileError> {
        files::make_dirs(&self.dir)?;
        files::remove_tree(&self.dir.join("seen.new"))?;
        files::make_private_dir(&self.dir.join("seen.new"))
    }

    /// Writes the text of a chunk aside.
    ///
    /// # Errors
    /// It cannot be written.
    pub fn aside(
        &self,
        table: &str,
        number: u32,
        rows: &str,
    ) -> Result<(), FileError> {
        let path = self.chunk("seen.new", table, number);
        let file = files::create(&path, 0o600)?;
        std::io::Write::write_all(&mut &file, rows.as_bytes())
            .doing("write", &path)
    }

    /// Takes in what was written aside, and the index.
    ///
    /// # Errors
    /// Something cannot be written.
    pub fn take_in(&self, index: &Index) -> Result<(), FileError> {
        let (from, to) = (self.dir.join("seen.new"), self.dir.join("seen"));
        if !files::is_dir(&to) {
            files::make_private_dir(&to)?;
        }
        let names = files::walk(&from)?;
        if !names.is_empty() {
            files::sync_fs(&from)?;
        }
        for name in names {
            files::rename(&from.join(&name), &to.join(&name))?;
        }
        files::remove_tree(&from)?;
        let path = self.dir.join("seen.json");
        let text = serde_json::to_vec(index)
            .map_err(std::io::Error::other)
            .doing("write", &path)?;
        files::replace(&path, &text, 0o600)
    }

    /// Throws away what was written aside.
    pub fn leave(&self) {
        let _ = files::remove_tree(&self.dir.join("seen.new"));
    }

    /// Where the values that a refused run names stand in full.
    pub fn list(&self) -> PathBuf {
        self.dir.join("older-database.txt")
    }

    /// Keeps why a run is refused, and the values in full.
    ///
    /// # Errors
    /// It cannot be written.
    pub fn refuse(&self, text: &str, list: &str) -> Result<(), FileError> {
        files::make_dirs(&self.dir)?;
        let path = self.dir.join("older-database.json");
        let since = self.refusal().map(|refusal| refusal.since);
        let since = since.unwrap_or_else(crate::env::now);
        let refusal = Refusal { since, text: text.into() };
        let json = serde_json::to_vec(&refusal)
            .map_err(std::io::Error::other)
            .doing("write", &path)?;
        files::replace(&self.list(), list.as_bytes(), 0o600)?;
        files::replace(&path, &json, 0o644)
    }

    /// Why the last run was refused; None: it was not.
    pub fn refusal(&self) -> Option<Refusal> {
        let text = files::read(&self.dir.join("older-database.json")).ok()?;
        serde_json::from_slice(&text).ok()
    }

    /// A run may go on. The values that were told stay for who enters them.
    ///
    /// # Errors
    /// The note cannot be removed.
    pub fn allow(&self) -> Result<(), FileError> {
        files::remove_if_there(&self.dir.join("older-database.json"))
    }
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt;

    use super::*;

    #[test]
    fn rows_come_in_when_they_are_live_and_are_roots_alone() {
        let dir = tempfile::tempdir().unwrap();
        let store = Store::below(&dir.path().join("state"));
        assert_eq!(store.load(), None);
        let rows = Rows {
            columns: vec!["id".into()],
            rows: [(7, vec![Some("7".into())])].into(),
        };
        store.begin().unwrap();
        store.aside("modem", 0, &rows.text()).unwrap();
        assert_eq!(store.rows("modem", 0), None);
        let none = (Standing::default(), Digests::default());
        let index = Index::new(none.0, none.1, BTreeMap::new());
        store.take_in(&index).unwrap();
        assert_eq!(store.rows("modem", 0), Some(rows.clone()));
        assert_eq!(store.all("modem").len(), 1);
        assert!(store.load().is_some());
        store.begin().unwrap();
        store.aside("modem", 1, &rows.text()).unwrap();
        store.leave();
        assert_eq!(store.rows("modem", 1), None);
        store.refuse("why", "values").unwrap();
        assert_eq!(store.refusal().unwrap().text, "why");
        for name in ["seen", "seen/modem-0", "seen.json", "older-database.txt"]
        {
            let path = dir.path().join("state").join(name);
            let mode = path.metadata().unwrap().permissions().mode();
            assert_eq!(mode & 0o077, 0, "{name}");
        }
        store.allow().unwrap();
        assert_eq!(store.refusal(), None);
    }
}
