//! Every kind of full stop, each brought back by the program, with equal data
//! on all nodes afterwards.

use std::time::Duration;

use crate::common::galera;
use crate::common::lab::until;
use crate::common::ring::{Ring, object};

/// What brings it back.
const BACK: &str = "cluster galera recover --yes --json";

/// All of them.
pub fn all(ring: &mut Ring) {
    the_other_way_round(ring);
    all_at_once(ring);
    the_last_one_killed(ring);
    without_a_majority(ring);
    stopped_without_a_majority(ring);
    a_failed_start_in_between(ring);
    a_raw_start_in_between(ring);
    one_that_never_was_in_it(ring);
    one_of_another_cluster(ring);
    the_trap(ring);
    killed_at_every_step(ring);
    one_lost_for_good(ring);
}

/// Brings it back; who went first, and how.
#[track_caller]
fn back(ring: &Ring, from: usize, line: &str) -> (String, String) {
    let result = object(&ring.ends(from, line, 0));
    let word = |key: &str| result[key].as_str().unwrap_or("-").to_string();
    let tables = &result["equal_tables"];
    assert_eq!(*tables, 2, "{result:#}");
    ring.equal();
    ring.write(0, 5);
    ring.equal();
    ring.say(&format!("back: {} from {}", word("choice"), word("first")));
    (word("choice"), word("first"))
}

/// The same, which must go that way.
#[track_caller]
fn goes(ring: &Ring, choice: &str, first: &str) {
    let (way, node) = back(ring, 1, BACK);
    assert_eq!((&*way, &*node), (choice, first));
}

fn the_other_way_round(ring: &Ring) {
    ring.say("--- stopped: n3, n2, n1");
    ring.end_all(&[2, 1, 0], "stop");
    goes(ring, "bootstrap", "172.21.4.10");
}

fn all_at_once(ring: &Ring) {
    ring.say("--- stopped: all at once");
    for node in &ring.nodes {
        let _ = node.shell("kill -TERM $(pidof mariadbd)");
    }
    for node in &ring.nodes {
        until("it is gone", Duration::from_secs(20), || {
            node.try_shell("pidof mariadbd").code != 0
        });
    }
    let (choice, _) = back(ring, 2, BACK);
    assert_eq!(choice, "bootstrap");
}

fn the_last_one_killed(ring: &Ring) {
    ring.say("--- stopped: n2, n3; killed: n1");
    ring.end(1, "stop");
    ring.end(2, "stop");
    ring.write(0, 7);
    std::thread::sleep(Duration::from_secs(2));
    ring.end(0, "kill");
    goes(ring, "bootstrap", "172.21.4.10");
}

/// Waits until a node is in no primary component.
fn lonely(ring: &Ring, node: usize) {
    until("no primary component", Duration::from_secs(20), || {
        galera::status(&ring.nodes[node], "wsrep_cluster_status")
            == "non-Primary"
    });
}

fn without_a_majority(ring: &Ring) {
    ring.say("--- killed: n2, n3 together; n1 goes on without a majority");
    ring.end(1, "kill");
    ring.end(2, "kill");
    lonely(ring, 0);
    let said = ring.ends(0, "cluster status --json", 1);
    let result = object(&said);
    assert_eq!(result["checks"][0]["state"], "critical", "{result:#}");
    goes(ring, "promote", "172.21.4.10");
}

fn stopped_without_a_majority(ring: &Ring) {
    ring.say("--- killed: n2, n3 together; n1 stopped without a majority");
    ring.end(1, "kill");
    ring.end(2, "kill");
    lonely(ring, 0);
    ring.end(0, "stop");
    let (choice, _) = back(ring, 1, BACK);
    assert_eq!(choice, "bootstrap");
}

fn a_failed_start_in_between(ring: &Ring) {
    ring.say("--- stopped: n1, n2, n3; n1 refused to be the first");
    ring.end_all(&[0, 1, 2], "stop");
    let _ = ring.nodes[0].shell(
        "/etc/drill/galera bootstrap \
         00000000-0000-0000-0000-000000000000:-1; sleep 3",
    );
    let state = ring.nodes[0].text("/var/lib/mysql/data/grastate.dat");
    assert!(state.contains("seqno:   -1"), "{state}");
    goes(ring, "bootstrap", "172.21.4.12");
}

fn a_raw_start_in_between(ring: &Ring) {
    ring.say("--- killed: all; n2 was started raw, and killed again");
    ring.end_all(&[0, 1, 2], "kill");
    let _ = ring.nodes[1].shell(
        "/etc/drill/galera start 00000000-0000-0000-0000-000000000000:-1; \
         sleep 4",
    );
    ring.end(1, "kill");
    let _ = back(ring, 0, BACK);
}

fn one_that_never_was_in_it(ring: &Ring) {
    ring.say("--- stopped: n1, n2; n3 has an empty disk");
    ring.end_all(&[2, 0, 1], "stop");
    let _ = ring.nodes[2].shell("rm -rf /var/lib/mysql/data/*");
    goes(ring, "bootstrap", "172.21.4.11");
}

fn one_of_another_cluster(ring: &Ring) {
    ring.say("--- n3 made a cluster of its own");
    ring.end_all(&[0, 1, 2], "stop");
    let n3 = &ring.nodes[2];
    let _ = n3.shell(
        "rm /var/lib/mysql/data/grastate.dat; /etc/drill/galera bootstrap \
         00000000-0000-0000-0000-000000000000:-1",
    );
    galera::synced(n3, Duration::from_secs(30));
    ring.write(2, 2);
    ring.end(2, "stop");
    let said = ring.ends(0, BACK, 3);
    assert!(said.err.contains("data of different clusters"), "{said:?}");
    let lose = "cluster galera recover --lose 172.21.4.12 --yes --json";
    let (_, first) = back(ring, 0, lose);
    assert_eq!(first, "172.21.4.11");
    let kept = n3.shell("ls -d /var/lib/mysql/data.lost-*/nmsprime");
    assert!(kept.contains("data.lost-"), "{kept}");
    let _ = n3.shell("rm -rf /var/lib/mysql/data.lost-*");
}

fn the_trap(ring: &Ring) {
    ring.say("--- killed: all; all started raw: the trap");
    ring.write(1, 20);
    ring.end_all(&[0, 1, 2], "kill");
    for node in &ring.nodes {
        let _ = node.shell(
            "/etc/drill/galera start \
             00000000-0000-0000-0000-000000000000:-1",
        );
    }
    std::thread::sleep(Duration::from_secs(10));
    let result = object(&ring.run(0, "cluster status --json"));
    let state = result["checks"].as_array().unwrap();
    let state = state.iter().find(|check| check["name"] == "state").unwrap();
    ring.say(&format!("state: {} {}", state["state"], state["text"]));
    assert_eq!(state["state"], "critical", "{result:#}");
    let said = ring.ends(0, BACK, 3);
    assert!(said.err.contains("without its state"), "{said:?}");
    ring.end_all(&[0, 1, 2], "stop");
    // Nobody knows any more where the data stood: a person decides.
    let said = ring.ends(0, BACK, 3);
    assert!(said.err.contains("no position in any cluster"), "{said:?}");
    made_anew(ring);
}

/// The first node's data are taken for right: dumped, and a cluster made.
fn made_anew(ring: &Ring) {
    let n1 = &ring.nodes[0];
    let init = "cluster galera init --yes";
    ring.ends(0, init, 3);
    n1.start(
        "mariadbd",
        "mariadbd --defaults-file=/etc/drill/my.cnf --wsrep_on=OFF",
    );
    until("it answers", Duration::from_secs(20), || {
        galera::ask(n1, "SELECT 1") == "1"
    });
    ring.ends(0, init, 0);
    let dumps = n1.shell("tail -c 40 /var/backups/provha/*.sql");
    assert!(dumps.contains("Dump completed"), "{dumps}");
    for node in [1, 2] {
        ring.ends(node, init, 3);
        ring.ends(node, "cluster galera init --replace-data --yes", 0);
    }
    ring.equal();
}

fn killed_at_every_step(ring: &Ring) {
    ring.say("--- the program itself is killed after 1, 2, 3 ... seconds");
    for seconds in [1, 2, 3, 4, 5, 6, 8, 10] {
        ring.end_all(&[1, 2, 0], "stop");
        let _ = ring.nodes[0].try_shell(&format!(
            "timeout -s KILL {seconds} /etc/drill/provha {BACK}"
        ));
        let said = ring.run(0, "cluster galera recover");
        let words = "an earlier run was interrupted";
        let told = said.err.contains(words);
        let result = object(&ring.ends(0, BACK, 0));
        ring.equal();
        ring.say(&format!(
            "after {seconds} s: told {told}, then {}",
            result["choice"]
        ));
    }
}

fn one_lost_for_good(ring: &mut Ring) {
    ring.say("--- n3 is lost for good, the others were killed");
    ring.nodes[2].power_off();
    ring.end(0, "kill");
    ring.end(1, "kill");
    let said = ring.ends(0, BACK, 3);
    assert!(said.err.contains("--lose 172.21.4.12"), "{said:?}");
    let lose = "cluster galera recover --lose 172.21.4.12 --yes --json";
    let result = object(&ring.ends(0, lose, 0));
    assert_eq!(result["equal_tables"], 2, "{result:#}");
    ring.say(&format!("gone: {}", result["gone"]));
    ring.nodes[2].power_on();
    let n3 = &ring.nodes[2];
    Ring::open(n3);
    let _ = back(ring, 0, BACK);
}
