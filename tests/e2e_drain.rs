//! Pools that shrink or go while modems have leases in them, on two real
//! dhcpd: with `--drain` these leases go on, no new ones are given, and what
//! drains goes when the last of them has ended.

use crate::common;

use std::net::Ipv4Addr;
use std::time::{Duration, Instant};

use common::cmts::{Cmts, Lease, Register, renew};
use common::daemon::Daemon;
use common::dhcp::{Modem, Relay};
use common::duo::{MASTER, Node, Pair, SLAVE};
use common::machine::{Machine, Said, put, said};
use common::plant::{self, Device};
use common::private::{self, Network};
use common::program;
use common::sqlite::Lite;

const ROUTER: &str = "10.16.0.1";
/// How long a modem waits for an address.
const PATIENCE: Duration = Duration::from_secs(12);

/// A run that ends with this code.
#[track_caller]
fn ends(node: &Node, code: i32, args: &[&str], words: &[&str]) -> Said {
    let said = said(&node.command(args).output().unwrap());
    println!("{} {args:?}: {}: {}", node.address, said.code, said.err.trim());
    said.check(code, words);
    said
}

/// The live file of the first CMTS.
fn file(node: &Node) -> String {
    let path = node.machine.set().join("cmts_gws/1.conf");
    std::fs::read_to_string(path).unwrap()
}

/// The lease file lies where the program is told that it does.
fn prepare(node: &Node) {
    let script = node.at("restart");
    let text = std::fs::read_to_string(&script).unwrap();
    let dir = node.machine.dir.path().display().to_string();
    let text =
        text.replace(&format!("{dir}/leases"), &format!("{dir}/root/leases"));
    put(&script, text.as_bytes());
    let env = node.machine.dir.path().join("env/provha.env");
    let former = std::fs::read_to_string(&env).unwrap();
    let own = "PROVHA__DHCPD_LEASES=/leases\n";
    put(&env, (own.to_string() + &former).as_bytes());
    let modems: String =
        plant::modems(150_000, 5).iter().map(Device::insert).collect();
    node.lite.run(&format!(
        "UPDATE provbase SET dhcp_def_lease_time = 300, dhcp_max_lease_time = \
         300; {modems}"
    ));
}

/// A window of addresses that no lease is in.
fn free_window(leases: &[Lease]) -> (Ipv4Addr, Ipv4Addr) {
    let at = |last: u8| Ipv4Addr::new(10, 16, 0, last);
    let free = |first: &u8| {
        let window = at(*first)..=at(*first + 20);
        !leases.iter().any(|lease| window.contains(&lease.address))
    };
    let first = (10..220).find(free).unwrap();
    (at(first), at(first + 20))
}

/// Both nodes make the same change.
fn both(pair: &mut Pair, args: &[&str], words: &[&str]) {
    let runs = pair.nodes().map(|node| node.spawn(args));
    for run in runs {
        let said = said(&run.wait_with_output().unwrap());
        println!("{args:?}: {}: {}", said.code, said.err.trim());
        said.check(0, words);
    }
    pair.wait_normal();
}

#[test]
fn leases_of_a_shrunk_pool_go_on_until_they_end() {
    let name = "leases_of_a_shrunk_pool_go_on_until_they_end";
    // The pair takes a minute to come up and to take turns.
    let long = std::env::var_os("PROVHA_DRILL").is_some();
    if !long || !private::inside(name) {
        return;
    }
    let mut pair = Pair::behind(ROUTER, prepare);
    let helpers = [MASTER.parse().unwrap(), SLAVE.parse().unwrap()];
    let router: Ipv4Addr = ROUTER.parse().unwrap();
    let mut register = Register::default();
    let modems = plant::modems(150_000, 5);
    let held = {
        let cmts = Cmts::open(router, &helpers);
        let held = cmts.boot(&modems[..3], PATIENCE, &mut register);
        assert_eq!(held.len(), 3, "{}", pair.master.log());
        std::thread::sleep(Duration::from_secs(1));
        let again = cmts.rebind(&held, PATIENCE, &mut register);
        assert_eq!(again.len(), 3, "{}", pair.master.log());
        again
    };
    let (first, last) = free_window(&held);
    println!("{held:?}: {first} to {last}");
    for node in pair.nodes() {
        node.lite.run(&format!(
            "UPDATE ippool SET ip_pool_start = '{first}', ip_pool_end = \
             '{last}' WHERE id = 1"
        ));
        let words =
            ["all its 3 active leases", "with --drain the leases go on"];
        for part in ["dhcp", "dns", "time"] {
            let _ = ends(node, 3, &[part], &words);
        }
    }
    let words = ["10.16.0.0/20 is being drained: 3 leases go on", "restarted"];
    both(&mut pair, &["dhcp", "--drain"], &words);
    // Without the flag it goes on, in the other parts as well.
    for node in pair.nodes() {
        let _ = ends(node, 0, &["dhcp"], &["being drained", "nothing changed"]);
        let _ = ends(node, 0, &["--no-activate", "time"], &[]);
        assert!(file(node).contains("provha-drain-CM"), "{}", file(node));
    }
    serves(&held, &modems[3..], (first, last), &helpers, &mut register);
    it_ends(&mut pair, &held, &helpers);
}

/// Those that have a lease renew and rebind it; new ones get addresses of the
/// new range, whatever they wish for.
fn serves(
    held: &[Lease],
    others: &[Device],
    (first, last): (Ipv4Addr, Ipv4Addr),
    helpers: &[Ipv4Addr],
    register: &mut Register,
) {
    let cmts = Cmts::open(ROUTER.parse().unwrap(), helpers);
    let again = cmts.rebind(held, PATIENCE, register);
    assert_eq!(again.len(), held.len(), "they rebind");
    for (old, new) in held.iter().zip(&again) {
        assert_eq!(old.address, new.address);
        let add = format!("ip addr add {}/32 dev lo", old.address);
        let _ = private::shell(&add);
        assert!(renew(new, register), "{old:?} renews");
        let _ = private::shell(&add.replace("add 10", "del 10"));
    }
    let got = cmts.boot(others, PATIENCE, register);
    assert_eq!(got.len(), others.len(), "new modems are served");
    for lease in &got {
        assert!((first..=last).contains(&lease.address), "{lease:?}");
    }
    // A modem that starts anew is given an address that stays.
    let anew = cmts.boot(&[held[0].device.clone()], PATIENCE, register);
    assert!((first..=last).contains(&anew[0].address), "{anew:?}");
}

/// The leases are given back: the drain is over on both nodes, by `rebuild`.
fn it_ends(pair: &mut Pair, held: &[Lease], helpers: &[Ipv4Addr]) {
    for lease in held {
        let modem = Modem {
            mac: lease.device.mac(),
            vendor: "docsis3.0:052401010102",
            wants: vec![1],
        };
        for helper in helpers {
            let relay = Relay::open(ROUTER.parse().unwrap(), *helper);
            relay.release(&modem, &lease.answer);
        }
    }
    let is_free = |node: &Node| {
        let path = node.machine.at("/leases");
        let now = provha::env::now();
        let active = provha::isc_dhcp::leases::held(&path, now).unwrap().active;
        !active.iter().any(|a| held.iter().any(|h| h.address == a.address))
    };
    let begin = Instant::now();
    while !pair.nodes().iter().all(|node| is_free(node)) {
        assert!(begin.elapsed() < PATIENCE, "{}", pair.slave.log());
        std::thread::sleep(Duration::from_millis(200));
    }
    for node in pair.nodes() {
        let note = node.machine.at("/var/lib/provha/drain");
        assert!(note.exists());
        put(&note, b"1\n");
        let args = ["dhcp"];
        let words = ["10.16.0.0: drained, no lease is left", "dhcpd restarted"];
        let _ = ends(node, 0, &args, &words);
        assert!(!note.exists(), "nothing drains any more");
        assert!(!file(node).contains("provha-drain"), "{}", file(node));
        pair_is_normal(node);
    }
}

/// Waits for normal operation.
fn pair_is_normal(node: &Node) {
    node.wait_normal();
}

/// An active lease without an end, or what was left of one.
fn lease(address: &str, state: &str) -> String {
    format!(
        "lease {address} {{\n  starts 1 2026/11/02 10:00:00;\n  ends never;\n  \
         binding state {state};\n  hardware ethernet 02:00:00:00:00:01;\n}}\n"
    )
}

/// A machine where everything is live, with these active leases.
fn made(leases: &[&str]) -> (Lite, Machine) {
    let lite = Lite::golden("");
    let machine = Machine::new(&lite.url(), "master");
    machine.env("APP_TIMEZONE=UTC\nPROVHA__DHCPD_LEASES=/leases\n");
    for command in ["dhcp", "dns", "time"] {
        let _ = machine.good(&[command]);
    }
    let text: String = leases.iter().map(|at| lease(at, "active")).collect();
    put(&machine.at("/leases"), text.as_bytes());
    (lite, machine)
}

/// A file of the machine.
fn text(machine: &Machine, path: &str) -> String {
    std::fs::read_to_string(machine.at(path)).unwrap_or_default()
}

#[test]
fn a_pool_that_is_gone_drains_with_all_that_its_devices_need() {
    let (lite, machine) = made(&["10.17.0.9", "10.18.0.7"]);
    // The pool of a CMTS that stays, and a CMTS with all it had.
    lite.run(
        "DELETE FROM ippool WHERE id = 5; UPDATE netgw SET deleted_at = \
         '2026-01-01 00:00:00' WHERE id = 5",
    );
    machine.run(&["dhcp"]).check(3, &["--drain"]);
    for command in ["dhcp", "dns", "time"] {
        machine.run(&[command, "--drain"]).check(0, &[]);
    }
    for (id, net) in [(2, "10.17.0.0"), (5, "10.18.0.0")] {
        let path = format!("/etc/dhcp-nmsprime/cmts_gws/{id}.conf");
        let conf = text(&machine, &path);
        assert!(conf.contains(&format!("subnet {net}")), "{conf}");
        assert!(conf.contains("members of \"provha-drain-CM\""), "{conf}");
        assert!(conf.contains("option routers 10.1"), "{conf}");
        // Their devices go on asking for names and for the time.
        for path in
            ["/etc/named-nmsprime.conf", "/etc/chrony/conf.d/nmsprime.conf"]
        {
            assert!(text(&machine, path).contains(net), "{path} {net}");
        }
    }
    // Nothing is owed: all parts go on by what is live.
    for command in ["dhcp", "dns", "time"] {
        machine.run(&[command]).check(0, &["nothing changed"]);
    }
    machine.run(&["rebuild"]).check(0, &[]);
    // A lease file that says nothing ends no drain.
    std::fs::remove_file(machine.at("/leases")).unwrap();
    machine.run(&["dhcp"]).check(0, &["being drained", "nothing changed"]);
    // One of them ends; then the row is there again.
    let ended = lease("10.17.0.9", "free") + &lease("10.18.0.7", "active");
    put(&machine.at("/leases"), ended.as_bytes());
    put(&machine.at("/var/lib/provha/drain"), b"1\n");
    let words = ["dhcp", "what drains", "10.17.0.0: drained"];
    machine.run(&["rebuild"]).check(0, &words);
    lite.run("UPDATE netgw SET deleted_at = NULL WHERE id = 5");
    machine.run(&["dhcp"]).check(0, &["10.18.0.0"]);
    let conf = text(&machine, "/etc/dhcp-nmsprime/dhcpd.conf");
    assert!(!conf.contains("provha-drain"), "{conf}");
    assert!(!machine.at("/var/lib/provha/drain").exists());
}

#[test]
fn a_drain_keeps_off_what_has_another_use() {
    let (lite, machine) = made(&["10.16.0.9", "10.16.9.9"]);
    // The net is halved: what lies in the other half has no place.
    lite.run(
        "UPDATE ippool SET netmask = '255.255.248.0', ip_pool_end = \
         '10.16.7.253', broadcast_ip = '10.16.7.255' WHERE id = 1",
    );
    let words = ["cannot be drained", "pool 1 has a part of its net"];
    machine.run(&["dhcp", "--drain"]).check(0, &words);
    // An address that an endpoint has now is left out, and with the key no
    // flag is needed.
    lite.run(
        "UPDATE ippool SET ip_pool_start = '10.16.1.0' WHERE id = 1; UPDATE \
         endpoint SET ip = '10.16.0.8' WHERE id = 200001",
    );
    machine.env(
        "APP_TIMEZONE=UTC\nPROVHA__DHCPD_LEASES=/leases\n\
         PROVHA__DRAIN=always\n",
    );
    machine
        .run(&["dhcp"])
        .check(0, &["10.16.0.0/21 is being drained: 1 lease"]);
    let conf = text(&machine, "/etc/dhcp-nmsprime/cmts_gws/1.conf");
    assert!(conf.contains("range 10.16.0.2 10.16.0.7;"), "{conf}");
    assert!(conf.contains("range 10.16.0.9 10.16.0.255;"), "{conf}");
    // A flag without effect is a usage error.
    machine.run(&["configfile", "--drain"]).check(2, &["--drain"]);
}

/// Starts dhcpd on the live set of a lone machine.
fn start_dhcpd(network: &Network, machine: &Machine) -> Daemon {
    let log = machine.dir.path().join("dhcpd.log");
    let _ = std::fs::remove_file(&log);
    let (conf, leases) = (machine.moved_set("moved"), machine.at("/leases"));
    let server = program("dhcpd");
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
    daemon.wait(Duration::from_secs(20), &log, || {
        std::fs::read_to_string(&log)
            .is_ok_and(|text| text.contains("Sending on   Socket/fallback"))
    });
    daemon
}

#[test]
fn dhcpd_renews_and_gives_no_new_lease_in_what_drains() {
    if !private::inside("dhcpd_renews_and_gives_no_new_lease_in_what_drains") {
        return;
    }
    let modems = plant::modems(150_000, 4);
    let rows: String = modems.iter().map(Device::insert).collect();
    let lite = Lite::golden(&rows);
    let machine = Machine::new(&lite.url(), "standalone");
    machine.env("APP_TIMEZONE=UTC\nPROVHA__DHCPD_LEASES=/leases\n");
    put(&machine.at("/leases"), b"");
    let _ = machine.good(&["dhcp"]);
    let log = machine.dir.path().join("net.log");
    let network = Network::new("172.21.4.201/22", "172.21.4.10/22", &log);
    let _ = private::shell(&format!("ip addr add {ROUTER}/32 dev lo"));
    network.shell("ip route add 10.0.0.0/8 via 172.21.4.201");
    let dhcpd = start_dhcpd(&network, &machine);
    let helpers = [MASTER.parse().unwrap()];
    let mut register = Register::default();
    let cmts = Cmts::open(ROUTER.parse().unwrap(), &helpers);
    let held = cmts.boot(&modems[..2], PATIENCE, &mut register);
    assert_eq!(held.len(), 2);
    drop((dhcpd, cmts));
    let (first, last) = free_window(&held);
    lite.run(&format!(
        "UPDATE ippool SET ip_pool_start = '{first}', ip_pool_end = '{last}' \
         WHERE id = 1"
    ));
    machine.run(&["dhcp"]).check(3, &["with --drain the leases go on"]);
    let words = ["10.16.0.0/20 is being drained: 2 leases go on"];
    machine.run(&["dhcp", "--drain"]).check(0, &words);
    let _dhcpd = start_dhcpd(&network, &machine);
    serves(&held, &modems[2..], (first, last), &helpers, &mut register);
}
