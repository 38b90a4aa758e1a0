//! How `rebuild` looks for changes: as little as is needed to know them.

use std::net::Ipv4Addr;

use crate::context::Context;
use crate::rebuild::decide::{self, Now, Why};
use crate::rebuild::engine::options::StepOptions;
use crate::rebuild::outside::Outside;
use crate::rebuild::state::State;
use crate::rebuild::survey::{Looker, Survey};
use crate::rebuild::{Part, hash_of, hex};
use crate::seen;
use crate::seen::digest::{self, Change, Digests};
use crate::services::tftpd;
use crate::source::{Database, Link, Position, Standing, Url, sqlite};

/// Seconds between two looks at the leases.
fn names_interval(context: &Context<'_>) -> i64 {
    context.settings.number("PROVHA__NAMES_INTERVAL") as i64
}

/// Looks at what is outside the database. Leases change all the time: until
/// their interval has passed they count as they were.
pub(super) fn look_outside(
    context: &Context<'_>,
    old: Option<&State>,
) -> Outside {
    let mut outside = Outside::look(&context.settings, &context.machine);
    if context.options.no_activate {
        // Names are not touched then, so leases feed nothing.
        outside.leases = 0;
    }
    let named = old.and_then(|old| Some((old, old.parts.get(&Part::Dns)?.at)));
    if let Some((old, at)) = named
        && (0..names_interval(context)).contains(&(crate::env::now() - at))
    {
        outside.leases = old.leases;
    }
    outside
}

/// A position as the state keeps it; '' for none. A node that was started
/// again may have come to the same number by other commits.
pub(super) fn hashed(position: &Position, standing: &Standing) -> String {
    match position.is_known() {
        true => hex(hash_of(&(position, &standing.instance))),
        false => String::new(),
    }
}

/// How the changes are looked for.
pub(super) struct Look<'a> {
    pub context: &'a Context<'a>,
    pub wishes: &'a StepOptions<'a>,
    /// Seconds since 1970.
    pub time: i64,
    pub outside: Outside,
    /// The TFTP server that modems are sent to, as far as it is known.
    pub answer: Option<Ipv4Addr>,
    /// Whether the database stands where it stood.
    pub still: bool,
    /// Whether what drains is due for a look.
    pub drain: bool,
    /// The parts that are being made already.
    pub running: Vec<Part>,
}

/// What was seen, and what is known to be concerned.
pub(super) struct Seen {
    pub survey: Survey,
    /// Concerned parts whose inputs were not read, because they must wait.
    pub waiting: Vec<Part>,
}

impl Look<'_> {
    /// Whether the state still holds for all that the database does not tell.
    pub fn is_known(&self, old: &State) -> bool {
        !self.wishes.force
            && old.is_whole()
            && !decide::is_due(old.full_at, old.interval, self.time)
            && old.around == self.outside.around(self.answer)
    }

    /// Whether nothing is left from before.
    pub fn owes_nothing(&self, old: &State) -> bool {
        old.owed.is_empty() && old.leases == self.outside.leases
    }

    /// Whether the part has to wait.
    pub fn waits(&self, part: Part) -> bool {
        self.running.contains(&part)
            || self.wishes.hold.is_some_and(|hold| hold(part))
    }

    /// Reads as much as is needed to know what changed.
    pub fn survey(
        &mut self,
        db: &mut dyn Database,
        known: Option<&State>,
        digests: &Digests,
    ) -> anyhow::Result<Seen> {
        let empty = *digests == Digests::default();
        let known = known.filter(|_| !empty);
        let change = known.map(|old| (old, digests.since(&old.digests)));
        match change {
            Some((old, Change::Nothing)) => self.some(db, old, &[], false),
            Some((old, Change::Modems { chunks, dhcpd })) => {
                self.some(db, old, &chunks, dhcpd)
            }
            Some((_, Change::Much)) | None => self.all(db),
        }
    }

    /// Reads everything.
    fn all(&mut self, db: &mut dyn Database) -> anyhow::Result<Seen> {
        let (context, mut answer) = (self.context, None);
        let asked = self.answer;
        let mut looker = Looker {
            db,
            settings: &context.settings,
            machine: &context.machine,
            outside: &self.outside,
            drain: context.options.drain,
        };
        let survey = looker.whole(&mut |site| {
            let peer = site.pair.as_ref().map(|pair| pair.peer);
            let fits = |ip: &Ipv4Addr| *ip == site.own() || Some(*ip) == peer;
            let asked = asked.filter(fits);
            *answer.insert(
                asked.unwrap_or_else(|| tftpd::next_server(context, site)),
            )
        })?;
        self.answer = answer;
        Ok(Seen { survey, waiting: Vec::new() })
    }

    /// Reads some modems, and what else is concerned.
    fn some(
        &self,
        db: &mut dyn Database,
        old: &State,
        chunks: &[u32],
        dhcpd: bool,
    ) -> anyhow::Result<Seen> {
        let context = self.context;
        let mut concerned = old.owed.clone();
        if dhcpd && !concerned.contains(&Part::Dhcp) {
            concerned.push(Part::Dhcp);
        }
        if old.leases != self.outside.leases {
            concerned.push(Part::Dns);
        }
        let waiting: Vec<Part> = concerned
            .iter()
            .copied()
            .filter(|part| self.waits(*part))
            .collect();
        let mut looker = Looker {
            db,
            settings: &context.settings,
            machine: &context.machine,
            outside: &self.outside,
            drain: context.options.drain,
        };
        let mut survey = Survey::default();
        let services = concerned
            .iter()
            .any(|part| part.needs_network() && !waiting.contains(part));
        if services {
            let answer = self.answer;
            survey = looker
                .services(&mut |site| answer.unwrap_or_else(|| site.own()))?;
        }
        if !chunks.is_empty() {
            let _ = survey.rows.insert(Part::Cm, digest::ids(chunks));
        }
        for (part, made) in &old.parts {
            let signature = || made.signature.clone();
            let _ = survey.signatures.entry(*part).or_insert_with(signature);
        }
        let read = survey.network.is_some();
        let waiting = if read { Vec::new() } else { waiting };
        Ok(Seen { survey, waiting })
    }

    /// The parts to make, in order, each with why.
    pub fn plan(&self, old: Option<&State>, seen: &Seen) -> Vec<(Part, Why)> {
        let now = Now {
            signatures: seen.survey.signatures.clone(),
            rows: seen.survey.rows.clone(),
            time: self.time,
        };
        let interval = match (&seen.survey.network, old) {
            (Some(network), _) => network.site.rebuild_interval,
            (None, Some(old)) => old.interval,
            (None, None) => 0,
        };
        let mut plan = decide::decide(old, &now, interval, self.wishes.force);
        for (part, why) in &mut plan {
            if self.drain && (*part, &*why) == (Part::Dhcp, &Why::Owed) {
                *why = Why::Drain;
            }
        }
        for part in &seen.waiting {
            if plan.iter().all(|(planned, _)| planned != part) {
                plan.push((*part, Why::Owed));
            }
        }
        plan
    }
}

/// The database before its snapshot is begun.
pub(super) struct Source {
    position: Position,
    standing: Standing,
    /// Whether the database can make digests.
    pub has_digests: bool,
    link: Option<Link>,
    sqlite: Option<Box<dyn Database>>,
}

impl Source {
    /// Connects, and asks how far the server has come: before the snapshot,
    /// so that no later change can hide behind it.
    pub fn open(context: &Context<'_>) -> anyhow::Result<Self> {
        let mut said = |text: &str| context.console.warning(text);
        let url =
            Url::resolve(context.options.db.as_deref(), &context.settings)?;
        Ok(match url {
            Url::Server(target) => {
                let settings = &context.settings;
                let link = Link::open(&target, settings, &mut said)?;
                let (link, position, standing) =
                    seen::check::standing(context, link)?;
                Self {
                    position,
                    standing,
                    has_digests: true,
                    link: Some(link),
                    sqlite: None,
                }
            }
            Url::Sqlite(path) => {
                let sqlite: Box<dyn Database> =
                    Box::new(sqlite::Sqlite::open(&path)?);
                let position = Position::Unknown;
                Self {
                    position,
                    standing: Standing::default(),
                    has_digests: false,
                    link: None,
                    sqlite: Some(sqlite),
                }
            }
        })
    }

    pub fn position(&self) -> &Position {
        &self.position
    }

    pub fn standing(&self) -> &Standing {
        &self.standing
    }

    /// Begins the snapshot.
    pub fn snapshot(
        &mut self,
        context: &Context<'_>,
    ) -> anyhow::Result<Box<dyn Database>> {
        if let Some(link) = self.link.take() {
            return Ok(link.snapshot()?);
        }
        match self.sqlite.take() {
            Some(sqlite) => Ok(sqlite),
            None => context.database(),
        }
    }
}

/// The TFTP server that modems are sent to, by the addresses of the last
/// work; None when there was none.
pub(super) fn quick_answer(
    context: &Context<'_>,
    old: &State,
) -> Option<Ipv4Addr> {
    old.own.map(|own| tftpd::answering(context, own, old.peer))
}
