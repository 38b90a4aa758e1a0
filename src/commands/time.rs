//! `provha time`: chrony's part and the time service on UDP port 37.

use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::path::{Path, PathBuf};
use std::time::Duration;

use anyhow::Context as _;

use super::report::{self, Outcome};
use super::{Run, dhcp, guard, publish};
use crate::activate::{Daemon, Probe};
use crate::bundle::{self, Bundle, Piece};
use crate::check::{self, Verdict};
use crate::exit::{Exit, Stop};
use crate::lock::Lock;
use crate::model::{Findings, Network};
use crate::process;
use crate::render::templates::Templates;
use crate::render::time as render;
use crate::scratch::Scratch;
use crate::time_query;

/// The key of chrony's part.
pub const CHRONY_CONF: &str = "PROVHA__CHRONY_CONF";
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

/// Compares a service's file with what is live.
fn compare(
    run: &Run<'_>,
    lock: Option<&Lock>,
    piece: Piece,
    what: &str,
) -> anyhow::Result<Bundle> {
    let pieces = vec![piece];
    if lock.is_some() {
        bundle::sweep(&pieces)?;
    }
    Ok(Bundle::compare(pieces, publish::refused_dir(run, what))?)
}

/// Renders, checks and activates both services' files of a network.
pub fn apply(
    run: &Run<'_>,
    lock: Option<&Lock>,
    network: &Network,
    templates: &Templates,
) -> anyhow::Result<Outcome> {
    publish::settle(run, lock)?;
    let mut outcome = Outcome { command: "time".into(), ..Outcome::default() };
    outcome.made = vec![format!("{} nets", render::served(network).len())];
    let mut chrony = chrony(run, lock, network, templates)?;
    let service = service(run);
    let mut inetd = match service {
        Some(service) => inetd(run, lock, network, service, templates)?,
        None => Bundle::default(),
    };
    is_included(run);
    let all = |_: &Piece| true;
    let daemon = chronyd(run, vec![network.site.own()]);
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
        bytes: Some(bytes),
        mode: 0o644,
        ..Piece::default()
    }
}

/// chrony's part, checked.
fn chrony(
    run: &Run<'_>,
    lock: Option<&Lock>,
    network: &Network,
    templates: &Templates,
) -> anyhow::Result<Bundle> {
    let stratum = run.settings.number("PROVHA__CHRONY_LOCAL_STRATUM");
    let bytes = render::chrony(network, stratum, templates)
        .context("rendering chrony's part")?;
    let piece = piece(run, CHRONY_CONF, bytes);
    let bundle = compare(run, lock, piece, "chrony")?;
    check_chrony(run, &bundle)?;
    Ok(bundle)
}

/// `chronyd -p` on chrony's part, if it will be another one.
pub fn check_chrony(run: &Run<'_>, bundle: &Bundle) -> anyhow::Result<()> {
    let mut contents = bundle.changed().iter().flat_map(|p| &p.bytes);
    let Some(bytes) = contents.next() else { return Ok(()) };
    let scratch = Scratch::make(&run.settings, "time", run.only_looks())?;
    let conf = scratch.file("chrony.conf", bytes)?;
    let program = run.settings.text("PROVHA__CHRONYD_BIN");
    match check::time::chrony(program, &conf, run.command_timeout())? {
        Verdict::Accepted => run.talk.detail("chronyd -p accepts the file"),
        Verdict::Missing => run.talk.warning(&format!(
            "{program} is not installed: the file was not checked by it"
        )),
        Verdict::Refused(output) => {
            let text =
                format!("chronyd refuses its new part:\n  {}", output.trim());
            let hint = "nothing was changed";
            return Err(Stop::refused(text).hint(hint).into());
        }
    }
    Ok(())
}

/// Warns when chrony does not read its part.
fn is_included(run: &Run<'_>) {
    let main = run.settings.path("PROVHA__CHRONY_MAIN_CONF");
    let part = run.settings.plain_path(CHRONY_CONF);
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

/// chronyd, with its restart and its probe; `own` are addresses on which it
/// may answer besides the loopback.
pub fn chronyd(run: &Run<'_>, own: Vec<Ipv4Addr>) -> Daemon {
    let keys = [
        "PROVHA__CHRONY_RESTART",
        "PROVHA__CHRONY_UNIT",
        "PROVHA__CHRONY_PROBE",
    ];
    let conf = run.settings.path(CHRONY_CONF);
    publish::daemon(run, "chronyd", keys, || Box::new(AnswersNtp { conf, own }))
}

/// Whether chronyd answers, on the loopback or on an own address.
struct AnswersNtp {
    conf: PathBuf,
    own: Vec<Ipv4Addr>,
}

impl Probe for AnswersNtp {
    fn ask(&self, patience: Duration) -> Result<(), String> {
        if !self.conf.exists() {
            // Without our part nobody is allowed to ask.
            return Ok(());
        }
        let patience = patience.min(PATIENCE);
        let mut said = Vec::new();
        for ip in [&[Ipv4Addr::LOCALHOST], &self.own[..]].concat() {
            let server = SocketAddr::new(IpAddr::V4(ip), NTP);
            match time_query::ntp(server, patience) {
                Ok(_) => return Ok(()),
                Err(error) => {
                    said.push(format!("no NTP answer from {server}: {error}"))
                }
            }
        }
        Err(said.join("; "))
    }
}

/// What serves the time on UDP port 37.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Service {
    /// A file in xinetd's directory.
    Xinetd,
    /// A line in the inetd.conf of another inetd.
    Inetd,
}

impl Service {
    /// The key of its file.
    pub fn conf(self) -> &'static str {
        match self {
            Self::Xinetd => "PROVHA__XINETD_CONF",
            Self::Inetd => "PROVHA__INETD_CONF",
        }
    }

    /// The inetd, with its restart and its probe.
    pub fn daemon(self, run: &Run<'_>) -> Daemon {
        let conf = run.settings.path(self.conf());
        let probe = || -> Box<dyn Probe> {
            Box::new(AnswersTime { service: self, conf })
        };
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
    lock: Option<&Lock>,
    network: &Network,
    service: Service,
    templates: &Templates,
) -> anyhow::Result<Bundle> {
    let bytes = match service {
        Service::Xinetd => render::xinetd(network, templates)?,
        Service::Inetd => {
            let live = run.settings.path(service.conf());
            let live = std::fs::read_to_string(live).unwrap_or_default();
            render::inetd(&live, templates)?
        }
    };
    compare(run, lock, piece(run, service.conf(), bytes), "inetd")
}

/// Whether the time service answers.
struct AnswersTime {
    service: Service,
    conf: PathBuf,
}

impl Probe for AnswersTime {
    fn ask(&self, patience: Duration) -> Result<(), String> {
        let text = std::fs::read_to_string(&self.conf).unwrap_or_default();
        let serves = match self.service {
            Service::Xinetd => !text.is_empty(),
            Service::Inetd => text.lines().any(render::serves_time),
        };
        if !serves {
            // Before the first run nothing served the time.
            return Ok(());
        }
        let server = SocketAddr::from(([127, 0, 0, 1], TIME));
        time_query::rfc868(server, patience.min(PATIENCE)).map(drop).map_err(
            |error| format!("no RFC 868 answer from {server}: {error}"),
        )
    }
}
