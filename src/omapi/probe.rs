//! Whether dhcpd is up and answers: an authenticated question, as far as its
//! configuration lets it answer one.

use std::net::{Ipv4Addr, SocketAddr};
use std::path::{Path, PathBuf};
use std::time::Duration;

use super::sign::Key;
use super::{Client, OmapiError, REPLY_TIMEOUT, live};
use crate::activate::Probe;

/// Asks the own dhcpd through OMAPI.
///
/// Key and port are those of the live set at the time of the question: after
/// a roll-back that is the previous set, and so is what dhcpd was started
/// with. Where that set has no OMAPI, only the port is looked at.
pub struct DhcpdProbe {
    /// The live dhcpd set.
    pub dir: PathBuf,
}

impl Probe for DhcpdProbe {
    fn ask(&self, patience: Duration) -> Result<(), String> {
        let live = live::read(&self.dir);
        let key = live.key.as_ref().and_then(Key::new);
        let (Some(key), Some(port)) = (key, live.port) else {
            return listens();
        };
        let server = SocketAddr::from((Ipv4Addr::LOCALHOST, port));
        let patience = patience.min(REPLY_TIMEOUT);
        answers(server, &key, patience).map_err(|error| error.to_string())?;
        listens()
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
    let table = std::fs::read_to_string(Path::new("/proc/net/udp"))
        .map_err(|error| error.to_string())?;
    let listens = |line: &str| {
        let local = line.split_whitespace().nth(1).unwrap_or("");
        local.ends_with(":0043")
    };
    if table.lines().any(listens) {
        return Ok(());
    }
    Err("nothing listens on UDP port 67".into())
}
