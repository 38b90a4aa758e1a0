//! cmts_gws/ID.conf: one shared network a CMTS.

use std::io::Write;
use std::net::Ipv4Addr;

use serde::Serialize;

use crate::model::{Cmts, Network, Pool, PoolType};
use crate::render::sink::Sink;
use crate::render::templates::Templates;

/// What the names of the classes for drained pools begin with.
pub const DRAIN: &str = "provha-drain";

/// A CMTS file.
#[derive(Serialize)]
struct CmtsConf<'a> {
    name: &'a str,
    failover: bool,
    pools: Vec<PoolView<'a>>,
}

/// A subnet with its pool.
#[derive(Serialize)]
struct PoolView<'a> {
    net: Ipv4Addr,
    mask: Ipv4Addr,
    router: Ipv4Addr,
    has_broadcast: bool,
    broadcast: String,
    has_dns: bool,
    dns: String,
    has_domain: bool,
    domain: &'a str,
    has_ranges: bool,
    ranges: Vec<String>,
    permissions: &'static [&'static str],
    has_drain: bool,
    drain: Vec<String>,
    drain_class: String,
    has_optional: bool,
    optional: &'a str,
}

/// Renders the file of every CMTS; one without a pool gets an empty file.
pub fn render(
    network: &Network,
    templates: &Templates,
    sink: &mut dyn Sink,
) -> anyhow::Result<()> {
    for cmts in &network.cmts {
        let name = format!("cmts_gws/{}.conf", cmts.id);
        let view = view(cmts, network);
        sink.file(&name, &mut |out| {
            if view.pools.is_empty() {
                return Ok(());
            }
            templates.render("dhcp/cmts.conf.tera", &view, out)
        })?;
    }
    Ok(())
}

/// Renders all CMTS into one text.
pub fn all(
    network: &Network,
    templates: &Templates,
    out: &mut dyn Write,
) -> anyhow::Result<()> {
    for cmts in network.cmts.iter().filter(|cmts| !cmts.pools.is_empty()) {
        let view = view(cmts, network);
        templates.render("dhcp/cmts.conf.tera", &view, out)?;
        writeln!(out)?;
    }
    Ok(())
}

/// What the template sees of a CMTS.
fn view<'a>(cmts: &'a Cmts, network: &'a Network) -> CmtsConf<'a> {
    CmtsConf {
        name: &cmts.name,
        failover: network.site.pair.is_some(),
        pools: cmts.pools.iter().map(|p| pool(p, network)).collect(),
    }
}

/// What the template sees of a pool.
fn pool<'a>(pool: &'a Pool, network: &'a Network) -> PoolView<'a> {
    let public = pool.kind == PoolType::CpePub;
    let ranges: Vec<String> = network
        .ranges(pool)
        .into_iter()
        .map(|(a, b)| match public && a == b {
            true => a.to_string(),
            false => format!("{a} {b}"),
        })
        .collect();
    let domain = network.site.mta_option.as_deref();
    let domain = domain.filter(|_| pool.kind == PoolType::Mta);
    let drain = pool.drain.iter().flat_map(|drain| &drain.ranges);
    let dns: Vec<String> = pool.dns.iter().map(Ipv4Addr::to_string).collect();
    PoolView {
        net: pool.net.address,
        mask: pool.net.mask,
        router: pool.router,
        has_broadcast: pool.broadcast.is_some(),
        broadcast: pool.broadcast.map(|b| b.to_string()).unwrap_or_default(),
        has_dns: !dns.is_empty(),
        dns: dns.join(", "),
        has_domain: domain.is_some(),
        domain: domain.unwrap_or(""),
        has_ranges: !ranges.is_empty(),
        ranges,
        permissions: permissions(pool),
        has_drain: pool.drain.is_some(),
        drain: drain.map(|(a, b)| format!("{a} {b}")).collect(),
        drain_class: drain_class(pool.kind),
        has_optional: !pool.optional.trim().is_empty(),
        optional: &pool.optional,
    }
}

/// The class of clients that renew a lease, for pools of a kind that are
/// being drained: its name keeps the kind, for the next run.
pub fn drain_class(kind: PoolType) -> String {
    format!("{DRAIN}-{}", kind.word())
}

/// Who may have an address of the pool.
fn permissions(pool: &Pool) -> &'static [&'static str] {
    if !pool.active {
        return &["deny all clients"];
    }
    match pool.kind {
        PoolType::Cm => &["allow members of \"CM\"", "deny unknown-clients"],
        PoolType::Mta => &["allow members of \"MTA\""],
        PoolType::CpePriv => &[
            "allow members of \"Client\"",
            "deny members of \"Client-Public\"",
        ],
        PoolType::CpePub => &["allow members of \"Client-Public\""],
        PoolType::Stb => &["allow members of \"STB\""],
    }
}
