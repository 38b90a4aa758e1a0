//! DHCPv6: what the program makes of the rows of IP version 6, against the
//! existing system's files, and served by a real kea-dhcp6.

use crate::common;

use std::net::{Ipv6Addr, SocketAddrV6, UdpSocket};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::{Duration, Instant};

use common::machine::{Machine, Said, put, said, script};
use common::private::{self, Network};
use common::sqlite::Lite;
use common::{fixture, tree};

/// Where the CMTS stands, and the server.
const NEAR: &str = "2001:db8:ff::1";
const FAR: &str = "2001:db8:ff::2";
/// The relay of pool 9, endpoint 200023 and what the database gives it.
const RELAY: &str = "2001:db8:50::1";
const KNOWN: [u8; 6] = [0x00, 0x22, 0x44, 0x30, 0x00, 0x73];
const ADDRESS: &str = "2001:db8:50::117";
const PREFIX: &str = "2001:db8:8000:1700::/56";

/// A second pool, at the first CMTS.
const SECOND_POOL: &str = "INSERT INTO ippool (id, netgw_id, type, net, \
    netmask, ip_pool_start, ip_pool_end, router_ip, version, active) VALUES \
    (30, 1, 'CPEPub', '2001:db8:60::', '/64', '2001:db8:60::10', \
    '2001:db8:60::ffff', '2001:db8:60::1', '6', 1);";

#[test]
fn the_files_are_those_of_the_existing_system() {
    for role in ["master", "slave"] {
        let lite = Lite::golden("");
        let machine = Machine::new(&lite.url(), role);
        let foreign = b"{ } // mine\n";
        put(&machine.at("/etc/kea/kea-dhcp6.conf"), foreign);
        put(&machine.at("/etc/kea/gateways6/x.conf"), foreign);
        let _ = machine.good(&["dhcp"]);
        let expected = tree::read(&fixture(&format!("golden/{role}/kea")));
        assert_eq!(expected.len(), 6);
        let mut made = tree::read(&machine.at("/etc/kea"));
        for name in ["kea-dhcp6.conf", "gateways6/x.conf"] {
            assert_eq!(made.remove(name).as_deref(), Some(&foreign[..]));
        }
        for (name, bytes) in &expected {
            assert_eq!(made.get(name), Some(bytes), "{role} {name}");
        }
        assert_eq!(made.len(), expected.len());
        let again = machine.good(&["dhcp"]);
        assert!(again.err.contains("nothing changed"), "{again:?}");
    }
}

/// A change of a row, a text of a finding, and a text that the files hold
/// then; after '!', one that they do not. Each has a row of its own: '#' is
/// its id, '@' a part of its addresses.
type Fault = (&'static str, &'static str, &'static str);

const POOL_FAULTS: &[Fault] = &[
    (
        "netmask = '/65x'",
        "netmask: '/65x' is not a prefix length: pool left out",
        "!2001:db8:@::/64",
    ),
    (
        "net = '2001:db8:@::1'",
        "net: 2001:db8:@::1 has host bits outside its /64",
        "!2001:db8:@::/64",
    ),
    ("net = '2001:db8:@::/64', netmask = ''", "", "2001:db8:@::/64"),
    (
        "net = '2001:db8:@::/64', netmask = '/63'",
        "netmask: /63 is not the length of 2001:db8:@::/64",
        "!2001:db8:@::/64",
    ),
    (
        "ip_pool_start = '10.0.0.1'",
        "ip_pool_start: '10.0.0.1' is not an IPv6 address",
        "!2001:db8:@::/64",
    ),
    (
        "ip_pool_end = '2001:dead::1'",
        "ip_pool_end: 2001:dead::1 lies outside the net 2001:db8:@::/64: pool left out",
        "!2001:db8:@::/64",
    ),
    (
        "ip_pool_end = '2001:db8:@::2'",
        "ip_pool_start: the start 2001:db8:@::10 lies after the end 2001:db8:@::2",
        "!2001:db8:@::/64",
    ),
    (
        "ip_pool_start = '2001:db8:@::'",
        "ip_pool_start: the range holds 2001:db8:@::1, the router: cut out",
        "2001:db8:@::2-2001:db8:@::ffff",
    ),
    (
        "router_ip = 'fe80::1'",
        "router_ip: fe80::1 is not the address of a relay",
        "!2001:db8:@::/64",
    ),
    (
        "router_ip = '2001:db8:50::1'",
        "router_ip: 2001:db8:50::1 is the relay of pool 9 of gateway 5 too",
        "2001:db8:@::/64",
    ),
    (
        "dns1_ip = '9.9.9.9'",
        "dns1_ip: '9.9.9.9' is not an IPv6 address: option left out",
        "2001:db8:@::/64",
    ),
    (
        "delegated_len = '/31'",
        "delegated_len: /31 is longer than all of fd00:@::/32: no prefixes",
        "!\"fd00:@::\"",
    ),
    (
        "prefix = '2001:db8:@::', prefix_len = '/48'",
        "prefix: 2001:db8:@::/48 holds the net 2001:db8:@::/64 of pool #: no prefixes",
        "2001:db8:@::/64",
    ),
    (
        "prefix_len = NULL",
        "prefix_len: no prefix length: no prefixes",
        "!\"fd00:@::\"",
    ),
    (
        "prefix = '2001:db8:8000::', prefix_len = '/48'",
        "prefix: 2001:db8:8000::/48 overlaps what pool 9 delegates",
        "2001:db8:@::/64",
    ),
    ("active = 0", "", "!2001:db8:@::10"),
    (
        "netgw_id = 77",
        "netgw_id: its gateway 77 is missing, deleted or not a CMTS",
        "!2001:db8:@::/64",
    ),
    (
        "net = '2001:db8:50::', ip_pool_start = '2001:db8:50::7', ip_pool_end = '2001:db8:50::9'",
        "net: overlaps the net of pool 9: pool left out",
        "!2001:db8:@::10",
    ),
    ("type = 'x'", "type: 'x' is not a pool type", "!2001:db8:@::/64"),
    ("optional = '\"valid-lifetime\": 4711,'", "", "\"valid-lifetime\": 4711,"),
    (
        "optional = 'option x 1;'",
        "optional: is not a list of members",
        "!option x",
    ),
    (
        "optional = '\"interface\": \"eth0\"'",
        "optional: 'interface' is not allowed with this value",
        "!eth0",
    ),
    (
        "optional = '\"option-data\": [ { \"name\": \"no-such\", \"data\": \"1\" } ]'",
        "optional: kea-dhcp6 refuses it",
        "!no-such",
    ),
    (
        "optional = '\"option-data\": [ { \"code\": 31, \"data\": \"2001:db8::1\" } ]'",
        "",
        "}, {\"code\":31,",
    ),
];

const ENDPOINT_FAULTS: &[Fault] = &[
    ("mac = NULL", "mac: no MAC address", "!2001:db8:50::@"),
    ("mac = 'x'", "mac: 'x' is not a MAC address", "!2001:db8:50::@"),
    (
        "mac = '00:22:44:30:00:73'",
        "mac: duplicate MAC 00:22:44:30:00:73: endpoint 200023 keeps it",
        "!2001:db8:50::@",
    ),
    (
        "mac = '00-22-44-99-00-73'",
        "mac: '00-22-44-99-00-73' read as 00:22:44:99:00:73",
        "2001:db8:50::@",
    ),
    (
        "ip = '2001:db8:50::117'",
        "ip: 2001:db8:50::117 is the address of endpoint 200023 too",
        "!\"e#\"",
    ),
    (
        "ip = '2001:db8:77::117'",
        "ip: 2001:db8:77::117 lies in the net of no pool that is served",
        "!\"e#\"",
    ),
    (
        "ip = '2001:db8:50::1'",
        "ip: 2001:db8:50::1 is the router of pool 9",
        "!\"e#\"",
    ),
    ("ip = 'ff02::1'", "ip: ff02::1 is not the address of a device", "!\"e#\""),
    ("ip = NULL", "", "!\"e#\""),
    (
        "prefix = '2001:db8:8000:1780::/57'",
        "prefix: 2001:db8:8000:1780::/57 overlaps that of endpoint 200023",
        "\"prefixes\": [ ], \"hostname\": \"e#\"",
    ),
    (
        "prefix = 'x\"y'",
        "prefix: 'x\\\"y' is not an IPv6 address: it gets no prefix",
        "\"prefixes\": [ ], \"hostname\": \"e#\"",
    ),
    (
        "hostname = 'a\" }, { \"b'",
        "is not a host name: endpoint left out",
        "!2001:db8:50::@",
    ),
    (
        "hostname = 'cpe-100004-23'",
        "hostname: 'cpe-100004-23' is the name of endpoint 200023 too: no name in DNS",
        "2001:db8:50::@",
    ),
    (
        "modem_id = 1",
        "modem_id: its modem is missing or deleted; still served",
        "\"e#\"",
    ),
];

#[test]
fn bad_rows_are_told_and_stop_nobody() {
    let mut sql = String::from("UPDATE netgw SET ipv6 = 'x' WHERE id = 5;");
    let tables =
        [("ippool", 101, POOL_FAULTS), ("endpoint", 200_101, ENDPOINT_FAULTS)];
    let all = tables.iter().flat_map(|(table, first, faults)| {
        faults.iter().zip(*first..).map(|(fault, id)| (*table, id, fault))
    });
    let all: Vec<(&str, u32, &Fault)> = all.collect();
    let fill = |text: &str, id: u32| {
        let part = format!("{:x}", id % 1000 + 0x1000);
        text.replace('#', &id.to_string()).replace('@', &part)
    };
    for (table, id, (change, ..)) in &all {
        let row = match *table {
            "ippool" => {
                "INSERT INTO ippool (id, netgw_id, type, net, netmask, \
                ip_pool_start, ip_pool_end, router_ip, dns1_ip, prefix, \
                prefix_len, delegated_len, version, active) VALUES (#, 1, \
                'CPEPub', '2001:db8:@::', '/64', '2001:db8:@::10', \
                '2001:db8:@::ffff', '2001:db8:@::1', '2620:fe::9', \
                'fd00:@::', '/32', '/56', '6', 1);"
            }
            _ => {
                "INSERT INTO endpoint (id, hostname, mac, fixed_ip, modem_id, \
                ip, version) VALUES (#, 'e#', '', 1, 100004, '2001:db8:50::@', '6');"
            }
        };
        sql += &fill(row, *id);
        if *table == "endpoint" {
            sql += &fill(
                "UPDATE endpoint SET mac = '02:00:00:00:%:01' WHERE id = #;",
                *id,
            )
            .replace('%', &format!("{:02x}", id % 100));
        }
        sql +=
            &fill(&format!("UPDATE {table} SET {change} WHERE id = #;"), *id);
    }
    let lite = Lite::golden(&sql);
    let machine = Machine::new(&lite.url(), "master");
    machine
        .env("APP_TIMEZONE=UTC\nPROVHA__GUARD_MAX_QUARANTINED_PERCENT=100\n");
    let said = machine.good(&["dhcp"]);
    assert!(said.err.contains("netgw 5 ipv6: 'x' is not an IPv6 address"));
    let files = tree::read(&machine.at("/etc/kea"));
    let bytes: Vec<u8> = files.into_values().flatten().collect();
    let made = String::from_utf8(bytes).unwrap();
    for (table, id, (change, told, text)) in all {
        let (told, text) = (fill(told, id), fill(text, id));
        let line = said.err.lines().find(|line| {
            line.contains(&format!(" {table} {id} ")) && line.contains(&told)
        });
        assert!(line.is_some() || told.is_empty(), "{change}: {}", said.err);
        match text.strip_prefix('!') {
            Some(text) => assert!(!made.contains(text), "{change}: {made}"),
            None => assert!(made.contains(&text), "{change}: {text} {made}"),
        }
    }
}

#[test]
fn a_reservation_stands_only_in_its_own_subnet() {
    let lite = Lite::golden(SECOND_POOL);
    let machine = Machine::new(&lite.url(), "master");
    // kea-dhcp6 -t would refuse one of another subnet.
    let _ = machine.good(&["dhcp"]);
    let file = |id: u32| {
        let path = format!("/etc/kea/gateways6/{id}.conf");
        std::fs::read_to_string(machine.at(&path)).unwrap()
    };
    assert!(file(5).contains("<?include"), "{}", file(5));
    assert!(file(1).contains("\"reservations\": [\n"), "{}", file(1));
    lite.run(
        "UPDATE endpoint SET ip = '2001:db8:60::5', prefix = NULL WHERE id = \
         200024;",
    );
    let _ = machine.good(&["dhcp"]);
    assert!(file(1).contains("2001:db8:60::5"), "{}", file(1));
    assert!(!file(5).contains("2001:db8:60::5"), "{}", file(5));
    machine.env("APP_TIMEZONE=UTC\nPROVHA__KEA_SUBNET_IDS=pool\n");
    let _ = machine.good(&["dhcp"]);
    assert!(file(1).contains("\"id\": 30,"), "{}", file(1));
}

#[test]
fn what_is_not_served_is_told() {
    let lite = Lite::golden("");
    let machine = Machine::new(&lite.url(), "master");
    machine.env("APP_TIMEZONE=UTC\nPROVHA__DHCP6=off\n");
    let said = machine.good(&["dhcp"]);
    let told = "ippool has 1 and endpoint 3 such rows";
    assert!(said.err.contains(told), "{}", said.err);
    assert!(!machine.at("/etc/kea").exists());
    let none = "DELETE FROM ippool WHERE version = '6'; DELETE FROM endpoint \
                WHERE version = '6'; UPDATE netgw SET ipv6 = NULL;";
    lite.run(none);
    machine.env("APP_TIMEZONE=UTC\n");
    let said = machine.good(&["dhcp"]);
    assert!(!machine.at("/etc/kea").exists());
    assert!(!said.err.contains("IP version 6"), "{}", said.err);
}

/// A kea-dhcp6 on a copy of the live files, which lead to /etc/kea.
struct Kea {
    machine: Machine,
    dir: PathBuf,
    /// What runs a program in its network.
    enter: Vec<String>,
}

impl Kea {
    /// A machine whose kea-dhcp6 runs in another network.
    fn new(lite: &Lite, network: &Network) -> Self {
        let machine = Machine::new(&lite.url(), "standalone");
        let dir = machine.dir.path().to_path_buf();
        let d = dir.display();
        std::fs::create_dir_all(dir.join("run")).unwrap();
        put(&machine.at("/run/x"), b"");
        let conf = format!(
            "// the operator's own\n{{ \"Dhcp6\": {{\n  \"interfaces-config\": \
             {{ \"interfaces\": [ \"far/{FAR}\" ] }},\n  \"control-socket\": \
             {{ \"socket-type\": \"unix\", \"socket-name\": \"/run/kea6\" }},\n  \
             \"data-directory\": \"{d}/run\",\n  \
             \"lease-database\": {{ \"type\": \"memfile\", \"name\": \
             \"{d}/run/leases6.csv\" }},\n  \"shared-networks\": [\n    \
             <?include \"/etc/kea/gateways6.conf\"?>\n  ]\n}} }}\n"
        );
        put(&machine.at("/etc/kea/kea-dhcp6.conf"), conf.as_bytes());
        let root = machine.root().display().to_string();
        script(
            &dir.join("restart"),
            &format!(
                "date >> {d}/restarts\n[ ! -e {d}/fails ] || exit 1\n\
                 [ ! -e {d}/pid ] || kill $(cat {d}/pid)\n\
                 rm -rf {d}/moved\ncp -r {root}/etc/kea {d}/moved\n\
                 find {d}/moved -type f | xargs sed -i \
                 's#/etc/kea/#{d}/moved/#; s#/run/kea6#{root}/run/kea6#'\n\
                 export KEA_PIDFILE_DIR={d}/run KEA_LOCKFILE_DIR={d}/run\n\
                 kea-dhcp6 -c {d}/moved/kea-dhcp6.conf \
                 >> {d}/kea.log 2>&1 &\necho $! > {d}/pid"
            ),
        );
        machine.env(&format!(
            "APP_TIMEZONE=UTC\nPROVHA__DHCPD_RESTART=\n\
             PROVHA__KEA_RESTART={d}/restart\nPROVHA__VERIFY_SETTLE=1\n\
             PROVHA__VERIFY_TIMEOUT=8\nPROVHA__OWN_STATE=standalone\n"
        ));
        Self { machine, dir, enter: network.enter() }
    }

    /// A run that restarts kea-dhcp6, in its network.
    fn activate(&self, args: &[&str]) -> Said {
        let inner = self.machine.command(args);
        let mut command = Command::new(&self.enter[0]);
        command.args(&self.enter[1..]).arg(inner.get_program());
        command.args(inner.get_args()).env_clear();
        let set = inner.get_envs().filter_map(|(k, v)| Some((k, v?)));
        said(&command.envs(set).output().unwrap())
    }

    /// What kea-dhcp6 said.
    fn log(&self) -> String {
        std::fs::read_to_string(self.dir.join("kea.log")).unwrap_or_default()
    }

    /// How often it was restarted.
    fn restarts(&self) -> usize {
        let text = std::fs::read_to_string(self.dir.join("restarts"));
        text.unwrap_or_default().lines().count()
    }

    /// All files of the live directory.
    fn live(&self) -> std::collections::BTreeMap<String, Vec<u8>> {
        tree::read(&self.machine.at("/etc/kea"))
    }
}

impl Kea {
    /// Kills the server.
    fn stop(&self) {
        let pid = std::fs::read_to_string(self.dir.join("pid"));
        if let Ok(Ok(pid)) = pid.map(|pid| pid.trim().parse()) {
            let pid = nix::unistd::Pid::from_raw(pid);
            let _ = nix::sys::signal::kill(pid, nix::sys::signal::SIGKILL);
        }
    }
}

impl Drop for Kea {
    fn drop(&mut self) {
        self.stop();
    }
}

#[test]
fn a_real_server_gives_a_known_endpoint_what_the_database_says() {
    let test = "a_real_server_gives_a_known_endpoint_what_the_database_says";
    if !private::inside(test) {
        return;
    }
    let logs = tempfile::tempdir().unwrap();
    let log = logs.path().join("net.log");
    let network = Network::new("172.21.4.201/22", "172.21.4.10/22", &log);
    let _ = private::shell(&format!("ip addr add {NEAR}/64 dev near nodad"));
    network.shell(&format!("ip addr add {FAR}/64 dev far nodad"));
    let lite = Lite::golden("");
    let kea = Kea::new(&lite, &network);

    let said = kea.activate(&["dhcp"]);
    said.check(0, &["kea-dhcp6 restarted"]);
    let (address, prefix) = ask(&kea, KNOWN);
    assert_eq!((&*address, &*prefix), (ADDRESS, PREFIX), "{}", kea.log());
    let (address, prefix) = ask(&kea, [2, 0, 0, 0, 0, 1]);
    assert!(address.starts_with("2001:db8:50::"), "{address}");
    assert!(prefix.starts_with("2001:db8:80"), "{prefix}");

    // Nothing changed: nothing is touched.
    kea.activate(&["dhcp"]).check(0, &["nothing changed"]);
    assert_eq!(kea.restarts(), 1);
    states(&lite, &kea);
    changes(&lite, &kea);
    faults(&lite, &kea);
}

/// What `status` says of the server: state and code.
fn state(kea: &Kea) -> (String, String) {
    let said = kea.activate(&["status", "daemons", "--json"]);
    let told: serde_json::Value = serde_json::from_str(&said.out).unwrap();
    let checks = told["checks"].as_array().unwrap();
    let check = checks.iter().find(|check| check["name"] == "dhcp6");
    let check = check.unwrap_or_else(|| panic!("{said:?}"));
    let found = told["findings"].as_array().unwrap();
    let found = found.iter().find(|found| found["check"] == "dhcp6");
    let code = found.map_or("", |found| found["code"].as_str().unwrap());
    (check["state"].as_str().unwrap().into(), code.into())
}

/// A server that runs, that has older files, that nobody can reach.
fn states(lite: &Lite, kea: &Kea) {
    let is = |state: &str, code: &str| (state.to_string(), code.to_string());
    assert_eq!(state(kea), is("ok", ""));
    let rename = |name: &str| {
        let sql = "UPDATE endpoint SET hostname = ";
        lite.run(&format!("{sql}'{name}' WHERE id = 200023;"));
    };
    lite.run(SECOND_POOL);
    kea.activate(&["dhcp", "--no-activate"]).check(0, &[]);
    assert_eq!(state(kea), is("critical", "PH-252"));
    lite.run("DELETE FROM ippool WHERE id = 30;");
    rename("again");
    kea.activate(&["dhcp"]).check(0, &["kea-dhcp6 restarted"]);
    assert_eq!(state(kea), is("ok", ""));
    // Not included, and back.
    let conf = kea.machine.at("/etc/kea/kea-dhcp6.conf");
    let text = std::fs::read_to_string(&conf).unwrap();
    put(&conf, b"{ \"Dhcp6\": { } }");
    assert_eq!(state(kea), is("warning", "PH-253"));
    put(&conf, text.as_bytes());
    kea.stop();
    assert_eq!(state(kea), is("critical", "PH-251"));
    kea.activate(&["dhcp", "--dry-run"]).check(0, &[]);
    // Killed and not yet reaped, it would count as running by its PID file.
    std::fs::remove_file(kea.dir.join("run/kea-dhcp6.kea-dhcp6.pid")).unwrap();
    let again = script_of_restart(kea);
    assert!(again.success());
    assert_eq!(state(kea), is("ok", ""), "{}", kea.log());
}

/// Starts the server again as an operator would.
fn script_of_restart(kea: &Kea) -> std::process::ExitStatus {
    let mut command = Command::new(&kea.enter[0]);
    command.args(&kea.enter[1..]).arg(kea.dir.join("restart"));
    let status = command.status().unwrap();
    std::thread::sleep(Duration::from_secs(2));
    status
}

/// A change is served, and taken back by `rollback`.
fn changes(lite: &Lite, kea: &Kea) {
    let before = kea.live();
    lite.run(
        "UPDATE endpoint SET ip = '2001:db8:50::222', prefix = NULL WHERE id \
         = 200023;",
    );
    kea.activate(&["dhcp"]).check(0, &["kea-dhcp6 restarted"]);
    let (address, _) = ask(kea, KNOWN);
    assert_eq!(address, "2001:db8:50::222");
    kea.activate(&["rollback"]).check(0, &[]);
    assert_eq!(kea.live(), before);
    assert_eq!(ask(kea, KNOWN).0, ADDRESS);
}

/// What goes wrong leaves the live files as they were.
fn faults(lite: &Lite, kea: &Kea) {
    let before = kea.live();
    put(&kea.dir.join("fails"), b"");
    let said = kea.activate(&["dhcp"]);
    // The command fails for the previous files as well.
    said.check(5, &["restart"]);
    assert_eq!(kea.live(), before);
    std::fs::remove_file(kea.dir.join("fails")).unwrap();
    kea.activate(&["dhcp"]).check(0, &["kea-dhcp6 restarted"]);
    assert_eq!(ask(kea, KNOWN).0, "2001:db8:50::222");

    // The operator's own file is broken: nothing of ours becomes live.
    let before = kea.live();
    let conf = kea.machine.at("/etc/kea/kea-dhcp6.conf");
    let text = std::fs::read_to_string(&conf).unwrap();
    put(&conf, text.replace("\"Dhcp6\"", "\"Dhcp6\" x").as_bytes());
    lite.run("UPDATE endpoint SET hostname = 'new' WHERE id = 200023;");
    let said = kea.activate(&["dhcp"]);
    said.check(3, &["kea-dhcp6 -t refuses", "Invalid character"]);
    put(&conf, text.as_bytes());
    assert_eq!(kea.live(), before);
    // dhcpd's set does not wait for it.
    put(&conf, b"x <?include \"/etc/kea/gateways6.conf\"?>");
    lite.run("UPDATE modem SET hostname = 'other' WHERE id = 100004;");
    let said = kea.activate(&["dhcp"]);
    said.check(5, &["dhcpd's new set is live, that of kea-dhcp6 not"]);
    let hosts = kea.machine.set().join("modems-host.conf");
    let hosts = std::fs::read_to_string(hosts).unwrap();
    assert!(hosts.contains("host other "), "{hosts}");
    put(&conf, text.as_bytes());
    // A server that is not there is no reason to fail.
    put(&conf, b"{ \"Dhcp6\": { } }");
    let said = kea.activate(&["dhcp"]);
    said.check(0, &["does not include /etc/kea/gateways6.conf"]);
}

/// What a relayed SOLICIT of a device is answered with: address and prefix.
fn ask(kea: &Kea, mac: [u8; 6]) -> (String, String) {
    let socket = UdpSocket::bind(format!("[{NEAR}]:547")).unwrap();
    let server = SocketAddrV6::new(FAR.parse().unwrap(), 547, 0, 0);
    let wait = Some(Duration::from_millis(500));
    socket.set_read_timeout(wait).unwrap();
    let end = Instant::now() + Duration::from_secs(10);
    while Instant::now() < end {
        let _ = socket.send_to(&relayed(&solicit(mac)), server);
        let mut buffer = [0; 2048];
        let Ok(length) = socket.recv(&mut buffer) else { continue };
        let answer = &buffer[..length];
        assert_eq!(answer[0], 13, "a RELAY-REPL is expected");
        let inner = option(&answer[34..], 9).expect("no relayed message");
        assert_eq!(inner[0], 2, "an ADVERTISE is expected");
        let options = &inner[4..];
        let lease = |code, skip, inside| {
            option(options, code).and_then(|body| option(&body[skip..], inside))
        };
        let ip = |bytes: &[u8]| {
            let octets: [u8; 16] = bytes[..16].try_into().unwrap();
            Ipv6Addr::from(octets).to_string()
        };
        let address = lease(3, 12, 5).map(ip).unwrap_or_default();
        let prefix = lease(25, 12, 26)
            .map(|body| format!("{}/{}", ip(&body[9..]), body[8]));
        return (address, prefix.unwrap_or_default());
    }
    panic!("no answer: {}", kea.log());
}

/// The body of an option (RFC 8415 section 21.1).
fn option(mut bytes: &[u8], code: u16) -> Option<&[u8]> {
    while bytes.len() >= 4 {
        let length = usize::from(u16::from_be_bytes([bytes[2], bytes[3]]));
        let (body, rest) = bytes[4..].split_at(length);
        if u16::from_be_bytes([bytes[0], bytes[1]]) == code {
            return Some(body);
        }
        bytes = rest;
    }
    None
}

/// An option.
fn put_option(code: u16, body: &[u8]) -> Vec<u8> {
    let length = u16::try_from(body.len()).unwrap();
    [&code.to_be_bytes(), &length.to_be_bytes(), body].concat()
}

/// A SOLICIT for an address and a prefix.
fn solicit(mac: [u8; 6]) -> Vec<u8> {
    let duid = [&[0, 3, 0, 1][..], &mac].concat();
    let iaid = [[0, 0, 0, 1], [0; 4], [0; 4]].concat();
    let mut out = vec![1, 0x12, 0x34, 0x56];
    out.extend(put_option(1, &duid));
    out.extend(put_option(3, &iaid));
    out.extend(put_option(25, &iaid));
    out.extend(put_option(8, &[0, 0]));
    out
}

/// The message as a relay forwards it.
fn relayed(message: &[u8]) -> Vec<u8> {
    let link: Ipv6Addr = RELAY.parse().unwrap();
    let peer: Ipv6Addr = "fe80::1".parse().unwrap();
    let mut out = vec![12, 0];
    out.extend(link.octets());
    out.extend(peer.octets());
    out.extend(put_option(9, message));
    out
}

#[test]
fn what_is_in_use_is_not_taken_away_unasked() {
    let lite = Lite::golden("");
    let machine = Machine::new(&lite.url(), "master");
    let _ = machine.good(&["dhcp"]);
    let before = tree::read(&machine.root().join("etc"));
    let leases = "address,duid,valid_lifetime,expire,subnet_id,pref_lifetime,\
        lease_type,iaid,prefix_len,fqdn_fwd,fqdn_rev,hostname,hwaddr,state\n\
        2001:db8:50::99,00:01,4000,4000000000,1,3000,0,1,128,0,0,,,0\n\
        2001:db8:8000::,00:01,4000,4000000000,1,3000,2,1,56,0,0,,,0\n";
    put(&machine.at("/var/lib/kea/kea-leases6.csv"), leases.as_bytes());
    lite.run("UPDATE ippool SET deleted_at = '2026-01-01' WHERE id = 9;");
    let said = machine.run(&["dhcp"]);
    let told = "the pool 2001:db8:50::/64 would lose 2 of its 2 active \
                leases: 2001:db8:50::99, 2001:db8:8000::/56";
    said.check(3, &[told, "--allow leases"]);
    assert_eq!(tree::read(&machine.root().join("etc")), before);
    // No other output acts on these rows either.
    machine.run(&["dns"]).check(3, &[told]);
    let _ = machine.good(&["dhcp", "--allow", "leases"]);
    // Once they are there the files are kept in line, empty too.
    lite.run(
        "DELETE FROM ippool WHERE version = '6'; DELETE FROM endpoint WHERE \
         version = '6'; UPDATE netgw SET ipv6 = NULL;",
    );
    let _ = machine.good(&["dhcp"]);
    let hosts = std::fs::read_to_string(machine.at("/etc/kea/hosts6.conf"));
    assert_eq!(hosts.unwrap(), "\"reservations\": [\n]");
}

#[test]
fn many_reservations_are_not_dropped_unasked() {
    let mut sql = String::new();
    for i in 0..12 {
        sql += &format!(
            "INSERT INTO endpoint (id, hostname, mac, fixed_ip, modem_id, ip, \
             version) VALUES ({}, 'e{i}', '02:00:00:00:00:{i:02x}', 1, 100004, \
             '2001:db8:50::a:{i:x}', '6');",
            200_100 + i
        );
    }
    let lite = Lite::golden(&sql);
    let machine = Machine::new(&lite.url(), "master");
    let _ = machine.good(&["dhcp"]);
    lite.run("DELETE FROM endpoint WHERE hostname LIKE 'e%';");
    let told = "12 of 14 live DHCPv6 reservations would be dropped";
    machine.run(&["dhcp"]).check(3, &[told, "02:00:00:00:00:0b"]);
    let _ = machine.good(&["dhcp", "--allow", "endpoints"]);
}

#[test]
fn a_killed_run_leaves_old_or_new() {
    let lite = Lite::golden("");
    let machine = Machine::in_memory(&lite.url(), "master");
    let _ = machine.good(&["dhcp"]);
    let old = tree::read(&machine.at("/etc/kea"));
    lite.run(SECOND_POOL);
    lite.run("UPDATE endpoint SET hostname = 'new' WHERE version = '6' AND id = 200023;");
    let new = {
        let other = Machine::in_memory(&lite.url(), "master");
        let _ = other.good(&["dhcp"]);
        tree::read(&other.at("/etc/kea"))
    };
    assert_ne!(old, new);
    let mut seen = [0, 0];
    for wait in 0..12 {
        let mut child = machine
            .command(&["--no-activate", "dhcp"])
            .stderr(std::process::Stdio::null())
            .spawn()
            .unwrap();
        std::thread::sleep(Duration::from_millis(40 * wait));
        let _ = child.kill();
        let _ = child.wait();
        let live = tree::read(&machine.at("/etc/kea"));
        let is_new = live == new;
        assert!(is_new || live == old, "torn after {wait}: {live:?}");
        seen[usize::from(is_new)] += 1;
        if is_new {
            break;
        }
    }
    let _ = machine.good(&["dhcp"]);
    assert_eq!(tree::read(&machine.at("/etc/kea")), new);
    assert!(!Path::new(&machine.at("/etc/.provha-stage.kea")).exists());
    assert!(seen[0] > 0, "{seen:?}");
}

#[test]
fn an_endpoint_is_explained() {
    let lite = Lite::golden("");
    let machine = Machine::new(&lite.url(), "master");
    let _ = machine.good(&["dhcp"]);
    let upper = ADDRESS.to_uppercase();
    for device in ["endpoint-200023", ADDRESS, &upper, "00:22:44:30:00:73"] {
        let said = machine.activate(&["explain", device]);
        assert_eq!(said.code, 0, "{device}: {said:?}");
        for words in [
            "2001:db8:50::/64 (ippool 9)",
            &format!("address {ADDRESS}"),
            &format!("prefix {PREFIX}"),
            "/etc/kea/hosts6.conf",
            "ip6.arpa",
            ".cpe.prov.example.net",
        ] {
            assert!(said.out.contains(words), "{words}: {}", said.out);
        }
    }
    // What the next run changes, and what is wrong with the row.
    lite.run("UPDATE endpoint SET ip = '2001:db8:50::1' WHERE id = 200023;");
    let said = machine.activate(&["explain", "endpoint-200023"]);
    for words in ["is the router of pool 9", "has no reservation", "- {"] {
        assert!(said.out.contains(words), "{words}: {}", said.out);
    }
}
