//! What Kea's DHCPv6 server includes: `/etc/kea`.
//!
//! Files and statements are those of the existing system
//! (facts/nms-formats.md section 13).

use std::collections::HashMap;
use std::io::Write;

use serde::Serialize;
use serde_json::{Map, Value};
use tera::Context;

use crate::model::Version6;
use crate::model::version6::{Endpoint6, Gateway6, Pool6};
use crate::render::records::Records;
use crate::render::sink::Sink;
use crate::render::templates::Templates;

/// Where the files live, as they themselves name it.
pub const DIR: &str = "/etc/kea";
/// The list of all gateways, which the server's own configuration includes.
pub const LIST: &str = "gateways6.conf";
/// The file of all reservations.
pub const HOSTS: &str = "hosts6.conf";

/// Which names below the directory are ours; others survive.
pub fn is_ours(name: &str) -> bool {
    let gateway = name
        .strip_prefix("gateways6/")
        .and_then(|name| name.strip_suffix(".conf"))
        .is_some_and(|id| {
            !id.is_empty() && id.bytes().all(|b| b.is_ascii_digit())
        });
    [LIST, HOSTS].contains(&name) || gateway
}

/// A file of ours by the path that includes it; `read` knows its content.
pub fn included(
    path: &str,
    read: &dyn Fn(&str) -> Option<String>,
) -> Option<String> {
    let name = path.strip_prefix(DIR)?.strip_prefix('/')?;
    is_ours(name).then(|| read(name))?
}

/// The path by which the server's configuration includes our files.
pub fn list_path() -> String {
    format!("{DIR}/{LIST}")
}

/// Renders the files into `sink`; with `ids`, each subnet gets the number of
/// its pool, else Kea counts them.
pub fn render(
    v6: &Version6,
    ids: bool,
    templates: &Templates,
    sink: &mut dyn Sink,
) -> anyhow::Result<()> {
    sink.file(HOSTS, &mut |out| {
        let mut records = Records::new(templates, "kea/host.tera");
        write!(out, "\"reservations\": [")?;
        for (at, endpoint) in v6.endpoints.iter().enumerate() {
            out.write_all(if at == 0 { b"\n" } else { b",\n" })?;
            host(endpoint, &mut records, out)?;
        }
        Ok(write!(out, "\n]")?)
    })?;
    let hosts = Hosts::of(v6);
    for gateway in &v6.gateways {
        let view = hosts.view(gateway, ids, templates)?;
        sink.file(&format!("gateways6/{}.conf", gateway.id), &mut |out| {
            templates.render("kea/gateway.conf.tera", &view, out)
        })?;
    }
    sink.file(LIST, &mut |out| {
        for (at, gateway) in v6.gateways.iter().enumerate() {
            let end = if at == 0 { "" } else { ",\n" };
            let id = gateway.id;
            write!(out, "{end}<?include \"{DIR}/gateways6/{id}.conf\"?>")?;
        }
        Ok(())
    })
}

/// Writes one reservation.
fn host(
    endpoint: &Endpoint6,
    records: &mut Records<'_>,
    out: &mut dyn Write,
) -> anyhow::Result<()> {
    let prefix = endpoint.prefix.map(|p| p.to_string()).unwrap_or_default();
    let values = [
        &*endpoint.mac.to_string(),
        &*endpoint.address.to_string(),
        endpoint.name.as_str(),
        &*prefix,
    ];
    let has = endpoint.prefix.is_some();
    let context = |values: &[&str]| {
        let mut view = Context::new();
        for (at, name) in
            ["mac", "address", "name", "prefix"].iter().enumerate()
        {
            view.insert(*name, values[at]);
        }
        view.insert("has_prefix", &has);
        view
    };
    records.write(u8::from(has), &values, &context, out)
}

/// The members of a subnet's object that a checked `ippool.optional` adds:
/// those that are options, and the others.
fn added(optional: &str) -> (Vec<String>, Vec<String>) {
    let mut members: Map<String, Value> =
        serde_json::from_str(optional).unwrap_or_default();
    let options = match members.remove("option-data") {
        Some(Value::Array(all)) => all.iter().map(Value::to_string).collect(),
        _ => Vec::new(),
    };
    let member = |(name, value): (&String, &Value)| {
        format!("{}: {value}", Value::from(name.as_str()))
    };
    (options, members.iter().map(member).collect())
}

/// The endpoints by pool.
struct Hosts<'a> {
    by_pool: HashMap<u32, Vec<&'a Endpoint6>>,
    count: usize,
}

impl<'a> Hosts<'a> {
    /// Those of a network.
    fn of(v6: &'a Version6) -> Self {
        let mut by_pool: HashMap<u32, Vec<&Endpoint6>> = HashMap::new();
        for endpoint in &v6.endpoints {
            by_pool.entry(endpoint.pool).or_default().push(endpoint);
        }
        Self { by_pool, count: v6.endpoints.len() }
    }

    /// What the template sees of a gateway.
    fn view(
        &self,
        gateway: &Gateway6,
        ids: bool,
        templates: &Templates,
    ) -> anyhow::Result<GatewayView> {
        let subnets =
            gateway.pools.iter().map(|pool| self.subnet(pool, ids, templates));
        Ok(GatewayView {
            dir: DIR,
            name: gateway.id.to_string(),
            subnets: subnets.collect::<anyhow::Result<_>>()?,
        })
    }

    /// What it sees of a pool.
    ///
    /// Kea refuses a reservation outside the subnet: the file of all of them
    /// can be included only where all belong to this one.
    fn subnet(
        &self,
        pool: &Pool6,
        ids: bool,
        templates: &Templates,
    ) -> anyhow::Result<SubnetView> {
        let own = self.by_pool.get(&pool.id).map_or(&[][..], Vec::as_slice);
        let has_all = own.len() == self.count;
        let mut hosts = Vec::new();
        let mut records = Records::new(templates, "kea/host.tera");
        for endpoint in own.iter().filter(|_| !has_all) {
            let mut line = Vec::new();
            host(endpoint, &mut records, &mut line)?;
            hosts.push(String::from_utf8_lossy(&line).into_owned());
        }
        let texts = |all: &[std::net::Ipv6Addr]| {
            all.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ")
        };
        let given = pool.delegates();
        let (options, members) = added(&pool.optional);
        let range = |(a, b): (_, _)| format!("{a}-{b}");
        Ok(SubnetView {
            net: pool.net.to_string(),
            has_id: ids,
            id: pool.id,
            ranges: pool.ranges().into_iter().map(range).collect(),
            router: pool.router.to_string(),
            has_delegation: given.is_some(),
            prefix: given.map_or_else(String::new, |given| {
                given.from.address.to_string()
            }),
            prefix_length: given.map_or(0, |given| given.from.length),
            delegated_length: given.map_or(0, |given| given.length),
            has_dns: !pool.dns.is_empty(),
            dns: texts(&pool.dns),
            options,
            members,
            has_all,
            hosts,
        })
    }
}

/// A gateway's file: a shared network.
#[derive(Serialize)]
struct GatewayView {
    dir: &'static str,
    name: String,
    subnets: Vec<SubnetView>,
}

/// A subnet with its pools.
#[derive(Serialize)]
struct SubnetView {
    net: String,
    has_id: bool,
    id: u32,
    ranges: Vec<String>,
    router: String,
    has_delegation: bool,
    prefix: String,
    prefix_length: u8,
    delegated_length: u8,
    has_dns: bool,
    dns: String,
    /// Options of `ippool.optional`, as JSON.
    options: Vec<String>,
    /// Its other members.
    members: Vec<String>,
    /// Whether all reservations are this subnet's.
    has_all: bool,
    hosts: Vec<String>,
}
