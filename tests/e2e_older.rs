//! A real MariaDB that forgets what is live: older data, a crash, an old dump.

#[path = "cluster/forgotten.rs"]
mod forgotten;

use crate::common;

use std::sync::Arc;

use common::db::{Database, Server};
use common::fixture_text;
use common::machine::Machine;

/// A server of its own with a binary log, and a machine made of it.
struct Lab {
    db: Database,
    machine: Machine,
}

impl Lab {
    /// The golden network, made for the first time.
    fn new() -> Self {
        // What is committed stays: this server is killed in between.
        let flush = "--innodb-flush-log-at-trx-commit=1";
        let server = Server::own(&["--log-bin", "--server-id=1", flush]);
        server.run("mysql", &["CREATE DATABASE net"]);
        let schema = fixture_text("schema.sql");
        let network = fixture_text("golden/network.sql");
        let first = "UPDATE modem SET configfile_id = 3 WHERE id = 100003;";
        server.run("net", &[&schema, "BEGIN;", &network, first, "COMMIT;"]);
        let db = Database { server: Arc::new(server), name: "net".into() };
        let machine = Machine::new(&db.url(), "master");
        machine.firmware();
        let lab = Self { db, machine };
        let _ = lab.machine.good(&["rebuild"]);
        lab
    }

    /// The server, while nobody else has it.
    fn server(&mut self) -> &mut Server {
        Arc::get_mut(&mut self.db.server).unwrap()
    }

    /// The live text of the modem.
    fn live(&self) -> String {
        let path = self.machine.at("/tftpboot/cm/cm-100003.conf");
        std::fs::read_to_string(path).unwrap()
    }

    /// Gives the modem another configfile, with a time stamp or not.
    fn change(&self, configfile: u32, stamp: &str) {
        self.db.run(&format!(
            "UPDATE modem SET configfile_id = {configfile}{stamp} \
             WHERE id = 100003"
        ));
    }
}

/// What SQL by hand leaves out.
const NOW: &str = ", updated_at = NOW()";

#[test]
fn what_the_database_forgot_is_not_overwritten() {
    let mut lab = Lab::new();
    older_data_are_refused(&mut lab);
    only_what_is_live_counts(&mut lab);
    a_restart_alone_is_nothing(&mut lab);
    an_old_dump_is_refused(&lab);
}

/// A commit that was made live is gone: every command says so.
fn older_data_are_refused(lab: &mut Lab) {
    lab.server().keep_data();
    let _ = lab.machine.good(&["rebuild"]);
    let old = lab.live();
    lab.change(4, "");
    lab.db.run("UPDATE provbase SET ro_community = 'hidden'");
    let _ = lab.machine.good(&["rebuild", "--max-removed-percent", "100"]);
    let live = lab.live();
    assert_ne!(live, old, "the configfile changes nothing");
    lab.server().restore_data();
    let value = "modem 100003 (cm-100003): modem.configfile_id: '3' -> '4'";
    for command in [
        &["rebuild"][..],
        &["rebuild", "--force"],
        &["rebuild", "--dry-run"],
        &["dhcp"],
        &["dns"],
        &["time"],
        &["configfile", "cm", "--id", "100003"],
    ] {
        let said = lab.machine.run(command);
        said.check(3, &["the database went back from", value]);
        assert!(said.err.contains("ro_community: (masked)"), "{said:?}");
        assert!(!said.err.contains("hidden"), "{said:?}");
        assert_eq!(lab.live(), live, "{command:?}");
    }
    let list = lab.machine.at("/var/lib/provha/older-database.txt");
    let list = std::fs::read_to_string(list).unwrap();
    assert!(list.contains("-> 'hidden'"), "{list}");
    let status = lab.machine.run(&["status", "--json"]);
    assert!(status.out.contains("PH-129"), "{status:?}");
    // Entered again by hand, there is nothing left to ask.
    lab.change(4, NOW);
    lab.db.run("UPDATE provbase SET ro_community = 'hidden'");
    let _ = lab.machine.good(&["rebuild"]);
    let status = lab.machine.run(&["status", "--json"]);
    assert!(!status.out.contains("PH-129"), "{status:?}");
    // Or the older one is what is wanted.
    lab.server().restore_data();
    lab.machine.run(&["rebuild"]).check(3, &[value]);
    let accept = "--accept-older-database";
    let allow = ["--max-removed-percent", "100"];
    let said = [&["rebuild", accept][..], &allow].concat();
    let said = lab.machine.good(&said);
    assert!(said.err.contains(value), "{said:?}");
    assert_eq!(lab.live(), old);
    let said = lab.machine.good(&["rebuild"]);
    assert!(!said.err.contains("older"), "{said:?}");
}

/// Back without a row that is newer: said, and gone on with.
fn only_what_is_live_counts(lab: &mut Lab) {
    lab.server().keep_data();
    let _ = lab.machine.good(&["rebuild"]);
    lab.db.run("CREATE TABLE other (id INT); INSERT INTO other VALUES (1)");
    lab.change(4, "");
    lab.change(3, "");
    let _ = lab.machine.good(&["rebuild", "--force"]);
    lab.server().restore_data();
    let said = lab.machine.good(&["rebuild"]);
    assert!(said.err.contains("no row that is live is newer"), "{said:?}");
}

/// After a restart an edit is told, with a time or without.
fn a_restart_alone_is_nothing(lab: &mut Lab) {
    lab.server().kill();
    lab.server().start();
    let said = lab.machine.good(&["rebuild"]);
    assert!(!said.err.contains("started"), "{said:?}");
    std::thread::sleep(std::time::Duration::from_secs(3));
    lab.server().kill();
    lab.server().start();
    lab.change(4, NOW);
    let said = lab.machine.good(&["rebuild"]);
    let told = "modem.configfile_id: '4' -> '3'";
    assert!(said.err.contains(told), "{said:?}");
    std::thread::sleep(std::time::Duration::from_secs(3));
    lab.server().kill();
    lab.server().start();
    lab.change(3, "");
    let said = lab.machine.good(&["rebuild"]);
    let told = "modem.configfile_id: '3' -> '4'";
    assert!(said.err.contains(told), "{said:?}");
}

/// An old dump in the same running server.
fn an_old_dump_is_refused(lab: &Lab) {
    let dump = lab.db.dump();
    lab.db.run(
        "UPDATE modem SET configfile_id = 4, \
         updated_at = NOW() + INTERVAL 1 HOUR WHERE id = 100003",
    );
    let _ = lab.machine.good(&["rebuild"]);
    lab.db.run(&dump);
    let value = "modem.configfile_id: '3' -> '4'";
    lab.machine.run(&["rebuild"]).check(3, &["an old dump", value]);
}
