//! Model to bytes: every decision is made here, activation has none left.

pub mod device;
pub mod dhcp;
pub mod dns;
pub mod filters;
pub mod kea;
pub mod nets;
mod records;
pub mod sink;
pub mod templates;
pub mod time;
