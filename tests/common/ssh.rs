//! A slave to log in to: a real sshd on a loopback address of its own, in a
//! mount namespace of its own where the target directory is the slave's.

use std::fs;
use std::net::{Ipv4Addr, SocketAddr, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicU8, Ordering};
use std::time::{Duration, Instant};

/// The port of all slaves' sshd.
pub const PORT: u16 = 22_022;

/// A loopback address that no other test of the machine uses.
pub fn address() -> Ipv4Addr {
    static NEXT: AtomicU8 = AtomicU8::new(1);
    let [.., high, low] = std::process::id().to_be_bytes();
    Ipv4Addr::new(127, high.max(1), low, NEXT.fetch_add(1, Ordering::Relaxed))
}

/// What stands for the slave's disk.
pub enum Disk<'a> {
    /// A directory.
    Directory(&'a Path),
    /// A memory disk of so many KiB.
    Small(u32),
}

/// The sshd; ended with this value.
pub struct Slave {
    child: Child,
    /// Its address.
    pub address: Ipv4Addr,
    /// Where the keys lie.
    keys: PathBuf,
}

impl Slave {
    /// Starts sshd. `keys` gets its keys, `target` is where the disk is seen
    /// by it, `more` are lines for its configuration.
    pub fn start(
        address: Ipv4Addr,
        keys: &Path,
        target: &Path,
        disk: &Disk<'_>,
        more: &str,
    ) -> Self {
        let sshd = Path::new("/usr/sbin/sshd");
        assert!(sshd.exists(), "sshd is not installed (openssh-server)");
        fs::create_dir_all(keys).expect("a directory");
        fs::create_dir_all("/run/sshd").expect("/run/sshd");
        for name in ["host", "user"] {
            key(&keys.join(name));
        }
        let at = |name: &str| keys.join(name).display().to_string();
        let known = format!("[{address}]:{PORT} {}", public(keys, "host"));
        put(&keys.join("known_hosts"), &known);
        put(&keys.join("authorized_keys"), &public(keys, "user"));
        let config = format!(
            "Port {PORT}\nListenAddress {address}\nHostKey {}\n\
             AuthorizedKeysFile {}\nStrictModes no\nUsePAM no\n\
             PasswordAuthentication no\nKbdInteractiveAuthentication no\n\
             PermitRootLogin prohibit-password\nPidFile none\n{more}\n",
            at("host"),
            at("authorized_keys")
        );
        put(&keys.join("config"), &config);
        let mount = match disk {
            Disk::Directory(dir) => format!("mount --bind {}", dir.display()),
            Disk::Small(kib) => format!("mount -t tmpfs -o size={kib}k slave"),
        };
        let script = format!(
            "{mount} {} && exec {} -D -f {} -E {}",
            target.display(),
            sshd.display(),
            at("config"),
            at("log")
        );
        let child = Command::new("unshare")
            .args(["-m", "--", "sh", "-c", &script])
            .stdin(Stdio::null())
            .spawn()
            .expect("unshare is installed (util-linux)");
        let slave = Self { child, address, keys: keys.to_path_buf() };
        slave.wait();
        slave
    }

    /// Waits until it listens.
    fn wait(&self) {
        let end = Instant::now() + Duration::from_secs(10);
        let socket = SocketAddr::from((self.address, PORT));
        while TcpStream::connect(socket).is_err() {
            let log = fs::read_to_string(self.keys.join("log"));
            assert!(Instant::now() < end, "sshd does not listen: {log:?}");
            std::thread::sleep(Duration::from_millis(10));
        }
    }

    /// A path as this slave sees it.
    pub fn sees(&self, path: &Path) -> PathBuf {
        let root = format!("/proc/{}/root", self.child.id());
        Path::new(&root).join(path.strip_prefix("/").expect("absolute"))
    }
}

impl Drop for Slave {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Makes a key pair, once.
pub fn key(path: &Path) {
    if path.exists() {
        return;
    }
    let made = Command::new("ssh-keygen")
        .args(["-q", "-t", "ed25519", "-N", "", "-f"])
        .arg(path)
        .status()
        .expect("ssh-keygen is installed (openssh-client)");
    assert!(made.success());
}

/// Type and text of a public key.
pub fn public(keys: &Path, name: &str) -> String {
    let path = keys.join(format!("{name}.pub"));
    let text = fs::read_to_string(path).expect("a public key");
    text.split_whitespace().take(2).collect::<Vec<_>>().join(" ") + "\n"
}

/// Writes a file for sshd.
pub fn put(path: &Path, text: &str) {
    super::pair::write(path, text);
}
