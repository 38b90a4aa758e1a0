//! The operator's database: MariaDB/Galera, PostgreSQL or SQLite, read-only.
//!
//! One run reads one consistent snapshot. Queries are few and in bulk; rows
//! are streamed into a callback, as text cells, so that all backends look
//! the same above this module.

pub mod database;
pub mod error;
#[cfg(feature = "postgresql")]
mod guarded;
pub mod link;
pub mod load;
pub mod mysql;
mod mysql_list;
mod nodes;
pub mod position;
#[cfg(feature = "postgresql")]
mod postgres;
pub mod schema;
mod server;
pub mod sqlite;
mod stream;
pub mod url;
pub mod wake;

pub use crate::model::Row;
pub use database::{Database, Timeouts, Visit};
pub use error::SourceError;
pub use link::Link;
pub use position::{Course, Position, Standing};
pub use schema::Schema;
pub use url::Url;

use crate::config::Settings;

/// Opens the database that the URL and the settings name, and its snapshot.
///
/// `talk` is told of nodes that were passed over, and of what is to be known
/// of the one that is read.
pub fn open(
    url: Option<&str>,
    settings: &Settings,
    talk: &mut dyn FnMut(&str),
) -> Result<Box<dyn Database>, SourceError> {
    match Url::resolve(url, settings)? {
        Url::Sqlite(path) => Ok(Box::new(sqlite::Sqlite::open(&path)?)),
        Url::Server(target) => Link::open(&target, settings, talk)?.snapshot(),
    }
}
