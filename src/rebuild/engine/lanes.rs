//! Parts whose daemons may be silent are made beside all others, each on a
//! thread of its own, so that none waits for another's daemon.
//!
//! They work one after the other, as everything does here: the next one
//! begins when the one before has ended, or waits for something outside.

use std::sync::Arc;
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use anyhow::anyhow;

use crate::context::Apart;
use crate::model::{Findings, Network};
use crate::rebuild::decide::Why;
use crate::rebuild::engine::service;
use crate::rebuild::state::{PartState, State};
use crate::rebuild::{Part, Signature};
use crate::report::Outcome;
use crate::system::lock::Lock;
use crate::system::rest::Rest;

/// Who waits for longer than this is not waited for.
const BRIEF: Duration = Duration::from_secs(1);
/// How often it is looked.
const LOOK: Duration = Duration::from_millis(10);

/// What is being made beside the others.
#[derive(Default)]
pub struct Lanes {
    running: Vec<Lane>,
    /// The machine's lock, as long as something is being made.
    lock: Option<Arc<Lock>>,
}

/// What one part is made of.
pub(super) struct Job {
    pub part: Part,
    pub why: Why,
    pub signature: Signature,
    pub context: Apart,
    pub lock: Arc<Lock>,
    pub network: Arc<Network>,
    pub findings: Findings,
    /// The TFTP server that modems are sent to.
    pub answer: Option<std::net::Ipv4Addr>,
}

/// One part that is being made.
struct Lane {
    part: Part,
    why: Why,
    signature: Signature,
    /// Whether its inputs have changed since.
    again: bool,
    begun: Instant,
    at: i64,
    rest: Rest,
    thread: JoinHandle<anyhow::Result<Outcome>>,
}

/// What became of it.
pub(super) struct Ended {
    pub part: Part,
    pub why: Why,
    pub signature: Signature,
    pub again: bool,
    pub begun: Instant,
    pub result: anyhow::Result<Outcome>,
}

impl Lanes {
    /// The machine's lock: ours as long as something is being made,
    /// else the one that `take` takes.
    ///
    /// # Errors
    /// Those of `take`.
    pub fn lock(
        &self,
        take: impl FnOnce() -> anyhow::Result<Option<Lock>>,
    ) -> anyhow::Result<Option<Arc<Lock>>> {
        match &self.lock {
            Some(lock) => Ok(Some(Arc::clone(lock))),
            None => Ok(take()?.map(Arc::new)),
        }
    }

    /// Whether something is being made.
    pub fn are_running(&self) -> bool {
        !self.running.is_empty()
    }

    /// Whether something has ended that nobody has looked at yet.
    pub fn have_ended(&self) -> bool {
        self.running.iter().any(|lane| lane.thread.is_finished())
    }

    /// The parts that are being made.
    pub fn parts(&self) -> Vec<Part> {
        self.running.iter().map(|lane| lane.part).collect()
    }

    /// Waits until all have ended, this long at most; whether they have.
    pub fn wait(&self, most: Duration) -> bool {
        self.wait_until(most, &|lane| lane.thread.is_finished())
    }

    /// Waits until each lane is so, this long at most; whether all are.
    fn wait_until(&self, most: Duration, so: &dyn Fn(&Lane) -> bool) -> bool {
        let begin = Instant::now();
        while !self.running.iter().all(so) {
            if begin.elapsed() >= most {
                return false;
            }
            std::thread::sleep(LOOK);
        }
        true
    }

    /// Begins to make a part, and waits until it is made or waits itself.
    pub(super) fn begin(&mut self, job: Job) {
        let rest = Rest::default();
        let (part, why) = (job.part, job.why.clone());
        let signature = job.signature.clone();
        self.lock = Some(Arc::clone(&job.lock));
        let told = rest.clone();
        let name = part.word().to_string();
        let thread = std::thread::Builder::new().name(name).spawn(move || {
            told.follows_this_thread();
            let Job { part, context, lock, network, .. } = job;
            let mut findings = job.findings;
            let context = context.context();
            service::make(
                &context,
                Some(&*lock),
                (part, network, job.answer),
                &mut findings,
            )
        });
        let thread = thread.expect("a thread can be started");
        let (begun, at) = (Instant::now(), crate::env::now());
        let again = false;
        self.running.push(Lane {
            part,
            why,
            signature,
            again,
            begun,
            at,
            rest,
            thread,
        });
        let _ = self.wait_until(Duration::MAX, &|lane| {
            lane.thread.is_finished() || lane.rest.so_far() >= BRIEF
        });
    }

    /// The state as it will be when all has gone well: what is being made
    /// is not begun once more.
    pub(super) fn assume(&self, mut state: State) -> State {
        for lane in &self.running {
            state.owed.retain(|part| *part != lane.part);
            let made =
                PartState { signature: lane.signature.clone(), at: lane.at };
            let _ = state.parts.insert(lane.part, made);
        }
        state
    }

    /// The inputs of these parts have changed since they were begun.
    pub(super) fn again(&mut self, parts: &[Part]) {
        for lane in &mut self.running {
            lane.again |= parts.contains(&lane.part);
        }
    }

    /// Those that have ended.
    pub(super) fn ended(&mut self) -> Vec<Ended> {
        self.ended_of(&Part::ALL)
    }

    /// Those of these parts that have ended.
    pub(super) fn ended_of(&mut self, parts: &[Part]) -> Vec<Ended> {
        let all = std::mem::take(&mut self.running);
        let (ended, running): (Vec<_>, Vec<_>) =
            all.into_iter().partition(|lane| {
                parts.contains(&lane.part) && lane.thread.is_finished()
            });
        self.running = running;
        if self.running.is_empty() {
            self.lock = None;
        }
        ended.into_iter().map(Lane::end).collect()
    }
}

impl Lane {
    fn end(self) -> Ended {
        let Self { part, why, signature, again, begun, thread, .. } = self;
        let panicked = |_| Err(anyhow!("{} broke off", part.word()));
        let result = thread.join().unwrap_or_else(panicked);
        Ended { part, why, signature, again, begun, result }
    }
}
