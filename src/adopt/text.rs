//! The report in words.

use std::fmt::Write as _;

use crate::adopt::{Difference, Reason, Report};
use crate::console::count;

/// Kinds of changes that are listed.
const MOST_CHANGES: usize = 40;

/// The whole report.
pub fn text(report: &Report) -> String {
    let mut out = String::new();
    for difference in &report.differences {
        let _ = writeln!(out, "{}", line(difference));
    }
    for closed in &report.closed {
        let _ = writeln!(out, "not compared: {closed}");
    }
    if !report.changes.is_empty() {
        out += "\nwhat would change:\n";
    }
    let mut changes: Vec<_> = report.changes.iter().collect();
    changes
        .sort_by_key(|(what, devices)| (std::cmp::Reverse(**devices), *what));
    for (what, devices) in changes.iter().take(MOST_CHANGES) {
        let _ = match devices {
            0 => writeln!(out, "  {what}"),
            number => writeln!(out, "  {what}: {}", count(**number, "device")),
        };
    }
    let more = changes.len().saturating_sub(MOST_CHANGES);
    if more > 0 {
        let _ = writeln!(out, "  … and {}", count(more, "more kind"));
    }
    if !report.writers.is_empty() {
        out += "\nwhat else writes these files now:\n";
    }
    for writer in &report.writers {
        let _ = writeln!(out, "  {writer}");
    }
    let _ = write!(out, "\n{}\n{}\n", counts(report), verdict(report));
    out
}

/// One difference.
fn line(difference: &Difference) -> String {
    let Difference { file, subject, what, reason, why, count, .. } = difference;
    let more = match count {
        1 => String::new(),
        count => format!(" (and {} alike)", count - 1),
    };
    format!("{}: {file}: {subject}: {what}{more} [{why}]", reason.words())
}

/// The counts of each reason.
fn counts(report: &Report) -> String {
    let words = [
        ("deliberate", "deliberate"),
        ("bad-row", "bad rows"),
        ("stale", "stale"),
        ("row-changed", "rows changed since"),
        ("hand-edit", "hand edits"),
        ("unexplained", "not explained"),
    ];
    let counts = report.counts();
    let told = words.map(|(word, words)| {
        format!("{words}: {}", counts.get(word).copied().unwrap_or_default())
    });
    format!("{} compared; {}", count(report.compared, "file"), told.join(", "))
}

/// The verdict.
pub fn verdict(report: &Report) -> String {
    let closed = report.closed.len();
    let unexplained = report.count(Reason::Unexplained.word());
    let edits = report.count(Reason::HandEdit.word());
    let verdict = match () {
        () if closed > 0 => format!(
            "incomplete: {} could not be compared; run it as a user who may \
             read them",
            count(closed, "path")
        ),
        () if unexplained > 0 => format!(
            "do not switch yet: {} without an explanation; please report",
            count(unexplained, "difference")
        ),
        () if edits > 0 => format!(
            "every difference is explained, and {} would be lost: put what \
             is needed into the database, or into files of its own",
            count(edits, "hand edit")
        ),
        () if report.differences.is_empty() => {
            "nothing would change".to_string()
        }
        () => "every difference is explained".to_string(),
    };
    format!("verdict: {verdict}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_verdict_names_what_weighs_most() {
        let mut report = Report::default();
        assert_eq!(verdict(&report), "verdict: nothing would change");
        let difference = |reason| Difference {
            file: "/x".into(),
            subject: "s".into(),
            what: "w".into(),
            reason,
            why: "y".into(),
            count: 1,
            devices: 0,
        };
        report.add(difference(Reason::Deliberate(3)), "w");
        report.add(difference(Reason::Deliberate(3)), "w");
        assert_eq!(report.differences.len(), 1);
        assert!(line(&report.differences[0]).contains("(and 1 alike)"));
        assert!(verdict(&report).contains("every difference is explained"));
        report.add(difference(Reason::HandEdit), "w");
        assert!(verdict(&report).contains("1 hand edit would be lost"));
        report.add(difference(Reason::Unexplained), "w");
        assert!(verdict(&report).contains("do not switch yet"));
        let _ = report.closed.insert("/y".into());
        assert!(verdict(&report).contains("incomplete"));
        assert!(text(&report).contains("not compared: /y"));
    }
}
