//! Restart care: a node restarts its dhcpd only while its peer serves or is
//! known dead, and never at the same time as its peer (docs/failover.md,
//! 'Restarts of the two').

pub mod care;
pub mod doors;
pub mod evidence;
pub mod maintenance;
pub mod membership;
pub mod pace;
pub mod turn;

mod flag;
mod look;

pub use care::Care;
pub use doors::Permits;
pub use look::{Look, Memory, Reason};
pub use turn::{Later, Turn, sweep};
