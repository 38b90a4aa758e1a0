//! Two machines with real dhcpd and in.tftpd, each in its own network: the
//! pair stays up through our own restarts.

mod common;

use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use common::daemon::Daemon;
use common::dhcp::tftp;
use common::drill::within;
use common::machine::{Machine, Said, put, said, script};
use common::private::{self, Network, shell};
use common::program;
use common::sqlite::Lite;

const MASTER: &str = "172.21.4.10";
const SLAVE: &str = "172.21.4.11";
const KEY: &[u8] = b"k hmac-sha256 cHJvdmhhIHRlc3Qgc2VjcmV0\n";
/// How long a server may take to start and answer.
const PATIENCE: Duration = Duration::from_secs(20);

/// One machine with its database, its network and its servers.
struct Node {
    machine: Machine,
    lite: Lite,
    address: &'static str,
    /// What leads into its network.
    enter: Vec<String>,
    tftpd: Option<Daemon>,
    leases: u32,
}

impl Node {
    /// A machine of this role behind this network interface.
    fn new(role: &str, link: &str, enter: Vec<String>) -> Self {
        let lite = Lite::golden(
            "UPDATE ippool SET ip_pool_end = '10.16.0.250' WHERE id = 1;",
        );
        let machine = Machine::new(&lite.url(), role);
        let address = if role == "master" { MASTER } else { SLAVE };
        let node =
            Self { machine, lite, address, enter, tftpd: None, leases: 4000 };
        node.prepare(link);
        node
    }

    /// A file beside the root.
    fn at(&self, name: &str) -> PathBuf {
        self.machine.dir.path().join(name)
    }

    /// Writes key, env file and the script that restarts dhcpd and notes when.
    fn prepare(&self, link: &str) {
        put(&self.machine.set().join("omapi.key"), KEY);
        let dir = self.machine.dir.path().display();
        let dhcpd = program("dhcpd");
        script(
            &self.at("restart"),
            &format!(
                "echo begin $(date +%s.%N) >>{d}/restarts\n\
                 kill $(cat {d}/dhcpd.pid) 2>/dev/null\n\
                 while kill -0 $(cat {d}/dhcpd.pid 2>/dev/null) 2>/dev/null\n\
                 do sleep 0.05; done\n\
                 rm -rf {d}/copy {d}/dhcpd.pid\n\
                 cp -r {d}/root/etc/dhcp-nmsprime {d}/copy\n\
                 find {d}/copy -name '*.conf' -exec sed -i \
                 's#/etc/dhcp-nmsprime#{d}/copy#g' {{}} +\n\
                 : >>{d}/leases\n\
                 {} -4 -q -cf {d}/copy/dhcpd.conf -lf {d}/leases -pf \
                 {d}/dhcpd.pid {link} 2>>{d}/dhcpd.log\n\
                 code=$?\n\
                 echo end $(date +%s.%N) >>{d}/restarts\n\
                 exit $code",
                dhcpd.display(),
                d = dir
            ),
        );
        self.machine.env(&format!(
            "APP_TIMEZONE=UTC\nPROVHA__DHCPD_RESTART={dir}/restart\n\
             PROVHA__VERIFY_TIMEOUT=10\nPROVHA__VERIFY_SETTLE=0\n\
             PROVHA__MCLT=8\nPROVHA__MAX_RESPONSE_DELAY=5\n",
        ));
    }

    /// A run in its network, not started yet.
    fn command(&self, args: &[&str]) -> Command {
        let inner = self.machine.command(args);
        let Some((first, rest)) = self.enter.split_first() else {
            return inner;
        };
        let mut command = Command::new(first);
        command.args(rest).arg(inner.get_program()).args(inner.get_args());
        command.env_clear();
        command.env("PATH", std::env::var_os("PATH").unwrap_or_default());
        command
    }

    /// A run that must end well; how long it took.
    fn run(&self, args: &[&str]) -> (Said, Duration) {
        let begin = Instant::now();
        let said = said(&self.command(args).output().unwrap());
        let time = begin.elapsed();
        assert_eq!(said.code, 0, "{args:?}: {said:?} {}", self.log());
        println!("{} {args:?}: {time:.1?}: {}", self.address, said.err.trim());
        (said, time)
    }

    /// A run that is on its way.
    fn spawn(&self, args: &[&str]) -> Child {
        let mut command = self.command(args);
        command.stdout(Stdio::piped()).stderr(Stdio::piped());
        command.spawn().unwrap()
    }

    /// Changes a row that changes the set.
    fn change(&mut self) {
        self.leases += 1;
        let sql = format!(
            "UPDATE provbase SET dhcp_def_lease_time = {}",
            self.leases
        );
        self.lite.run(&sql);
    }

    /// Waits until the pair is normal in its eyes.
    fn wait_normal(&self) {
        let _ = self.run(&["failover", "wait", "normal", "--timeout", "60"]);
    }

    /// What dhcpd says of the own state.
    fn state(&self) -> String {
        let args = ["--json", "failover", "state"];
        let said = said(&self.command(&args).output().unwrap());
        let json: serde_json::Value =
            serde_json::from_str(&said.out).unwrap_or_default();
        json["own"]["local_state"].as_str().unwrap_or_default().into()
    }

    /// Starts the TFTP server and waits until it answers.
    fn start_tftpd(&mut self) {
        let (server, log) = (program("in.tftpd"), self.at("tftpd.log"));
        let (server, dir) =
            (server.display().to_string(), self.machine.at("/tftpboot"));
        let (dir, at) =
            (dir.display().to_string(), format!("{}:69", self.address));
        let mut argv: Vec<&str> =
            self.enter.iter().map(String::as_str).collect();
        argv.extend([&*server, "-L", "-u", "root", "-s", "-a", &at, &dir]);
        let daemon = Daemon::start(&argv, &log);
        let address = at.parse().unwrap();
        daemon
            .wait(PATIENCE, &log, || tftp(address, "cm/cm-100004.cfg").is_ok());
        self.tftpd = Some(daemon);
    }

    /// Kills dhcpd as a crash would.
    fn kill_dhcpd(&self) {
        let pid = std::fs::read_to_string(self.at("dhcpd.pid"));
        let pid = pid.unwrap_or_default();
        if !pid.trim().is_empty() {
            let kill = ["-9", pid.trim()];
            let _ = Command::new("kill").args(kill).status();
        }
        let _ = std::fs::remove_file(self.at("dhcpd.pid"));
    }

    /// Starts dhcpd by the restart script.
    fn start_dhcpd(&self) {
        let script = self.at("restart").display().to_string();
        let mut argv = self.enter.clone();
        argv.push(script);
        let _ = shell(&argv.join(" "));
    }

    /// Begin and end of its restarts, seconds.
    fn restarts(&self) -> Vec<(f64, f64)> {
        let text = std::fs::read_to_string(self.at("restarts")).unwrap();
        let times: Vec<f64> = text
            .lines()
            .map(|line| line.split(' ').nth(1).unwrap().parse().unwrap())
            .collect();
        times.chunks(2).map(|pair| (pair[0], pair[1])).collect()
    }

    /// The next server of the live set.
    fn next_server(&self) -> String {
        let conf = self.machine.set().join("global.conf");
        let text = std::fs::read_to_string(conf).unwrap();
        let line = text.lines().find(|line| line.contains("next-server"));
        line.unwrap()
            .trim()
            .trim_end_matches(';')
            .rsplit(' ')
            .next()
            .unwrap()
            .into()
    }

    /// What dhcpd wrote.
    fn log(&self) -> String {
        std::fs::read_to_string(self.at("dhcpd.log")).unwrap_or_default()
    }
}

impl Drop for Node {
    fn drop(&mut self) {
        self.kill_dhcpd();
    }
}

/// The pair, in normal operation. The master is in the test's own network.
struct Pair {
    master: Node,
    slave: Node,
    _network: Network,
}

impl Pair {
    fn new() -> Self {
        let log = tempfile::NamedTempFile::new().unwrap();
        let network =
            Network::new("172.21.4.10/22", "172.21.4.11/22", log.path());
        let enter = network.enter();
        let master = Node::new("master", "near", Vec::new());
        let slave = Node::new("slave", "far", enter);
        let pair = Self { master, slave, _network: network };
        let runs =
            [&pair.master, &pair.slave].map(|node| node.spawn(&["dhcp"]));
        for run in runs {
            let said = said(&run.wait_with_output().unwrap());
            said.check(0, &["dhcpd restarted"]);
            assert!(!said.err.contains("not restarted yet"), "{said:?}");
        }
        pair.wait_normal();
        pair
    }

    fn nodes(&mut self) -> [&mut Node; 2] {
        [&mut self.master, &mut self.slave]
    }

    fn wait_normal(&self) {
        self.master.wait_normal();
        self.slave.wait_normal();
    }

    /// Both have a change at the same moment; both put it in, one after the
    /// other.
    fn both_restart(&mut self, how: &str) {
        self.wait_normal();
        for node in self.nodes() {
            node.change();
        }
        let begin = Instant::now();
        let runs = self.nodes().map(|node| node.spawn(&["-v", "dhcp"]));
        let ended = runs.map(|run| said(&run.wait_with_output().unwrap()));
        for said in &ended {
            said.check(0, &["dhcpd restarted"]);
            assert!(!said.err.contains("may not serve"), "{said:?}");
        }
        let last = |node: &Node| *node.restarts().last().unwrap();
        let (master, slave) = (last(&self.master), last(&self.slave));
        println!(
            "{how}: master {master:?}, slave {slave:?}, {:.1?} in all\n{}\n{}",
            begin.elapsed(),
            ended[0].err,
            ended[1].err
        );
        let apart = master.1 < slave.0 || slave.1 < master.0;
        assert!(apart, "{how}: the restarts overlap: {ended:?}");
        for node in self.nodes() {
            let flag = node.machine.at("/tftpboot/provha-restart");
            assert!(!flag.exists(), "a flag is left behind");
        }
    }
}

#[test]
fn two_nodes_take_turns_and_modems_follow_the_tftp_server() {
    let name = "two_nodes_take_turns_and_modems_follow_the_tftp_server";
    if !private::inside(name) {
        return;
    }
    let mut pair = Pair::new();
    for node in pair.nodes() {
        node.machine.firmware();
        let ids = ["--id", "100004", "--id", "100008", "--id", "100009"];
        let files = [&["configfile", "cm"][..], &ids].concat();
        let _ = node.run(&files);
        node.start_tftpd();
    }
    for round in 1..=2 {
        pair.both_restart(&format!("round {round}"));
    }
    next_server_follows(&mut pair);
    a_flag_of_a_killed_run_is_passed_over(&mut pair);
    missing_boot_files_are_told(&pair.master);
    for node in pair.nodes() {
        node.tftpd = None;
    }
    pair.both_restart("without TFTP servers");
}

fn next_server_follows(pair: &mut Pair) {
    pair.wait_normal();
    assert_eq!(pair.master.next_server(), MASTER);
    pair.master.tftpd = None;
    let (said, _) = pair.master.run(&["dhcp"]);
    said.check(0, &["modems are sent to 172.21.4.11", "dhcpd restarted"]);
    assert_eq!(pair.master.next_server(), SLAVE);
    let (said, _) = pair.master.run(&["dhcp"]);
    said.check(0, &["nothing changed"]);
    pair.master.start_tftpd();
    let (said, _) = pair.master.run(&["dhcp"]);
    said.check(0, &["dhcpd restarted"]);
    assert_eq!(pair.master.next_server(), MASTER);
}

fn a_flag_of_a_killed_run_is_passed_over(pair: &mut Pair) {
    pair.wait_normal();
    let flag = pair.slave.machine.at("/tftpboot/provha-restart");
    put(&flag, b"provha 1 1 0\n");
    pair.master.change();
    let (said, time) = pair.master.run(&["dhcp"]);
    said.check(
        0,
        &[
            "the peer 172.21.4.11 is restarting its dhcpd",
            "a run that was killed on the peer 172.21.4.11",
            "dhcpd is restarted after 1",
        ],
    );
    assert!((10..25).contains(&time.as_secs()), "{time:?}");
    // The next run of the node itself takes it away.
    let (said, _) = pair.slave.run(&["dhcp"]);
    said.check(0, &["nothing changed"]);
    assert!(!flag.exists());
}

fn missing_boot_files_are_told(node: &Node) {
    use std::os::unix::fs::PermissionsExt;
    let file = |name: &str| node.machine.at("/tftpboot/cm").join(name);
    let (said, _) = node.run(&["--json", "dhcp"]);
    said.check(0, &["there is no boot file in /tftpboot/mta yet"]);
    let before = without_files(&said);
    std::fs::remove_file(file("cm-100004.cfg")).unwrap();
    let (said, _) = node.run(&["--json", "dhcp"]);
    assert_eq!(without_files(&said), before + 1);
    let closed = std::fs::Permissions::from_mode(0o640);
    std::fs::set_permissions(file("cm-100009.cfg"), closed).unwrap();
    let (said, _) = node.run(&["--json", "dhcp"]);
    assert_eq!(without_files(&said), before + 2);
    said.check(
        0,
        &[
            "modem 100000: /tftpboot/cm/cm-100000.cfg is missing or not \
             world-readable, so that it boots without; provha configfile cm \
             makes it",
            "modems: 100000, 100001, 100002, 100003, 100004, ",
            "nothing changed",
        ],
    );
}

/// How many modems a run misses the file of.
fn without_files(said: &Said) -> u64 {
    let json: serde_json::Value = serde_json::from_str(&said.out).unwrap();
    let mut findings = json["findings"].as_array().unwrap().iter();
    let missing = |finding: &&serde_json::Value| {
        let reason = finding["reason"].as_str().unwrap();
        finding["table"] == "modem" && reason.contains("world-readable")
    };
    findings.find(missing).unwrap()["devices"]["count"].as_u64().unwrap()
}

#[test]
fn a_change_waits_for_the_peer_but_not_for_ever() {
    if !private::inside("a_change_waits_for_the_peer_but_not_for_ever") {
        return;
    }
    let mut pair = Pair::new();
    pair.slave.kill_dhcpd();
    let ready = || pair.master.state() == "communications-interrupted";
    assert!(within(PATIENCE, ready), "{}", pair.master.state());

    pair.master.change();
    let (looked, time) = pair.master.run(&["--dry-run", "dhcp"]);
    assert!(!looked.err.contains("not restarted yet"), "{looked:?}");
    assert!(time < Duration::from_secs(5), "{time:?}");

    let (said, time) = pair.master.run(&["--restart-hold", "0", "dhcp"]);
    said.check(0, &["dhcpd restarted"]);
    assert!(!said.err.contains("not restarted yet"), "{said:?}");
    assert!(time < Duration::from_secs(6), "at once: {time:?}");

    pair.master.change();
    let (said, time) = pair.master.run(&["--restart-hold", "3", "dhcp"]);
    said.check(0, &["for 3 s at the most", "may not serve", "held back for"]);
    assert!((3..12).contains(&time.as_secs()), "the bound: {time:?}");

    pair.master.change();
    let (said, time) = pair.master.run(&["dhcp"]);
    said.check(0, &["dhcpd is not restarted yet", "the peer's dhcpd is dead"]);
    assert!((20..35).contains(&time.as_secs()), "known dead: {time:?}");
    a_peer_that_returns_is_waited_for(&mut pair);
}

fn a_peer_that_returns_is_waited_for(pair: &mut Pair) {
    let _ = pair.master.run(&["failover", "partner-down", "--yes"]);
    pair.slave.start_dhcpd();
    let recovers = || pair.slave.state().starts_with("recover");
    assert!(within(PATIENCE, recovers), "{}", pair.slave.state());
    pair.master.change();
    let (said, _) = pair.master.run(&["dhcp"]);
    said.check(0, &["partner-down, and the peer's in recover"]);
    said.check(0, &["both nodes are in normal operation", "dhcpd restarted"]);
    pair.wait_normal();
}
