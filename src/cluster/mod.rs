//! What the two machines do for each other besides their daemons: files that
//! only the master has are sent to the slaves, and what must not run on a
//! slave is put away there.
//!
//! What moves files (store, rsync, sync) knows neither the model nor the
//! settings: paths, addresses and limits are handed in.

pub mod clean_up;
pub mod failover;
pub mod fault;
pub mod nodes;
pub mod peer_leases;
pub mod remote;
pub mod rsync;
pub mod store;
pub mod sync;
pub mod sync_memory;
pub mod sync_report;
pub mod sync_settings;
pub mod wanted;
