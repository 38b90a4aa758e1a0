//! A modem that asks for more time again and again, while other things
//! happen: how long nobody served it.

use std::net::Ipv4Addr;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use super::cmts::{Cmts, Lease, Register};

/// Between two questions.
const PAUSE: Duration = Duration::from_millis(250);
/// How long an answer may take.
const PATIENCE: Duration = Duration::from_millis(900);

/// The modem, in a thread of its own.
pub struct Pulse {
    end: Arc<AtomicBool>,
    thread: JoinHandle<Beats>,
}

/// What it saw.
#[derive(Debug, Default)]
pub struct Beats {
    pub asked: usize,
    pub answered: usize,
    /// The longest time between two acknowledgements.
    pub longest: Duration,
}

impl Pulse {
    /// Begins. `giaddr` is an address of the router's net that no other relay
    /// has.
    pub fn begin(giaddr: Ipv4Addr, helpers: &[Ipv4Addr], lease: Lease) -> Self {
        let relay = Cmts::open(giaddr, helpers);
        let end = Arc::new(AtomicBool::new(false));
        let stop = end.clone();
        let thread = std::thread::spawn(move || {
            let mut beats = Beats::default();
            let mut register = Register::default();
            let mut last = Instant::now();
            let held = [lease];
            while !stop.load(Ordering::Relaxed) {
                beats.asked += 1;
                let got = relay.rebind(&held, PATIENCE, &mut register);
                if let Some(lease) = got.first() {
                    assert_eq!(lease.address, held[0].address);
                    beats.answered += 1;
                    last = Instant::now();
                    std::thread::sleep(PAUSE);
                }
                beats.longest = beats.longest.max(last.elapsed());
            }
            beats
        });
        Self { end, thread }
    }

    /// Ends; what it saw.
    pub fn end(self) -> Beats {
        self.end.store(true, Ordering::Relaxed);
        self.thread.join().unwrap()
    }
}
