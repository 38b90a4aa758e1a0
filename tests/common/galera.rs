//! A real Galera: a data node on a machine, and the arbiter.

use std::net::Ipv4Addr;
use std::time::{Duration, Instant};

use super::machine::said;
use super::node::Node;

/// Where a data node's files lie on its machine.
const DATA: &str = "/var/lib/mysql/data";
/// Its socket.
const SOCKET: &str = "/run/mysqld/s";
/// The cluster's name.
const CLUSTER: &str = "drill";
/// Loss of a node is seen after two seconds instead of five.
pub const QUICK: &str = "gmcast.peer_timeout=PT0.5S;gmcast.time_wait=PT0.5S;\
    pc.announce_timeout=PT0.3S;evs.join_retrans_period=PT0.2S;\
    evs.inactive_check_period=PT0.2S;evs.keepalive_period=PT0.2S;\
    evs.suspect_timeout=PT2S;evs.inactive_timeout=PT4S;\
    evs.install_timeout=PT4S";

/// Writes the configuration of a data node.
pub fn configure(node: &Node, peers: &[Ipv4Addr]) {
    let own = node.address;
    let peers = join(peers, "");
    node.put(
        "/etc/drill/my.cnf",
        &format!(
            "[mysqld]\nuser=mysql\ndatadir={DATA}\nsocket={SOCKET}\n\
             pid_file=/run/mysqld/pid\nbind_address=0.0.0.0\nport=3306\n\
             skip_name_resolve=ON\ninnodb_buffer_pool_size=32M\n\
             innodb_log_file_size=8M\ninnodb_flush_log_at_trx_commit=2\n\
             innodb_flush_method=nosync\ninnodb_doublewrite=0\n\
             innodb_autoinc_lock_mode=2\nbinlog_format=ROW\n\
             performance_schema=OFF\nwsrep_on=ON\n\
             wsrep_provider=/usr/lib/galera/libgalera_smm.so\n\
             wsrep_cluster_name={CLUSTER}\n\
             wsrep_cluster_address=gcomm://{peers}\n\
             wsrep_node_address={own}\nwsrep_node_name={}\n\
             wsrep_sst_method=rsync\nwsrep_sst_receive_address={own}:4444\n\
             wsrep_slave_threads=2\nwsrep_provider_options=\"\
             gmcast.listen_addr=tcp://{own}:4567;ist.recv_addr={own}:4568;\
             ist.recv_bind={own}:4568;\
             gcache.size=16M;gcache.page_size=16M;{QUICK}\"\n",
            node.name
        ),
    );
}

/// Makes the data directory of the first node; others are sent theirs.
pub fn install(node: &Node) {
    let _ = node.shell(&format!(
        "mariadb-install-db --no-defaults --user=mysql --datadir={DATA} \
         --skip-test-db --skip-name-resolve --innodb-log-file-size=8M \
         --innodb-flush-method=nosync --innodb-doublewrite=0 \
         --auth-root-authentication-method=normal"
    ));
}

/// Starts a data node; with `new` it is the first of a cluster.
pub fn start(node: &Node, new: bool) {
    let new = if new { "--wsrep-new-cluster" } else { "" };
    let position = recovered(node);
    let at = position.map(|at| format!("--wsrep_start_position={at}"));
    node.start(
        "mariadbd",
        &format!(
            "mariadbd --defaults-file=/etc/drill/my.cnf {new} {}",
            at.unwrap_or_default()
        ),
    );
}

/// Waits until a node takes part.
#[track_caller]
pub fn synced(node: &Node, patience: Duration) {
    let end = Instant::now() + patience;
    while status(node, "wsrep_local_state_comment") != "Synced" {
        let log = || node.log("mariadbd");
        assert!(node.runs("mariadbd"), "{}: {}", node.name, log());
        assert!(Instant::now() < end, "{}: {}", node.name, log());
        std::thread::sleep(Duration::from_millis(100));
    }
}

/// A status variable; empty when the node does not answer.
pub fn status(node: &Node, name: &str) -> String {
    let line = format!("SHOW STATUS LIKE '{name}'");
    let said = client(node, &line);
    said.split('\t').nth(1).unwrap_or_default().trim().to_string()
}

/// The answer to a question; empty when the node does not answer.
pub fn ask(node: &Node, sql: &str) -> String {
    client(node, sql).trim().to_string()
}

/// What the stock client says, whatever that is.
fn client(node: &Node, sql: &str) -> String {
    let argv = ["mariadb", "--no-defaults", "-NB", "--connect-timeout=3"];
    let argv = [&argv[..], &["-S", SOCKET, "-uroot", "-e", sql]].concat();
    said(&node.command(&argv).output().unwrap()).out
}

/// Runs SQL that must succeed, on the database of the name.
#[track_caller]
pub fn run(node: &Node, database: &str, sql: &str) {
    node.put("/var/tmp/sql", sql);
    let _ = node.shell(&format!(
        "mariadb --no-defaults --default-character-set=utf8mb4 -S {SOCKET} \
         -uroot {database} </var/tmp/sql"
    ));
}

/// The position that a node has come to, as its service file finds it;
/// without it a crashed node would form a cluster of its own.
fn recovered(node: &Node) -> Option<String> {
    let said = node.try_shell(
        "mariadbd --defaults-file=/etc/drill/my.cnf --wsrep-recover \
         --disable-log-error",
    );
    let (_, found) = said.err.split_once("Recovered position:")?;
    found.split_whitespace().next().map(str::to_string)
}

/// Starts the arbiter on a machine.
pub fn arbiter(node: &Node, peers: &[Ipv4Addr]) {
    let (own, peers) = (node.address, join(peers, ":4567"));
    node.start(
        "garbd",
        &format!(
            "garbd --address gcomm://{peers} --group {CLUSTER} --name garb \
             --options 'gmcast.listen_addr=tcp://{own}:4567;{QUICK}'"
        ),
    );
}

/// Addresses as a list.
fn join(addresses: &[Ipv4Addr], port: &str) -> String {
    let list: Vec<String> =
        addresses.iter().map(|address| format!("{address}{port}")).collect();
    list.join(",")
}
