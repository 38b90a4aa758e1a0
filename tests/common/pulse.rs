//! Modems that ask for more time again and again, while other things
//! happen: how long nobody served them.

use std::net::Ipv4Addr;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use super::cmts::{Cmts, Lease, Register};

/// Between two questions.
const PAUSE: Duration = Duration::from_millis(250);
/// What a busy machine does not explain.
const LONG: Duration = Duration::from_secs(3);
/// How long an answer may take.
const PATIENCE: Duration = Duration::from_millis(900);

/// The modems, in a thread of their own.
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
    /// How long nobody served them, each time it was more than [`LONG`].
    pub gaps: Vec<Duration>,
}

impl Pulse {
    /// Begins. `giaddr` is an address of the router's net that no other relay
    /// has.
    pub fn begin(giaddr: Ipv4Addr, helpers: &[Ipv4Addr], lease: Lease) -> Self {
        Self::of_all(giaddr, helpers, vec![lease])
    }

    /// The same with several modems, which ask at the same time: they count
    /// as served when all of them are.
    pub fn of_all(
        giaddr: Ipv4Addr,
        helpers: &[Ipv4Addr],
        held: Vec<Lease>,
    ) -> Self {
        let relay = Cmts::open(giaddr, helpers);
        let end = Arc::new(AtomicBool::new(false));
        let stop = end.clone();
        let thread = std::thread::spawn(move || {
            let mut beats = Beats::default();
            let mut register = Register::default();
            let mut last = Instant::now();
            while !stop.load(Ordering::Relaxed) {
                beats.asked += 1;
                let got = relay.rebind(&held, PATIENCE, &mut register);
                beats.longest = beats.longest.max(last.elapsed());
                if got.len() == held.len() {
                    for (lease, held) in got.iter().zip(&held) {
                        assert_eq!(lease.address, held.address);
                    }
                    beats.answered += 1;
                    let gap = last.elapsed();
                    beats.gaps.extend((gap > LONG).then_some(gap));
                    last = Instant::now();
                    std::thread::sleep(PAUSE);
                }
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
