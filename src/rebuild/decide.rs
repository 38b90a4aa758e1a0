//! Which parts must be made, and why: a pure function of what was and is.

use std::collections::BTreeMap;
use std::fmt;

use crate::rebuild::state::State;
use crate::rebuild::{Devices, Part, Signature};

/// More changed devices than this are made by making all.
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
    /// Only these devices changed; ascending.
    Devices(Vec<u32>),
}

impl fmt::Display for Why {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Forced => f.write_str("--force"),
            Self::NotMade => f.write_str("not made yet"),
            Self::IntervalPassed => f.write_str("the interval has passed"),
            Self::Owed => f.write_str("left over from an earlier run"),
            Self::Drain => f.write_str("a look at what drains"),
            Self::Inputs(names) => {
                write!(f, "{} changed", names.join(", "))
            }
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
    /// The signatures of devices.
    pub devices: BTreeMap<Part, Devices>,
    /// Seconds since 1970, by the own clock.
    pub time: i64,
}

/// Whether everything is to be made again: the interval has passed since the
/// last time, or the own clock went back behind it.
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
                Some(_) => devices(*part, old?, now)?,
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

/// The devices that differ, if any.
fn devices(part: Part, old: &State, now: &Now) -> Option<Why> {
    let new = now.devices.get(&part)?;
    let old = old.devices.get(&part).map_or(&[][..], Vec::as_slice);
    let ids = changed(old, new);
    match ids.len() {
        0 => None,
        n if n > MOST_SINGLE => Some(Why::Inputs(vec![format!("{n} devices")])),
        _ => Some(Why::Devices(ids)),
    }
}

/// Ids that are new, gone or have another signature.
fn changed(old: &[(u32, u64)], new: &[(u32, u64)]) -> Vec<u32> {
    let (mut old, mut new) = (old.iter().peekable(), new.iter().peekable());
    let mut ids = Vec::new();
    loop {
        match (old.peek().copied(), new.peek().copied()) {
            (Some(o), Some(n)) if o.0 == n.0 => {
                if o.1 != n.1 {
                    ids.push(n.0);
                }
                let _ = (old.next(), new.next());
            }
            (Some(o), n) if n.is_none_or(|n| o.0 < n.0) => {
                ids.push(o.0);
                let _ = old.next();
            }
            (_, Some(n)) => {
                ids.push(n.0);
                let _ = new.next();
            }
            (_, None) => return ids,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rebuild::state::PartState;

    fn signature(text: &str) -> Signature {
        [("a".to_string(), text.to_string())].into()
    }

    fn old(text: &str, devices: &[(u32, u64)]) -> State {
        let signature = signature(text);
        let part = PartState { signature, at: 0 };
        State {
            full_at: 1000,
            parts: [(Part::Cm, part.clone()), (Part::Dhcp, part)].into(),
            devices: [(Part::Cm, devices.to_vec())].into(),
            ..State::default()
        }
    }

    fn now(text: &str, devices: &[(u32, u64)], time: i64) -> Now {
        let signature = signature(text);
        Now {
            signatures: [
                (Part::Cm, signature.clone()),
                (Part::Dhcp, signature),
            ]
            .into(),
            devices: [(Part::Cm, devices.to_vec())].into(),
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
        let same = old("x", &[(1, 1)]);
        let quiet = now("x", &[(1, 1)], 1001);
        check(Some(&same), &quiet, false, "");
        check(
            None,
            &quiet,
            false,
            "configfile cm: not made yet; dhcp: not made yet",
        );
        check(
            Some(&same),
            &quiet,
            true,
            "configfile cm: --force; dhcp: --force",
        );
        let late = now("x", &[(1, 1)], 4570);
        let due = "the interval has passed";
        let due = format!("configfile cm: {due}; dhcp: {due}");
        check(Some(&same), &late, false, &due);
        let back = now("x", &[(1, 1)], 999);
        check(Some(&same), &back, false, &due);
        let other = now("y", &[(1, 1)], 1001);
        let expected = "configfile cm: a changed; dhcp: a changed";
        check(Some(&same), &other, false, expected);
        let one = now("x", &[(1, 2)], 1001);
        check(Some(&same), &one, false, "configfile cm: device 1 changed");
    }

    #[test]
    fn an_unfinished_part_is_made_alone() {
        let mut state = old("x", &[]);
        state.parts.remove(&Part::Dhcp);
        let now = now("x", &[], 1001);
        check(Some(&state), &now, false, "dhcp: not made yet");
    }

    #[test]
    fn what_is_owed_is_made_although_nothing_changed() {
        let mut state = old("x", &[(1, 1)]);
        state.owed = vec![Part::Cm];
        let same = now("x", &[(1, 1)], 1001);
        let owed = "configfile cm: left over from an earlier run";
        check(Some(&state), &same, false, owed);
    }

    #[test]
    fn new_gone_and_changed_devices() {
        let old = [(1, 1), (3, 3), (5, 5), (9, 9)];
        let new = [(1, 1), (2, 2), (3, 4), (9, 9), (10, 0)];
        assert_eq!(changed(&old, &new), [2, 3, 5, 10]);
        assert_eq!(changed(&old, &[]), [1, 3, 5, 9]);
        assert_eq!(changed(&[], &new).len(), 5);
    }

    #[test]
    fn a_short_interval_is_not_taken_at_its_word() {
        assert!(!is_due(1000, 0, 1029));
        assert!(is_due(1000, 0, 1030));
        assert!(!is_due(1000, 604_800, 1000 + 604_769));
    }
}
