//! The time for modems: what chrony must allow, and the service on UDP port
//! 37 that option 4 of DHCP points at (RFC 868).

use std::net::Ipv4Addr;

use serde::Serialize;

use crate::model::{Network, PoolType};
use crate::render::nets;
use crate::render::templates::Templates;

/// The part of chrony's configuration.
#[derive(Serialize)]
struct Chrony<'a> {
    /// Whether there is a peer.
    pair: bool,
    /// The peer's address.
    peer: Ipv4Addr,
    /// Whether our clock counts while no source can be reached.
    local: bool,
    /// As what stratum.
    stratum: u64,
    /// Who may ask.
    nets: &'a [String],
}

/// The service file for xinetd.
#[derive(Serialize)]
struct Xinetd<'a> {
    /// Who may ask.
    nets: &'a [String],
}

/// The kinds of pools whose devices ask for the time.
pub const KINDS: [PoolType; 5] = [
    PoolType::Cm,
    PoolType::CpePriv,
    PoolType::CpePub,
    PoolType::Mta,
    PoolType::Stb,
];

/// Who may ask for the time: all pools, the management net, the servers.
pub fn served(network: &Network) -> Vec<String> {
    let mut out = nets::management(&network.site);
    for net in nets::of_pools(network, &KINDS) {
        if !out.contains(&net) {
            out.push(net);
        }
    }
    out
}

/// The part of chrony's configuration that is ours; `stratum` 0: the own
/// clock never counts.
pub fn chrony(
    network: &Network,
    stratum: u64,
    templates: &Templates,
) -> anyhow::Result<Vec<u8>> {
    let site = &network.site;
    let view = Chrony {
        pair: site.pair.is_some(),
        peer: site.pair.as_ref().map_or(site.own(), |pair| pair.peer),
        local: stratum > 0,
        stratum,
        nets: &served(network),
    };
    let mut out = Vec::new();
    templates.render("time/chrony.conf.tera", &view, &mut out)?;
    Ok(out)
}

/// The service file for xinetd.
pub fn xinetd(
    network: &Network,
    templates: &Templates,
) -> anyhow::Result<Vec<u8>> {
    let mut out = Vec::new();
    let view = Xinetd { nets: &served(network) };
    templates.render("time/xinetd.tera", &view, &mut out)?;
    Ok(out)
}

/// How files that are all ours begin.
pub const MADE: &str = "# made by provha ";
/// What stands above our line of inetd.conf.
const LINE_ABOVE: &str = "# made by provha: the time for modems (RFC 868)\n";

/// inetd.conf without our line; None where it has none.
pub fn without_line(live: &str) -> Option<Vec<u8>> {
    let (before, rest) = live.split_once(LINE_ABOVE)?;
    let (ours, after) = rest.split_once('\n').unwrap_or((rest, ""));
    let after = if serves_time(ours) { after } else { rest };
    Some([before, after].concat().into_bytes())
}

/// inetd.conf with the time service's line, after what is there already.
pub fn inetd(live: &str, templates: &Templates) -> anyhow::Result<Vec<u8>> {
    if live.lines().any(serves_time) {
        return Ok(live.into());
    }
    let mut out = live.as_bytes().to_vec();
    if !live.is_empty() && !live.ends_with('\n') {
        out.push(b'\n');
    }
    out.extend(LINE_ABOVE.as_bytes());
    templates.render("time/inetd.tera", &Xinetd { nets: &[] }, &mut out)?;
    Ok(out)
}

/// Whether a line of inetd.conf serves the time over UDP.
pub fn serves_time(line: &str) -> bool {
    let mut words = line.split_whitespace();
    let service = words.next().unwrap_or_default();
    let name = service.rsplit(':').next().unwrap_or_default();
    let rest = (words.next(), words.next());
    matches!(name, "time" | "37")
        && rest.0 == Some("dgram")
        && rest.1.is_some_and(|protocol| protocol.starts_with("udp"))
}

/// Whether a file of xinetd serves the time over UDP (xinetd.conf(5)).
pub fn xinetd_serves_time(text: &str) -> bool {
    let (mut service, mut udp, mut on) = ("", false, true);
    for line in text.lines().map(str::trim) {
        let mut words = line.split_whitespace();
        match (words.next(), words.next(), words.next()) {
            (Some("service"), Some(name), _) => {
                (service, udp, on) = (name, false, true);
            }
            (Some("socket_type"), Some("="), Some("dgram"))
            | (Some("protocol"), Some("="), Some("udp")) => udp = true,
            (Some("disable"), Some("="), Some("yes")) => on = false,
            (Some("}"), ..) if udp && on && service == "time" => return true,
            _ => (),
        }
    }
    false
}

#[cfg(test)]
mod tests {
    use std::collections::HashMap;

    use super::*;

    #[test]
    fn a_second_time_service_is_seen() {
        let check = |more: &str, expected: bool| {
            let text = format!(
                "# x\nservice time\n{{\n id = time-dgram\n type = \
                 INTERNAL\n {more}\n wait = yes\n}}\n"
            );
            assert_eq!(xinetd_serves_time(&text), expected, "{text}");
        };
        check("socket_type = dgram\n disable = no", true);
        check("protocol = udp", true);
        check("socket_type = dgram\n disable = yes", false);
        check("socket_type = stream\n protocol = tcp", false);
        let daytime = "service daytime\n{\n protocol = udp\n}\n";
        assert!(!xinetd_serves_time(daytime));
    }

    #[test]
    fn the_line_is_added_once_and_the_rest_stays() {
        let templates = Templates::new(&HashMap::default()).unwrap();
        let add = |live: &str| {
            String::from_utf8(inetd(live, &templates).unwrap()).unwrap()
        };
        let once = add("#time dgram udp wait root internal\nx");
        assert!(once.starts_with("#time dgram udp wait root internal\nx\n#"));
        assert!(once.ends_with("\ntime\tdgram\tudp\twait\troot\tinternal\n"));
        assert_eq!(add(&once), once);
        let gone = without_line(&once).unwrap();
        assert_eq!(gone, b"#time dgram udp wait root internal\nx\n");
        assert_eq!(without_line("time dgram udp wait root internal"), None);
        let other = "127.0.0.1:time dgram udp4 wait root internal\n";
        assert_eq!(add(other), other);
        assert_ne!(add("time stream tcp nowait root internal\n"), "");
    }
}
