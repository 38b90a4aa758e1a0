//! The DOCSIS and `PacketCable` configfile codec.
//!
//! A configfile is written as text (`Main { NetworkAccess 1; … }`) and given
//! to cable modems and MTAs as type-length-value octets. This module turns
//! either into the other, byte for byte as the `docsis` reference encoder
//! 0.9.9-dev does, and says what is wrong with a text by line and column. It
//! uses nothing else of this program and touches no files by itself: what a
//! text names comes in through [`Files`], MIB names through [`mib::Mib`].
//!
//! ```
//! use provha::docsis::{Hash, MemoryFiles, Options, encode, key_of_file};
//!
//! let key_file = b"secret\n";
//! let files = [("mfg.der", [0x30; 300].as_slice())];
//! let files = MemoryFiles(&files);
//! let options =
//!     Options { files: &files, ..Options::modem(key_of_file(key_file)) };
//! let text = br#"Main {
//!     NetworkAccess 1;
//!     SnmpMibObject docsDevNmAccessStatus.1 Integer 4;
//!     ManufacturerCVC "mfg.der";
//! }"#;
//! let file = encode(text, &options).expect("the text is valid").bytes;
//! assert_eq!(file[..3], [3, 1, 1]);
//! assert_eq!(file.len() % 4, 0);
//!
//! // Faults have a place, the limit that was broken, and advice.
//! let faults = encode(b"Main { MaxCPE 0; MaxCEP 2; }", &options);
//! let faults = faults.expect_err("two things are wrong");
//! assert_eq!(faults.len(), 2);
//! let expected = faults[0].expected();
//! assert_eq!(expected.as_deref(), Some("a number from 1 to 254"));
//! assert_eq!(faults[1].hint().as_deref(), Some("did you mean `MaxCPE`?"));
//! print!("{}", faults[0].render("modem.conf"));
//!
//! // An MTA's file with its hash.
//! let text = b"Main { MtaConfigDelimiter 1; MtaConfigDelimiter 255; }";
//! let file = encode(text, &Options::mta(Hash::Eu)).expect("it is valid");
//! assert_eq!(file.bytes[..3], [254, 1, 1]);
//! ```
//!
//! # Encoding
//!
//! [`encode`] reads a text once and appends each setting's octets where it is
//! read; a block's length is filled in at its end. [`SharedEncoder`] does the
//! same for many texts made from one template, and takes over whole settings
//! that are the same octets as in the text before. Neither allocates per
//! token.
//!
//! A modem's file ends with the CM MIC, the CMTS MIC made with the key, the
//! end marker and padding; without a key file the key is empty, as it is for
//! an empty key file. A text that starts with `MtaConfigDelimiter` is an MTA's
//! in any mode.
//!
//! # What is refused
//!
//! All that the reference refuses, and where it crashes. It also refuses
//! texts that its own decoder cannot read back; so does [`encode`], with the
//! setting that the decoder would stop at. A block or setting of more than 255
//! octets, which the reference drops with a warning, is refused unless
//! [`Options::lenient`] is set.
//!
//! # Limits
//!
//! Texts of up to [`MAX_TEXT`] octets (8 MiB), 128 blocks inside each other, 50
//! faults a text. Memory is bounded by a few times the text's length.

mod address;
pub mod check;
pub mod codes;
pub mod decode;
pub mod describe;
pub mod diff;
mod encode;
mod extended_mic;
pub mod from_json;
pub mod json;
pub mod kind_of;
pub mod mib;
pub mod mic;
mod mta_hash;
pub mod names;
mod near;
mod newer;
pub mod service;
mod symbol;
pub mod table;
mod table_rows;
pub mod verify;

pub use encode::diagnostic::{Diagnostic, Rendered, Span, Warning};
pub use encode::fault::Fault;
pub use encode::shared::SharedEncoder;
pub use encode::{
    Encoded, Files, MAX_TEXT, MemoryFiles, Mode, NoFiles, Options,
    comment_warnings, encode,
};
pub use mib::Mib;
pub use mic::{Hash, key_of_file};
