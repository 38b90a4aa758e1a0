//! The codec as it stands in `src/docsis`, compiled alone so that a fuzz
//! target builds in seconds.

#[path = "../../src/docsis/mod.rs"]
pub mod docsis;
