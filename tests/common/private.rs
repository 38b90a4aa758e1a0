//! Networks of their own for tests. No mounts: clean-up must never be able to
//! reach what belongs to the machine.

use std::path::Path;
use std::process::Command;

use super::daemon::Daemon;

/// Set in the process that runs inside.
const INSIDE: &str = "PROVHA_TEST_INSIDE";

/// Whether this process is inside name spaces (network, host name) of its own.
/// If not, the test of that name is run there, and must pass.
pub fn inside(test: &str) -> bool {
    if std::env::var_os(INSIDE).is_some() {
        shell("ip link set lo up");
        return true;
    }
    let me = std::env::current_exe().unwrap();
    let path = path_of(&me, test);
    let status = Command::new("unshare")
        .args(["--net", "--uts"])
        .arg(me)
        .args(["--exact", &path, "--nocapture"])
        .env(INSIDE, "1")
        .status()
        .unwrap();
    assert!(status.success(), "{test} failed in its name spaces");
    false
}

/// The test's name with its modules. Only one may end so: with none or with
/// another one the run inside would pass and prove nothing.
fn path_of(program: &Path, test: &str) -> String {
    let output = Command::new(program).arg("--list").output().unwrap();
    let list = String::from_utf8_lossy(&output.stdout);
    let end = format!("::{test}: test");
    let mut paths = list.lines().filter(|line| line.ends_with(&end));
    let path = paths.next().unwrap_or_else(|| panic!("no test {test}"));
    assert!(paths.next().is_none(), "two tests are called {test}");
    path.trim_end_matches(": test").to_owned()
}

/// Runs a shell line that must succeed; what it printed.
pub fn shell(line: &str) -> String {
    let output = Command::new("/bin/sh").args(["-c", line]).output().unwrap();
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{line}: {said}");
    String::from_utf8_lossy(&output.stdout).into_owned()
}

/// A network of its own for servers, joined to ours by a cable: its end is
/// `near` here and `far` there.
pub struct Network {
    holder: Daemon,
}

impl Network {
    /// A new network; `near` and `far` are addresses with a prefix length.
    pub fn new(near: &str, far: &str, log: &Path) -> Self {
        let holder = Daemon::start(&["unshare", "--net", "sleep", "3600"], log);
        let network = Self { holder };
        network.wait();
        let pid = network.holder.pid();
        let _ = shell(&format!(
            "set -e; ip link add near type veth peer name far netns {pid}; \
             ip addr add {near} dev near; ip link set near up"
        ));
        let there = "set -e; ip link set lo up; ip addr add";
        network.shell(&format!("{there} {far} dev far; ip link set far up"));
        network
    }

    /// A new network that hangs on the bridge `br0` of ours by a cable whose
    /// end there is `link`.
    pub fn on_bridge(link: &str, address: &str, log: &Path) -> Self {
        let holder = Daemon::start(&["unshare", "--net", "sleep", "3600"], log);
        let network = Self { holder };
        network.wait();
        let pid = network.holder.pid();
        let _ = shell(&format!(
            "set -e; ip link add of-{link} type veth peer name {link} netns \
             {pid}; ip link set of-{link} master br0 up"
        ));
        let there = "set -e; ip link set lo up; ip addr add";
        let up = format!("{there} {address} dev {link}; ip link set {link} up");
        network.shell(&up);
        network
    }

    /// Waits until the holder has left our network.
    fn wait(&self) {
        let link =
            |pid: &str| std::fs::read_link(format!("/proc/{pid}/ns/net"));
        let own = link("self").unwrap();
        let pid = self.holder.pid().to_string();
        for _ in 0..500 {
            if link(&pid).is_ok_and(|there| there != own) {
                return;
            }
            std::thread::sleep(std::time::Duration::from_millis(10));
        }
        panic!("unshare --net made no network");
    }

    /// What runs a program there.
    pub fn enter(&self) -> Vec<String> {
        let pid = self.holder.pid();
        vec!["nsenter".into(), format!("--net=/proc/{pid}/ns/net")]
    }

    /// Runs a shell line there.
    pub fn shell(&self, line: &str) {
        let enter = self.enter().join(" ");
        let _ = shell(&format!("{enter} /bin/sh -c '{line}'"));
    }

    /// Starts a daemon there.
    pub fn start(&self, argv: &[&str], log: &Path) -> Daemon {
        let enter = self.enter();
        let mut all: Vec<&str> = enter.iter().map(String::as_str).collect();
        all.extend(argv);
        Daemon::start(&all, log)
    }
}
