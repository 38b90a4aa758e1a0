//! What was live comes back: ten generations of every set, `rollback` to each
//! and `diff` between them.

#![allow(clippy::unwrap_used)]

mod common;

use common::machine::Machine;
use common::sqlite::Lite;
use common::tree;
use common::tree::traces;

/// Everything that generations hold.
fn live(machine: &Machine) -> tree::Traces {
    // Modes too; times and inodes differ after a roll-back.
    let mut all = tree::Traces::new();
    for dir in ["/etc", "/tftpboot/cm"] {
        for (name, trace) in traces(&machine.at(dir), &[]) {
            let size =
                if machine.at(dir).join(&name).is_dir() { 0 } else { trace.3 };
            let _ = all.insert(
                format!("{dir}/{name}"),
                (0, trace.1, trace.2, size, 0, 0),
            );
        }
    }
    all
}

/// The same with contents.
fn contents(machine: &Machine) -> Vec<(String, Vec<u8>)> {
    ["/etc", "/tftpboot/cm"]
        .iter()
        .flat_map(|dir| tree::read(&machine.at(dir)))
        .collect()
}

/// The number of the last generation.
fn last(machine: &Machine) -> u64 {
    let said = machine.activate(&["log", "--json"]);
    said.check(0, &[]);
    let log: serde_json::Value = serde_json::from_str(&said.out).unwrap();
    let all = log["generations"].as_array().unwrap();
    all.last().unwrap()["number"].as_u64().unwrap()
}

/// A secret of its own for each step, base64.
fn secret(step: usize) -> String {
    format!("c2VjcmV0IG9mIHN0ZXAg{step:02}AA")
}

/// The changes of a step: every set has another content.
fn change(lite: &Lite, step: usize) {
    lite.run(&format!(
        "UPDATE provbase SET dhcp_def_lease_time = {};\n\
         UPDATE provha SET master_dns_password = '{}';\n\
         UPDATE ippool SET netmask = '255.255.{}.0' WHERE id = 7;\n\
         UPDATE qos SET ds_rate_max_help = {step};\n\
         UPDATE modem SET internet_access = {} WHERE id = 100004;",
        5000 + step,
        secret(step),
        252 - 4 * (step % 2),
        step % 2,
    ));
}

#[test]
fn ten_generations_come_back_and_are_told_apart() {
    let lite = Lite::golden("");
    let machine = Machine::new(&lite.url(), "master");
    machine.firmware();
    machine.env(
        "APP_TIMEZONE=UTC\nPROVHA__GENERATIONS=100\n\
         PROVHA__TIME_INETD=xinetd\n",
    );
    let mut states = Vec::new();
    for step in 0..10 {
        change(&lite, step);
        let _ = machine.good(&["dhcp"]);
        let _ = machine.good(&["dns"]);
        let _ = machine.good(&["time"]);
        let _ = machine.good(&["configfile", "cm", "--id", "100004"]);
        states.push((last(&machine), contents(&machine), live(&machine)));
    }
    assert_eq!(states[9].0, 40, "each run of each step is a generation");
    let zone = machine.at("/var/named/dynamic/nmsprime.test.zone");
    let zones = std::fs::read(&zone).unwrap();
    for (number, content, modes) in states.iter().rev().chain(&states) {
        let text = number.to_string();
        let said = machine.run(&["rollback", &text]);
        said.check(0, &["put back", "render from the database again"]);
        assert!(contents(&machine) == *content, "content of {number}");
        assert_eq!(live(&machine), *modes, "modes of {number}");
        let again = machine.run(&["rollback", &text]);
        again.check(0, &["0 files put back"]);
    }
    assert_eq!(std::fs::read(&zone).unwrap(), zones);
    // Without a number: what was live before the last activation.
    let before = contents(&machine);
    let _ = machine.good(&["rollback", &states[3].0.to_string()]);
    machine.run(&["dns"]).check(0, &["written"]);
    let _ = machine.good(&["rollback"]);
    assert!(contents(&machine) == states[3].1);
    assert!(before == states[9].1);
}

#[test]
fn what_one_run_made_goes_back_together_until_the_database_changes() {
    let lite = Lite::golden("");
    let machine = Machine::new(&lite.url(), "master");
    machine.firmware();
    machine.env("APP_TIMEZONE=UTC\nPROVHA__TIME_INETD=xinetd\n");
    change(&lite, 0);
    let _ = machine.good(&["rebuild"]);
    let first = contents(&machine);
    change(&lite, 1);
    let _ = machine.good(&["rebuild"]);
    let second = contents(&machine);
    assert!(first != second);
    // Back and forth, each in one step, although each is many generations.
    for content in [&first, &second, &first] {
        let _ = machine.good(&["rollback"]);
        assert!(contents(&machine) == *content);
    }
    // The timer does not undo it behind the back of who ran it.
    machine.run(&["rebuild"]).check(0, &["nothing to do"]);
    assert!(contents(&machine) == first);
    change(&lite, 2);
    let _ = machine.good(&["rebuild"]);
    let third = contents(&machine);
    machine.run(&["rebuild", "--force"]).check(0, &[]);
    assert!(contents(&machine) == third);
    assert!(third != first && third != second);

    let pending = machine.run(&["rollback", "--dry-run", "--exit-code"]);
    pending.check(10, &["would be put back"]);
    let said = machine.run(&["rollback", "--json"]);
    said.check(0, &[]);
    let told: serde_json::Value = serde_json::from_str(&said.out).unwrap();
    assert!(!told["written"].as_array().unwrap().is_empty(), "{told}");
}

#[test]
fn a_state_that_cannot_be_leaves_nothing_behind() {
    let lite = Lite::golden("");
    let machine = Machine::new(&lite.url(), "master");
    machine.firmware();
    let _ = machine.good(&["configfile"]);
    lite.run("UPDATE qos SET ds_rate_max_help = 7");
    let _ = machine.good(&["configfile"]);
    let _ = machine.good(&["dhcp"]);
    let before = tree::read(&machine.at("/tftpboot"));
    machine.run(&["rollback", "1"]).check(1, &["no dhcpd set yet"]);
    assert_eq!(tree::read(&machine.at("/tftpboot")), before);
}

#[test]
fn a_diff_shows_all_sets_and_no_secret() {
    let lite = Lite::golden("");
    let machine = Machine::new(&lite.url(), "master");
    machine.firmware();
    machine.env("APP_TIMEZONE=UTC\nPROVHA__TIME_INETD=xinetd\n");
    for step in 0..2 {
        change(&lite, step);
        for command in ["dhcp", "dns", "time", "configfile"] {
            let _ = machine.good(&[command]);
        }
    }
    // From nothing to the second state; dns came as the second generation.
    for (from, to) in [("0", "2"), ("4", "8"), ("8", "4"), ("2", "1")] {
        let said = machine.run(&["diff", from, to]);
        said.check(0, &[]);
        for step in 0..2 {
            let secret = secret(step);
            assert!(!said.out.contains(&secret), "{from} {to}: {said:?}");
        }
        let key = machine.at("/etc/named-ddns-cpe.key");
        let key = std::fs::read_to_string(key).unwrap();
        assert!(!said.out.contains(key.trim()));
        assert!(said.out.contains("named-nmsprime.conf"), "{said:?}");
    }
    let said = machine.run(&["diff", "4", "8"]);
    for text in [
        "-default-lease-time 5000;",
        "+default-lease-time 5001;",
        "+++ new/etc/named-ddns.key",
        "+++ new/etc/named-nmsprime.conf",
        "+++ new/etc/chrony/conf.d/nmsprime.conf",
        "+++ new/etc/xinetd.d/nmsprime-time",
        "secret (masked)",
        "NetworkAccess",
    ] {
        assert!(said.out.contains(text), "'{text}' is not in {}", said.out);
    }
    assert!(!said.out.contains("var/named"), "{}", said.out);
    machine.run(&["diff", "4", "99"]).check(1, &["not kept"]);
    let shown = machine.run(&["rollback", "4", "--diff"]);
    shown.check(0, &["would be put back"]);
    assert!(shown.out.contains("-default-lease-time 5001;"), "{shown:?}");
}
