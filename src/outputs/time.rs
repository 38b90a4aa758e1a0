//! `provha time`: chrony's part and the time service on UDP port 37.

use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::path::{Path, PathBuf};
use std::time::Duration;

use anyhow::Context as _;

use crate::check::{self, Verdict};
use crate::clients::time;
use crate::context::Context;
use crate::exit::{Exit, Stop};
use crate::model::{Findings, Network};
use crate::outputs::dhcp;
use crate::publish::Taker;
use crate::publish::activate::Probe;
use crate::publish::file_set;
use crate::publish::file_set::{FileChange, FileSet};
use crate::render::templates::Templates;
use crate::render::time as render;
use crate::report;
use crate::report::Outcome;
use crate::status::count;
use crate::system::lock::Lock;
use crate::system::process;
use crate::system::scratch::Scratch;
use crate::{guard, publish};

/// The keys of chronyd: restart, unit, probe.
pub const KEYS: [&str; 3] =
    ["PROVHA__CHRONY_RESTART", "PROVHA__CHRONY_UNIT", "PROVHA__CHRONY_PROBE"];
/// The key of chrony's part.
pub const CHRONY_CONF: &str = "PROVHA__CHRONY_CONF";
/// How long a time service may take to answer one of three questions.
const PATIENCE: Duration = Duration::from_millis(200);
/// UDP port of NTP (RFC 5905 section 5).
pub const NTP: u16 = 123;
/// UDP port of the time protocol (RFC 868).
pub const TIME: u16 = 37;

/// Runs the command.
pub fn run(context: &Context<'_>) -> anyhow::Result<Exit> {
    let lock = context.lock("time")?;
    let mut findings = Findings::default();
    let network = dhcp::network(context, &mut findings)?;
    context.console.findings("time", &findings);
    guard::quarantine(context, &findings, network.rows)?;
    let templates = context.templates()?;
    let outcome = apply(context, lock.as_ref(), &network, &templates)?;
    report::summary(context, network.site.role, &outcome, &findings)?;
    Ok(dhcp::exit(context, !outcome.written.is_empty()))
}

/// Renders, checks and activates both services' files of a network.
pub fn apply(
    context: &Context<'_>,
    lock: Option<&Lock>,
    network: &Network,
    templates: &Templates,
) -> anyhow::Result<Outcome> {
    publish::settle(context, lock)?;
    let mut outcome = Outcome { command: "time".into(), ..Outcome::default() };
    outcome.made = vec![count(render::served(network).len(), "net")];
    let service = service(context);
    let mut pieces = vec![chrony(context, network, templates)?];
    let mut takers = vec![chronyd(context, vec![network.site.own()])];
    // What is no longer to serve lets go of the port first.
    for other in [Service::Xinetd, Service::Inetd] {
        if service != Some(other)
            && let Some(piece) = other.without_ours(context)
        {
            pieces.push(piece);
            takers.extend(other.has_program().then(|| other.taker(context)));
        }
    }
    if let Some(service) = service {
        pieces.push(inetd(context, network, service, templates)?);
        takers.push(service.taker(context));
    }
    if lock.is_some() {
        file_set::sweep(&pieces)?;
    }
    let refused = publish::refused_dir(context, "time");
    let mut bundle = FileSet::compare(pieces, refused)?;
    check(context, &bundle)?;
    is_included(context);
    publish::bundle(context, lock, &mut bundle, &takers, &mut outcome)?;
    Ok(outcome)
}

/// A file of ours, readable by all.
fn piece(context: &Context<'_>, key: &str, bytes: Vec<u8>) -> FileChange {
    FileChange {
        name: context.settings.text(key).to_string(),
        path: context.settings.path(key),
        bytes: Some(bytes),
        mode: 0o644,
        ..FileChange::default()
    }
}

/// chrony's part.
fn chrony(
    context: &Context<'_>,
    network: &Network,
    templates: &Templates,
) -> anyhow::Result<FileChange> {
    let stratum = context.settings.number("PROVHA__CHRONY_LOCAL_STRATUM");
    let bytes = render::chrony(network, stratum, templates)
        .context("rendering chrony's part")?;
    Ok(piece(context, CHRONY_CONF, bytes))
}

/// `chronyd -p` on chrony's part, if it will be another one.
pub fn check(context: &Context<'_>, bundle: &FileSet) -> anyhow::Result<()> {
    let path = context.settings.path(CHRONY_CONF);
    let piece = bundle.changed().iter().find(|piece| piece.path == path);
    let Some(bytes) = piece.and_then(|piece| piece.bytes.as_ref()) else {
        return Ok(());
    };
    let scratch =
        Scratch::make(&context.settings, "time", context.only_looks())?;
    let conf = scratch.file("chrony.conf", bytes)?;
    let program = context.settings.text("PROVHA__CHRONYD_BIN");
    match check::time::chrony(program, &conf, context.command_timeout())? {
        Verdict::Accepted => {
            context.console.detail("chronyd -p accepts the file");
        }
        Verdict::Missing => context.console.warning(&format!(
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
fn is_included(context: &Context<'_>) {
    let main = context.settings.path("PROVHA__CHRONY_MAIN_CONF");
    let part = context.settings.plain_path(CHRONY_CONF);
    let Ok(text) = std::fs::read_to_string(&main) else { return };
    if !check::time::is_included(&text, part) {
        let dir = part.parent().unwrap_or(Path::new("/")).display();
        context.console.warning(&format!(
            "{} does not read {}: it needs the line 'include {dir}/*.conf'",
            context.settings.text("PROVHA__CHRONY_MAIN_CONF"),
            part.display()
        ));
    }
}

/// chronyd, with its restart and its probe; `own` are addresses on which it
/// may answer besides the loopback.
pub fn chronyd(context: &Context<'_>, own: Vec<Ipv4Addr>) -> Taker {
    let loads = vec![context.settings.path(CHRONY_CONF)];
    let probe = || probe(context, own);
    Taker { daemon: publish::daemon(context, "chronyd", KEYS, probe), loads }
}

/// The built-in question to chronyd, as for [`chronyd`].
pub fn probe(context: &Context<'_>, own: Vec<Ipv4Addr>) -> Box<dyn Probe> {
    let conf = context.settings.path(CHRONY_CONF);
    Box::new(AnswersNtp { conf, own })
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
            match time::ntp(server, patience) {
                Ok(_) => return Ok(()),
                Err(error) => {
                    said.push(format!("no NTP answer from {server}: {error}"));
                }
            }
        }
        Err(said.join("; "))
    }

    fn has_set(&self) -> Option<bool> {
        Some(self.conf.exists())
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
    pub fn taker(self, context: &Context<'_>) -> Taker {
        let loads = vec![context.settings.path(self.conf())];
        let probe = || self.probe(context);
        let (name, keys) = (self.name(), self.keys());
        Taker { daemon: publish::daemon(context, name, keys, probe), loads }
    }

    /// The daemon's name.
    pub fn name(self) -> &'static str {
        match self {
            Self::Xinetd => "xinetd",
            Self::Inetd => "inetd",
        }
    }

    /// Its keys: restart, unit, probe.
    pub fn keys(self) -> [&'static str; 3] {
        let (restart, unit) = match self {
            Self::Xinetd => ("PROVHA__XINETD_RESTART", "PROVHA__XINETD_UNIT"),
            Self::Inetd => ("PROVHA__INETD_RESTART", "PROVHA__INETD_UNIT"),
        };
        [restart, unit, "PROVHA__TIME_PROBE"]
    }

    /// The built-in question: for the time.
    pub fn probe(self, context: &Context<'_>) -> Box<dyn Probe> {
        let conf = context.settings.path(self.conf());
        Box::new(AnswersTime { service: self, conf })
    }

    /// Whether its live file has it serve the time.
    pub fn is_made(self, context: &Context<'_>) -> bool {
        let conf = context.settings.path(self.conf());
        AnswersTime { service: self, conf }.is_made()
    }

    /// Whether its program is on this machine.
    fn has_program(self) -> bool {
        let names: &[_] = match self {
            Self::Xinetd => &["xinetd"],
            Self::Inetd => &["inetd", "inetutils-inetd"],
        };
        names.iter().any(|name| process::find(name).is_some())
    }

    /// Whether it is on this machine, or its configuration is: a package that
    /// was removed leaves that behind, and below a --root there is no more.
    fn is_installed(self, context: &Context<'_>) -> bool {
        let conf = match self {
            Self::Xinetd => "/etc/xinetd.conf",
            Self::Inetd => context.settings.text(self.conf()),
        };
        self.has_program() || context.settings.root().at(conf).exists()
    }

    /// Its file without what an earlier run put there, if it has that.
    fn without_ours(self, context: &Context<'_>) -> Option<FileChange> {
        let text = std::fs::read_to_string(context.settings.path(self.conf()));
        let text = text.ok()?;
        let bytes = match self {
            Self::Xinetd => text.starts_with(render::MADE).then_some(None),
            Self::Inetd => render::without_line(&text).map(Some),
        };
        let piece = piece(context, self.conf(), Vec::new());
        Some(FileChange { bytes: bytes?, ..piece })
    }
}

/// The service that the settings name, else the one that is installed.
fn service(context: &Context<'_>) -> Option<Service> {
    chosen(context).unwrap_or_else(|| {
        context.console.warning(
            "neither xinetd nor another inetd is installed: nothing serves \
             the time on UDP port 37, which modems ask for",
        );
        Some(Service::Xinetd)
    })
}

/// The service that the settings name, else the one that is installed. The
/// outer None: none is installed; the inner one: none is wanted.
pub fn chosen(context: &Context<'_>) -> Option<Option<Service>> {
    match context.settings.text("PROVHA__TIME_INETD") {
        "none" => Some(None),
        "xinetd" => Some(Some(Service::Xinetd)),
        "inetd" => Some(Some(Service::Inetd)),
        _ if Service::Xinetd.is_installed(context) => {
            Some(Some(Service::Xinetd))
        }
        _ if Service::Inetd.is_installed(context) => Some(Some(Service::Inetd)),
        _ => None,
    }
}

/// The time service's file.
fn inetd(
    context: &Context<'_>,
    network: &Network,
    service: Service,
    templates: &Templates,
) -> anyhow::Result<FileChange> {
    let bytes = match service {
        Service::Xinetd => render::xinetd(network, templates)?,
        Service::Inetd => {
            let live = context.settings.path(service.conf());
            let live = std::fs::read_to_string(live).unwrap_or_default();
            render::inetd(&live, templates)?
        }
    };
    Ok(piece(context, service.conf(), bytes))
}

/// Whether the time service answers.
struct AnswersTime {
    service: Service,
    conf: PathBuf,
}

impl AnswersTime {
    /// Whether the live file has the service serve the time.
    fn is_made(&self) -> bool {
        let text = std::fs::read_to_string(&self.conf).unwrap_or_default();
        match self.service {
            Service::Xinetd => !text.is_empty(),
            Service::Inetd => text.lines().any(render::serves_time),
        }
    }
}

impl Probe for AnswersTime {
    fn ask(&self, patience: Duration) -> Result<(), String> {
        if !self.is_made() {
            // Before the first run nothing served the time.
            return Ok(());
        }
        let server = SocketAddr::from(([127, 0, 0, 1], TIME));
        time::rfc868(server, patience.min(PATIENCE)).map(drop).map_err(
            |error| format!("no RFC 868 answer from {server}: {error}"),
        )
    }

    fn has_set(&self) -> Option<bool> {
        Some(self.is_made())
    }
}
