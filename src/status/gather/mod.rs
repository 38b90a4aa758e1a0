//! What `status` tells is gathered here. It only reads, takes no lock, and
//! asks everybody at the same time and for a bounded time.

mod ask;
mod base;
mod daemons;
mod database;
mod files;
mod pair;
pub mod peer_set;
mod pools;
mod runs;

use std::time::{Duration, Instant};

use crate::context::Context;
use crate::pair::maintenance::Note;
use crate::publish::fingerprints::Fingerprints;
use crate::services::{kea_set, writers};
use crate::status::files::Needs;
use crate::status::mutes::Mutes;
use crate::status::{self, Report};

use ask::Question;
use base::Base;

pub use pools::sample;

/// How long daemons, peer and database have to answer.
const LIMIT: Duration = Duration::from_millis(2500);
/// How long looking at all files may take, and reading which devices need
/// one: a check command that takes longer than ten seconds is given up by who
/// started it.
const WORK: Duration = Duration::from_secs(8);
/// How long decoding every boot file may take.
const DEEP: Duration = Duration::from_secs(3600);

/// Looks at everything.
pub fn report(context: &Context<'_>, deep: bool) -> Report {
    let begin = Instant::now();
    let end = begin + LIMIT;
    let base = Base::read(context);
    let database = database::ask(context);
    let files = files::ask(context, deep);
    let pools = pools(context, &base);
    let asked =
        (!context.options.no_activate).then(|| Asked::ask(context, &base));
    let files_end = begin + if deep { DEEP } else { WORK };

    // Daemons first: their answers lie ready while the database is awaited.
    let services = asked.map(|asked| asked.checks(&base, end));
    let (facts, booting) = database;
    let facts = facts.wait(end);
    let role = database::role(context, &base, facts.as_ref());
    let mut checks = of_database(context, &base, facts.as_ref(), &role);
    let mut left_out = Vec::new();
    match services {
        Some(services) => checks.extend(services),
        None => {
            left_out.extend(NAMES);
            left_out.extend(kea_set::is_live(context).then_some("dhcp6"));
        }
    }
    let booting = match facts.is_some_and(|answer| answer.facts.is_up()) {
        true => booting.wait(files_end).flatten(),
        false => None,
    };
    let files = files.wait(files_end);
    checks.extend(of_files(context, &base, files.as_ref(), booting.as_ref()));
    let pools = pools.wait(begin + WORK);
    checks.push(status::pools::check(pools.as_ref()));
    let mut report = Report {
        role: role.role().map_or("", crate::model::Role::word).into(),
        host: context.machine.host_name.clone(),
        findings: found(context, &base, &checks),
        checks,
        pools: pools.and_then(Result::ok).unwrap_or_default(),
        left_out,
        seconds: 0.0,
    };
    report.seconds = begin.elapsed().as_secs_f64();
    report
}

/// The findings of the checks, arranged.
fn found(
    context: &Context<'_>,
    base: &Base,
    checks: &[status::Check],
) -> Vec<status::arrange::Finding> {
    let settings = &context.settings;
    let dir = settings.path("PROVHA__STATE_DIR");
    let hold = settings.number("PROVHA__STATUS_HOLD") as i64;
    let held = status::memory::remember(&dir, checks, base.now, hold);
    let mutes = Mutes::read(settings, base.now);
    status::arrange::arrange(checks, held, mutes.list(), base.now)
}

/// Begins to count the pools.
fn pools(
    context: &Context<'_>,
    base: &Base,
) -> Question<Result<Vec<status::pools::Pool>, String>> {
    let (settings, now) = (context.settings.clone(), base.now);
    Question::ask(move || pools::count(&settings, now))
}

/// The checks of role, database, last work, lock, rights and pair.
fn of_database(
    context: &Context<'_>,
    base: &Base,
    answer: Option<&database::Answer>,
    role: &status::role::Facts,
) -> Vec<status::Check> {
    let age = status::rebuild::age(base.rebuild.work.as_ref(), base.now);
    let facts = answer.map(|answer| &answer.facts);
    let mut checks = vec![
        status::role::check(role),
        status::database::check(facts, role.role(), age),
        rebuild(base),
        status::lock::check(&base.lock),
        writers(context, base),
    ];
    let note = Note::of(&context.settings);
    checks.extend(status::maintenance::check(note.as_ref(), base.now));
    checks.extend(status::role::rights(&base.closed));
    checks.extend(status::disk::check(&base.disks));
    checks.extend(pair::missing(context, base, role));
    checks
}

/// The checks of files; `booting`: the devices that need one.
fn of_files(
    context: &Context<'_>,
    base: &Base,
    files: Option<&files::Files>,
    booting: Option<&[Vec<u32>; 2]>,
) -> Vec<status::Check> {
    let kinds = files.map(|files| &files.kinds[..]);
    let needs = booting.map_or(Needs::Unknown, Needs::Known);
    let drift = status::files::drift(files.map(|files| &files.drift), kinds);
    let leases = context.settings.text("PROVHA__DHCPD_LEASES");
    let size = files.map(|files| &files.leases);
    let expected = !context.options.no_activate;
    vec![
        status::files::boot(kinds, needs),
        status::role::unless_closed(drift, &base.closed, &[""]),
        status::files::leases(leases, size, expected),
    ]
}

/// The check of the last rebuild, whose state only some may read.
fn rebuild(base: &Base) -> status::Check {
    let closed = base.closed.iter().find(|path| path.ends_with("rebuild.json"));
    match closed {
        Some(path) => {
            let text = format!("may not read {path}");
            let code = &status::codes::STATE_UNREAD;
            status::Check::wrong(code, status::State::Unknown, text)
                .hint("run it as root")
        }
        None => status::rebuild::check(&base.rebuild),
    }
}

/// Whether provha alone writes its files.
fn writers(context: &Context<'_>, base: &Base) -> status::Check {
    let placed = Fingerprints::look(&context.settings);
    let is_used = base.rebuild.work.is_some() || !placed.is_empty();
    status::writers::check(&writers::read::find(&context.settings), is_used)
}

/// What is not asked with --no-activate.
const NAMES: [&str; 9] = [
    "dhcpd", "named", "chronyd", "time", "tftp", "runs", "peer-set",
    "failover", "clock",
];

/// The questions to daemons and to the peer, on their way.
struct Asked {
    daemons: daemons::Asked,
    runs: Question<Vec<status::runs::Runs>>,
    peer_set: Option<peer_set::Asked>,
    pair: pair::Asked,
}

impl Asked {
    /// Asks them all.
    fn ask(context: &Context<'_>, base: &Base) -> Self {
        Self {
            daemons: daemons::Asked::ask(context, base),
            runs: runs::ask(context),
            peer_set: peer_set::ask(context, base),
            pair: pair::Asked::ask(context, base),
        }
    }

    /// Waits for the answers.
    fn checks(self, base: &Base, end: Instant) -> Vec<status::Check> {
        let mut checks = self.daemons.checks(base, end);
        let runs = self.runs.wait(end);
        checks.push(status::runs::check(runs.as_deref()));
        checks.extend(self.peer_set.map(|asked| asked.check(end)));
        checks.extend(self.pair.checks(base, end));
        checks
    }
}
