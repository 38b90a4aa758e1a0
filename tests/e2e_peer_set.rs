//! `status` compares what the two nodes serve: the same data must give the
//! same files, but for what the roles say.

use crate::common;

use std::time::{Duration, Instant};

use common::duo::{Node, Pair, SLAVE};
use common::lone::{Status, told};
use common::machine::{put, said, script};
use common::private;

/// Gives a node a way to its peer: a shell here, and the peer's own command.
fn way(node: &Node, peer: &Node, ssh: &str) {
    let there = peer.command(&[]);
    let words: Vec<String> = std::iter::once(there.get_program())
        .chain(there.get_args())
        .map(|word| {
            format!("'{}'", word.to_str().unwrap().replace('\'', "'\\''"))
        })
        .collect();
    script(&node.at("peer"), &format!("exec {} \"$@\"", words.join(" ")));
    let provha = node.at("peer").display().to_string();
    set(node, "PROVHA__CLUSTER_PROVHA", &provha);
    set(node, "PROVHA__CLUSTER_SSH", ssh);
}

/// Sets a key in a node's env file.
fn set(node: &Node, key: &str, value: &str) {
    let env = node.machine.dir.path().join("env/provha.env");
    let text = std::fs::read_to_string(&env).unwrap();
    let others: Vec<&str> =
        text.lines().filter(|line| !line.starts_with(key)).collect();
    put(&env, format!("{}\n{key}={value}\n", others.join("\n")).as_bytes());
}

/// Makes everything; without a named the names are owed, which is no matter
/// here.
#[track_caller]
fn rebuild(node: &Node, more: &[&str]) {
    let args = [&["rebuild"], more].concat();
    let said = said(&node.command(&args).output().unwrap());
    assert!([0, 4].contains(&said.code), "{said:?}");
}

/// What `status` says of the peer's files, which must be in this state.
#[track_caller]
fn peer_set(node: &Node, state: &str, words: &[&str]) -> Status {
    let said = told(&mut node.command(&["status", "--json"]));
    let status = Status(serde_json::from_str(&said.out).unwrap());
    let check = status.check("peer-set").clone();
    let text = check["text"].as_str().unwrap();
    assert_eq!(check["state"], state, "{text}");
    for word in words {
        assert!(text.contains(word), "{word}: {text}");
    }
    status
}

#[test]
fn the_nodes_serve_the_same_but_for_their_roles() {
    if !private::inside("the_nodes_serve_the_same_but_for_their_roles") {
        return;
    }
    let pair = Pair::new();
    let nodes = [&pair.master, &pair.slave];
    for node in nodes {
        node.machine.firmware();
        put(&node.machine.at("/tftpboot/keyfile"), b"DOCSIS\n");
    }
    way(&pair.master, &pair.slave, "env HOST=%h");
    way(&pair.slave, &pair.master, "env HOST=%h");
    peer_set(&pair.master, "ok", &["not compared: here: no rebuild"]);
    for node in nodes {
        rebuild(node, &[]);
        pair.wait_normal();
    }
    for node in nodes {
        let status = peer_set(node, "ok", &["serves the same"]);
        let values = &status.check("peer-set")["values"];
        assert_eq!(values["peer_differences"], 0.0);
    }
    what_differs(&pair);
    what_cannot_be_compared(&pair);
}

/// Another setting, another shared secret, a roll-back.
fn what_differs(pair: &Pair) {
    let slave = &pair.slave;
    set(slave, "PROVHA__MAX_RESPONSE_DELAY", "6");
    rebuild(slave, &[]);
    pair.wait_normal();
    let name = "something else: /etc/dhcp-nmsprime/failover.conf";
    let status = peer_set(&pair.master, "warning", &[SLAVE, name]);
    assert!(status.roots().contains(&"PH-414"), "{:?}", status.roots());
    let _ = peer_set(slave, "warning", &[name]);
    set(slave, "PROVHA__MAX_RESPONSE_DELAY", "5");
    rebuild(slave, &[]);
    pair.wait_normal();
    let _ = peer_set(&pair.master, "ok", &["serves the same"]);
    // The key of the MIC: the texts are the same, the binaries are not.
    let key = slave.machine.at("/tftpboot/keyfile");
    put(&key, b"another\n");
    rebuild(slave, &["--allow", "key-file"]);
    let _ = peer_set(&pair.master, "warning", &["boot files cm-"]);
    put(&key, b"DOCSIS\n");
    rebuild(slave, &["--allow", "key-file"]);
    let _ = peer_set(&pair.master, "ok", &["serves the same"]);
}

/// Other data, a peer that hangs or is away, a user who may not look.
fn what_cannot_be_compared(pair: &Pair) {
    pair.slave.lite.run("UPDATE modem SET mac = '' WHERE id = 100004");
    rebuild(&pair.slave, &[]);
    let words = ["not compared", "another state of the database"];
    let _ = peer_set(&pair.master, "ok", &words);
    way(&pair.master, &pair.slave, "sleep 60; echo %h");
    let begin = Instant::now();
    let _ = peer_set(&pair.master, "ok", &["not compared"]);
    assert!(begin.elapsed() < Duration::from_secs(30), "it hung");
    way(&pair.master, &pair.slave, "sh -c 'echo no route >&2; exit 255' %h");
    let _ = peer_set(&pair.master, "ok", &["not compared: the peer: ssh: no"]);
    way(&pair.master, &pair.slave, "env HOST=%h");
    let args = ["status", "--format", "manifest"];
    let shown = said(&pair.slave.command(&args).output().unwrap());
    assert_eq!(shown.code, 0, "{shown:?}");
    for secret in ["172.21.4.10\n", "00:1a", "00:1A", "hmac"] {
        assert!(!shown.out.contains(secret), "{secret}: {shown:?}");
    }
    assert!(shown.out.starts_with("provha set 1\n"), "{shown:?}");
}
