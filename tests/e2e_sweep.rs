//! Planted faults × kinds of devices against real dhcpd, in.tftpd, named,
//! chronyd, xinetd: `probe` names the state that the CMTS would show, and the
//! cause. A table; `PROVHA_DRILL=1` goes through it three times.

use crate::common;

use std::fmt::Write as _;
use std::path::PathBuf;
use std::time::{Duration, Instant};

use common::lone::Lone;
use common::machine::put;
use common::private;
use common::private::shell;
use common::sqlite::Lite;
use serde_json::Value;

/// Texts with which every file is one that a CMTS takes.
const SOUND: &str = "UPDATE configfile SET text = 'MaxCPE 9;\nUsServiceFlow \
    { UsServiceFlowRef 1; QosParamSetType 7; }\nDsServiceFlow { \
    DsServiceFlowRef 2; QosParamSetType 7; }' WHERE device = 'cm';";

const CM: &str = "cm-100004";
/// An adapter, by its lease.
const MTA: &str = "100.96.0.9";
/// A customer's device behind a modem with access, and behind a blocked one.
const CPE: &str = "100.64.0.9";
const BLOCKED: &str = "100.64.0.10";

/// A device, the state that it reaches, and a word of the reason.
type Expected = (&'static str, &'static str, &'static str);

/// What a file below the root holds for as long as a fault lasts.
enum Content {
    Gone,
    Bytes(Vec<u8>),
    Dir,
    LinkToNothing,
    Closed,
}

/// The sweep.
struct Sweep {
    lone: Lone,
    /// State of the modem when all is well.
    good: String,
    rows: usize,
    wrong: String,
}

impl Sweep {
    /// A device's state, and all that is told.
    fn probe(&self, device: &str) -> (String, String) {
        let said = self.lone.machine.activate(&["probe", device, "--json"]);
        let object: Value = serde_json::from_str(&said.out).unwrap();
        let server = &object["devices"][0]["servers"][0];
        let state = server["state"].as_str().unwrap_or("no device");
        let why = match state {
            "no device" => said.out.clone(),
            _ => format!("{server:#}"),
        };
        (state.to_string(), why)
    }

    /// Compares what the devices reach with what they should, all at once; a
    /// daemon that was just started may take a moment.
    fn expect(&mut self, fault: &str, expected: &[Expected]) {
        let end = Instant::now() + Duration::from_secs(8);
        let mut left = expected.to_vec();
        loop {
            let this = &*self;
            let told: Vec<(String, String)> = std::thread::scope(|scope| {
                let asked: Vec<_> = left
                    .iter()
                    .map(|(device, ..)| scope.spawn(|| this.probe(device)))
                    .collect();
                asked.into_iter().map(|one| one.join().unwrap()).collect()
            });
            let mut wrong = Vec::new();
            for (row, (state, why)) in left.iter().zip(told) {
                let wanted = match row.1 {
                    "good" => &*self.good,
                    wanted => wanted,
                };
                if state != wanted || !why.contains(row.2) {
                    wrong.push((*row, state, why));
                }
            }
            left = wrong.iter().map(|(row, ..)| *row).collect();
            if left.is_empty() || Instant::now() > end {
                for (row, state, why) in wrong {
                    let _ = writeln!(
                        self.wrong,
                        "{fault}: {row:?} but {state}: {why}"
                    );
                }
                break;
            }
            std::thread::sleep(Duration::from_millis(200));
        }
        self.rows += expected.len();
    }

    /// A file with another content for as long as the expectation takes.
    fn file(&mut self, path: &str, content: Content, row: Expected) {
        let live = self.lone.machine.at(path);
        let closed = matches!(content, Content::Closed);
        let aside = (!closed).then(|| self.lone.aside(path));
        match content {
            Content::Gone => {}
            Content::Bytes(bytes) => put(&live, &bytes),
            Content::Dir => std::fs::create_dir(&live).unwrap(),
            Content::LinkToNothing => {
                std::os::unix::fs::symlink("nothing", &live).unwrap();
            }
            Content::Closed => mode(&live, 0o600),
        }
        self.expect(path, &[row]);
        if closed {
            mode(&live, 0o644);
        } else if live.is_dir() {
            std::fs::remove_dir(&live).unwrap();
        }
        drop(aside);
    }

    /// A daemon dead, then hanging.
    fn daemon(&mut self, name: &str, expected: &[Expected]) {
        let pid = self.pid(name);
        let _ = shell(&format!("kill -STOP {pid}"));
        self.expect(&format!("{name} hangs"), expected);
        let _ = shell(&format!("kill -CONT {pid}"));
        match name {
            "in.tftpd" => self.lone.tftpd = None,
            name => self.lone.kill(name),
        }
        self.expect(&format!("{name} is dead"), expected);
        match name {
            "in.tftpd" => self.lone.start_tftpd(),
            name => self.lone.start(name),
        }
    }

    /// The process of a daemon.
    fn pid(&self, name: &str) -> String {
        if name == "in.tftpd" {
            return self.lone.tftpd.as_ref().unwrap().pid().to_string();
        }
        let path = self.lone.at(&format!("{name}.pid"));
        std::fs::read_to_string(path).unwrap().trim().to_string()
    }

    /// dhcpd started with a file of its set changed.
    fn set(
        &mut self,
        name: &str,
        change: impl Fn(&str) -> String,
        expected: &[Expected],
    ) {
        let path = self.lone.machine.set().join(name);
        let before = std::fs::read_to_string(&path).unwrap();
        let after = change(&before);
        assert_ne!(before, after, "{name} has not what is to be changed");
        put(&path, after.as_bytes());
        self.restart();
        self.expect(&format!("{name} changed"), expected);
        put(&path, before.as_bytes());
    }

    /// Starts dhcpd with the set as it is.
    fn restart(&self) {
        self.lone.kill("dhcpd");
        self.lone.start("dhcpd");
    }
}

/// Sets the permissions of a file.
fn mode(path: &PathBuf, mode: u32) {
    use std::os::unix::fs::PermissionsExt;
    let mode = std::fs::Permissions::from_mode(mode);
    std::fs::set_permissions(path, mode).unwrap();
}

/// An active lease, behind a modem.
fn lease(ip: &str, mac: &str, behind: &str) -> String {
    let now = std::time::SystemTime::now()
        .duration_since(std::time::UNIX_EPOCH)
        .unwrap()
        .as_secs();
    format!(
        "lease {ip} {{\n  starts epoch {now};\n  ends epoch {};\n  cltt epoch \
         {now};\n  binding state active;\n  hardware ethernet {mac};\n  \
         option agent.remote-id {behind};\n}}\n",
        now + 3600
    )
}

#[test]
fn planted_faults_lead_to_the_right_state_and_cause() {
    if !private::inside("planted_faults_lead_to_the_right_state_and_cause") {
        return;
    }
    let begin = Instant::now();
    let (mut sweep, mta) = ready();
    let rounds = if std::env::var_os("PROVHA_DRILL").is_some() { 3 } else { 1 };
    for _ in 0..rounds {
        files(&mut sweep, &mta);
        daemons(&mut sweep);
        sets(&mut sweep, &mta);
        rows(&mut sweep);
    }
    assert!(sweep.wrong.is_empty(), "{}", sweep.wrong);
    assert!(sweep.rows >= 40, "{}", sweep.rows);
    println!("{} rows in {:?}", sweep.rows, begin.elapsed());
}

/// A machine on which everything runs, and the id of its adapter.
fn ready() -> (Sweep, String) {
    let mut lone = Lone::new();
    lone.server.run("s", &[SOUND]);
    let (id, mac): (String, String) = Lite::golden("")
        .connection()
        .query_row(
            "SELECT CAST(id AS TEXT), LOWER(mac) FROM mta WHERE deleted_at IS \
             NULL AND mac LIKE '00:%' ORDER BY id LIMIT 1",
            [],
            |row| Ok((row.get(0)?, row.get(1)?)),
        )
        .unwrap();
    let leases = lease("10.16.0.77", "00:1a:2b:10:00:94", "0:1a:2b:10:0:94")
        + &lease(MTA, &mac, "0:1a:2b:10:0:94")
        + &lease(CPE, "02:00:00:00:00:09", "0:1a:2b:10:0:25")
        + &lease(BLOCKED, "02:00:00:00:00:0a", "0:1a:2b:10:0:de");
    put(&lone.machine.at("/leases"), leases.as_bytes());
    lone.machine.activate(&["rebuild"]).check(0, &["dhcpd restarted"]);
    lone.start_tftpd();
    let mut sweep =
        Sweep { lone, good: String::new(), rows: 0, wrong: String::new() };
    sweep.good = sweep.probe(CM).0;
    assert!(sweep.good.starts_with("online"), "{}", sweep.probe(CM).1);
    let well = [
        (CM, "good", "as the live files say"),
        (MTA, "ready", "it offers 100.96.0.9"),
        (CPE, "ready", "it offers 100.64.0.9"),
        (BLOCKED, "no address", "booting"),
        ("02:00:00:00:00:77", "no device", "no device"),
        ("cm-999999", "no device", "no device"),
    ];
    sweep.expect("all is well", &well);
    (sweep, id)
}

/// Boot files.
fn files(sweep: &mut Sweep, mta: &str) {
    let cm = "/tftpboot/cm/cm-100004.cfg";
    let bytes = std::fs::read(sweep.lone.machine.at(cm)).unwrap();
    let changed = |at: usize| {
        let mut other = bytes.clone();
        other[at] ^= 1;
        Content::Bytes(other)
    };
    let end = bytes.len() - 12;
    let half = Content::Bytes(bytes[..bytes.len() / 2].to_vec());
    let fix = "provha configfile cm --id 100004";
    sweep.file(cm, Content::Gone, (CM, "init(o)", fix));
    sweep.file(cm, Content::Bytes(vec![]), (CM, "init(o)", "is empty"));
    sweep.file(cm, changed(2), (CM, "init(o)", "CM MIC"));
    sweep.file(cm, changed(end), (CM, "reject(m)", "keyfile"));
    sweep.file(cm, half, (CM, "init(o)", "its file"));
    let text = Content::Bytes(b"Main { }\n".to_vec());
    sweep.file(cm, text, (CM, "init(o)", "its file"));
    sweep.file(cm, Content::Closed, (CM, "init(o)", "refuses"));
    sweep.file(cm, Content::Dir, (CM, "init(o)", "TFTP"));
    sweep.file(cm, Content::LinkToNothing, (CM, "init(o)", "refuses"));
    let mta_cfg = format!("/tftpboot/mta/mta-{mta}.cfg");
    let fix = "provha configfile mta --id";
    sweep.file(&mta_cfg, Content::Gone, (MTA, "no file", fix));
    sweep.file(&mta_cfg, Content::Bytes(vec![]), (MTA, "no file", "is empty"));
    let text = Content::Bytes(b"hello\n".to_vec());
    sweep.file(&mta_cfg, text, (MTA, "no file", "its file"));
    sweep.file(&mta_cfg, Content::Closed, (MTA, "no file", "refuses"));
    sweep.file(&mta_cfg, Content::Dir, (MTA, "no file", "TFTP"));
}

/// Daemons that are dead or hang.
fn daemons(sweep: &mut Sweep) {
    let ready = [(MTA, "ready", ""), (CPE, "ready", "")];
    let cm = |state, why| [&[(CM, state, why)], &ready[..]].concat();
    sweep.daemon(
        "in.tftpd",
        &[
            (CM, "init(o)", "check tftp"),
            (MTA, "no file", "check tftp"),
            (CPE, "ready", ""),
        ],
    );
    sweep.daemon("xinetd", &cm("init(t)", "UDP port 37"));
    sweep.daemon("chronyd", &cm("good", ""));
    sweep.daemon("named", &cm("good", ""));
    sweep.daemon(
        "dhcpd",
        &[
            (CM, "init(d)", "does not answer"),
            (MTA, "no address", "does not answer"),
            (CPE, "no address", "does not answer"),
        ],
    );
}

/// A dhcpd set that says something else.
fn sets(sweep: &mut Sweep, mta: &str) {
    let without = |word: String| {
        move |text: &str| {
            let lines = text.split_inclusive('\n');
            lines.filter(|line| !line.contains(&word)).collect::<String>()
        }
    };
    let others = [(MTA, "ready", ""), (CPE, "ready", "")];
    let cm = |state, why| [&[(CM, state, why)], &others[..]].concat();
    sweep.set(
        "modems-host.conf",
        without("host cm-100004 ".into()),
        &cm("init(d)", "no host line"),
    );
    sweep.set(
        "modems-host.conf",
        |text| text.replace("cm/cm-100004.cfg", "cm/nothing.cfg"),
        &cm("init(o)", "refuses"),
    );
    sweep.set(
        "modems-host.conf",
        |text| text.replace("filename \"cm/cm-100004.cfg\"; ", ""),
        &cm("init(i)", "names no boot file"),
    );
    sweep.set(
        "mta.conf",
        without(format!("host mta-{mta} ")),
        // dhcpd takes it for a customer's device then, and so does probe.
        &[(MTA, "ready", ""), (CM, "good", "")],
    );
    sweep.set(
        "mta.conf",
        |text| text.replace("mta/mta-", "mta/none-"),
        &[(MTA, "no file", "refuses"), (CM, "good", "")],
    );
    sweep.set(
        "global.conf",
        |text| {
            text.replace("next-server 172.21.4.10", "next-server 172.21.4.99")
        },
        &[(CM, "init(o)", ""), (MTA, "no file", ""), (CPE, "ready", "")],
    );
    sweep.set(
        "blocked.conf",
        |text| format!("{text}subclass \"blocked\" 00:1a:2b:10:00:25;\n"),
        &[(CPE, "no address", "booting"), (CM, "good", "")],
    );
    sweep.set(
        "blocked.conf",
        without("CM id: 100006".into()),
        &[(BLOCKED, "ready", ""), (CPE, "ready", "")],
    );
    sweep.restart();
    sweep.expect("the set is back", &cm("good", ""));
}

/// Rows of the database: left out, and without access.
fn rows(sweep: &mut Sweep) {
    let make = |sweep: &mut Sweep, sql: &str| {
        sweep.lone.server.run("s", &[sql]);
        let said = sweep.lone.machine.activate(&["rebuild"]);
        assert!([0, 1, 3].contains(&said.code), "{said:?}");
    };
    make(sweep, "UPDATE modem SET mac = 'zz' WHERE id = 100004;");
    sweep.expect("quarantined", &[(CM, "no device", "no usable MAC")]);
    make(
        sweep,
        "UPDATE modem SET mac = '00:1a:2b:10:00:94', internet_access = 0 \
         WHERE id = 100004;",
    );
    sweep.expect("without access", &[(CM, "online(d)", "NetworkAccess 0")]);
    make(sweep, "UPDATE modem SET internet_access = 1 WHERE id = 100004;");
    sweep.expect("with access again", &[(CM, "good", "")]);
}
