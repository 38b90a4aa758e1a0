//! Servers that lie, each in its own way: a run against them ends in the
//! stated time and memory, with words and a true code, never by a panic or a
//! signal.

// Tables of lies: by their names, long, and where they are used.
#![allow(clippy::enum_glob_use, clippy::items_after_statements)]
#![allow(clippy::too_many_lines, clippy::match_same_arms)]
#![allow(clippy::needless_pass_by_value, clippy::type_complexity)]

use crate::common;
#[path = "liars/mod.rs"]
mod liars;

use std::net::{Ipv4Addr, SocketAddr};
use std::process::Command;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use common::machine::{Machine, NO_GUARDS, put};
use common::private;
use common::sqlite::Lite;
use liars::mysql::Place;
use liars::{ADDRESS, run};

/// The password, which no liar may ever get.
pub const PASSWORD: &str = "canary-of-the-liars";

/// How often a liar got it.
static LEAKED: AtomicUsize = AtomicUsize::new(0);

/// Notes it where a liar got the password.
pub fn looks_for_the_password(octets: &[u8]) {
    let word = PASSWORD.as_bytes();
    if octets.windows(word.len()).any(|part| part == word) {
        let _ = LEAKED.fetch_add(1, Ordering::SeqCst);
    }
}

/// Puts the liars' addresses on a network of our own.
fn cable() {
    let _ = private::shell(&format!(
        "set -e; ip link add near type veth peer name far; ip link set far \
         up; ip addr add 172.21.4.10/22 dev near; ip addr add {ADDRESS}/22 \
         dev near; ip link set near up"
    ));
}

/// The run of a command on the database at a port of a liar.
fn reading(machine: &Machine, engine: &str, port: u16, tls: &str) -> Command {
    machine.env(&format!(
        "APP_TIMEZONE=UTC\nDB_CONNECTION={engine}\nDB_HOST={ADDRESS}\n\
         DB_PORT={port}\nDB_DATABASE=nms\nDB_USERNAME=nms\nDB_PASSWORD=\
         {PASSWORD}\nPROVHA__DB_CONNECT_TIMEOUT=1\nPROVHA__DB_READ_TIMEOUT=1\n\
         PROVHA__DB_TLS={tls}\n{NO_GUARDS}"
    ));
    machine.command(&["dhcp", "--no-activate"])
}

/// Has workers take the cases one by one; what went wrong.
fn each<T: Sync>(cases: &[T], of: impl Fn(&T) -> Option<String> + Sync) {
    let (next, faults) = (Mutex::new(0), Mutex::new(Vec::new()));
    std::thread::scope(|scope| {
        for _ in 0..4 {
            scope.spawn(|| {
                loop {
                    let at = {
                        let mut next = next.lock().unwrap();
                        *next += 1;
                        *next - 1
                    };
                    let Some(case) = cases.get(at) else { return };
                    faults.lock().unwrap().extend(of(case));
                }
            });
        }
    });
    let faults = faults.into_inner().unwrap();
    assert!(faults.is_empty(), "{}", faults.join("\n"));
    assert_eq!(LEAKED.load(Ordering::SeqCst), 0, "passwords in clear");
}

#[test]
fn a_mariadb_that_lies() {
    use liars::mysql::Lie::{self, *};
    if !private::inside("a_mariadb_that_lies") {
        return;
    }
    cable();
    let lite = Lite::golden("");
    let url = lite.url();
    let database = std::path::Path::new(url.trim_start_matches("sqlite:"));
    let first = Place::Query("wsrep_on");
    let schema = Place::Query("information_schema.columns");
    let one = Place::Query("FROM provbase b");
    let many = Place::Query("FROM ippool p");
    let cases: Vec<(Place, Lie)> = [
        [Silence, Close, Noise, Truncated, Endless, Empty, Error, OldGreeting]
            .map(|lie| (Place::Greeting, lie))
            .as_slice(),
        [ShortGreeting, ShortError, FalseTls, NoRows]
            .map(|lie| (Place::Greeting, lie))
            .as_slice(),
        [Silence, Close, Noise, Truncated, Endless, Empty, Error, MoreAuth]
            .map(|lie| (Place::Login, lie))
            .as_slice(),
        ["mysql_clear_password", "dialog", "mysql_old_password", "x", ""]
            .map(|plugin| (Place::Login, Switch(plugin)))
            .as_slice(),
        [Silence, Columns(1 << 30), Columns(u64::MAX), Flood, Infile, Empty]
            .map(|lie| (first, lie))
            .as_slice(),
        [Trickle, Flood, Columns(1 << 30), HugeCell, ShortRow, Endless]
            .map(|lie| (schema, lie))
            .as_slice(),
        [Silence, Close, Noise, Trickle, Flood, Columns(1 << 30), Empty]
            .map(|lie| (one, lie))
            .as_slice(),
        [ColumnTrickle, ShortColumn, HugeCell, ShortRow, WrongNumber, Error]
            .map(|lie| (one, lie))
            .as_slice(),
        [Trickle, Flood, HugeCell, ShortRow, Infile, Columns(1 << 24)]
            .map(|lie| (many, lie))
            .as_slice(),
    ]
    .concat();
    assert!(cases.len() > 50);
    // A server that does not lie is read.
    let port = liars::mysql::start(database.into(), first, Truth);
    let machine = Machine::new("", "master");
    let ended = run(
        reading(&machine, "mysql", port, "prefer"),
        Duration::from_secs(60),
    );
    assert_eq!(ended.fault(&[0], Duration::from_secs(60)), None);
    each(&cases, |(place, lie)| {
        let port = liars::mysql::start(database.into(), *place, *lie);
        let machine = Machine::new("", "master");
        // Ten times the time for one answer, and what else is asked.
        let limit = Duration::from_secs(40);
        let run = run(reading(&machine, "mysql", port, "prefer"), limit);
        let fault = run.fault(&[1], limit)?;
        Some(format!("{place:?} {lie:?}: {fault}"))
    });
}

#[test]
fn a_postgresql_that_lies() {
    use liars::postgres::Lie::{self, *};
    if !private::inside("a_postgresql_that_lies") {
        return;
    }
    cable();
    const CASES: [(Lie, &str); 22] = [
        (Silence, "off"),
        (Close, "off"),
        (Noise, "off"),
        (ClearText, "off"),
        (ClearText, "prefer"),
        (ClearAfterNo, "require"),
        (UnknownLogin, "off"),
        (UnknownSasl, "off"),
        (DearChallenge, "off"),
        (HugeMessage, "off"),
        (HugeMessage, "prefer"),
        (NegativeLength, "off"),
        (Notices, "off"),
        (Trickle, "off"),
        (Error, "off"),
        (Flood, "off"),
        (SilentQuery, "off"),
        (Columns, "off"),
        (HugeCell, "off"),
        (FalseTls, "prefer"),
        (FalseTls, "verify"),
        (OddTls, "prefer"),
    ];
    each(&CASES, |(lie, tls)| {
        let port = liars::postgres::start(*lie);
        let machine = Machine::new("", "master");
        let limit = Duration::from_secs(20);
        let ended = run(reading(&machine, "pgsql", port, tls), limit);
        let fault = ended.fault(&[1], limit).or_else(|| {
            let clear = *lie == ClearText;
            let words = "asks for the password in clear";
            let told = !clear || ended.err.contains(words);
            (!told).then(|| ended.err.clone())
        })?;
        Some(format!("{lie:?} {tls}: {fault}"))
    });
}

#[test]
fn an_omapi_that_lies() {
    use liars::omapi::Lie::*;
    if !private::inside("an_omapi_that_lies") {
        return;
    }
    cable();
    let machine = Machine::new("", "master");
    let conf = "failover peer \"dhcpd-failover\" {\n primary; mclt 20; split \
                128;\n address 172.21.4.10;\n port 647;\n peer address \
                172.21.4.20;\n peer port 647;\n}\nkey omapi_key { algorithm \
                hmac-sha256; secret cHJvdmhhIHRlc3Qgc2VjcmV0IG9mIDMyIG9jdGV0c\
                yE=; }\nomapi-key omapi_key;\n";
    put(&machine.set().join("failover.conf"), conf.as_bytes());
    let lies = [
        Silence,
        Close,
        Noise,
        SilentAfterGreeting,
        OtherGreeting,
        Trickle,
        HugeValue,
        Names,
        Opcode,
        HugeSignature,
        NoHandle,
        Status,
        Others,
        Unsigned,
    ];
    for (at, lie) in lies.into_iter().enumerate() {
        let port = 20_000 + at as u16;
        for host in [Ipv4Addr::LOCALHOST, ADDRESS] {
            liars::omapi::start(SocketAddr::from((host, port)), lie);
        }
    }
    let numbered: Vec<_> = lies.iter().enumerate().collect();
    each(&numbered, |(at, lie)| {
        let mut command = machine.command(&["failover", "state"]);
        let port = (20_000 + at).to_string();
        command.env("PROVHA__OMAPI_PORT", port);
        let limit = Duration::from_secs(20);
        let fault = run(command, limit).fault(&[1], limit)?;
        Some(format!("{lie:?}: {fault}"))
    });
}

#[test]
fn a_name_server_that_lies() {
    use liars::udp::{Axfr, Dns};
    if !private::inside("a_name_server_that_lies") {
        return;
    }
    cable();
    let lite = Lite::golden("");
    let udp = [
        Dns::Silence,
        Dns::Noise,
        Dns::Truncated,
        Dns::Loop,
        Dns::Beyond,
        Dns::Many,
        Dns::LongData,
        Dns::Refused,
        Dns::Others,
        Dns::OddLabel,
        Dns::Question,
        Dns::Escapes,
    ]
    .map(|lie| (lie, Axfr::Refused));
    let tcp = [
        Axfr::Silence,
        Axfr::Close,
        Axfr::Noise,
        Axfr::Nothing,
        Axfr::Trickle,
        Axfr::Flood,
        Axfr::LongNames,
        Axfr::Loop,
        Axfr::Refused,
        Axfr::Truncated,
        Axfr::LongAddress,
        Axfr::Escapes,
    ]
    .map(|lie| (Dns::Truth, lie));
    let cases = [&udp[..], &tcp[..]].concat();
    let numbered: Vec<_> = cases.iter().enumerate().collect();
    each(&numbered, |(at, (udp, tcp))| {
        let port = 21_000 + *at as u16;
        let here = SocketAddr::from((Ipv4Addr::LOCALHOST, port));
        liars::udp::dns(here, *udp, *tcp);
        let machine = Machine::new(&lite.url(), "standalone");
        put(&machine.at("/var/lib/dhcp/dhcpd.leases"), b"");
        machine.env(&format!(
            "APP_TIMEZONE=UTC\nPROVHA__DNS_PORT={port}\n\
             PROVHA__NAMED_RESTART=true\nPROVHA__VERIFY_SETTLE=0\n\
             PROVHA__VERIFY_TIMEOUT=2\n"
        ));
        let limit = Duration::from_secs(60);
        let ended = run(machine.command(&["dns"]), limit);
        let fault = ended.fault(&[1, 4, 5], limit)?;
        Some(format!("{udp:?} {tcp:?}: {fault}"))
    });
}

#[test]
fn a_tftp_server_that_lies() {
    use liars::udp::Tftp;
    let lies = [
        Tftp::Silence,
        Tftp::Noise,
        Tftp::Slow,
        Tftp::Endless,
        Tftp::WrongNumber,
        Tftp::Error,
        Tftp::ShortError,
        Tftp::Short,
        Tftp::Again,
        Tftp::Large,
        Tftp::Others,
    ];
    each(&lies, |lie| {
        let any = SocketAddr::from((Ipv4Addr::LOCALHOST, 0));
        let server = liars::udp::tftp(any, *lie);
        let begin = Instant::now();
        let got = provha::clients::tftp::read(server, "cm/cm-1.cfg");
        let took = begin.elapsed();
        match got {
            _ if took > Duration::from_secs(7) => Some(format!("{took:?}")),
            Ok(octets) => Some(format!("{} octets", octets.len())),
            Err(_) => None,
        }
        .map(|fault| format!("{lie:?}: {fault}"))
    });
}
