//! A machine of a pair in a temporary directory: root, env files and a
//! `SQLite` database with the settings, and the program run on it.

use super::schema;

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

/// The machine.
pub struct Pair {
    /// Holds everything; gone with this value.
    pub dir: tempfile::TempDir,
    /// More keys for the environment.
    pub keys: Vec<(String, String)>,
}

/// How a run of the program ended.
#[derive(Debug)]
pub struct Ended {
    /// The exit code.
    pub code: i32,
    /// Its data.
    pub stdout: String,
    /// Its talk.
    pub stderr: String,
}

impl Pair {
    /// A machine whose database names these slaves, as the column holds
    /// them.
    pub fn new(slaves: &str) -> Self {
        let dir = tempfile::tempdir().expect("a temporary directory");
        let database = rusqlite::Connection::open(dir.path().join("db"))
            .expect("a new database");
        let sql = format!(
            "CREATE TABLE provbase (id INTEGER, deleted_at TEXT, \
               provisioning_server TEXT, domain_name TEXT, \
               dns_password TEXT, dhcp_def_lease_time INTEGER, \
               dhcp_max_lease_time INTEGER, max_cpe INTEGER, \
               multiple_provisioning_systems INTEGER); \
             INSERT INTO provbase VALUES (1, NULL, '127.0.0.1', \
               'prov.example.net', 'c2VjcmV0', 86400, 172800, 0, 0); \
             CREATE TABLE provha (id INTEGER, deleted_at TEXT, master TEXT, \
               master_dns_password TEXT, slaves TEXT, \
               slave_dns_password TEXT, load_ratio_master REAL, \
               slave_config_rebuild_interval INTEGER); \
             INSERT INTO provha VALUES (1, NULL, '127.0.0.1', 'c2VjcmV0', \
               '{slaves}', 'c2VjcmV0', 0.5, 3600);"
        );
        database.execute_batch(&sql).expect("the settings");
        for name in ["env", "root", "target"] {
            fs::create_dir(dir.path().join(name)).expect("a directory");
        }
        Self { dir, keys: Vec::new() }
    }

    /// Sets a key for the next runs.
    pub fn set(&mut self, key: &str, value: impl AsRef<str>) {
        self.keys.push((key.into(), value.as_ref().into()));
    }

    /// A path below the machine's root.
    pub fn root(&self, path: &str) -> PathBuf {
        self.dir.path().join("root").join(path.trim_start_matches('/'))
    }

    /// Runs the program on this machine.
    pub fn run(&self, arguments: &[&str]) -> Ended {
        let at = |name: &str| self.dir.path().join(name).display().to_string();
        let output = Command::new(env!("CARGO_BIN_EXE_provha"))
            .args(["--root", &at("root"), "--env-dir", &at("env")])
            .args(["--db", &format!("sqlite:{}", at("db"))])
            .args(arguments)
            .envs(self.keys.iter().cloned())
            .output()
            .expect("provha runs");
        Ended::from(output)
    }
}

impl From<Output> for Ended {
    fn from(output: Output) -> Self {
        let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
        Self {
            code: output.status.code().unwrap_or(-1),
            stdout: text(&output.stdout),
            stderr: text(&output.stderr),
        }
    }
}

impl Ended {
    /// The object of a command, valid against its schema.
    #[track_caller]
    pub fn json(&self, command: &str) -> serde_json::Value {
        schema::object(command, self.code, &self.stdout)
    }

    /// Asserts the exit code and words on stderr.
    pub fn expect(&self, code: i32, words: &[&str]) {
        assert_eq!(self.code, code, "{}\n{}", self.stdout, self.stderr);
        for word in words {
            assert!(self.stderr.contains(word), "no '{word}': {}", self.stderr);
        }
    }
}

/// Writes a file with its directories.
pub fn write(path: &Path, content: impl AsRef<[u8]>) {
    fs::create_dir_all(path.parent().expect("a parent")).expect("directories");
    let mut file = fs::File::create(path).expect("a file");
    std::io::Write::write_all(&mut file, content.as_ref()).expect("content");
}

/// Everything below a directory, a line each: kind, mode, owner, size, time
/// and target (`times`: also of directories), and the checksums of the files.
pub fn picture(dir: &Path, times: bool) -> String {
    let time = if times { "%T@" } else { "-" };
    let script = format!(
        "cd {dir} && find . -mindepth 1 \\( -type d -printf \
         '%p %y %m %U %G {time}\\n' -o -printf \
         '%p %y %m %U %G %s %T@ %l\\n' \\) | sort && \
         find . -type f -exec sha256sum {{}} + | sort -k2",
        dir = dir.display()
    );
    let output =
        Command::new("sh").args(["-c", &script]).output().expect("sh runs");
    assert!(output.status.success(), "{output:?}");
    String::from_utf8_lossy(&output.stdout).into_owned()
}
