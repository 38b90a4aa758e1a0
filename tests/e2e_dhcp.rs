//! A real dhcpd and a real in.tftpd on what the program makes of the golden
//! network: what a modem gets.

use crate::common;

use std::net::Ipv4Addr;
use std::path::Path;
use std::time::Duration;

use common::daemon::Daemon;
use common::dhcp::{ACK, Answer, Modem, Relay, lone_leases, tftp};
use common::machine::{Machine, put};
use common::private::{self, Network};
use common::{program, sqlite};

/// The server's management address, and that of the CMTS.
const SERVER: Ipv4Addr = Ipv4Addr::new(172, 21, 4, 10);
const PEER: Ipv4Addr = Ipv4Addr::new(172, 21, 4, 11);
/// The router of the first CMTS' modem pool.
const ROUTER: Ipv4Addr = Ipv4Addr::new(10, 16, 0, 1);
/// Modem 100004: its file is one that encodes.
const KNOWN: [u8; 6] = [0x00, 0x1a, 0x2b, 0x10, 0x00, 0x94];
/// How long a server may take to start and answer.
const PATIENCE: Duration = Duration::from_secs(20);

#[test]
fn a_lone_machine_serves_known_modems() {
    if private::inside("a_lone_machine_serves_known_modems") {
        serve("standalone");
    }
}

#[test]
fn a_master_without_its_peer_serves_known_modems() {
    if private::inside("a_master_without_its_peer_serves_known_modems") {
        serve("master");
    }
}

/// Renders, starts the servers, boots modems.
fn serve(role: &str) {
    let file = tempfile::NamedTempFile::new().unwrap();
    sqlite::golden(file.path(), "");
    let url = format!("sqlite:{}", file.path().display());
    let machine = Machine::new(&url, role);
    machine.firmware();
    let _ = machine.good(&["dhcp"]);
    let _ = machine.good(&["configfile", "cm"]);
    let log = |name: &str| machine.dir.path().join(name);
    let network =
        Network::new("172.21.4.201/22", "172.21.4.10/22", &log("net.log"));
    let _ = private::shell("ip addr add 10.16.0.1/32 dev lo");
    network.shell("ip route add 10.0.0.0/8 via 172.21.4.201");
    let dhcpd = start_dhcpd(&network, &machine, role);
    let relay = Relay::open(ROUTER, SERVER);

    let known = modem(KNOWN);
    let answer = relay.boot(&known, PATIENCE);
    let said = || std::fs::read_to_string(log("dhcpd.log")).unwrap_or_default();
    let answer = answer.unwrap_or_else(|| panic!("no answer: {}", said()));
    check(&answer, role);

    let unknown = modem([0x02, 0, 0, 0, 0, 1]);
    let answer = relay.boot(&unknown, Duration::from_secs(5));
    assert!(answer.is_none(), "an unknown modem got {answer:?}");
    assert!(dhcpd.runs());
    fetch(&network, &machine);
}

/// Starts dhcpd on the live set.
fn start_dhcpd(network: &Network, machine: &Machine, role: &str) -> Daemon {
    let leases = machine.dir.path().join("dhcpd.leases");
    put(&leases, lone_leases(role).as_bytes());
    let (server, log) =
        (program("dhcpd"), machine.dir.path().join("dhcpd.log"));
    let conf = machine.moved_set("moved");
    let argv = [
        &*server.to_string_lossy(),
        "-4",
        "-f",
        "-d",
        "--no-pid",
        "-cf",
        &*conf.to_string_lossy(),
        "-lf",
        &*leases.to_string_lossy(),
        "far",
    ];
    let daemon = network.start(&argv, &log);
    daemon.wait(PATIENCE, &log, || {
        std::fs::read_to_string(&log)
            .is_ok_and(|text| text.contains("Sending on   Socket/fallback"))
    });
    daemon
}

/// A DOCSIS modem that asks for all that it needs.
fn modem(mac: [u8; 6]) -> Modem {
    let wants = vec![1, 2, 3, 4, 6, 7, 43, 54, 66, 67, 122, 125];
    Modem { mac, vendor: "docsis3.0:052401010102", wants }
}

/// What the golden network has for modem 100004.
fn check(answer: &Answer, role: &str) {
    assert_eq!(answer.kind, ACK, "{answer:?}");
    let [a, b, c, _] = answer.address.octets();
    assert!((a, b) == (10, 16) && c < 16, "{}", answer.address);
    assert_eq!(answer.file, "cm/cm-100004.cfg");
    assert_eq!(answer.next_server, SERVER);
    let servers = match role {
        "master" => vec![SERVER, PEER],
        _ => vec![SERVER],
    };
    let octets: Vec<u8> = servers.iter().flat_map(Ipv4Addr::octets).collect();
    let option = |code: u8| answer.options.get(&code).map(Vec::as_slice);
    assert_eq!(option(2), Some(&[0; 4][..]), "time offset");
    assert_eq!(option(3), Some(&ROUTER.octets()[..]), "router");
    assert_eq!(option(4), Some(&octets[..]), "time servers");
    // The pool's own list.
    assert_eq!(option(6), Some(&SERVER.octets()[..]), "DNS servers");
    assert_eq!(option(7), Some(&octets[..]), "log servers");
    if role == "standalone" {
        assert_eq!(option(125), None, "125.2 names the pair");
        return;
    }
    let tftp_servers = [
        &[0, 0, 0x11, 0x8b, octets.len() as u8 + 2, 2, octets.len() as u8],
        &octets[..],
    ]
    .concat();
    assert_eq!(option(125), Some(&tftp_servers[..]), "TFTP servers (125.2)");
}

/// Fetches the modem's file from the stock TFTP server.
fn fetch(network: &Network, machine: &Machine) {
    let (server, log) = (program("in.tftpd"), machine.dir.path().join("tftp"));
    let dir = machine.at("/tftpboot");
    let argv = [
        &*server.to_string_lossy(),
        "-L",
        "-u",
        "root",
        "-s",
        "-a",
        "172.21.4.10:69",
        &*dir.to_string_lossy(),
    ];
    let daemon = network.start(&argv, &log);
    let mut got = Err("not asked".to_string());
    daemon.wait(PATIENCE, &log, || {
        got = tftp((SERVER, 69).into(), "cm/cm-100004.cfg");
        got.is_ok()
    });
    assert_eq!(
        got.expect("in.tftpd serves it"),
        read(&dir.join("cm/cm-100004.cfg"))
    );
    let missing = tftp((SERVER, 69).into(), "cm/cm-1.cfg");
    assert!(missing.is_err(), "{missing:?}");
}

fn read(path: &Path) -> Vec<u8> {
    std::fs::read(path).expect("the file is made")
}
