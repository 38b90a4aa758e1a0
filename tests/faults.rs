//! Runs that are killed, that meet failing calls, and a full disk: what is
//! live is old or new, never torn, and the next run heals.

mod common;

use std::process::Command;

use common::drill::{Drill, Live, Report, library};
use common::machine::{Machine, said};
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
const KEYS: &str = "APP_TIMEZONE=UTC\nPROVHA__GUARD_MAX_REMOVED_PERCENT=100\n";

/// A machine that goes to and fro between two databases.
fn machine() -> Machine {
    let machine = Machine::in_memory("", "master");
    machine.env(KEYS);
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
        whole: true,
    };
    let report = drill.kill(times, &dhcpd_accepts);
    println!("dhcp killed at random: {report:?}");
}

/// Sweeps all points of a command; the checker is told to agree, both sides
/// are shown to the real one.
fn sweep(args: &[&str], live: fn(&Machine) -> Live, whole: bool, how: &str) {
    let (one, other) = (Lite::golden(""), Lite::golden(OTHER));
    let machine = machine();
    machine.env(&format!("{KEYS}PROVHA__DHCPD_BIN=/bin/true\n"));
    let library = library(machine.dir.path());
    let urls = [&*one.url(), &*other.url()];
    let mut drill = Drill { machine, urls, args, live, whole };
    let report = drill.sweep(&library, how);
    println!("{} {how}: {report:?}", args.join(" "));
    enough(&report, how);
    if args == ["dhcp"] {
        for url in urls {
            drill.machine.db = url.into();
            let _ = drill.machine.good(&["dhcp"]);
            dhcpd_accepts(&drill.machine);
        }
    }
}

/// A sweep that met hardly anything proves nothing.
fn enough(report: &Report, how: &str) {
    assert!(report.points > 20, "{how}: {report:?}");
    assert_eq!(report.old + report.new, report.points, "{how}: {report:?}");
}

#[test]
fn the_dhcpd_set_killed_at_every_call() {
    sweep(&["dhcp"], set, true, "kill");
}

#[test]
fn the_dhcpd_set_with_every_call_failing() {
    sweep(&["dhcp"], set, true, "EIO");
}

#[test]
fn the_dhcpd_set_with_the_disk_full_from_every_call_on() {
    sweep(&["dhcp"], set, true, "ENOSPC");
}

/// Some devices of both kinds of text.
const DEVICES: &[&str] =
    &["configfile", "cm", "--id", "100000", "--id", "100004"];

#[test]
fn device_files_killed_at_every_call() {
    sweep(DEVICES, tftpboot, false, "kill");
}

#[test]
fn device_files_with_every_call_failing() {
    sweep(DEVICES, tftpboot, false, "EIO");
}

#[test]
fn device_files_with_the_disk_full_from_every_call_on() {
    sweep(DEVICES, tftpboot, false, "ENOSPC");
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
    assert_eq!(full.out.trim(), "dhcp-nmsprime", "left behind");
    let at = |name: &str| tree::read(&machine.dir.path().join(name));
    assert!(at("before").len() > 10);
    assert_eq!(at("before"), at("after"));
}
