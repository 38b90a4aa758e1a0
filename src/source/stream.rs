//! Work on a server's connection in a thread of its own: whatever the server
//! sends, or does not send, the run goes on in bounded time. A driver that
//! panics at an answer ends its thread and not the program.

use std::panic;
use std::sync::Once;
use std::sync::mpsc::{RecvTimeoutError, SyncSender, sync_channel};
use std::thread;
use std::time::{Duration, Instant};

use crate::model::Row;
use crate::source::database::Visit;
use crate::source::error::SourceError;

/// The name of the threads that a server may end.
const THREAD: &str = "database";
/// Rows that are handed over together: fewer than this in the time for one
/// answer is a server that hardly lives.
const ROWS: usize = 256;
/// Octets of rows that are handed over together.
const OCTETS: usize = 1 << 20;
/// How often the time for one answer may pass until a table is read: one with
/// a million rows takes some seconds, and who sends rows for ever is left.
const WHOLE: u32 = 10;
/// The words for an answer without end.
const ENDLESS: &str = "the answer does not end";
/// The words for a silent server.
pub const LATE: &str = "no answer in time";
/// The words for an answer that ended the driver.
pub const NONSENSE: &str = "its answer makes no sense";

/// Begins a thread whose panics say nothing on stderr: who waits for it tells
/// what happened.
fn begin(work: impl FnOnce() + Send + 'static) -> Result<(), String> {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| {
        let usual = panic::take_hook();
        panic::set_hook(Box::new(move |info| {
            if thread::current().name() != Some(THREAD) {
                usual(info);
            }
        }));
    });
    let thread = thread::Builder::new().name(THREAD.into());
    let begun = thread.spawn(work).map(drop);
    begun.map_err(|error| format!("no thread for the database: {error}"))
}

/// Does `work`, for at most `limit`; then its thread is left behind.
///
/// # Errors
/// The work failed, took too long, or the driver did not survive the answer.
pub fn in_time<T: Send + 'static>(
    limit: Duration,
    work: impl FnOnce() -> Result<T, String> + Send + 'static,
) -> Result<T, String> {
    let (sender, done) = sync_channel(1);
    // Nobody may be waiting any more: then the connection is closed.
    begin(move || drop(sender.send(work())))?;
    done.recv_timeout(limit).unwrap_or_else(|error| Err(words(error).into()))
}

/// The words for a thread that gave nothing.
fn words(error: RecvTimeoutError) -> &'static str {
    match error {
        RecvTimeoutError::Timeout => LATE,
        RecvTimeoutError::Disconnected => NONSENSE,
    }
}

/// What comes from the thread.
enum Part<C> {
    Rows(Vec<Row>),
    End(C, Result<(), String>),
}

/// Where the rows of a query go.
pub struct Rows<C> {
    sender: SyncSender<Part<C>>,
    batch: Vec<Row>,
    octets: usize,
}

impl<C> Rows<C> {
    /// Takes a row; false when nobody wants more.
    pub fn push(&mut self, row: &Row) -> bool {
        self.octets += row.octets();
        self.batch.push(row.clone());
        let full = self.batch.len() >= ROWS || self.octets >= OCTETS;
        !full || self.flush()
    }

    /// Hands the rows over.
    fn flush(&mut self) -> bool {
        self.octets = 0;
        let batch = std::mem::take(&mut self.batch);
        self.sender.send(Part::Rows(batch)).is_ok()
    }
}

/// Runs a query of `what` on a connection, which comes back if it can still be
/// used. Each batch of rows has `limit` to come, all of them together
/// [`WHOLE`] times that.
pub fn query<C: Send + 'static>(
    connection: &mut Option<C>,
    limit: Duration,
    what: &str,
    run: impl FnOnce(&mut C, &mut Rows<C>) -> Result<(), String> + Send + 'static,
    visit: Visit<'_>,
) -> Result<(), SourceError> {
    let failed = |reason: String| {
        let what = what.to_string();
        SourceError::Query { what, reason }
    };
    let mut own = connection
        .take()
        .ok_or_else(|| failed("the connection is lost".into()))?;
    let (sender, parts) = sync_channel(4);
    begin(move || {
        let end = sender.clone();
        let mut rows = Rows { sender, batch: Vec::new(), octets: 0 };
        let result = run(&mut own, &mut rows);
        if rows.flush() {
            let _ = end.send(Part::End(own, result));
        }
    })
    .map_err(failed)?;
    // What the program does with the rows is not the server's time.
    let mut waited = Duration::ZERO;
    loop {
        let begin = Instant::now();
        let part = parts.recv_timeout(limit);
        waited += begin.elapsed();
        match part {
            Ok(Part::Rows(_)) if waited > limit * WHOLE => {
                return Err(failed(ENDLESS.into()));
            }
            Ok(Part::Rows(rows)) => {
                for row in &rows {
                    visit(row)?;
                }
            }
            Ok(Part::End(own, result)) => {
                *connection = Some(own);
                return result.map_err(failed);
            }
            Err(error) => return Err(failed(words(error).into())),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_never_ends_or_panics_is_an_error_in_time() {
        let limit = Duration::from_millis(100);
        assert_eq!(in_time(limit, || Ok(7)), Ok(7));
        let late = in_time::<()>(limit, || {
            thread::sleep(Duration::from_secs(5));
            Ok(())
        });
        assert_eq!(late, Err(LATE.into()));
        let dead = in_time::<()>(limit, || panic!("by the server"));
        assert_eq!(dead, Err(NONSENSE.into()));
    }

    /// Runs a query that sends rows with pauses; how many came, and the error.
    fn rows(count: usize, pause: u64) -> (usize, Option<String>, bool) {
        let mut connection = Some(());
        let mut seen = 0;
        let run = move |(): &mut (), rows: &mut Rows<()>| {
            let mut row = Row::default();
            row.push(b"x");
            for _ in 0..count {
                thread::sleep(Duration::from_millis(pause));
                let _ = rows.push(&row);
            }
            Ok(())
        };
        let limit = Duration::from_millis(300);
        let result = query(&mut connection, limit, "t", run, &mut |_| {
            seen += 1;
            Ok(())
        });
        let error = result.err().map(|error| error.to_string());
        (seen, error, connection.is_some())
    }

    #[test]
    fn rows_come_in_order_and_a_trickle_is_cut_off() {
        assert_eq!(rows(1000, 0), (1000, None, true));
        let (seen, error, kept) = rows(50, 40);
        assert_eq!((seen, kept), (0, false));
        assert!(error.unwrap().contains(LATE));
    }

    #[test]
    fn rows_without_end_are_cut_off() {
        let mut connection = Some(());
        let run = |(): &mut (), rows: &mut Rows<()>| {
            let mut row = Row::default();
            row.push(b"x");
            while rows.push(&row) {}
            Ok(())
        };
        let limit = Duration::from_millis(50);
        let result = query(&mut connection, limit, "t", run, &mut |_| Ok(()));
        assert!(result.unwrap_err().to_string().contains(ENDLESS));
        assert!(connection.is_none());
    }

    #[test]
    fn the_consumers_fault_ends_it() {
        let mut connection = Some(());
        let run = |(): &mut (), rows: &mut Rows<()>| {
            let row = Row::default();
            while rows.push(&row) {}
            Ok(())
        };
        let limit = Duration::from_secs(5);
        let result = query(&mut connection, limit, "t", run, &mut |_| {
            anyhow::bail!("enough")
        });
        assert!(result.unwrap_err().to_string().contains("enough"));
    }
}
