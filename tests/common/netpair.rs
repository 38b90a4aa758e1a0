//! Two network namespaces with a cable between them, and a dhcpd in each.
#![allow(clippy::disallowed_methods)]

use super::schema;

use std::fs::{self, File};
use std::path::PathBuf;
use std::process::{Child, Command, Output, Stdio};
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::{Duration, Instant};

/// The secret of the tests' OMAPI key, base64.
pub const SECRET: &str = "cHJvdmhhIHRlc3Qgc2VjcmV0IG9mIDMyIG9jdGV0cyE=";

/// Runs a program and panics when it is missing or fails.
fn must(argv: &[&str]) {
    let output = Command::new(argv[0])
        .args(&argv[1..])
        .output()
        .unwrap_or_else(|error| panic!("{} cannot be run: {error}", argv[0]));
    assert!(output.status.success(), "{argv:?}: {output:?}");
}

/// One node: a namespace, a root directory, a dhcpd.
pub struct Node {
    pub name: String,
    pub root: PathBuf,
    pub address: &'static str,
    pub peer: &'static str,
    link: String,
    dhcpd: Option<Child>,
}

/// The two nodes; everything is gone when this is dropped.
pub struct NetPair {
    pub master: Node,
    pub slave: Node,
    _dir: tempfile::TempDir,
}

impl NetPair {
    /// Makes namespaces and cable; needs root.
    pub fn new() -> Self {
        static NUMBER: AtomicU32 = AtomicU32::new(0);
        let id = format!(
            "{:x}{}",
            std::process::id(),
            NUMBER.fetch_add(1, Ordering::Relaxed)
        );
        let dir = tempfile::tempdir().unwrap();
        let node = |side: &str, address, peer| Node {
            name: format!("pv{side}{id}"),
            root: dir.path().join(side),
            address,
            peer,
            link: format!("p{side}{id}"),
            dhcpd: None,
        };
        let master = node("m", "10.77.0.1", "10.77.0.2");
        let slave = node("s", "10.77.0.2", "10.77.0.1");
        let pair = Self { master, slave, _dir: dir };
        for node in [&pair.master, &pair.slave] {
            must(&["ip", "netns", "add", &node.name]);
            must(&["ip", "-n", &node.name, "link", "set", "lo", "up"]);
            fs::create_dir_all(node.etc()).unwrap();
        }
        let (m, s) = (&pair.master, &pair.slave);
        must(&[
            "ip", "link", "add", &m.link, "netns", &m.name, "type", "veth",
            "peer", "name", &s.link, "netns", &s.name,
        ]);
        for node in [m, s] {
            let net = format!("{}/24", node.address);
            must(&[
                "ip", "-n", &node.name, "addr", "add", &net, "dev", &node.link,
            ]);
            node.cable(true);
        }
        pair
    }
}

impl Drop for NetPair {
    fn drop(&mut self) {
        for node in [&mut self.master, &mut self.slave] {
            node.kill();
            let _ =
                Command::new("ip").args(["netns", "del", &node.name]).status();
        }
    }
}

impl Node {
    /// The live dhcpd set.
    pub fn etc(&self) -> PathBuf {
        self.root.join("etc/dhcp-nmsprime")
    }

    /// The lease file.
    pub fn leases(&self) -> PathBuf {
        self.root.join("dhcpd.leases")
    }

    /// Plugs the cable in or pulls it out.
    pub fn cable(&self, plugged: bool) {
        let state = if plugged { "up" } else { "down" };
        must(&["ip", "-n", &self.name, "link", "set", &self.link, state]);
    }

    /// Writes the key file.
    pub fn key(&self, algorithm: &str, secret: &str) {
        let text = format!("omapi_key {algorithm} {secret}\n");
        fs::write(self.etc().join("omapi.key"), text).unwrap();
    }

    /// Writes dhcpd.conf and failover.conf; MCLT 20 s, silence limit 5 s.
    pub fn configure(&self, primary: bool, algorithm: &str) {
        let role =
            if primary { "primary; mclt 20; split 128;" } else { "secondary;" };
        let (own, peer) = (self.address, self.peer);
        let failover = format!(
            "failover peer \"dhcpd-failover\" {{\n {role}\n address {own};\n \
             port 647;\n peer address {peer};\n peer port 647;\n \
             max-response-delay 5;\n max-unacked-updates 10;\n \
             load balance max seconds 3;\n}}\n\
             key omapi_key {{ algorithm {algorithm}; secret {SECRET}; }}\n\
             omapi-key omapi_key;\nomapi-port 7911;\n"
        );
        fs::write(self.etc().join("failover.conf"), failover).unwrap();
        let include = self.etc().join("failover.conf");
        let conf = format!(
            "authoritative; default-lease-time 600; ddns-update-style none;\n\
             include \"{}\";\nsubnet 10.77.0.0 netmask 255.255.255.0 {{\n \
             pool {{ range 10.77.0.100 10.77.0.200; failover peer \
             \"dhcpd-failover\"; }}\n}}\n",
            include.display()
        );
        fs::write(self.etc().join("dhcpd.conf"), conf).unwrap();
        self.key(algorithm, SECRET);
    }

    /// Starts dhcpd.
    pub fn start(&mut self) {
        let leases = self.leases();
        if !leases.exists() {
            fs::write(&leases, "").unwrap();
        }
        let log = File::create(self.root.join("dhcpd.log")).unwrap();
        let child = Command::new("ip")
            .args(["netns", "exec", &self.name, "dhcpd", "-4", "-f", "-d"])
            .args(["--no-pid", "-cf"])
            .arg(self.etc().join("dhcpd.conf"))
            .arg("-lf")
            .arg(&leases)
            .arg(&self.link)
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(log)
            .spawn()
            .expect("dhcpd must be installed: apt-get install isc-dhcp-server");
        self.dhcpd = Some(child);
    }

    /// Sends dhcpd a signal by its number.
    pub fn signal(&self, signal: &str) {
        let pid = self.dhcpd.as_ref().unwrap().id().to_string();
        must(&["kill", signal, &pid]);
    }

    /// Kills dhcpd as a crash would.
    pub fn kill(&mut self) {
        if let Some(mut child) = self.dhcpd.take() {
            let _ = child.kill();
            let _ = child.wait();
        }
    }

    /// What dhcpd wrote.
    pub fn log(&self) -> String {
        fs::read_to_string(self.root.join("dhcpd.log")).unwrap_or_default()
    }

    /// Runs provha on this node.
    pub fn provha(&self, arguments: &[&str]) -> Ended {
        let output = Command::new("ip")
            .args(["netns", "exec", &self.name])
            .arg(env!("CARGO_BIN_EXE_provha"))
            .arg("--root")
            .arg(&self.root)
            .arg("--env-dir")
            .arg(self.etc())
            .args(arguments)
            .output()
            .unwrap();
        Ended::from(output)
    }

    /// Runs provha until its own state is this one, 30 s at the most.
    pub fn until(&self, state: &str) {
        let end = Instant::now() + Duration::from_secs(30);
        while !self.provha(&["failover", "state"]).stdout.contains(state) {
            assert!(Instant::now() < end, "never {state}: {}", self.log());
            std::thread::sleep(Duration::from_millis(300));
        }
    }
}

/// How a run ended.
#[derive(Debug)]
pub struct Ended {
    pub code: i32,
    pub stdout: String,
    pub stderr: String,
}

impl From<Output> for Ended {
    fn from(output: Output) -> Self {
        let text = |bytes| String::from_utf8_lossy(bytes).into_owned();
        Self {
            code: output.status.code().unwrap_or(-1),
            stdout: text(&output.stdout),
            stderr: text(&output.stderr),
        }
    }
}

impl Ended {
    /// Panics unless the run ended with this code.
    #[track_caller]
    pub fn expect(self, code: i32) -> Self {
        assert_eq!(self.code, code, "{self:#?}");
        self
    }

    /// Panics unless this stands in the data or in the talk.
    #[track_caller]
    pub fn says(self, words: &str) -> Self {
        let said = self.stdout.contains(words) || self.stderr.contains(words);
        assert!(said, "'{words}' is missing: {self:#?}");
        self
    }

    /// The object of a command, valid against its schema.
    #[track_caller]
    pub fn json(&self, command: &str) -> serde_json::Value {
        schema::object(command, self.code, &self.stdout)
    }
}
