//! What a run changes over the fleet, in groups; what a device got and when;
//! a database that went back.

use crate::common;

use common::lone::WELL;
use common::machine::Machine;
use common::sqlite::Lite;
use serde_json::Value;

/// The JSON of a run that must end so.
#[track_caller]
fn json(machine: &Machine, args: &[&str], code: i32) -> Value {
    let said = machine.run(&[args, &["--json"]].concat());
    assert_eq!(said.code, code, "{said:?}");
    serde_json::from_str(&said.out).unwrap()
}

/// The groups of a run, and that their sum is what changes.
#[track_caller]
fn groups(machine: &Machine, args: &[&str]) -> Vec<(String, u64, u64)> {
    let object = json(machine, args, 0);
    let groups = object["fleet"].as_array().cloned().unwrap_or_default();
    let number = |group: &Value, key: &str| group[key].as_u64().unwrap();
    let files: u64 = groups.iter().map(|g| number(g, "files")).sum();
    let count = |key: &str| object[key].as_array().unwrap().len();
    let changed = count("written") + count("removed");
    assert_eq!(files as usize, changed, "{object:#}");
    let group = |g: &Value| {
        let words = format!("{} {}", g["kind"], g["what"]).replace('"', "");
        (words, number(g, "devices"), number(g, "files"))
    };
    groups.iter().map(group).collect()
}

#[test]
fn a_change_of_the_fleet_is_told_in_groups() {
    let lite = Lite::golden(WELL);
    let mut machine = Machine::new(&lite.url(), "master");
    machine.cut_off = true;
    machine.firmware();
    let first = groups(&machine, &["configfile", "--diff"]);
    assert_eq!(first[0].0, "modem their first file");
    assert!(first[0].1 >= 193, "{first:?}");
    assert_eq!(first[0].2, 2 * first[0].1, "{first:?}");
    let _ = machine.good(&["configfile"]);
    assert_eq!(groups(&machine, &["configfile", "--diff"]), []);

    // A shared text, one modem that loses access, one that goes.
    lite.run(
        "UPDATE configfile SET text = 'MaxCPE 8;' WHERE device = 'cm';
         UPDATE modem SET internet_access = 0 WHERE id = 100004;
         UPDATE mta SET deleted_at = '2026-01-01' WHERE id =
            (SELECT MIN(id) FROM mta WHERE deleted_at IS NULL);",
    );
    let found = groups(&machine, &["configfile", "--diff"]);
    assert_eq!(found[0].0, "modem MaxCPE 9 -> 8", "{found:?}");
    assert!(found[0].1 > 150, "{found:?}");
    let has = |words: &str| found.iter().any(|g| g.0.contains(words));
    assert!(has("NetworkAccess 1 -> 0: they lose access"), "{found:?}");
    assert!(has("MTA their files go: they lose telephony"), "{found:?}");
    let said = machine.good(&["configfile", "--diff"]);
    assert!(said.out.contains(" files): MaxCPE 9 -> 8 [1000"), "{said:?}");
    assert!(said.out.contains("\nin all: "), "{said:?}");
    assert!(!said.out.contains("--- live/"), "{said:?}");
    let one = ["configfile", "--diff", "--device", "100008"];
    let said = machine.good(&one);
    assert!(said.out.contains("+++ new/cm-100008.cfg\n"), "{said:?}");
    assert!(!said.out.contains("cm-100004.cfg"), "{said:?}");
    let said = machine.good(&["configfile", "--diff", "-v"]);
    assert!(said.out.contains("--- live/cm-100004.conf"), "{said:?}");
    let said = machine.run(&["configfile", "--device", "1"]);
    assert_eq!(said.code, 2, "{said:?}");

    // What is known of a generation afterwards.
    let why = ["configfile", "--reason", "tariff of autumn"];
    let _ = machine.good(&why);
    let log = json(&machine, &["log"], 0);
    let last = log["generations"].as_array().unwrap().last().unwrap();
    assert_eq!(last["reason"], "tariff of autumn");
    let said = machine.run(&["log"]);
    assert!(said.out.contains("tariff of autumn"), "{said:?}");
}
