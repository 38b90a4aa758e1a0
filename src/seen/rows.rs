//! Rows as they are kept: a chunk of a table as text, a line a row.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use crate::seen::digest::{CHUNK, VOLATILE};
use crate::seen::hash::{hash_of, hex};
use crate::source::{Database, SourceError};

/// A longer value is kept as its beginning and its hash, octets.
const LONGEST: usize = 8192;

/// The rows of one chunk.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Rows {
    /// The names of the columns.
    pub columns: Vec<String>,
    /// The cells of each row, by its id; None: NULL.
    pub rows: BTreeMap<u32, Vec<Option<String>>>,
}

/// How a row differs from what was read before.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum How {
    /// It was touched earlier than what was read, by so many seconds.
    Older(i64),
    /// It was touched at the same time, or it does not say when.
    Untouched,
    /// It was touched later.
    Newer,
    /// It is gone.
    Missing,
    /// It was not there, although it is said to be made before other rows
    /// that were.
    Back,
    /// It is new.
    New,
}

/// One value that differs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cell {
    /// The column.
    pub column: String,
    /// What was read, and made live.
    pub live: Option<String>,
    /// What the database holds.
    pub now: Option<String>,
}

/// A row that differs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RowChange {
    /// The table.
    pub table: String,
    /// The row.
    pub id: u32,
    /// How.
    pub how: How,
    /// The values; all that were read of a row that is gone.
    pub cells: Vec<Cell>,
}

impl Rows {
    /// Reads so many chunks that follow each other, each as a text, which
    /// [`Rows::parse`] reads: each question costs the server as much as a
    /// hundred rows. They are not taken to pieces here: a first run reads every
    /// row, and needs none of them.
    ///
    /// # Errors
    /// The database cannot be read.
    pub fn read_texts(
        db: &mut dyn Database,
        table: &str,
        columns: &[String],
        number: u32,
        many: u32,
    ) -> Result<Vec<String>, SourceError> {
        let mut chunks = vec![columns.join("\t"); many as usize];
        let first = u64::from(number) * u64::from(CHUNK);
        let end = first + u64::from(CHUNK) * u64::from(many);
        let list: Vec<String> =
            columns.iter().map(|name| format!("`{name}`")).collect();
        let sql = format!(
            "SELECT id, {} FROM `{table}` WHERE id >= {first} AND id < {end} \
             ORDER BY id",
            list.join(", ")
        );
        db.query(table, &sql, &mut |row| {
            let cells =
                (1..row.len()).map(|at| row.get(at).map(|_| row.text(at)));
            let id: u32 = row.number(0).unwrap_or(0);
            let at = (id / CHUNK).saturating_sub(number) as usize;
            if let Some(chunk) = chunks.get_mut(at) {
                push_row(chunk, id, cells);
            }
            Ok(())
        })?;
        for chunk in &mut chunks {
            chunk.push('\n');
        }
        Ok(chunks)
    }

    /// As a text, which [`Rows::parse`] reads.
    #[cfg(test)]
    pub fn text(&self) -> String {
        let mut out = self.columns.join("\t");
        for (id, cells) in &self.rows {
            let cells = cells.iter().map(Option::as_deref);
            push_row(&mut out, *id, cells);
        }
        out.push('\n');
        out
    }

    /// Reads a text; None: it is not one.
    pub fn parse(text: &str) -> Option<Self> {
        let mut lines = text.strip_suffix('\n')?.split('\n');
        let columns: Vec<String> =
            lines.next()?.split('\t').map(str::to_string).collect();
        let mut rows = BTreeMap::new();
        for line in lines {
            let mut cells = line.split('\t');
            let id = cells.next()?.parse().ok()?;
            let cells: Vec<Option<String>> = cells
                .map(|cell| (cell != "\\N").then(|| unescaped(cell)))
                .collect();
            if cells.len() != columns.len() {
                return None;
            }
            let _ = rows.insert(id, cells);
        }
        Some(Self { columns, rows })
    }

    /// The cell of a row.
    pub fn cell(&self, id: u32, column: &str) -> Option<&str> {
        let at = self.columns.iter().position(|name| name == column)?;
        self.rows.get(&id)?[at].as_deref()
    }

    /// The rows that differ from those read before, in columns that count.
    pub fn since(&self, old: &Self, table: &str) -> Vec<RowChange> {
        let change = |id: u32, how: How, cells| RowChange {
            table: table.into(),
            id,
            how,
            cells,
        };
        let newest = old.rows.keys().filter_map(|id| old.touched(*id)).max();
        let mut out = Vec::new();
        for id in old.rows.keys() {
            if !self.rows.contains_key(id) {
                out.push(change(*id, How::Missing, old.all(*id)));
                continue;
            }
            let cells = self.cells(old, *id);
            if !cells.is_empty() {
                let how = order(old.touched(*id), self.touched(*id));
                out.push(change(*id, how, cells));
            }
        }
        for id in self.rows.keys().filter(|id| !old.rows.contains_key(id)) {
            let made = self.cell(*id, "created_at").and_then(time);
            let how = match (made, newest) {
                (Some(made), Some(newest)) if made < newest => How::Back,
                _ => How::New,
            };
            out.push(change(*id, how, Vec::new()));
        }
        out
    }

    /// When a row was last touched, seconds of the database's own time.
    fn touched(&self, id: u32) -> Option<i64> {
        let stamps = VOLATILE.iter().chain(&["deleted_at"]);
        stamps.filter_map(|name| self.cell(id, name).and_then(time)).max()
    }

    /// The values of a row that differ; only of columns that both have.
    fn cells(&self, old: &Self, id: u32) -> Vec<Cell> {
        let (now, live) = (&self.rows[&id], &old.rows[&id]);
        // Nearly all rows of a chunk are as they were.
        if now == live && self.columns == old.columns {
            return Vec::new();
        }
        let mut out = Vec::new();
        for (at, column) in self.columns.iter().enumerate() {
            let before = old.columns.iter().position(|name| name == column);
            let Some(before) = before else { continue };
            if VOLATILE.contains(&&**column) || now[at] == live[before] {
                continue;
            }
            out.push(Cell {
                column: column.clone(),
                live: live[before].clone(),
                now: now[at].clone(),
            });
        }
        out
    }

    /// All values of a row that is gone.
    fn all(&self, id: u32) -> Vec<Cell> {
        let cells = self.columns.iter().zip(&self.rows[&id]);
        cells
            .filter(|(name, live)| live.is_some() && *name != "id")
            .map(|(column, live)| Cell {
                column: column.clone(),
                live: live.clone(),
                now: None,
            })
            .collect()
    }
}

/// Which of two rows was touched later.
fn order(live: Option<i64>, now: Option<i64>) -> How {
    match (live, now) {
        (Some(live), Some(now)) if now < live => How::Older(live - now),
        (Some(live), Some(now)) if now > live => How::Newer,
        // An application that touches a row leaves a time.
        (Some(_), None) => How::Older(i64::MAX),
        _ => How::Untouched,
    }
}

/// A time stamp of the database in seconds; both engines write
/// '2026-01-31 23:59:59', PostgreSQL with fractions and a zone after it.
fn time(text: &str) -> Option<i64> {
    let text: jiff::civil::DateTime = text.get(..19)?.parse().ok()?;
    let zoned = text.to_zoned(jiff::tz::TimeZone::UTC).ok()?;
    Some(zoned.timestamp().as_second())
}

/// Appends a row to the text of a chunk.
fn push_row<T: AsRef<str>>(
    out: &mut String,
    id: u32,
    cells: impl Iterator<Item = Option<T>>,
) {
    let _ = write!(out, "\n{id}");
    for cell in cells {
        out.push('\t');
        match cell {
            None => out.push_str("\\N"),
            Some(cell) => push_cell(out, cell.as_ref()),
        }
    }
}

/// Appends a value as it is kept, without what parts lines and cells.
fn push_cell(out: &mut String, text: &str) {
    let (text, rest) = kept(text);
    if memchr::memchr3(b'\\', b'\t', b'\n', text.as_bytes()).is_none() {
        out.push_str(text);
    } else {
        for c in text.chars() {
            match c {
                '\\' => out.push_str("\\\\"),
                '\t' => out.push_str("\\t"),
                '\n' => out.push_str("\\n"),
                c => out.push(c),
            }
        }
    }
    if let Some(hash) = rest {
        let _ = write!(out, "… ({hash})");
    }
}

/// The part of a value that is kept, and the hash of a longer one.
fn kept(text: &str) -> (&str, Option<String>) {
    if text.len() <= LONGEST {
        return (text, None);
    }
    let end = (0..=LONGEST).rev().find(|at| text.is_char_boundary(*at));
    (&text[..end.unwrap_or(0)], Some(hex(hash_of(text))))
}

/// The value of an escaped one.
fn unescaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut chars = text.chars();
    while let Some(c) = chars.next() {
        match (c, c == '\\') {
            (_, true) => match chars.next() {
                Some('t') => out.push('\t'),
                Some('n') => out.push('\n'),
                Some(other) => out.push(other),
                None => {}
            },
            (c, _) => out.push(c),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Rows of (id, name, updated_at).
    pub fn rows(list: &[(u32, &str, &str)]) -> Rows {
        let columns = ["id", "name", "updated_at"].map(str::to_string);
        let row = |(id, name, at): &(u32, &str, &str)| {
            let at = (!at.is_empty()).then(|| format!("2026-11-30 {at}"));
            (*id, vec![Some(id.to_string()), Some((*name).into()), at])
        };
        let rows = list.iter().map(row).collect();
        Rows { columns: columns.to_vec(), rows }
    }

    #[test]
    fn a_chunk_is_read_back_whatever_is_in_it() {
        let odd = "a\tb\\n\n\\N\\";
        let mut chunk = rows(&[(1, odd, "10:00:00"), (7, "", "")]);
        chunk.rows.get_mut(&7).unwrap()[1] = None;
        assert_eq!(Rows::parse(&chunk.text()), Some(chunk.clone()));
        let empty = rows(&[]);
        assert_eq!(Rows::parse(&empty.text()), Some(empty));
        assert_eq!(Rows::parse(""), None);
        assert_eq!(Rows::parse("id\tname\n1\n"), None);
        let cell = |text: &str| {
            let mut out = String::new();
            push_cell(&mut out, text);
            out
        };
        let long = "x".repeat(LONGEST + 1);
        assert!(cell(&long).len() < LONGEST + 30);
        assert_ne!(cell(&long), cell(&format!("{long}y")));
        assert_eq!(cell("a\tb\\n\n"), "a\\tb\\\\n\\n");
    }

    #[test]
    fn each_way_to_differ() {
        let old = rows(&[
            (1, "a", "10:00:00"),
            (2, "b", "10:00:00"),
            (3, "c", ""),
            (4, "d", "10:00:05"),
            (5, "e", "10:00:00"),
        ]);
        let new = rows(&[
            (1, "a", "11:00:00"),
            (2, "x", "09:59:00"),
            (3, "x", ""),
            (5, "x", "10:00:01"),
            (6, "f", "11:00:00"),
        ]);
        let told: Vec<_> =
            new.since(&old, "t").into_iter().map(|c| (c.id, c.how)).collect();
        let expected = [
            (2, How::Older(60)),
            (3, How::Untouched),
            (4, How::Missing),
            (5, How::Newer),
            (6, How::New),
        ];
        assert_eq!(told, expected);
        assert!(old.since(&old, "t").is_empty());
        let cells = &new.since(&old, "t")[0].cells;
        assert_eq!(cells.len(), 1);
        assert_eq!(cells[0].live.as_deref(), Some("b"));
        assert_eq!(cells[0].now.as_deref(), Some("x"));
    }
}
