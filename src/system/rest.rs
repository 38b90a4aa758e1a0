//! Whether a thread works or only waits for something outside, such as a
//! daemon that starts: while it waits, others may work.

use std::cell::RefCell;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

/// Tells others whether a thread waits.
#[derive(Debug, Clone, Default)]
pub struct Rest(Arc<Mutex<Waits>>);

/// Since when it waits, and for how many things at once.
#[derive(Debug, Default)]
struct Waits {
    since: Option<Instant>,
    depth: usize,
}

thread_local! {
    /// Who is told of this thread.
    static TOLD: RefCell<Option<Rest>> = const { RefCell::new(None) };
}

impl Rest {
    /// This thread tells here of its waits from now on.
    pub fn follows_this_thread(&self) {
        TOLD.with(|told| *told.borrow_mut() = Some(self.clone()));
    }

    /// For how long the thread has been waiting; zero: it works.
    pub fn so_far(&self) -> Duration {
        let waits = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        waits.since.map_or(Duration::ZERO, |since| since.elapsed())
    }

    fn change(&self, begins: bool) {
        let mut waits = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        match begins {
            true => waits.depth += 1,
            false => waits.depth -= 1,
        }
        waits.since = match waits.depth {
            0 => None,
            _ => waits.since.or_else(|| Some(Instant::now())),
        };
    }
}

/// This thread waits, until this is dropped.
#[derive(Debug)]
#[must_use]
pub struct Waiting(Option<Rest>);

/// Begins to wait.
pub fn waiting() -> Waiting {
    let told = TOLD.with(|told| told.borrow().clone());
    if let Some(rest) = &told {
        rest.change(true);
    }
    Waiting(told)
}

impl Drop for Waiting {
    fn drop(&mut self) {
        if let Some(rest) = &self.0 {
            rest.change(false);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_outermost_wait_counts() {
        let rest = Rest::default();
        drop(waiting());
        assert_eq!(rest.so_far(), Duration::ZERO);
        let outside = rest.clone();
        let thread = std::thread::spawn(move || {
            rest.follows_this_thread();
            let one = waiting();
            let two = waiting();
            drop(two);
            std::thread::sleep(Duration::from_millis(20));
            assert!(rest.so_far() >= Duration::from_millis(20));
            drop(one);
        });
        thread.join().unwrap();
        assert_eq!(outside.so_far(), Duration::ZERO);
    }
}
