//! What a sample is.

use crate::sample::columns::Column;

/// One table of a sample.
#[derive(Debug, Clone)]
pub struct Table {
    /// Its name.
    pub name: &'static str,
    /// Its columns.
    pub columns: Vec<Column>,
    /// Its rows, ascending by id; cells are masked.
    pub rows: Vec<Vec<Option<String>>>,
}

/// The masked rows.
#[derive(Debug, Clone, Default)]
pub struct Sample {
    /// The tables that are there, those without a row included: that a table
    /// is missing means something, too.
    pub tables: Vec<Table>,
}

impl Sample {
    /// How many rows there are.
    pub fn rows(&self) -> usize {
        self.tables.iter().map(|table| table.rows.len()).sum()
    }
}
