//! Three machines with real Galera nodes on a bridge, each with its sshd and
//! with the program, which knows how to start and stop them.

use std::net::Ipv4Addr;
use std::path::Path;
use std::time::{Duration, Instant};

use tempfile::TempDir;

use super::lab::{disks, until};
use super::machine::{Said, script};
use super::node::{BRIDGE, Node};
use super::private::shell;
use super::{galera, machine};

/// The addresses of the data nodes, then that of the arbiter's machine.
pub const ADDRESSES: [Ipv4Addr; 4] = [
    Ipv4Addr::new(172, 21, 4, 10),
    Ipv4Addr::new(172, 21, 4, 11),
    Ipv4Addr::new(172, 21, 4, 12),
    Ipv4Addr::new(172, 21, 4, 13),
];
const NAMES: [&str; 4] = ["n1", "n2", "n3", "n4"];

/// sshd of a machine: keys only, and only those of the test.
const SSHD: &str = "Port 22\nHostKey /etc/drill/host\nUsePAM no\n\
    StrictModes no\nPidFile none\nAuthorizedKeysFile /etc/drill/authorized\n\
    PasswordAuthentication no\nKbdInteractiveAuthentication no\n";

/// What stands for systemd: MariaDB with a position, as the first or not.
const GALERA: &str = r#"
case $1 in
  stop) exec /etc/drill/ctl stop mariadbd ;;
  bootstrap) new=--wsrep-new-cluster ;;
esac
echo "exec mariadbd --defaults-file=/etc/drill/my.cnf $new \
  --wsrep_start_position=$2" >/etc/drill/mariadbd
rm -f /run/drill/mariadbd.pid
exec /etc/drill/ctl start mariadbd
"#;

/// A MariaDB before it is part of a cluster.
const PLAIN: &str = "[mysqld]\nuser=mysql\ndatadir=/var/lib/mysql/data\n\
    socket=/run/mysqld/s\npid_file=/run/mysqld/pid\nport=3306\n\
    skip_name_resolve=ON\ninnodb_buffer_pool_size=32M\n\
    innodb_log_file_size=8M\ninnodb_flush_method=nosync\n\
    innodb_doublewrite=0\nperformance_schema=OFF\n\
    !includedir /etc/drill/conf.d\n";

/// What stands for the arbiter's unit.
const GARB: &str = r#"
. /etc/default/garb
/etc/drill/ctl stop garbd 2>/dev/null
echo "exec garbd -a gcomm://${GALERA_NODES// /,} -g '$GALERA_GROUP' \
  -o '$GALERA_OPTIONS'" >/etc/drill/garbd
exec /etc/drill/ctl start garbd
"#;

/// The machines.
pub struct Ring {
    pub nodes: Vec<Node>,
    begin: Instant,
    _dir: TempDir,
}

impl Ring {
    /// So many machines, switched on, with no database yet.
    pub fn new(count: usize, env: &str) -> Self {
        let _ = shell(&format!(
            "set -e; ip link add {BRIDGE} address 02:00:ac:15:04:c9 type \
             bridge; ip addr add 172.21.4.201/22 dev {BRIDGE}; \
             ip link set {BRIDGE} up"
        ));
        let dir = disks();
        let mut nodes: Vec<Node> = (0..count)
            .map(|n| Node::new(dir.path(), NAMES[n], ADDRESSES[n], NAMES[n]))
            .collect();
        nodes.iter_mut().for_each(Node::power_on);
        let ring = Self { nodes, begin: Instant::now(), _dir: dir };
        ring.furnish(env);
        ring
    }

    /// Keys, sshd, the program and its settings.
    fn furnish(&self, env: &str) {
        let keys = tempfile::tempdir().unwrap();
        let at = |name: &str| keys.path().join(name).display().to_string();
        for name in ["user", "host"] {
            let _ = shell(&format!(
                "ssh-keygen -q -t ed25519 -N '' -f {}",
                at(name)
            ));
        }
        let read = |name: &str| std::fs::read_to_string(at(name)).unwrap();
        let host = read("host.pub");
        let known = ADDRESSES.map(|address| format!("{address} {host}"));
        let known = known.concat();
        let program = Path::new(env!("CARGO_BIN_EXE_provha"));
        for node in &self.nodes {
            let _ =
                std::fs::copy(program, node.disk("/etc/drill/provha")).unwrap();
            script(&node.disk("/etc/drill/galera"), GALERA);
            for name in ["user", "host"] {
                let path = format!("/etc/drill/{name}");
                node.put(&path, &read(name));
                let _ = node.shell(&format!("chmod 600 {path}"));
            }
            node.put("/etc/drill/authorized", &read("user.pub"));
            node.put("/etc/drill/known", &known);
            // Logins read no start files of this machine's root: they may be
            // slow, and are nobody's here.
            let home = "sed -i 's|^\\(root:.*\\):/root:|\\1:/etc/drill:|' \
                        /etc/passwd";
            let _ = node.shell(home);
            node.put("/etc/shadow", "root:*:19000:0:99999:7:::\n");
            node.put("/etc/drill/sshd.conf", SSHD);
            node.put("/etc/nmsprime/env/provha.env", &settings(env));
            node.put("/etc/drill/my.cnf", PLAIN);
            node.put("/etc/drill/conf.d/empty.cnf", "");
            script(&node.disk("/etc/drill/garb"), GARB);
            Self::open(node);
        }
    }

    /// Starts sshd on a machine.
    pub fn open(node: &Node) {
        node.start("sshd", "/usr/sbin/sshd -D -e -f /etc/drill/sshd.conf");
        let socket = (node.address, 22);
        until("sshd listens", Duration::from_secs(10), || {
            std::net::TcpStream::connect(socket).is_ok()
        });
    }

    /// A table, and a row in it.
    pub fn fill(&self) {
        galera::run(
            &self.nodes[0],
            "mysql",
            "CREATE DATABASE IF NOT EXISTS nmsprime; USE nmsprime;\n\
             CREATE TABLE beat (id INT PRIMARY KEY AUTO_INCREMENT, t TEXT);\n\
             CREATE TABLE provbase (id INT PRIMARY KEY);\n\
             INSERT INTO beat (t) VALUES ('first');\n",
        );
    }

    /// Writes on a node, so many rows.
    pub fn write(&self, node: usize, rows: usize) {
        let sql = "INSERT INTO beat (t) VALUES (UUID());\n".repeat(rows);
        galera::run(&self.nodes[node], "nmsprime", &sql);
    }

    /// The rows of a node's table.
    pub fn rows(&self, node: usize) -> String {
        let sql = "SET SESSION wsrep_sync_wait=1; SELECT COUNT(*) FROM \
                   nmsprime.beat";
        galera::ask(&self.nodes[node], sql)
    }

    /// `stop` or `kill` of a node's server.
    pub fn end(&self, node: usize, how: &str) {
        self.nodes[node].control(how, "mariadbd");
    }

    /// The same of several, in this order.
    pub fn end_all(&self, nodes: &[usize], how: &str) {
        for node in nodes {
            self.end(*node, how);
        }
    }

    /// Runs the program on a node.
    pub fn run(&self, node: usize, line: &str) -> Said {
        let words: Vec<&str> = line.split(' ').collect();
        let said = self.nodes[node].provha(&words);
        self.say(&format!("{}: {line}: {}", NAMES[node], said.code));
        said
    }

    /// Runs it; it must end so.
    #[track_caller]
    pub fn ends(&self, node: usize, line: &str, code: i32) -> Said {
        let said = self.run(node, line);
        assert_eq!(said.code, code, "{line}: {said:#?}");
        said
    }

    /// All nodes are synced and have the same rows.
    #[track_caller]
    pub fn equal(&self) {
        let rows: Vec<String> =
            (0..self.nodes.len()).map(|node| self.rows(node)).collect();
        assert!(!rows[0].is_empty(), "{rows:?}");
        assert!(rows.iter().all(|n| *n == rows[0]), "{rows:?}");
    }

    /// Prints a line of the protocol.
    pub fn say(&self, what: &str) {
        println!("[{:6.1} s] {what}", self.begin.elapsed().as_secs_f64());
    }
}

impl Drop for Ring {
    fn drop(&mut self) {
        if std::thread::panicking() {
            self.nodes.iter().filter(|n| n.is_on()).for_each(Node::tell);
        }
    }
}

/// The env file of all machines.
fn settings(more: &str) -> String {
    format!(
        "APP_TIMEZONE=UTC\nDB_HOST=127.0.0.1\nDB_USERNAME=reader\n\
         DB_PASSWORD=reader\nPROVHA__SSH_IDENTITY=/etc/drill/user\n\
         PROVHA__SSH_KNOWN_HOSTS=/etc/drill/known\n\
         PROVHA__CLUSTER_TIMEOUT=60\n\
         PROVHA__CLUSTER_PROVHA=/etc/drill/provha\n\
         PROVHA__GALERA_DATA_DIR=/var/lib/mysql/data\n\
         PROVHA__GALERA_SERVER='mariadbd --defaults-file=/etc/drill/my.cnf'\n\
         PROVHA__GALERA_CLIENT='mariadb --no-defaults -S /run/mysqld/s \
         -uroot'\n\
         PROVHA__GALERA_START='/etc/drill/galera start %p'\n\
         PROVHA__GALERA_BACKUP='mariadb-dump --no-defaults -S \
         /run/mysqld/s -uroot --all-databases --single-transaction'\n\
         PROVHA__GALERA_STOP='/etc/drill/galera stop'\n\
         PROVHA__GALERA_BOOTSTRAP='/etc/drill/galera bootstrap %p'\n\
         PROVHA__GALERA_CONF=/etc/drill/conf.d/galera.cnf\n\
         PROVHA__GALERA_SST=rsync\nPROVHA__GALERA_FLUSH=2\n\
         PROVHA__GALERA_READER=reader\n\
         PROVHA__GALERA_READER_PASSWORD=reader\n\
         PROVHA__GALERA_PROVIDER_OPTIONS='gcache.size=16M;\
         gcache.page_size=16M;{}'\n\
         PROVHA__GALERA_INSTALL='mariadb-install-db --no-defaults \
         --user=mysql --skip-test-db --skip-name-resolve \
         --innodb-log-file-size=8M --innodb-flush-method=nosync \
         --auth-root-authentication-method=normal'\n\
         PROVHA__GARBD_RESTART='/bin/bash /etc/drill/garb'\n{more}",
        galera::QUICK
    )
}

/// The object of a run with --json.
#[track_caller]
pub fn object(said: &machine::Said) -> serde_json::Value {
    serde_json::from_str(&said.out)
        .unwrap_or_else(|error| panic!("{error}: {said:?}"))
}
