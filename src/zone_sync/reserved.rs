//! Names that no device may have: those of servers, and those that were put
//! into the forward zone by hand.
//!
//! dhcpd replaces what a name leads to, so a modem that is called as a server
//! would take its name over. `dns`, which reads the zone, keeps these names
//! for all that make something of a network.

use std::collections::BTreeSet;
use std::net::SocketAddr;
use std::path::Path;
use std::time::Duration;

use crate::clients::axfr;
use crate::zone_sync::zone::Zones;

use crate::model::{Findings, Network};
use crate::system::files;

/// The file in PROVHA__STATE_DIR that keeps the names, a line each.
const FILE: &str = "reserved-names";

/// How long named may take to give a zone that is read for these names.
const PATIENCE: Duration = Duration::from_secs(5);

/// Keeps the names; `dir` is PROVHA__STATE_DIR.
///
/// # Errors
/// The file cannot be written.
pub fn keep(dir: &Path, names: &BTreeSet<&str>) -> files::Result<()> {
    let path = dir.join(FILE);
    let mut text: Vec<&str> = names.iter().copied().collect();
    // The last line ends, too.
    text.push("");
    let text = text.join("\n");
    if files::read(&path).is_ok_and(|old| old == text.as_bytes()) {
        return Ok(());
    }
    files::make_dirs(dir)?;
    files::replace(&path, text.as_bytes(), 0o644)
}

/// The names as a zone has them, where none are kept: a state directory may
/// be lost, and no name with it. None: they are kept, no modem has a name of
/// its own, or named does not answer.
pub fn learn(
    dir: &Path,
    network: &Network,
    server: SocketAddr,
) -> Option<Vec<String>> {
    if network.modem_names.is_empty() || files::exists(&dir.join(FILE)) {
        return None;
    }
    let site = &network.site;
    let domain = site.domain.to_ascii_lowercase();
    let mut zones = Zones::of_site(site);
    let read = &mut |owner: &str, rdata| zones.forward(owner, rdata);
    axfr::transfer(server, &domain, PATIENCE, read).ok()?;
    zones.sort();
    Some(zones.reserved().into_iter().map(str::to_string).collect())
}

/// Takes these names from modems, which are served as `cm-ID` then; `dir` is
/// PROVHA__STATE_DIR.
///
/// # Errors
/// The kept names cannot be read: a modem could take that of a server.
pub fn refuse(
    dir: &Path,
    network: &mut Network,
    findings: &mut Findings,
) -> files::Result<()> {
    let kept = match files::read_text(&dir.join(FILE)) {
        Err(error) if files::is_missing(&error) => String::new(),
        other => other?,
    };
    let own = network.site.fqdn.to_ascii_lowercase();
    let own = own.split('.').next().unwrap_or_default();
    let mut reserved: BTreeSet<&str> = kept.lines().collect();
    let _ = reserved.insert(own);
    network.modem_names.retain(|id, name| {
        let taken = reserved.contains(name.key().as_str());
        if taken {
            let why = format!(
                "'{name}' is a name of a server or was put into DNS by hand: \
                 served as cm-{id}"
            );
            findings.warn("modem", *id, "hostname", why);
        }
        !taken
    });
    Ok(())
}
