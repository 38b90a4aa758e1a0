//! The master's dhcpd, its TFTP server and the whole machine die.

use std::net::Ipv4Addr;
use std::time::{Duration, Instant};

use super::{Drill, fetch, made, served_within, shares, slowest};
use crate::common::cmts::{Lease, renew};
use crate::common::galera;
use crate::common::lab::until;
use crate::common::plant::{Device, MASTER, NARROW_SIZE, SLAVE};

impl Drill {
    /// kill -9 of the master's dhcpd.
    pub fn the_masters_dhcpd_dies(&mut self) {
        let fresh = self.fresh(20);
        self.known(&fresh);
        let pulse = self.pulse();
        self.lab.master.control("kill", "dhcpd");
        let got = self.boot(&fresh, Duration::from_secs(15));
        let slowest = slowest(&got);
        assert_eq!(shares(&got), [0, got.len()]);
        self.lab.say(&format!(
            "dhcpd of the master killed: {} new modems served, the last \
             after {slowest:.1} s",
            got.len()
        ));
        self.leases.extend(got);
        self.renew_some();
        let took = self.rebind_all();
        assert_eq!(shares(&self.leases)[0], 0, "all by the slave");
        self.lab.say(&format!("all rebound with the slave in {took:.1?}"));
        let beats = pulse.end();
        self.lab.say(&format!("a known modem meanwhile: {beats:?}"));
        served_within(Duration::from_secs(3), &beats);
        if self.long {
            self.change_while_the_peer_is_dead();
        }
        let begin = Instant::now();
        self.lab.master.control("start", "dhcpd");
        let _ = self.lab.normal();
        let took = begin.elapsed().as_secs_f64();
        self.lab
            .say(&format!("dhcpd of the master back: normal in {took:.1} s"));
    }

    /// Nobody has told the slave that its peer is dead: it must look so for a
    /// while before the slave restarts the only dhcpd that serves.
    fn change_while_the_peer_is_dead(&mut self) {
        let modem = self.fresh(1).remove(0);
        self.lab.sql(&modem.insert());
        let begin = Instant::now();
        let said = self.lab.slave.good(&["rebuild", "--json"]);
        assert!(made(&said).contains_key("dhcp"), "{said:#?}");
        let took = begin.elapsed().as_secs_f64();
        let lease = self.boot(&[modem], Duration::from_secs(30));
        let booted = begin.elapsed().as_secs_f64();
        self.leases.extend(lease);
        self.lab.say(&format!(
            "a change on the slave meanwhile: in after {took:.1} s, the modem \
             served after {booted:.1} s"
        ));
        assert!(took < 120.0, "held back for too long");
        // The master makes it, too, before its dhcpd starts again.
        let _ = self.lab.master.provha(&["rebuild", "--no-activate"]);
    }

    /// Renewals by unicast: those of the living server are agreed to.
    fn renew_some(&mut self) {
        let some = [MASTER, SLAVE].map(|server| {
            let of = self.leases.iter().filter(move |l| l.server == server);
            of.take(4).cloned().collect::<Vec<Lease>>()
        });
        for lease in some.concat() {
            let agreed = renew(&lease, &mut self.register);
            assert_eq!(agreed, lease.server == SLAVE, "{lease:?}");
        }
    }

    /// The master's TFTP server alone: modems are sent to the slave's.
    pub fn the_masters_tftpd_dies(&mut self) {
        self.lab.master.control("kill", "tftpd");
        let begin = Instant::now();
        let said = self.lab.master.good(&["rebuild", "--json"]);
        assert!(made(&said).contains_key("dhcp"), "{said:#?}");
        let took = begin.elapsed().as_secs_f64();
        let _ = self.lab.normal();
        self.sent_to(SLAVE);
        self.lab.say(&format!(
            "TFTP server of the master killed: modems are sent to the \
             slave's after {took:.1} s"
        ));
        self.lab.master.control("start", "tftpd");
        let said = self.lab.master.good(&["rebuild", "--json"]);
        assert!(made(&said).contains_key("dhcp"), "{said:#?}");
        let _ = self.lab.normal();
        self.sent_to(MASTER);
        self.lab.say("TFTP server back: modems are sent to the master's");
    }

    /// Every answer of the master names this TFTP server.
    #[track_caller]
    fn sent_to(&mut self, server: Ipv4Addr) {
        let _ = self.rebind_all();
        let some: Vec<Lease> = self.leases.iter().take(20).cloned().collect();
        let patience = Duration::from_secs(6);
        self.wide.helpers = vec![MASTER];
        let got = self.wide.rebind(&some, patience, &mut self.register);
        self.wide.helpers = vec![MASTER, SLAVE];
        assert!(!got.is_empty(), "the master serves");
        for lease in got {
            assert_eq!(lease.answer.next_server, server, "{lease:?}");
        }
    }

    /// The whole machine, with its database node.
    pub fn the_master_dies(&mut self) {
        let size = NARROW_SIZE as u32;
        let narrow = self.fresh(size);
        let fresh = self.fresh(20);
        self.known(&[narrow.clone(), fresh.clone()].concat());
        let some = Duration::from_secs(15);
        let held = self.narrow.boot(&narrow[..6], some, &mut self.register);
        assert_eq!(held.len(), 6);
        std::thread::sleep(Duration::from_secs(1));
        let held = self.narrow.rebind(&held, some, &mut self.register);
        let pulse = self.pulse();
        self.lab.master.power_off();
        self.lab.say("the master is off");
        self.survive(&fresh);
        let beats = pulse.end();
        self.lab.say(&format!("a known modem meanwhile: {beats:?}"));
        let delay = u64::from(self.lab.times.max_response_delay);
        served_within(Duration::from_secs(delay + 3), &beats);
        self.exhaust(&narrow, &held);
    }

    /// New modems and known ones, within the bounds of a silent peer.
    fn survive(&mut self, fresh: &[Device]) {
        let delay = u64::from(self.lab.times.max_response_delay);
        let got = self.boot(fresh, Duration::from_secs(delay + 10));
        let slowest = slowest(&got);
        assert_eq!(shares(&got), [0, got.len()]);
        for lease in &got {
            assert_eq!(lease.answer.next_server, SLAVE);
            let _ = fetch(&self.lab.slave, &lease.device);
        }
        self.lab.say(&format!(
            "{} new modems and their files served by the slave, the last \
             after {slowest:.1} s (silence is noticed after {delay} s)",
            got.len()
        ));
        self.leases.extend(got);
        let took = self.rebind_all();
        self.lab.say(&format!("all rebound with the slave in {took:.1?}"));
    }

    /// The slave's half of a small pool is not enough; all of it is, once it
    /// knows that it is alone.
    fn exhaust(&mut self, narrow: &[Device], held: &[Lease]) {
        let rest = &narrow[6..];
        let patience = Duration::from_secs(6);
        let mut got = self.narrow.boot(rest, patience, &mut self.register);
        let half = got.len();
        assert!(half < rest.len(), "half a pool is not a whole one");
        let said = self.lab.slave.provha(&["failover", "partner-down"]);
        assert_eq!(said.code, 3, "{said:?}");
        let down = ["failover", "partner-down", "--yes"];
        let _ = self.lab.slave.good(&down);
        let begin = Instant::now();
        let mclt = Duration::from_secs(self.lab.times.mclt.into());
        while got.len() < rest.len() {
            let end = mclt + Duration::from_secs(15);
            assert!(begin.elapsed() < end, "{} of {}", got.len(), rest.len());
            let missing: Vec<Device> = rest
                .iter()
                .filter(|device| !got.iter().any(|l| l.device == **device))
                .cloned()
                .collect();
            let patience = Duration::from_secs(3);
            // Who has one asks for more time, as leases are short now.
            let all = [held, &got[..]].concat();
            let again = self.narrow.rebind(&all, patience, &mut self.register);
            assert_eq!(again.len(), all.len(), "who had an address keeps it");
            got.extend(self.narrow.boot(
                &missing,
                patience,
                &mut self.register,
            ));
        }
        let took = begin.elapsed().as_secs_f64();
        self.lab.say(&format!(
            "small pool: {half} of {} from the slave's half; all {took:.1} s \
             after partner-down (MCLT {mclt:?})",
            rest.len()
        ));
        let got = [held, &got[..]].concat();
        self.leases.retain(|l| !got.iter().any(|g| g.device == l.device));
    }

    /// The slave alone still follows its own primary component, and its
    /// changes go in.
    pub fn alone(&mut self) {
        let size = "wsrep_cluster_status";
        assert_eq!(galera::status(&self.lab.slave, size), "Primary");
        let modem = self.fresh(1).remove(0);
        galera::run(&self.lab.slave, "nmsprime", &modem.insert());
        let begin = Instant::now();
        let said = self.lab.slave.good(&["rebuild", "--json"]);
        assert!(made(&said).contains_key("dhcp"), "{said:#?}");
        let took = begin.elapsed().as_secs_f64();
        self.lab
            .say(&format!("the slave alone: a change is in after {took:.1} s"));
        if !self.long {
            return;
        }
        let count = |state: &str| {
            let leases = super::first::states(&self.lab.slave);
            let wide = leases.iter().filter(|(a, _)| a.octets()[1] == 50);
            wide.filter(|(_, is)| is == state).count()
        };
        let [free, backup] = ["free", "backup"].map(count);
        self.lab
            .say(&format!("the slave's file: {free} free, {backup} backup"));
        // dhcpd looks for its peer for 15 s after a start, and then takes
        // the peer's part of the pool for its own after MCLT, as at first.
        let mclt = Duration::from_secs(self.lab.times.mclt.into());
        let lease = self.boot(&[modem], Duration::from_secs(30) + mclt);
        let booted = begin.elapsed().as_secs_f64();
        self.leases.extend(lease);
        self.lab.say(&format!("and the new modem served {booted:.1} s"));
    }

    /// The master comes back with its disk as it was.
    pub fn the_master_returns(&mut self) {
        let begin = Instant::now();
        self.lab.master.power_on();
        galera::start(&self.lab.master, false);
        for daemon in ["tftpd", "named", "chrony", "xinetd", "dhcpd"] {
            self.lab.master.control("start", daemon);
        }
        let _ = self.rebind_all();
        let _ = self.lab.normal();
        let took = begin.elapsed().as_secs_f64();
        self.lab.say(&format!("the master is back: normal in {took:.1} s"));
        galera::synced(&self.lab.master, Duration::from_secs(60));
        let _ = self.lab.master.good(&["rebuild"]);
        let _ = self.lab.normal();
        let _ = self.rebind_all();
        // After partner-down one node has all free addresses: the pool is
        // shared out again within a balancing interval of dhcpd.
        let mut fresh = Vec::new();
        let mut both = [0, 0];
        for _ in 0..4 {
            fresh = self.fresh(20);
            self.known(&fresh);
            let got = self.boot(&fresh, Duration::from_secs(15));
            let [by_master, by_slave] = shares(&got);
            self.lab.say(&format!(
                "new modems: {by_master} from the master, {by_slave} from \
                 the slave"
            ));
            both = [both[0] + by_master, both[1] + by_slave];
            self.leases.extend(got);
            if both[0] > 0 && both[1] > 0 {
                break;
            }
        }
        assert!(both[0] > 0 && both[1] > 0, "both serve again: {both:?}");
        until("equal files", Duration::from_secs(5), || {
            fresh.iter().all(|device| {
                let [a, b] = self.lab.both().map(|node| fetch(node, device));
                a == b
            })
        });
    }
}
