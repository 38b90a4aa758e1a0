//! Follows the database and makes at once what changed.
//!
//! The commit position is polled; MariaDB's binary log, where it may be read,
//! and PostgreSQL's notifications, where a trigger sends them, wake up. Each round is one step of `rebuild`; only restarts of dhcpd wait for
//! their rhythm and for the peer.

mod alive;
mod rhythm;

use std::collections::BTreeMap;
use std::net::Ipv4Addr;
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use self::alive::Alive;
use self::rhythm::{Failures, Restarts};
use crate::cli::Global;
use crate::clients::tftp;
use crate::config::Settings;
use crate::console::Console;
use crate::context::Context;
use crate::env::Env;
use crate::exit::{Exit, Stop};
use crate::lease_history::record;
use crate::maintenance::{self, Held};
use crate::pair::maintenance::Note;
use crate::pair::pace::LoneStarts;
use crate::pair::{Care, Later, Look, Memory};
use crate::rebuild::Part;
use crate::rebuild::engine;
use crate::rebuild::engine::{Done, Lanes, StepOptions};
use crate::rebuild::state::Store;
use crate::report::error;
use crate::source::url::Target;
use crate::source::{Link, Position, SourceError, Url, wake};
use crate::status::textfile;

/// What no commit tells of (files, leases, the interval, which TFTP server
/// answers) is looked at this often.
const LOOK: Duration = Duration::from_secs(10);

/// The metrics are written this often at most: that takes longer than a step.
const METRICS: Duration = Duration::from_secs(60);

/// The longest rest after steps in vain that took long: the database is to
/// have something of the time for itself.
const REST: Duration = Duration::from_secs(1);
/// The shortest: a step often moves the position once more behind itself,
/// and the next commit shall not wait for that.
const SHORT_REST: Duration = Duration::from_millis(100);

/// What is known between rounds.
pub struct Watch {
    poller: Poller,
    waker: Receiver<()>,
    /// Kept, so that the waker never ends.
    _sender: SyncSender<()>,
    poll: Duration,
    alive: Alive,
    restarts: Restarts,
    care: Peer,
    /// Of whole steps, and of single parts.
    failures: Failures,
    failed: BTreeMap<Part, Failures>,
    /// What is being made, and whose daemon is waited for.
    lanes: Lanes,
    /// The TFTP server that answers.
    answer: Arc<Mutex<Option<Ipv4Addr>>>,
    /// The position of the last step.
    last: Option<Position>,
    looked: Option<Instant>,
    /// When the metrics were last written.
    told: Option<Instant>,
    /// How long the last step took.
    took: Duration,
    /// How long the next step that takes long rests.
    rest: Duration,
    /// When this node was last seen to be out of service.
    held: Option<Instant>,
    /// What was last told about the database or the lock.
    trouble: Option<String>,
}

impl Watch {
    /// Begins with nothing known.
    pub fn begin(context: &Context<'_>) -> anyhow::Result<Self> {
        let url =
            Url::resolve(context.options.db.as_deref(), &context.settings)?;
        // One wake-up in the queue is enough: a look sees all that came since.
        let (sender, waker) = sync_channel(1);
        if let Url::Server(target) = &url {
            let (target, settings) = (target.clone(), context.settings.clone());
            let host = context.machine.host_name.clone();
            let (sender, console) = (sender.clone(), context.console.clone());
            let _ = std::thread::spawn(move || {
                let say = |word| match word {
                    wake::Word::Detail(text) => console.detail(&text),
                    wake::Word::Note(text) => console.note(&text),
                };
                wake::follow(&target, &settings, &host, &sender, &say);
            });
        }
        let answer = Arc::new(Mutex::new(None));
        if !context.options.no_activate {
            let (answer, settings) =
                (Arc::clone(&answer), context.settings.clone());
            let console = context.console.clone();
            let _ = std::thread::spawn(move || {
                ask_tftp(&settings, &console, &answer);
            });
        }
        let (settings, told) =
            (context.settings.clone(), context.console.clone());
        let _ = std::thread::spawn(move || keep_leases(&settings, &told));
        let poll = context.settings.number("PROVHA__WATCH_POLL");
        Ok(Self {
            poller: Poller { url, link: None },
            waker,
            _sender: sender,
            poll: Duration::from_millis(poll),
            alive: Alive::begin(),
            restarts: Restarts::default(),
            care: Peer::default(),
            failures: Failures::default(),
            failed: BTreeMap::new(),
            lanes: Lanes::default(),
            answer,
            last: None,
            looked: None,
            told: None,
            took: Duration::ZERO,
            rest: SHORT_REST,
            held: None,
            trouble: None,
        })
    }

    /// Waits for the next poll or wake-up. While only other things change in
    /// the database, it is soon no busier than half the time.
    pub fn wait(&mut self) {
        if self.took > self.poll {
            std::thread::sleep(self.rest.min(self.took));
            self.rest = (self.rest * 2).min(REST);
        } else {
            self.rest = SHORT_REST;
        }
        self.took = Duration::ZERO;
        let _ = self.waker.recv_timeout(self.poll);
    }

    /// One round; what fails is told and tried again.
    pub fn round(&mut self, env: &Env, options: &Global, console: &Console) {
        self.alive.round();
        let begin = Instant::now();
        if self.failures.pausing(begin) {
            return;
        }
        let console = console.again();
        if let Err(error) = self.attempt(env, options, &console) {
            self.not_made(&console, &error);
        }
        self.took = begin.elapsed();
    }

    /// Another run at work is no failure, and a database that is away is
    /// looked for again soon.
    fn not_made(&mut self, console: &Console, error: &anyhow::Error) {
        let stop = error.downcast_ref::<Stop>();
        if stop.is_some_and(|stop| stop.exit == Exit::Locked) {
            console.detail(&error.to_string());
            return;
        }
        match error.is::<SourceError>() {
            true => self.failures.away(Instant::now()),
            false => self.failures.failed(Instant::now(), false),
        }
        self.tell(console, error);
    }

    /// Tells of an error, once.
    fn tell(&mut self, console: &Console, error: &anyhow::Error) {
        let text = format!("{error:#}");
        if self.trouble.as_ref() == Some(&text) {
            return;
        }
        console.error(&text);
        if let (_, Some(hint)) = error::classify(error)
            && !hint.is_empty()
        {
            console.hint(&hint);
        }
        Alive::status(&text);
        self.trouble = Some(text);
    }

    /// Polls, and makes a step where that is due.
    fn attempt(
        &mut self,
        env: &Env,
        options: &Global,
        console: &Console,
    ) -> anyhow::Result<()> {
        let context = Context::quietly(env, options, console)?;
        if self.is_held(&context)? {
            return Ok(());
        }
        let position = self.poller.position(&context)?;
        let now = Instant::now();
        let moved =
            self.last.as_ref() != Some(&position) || !position.is_known();
        let stale = self.looked.is_none_or(|then| now - then >= LOOK);
        let ended = self.lanes.have_ended();
        let ripe = self.restarts.may(now) && self.peer_allows(&context, now);
        // Most rounds end here, before the lock: a run by hand never waits for
        // a look that finds nothing.
        if !(moved || stale || ripe || ended) {
            return Ok(());
        }
        let lock = self.lanes.lock(|| context.lock("watch"))?;
        let hold = Hold {
            dhcpd: restarts_dhcpd(&context) && !ripe,
            failures: &self.failed,
            now,
        };
        let holds = |part| hold.holds(part);
        let answer = self.answer.lock().map_or(None, |answer| *answer);
        let wishes = StepOptions { force: false, hold: Some(&holds), answer };
        let looks = self.care.memory.clone();
        let context = Context { looks, lives_on: true, ..context };
        let lanes = &mut self.lanes;
        let done = engine::step(&context, lock.as_ref(), &wishes, lanes)?;
        drop(lock);
        self.looked = Some(now);
        self.last = Some(position);
        self.after(&context, &done, moved);
        Ok(())
    }

    /// Whether this node is out of service; looks at the peer meanwhile.
    fn is_held(&mut self, context: &Context<'_>) -> anyhow::Result<bool> {
        if Note::of(&context.settings).is_none() {
            self.held = None;
            return Ok(false);
        }
        let now = Instant::now();
        if self.held.is_some_and(|held| now - held < LOOK) {
            return Ok(true);
        }
        let Held::Yes(why) = maintenance::hold(context)? else {
            return Ok(false);
        };
        if self.held.replace(now).is_none() {
            context.console.note(&why);
            Alive::status(&why);
        }
        Ok(true)
    }

    /// Whether the peer bears a restart of dhcpd now.
    fn peer_allows(&mut self, context: &Context<'_>, now: Instant) -> bool {
        let Peer { looked, memory, said } = &mut self.care;
        if looked.is_some_and(|looked| now - looked < REST) {
            return false;
        }
        *looked = Some(now);
        let own = context.options.restart_hold;
        // Where the live set cannot be read, the run says so and changes
        // nothing.
        let found = Care::find(&context.settings, own, false);
        let Ok(Some(care)) = found else { return true };
        let text = match care.look(memory) {
            Look::Go(_) => return true,
            Look::Wait(_) if care.hold().is_zero() => return true,
            Look::Wait(why) => {
                let most = care.hold().as_secs();
                let head = "the restart of dhcpd waits";
                format!("{head}, at most {most} s: {why}")
            }
            Look::Later(until, why) => {
                let lone = LoneStarts::of(&context.settings);
                lone.waits(crate::env::now(), until, &why);
                Later { until, why }.text()
            }
        };
        if *said != text {
            context.console.note(&text);
            *said = text;
        }
        false
    }

    /// Writes the metrics, not more often than is looked at them.
    fn tell_metrics(&mut self, context: &Context<'_>, now: Instant) {
        if self.told.is_none_or(|told| now - told >= METRICS) {
            self.told = Some(now);
            textfile::after(context);
        }
    }

    /// Notes what a step did.
    fn after(&mut self, context: &Context<'_>, done: &Done, moved: bool) {
        let now = Instant::now();
        if self.trouble.take().is_some() {
            context.console.note("watch: it works again");
        }
        if !done.made.is_empty() {
            self.rest = SHORT_REST;
            context.console.note(&done.line(context));
            Alive::status(&done.line(context));
            done.tell_role(context);
            context.console.ended(done.exit(context));
            self.tell_metrics(context, now);
        }
        match done.held.contains(&Part::Dhcp) {
            true => self.restarts.waits(now, moved),
            false => {
                self.restarts.done(done.restarted(Part::Dhcp));
                self.care = Peer::default();
            }
        }
        for made in &done.made {
            let failures = self.failed.entry(made.part).or_default();
            match made.result {
                Ok(_) => failures.over(),
                Err(_) => {
                    let in_vain = done.restarted(made.part).is_some();
                    failures.failed(now, in_vain);
                }
            }
        }
        self.failures.over();
        if !self.lanes.are_running() {
            self.alive.ready();
        }
    }
}

/// Asks the TFTP servers for ever: a silent one takes seconds, for which no
/// commit is to wait. Who they are is known from the last work.
fn ask_tftp(
    settings: &Settings,
    console: &Console,
    answer: &Mutex<Option<Ipv4Addr>>,
) {
    let store = Store::new(settings.path("PROVHA__STATE_DIR"));
    let dir = settings.path("PROVHA__TFTP_DIR");
    let mut told = String::new();
    loop {
        let sides = store.sides();
        if let Some((own, peer)) = sides {
            let mut said = String::new();
            let mut say = |text: String| said = text;
            let now = tftp::next_server(&dir, own, peer, &mut say);
            if let Ok(mut answer) = answer.lock() {
                *answer = Some(now);
            }
            if said != told && !said.is_empty() {
                console.warning(&said);
            }
            told = said;
        }
        std::thread::sleep(if sides.is_some() { LOOK } else { REST });
    }
}

/// Keeps the journal of leases, which needs no database.
fn keep_leases(settings: &Settings, console: &Console) {
    let mut told = String::new();
    loop {
        let done = record::take_over(settings, crate::env::now());
        let said = done.err().map(|error| format!("{error:#}"));
        let said = said.unwrap_or_default();
        if said != told && !said.is_empty() {
            console.warning(&format!("the journal of leases: {said}"));
        }
        told = said;
        std::thread::sleep(LOOK);
    }
}

/// What is known of the peer while a restart waits for it.
#[derive(Default)]
struct Peer {
    looked: Option<Instant>,
    memory: Memory,
    said: String,
}

/// Which parts have to wait.
struct Hold<'a> {
    /// Whether a restart of dhcpd has to.
    dhcpd: bool,
    failures: &'a BTreeMap<Part, Failures>,
    now: Instant,
}

impl Hold<'_> {
    /// What failed is not tried again at once, and dhcpd keeps its rhythm.
    fn holds(&self, part: Part) -> bool {
        if self.failures.get(&part).is_some_and(|f| f.pausing(self.now)) {
            return true;
        }
        self.dhcpd && part == Part::Dhcp
    }
}

/// Whether making the dhcpd set restarts a daemon.
fn restarts_dhcpd(context: &Context<'_>) -> bool {
    let (restart, unit) = ("PROVHA__DHCPD_RESTART", "PROVHA__DHCPD_UNIT");
    !context.options.no_activate
        && context.settings.command(restart, unit).is_some()
}

/// Asks for the commit position, on a connection that is kept.
struct Poller {
    url: Url,
    link: Option<Link>,
}

impl Poller {
    /// The position of the first usable node.
    fn position(
        &mut self,
        context: &Context<'_>,
    ) -> Result<Position, SourceError> {
        let Url::Server(target) = &self.url else {
            return Ok(Position::Unknown);
        };
        let kept = self.link.take().map(Link::position);
        let (link, position) = match kept {
            Some(Ok(told)) => told,
            _ => connect(context, target)?.position()?,
        };
        self.link = Some(link);
        Ok(position)
    }
}

/// Connects to the first usable node.
fn connect(
    context: &Context<'_>,
    target: &Target,
) -> Result<Link, SourceError> {
    Link::open(target, &context.settings, &mut |text| {
        context.console.warning(text);
    })
}
