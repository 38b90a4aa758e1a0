//! Kills and failing calls at every point of a run that changes everything:
//! afterwards what is live is exactly old or exactly new, and the next run
//! heals. Reusable for any command and any set.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use super::machine::{Machine, said};
use super::tree;

/// What is live: names and contents.
pub type Live = BTreeMap<String, Vec<u8>>;

/// A command that makes something live out of one of two databases.
pub struct Drill<'a> {
    pub machine: Machine,
    /// The two databases.
    pub urls: [&'a str; 2],
    /// The command line after the global options.
    pub args: &'a [&'a str],
    /// What is live.
    pub live: fn(&Machine) -> Live,
    /// Which files must all be old, or all new; each of the others is.
    pub together: fn(&str) -> bool,
    /// What is done before each run that is to fail.
    pub before: fn(&Machine),
}

/// What became of the points.
#[derive(Debug, Default)]
pub struct Report {
    pub points: usize,
    pub old: usize,
    pub new: usize,
    /// Runs that ended well all the same.
    pub good: usize,
    /// Runs that said that they failed, with the new content live.
    pub failed_with_new: usize,
}

impl Drill<'_> {
    /// Runs with one database.
    fn command(&mut self, side: usize) -> Command {
        self.machine.db = self.urls[side].to_string();
        let mut command = self.machine.command(self.args);
        command.arg("--no-activate").stdin(Stdio::null());
        command
    }

    /// Makes one database live; what is live then.
    fn settle(&mut self, side: usize) -> Live {
        let said = said(&self.command(side).output().unwrap());
        assert_eq!(said.code, 0, "{said:?}");
        let left = tree::leftovers(&self.machine.root());
        assert!(left.is_empty(), "left behind: {left:?}");
        (self.live)(&self.machine)
    }

    /// Both contents: each side made live once.
    fn sides(&mut self) -> [Live; 2] {
        let sides = [self.settle(0), self.settle(1)];
        assert_ne!(sides[0], sides[1], "the run changes nothing");
        sides
    }

    /// Whether what is live is new; panics where it is torn.
    fn is_new(&self, old: &Live, new: &Live, at: &str) -> bool {
        let live = (self.live)(&self.machine);
        for (name, bytes) in &live {
            let known = [old.get(name), new.get(name)];
            assert!(known.contains(&Some(bytes)), "{at}: torn at {name}");
        }
        let part = |live: &Live| -> Live {
            let mut part = live.clone();
            part.retain(|name, _| (self.together)(name));
            part
        };
        let is = part(&live);
        let is_new = is == part(new);
        assert!(is_new || is == part(old), "{at}: old and new are mixed");
        is_new && (!is.is_empty() || live == *new)
    }

    /// Fails every call that changes something, one run after the other.
    pub fn sweep(&mut self, library: &Path, how: &str) -> Report {
        let sides = self.sides();
        let mut report = Report::default();
        let hit = self.machine.dir.path().join("hit");
        for point in 1.. {
            let (from, to) = ((point + 1) % 2, point % 2);
            if point == 1 {
                assert_eq!(self.settle(from), sides[from]);
            }
            (self.before)(&self.machine);
            let _ = std::fs::remove_file(&hit);
            let mut command = self.command(to);
            command
                .env("LD_PRELOAD", library)
                .env("FAULT_DIR", self.machine.root())
                .env("FAULT_AT", point.to_string())
                .env("FAULT_HOW", how)
                .env("FAULT_HIT", &hit);
            let said = said(&command.output().unwrap());
            if !hit.exists() {
                assert_eq!(said.code, 0, "no fault: {said:?}");
                report.points = point - 1;
                return report;
            }
            let at = format!("{how} at point {point}: {said:?}");
            let new = self.is_new(&sides[from], &sides[to], &at);
            let whole = sides[to].keys().any(|name| (self.together)(name));
            Self::count(&mut report, how, said.code, (new, whole), &at);
            let live = (self.live)(&self.machine);
            match said.code {
                1 | 3 => assert!(live == sides[from], "not as before: {at}"),
                5 => assert!(live != sides[from], "as before: {at}"),
                _ => {}
            }
            assert_eq!(self.settle(to), sides[to], "healed after {at}");
        }
        report
    }

    /// Counts one point; checks how the run ended.
    fn count(
        report: &mut Report,
        how: &str,
        code: i32,
        (new, whole): (bool, bool),
        at: &str,
    ) {
        *(if new { &mut report.new } else { &mut report.old }) += 1;
        if how == "kill" {
            assert_eq!(code, -1, "{at}");
            return;
        }
        // Files that are swapped one by one may be live in part.
        let may = if whole { &[0, 1, 3][..] } else { &[0, 1, 3, 5] };
        assert!(may.contains(&code), "{at}");
        if code == 0 {
            report.good += 1;
            assert!(new || !whole, "{at}: ended well with the old set");
        } else if new {
            report.failed_with_new += 1;
            assert!(!whole, "failed with the new set live: {at}");
        }
    }

    /// Kills runs at random moments; `check` looks at what is live.
    pub fn kill(&mut self, times: usize, check: &dyn Fn(&Machine)) -> Report {
        let sides = self.sides();
        let begin = Instant::now();
        assert_eq!(self.settle(0), sides[0]);
        let whole_run = begin.elapsed();
        let mut report = Report { points: times, ..Report::default() };
        let mut random = u64::from(std::process::id()) | 1 << 32;
        for round in 0..times {
            let (from, to) = (round % 2, (round + 1) % 2);
            (self.before)(&self.machine);
            let mut run = self
                .command(to)
                .stderr(Stdio::null())
                .stdout(Stdio::null())
                .spawn()
                .unwrap();
            // xorshift64: chance without a crate.
            random ^= random << 13;
            random ^= random >> 7;
            random ^= random << 17;
            let share = (random >> 40) as f64 / f64::from(1 << 24);
            std::thread::sleep(whole_run.mul_f64(share));
            run.kill().unwrap();
            let code = run.wait().unwrap().code();
            let at = format!("round {round} at {share:.2} of {whole_run:?}");
            let new = self.is_new(&sides[from], &sides[to], &at);
            *(if new { &mut report.new } else { &mut report.old }) += 1;
            report.good += usize::from(code == Some(0));
            check(&self.machine);
            assert_eq!(self.settle(to), sides[to], "healed after {at}");
        }
        report
    }
}

/// Compiles the library that makes calls fail.
pub fn library(dir: &Path) -> PathBuf {
    let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/faultlib.c");
    let library = dir.join("fault.so");
    let output = Command::new("cc")
        .args(["-shared", "-fPIC", "-O1", "-o"])
        .arg(&library)
        .arg(&source)
        .arg("-ldl")
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "cc: {said}");
    library
}

/// Waits for a condition, a bounded time.
pub fn within(patience: Duration, mut ready: impl FnMut() -> bool) -> bool {
    let end = Instant::now() + patience;
    while Instant::now() < end {
        if ready() {
            return true;
        }
        std::thread::sleep(Duration::from_millis(20));
    }
    false
}
