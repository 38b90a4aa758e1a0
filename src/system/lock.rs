//! One run at a time on a machine: a kernel lock, gone with its holder.

use std::fs::File;
use std::io::{Read, Seek, Write};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use nix::errno::Errno;
use nix::fcntl::{Flock, FlockArg};
use nix::sys::stat::{major, minor};

use crate::exit::{Exit, Stop};
use crate::system::dir::{Dir, set_mode};
use crate::system::files;

/// Whoever can open the file can hold the lock, for ever.
const LOCK_MODE: u32 = 0o600;

/// The lock, held until it is dropped.
#[derive(Debug)]
pub struct Lock {
    file: Option<Flock<File>>,
}

impl Drop for Lock {
    fn drop(&mut self) {
        // What nix does when it drops one is a panic where that fails.
        while let Some(file) = self.file.take() {
            match file.unlock() {
                Ok(_) => {}
                Err((back, Errno::EINTR)) => self.file = Some(back),
                // It ends with the process.
                Err((back, _)) => std::mem::forget(back),
            }
        }
    }
}

impl Lock {
    /// Takes the lock, waiting `wait` at most.
    ///
    /// # Errors
    /// Exit 75 with who holds it and since when; exit 1 when the lock file
    /// cannot be made.
    pub fn acquire(
        path: &Path,
        command: &str,
        wait: Duration,
    ) -> anyhow::Result<Self> {
        let mut file = open(path)?;
        let end = Instant::now() + wait;
        let mut locked = loop {
            match Flock::lock(file, FlockArg::LockExclusiveNonblock) {
                Ok(lock) => break lock,
                Err((back, Errno::EINTR)) => file = back,
                Err((back, _)) if Instant::now() < end => {
                    file = back;
                    std::thread::sleep(Duration::from_millis(50));
                }
                Err((back, Errno::EWOULDBLOCK)) => {
                    return Err(held(back, path).into());
                }
                Err((_, errno)) => {
                    let text =
                        format!("cannot lock {}: {errno}", path.display());
                    let hint = "PROVHA__LOCK_FILE must be on a local file \
                                system, which has locks";
                    return Err(Stop::failed(text).hint(hint).into());
                }
            }
        };
        let note = format!(
            "pid {} ({command}) since {}\n",
            std::process::id(),
            jiff::Zoned::now().strftime("%F %T %:z")
        );
        // Only for the message of others: a lock without a note still locks.
        let _ = locked.set_len(0);
        let _ = locked.rewind();
        let _ = locked.write_all(note.as_bytes());
        Ok(Self { file: Some(locked) })
    }
}

/// Who holds a lock.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Holder {
    /// The holder's own note: process, command, since when.
    pub note: String,
    /// Since when, seconds since 1970, if the note says so.
    pub since: Option<i64>,
    /// Whether it is stopped, and so keeps the lock for ever.
    pub stopped: bool,
}

impl Holder {
    /// Finds the holder without touching the lock: the kernel lists all of
    /// them (proc(5), /proc/locks). None: nobody holds it.
    pub fn find(path: &Path) -> Option<Self> {
        let stat = files::stat(path).ok().flatten()?;
        let note = files::read_text(path).unwrap_or_default();
        let note = note.trim();
        let pid = pid(note);
        let held = match std::fs::read_to_string("/proc/locks") {
            Ok(table) => {
                let device = (major(stat.st_dev), minor(stat.st_dev));
                table.lines().any(|l| is_held(l, device, stat.st_ino, pid))
            }
            // Nobody tells: the note of a process that lives.
            Err(_) => pid.is_some_and(|pid| {
                Path::new("/proc").join(pid.to_string()).exists()
            }),
        };
        let note = match note {
            "" => "another run",
            note => note,
        };
        held.then(|| Self {
            note: note.into(),
            since: since(note),
            stopped: pid.is_some_and(is_stopped),
        })
    }
}

/// Whether a line of /proc/locks is about this file. Where the device is
/// known by another number there, the holder's is looked at.
fn is_held(
    line: &str,
    device: (u64, u64),
    inode: u64,
    holder: Option<u32>,
) -> bool {
    // `7: FLOCK  ADVISORY  WRITE 4711 fe:00:11592183 0 EOF`; those that wait
    // have an arrow behind the number.
    let words: Vec<&str> = line.split_whitespace().collect();
    let [_, "FLOCK", _, _, pid, file, ..] = words[..] else { return false };
    let mut parts = file.split(':');
    let mut hex = || u64::from_str_radix(parts.next()?, 16).ok();
    let there = hex().zip(hex());
    let number = file.rsplit(':').next().and_then(|n| n.parse().ok());
    let same = there == Some(device);
    let by_holder = pid.parse().ok().is_some_and(|pid| Some(pid) == holder);
    number == Some(inode) && (same || by_holder)
}

/// The time in a holder's note, seconds since 1970.
fn since(note: &str) -> Option<i64> {
    let (_, text) = note.rsplit_once(" since ")?;
    let time = jiff::fmt::strtime::parse("%F %T %:z", text).ok()?;
    time.to_timestamp().ok().map(jiff::Timestamp::as_second)
}

/// Opens the lock file, making it and its directory.
fn open(path: &Path) -> anyhow::Result<File> {
    if let Some(parent) = path.parent() {
        files::make_dirs(parent)?;
    }
    let (dir, name) = Dir::parent(path)?;
    let file = dir.open_or_create(name, LOCK_MODE, false)?;
    set_mode(&file, LOCK_MODE, path)?;
    Ok(file)
}

/// The words about the holder.
fn held(mut file: File, path: &Path) -> Stop {
    let mut note = String::new();
    let _ = file.rewind();
    let _ = file.read_to_string(&mut note);
    let who = match note.trim() {
        "" => "another run".to_string(),
        note => note.to_string(),
    };
    let path: PathBuf = path.to_path_buf();
    let stopped = pid(&who).filter(|pid| is_stopped(*pid));
    let (how, hint) = match stopped {
        Some(pid) => (
            ", which is stopped",
            format!(
                "it does nothing until it is continued: kill -CONT {pid}, or \
                 end it: kill -KILL {pid}; the next run completes what it began"
            ),
        ),
        None => ("", "wait for it, or use --lock-wait SECONDS".into()),
    };
    Stop {
        exit: Exit::Locked,
        message: format!("{} is held by {who}{how}", path.display()),
        hint: Some(hint),
    }
}

/// The process of a holder's note.
fn pid(note: &str) -> Option<u32> {
    let mut words = note.split_whitespace();
    words.nth(1).and_then(|word| word.parse().ok())
}

/// Whether a process is stopped by a signal (proc(5), `State: T`).
fn is_stopped(pid: u32) -> bool {
    let status = std::fs::read_to_string(format!("/proc/{pid}/status"));
    let status = status.unwrap_or_default();
    let state = status.lines().find_map(|line| line.strip_prefix("State:"));
    state.is_some_and(|state| state.trim_start().starts_with(['T', 't']))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_kernels_table_is_read() {
        let line = "7: FLOCK  ADVISORY  WRITE 4711 fe:1f:11592183 0 EOF";
        let check = |device, inode, holder, expected| {
            assert_eq!(is_held(line, device, inode, holder), expected);
        };
        check((0xfe, 0x1f), 11_592_183, None, true);
        check((0xfe, 0x1f), 11_592_184, Some(4711), false);
        check((0, 0x1f), 11_592_183, None, false);
        check((0, 0x1f), 11_592_183, Some(4711), true);
        let waits = "7: -> FLOCK  ADVISORY  WRITE 9 fe:1f:11592183 0 EOF";
        assert!(!is_held(waits, (0xfe, 0x1f), 11_592_183, Some(9)));
        assert_eq!(
            since("pid 1 (x) since 1970-01-01 01:00:09 +01:00"),
            Some(9)
        );
        assert_eq!(since("another run"), None);
    }

    #[test]
    fn a_stopped_holder_is_told() {
        let mut child =
            std::process::Command::new("sleep").arg("60").spawn().unwrap();
        let id = nix::unistd::Pid::from_raw(child.id() as i32);
        assert!(!is_stopped(child.id()));
        nix::sys::signal::kill(id, nix::sys::signal::SIGSTOP).unwrap();
        for _ in 0..100 {
            if is_stopped(child.id()) {
                break;
            }
            std::thread::sleep(Duration::from_millis(10));
        }
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("lock");
        let note = format!("pid {} (dhcp) since x", child.id());
        files::replace(&path, note.as_bytes(), 0o600).unwrap();
        let stop = held(File::open(&path).unwrap(), &path);
        child.kill().unwrap();
        let _ = child.wait();
        assert!(stop.message.ends_with(", which is stopped"), "{stop:?}");
        assert!(stop.hint.unwrap().contains("kill -CONT"));
    }

    #[test]
    fn the_second_is_told_who_was_first() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("run/lock");
        let first = Lock::acquire(&path, "dhcp", Duration::ZERO).unwrap();
        let error = Lock::acquire(&path, "dhcp", Duration::ZERO).unwrap_err();
        let stop = error.downcast_ref::<Stop>().unwrap();
        assert_eq!(stop.exit, Exit::Locked);
        let who = format!("pid {} (dhcp) since", std::process::id());
        assert!(stop.message.contains(&who), "{}", stop.message);
        let holder = Holder::find(&path).unwrap();
        assert!(holder.note.contains(&who), "{holder:?}");
        let age = jiff::Timestamp::now().as_second() - holder.since.unwrap();
        assert!((0..60).contains(&age), "{holder:?}");
        drop(first);
        assert_eq!(Holder::find(&path), None);
        Lock::acquire(&path, "dhcp", Duration::ZERO).unwrap();
    }
}
