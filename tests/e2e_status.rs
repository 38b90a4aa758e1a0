//! `provha status` against the real things: MariaDB, dhcpd, named, chronyd,
//! xinetd and in.tftpd, each of which is taken away in turn.

use crate::common;

use std::path::Path;
use std::process::Stdio;

use common::daemon::Daemon;
use common::drill::within;
use common::duo::{MASTER, Node, Pair, SLAVE};
use common::lone::{
    FILE, Lone, PATIENCE, Status, WELL, samples, told, with_mode,
};
use common::machine::{Machine, put, script};
use common::private::{self, shell};
use common::sqlite::Lite;
use common::tree::{self, traces};
use serde_json::{Value, json};

#[test]
fn everything_is_told_and_nothing_is_touched() {
    if !private::inside("everything_is_told_and_nothing_is_touched") {
        return;
    }
    let mut lone = Lone::new();
    let new = lone.expect(&[("rebuild", "warning")]);
    new.says("rebuild", "no rebuild has run");
    let said = lone.machine.activate(&["rebuild"]);
    said.check(0, &["dhcpd restarted", "named restarted", "xinetd restarted"]);
    lone.start_tftpd();

    all_well(&lone);
    boot_files(&lone);
    drift(&lone);
    daemons(&mut lone);
    root_causes(&lone);
    mutes(&lone);
    comes_and_goes(&lone);
    lock(&lone);
    texts(&lone);
    database(&mut lone);
    own_failures(&lone);
}

/// All is well, in all forms, and nothing was written for it.
fn all_well(lone: &Lone) {
    let before = traces(&lone.machine.root(), &[]);
    let status = lone.expect(&[]);
    assert_eq!(status.0["state"], "ok");
    assert_eq!(status.0["role"], "standalone");
    status.says("dhcpd", "answers through OMAPI");
    status.says("named", "serves its zones");
    status.says("chronyd", "answers NTP");
    status.says("time", "answers on UDP port 37");
    status.says("tftp", "172.21.4.10 gives cm/cm-");
    for daemon in ["dhcpd", "named", "chronyd", "xinetd"] {
        status.says("runs", &format!("{daemon} runs generation"));
    }
    status.says("boot-files", "all of 193 cm, 57 mta there");
    let deep = lone.status(&["--deep"]);
    assert_eq!(deep.wrong(), []);
    deep.says("boot-files", "there and sound");
    let human = lone.told(&[]);
    assert!(human.out.starts_with("OK: nms01"), "{human:?}");
    assert!(!human.out.contains('\x1b') && human.err.is_empty(), "{human:?}");
    let colored = lone.told(&["--color", "always"]);
    assert!(colored.out.starts_with("\x1b[32mOK\x1b[0m: "), "{colored:?}");
    let plugin = lone.told(&["--format", "icinga"]);
    let begin = "PROVHA OK - 15 checks, standalone, all well | '";
    assert!(plugin.out.starts_with(begin), "{plugin:?}");
    let pools = lone.told(&["pools"]);
    assert!(pools.out.contains("[....................]"), "{pools:?}");
    let first = &status.0["pools"][0];
    assert_eq!(first["free"], first["size"], "{first}");
    // `rebuild` ended with writing it.
    let file = lone.machine.at("/textfile/provha.prom");
    let file = std::fs::read_to_string(file).unwrap();
    assert!(samples(&file).contains_key("provha_state"));
    let text = lone.told(&["--format", "prometheus"]);
    let samples = samples(&text.out);
    for (name, value) in [
        ("provha_state", 0.0),
        ("provha_status{check=\"boot-files\"}", 0.0),
        ("provha_database_up", 1.0),
        ("provha_daemon_up{daemon=\"dhcpd\"}", 1.0),
        ("provha_devices{kind=\"cm\"}", 193.0),
        ("provha_boot_files_missing{kind=\"cm\"}", 0.0),
        ("provha_lock_held_seconds", 0.0),
    ] {
        assert_eq!(samples.get(name), Some(&value), "{name}: {samples:?}");
    }
    assert!(samples["provha_last_rebuild_timestamp_seconds"] > 1.7e9);
    assert_eq!(traces(&lone.machine.root(), &[]), before, "it writes");
}

/// Boot files that devices cannot get, or that are damaged.
fn boot_files(lone: &Lone) {
    let critical = [("boot-files", "critical")];
    let both = [("boot-files", "critical"), ("drift", "warning")];
    let file = format!("/tftpboot/{FILE}");
    let aside = lone.aside(&file);
    let status = lone.expect(&critical);
    status.says("boot-files", "1 of 193 cm files missing: 100004");
    let values = &status.check("boot-files")["values"];
    assert_eq!(values["boot_files_missing"]["cm"], 1.0);
    aside.replace(b"");
    let status = lone.expect(&both);
    status.says("boot-files", "1 of 193 cm files empty: 100004");
    let mut bytes = aside.bytes();
    bytes[4] ^= 1;
    aside.replace(&bytes);
    let edited = lone.expect(&both[1..]);
    edited.says("drift", "files of 1 cm: 100004");
    let damaged = lone.status(&["--deep"]);
    assert_eq!(damaged.wrong(), both);
    damaged.says("boot-files", "cm files damaged: 100004 (100004: ");
    drop(aside);
    let path = lone.machine.at(&file);
    with_mode(&path, 0o600, || {
        let status = lone.expect(&critical);
        status.says("boot-files", "not world-readable: 100004");
    });
    with_mode(path.parent().unwrap(), 0o700, || {
        let status = lone.expect(&critical);
        status.says("boot-files", "192 of 193 cm files not world-readable");
    });
    let _ = lone.expect(&[]);
}

/// Files that somebody else changed.
fn drift(lone: &Lone) {
    let left = lone.machine.at("/tftpboot/cm/.provha-tmp.cm-100004.cfg");
    put(&left, b"x");
    let status = lone.expect(&[]);
    status.says("drift", "swept by the next: /tftpboot/cm/.provha-tmp.cm-1");
    std::fs::remove_file(&left).unwrap();
    let file = "/etc/dhcp-nmsprime/global.conf";
    let aside = lone.aside(file);
    let gone = lone.expect(&[("drift", "critical")]);
    gone.says("drift", "gone: /etc/dhcp-nmsprime/global.conf");
    let edited = [&aside.bytes()[..], b"# by hand\n"].concat();
    aside.replace(&edited);
    let status = lone.expect(&[("drift", "warning")]);
    status.says("drift", "changed: /etc/dhcp-nmsprime/global.conf");
    let strict = lone.told(&["--strict"]);
    assert_eq!(strict.code, 3, "{strict:?}");
    drop(aside);
    let aside = lone.aside("/etc/named-nmsprime.conf");
    let gone = lone.expect(&[("named", "critical"), ("drift", "critical")]);
    gone.says("named", "what was made for it is gone");
    drop(aside);
    for file in ["/etc/named-nmsprime.conf", "/tftpboot/cm/cm-100004.conf"] {
        let aside = lone.aside(file);
        aside.replace(b"x");
        let _ = lone.expect(&[("drift", "warning")]);
    }
    let _ = lone.expect(&[]);
}

/// Daemons that are killed, and come back.
fn daemons(lone: &mut Lone) {
    for (name, check) in [
        ("dhcpd", "dhcpd"),
        ("named", "named"),
        ("chronyd", "chronyd"),
        ("xinetd", "time"),
    ] {
        lone.kill(name);
        let status = lone.expect(&[(check, "critical")]);
        let up = &status.check(check)["values"]["daemon_up"][check];
        assert_eq!(*up, 0.0, "{name}");
        status.says(check, "does not answer: ");
        lone.start(name);
        let back = || lone.status(&[]).check(check)["state"] == "ok";
        assert!(within(PATIENCE, back), "{name} is not back");
    }
    lone.tftpd = None;
    let status = lone.expect(&[("tftp", "critical")]);
    status.says("tftp", "does not give cm/cm-");
    lone.start_tftpd();
    let _ = lone.expect(&[]);
}

/// Pairs of faults: the cause of both stands on top, and what has nothing to
/// do with it beside it; in less than two seconds.
fn root_causes(lone: &Lone) {
    let top = |roots: &[&str], all: &[&str]| {
        let status = lone.status(&[]);
        assert_eq!(status.roots(), roots, "{:#}", status.0);
        let found = status.0["findings"].as_array().unwrap();
        let codes: Vec<_> = found.iter().map(|f| &f["code"]).collect();
        assert_eq!(codes, all, "{:#}", status.0);
        let seconds = status.0["seconds"].as_f64().unwrap();
        assert!(seconds < 2.0, "{seconds}");
    };
    lone.kill("dhcpd");
    top(&["PH-201"], &["PH-201"]);
    let leases = lone.aside("/leases");
    top(&["PH-501"], &["PH-501", "PH-201"]);
    let named = lone.aside("/etc/named-nmsprime.conf");
    top(&["PH-501", "PH-212"], &["PH-501", "PH-201", "PH-212", "PH-411"]);
    let file = lone.aside(&format!("/tftpboot/{FILE}"));
    let plugin = lone.told(&["--format", "icinga"]);
    let begin = "PROVHA CRITICAL - PH-401 boot-files (+2 more): ";
    assert!(plugin.out.starts_with(begin), "{plugin:?}");
    let daemons = lone.status(&["daemons"]);
    assert_eq!(daemons.roots(), ["PH-201", "PH-212"]);
    drop((file, named, leases));
    lone.start("dhcpd");
    let well = || lone.status(&[]).roots().is_empty();
    assert!(within(PATIENCE, well));
}

/// What is known does not count, with what it explains, until it ends.
fn mutes(lone: &Lone) {
    lone.kill("named");
    let for_a_day = ["--for", "1d", "--reason", "new disk"];
    let mute = |code| [&["mute", code], &for_a_day[..]].concat();
    let said = lone.told(&mute("ph-211"));
    said.check(0, &["muted: PH-211 until ", ": new disk"]);
    let status = lone.status(&[]);
    assert_eq!(status.0["state"], "ok");
    assert_eq!(status.check("named")["state"], "critical");
    let muted = &status.0["findings"][0]["muted"];
    assert_eq!(muted["reason"], "new disk");
    let plugin = lone.told(&["--format", "icinga"]);
    assert_eq!(plugin.code, 0, "{plugin:?}");
    let line = "\n[MUTED] PH-211 named: does not answer";
    assert!(plugin.out.contains(line), "{plugin:?}");
    lone.told(&["unmute", "PH-211"]).check(0, &["nothing is muted"]);
    lone.told(&["unmute", "PH-211"]).check(1, &["PH-211 is not muted"]);
    let _ = lone.expect(&[("named", "critical")]);
    lone.told(&["mute", "PH-211", "--for", "1s", "--reason", "x"])
        .check(0, &[]);
    let counts = || !lone.status(&[]).roots().is_empty();
    assert!(within(PATIENCE, counts), "it does not end by itself");
    assert_eq!(lone.told(&mute("PH-000")).code, 2);
    assert_eq!(lone.told(&["mute", "PH-211"]).code, 2);
    lone.start("named");
    let well = || lone.status(&[]).roots().is_empty();
    assert!(within(PATIENCE, well));
}

/// A finding that comes and goes does not ring with each turn.
fn comes_and_goes(lone: &Lone) {
    let env = lone.at("env/provha.env");
    let text = std::fs::read_to_string(&env).unwrap();
    let hold = |seconds: u32| {
        let to = format!("STATUS_HOLD={seconds}");
        put(&env, text.replace("STATUS_HOLD=0", &to).as_bytes());
    };
    hold(30);
    let file = format!("/tftpboot/{FILE}");
    for turn in 0..3 {
        assert!(lone.status(&[]).roots().is_empty(), "{turn}");
        let _aside = lone.aside(&file);
        assert_eq!(lone.status(&[]).roots(), ["PH-401"]);
    }
    let held = lone.status(&[]);
    assert_eq!(held.roots(), ["PH-401"], "{:#}", held.0);
    assert_eq!(held.0["findings"][0]["flaps"], true);
    assert_eq!(held.check("boot-files")["state"], "ok");
    // One who may not write there still sees what is.
    hold(0);
    assert!(lone.status(&[]).roots().is_empty());
}

/// A run that holds the lock is named, and is not in the way.
fn lock(lone: &Lone) {
    let begun = lone.at("begun");
    let checker = lone.at("checker");
    script(&checker, &format!("touch {}; exec sleep 60", begun.display()));
    lone.server.run("s", &["UPDATE provbase SET dhcp_def_lease_time = 4711"]);
    let mut run = lone.machine.command(&["dhcp"]);
    run.env("PROVHA__DHCPD_BIN", &checker).stderr(Stdio::null());
    let mut run = run.spawn().unwrap();
    assert!(within(PATIENCE, || begun.exists()));
    let status = lone.expect(&[]);
    status.says("lock", &format!("held by pid {} (dhcp) since ", run.id()));
    status.says("drift", "a run is at work");
    let held = &status.check("lock")["values"]["lock_held_seconds"];
    assert!(held.as_f64().unwrap() >= 1.0, "{held}");
    run.kill().unwrap();
    run.wait().unwrap();
    lone.expect(&[]).says("lock", "free");
}

/// Texts that do not encode: a warning while the last good file is there.
fn texts(lone: &Lone) {
    lone.server.run(
        "s",
        &["UPDATE configfile SET text = 'MaxCPE none;' WHERE id = 3"],
    );
    let said = lone.machine.activate(&["configfile", "cm"]);
    said.check(0, &["the last good .cfg stays"]);
    let status = lone.expect(&[("boot-files", "warning")]);
    status.says("boot-files", "cm texts do not encode, the last good");
    let sql = "INSERT INTO modem (id, hostname, contract_id, mac, public, \
               internet_access, configfile_id, qos_id, next_passive_id) \
               VALUES (100900, 'cm-100900', 500000, '02:00:00:00:00:90', \
               0, 1, 3, 2, 0)";
    lone.server.run("s", &[sql]);
    let _ = lone.machine.activate(&["configfile", "cm"]);
    let status = lone.expect(&[("boot-files", "critical")]);
    status.says("boot-files", "cm files missing: 100900");
    lone.server
        .run("s", &["UPDATE configfile SET text = 'MaxCPE 9;' WHERE id = 3"]);
    lone.machine.activate(&["rebuild"]).check(0, &["dhcpd restarted"]);
    let _ = lone.expect(&[]);
    // dhcpd still names it, and it needs no file any more.
    let gone = "UPDATE modem SET deleted_at = NOW() WHERE id = 100900";
    lone.server.run("s", &[gone]);
    lone.machine.activate(&["configfile", "cm"]).check(0, &["removed"]);
    let _ = lone.expect(&[]);
}

/// The database is gone, or hangs: told in time, with everything else.
fn database(lone: &mut Lone) {
    let pid = lone.server.socket().with_file_name("pid");
    let pids = ["dhcpd", "named", "chronyd", "xinetd"]
        .map(|name| lone.at(&format!("{name}.pid")));
    let signal = |signal: &str, pid: &Path| {
        let _ = shell(&format!("kill -{signal} $(cat {})", pid.display()));
    };
    signal("STOP", &pid);
    let hangs = lone.status(&[]);
    assert_eq!(hangs.wrong(), [("database", "critical")]);
    for pid in &pids {
        signal("STOP", pid);
    }
    let all = ["database", "dhcpd", "named", "chronyd", "time"];
    let hangs = lone.status(&[]);
    assert_eq!(hangs.wrong(), all.map(|name| (name, "critical")));
    println!("everything hangs: {} s", hangs.0["seconds"]);
    assert!(hangs.0["seconds"].as_f64().unwrap() < 3.0, "{:#}", hangs.0);
    for pid in pids.iter().chain([&pid]) {
        signal("CONT", pid);
    }
    let back = || lone.status(&[]).wrong().is_empty();
    assert!(within(PATIENCE, back));

    lone.server.kill();
    let status = lone.expect(&[("database", "critical")]);
    status.says("database", "no node usable");
    status.says("role", "standalone, 172.21.4.10, by the last rebuild");
    status.says("boot-files", "all of 194 cm, 57 mta there");
    let aside = lone.aside(&format!("/tftpboot/{FILE}"));
    let wrong = [("database", "critical"), ("boot-files", "critical")];
    let _ = lone.expect(&wrong);
    drop(aside);

    let role = std::mem::replace(&mut lone.machine.role, "slave".into());
    let wrong = [("role", "warning"), ("database", "warning")];
    let _ = lone.expect(&wrong);
    let state = lone.machine.at("/var/lib/provha/rebuild.json");
    let recent = std::fs::read_to_string(&state).unwrap();
    let mut old: Value = serde_json::from_str(&recent).unwrap();
    let before = |value: &Value| json!(value.as_i64().unwrap() - 12_000);
    old["full_at"] = before(&old["full_at"]);
    old["good_at"] = before(&old["good_at"]);
    old["last"]["at"] = before(&old["last"]["at"]);
    // As if its last three rebuilds were missing.
    put(&state, old.to_string().as_bytes());
    let status = lone.status(&[]);
    let wrong = [("role", "warning"), ("database", "critical")];
    assert_eq!(status.wrong()[..2], wrong);
    assert_eq!(status.check("rebuild")["state"], "critical");
    put(&state, recent.as_bytes());
    lone.machine.role = role;
    lone.server.start();
    let _ = lone.expect(&[]);
}

/// What goes wrong with the command itself is 'unknown' to a plugin.
fn own_failures(lone: &Lone) {
    let plugin = ["--format", "icinga"];
    let bogus = lone.told(&[&plugin[..], &["--bogus"]].concat());
    assert_eq!(bogus.code, 3, "{bogus:?}");
    assert!(bogus.out.starts_with("PROVHA UNKNOWN - unexpected argument"));
    lone.machine.env("PROVHA__MCLT=soon\n");
    let said = lone.told(&plugin);
    assert_eq!((said.code, said.out.lines().count()), (3, 2), "{said:?}");
    let first = said.out.lines().next().unwrap();
    assert!(first.starts_with("PROVHA UNKNOWN - /"), "{first}");
    assert!(first.chars().count() <= 80 && said.err.is_empty(), "{said:?}");
    let human = lone.told(&[]);
    human.check(1, &["PROVHA__MCLT"]);
}

#[test]
fn without_network_and_without_anything_made() {
    let lite = Lite::golden(WELL);
    let mut machine = Machine::new(&lite.url(), "master");
    machine.cut_off = true;
    let status =
        |machine: &Machine| Status::of(&machine.run(&["status", "--json"]));
    let new = status(&machine);
    assert_eq!(new.wrong(), [("rebuild", "warning")]);
    let left_out = new.0["left_out"].as_array().unwrap();
    assert_eq!(left_out.len(), 9, "{left_out:?}");
    assert!(tree::read(&machine.root()).is_empty(), "it writes");
    machine.firmware();
    let _ = machine.good(&["rebuild"]);
    let made = status(&machine);
    assert_eq!(made.wrong(), []);
    made.says("role", "master, 172.21.4.10, peer 172.21.4.11");
    // Of a hand at work only the files tell.
    put(&machine.at("/etc/named-ddns.sh"), b"#!/bin/sh\n");
    assert_eq!(status(&machine).wrong(), [("drift", "warning")]);
    let _ = machine.good(&["dns"]);
    assert_eq!(status(&machine).wrong(), []);
    // A roll-back is our own hand.
    lite.run("UPDATE modem SET mac = '02:0a:00:00:00:01' WHERE id = 100004");
    let _ = machine.good(&["configfile"]);
    let _ = machine.good(&["rollback"]);
    assert_eq!(status(&machine).wrong(), []);
    // A row that nothing may be published with.
    lite.run("UPDATE provbase SET domain_name = 'a b';");
    let unusable = status(&machine);
    assert_eq!(unusable.wrong(), [("role", "critical")]);
    unusable.says("role", "nothing can be made: provbase 1 domain_name");
    machine.db = "sqlite:/nowhere/at/all".into();
    let gone = status(&machine);
    assert_eq!(gone.wrong(), [("database", "critical")]);
}

#[test]
fn the_pair_is_told_from_both_sides() {
    if !private::inside("the_pair_is_told_from_both_sides") {
        return;
    }
    let mut pair = Pair::new();
    for node in pair.nodes() {
        node.machine.firmware();
        let _ = node.run(&["configfile", "cm", "--id", "100004"]);
        node.start_tftpd();
    }
    let status = |node: &Node| {
        let said = told(&mut node.command(&["status", "--json"]));
        Status(serde_json::from_str(&said.out).unwrap())
    };
    for (node, peer) in [(&pair.master, SLAVE), (&pair.slave, MASTER)] {
        let status = status(node);
        assert_eq!(status.check("failover")["state"], "ok");
        status.says("failover", "normal, peer normal");
        assert_eq!(status.check("tftp")["state"], "ok");
        // Nobody serves the time there: no alarm by itself.
        assert_eq!(status.check("clock")["state"], "ok");
        let words = format!("the peer {peer} does not answer with its time");
        status.says("clock", &words);
    }
    clocks(&pair, &status);
    tftp_follows(&mut pair, &status);
    pair.slave.kill_dhcpd();
    let told = |node: &Node, state: &str| {
        status(node).check("failover")["state"] == state
    };
    assert!(within(PATIENCE, || told(&pair.master, "warning")));
    let lost = status(&pair.master);
    lost.says("failover", "communications-interrupted");
    let values = &lost.check("failover")["values"];
    assert_eq!(values["failover_state"], 3.0);
    pair.master.kill_dhcpd();
    let dead = status(&pair.master);
    for check in ["dhcpd", "failover"] {
        assert_eq!(dead.check(check)["state"], "critical", "{check}");
    }
}

/// Clocks that are as one, 7 s apart, 40 s apart.
fn clocks(pair: &Pair, status: &dyn Fn(&Node) -> Status) {
    let log = pair.slave.at("time.log");
    for (ahead, state) in [(0, "ok"), (7, "warning"), (-40, "critical")] {
        // RFC 868, as a node whose clock is wrong would serve it.
        let serve = format!(
            "import socket, struct, time\n\
             s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)\n\
             s.bind(('{SLAVE}', 37))\n\
             while True:\n  \
               _, a = s.recvfrom(9)\n  \
               t = int(time.time()) + 2208988800 + {ahead}\n  \
               s.sendto(struct.pack('>I', t & 0xffffffff), a)\n"
        );
        let mut argv: Vec<&str> =
            pair.slave.enter.iter().map(String::as_str).collect();
        argv.extend(["python3", "-c", &serve]);
        let served = Daemon::start(&argv, &log);
        let skew = |status: &Status| {
            status.check("clock")["values"]["clock_skew_seconds"].as_f64()
        };
        served.wait(PATIENCE, &log, || skew(&status(&pair.master)).is_some());
        let told = status(&pair.master);
        let apart = skew(&told).unwrap() - f64::from(ahead);
        assert!(apart.abs() < 2.0, "{ahead}: {apart}");
        assert_eq!(told.check("clock")["state"], state, "{ahead}");
    }
}

/// Where modems fetch their files, and what that means.
fn tftp_follows(pair: &mut Pair, status: &dyn Fn(&Node) -> Status) {
    pair.master.tftpd = None;
    let dead = status(&pair.master);
    assert_eq!(dead.check("tftp")["state"], "critical");
    dead.says("tftp", "modems are sent to 172.21.4.10; the peer");
    let _ = pair.master.run(&["dhcp"]);
    let moved = status(&pair.master);
    assert_eq!(moved.check("tftp")["state"], "warning");
    moved.says("tftp", "modems are sent to 172.21.4.11, which answers");
    pair.master.start_tftpd();
    let back = status(&pair.master);
    assert_eq!(back.check("tftp")["state"], "warning");
    back.says("tftp", "but modems are sent to 172.21.4.11");
    pair.wait_normal();
}
