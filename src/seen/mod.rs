//! What was last read of the database and made live: where the server stood,
//! digests of the tables, and the rows themselves. With it a run finds out
//! that the database has forgotten what is live: commits that a crash lost, or
//! an old dump that was loaded.
//!
//! [`judge`] decides, purely, by where the server stands and by the rows that
//! differ. A forgotten change is never overwritten unasked.

pub mod check;
pub mod digest;
mod hash;
pub mod judge;
pub mod rows;
pub mod store;
mod words;

pub use check::{Reading, open};
pub use hash::{hash_of, hex};
