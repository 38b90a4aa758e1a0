//! The check of meaning: whether a file that is well-formed says what was
//! meant, and whether a modem, an MTA or a CMTS takes it. One pass over the
//! tree of settings; the rules are in [`rules`].

mod flows;
mod pass;
pub mod rules;
mod sheet;
mod text;
mod told;
pub mod versions;

pub use pass::check;
pub use sheet::{About, Finding};
pub use text::told;
pub use told::Told;
