//! The objects of `db check` and `db sample`.

use schemars::JsonSchema;
use serde::Serialize;

/// The result of `db check`.
#[derive(Debug, Serialize, JsonSchema)]
pub struct DbCheck {
    /// The command.
    pub command: &'static str,
    /// MariaDB, PostgreSQL or SQLite.
    pub engine: &'static str,
    /// What the server calls its version.
    pub version: String,
    /// The database.
    pub database: String,
    /// The user as the server calls it; empty where there are no users.
    pub user: String,
    /// The release of the existing system that made the schema.
    pub release: &'static str,
    /// The modules that are there.
    pub modules: Vec<&'static str>,
    /// Whether everything that is needed can be read.
    pub usable: bool,
    /// Every table that is read.
    pub tables: Vec<DbTable>,
    /// Why the settings or the rows cannot be read; null: they can.
    pub fault: Option<String>,
}

/// One table of `db check`.
#[derive(Debug, Serialize, JsonSchema)]
pub struct DbTable {
    /// Its name.
    pub name: &'static str,
    /// readable, partly, denied or missing.
    pub state: &'static str,
    /// Whether a missing one stops every run.
    pub needed: bool,
    /// How many columns the user may read.
    pub columns: usize,
    /// Columns that every supported release has and that are not there.
    pub missing: Vec<String>,
    /// Columns that the user may not read.
    pub unreadable: Vec<String>,
    /// The line that lets the user read it; null where nothing is kept back.
    pub grant: Option<String>,
}

/// The result of `db sample`.
#[derive(Debug, Serialize, JsonSchema)]
pub struct DbSample {
    /// The command.
    pub command: &'static str,
    /// The file that was made.
    pub file: String,
    /// Its length, octets.
    pub bytes: usize,
    /// Rows of each table that is in it.
    pub tables: Vec<DbSampleTable>,
}

/// One table of a sample.
#[derive(Debug, Serialize, JsonSchema)]
pub struct DbSampleTable {
    /// Its name.
    pub name: &'static str,
    /// How many rows of it.
    pub rows: usize,
}
