//! What a step is told.

use std::net::Ipv4Addr;

use crate::rebuild::Part;

/// What one step may and must do.
pub struct StepOptions<'a> {
    /// Make everything, whatever changed.
    pub force: bool,
    /// Tells of a part that must be made whether it has to wait.
    pub hold: Option<&'a dyn Fn(Part) -> bool>,
    /// The TFTP server that answers, where somebody has just asked.
    pub answer: Option<Ipv4Addr>,
}
