//! The peer, both ways: ports, ssh, clock.

use std::net::{Ipv4Addr, SocketAddr, TcpStream};
use std::time::Duration;

use super::checked::{Checked, Is};
use crate::clients::{dns, time};
use crate::context::Context;
use crate::model::Role;
use crate::setup::into_pair::remote;

/// How long a port may take to answer.
const PATIENCE: Duration = Duration::from_secs(2);
/// TCP ports of the database, and of its cluster.
const MARIADB: u16 = 3306;
const GALERA: u16 = 4567;
/// Seconds from 1900 to 1970 (RFC 868).
const EPOCH: i64 = 2_208_988_800;

/// Makes the checks.
pub fn all(context: &Context<'_>, is: Is, peer: Ipv4Addr) -> Vec<Checked> {
    let mut all = ports(context, is, peer);
    all.push(clock(peer));
    all.push(names(context, peer));
    all.extend(ssh(context, is, peer));
    all
}

/// TCP ports of the pair, with what listens there.
fn wanted(
    context: &Context<'_>,
    is: Is,
) -> Vec<(u16, &'static str, &'static str)> {
    let number = |key| context.settings.number(key) as u16;
    let mut ports = vec![
        (
            number("PROVHA__FAILOVER_PEER_PORT"),
            "failover",
            "provha setup pair --yes",
        ),
        (number("PROVHA__OMAPI_PORT"), "OMAPI", "provha setup pair --yes"),
        (number("SLAVE_SSH_PORT"), "ssh", "systemctl start ssh"),
    ];
    // What the pair needs of the database is what this machine has of it.
    for (port, what) in [(MARIADB, "MariaDB"), (GALERA, "Galera")] {
        let own = is.own.map(|own| SocketAddr::from((own, port)));
        if own.is_some_and(|own| {
            TcpStream::connect_timeout(&own, PATIENCE).is_ok()
        }) {
            ports.push((port, what, "systemctl start mariadb"));
        }
    }
    ports
}

/// Whether the peer's ports take connections.
fn ports(context: &Context<'_>, is: Is, peer: Ipv4Addr) -> Vec<Checked> {
    let ask = |(port, what, fix): (u16, &str, &str)| {
        let server = SocketAddr::from((peer, port));
        match TcpStream::connect_timeout(&server, PATIENCE) {
            Ok(_) => Checked::ok("ports", format!("{what}: {server} answers")),
            Err(error) => Checked::problem(
                "ports",
                format!("{what}: {server} does not answer: {error}"),
                format!("on {peer}: {fix}; its firewall"),
            ),
        }
    };
    let mut ports = wanted(context, is);
    // A database on one machine alone is no fault of the other: only a
    // cluster has a server on both.
    if !ports.iter().any(|(port, ..)| *port == GALERA) {
        ports.retain(|(port, ..)| *port != MARIADB);
    }
    ports.into_iter().map(ask).collect()
}

/// How far the clocks are apart: failover stops at 60 s.
fn clock(peer: Ipv4Addr) -> Checked {
    let asked = time::rfc868(SocketAddr::from((peer, 37)), PATIENCE);
    let ntp = time::ntp(SocketAddr::from((peer, 123)), PATIENCE);
    let theirs = match (&ntp, &asked) {
        (Ok(answer), _) => i64::from(answer.seconds),
        (Err(_), Ok(seconds)) => i64::from(*seconds),
        (Err(error), Err(_)) => {
            let text = format!("{peer} tells no time (UDP 123, 37): {error}");
            let fix = format!("on {peer}: provha time");
            return Checked::problem("clock", text, fix);
        }
    };
    let apart = (theirs - EPOCH - crate::env::now()).abs();
    let text = format!("the clocks are {apart} s apart");
    match apart {
        0..=2 if asked.is_err() => Checked::warning(
            "clock",
            format!("{text}, but UDP 37 of {peer} does not answer"),
            format!("on {peer}: apt-get install xinetd; provha time"),
        ),
        0..=2 => Checked::ok("clock", text),
        3..=30 => Checked::warning("clock", text, "chronyc makestep"),
        _ => Checked::problem("clock", text, "chronyc makestep"),
    }
}

/// Whether the peer's named answers.
fn names(context: &Context<'_>, peer: Ipv4Addr) -> Checked {
    let port = context.settings.number("PROVHA__DNS_PORT") as u16;
    let server = SocketAddr::from((peer, port));
    let zone = crate::render::dns::REVERSE_ZONE;
    match dns::ask(server, zone, dns::Kind::Soa, PATIENCE) {
        Ok(answer) if answer.code == 0 => {
            Checked::ok("dns", format!("{server} answers"))
        }
        Ok(answer) => Checked::problem(
            "dns",
            format!("{server} refuses {zone} (code {})", answer.code),
            format!("on {peer}: provha dns"),
        ),
        Err(error) => Checked::problem(
            "dns",
            error.to_string(),
            format!("on {peer}: provha dns"),
        ),
    }
}

/// ssh there, and from there back.
fn ssh(context: &Context<'_>, is: Is, peer: Ipv4Addr) -> Vec<Checked> {
    if let Err(why) = remote(context, peer, "true") {
        let text = format!("no login on {peer}: {why}");
        let fix = "provha setup with --peer-files, on both machines";
        return vec![match is.role {
            // The slave needs it for cacti's graphs alone.
            Role::Slave => Checked::warning("ssh", text, fix),
            _ => Checked::problem("ssh", text, fix),
        }];
    }
    let mut all = vec![Checked::ok("ssh", format!("login on {peer} works"))];
    let Some(own) = is.own else { return all };
    let ports: Vec<String> =
        wanted(context, is).iter().map(|(port, ..)| port.to_string()).collect();
    // No program of ours is needed there: bash opens the connections.
    let line = format!(
        "for p in {}; do timeout 3 bash -c \"</dev/tcp/{own}/$p\" 2>/dev/null \
         || echo $p; done",
        ports.join(" ")
    );
    match remote(context, peer, &line) {
        Ok(closed) if closed.trim().is_empty() => {
            let text = format!("{peer} reaches our ports {}", ports.join(", "));
            all.push(Checked::ok("ports-back", text));
        }
        Ok(closed) => {
            let closed =
                closed.split_whitespace().collect::<Vec<_>>().join(", ");
            let text = format!("{peer} does not reach our TCP ports {closed}");
            let fix = "start what listens there; provha setup (firewall)";
            all.push(Checked::problem("ports-back", text, fix));
        }
        Err(why) => {
            let fix = format!("ssh {peer} true");
            all.push(Checked::warning("ports-back", why, fix));
        }
    }
    let back = format!(
        "ssh -o BatchMode=yes -o ConnectTimeout=3 -p {} root@{own} true",
        context.settings.text("SLAVE_SSH_PORT")
    );
    all.push(match remote(context, peer, &back) {
        Ok(_) => Checked::ok("ssh-back", format!("{peer} can log in here")),
        Err(why) => Checked::warning(
            "ssh-back",
            format!("{peer} cannot log in here: {why}"),
            "provha setup with --peer-files, here and there",
        ),
    });
    all
}
