//! The guard rail on access lists: a list of named's or chrony's that becomes
//! empty shuts everybody out whom it named.

use std::net::Ipv4Addr;

use crate::cli::Guard;
use crate::context::Context;
use crate::guard::live::Subnet;
use crate::guard::losses::Losses;
use crate::isc_dhcp::syntax::statements;
use crate::model::Network;
use crate::model::pool::Net;
use crate::render::{dns, nets, time};
use crate::system::files;

/// Counts the lists that lose every net which dhcpd serves now.
///
/// Where a dhcpd set is live, a net that is not in it is gone already: that
/// was asked then. `live` is None where there is no such set.
pub fn check(
    context: &Context<'_>,
    network: &Network,
    live: Option<&[Subnet]>,
    losses: &mut Losses,
) {
    let served: Option<Vec<String>> =
        live.map(|live| live.iter().filter_map(cidr).collect());
    let lists = lists(context, network);
    let of = lists.len();
    let emptied = lists
        .into_iter()
        .filter(|(name, nets)| {
            let counts = |net: &String| {
                served.as_ref().is_none_or(|served| served.contains(net))
            };
            nets.iter().any(counts) && wanted(network, name).is_empty()
        })
        .map(|(name, _)| name)
        .collect();
    losses.add(context, Guard::AccessLists, emptied, of);
}

/// The nets of the pools that a list is to have.
fn wanted(network: &Network, list: &str) -> Vec<String> {
    let list = list.strip_prefix("named ").unwrap_or(list);
    match dns::list_kinds(list) {
        Some(kinds) => nets::of_pools(network, kinds),
        None => nets::of_pools(network, &time::KINDS),
    }
}

/// The live lists with their nets: those of named, and the one of chrony.
fn lists(
    context: &Context<'_>,
    network: &Network,
) -> Vec<(String, Vec<String>)> {
    let read = |key: &str| {
        let bytes = files::read(&context.settings.path(key));
        String::from_utf8_lossy(&bytes.unwrap_or_default()).into_owned()
    };
    let mut out: Vec<(String, Vec<String>)> = Vec::new();
    statements(&read("PROVHA__NAMED_CONF"), &mut |blocks, words| {
        if let ([head], [net]) = (blocks, words)
            && let [word, name] = &head[..]
            && word == "acl"
            && dns::list_kinds(name).is_some()
        {
            let name = format!("named {name}");
            match out.iter_mut().find(|(list, _)| *list == name) {
                Some((_, nets)) => nets.push(net.clone()),
                None => out.push((name, vec![net.clone()])),
            }
        }
    });
    let management = nets::management(&network.site);
    let chrony = read("PROVHA__CHRONY_CONF");
    let nets: Vec<String> = chrony
        .lines()
        .filter_map(|line| line.strip_prefix("allow "))
        .filter(|net| net.contains('/'))
        .map(str::to_string)
        .filter(|net| !management.contains(net))
        .collect();
    if !nets.is_empty() {
        out.push(("chrony".into(), nets));
    }
    out
}

/// A subnet with the length of its prefix.
fn cidr(subnet: &Subnet) -> Option<String> {
    let parse = |text: &str| text.parse::<Ipv4Addr>().ok();
    let net = Net::new(parse(&subnet.net.0)?, parse(&subnet.net.1)?).ok()?;
    Some(nets::cidr(net))
}
