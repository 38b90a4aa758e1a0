//! TERM, INT and HUP: an interrupted run says so, ends its children and takes
//! its temporary files along.
//!
//! Whatever makes a file, starts a program or makes something live passes a
//! gate. The thread that waits for signals closes the gate for good, so that
//! nothing new comes while it cleans up. While something is just being made
//! live it waits a little: a restart that is cut short is an outage.

use std::io;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, PoisonError};
use std::time::{Duration, Instant};

use nix::sys::signal::{Signal, killpg};
use nix::unistd::Pid;
use signal_hook::consts::{SIGABRT, SIGHUP, SIGINT, SIGTERM};
use signal_hook::flag;
use signal_hook::iterator::Signals;

use crate::system::dir::Dir;
use crate::system::files;
use crate::system::gate::{BUSY, CHANGED, CHILDREN, GATE, LEFT, Left, lock};

/// How long what is just being made live may take to its end.
const PATIENCE: Duration = Duration::from_secs(5);
/// How long children have between TERM and KILL.
const GRACE: Duration = Duration::from_secs(1);

/// How far an interrupted run had come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reached {
    /// What was live is untouched.
    Nothing,
    /// Some of the new files are live, and were verified.
    Some,
    /// Something was just being made live.
    Halfway,
}

/// Waits for signals from now on. `tell` says what happened, and gives the
/// exit code.
///
/// # Errors
/// The signals cannot be caught: they end the run as they always do.
pub fn listen(
    tell: impl Fn(&str, Reached) -> i32 + Send + 'static,
) -> io::Result<()> {
    let ignored = ignored();
    let wanted = [SIGTERM, SIGINT, SIGHUP];
    let wanted: Vec<_> = wanted
        .into_iter()
        .filter(|number| ignored >> (number - 1) & 1 == 0)
        .collect();
    let (sender, begun) = std::sync::mpsc::sync_channel(1);
    let wait = move || {
        // Only here: caught without a thread that waits they would be lost.
        let mut signals = match Signals::new(wanted) {
            Ok(signals) => signals,
            Err(error) => return drop(sender.send(Err(error))),
        };
        let _ = sender.send(Ok(()));
        let Some(number) = signals.forever().next() else { return };
        let name = Signal::try_from(number).map_or("a signal", Signal::as_str);
        let reached = close(Instant::now() + PATIENCE);
        end_children();
        // A swap that is under way needs what lies beside its places.
        if reached != Reached::Halfway {
            clean_up();
        }
        std::process::exit(tell(name, reached));
    };
    let builder = std::thread::Builder::new().name("signals".into());
    let _ = builder.spawn(wait)?;
    begun.recv().unwrap_or(Ok(()))
}

/// After an error in the program itself: removes what is temporary. Whether
/// the run has made something live.
pub fn broken() -> bool {
    clean_up();
    CHANGED.load(Ordering::SeqCst)
}

/// Has a run that is out of memory end by an exit code: `changed` if it has
/// made something live, else `untouched`. A server that lies can get there:
/// the driver of MariaDB reserves room for as many columns as are announced,
/// 2^30 too, and Rust aborts where the system has not got it. Nothing comes
/// between in safe code but this, which is called by the handler of SIGABRT
/// and may write nothing: the words ('memory allocation of … bytes failed')
/// are on stderr before. What is temporary is swept by the next run.
///
/// # Errors
/// The signal cannot be caught: such a run dies by it.
pub fn on_abort(untouched: i32, changed: i32) -> io::Result<()> {
    // In this order: the first whose flag is set ends the process.
    let live = Arc::clone(&CHANGED);
    let _ = flag::register_conditional_shutdown(SIGABRT, changed, live)?;
    let always = Arc::new(AtomicBool::new(true));
    let _ = flag::register_conditional_shutdown(SIGABRT, untouched, always)?;
    Ok(())
}

/// The signals that whoever started us wants ignored, such as nohup(1): a bit
/// each (proc(5), SigIgn).
fn ignored() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status");
    let status = status.unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("SigIgn:"));
    let bits = line.and_then(|hex| u64::from_str_radix(hex.trim(), 16).ok());
    bits.unwrap_or(0)
}

/// Closes the gate for good, once nothing is being made live or time is up.
fn close(end: Instant) -> Reached {
    loop {
        let closed = GATE.write().unwrap_or_else(PoisonError::into_inner);
        let busy = BUSY.load(Ordering::SeqCst) > 0;
        if busy && Instant::now() < end {
            drop(closed);
            std::thread::sleep(Duration::from_millis(10));
            continue;
        }
        std::mem::forget(closed);
        return match (busy, CHANGED.load(Ordering::SeqCst)) {
            (true, _) => Reached::Halfway,
            (false, true) => Reached::Some,
            (false, false) => Reached::Nothing,
        };
    }
}

/// Ends all children, with all that they started.
fn end_children() {
    let end = Instant::now() + GRACE;
    let signal = |signal| {
        let children = lock(&CHILDREN);
        for group in children.iter() {
            let _ = killpg(Pid::from_raw(*group), signal);
        }
        children.is_empty()
    };
    if signal(Some(Signal::SIGTERM)) {
        return;
    }
    while Instant::now() < end {
        std::thread::sleep(Duration::from_millis(10));
        if lock(&CHILDREN).is_empty() {
            return;
        }
    }
    let _ = signal(Some(Signal::SIGKILL));
}

/// Removes what is temporary; what does not go is swept by the next run.
fn clean_up() {
    for left in lock(&LEFT).iter() {
        let _ = match left {
            Left::Path(path) => files::remove_tree(path),
            Left::Below(dir) => {
                Dir::real(dir).and_then(|dir| files::sweep_in(&dir))
            }
        };
    }
}
