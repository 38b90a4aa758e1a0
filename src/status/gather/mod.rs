//! What `status` tells is gathered here. It only reads, takes no lock, and
//! asks everybody at the same time and for a bounded time.

mod ask;
mod base;
mod daemons;
mod database;
mod files;
mod pair;

use std::time::{Duration, Instant};

use crate::context::Context;
use crate::publish::fingerprints::Fingerprints;
use crate::services::writers;
use crate::status::files::Needs;
use crate::status::{self, Report};

use base::Base;

/// How long all answers may take together: a check command that takes longer
/// than ten seconds is given up by who started it.
const LIMIT: Duration = Duration::from_secs(8);
/// How long decoding every boot file may take.
const DEEP: Duration = Duration::from_secs(3600);

/// Looks at everything.
pub fn report(context: &Context<'_>, deep: bool) -> Report {
    let begin = Instant::now();
    let end = begin + LIMIT;
    let base = Base::read(context);
    let database = database::ask(context);
    let files = files::ask(context, deep);
    let asked =
        (!context.options.no_activate).then(|| Asked::ask(context, &base));
    let kinds_end = if deep { begin + DEEP } else { end };

    // Daemons first: their answers lie ready while the database is awaited.
    let services = asked.map(|asked| asked.checks(&base, end));
    let database = database.wait(end);
    let role = database::role(context, &base, database.as_ref());
    let age = status::rebuild::age(base.rebuild.work.as_ref(), base.now);
    let facts = database.as_ref().map(|answer| &answer.facts);
    let mut checks = vec![
        status::role::check(&role),
        status::database::check(facts, role.role(), age),
        rebuild(&base),
        status::lock::check(&base.lock),
        writers(context, &base),
    ];
    checks.extend(status::role::rights(&base.closed));
    checks.extend(status::disk::check(&base.disks));
    checks.extend(pair::missing(context, &base, &role));
    let mut left_out = Vec::new();
    match services {
        Some(services) => checks.extend(services),
        None => left_out.extend(NAMES),
    }
    let files = files.wait(kinds_end);
    let kinds = files.as_ref().map(|files| &files.kinds[..]);
    let needs = match &database {
        Some(database::Answer { booting: Some(ids), .. }) => Needs::Known(ids),
        _ => Needs::Unknown,
    };
    checks.push(status::files::boot(kinds, needs));
    let drift = files.as_ref().map(|files| &files.drift);
    let drift = status::files::drift(drift, kinds);
    checks.push(status::role::unless_closed(drift, &base.closed, &[""]));
    let leases = context.settings.text("PROVHA__DHCPD_LEASES");
    let size = files.as_ref().map(|files| &files.leases);
    let expected = !context.options.no_activate;
    checks.push(status::files::leases(leases, size, expected));
    Report {
        role: role.role().map_or("", crate::model::Role::word).into(),
        host: context.machine.host_name.clone(),
        checks,
        left_out,
        seconds: begin.elapsed().as_secs_f64(),
    }
}

/// The check of the last rebuild, whose state only some may read.
fn rebuild(base: &Base) -> status::Check {
    let closed = base.closed.iter().find(|path| path.ends_with("rebuild.json"));
    match closed {
        Some(path) => {
            let text = format!("may not read {path}");
            status::Check::new("rebuild", status::State::Unknown, text)
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
const NAMES: [&str; 7] =
    ["dhcpd", "named", "chronyd", "time", "tftp", "failover", "clock"];

/// The questions to daemons and to the peer, on their way.
struct Asked {
    daemons: daemons::Asked,
    pair: pair::Asked,
}

impl Asked {
    /// Asks them all.
    fn ask(context: &Context<'_>, base: &Base) -> Self {
        Self {
            daemons: daemons::Asked::ask(context, base),
            pair: pair::Asked::ask(context, base),
        }
    }

    /// Waits for the answers.
    fn checks(self, base: &Base, end: Instant) -> Vec<status::Check> {
        let mut checks = self.daemons.checks(base, end);
        checks.extend(self.pair.checks(base, end));
        checks
    }
}
