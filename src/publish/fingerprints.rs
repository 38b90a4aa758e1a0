//! How the files of daemons lay when they were put there: `placed.json` in
//! PROVHA__STATE_DIR. A file that looks otherwise was changed by somebody
//! else. Files count by inode, size and time of change, not by content.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::{Mutex, MutexGuard, PoisonError};

use crate::config::{Root, Settings};
use crate::publish::generations::Change;
use crate::render::dns::CPE_KEY;
use crate::system::files;
use crate::system::files::Doing;
use crate::system::stamp::{Stamp, stamp_of, stamp_of_stat};

/// What was put where.
#[derive(Debug, Clone)]
pub struct Fingerprints {
    path: PathBuf,
    root: Root,
    /// Paths that others may change as well.
    shared: Vec<String>,
    stamps: BTreeMap<String, Stamp>,
}

impl Fingerprints {
    /// What is known; nothing where it cannot be read.
    pub fn look(settings: &Settings) -> Self {
        let path = path(settings);
        let text = files::read(&path).unwrap_or_default();
        let stamps = serde_json::from_slice(&text).unwrap_or_default();
        // The sync replaces the one, the machine's admin edits the other.
        let inetd = settings.text("PROVHA__INETD_CONF").to_string();
        let shared = vec![CPE_KEY.to_string(), inetd];
        Self { path, root: settings.root().clone(), shared, stamps }
    }

    /// Forgets the paths of these changes, on the disk: a run that is killed
    /// while files change leaves nothing behind that is wrong.
    ///
    /// # Errors
    /// The file cannot be written.
    pub fn forget(
        &self,
        changes: impl Iterator<Item = Change>,
    ) -> files::Result<()> {
        let mut rest = self.clone();
        for change in changes {
            let _ = rest.stamps.remove(&change.path);
        }
        if rest.stamps == self.stamps { Ok(()) } else { rest.save() }
    }

    /// Notes files that are as they should be and of which nothing is known,
    /// because the run that put them there was killed.
    ///
    /// # Errors
    /// The file cannot be written.
    pub fn learn(self, paths: Vec<String>) -> files::Result<()> {
        let unknown = paths.into_iter().filter(|path| {
            !self.stamps.contains_key(path) && !self.shared.contains(path)
        });
        let found: Vec<Change> = unknown
            .filter(|path| stamp_of(&self.root.at(path)) != 0)
            .map(|path| Change::of(path, false))
            .collect();
        if found.is_empty() {
            Ok(())
        } else {
            self.with(found.into_iter()).save()
        }
    }

    /// The same with what now lies at the paths of these changes.
    #[must_use]
    pub fn with(mut self, changes: impl Iterator<Item = Change>) -> Self {
        for change in changes {
            let _ = self.stamps.remove(&change.path);
            let stamp = stamp_of(&self.root.at(&change.path));
            let known = stamp != 0 && !change.removed;
            if known && !self.shared.contains(&change.path) {
                let _ = self.stamps.insert(change.path.clone(), stamp);
            }
        }
        self
    }

    /// What is known now, with what `before` knew of these changes: they were
    /// taken back. Others may have been made meanwhile.
    #[must_use]
    pub fn as_before(
        mut self,
        before: &Self,
        changes: impl Iterator<Item = Change>,
    ) -> Self {
        for change in changes {
            let _ = self.stamps.remove(&change.path);
            if let Some(stamp) = before.stamps.get(&change.path) {
                let _ = self.stamps.insert(change.path, *stamp);
            }
        }
        self
    }

    /// Writes it.
    ///
    /// # Errors
    /// The file cannot be written.
    pub fn save(&self) -> files::Result<()> {
        if let Some(parent) = self.path.parent() {
            files::make_dirs(parent)?;
        }
        let text = serde_json::to_vec(&self.stamps)
            .map_err(std::io::Error::other)
            .doing("write", &self.path)?;
        files::replace(&self.path, &text, 0o644)
    }

    /// How many files are known.
    pub fn len(&self) -> usize {
        self.stamps.len()
    }

    /// Whether none is known.
    pub fn is_empty(&self) -> bool {
        self.stamps.is_empty()
    }

    /// The files that were changed by somebody else, and those that are gone;
    /// paths without the root.
    pub fn differing(&self) -> (Vec<String>, Vec<String>) {
        let (mut changed, mut gone) = (Vec::new(), Vec::new());
        for (path, known) in &self.stamps {
            match files::stat(&self.root.at(path)) {
                Ok(Some(stat)) if stamp_of_stat(&stat) == *known => {}
                Ok(Some(_)) => changed.push(path.clone()),
                Ok(None) => gone.push(path.clone()),
                // Who may not look knows nothing.
                Err(_) => {}
            }
        }
        (changed, gone)
    }
}

/// Held from a look to the writing, so that no other thread's is lost.
static ONE_AT_A_TIME: Mutex<()> = Mutex::new(());

/// Waits until nobody else in this process looks and writes.
pub fn alone() -> MutexGuard<'static, ()> {
    ONE_AT_A_TIME.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Where it is.
fn path(settings: &Settings) -> PathBuf {
    settings.path("PROVHA__STATE_DIR").join("placed.json")
}

/// Removes what a killed run left of it; whoever holds the machine's lock
/// may.
pub fn sweep(settings: &Settings) {
    let _ = files::remove_if_there(&files::temp_of(&path(settings)));
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::env::Env;

    #[test]
    fn what_others_change_is_told_apart_from_what_we_put() {
        let dir = tempfile::tempdir().unwrap();
        let root = Root::new(Some(dir.path().join("root")));
        let env =
            Env { args: Vec::new(), vars: BTreeMap::new(), terminal: false };
        let settings =
            Settings::load(&env, Some(dir.path()), root.clone()).unwrap();
        let put = |name: &str| {
            let path = root.at(name);
            files::make_dirs(path.parent().unwrap()).unwrap();
            files::replace(&path, b"x", 0o644).unwrap();
        };
        let names = ["/etc/a", "/etc/b", CPE_KEY];
        for name in names {
            put(name);
        }
        let change =
            |name: &str, removed| Change::of(name.to_string(), removed);
        let changes = names.map(|name| change(name, false));
        Fingerprints::look(&settings).with(changes.into_iter()).save().unwrap();
        let none = (Vec::<String>::new(), Vec::<String>::new());
        let look = || Fingerprints::look(&settings);
        assert_eq!((look().len(), look().differing()), (2, none.clone()));
        put("/etc/a");
        files::remove_if_there(&root.at("/etc/b")).unwrap();
        let expected = (vec!["/etc/a".into()], vec!["/etc/b".into()]);
        assert_eq!(look().differing(), expected);
        let changes = [change("/etc/a", false), change("/etc/b", true)];
        let with = look().with(changes.clone().into_iter());
        assert_eq!((with.len(), with.differing()), (1, none.clone()));
        with.save().unwrap();
        with.forget(changes.into_iter()).unwrap();
        assert!(look().is_empty());
        let paths = names.map(str::to_string).to_vec();
        look().learn(paths).unwrap();
        assert_eq!((look().len(), look().differing()), (1, none));
    }
}
