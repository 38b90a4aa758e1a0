//! What the pair does when something unusual happens.

pub mod doors;
pub mod lone;
pub mod omapi;
pub mod turns;

use std::net::Ipv4Addr;
use std::time::Duration;

use provha::clients::dhcp::{Device, offer};

use crate::common::duo::Node;
use crate::common::machine::{Said, said};

/// Modem 100004 of the golden network.
const KNOWN: [u8; 6] = [0x00, 0x1a, 0x2b, 0x10, 0x00, 0x94];
/// The address of the master.
const OWN: Ipv4Addr = Ipv4Addr::new(172, 21, 4, 10);

/// Whether the master answers a known modem. The test is in its network.
pub fn answered() -> bool {
    let device = Device {
        mac: KNOWN,
        class: "docsis3.0:052401010102",
        net: Ipv4Addr::new(10, 16, 0, 2),
    };
    offer(OWN, &device, Duration::from_millis(1500)).is_ok()
}

/// What `status` says of a node, as JSON.
#[track_caller]
pub fn status(node: &Node) -> String {
    said(&node.command(&["status", "--json"]).output().unwrap()).out
}

/// A run that ends with this code.
#[track_caller]
pub fn ends(node: &Node, code: i32, args: &[&str], words: &[&str]) -> Said {
    // What is told to people stands on stderr all the same.
    let line = [args, &["--json"]].concat();
    let said = said(&node.command(&line).output().unwrap());
    println!("{} {args:?}: {}: {}", node.address, said.code, said.err.trim());
    said.check(code, words);
    said
}
