//! `clean-up-slave` and its way back, on real file systems.
use crate::common::pair;

use std::fs;
use std::os::unix::fs::{PermissionsExt, chown, symlink};
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, SystemTime};

use pair::{Ended, Pair, picture, write};

const CLEAN: [&str; 3] = ["--role", "slave", "clean-up-slave"];
const STORE: &str = "/var/lib/provha/moved_system_files";

/// A slave with files that must not run on it, and others.
fn slave() -> Pair {
    let pair = Pair::new("127.0.0.2");
    for (path, mode) in [
        ("/etc/cron.d/nmsprime", 0o644),
        ("/etc/cron.d/backup-nmsprime", 0o600),
        ("/etc/cron.d/cacti", 0o640),
        ("/etc/cron.d/other", 0o644),
        ("/etc/supervisord.d/nmsprime-worker.ini", 0o644),
        ("/etc/systemd/system/genieacs-cwmp.service", 0o644),
        ("/etc/systemd/system/genieacs-cwmp.service.d/own.conf", 0o600),
        ("/etc/systemd/system/named.service", 0o644),
    ] {
        let file = pair.root(path);
        write(&file, format!("{path}\n"));
        fs::set_permissions(&file, PermissionsExt::from_mode(mode)).unwrap();
    }
    let wants = pair.root("/etc/systemd/system/multi-user.target.wants");
    fs::create_dir_all(&wants).unwrap();
    let link = wants.join("genieacs-cwmp.service");
    symlink("/etc/systemd/system/genieacs-cwmp.service", link).unwrap();
    let cacti = pair.root("/etc/cron.d/cacti");
    chown(&cacti, Some(1234), Some(4321)).unwrap();
    let file = fs::File::options().write(true).open(&cacti).unwrap();
    let then = SystemTime::UNIX_EPOCH + Duration::new(1_500_000_000, 123_456);
    file.set_modified(then).unwrap();
    let drop_in = pair.root("/etc/systemd/system/genieacs-cwmp.service.d");
    fs::set_permissions(&drop_in, PermissionsExt::from_mode(0o750)).unwrap();
    chown(&drop_in, Some(77), Some(78)).unwrap();
    pair
}

/// Runs the clean-up.
fn clean(pair: &Pair, more: &[&str]) -> Ended {
    pair.run(&[&CLEAN[..], more].concat())
}

/// The tree without what belongs to provha.
fn tree(pair: &Pair) -> String {
    picture(&pair.root("/etc"), false)
}

/// The text of a file; empty when there is none.
fn text(path: &Path) -> String {
    fs::read_to_string(path).unwrap_or_default()
}

#[test]
fn twice_and_back_leaves_the_tree_as_it_was() {
    let pair = slave();
    let before = tree(&pair);
    let looked = clean(&pair, &["--dry-run", "--exit-code"]);
    looked.expect(10, &["6 would be moved"]);
    assert!(looked.stdout.contains("would be moved /etc/cron.d/cacti\n"));
    assert_eq!(tree(&pair), before);

    clean(&pair, &[]).expect(0, &["6 moved"]);
    let cleaned = tree(&pair);
    let names = fs::read_dir(pair.root("/etc/cron.d")).unwrap().count();
    assert_eq!(names, 2);
    assert!(cleaned.contains("./systemd/system/named.service "));
    assert!(!cleaned.contains("genieacs"), "{cleaned}");
    let stored = pair.root(&format!("{STORE}/etc/cron.d/cacti"));
    assert_eq!(text(&stored), "/etc/cron.d/cacti\n");
    let log = text(&pair.root(&format!("{STORE}.log")));
    assert!(log.contains("Z moved /etc/cron.d/cacti\n"), "{log}");
    assert_eq!(log.lines().count(), 6, "{log}");

    clean(&pair, &[]).expect(0, &["nothing to do"]);
    assert_eq!(tree(&pair), cleaned);
    clean(&pair, &["--restore"]).expect(0, &["6 restored", "not started"]);
    assert_eq!(tree(&pair), before);
    assert!(!pair.root(STORE).exists());
    clean(&pair, &["--restore"]).expect(0, &["nothing to do"]);
}

#[test]
fn only_a_slave_is_cleaned_up() {
    let pair = slave();
    let before = tree(&pair);
    let run = |arguments: &[&str], word: &str| {
        pair.run(arguments).expect(3, &[word]);
    };
    run(&["--role", "master", "clean-up-slave"], "this machine is the master");
    run(&["--role", "standalone", "clean-up-slave"], "is the standalone");
    run(&["clean-up-slave"], "the role of this machine is not set");
    assert_eq!(tree(&pair), before);
}

#[test]
fn a_role_that_the_addresses_contradict_is_refused() {
    // 127.0.0.1 is the master's address here, and ours.
    let mut pair = slave();
    let before = tree(&pair);
    pair.set("PROVHA__OWN_STATE", "slave");
    let ended = pair.run(&["provha:clean_up_slave"]);
    ended.expect(3, &["its addresses are those of the master"]);
    assert_eq!(tree(&pair), before);
    fs::remove_file(pair.dir.path().join("db")).unwrap();
    let ended = pair.run(&["provha:clean_up_slave"]);
    ended.expect(0, &["PROVHA__OWN_STATE is believed", "6 moved"]);
}

#[test]
fn a_file_that_comes_back_is_moved_again_and_nothing_is_lost() {
    let pair = slave();
    let cacti = pair.root("/etc/cron.d/cacti");
    let before = tree(&pair);
    clean(&pair, &[]).expect(0, &[]);
    let first = text(&pair.root(&format!("{STORE}/etc/cron.d/cacti")));
    for version in ["two", "three"] {
        write(&cacti, version);
        clean(&pair, &[]).expect(0, &["1 older set aside"]);
        assert!(!cacti.exists());
    }
    // The very same once more is no new version.
    write(&cacti, "three");
    clean(&pair, &[]).expect(0, &["1 moved"]);
    let older = |n: u32| {
        text(&pair.root(&format!("{STORE}.older/etc/cron.d/cacti.{n}")))
    };
    assert_eq!([older(1), older(2), older(3)], [&*first, "two", ""]);
    clean(&pair, &["--restore"]).expect(0, &["older copies stay"]);
    assert_eq!(text(&cacti), "three");
    assert_ne!(tree(&pair), before);
}

#[test]
fn what_is_in_the_way_is_not_overwritten() {
    let pair = slave();
    clean(&pair, &[]).expect(0, &[]);
    let cacti = pair.root("/etc/cron.d/cacti");
    write(&cacti, "new");
    let looked = clean(&pair, &["--restore", "--dry-run"]);
    looked.expect(1, &["/etc/cron.d/cacti is not restored"]);
    let words = ["another file is there now", "5 restored; 1 in the way"];
    clean(&pair, &["--restore"]).expect(1, &words);
    assert_eq!(text(&cacti), "new");
    let stored = pair.root(&format!("{STORE}/etc/cron.d/cacti"));
    assert_eq!(text(&stored), "/etc/cron.d/cacti\n");
    fs::remove_file(&cacti).unwrap();
    clean(&pair, &["--restore"]).expect(0, &["1 restored"]);
    assert_eq!(text(&cacti), "/etc/cron.d/cacti\n");
}

#[test]
fn directories_that_went_away_are_made_again() {
    let pair = slave();
    let dir = pair.root("/etc/supervisord.d");
    fs::set_permissions(&dir, PermissionsExt::from_mode(0o710)).unwrap();
    chown(&dir, Some(55), Some(66)).unwrap();
    let before = tree(&pair);
    clean(&pair, &[]).expect(0, &[]);
    fs::remove_dir(&dir).unwrap();
    clean(&pair, &["--restore"]).expect(0, &[]);
    assert_eq!(tree(&pair), before);
}

#[test]
fn the_list_is_configurable_and_bounded() {
    let mut pair = slave();
    pair.set("PROVHA__CLEAN_UP_PATHS", "/etc/cron.d/*, /etc/cron.d/nmsprime");
    clean(&pair, &[]).expect(0, &["/etc/cron.d/nmsprime stays", "3 moved"]);
    assert!(pair.root("/etc/cron.d/nmsprime").exists());
    clean(&pair, &["--restore"]).expect(0, &["3 restored"]);
    pair.set("PROVHA__CLEAN_UP_PATHS", "/etc/*");
    clean(&pair, &[]).expect(3, &["/etc/* is refused", "too near to /"]);
    for n in 0..201 {
        write(&pair.root(&format!("/etc/many/x{n}")), "");
    }
    pair.set("PROVHA__CLEAN_UP_PATHS", "/etc/many/*");
    clean(&pair, &[]).expect(3, &["201 paths, more than 200"]);
}

#[test]
fn across_file_systems_everything_is_kept() {
    let pair = slave();
    let state = pair.root("/var/lib/provha");
    fs::create_dir_all(&state).unwrap();
    let before = tree(&pair);
    let times = picture(&pair.root("/etc/cron.d"), false);
    // A memory disk of our own, gone with the shell's mount namespace.
    let shell = |arguments: &str| {
        let provha = format!(
            "{} --root {root} --env-dir {dir}/env --db sqlite:{dir}/db",
            env!("CARGO_BIN_EXE_provha"),
            root = pair.root("/").display(),
            dir = pair.dir.path().display()
        );
        arguments.replace("PROVHA", &provha)
    };
    let script = shell(&format!(
        "mount -t tmpfs -o size=4m x {state} && \
         PROVHA --role slave clean-up-slave && \
         test ! -e {etc}/cron.d/cacti && \
         test ! -e {etc}/systemd/system/genieacs-cwmp.service.d && \
         test -e {root}{STORE}/etc/cron.d/cacti && \
         echo half > {root}{STORE}/etc/cron.d/.provha-tmp.x && \
         PROVHA --role slave clean-up-slave --restore",
        state = state.display(),
        etc = pair.root("/etc").display(),
        root = pair.dir.path().join("root").display()
    ));
    let output = Command::new("unshare")
        .args(["-m", "--", "sh", "-ec", &script])
        .output()
        .expect("unshare is installed (util-linux)");
    Ended::from(output).expect(0, &["6 moved", "6 restored"]);
    assert_eq!(tree(&pair), before);
    assert_eq!(picture(&pair.root("/etc/cron.d"), false), times);
}

#[test]
fn a_full_store_leaves_the_files_where_they_are() {
    let pair = slave();
    let state = pair.root("/var/lib/provha");
    fs::create_dir_all(&state).unwrap();
    write(&pair.root("/etc/cron.d/cacti"), vec![b'x'; 1 << 20]);
    let script = format!(
        "mount -t tmpfs -o size=256k x {state} && {provha} --root {root} \
         --env-dir {dir}/env --role slave clean-up-slave",
        state = state.display(),
        provha = env!("CARGO_BIN_EXE_provha"),
        root = pair.root("/").display(),
        dir = pair.dir.path().display()
    );
    let output = Command::new("unshare")
        .args(["-m", "--", "sh", "-ec", &script])
        .output()
        .expect("unshare is installed (util-linux)");
    let words = ["cannot copy", "No space left", "5 moved; 1 failed"];
    Ended::from(output).expect(1, &words);
    assert_eq!(text(&pair.root("/etc/cron.d/cacti")).len(), 1 << 20);
}

#[test]
fn killed_at_any_moment_nothing_is_lost() {
    let mut pair = slave();
    pair.set("PROVHA__CLEAN_UP_PATHS", "/etc/many/*");
    for n in 0..150 {
        write(&pair.root(&format!("/etc/many/x{n}")), n.to_string());
    }
    let before = picture(&pair.root("/etc/many"), false);
    let root = pair.root("/").display().to_string();
    for step in 0..24 {
        let mut command = Command::new(env!("CARGO_BIN_EXE_provha"));
        let env_dir = pair.dir.path().join("env").display().to_string();
        let mut child = command
            .args(["--root", &root, "--env-dir", &env_dir])
            .args(CLEAN)
            .args((step % 2 == 1).then_some("--restore"))
            .envs(pair.keys.iter().cloned())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        std::thread::sleep(Duration::from_millis(4 + step * 3));
        let _ = child.kill();
        let _ = child.wait();
    }
    clean(&pair, &[]).expect(0, &[]);
    assert_eq!(fs::read_dir(pair.root("/etc/many")).unwrap().count(), 0);
    clean(&pair, &["--restore"]).expect(0, &[]);
    assert_eq!(picture(&pair.root("/etc/many"), false), before);
    assert!(!pair.root(&format!("{STORE}.older")).exists());
}

#[test]
fn killed_across_file_systems_nothing_is_lost() {
    let pair = slave();
    let state = pair.root("/var/lib/provha");
    fs::create_dir_all(&state).unwrap();
    for n in 0..20 {
        let dir = format!("/etc/cron.d/cacti-{}", n % 4);
        write(&pair.root(&format!("{dir}/x{n}")), n.to_string());
    }
    let before = tree(&pair);
    let script = format!(
        "mount -t tmpfs -o size=4m x {state}; \
         run() {{ exec {provha} --root {root} --env-dir {dir}/env --role slave \
           clean-up-slave $1 >/dev/null 2>&1; }}; \
         for pause in 00 01 02 03 04 06 08 10 12 14 16 18 20 25 30 40; do \
           for way in '' --restore; do \
         run $way & sleep 0.$pause; kill -9 $! 2>/dev/null || true; \
         wait $! || true; \
           done; done; \
         (run); test -z \"$(ls {root}/etc/cron.d | grep cacti)\"; \
         (run --restore)",
        state = state.display(),
        provha = env!("CARGO_BIN_EXE_provha"),
        root = pair.dir.path().join("root").display(),
        dir = pair.dir.path().display()
    );
    let output = Command::new("unshare")
        .args(["-m", "--", "sh", "-ec", &script])
        .output()
        .expect("unshare is installed (util-linux)");
    Ended::from(output).expect(0, &[]);
    assert_eq!(tree(&pair), before);
}

#[test]
fn units_are_stopped_before_and_systemd_is_told_after() {
    // The machine itself, with an empty /etc of its own in memory; nothing
    // but the temporary directory is written outside of that.
    let mut pair = Pair::new("127.0.0.2");
    let at = |name: &str| pair.dir.path().join(name).display().to_string();
    let (log, dir, env) = (at("log"), at("state"), at("env"));
    let lock = at("lock");
    pair.set("PROVHA__STATE_DIR", dir);
    pair.set("PROVHA__LOCK_FILE", lock);
    pair.set("PROVHA__CLEAN_UP_PATHS", "/etc/systemd/system/cacti*");
    pair.set("PROVHA__CLEAN_UP_STOP", format!("echo stop %u >> {log}"));
    pair.set("PROVHA__CLEAN_UP_RELOAD", format!("echo reload >> {log}"));
    pair.set("PROVHA__CLEAN_UP_SUPERVISOR", format!("echo no >> {log}"));
    let script = format!(
        "mount -t tmpfs x /etc && mkdir -p /etc/systemd/system && \
         cd /etc/systemd/system && echo 1 > cacti.service && \
         echo 1 > cacti-poll@.timer && \
         {provha} --env-dir {env} --role slave clean-up-slave && \
         ls && {provha} --env-dir {env} --role slave clean-up-slave \
         --restore && ls",
        provha = env!("CARGO_BIN_EXE_provha"),
    );
    let output = Command::new("unshare")
        .args(["-m", "--propagation", "private", "--", "sh", "-ec", &script])
        .envs(pair.keys.iter().cloned())
        .output()
        .expect("unshare is installed (util-linux)");
    let ended = Ended::from(output);
    ended.expect(0, &["2 moved", "2 restored", "but not started: cacti"]);
    assert!(ended.stdout.ends_with("cacti-poll@.timer\ncacti.service\n"));
    let stop = "stop cacti-poll@*.timer\nstop cacti.service\n";
    assert_eq!(text(Path::new(&log)), format!("{stop}reload\nreload\n"));
}

#[test]
fn the_result_is_there_for_machines_too() {
    let pair = slave();
    let command = "clean-up-slave";
    let look = clean(&pair, &["--json", "--dry-run", "--exit-code"]);
    look.expect(10, &[]);
    let _ = look.json(command);
    let json = clean(&pair, &["--json"]).json(command);
    assert_eq!(json["moved"][0], "/etc/cron.d/backup-nmsprime");
    assert_eq!(json["moved"].as_array().unwrap().len(), 6);
    let back = clean(&pair, &["--json", "--restore"]);
    back.expect(0, &[]);
    let _ = back.json(command);
    let refused = pair.run(&["--role", "master", command, "--json"]);
    refused.expect(3, &[]);
    assert!(refused.json(command)["error"]["message"].is_string());
}
