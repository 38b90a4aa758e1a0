//! `leases` against what a relay saw: every acknowledgement and release of a
//! drill on a real failover pair is noted by the test itself, and who had an
//! address at any second between them must be told right, by each
//! node with what its peer knows.

use crate::common;

use std::collections::BTreeMap;
use std::net::Ipv4Addr;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use common::dhcp::{ACK, Answer, Modem, Relay};
use common::duo::{MASTER, Node, Pair, SLAVE};
use common::machine::{put, said, script};
use common::private;
use serde_json::Value;

const ROUTER: Ipv4Addr = Ipv4Addr::new(10, 16, 0, 1);

/// Who held an address, from an acknowledgement to a release; 0: still.
type Held = (String, u64, u64);

fn now() -> u64 {
    SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_secs()
}

/// Boots a modem by the node that answers it: each serves its half.
fn boot(modem: &Modem) -> Option<Answer> {
    for server in [MASTER, SLAVE, MASTER, SLAVE] {
        let relay = Relay::open(ROUTER, server.parse().unwrap());
        let answer = relay.boot(modem, Duration::from_millis(1500));
        if let Some(answer) = answer.filter(|answer| answer.kind == ACK) {
            return Some(answer);
        }
    }
    None
}

/// Releases an address at the server that gave it.
fn release(modem: &Modem, lease: &Answer) {
    let server: [u8; 4] = lease.options[&54][..].try_into().unwrap();
    Relay::open(ROUTER, server.into()).release(modem, lease);
}

/// What the relay sees while modems come and go.
fn drill(pair: &Pair, turns: usize) -> BTreeMap<Ipv4Addr, Vec<Held>> {
    let mut statement =
        "SELECT LOWER(mac) FROM modem WHERE deleted_at IS NULL \
                         AND mac LIKE '00:1a:2b:%' ORDER BY id LIMIT 12"
            .to_string();
    statement.push(' ');
    let connection = pair.master.lite.connection();
    let mut rows = connection.prepare(&statement).unwrap();
    let macs: Vec<String> = rows
        .query_map([], |row| row.get(0))
        .unwrap()
        .map(Result::unwrap)
        .collect();
    let modem = |mac: &str| {
        let octets: Vec<u8> = mac
            .split(':')
            .map(|o| u8::from_str_radix(o, 16).unwrap())
            .collect();
        Modem {
            mac: octets.try_into().unwrap(),
            vendor: "docsis3.0:052401010102",
            wants: vec![1, 2, 3, 4, 51, 54, 66, 67],
        }
    };
    let mut seen: BTreeMap<Ipv4Addr, Vec<Held>> = BTreeMap::new();
    let mut online: Vec<(String, Answer)> = Vec::new();
    for turn in 0..turns {
        let mac = &macs[turn % macs.len()];
        if !online.iter().any(|(other, _)| other == mac)
            && let Some(lease) = boot(&modem(mac))
        {
            let all = seen.entry(lease.address).or_default();
            // Released, or not renewed: whichever comes first.
            let time =
                u32::from_be_bytes(lease.options[&51][..].try_into().unwrap());
            all.push((mac.clone(), now(), now() + u64::from(time)));
            online.push((mac.clone(), lease));
        }
        // The file knows seconds.
        std::thread::sleep(Duration::from_millis(2200));
        if turn % 3 != 0 && !online.is_empty() {
            let (mac, lease) = online.remove(turn % online.len());
            release(&modem(&mac), &lease);
            let all = seen.get_mut(&lease.address).unwrap();
            let to = &mut all.last_mut().unwrap().2;
            *to = now().min(*to);
            std::thread::sleep(Duration::from_millis(2200));
        }
    }
    seen
}

/// Lets a node ask its peer by ssh's words, without an ssh.
fn way(node: &Node, peer: &Node) {
    let there = peer.command(&[]);
    let words: Vec<String> = std::iter::once(there.get_program())
        .chain(there.get_args())
        .map(|word| format!("'{}'", word.to_str().unwrap()))
        .collect();
    script(
        &node.at("ssh"),
        &format!(
            "while [ \"$1\" != provha ]; do shift; done; shift\nexec {} \"$@\"",
            words.join(" ")
        ),
    );
    let env = node.machine.dir.path().join("env/provha.env");
    let text = std::fs::read_to_string(&env).unwrap();
    let ssh = node.at("ssh");
    put(&env, format!("{text}PROVHA__SSH_BIN={}\n", ssh.display()).as_bytes());
}

/// Who had an address at a time, as a node tells.
#[track_caller]
fn told(node: &Node, ip: Ipv4Addr, at: u64) -> Vec<String> {
    let (ip, at) = (ip.to_string(), at.to_string());
    let args = ["leases", &*ip, "--at", &*at, "--json"];
    let said = said(&node.command(&args).output().unwrap());
    assert_eq!(said.code, 0, "{said:?}");
    let object: Value = serde_json::from_str(&said.out).unwrap();
    let held = object["holdings"].as_array().unwrap().iter();
    held.map(|held| held["mac"].as_str().unwrap().to_string()).collect()
}

/// Gives each node the lease file of its dhcpd.
fn leases(node: &Node) {
    let bytes = std::fs::read(node.at("leases")).unwrap();
    put(&node.machine.at("/var/lib/dhcp/dhcpd.leases"), &bytes);
}

#[test]
fn every_answer_is_what_the_relay_saw() {
    if !private::inside("every_answer_is_what_the_relay_saw") {
        return;
    }
    let pair = Pair::behind("10.16.0.1", |node| {
        // Few addresses, so that they change hands.
        node.lite
            .run("UPDATE ippool SET ip_pool_end = '10.16.0.12' WHERE id = 1");
    });
    let turns =
        if std::env::var_os("PROVHA_DRILL").is_some() { 120 } else { 16 };
    let seen = drill(&pair, turns);
    let end = now();
    way(&pair.master, &pair.slave);
    way(&pair.slave, &pair.master);
    for node in [&pair.master, &pair.slave] {
        leases(node);
    }
    let (mut asked, mut wrong) = (0, Vec::new());
    for (ip, all) in &seen {
        for (at, expected) in instants(all, end) {
            for node in [&pair.master, &pair.slave] {
                // Both nodes merged: what one alone knows may come late.
                let found = told(node, *ip, at);
                asked += 1;
                if found != expected {
                    wrong.push(format!(
                        "{ip} at {at} on {}: {found:?}, not {expected:?}; \
                         seen {all:?}",
                        node.address
                    ));
                }
            }
        }
    }
    let hands = seen.values().filter(|all| all.len() > 1).count();
    println!(
        "{asked} questions, {} addresses, {hands} changed hands",
        seen.len()
    );
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert!(asked >= 20, "{asked}");
}

/// Seconds at which an answer is certain, with it: in the middle of each
/// holding, and between two.
fn instants(all: &[Held], end: u64) -> Vec<(u64, Vec<String>)> {
    let mut out = Vec::new();
    let mut free_from = all[0].1 - 3600;
    for (mac, from, to) in all {
        let to = *to.min(&end);
        if from.saturating_sub(free_from) >= 2 {
            out.push((free_from.midpoint(*from), Vec::new()));
        }
        if to - from >= 2 {
            out.push((from.midpoint(to), vec![mac.clone()]));
        }
        free_from = to;
    }
    out
}
