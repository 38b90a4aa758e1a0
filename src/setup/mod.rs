//! The installer's steps: a plan made of facts, done one by one with a journal
//! from which all of it can be undone; and what a person needs besides:
//! grants, lines for CMTS, objects for Icinga, a check of the whole, the way
//! into the pair.

pub mod apply;
pub mod check;
pub mod cmts;
pub mod facts;
pub mod gather;
pub mod grants;
pub mod icinga;
pub mod into_pair;
pub mod journal;
pub mod json;
pub mod places;
pub mod plan;
pub mod report;
pub mod step;
pub mod steps;
pub mod text;
pub mod undo;
pub mod wish;
