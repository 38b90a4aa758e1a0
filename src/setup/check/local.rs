//! What the machine itself shows.

use std::net::IpAddr;
use std::os::unix::fs::MetadataExt;
use std::path::Path;
use std::time::Duration;

use super::checked::{Checked, Is};
use crate::context::Context;
use crate::render::dns::CPE_KEY;
use crate::services::{dhcpd_start, dhcpd_turn};
use crate::system::dir::Dir;
use crate::system::files;
use crate::system::listener::Listeners;

/// How long a known device may take to be answered.
const PATIENCE: Duration = Duration::from_secs(5);

/// Makes the checks.
pub fn all(context: &Context<'_>, is: Is) -> Vec<Checked> {
    let mut all = vec![address(context, is), disk(context)];
    all.extend(modes(context));
    all.push(lease_file(context));
    all.extend(running(context));
    all.push(known_device(context));
    all
}

/// Whether our address is there.
fn address(context: &Context<'_>, is: Is) -> Checked {
    let Some(own) = is.own else {
        return Checked::skipped("address", "no own address is set");
    };
    if !context.settings.root().is_machine() {
        return Checked::skipped("address", "below a --root");
    }
    match context.machine.addresses.contains(&IpAddr::V4(own)) {
        true => Checked::ok("address", format!("{own} is on this machine")),
        false => Checked::problem(
            "address",
            format!("no interface has the address {own}"),
            format!("ip address add {own}/24 dev INTERFACE"),
        ),
    }
}

/// Room and inodes where files are made.
fn disk(context: &Context<'_>) -> Checked {
    let settings = &context.settings;
    let dirs = ["PROVHA__STATE_DIR", "PROVHA__TFTP_DIR", "PROVHA__ZONE_DIR"];
    let mut paths: Vec<_> = dirs.iter().map(|key| settings.path(key)).collect();
    paths.push(settings.root().at("/etc"));
    paths.push(settings.path("PROVHA__DHCPD_LEASES"));
    let mut least = (100, String::new());
    for path in &paths {
        let room = |path: &Path| Dir::open(path).and_then(|dir| dir.room());
        let Some(stat) = path.ancestors().find_map(|p| room(p).ok()) else {
            continue;
        };
        let percent = |free: u64, all: u64| match all {
            0 => 100,
            all => free * 100 / all,
        };
        let room = percent(stat.blocks_available(), stat.blocks());
        let inodes = percent(stat.files_available(), stat.files());
        for (free, what) in [(room, "room"), (inodes, "inodes")] {
            if free < least.0 {
                let path = path.display();
                least =
                    (free, format!("{free} % of the {what} free at {path}"));
            }
        }
    }
    let (free, text) = least;
    let fix = "journalctl --vacuum-size=200M; PROVHA__GENERATIONS=5";
    match free {
        0..=2 => Checked::problem("disk", text, fix),
        3..=9 => Checked::warning("disk", text, fix),
        _ => Checked::ok("disk", "room and inodes are enough"),
    }
}

/// Who may read the secrets.
fn modes(context: &Context<'_>) -> Vec<Checked> {
    let settings = &context.settings;
    let key = settings.text("PROVHA__OMAPI_KEY_FILE").to_string();
    let mut files = vec![key, CPE_KEY.to_string()];
    files.push(settings.text("PROVHA__NAMED_CONF").into());
    let mut paths: Vec<_> =
        files.iter().map(|path| settings.root().at(path)).collect();
    let env = context.options.env_dir.clone();
    let env = env.unwrap_or_else(|| settings.root().at(crate::config::ENV_DIR));
    let names = std::fs::read_dir(&env).into_iter().flatten().flatten();
    paths.extend(
        names
            .map(|e| e.path())
            .filter(|p| p.extension().is_some_and(|e| e == "env")),
    );
    let mut all = Vec::new();
    for path in paths {
        let Ok((_, meta)) = files::open_through(&path) else { continue };
        let mode = meta.mode() & 0o7777;
        if mode & 0o007 != 0 {
            let path = path.display();
            let text = format!("everybody may use {path} (mode {mode:04o})");
            all.push(Checked::problem(
                "modes",
                text,
                format!("chmod o= {path}"),
            ));
        }
    }
    if all.is_empty() {
        all.push(Checked::ok("modes", "secrets are not open to everybody"));
    }
    all
}

/// Whether dhcpd can write its leases.
fn lease_file(context: &Context<'_>) -> Checked {
    let path = context.settings.path("PROVHA__DHCPD_LEASES");
    let shown = path.display();
    let dir = path.parent().unwrap_or(Path::new("/"));
    if !files::is_file(&path) {
        return Checked::problem(
            "lease-file",
            format!("{shown} is missing: dhcpd does not start without it"),
            format!("mkdir -p {} && touch {shown}", dir.display()),
        );
    }
    let room = Dir::open(dir).and_then(|dir| dir.room());
    let read_only = room.is_ok_and(|stat| {
        stat.flags().contains(nix::sys::statvfs::FsFlags::ST_RDONLY)
    });
    if read_only {
        let text = format!("{shown} is on a file system that is read-only");
        return Checked::problem("lease-file", text, "mount -o remount,rw");
    }
    Checked::ok("lease-file", format!("{shown} is there and can be written"))
}

/// What the daemons that run were started with.
fn running(context: &Context<'_>) -> Vec<Checked> {
    let mut all = Vec::new();
    all.push(match dhcpd_start::check(&context.settings) {
        Ok(()) => Checked::ok("dhcpd-start", "dhcpd is started from our set"),
        Err(error) => {
            let hint = crate::report::error::classify(&error).1;
            let fix = hint.unwrap_or_default();
            Checked::problem("dhcpd-start", error.to_string(), fix)
        }
    });
    if !context.settings.root().is_machine() {
        return all;
    }
    let conf = context.settings.text("PROVHA__NAMED_CONF");
    let listeners = Listeners::of(53);
    if let Some(named) = listeners.first() {
        let words = named.arguments();
        let after = words.iter().position(|word| word == "-c");
        let found = after.and_then(|at| words.get(at + 1));
        let is_named = words.first().is_some_and(|w| w.ends_with("named"));
        if is_named && found.map(String::as_str) != Some(conf) {
            let text = format!(
                "the running named (pid {}) has another configuration than \
                 {conf}",
                named.pid
            );
            let unit = context.settings.text("PROVHA__NAMED_UNIT");
            let fix = format!("systemctl restart {unit}");
            all.push(Checked::problem("named-start", text, fix));
        }
    }
    all
}

/// Whether a device that has a lease is answered.
fn known_device(context: &Context<'_>) -> Checked {
    let name = "known-device";
    if context.options.no_activate {
        return Checked::skipped(name, "dhcpd is not asked (--no-activate)");
    }
    match dhcpd_turn::known_within(context, PATIENCE) {
        Some(known) => Checked::ok(name, format!("{known} is answered")),
        None => Checked::warning(
            name,
            "no modem with a lease could be asked for, or none was answered",
            "provha failover state; provha leases",
        ),
    }
}
