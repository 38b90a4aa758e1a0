//! What was live comes back: ten generations of every set, `rollback` to each
//! and `diff` between them.

use crate::common;

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
        said.check(0, &["put back", "the next run renders from the database"]);
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

/// The object of a run.
fn object(machine: &Machine, args: &[&str]) -> serde_json::Value {
    let args = [args, &["--json"]].concat();
    let said = machine.run(&args);
    said.check(0, &[]);
    serde_json::from_str(&said.out).unwrap()
}

/// The changes of the generations of a device: command, reason, and the lines
/// of each file.
fn told(machine: &Machine, device: &str) -> Vec<(String, String, String)> {
    let log = object(machine, &["log", device]);
    let all = log["generations"].as_array().unwrap();
    let text = |value: &serde_json::Value| value.as_str().unwrap().to_string();
    all.iter()
        .map(|one| {
            let changes = one["changes"].as_array().unwrap();
            assert!(!changes.is_empty(), "{one}");
            (
                text(&one["command"]),
                text(&one["reason"]),
                one["changes"].to_string(),
            )
        })
        .collect()
}

/// What one modem got, and when: from its first file to its end.
#[test]
fn the_log_of_a_device_tells_what_it_got_in_words() {
    let lite = Lite::golden("");
    let machine = Machine::new(&lite.url(), "master");
    machine.firmware();
    let make = |reason: &str| {
        for command in ["dhcp", "configfile"] {
            let _ = machine.good(&[command, "--reason", reason]);
        }
    };
    make("first");
    // Its access goes: it is blocked, and its file changes.
    lite.run("UPDATE modem SET internet_access = 0 WHERE id = 100004;");
    make("unpaid");
    // Another MAC and another name; nothing of another modem's.
    lite.run(
        "UPDATE modem SET mac = '00:1a:2b:99:00:04', hostname = 'gw-x' \
              WHERE id = 100004;",
    );
    make("new modem");
    // Something that does not concern it.
    lite.run(
        "UPDATE modem SET internet_access = 1 - internet_access \
              WHERE id = 100017;",
    );
    make("another");
    // The MAC that it had goes to another modem, which is not its own.
    lite.run("UPDATE modem SET mac = '00:1a:2b:10:00:94' WHERE id = 100001;");
    make("moved");
    let check = |device: &str| {
        let all = told(&machine, device);
        let reasons: Vec<&str> = all.iter().map(|one| &*one.1).collect();
        assert_eq!(
            reasons,
            ["first", "first", "unpaid", "unpaid", "new modem", "new modem"],
            "{device}: {all:?}"
        );
        for (at, text) in [
            (0, "+ host cm-100004 {"),
            (0, "/etc/dhcp-nmsprime/modems-host.conf"),
            (1, "made new, "),
            (1, "network access"),
            (2, "now blocked"),
            (3, "NetworkAccess: 1 -> 0"),
            (4, "MAC: 00:1a:2b:10:00:94 -> 00:1a:2b:99:00:04"),
            (4, "host name: cm-100004 -> gw-x"),
            (4, "name in the DNS: cm-100004 -> gw-x"),
            (5, "/tftpboot/cm/cm-100004.conf"),
        ] {
            assert!(all[at].2.contains(text), "{device}: '{text}' {all:#?}");
        }
    };
    for device in ["cm-100004", "00:1a:2b:99:00:04", "gw-x", "100004"] {
        check(device);
    }
    let said = machine.run(&["log", "cm-100004"]);
    for text in ["generation 4, ", ": unpaid", "NetworkAccess: 1 -> 0"] {
        assert!(said.out.contains(text), "'{text}' {}", said.out);
    }
    between(&machine);
    // With the database gone, and with the modem gone.
    let database = lite.url().trim_start_matches("sqlite:").to_string();
    let away = format!("{database}.away");
    std::fs::rename(&database, &away).unwrap();
    check("cm-100004");
    std::fs::rename(&away, &database).unwrap();
    lite.run("DELETE FROM modem WHERE id = 100004;");
    make("gone");
    let all = told(&machine, "cm-100004");
    let last = |n: usize| &*all[all.len() - n].2;
    assert!(last(2).contains("- host gw-x {"), "{all:?}");
    assert!(last(1).contains("removed"), "{all:?}");
    machine.run(&["log", "cm-999999"]).check(1, &["no kept generation"]);
    machine.run(&["log", "a b"]).check(1, &["is not a device"]);
    // What it says of the settings holds no secret of theirs.
    let said = machine.run(&["log", "mta-300000", "-v"]);
    assert!(!said.out.contains("hunter2"), "{}", said.out);
}

/// What changed for a modem between two generations, both ways.
fn between(machine: &Machine) {
    let of = |from: &str, to: &str| {
        object(machine, &["diff", from, to, "cm-100004"])["changes"].to_string()
    };
    assert!(of("2", "4").contains("NetworkAccess: 1 -> 0"));
    assert!(of("4", "2").contains("NetworkAccess: 0 -> 1"));
    assert!(of("2", "9").contains("host name: cm-100004 -> gw-x"));
    assert!(of("0", "2").contains("+ host cm-100004 {"));
    assert_eq!(of("6", "9"), "[]");
    let code = |from: &str, to: &str| {
        let args = ["diff", from, to, "cm-100004", "--exit-code"];
        machine.run(&args).code
    };
    assert_eq!((code("2", "4"), code("6", "9")), (10, 0));
    let far = machine.run(&["diff", "2", "99", "cm-100004"]);
    far.check(1, &["is not kept"]);
}
