//! The room services.

pub mod named;
pub mod named_dirs;
