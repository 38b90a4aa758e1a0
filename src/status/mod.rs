//! What `provha status` tells, as a value: checks with their states, judged
//! from facts that were gathered elsewhere, and the forms in which they are
//! told. Nothing here asks anybody or reads a file.

pub mod gather;

pub mod arrange;
pub mod check;
pub mod clock;
pub mod codes;
pub mod daemon;
pub mod database;
pub mod disk;
pub mod failover;
pub mod files;
pub mod human;
pub mod icinga;
pub mod json;
pub mod lock;
pub mod maintenance;
pub mod memory;
pub mod metrics;
pub mod mutes;
pub mod pair;
pub mod part;
pub mod peer_set;
pub mod pools;
pub mod prometheus;
pub mod rebuild;
pub mod role;
pub mod runs;
pub mod screen;
pub mod state;
pub mod textfile;
pub mod writers;

use arrange::Finding;
pub use check::{Check, Value};
use pools::Pool;
pub use state::{State, first_ten, span};

/// Everything that was told.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Report {
    /// The role of this machine; '' where it is not known.
    pub role: String,
    /// Its host name.
    pub host: String,
    /// The checks, in the order in which they are told.
    pub checks: Vec<Check>,
    /// What is wrong, root causes first.
    pub findings: Vec<Finding>,
    /// The address pools, the fullest first.
    pub pools: Vec<Pool>,
    /// The names of those that were not asked for, and why.
    pub left_out: Vec<&'static str>,
    /// How long it took, seconds.
    pub seconds: f64,
}

impl Report {
    /// The worst state of all findings that are not muted.
    pub fn state(&self) -> State {
        let told = self.findings.iter().filter(|found| found.counts());
        told.map(|found| found.state).max().unwrap_or_default()
    }

    /// How many checks are in a state.
    pub fn count(&self, state: State) -> usize {
        self.checks.iter().filter(|check| check.state == state).count()
    }

    /// The root cause on top; None: all is well, or muted.
    pub fn worst(&self) -> Option<&Finding> {
        self.findings.iter().find(|found| found.counts())
    }

    /// The root causes that are not muted.
    pub fn roots(&self) -> usize {
        let root = |found: &&Finding| found.counts() && found.is_root();
        self.findings.iter().filter(root).count()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::console::count;

    #[test]
    fn the_worst_state_counts() {
        use State::{Critical, Ok, Unknown, Warning};
        let report = |states: &[State]| {
            let wrong = |s: &State| Check::wrong(&codes::DHCPD_SILENT, *s, "");
            let bad = states.iter().filter(|s| **s != Ok);
            let checks: Vec<Check> = bad.map(wrong).collect();
            let findings = arrange::arrange(&checks, Vec::new(), &[], 0);
            Report { checks, findings, ..Report::default() }
        };
        assert_eq!(report(&[]).state(), Ok);
        assert_eq!(report(&[Ok, Unknown]).state(), Unknown);
        assert_eq!(report(&[Warning, Unknown, Ok]).state(), Warning);
        assert_eq!(report(&[Warning, Critical, Unknown]).state(), Critical);
        assert_eq!(State::ALL.map(State::number), [0, 3, 1, 2]);
    }

    /// What is not ok is made by [`Check::wrong`], which takes a code; the
    /// cluster's checks get theirs by their name.
    #[test]
    fn every_check_that_may_be_bad_has_a_code() {
        let src = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
        let code = |path: &std::path::Path| {
            let text = std::fs::read_to_string(path).unwrap();
            text.split("#[cfg(test)]").next().unwrap().to_string()
        };
        // These two have a state of their own, and a code beside it where it
        // is not ok.
        let known = ["\"rebuild\", state, text", "\"failover\", state, text"];
        let mut calls = 0;
        for dir in ["status", "status/gather"] {
            for entry in std::fs::read_dir(src.join(dir)).unwrap() {
                let path = entry.unwrap().path();
                if path.extension().is_none_or(|end| end != "rs") {
                    continue;
                }
                let text = code(&path);
                for (at, call) in text.match_indices("Check::new(") {
                    let words = &text[at + call.len()..];
                    let words = words.split_inclusive(';').next().unwrap();
                    let end = text[..at].trim_end();
                    let good = words.contains("State::Ok")
                        || end.ends_with("State::Ok =>")
                        || known.iter().any(|known| words.starts_with(known));
                    assert!(good, "{}: {words}", path.display());
                    calls += 1;
                }
            }
        }
        assert!(calls > 20, "{calls}");
        let text = code(&src.join("galera/health.rs"));
        let mut names = 0;
        for begin in ["Check::new(\"", "let name = \""] {
            for (at, _) in text.match_indices(begin) {
                let rest = &text[at + begin.len()..];
                let name = rest.split('"').next().unwrap();
                if name.contains('_') {
                    // A variable of the server, not a check.
                    continue;
                }
                assert!(codes::of_cluster(name).is_some(), "{name}");
                names += 1;
            }
        }
        assert!(names > 8, "{names}");
    }

    #[test]
    fn words_for_numbers() {
        assert_eq!(span(-3), "0 s");
        assert_eq!(span(119), "119 s");
        assert_eq!(span(125), "2 min");
        assert_eq!(span(3 * 3600), "3 h");
        assert_eq!(span(2 * 86400), "2 days");
        assert_eq!(count(1, "file"), "1 file");
        assert_eq!(count(0, "file"), "0 files");
        assert_eq!(first_ten(&[1, 2]), "1, 2");
        let many: Vec<u32> = (1..=11).collect();
        assert_eq!(first_ten(&many), "1, 2, 3, 4, 5, 6, 7, 8, 9, 10, …");
    }

    #[test]
    fn a_text_is_one_line() {
        let check = Check::new("x", State::Ok, "a\nb\t c\n");
        assert_eq!(check.text, "a b c");
    }
}
