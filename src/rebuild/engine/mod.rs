//! One step of `rebuild` and `watch`: makes what must be made again, and
//! nothing else.

mod done;
mod failure;
mod lanes;
mod look;
mod options;
mod service;
mod verdict;

use std::collections::BTreeMap;
use std::net::Ipv4Addr;
use std::sync::Arc;
use std::time::{Duration, Instant};

use crate::context::Context;
use crate::devices;
use crate::devices::Selection;
use crate::devices::cache::DeviceCache;
use crate::guard::drain::Next;
use crate::lease_history::record;
use crate::model::device::DeviceKind;
use crate::model::{Findings, Network};
use crate::publish::device_files::index_path;
use crate::publish::pending_restart::PendingRestart;
use crate::rebuild::decide::Why;
use crate::rebuild::state::{PartState, State, Store};
use crate::rebuild::survey::{self, Survey};
use crate::rebuild::{DAEMONS, Part, Signature};
use crate::report::Outcome;
use crate::report::error;
use crate::seen;
use crate::seen::Reading;
use crate::seen::digest::Digests;
use crate::services::dhcpd;
use crate::source::Database;
use crate::system::lock::Lock;

pub use done::{Done, Made};
use lanes::Job;
pub use lanes::Lanes;
use look::{Look, Seen, Source, hashed, look_outside, quick_answer};
pub use options::StepOptions;
pub use verdict::collect;

/// How often a run that waits for a daemon looks for changes of the others.
const AGAIN: Duration = Duration::from_secs(2);

/// One step, and more of them for what changes as long as a daemon lets the
/// parts of the first one wait: the whole of what was done.
///
/// # Errors
/// As those of [`step`].
pub fn to_the_end(
    context: &Context<'_>,
    lock: Option<Lock>,
    force: bool,
) -> anyhow::Result<Done> {
    let (mut lanes, lock) = (Lanes::default(), lock.map(Arc::new));
    let lock = lock.as_ref();
    let first = StepOptions { force, hold: None, answer: None };
    let mut done = step(context, lock, &first, &mut lanes)?;
    while !lanes.wait(AGAIN) {
        // What failed in this run waits for the next one.
        let failed = done.owed();
        let hold = |part| failed.contains(&part);
        let more =
            StepOptions { force: false, hold: Some(&hold), answer: None };
        match step(context, lock, &more, &mut lanes) {
            Ok(more) => done.add(more),
            Err(error) => {
                let _ = lanes.wait(Duration::MAX);
                context.console.warning(&error::text(&error));
            }
        }
    }
    done.made.extend(collect(context, &mut lanes)?);
    done.in_order();
    Ok(done)
}

/// Looks at what changed, makes the parts concerned, and writes the state.
/// Parts with a daemon are made beside the others: those that take their
/// time are in `lanes` afterwards, and what became of them is in the next
/// step.
///
/// # Errors
/// The database cannot be read or its settings are unusable: nothing was
/// touched. Failures of single parts are in what was done.
pub fn step(
    context: &Context<'_>,
    lock: Option<&Arc<Lock>>,
    wishes: &StepOptions<'_>,
    lanes: &mut Lanes,
) -> anyhow::Result<Done> {
    let begin = Instant::now();
    let mut ended = collect(context, lanes)?;
    let mut done = attempt(context, lock, wishes, lanes, begin);
    if let Ok(done) = &mut done {
        ended.append(&mut done.made);
        done.made = ended;
    }
    if let (Err(error), Some(_)) = (&done, lock) {
        failure::note(context, error, begin);
    }
    done
}

/// The step itself.
fn attempt(
    context: &Context<'_>,
    lock: Option<&Arc<Lock>>,
    wishes: &StepOptions<'_>,
    lanes: &mut Lanes,
    begin: Instant,
) -> anyhow::Result<Done> {
    if lock.is_some() {
        // First: it needs no database.
        take_over_leases(context);
    }
    context.publisher().settle(lock.map(|lock| &**lock))?;
    let running = lanes.parts();
    let store = Store::new(context.settings.path("PROVHA__STATE_DIR"));
    if lock.is_some() && !running.contains(&Part::Dhcp) {
        dhcpd::owe_start_if_dead(context)?;
    }
    let drain = Next::of(&context.settings).is_due(crate::env::now());
    let old = store.load().map(|old| with_owed(context, old, drain));
    let old = old.map(|old| lanes.assume(old));
    let outside = look_outside(context, old.as_ref());
    let mut source = Source::open(context)?;
    let position = hashed(source.position(), source.standing());
    let mut look = Look {
        context,
        wishes,
        time: crate::env::now(),
        answer: wishes.answer.or_else(|| {
            old.as_ref().and_then(|old| quick_answer(context, old))
        }),
        outside,
        still: false,
        drain,
        running,
    };
    let known = old.as_ref().filter(|old| look.is_known(old));
    look.still = known
        .is_some_and(|old| !position.is_empty() && old.position == position);
    if let Some(old) = known.filter(|old| look.still && look.owes_nothing(old))
    {
        return Ok(Done::nothing(old, true));
    }
    let mut db = source.snapshot(context)?;
    let (digests, reading) = match known {
        Some(old) if look.still => (old.digests.clone(), None),
        _ => {
            let all = old.as_ref().is_some_and(|old| old.needs_all_columns);
            read_digests(context, &source, &mut *db, all)?
        }
    };
    let seen = look.survey(&mut *db, known, &digests)?;
    context.console.detail("the changes are known");
    for warning in &seen.survey.warnings {
        context.console.warning(warning);
    }
    let plan = look.plan(old.as_ref(), &seen);
    let work =
        Work { look, lock, lanes, store, begin, position, digests, reading };
    work.go(old.unwrap_or_default(), plan, seen, db)
}

/// The digests of what is read, and what was read, compared with what is
/// live; nothing where the engine makes no digests.
fn read_digests(
    context: &Context<'_>,
    source: &Source,
    db: &mut dyn Database,
    all: bool,
) -> anyhow::Result<(Digests, Option<Reading>)> {
    if !source.has_digests {
        return Ok((Digests::default(), None));
    }
    let read = Digests::read(db, all)?;
    let standing = source.standing().clone();
    let seen = seen::check::check(context, db, standing, &read)?;
    Ok((read.0, Some(seen)))
}

/// Keeps the journal of leases.
fn take_over_leases(context: &Context<'_>) {
    let now = crate::env::now();
    if let Err(error) = record::take_over(&context.settings, now) {
        let text = format!("the journal of leases: {error:#}");
        context.console.warning(&text);
    }
}

/// The state with the parts owed whose daemon an earlier run did not see
/// answer after its restart, and dhcpd's where something drains that is due
/// for a look.
fn with_owed(context: &Context<'_>, mut old: State, drain: bool) -> State {
    let noted = |name| PendingRestart::of(&context.settings, name).is_noted();
    for (name, part) in DAEMONS {
        let owed = !context.options.no_activate && noted(name)
            || drain && part == Part::Dhcp;
        if owed && old.wanted.contains(&part) && !old.owed.contains(&part) {
            old.owed.push(part);
        }
    }
    old
}

/// What making the parts needs.
struct Work<'a> {
    look: Look<'a>,
    lock: Option<&'a Arc<Lock>>,
    lanes: &'a mut Lanes,
    store: Store,
    begin: Instant,
    position: String,
    digests: Digests,
    /// What was read, where that was compared with what is live.
    reading: Option<Reading>,
}

impl Work<'_> {
    /// Makes what is planned and writes the state.
    fn go(
        mut self,
        mut state: State,
        plan: Vec<(Part, Why)>,
        seen: Seen,
        db: Box<dyn Database>,
    ) -> anyhow::Result<Done> {
        let before = state.clone();
        let look = &self.look;
        let (held, plan): (Vec<_>, Vec<_>) =
            plan.into_iter().partition(|(part, _)| {
                seen.waiting.contains(part) || look.waits(*part)
            });
        let held_parts = held.iter().map(|(part, _)| *part);
        self.lanes.again(&held_parts.collect::<Vec<_>>());
        let mut survey = seen.survey;
        if let Some(network) = &survey.network {
            state.is_of(&network.site);
        }
        state.wanted = survey.signatures.keys().copied().collect();
        // What has to wait is owed, and so made as well.
        let mut planned = held.iter().chain(&plan);
        let whole = planned.all(|(_, why)| is_full(why))
            && held.len() + plan.len() == survey.signatures.len();
        // Rows that were looked at in vain shall leave no trace; a run killed
        // at devices' files is found by their memory.
        let parts = plan.iter().filter(|(_, why)| !matches!(why, Why::Rows(_)));
        let parts: Vec<Part> = parts.map(|(part, _)| *part).collect();
        if self.lock.is_some() && !parts.is_empty() {
            self.store.begin(&parts)?;
        }
        let mut network = survey.network.take();
        let mut findings = std::mem::take(&mut survey.findings);
        if let Some(network) = &mut network {
            self.look.context.refuse_reserved(network, &mut findings)?;
        }
        let (beside, plan): (Vec<_>, Vec<_>) = plan
            .into_iter()
            .partition(|(part, _)| part.needs_network() && self.has_lanes());
        let network = network.map(Arc::new);
        let kept = network.clone().filter(|_| !beside.is_empty());
        let read = Read { network, findings: findings.clone(), db: Some(db) };
        let mut made = self.make_all(plan, read, &mut state);
        if let Some(network) = kept {
            let what = (network, findings, &survey.signatures);
            made.extend(self.make_beside(beside, what, &state.told));
        }
        let mut held: Vec<Part> =
            held.into_iter().map(|(part, _)| part).collect();
        held.extend(self.lanes.parts());
        held.sort_unstable();
        held.dedup();
        let done = Done {
            role: state.role.clone(),
            interval: state.interval,
            made,
            held,
            quick: false,
        };
        if self.lock.is_some() {
            self.save((before, state), survey, &done, whole)?;
        }
        Ok(done)
    }

    /// Makes the parts, one after the other; a failure of one is told and
    /// does not stop the others.
    fn make_all(
        &self,
        plan: Vec<(Part, Why)>,
        read: Read,
        state: &mut State,
    ) -> Vec<Made> {
        let context = self.look.context;
        let inner = context.apart().of_a_part();
        let mut maker = Maker {
            context: &inner.context(),
            lock: self.lock.map(|lock| &**lock),
            read,
            answer: self.look.answer,
            needs_all_columns: &mut state.needs_all_columns,
        };
        let last = plan.iter().rposition(|(part, _)| part.needs_network());
        let told = &state.told;
        let steps = plan.into_iter().enumerate().map(|(at, (part, why))| {
            let begin = Instant::now();
            let outcome = maker.make(part, &why, Some(at) == last);
            let (why, result) = match outcome {
                Ok((outcome, changed)) => (why.known(&changed)?, Ok(outcome)),
                Err(fault) => (why, Err(fault)),
            };
            let told = told.get(&part);
            Some(verdict::of(context, (part, why), result, begin, told))
        });
        steps.flatten().collect()
    }

    /// Whether parts can be made beside others: where daemons are waited for.
    fn has_lanes(&self) -> bool {
        self.lock.is_some() && !self.look.context.options.no_activate
    }

    /// Makes parts beside the others; those that have already ended.
    fn make_beside(
        &mut self,
        plan: Vec<(Part, Why)>,
        (network, findings, signatures): (
            Arc<Network>,
            Findings,
            &BTreeMap<Part, Signature>,
        ),
        told: &BTreeMap<Part, String>,
    ) -> Vec<Made> {
        let context = self.look.context;
        let Some(lock) = self.lock else { return Vec::new() };
        let parts: Vec<Part> = plan.iter().map(|(part, _)| *part).collect();
        let mut network = Some(network);
        let last = plan.len().saturating_sub(1);
        // All parts of one run go back together.
        let inner = context.apart().of_a_part();
        for (at, (part, why)) in plan.into_iter().enumerate() {
            let network = match at == last {
                true => network.take(),
                false => network.clone(),
            };
            self.lanes.begin(Job {
                part,
                why,
                signature: signatures.get(&part).cloned().unwrap_or_default(),
                context: inner.clone(),
                lock: Arc::clone(lock),
                network: network.expect("it is there until the last"),
                findings: findings.clone(),
                answer: self.look.answer,
            });
        }
        let ended = self.lanes.ended_of(&parts).into_iter();
        ended.map(|ended| verdict::of_ended(context, ended, told)).collect()
    }

    /// Writes what is now made.
    fn save(
        &mut self,
        (before, mut state): (State, State),
        mut survey: Survey,
        done: &Done,
        whole: bool,
    ) -> anyhow::Result<()> {
        let (context, answer) = (self.look.context, self.look.answer);
        let outside = self.look.outside.with_made_keys(&context.settings);
        survey::with_keys(&mut survey.signatures, &outside);
        for made in &done.made {
            verdict::note_refusal(&mut state, made);
            if !made.is_live() {
                continue;
            }
            let signature = survey.signatures.remove(&made.part);
            let signature = signature.unwrap_or_default();
            let part = PartState { signature, at: crate::env::now() };
            let _ = state.parts.insert(made.part, part);
        }
        if done.is_good() && whole {
            state.full_at = self.look.time;
        }
        state.owed = done.owed();
        state.position = std::mem::take(&mut self.position);
        state.around = outside.around(answer);
        state.leases = outside.leases;
        state.digests = std::mem::take(&mut self.digests);
        state.next_server = answer;
        if !done.made.is_empty() {
            verdict::note_last(context, &mut state, done, self.begin);
        }
        if state != before {
            self.store.save(&mut state)?;
        }
        // What nothing live was made of cannot be forgotten.
        let is_live = done.is_good() || done.made.iter().any(Made::is_live);
        if let Some(reading) = self.reading.take().filter(|_| is_live) {
            reading.keep(context, self.lock.map(|lock| &**lock));
        }
        Ok(())
    }
}

/// Whether the reason concerns everything.
fn is_full(why: &Why) -> bool {
    matches!(why, Why::Forced | Why::IntervalPassed | Why::NotMade)
}

/// What was read of the one snapshot.
struct Read {
    network: Option<Arc<Network>>,
    /// What is wrong with the network's rows.
    findings: Findings,
    /// The snapshot, until the devices' files are made.
    db: Option<Box<dyn Database>>,
}

/// Makes single parts.
struct Maker<'a> {
    context: &'a Context<'a>,
    lock: Option<&'a Lock>,
    read: Read,
    answer: Option<Ipv4Addr>,
    needs_all_columns: &'a mut bool,
}

impl Maker<'_> {
    /// Makes one part; `last` is the last one that needs the network. What it
    /// did, and which devices changed.
    fn make(
        &mut self,
        part: Part,
        why: &Why,
        last: bool,
    ) -> anyhow::Result<(Outcome, Vec<u32>)> {
        if part.needs_network() {
            // A restart may take minutes, for which no snapshot is held.
            self.read.db = None;
        }
        match part {
            Part::Cm => self.files(DeviceKind::Cm, why),
            Part::Mta => self.files(DeviceKind::Mta, why),
            Part::Dhcp | Part::Dns | Part::Time => {
                let network = match last {
                    true => self.read.network.take(),
                    false => self.read.network.clone(),
                };
                let network = network.expect("it is there until the last");
                let what = (part, network, self.answer);
                let findings = &mut self.read.findings;
                let made =
                    service::make(self.context, self.lock, what, findings)?;
                Ok((made, Vec::new()))
            }
        }
    }

    /// The files of all or of single devices.
    fn files(
        &mut self,
        kind: DeviceKind,
        why: &Why,
    ) -> anyhow::Result<(Outcome, Vec<u32>)> {
        let ids = match why {
            // Where a text was bad in between, for a run by hand, it is not
            // known here to have changed: those that failed are tried again.
            Why::Rows(ids) if !ids.is_empty() => {
                let settings = &self.context.settings;
                let path = index_path(settings, kind.prefix());
                let cache = DeviceCache::look(&path).unwrap_or_default();
                let mut ids = [ids.clone(), cache.not_encoded()].concat();
                ids.sort_unstable();
                ids.dedup();
                ids
            }
            _ => Vec::new(),
        };
        let (full, all) = (*why == Why::Forced, ids.is_empty());
        let news_only = matches!(why, Why::Rows(_));
        let wanted = Selection { kind: Some(kind), ids, full, news_only };
        let Read { network, db, .. } = &mut self.read;
        let db = db.as_mut().expect("files are made first");
        let made = devices::update(
            self.context,
            self.lock,
            &mut **db,
            network.as_deref(),
            &wanted,
        )?;
        // Of all modems it is known that none does; of some, that one does.
        match all && kind == DeviceKind::Cm {
            true => *self.needs_all_columns = made.needs_all_columns,
            false => *self.needs_all_columns |= made.needs_all_columns,
        }
        Ok((made.outcome, made.changed))
    }
}
