//! One row of a result, as text cells in one reused buffer.

use std::fmt::Write as _;

/// A row: every cell is NULL or bytes (text as the database prints it;
/// doubles as the existing system prints them).
#[derive(Debug, Default, Clone, PartialEq, Eq, Hash)]
pub struct Row {
    bytes: Vec<u8>,
    /// Where each cell lies in `bytes`; None: NULL.
    cells: Vec<Option<(u32, u32)>>,
}

impl Row {
    /// Empties the row for the next one.
    pub fn clear(&mut self) {
        self.bytes.clear();
        self.cells.clear();
    }

    /// Adds a NULL.
    pub fn push_null(&mut self) {
        self.cells.push(None);
    }

    /// Adds bytes.
    pub fn push(&mut self, cell: &[u8]) {
        let start = self.bytes.len() as u32;
        self.bytes.extend_from_slice(cell);
        self.cells.push(Some((start, self.bytes.len() as u32)));
    }

    /// Adds anything that prints.
    pub fn push_display(&mut self, cell: impl std::fmt::Display) {
        let mut text = String::new();
        write!(text, "{cell}").expect("writing to a String");
        self.push(text.as_bytes());
    }

    /// How many octets the cells have together.
    pub fn octets(&self) -> usize {
        self.bytes.len()
    }

    /// The number of cells.
    pub fn len(&self) -> usize {
        self.cells.len()
    }

    /// Whether there is no cell.
    pub fn is_empty(&self) -> bool {
        self.cells.is_empty()
    }

    /// A cell's bytes; None for NULL.
    pub fn get(&self, cell: usize) -> Option<&[u8]> {
        let (start, end) = (*self.cells.get(cell)?)?;
        Some(&self.bytes[start as usize..end as usize])
    }

    /// Takes all cells into a digest.
    pub fn digest(&self, hash: &mut sha2::Sha256) {
        use sha2::Digest;
        for cell in &self.cells {
            let length = cell.map_or(u32::MAX, |(start, end)| end - start);
            hash.update(length.to_le_bytes());
        }
        hash.update(&self.bytes);
    }

    /// A cell as text, lossy where it is not UTF-8; NULL is ''.
    pub fn text(&self, cell: usize) -> std::borrow::Cow<'_, str> {
        String::from_utf8_lossy(self.get(cell).unwrap_or(b""))
    }

    /// A cell as a whole number; NULL and nonsense are None.
    pub fn number<T: std::str::FromStr>(&self, cell: usize) -> Option<T> {
        std::str::from_utf8(self.get(cell)?).ok()?.trim().parse().ok()
    }

    /// A cell as a truth value; NULL is false, None is not understood.
    pub fn flag(&self, cell: usize) -> Option<bool> {
        self.get(cell).map_or(Some(false), truth)
    }

    /// Writes a truth value into a cell the way MariaDB prints it.
    pub fn set_flag(&mut self, cell: usize, on: bool) {
        if cell < self.cells.len() {
            let start = self.bytes.len() as u32;
            self.bytes.push(b'0' + u8::from(on));
            self.cells[cell] = Some((start, start + 1));
        }
    }
}

/// The truth value that a text says, as databases and their dumps write it:
/// numbers, a BIT's octet, PostgreSQL's letters, words. None: no such value,
/// which must never pass for false.
fn truth(text: &[u8]) -> Option<bool> {
    if let [bit @ (0 | 1)] = text {
        return Some(*bit == 1);
    }
    let text = std::str::from_utf8(text).ok()?.trim();
    match text.to_ascii_lowercase().as_str() {
        "t" | "true" | "y" | "yes" | "on" => Some(true),
        "f" | "false" | "n" | "no" | "off" => Some(false),
        number => number.parse::<i64>().ok().map(|number| number != 0),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cells_keep_their_place_around_nulls() {
        let mut row = Row::default();
        row.push(b"a");
        row.push_null();
        row.push(b"");
        row.push_display(12);
        let cells: Vec<_> = (0..5).map(|i| row.get(i)).collect();
        assert_eq!(
            cells,
            [Some(&b"a"[..]), None, Some(b""), Some(b"12"), None]
        );
        assert_eq!(row.number::<u32>(3), Some(12));
        assert_eq!(row.flag(1), Some(false));
    }

    #[test]
    fn a_flag_is_what_it_says_or_unknown() {
        let check = |text: &[u8], expected: Option<bool>| {
            let mut row = Row::default();
            row.push(text);
            assert_eq!(row.flag(0), expected, "{text:?}");
        };
        for on in
            ["1", "2", "-1", "t", "T", "TRUE", "Yes", " yes ", "on", "\u{1}"]
        {
            check(on.as_bytes(), Some(true));
        }
        for off in ["0", "00", "f", "False", "no", "off", "\0"] {
            check(off.as_bytes(), Some(false));
        }
        for unknown in ["", " ", "maybe", "1.5", "tf", "\u{2}"] {
            check(unknown.as_bytes(), None);
        }
        check(&[0xff], None);
    }

    #[test]
    fn a_flag_is_written_over_its_text() {
        let mut row = Row::default();
        row.push(b"f");
        row.push(b"x");
        row.set_flag(0, false);
        row.set_flag(7, true);
        assert_eq!(
            (row.get(0), row.get(1)),
            (Some(&b"0"[..]), Some(&b"x"[..]))
        );
    }
}
