//! The machine: the only places that rename, run programs, lock.

pub mod dir;
pub mod error;
pub mod files;
pub mod gate;
pub mod interrupt;
pub mod kind;
pub mod listener;
pub mod lock;
pub mod owner;
pub mod process;
pub mod rest;
pub mod scratch;
pub mod stamp;
pub mod streams;
mod walk;
