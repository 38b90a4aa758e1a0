//! Both dhcpd of the pair: how they are asked, and when partner-down may be
//! set.

use std::net::{Ipv4Addr, SocketAddr};

use anyhow::Context as _;

use crate::clients::omapi::failover::{Failover, State, View};
use crate::clients::omapi::sign::Key;
use crate::clients::omapi::{OmapiError, failover};
use crate::context::Context;
use crate::exit::Stop;
use crate::isc_dhcp::live;
use crate::isc_dhcp::live::Peering;
use crate::pair::evidence;
use crate::pair::evidence::{Proof, Verdict};
use crate::render::dhcp::DIR;
use crate::report::json;
use crate::services::dhcpd;

/// The two servers and how to ask them.
pub struct Pair<'a> {
    /// What the run is given.
    pub context: &'a Context<'a>,
    /// The failover declaration of the live set.
    pub peering: Peering,
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
        let live = live::try_read(&dir).context("the live set")?;
        let Some(peering) = live.peering else {
            let text = format!(
                "failover is not configured: {} names no peer",
                dir.join("failover.conf").display()
            );
            let hint = "it is made by provha dhcp on a master or slave, when \
                        provha.slaves is set and a pool gives out addresses";
            return Err(Stop::refused(text).hint(hint).into());
        };
        let key = dhcpd::omapi_key(context)?.or(live.key);
        let key = key.as_ref().and_then(Key::new).ok_or_else(|| {
            let path = context.settings.plain_path("PROVHA__OMAPI_KEY_FILE");
            let text = format!("no OMAPI key in {}", path.display());
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

    /// What our dhcpd says.
    pub fn own_view(&self) -> Result<View, OmapiError> {
        failover::view(self.own, &self.key)
    }

    /// What both say, asked at the same time.
    pub fn views(&self) -> [Result<View, OmapiError>; 2] {
        std::thread::scope(|scope| {
            let peer = scope.spawn(|| failover::view(self.peer, &self.key));
            let own = self.own_view();
            let peer = peer.join().expect("the question does not panic");
            [own, peer]
        })
    }

    /// The failover object of our dhcpd.
    pub fn open_own(&self) -> anyhow::Result<Failover> {
        Failover::open(self.own, &self.key).map_err(|error| {
            let text = format!("dhcpd on this node cannot be asked: {error}");
            Stop::failed(text).hint(error.hint()).into()
        })
    }

    /// Where the peer can be asked for signs of life.
    pub fn peer_ports(&self) -> evidence::Peer {
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

    /// The error of a peer that may live.
    pub fn refused(&self, why: &str, proofs: &[Proof]) -> anyhow::Error {
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
    pub fn explain(&self, view: View, proofs: &[Proof]) {
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
pub fn refusal(local: State, proofs: &[Proof]) -> Option<String> {
    if !local.has_lost_peer() {
        return Some(format!(
            "dhcpd on this node is in {local}, not in \
             communications-interrupted: it has not lost its peer"
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
        Verdict::MachineSilent => evidence::unpinged(proofs)
            .map(|why| format!("the peer may live: {why}")),
        Verdict::DaemonDead => None,
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
        "dhcpd on this node is in {}; signs of life of {peer}:",
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
pub fn side_json(
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
pub fn proof_json(proof: &Proof) -> json::PeerProof<'_> {
    json::PeerProof {
        what: proof.what,
        sign: proof.sign.word(),
        words: &proof.words,
    }
}

/// One side as a line.
pub fn side_line(
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
            since: 0,
        };
        let silent = proofs(Sign::Silent, Sign::Silent);
        let text =
            explanation(Ipv4Addr::LOCALHOST, 1800, view, &silent).join("\n");
        for part in ["1800 s (MCLT)", "to come back", "is off"] {
            assert!(text.contains(part), "{text}");
        }
    }
}
