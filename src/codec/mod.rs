//! What the commands of `provha docsis` do with files.

pub mod check;
pub mod compare;
pub mod describe;
pub mod encode;
pub mod inputs;
mod line;
pub mod rules;
pub mod verify;
