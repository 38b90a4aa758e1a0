//! What the dhcpd templates see: no option types, only values and flags.

use std::collections::BTreeSet;
use std::net::Ipv4Addr;

use serde::Serialize;
use tera::Context;

use crate::model::site::Pair;
use crate::model::{Network, Role};
use crate::render::dhcp::cmts::drain_class;
use crate::render::dhcp::options::{Options, provision_server, vivso};
use crate::render::filters::dhcp_string;

/// A template without values.
#[derive(Serialize)]
pub struct Nothing {}

/// dhcpd.conf.
#[derive(Serialize)]
pub struct DhcpdConf<'a> {
    dir: &'a str,
    servers: String,
    pair: bool,
    failover: bool,
    voip: bool,
    tsig_algorithm: &'a str,
    tsig_secret: &'a str,
    omapi: bool,
    omapi_name: &'a str,
    omapi_algorithm: &'a str,
    omapi_secret: &'a str,
    omapi_port: u64,
    /// The classes of drained pools.
    drains: BTreeSet<String>,
}

impl<'a> DhcpdConf<'a> {
    /// From the network and the settings.
    ///
    /// The OMAPI key stands here only without a pair: with one it stands in
    /// failover.conf, as in the existing system.
    pub fn new(network: &'a Network, options: &'a Options) -> Self {
        let site = &network.site;
        let pools = network.cmts.iter().flat_map(|cmts| &cmts.pools);
        let drains = pools.filter(|pool| pool.drain.is_some());
        let alone = site.pair.is_none();
        let key = options.omapi_key.as_ref().filter(|_| alone);
        Self {
            dir: &options.dir,
            servers: joined(&site.servers()),
            pair: !alone,
            failover: network.has_failover(),
            voip: site.voip,
            tsig_algorithm: &options.tsig_algorithm,
            tsig_secret: &site.secret,
            omapi: key.is_some(),
            omapi_name: key.map_or("", |key| &key.name),
            omapi_algorithm: key.map_or("", |key| &key.algorithm),
            omapi_secret: key.map_or("", |key| &key.secret),
            omapi_port: options.omapi_port,
            drains: drains.map(|pool| drain_class(pool.kind)).collect(),
        }
    }
}

/// failover.conf.
#[derive(Serialize)]
pub struct FailoverConf<'a> {
    failover: bool,
    primary: bool,
    own: Ipv4Addr,
    peer: Ipv4Addr,
    port: u64,
    peer_port: u64,
    max_response_delay: u64,
    max_unacked_updates: u64,
    load_balance_max_seconds: u64,
    mclt: u64,
    split: u16,
    omapi: bool,
    omapi_name: &'a str,
    omapi_algorithm: &'a str,
    omapi_secret: &'a str,
    omapi_port: u64,
}

impl<'a> FailoverConf<'a> {
    /// From the pair; `failover`: whether the peer is declared.
    pub fn new(pair: &Pair, options: &'a Options, failover: bool) -> Self {
        let key = options.omapi_key.as_ref();
        Self {
            failover,
            primary: pair.primary,
            own: pair.own,
            peer: pair.peer,
            port: options.port,
            peer_port: options.peer_port,
            max_response_delay: options.max_response_delay,
            max_unacked_updates: options.max_unacked_updates,
            load_balance_max_seconds: options.load_balance_max_seconds,
            mclt: options.mclt,
            split: pair.split,
            omapi: key.is_some(),
            omapi_name: key.map_or("", |key| &key.name),
            omapi_algorithm: key.map_or("", |key| &key.algorithm),
            omapi_secret: key.map_or("", |key| &key.secret),
            omapi_port: options.omapi_port,
        }
    }
}

/// global.conf.
#[derive(Serialize)]
pub struct GlobalConf<'a> {
    domain: &'a str,
    servers: String,
    default_lease_time: u32,
    max_lease_time: u32,
    next_server: Ipv4Addr,
    failover: bool,
    vivso: String,
    time_offset: i32,
    mta_zone: bool,
    mta_domain: &'a str,
    mta_primary: Ipv4Addr,
    wire_fqdn: String,
    lease_limit: u32,
    has_stb: bool,
    /// The condition for a set-top box, and the end of the condition for a
    /// customer's device that excludes them.
    is_stb: String,
    not_stb: String,
}

impl<'a> GlobalConf<'a> {
    /// From the settings.
    pub fn new(network: &'a Network, options: &'a Options) -> Self {
        let site = &network.site;
        let boxes = set_top_boxes(network);
        let servers = site.servers();
        Self {
            domain: &site.domain,
            servers: joined(&servers),
            default_lease_time: site.default_lease_time,
            max_lease_time: site.max_lease_time,
            next_server: options.next_server,
            failover: site.pair.is_some(),
            vivso: vivso(&servers),
            time_offset: site.time_offset,
            mta_zone: site.mta_domain.is_some(),
            mta_domain: site.mta_domain.as_deref().unwrap_or(""),
            // Each node's key holds for its own server only.
            mta_primary: match site.role {
                Role::Slave => Ipv4Addr::LOCALHOST,
                _ => site.provisioning_server,
            },
            wire_fqdn: provision_server(site),
            // 0 means 'not set'; dhcpd then gives four leases a modem.
            lease_limit: if site.max_cpe == 0 { 4 } else { site.max_cpe },
            has_stb: !boxes.is_empty(),
            is_stb: boxes
                .iter()
                .map(|id| compare(id, "="))
                .collect::<Vec<_>>()
                .join(" or "),
            not_stb: boxes.iter().fold(String::new(), |end, id| {
                end + " and " + &compare(id, "!=")
            }),
        }
    }
}

/// What set-top boxes call themselves, each once. Any of them makes one: the
/// existing system asks for all at once, which no box can meet.
fn set_top_boxes(network: &Network) -> Vec<&str> {
    let mut ids: Vec<&str> = Vec::new();
    for pool in network.cmts.iter().flat_map(|cmts| &cmts.pools) {
        let id = &*pool.vendor_class;
        if !id.is_empty() && !ids.contains(&id) {
            ids.push(id);
        }
    }
    ids
}

/// Whether a client's vendor class begins with `id`, or not.
fn compare(id: &str, operator: &str) -> String {
    let (length, id) = (id.len(), dhcp_string(id));
    format!(
        "(substring(option vendor-class-identifier,0,{length}) {operator} {id})"
    )
}

/// default-network.conf.
#[derive(Serialize)]
pub struct DefaultNetwork {
    /// The management network's address.
    pub net: Ipv4Addr,
}

/// A line of modems-host.conf: `id`, `name`, `mac`, whether the ccc options
/// are given (`telephony`), and the servers that they name.
pub fn modem_host(
    values: &[&str],
    telephony: bool,
    own: Ipv4Addr,
    pair: Option<&Pair>,
) -> Context {
    let mut view = Context::new();
    view.insert("id", values[0]);
    view.insert("name", values[1]);
    view.insert("mac", values[2]);
    view.insert("telephony", &telephony);
    view.insert("own", &own);
    view.insert("pair", &pair.is_some());
    view.insert("peer", &pair.map_or(own, |pair| pair.peer));
    view
}

/// A line of mta.conf: `id`, `mac`, and the host name that it is told.
pub fn mta_host(values: &[&str]) -> Context {
    let mut view = id_and_mac(values);
    view.insert("host_name", values[2]);
    view
}

/// A line of modems-clients-public.conf or blocked.conf.
pub fn id_and_mac(values: &[&str]) -> Context {
    let mut view = Context::new();
    view.insert("id", values[0]);
    view.insert("mac", values[1]);
    view
}

/// A line of endpoints-host.conf.
#[derive(Serialize)]
pub struct EndpointHost<'a> {
    /// The host name.
    pub name: &'a str,
    /// Whether the MAC is the modem's.
    pub behind_modem: bool,
    /// The MAC.
    pub mac: String,
    /// Whether there is a fixed address.
    pub fixed: bool,
    /// The fixed address.
    pub address: Ipv4Addr,
}

/// Addresses with commas, no blanks.
pub fn joined(addresses: &[Ipv4Addr]) -> String {
    let texts: Vec<String> =
        addresses.iter().map(Ipv4Addr::to_string).collect();
    texts.join(",")
}
