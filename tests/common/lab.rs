//! The pair on its bridge: master, slave and arbiter as machines, and the
//! CMTS in the network of the test itself.

use std::path::Path;
use std::time::{Duration, Instant};

use tempfile::TempDir;

use super::machine::{Said, put};
use super::node::{BRIDGE, Node};
use super::plant::{
    ARBITER, CMTS, DOMAIN, Device, MASTER, NARROW, SLAVE, WIDE, settings,
};
use super::private::shell;
use super::{fixture_text, galera};

/// What both machines' OMAPI is signed with.
const OMAPI_KEY: &str = "drill_key hmac-sha256 \
    cHJvdmhhIHRlc3Qgc2VjcmV0IG9mIDMyIG9jdGV0cyE=\n";

/// What the disks need, octets, twice over.
const ROOM: u64 = 1 << 30;

/// The lengths of time that the drill plays with, seconds.
#[derive(Debug, Clone, Copy)]
pub struct Times {
    pub mclt: u32,
    /// After this long a silent peer is lost.
    pub max_response_delay: u32,
    /// Of a lease.
    pub lease: u32,
}

/// The pair.
pub struct Lab {
    pub master: Node,
    pub slave: Node,
    pub arbiter: Node,
    pub times: Times,
    begin: Instant,
    // Last: the disks go when nothing runs any more.
    _dir: TempDir,
}

impl Lab {
    /// Machines that run, with their database filled and nothing made yet.
    pub fn new(times: Times, devices: &[Device]) -> Self {
        network();
        let dir = disks();
        let node = |name, address, host: &str| {
            Node::new(dir.path(), name, address, &format!("{host}.{DOMAIN}"))
        };
        let mut lab = Self {
            master: node("master", MASTER, "nms01"),
            slave: node("slave", SLAVE, "nms02"),
            arbiter: node("arbiter", ARBITER, "nms03"),
            times,
            begin: Instant::now(),
            _dir: dir,
        };
        for node in [&mut lab.master, &mut lab.slave, &mut lab.arbiter] {
            node.power_on();
        }
        for node in [&lab.master, &lab.slave] {
            lab.furnish(node);
            galera::configure(node, &[MASTER, SLAVE]);
        }
        lab.database(devices);
        lab.say("the cluster is complete");
        lab
    }

    /// What an admin puts on a machine before the first run.
    fn furnish(&self, node: &Node) {
        let program = Path::new(env!("CARGO_BIN_EXE_provha"));
        let _ = std::fs::copy(program, node.disk("/etc/drill/provha")).unwrap();
        node.put("/etc/nmsprime/env/provha.env", &self.env(node));
        node.put("/etc/dhcp-nmsprime/omapi.key", OMAPI_KEY);
        node.put(
            "/etc/chrony/chrony.conf",
            "confdir /etc/chrony/conf.d\ndriftfile /var/lib/chrony/drift\n\
             pidfile /run/chrony/pid\nbindcmdaddress /\ncmdport 0\n",
        );
        node.put("/etc/chrony/conf.d/empty.conf", "");
        node.put(
            "/etc/xinetd.conf",
            "defaults\n{\n\tlog_type = FILE /var/log/drill/xinetd.log\n}\n\
             includedir /etc/xinetd.d\n",
        );
        node.put("/etc/xinetd.d/empty", "");
        let _ = node.shell("chown -R bind:bind /var/named /run/named");
        for (name, line) in [
            (
                "dhcpd",
                "dhcpd -4 -f -d --no-pid -cf /etc/dhcp-nmsprime/dhcpd.conf \
                 -lf /var/lib/dhcp/dhcpd.leases eth0",
            ),
            ("named", "named -g -u bind -c /etc/named-nmsprime.conf"),
            ("tftpd", "in.tftpd -L -u root -s /srv/tftpboot"),
            ("chrony", "chronyd -x -d -u root -F 0"),
            ("xinetd", "xinetd -dontfork -f /etc/xinetd.conf"),
        ] {
            let path = format!("/etc/drill/{name}");
            put(&node.disk(&path), format!("exec {line}\n").as_bytes());
        }
        node.control("start", "tftpd");
    }

    /// The env file of a machine.
    fn env(&self, node: &Node) -> String {
        let (user, password) = match node.address {
            MASTER => ("nmsprime", "writer"),
            _ => ("reader", "reader"),
        };
        let mut text = format!(
            "APP_TIMEZONE=UTC\nDB_HOST=127.0.0.1\nDB_USERNAME={user}\n\
             DB_PASSWORD={password}\nPROVHA__OWN_STATE={}\n\
             PROVHA__TFTP_DIR=/srv/tftpboot\nPROVHA__DNS_FORWARDERS=none\n\
             PROVHA__TIME_INETD=xinetd\nPROVHA__VERIFY_SETTLE=0\n\
             PROVHA__MCLT={}\nPROVHA__MAX_RESPONSE_DELAY={}\n\
             PROVHA__LOAD_BALANCE_MAX_SECONDS=3\n\
             PROVHA__SSH_IDENTITY=/etc/drill/user\n\
             PROVHA__SSH_KNOWN_HOSTS=/etc/drill/known\n\
             PROVHA__SYNC_PATHS=/etc/named-ddns-cpe.key,/srv/tftpboot/fw,\
             /srv/tftpboot/keyfile\n",
            node.name, self.times.mclt, self.times.max_response_delay,
        );
        for unit in ["dhcpd", "named", "chrony", "xinetd"] {
            let key = unit.to_uppercase();
            let line = format!("/etc/drill/ctl restart {unit}");
            text.push_str(&format!("PROVHA__{key}_RESTART={line}\n"));
        }
        text
    }

    /// Forms the cluster and fills it.
    fn database(&self, devices: &[Device]) {
        let patience = Duration::from_secs(60);
        galera::install(&self.master);
        galera::start(&self.master, true);
        galera::synced(&self.master, patience);
        let devices: String = devices.iter().map(Device::insert).collect();
        let all = [
            "CREATE DATABASE nmsprime; USE nmsprime;\n\
             GRANT ALL ON nmsprime.* TO nmsprime@'%' IDENTIFIED BY 'writer';\n\
             GRANT SELECT ON nmsprime.* TO reader@'%' IDENTIFIED BY \
             'reader';\n",
            &fixture_text("schema.sql"),
            "BEGIN;\n",
            &settings(self.times.lease),
            &devices,
            "COMMIT;\n",
        ];
        galera::run(&self.master, "mysql", &all.concat());
        galera::start(&self.slave, false);
        galera::synced(&self.slave, patience);
        galera::arbiter(&self.arbiter, &[MASTER, SLAVE]);
        self.cluster_of(3);
    }

    /// Waits until the slave's node sees so many members.
    #[track_caller]
    pub fn cluster_of(&self, size: u32) {
        let size = size.to_string();
        until("the cluster's size", Duration::from_secs(30), || {
            galera::status(&self.slave, "wsrep_cluster_size") == size
        });
    }

    /// SQL on the master's node.
    #[track_caller]
    pub fn sql(&self, sql: &str) {
        galera::run(&self.master, "nmsprime", sql);
    }

    /// Both servers.
    pub fn both(&self) -> [&Node; 2] {
        [&self.master, &self.slave]
    }

    /// Runs the program on both at the same time.
    #[track_caller]
    pub fn on_both(&self, args: &[&str]) -> [Said; 2] {
        std::thread::scope(|scope| {
            let run = |node| scope.spawn(move || Node::provha(node, args));
            self.both().map(run).map(|thread| thread.join().unwrap())
        })
    }

    /// Waits until the pair is in normal operation.
    #[track_caller]
    pub fn normal(&self) -> Duration {
        let begin = Instant::now();
        for node in self.both() {
            let wait = ["failover", "wait", "normal", "--timeout", "90"];
            let _ = node.good(&wait);
        }
        begin.elapsed()
    }

    /// Prints a line of the drill's protocol.
    pub fn say(&self, what: &str) {
        println!("[{:6.1} s] {what}", self.begin.elapsed().as_secs_f64());
    }
}

impl Drop for Lab {
    fn drop(&mut self) {
        if std::thread::panicking() {
            self.both().into_iter().for_each(Node::tell);
            self.arbiter.tell();
        }
    }
}

/// A directory for the disks: in memory, where syncing and deleting cost
/// nothing, if there is room.
pub fn disks() -> TempDir {
    let memory = Path::new("/dev/shm");
    let room = nix::sys::statvfs::statvfs(memory)
        .map(|stat| stat.blocks_available() * stat.fragment_size());
    match room {
        Ok(room) if room > ROOM => tempfile::tempdir_in(memory).unwrap(),
        _ => tempfile::tempdir().unwrap(),
    }
}

/// The bridge, the CMTS' addresses, and those of all its devices. A bridge
/// without an address of its own takes another one when a port goes.
fn network() {
    let _ = shell(&format!(
        "set -e; ip link add {BRIDGE} address 02:00:ac:15:04:c9 type bridge; \
         ip addr add {CMTS}/22 dev {BRIDGE}; ip link set {BRIDGE} up; \
         ip addr add {WIDE}/32 dev lo; ip addr add {NARROW}/32 dev lo; \
         for net in 10.50.0.0/22 10.51.0.0/23 10.60.0.0/24; do \
         ip route add local $net dev lo; done; \
         echo 1 >/proc/sys/net/ipv4/icmp_echo_ignore_all"
    ));
}

/// Waits for something, a bounded time.
#[track_caller]
pub fn until(what: &str, patience: Duration, mut ready: impl FnMut() -> bool) {
    let end = Instant::now() + patience;
    while !ready() {
        assert!(Instant::now() < end, "{what}: not in {patience:?}");
        std::thread::sleep(Duration::from_millis(50));
    }
}
