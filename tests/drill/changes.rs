//! SQL on the master's node, and the work that it makes on both.

use std::time::{Duration, Instant};

use super::{Drill, fetch, made};
use crate::common::node::Node;
use crate::common::plant::Device;

const CM: &str = "configfile cm";

impl Drill {
    /// A modem comes, changes, moves to another text, and goes.
    pub fn changes_make_just_the_work_needed(&mut self) {
        self.settle();
        let modem = self.fresh(1).remove(0);
        let id = modem.id;
        self.change(&modem.insert(), &[CM, "dhcp"]);
        let slave = &self.lab.slave;
        let first = fetch(slave, &modem);
        self.change(
            &format!("UPDATE modem SET city = 'Marienberg' WHERE id = {id}"),
            &[CM],
        );
        let second = fetch(&self.lab.slave, &modem);
        assert!(first != second, "the change is in the file");
        self.change(
            &format!("UPDATE modem SET configfile_id = 2 WHERE id = {id}"),
            &[CM],
        );
        let third = fetch(&self.lab.slave, &modem);
        assert!(second != third, "another text");
        let lease = self.boot(std::slice::from_ref(&modem), short());
        self.change("UPDATE modem SET us_pwr = 1, updated_at = NOW()", &[]);
        self.change(
            &format!("UPDATE modem SET deleted_at = NOW() WHERE id = {id}"),
            &[CM, "dhcp"],
        );
        self.is_gone(&modem);
        drop(lease);
    }

    /// Everything that is pending is made; the leases of devices that boot
    /// make names.
    fn settle(&self) {
        for said in self.lab.on_both(&["rebuild"]) {
            assert_eq!(said.code, 0, "{said:?}");
        }
    }

    /// SQL on the master's node; then each node makes exactly these parts.
    #[track_caller]
    fn change(&mut self, sql: &str, parts: &[&str]) {
        self.lab.sql(sql);
        let begin = Instant::now();
        let both = self.lab.on_both(&["rebuild", "--json"]);
        let took = begin.elapsed().as_secs_f64();
        for said in both {
            assert_eq!(said.code, 0, "{sql}: {said:#?}");
            let made = made(&said);
            let made: Vec<&str> = made
                .keys()
                .map(String::as_str)
                // Leases come and go by themselves, and their names.
                .filter(|part| *part != "dns")
                .collect();
            assert_eq!(made, parts, "{sql}: {said:#?}");
        }
        let what = sql.split(" WHERE").next().unwrap();
        let what = what.split(" (").next().unwrap();
        self.lab.say(&format!("{what}: {parts:?} on both in {took:.1} s"));
        if parts.contains(&"dhcp") {
            let _ = self.lab.normal();
        }
    }

    /// A deleted modem gets no offer, and no node has its file.
    fn is_gone(&mut self, modem: &Device) {
        let devices = std::slice::from_ref(modem);
        let patience = Duration::from_secs(3);
        let got = self.wide.boot(devices, patience, &mut self.register);
        assert!(got.is_empty(), "{got:?}");
        for node in self.lab.both() {
            let file = format!("/srv/tftpboot/{}", modem.file());
            assert!(!Node::disk(node, &file).exists(), "{file}");
        }
    }
}

/// How long one device may take.
fn short() -> Duration {
    Duration::from_secs(10)
}
