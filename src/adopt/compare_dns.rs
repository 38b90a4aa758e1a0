//! named's configuration, its keys, the script for public customer devices.

use crate::adopt::look::{Live, Look};
use crate::adopt::tree::{self, Delta, Style};
use crate::adopt::{Difference, Reason, Report, baseline};
use crate::outputs::dns;
use crate::render::dns as render;
use crate::report::mask;

/// Compares them.
pub fn compare(look: &Look<'_>, report: &mut Report) -> anyhow::Result<()> {
    let options = dns::options(look.context, look.network);
    let ours = render::named_conf(look.network, &options, look.templates)?;
    let ours = String::from_utf8_lossy(&ours);
    let path = look.context.settings.text("PROVHA__NAMED_CONF").to_string();
    match look.read(&path, report) {
        Live::Text(live, _) => conf(look, &path, &live, &ours, report),
        Live::Missing => add(
            report,
            (&path, "named"),
            "the file is missing",
            (Reason::HandEdit, "the existing system's package has it"),
        ),
        Live::Closed => {}
    }
    script(look, report);
    zones(look, &options, report);
    Ok(())
}

/// Adds a difference of one file.
fn add(
    report: &mut Report,
    (file, subject): (&str, &str),
    what: &str,
    (reason, why): (Reason, &str),
) {
    report.change(&format!("{file}: {subject}"), 0);
    let shape = format!("{subject} {what}");
    let difference = Difference {
        file: file.into(),
        subject: subject.into(),
        what: what.into(),
        reason,
        why: why.into(),
        count: 1,
        devices: 0,
    };
    report.add(difference, &shape);
}

/// named-nmsprime.conf, statement by statement.
fn conf(
    look: &Look<'_>,
    path: &str,
    live: &str,
    ours: &str,
    report: &mut Report,
) {
    let base = baseline::named_conf(look.network);
    let base = tree::flat(&base, Style::Named);
    for delta in tree::compare(live, ours, Style::Named) {
        let stands = |words: &String| base.contains(&delta.at(words));
        let theirs = delta.live.as_ref().is_none_or(stands);
        let lost =
            delta.live.is_none() && delta.ours.as_ref().is_some_and(stands);
        let secret = delta.name == "secret";
        let (reason, why) = match () {
            () if secret => {
                (Reason::HandEdit, "another TSIG secret than the database has")
            }
            () if theirs && !lost => deliberate(&delta),
            () if lost => (Reason::HandEdit, "the existing system has it"),
            () => (Reason::HandEdit, "no form of the existing system has it"),
        };
        let head = delta.path.first().unwrap_or(&delta.name);
        let subject = if head.starts_with("key ") {
            "named's key".to_string()
        } else {
            head.clone()
        };
        let what = words(&delta, secret);
        add(report, (path, &subject), &what, (reason, why));
    }
}

/// The number of a difference from the existing system's form.
fn deliberate(delta: &Delta) -> (Reason, &'static str) {
    let head = delta.path.first().unwrap_or(&delta.name).as_str();
    let (number, why) = match delta.name.as_str() {
        _ if head.starts_with("acl ") => (57, "the nets of the pools"),
        _ if head.contains(render::REVERSE6_ZONE) => {
            (64, "the addresses of endpoints of IP version 6 have names")
        }
        "algorithm" => (15, "PROVHA__TSIG_ALGORITHM"),
        "version" | "hostname" | "server-id" | "max-cache-size" => {
            (53, "not told to customers; bounded memory")
        }
        _ => (58, "nobody but the machine itself copies zones"),
    };
    (Reason::Deliberate(number), why)
}

/// What differs, in words.
fn words(delta: &Delta, secret: bool) -> String {
    if secret {
        return "another secret (not shown)".into();
    }
    let place = delta.path[delta.path.len().min(1)..].join(", ");
    let place = if place.is_empty() { place } else { format!("{place}: ") };
    match (&delta.live, &delta.ours) {
        (Some(live), Some(ours)) => {
            format!("{place}'{}' becomes '{}'", mask(live), mask(ours))
        }
        (Some(live), None) => format!("{place}'{}' goes", mask(live)),
        (None, Some(ours)) => format!("{place}'{}' comes", mask(ours)),
        (None, None) => place,
    }
}

/// The script: another form, but it must have the database's secrets.
fn script(look: &Look<'_>, report: &mut Report) {
    let path = render::SCRIPT;
    let Live::Text(live, _) = look.read(path, report) else { return };
    let (reason, why) = (
        Reason::Deliberate(59),
        "no secret on a command line; both nodes are updated",
    );
    add(report, (path, "public names"), "written again", (reason, why));
    let site = &look.network.site;
    let peer = site.pair.as_ref().and_then(|pair| pair.peer_secret.as_ref());
    let holds = |secret: &String| live.contains(secret.as_str());
    let names_secret = live.contains("dhcpupdate:") || live.contains(" -y ");
    for (word, secret) in [("own", Some(&site.secret)), ("peer's", peer)] {
        if names_secret && secret.is_some_and(|secret| !holds(secret)) {
            let what = format!("the {word} TSIG secret is not in it");
            let why = "another secret than the database has";
            let reason = (Reason::HandEdit, why);
            add(report, (path, "public names"), &what, reason);
        }
    }
}

/// Zone files: those that are there are named's own and stay.
fn zones(look: &Look<'_>, options: &render::Options, report: &mut Report) {
    for zone in &options.zones {
        match look.read(&zone.file, report) {
            Live::Text(text, _) => {
                let there = render::zone_of_file(&text);
                let is_ours = there
                    .as_ref()
                    .is_none_or(|name| name.eq_ignore_ascii_case(&zone.name));
                if !is_ours {
                    let what = format!(
                        "it holds the zone {}",
                        there.unwrap_or_default()
                    );
                    let subject = format!("zone {}", zone.name);
                    let why = "the settings name another domain";
                    let reason = (Reason::RowChanged, why);
                    add(report, (&zone.file, &subject), &what, reason);
                }
            }
            Live::Missing => {
                let subject = format!("zone {}", zone.name);
                let reason = (Reason::Deliberate(60), "a zone begins empty");
                add(report, (&zone.file, &subject), "the file is made", reason);
            }
            Live::Closed => {}
        }
    }
}
