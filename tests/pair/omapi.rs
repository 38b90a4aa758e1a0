//! A peer whose OMAPI has another key, or hangs, is told: without it the two
//! cannot take turns.

use std::process::Command;

use super::status;
use crate::common::drill::within;
use crate::common::duo::{PATIENCE, Pair};
use crate::common::machine::put;
use crate::common::private;

#[test]
fn a_peer_that_cannot_be_asked_is_told() {
    let name = "pair::omapi::a_peer_that_cannot_be_asked_is_told";
    if !private::inside(name) {
        return;
    }
    let pair = Pair::new();
    let failover = |words: &[&str]| {
        let told = status(&pair.master);
        let json: serde_json::Value = serde_json::from_str(&told).unwrap();
        let checks = json["checks"].as_array().unwrap().iter();
        let check = checks.clone().find(|c| c["name"] == "failover").unwrap();
        let text = check.to_string();
        words.iter().all(|word| text.contains(word))
    };
    assert!(failover(&["\"ok\"", "normal"]), "{}", status(&pair.master));
    // Another key on the peer.
    let key = b"k hmac-sha256 YW5vdGhlciBzZWNyZXQgdGhhbiBvdXJz\n";
    put(&pair.slave.machine.set().join("omapi.key"), key);
    let _ = pair.slave.run(&["dhcp"]);
    let told = || failover(&["warning", "must be the same on both"]);
    assert!(within(PATIENCE, told), "{}", status(&pair.master));
    // An OMAPI that takes connections and says nothing.
    let pid = std::fs::read_to_string(pair.slave.at("dhcpd.pid")).unwrap();
    let signal = |signal: &str| {
        let kill = [signal, pid.trim()];
        assert!(Command::new("kill").args(kill).status().unwrap().success());
    };
    signal("-STOP");
    let told = || !failover(&["\"ok\""]);
    assert!(within(PATIENCE, told), "{}", status(&pair.master));
    signal("-CONT");
}
