//! What other users of the machine can try: links and special files in their
//! directories, signals, the environment of children.

use crate::common;

use std::fs;
use std::os::unix::ffi::OsStringExt;
use std::os::unix::fs::{MetadataExt, PermissionsExt, symlink};
use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use common::machine::{Machine, put, said, script};
use common::sqlite::Lite;
use common::trace;
use nix::sys::signal::{Signal, kill};
use nix::sys::stat::Mode;
use nix::unistd::Pid;

/// A machine with the golden network.
fn golden() -> (Machine, Lite) {
    let lite = Lite::golden("");
    let machine = Machine::new(&lite.url(), "master");
    machine.env("APP_TIMEZONE=UTC\nPROVHA__GUARD_MAX_REMOVED_PERCENT=100\n");
    machine.firmware();
    (machine, lite)
}

/// Waits until something holds.
fn within(limit: Duration, mut holds: impl FnMut() -> bool) -> bool {
    let begin = Instant::now();
    while !holds() {
        if begin.elapsed() > limit {
            return false;
        }
        std::thread::sleep(Duration::from_millis(20));
    }
    true
}

#[test]
fn no_call_by_path_goes_below_the_directories_of_others() {
    let (machine, lite) = golden();
    put(&machine.at("/var/lib/dhcp/dhcpd.leases"), b"");
    let runs: [&[&str]; 7] = [
        &["configfile", "--no-activate"],
        &["dhcp", "--no-activate"],
        &["dns", "--no-activate"],
        &["time", "--no-activate"],
        &["rebuild", "--force", "--no-activate"],
        &["configfile", "--diff", "--no-activate"],
        &["rollback", "--no-activate"],
    ];
    let (mut seen, mut made) = (0, 0);
    for (number, args) in runs.iter().enumerate() {
        let (ended, calls) = trace::traced(&machine, args);
        assert_eq!(ended.code, 0, "{args:?}: {ended:?}");
        if number == 4 {
            lite.run("UPDATE configfile SET text = text || '\n/* x */'");
        }
        seen += calls.len();
        made += trace::by_descriptor(&machine, &args.join(" "), &calls);
    }
    assert!(seen > 1000 && made > 100, "{seen} calls, {made} files");
}

#[test]
fn what_only_looks_or_tidies_up_goes_by_descriptor_too() {
    let (mut machine, lite) = golden();
    machine.cut_off = true;
    put(
        &machine.at("/var/lib/dhcp/dhcpd.leases"),
        b"lease 10.16.0.9 {\n  starts 1 2026/11/30 01:00:00;\n  ends 1 \
          2036/11/30 02:00:00;\n  binding state active;\n  hardware \
          ethernet 00:1d:ce:00:00:03;\n}\n",
    );
    put(&machine.at("/var/www/nmsprime/storage/app/x"), b"theirs");
    put(&machine.at("/var/lib/cacti/rra/a.rrd"), b"graph");
    machine.good(&["rebuild", "--force"]);
    lite.run("UPDATE configfile SET text = text || '\n/* x */'");
    machine.good(&["rebuild"]);
    let bundle = machine.dir.path().join("bundle.tar.zst");
    let bundle = bundle.to_str().unwrap();
    let pair = ["--own", "172.21.4.10", "--peer", "172.21.4.11"];
    let setup = [&["setup", "master"], &pair[..]].concat();
    let done = [&setup[..], &["--yes"]].concat();
    let runs: [&[&str]; 20] = [
        &["adopt"],
        &["adopt", "--json"],
        &["status", "--deep"],
        &["explain", "100003"],
        &["explain", "300001"],
        &["log"],
        &["log", "100003"],
        &["diff", "1", "2"],
        &["diff", "1", "2", "100003"],
        &["leases", "10.16.0.9", "--local"],
        &["leases", "00:1d:ce:00:00:03"],
        &["probe", "100003"],
        &["support", "--out", bundle],
        &["sync-ha-master-files"],
        &["clean-up-slave", "--role", "slave"],
        &["clean-up-slave", "--role", "slave", "--restore"],
        &["setup", "check"],
        &setup,
        &done,
        &["setup", "undo", "--yes"],
    ];
    let (mut seen, mut faults) = (0, Vec::new());
    for args in runs {
        let (ended, calls) = trace::traced(&machine, args);
        assert!((0..=5).contains(&ended.code), "{args:?}: {ended:?}");
        assert!(!ended.err.contains("try '--help'"), "{args:?}: {ended:?}");
        seen += calls.len();
        let found = trace::faults(&machine, &calls).1;
        faults.extend(found.iter().map(|call| format!("{args:?}: {call}")));
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
    assert!(seen > 1000, "{seen} calls");
}

#[test]
fn a_link_in_the_place_of_a_directory_is_refused() {
    let (machine, _lite) = golden();
    let victim = machine.dir.path().join("victim");
    put(&victim.join("cm-100001.cfg"), b"theirs");
    fs::set_permissions(&victim, fs::Permissions::from_mode(0o751)).unwrap();
    let before = fs::metadata(&victim).unwrap();
    for (place, args) in [
        ("/tftpboot/cm", &["configfile", "--no-activate"][..]),
        ("/var/named/dynamic", &["dns", "--no-activate"]),
    ] {
        let place = machine.at(place);
        fs::create_dir_all(place.parent().unwrap()).unwrap();
        symlink(&victim, &place).unwrap();
        machine.activate(args).check(1, &["it is a link", "refused"]);
        let after = fs::metadata(&victim).unwrap();
        assert_eq!(
            (before.mode(), before.uid(), before.gid(), before.mtime_nsec()),
            (after.mode(), after.uid(), after.gid(), after.mtime_nsec())
        );
        fs::remove_file(&place).unwrap();
    }
    assert_eq!(fs::read(victim.join("cm-100001.cfg")).unwrap(), b"theirs");
}

#[test]
fn what_others_put_in_the_place_of_files_is_never_read_or_followed() {
    let (machine, lite) = golden();
    machine.good(&["configfile"]);
    let victim = machine.dir.path().join("victim");
    put(&victim, b"theirs");
    let cm = machine.at("/tftpboot/cm");
    let mut names: Vec<String> = fs::read_dir(&cm)
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .filter(|name| name.ends_with(".cfg"))
        .collect();
    names.sort();
    let place = |at: usize| {
        let path = cm.join(&names[at]);
        fs::remove_file(&path).unwrap();
        path
    };
    symlink(&victim, place(0)).unwrap();
    nix::unistd::mkfifo(&place(1), Mode::S_IRUSR).unwrap();
    fs::create_dir(place(2)).unwrap();
    let sparse = fs::File::create(place(3)).unwrap();
    sparse.set_len(1 << 40).unwrap();
    let odd = cm.join(std::ffi::OsString::from_vec(vec![0xff]));
    let _ = fs::File::create(odd).unwrap();
    lite.run("UPDATE configfile SET text = text || '\n/* x */'");
    let begin = Instant::now();
    let run = machine.run(&["configfile"]);
    assert!(begin.elapsed() < Duration::from_secs(60));
    run.check(0, &["a link has the place of cm/", "a directory has the place"]);
    for (at, name) in names.iter().enumerate() {
        let meta = fs::symlink_metadata(cm.join(name)).unwrap();
        assert_eq!(meta.is_file(), at != 2, "{name}");
        assert!(meta.len() < 1 << 20, "{name}");
    }
    assert_eq!(fs::read(&victim).unwrap(), b"theirs");
    // The former content of a link is nothing that can come back.
    machine.good(&["rollback"]);
    assert!(
        !fs::read_dir(&cm)
            .unwrap()
            .any(|entry| { entry.unwrap().file_type().unwrap().is_symlink() })
    );
}

#[test]
fn special_files_among_the_inputs_hold_no_run_up() {
    let (machine, _lite) = golden();
    machine.good(&["configfile"]);
    let fifo = |path: &Path| {
        let _ = fs::remove_file(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        nix::unistd::mkfifo(path, Mode::S_IRUSR).unwrap();
    };
    let begin = Instant::now();
    fifo(&machine.at("/tftpboot/keyfile"));
    machine.run(&["configfile"]).check(1, &["keyfile", "FIFO"]);
    fifo(&machine.at("/var/lib/dhcp/dhcpd.leases"));
    fifo(&machine.at("/tftpboot/cvc/x"));
    let _ = machine.run(&["rebuild", "--force"]);
    let _ = machine.run(&["dhcp"]);
    let _ = machine.run(&["status"]);
    assert!(begin.elapsed() < Duration::from_secs(120));
}

#[test]
fn renames_under_the_programs_feet_lead_nowhere_else() {
    let (machine, lite) = golden();
    machine.good(&["configfile"]);
    let victims = machine.dir.path().join("victims");
    for name in ["cm-100001.cfg", "cm-100001.conf", "x"] {
        put(&victims.join(name), b"theirs");
    }
    let tftp = machine.at("/tftpboot");
    let stop = AtomicBool::new(false);
    std::thread::scope(|scope| {
        scope.spawn(|| {
            let (cm, away) = (tftp.join("cm"), tftp.join("away"));
            while !stop.load(Ordering::Relaxed) {
                let _ = fs::rename(&cm, &away);
                let _ = symlink(&victims, &cm);
                let _ = fs::remove_file(&cm);
                let _ = fs::rename(&away, &cm);
                let file = cm.join("cm-100001.cfg");
                let _ = fs::remove_file(&file);
                let _ = symlink(victims.join("x"), &file);
            }
        });
        for round in 0..6 {
            lite.run(&format!(
                "UPDATE configfile SET text = text || '\n/* {round} */'"
            ));
            let code = machine.run(&["configfile"]).code;
            assert!([0, 1, 5].contains(&code), "{code}");
        }
        stop.store(true, Ordering::Relaxed);
    });
    for entry in fs::read_dir(&victims).unwrap() {
        let path = entry.unwrap().path();
        assert_eq!(fs::read(&path).unwrap(), b"theirs", "{path:?}");
    }
    assert_eq!(fs::read_dir(&victims).unwrap().count(), 3);
}

#[test]
fn modes_do_not_depend_on_the_umask() {
    for umask in ["077", "000"] {
        let (machine, _lite) = golden();
        for args in ["configfile", "dhcp", "dns", "time"] {
            let plain = machine.command(&[args, "--no-activate"]);
            let mut command = Command::new("sh");
            command.args(["-c", "umask $1; shift; exec \"$@\"", "sh", umask]);
            command.arg(plain.get_program()).args(plain.get_args());
            command.env_clear();
            let all = plain.get_envs();
            command.envs(all.filter_map(|(k, v)| Some((k, v?))));
            let ended = said(&command.output().unwrap());
            assert_eq!(ended.code, 0, "{args}: {ended:?}");
        }
        let mode = |path: &str| {
            let meta = fs::metadata(machine.at(path));
            meta.unwrap_or_else(|_| panic!("no {path}")).mode() & 0o7777
        };
        assert_eq!(mode("/tftpboot/cm"), 0o755, "{umask}");
        assert_eq!(mode("/tftpboot/mta"), 0o755, "{umask}");
        for entry in fs::read_dir(machine.at("/tftpboot/cm")).unwrap() {
            let path = entry.unwrap().path();
            // Texts hold secrets; in.tftpd gives what others may read.
            let text = path.extension().is_some_and(|end| end == "conf");
            let wanted = if text { 0o640 } else { 0o644 };
            let mode = fs::metadata(&path).unwrap().mode() & 0o7777;
            assert_eq!(mode, wanted, "{umask}: {path:?}");
        }
        assert_eq!(mode("/etc/dhcp-nmsprime"), 0o750, "{umask}");
        assert_eq!(mode("/etc/dhcp-nmsprime/cmts_gws"), 0o750, "{umask}");
        assert_eq!(mode("/var/named/dynamic"), 0o770, "{umask}");
        assert_eq!(mode("/var/lib/provha"), 0o755, "{umask}");
        assert_eq!(mode("/var/lib/provha/generations"), 0o700, "{umask}");
        assert_eq!(mode("/run/provha/lock"), 0o600, "{umask}");
    }
}

#[test]
fn an_interrupted_run_says_so_and_takes_all_along() {
    for (signal, name) in [
        (Signal::SIGTERM, "SIGTERM"),
        (Signal::SIGINT, "SIGINT"),
        (Signal::SIGHUP, "SIGHUP"),
    ] {
        // In memory: the bound is the program's, not that of a disk on which
        // a build is just being written out.
        let lite = Lite::golden("");
        let machine = Machine::in_memory(&lite.url(), "master");
        machine
            .env("APP_TIMEZONE=UTC\nPROVHA__GUARD_MAX_REMOVED_PERCENT=100\n");
        machine.firmware();
        let begun = machine.dir.path().join("begun");
        let checker = machine.dir.path().join("checker");
        script(
            &checker,
            &format!(
                "sleep 300 & echo $! $$ > {0}.new; mv {0}.new {0}; wait",
                begun.display()
            ),
        );
        let mut run = machine.command(&["dhcp", "--no-activate"]);
        run.env("PROVHA__DHCPD_BIN", &checker);
        let run =
            run.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        assert!(within(Duration::from_secs(30), || begun.exists()));
        kill(Pid::from_raw(run.id() as i32), signal).unwrap();
        let begin = Instant::now();
        let ended = said(&run.wait_with_output().unwrap());
        let took = begin.elapsed();
        assert!(took < Duration::from_secs(5), "{took:?}: {ended:?}");
        let words = format!("interrupted by {name}");
        ended.check(1, &[&words, "what was live is untouched"]);
        let pids = fs::read_to_string(&begun).unwrap();
        for pid in pids.split_whitespace() {
            let pid = Pid::from_raw(pid.parse().unwrap());
            let gone = || kill(pid, None).is_err();
            assert!(within(Duration::from_secs(5), gone), "{pid}");
        }
        let left = common::tree::read(&machine.root());
        let left: Vec<_> =
            left.keys().filter(|name| name.contains("/.provha-")).collect();
        assert!(left.is_empty(), "{left:?}");
        machine.good(&["dhcp"]);
    }
}

#[test]
fn an_interrupted_restart_is_not_told_as_untouched() {
    let (machine, lite) = golden();
    machine.good(&["dhcp"]);
    lite.run("UPDATE provbase SET dhcp_def_lease_time = 4711");
    let begun = machine.dir.path().join("begun");
    let restart = format!("touch {}; sleep 300", begun.display());
    machine.env(&format!(
        "APP_TIMEZONE=UTC\nPROVHA__DHCPD_RESTART={restart}\n\
         PROVHA__DHCPD_PROBE=true\n"
    ));
    let run = machine
        .command(&["dhcp"])
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    assert!(within(Duration::from_secs(30), || begun.exists()));
    kill(Pid::from_raw(run.id() as i32), Signal::SIGTERM).unwrap();
    let ended = said(&run.wait_with_output().unwrap());
    ended.check(5, &["interrupted by SIGTERM"]);
    let live = fs::read_to_string(machine.set().join("global.conf")).unwrap();
    assert!(live.contains("4711"));
}

#[test]
fn children_get_none_of_our_secrets() {
    let (machine, _lite) = golden();
    let log = machine.dir.path().join("environment");
    let restart = machine.dir.path().join("restart");
    script(&restart, &format!("cat /proc/$$/environ >> {}", log.display()));
    machine.env(&format!(
        "APP_TIMEZONE=UTC\nPROVHA__DHCPD_RESTART={0}\nPROVHA__DHCPD_PROBE={0}\n\
         DB_PASSWORD=canary-1\n",
        restart.display()
    ));
    let mut run = machine.command(&["dhcp"]);
    run.env("DB_PASSWORD", "canary-2").env("MY_TOKEN", "canary-3");
    let ended = said(&run.output().unwrap());
    assert_eq!(ended.code, 0, "{ended:?}");
    let text = fs::read(&log).unwrap();
    let text = String::from_utf8_lossy(&text);
    assert!(text.contains("PATH="), "{text}");
    assert!(!text.contains("canary"), "{text}");
}

/// Every second read, write and flock is interrupted by a signal; or no file
/// can be locked.
const INTERRUPTS: &str = r#"
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <stdlib.h>
#include <unistd.h>
static int is(const char *how) {
    const char *set = getenv("FAULT_HOW");
    return set && set[0] == how[0];
}
ssize_t read(int fd, void *b, size_t n) {
    static ssize_t (*real)(int, void *, size_t);
    static __thread unsigned c;
    if (!real) real = dlsym(RTLD_NEXT, "read");
    if (is("eintr") && ++c % 2) { errno = EINTR; return -1; }
    return real(fd, b, n);
}
ssize_t write(int fd, const void *b, size_t n) {
    static ssize_t (*real)(int, const void *, size_t);
    static __thread unsigned c;
    if (!real) real = dlsym(RTLD_NEXT, "write");
    if (is("eintr") && ++c % 2) { errno = EINTR; return -1; }
    return real(fd, b, n);
}
int flock(int fd, int how) {
    static int (*real)(int, int);
    static unsigned c;
    if (!real) real = dlsym(RTLD_NEXT, "flock");
    if (is("eintr") && ++c % 2) { errno = EINTR; return -1; }
    if (is("flock")) { errno = ENOLCK; return -1; }
    return real(fd, how);
}
"#;

#[test]
fn what_a_signal_interrupts_is_done_again() {
    let (machine, lite) = golden();
    let at = |name: &str| machine.dir.path().join(name);
    put(&at("faults.c"), INTERRUPTS.as_bytes());
    let built = Command::new("gcc")
        .args(["-shared", "-fPIC", "-o"])
        .args([at("faults.so"), at("faults.c")])
        .arg("-ldl")
        .status()
        .unwrap();
    assert!(built.success());
    let run = |how: &str, args: &[&str]| {
        let mut run = machine.command(args);
        run.env("LD_PRELOAD", at("faults.so")).env("FAULT_HOW", how);
        said(&run.output().unwrap())
    };
    let all = ["rebuild", "--force", "--no-activate"];
    run("flock", &all).check(1, &["cannot lock", "No record locks"]);
    assert!(!machine.at("/tftpboot/cm").exists());
    let ended = run("eintr", &all);
    assert_eq!(ended.code, 0, "{ended:?}");
    lite.run("UPDATE configfile SET text = text || '\n/* x */'");
    for args in [&["configfile"], &["dhcp"], &["dns"], &["rollback"]] {
        let ended = run("eintr", &[args, &["--no-activate"][..]].concat());
        assert_eq!(ended.code, 0, "{args:?}: {ended:?}");
    }
    let ended = run("eintr", &["status", "--json"]);
    assert!(ended.out.starts_with('{'), "{ended:?}");
}

#[test]
fn a_thread_that_the_system_refuses_is_no_crash() {
    let (machine, _lite) = golden();
    let at = |name: &str| machine.dir.path().join(name);
    let code = "#include <errno.h>\n#include <pthread.h>\n\
        int pthread_create(pthread_t *t, const pthread_attr_t *a,\n\
            void *(*f)(void *), void *x) { return EAGAIN; }\n";
    put(&at("none.c"), code.as_bytes());
    let built = Command::new("gcc")
        .args(["-shared", "-fPIC", "-o"])
        .args([at("none.so"), at("none.c")])
        .status()
        .unwrap();
    assert!(built.success());
    let mut run = machine.command(&["configfile", "--no-activate"]);
    run.env("LD_PRELOAD", at("none.so"));
    let ended = said(&run.output().unwrap());
    ended.check(1, &["an error in provha itself", "untouched"]);
    assert!(!machine.at("/tftpboot/cm/cm-100001.conf").exists());
    machine.good(&["configfile"]);
}
