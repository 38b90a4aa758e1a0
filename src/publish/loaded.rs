//! Which generation each daemon has loaded: noted when a daemon that was
//! restarted, or told to read its files again, has answered. What was only
//! written (`--no-activate`) is not noted.

use std::collections::BTreeMap;
use std::io::Read;
use std::path::{Path, PathBuf};

use crate::config::Settings;
use crate::publish::generations::{Generations, Meta};
use crate::system::files;
use crate::system::files::Doing;

/// The notes.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Loaded(BTreeMap<String, u64>);

impl Loaded {
    /// Reads them; what is not there or damaged says nothing.
    pub fn look(settings: &Settings) -> Self {
        let text = files::read(&path(settings)).unwrap_or_default();
        Self(serde_json::from_slice(&text).unwrap_or_default())
    }

    /// The generation that a daemon was last seen to load.
    pub fn of(&self, daemon: &str) -> Option<u64> {
        self.0.get(daemon).copied()
    }

    /// Notes that daemons have loaded a generation.
    ///
    /// # Errors
    /// The file cannot be written.
    pub fn note(
        settings: &Settings,
        daemons: &[&str],
        number: u64,
    ) -> files::Result<()> {
        if daemons.is_empty() {
            return Ok(());
        }
        let mut all = Self::look(settings);
        for daemon in daemons {
            let _ = all.0.insert((*daemon).to_string(), number);
        }
        let path = path(settings);
        let text = serde_json::to_vec(&all.0)
            .map_err(std::io::Error::other)
            .doing("write", &path)?;
        files::replace(&path, &text, 0o644)
    }
}

/// Where they are.
fn path(settings: &Settings) -> PathBuf {
    settings.path("PROVHA__STATE_DIR").join("loaded.json")
}

/// Longest list of a generation's paths that is looked through, octets.
const MOST: u64 = 64 << 20;

impl Generations {
    /// The newest generation that touched one of these files, or something
    /// below one of these directories. None: there is none, or it cannot be
    /// told.
    pub fn newest_below(&self, loads: &[PathBuf]) -> Option<Meta> {
        for meta in self.list().ok()?.into_iter().rev() {
            // Device files are loaded by nobody, and their lists are long.
            if meta.command.starts_with("configfile") {
                continue;
            }
            let path = self.names(&format!("{:08}", meta.number));
            match self.has_some(&path, loads) {
                Some(true) => return Some(meta),
                Some(false) => {}
                None => return None,
            }
        }
        None
    }

    /// Whether a list has a path that is below one of these; None: it is
    /// missing or damaged.
    fn has_some(&self, path: &Path, loads: &[PathBuf]) -> Option<bool> {
        let (file, _) = files::open(path).ok()?;
        let mut text = String::new();
        let list = zstd::Decoder::new(file).ok()?;
        let _ = list.take(MOST).read_to_string(&mut text).ok()?;
        Some(text.lines().any(|name| {
            let path = self.root().at(name);
            loads.iter().any(|load| path.starts_with(load))
        }))
    }
}
