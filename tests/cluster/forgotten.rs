//! A MariaDB under load really loses commits, again and again, with each flush
//! setting: it is killed while its log has not reached the system
//! (innodb_flush_log_at_trx_commit=0), or its machine is, so that it starts on
//! the disk of a moment ago. Every change that was in a boot file and is not in
//! the database any more must be told by the next run, with its value. A few
//! rounds are part of all tests; PROVHA_DRILL=1 gives two hundred.

use std::collections::BTreeMap;
use std::process::{Command, Stdio};
use std::sync::Arc;
use std::time::Duration;

use crate::common::db::{Database, Server};
use crate::common::fixture_text;
use crate::common::machine::Machine;

/// Modems that change all the time.
const MODEMS: std::ops::Range<u32> = 100_000..100_010;

/// Modems that others change afterwards.
const OTHERS: std::ops::Range<u32> = 100_010..100_020;

/// How many rounds for each setting.
fn rounds() -> u32 {
    let told = std::env::var("PROVHA_DRILL_ROUNDS").ok();
    let most = match std::env::var_os("PROVHA_DRILL") {
        Some(_) => 67,
        None => 2,
    };
    told.and_then(|text| text.parse().ok()).unwrap_or(most)
}

/// What ends in a round.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum End {
    /// The server: what the system has is there.
    Server,
    /// The machine: what the disk has is there.
    Machine,
}

/// What one setting came to.
#[derive(Default, Debug)]
struct Count {
    rounds: u32,
    /// Rounds with lost changes that were live.
    lost: u32,
    /// The lost changes.
    changes: u32,
    /// Of these, in rounds that were refused; the others were told.
    refused: u32,
    /// Rounds that were refused though nothing was lost.
    asked: u32,
}

#[test]
fn no_lost_change_that_was_live_goes_unreported() {
    for flush in [0, 1, 2] {
        let mut lab = Lab::new(flush);
        // A killed server alone loses what it had not given to the system.
        let ends: &[End] = match flush {
            0 => &[End::Server, End::Server, End::Machine],
            _ => &[End::Machine, End::Server],
        };
        let mut counts: BTreeMap<String, Count> = BTreeMap::new();
        for round in 0..rounds() {
            let end = ends[round as usize % ends.len()];
            let count = counts.entry(format!("{end:?}")).or_default();
            lab.round(round, end, count);
        }
        println!("innodb_flush_log_at_trx_commit={flush}: {counts:?}");
        let lost: u32 = counts.values().map(|count| count.lost).sum();
        assert!(lost > 0, "it proves nothing: {counts:?}");
        if let (1 | 2, Some(count)) = (flush, counts.get("Server")) {
            assert_eq!((count.lost, count.asked), (0, 0), "{count:?}");
        }
    }
}

struct Lab {
    db: Database,
    machine: Machine,
    /// The last number that was written.
    last: u32,
    /// innodb_flush_log_at_trx_commit.
    flush: u32,
}

impl Lab {
    /// A network whose texts show a number of each modem.
    fn new(flush: u32) -> Self {
        let option = format!("--innodb-flush-log-at-trx-commit={flush}");
        // Else the log is written out before a run has made its files.
        let late = "--innodb-flush-log-at-timeout=2700";
        let server = Server::own(&["--skip-log-bin", &option, late]);
        server.run("mysql", &["CREATE DATABASE net"]);
        let schema = fixture_text("schema.sql");
        let network = fixture_text("golden/network.sql");
        let text = "UPDATE configfile SET text = '/* n={modem.serial_num.0} \
                    */', parent_id = NULL; UPDATE modem SET serial_num = '0', \
                    deleted_at = NULL;";
        server.run("net", &[&schema, "BEGIN;", &network, text, "COMMIT;"]);
        let db = Database { server: Arc::new(server), name: "net".into() };
        let machine = Machine::in_memory(&db.url(), "master");
        machine.firmware();
        let lab = Self { db, machine, last: 0, flush };
        lab.settle();
        let _ = lab.machine.good(&["rebuild"]);
        lab
    }

    /// What was committed so far stays, whatever happens.
    fn settle(&self) {
        let flush = self.flush;
        let key = "innodb_flush_log_at_trx_commit";
        self.db.run(&format!(
            "SET GLOBAL {key} = 1; UPDATE qos SET name = CONCAT(name, ''), \
             updated_at = NOW() ORDER BY id LIMIT 1; SET GLOBAL {key} = {flush}"
        ));
    }

    /// The number in the live text of a modem.
    fn live(&self, id: u32) -> u32 {
        let path = self.machine.at(&format!("/tftpboot/cm/cm-{id}.conf"));
        let text = std::fs::read_to_string(path).unwrap_or_default();
        let number = text.split("n=").nth(1).unwrap_or_default();
        let end = number.find(|c: char| !c.is_ascii_digit());
        number[..end.unwrap_or(number.len())].parse().unwrap_or(0)
    }

    /// The numbers in the database.
    fn now(&self) -> BTreeMap<u32, u32> {
        let output = Command::new("mariadb")
            .args(["--no-defaults", "-NB", "-uroot", "-S"])
            .arg(self.db.server.socket())
            .args(["net", "-e", "SELECT id, serial_num FROM modem"])
            .output()
            .unwrap();
        let text = String::from_utf8(output.stdout).unwrap();
        let row = |line: &str| {
            let (id, number) = line.split_once('\t')?;
            Some((id.parse().ok()?, number.parse().ok()?))
        };
        text.lines().filter_map(row).collect()
    }

    /// Statements that give modems new numbers, one commit each; as the GUI
    /// does it, or by hand.
    fn load(&mut self, modems: std::ops::Range<u32>, commits: u32) -> String {
        let mut sql = String::new();
        for _ in 0..commits {
            self.last += 1;
            let id = modems.start + self.last % 10;
            let stamp = [", updated_at = NOW()", ""][(id % 2) as usize];
            sql += &format!(
                "UPDATE modem SET serial_num = '{}'{stamp} WHERE id = {id};\n",
                self.last
            );
        }
        sql
    }

    /// The server, while nobody else has it.
    fn server(&mut self) -> &mut Server {
        Arc::get_mut(&mut self.db.server).unwrap()
    }

    /// Load, a run in the midst of it, an end; then the next run.
    fn round(&mut self, round: u32, end: End, count: &mut Count) {
        self.settle();
        let sql = self.load(MODEMS, 20_000);
        let writer = Writer::start(&self.db, sql);
        std::thread::sleep(Duration::from_millis(u64::from(round % 7) * 60));
        if end == End::Machine {
            self.db.server.keep_running();
        }
        let _ = self.machine.good(&["rebuild"]);
        self.server().kill();
        drop(writer);
        match end {
            End::Server => self.server().start(),
            End::Machine => self.server().restore_data(),
        }
        if round % 3 == 2 {
            // Others go on before anybody looks: positions pass the old one.
            let sql = self.load(OTHERS, 4000);
            self.db.run(&sql);
        }
        self.look(count);
    }

    /// The next run tells everything that is lost.
    fn look(&mut self, count: &mut Count) {
        let now = self.now();
        let lost: Vec<(u32, u32)> = MODEMS
            .map(|id| (id, self.live(id)))
            .filter(|(id, live)| now.get(id).is_some_and(|now| now < live))
            .collect();
        let said = self.machine.run(&["rebuild"]);
        count.rounds += 1;
        count.lost += u32::from(!lost.is_empty());
        count.changes += lost.len() as u32;
        for (id, live) in &lost {
            let value = format!("modem {id} (cm-{id}): ");
            let told = said.err.lines().any(|line| {
                line.contains(&value) && line.contains(&format!("'{live}'"))
            });
            assert!(told, "{id} {live}: {said:?}");
            if said.code == 3 {
                assert_eq!(self.live(*id), *live, "it was overwritten");
            }
        }
        if said.code == 3 {
            count.refused += lost.len() as u32;
            count.asked += u32::from(lost.is_empty());
            let _ = self.machine.good(&["rebuild", "--accept-older-database"]);
        } else {
            assert_eq!(said.code, 0, "{said:?}");
        }
    }
}

/// Somebody who writes all the time.
struct Writer {
    client: std::process::Child,
    feeder: Option<std::thread::JoinHandle<()>>,
}

impl Writer {
    fn start(db: &Database, sql: String) -> Self {
        let mut client = Command::new("mariadb")
            .args(["--no-defaults", "-uroot", "-S"])
            .arg(db.server.socket())
            .arg(&db.name)
            .stdin(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let mut input = client.stdin.take().unwrap();
        let feeder = std::thread::spawn(move || {
            for line in sql.lines() {
                let line = format!("{line}\n");
                if std::io::Write::write_all(&mut input, line.as_bytes())
                    .is_err()
                {
                    break;
                }
                std::thread::sleep(Duration::from_millis(2));
            }
        });
        Self { client, feeder: Some(feeder) }
    }
}

impl Drop for Writer {
    fn drop(&mut self) {
        let _ = self.client.kill();
        let _ = self.client.wait();
        let _ = self.feeder.take().map(std::thread::JoinHandle::join);
    }
}
