//! `sync-ha-master-files` against real sshds on loopback addresses.
use crate::common::pair;
use crate::common::ssh;

use std::fs;
use std::net::{Ipv4Addr, TcpListener};
use std::os::unix::fs::{PermissionsExt, chown, symlink};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use pair::{Pair, picture, write};
use ssh::{Disk, PORT, Slave, address};

const COMMAND: &str = "sync-ha-master-files";
const SYNC: [&str; 3] = ["--role", "master", "sync-ha-master-files"];

/// A master with its slaves.
struct Lab {
    master: Pair,
    slaves: Vec<Slave>,
}

impl Lab {
    /// A master that knows so many slaves, all of them up.
    fn new(count: usize) -> Self {
        let addresses: Vec<_> = (0..count).map(|_| address()).collect();
        let mut lab = Self::without_slaves(&addresses);
        for address in addresses {
            lab.start(address, "");
        }
        lab
    }

    /// A master that knows slaves none of which is up.
    fn without_slaves(addresses: &[Ipv4Addr]) -> Self {
        let list: Vec<_> = addresses.iter().map(ToString::to_string).collect();
        let mut master = Pair::new(&format!(" {} ,, ", list.join(" , ")));
        let at = |name: &str| master.dir.path().join(name);
        let target = at("target").display().to_string();
        let (keys, hosts) = (at("root/user"), at("root/known_hosts"));
        write(&hosts, "");
        ssh::key(&keys);
        write(&master.root("/tftpboot/fw/a.bin"), "firmware a");
        write(&master.root("/tftpboot/keyfile"), "key");
        for (key, value) in [
            ("SLAVE_SSH_PORT", PORT.to_string()),
            ("PROVHA__SSH_IDENTITY", "/user".into()),
            ("PROVHA__SSH_KNOWN_HOSTS", "/known_hosts".into()),
            ("PROVHA__SSH_CONFIG", "/ssh_config".into()),
            ("PROVHA__SYNC_TARGET_ROOT", target),
            ("PROVHA__SYNC_CONNECT_TIMEOUT", "2".into()),
            ("PROVHA__SYNC_PATHS", "/tftpboot/fw, /tftpboot/keyfile".into()),
        ] {
            master.set(key, value);
        }
        write(&master.root("/ssh_config"), "");
        Self { master, slaves: Vec::new() }
    }

    /// Starts a slave on a directory, with more lines for its sshd.
    fn start(&mut self, address: Ipv4Addr, more: &str) {
        let disk = self.disk(address);
        fs::create_dir_all(&disk).expect("a directory");
        self.start_on(address, &Disk::Directory(&disk), more);
    }

    /// Starts a slave and lets both know each other's keys.
    fn start_on(&mut self, address: Ipv4Addr, disk: &Disk<'_>, more: &str) {
        let keys = self.keys(address);
        fs::create_dir_all(&keys).expect("a directory");
        for name in ["user", "user.pub"] {
            let from = self.master.root(name);
            fs::copy(from, keys.join(name)).expect("the user's key");
        }
        let target = self.target();
        self.slaves.push(Slave::start(address, &keys, &target, disk, more));
        let hosts = self.master.root("known_hosts");
        let mut known = fs::read_to_string(&hosts).expect("known hosts");
        known += &fs::read_to_string(keys.join("known_hosts")).expect("keys");
        write(&hosts, known);
    }

    /// The directory that slaves see as their root.
    fn target(&self) -> PathBuf {
        self.master.dir.path().join("target")
    }

    /// The directory that is a slave's disk.
    fn disk(&self, address: Ipv4Addr) -> PathBuf {
        self.master.dir.path().join(format!("disk-{address}"))
    }

    /// Where a slave's keys lie.
    fn keys(&self, address: Ipv4Addr) -> PathBuf {
        self.master.dir.path().join(format!("keys-{address}"))
    }

    /// A path on the disk of the first slave.
    fn there(&self, path: &str) -> PathBuf {
        let disk = self.disk(self.slaves[0].address);
        disk.join(path.trim_start_matches('/'))
    }

    /// Runs the sync.
    fn sync(&self, more: &[&str]) -> pair::Ended {
        self.master.run(&[&SYNC[..], more].concat())
    }
}

/// The text of a file; empty when there is none.
fn text(path: &Path) -> String {
    fs::read_to_string(path).unwrap_or_default()
}

#[test]
fn two_slaves_get_the_same_tree_and_the_second_run_does_nothing() {
    let lab = Lab::new(2);
    let fw = lab.master.root("/tftpboot/fw");
    write(&fw.join("sub/b c.bin"), vec![7; 100_000]);
    symlink("sub/b c.bin", fw.join("link")).unwrap();
    chown(fw.join("a.bin"), Some(12345), Some(54321)).unwrap();
    let mode = |path: &Path, mode| {
        fs::set_permissions(path, fs::Permissions::from_mode(mode)).unwrap();
    };
    mode(&fw.join("a.bin"), 0o640);
    mode(&fw.join("sub"), 0o2750);
    write(&lab.there("/tftpboot/fw/old.bin"), "gone from the master");
    write(&lab.there("/tftpboot/cm/cm-1.cfg"), "the slave's own");

    let looked = lab.sync(&["--dry-run", "--exit-code"]);
    looked.expect(10, &["would be changed"]);
    assert!(looked.stdout.contains("deleted    /tftpboot/fw/old.bin"));
    assert!(looked.stdout.contains("new        /tftpboot/fw/sub/b c.bin"));
    assert!(!lab.there("/tftpboot/fw/a.bin").exists());

    lab.sync(&[]).expect(0, &["2 slaves"]);
    for slave in &lab.slaves {
        let disk = lab.disk(slave.address);
        assert_eq!(
            picture(&fw, true),
            picture(&disk.join("tftpboot/fw"), true)
        );
        assert_eq!(text(&disk.join("tftpboot/keyfile")), "key");
    }
    assert_eq!(text(&lab.there("/tftpboot/cm/cm-1.cfg")), "the slave's own");

    lab.sync(&[]).expect(0, &["nothing changed"]);
    let json = lab.sync(&["--json"]).json(COMMAND);
    let first = &json["slaves"][0]["paths"][0];
    assert_eq!(first["path"], "/tftpboot/fw");
    assert_eq!(first["result"], "unchanged");
    let keyfile = lab.master.root("/tftpboot/keyfile");
    write(&keyfile, "another key");
    let look = lab.sync(&["--json", "--dry-run", "--exit-code"]);
    look.expect(10, &[]);
    let _ = look.json(COMMAND);
    let sent = lab.sync(&["--json"]);
    sent.expect(0, &[]);
    let _ = sent.json(COMMAND);
    // Refused: a slave sends nothing. Failed: nobody listens there.
    let refused = lab.master.run(&["--role", "slave", COMMAND, "--json"]);
    refused.expect(3, &[]);
    assert!(refused.json(COMMAND)["error"]["message"].is_string());
    write(&keyfile, "a third key");
    drop(lab.slaves);
    let failed = lab.master.run(&[&SYNC[..], &["--json"]].concat());
    failed.expect(1, &[]);
    let failed = failed.json(COMMAND);
    assert_eq!(failed["slaves"].as_array().unwrap().len(), 2, "{failed:#}");
}

#[test]
fn a_file_that_is_written_twice_in_a_second_is_sent_twice() {
    let lab = Lab::new(1);
    let file = lab.master.root("/tftpboot/keyfile");
    for round in ["AAAA", "BBBB"] {
        write(&file, round);
        let time = std::time::UNIX_EPOCH + Duration::from_secs(1_700_000_000);
        let nanos = Duration::from_nanos(u64::from(round.as_bytes()[0]));
        let open = fs::File::options().write(true).open(&file).unwrap();
        open.set_modified(time + nanos).unwrap();
        lab.sync(&[]).expect(0, &[]);
        assert_eq!(text(&lab.there("/tftpboot/keyfile")), round);
    }
}

#[test]
fn a_dead_slave_does_not_stop_the_other() {
    let (dead, alive) = (address(), address());
    let mut lab = Lab::without_slaves(&[dead, alive]);
    lab.start(alive, "");
    let ended = lab.sync(&[]);
    let dead = format!("{dead} /tftpboot/fw: nothing answers on the ssh port");
    ended.expect(1, &["error: ", &dead, "Connection refused", "hint: "]);
    assert_eq!(text(&lab.there("/tftpboot/fw/a.bin")), "firmware a");
    assert!(ended.stdout.contains("not-tried"), "{}", ended.stdout);
    let memory = text(&lab.master.root("/var/lib/provha/sync.json"));
    assert!(memory.contains(&alive.to_string()), "{memory}");
}

#[test]
fn a_wrong_or_unknown_host_key_is_never_accepted() {
    let lab = Lab::new(1);
    let slave = lab.slaves[0].address;
    let hosts = lab.master.root("known_hosts");
    ssh::key(&lab.master.root("other"));
    let other = ssh::public(&lab.master.root("/"), "other");
    write(&hosts, format!("[{slave}]:{PORT} {other}"));
    let wrong = ["the host key is not the one that is known", "ssh-keygen -R"];
    lab.sync(&[]).expect(1, &wrong);
    write(&hosts, "");
    let unknown = ["the host key of the slave is not known", "ssh-keyscan"];
    lab.sync(&[]).expect(1, &unknown);
    assert!(!lab.there("/tftpboot").exists());
    assert_eq!(text(&hosts), "");
}

#[test]
fn a_refused_key_is_said() {
    let lab = Lab::new(1);
    let keys = lab.keys(lab.slaves[0].address);
    write(&keys.join("authorized_keys"), "");
    let words = ["the slave does not accept our ssh key", "ssh-copy-id"];
    lab.sync(&[]).expect(1, &words);
    assert!(!lab.there("/tftpboot").exists());
}

#[test]
fn a_key_that_needs_a_person_and_a_shell_that_talks_are_said() {
    let lab = Lab::new(1);
    let key = lab.master.root("user");
    let locked = std::process::Command::new("ssh-keygen")
        .args(["-q", "-p", "-P", "", "-N", "secret words", "-f"])
        .arg(&key)
        .status();
    assert!(locked.unwrap().success());
    lab.sync(&[]).expect(1, &["our ssh key has a pass phrase", "hint: "]);
    let address = address();
    let mut lab = Lab::without_slaves(&[address]);
    let talks = "ForceCommand echo Welcome; eval \"$SSH_ORIGINAL_COMMAND\"";
    lab.start(address, talks);
    lab.sync(&[]).expect(1, &["the slave's shell prints something at login"]);
    assert!(!lab.there("/tftpboot").exists());
}

#[test]
fn a_full_disk_cuts_nothing_short() {
    let slave = address();
    let mut lab = Lab::without_slaves(&[slave]);
    lab.start_on(slave, &Disk::Small(256), "");
    lab.sync(&[]).expect(0, &[]);
    let big = lab.master.root("/tftpboot/fw/a.bin");
    write(&big, vec![1; 1 << 20]);
    write(&lab.master.root("/tftpboot/keyfile"), "new key");
    let words = ["a file system of the slave is full", "make room"];
    lab.sync(&[]).expect(1, &words);
    let target = lab.slaves[0].sees(&lab.target());
    assert_eq!(text(&target.join("tftpboot/fw/a.bin")), "firmware a");
    let names = fs::read_dir(target.join("tftpboot/fw")).unwrap().count();
    assert_eq!(names, 1);
    assert_eq!(text(&target.join("tftpboot/keyfile")), "new key");
    write(&big, "smaller");
    lab.sync(&[]).expect(0, &[]);
    assert_eq!(text(&target.join("tftpboot/fw/a.bin")), "smaller");
}

#[test]
fn an_empty_or_missing_source_deletes_nothing() {
    let lab = Lab::new(1);
    lab.sync(&[]).expect(0, &[]);
    let fw = lab.master.root("/tftpboot/fw");
    fs::remove_file(fw.join("a.bin")).unwrap();
    write(&lab.master.root("/tftpboot/keyfile"), "");
    let empty = ["/tftpboot/fw held 1 entries", "is empty now"];
    lab.sync(&[]).expect(0, &empty);
    fs::remove_dir(&fw).unwrap();
    lab.sync(&[]).expect(0, &["is gone now", "not there on this machine"]);
    assert_eq!(text(&lab.there("/tftpboot/fw/a.bin")), "firmware a");
    assert_eq!(text(&lab.there("/tftpboot/keyfile")), "key");
}

#[test]
fn a_mass_deletion_is_held_back() {
    let lab = Lab::new(1);
    for n in 0..30 {
        write(&lab.master.root(&format!("/tftpboot/fw/{n}.bin")), "x");
    }
    lab.sync(&[]).expect(0, &[]);
    for n in 0..12 {
        let path = lab.master.root(&format!("/tftpboot/fw/{n}.bin"));
        fs::remove_file(path).unwrap();
    }
    write(&lab.master.root("/tftpboot/fw/new.bin"), "new");
    let words = ["guard rail: 12 of 31 entries", "--max-removed-percent 100"];
    lab.sync(&[]).expect(3, &words);
    assert!(lab.there("/tftpboot/fw/3.bin").exists());
    assert_eq!(text(&lab.there("/tftpboot/fw/new.bin")), "new");
    lab.sync(&["--max-removed-percent", "100"]).expect(0, &[]);
    assert!(!lab.there("/tftpboot/fw/3.bin").exists());
    assert_eq!(
        picture(&lab.master.root("/tftpboot/fw"), true),
        picture(&lab.there("/tftpboot/fw"), true)
    );
}

#[test]
fn what_vanishes_while_it_is_sent_is_a_warning() {
    let lab = Lab::new(1);
    let fw = lab.master.root("/tftpboot/fw");
    let big = fs::File::create(fw.join("b-big")).unwrap();
    big.set_len(150 << 20).unwrap();
    write(&fw.join("z-last"), "last");
    let there = lab.there("/tftpboot/fw");
    let victim = fw.join("z-last");
    let remover = std::thread::spawn(move || {
        let end = Instant::now() + Duration::from_secs(20);
        let begun = || {
            let names = fs::read_dir(&there).into_iter().flatten().flatten();
            names.into_iter().any(|entry| {
                entry.file_name().to_string_lossy().starts_with(".b-big")
            })
        };
        while !begun() && Instant::now() < end {
            std::thread::sleep(Duration::from_millis(2));
        }
        fs::remove_file(victim).unwrap();
    });
    let ended = lab.sync(&[]);
    remover.join().unwrap();
    ended.expect(0, &["warning: ", "files vanished here"]);
    assert_eq!(
        fs::metadata(lab.there("/tftpboot/fw/b-big")).unwrap().len(),
        150 << 20
    );
    assert!(!lab.there("/tftpboot/fw/z-last").exists());
}

#[test]
fn a_slave_that_never_answers_is_given_up() {
    let slave = address();
    let lab = Lab::without_slaves(&[slave]);
    let _listens = TcpListener::bind((slave, PORT)).unwrap();
    let begin = Instant::now();
    lab.sync(&[]).expect(1, &["the slave went silent", "hint: "]);
    assert!(begin.elapsed() < Duration::from_secs(8), "{begin:?}");
}

#[test]
fn a_slave_that_goes_silent_is_given_up() {
    let slave = address();
    let mut lab = Lab::without_slaves(&[slave]);
    lab.start(slave, "ForceCommand sleep 20");
    lab.master.set("PROVHA__SYNC_IO_TIMEOUT", "2");
    let begin = Instant::now();
    lab.sync(&[]).expect(1, &["the slave went silent"]);
    lab.master.set("PROVHA__SYNC_TIMEOUT", "1");
    lab.sync(&[]).expect(1, &["it took too long and was ended"]);
    assert!(begin.elapsed() < Duration::from_secs(12), "{begin:?}");
}

#[test]
fn a_slave_without_rsync_is_said() {
    let slave = address();
    let mut lab = Lab::without_slaves(&[slave]);
    let command = "ForceCommand PATH=/none; $SSH_ORIGINAL_COMMAND";
    lab.start(slave, command);
    lab.sync(&[]).expect(1, &["rsync is missing on the slave"]);
}

#[test]
fn only_the_master_sends_and_only_what_may_be_sent() {
    let mut lab = Lab::without_slaves(&[address()]);
    for role in ["slave", "standalone"] {
        let word = format!("this machine is the {role}");
        let arguments = ["--role", role, "sync-ha-master-files"];
        lab.master.run(&arguments).expect(3, &[&word]);
    }
    lab.master.set("PROVHA__SYNC_PATHS", "/tftpboot");
    lab.sync(&[]).expect(3, &["/tftpboot is not sent", "/tftpboot/cm"]);
}

#[test]
fn the_old_name_works_and_a_second_run_leaves_at_once() {
    let slave = address();
    let mut lab = Lab::without_slaves(&[slave]);
    lab.start(slave, "ForceCommand sleep 20");
    lab.master.set("PROVHA__SYNC_TIMEOUT", "3");
    let at = |name: &str| lab.master.dir.path().join(name);
    let mut first = Command::new(env!("CARGO_BIN_EXE_provha"))
        .args(["--root", &at("root").display().to_string()])
        .args(["--env-dir", &at("env").display().to_string()])
        .args(["--db", &format!("sqlite:{}", at("db").display())])
        .args(["--role", "master", "provha:sync_ha_master_files"])
        .envs(lab.master.keys.iter().cloned())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let lock = lab.master.root("/run/provha/lock.sync");
    let end = Instant::now() + Duration::from_secs(5);
    while !lock.exists() && Instant::now() < end {
        std::thread::sleep(Duration::from_millis(5));
    }
    std::thread::sleep(Duration::from_millis(200));
    let begin = Instant::now();
    lab.sync(&[]).expect(75, &[]);
    assert!(begin.elapsed() < Duration::from_secs(1));
    assert_eq!(first.wait().unwrap().code(), Some(1));
}
