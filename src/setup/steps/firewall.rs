//! The firewall: what belongs to the pair is open to the pair alone.

use std::net::Ipv4Addr;

use crate::setup::facts::Facts;
use crate::setup::step::{Change, State, Step};
use crate::setup::text;
use crate::setup::wish::Wish;

const NAME: &str = "firewall";
const WHY: &str = "failover, OMAPI and the database are for the pair alone: \
                   who reaches OMAPI can stop the service";
const NFT: &str = "/etc/provha/firewall.nft";
const NFT_MAIN: &str = "/etc/nftables.conf";
const FIREWALLD: &str = "/etc/firewalld";
const FIREWALLD_CONF: &str = "/etc/firewalld/firewalld.conf";
const SERVICE: &str = "/etc/firewalld/services/provha.xml";

/// Ports of the database cluster (MariaDB, Galera's replication, IST, SST).
const GALERA: [u16; 4] = [3306, 4567, 4568, 4444];
/// Ports that everybody's devices need: protocol, port.
const SERVED: [(&str, u16); 6] = [
    ("udp", 67),
    ("udp", 53),
    ("tcp", 53),
    ("udp", 69),
    ("udp", 37),
    ("udp", 123),
];

/// The zone file of firewalld's default zone.
fn zone(name: &str) -> String {
    format!("/etc/firewalld/zones/{name}.xml")
}

/// The paths that it looks at.
pub fn paths() -> Vec<String> {
    let mut paths: Vec<String> =
        [NFT, NFT_MAIN, FIREWALLD, FIREWALLD_CONF, SERVICE]
            .map(str::to_string)
            .to_vec();
    for name in ["public", "internal", "work", "trusted", "home", "dmz"] {
        paths.push(zone(name));
        paths.push(format!("/usr/lib/firewalld/zones/{name}.xml"));
    }
    paths
}

/// The port numbers of the pair, of which only TCP is used.
fn of_pair(wish: &Wish) -> Vec<u16> {
    let number = |key: &str| wish.key(key).parse().ok();
    let dhcp = [
        number("PROVHA__FAILOVER_PORT"),
        number("PROVHA__FAILOVER_PEER_PORT"),
        number("PROVHA__OMAPI_PORT"),
    ];
    let mut ports: Vec<u16> = dhcp.into_iter().flatten().collect();
    ports.extend(GALERA);
    if matches!(wish.key("DB_CONNECTION"), "pgsql" | "postgres" | "postgresql")
    {
        ports.push(5432);
    }
    let mut seen = std::collections::HashSet::new();
    ports.retain(|port| seen.insert(*port));
    ports
}

/// The SSH port of this machine.
fn ssh(wish: &Wish) -> u16 {
    wish.key("SLAVE_SSH_PORT").parse().unwrap_or(22)
}

/// Who belongs to the pair: the peer, the nodes of the database, and whom
/// the settings name.
fn peers(wish: &Wish) -> Vec<String> {
    let mut out: Vec<String> =
        wish.peer.iter().map(ToString::to_string).collect();
    let lists = [
        wish.key("DB_HOST"),
        wish.key("GALERA_PEER_HOSTS"),
        wish.key("CLUSTER_FS_PEER_HOSTS"),
        wish.key("PROVHA__FIREWALL_TRUSTED"),
    ];
    for word in lists.iter().flat_map(|list| list.split(',')) {
        let word = word.trim();
        let host = word.split_once('/').map_or(word, |(host, _)| host);
        let ip = host.parse::<Ipv4Addr>().ok();
        let other = ip.is_some_and(|ip| !ip.is_loopback());
        if other && wish.own != ip && !out.iter().any(|o| o == word) {
            out.push(word.into());
        }
    }
    out
}

/// A set of nftables.
fn set(name: &str, elements: &[String]) -> String {
    let mut text = format!(
        "\tset {name} {{\n\t\ttype ipv4_addr\n\t\tflags interval\n\
         \t\tauto-merge\n"
    );
    if !elements.is_empty() {
        let list = elements.join(",\n\t\t\t");
        text += &format!("\t\telements = {{ {list} }}\n");
    }
    text + "\t}\n"
}

/// Our table of nftables. It only closes: what another table drops stays
/// closed.
fn nft(wish: &Wish) -> String {
    let list = |ports: &[u16]| {
        ports.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ")
    };
    let pair = list(&of_pair(wish));
    let ssh = ssh(wish);
    let customers = wish.customers.clone().unwrap_or_default();
    let unknown = match wish.customers {
        Some(_) => "",
        None => "# The database was not asked: no customer nets are known.\n",
    };
    format!(
        "#!/usr/sbin/nft -f\n# made by provha setup; load it with: nft -f {NFT}\n\
         {unknown}table inet provha\ndelete table inet provha\n\
         table inet provha {{\n{}{}{}\
         \tchain input {{\n\
         \t\ttype filter hook input priority -5; policy accept;\n\
         \t\tiifname \"lo\" accept\n\
         \t\tip saddr @provha_peers accept\n\
         \t\t# failover, OMAPI, the database: the pair alone\n\
         \t\ttcp dport {{ {pair} }} drop\n\t\tudp dport 4567 drop\n\
         \t\t# customers: DHCP, DNS and the time, but not what devices load\n\
         \t\tip saddr @provha_devices udp dport {{ 53, 67, 69, 37, 123, 514 }} accept\n\
         \t\tip saddr @provha_customers tcp dport {{ {ssh}, 514 }} drop\n\
         \t\tip saddr @provha_customers udp dport {{ 69, 514 }} drop\n\
         \t}}\n}}\n",
        set("provha_peers", &peers(wish)),
        set("provha_customers", &customers),
        set("provha_devices", &wish.devices),
    )
}

/// firewalld's service: what devices need.
fn service() -> String {
    let line = |(protocol, port): &(&str, u16)| {
        format!("  <port port=\"{port}\" protocol=\"{protocol}\"/>\n")
    };
    let ports = SERVED.iter().map(line).collect::<Vec<_>>().concat();
    format!(
        "<?xml version=\"1.0\" encoding=\"utf-8\"?>\n<service>\n  \
         <short>provha</short>\n  <description>DHCP, DNS, TFTP and time for \
         cable devices</description>\n{ports}</service>\n"
    )
}

/// The rich rules: the pair's ports, from the pair.
fn rich_rules(wish: &Wish) -> Vec<String> {
    let mut ports: Vec<(u16, &str)> =
        of_pair(wish).into_iter().map(|port| (port, "tcp")).collect();
    ports.extend([(4567, "udp"), (514, "udp"), (ssh(wish), "tcp")]);
    let rule = |address: &String, (port, protocol): (u16, &str)| {
        format!(
            "  <rule family=\"ipv4\">\n    <source address=\"{address}\"/>\n    \
             <port port=\"{port}\" protocol=\"{protocol}\"/>\n    \
             <accept/>\n  </rule>\n"
        )
    };
    let peers = peers(wish);
    let of_peer = |address| ports.iter().map(move |p| rule(address, *p));
    peers.iter().flat_map(of_peer).collect()
}

/// A zone with our service and rules, those that it has not yet.
fn with_rules(zone: &str, wish: &Wish) -> String {
    let bare = |text: &str| -> String {
        text.chars().filter(|c| !c.is_whitespace()).collect()
    };
    let there = bare(zone);
    let mut wanted = vec!["  <service name=\"provha\"/>\n".to_string()];
    wanted.extend(rich_rules(wish));
    let new: String = wanted
        .into_iter()
        .filter(|rule| !there.contains(&bare(rule)))
        .collect();
    match zone.rfind("</zone>") {
        Some(at) => format!("{}{new}{}", &zone[..at], &zone[at..]),
        None => format!(
            "<?xml version=\"1.0\" encoding=\"utf-8\"?>\n<zone>\n  \
             <short>Public</short>\n  <service name=\"ssh\"/>\n{new}</zone>\n"
        ),
    }
}

/// firewalld's part.
fn firewalld(facts: &Facts, wish: &Wish) -> Step {
    let conf = facts.text(FIREWALLD_CONF);
    let name = text::assigned(&conf, "DefaultZone");
    let name = name.filter(|name| !name.is_empty());
    let name = name.unwrap_or_else(|| "public".into());
    let path = zone(&name);
    let shipped = format!("/usr/lib/firewalld/zones/{name}.xml");
    let old = match facts.has(&path) {
        true => facts.text(&path),
        false => facts.text(&shipped),
    };
    let what = format!(
        "firewalld, zone {name}: devices' ports open, the pair's for the pair"
    );
    let changes = vec![
        Change::file(SERVICE, service()),
        Change::file(path, with_rules(&old, wish)),
    ];
    Step::new(NAME, what, WHY, facts, changes).run("firewall-cmd --reload")
}

/// Who talks to a port of the pair now and would be shut out, such as an
/// arbiter of the database.
fn shut_out(wish: &Wish) -> Option<String> {
    let ports = of_pair(wish);
    let trusted = peers(wish);
    let inside = |ip: Ipv4Addr| trusted.iter().any(|net| contains(net, ip));
    let (port, ip) = wish.talking.iter().find(|(port, ip)| {
        ports.contains(port)
            && !ip.is_loopback()
            && !inside(*ip)
            && wish.own != Some(*ip)
    })?;
    Some(format!(
        "{ip} is connected to TCP port {port} now and would be shut out: add \
         it to PROVHA__FIREWALL_TRUSTED in {}, or end the connection, then \
         run setup again",
        wish.env_file
    ))
}

/// True if an address lies in a net, or is that address.
fn contains(net: &str, ip: Ipv4Addr) -> bool {
    let (address, prefix) = net.split_once('/').unwrap_or((net, "32"));
    let address = address.parse::<Ipv4Addr>().ok();
    let prefix = prefix.parse::<u32>().ok().filter(|prefix| *prefix <= 32);
    let (Some(address), Some(prefix)) = (address, prefix) else {
        return false;
    };
    let mask = u32::MAX.checked_shl(32 - prefix).unwrap_or(0);
    address.to_bits() & mask == ip.to_bits() & mask
}

/// The step.
pub fn step(facts: &Facts, wish: &Wish) -> Step {
    let step = wanted(facts, wish);
    match shut_out(wish) {
        Some(how) if step.is_pending() => {
            Step::idle(NAME, step.what, WHY, State::ByHand(how))
        }
        _ => step,
    }
}

/// The step, whoever is connected.
fn wanted(facts: &Facts, wish: &Wish) -> Step {
    if facts.has(FIREWALLD) {
        return firewalld(facts, wish);
    }
    let mut changes = vec![Change::file(NFT, nft(wish))];
    let mut what = format!("write {NFT}: the pair's ports closed to others");
    let main = facts.has(NFT_MAIN);
    if main {
        let line = format!("include \"{NFT}\"");
        let new = text::line(&facts.text(NFT_MAIN), &line);
        changes.push(Change::file(NFT_MAIN, new));
        what += &format!(", included by {NFT_MAIN}");
    } else {
        what += &format!(" (load it at boot: nft -f {NFT})");
    }
    let step = Step::new(NAME, what, WHY, facts, changes);
    match main {
        true => step.run_or(
            &["nft", "-f", NFT],
            &["nft", "delete", "table", "inet", "provha"],
        ),
        false => step,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_lies_in_its_net() {
        let ip = Ipv4Addr::new(10, 0, 0, 7);
        for (net, expected) in [
            ("10.0.0.7", true),
            ("10.0.0.0/24", true),
            ("0.0.0.0/0", true),
            ("10.0.0.8", false),
            ("10.0.1.0/24", false),
            ("10.0.0.0/33", false),
            ("x", false),
        ] {
            assert_eq!(contains(net, ip), expected, "{net}");
        }
    }
}
