//! The room outputs.

pub mod dhcp;
pub mod dhcp6;
pub mod dns;
pub mod names;
pub mod pool_texts;
pub mod time;
pub mod zones;
