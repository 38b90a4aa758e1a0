//! One machine with all its daemons, each of which can be taken away, and
//! what `status` says of it.

use std::collections::{BTreeMap, BTreeSet};
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::{Duration, Instant};

use serde_json::Value;

use super::daemon::Daemon;
use super::db::Server;
use super::dhcp::tftp;
use super::machine::{Machine, Said, put, said, script};
use super::private::shell;
use super::{fixture_text, program};

pub const OWN: &str = "172.21.4.10";
/// How long a server may take to start and answer.
pub const PATIENCE: Duration = Duration::from_secs(20);
/// A check command is given up after ten seconds.
const LIMIT: Duration = Duration::from_secs(10);

/// Ends the daemons that restart commands left behind: by the process ids in
/// these files.
struct Ends(Vec<PathBuf>);

impl Ends {
    /// Ends one at once.
    fn kill(pid: &Path) {
        let pid = std::fs::read_to_string(pid).unwrap_or_default();
        if !pid.trim().is_empty() {
            let kill = ["-9", pid.trim()];
            let _ = Command::new("kill").args(kill).status();
        }
    }
}

impl Drop for Ends {
    fn drop(&mut self) {
        self.0.iter().for_each(|pid| Self::kill(pid));
    }
}

/// One machine with all its daemons.
pub struct Lone {
    // First: it reads files of the machine, which goes after it.
    _ends: Ends,
    pub machine: Machine,
    pub server: Server,
    pub tftpd: Option<Daemon>,
}

impl Lone {
    /// A machine on which everything was made and runs.
    pub fn new() -> Self {
        let _ = shell(
            "set -e; ip link add near type veth peer name far; ip link set \
             far up; ip addr add 172.21.4.10/22 dev near; ip link set near up",
        );
        let server = Server::own(&["--skip-log-bin"]);
        server.run("mysql", &["CREATE DATABASE s"]);
        let (schema, network) =
            (fixture_text("schema.sql"), fixture_text("golden/network.sql"));
        server.run("s", &[&schema, "BEGIN;", &network, WELL, "COMMIT;"]);
        let url = format!(
            "mysql:///s?socket={}&user=root",
            server.socket().display()
        );
        let machine = Machine::new(&url, "standalone");
        machine.firmware();
        let names = ["dhcpd", "named", "chronyd", "xinetd"];
        let pids = names.map(|name| pid(&machine, name));
        let lone =
            Self { machine, server, tftpd: None, _ends: Ends(pids.into()) };
        lone.furnish();
        lone
    }

    /// Writes key, env file and restart scripts.
    fn furnish(&self) {
        let key = b"k hmac-sha256 cHJvdmhhIHRlc3Qgc2VjcmV0\n";
        put(&self.machine.set().join("omapi.key"), key);
        put(&self.machine.at("/leases"), b"");
        let d = self.machine.dir.path().display();
        for (name, text) in RESTARTS {
            let start = text
                .replace("BIN", &program(name).display().to_string())
                .replace("DIR", &d.to_string());
            script(
                &self.at(name),
                &format!(
                    "[ ! -s {d}/{name}.pid ] || kill -9 $(cat {d}/{name}.pid)\n\
                     rm -f {d}/{name}.pid; cd {d}; {start}"
                ),
            );
        }
        self.machine.env(&format!(
            "APP_TIMEZONE=UTC\nPROVHA__TIME_INETD=xinetd\n\
             PROVHA__DHCPD_RESTART={d}/dhcpd\nPROVHA__NAMED_RESTART={d}/named\n\
             PROVHA__CHRONY_RESTART={d}/chronyd\n\
             PROVHA__XINETD_RESTART={d}/xinetd\n\
             PROVHA__DHCPD_LEASES=/leases\nPROVHA__VERIFY_TIMEOUT=10\n\
             PROVHA__VERIFY_SETTLE=0\nPROVHA__STATUS_HOLD=0\n\
             PROVHA__TEXTFILE_DIR=/textfile\nPROVHA__DHCP6=off\n"
        ));
        std::fs::create_dir_all(self.machine.at("/textfile")).unwrap();
    }

    /// A file beside the root.
    pub fn at(&self, name: &str) -> PathBuf {
        self.machine.dir.path().join(name)
    }

    /// Starts the TFTP server and waits until it answers.
    pub fn start_tftpd(&mut self) {
        let (server, log) = (program("in.tftpd"), self.at("tftpd.log"));
        let (server, dir) =
            (server.display().to_string(), self.machine.at("/tftpboot"));
        let dir = dir.display().to_string();
        let at = format!("{OWN}:69");
        let argv = [&*server, "-L", "-u", "root", "-s", "-a", &at, &dir];
        let daemon = Daemon::start(&argv, &log);
        let address = at.parse().unwrap();
        daemon.wait(PATIENCE, &log, || tftp(address, FILE).is_ok());
        self.tftpd = Some(daemon);
    }

    /// Kills a daemon that a restart command started.
    pub fn kill(&self, name: &str) {
        Ends::kill(&pid(&self.machine, name));
    }

    /// Starts it by its restart command.
    pub fn start(&self, name: &str) {
        let _ = shell(&self.at(name).display().to_string());
    }

    /// What `status` says, in its time and without a secret.
    #[track_caller]
    pub fn told(&self, args: &[&str]) -> Said {
        told(&mut self.machine.command(&[&["status"], args].concat()))
    }

    /// The JSON of `status`.
    #[track_caller]
    pub fn status(&self, args: &[&str]) -> Status {
        Status::of(&self.told(&[&["--json"], args].concat()))
    }

    /// Asserts that just these checks are in another state than ok, and that
    /// a monitoring plugin would say so.
    #[track_caller]
    pub fn expect(&self, wrong: &[(&str, &str)]) -> Status {
        let status = self.status(&[]);
        assert_eq!(status.wrong(), wrong, "{:#}", status.0);
        let plugin = self.told(&["--format", "icinga"]);
        let has = |state| wrong.iter().any(|(_, other)| *other == state);
        let code = match (has("critical"), has("warning")) {
            (true, _) => 2,
            (false, true) => 1,
            (false, false) => 0,
        };
        assert_eq!(plugin.code, code, "{plugin:?}");
        check_plugin(&plugin.out);
        status
    }

    /// A file of the machine, out of the way until it is put back: the same
    /// file, not a copy.
    pub fn aside(&self, path: &str) -> Aside {
        let aside = self.at(&format!("aside{}", path.replace('/', "_")));
        let path = self.machine.at(path);
        std::fs::rename(&path, &aside).unwrap();
        Aside { path, aside }
    }
}

/// A file that is out of the way.
pub struct Aside {
    path: PathBuf,
    aside: PathBuf,
}

impl Aside {
    /// Puts another content in its place.
    pub fn replace(&self, bytes: &[u8]) {
        put(&self.path, bytes);
    }

    /// What it holds.
    pub fn bytes(&self) -> Vec<u8> {
        std::fs::read(&self.aside).unwrap()
    }
}

impl Drop for Aside {
    fn drop(&mut self) {
        std::fs::rename(&self.aside, &self.path).unwrap();
    }
}

/// Sets the mode of a path for as long as `then` takes.
pub fn with_mode<T>(path: &Path, mode: u32, then: impl FnOnce() -> T) -> T {
    let set = |mode| {
        let mode = std::fs::Permissions::from_mode(mode);
        std::fs::set_permissions(path, mode).unwrap();
    };
    let before = std::fs::metadata(path).unwrap().permissions().mode();
    set(mode);
    let result = then();
    set(before & 0o7777);
    result
}

/// Runs a command that must end in time and tell no secret.
#[track_caller]
pub fn told(command: &mut Command) -> Said {
    let begin = Instant::now();
    let said = said(&command.output().unwrap());
    assert!(begin.elapsed() < LIMIT, "{:?}: {said:?}", begin.elapsed());
    for secret in ["cHJvdmhh", "c2VjcmV0"] {
        let all = [&said.out, &said.err];
        assert!(all.iter().all(|text| !text.contains(secret)), "{said:?}");
    }
    said
}

/// Checks the form of what a monitoring plugin says.
#[track_caller]
fn check_plugin(out: &str) {
    let first = out.lines().next().unwrap();
    let (head, numbers) = first.split_once(" | ").unwrap();
    assert!(head.chars().count() <= 80, "{head}");
    assert!(head.starts_with("PROVHA ") && head.contains(" - "), "{head}");
    for number in numbers.split(' ') {
        let (label, rest) = number.rsplit_once('=').unwrap();
        assert!(label.starts_with('\'') && label.ends_with('\''), "{number}");
        let parts: Vec<&str> = rest.split(';').collect();
        assert_eq!(parts.len(), 5, "{number}");
        let value = parts[0].trim_end_matches(['s', 'B']);
        assert!(value.parse::<f64>().is_ok(), "{number}");
    }
    assert_eq!(out.matches('|').count(), 1, "{out}");
}

/// Checks each line of Prometheus' text format; the values by their names.
#[track_caller]
pub fn samples(out: &str) -> BTreeMap<String, f64> {
    let mut found = BTreeMap::new();
    let mut declared = BTreeSet::new();
    for line in out.lines() {
        if let Some(rest) = line.strip_prefix("# TYPE ") {
            let (name, kind) = rest.split_once(' ').unwrap();
            assert_eq!(kind, "gauge", "{line}");
            assert!(declared.insert(name.to_string()), "twice: {line}");
            continue;
        }
        if line.starts_with("# HELP provha_") {
            continue;
        }
        let (name, value) = line.rsplit_once(' ').unwrap();
        let (metric, labels) = match name.split_once('{') {
            Some((metric, labels)) => (metric, labels.strip_suffix("\"}")),
            None => (name, Some("=\"")),
        };
        assert!(declared.contains(metric), "not declared: {line}");
        assert!(labels.unwrap().contains("=\""), "{line}");
        let value = value.parse().unwrap();
        assert_eq!(found.insert(name.to_string(), value), None, "{line}");
    }
    assert!(out.ends_with('\n'));
    found
}

/// Where the process id of a daemon stands.
fn pid(machine: &Machine, name: &str) -> PathBuf {
    machine.dir.path().join(format!("{name}.pid"))
}

/// What `status --json` said.
pub struct Status(pub Value);

impl Status {
    /// Reads it; the exit code must fit.
    #[track_caller]
    pub fn of(said: &Said) -> Self {
        let json: Value = serde_json::from_str(&said.out)
            .unwrap_or_else(|error| panic!("{error}: {said:?}"));
        let critical = json["state"] == "critical";
        assert_eq!(said.code, i32::from(critical), "{said:?}");
        Self(json)
    }

    /// The checks that are not well, with their states.
    pub fn wrong(&self) -> Vec<(&str, &str)> {
        let checks = self.0["checks"].as_array().unwrap().iter();
        let mut wrong = Vec::new();
        for check in checks {
            if check["state"] != "ok" {
                let (name, state) = (&check["name"], &check["state"]);
                wrong.push((name.as_str().unwrap(), state.as_str().unwrap()));
            }
        }
        wrong
    }

    /// The root causes that are not muted, by code, the worst first.
    pub fn roots(&self) -> Vec<&str> {
        let found = self.0["findings"].as_array().unwrap().iter();
        found
            .filter(|f| f["because"].is_null() && f["muted"].is_null())
            .map(|f| f["code"].as_str().unwrap())
            .collect()
    }

    /// One check.
    #[track_caller]
    pub fn check(&self, name: &str) -> &Value {
        let checks = self.0["checks"].as_array().unwrap();
        let found = checks.iter().find(|check| check["name"] == name);
        found.unwrap_or_else(|| panic!("no {name}: {:#}", self.0))
    }

    /// Asserts that the text of a check holds these words.
    #[track_caller]
    pub fn says(&self, name: &str, words: &str) {
        let text = self.check(name)["text"].as_str().unwrap();
        assert!(text.contains(words), "'{words}' is not in '{text}'");
    }
}

/// A boot file that is there.
pub const FILE: &str = "cm/cm-100004.cfg";

/// What makes the golden network one without faults.
pub const WELL: &str = "
    UPDATE configfile SET parent_id = NULL, firmware = '', text = 'MaxCPE 9;'
        WHERE device = 'cm';
    UPDATE configfile SET parent_id = NULL, firmware = '',
        text = 'SnmpMibObject sysLocation.0 String \"here\";'
        WHERE device = 'mta';
    UPDATE modem SET configfile_id = 3 WHERE configfile_id NOT IN
        (SELECT id FROM configfile WHERE deleted_at IS NULL);
    UPDATE mta SET configfile_id = 10 WHERE configfile_id NOT IN
        (SELECT id FROM configfile WHERE device = 'mta'
            AND deleted_at IS NULL);";

/// How the daemons are started, in their directory DIR, by their program BIN.
const RESTARTS: [(&str, &str); 4] = [
    (
        "dhcpd",
        "rm -rf copy; cp -r root/etc/dhcp-nmsprime copy\n\
         find copy -name '*.conf' -exec sed -i \
         's#/etc/dhcp-nmsprime#DIR/copy#g' {} +\n\
         exec BIN -4 -q -cf DIR/copy/dhcpd.conf -lf DIR/root/leases -pf \
         DIR/dhcpd.pid near",
    ),
    (
        "named",
        "mkdir -p root/run/named root/var/named/data\n\
         sed -E 's#\"/(etc|var)/#\"DIR/root/\\1/#g' \
         root/etc/named-nmsprime.conf >named.conf\n\
         BIN -g -c DIR/named.conf >named.log 2>&1 &\n\
         echo $! >named.pid",
    ),
    (
        "chronyd",
        "cp root/etc/chrony/conf.d/nmsprime.conf chrony.conf\n\
         echo 'pidfile DIR/chrony.own' >>chrony.conf; rm -f chrony.own\n\
         echo 'bindcmdaddress /' >>chrony.conf\n\
         echo 'cmdport 0' >>chrony.conf\n\
         BIN -x -d -u root -F 0 -f DIR/chrony.conf >chrony.log 2>&1 &\n\
         echo $! >chronyd.pid",
    ),
    (
        "xinetd",
        "echo 'defaults {}' | sed 's/{/\\n{\\n/' >xinetd.conf\n\
         cat root/etc/xinetd.d/nmsprime-time >>xinetd.conf\n\
         BIN -dontfork -f DIR/xinetd.conf -pidfile DIR/xinetd.own \
         >xinetd.log 2>&1 &\n\
         echo $! >xinetd.pid",
    ),
];
