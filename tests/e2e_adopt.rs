//! Taking over from the existing system: what else writes the files is found,
//! exactly one is left, and what it wrote is compared.

mod common;

use common::machine::{Machine, put};
use common::sqlite::Lite;

/// The cron line of the existing system's scheduler.
const SCHEDULER: &str = "# the scheduler\nMAILTO=root\n* * * * * root cd \
    /var/www/nmsprime && /usr/bin/php artisan schedule:run >> /dev/null\n";

/// The state and text of `status`' check of the writers.
fn writers(machine: &Machine) -> (String, String) {
    let said = machine.run(&["status", "--json"]);
    let object: serde_json::Value = serde_json::from_str(&said.out).unwrap();
    let checks = object["checks"].as_array().unwrap();
    let check = checks.iter().find(|c| c["name"] == "writers").unwrap();
    let word = |key: &str| check[key].as_str().unwrap().to_string();
    (word("state"), word("text"))
}

#[test]
fn two_active_writers_are_critical() {
    let lite = Lite::golden("");
    let machine = Machine::new(&lite.url(), "master");
    assert_eq!(writers(&machine), ("ok".into(), "no other writer".into()));
    put(&machine.at("/etc/cron.d/nmsprime"), SCHEDULER.as_bytes());
    let (state, text) = writers(&machine);
    assert_eq!(state, "ok", "{text}");
    assert!(text.starts_with("provha does not write here yet"), "{text}");
    machine.good(&["rebuild"]);
    let (state, text) = writers(&machine);
    assert_eq!(state, "critical", "{text}");
    assert!(text.contains("/etc/cron.d/nmsprime:3"), "{text}");
}
