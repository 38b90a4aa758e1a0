//! `provha rebuild` on a real MariaDB: each kind of change makes exactly the
//! parts that it feeds.

use crate::common;

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::{Duration, Instant};

use common::db::{self, Database};
use common::machine::{Machine, Said, put};
use common::sqlite::Lite;

const CM: &str = "configfile cm";
const MTA: &str = "configfile mta";

/// Lets the guard rails pass: the devices of a configfile that becomes another
/// kind's are many.
const ALLOW: [&str; 4] =
    ["--max-removed-percent", "100", "--max-quarantined-percent", "100"];

/// Runs it; the parts that ran, each with why.
fn rebuild(machine: &Machine, args: &[&str]) -> BTreeMap<String, String> {
    let args = [&["rebuild", "--json"], args].concat();
    let said = machine.good(&args);
    ran(&said)
}

/// The parts of a run's JSON.
fn ran(said: &Said) -> BTreeMap<String, String> {
    let json: serde_json::Value = serde_json::from_str(&said.out).unwrap();
    let list = json["ran"].as_array().unwrap();
    let text = |value: &serde_json::Value| value.as_str().unwrap().to_string();
    list.iter().map(|ran| (text(&ran["part"]), text(&ran["why"]))).collect()
}

/// Runs it after a change; exactly these parts must have run.
fn check(machine: &Machine, change: &str, expected: &[&str]) {
    let ran = rebuild(machine, &[]);
    let names: Vec<&str> = ran.keys().map(String::as_str).collect();
    assert_eq!(names, expected, "{change}: {ran:?}");
    let again = rebuild(machine, &[]);
    assert!(again.is_empty(), "{change}, second run: {again:?}");
}

/// A machine whose first run is done.
fn settled(db: &Database) -> Machine {
    let machine = Machine::new(&db.url(), "master");
    machine.firmware();
    let first = rebuild(&machine, &[]);
    assert_eq!(first.len(), 5, "{first:?}");
    assert!(
        first.values().all(|why| why == "never made by rebuild"),
        "{first:?}"
    );
    let second = rebuild(&machine, &[]);
    assert!(second.is_empty(), "{second:?}");
    machine
}

#[test]
fn each_change_of_a_table_makes_the_parts_it_feeds() {
    let db = db::golden("");
    let machine = settled(&db);
    let modem = "INSERT INTO modem (id, hostname, contract_id, mac, public, \
                 internet_access, configfile_id, qos_id, next_passive_id) \
                 VALUES (100900, 'cm-100900', 500000, '02:00:00:00:00:90', \
                 0, 1, 3, 2, 0)";
    let changes: &[(&str, &[&str])] = &[
        ("UPDATE modem SET us_pwr = 1, ds_snr = 2, updated_at = NOW()", &[]),
        ("UPDATE modem SET tdr = 1.5, phy_updated_at = NOW()", &[]),
        ("UPDATE mta SET updated_at = NOW()", &[]),
        (modem, &[CM, "dhcp"]),
        ("UPDATE modem SET public = 1 WHERE id IN (100900, 100003)", &["dhcp"]),
        ("UPDATE modem SET zip = '11111' WHERE id = 100900", &[CM]),
        ("UPDATE modem SET configfile_id = 5 WHERE id = 100900", &[CM]),
        (
            "UPDATE modem SET deleted_at = NOW() WHERE id = 100900",
            &[CM, "dhcp"],
        ),
        ("DELETE FROM modem WHERE id = 100900", &[]),
        ("UPDATE qos SET us_rate_max_help = 7 WHERE id = 2", &[CM]),
        ("DELETE FROM qos WHERE id = 3", &[CM]),
        ("UPDATE qos SET updated_at = NOW()", &[]),
        (
            "INSERT INTO modem_option (modem_id, `key`, value) VALUES (100000, \
          'us_min', '12345')",
            &[CM],
        ),
        (
            "UPDATE configfile SET text = CONCAT(text, '\\nMaxCPE 9;') WHERE id \
          = 3",
            &[CM],
        ),
        ("UPDATE configfile SET dashboard = 'x'", &[]),
        ("UPDATE contract SET firstname = 'x'", &[]),
        (
            "UPDATE contract SET internet_access = 1 - internet_access, \
          has_telephony = 1 - has_telephony",
            &[CM],
        ),
        (
            "UPDATE phonenumber SET number = '4711' WHERE mta_id = 300003",
            &[MTA],
        ),
        ("UPDATE mta SET hostname = 'x' WHERE id = 300000", &[MTA]),
        (
            "UPDATE mta SET mac = '02:00:00:00:00:91' WHERE id = 300000",
            &[CM, "dhcp"],
        ),
        (
            "UPDATE endpoint SET hostname = 'neu' WHERE id = 200000",
            &["dhcp", "dns"],
        ),
        ("UPDATE endpoint SET description = 'neu'", &[]),
        ("UPDATE netgw SET hostname = 'cmts-new' WHERE id = 1", &["dhcp"]),
        ("UPDATE netgw SET state = 3, updated_at = NOW()", &[]),
        ("UPDATE ippool SET dns1_ip = '9.9.9.10' WHERE id = 1", &["dhcp"]),
        (
            "UPDATE ippool SET ip_pool_start = '10.16.0.4' WHERE id = 1",
            &["dhcp", "dns"],
        ),
        ("UPDATE ippool SET description = 'neu'", &[]),
        ("UPDATE provbase SET dhcp_def_lease_time = 4000", &["dhcp"]),
        ("UPDATE provbase SET ro_community = 'neu'", &[CM, MTA]),
        ("UPDATE provbase SET notif_mail = 'neu'", &[]),
        ("UPDATE provha SET slave_config_rebuild_interval = 7200", &[]),
        ("UPDATE provha SET load_ratio_master = 0.25", &["dhcp"]),
        (
            "UPDATE provvoip SET mta_domain = 'voip.example.net'",
            &["dhcp", "dns"],
        ),
        ("UPDATE provbase SET multiple_provisioning_systems = 1", &["dhcp"]),
        // ignore-cpe.conf now depends on these as well.
        ("UPDATE configfile SET device = 'mta' WHERE id = 5", &[CM, "dhcp"]),
        (
            "UPDATE contract SET internet_access = 1 - internet_access, \
          has_telephony = 1 - has_telephony",
            &[CM, "dhcp"],
        ),
    ];
    for (sql, expected) in changes {
        db.run(sql);
        // What a part is named for stands in the order of its name.
        let mut expected = expected.to_vec();
        expected.sort_unstable();
        let ran = rebuild(&machine, &ALLOW);
        let mut names: Vec<&str> = ran.keys().map(String::as_str).collect();
        // With it, the endpoint of a modem may come or go, too.
        names.retain(|name| *name != "dns" || expected.contains(name));
        if sql.contains("ro_community") {
            // Whether adapters' texts name it is the fixture's choice.
            names.retain(|name| *name == CM);
            expected.retain(|name| *name == CM);
        }
        assert_eq!(names, expected, "{sql}: {ran:?}");
        let again = rebuild(&machine, &[]);
        assert!(again.is_empty(), "{sql}, second run: {again:?}");
    }
}

/// A run reads one snapshot of the database, whatever it makes: parts of two
/// moments would not fit together.
#[test]
fn a_run_reads_one_snapshot() {
    let dir = tempfile::tempdir().unwrap();
    let log = dir.path().join("queries");
    let log_file = format!("--general-log-file={}", log.display());
    let options = ["--skip-log-bin", "--general-log=1", &log_file];
    let server = Arc::new(db::Server::own(&options));
    let text = common::fixture_text;
    server.run("mysql", &["CREATE DATABASE one"]);
    server.run("one", &[&text("schema.sql"), &text("golden/network.sql")]);
    let db = Database { server, name: "one".into() };
    let machine = settled(&db);
    let snapshots = || {
        let log = std::fs::read(&log).unwrap();
        let log = String::from_utf8_lossy(&log);
        // What only asks whether a node takes a snapshot sets nothing.
        log.matches("SET SESSION TRANSACTION ISOLATION LEVEL").count()
    };
    let one = "UPDATE modem SET serial_num = 'new' WHERE id = 100003";
    let both = "UPDATE modem SET mac = '00:1a:2b:10:ff:01' WHERE id = 100003; \
                UPDATE mta SET mac = '00:1b:3c:20:ff:01' WHERE id = 300000";
    for (change, least) in [("SELECT 1", 0), (one, 1), (both, 2)] {
        db.run(change);
        let before = snapshots();
        let ran = rebuild(&machine, &ALLOW);
        assert!(ran.len() >= least, "{change}: {ran:?}");
        // Where no commit came since, not even one is needed.
        let read = snapshots() - before;
        assert!(read <= 1 && read >= least.min(1), "{change}: {read} {ran:?}");
    }
}

#[test]
fn a_template_that_names_signal_levels_makes_them_matter() {
    let db = db::golden(
        "UPDATE configfile SET text = '/* {modem.us_pwr.0} */' WHERE id = 4;",
    );
    let machine = settled(&db);
    db.run("UPDATE modem SET us_pwr = 47");
    let ran = rebuild(&machine, &[]);
    let business = ran.get(CM).map(String::as_str).unwrap_or_default();
    assert!(business.ends_with("devices changed"), "{ran:?}");
    assert_eq!(ran.len(), 1, "{ran:?}");
    db.run("UPDATE modem SET name = '{modem.ds_pwr.0}', ds_pwr = 1;");
    let _ = rebuild(&machine, &[]);
    db.run("UPDATE configfile SET text = '/* {modem.name.0} */' WHERE id = 4");
    check(&machine, "a value that names a column", &[CM]);
    db.run("UPDATE modem SET ds_pwr = 2");
    check(&machine, "the column that a value names", &[CM]);
}

#[test]
fn single_devices_are_made_alone_and_stale_files_go() {
    let db = db::golden("");
    let machine = settled(&db);
    let path = machine.at("/tftpboot/cm/cm-100003.conf");
    assert!(path.exists());
    db.run(
        "UPDATE modem SET zip = '22222' WHERE id = 100005; \
         DELETE FROM modem WHERE id = 100003;",
    );
    let said = machine.good(&["rebuild", "--json"]);
    assert_eq!(ran(&said)[CM], "2 devices changed", "{}", said.err);
    assert!(!path.exists());
    let text =
        std::fs::read_to_string(machine.at("/tftpboot/cm/cm-100005.conf"));
    assert!(text.unwrap().contains("zip area 22"));
    assert!(!said.err.contains("no device with id"));
}

#[test]
fn what_is_outside_the_database_counts_too() {
    let db = db::golden("");
    let machine = settled(&db);
    put(&machine.at("/tftpboot/fw/d30-default.bin"), b"another");
    check(&machine, "an image without a certificate", &[]);
    let image = common::fixture("golden/tftpboot-fw/biz-2.4.bin");
    let image = std::fs::read(image).unwrap();
    put(&machine.at("/tftpboot/fw/d30-default.bin"), &image);
    check(&machine, "an image with a certificate", &[CM]);
    put(&machine.at("/tftpboot/keyfile"), b"another secret\n");
    // All files are signed anew: that is asked about, and told once.
    let asked = machine.run(&["rebuild"]);
    asked.check(3, &["another secret", "key-file: modems 100", "key-file"]);
    let again = machine.run(&["rebuild"]);
    again.check(3, &["as told before"]);
    assert!(!again.err.contains("key-file: modems"), "{again:?}");
    let ran = rebuild(&machine, &["--allow", "key-file"]);
    assert_eq!(ran.keys().collect::<Vec<_>>(), [CM]);
    check(&machine, "the key file", &[]);
    put(&machine.at("/tftpboot/dialplan/x"), b"x");
    check(&machine, "a dial plan", &[MTA]);
    let key = "omapi_key hmac-sha256 c2VjcmV0c2VjcmV0\n";
    put(&machine.at("/etc/dhcp-nmsprime/omapi.key"), key.as_bytes());
    check(&machine, "the OMAPI key", &["dhcp"]);
    machine.env("PROVHA__MCLT=1800\n");
    check(&machine, "a setting", &[CM, MTA, "dhcp", "dns", "time"]);
}

#[test]
fn the_interval_makes_good_what_was_edited_by_hand() {
    let db =
        db::golden("UPDATE provha SET slave_config_rebuild_interval = 60;");
    let machine = settled(&db);
    let path = machine.at("/etc/dhcp-nmsprime/global.conf");
    let before = std::fs::read(&path).unwrap();
    put(&path, b"# by hand\n");
    assert!(rebuild(&machine, &[]).is_empty());
    let state = machine.at("/var/lib/provha/rebuild.json");
    let text = std::fs::read_to_string(&state).unwrap();
    let mut json: serde_json::Value = serde_json::from_str(&text).unwrap();
    json["full_at"] = (json["full_at"].as_i64().unwrap() - 31).into();
    put(&state, json.to_string().as_bytes());
    let ran = rebuild(&machine, &[]);
    assert_eq!(ran.len(), 5, "{ran:?}");
    assert!(ran.values().all(|why| why == "the interval has passed"));
    assert_eq!(std::fs::read(&path).unwrap(), before);
    assert!(rebuild(&machine, &[]).is_empty());
    assert_eq!(rebuild(&machine, &["--force"]).len(), 5);
}

#[test]
fn a_run_that_died_is_made_good() {
    let db = db::golden("");
    let machine = settled(&db);
    let dir = machine.at("/var/lib/provha");
    put(&dir.join("rebuild.pending"), b"[\"dhcp\"]");
    check(&machine, "killed while it made dhcp", &["dhcp"]);
    let state = std::fs::read(dir.join("rebuild.json")).unwrap();
    db.run("UPDATE modem SET public = 1 WHERE id = 100003");
    let _ = rebuild(&machine, &[]);
    // Killed between the work and the state.
    put(&dir.join("rebuild.json"), &state);
    check(&machine, "the state before the work", &["dhcp"]);
    put(&dir.join("rebuild.json"), b"{");
    check(&machine, "a broken state", &[CM, MTA, "dhcp", "dns", "time"]);
    // What is remembered of devices is lost: they are made, and found equal.
    put(&dir.join("devices-cm"), b"x");
    db.run("UPDATE modem SET zip = '33333' WHERE id = 100005");
    let ran = rebuild(&machine, &[]);
    // With it goes why three others have no file: that is told once more.
    assert_eq!(ran[CM], "4 devices changed", "{ran:?}");
    assert!(rebuild(&machine, &[]).is_empty());
}

#[test]
fn what_fails_is_told_and_tried_again() {
    let db = db::golden("");
    let machine = settled(&db);
    db.run("DELETE FROM modem WHERE id > 100050");
    for _ in 0..2 {
        let said = machine.run(&["rebuild"]);
        said.check(3, &["guard rail", "dhcp", "--max-removed-percent"]);
    }
    let _ = rebuild(&machine, &["--max-removed-percent", "100"]);
    check(&machine, "allowed", &[]);
    // The others are made although one fails.
    db.run(
        "DELETE FROM modem WHERE id > 100010; \
         UPDATE endpoint SET add_reverse = 'x.example.net' WHERE id = 200001;",
    );
    let said = machine.run(&["rebuild", "--json"]);
    said.check(3, &["guard rail"]);
    assert!(ran(&said).contains_key("dns"), "{}", said.out);
}

#[test]
fn without_the_database_nothing_is_touched() {
    let db = db::golden("");
    let machine = settled(&db);
    let before = common::tree::read(&machine.root());
    let gone = db.url().replace("/s&", "/gone&");
    let other = Machine::new(&gone, "master");
    other.run(&["rebuild"]).check(1, &["no database node can be used"]);
    assert!(!other.at("/etc/dhcp-nmsprime").exists());
    let gone = ["--db", &gone, "rebuild"];
    let _ = machine.run(&gone);
    assert!(common::tree::read(&machine.root()) == before, "touched");
}

#[test]
fn a_look_touches_nothing() {
    let db = db::golden("");
    let machine = settled(&db);
    db.run("UPDATE modem SET public = 1 - public");
    let before = common::tree::read(&machine.root());
    let said = machine.run(&["rebuild", "--dry-run", "--exit-code"]);
    said.check(10, &["dhcp (modem changed)"]);
    assert!(common::tree::read(&machine.root()) == before, "touched");
    check(&machine, "after the look", &["dhcp"]);
}

#[test]
fn the_old_names_work_and_sqlite_is_covered() {
    let lite = Lite::golden("");
    let machine = Machine::new(&lite.url(), "slave");
    let _ = machine.good(&["provha:rebuild_slave_config"]);
    let said = machine.good(&["rebuild-slave-config"]);
    assert!(said.err.contains("rebuild (slave): nothing to do"));
    lite.run("UPDATE modem SET public = 1 - public;");
    check(&machine, "SQLite", &["dhcp"]);
}

#[test]
fn of_a_hundred_one_works_and_the_others_leave_at_once() {
    let db = db::golden("");
    let machine = settled(&db);
    let lock = machine.at("/run/provha/lock");
    std::fs::create_dir_all(lock.parent().unwrap()).unwrap();
    let file = std::fs::File::create(&lock).unwrap();
    let held = nix::fcntl::Flock::lock(
        file,
        nix::fcntl::FlockArg::LockExclusiveNonblock,
    )
    .unwrap();
    let mut times: Vec<Duration> = (0..20)
        .map(|_| {
            let begin = Instant::now();
            machine.run(&["rebuild"]).check(75, &["is held by"]);
            begin.elapsed()
        })
        .collect();
    times.sort_unstable();
    assert!(times[10] < Duration::from_millis(100), "{times:?}");
    drop(held);
    let children: Vec<_> = (0..100)
        .map(|_| {
            let mut command =
                machine.command(&["--no-activate", "rebuild", "--force"]);
            command.stdout(std::process::Stdio::null());
            command.stderr(std::process::Stdio::piped()).spawn().unwrap()
        })
        .collect();
    let ended: Vec<(i32, String)> = children
        .into_iter()
        .map(|child| {
            let out = child.wait_with_output().unwrap();
            let err = String::from_utf8_lossy(&out.stderr).into_owned();
            (out.status.code().unwrap(), err)
        })
        .collect();
    let odd = ended.iter().find(|(code, _)| ![0, 75].contains(code));
    assert_eq!(odd, None);
    let codes: Vec<i32> = ended.iter().map(|(code, _)| *code).collect();
    let count = |code| codes.iter().filter(|c| **c == code).count();
    assert!(count(0) >= 1, "{codes:?}");
    assert_eq!(count(0) + count(75), 100, "{codes:?}");
    // The lock goes with its holder, however that ends.
    let mut child = machine
        .command(&["--no-activate", "rebuild", "--force"])
        .spawn()
        .unwrap();
    std::thread::sleep(Duration::from_millis(300));
    child.kill().unwrap();
    let _ = child.wait().unwrap();
    let _ = rebuild(&machine, &[]);
    assert!(rebuild(&machine, &[]).is_empty());
}
