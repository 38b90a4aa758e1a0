//! Questions that may hang: each in a thread of its own, waited for until a
//! common end. A thread that hangs for ever ends with the program.

use std::sync::mpsc::{Receiver, sync_channel};
use std::time::{Duration, Instant};

/// A question on its way.
pub struct Question<T>(Receiver<T>);

impl<T: Send + 'static> Question<T> {
    /// Begins to ask.
    pub fn ask(question: impl FnOnce() -> T + Send + 'static) -> Self {
        let (sender, receiver) = sync_channel(1);
        let _ = std::thread::spawn(move || sender.send(question()));
        Self(receiver)
    }

    /// The same for a question with a first answer that comes sooner.
    pub fn ask_twice<First: Send + 'static>(
        question: impl FnOnce(&dyn Fn(First)) -> T + Send + 'static,
    ) -> (Question<First>, Self) {
        let (first, early) = sync_channel(1);
        let last = Self::ask(move || {
            question(&move |answer| drop(first.try_send(answer)))
        });
        (Question(early), last)
    }

    /// The answer, if it comes within this time; it may be waited for again.
    pub fn within(&self, time: Duration) -> Option<T> {
        self.0.recv_timeout(time).ok()
    }

    /// The answer, if it comes in time.
    pub fn wait(self, end: Instant) -> Option<T> {
        let left = end.saturating_duration_since(Instant::now());
        self.0.recv_timeout(left).ok()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_hangs_is_left_behind() {
        let begin = Instant::now();
        let hangs = Question::ask(|| {
            std::thread::sleep(Duration::from_secs(60));
        });
        let quick = Question::ask(|| 7);
        let end = begin + Duration::from_millis(300);
        assert_eq!(hangs.wait(end), None);
        // Its answer lies ready although the time is up.
        assert_eq!(quick.wait(end), Some(7));
        assert!(begin.elapsed() < Duration::from_secs(30));
        let (first, last) = Question::ask_twice(|tell| {
            tell(1);
            2
        });
        let end = Instant::now() + Duration::from_secs(30);
        assert_eq!((first.wait(end), last.wait(end)), (Some(1), Some(2)));
    }
}
