//! `provha failover`: reads and sets the failover state of the pair through
//! OMAPI. Needs no database: addresses are those of the live failover.conf.

use std::net::{Ipv4Addr, SocketAddr};
use std::time::{Duration, Instant};

use crate::cli;
use crate::clients::omapi::failover::{Failover, State, View};
use crate::clients::omapi::sign::Key;
use crate::clients::omapi::{OmapiError, failover};
use crate::context::Context;
use crate::exit::{Exit, Stop};
use crate::isc_dhcp::live;
use crate::isc_dhcp::live::Peering;
use crate::pair::evidence;
use crate::pair::evidence::{Proof, Verdict};
use crate::render::dhcp::DIR;
use crate::report::json;

/// Runs the command.
pub fn run(
    context: &Context<'_>,
    command: &cli::FailoverCommand,
) -> anyhow::Result<Exit> {
    let pair = Pair::find(context)?;
    match command {
        cli::FailoverCommand::State => pair.state(),
        cli::FailoverCommand::PartnerDown { yes } => pair.partner_down(*yes),
        cli::FailoverCommand::Wait { state, timeout } => {
            let wanted = State::read(state).unwrap_or(State::Normal);
            pair.wait(wanted, Duration::from_secs(*timeout))
        }
    }
}

/// The two servers and how to ask them.
pub struct Pair<'a> {
    context: &'a Context<'a>,
    peering: Peering,
    key: Key,
    own: SocketAddr,
    peer: SocketAddr,
}

impl<'a> Pair<'a> {
    /// From the live set and the key file.
    ///
    /// # Errors
    /// Exit 3 when this machine has no failover, or there is no key.
    pub fn find(context: &'a Context<'a>) -> anyhow::Result<Self> {
        let dir = context.settings.root().at(DIR);
        let live = live::read(&dir);
        let Some(peering) = live.peering else {
            let text = format!(
                "there is no failover here: {} names no peer",
                dir.join("failover.conf").display()
            );
            let hint = "it is made by provha dhcp on a master or slave, when \
                        provha.slaves is set and a pool gives out addresses";
            return Err(Stop::refused(text).hint(hint).into());
        };
        let key = crate::services::dhcpd::omapi_key(context)?.or(live.key);
        let key = key.as_ref().and_then(Key::new).ok_or_else(|| {
            let path = context.settings.plain_path("PROVHA__OMAPI_KEY_FILE");
            let text = format!("there is no OMAPI key in {}", path.display());
            Stop::refused(text).hint(
                "one line: NAME ALGORITHM SECRET, the same on both nodes; \
                 then run provha dhcp on both",
            )
        })?;
        let port = context.settings.number("PROVHA__OMAPI_PORT") as u16;
        let own = live.port.unwrap_or(port);
        Ok(Self {
            context,
            peering,
            key,
            own: SocketAddr::from((Ipv4Addr::LOCALHOST, own)),
            peer: SocketAddr::from((peering.peer, port)),
        })
    }

    /// What the own dhcpd says.
    fn own_view(&self) -> Result<View, OmapiError> {
        failover::view(self.own, &self.key)
    }

    /// What both say, asked at the same time.
    fn views(&self) -> [Result<View, OmapiError>; 2] {
        std::thread::scope(|scope| {
            let peer = scope.spawn(|| failover::view(self.peer, &self.key));
            let own = self.own_view();
            let peer = peer.join().expect("the question does not panic");
            [own, peer]
        })
    }

    /// `failover state`.
    fn state(&self) -> anyhow::Result<Exit> {
        let [own, peer] = self.views();
        let normal = own.as_ref().is_ok_and(|view| view.is_normal());
        let own_role = self.peering.primary;
        self.context.console.result(&json::FailoverState {
            command: "failover state",
            own: side(self.peering.own, own_role, &own),
            peer: side(self.peering.peer, !own_role, &peer),
            normal,
        });
        let lines = [
            line("own", self.peering.own, own_role, &own),
            line("peer", self.peering.peer, !own_role, &peer),
        ];
        self.context.console.data(&lines.concat())?;
        let mut hints = Vec::new();
        for error in [&own, &peer].into_iter().filter_map(|r| r.as_ref().err())
        {
            self.context.console.warning(&error.to_string());
            hints.push(error.hint());
        }
        hints.dedup();
        for hint in hints {
            self.context.console.hint(hint);
        }
        Ok(if own.is_ok() { Exit::Done } else { Exit::Failed })
    }

    /// `failover wait`.
    fn wait(&self, wanted: State, limit: Duration) -> anyhow::Result<Exit> {
        let begin = Instant::now();
        let there = |view: View| match wanted {
            State::Normal => view.is_normal(),
            wanted => view.local == wanted,
        };
        let mut last = None;
        let reached = loop {
            let view = self.own_view();
            if view.as_ref().is_ok_and(|view| there(*view)) {
                break true;
            }
            last = Some(view);
            if begin.elapsed() >= limit {
                break false;
            }
            let left = limit.saturating_sub(begin.elapsed());
            std::thread::sleep(left.min(Duration::from_millis(500)));
        };
        let seconds = begin.elapsed().as_secs_f64();
        self.context.console.result(&json::FailoverWait {
            command: "failover wait",
            wanted: wanted.name(),
            reached,
            seconds,
        });
        if reached {
            self.context
                .console
                .note(&format!("{wanted} after {seconds:.1} s"));
            return Ok(Exit::Done);
        }
        let now = match last {
            Some(Ok(view)) => {
                format!("own {}, peer {}", view.local, view.partner)
            }
            Some(Err(error)) => error.to_string(),
            None => String::new(),
        };
        let text = format!("not {wanted} after {seconds:.0} s: {now}");
        let hint = "provha failover state shows both sides; clocks that are \
                    a minute apart keep a pair from connecting";
        Err(Stop::failed(text).hint(hint).into())
    }

    /// `failover partner-down`.
    fn partner_down(&self, yes: bool) -> anyhow::Result<Exit> {
        let own = self.open_own()?;
        if own.view.local == State::PartnerDown {
            self.report(own.view, &[], "already", true);
            self.context.console.note("partner-down already: nothing to do");
            return Ok(Exit::Done);
        }
        let proofs = evidence::gather(self.peer_ports());
        // Asked again: the questions took seconds, and the peer may be back.
        let mut own = self.open_own()?;
        if let Some(why) = refusal(own.view.local, &proofs) {
            self.report(own.view, &proofs, &why, false);
            return Err(self.refused(&why, &proofs));
        }
        self.explain(own.view, &proofs);
        if self.context.only_looks() {
            self.report(own.view, &proofs, "possible", false);
            return Ok(Exit::Done);
        }
        if !yes {
            self.report(own.view, &proofs, "possible", false);
            let text = "nothing was changed: partner-down needs --yes";
            let hint = "make sure that the peer is off and stays off, then \
                        provha failover partner-down --yes";
            return Err(Stop::refused(text).hint(hint).into());
        }
        own.set(State::PartnerDown).map_err(|error| {
            Stop::failed(format!("partner-down was not taken: {error}"))
        })?;
        self.confirm(&proofs)
    }

    /// The failover object of the own dhcpd.
    fn open_own(&self) -> anyhow::Result<Failover> {
        Failover::open(self.own, &self.key).map_err(|error| {
            let text = format!("the own dhcpd cannot be asked: {error}");
            Stop::failed(text).hint(error.hint()).into()
        })
    }

    /// Reads the state back after it was set.
    fn confirm(&self, proofs: &[Proof]) -> anyhow::Result<Exit> {
        let end = Instant::now() + Duration::from_secs(5);
        loop {
            let view = self.own_view();
            if let Ok(view) = view
                && view.local == State::PartnerDown
            {
                self.report(view, proofs, "set", true);
                self.context
                    .console
                    .note("partner-down: this node serves alone");
                return Ok(Exit::Done);
            }
            if Instant::now() >= end {
                let now = match view {
                    Ok(view) => format!("it is in {}", view.local),
                    Err(error) => error.to_string(),
                };
                let text = format!("dhcpd took partner-down, but {now}");
                return Err(Stop::failed(text).into());
            }
            std::thread::sleep(Duration::from_millis(200));
        }
    }

    /// Where the peer can be asked for signs of life.
    fn peer_ports(&self) -> evidence::Peer {
        let ssh = "SLAVE_SSH_PORT";
        let ssh_port = match crate::config::keys::find(ssh) {
            Some(_) => self.context.settings.number(ssh) as u16,
            None => 22,
        };
        evidence::Peer {
            address: self.peering.peer,
            failover_port: self.peering.peer_port,
            omapi_port: self.peer.port(),
            ssh_port,
        }
    }

    /// Keeps what was found for `--json`.
    fn report(
        &self,
        view: View,
        proofs: &[Proof],
        outcome: &str,
        partner_down: bool,
    ) {
        self.context.console.result(&json::PartnerDown {
            command: "failover partner-down",
            local_state: view.local.name(),
            partner_state: view.partner.name(),
            peer: self.peering.peer.to_string(),
            proofs: proofs.iter().map(proof).collect(),
            partner_down,
            outcome,
        });
    }

    /// The error of a peer that may live.
    fn refused(&self, why: &str, proofs: &[Proof]) -> anyhow::Error {
        for proof in proofs {
            self.context.console.note(&format!("  {}", proof.words));
        }
        let text = format!("partner-down is refused: {why}");
        let hint = "two servers that each believe to be alone give one \
                    address to two clients: stop the peer's dhcpd or its \
                    machine first";
        Stop::refused(text).hint(hint).into()
    }

    /// Says what partner-down does and how to come back.
    fn explain(&self, view: View, proofs: &[Proof]) {
        let mclt = match view.mclt {
            0 => self.context.settings.number("PROVHA__MCLT"),
            seconds => u64::from(seconds),
        };
        for line in explanation(self.peering.peer, mclt, view, proofs) {
            self.context.console.note(&line);
        }
    }
}

/// Why partner-down must not be set; None: it may.
fn refusal(local: State, proofs: &[Proof]) -> Option<String> {
    let alone = [
        State::CommunicationsInterrupted,
        State::ResolutionInterrupted,
        State::Startup,
        State::Recover,
        State::RecoverDone,
    ];
    if !alone.contains(&local) {
        return Some(format!(
            "the own dhcpd is in {local}, not in communications-interrupted: \
             it has not lost its peer"
        ));
    }
    if !evidence::own_network_is_up() {
        return Some(
            "no network interface of this machine is up: it is this machine \
             that is cut off"
                .into(),
        );
    }
    match evidence::judge(proofs) {
        Verdict::MayLive(why) => Some(format!("the peer may live: {why}")),
        Verdict::DaemonDead | Verdict::MachineSilent => None,
    }
}

/// The lines of the explanation.
fn explanation(
    peer: Ipv4Addr,
    mclt: u64,
    view: View,
    proofs: &[Proof],
) -> Vec<String> {
    let mut lines = vec![format!(
        "the own dhcpd is in {}; signs of life of {peer}:",
        view.local
    )];
    lines.extend(proofs.iter().map(|proof| format!("  {}", proof.words)));
    if evidence::judge(proofs) == Verdict::MachineSilent {
        lines.push(
            "its machine answers nothing: it may be off, or merely cut off \
             from this one. If it still serves modems, partner-down gives \
             addresses twice: make sure that it is off"
                .into(),
        );
    }
    if matches!(view.local, State::Startup | State::Recover) {
        lines.push(
            "this node never got the peer's leases since its own were lost: \
             addresses that the peer gave out are not known here"
                .into(),
        );
    }
    lines.extend([
        format!(
            "partner-down: this node serves all clients at once; the free \
             addresses of the peer's half become usable {mclt} s (MCLT) \
             later, its expired leases {mclt} s after their end"
        ),
        format!("new clients get leases of {mclt} s at first"),
        "to come back: start the peer's dhcpd with its lease file as it was. \
         It fetches the leases from here, waits for the rest of MCLT and both \
         return to normal by themselves: provha failover wait normal. Never \
         set partner-down on both"
            .into(),
    ]);
    lines
}

/// The word for a node's part in the pair.
fn role(primary: bool) -> &'static str {
    if primary { "primary" } else { "secondary" }
}

/// One side as JSON.
fn side(
    address: Ipv4Addr,
    primary: bool,
    view: &Result<View, OmapiError>,
) -> json::FailoverSide {
    let state = |pick: fn(&View) -> State| {
        view.as_ref().ok().map(|view| pick(view).name())
    };
    json::FailoverSide {
        address: address.to_string(),
        role: role(primary),
        reachable: view.is_ok(),
        local_state: state(|view| view.local),
        partner_state: state(|view| view.partner),
        mclt: view.as_ref().ok().map(|view| view.mclt),
        error: view.as_ref().err().map(ToString::to_string),
    }
}

/// A proof as it stands in JSON.
fn proof(proof: &Proof) -> json::PeerProof<'_> {
    json::PeerProof {
        what: proof.what,
        sign: proof.sign.word(),
        words: &proof.words,
    }
}

/// One side as a line.
fn line(
    who: &str,
    address: Ipv4Addr,
    primary: bool,
    view: &Result<View, OmapiError>,
) -> String {
    let place = format!("{who:<5}{address:<16}{:<10}", role(primary));
    match view {
        Ok(view) => format!(
            "{place}{} (sees its peer in {})\n",
            view.local, view.partner
        ),
        Err(_) => format!("{place}does not answer\n"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::pair::evidence::Sign;

    fn proofs(failover: Sign, omapi: Sign) -> Vec<Proof> {
        [("failover-port", failover), ("omapi-port", omapi)]
            .map(|(what, sign)| Proof { what, sign, words: what.into() })
            .to_vec()
    }

    #[test]
    fn a_peer_that_is_not_lost_or_lives_is_never_declared_down() {
        let dead = proofs(Sign::Refuses, Sign::Refuses);
        for state in [State::Normal, State::Paused, State::RecoverWait] {
            assert!(refusal(state, &dead).is_some(), "{state}");
        }
        let lives = proofs(Sign::Answers, Sign::Refuses);
        assert!(refusal(State::CommunicationsInterrupted, &lives).is_some());
    }

    #[test]
    fn the_explanation_names_mclt_and_the_way_back() {
        let view = View {
            local: State::CommunicationsInterrupted,
            partner: State::Normal,
            mclt: 1800,
        };
        let silent = proofs(Sign::Silent, Sign::Silent);
        let text =
            explanation(Ipv4Addr::LOCALHOST, 1800, view, &silent).join("\n");
        for part in ["1800 s (MCLT)", "to come back", "is off"] {
            assert!(text.contains(part), "{text}");
        }
    }
}
