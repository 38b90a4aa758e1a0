//! `provha failover` against two real dhcpd in network namespaces.

use crate::common::netpair;

use netpair::{NetPair, Node};

/// Whether both sides are in normal operation, as the node sees it.
fn is_normal(node: &Node) -> bool {
    let ended = node.provha(&["failover", "state", "--json"]).expect(0);
    ended.json("failover state")["normal"] == true
}

#[test]
fn a_pair_lives_loses_a_node_and_comes_back() {
    let mut pair = NetPair::new();
    pair.master.configure(true, "hmac-sha256");
    pair.slave.configure(false, "hmac-sha256");
    pair.master.start();
    pair.slave.start();
    let wait = ["failover", "wait", "normal", "--timeout", "30"];
    pair.master.provha(&wait).expect(0);
    let waited = [&wait[..], &["--json"]].concat();
    let _ = pair.slave.provha(&waited).expect(0).json("failover wait");
    pair.slave.provha(&wait).expect(0);
    both_sides_are_named(&pair);
    wrong_keys_are_told(&pair.slave);
    a_living_peer_is_never_declared_down(&pair);
    a_hung_peer_is_not_declared_down(&pair);
    a_pulled_cable_is_told_as_such(&pair);
    a_dead_peer_is_declared_down(&mut pair);
    pair.master.start();
    pair.slave
        .provha(&["failover", "wait", "--timeout", "40"])
        .expect(0)
        .says("normal after");
    assert!(is_normal(&pair.master) && is_normal(&pair.slave));
}

fn both_sides_are_named(pair: &NetPair) {
    let ended = pair.slave.provha(&["--json", "failover", "state"]).expect(0);
    let json = ended.json("failover state");
    assert_eq!(json["own"]["role"], "secondary");
    assert_eq!(json["own"]["local_state"], "normal");
    assert_eq!(json["peer"]["address"], "10.77.0.1");
    assert_eq!(json["peer"]["partner_state"], "normal");
    assert_eq!(json["peer"]["mclt"], 20);
    pair.master
        .provha(&["failover", "state"])
        .expect(0)
        .says("own  10.77.0.1       primary   normal");
}

fn wrong_keys_are_told(node: &Node) {
    let state = ["failover", "state"];
    node.key("hmac-sha256", "YW5vdGhlciBzZWNyZXQ=");
    node.provha(&state).expect(1).says("has another secret");
    node.provha(&["failover", "partner-down", "--yes"])
        .expect(1)
        .says("has another secret");
    node.key("hmac-md5", netpair::SECRET);
    node.provha(&state).expect(1).says("does not know the key 'omapi_key'");
    node.key("nonsense", netpair::SECRET);
    node.provha(&state).expect(3).says("holds no OMAPI key");
    // Without the file the key of the live set is taken.
    std::fs::remove_file(node.etc().join("omapi.key")).unwrap();
    node.provha(&state).expect(0);
    node.key("hmac-sha256", netpair::SECRET);
}

fn a_living_peer_is_never_declared_down(pair: &NetPair) {
    for node in [&pair.master, &pair.slave] {
        node.provha(&["failover", "partner-down", "--yes"])
            .expect(3)
            .says("has not lost its peer");
        let refused =
            node.provha(&["--json", "failover", "partner-down", "--yes"]);
        let json = refused.expect(3).json("failover partner-down");
        assert!(json["error"]["message"].is_string(), "{json:#}");
        assert!(is_normal(node));
    }
}

fn a_hung_peer_is_not_declared_down(pair: &NetPair) {
    pair.master.signal("-STOP");
    pair.slave.until("communications-interrupted");
    let ended = pair.slave.provha(&["failover", "partner-down", "--yes"]);
    pair.master.signal("-CONT");
    ended.expect(3).says("the peer may live");
    pair.slave
        .provha(&["failover", "wait", "normal", "--timeout", "40"])
        .expect(0);
}

fn a_pulled_cable_is_told_as_such(pair: &NetPair) {
    pair.master.cable(false);
    pair.slave.until("communications-interrupted");
    // The other end of the only cable: this machine itself is cut off.
    pair.slave
        .provha(&["failover", "partner-down", "--yes"])
        .expect(3)
        .says("it is this machine that is cut off");
    pair.master.cable(true);
    pair.slave
        .provha(&["failover", "wait", "normal", "--timeout", "40"])
        .expect(0);
}

fn a_dead_peer_is_declared_down(pair: &mut NetPair) {
    pair.master.kill();
    let slave = &pair.slave;
    slave.until("communications-interrupted");
    let down = ["failover", "partner-down"];
    slave
        .provha(&down)
        .expect(3)
        .says("needs --yes")
        .says("20 s (MCLT)")
        .says("to come back");
    slave.provha(&["failover", "partner-down", "--dry-run", "--yes"]).expect(0);
    slave.until("communications-interrupted");
    let ended = slave
        .provha(&["--json", "failover", "partner-down", "--yes"])
        .expect(0);
    let json = ended.json("failover partner-down");
    assert_eq!(json["local_state"], "partner-down");
    assert_eq!(json["proofs"][0]["sign"], "refuses");
    slave.provha(&["failover", "partner-down", "--yes"]).expect(0);
    slave.provha(&["failover", "wait", "partner-down"]).expect(0);
    let wait = ["failover", "wait", "normal", "--timeout", "1", "--json"];
    let failed = slave.provha(&wait).expect(1);
    let json = failed.json("failover wait");
    let failed = failed.says("not normal after 1 s: own partner-down");
    assert!(json["error"]["message"].is_string(), "{failed:?} {json:#}");
    slave.provha(&["failover", "state"]).expect(0).says("does not answer");
}

#[test]
fn every_algorithm_of_dhcpd_is_spoken() {
    let mut pair = NetPair::new();
    let node = &mut pair.master;
    for algorithm in [
        "hmac-md5",
        "hmac-sha1",
        "hmac-sha224",
        "hmac-sha256",
        "hmac-sha384",
        "hmac-sha512",
    ] {
        node.configure(true, algorithm);
        node.start();
        // Alone, it never leaves the first states.
        node.until("startup");
        node.kill();
    }
}

#[test]
fn a_machine_without_failover_is_told() {
    let dir = tempfile::tempdir().unwrap();
    let output = std::process::Command::new(env!("CARGO_BIN_EXE_provha"))
        .args(["failover", "state", "--root"])
        .arg(dir.path())
        .output()
        .unwrap();
    netpair::Ended::from(output).expect(3).says("failover is not configured");
}
