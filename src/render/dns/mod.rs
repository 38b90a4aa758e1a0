//! named's files: `/etc/named-nmsprime.conf`, zone seeds, the script for the
//! names of public customer devices (facts/nms-formats.md section 10).

pub mod batch;
pub mod head;
pub mod mangle;
pub mod options;
mod views;

use crate::model::{Network, PoolType, Site};
use crate::render::nets;
use crate::render::templates::Templates;
use head::Head;
pub use options::{Options, Zone};

/// The one reverse zone of the existing system.
pub const REVERSE_ZONE: &str = "in-addr.arpa";
/// Its like for IP version 6, where there are names of that version.
pub const REVERSE6_ZONE: &str = "ip6.arpa";
/// The forward zone's file, whatever the domain is called.
pub const FORWARD_FILE: &str = "nmsprime.test.zone";
/// What dhcpd runs for public customer devices (log.conf).
pub const SCRIPT: &str = "/etc/named-ddns.sh";
/// The secret of the mangled names; the same on both nodes.
pub const CPE_KEY: &str = "/etc/named-ddns-cpe.key";
/// The TSIG key of this node's named, for nsupdate.
pub const OWN_KEY: &str = "/etc/named-ddns.key";
/// The TSIG key of the peer's named, for nsupdate.
pub const PEER_KEY: &str = "/etc/named-ddns-peer.key";
/// Lifetime of the names of customer devices, seconds.
pub const CPE_TTL: u32 = 3600;

/// The names of the zones that this node serves: forward, reverse, that of the
/// telephone adapters where it is a domain of its own, and the reverse one of
/// IP version 6 where an endpoint has a name.
pub fn zone_names(network: &Network) -> Vec<&str> {
    let site = &network.site;
    let mut names = vec![site.domain.as_str(), REVERSE_ZONE];
    let new = |name: &&str| !names.iter().any(|n| n.eq_ignore_ascii_case(name));
    if let Some(name) = site.mta_domain.as_deref().filter(new) {
        names.push(name);
    }
    if network.v6.endpoints.iter().any(|endpoint| endpoint.named) {
        names.push(REVERSE6_ZONE);
    }
    names
}

/// named-nmsprime.conf.
pub fn named_conf(
    network: &Network,
    options: &Options,
    templates: &Templates,
) -> anyhow::Result<Vec<u8>> {
    let view = views::NamedConf {
        acls: acls(network),
        directory: &options.directory,
        zone_dir: &options.zone_dir,
        port: options.port,
        other_port: options.port != 53,
        forwards: !options.forwarders.is_empty(),
        forwarders: &options.forwarders,
        algorithm: &options.algorithm,
        secret: &network.site.secret,
        zones: &options.zones,
    };
    let mut out = Vec::new();
    templates.render("dns/named.conf.tera", &view, &mut out)?;
    Ok(out)
}

/// The kinds of pools whose nets are in an access list; None: it holds no
/// nets of pools.
pub fn list_kinds(list: &str) -> Option<&'static [PoolType]> {
    Some(match list {
        "cm" => &[PoolType::Cm],
        "cpe" => &[PoolType::CpePriv, PoolType::CpePub, PoolType::Stb],
        "mta" => &[PoolType::Mta],
        _ => return None,
    })
}

/// Who may ask: the machine itself, the pools by kind, the management net
/// with all servers.
fn acls(network: &Network) -> Vec<views::Acl> {
    let acl = |name, elements: Vec<String>| views::Acl { name, elements };
    let pools = |name| {
        let kinds = list_kinds(name).unwrap_or_default();
        let nets = nets::of_pools(network, kinds);
        let none = || vec!["none".to_string()];
        acl(name, if nets.is_empty() { none() } else { nets })
    };
    vec![
        acl("local", vec!["127.0.0.1".into(), "::1".into()]),
        pools("cm"),
        pools("cpe"),
        pools("mta"),
        acl("nmsprime", nets::management(&network.site)),
    ]
}

/// The first content of a zone file.
pub fn seed(
    site: &Site,
    zone: &str,
    templates: &Templates,
) -> anyhow::Result<Vec<u8>> {
    let view = views::Seed {
        head: &Head::wanted(site, zone),
        serial: head::FIRST_SERIAL,
    };
    let mut out = Vec::new();
    templates.render("dns/zone.tera", &view, &mut out)?;
    Ok(out)
}

/// A key file for `nsupdate -k`.
pub fn key_file(
    algorithm: &str,
    secret: &str,
    templates: &Templates,
) -> anyhow::Result<Vec<u8>> {
    let mut out = Vec::new();
    let view = views::KeyFile { algorithm, secret };
    templates.render("dns/ddns.key.tera", &view, &mut out)?;
    Ok(out)
}

/// The script that names public customer devices.
pub fn script(
    site: &Site,
    port: u64,
    templates: &Templates,
) -> anyhow::Result<Vec<u8>> {
    let pair = site.pair.as_ref().filter(|pair| pair.peer_secret.is_some());
    let view = views::Script {
        domain: &site.domain,
        ttl: CPE_TTL,
        cpe_key: CPE_KEY,
        own_key: OWN_KEY,
        pair: pair.is_some(),
        peer: pair.map_or(site.own(), |pair| pair.peer),
        peer_key: PEER_KEY,
        port,
    };
    let mut out = Vec::new();
    templates.render("dns/ddns.sh.tera", &view, &mut out)?;
    Ok(out)
}

/// The zone whose SOA record opens a zone file; None when that cannot be told
/// (RFC 1035 section 5.1, as far as named and we write it).
pub fn zone_of_file(text: &str) -> Option<String> {
    let mut origin = String::new();
    for line in text.lines() {
        let line = line.split(';').next().unwrap_or_default();
        let mut words = line.split_whitespace();
        let first = words.next();
        if first == Some("$ORIGIN") {
            origin = words.next()?.trim_end_matches('.').to_string();
        }
        if !words.any(|word| word.eq_ignore_ascii_case("SOA")) {
            continue;
        }
        if line.starts_with(char::is_whitespace) {
            return None;
        }
        let zone = match first? {
            "@" => origin,
            name => match name.strip_suffix('.') {
                Some(absolute) => absolute.to_string(),
                None if origin.is_empty() => name.to_string(),
                None => format!("{name}.{origin}"),
            },
        };
        return (!zone.is_empty()).then_some(zone);
    }
    None
}

/// The zones of a named-nmsprime.conf that is ours.
pub fn zones_of_conf(text: &str) -> impl Iterator<Item = &str> {
    text.lines()
        .filter_map(|line| line.strip_prefix("zone \"")?.split('"').next())
}

/// named's port in a named-nmsprime.conf that is ours; None: the usual one.
pub fn port_of_conf(text: &str) -> Option<u64> {
    let rest = text.split_once("\n\tlisten-on port ")?.1;
    rest.split_whitespace().next()?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn zones_and_port_of_a_configuration() {
        let text = "options {\n\tlisten-on port 5353 { any; };\n};\n\
                    zone \"a.org\" IN {\n};\nzone \"in-addr.arpa\" IN {\n};";
        let zones: Vec<&str> = zones_of_conf(text).collect();
        assert_eq!(zones, ["a.org", "in-addr.arpa"]);
        assert_eq!(port_of_conf(text), Some(5353));
        assert_eq!(port_of_conf("\tlisten-on { any; };"), None);
    }

    #[test]
    fn the_zone_of_a_file_is_that_of_its_soa() {
        let check = |text: &str, expected: Option<&str>| {
            assert_eq!(zone_of_file(text).as_deref(), expected, "{text}");
        };
        check(
            "$ORIGIN .\n$TTL 86400\t; 1 day\nprov.example.net\tIN SOA\ta. (",
            Some("prov.example.net"),
        );
        check("; SOA\nx.org. 60 IN SOA a. b. 1 2 3 4 5", Some("x.org"));
        check("$ORIGIN org.\nx IN SOA a. b. (", Some("x.org"));
        check("$ORIGIN x.org.\n@ IN soa a. b. (", Some("x.org"));
        check("@ IN SOA a. b. (", None);
        check("\tIN SOA a. b. (", None);
        check("\0\u{1}", None);
    }
}
