//! Placeholders that values bring, replaced one after the other.

use crate::template::expr::Tainted;
use crate::template::values;
use crate::template::words::find;

/// Bytes that a row may grow to when values bring placeholders.
const MAX_ROW: usize = 1 << 16;

/// A brace pair that values helped to make reads like a placeholder.
pub(super) fn forms_placeholder(row: &Tainted) -> bool {
    let mut open = None;
    for (index, byte) in row.bytes.iter().enumerate() {
        match (byte, open) {
            (b'{', _) => open = Some(index),
            (b'}', Some(start)) => {
                open = None;
                let tainted = row.taint[start..=index].contains(&true);
                let text = &row.bytes[start + 1..index];
                if tainted && values::parse_variable(text).is_some() {
                    return true;
                }
            }
            _ => {}
        }
    }
    false
}

/// Writes `{table.column.index}`.
pub(super) fn set_pattern(
    pattern: &mut Vec<u8>,
    table: &str,
    column: &str,
    index: u32,
) {
    use std::io::Write as _;
    pattern.clear();
    let _ = write!(pattern, "{{{table}.{column}.{index}}}");
}

/// Replaces every `pattern` in the row. False if the row gets too long.
pub(super) fn replace(
    row: &mut Tainted,
    spare: &mut Tainted,
    (pattern, value): (&[u8], &[u8]),
    in_comment: bool,
) -> bool {
    let Some(mut found) = find(&row.bytes, pattern) else {
        return true;
    };
    spare.clear();
    let mut start = 0;
    loop {
        spare.copy(row, start..found);
        start = found + pattern.len();
        spare.push_value(value, in_comment, row.bytes.get(start));
        if spare.bytes.len() > MAX_ROW {
            return false;
        }
        match find(&row.bytes[start..], pattern) {
            Some(next) => found = start + next,
            None => break,
        }
    }
    spare.copy(row, start..row.bytes.len());
    std::mem::swap(row, spare);
    true
}
