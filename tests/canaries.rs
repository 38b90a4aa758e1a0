//! Canaries in every secret place, and every command under strace: they are in
//! no argument and no environment of a child, in nothing that is said, and in
//! no file but those that need them, which nobody else may read.

use crate::common;

use std::cell::RefCell;
use std::collections::BTreeSet;
use std::fs;
use std::os::unix::fs::{MetadataExt, PermissionsExt};
use std::panic::AssertUnwindSafe;
use std::path::Path;
use std::process::Command;

use common::machine::{Machine, Said, put, said};
use common::sqlite::Lite;
use common::{db, fresh, tree};

/// What each secret begins with. All are 24 letters and digits: a text, and
/// the base64 of a key too.
const MARK: &str = "Canary0";

/// A secret that is recognised.
fn canary(place: &str) -> String {
    let mut all = format!("{MARK}{place}");
    assert!(all.len() <= 24 && place.chars().all(char::is_alphanumeric));
    while all.len() < 24 {
        all.push('9');
    }
    all
}

/// The forms in which the mark could be told.
fn forms() -> Vec<String> {
    let hex = |join: &str| {
        let octets = MARK.bytes().map(|byte| format!("{byte:02x}"));
        octets.collect::<Vec<_>>().join(join)
    };
    // The first six octets, as base64 has them at each of three places.
    let base64 = ["Q2FuYXJ5", "NhbmFye", "DYW5hcn"].map(String::from);
    let reversed: String = MARK.chars().rev().collect();
    [vec![MARK.into(), hex(""), hex(":"), hex(" "), reversed], base64.into()]
        .concat()
}

/// Asserts that something tells none.
#[track_caller]
fn no_canary(what: &str, bytes: &[u8]) {
    let text = String::from_utf8_lossy(bytes).to_lowercase();
    for form in forms() {
        if let Some(at) = text.find(&form.to_lowercase()) {
            let to = text.len().min(at + 60);
            let near = &text.as_bytes()[at.saturating_sub(80)..to];
            panic!("{what}: {}", String::from_utf8_lossy(near));
        }
    }
}

/// The secrets of the database.
fn rows() -> String {
    let c = canary;
    format!(
        "UPDATE provbase SET dns_password = '{}', ro_community = '{}', \
         rw_community = '{}';\
         UPDATE provha SET master_dns_password = '{}', \
         slave_dns_password = '{}';\
         UPDATE netgw SET community_ro = '{}', community_rw = '{}', \
         username = 'admin', password = '{}';\
         UPDATE phonenumber SET password = '{}', username = '{}';\
         UPDATE modem SET ppp_password = '{}', ppp_username = 'ppp';\
         INSERT INTO netelement (id, name, community_ro, community_rw) \
         VALUES (1, 'e', '{}', '{}');\
         INSERT INTO nas (id, nasname, secret, community) VALUES (1, 'n', \
         '{}', '{}');\
         UPDATE configfile SET text = text || '\nSnmpMibObject \
         docsDevNmAccessCommunity.9 String \"{}\" ;\nSnmpMibObject \
         .1.3.6.1.2.1.69.1.2.1.4.8 String \"{}\" ;\nSnmpMibObject \
         sysContact.0 String \"x\" ;' WHERE id = 1;",
        c("Tsig"),
        c("Ro"),
        c("Rw"),
        c("TsigMaster"),
        c("TsigSlave"),
        c("NetgwRo"),
        c("NetgwRw"),
        c("NetgwLogin"),
        c("Sip"),
        c("SipUser"),
        c("Ppp"),
        c("ElementRo"),
        c("ElementRw"),
        c("Radius"),
        c("NasRo"),
        c("TextOne"),
        c("TextTwo"),
    )
}

/// The env files' secrets, ours and those of others.
fn environment(machine: &Machine) {
    let c = canary;
    machine.env(&format!(
        "APP_TIMEZONE=UTC\nAPP_KEY=base64:{}\nDB_PASSWORD={}\n\
         DNS_PASSWORD={}\nPROVHA__GALERA_SST_PASSWORD={}\n\
         PROVHA__GALERA_READER=reader\nPROVHA__GALERA_READER_PASSWORD={}\n\
         GALERA_PEER_HOSTS=127.0.0.1,127.0.0.2\nMAIL_PASSWORD={}\n\
         PROVHA__SSH_IDENTITY=/root/.ssh/id\nPROVHA__CLUSTER_TIMEOUT=10\n\
         PROVHA__SYNC_CONNECT_TIMEOUT=1\n{}",
        c("AppKey"),
        c("Db"),
        c("DnsEnv"),
        c("Sst"),
        c("Reader"),
        c("Mail"),
        common::machine::NO_GUARDS,
    ));
    let other = format!(
        "CACTI_DB_PASSWORD={}\nPROVMON_PASSWORD={}\nICINGA_DB_PASSWORD={}\n\
         PGPASSWORD={}\nGENIEACS_TOKEN={}\n",
        c("Cacti"),
        c("Provmon"),
        c("Icinga"),
        c("Postgres"),
        c("Acs"),
    );
    put(&machine.dir.path().join("env/provmon.env"), other.as_bytes());
}

/// A machine with secrets wherever there can be one.
fn planted() -> (Machine, Lite) {
    let lite = Lite::golden(&rows());
    let mut machine = Machine::new(&lite.url(), "master");
    machine.cut_off = true;
    machine.firmware();
    environment(&machine);
    fresh::debian(&machine);
    let secret = |path: &str, text: String| {
        put(&machine.at(path), text.as_bytes());
        let mode = PermissionsExt::from_mode(0o600);
        fs::set_permissions(machine.at(path), mode).unwrap();
    };
    secret("/tftpboot/keyfile", format!("{}\n", canary("Mic")));
    secret(
        "/etc/dhcp-nmsprime/omapi.key",
        format!("k hmac-sha256 {}\n", canary("Omapi")),
    );
    secret(
        "/etc/cacti/debian.php",
        format!(
            "<?php\n$database_username = 'cacti';\n$database_password = \
             '{}';\n",
            canary("CactiPhp")
        ),
    );
    secret(
        "/root/.ssh/id",
        format!(
            "-----BEGIN OPENSSH PRIVATE KEY-----\n{}\n-----END OPENSSH \
             PRIVATE KEY-----\n",
            canary("SshKey")
        ),
    );
    put(
        &machine.at("/var/lib/dhcp/dhcpd.leases"),
        b"lease 10.16.0.9 {\n  starts 1 2026/11/30 01:00:00;\n  ends 1 \
          2036/11/30 02:00:00;\n  binding state active;\n  hardware ethernet \
          00:1d:ce:00:00:03;\n}\n",
    );
    (machine, lite)
}

/// The commands, each with what it needs.
const COMMANDS: &[&[&str]] = &[
    &["rebuild", "--force", "--diff", "--no-activate"],
    &["rebuild", "--force", "--no-activate", "-vv"],
    &["dhcp", "--diff", "--no-activate", "--json"],
    &["dns", "--no-activate", "-vv"],
    &["time", "--no-activate", "-vv"],
    &["configfile", "--no-activate", "-vv", "--json"],
    &["adopt", "-vv"],
    &["adopt", "--json"],
    &["status", "-vv"],
    &["status", "--json", "--deep"],
    &["status", "--format", "icinga"],
    &["explain", "100003", "-vv"],
    &["explain", "300001", "--json"],
    &["failover", "state"],
    &["cluster", "status"],
    &["cluster", "status", "--json"],
    &["cluster", "crosscheck"],
    &["cluster", "primary"],
    &["cluster", "galera", "init", "--dry-run"],
    &["cluster", "galera", "recover"],
    &["maintenance", "start", "--dry-run"],
    &["config", "show"],
    &["config", "show", "--json"],
    &["db", "check", "--json", "-vv"],
    &["db", "sample", "--out", "SAMPLE"],
    &["support", "--out", "BUNDLE"],
    &["pair", "leave", "--dry-run"],
    &["pair", "join", "--dry-run"],
    &["probe", "100003"],
    &["leases", "10.16.0.9", "--local"],
    &["leases", "00:1d:ce:00:00:03", "--json"],
    &["setup", "master", "--own", "172.21.4.10", "--peer", "172.21.4.11"],
    &[
        "setup",
        "master",
        "--own",
        "172.21.4.10",
        "--peer",
        "172.21.4.11",
        "--diff",
        "-vv",
    ],
    &[
        "setup",
        "slave",
        "--own",
        "172.21.4.11",
        "--peer",
        "172.21.4.10",
        "--json",
    ],
    &["setup", "check", "-vv"],
    &["setup", "check", "--json"],
    &["setup", "grants"],
    &["setup", "cmts"],
    &["setup", "icinga"],
    &["setup", "hand-over"],
    &["setup", "pair"],
    &["setup", "undo"],
    &["sync-ha-master-files", "-vv"],
    &["clean-up-slave", "--role", "slave", "--dry-run"],
];

/// Those that look at what was made live before, with other secrets then.
const AFTER: &[&[&str]] = &[
    &["log"],
    &["log", "--json"],
    &["log", "100003"],
    &["diff", "1", "2"],
    &["diff", "1", "2", "--json"],
    &["diff", "2", "4"],
    &["diff", "3", "6"],
    &["diff", "4", "8"],
    &["diff", "1", "6"],
    &["diff", "1", "2", "100003"],
    &["rollback", "--diff", "--no-activate"],
    &["rollback", "--no-activate", "-vv"],
    &["rebuild", "--diff", "--no-activate"],
    &["status", "-vv"],
    &["watch", "--no-activate", "-vv"],
];

/// One run under strace.
struct Traced {
    ended: Said,
    /// Calls of each process that is not what started the program.
    calls: Vec<String>,
}

/// Runs a command; a watch is ended after some seconds.
fn traced(machine: &Machine, args: &[&str]) -> Traced {
    let out = tempfile::tempdir().unwrap();
    let plain = machine.command(args);
    let mut command = Command::new("timeout");
    command.args(["-s", "TERM", "-k", "20"]);
    command.arg(if args[0] == "watch" { "6" } else { "120" });
    command.args(["strace", "-f", "-ff", "-y", "-v", "-s", "1000000"]);
    command.arg("--seccomp-bpf");
    let calls = "trace=execve,write,writev,pwrite64,sendto,sendmsg,sendmmsg,\
        openat,mkdirat";
    command.args(["-e", calls]);
    command.arg("-o").arg(out.path().join("trace"));
    command.arg(plain.get_program()).args(plain.get_args()).env_clear();
    command.envs(plain.get_envs().filter_map(|(k, v)| Some((k, v?))));
    let temp = machine.dir.path().join("tmp");
    fs::create_dir_all(&temp).unwrap();
    let ended = said(&command.env("TMPDIR", temp).output().unwrap());
    let mut calls = Vec::new();
    for entry in fs::read_dir(out.path()).unwrap() {
        let text = fs::read(entry.unwrap().path()).unwrap();
        let text = String::from_utf8_lossy(&text);
        calls.extend(text.lines().map(String::from));
    }
    Traced { ended, calls }
}

impl Traced {
    /// Asserts that the run told nobody.
    #[track_caller]
    fn check(&self, what: &str, machine: &Machine) {
        let code = self.ended.code;
        // A watch is ended by timeout(1), which says so.
        let known = [75, 124].contains(&code) || (0..=5).contains(&code);
        assert!(known, "{what}: {code}");
        no_canary(&format!("{what}: stdout"), self.ended.out.as_bytes());
        no_canary(&format!("{what}: stderr"), self.ended.err.as_bytes());
        let root = machine.root().display().to_string();
        // A run that only looks stages where nobody else may enter.
        let temp = machine.dir.path().join("tmp").display().to_string();
        let temps = ["look.", "check-"].map(|w| format!("{temp}/provha-{w}"));
        for call in &self.calls {
            let (name, rest) = call.split_once('(').unwrap_or((call, ""));
            // A file of ours: its mode is looked at afterwards.
            let file = rest.split_once('<').is_some_and(|(fd, path)| {
                let ours = path.starts_with(&root)
                    || temps.iter().any(|temp| path.starts_with(temp));
                fd.parse::<u32>().is_ok() && ours
            });
            let staged = temps.iter().any(|temp| {
                let name = temp.rsplit('/').next().unwrap_or_default();
                call.contains(name)
            });
            if name == "mkdirat" && staged {
                assert!(call.contains(", 0700)"), "{what}: {call}");
            }
            if name == "openat" && staged {
                let made = call.contains("O_CREAT");
                assert!(!made || call.contains(", 0600)"), "{what}: {call}");
            }
            if !file {
                let place: String = rest.chars().take(80).collect();
                let place = format!("{what}: {name} {place}");
                no_canary(&place, call.as_bytes());
            }
        }
    }
}

/// Files below a root that hold a canary, and may be read by anybody.
fn open_files(root: &Path) -> BTreeSet<String> {
    let mut open = BTreeSet::new();
    for (name, bytes) in tree::read(root) {
        let text = String::from_utf8_lossy(&bytes);
        let told = forms().iter().any(|form| text.contains(&**form));
        let mode = fs::metadata(root.join(&name)).unwrap().mode();
        if told && mode & 0o007 != 0 {
            let _ = open.insert(name);
        }
    }
    open
}

/// The command with the paths of this machine.
fn placed<'a>(args: &[&'a str], paths: &'a [String; 2]) -> Vec<&'a str> {
    let place = |arg: &&'a str| match *arg {
        "SAMPLE" => &*paths[0],
        "BUNDLE" => &*paths[1],
        other => other,
    };
    args.iter().map(place).collect()
}

#[test]
fn no_command_tells_a_secret() {
    let (machine, lite) = planted();
    let at = |name: &str| machine.dir.path().join(name).display().to_string();
    let paths = [at("sample.sql"), at("bundle.tar.zst")];
    let told = RefCell::new(Vec::new());
    let run = |args: &[&str]| {
        let args = placed(args, &paths);
        let traced = traced(&machine, &args);
        let usage = traced.ended.err.contains("try '--help'");
        assert!(!usage, "{args:?}: {:?}", traced.ended);
        let what = args.join(" ");
        let check = || traced.check(&what, &machine);
        if std::panic::catch_unwind(AssertUnwindSafe(check)).is_err() {
            told.borrow_mut().push(what);
        }
    };
    for args in COMMANDS {
        run(args);
    }
    // Every secret changes, so that diffs would have both.
    let again = rows().replace(MARK, "Canary0x").replace("9'", "'");
    lite.run("DELETE FROM netelement; DELETE FROM nas");
    lite.run(&again);
    machine.run(&["rebuild", "--force"]);
    for args in AFTER {
        run(args);
    }
    let told = told.into_inner();
    assert!(told.is_empty(), "{told:#?}");
    no_canary("sample", &fs::read(&paths[0]).unwrap());
    let bundle = fs::File::open(&paths[1]).unwrap();
    no_canary("bundle", &zstd::decode_all(bundle).unwrap());
    let temp = machine.dir.path().join("tmp");
    assert_eq!(fs::read_dir(temp).unwrap().count(), 0);
    // Boot files go to the devices; theirs is a place where all may read.
    let mut open = open_files(&machine.root());
    open.retain(|name| !name.ends_with(".cfg"));
    assert!(open.is_empty(), "{open:?}");
}

#[test]
fn wrong_secrets_are_not_told_either() {
    let (machine, lite) = planted();
    lite.run(&format!(
        "UPDATE provbase SET dns_password = '{0}!', rw_community = '{0}\n'; \
         UPDATE provha SET master_dns_password = '{0}\u{202e}', \
         slave_dns_password = '{0}='; UPDATE phonenumber SET password = \
         '{0}\"; }} {0}'; UPDATE modem SET ppp_password = '{{{0}}}';",
        canary("Wrong")
    ));
    let run = |args: &[&str]| {
        let traced = traced(&machine, args);
        traced.check(&args.join(" "), &machine);
        traced.ended
    };
    let some: &[&[&str]] = &[
        &["rebuild", "--force", "--no-activate", "-vv"],
        &["dns", "--no-activate"],
        &["dhcp", "--no-activate", "--json"],
        &["status", "--json"],
        &["config", "show", "-vv"],
        &["db", "check"],
        &["failover", "state"],
        &["setup", "check"],
        &["explain", "100003"],
    ];
    for args in some {
        drop(run(args));
    }
    let key = machine.at("/etc/dhcp-nmsprime/omapi.key");
    for text in ["k hmac-none SECRET", "SECRET", "k hmac-md5 SECRET!!\nSECRET"]
    {
        put(&key, text.replace("SECRET", &canary("Omapi")).as_bytes());
        for args in [some[2], some[3], some[6], some[7]] {
            let _ = run(args);
        }
    }
    let env = machine.dir.path().join("env/provha.env");
    for line in [
        "DB_PASSWORD=\"SECRET",
        "DB_PASSWORD=SECRET SECRET",
        "DB_PASSWORD='SECRET' SECRET",
        "DB_PASSWORD=\"${SECRET\"",
        "DB_PASSWORD SECRET",
        "PROVHA__GALERA_SST_PASSWORD=\"a\\SECRET\\",
        "SECRET",
    ] {
        put(&env, line.replace("SECRET", &canary("Line")).as_bytes());
        for args in [some[0], some[3], some[4]] {
            let _ = run(args);
        }
    }
}

#[test]
fn a_password_for_the_database_is_not_told() {
    let database = db::golden(&format!(
        "CREATE USER 'c'@'%' IDENTIFIED BY '{}';",
        canary("Login")
    ));
    let machine = Machine::new("", "master");
    let some: &[&[&str]] = &[
        &["dhcp", "--no-activate", "-vv"],
        &["db", "check", "-vv"],
        &["status", "--json"],
        &["config", "show"],
        &["setup", "check"],
    ];
    let port = database.server.port();
    for (password, host) in [
        (canary("Login"), "127.0.0.1"),
        (canary("LoginWrong"), "127.0.0.1"),
        (canary("Login"), "127.0.0.1,127.0.0.9"),
    ] {
        machine.env(&format!(
            "APP_TIMEZONE=UTC\nDB_HOST={host}\nDB_PORT={port}\nDB_DATABASE={}\n\
             DB_USERNAME=c\nDB_PASSWORD={password}\n",
            database.name
        ));
        for args in some {
            let traced = traced(&machine, args);
            traced.check(&args.join(" "), &machine);
        }
    }
    // One that somebody writes into the URL is not repeated.
    for url in [
        format!("mysql://c:{}@127.0.0.1:{port}/x", canary("Url")),
        format!("mysql://c:{}@127.0.0.1:port/x", canary("Url")),
        format!("postgres://c:{}@127.0.0.1/x?y=z", canary("Url")),
        format!("mysql://c:{}@/@:x", canary("Url")),
    ] {
        let mut machine = Machine::new(&url, "master");
        machine.cut_off = true;
        for args in some {
            let ended = machine.run(args);
            no_canary(&url, ended.out.as_bytes());
            no_canary(&url, ended.err.as_bytes());
        }
    }
}
