//! Into the pair and out of it.

use std::time::Duration;

use super::{answered, ends, status};
use crate::common::drill::within;
use crate::common::duo::{PATIENCE, Pair};
use crate::common::private;

/// What a person, or an accident, does to the settings of a running pair.
const WAYS_OUT: [&str; 4] = [
    "DELETE FROM provha",
    "UPDATE provha SET slaves = ''",
    "UPDATE provha SET slaves = '172.21.4.99, 172.21.4.11'",
    "UPDATE provha SET slaves = '172.21.4.98'",
];
/// The row as it was.
const BACK: &str = "DELETE FROM provha; INSERT INTO provha SELECT * FROM kept";

#[test]
fn a_pair_is_left_only_through_its_door() {
    let name = "pair::doors::a_pair_is_left_only_through_its_door";
    if !private::inside(name) {
        return;
    }
    let mut pair = Pair::new();
    pair.master.lite.run("CREATE TABLE kept AS SELECT * FROM provha");
    assert!(answered(), "{}", pair.master.log());
    let restarts = pair.master.restarts().len();
    for way in WAYS_OUT {
        pair.master.lite.run(way);
        for command in [&["dhcp"][..], &["dhcp", "--dry-run"]] {
            ends(&pair.master, 3, command, &["failover pair with 172.21.4.11"]);
        }
        let told = status(&pair.master);
        assert!(told.contains("in a pair with 172.21.4.11"), "{told}");
        let offline = ["--no-activate", "dhcp"];
        ends(&pair.master, 3, &offline, &["failover pair with 172.21.4.11"]);
        pair.master.lite.run(BACK);
    }
    pair.master.machine.role = "standalone".into();
    ends(&pair.master, 3, &["dhcp"], &["has no peer", "pair leave"]);
    pair.master.machine.role = "master".into();
    pair.slave.machine.role = "master".into();
    ends(&pair.slave, 3, &["dhcp"], &["the secondary 172.21.4.11"]);
    pair.slave.machine.role = "slave".into();
    assert_eq!(pair.master.restarts().len(), restarts);
    pair.wait_normal();
    out_through_the_door(&mut pair);
    back_in(&mut pair);
}

/// The peer is stopped first; then the door opens, and only then.
fn out_through_the_door(pair: &mut Pair) {
    ends(
        &pair.master,
        3,
        &["pair", "leave", "--yes"],
        &["still name the peer"],
    );
    pair.master.lite.run(WAYS_OUT[1]);
    ends(&pair.master, 3, &["pair", "leave", "--yes"], &["the peer may live"]);
    pair.slave.kill_dhcpd();
    let lost = || pair.master.state() == "communications-interrupted";
    assert!(within(PATIENCE, lost), "{}", pair.master.state());
    // A restart looks the same.
    ends(&pair.master, 3, &["dhcp"], &["a restart looks the"]);
    ends(&pair.master, 3, &["pair", "leave"], &["a restart looks the"]);
    assert!(within(PATIENCE, answered), "{}", pair.master.log());
    ends(&pair.master, 0, &["pair", "leave", "--yes"], &["dhcpd restarted"]);
    assert!(within(PATIENCE, answered), "{}", pair.master.log());
    ends(&pair.master, 0, &["dhcp"], &["nothing changed"]);
    ends(&pair.master, 0, &["pair", "leave"], &["in no pair"]);
}

/// The first restart into a pair waits until the other half is there.
fn back_in(pair: &mut Pair) {
    pair.master.lite.run(BACK);
    let restarts = pair.master.restarts().len();
    for command in [&["dhcp"][..], &["pair", "join"]] {
        let words = ["172.21.4.11 port 647", "serve nobody", "--start-alone"];
        ends(&pair.master, 3, command, &words);
    }
    assert_eq!(pair.master.restarts().len(), restarts);
    assert!(answered(), "{}", pair.master.log());
    let told = status(&pair.master);
    assert!(told.contains("no pair: the settings name the peer"), "{told}");

    let alone = ["dhcp", "--start-alone"];
    ends(&pair.master, 0, &alone, &["partner-down", "dhcpd restarted"]);
    assert!(within(Duration::from_secs(25), answered), "{}", pair.master.log());
    pair.slave.start_dhcpd();
    pair.wait_normal();
    ends(&pair.master, 0, &["dhcp"], &["nothing changed"]);
}
