//! Hand-over from the existing writers: exactly one program writes the files.
//! `plan.rs` is pure, `store.rs` does it and keeps what an undo needs.

pub mod json;
pub mod machine;
pub mod plan;
pub mod store;
pub mod tell;
mod wrapper;
