//! Model to bytes: every decision is made here, activation has none left.

pub mod device;
pub mod dhcp;
pub mod filters;
mod records;
pub mod templates;
pub mod text;
