//! The long drill (PROVHA_DRILL=1): a MariaDB under load is killed again and
//! again, with each flush setting. Every change that was in a boot file and is
//! not in the database any more must be told by the next run, with its value.

use std::collections::BTreeMap;
use std::process::{Command, Stdio};
use std::sync::Arc;
use std::time::Duration;

use crate::common::db::{Database, Server};
use crate::common::fixture_text;
use crate::common::machine::Machine;

/// Modems that change all the time.
const MODEMS: std::ops::Range<u32> = 100_000..100_010;

/// How many rounds for each setting.
fn rounds() -> u32 {
    let told = std::env::var("PROVHA_DRILL_ROUNDS").ok();
    told.and_then(|text| text.parse().ok()).unwrap_or(67)
}

/// What one setting came to.
#[derive(Default, Debug)]
struct Count {
    rounds: u32,
    /// Rounds with lost changes that were live.
    lost: u32,
    /// The lost changes.
    changes: u32,
    /// Rounds that were refused though nothing was lost.
    asked: u32,
}

#[test]
fn no_lost_change_that_was_live_goes_unreported() {
    if std::env::var_os("PROVHA_DRILL").is_none() {
        return;
    }
    for flush in [0, 1, 2] {
        let mut count = Count::default();
        let mut lab = Lab::new(flush);
        for round in 0..rounds() {
            lab.round(round, &mut count);
        }
        println!("innodb_flush_log_at_trx_commit={flush}: {count:?}");
    }
}

struct Lab {
    db: Database,
    machine: Machine,
    /// The last number that was written.
    last: u32,
}

impl Lab {
    /// A network whose texts show a number of each modem.
    fn new(flush: u32) -> Self {
        let option = format!("--innodb-flush-log-at-trx-commit={flush}");
        let server = Server::own(&["--skip-log-bin", &option]);
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
        let lab = Self { db, machine, last: 0 };
        let _ = lab.machine.good(&["rebuild"]);
        lab
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

    /// Statements that give modems new numbers, one commit each.
    fn load(&mut self, commits: u32) -> String {
        let mut sql = String::new();
        for _ in 0..commits {
            self.last += 1;
            let id = MODEMS.start + self.last % 10;
            sql += &format!(
                "UPDATE modem SET serial_num = '{}' WHERE id = {id};\n",
                self.last
            );
        }
        sql
    }

    /// Load, a run in the midst of it, a kill; then the next run.
    fn round(&mut self, round: u32, count: &mut Count) {
        let sql = self.load(20_000);
        let mut writer = Command::new("mariadb")
            .args(["--no-defaults", "-uroot", "-S"])
            .arg(self.db.server.socket())
            .arg("net")
            .stdin(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let mut input = writer.stdin.take().unwrap();
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
        std::thread::sleep(Duration::from_millis(u64::from(round % 7) * 60));
        let _ = self.machine.good(&["rebuild"]);
        Arc::get_mut(&mut self.db.server).unwrap().kill();
        let _ = feeder.join();
        let _ = writer.kill();
        let _ = writer.wait();
        Arc::get_mut(&mut self.db.server).unwrap().start();
        let mut now = self.now();
        if round % 3 == 2 {
            // Others go on before anybody looks: positions pass the old one.
            let sql = self.load(7);
            self.db.run(&sql);
            now = self.now();
        }
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
            assert_eq!(said.code, 3, "{said:?}");
            assert_eq!(self.live(*id), *live, "it was overwritten");
        }
        if said.code == 3 {
            count.asked += u32::from(lost.is_empty());
            let _ = self.machine.good(&["rebuild", "--accept-older-database"]);
        } else {
            assert_eq!(said.code, 0, "{said:?}");
        }
    }
}
