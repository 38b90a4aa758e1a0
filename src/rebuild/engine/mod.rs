//! One step of `rebuild` and `watch`: makes what must be made anew, and
//! nothing else.

mod done;
mod failure;
mod look;
mod options;

use std::net::Ipv4Addr;
use std::time::Instant;

use crate::cli::Global;
use crate::context::{Context, run_number};
use crate::devices::Selection;
use crate::devices::cache::DeviceCache;
use crate::exit::Exit;
use crate::guard::drain::Next;
use crate::lease_history::record;
use crate::model::device::DeviceKind;
use crate::model::{Findings, Network};
use crate::outputs::{dhcp, dns, time};
use crate::publish::device_files::index_path;
use crate::publish::pending_restart::PendingRestart;
use crate::rebuild::decide::Why;
use crate::rebuild::state::{PartState, State, Store};
use crate::rebuild::survey::{self, Survey};
use crate::rebuild::{DAEMONS, Part};
use crate::report;
use crate::report::Outcome;
use crate::report::error;
use crate::seen;
use crate::seen::Reading;
use crate::seen::digest::Digests;
use crate::services::dhcpd;
use crate::source::Database;
use crate::system::lock::Lock;
use crate::zone_sync::reserved;
use crate::{devices, guard};

pub use done::{Done, Made};
use look::{Look, Seen, Source, hashed, look_outside, quick_answer};
pub use options::StepOptions;

/// Looks at what changed, makes the parts concerned, and writes the state.
///
/// # Errors
/// The database cannot be read or its settings are unusable: nothing was
/// touched. Failures of single parts are in what was done.
pub fn step(
    context: &Context<'_>,
    lock: Option<&Lock>,
    wishes: &StepOptions<'_>,
) -> anyhow::Result<Done> {
    let begin = Instant::now();
    let done = attempt(context, lock, wishes, begin);
    if let (Err(error), Some(_)) = (&done, lock) {
        failure::note(context, error, begin);
    }
    done
}

/// The step itself.
fn attempt(
    context: &Context<'_>,
    lock: Option<&Lock>,
    wishes: &StepOptions<'_>,
    begin: Instant,
) -> anyhow::Result<Done> {
    if lock.is_some() {
        // First: it needs no database.
        let now = crate::env::now();
        if let Err(error) = record::take_over(&context.settings, now) {
            let text = format!("the journal of leases: {error:#}");
            context.console.warning(&text);
        }
    }
    context.publisher().settle(lock)?;
    let store = Store::new(context.settings.path("PROVHA__STATE_DIR"));
    if lock.is_some() {
        dhcpd::owe_start_if_dead(context)?;
    }
    let drain = Next::of(&context.settings).is_due(crate::env::now());
    let old = store.load().map(|old| with_owed(context, old, drain));
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
    };
    let known = old.as_ref().filter(|old| look.is_known(old));
    look.still = known
        .is_some_and(|old| !position.is_empty() && old.position == position);
    if let Some(old) = known.filter(|old| look.still && look.owes_nothing(old))
    {
        return Ok(Done::nothing(old, true));
    }
    let (mut db, digests) = (source.snapshot(context)?, source.has_digests);
    let (digests, seen_now) = match known {
        Some(old) if look.still => (old.digests.clone(), None),
        _ if digests => {
            let all = old.as_ref().is_some_and(|old| old.needs_all_columns);
            let read = Digests::read(&mut *db, all)?;
            let standing = source.standing().clone();
            let seen = seen::check::check(context, &mut *db, standing, &read)?;
            (read.0, Some(seen))
        }
        _ => (Digests::default(), None),
    };
    let seen = look.survey(&mut *db, known, &digests)?;
    context.console.detail("the changes are known");
    for warning in &seen.survey.warnings {
        context.console.warning(warning);
    }
    let plan = look.plan(old.as_ref(), &seen);
    let work =
        Work { look, lock, store, begin, position, digests, seen: seen_now };
    work.go(old.unwrap_or_default(), plan, seen, db)
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
    lock: Option<&'a Lock>,
    store: Store,
    begin: Instant,
    position: String,
    digests: Digests,
    /// What was read, where that was compared with what is live.
    seen: Option<Reading>,
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
        let hold = self.look.wishes.hold;
        let holds = |part| hold.is_some_and(|hold| hold(part));
        let (held, plan): (Vec<_>, Vec<_>) = plan
            .into_iter()
            .partition(|(part, _)| seen.waiting.contains(part) || holds(*part));
        let mut survey = seen.survey;
        if let Some(network) = &survey.network {
            let site = &network.site;
            state.role = site.role.word().into();
            state.interval = site.rebuild_interval;
            state.own = Some(site.own());
            state.peer = site.pair.as_ref().map(|pair| pair.peer);
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
            let settings = &self.look.context.settings;
            let state = settings.path("PROVHA__STATE_DIR");
            reserved::refuse(&state, network, &mut findings);
        }
        let read = Read { network, findings, db: Some(db) };
        let made = self.make_all(plan, read, &mut state);
        let done = Done {
            role: state.role.clone(),
            interval: state.interval,
            made,
            held: held.into_iter().map(|(part, _)| part).collect(),
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
        let options = Global { json: false, ..context.options.clone() };
        let inner = Context {
            options: &options,
            settings: context.settings.clone(),
            machine: context.machine.clone(),
            console: context.console,
            looks: context.looks.clone(),
            number: run_number(),
            permits: context.permits,
            lives_on: context.lives_on,
            shown: context.shown.clone(),
        };
        let mut maker = Maker {
            context: &inner,
            lock: self.lock,
            read,
            answer: self.look.answer,
            needs_all_columns: &mut state.needs_all_columns,
        };
        let last = plan.iter().rposition(|(part, _)| part.needs_network());
        let told = &state.told;
        let steps = plan.into_iter().enumerate().map(|(at, (part, why))| {
            let begin = Instant::now();
            let outcome = maker.make(part, &why, Some(at) == last);
            let (mut refused, mut error) = (None, String::new());
            let result = outcome.map_err(|fault| {
                let (exit, why) = self.tell(part, &fault, told.get(&part));
                refused = why;
                error = failure::first_line(&fault);
                exit
            });
            let (why, result) = match result {
                Ok((outcome, changed)) => (why.known(&changed)?, Ok(outcome)),
                Err(exit) => (why, Err(exit)),
            };
            let (seconds, ended) =
                (begin.elapsed().as_secs_f64(), Instant::now());
            Some(Made { part, why, result, refused, error, seconds, ended })
        });
        steps.flatten().collect()
    }

    /// Tells why a part failed; its exit code, and what a refusal is about.
    ///
    /// A refusal that stays, such as while a restore fills one table after
    /// the other, is told in full once: then `rebuild` says a line, and
    /// `watch`, which tries again soon, nothing.
    fn tell(
        &self,
        part: Part,
        error: &anyhow::Error,
        told: Option<&String>,
    ) -> (Exit, Option<String>) {
        let console = self.look.context.console;
        let (exit, hint) = error::classify(error);
        let why = error::text(error);
        let first = why.lines().next().unwrap_or_default();
        let about = (exit == Exit::Refused).then(|| {
            first.chars().filter(|c| !c.is_ascii_digit()).collect::<String>()
        });
        let word = part.word();
        let again = about.is_some() && about.as_ref() == told;
        let watches = self.look.wishes.hold.is_some();
        let short = format!("{word}: {first} (as told before)");
        match (again, watches) {
            (true, true) => console.detail(&short),
            (true, false) => console.error(&short),
            (false, _) => console.error(&format!("{word}: {why}")),
        }
        if !(again && watches)
            && let Some(hint) = hint.filter(|hint| !hint.is_empty())
        {
            console.hint(&hint);
        }
        (exit, about)
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
            let _ = match &made.refused {
                Some(why) => state.told.insert(made.part, why.clone()),
                None => state.told.remove(&made.part),
            };
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
            state.last = done.last(self.begin, context);
            if state.last.exit == 0 {
                state.good_at = state.last.at;
            }
        }
        if state != before {
            self.store.save(&mut state)?;
        }
        // What nothing live was made of cannot be forgotten.
        let is_live = done.is_good() || done.made.iter().any(Made::is_live);
        if let Some(seen) = self.seen.take().filter(|_| is_live) {
            seen.keep(context, self.lock);
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
    network: Option<Network>,
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
            Part::Dhcp => Ok((self.dhcp(last)?, Vec::new())),
            Part::Dns | Part::Time => Ok((self.service(part)?, Vec::new())),
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
            network.as_ref(),
            &wanted,
        )?;
        // Of all modems it is known that none does; of some, that one does.
        match all && kind == DeviceKind::Cm {
            true => *self.needs_all_columns = made.needs_all_columns,
            false => *self.needs_all_columns |= made.needs_all_columns,
        }
        Ok((made.outcome, made.changed))
    }

    /// The dhcpd set.
    fn dhcp(&mut self, last: bool) -> anyhow::Result<Outcome> {
        let network = match last {
            true => self.read.network.take(),
            false => self.read.network.clone(),
        };
        let network = network.expect("the network is there until the last");
        let templates = self.context.templates()?;
        let mut options = dhcp::options(self.context, &network)?;
        options.next_server = self.answer.unwrap_or(options.next_server);
        let findings = &mut self.read.findings;
        dhcp::apply(
            self.context,
            self.lock,
            network,
            &options,
            &templates,
            findings,
        )
    }

    /// named's set or the time services.
    fn service(&mut self, part: Part) -> anyhow::Result<Outcome> {
        let (context, lock) = (self.context, self.lock);
        let network = self.read.network.as_ref();
        let network = network.expect("it is there until the last");
        guard::quarantine(context, &self.read.findings, network.rows)?;
        let templates = context.templates()?;
        let mut found = Findings::default();
        let outcome = match part {
            Part::Dns => {
                dns::apply(context, lock, network, &templates, &mut found)
            }
            _ => time::apply(context, lock, network, &templates),
        }?;
        report::summary(context, network.site.role, &outcome, &found)?;
        Ok(outcome)
    }
}
