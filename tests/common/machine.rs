//! A machine for the program: a root, env files, a host name, a run.

use std::ffi::OsStr;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use tempfile::TempDir;

use super::{fixture, schema, tree};

/// Most texts of the golden network name objects of MIBs that only their
/// makers have, so that most devices have no boot file: that is refused at
/// the end of a run, unless it is the limit.
pub const GOLDEN_TEXTS: (&str, &str) = ("PROVHA__GUARD_NO_FILE", "100% 0");

/// Limits with which two networks may follow each other at will.
pub const NO_GUARDS: &str = "PROVHA__GUARD_MAX_REMOVED_PERCENT=100\n\
    PROVHA__GUARD_MODEMS='100% 0'\nPROVHA__GUARD_MTAS='100% 0'\n\
    PROVHA__GUARD_ENDPOINTS='100% 0'\nPROVHA__GUARD_BLOCKED='100% 0'\n\
    PROVHA__GUARD_CMTS='100% 0'\nPROVHA__GUARD_POOLS='100% 0'\n\
    PROVHA__GUARD_ROUTERS='100% 0'\nPROVHA__GUARD_LEASES='100% 0'\n\
    PROVHA__GUARD_ACCESS_LISTS='100% 0'\nPROVHA__GUARD_NAMES='100% 0'\n\
    PROVHA__GUARD_FILES='100% 0'\nPROVHA__GUARD_NETWORK_ACCESS='100% 0'\n\
    PROVHA__GUARD_FLOWS='100% 0'\nPROVHA__GUARD_SETTINGS='100% 0'\n\
    PROVHA__GUARD_KEY_FILE='100% 0'\n";

/// A temporary machine.
pub struct Machine {
    pub dir: TempDir,
    pub host: String,
    pub db: String,
    pub role: String,
    /// Whether its runs have no network at all.
    pub cut_off: bool,
}

/// What a run said, and how it ended.
#[derive(Debug)]
pub struct Said {
    pub code: i32,
    pub out: String,
    pub err: String,
}

impl Machine {
    /// A machine with an empty root.
    pub fn new(db: &str, role: &str) -> Self {
        Self::below(&std::env::temp_dir(), db, role)
    }

    /// The same where syncing costs nothing, for hundreds of runs.
    pub fn in_memory(db: &str, role: &str) -> Self {
        let memory = Path::new("/dev/shm");
        match memory.is_dir() {
            true => Self::below(memory, db, role),
            false => Self::new(db, role),
        }
    }

    /// A machine in a new directory below `parent`.
    fn below(parent: &Path, db: &str, role: &str) -> Self {
        let dir = tempfile::tempdir_in(parent).unwrap();
        let host = match role {
            "slave" => "nms02.prov.example.net",
            _ => "nms01.prov.example.net",
        };
        let machine = Self {
            dir,
            host: host.into(),
            db: db.into(),
            role: role.into(),
            cut_off: false,
        };
        std::fs::create_dir_all(machine.root()).unwrap();
        machine.env("APP_TIMEZONE=UTC\n");
        machine
    }

    /// The root.
    pub fn root(&self) -> PathBuf {
        self.dir.path().join("root")
    }

    /// A path below the root.
    pub fn at(&self, path: &str) -> PathBuf {
        self.root().join(path.trim_start_matches('/'))
    }

    /// The live dhcpd set.
    pub fn set(&self) -> PathBuf {
        self.at("/etc/dhcp-nmsprime")
    }

    /// A copy of the live set whose texts lead to the copy instead of
    /// /etc/dhcp-nmsprime, so that a daemon can read it; its dhcpd.conf.
    pub fn moved_set(&self, name: &str) -> PathBuf {
        let copy = self.dir.path().join(name);
        let _ = std::fs::remove_dir_all(&copy);
        let there = copy.display().to_string();
        for (name, bytes) in tree::read(&self.set()) {
            let text = String::from_utf8(bytes).unwrap();
            let text = text.replace("/etc/dhcp-nmsprime", &there);
            put(&copy.join(name), text.as_bytes());
        }
        copy.join("dhcpd.conf")
    }

    /// Makes the text the only env file.
    pub fn env(&self, text: &str) {
        put(&self.dir.path().join("env/provha.env"), text.as_bytes());
    }

    /// Puts the golden network's firmware and secret in place.
    pub fn firmware(&self) {
        let images = fixture("golden/tftpboot-fw");
        for (name, bytes) in tree::read(&images) {
            put(&self.at("/tftpboot/fw").join(name), &bytes);
        }
        put(&self.at("/tftpboot/keyfile"), b"DOCSIS\n");
    }

    /// The command line of a run, in a name space with the host name.
    pub fn command<S: AsRef<OsStr>>(&self, args: &[S]) -> Command {
        let mut command = Command::new("unshare");
        command
            .args(self.cut_off.then_some("--net"))
            .args(["--uts", "/bin/sh", "-c"])
            // Under nohup(1) the tests would hand on a SIGHUP that is ignored.
            .arg(
                "hostname \"$1\" && shift && \
                 exec env --default-signal=HUP,INT,TERM \"$@\"",
            )
            .args(["sh", &self.host, env!("CARGO_BIN_EXE_provha")])
            .arg("--root")
            .arg(self.root())
            .arg("--env-dir")
            .arg(self.dir.path().join("env"));
        if !self.db.is_empty() {
            command.args(["--db", &self.db]);
        }
        if !self.role.is_empty() {
            command.args(["--role", &self.role]);
        }
        command.args(args).env_clear();
        command.env("PATH", std::env::var_os("PATH").unwrap_or_default());
        let (key, value) = GOLDEN_TEXTS;
        command.env(key, value);
        command
    }

    /// A run without daemons.
    pub fn run<S: AsRef<OsStr>>(&self, args: &[S]) -> Said {
        let mut command = self.command(args);
        // Those that touch no daemon refuse it.
        let looks = ["log", "diff", "failover", "config", "db"].map(OsStr::new);
        if !args.iter().any(|arg| looks.contains(&arg.as_ref())) {
            command.arg("--no-activate");
        }
        said(&command.output().unwrap())
    }

    /// A run that restarts daemons, by the commands of the env file.
    pub fn activate<S: AsRef<OsStr>>(&self, args: &[S]) -> Said {
        said(&self.command(args).output().unwrap())
    }

    /// A run that must end well.
    pub fn good(&self, args: &[&str]) -> Said {
        let said = self.run(args);
        assert_eq!(said.code, 0, "{args:?}: {said:?}");
        said
    }
}

impl Said {
    /// Asserts the exit code, that each text is said on stderr, and, where
    /// the run failed, that there is a hint.
    #[track_caller]
    pub fn check(&self, code: i32, texts: &[&str]) {
        assert_eq!(self.code, code, "{self:?}");
        for text in texts {
            assert!(self.err.contains(text), "'{text}' is not in {self:?}");
        }
        if matches!(code, 1 | 3 | 4 | 5 | 75) {
            assert!(self.err.contains("\nhint: "), "no hint in {self:?}");
        }
    }
}

/// The result of a run as text; an object of `--json` is valid.
#[track_caller]
pub fn said(output: &Output) -> Said {
    let said = Said {
        code: output.status.code().unwrap_or(-1),
        out: String::from_utf8_lossy(&output.stdout).into_owned(),
        err: String::from_utf8_lossy(&output.stderr).into_owned(),
    };
    schema::if_object(said.code, &said.out);
    said
}

/// Writes a file, making its directory.
pub fn put(path: &Path, bytes: &[u8]) {
    std::fs::create_dir_all(path.parent().unwrap()).unwrap();
    let mut file = std::fs::File::create(path).unwrap();
    std::io::Write::write_all(&mut file, bytes).unwrap();
}

/// Writes a shell script.
pub fn script(path: &Path, text: &str) {
    use std::os::unix::fs::PermissionsExt;
    put(path, format!("#!/bin/sh\n{text}\n").as_bytes());
    let mode = std::fs::Permissions::from_mode(0o755);
    std::fs::set_permissions(path, mode).unwrap();
}
