//! chrony's part and the time service.

use std::collections::BTreeSet;

use crate::adopt::look::{Live, Look};
use crate::adopt::{Difference, Reason, Report, baseline};
use crate::render::time as render;

/// Compares them.
pub fn compare(look: &Look<'_>, report: &mut Report) -> anyhow::Result<()> {
    let settings = &look.context.settings;
    let stratum = settings.number("PROVHA__CHRONY_LOCAL_STRATUM");
    let ours = render::chrony(look.network, stratum, look.templates)?;
    let ours = String::from_utf8_lossy(&ours);
    let path = settings.text("PROVHA__CHRONY_CONF").to_string();
    match look.read(&path, report) {
        Live::Text(live, _) => chrony(&path, &live, &ours, report),
        Live::Missing => {
            let reason = (Reason::Deliberate(61), "the pools may ask");
            add(report, &path, "the file is made", reason);
        }
        Live::Closed => {}
    }
    let path = settings.text("PROVHA__XINETD_CONF").to_string();
    if matches!(look.read(&path, report), Live::Missing) {
        let why = "the service on UDP port 37 is provha's";
        let reason = (Reason::Deliberate(62), why);
        add(report, &path, "the file is made", reason);
    }
    Ok(())
}

/// Adds a difference.
fn add(report: &mut Report, file: &str, what: &str, reason: (Reason, &str)) {
    report.change(&format!("{file}: the time service"), 0);
    let difference = Difference {
        file: file.into(),
        subject: "time".into(),
        what: what.into(),
        reason: reason.0,
        why: reason.1.into(),
        count: 1,
        devices: 0,
    };
    let shape = what.split(' ').next().unwrap_or_default();
    report.add(difference, shape);
}

/// chrony's part, line by line.
fn chrony(path: &str, live: &str, ours: &str, report: &mut Report) {
    let (live, ours) = (lines(live), lines(ours));
    let base = baseline::CHRONY;
    if !live.contains(base) {
        let what = format!("'{base}' is missing");
        let reason = (Reason::HandEdit, "the existing system's package has it");
        add(report, path, &what, reason);
    }
    let no_form = "no form of the existing system has it";
    for line in live.difference(&ours).filter(|line| **line != base) {
        let what = format!("'{line}' goes");
        add(report, path, &what, (Reason::HandEdit, no_form));
    }
    for line in live.difference(&ours).filter(|line| **line == base) {
        let what = format!("'{line}' goes");
        let reason = (Reason::Deliberate(61), "the nets of the settings");
        add(report, path, &what, reason);
    }
    for line in ours.difference(&live) {
        let (number, why) = match line.split(' ').next() {
            Some("ratelimit") => (54, "one client cannot hold up the others"),
            _ => (61, "the pools and the peer"),
        };
        let what = format!("'{line}' comes");
        add(report, path, &what, (Reason::Deliberate(number), why));
    }
}

/// The lines that say something.
fn lines(text: &str) -> BTreeSet<&str> {
    let says = |line: &&str| !line.is_empty() && !line.starts_with(['#', '!']);
    text.lines().map(str::trim).filter(says).collect()
}
