//! Which process listens on a UDP port (proc(5), /proc/net/udp): what only a
//! daemon that was really restarted changes, whatever its restart command
//! says.

use std::collections::BTreeSet;
use std::fmt;
use std::path::{Path, PathBuf};

use nix::unistd::{SysconfVar, sysconf};

/// A process with a socket of a port.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Listener {
    /// The process.
    pub pid: u32,
    /// When it was started, clock ticks since the machine was.
    pub start: u64,
    /// The socket: a daemon that binds its port once more has another one.
    inode: u64,
}

/// The processes that listen on a port. Empty: none does, or this process may
/// not see them.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Listeners(BTreeSet<Listener>);

impl Listeners {
    /// Those of a UDP port, in the network of this process.
    pub fn of(port: u16) -> Self {
        let sockets = sockets(port);
        if sockets.is_empty() {
            return Self::default();
        }
        let found = processes().into_iter().flat_map(|pid| {
            held(pid, &sockets).into_iter().filter_map(move |inode| {
                Some(Listener { pid, start: start(pid)?, inode })
            })
        });
        Self(found.collect())
    }

    /// True if these are known and the same as others: then nothing was
    /// restarted in between.
    pub fn are_still(&self, others: &Self) -> bool {
        !self.0.is_empty() && self == others
    }

    /// All of them.
    pub fn iter(&self) -> impl Iterator<Item = &Listener> {
        self.0.iter()
    }

    /// The first of them.
    pub fn first(&self) -> Option<&Listener> {
        self.0.first()
    }
}

impl fmt::Display for Listeners {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let pids: BTreeSet<u32> = self.0.iter().map(|l| l.pid).collect();
        let pids: Vec<String> = pids.iter().map(u32::to_string).collect();
        write!(f, "pid {}", pids.join(", "))
    }
}

impl Listener {
    /// When it was started, seconds since 1970 (proc(5): `btime`, and ticks
    /// since then). None: not known.
    pub fn started(&self) -> Option<i64> {
        let stat = std::fs::read_to_string("/proc/stat").ok()?;
        let boot = stat.lines().find_map(|line| line.strip_prefix("btime "));
        let boot: i64 = boot?.trim().parse().ok()?;
        let ticks = sysconf(SysconfVar::CLK_TCK).ok().flatten()?;
        Some(boot + i64::try_from(self.start).ok()? / ticks.max(1))
    }

    /// The name of its program.
    pub fn program(&self) -> Option<String> {
        let words = self.arguments();
        let name = Path::new(words.first()?).file_name()?;
        Some(name.to_string_lossy().into_owned())
    }

    /// Its command line.
    pub fn arguments(&self) -> Vec<String> {
        let bytes = std::fs::read(of(self.pid, "cmdline")).unwrap_or_default();
        let words = bytes.split(|octet| *octet == 0);
        let text = |word: &[u8]| String::from_utf8_lossy(word).into_owned();
        words.filter(|word| !word.is_empty()).map(text).collect()
    }
}

/// A file about a process.
fn of(pid: u32, name: &str) -> PathBuf {
    Path::new("/proc").join(pid.to_string()).join(name)
}

/// The numbers of all processes.
fn processes() -> Vec<u32> {
    let entries = std::fs::read_dir("/proc").into_iter().flatten().flatten();
    let number = |entry: std::fs::DirEntry| {
        entry.file_name().to_str().and_then(|name| name.parse().ok())
    };
    entries.filter_map(number).collect()
}

/// The sockets of a port, by their inodes.
fn sockets(port: u16) -> BTreeSet<u64> {
    let mut found = BTreeSet::new();
    for table in ["/proc/self/net/udp", "/proc/self/net/udp6"] {
        let text = std::fs::read_to_string(table).unwrap_or_default();
        found.extend(text.lines().filter_map(|line| socket(line, port)));
    }
    found
}

/// The inode of a line of the table, if it is about the port.
fn socket(line: &str, port: u16) -> Option<u64> {
    let words: Vec<&str> = line.split_whitespace().collect();
    let (_, local) = words.get(1)?.rsplit_once(':')?;
    if u16::from_str_radix(local, 16).ok()? != port {
        return None;
    }
    words.get(9)?.parse().ok()
}

/// Those of the sockets that a process holds.
fn held(pid: u32, sockets: &BTreeSet<u64>) -> Vec<u64> {
    let entries = std::fs::read_dir(of(pid, "fd")).into_iter().flatten();
    let inode = |entry: std::fs::DirEntry| {
        let link = std::fs::read_link(entry.path()).ok()?;
        let text = link.to_str()?.strip_prefix("socket:[")?;
        text.strip_suffix(']')?.parse().ok()
    };
    let inodes = entries.flatten().filter_map(inode);
    inodes.filter(|inode| sockets.contains(inode)).collect()
}

/// When a process was started: field 22 of its `stat`; the name in front may
/// hold anything.
fn start(pid: u32) -> Option<u64> {
    let text = std::fs::read_to_string(of(pid, "stat")).ok()?;
    let (_, rest) = text.rsplit_once(')')?;
    rest.split_whitespace().nth(19)?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::net::UdpSocket;

    #[test]
    fn the_own_process_is_found_by_its_port() {
        let socket = UdpSocket::bind("127.0.0.1:0").unwrap();
        let port = socket.local_addr().unwrap().port();
        let seen = Listeners::of(port);
        let first = seen.first().unwrap();
        assert_eq!(first.pid, std::process::id());
        assert!(first.start > 0 && !first.arguments().is_empty());
        let age = crate::env::now() - first.started().unwrap();
        assert!((0..3600).contains(&age), "{age}");
        assert!(first.program().is_some());
        assert!(seen.are_still(&Listeners::of(port)));
        drop(socket);
        let none = Listeners::of(port);
        assert!(!none.are_still(&none), "nothing is known");
        let _again = UdpSocket::bind(("127.0.0.1", port)).unwrap();
        assert!(!seen.are_still(&Listeners::of(port)), "bound once more");
    }

    #[test]
    fn a_line_of_the_table_is_read() {
        let line = "  77: 00000000:0043 00000000:0000 07 00000000:00000000 \
                    00:00000000 00000000     0        0 4711 2 0 0";
        assert_eq!(socket(line, 67), Some(4711));
        assert_eq!(socket(line, 68), None);
        assert_eq!(socket("sl local_address", 67), None);
    }
}
