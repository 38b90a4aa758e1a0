//! CMTS and their pools.

use std::collections::{BTreeMap, BTreeSet};
use std::net::Ipv4Addr;

use crate::model::pool::{Net, NetFault};
use crate::model::{Cmts, Findings, Pool, PoolType};
use crate::source::load::flags::flag;
use crate::source::schema::Release;
use crate::source::{Database, Row, Schema, SourceError};

/// All fixed addresses of alive endpoints, sorted, each once: they are cut
/// out of the public pools.
pub fn fixed_addresses(
    db: &mut dyn Database,
) -> Result<Vec<Ipv4Addr>, SourceError> {
    let schema = db.schema();
    let _ = schema.first(&["endpoint"])?;
    let ip = schema.column("endpoint", "e", &["ip"], Some("NULL"))?;
    let fixed = schema.column("endpoint", "e", &["fixed_ip"], Some("1"))?;
    let alive = schema.alive("endpoint", "e")?;
    let sql = format!(
        "SELECT e.id, {ip}, {fixed} FROM endpoint e WHERE {alive} \
         AND {ip} IS NOT NULL ORDER BY e.id"
    );
    let mut all = BTreeSet::new();
    db.query("endpoint", &sql, &mut |row| {
        let id = row.number(0).unwrap_or(0);
        if flag(row, 2, ("endpoint", id, "fixed_ip"))? {
            all.extend(parse(row.text(1).trim(), "ip").ok());
        }
        Ok(())
    })?;
    Ok(all.into_iter().collect())
}

/// All alive CMTS with their usable pools.
pub fn load(
    db: &mut dyn Database,
    findings: &mut Findings,
    rows: &mut usize,
) -> Result<Vec<Cmts>, SourceError> {
    let schema = db.schema();
    let table = schema.first(&["netgw", "cmts"])?;
    let hostname = schema.column(table, "n", &["hostname"], None)?;
    // In the old table cmts, `type` is the hardware series.
    let kind = match table {
        "netgw" => schema.column(table, "n", &["type"], Some("'cmts'"))?,
        _ => "'cmts'".into(),
    };
    let alive = schema.alive(table, "n")?;
    let sql = format!(
        "SELECT n.id, {hostname}, {kind} FROM {table} n WHERE {alive} \
         ORDER BY n.id"
    );
    let (mut names, mut others) = (BTreeMap::new(), BTreeSet::new());
    db.query(table, &sql, &mut |row| {
        let Some(id) = row.number::<u32>(0) else { return Ok(()) };
        match row.text(2).trim() {
            "cmts" => drop(names.insert(id, row.text(1).into_owned())),
            _ => drop(others.insert(id)),
        }
        Ok(())
    })?;
    let table = if table == "netgw" { "netgw" } else { "cmts" };
    let owners = Owners { cmts: &names, others: &others };
    let mut pools = pools(db, owners, findings, rows)?;
    Ok(unique_names(names, table, findings)
        .into_iter()
        .map(|(id, name)| Cmts {
            id,
            name,
            pools: pools.remove(&id).unwrap_or_default(),
        })
        .collect())
}

/// Gives every CMTS a name that is printable and its own.
fn unique_names(
    names: BTreeMap<u32, String>,
    table: &'static str,
    findings: &mut Findings,
) -> BTreeMap<u32, String> {
    let mut taken: BTreeSet<String> = names.values().cloned().collect();
    let mut seen = BTreeSet::new();
    let mut out = BTreeMap::new();
    for (id, name) in names {
        let readable = !name.trim().is_empty()
            && !name.chars().any(|c| c.is_control() || c == '\u{fffd}');
        if readable && seen.insert(name.clone()) {
            out.insert(id, name);
            continue;
        }
        let (why, mut own) = if readable {
            ("is the name of another CMTS too", format!("{name}-{id}"))
        } else {
            ("is empty or not printable", format!("cmts-{id}"))
        };
        while !taken.insert(own.clone()) {
            own = format!("{own}-{id}");
        }
        let reason =
            format!("'{}' {why}: served as {own}", name.escape_debug());
        findings.warn(table, id, "hostname", reason);
        seen.insert(own.clone());
        out.insert(id, own);
    }
    out
}

/// What pools can belong to.
#[derive(Clone, Copy)]
struct Owners<'a> {
    cmts: &'a BTreeMap<u32, String>,
    /// Gateways of other access technologies: no pool of theirs is ours.
    others: &'a BTreeSet<u32>,
}

impl Owners<'_> {
    /// True if the pool's owner is a CMTS; a pool whose owner is not there is
    /// told.
    fn serve(self, pool: u32, owner: u32, findings: &mut Findings) -> bool {
        if self.cmts.contains_key(&owner) {
            return true;
        }
        if !self.others.contains(&owner) {
            let reason = format!(
                "its gateway {owner} is missing or deleted: pool not served"
            );
            findings.warn("ippool", pool, "netgw_id", reason);
        }
        false
    }
}

/// The usable pools of these CMTS, by CMTS id.
fn pools(
    db: &mut dyn Database,
    owners: Owners<'_>,
    findings: &mut Findings,
    rows: &mut usize,
) -> Result<BTreeMap<u32, Vec<Pool>>, SourceError> {
    let sql = query(db.schema())?;
    let mut nets: Vec<(u32, Net)> = Vec::new();
    let mut out: BTreeMap<u32, Vec<Pool>> = BTreeMap::new();
    db.query("ippool", &sql, &mut |row| {
        let (Some(id), Some(owner)) = (row.number(0), row.number::<u32>(1))
        else {
            return Ok(());
        };
        if !owners.serve(id, owner, findings) {
            return Ok(());
        }
        *rows += 1;
        let active = flag(row, 13, ("ippool", id, "active"))?;
        let pool = match pool(id, row, active, findings) {
            Ok(pool) => pool,
            Err((column, reason)) => {
                let reason = format!("{reason}: pool left out");
                findings.quarantine("ippool", id, column, reason);
                return Ok(());
            }
        };
        if let Some((other, _)) =
            nets.iter().find(|(_, net)| net.overlaps(pool.net))
        {
            let reason =
                format!("overlaps the net of pool {other}: pool left out");
            findings.quarantine("ippool", id, "net", reason);
            return Ok(());
        }
        nets.push((id, pool.net));
        out.entry(owner).or_default().push(pool);
        Ok(())
    })?;
    Ok(out)
}

/// The query for the pools of version 4.
fn query(schema: &Schema) -> Result<String, SourceError> {
    schema.first(&["ippool"])?;
    let column = |names: &[&str], fallback| {
        schema.column("ippool", "p", names, fallback)
    };
    let owner = column(&["netgw_id", "cmts_id"], None)?;
    let version = column(&["version"], Some("'4'"))?;
    // Later releases keep the prefix in `net`.
    let without_mask = (schema.release() == Release::Current).then_some("NULL");
    Ok(format!(
        "SELECT p.id, {owner}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, \
         {}, {} FROM ippool p WHERE {} AND {version} = '4' ORDER BY p.id",
        column(&["type"], None)?,
        column(&["net"], None)?,
        column(&["netmask"], without_mask)?,
        column(&["ip_pool_start"], None)?,
        column(&["ip_pool_end"], None)?,
        column(&["router_ip"], None)?,
        column(&["broadcast_ip"], Some("NULL"))?,
        column(&["dns1_ip"], Some("NULL"))?,
        column(&["dns2_ip"], Some("NULL"))?,
        column(&["dns3_ip"], Some("NULL"))?,
        column(&["optional"], Some("NULL"))?,
        column(&["active"], Some("1"))?,
        column(&["vendor_class_identifier"], Some("NULL"))?,
        schema.alive("ippool", "p")?,
    ))
}

/// A column and what is wrong with it.
type Fault = (&'static str, String);

/// An address of a pool row.
fn address(
    row: &Row,
    cell: usize,
    column: &'static str,
) -> Result<Ipv4Addr, Fault> {
    parse(row.text(cell).trim(), column)
}

/// An address; '/32', as PostgreSQL may write it, is no matter.
fn parse(text: &str, column: &'static str) -> Result<Ipv4Addr, Fault> {
    let plain = text.strip_suffix("/32").unwrap_or(text);
    plain.parse().map_err(|_| {
        let reason = match text {
            "" => "no address".to_string(),
            text => format!("'{}' is not an IPv4 address", text.escape_debug()),
        };
        (column, reason)
    })
}

/// The longest range that dhcpd is given: its memory for a pool grows with
/// every address.
const MOST_ADDRESSES: u64 = 1 << 22;

/// The net of a pool row: with a mask of its own, or with the prefix in the
/// same column as later releases have it.
fn net(row: &Row) -> Result<Net, Fault> {
    let text = row.text(3);
    let (address, prefix) = match text.trim().split_once('/') {
        Some((address, prefix)) => (address, Some(prefix)),
        None => (text.trim(), None),
    };
    let address = parse(address, "net")?;
    let given = row.text(4);
    let own = match (given.trim(), prefix) {
        ("", _) => None,
        (mask, _) => Some(match mask.strip_prefix('/') {
            Some(prefix) => mask_of(prefix, "netmask")?,
            None if mask.bytes().all(|b| b.is_ascii_digit()) => {
                mask_of(mask, "netmask")?
            }
            None => parse(mask, "netmask")?,
        }),
    };
    let written = prefix.map(|prefix| mask_of(prefix, "net")).transpose()?;
    let (mask, column) = match (written, own) {
        (Some(written), Some(own)) if written != own => {
            let reason = format!("{own} is not the mask of the net {text}");
            return Err(("netmask", reason));
        }
        (Some(mask), _) => (mask, "net"),
        (None, Some(mask)) => (mask, "netmask"),
        (None, None) => return Err(("netmask", "no address".into())),
    };
    Net::new(address, mask).map_err(|fault| match fault {
        NetFault::Mask => (column, format!("{mask} is not a netmask")),
        NetFault::HostBits => {
            ("net", format!("{address} has host bits outside the mask {mask}"))
        }
    })
}

/// The mask of a prefix length, 0 to 32.
fn mask_of(prefix: &str, column: &'static str) -> Result<Ipv4Addr, Fault> {
    let length: Option<u32> =
        prefix.parse().ok().filter(|length| *length <= 32);
    let Some(length) = length else {
        let prefix = prefix.escape_debug();
        return Err((column, format!("'/{prefix}' is not a prefix length")));
    };
    let bits = u32::MAX.checked_shl(32 - length).unwrap_or(0);
    Ok(Ipv4Addr::from_bits(bits))
}

/// The router of a pool: a device can only use one on its own net.
fn router(row: &Row, net: Net) -> Result<Ipv4Addr, Fault> {
    let router = address(row, 7, "router_ip")?;
    if router.is_unspecified() {
        return Err(("router_ip", format!("{router} is not a router address")));
    }
    if net.contains(router) {
        return Ok(router);
    }
    let net = format!("{}/{}", net.address, net.prefix());
    Err(("router_ip", format!("{router} lies outside the net {net}")))
}

/// Tells of a router that no device can use: the net's own address or its
/// broadcast address.
fn at_the_edge(router: Ipv4Addr, net: Net, id: u32, findings: &mut Findings) {
    let (first, last) = net.span();
    let what = match router.to_bits() {
        // On a line between two both are hosts (RFC 3021).
        _ if net.prefix() > 30 => return,
        at if at == first => "the network address",
        at if at == last => "the broadcast address",
        _ => return,
    };
    let reason = format!(
        "{router} is {what} of its net: devices cannot use it as a router"
    );
    findings.warn("ippool", id, "router_ip", reason);
}

/// The broadcast address of a pool, if it has one inside its net.
fn broadcast(
    row: &Row,
    net: Net,
    id: u32,
    findings: &mut Findings,
) -> Option<Ipv4Addr> {
    let address = optional_address(row, 8, "broadcast_ip", id, findings)?;
    if net.contains(address) {
        return Some(address);
    }
    let reason = format!(
        "{address} lies outside the net {}/{}: option left out",
        net.address,
        net.prefix()
    );
    findings.warn("ippool", id, "broadcast_ip", reason);
    None
}

/// What set-top boxes of the pool call themselves; '' for other pools.
fn vendor_class(row: &Row, kind: PoolType) -> Result<String, Fault> {
    if kind != PoolType::Stb {
        return Ok(String::new());
    }
    let text = row.text(14);
    let reason = match text.trim() {
        "" => "no identifier: nobody could use the pool",
        id if id.contains(|c: char| c.is_control() || c == '\u{fffd}') => {
            "not printable"
        }
        id => return Ok(id.to_string()),
    };
    Err(("vendor_class_identifier", reason.into()))
}

/// One pool, or what makes it unusable.
fn pool(
    id: u32,
    row: &Row,
    active: bool,
    findings: &mut Findings,
) -> Result<Pool, Fault> {
    let kind = PoolType::read(row.text(2).trim()).ok_or_else(|| {
        ("type", format!("'{}' is not a pool type", row.text(2).escape_debug()))
    })?;
    let vendor_class = vendor_class(row, kind)?;
    let net = net(row)?;
    let start = address(row, 5, "ip_pool_start")?;
    let end = address(row, 6, "ip_pool_end")?;
    for (ip, column) in [(start, "ip_pool_start"), (end, "ip_pool_end")] {
        if !net.contains(ip) {
            let net = format!("{}/{}", net.address, net.prefix());
            return Err((column, format!("{ip} lies outside the net {net}")));
        }
    }
    if start > end {
        let reason = format!("the start {start} lies after the end {end}");
        return Err(("ip_pool_start", reason));
    }
    let size = u64::from(end.to_bits() - start.to_bits()) + 1;
    if size > MOST_ADDRESSES {
        let reason = format!(
            "the range has {size} addresses, more than the {MOST_ADDRESSES} \
             that dhcpd can hold"
        );
        return Err(("ip_pool_end", reason));
    }
    let router = router(row, net)?;
    at_the_edge(router, net, id, findings);
    let broadcast = broadcast(row, net, id, findings);
    let mut option =
        |cell, column| optional_address(row, cell, column, id, findings);
    let dns = [(9, "dns1_ip"), (10, "dns2_ip"), (11, "dns3_ip")]
        .into_iter()
        .map(|(cell, column)| option(cell, column))
        .collect::<Vec<_>>()
        .into_iter()
        .flatten()
        .collect();
    Ok(Pool {
        id,
        kind,
        net,
        range: (start, end),
        router,
        broadcast,
        dns,
        optional: String::from_utf8_lossy(row.get(12).unwrap_or(b"")).into(),
        active,
        vendor_class,
        drain: None,
    })
}

/// An address that may be missing; a bad one is left out with a finding.
fn optional_address(
    row: &Row,
    cell: usize,
    column: &'static str,
    id: u32,
    findings: &mut Findings,
) -> Option<Ipv4Addr> {
    if row.text(cell).trim().is_empty() {
        return None;
    }
    address(row, cell, column)
        .map_err(|(column, reason)| {
            let reason = format!("{reason}: option left out");
            findings.warn("ippool", id, column, reason);
        })
        .ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_cmts_has_a_name_of_its_own() {
        let names = [(1, "a"), (2, "a"), (3, ""), (4, "a-2"), (5, "x\ny")];
        let names = names.map(|(id, n)| (id, n.to_string())).into();
        let mut findings = Findings::default();
        let got: Vec<String> =
            unique_names(names, "netgw", &mut findings).into_values().collect();
        assert_eq!(got, ["a", "a-2-2", "cmts-3", "a-2", "cmts-5"]);
        assert_eq!(findings.len(), 3);
    }
}
