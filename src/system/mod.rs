//! The room system.

pub mod dir;
pub mod files;
pub mod interrupt;
pub mod listener;
pub mod lock;
pub mod process;
pub mod scratch;
pub mod stamp;
pub mod streams;
