//! How long a daemon's restart usually takes: remembered from the last good
//! one, so that one that hangs is seen as soon as it takes longer.

use std::path::{Path, PathBuf};
use std::time::Duration;

use crate::files;

/// What a restart may take beyond the usual time.
const MARGIN: Duration = Duration::from_secs(2);

/// The remembered time of one daemon.
#[derive(Debug, Clone)]
pub struct Pace {
    path: PathBuf,
}

impl Pace {
    /// The pace of a daemon, remembered below the state directory.
    pub fn of(state: &Path, daemon: &str) -> Self {
        Self { path: state.join(format!("restart-time.{daemon}")) }
    }

    /// The time of the last good restart, until it answered; None when there
    /// was none.
    pub fn usual(&self) -> Option<Duration> {
        let text = std::fs::read_to_string(&self.path).ok()?;
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
    /// the next one gets more, for the daemon may have more to load.
    pub fn was_late(&self, usual: Option<Duration>) {
        if let Some(usual) = usual {
            self.write((usual * 2).min(Duration::from_secs(3600)));
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
        let pace = Pace::of(&dir.path().join("state"), "x");
        assert_eq!(pace.limit(), None);
        pace.was_late(None);
        assert_eq!(pace.limit(), None);
        pace.took(Duration::from_millis(1500));
        assert_eq!(pace.limit(), Some(Duration::from_millis(3500)));
        pace.was_late(pace.usual());
        assert_eq!(pace.limit(), Some(Duration::from_secs(5)));
    }
}
