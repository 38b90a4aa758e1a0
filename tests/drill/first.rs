//! All is made from the database, and all devices get everything.

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::net::{Ipv4Addr, UdpSocket};
use std::path::Path;
use std::process::Command;
use std::time::{Duration, Instant};

use super::{BOOT, Drill, fetch, shares, slowest};
use crate::common::cmts::Lease;
use crate::common::lab::until;
use crate::common::machine::said;
use crate::common::node::Node;
use crate::common::plant::{CMTS, DOMAIN, Kind, MASTER, SLAVE, WIDE};
use crate::common::program;

impl Drill {
    /// Both machines make all of their parts at the same time.
    pub fn first_run(&mut self) {
        for said in self.lab.on_both(&["rebuild"]) {
            assert_eq!(said.code, 0, "{said:#?}");
        }
        let took = self.lab.normal();
        self.lab.say(&format!("made and in normal operation ({took:.1?})"));
        for (name, bytes) in
            crate::common::tree::read(&self.lab.master.disk("/srv/tftpboot"))
        {
            let path = self.lab.slave.disk("/srv/tftpboot").join(&name);
            let other = std::fs::read(path).unwrap_or_default();
            assert!(bytes == other, "{name} differs");
        }
    }

    /// Address, file, time, DNS, from either server.
    pub fn all_devices_get_everything(&mut self) {
        let devices = Self::devices();
        self.leases = self.boot(&devices, BOOT);
        let [by_master, by_slave] = shares(&self.leases);
        let slowest = slowest(&self.leases);
        self.lab.say(&format!(
            "250 devices have an address: {by_master} from the master, \
             {by_slave} from the slave; the last after {slowest:.1} s"
        ));
        assert!(by_master > 60 && by_slave > 60, "shares");
        self.leases.iter().for_each(check_lease);
        let begin = Instant::now();
        for lease in &self.leases {
            let files = self.lab.both().map(|node| fetch(node, &lease.device));
            assert!(files[0] == files[1] && !files[0].is_empty(), "{lease:?}");
        }
        let took = begin.elapsed().as_secs_f64();
        self.lab.say(&format!("500 files fetched in {took:.1} s"));
        self.lab.both().into_iter().for_each(check_time);
        // The first lease is short; the next is whole.
        std::thread::sleep(Duration::from_secs(1));
        let took = self.rebind_all();
        self.lab.say(&format!("250 devices rebound in {took:.1?}"));
        let time = self.lab.times.lease.to_be_bytes();
        let whole = |l: &&Lease| l.answer.options[&51][..] == time;
        let count = self.leases.iter().filter(whole).count();
        assert!(count > 200, "{count} of 250 have a whole lease");
        self.check_balance();
    }

    /// Both servers hold a fair share of what is free.
    fn check_balance(&self) {
        let [free, backup] = until_some(Duration::from_secs(20), || {
            let leases = states(&self.lab.master);
            let count = |state: &str| {
                leases.iter().filter(|(_, is)| is == state).count()
            };
            let (free, backup) = (count("free"), count("backup"));
            (backup * 4 > free && free > 0).then_some([free, backup])
        });
        self.lab.say(&format!("free: {free} master, {backup} slave"));
    }

    /// Each node resolves the names of all devices, both ways.
    pub fn names_on_both_nodes(&mut self) {
        let begin = Instant::now();
        let mut active = [0; 2];
        until("both lease files are whole", Duration::from_secs(20), || {
            active = self.lab.both().map(|node| {
                let leases = states(node);
                leases.iter().filter(|(_, is)| is == "active").count()
            });
            active.iter().all(|count| *count >= self.leases.len())
        });
        // By TCP: named limits how many unknown names it tells of by UDP.
        let resolve =
            |how| self.lab.both().map(|node| resolved(node, &self.leases, how));
        let before = resolve("+tcp");
        // A rebuild looks at the leases once a minute.
        for said in self.lab.on_both(&["dns"]) {
            assert_eq!(said.code, 0, "{said:#?}");
        }
        let after = resolve("+notcp");
        let took = begin.elapsed().as_secs_f64();
        self.lab.say(&format!(
            "names that resolve: {before:?} by dhcpd alone, {after:?} after \
             the run; {took:.1} s"
        ));
        assert_eq!(after, [2 * self.leases.len(); 2], "names");
    }
}

/// What an acknowledgement must hold.
fn check_lease(lease: &Lease) {
    let own = lease.server;
    let peer = if own == MASTER { SLAVE } else { MASTER };
    let both = [own.octets(), peer.octets()].concat();
    let answer = &lease.answer;
    let [a, b, ..] = lease.address.octets();
    let net = match lease.device.kind {
        Kind::Modem => 50,
        Kind::Adapter => 51,
    };
    assert_eq!((a, b), (10, net), "{lease:?}");
    // Only the server that a device chose may acknowledge.
    assert_eq!(lease.acknowledged, 1, "{lease:?}");
    assert_eq!(answer.file, lease.device.file(), "{lease:?}");
    assert_eq!(answer.next_server, own, "{lease:?}");
    for (code, what) in [(4, "time"), (6, "DNS"), (7, "log")] {
        assert_eq!(answer.options[&code], both, "{what}: {lease:?}");
    }
}

/// Both services give the time: RFC 868 to a modem, NTP.
fn check_time(node: &Node) {
    let wait = Duration::from_secs(2);
    let socket = UdpSocket::bind((WIDE, 0)).unwrap();
    socket.set_read_timeout(Some(wait)).unwrap();
    let mut buffer = [0; 8];
    let answered = (0..3).any(|_| {
        let _ = socket.send_to(&[], (node.address, 37)).unwrap();
        socket.recv(&mut buffer).is_ok_and(|len| len == 4)
    });
    assert!(answered, "{}: no time by RFC 868", node.name);
    let answer = provha::clients::time::ntp((node.address, 123).into(), wait);
    assert!(answer.is_ok_and(|ntp| ntp.leap != 3), "{}: NTP", node.name);
}

/// The last state of each address in a node's lease file.
pub fn states(node: &Node) -> Vec<(Ipv4Addr, String)> {
    let text = node.text("/var/lib/dhcp/dhcpd.leases");
    let mut states = std::collections::HashMap::new();
    let mut at = None;
    for line in text.lines() {
        let words: Vec<&str> = line.split_whitespace().collect();
        match words[..] {
            ["lease", address, "{"] => at = address.parse().ok(),
            ["binding", "state", state] => {
                let state = state.trim_end_matches(';').to_string();
                if let Some(address) = at {
                    let _ = states.insert(address, state);
                }
            }
            _ => {}
        }
    }
    states.into_iter().collect()
}

/// How many of the devices' names and addresses a node resolves.
fn resolved(node: &Node, leases: &[Lease], how: &str) -> usize {
    let mut questions = String::new();
    let mut expected = BTreeSet::new();
    for lease in leases {
        let name = format!("{}.{DOMAIN}", lease.device.name());
        let [a, b, c, d] = lease.address.octets();
        let back = format!("{d}.{c}.{b}.{a}.in-addr.arpa.");
        let _ = writeln!(questions, "{name} A\n-x {}", lease.address);
        let _ = expected.insert(format!("{name}. A {}", lease.address));
        let _ = expected.insert(format!("{back} PTR {name}."));
    }
    let file = tempfile::NamedTempFile::new().unwrap();
    std::io::Write::write_all(&mut file.as_file(), questions.as_bytes())
        .unwrap();
    let answer = dig(node.address, file.path(), how);
    let answers = answer.lines().filter_map(|line| {
        let words: Vec<&str> = line.split_whitespace().collect();
        match words[..] {
            [name, _, "IN", kind, value] => {
                Some(format!("{name} {kind} {value}"))
            }
            _ => None,
        }
    });
    answers.filter(|answer| expected.contains(answer)).count()
}

/// What a name server answers to the questions of a file.
fn dig(server: Ipv4Addr, questions: &Path, how: &str) -> String {
    let mut command = Command::new(program("dig"));
    command
        .arg(format!("@{server}"))
        .args(["-b", &CMTS.to_string()])
        .args([how, "+noall", "+answer", "+time=2", "+tries=2", "-f"])
        .arg(questions);
    said(&command.output().unwrap()).out
}

/// Waits until there is a value, a bounded time.
fn until_some<T>(patience: Duration, mut get: impl FnMut() -> Option<T>) -> T {
    let mut got = None;
    until("the balance of the pools", patience, || {
        got = get();
        got.is_some()
    });
    got.unwrap()
}
