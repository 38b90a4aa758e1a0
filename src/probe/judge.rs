//! The state that a device would reach with what a server gave it. Pure: what
//! was asked and answered comes in.

use std::net::Ipv4Addr;

use crate::clients::relay::Offer;
use crate::docsis::verify::{Outcome, Report};
use crate::explain::device::Kind;

/// How dhcpd answered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Dhcp {
    /// With an offer.
    Offer(Box<Offer>),
    /// Not at all.
    Silent,
    /// It was not asked, for this reason.
    NotAsked(String),
}

/// How a file came.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Fetched {
    /// With this content.
    File(Vec<u8>),
    /// The server refuses: code and words.
    Refused(u16, String),
    /// No answer.
    Silent(String),
    /// Nobody was asked.
    NotAsked(String),
}

/// All that was asked of one server for one device.
#[derive(Debug, Clone)]
pub struct Facts<'a> {
    /// What kind of device it is.
    pub kind: Kind,
    /// As commands take it.
    pub name: &'a str,
    /// The id of its row.
    pub id: Option<u32>,
    /// Why dhcpd is not to answer it, by the live set.
    pub silence: Option<&'a str>,
    /// dhcpd's answer.
    pub dhcp: Dhcp,
    /// The boot file from the server that dhcpd names.
    pub fetched: Fetched,
    /// What was found in the file.
    pub report: Option<Report>,
    /// Whether the file gives access, and turns privacy on.
    pub access: bool,
    /// The same.
    pub privacy: bool,
    /// The time servers that dhcpd names, and whether one of them answers on
    /// port 37; None: none is named, or none was asked.
    pub time: Option<(Vec<Ipv4Addr>, bool)>,
    /// The server's address.
    pub server: Ipv4Addr,
    /// Whether it is this node.
    pub own: bool,
}

/// What it comes to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Verdict {
    /// The state.
    pub state: &'static str,
    /// Whether that is as it should be.
    pub good: bool,
    /// Why.
    pub why: String,
    /// What mends it.
    pub fix: Option<String>,
}

impl Verdict {
    /// A state that is wrong.
    fn bad(
        state: &'static str,
        why: impl Into<String>,
        fix: impl Into<String>,
    ) -> Self {
        let fix = Some(fix.into());
        Self { state, good: false, why: why.into(), fix }
    }

    /// One that is right.
    fn good(state: &'static str, why: impl Into<String>) -> Self {
        Self { state, good: true, why: why.into(), fix: None }
    }
}

/// Names of the states of one kind of device.
struct States {
    no_answer: &'static str,
    no_file: &'static str,
    not_read: &'static str,
}

/// The names for a kind.
fn states(kind: Kind) -> States {
    match kind {
        Kind::Modem => States {
            no_answer: "init(d)",
            no_file: "init(i)",
            not_read: "init(o)",
        },
        _ => States {
            no_answer: "no address",
            no_file: "no file",
            not_read: "no file",
        },
    }
}

/// Judges: the first thing that stops the device counts.
pub fn judge(facts: &Facts<'_>) -> Verdict {
    let offer = match &facts.dhcp {
        Dhcp::Silent => return no_answer(facts),
        Dhcp::NotAsked(why) => {
            if let Some(silence) = facts.silence {
                return unserved(facts, silence);
            }
            return not_asked(facts, why);
        }
        Dhcp::Offer(offer) => offer,
    };
    if !matches!(facts.kind, Kind::Modem | Kind::Mta) {
        return ready(facts, offer);
    }
    if let Some(verdict) = without_file(facts, offer) {
        return verdict;
    }
    after_dhcp(facts)
}

/// The command that runs on the server which is meant.
fn there(facts: &Facts<'_>, command: &str) -> String {
    match facts.own {
        true => command.to_string(),
        false => format!("on {}: {command}", facts.server),
    }
}

/// The command that makes the device's file.
fn make(facts: &Facts<'_>) -> String {
    let command = match (facts.kind, facts.id) {
        (Kind::Mta, Some(id)) => format!("provha configfile mta --id {id}"),
        (_, Some(id)) => format!("provha configfile cm --id {id}"),
        _ => "provha configfile".into(),
    };
    there(facts, &command)
}

/// dhcpd says nothing.
fn no_answer(facts: &Facts<'_>) -> Verdict {
    if let Some(silence) = facts.silence {
        return unserved(facts, silence);
    }
    let why = format!(
        "dhcpd on {} does not answer, although its set serves the device",
        facts.server
    );
    let fix =
        there(facts, "provha status; then systemctl restart the dhcpd unit");
    Verdict::bad(states(facts.kind).no_answer, why, fix)
}

/// The set does not serve it.
fn unserved(facts: &Facts<'_>, silence: &str) -> Verdict {
    let explain = format!("provha explain {}", facts.name);
    Verdict::bad(
        states(facts.kind).no_answer,
        format!("dhcpd gives it no address: {silence}"),
        format!("{explain} tells which row; correct it, then provha dhcp"),
    )
}

/// dhcpd could not be asked: what else is known.
fn not_asked(facts: &Facts<'_>, why: &str) -> Verdict {
    let rest = match facts.kind {
        Kind::Modem | Kind::Mta => after_dhcp(facts),
        _ => Verdict::good("ready", ""),
    };
    if !rest.good {
        return rest;
    }
    Verdict {
        state: "not known",
        good: false,
        why: format!(
            "dhcpd was not asked: {why}; with an address it would reach {}",
            rest.state
        ),
        fix: None,
    }
}

/// A customer's device has what it needs.
fn ready(facts: &Facts<'_>, offer: &Offer) -> Verdict {
    match offer.address {
        Some(address) => Verdict::good("ready", format!("it gets {address}")),
        None => no_answer(facts),
    }
}

/// The offer names no file, or no server for it.
fn without_file(facts: &Facts<'_>, offer: &Offer) -> Option<Verdict> {
    let state = states(facts.kind).no_file;
    if offer.file.is_empty() {
        let why = "the offer names no boot file: dhcpd has no host line for it";
        let fix = there(facts, "provha dhcp");
        return Some(Verdict::bad(state, why, fix));
    }
    if offer.next_server.is_none() {
        let why = "the offer names no TFTP server (next-server)";
        let fix = there(facts, "provha dhcp");
        return Some(Verdict::bad(state, why, fix));
    }
    None
}

/// What comes after the address: file, time, registration.
fn after_dhcp(facts: &Facts<'_>) -> Verdict {
    let not_read = states(facts.kind).not_read;
    match &facts.fetched {
        Fetched::Refused(code, text) => {
            let why = format!("TFTP refuses its file: {text} (code {code})");
            return Verdict::bad(not_read, why, make(facts));
        }
        Fetched::Silent(why) => {
            let fix = there(
                facts,
                "provha status (check tftp); then restart the TFTP server",
            );
            return Verdict::bad(not_read, why.clone(), fix);
        }
        Fetched::File(bytes) if bytes.is_empty() => {
            let why = "its file is empty";
            return Verdict::bad(not_read, why, make(facts));
        }
        Fetched::File(_) | Fetched::NotAsked(_) => (),
    }
    if let Some(verdict) = bad_file(facts) {
        return verdict;
    }
    if let Some((servers, false)) = &facts.time
        && facts.kind == Kind::Modem
    {
        let list: Vec<String> =
            servers.iter().map(Ipv4Addr::to_string).collect();
        let why = format!(
            "no time server answers on UDP port 37 ({}): a modem before \
             DOCSIS 3.0 stays here, later ones register without the time",
            list.join(", ")
        );
        return Verdict::bad("init(t)", why, there(facts, "provha time"));
    }
    registered(facts)
}

/// What is wrong with the file.
fn bad_file(facts: &Facts<'_>) -> Option<Verdict> {
    let report = facts.report.as_ref()?;
    let bad = report.checks.iter().find(|c| c.outcome == Outcome::Bad)?;
    let why = format!("its file: {}: {}", bad.subject, bad.text);
    let state = match (facts.kind, bad.subject) {
        (Kind::Modem, "CMTS MIC") => "reject(m)",
        (Kind::Modem, "CM MIC" | "structure" | "end") => "init(o)",
        (Kind::Modem, _) => "reject(c)",
        _ => "no file",
    };
    let fix = match bad.subject {
        "CMTS MIC" => format!(
            "the secret in the TFTP directory's keyfile must be that of the \
             CMTS and of both nodes; then {}",
            there(facts, "provha configfile cm --full")
        ),
        _ => format!(
            "provha explain {} tells which configfile; then {}",
            facts.name,
            make(facts)
        ),
    };
    Some(Verdict::bad(state, why, fix))
}

/// It registers.
fn registered(facts: &Facts<'_>) -> Verdict {
    if facts.kind == Kind::Mta {
        return Verdict::good("ready", "address and file are right");
    }
    if matches!(facts.fetched, Fetched::File(_)) && !facts.access {
        let why = "it registers; NetworkAccess 0: devices behind it get \
                   nothing, as the database wants it";
        return Verdict::good("online(d)", why);
    }
    match facts.privacy {
        true => Verdict::good("online(pt)", "it registers with privacy"),
        false => Verdict::good("online", "it registers without privacy"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::docsis::verify;

    const SERVER: Ipv4Addr = Ipv4Addr::new(172, 21, 4, 10);

    fn offer() -> Offer {
        Offer {
            address: Some(Ipv4Addr::new(10, 16, 0, 7)),
            next_server: Some(SERVER),
            file: "cm/cm-7.cfg".into(),
            ..Offer::default()
        }
    }

    fn facts(kind: Kind) -> Facts<'static> {
        Facts {
            kind,
            name: "cm-7",
            id: Some(7),
            silence: None,
            dhcp: Dhcp::Offer(Box::new(offer())),
            fetched: Fetched::File(vec![3, 1, 1]),
            report: None,
            access: true,
            privacy: true,
            time: Some((vec![SERVER], true)),
            server: SERVER,
            own: true,
        }
    }

    /// A fault, by what it changes.
    type Fault = fn(&mut Facts<'static>);

    /// A report in which one thing is bad.
    fn bad(subject: &'static str) -> Report {
        let mut report = verify::verify(&[254, 1, 1, 254, 1, 255], None);
        report.checks = vec![verify::Check {
            subject,
            outcome: Outcome::Bad,
            text: "wrong".into(),
        }];
        report
    }

    /// Every fault with the state of a modem, an adapter, a customer's device.
    const TABLE: &[(&str, Fault, [&str; 3])] = &[
        ("none", |_| (), ["online(pt)", "ready", "ready"]),
        (
            "dhcpd is silent",
            |f| f.dhcp = Dhcp::Silent,
            ["init(d)", "no address", "no address"],
        ),
        (
            "no host line",
            |f| {
                f.dhcp = Dhcp::Silent;
                f.silence = Some("it has no host line");
            },
            ["init(d)", "no address", "no address"],
        ),
        (
            "blocked, not asked",
            |f| {
                f.dhcp = Dhcp::NotAsked("no lease".into());
                f.silence = Some("deny booting");
            },
            ["init(d)", "no address", "no address"],
        ),
        (
            "not asked",
            |f| f.dhcp = Dhcp::NotAsked("needs port 68".into()),
            ["not known", "not known", "not known"],
        ),
        (
            "no file name",
            |f| {
                f.dhcp = Dhcp::Offer(Box::new(Offer {
                    file: String::new(),
                    ..offer()
                }));
            },
            ["init(i)", "no file", "ready"],
        ),
        (
            "no next-server",
            |f| {
                f.dhcp = Dhcp::Offer(Box::new(Offer {
                    next_server: None,
                    ..offer()
                }));
            },
            ["init(i)", "no file", "ready"],
        ),
        (
            "no address",
            |f| {
                f.dhcp =
                    Dhcp::Offer(Box::new(Offer { address: None, ..offer() }));
            },
            ["online(pt)", "ready", "no address"],
        ),
        (
            "file missing",
            |f| f.fetched = Fetched::Refused(1, "File not found".into()),
            ["init(o)", "no file", "ready"],
        ),
        (
            "file closed",
            |f| f.fetched = Fetched::Refused(2, "Permission denied".into()),
            ["init(o)", "no file", "ready"],
        ),
        (
            "tftpd dead",
            |f| f.fetched = Fetched::Silent("no answer".into()),
            ["init(o)", "no file", "ready"],
        ),
        (
            "file empty",
            |f| f.fetched = Fetched::File(Vec::new()),
            ["init(o)", "no file", "ready"],
        ),
        (
            "CM MIC",
            |f| f.report = Some(bad("CM MIC")),
            ["init(o)", "no file", "ready"],
        ),
        (
            "structure",
            |f| f.report = Some(bad("structure")),
            ["init(o)", "no file", "ready"],
        ),
        (
            "CMTS MIC",
            |f| f.report = Some(bad("CMTS MIC")),
            ["reject(m)", "no file", "ready"],
        ),
        (
            "meaning",
            |f| f.report = Some(bad("no-primary-flow")),
            ["reject(c)", "no file", "ready"],
        ),
        (
            "time dead",
            |f| f.time = Some((vec![SERVER], false)),
            ["init(t)", "ready", "ready"],
        ),
        ("time unnamed", |f| f.time = None, ["online(pt)", "ready", "ready"]),
        ("no access", |f| f.access = false, ["online(d)", "ready", "ready"]),
        ("no privacy", |f| f.privacy = false, ["online", "ready", "ready"]),
        (
            "file and time",
            |f| {
                f.fetched = Fetched::Refused(1, "x".into());
                f.time = Some((vec![SERVER], false));
            },
            ["init(o)", "no file", "ready"],
        ),
        (
            "dhcpd and file",
            |f| {
                f.dhcp = Dhcp::Silent;
                f.fetched = Fetched::Refused(1, "x".into());
            },
            ["init(d)", "no address", "no address"],
        ),
    ];

    #[test]
    fn each_fault_leads_to_its_state_on_each_kind_of_device() {
        for (name, fault, expected) in TABLE {
            let kinds = [Kind::Modem, Kind::Mta, Kind::Customer];
            for (kind, state) in kinds.into_iter().zip(expected) {
                let mut facts = facts(kind);
                fault(&mut facts);
                let verdict = judge(&facts);
                assert_eq!(verdict.state, *state, "{name}, {kind:?}");
                let good = ["online", "online(pt)", "online(d)", "ready"];
                assert_eq!(verdict.good, good.contains(state), "{name}");
                let fixed = verdict.good || verdict.state == "not known";
                assert_eq!(verdict.fix.is_none(), fixed, "{name}: {verdict:?}");
            }
        }
    }
}
