//! What the configuration adds to the network, and values of options that
//! dhcpd writes in a form of its own.

use std::net::Ipv4Addr;

use crate::model::Site;
use crate::render::filters::wire_name;

/// The key that OMAPI clients sign with.
#[derive(Clone, PartialEq, Eq)]
pub struct OmapiKey {
    /// Its name.
    pub name: String,
    /// hmac-md5, hmac-sha256, …
    pub algorithm: String,
    /// Base64.
    pub secret: String,
}

/// What the configuration adds to the network.
#[derive(Clone)]
pub struct Options {
    /// What `include` statements begin with.
    pub dir: String,
    /// Algorithm of the dhcpupdate key.
    pub tsig_algorithm: String,
    /// The OMAPI key, if there is one.
    pub omapi_key: Option<OmapiKey>,
    /// OMAPI's TCP port.
    pub omapi_port: u64,
    /// Failover's own TCP port.
    pub port: u64,
    /// The peer's.
    pub peer_port: u64,
    /// Seconds.
    pub max_response_delay: u64,
    /// Messages.
    pub max_unacked_updates: u64,
    /// Seconds.
    pub load_balance_max_seconds: u64,
    /// Seconds.
    pub mclt: u64,
    /// The TFTP server that modems are sent to.
    pub next_server: Ipv4Addr,
}

/// Option 125 with CableLabs' enterprise number 4491 and sub-option 2, the
/// TFTP servers (RFC 3925 section 4), as dhcpd writes hex.
pub fn vivso(servers: &[Ipv4Addr]) -> String {
    let length = servers.len() * 4;
    let mut bytes = vec![0x00, 0x00, 0x11, 0x8b];
    bytes.extend([(length + 2) as u8, 2, length as u8]);
    bytes.extend(servers.iter().flat_map(Ipv4Addr::octets));
    let hex: Vec<String> = bytes.iter().map(|b| format!("{b:02x}")).collect();
    hex.join(":")
}

/// The provisioning server's name for option 122.3.
pub fn provision_server(site: &Site) -> String {
    wire_name(&site.fqdn)
}
