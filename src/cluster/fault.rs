//! What went wrong between rsync, ssh and the other machine: told apart by
//! exit code and by what both say, because 12 and 255 come for the same
//! causes (measured with rsync 3.2 and OpenSSH 9.2).

use std::net::Ipv4Addr;

/// A kind of failure, one for each thing that a person does about it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// Nothing answers on the ssh port.
    Unreachable,
    /// The connection stands, but nothing comes any more.
    Silent,
    /// The connection broke off.
    Broken,
    /// The host key is another than the known one.
    HostKeyChanged,
    /// The host key is not known.
    HostKeyUnknown,
    /// The slave does not accept our key.
    KeyRefused,
    /// Every key that could be offered has a pass phrase.
    KeyLocked,
    /// What comes from the slave is not rsync's.
    ShellTalks,
    /// There is no rsync on the slave.
    NoRsyncThere,
    /// There is no ssh here.
    NoSshHere,
    /// A file system of the slave is full.
    DiskFull,
    /// A file system of the slave is mounted read-only.
    ReadOnly,
    /// A file cannot be read here, or not be written there.
    Denied,
    /// More was to be deleted than was planned.
    DeleteLimit,
    /// It was ended because it took too long in all.
    TooLong,
    /// Anything else.
    Other,
}

/// A failure with the words of the program that met it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fault {
    /// What kind it is.
    pub kind: Kind,
    /// The line of rsync or ssh that says most.
    pub said: String,
}

/// Words of rsync or ssh, and what they mean; the first that occurs counts.
const SIGNS: &[(&str, Kind)] = &[
    ("HOST IDENTIFICATION HAS CHANGED", Kind::HostKeyChanged),
    ("host key is known for", Kind::HostKeyUnknown),
    ("Host key verification failed", Kind::HostKeyUnknown),
    ("Permission denied (publickey", Kind::KeyRefused),
    ("Permission denied (password", Kind::KeyRefused),
    ("Permission denied (keyboard", Kind::KeyRefused),
    ("Permission denied (gssapi", Kind::KeyRefused),
    ("Permission denied (hostbased", Kind::KeyRefused),
    ("Too many authentication failures", Kind::KeyRefused),
    ("is your shell clean", Kind::ShellTalks),
    ("protocol incompatibility", Kind::ShellTalks),
    ("rsync: command not found", Kind::NoRsyncThere),
    ("rsync: not found", Kind::NoRsyncThere),
    ("rsync: No such file", Kind::NoRsyncThere),
    ("Failed to exec", Kind::NoSshHere),
    ("during banner exchange", Kind::Silent),
    ("not responding", Kind::Silent),
    ("timeout in data send/receive", Kind::Silent),
    ("Connection refused", Kind::Unreachable),
    ("Connection timed out", Kind::Unreachable),
    ("No route to host", Kind::Unreachable),
    ("Network is unreachable", Kind::Unreachable),
    ("No space left on device", Kind::DiskFull),
    ("Disk quota exceeded", Kind::DiskFull),
    ("Read-only file system", Kind::ReadOnly),
    ("Permission denied (13)", Kind::Denied),
    ("Operation not permitted", Kind::Denied),
    ("--max-delete limit", Kind::DeleteLimit),
    ("Connection reset", Kind::Broken),
    ("Connection closed", Kind::Broken),
    ("Broken pipe", Kind::Broken),
    ("connection unexpectedly closed", Kind::Broken),
];

impl Fault {
    /// Reads the exit code (None: killed by a signal) and stderr of rsync.
    pub fn read(code: Option<i32>, stderr: &str) -> Self {
        let sign = SIGNS.iter().find_map(|(sign, kind)| {
            let line = stderr.lines().find(|line| line.contains(sign))?;
            Some((*kind, line.trim().to_string()))
        });
        if let Some((kind, said)) = sign {
            let other = (kind == Kind::Broken).then(|| last_words(stderr));
            return Self { kind, said: other.flatten().unwrap_or(said) };
        }
        let kind = match code {
            Some(127) => Kind::NoRsyncThere,
            Some(2) if stderr.contains("protocol") => Kind::ShellTalks,
            Some(14) => Kind::NoSshHere,
            Some(25) => Kind::DeleteLimit,
            Some(30 | 35) => Kind::Silent,
            Some(10 | 12 | 20 | 255) => Kind::Broken,
            _ => Kind::Other,
        };
        Self { kind, said: first_words(code, stderr) }
    }

    /// Whether the next path of the same slave would fail just so.
    pub fn is_of_the_slave(&self) -> bool {
        !matches!(
            self.kind,
            Kind::DiskFull
                | Kind::ReadOnly
                | Kind::Denied
                | Kind::DeleteLimit
                | Kind::Other
        )
    }

    /// What happened, for the message: '… : what' and why.
    pub fn words(&self) -> String {
        let what = match self.kind {
            Kind::Unreachable => "nothing answers on the ssh port",
            Kind::Silent => "the slave went silent",
            Kind::Broken => "the connection broke off",
            Kind::HostKeyChanged => {
                "the host key is not the one that is known for this slave"
            }
            Kind::HostKeyUnknown => "the host key of the slave is not known",
            Kind::KeyRefused => "the slave does not accept our ssh key",
            Kind::KeyLocked => {
                "our ssh key has a pass phrase, which nobody enters here"
            }
            Kind::ShellTalks => {
                "the slave's shell prints something at login, where only \
                 rsync may talk"
            }
            Kind::NoRsyncThere => "rsync is missing on the slave",
            Kind::NoSshHere => "ssh cannot be started on this machine",
            Kind::DiskFull => "a file system of the slave is full",
            Kind::ReadOnly => "a file system of the slave is read-only",
            Kind::Denied => "not everything may be read here or written there",
            Kind::DeleteLimit => {
                "more was to be deleted on the slave than had been planned"
            }
            Kind::TooLong => "it took too long and was ended",
            Kind::Other => "rsync failed",
        };
        if self.said.is_empty() {
            return what.into();
        }
        format!("{what} ({})", self.said)
    }

    /// What to do about it.
    pub fn hint(&self, slave: Ipv4Addr, port: u64) -> String {
        match self.kind {
            Kind::Unreachable => format!(
                "is the slave up, and sshd on port {port} (SLAVE_SSH_PORT)? \
                 try: ssh -p {port} {slave}"
            ),
            Kind::Silent | Kind::Broken => format!(
                "look at the slave and the line to it; what was there stays, \
                 the next run completes it (PROVHA__SYNC_IO_TIMEOUT); try: \
                 ssh -p {port} {slave}"
            ),
            Kind::HostKeyChanged => format!(
                "if the slave was reinstalled: compare its key at its \
                 console, then ssh-keygen -R '[{slave}]:{port}' and enter \
                 the new one; if not, someone stands between"
            ),
            Kind::HostKeyUnknown => format!(
                "enter it once: ssh-keyscan -p {port} {slave}, compare it at \
                 the slave's console, add it to root's known_hosts \
                 (PROVHA__SSH_KNOWN_HOSTS)"
            ),
            Kind::KeyRefused => format!(
                "put this machine's public key into the slave's \
                 authorized_keys: ssh-copy-id -p {port} {slave} \
                 (PROVHA__SSH_IDENTITY, PROVHA__SSH_USER)"
            ),
            Kind::KeyLocked => "give this machine a key without one: \
                ssh-keygen -N '' -f FILE (PROVHA__SSH_IDENTITY)"
                .into(),
            Kind::ShellTalks => format!(
                "'ssh -p {port} {slave} true' must print nothing: move what \
                 prints in ~/.bashrc there behind 'case $- in *i*) ;; *) \
                 return ;; esac'"
            ),
            Kind::NoRsyncThere => "install rsync on the slave".into(),
            Kind::NoSshHere => {
                "install the ssh client, or set PROVHA__SSH_BIN".into()
            }
            Kind::DiskFull => "make room on the slave; no file was cut short \
                               there, the next run completes it"
                .into(),
            Kind::ReadOnly => {
                "mount it writable on the slave, and see why it is not".into()
            }
            Kind::Denied => {
                "run it as root here, and let it log in as root there \
                 (PROVHA__SSH_USER)"
                    .into()
            }
            Kind::DeleteLimit => {
                "the files changed under the run; the next one looks again"
                    .into()
            }
            Kind::TooLong => {
                "the next run continues from there; for slow lines raise \
                 PROVHA__SYNC_TIMEOUT"
                    .into()
            }
            Kind::Other => {
                "the slave keeps what it had; -v shows the command".into()
            }
        }
    }
}

/// The last line that is not rsync's: what the slave said before it hung up.
fn last_words(stderr: &str) -> Option<String> {
    let of_slave = |line: &&str| !line.is_empty() && !line.starts_with("rsync");
    stderr.lines().map(str::trim).rfind(of_slave).map(Into::into)
}

/// The first line that is no banner, else the exit code.
fn first_words(code: Option<i32>, stderr: &str) -> String {
    let lines = || stderr.lines().map(str::trim).filter(|l| !l.is_empty());
    let of_rsync =
        |line: &&str| line.starts_with("rsync") || line.starts_with("ssh");
    match (lines().find(of_rsync).or_else(|| lines().next()), code) {
        (Some(line), _) => line.into(),
        (None, Some(code)) => format!("exit code {code}"),
        (None, None) => "killed by a signal".into(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(code: i32, stderr: &str, expected: Kind) {
        assert_eq!(Fault::read(Some(code), stderr).kind, expected, "{stderr}");
    }

    #[test]
    fn the_words_of_ssh_and_rsync_tell_the_causes_apart() {
        check(
            255,
            "ssh: connect to host 10.0.0.2 port 22: Connection refused\n\
             rsync: connection unexpectedly closed (0 bytes received)",
            Kind::Unreachable,
        );
        check(
            12,
            "No ED25519 host key is known for [10.0.0.2]:22 and you have \
             requested strict checking.\nHost key verification failed.",
            Kind::HostKeyUnknown,
        );
        check(
            255,
            "@ WARNING: REMOTE HOST IDENTIFICATION HAS CHANGED! @\n\
             Host key verification failed.",
            Kind::HostKeyChanged,
        );
        check(
            255,
            "root@10.0.0.2: Permission denied (publickey).",
            Kind::KeyRefused,
        );
        check(
            11,
            "rsync: write failed on \"/x\": No space left on device (28)",
            Kind::DiskFull,
        );
        check(
            23,
            "rsync: send_files failed to open \"/x\": Permission denied (13)",
            Kind::Denied,
        );
        check(
            2,
            "protocol version mismatch -- is your shell clean?\n(see the \
             rsync manpage for an explanation)\nrsync error: protocol \
             incompatibility (code 2) at compat.c(622)",
            Kind::ShellTalks,
        );
        check(
            127,
            "bash: line 1: rsync: command not found",
            Kind::NoRsyncThere,
        );
        check(30, "[sender] io timeout after 2 seconds", Kind::Silent);
        check(255, "Connection timed out during banner exchange", Kind::Silent);
        check(255, "", Kind::Broken);
        check(1, "", Kind::Other);
    }

    #[test]
    fn what_a_path_causes_does_not_stop_the_others() {
        assert!(Fault::read(Some(255), "").is_of_the_slave());
        let full = Fault::read(Some(11), "No space left on device (28)");
        assert!(!full.is_of_the_slave());
    }

    #[test]
    fn what_the_slave_said_before_it_hung_up_is_told() {
        let said = "/usr/bin/rrsync error: invalid syntax\n\
                    rsync: connection unexpectedly closed (0 bytes)\n\
                    rsync error: error in data stream (code 12)\n";
        let fault = Fault::read(Some(12), said);
        assert_eq!(fault.kind, Kind::Broken);
        assert_eq!(fault.said, "/usr/bin/rrsync error: invalid syntax");
    }

    #[test]
    fn a_banner_does_not_hide_the_reason() {
        let fault = Fault::read(Some(1), "Authorised use only\nrsync: odd\n");
        assert_eq!(fault.words(), "rsync failed (rsync: odd)");
        assert_eq!(first_words(Some(7), ""), "exit code 7");
    }
}
