//! `provha setup check`: each thing that is broken on a machine that was set
//! up is found, with the line that mends it.

use crate::common;

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::process::Command;

use common::fresh::debian;
use common::machine::{Machine, put, said};
use common::schema;
use common::sqlite::Lite;
use serde_json::Value;

/// How to break it, and what the check then says: its name, words of its
/// text, words of the line that mends it.
type Case = (&'static str, Break, &'static str, &'static str, &'static str);

/// What is done to the machine.
enum Break {
    /// A file is gone.
    Remove(&'static str),
    /// A file has another content.
    Write(&'static str, &'static str),
    /// A word of a file becomes another one.
    Replace(&'static str, &'static str, &'static str),
    /// A file has other permissions.
    Mode(&'static str, u32),
    /// The database says something else.
    Sql(&'static str),
}

use Break::{Mode, Remove, Replace, Sql, Write};

const ENV: &str = "/etc/nmsprime/env/provha.env";
const LINE: &str = "provha setup master --own 172.21.4.10 --peer 172.21.4.11";

/// What can be wrong on a master.
const MASTER: &[Case] = &[
    (
        "no role",
        Replace(ENV, "PROVHA__OWN_STATE=master\n", ""),
        "role",
        "neither master, slave nor standalone",
        "provha setup master|slave|standalone",
    ),
    (
        "no own address",
        Replace(ENV, "PROVHA__OWN_ADDRESS=172.21.4.10\n", ""),
        "steps",
        "are not set",
        "provha setup master --own IP",
    ),
    (
        "the secrets are open",
        Mode(ENV, 0o644),
        "modes",
        "everybody may use",
        "chmod o=",
    ),
    (
        "no OMAPI key",
        Remove("/etc/dhcp-nmsprime/omapi.key"),
        "steps",
        "omapi-key",
        LINE,
    ),
    (
        "the OMAPI key is open",
        Mode("/etc/dhcp-nmsprime/omapi.key", 0o644),
        "modes",
        "omapi.key",
        "chmod o=",
    ),
    (
        "no key of public names",
        Remove("/etc/named-ddns-cpe.key"),
        "steps",
        "ddns-key",
        LINE,
    ),
    (
        "the key of public names is open",
        Mode("/etc/named-ddns-cpe.key", 0o604),
        "modes",
        "named-ddns-cpe.key",
        "chmod o=",
    ),
    (
        "dhcpd starts from its own file",
        Replace(
            "/etc/default/isc-dhcp-server",
            "/etc/dhcp-nmsprime/dhcpd.conf",
            "/etc/dhcp/dhcpd.conf",
        ),
        "steps",
        "dhcpd: set DHCPDv4_CONF=/etc/dhcp-nmsprime/dhcpd.conf",
        LINE,
    ),
    (
        "named starts from its own file",
        Replace("/etc/default/named", " -c /etc/named-nmsprime.conf", ""),
        "steps",
        "named: start named with -c",
        LINE,
    ),
    (
        "tftpd has another root",
        Replace("/etc/default/tftpd-hpa", "/tftpboot", "/srv/tftp"),
        "steps",
        "tftpd: root /tftpboot",
        LINE,
    ),
    (
        "chrony does not read our part",
        Write("/etc/chrony/chrony.conf", "pool ntp.example.org\n"),
        "steps",
        "chrony: have",
        LINE,
    ),
    (
        "no chrony",
        Remove("/etc/chrony/chrony.conf"),
        "steps",
        "chrony",
        "install chrony",
    ),
    (
        "AppArmor of dhcpd",
        Write("/etc/apparmor.d/local/usr.sbin.dhcpd", ""),
        "steps",
        "apparmor",
        LINE,
    ),
    (
        "AppArmor of named",
        Write("/etc/apparmor.d/local/usr.sbin.named", ""),
        "steps",
        "apparmor",
        LINE,
    ),
    (
        "the failover log",
        Remove("/etc/rsyslog.d/failover.conf"),
        "steps",
        "rsyslog",
        LINE,
    ),
    (
        "the firewall lets others in",
        Replace("/etc/provha/firewall.nft", "172.21.4.11", "172.21.4.99"),
        "steps",
        "firewall",
        LINE,
    ),
    ("no ssh key", Remove("/root/.ssh/id_ed25519"), "steps", "ssh", LINE),
    (
        "a unit is not enabled",
        Remove("/etc/systemd/system/timers.target.wants/provha-sync.timer"),
        "steps",
        "units",
        LINE,
    ),
    (
        "a unit is not installed",
        Remove("/usr/lib/systemd/system/provha-watch.service"),
        "steps",
        "units",
        "install the package",
    ),
    (
        "no lease file",
        Remove("/var/lib/dhcp/dhcpd.leases"),
        "lease-file",
        "is missing",
        "touch ",
    ),
    (
        "table provha has another peer",
        Sql("UPDATE provha SET slaves = '172.21.4.12';"),
        "settings",
        "other addresses",
        "correct them in the GUI",
    ),
    (
        "no secret of the names",
        Sql("UPDATE provha SET master_dns_password = '';"),
        "settings",
        "",
        "GUI",
    ),
    (
        "the settings are gone",
        Sql("DROP TABLE provbase;"),
        "settings",
        "provbase",
        "",
    ),
    (
        "the existing system's scheduler",
        Write(
            "/etc/cron.d/nmsprime",
            "* * * * * apache php /var/www/nmsprime/artisan schedule:run\n",
        ),
        "writers",
        "the scheduler of the existing system (/etc/cron.d/nmsprime:1)",
        "provha setup hand-over --yes",
    ),
    (
        "a command in a crontab",
        Write(
            "/var/spool/cron/crontabs/root",
            "5 * * * * php /var/www/nmsprime/artisan nms:dhcp\n",
        ),
        "writers",
        "a command that provha replaces",
        "provha setup hand-over --yes",
    ),
];

/// What can be wrong on a slave besides.
const SLAVE: &[Case] = &[
    (
        "the key of the master is gone",
        Remove("/etc/dhcp-nmsprime/omapi.key"),
        "steps",
        "omapi-key",
        "",
    ),
    (
        "cacti writes",
        Replace("/etc/cacti/debian.php", "'readers'", "'cacti'"),
        "steps",
        "cacti",
        "provha setup slave --own 172.21.4.11 --peer 172.21.4.10 --yes",
    ),
    (
        "the graphs are not mounted",
        Remove("/etc/auto.provha"),
        "steps",
        "cacti",
        "provha setup slave",
    ),
    (
        "the timer is not enabled",
        Remove("/etc/systemd/system/timers.target.wants/provha-rebuild.timer"),
        "steps",
        "units",
        "provha setup slave",
    ),
];

/// A machine that was set up, and its database.
fn machine(role: &str, line: &[&str]) -> (Machine, Lite) {
    let lite = Lite::golden("");
    let mut machine = Machine::in_memory(&lite.url(), "");
    debian(&machine);
    put(&machine.at("/var/lib/dhcp/dhcpd.leases"), b"");
    machine.env(&format!(
        "APP_TIMEZONE=UTC\nDB_USERNAME=reader{role}\nDB_PASSWORD=secret\n"
    ));
    fs::set_permissions(
        machine.dir.path().join("env/provha.env"),
        PermissionsExt::from_mode(0o640),
    )
    .unwrap();
    let done = machine.run(&[line, &["--yes"]].concat());
    assert_eq!(done.code, 0, "{done:?}");
    // Below a --root the addresses of the machine do not tell its role.
    machine.role = line[1].into();
    (machine, lite)
}

/// The place of a path of the machine.
fn place(machine: &Machine, path: &str) -> std::path::PathBuf {
    match path.strip_prefix("/etc/nmsprime/") {
        Some(below) => machine.dir.path().join(below),
        None => machine.at(path),
    }
}

/// What is wrong: name, text and the line that mends it.
fn wrong(machine: &Machine) -> Vec<(String, String, String)> {
    let line = ["setup", "check", "--json", "--no-activate"];
    let said = said(&machine.command(&line).output().unwrap());
    let object = schema::object("setup check", said.code, &said.out);
    let word = |check: &Value, name: &str| {
        check[name].as_str().unwrap_or_default().to_string()
    };
    let checks = object["checks"].as_array().unwrap().iter();
    let wrong = checks.filter(|check| {
        ["problem", "warning"].contains(&&*word(check, "state"))
    });
    let wrong: Vec<_> = wrong
        .map(|c| (word(c, "name"), word(c, "text"), word(c, "fix")))
        .collect();
    // A device cannot be asked for below a --root.
    let bad = object["checks"].as_array().unwrap().iter();
    let bad = bad.filter(|check| check["state"] == "problem").count();
    assert_eq!(said.code, i32::from(bad > 0), "{object:#}");
    wrong
}

/// Breaks it.
fn do_break(machine: &Machine, lite: &Lite, how: &Break) {
    match how {
        Remove(path) => fs::remove_file(place(machine, path)).unwrap(),
        Write(path, text) => put(&place(machine, path), text.as_bytes()),
        Mode(path, mode) => {
            let mode = PermissionsExt::from_mode(*mode);
            fs::set_permissions(place(machine, path), mode).unwrap();
        }
        Replace(path, from, to) => {
            let path = place(machine, path);
            let text = fs::read_to_string(&path).unwrap();
            assert!(text.contains(from), "{from} is not in {text}");
            let mode = fs::metadata(&path).unwrap().permissions();
            put(&path, text.replace(from, to).as_bytes());
            fs::set_permissions(&path, mode).unwrap();
        }
        Sql(text) => lite.run(text),
    }
}

/// Copies a directory as it is.
fn copy(from: &Path, to: &Path) {
    let _ = fs::remove_dir_all(to);
    let copied = Command::new("cp").arg("-a").arg(from).arg(to).status();
    assert!(copied.unwrap().success());
}

/// Breaks one thing after the other; each must be found, and nothing must be
/// wrong before and after.
fn each_is_found(role: &str, line: &[&str], cases: &[Case]) {
    let (mut machine, lite) = machine(role, line);
    let before = wrong(&machine);
    let aside = machine.dir.path().join("aside");
    copy(&machine.root(), &aside);
    let env = machine.dir.path().join("env");
    let env_aside = machine.dir.path().join("env-aside");
    copy(&env, &env_aside);
    let database = lite.url().trim_start_matches("sqlite:").to_string();
    let database_aside = machine.dir.path().join("database");
    let _ = fs::copy(&database, &database_aside).unwrap();
    let mut missed = Vec::new();
    for (what, how, name, words, fix) in cases {
        do_break(&machine, &lite, how);
        let role = machine.role.clone();
        if *name == "role" {
            machine.role.clear();
        }
        let after = wrong(&machine);
        machine.role = role;
        let found = after.iter().find(|found| {
            !before.contains(found)
                && found.0 == *name
                && found.1.contains(words)
                && found.2.contains(fix)
                && !found.2.is_empty()
        });
        if found.is_none() {
            let new: Vec<_> =
                after.iter().filter(|f| !before.contains(f)).collect();
            missed.push(format!("{what}: {new:?}"));
        }
        copy(&aside, &machine.root());
        copy(&env_aside, &env);
        let _ = fs::copy(&database_aside, &database).unwrap();
    }
    assert!(missed.is_empty(), "{}", missed.join("\n"));
    assert_eq!(wrong(&machine), before);
    // The keys of the peer were not copied here.
    let others = before.iter().filter(|found| !found.1.starts_with("ssh: "));
    let others: Vec<_> = others.filter(|found| found.0 != "settings").collect();
    assert!(others.is_empty(), "{others:?}");
}

#[test]
fn what_is_broken_on_a_master_is_found() {
    let line =
        ["setup", "master", "--own", "172.21.4.10", "--peer", "172.21.4.11"];
    each_is_found("m", &line, MASTER);
}

#[test]
fn what_is_broken_on_a_slave_is_found() {
    let (other, _lite) = machine(
        "m",
        &["setup", "master", "--own", "172.21.4.10", "--peer", "172.21.4.11"],
    );
    let peer = other.dir.path().join("copied");
    let key = fs::read(other.at("/etc/dhcp-nmsprime/omapi.key")).unwrap();
    put(&peer.join("omapi.key"), &key);
    let peer = peer.display().to_string();
    let line = [
        "setup",
        "slave",
        "--own",
        "172.21.4.11",
        "--peer",
        "172.21.4.10",
        "--peer-files",
        &peer,
    ];
    each_is_found("s", &line, SLAVE);
}
