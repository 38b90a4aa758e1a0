//! The DOCSIS and PacketCable configfile codec.

mod address;
pub mod decode;
mod decode_ber;
mod decode_modules;
mod decode_name;
mod decode_snmp;
mod decode_text;
mod decode_tree;
mod decode_value;
mod decode_words;
mod diagnostic;
pub mod diff;
mod encode;
mod fault;
pub mod json;
mod lex;
mod lex_value;
pub mod mib;
pub mod mib_dirs;
mod mib_extra;
mod mib_tree;
pub mod mic;
mod near;
pub mod oid;
mod reread;
mod shared;
mod snmp;
pub mod table;
mod table_rows;
mod value;
pub mod verify;
mod write;
mod write_forms;

pub use diagnostic::{Diagnostic, Rendered, Span, Warning};
pub use encode::{
    Encoded, Files, MAX_TEXT, MemoryFiles, Mode, NoFiles, Options, encode,
};
pub use fault::Fault;
pub use mib::Mib;
pub use mic::{Hash, key_of_file};
pub use shared::SharedEncoder;
