//! What earlier runs of `status` found: `status.json` in PROVHA__STATE_DIR.
//! A finding that comes and goes is held until it has been gone for a while,
//! so that an alarm does not ring with each turn. A single change is told at
//! once, in both directions.

use std::collections::BTreeMap;
use std::path::Path;

use serde::{Deserialize, Serialize};

use crate::status::codes::{self, Code};
use crate::status::{Check, State, span};
use crate::system::files;

/// So often must it have come within the window to be held.
const OFTEN: usize = 3;
/// The window, as a multiple of the time for which it is held.
const WINDOW: i64 = 10;

/// What is remembered of a code.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
struct Seen {
    /// When it came, seconds since 1970, the latest last.
    came: Vec<i64>,
    /// When it went; 0: it is there.
    gone: i64,
    /// Its state when it was there.
    state: String,
    /// Its words then.
    text: String,
}

/// A finding that is gone and still told.
#[derive(Debug, Clone, PartialEq)]
pub struct Held {
    /// Its code.
    pub code: &'static Code,
    /// Its state when it was there.
    pub state: State,
    /// What is told.
    pub text: String,
}

/// What is remembered, by code.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Memory(BTreeMap<String, Seen>);

impl Memory {
    /// Takes over what the checks find now; what is held. `hold`: seconds.
    pub fn turn_over(
        &mut self,
        checks: &[Check],
        now: i64,
        hold: i64,
    ) -> Vec<Held> {
        let wrong = checks.iter().filter(|check| check.state != State::Ok);
        let present: BTreeMap<&str, &Check> =
            wrong.filter_map(|check| Some((check.code?.id, check))).collect();
        for (id, check) in &present {
            let seen = self.0.entry((*id).to_string()).or_default();
            if seen.came.is_empty() || seen.gone != 0 {
                seen.came.push(now);
            }
            seen.gone = 0;
            seen.state = check.state.word().into();
            seen.text.clone_from(&check.text);
        }
        for (id, seen) in &mut self.0 {
            if seen.gone == 0 && !present.contains_key(id.as_str()) {
                seen.gone = now;
            }
            let fresh = |at: &i64| (now - hold * WINDOW..=now).contains(at);
            if seen.gone != 0 {
                seen.came.retain(fresh);
            }
            let many = seen.came.len().saturating_sub(2 * OFTEN);
            drop(seen.came.drain(..many));
        }
        self.0.retain(|_, seen| !seen.came.is_empty());
        self.0
            .iter()
            .filter_map(|(id, seen)| held(id, seen, now, hold))
            .collect()
    }
}

/// What is told of a code that is gone.
fn held(id: &str, seen: &Seen, now: i64, hold: i64) -> Option<Held> {
    let ago = now - seen.gone;
    if seen.gone == 0 || seen.came.len() < OFTEN || ago >= hold {
        return None;
    }
    let state = State::ALL.into_iter().find(|s| s.word() == seen.state)?;
    let text = format!(
        "came {} times within {}; gone for {}, counts until it has been gone \
         for {}; last: {}",
        seen.came.len(),
        span(now - seen.came[0]),
        span(ago),
        span(hold),
        seen.text
    );
    Some(Held { code: codes::find(id)?, state, text })
}

/// Takes over what the checks find, and remembers it where this user may:
/// below a state directory that is there.
pub fn remember(
    dir: &Path,
    checks: &[Check],
    now: i64,
    hold: i64,
) -> Vec<Held> {
    if hold == 0 {
        return Vec::new();
    }
    let path = dir.join("status.json");
    let bytes = files::read(&path).unwrap_or_default();
    let before: Memory = serde_json::from_slice(&bytes).unwrap_or_default();
    let mut memory = before.clone();
    let held = memory.turn_over(checks, now, hold);
    if memory != before && files::is_dir(dir) {
        let text = serde_json::to_vec(&memory).unwrap_or_default();
        let _ = files::replace(&path, &text, 0o644);
    }
    held
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::status::codes::NAMED_SILENT;

    #[test]
    fn what_comes_and_goes_is_held_and_a_single_change_is_not() {
        let bad =
            || vec![Check::wrong(&NAMED_SILENT, State::Critical, "refused")];
        let mut memory = Memory::default();
        let mut see = |checks: Vec<Check>, now| {
            let held = memory.turn_over(&checks, now, 60);
            held.first().map(|held| (held.code.id, held.state))
        };
        assert_eq!(see(bad(), 1000), None);
        assert_eq!(see(vec![], 1010), None);
        assert_eq!(see(bad(), 1020), None);
        assert_eq!(see(bad(), 1030), None);
        assert_eq!(see(vec![], 1040), None);
        assert_eq!(see(bad(), 1050), None);
        let held = Some(("PH-211", State::Critical));
        assert_eq!(see(vec![], 1060), held);
        assert_eq!(see(vec![], 1119), held);
        assert_eq!(see(vec![], 1120), None);
        assert_eq!(see(bad(), 1130), None);
        assert_eq!(see(vec![], 1140), held);
        // Quiet for long: as if it had never been.
        assert_eq!(see(vec![], 3000), None);
        assert!(memory.0.is_empty());
        // What stays for hours is one coming.
        let mut memory = Memory::default();
        for now in (0..100_000).step_by(600) {
            assert_eq!(memory.turn_over(&bad(), now, 60), []);
        }
        assert_eq!(memory.turn_over(&[], 100_000, 60), []);
        assert!(memory.0.is_empty());
    }

    #[test]
    fn it_is_kept_only_where_there_is_a_state_directory() {
        let dir = tempfile::tempdir().unwrap();
        let bad = [Check::wrong(&NAMED_SILENT, State::Critical, "x")];
        let missing = dir.path().join("none");
        assert_eq!(remember(&missing, &bad, 5, 60), []);
        assert!(!missing.exists());
        let path = dir.path().join("status.json");
        let _ = remember(dir.path(), &[], 5, 60);
        assert!(!path.exists(), "nothing is wrong, nothing is written");
        let _ = remember(dir.path(), &bad, 5, 60);
        assert!(path.exists());
    }
}
