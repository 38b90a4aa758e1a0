//! What Kea's DHCPv6 server gives an endpoint of IP version 6, and where each
//! value comes from.

use std::collections::BTreeMap;

use crate::explain::device::Device;
use crate::explain::result::{
    Explained, FoundAt, Named, Node, Pending, SetLine, Told,
};
use crate::explain::site::Rows;
use crate::model::version6::{Endpoint6, Pool6};
use crate::model::{Findings, Version6};
use crate::render::kea::{self as render, DIR};
use crate::render::sink::MemorySink;
use crate::source::load;
use crate::system::files;
use crate::zone_sync::ip6_arpa::reversed;

/// Adds all that is known of an endpoint of version 6.
pub fn tell(
    rows: &mut Rows<'_>,
    device: &Device,
    out: &mut Explained,
) -> anyhow::Result<()> {
    let Some(id) = device.id else { return Ok(()) };
    let mac = device.mac.map(|mac| mac.to_string());
    out.device = Some(Named {
        name: device.to_string(),
        kind: device.kind.table(),
        id: device.id,
        mac: mac.clone(),
        host_name: Some(device.name.clone()).filter(|n| !n.is_empty()),
        found_by: format!("{}.{}", device.kind.table(), device.by),
    });
    out.lines = live_lines(rows, mac.as_deref());
    if rows.context.settings.text("PROVHA__DHCP6") == "off" {
        let why = "PROVHA__DHCP6 is off: no rows of IP version 6 are served";
        out.nodes.push(silent(why));
        return Ok(());
    }
    let mut findings = Findings::default();
    let v6 = load::only_version6(&mut *rows.db, &mut findings)?;
    let own = |f: &&crate::model::Finding| f.table == "endpoint" && f.id == id;
    let found = findings.sorted().into_iter().filter(|f| own(&f));
    out.findings.extend(found.map(|finding| FoundAt {
        table: finding.table.into(),
        id: finding.id,
        column: finding.column.into(),
        reason: finding.reason,
        quarantined: finding.quarantined,
    }));
    let endpoint = v6.endpoints.iter().find(|endpoint| endpoint.id == id);
    let served = endpoint.and_then(|endpoint| {
        let (gateway, pool) = pool_of(&v6, endpoint.pool)?;
        Some((endpoint, gateway, pool))
    });
    match served {
        Some((endpoint, gateway, pool)) => {
            out.nodes.push(node(endpoint, gateway, pool));
            if endpoint.named {
                let domain = &rows.site.domain;
                let (name, ip) = (&endpoint.name, endpoint.address);
                out.names.push(format!("{name}.cpe.{domain} -> {ip}"));
                let back = reversed(ip);
                out.names.push(format!("{back} -> {name}.cpe.{domain}"));
            }
        }
        None => out.nodes.push(silent(
            "kea-dhcp6 has no reservation for it: it gets an address of a \
             pool, or none",
        )),
    }
    for node in &mut out.nodes {
        node.address = Some(rows.site.own().to_string());
    }
    out.pending = Some(pending(rows, &v6, mac.as_deref(), &out.lines)?);
    Ok(())
}

/// The pool of an id, with its gateway.
fn pool_of(v6: &Version6, id: u32) -> Option<(u32, &Pool6)> {
    v6.gateways.iter().find_map(|gateway| {
        let pool = gateway.pools.iter().find(|pool| pool.id == id)?;
        Some((gateway.id, pool))
    })
}

/// A node that tells nothing.
fn silent(why: &str) -> Node {
    Node {
        node: "this node",
        address: None,
        source: "database",
        silent: Some(why.into()),
        pools: Vec::new(),
        settings: Vec::new(),
    }
}

/// What the server gives it.
fn node(endpoint: &Endpoint6, gateway: u32, pool: &Pool6) -> Node {
    let file = format!("{DIR}/gateways6/{gateway}.conf");
    let setting = |name: &str, value: String, scope: String| Told {
        name: name.into(),
        value,
        file: file.clone(),
        line: 0,
        scope,
    };
    let row = format!("endpoint {}", endpoint.id);
    let subnet = format!("subnet {} (ippool {})", pool.net, pool.id);
    let ip = endpoint.address.to_string();
    let mut settings = vec![setting("address", ip, row.clone())];
    let prefix = match (endpoint.prefix, pool.delegates()) {
        (Some(prefix), _) => Some((prefix.to_string(), row)),
        (None, Some(given)) => Some((
            format!("a /{} of {}", given.length, given.from),
            subnet.clone(),
        )),
        (None, None) => None,
    };
    let prefix = prefix.map(|(value, of)| setting("prefix", value, of));
    settings.extend(prefix);
    if !pool.dns.is_empty() {
        let dns: Vec<String> =
            pool.dns.iter().map(ToString::to_string).collect();
        settings.push(setting("dns-servers", dns.join(", "), subnet.clone()));
    }
    settings.push(setting("relay", pool.router.to_string(), subnet));
    Node {
        silent: None,
        pools: vec![format!("{} (ippool {})", pool.net, pool.id)],
        settings,
        ..silent("")
    }
}

/// The live lines with its MAC.
fn live_lines(rows: &Rows<'_>, mac: Option<&str>) -> Vec<SetLine> {
    let dir = rows.context.settings.root().at(DIR);
    let names = files::walk(&dir).unwrap_or_default();
    let mut out = Vec::new();
    for name in names.iter().filter(|name| render::is_ours(name)) {
        let text = files::text_through(&dir.join(name)).unwrap_or_default();
        lines_with(&format!("{DIR}/{name}"), &text, mac, &mut out);
    }
    out
}

/// Adds the lines of a text with a MAC.
fn lines_with(
    file: &str,
    text: &str,
    mac: Option<&str>,
    out: &mut Vec<SetLine>,
) {
    let Some(mac) = mac.map(str::to_ascii_lowercase) else { return };
    for (at, line) in text.lines().enumerate() {
        if line.to_ascii_lowercase().contains(&mac) {
            let text = line.trim().trim_end_matches(',').to_string();
            out.push(SetLine { file: file.into(), line: at + 1, text });
        }
    }
}

/// What the next run would change of its lines.
fn pending(
    rows: &Rows<'_>,
    v6: &Version6,
    mac: Option<&str>,
    live: &[SetLine],
) -> anyhow::Result<Vec<Pending>> {
    let templates = rows.context.templates()?;
    let mut sink = MemorySink::default();
    render::render(v6, false, &templates, &mut sink)?;
    let mut new = Vec::new();
    for (name, bytes) in &sink.0 {
        let text = String::from_utf8_lossy(bytes);
        lines_with(&format!("{DIR}/{name}"), &text, mac, &mut new);
    }
    let mut by_file: BTreeMap<&str, Vec<String>> = BTreeMap::new();
    for (sign, all, other) in [("-", live, &new[..]), ("+", &new, live)] {
        for line in all {
            let same = |o: &SetLine| o.file == line.file && o.text == line.text;
            if !other.iter().any(same) {
                let text = format!("{sign} {}", line.text);
                by_file.entry(&line.file).or_default().push(text);
            }
        }
    }
    let pending = |(file, changes): (&str, Vec<String>)| Pending {
        file: file.into(),
        changes,
    };
    Ok(by_file.into_iter().map(pending).collect())
}
