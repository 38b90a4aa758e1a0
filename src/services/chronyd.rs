//! chronyd: checked, restarted, asked.

use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::path::{Path, PathBuf};
use std::time::Duration;

use crate::check::{self, Verdict};
use crate::clients::time;
use crate::context::Context;
use crate::exit::Stop;
use crate::publish::Service;
use crate::publish::activate::Probe;
use crate::publish::file_set::FileSet;
use crate::services;
use crate::system::scratch::Scratch;

/// The keys of chronyd: restart, unit, probe.
pub const KEYS: [&str; 3] =
    ["PROVHA__CHRONY_RESTART", "PROVHA__CHRONY_UNIT", "PROVHA__CHRONY_PROBE"];
/// The key of chrony's part.
pub const CONF: &str = "PROVHA__CHRONY_CONF";
/// How long it may take to answer one of three questions.
const PATIENCE: Duration = Duration::from_millis(200);
/// UDP port of NTP (RFC 5905 section 5).
pub const NTP: u16 = 123;

/// chronyd, with what it loads, its restart and its probe; `own` are addresses
/// on which it may answer besides the loopback.
pub fn service(context: &Context<'_>, own: Vec<Ipv4Addr>) -> Service {
    let probe = || probe(context, own);
    Service {
        daemon: services::daemon(context, "chronyd", KEYS, probe),
        loads: vec![context.settings.path(CONF)],
    }
}

/// `chronyd -p` on chrony's part, if it will be another one.
pub fn check(context: &Context<'_>, set: &FileSet) -> anyhow::Result<()> {
    let path = context.settings.path(CONF);
    let piece = set.changed().iter().find(|piece| piece.path == path);
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
pub fn is_included(context: &Context<'_>) {
    let main = context.settings.path("PROVHA__CHRONY_MAIN_CONF");
    let part = context.settings.plain_path(CONF);
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

/// The built-in question to chronyd, as for [`service`].
pub fn probe(context: &Context<'_>, own: Vec<Ipv4Addr>) -> Box<dyn Probe> {
    let conf = context.settings.path(CONF);
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
