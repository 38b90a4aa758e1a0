//! The codec as it stands in `src/docsis` and the template language of
//! `src/template`, compiled alone so that a fuzz target builds in seconds.

#[path = "../../src/docsis/mod.rs"]
pub mod docsis;

#[path = "../../src/template/mod.rs"]
pub mod template;
