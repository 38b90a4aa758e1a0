//! `provha watch` on a real MariaDB: commits become files and restarts, in
//! their rhythm, through the database's restarts.

use crate::common;

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::process::{Child, Stdio};
use std::time::{Duration, Instant};

use common::db::Server;
use common::lone::Lone;
use common::machine::{Machine, put, script};
use common::{fixture_text, private, tree};

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
    server.run("s", &["UPDATE modem SET zip = '55555' WHERE id = 100005"]);
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

/// What a mysqldump of the network holds: the statements about one table
/// after the other.
fn dump(server: &Server) -> Vec<String> {
    let socket = format!("--socket={}", server.socket().display());
    let dumped = std::process::Command::new("mariadb-dump")
        .args([&socket, "--user=root", "--skip-extended-insert", "s"])
        .output()
        .unwrap();
    let text = String::from_utf8(dumped.stdout).unwrap();
    let mut all = Vec::new();
    for line in text.lines() {
        // A table goes, comes back empty, and is filled.
        let begins = ["DROP TABLE", "LOCK TABLES", "UNLOCK TABLES"];
        if all.is_empty() || begins.iter().any(|b| line.starts_with(b)) {
            all.push(String::new());
        }
        let last: &mut String = all.last_mut().unwrap();
        last.push_str(line);
        last.push('\n');
    }
    let head = all.remove(0);
    all.iter().map(|part| format!("{head}{part}")).collect()
}

/// The live set and the files of devices.
fn live(machine: &Machine) -> [BTreeMap<String, Vec<u8>>; 2] {
    let set = tree::read(&machine.set()).into_iter().collect();
    let files = tree::read(&machine.at("/tftpboot")).into_iter();
    let files = files.filter(|(name, _)| !name.starts_with('.'));
    [set, files.collect()]
}

#[test]
fn a_restore_takes_nothing_away() {
    let server = server(&["--skip-log-bin"]);
    let nodes = ["master", "slave"].map(|role| {
        let mut machine = machine(&server, "root");
        machine.role = role.into();
        if role == "slave" {
            machine.host = "nms02.prov.example.net".into();
        }
        machine
    });
    for node in &nodes {
        let _ = node.run(&["rebuild"]);
    }
    let watches =
        [&nodes[0], &nodes[1]].map(|n| Watch::start(n, &["--no-activate"]));
    for watch in &watches {
        let _ = watch.until("the start", || watch.said().contains("following"));
    }
    std::thread::sleep(Duration::from_secs(3));
    let before = [live(&nodes[0]), live(&nodes[1])];
    let parts = dump(&server);
    eprintln!("{} parts of a restore", parts.len());
    for part in &parts {
        server.run("s", &[part]);
        std::thread::sleep(Duration::from_millis(700));
        for (node, before) in nodes.iter().zip(&before) {
            let now = live(node);
            for (is, was) in now.iter().zip(before) {
                for (name, bytes) in was {
                    let same = is.get(name) == Some(bytes);
                    assert!(same, "{name} changed at {part:.120}");
                }
            }
        }
    }
    // It goes on by itself, and was told once.
    server.run("s", &["UPDATE modem SET zip = '44444' WHERE id = 100005"]);
    for (node, watch) in nodes.iter().zip(&watches) {
        let again = watch
            .until("the way on", || text_has(node, 100_005, "zip area 44"));
        let said = watch.said();
        let errors = said.lines().filter(|line| {
            line.starts_with("error: ") && line.contains("guard rail")
        });
        let mut told: Vec<&str> = errors.collect();
        let count = told.len();
        told.sort_unstable();
        told.dedup();
        eprintln!("on after {again:?}; {count} refusals told");
        // Each once, and a line for each table at each part at the most.
        assert!(told.len() == count && count < 30, "{said}");
    }
}

/// Sends a signal to a daemon of the machine.
fn signal(lone: &Lone, name: &str, signal: &str) {
    let pid = lone.at(&format!("{name}.pid"));
    let _ = private::shell(&format!("kill -{signal} $(cat {})", pid.display()));
}

/// Has named and chronyd hang, and their restarts with them, as systemctl
/// does on a process that is stopped; what puts it right again: a
/// restart that hangs then goes on to hang, but for less than [`Watch::until`]
/// waits.
fn freeze(lone: &Lone) -> impl FnOnce() + '_ {
    let names = ["named", "chronyd"];
    let former = names.map(|name| {
        signal(lone, name, "STOP");
        let old = std::fs::read(lone.at(name)).unwrap();
        script(&lone.at(name), "sleep 40");
        old
    });
    move || {
        for (name, text) in names.into_iter().zip(former) {
            put(&lone.at(name), &text);
            signal(lone, name, "CONT");
        }
    }
}

/// Changes the file of a modem; how long that takes to be there.
fn file_after_change(lone: &Lone, watch: &Watch, id: u32) -> Duration {
    let sql = format!("UPDATE modem SET zip = '5{id}' WHERE id = {id}");
    lone.server.run("s", &[&sql]);
    let is_there = || text_has(&lone.machine, id, &format!("at 5{id}"));
    watch.until(&format!("the file of {id}"), is_there)
}

/// A text that differs from modem to modem.
const WITH_PLACE: &str = "UPDATE configfile SET text = 'MaxCPE 9; \
    SnmpMibObject sysLocation.0 String \"at {modem.zip.0}\";' \
    WHERE device = 'cm'";

/// What changes the sets of dhcpd, named and chronyd.
const POOL: &str = "UPDATE ippool SET netmask = '255.255.248.0', \
    ip_pool_end = '10.16.7.253', broadcast_ip = '10.16.7.255' WHERE id = 1";

#[test]
fn a_frozen_daemon_delays_no_other_part() {
    if !private::inside("a_frozen_daemon_delays_no_other_part") {
        return;
    }
    let lone = Lone::new();
    lone.server.run("s", &[WITH_PLACE]);
    lone.machine.activate(&["rebuild"]).check(0, &["rebuild (standalone)"]);
    let watch = Watch::start(&lone.machine, &[]);
    let _ = watch.until("the start", || watch.said().contains("following"));
    let thaw = freeze(&lone);
    lone.server.run("s", &[POOL]);
    let live = lone.machine.set().join("cmts_gws/1.conf");
    let begin = Instant::now();
    let _ = watch.until("the set of dhcpd", || {
        std::fs::read_to_string(&live).is_ok_and(|t| t.contains("10.16.7.253"))
    });
    eprintln!("dhcpd's set is live after {:?}", begin.elapsed());
    // Files go on all the time that named and chronyd hang.
    let mut slowest = Duration::ZERO;
    for id in 100_000..100_010 {
        slowest = slowest.max(file_after_change(&lone, &watch, id));
        std::thread::sleep(Duration::from_secs(2));
    }
    eprintln!("the slowest file under watch: {slowest:?}");
    assert!(slowest < Duration::from_secs(10), "{}", watch.said());
    // And dhcpd is restarted in its rhythm.
    let begin = Instant::now();
    lone.server
        .run("s", &["UPDATE modem SET public = 1 - public WHERE id = 100004"]);
    let known = std::fs::read_to_string(lone.at("dhcpd.pid")).unwrap();
    let _ = watch.until("the next start of dhcpd", || {
        let now = std::fs::read_to_string(lone.at("dhcpd.pid"));
        now.is_ok_and(|now| !now.is_empty() && now != known)
    });
    eprintln!("dhcpd was restarted after {:?}", begin.elapsed());
    thaw();
    let _ = watch.until("the way back", || {
        let said = watch.said();
        let made = |part: &str| {
            let lines = said.lines().filter(|l| l.starts_with("rebuild ("));
            let mut lines = lines.filter(|line| line.contains(part));
            lines.any(|line| !line.contains("failed"))
        };
        made("dns (") && made("time (")
    });
    drop(watch);
    lone.machine.activate(&["rebuild"]).check(0, &[]);
    a_rebuild_goes_on(&lone);
}

/// A rebuild that waits for a daemon makes what changes meanwhile.
fn a_rebuild_goes_on(lone: &Lone) {
    let thaw = freeze(lone);
    lone.server
        .run("s", &[&POOL.replace("7.25", "3.25").replace("248", "252")]);
    let log = lone.at("rebuild.log");
    let mut child = lone
        .machine
        .command(&["rebuild"])
        .stderr(std::fs::File::create(&log).unwrap())
        .spawn()
        .unwrap();
    std::thread::sleep(Duration::from_secs(4));
    let begin = Instant::now();
    let change = "UPDATE modem SET zip = '5100011' WHERE id = 100011";
    lone.server.run("s", &[change]);
    while !text_has(&lone.machine, 100_011, "at 5100011") {
        assert!(child.try_wait().unwrap().is_none(), "rebuild has ended");
        std::thread::sleep(Duration::from_millis(50));
    }
    eprintln!("a file beside a rebuild that waits: {:?}", begin.elapsed());
    thaw();
    let code = child.wait().unwrap().code();
    let said = std::fs::read_to_string(&log).unwrap();
    // Both could not be restarted in time, or were at last.
    assert!(matches!(code, Some(0 | 4 | 5)), "{code:?} {said}");
}
