//! The guard rails of DHCPv6: what the live files of Kea serve and a new
//! network does not.

use std::collections::HashSet;
use std::net::Ipv6Addr;

use serde_json::Value;

use crate::cli::Guard;
use crate::context::Context;
use crate::guard::losses::{Losses, is_over};
use crate::isc_dhcp::kea_leases::{self, Lease6};
use crate::isc_dhcp::kea_text;
use crate::model::version6::{Pool6, Prefix, Version6};
use crate::render::kea::{self as render, DIR};
use crate::system::files::{self, Doing};

/// How many leases of a pool are named.
const NAMED: usize = 5;

/// First and last of the addresses that are given out, or of the prefixes.
type Range = (u128, u128);

/// A subnet of the live files.
struct Subnet {
    net: String,
    /// Ranges of addresses.
    ranges: Vec<Range>,
    /// What prefixes are delegated from.
    prefixes: Vec<Range>,
    /// Hardware addresses with a reservation, in lower case.
    hosts: Vec<String>,
}

/// Adds what a network takes away from what is live.
///
/// # Errors
/// The lease file cannot be read.
pub fn check(
    context: &Context<'_>,
    v6: &Version6,
    losses: &mut Losses,
) -> anyhow::Result<()> {
    if context.settings.text("PROVHA__DHCP6") == "off" {
        return Ok(());
    }
    let before = live(context);
    let kept: HashSet<String> =
        v6.endpoints.iter().map(|e| e.mac.lower().to_string()).collect();
    let hosts: HashSet<&String> =
        before.iter().flat_map(|s| &s.hosts).collect();
    let mut gone: Vec<String> = hosts
        .iter()
        .filter(|host| !kept.contains(**host))
        .map(|host| (*host).clone())
        .collect();
    gone.sort_unstable();
    let what = "live DHCPv6 reservations would be dropped";
    losses.add_as(context, Guard::Endpoints, gone, (hosts.len(), what));
    let gives = |net: &str| {
        let mut pools = v6.pools().filter(|pool| pool.net.to_string() == net);
        pools
            .any(|pool| !pool.ranges().is_empty() || pool.delegates().is_some())
    };
    let gave = |s: &&Subnet| !(s.ranges.is_empty() && s.prefixes.is_empty());
    let giving: Vec<&Subnet> = before.iter().filter(gave).collect();
    let lost = giving.iter().filter(|s| !gives(&s.net));
    let lost = lost.map(|subnet| subnet.net.clone()).collect();
    let what = "DHCPv6 pools would vanish or give nothing out";
    losses.add_as(context, Guard::Pools, lost, (giving.len(), what));
    leases(context, v6, &giving, losses)
}

/// The subnets of the live files; none where they are not ours.
fn live(context: &Context<'_>) -> Vec<Subnet> {
    let dir = context.settings.root().at(DIR);
    let text = |name: &str| files::read_text(&dir.join(name)).ok();
    let read = |path: &str| render::included(path, &text);
    let list = format!("[ <?include \"{}\"?> ]", render::list_path());
    let text = kea_text::expand(&list, &read);
    let networks: Value = serde_json::from_str(&text).unwrap_or_default();
    let of = |value: &Value, name: &str| {
        value[name].as_array().cloned().unwrap_or_default()
    };
    let all = networks.as_array().cloned().unwrap_or_default();
    let subnets = all.iter().flat_map(|network| of(network, "subnet6"));
    subnets
        .map(|subnet| Subnet {
            net: text_of(&subnet, "subnet"),
            ranges: of(&subnet, "pools").iter().filter_map(range).collect(),
            prefixes: of(&subnet, "pd-pools")
                .iter()
                .filter_map(delegated)
                .collect(),
            hosts: of(&subnet, "reservations")
                .iter()
                .map(|host| text_of(host, "hw-address"))
                .collect(),
        })
        .collect()
}

/// A member that is a text, in lower case.
fn text_of(value: &Value, name: &str) -> String {
    value[name].as_str().unwrap_or_default().to_ascii_lowercase()
}

/// The range of a pool.
fn range(pool: &Value) -> Option<Range> {
    let text = text_of(pool, "pool");
    let bits =
        |text: &str| Some(text.trim().parse::<Ipv6Addr>().ok()?.to_bits());
    let (first, last) = text.split_once('-')?;
    Some((bits(first)?, bits(last)?))
}

/// What a pool of prefixes is taken from.
fn delegated(pool: &Value) -> Option<Range> {
    let length = u8::try_from(pool["prefix-len"].as_u64()?).ok()?;
    let address = text_of(pool, "prefix").parse().ok()?;
    Some(ends(Prefix::new(address, length)?))
}

/// The first and the last address of a prefix.
fn ends(prefix: Prefix) -> Range {
    let first = prefix.address.to_bits();
    let host = 128 - u32::from(prefix.length);
    (first, first | 1_u128.checked_shl(host).map_or(u128::MAX, |bit| bit - 1))
}

/// Whether one of the ranges holds all of another.
fn holds(ranges: &[Range], (first, last): Range) -> bool {
    ranges.iter().any(|(a, b)| *a <= first && last <= *b)
}

/// Adds the pools that would lose too many of their active leases.
///
/// The lease file is read only where a range has shrunk.
fn leases(
    context: &Context<'_>,
    v6: &Version6,
    before: &[&Subnet],
    losses: &mut Losses,
) -> anyhow::Result<()> {
    let ip = |ip: Ipv6Addr| (ip.to_bits(), ip.to_bits());
    let ranges: Vec<Range> = v6
        .pools()
        .flat_map(Pool6::ranges)
        .map(|(a, b)| (a.to_bits(), b.to_bits()))
        .collect();
    let prefixes: Vec<Range> = v6
        .pools()
        .filter_map(|pool| Some(ends(pool.delegates()?.from)))
        .collect();
    let shrunk = before.iter().filter(|subnet| {
        !subnet.ranges.iter().all(|range| holds(&ranges, *range))
            || !subnet.prefixes.iter().all(|range| holds(&prefixes, *range))
    });
    let shrunk: Vec<&&Subnet> = shrunk.collect();
    if shrunk.is_empty() {
        return Ok(());
    }
    let path = context.settings.path("PROVHA__KEA_LEASES");
    let active = kea_leases::active(&path, crate::env::now());
    let active = active.doing("read the lease file", &path)?;
    let reserved: HashSet<u128> = v6
        .endpoints
        .iter()
        .flat_map(|e| [Some(e.address), e.prefix.map(|p| p.address)])
        .flatten()
        .map(Ipv6Addr::to_bits)
        .collect();
    let stays = |lease: &Lease6| {
        let of = if lease.length == 128 { &ranges } else { &prefixes };
        holds(of, ip(lease.address))
            || reserved.contains(&lease.address.to_bits())
    };
    let mut lines = Vec::new();
    for subnet in shrunk {
        let of = |lease: &&Lease6| match lease.length {
            128 => holds(&subnet.ranges, ip(lease.address)),
            _ => holds(&subnet.prefixes, ip(lease.address)),
        };
        let own: Vec<&Lease6> = active.iter().filter(of).collect();
        let lost: Vec<&Lease6> =
            own.iter().copied().filter(|lease| !stays(lease)).collect();
        let all = lost.len() == own.len();
        let over = is_over(context, Guard::Leases, lost.len(), own.len());
        if !lost.is_empty() && (all || over) {
            lines.push(line(&subnet.net, &lost, own.len()));
        }
    }
    let text =
        format!("{} DHCPv6 pools would lose their active leases", lines.len());
    losses.add_found(context, Guard::Leases, lines, text);
    Ok(())
}

/// The words about one pool.
fn line(net: &str, lost: &[&Lease6], of: usize) -> String {
    let named = lost.iter().take(NAMED).map(|lease| match lease.length {
        128 => lease.address.to_string(),
        length => format!("{}/{length}", lease.address),
    });
    let named: Vec<String> = named.collect();
    let more = if lost.len() > NAMED { ", …" } else { "" };
    format!(
        "the pool {net} would lose {} of its {of} active leases: {}{more}",
        lost.len(),
        named.join(", ")
    )
}
