//! Making a staged set live: swap, restart, verify; else the previous set
//! comes back and is verified too.

use std::sync::{PoisonError, RwLock, RwLockReadGuard};
use std::time::{Duration, Instant};

use crate::exit::{Exit, Stop};
use crate::publish::directory_set::Staged;
use crate::publish::restart_time::RestartTime;
use crate::system::files;
use crate::system::files::SwapError;
use crate::system::gate;
use crate::system::listener::Listeners;
use crate::system::lock::Lock;
use crate::system::{process, rest};

/// Held while new content takes the place of what is live.
static LIVE: RwLock<()> = RwLock::new(());

/// While this is held, nothing that is live is swapped: for those who compare
/// several files of it.
pub fn steady() -> RwLockReadGuard<'static, ()> {
    LIVE.read().unwrap_or_else(PoisonError::into_inner)
}

/// New content that can be put in place of what is live, and taken back.
pub trait Swap {
    /// Makes the new content live.
    fn swap(&mut self) -> Result<(), SwapError>;
    /// Makes the previous content live again, after [`Swap::swap`].
    fn swap_back(&mut self) -> files::Result<()>;
    /// What is swapped, for messages.
    fn live(&self) -> String;
    /// Keeps the refused content for a person; where it is.
    fn keep(&mut self) -> String;
}

impl Swap for Staged {
    fn swap(&mut self) -> Result<(), SwapError> {
        Staged::swap(self)
    }

    fn swap_back(&mut self) -> files::Result<()> {
        Staged::swap_back(self)
    }

    fn live(&self) -> String {
        Staged::live(self).display().to_string()
    }

    fn keep(&mut self) -> String {
        Staged::keep(self).join("new").display().to_string()
    }
}

/// Asks a daemon whether it is up and answers; several can be asked at once.
pub trait Probe: Send {
    /// One question that may wait this long for its answer; the error says
    /// what was missing.
    fn ask(&self, patience: Duration) -> Result<(), String>;

    /// Whether a set is live that it could answer from: before the first run
    /// there is none. None: that is not known.
    fn has_set(&self) -> Option<bool> {
        None
    }
}

/// The user's own probe command.
pub struct CommandProbe {
    /// A shell command line.
    pub line: String,
    /// How long it may take.
    pub timeout: Duration,
}

impl Probe for CommandProbe {
    fn ask(&self, patience: Duration) -> Result<(), String> {
        let timeout = patience.min(self.timeout);
        let outcome = process::run(&mut process::shell(&self.line), timeout)
            .map_err(|error| error.to_string())?;
        if outcome.ok() {
            return Ok(());
        }
        Err(format!("'{}' {}", self.line, outcome.how()))
    }
}

/// A daemon that loads a set.
pub struct Daemon {
    /// Its name in messages.
    pub name: &'static str,
    /// The command that restarts it; None: it is not restarted.
    pub restart: Option<String>,
    /// How long the restart command may take.
    pub timeout: Duration,
    /// What tells whether it answers.
    pub probe: Box<dyn Probe>,
    /// How long it may take to answer; None: as the pace says.
    pub patience: Option<Duration>,
    /// How long it must stay up after its first answer.
    pub settle: Duration,
    /// How long a restart usually takes.
    pub pace: RestartTime,
    /// How long its checker took with the new set, which it loads as well: a
    /// guess at the restart of which nothing is known yet.
    pub checked: Duration,
    /// What is done right before each restart, such as to look whether it
    /// may still be made.
    pub ready: Option<Box<dyn Fn()>>,
    /// A UDP port on which it listens: by that a new process is told from
    /// the one that ran before.
    pub port: Option<u16>,
}

/// How long a daemon may take to answer of which nothing is known.
const PATIENCE: Duration = Duration::from_secs(30);

/// What a restart of which nothing is known may take beyond twice the time
/// that its checker took: that of Debian's isc-dhcp-server sleeps for 4 s.
const GUESS: Duration = Duration::from_secs(8);

/// What a restart may take beyond twice the time that its checker took.
const MARGIN: Duration = Duration::from_secs(2);

/// A checker that takes longer than this has much to load; below it the time
/// tells more of a busy machine.
const SLOW: Duration = Duration::from_secs(5);

/// How long a daemon that has answered may take to answer again.
const SECOND: Duration = Duration::from_secs(1);

/// How long to wait between two questions.
const PAUSE: Duration = Duration::from_millis(100);

/// Why a restart did not end well.
struct Failure {
    /// In words.
    why: String,
    /// Whether it only took too long.
    late: bool,
}

impl Daemon {
    /// Restarts the daemon and waits until it answers, twice: at once, and
    /// after it has settled. It gets all the time that it may need.
    ///
    /// # Errors
    /// What went wrong, in words.
    pub fn restart(&self) -> Result<(), String> {
        let _waiting = rest::waiting();
        let told = |failure: Failure| failure.why;
        let took = self.begin(None, None).map_err(told)?;
        settle(&[self], 1);
        self.still(took).map_err(told)
    }

    /// How long a restart with new content may take, which may make it hang:
    /// when it takes longer than usual, the previous content is the better
    /// one. `goes_back` tells whether there is any.
    fn limit(&self, goes_back: bool) -> Option<Duration> {
        if self.patience.is_some() {
            return None;
        }
        let grown = self.checked * 2 + MARGIN;
        let usual = self.pace.limit().map(|usual| match self.checked > SLOW {
            // What it loads has grown since: the checker has just loaded it.
            true => usual.max(grown),
            false => usual,
        });
        let guess = goes_back.then(|| self.checked * 2 + GUESS);
        usual.or(guess)
    }

    /// The processes that listen on its port.
    fn listeners(&self) -> Listeners {
        self.port.map_or(Listeners::default(), Listeners::of)
    }

    /// Restarts it; with a limit, until the first answer. The time it took.
    /// `may_stay`: a process that needs no restart, because it has never had
    /// other content than what it is to load.
    fn begin(
        &self,
        limit: Option<Duration>,
        may_stay: Option<&Listeners>,
    ) -> Result<Duration, Failure> {
        let Some(line) = &self.restart else { return Ok(Duration::ZERO) };
        if let Some(ready) = &self.ready {
            ready();
        }
        let before = self.listeners();
        let begin = Instant::now();
        // Bounded, for a restart that hangs would keep the lock for ever; with
        // what the checker took, for the daemon loads the same.
        let timeout = self.timeout + self.checked * 3;
        let most = limit.map_or(timeout, |limit| limit.min(timeout));
        let outcome = process::run(&mut process::shell(line), most);
        let outcome = outcome.map_err(|error| Failure {
            why: format!("'{line}' cannot be run: {error}"),
            late: false,
        })?;
        if !outcome.ok() {
            let said = outcome.output.trim();
            let said = said.lines().last().unwrap_or("it said nothing");
            return Err(Failure {
                why: format!("'{line}' {}: {said}", outcome.how()),
                late: outcome.status.is_none(),
            });
        }
        let patience = match limit {
            Some(limit) => limit.saturating_sub(begin.elapsed()),
            None => self.patience.unwrap_or(PATIENCE) + self.checked * 3,
        };
        let is_new = || self.is_new(line, &before, may_stay);
        self.first_answer(patience, &is_new)?;
        Ok(begin.elapsed())
    }

    /// Whether another process listens now than before the restart: a command
    /// that ends well need not have done anything.
    fn is_new(
        &self,
        line: &str,
        before: &Listeners,
        may_stay: Option<&Listeners>,
    ) -> Result<(), Failure> {
        let now = self.listeners();
        if !now.are_still(before) || may_stay == Some(&now) {
            return Ok(());
        }
        let why = format!(
            "'{line}' ended well, but {} was not restarted: the process that \
             ran before ({now}) runs still, with the content that it had",
            self.name
        );
        Err(Failure { why, late: false })
    }

    /// Asks the settled daemon once more, twice at most: a question may
    /// get lost.
    fn still(&self, took: Duration) -> Result<(), Failure> {
        if self.restart.is_none() {
            return Ok(());
        }
        let again = self.probe.ask(SECOND).or_else(|_| {
            std::thread::sleep(PAUSE);
            self.probe.ask(SECOND)
        });
        again.map_err(|why| Failure {
            why: format!("{} answered once and no more: {why}", self.name),
            late: false,
        })?;
        self.pace.took(took);
        Ok(())
    }

    /// Waits for the first answer of the new process.
    fn first_answer(
        &self,
        patience: Duration,
        is_new: &dyn Fn() -> Result<(), Failure>,
    ) -> Result<(), Failure> {
        let begin = Instant::now();
        let left = || patience.saturating_sub(begin.elapsed());
        let late = |why: String| Failure {
            why: format!(
                "{} does not answer after {:.1} s: {why}",
                self.name,
                begin.elapsed().as_secs_f64()
            ),
            late: true,
        };
        loop {
            let asked = self.probe.ask(left().max(SECOND / 2)).map_err(late);
            // A command may only begin the restart that it promises.
            let Err(failure) = asked.and_then(|()| is_new()) else {
                return Ok(());
            };
            if begin.elapsed() >= patience {
                return Err(failure);
            }
            std::thread::sleep(PAUSE);
        }
    }
}

/// Makes the staged set live and restarts the daemons that load it, one after
/// the other.
///
/// # Errors
/// Exit 1: nothing was changed. Exit 4: the previous set is live again and
/// answers. Exit 5: what is live is neither, or the previous set could not be
/// put back, or a daemon does not answer with it.
pub fn activate(
    _lock: &Lock,
    staged: &mut dyn Swap,
    daemons: &[&Daemon],
) -> anyhow::Result<()> {
    let had_sets: Vec<bool> =
        daemons.iter().map(|d| d.probe.has_set() == Some(true)).collect();
    let _live = gate::activation();
    // Before the swap: afterwards nobody can tell a process that still has the
    // previous set from one that was started with the new one.
    let ran: Vec<Ran<'_>> =
        daemons.iter().map(|d| Ran(d, d.listeners())).collect();
    {
        let _nobody_reads =
            LIVE.write().unwrap_or_else(PoisonError::into_inner);
        swap(staged)?;
    }
    let _waiting = rest::waiting();
    let mut took = Vec::new();
    for (at, daemon) in daemons.iter().enumerate() {
        let usual = daemon.pace.usual();
        match daemon.begin(daemon.limit(had_sets[at]), None) {
            Ok(time) => took.push(time),
            Err(failure) => {
                // Those after it were not restarted: they have the previous
                // set and lose nothing.
                let stop = roll_back(staged, &ran[..=at], &failure.why);
                // After the roll-back, whose time counts as well. Without it a
                // set that has grown would be refused for ever.
                if failure.late {
                    daemon.pace.was_late(usual, PATIENCE);
                }
                return Err(stop.into());
            }
        }
    }
    settle(daemons, 1);
    for (daemon, time) in daemons.iter().zip(took) {
        if let Err(failure) = daemon.still(time) {
            return Err(roll_back(staged, &ran, &failure.why).into());
        }
    }
    Ok(())
}

/// Waits until the daemons have settled, or that part of the time.
fn settle(daemons: &[&Daemon], part: u32) {
    let restarted = daemons.iter().filter(|daemon| daemon.restart.is_some());
    let longest = restarted.map(|daemon| daemon.settle).max();
    std::thread::sleep(longest.unwrap_or_default() / part);
}

/// A daemon, and its processes before anything was swapped.
struct Ran<'a>(&'a Daemon, Listeners);

/// Makes the previous set live again for the daemons that were restarted.
fn roll_back(staged: &mut dyn Swap, ran: &[Ran<'_>], why: &str) -> Stop {
    let live = staged.live();
    if let Err(error) = staged.swap_back() {
        // Exit 5 and no restart: what is live is the set that just failed.
        let kept = staged.keep();
        return broken(why, &format!("{error}"), &live, &kept);
    }
    let (full, bare): (Vec<&Ran<'_>>, Vec<&Ran<'_>>) =
        ran.iter().partition(|r| r.0.probe.has_set() != Some(false));
    let bare: Vec<&Daemon> = bare.into_iter().map(|ran| ran.0).collect();
    for daemon in &bare {
        // So that it forgets the refused set; there is none to answer from.
        let _ = daemon.begin(None, None);
    }
    // A process that was never restarted has the previous set still.
    let begin = |ran: &&Ran<'_>| ran.0.begin(None, Some(&ran.1));
    let daemons: Vec<&Daemon> = full.iter().map(|ran| ran.0).collect();
    let begun: Vec<_> = full.iter().map(|ran| (ran.0, begin(ran))).collect();
    // They have run with that set before: half the time will do.
    settle(&daemons, 2);
    let ended = begun.into_iter().map(|(d, begun)| d.still(begun?));
    let again: Vec<String> =
        ended.filter_map(|ended| ended.err().map(|f| f.why)).collect();
    if !again.is_empty() {
        // Exit 5, not 4: 'live and answering' would not be true. The first
        // error leads, for the second follows from it.
        let kept = staged.keep();
        return broken(why, &again.join("; "), &live, &kept);
    }
    if !bare.is_empty() {
        return first(why, &names(&bare), &staged.keep());
    }
    let names = names(&daemons);
    let answer = if daemons.len() == 1 { "answers" } else { "answer" };
    Stop {
        exit: Exit::RolledBack,
        message: format!(
            "{why}; the previous set of {live} is live again and {names} \
             {answer}"
        ),
        hint: Some(format!(
            "look at the log of {names}; the next run tries again"
        )),
    }
}

/// Whether an error leaves something that a person must look at.
pub fn is_broken(error: &anyhow::Error) -> bool {
    let stop = error.downcast_ref::<Stop>();
    stop.is_some_and(|stop| stop.exit == Exit::Broken)
}

/// Makes the staged set live.
fn swap(staged: &mut dyn Swap) -> anyhow::Result<()> {
    let torn = match staged.swap() {
        Ok(()) => return Ok(()),
        Err(SwapError::Untouched(error)) => return Err(error.into()),
        Err(partly @ SwapError::Partly { .. }) => {
            return Err(half_done(&partly).into());
        }
        Err(torn @ SwapError::Torn { .. }) => torn,
    };
    let (live, kept) = (staged.live(), staged.keep());
    Err(Stop {
        exit: Exit::Broken,
        message: format!("{torn}; part of the new set is live in {live}"),
        hint: Some(format!(
            "correct what the message names, then run the same command \
             again before any daemon is restarted: it makes the set \
             whole; what waited to become live is in {kept}"
        )),
    }
    .into())
}

/// The error of device files of which only some are other ones than before.
pub fn half_done(partly: &SwapError) -> Stop {
    let hint = "each file is whole; once the cause is gone, run it again";
    Stop {
        exit: Exit::Broken,
        message: partly.to_string(),
        hint: Some(hint.into()),
    }
}

/// The daemons' names in a row.
fn names(daemons: &[&Daemon]) -> String {
    let names: Vec<&str> = daemons.iter().map(|daemon| daemon.name).collect();
    names.join(" and ")
}

/// The error of the very first set: there is none to go back to.
fn first(why: &str, names: &str, kept: &str) -> Stop {
    Stop {
        exit: Exit::Broken,
        message: format!(
            "{why}; there was no set of {names} before this one to go back to"
        ),
        hint: Some(format!(
            "{names} has no set of ours now, {kept} holds the refused \
             one; read the log of {names}, correct what it says and run \
             it again"
        )),
    }
}

/// The error that calls for a person.
fn broken(why: &str, again: &str, live: &str, kept: &str) -> Stop {
    Stop {
        exit: Exit::Broken,
        message: format!("{why}; with the previous set: {again}"),
        hint: Some(format!(
            "{live} holds the previous set, {kept} the refused one; start \
             the daemon by hand and read its log"
        )),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::system::files::FileError;

    /// What goes wrong with a swap.
    #[derive(Clone, Copy, PartialEq)]
    enum Wrong {
        Nothing,
        Swap,
        SwapAndUndo,
        Back,
    }

    impl Swap for Wrong {
        fn swap(&mut self) -> Result<(), SwapError> {
            match self {
                Self::Swap => Err(fault().into()),
                Self::SwapAndUndo => {
                    Err(SwapError::after(fault(), Err(fault())))
                }
                _ => Ok(()),
            }
        }

        fn swap_back(&mut self) -> files::Result<()> {
            if *self == Self::Back { Err(fault()) } else { Ok(()) }
        }

        fn live(&self) -> String {
            "/live".into()
        }

        fn keep(&mut self) -> String {
            "/kept".into()
        }
    }

    fn fault() -> FileError {
        FileError {
            doing: "rename to",
            path: "/live".into(),
            source: std::io::Error::from_raw_os_error(5),
        }
    }

    struct Answers;

    impl Probe for Answers {
        fn ask(&self, _: Duration) -> Result<(), String> {
            Ok(())
        }
    }

    /// How an activation ends whose restart commands are `line`.
    fn exit(mut wrong: Wrong, line: &str) -> Exit {
        let dir = tempfile::tempdir().unwrap();
        let lock = dir.path().join("lock");
        let lock = Lock::acquire(&lock, "test", Duration::ZERO).unwrap();
        let daemon = Daemon {
            name: "testd",
            restart: Some(line.replace("DIR", &dir.path().to_string_lossy())),
            timeout: Duration::from_secs(5),
            probe: Box::new(Answers),
            patience: None,
            settle: Duration::ZERO,
            pace: RestartTime::of(dir.path(), "testd"),
            checked: Duration::ZERO,
            ready: None,
            port: None,
        };
        let result = activate(&lock, &mut wrong, &[&daemon]);
        let Err(error) = result else { return Exit::Done };
        match error.downcast_ref::<Stop>() {
            Some(stop) => {
                assert!(stop.hint.is_some());
                stop.exit
            }
            None => Exit::Failed,
        }
    }

    #[test]
    fn each_failure_has_its_exit_code() {
        let once = "[ -e DIR/x ] || { touch DIR/x; exit 7; }";
        assert_eq!(exit(Wrong::Nothing, "true"), Exit::Done);
        assert_eq!(exit(Wrong::Swap, "true"), Exit::Failed);
        assert_eq!(exit(Wrong::SwapAndUndo, "true"), Exit::Broken);
        assert_eq!(exit(Wrong::Nothing, once), Exit::RolledBack);
        assert_eq!(exit(Wrong::Nothing, "false"), Exit::Broken);
        assert_eq!(exit(Wrong::Back, once), Exit::Broken);
    }
}
