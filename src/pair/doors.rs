//! The ways into and out of a failover pair: what is asked before a set that
//! changes it may become live.

use std::net::{Ipv4Addr, SocketAddr};

use crate::clients::omapi::failover;
use crate::clients::omapi::failover::{Failover, State, View};
use crate::clients::omapi::probe;
use crate::clients::omapi::sign::Key;
use crate::config::Settings;
use crate::isc_dhcp::live::{Live, Peering};
use crate::pair::evidence;
use crate::pair::evidence::{Proof, Verdict};
use crate::pair::membership;
use crate::pair::membership::{Change, Left};

/// What a person allows for one run.
#[derive(Debug, Clone, Copy, Default)]
pub struct Permits {
    /// The pair may be left: `pair leave --yes`.
    pub leave: bool,
    /// dhcpd may be restarted into a pair whose other half is away.
    pub start_alone: bool,
    /// A change that waits because this node serves alone waits no longer.
    pub now: bool,
}

/// The two nodes of a change, and how they are asked.
pub struct Doors<'a> {
    settings: &'a Settings,
    /// The set that the running dhcpd was started with.
    live: &'a Live,
    permits: Permits,
}

impl<'a> Doors<'a> {
    /// Those of this machine's live set.
    pub fn new(
        settings: &'a Settings,
        live: &'a Live,
        permits: Permits,
    ) -> Self {
        Self { settings, live, permits }
    }

    /// Whether a new set's pair may become live. `asks`: whether the network
    /// may be asked; `restarts`: whether dhcpd is restarted for it.
    ///
    /// # Errors
    /// Exit 3: the pair would be left while the peer may live, or joined
    /// while it is away.
    pub fn check(
        &self,
        new: Option<Peering>,
        asks: bool,
        restarts: bool,
    ) -> anyhow::Result<()> {
        let change = Change::of(self.live.peering, new);
        if let Some(peering) = change.left() {
            self.leaves(change, peering, asks)?;
        }
        match change.joined() {
            Some(peering) if asks && restarts => self.joins(peering),
            _ => Ok(()),
        }
    }

    /// The live pair is left.
    fn leaves(
        &self,
        change: Change,
        peering: Peering,
        asks: bool,
    ) -> anyhow::Result<()> {
        let left = match asks {
            true => self.ask(peering),
            false => Left::NotAsked,
        };
        let Some(why) = membership::must_stay(&left) else { return Ok(()) };
        if self.permits.leave && !Self::may_live(&left) {
            return Ok(());
        }
        Err(membership::stays(change, &why).into())
    }

    /// True if the peer shows any sign of life. A person who says so is
    /// believed that a silent one is dead, not that a living one is.
    fn may_live(left: &Left) -> bool {
        match left {
            Left::NotAsked => false,
            Left::Asked { network, proofs, .. } => {
                !network
                    || matches!(evidence::judge(proofs), Verdict::MayLive(_))
            }
        }
    }

    /// Asks both nodes of the live pair.
    pub fn ask(&self, peering: Peering) -> Left {
        let own = self.own_view();
        let held = own.and_then(|view| view.held_for(crate::env::now()));
        Left::Asked {
            own: own.map(|view| view.local),
            since: held,
            network: evidence::own_network_is_up(),
            proofs: self.proofs(peering),
        }
    }

    /// A pair is joined: a dhcpd that serves now is not to wait for a peer
    /// that is away.
    fn joins(&self, new: Peering) -> anyhow::Result<()> {
        if self.permits.start_alone || probe::listens().is_err() {
            return Ok(());
        }
        match evidence::takes_failover(&self.proofs(new)) {
            true => Ok(()),
            false => Err(membership::alone(new).into()),
        }
    }

    /// The signs of life of a peer.
    fn proofs(&self, peering: Peering) -> Vec<Proof> {
        let number = |key| self.settings.number(key) as u16;
        evidence::gather(evidence::Peer {
            address: peering.peer,
            failover_port: peering.peer_port,
            omapi_port: number("PROVHA__OMAPI_PORT"),
            ssh_port: number("SLAVE_SSH_PORT"),
        })
    }

    /// What our dhcpd says; None: it cannot be asked.
    fn own_view(&self) -> Option<View> {
        let (server, key) = own(self.live)?;
        failover::view(server, &key).ok()
    }
}

/// How our dhcpd of a live set is asked.
pub fn own(live: &Live) -> Option<(SocketAddr, Key)> {
    let key = live.key.as_ref().and_then(Key::new)?;
    Some((SocketAddr::from((Ipv4Addr::LOCALHOST, live.port?)), key))
}

/// Lets our dhcpd, just restarted into a pair whose other half is away,
/// serve alone, if the peer is proved dead; else why not. `live` is the set
/// that it was restarted with.
///
/// # Errors
/// Why it serves nobody.
pub fn serve_alone(settings: &Settings, live: &Live) -> Result<(), String> {
    let Some(peering) = live.peering else { return Ok(()) };
    let doors = Doors::new(settings, live, Permits::default());
    let proofs = doors.proofs(peering);
    if let Verdict::MayLive(why) = evidence::judge(&proofs) {
        return Err(format!("the peer may live: {why}"));
    }
    if !evidence::own_network_is_up() {
        return Err("no network interface of this machine is up".into());
    }
    let (server, key) = own(live).ok_or("there is no OMAPI key")?;
    let mut own = Failover::open(server, &key).map_err(|e| e.to_string())?;
    if !own.view.local.has_lost_peer() {
        return Err(format!("this node's dhcpd is in {}", own.view.local));
    }
    own.set(State::PartnerDown).map_err(|error| error.to_string())
}
