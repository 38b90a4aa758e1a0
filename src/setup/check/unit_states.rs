//! Whether what must run does: by systemd; in a chroot or container without
//! it, by the ports, and by cron in place of our units.

use std::path::Path;
use std::process::Command;

use super::checked::{Checked, Is};
use crate::context::Context;
use crate::setup::steps::units;
use crate::system::listener::Listeners;
use crate::system::process;

/// The cron lines that take the place of our units (packaging/cron/provha).
const CRON: &str = "/etc/cron.d/provha";
/// Where the packages put them.
const CRON_EXAMPLE: &str = "/usr/share/doc/provha/examples/provha.cron";
/// Daemons by their UDP ports, with the setting of their restart command.
const DAEMONS: [(&str, u16, &str, &str); 3] = [
    ("dhcpd", 67, "PROVHA__DHCPD_RESTART", "PROVHA__DHCPD_UNIT"),
    ("named", 53, "PROVHA__NAMED_RESTART", "PROVHA__NAMED_UNIT"),
    ("chronyd", 123, "PROVHA__CHRONY_RESTART", "PROVHA__CHRONY_UNIT"),
];

/// Makes the checks.
pub fn all(context: &Context<'_>, is: Is) -> Vec<Checked> {
    if !context.settings.root().is_machine() {
        return vec![Checked::skipped("units", "below a --root")];
    }
    let booted = Path::new("/run/systemd/system").is_dir();
    match process::find("systemctl").filter(|_| booted) {
        Some(systemctl) => by_systemd(context, is, &systemctl),
        None => without(context),
    }
}

/// What systemd says of each unit.
fn by_systemd(context: &Context<'_>, is: Is, systemctl: &Path) -> Vec<Checked> {
    let settings = &context.settings;
    let mut names: Vec<String> =
        units::of(is.role).iter().map(|unit| unit.0.to_string()).collect();
    for (_, _, _, unit) in DAEMONS {
        names.push(settings.text(unit).to_string());
    }
    if !settings.is_rhel() {
        names.push("tftpd-hpa".into());
    }
    let mut all = Vec::new();
    for name in &names {
        for (verb, fix) in [("is-active", "start"), ("is-enabled", "enable")] {
            let mut command = Command::new(systemctl);
            command.args([verb, "--quiet", name]);
            let ended = process::run(&mut command, context.command_timeout());
            if !ended.is_ok_and(|ended| ended.ok()) {
                let text = format!("{name}: not {}", &verb[3..]);
                let fix = format!("systemctl {fix} {name}");
                all.push(Checked::problem("units", text, fix));
            }
        }
    }
    if all.is_empty() {
        let text = format!("{} run and are enabled", names.join(", "));
        all.push(Checked::ok("units", text));
    }
    all
}

/// What can be seen where systemd does not run.
fn without(context: &Context<'_>) -> Vec<Checked> {
    let settings = &context.settings;
    let mut all = Vec::new();
    for (daemon, port, restart, unit) in DAEMONS {
        if Listeners::of(port).first().is_some() {
            continue;
        }
        let text =
            format!("{daemon} does not run: nothing has UDP port {port}");
        let command = settings.command(restart, unit).unwrap_or_default();
        let fix = match command.is_empty() || command.starts_with("systemctl ")
        {
            true => format!("set {restart} to what restarts {daemon} here"),
            false => command,
        };
        all.push(Checked::problem("units", text, fix));
    }
    if Listeners::of(69).first().is_none() {
        let text = "the TFTP server does not run: nothing has UDP port 69";
        all.push(Checked::problem("units", text, "service tftpd-hpa start"));
    }
    if all.is_empty() {
        let text = "systemd does not run here; dhcpd, named, chronyd and the \
                    TFTP server have their ports";
        all.push(Checked::ok("units", text));
    }
    all.push(match settings.root().at(CRON).is_file() {
        true => {
            Checked::ok("rebuild", format!("{CRON} takes the units' place"))
        }
        false => Checked::warning(
            "rebuild",
            "systemd does not run here, so our timers and watch do not: \
             nothing follows the database",
            format!(
                "cp {CRON_EXAMPLE} {CRON}, and keep the lines of this role"
            ),
        ),
    });
    all
}
