//! The sample network: real named, chronyd and xinetd on what `provha demo`
//! makes of it.

use crate::common;

use std::net::{SocketAddr, UdpSocket};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use common::daemon::Daemon;
use common::machine::{put, said};
use common::private::{self, shell};
use common::program;
use provha::clients::dns;
use provha::clients::dns::{Data, Kind};
use provha::clients::time;

/// How long a service may take to start and answer.
const PATIENCE: Duration = Duration::from_secs(20);
/// The machine's management address, and one of a modem.
const SERVER: &str = "172.20.0.10";
const MODEM: &str = "10.32.0.50";
/// Seconds from 1900 to 1970 (RFC 868).
const EPOCH: u64 = 2_208_988_800;

/// Renders the sample network; the master's root.
fn demo(dir: &Path) -> PathBuf {
    let out = dir.join("out");
    let output = Command::new(env!("CARGO_BIN_EXE_provha"))
        .args(["demo", "--out"])
        .arg(&out)
        .output()
        .unwrap();
    said(&output).check(0, &["dns (master)", "time (slave)"]);
    out.join("master")
}

/// The records of a name as text.
fn ask(name: &str, kind: Kind) -> Vec<String> {
    let server = SocketAddr::new(SERVER.parse().unwrap(), 53);
    let wait = Duration::from_secs(1);
    let Ok(answer) = dns::ask(server, name, kind, wait) else {
        return Vec::new();
    };
    let text = |data| match data {
        Data::A(address) => address.to_string(),
        Data::Ptr(name) | Data::Ns(name) => name,
        Data::Soa { server, .. } => server,
        other => format!("{other:?}"),
    };
    answer.records.into_iter().map(|record| text(record.data)).collect()
}

#[test]
fn named_serves_the_seeds_and_takes_the_signed_update() {
    if !private::inside("named_serves_the_seeds_and_takes_the_signed_update") {
        return;
    }
    let _ = shell("ip addr add 172.20.0.10/22 dev lo");
    let dir = tempfile::tempdir().unwrap();
    let (dir, root) = (dir.path(), demo(dir.path()));
    let text = std::fs::read_to_string(root.join("etc/named-nmsprime.conf"));
    let d = dir.display();
    let text = text
        .unwrap()
        .replace("\"/var/named", &format!("\"{}/var/named", root.display()))
        .replace(
            "listen-on { any; };",
            &format!(
                "listen-on {{ any; }}; pid-file \"{d}/named.pid\"; \
                 session-keyfile \"{d}/session.key\"; lock-file none; \
                 dnssec-validation no;"
            ),
        );
    let (conf, log) = (dir.join("named.conf"), dir.join("named.log"));
    put(&conf, format!("{text}\ncontrols {{ }};\n").as_bytes());
    let named = program("named").display().to_string();
    let argv = [&*named, "-g", "-c", conf.to_str().unwrap()];
    let daemon = Daemon::start(&argv, &log);
    daemon.wait(PATIENCE, &log, || {
        !ask("cable.example.org", Kind::Soa).is_empty()
    });
    let own = "nms01.cable.example.org";
    for zone in ["cable.example.org", "in-addr.arpa", "voice.example.org"] {
        assert_eq!(ask(zone, Kind::Soa), [own], "{zone}");
        assert_eq!(ask(zone, Kind::Ns), [own], "{zone}");
    }
    assert_eq!(ask(own, Kind::A), [SERVER]);
    let update = |key: Option<&str>| {
        let text = format!(
            "server {SERVER}\nzone cable.example.org.\nupdate add \
             cm-1.cable.example.org. 60 A 10.32.0.9\nsend\n\
             zone in-addr.arpa.\nupdate add 9.0.32.10.in-addr.arpa. 60 PTR \
             cm-1.cable.example.org.\nsend\n"
        );
        put(&dir.join("update"), text.as_bytes());
        let mut command = Command::new(program("nsupdate"));
        if let Some(key) = key {
            command.arg("-k").arg(root.join(key));
        }
        command.args(["-t", "5"]).arg(dir.join("update"));
        command.output().unwrap().status.success()
    };
    assert!(!update(None), "unsigned");
    assert!(!update(Some("etc/named-ddns-peer.key")), "the peer's");
    assert!(update(Some("etc/named-ddns.key")));
    let modem = "cm-1.cable.example.org";
    assert_eq!(ask(modem, Kind::A), ["10.32.0.9"]);
    assert_eq!(ask("9.0.32.10.in-addr.arpa", Kind::Ptr), [modem]);
}

/// Asks as a modem does, three times if need be.
fn time(port: u16, question: &[u8]) -> Vec<u8> {
    let socket = UdpSocket::bind((MODEM, 0)).unwrap();
    socket.set_read_timeout(Some(Duration::from_secs(1))).unwrap();
    let mut answer = [0; 64];
    for _ in 0..3 {
        let _ = socket.send_to(question, (SERVER, port)).unwrap();
        if let Ok(length) = socket.recv(&mut answer) {
            return answer[..length].to_vec();
        }
    }
    panic!("no answer from port {port}");
}

#[test]
fn modems_get_the_time() {
    if !private::inside("modems_get_the_time") {
        return;
    }
    let _ = shell(
        "ip addr add 172.20.0.10/22 dev lo; ip addr add 10.32.0.50/22 dev lo",
    );
    let dir = tempfile::tempdir().unwrap();
    let (dir, root) = (dir.path(), demo(dir.path()));
    let read = |name: &str| std::fs::read_to_string(root.join(name)).unwrap();
    let (d, log) = (dir.display(), |name: &str| dir.join(name));
    let conf = log("chrony.conf").display().to_string();
    let part = read("etc/chrony/conf.d/nmsprime.conf");
    let more =
        format!("{part}pidfile {d}/c.pid\nbindcmdaddress /\ncmdport 0\n");
    put(&log("chrony.conf"), more.as_bytes());
    let chronyd = program("chronyd").display().to_string();
    let argv = [&*chronyd, "-x", "-d", "-u", "root", "-F", "0", "-f", &conf];
    let one = Daemon::start(&argv, &log("chrony.log"));
    let conf = log("xinetd.conf").display().to_string();
    let part = read("etc/xinetd.d/nmsprime-time");
    put(&log("xinetd.conf"), format!("defaults\n{{\n}}\n{part}").as_bytes());
    let pid = log("xinetd.pid").display().to_string();
    let xinetd = program("xinetd").display().to_string();
    let argv = [
        &*xinetd,
        "-dontfork",
        "-syslog",
        "daemon",
        "-f",
        &conf,
        "-pidfile",
        &pid,
    ];
    let two = Daemon::start(&argv, &log("xinetd.log"));
    let at = |port: u16| SocketAddr::from(([127, 0, 0, 1], port));
    let wait = Duration::from_millis(500);
    one.wait(PATIENCE, &log("chrony.log"), || {
        time::ntp(at(123), wait).is_ok_and(|a| a.stratum == 10)
    });
    two.wait(PATIENCE, &log("xinetd.log"), || {
        time::rfc868(at(37), wait).is_ok()
    });
    let mut question = [0; 48];
    question[0] = 0x23;
    assert_eq!(time(123, &question).len(), 48);
    let time = u32::from_be_bytes(time(37, &[]).try_into().unwrap());
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap();
    assert!(u64::from(time).abs_diff(now.as_secs() + EPOCH) < 5);
}
