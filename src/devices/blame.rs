//! Which row of which configfile made a text incomplete. The reader of the
//! whole text finds a lost brace or semicolon only where it cannot go on: in
//! our frame, or in another configfile's rows.

use crate::template::Origin;

/// A row that is to blame, and what is wrong with it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Blame {
    /// The line of the device's text, from 1.
    pub line: usize,
    /// The words.
    pub what: &'static str,
}

/// Finds the row behind a fault in a line (from 1) that is no row, or the
/// first one of another configfile; None: the fault is where it was found.
pub(super) fn find(
    text: &str,
    origins: &[Origin],
    line: usize,
) -> Option<Blame> {
    let owner = |line: usize| match origins.get(line.wrapping_sub(1))? {
        Origin::Row { configfile, .. } => Some(*configfile),
        _ => None,
    };
    if let Some(open) = unclosed(text, &owner, line) {
        let what = "the block that begins here is not closed in this text";
        return Some(Blame { line: open, what });
    }
    let above = (1..line).rev().find(|above| owner(*above).is_some())?;
    let ended = text.lines().nth(above - 1)?.trim_end();
    (owner(line) != owner(above) && !ended.ends_with([';', '{', '}']))
        .then_some(Blame { line: above, what: "this statement does not end" })
}

/// The first line up to the fault that opens a block in a configfile's rows
/// and is not closed in the same configfile.
fn unclosed(
    text: &str,
    owner: &dyn Fn(usize) -> Option<u64>,
    last: usize,
) -> Option<usize> {
    let mut open: Vec<usize> = Vec::new();
    let mut lost: Option<usize> = None;
    let mut comment = false;
    for (line, row) in (1..=last).zip(text.lines()) {
        for mark in marks(row, &mut comment) {
            match (mark, open.last().copied()) {
                ('{', _) => open.push(line),
                (_, Some(at)) => {
                    let _ = open.pop();
                    if owner(at).is_some() && owner(at) != owner(line) {
                        lost = Some(lost.map_or(at, |lost| lost.min(at)));
                    }
                }
                (_, None) => (),
            }
        }
    }
    let left = open.into_iter().find(|line| owner(*line).is_some());
    lost.or(left.filter(|_| last >= text.lines().count()))
}

/// The braces of a line outside of quoted texts and comments; `comment`:
/// whether a comment is open.
fn marks(row: &str, comment: &mut bool) -> Vec<char> {
    let (mut out, mut quoted) = (Vec::new(), false);
    let mut chars = row.chars().peekable();
    while let Some(c) = chars.next() {
        match c {
            '*' if *comment && chars.next_if_eq(&'/').is_some() => {
                *comment = false;
            }
            _ if *comment => (),
            '\\' if quoted => drop(chars.next()),
            '"' => quoted = !quoted,
            _ if quoted => (),
            '/' if chars.next_if_eq(&'*').is_some() => *comment = true,
            '{' | '}' => out.push(c),
            _ => (),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Lines with the configfile that they come from; 0: the frame.
    fn check(lines: &[(u64, &str)], fault: usize, expected: Option<usize>) {
        let text: Vec<&str> = lines.iter().map(|(_, line)| *line).collect();
        let origins: Vec<Origin> = lines
            .iter()
            .map(|(configfile, _)| match configfile {
                0 => Origin::Frame,
                id => Origin::Row { configfile: *id, row: 1 },
            })
            .collect();
        let found = find(&text.join("\n"), &origins, fault);
        assert_eq!(found.map(|blame| blame.line), expected, "{lines:?}");
    }

    #[test]
    fn a_lost_brace_or_semicolon_is_found_where_it_was_lost() {
        let frame = (0, "Main {");
        let end = (0, "}");
        check(&[frame, (1, "A {"), (1, "B 1;"), end], 4, Some(2));
        check(&[frame, (1, "A {"), (2, "B 1;"), end], 4, Some(2));
        check(&[frame, (2, "B 1;"), (1, "A 1"), end], 4, Some(3));
        check(&[frame, (2, "B 1"), (1, "A 1;"), end], 3, Some(2));
        // A row is wrong by itself.
        check(&[frame, (1, "A 1"), (1, "B 1;"), end], 3, None);
        check(&[frame, (1, "A 1;"), (2, "B 1;"), end], 3, None);
        // Braces in texts and comments are none.
        check(&[frame, (1, "A \"{\"; /* { */"), (2, "B 1;"), end], 4, None);
        check(&[frame, (1, "/* {"), (1, "*/ A 1;"), end], 4, None);
    }
}
