//! What an interruption must know: whether something is being made live, which
//! programs run, what is temporary. Whatever makes a file, starts a program or
//! makes something live passes the gate here; `system/interrupt.rs` closes it.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, LazyLock, Mutex, PoisonError, RwLock, RwLockReadGuard};

/// Closed for good by the thread that waits for signals.
pub(super) static GATE: RwLock<()> = RwLock::new(());
/// How many activations are under way.
pub(super) static BUSY: AtomicUsize = AtomicUsize::new(0);
/// Whether this run has made something live.
pub(super) static CHANGED: LazyLock<Arc<AtomicBool>> =
    LazyLock::new(Arc::default);
/// The process groups of running children.
pub(super) static CHILDREN: Mutex<BTreeSet<i32>> = Mutex::new(BTreeSet::new());
/// What to remove.
pub(super) static LEFT: Mutex<BTreeSet<Left>> = Mutex::new(BTreeSet::new());

/// Something temporary.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Left {
    /// A file or a tree.
    Path(PathBuf),
    /// All temporary files of a directory.
    Below(PathBuf),
}

/// Passes while the run is not interrupted; else never comes back.
pub fn gate() -> RwLockReadGuard<'static, ()> {
    GATE.read().unwrap_or_else(PoisonError::into_inner)
}

/// Something is being made live, until this is dropped.
#[derive(Debug)]
#[must_use]
pub struct Activation(());

/// Begins to make something live.
pub fn activation() -> Activation {
    let _open = gate();
    let _ = BUSY.fetch_add(1, Ordering::SeqCst);
    CHANGED.store(true, Ordering::SeqCst);
    Activation(())
}

impl Drop for Activation {
    fn drop(&mut self) {
        let _ = BUSY.fetch_sub(1, Ordering::SeqCst);
    }
}

/// A round of `watch` begins or ends: what it made live is complete.
pub fn round() {
    CHANGED.store(false, Ordering::SeqCst);
}

/// A running child, until this is dropped.
#[derive(Debug)]
#[must_use]
pub struct Running(i32);

/// Notes a child that leads a process group of its own.
pub fn running(id: u32) -> Running {
    let _ = lock(&CHILDREN).insert(id as i32);
    Running(id as i32)
}

impl Drop for Running {
    fn drop(&mut self) {
        let _ = lock(&CHILDREN).remove(&self.0);
    }
}

/// Notes a temporary file or tree.
pub fn temporary(path: &Path) {
    let _ = lock(&LEFT).insert(Left::Path(path.to_path_buf()));
}

/// It is gone, or not temporary any more.
pub fn forget(path: &Path) {
    let _ = lock(&LEFT).remove(&Left::Path(path.to_path_buf()));
}

/// Notes a directory that holds temporary files of ours.
pub fn temporaries_in(dir: &Path) {
    let _ = lock(&LEFT).insert(Left::Below(dir.to_path_buf()));
}

/// Locks; a thread that panicked with the lock leaves a good list.
pub(super) fn lock<T>(mutex: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
