//! Runs that are killed, that meet failing calls, and a full disk: what is
//! live is old or new, never torn, and the next run heals.

use crate::common;

use std::process::Command;

use common::drill::{Drill, Live, Report, library};
use common::machine::{Machine, NO_GUARDS, put, said};
use common::sqlite::Lite;
use common::{program, tree};

/// The other network: every file of the dhcpd set differs, a CMTS goes, one
/// comes.
const OTHER: &str = "
    UPDATE provbase SET dhcp_def_lease_time = 4711, max_cpe = 7,
        multiple_provisioning_systems = 1, provisioning_server = '172.21.4.12';
    UPDATE provha SET load_ratio_master = 0.25;
    UPDATE netgw SET deleted_at = NULL WHERE id = 3;
    UPDATE netgw SET deleted_at = '2022-05-01 00:00:00' WHERE id = 2;
    UPDATE modem SET public = 1 - public, internet_access = 0
        WHERE id > 100030;
    UPDATE mta SET deleted_at = '2022-05-01 00:00:00' WHERE id = 300010;
    UPDATE endpoint SET deleted_at = '2022-05-01 00:00:00'
        WHERE id = 200005;
    UPDATE configfile SET text = text || '\\n/* changed */';";

/// The rules that the two networks need to follow each other at will.
fn keys() -> String {
    format!("APP_TIMEZONE=UTC\n{NO_GUARDS}")
}

/// A machine that goes to and fro between two databases.
fn machine() -> Machine {
    let machine = Machine::in_memory("", "master");
    machine.env(&keys());
    machine.firmware();
    machine
}

fn set(machine: &Machine) -> Live {
    tree::read(&machine.set())
}

fn tftpboot(machine: &Machine) -> Live {
    let mut live = tree::read(&machine.at("/tftpboot"));
    // Beside their places wait what is not live yet; the next run sweeps it.
    live.retain(|name, _| !name.contains("/.provha-"));
    live
}

/// What `dhcpd -t` says of the live set.
fn dhcpd_accepts(machine: &Machine) {
    let conf = machine.moved_set("moved");
    let output = Command::new(program("dhcpd"))
        .args(["-4", "-t", "-lf", "/dev/null", "-cf"])
        .arg(conf)
        .output()
        .expect("dhcpd can be run");
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "dhcpd -t: {said}");
}

#[test]
fn killed_at_any_moment() {
    let times = match std::env::var_os("PROVHA_DRILL") {
        Some(_) => 200,
        None => 25,
    };
    let (one, other) = (Lite::golden(""), Lite::golden(OTHER));
    let mut drill = Drill {
        machine: machine(),
        urls: [&one.url(), &other.url()],
        args: &["dhcp"],
        live: set,
        together: |_| true,
        before: |_| (),
    };
    let report = drill.kill(times, &dhcpd_accepts);
    println!("dhcp killed at random: {report:?}");
}

/// One kind of sweep: a command and what is live by it.
struct Sweep {
    args: &'static [&'static str],
    live: fn(&Machine) -> Live,
    together: fn(&str) -> bool,
    before: fn(&Machine),
    /// What the real checker says of what is live.
    accepts: fn(&Machine),
    /// What the other database differs by.
    other: &'static str,
}

impl Sweep {
    /// Sweeps all points; the checkers are told to agree, both sides are
    /// shown to the real ones.
    fn run(&self, how: &str) {
        let (one, other) = (Lite::golden(""), Lite::golden(self.other));
        let machine = machine();
        // The set of Kea is one of its own, and has its own kills (e2e_kea).
        machine.env(&format!(
            "{}PROVHA__DHCP6=off\nPROVHA__DHCPD_BIN=/bin/true\n\
             PROVHA__NAMED_CHECKCONF_BIN=/bin/true\n\
             PROVHA__CHRONYD_BIN=/bin/true\nPROVHA__TIME_INETD=xinetd\n",
            keys()
        ));
        let library = library(machine.dir.path());
        let urls = [&*one.url(), &*other.url()];
        let mut drill = Drill {
            machine,
            urls,
            args: self.args,
            live: self.live,
            together: self.together,
            before: self.before,
        };
        let report = drill.sweep(&library, how);
        println!("{} {how}: {report:?}", self.args.join(" "));
        enough(&report, how);
        for url in urls {
            drill.machine.db = url.into();
            let _ = drill.machine.good(self.args);
            (self.accepts)(&drill.machine);
        }
    }
}

/// A sweep that met hardly anything proves nothing.
fn enough(report: &Report, how: &str) {
    assert!(report.points > 20, "{how}: {report:?}");
    assert_eq!(report.old + report.new, report.points, "{how}: {report:?}");
}

const DHCP: Sweep = Sweep {
    args: &["dhcp"],
    live: set,
    together: |_| true,
    before: |_| (),
    accepts: dhcpd_accepts,
    other: OTHER,
};

#[test]
fn the_dhcpd_set_killed_at_every_call() {
    DHCP.run("kill");
}

#[test]
fn the_dhcpd_set_with_every_call_failing() {
    DHCP.run("EIO");
}

#[test]
fn the_dhcpd_set_with_the_disk_full_from_every_call_on() {
    DHCP.run("ENOSPC");
}

/// Every file of named changes: other keys, another zone, one for telephone
/// adapters, no peer.
const OTHER_NAMED: &str = "
    UPDATE provbase SET domain_name = 'new.example.org',
        dns_password = 'b3RoZXIgc2VjcmV0IQ==';
    UPDATE provha SET master_dns_password = 'b3RoZXIgc2VjcmV0IQ==';
    UPDATE provha SET slaves = '', slave_dns_password = '';
    UPDATE provvoip SET mta_domain = 'voip.example.org';
    UPDATE ippool SET deleted_at = '2022-05-01 00:00:00' WHERE id = 1;";

/// What named loads: its configuration and the zones that this names. The
/// keys and the script are others' files.
fn named_set(machine: &Machine) -> Live {
    let mut live = tree::read(&machine.at("/etc"));
    live.retain(|name, _| name.starts_with("named"));
    let conf = live.get("named-nmsprime.conf").cloned().unwrap_or_default();
    let conf = String::from_utf8(conf).unwrap();
    for line in conf.lines() {
        let Some(file) = line.trim().strip_prefix("file \"") else { continue };
        let file = file.trim_end_matches("\";");
        let zone = std::fs::read(machine.at(file));
        let missing = || panic!("{file} is named and not there");
        live.insert(file.into(), zone.unwrap_or_else(|_| missing()));
    }
    live
}

const NAMED: Sweep = Sweep {
    args: &["dns"],
    live: named_set,
    together: |name| {
        name == "named-nmsprime.conf" || name.starts_with("/var/named")
    },
    // So that each run makes the zones anew that are not live.
    before: |machine| {
        let live = named_set(machine);
        for zone in tree::read(&machine.at("/var/named/dynamic")).keys() {
            let path = format!("/var/named/dynamic/{zone}");
            if !live.contains_key(&path) {
                std::fs::remove_file(machine.at(&path)).unwrap();
            }
        }
    },
    accepts: named_accepts,
    other: OTHER_NAMED,
};

/// What `named-checkconf -z` says of the live set.
fn named_accepts(machine: &Machine) {
    let conf = machine.at("/etc/named-nmsprime.conf");
    let text = std::fs::read_to_string(conf).unwrap();
    let below = format!("\"{}/var/named", machine.root().display());
    let conf = machine.dir.path().join("named.conf");
    put(&conf, text.replace("\"/var/named", &below).as_bytes());
    let output = Command::new(program("named-checkconf"))
        .arg("-z")
        .arg(conf)
        .output()
        .expect("named-checkconf can be run");
    assert!(output.status.success(), "{}", said(&output).out);
}

#[test]
fn the_named_set_killed_at_every_call() {
    NAMED.run("kill");
}

#[test]
fn the_named_set_with_every_call_failing() {
    NAMED.run("EIO");
}

#[test]
fn the_named_set_with_the_disk_full_from_every_call_on() {
    NAMED.run("ENOSPC");
}

#[test]
fn named_killed_at_any_moment() {
    let times = match std::env::var_os("PROVHA_DRILL") {
        Some(_) => 200,
        None => 25,
    };
    let (one, other) = (Lite::golden(""), Lite::golden(OTHER_NAMED));
    let mut drill = Drill {
        machine: machine(),
        urls: [&one.url(), &other.url()],
        args: NAMED.args,
        live: NAMED.live,
        together: NAMED.together,
        before: NAMED.before,
    };
    let report = drill.kill(times, &named_accepts);
    println!("dns killed at random: {report:?}");
}

/// Both files of the time change.
const TIME: Sweep = Sweep {
    args: &["time"],
    live: |machine| {
        let mut live = tree::read(&machine.at("/etc"));
        live.retain(|name, _| name.contains("/nmsprime"));
        live
    },
    together: |_| false,
    before: |_| (),
    accepts: |machine| {
        let conf = machine.at("/etc/chrony/conf.d/nmsprime.conf");
        let mut command = Command::new(program("chronyd"));
        let output = command.args(["-p", "-f"]).arg(conf).output();
        assert!(output.expect("chronyd can be run").status.success());
    },
    other: OTHER_NAMED,
};

#[test]
fn the_time_files_killed_at_every_call() {
    TIME.run("kill");
}

#[test]
fn the_time_files_with_every_call_failing() {
    TIME.run("EIO");
}

#[test]
fn the_time_files_with_the_disk_full_from_every_call_on() {
    TIME.run("ENOSPC");
}

/// Some devices of both kinds of text.
const DEVICES: &[&str] =
    &["configfile", "cm", "--id", "100008", "--id", "100004"];

const FILES: Sweep = Sweep {
    args: DEVICES,
    live: tftpboot,
    together: |_| false,
    before: |_| (),
    accepts: |_| (),
    other: OTHER,
};

#[test]
fn device_files_killed_at_every_call() {
    FILES.run("kill");
}

#[test]
fn device_files_with_every_call_failing() {
    FILES.run("EIO");
}

#[test]
fn device_files_with_the_disk_full_from_every_call_on() {
    FILES.run("ENOSPC");
}

/// A roll-back of device files says what it did: with 0 all former files are
/// live, also where only its record could not be kept; with 1 none is.
#[test]
fn a_roll_back_of_device_files_with_every_call_failing() {
    let (one, other) = (Lite::golden(""), Lite::golden(OTHER));
    let mut machine = machine();
    let library = library(machine.dir.path());
    let hit = machine.dir.path().join("hit");
    let mut unrecorded = 0;
    for point in 1.. {
        machine.db = one.url();
        let _ = machine.good(DEVICES);
        let former = tftpboot(&machine);
        machine.db = other.url();
        let _ = machine.good(DEVICES);
        let last = tftpboot(&machine);
        assert_ne!(former, last);
        let _ = std::fs::remove_file(&hit);
        let mut command = machine.command(&["rollback", "--no-activate"]);
        command
            .env("LD_PRELOAD", &library)
            .env("FAULT_DIR", machine.root())
            .env("FAULT_AT", point.to_string())
            .env("FAULT_HOW", "EIO")
            .env("FAULT_HIT", &hit);
        let said = said(&command.output().unwrap());
        let (live, at) = (tftpboot(&machine), format!("{point}: {said:?}"));
        match said.code {
            0 => assert!(live == former, "not put back: {at}"),
            1 | 3 => assert!(live == last, "not as before: {at}"),
            5 => assert!(live != last, "as before: {at}"),
            _ => panic!("{at}"),
        }
        let warned = said.err.contains("their generation is not recorded");
        unrecorded += usize::from(warned && said.code == 0);
        if !hit.exists() {
            assert!(point > 20, "{at}");
            break;
        }
    }
    assert!(unrecorded > 0, "no point met the record's last step");
}

#[test]
fn a_full_disk_leaves_the_old_set() {
    let (one, other) = (Lite::golden(""), Lite::golden(OTHER));
    let mut machine = machine();
    let root = machine.root();
    let mut line = |url: &str| {
        machine.db = url.into();
        let command = machine.command(&["dhcp", "--no-activate"]);
        let words = command.get_args().map(|word| {
            format!("'{}'", word.to_string_lossy().replace('\'', "'\\''"))
        });
        let program = command.get_program().to_string_lossy().into_owned();
        format!("{program} {}", words.collect::<Vec<_>>().join(" "))
    };
    // A small memory disk of our own, gone with the process.
    let (first, second) = (line(&one.url()), line(&other.url()));
    let script = format!(
        "mount -t tmpfs -o size=2m none {0} && {first} 2>/dev/null && \
         cp -a {0}/etc {1}/before && \
         {{ head -c 4m /dev/zero > {0}/fill; }} 2>/dev/null; \
         {second}; code=$?; cp -a {0}/etc {1}/after; ls -A {0}/etc; exit $code",
        root.display(),
        machine.dir.path().display()
    );
    let output = Command::new("unshare")
        .args(["--mount", "--propagation", "private", "/bin/sh", "-c"])
        .arg(script)
        .output()
        .unwrap();
    let full = said(&output);
    full.check(1, &["No space left on device", "hint: make room"]);
    assert_eq!(full.out.trim(), "dhcp-nmsprime\nkea", "left behind");
    let at = |name: &str| tree::read(&machine.dir.path().join(name));
    assert!(at("before").len() > 10);
    assert_eq!(at("before"), at("after"));
}
