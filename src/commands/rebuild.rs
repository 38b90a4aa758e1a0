//! `provha rebuild`: the timer's command. Makes what must be made anew, and
//! nothing else.

use std::collections::BTreeMap;
use std::io::Write;
use std::net::Ipv4Addr;
use std::time::Instant;

use serde_json::json;

use super::report::{self, Outcome};
use super::{Run, configfile, dhcp, dns, error, guard, time};
use crate::cli::{self, DeviceKind, Global};
use crate::exit::Exit;
use crate::lock::Lock;
use crate::model::{Findings, Network, Role, Site};
use crate::rebuild::decide::{self, Now, Why};
use crate::rebuild::outside::Outside;
use crate::rebuild::state::{Last, PartState, State, Store};
use crate::rebuild::survey::{self, Survey};
use crate::rebuild::{Part, hash_of, hex};
use crate::source::mysql::{self, Position};
use crate::source::{Database, Url, sqlite};
use crate::tftp_probe;

/// Runs the command.
pub fn run(run: &Run<'_>, args: &cli::Rebuild) -> anyhow::Result<Exit> {
    let lock = run.lock("rebuild")?;
    let wishes = Wishes { force: args.force, hold: None };
    let done = step(run, lock.as_ref(), &wishes)?;
    run.talk.note(&done.line(run));
    if run.options.json {
        done.print_json(run)?;
    }
    Ok(done.exit(run))
}

/// What one step may and must do.
pub struct Wishes<'a> {
    /// Make everything, whatever changed.
    pub force: bool,
    /// Tells of a part that must be made whether it has to wait.
    pub hold: Option<&'a dyn Fn(Part) -> bool>,
}

/// One part that was made.
pub struct Made {
    /// Which.
    pub part: Part,
    /// Why.
    pub why: Why,
    /// What it did, or what its error leads to.
    pub result: Result<Outcome, Exit>,
    /// How long it took.
    pub seconds: f64,
}

/// What one step did.
pub struct Done {
    /// The role of this machine.
    pub role: String,
    /// Everything is made again after this many seconds.
    pub interval: u32,
    /// The parts that were made, in order.
    pub made: Vec<Made>,
    /// The parts that had to wait.
    pub held: Vec<Part>,
    /// Whether the commit position alone told that nothing changed.
    pub quick: bool,
}

/// Looks at what changed, makes the parts concerned, and writes the state.
///
/// # Errors
/// The database cannot be read or its settings are unusable: nothing was
/// touched. Failures of single parts are in what was done.
pub fn step(
    run: &Run<'_>,
    lock: Option<&Lock>,
    wishes: &Wishes<'_>,
) -> anyhow::Result<Done> {
    let begin = Instant::now();
    let store = Store::new(run.settings.path("PROVHA__STATE_DIR"));
    let old = store.load();
    let time = crate::env::now();
    let mut outside = Outside::look(&run.settings, &run.machine);
    if run.options.no_activate {
        // Names are not touched then, so leases feed nothing.
        outside.leases = 0;
    }
    let mut source = Source::open(run)?;
    if let Some(old) = old.as_ref().filter(|_| !wishes.force) {
        let answers = quick_answer(run, old);
        let quick = quick(source.position(), &outside, answers);
        let due = decide::is_due(old.full_at, old.interval, time);
        if !old.quick.is_empty() && old.quick == quick && !due {
            return Ok(Done::nothing(old));
        }
    }
    let position = source.position().clone();
    let mut answer = None;
    let survey = survey::survey(
        &mut *source.snapshot(run)?,
        &run.settings,
        &run.machine,
        &outside,
        &mut |site| *answer.insert(next_server(run, site)),
    )?;
    run.talk.detail("the changes are known");
    for warning in &survey.warnings {
        run.talk.warning(warning);
    }
    let now = Now {
        signatures: survey.signatures.clone(),
        devices: survey.devices.clone(),
        time,
    };
    let interval = survey.network.site.rebuild_interval;
    let plan = decide::decide(old.as_ref(), &now, interval, wishes.force);
    let work = Work { run, lock, store, begin, now, position, outside, answer };
    work.go(old.unwrap_or_default(), plan, survey, wishes)
}

/// The database before its snapshot is begun.
struct Source {
    position: Position,
    mysql: Option<(::mysql::Conn, String)>,
    sqlite: Option<Box<dyn Database>>,
}

impl Source {
    /// Connects, and asks how far the server has come: before the snapshot,
    /// so that no later change can hide behind it.
    fn open(run: &Run<'_>) -> anyhow::Result<Self> {
        let mut said = |reason: &str| {
            let text = format!("database node passed over: {reason}");
            run.talk.warning(&text);
        };
        let url = Url::resolve(run.options.db.as_deref(), &run.settings)?;
        Ok(match url {
            Url::Mysql(target) => {
                let settings = &run.settings;
                let mut conn = mysql::connect(&target, settings, &mut said)?;
                let position = mysql::position(&mut conn)?;
                let mysql = Some((conn, target.database));
                Self { position, mysql, sqlite: None }
            }
            Url::Sqlite(path) => {
                let sqlite: Box<dyn Database> =
                    Box::new(sqlite::Sqlite::open(&path)?);
                let position = Position::Unknown;
                Self { position, mysql: None, sqlite: Some(sqlite) }
            }
        })
    }

    fn position(&self) -> &Position {
        &self.position
    }

    /// Begins the snapshot.
    fn snapshot(&mut self, run: &Run<'_>) -> anyhow::Result<Box<dyn Database>> {
        if let Some((conn, database)) = self.mysql.take() {
            return Ok(Box::new(mysql::Mysql::begin(conn, &database)?));
        }
        match self.sqlite.take() {
            Some(sqlite) => Ok(sqlite),
            None => run.database(),
        }
    }
}

/// The TFTP server that modems are sent to.
pub fn next_server(run: &Run<'_>, site: &Site) -> Ipv4Addr {
    let peer = site.pair.as_ref().map(|pair| pair.peer);
    answering(run, site.own(), peer)
}

/// As [`next_server`], for addresses that are known.
fn answering(run: &Run<'_>, own: Ipv4Addr, peer: Option<Ipv4Addr>) -> Ipv4Addr {
    if run.options.no_activate {
        return own;
    }
    let dir = run.settings.path("PROVHA__TFTP_DIR");
    let mut say = |text: String| run.talk.warning(&text);
    tftp_probe::next_server(&dir, own, peer, &mut say)
}

/// As [`next_server`], with the addresses of the last work; None when there
/// was none.
fn quick_answer(run: &Run<'_>, old: &State) -> Option<Ipv4Addr> {
    old.own.map(|own| answering(run, own, old.peer))
}

/// One hash of everything, without reading a table; '' where the database
/// does not tell.
fn quick(
    position: &Position,
    outside: &Outside,
    answer: Option<Ipv4Addr>,
) -> String {
    match position {
        Position::Cluster(position) => {
            hex(hash_of(&(position, outside, answer)))
        }
        Position::Binlog(_) | Position::Unknown => String::new(),
    }
}

/// What making the parts needs.
struct Work<'a> {
    run: &'a Run<'a>,
    lock: Option<&'a Lock>,
    store: Store,
    begin: Instant,
    now: Now,
    position: Position,
    outside: Outside,
    answer: Option<Ipv4Addr>,
}

impl Work<'_> {
    /// Makes what is planned and writes the state.
    fn go(
        mut self,
        mut state: State,
        plan: Vec<(Part, Why)>,
        survey: Survey,
        wishes: &Wishes<'_>,
    ) -> anyhow::Result<Done> {
        let holds = |part| wishes.hold.is_some_and(|hold| hold(part));
        let (held, plan): (Vec<_>, Vec<_>) =
            plan.into_iter().partition(|(part, _)| holds(*part));
        let all = held.is_empty() && plan.iter().all(|(_, why)| is_full(why));
        let site = &survey.network.site;
        state.role = site.role.word().into();
        state.interval = site.rebuild_interval;
        state.own = Some(site.own());
        state.peer = site.pair.as_ref().map(|pair| pair.peer);
        let whole = all && plan.len() == survey.signatures.len();
        let parts: Vec<Part> = plan.iter().map(|(part, _)| *part).collect();
        if self.lock.is_some() && !parts.is_empty() {
            self.store.begin(&parts)?;
        }
        let made = self.make_all(plan, survey);
        let done = Done {
            role: state.role.clone(),
            interval: state.interval,
            made,
            held: held.into_iter().map(|(part, _)| part).collect(),
            quick: false,
        };
        if self.lock.is_some() {
            self.save(state, &done, whole)?;
        }
        Ok(done)
    }

    /// Makes the parts, one after the other; a failure of one is told and
    /// does not stop the others.
    fn make_all(&self, plan: Vec<(Part, Why)>, survey: Survey) -> Vec<Made> {
        let options = Global { json: false, ..self.run.options.clone() };
        let inner = Run {
            options: &options,
            settings: self.run.settings.clone(),
            machine: self.run.machine.clone(),
            talk: self.run.talk,
        };
        let mut maker = Maker {
            run: &inner,
            lock: self.lock,
            network: Some(survey.network),
            findings: survey.findings,
            answer: self.answer,
        };
        let last = plan.iter().rposition(|(part, _)| part.needs_network());
        let steps = plan.into_iter().enumerate().map(|(at, (part, why))| {
            let begin = Instant::now();
            let outcome = maker.make(part, &why, Some(at) == last);
            let result = outcome.map_err(|error| {
                let (exit, hint) = error::classify(&error);
                self.run.talk.error(&format!("{}: {error:#}", part.word()));
                if let Some(hint) = hint.filter(|hint| !hint.is_empty()) {
                    self.run.talk.hint(&hint);
                }
                exit
            });
            Made { part, why, result, seconds: begin.elapsed().as_secs_f64() }
        });
        steps.collect()
    }

    /// Writes what is now made.
    fn save(
        &mut self,
        mut state: State,
        done: &Done,
        whole: bool,
    ) -> anyhow::Result<()> {
        let before = state.clone();
        let mut devices = false;
        let outside = self.outside.with_made_keys(&self.run.settings);
        survey::with_keys(&mut self.now.signatures, &outside);
        for made in &done.made {
            if made.result.is_err() {
                let _ = state.parts.remove(&made.part);
                continue;
            }
            let now = &mut self.now;
            let signature = now.signatures.remove(&made.part);
            let signature = signature.unwrap_or_default();
            let part = PartState { signature, at: crate::env::now() };
            let _ = state.parts.insert(made.part, part);
            if let Some(list) = now.devices.remove(&made.part) {
                let _ = state.devices.insert(made.part, list);
                devices = true;
            }
        }
        let good = done.made.iter().all(|made| made.result.is_ok());
        if good && whole {
            state.full_at = self.now.time;
        }
        let settled = good && done.held.is_empty();
        state.quick = match settled {
            true => quick(&self.position, &outside, self.answer),
            false => String::new(),
        };
        state.next_server = self.answer;
        if !done.made.is_empty() {
            state.last = done.last(self.begin);
        }
        if state != before {
            self.store.save(&mut state, devices)?;
        }
        Ok(())
    }
}

/// Whether the reason concerns everything.
fn is_full(why: &Why) -> bool {
    matches!(why, Why::Forced | Why::Due | Why::NotMade)
}

impl Part {
    /// Whether it is made from the network that the survey read.
    fn needs_network(self) -> bool {
        matches!(self, Self::Dhcp | Self::Dns | Self::Time)
    }
}

/// Makes single parts.
struct Maker<'a> {
    run: &'a Run<'a>,
    lock: Option<&'a Lock>,
    network: Option<Network>,
    findings: Findings,
    answer: Option<Ipv4Addr>,
}

impl Maker<'_> {
    /// Makes one part; `last` is the last one that needs the network.
    fn make(
        &mut self,
        part: Part,
        why: &Why,
        last: bool,
    ) -> anyhow::Result<Outcome> {
        match part {
            Part::Cm => self.files(DeviceKind::Cm, why),
            Part::Mta => self.files(DeviceKind::Mta, why),
            Part::Dhcp => self.dhcp(last),
            Part::Dns | Part::Time => self.service(part),
        }
    }

    /// The files of all or of single devices.
    fn files(&self, kind: DeviceKind, why: &Why) -> anyhow::Result<Outcome> {
        let id = match why {
            Why::Devices(ids) => ids.clone(),
            _ => Vec::new(),
        };
        let full = *why == Why::Forced;
        let args = cli::Configfile { kind: Some(kind), id, full };
        configfile::make(self.run, self.lock, &args, &mut Findings::default())
    }

    /// The dhcpd set.
    fn dhcp(&mut self, last: bool) -> anyhow::Result<Outcome> {
        let network = match last {
            true => self.network.take(),
            false => self.network.clone(),
        };
        let network = network.expect("the network is there until the last");
        let templates = self.run.templates()?;
        let mut options = dhcp::options(self.run, &network)?;
        options.next_server = self.answer.unwrap_or(options.next_server);
        let findings = &mut self.findings;
        dhcp::apply(
            self.run, self.lock, network, &options, &templates, findings,
        )
    }

    /// named's set or the time services.
    fn service(&mut self, part: Part) -> anyhow::Result<Outcome> {
        let (run, lock) = (self.run, self.lock);
        let network =
            self.network.as_ref().expect("it is there until the last");
        guard::quarantine(run, &self.findings, network.rows)?;
        let templates = run.templates()?;
        let mut found = Findings::default();
        let outcome = match part {
            Part::Dns => dns::apply(run, lock, network, &templates, &mut found),
            _ => time::apply(run, lock, network, &templates),
        }?;
        report::summary(run, network.site.role, &outcome, &found)?;
        Ok(outcome)
    }
}

impl Done {
    /// Nothing changed since this state.
    fn nothing(old: &State) -> Self {
        Self {
            role: old.role.clone(),
            interval: old.interval,
            made: Vec::new(),
            held: Vec::new(),
            quick: true,
        }
    }

    /// The exit code: the worst of all parts.
    pub fn exit(&self, run: &Run<'_>) -> Exit {
        // A person is needed; undone; no chance to know; said no.
        let order =
            [Exit::Broken, Exit::RolledBack, Exit::Failed, Exit::Refused];
        let failed: Vec<Exit> = self
            .made
            .iter()
            .filter_map(|made| made.result.as_ref().err().copied())
            .collect();
        if let Some(worst) = order.iter().find(|exit| failed.contains(exit)) {
            return *worst;
        }
        let outcomes = self.made.iter().filter_map(|m| m.result.as_ref().ok());
        let pending = outcomes
            .into_iter()
            .any(|o| !o.written.is_empty() || !o.removed.is_empty());
        dhcp::exit(run, pending)
    }

    /// The parts with why they were made.
    fn reasons(&self) -> BTreeMap<String, String> {
        let pair =
            |made: &Made| (made.part.word().to_string(), made.why.to_string());
        self.made.iter().map(pair).collect()
    }

    /// What the state keeps of it.
    fn last(&self, begin: Instant) -> Last {
        let failed = self.made.iter().find_map(|m| m.result.as_ref().err());
        Last {
            at: crate::env::now(),
            seconds: begin.elapsed().as_secs_f64(),
            exit: failed.map_or(0, |exit| *exit as u8),
            ran: self.reasons(),
        }
    }

    /// The summary line.
    pub fn line(&self, run: &Run<'_>) -> String {
        let role = Role::read(&self.role).map_or("", Role::word);
        let parts: Vec<String> = self
            .made
            .iter()
            .map(|made| {
                let failed = match &made.result {
                    Ok(_) => String::new(),
                    Err(exit) => format!(": failed ({})", *exit as u8),
                };
                format!("{} ({}){failed}", made.part.word(), made.why)
            })
            .collect();
        let what = match parts.is_empty() {
            true => "nothing to do".to_string(),
            false => parts.join(", "),
        };
        let seconds = run.talk.elapsed().as_secs_f64();
        format!("rebuild ({role}): {what}; {seconds:.1} s")
    }

    /// The result as one JSON object on stdout.
    fn print_json(&self, run: &Run<'_>) -> anyhow::Result<()> {
        let ran: Vec<_> = self
            .made
            .iter()
            .map(|made| {
                let (done, exit) = match &made.result {
                    Ok(outcome) => (Some(outcome), 0),
                    Err(exit) => (None, *exit as u8),
                };
                json!({
                    "part": made.part.word(),
                    "why": made.why.to_string(),
                    "devices": match &made.why {
                        Why::Devices(ids) => Some(ids),
                        _ => None,
                    },
                    "exit": exit,
                    "written": done.map(|o| &o.written),
                    "removed": done.map(|o| &o.removed),
                    "restarted": done.map(|o| &o.restarted),
                    "seconds": made.seconds,
                })
            })
            .collect();
        let object = json!({
            "command": "rebuild",
            "role": self.role,
            "dry_run": run.only_looks(),
            "interval": self.interval,
            "tables_read": !self.quick,
            "ran": ran,
            "seconds": run.talk.elapsed().as_secs_f64(),
        });
        writeln!(std::io::stdout().lock(), "{object:#}")?;
        Ok(())
    }
}
