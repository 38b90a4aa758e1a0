//! Two machines with real dhcpd and in.tftpd, each in its own network.

use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use super::daemon::Daemon;
use super::dhcp::tftp;
use super::machine::{Machine, Said, put, said, script};
use super::private::{Network, shell};
use super::program;
use super::sqlite::Lite;

pub const MASTER: &str = "172.21.4.10";
pub const SLAVE: &str = "172.21.4.11";
const KEY: &[u8] = b"k hmac-sha256 cHJvdmhhIHRlc3Qgc2VjcmV0\n";
/// How long a server may take to start and answer.
pub const PATIENCE: Duration = Duration::from_secs(20);

/// One machine with its database, its network and its servers.
pub struct Node {
    pub machine: Machine,
    pub lite: Lite,
    pub address: &'static str,
    /// What leads into its network.
    pub enter: Vec<String>,
    pub tftpd: Option<Daemon>,
    pub leases: u32,
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
    pub fn at(&self, name: &str) -> PathBuf {
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
             PROVHA__NAMED_RESTART=\nPROVHA__CHRONY_RESTART=\n\
             PROVHA__TIME_INETD=none\n\
             PROVHA__MCLT=8\nPROVHA__MAX_RESPONSE_DELAY=5\n",
        ));
    }

    /// A run in its network, not started yet.
    pub fn command(&self, args: &[&str]) -> Command {
        let inner = self.machine.command(args);
        let Some((first, rest)) = self.enter.split_first() else {
            return inner;
        };
        let mut command = Command::new(first);
        command.args(rest).arg(inner.get_program()).args(inner.get_args());
        command.env_clear();
        command.env("PATH", std::env::var_os("PATH").unwrap_or_default());
        let (key, value) = super::machine::GOLDEN_TEXTS;
        command.env(key, value);
        command
    }

    /// A run that must end well; how long it took.
    pub fn run(&self, args: &[&str]) -> (Said, Duration) {
        let begin = Instant::now();
        let said = said(&self.command(args).output().unwrap());
        let time = begin.elapsed();
        assert_eq!(said.code, 0, "{args:?}: {said:?} {}", self.log());
        println!("{} {args:?}: {time:.1?}: {}", self.address, said.err.trim());
        (said, time)
    }

    /// A run that is on its way.
    pub fn spawn(&self, args: &[&str]) -> Child {
        let mut command = self.command(args);
        command.stdout(Stdio::piped()).stderr(Stdio::piped());
        command.spawn().unwrap()
    }

    /// Changes a row that changes the set.
    pub fn change(&mut self) {
        self.leases += 1;
        let sql = format!(
            "UPDATE provbase SET dhcp_def_lease_time = {}",
            self.leases
        );
        self.lite.run(&sql);
    }

    /// Waits until the pair is normal in its eyes.
    pub fn wait_normal(&self) {
        let _ = self.run(&["failover", "wait", "normal", "--timeout", "60"]);
    }

    /// What dhcpd says of the own state.
    pub fn state(&self) -> String {
        let args = ["--json", "failover", "state"];
        let said = said(&self.command(&args).output().unwrap());
        let json: serde_json::Value =
            serde_json::from_str(&said.out).unwrap_or_default();
        json["own"]["local_state"].as_str().unwrap_or_default().into()
    }

    /// Starts the TFTP server and waits until it answers.
    pub fn start_tftpd(&mut self) {
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
    pub fn kill_dhcpd(&self) {
        let pid = std::fs::read_to_string(self.at("dhcpd.pid"));
        let pid = pid.unwrap_or_default();
        if !pid.trim().is_empty() {
            let kill = ["-9", pid.trim()];
            let _ = Command::new("kill").args(kill).status();
        }
        let _ = std::fs::remove_file(self.at("dhcpd.pid"));
    }

    /// Starts dhcpd by the restart script.
    pub fn start_dhcpd(&self) {
        let script = self.at("restart").display().to_string();
        let mut argv = self.enter.clone();
        argv.push(script);
        let _ = shell(&argv.join(" "));
    }

    /// Begin and end of its restarts, seconds.
    pub fn restarts(&self) -> Vec<(f64, f64)> {
        let text = std::fs::read_to_string(self.at("restarts")).unwrap();
        let times: Vec<f64> = text
            .lines()
            .map(|line| line.split(' ').nth(1).unwrap().parse().unwrap())
            .collect();
        times.chunks(2).map(|pair| (pair[0], pair[1])).collect()
    }

    /// The next server of the live set.
    pub fn next_server(&self) -> String {
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
    pub fn log(&self) -> String {
        std::fs::read_to_string(self.at("dhcpd.log")).unwrap_or_default()
    }
}

impl Drop for Node {
    fn drop(&mut self) {
        self.kill_dhcpd();
    }
}

/// The pair, in normal operation. The master is in the test's own network.
pub struct Pair {
    pub master: Node,
    pub slave: Node,
    _networks: Vec<Network>,
}

impl Pair {
    pub fn new() -> Self {
        Self::bare().started()
    }

    /// Both with nothing made and nothing started yet.
    pub fn bare() -> Self {
        let log = tempfile::NamedTempFile::new().unwrap();
        let network =
            Network::new("172.21.4.10/22", "172.21.4.11/22", log.path());
        let enter = network.enter();
        let master = Node::new("master", "near", Vec::new());
        let slave = Node::new("slave", "far", enter);
        Self { master, slave, _networks: vec![network] }
    }

    /// The same with both in networks of their own, on a bridge: the test is
    /// the CMTS `giaddr`, and `prepare` has its way with each node first.
    pub fn behind(giaddr: &str, prepare: impl Fn(&Node)) -> Self {
        let _ = shell(&format!(
            "set -e; ip link add br0 type bridge; ip addr add 172.21.4.201/22 \
             dev br0; ip link set br0 up; ip addr add {giaddr}/32 dev lo"
        ));
        let log = tempfile::NamedTempFile::new().unwrap();
        let sides = [("near", "172.21.4.10/22"), ("far", "172.21.4.11/22")];
        let networks =
            sides.map(|(link, at)| Network::on_bridge(link, at, log.path()));
        for network in &networks {
            network.shell("ip route add 10.0.0.0/8 via 172.21.4.201");
        }
        let master = Node::new("master", "near", networks[0].enter());
        let slave = Node::new("slave", "far", networks[1].enter());
        for node in [&master, &slave] {
            prepare(node);
        }
        Self { master, slave, _networks: networks.into() }.started()
    }

    /// Starts both.
    fn started(self) -> Self {
        let pair = self;
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

    pub fn nodes(&mut self) -> [&mut Node; 2] {
        [&mut self.master, &mut self.slave]
    }

    pub fn wait_normal(&self) {
        self.master.wait_normal();
        self.slave.wait_normal();
    }

    /// Both have a change at the same moment; both put it in, one after the
    /// other.
    pub fn both_restart(&mut self, how: &str) {
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
