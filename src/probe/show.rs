//! A probe for people and for monitoring.

use std::fmt::Write;

use crate::probe::result::{DeviceProbed, Probed, ServerProbed};

/// The text for people.
pub fn text(probed: &Probed) -> String {
    let mut out = String::new();
    for device in &probed.devices {
        let address = device.address.as_deref().unwrap_or("no lease");
        let _ = writeln!(
            out,
            "{} ({}): {}, {address}",
            device.name, device.kind, device.mac
        );
        for server in &device.servers {
            let _ = writeln!(
                out,
                "  {} {}: {} - {}",
                server.server, server.address, server.state, server.why
            );
            if let Some(fix) = &server.fix {
                let _ = writeln!(out, "    fix: {fix}");
            }
            for check in &server.checks {
                let _ = writeln!(
                    out,
                    "    {:<8} {:<9} {}",
                    check.what, check.result, check.text
                );
            }
        }
    }
    out
}

/// The exit code and the line of a monitoring plugin: 0 ok, 1 warning, 2
/// critical, 3 unknown.
pub fn icinga(probed: &Probed) -> (u8, String) {
    let code =
        probed.devices.iter().map(severity).max().unwrap_or(Level::Unknown);
    let (number, word) = match code {
        Level::Ok => (0, "OK"),
        Level::Unknown => (3, "UNKNOWN"),
        Level::Warning => (1, "WARNING"),
        Level::Critical => (2, "CRITICAL"),
    };
    let mut parts = Vec::new();
    for device in &probed.devices {
        for server in &device.servers {
            let mut part = format!(
                "{} on {}: {}",
                device.name, server.address, server.state
            );
            if !server.good {
                part += &format!(" ({})", server.why);
            } else if let Some(check) = wrong(server) {
                part += &format!(" ({check})");
            }
            parts.push(part);
        }
    }
    let line = parts.join("; ").replace(['|', '\n'], " ");
    (number, format!("PROBE {word}: {line} | time={:.3}s\n", probed.seconds))
}

/// How bad it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Level {
    Ok,
    Unknown,
    Warning,
    Critical,
}

/// The first check that is wrong.
fn wrong(server: &ServerProbed) -> Option<String> {
    let check = server.checks.iter().find(|check| check.result == "wrong")?;
    Some(format!("{}: {}", check.what, check.text))
}

/// How bad a device is off: critical where no server gives it what it needs.
fn severity(device: &DeviceProbed) -> Level {
    let servers = &device.servers;
    let bad = |s: &&ServerProbed| !s.good && s.state != "not known";
    let count = servers.iter().filter(bad).count();
    if count > 0 && count == servers.len() {
        return Level::Critical;
    }
    if count > 0 || servers.iter().any(|s| s.good && wrong(s).is_some()) {
        return Level::Warning;
    }
    match servers.iter().all(|server| server.good) {
        true => Level::Ok,
        false => Level::Unknown,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::probe::result::Check;

    #[test]
    fn one_server_that_serves_is_a_warning() {
        let server = |good: bool, state| ServerProbed {
            server: "this node",
            address: "10.0.0.1".into(),
            state,
            good,
            why: "x".into(),
            fix: None,
            checks: vec![Check::ok("dhcp", "y")],
        };
        let check = |servers: Vec<ServerProbed>| {
            let device = DeviceProbed {
                name: "cm-7".into(),
                kind: "modem",
                mac: String::new(),
                address: None,
                servers,
            };
            let devices = vec![device];
            let probed =
                Probed { command: "probe", devices, good: true, seconds: 0.1 };
            icinga(&probed).0
        };
        let good = || server(true, "online(pt)");
        let bad = || server(false, "init(o)");
        assert_eq!(check(vec![good(), good()]), 0);
        assert_eq!(check(vec![good(), bad()]), 1);
        assert_eq!(check(vec![bad(), bad()]), 2);
        assert_eq!(check(vec![server(false, "not known")]), 3);
        let mut odd = good();
        odd.checks.push(Check::wrong("dns", "z"));
        assert_eq!(check(vec![odd]), 1);
    }
}
