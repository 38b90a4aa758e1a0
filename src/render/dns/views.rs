//! What the dns templates see.

use std::net::{IpAddr, Ipv4Addr};

use serde::Serialize;

use crate::render::dns::Zone;
use crate::render::dns::head::Head;

/// named-nmsprime.conf.
#[derive(Serialize)]
pub struct NamedConf<'a> {
    /// Who may ask.
    pub acls: Vec<Acl>,
    /// named's working directory.
    pub directory: &'a str,
    /// Where named keeps what it writes.
    pub zone_dir: &'a str,
    /// named's port.
    pub port: u64,
    /// Whether that is not the usual one.
    pub other_port: bool,
    /// Whether there are forwarders.
    pub forwards: bool,
    /// The forwarders.
    pub forwarders: &'a [IpAddr],
    /// Algorithm of the dhcpupdate key.
    pub algorithm: &'a str,
    /// Its secret, base64.
    pub secret: &'a str,
    /// The zones.
    pub zones: &'a [Zone],
}

/// An access list.
#[derive(Serialize)]
pub struct Acl {
    /// Its name.
    pub name: &'static str,
    /// Addresses and nets.
    pub elements: Vec<String>,
}

/// The first content of a zone file.
#[derive(Serialize)]
pub struct Seed<'a> {
    /// SOA, NS and the server's address.
    pub head: &'a Head,
    /// The first serial.
    pub serial: u32,
}

/// A key file for nsupdate.
#[derive(Serialize)]
pub struct KeyFile<'a> {
    /// hmac-sha256, hmac-md5, …
    pub algorithm: &'a str,
    /// Base64.
    pub secret: &'a str,
}

/// named-ddns.sh.
#[derive(Serialize)]
pub struct Script<'a> {
    /// The provisioning domain.
    pub domain: &'a str,
    /// Lifetime of the names, seconds.
    pub ttl: u32,
    /// Path of the secret of the mangled names.
    pub cpe_key: &'a str,
    /// Path of our TSIG key.
    pub own_key: &'a str,
    /// Whether there is a peer that can be updated.
    pub pair: bool,
    /// The peer's address.
    pub peer: Ipv4Addr,
    /// Path of the peer's TSIG key.
    pub peer_key: &'a str,
    /// Port of both servers.
    pub port: u64,
}
