//! The master follows the database by itself; changes without an end; both
//! nodes at the same time.

use std::time::{Duration, Instant};

use super::{Drill, served_within};
use crate::common::drill::within;
use crate::common::lab::until;
use crate::common::node::{Node, Restart};
use crate::common::plant::Device;

/// From the commit to the file in the TFTP directory, at the most.
const FILE: Duration = Duration::from_secs(2);
/// And to the restart of dhcpd, where the last one is long ago.
const RESTART: Duration = Duration::from_secs(15);
/// Restarts are this far apart at least, seconds; they may be seen a little
/// nearer, as they take time themselves.
const APART: f64 = 14.5;
/// And this far at the most while changes wait; then comes the peer's turn.
const TOGETHER: f64 = 65.0;
/// The long form changes something each second for this long.
const MINUTES: Duration = Duration::from_secs(600);
/// The slave's timer in the long form.
const TIMER: Duration = Duration::from_secs(30);

impl Drill {
    /// Both nodes have the same to do at the same time: one after the other.
    pub fn both_restart(&mut self) {
        let pulse = self.pulse();
        let count = self.lab.both().map(|node| node.restarts("dhcpd").len());
        let seen = self.lab.both().map(|node| node.log("dhcpd").len());
        let devices = self.fresh(3);
        for device in &devices {
            self.known(std::slice::from_ref(device));
        }
        let mut all = Vec::new();
        for (node, count) in self.lab.both().into_iter().zip(count) {
            let restarts = node.restarts("dhcpd").split_off(count);
            assert_eq!(restarts.len(), 3, "{}: {restarts:?}", node.name);
            all.extend(restarts);
        }
        all.sort_by(|a, b| a.from.total_cmp(&b.from));
        let nearest = gaps(&all).into_iter().fold(f64::MAX, f64::min);
        let beats = pulse.end();
        self.lab.say(&format!(
            "both had to restart three times at once: at least {nearest:.2} s \
             apart; {beats:?}"
        ));
        for (node, seen) in self.lab.both().into_iter().zip(seen) {
            assert_eq!(left_states(node, seen), ["normal"; 3], "{}", node.name);
        }
        served_within(Duration::from_secs(2), &beats);
    }

    /// From the commit on the master's node to its file and its restart.
    pub fn watch_follows(&mut self) {
        self.begin_watch();
        let modem = self.fresh(1).remove(0);
        let before = self.lab.master.restarts("dhcpd").len();
        let path = self.lab.master.disk("/srv/tftpboot").join(modem.file());
        self.lab.sql(&modem.insert());
        let begin = Instant::now();
        until("the new modem's file", FILE, || path.exists());
        let file = begin.elapsed();
        until("the restart of dhcpd", RESTART, || {
            self.lab.master.restarts("dhcpd").len() > before
        });
        let restart = begin.elapsed();
        let first = std::fs::read(&path).unwrap();
        self.lab.sql(&format!(
            "UPDATE modem SET configfile_id = 2 WHERE id = {}",
            modem.id
        ));
        let begin = Instant::now();
        until("the other text", FILE, || {
            std::fs::read(&path).is_ok_and(|bytes| bytes != first)
        });
        let moved = begin.elapsed();
        self.lab.sql(&format!("DELETE FROM modem WHERE id = {}", modem.id));
        let begin = Instant::now();
        until("the file's end", FILE, || !path.exists());
        let gone = begin.elapsed();
        self.lab.say(&format!(
            "watch on the master: file {file:.1?}, dhcpd {restart:.1?} after \
             the commit; moved {moved:.1?}, gone {gone:.1?}"
        ));
        if !self.long {
            self.end_watch();
        }
    }

    /// A change each second for ten minutes.
    pub fn minutes(&mut self) {
        if !self.long {
            return;
        }
        let count = self.lab.both().map(|node| node.restarts("dhcpd").len());
        let seen = self.lab.both().map(|node| node.log("dhcpd").len());
        let pulse = self.pulse();
        let changes = self.change_each_second();
        let beats = pulse.end();
        self.lab.say(&format!("{changes} changes; {beats:?}"));
        for (node, count) in self.lab.both().into_iter().zip(count) {
            let restarts = node.restarts("dhcpd").split_off(count);
            let gaps = gaps(&restarts);
            let least = gaps.iter().copied().fold(f64::MAX, f64::min);
            let most = gaps.iter().copied().fold(0.0, f64::max);
            self.lab.say(&format!(
                "{}: {} restarts, {least:.1} to {most:.1} s apart",
                node.name,
                restarts.len()
            ));
            assert!(least > APART && most < TOGETHER, "{restarts:?}");
        }
        for (node, seen) in self.lab.both().into_iter().zip(seen) {
            let states = left_states(node, seen);
            assert!(states.iter().all(|s| s == "normal"), "{states:?}");
        }
        served_within(Duration::from_secs(3), &beats);
        self.end_watch();
        self.catch_up();
    }

    /// Writes, and lets the slave's timer run beside; the number of changes.
    fn change_each_second(&mut self) -> u32 {
        let begin = Instant::now();
        let mut timer = Instant::now();
        let mut changes = 0;
        while begin.elapsed() < MINUTES {
            changes += 1;
            let device = self.fresh(1).remove(0);
            let last = device.id - 1;
            self.lab.sql(&match changes % 4 {
                1 | 2 => device.insert(),
                3 => format!(
                    "UPDATE modem SET configfile_id = 2 WHERE id = {last}"
                ),
                _ => format!("DELETE FROM modem WHERE id = {}", last - 1),
            });
            let slave = &self.lab.slave;
            if timer.elapsed() > TIMER {
                timer = Instant::now();
                slave.begin(&["rebuild"]);
            }
            let next = Duration::from_secs(changes.into());
            std::thread::sleep(next.saturating_sub(begin.elapsed()));
        }
        changes
    }

    /// After all changes both nodes hold the same, and have nothing to do.
    fn catch_up(&mut self) {
        let nothing = || {
            let said = self.lab.on_both(&["rebuild"]);
            said.iter().all(|said| said.err.contains("nothing to do"))
        };
        assert!(within(Duration::from_secs(120), nothing), "never settled");
        let _ = self.lab.normal();
    }

    /// Starts `watch` on the master and waits until it follows.
    pub(super) fn begin_watch(&self) {
        let master = &self.lab.master;
        let _ = std::fs::remove_file(master.disk("/var/log/drill/watch.log"));
        master.start("watch", "/etc/drill/provha watch -v");
        until("watch has begun", Duration::from_secs(20), || {
            assert!(master.runs("watch"), "{}", master.log("watch"));
            master.log("watch").contains("following the database")
        });
    }

    /// Ends it.
    pub(super) fn end_watch(&self) {
        self.lab.master.control("stop", "watch");
    }

    /// Puts modems into the database, and both nodes make what they need.
    pub(super) fn known(&mut self, devices: &[Device]) {
        let sql: String = devices.iter().map(Device::insert).collect();
        self.lab.sql(&sql);
        for said in self.lab.on_both(&["rebuild"]) {
            assert_eq!(said.code, 0, "{said:#?}");
        }
        let _ = self.lab.normal();
    }
}

/// The states that a node's dhcpd was in when it was ended for a restart,
/// from this octet of its log on. While its peer's restarts, it is in
/// communications-interrupted.
fn left_states(node: &Node, seen: usize) -> Vec<String> {
    let log = node.log("dhcpd");
    let state = |line: &str| {
        let (_, state) = line.split_once("I move from ")?;
        Some(state.strip_suffix(" to startup")?.to_string())
    };
    log[seen..].lines().filter_map(state).collect()
}

/// From the begin of each restart to the next one's, seconds.
fn gaps(restarts: &[Restart]) -> Vec<f64> {
    restarts.windows(2).map(|two| two[1].from - two[0].from).collect()
}
