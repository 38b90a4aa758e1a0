//! `provha time`: chrony's part and the time service on UDP port 37.

use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::path::Path;
use std::time::Duration;

use anyhow::Context as _;

use super::report::{self, Outcome};
use super::{Run, dhcp, guard, publish};
use crate::activate::{Daemon, Probe};
use crate::bundle::{Bundle, Piece};
use crate::check::{self, Verdict};
use crate::exit::{Exit, Stop};
use crate::files::Owner;
use crate::lock::Lock;
use crate::model::{Findings, Network};
use crate::process;
use crate::render::templates::Templates;
use crate::render::time as render;
use crate::scratch::Scratch;
use crate::time_query;

/// How long a time service may take to answer one question.
const PATIENCE: Duration = Duration::from_secs(1);
/// UDP port of NTP (RFC 5905 section 5).
const NTP: u16 = 123;
/// UDP port of the time protocol (RFC 868).
const TIME: u16 = 37;

/// Runs the command.
pub fn run(run: &Run<'_>) -> anyhow::Result<Exit> {
    let lock = run.lock("time")?;
    let mut findings = Findings::default();
    let network = dhcp::network(run, &mut findings)?;
    run.talk.findings(&findings);
    guard::quarantine(run, &findings, network.rows)?;
    let templates = run.templates()?;
    let outcome = apply(run, lock.as_ref(), &network, &templates)?;
    report::summary(run, network.site.role, &outcome, &findings)?;
    Ok(dhcp::exit(run, !outcome.written.is_empty()))
}

/// Renders, checks and activates both services' files of a network.
pub fn apply(
    run: &Run<'_>,
    lock: Option<&Lock>,
    network: &Network,
    templates: &Templates,
) -> anyhow::Result<Outcome> {
    let mut outcome = Outcome { command: "time", ..Outcome::default() };
    outcome.made = vec![format!("{} nets", render::served(network).len())];
    let mut chrony = chrony(run, network, templates)?;
    let service = service(run);
    let mut inetd = match service {
        Some(service) => inetd(run, network, service, templates)?,
        None => Bundle::default(),
    };
    is_included(run);
    let all = |_: &Piece| true;
    let daemon = chronyd(run, network);
    publish::bundle(run, lock, &mut chrony, &daemon, &all, &mut outcome)?;
    if let Some(service) = service {
        let daemon = service.daemon(run);
        publish::bundle(run, lock, &mut inetd, &daemon, &all, &mut outcome)?;
    }
    Ok(outcome)
}

/// A file of ours, readable by all.
fn piece(run: &Run<'_>, key: &str, bytes: Vec<u8>) -> Piece {
    Piece {
        name: run.settings.text(key).to_string(),
        path: run.settings.path(key),
        bytes,
        mode: 0o644,
        owner: Owner::default(),
        only_if_missing: false,
        secret: false,
    }
}

/// chrony's part, checked.
fn chrony(
    run: &Run<'_>,
    network: &Network,
    templates: &Templates,
) -> anyhow::Result<Bundle> {
    let stratum = run.settings.number("PROVHA__CHRONY_LOCAL_STRATUM");
    let bytes = render::chrony(network, stratum, templates)
        .context("rendering chrony's part")?;
    let pieces = vec![piece(run, "PROVHA__CHRONY_CONF", bytes)];
    let refused = publish::refused_dir(run, "chrony");
    let bundle = Bundle::compare(pieces, refused)?;
    for piece in bundle.changed() {
        check_chrony(run, piece)?;
    }
    Ok(bundle)
}

/// `chronyd -p` on chrony's new part.
fn check_chrony(run: &Run<'_>, piece: &Piece) -> anyhow::Result<()> {
    let scratch = Scratch::make(&run.settings, "time", run.only_looks())?;
    let conf = scratch.file("chrony.conf", &piece.bytes)?;
    let program = run.settings.text("PROVHA__CHRONYD_BIN");
    match check::time::chrony(program, &conf, run.command_timeout())? {
        Verdict::Accepted => run.talk.detail("chronyd -p accepts the file"),
        Verdict::Missing => run.talk.warning(&format!(
            "{program} is not installed: the file was not checked by it"
        )),
        Verdict::Refused(output) => {
            let text = format!(
                "chronyd refuses the rendered file:\n  {}",
                output.trim()
            );
            let hint = "nothing was changed";
            return Err(Stop::refused(text).hint(hint).into());
        }
    }
    Ok(())
}

/// Warns when chrony does not read its part.
fn is_included(run: &Run<'_>) {
    let main = run.settings.path("PROVHA__CHRONY_MAIN_CONF");
    let part = run.settings.plain_path("PROVHA__CHRONY_CONF");
    let Ok(text) = std::fs::read_to_string(&main) else { return };
    if !check::time::is_included(&text, part) {
        let dir = part.parent().unwrap_or(Path::new("/")).display();
        run.talk.warning(&format!(
            "{} does not read {}: it needs the line «include {dir}/*.conf»",
            run.settings.text("PROVHA__CHRONY_MAIN_CONF"),
            part.display()
        ));
    }
}

/// chronyd, with its restart and its probe.
fn chronyd(run: &Run<'_>, network: &Network) -> Daemon {
    let keys = [
        "PROVHA__CHRONY_RESTART",
        "PROVHA__CHRONY_UNIT",
        "PROVHA__CHRONY_PROBE",
    ];
    let own = network.site.own();
    publish::daemon(run, "chronyd", keys, Box::new(AnswersNtp { own }))
}

/// Whether chronyd answers, on the loopback or on the own address.
struct AnswersNtp {
    own: Ipv4Addr,
}

impl Probe for AnswersNtp {
    fn ask(&self) -> Result<(), String> {
        let ask = |ip: Ipv4Addr| {
            let server = SocketAddr::new(IpAddr::V4(ip), NTP);
            time_query::ntp(server, PATIENCE).map_err(|error| {
                format!("no NTP answer from {server}: {error}")
            })
        };
        ask(Ipv4Addr::LOCALHOST).or_else(|why| {
            ask(self.own).map_err(|other| format!("{why}; {other}"))
        })?;
        Ok(())
    }
}

/// What serves the time on UDP port 37.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Service {
    /// A file in xinetd's directory.
    Xinetd,
    /// A line in the inetd.conf of another inetd.
    Inetd,
}

impl Service {
    /// The inetd, with its restart and its probe.
    fn daemon(self, run: &Run<'_>) -> Daemon {
        let probe = Box::new(AnswersTime);
        let (name, restart, unit) = match self {
            Self::Xinetd => {
                ("xinetd", "PROVHA__XINETD_RESTART", "PROVHA__XINETD_UNIT")
            }
            Self::Inetd => {
                ("inetd", "PROVHA__INETD_RESTART", "PROVHA__INETD_UNIT")
            }
        };
        let keys = [restart, unit, "PROVHA__TIME_PROBE"];
        publish::daemon(run, name, keys, probe)
    }
}

/// The service that the settings name, else the one that is installed.
fn service(run: &Run<'_>) -> Option<Service> {
    let installed = |names: &[&str], conf: &str| {
        names.iter().any(|name| process::find(name).is_some())
            || run.settings.root().at(conf).exists()
    };
    match run.settings.text("PROVHA__TIME_INETD") {
        "none" => None,
        "xinetd" => Some(Service::Xinetd),
        "inetd" => Some(Service::Inetd),
        _ if installed(&["xinetd"], "/etc/xinetd.conf") => {
            Some(Service::Xinetd)
        }
        _ if installed(
            &["inetd", "inetutils-inetd"],
            run.settings.text("PROVHA__INETD_CONF"),
        ) =>
        {
            Some(Service::Inetd)
        }
        _ => {
            run.talk.warning(
                "neither xinetd nor another inetd is installed: nothing \
                 serves the time on UDP port 37, which modems ask for",
            );
            Some(Service::Xinetd)
        }
    }
}

/// The time service's file.
fn inetd(
    run: &Run<'_>,
    network: &Network,
    service: Service,
    templates: &Templates,
) -> anyhow::Result<Bundle> {
    let piece = match service {
        Service::Xinetd => {
            let bytes = render::xinetd(network, templates)?;
            piece(run, "PROVHA__XINETD_CONF", bytes)
        }
        Service::Inetd => {
            let key = "PROVHA__INETD_CONF";
            let live = run.settings.path(key);
            let live = std::fs::read_to_string(live).unwrap_or_default();
            piece(run, key, render::inetd(&live, templates)?)
        }
    };
    let refused = publish::refused_dir(run, "inetd");
    Ok(Bundle::compare(vec![piece], refused)?)
}

/// Whether the time service answers.
struct AnswersTime;

impl Probe for AnswersTime {
    fn ask(&self) -> Result<(), String> {
        let server = SocketAddr::from(([127, 0, 0, 1], TIME));
        time_query::rfc868(server, PATIENCE).map(drop).map_err(|error| {
            format!("no RFC 868 answer from {server}: {error}")
        })
    }
}
