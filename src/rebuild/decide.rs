//! Which parts must be made, and why: a pure function of what was and is.

use std::collections::BTreeMap;
use std::fmt;

use crate::rebuild::state::State;
use crate::rebuild::{Part, Signature};

/// Changed devices are named one by one up to this many.
pub const MOST_SINGLE: usize = 1000;
/// Seconds by which a tick of a timer may come early.
const EARLY: i64 = 30;
/// The shortest interval that is taken at its word, seconds.
const SHORTEST: i64 = 60;

/// Why a part is made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Why {
    /// `--force`.
    Forced,
    /// It was never made, or a run that made it did not end well.
    NotMade,
    /// The interval has passed.
    IntervalPassed,
    /// It had to wait, or failed the last time.
    Owed,
    /// A lease of a pool that is being drained has ended.
    Drain,
    /// These inputs changed.
    Inputs(Vec<String>),
    /// Rows of these devices may have changed; empty: of any. Whether they
    /// did for their files, those who make them find out.
    Rows(Vec<u32>),
    /// Only these devices changed; ascending.
    Devices(Vec<u32>),
}

impl Why {
    /// The reason when it is known which devices changed; None: none did.
    pub fn known(self, changed: &[u32]) -> Option<Self> {
        match (&self, changed.len()) {
            (Self::Rows(_), 0) => None,
            (Self::Rows(_), n) if n > MOST_SINGLE => {
                Some(Self::Inputs(vec![format!("{n} devices")]))
            }
            (Self::Rows(_), _) => Some(Self::Devices(changed.to_vec())),
            _ => Some(self),
        }
    }
}

impl fmt::Display for Why {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Forced => f.write_str("--force"),
            Self::NotMade => f.write_str("never made by rebuild"),
            Self::IntervalPassed => f.write_str("the interval has passed"),
            Self::Owed => f.write_str("left over from an earlier run"),
            Self::Drain => f.write_str("a look at what drains"),
            Self::Inputs(names) => {
                write!(f, "{} changed", names.join(", "))
            }
            Self::Rows(_) => f.write_str("rows changed"),
            Self::Devices(ids) if ids.len() == 1 => {
                write!(f, "device {} changed", ids[0])
            }
            Self::Devices(ids) => write!(f, "{} devices changed", ids.len()),
        }
    }
}

/// What is now.
#[derive(Debug, Clone, Default)]
pub struct Now {
    /// The signatures of the parts that this machine has.
    pub signatures: BTreeMap<Part, Signature>,
    /// Devices whose rows may have changed, by part; empty: any.
    pub rows: BTreeMap<Part, Vec<u32>>,
    /// Seconds since 1970, by our clock.
    pub time: i64,
}

/// Whether everything is to be made again: the interval has passed since the
/// last time, or our clock went back behind it.
pub fn is_due(full_at: i64, interval: u32, time: i64) -> bool {
    let interval = i64::from(interval).max(SHORTEST);
    time < full_at || time - full_at >= interval - EARLY
}

/// The parts to make, in order, each with why.
pub fn decide(
    old: Option<&State>,
    now: &Now,
    interval: u32,
    force: bool,
) -> Vec<(Part, Why)> {
    // The order is the order of reasons in the log: the strongest is named.
    let due = old.is_some_and(|old| is_due(old.full_at, interval, now.time));
    let parts = now.signatures.iter();
    parts
        .filter_map(|(part, signature)| {
            let made = old.and_then(|old| old.parts.get(part));
            let why = match made {
                _ if force => Why::Forced,
                None => Why::NotMade,
                Some(_) if due => Why::IntervalPassed,
                Some(made) if made.signature != *signature => {
                    Why::Inputs(differing(&made.signature, signature))
                }
                Some(_) if old.is_some_and(|old| old.owed.contains(part)) => {
                    Why::Owed
                }
                Some(_) => Why::Rows(now.rows.get(part)?.clone()),
            };
            Some((*part, why))
        })
        .collect()
}

/// The inputs that differ.
fn differing(old: &Signature, new: &Signature) -> Vec<String> {
    let names = old.keys().chain(new.keys());
    let mut names: Vec<String> = names
        .filter(|name| old.get(*name) != new.get(*name))
        .cloned()
        .collect();
    names.sort();
    names.dedup();
    names
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rebuild::state::PartState;

    fn signature(text: &str) -> Signature {
        [("a".to_string(), text.to_string())].into()
    }

    fn old(text: &str) -> State {
        let signature = signature(text);
        let part = PartState { signature, at: 0 };
        State {
            full_at: 1000,
            parts: [(Part::Cm, part.clone()), (Part::Dhcp, part)].into(),
            ..State::default()
        }
    }

    fn now(text: &str, rows: Option<&[u32]>, time: i64) -> Now {
        let rows = rows.map(|ids| (Part::Cm, ids.to_vec()));
        let signature = signature(text);
        Now {
            signatures: [
                (Part::Cm, signature.clone()),
                (Part::Dhcp, signature),
            ]
            .into(),
            rows: rows.into_iter().collect(),
            time,
        }
    }

    fn check(old: Option<&State>, now: &Now, force: bool, expected: &str) {
        let got: Vec<String> = decide(old, now, 3600, force)
            .iter()
            .map(|(part, why)| format!("{}: {why}", part.word()))
            .collect();
        assert_eq!(got.join("; "), expected);
    }

    #[test]
    fn each_reason_in_its_order() {
        let same = old("x");
        let quiet = now("x", None, 1001);
        check(Some(&same), &quiet, false, "");
        check(
            None,
            &quiet,
            false,
            "configfile cm: never made by rebuild; dhcp: never made by rebuild",
        );
        check(
            Some(&same),
            &quiet,
            true,
            "configfile cm: --force; dhcp: --force",
        );
        let late = now("x", None, 4570);
        let due = "the interval has passed";
        let due = format!("configfile cm: {due}; dhcp: {due}");
        check(Some(&same), &late, false, &due);
        let back = now("x", None, 999);
        check(Some(&same), &back, false, &due);
        let other = now("y", None, 1001);
        let expected = "configfile cm: a changed; dhcp: a changed";
        check(Some(&same), &other, false, expected);
        let one = now("x", Some(&[1]), 1001);
        check(Some(&same), &one, false, "configfile cm: rows changed");
    }

    #[test]
    fn an_unfinished_part_is_made_alone() {
        let mut state = old("x");
        state.parts.remove(&Part::Dhcp);
        let now = now("x", None, 1001);
        check(Some(&state), &now, false, "dhcp: never made by rebuild");
    }

    #[test]
    fn what_is_owed_is_made_although_nothing_changed() {
        let mut state = old("x");
        state.owed = vec![Part::Cm];
        let same = now("x", None, 1001);
        let owed = "configfile cm: left over from an earlier run";
        check(Some(&state), &same, false, owed);
    }

    #[test]
    fn what_was_found_is_the_reason() {
        let rows = || Why::Rows(vec![1, 2, 3]);
        assert_eq!(rows().known(&[]), None);
        assert_eq!(rows().known(&[2]), Some(Why::Devices(vec![2])));
        let many: Vec<u32> = (0..1001).collect();
        let many = rows().known(&many).unwrap();
        assert_eq!(many.to_string(), "1001 devices changed");
        assert_eq!(Why::Owed.known(&[]), Some(Why::Owed));
    }

    #[test]
    fn a_short_interval_is_not_taken_at_its_word() {
        assert!(!is_due(1000, 0, 1029));
        assert!(is_due(1000, 0, 1030));
        assert!(!is_due(1000, 604_800, 1000 + 604_769));
    }
}
