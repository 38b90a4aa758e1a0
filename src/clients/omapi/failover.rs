//! dhcpd's failover state as an OMAPI object (dhcpd(8), 'THE FAILOVER STATE
//! OBJECT').

use std::fmt;
use std::net::SocketAddr;
use std::time::Duration;

use crate::clients::omapi::sign::Key;
use crate::clients::omapi::{Client, OmapiError, REPLY_TIMEOUT};

/// The name of the failover relation in every configuration.
pub const NAME: &str = "dhcpd-failover";

/// What one side of a failover pair is in (dhcpd.conf(5), 'DHCP FAILOVER';
/// numbers: facts/dhcp-failover.md section 3).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum State {
    /// Not known yet.
    Unknown,
    /// Just started, looking for the peer.
    Startup,
    /// Both serve, each its share.
    Normal,
    /// The peer does not answer; serves what it may.
    CommunicationsInterrupted,
    /// The peer is known dead; serves everything.
    PartnerDown,
    /// Both served without the other; being sorted out.
    PotentialConflict,
    /// Getting the leases from the peer.
    Recover,
    /// Told to pause.
    Paused,
    /// Told to shut down.
    Shutdown,
    /// Has the leases, waits for the peer.
    RecoverDone,
    /// Sorting out was interrupted.
    ResolutionInterrupted,
    /// Sorted out.
    ConflictDone,
    /// Has the leases, waits for the rest of MCLT.
    RecoverWait,
}

/// Every state with its number and its name.
const STATES: [(State, u32, &str); 13] = [
    (State::Unknown, 0, "unknown"),
    (State::Startup, 1, "startup"),
    (State::Normal, 2, "normal"),
    (State::CommunicationsInterrupted, 3, "communications-interrupted"),
    (State::PartnerDown, 4, "partner-down"),
    (State::PotentialConflict, 5, "potential-conflict"),
    (State::Recover, 6, "recover"),
    (State::Paused, 7, "paused"),
    (State::Shutdown, 8, "shutdown"),
    (State::RecoverDone, 9, "recover-done"),
    (State::ResolutionInterrupted, 10, "resolution-interrupted"),
    (State::ConflictDone, 11, "conflict-done"),
    (State::RecoverWait, 254, "recover-wait"),
];

impl State {
    /// From its number; what dhcpd does not know either is unknown.
    pub fn from_number(number: u32) -> Self {
        let row = STATES.iter().find(|(_, n, _)| *n == number);
        row.map_or(Self::Unknown, |(state, _, _)| *state)
    }

    /// Its number.
    pub fn number(self) -> u32 {
        let row = STATES.iter().find(|(state, _, _)| *state == self);
        row.map_or(0, |(_, number, _)| *number)
    }

    /// From its name.
    pub fn read(name: &str) -> Option<Self> {
        let row = STATES.iter().find(|(_, _, n)| *n == name);
        row.map(|(state, _, _)| *state)
    }

    /// The names that [`State::read`] knows.
    pub fn names() -> impl Iterator<Item = &'static str> {
        STATES.iter().map(|(_, _, name)| *name)
    }

    /// Its name.
    pub fn name(self) -> &'static str {
        let row = STATES.iter().find(|(state, _, _)| *state == self);
        row.map_or("unknown", |(_, _, name)| name)
    }
}

impl State {
    /// True if a dhcpd in this state answers all clients that only it can
    /// serve.
    pub fn serves(self) -> bool {
        matches!(
            self,
            Self::Normal
                | Self::CommunicationsInterrupted
                | Self::PartnerDown
                | Self::ConflictDone
        )
    }

    /// True if a dhcpd in this state has no connection to its peer.
    pub fn has_lost_peer(self) -> bool {
        matches!(
            self,
            Self::CommunicationsInterrupted
                | Self::ResolutionInterrupted
                | Self::Startup
                | Self::Recover
                | Self::RecoverDone
        )
    }
}

impl fmt::Display for State {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// The pair as one of the two servers sees it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct View {
    /// The server's own state.
    pub local: State,
    /// The last state that it knows of its peer.
    pub partner: State,
    /// Maximum client lead time, seconds; 0: not told.
    pub mclt: u32,
    /// Since when the server is in its own state, seconds since 1970 by its
    /// own clock (`local-stos`); 0: not told.
    pub since: u32,
}

impl View {
    /// For how long the server has been in its own state by `now`, seconds
    /// since 1970; None: not told, or the clock was set back.
    pub fn held_for(self, now: i64) -> Option<Duration> {
        let seconds = u64::try_from(now - i64::from(self.since)).ok()?;
        (self.since > 0).then(|| Duration::from_secs(seconds))
    }

    /// Whether the pair is in normal operation.
    pub fn is_normal(self) -> bool {
        self.local == State::Normal && self.partner == State::Normal
    }
}

/// The failover object of a connection.
pub struct Failover {
    client: Client,
    handle: u32,
    /// What the server said when it was opened or last changed.
    pub view: View,
}

impl Failover {
    /// Connects to a server and opens its failover object.
    ///
    /// # Errors
    /// As [`Client::connect`]; a status when the server has no failover.
    pub fn open(server: SocketAddr, key: &Key) -> Result<Self, OmapiError> {
        Self::open_within(server, key, REPLY_TIMEOUT)
    }

    /// The same where no reply may take longer than this.
    ///
    /// # Errors
    /// As [`Failover::open`].
    pub fn open_within(
        server: SocketAddr,
        key: &Key,
        patience: Duration,
    ) -> Result<Self, OmapiError> {
        let mut client = Client::connect_within(server, key, patience)?;
        let object = vec![("name".into(), NAME.as_bytes().to_vec())];
        let reply = client.open("failover-state", object)?;
        let state = |name| {
            reply.number(name).map_or(State::Unknown, State::from_number)
        };
        let view = View {
            local: state("local-state"),
            partner: state("partner-state"),
            mclt: reply.number("mclt").unwrap_or(0),
            since: reply.number("local-stos").unwrap_or(0),
        };
        Ok(Self { client, handle: reply.handle, view })
    }

    /// Puts the server into a state.
    ///
    /// # Errors
    /// What the server refuses, silence.
    pub fn set(&mut self, state: State) -> Result<(), OmapiError> {
        let value = state.number().to_be_bytes().to_vec();
        let object = vec![("local-state".into(), value)];
        self.client.update(self.handle, object)?;
        self.view.local = state;
        Ok(())
    }
}

/// What a server says about the pair.
///
/// # Errors
/// As [`Failover::open`].
pub fn view(server: SocketAddr, key: &Key) -> Result<View, OmapiError> {
    Ok(Failover::open(server, key)?.view)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_state_has_its_number_and_its_name() {
        for (state, number, name) in STATES {
            assert_eq!(State::from_number(number), state);
            assert_eq!(State::read(name), Some(state));
            assert_eq!((state.number(), state.name()), (number, name));
        }
        assert_eq!(State::from_number(77), State::Unknown);
        assert_eq!(State::PartnerDown.number(), 4);
    }

    #[test]
    fn normal_needs_both_sides() {
        let view = |local, partner| {
            View { local, partner, mclt: 0, since: 0 }.is_normal()
        };
        assert!(view(State::Normal, State::Normal));
        assert!(!view(State::Normal, State::Recover));
        assert!(!view(State::CommunicationsInterrupted, State::Normal));
    }
}
