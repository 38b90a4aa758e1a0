//! Running other programs: no shell unless the user's own command asks for
//! one, output kept, time bounded.

use std::fs::File;
use std::io::{self, Read, Seek, Write};
use std::os::unix::process::CommandExt;
use std::path::Path;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::time::{Duration, Instant};

use nix::sys::signal::{Signal, killpg};
use nix::unistd::Pid;

use crate::system::{gate, rest};

/// What a thread with much to compute adds to its nice value.
const STAND_BACK: i32 = 5;

/// Lets everything else on the machine, such as the daemons that serve the
/// network, go before this thread (nice(2)). Programs are not to be started
/// by it: they would inherit that.
pub fn stand_back() {
    // Where the kernel refuses, the work is done all the same.
    let _ = rustix::process::nice(STAND_BACK);
}

/// What a program may take longer for the configuration that it loads:
/// `dhcpd -t` took 172 s for a million hosts, 140 MB, on a busy machine, and
/// grows faster than its set.
pub fn loading(octets: u64) -> Duration {
    const OCTETS_A_SECOND: u64 = 200_000;
    Duration::from_secs(octets / OCTETS_A_SECOND)
}

/// How a program ended.
#[derive(Debug)]
pub struct Outcome {
    /// Its status; None: it was ended because it took too long.
    pub status: Option<ExitStatus>,
    /// What it printed on both streams, at most the last 64 KiB.
    pub output: String,
}

impl Outcome {
    /// Whether it ended by itself with 0.
    pub fn ok(&self) -> bool {
        self.status.is_some_and(|status| status.success())
    }

    /// Its exit code; None: it was ended, or killed by a signal.
    pub fn code(&self) -> Option<i32> {
        self.status.and_then(|status| status.code())
    }

    /// The words for how it ended.
    pub fn how(&self) -> String {
        match self.status {
            None => "took too long and was ended".into(),
            Some(status) => match status.code() {
                Some(code) => format!("ended with {code}"),
                None => "was killed".into(),
            },
        }
    }
}

/// Runs a program and waits for it, `timeout` at most.
///
/// Its output goes to an unlinked file, not to a pipe: a daemon that it
/// leaves behind may hold the output open for ever. It is the leader of its
/// own process group, which is ended as a whole when time is up.
///
/// # Errors
/// The program cannot be started; `NotFound` when it is not installed.
pub fn run(command: &mut Command, timeout: Duration) -> io::Result<Outcome> {
    let mut output = scratch_file()?;
    let output_too = output.try_clone()?;
    command.stdin(Stdio::null()).stdout(output.try_clone()?);
    let status = run_to_end(command.stderr(output_too), timeout)?;
    Ok(Outcome { status, output: tail(&mut output)? })
}

/// How a program ended whose data and talk are kept apart.
#[derive(Debug)]
pub struct Apart {
    /// Its status; None: it was ended because it took too long.
    pub status: Option<ExitStatus>,
    /// All of its stdout; what is not UTF-8 is replaced.
    pub stdout: String,
    /// Its stderr, at most the last 64 KiB.
    pub stderr: String,
}

/// As [`run`], with stdout whole and apart from stderr.
///
/// # Errors
/// As those of [`run`].
pub fn run_apart(
    command: &mut Command,
    timeout: Duration,
) -> io::Result<Apart> {
    let (mut stdout, mut stderr) = (scratch_file()?, scratch_file()?);
    command.stdin(Stdio::null()).stdout(stdout.try_clone()?);
    let status = run_to_end(command.stderr(stderr.try_clone()?), timeout)?;
    stdout.rewind()?;
    let mut bytes = Vec::new();
    stdout.read_to_end(&mut bytes)?;
    let stdout = String::from_utf8_lossy(&bytes).into_owned();
    Ok(Apart { status, stdout, stderr: tail(&mut stderr)? })
}

/// As [`run`], with a file as its stdin.
///
/// # Errors
/// As those of [`run`].
pub fn run_with_input(
    command: &mut Command,
    input: File,
    timeout: Duration,
) -> io::Result<Outcome> {
    let mut output = scratch_file()?;
    command.stdin(input).stdout(output.try_clone()?);
    let status = run_to_end(command.stderr(output.try_clone()?), timeout)?;
    Ok(Outcome { status, output: tail(&mut output)? })
}

/// As [`run_apart`], with a text as its stdin. The text lies in a file that
/// has no name: it may hold secrets.
///
/// # Errors
/// As those of [`run`].
pub fn run_text(
    command: &mut Command,
    text: &str,
    timeout: Duration,
) -> io::Result<Apart> {
    let mut input = scratch_file()?;
    input.write_all(text.as_bytes())?;
    input.rewind()?;
    let (mut stdout, mut stderr) = (scratch_file()?, scratch_file()?);
    command.stdin(input).stdout(stdout.try_clone()?);
    let status = run_to_end(command.stderr(stderr.try_clone()?), timeout)?;
    Ok(Apart { status, stdout: tail(&mut stdout)?, stderr: tail(&mut stderr)? })
}

/// Starts a program with what of our environment concerns it, and waits.
fn run_to_end(
    command: &mut Command,
    timeout: Duration,
) -> io::Result<Option<ExitStatus>> {
    only_harmless(command);
    let _waiting = rest::waiting();
    let (mut child, _running) = {
        // One that is started while a signal ends the others would be missed.
        let _open = gate::gate();
        let child = command.process_group(0).spawn()?;
        let running = gate::running(child.id());
        (child, running)
    };
    wait(&mut child, timeout)
}

/// Variables that children get from us, besides those of the locale.
const HARMLESS: [&str; 14] = [
    "PATH",
    "HOME",
    "USER",
    "LOGNAME",
    "SHELL",
    "LANG",
    "LANGUAGE",
    "TZ",
    "TERM",
    "TMPDIR",
    "SSH_AUTH_SOCK",
    "DBUS_SYSTEM_BUS_ADDRESS",
    "XDG_RUNTIME_DIR",
    "INVOCATION_ID",
];

/// Leaves of our environment what holds no secret: the password of the
/// database, keys, and whatever else was meant for us alone stay here.
fn only_harmless(command: &mut Command) {
    let own: Vec<_> = command
        .get_envs()
        .map(|(name, value)| (name.to_owned(), value.map(ToOwned::to_owned)))
        .collect();
    command.env_clear();
    for (name, value) in std::env::vars_os() {
        let known =
            |name: &str| HARMLESS.contains(&name) || name.starts_with("LC_");
        if name.to_str().is_some_and(known) {
            command.env(name, value);
        }
    }
    for (name, value) in own {
        match value {
            Some(value) => command.env(name, value),
            None => command.env_remove(name),
        };
    }
}

/// The user's own command line, through `/bin/sh -c`.
pub fn shell(line: &str) -> Command {
    let mut command = Command::new("/bin/sh");
    command.args(["-c", line]);
    command
}

/// Waits for a child; None when it had to be ended.
fn wait(
    child: &mut Child,
    timeout: Duration,
) -> io::Result<Option<ExitStatus>> {
    let end = Instant::now() + timeout;
    let mut pause = Duration::from_millis(1);
    loop {
        if let Some(status) = child.try_wait()? {
            return Ok(Some(status));
        }
        if Instant::now() >= end {
            let group = Pid::from_raw(child.id() as i32);
            let _ = killpg(group, Signal::SIGKILL);
            let _ = child.wait()?;
            return Ok(None);
        }
        std::thread::sleep(pause);
        pause = (pause * 2).min(Duration::from_millis(50));
    }
}

/// A file without a name that only we have open.
pub fn scratch_file() -> io::Result<File> {
    use nix::fcntl::OFlag;
    use nix::sys::stat::Mode;
    let flags = OFlag::O_RDWR | OFlag::O_TMPFILE | OFlag::O_CLOEXEC;
    let dir = std::env::temp_dir();
    let mode = Mode::S_IRUSR | Mode::S_IWUSR;
    match nix::fcntl::open(&dir, flags, mode) {
        Ok(fd) => Ok(File::from(fd)),
        Err(_) => {
            // Some file systems know no unnamed files, and a full one gives
            // none: memory does.
            let flags = nix::sys::memfd::MFdFlags::MFD_CLOEXEC;
            Ok(File::from(nix::sys::memfd::memfd_create("output", flags)?))
        }
    }
}

/// The end of what was written to the file.
fn tail(file: &mut File) -> io::Result<String> {
    let length = file.metadata()?.len();
    let start = length.saturating_sub(1 << 16);
    file.seek(io::SeekFrom::Start(start))?;
    let mut bytes = Vec::new();
    file.take(1 << 16).read_to_end(&mut bytes)?;
    Ok(String::from_utf8_lossy(&bytes).into_owned())
}

/// Whether a program can be found: in PATH, in the usual directories of
/// system programs, or at its absolute path.
pub fn find(program: &str) -> Option<std::path::PathBuf> {
    if program.contains('/') {
        let path = Path::new(program);
        return path.is_file().then(|| path.to_path_buf());
    }
    let path = std::env::var_os("PATH").unwrap_or_default();
    let usual = ["/usr/sbin", "/sbin", "/usr/local/sbin", "/usr/bin"];
    std::env::split_paths(&path)
        .chain(usual.iter().map(Into::into))
        .map(|dir| dir.join(program))
        .find(|path| path.is_file())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(line: &str) -> Outcome {
        run(&mut shell(line), Duration::from_millis(500)).unwrap()
    }

    #[test]
    fn output_status_and_time_limit() {
        let good = check("echo a; echo b >&2");
        assert!(good.ok());
        assert_eq!(good.output, "a\nb\n");
        assert_eq!(check("exit 7").how(), "ended with 7");
        assert_eq!(check("sleep 60").how(), "took too long and was ended");
    }

    #[test]
    fn children_get_no_variable_that_may_be_secret() {
        // Cargo's own variables stand for whatever the tests must not set.
        let mut command = shell("env");
        command.env("LC_ALL", "C");
        let got = run(&mut command, Duration::from_secs(5)).unwrap().output;
        assert!(got.contains("LC_ALL=C\n"), "{got}");
        assert!(got.contains("PATH="), "{got}");
        assert!(std::env::var("CARGO_MANIFEST_DIR").is_ok());
        assert!(!got.contains("CARGO_"), "{got}");
    }

    #[test]
    fn data_and_talk_are_kept_apart() {
        let mut command = shell("seq 20000; echo no >&2; exit 3");
        let got = run_apart(&mut command, Duration::from_secs(5)).unwrap();
        assert_eq!(got.stdout.lines().count(), 20000);
        assert_eq!(got.stderr, "no\n");
        assert_eq!(got.status.and_then(|s| s.code()), Some(3));
    }

    #[test]
    fn a_daemon_that_keeps_the_output_open_does_not_hold_us() {
        let begin = Instant::now();
        assert!(check("sleep 3 & echo started").ok());
        assert!(begin.elapsed() < Duration::from_secs(2));
    }
}
