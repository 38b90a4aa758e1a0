//! A node that serves alone collects its changes: each start of dhcpd
//! without a peer is 15 s in which nobody is answered (facts
//! dhcp-failover.md section 4), so there is one in so many seconds at most.

use std::path::PathBuf;

use serde::{Deserialize, Serialize};

use crate::config::Settings;
use crate::system::files;

/// The key of the shortest time between two starts of a lone dhcpd.
pub const INTERVAL: &str = "PROVHA__LONE_RESTART_INTERVAL";

/// A change that waits for the next start.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Waiting {
    /// Since when, seconds since 1970.
    pub since: i64,
    /// Until when, seconds since 1970.
    pub until: i64,
    /// Why.
    pub why: String,
}

/// What the state directory keeps of it.
#[derive(Debug, Default, Serialize, Deserialize)]
struct Kept {
    /// The last start without a peer, seconds since 1970.
    start: Option<i64>,
    /// What waits.
    waiting: Option<Waiting>,
}

/// The starts of a dhcpd that serves alone.
#[derive(Debug, Clone)]
pub struct LoneStarts {
    path: PathBuf,
    /// Seconds from one start to the next; 0: as soon as they come.
    interval: i64,
}

impl LoneStarts {
    /// Those of this machine.
    pub fn of(settings: &Settings) -> Self {
        Self {
            path: settings.path("PROVHA__STATE_DIR").join("lone-dhcpd.json"),
            interval: settings.number(INTERVAL) as i64,
        }
    }

    /// Until when the next start has to wait, seconds since 1970; None: it
    /// may be at `now`.
    pub fn until(&self, now: i64) -> Option<i64> {
        until(self.kept().start, self.interval, now)
    }

    /// Notes a start at `now`; what waited is in it.
    pub fn started(&self, now: i64) {
        self.keep(&Kept { start: Some(now), waiting: None });
    }

    /// Notes that a change waits; since when stays as it was noted first.
    pub fn waits(&self, now: i64, until: i64, why: &str) {
        let mut kept = self.kept();
        let since = kept.waiting.as_ref().map_or(now, |noted| noted.since);
        let waiting = Some(Waiting { since, until, why: why.into() });
        if kept.waiting != waiting {
            kept.waiting = waiting;
            self.keep(&kept);
        }
    }

    /// What waits, for `status`.
    pub fn waiting(&self) -> Option<Waiting> {
        self.kept().waiting
    }

    /// Nothing waits any more.
    pub fn nothing_waits(&self) {
        let mut kept = self.kept();
        if kept.waiting.take().is_some() {
            self.keep(&kept);
        }
    }

    /// What is kept; nothing where it cannot be read: then there is no wait,
    /// as if no start were known.
    fn kept(&self) -> Kept {
        let bytes = std::fs::read(&self.path).unwrap_or_default();
        serde_json::from_slice(&bytes).unwrap_or_default()
    }

    /// Keeps it. A state directory that takes nothing has its own check in
    /// `status`; the restart itself must not fail for it.
    fn keep(&self, kept: &Kept) {
        let Ok(bytes) = serde_json::to_vec(kept) else { return };
        if let Some(parent) = self.path.parent() {
            let _ = files::make_dirs(parent);
        }
        let _ = files::replace(&self.path, &bytes, 0o644);
    }
}

/// Until when a start has to wait after the last one. A clock that was set
/// back never makes the wait longer than the interval.
fn until(last: Option<i64>, interval: i64, now: i64) -> Option<i64> {
    let last = last.filter(|last| *last <= now)?;
    (now - last < interval).then_some(last + interval)
}

/// A time of day of this machine, for messages.
pub fn clock(seconds: i64) -> String {
    let time = jiff::Timestamp::from_second(seconds).unwrap_or_default();
    let zone = jiff::tz::TimeZone::system();
    time.to_zoned(zone).strftime("%H:%M:%S").to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_change_goes_in_at_once_and_the_others_wait() {
        assert_eq!(until(None, 300, 1000), None);
        assert_eq!(until(Some(1000), 300, 1000), Some(1300));
        assert_eq!(until(Some(1000), 300, 1299), Some(1300));
        assert_eq!(until(Some(1000), 300, 1300), None);
        assert_eq!(until(Some(1000), 0, 1000), None);
        assert_eq!(until(Some(2000), 300, 1000), None);
    }

    #[test]
    fn a_change_each_second_starts_a_lone_dhcpd_once_in_the_interval() {
        let mut starts = Vec::new();
        for now in 0..3600 {
            if until(starts.last().copied(), 300, now).is_none() {
                starts.push(now);
            }
        }
        assert_eq!(starts.len(), 12);
        // 15 s of silence each.
        assert!(starts.len() * 15 * 20 <= 3600);
    }

    #[test]
    fn what_waits_is_kept_with_its_first_time() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("state/lone");
        let starts = LoneStarts { path, interval: 300 };
        assert_eq!((starts.waiting(), starts.until(5)), (None, None));
        starts.started(10);
        starts.waits(20, 310, "x");
        starts.waits(30, 310, "x");
        let waiting = starts.waiting().unwrap();
        assert_eq!((waiting.since, waiting.until), (20, 310));
        assert_eq!(starts.until(30), Some(310));
        starts.nothing_waits();
        assert_eq!(starts.waiting(), None);
        assert_eq!(starts.until(30), Some(310));
    }
}
