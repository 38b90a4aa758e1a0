//! The database cluster under the pair: watched, and brought back after a
//! full stop. The stock engines do the work: Galera, its arbiter, systemd and
//! ssh; what is decided here is who may go first.
//!
//! `choose` is pure. `collect` asks all nodes, `recover` carries a decision
//! out, `verify` compares the data of all nodes afterwards.

pub mod arbiter;
pub mod backup;
pub mod choose;
pub mod claims;
pub mod collect;
pub mod config;
pub mod crosscheck;
pub mod facts;
pub mod forms;
pub mod health;
pub mod init;
pub mod journal;
pub mod json;
pub mod later;
pub mod order;
pub mod position;
pub mod primary;
pub mod recover;
pub mod script;
pub mod steps;
pub mod table;
pub mod users;
pub mod verify;
pub mod watch;

use std::path::PathBuf;
use std::time::Duration;

use crate::context::Context;
use crate::system::lock::Lock;

/// A lock of its own: bringing a cluster back takes long, and must not hold
/// the rebuild of what daemons need. None: the run only looks.
///
/// # Errors
/// Exit 75: another run holds it.
pub fn lock(
    context: &Context<'_>,
    command: &str,
) -> anyhow::Result<Option<Lock>> {
    if context.only_looks() {
        return Ok(None);
    }
    let mut path = context.settings.path("PROVHA__LOCK_FILE").into_os_string();
    path.push(".cluster");
    let wait = Duration::from_secs(context.options.lock_wait);
    Ok(Some(Lock::acquire(&PathBuf::from(path), command, wait)?))
}
