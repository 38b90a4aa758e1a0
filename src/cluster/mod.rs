//! What the two machines do for each other besides their daemons: files that
//! only the master has are sent to the slaves, and what must not run on a
//! slave is put away there.
//!
//! Nothing here knows the network's model: paths, addresses and limits are
//! handed in.

pub mod fault;
pub mod rsync;
pub mod store;
pub mod sync;
pub mod wanted;
