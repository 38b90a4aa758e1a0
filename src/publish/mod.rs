//! Making new content live: one protocol for all of it.

pub mod activate;
pub mod both;
pub mod device_files;
pub mod directory_set;
pub mod file_set;
pub mod fingerprints;
pub mod foreign;
pub mod former;
pub mod generations;
pub mod loaded;
pub mod pending_restart;
pub mod restart_time;
pub mod staged_set;
pub mod stamps;

use std::path::PathBuf;

use crate::config::Settings;
use crate::console::Console;
use crate::publish::activate::{Daemon, Swap, is_broken};
use crate::publish::file_set::{FileChange, FileSet};
use crate::publish::fingerprints::Fingerprints;
use crate::publish::generations::{Change, Generations, Heading, Meta};
use crate::publish::loaded::Loaded;
use crate::system::lock::Lock;

/// Where content that a daemon refused is kept for a person.
pub fn refused_dir(settings: &Settings, what: &str) -> PathBuf {
    settings.path("PROVHA__STATE_DIR").join(format!("refused-{what}"))
}

/// A daemon with the files, or directories of files, that it loads.
pub struct Service {
    /// The daemon.
    pub daemon: Daemon,
    /// Their live paths.
    pub loads: Vec<PathBuf>,
}

impl Service {
    /// Whether a generation touched files that the daemon loads.
    pub fn loads_some(
        &self,
        store: &Generations,
        meta: &Meta,
    ) -> anyhow::Result<bool> {
        let mut loads = false;
        let (before, number) = (meta.number - 1, meta.number);
        store.replaced(before, number, &mut |_, entry| {
            let path = store.root().at(&entry.path);
            loads |= self.loads.iter().any(|load| path.starts_with(load));
            Ok(())
        })?;
        Ok(loads)
    }

    /// Whether one of the changed files concerns the daemon.
    pub fn is_concerned(&self, set: &FileSet) -> bool {
        let loads = |change: &FileChange| {
            self.loads.iter().any(|path| change.path.starts_with(path))
        };
        set.changed().iter().any(loads)
    }
}

/// The changes of a publication, one after the other: there may be millions.
pub type Changes<'a> = Box<dyn Iterator<Item = Change> + 'a>;

/// What a publication leaves in the kept state.
pub struct Record<'a> {
    /// The command that makes it.
    pub command: &'a str,
    /// Whether the files belong together but are not swapped in one step.
    pub together: bool,
    /// Whether `status` is to tell when somebody else changes these files.
    pub fingerprints: bool,
    /// The changes, from the first on at each call.
    pub changes: &'a dyn Fn() -> Changes<'a>,
}

/// New content, those that load it, and what is kept of it.
pub struct Publication<'a> {
    /// The new content.
    pub swap: &'a mut dyn Swap,
    /// What is restarted with it; device files have none.
    pub services: &'a [&'a Service],
    /// What is kept.
    pub record: Record<'a>,
}

/// What makes new content live in one run.
pub struct Publisher<'a> {
    /// The settings.
    pub settings: &'a Settings,
    /// Where warnings go.
    pub console: &'a Console,
    /// Tells this run from all others.
    pub run: u64,
    /// Why it is made, for `log`.
    pub reason: &'a str,
}

impl Publisher<'_> {
    /// Settles what a killed run left, before anything is compared with what
    /// is live.
    pub fn settle(&self, lock: Option<&Lock>) -> anyhow::Result<()> {
        match lock {
            Some(_) => Generations::open(self.settings).map(drop),
            None => Ok(()),
        }
    }

    /// Makes new content live, has its daemons load it, and keeps what it
    /// replaced as a generation.
    ///
    /// The order is what a killed run is healed by: what was there is on the
    /// disk before the first rename, and has its number only when the new
    /// content is live and answers.
    ///
    /// # Errors
    /// Exit 1: nothing was changed. Exit 4: the previous content is live again
    /// and answers. Exit 5: what is live is neither, or a daemon is silent.
    pub fn publish(
        &self,
        lock: &Lock,
        publication: Publication<'_>,
    ) -> anyhow::Result<()> {
        let Publication { swap, services, record } = publication;
        let daemons: Vec<&Daemon> =
            services.iter().map(|service| &service.daemon).collect();
        if (record.changes)().next().is_none() {
            return self.restart_with(lock, swap, &daemons);
        }
        let store = Generations::open(self.settings)?;
        let heading = Heading {
            command: record.command,
            together: record.together,
            run: self.run,
            reason: self.reason,
        };
        // An error here is exit 1: nothing was renamed yet.
        let pending = store.prepare(&heading, &mut (record.changes)())?;
        let prints =
            record.fingerprints.then(|| Fingerprints::look(self.settings));
        if prints.is_some() {
            // Before the swap: a run that is killed in it must not leave prints
            // by which `status` takes our own files for edited ones.
            let _alone = fingerprints::alone();
            let now = Fingerprints::look(self.settings);
            now.forget((record.changes)())?;
        }
        let result = self.restart_with(lock, swap, &daemons);
        if let Some(prints) = prints {
            self.note(&prints, (record.changes)(), &result);
        }
        if result.as_ref().is_err_and(is_broken) {
            // The next run settles it by what is live.
            pending.leave();
        } else if result.is_ok() {
            self.loaded(&daemons, pending.number());
            match pending.commit() {
                Ok(number) => self.console.generation(number),
                // Not an error: the content is live and answers, and the next
                // run gives the record its number.
                Err(error) => self.console.warning(&format!(
                    "the files are live, but their generation is not \
                     recorded: {error:#}"
                )),
            }
        }
        result
    }

    /// Swaps and restarts, with the notes of restarts around it.
    fn restart_with(
        &self,
        lock: &Lock,
        swap: &mut dyn Swap,
        daemons: &[&Daemon],
    ) -> anyhow::Result<()> {
        let mut said = |text: &str| self.console.warning(text);
        pending_restart::activate(self.settings, lock, swap, daemons, &mut said)
    }

    /// Notes which generation the restarted daemons have loaded. Before it has
    /// its number: a run that is killed in between leaves a note that is
    /// right.
    fn loaded(&self, daemons: &[&Daemon], number: u64) {
        let restarted = daemons.iter().filter(|d| d.restart.is_some());
        let names: Vec<&str> = restarted.map(|daemon| daemon.name).collect();
        if let Err(error) = Loaded::note(self.settings, &names, number) {
            self.console.warning(&format!(
                "status will not know which generation is loaded: {error}"
            ));
        }
    }

    /// Notes how the files lie there now, so that `status` can tell what
    /// somebody else changed.
    fn note(
        &self,
        before: &Fingerprints,
        changes: Changes<'_>,
        result: &anyhow::Result<()>,
    ) {
        let _alone = fingerprints::alone();
        let now = Fingerprints::look(self.settings);
        let prints = match result {
            Ok(()) => now.with(changes),
            // Neither: a person must look.
            Err(error) if is_broken(error) => return,
            Err(_) => now.as_before(before, changes),
        };
        self.told(prints.save());
    }

    /// Has `status` know files that are live and as they should be.
    pub fn learn(&self, paths: Vec<String>) {
        let _alone = fingerprints::alone();
        self.told(Fingerprints::look(self.settings).learn(paths));
    }

    /// Tells that fingerprints could not be kept; the files are live.
    fn told(&self, kept: crate::system::files::Result<()>) {
        if let Err(error) = kept {
            self.console.warning(&format!(
                "status will not notice when files are changed by others: \
                 {error}"
            ));
        }
    }
}
