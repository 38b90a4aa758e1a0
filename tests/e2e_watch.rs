//! `provha watch` on a real MariaDB: commits become files and restarts, in
//! their rhythm, through the database's restarts.

#![allow(clippy::unwrap_used)]

mod common;

use std::path::PathBuf;
use std::process::{Child, Stdio};
use std::time::{Duration, Instant};

use common::db::Server;
use common::fixture_text;
use common::machine::Machine;

/// A server of its own with the golden network.
fn server(options: &[&str]) -> Server {
    let server = Server::own(options);
    server.run("mysql", &["CREATE DATABASE s"]);
    let (schema, network) =
        (fixture_text("schema.sql"), fixture_text("golden/network.sql"));
    server.run("s", &[&schema, "BEGIN;", &network, "COMMIT;"]);
    server
}

/// The machine of a server, whose dhcpd is a log of restarts.
fn machine(server: &Server, user: &str) -> Machine {
    let url =
        format!("mysql:///s?socket={}&user={user}", server.socket().display());
    let machine = Machine::new(&url, "master");
    let log = machine.dir.path().join("restarts");
    machine.env(&format!(
        "APP_TIMEZONE=UTC\nPROVHA__DHCPD_RESTART=date +%s.%N >> {}\n\
         PROVHA__DHCPD_PROBE=true\nPROVHA__VERIFY_SETTLE=0\n\
         PROVHA__NAMED_RESTART=\nPROVHA__CHRONY_RESTART=\n\
         PROVHA__XINETD_RESTART=\nPROVHA__TFTP_DIR=/tftpboot\n",
        log.display()
    ));
    machine.firmware();
    machine
}

/// A running `provha watch`.
struct Watch {
    child: Child,
    log: PathBuf,
}

impl Watch {
    fn start(machine: &Machine, args: &[&str]) -> Self {
        let log = machine.dir.path().join("watch.log");
        let file = std::fs::File::create(&log).unwrap();
        let args = [&["watch", "-v"], args].concat();
        let child = machine
            .command(&args)
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(file)
            .spawn()
            .unwrap();
        Self { child, log }
    }

    fn said(&self) -> String {
        std::fs::read_to_string(&self.log).unwrap()
    }

    /// Waits until it is so; how long that took.
    fn until(&self, what: &str, mut so: impl FnMut() -> bool) -> Duration {
        let begin = Instant::now();
        while !so() {
            let waited = begin.elapsed();
            assert!(waited.as_secs() < 60, "{what}: {}", self.said());
            std::thread::sleep(Duration::from_millis(20));
        }
        begin.elapsed()
    }
}

impl Drop for Watch {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// When dhcpd was restarted, seconds.
fn restarts(machine: &Machine) -> Vec<f64> {
    let log = machine.dir.path().join("restarts");
    let text = std::fs::read_to_string(log).unwrap_or_default();
    text.lines().map(|line| line.parse().unwrap()).collect()
}

/// Whether a modem's text holds these words.
fn text_has(machine: &Machine, id: u32, words: &str) -> bool {
    let path = machine.at(&format!("/tftpboot/cm/cm-{id}.conf"));
    std::fs::read_to_string(path).is_ok_and(|text| text.contains(words))
}

#[test]
fn commits_become_files_and_restarts() {
    let server = server(&["--skip-log-bin"]);
    let machine = machine(&server, "root");
    let watch = Watch::start(&machine, &[]);
    let first =
        watch.until("the first build", || !restarts(&machine).is_empty());
    assert!(text_has(&machine, 100_005, "zip area"));
    eprintln!("first build: {first:?}");
    // A file of one modem.
    server.run("s", &["UPDATE modem SET zip = '77777' WHERE id = 100005"]);
    let file =
        watch.until("the file", || text_has(&machine, 100_005, "zip area 77"));
    eprintln!("commit to file: {file:?}");
    assert!(file < Duration::from_secs(5));
    assert_eq!(restarts(&machine).len(), 1, "{}", watch.said());
    // Signal levels restart nothing.
    server.run("s", &["UPDATE modem SET us_pwr = 7, updated_at = NOW()"]);
    // A burst of changes for dhcpd is one restart, 15 s after the last one.
    for id in 100_000..100_010 {
        server.run(
            "s",
            &[&format!("UPDATE modem SET public = 1 - public WHERE id = {id}")],
        );
    }
    let begin = Instant::now();
    let _ = watch.until("the restart", || restarts(&machine).len() == 2);
    eprintln!("change to restart: {:?}", begin.elapsed());
    std::thread::sleep(Duration::from_secs(3));
    let times = restarts(&machine);
    assert_eq!(times.len(), 2, "{times:?} {}", watch.said());
    assert!(times[1] - times[0] >= 14.5, "{times:?}");
    // A second one leaves at once; so does a rebuild while a step runs, or
    // it finds nothing to do.
    machine.activate(&["watch"]).check(75, &["is held by"]);
    machine
        .activate(&["watch", "--dry-run"])
        .check(2, &["--dry-run has no effect on 'watch'"]);
}

#[test]
fn it_outlives_the_database() {
    let mut server = server(&["--log-bin=b", "--server-id=1"]);
    server.run(
        "mysql",
        &["CREATE USER w@localhost; GRANT SELECT ON s.* TO w@localhost; \
           GRANT REPLICATION SLAVE ON *.* TO w@localhost"],
    );
    let machine = machine(&server, "w");
    // Polling alone would need half a minute.
    let env =
        std::fs::read_to_string(machine.dir.path().join("env/provha.env"))
            .unwrap();
    machine.env(&format!("{env}PROVHA__WATCH_POLL=30000\n"));
    let watch = Watch::start(&machine, &["--no-activate"]);
    let ready = "rebuild (master): configfile cm";
    let _ = watch.until("the first build", || watch.said().contains(ready));
    std::thread::sleep(Duration::from_secs(2));
    server.run("s", &["UPDATE modem SET zip = '66666' WHERE id = 100005"]);
    let woken = watch
        .until("the wake-up", || text_has(&machine, 100_005, "zip area 66"));
    eprintln!("woken by the binary log: {woken:?}");
    assert!(woken < Duration::from_secs(10), "{}", watch.said());
    drop(watch);

    machine.env(&env);
    let watch = Watch::start(&machine, &["--no-activate"]);
    let _ = watch
        .until("the start", || watch.said().contains("rebuild (master): "));
    server.kill();
    let gone = "error: no database node can be used";
    let _ = watch.until("the loss", || watch.said().contains(gone));
    std::thread::sleep(Duration::from_secs(2));
    assert_eq!(watch.said().matches(gone).count(), 1, "{}", watch.said());
    server.start();
    // As the GUI does it: just after a crash, a change without a time of its
    // own could be what the database forgot, and is asked about.
    server.run(
        "s",
        &["UPDATE modem SET zip = '55555', updated_at = NOW() \
           WHERE id = 100005"],
    );
    let back = watch
        .until("the way back", || text_has(&machine, 100_005, "zip area 55"));
    eprintln!("from the database's return: {back:?}");
    let again = "it works again";
    let _ = watch.until("the word", || watch.said().contains(again));
}

#[test]
fn systemd_is_told() {
    let server = server(&["--skip-log-bin"]);
    let machine = machine(&server, "root");
    let path = machine.dir.path().join("notify");
    let socket = std::os::unix::net::UnixDatagram::bind(&path).unwrap();
    socket.set_read_timeout(Some(Duration::from_secs(60))).unwrap();
    let mut child = machine
        .command(&["watch", "--no-activate"])
        .env("NOTIFY_SOCKET", &path)
        .env("WATCHDOG_USEC", "600000")
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let (mut ready, mut fed, mut buffer) = (false, 0, [0; 4096]);
    while !ready || fed < 3 {
        let length = socket.recv(&mut buffer).unwrap();
        let word = String::from_utf8_lossy(&buffer[..length]);
        ready |= word.contains("READY=1");
        fed += usize::from(word.contains("WATCHDOG=1"));
    }
    let live = machine.set().join("dhcpd.conf").exists();
    let _ = child.kill();
    let _ = child.wait();
    assert!(live, "ready before the first build");
}
