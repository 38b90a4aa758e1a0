//! The DOCSIS and PacketCable configfile codec.

pub mod mib;
mod mib_extra;
mod mib_tree;
pub mod table;
mod table_rows;
