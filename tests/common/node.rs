//! A whole machine in name spaces of its own: network, host name, mounts,
//! processes. Its disk is a temporary directory that is mounted over /etc,
//! /var and /srv, so that absolute paths are its own; nothing of this machine
//! is ever mounted below that directory. Power off, and all its processes are
//! gone; power on, and the disk is as it was.

use std::net::Ipv4Addr;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use super::daemon::Daemon;
use super::drill::within;
use super::machine::{Said, put, said, script};
use super::private::shell;

/// The bridge that all machines hang on, in the network of the test.
pub const BRIDGE: &str = "br0";

/// What the first process of a machine does: $1 is the disk, $2 the host
/// name. It stays, and reaps what daemons leave behind.
const BOOT: &str = r#"
set -e
for dir in srv etc var; do mount --bind "$1/$dir" "/$dir"; done
mount -t tmpfs run /run
mkdir -p /run/drill /run/named /run/sshd /run/chrony /run/mysqld /run/lock
chown mysql /run/mysqld
hostname "$2"
ip link set lo up
: >/var/up
sleep 100000 &
wait
"#;

/// Starts and stops daemons inside: what each runs stands in /etc/drill/NAME.
/// Each restart is noted with its begin and end, seconds of the clock.
const CONTROL: &str = r#"
run=/run/drill
gone() {
  read -r pid <$run/$1.pid 2>/dev/null || return 0
  [ -e /proc/$pid ] || return 0
  grep -qs '^State:.[ZX]' /proc/$pid/status
}
end() {
  gone $1 || kill -$2 $pid 2>/dev/null
  for i in $(seq 500); do gone $1 && return 0; sleep 0.02; done
  kill -9 $pid
}
begin() {
  setsid /bin/sh /etc/drill/$1 </dev/null >>/var/log/drill/$1.log 2>&1 &
  echo $! >$run/$1.pid
}
case $1 in
  start) gone $2 && begin $2 ;;
  stop) end $2 TERM ;;
  kill) end $2 KILL ;;
  restart)
    from=$(date +%s.%N)
    end $2 TERM
    begin $2
    echo "$2 $from $(date +%s.%N)" >>/var/log/drill/restarts ;;
  runs) ! gone $2 ;;
esac
"#;

/// What the machine needs of this one's /etc, as copies.
const ETC: &[&str] = &[
    "passwd",
    "group",
    "nsswitch.conf",
    "host.conf",
    "services",
    "protocols",
    "ld.so.cache",
    "ld.so.conf",
    "ld.so.conf.d",
    "localtime",
    "os-release",
    "debian_version",
    "alternatives",
];

/// A machine.
pub struct Node {
    /// For messages and the disk.
    pub name: &'static str,
    pub address: Ipv4Addr,
    host: String,
    mac: String,
    disk: PathBuf,
    power: Option<Power>,
}

/// A machine that is switched on.
struct Power {
    /// Ends all its processes when it is dropped.
    holder: Option<Daemon>,
    /// Its first process, as seen from here.
    init: String,
}

impl Drop for Power {
    fn drop(&mut self) {
        drop(self.holder.take());
        // The first process goes last; nobody may have reaped it yet.
        let stat = format!("/proc/{}/stat", self.init);
        let gone = || match std::fs::read_to_string(&stat) {
            Ok(text) => text.contains(") Z "),
            Err(_) => true,
        };
        let _ = within(Duration::from_secs(10), gone);
    }
}

/// A restart that the program made.
#[derive(Debug, Clone)]
pub struct Restart {
    pub daemon: String,
    /// Seconds of the clock.
    pub from: f64,
}

impl Node {
    /// A machine that is off, with a fresh disk below `dir`.
    pub fn new(
        dir: &Path,
        name: &'static str,
        address: Ipv4Addr,
        host: &str,
    ) -> Self {
        let [.., last] = address.octets();
        let node = Self {
            name,
            address,
            host: host.into(),
            mac: format!("02:00:ac:15:04:{last:02x}"),
            disk: dir.join(name),
            power: None,
        };
        node.format();
        node
    }

    /// Makes the disk.
    fn format(&self) {
        let disk = self.disk.display();
        let names = ETC.join(" ");
        let _ = shell(&format!(
            "set -e; umask 022; mkdir -p {disk}/etc {disk}/srv/tftpboot; \
             chmod 755 {disk}; cd {disk}; for name in {names}; do \
             [ ! -e /etc/$name ] || cp -a /etc/$name etc/; done; \
             mkdir -p var/lib/dhcp var/lib/chrony var/lib/mysql/data var/named \
             var/log/drill var/tmp; chmod 1777 var/tmp; ln -s /run var/run; \
             : >var/lib/dhcp/dhcpd.leases; chown -R mysql: var/lib/mysql"
        ));
        let (host, address) = (&self.host, self.address);
        self.put(
            "/etc/hosts",
            &format!("127.0.0.1 localhost\n{address} {host}\n"),
        );
        script(&self.disk("/etc/drill/ctl"), CONTROL);
    }

    /// Where a path of the machine lies here.
    pub fn disk(&self, path: &str) -> PathBuf {
        self.disk.join(path.trim_start_matches('/'))
    }

    /// Writes a file of the machine.
    pub fn put(&self, path: &str, text: &str) {
        put(&self.disk(path), text.as_bytes());
    }

    /// A file of the machine; empty when it is not there.
    pub fn text(&self, path: &str) -> String {
        let bytes = std::fs::read(self.disk(path)).unwrap_or_default();
        String::from_utf8_lossy(&bytes).into_owned()
    }

    /// Switches it on and plugs it in.
    pub fn power_on(&mut self) {
        let up = self.disk("/var/up");
        let _ = std::fs::remove_file(&up);
        let log = self.disk.join("boot.log");
        let disk = self.disk.display().to_string();
        let holder = Daemon::start(
            &[
                "unshare",
                "--net",
                "--uts",
                "--mount",
                "--pid",
                "--fork",
                "--kill-child",
                "--mount-proc",
                "/bin/sh",
                "-c",
                BOOT,
                "boot",
                &disk,
                &self.host,
            ],
            &log,
        );
        holder.wait(Duration::from_secs(10), &log, || up.exists());
        let init = shell(&format!("pgrep -P {}", holder.pid()));
        let init = init.trim().to_string();
        self.power = Some(Power { holder: Some(holder), init });
        self.wire();
    }

    /// Lays the cable to the bridge, with what the bridge needs to know: it
    /// must not flood, or a living dhcpd answers for a dead one.
    fn wire(&self) {
        let (port, mac, address) = (self.port(), &self.mac, self.address);
        let init = &self.power.as_ref().unwrap().init;
        let _ = shell(&format!(
            "set -e; ip link add {port} type veth peer name eth0 address \
             {mac} netns {init}; ip link set {port} master {BRIDGE} up; \
             bridge link set dev {port} flood off learning off; \
             bridge fdb replace {mac} dev {port} master static"
        ));
        self.shell(&format!(
            "ip addr add {address}/22 dev eth0; ip link set eth0 up; \
             ip route add default via 172.21.4.201"
        ));
    }

    /// The bridge's port.
    fn port(&self) -> String {
        format!("to-{}", self.name)
    }

    /// Pulls the cable, then ends every process: what is not said any more.
    pub fn power_off(&mut self) {
        let port = self.port();
        let _ = shell(&format!("ip link set {port} down; ip link del {port}"));
        self.power = None;
    }

    /// Whether it is on.
    pub fn is_on(&self) -> bool {
        self.power.is_some()
    }

    /// A program inside, at the machine's root directory.
    pub fn command(&self, argv: &[&str]) -> Command {
        let power = self.power.as_ref().expect("the machine is on");
        let mut command = Command::new("nsenter");
        command
            .args(["--target", &power.init])
            .args(["--mount", "--uts", "--net", "--pid"])
            .args(argv)
            .current_dir("/")
            .env_clear()
            .env("PATH", "/usr/local/sbin:/usr/sbin:/sbin:/usr/bin:/bin")
            .stdin(Stdio::null());
        command
    }

    /// Runs a shell line inside that must succeed; what it printed.
    #[track_caller]
    pub fn shell(&self, line: &str) -> String {
        let said = self.try_shell(line);
        assert_eq!(said.code, 0, "{}: {line}: {said:?}", self.name);
        said.out
    }

    /// Runs a shell line inside.
    pub fn try_shell(&self, line: &str) -> Said {
        said(&self.command(&["/bin/sh", "-c", line]).output().unwrap())
    }

    /// Says what a daemon runs, and starts it.
    pub fn start(&self, name: &str, line: &str) {
        self.put(&format!("/etc/drill/{name}"), &format!("exec {line}\n"));
        self.control("start", name);
    }

    /// `start`, `stop`, `kill` or `restart` of a daemon that was started.
    pub fn control(&self, verb: &str, name: &str) {
        let _ = self.shell(&format!("/etc/drill/ctl {verb} {name}"));
    }

    /// Whether a daemon runs.
    pub fn runs(&self, name: &str) -> bool {
        self.try_shell(&format!("/etc/drill/ctl runs {name}")).code == 0
    }

    /// What a daemon wrote.
    pub fn log(&self, name: &str) -> String {
        self.text(&format!("/var/log/drill/{name}.log"))
    }

    /// The restarts that the program made.
    pub fn restarts(&self, daemon: &str) -> Vec<Restart> {
        let text = self.text("/var/log/drill/restarts");
        text.lines()
            .filter_map(|line| {
                let mut words = line.split(' ');
                let daemon = words.next()?.to_string();
                let mut time = || words.next()?.parse().ok();
                Some(Restart { daemon, from: time()? })
            })
            .filter(|restart| restart.daemon == daemon)
            .collect()
    }

    /// Runs the program under test.
    pub fn provha(&self, args: &[&str]) -> Said {
        let argv = [&["/etc/drill/provha"], args].concat();
        let begin = Instant::now();
        let said = said(&self.command(&argv).output().unwrap());
        let took = begin.elapsed().as_secs_f64();
        println!(
            "{}: provha {args:?}: {} in {took:.2} s",
            self.name, said.code
        );
        said
    }

    /// Starts it as a timer does: nobody waits for it.
    pub fn begin(&self, args: &[&str]) {
        let argv = [&["/etc/drill/provha"], args].concat();
        let mut command = self.command(&argv);
        let log = self.disk("/var/log/drill/timer.log");
        let mut options = std::fs::File::options();
        let log = options.create(true).append(true).open(log).unwrap();
        command.stdout(Stdio::null()).stderr(log);
        let mut child = command.spawn().unwrap();
        let _ = std::thread::spawn(move || child.wait());
    }

    /// Runs it; it must end well.
    #[track_caller]
    pub fn good(&self, args: &[&str]) -> Said {
        let said = self.provha(args);
        assert_eq!(said.code, 0, "{}: {args:?}: {said:#?}", self.name);
        said
    }

    /// The ends of all logs, for a failed test.
    pub fn tell(&self) {
        let dir = self.disk("/var/log/drill");
        for entry in std::fs::read_dir(dir).into_iter().flatten().flatten() {
            let text = std::fs::read(entry.path()).unwrap_or_default();
            let text = String::from_utf8_lossy(&text);
            let from = text.lines().count().saturating_sub(25);
            eprintln!("--- {}: {}", self.name, entry.path().display());
            text.lines().skip(from).for_each(|line| eprintln!("{line}"));
        }
    }
}
