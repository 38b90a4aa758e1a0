//! Tells systemd that `watch` is ready and alive (sd_notify(3)); nothing
//! where systemd did not start it.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use sd_notify::NotifyState;

/// A round may take this long: every wait in it is bounded by timeouts, and
/// their sum is below this.
const LONGEST_ROUND: Duration = Duration::from_secs(1800);

/// The sign of life.
pub struct Alive {
    begin: Instant,
    /// Milliseconds from `begin` to the last round.
    last: Arc<AtomicU64>,
    ready: bool,
}

impl Alive {
    /// Begins to feed the watchdog of the unit, if it has one: while rounds
    /// go on, however long one takes within its limit.
    pub fn begin() -> Self {
        let (begin, last) = (Instant::now(), Arc::new(AtomicU64::new(0)));
        if let Some(limit) = sd_notify::watchdog_enabled() {
            let last = Arc::clone(&last);
            let _ = std::thread::spawn(move || {
                loop {
                    let last =
                        Duration::from_millis(last.load(Ordering::Relaxed));
                    if begin.elapsed().saturating_sub(last) < LONGEST_ROUND {
                        send(NotifyState::Watchdog);
                    }
                    std::thread::sleep(limit / 3);
                }
            });
        }
        Self { begin, last, ready: false }
    }

    /// Another round begins.
    pub fn round(&self) {
        let now = self.begin.elapsed().as_millis() as u64;
        self.last.store(now, Ordering::Relaxed);
    }

    /// The first look is done: what is live is this machine's.
    pub fn ready(&mut self) {
        if !self.ready {
            self.ready = true;
            send(NotifyState::Ready);
        }
    }

    /// One line for `systemctl status`.
    pub fn status(text: &str) {
        send(NotifyState::Status(text));
    }
}

/// Sends a word; a supervisor that is gone is no reason to stop.
fn send(word: NotifyState<'_>) {
    let _ = sd_notify::notify(&[word]);
}
