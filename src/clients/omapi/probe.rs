//! Whether dhcpd is up and answers: an authenticated question, as far as its
//! configuration lets it answer one.

use std::net::{Ipv4Addr, SocketAddr, UdpSocket};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use crate::clients::omapi::sign::Key;
use crate::clients::omapi::{Client, OmapiError, REPLY_TIMEOUT};
use crate::isc_dhcp::live;
use crate::publish::activate::Probe;
use crate::system::files;

/// Asks the own dhcpd through OMAPI.
///
/// Key and port are those of the live set at the time of the question: after
/// a roll-back that is the previous set, and so is what dhcpd was started
/// with. Where that set has no OMAPI, it is only seen whether dhcpd reads.
pub struct DhcpdProbe {
    /// The live dhcpd set.
    pub dir: PathBuf,
}

impl Probe for DhcpdProbe {
    fn ask(&self, patience: Duration) -> Result<(), String> {
        let live = live::read(&self.dir);
        let key = live.key.as_ref().and_then(Key::new);
        let (Some(key), Some(port)) = (key, live.port) else {
            return reads(patience.min(REPLY_TIMEOUT));
        };
        let server = SocketAddr::from((Ipv4Addr::LOCALHOST, port));
        let patience = patience.min(REPLY_TIMEOUT);
        answers(server, &key, patience).map_err(|error| error.to_string())?;
        listens()
    }

    fn has_set(&self) -> Option<bool> {
        Some(files::exists(&self.dir.join("dhcpd.conf")))
    }
}

/// Whether a dhcpd answers a signed question with a signed answer.
///
/// # Errors
/// As [`Client::connect`].
pub fn answers(
    server: SocketAddr,
    key: &Key,
    patience: Duration,
) -> Result<(), OmapiError> {
    let mut client = Client::connect_within(server, key, patience)?;
    match client.open("control", Vec::new()) {
        // Signed and verified: a refusal is an answer.
        Ok(_) | Err(OmapiError::Status { .. }) => Ok(()),
        Err(error) => Err(error),
    }
}

/// Whether something listens on the DHCP server port.
///
/// # Errors
/// What is missing, in words.
pub fn listens() -> Result<(), String> {
    waiting_octets().map(drop)
}

/// The octets that wait to be read from the DHCP server port (proc(5),
/// /proc/net/udp).
fn waiting_octets() -> Result<u64, String> {
    let table = std::fs::read_to_string(Path::new("/proc/net/udp"))
        .map_err(|error| error.to_string())?;
    let waiting = |line: &str| {
        let mut words = line.split_whitespace().skip(1);
        let (local, queues) = (words.next()?, words.nth(2)?);
        let (_, queue) = queues.split_once(':')?;
        let queue = u64::from_str_radix(queue, 16).ok()?;
        local.ends_with(":0043").then_some(queue)
    };
    let most = table.lines().filter_map(waiting).max();
    most.ok_or_else(|| "nothing listens on UDP port 67".to_string())
}

/// Whether what listens on the DHCP server port reads what comes: one that
/// hangs does not. dhcpd throws away what comes to its socket, for it gets
/// its messages from the interfaces.
fn reads(patience: Duration) -> Result<(), String> {
    listens()?;
    let port = SocketAddr::from((Ipv4Addr::LOCALHOST, 67));
    let sent = UdpSocket::bind((Ipv4Addr::LOCALHOST, 0))
        .and_then(|socket| socket.send_to(&[0], port));
    if sent.is_err() {
        // Without a loopback there is nothing more to be seen.
        return Ok(());
    }
    let begin = Instant::now();
    while waiting_octets()? > 0 {
        if begin.elapsed() >= patience {
            return Err("dhcpd does not read what comes to UDP port 67".into());
        }
        std::thread::sleep(Duration::from_millis(20));
    }
    Ok(())
}
