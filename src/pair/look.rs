//! Whether dhcpd may be restarted now: a judgement on what both nodes say of
//! themselves. No network here, so that every case can be tested.

use std::fmt;
use std::time::{Duration, Instant};

use crate::clients::omapi::failover::{State, View};
use crate::pair::evidence;
use crate::pair::evidence::{Proof, Verdict};
use crate::pair::membership::DEAD_FOR;

/// A peer must look dead for this long where our dhcpd has long been
/// without it.
const STILL_DEAD: Duration = Duration::from_secs(5);
/// No time at all.
const NONE: Duration = Duration::ZERO;
/// Looks that are further apart say nothing about the time between them.
const LOOKS_APART: Duration = Duration::from_secs(30);

/// What our dhcpd said.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Own {
    /// It does not run, or does not answer; why.
    Down(String),
    /// It runs, and its state cannot be read; why.
    Unread(String),
    /// The pair as it sees it.
    View(View),
}

/// What the peer's dhcpd said.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Peer {
    /// Without a key it is not asked.
    NotAsked,
    /// Its OMAPI port is not reachable; why.
    Unreachable(String),
    /// It took the connection and said nothing; why.
    Silent(String),
    /// It answers, but not with its state; why.
    Unread(String),
    /// The pair as it sees it.
    View(View),
}

/// All that one look found.
#[derive(Debug, Clone)]
pub struct Seen {
    /// Our dhcpd.
    pub own: Own,
    /// The peer's.
    pub peer: Peer,
    /// Signs of life of the peer's machine; empty where they were not needed.
    pub proofs: Vec<Proof>,
    /// Whether no interface of this machine is up: then silence says nothing.
    pub cut_off: bool,
    /// For how long our dhcpd has been in its state, if it tells.
    pub held_for: Option<Duration>,
}

/// Why dhcpd may be restarted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Reason {
    /// Our dhcpd does not serve anyway.
    OwnDown(String),
    /// The peer serves.
    PeerServes(String),
    /// The peer is known dead.
    PeerDead(String),
    /// The change was held back for long enough; what it waited for.
    Late(String),
}

impl Reason {
    /// Whether the peer could be about to restart its own dhcpd, so that the
    /// two must take turns.
    pub fn needs_turn(&self) -> bool {
        matches!(self, Self::PeerServes(_) | Self::Late(_))
    }

    /// True if nobody else serves while dhcpd starts, as far as is known:
    /// the start is 15 s of silence.
    pub fn is_lone(&self) -> bool {
        matches!(self, Self::PeerDead(_) | Self::Late(_))
    }
}

impl fmt::Display for Reason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (Self::OwnDown(text)
        | Self::PeerServes(text)
        | Self::PeerDead(text)
        | Self::Late(text)) = self;
        f.write_str(text)
    }
}

/// What a look comes to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Look {
    /// dhcpd may be restarted; why.
    Go(Reason),
    /// Not yet; why.
    Wait(String),
    /// Not before this time, seconds since 1970: changes are collected; why.
    Later(i64, String),
}

/// What earlier looks saw. One memory a pending change: the bound counts from
/// the first look that said to wait.
#[derive(Debug, Clone, Default)]
pub struct Memory {
    first_wait: Option<Instant>,
    dead_since: Option<Instant>,
    last_look: Option<Instant>,
    /// When the look that is judged next began.
    began: Option<Instant>,
    /// Whether the peer may have been starting at the last look.
    starts: bool,
}

impl Memory {
    /// Judges what was seen at `now`. A change is held back for `hold` at the
    /// most, and longer by one whole `start` while the peer may be starting.
    pub fn judge(
        &mut self,
        seen: &Seen,
        now: Instant,
        hold: Duration,
        start: Duration,
    ) -> Look {
        let gap = self.last_look.replace(now).map(|last| now - last);
        if !seen.is_dead() || gap.is_some_and(|gap| gap > LOOKS_APART) {
            self.dead_since = None;
        }
        if seen.is_dead() {
            let _ = self.dead_since.get_or_insert(now);
        }
        let dead_for = self.dead_since.map(|since| now - since);
        match seen.judge(dead_for) {
            Look::Wait(why) => {
                let began = self.began.take().unwrap_or(now);
                let begin = *self.first_wait.get_or_insert(began);
                self.starts = seen.peer_starts();
                let more = if self.starts { start } else { NONE };
                match now - begin >= hold + more {
                    true => Look::Go(Reason::Late(why)),
                    false => Look::Wait(why),
                }
            }
            other => other,
        }
    }

    /// A look begins: where it is the first that says to wait, the change is
    /// held back from now on.
    pub fn begins(&mut self, now: Instant) {
        self.began = Some(now);
    }

    /// Whether the peer may have been starting at the last look that said to
    /// wait.
    pub fn saw_a_start(&self) -> bool {
        self.starts
    }

    /// The time since the first look that said to wait began.
    pub fn waited(&self) -> Duration {
        self.first_wait.map_or(Duration::ZERO, |first| first.elapsed())
    }
}

impl Seen {
    /// True if the two may take turns: the pair is whole, as far as is known.
    pub fn allows_turns(&self) -> bool {
        matches!(self.judge(None), Look::Go(Reason::PeerServes(_)))
    }

    /// Whether all signs are those of a dead peer.
    pub fn is_dead(&self) -> bool {
        let lives =
            matches!(evidence::judge(&self.proofs), Verdict::MayLive(_));
        !self.proofs.is_empty() && !self.cut_off && !lives
    }

    /// True if the peer may be just starting: then it answers nobody, and two
    /// that are let go by the same bound would both be silent.
    pub fn peer_starts(&self) -> bool {
        match &self.peer {
            Peer::View(peer) => peer.local == State::Startup,
            Peer::Unreachable(_) | Peer::NotAsked => self.is_dead(),
            Peer::Silent(_) => true,
            Peer::Unread(_) => false,
        }
    }

    /// How long the peer must look dead: not as long where our dhcpd has
    /// been without it for long enough to rule a restart out.
    fn dead_for(&self) -> Duration {
        let cut = match &self.own {
            Own::View(own) => own.local.has_lost_peer(),
            Own::Down(_) | Own::Unread(_) => false,
        };
        match self.held_for {
            Some(time) if cut && time >= DEAD_FOR => STILL_DEAD,
            _ => DEAD_FOR,
        }
    }

    /// Whether the pair is in normal operation as far as the views tell: then
    /// no further signs are needed.
    pub fn is_settled(&self) -> bool {
        let Own::View(own) = &self.own else {
            return matches!(self.own, Own::Down(_));
        };
        own.is_normal()
            && match &self.peer {
                Peer::View(peer) => peer.is_normal(),
                Peer::Unread(_) => true,
                _ => false,
            }
    }

    /// The judgement without its bound; `dead_for` is how long the peer has
    /// looked dead at every look.
    fn judge(&self, dead_for: Option<Duration>) -> Look {
        match &self.own {
            Own::Down(why) => Look::Go(Reason::OwnDown(format!(
                "dhcpd on this node does not answer ({why}): a restart can \
                 only help"
            ))),
            Own::View(own) if own.is_normal() => {
                self.normal().unwrap_or_else(|| self.doubtful(dead_for))
            }
            Own::View(own) if own.local == State::PartnerDown => self.alone(),
            Own::View(_) => self.doubtful(dead_for),
            Own::Unread(_) => match evidence::takes_failover(&self.proofs) {
                true => Look::Go(Reason::PeerServes(
                    "the peer's dhcpd takes failover connections".into(),
                )),
                false => self.doubtful(dead_for),
            },
        }
    }

    /// Our dhcpd says that all is well; None: the peer does not.
    fn normal(&self) -> Option<Look> {
        let why = match &self.peer {
            Peer::View(peer) if peer.is_normal() => {
                "both nodes are in normal operation".into()
            }
            Peer::Unread(why) => format!(
                "dhcpd on this node is in normal operation, and the peer's \
                 runs ({why})"
            ),
            Peer::Unreachable(_) | Peer::NotAsked
                if evidence::takes_failover(&self.proofs) =>
            {
                "dhcpd on this node is in normal operation, and the peer's \
                 takes failover connections"
                    .into()
            }
            _ => return None,
        };
        Some(Look::Go(Reason::PeerServes(why)))
    }

    /// Our dhcpd was told that its peer is down.
    fn alone(&self) -> Look {
        if self.is_dead() {
            let text = "dhcpd on this node is in partner-down, and its peer is \
                        still away";
            return Look::Go(Reason::PeerDead(text.into()));
        }
        let peer = self.of_peer();
        Look::Wait(format!("dhcpd on this node is in partner-down, and {peer}"))
    }

    /// The pair is not whole: only a peer that is known dead allows it.
    fn doubtful(&self, dead_for: Option<Duration>) -> Look {
        if dead_for.is_some_and(|time| time >= self.dead_for()) {
            let text = match evidence::judge(&self.proofs) {
                Verdict::DaemonDead => "the peer's dhcpd is dead",
                _ => "the peer's machine answers nothing",
            };
            return Look::Go(Reason::PeerDead(text.into()));
        }
        let own = match &self.own {
            Own::View(view) => {
                format!("dhcpd on this node is in {}", view.local)
            }
            Own::Unread(why) => {
                format!(
                    "the state of dhcpd on this node cannot be read ({why})"
                )
            }
            Own::Down(why) => why.clone(),
        };
        Look::Wait(format!("{own}, and {}", self.of_peer()))
    }

    /// The peer in words, for those who wait.
    fn of_peer(&self) -> String {
        match &self.peer {
            Peer::View(view) => format!("the peer's in {}", view.local),
            Peer::Silent(why) => {
                format!("the peer's hangs or just ends ({why})")
            }
            Peer::Unread(why) => format!("the peer's runs ({why})"),
            Peer::Unreachable(_) | Peer::NotAsked if self.cut_off => {
                "no network interface of this machine is up".into()
            }
            Peer::Unreachable(_) | Peer::NotAsked => {
                match evidence::judge(&self.proofs) {
                    Verdict::MayLive(why) => {
                        format!("the peer may live: {why}")
                    }
                    Verdict::DaemonDead | Verdict::MachineSilent => {
                        "the peer does not answer, or is just restarting".into()
                    }
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::pair::evidence::Sign;
    use Sign::{Answers, NotAsked, Refuses, Silent};
    use State::{
        CommunicationsInterrupted as Interrupted, Normal, PartnerDown, Recover,
        RecoverWait,
    };

    const HOLD: Duration = Duration::from_secs(120);
    const START: Duration = Duration::from_secs(30);

    fn view(local: State, partner: State) -> View {
        View { local, partner, mclt: 20, since: 0 }
    }

    fn own(local: State, partner: State) -> Own {
        Own::View(view(local, partner))
    }

    fn peer(local: State, partner: State) -> Peer {
        Peer::View(view(local, partner))
    }

    fn gone() -> Peer {
        Peer::Unreachable("refused".into())
    }

    fn proofs(signs: [Sign; 4]) -> Vec<Proof> {
        let names = ["failover-port", "omapi-port", "ssh-port", "ping"];
        let proof = |(what, sign): (&'static str, Sign)| Proof {
            what,
            sign,
            words: what.into(),
        };
        names.into_iter().zip(signs).map(proof).collect()
    }

    const DEAD: [Sign; 4] = [Refuses, Refuses, Answers, Answers];
    const FIREWALL: [Sign; 4] = [Silent, Silent, Answers, Answers];
    const LIVES: [Sign; 4] = [Answers, Silent, Answers, Answers];

    /// One look, the peer dead for so many seconds.
    fn look(own: Own, peer: Peer, signs: [Sign; 4], dead: u64) -> Look {
        let proofs = proofs(signs);
        let seen = Seen { own, peer, proofs, cut_off: false, held_for: None };
        let dead = seen.is_dead().then_some(Duration::from_secs(dead));
        seen.judge(dead)
    }

    fn goes(look: Look) -> Reason {
        match look {
            Look::Go(reason) => reason,
            Look::Wait(why) | Look::Later(_, why) => panic!("waits: {why}"),
        }
    }

    fn waits(look: Look) -> String {
        match look {
            Look::Wait(why) | Look::Later(_, why) => why,
            Look::Go(reason) => panic!("goes: {reason:?}"),
        }
    }

    #[test]
    fn a_dhcpd_that_is_down_is_started() {
        let down = Own::Down("refused".into());
        let reason = goes(look(down, peer(Interrupted, Normal), LIVES, 0));
        assert!(!reason.needs_turn());
    }

    #[test]
    fn a_pair_in_normal_operation_takes_turns() {
        let whole = || own(Normal, Normal);
        let seen = Seen {
            own: whole(),
            peer: peer(Normal, Normal),
            proofs: Vec::new(),
            cut_off: false,
            held_for: None,
        };
        assert!(seen.is_settled());
        assert!(goes(seen.judge(None)).needs_turn());
        // A firewall between the two lets failover through, not OMAPI.
        assert!(goes(look(whole(), gone(), LIVES, 0)).needs_turn());
        let unread = Peer::Unread("another secret".into());
        assert!(goes(look(whole(), unread, LIVES, 0)).needs_turn());
    }

    #[test]
    fn a_peer_that_thinks_otherwise_is_waited_for() {
        let whole = || own(Normal, Normal);
        for state in [Interrupted, Recover, RecoverWait] {
            let there = peer(state, Normal);
            let why = waits(look(whole(), there, LIVES, 0));
            assert!(why.contains(state.name()), "{why}");
        }
        let hung = Peer::Silent("timed out".into());
        assert!(waits(look(whole(), hung, LIVES, 0)).contains("hangs"));
        // Its dhcpd is gone, and ours has not noticed yet.
        let _ = waits(look(whole(), gone(), DEAD, 0));
        let _ = waits(look(own(Normal, Recover), gone(), LIVES, 0));
    }

    #[test]
    fn in_partner_down_only_a_peer_that_is_away_allows_it() {
        let alone = || own(PartnerDown, Interrupted);
        assert!(matches!(
            goes(look(alone(), gone(), DEAD, 0)),
            Reason::PeerDead(_)
        ));
        assert!(
            waits(look(alone(), peer(Recover, PartnerDown), LIVES, 0))
                .contains("recover")
        );
        let _ = waits(look(alone(), gone(), FIREWALL, 99));
    }

    #[test]
    fn a_peer_is_dead_after_twenty_seconds_of_death() {
        let cut = || own(Interrupted, Normal);
        let _ = waits(look(cut(), gone(), DEAD, 19));
        let silent = [Silent, Silent, Silent, NotAsked];
        for signs in [DEAD, silent] {
            let reason = goes(look(cut(), gone(), signs, 20));
            assert!(matches!(reason, Reason::PeerDead(_)));
        }
        let why = waits(look(cut(), gone(), FIREWALL, 99));
        assert!(why.contains("communications-interrupted"), "{why}");
        let _ = waits(look(own(Recover, Normal), gone(), DEAD, 0));
        let _ = waits(look(cut(), peer(Normal, Normal), LIVES, 0));
    }

    #[test]
    fn a_peer_that_was_lost_long_ago_need_not_be_looked_at_for_long() {
        let at = |seconds| Instant::now() + Duration::from_secs(seconds);
        let mut seen = Seen {
            own: own(Interrupted, Normal),
            peer: gone(),
            proofs: proofs(DEAD),
            cut_off: false,
            held_for: Some(DEAD_FOR),
        };
        let mut memory = Memory::default();
        let _ = waits(memory.judge(&seen, at(0), HOLD, START));
        let _ = goes(memory.judge(&seen, at(6), HOLD, START));
        seen.held_for = Some(Duration::from_secs(7));
        let _ = waits(memory.judge(&seen, at(12), HOLD, START));
    }

    #[test]
    fn a_machine_that_is_cut_off_knows_nothing_of_its_peer() {
        let proofs = proofs([Silent, Silent, Silent, Silent]);
        let own = own(Interrupted, Normal);
        let seen =
            Seen { own, peer: gone(), proofs, cut_off: true, held_for: None };
        assert!(!seen.is_dead());
        assert!(waits(seen.judge(None)).contains("no network interface"));
    }

    #[test]
    fn without_a_key_the_failover_port_counts() {
        let unread = || Own::Unread("no key".into());
        let reason = goes(look(unread(), Peer::NotAsked, LIVES, 0));
        assert!(reason.needs_turn());
        let _ = waits(look(unread(), Peer::NotAsked, DEAD, 19));
        let _ = goes(look(unread(), Peer::NotAsked, DEAD, 20));
        let _ = waits(look(unread(), Peer::NotAsked, FIREWALL, 99));
    }

    #[test]
    fn death_must_be_seen_at_every_look() {
        let at = |seconds| Instant::now() + Duration::from_secs(seconds);
        let seen = |signs| Seen {
            own: own(Interrupted, Normal),
            peer: gone(),
            proofs: proofs(signs),
            cut_off: false,
            held_for: None,
        };
        let mut memory = Memory::default();
        let _ = waits(memory.judge(&seen(DEAD), at(0), HOLD, START));
        let _ = waits(memory.judge(&seen(FIREWALL), at(10), HOLD, START));
        let _ = waits(memory.judge(&seen(DEAD), at(21), HOLD, START));
        let _ = waits(memory.judge(&seen(DEAD), at(40), HOLD, START));
        let _ = goes(memory.judge(&seen(DEAD), at(42), HOLD, START));
        // Nobody knows what was between looks that are far apart.
        let mut memory = Memory::default();
        let _ = waits(memory.judge(&seen(DEAD), at(0), HOLD, START));
        let _ = waits(memory.judge(&seen(DEAD), at(60), HOLD, START));
    }

    #[test]
    fn a_change_is_held_back_for_a_bounded_time() {
        let begin = Instant::now();
        let at = |seconds| begin + Duration::from_secs(seconds);
        let seen = Seen {
            own: own(Recover, Normal),
            peer: peer(Normal, Recover),
            proofs: proofs(LIVES),
            cut_off: false,
            held_for: None,
        };
        let mut memory = Memory::default();
        let _ = waits(memory.judge(&seen, at(0), HOLD, START));
        let _ = waits(memory.judge(&seen, at(119), HOLD, START));
        let reason = goes(memory.judge(&seen, at(120), HOLD, START));
        assert!(
            matches!(&reason, Reason::Late(why) if why.contains("recover"))
        );
        assert!(reason.needs_turn());
        // The run that restarts dhcpd goes on from what was seen before.
        let mut later = memory.clone();
        let _ = goes(later.judge(&seen, at(121), HOLD, START));
        // A peer that starts answers nobody yet.
        let starting = Seen { peer: peer(State::Startup, Normal), ..seen };
        let _ = waits(memory.judge(&starting, at(149), HOLD, START));
        let _ = goes(memory.judge(&starting, at(150), HOLD, START));
        assert_eq!(Memory::default().waited(), Duration::ZERO);
    }
}
