//! The journal of systemd, for a run whose stderr it is: what is said arrives
//! with fields by which it can be searched (systemd.journal-fields(7)).

use std::os::unix::net::UnixDatagram;
use std::time::Duration;

use crate::env::Env;

/// Where journald takes messages, as 'Native Journal Protocol' says.
const SOCKET: &str = "/run/systemd/journal/socket";
/// How long it has to take one.
const PATIENCE: Duration = Duration::from_secs(1);
/// The id of the line that ends a run, for `journalctl MESSAGE_ID=`.
pub const SUMMARY: &str = "5c6e0cbb4d1f4b0f9f2f6f7d2d0c9a31";

/// How much a message matters (syslog(3)).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Level {
    /// Something failed.
    Error = 3,
    /// Something is odd.
    Warning = 4,
    /// What was done.
    Info = 6,
    /// Details.
    Debug = 7,
}

/// A field of a message: its name without `PROVHA_`, and its value.
pub type Field<'a> = (&'a str, &'a str);

/// A connection to journald.
#[derive(Debug)]
pub struct Journal(UnixDatagram);

impl Journal {
    /// The journal, if stderr is connected to it and it can be reached.
    pub fn of(env: &Env) -> Option<Self> {
        let stream = env.var("JOURNAL_STREAM")?;
        let (device, inode) = stream.split_once(':')?;
        let meta = nix::sys::stat::fstat(std::io::stderr()).ok()?;
        // A variable that was inherited says nothing about this stderr
        // (systemd.exec(5), $JOURNAL_STREAM).
        let same = device.parse() == Ok(meta.st_dev)
            && inode.parse() == Ok(meta.st_ino);
        let socket = UnixDatagram::unbound().ok().filter(|_| same)?;
        socket.connect(SOCKET).ok()?;
        // A journald that hangs must not hold up a run.
        socket.set_write_timeout(Some(PATIENCE)).ok()?;
        Some(Self(socket))
    }

    /// Sends a message; false where journald does not take it, which is to be
    /// said on stderr then: that leads to the same journal, without fields.
    pub fn send(&self, level: Level, text: &str, fields: &[Field<'_>]) -> bool {
        self.0.send(&message(level, text, fields)).is_ok()
    }
}

/// A message as journald reads it.
fn message(level: Level, text: &str, fields: &[Field<'_>]) -> Vec<u8> {
    let mut out = Vec::new();
    add(&mut out, "MESSAGE", text);
    add(&mut out, "PRIORITY", &(level as u8).to_string());
    add(&mut out, "SYSLOG_IDENTIFIER", "provha");
    for (name, value) in fields {
        match *name {
            "MESSAGE_ID" => add(&mut out, name, value),
            name => add(&mut out, &format!("PROVHA_{name}"), value),
        }
    }
    out
}

/// Adds a field; one with several lines has its length before it.
fn add(out: &mut Vec<u8>, name: &str, value: &str) {
    out.extend_from_slice(name.as_bytes());
    if value.contains('\n') {
        out.push(b'\n');
        out.extend_from_slice(&(value.len() as u64).to_le_bytes());
    } else {
        out.push(b'=');
    }
    out.extend_from_slice(value.as_bytes());
    out.push(b'\n');
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fields_have_their_form() {
        let text = message(Level::Warning, "a=b", &[("ID", "7")]);
        let expected = "MESSAGE=a=b\nPRIORITY=4\nSYSLOG_IDENTIFIER=provha\n\
                        PROVHA_ID=7\n";
        assert_eq!(String::from_utf8(text).unwrap(), expected);
        let lines = message(Level::Error, "a\nb", &[]);
        assert!(lines.starts_with(b"MESSAGE\n\x03\0\0\0\0\0\0\0a\nb\nPRIO"));
    }

    #[test]
    fn an_inherited_variable_is_no_journal() {
        let vars = [("JOURNAL_STREAM".to_string(), "1:2".to_string())];
        let env = Env {
            args: Vec::new(),
            vars: vars.into_iter().collect(),
            terminal: false,
        };
        assert!(Journal::of(&env).is_none());
    }
}
