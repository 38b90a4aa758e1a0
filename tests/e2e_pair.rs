//! Two machines with real dhcpd and in.tftpd, each in its own network: the
//! pair stays up through our own restarts.

use crate::common;
#[path = "pair/mod.rs"]
mod pair;

use std::time::Duration;

use common::drill::within;
use common::duo::{MASTER, Node, PATIENCE, Pair, SLAVE};
use common::machine::{Said, put};
use common::private;

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
    said.check(0, &["no boot file in /tftpboot/mta yet"]);
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

    // A run ends when dhcpd serves again, 15 s after its start.
    let (said, time) = started(&pair.master, &["--restart-hold", "0", "dhcp"]);
    said.check(0, &["dhcpd restarted"]);
    assert!(!said.err.contains("not restarted yet"), "{said:?}");
    assert!(time < 6.0, "at once: {time}");

    // From then on a lone node collects its changes; a person need not wait.
    pair.master.change();
    let starts = pair.master.restarts().len();
    let (said, time) = pair.master.run(&["dhcp"]);
    said.check(0, &["waits until", "dhcp --now"]);
    assert!(time < Duration::from_secs(8), "it is not waited for: {time:?}");
    assert_eq!(pair.master.restarts().len(), starts);

    let now = ["--restart-hold", "3", "dhcp", "--now"];
    let (said, time) = started(&pair.master, &now);
    said.check(0, &["for at most 3 s", "dhcpd restarted"]);
    assert!((3.0..12.0).contains(&time), "the bound: {time}");

    pair.master.change();
    let (said, time) = started(&pair.master, &["dhcp", "--now"]);
    said.check(0, &["dhcpd is not restarted yet", "the peer's dhcpd is dead"]);
    assert!((5.0..35.0).contains(&time), "known dead: {time}");
    a_peer_that_returns_is_waited_for(&mut pair);
}

/// A run, and the seconds from its begin to the restart that it made.
fn started(node: &Node, args: &[&str]) -> (Said, f64) {
    let now = std::time::SystemTime::now();
    let begin = now.duration_since(std::time::UNIX_EPOCH).unwrap();
    let (said, _) = node.run(args);
    (said, node.restarts().last().unwrap().0 - begin.as_secs_f64())
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
