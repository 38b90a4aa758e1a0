//! A private MariaDB for a test binary, on a socket in a temporary directory.

use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError, Weak};
use std::time::Duration;

use tempfile::TempDir;

use super::daemon::Daemon;
use super::{fixture_text, program};

/// A running server.
pub struct Server {
    daemon: Option<Daemon>,
    dir: TempDir,
    port: u16,
    options: Vec<String>,
}

/// A database on a server; the server lives as long.
#[derive(Clone)]
pub struct Database {
    pub server: Arc<Server>,
    pub name: String,
}

/// The server that the tests of this binary share while one of them runs.
static SHARED: Mutex<Weak<Server>> = Mutex::new(Weak::new());
/// For names of databases.
static COUNT: AtomicUsize = AtomicUsize::new(0);

/// The golden network in a database of its own, changed by `sql`.
pub fn golden(sql: &str) -> Database {
    let schema = fixture_text("schema.sql");
    let network = fixture_text("golden/network.sql");
    database(&[&schema, "BEGIN;", &network, sql, "COMMIT;"])
}

/// A new database filled by the texts.
pub fn database(texts: &[&str]) -> Database {
    let server = shared();
    let name = format!("test{}", COUNT.fetch_add(1, Ordering::Relaxed));
    server.run("mysql", &[&format!("CREATE DATABASE {name}")]);
    server.run(&name, texts);
    Database { server, name }
}

/// The shared server; started by the first who asks.
pub fn shared() -> Arc<Server> {
    let mut shared = SHARED.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some(server) = shared.upgrade() {
        return server;
    }
    let server = Arc::new(Server::own(&["--skip-log-bin"]));
    *shared = Arc::downgrade(&server);
    server
}

impl Database {
    /// Runs SQL on it.
    pub fn run(&self, sql: &str) {
        self.server.run(&self.name, &[sql]);
    }

    /// A dump of it, as it is made to be loaded.
    pub fn dump(&self) -> String {
        let output = Command::new(program("mariadb-dump"))
            .args(["--no-defaults", "-uroot", "-S"])
            .arg(self.server.socket())
            .arg(&self.name)
            .output()
            .unwrap();
        assert!(output.status.success(), "{output:?}");
        String::from_utf8(output.stdout).unwrap()
    }

    /// The URL for the root user on the socket.
    pub fn url(&self) -> String {
        let socket = self.server.socket();
        format!("mysql:///{}?socket={}&user=root", self.name, socket.display())
    }
}

impl Server {
    /// Starts a server on a fresh data directory, and waits for it.
    pub fn own(options: &[&str]) -> Self {
        let dir = tempfile::tempdir().unwrap();
        install(&dir.path().join("data"), dir.path());
        let port = free_port();
        let options = options.iter().map(ToString::to_string).collect();
        let mut server = Self { daemon: None, dir, port, options };
        server.start();
        server
    }

    /// Kills it.
    pub fn kill(&mut self) {
        self.daemon = None;
    }

    /// Starts it on its data, and waits for it.
    pub fn start(&mut self) {
        let (dir, port) = (self.dir.path(), self.port);
        let data = dir.join("data");
        let log = dir.join("log");
        let path = |name: &str| dir.join(name).display().to_string();
        let server = program("mariadbd");
        let options: Vec<&str> =
            self.options.iter().map(String::as_str).collect();
        let argv = [
            server.to_str().unwrap(),
            "--no-defaults",
            "--user=root",
            &format!("--datadir={}", data.display()),
            &format!("--socket={}", path("s")),
            &format!("--pid-file={}", path("pid")),
            // A server that starts clears the temporary tables of others.
            &format!("--tmpdir={}", dir.display()),
            "--bind-address=127.0.0.1",
            &format!("--port={port}"),
            "--skip-name-resolve",
            "--performance-schema=0",
            "--innodb-buffer-pool-size=32M",
            "--innodb-log-file-size=4M",
            "--innodb-flush-log-at-trx-commit=0",
            "--innodb-doublewrite=0",
            "--innodb-flush-method=nosync",
            "--key-buffer-size=64K",
            "--aria-pagecache-buffer-size=1M",
        ];
        let daemon = Daemon::start(&[&argv, &options[..]].concat(), &log);
        daemon.wait(Duration::from_secs(60), &log, || {
            self.client("mysql")
                .args(["-e", "SELECT 1"])
                .output()
                .is_ok_and(|output| output.status.success())
        });
        self.daemon = Some(daemon);
    }

    /// Kills it, keeps a copy of its data, and starts it again.
    pub fn keep_data(&mut self) {
        self.kill();
        self.copy("data", "data.kept");
        self.start();
    }

    /// Kills it and starts it on the copy.
    pub fn restore_data(&mut self) {
        self.kill();
        self.copy("data.kept", "data");
        self.start();
    }

    /// Keeps a copy of its data as they are at this moment: what a machine
    /// that dies now would have on its disk, if the disk lags no further.
    pub fn keep_running(&self) {
        use nix::sys::signal::{Signal, kill};
        let pid = self.daemon.as_ref().unwrap().pid();
        let pid = nix::unistd::Pid::from_raw(pid);
        kill(pid, Signal::SIGSTOP).unwrap();
        self.copy("data", "data.kept");
        kill(pid, Signal::SIGCONT).unwrap();
    }

    /// Copies a directory in place of another.
    fn copy(&self, from: &str, to: &str) {
        let (from, to) = (self.dir.path().join(from), self.dir.path().join(to));
        let _ = std::fs::remove_dir_all(&to);
        let copied = Command::new("cp").arg("-a").args([from, to]).status();
        assert!(copied.unwrap().success());
    }

    /// The socket.
    pub fn socket(&self) -> PathBuf {
        self.dir.path().join("s")
    }

    /// The TCP port on 127.0.0.1.
    pub fn port(&self) -> u16 {
        self.port
    }

    /// The stock client as root.
    fn client(&self, database: &str) -> Command {
        let mut command = Command::new(program("mariadb"));
        command
            .args(["--no-defaults", "--default-character-set=utf8mb4", "-S"])
            .arg(self.socket())
            .args(["-uroot", database]);
        command
    }

    /// Feeds SQL to the client.
    pub fn run(&self, database: &str, texts: &[&str]) {
        let mut child = self
            .client(database)
            .stdin(Stdio::piped())
            .stdout(Stdio::null())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let mut stdin = child.stdin.take().unwrap();
        for text in texts {
            stdin.write_all(text.as_bytes()).unwrap();
            stdin.write_all(b"\n").unwrap();
        }
        drop(stdin);
        let output = child.wait_with_output().unwrap();
        let said = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "SQL failed: {said}");
    }
}

/// Makes the data directory of a new server.
fn install(data: &Path, dir: &Path) {
    std::fs::create_dir(data).unwrap();
    let output = Command::new(program("mariadb-install-db"))
        .args(["--no-defaults", "--user=root", "--skip-test-db"])
        .args(["--auth-root-authentication-method=normal"])
        .args(["--skip-name-resolve", "--innodb-log-file-size=4M"])
        .args(["--innodb-flush-method=nosync", "--innodb-doublewrite=0"])
        .arg(format!("--datadir={}", data.display()))
        .current_dir(dir)
        .env("TMPDIR", dir)
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "mariadb-install-db: {said}");
}

/// A TCP port that nobody listens on.
pub fn free_port() -> u16 {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    listener.local_addr().unwrap().port()
}
