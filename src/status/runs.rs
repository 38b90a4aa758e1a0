//! What each daemon runs against what lies there: the generation that it has
//! loaded, and the newest one that changed its files.

use crate::report::local_time;
use crate::status::{Check, State, codes};

/// Seconds by which a start may seem to come before the change that it loads:
/// both are cut to whole seconds, and one is reckoned from the uptime.
const BLUR: i64 = 2;

/// What is known of one daemon.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Runs {
    /// The daemon.
    pub name: &'static str,
    /// The newest generation that changed files that it loads, and when,
    /// seconds since 1970; None: none is kept, or it may not be seen.
    pub newest: Option<(u64, i64)>,
    /// The generation with which a run last saw it answer.
    pub loaded: Option<u64>,
    /// When its process was started, seconds since 1970; None: it does not
    /// run, or may not be seen.
    pub started: Option<i64>,
}

/// What a daemon runs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Verdict {
    /// What lies there.
    Newest,
    /// Something older.
    Older,
    /// It cannot be told.
    Unknown,
}

impl Runs {
    /// Compares what it loaded with what lies there.
    fn verdict(&self) -> Verdict {
        let Some((number, time)) = self.newest else {
            return Verdict::Unknown;
        };
        let noted = self.loaded.is_some_and(|loaded| loaded >= number);
        match self.started {
            _ if noted => Verdict::Newest,
            Some(started) if started + BLUR >= time => Verdict::Newest,
            // Where no run ever saw it load something, it may read its files
            // without a restart.
            Some(_) if self.loaded.is_some() => Verdict::Older,
            _ => Verdict::Unknown,
        }
    }

    /// In words.
    fn words(&self) -> Option<String> {
        let (name, (number, time)) = (self.name, self.newest?);
        Some(match self.verdict() {
            Verdict::Newest => format!("{name} runs generation {number}"),
            Verdict::Older => {
                let since = self.started.map_or(String::new(), local_time);
                format!(
                    "{name} runs since {since}, but generation {number} lies \
                     there since {}",
                    local_time(time)
                )
            }
            Verdict::Unknown => {
                format!(
                    "{name}: not known whether it loaded generation {number}"
                )
            }
        })
    }
}

/// The check; None: nothing came in time.
pub fn check(all: Option<&[Runs]>) -> Check {
    let name = "runs";
    let Some(all) = all else {
        let text = "which generations are loaded was not found out in time";
        return Check::new(name, State::Ok, text);
    };
    let words: Vec<String> = all.iter().filter_map(Runs::words).collect();
    if words.is_empty() {
        let text = "no generation of a daemon's files is known here";
        return Check::new(name, State::Ok, text);
    }
    let older: Vec<&Runs> =
        all.iter().filter(|runs| runs.verdict() == Verdict::Older).collect();
    let Some(first) = older.first() else {
        return Check::new(name, State::Ok, words.join("; "));
    };
    let text: Vec<String> = older.iter().filter_map(|r| r.words()).collect();
    Check::wrong(&codes::RUNS_OLDER, State::Warning, text.join("; "))
        .hint(format!("restart {}: it loads what lies there then", first.name))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A daemon whose files were changed at 1000 as generation 7.
    fn runs(loaded: Option<u64>, started: Option<i64>) -> Runs {
        Runs { name: "dhcpd", newest: Some((7, 1000)), loaded, started }
    }

    #[test]
    fn what_a_daemon_runs_is_told_and_nothing_is_guessed() {
        use Verdict::{Newest, Older, Unknown};
        for (loaded, started, expected) in [
            (Some(7), Some(2000), Newest),
            // It read its files again without a restart.
            (Some(7), Some(10), Newest),
            (Some(7), None, Newest),
            // Written only, and started by hand then.
            (Some(6), Some(1001), Newest),
            (Some(6), Some(998), Newest),
            // Written only.
            (Some(6), Some(900), Older),
            (None, Some(900), Unknown),
            (None, Some(1200), Newest),
            (Some(6), None, Unknown),
            (None, None, Unknown),
        ] {
            let one = runs(loaded, started);
            assert_eq!(one.verdict(), expected, "{one:?}");
            let state = check(Some(&[one])).state;
            assert_eq!(state == State::Warning, expected == Older);
        }
        let none = Runs { newest: None, ..runs(Some(7), Some(1)) };
        assert_eq!(check(Some(&[none])).state, State::Ok);
        assert_eq!(check(None).state, State::Ok);
    }

    #[test]
    fn only_those_that_run_something_older_are_told_then() {
        let named = Runs { name: "named", ..runs(Some(7), Some(900)) };
        let told = check(Some(&[named, runs(Some(3), Some(900))]));
        assert_eq!(told.code, Some(&codes::RUNS_OLDER));
        assert!(told.text.starts_with("dhcpd runs since"), "{}", told.text);
        assert!(!told.text.contains("named"));
    }
}
