//! `status` in broken situations, single faults and pairs of them: the right
//! code stands on top, within the time that status gives itself.

use crate::common;

use std::net::Ipv4Addr;
use std::path::PathBuf;
use std::process::{Child, Stdio};

use common::drill::within;
use common::lone::{Aside, FILE, Lone, PATIENCE};
use common::machine::{put, script};
use common::private::{self, shell};
use serde_json::{Value, json};

/// What is broken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Fault {
    /// A daemon was killed.
    Dead(&'static str),
    /// A daemon was stopped in the middle.
    Hangs(&'static str),
    /// A file is gone.
    Gone(&'static str),
    /// A file has another content.
    Edited(&'static str, &'static str),
    /// A file is closed to others.
    Closed(&'static str),
    /// A directory stands where a file should.
    IsDir(&'static str),
    /// The database was killed.
    NoDatabase,
    /// The database was stopped in the middle.
    FrozenDatabase,
    /// The last run ended with this exit code.
    LastRun(u8),
    /// A part is owed.
    Owed,
    /// No run has ended well for a day.
    Stale,
    /// A stopped process holds the lock.
    StoppedHolder,
    /// All addresses of a pool are in use.
    FullPool,
}

use Fault::{
    Closed, Dead, Edited, FrozenDatabase, FullPool, Gone, Hangs, IsDir,
    LastRun, NoDatabase, Owed, Stale, StoppedHolder,
};

const CFG: &str = "/tftpboot/cm/cm-100004.cfg";
const SET: &str = "/etc/dhcp-nmsprime/dhcpd.conf";
const GLOBAL: &str = "/etc/dhcp-nmsprime/global.conf";
const NAMED: &str = "/etc/named-nmsprime.conf";
const LEASES: &str = "/leases";
const CRON: &str = "/etc/cron.d/nmsprime";
const ARTISAN: &str = "* * * * * root /usr/bin/php \
    /var/www/nmsprime/artisan schedule:run\n";

/// Single faults, and the code on top.
const SINGLE: &[(Fault, &str)] = &[
    (Dead("dhcpd"), "PH-201"),
    (Hangs("dhcpd"), "PH-201"),
    (Dead("named"), "PH-211"),
    (Hangs("named"), "PH-211"),
    (Dead("chronyd"), "PH-221"),
    (Hangs("chronyd"), "PH-221"),
    (Dead("xinetd"), "PH-231"),
    (Hangs("xinetd"), "PH-231"),
    (Dead("in.tftpd"), "PH-241"),
    (Hangs("in.tftpd"), "PH-241"),
    (Gone(CFG), "PH-401"),
    (Edited(CFG, ""), "PH-401"),
    (Closed(CFG), "PH-401"),
    (IsDir(CFG), "PH-401"),
    (Gone(SET), "PH-202"),
    (Gone(GLOBAL), "PH-411"),
    (Edited(GLOBAL, "# by hand\n"), "PH-412"),
    (Gone(NAMED), "PH-212"),
    (Gone(LEASES), "PH-501"),
    (IsDir(LEASES), "PH-502"),
    (Edited(CRON, ARTISAN), "PH-132"),
    (NoDatabase, "PH-111"),
    (FrozenDatabase, "PH-111"),
    (LastRun(5), "PH-122"),
    (LastRun(1), "PH-123"),
    (Owed, "PH-125"),
    (Stale, "PH-124"),
    (Gone("/var/lib/provha/rebuild.json"), "PH-121"),
    (StoppedHolder, "PH-133"),
    (FullPool, "PH-511"),
];

/// Pairs of faults, and all root causes, the worst first.
const PAIRS: &[([Fault; 2], &[&str])] = &[
    // One explains the other.
    ([Gone(LEASES), Dead("dhcpd")], &["PH-501"]),
    ([Gone(SET), Dead("dhcpd")], &["PH-202"]),
    ([Gone(NAMED), Dead("named")], &["PH-212"]),
    ([NoDatabase, LastRun(1)], &["PH-111"]),
    ([NoDatabase, Stale], &["PH-111"]),
    ([FrozenDatabase, Owed], &["PH-111"]),
    ([StoppedHolder, Stale], &["PH-133"]),
    // They have nothing to do with each other.
    ([Dead("dhcpd"), Dead("named")], &["PH-201", "PH-211"]),
    ([NoDatabase, Dead("dhcpd")], &["PH-201", "PH-111"]),
    ([Gone(CFG), Dead("chronyd")], &["PH-401", "PH-221"]),
    ([Edited(GLOBAL, "x\n"), Dead("in.tftpd")], &["PH-241", "PH-412"]),
    ([FullPool, Dead("named")], &["PH-511", "PH-211"]),
];

/// The machine, with what is broken on it.
struct Broken<'a> {
    lone: &'a mut Lone,
    /// Files out of the way, and what was put into their place.
    aside: Vec<(PathBuf, Aside)>,
    /// Files that were not there.
    added: Vec<PathBuf>,
    holder: Option<Child>,
}

impl Broken<'_> {
    fn pid(&self, name: &str) -> String {
        if name == "in.tftpd" {
            return self.lone.tftpd.as_ref().unwrap().pid().to_string();
        }
        let path = self.lone.at(&format!("{name}.pid"));
        std::fs::read_to_string(path).unwrap().trim().to_string()
    }

    fn database(&self, signal: &str) {
        let pid = self.lone.server.socket().with_file_name("pid");
        let _ = shell(&format!("kill -{signal} $(cat {})", pid.display()));
    }

    /// Changes what the last rebuild noted.
    fn state(&mut self, change: impl Fn(&mut Value)) {
        let path = "/var/lib/provha/rebuild.json";
        let text = std::fs::read(self.lone.machine.at(path)).unwrap();
        let mut state: Value = serde_json::from_slice(&text).unwrap();
        change(&mut state);
        self.replace(path, state.to_string().as_bytes());
    }

    fn replace(&mut self, path: &str, content: &[u8]) {
        let live = self.lone.machine.at(path);
        if live.exists() {
            self.aside.push((live.clone(), self.lone.aside(path)));
        } else {
            self.added.push(live.clone());
        }
        put(&live, content);
    }

    fn break_it(&mut self, fault: Fault) {
        match fault {
            Dead("in.tftpd") => self.lone.tftpd = None,
            Dead(name) => self.lone.kill(name),
            Hangs(name) => {
                drop(shell(&format!("kill -STOP {}", self.pid(name))));
            }
            Gone(path) => {
                let live = self.lone.machine.at(path);
                self.aside.push((live, self.lone.aside(path)));
            }
            Edited(path, content) => self.replace(path, content.as_bytes()),
            Closed(path) => {
                let bytes = std::fs::read(self.lone.machine.at(path)).unwrap();
                self.replace(path, &bytes);
                let live = self.lone.machine.at(path);
                let _ = shell(&format!("chmod 600 {}", live.display()));
            }
            IsDir(path) => {
                self.break_it(Gone(path));
                std::fs::create_dir(self.lone.machine.at(path)).unwrap();
            }
            NoDatabase => self.lone.server.kill(),
            FrozenDatabase => self.database("STOP"),
            LastRun(exit) => self.state(|state| {
                state["last"]["exit"] = json!(exit);
                state["last"]["why"] = json!("it was planted");
            }),
            Owed => self.state(|state| {
                state["owed"] = json!(["dns"]);
                // What has just been put off is no fault.
                let time = state["last"]["at"].as_i64().unwrap();
                state["last"]["at"] = json!(time - 3600);
            }),
            Stale => self.state(|state| {
                for at in ["full_at", "good_at"] {
                    let time = state[at].as_i64().unwrap();
                    state[at] = json!(time - 86_400);
                }
                let time = state["last"]["at"].as_i64().unwrap();
                state["last"]["at"] = json!(time - 86_400);
            }),
            StoppedHolder => self.hold(),
            FullPool => self.fill(),
        }
    }

    /// A run that holds the lock, stopped in the middle.
    fn hold(&mut self) {
        let (begun, checker) = (self.lone.at("begun"), self.lone.at("checker"));
        let _ = std::fs::remove_file(&begun);
        let text = format!("touch {}; exec sleep 600", begun.display());
        script(&checker, &text);
        let sql = "UPDATE provbase SET dhcp_max_lease_time = \
                   dhcp_max_lease_time + 1";
        self.lone.server.run("s", &[sql]);
        let mut run = self.lone.machine.command(&["dhcp"]);
        run.env("PROVHA__DHCPD_BIN", &checker).stderr(Stdio::null());
        let run = run.spawn().unwrap();
        assert!(within(PATIENCE, || begun.exists()));
        let _ = shell(&format!("kill -STOP {}", run.id()));
        self.holder = Some(run);
    }

    /// A lease for each address of a small pool.
    fn fill(&mut self) {
        let now = std::time::SystemTime::now()
            .duration_since(std::time::UNIX_EPOCH)
            .unwrap()
            .as_secs();
        let said = self
            .lone
            .machine
            .command(&["status", "pools", "--json"])
            .output()
            .unwrap();
        let told: Value = serde_json::from_slice(&said.stdout).unwrap();
        let pools = told["pools"].as_array().unwrap();
        let small = pools.iter().min_by_key(|p| p["size"].as_u64()).unwrap();
        let net = small["net"].as_str().unwrap();
        let (first, bits) = net.split_once('/').unwrap();
        let first: Ipv4Addr = first.parse().unwrap();
        let all = 1_u32 << (32 - bits.parse::<u32>().unwrap());
        let mut text = String::new();
        for n in 1..all - 1 {
            let ip = Ipv4Addr::from(u32::from(first) + n);
            text += &format!(
                "lease {ip} {{\n  starts epoch {now};\n  ends epoch {};\n  cltt epoch {now};\n  binding state active;\n  hardware ethernet 02:00:00:00:{:02x}:{:02x};\n}}\n",
                now + 3600,
                n >> 8,
                n & 255
            );
        }
        self.replace(LEASES, text.as_bytes());
    }

    /// Everything is well again.
    fn mend(&mut self, faults: &[Fault]) {
        for (live, aside) in self.aside.drain(..).rev() {
            if live.is_dir() {
                std::fs::remove_dir(&live).unwrap();
            }
            drop(aside);
        }
        for path in self.added.drain(..) {
            std::fs::remove_file(path).unwrap();
        }
        if let Some(mut holder) = self.holder.take() {
            holder.kill().unwrap();
            let _ = holder.wait().unwrap();
        }
        for fault in faults {
            match *fault {
                Dead("in.tftpd") => self.lone.start_tftpd(),
                Dead(name) => self.lone.start(name),
                Hangs(name) => {
                    drop(shell(&format!("kill -CONT {}", self.pid(name))));
                }
                NoDatabase => self.lone.server.start(),
                FrozenDatabase => self.database("CONT"),
                _ => {}
            }
        }
        let lone = &self.lone;
        let well = || lone.status(&[]).roots().is_empty();
        assert!(within(PATIENCE, well), "{faults:?}: not well again");
    }
}

#[test]
fn the_right_code_is_on_top_in_each_broken_situation() {
    if !private::inside("the_right_code_is_on_top_in_each_broken_situation") {
        return;
    }
    let mut lone = Lone::new();
    let said = lone.machine.activate(&["rebuild"]);
    said.check(0, &["dhcpd restarted"]);
    lone.start_tftpd();
    assert!(CFG.ends_with(FILE));
    let mut broken = Broken {
        lone: &mut lone,
        aside: Vec::new(),
        added: Vec::new(),
        holder: None,
    };
    let mut wrong = Vec::new();
    let mut slowest = 0.0_f64;
    let single =
        SINGLE.iter().map(|(fault, code)| (vec![*fault], vec![*code], true));
    let pairs = PAIRS
        .iter()
        .map(|(faults, codes)| (faults.to_vec(), codes.to_vec(), false));
    for (faults, codes, top_only) in single.chain(pairs) {
        for fault in &faults {
            broken.break_it(*fault);
        }
        let status = broken.lone.status(&[]);
        let roots = status.roots();
        let good = match top_only {
            true => roots.first() == codes.first(),
            false => roots == codes,
        };
        let seconds = status.0["seconds"].as_f64().unwrap();
        slowest = slowest.max(seconds);
        println!("{faults:?}: {roots:?} {seconds:.2} s");
        if !good || seconds > 2.9 {
            wrong.push(format!(
                "{faults:?}: {roots:?}, not {codes:?}; {seconds} s; {:#}",
                status.0["findings"]
            ));
        }
        broken.mend(&faults);
    }
    println!("slowest: {slowest:.2} s");
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
