//! Taking turns: one of the two nodes restarts its dhcpd, the other waits.

use std::collections::BTreeSet;
use std::time::{Duration, Instant};

use crate::config::Settings;
use crate::console::Console;
use crate::pair::care::{Care, HOLD, START};
use crate::pair::flag;
use crate::pair::flag::{Flag, Meaning, Shown, Sight};
use crate::pair::look::{Look, Memory, Reason};
use crate::pair::pace::{INTERVAL, LoneStarts, clock};

/// Between two looks.
const PAUSE: Duration = Duration::from_millis(500);
/// For how long all must be quiet where the flags cannot be seen.
const QUIET: Duration = Duration::from_secs(3);
/// A turn that was confirmed this long ago is looked at again.
const FRESH: Duration = Duration::from_secs(1);
/// A look that takes longer than this is not fresh when it ends: the peer
/// passes over a flag that stands still for 10 s.
const QUICK: Duration = Duration::from_secs(6);

/// This node's turn to restart its dhcpd; ends when it is dropped.
#[must_use]
pub struct Turn {
    flag: Flag,
    care: Care,
    console: Console,
    /// Why it was given.
    reason: Reason,
    /// When it was given, or last confirmed.
    at: Instant,
}

/// Removes the flag of a run that was killed; whoever holds the machine's
/// lock may.
pub fn sweep(settings: &Settings) {
    flag::sweep(&settings.path("PROVHA__TFTP_DIR"));
}

/// A restart that is not made now: since when and until when it waits,
/// seconds since 1970.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Later {
    /// Until when.
    pub until: i64,
    /// Why.
    pub why: String,
}

impl Later {
    /// The words for people.
    pub fn text(&self) -> String {
        format!(
            "the change of the dhcpd set waits until {}: this node serves \
             alone ({}), and each start of its dhcpd is 15 s of silence \
             ({INTERVAL}); 'provha dhcp --now' does not wait",
            clock(self.until),
            self.why
        )
    }
}

impl Care {
    /// Waits until dhcpd may be restarted and it is this node's turn; the
    /// turn lasts until it is dropped. What it waits for is told; earlier
    /// looks count.
    ///
    /// # Errors
    /// This node serves alone, and its last start is not long enough ago.
    pub fn take_turn(
        &self,
        console: &Console,
        memory: Memory,
    ) -> Result<Turn, Later> {
        let mut flag = Flag::new(&self.tftp_dir);
        let reason = self.acquire(console, memory, &mut flag)?;
        Ok(Turn {
            flag,
            care: self.clone(),
            console: console.clone(),
            reason,
            at: Instant::now(),
        })
    }

    /// Waits for the turn; with its success the flag is up.
    fn acquire(
        &self,
        console: &Console,
        memory: Memory,
        flag: &mut Flag,
    ) -> Result<Reason, Later> {
        let mut taking = Taking {
            care: self,
            console,
            memory,
            sight: Sight::default(),
            told: BTreeSet::new(),
            warned: false,
            begin: Instant::now(),
            cost: (Duration::ZERO, Duration::ZERO),
            why: None,
        };
        if self.hold.is_zero() {
            return taking.at_once(flag);
        }
        loop {
            match taking.attempt(flag) {
                Ok(reason) => return Ok(reason),
                Err(NotYet::Later(later)) => return Err(later),
                Err(NotYet::Wait(why)) => taking.tell(&why),
            }
            std::thread::sleep(PAUSE);
        }
    }
}

impl Turn {
    /// Called right before the restart. A run that was stopped, or that took
    /// long to make its set live, may have lost its turn: the peer passes
    /// over a flag that stands still. Then it waits for its turn once more;
    /// what is live already is not loaded until then.
    pub fn confirm(&mut self) {
        while self.at.elapsed() > FRESH {
            let begin = Instant::now();
            let holds = self.flag.beats() && self.is_still_given();
            if !holds {
                self.console.note(
                    "the turn to restart dhcpd was lost while this run was \
                     held up: it waits for it once more",
                );
                self.flag.lower();
                // What is live must be loaded: it is not put off again.
                let care = Care { lone: None, ..self.care.clone() };
                let (console, memory) = (&self.console, Memory::default());
                if let Ok(reason) =
                    care.acquire(console, memory, &mut self.flag)
                {
                    self.reason = reason;
                }
            }
            if begin.elapsed() < QUICK || !holds {
                self.at = Instant::now();
            }
        }
    }

    /// True if nothing that the turn was given for has changed.
    fn is_still_given(&self) -> bool {
        if self.care.hold.is_zero() {
            return true;
        }
        let peer = self.care.peering.peer;
        if matches!(flag::ask(peer), Shown::Up(_)) {
            return false;
        }
        let seen = self.care.see();
        match &self.reason {
            Reason::PeerServes(_) => seen.allows_turns(),
            Reason::PeerDead(_) => seen.is_dead(),
            // They were let go although the peer may not serve.
            Reason::Late(_) => !seen.peer_starts(),
            Reason::OwnDown(_) => true,
        }
    }

    /// True if nobody else serves while dhcpd starts.
    pub fn is_lone(&self) -> bool {
        self.reason.is_lone()
    }

    /// Notes that dhcpd was started without a peer.
    pub fn note_start(&self, lone: &LoneStarts) {
        match self.is_lone() {
            true => lone.started(crate::env::now()),
            false => lone.nothing_waits(),
        }
    }

    /// Keeps the turn until dhcpd answers clients again, one whole start at
    /// the most: until then the peer is not to restart its own.
    pub fn last(self) {
        if let Err(why) = self.care.serves_within(START) {
            let text = format!("dhcpd does not serve yet: {why}");
            self.console.warning(&text);
        }
    }
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
    /// The longest look so far, and the longest question for a flag.
    cost: (Duration, Duration),
    /// What the last look waits for.
    why: Option<String>,
}

/// Why it is not this node's turn.
enum NotYet {
    /// It may be soon.
    Wait(String),
    /// It will not be for long.
    Later(Later),
}

/// One attempt at a turn.
type Attempt<T> = Result<T, NotYet>;

impl Taking<'_> {
    /// A change that is never held back: the peer may still want to know.
    fn at_once(&mut self, flag: &mut Flag) -> Result<Reason, Later> {
        let reason = match self.care.look(&mut self.memory) {
            Look::Go(reason) => reason,
            Look::Wait(why) => Reason::Late(why),
            Look::Later(until, why) => return Err(Later { until, why }),
        };
        let _ = self.raise(flag);
        Ok(reason)
    }

    /// One attempt; with its success the flag is up.
    fn attempt(&mut self, flag: &mut Flag) -> Attempt<Reason> {
        let reason = self.look().inspect_err(|_| flag.lower())?;
        if matches!(reason, Reason::OwnDown(_)) {
            let _ = self.raise(flag);
            self.conclude(&reason);
            return Ok(reason);
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
        if reason.needs_turn() {
            let blind = !(seen && raised && self.shows_own());
            self.blindly(&reason, blind).inspect_err(|_| flag.lower())?;
        }
        let left = self.care.hold.saturating_sub(self.memory.waited());
        let reason = match reason {
            // There is no time for another look.
            Reason::Late(_) if left < self.cost.0 => reason,
            _ => self.look().inspect_err(|_| flag.lower())?,
        };
        if matches!(reason, Reason::Late(_)) {
            // The turn may be looked at once more before the restart.
            let left = self.care.hold.saturating_sub(self.memory.waited());
            let (look, ask) = self.cost;
            std::thread::sleep(left.saturating_sub(look + ask));
        }
        self.conclude(&reason);
        Ok(reason)
    }

    /// How much earlier than the bound the last attempt must begin, so that
    /// it ends with it: three more looks, that right before the restart
    /// among them, three questions for flags, and a pause.
    fn lead(&self) -> Duration {
        let (look, ask) = self.cost;
        (PAUSE + look * 4 + ask * 3).min(self.care.hold / 2)
    }

    /// Where the flags cannot be seen, the secondary yields all the same: it
    /// wants a quiet time, and out of normal operation it waits longer by one
    /// whole start, so that no bound lets both go at once.
    fn blindly(&mut self, reason: &Reason, blind: bool) -> Attempt<()> {
        let primary = self.care.peering.primary;
        if primary || !blind {
            return Ok(());
        }
        let bound = self.care.hold + START;
        if reason.is_lone() && self.memory.waited() < bound {
            let text = "the peer's restart flag cannot be seen: it may be \
                        about to start as well";
            return Err(NotYet::Wait(text.into()));
        }
        self.console.detail("the flags cannot be seen: a quiet time");
        let end = Instant::now() + QUIET;
        while Instant::now() < end {
            std::thread::sleep(PAUSE);
            let _ = self.look()?;
        }
        Ok(())
    }

    /// Why it goes without another look: that would end after the bound. A
    /// peer that is silent may cost seconds at each.
    fn is_late(&self) -> Option<Reason> {
        let (waited, hold) = (self.memory.waited(), self.care.hold);
        let (look, ask) = self.cost;
        let fits = waited + look * 2 + ask * 2 <= hold;
        if fits || waited > hold || self.memory.saw_a_start() {
            return None;
        }
        self.why.clone().map(Reason::Late)
    }

    /// One look.
    fn look(&mut self) -> Attempt<Reason> {
        if let Some(late) = self.is_late() {
            return Ok(late);
        }
        let begin = Instant::now();
        let hold = self.care.hold.saturating_sub(self.lead());
        let look = self.care.look_within(&mut self.memory, hold);
        self.cost.0 = self.cost.0.max(begin.elapsed());
        self.why = match &look {
            Look::Wait(why) => Some(why.clone()),
            Look::Go(_) | Look::Later(..) => None,
        };
        match look {
            Look::Go(reason) => Ok(reason),
            Look::Wait(why) => Err(NotYet::Wait(why)),
            Look::Later(until, why) => Err(NotYet::Later(Later { until, why })),
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
        let begin = Instant::now();
        let shown = flag::ask(peer);
        self.cost.1 = self.cost.1.max(begin.elapsed());
        let content = match shown {
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
            Meaning::Lives => Err(NotYet::Wait(format!(
                "the peer {peer} is restarting its dhcpd"
            ))),
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

    /// Whether our TFTP server shows our flag, so that the peer can
    /// see it.
    fn shows_own(&self) -> bool {
        matches!(flag::ask(self.care.peering.own), Shown::Up(_))
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
