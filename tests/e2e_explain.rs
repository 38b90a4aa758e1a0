//! One device: `explain` on the golden network, `probe` against real daemons,
//! `leases` through the rewrites of a lease file.

use crate::common;

use std::os::unix::fs::PermissionsExt;
use std::os::unix::process::CommandExt;
use std::path::PathBuf;
use std::process::Command;
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use common::lone::{Lone, PATIENCE, with_mode};
use common::machine::{Machine, Said, put, said};
use common::private;
use common::private::shell;
use common::sqlite::Lite;
use common::tree::traces;
use serde_json::Value;

/// A machine with everything made.
fn machine(lite: &Lite) -> Machine {
    let machine = Machine::new(&lite.url(), "master");
    machine.firmware();
    machine.env("APP_TIMEZONE=UTC\nPROVHA__TIME_INETD=xinetd\n");
    let _ = machine.good(&["configfile"]);
    let _ = machine.good(&["dhcp"]);
    machine
}

/// An active lease; `behind`: option 82.
fn lease(ip: &str, mac: &str, behind: &str) -> String {
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_secs();
    let behind = match behind {
        "" => String::new(),
        behind => format!("  option agent.remote-id {behind};\n"),
    };
    format!(
        "lease {ip} {{\n  starts epoch {now};\n  ends epoch {};\n  cltt epoch \
         {now};\n  binding state active;\n  hardware ethernet {mac};\n{behind}}}\n",
        now + 3600
    )
}

/// The object that is told of a device.
fn explain(machine: &Machine, device: &str) -> Value {
    let said = machine.activate(&["explain", device, "--json"]);
    assert_eq!(said.code, 0, "{device}: {said:?}");
    serde_json::from_str(&said.out).unwrap()
}

/// The value of a setting that a node tells.
fn told<'v>(object: &'v Value, node: usize, name: &str) -> Option<&'v str> {
    let settings = object["nodes"][node]["settings"].as_array().unwrap();
    let found = settings.iter().find(|setting| setting["name"] == name)?;
    found["value"].as_str()
}

/// The findings as one text.
fn findings(object: &Value) -> String {
    object["findings"].to_string()
}

#[test]
fn a_device_is_explained_by_every_name_it_has() {
    let lite = Lite::golden("");
    let machine = machine(&lite);
    let leases = lease("10.16.0.77", "00:1a:2b:10:00:00", "")
        + &lease("100.64.0.9", "02:00:00:00:00:09", "0:1a:2b:10:0:0");
    put(&machine.at("/var/lib/dhcp/dhcpd.leases"), leases.as_bytes());
    let before = traces(&machine.root(), &[]);
    modem(&machine);
    for word in [
        "100000",
        "CM-100000",
        "00-1A-2B-10-00-00",
        "001a.2b10.0000",
        "10.16.0.77",
        "cm-100000.nmsprime.test",
    ] {
        let object = explain(&machine, word);
        assert_eq!(object["device"]["name"], "cm-100000", "{word}");
    }
    customer(&machine);
    others(&lite, &machine);
    unknown(&machine);
    assert!(traces(&machine.root(), &[]) == before, "it writes nothing");
}

/// A modem with a lease and an adapter.
fn modem(machine: &Machine) {
    let object = explain(machine, "cm-100000");
    assert_eq!(object["source"], "database");
    assert_eq!(object["device"]["mac"], "00:1a:2b:10:00:00");
    let lines = object["lines"].to_string();
    assert!(lines.contains("host cm-100000 {"), "{lines}");
    let of = |node, name| told(&object, node, name).unwrap_or("-");
    assert_eq!(of(0, "filename"), "cm/cm-100000.cfg");
    // A host's option wins over its class's, a subnet's over the global one.
    assert_eq!(of(0, "option ccc.dhcp-server-1"), "172.21.4.10");
    assert_eq!(of(1, "option ccc.dhcp-server-1"), "172.21.4.11");
    assert_eq!(of(0, "option routers"), "10.16.0.1");
    assert_eq!(of(0, "option domain-name-servers"), "172.21.4.10");
    assert_eq!(of(1, "next-server"), "172.21.4.11");
    let pools = object["nodes"][0]["pools"].as_array().unwrap();
    assert_eq!(pools.len(), 1);
    assert_eq!(object["leases"][0]["active"], true);
    let names = object["names"][0].as_str().unwrap();
    assert!(names.ends_with("-> 10.16.0.77"), "{names}");
    // Its text does not encode, and it is said why.
    assert!(object["file"]["missing"].is_string());
    assert!(findings(&object).contains("configfile"), "{object}");
    let object = explain(machine, "cm-100004");
    let file = &object["file"];
    let service = file["service"].to_string();
    assert!(service.contains("network access"), "{service}");
    assert!(file["chain"].as_array().unwrap().len() > 1, "{file}");
    let text = file["text"].as_array().unwrap();
    let origin = text.iter().find(|line| line["row"] == 1).unwrap();
    assert!(origin["configfile"].is_number());
    let columns = |line: &Value| line["columns"].to_string();
    assert!(text.iter().any(|line| columns(line).contains("modem.")));
    assert_eq!(object["pending"], serde_json::json!([]), "nothing pends");
    let generations = object["generations"].as_array().unwrap();
    let commands: Vec<_> =
        generations.iter().map(|g| g["command"].as_str().unwrap()).collect();
    assert_eq!(
        commands,
        ["dhcp", "configfile cm"].map(|c| {
            if commands.contains(&"configfile") && c != "dhcp" {
                "configfile"
            } else {
                c
            }
        })
    );
    let said = machine.activate(&["explain", "cm-100000"]);
    for text in
        ["told by this node", "differently by the peer", "changes nothing"]
    {
        assert!(said.out.contains(text), "{text}: {}", said.out);
    }
}

/// A customer's device that only has a lease.
fn customer(machine: &Machine) {
    let object = explain(machine, "100.64.0.9");
    assert_eq!(object["device"]["kind"], "lease");
    assert_eq!(object["device"]["name"], "02:00:00:00:00:09");
    assert_eq!(object["leases"][0]["behind"], "00:1a:2b:10:00:00");
    assert_eq!(object["file"], Value::Null);
}

/// Adapters, endpoints, and rows that are left out.
fn others(lite: &Lite, machine: &Machine) {
    let connection = lite.connection();
    let one = |sql: &str| -> String {
        connection.query_row(sql, [], |row| row.get(0)).unwrap()
    };
    let mta =
        one("SELECT CAST(m.id AS TEXT) FROM mta m JOIN phonenumber p ON \
                   p.mta_id = m.id WHERE m.deleted_at IS NULL AND p.deleted_at \
                   IS NULL AND m.mac LIKE '00:%' ORDER BY m.id LIMIT 1");
    let object = explain(machine, &format!("mta-{mta}"));
    let expected = format!("mta/mta-{mta}.cfg");
    assert_eq!(told(&object, 0, "filename"), Some(&*expected));
    let number = one(&format!(
        "SELECT prefix_number || number FROM phonenumber WHERE mta_id = {mta} \
         AND deleted_at IS NULL"
    ));
    let by_number = explain(machine, &number);
    assert_eq!(by_number["device"]["id"], object["device"]["id"], "{number}");
    let ip =
        one("SELECT ip FROM endpoint WHERE deleted_at IS NULL AND fixed_ip \
                  = 1 AND ip LIKE '%.%' AND version = '4' ORDER BY id LIMIT 1");
    let object = explain(machine, &ip);
    assert_eq!(object["device"]["kind"], "endpoint");
    assert_eq!(told(&object, 0, "fixed-address"), Some(&*ip));
    // The second of two rows with one MAC: left out, and why.
    lite.run("UPDATE modem SET mac = '00:1a:2b:10:00:25' WHERE id = 100004;");
    let object = explain(machine, "cm-100004");
    assert!(findings(&object).contains("modem 100001 keeps it"), "{object}");
    let pending = object["pending"].to_string();
    assert!(pending.contains("- host cm-100004 {"), "{pending}");
    let said = machine.activate(&["explain", "00:1a:2b:10:00:25"]);
    said.check(1, &["ambiguous", "cm-100001", "cm-100004"]);
    lite.run("UPDATE modem SET mac = 'zz' WHERE id = 100004;");
    let object = explain(machine, "100004");
    assert!(findings(&object).contains("'zz' is not a MAC"), "{object}");
    lite.run("UPDATE modem SET mac = '00:1a:2b:10:00:94' WHERE id = 100004;");
    // A change that is not made yet.
    lite.run("UPDATE modem SET internet_access = 1 - internet_access WHERE id = 100004;");
    let pending = explain(machine, "100004")["pending"].to_string();
    assert!(pending.contains("NetworkAccess"), "{pending}");
    assert!(pending.contains("blocked.conf"), "{pending}");
    lite.run("UPDATE modem SET internet_access = 1 - internet_access WHERE id = 100004;");
}

/// Words that lead nowhere.
fn unknown(machine: &Machine) {
    let check = |word: &str, texts: &[&str]| {
        let said: Said = machine.activate(&["explain", word]);
        said.check(1, texts);
        assert!(said.out.is_empty());
    };
    check("cm-10000O", &["no device 'cm-10000O'", "close to it: cm-100000"]);
    check("10.9.9.9", &["no device"]);
    check("a b", &["is not a device", "give an id"]);
    let said = machine.activate(&["explain", "cm-999999", "--json"]);
    let object: Value = serde_json::from_str(&said.out).unwrap();
    assert_eq!((said.code, &object["exit"]), (1, &Value::from(1)));
}

#[test]
fn without_a_database_the_live_files_say_what_they_can() {
    let lite = Lite::golden("");
    let machine = machine(&lite);
    let leases = lease("10.16.0.77", "00:1a:2b:10:00:00", "");
    put(&machine.at("/var/lib/dhcp/dhcpd.leases"), leases.as_bytes());
    let database = PathBuf::from(lite.url().trim_start_matches("sqlite:"));
    std::fs::rename(&database, database.with_extension("away")).unwrap();
    for word in ["cm-100000", "00:1A:2B:10:00:00", "10.16.0.77", "100000"] {
        let said = machine.activate(&["explain", word, "--json"]);
        said.check(0, &["from the last good state"]);
        let object: Value = serde_json::from_str(&said.out).unwrap();
        assert_eq!(object["source"], "live files", "{word}");
        assert_eq!(told(&object, 0, "filename"), Some("cm/cm-100000.cfg"));
        assert_eq!(told(&object, 0, "option routers"), Some("10.16.0.1"));
        assert_eq!(object["pending"], Value::Null);
        assert!(!object["generations"].as_array().unwrap().is_empty());
    }
    let said = machine.activate(&["explain", "cm-100004", "--json"]);
    let object: Value = serde_json::from_str(&said.out).unwrap();
    assert!(!object["file"]["service"].as_array().unwrap().is_empty());
    assert!(!object["file"]["chain"].as_array().unwrap().is_empty());
}

#[test]
fn a_user_of_the_group_sees_what_the_group_may_read() {
    let lite = Lite::golden("");
    let machine = machine(&lite);
    let database = PathBuf::from(lite.url().trim_start_matches("sqlite:"));
    let dir = machine.root().parent().unwrap().to_path_buf();
    let program = dir.join("provha");
    let _ = std::fs::copy(env!("CARGO_BIN_EXE_provha"), &program).unwrap();
    for path in [&dir, database.parent().unwrap()] {
        let mode = std::fs::Permissions::from_mode(0o755);
        std::fs::set_permissions(path, mode).unwrap();
    }
    let run = |database: &str| {
        let mut command = Command::new(&program);
        let _ = command
            .env_clear()
            .arg("--root")
            .arg(machine.root())
            .arg("--env-dir")
            .arg(dir.join("env"))
            .args(["--db", database, "--role", "master"])
            .args(["explain", "cm-100004", "--json"])
            .uid(65534)
            .gid(0);
        let said = said(&command.output().unwrap());
        assert_eq!(said.code, 0, "{said:?}");
        let object: Value = serde_json::from_str(&said.out).unwrap();
        assert_eq!(told(&object, 0, "filename"), Some("cm/cm-100004.cfg"));
        assert!(object["file"]["octets"].is_number(), "{object}");
        said
    };
    let said = run(&lite.url());
    said.check(0, &["generations"]);
    run("sqlite:/nonexistent").check(0, &["last good state", "devices-cm"]);
}

/// Texts with which every file is one that a CMTS takes.
const SOUND: &str = "UPDATE configfile SET text = 'MaxCPE 9;\nUsServiceFlow \
    { UsServiceFlowRef 1; QosParamSetType 7; }\nDsServiceFlow { \
    DsServiceFlowRef 2; QosParamSetType 7; }' WHERE device = 'cm';";

/// The state of the only server, and why.
fn state(lone: &Lone, device: &str) -> (String, String, i32) {
    let begin = Instant::now();
    let said = lone.machine.activate(&["probe", device, "--json"]);
    let took = begin.elapsed();
    assert!(took < Duration::from_millis(3800), "{took:?}: {said:?}");
    let object: Value = serde_json::from_str(&said.out)
        .unwrap_or_else(|error| panic!("{error}: {said:?}"));
    let server = &object["devices"][0]["servers"][0];
    let text = format!("{server:#}");
    (server["state"].as_str().unwrap().to_string(), text, said.code)
}

/// Asserts the state, and words of the answer.
#[track_caller]
fn expect(lone: &Lone, device: &str, wanted: &str, words: &[&str]) {
    let (state, text, code) = state(lone, device);
    assert_eq!(state, wanted, "{device}: {text}");
    for word in words {
        assert!(text.contains(word), "'{word}' is not in {text}");
    }
    let good = ["online", "online(pt)", "online(d)", "ready"];
    if !good.contains(&wanted) {
        assert_eq!(code, 1, "{text}");
    }
}

/// The entries of the lease file.
fn entries(lone: &Lone) -> Vec<String> {
    let text = std::fs::read_to_string(lone.machine.at("/leases")).unwrap();
    let all = text.split("\nlease ").skip(1);
    let mut all: Vec<String> =
        all.map(|e| e.split("\n}").next().unwrap().to_string()).collect();
    all.sort();
    all
}

#[test]
fn a_device_is_asked_for_as_a_modem_would() {
    if !private::inside("a_device_is_asked_for_as_a_modem_would") {
        return;
    }
    let mut lone = Lone::new();
    lone.server.run("s", &[SOUND]);
    let mta: String = Lite::golden("")
        .connection()
        .query_row(
            "SELECT LOWER(mac) FROM mta WHERE deleted_at IS NULL AND mac LIKE \
             '00:%' ORDER BY id LIMIT 1",
            [],
            |row| row.get(0),
        )
        .unwrap();
    let leases = lease("10.16.0.77", "00:1a:2b:10:00:94", "0:1a:2b:10:0:94")
        + &lease("100.96.0.9", &mta, "0:1a:2b:10:0:94")
        + &lease("100.64.0.9", "02:00:00:00:00:09", "0:1a:2b:10:0:25");
    put(&lone.machine.at("/leases"), leases.as_bytes());
    let said = lone.machine.activate(&["rebuild"]);
    said.check(0, &["dhcpd restarted"]);
    lone.start_tftpd();
    let before = entries(&lone);

    let said = lone.machine.activate(&["probe", "cm-100004"]);
    assert!(said.out.contains("online"), "{said:?}");
    expect(&lone, "100.96.0.9", "ready", &["it offers 100.96.0.9"]);
    expect(&lone, "02:00:00:00:00:09", "ready", &["it offers 100.64.0.9"]);
    let all = lone.machine.activate(&["probe", "--json"]);
    let object: Value = serde_json::from_str(&all.out).unwrap();
    assert_eq!(object["devices"].as_array().unwrap().len(), 3, "{all:?}");
    agrees(&lone);
    faults(&mut lone);
    assert_eq!(entries(&lone), before, "no lease has changed");
    frozen(&lone);
}

/// What dhcpd offers is what explain says.
fn agrees(lone: &Lone) {
    for device in ["cm-100004", "100.96.0.9", "100.64.0.9"] {
        let (_, text, _) = state(lone, device);
        assert!(text.contains("as the live files say"), "{device}: {text}");
    }
    let said = lone.machine.activate(&["probe", "cm-100005", "--json"]);
    assert!(said.out.contains("not known"), "{said:?}");
    assert!(said.out.contains("--discover"), "{said:?}");
}

/// One fault after the other, each taken back.
fn faults(lone: &mut Lone) {
    let modem = "cm-100004";
    let (good, text, code) = state(lone, modem);
    assert!(good.starts_with("online") && code == 0, "{text}");
    let file = "/tftpboot/cm/cm-100004.cfg";
    let aside = lone.aside(file);
    expect(lone, modem, "init(o)", &["provha configfile cm --id 100004"]);
    let bytes = aside.bytes();
    aside.replace(b"");
    expect(lone, modem, "init(o)", &["is empty"]);
    let mut broken = bytes.clone();
    let end = broken.len() - 12;
    broken[end] ^= 1;
    aside.replace(&broken);
    expect(lone, modem, "reject(m)", &["keyfile"]);
    broken.clone_from(&bytes);
    broken[2] ^= 1;
    aside.replace(&broken);
    expect(lone, modem, "init(o)", &["CM MIC"]);
    drop(aside);
    with_mode(&lone.machine.at(file), 0o600, || {
        // in.tftpd gives only what all may read.
        expect(lone, modem, "init(o)", &["refuses"]);
    });
    lone.tftpd = None;
    expect(lone, modem, "init(o)", &["status (check tftp)"]);
    expect(lone, "100.96.0.9", "no file", &[]);
    lone.start_tftpd();
    lone.kill("xinetd");
    expect(lone, modem, "init(t)", &["UDP port 37"]);
    lone.start("xinetd");
    lone.kill("named");
    let (state_now, text, code) = state(lone, modem);
    assert_eq!((state_now, code), (good.clone(), 1), "{text}");
    lone.start("named");
    lone.kill("dhcpd");
    expect(lone, modem, "init(d)", &["does not answer"]);
    expect(lone, "100.96.0.9", "no address", &[]);
    let plugin = lone.machine.activate(&["probe", modem, "--format", "icinga"]);
    assert_eq!(plugin.code, 2, "{plugin:?}");
    assert!(plugin.out.starts_with("PROBE CRITICAL: cm-100004"), "{plugin:?}");
    lone.start("dhcpd");
    // A host line that is gone, as a quarantined row leaves none.
    let hosts = "/etc/dhcp-nmsprime/modems-host.conf";
    let aside = lone.aside(hosts);
    let text = String::from_utf8(aside.bytes()).unwrap();
    let lines = text.lines().filter(|line| !line.contains("cm-100004"));
    let text = lines.collect::<Vec<_>>().join("\n") + "\n";
    aside.replace(text.as_bytes());
    lone.kill("dhcpd");
    lone.start("dhcpd");
    expect(lone, modem, "init(d)", &["no host line"]);
    drop(aside);
    lone.kill("dhcpd");
    lone.start("dhcpd");
    // It reads its lease file first.
    let end = Instant::now() + PATIENCE;
    loop {
        let (state_now, text, _) = state(lone, modem);
        if state_now == good {
            break;
        }
        let leases = std::fs::read_to_string(lone.machine.at("/leases"));
        assert!(Instant::now() < end, "{text} {leases:?}");
        std::thread::sleep(Duration::from_millis(200));
    }
}

/// All servers hang: it ends in time.
fn frozen(lone: &Lone) {
    let tftpd = lone.tftpd.as_ref().unwrap().pid();
    let pid = |name: &str| {
        let path = lone.at(&format!("{name}.pid"));
        std::fs::read_to_string(path).unwrap().trim().to_string()
    };
    let all = ["dhcpd", "named", "chronyd", "xinetd"].map(pid);
    let pids = format!("{tftpd} {}", all.join(" "));
    let _ = shell(&format!("kill -STOP {pids}"));
    expect(lone, "cm-100004", "init(d)", &["no offer", "no answer"]);
    let _ = shell(&format!("kill -CONT {pids}"));
}

/// An entry of a lease file.
fn entry(ip: &str, mac: u8, state: &str, from: u64, to: u64) -> String {
    format!(
        "lease {ip} {{\n  starts epoch {from};\n  ends epoch {to};\n  cltt epoch \
         {from};\n  binding state {state};\n  hardware ethernet \
         00:00:00:00:00:{mac:02x};\n  option agent.remote-id 0:1a:2b:10:0:1;\n}}\n"
    )
}

/// Who had it: the last octets of the MACs, the latest first.
fn who(machine: &Machine, args: &[&str]) -> Vec<u8> {
    let all = [&["leases"], args, &["--json"]].concat();
    let said = machine.activate(&all);
    assert_eq!(said.code, 0, "{said:?}");
    let object: Value = serde_json::from_str(&said.out).unwrap();
    let held = object["holdings"].as_array().unwrap().iter();
    held.map(|held| {
        let mac = held["mac"].as_str().unwrap();
        u8::from_str_radix(&mac[15..], 16).unwrap()
    })
    .collect()
}

#[test]
fn who_had_an_address_is_known_through_rewrites() {
    let lite = Lite::golden("");
    let machine = Machine::new(&lite.url(), "standalone");
    machine.firmware();
    machine.env("APP_TIMEZONE=UTC\nPROVHA__TIME_INETD=xinetd\n");
    let leases = machine.at("/var/lib/dhcp/dhcpd.leases");
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_secs();
    let at = |ago: u64| now - ago;
    let ip = "10.16.0.9";
    let first = entry(ip, 1, "active", at(9000), at(5400))
        + &entry(ip, 1, "active", at(7200), at(3600));
    put(&leases, first.as_bytes());
    // What is in the lease file is known before anything was taken over.
    assert_eq!(who(&machine, &[ip]), [1]);
    let _ = machine.good(&["rebuild"]);
    // Released, given to another, and then dhcpd writes the file anew.
    let second = first
        + &entry(ip, 1, "free", at(5000), at(5000))
        + &entry(ip, 2, "active", at(4000), at(400));
    put(&leases, second.as_bytes());
    let before = leases.with_file_name("dhcpd.leases~");
    std::fs::rename(&leases, &before).unwrap();
    let dump = entry(ip, 2, "active", at(4000), at(400))
        + &entry(ip, 3, "active", at(300), now + 3300);
    put(&leases, dump.as_bytes());
    for round in 0..2 {
        assert_eq!(who(&machine, &[ip]), [3, 2, 1], "round {round}");
        let then = |ago| who(&machine, &[ip, "--at", &at(ago).to_string()]);
        assert_eq!(then(8000), [1]);
        assert_eq!(then(5100), [1]);
        assert!(then(4500).is_empty(), "released");
        assert_eq!(then(1000), [2]);
        assert!(then(350).is_empty(), "not renewed");
        assert_eq!(then(10), [3]);
        assert_eq!(who(&machine, &["00:00:00:00:00:02"]), [2]);
        let _ = machine.good(&["rebuild"]);
    }
    // Only the journal knows.
    std::fs::remove_file(&before).unwrap();
    put(&leases, entry(ip, 3, "active", at(300), now + 3300).as_bytes());
    assert_eq!(who(&machine, &[ip, "--at", &at(1000).to_string()]), [2]);
    let human = machine.activate(&["leases", ip]);
    assert!(human.out.contains("behind 00:1a:2b:10:00:01"), "{human:?}");
    assert!(human.out.contains("to now, at the latest"), "{human:?}");
    let nobody = machine.activate(&["leases", "10.16.0.200"]);
    assert!(nobody.out.starts_with("nobody had 10.16.0.200"), "{nobody:?}");
    machine.activate(&["leases", "cm-1"]).check(2, &["neither an address"]);
    machine.activate(&["leases", ip, "--at", "soon"]).check(2, &["not a time"]);
    machine.env(
        "APP_TIMEZONE=UTC\nPROVHA__TIME_INETD=xinetd\n\
         PROVHA__LEASE_HISTORY_DAYS=0\n",
    );
    let _ = machine.good(&["rebuild"]);
    assert!(!machine.at("/var/lib/provha/leases").exists());
    assert_eq!(who(&machine, &[ip]), [3]);
}
