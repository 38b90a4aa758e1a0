//! Pools, endpoints and gateways of IP version 6.

use std::collections::{BTreeMap, HashMap};
use std::net::Ipv6Addr;

use crate::model::mac::MacCell;
use crate::model::version6::{Delegation, Endpoint6, Gateway6, Pool6, Prefix};
use crate::model::{Cmts, Findings, Label, Mac, PoolType, Version6};
use crate::source::load::flags::flag;
use crate::source::schema::Release;
use crate::source::{Database, Row, SourceError};

/// Reads what DHCPv6 serves; `cmts` are the gateways.
pub fn load(
    db: &mut dyn Database,
    cmts: &[Cmts],
    findings: &mut Findings,
    rows: &mut usize,
) -> Result<Version6, SourceError> {
    let before = *rows;
    let mut pools = pools(db, cmts, findings, rows)?;
    let endpoints = endpoints(db, &pools, findings, rows)?;
    let gateways = gateways(db, findings)?;
    let gateway = |cmts: &Cmts| Gateway6 {
        id: cmts.id,
        pools: pools.remove(&cmts.id).unwrap_or_default(),
    };
    Ok(Version6 {
        read: true,
        used: *rows > before || gateways > 0,
        gateways: cmts.iter().map(gateway).collect(),
        endpoints,
    })
}

/// How many rows of version 6 there are, in words; None without any: they are
/// not served.
pub fn unserved(db: &mut dyn Database) -> Result<Option<String>, SourceError> {
    let mut counts = [0_u64; 2];
    for (table, count) in ["ippool", "endpoint"].into_iter().zip(&mut counts) {
        let schema = db.schema();
        if !schema.has_column(table, "version") {
            continue;
        }
        let alive = schema.alive(table, "t")?;
        let sql = format!(
            "SELECT COUNT(*) FROM {table} t WHERE {alive} AND t.version = '6'"
        );
        db.query("version", &sql, &mut |row| {
            *count = row.number(0).unwrap_or(0);
            Ok(())
        })?;
    }
    let [pools, endpoints] = counts;
    Ok((pools + endpoints > 0).then(|| {
        format!(
            "IP version 6 is not served (PROVHA__DHCP6=off): ippool has \
             {pools} and endpoint {endpoints} such rows; the files of \
             kea-dhcp6 are not made"
        )
    }))
}

/// How many gateways have an address of version 6.
fn gateways(
    db: &mut dyn Database,
    findings: &mut Findings,
) -> Result<usize, SourceError> {
    let schema = db.schema();
    if !schema.has_column("netgw", "ipv6") {
        return Ok(0);
    }
    let alive = schema.alive("netgw", "n")?;
    let sql = format!(
        "SELECT n.id, n.ipv6 FROM netgw n WHERE {alive} AND n.ipv6 IS NOT \
         NULL ORDER BY n.id"
    );
    let mut count = 0;
    db.query("netgw", &sql, &mut |row| {
        let text = row.text(1);
        if text.trim().is_empty() {
            return Ok(());
        }
        count += 1;
        if let (Some(id), Err((column, reason))) =
            (row.number(0), address(row, 1, "ipv6"))
        {
            findings.warn("netgw", id, column, reason);
        }
        Ok(())
    })?;
    Ok(count)
}

/// A column and what is wrong with it.
type Fault = (&'static str, String);

/// The usable pools by gateway.
type Pools = BTreeMap<u32, Vec<Pool6>>;

/// Reads the pools.
fn pools(
    db: &mut dyn Database,
    cmts: &[Cmts],
    findings: &mut Findings,
    rows: &mut usize,
) -> Result<Pools, SourceError> {
    let schema = db.schema();
    if !schema.has_column("ippool", "version") {
        return Ok(Pools::new());
    }
    let column = |names: &[&str], fallback| {
        schema.column("ippool", "p", names, fallback)
    };
    // Later releases keep the prefix in `net`.
    let mask = (schema.release() == Release::Current).then_some("NULL");
    let sql = format!(
        "SELECT p.id, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, \
         {}, {} FROM ippool p WHERE {} AND p.version = '6' ORDER BY p.id",
        column(&["netgw_id", "cmts_id"], None)?,
        column(&["type"], None)?,
        column(&["net"], None)?,
        column(&["netmask"], mask)?,
        column(&["ip_pool_start"], None)?,
        column(&["ip_pool_end"], None)?,
        column(&["router_ip"], None)?,
        column(&["dns1_ip"], Some("NULL"))?,
        column(&["dns2_ip"], Some("NULL"))?,
        column(&["dns3_ip"], Some("NULL"))?,
        column(&["prefix"], Some("NULL"))?,
        column(&["prefix_len"], Some("NULL"))?,
        column(&["delegated_len"], Some("NULL"))?,
        column(&["optional"], Some("NULL"))?,
        column(&["active"], Some("1"))?,
        schema.alive("ippool", "p")?,
    );
    let mut pools = Pools::new();
    let mut seen = Seen::default();
    db.query("ippool", &sql, &mut |row| {
        let Some(id) = row.number(0) else { return Ok(()) };
        *rows += 1;
        let owner = row.number::<u32>(1).unwrap_or(0);
        if cmts.binary_search_by_key(&owner, |cmts| cmts.id).is_err() {
            let reason = format!(
                "its gateway {owner} is missing, deleted or not a CMTS: pool \
                 not served"
            );
            findings.warn("ippool", id, "netgw_id", reason);
            return Ok(());
        }
        let active = flag(row, 15, ("ippool", id, "active"))?;
        match pool(id, row, active, findings)
            .and_then(|pool| seen.take(pool, owner, findings))
        {
            Ok(pool) => pools.entry(owner).or_default().push(pool),
            Err((column, reason)) => {
                let reason = format!("{reason}: pool left out");
                findings.quarantine("ippool", id, column, reason);
            }
        }
        Ok(())
    })?;
    seen.nets_in_delegations(&mut pools, findings);
    Ok(pools)
}

/// What the pools that were read before have: their lower ids keep it.
#[derive(Default)]
struct Seen {
    nets: Vec<(u32, Prefix)>,
    delegated: Vec<(u32, Prefix)>,
    /// By the relay's address: pool and gateway.
    relays: HashMap<Ipv6Addr, (u32, u32)>,
}

impl Seen {
    /// The pool, without what others have; an error: it cannot be served.
    fn take(
        &mut self,
        mut pool: Pool6,
        gateway: u32,
        findings: &mut Findings,
    ) -> Result<Pool6, Fault> {
        let other = |all: &[(u32, Prefix)], prefix: Prefix| {
            all.iter().find(|(_, p)| p.overlaps(prefix)).map(|(id, _)| *id)
        };
        if let Some(id) = other(&self.nets, pool.net) {
            return Err(("net", format!("overlaps the net of pool {id}")));
        }
        self.nets.push((pool.id, pool.net));
        let (first, owner) =
            *self.relays.entry(pool.router).or_insert((pool.id, gateway));
        if owner != gateway {
            let reason = format!(
                "{} is the relay of pool {first} of gateway {owner} too: no \
                 device gets an address of this pool",
                pool.router
            );
            findings.warn("ippool", pool.id, "router_ip", reason);
        }
        if let Some(given) = pool.delegation {
            match other(&self.delegated, given.from) {
                Some(id) => {
                    let reason = format!(
                        "{} overlaps what pool {id} delegates: no prefixes \
                         are delegated",
                        given.from
                    );
                    findings.warn("ippool", pool.id, "prefix", reason);
                    pool.delegation = None;
                }
                None => self.delegated.push((pool.id, given.from)),
            }
        }
        Ok(pool)
    }

    /// Takes away delegations that hold the net of a pool: a customer would
    /// get a prefix that is in use.
    fn nets_in_delegations(&self, pools: &mut Pools, findings: &mut Findings) {
        for pool in pools.values_mut().flatten() {
            let Some(given) = pool.delegation else { continue };
            let net = self.nets.iter().find(|(_, n)| n.overlaps(given.from));
            if let Some((id, net)) = net {
                let reason = format!(
                    "{} holds the net {net} of pool {id}: no prefixes are \
                     delegated",
                    given.from
                );
                findings.warn("ippool", pool.id, "prefix", reason);
                pool.delegation = None;
            }
        }
    }
}

/// An address of a row; '/128', as PostgreSQL may write it, is no matter.
fn address(
    row: &Row,
    cell: usize,
    column: &'static str,
) -> Result<Ipv6Addr, Fault> {
    let text = row.text(cell);
    let text = text.trim();
    text.strip_suffix("/128").unwrap_or(text).parse().map_err(|_| {
        let reason = match text {
            "" => "no address".to_string(),
            text => format!("'{}' is not an IPv6 address", text.escape_debug()),
        };
        (column, reason)
    })
}

/// A prefix length: `64` or `/64`.
fn length(text: &str, column: &'static str) -> Result<u8, Fault> {
    let digits = text.trim();
    let digits = digits.strip_prefix('/').unwrap_or(digits);
    let plain = digits.bytes().all(|b| b.is_ascii_digit());
    let length: Option<u8> = digits.parse().ok().filter(|_| plain);
    length.filter(|length| (1..=128).contains(length)).ok_or_else(|| {
        let text = text.escape_debug();
        (column, format!("'{text}' is not a prefix length"))
    })
}

/// A prefix of an address and a length that may stand in the same column.
fn prefix(
    (text, column): (&str, &'static str),
    (own, own_column): (&str, &'static str),
) -> Result<Prefix, Fault> {
    let (ip, written) = match text.trim().split_once('/') {
        Some((ip, written)) => (ip, Some(length(written, column)?)),
        None => (text.trim(), None),
    };
    let ip: Ipv6Addr = ip.parse().map_err(|_| match ip {
        "" => (column, "no address".to_string()),
        ip => {
            let ip = ip.escape_debug();
            (column, format!("'{ip}' is not an IPv6 address"))
        }
    })?;
    let own = (!own.trim().is_empty()).then(|| length(own, own_column));
    let length = match (written, own.transpose()?) {
        (Some(written), Some(own)) if written != own => {
            let reason = format!("/{own} is not the length of {text}");
            return Err((own_column, reason));
        }
        (Some(length), _) | (None, Some(length)) => length,
        (None, None) => return Err((own_column, "no prefix length".into())),
    };
    Prefix::new(ip, length).ok_or_else(|| {
        (column, format!("{ip} has host bits outside its /{length}"))
    })
}

/// Whether it is an address of a machine that others reach: no group, no
/// loopback, none that holds on one link only (RFC 4291 section 2.4).
fn is_host(ip: Ipv6Addr) -> bool {
    let link = ip.segments()[0] & 0xffc0 == 0xfe80;
    !(ip.is_unspecified() || ip.is_loopback() || ip.is_multicast() || link)
}

/// One pool, or what makes it unusable.
fn pool(
    id: u32,
    row: &Row,
    active: bool,
    findings: &mut Findings,
) -> Result<Pool6, Fault> {
    if PoolType::read(row.text(2).trim()).is_none() {
        let text = row.text(2);
        let text = text.escape_debug();
        return Err(("type", format!("'{text}' is not a pool type")));
    }
    let net = prefix((&row.text(3), "net"), (&row.text(4), "netmask"))?;
    let start = address(row, 5, "ip_pool_start")?;
    let end = address(row, 6, "ip_pool_end")?;
    for (ip, column) in [(start, "ip_pool_start"), (end, "ip_pool_end")] {
        if !net.contains(ip) {
            return Err((column, format!("{ip} lies outside the net {net}")));
        }
    }
    if start > end {
        let reason = format!("the start {start} lies after the end {end}");
        return Err(("ip_pool_start", reason));
    }
    let router = address(row, 7, "router_ip")?;
    if !is_host(router) {
        let reason = format!("{router} is not the address of a relay");
        return Err(("router_ip", reason));
    }
    let dns = [(8, "dns1_ip"), (9, "dns2_ip"), (10, "dns3_ip")];
    let dns = dns.into_iter().filter(|(cell, _)| !is_empty(row, *cell));
    let dns: Vec<Ipv6Addr> = dns
        .filter_map(|(cell, column)| match address(row, cell, column) {
            Ok(ip) => Some(ip),
            Err((column, reason)) => {
                let reason = format!("{reason}: option left out");
                findings.warn("ippool", id, column, reason);
                None
            }
        })
        .collect();
    let delegation = delegation(row).unwrap_or_else(|(column, reason)| {
        let reason = format!("{reason}: no prefixes are delegated");
        findings.warn("ippool", id, column, reason);
        None
    });
    let optional = String::from_utf8_lossy(row.get(14).unwrap_or(b"")).into();
    let range = (start, end);
    let pool =
        Pool6 { id, net, range, router, dns, delegation, optional, active };
    cut_out(&pool, findings);
    Ok(pool)
}

/// Whether a cell holds nothing.
fn is_empty(row: &Row, cell: usize) -> bool {
    row.text(cell).trim().is_empty()
}

/// Tells of the pool's own addresses in its range.
fn cut_out(pool: &Pool6, findings: &mut Findings) {
    let (first, last) = pool.range;
    for (ip, what) in pool.reserved() {
        if !(first..=last).contains(&ip) {
            continue;
        }
        let column = if ip == last { "ip_pool_end" } else { "ip_pool_start" };
        let reason = format!("the range holds {ip}, {what}: cut out");
        findings.warn("ippool", pool.id, column, reason);
    }
}

/// What a pool delegates; None: nothing.
fn delegation(row: &Row) -> Result<Option<Delegation>, Fault> {
    if [11, 12, 13].into_iter().all(|cell| is_empty(row, cell)) {
        return Ok(None);
    }
    let from =
        prefix((&row.text(11), "prefix"), (&row.text(12), "prefix_len"))?;
    let length = length(&row.text(13), "delegated_len")?;
    if length < from.length {
        let reason = format!("/{length} is longer than all of {from}");
        return Err(("delegated_len", reason));
    }
    Ok(Some(Delegation { from, length }))
}

/// Reads the endpoints that have an address.
fn endpoints(
    db: &mut dyn Database,
    pools: &Pools,
    findings: &mut Findings,
    rows: &mut usize,
) -> Result<Vec<Endpoint6>, SourceError> {
    let schema = db.schema();
    if !schema.has_column("endpoint", "version") {
        return Ok(Vec::new());
    }
    let column = |name, fallback| {
        schema.column("endpoint", "e", &[name], Some(fallback))
    };
    let modem = schema.column("modem", "m", &["deleted_at"], None)?;
    let sql = format!(
        "SELECT e.id, e.hostname, e.mac, {}, {}, {}, m.id, {modem} FROM \
         endpoint e LEFT JOIN modem m ON m.id = {} WHERE {} AND e.version = \
         '6' ORDER BY e.id",
        column("ip", "NULL")?,
        column("prefix", "NULL")?,
        column("fixed_ip", "1")?,
        column("modem_id", "NULL")?,
        schema.alive("endpoint", "e")?,
    );
    let mut claims = Claims::new(pools);
    let mut out = Vec::new();
    db.query("endpoint", &sql, &mut |row| {
        let Some(id) = row.number(0) else { return Ok(()) };
        *rows += 1;
        let named = flag(row, 5, ("endpoint", id, "fixed_ip"))?;
        // It gets an address of a pool: no reservation is needed.
        if is_empty(row, 3) {
            return Ok(());
        }
        match endpoint(id, row, named, findings)
            .and_then(|endpoint| claims.take(endpoint, findings))
        {
            Ok(Some(endpoint)) => out.push(endpoint),
            Ok(None) => {}
            Err((column, reason)) => {
                let reason = format!("{reason}: endpoint left out");
                findings.quarantine("endpoint", id, column, reason);
            }
        }
        Ok(())
    })?;
    Ok(out)
}

/// One endpoint, or the column that makes it unusable.
fn endpoint(
    id: u32,
    row: &Row,
    named: bool,
    findings: &mut Findings,
) -> Result<Endpoint6, Fault> {
    let text = row.text(2);
    let mac = match Mac::read(&text) {
        MacCell::Valid { mac, normalised } => {
            if normalised {
                let reason = format!("'{}' read as {mac}", text.escape_debug());
                findings.warn("endpoint", id, "mac", reason);
            }
            mac
        }
        MacCell::Absent => {
            let reason = "no MAC address, by which DHCPv6 would know it";
            return Err(("mac", reason.into()));
        }
        MacCell::Malformed => {
            let text = text.escape_debug();
            return Err(("mac", format!("'{text}' is not a MAC address")));
        }
    };
    let name = row.text(1);
    let name = Label::read(&name).ok_or_else(|| {
        let name = name.escape_debug();
        ("hostname", format!("'{name}' is not a host name"))
    })?;
    let ip = address(row, 3, "ip")?;
    if !is_host(ip) {
        return Err(("ip", format!("{ip} is not the address of a device")));
    }
    let text = row.text(4);
    let given = (!text.trim().is_empty())
        .then(|| prefix((&text, "prefix"), ("", "prefix")));
    let prefix = given.transpose().unwrap_or_else(|(column, reason)| {
        let reason = format!("{reason}: it gets no prefix of its own");
        findings.warn("endpoint", id, column, reason);
        None
    });
    if row.get(6).is_none() || row.get(7).is_some() {
        let reason = "its modem is missing or deleted; still served";
        findings.warn("endpoint", id, "modem_id", reason);
    }
    Ok(Endpoint6 { id, name, mac, address: ip, prefix, pool: 0, named })
}

/// What the endpoints that were read before have.
struct Claims<'a> {
    /// The pools, ascending by their nets, which do not overlap.
    pools: Vec<&'a Pool6>,
    macs: HashMap<u64, u32>,
    addresses: HashMap<Ipv6Addr, u32>,
    names: HashMap<String, u32>,
    /// By their first address: prefix and endpoint; none overlaps another.
    prefixes: BTreeMap<u128, (Prefix, u32)>,
}

impl<'a> Claims<'a> {
    /// No claims yet.
    fn new(pools: &'a Pools) -> Self {
        let mut pools: Vec<&Pool6> = pools.values().flatten().collect();
        pools.sort_unstable_by_key(|pool| pool.net.address);
        Self {
            pools,
            macs: HashMap::new(),
            addresses: HashMap::new(),
            names: HashMap::new(),
            prefixes: BTreeMap::new(),
        }
    }

    /// The endpoint in its pool, without what others have; None: told.
    fn take(
        &mut self,
        mut endpoint: Endpoint6,
        findings: &mut Findings,
    ) -> Result<Option<Endpoint6>, Fault> {
        let (id, ip) = (endpoint.id, endpoint.address);
        let after = self.pools.partition_point(|pool| pool.net.address <= ip);
        let pool = self.pools[..after].last();
        let Some(pool) = pool.filter(|pool| pool.net.contains(ip)) else {
            let reason = format!(
                "{ip} lies in the net of no pool that is served: the endpoint \
                 gets another address"
            );
            findings.warn("endpoint", id, "ip", reason);
            return Ok(None);
        };
        endpoint.pool = pool.id;
        if let Some((_, what)) = pool.reserved().iter().find(|r| r.0 == ip) {
            return Err(("ip", format!("{ip} is {what} of pool {}", pool.id)));
        }
        let mac = endpoint.mac;
        let owner = *self.macs.entry(mac.number()).or_insert(id);
        if owner != id {
            let reason =
                format!("duplicate MAC {mac}: endpoint {owner} keeps it");
            return Err(("mac", reason));
        }
        let owner = *self.addresses.entry(ip).or_insert(id);
        if owner != id {
            let reason = format!("{ip} is the address of endpoint {owner} too");
            return Err(("ip", reason));
        }
        let owner = *self.names.entry(endpoint.name.key()).or_insert(id);
        if owner != id {
            let reason = format!(
                "'{}' is the name of endpoint {owner} too: no name in DNS",
                endpoint.name
            );
            findings.warn("endpoint", id, "hostname", reason);
            endpoint.named = false;
        }
        if let Some(prefix) = endpoint.prefix {
            self.take_prefix(&mut endpoint, prefix, findings);
        }
        Ok(Some(endpoint))
    }

    /// Gives a prefix to one endpoint, and none that is the net of a pool.
    fn take_prefix(
        &mut self,
        endpoint: &mut Endpoint6,
        prefix: Prefix,
        findings: &mut Findings,
    ) {
        let first = prefix.address.to_bits();
        let before = self.prefixes.range(..=first).next_back();
        let after = self.prefixes.range(first..).next();
        let mut near = before.into_iter().chain(after).map(|(_, near)| near);
        let taken = near.find(|(other, _)| other.overlaps(prefix));
        let net = self.pools.iter().find(|pool| pool.net.overlaps(prefix));
        let why = match (taken, net) {
            (Some((_, owner)), _) => {
                format!("overlaps that of endpoint {owner}")
            }
            (None, Some(pool)) => {
                format!("overlaps the net of pool {}", pool.id)
            }
            (None, None) => {
                let _ = self.prefixes.insert(first, (prefix, endpoint.id));
                return;
            }
        };
        let reason = format!("{prefix} {why}: it gets no prefix of its own");
        findings.warn("endpoint", endpoint.id, "prefix", reason);
        endpoint.prefix = None;
    }
}
