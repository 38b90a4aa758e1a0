//! What the last syncs sent: kept, so that a source that goes away is noticed.

use std::collections::BTreeMap;
use std::net::Ipv4Addr;
use std::path::PathBuf;

use serde::{Deserialize, Serialize};

use crate::cluster::sync::{Ended, PathResult, Results, Source, is_bad};
use crate::context::Context;
use crate::system::files;

/// What the last runs sent, so that a source that goes away is noticed.
#[derive(Debug, Default, Clone, Serialize, Deserialize)]
#[serde(default)]
pub struct Memory {
    /// Path to the number of entries that it held when it was sent last.
    entries: BTreeMap<String, usize>,
    /// Slave to the time of the last run that went well, seconds since 1970.
    good: BTreeMap<Ipv4Addr, i64>,
}

impl Memory {
    /// Where it is kept.
    fn path(context: &Context<'_>) -> PathBuf {
        context.settings.path("PROVHA__STATE_DIR").join("sync.json")
    }

    /// What is kept; nothing, where there is nothing readable.
    pub fn read(context: &Context<'_>) -> Self {
        let text = std::fs::read_to_string(Self::path(context));
        text.ok()
            .and_then(|text| serde_json::from_str(&text).ok())
            .unwrap_or_default()
    }

    /// Warns of sources that held files once.
    pub fn warn(&self, context: &Context<'_>, sources: &[(String, Source)]) {
        for (path, source) in sources {
            let held = self.entries.get(path).copied().unwrap_or(0);
            let gone = matches!(source, Source::Missing | Source::Empty);
            if gone && held > 0 {
                context.console.warning(&format!(
                    "{path} held {held} entries when it was sent last, and \
                     is {} now: the slaves keep theirs",
                    if *source == Source::Empty { "empty" } else { "gone" }
                ));
            }
        }
    }

    /// With what this run did.
    #[must_use]
    pub fn update(
        mut self,
        sources: &[(String, Source)],
        results: &Results,
    ) -> Self {
        let sent = |path: &String| {
            let of_path = |r: &&PathResult| r.path == *path;
            let well =
                |r: &PathResult| matches!(r.ended, Ended::Same | Ended::Sent);
            results.values().flatten().filter(of_path).any(well)
        };
        self.entries.retain(|path, _| sources.iter().any(|s| s.0 == *path));
        self.good.retain(|slave, _| results.contains_key(slave));
        for (path, source) in sources {
            if source.entries() > 0 && sent(path) {
                let _ = self.entries.insert(path.clone(), source.entries());
            }
        }
        for (slave, results) in results {
            if !results.iter().any(is_bad) {
                let _ = self.good.insert(*slave, crate::env::now());
            }
        }
        self
    }

    /// Keeps it.
    pub fn write(&self, context: &Context<'_>) -> anyhow::Result<()> {
        let path = Self::path(context);
        if let Some(dir) = path.parent() {
            files::make_dirs(dir)?;
        }
        let text = serde_json::to_vec_pretty(self)?;
        Ok(files::replace(&path, &text, 0o644)?)
    }
}
