//! Taking over from the existing system: what else writes the files is found,
//! exactly one is left, and what it wrote is compared.

use crate::common;

use std::collections::BTreeSet;

use common::machine::{Machine, put};
use common::sqlite::Lite;
use common::{fixture, tree};
use serde_json::Value;

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

/// A machine on which the existing system made all files.
fn existing(lite: &Lite) -> Machine {
    let machine = Machine::new(&lite.url(), "master");
    machine.firmware();
    for (name, bytes) in tree::read(&fixture("golden/master/dhcp-nmsprime")) {
        put(&machine.set().join(name), &bytes);
    }
    for (name, bytes) in tree::read(&fixture("golden/master/tftpboot")) {
        put(&machine.at("/tftpboot").join(name), &bytes);
    }
    let copy = |name: &str, to: &str| {
        let text = common::fixture_text(&format!("adopt/{name}"));
        put(&machine.at(to), text.as_bytes());
    };
    copy("dhcpd.conf", "/etc/dhcp-nmsprime/dhcpd.conf");
    copy("log.conf", "/etc/dhcp-nmsprime/log.conf");
    copy("named-nmsprime.conf", "/etc/named-nmsprime.conf");
    copy("named-ddns.sh", "/etc/named-ddns.sh");
    copy("chrony.conf", "/etc/chrony/conf.d/nmsprime.conf");
    let zone = common::fixture_text("adopt/zone");
    for (name, file) in [
        ("prov.example.net", "nmsprime.test.zone"),
        ("in-addr.arpa", "in-addr.arpa.zone"),
    ] {
        let path = machine.at("/var/named/dynamic").join(file);
        put(&path, zone.replace("@ZONE@", name).as_bytes());
    }
    machine
}

/// What `adopt --json` says, with its exit code.
fn adopt(machine: &Machine) -> (i32, Value) {
    let said = machine.command(&["adopt", "--json"]).output().unwrap();
    let out = String::from_utf8_lossy(&said.stdout);
    let object = serde_json::from_str(&out).unwrap_or_else(|error| {
        let err = String::from_utf8_lossy(&said.stderr);
        panic!("{error}: {out}{err}")
    });
    (said.status.code().unwrap(), object)
}

/// The differences with one of these reasons, a line each.
fn told(object: &Value, reasons: &[&str]) -> Vec<String> {
    let all = object["differences"].as_array().unwrap().iter();
    let of = all.filter(|d| reasons.contains(&d["reason"].as_str().unwrap()));
    of.map(|d| {
        let word = |key: &str| d[key].as_str().unwrap().to_string();
        format!(
            "{}: {}: {}: {} [{}]",
            word("reason"),
            word("file"),
            word("subject"),
            word("what"),
            word("why")
        )
    })
    .collect()
}

#[test]
fn golden_files_differ_only_deliberately() {
    let lite = Lite::golden("");
    let machine = existing(&lite);
    let before = tree::traces(&machine.root(), &[]);
    let (code, object) = adopt(&machine);
    let odd =
        told(&object, &["hand-edit", "unexplained", "stale", "row-changed"]);
    assert_eq!(odd, Vec::<String>::new(), "{object:#}");
    assert_eq!(code, 0, "{object:#}");
    assert_eq!(object["not_compared"], serde_json::json!([]));
    assert_eq!(tree::traces(&machine.root(), &[]), before);
    let numbers: BTreeSet<u64> = object["differences"]
        .as_array()
        .unwrap()
        .iter()
        .filter_map(|difference| difference["number"].as_u64())
        .collect();
    let listed =
        [10, 11, 12, 14, 15, 28, 29, 39, 53, 54, 57, 58, 59, 60, 61, 62, 64];
    assert_eq!(numbers, BTreeSet::from(listed));
    let bad = told(&object, &["bad-row"]);
    assert_eq!(bad.len(), 1, "{bad:?}");
    assert!(bad[0].contains("endpoint 200019"), "{bad:?}");
}

/// Changes a live file by replacing its first `from`.
fn edit(machine: &Machine, file: &str, from: &str, to: &str) {
    let path = machine.at(file);
    let text = std::fs::read_to_string(&path).unwrap();
    assert!(text.contains(from), "{file}: {from}");
    put(&path, text.replacen(from, to, 1).as_bytes());
}

/// Adds a line to a live file.
fn append(machine: &Machine, file: &str, line: &str) {
    let path = machine.at(file);
    let text = std::fs::read_to_string(&path).unwrap();
    put(&path, format!("{text}\n{line}\n").as_bytes());
}

/// What is planted: the reason's word, then pieces of the line that tells it.
const PLANTED: [&[&str]; 20] = [
    // In the dhcpd set.
    &["hand-edit", "modem 100001", "option routers 10.9.9.9"],
    &["hand-edit", "modem 100002", "00:1a:2b:10:00:4a", "00:1a:2b:ff:00:4a"],
    &["hand-edit", "modem 999999", "host printer"],
    &["stale", "modem 100012", "host cm-100012", "goes"],
    &["hand-edit", "ippool", "subnet 10.17.0.0", "comes"],
    &["hand-edit", "default-lease-time 43200", "default-lease-time 600"],
    &["hand-edit", "dhcpd.conf", "extra.conf"],
    &["hand-edit", "failover.conf", "port 1647"],
    &["hand-edit", "modem 100006", "subclass blocked", "comes"],
    &["stale", "cmts_gws/77.conf", "no netgw 77"],
    &["row-changed", "modem 100003", "subclass Client-Public"],
    // Below /tftpboot.
    &["stale", "cm-777.conf,cfg", "no modem 777"],
    &["hand-edit", "cm-100004.cfg", "MaxCPE"],
    &["hand-edit", "cm-100028.conf", "MaxRateDown 1"],
    &["hand-edit", "mta-", "the file is missing"],
    // named's and chrony's.
    &["hand-edit", "zone in-addr.arpa", "notify no"],
    &["hand-edit", "named's key", "another secret"],
    &["hand-edit", "named-ddns.sh", "peer's TSIG secret"],
    &["hand-edit", "chrony", "allow 172.20.0.0/22", "missing"],
    &["hand-edit", "acl cm", "10.99.0.0/16"],
];

#[test]
fn twenty_planted_differences_are_named_and_no_other() {
    let lite = Lite::golden("");
    let machine = existing(&lite);
    plant(&machine, &lite);
    let (code, object) = adopt(&machine);
    let mut odd =
        told(&object, &["hand-edit", "unexplained", "stale", "row-changed"]);
    for words in PLANTED {
        let at = odd
            .iter()
            .position(|line| words.iter().all(|word| line.contains(word)));
        let at = at.unwrap_or_else(|| panic!("{words:?} not in {odd:#?}"));
        odd.remove(at);
    }
    assert_eq!(odd, Vec::<String>::new());
    assert_eq!(code, 0, "{object:#}");
}

/// Plants them.
fn plant(machine: &Machine, lite: &Lite) {
    let set = |name: &str| format!("/etc/dhcp-nmsprime/{name}");
    let hosts = set("modems-host.conf");
    let edit = |file: &str, from: &str, to: &str| edit(machine, file, from, to);
    let add = |file: &str, line: &str| append(machine, file, line);
    edit(
        &hosts,
        "ddns-hostname \"cm-100001\";",
        "ddns-hostname \"cm-100001\"; option routers 10.9.9.9;",
    );
    edit(&hosts, "00:1a:2b:10:00:4a", "00:1a:2b:ff:00:4a");
    add(&hosts, "host printer { filename \"cm/cm-999999.cfg\"; }");
    add(&hosts, "host cm-100012 { hardware ethernet 00:1a:2b:10:01:bc; }");
    let cmts = machine.at(&set("cmts_gws/2.conf"));
    let text = std::fs::read_to_string(&cmts).unwrap();
    let from = text.find("\tsubnet 10.17.0.0").unwrap();
    let to = text.find("\tsubnet 10.17.0.1").unwrap();
    put(&cmts, format!("{}{}", &text[..from], &text[to..]).as_bytes());
    edit(
        &set("global.conf"),
        "default-lease-time 43200",
        "default-lease-time 600",
    );
    add(&set("dhcpd.conf"), "include \"/etc/dhcp-nmsprime/extra.conf\";");
    put(&machine.at(&set("extra.conf")), b"option x 1;\n");
    edit(&set("failover.conf"), "port 647;", "port 1647;");
    edit(&set("blocked.conf"), "subclass \"blocked\" 00:1a:2b:10:00:de;", "");
    put(&machine.at(&set("cmts_gws/77.conf")), b"shared-network x { }\n");
    lite.run(
        "UPDATE modem SET public = 1, updated_at = '2200-01-01 00:00:00' \
         WHERE id = 100003;",
    );
    let tftp = |name: &str| machine.at("/tftpboot").join(name);
    put(&tftp("cm/cm-777.conf"), b"Main\n{\n}");
    put(&tftp("cm/cm-777.cfg"), b"\x03\x01\x01\xff");
    let cfg = std::fs::read(tftp("cm/cm-100004.cfg")).unwrap();
    let mut other = vec![18, 1, 77];
    other.extend(cfg);
    put(&tftp("cm/cm-100004.cfg"), &other);
    append(machine, "/tftpboot/cm/cm-100028.conf", "MaxRateDown 1;");
    let first = std::fs::read_dir(tftp("mta")).unwrap().find_map(|entry| {
        let path = entry.unwrap().path();
        path.extension().is_some_and(|e| e == "cfg").then_some(path)
    });
    std::fs::remove_file(first.unwrap()).unwrap();
    let named = "/etc/named-nmsprime.conf";
    let text = std::fs::read_to_string(machine.at(named)).unwrap();
    let at = text.rfind("notify yes").unwrap();
    let text = format!("{}notify no{}", &text[..at], &text[at + 10..]);
    put(&machine.at(named), text.as_bytes());
    edit(named, "c2VjcmV0LWtleS1tYXN0ZXIhIQ==", "b3RoZXI=");
    edit(named, "10.0.0.0/9;", "10.0.0.0/9; 10.99.0.0/16;");
    edit("/etc/named-ddns.sh", "c2VjcmV0LWtleS1zbGF2ZSEhIQ==", "b3RoZXI=");
    edit("/etc/chrony/conf.d/nmsprime.conf", "allow 172.20.0.0/22", "");
}

#[test]
fn a_file_that_may_not_be_read_is_not_equal() {
    let lite = Lite::golden("");
    let machine = existing(&lite);
    // Root reads everything: a link is what even root refuses.
    let path = machine.set().join("mta.conf");
    std::fs::remove_file(&path).unwrap();
    std::fs::create_dir(&path).unwrap();
    let (code, object) = adopt(&machine);
    assert_eq!(code, 3);
    let closed = object["not_compared"].as_array().unwrap();
    assert_eq!(closed.len(), 1, "{closed:?}");
    assert!(closed[0].as_str().unwrap().contains("mta.conf"), "{closed:?}");
    let verdict = object["verdict"].as_str().unwrap();
    assert!(verdict.contains("incomplete"), "{verdict}");
}

#[test]
fn the_numbers_of_differences_stay() {
    let docs = concat!(env!("CARGO_MANIFEST_DIR"), "/docs/differences.md");
    let docs = std::fs::read_to_string(docs).unwrap();
    for (number, words) in [
        (10, "rendered whole"),
        (21, "ranges of pools"),
        (28, "several expressions in a row"),
        (39, "`CpeMacAddress` of an MTA"),
        (53, "named's version"),
        (54, "chronyd without limit"),
        (57, "access lists"),
        (62, "time service"),
    ] {
        let row = format!("| {number} | ");
        let row = docs.lines().find(|line| line.starts_with(&row));
        let row = row.unwrap_or_else(|| panic!("no difference {number}"));
        assert!(row.contains(words), "{row}");
    }
}

/// All writers of the existing system.
fn with_writers(machine: &Machine) {
    put(&machine.at("/etc/cron.d/nmsprime"), SCHEDULER.as_bytes());
    let artisan = "#!/usr/bin/env php\n<?php\necho 'the former one';\n";
    put(&machine.at("/var/www/nmsprime/artisan"), artisan.as_bytes());
    let unit = "[Service]\nExecStart=/usr/bin/nmsprimed\n";
    let dir = "/etc/systemd/system";
    put(
        &machine.at("/usr/lib/systemd/system/nmsprimed.service"),
        unit.as_bytes(),
    );
    let wants = machine.at(dir).join("multi-user.target.wants");
    std::fs::create_dir_all(&wants).unwrap();
    let to = "/usr/lib/systemd/system/nmsprimed.service";
    std::os::unix::fs::symlink(to, wants.join("nmsprimed.service")).unwrap();
    let time = "service time\n{\n\tsocket_type = dgram\n\tdisable = no\n}\n";
    put(&machine.at("/etc/xinetd.d/time-dgram"), time.as_bytes());
    let worker = "[program:queue]\ncommand=php artisan queue:work\n";
    put(&machine.at("/etc/supervisord.d/nmsprime.ini"), worker.as_bytes());
}

#[test]
fn hand_over_leaves_one_writer_and_its_undo_every_byte() {
    let lite = Lite::golden("");
    for way in ["wrapper", "off"] {
        let machine = Machine::new(&lite.url(), "master");
        with_writers(&machine);
        machine.good(&["rebuild"]);
        assert_eq!(writers(&machine).0, "critical", "{way}");
        let files = || {
            let mut all = tree::read(&machine.root());
            // status remembers what came and went.
            let own = ["run/", "var/lib/provha/status.json"];
            all.retain(|name, _| !own.iter().any(|own| name.starts_with(own)));
            all
        };
        let before = files();
        let hand_over = ["setup", "hand-over", "--way", way];
        let plan = machine.good(&hand_over);
        assert!(plan.out.contains("found: "), "{plan:?}");
        assert!(files() == before, "a plan changes nothing");
        let json = ["--yes", "--json"];
        let said = machine.good(&[&hand_over[..], &json].concat());
        assert!(said.err.contains("no other writer acts"), "{said:?}");
        let (state, text) = writers(&machine);
        assert_eq!(state, "ok", "{text}");
        let once = files();
        assert!(once != before);
        machine.good(&[&hand_over[..], &["--yes"]].concat());
        assert!(files() == once, "twice is once");
        machine.good(&["setup", "hand-over", "--undo", "--yes", "--json"]);
        assert!(files() == before, "{way}");
        assert_eq!(writers(&machine).0, "critical", "{way}");
    }
}

#[test]
fn a_line_under_the_lock_is_a_warning() {
    let lite = Lite::golden("");
    let machine = Machine::new(&lite.url(), "master");
    put(&machine.at("/etc/cron.d/nmsprime"), SCHEDULER.as_bytes());
    machine.good(&["rebuild"]);
    machine.good(&["setup", "hand-over", "--way", "lock", "--yes"]);
    let (state, text) = writers(&machine);
    assert_eq!(state, "warning", "{text}");
    assert!(text.contains("take turns"), "{text}");
    let line = std::fs::read_to_string(machine.at("/etc/cron.d/nmsprime"));
    let line = line.unwrap();
    assert!(line.contains("flock -w 600 '/run/provha/lock'"), "{line}");
    edit(&machine, "/etc/cron.d/nmsprime", "flock", "flock -v");
    let said = machine.run(&["setup", "hand-over", "--undo", "--yes"]);
    assert_eq!(said.code, 3, "{said:?}");
    assert!(said.err.contains("was changed since and stays"), "{said:?}");
}
