//! A configfile's text, split once and rendered for every device.

use std::ops::Range;

use crate::template::expr::{Evaluator, Tainted};
use crate::template::note::Reason;
use crate::template::scan;
use crate::template::scan::Marks;
use crate::template::values;
use crate::template::values::{Kind, Table, Variable};

/// A compiled configfile text.
#[derive(Debug)]
pub struct Template {
    /// The text as it is stored.
    text: Vec<u8>,
    /// Rows that need no value, each as line feed, tab, row.
    fixed: Vec<u8>,
    /// The rows in order.
    pieces: Vec<Piece>,
    /// Parts of the rows with placeholders.
    segments: Vec<Segment>,
    /// The placeholders.
    variables: Vec<Variable>,
    /// The text sets the password object of AVM boxes.
    pub(super) avm: bool,
}

/// One or more rows.
#[derive(Debug)]
pub(super) enum Piece {
    /// Rows that are the same for every device.
    Fixed {
        /// Place in [`Template::fixed`].
        place: Range<usize>,
        /// Row numbers, from 1, of the lines.
        rows: Vec<u32>,
        /// What they do to comments if the start is outside (0) or inside
        /// (1) a comment.
        comments: [Comments; 2],
    },
    /// A row that no device gets.
    Dropped {
        /// Row number, from 1.
        row: u32,
        /// Why.
        reason: Reason,
        /// The row begins with a comment, so its loss costs nothing.
        comment: bool,
        /// Its comment marks if it starts outside (0) or inside (1) a
        /// comment.
        marks: [Marks; 2],
    },
    /// A row with placeholders.
    Row(RowTemplate),
}

/// A row with placeholders.
#[derive(Debug)]
pub(super) struct RowTemplate {
    /// Row number, from 1.
    pub(super) row: u32,
    /// Place in [`Template::text`].
    pub(super) place: Range<usize>,
    /// Place in [`Template::segments`].
    pub(super) segments: Range<usize>,
    /// All braces are those of placeholders.
    pub(super) simple: bool,
    /// Its comment marks if it starts outside (0) or inside (1) a comment.
    pub(super) marks: [Marks; 2],
}

/// What several rows do to comments.
#[derive(Debug, Default)]
pub(super) struct Comments {
    /// They end inside a comment.
    pub(super) inside: bool,
    /// The row that opened it; None: it was open before.
    pub(super) opened: Option<u32>,
    /// Rows with an opening mark inside a comment.
    pub(super) nested: Vec<u32>,
}

impl Comments {
    /// Adds a row.
    fn add(&mut self, row: u32, text: &[u8]) {
        let marks = scan::marks([text], self.inside);
        self.inside = marks.inside;
        self.opened = match marks {
            Marks { inside: false, .. } => None,
            Marks { opened: true, .. } => Some(row),
            _ => self.opened,
        };
        if marks.nested {
            self.nested.push(row);
        }
    }
}

/// A part of a row.
#[derive(Debug)]
pub(super) enum Segment {
    /// Template text; place in [`Template::text`].
    Literal(Range<usize>),
    /// A placeholder.
    Variable {
        /// Place of `{table.column.index}` in [`Template::text`].
        place: Range<usize>,
        /// Index in [`Template::variables`].
        variable: usize,
    },
}

impl Template {
    /// Splits a text; NULL is the empty text. Never fails: a bad row is
    /// dropped when it is rendered.
    #[must_use]
    pub fn compile(text: &[u8]) -> Template {
        let mut template = Template {
            text: text.to_vec(),
            fixed: Vec::new(),
            pieces: Vec::new(),
            segments: Vec::new(),
            variables: Vec::new(),
            avm: text.split(|byte| *byte == b'\n').any(is_avm_row),
        };
        let mut start = 0;
        for (number, row) in (1..).zip(text.split(|byte| *byte == b'\n')) {
            template.add_row(number, start..start + row.len());
            start += row.len() + 1;
        }
        template
    }

    /// Sorts one row.
    fn add_row(&mut self, row: u32, place: Range<usize>) {
        let before = self.segments.len();
        let simple = self.split_row(&place);
        let segments = before..self.segments.len();
        let has_variable = self.segments[before..]
            .iter()
            .any(|part| matches!(part, Segment::Variable { .. }));
        if has_variable {
            let marks =
                [false, true].map(|start| self.row_marks(&segments, start));
            let parts = RowTemplate { row, place, segments, simple, marks };
            return self.pieces.push(Piece::Row(parts));
        }
        self.segments.truncate(before);
        let mut text = Tainted::default();
        text.push(&self.text[place], false);
        let mut done = Tainted::default();
        let mut evaluator = Evaluator::default();
        let result = evaluator.row(&text, Kind::Modem, false, &mut done);
        match result {
            Ok(()) => self.add_fixed(row, &done.bytes),
            Err(reason) => {
                let comment = opens_comment(&text.bytes);
                let marks = [false, true]
                    .map(|start| scan::marks([text.bytes.as_slice()], start));
                let piece = Piece::Dropped { row, reason, comment, marks };
                self.pieces.push(piece);
            }
        }
    }

    /// The comment marks of a row with placeholders.
    fn row_marks(&self, segments: &Range<usize>, start: bool) -> Marks {
        let parts = self.segments[segments.clone()].iter();
        let literals = parts.map(|part| match part {
            Segment::Literal(place) => self.text(place),
            Segment::Variable { .. } => &[],
        });
        scan::marks(literals, start)
    }

    /// Appends a row that needs no value, to the last piece if it can.
    fn add_fixed(&mut self, row: u32, text: &[u8]) {
        let start = self.fixed.len();
        self.fixed.extend_from_slice(b"\n\t");
        self.fixed.extend_from_slice(text);
        let end = self.fixed.len();
        if let Some(Piece::Fixed { place, rows, comments }) =
            self.pieces.last_mut()
        {
            place.end = end;
            rows.push(row);
            for comment in comments.iter_mut() {
                comment.add(row, text);
            }
        } else {
            let mut comments = [false, true]
                .map(|inside| Comments { inside, ..Comments::default() });
            for comment in &mut comments {
                comment.add(row, text);
            }
            let (place, rows) = (start..end, vec![row]);
            self.pieces.push(Piece::Fixed { place, rows, comments });
        }
    }

    /// Finds the placeholders of a row. True if no other `{` is left.
    fn split_row(&mut self, place: &Range<usize>) -> bool {
        let mut simple = true;
        let mut literal = place.start;
        let mut open = None;
        for index in place.clone() {
            match (self.text[index], open) {
                (b'{', _) => {
                    simple &= open.is_none();
                    open = Some(index);
                }
                (b'}', Some(start)) => {
                    open = None;
                    let inside = &self.text[start + 1..index];
                    let Some(variable) = values::parse_variable(inside) else {
                        simple = false;
                        continue;
                    };
                    self.add_literal(literal..start);
                    literal = index + 1;
                    self.segments.push(Segment::Variable {
                        place: start..literal,
                        variable: self.variables.len(),
                    });
                    self.variables.push(variable);
                }
                _ => {}
            }
        }
        self.add_literal(literal..place.end);
        simple && open.is_none()
    }

    /// Appends template text, if any.
    fn add_literal(&mut self, place: Range<usize>) {
        if !place.is_empty() {
            self.segments.push(Segment::Literal(place));
        }
    }

    /// The rows in order.
    pub(super) fn pieces(&self) -> &[Piece] {
        &self.pieces
    }

    /// Rows that need no value.
    pub(super) fn fixed(&self, place: &Range<usize>) -> &[u8] {
        &self.fixed[place.clone()]
    }

    /// A part of the stored text.
    pub(super) fn text(&self, place: &Range<usize>) -> &[u8] {
        &self.text[place.clone()]
    }

    /// The byte of the stored text at a place of a row.
    pub(super) fn byte(&self, index: usize, row: &RowTemplate) -> Option<&u8> {
        if index < row.place.end { self.text.get(index) } else { None }
    }

    /// The parts of a row.
    pub(super) fn segments(&self, row: &RowTemplate) -> &[Segment] {
        &self.segments[row.segments.clone()]
    }

    /// A placeholder.
    pub(super) fn variable(&self, index: usize) -> &Variable {
        &self.variables[index]
    }

    /// The columns that placeholders name; a modem's may be an option.
    pub fn named(&self) -> impl Iterator<Item = (Table, &str)> {
        let variables = self.variables.iter();
        variables.map(|variable| (variable.table, variable.column.as_str()))
    }

    /// A row of the stored text, for a message; from 1.
    #[must_use]
    pub fn row_text(&self, row: u32) -> Option<&[u8]> {
        let index = usize::try_from(row).ok()?.checked_sub(1)?;
        self.text.split(|byte| *byte == b'\n').nth(index)
    }
}

/// The row begins with a comment.
pub(super) fn opens_comment(row: &[u8]) -> bool {
    row.trim_ascii_start().starts_with(b"/*")
}

/// The row sets the password object of AVM boxes. As in the old pattern a
/// dot stands for any character.
fn is_avm_row(row: &[u8]) -> bool {
    const PATTERN: &[u8] = b".872.1.4.3.1.5.d String";
    const OBJECT: &[u8] = b"SnmpMibObject ";
    let matches = |window: &[u8]| {
        window.iter().zip(PATTERN).all(|(byte, pattern)| match pattern {
            b'.' => true,
            b'd' => byte.is_ascii_digit(),
            _ => byte == pattern,
        })
    };
    let found = row.windows(OBJECT.len()).position(|part| part == OBJECT);
    found.is_some_and(|start| {
        row[start + OBJECT.len()..].windows(PATTERN.len()).any(matches)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_without_values_are_joined() {
        let template = Template::compile(b"a {\n{5,*,2}\n{x}\n{modem.a.0}\n}");
        let pieces = template.pieces();
        let Piece::Fixed { place, rows, .. } = &pieces[0] else { panic!() };
        assert_eq!(template.fixed(place), b"\n\ta {\n\t10");
        assert_eq!(rows, &[1, 2]);
        assert!(matches!(pieces[1], Piece::Dropped { row: 3, .. }));
        assert!(matches!(pieces[2], Piece::Row(_)));
        assert!(matches!(pieces[3], Piece::Fixed { .. }));
        assert_eq!(template.row_text(3), Some(&b"{x}"[..]));
        assert_eq!(template.row_text(0), None);
    }

    #[test]
    fn the_avm_object_is_known() {
        let avm = |text: &str| Template::compile(text.as_bytes()).avm;
        let oid = ".1.3.6.1.4.1.872.1.4.3.1.5.1";
        assert!(avm(&format!("x\nSnmpMibObject {oid} String \"\";")));
        assert!(!avm(&format!("SnmpMibObject {oid}1 String \"\";")));
        assert!(!avm(&format!("SnmpMibObject {oid} Integer 1;")));
        assert!(!avm(&format!("{oid} String \"\"; SnmpMibObject x")));
    }
}
