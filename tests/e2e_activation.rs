//! Restarts that go wrong, with real daemons: the previous set is back and
//! answering within twice the restart time plus 5 s (exit 4), or it is said
//! that a person must look (exit 5).

use crate::common;

use std::net::{Ipv4Addr, SocketAddr};
use std::path::PathBuf;
use std::process::Command;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use common::machine::{Machine, put, script};
use common::private::{self, shell};
use common::program;
use common::sqlite::Lite;
use provha::clients::dns;
use provha::clients::dns::Kind;
use provha::clients::time;
use provha::services::dhcpd::DhcpdProbe;

/// What changes all sets: the pool of the first CMTS' modems is cut.
const CHANGE: &str = "UPDATE ippool SET ip_pool_end = '10.16.15.200', \
    netmask = '255.255.240.0' WHERE id = 1; \
    UPDATE ippool SET deleted_at = '2026-01-01 00:00:00' WHERE id = 5;";
/// What is usual for a restart and for a daemon that answers.
const WAIT: Duration = Duration::from_secs(1);

/// A daemon, how it is started, what it loads, how it is asked.
struct Case {
    name: &'static str,
    /// The file that tells the new set from the old one.
    conf: &'static str,
    /// Shell text that starts it; ROOT and DIR are replaced; its process id
    /// goes to DIR/NAME.pid.
    start: String,
    answers: fn(&Machine) -> bool,
}

/// Ends what the restart commands started.
struct Started(Vec<PathBuf>);

impl Drop for Started {
    fn drop(&mut self) {
        for path in &self.0 {
            let pid = std::fs::read_to_string(path).unwrap_or_default();
            for pid in pid.split_whitespace() {
                let _ = Command::new("kill").args(["-9", pid]).output();
            }
        }
    }
}

impl Case {
    /// Writes the restart command: it does what DIR/NAME.mode says when the
    /// set is another one than that of the last good restart.
    fn script(&self, machine: &Machine) -> PathBuf {
        let (path, text) = (
            machine.dir.path().join(format!("restart-{}", self.name)),
            format!(
                "cd DIR\ndate +%s.%N >>NAME.begun\n\
                 [ -s NAME.pid ] && kill -9 $(cat NAME.pid) 2>/dev/null\n\
                 mode=$(cat NAME.mode)\n\
                 [ $mode = always ] && exit 7\n\
                 new=; cmp -s ROOTCONF NAME.good || new=1\n\
                 case $new$mode in\n1fail) exit 7 ;;\n\
                 1stuck) sleep 600; exit 1 ;;\nesac\n\
                 {}\n\
                 case $new$mode in\n\
                 1die) (sleep 1; kill -9 $(cat NAME.pid)) >/dev/null 2>&1 & ;;\n\
                 1hang) kill -STOP $(cat NAME.pid) ;;\n\
                 1good) cp ROOTCONF NAME.good ;;\nesac\nexit 0",
                self.start
            ),
        );
        let text = text
            .replace("ROOT", &machine.root().display().to_string())
            .replace("DIR", &machine.dir.path().display().to_string())
            .replace("NAME", self.name)
            .replace("CONF", self.conf);
        script(&path, &text);
        self.mode(machine, "good");
        path
    }

    fn mode(&self, machine: &Machine, mode: &str) {
        let path = machine.dir.path().join(format!("{}.mode", self.name));
        put(&path, mode.as_bytes());
    }

    fn pid(&self, machine: &Machine) -> PathBuf {
        machine.dir.path().join(format!("{}.pid", self.name))
    }

    /// Every way to go wrong, after a good run on the old network.
    fn drill(&self, machine: &Machine, lite: &Lite, command: &str) {
        machine.activate(&[command]).check(0, &[self.name, "restarted"]);
        let time = format!("/var/lib/provha/restart-time.{}", self.name);
        let text = std::fs::read_to_string(machine.at(&time)).unwrap();
        let usual = Duration::from_millis(text.trim().parse().unwrap());
        let old = std::fs::read(machine.at(self.conf)).unwrap();
        lite.run(CHANGE);
        let begun = machine.dir.path().join(format!("{}.begun", self.name));
        // The last one with nothing known about how long it usually takes.
        for mode in ["fail", "die", "hang", "stuck", "stuck "] {
            self.mode(machine, mode.trim());
            if mode.ends_with(' ') {
                std::fs::remove_file(machine.at(&time)).unwrap();
            }
            std::fs::remove_file(&begun).unwrap();
            let said = machine.activate(&[command]);
            let (took, last) = since(&begun);
            said.check(4, &["the previous set"]);
            assert_eq!(std::fs::read(machine.at(self.conf)).unwrap(), old);
            assert!((self.answers)(machine), "{} {mode}", self.name);
            println!("{} {mode}: {took:.1?}, usual {usual:.1?}", self.name);
            // The second restart, less the second that it had to settle:
            // other tests make it slower than the first.
            let usual = usual.max(last.saturating_sub(WAIT));
            let guess = if mode.ends_with(' ') { 10 } else { 5 };
            let most = usual * 2 + Duration::from_secs(guess);
            assert!(took <= most, "{} {mode}: {took:?}", self.name);
        }
        self.mode(machine, "always");
        machine.activate(&[command]).check(5, &["with the previous set"]);
        assert_eq!(std::fs::read(machine.at(self.conf)).unwrap(), old);
        self.mode(machine, "good");
        machine.activate(&[command]).check(0, &[self.name, "restarted"]);
        assert_ne!(std::fs::read(machine.at(self.conf)).unwrap(), old);
        assert!((self.answers)(machine));
        self.roll_back(machine, &old);
    }

    /// A roll-back is an activation like any other.
    fn roll_back(&self, machine: &Machine, old: &[u8]) {
        let log = machine.activate(&["log", "--json"]);
        let log: serde_json::Value = serde_json::from_str(&log.out).unwrap();
        let last = log["generations"].as_array().unwrap().last().unwrap();
        let last = last["number"].to_string();
        let back = machine.activate(&["rollback"]);
        back.check(0, &["put back", self.name, "restarted"]);
        assert_eq!(std::fs::read(machine.at(self.conf)).unwrap(), old);
        assert!((self.answers)(machine));
        self.mode(machine, "fail");
        machine.activate(&["rollback", &last]).check(4, &["the previous set"]);
        assert_eq!(std::fs::read(machine.at(self.conf)).unwrap(), old);
        assert!((self.answers)(machine));
        self.mode(machine, "always");
        machine.activate(&["rollback", &last]).check(5, &[]);
        self.mode(machine, "good");
        machine.activate(&["rollback", &last]).check(0, &[self.name]);
        assert!((self.answers)(machine));
    }
}

/// The time since the first and since the last restart that the file tells of.
fn since(begun: &std::path::Path) -> (Duration, Duration) {
    let text = std::fs::read_to_string(begun).unwrap();
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap();
    let since = |line: Option<&str>| {
        let begun: f64 = line.unwrap().parse().unwrap();
        now.checked_sub(Duration::from_secs_f64(begun)).unwrap()
    };
    (since(text.lines().next()), since(text.lines().last()))
}

/// Addresses as the golden network has them.
fn network() {
    let _ = shell(
        "set -e; ip link add near type veth peer name far; ip link set far \
         up; ip addr add 172.21.4.10/22 dev near; ip link set near up",
    );
}

#[test]
fn dhcpd_goes_back_to_the_previous_set() {
    if !private::inside("dhcpd_goes_back_to_the_previous_set") {
        return;
    }
    network();
    let lite = Lite::golden("");
    let machine = Machine::new(&lite.url(), "standalone");
    let case = Case {
        name: "dhcpd",
        conf: "/etc/dhcp-nmsprime/cmts_gws/1.conf",
        start: format!(
            "rm -rf copy NAME.pid\ncp -r ROOT/etc/dhcp-nmsprime copy\n\
             find copy -name '*.conf' -exec sed -i \
             's#/etc/dhcp-nmsprime#DIR/copy#g' {{}} +\n: >>leases\n\
             {} -4 -q -cf DIR/copy/dhcpd.conf -lf DIR/leases -pf \
             DIR/NAME.pid near || exit 1",
            program("dhcpd").display()
        ),
        answers: |machine| {
            use provha::publish::activate::Probe;
            DhcpdProbe { dir: machine.set() }.ask(WAIT).is_ok()
        },
    };
    let key = machine.set().join("omapi.key");
    put(&key, b"k hmac-sha256 Zmlyc3Qgc2VjcmV0\n");
    machine.env(&format!(
        "APP_TIMEZONE=UTC\nPROVHA__DHCPD_RESTART={}\n",
        case.script(&machine).display()
    ));
    let _started = Started(vec![case.pid(&machine)]);
    case.drill(&machine, &lite, "dhcp");
}

#[test]
fn named_goes_back_to_the_previous_set() {
    if !private::inside("named_goes_back_to_the_previous_set") {
        return;
    }
    let lite = Lite::golden("");
    let machine = Machine::new(&lite.url(), "standalone");
    let case = Case {
        name: "named",
        conf: "/etc/named-nmsprime.conf",
        start: format!(
            "mkdir -p run\nsed -e 's#\"/var/named#\"ROOT/var/named#' \
             -e 's#listen-on {{ any; }};#listen-on {{ 127.0.0.1; }}; \
             pid-file \"DIR/run/pid\"; session-keyfile \"DIR/run/key\"; \
             lock-file none; dnssec-validation no;#' \
             -e 's#listen-on-v6 {{ ::1; }};#listen-on-v6 {{ none; }};#' \
             ROOTCONF > named.conf\necho 'controls {{ }};' >> named.conf\n\
             setsid {} -g -c DIR/named.conf >> named.log 2>&1 &\n\
             echo $! > NAME.pid",
            program("named").display()
        ),
        answers: |_| {
            let server = SocketAddr::from((Ipv4Addr::LOCALHOST, 53));
            dns::ask(server, "prov.example.net", Kind::Soa, WAIT)
                .is_ok_and(|answer| answer.authoritative)
        },
    };
    machine.env(&format!(
        "APP_TIMEZONE=UTC\nPROVHA__NAMED_RESTART={}\n",
        case.script(&machine).display()
    ));
    let _started = Started(vec![case.pid(&machine)]);
    case.drill(&machine, &lite, "dns");
}

/// chronyd and xinetd.
fn time_cases() -> [Case; 2] {
    [
        Case {
            name: "chronyd",
            conf: "/etc/chrony/conf.d/nmsprime.conf",
            start: format!(
                "{{ cat ROOTCONF; echo pidfile DIR/c.pid; echo \
                 bindcmdaddress /; echo cmdport 0; }} >chrony.conf\n\
                 rm -f c.pid\nsetsid {} -x -d -u root -F 0 -f DIR/chrony.conf \
                 >>chrony.log 2>&1 &\necho $! >NAME.pid",
                program("chronyd").display()
            ),
            answers: |_| {
                let server = SocketAddr::from((Ipv4Addr::LOCALHOST, 123));
                time::ntp(server, WAIT).is_ok()
            },
        },
        Case {
            name: "xinetd",
            conf: "/etc/xinetd.d/nmsprime-time",
            start: format!(
                "{{ echo 'defaults\n{{\n}}'; cat ROOTCONF; }} >xinetd.conf\n\
                 setsid {} -dontfork -syslog daemon -f DIR/xinetd.conf \
                 -pidfile DIR/x.pid >>xinetd.log 2>&1 &\necho $! >NAME.pid",
                program("xinetd").display()
            ),
            answers: |_| {
                let server = SocketAddr::from((Ipv4Addr::LOCALHOST, 37));
                time::rfc868(server, WAIT).is_ok()
            },
        },
    ]
}

/// A drill of one of the two, while the other one is well.
fn time(which: usize) {
    let lite = Lite::golden("");
    let machine = Machine::new(&lite.url(), "standalone");
    let cases = time_cases();
    machine.env(&format!(
        "APP_TIMEZONE=UTC\nPROVHA__TIME_INETD=xinetd\n\
         PROVHA__CHRONY_RESTART={}\nPROVHA__XINETD_RESTART={}\n",
        cases[0].script(&machine).display(),
        cases[1].script(&machine).display()
    ));
    let _started =
        Started(cases.iter().map(|case| case.pid(&machine)).collect());
    cases[which].drill(&machine, &lite, "time");
    assert!(cases.iter().all(|case| (case.answers)(&machine)));
}

#[test]
fn chronyd_goes_back_to_the_previous_set() {
    if private::inside("chronyd_goes_back_to_the_previous_set") {
        time(0);
    }
}

#[test]
fn xinetd_goes_back_to_the_previous_set() {
    if private::inside("xinetd_goes_back_to_the_previous_set") {
        time(1);
    }
}
