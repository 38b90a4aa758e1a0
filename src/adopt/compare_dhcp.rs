//! The dhcpd set, statement by statement.

use std::collections::{BTreeMap, BTreeSet};

use crate::adopt::look::{Live, Look};
use crate::adopt::rows::Row;
use crate::adopt::subject::{self, RowId};
use crate::adopt::tree::{self, Delta, Style};
use crate::adopt::{Difference, Reason, Report, baseline};
use crate::model::{Pool, PoolType};
use crate::render::dhcp::{self as render, DIR, Options};
use crate::render::sink::MemorySink;
use crate::report::mask;
use crate::system::files;

/// So many equal edits, and a fifth of all hosts, are more than one hand's.
const MANY: usize = 10;

/// Compares every file of the set.
pub fn compare(
    look: &Look<'_>,
    options: &Options,
    report: &mut Report,
) -> anyhow::Result<()> {
    let mut sink = MemorySink::default();
    render::render(look.network, options, look.templates, &mut sink)?;
    let names: Vec<String> = sink.0.keys().cloned().collect();
    for name in &names {
        let bytes = sink.0.remove(name).unwrap_or_default();
        let ours = String::from_utf8_lossy(&bytes);
        file(look, name, &ours, report);
    }
    stale(look, &names, report);
    Ok(())
}

/// Compares one file.
fn file(look: &Look<'_>, name: &str, ours: &str, report: &mut Report) {
    let path = format!("{DIR}/{name}");
    let (live, made) = match look.read(&path, report) {
        Live::Text(text, made) => (text, made),
        Live::Missing if is_empty(ours) => return,
        Live::Missing => return missing(look, name, report),
        Live::Closed => return,
    };
    let deltas = tree::compare(&live, ours, Style::Dhcpd);
    if name == "log.conf" {
        return log_conf(&path, &deltas, report);
    }
    let base = match name {
        "dhcpd.conf" => baseline::dhcpd_conf(look.network),
        "failover.conf" => baseline::failover_conf(look.network),
        _ => String::new(),
    };
    let judge = Judge {
        look,
        file: name,
        made,
        base: tree::flat(&base, Style::Dhcpd),
        has_base: !base.is_empty(),
    };
    let judged: Vec<_> =
        deltas.iter().map(|delta| judge.judge(delta)).collect();
    let hosts = tree::Reader::new(ours, Style::Dhcpd).count();
    let systematic = systematic(&deltas, &judged, hosts);
    for (delta, (reason, why, row)) in deltas.iter().zip(judged) {
        let kind = shape(delta);
        let (reason, why) = match systematic.get(&kind) {
            Some(count) if reason == Reason::HandEdit => (
                Reason::Unexplained,
                format!("{count} of {hosts} statements differ so"),
            ),
            _ => (reason, why),
        };
        let what = words(delta);
        let is_device = matches!(row, Some(("modem" | "mta" | "endpoint", _)));
        report.change(&format!("{name}: {}", setting(delta)), is_device.into());
        let difference = Difference {
            file: path.clone(),
            subject: subject::words(name, delta, row),
            what,
            reason,
            why,
            count: 1,
            devices: is_device.into(),
        };
        report.add(difference, &kind);
    }
}

/// True if a file has no statement.
fn is_empty(text: &str) -> bool {
    tree::Reader::new(text, Style::Dhcpd).next().is_none()
}

/// The text of log.conf means the same and is written otherwise.
fn log_conf(path: &str, deltas: &[Delta], report: &mut Report) {
    if deltas.is_empty() {
        return;
    }
    let difference = Difference {
        file: path.into(),
        subject: "all clients".into(),
        what: format!("{} statements are written otherwise", deltas.len()),
        reason: Reason::Deliberate(10),
        why: "rendered whole; edits in it cannot be told from its form".into(),
        count: 1,
        devices: 0,
    };
    report.add(difference, "log.conf");
    report.change("log.conf: its statements", 0);
}

/// A file of ours that is not there.
fn missing(look: &Look<'_>, name: &str, report: &mut Report) {
    let delta = Delta {
        path: Vec::new(),
        name: String::new(),
        live: None,
        ours: None,
        is_block: false,
    };
    let row = subject::row(name, &delta, look.rows);
    let list = look.context.settings.root().at(DIR).join("cmts_gws.conf");
    let made = modified(&list);
    let is_new = row
        .and_then(|(table, id)| look.rows.get(table, id))
        .is_some_and(|row| made != 0 && row.updated > made);
    let (reason, why) = match is_new {
        true => (Reason::RowChanged, "the row is newer than the set"),
        false => (Reason::HandEdit, "the existing system makes this file"),
    };
    let difference = Difference {
        file: format!("{DIR}/{name}"),
        subject: row
            .map_or("all clients".into(), |(t, id)| format!("{t} {id}")),
        what: "the file is missing".into(),
        reason,
        why: why.into(),
        count: 1,
        devices: 0,
    };
    report.change(&format!("{name}: the file is made"), 0);
    report.add(difference, "missing file");
}

/// When a file was made; 0: not known.
fn modified(path: &std::path::Path) -> i64 {
    use std::os::unix::fs::MetadataExt as _;
    files::open_through(path).map_or(0, |(_, meta)| meta.mtime())
}

/// Files of ours by their name that would not be made any more.
fn stale(look: &Look<'_>, names: &[String], report: &mut Report) {
    let dir = look.context.settings.root().at(DIR);
    let live = match files::walk(&dir) {
        Ok(live) => live,
        Err(error) => {
            report.closed.insert(format!("{DIR}: {}", error.source));
            return;
        }
    };
    let gone = live.iter().filter(|name| {
        render::is_ours(name) && !names.iter().any(|ours| ours == *name)
    });
    for name in gone {
        let path = format!("{DIR}/{name}");
        let Live::Text(text, _) = look.read(&path, report) else { continue };
        if is_empty(&text) && !name.starts_with("cmts_gws/") {
            continue;
        }
        let id = name.trim_start_matches("cmts_gws/").trim_end_matches(".conf");
        let id = id.parse().unwrap_or_default();
        let why = match look.rows.get("netgw", id) {
            Some(_) => format!("netgw {id} is deleted, or not a CMTS"),
            None if name.starts_with("cmts_gws/") => {
                format!("there is no netgw {id}")
            }
            None => "the settings do not ask for it".into(),
        };
        let difference = Difference {
            file: path,
            subject: name.clone(),
            what: "the file goes".into(),
            reason: Reason::Stale,
            why,
            count: 1,
            devices: 0,
        };
        report.change("cmts_gws: stale files go", 0);
        report.add(difference, name);
    }
}

/// Judges the differences of one file.
struct Judge<'a> {
    look: &'a Look<'a>,
    file: &'a str,
    made: i64,
    base: BTreeSet<String>,
    has_base: bool,
}

impl Judge<'_> {
    /// The reason of a difference, more about it, and the row it is about.
    fn judge(&self, delta: &Delta) -> (Reason, String, Option<RowId>) {
        let pool = self.pool(delta);
        let row = pool.map(|id| ("ippool", id));
        let row =
            row.or_else(|| subject::row(self.file, delta, self.look.rows));
        let known = self.deliberate(delta);
        if let Some((number, why)) = known {
            return (Reason::Deliberate(number), why, row);
        }
        if let Some(found) = row.and_then(|row| self.look.findings.get(&row)) {
            return (Reason::BadRow, found.clone(), row);
        }
        let (reason, why) = self.by_row(delta, row);
        (reason, why, row)
    }

    /// The pool that a statement within its subnet is about.
    fn pool(&self, delta: &Delta) -> Option<u32> {
        let heads = delta.path.iter().chain([&delta.name]);
        let mut subnets = heads.filter_map(|h| h.strip_prefix("subnet "));
        let net = subnets.next()?.split(' ').next()?;
        self.look.rows.pool_of(net)
    }

    /// What the row itself says about the difference.
    fn by_row(&self, delta: &Delta, row: Option<RowId>) -> (Reason, String) {
        let rows = self.look.rows;
        if let Some(reason) = self.time_offset(delta) {
            return reason;
        }
        let Some((table, id)) = row else {
            let settings = ["provbase", "provha", "provvoip"];
            let newest = settings.map(|table| rows.newest(table));
            let newest = newest.into_iter().max().unwrap_or_default();
            let global = matches!(self.file, "global.conf" | "failover.conf");
            if global && self.may_be_new(newest) && comes_of_row(delta) {
                let why = "table provbase, provha or provvoip is newer";
                return (Reason::RowChanged, why.into());
            }
            return (Reason::HandEdit, hand(delta).into());
        };
        let cut = delta.name == "range" && table == "ippool";
        if cut && self.may_be_new(rows.newest("endpoint")) {
            let why =
                "table endpoint is newer: its fixed addresses are cut out";
            return (Reason::RowChanged, why.into());
        }
        match rows.get(table, id) {
            Some(Row { is_deleted: true, .. }) if delta.ours.is_none() => {
                (Reason::Stale, format!("{table} {id} is deleted"))
            }
            Some(row)
                if self.may_be_new(row.updated) && comes_of_row(delta) =>
            {
                let why = format!("{table} {id} is newer than the file");
                (Reason::RowChanged, why)
            }
            None => (Reason::HandEdit, format!("there is no {table} {id}")),
            Some(_) => (Reason::HandEdit, hand(delta).into()),
        }
    }

    /// Whether a change at that time is not in the file.
    fn may_be_new(&self, updated: i64) -> bool {
        self.made != 0 && updated > self.made
    }

    /// The offset of the time zone, which a file keeps from its day.
    fn time_offset(&self, delta: &Delta) -> Option<(Reason, String)> {
        let live =
            delta.live.as_deref()?.strip_prefix("option time-offset ")?;
        let zone = self.look.context.settings.text("APP_TIMEZONE");
        let zone = jiff::tz::TimeZone::get(zone).ok()?;
        let made = jiff::Timestamp::from_second(self.made).ok()?;
        let then = zone.to_offset(made).seconds();
        (live.trim() == then.to_string()).then(|| {
            let why = "the offset of APP_TIMEZONE is another one today";
            (Reason::RowChanged, why.to_string())
        })
    }

    /// The number of a deliberate difference.
    fn deliberate(&self, delta: &Delta) -> Option<(u16, String)> {
        let told = |number, why: &str| Some((number, why.to_string()));
        let head = delta.path.first().map_or("", String::as_str);
        let live = delta.live.as_deref().unwrap_or_default();
        match self.file {
            "dhcpd.conf" | "failover.conf" => self.by_base(delta),
            "global.conf" if delta.name == "primary" => {
                let pair = self.look.network.site.pair.as_ref()?;
                let mta = self.look.network.site.mta_domain.as_deref();
                let zone = head.strip_prefix("zone ")?;
                (!pair.primary && mta == Some(zone))
                    .then(|| (3, "updated on this node's server".into()))
            }
            "global.conf" if head == "class STB" => {
                told(25, "any of the identifiers")
            }
            "ignore-cpe.conf" => match live.trim_end().ends_with("and") {
                true => told(8, "the condition ends in 'and'"),
                false => told(7, "made from the database"),
            },
            "blocked.conf" | "modems-clients-public.conf"
                if delta.live.is_some() && !live.contains(':') =>
            {
                told(2, "a row with an empty MAC")
            }
            _ if delta.name == "pool" && delta.is_block => {
                let without = delta.ours.is_none() && !live.contains("range ");
                without.then(|| (6, "every address is assigned".into()))
            }
            _ if delta.name == "range" => self.range(delta),
            _ if live.starts_with("failover peer") => {
                let without = !self.look.network.has_failover();
                without.then(|| (18, "no pool gives out addresses".into()))
            }
            _ => None,
        }
    }

    /// Ranges that are cut where the existing system gives the whole pool.
    fn range(&self, delta: &Delta) -> Option<(u16, String)> {
        let id = self.pool(delta)?;
        let pools = self.look.network.cmts.iter().flat_map(|cmts| &cmts.pools);
        let pool: &Pool = pools.clone().find(|pool| pool.id == id)?;
        let cut = self.look.network.ranges(pool).len() > 1
            || pool.kind != PoolType::CpePub;
        let (from, to) = pool.range;
        let whole = format!("range {from} {to}");
        let fits = match &delta.live {
            Some(live) => *live == whole,
            None => pool.kind != PoolType::CpePub,
        };
        let is_cut = self.look.network.ranges(pool) != [pool.range];
        (cut && fits && is_cut).then(|| {
            (21, "fixed and special addresses are cut out".to_string())
        })
    }

    /// What the existing system's package put there.
    fn by_base(&self, delta: &Delta) -> Option<(u16, String)> {
        if !self.has_base {
            return None;
        }
        let head = delta.path.first().unwrap_or(&delta.name).as_str();
        let omapi = head.starts_with("key ") && head != "key dhcpupdate"
            || delta.name.starts_with("omapi");
        if omapi {
            return Some((14, "the key of PROVHA__OMAPI_KEY_FILE".into()));
        }
        let stands = |words: &String| self.base.contains(&delta.at(words));
        let theirs = delta.live.as_ref().is_none_or(stands);
        // A statement of theirs that was taken out by hand.
        let lost =
            delta.live.is_none() && delta.ours.as_ref().is_some_and(stands);
        if !theirs || lost {
            return None;
        }
        Some(match delta.name.as_str() {
            "option ntp-servers" => (12, "the provisioning servers".into()),
            "server-id-check" => (11, "one server acknowledges".into()),
            "split" => (13, "from provha.load_ratio_master".into()),
            "algorithm" => (15, "PROVHA__TSIG_ALGORITHM".into()),
            _ => (10, "the file is rendered whole".into()),
        })
    }
}

/// Whether a change of a row can make such a difference: other statements
/// are in no row.
fn comes_of_row(delta: &Delta) -> bool {
    const NAMES: [&str; 21] = [
        "hardware ethernet",
        "filename",
        "ddns-hostname",
        "fixed-address",
        "host-identifier",
        "option ccc.dhcp-server-1",
        "option ccc.SecondaryDHCPServer",
        "option host-name",
        "option routers",
        "option broadcast-address",
        "option domain-name-servers",
        "option domain-name",
        "option log-servers",
        "option time-servers",
        "option vivso",
        "default-lease-time",
        "max-lease-time",
        "next-server",
        "ddns-domainname",
        "range",
        "lease",
    ];
    let first = delta.name.split(' ').next().unwrap_or_default();
    delta.is_block
        || NAMES.contains(&delta.name.as_str())
        || ["subclass", "include", "allow", "deny", "address", "peer"]
            .contains(&first)
}

/// What a hand did.
fn hand(delta: &Delta) -> &'static str {
    match (&delta.live, &delta.ours) {
        (Some(_), None) => "no row and no form of the existing system has it",
        (None, Some(_)) => "the row asks for it, and the row is older",
        _ => "the row says otherwise, and the row is older",
    }
}

/// What differs, in words; no secret is shown.
fn words(delta: &Delta) -> String {
    if delta.path.iter().chain([&delta.name]).any(|h| h.starts_with("key "))
        || delta.name == "secret"
    {
        return format!("{}: another one (not shown)", setting(delta));
    }
    let shown = |text: &str| {
        let mut text = mask(text);
        if text.chars().count() > 160 {
            text = text.chars().take(160).chain(['…']).collect();
        }
        text
    };
    match (&delta.live, &delta.ours) {
        (Some(live), Some(ours)) => {
            format!("'{}' becomes '{}'", shown(live), shown(ours))
        }
        (Some(live), None) => format!("'{}' goes", shown(live)),
        (None, Some(ours)) => format!("'{}' comes", shown(ours)),
        (None, None) => delta.name.clone(),
    }
}

/// What a statement sets, without what tells it from its like.
fn setting(delta: &Delta) -> String {
    let words: Vec<&str> = delta.name.split(' ').collect();
    match words[..] {
        [word, ..] if delta.is_block => word.into(),
        ["subclass", class, ..] => format!("subclass {class}"),
        ["include", ..] => "include".into(),
        _ => delta.name.clone(),
    }
}

/// What differences of one kind share.
fn shape(delta: &Delta) -> String {
    let side = |text: &Option<String>| u8::from(text.is_some());
    let outer = delta
        .path
        .last()
        .map_or("", |h| h.split(' ').next().unwrap_or_default());
    let sides = (side(&delta.live), side(&delta.ours));
    format!("{outer} {} {}{}", setting(delta), sides.0, sides.1)
}

/// Kinds of hand edits that are too many for a hand, with their number.
fn systematic(
    deltas: &[Delta],
    judged: &[(Reason, String, Option<RowId>)],
    hosts: usize,
) -> BTreeMap<String, usize> {
    let mut counts: BTreeMap<String, usize> = BTreeMap::new();
    let edits = deltas.iter().zip(judged);
    for (delta, _) in edits.filter(|(_, j)| j.0 == Reason::HandEdit) {
        *counts.entry(shape(delta)).or_default() += 1;
    }
    counts.retain(|_, count| *count >= MANY && *count * 5 >= hosts);
    counts
}
