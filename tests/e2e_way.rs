//! From one running machine to a pair and back to one, on two real dhcpd,
//! while modems ask all the time: nobody is without service but for one start
//! of dhcpd each way, and what is refused changes nothing.

use crate::common;

use std::net::Ipv4Addr;
use std::time::Duration;

use common::cmts::{Cmts, Lease, Register};
use common::drill::within;
use common::duo::{MASTER, Node, Pair, SLAVE};
use common::machine::{Said, put, said};
use common::plant::{self, Device};
use common::private;
use common::pulse::{Beats, Pulse};
use common::tree::traces;

const ROUTER: Ipv4Addr = Ipv4Addr::new(10, 16, 0, 1);
/// How long a modem waits for its first address.
const PATIENCE: Duration = Duration::from_secs(12);
/// The longest that a start of dhcpd may keep modems waiting: it is silent
/// for 15 s until it has seen its peer, and the machine may be busy.
const ONE_START: Duration = Duration::from_secs(30);

/// A run that ends with this code, whose object is valid.
#[track_caller]
fn ends(node: &Node, code: i32, args: &[&str], words: &[&str]) -> Said {
    let line = [args, &["--json"]].concat();
    let said = said(&node.command(&line).output().unwrap());
    println!("{} {args:?}: {}: {}", node.address, said.code, said.err.trim());
    said.check(code, words);
    said
}

/// The lease file lies where the program is told that it does; some modems
/// more.
fn prepare(node: &Node) {
    let script = node.at("restart");
    let text = std::fs::read_to_string(&script).unwrap();
    let dir = node.machine.dir.path().display().to_string();
    let (there, root) = (format!("{dir}/leases"), format!("{dir}/root/leases"));
    put(&script, text.replace(&there, &root).as_bytes());
    let env = node.machine.dir.path().join("env/provha.env");
    let former = std::fs::read_to_string(&env).unwrap();
    put(&env, format!("PROVHA__DHCPD_LEASES=/leases\n{former}").as_bytes());
    let modems: String =
        plant::modems(150_000, 12).iter().map(Device::insert).collect();
    node.lite.run(&format!(
        "UPDATE provbase SET dhcp_def_lease_time = 600, dhcp_max_lease_time = \
         600; {modems} CREATE TABLE kept AS SELECT * FROM provha;"
    ));
}

/// Modems that ask from now on.
fn asking(held: &[Lease]) -> Pulse {
    let helpers = [MASTER.parse().unwrap(), SLAVE.parse().unwrap()];
    Pulse::of_all(ROUTER, &helpers, held.to_vec())
}

/// They were served all the time but for so many starts.
#[track_caller]
fn served(what: &str, pulse: Pulse, starts: usize, node: &Node) {
    let Beats { asked, answered, longest, gaps } = pulse.end();
    println!("{what}: {answered} of {asked}, longest {longest:.1?}, {gaps:?}");
    assert!(answered > 0, "{what}: {}", node.log());
    assert!(gaps.len() <= starts, "{what}: {gaps:?}: {}", node.log());
    assert!(longest <= ONE_START, "{what}: {longest:?}: {}", node.log());
}

#[test]
fn one_machine_becomes_a_pair_and_one_again() {
    let name = "one_machine_becomes_a_pair_and_one_again";
    // It takes minutes.
    let long = std::env::var_os("PROVHA_DRILL").is_some();
    if !long || !private::inside(name) {
        return;
    }
    let mut pair = Pair::behind(&ROUTER.to_string(), prepare);
    let helpers = [MASTER.parse().unwrap(), SLAVE.parse().unwrap()];
    let held = {
        let cmts = Cmts::open(ROUTER, &helpers);
        let mut register = Register::default();
        let modems = plant::modems(150_000, 12);
        let held = cmts.boot(&modems, PATIENCE, &mut register);
        assert_eq!(held.len(), modems.len(), "{}", pair.master.log());
        std::thread::sleep(Duration::from_secs(1));
        cmts.rebind(&held, PATIENCE, &mut register)
    };
    out(&mut pair, &held);
    nothing_happens(&pair, &held);
    inside(&mut pair, &held);
    // And back once more, from a pair that was joined.
    out(&mut pair, &held);
}

/// While the peer lives, leaving is refused; when it is down, one start.
fn out(pair: &mut Pair, held: &[Lease]) {
    let master = &pair.master;
    master.lite.run("UPDATE provha SET slaves = ''");
    let before = traces(&master.machine.set(), &[]);
    let restarts = master.restarts().len();
    let pulse = asking(held);
    let leave = ["pair", "leave", "--yes"];
    let _ = ends(master, 3, &leave, &["the peer may live"]);
    std::thread::sleep(Duration::from_secs(2));
    served("the peer lives: refused", pulse, 0, master);
    assert_eq!(master.restarts().len(), restarts);
    assert_eq!(traces(&master.machine.set(), &[]), before);

    pair.slave.kill_dhcpd();
    let lost = || master.state() == "communications-interrupted";
    assert!(within(Duration::from_secs(20), lost), "{}", master.state());
    let pulse = asking(held);
    let _ = ends(master, 0, &leave, &["dhcpd restarted"]);
    std::thread::sleep(Duration::from_secs(3));
    served("out of the pair", pulse, 1, master);
    assert_eq!(master.restarts().len(), restarts + 1);
}

/// Joining a peer whose dhcpd is down is refused and changes nothing.
fn nothing_happens(pair: &Pair, held: &[Lease]) {
    let master = &pair.master;
    master
        .lite
        .run("DELETE FROM provha; INSERT INTO provha SELECT * FROM kept");
    let before = traces(&master.machine.set(), &[]);
    let restarts = master.restarts().len();
    let pulse = asking(held);
    for line in [&["pair", "join"][..], &["dhcp"]] {
        let _ = ends(master, 3, line, &["serve nobody", "--start-alone"]);
    }
    std::thread::sleep(Duration::from_secs(2));
    served("the peer is down: refused", pulse, 0, master);
    assert_eq!(master.restarts().len(), restarts);
    assert_eq!(traces(&master.machine.set(), &[]), before);
}

/// The peer is there: one start, and both are in normal operation.
fn inside(pair: &mut Pair, held: &[Lease]) {
    pair.slave.start_dhcpd();
    let restarts = pair.master.restarts().len();
    let pulse = asking(held);
    let _ = ends(&pair.master, 0, &["pair", "join"], &["dhcpd restarted"]);
    pair.wait_normal();
    std::thread::sleep(Duration::from_secs(3));
    served("into the pair", pulse, 1, &pair.master);
    assert_eq!(pair.master.restarts().len(), restarts + 1);
    for node in [&pair.master, &pair.slave] {
        assert_eq!(node.state(), "normal");
    }
}
