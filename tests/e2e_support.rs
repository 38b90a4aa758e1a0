//! What is shown to others: `db check`, `db sample`, `support`, and what a run
//! tells the journal. Planted secrets, addresses, names and numbers must not
//! come through, and what is wrong with the rows must.
use crate::common;

use std::collections::BTreeSet;
use std::fs;
use std::os::unix::fs::MetadataExt;
use std::os::unix::net::UnixDatagram;
use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use common::db;
use common::machine::{Machine, Said, put, said};
use common::postgres::Postgres;
use common::sqlite::Lite;
use serde_json::Value;

/// What a bundle or a sample must not hold, in any notation or letter case.
const CANARIES: &[&str] = &[
    "00:a0:de:c0:ff:ee",
    "00a0dec0ffee",
    "00a0.dec0.ffee",
    "c0:ff:ee",
    "kanarienvogel",
    "wellensittich",
    "papageienweg",
    "nymphensittich",
    "7654321098",
    "0815471147",
    "hunter2secret",
    "aHVudGVyMnNlY3JldA==",
    "rw-canary",
    "tweety",
];

/// Rows with canaries, and with faults: a doubled address, a host name that is
/// none, a malformed address, a dangling text, an unknown setting.
const PLANTED: &str = "
    UPDATE modem SET mac = '00:A0:DE:C0:FF:EE', firstname = 'Kanarienvogel', \
        lastname = 'Wellensittich', street = 'Papageienweg', \
        hostname = 'tweety', ppp_password = 'hunter2secret', \
        description = 'Kanarienvogel', serial_num = '0815471147' \
        WHERE id = 100003;
    UPDATE modem SET mac = '00a0.dec0.ffee' WHERE id = 100004;
    UPDATE modem SET mac = '00:A0:DE:C0:FF:E' WHERE id = 100005;
    UPDATE modem SET configfile_id = 4711 WHERE id = 100006;
    UPDATE endpoint SET hostname = 'tweety' WHERE id = \
        (SELECT i FROM (SELECT MIN(id) i FROM endpoint WHERE \
         deleted_at IS NULL) x);
    UPDATE provbase SET dns_password = 'aHVudGVyMnNlY3JldA==', \
        rw_community = 'rw-canary';
    UPDATE contract SET lastname = 'Nymphensittich';
    UPDATE phonenumber SET number = '7654321098', \
        password = 'hunter2secret';
    UPDATE configfile SET text = '# for Kanarienvogel, 7654321098\nSnmpMib\
Object docsDevNmAccessCommunity.1 String \"rw-canary\" ;\nCpeMacAddress \
00:a0:de:c0:ff:ee;\nNoSuchSetting 1;' WHERE id = \
        (SELECT i FROM (SELECT configfile_id i FROM modem WHERE \
         id = 100003) x);
";

/// Asserts that none of them is there.
#[track_caller]
fn no_canary(name: &str, bytes: &[u8]) {
    let text = String::from_utf8_lossy(bytes).to_lowercase();
    for canary in CANARIES {
        let canary = canary.to_lowercase();
        assert!(!text.contains(&canary), "{canary} is in {name}");
    }
}

/// A machine on a golden network with the planted rows.
fn planted() -> (Machine, Lite) {
    let lite = Lite::golden(PLANTED);
    let mut machine = Machine::new(&lite.url(), "master");
    machine.cut_off = true;
    machine.env("APP_TIMEZONE=UTC\nDB_PASSWORD=hunter2secret\n");
    (machine, lite)
}

/// The object on stdout.
fn object(said: &Said) -> Value {
    serde_json::from_str(&said.out).unwrap_or_else(|e| panic!("{e}: {said:?}"))
}

/// Table, id and column of what a run finds.
fn places(told: &Value) -> BTreeSet<String> {
    let all = told["findings"].as_array().unwrap();
    let place =
        |f: &Value| format!("{} {} {}", f["table"], f["id"], f["column"]);
    all.iter().map(place).collect()
}

#[test]
fn a_check_names_engine_release_and_what_is_missing() {
    let lite = Lite::golden("");
    let machine = Machine::new(&lite.url(), "master");
    let good = machine.activate(&["db", "check"]);
    assert_eq!(good.code, 0, "{good:?}");
    for words in ["SQLite 3.", "NMS Prime 3.1 to 2022", "ProvVoip"] {
        assert!(good.out.contains(words), "{good:?}");
    }
    lite.run("DROP TABLE contract; DROP TABLE modem_option;");
    let bad = machine.activate(&["db", "check", "--json"]);
    assert_eq!(bad.code, 1, "{bad:?}");
    let told = object(&bad);
    let table = |name: &str| {
        let all = told["tables"].as_array().unwrap();
        all.iter().find(|table| table["name"] == name).unwrap().clone()
    };
    assert_eq!(table("contract")["state"], "missing");
    assert_eq!(table("contract")["needed"], true);
    assert_eq!(table("modem_option")["needed"], false);
    assert_eq!(told["usable"], false);
}

#[test]
fn a_check_on_mariadb_has_the_grants_that_are_missing() {
    let database = db::golden("CREATE USER few@'127.0.0.1';");
    let (name, port) = (&database.name, database.server.port());
    for table in [
        "provbase",
        "provha",
        "provvoip",
        "netgw",
        "ippool",
        "mta",
        "configfile",
        "endpoint",
        "qos",
        "phonenumber",
        "modem_option",
    ] {
        database
            .run(&format!("GRANT SELECT ON {name}.{table} TO few@'127.0.0.1'"));
    }
    database.run(&format!(
        "GRANT SELECT (id, mac, hostname) ON {name}.modem TO few@'127.0.0.1'"
    ));
    let url = format!("mysql://few@127.0.0.1:{port}/{name}");
    let machine = Machine::new(&url, "master");
    let told = machine.activate(&["db", "check"]);
    assert_eq!(told.code, 1, "{told:?}");
    for words in [
        "user few@127.0.0.1",
        "MariaDB 10.",
        &format!("GRANT SELECT ON `{name}`.`modem` TO 'few'@'127.0.0.1';"),
        &format!("GRANT SELECT ON `{name}`.`contract` TO 'few'@'127.0.0.1';"),
        "may not be read: public",
    ] {
        assert!(told.out.contains(words), "{words}: {told:?}");
    }
    let whole = Machine::new(&database.url(), "master");
    assert_eq!(whole.activate(&["db", "check"]).code, 0);
}

#[test]
fn samples_of_all_engines_hold_the_faults_and_no_canary() {
    let lite = Lite::golden(PLANTED);
    let postgres = Postgres::start();
    postgres.fill(&lite);
    let maria = db::golden(PLANTED);
    let mut seen = BTreeSet::new();
    let dry = ["dhcp", "--dry-run", "--json"];
    let here = Machine::new(&lite.url(), "master").run(&dry);
    let here = places(&object(&here));
    for url in [lite.url(), maria.url(), postgres.url("root")] {
        let machine = Machine::new(&url, "master");
        let out = machine.dir.path().join("sample.sqlite");
        let args = ["db", "sample", "--rows", "3", "--out"];
        let args: Vec<&str> =
            args.into_iter().chain([out.to_str().unwrap()]).collect();
        let made = machine.activate(&args);
        assert_eq!(made.code, 0, "{url}: {made:?}");
        no_canary(&url, &fs::read(&out).unwrap());
        assert_eq!(fs::metadata(&out).unwrap().mode() & 0o777, 0o600);
        // A second one does not replace it.
        machine.activate(&args).check(1, &["is there already"]);
        let lab = Machine::new(&format!("sqlite:{}", out.display()), "master");
        let there = lab.run(&dry);
        assert_eq!(there.code, 0, "{url}: {there:?}");
        let there = places(&object(&there));
        let planted = ["100004", "100005"];
        for id in planted {
            let place = format!("\"modem\" {id} \"mac\"");
            assert!(there.contains(&place), "{url}: {there:?}");
        }
        assert!(there.is_subset(&here), "{url}: {there:?} {here:?}");
        let rows = db_rows(&out);
        let _ = seen.insert(rows);
    }
    // The same rows, whatever the engine.
    assert_eq!(seen.len(), 1, "{seen:?}");
}

/// The ids of all rows of a sample.
fn db_rows(path: &Path) -> Vec<(String, Vec<i64>)> {
    let connection = rusqlite::Connection::open(path).unwrap();
    let ids = |table: &str| -> Vec<i64> {
        let sql = format!("SELECT id FROM {table} ORDER BY id");
        let mut rows = connection.prepare(&sql).unwrap();
        let rows = rows.query_map([], |row| row.get(0)).unwrap();
        rows.map(Result::unwrap).collect()
    };
    let tables = ["modem", "mta", "endpoint", "configfile", "contract", "qos"];
    tables.iter().map(|table| ((*table).to_string(), ids(table))).collect()
}

#[test]
fn a_sample_of_one_device_holds_what_it_leads_to() {
    let (machine, _lite) = planted();
    let out = machine.dir.path().join("one.sql");
    let name = out.to_str().unwrap();
    let args = ["db", "sample", "--device", "100003", "--out", name];
    let made = machine.activate(&args);
    assert_eq!(made.code, 0, "{made:?}");
    let text = fs::read_to_string(&out).unwrap();
    no_canary("one.sql", text.as_bytes());
    let file = machine.dir.path().join("one.sqlite");
    let connection = rusqlite::Connection::open(&file).unwrap();
    connection.execute_batch(&text).unwrap();
    let modems: Vec<i64> = db_rows(&file)[0].1.clone();
    // The one with the same address is what its lines depend on.
    assert!(modems.contains(&100_003) && modems.contains(&100_004));
    assert!(modems.len() < 5, "{modems:?}");
    let none = ["db", "sample", "--device", "nobody", "--out", "/tmp/x.sql"];
    machine.activate(&none).check(1, &["no modem, MTA or endpoint"]);
    let form = ["db", "sample", "--out", "/tmp/sample"];
    assert_eq!(machine.activate(&form).code, 2);
}

/// Unpacks a bundle; its directory.
fn unpack(machine: &Machine, bundle: &Path) -> std::path::PathBuf {
    let file = fs::File::open(bundle).unwrap();
    let bytes = zstd::decode_all(file).unwrap();
    let dir = machine.dir.path().join("lab");
    tar::Archive::new(&bytes[..]).unpack(&dir).unwrap();
    dir.join("provha-support")
}

/// All files below a directory.
fn below(dir: &Path) -> Vec<std::path::PathBuf> {
    let mut all = Vec::new();
    for entry in fs::read_dir(dir).unwrap() {
        let path = entry.unwrap().path();
        match path.is_dir() {
            true => all.extend(below(&path)),
            false => all.push(path),
        }
    }
    all
}

#[test]
fn a_bundle_gives_the_same_bytes_and_findings_and_no_canary() {
    let (machine, _lite) = planted();
    let bundle = machine.dir.path().join("b.tar.zst");
    let name = bundle.to_str().unwrap();
    let args = ["support", "--rows", "5", "--no-activate", "--json", "--out"];
    let args: Vec<&str> = args.into_iter().chain([name]).collect();
    let made = machine.activate(&args);
    assert_eq!(made.code, 0, "{made:?}");
    let told = object(&made);
    assert!(told["replayed"].as_u64().unwrap() > 10, "{told}");
    assert!(fs::metadata(&bundle).unwrap().len() < 1 << 20);
    let dir = unpack(&machine, &bundle);
    for path in below(&dir) {
        no_canary(&path.display().to_string(), &fs::read(&path).unwrap());
    }
    let read = |name: &str| -> Value {
        let text = fs::read_to_string(dir.join(name)).unwrap();
        serde_json::from_str(&text).unwrap()
    };
    let expected = read("expected-findings.json");
    let found = expected["in_the_sample"].as_array().unwrap();
    let planted = |id: u64, column: &str| {
        found.iter().any(|f| f["id"] == id && f["column"] == column)
    };
    assert!(planted(100_004, "mac") && planted(100_005, "mac"), "{expected}");
    // The text that does not encode.
    let config = |f: &&Value| f["table"] == "configfile";
    assert!(found.iter().any(|f| config(&f)), "{expected}");
    // The lab: nothing but the bundle and the program.
    let bin = Path::new(env!("CARGO_BIN_EXE_provha")).parent().unwrap();
    let path = format!("{}:/usr/bin:/bin:/usr/sbin", bin.display());
    let mut lab = Command::new("sh");
    lab.arg("replay.sh").current_dir(&dir).env_clear().env("PATH", &path);
    let replayed = said(&lab.output().unwrap());
    let mut sums = Command::new("sha256sum");
    sums.args(["--quiet", "-c", "expected.sha256"]).current_dir(&dir);
    let sums = said(&sums.output().unwrap());
    assert_eq!(sums.code, 0, "{sums:?} {replayed:?}");
    for path in below(&dir) {
        no_canary(&path.display().to_string(), &fs::read(&path).unwrap());
    }
}

#[test]
fn a_bundle_is_made_when_the_database_is_gone() {
    let machine = Machine::new("sqlite:/nonexistent", "slave");
    let bundle = machine.dir.path().join("b.tar.zst");
    let name = bundle.to_str().unwrap();
    let args = ["support", "--no-activate", "--out", name];
    let made = machine.activate(&args);
    assert_eq!(made.code, 0, "{made:?}");
    assert!(made.err.contains("the sample is not in it"), "{made:?}");
    let dir = unpack(&machine, &bundle);
    assert!(dir.join("status.json").is_file());
    assert!(!dir.join("sample.sqlite").exists());
}

/// The fields of a message to journald.
fn fields(message: &[u8]) -> Vec<(String, String)> {
    let text = String::from_utf8_lossy(message);
    let pair = |line: &str| {
        let (name, value) = line.split_once('=')?;
        Some((name.to_string(), value.to_string()))
    };
    text.lines().filter_map(pair).collect()
}

/// Runs a command with a journal that a test made; its messages.
fn with_journal(
    machine: &Machine,
    args: &[&str],
) -> Vec<Vec<(String, String)>> {
    let dir = tempfile::tempdir().unwrap();
    let socket = UnixDatagram::bind(dir.path().join("socket")).unwrap();
    socket.set_nonblocking(true).unwrap();
    let talk = dir.path().join("stderr");
    let file = fs::File::create(&talk).unwrap();
    let meta = file.metadata().unwrap();
    let run = machine.command(args);
    let mut command = Command::new("unshare");
    command
        .args(["--mount", "sh", "-c"])
        .arg(
            "mount -t tmpfs none /run && mkdir -p /run/systemd/journal && \
             mount --bind \"$1\" /run/systemd/journal && shift && exec \"$@\"",
        )
        .arg("sh")
        .arg(dir.path())
        .arg(run.get_program())
        .args(run.get_args())
        .env_clear();
    for (name, value) in run.get_envs() {
        command.env(name, value.unwrap());
    }
    let stream = format!("{}:{}", meta.dev(), meta.ino());
    let ended = Arc::new(AtomicBool::new(false));
    let ends = Arc::clone(&ended);
    let reader = std::thread::spawn(move || {
        let mut all = Vec::new();
        let mut buffer = vec![0; 1 << 20];
        loop {
            // Looked at first: what was sent before the end is there then.
            let last = ends.load(Ordering::SeqCst);
            match socket.recv(&mut buffer) {
                Ok(length) => all.push(fields(&buffer[..length])),
                Err(_) if last => return all,
                Err(_) => std::thread::sleep(Duration::from_millis(5)),
            }
        }
    });
    let status = command
        .env("JOURNAL_STREAM", stream)
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(file)
        .status()
        .unwrap();
    ended.store(true, Ordering::SeqCst);
    assert!(status.code().is_some());
    let said = fs::read_to_string(&talk).unwrap();
    assert_eq!(said, "", "all of it goes to the journal");
    reader.join().unwrap()
}

/// The value of a field.
fn field<'a>(message: &'a [(String, String)], name: &str) -> &'a str {
    let found = message.iter().find(|(field, _)| field == name);
    found.map_or("", |(_, value)| value)
}

#[test]
fn the_journal_gets_fields_and_one_line_that_ends_the_run() {
    let (machine, _lite) = planted();
    let all = with_journal(&machine, &["dhcp", "--no-activate", "-q"]);
    let finding = all
        .iter()
        .find(|message| field(message, "PROVHA_ID") == "100005")
        .unwrap();
    assert_eq!(field(finding, "PROVHA_TABLE"), "modem");
    assert_eq!(field(finding, "PROVHA_COLUMN"), "mac");
    assert_eq!(field(finding, "PRIORITY"), "4");
    assert!(field(finding, "MESSAGE").contains("00:A0:DE:C0:FF:E"));
    let ends: Vec<_> = all
        .iter()
        .filter(|message| !field(message, "PROVHA_EXIT").is_empty())
        .collect();
    let [end] = &ends[..] else { panic!("{ends:?}") };
    assert_eq!(field(end, "PROVHA_COMMAND"), "dhcp");
    assert_eq!(field(end, "PROVHA_ROLE"), "master");
    assert_eq!(field(end, "PROVHA_EXIT"), "0");
    assert_eq!(field(end, "PROVHA_GENERATION"), "1");
    for number in ["FINDINGS", "CHANGED", "RUN"] {
        let value = field(end, &format!("PROVHA_{number}"));
        assert!(value.parse::<u64>().unwrap() > 0, "{end:?}");
    }
    assert!(field(end, "PROVHA_SECONDS").parse::<f64>().is_ok());
    assert_eq!(field(end, "MESSAGE_ID").len(), 32);
    // Nothing but a failure: it ends, too.
    let lost = Machine::new("sqlite:/nonexistent", "master");
    let all = with_journal(&lost, &["dhcp", "--no-activate", "-q"]);
    let end = all.last().unwrap();
    assert_eq!(field(end, "PROVHA_EXIT"), "1");
    assert_eq!(field(end, "PRIORITY"), "3");
}

#[test]
fn a_masked_log_names_nobody_and_is_the_same_in_each_run() {
    let (machine, _lite) = planted();
    machine.env("APP_TIMEZONE=UTC\nPROVHA__LOG_MASK=on\n");
    let one = machine.run(&["dhcp", "--dry-run", "-v"]);
    let two = machine.run(&["dhcp", "--dry-run", "-v"]);
    assert_eq!(one.code, 0, "{one:?}");
    no_canary("stderr", one.err.as_bytes());
    let line = |said: &Said| {
        let found = said.err.lines().find(|l| l.contains("modem 100005 mac"));
        found.unwrap().to_string()
    };
    assert_eq!(line(&one), line(&two));
    let key = machine.at("/var/lib/provha/mask.key");
    assert_eq!(fs::metadata(key).unwrap().mode() & 0o777, 0o600);
    // Another machine has other stand-ins.
    put(&machine.at("/var/lib/provha/mask.key"), &[b'7'; 64]);
    let other = machine.run(&["dhcp", "--dry-run", "-v"]);
    assert_ne!(line(&one), line(&other));
}
