//! The end of a run: findings, what changed, one summary line, JSON.

pub mod error;
pub mod file_set;
pub mod fleet;
pub mod mask;

use std::fmt::Write as _;
use std::path::Path;
use std::time::Duration;

use similar::{ChangeTag, TextDiff};

pub use crate::json;
pub use crate::report::mask::mask;

use crate::console::{Console, count};
use crate::context::Context;
use crate::exit::Exit;
use crate::model::{Finding, Findings, Role};
use crate::publish::generations::Meta;
use crate::report::mask::mask_after;
use crate::system::files;

/// What a run did.
#[derive(Debug, Default)]
pub struct Outcome {
    /// The command.
    pub command: String,
    /// Files that were (or would be) written.
    pub written: Vec<String>,
    /// Files that were (or would be) removed.
    pub removed: Vec<String>,
    /// What was made, for the summary, such as '195 modems'.
    pub made: Vec<String>,
    /// Files and directories whose owner or permissions were mended in place.
    pub mended: Vec<String>,
    /// Zones whose SOA, NS or server address was updated.
    pub heads: Vec<String>,
    /// DNS records of devices that were added, and removed.
    pub names: (usize, usize),
    /// Daemons that were restarted.
    pub restarted: Vec<&'static str>,
    /// Why what was made is not live yet; None: it is.
    pub waits: Option<String>,
    /// What is live is well made, and a person must look all the same: the
    /// exit code.
    pub exit: Option<Exit>,
}

/// Prints the summary line, and the result as JSON where it is wanted.
pub fn summary(
    context: &Context<'_>,
    role: Role,
    outcome: &Outcome,
    findings: &Findings,
) -> anyhow::Result<()> {
    let (written, removed) = (outcome.written.len(), outcome.removed.len());
    let mut line = format!("{} ({})", outcome.command, role.word());
    if !outcome.made.is_empty() {
        write!(line, ": {}", outcome.made.join(", "))?;
    }
    let also = also(outcome);
    let would = if context.only_looks() { "would be " } else { "" };
    match (written, removed) {
        (0, 0) if outcome.waits.is_some() => line += "; a change waits",
        (0, 0) if !also.is_empty() => {}
        (0, 0) => line += "; nothing changed",
        (n, 0) => write!(line, "; {} {would}written", count(n, "file"))?,
        (0, n) => write!(line, "; {} {would}removed", count(n, "file"))?,
        (n, m) => {
            write!(line, "; {} {would}written, {m} removed", count(n, "file"))?;
        }
    }
    line += &also;
    for daemon in &outcome.restarted {
        write!(line, "; {daemon} restarted")?;
    }
    if !findings.is_empty() {
        write!(line, "; {}", count(findings.len(), "finding"))?;
        // Rows of tables; a row of a text that is left out is a finding.
        match findings.quarantined() {
            0 => {}
            n => write!(line, " ({} left out)", count(n, "database row"))?,
        }
    }
    context.console.made(role.word(), written + removed);
    let seconds = context.console.lap().as_secs_f64();
    write!(line, "; {seconds:.1} s")?;
    context.console.note(&line);
    result(context, role, outcome, findings, seconds);
    Ok(())
}

/// What was changed besides files that were written and removed.
fn also(outcome: &Outcome) -> String {
    let mut line = String::new();
    let (mended, heads) = (outcome.mended.len(), outcome.heads.len());
    let (added, removed) = outcome.names;
    if mended > 0 {
        line += &format!("; owner or permissions of {mended} corrected");
    }
    if heads > 0 {
        line +=
            &format!("; SOA, NS or server address of {heads} zones updated");
    }
    if added + removed > 0 {
        let added = count(added, "name");
        line += &format!("; {added} added, {removed} removed");
    }
    line
}

/// Keeps the result for `--json`.
fn result(
    context: &Context<'_>,
    role: Role,
    outcome: &Outcome,
    findings: &Findings,
    seconds: f64,
) {
    let sorted = findings.sorted();
    let (added, removed) = outcome.names;
    context.console.result(&json::Run {
        command: &outcome.command,
        role: role.word(),
        dry_run: context.only_looks(),
        written: &outcome.written,
        removed: &outcome.removed,
        mended: &outcome.mended,
        zones_updated: &outcome.heads,
        names: json::Names { added, removed },
        restarted: &outcome.restarted,
        waits: outcome.waits.as_deref(),
        seconds,
        findings: sorted.iter().map(found).collect(),
    });
}

/// A finding as it stands in JSON.
pub fn found(finding: &Finding) -> json::FoundRow<'_> {
    json::FoundRow {
        table: finding.table,
        id: finding.id,
        column: finding.column,
        reason: &finding.reason,
        quarantined: finding.quarantined,
        devices: finding.devices.as_ref().map(|devices| json::FoundDevices {
            table: devices.table,
            count: devices.count,
            first: &devices.first,
        }),
    }
}

impl Outcome {
    /// Whether no file changed.
    pub fn is_empty(&self) -> bool {
        self.written.is_empty() && self.removed.is_empty()
    }
}

/// Shows the changed lines of one file as a unified diff, secrets masked.
/// A side that does not exist is empty.
pub fn print_diff(
    console: &Console,
    name: &str,
    old: &Path,
    new: &Path,
) -> anyhow::Result<()> {
    let read = |path: &Path| files::read_through(path).unwrap_or_default();
    print_texts(console, name, &read(old), &read(new))
}

/// The same for two contents.
pub fn print_texts(
    console: &Console,
    name: &str,
    old: &[u8],
    new: &[u8],
) -> anyhow::Result<()> {
    let (old, new) =
        (String::from_utf8_lossy(old), String::from_utf8_lossy(new));
    let mut out = format!("--- live/{name}\n+++ new/{name}\n");
    let diff = TextDiff::configure()
        .timeout(Duration::from_secs(10))
        .diff_lines(&*old, &*new);
    for group in diff.grouped_ops(2) {
        let (Some(first), Some(last)) = (group.first(), group.last()) else {
            continue;
        };
        let old = first.old_range().start..last.old_range().end;
        let new = first.new_range().start..last.new_range().end;
        writeln!(
            out,
            "@@ -{},{} +{},{} @@",
            old.start + 1,
            old.len(),
            new.start + 1,
            new.len()
        )?;
        for change in group.iter().flat_map(|op| diff.iter_changes(op)) {
            let sign = match change.tag() {
                ChangeTag::Delete => '-',
                ChangeTag::Insert => '+',
                ChangeTag::Equal => ' ',
            };
            let before = match change.old_index() {
                Some(i) => &diff.old_slices()[..i],
                None => &diff.new_slices()[..change.new_index().unwrap_or(0)],
            };
            let line = change.value().trim_end_matches('\n');
            writeln!(out, "{sign}{}", mask_after(before, line))?;
        }
    }
    console.change(name, &out)
}

/// Says that another system's file is replaced, without its content.
pub fn print_replaced(console: &Console, name: &str) -> anyhow::Result<()> {
    let text = format!("{name}: was not made by provha, replaced whole\n");
    console.change(name.trim_start_matches('/'), &text)
}

/// A generation as it stands in JSON.
pub fn generation(meta: &Meta, live: bool) -> json::Generation {
    json::Generation {
        number: meta.number,
        time: meta.time,
        command: meta.command.clone(),
        written: meta.written,
        removed: meta.removed,
        live,
        unverified: meta.unverified,
        reason: meta.reason.clone(),
        changes: None,
    }
}

/// Seconds since 1970 in the machine's zone.
pub fn local_time(seconds: i64) -> String {
    jiff::Timestamp::from_second(seconds).map_or_else(
        |_| seconds.to_string(),
        |time| {
            let zone = jiff::tz::TimeZone::system();
            time.to_zoned(zone).strftime("%F %T").to_string()
        },
    )
}
