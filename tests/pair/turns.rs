//! The two are never silent at the same time, whatever holds a run up.

use std::process::{Child, Command};
use std::time::{Duration, Instant};

use super::ends;
use crate::common::drill::within;
use crate::common::duo::{Node, PATIENCE, Pair};
use crate::common::machine::{Said, said, script};
use crate::common::private;

/// For how long a dhcpd that starts without its peer answers nobody, seconds.
const SILENT: f64 = 14.0;

/// Two nodes in normal operation that can see each other's flags.
fn with_flags() -> Pair {
    let mut pair = Pair::new();
    for node in pair.nodes() {
        node.machine.firmware();
        let _ = node.run(&["configfile", "cm", "--id", "100004"]);
        node.start_tftpd();
        let _ = node.run(&["dhcp"]);
    }
    pair.wait_normal();
    pair
}

/// Sends a run a signal.
fn signal(run: &Child, signal: &str) {
    let kill = [signal, &run.id().to_string()];
    assert!(Command::new("kill").args(kill).status().unwrap().success());
}

/// How a run ended; it must have restarted dhcpd.
fn ended(run: Child) -> Said {
    let said = said(&run.wait_with_output().unwrap());
    println!("{}: {}", said.code, said.err.trim());
    said.check(0, &["dhcpd restarted"]);
    said
}

/// The last restart of a node: begin and end.
fn last(node: &Node) -> (f64, f64) {
    *node.restarts().last().unwrap()
}

#[test]
fn a_run_that_was_stopped_takes_its_turn_once_more() {
    let name = "pair::turns::a_run_that_was_stopped_takes_its_turn_once_more";
    if !private::inside(name) {
        return;
    }
    let long = std::env::var_os("PROVHA_DRILL").is_some();
    let mut pair = with_flags();
    // From its begin, or from the moment when its flag is up.
    let steps: &[u64] =
        if long { &[0, 20, 50, 100, 200, 400, 800] } else { &[0] };
    for wait in steps {
        stopped_at(&mut pair, Duration::from_millis(*wait));
    }
}

/// The master's run is stopped; the slave's passes over its flag; then the
/// master's goes on while the slave's dhcpd is down.
fn stopped_at(pair: &mut Pair, wait: Duration) {
    pair.wait_normal();
    for node in pair.nodes() {
        node.change();
    }
    let flag = |node: &Node| node.machine.at("/tftpboot/provha-restart");
    let slow = slow(&pair.slave);
    let master = pair.master.spawn(&["-v", "dhcp"]);
    let up = flag(&pair.master);
    assert!(within(PATIENCE, || up.exists()), "the flag never came up");
    std::thread::sleep(wait);
    signal(&master, "-STOP");
    let before = pair.slave.restarts().len();
    let slave = pair.slave.spawn(&["-v", "dhcp"]);
    let begun = || {
        let text = std::fs::read_to_string(pair.slave.at("restarts"));
        text.unwrap().lines().count() > before * 2
    };
    assert!(within(Duration::from_secs(60), begun), "it never restarted");
    signal(&master, "-CONT");
    let (master, _) = (ended(master), ended(slave));
    drop(slow);
    let (m, s) = (last(&pair.master), last(&pair.slave));
    println!("stopped {wait:?} after its flag: master {m:?}, slave {s:?}");
    assert!(m.1 < s.0 || s.1 < m.0, "both down: {m:?} {s:?}: {master:?}");
}

/// A node whose restarts take 3 s longer, until this is dropped.
fn slow(node: &Node) -> impl Drop + use<> {
    struct Slow(std::path::PathBuf, String);
    impl Drop for Slow {
        fn drop(&mut self) {
            script(&self.0, self.1.trim_start_matches("#!/bin/sh\n"));
        }
    }
    let path = node.at("restart");
    let text = std::fs::read_to_string(&path).unwrap();
    let body = text.trim_start_matches("#!/bin/sh\n").to_string();
    script(&path, &body.replace("rm -rf", "sleep 3\nrm -rf"));
    Slow(path, text)
}

#[test]
fn clocks_that_are_apart_never_silence_both() {
    let name = "pair::turns::clocks_that_are_apart_never_silence_both";
    if !private::inside(name) {
        return;
    }
    let mut pair = with_flags();
    let path = pair.slave.at("restart");
    let text = std::fs::read_to_string(&path).unwrap();
    let dhcpd = super::super::common::program("dhcpd").display().to_string();
    // The library alone: the program waits for a daemon's end.
    let ahead = format!(
        "LD_PRELOAD=$(echo /usr/lib/*/faketime/libfaketime.so.1) \
         FAKETIME=+120s FAKETIME_DONT_FAKE_MONOTONIC=1 {dhcpd}"
    );
    script(
        &path,
        text.trim_start_matches("#!/bin/sh\n")
            .replace(&format!("{dhcpd} -4"), &format!("{ahead} -4"))
            .as_str(),
    );
    pair.slave.start_dhcpd();
    for node in [&pair.master, &pair.slave] {
        let cut = || node.state() == "communications-interrupted";
        assert!(within(Duration::from_secs(40), cut), "{}", node.state());
    }
    both_changed(&mut pair, "with flags");
    if std::env::var_os("PROVHA_DRILL").is_some() {
        for node in pair.nodes() {
            node.tftpd = None;
        }
        both_changed(&mut pair, "without flags");
    }
}

/// Both have a change at the same time, and the same bound for it.
fn both_changed(pair: &mut Pair, how: &str) {
    for node in pair.nodes() {
        node.change();
    }
    let begin = Instant::now();
    let args = ["-v", "--restart-hold", "8", "dhcp", "--now"];
    let runs = pair.nodes().map(|node| node.spawn(&args));
    let _ = runs.map(ended);
    let (m, s) = (last(&pair.master), last(&pair.slave));
    println!("{how}: master {m:?}, slave {s:?}; {:.0?}", begin.elapsed());
    assert!((m.0 - s.0).abs() > SILENT, "{how}: both silent: {m:?} {s:?}");
    let words = ["nothing changed"];
    let _ = ends(&pair.master, 0, &["dhcp"], &words);
}

#[test]
fn a_hold_is_a_bound() {
    let name = "pair::turns::a_hold_is_a_bound";
    if !private::inside(name) {
        return;
    }
    let long = std::env::var_os("PROVHA_DRILL").is_some();
    let mut pair = Pair::new();
    // The peer's dhcpd hangs: nobody knows whether it serves.
    let pid = std::fs::read_to_string(pair.slave.at("dhcpd.pid")).unwrap();
    let kill = ["-STOP", pid.trim()];
    assert!(Command::new("kill").args(kill).status().unwrap().success());
    let holds: &[f64] = if long { &[40.0, 20.0] } else { &[12.0] };
    for hold in holds {
        pair.master.change();
        let since = std::time::SystemTime::UNIX_EPOCH;
        let begin = since.elapsed().unwrap().as_secs_f64();
        let seconds = format!("{hold:.0}");
        let args = ["-v", "--restart-hold", &seconds, "dhcp", "--now"];
        let said = ended(pair.master.spawn(&args));
        let took = last(&pair.master).0 - begin;
        println!("--restart-hold {hold}: restarted after {took:.1} s");
        assert!(said.err.contains("was held back for"), "{said:?}");
        // What is rendered and checked before is not held back.
        assert!(took < hold + 3.0, "{took} {said:?}");
        assert!(took > hold / 2.0, "{took} {said:?}");
    }
}
