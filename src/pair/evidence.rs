//! Signs of life of the failover peer: what may be concluded before
//! `partner-down` is set.
//!
//! A port that refuses a connection proves that the machine lives and that
//! dhcpd does not; silence proves neither as long as the machine shows any
//! other sign of life, because a firewall looks the same.

use std::io;
use std::net::{Ipv4Addr, SocketAddr, TcpStream};
use std::process::Command;
use std::time::Duration;

use nix::net::if_::InterfaceFlags;

use crate::system::process;

/// How long a connection or a ping may take.
const PATIENCE: Duration = Duration::from_secs(2);

/// What one question to the peer came to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Sign {
    /// It was answered.
    Answers,
    /// The machine answered that nothing listens there.
    Refuses,
    /// Nothing came back.
    Silent,
    /// The question could not be asked.
    NotAsked,
}

impl Sign {
    /// The word for reports.
    pub fn word(self) -> &'static str {
        match self {
            Self::Answers => "answers",
            Self::Refuses => "refuses",
            Self::Silent => "silent",
            Self::NotAsked => "not-asked",
        }
    }
}

/// One question with its outcome.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Proof {
    /// What was asked, a word for scripts.
    pub what: &'static str,
    /// What it came to.
    pub sign: Sign,
    /// The same in words.
    pub words: String,
}

/// What the proofs say together.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Verdict {
    /// The peer's dhcpd does not run; its machine does.
    DaemonDead,
    /// Nothing of the peer's machine answers: dead, or cut off from here.
    MachineSilent,
    /// It lives, or may live; why.
    MayLive(String),
}

/// Where the peer can be asked.
#[derive(Debug, Clone, Copy)]
pub struct Peer {
    /// Its address.
    pub address: Ipv4Addr,
    /// Its failover port (TCP).
    pub failover_port: u16,
    /// Its OMAPI port (TCP).
    pub omapi_port: u16,
    /// A port that shows whether the machine lives: ssh (TCP).
    pub ssh_port: u16,
}

/// Asks the peer in every way, at the same time.
pub fn gather(peer: Peer) -> Vec<Proof> {
    let ports = [
        ("failover-port", peer.failover_port),
        ("omapi-port", peer.omapi_port),
        ("ssh-port", peer.ssh_port),
    ];
    std::thread::scope(|scope| {
        let asked: Vec<_> = ports
            .into_iter()
            .map(|(what, port)| {
                let server = SocketAddr::from((peer.address, port));
                scope.spawn(move || knock(what, server))
            })
            .collect();
        let ping = ping(peer.address);
        let answers = asked.into_iter().filter_map(|t| t.join().ok());
        answers.chain(std::iter::once(ping)).collect()
    })
}

/// True if the peer's failover port takes connections.
pub fn takes_failover(proofs: &[Proof]) -> bool {
    let takes =
        |p: &Proof| p.what == "failover-port" && p.sign == Sign::Answers;
    proofs.iter().any(takes)
}

/// What the proofs allow to conclude.
pub fn judge(proofs: &[Proof]) -> Verdict {
    let sign = |what: &str| {
        let proof = proofs.iter().find(|proof| proof.what == what);
        proof.map_or(Sign::NotAsked, |proof| proof.sign)
    };
    let (failover, omapi) = (sign("failover-port"), sign("omapi-port"));
    for (sign, name) in [(failover, "failover"), (omapi, "OMAPI")] {
        if sign == Sign::Answers {
            return Verdict::MayLive(format!(
                "its dhcpd takes connections on the {name} port: it runs"
            ));
        }
        if sign == Sign::NotAsked {
            return Verdict::MayLive(format!(
                "this machine could not even ask its {name} port: the \
                 network here is at fault"
            ));
        }
    }
    if failover == Sign::Refuses {
        return Verdict::DaemonDead;
    }
    let lives = |p: &Proof| matches!(p.sign, Sign::Answers | Sign::Refuses);
    if let Some(proof) = proofs.iter().find(|proof| lives(proof)) {
        return Verdict::MayLive(format!(
            "its machine lives ({}), and its failover port is silent instead \
             of refusing: a firewall between the two looks the same",
            proof.words
        ));
    }
    Verdict::MachineSilent
}

/// Why the silence of a machine is no proof of its death: its ports are
/// silent, as behind a firewall, and nobody could ping it.
pub fn unpinged(proofs: &[Proof]) -> Option<String> {
    let ping = proofs.iter().find(|proof| proof.what == "ping");
    let ping = ping.filter(|ping| ping.sign == Sign::NotAsked)?;
    (judge(proofs) == Verdict::MachineSilent).then(|| {
        format!(
            "its ports are silent, as behind a firewall, and it could not be \
             pinged ({}): install ping (iputils-ping), or let this user run it",
            ping.words
        )
    })
}

/// Tries to connect.
fn knock(what: &'static str, server: SocketAddr) -> Proof {
    let (sign, said) = match TcpStream::connect_timeout(&server, PATIENCE) {
        Ok(_) => (Sign::Answers, "takes connections".to_string()),
        Err(error) => (meaning(&error), error.to_string()),
    };
    let words = format!("TCP {server}: {said}");
    Proof { what, sign, words }
}

/// What a failed connection says about the other side.
fn meaning(error: &io::Error) -> Sign {
    use io::ErrorKind as Kind;
    match error.kind() {
        Kind::ConnectionRefused => Sign::Refuses,
        // Reset after it was accepted: something was there.
        Kind::ConnectionReset | Kind::ConnectionAborted => Sign::Answers,
        Kind::TimedOut | Kind::WouldBlock | Kind::HostUnreachable => {
            Sign::Silent
        }
        // No route, no address, no permission: our own side.
        _ => Sign::NotAsked,
    }
}

/// One ICMP echo through the stock `ping`.
fn ping(address: Ipv4Addr) -> Proof {
    let mut command = Command::new("ping");
    command.args(["-n", "-q", "-c", "1", "-W", "1"]).arg(address.to_string());
    let patience = PATIENCE + Duration::from_secs(1);
    let (sign, said) = match process::run(&mut command, patience) {
        Ok(outcome) if outcome.ok() => (Sign::Answers, "answers".into()),
        Ok(outcome) if outcome.code() == Some(1) => {
            (Sign::Silent, "no answer".to_string())
        }
        // Not allowed, no route: it never left this machine.
        Ok(outcome) => {
            let said = outcome.output.lines().last().unwrap_or_default();
            let how = outcome.how();
            (Sign::NotAsked, format!("not asked: ping {how}: {said}"))
        }
        Err(error) => (Sign::NotAsked, format!("not asked: {error}")),
    };
    Proof { what: "ping", sign, words: format!("ping {address}: {said}") }
}

/// Whether any network interface of this machine, apart from the loopback
/// one, is up and has a carrier: without one it is this machine that is cut
/// off.
pub fn own_network_is_up() -> bool {
    let Ok(interfaces) = nix::ifaddrs::getifaddrs() else { return true };
    let up = InterfaceFlags::IFF_UP | InterfaceFlags::IFF_RUNNING;
    interfaces
        .map(|interface| interface.flags)
        .any(|f| f.contains(up) && !f.contains(InterfaceFlags::IFF_LOOPBACK))
}

#[cfg(test)]
mod tests {
    use super::*;
    use Sign::{Answers, NotAsked, Refuses, Silent};

    fn proofs(signs: [Sign; 4]) -> Vec<Proof> {
        let names = ["failover-port", "omapi-port", "ssh-port", "ping"];
        names
            .into_iter()
            .zip(signs)
            .map(|(what, sign)| Proof { what, sign, words: what.into() })
            .collect()
    }

    fn check(signs: [Sign; 4]) -> Verdict {
        judge(&proofs(signs))
    }

    #[test]
    fn silence_without_a_ping_proves_nothing() {
        let unpinged = |signs| unpinged(&proofs(signs)).is_some();
        assert!(unpinged([Silent, Silent, Silent, NotAsked]));
        assert!(!unpinged([Silent, Silent, Silent, Silent]));
        // The port that refuses is proof enough.
        assert!(!unpinged([Refuses, Silent, Silent, NotAsked]));
    }

    #[test]
    fn only_a_refusal_or_silence_of_everything_is_death() {
        let lives = |signs| matches!(check(signs), Verdict::MayLive(_));
        assert_eq!(
            check([Refuses, Refuses, Answers, Answers]),
            Verdict::DaemonDead
        );
        assert_eq!(
            check([Refuses, Silent, Silent, Silent]),
            Verdict::DaemonDead
        );
        assert_eq!(
            check([Silent, Silent, Silent, NotAsked]),
            Verdict::MachineSilent
        );
        assert!(lives([Answers, Refuses, Silent, Silent]));
        assert!(lives([Refuses, Answers, Silent, Silent]));
        // A firewall that drops.
        assert!(lives([Silent, Silent, Answers, Silent]));
        assert!(lives([Silent, Silent, Silent, Answers]));
        assert!(lives([Silent, Refuses, Silent, Silent]));
        // Our own network is gone.
        assert!(lives([NotAsked, NotAsked, NotAsked, Silent]));
        assert!(matches!(judge(&[]), Verdict::MayLive(_)));
    }

    #[test]
    fn a_closed_port_refuses() {
        let server = SocketAddr::from(([127, 0, 0, 1], 1));
        assert_eq!(knock("x", server).sign, Refuses);
    }
}
