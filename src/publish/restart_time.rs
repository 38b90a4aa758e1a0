//! How long a daemon's restart usually takes: remembered from the last good
//! one, so that one that hangs is seen as soon as it takes longer.

use std::path::{Path, PathBuf};
use std::time::Duration;

use crate::system::files;

/// What a restart may take beyond the usual time.
const MARGIN: Duration = Duration::from_secs(2);

/// The remembered time of one daemon.
#[derive(Debug, Clone)]
pub struct RestartTime {
    path: PathBuf,
}

impl RestartTime {
    /// The pace of a daemon, remembered below the state directory.
    pub fn of(state: &Path, daemon: &str) -> Self {
        Self { path: state.join(format!("restart-time.{daemon}")) }
    }

    /// The time of the last good restart, until it answered; None when there
    /// was none.
    pub fn usual(&self) -> Option<Duration> {
        let text = files::read_text(&self.path).ok()?;
        text.trim().parse().ok().map(Duration::from_millis)
    }

    /// How long a restart may take until the daemon answers; None when that
    /// is not known.
    pub fn limit(&self) -> Option<Duration> {
        Some(self.usual()? + MARGIN)
    }

    /// A restart took this time until the daemon answered.
    pub fn took(&self, time: Duration) {
        self.write(time);
    }

    /// A restart that usually took this time came to no end within the limit:
    /// the next one gets more, for the daemon may have more to load. It gets
    /// what the roll-back took, if that is longer still, and otherwise at
    /// most `most`: each try is an outage.
    pub fn was_late(&self, usual: Option<Duration>, most: Duration) {
        if let Some(usual) = usual {
            let now = self.usual().unwrap_or_default();
            self.write((usual * 2).min(most).max(now).max(usual));
        }
    }

    /// Remembers it, for what it is worth: without it there is no limit.
    fn write(&self, time: Duration) {
        if let Some(parent) = self.path.parent() {
            let _ = files::make_dirs(parent);
        }
        let text = format!("{}\n", time.as_millis());
        let _ = files::replace(&self.path, text.as_bytes(), 0o644);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_limit_follows_the_last_good_restart() {
        let dir = tempfile::tempdir().unwrap();
        let pace = RestartTime::of(&dir.path().join("state"), "x");
        assert_eq!(pace.limit(), None);
        let most = Duration::from_secs(5);
        pace.was_late(None, most);
        assert_eq!(pace.limit(), None);
        pace.took(Duration::from_millis(1500));
        assert_eq!(pace.limit(), Some(Duration::from_millis(3500)));
        pace.was_late(pace.usual(), most);
        assert_eq!(pace.limit(), Some(Duration::from_secs(5)));
        pace.was_late(pace.usual(), most);
        assert_eq!(pace.limit(), Some(Duration::from_secs(7)));
        pace.was_late(pace.usual(), most);
        assert_eq!(pace.limit(), Some(Duration::from_secs(7)));
        // The roll-back took longer than what had been usual.
        pace.took(Duration::from_secs(9));
        pace.was_late(Some(Duration::from_secs(1)), most);
        assert_eq!(pace.limit(), Some(Duration::from_secs(11)));
    }
}
