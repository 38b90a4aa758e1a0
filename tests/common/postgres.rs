//! A private PostgreSQL for a test, on a port of 127.0.0.1.

use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Duration;

use rusqlite::types::ValueRef;
use tempfile::TempDir;

use super::daemon::Daemon;
use super::db::free_port;
use super::fixture_text;
use super::sqlite::Lite;

/// The user that runs it: PostgreSQL refuses to run as root.
const NOBODY: u32 = 65534;

/// A running server with a database `nms`.
pub struct Postgres {
    daemon: Option<Daemon>,
    dir: TempDir,
    host: &'static str,
    port: u16,
}

/// Where Debian keeps the programs.
fn program(name: &str) -> PathBuf {
    let path = Path::new("/usr/lib/postgresql/15/bin").join(name);
    assert!(path.is_file(), "{} is not installed", path.display());
    path
}

/// A command line as the unprivileged user.
fn as_nobody(name: &str) -> Vec<String> {
    let id = NOBODY.to_string();
    let program = program(name).display().to_string();
    let words = ["setpriv", "--reuid", &id, "--regid", &id, "--clear-groups"];
    words.into_iter().map(String::from).chain([program]).collect()
}

impl Postgres {
    /// A new cluster whose users need a password on TCP; `root` has one.
    pub fn start() -> Self {
        let dir = tempfile::tempdir().unwrap();
        let id = Some(NOBODY);
        std::os::unix::fs::chown(dir.path(), id, id).unwrap();
        let word = dir.path().join("word");
        provha::system::files::replace(&word, b"secret\n", 0o644).unwrap();
        std::os::unix::fs::chown(&word, id, id).unwrap();
        let argv = as_nobody("initdb");
        let output = Command::new(&argv[0])
            .args(&argv[1..])
            .args(["--auth-local=trust", "--auth-host=scram-sha-256"])
            .args(["--username=root", "--no-sync", "--encoding=UTF8"])
            .arg("--locale=C")
            .arg(format!("--pwfile={}", word.display()))
            .arg("-D")
            .arg(dir.path().join("data"))
            .current_dir(dir.path())
            .output()
            .unwrap();
        let said = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "initdb: {said}");
        let host = "127.0.0.1";
        let mut server = Self { daemon: None, dir, host, port: free_port() };
        server.run();
        server.sql("postgres", "CREATE DATABASE nms;");
        server
    }

    /// A hot standby of this server, on its port of another address.
    pub fn standby(&self, host: &'static str) -> Self {
        let dir = tempfile::tempdir().unwrap();
        let id = Some(NOBODY);
        std::os::unix::fs::chown(dir.path(), id, id).unwrap();
        let argv = as_nobody("pg_basebackup");
        let output = Command::new(&argv[0])
            .args(&argv[1..])
            .args(["-R", "-X", "stream", "-c", "fast", "--no-sync"])
            .args(["-U", "root", "-p", &self.port.to_string(), "-h"])
            .arg(self.dir.path())
            .arg("-D")
            .arg(dir.path().join("data"))
            .current_dir(dir.path())
            .output()
            .unwrap();
        let said = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "pg_basebackup: {said}");
        let mut server = Self { daemon: None, dir, host, port: self.port };
        server.run();
        server
    }

    /// Adds lines to postgresql.conf; they hold from the next start on.
    pub fn configure(&self, text: &str) {
        self.append("postgresql.conf", text);
    }

    /// Puts these lines in place of pg_hba.conf; what the socket needs stays.
    pub fn admit(&self, text: &str) {
        let path = self.dir.path().join("data/pg_hba.conf");
        let text = format!("local all all trust\n{text}\n");
        std::fs::File::create(path)
            .and_then(|mut file| file.write_all(text.as_bytes()))
            .unwrap();
        self.sql("postgres", "SELECT pg_reload_conf();");
    }

    /// Adds lines to a file of the data directory.
    fn append(&self, name: &str, text: &str) {
        let path = self.dir.path().join("data").join(name);
        let mut file =
            std::fs::OpenOptions::new().append(true).open(path).unwrap();
        writeln!(file, "\n{text}").unwrap();
    }

    /// Puts a file into the data directory, for the server alone.
    pub fn install(&self, name: &str, bytes: &[u8]) {
        let path = self.dir.path().join("data").join(name);
        provha::system::files::replace(&path, bytes, 0o600).unwrap();
        let id = Some(NOBODY);
        std::os::unix::fs::chown(path, id, id).unwrap();
    }

    /// Kills it.
    pub fn kill(&mut self) {
        let Some(daemon) = self.daemon.take() else { return };
        let children = Self::processes(daemon.pid());
        drop(daemon);
        // They end by themselves, a little later.
        let gone = |pid: &i32| !Path::new(&format!("/proc/{pid}")).exists();
        let end = std::time::Instant::now() + Duration::from_secs(20);
        while !children.iter().all(gone) {
            assert!(std::time::Instant::now() < end, "{children:?} live on");
            std::thread::sleep(Duration::from_millis(20));
        }
    }

    /// Starts it again.
    pub fn start_again(&mut self) {
        self.kill();
        self.run();
    }

    /// The processes of the server.
    fn processes(pid: i32) -> Vec<i32> {
        let path = format!("/proc/{pid}/task/{pid}/children");
        let list = std::fs::read_to_string(path).unwrap_or_default();
        let pids = list.split_whitespace().map(|pid| pid.parse().unwrap());
        std::iter::once(pid).chain(pids).collect()
    }

    /// Sends a signal to all its processes: SIGSTOP freezes it.
    pub fn signal(&self, signal: nix::sys::signal::Signal) {
        let daemon = self.daemon.as_ref().unwrap();
        for pid in Self::processes(daemon.pid()) {
            let pid = nix::unistd::Pid::from_raw(pid);
            let _ = nix::sys::signal::kill(pid, signal);
        }
    }

    /// What a query of one value answers.
    pub fn ask(&self, database: &str, sql: &str) -> String {
        let output = self.client(database, sql);
        let said = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "SQL failed: {said}");
        String::from_utf8_lossy(&output.stdout).trim().to_string()
    }

    /// Waits until a query answers 't'.
    pub fn until(&self, database: &str, sql: &str) {
        let end = std::time::Instant::now() + Duration::from_secs(60);
        while self.ask(database, sql) != "t" {
            assert!(std::time::Instant::now() < end, "{sql}");
            std::thread::sleep(Duration::from_millis(50));
        }
    }

    /// What the server wrote into its log.
    pub fn log(&self) -> String {
        std::fs::read_to_string(self.dir.path().join("log")).unwrap()
    }

    /// Starts the server on its data.
    fn run(&mut self) {
        let (dir, log) = (self.dir.path(), self.dir.path().join("log"));
        let mut argv = as_nobody("postgres");
        let at = dir.display();
        argv.extend(["-D".into(), format!("{at}/data")]);
        argv.extend(["-k".into(), at.to_string()]);
        argv.extend(["-p".into(), self.port.to_string()]);
        argv.extend(["-h".into(), self.host.into(), "-F".into()]);
        argv.extend(["-c".into(), "shared_buffers=16MB".into()]);
        let argv: Vec<&str> = argv.iter().map(String::as_str).collect();
        let daemon = Daemon::start(&argv, &log);
        daemon.wait(Duration::from_secs(60), &log, || {
            self.client("postgres", "SELECT 1").status.success()
        });
        self.daemon = Some(daemon);
    }

    /// Runs the stock client on the socket.
    fn client(&self, database: &str, sql: &str) -> std::process::Output {
        let mut child = Command::new(program("psql"))
            .args(["-X", "-q", "-A", "-t", "-v", "ON_ERROR_STOP=1"])
            .args(["-U", "root"])
            .arg("-h")
            .arg(self.dir.path())
            .args(["-p", &self.port.to_string(), database])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let mut stdin = child.stdin.take().unwrap();
        stdin.write_all(sql.as_bytes()).unwrap();
        drop(stdin);
        child.wait_with_output().unwrap()
    }

    /// Runs SQL on a database.
    pub fn sql(&self, database: &str, sql: &str) {
        let output = self.client(database, sql);
        let said = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "SQL failed: {said}");
    }

    /// Fills database `nms` with the rows of a SQLite file.
    pub fn fill(&self, lite: &Lite) {
        self.sql("nms", &fixture_text("schema-pgsql.sql"));
        self.sql("nms", &inserts(lite));
    }

    /// The TCP port.
    pub fn port(&self) -> u16 {
        self.port
    }

    /// The URL of a user on TCP.
    pub fn url(&self, user: &str) -> String {
        let (host, port) = (self.host, self.port);
        format!("postgresql://{user}:secret@{host}:{port}/nms")
    }
}

/// The columns of a table in the PostgreSQL schema.
fn columns(table: &str) -> Vec<String> {
    let schema = fixture_text("schema-pgsql.sql");
    let begin = format!("CREATE TABLE {table} (");
    let text = schema.split_once(&begin).unwrap().1;
    let text = text.split_once(");").unwrap().0.replace("(9,6)", "");
    let name = |column: &str| {
        let word = column.split_whitespace().next()?;
        Some(word.trim_matches('"').to_string())
    };
    text.split(',').filter_map(name).collect()
}

/// INSERT statements for all rows.
fn inserts(lite: &Lite) -> String {
    let connection = lite.connection();
    let mut out = String::from("SET search_path = nmsprime; BEGIN;\n");
    for table in [
        "provbase",
        "provvoip",
        "provha",
        "netgw",
        "ippool",
        "modem",
        "modem_option",
        "mta",
        "phonenumber",
        "endpoint",
        "configfile",
        "qos",
        "contract",
    ] {
        let mut statement =
            connection.prepare(&format!("SELECT * FROM {table}")).unwrap();
        let there = columns(table);
        let names: Vec<(usize, String)> = statement
            .column_names()
            .into_iter()
            .map(String::from)
            .enumerate()
            .filter(|(_, name)| there.contains(name))
            .collect();
        let list: Vec<String> =
            names.iter().map(|(_, name)| format!("\"{name}\"")).collect();
        let mut rows = statement.query([]).unwrap();
        while let Some(row) = rows.next().unwrap() {
            let values: Vec<String> = names
                .iter()
                .map(|(at, _)| literal(row.get_ref(*at).unwrap()))
                .collect();
            let (list, values) = (list.join(", "), values.join(", "));
            out +=
                &format!("INSERT INTO {table} ({list}) VALUES ({values});\n");
        }
    }
    out + "COMMIT;"
}

/// A value as a literal that fits every type.
fn literal(value: ValueRef<'_>) -> String {
    let text = match value {
        ValueRef::Null => return "NULL".into(),
        ValueRef::Integer(number) => number.to_string(),
        ValueRef::Real(number) => number.to_string(),
        ValueRef::Text(text) | ValueRef::Blob(text) => {
            String::from_utf8_lossy(text).into_owned()
        }
    };
    format!("'{}'", text.replace('\'', "''"))
}
