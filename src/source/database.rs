//! What every backend is: an open snapshot that answers queries.

use std::time::Duration;

use crate::model::Row;
use crate::source::error::SourceError;
use crate::source::schema::Schema;

/// What a query gives back for each row.
pub type Visit<'a> = &'a mut dyn FnMut(&Row) -> anyhow::Result<()>;

/// An open snapshot of a database.
pub trait Database {
    /// Tables and columns that the user can see.
    fn schema(&self) -> &Schema;

    /// Runs a query and hands each row to `visit`. `what` names it in errors.
    fn query(
        &mut self,
        what: &str,
        sql: &str,
        visit: Visit<'_>,
    ) -> Result<(), SourceError>;
}

/// Limits of waiting.
#[derive(Debug, Clone, Copy)]
pub struct Timeouts {
    /// For the TCP connection, and once more for the login.
    pub connect: Duration,
    /// For each answer after that.
    pub read: Duration,
}
