//! Restart care: a node restarts its dhcpd only while its peer serves or is
//! known dead, and never at the same time as its peer (docs/failover.md,
//! 'Restarts of the two').

pub mod evidence;

mod flag;
mod look;

pub use look::{Look, Memory, Reason};

use std::collections::BTreeSet;
use std::net::{Ipv4Addr, SocketAddr};
use std::path::PathBuf;
use std::time::{Duration, Instant};

use crate::clients::omapi::failover;
use crate::clients::omapi::failover::View;
use crate::clients::omapi::sign::Key;
use crate::clients::omapi::{OmapiError, probe};
use crate::config::Settings;
use crate::console::Console;
use crate::isc_dhcp::live;
use crate::isc_dhcp::live::Peering;
use crate::render::dhcp::DIR;

use flag::{Flag, Meaning, Shown, Sight};
use look::{Own, Peer, Seen};

/// The key that bounds how long a change is held back.
const HOLD: &str = "PROVHA__RESTART_HOLD";
/// Between two looks.
const PAUSE: Duration = Duration::from_millis(500);
/// For how long all must be quiet where the flags cannot be seen.
const QUIET: Duration = Duration::from_secs(3);

/// What must be known to be careful.
#[derive(Clone)]
pub struct Care {
    peering: Peering,
    key: Option<Key>,
    own: SocketAddr,
    ports: evidence::Peer,
    tftp_dir: PathBuf,
    hold: Duration,
    restart: Duration,
}

impl Care {
    /// From the live set, which the running dhcpd was started with; None
    /// where that has no failover. `hold` replaces the key's seconds.
    pub fn find(settings: &Settings, hold: Option<u64>) -> Option<Self> {
        let live = live::read(&settings.root().at(DIR));
        let peering = live.peering?;
        let number = |key| settings.number(key);
        let port = number("PROVHA__OMAPI_PORT") as u16;
        let own = (Ipv4Addr::LOCALHOST, live.port.unwrap_or(port));
        let restart = number("PROVHA__COMMAND_TIMEOUT")
            + number("PROVHA__VERIFY_TIMEOUT")
            + number("PROVHA__VERIFY_SETTLE");
        Some(Self {
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
            restart: Duration::from_secs(restart),
        })
    }

    /// How long a change is held back at the most.
    pub fn hold(&self) -> Duration {
        self.hold
    }

    /// Whether dhcpd may be restarted now. Does not wait for it; takes
    /// milliseconds while all is well, a few seconds where nothing answers.
    pub fn look(&self, memory: &mut Memory) -> Look {
        if self.hold.is_zero() {
            let text = format!("{HOLD} is 0");
            return Look::Go(Reason::Late(text));
        }
        memory.judge(&self.see(), Instant::now(), self.hold)
    }

    /// Asks both nodes.
    fn see(&self) -> Seen {
        let (own, peer) = match &self.key {
            Some(key) => self.views(key),
            None => (unread(), Peer::NotAsked),
        };
        let mut seen = Seen { own, peer, proofs: Vec::new(), cut_off: false };
        if !seen.is_settled() {
            seen.proofs = evidence::gather(self.ports);
            seen.cut_off = !evidence::own_network_is_up();
        }
        seen
    }

    /// What both say, asked at the same time.
    fn views(&self, key: &Key) -> (Own, Peer) {
        let peer = SocketAddr::from((self.peering.peer, self.ports.omapi_port));
        std::thread::scope(|scope| {
            let peer = scope.spawn(|| failover::view(peer, key));
            let own = own(failover::view(self.own, key));
            let peer = peer.join().expect("the question does not panic");
            (own, of_peer(peer))
        })
    }

    /// Waits until dhcpd may be restarted and it is this node's turn; the
    /// turn lasts until it is dropped. What it waits for is told; earlier
    /// looks count.
    pub fn take_turn(&self, console: &Console, memory: Memory) -> Turn {
        let mut turn = Turn { flag: Flag::new(&self.tftp_dir) };
        let mut taking = Taking {
            care: self,
            console,
            memory,
            sight: Sight::default(),
            told: BTreeSet::new(),
            warned: false,
            begin: Instant::now(),
        };
        if self.hold.is_zero() {
            // The peer may still want to know.
            let _ = taking.raise(&mut turn.flag);
            return turn;
        }
        while let Err(why) = taking.attempt(&mut turn.flag) {
            taking.tell(&why);
            std::thread::sleep(PAUSE);
        }
        turn
    }
}

/// This node's turn to restart its dhcpd; ends when it is dropped.
#[must_use]
pub struct Turn {
    flag: Flag,
}

/// Removes the flag of a run that was killed; whoever holds the machine's
/// lock may.
pub fn sweep(settings: &Settings) {
    flag::sweep(&settings.path("PROVHA__TFTP_DIR"));
}

/// The way to a turn.
struct Taking<'a> {
    care: &'a Care,
    console: &'a Console,
    memory: Memory,
    sight: Sight,
    /// What was told, so that nothing is told twice.
    told: BTreeSet<String>,
    warned: bool,
    begin: Instant,
}

/// Why it is not this node's turn yet.
type Attempt<T> = Result<T, String>;

impl Taking<'_> {
    /// One attempt; with its success the flag is up.
    fn attempt(&mut self, flag: &mut Flag) -> Attempt<()> {
        let reason = self.look().inspect_err(|_| flag.lower())?;
        if !reason.needs_turn() {
            self.raise(flag);
            self.conclude(&reason);
            return Ok(());
        }
        let primary = self.care.peering.primary;
        if !primary {
            // Who yields does not show its flag before the other's is down.
            let _ = self.peer_is_down()?;
        }
        let raised = self.raise(flag);
        // Only now: whoever raises second sees the other's.
        let seen = self.peer_is_down().inspect_err(|_| {
            if !primary {
                flag.lower();
            }
        })?;
        // The primary need not be quiet: it is the other that yields.
        if !(primary || seen && raised && self.shows_own()) {
            self.console.detail("the flags cannot be seen: a quiet time");
            self.quiet().inspect_err(|_| flag.lower())?;
        }
        let reason = self.look().inspect_err(|_| flag.lower())?;
        self.conclude(&reason);
        Ok(())
    }

    /// One look.
    fn look(&mut self) -> Attempt<Reason> {
        match self.care.look(&mut self.memory) {
            Look::Go(reason) => Ok(reason),
            Look::Wait(why) => Err(why),
        }
    }

    /// Raises the flag; whether that worked.
    fn raise(&self, flag: &mut Flag) -> bool {
        let raised = flag.raise();
        if let Err(error) = &raised {
            let text = format!(
                "the peer cannot be informed about the restart: {error}"
            );
            self.console.detail(&text);
        }
        raised.is_ok()
    }

    /// Whether the peer's flag is known to be down; false: nobody knows.
    fn peer_is_down(&mut self) -> Attempt<bool> {
        let peer = self.care.peering.peer;
        let content = match flag::ask(peer) {
            Shown::Up(content) => content,
            Shown::Down => {
                self.sight.down();
                return Ok(true);
            }
            Shown::Unknown(why) => {
                self.console.detail(&format!("the peer's flag: {why}"));
                return Ok(false);
            }
        };
        let limit = self.care.hold + self.care.restart;
        match self.sight.up(content, Instant::now(), limit) {
            Meaning::Lives => {
                Err(format!("the peer {peer} is restarting its dhcpd"))
            }
            Meaning::Stale => Ok(self.pass_over(&format!(
                "a run that was killed on the peer {peer} left its restart \
                 flag behind: passed over"
            ))),
            Meaning::TooLong => Ok(self.pass_over(&format!(
                "the peer {peer} has been restarting its dhcpd for {} s: \
                 waited for no longer",
                limit.as_secs()
            ))),
        }
    }

    /// Says once why the peer's flag does not count; it is as good as down.
    fn pass_over(&mut self, why: &str) -> bool {
        if !self.warned {
            self.console.warning(why);
        }
        self.warned = true;
        true
    }

    /// Whether the own TFTP server shows the own flag, so that the peer can
    /// see it.
    fn shows_own(&self) -> bool {
        matches!(flag::ask(self.care.peering.own), Shown::Up(_))
    }

    /// Nothing happens for a time: every look allows the restart.
    fn quiet(&mut self) -> Attempt<()> {
        let end = Instant::now() + QUIET;
        while Instant::now() < end {
            std::thread::sleep(PAUSE);
            let _ = self.look()?;
        }
        Ok(())
    }

    /// Tells what is waited for, once.
    fn tell(&mut self, why: &str) {
        if !self.told.insert(why.to_string()) {
            return;
        }
        let bound = match self.told.len() {
            1 => format!(
                "; this delays the change for at most {} s ({HOLD})",
                self.care.hold.as_secs()
            ),
            _ => String::new(),
        };
        let text = format!("dhcpd is not restarted yet: {why}{bound}");
        self.console.note(&text);
    }

    /// Tells why it goes on.
    fn conclude(&self, reason: &Reason) {
        let waited = self.memory.waited().max(self.begin.elapsed());
        let waited = waited.as_secs_f64();
        match reason {
            Reason::Late(why) => self.console.warning(&format!(
                "dhcpd is restarted although its peer may not serve: {why}; \
                 the change was held back for {waited:.0} s ({HOLD})"
            )),
            reason if !self.told.is_empty() => self.console.note(&format!(
                "dhcpd is restarted after {waited:.1} s: {reason}"
            )),
            reason => self.console.detail(&reason.to_string()),
        }
    }
}

/// The own dhcpd without a key to ask it with.
fn unread() -> Own {
    or_down("no OMAPI key is set".into())
}

/// A dhcpd that cannot be asked: down, unless something serves DHCP here.
fn or_down(why: String) -> Own {
    match probe::listens() {
        Ok(()) => Own::Unread(why),
        Err(why) => Own::Down(why),
    }
}

/// What the answer of the own dhcpd means.
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
