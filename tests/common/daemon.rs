//! A daemon on a leash: it ends with the test, however the test ends.

use std::fs::File;
use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

/// A running child process; killed when this is dropped, and when the test
/// process is gone.
pub struct Daemon {
    shell: Child,
    pid: i32,
    name: String,
}

/// Runs "$@" until standard input ends.
const LEASH: &str = r#"
"$@" </dev/null >&2 &
pid=$!
echo $pid
exec >&-
cat >/dev/null
kill -9 $pid 2>/dev/null
wait $pid
"#;

impl Daemon {
    /// Starts a program; what it says goes to `log`.
    pub fn start(argv: &[&str], log: &Path) -> Self {
        let file = File::create(log).unwrap();
        let mut shell = Command::new("/bin/sh")
            .args(["-c", LEASH, "leash"])
            .args(argv)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(file)
            .spawn()
            .unwrap();
        let mut line = String::new();
        let out = shell.stdout.take().unwrap();
        BufReader::new(out).read_line(&mut line).unwrap();
        let pid = line.trim().parse().unwrap();
        Self { shell, pid, name: argv.join(" ") }
    }

    /// Its process id.
    pub fn pid(&self) -> i32 {
        self.pid
    }

    /// Whether it still runs.
    pub fn runs(&self) -> bool {
        let stat = std::fs::read_to_string(format!("/proc/{}/stat", self.pid));
        stat.is_ok_and(|stat| !stat.contains(") Z "))
    }

    /// Waits until `ready`, or panics with its log after `patience`.
    pub fn wait(
        &self,
        patience: Duration,
        log: &Path,
        mut ready: impl FnMut() -> bool,
    ) {
        let end = Instant::now() + patience;
        while !ready() {
            let log = || std::fs::read_to_string(log).unwrap_or_default();
            assert!(self.runs(), "{} died: {}", self.name, log());
            assert!(
                Instant::now() < end,
                "{} is not ready: {}",
                self.name,
                log()
            );
            std::thread::sleep(Duration::from_millis(20));
        }
    }
}

impl Drop for Daemon {
    fn drop(&mut self) {
        drop(self.shell.stdin.take());
        let _ = self.shell.wait();
    }
}
