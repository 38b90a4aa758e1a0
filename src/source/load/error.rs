//! Why no network can be made of the database.

use crate::source::SourceError;

/// A failure to make a network of the database.
#[derive(Debug, thiserror::Error)]
pub enum LoadError {
    /// The database cannot be read.
    #[error(transparent)]
    Source(#[from] SourceError),
    /// The settings are unusable: nothing may be published.
    #[error("{what}")]
    Unusable {
        /// What is wrong, with table and column.
        what: String,
        /// What to do about it.
        hint: String,
    },
}

impl LoadError {
    /// Settings that cannot be used.
    pub fn unusable(what: impl Into<String>, hint: &str) -> Self {
        Self::Unusable { what: what.into(), hint: hint.to_string() }
    }
}
