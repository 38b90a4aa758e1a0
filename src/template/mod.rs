//! The text of modem and MTA configfiles: the template language, the
//! generated header, the firmware rows. Pure: values come in through
//! [`Values`], images through a closure, and the text goes out as bytes.
//!
//! ```
//! use provha::template::*;
//!
//! struct Device;
//! impl Values for Device {
//!     fn get(&self, table: Table, column: &str, _: u32) -> Value<'_> {
//!         match (table, column) {
//!             (Table::Modem, "name") => Value::Text(b"Anna"),
//!             (Table::Modem, "us_pwr") => Value::Null,
//!             _ => Value::Unresolved,
//!         }
//!     }
//!     fn each(
//!         &self,
//!         table: Table,
//!         visit: &mut dyn FnMut(&str, u32, Value<'_>),
//!     ) {
//!         if table == Table::Modem {
//!             visit("name", 0, Value::Text(b"Anna"));
//!             visit("us_pwr", 0, Value::Null);
//!         }
//!     }
//!     fn has_qos(&self) -> bool {
//!         false
//!     }
//!     fn qos_columns(&self) -> &[String] {
//!         &[]
//!     }
//! }
//!
//! let file = Configfile {
//!     id: 1,
//!     name: "Base".to_owned(),
//!     parent_id: None,
//!     text: Some(b"SnmpMibObject sysName.0 String \"{modem.name.0}\";".to_vec()),
//!     firmware: None,
//!     kind: Kind::Modem,
//! };
//! let library = Library::new([file], |_image| None);
//! let header = CmHeader {
//!     max_cpe: Some(3),
//!     internet_access: true,
//!     contract: Some(Contract { has_telephony: false, internet_access: true }),
//!     mta_macs: &[],
//! };
//! let (mut text, mut notes) = (Vec::new(), Vec::new());
//! let chain = library.chain(1)?;
//! Renderer::new().cm(chain, &Device, &header, &mut text, &mut notes);
//! assert_eq!(
//!     String::from_utf8_lossy(&text),
//!     "Main\n{\n\tNetworkAccess 1;\n\tMaxCPE 3;\n\
//!      \n\tSnmpMibObject sysName.0 String \"Anna\";\n}"
//! );
//! # Ok::<(), ChainError>(())
//! ```
//!
//! Invariant: a value never becomes structure. What a value brings into a
//! string is escaped, into a comment broken up, and elsewhere refused with
//! its row. Invariant: the fast way and the general way print the same.

mod block;
mod engine;
mod expr;
mod firmware;
mod header;
mod library;
mod note;
mod number;
mod origin;
#[cfg(test)]
mod random_tests;
mod replace;
mod rows;
mod scan;
mod values;
mod words;

pub use engine::Renderer;
pub use firmware::{MOST_IMAGE, cvc_rows, is_plain_name};
pub use header::{Access, CmHeader, Contract, is_mac, network_access};
pub use library::{Chain, ChainError, Configfile, Library};
pub use note::{Reason, Severity, TextNote};
pub use number::php_double;
pub use origin::Origin;
pub use rows::Template;
pub use values::{Kind, Table, Value, Values};
