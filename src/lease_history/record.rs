//! Takes over what is new in the lease file.

use std::cell::RefCell;
use std::io;
use std::path::Path;
use std::time::Duration;

use crate::config::Settings;
use crate::exit::{Exit, Stop};
use crate::lease_history::journal::{self, Appender};
use crate::lease_history::source::{self, Position};
use crate::system::files;
use crate::system::lock::Lock;

/// The key of the days that are kept.
pub const DAYS: &str = "PROVHA__LEASE_HISTORY_DAYS";
/// The file with the position, in the journal's directory.
const POSITION: &str = "position.json";

/// What is known of how far the lease file was read.
pub fn position(state: &Path) -> Option<Position> {
    let path = journal::dir(state).join(POSITION);
    serde_json::from_str(&files::read_text(&path).ok()?).ok()
}

/// Appends what is new to the journal, and lets go what is too old; with no
/// days, the journal goes. How many changes there were.
///
/// # Errors
/// The lease file cannot be read, or the journal not be written: the next run
/// goes on where this one began.
pub fn take_over(settings: &Settings, now: i64) -> anyhow::Result<usize> {
    let state = settings.path("PROVHA__STATE_DIR");
    let (dir, days) = (journal::dir(&state), settings.number(DAYS));
    if days == 0 {
        files::remove_tree(&dir)?;
        return Ok(0);
    }
    files::make_private_dirs(&dir)?;
    let _alone =
        match Lock::acquire(&dir.join("lock"), "leases", Duration::ZERO) {
            Ok(lock) => lock,
            Err(error) => match error.downcast_ref::<Stop>() {
                // Another run is just doing it.
                Some(stop) if stop.exit == Exit::Locked => return Ok(0),
                _ => return Err(error),
            },
        };
    let before = position(&state);
    // A day's file is opened when there is something for it.
    let appender: RefCell<Option<Appender>> = RefCell::new(None);
    let mut count = 0;
    let leases = settings.path("PROVHA__DHCPD_LEASES");
    let after = source::new(&leases, before.as_ref(), now, &mut |events| {
        if events.is_empty() {
            return Ok(());
        }
        count += events.len();
        let mut appender = appender.borrow_mut();
        let appender = match &mut *appender {
            Some(open) => open,
            none => none
                .insert(Appender::open(&dir, now).map_err(io::Error::other)?),
        };
        appender.add(events).map_err(io::Error::other)
    })?;
    if let Some(appender) = appender.into_inner() {
        appender.finish()?;
    }
    if let Some(after) = after.filter(|after| Some(*after) != before) {
        let text = serde_json::to_string(&after)?;
        files::replace(&dir.join(POSITION), text.as_bytes(), 0o600)?;
        journal::prune(&dir, days, now)?;
    }
    Ok(count)
}
