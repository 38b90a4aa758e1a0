//! The phases of the drill, one topic a file.

mod changes;
mod database;
mod deaths;
mod files;
mod first;
mod minutes;

use std::collections::BTreeMap;
use std::net::Ipv4Addr;
use std::time::{Duration, Instant};

use crate::common::cmts::{Cmts, Lease, Register};
use crate::common::dhcp::tftp;
use crate::common::lab::{Lab, Times};
use crate::common::machine::Said;
use crate::common::node::Node;
use crate::common::plant::{self, Device, MASTER, NARROW, SLAVE, WIDE};
use crate::common::pulse::{Beats, Pulse};

/// How long all devices may take to boot.
const BOOT: Duration = Duration::from_secs(60);

/// The drill as it stands.
pub struct Drill {
    lab: Lab,
    /// The CMTS with the large pool.
    wide: Cmts,
    /// The one with the small pool.
    narrow: Cmts,
    register: Register,
    /// What the devices behind the large pool hold.
    leases: Vec<Lease>,
    /// Whether this is the long form.
    long: bool,
    next: u32,
    begin: Instant,
}

impl Drill {
    /// Machines that run; nothing is made yet.
    pub fn new(times: Times, long: bool) -> Self {
        let begin = Instant::now();
        let lab = Lab::new(times, &Self::devices());
        let helpers = [MASTER, SLAVE];
        Self {
            lab,
            wide: Cmts::open(WIDE, &helpers),
            narrow: Cmts::open(NARROW, &helpers),
            register: Register::default(),
            leases: Vec::new(),
            long,
            next: 101_000,
            begin,
        }
    }

    /// 200 modems and 50 adapters.
    fn devices() -> Vec<Device> {
        [plant::modems(100_000, 200), plant::adapters(50)].concat()
    }

    /// Modems that the database does not know yet.
    fn fresh(&mut self, count: u32) -> Vec<Device> {
        let devices = plant::modems(self.next, count);
        self.next += count;
        devices
    }

    /// Boots devices at the large pool; all must get an address.
    #[track_caller]
    fn boot(&mut self, devices: &[Device], patience: Duration) -> Vec<Lease> {
        let got = self.wide.boot(devices, patience, &mut self.register);
        let count = devices.len();
        assert_eq!(got.len(), count, "booted in {patience:?} of {count}");
        got
    }

    /// All devices at the large pool ask both servers for more time; each
    /// must keep its address.
    #[track_caller]
    fn rebind_all(&mut self) -> Duration {
        let begin = Instant::now();
        let patience = Duration::from_secs(15);
        let got = self.wide.rebind(&self.leases, patience, &mut self.register);
        assert_eq!(got.len(), self.leases.len(), "devices that were served");
        for (before, after) in self.leases.iter().zip(&got) {
            assert_eq!(before.address, after.address, "{:?}", before.device);
        }
        self.leases = got;
        begin.elapsed()
    }

    /// A modem that asks again and again from now on.
    fn pulse(&self) -> Pulse {
        let relay = Ipv4Addr::new(10, 50, 0, 2);
        Pulse::begin(relay, &[MASTER, SLAVE], self.leases[0].clone())
    }

    /// The end: what was seen.
    pub fn end(self) {
        let count = self.register.count;
        let took = self.begin.elapsed().as_secs();
        self.lab.say(&format!(
            "{count} acknowledgements, no address with two clients; {took} s"
        ));
    }
}

/// Nobody was unserved by both servers for longer than this.
#[track_caller]
fn served_within(bound: Duration, beats: &Beats) {
    assert!(beats.longest < bound, "{beats:?}");
}

/// How many leases each server gave.
fn shares(leases: &[Lease]) -> [usize; 2] {
    [MASTER, SLAVE].map(|server| {
        leases.iter().filter(|lease| lease.server == server).count()
    })
}

/// The longest time from the first message to the acknowledgement, seconds.
fn slowest(leases: &[Lease]) -> f64 {
    let longest = leases.iter().map(|lease| lease.took).max();
    longest.unwrap_or_default().as_secs_f64()
}

/// The parts that a rebuild with `--json` made, each with why.
#[track_caller]
fn made(said: &Said) -> BTreeMap<String, String> {
    let json: serde_json::Value = serde_json::from_str(&said.out)
        .unwrap_or_else(|error| panic!("{error}: {said:?}"));
    let text = |value: &serde_json::Value| value.as_str().unwrap().to_string();
    let list = json["ran"].as_array().unwrap();
    list.iter().map(|ran| (text(&ran["part"]), text(&ran["why"]))).collect()
}

/// A device's file as a node's TFTP server gives it.
#[track_caller]
fn fetch(node: &Node, device: &Device) -> Vec<u8> {
    tftp((node.address, 69).into(), &device.file())
        .unwrap_or_else(|error| panic!("{} {device:?}: {error}", node.name))
}

/// The live tree of a node, what a rebuild may write: contents by name.
fn live(node: &Node) -> BTreeMap<String, Vec<u8>> {
    let mut all = BTreeMap::new();
    // The journal of leases and the samples of pools need no database, and
    // a run that failed for want of it is noted.
    let kept = ["leases/", "pools.json", "status.json", "rebuild.json"];
    let kept = |name: &str| kept.iter().any(|own| name.starts_with(own));
    for dir in ["/etc/dhcp-nmsprime", "/srv/tftpboot", "/var/lib/provha"] {
        let tree = crate::common::tree::read(&node.disk(dir));
        let named = tree
            .into_iter()
            .filter(|(name, _)| !kept(name))
            .map(|(name, bytes)| (format!("{dir}/{name}"), bytes));
        all.extend(named);
    }
    let named = node.text("/etc/named-nmsprime.conf").into_bytes();
    let _ = all.insert("named".into(), named);
    all
}
