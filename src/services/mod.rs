//! What is known of each daemon: what it loads, how it is checked, restarted
//! and asked.

pub mod chronyd;
pub mod dhcpd;
pub mod dhcpd_hosts;
pub mod dhcpd_known;
pub mod dhcpd_set;
pub mod dhcpd_start;
pub mod dhcpd_turn;
mod directory;
pub mod inetd;
pub mod kea;
pub mod kea_set;
pub mod named;
pub mod named_dirs;
pub mod tftpd;
pub mod writers;

use std::time::Duration;

use crate::context::Context;
use crate::publish::activate::{CommandProbe, Daemon, Probe};
use crate::publish::restart_time::RestartTime;

/// A daemon with its restart and its probe: the user's command, else the one
/// that `probe` makes. `keys` are the settings of restart, unit and probe.
pub fn daemon(
    context: &Context<'_>,
    name: &'static str,
    keys: [&str; 3],
    probe: impl FnOnce() -> Box<dyn Probe>,
) -> Daemon {
    let seconds = |key| Duration::from_secs(context.settings.number(key));
    let [restart, unit, command] = keys;
    let own = own_probe(context, unit, command);
    let probe = own.unwrap_or_else(probe);
    let patience = seconds("PROVHA__VERIFY_TIMEOUT");
    Daemon {
        name,
        restart: context.settings.command(restart, unit),
        timeout: context.command_timeout(),
        probe,
        patience: (!patience.is_zero()).then_some(patience),
        settle: seconds("PROVHA__VERIFY_SETTLE"),
        pace: RestartTime::of(
            &context.settings.path("PROVHA__STATE_DIR"),
            name,
        ),
        checked: Duration::ZERO,
        ready: None,
        port: port(context, name),
    }
}

/// The UDP port on which a daemon listens.
fn port(context: &Context<'_>, name: &str) -> Option<u16> {
    match name {
        "dhcpd" => Some(67),
        "named" => Some(context.settings.number("PROVHA__DNS_PORT") as u16),
        // NTP (RFC 5905 section 5).
        "chronyd" => Some(123),
        // The time protocol (RFC 868).
        "xinetd" | "inetd" => Some(37),
        _ => None,
    }
}

/// The user's own probe command, if there is one. `unit` and `command` are
/// keys.
pub fn own_probe(
    context: &Context<'_>,
    unit: &str,
    command: &str,
) -> Option<Box<dyn Probe>> {
    let line = context.settings.command(command, unit)?;
    let timeout = Duration::from_secs(5);
    Some(Box::new(CommandProbe { line, timeout }))
}
