//! The wake-up of `watch`: a commit is known at once instead of at the next
//! poll. MariaDB gives its binary log, PostgreSQL what a trigger notifies.
//!
//! It only ever says 'look now'. What changed is told by the position and the
//! digests alone: a word may be lost, and may be of another matter.

mod binlog;
mod ear;
#[cfg(feature = "postgresql")]
mod notify;
pub mod trigger;

use std::sync::mpsc::SyncSender;
use std::time::Duration;

use crate::config::Settings;
use crate::source::url::{Engine, Target};
use crate::source::wake::ear::{Ear, End};

/// Until the next attempt after a stream that broke.
const AFTER_LOSS: Duration = Duration::from_secs(5);
/// Until the next attempt after a server that gives none.
const AFTER_REFUSAL: Duration = Duration::from_secs(600);

/// What is said about the wake-up.
pub enum Word {
    /// How it stands, for those who ask.
    Detail(String),
    /// It went, or came back.
    Note(String),
}

/// Follows what the server gives for ever, and sends a word for every change
/// of data. `host` is this machine's name; `say` is told how it stands.
pub fn follow(
    target: &Target,
    settings: &Settings,
    host: &str,
    sender: &SyncSender<()>,
    say: &dyn Fn(Word),
) {
    let name = match target.engine {
        Engine::Mysql => "the binary log",
        Engine::Postgres => "notifications",
    };
    let (mut told, mut lost) = (String::new(), false);
    loop {
        let back = || {
            if lost {
                say(Word::Note(format!("the wake-up by {name} is back")));
            }
        };
        let detail = |text: String| say(Word::Detail(text));
        let ear = Ear::new(sender, &back, &detail);
        let end = stream(target, settings, host, &ear);
        let heard = ear.has_begun();
        let (why, pause) = match end {
            End::Refused(why) => (why, AFTER_REFUSAL),
            End::Lost(why) => (why, AFTER_LOSS),
        };
        if heard {
            let poll: u64 = settings.number("PROVHA__WATCH_POLL");
            say(Word::Note(format!(
                "the wake-up by {name} is lost ({why}): polling every {poll} \
                 ms until it is back"
            )));
            // What came between is not lost with it.
            let _ = sender.try_send(());
            (lost, told) = (true, why);
        } else if told != why {
            detail(format!("no wake-up by {name}, polling only: {why}"));
            told = why;
        }
        std::thread::sleep(pause);
    }
}

/// Follows one stream until it ends.
fn stream(
    target: &Target,
    settings: &Settings,
    host: &str,
    ear: &Ear<'_>,
) -> End {
    match target.engine {
        Engine::Mysql => binlog::stream(target, settings, host, ear),
        #[cfg(feature = "postgresql")]
        Engine::Postgres => notify::stream(target, settings, ear),
        #[cfg(not(feature = "postgresql"))]
        Engine::Postgres => {
            End::Refused("this build does not read PostgreSQL".into())
        }
    }
}
