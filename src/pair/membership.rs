//! Whether a new set may change the failover pair that dhcpd is in: leaving
//! it while the peer goes on gives addresses to two clients, and joining it
//! while the peer is away serves nobody. Pure; the questions are asked by
//! [`crate::pair::doors`].

use std::fmt;
use std::net::Ipv4Addr;
use std::time::Duration;

use crate::clients::omapi::failover::State;
use crate::exit::Stop;
use crate::isc_dhcp::live::Peering;
use crate::model::Network;
use crate::pair::evidence;
use crate::pair::evidence::{Proof, Sign, Verdict};

/// For some seconds a peer that restarts looks dead.
pub const DEAD_FOR: Duration = Duration::from_secs(20);

/// What a new set makes of the pair.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Change {
    /// The pair, or that there is none, stays.
    None,
    /// The live set has a peer, the new one has none.
    Leaves(Peering),
    /// The new set has another peer, role or own address.
    Moves(Peering, Peering),
    /// The live set has no peer, the new one has.
    Joins(Peering),
}

impl Change {
    /// Compares the live set's pair with the new one's. The port is left out:
    /// a pair whose ports differ loses its connection, not its leases.
    pub fn of(live: Option<Peering>, new: Option<Peering>) -> Self {
        let who = |pair: Peering| (pair.primary, pair.own, pair.peer);
        match (live, new) {
            (Some(live), Some(new)) if who(live) == who(new) => Self::None,
            (Some(live), Some(new)) => Self::Moves(live, new),
            (Some(live), None) => Self::Leaves(live),
            (None, Some(new)) => Self::Joins(new),
            (None, None) => Self::None,
        }
    }

    /// The peer that is left.
    pub fn left(self) -> Option<Peering> {
        match self {
            Self::Leaves(live) | Self::Moves(live, _) => Some(live),
            Self::Joins(_) | Self::None => None,
        }
    }

    /// The peer that is new.
    pub fn joined(self) -> Option<Peering> {
        match self {
            Self::Joins(new) | Self::Moves(_, new) => Some(new),
            Self::Leaves(_) | Self::None => None,
        }
    }
}

impl fmt::Display for Change {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::None => write!(f, "the pair stays as it is"),
            Self::Leaves(live) => write!(
                f,
                "the live set is in a failover pair with {}, the new set has \
                 no peer",
                live.peer
            ),
            Self::Moves(live, new) => write!(
                f,
                "the live set is the {} {} of a failover pair with {}, the \
                 new set would be the {} {} of a pair with {}",
                role(live),
                live.own,
                live.peer,
                role(new),
                new.own,
                new.peer
            ),
            Self::Joins(new) => write!(
                f,
                "the live set has no failover peer, the new one has {}",
                new.peer
            ),
        }
    }
}

/// The pair that a set made of this network is in.
pub fn of_network(network: &Network) -> Option<Peering> {
    let pair = network.site.pair.as_ref()?;
    network.has_failover().then_some(Peering {
        primary: pair.primary,
        own: pair.own,
        peer: pair.peer,
        peer_port: 0,
    })
}

/// Refuses what is made beside dhcpd's set while that set is in a pair that
/// the network does not have: whether it may be left is asked by `dhcp`.
///
/// # Errors
/// Exit 3.
pub fn waits(live: Option<Peering>, network: &Network) -> Result<(), Stop> {
    let change = Change::of(live, of_network(network));
    let Some(left) = change.left() else { return Ok(()) };
    let text = format!(
        "{change}: nothing is made of such settings before dhcpd's set is, or \
         the two nodes would no longer serve each other's devices"
    );
    let hint = format!(
        "correct table provha and PROVHA__OWN_STATE if the pair is to stay; \
         if it is to end, stop dhcpd on {} and run 'provha pair leave' first",
        left.peer
    );
    Err(Stop::refused(text).hint(hint))
}

/// The word for a node's part in the pair.
pub fn role(pair: &Peering) -> &'static str {
    if pair.primary { "primary" } else { "secondary" }
}

/// What is known of the peer that is to be left.
#[derive(Debug, Clone)]
pub enum Left {
    /// Nobody may be asked (`--no-activate`).
    NotAsked,
    /// These are the signs of life.
    Asked {
        /// Our dhcpd's state; None: it cannot be asked.
        own: Option<State>,
        /// For how long our dhcpd has been in that state, if it tells.
        since: Option<Duration>,
        /// Whether an interface of this machine is up.
        network: bool,
        /// What the peer showed.
        proofs: Vec<Proof>,
    },
}

/// Why the pair must not be left; None: the peer is dead.
pub fn must_stay(left: &Left) -> Option<String> {
    let Left::Asked { own, since, network, proofs } = left else {
        return Some("--no-activate asks nobody whether the peer lives".into());
    };
    if !network {
        let text = "no network interface of this machine is up: it is this \
                    machine that is cut off";
        return Some(text.into());
    }
    if let Verdict::MayLive(why) = evidence::judge(proofs) {
        return Some(format!("the peer may live: {why}"));
    }
    match own {
        // A person said that the peer is down, and it still is.
        Some(State::PartnerDown) => None,
        Some(own) if !own.has_lost_peer() => {
            Some(format!("this node's dhcpd is in {own}: it has not lost its peer"))
        }
        Some(_) => match since {
            Some(time) if *time >= DEAD_FOR => None,
            Some(time) => Some(format!(
                "the peer has been away for {} s only: a restart looks the \
                 same",
                time.as_secs()
            )),
            None => Some("since when the peer is away is not known".into()),
        },
        None if refuses(proofs) => None,
        None => Some(
            "this node's dhcpd cannot be asked, and the peer's machine answers \
             nothing: it may be cut off"
                .into(),
        ),
    }
}

/// Whether the peer's machine itself says that no dhcpd runs there.
fn refuses(proofs: &[Proof]) -> bool {
    let refuses =
        |p: &Proof| p.what == "failover-port" && p.sign == Sign::Refuses;
    proofs.iter().any(refuses)
}

/// The refusal to leave a pair.
pub fn stays(change: Change, why: &str) -> Stop {
    let peer = change.left().map_or(Ipv4Addr::UNSPECIFIED, |live| live.peer);
    let text = format!(
        "{change}, and {why}: two servers that do not know of each other \
         give one address to two clients"
    );
    let hint = format!(
        "correct table provha and PROVHA__OWN_STATE if the pair is to stay; \
         if it is to end, stop dhcpd on {peer} and run 'provha pair leave'"
    );
    Stop::refused(text).hint(hint)
}

/// The refusal to join a pair whose other half is away.
pub fn alone(new: Peering) -> Stop {
    let (peer, port) = (new.peer, new.peer_port);
    let text = format!(
        "dhcpd serves without a peer now, and the failover port of the new \
         peer, {peer} port {port}, takes no connection: once restarted, dhcpd \
         would wait for it in the state recover and serve nobody"
    );
    let hint = format!(
        "run 'provha dhcp' on {peer} first: its dhcpd waits for this one. \
         'provha pair join --start-alone' restarts all the same: nobody is \
         served for 15 s, and from then on only if the peer is proved dead"
    );
    Stop::refused(text).hint(hint)
}

#[cfg(test)]
mod tests {
    use super::*;
    use Sign::{Answers, Refuses, Silent};

    fn peering(primary: bool, own: u8, peer: u8) -> Peering {
        let at = |last| Ipv4Addr::new(10, 0, 0, last);
        Peering { primary, own: at(own), peer: at(peer), peer_port: 647 }
    }

    #[test]
    fn every_way_out_of_a_pair_is_seen() {
        let live = peering(true, 1, 2);
        let of = |new| Change::of(Some(live), new);
        assert_eq!(of(Some(live)), Change::None);
        let port = Peering { peer_port: 648, ..live };
        assert_eq!(of(Some(port)), Change::None);
        assert_eq!(of(None), Change::Leaves(live));
        for other in [peering(true, 1, 3), peering(false, 2, 1)] {
            assert_eq!(of(Some(other)).left(), Some(live));
            assert_eq!(of(Some(other)).joined(), Some(other));
        }
        assert_eq!(of(Some(peering(true, 9, 2))).left(), Some(live));
        assert_eq!(Change::of(None, Some(live)).joined(), Some(live));
        assert_eq!(Change::of(None, None), Change::None);
    }

    fn stays_with(own: Option<State>, since: u64, signs: [Sign; 2]) -> bool {
        let names = ["failover-port", "omapi-port"];
        let proof = |(what, sign): (&'static str, Sign)| Proof {
            what,
            sign,
            words: what.into(),
        };
        let left = Left::Asked {
            own,
            since: Some(Duration::from_secs(since)),
            network: true,
            proofs: names.into_iter().zip(signs).map(proof).collect(),
        };
        must_stay(&left).is_some()
    }

    #[test]
    fn a_pair_is_left_only_by_a_peer_that_is_dead() {
        use State::{CommunicationsInterrupted as Cut, Normal, PartnerDown};
        let (dead, silent) = ([Refuses, Refuses], [Silent, Silent]);
        assert!(stays_with(Some(Normal), 99, [Answers, Answers]));
        assert!(stays_with(Some(Cut), 99, [Answers, Silent]));
        assert!(stays_with(Some(Normal), 99, dead));
        assert!(stays_with(Some(Cut), 5, dead));
        assert!(!stays_with(Some(Cut), 20, dead));
        assert!(!stays_with(Some(Cut), 20, silent));
        assert!(!stays_with(Some(PartnerDown), 0, dead));
        assert!(stays_with(Some(PartnerDown), 99, [Silent, Answers]));
        assert!(!stays_with(None, 0, dead));
        assert!(stays_with(None, 0, silent));
        assert!(must_stay(&Left::NotAsked).is_some());
    }
}
