//! What is wrong, with root causes on top: a finding that another one
//! explains stands behind that one.

use crate::status::codes::{self, Code};
use crate::status::memory::Held;
use crate::status::mutes::Mute;
use crate::status::{Check, State};

/// Something wrong.
#[derive(Debug, Clone, PartialEq)]
pub struct Finding {
    /// Its row in the table of codes.
    pub code: &'static Code,
    /// How bad it is; of a root cause, with all that it explains.
    pub state: State,
    /// What was found, in one line.
    pub text: String,
    /// What to do about it.
    pub hint: Option<String>,
    /// The root cause that explains it.
    pub because: Option<&'static str>,
    /// The mute that it, or its root cause, is under.
    pub muted: Option<Mute>,
    /// Whether it comes and goes, and is just gone.
    pub flaps: bool,
}

impl Finding {
    /// Whether it counts for the state of the machine.
    pub fn counts(&self) -> bool {
        self.muted.is_none()
    }

    /// Whether nothing else explains it.
    pub fn is_root(&self) -> bool {
        self.because.is_none()
    }
}

/// The findings of the checks and those that are held because they come and
/// go: root causes by state and rank, each with those that it explains right
/// behind it; muted ones last.
pub fn arrange(
    checks: &[Check],
    held: Vec<Held>,
    mutes: &[Mute],
    now: i64,
) -> Vec<Finding> {
    let mut found: Vec<Finding> = checks.iter().filter_map(of).collect();
    found.extend(held.into_iter().map(of_held));
    for i in 0..found.len() {
        found[i].because = root(&found, found[i].code);
    }
    let mute = |code: &Code| mutes.iter().find(|mute| mute.is_for(code, now));
    for finding in &mut found {
        let root = finding.because.and_then(codes::find);
        let of_root = root.and_then(mute);
        finding.muted = mute(finding.code).or(of_root).cloned();
    }
    worsen(&mut found);
    sort(&mut found);
    found
}

/// What a check found.
fn of(check: &Check) -> Option<Finding> {
    if check.state == State::Ok {
        return None;
    }
    // What is bad counts and is told, whatever was forgotten about it.
    let code = check.code.unwrap_or(&codes::NO_CODE);
    Some(Finding {
        code,
        state: check.state,
        text: check.text.clone(),
        hint: check.hint.clone(),
        because: None,
        muted: None,
        flaps: false,
    })
}

/// What is held.
fn of_held(held: Held) -> Finding {
    Finding {
        code: held.code,
        state: held.state,
        text: held.text,
        hint: Some("it comes and goes: look at its log".into()),
        because: None,
        muted: None,
        flaps: true,
    }
}

/// The code that explains another one in the end, if there is one. The table
/// has no circles.
fn root(found: &[Finding], code: &Code) -> Option<&'static str> {
    let explains = |finding: &&Finding| {
        code.because.iter().any(|cause| {
            cause.id == finding.code.id && finding.state >= cause.at_least
        })
    };
    let cause = found
        .iter()
        .filter(explains)
        .min_by_key(|finding| codes::rank(finding.code))?;
    Some(root(found, cause.code).unwrap_or(cause.code.id))
}

/// A root cause is as bad as the worst that it explains and that is not
/// muted by itself.
fn worsen(found: &mut [Finding]) {
    for i in 0..found.len() {
        let id = found[i].code.id;
        let worst = found
            .iter()
            .filter(|f| f.because == Some(id) && f.muted == found[i].muted)
            .map(|f| f.state)
            .max();
        found[i].state = found[i].state.max(worst.unwrap_or_default());
    }
}

/// Root causes first, the worst on top, each with its own behind it.
fn sort(found: &mut Vec<Finding>) {
    let key = |f: &Finding| {
        (f.muted.is_some(), std::cmp::Reverse(f.state), codes::rank(f.code))
    };
    found.sort_by_key(key);
    let (roots, rest): (Vec<_>, Vec<_>) =
        found.drain(..).partition(Finding::is_root);
    for root in roots {
        let id = root.code.id;
        let own = rest.iter().filter(|f| f.because == Some(id)).cloned();
        found.push(root);
        found.extend(own);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use codes as c;

    fn found(wrong: &[(&'static Code, State)]) -> Vec<Check> {
        let all = wrong.iter();
        all.map(|(code, state)| Check::wrong(code, *state, "x")).collect()
    }

    fn top(wrong: &[(&'static Code, State)]) -> Vec<Finding> {
        arrange(&found(wrong), Vec::new(), &[], 0)
    }

    /// Twenty broken situations and more: what is found, and what stands on
    /// top.
    #[test]
    fn one_root_cause_stands_on_top() {
        type Wrong<'a> = &'a [(&'static Code, State)];
        use State::{Critical as C, Unknown as U, Warning as W};
        let situations: &[(Wrong<'_>, &str, usize)] = &[
            // dhcpd died: OMAPI is silent, a restart is owed.
            (
                &[
                    (&c::RESTART_OWED, W),
                    (&c::DHCPD_SILENT, C),
                    (&c::FAILOVER_UNREAD, C),
                ],
                "PH-201",
                1,
            ),
            // Its lease file is gone: that is why it does not start.
            (&[(&c::DHCPD_SILENT, C), (&c::LEASES_GONE, C)], "PH-501", 1),
            (
                &[
                    (&c::DHCPD_SILENT, C),
                    (&c::FAILOVER_UNREAD, C),
                    (&c::LEASES_GONE, C),
                    (&c::CHANGE_WAITS, W),
                ],
                "PH-501",
                1,
            ),
            // The peer died; a change waits.
            (
                &[(&c::SERVES_ALONE, W), (&c::CHANGE_WAITS, W), (&c::OWED, W)],
                "PH-304",
                1,
            ),
            // The clocks are apart: that is why the pair is.
            (&[(&c::SERVES_ALONE, W), (&c::CLOCKS, C)], "PH-321", 1),
            // A few seconds do not part it.
            (&[(&c::SERVES_ALONE, W), (&c::CLOCKS, W)], "PH-321", 2),
            // Database gone on a master: nothing is made any more.
            (
                &[(&c::DB_GONE, C), (&c::STALE, C), (&c::ROLE_DIFFERS, W)],
                "PH-111",
                1,
            ),
            // On a slave it is a warning; what it leads to is not worse.
            (&[(&c::DB_GONE, W), (&c::LAST_FAILED, W)], "PH-111", 1),
            (&[(&c::DB_GONE, C), (&c::ROLE_UNKNOWN, U)], "PH-111", 1),
            (&[(&c::DB_GONE, C), (&c::NEVER, W)], "PH-111", 1),
            // One node of the database, and something else.
            (&[(&c::DB_NODE, W), (&c::TFTP_DEAD, C)], "PH-241", 2),
            // Settings broken: refused runs and age follow.
            (&[(&c::ROLE_UNUSABLE, C), (&c::LAST_FAILED, W)], "PH-101", 1),
            // A run hangs.
            (&[(&c::LOCK_HELD, W), (&c::STALE, C)], "PH-131", 1),
            // named's file is gone: its drift and its silence are one.
            (
                &[
                    (&c::NAMED_SILENT, C),
                    (&c::NAMED_GONE, C),
                    (&c::LIVE_GONE, C),
                ],
                "PH-212",
                1,
            ),
            // A user that may not read.
            (
                &[
                    (&c::RIGHTS, U),
                    (&c::STATE_UNREAD, U),
                    (&c::NOT_COMPARED, U),
                    (&c::FILES_UNSEEN, U),
                ],
                "PH-141",
                1,
            ),
            // TFTP here dead, the peer's serves; files changed by hand.
            (&[(&c::LIVE_CHANGED, W), (&c::TFTP_BY_PEER, W)], "PH-242", 2),
            // Two faults that have nothing to do with each other.
            (&[(&c::NAMED_SILENT, C), (&c::DHCPD_SILENT, C)], "PH-201", 2),
            (&[(&c::TEXTS, W), (&c::POOL_FULL, C)], "PH-511", 2),
            (&[(&c::FILES_MISSING, C), (&c::TFTP_DEAD, C)], "PH-241", 2),
            (&[(&c::CHRONYD_SILENT, C), (&c::CLOCKS, W)], "PH-221", 2),
            (&[(&c::TIME_SILENT, C), (&c::POOL_NEARLY, W)], "PH-231", 2),
            // A restart is owed since dhcpd is dead.
            (&[(&c::RESTART_OWED, W), (&c::DHCPD_SILENT, C)], "PH-201", 1),
            (&[(&c::NO_PAIR, C), (&c::SERVES_ALONE, W)], "PH-301", 1),
        ];
        for (wrong, expected, roots) in situations {
            let found = top(wrong);
            assert_eq!(found[0].code.id, *expected, "{wrong:?}");
            let all = found.iter().filter(|f| f.is_root()).count();
            assert_eq!(all, *roots, "{wrong:?}");
            assert_eq!(found.len(), wrong.len());
            let worst = wrong.iter().map(|(_, state)| *state).max();
            assert_eq!(Some(found[0].state), worst, "{wrong:?}");
            let mut turned = wrong.to_vec();
            turned.reverse();
            assert_eq!(top(&turned), found, "the order of checks counts");
        }
    }

    #[test]
    fn what_has_no_code_counts_all_the_same() {
        let bad = Check::new("odd", State::Critical, "it burns");
        let good = Check::new("even", State::Ok, "fine");
        let found = arrange(&[good, bad], Vec::new(), &[], 0);
        assert_eq!(found.len(), 1);
        assert_eq!((found[0].code.id, &*found[0].text), ("PH-199", "it burns"));
        assert!(found[0].counts() && found[0].is_root());
        assert_eq!(found[0].state, State::Critical);
    }

    #[test]
    fn a_muted_cause_takes_what_it_explains_along() {
        let wrong = found(&[
            (&c::DB_GONE, State::Critical),
            (&c::STALE, State::Critical),
            (&c::TEXTS, State::Warning),
        ]);
        let mute = |code: &str, until| Mute {
            code: code.into(),
            until,
            since: 0,
            reason: "x".into(),
        };
        let found = arrange(&wrong, Vec::new(), &[mute("PH-111", 10)], 5);
        let told: Vec<_> = found.iter().filter(|f| f.counts()).collect();
        assert_eq!(told.len(), 1);
        assert_eq!(told[0].code.id, "PH-403");
        assert_eq!(found[0].code.id, "PH-403", "muted ones are last");
        // It ends by itself.
        let found = arrange(&wrong, Vec::new(), &[mute("PH-111", 5)], 5);
        assert!(found.iter().all(Finding::counts));
        // What is explained and muted does not make its cause worse.
        let wrong = self::found(&[
            (&c::DB_GONE, State::Warning),
            (&c::STALE, State::Critical),
        ]);
        let found = arrange(&wrong, Vec::new(), &[mute("PH-124", 10)], 5);
        assert_eq!(found[0].state, State::Warning);
        let found = arrange(&wrong, Vec::new(), &[mute("all", 10)], 5);
        assert!(!found.iter().any(Finding::counts));
    }
}
