//! The last rebuild: when, how it ended, what is owed.

use crate::rebuild::Part;
use crate::rebuild::state::State as Work;
use crate::status::codes;
use crate::status::codes::Code;
use crate::status::metrics::{OWED, REBUILT, REBUILT_AGE, REBUILT_EXIT};
use crate::status::{Check, State, span};

/// What a run may take, seconds: nobody is late before that.
const SLACK: i64 = 300;
/// The shortest interval that is taken at its word, seconds.
const SHORTEST: i64 = 60;
/// A part that had to wait and did not fail may do so for this long, seconds.
const PATIENCE: i64 = 300;

/// How old the last good work is.
///
/// Everything is made again after each interval, so two intervals without
/// good work mean that one was missed, three that it was no accident.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Age {
    /// At most two intervals.
    Fresh,
    /// More than two.
    Late,
    /// More than three, or there was none.
    Stale,
}

/// When something was last made well, seconds since 1970.
pub fn good_at(work: &Work) -> i64 {
    let last = if work.last.exit == 0 { work.last.at } else { 0 };
    work.full_at.max(work.good_at).max(last)
}

/// How old the last good work is at the time `now`.
pub fn age(work: Option<&Work>, now: i64) -> Age {
    let Some(work) = work else { return Age::Stale };
    let interval = i64::from(work.interval).max(SHORTEST);
    let good = good_at(work);
    if good > now + SLACK {
        // The clock was ahead then: how old it is cannot be told.
        return Age::Late;
    }
    match now - good - SLACK {
        age if age > 3 * interval => Age::Stale,
        age if age > 2 * interval => Age::Late,
        _ => Age::Fresh,
    }
}

/// What is known about rebuilds.
#[derive(Debug, Default)]
pub struct Facts {
    /// The state of the last work.
    pub work: Option<Work>,
    /// The parts that the state says are being made.
    pub unfinished: Vec<Part>,
    /// Daemons whose restart was begun and never seen to end well.
    pub restarts: Vec<&'static str>,
    /// Why no run makes anything: the database is older than what is live.
    pub older: Option<String>,
    /// Whether a run is at work right now.
    pub running: bool,
    /// Seconds since 1970.
    pub now: i64,
}

/// The check.
pub fn check(facts: &Facts) -> Check {
    let Some(work) = &facts.work else { return never(facts) };
    let (state, code, text, hint) = judge(facts, work);
    let at = good_at(work);
    let check = match code {
        Some(code) => Check::wrong(code, state, text),
        None => Check::new("rebuild", state, text),
    };
    let mut check = check
        .value(&REBUILT_EXIT, f64::from(work.last.exit))
        .value(&OWED, work.owed.len() as f64);
    if at > 0 {
        check = check
            .value(&REBUILT, at as f64)
            .value(&REBUILT_AGE, (facts.now - at).max(0) as f64);
    }
    match hint {
        Some(hint) => check.hint(hint),
        None => check,
    }
}

/// Nothing is known of a rebuild.
fn never(facts: &Facts) -> Check {
    let text = match facts.running {
        true => "the first run is at work",
        false => "no rebuild has run on this machine",
    };
    Check::wrong(&codes::NEVER, State::Warning, text).hint(
        "provha rebuild, from a timer, or provha watch keep this machine in \
         line with the database",
    )
}

/// State, text and advice.
fn judge(
    facts: &Facts,
    work: &Work,
) -> (State, Option<&'static Code>, String, Option<String>) {
    let ago = span(facts.now - good_at(work));
    let age = age(Some(work), facts.now);
    let mut state = match age {
        Age::Fresh => State::Ok,
        Age::Late => State::Warning,
        Age::Stale => State::Critical,
    };
    let mut code = (state != State::Ok).then_some(&codes::STALE);
    let never = good_at(work) == 0;
    let mut text = match never {
        true => "no run has ended well yet".to_string(),
        false => format!("last good work {ago} ago"),
    };
    let mut hint = (age != Age::Fresh && !never).then(|| {
        "does the timer of provha rebuild, or provha watch, still run? What \
         does provha rebuild say?"
            .to_string()
    });
    if age != Age::Fresh && !never {
        text += &format!(
            ", but everything is due every {}",
            span(i64::from(work.interval))
        );
    }
    for (found, other, words, advice) in
        [older(facts), failed(facts, work), owed(facts, work)]
            .into_iter()
            .chain([unfinished(facts), restarts(facts)])
            .flatten()
    {
        if found > state || code.is_none() && found != State::Ok {
            code = Some(other);
        }
        state = state.max(found);
        text += &format!("; {words}");
        hint = hint.or(advice);
    }
    (state, code, text, hint)
}

/// Something found: state, code, words, advice.
type Found = Option<(State, &'static Code, String, Option<String>)>;

/// The database is older than what is live.
fn older(facts: &Facts) -> Found {
    let words = facts.older.clone()?;
    let advice = "run provha rebuild --dry-run: it names the values";
    Some((State::Critical, &codes::OLDER, words, Some(advice.into())))
}

/// The last run with something to do failed.
fn failed(facts: &Facts, work: &Work) -> Found {
    let exit = work.last.exit;
    if exit == 0 {
        return None;
    }
    let (state, code, words) = match exit {
        3 => (State::Warning, &codes::LAST_FAILED, "the last run was refused"),
        4 => (
            State::Warning,
            &codes::LAST_FAILED,
            "the last run was rolled back",
        ),
        5 => (
            State::Critical,
            &codes::HALF_DONE,
            "the last run left something half done",
        ),
        _ => (State::Warning, &codes::LAST_FAILED, "the last run failed"),
    };
    let advice = "run provha rebuild: it says why";
    let ago = span((facts.now - work.last.at).max(0));
    let why = match &*work.last.why {
        "" => String::new(),
        why => format!(": {why}"),
    };
    let text = format!("{words} {ago} ago (exit {exit}{why})");
    Some((state, code, text, Some(advice.into())))
}

/// Parts that failed or had to wait.
fn owed(facts: &Facts, work: &Work) -> Found {
    if work.owed.is_empty() {
        return None;
    }
    let words = format!("owed: {}", parts(&work.owed));
    let waits = work.last.exit == 0 && facts.now - work.last.at < PATIENCE;
    let state = if waits { State::Ok } else { State::Warning };
    Some((state, &codes::OWED, words, None))
}

/// Parts that a run is making, or was when it was killed.
fn unfinished(facts: &Facts) -> Found {
    if facts.unfinished.is_empty() {
        return None;
    }
    let parts = parts(&facts.unfinished);
    if facts.running {
        let words = format!("being made: {parts}");
        return Some((State::Ok, &codes::OWED, words, None));
    }
    let words = format!("a run was killed while it made {parts}");
    let advice = "the next provha rebuild makes it again";
    Some((State::Warning, &codes::OWED, words, Some(advice.into())))
}

/// Restarts that were begun and not seen to end.
fn restarts(facts: &Facts) -> Found {
    if facts.restarts.is_empty() || facts.running {
        return None;
    }
    let words = format!("restart not completed: {}", facts.restarts.join(", "));
    let advice = "the next run restarts it; until then it may serve what was \
                  live before";
    Some((State::Warning, &codes::RESTART_OWED, words, Some(advice.into())))
}

/// The names of parts.
fn parts(parts: &[Part]) -> String {
    parts.iter().map(|p| p.word()).collect::<Vec<_>>().join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn work(full_at: i64, last_at: i64, exit: u8) -> Work {
        let mut work = Work::default();
        (work.full_at, work.interval) = (full_at, 3600);
        (work.last.at, work.last.exit) = (last_at, exit);
        work
    }

    #[test]
    fn age_counts_whole_intervals_since_the_last_good_work() {
        let check = |full, last, exit, now, expected| {
            let work = work(full, last, exit);
            assert_eq!(age(Some(&work), now), expected, "{full} {last} {now}");
        };
        check(1000, 0, 0, 1000 + 7200 + 300, Age::Fresh);
        check(1000, 0, 0, 1000 + 7200 + 301, Age::Late);
        check(1000, 0, 0, 1000 + 10_800 + 301, Age::Stale);
        check(1000, 8000, 0, 12_000, Age::Fresh);
        check(1000, 8000, 3, 12_101, Age::Stale);
        // The clock was ahead: it cannot be told.
        check(5000, 0, 0, 1000, Age::Late);
        assert_eq!(age(None, 1), Age::Stale);
    }

    #[test]
    fn each_kind_of_trouble_is_told() {
        let tell = |facts: Facts| {
            let check = check(&facts);
            (check.state, check.text)
        };
        let facts = |work: Work| Facts {
            work: Some(work),
            now: 10_000,
            ..Facts::default()
        };
        let good = || work(9_900, 9_950, 0);
        let (state, text) = tell(facts(good()));
        assert_eq!((state, &*text), (State::Ok, "last good work 50 s ago"));
        assert_eq!(tell(Facts::default()).0, State::Warning);
        let (state, text) = tell(facts(work(9_000, 9_950, 5)));
        assert_eq!(state, State::Critical);
        assert!(text.contains("half done 50 s ago (exit 5)"), "{text}");
        let mut dark = work(9_000, 9_950, 1);
        (dark.good_at, dark.last.why) = (9_800, "no database".into());
        assert_eq!(
            tell(facts(dark)).1,
            "last good work 3 min ago; the last run failed 50 s ago (exit 1: \
             no database)"
        );
        let mut owes = work(9_000, 9_950, 3);
        owes.owed = vec![Part::Dhcp];
        let (state, text) = tell(facts(owes));
        assert_eq!(state, State::Warning);
        assert!(
            text.contains("refused 50 s ago (exit 3); owed: dhcp"),
            "{text}"
        );
        let mut waits = good();
        waits.owed = vec![Part::Dhcp];
        assert_eq!(tell(facts(waits)).0, State::Ok);
        let older = Facts { older: Some("x".into()), ..facts(good()) };
        let told = check(&older);
        assert_eq!(told.state, State::Critical);
        assert_eq!(told.code.map(|code| code.id), Some("PH-129"));
        let killed = Facts { unfinished: vec![Part::Cm], ..facts(good()) };
        assert_eq!(tell(killed).0, State::Warning);
        let runs = Facts {
            unfinished: vec![Part::Cm],
            restarts: vec!["dhcpd"],
            running: true,
            ..facts(good())
        };
        assert_eq!(tell(runs).0, State::Ok);
        let due = Facts { restarts: vec!["dhcpd"], ..facts(good()) };
        assert_eq!(tell(due).0, State::Warning);
    }
}
