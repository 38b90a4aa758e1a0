//! When `watch` may restart dhcpd, and when it looks again: pure rules.

use std::time::{Duration, Instant};

/// From one restart of dhcpd to the next.
pub const GAP: Duration = Duration::from_secs(15);
/// Changes that come closer together than this are one burst.
const QUIET: Duration = Duration::from_secs(1);
/// A burst is cut off after this.
const BURST: Duration = Duration::from_secs(5);
/// Until the next attempt to reach the database.
const AWAY: Duration = Duration::from_secs(1);
/// After a failure: the first pause, and the longest.
const PAUSES: (Duration, Duration) =
    (Duration::from_secs(5), Duration::from_secs(60));
/// The longest where a daemon was restarted in vain.
const LONGEST: Duration = Duration::from_secs(300);

/// The rhythm of dhcpd's restarts.
#[derive(Debug, Default, Clone, Copy)]
pub struct Restarts {
    last: Option<Instant>,
    /// The first and the last of the changes that wait.
    waiting: Option<(Instant, Instant)>,
}

impl Restarts {
    /// Something that concerns dhcpd has to wait; `moved` tells whether it
    /// has only now come.
    pub fn waits(&mut self, now: Instant, moved: bool) {
        let (_, last) = self.waiting.get_or_insert((now, now));
        if moved {
            *last = now;
        }
    }

    /// Nothing waits any more; `restarted` is when dhcpd was.
    pub fn done(&mut self, restarted: Option<Instant>) {
        self.waiting = None;
        self.last = restarted.or(self.last);
    }

    /// Whether what waits may go in now: a burst is over or long enough, and
    /// the last restart long enough ago.
    pub fn may(&self, now: Instant) -> bool {
        let since = |then: Instant| now.saturating_duration_since(then);
        let spaced = self.last.is_none_or(|last| since(last) >= GAP);
        let over = self.waiting.is_some_and(|(first, last)| {
            since(last) >= QUIET || since(first) >= BURST
        });
        spaced && over
    }
}

/// Pauses after failures, each twice as long as the one before.
#[derive(Debug, Default, Clone, Copy)]
pub struct Failures {
    pause: Option<Duration>,
    until: Option<Instant>,
}

impl Failures {
    /// Another one; `in_vain` when a daemon was restarted for it.
    pub fn failed(&mut self, now: Instant, in_vain: bool) {
        let longest = if in_vain { LONGEST } else { PAUSES.1 };
        let pause = self.pause.map_or(PAUSES.0, |p| (p * 2).min(longest));
        self.pause = Some(pause);
        self.until = Some(now + pause);
    }

    /// The database is away: nothing else is worth waiting for.
    pub fn away(&mut self, now: Instant) {
        self.until = Some(now + AWAY);
    }

    /// It went well.
    pub fn over(&mut self) {
        *self = Self::default();
    }

    /// Whether to wait.
    pub fn pausing(&self, now: Instant) -> bool {
        self.until.is_some_and(|until| now < until)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(start: Instant, seconds: f64) -> Instant {
        start + Duration::from_secs_f64(seconds)
    }

    #[test]
    fn a_single_change_goes_in_after_a_second() {
        let start = Instant::now();
        let mut restarts = Restarts::default();
        assert!(!restarts.may(start));
        restarts.waits(start, true);
        assert!(!restarts.may(at(start, 0.9)));
        assert!(restarts.may(at(start, 1.0)));
        restarts.done(Some(at(start, 2.0)));
        restarts.waits(at(start, 3.0), true);
        assert!(!restarts.may(at(start, 16.9)));
        assert!(restarts.may(at(start, 17.0)));
        restarts.done(None);
        assert!(!restarts.may(at(start, 99.0)));
    }

    #[test]
    fn a_change_every_half_second_goes_in_between_the_bounds() {
        let start = Instant::now();
        let mut restarts = Restarts::default();
        let mut done = Vec::new();
        for tick in 0..1200 {
            let now = at(start, f64::from(tick) / 2.0);
            restarts.waits(now, true);
            if restarts.may(now) {
                restarts.done(Some(now));
                done.push(now);
            }
        }
        let gaps: Vec<Duration> =
            done.windows(2).map(|pair| pair[1] - pair[0]).collect();
        assert!(gaps.iter().all(|gap| *gap >= GAP), "{gaps:?}");
        let most = Duration::from_secs(60);
        assert!(gaps.iter().all(|gap| *gap <= most), "{gaps:?}");
        assert!(done.len() >= 30, "{}", done.len());
    }

    #[test]
    fn pauses_grow_to_a_minute() {
        let start = Instant::now();
        let mut failures = Failures::default();
        assert!(!failures.pausing(start));
        failures.failed(start, false);
        assert!(failures.pausing(at(start, 4.9)));
        assert!(!failures.pausing(at(start, 5.0)));
        for _ in 0..9 {
            failures.failed(start, false);
        }
        assert!(failures.pausing(at(start, 59.0)));
        assert!(!failures.pausing(at(start, 60.0)));
        for _ in 0..9 {
            failures.failed(start, true);
        }
        assert!(failures.pausing(at(start, 299.0)));
        failures.over();
        assert!(!failures.pausing(start));
    }
}
