//! Three real Galera nodes on machines of their own, brought back by the
//! program after what happens to clusters. The short form is part of all
//! tests; PROVHA_DRILL=1 gives every kind of full stop. Both print their
//! figures (`--nocapture`).

#[path = "cluster/cuts.rs"]
mod cuts;
#[path = "cluster/long.rs"]
mod long;

use crate::common;

use std::time::Duration;

use common::lab::until;
use common::private;
use common::ring::{Ring, object};

/// The nodes of a cluster of three.
const PEERS: &str = "GALERA_PEER_HOSTS=172.21.4.10,172.21.4.11,172.21.4.12\n";

/// Whether the long form is asked for.
fn is_long() -> bool {
    std::env::var_os("PROVHA_DRILL").is_some()
}

#[test]
fn the_cluster_comes_back() {
    if !private::inside("the_cluster_comes_back") {
        return;
    }
    let mut ring = Ring::new(3, PEERS);
    from_three_empty_nodes(&ring);
    nothing_to_do(&ring);
    all_killed(&ring);
    a_silent_node_holds_it_back(&ring);
    one_after_the_other(&ring);
    status_tells_the_truth(&ring);
    if is_long() {
        long::all(&mut ring);
    }
}

/// From three empty nodes to a cluster with a reader; each wrong order is
/// refused.
fn from_three_empty_nodes(ring: &Ring) {
    let init = "cluster galera init --yes";
    let said = ring.ends(1, init, 3);
    assert!(said.err.contains("172.21.4.10 goes before"), "{said:?}");
    let said = ring.ends(0, "cluster galera init", 3);
    assert!(said.out.contains("as the first node"), "{said:?}");
    ring.ends(0, init, 0);
    ring.fill();
    let said = ring.ends(2, init, 3);
    assert!(said.err.contains("172.21.4.11 goes before"), "{said:?}");
    ring.ends(1, init, 0);
    let said = ring.ends(2, "cluster galera init --yes --json", 0);
    assert_eq!(object(&said)["equal_tables"], 2, "{said:?}");
    ring.ends(0, init, 0);
    let _ = ring.nodes[2].shell(
        "mariadb --no-defaults -h 172.21.4.12 -ureader -preader -e \
         'SELECT * FROM nmsprime.beat'",
    );
    ring.say("the cluster is complete");
}

/// A healthy cluster is left alone.
fn nothing_to_do(ring: &Ring) {
    let said = ring.ends(0, "cluster galera recover --yes --json", 0);
    assert_eq!(object(&said)["choice"], "healthy");
}

/// kill -9 of all: no bootstrap is needed, and all data are equal.
fn all_killed(ring: &Ring) {
    ring.write(1, 30);
    for node in 0..3 {
        ring.end(node, "kill");
    }
    let said = ring.ends(2, "cluster galera recover", 3);
    assert!(said.out.contains("no bootstrap is needed"), "{said:?}");
    assert!(said.err.contains("innodb_flush_log_at_trx_commit"), "{said:?}");
    assert!(said.out.contains("/etc/drill/galera start"), "{said:?}");
    let said = ring.ends(2, "cluster galera recover --yes --json", 0);
    let result = object(&said);
    assert_eq!(result["choice"], "together", "{result:#}");
    assert_eq!(result["equal_tables"], 2, "{result:#}");
    ring.equal();
}

/// While a node that may be newer cannot be asked, nothing is done.
fn a_silent_node_holds_it_back(ring: &Ring) {
    for node in 0..3 {
        ring.end(node, "stop");
    }
    ring.nodes[2].control("kill", "sshd");
    let said = ring.ends(0, "cluster galera recover --yes --json", 3);
    assert!(said.err.contains("--lose 172.21.4.12"), "{said:?}");
    // It runs after all, behind a broken way: that is no lost node.
    let lose = "cluster galera recover --lose 172.21.4.12";
    let said = ring.ends(0, lose, 3);
    assert!(said.err.contains("whatever 172.21.4.12 committed"), "{said:?}");
    ring.nodes[2].start("nc", "socat TCP-LISTEN:4567,fork,reuseaddr /dev/null");
    let port = (ring.nodes[2].address, 4567);
    until("the port is open", Duration::from_secs(10), || {
        std::net::TcpStream::connect(port).is_ok()
    });
    let said = ring.ends(0, lose, 3);
    assert!(said.err.contains("172.21.4.12 lives"), "{said:?}");
    ring.nodes[2].control("kill", "nc");
    Ring::open(&ring.nodes[2]);
}

/// Stopped in order: the last one out goes first, from any node.
fn one_after_the_other(ring: &Ring) {
    let said = ring.ends(1, "cluster galera recover --dry-run --json", 0);
    let result = object(&said);
    assert_eq!(result["choice"], "bootstrap", "{result:#}");
    assert_eq!(result["first"], "172.21.4.12", "{result:#}");
    assert_eq!(result["gone"].as_array().unwrap().len(), 0, "{result:#}");
    let said = ring.ends(1, "cluster galera recover --yes --json", 0);
    assert_eq!(object(&said)["equal_tables"], 2);
    ring.write(0, 3);
    ring.equal();
}

/// All well; then one frozen, and one without its cable.
fn status_tells_the_truth(ring: &Ring) {
    // The lab flushes once a second.
    is_odd(ring, &["durability"]);
    let said = ring.ends(1, "cluster status --format prometheus", 0);
    let synced = said.out.matches("node_synced{node=").count();
    assert_eq!(synced, 3, "{said:?}");
    verdicts(ring, 1, 0, ["well", "well", "well"]);
    let _ = ring.nodes[2].shell("kill -STOP $(pidof mariadbd)");
    until("it is told", PATIENCE, || {
        let result = object(&ring.ends(0, "cluster status --json", 0));
        assert!(result["seconds"].as_f64().unwrap() < 5.0, "{result:#}");
        result["nodes"][2]["doing"] == "MariaDB runs and does not answer"
    });
    verdicts(ring, 0, 1, ["well", "well", "frozen"]);
    let _ = ring.nodes[2].shell("kill -CONT $(pidof mariadbd)");
}

#[test]
fn cuts_are_told_and_no_minority_is_read() {
    if !is_long() {
        return;
    }
    if !private::inside("cuts_are_told_and_no_minority_is_read") {
        return;
    }
    let ring = Ring::new(3, PEERS);
    from_three_empty_nodes(&ring);
    cuts::no_run_reads_from_a_minority(&ring);
    cuts::all(&ring);
}

#[test]
fn two_nodes_and_an_arbiter() {
    if !private::inside("two_nodes_and_an_arbiter") {
        return;
    }
    let mut ring = Ring::new(
        3,
        "GALERA_PEER_HOSTS=172.21.4.10,172.21.4.11\n\
        PROVHA__GALERA_ARBITER=172.21.4.12\n",
    );
    let said = ring.ends(2, "cluster galera arbiter --yes", 3);
    assert!(said.err.contains("no cluster to join"), "{said:?}");
    for node in [0, 1] {
        ring.ends(node, "cluster galera init --yes", 0);
    }
    ring.fill();
    is_odd(&ring, &["size", "arbiter", "durability"]);
    ring.ends(2, "cluster galera arbiter --yes", 0);
    ring.ends(2, "cluster galera arbiter --yes --json", 0);
    is_odd(&ring, &["durability"]);
    the_work_moves(&mut ring);
}

/// The background work moves while the old node is up, and after it died;
/// the other data node goes on with the arbiter's vote.
fn the_work_moves(ring: &mut Ring) {
    ring.ends(0, "cluster primary 172.21.4.10 --yes --reason first", 0);
    let said = ring.ends(0, "cluster primary 172.21.4.11 --dry-run", 0);
    assert!(said.out.contains("clean-up-slave --restore"), "{said:?}");
    ring.ends(0, "cluster primary 172.21.4.11 --yes --reason disks --json", 0);
    let said = ring.ends(1, "cluster primary --json", 0);
    assert_eq!(object(&said)["primary"], "172.21.4.11", "{said:?}");
    let said = ring.ends(0, "sync-ha-master-files --role master", 0);
    assert!(said.err.contains("nothing is sent"), "{said:?}");
    the_move_is_killed(ring);
    it_is_ordered_for_later(ring);
    ring.ends(0, "cluster primary 172.21.4.11 --yes", 0);
    ring.nodes[1].power_off();
    let said = ring.ends(0, "cluster primary 172.21.4.10 --yes --json", 3);
    assert!(said.err.contains("--dead 172.21.4.11"), "{said:?}");
    ring.ends(
        0,
        "cluster primary 172.21.4.10 --dead 172.21.4.11 --yes --reason fire",
        0,
    );
    let said = ring.ends(0, "cluster primary", 0);
    assert!(said.out.contains("172.21.4.10  fire"), "{said:?}");
    until("the survivor goes on", Duration::from_secs(15), || {
        ring.rows(0) == "1"
    });
    let said = ring.ends(0, "cluster status --json", 0);
    let result = object(&said);
    assert!(result["seconds"].as_f64().unwrap() < 5.0, "{result:#}");
    assert!(odd(&result).contains(&"nodes"), "{result:#}");
}

/// What does the existing system's background work.
const WORK: &str = "/etc/cron.d/nmsprime-work";

/// The data nodes on which the existing system works.
fn workers(ring: &Ring) -> Vec<usize> {
    let works = |node: &usize| !ring.nodes[*node].text(WORK).is_empty();
    [0, 1].into_iter().filter(works).collect()
}

/// The program is killed at every step: never two, and the next run, on the
/// other node, leaves nothing undone.
fn the_move_is_killed(ring: &Ring) {
    for node in [0, 1] {
        ring.nodes[node].put(WORK, "* * * * * root true\n");
    }
    ring.ends(0, "cluster primary 172.21.4.10 --yes", 0);
    assert_eq!(workers(ring), [0]);
    let mut reached = std::collections::BTreeSet::new();
    let begin = std::time::Instant::now();
    ring.ends(0, "cluster primary 172.21.4.11 --yes", 0);
    ring.ends(0, "cluster primary 172.21.4.10 --yes", 0);
    let whole = begin.elapsed().as_secs_f64() / 2.0;
    for round in 0..10 {
        let (to, name) = match round % 2 {
            0 => (1, "172.21.4.11"),
            _ => (0, "172.21.4.10"),
        };
        let after = whole * (0.15 + 0.09 * f64::from(round));
        let _ = ring.nodes[0].try_shell(&format!(
            "timeout -s KILL {after} /etc/drill/provha cluster primary {name} \
             --yes --reason kill"
        ));
        let path = "/var/lib/provha/cluster.log";
        let log = ring.nodes[0].text(path);
        let last = log.lines().last().unwrap_or_default().to_string();
        let result = object(&ring.run(1, "cluster primary --json"));
        let left = workers(ring);
        ring.say(&format!(
            "{after:.1} s: {left:?} {} {last}",
            result["primary"]
        ));
        let _ =
            reached.insert(last.split("\"text\":").nth(1).map(String::from));
        // A step on another node may go on for a moment; then still never two.
        assert!(left.len() <= 1, "{left:?} {last}");
        let line = format!("cluster primary {name} --yes --reason again");
        ring.ends(1, &line, 0);
        assert_eq!(workers(ring), [to], "{last}");
        let said = ring.ends(0, &line, 0);
        assert!(said.err.contains("nothing to do"), "{said:?}");
    }
    ring.say(&format!("killed at {} places", reached.len()));
    assert!(reached.len() >= 2, "{reached:?}");
    ring.ends(0, "cluster primary 172.21.4.10 --yes", 0);
}

/// `--at`: the order has the time and the same command.
fn it_is_ordered_for_later(ring: &Ring) {
    let n1 = &ring.nodes[0];
    common::machine::script(
        &n1.disk("/etc/drill/later"),
        "printf '%s\\n' \"$@\" >/etc/drill/order\n",
    );
    n1.put(
        "/etc/nmsprime/env/zz.env",
        "PROVHA__CLUSTER_AT='/etc/drill/later %t'\n",
    );
    let said = ring.nodes[0].provha(&[
        "cluster",
        "primary",
        "172.21.4.11",
        "--at",
        "2037-12-24 02:30",
        "--yes",
        "--reason",
        "new disks; or not",
    ]);
    assert_eq!(said.code, 0, "{said:?}");
    assert!(said.err.contains("nothing was changed yet"), "{said:?}");
    assert_eq!(
        n1.text("/etc/drill/order"),
        "2037-12-24 02:30:00\n/etc/drill/provha\ncluster\nprimary\n\
         172.21.4.11\n--yes\n--reason=new disks; or not\n"
    );
    assert_eq!(workers(ring), [0]);
    let past = "cluster primary 172.21.4.11 --yes --at 2020-01-01";
    ring.ends(0, past, 2);
}

/// How long a busy machine may take until it answers in time.
const PATIENCE: Duration = Duration::from_secs(60);

/// `status` on the first node finds just these; a busy machine may not answer
/// ssh in time at first.
fn is_odd(ring: &Ring, names: &[&str]) {
    until(&format!("{names:?}"), PATIENCE, || {
        let result = object(&ring.ends(0, "cluster status --json", 0));
        let found = odd(&result);
        println!("odd: {found:?}");
        found == names
    });
}

/// `crosscheck` comes to these verdicts, and ends so.
fn verdicts(ring: &Ring, from: usize, code: i32, words: [&str; 3]) {
    until(&format!("{words:?}"), PATIENCE, || {
        let said = ring.run(from, "cluster crosscheck --json");
        let result = object(&said);
        println!("{}", result["verdicts"]);
        assert!(result["seconds"].as_f64().unwrap() < 5.5, "{result:#}");
        let verdicts = result["verdicts"].as_array().unwrap();
        let found = verdicts.iter().map(|v| v["verdict"].as_str().unwrap());
        found.eq(words) && said.code == code
    });
}

/// The names of the checks that are not ok.
fn odd(result: &serde_json::Value) -> Vec<&str> {
    let checks = result["checks"].as_array().unwrap();
    let odd = checks.iter().filter(|check| check["state"] != "ok");
    odd.map(|check| check["name"].as_str().unwrap()).collect()
}
