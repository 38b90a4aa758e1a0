//! Whether a run may go on: a pure function of where the server stands and of
//! the rows that differ from what was read before.
//!
//! | the server | refused | told |
//! |---|---|---|
//! | is behind, or has another history | every row but new ones | nothing lost: that too |
//! | was started since | rows that are older | all others but new ones |
//! | goes on, the table was made again (a dump was loaded) | rows that are older or gone | |
//! | goes on | if a row is older by more than [`CLOCKS`]: that, and rows that are gone or back | |
//!
//! Time stamps of rows only ever add suspicion. A server that was started since
//! may have forgotten commits and given their positions to others; what its
//! rows do not show to be older is told with its values, and made: a restart
//! with an edit by hand after it is far more common, and must not hold back
//! what is served.

use crate::seen::rows::{How, RowChange};
use crate::source::Course;

/// By how much the clocks of two GUI servers may differ, seconds.
pub const CLOCKS: i64 = 120;

/// What becomes of a run.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Verdict {
    /// Rows whose live content is newer than the database: refused unasked.
    pub forgotten: Vec<RowChange>,
    /// Rows that may be: told.
    pub doubtful: Vec<RowChange>,
}

/// Decides; `renewed` are the tables that were made again since.
pub fn judge(
    course: Course,
    renewed: &dyn Fn(&str) -> bool,
    changes: Vec<RowChange>,
) -> Verdict {
    let far = |how: How| matches!(how, How::Older(by) if by > CLOCKS);
    let any_far = changes.iter().any(|change| far(change.how));
    let mut verdict = Verdict::default();
    for change in changes {
        let anew = renewed(&change.table);
        let forgotten = match (course, change.how) {
            (
                Course::Restarted,
                How::Untouched | How::Missing | How::Newer | How::Back,
            ) => {
                verdict.doubtful.push(change);
                continue;
            }
            (_, How::New) | (Course::Onward, How::Untouched | How::Newer) => {
                false
            }
            (Course::Behind | Course::Other | Course::Restarted, _) => true,
            (Course::Onward, How::Older(by)) => anew || by > CLOCKS,
            (Course::Onward, How::Missing) => anew || any_far,
            (Course::Onward, How::Back) => any_far,
        };
        if forgotten {
            verdict.forgotten.push(change);
        }
    }
    verdict
}

#[cfg(test)]
mod tests {
    use super::*;
    use How::{Back, Missing, New, Newer, Older, Untouched};

    const ALL: [How; 7] =
        [Older(1), Older(9999), Untouched, Newer, Missing, Back, New];

    /// What is refused, and what is told, of rows that differ in these ways.
    fn check(
        course: Course,
        anew: bool,
        ways: &[How],
        no: &[How],
        told: &[How],
    ) {
        let changes = ways.iter().map(|how| RowChange {
            table: "modem".into(),
            id: 1,
            how: *how,
            cells: Vec::new(),
        });
        let verdict = judge(course, &|_| anew, changes.collect());
        let ways = |list: &[RowChange]| -> Vec<How> {
            list.iter().map(|change| change.how).collect()
        };
        assert_eq!(ways(&verdict.forgotten), no, "{course:?} {anew}");
        assert_eq!(ways(&verdict.doubtful), told, "{course:?} {anew}");
    }

    #[test]
    fn every_course_with_every_way_to_differ() {
        for course in [Course::Behind, Course::Other] {
            check(course, false, &ALL, &ALL[..6], &[]);
            check(course, false, &[New], &[], &[]);
        }
        let lost = [Older(1), Older(9999)];
        let told = [Untouched, Newer, Missing, Back];
        check(Course::Restarted, false, &ALL, &lost, &told);
        check(Course::Restarted, false, &[Newer], &[], &[Newer]);
        let old = [Older(9999), Missing, Back];
        check(Course::Onward, false, &ALL, &old, &[]);
        let usual = [Older(1), Untouched, Newer, Missing, Back, New];
        check(Course::Onward, false, &usual, &[], &[]);
        check(Course::Onward, true, &usual, &[Older(1), Missing], &[]);
    }
}
