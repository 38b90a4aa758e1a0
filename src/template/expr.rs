//! Left-over braces after substitution: substrings, defaults, arithmetic;
//! facts/nms-templates.md section 3 with the differences of DESIGN.

use std::ops::Range;

use crate::template::block;
use crate::template::block::Braces;
use crate::template::note::Reason;
use crate::template::number;
use crate::template::number::{ArithmeticFault, Numeral};
use crate::template::scan;
use crate::template::scan::Gap;
use crate::template::values;
use crate::template::values::Kind;

/// Bytes that remember which of them came from a value.
#[derive(Debug, Default)]
pub(super) struct Tainted {
    /// The text.
    pub(super) bytes: Vec<u8>,
    /// For each byte: it came from a value.
    pub(super) taint: Vec<bool>,
}

impl Tainted {
    /// Empties it and keeps the memory.
    pub(super) fn clear(&mut self) {
        self.bytes.clear();
        self.taint.clear();
    }

    /// Appends text of one origin.
    pub(super) fn push(&mut self, text: &[u8], from_value: bool) {
        self.bytes.extend_from_slice(text);
        self.taint.resize(self.bytes.len(), from_value);
    }

    /// Appends a value that `next` follows. An empty one still keeps its
    /// neighbours from making a comment mark together.
    pub(super) fn push_value(
        &mut self,
        value: &[u8],
        in_comment: bool,
        next: Option<&u8>,
    ) {
        if value.is_empty() {
            self.fill_gap(in_comment, next);
        } else {
            self.push(value, true);
        }
    }

    /// Parts the end from what follows an empty value.
    fn fill_gap(&mut self, in_comment: bool, next: Option<&u8>) {
        match scan::gap(&self.bytes, &self.taint, in_comment, next) {
            Gap::None => return,
            Gap::Blank => {}
            Gap::Backslash => self.truncate(self.bytes.len() - 1),
        }
        self.push(b" ", false);
    }

    /// Appends a part of another one.
    pub(super) fn copy(&mut self, other: &Tainted, range: Range<usize>) {
        self.bytes.extend_from_slice(&other.bytes[range.clone()]);
        self.taint.extend_from_slice(&other.taint[range]);
    }

    /// Drops all but the first bytes.
    fn truncate(&mut self, length: usize) {
        self.bytes.truncate(length);
        self.taint.truncate(length);
    }
}

/// Evaluates the expressions of rows; owns the scratch memory for it.
#[derive(Debug, Default)]
pub(super) struct Evaluator {
    /// Partners of the braces of the row at hand.
    partner: Vec<usize>,
    /// Operators with operands that are no numbers were met.
    pub(super) odd_operand: bool,
}

/// What an expression stands for.
enum Outcome {
    /// A part of the row.
    Part(Range<usize>),
    /// A computed number.
    Number(f64),
}

impl Evaluator {
    /// Appends the row to `out`, its expressions replaced; `in_comment` tells
    /// where it starts.
    ///
    /// # Errors
    ///
    /// Why the row is dropped; `out` is then to be thrown away.
    pub(super) fn row(
        &mut self,
        row: &Tainted,
        kind: Kind,
        in_comment: bool,
        out: &mut Tainted,
    ) -> Result<(), Reason> {
        let whole = 0..row.bytes.len();
        // A value cannot say that the row is to stay as it is.
        let raw =
            row.bytes.starts_with(b"raw;") && !row.taint[..4].contains(&true);
        if raw || !row.bytes.contains(&b'{') {
            out.copy(row, whole);
            return Ok(());
        }
        block::pair(&row.bytes, &row.taint, &mut self.partner);
        let partner = std::mem::take(&mut self.partner);
        let (bytes, taint, partner_of) = (&row.bytes, &row.taint, &partner);
        let braces = Braces { bytes, taint, partner: partner_of };
        let result = self.walk(row, &braces, (kind, in_comment), out);
        self.partner = partner;
        result
    }

    /// Copies what is text and replaces what is an expression.
    fn walk(
        &mut self,
        row: &Tainted,
        braces: &Braces<'_>,
        (kind, in_comment): (Kind, bool),
        out: &mut Tainted,
    ) -> Result<(), Reason> {
        let mut index = 0;
        let mut touching = 0;
        while index < row.bytes.len() {
            let rest = &row.bytes[index..];
            let plain = rest.iter().position(|byte| *byte == b'{');
            let plain = plain.unwrap_or(rest.len());
            if plain > 0 {
                out.copy(row, index..index + plain);
                touching = 0;
                index += plain;
                continue;
            }
            let lone = braces.is_lone(index);
            let brace = braces.is_brace(index, b'{');
            if !brace || lone || braces.is_block(index) {
                out.copy(row, index..index + 1);
                touching = if brace && lone { touching + 1 } else { 0 };
                index += 1;
                continue;
            }
            if is_text(braces, index) {
                let end = braces.partner[index] + 1;
                out.copy(row, index..end);
                (index, touching) = (end, 0);
                continue;
            }
            let end = surplus_end(braces, index);
            let outcome = self.expression(braces, index..end, kind)?;
            if !braces.taint[index] {
                // Typed braces go with a typed group only.
                out.truncate(out.bytes.len() - touching);
            }
            touching = 0;
            match outcome {
                Outcome::Part(range) if range.is_empty() => {
                    out.fill_gap(in_comment, row.bytes.get(end));
                }
                Outcome::Part(range) => out.copy(row, range),
                Outcome::Number(value) => {
                    out.push(number::php_double(value).as_bytes(), false);
                }
            }
            index = end;
        }
        Ok(())
    }

    /// Evaluates one brace group of the row.
    fn expression(
        &mut self,
        braces: &Braces<'_>,
        group: Range<usize>,
        kind: Kind,
    ) -> Result<Outcome, Reason> {
        let row = braces.bytes;
        let inner = innermost(braces, group);
        let open = inner.clone().any(|i| braces.is_brace(i, b'}'));
        let mut parts = Vec::with_capacity(4);
        let mut start = inner.start;
        for part in row[inner].split(|byte| *byte == b',') {
            parts.push(start..start + part.len());
            start += part.len() + 1;
        }
        let text = |index: usize| &row[parts[index].clone()];
        let typed = !braces.taint[parts[0].clone()].contains(&true);
        if parts.len() > 1 && typed && names_variable(text(0)) {
            return Err(Reason::NotAnExpression);
        }
        match parts.len() {
            1 => Err(lone_reason(text(0), kind)),
            3 if text(1) == b"?" => {
                let mut guarded = parts[0].clone();
                let default = guarded.any(|i| braces.is_brace(i, b'}'));
                Ok(Outcome::Part(parts[if default { 2 } else { 0 }].clone()))
            }
            2 | 3 if open => Err(Reason::UnresolvedOperand),
            2 => Ok(part_of(&parts[0], number::integer(text(1)), None)),
            3 => self.three(&parts, [text(0), text(1), text(2)]),
            _ => Err(Reason::NotAnExpression),
        }
    }

    /// Arithmetic, else a substring with a length.
    fn three(
        &mut self,
        parts: &[Range<usize>],
        texts: [&[u8]; 3],
    ) -> Result<Outcome, Reason> {
        let [left, op, right] = texts;
        if let [op @ (b'+' | b'-' | b'*' | b'/')] = *op {
            match (number::numeral(left), number::numeral(right)) {
                (Numeral::None, _) | (_, Numeral::None) => {
                    self.odd_operand = true;
                }
                (Numeral::Good(left), Numeral::Good(right)) => {
                    let value = number::compute(left, op, right);
                    return value.map(Outcome::Number).map_err(Reason::from);
                }
                _ => return Err(Reason::BadNumeral),
            }
        }
        let length = number::integer(right);
        Ok(part_of(&parts[0], number::integer(op), Some(length)))
    }
}

impl From<ArithmeticFault> for Reason {
    fn from(fault: ArithmeticFault) -> Reason {
        match fault {
            ArithmeticFault::DivisionByZero => Reason::DivisionByZero,
            ArithmeticFault::NotFinite => Reason::NotFinite,
        }
    }
}

/// The braces hold neither placeholder nor operator, and more than a word:
/// the quantifier of a regular expression or digit map, `{2}` or `{1,3}`.
/// The text stays as it is typed.
fn is_text(braces: &Braces<'_>, open: usize) -> bool {
    let inside = open + 1..braces.partner[open];
    let plain = |index: usize| {
        !braces.taint[index]
            && !matches!(braces.bytes[index], b'{' | b'}' | b';' | b'"')
    };
    if inside.is_empty() || !inside.clone().all(plain) {
        return false;
    }
    let mut parts = braces.bytes[inside].split(|byte| *byte == b',');
    let first = parts.next().unwrap_or_default();
    let number = number::is_digits(first);
    let rest: Vec<&[u8]> = parts.collect();
    let operator = |part: &&[u8]| matches!(part.trim_ascii(), [mark] if mark.is_ascii_punctuation());
    let bare = |part: &&[u8]| part.is_empty() && !number;
    !names_variable(first)
        && !rest.iter().any(|part| operator(part) || bare(part))
        && if rest.is_empty() { number } else { !first.is_empty() }
}

/// A substring of a part, as a place in the row.
fn part_of(part: &Range<usize>, offset: i64, length: Option<i64>) -> Outcome {
    let range = number::substring(part.len(), offset, length);
    Outcome::Part(part.start + range.start..part.start + range.end)
}

/// The end of the group that `open` opens, with the closing braces without a
/// partner that follow. A group that a value brings takes none: they are typed.
fn surplus_end(braces: &Braces<'_>, open: usize) -> usize {
    let mut end = braces.partner[open] + 1;
    let lone = |end: usize| braces.is_brace(end, b'}') && braces.is_lone(end);
    while !braces.taint[open] && lone(end) {
        end += 1;
    }
    end
}

/// From the first `{` that no other `{` follows before a `}`, to the last
/// `}` before the next `{`; without the braces at both ends.
fn innermost(braces: &Braces<'_>, group: Range<usize>) -> Range<usize> {
    let mut start = group.start;
    let mut end = start;
    for index in group.clone() {
        if braces.is_brace(index, b'{') {
            if end > start {
                break;
            }
            (start, end) = (index, index);
        } else if braces.is_brace(index, b'}') {
            end = index;
        }
    }
    let text = |index: &usize| {
        !braces.is_brace(*index, b'{') && !braces.is_brace(*index, b'}')
    };
    let mut inside = start..(end + 1).min(group.end);
    let first = inside.clone().find(text).unwrap_or(inside.end);
    let last = inside.rfind(text).map_or(first, |index| index + 1);
    first..last.max(first)
}

/// The text is a placeholder's, without the braces of its own.
fn names_variable(text: &[u8]) -> bool {
    values::parse_variable(text).is_some()
}

/// Why a group of one part has no value.
fn lone_reason(text: &[u8], kind: Kind) -> Reason {
    if let Some(variable) = values::parse_variable(text) {
        if kind.order().contains(&variable.table) {
            return Reason::Unresolved;
        }
        return Reason::UnknownVariable;
    }
    if text.split(|byte| *byte == b'.').count() > 2 {
        Reason::UnknownVariable
    } else {
        Reason::NotAnExpression
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn evaluate(text: &str) -> Result<String, Reason> {
        let mut row = Tainted::default();
        row.push(text.as_bytes(), false);
        let mut out = Tainted::default();
        Evaluator::default().row(&row, Kind::Modem, false, &mut out)?;
        assert_eq!(out.bytes.len(), out.taint.len());
        Ok(String::from_utf8(out.bytes).unwrap())
    }

    #[track_caller]
    fn check(text: &str, expected: &str) {
        assert_eq!(evaluate(text).as_deref(), Ok(expected), "{text}");
    }

    #[track_caller]
    fn check_drop(text: &str, reason: Reason) {
        assert_eq!(evaluate(text), Err(reason), "{text}");
    }

    #[test]
    fn every_expression_of_a_row_is_evaluated() {
        check("X {1,+,2} Y {3,+,4};", "X 3 Y 7;");
        check("{1,+,2}{{modem.a.0},?,bc}", "3bc");
        check("X {5,*,2}} Y", "X 10 Y");
        check("X {{5,*,2};", "X 10;");
    }

    #[test]
    fn arithmetic_rounds_and_prints_like_before() {
        check("Z {99999999999,*,99999999999};", "Z 9.9999999998E+21;");
        check("{-0.4,*,1}", "-0");
        check("{-5,*,0}", "0");
        check("{010,+,1}", "11");
        check("{ 5 ,*, 2 }", "10");
        check_drop("{08,+,1}", Reason::BadNumeral);
        check_drop("{5,/,0}", Reason::DivisionByZero);
        check_drop("{5,/,0.0}", Reason::DivisionByZero);
        check_drop("{1e200,*,1e200}", Reason::NotFinite);
    }

    #[test]
    fn unresolved_values_drop_the_row_but_for_a_default() {
        check("{{modem.a.0},?,7}", "7");
        check("{{modem.a.0},?,}", "");
        check("{{mta.a.0},?,7}", "7");
        check_drop("X {modem.a.0}", Reason::Unresolved);
        check_drop("X {mta.a.0}", Reason::UnknownVariable);
        check_drop("X {gone.a.0}", Reason::UnknownVariable);
        check_drop("X {modem.a.1}", Reason::UnknownVariable);
        check_drop("{{modem.a.0},*,2}", Reason::UnresolvedOperand);
        check_drop("{{modem.a.0},0,4}", Reason::UnresolvedOperand);
        check_drop("{{modem.a.0},4}", Reason::UnresolvedOperand);
        check_drop("{5,*,{modem.a.0}}", Reason::Unresolved);
        check_drop("{{5,*,2},+,1}", Reason::NotAnExpression);
    }

    #[test]
    fn blocks_and_lone_braces_stay() {
        check("Block { Key 1,2; }", "Block { Key 1,2; }");
        check("Block { Key {5,*,2}; }", "Block { Key 10; }");
        check("Block { Key {5,*,2};", "Block { Key 10;");
        check("Key {5,*,2}; }", "Key 10; }");
        check("} {", "} {");
        check("X {{modem.a.0},?,2;}", "X 2;");
        check_drop("Block { Key {modem.a.0}; }", Reason::Unresolved);
        check_drop("X {}", Reason::NotAnExpression);
        check_drop("X {a,?,b,c};", Reason::NotAnExpression);
        check("raw;{gone}", "raw;{gone}");
    }

    #[test]
    fn braces_without_placeholder_and_operator_are_text() {
        for text in [
            "X \"[0-9]{1,3}\";",
            "X \"[0-9]{3}\";",
            "X \"[0-9]{2,}\";",
            "X \"x{3,-1}y\";",
            "X \"(9{2,4}|0){2}{1,2}\";",
            "X \"x{ 1, 2 }{1,2,3}\";",
            "X {abcd,1,2}",
        ] {
            check(text, text);
        }
        check("X {5,*,2} \"9{1,2}\"", "X 10 \"9{1,2}\"");
        check("X {5,%,3};", "X 5;");
        check("X {,1};", "X ;");
        check_drop("X {-}", Reason::NotAnExpression);
        check_drop("X {modem.zip.0,1}", Reason::NotAnExpression);
    }

    /// Evaluates a row that a value stands in.
    fn with_value(before: &str, value: &str, after: &str) -> String {
        let mut row = Tainted::default();
        row.push(before.as_bytes(), false);
        row.push(value.as_bytes(), true);
        row.push(after.as_bytes(), false);
        let mut out = Tainted::default();
        let done = Evaluator::default().row(&row, Kind::Modem, false, &mut out);
        assert_eq!(done, Ok(()));
        String::from_utf8(out.bytes).unwrap()
    }

    #[test]
    fn a_group_that_a_value_brings_takes_no_typed_brace() {
        assert_eq!(with_value("B {", "{5,*,2}", "y"), "B {10y");
        assert_eq!(with_value("B ", "{5,*,2}", "}"), "B 10}");
        assert_eq!(with_value("B ", "{{5,*,2}", "y"), "B {10y");
        assert_eq!(with_value("B ", "{5,*,2}}", "y"), "B 10}y");
    }

    #[test]
    fn results_are_text() {
        check("X {$1,?,z}", "X $1");
        check("X {\\1,?,z}", "X \\1");
        check("X {abc,*,2};", "X ab;");
        check("X { 5 , * , 2 };", "X  5;");
        check("X {5,%,3};", "X 5;");
        check("X {,*,1000};", "X ;");
    }
}
