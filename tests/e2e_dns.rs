//! A real named on what the program makes of the golden network: seeds,
//! signed updates, activation and roll-back, the script for public devices.

use crate::common;

use std::fs;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::{Duration, Instant};

use common::daemon::Daemon;
use common::machine::{Machine, put};
use common::{private, program, sqlite};
use provha::clients::dns;
use provha::clients::dns::{Data, Kind};

/// How long named may take to start and answer.
const PATIENCE: Duration = Duration::from_secs(20);
/// Where named-nmsprime.conf lies.
const CONF: &str = "/etc/named-nmsprime.conf";
/// The test key of the mangled names (facts/nms-formats.md section 10).
const KEY: &str =
    "00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff\n";

/// A machine on the golden network, changed by `sql`.
fn machine(role: &str, sql: &str) -> (Machine, tempfile::NamedTempFile) {
    let file = tempfile::NamedTempFile::new().unwrap();
    sqlite::golden(file.path(), sql);
    let url = format!("sqlite:{}", file.path().display());
    (Machine::new(&url, role), file)
}

/// The live configuration as a named in a test reads it: paths below the
/// root, bound to one address.
fn moved(machine: &Machine, address: &str) -> PathBuf {
    let text = fs::read_to_string(machine.at(CONF)).unwrap();
    let run = machine.dir.path().join("run");
    fs::create_dir_all(&run).unwrap();
    let run = run.display();
    let text = text
        .replace(
            "\"/var/named",
            &format!("\"{}/var/named", machine.root().display()),
        )
        .replace(
            "listen-on { any; };",
            &format!(
                "listen-on {{ {address}; }}; pid-file \"{run}/pid\"; \
                 session-keyfile \"{run}/key\"; lock-file none; \
                 dnssec-validation no;"
            ),
        )
        .replace("listen-on-v6 { ::1; };", "listen-on-v6 { none; };");
    let path = machine.dir.path().join("named.conf");
    put(&path, format!("{text}\ncontrols {{ }};\n").as_bytes());
    path
}

/// Starts named on the live configuration.
fn named(machine: &Machine, address: &str) -> Daemon {
    let conf = moved(machine, address);
    let log = machine.dir.path().join("named.log");
    let program = program("named").display().to_string();
    let argv = [&program, "-g", "-c", conf.to_str().unwrap()];
    let daemon = Daemon::start(&argv, &log);
    let first = address.split(';').next().unwrap();
    daemon.wait(PATIENCE, &log, || {
        !ask(first, "prov.example.net", Kind::Soa).is_empty()
    });
    daemon
}

/// The records that a server gives for a name, as text.
fn ask(server: &str, name: &str, kind: Kind) -> Vec<String> {
    let server = SocketAddr::new(server.parse().unwrap(), 53);
    let wait = Duration::from_secs(2);
    let Ok(answer) = dns::ask(server, name, kind, wait) else {
        return Vec::new();
    };
    let text = |data| match data {
        Data::A(address) => address.to_string(),
        Data::Ns(name) | Data::Ptr(name) | Data::Cname(name) => name,
        Data::Soa { server, contact, .. } => format!("{server} {contact}"),
        Data::Other(kind) => kind.to_string(),
    };
    answer.records.into_iter().map(|record| text(record.data)).collect()
}

/// Asks until the answer is the expected one.
#[track_caller]
fn check(server: &str, name: &str, kind: Kind, expected: &[&str]) {
    let end = Instant::now() + Duration::from_secs(10);
    let mut got = ask(server, name, kind);
    while got != expected && Instant::now() < end {
        std::thread::sleep(Duration::from_millis(50));
        got = ask(server, name, kind);
    }
    assert_eq!(got, expected, "{server} {name}");
}

/// Sends one update; whether the server took it.
fn update(server: &str, key: Option<&Path>, line: &str) -> bool {
    let file = tempfile::NamedTempFile::new().unwrap();
    let text = format!(
        "server {server}\nzone prov.example.net.\nupdate {line}\nsend\n"
    );
    std::io::Write::write_all(&mut file.as_file(), text.as_bytes()).unwrap();
    let mut command = Command::new(program("nsupdate"));
    if let Some(key) = key {
        command.arg("-k").arg(key);
    }
    command
        .args(["-t", "5"])
        .arg(file.path())
        .output()
        .unwrap()
        .status
        .success()
}

#[test]
fn named_answers_and_takes_only_signed_updates() {
    if !private::inside("named_answers_and_takes_only_signed_updates") {
        return;
    }
    let voip = "UPDATE provvoip SET mta_domain = 'voip.example.net';";
    let (machine, _db) = machine("master", voip);
    let _ = machine.good(&["dns"]);
    assert!(machine.good(&["dns"]).err.contains("nothing changed"));
    let (other, _other_db) = self::machine("slave", voip);
    let _ = other.good(&["dns"]);
    let _named = named(&machine, "127.0.0.1");
    let here = "127.0.0.1";
    let soa = "nms01.prov.example.net hostmaster.prov.example.net";
    for zone in ["prov.example.net", "in-addr.arpa", "voip.example.net"] {
        check(here, zone, Kind::Soa, &[soa]);
        check(here, zone, Kind::Ns, &["nms01.prov.example.net"]);
    }
    check(here, "nms01.prov.example.net", Kind::A, &["172.21.4.10"]);
    let own = machine.at("/etc/named-ddns.key");
    let line = "add cm-1.prov.example.net. 60 A 10.16.0.9";
    assert!(!update(here, None, line), "unsigned");
    assert!(!update(here, Some(&other.at("/etc/named-ddns.key")), line));
    assert!(update(here, Some(&own), line));
    check(here, "cm-1.prov.example.net", Kind::A, &["10.16.0.9"]);
    // The peer's key, for the peer, is the peer's own.
    let own = fs::read(own).unwrap();
    assert_eq!(fs::read(other.at("/etc/named-ddns-peer.key")).unwrap(), own);
}

#[test]
fn the_script_names_public_devices_on_both_servers() {
    if !private::inside("the_script_names_public_devices_on_both_servers") {
        return;
    }
    let _ = private::shell(
        "ip addr add 172.21.4.10/22 dev lo; ip addr add 172.21.4.11/22 dev lo",
    );
    let (master, _db) = machine("master", "");
    let (slave, _slave_db) = machine("slave", "");
    put(&master.at("/etc/named-ddns-cpe.key"), KEY.as_bytes());
    let _ = master.good(&["dns"]);
    let said = slave.good(&["dns"]);
    assert!(said.err.contains("comes from the master"), "{said:?}");
    assert!(!slave.at("/etc/named-ddns-cpe.key").exists());
    let one = named(&master, "127.0.0.1; 172.21.4.10");
    let two = named(&slave, "172.21.4.11");
    let there = format!("{}/etc/named-ddns", master.root().display());
    let text = fs::read_to_string(master.at("/etc/named-ddns.sh")).unwrap();
    let script = master.dir.path().join("ddns.sh");
    put(&script, text.replace("/etc/named-ddns", &there).as_bytes());
    let run = |mac: &str, address: &str, action: &str| {
        let mut command = Command::new("/bin/sh");
        command.arg(&script).args([mac, address, action]);
        command.output().unwrap().status.code().unwrap()
    };
    let names = [
        ("00:22:44:30:00:05", "tmlrvk"),
        ("0:22:44:30:0:55", "i2ahbs"),
        ("AA-bb-cc-00-11-22", "qvxgtd"),
    ];
    for (mac, name) in names {
        let full = format!("{name}.cpe.prov.example.net");
        assert_eq!(run(mac, "198.51.100.7", "0"), 0);
        for server in ["127.0.0.1", "172.21.4.11"] {
            check(server, &full, Kind::A, &["198.51.100.7"]);
            let back = "7.100.51.198.in-addr.arpa";
            check(server, back, Kind::Ptr, &[&full]);
        }
        assert_eq!(run(mac, "198.51.100.7", "1"), 0);
        for server in ["127.0.0.1", "172.21.4.11"] {
            check(server, &full, Kind::A, &[]);
            check(server, "7.100.51.198.in-addr.arpa", Kind::Ptr, &[]);
        }
    }
    for private in ["10.0.0.1", "192.168.1.1", "172.31.0.1", "100.127.0.1"] {
        assert_eq!(run(names[0].0, private, "0"), 0);
    }
    check("127.0.0.1", "tmlrvk.cpe.prov.example.net", Kind::A, &[]);
    let pwned = master.dir.path().join("pwned");
    let bad = format!("$(touch {})", pwned.display());
    for (mac, address, action) in [
        (bad.as_str(), "198.51.100.7", "0"),
        (names[0].0, &bad, "0"),
        (names[0].0, "198.51.100.7", &bad),
        (names[0].0, "198.51.100.7\nupdate add x. 1 A 1.1.1.1", "0"),
        (names[0].0, "198.51.100.256", "0"),
        (names[0].0, "198.51.100.07", "0"),
        ("00:22:44:30:00", "198.51.100.7", "0"),
        ("00:22:44:30:00:05:", "198.51.100.7", "0"),
        ("", "", ""),
    ] {
        assert_eq!(run(mac, address, action), 2, "{mac} {address} {action}");
    }
    assert!(!pwned.exists());
    // dhcpd waits for the script: a peer that is gone must not hold it.
    drop(two);
    let begin = Instant::now();
    assert_eq!(run(names[0].0, "198.51.100.7", "0"), 0);
    assert!(begin.elapsed() < Duration::from_secs(2));
    drop(one);
    assert_ne!(run(names[0].0, "198.51.100.7", "1"), 0);
}

/// Restarts of named that a test commands: a script that ends the old one and
/// starts it on the moved configuration.
fn restarts(machine: &Machine, more: &str) {
    let dir = machine.dir.path().display();
    let root = machine.root();
    let root = root.display();
    let named = program("named").display().to_string();
    let script = machine.dir.path().join("restart");
    common::machine::script(
        &script,
        &format!(
            "set -e\ncd {dir}\necho x >> restarts\nmkdir -p run\n\
             if [ -s run/own ]; then kill -9 $(cat run/own) || true; fi\n{more}\n\
             sed -e 's#\"/var/named#\"{root}/var/named#' \
             -e 's#listen-on {{ any; }};#listen-on {{ 127.0.0.1; }}; \
             pid-file \"{dir}/run/pid\"; session-keyfile \"{dir}/run/key\"; \
             lock-file none; dnssec-validation no;#' \
             -e 's#listen-on-v6 {{ ::1; }};#listen-on-v6 {{ none; }};#' \
             {root}{CONF} > named.conf\necho 'controls {{ }};' >> named.conf\n\
             setsid {named} -g -c {dir}/named.conf >> named.log 2>&1 &\n\
             echo $! > run/own"
        ),
    );
    machine.env(&format!(
        "APP_TIMEZONE=UTC\nPROVHA__NAMED_RESTART={}\n\
         PROVHA__VERIFY_TIMEOUT=4\nPROVHA__VERIFY_SETTLE=1\n",
        script.display()
    ));
}

/// Ends the named that the restart command left behind.
struct Own(PathBuf);

impl Drop for Own {
    fn drop(&mut self) {
        let pid = fs::read_to_string(&self.0).unwrap_or_default();
        let _ = Command::new("kill").args(["-9", pid.trim()]).output();
    }
}

#[test]
fn named_is_restarted_verified_and_rolled_back() {
    if !private::inside("named_is_restarted_verified_and_rolled_back") {
        return;
    }
    let (mut machine, _db) = machine("standalone", "");
    let _own = Own(machine.dir.path().join("run/own"));
    restarts(&machine, "");
    let count = |machine: &Machine| {
        let path = machine.dir.path().join("restarts");
        fs::read_to_string(path).unwrap_or_default().lines().count()
    };
    let first = machine.activate(&["dns"]);
    first.check(0, &["named restarted"]);
    let again = machine.activate(&["dns"]);
    again.check(0, &["nothing changed"]);
    assert_eq!(count(&machine), 1, "{again:?}");

    // Another host name: the live zones get it by updates, and keep their
    // own records.
    let key = machine.at("/etc/named-ddns.key");
    assert!(update(
        "127.0.0.1",
        Some(&key),
        "add www.prov.example.net. 60 A 192.0.2.1"
    ));
    machine.host = "nms09.prov.example.net".into();
    let renamed = machine.activate(&["dns"]);
    renamed.check(0, &["updated SOA, NS"]);
    assert_eq!(count(&machine), 1, "{renamed:?}");
    let soa = "nms09.prov.example.net hostmaster.prov.example.net";
    for zone in ["prov.example.net", "in-addr.arpa"] {
        check("127.0.0.1", zone, Kind::Soa, &[soa]);
        check("127.0.0.1", zone, Kind::Ns, &["nms09.prov.example.net"]);
    }
    check("127.0.0.1", "nms09.prov.example.net", Kind::A, &["172.21.4.10"]);
    check("127.0.0.1", "nms01.prov.example.net", Kind::A, &[]);

    // A restart that fails on the new configuration only.
    let before = fs::read(machine.at(CONF)).unwrap();
    let conf = machine.at(CONF);
    restarts(
        &machine,
        &format!("if grep -q 192.0.2.53 {}; then exit 7; fi", conf.display()),
    );
    let env = machine.dir.path().join("env/provha.env");
    let text = fs::read_to_string(&env).unwrap();
    let text = format!("{text}PROVHA__DNS_FORWARDERS=192.0.2.53\n");
    put(&env, text.as_bytes());
    machine.activate(&["dns"]).check(4, &["ended with 7"]);
    assert_eq!(fs::read(&conf).unwrap(), before);
    check("127.0.0.1", "prov.example.net", Kind::Soa, &[soa]);

    // One that fails always.
    restarts(&machine, "exit 7");
    put(
        &env,
        format!(
            "{}PROVHA__DNS_FORWARDERS=192.0.2.53\n",
            fs::read_to_string(&env).unwrap()
        )
        .as_bytes(),
    );
    machine.activate(&["dns"]).check(5, &["with the previous set"]);
    assert_eq!(fs::read(&conf).unwrap(), before);
}

#[test]
fn a_live_zone_is_kept_and_a_new_domain_gets_its_own() {
    let (machine, _db) = machine("standalone", "");
    let _ = machine.good(&["dns"]);
    let zone = machine.at("/var/named/dynamic/nmsprime.test.zone");
    let mut text = fs::read_to_string(&zone).unwrap();
    text += "www A 192.0.2.1\n";
    put(&zone, text.as_bytes());
    let _ = machine.good(&["dns"]);
    assert_eq!(fs::read_to_string(&zone).unwrap(), text);

    // Gone with its journal left behind: named would not load a new one.
    let journal = machine.at("/var/named/dynamic/nmsprime.test.zone.jnl");
    fs::remove_file(&zone).unwrap();
    put(&journal, b"");
    machine.run(&["dns"]).check(3, &["zone.jnl is there", "rndc sync"]);
    assert!(!zone.exists());
    fs::remove_file(&journal).unwrap();
    put(&zone, text.as_bytes());

    let sql = "UPDATE provbase SET domain_name = 'new.example.org';";
    let (other, _other_db) = self::machine("standalone", sql);
    let moved =
        Machine { db: other.db.clone(), host: "nms01".into(), ..machine };
    let _ = moved.good(&["dns"]);
    assert_eq!(fs::read_to_string(&zone).unwrap(), text);
    let conf = fs::read_to_string(moved.at(CONF)).unwrap();
    assert!(conf.contains("dynamic/new.example.org.zone"), "{conf}");
    let own = moved.at("/var/named/dynamic/new.example.org.zone");
    assert!(fs::read_to_string(own).unwrap().contains("nms01.new.example.org"));
}

#[test]
fn what_only_a_pair_needs_goes() {
    let (machine, _db) = machine("master", "");
    let _ = machine.good(&["dns"]);
    let key = machine.at("/etc/named-ddns-peer.key");
    assert!(key.exists());
    let alone = Machine { role: "standalone".into(), ..machine };
    alone.run(&["dns", "--diff", "--exit-code"]).check(10, &[]);
    assert!(key.exists());
    alone.run(&["dns"]).check(0, &["1 removed"]);
    assert!(!key.exists());
    let script = fs::read_to_string(alone.at("/etc/named-ddns.sh")).unwrap();
    assert!(!script.contains("peer.key"), "{script}");
    assert!(alone.good(&["dns"]).err.contains("nothing changed"));
    // One that is not ours stays.
    put(&key, b"key \"theirs\" {\n};\n");
    assert!(alone.good(&["dns"]).err.contains("nothing changed"));
    assert!(key.exists());
}

#[test]
fn a_peers_secret_that_is_none_becomes_no_statement() {
    let (mut machine, _db) = machine("master", "");
    let _ = machine.good(&["dns"]);
    let key = machine.at("/etc/named-ddns-peer.key");
    assert!(key.exists());
    for bad in ["x\"; }; key \"evil\" { secret \"eA==", ""] {
        let sql = format!("UPDATE provha SET slave_dns_password = '{bad}';");
        let (other, _other_db) = self::machine("master", &sql);
        machine.db.clone_from(&other.db);
        machine
            .run(&["dns"])
            .check(0, &["provha 1 slave_dns_password", "no names"]);
        assert!(!key.exists());
        let script = machine.at("/etc/named-ddns.sh");
        let script = fs::read_to_string(script).unwrap();
        assert!(!script.contains("peer.key"), "{script}");
    }
}

#[test]
fn another_systems_secrets_are_not_shown() {
    let (machine, _db) = machine("standalone", "");
    let script = "#!/bin/bash\nnsupdate -v -y dhcpupdate:T2xkU2VjcmV0 <<END\n";
    let conf = "key dhcpupdate {\n\tsecret\n\t\"T2xkU2VjcmV0\";\n};\n";
    put(&machine.at("/etc/named-ddns.sh"), script.as_bytes());
    put(&machine.at(CONF), conf.as_bytes());
    let replaced = |out: &str| {
        assert!(!out.contains("T2xkU2VjcmV0"), "{out}");
        for name in ["/etc/named-ddns.sh", CONF] {
            let line =
                format!("{name}: was not made by provha, replaced whole");
            assert!(out.lines().any(|l| l == line), "{out}");
        }
    };
    replaced(&machine.good(&["dns", "--diff"]).out);
    let _ = machine.good(&["dns"]);
    for (from, to) in [("0", "1"), ("1", "0")] {
        replaced(&machine.good(&["diff", from, to]).out);
    }
}
