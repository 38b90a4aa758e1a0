//! The stock rsync over the stock ssh: the command line, without a shell on
//! either side, and its itemised answer (rsync(1), `--itemize-changes`).

use std::ffi::OsString;
use std::net::Ipv4Addr;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use crate::cluster::fault::{Fault, Kind};
use crate::system::{files, process};

/// How slaves are reached.
#[derive(Debug, Clone)]
pub struct Transport {
    /// The rsync program here.
    pub rsync: String,
    /// The ssh program here.
    pub ssh: String,
    /// The user on the slave.
    pub user: String,
    /// The port of the slave's sshd.
    pub port: u64,
    /// The private key; None: what ssh finds by itself.
    pub identity: Option<PathBuf>,
    /// The known host keys; None: what ssh finds by itself.
    pub known_hosts: Option<PathBuf>,
    /// ssh's configuration file; None: what ssh finds by itself.
    pub config: Option<PathBuf>,
    /// How long connecting may take.
    pub connect_timeout: Duration,
    /// After how long a silence it is given up.
    pub io_timeout: Duration,
    /// How long one path may take in all.
    pub timeout: Duration,
    /// What stands for `/` here.
    pub root: PathBuf,
    /// The directory that stands for `/` on the slave.
    pub target_root: String,
}

/// What to send.
#[derive(Debug, Clone, Copy)]
pub struct Load<'a> {
    /// The absolute path, as it stands on the slave.
    pub path: &'a str,
    /// Whether it is a directory.
    pub is_dir: bool,
    /// Whether it is a link to a file, whose content is meant.
    pub is_link: bool,
    /// Names below it that are left out.
    pub without: &'a [String],
}

/// How a call deals with the slave's files.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mode {
    /// Only tells what it would do, deletions included.
    Look,
    /// Sends, and deletes at most so many entries.
    Send {
        /// The limit; 0 turns deleting off.
        deletions: usize,
    },
}

/// One change on the slave.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Item {
    /// What is done.
    pub change: Change,
    /// The absolute path; for a link with its target.
    pub name: String,
    /// Size of the file, octets.
    pub bytes: u64,
    /// Whether the slave had nothing of that name.
    pub created: bool,
}

/// The kinds of changes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Change {
    /// A file that is new on the slave.
    New,
    /// A file with other content.
    Content,
    /// A directory, a link or the like that is new or another.
    Made,
    /// Only owner, mode or time.
    Attributes,
    /// Deleted on the slave.
    Deleted,
}

impl Change {
    /// The word in the itemised result.
    pub fn word(self) -> &'static str {
        match self {
            Self::New => "new",
            Self::Content => "changed",
            Self::Made => "made",
            Self::Attributes => "attributes",
            Self::Deleted => "deleted",
        }
    }
}

/// What a call of rsync did.
#[derive(Debug)]
pub struct Answer {
    /// The changes, in rsync's order.
    pub items: Vec<Item>,
    /// Whether files vanished here while they were read (code 24).
    pub vanished: bool,
}

impl Transport {
    /// Calls rsync once, for one path or several.
    ///
    /// # Errors
    /// The fault, told apart.
    pub fn call(
        &self,
        slave: Ipv4Addr,
        loads: &[Load<'_>],
        mode: Mode,
    ) -> Result<Answer, Fault> {
        let mut command = self.command(slave, loads, mode);
        let other = |said: String| Fault { kind: Kind::Other, said };
        let ended = process::run_apart(&mut command, self.timeout)
            .map_err(|error| other(format!("{}: {error}", self.rsync)))?;
        let Some(status) = ended.status else {
            let seconds = self.timeout.as_secs();
            let said = format!("after {seconds} s");
            return Err(Fault { kind: Kind::TooLong, said });
        };
        match status.code() {
            // 24: files vanished while they were read. What took their place
            // goes with the next call, and the rest did arrive.
            Some(code @ (0 | 24)) => {
                let items = items(&ended.stdout);
                Ok(Answer { items, vanished: code == 24 })
            }
            code => {
                let fault = Fault::read(code, &ended.stderr);
                match fault.kind {
                    Kind::KeyRefused => {
                        Err(self.without_key().unwrap_or(fault))
                    }
                    _ => Err(fault),
                }
            }
        }
    }

    /// The fault, where each private key that ssh can offer has a pass
    /// phrase: nobody is there to enter it, so no key was offered.
    fn without_key(&self) -> Option<Fault> {
        let keys = match &self.identity {
            Some(key) => vec![key.clone()],
            None => own_keys(),
        };
        let locked = |key: &&PathBuf| {
            files::text_through(key).is_ok_and(|text| is_locked(&text))
        };
        let locked: Vec<&PathBuf> = keys.iter().filter(locked).collect();
        let first = locked.first().filter(|_| locked.len() == keys.len())?;
        let said = first.display().to_string();
        Some(Fault { kind: Kind::KeyLocked, said })
    }

    /// The command line.
    ///
    /// `-R` with `/./` sends below the target root under the full path, and
    /// with `--no-implied-dirs` the directories above it are made where they
    /// are missing and left alone where they are not. Nanoseconds count: a
    /// file that is written twice in one second is sent twice.
    ///
    /// No `-K`: a link on the slave in the place of a directory is replaced.
    /// Followed, it would let whoever may write here make a link first and a
    /// directory of that name later, and so write anywhere there as root.
    pub fn command(
        &self,
        slave: Ipv4Addr,
        loads: &[Load<'_>],
        mode: Mode,
    ) -> Command {
        let mut command = Command::new(
            process::find(&self.rsync).unwrap_or_else(|| (&self.rsync).into()),
        );
        // What it says is read, so it has to be in English.
        command.env("LC_ALL", "C").env_remove("RSYNC_RSH");
        command.args(["-rlptgoR", "--no-implied-dirs", "-8"]);
        command.args(["--modify-window=-1", "--out-format=%i|%l|%n%L"]);
        command.arg(format!("--timeout={}", self.io_timeout.as_secs()));
        match mode {
            Mode::Look if loads.iter().any(|load| load.is_dir) => {
                command.args(["-n", "--delete-delay"]);
            }
            Mode::Look => {
                command.arg("-n");
            }
            Mode::Send { deletions: 0 } => {}
            Mode::Send { deletions } => {
                command.arg("--delete-delay");
                command.arg(format!("--max-delete={deletions}"));
            }
        }
        for load in loads {
            let path = load.path.trim_matches('/');
            for name in load.without {
                command.arg(format!("--exclude={}", pattern(path, name)));
            }
        }
        if loads.iter().any(|load| load.is_link) {
            command.arg("--copy-links");
        }
        let target = format!("{}/", self.target_root.trim_end_matches('/'));
        let plain = |b: u8| b.is_ascii_alphanumeric() || b"/._-+".contains(&b);
        let mut names = loads.iter().map(|load| load.path).chain([&*target]);
        if !names.all(|name| name.bytes().all(plain)) {
            command.arg("--protect-args");
        }
        command.arg("-e").arg(self.remote_shell()).arg("--");
        command.args(loads.iter().map(|load| self.source(*load)));
        command.arg(format!("{}@{slave}:{target}", self.user));
        command
    }

    /// The local path, with rsync's mark of where the sent path begins.
    fn source(&self, load: Load<'_>) -> OsString {
        let mut source = self.root.clone().into_os_string();
        let path = load.path.trim_matches('/');
        let slash = if load.is_dir { "/" } else { "" };
        source.push(format!("/./{path}{slash}"));
        source
    }

    /// One command of a shell on the other machine.
    pub fn login(&self, machine: Ipv4Addr, line: &str) -> Command {
        let words = self.ssh_words();
        let mut command = Command::new(&words[0]);
        command.env("LC_ALL", "C").args(&words[1..]);
        command.arg("--").arg(format!("{}@{machine}", self.user)).arg(line);
        command
    }

    /// rsync's `-e`: it splits the text at blanks and knows quotes.
    fn remote_shell(&self) -> String {
        let words = self.ssh_words();
        words.iter().map(|word| quoted(word)).collect::<Vec<_>>().join(" ")
    }

    /// ssh with its options. What comes first wins in ssh, the command line
    /// before any file: strictness cannot be configured away.
    pub fn ssh_words(&self) -> Vec<String> {
        let ssh = process::find(&self.ssh)
            .map_or_else(|| self.ssh.clone(), |p| p.display().to_string());
        let seconds = self.connect_timeout.as_secs();
        let alive = (self.io_timeout.as_secs() / 3).max(1);
        let mut words = vec![ssh, "-T".into()];
        if let Some(config) = &self.config {
            words.extend(["-F".into(), config.display().to_string()]);
        }
        words.extend(["-p".into(), self.port.to_string()]);
        let mut option = |text: String| words.extend(["-o".into(), text]);
        for fixed in [
            "BatchMode=yes",
            "StrictHostKeyChecking=yes",
            "UpdateHostKeys=no",
            "ClearAllForwardings=yes",
            "ForwardAgent=no",
            "ForwardX11=no",
            "ConnectionAttempts=1",
            "ServerAliveCountMax=3",
        ] {
            option(fixed.into());
        }
        option(format!("ConnectTimeout={seconds}"));
        option(format!("ServerAliveInterval={alive}"));
        if let Some(path) = &self.identity {
            option(format!("IdentityFile={}", ssh_path(path)));
            option("IdentitiesOnly=yes".into());
        }
        if let Some(path) = &self.known_hosts {
            option(format!("UserKnownHostsFile={}", ssh_path(path)));
        }
        words
    }
}

/// The pattern of one name below a path; rsync takes a backslash for an escape
/// only where there are wildcards (rsync(1), "PATTERN MATCHING RULES").
fn pattern(path: &str, name: &str) -> String {
    let whole = format!("/{path}/{name}");
    if !whole.contains(['*', '?', '[']) {
        return whole;
    }
    let mut out = String::new();
    for c in whole.chars() {
        if "*?[\\".contains(c) {
            out.push('\\');
        }
        out.push(c);
    }
    out
}

/// A path as a value of ssh's configuration: percent signs are its tokens,
/// blanks separate (`ssh_config(5)`).
fn ssh_path(path: &Path) -> String {
    let text = path.display().to_string().replace('%', "%%");
    if text.contains(' ') { format!("\"{text}\"") } else { text }
}

/// A word for rsync's `-e`; a quote inside is doubled (rsync(1)).
fn quoted(word: &str) -> String {
    if word.contains([' ', '"', '\'']) {
        return format!("'{}'", word.replace('\'', "''"));
    }
    word.into()
}

/// The itemised lines.
fn items(stdout: &str) -> Vec<Item> {
    let item = |line: &str| {
        let mut parts = line.splitn(3, '|');
        let (flags, bytes, name) =
            (parts.next()?, parts.next()?, parts.next()?);
        let created = flags.ends_with("+++++++++");
        let change = match flags.as_bytes() {
            [b'*', ..] => Change::Deleted,
            [b'<', ..] if created => Change::New,
            [b'<', ..] => Change::Content,
            [b'c' | b'h', ..] => Change::Made,
            _ => Change::Attributes,
        };
        let name = format!("/{}", name.trim_start_matches('/'));
        let bytes = bytes.parse().unwrap_or(0);
        Some(Item { change, name, bytes, created })
    };
    stdout.lines().filter_map(item).collect()
}

/// The private keys that ssh offers by itself, as far as they are there.
fn own_keys() -> Vec<PathBuf> {
    let home = std::env::var_os("HOME").map_or("/root".into(), PathBuf::from);
    let names = ["id_ed25519", "id_ecdsa", "id_rsa"];
    let all = names.map(|name| home.join(".ssh").join(name));
    all.into_iter().filter(|key| files::exists(key)).collect()
}

/// Whether a private key has a pass phrase: OpenSSH's form names the cipher
/// ('none' without one), PEM says that it is encrypted.
fn is_locked(key: &str) -> bool {
    use base64::Engine as _;
    if key.contains("ENCRYPTED") {
        return true;
    }
    let lines = key.lines().filter(|line| !line.starts_with("-----"));
    let text: String = lines.map(str::trim).collect();
    let engine = &base64::engine::general_purpose::STANDARD;
    let Ok(bytes) = engine.decode(text) else { return false };
    let cipher = bytes.strip_prefix(b"openssh-key-v1\0\0\0\0");
    cipher.is_some_and(|rest| !rest.starts_with(b"\x04none"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_with_a_pass_phrase_is_known() {
        let dir = tempfile::tempdir().unwrap();
        for (phrase, form, locked) in [
            ("", "RFC4716", false),
            ("secret", "RFC4716", true),
            ("", "PEM", false),
            ("secret", "PEM", true),
        ] {
            let path = dir.path().join(format!("{form}{locked}"));
            let made = Command::new("ssh-keygen")
                .args(["-q", "-t", "rsa", "-b", "2048", "-N", phrase])
                .args(["-m", form, "-f"])
                .arg(&path)
                .status();
            assert!(made.unwrap().success());
            let text = std::fs::read_to_string(&path).unwrap();
            assert_eq!(is_locked(&text), locked, "{form}");
        }
    }

    fn transport() -> Transport {
        Transport {
            rsync: "/no/rsync".into(),
            ssh: "/no/ssh".into(),
            user: "root".into(),
            port: 22,
            identity: Some("/k/a b".into()),
            known_hosts: None,
            config: None,
            connect_timeout: Duration::from_secs(3),
            io_timeout: Duration::from_secs(9),
            timeout: Duration::from_secs(60),
            root: "/r".into(),
            target_root: String::new(),
        }
    }

    fn words(load: Load<'_>, mode: Mode) -> Vec<String> {
        let slave = Ipv4Addr::new(10, 0, 0, 2);
        let command = transport().command(slave, &[load], mode);
        command.get_args().map(|a| a.to_string_lossy().into()).collect()
    }

    #[test]
    fn a_directory_is_named_from_the_root_on_both_sides() {
        let load = Load {
            path: "/tftpboot/fw",
            is_dir: true,
            is_link: false,
            without: &[],
        };
        let words = words(load, Mode::Send { deletions: 3 });
        let end = ["--", "/r/./tftpboot/fw/", "root@10.0.0.2:/"];
        assert!(words.ends_with(&end.map(String::from)), "{words:?}");
        assert!(words.contains(&"--max-delete=3".into()));
        assert!(!words.contains(&"-n".into()));
    }

    #[test]
    fn no_link_of_the_slave_is_followed_and_some_are_left_out() {
        let without = ["l".to_string(), "a*\\".to_string()];
        let path = "/tftpboot/fw";
        let load =
            Load { path, is_dir: true, is_link: false, without: &without };
        let words = words(load, Mode::Look);
        assert!(words.contains(&"-rlptgoR".into()), "{words:?}");
        assert!(words.contains(&"--exclude=/tftpboot/fw/l".into()));
        assert!(words.contains(&"--exclude=/tftpboot/fw/a\\*\\\\".into()));
    }

    #[test]
    fn nothing_is_deleted_unless_it_was_planned() {
        let load = Load {
            path: "/tftpboot/fw",
            is_dir: true,
            is_link: false,
            without: &[],
        };
        let sends = words(load, Mode::Send { deletions: 0 });
        assert!(sends.iter().all(|word| !word.contains("delete")));
        let file = Load {
            path: "/etc/k",
            is_dir: false,
            is_link: false,
            without: &[],
        };
        let looks = words(file, Mode::Look);
        assert!(looks.iter().all(|word| !word.contains("delete")));
        assert!(looks.contains(&"-n".into()));
    }

    #[test]
    fn odd_names_reach_no_shell() {
        let odd = Load {
            path: "/tftpboot/a b;c",
            is_dir: true,
            is_link: false,
            without: &[],
        };
        assert!(words(odd, Mode::Look).contains(&"--protect-args".into()));
        let shell = transport().remote_shell();
        assert!(shell.contains("'IdentityFile=\"/k/a b\"'"), "{shell}");
        assert!(shell.contains("StrictHostKeyChecking=yes"), "{shell}");
        assert_eq!(quoted("it's"), "'it''s'");
    }

    #[test]
    fn the_itemised_answer_is_read() {
        let items = items(
            ".d..t......|4096|tftpboot/fw/\n<f+++++++++|2|tftpboot/fw/a|b\n\
             <f.st......|7|tftpboot/fw/c\ncL+++++++++|4|tftpboot/fw/l -> x\n\
             *deleting  |0|tftpboot/fw/old\n\nsent 1 bytes\n",
        );
        let got: Vec<_> =
            items.iter().map(|i| (i.change.word(), &*i.name)).collect();
        assert_eq!(
            got,
            [
                ("attributes", "/tftpboot/fw/"),
                ("new", "/tftpboot/fw/a|b"),
                ("changed", "/tftpboot/fw/c"),
                ("made", "/tftpboot/fw/l -> x"),
                ("deleted", "/tftpboot/fw/old"),
            ]
        );
        let created = items.iter().filter(|item| item.created).count();
        assert_eq!((created, items[2].bytes), (2, 7));
    }
}
