//! Two nodes with a real named each: both know each other's name, each
//! updates its own zones with its own key, all adapters behind one CMTS are
//! answered, what was put there by hand stays, and a zone that is broken does
//! not hold the others back.

use crate::common;

use std::fmt::Write as _;
use std::net::UdpSocket;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use common::drill::within;
use common::duo::{MASTER, Node, PATIENCE, Pair, SLAVE};
use common::machine::{Said, put, said, script};
use common::private::shell;
use common::{private, program};

const DOMAIN: &str = "prov.example.net";
const ADAPTERS: &str = "voip.example.net";
/// Modem 100004 and its address.
const LEASED: &str = "10.16.0.5";

/// What ends a named that a restart command left behind.
struct Nameds(Vec<std::path::PathBuf>);

impl Drop for Nameds {
    fn drop(&mut self) {
        for path in &self.0 {
            let pid = std::fs::read_to_string(path).unwrap_or_default();
            let _ = Command::new("kill").args(["-9", pid.trim()]).output();
        }
    }
}

/// Has a node restart a named of its own, and know of leases.
fn prepare(node: &Node) {
    let d = node.machine.dir.path().display();
    let named = program("named").display().to_string();
    let dig = program("dig").display().to_string();
    script(
        &node.at("named"),
        &format!(
            "cd {d}; mkdir -p run\n\
             if [ -s run/own ]; then kill -9 $(cat run/own) || true; fi\n\
             sed -e 's#\"/var/named#\"{d}/root/var/named#' \
             -e 's#listen-on {{ any; }};#listen-on {{ 127.0.0.1; {at}; }}; \
             pid-file \"{d}/run/pid\"; session-keyfile \"{d}/run/key\"; \
             lock-file none; dnssec-validation no;#' \
             -e 's#listen-on-v6 {{ ::1; }};#listen-on-v6 {{ none; }};#' \
             root/etc/named-nmsprime.conf >named.conf\n\
             echo 'controls {{ }};' >>named.conf\n\
             setsid {named} -g -c {d}/named.conf >>named.log 2>&1 &\n\
             echo $! >run/own\n\
             for i in 1 2 3 4 5 6 7 8 9; do {dig} @127.0.0.1 +time=1 +tries=1 \
             {DOMAIN} soa >/dev/null && exit 0; sleep 0.3; done",
            at = node.address
        ),
    );
    node.machine.env(&format!(
        "APP_TIMEZONE=UTC\nPROVHA__NAMED_RESTART={d}/named\n\
         PROVHA__DHCPD_LEASES=/leases\nPROVHA__VERIFY_TIMEOUT=10\n\
         PROVHA__VERIFY_SETTLE=0\nPROVHA__DHCP6=off\n"
    ));
    leases(node, LEASED);
    node.lite.run(&format!("UPDATE provvoip SET mta_domain = '{ADAPTERS}';"));
}

/// A lease file in which modem 100004 has this address, and another one had
/// one.
fn leases(node: &Node, address: &str) {
    let lease = |address: &str, state: &str, mac: &str| {
        format!(
            "lease {address} {{\n  starts 1 2026/11/02 10:00:00;\n  ends \
             never;\n  cltt 1 2026/11/02 10:00:00;\n  binding state {state};\n  \
             next binding state free;\n  hardware ethernet {mac};\n}}\n"
        )
    };
    let text = lease("10.16.0.6", "free", "00:1a:2b:10:00:95")
        + &lease(address, "active", "00:1a:2b:10:00:94");
    put(&node.machine.at("/leases"), text.as_bytes());
}

/// A run of `dns`.
#[track_caller]
fn dns(node: &Node, code: i32, words: &[&str]) -> Said {
    let said = said(&node.command(&["dns"]).output().unwrap());
    assert_eq!(said.code, code, "{said:?}\n{}", log(node));
    for word in words {
        assert!(said.err.contains(word), "'{word}' is not in {said:?}");
    }
    said
}

/// What named wrote.
fn log(node: &Node) -> String {
    std::fs::read_to_string(node.at("named.log")).unwrap_or_default()
}

/// What a node's named answers, sorted.
fn ask(node: &Node, question: &str) -> Vec<String> {
    let dig = program("dig").display().to_string();
    let mut command = node.enter.clone();
    command.push(format!(
        "{dig} @{} +short +time=2 +tries=3 {question}",
        node.address
    ));
    let out = shell(&command.join(" "));
    let mut lines: Vec<String> = out.lines().map(str::to_string).collect();
    lines.sort();
    lines
}

/// Sends one signed update to a node's named, as a person would.
fn update(node: &Node, zone: &str, lines: &[&str]) -> bool {
    let mut text = format!("server 127.0.0.1\nzone {zone}.\n");
    for line in lines {
        let _ = writeln!(text, "update {line}");
    }
    put(&node.at("update"), (text + "send\n").as_bytes());
    let key = node.machine.at("/etc/named-ddns.key");
    let mut argv = node.enter.clone();
    argv.push(program("nsupdate").display().to_string());
    argv.extend(["-k".into(), key.display().to_string()]);
    argv.extend(["-t".into(), "5".into()]);
    argv.push(node.at("update").display().to_string());
    let mut command = Command::new(&argv[0]);
    command.args(&argv[1..]).stderr(Stdio::null());
    command.status().unwrap().success()
}

#[test]
fn two_nameds_know_each_other() {
    if !private::inside("two_nameds_know_each_other") {
        return;
    }
    let pair = Pair::bare();
    let nodes = [&pair.master, &pair.slave];
    let _nameds = Nameds(nodes.map(|node| node.at("run/own")).into());
    for node in nodes {
        prepare(node);
        let _ = dns(node, 0, &["named restarted"]);
    }
    // Each learns the other's name from the other's zone.
    for node in nodes {
        let _ = dns(node, 0, &[]);
        let _ = dns(node, 0, &["nothing changed"]);
    }
    let names = [("nms01", MASTER), ("nms02", SLAVE)];
    for node in nodes {
        for zone in [DOMAIN, ADAPTERS] {
            let both = names.map(|(name, _)| format!("{name}.{DOMAIN}."));
            assert_eq!(ask(node, &format!("{zone} ns")), both, "{zone}");
            let soa = ask(node, &format!("{zone} soa"));
            let minimum = soa[0].split(' ').next_back().unwrap();
            assert!(minimum.parse::<u32>().unwrap() <= 300, "{soa:?}");
        }
        for (name, address) in names {
            assert_eq!(ask(node, &format!("{name}.{DOMAIN} a")), [address]);
        }
        let modem = ask(node, &format!("cm-100004.{DOMAIN} a"));
        assert_eq!(modem, [LEASED]);
        assert_eq!(
            ask(node, &format!("-x {LEASED}")),
            [format!("cm-100004.{DOMAIN}.")]
        );
    }
    each_zone_takes_its_own_key(nodes);
    a_power_cut(&pair.master);
    what_is_there_by_hand_stays(&pair.slave);
    servers_and_strangers_keep_their_names(&pair.master);
    a_broken_zone_holds_no_other_back(&pair.master);
}

/// The adapters' zone is updated on both nodes with the node's own key.
fn each_zone_takes_its_own_key(nodes: [&Node; 2]) {
    for node in nodes {
        let line = format!("add mta-7.{ADAPTERS}. 60 A 100.96.0.7");
        assert!(update(node, ADAPTERS, &[&line]), "{}", log(node));
        assert_eq!(ask(node, &format!("mta-7.{ADAPTERS} a")), ["100.96.0.7"]);
        for word in ["BADSIG", "BADKEY", "denied"] {
            assert!(!log(node).contains(word), "{word}: {}", log(node));
        }
        // And dhcpd is told to do it here, with that key.
        let said =
            said(&node.command(&["dhcp", "--no-activate"]).output().unwrap());
        assert_eq!(said.code, 0, "{said:?}");
        let conf = node.machine.set().join("global.conf");
        let conf = std::fs::read_to_string(conf).unwrap();
        let zone = conf.split(&format!("zone {ADAPTERS} {{")).nth(1).unwrap();
        let zone = zone.split('}').next().unwrap();
        let own = ["127.0.0.1", node.address]
            .map(|address| format!("primary {address};"));
        assert!(own.iter().any(|own| zone.contains(own)), "{zone}");
    }
}

/// 200 adapters ask at once from behind one CMTS, each for two names.
fn a_power_cut(node: &Node) {
    let question = |id: u16, name: &str| {
        let mut out = id.to_be_bytes().to_vec();
        out.extend([1, 0, 0, 1, 0, 0, 0, 0, 0, 0]);
        for label in name.split('.') {
            out.push(label.len() as u8);
            out.extend(label.as_bytes());
        }
        out.extend([0, 0, 1, 0, 1]);
        out
    };
    let _ = shell("ip route add local 100.96.0.0/24 dev lo");
    let adapters: Vec<UdpSocket> = (10..210)
        .map(|last| UdpSocket::bind(format!("100.96.0.{last}:0")).unwrap())
        .collect();
    let (mut whole, mut cut) = (0, 0);
    // What all ask for, and what is not there.
    for name in [format!("nms01.{DOMAIN}"), format!("sip.{ADAPTERS}")] {
        for (id, adapter) in (0..).zip(&adapters) {
            let to = (MASTER, 53);
            let _ = adapter.send_to(&question(id, &name), to).unwrap();
        }
        for adapter in &adapters {
            let wait = Some(Duration::from_secs(2));
            adapter.set_read_timeout(wait).unwrap();
            let mut answer = [0; 1500];
            let got = adapter.recv(&mut answer).is_ok();
            let is_cut = answer[2] & 2 != 0;
            whole += u32::from(got && !is_cut);
            cut += u32::from(got && is_cut);
        }
    }
    println!("200 adapters, two names each: {whole} whole answers, {cut} cut");
    assert_eq!(whole, 400, "{}", log(node));
}

/// Beside a device's own name, through a move, a rename and its end.
fn what_is_there_by_hand_stays(node: &Node) {
    let name = format!("cm-100004.{DOMAIN}");
    let lines = [
        format!("add {name}. 60 A 172.21.4.77"),
        format!("add {name}. 60 TXT \"rack 7\""),
        format!("add www.{DOMAIN}. 60 A 172.21.4.78"),
    ];
    assert!(update(node, DOMAIN, &lines.each_ref().map(String::as_str)));
    let pointers = [format!("add 99.99.99.10.in-addr.arpa. 60 PTR {name}.")];
    assert!(update(node, "in-addr.arpa", &[&pointers[0]]));
    let check = |address: &str, how: &str| {
        let both = ask(node, &format!("{name} a"));
        let mut expected: Vec<&str> = vec!["172.21.4.77"];
        expected.extend((!address.is_empty()).then_some(address));
        expected.sort_unstable();
        assert_eq!(both, expected, "{how}");
        let texts = ask(node, &format!("{name} txt"));
        assert!(texts.contains(&"\"rack 7\"".into()), "{how}: {texts:?}");
        assert_eq!(ask(node, "-x 10.99.99.99"), [format!("{name}.")], "{how}");
    };
    let _ = dns(node, 0, &[]);
    check(LEASED, "another run");
    leases(node, "10.16.0.9");
    let _ = dns(node, 0, &[]);
    check("10.16.0.9", "a move");
    // As a wish of the operator: a host name of its own.
    node.lite.run("UPDATE modem SET hostname = 'attic' WHERE id = 100004");
    let _ = dns(node, 0, &[]);
    check("", "a rename");
    assert_eq!(ask(node, &format!("attic.{DOMAIN} a")), ["10.16.0.9"]);
    // A name that was there by hand is no device's.
    node.lite.run("UPDATE modem SET hostname = 'www' WHERE id = 100004");
    let _ = dns(node, 0, &["100004", "www"]);
    assert_eq!(ask(node, &format!("www.{DOMAIN} a")), ["172.21.4.78"]);
    node.lite.run("DELETE FROM modem WHERE id = 100004");
    let _ = dns(node, 0, &[]);
    check("", "its end");
    assert_eq!(ask(node, &format!("www.{DOMAIN} a")), ["172.21.4.78"]);
    assert!(ask(node, &format!("attic.{DOMAIN} a")).is_empty());
}

/// A modem that is called as one of the servers gets no such name.
fn servers_and_strangers_keep_their_names(node: &Node) {
    for (name, address) in [("nms01", MASTER), ("nms02", SLAVE)] {
        node.lite.run(&format!(
            "UPDATE modem SET hostname = '{name}' WHERE id = 100004"
        ));
        let _ = dns(node, 0, &["100004", "hostname"]);
        assert_eq!(ask(node, &format!("{name}.{DOMAIN} a")), [address]);
    }
    node.lite.run("UPDATE modem SET hostname = '' WHERE id = 100004");
    let _ = dns(node, 0, &[]);
}

/// The way out is named, and it is one.
fn a_broken_zone_holds_no_other_back(node: &Node) {
    let pid = std::fs::read_to_string(node.at("run/own")).unwrap();
    let _ = Command::new("kill").args(["-9", pid.trim()]).output();
    let zone = node.machine.at("/var/named/dynamic/in-addr.arpa.zone");
    let text = std::fs::read_to_string(&zone).unwrap();
    // A backup was put back, with a journal that does not fit.
    put(&zone, text.replacen("SOA", "SOA oops", 1).as_bytes());
    let start = node.at("named").display().to_string();
    let _ = shell(
        &[&node.enter[..], std::slice::from_ref(&start)].concat().join(" "),
    );
    leases(node, "10.16.0.11");
    let said = dns(node, 1, &["in-addr.arpa"]);
    assert!(said.err.contains("hint: "), "{said:?}");
    let healthy =
        || ask(node, &format!("cm-100004.{DOMAIN} a")) == ["10.16.0.11"];
    assert!(within(PATIENCE, healthy), "{said:?}");
    let status = common::machine::said(
        &node.command(&["status", "--json"]).output().unwrap(),
    );
    assert!(status.out.contains("in-addr.arpa"), "{}", status.out);
    // As the hint says.
    assert!(said.err.contains("move"), "{said:?}");
    let begin = Instant::now();
    let pid = std::fs::read_to_string(node.at("run/own")).unwrap();
    let _ = Command::new("kill").args(["-9", pid.trim()]).output();
    for end in ["zone", "zone.jnl"] {
        let path = zone.with_extension(end);
        let _ = std::fs::rename(&path, path.with_extension("aside"));
    }
    let _ = dns(node, 0, &["named restarted"]);
    let _ = dns(node, 0, &[]);
    let back = ask(node, "-x 10.16.0.11");
    assert_eq!(back, [format!("cm-100004.{DOMAIN}.")]);
    println!("mended after {:.1?}", begin.elapsed());
}
