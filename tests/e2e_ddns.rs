//! A real dhcpd and a real named, both on what the program makes: the lease of
//! a modem names it, forward and reverse, by a signed update; its end takes
//! the names away.

use crate::common;

use std::net::{Ipv4Addr, SocketAddr};
use std::path::Path;
use std::process::Command;
use std::time::{Duration, Instant};

use common::daemon::Daemon;
use common::dhcp::{ACK, Modem, Relay, lone_leases};
use common::machine::{Machine, put};
use common::private::{self, Network};
use common::program;
use common::sqlite::Lite;
use provha::clients::dns;
use provha::clients::dns::{Data, Kind};

/// The server's management address.
const SERVER: Ipv4Addr = Ipv4Addr::new(172, 21, 4, 10);
/// The router of the first CMTS' modem pool.
const ROUTER: Ipv4Addr = Ipv4Addr::new(10, 16, 0, 1);
/// Modem 100004.
const MODEM: [u8; 6] = [0x00, 0x1a, 0x2b, 0x10, 0x00, 0x94];
/// Its name.
const NAME: &str = "cm-100004.prov.example.net";
/// How long a server may take to start, to answer, to update.
const PATIENCE: Duration = Duration::from_secs(20);

#[test]
fn a_lone_machine_names_its_modems() {
    if private::inside("a_lone_machine_names_its_modems") {
        lease("standalone", "");
    }
}

#[test]
fn a_master_names_its_modems_with_an_old_key() {
    // Both daemons by the algorithm of the existing system.
    if private::inside("a_master_names_its_modems_with_an_old_key") {
        lease("master", "PROVHA__TSIG_ALGORITHM=hmac-md5\n");
    }
}

/// Leases, a release, an end of time.
fn lease(role: &str, keys: &str) {
    let lite = Lite::golden(
        "UPDATE provbase SET dhcp_def_lease_time = 6, \
         dhcp_max_lease_time = 6;",
    );
    let machine = Machine::new(&lite.url(), role);
    machine.env(&format!("APP_TIMEZONE=UTC\n{keys}"));
    machine.firmware();
    let _ = machine.good(&["dhcp"]);
    let _ = machine.good(&["dns"]);
    let log = |name: &str| machine.dir.path().join(name);
    let network =
        Network::new("172.21.4.201/22", "172.21.4.10/22", &log("net.log"));
    let _ = private::shell("ip addr add 10.16.0.1/32 dev lo");
    network.shell("ip route add 10.0.0.0/8 via 172.21.4.201");
    let _named = start_named(&network, &machine);
    let _dhcpd = start_dhcpd(&network, &machine, role);
    refuses_others(&machine);

    let relay = Relay::open(ROUTER, SERVER);
    let wants = vec![1, 2, 3, 4, 6, 7, 43, 54, 66, 67, 122, 125];
    let modem = Modem { mac: MODEM, vendor: "docsis3.0:052401010102", wants };
    let said = || std::fs::read_to_string(log("dhcpd.log")).unwrap_or_default();
    let boot = || {
        let answer = relay.boot(&modem, PATIENCE);
        let answer = answer.unwrap_or_else(|| panic!("no answer: {}", said()));
        assert_eq!(answer.kind, ACK, "{answer:?}");
        answer
    };
    let is_named = |address: Ipv4Addr, named: bool| {
        let [a, b, c, d] = address.octets();
        let back = format!("{d}.{c}.{b}.{a}.in-addr.arpa");
        let all = |one: &str| match named {
            true => vec![one.to_string()],
            false => Vec::new(),
        };
        check(NAME, Kind::A, &all(&address.to_string()), &said);
        check(&back, Kind::Ptr, &all(NAME), &said);
    };
    let first = boot();
    is_named(first.address, true);
    relay.release(&modem, &first);
    is_named(first.address, false);
    let second = boot();
    is_named(second.address, true);
    // The lease ends after six seconds.
    is_named(second.address, false);
}

/// Asks until the answer is the expected one.
#[track_caller]
fn check(
    name: &str,
    kind: Kind,
    expected: &[String],
    said: &dyn Fn() -> String,
) {
    let end = Instant::now() + 3 * PATIENCE;
    let mut got = ask(name, kind);
    while got.as_deref() != Some(expected) {
        assert!(
            Instant::now() < end,
            "{name} {kind:?}: {got:?}, not {expected:?}: {}",
            said()
        );
        std::thread::sleep(Duration::from_millis(100));
        got = ask(name, kind);
    }
}

/// The records of a name as text; None: no answer.
fn ask(name: &str, kind: Kind) -> Option<Vec<String>> {
    let server = SocketAddr::from((SERVER, 53));
    let wait = Duration::from_secs(1);
    let answer = dns::ask(server, name, kind, wait).ok()?;
    let text = |data| match data {
        Data::A(address) => address.to_string(),
        Data::Ptr(name) => name,
        other => format!("{other:?}"),
    };
    Some(answer.records.into_iter().map(|record| text(record.data)).collect())
}

/// Unsigned updates and those of other keys are refused, in both zones.
fn refuses_others(machine: &Machine) {
    let text = std::fs::read_to_string(machine.at("/etc/named-ddns.key"));
    let text = text.unwrap();
    let at = text.find("secret \"").unwrap() + 8;
    let mut other = text.clone();
    other.replace_range(at..at + 4, "AAAA");
    let path = machine.dir.path().join("other.key");
    put(&path, other.as_bytes());
    let name = text.replace("\"dhcpupdate\"", "\"somebody\"");
    let named = machine.dir.path().join("named.key");
    put(&named, name.as_bytes());
    for (zone, line) in [
        ("prov.example.net.", "cm-1.prov.example.net. 60 A 10.16.0.9"),
        ("in-addr.arpa.", "9.0.16.10.in-addr.arpa. 60 PTR cm-1."),
    ] {
        for key in [None, Some(&*path), Some(&*named)] {
            assert!(!update(key, zone, line), "{zone} {key:?}");
        }
        let own = machine.at("/etc/named-ddns.key");
        assert!(update(Some(&own), zone, line), "{zone}");
    }
}

/// Sends one update; whether the server took it.
fn update(key: Option<&Path>, zone: &str, line: &str) -> bool {
    let file = tempfile::NamedTempFile::new().unwrap();
    let text =
        format!("server {SERVER}\nzone {zone}\nupdate add {line}\nsend\n");
    put(file.path(), text.as_bytes());
    let mut command = Command::new(program("nsupdate"));
    if let Some(key) = key {
        command.arg("-k").arg(key);
    }
    let output = command.args(["-t", "5"]).arg(file.path()).output().unwrap();
    output.status.success()
}

/// Starts named on the live configuration, with its paths below the root.
fn start_named(network: &Network, machine: &Machine) -> Daemon {
    let dir = machine.dir.path().display();
    let text = std::fs::read_to_string(machine.at("/etc/named-nmsprime.conf"));
    let below = format!("\"{}/var/named", machine.root().display());
    let text = text.unwrap().replace("\"/var/named", &below).replace(
        "listen-on { any; };",
        &format!(
            "listen-on {{ any; }}; pid-file \"{dir}/named.pid\"; \
                 session-keyfile \"{dir}/session.key\"; lock-file none; \
                 dnssec-validation no;"
        ),
    );
    let (conf, log) = (
        machine.dir.path().join("named.conf"),
        machine.dir.path().join("named.log"),
    );
    put(&conf, format!("{text}\ncontrols {{ }};\n").as_bytes());
    let server = program("named").display().to_string();
    let argv = [&*server, "-g", "-c", conf.to_str().unwrap()];
    let daemon = network.start(&argv, &log);
    daemon.wait(PATIENCE, &log, || {
        ask("prov.example.net", Kind::Soa).is_some_and(|all| !all.is_empty())
    });
    daemon
}

/// Starts dhcpd on the live set.
fn start_dhcpd(network: &Network, machine: &Machine, role: &str) -> Daemon {
    let leases = machine.dir.path().join("dhcpd.leases");
    put(&leases, lone_leases(role).as_bytes());
    let log = machine.dir.path().join("dhcpd.log");
    let conf = machine.moved_set("moved");
    // dhcpd gives no shorter leases by itself; the test cannot wait so long.
    let text = std::fs::read_to_string(&conf).unwrap();
    put(&conf, format!("min-lease-time 6;\n{text}").as_bytes());
    let (server, conf) = (program("dhcpd"), conf.display().to_string());
    let (server, leases) = (server.display().to_string(), leases.display());
    let leases = leases.to_string();
    let argv = [
        &*server, "-4", "-f", "-d", "--no-pid", "-cf", &conf, "-lf", &leases,
        "far",
    ];
    let daemon = network.start(&argv, &log);
    daemon.wait(PATIENCE, &log, || {
        std::fs::read_to_string(&log)
            .is_ok_and(|text| text.contains("Sending on   Socket/fallback"))
    });
    daemon
}
