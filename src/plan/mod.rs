//! The seam between thinking and disk.

pub mod sink;

pub use sink::{MemorySink, Sink};
