//! Who holds the machine's lock.

use crate::status::codes::{LOCK_HELD, LOCK_STOPPED};
use crate::status::metrics::LOCKED;
use crate::status::{Check, State, span};

/// No run takes longer than this, seconds: its waits are all bounded.
const MOST: i64 = 3600;

/// What was found.
#[derive(Debug, Clone, Default)]
pub struct Facts {
    /// The holder's own note, and since when, seconds since 1970.
    pub holder: Option<(String, Option<i64>)>,
    /// Whether the holder is stopped by a signal.
    pub stopped: bool,
    /// The note of a `watch` that runs.
    pub watch: Option<String>,
    /// Seconds since 1970.
    pub now: i64,
}

/// The check.
pub fn check(facts: &Facts) -> Check {
    let watch = match &facts.watch {
        Some(note) => format!("; watch runs: {note}"),
        None => String::new(),
    };
    let Some((note, since)) = &facts.holder else {
        let text = format!("free{watch}");
        return Check::new("lock", State::Ok, text).value(&LOCKED, 0.0);
    };
    let held = since.map_or(0, |since| (facts.now - since).max(0));
    let text = format!("held by {note}, for {}{watch}", span(held));
    let check = if facts.stopped {
        let text = format!("{text}, but it is stopped");
        Check::wrong(&LOCK_STOPPED, State::Critical, text)
            .hint("no other run can work: continue it (kill -CONT) or end it")
    } else if held > MOST {
        Check::wrong(&LOCK_HELD, State::Warning, text)
            .hint("no run takes that long: look at what it waits for")
    } else {
        Check::new("lock", State::Ok, text)
    };
    // Held for less than a second is still held.
    check.value(&LOCKED, held.max(1) as f64)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_holder_is_named_and_may_not_hold_for_ever() {
        let facts = |holder: Option<(String, Option<i64>)>| Facts {
            holder,
            stopped: false,
            watch: Some("pid 7".into()),
            now: 10_000,
        };
        let free = check(&facts(None));
        assert_eq!(free.text, "free; watch runs: pid 7");
        let note = || "pid 9 (dhcp) since x".to_string();
        let held = check(&facts(Some((note(), Some(9_990)))));
        assert_eq!(held.state, State::Ok);
        assert!(held.text.starts_with("held by pid 9 (dhcp) since x, for 10"));
        let long = check(&facts(Some((note(), Some(1_000)))));
        assert_eq!(long.state, State::Warning);
        assert_eq!(check(&facts(Some((note(), None)))).state, State::Ok);
        let stopped = Facts { stopped: true, ..facts(Some((note(), None))) };
        assert_eq!(check(&stopped).state, State::Critical);
    }
}
