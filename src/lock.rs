//! One run at a time on a machine: a kernel lock, gone with its holder.

use std::fs::{File, OpenOptions};
use std::io::{Read, Seek, Write};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use nix::fcntl::{Flock, FlockArg};

use crate::exit::{Exit, Stop};
use crate::files::{self, Doing};

/// The lock, held until it is dropped.
#[derive(Debug)]
pub struct Lock {
    _file: Flock<File>,
}

impl Lock {
    /// Takes the lock, waiting `wait` at the most.
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
                Err((back, _)) if Instant::now() < end => {
                    file = back;
                    std::thread::sleep(Duration::from_millis(50));
                }
                Err((back, nix::errno::Errno::EWOULDBLOCK)) => {
                    return Err(held(back, path).into());
                }
                Err((_, errno)) => {
                    return Err(Stop::failed(format!(
                        "cannot lock {}: {errno}",
                        path.display()
                    ))
                    .into());
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
        Ok(Self { _file: locked })
    }
}

/// Opens the lock file, making it and its directory.
fn open(path: &Path) -> anyhow::Result<File> {
    if let Some(parent) = path.parent() {
        files::make_dirs(parent)?;
    }
    let file = OpenOptions::new()
        .read(true)
        .write(true)
        .create(true)
        .truncate(false)
        .open(path)
        .doing("open the lock file", path)?;
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
    Stop {
        exit: Exit::Locked,
        message: format!("{} is held by {who}", path.display()),
        hint: Some(
            "it goes on by itself; --lock-wait SECONDS waits for it".into(),
        ),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

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
        drop(first);
        Lock::acquire(&path, "dhcp", Duration::ZERO).unwrap();
    }
}
