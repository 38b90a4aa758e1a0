//! What the configuration adds to the network.

use std::net::IpAddr;

/// What the configuration adds to the network.
#[derive(Debug, Clone)]
pub struct Options {
    /// Algorithm of the dhcpupdate key.
    pub algorithm: String,
    /// Where queries for foreign names go; empty: to the root servers.
    pub forwarders: Vec<IpAddr>,
    /// named's port.
    pub port: u64,
    /// named's working directory.
    pub directory: String,
    /// Where named keeps what it writes.
    pub zone_dir: String,
    /// The zones with their files.
    pub zones: Vec<Zone>,
}

/// A zone and its file.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct Zone {
    /// Without the final dot.
    pub name: String,
    /// An absolute path.
    pub file: String,
}
