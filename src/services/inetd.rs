//! xinetd or another inetd, which serves the time on UDP port 37: restarted
//! and asked.

use std::net::SocketAddr;
use std::path::PathBuf;
use std::time::Duration;

use crate::clients::time;
use crate::context::Context;
use crate::publish::Service;
use crate::publish::activate::Probe;
use crate::render::time as render;
use crate::services;
use crate::system::process;

/// How long the time service may take to answer one of three questions.
const PATIENCE: Duration = Duration::from_millis(200);
/// UDP port of the time protocol (RFC 868).
pub const TIME: u16 = 37;

/// What serves the time on UDP port 37.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TimeServer {
    /// A file in xinetd's directory.
    Xinetd,
    /// A line in the inetd.conf of another inetd.
    Inetd,
}

impl TimeServer {
    /// The key of its file.
    pub fn conf(self) -> &'static str {
        match self {
            Self::Xinetd => "PROVHA__XINETD_CONF",
            Self::Inetd => "PROVHA__INETD_CONF",
        }
    }

    /// The inetd, with what it loads, its restart and its probe.
    pub fn service(self, context: &Context<'_>) -> Service {
        let probe = || self.probe(context);
        let (name, keys) = (self.name(), self.keys());
        Service {
            daemon: services::daemon(context, name, keys, probe),
            loads: vec![context.settings.path(self.conf())],
        }
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
        Box::new(AnswersTime { server: self, conf })
    }

    /// Whether its live file has it serve the time.
    pub fn is_made(self, context: &Context<'_>) -> bool {
        let conf = context.settings.path(self.conf());
        AnswersTime { server: self, conf }.is_made()
    }

    /// Whether its program is on this machine.
    pub fn has_program(self) -> bool {
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
}

/// The service that the settings name, else the one that is installed. The
/// outer None: none is installed; the inner one: none is wanted.
pub fn chosen(context: &Context<'_>) -> Option<Option<TimeServer>> {
    match context.settings.text("PROVHA__TIME_INETD") {
        "none" => Some(None),
        "xinetd" => Some(Some(TimeServer::Xinetd)),
        "inetd" => Some(Some(TimeServer::Inetd)),
        _ if TimeServer::Xinetd.is_installed(context) => {
            Some(Some(TimeServer::Xinetd))
        }
        _ if TimeServer::Inetd.is_installed(context) => {
            Some(Some(TimeServer::Inetd))
        }
        _ => None,
    }
}

/// Whether the time service answers.
struct AnswersTime {
    server: TimeServer,
    conf: PathBuf,
}

impl AnswersTime {
    /// Whether the live file has the service serve the time.
    fn is_made(&self) -> bool {
        let text = std::fs::read_to_string(&self.conf).unwrap_or_default();
        match self.server {
            TimeServer::Xinetd => !text.is_empty(),
            TimeServer::Inetd => text.lines().any(render::serves_time),
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
