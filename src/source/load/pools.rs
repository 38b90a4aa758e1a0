//! CMTS and their pools.

use std::collections::{BTreeMap, BTreeSet};
use std::net::Ipv4Addr;

use crate::model::pool::{Net, NetFault};
use crate::model::{Cmts, Findings, Pool, PoolType};
use crate::source::{Database, Row, SourceError};

/// All fixed addresses of alive endpoints, sorted, each once: they are cut
/// out of the public pools.
pub fn fixed_addresses(
    db: &mut dyn Database,
) -> Result<Vec<Ipv4Addr>, SourceError> {
    let schema = db.schema();
    let _ = schema.first(&["endpoint"])?;
    let ip = schema.column("endpoint", "e", &["ip"], Some("NULL"))?;
    let fixed = schema.column("endpoint", "e", &["fixed_ip"], Some("1"))?;
    let alive = schema.alive("endpoint", "e");
    let sql = format!(
        "SELECT {ip} FROM endpoint e WHERE {alive} AND {fixed} <> 0 \
         AND {ip} IS NOT NULL"
    );
    let mut all = BTreeSet::new();
    db.query("endpoint", &sql, &mut |row| {
        all.extend(row.text(0).trim().parse::<Ipv4Addr>().ok());
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
    let alive = schema.alive(table, "n");
    let sql = format!(
        "SELECT n.id, {hostname} FROM {table} n \
         WHERE {alive} AND {kind} = 'cmts' ORDER BY n.id"
    );
    let mut names = BTreeMap::new();
    db.query(table, &sql, &mut |row| {
        if let Some(id) = row.number::<u32>(0) {
            names.insert(id, row.text(1).into_owned());
        }
        Ok(())
    })?;
    let table = if table == "netgw" { "netgw" } else { "cmts" };
    let mut pools = pools(db, &names, findings, rows)?;
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

/// The usable pools of these CMTS, by CMTS id.
fn pools(
    db: &mut dyn Database,
    cmts: &BTreeMap<u32, String>,
    findings: &mut Findings,
    rows: &mut usize,
) -> Result<BTreeMap<u32, Vec<Pool>>, SourceError> {
    let schema = db.schema();
    schema.first(&["ippool"])?;
    let column = |names: &[&str], fallback| {
        schema.column("ippool", "p", names, fallback)
    };
    let owner = column(&["netgw_id", "cmts_id"], None)?;
    let version = column(&["version"], Some("'4'"))?;
    let sql = format!(
        "SELECT p.id, {owner}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {} \
         FROM ippool p WHERE {} AND {version} = '4' ORDER BY p.id",
        column(&["type"], None)?,
        column(&["net"], None)?,
        column(&["netmask"], None)?,
        column(&["ip_pool_start"], None)?,
        column(&["ip_pool_end"], None)?,
        column(&["router_ip"], None)?,
        column(&["broadcast_ip"], Some("NULL"))?,
        column(&["dns1_ip"], Some("NULL"))?,
        column(&["dns2_ip"], Some("NULL"))?,
        column(&["dns3_ip"], Some("NULL"))?,
        column(&["optional"], Some("NULL"))?,
        column(&["active"], Some("1"))?,
        schema.alive("ippool", "p"),
    );
    let mut nets: Vec<(u32, Net)> = Vec::new();
    let mut out: BTreeMap<u32, Vec<Pool>> = BTreeMap::new();
    db.query("ippool", &sql, &mut |row| {
        let (Some(id), Some(owner)) = (row.number(0), row.number::<u32>(1))
        else {
            return Ok(());
        };
        if !cmts.contains_key(&owner) {
            return Ok(());
        }
        *rows += 1;
        let pool = match pool(id, row, findings) {
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

/// A column and what is wrong with it.
type Fault = (&'static str, String);

/// An address of a pool row.
fn address(
    row: &Row,
    cell: usize,
    column: &'static str,
) -> Result<Ipv4Addr, Fault> {
    let text = row.text(cell);
    text.trim().parse().map_err(|_| {
        let reason = match text.trim() {
            "" => "no address".to_string(),
            text => format!("'{}' is no IPv4 address", text.escape_debug()),
        };
        (column, reason)
    })
}

/// One pool, or what makes it unusable.
fn pool(id: u32, row: &Row, findings: &mut Findings) -> Result<Pool, Fault> {
    let kind = PoolType::read(row.text(2).trim()).ok_or_else(|| {
        ("type", format!("'{}' is no pool type", row.text(2).escape_debug()))
    })?;
    let (net, mask) = (address(row, 3, "net")?, address(row, 4, "netmask")?);
    let net = Net::new(net, mask).map_err(|fault| match fault {
        NetFault::Mask => ("netmask", format!("{mask} is no netmask")),
        NetFault::HostBits => {
            ("net", format!("{net} has host bits outside the mask {mask}"))
        }
    })?;
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
    let router = address(row, 7, "router_ip")?;
    if router.is_unspecified() {
        return Err(("router_ip", format!("{router} is no router")));
    }
    let mut option =
        |cell, column| optional_address(row, cell, column, id, findings);
    let broadcast = option(8, "broadcast_ip");
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
        active: row.flag(13),
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
