//! What both nodes say of themselves, and what that means for a restart.

use std::net::{Ipv4Addr, SocketAddr};
use std::path::PathBuf;
use std::time::{Duration, Instant};

use crate::clients::omapi::failover;
use crate::clients::omapi::failover::View;
use crate::clients::omapi::sign::Key;
use crate::clients::omapi::{OmapiError, probe};
use crate::config::Settings;
use crate::isc_dhcp::live;
use crate::isc_dhcp::live::Peering;
use crate::pair::evidence;
use crate::pair::look::{Look, Memory, Own, Peer, Seen};
use crate::pair::pace::LoneStarts;
use crate::render::dhcp::DIR;
use crate::system::{files, process};

/// The key that bounds how long a change is held back.
pub const HOLD: &str = "PROVHA__RESTART_HOLD";
/// One whole start of a dhcpd whose peer is away, until it answers a client:
/// 15 s of its own (facts dhcp-failover.md section 4), and as much again for
/// what it loads.
pub const START: Duration = Duration::from_secs(30);

/// What must be known to be careful.
#[derive(Clone)]
pub struct Care {
    pub(super) peering: Peering,
    pub(super) key: Option<Key>,
    pub(super) own: SocketAddr,
    pub(super) ports: evidence::Peer,
    pub(super) tftp_dir: PathBuf,
    pub(super) hold: Duration,
    pub(super) restart: Duration,
    /// The starts without a peer; None: a person wants this one now.
    pub(super) lone: Option<LoneStarts>,
}

impl Care {
    /// From the live set, which the running dhcpd was started with; None
    /// where that has no failover. `hold` replaces the key's seconds; `now`:
    /// what waits because this node serves alone waits no longer.
    ///
    /// # Errors
    /// The live set cannot be read: whether there is a peer is not known.
    pub fn find(
        settings: &Settings,
        hold: Option<u64>,
        now: bool,
    ) -> files::Result<Option<Self>> {
        let live = live::try_read(&settings.root().at(DIR))?;
        let Some(peering) = live.peering else { return Ok(None) };
        let number = |key| settings.number(key);
        let port = number("PROVHA__OMAPI_PORT") as u16;
        let own = (Ipv4Addr::LOCALHOST, live.port.unwrap_or(port));
        let restart = number("PROVHA__COMMAND_TIMEOUT")
            + number("PROVHA__VERIFY_TIMEOUT")
            + number("PROVHA__VERIFY_SETTLE");
        Ok(Some(Self {
            peering,
            key: live.port.and(live.key.as_ref()).and_then(Key::new),
            own: SocketAddr::from(own),
            ports: evidence::Peer {
                address: peering.peer,
                failover_port: peering.peer_port,
                omapi_port: port,
                ssh_port: number("SLAVE_SSH_PORT") as u16,
            },
            tftp_dir: settings.path("PROVHA__TFTP_DIR"),
            hold: Duration::from_secs(hold.unwrap_or_else(|| number(HOLD))),
            restart: Duration::from_secs(restart) + START,
            lone: (!now).then(|| LoneStarts::of(settings)),
        }))
    }

    /// A dhcpd that loads more takes longer to check and to start: so does a
    /// living flag of the peer, which loads the same.
    #[must_use]
    pub fn loading(self, octets: u64) -> Self {
        let restart = self.restart + process::loading(octets);
        Self { restart, ..self }
    }

    /// How long a change is held back at most.
    pub fn hold(&self) -> Duration {
        self.hold
    }

    /// Whether dhcpd may be restarted now. Does not wait for it; takes
    /// milliseconds while all is well, a few seconds where nothing answers.
    pub fn look(&self, memory: &mut Memory) -> Look {
        self.look_within(memory, self.hold)
    }

    /// The same with another bound for what is held back.
    pub fn look_within(&self, memory: &mut Memory, hold: Duration) -> Look {
        memory.begins(Instant::now());
        let seen = self.see();
        let look = memory.judge(&seen, Instant::now(), hold, START);
        // A start that would have to wait anyway is not waited for here.
        let (lone, why) = match &look {
            Look::Go(reason) => (reason.is_lone(), reason.to_string()),
            Look::Wait(why) => (seen.is_dead(), why.clone()),
            Look::Later(..) => return look,
        };
        let starts = self.lone.as_ref().filter(|_| lone);
        match starts.and_then(|starts| starts.until(crate::env::now())) {
            Some(until) => Look::Later(until, why),
            None => look,
        }
    }

    /// True if our dhcpd answers clients; why not.
    ///
    /// # Errors
    /// Its state, in words.
    pub fn serves(&self) -> Result<(), String> {
        let Some(key) = &self.key else { return probe::listens() };
        match failover::view(self.own, key) {
            Ok(view) if view.local.serves() => Ok(()),
            Ok(view) => Err(format!("it is in {}", view.local)),
            Err(error) => Err(error.to_string()),
        }
    }

    /// The peer.
    pub fn peer(&self) -> Ipv4Addr {
        self.peering.peer
    }

    /// True if the peer's dhcpd answers clients; why not.
    ///
    /// # Errors
    /// Its state, in words.
    pub fn peer_serves(&self) -> Result<(), String> {
        let key = self.key.as_ref().ok_or("there is no OMAPI key")?;
        let at = SocketAddr::from((self.peering.peer, self.ports.omapi_port));
        match failover::view(at, key) {
            Ok(view) if view.local.serves() => Ok(()),
            Ok(view) => Err(format!("it is in {}", view.local)),
            Err(error) => Err(error.to_string()),
        }
    }

    /// True if the peer's failover port takes connections.
    pub fn peer_takes_connections(&self) -> bool {
        let proofs = evidence::gather(self.ports);
        evidence::takes_failover(&proofs)
    }

    /// Waits until our dhcpd answers clients, a bounded time.
    ///
    /// # Errors
    /// Its state at the end, in words.
    pub fn serves_within(&self, time: Duration) -> Result<(), String> {
        let end = Instant::now() + time;
        while let Err(why) = self.serves() {
            if Instant::now() >= end {
                return Err(why);
            }
            std::thread::sleep(Duration::from_millis(500));
        }
        Ok(())
    }

    /// Asks both nodes.
    pub fn see(&self) -> Seen {
        let (own, peer) = match &self.key {
            Some(key) => self.views(key),
            None => (unread(), Peer::NotAsked),
        };
        let held_for = match &own {
            Own::View(view) => view.held_for(crate::env::now()),
            Own::Down(_) | Own::Unread(_) => None,
        };
        let (proofs, cut_off) = (Vec::new(), false);
        let mut seen = Seen { own, peer, proofs, cut_off, held_for };
        if !seen.is_settled() {
            seen.proofs = evidence::gather(self.ports);
            seen.cut_off = !evidence::own_network_is_up();
        }
        seen
    }

    /// What our dhcpd says. One that is silent is asked twice: a run that
    /// was stopped while it waited must not take its own sleep for a dead
    /// dhcpd, which it would restart whatever the peer does.
    fn own_view(&self, key: &Key) -> Result<View, OmapiError> {
        match failover::view(self.own, key) {
            Err(OmapiError::Silent { .. }) => failover::view(self.own, key),
            seen => seen,
        }
    }

    /// What both say, asked at the same time.
    fn views(&self, key: &Key) -> (Own, Peer) {
        let peer = SocketAddr::from((self.peering.peer, self.ports.omapi_port));
        std::thread::scope(|scope| {
            let peer = scope.spawn(|| failover::view(peer, key));
            let own = own(self.own_view(key));
            let peer = peer.join().expect("the question does not panic");
            (own, of_peer(peer))
        })
    }
}

/// Our dhcpd without a key to ask it with.
fn unread() -> Own {
    or_down("there is no OMAPI key".into())
}

/// A dhcpd that cannot be asked: down, unless something serves DHCP here.
fn or_down(why: String) -> Own {
    match probe::listens() {
        Ok(()) => Own::Unread(why),
        Err(why) => Own::Down(why),
    }
}

/// What the answer of our dhcpd means.
fn own(view: Result<View, OmapiError>) -> Own {
    match view {
        Ok(view) => Own::View(view),
        // It may run with an older set that had no OMAPI.
        Err(error @ OmapiError::Connect { .. }) => or_down(error.to_string()),
        Err(error @ OmapiError::Silent { .. }) => Own::Down(error.to_string()),
        Err(error) => Own::Unread(error.to_string()),
    }
}

/// What the answer of the peer's dhcpd means.
fn of_peer(view: Result<View, OmapiError>) -> Peer {
    match view {
        Ok(view) => Peer::View(view),
        Err(error @ OmapiError::Connect { .. }) => {
            Peer::Unreachable(error.to_string())
        }
        Err(error @ OmapiError::Silent { .. }) => {
            Peer::Silent(error.to_string())
        }
        Err(error) => Peer::Unread(error.to_string()),
    }
}
