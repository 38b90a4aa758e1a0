//! What a stream of changes reports to, and how it ends.

use std::cell::Cell;
use std::sync::mpsc::SyncSender;

/// Why there is no stream.
pub enum End {
    /// The server has none, or does not give it to this user.
    Refused(String),
    /// It broke.
    Lost(String),
}

/// Who waits for a stream's words.
pub struct Ear<'a> {
    sender: &'a SyncSender<()>,
    /// Called when the stream has begun.
    back: &'a dyn Fn(),
    detail: &'a dyn Fn(String),
    begun: Cell<bool>,
}

impl<'a> Ear<'a> {
    /// For a stream that has not begun.
    pub fn new(
        sender: &'a SyncSender<()>,
        back: &'a dyn Fn(),
        detail: &'a dyn Fn(String),
    ) -> Self {
        Self { sender, back, detail, begun: Cell::new(false) }
    }

    /// The stream has begun: what was committed before is looked for now.
    pub fn begin(&self) {
        self.begun.set(true);
        (self.back)();
        self.wake();
    }

    /// Whether the stream has begun.
    pub fn has_begun(&self) -> bool {
        self.begun.get()
    }

    /// Something changed. A word that still waits is as good as this one.
    pub fn wake(&self) {
        let _ = self.sender.try_send(());
    }

    /// Tells how it stands.
    pub fn detail(&self, text: String) {
        (self.detail)(text);
    }
}
