//! named: checked, restarted, asked.

use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::time::Duration;

use crate::check::{self, Verdict};
use crate::clients::dns;
use crate::clients::dns::{Data, Kind};
use crate::context::Context;
use crate::exit::Stop;
use crate::publish::Service;
use crate::publish::activate::Probe;
use crate::publish::foreign::MARK;
use crate::render::dns as render;
use crate::services;
use crate::system::dir::{Dir, Kind as FileKind};
use crate::system::{files, process};

/// How long named may take to answer one question of ours.
pub const PATIENCE: Duration = Duration::from_secs(2);

/// How long it may take when it is asked again and again: what comes while it
/// starts is lost.
const PROBE: Duration = Duration::from_millis(500);

/// Our named at this port.
pub fn server(port: u64) -> SocketAddr {
    ([127, 0, 0, 1], port as u16).into()
}

/// `named-checkconf -z` on a configuration.
///
/// # Errors
/// Exit 3: it is refused.
pub fn check(context: &Context<'_>, conf: &Path) -> anyhow::Result<()> {
    let program = context.settings.text("PROVHA__NAMED_CHECKCONF_BIN");
    let timeout = context.command_timeout() + loading(context);
    match check::dns::named(program, conf, timeout)? {
        Verdict::Accepted => {
            context.console.detail("named-checkconf -z accepts the set");
        }
        Verdict::Missing => context.console.warning(&format!(
            "{program} is not installed: the set was not checked by it"
        )),
        Verdict::Refused(output) => {
            let text = format!(
                "named-checkconf refuses the set:\n  {}",
                check::dns::essence(&output)
            );
            let hint = "nothing was changed; a live zone file that named does \
                        not load must be corrected by hand";
            return Err(Stop::refused(text).hint(hint).into());
        }
    }
    Ok(())
}

/// What checking and starting named may take longer for the zones that it
/// loads.
fn loading(context: &Context<'_>) -> Duration {
    process::loading(octets_in(&context.settings.path("PROVHA__ZONE_DIR")))
}

/// How much the files in a directory hold that another user owns, octets.
fn octets_in(dir: &Path) -> u64 {
    let Ok(dir) = Dir::open(dir) else { return 0 };
    let entries = dir.list().unwrap_or_default();
    let files = entries.iter().filter(|(_, kind)| *kind == FileKind::File);
    let stats = files.filter_map(|(name, _)| dir.stat(name).ok().flatten());
    stats.map(|stat| u64::try_from(stat.st_size).unwrap_or(0)).sum()
}

/// The keys of named: restart, unit, probe.
pub const KEYS: [&str; 3] =
    ["PROVHA__NAMED_RESTART", "PROVHA__NAMED_UNIT", "PROVHA__NAMED_PROBE"];

/// named, with what it loads, its restart and its probe.
pub fn service(context: &Context<'_>) -> Service {
    let path = |key| context.settings.path(key);
    let mut daemon =
        services::daemon(context, "named", KEYS, || probe(context));
    daemon.timeout += loading(context);
    Service {
        daemon,
        loads: vec![path("PROVHA__NAMED_CONF"), path("PROVHA__ZONE_DIR")],
    }
}

/// The built-in question to named: for its zones.
pub fn probe(context: &Context<'_>) -> Box<dyn Probe> {
    Box::new(ServesZones {
        conf: context.settings.path("PROVHA__NAMED_CONF"),
        port: context.settings.number("PROVHA__DNS_PORT"),
    })
}

/// Whether named answers for each zone of its live configuration: after a
/// roll-back that is the previous one.
struct ServesZones {
    conf: PathBuf,
    /// The port where the configuration names none that we can read.
    port: u64,
}

impl Probe for ServesZones {
    fn ask(&self, patience: Duration) -> Result<(), String> {
        let Ok(text) = files::text_through(&self.conf) else {
            // Before the first run there was none: nothing can be asked.
            return Ok(());
        };
        let patience = patience.min(PROBE);
        if !text.starts_with(MARK) {
            return answers(server(self.port), patience);
        }
        let server = server(render::port_of_conf(&text).unwrap_or(53));
        for zone in render::zones_of_conf(&text) {
            serves(server, zone, patience)?;
        }
        Ok(())
    }

    fn has_set(&self) -> Option<bool> {
        Some(files::exists(&self.conf))
    }
}

/// Whether a server gives any answer, a refusal included.
fn answers(server: SocketAddr, patience: Duration) -> Result<(), String> {
    let answer = dns::ask(server, "localhost", Kind::A, patience);
    answer.map(drop).map_err(|error| error.to_string())
}

/// Whether a server answers for a zone of its own.
fn serves(
    server: SocketAddr,
    zone: &str,
    patience: Duration,
) -> Result<(), String> {
    let answer = dns::ask(server, zone, Kind::Soa, patience)
        .map_err(|error| error.to_string())?;
    let soa = |data: &Data| matches!(data, Data::Soa { .. });
    let found = answer.records.iter().any(|record| soa(&record.data));
    if answer.authoritative && answer.code == 0 && found {
        return Ok(());
    }
    Err(format!(
        "{server} does not serve the zone {zone} (code {})",
        answer.code
    ))
}
