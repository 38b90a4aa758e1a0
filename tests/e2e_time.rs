//! A real chronyd and a real xinetd on what the program makes of the golden
//! network: the time for an address in a modem pool.

use crate::common;

use std::fs;
use std::net::{SocketAddr, UdpSocket};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use common::daemon::Daemon;
use common::machine::{Machine, put};
use common::{private, program, sqlite};
use provha::clients::time;

/// How long a service may take to start and answer.
const PATIENCE: Duration = Duration::from_secs(10);
/// chrony's part on Debian.
const CHRONY: &str = "/etc/chrony/conf.d/nmsprime.conf";
/// xinetd's part.
const XINETD: &str = "/etc/xinetd.d/nmsprime-time";
/// Seconds from 1900 to 1970 (RFC 868).
const EPOCH: u64 = 2_208_988_800;

/// Asks from an address, three times if need be, as modems do: the answer, if
/// one comes.
fn ask(from: &str, port: u16, question: &[u8]) -> Option<Vec<u8>> {
    let socket = UdpSocket::bind((from, 0)).unwrap();
    socket.set_read_timeout(Some(Duration::from_secs(1))).unwrap();
    let mut answer = [0; 64];
    // xinetd loses a question that comes while it ends the one before.
    for _ in 0..3 {
        let _ = socket.send_to(question, ("172.21.4.10", port)).unwrap();
        if let Ok(length) = socket.recv(&mut answer) {
            return Some(answer[..length].to_vec());
        }
    }
    None
}

#[test]
fn modems_get_the_time_and_strangers_do_not() {
    if !private::inside("modems_get_the_time_and_strangers_do_not") {
        return;
    }
    let _ = private::shell(
        "for a in 172.21.4.10/22 10.16.0.50/20 192.168.77.1/24; do \
         ip addr add $a dev lo; done",
    );
    let file = tempfile::NamedTempFile::new().unwrap();
    sqlite::golden(file.path(), "");
    let url = format!("sqlite:{}", file.path().display());
    let machine = Machine::new(&url, "master");
    machine.env("APP_TIMEZONE=UTC\nPROVHA__TIME_INETD=xinetd\n");
    let _ = machine.good(&["time"]);
    assert!(machine.good(&["time"]).err.contains("nothing changed"));
    let log = |name: &str| machine.dir.path().join(name);
    let dir = machine.dir.path().display();

    let chrony = log("chrony.conf");
    let part = fs::read_to_string(machine.at(CHRONY)).unwrap();
    assert!(part.contains("\nserver 172.21.4.11 iburst\n"), "{part}");
    let text = format!(
        "{part}pidfile {dir}/chrony.pid\nbindcmdaddress /\ncmdport 0\n"
    );
    put(&chrony, text.as_bytes());
    let chronyd = program("chronyd").display().to_string();
    let conf = chrony.display().to_string();
    let argv = [&chronyd, "-x", "-d", "-u", "root", "-F", "0", "-f", &conf];
    let one = Daemon::start(&argv, &log("chrony.log"));

    let conf = log("xinetd.conf").display().to_string();
    let part = fs::read_to_string(machine.at(XINETD)).unwrap();
    put(&log("xinetd.conf"), format!("defaults\n{{\n}}\n{part}").as_bytes());
    let xinetd = program("xinetd").display().to_string();
    let pid = log("xinetd.pid").display().to_string();
    let argv = [&xinetd, "-dontfork", "-f", &conf, "-pidfile", &pid];
    let two = Daemon::start(&argv, &log("xinetd.log"));

    let wait = Duration::from_secs(1);
    let at = |port: u16| SocketAddr::from(([127, 0, 0, 1], port));
    one.wait(PATIENCE, &log("chrony.log"), || {
        time::ntp(at(123), wait).is_ok_and(|a| a.stratum == 10)
    });
    two.wait(PATIENCE, &log("xinetd.log"), || {
        time::rfc868(at(37), wait).is_ok()
    });
    let mut question = [0; 48];
    question[0] = 0x23;
    assert_eq!(ask("10.16.0.50", 123, &question).unwrap().len(), 48);
    let time = ask("10.16.0.50", 37, &[]).unwrap();
    let time = u32::from_be_bytes(time.try_into().unwrap());
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap();
    assert!(u64::from(time).abs_diff(now.as_secs() + EPOCH) < 5);
    assert_eq!(ask("192.168.77.1", 123, &question), None);
    assert_eq!(ask("192.168.77.1", 37, &[]), None);
}

#[test]
fn another_inetd_gets_a_line_and_one_machine_alone_no_peer() {
    let file = tempfile::NamedTempFile::new().unwrap();
    sqlite::golden(file.path(), "");
    let url = format!("sqlite:{}", file.path().display());
    let machine = Machine::new(&url, "standalone");
    machine.env("APP_TIMEZONE=UTC\nPROVHA__TIME_INETD=inetd\n");
    put(&machine.at("/etc/inetd.conf"), b"tftp dgram udp wait root x x\n");
    let _ = machine.good(&["time"]);
    let text = fs::read_to_string(machine.at("/etc/inetd.conf")).unwrap();
    assert!(text.starts_with("tftp "), "{text}");
    assert!(text.contains("\ntime\tdgram\tudp\twait\troot\tinternal\n"));
    assert!(!machine.at(XINETD).exists());
    let part = fs::read_to_string(machine.at(CHRONY)).unwrap();
    assert!(!part.contains("server ") && !part.contains("orphan"), "{part}");
    assert!(machine.good(&["time"]).err.contains("nothing changed"));
}

/// The service that is no longer to serve loses what an earlier run gave it,
/// and nothing else.
#[test]
fn another_inetd_takes_over() {
    let file = tempfile::NamedTempFile::new().unwrap();
    sqlite::golden(file.path(), "");
    let url = format!("sqlite:{}", file.path().display());
    let machine = Machine::new(&url, "standalone");
    let inetd = machine.at("/etc/inetd.conf");
    put(&inetd, b"tftp dgram udp wait root x x\n");
    let serve = |who: &str| {
        machine.env(&format!("APP_TIMEZONE=UTC\nPROVHA__TIME_INETD={who}\n"));
        let _ = machine.good(&["time"]);
        let inetd = fs::read_to_string(&inetd).unwrap();
        (machine.at(XINETD).exists(), inetd.lines().count())
    };
    assert_eq!(serve("xinetd"), (true, 1));
    assert_eq!(serve("inetd"), (false, 3));
    assert_eq!(serve("xinetd"), (true, 1));
    assert_eq!(serve("none"), (false, 1));
    put(&machine.at(XINETD), b"service time\n{\n}\n");
    assert_eq!(serve("inetd"), (true, 3), "a foreign file went");
}

/// The package of an inetd was removed, and its configuration stayed: there is
/// nothing to restart.
#[test]
fn an_inetd_that_was_removed_lets_go() {
    let file = tempfile::NamedTempFile::new().unwrap();
    sqlite::golden(file.path(), "");
    let url = format!("sqlite:{}", file.path().display());
    let machine = Machine::new(&url, "standalone");
    put(&machine.at("/etc/inetd.conf"), b"tftp dgram udp wait root x x\n");
    let env = "APP_TIMEZONE=UTC\nPROVHA__CHRONY_RESTART=\n\
               PROVHA__CHRONY_PROBE=true\nPROVHA__TIME_PROBE=true\n\
               PROVHA__VERIFY_SETTLE=0\nPROVHA__XINETD_RESTART=true\n";
    machine.env(&format!("{env}PROVHA__TIME_INETD=inetd\n"));
    let _ = machine.good(&["time"]);
    machine.env(&format!(
        "{env}PROVHA__INETD_RESTART=false\nPROVHA__TIME_INETD=xinetd\n"
    ));
    machine.activate(&["time"]).check(0, &["xinetd restarted"]);
    let text = fs::read_to_string(machine.at("/etc/inetd.conf")).unwrap();
    assert_eq!(text, "tftp dgram udp wait root x x\n");
}
