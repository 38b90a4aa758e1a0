//! The flag by which a node tells its peer that it is about to restart dhcpd:
//! a file that our TFTP server shows.

use std::io;
use std::net::{Ipv4Addr, SocketAddr};
use std::path::{Path, PathBuf};
use std::sync::mpsc::{self, RecvTimeoutError, Sender};
use std::sync::{Arc, Mutex};
use std::thread::JoinHandle;
use std::time::{Duration, Instant, SystemTime};

use crate::clients::tftp;
use crate::clients::tftp::{ADVISORY, PORT, TftpError};
use crate::system::dir::Dir;
use crate::system::files;
use crate::system::files::{Doing, Owner};
use crate::system::gate;

/// How often a flag that is up gets new content: its owner lives.
const BEAT: Duration = Duration::from_secs(2);
/// A flag whose content is the same for this long belongs to a run that was
/// killed.
const STALE: Duration = Duration::from_secs(10);
/// 'File not found' (RFC 1350 section 5).
const NOT_FOUND: u16 = 1;

/// Our flag; lowered when it is dropped.
#[derive(Debug)]
pub struct Flag {
    path: PathBuf,
    beat: Option<(Sender<()>, JoinHandle<()>)>,
    /// When it was last written.
    last: Arc<Mutex<Instant>>,
}

impl Flag {
    /// The flag below the TFTP directory; it is not up yet.
    pub fn new(tftp_dir: &Path) -> Self {
        let last = Arc::new(Mutex::new(Instant::now()));
        Self { path: tftp_dir.join(ADVISORY), beat: None, last }
    }

    /// True if it is not up, or if it was never still for so long that the
    /// peer may have passed over it.
    pub fn beats(&self) -> bool {
        let last = self.last.lock().map_or(None, |last| Some(*last));
        let beats = last.is_some_and(|last| last.elapsed() < STALE / 2);
        self.beat.is_none() || beats
    }

    /// Raises it, if it is not up; from then on its content changes.
    pub fn raise(&mut self) -> files::Result<()> {
        if self.beat.is_some() {
            return Ok(());
        }
        let path = self.path.clone();
        let run = format!("{} {}", std::process::id(), crate::env::now());
        let write = move |count: u64| {
            let text = format!("provha {run} {count}\n");
            // Each beat opens the directory again: it may be another by now.
            let (dir, name) = Dir::parent(&path)?;
            let bytes = text.as_bytes();
            files::replace_at(&dir, name, bytes, 0o644, Owner::default())
        };
        // An interrupted run takes it along.
        gate::temporary(&self.path);
        write(0)?;
        let last = Arc::clone(&self.last);
        note(&last);
        let (end, ended) = mpsc::channel::<()>();
        let beat = move || {
            let mut count = 0;
            while ended.recv_timeout(BEAT) == Err(RecvTimeoutError::Timeout) {
                count += 1;
                // One beat that is missed does not make the flag stale. One
                // that comes too late does not make it good again.
                if write(count).is_ok() && is_fresh(&last) {
                    note(&last);
                }
            }
        };
        let beat = std::thread::Builder::new()
            .spawn(beat)
            .inspect_err(|_| drop(files::remove_if_there(&self.path)))
            .doing("keep up", &self.path)?;
        self.beat = Some((end, beat));
        Ok(())
    }

    /// Lowers it.
    pub fn lower(&mut self) {
        let Some((end, beat)) = self.beat.take() else { return };
        drop(end);
        let _ = beat.join();
        let _ = files::remove_if_there(&self.path);
        gate::forget(&self.path);
    }
}

impl Drop for Flag {
    fn drop(&mut self) {
        self.lower();
    }
}

/// Notes that the flag was written.
fn note(last: &Mutex<Instant>) {
    if let Ok(mut last) = last.lock() {
        *last = Instant::now();
    }
}

/// True if the flag never stood still for long.
fn is_fresh(last: &Mutex<Instant>) -> bool {
    last.lock().is_ok_and(|last| last.elapsed() < STALE / 2)
}

/// Removes what a killed run left up; whoever holds the machine's lock may.
/// A flag that beats stays: `watch` keeps one up until its dhcpd serves.
pub fn sweep(tftp_dir: &Path) {
    let path = tftp_dir.join(ADVISORY);
    if is_alive(&path) {
        return;
    }
    for path in [files::temp_of(&path), path] {
        let _ = files::remove_if_there(&path);
    }
}

/// Octets of a flag at most; ours has some dozens.
const MOST_FLAG: u64 = 4096;

/// True if a flag was written a moment ago by a process that lives.
fn is_alive(path: &Path) -> bool {
    let Ok((_, meta)) = files::open_through(path) else { return false };
    let age = meta
        .modified()
        .map_or(None, |at| SystemTime::now().duration_since(at).ok());
    let text = files::read_at_most(path, MOST_FLAG).unwrap_or_default();
    let text = String::from_utf8_lossy(&text);
    let pid = text.split(' ').nth(1).unwrap_or_default();
    let lives = pid
        .parse::<u32>()
        .is_ok_and(|pid| Path::new("/proc").join(pid.to_string()).exists());
    lives && age.is_some_and(|age| age < STALE)
}

/// What a TFTP server shows of a node's flag.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Shown {
    /// It is up; its content.
    Up(Vec<u8>),
    /// It is down.
    Down,
    /// Nobody knows; why.
    Unknown(String),
}

/// Asks the TFTP server of a node for its flag.
pub fn ask(node: Ipv4Addr) -> Shown {
    match tftp::read(SocketAddr::from((node, PORT)), ADVISORY) {
        Ok(content) => Shown::Up(content),
        Err(TftpError::Refused { code: NOT_FOUND, .. }) => Shown::Down,
        Err(TftpError::Silent { source, .. })
            if source.kind() == io::ErrorKind::TimedOut =>
        {
            Shown::Unknown(format!("the TFTP server of {node} is silent"))
        }
        Err(error) => Shown::Unknown(error.to_string()),
    }
}

/// How long the peer's flag has been seen up.
#[derive(Debug, Default)]
pub struct Sight {
    /// Content and since when it is the same.
    content: Option<(Vec<u8>, Instant)>,
    /// Since when it was never down.
    up: Option<Instant>,
}

/// What a flag that is up means.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Meaning {
    /// The peer is restarting its dhcpd, or about to.
    Lives,
    /// A run that was killed left it behind.
    Stale,
    /// It lives, but for longer than a restart may take.
    TooLong,
}

impl Sight {
    /// The flag was seen down.
    pub fn down(&mut self) {
        *self = Self::default();
    }

    /// The flag was seen up at `now`; it is respected for `limit` at the
    /// most.
    pub fn up(
        &mut self,
        content: Vec<u8>,
        now: Instant,
        limit: Duration,
    ) -> Meaning {
        let up = *self.up.get_or_insert(now);
        let since = match self.content.take() {
            Some((last, since)) if last == content => since,
            _ => now,
        };
        self.content = Some((content, since));
        if now - since >= STALE.min(limit) {
            return Meaning::Stale;
        }
        match now - up >= limit {
            true => Meaning::TooLong,
            false => Meaning::Lives,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::os::unix::fs::PermissionsExt;

    #[test]
    fn a_flag_is_up_until_it_is_dropped() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join(ADVISORY);
        let mut flag = Flag::new(dir.path());
        flag.raise().unwrap();
        let mode = std::fs::metadata(&path).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o644);
        let text = std::fs::read(&path).unwrap();
        flag.raise().unwrap();
        assert_eq!(std::fs::read(&path).unwrap(), text);
        flag.lower();
        assert!(!path.exists());
        flag.raise().unwrap();
        drop(flag);
        assert!(!path.exists());
    }

    #[test]
    fn a_flag_that_is_left_over_is_swept() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join(ADVISORY);
        files::replace(&path, b"x", 0o644).unwrap();
        sweep(dir.path());
        assert!(!path.exists());
        sweep(&dir.path().join("none"));
        let mut flag = Flag::new(&dir.path().join("none"));
        assert!(flag.raise().is_err());
    }

    #[test]
    fn a_flag_that_stands_still_is_stale() {
        let begin = Instant::now();
        let at = |seconds| begin + Duration::from_secs(seconds);
        let limit = Duration::from_secs(60);
        let mut sight = Sight::default();
        let mut see = |text: &str, seconds| {
            sight.up(text.as_bytes().to_vec(), at(seconds), limit)
        };
        assert_eq!(see("1", 0), Meaning::Lives);
        assert_eq!(see("1", 9), Meaning::Lives);
        assert_eq!(see("2", 11), Meaning::Lives);
        assert_eq!(see("2", 21), Meaning::Stale);
        assert_eq!(see("3", 59), Meaning::Lives);
        assert_eq!(see("4", 60), Meaning::TooLong);
        sight.down();
        let meaning = sight.up(b"4".to_vec(), at(61), limit);
        assert_eq!(meaning, Meaning::Lives);
    }
}
