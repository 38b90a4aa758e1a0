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

    /// A cell as a truth value: NULL and 0 are false.
    pub fn flag(&self, cell: usize) -> bool {
        self.number::<i64>(cell).is_some_and(|n| n != 0)
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
        assert!(!row.flag(1));
    }
}
