//! Restart commands that end well and did nothing, a dhcpd that is started
//! from another file, without its lease file, or on another interface: what
//! was made counts as live only when a new process serves it.

use crate::common;

use std::path::Path;

use common::lone::Lone;
use common::machine::{put, script};
use common::{private, program};

/// What changes every set: the pool of the first CMTS' modems is cut, and
/// another one goes.
const CHANGES: [&str; 2] = [
    "UPDATE ippool SET netmask = '255.255.248.0', ip_pool_end = \
     '10.16.7.253', broadcast_ip = '10.16.7.255' WHERE id = 1",
    "UPDATE ippool SET netmask = '255.255.240.0', ip_pool_end = \
     '10.16.15.253', broadcast_ip = '10.16.15.255' WHERE id = 1",
];
/// A daemon, the command that makes its set, and a file of that.
const DAEMONS: [(&str, &str, &str); 4] = [
    ("dhcpd", "dhcp", "/etc/dhcp-nmsprime/cmts_gws/1.conf"),
    ("named", "dns", "/etc/named-nmsprime.conf"),
    ("chronyd", "time", "/etc/chrony/conf.d/nmsprime.conf"),
    ("xinetd", "time", "/etc/xinetd.d/nmsprime-time"),
];
/// An active lease of modem 100004.
const LEASE: &str = "lease 10.16.0.5 {\n  starts 1 2026/11/02 10:00:00;\n  \
    ends never;\n  cltt 1 2026/11/02 10:00:00;\n  binding state active;\n  \
    next binding state free;\n  hardware ethernet 00:1a:2b:10:00:94;\n}\n";

/// The text of a file of the machine.
fn text(lone: &Lone, path: &str) -> String {
    std::fs::read_to_string(lone.machine.at(path)).unwrap_or_default()
}

/// Has a restart script do something else; the former text.
fn replaced(path: &Path, by: &str) -> String {
    let old = std::fs::read_to_string(path).unwrap();
    script(path, by);
    old
}

#[test]
fn a_restart_that_did_nothing_is_no_restart() {
    if !private::inside("a_restart_that_did_nothing_is_no_restart") {
        return;
    }
    let lone = Lone::new();
    put(&lone.machine.at("/leases"), LEASE.as_bytes());
    for command in ["dhcp", "dns", "time"] {
        lone.machine.activate(&[command]).check(0, &["restarted"]);
    }
    for (round, (name, command, file)) in DAEMONS.into_iter().enumerate() {
        let old = text(&lone, file);
        lone.server.run("s", &[CHANGES[round % 2]]);
        let former = replaced(&lone.at(name), "exit 0");
        let said = lone.machine.activate(&[command]);
        said.check(4, &[&format!("{name} was not restarted")]);
        assert_eq!(text(&lone, file), old, "{name}: the old set is live");
        if round == 0 {
            // And it is told as long as it is so.
            lone.machine.activate(&[command]).check(4, &["not restarted"]);
        }
        put(&lone.at(name), former.as_bytes());
        lone.machine.activate(&[command]).check(0, &[name, "restarted"]);
        assert_ne!(text(&lone, file), old, "{name}: the new set is live");
        for other in ["dhcp", "dns", "time"] {
            lone.machine.activate(&[other]).check(0, &[]);
        }
    }
    what_it_copied_before_is_not_the_new_set(&lone);
    a_known_modem_must_be_answered(&lone);
    its_lease_file_must_be_there(&lone);
    it_must_be_started_from_our_file(&lone);
    it_may_not_read_everything(&lone);
}

/// A new process on the content that its start command copied before.
fn what_it_copied_before_is_not_the_new_set(lone: &Lone) {
    let path = lone.at("dhcpd");
    let former = std::fs::read_to_string(&path).unwrap();
    let stale = former.replace("rm -rf copy; cp -r", "[ -d copy ] || cp -r");
    assert_ne!(stale, former);
    let hosts = "/etc/dhcp-nmsprime/modems-host.conf";
    let changes = [
        // Another MAC of a modem, another name of one.
        ("mac = '02:00:00:00:99:01'", "02:00:00:00:99:01"),
        ("hostname = 'attic'", "host attic "),
    ];
    for (sql, words) in changes {
        let old = text(lone, hosts);
        let sql = format!("UPDATE modem SET {sql} WHERE id = 100009");
        lone.server.run("s", &[&sql]);
        put(&path, stale.as_bytes());
        let said = lone.machine.activate(&["dhcp"]);
        said.check(4, &["it does not know the host", "what its start command"]);
        assert_eq!(text(lone, hosts), old, "the old set is live");
        put(&path, former.as_bytes());
        lone.machine.activate(&["dhcp"]).check(0, &["dhcpd restarted"]);
        assert!(text(lone, hosts).contains(words), "{words}");
    }
}

/// A dhcpd under a profile that lets it read its own directory only.
fn it_may_not_read_everything(lone: &Lone) {
    let set = lone.machine.set().display().to_string();
    let (confined, dhcpd) = (lone.at("confined"), program("dhcpd"));
    let text = |may: &str| {
        format!(
            "for word; do [ \"$last\" = -cf ] && conf=$word; last=$word; done\n\
             case $conf in\n{may}) exec {} \"$@\" ;;\nesac\n\
             echo \"Can't open $conf: Permission denied\" >&2; exit 1",
            dhcpd.display()
        )
    };
    let env = lone.machine.dir.path().join("env/provha.env");
    let former = std::fs::read_to_string(&env).unwrap();
    let bin = format!("PROVHA__DHCPD_BIN={}\n", confined.display());
    put(&env, (former + &bin).as_bytes());
    script(&confined, &text(&format!("{set}/*")));
    lone.server.run("s", &[CHANGES[0]]);
    lone.machine.activate(&["dhcp"]).check(0, &["dhcpd restarted"]);
    assert!(!lone.machine.set().join(".provha-check").exists());
    script(&confined, &text("/nowhere/*"));
    lone.server.run("s", &[CHANGES[1]]);
    let words = ["AppArmor or SELinux forbids it", "/etc/dhcp-nmsprime/** r"];
    lone.machine.activate(&["dhcp"]).check(3, &words);
}

/// On another interface dhcpd answers OMAPI, and nobody else.
fn a_known_modem_must_be_answered(lone: &Lone) {
    let _ = private::shell(
        "ip link add deaf type veth peer name deaf2; ip addr add \
         172.21.5.1/32 dev deaf; ip link set deaf up; ip link set deaf2 up",
    );
    let file = DAEMONS[0].2;
    let old = text(lone, file);
    lone.server.run("s", &[CHANGES[0]]);
    let path = lone.at("dhcpd");
    let former = std::fs::read_to_string(&path).unwrap();
    // The set that is live when it is started decides.
    let deaf = former.replace(
        "\nexec ",
        "\nend=near; grep -q 10.16.7.253 root/etc/dhcp-nmsprime/cmts_gws/1.conf \
         && end=deaf\nexec ",
    );
    put(&path, deaf.replace("dhcpd.pid near", "dhcpd.pid $end").as_bytes());
    let said = lone.machine.activate(&["dhcp"]);
    said.check(4, &["00:1a:2b:10:00:94", "which it answered before"]);
    assert_eq!(text(lone, file), old);
    put(&path, former.as_bytes());
    lone.machine.activate(&["dhcp"]).check(0, &["dhcpd restarted"]);
}

/// A dhcpd without its lease file goes on until it is restarted.
fn its_lease_file_must_be_there(lone: &Lone) {
    lone.server.run("s", &[CHANGES[1]]);
    let aside = lone.aside("/leases");
    let words = ["leases is not there", "would not start again"];
    lone.machine.activate(&["dhcp"]).check(3, &words);
    let status = lone.status(&[]);
    status.says("leases", "will not start again");
    assert_eq!(status.check("leases")["state"], "critical");
    drop(aside);
}

/// A unit that names another configuration.
fn it_must_be_started_from_our_file(lone: &Lone) {
    let d = lone.machine.dir.path().display().to_string();
    let unit = lone.machine.at("/etc/systemd/system/isc-dhcp-server.service");
    let other =
        "[Service]\nExecStart=/usr/sbin/dhcpd -f -cf /etc/dhcp/x.conf\n";
    put(&unit, other.as_bytes());
    let env = lone.machine.dir.path().join("env/provha.env");
    let former = std::fs::read_to_string(&env).unwrap();
    let key = format!("PROVHA__DHCPD_RESTART={d}/dhcpd\n");
    put(&env, former.replace(&key, "").as_bytes());
    let words = ["starts dhcpd from /etc/dhcp/x.conf", "systemctl edit"];
    lone.machine.activate(&["dhcp"]).check(3, &words);
    put(&env, former.as_bytes());
    lone.machine.activate(&["dhcp"]).check(0, &["dhcpd restarted"]);
}
