//! What devices keep while they stay: the fixed addresses of endpoints, and
//! the domain of the telephone adapters.

use std::collections::HashMap;
use std::net::Ipv4Addr;
use std::path::Path;

use crate::cli::Guard;
use crate::context::Context;
use crate::guard::live::{each_line, hosts_of, identity, identity_of};
use crate::guard::losses::Losses;
use crate::isc_dhcp::hosts;
use crate::isc_dhcp::syntax::statements;
use crate::model::Network;
use crate::system::files;

/// The file of the endpoints.
const ENDPOINTS: &str = hosts::FILES[2];
/// The file of the adapters.
const ADAPTERS: &str = hosts::FILES[1];

/// Counts the endpoints that stay and lose their fixed address, or get another
/// one.
///
/// # Errors
/// The live file cannot be read.
pub fn fixed(
    context: &Context<'_>,
    dir: &Path,
    network: &Network,
    losses: &mut Losses,
) -> anyhow::Result<()> {
    if losses.has(Guard::Hosts) || losses.has(Guard::Endpoints) {
        return Ok(());
    }
    let wanted: HashMap<u64, Option<Ipv4Addr>> =
        network.endpoints.iter().map(|e| (identity_of(e), e.fixed)).collect();
    let (mut lost, mut of) = (Vec::new(), 0);
    each_line(&dir.join(ENDPOINTS), &mut |line| {
        let Some(host) = identity(line) else { return };
        of += 1;
        let (Some(had), Some(has)) =
            (hosts::fixed_address(line), wanted.get(&host))
        else {
            return;
        };
        let becomes = match has {
            Some(has) if *has == had => return,
            Some(has) => has.to_string(),
            None => "none".into(),
        };
        lost.push(format!("{had} (becomes {becomes})"));
    })?;
    let what = "live endpoints would lose their fixed address";
    losses.add_as(context, Guard::Endpoints, lost, (of, what));
    Ok(())
}

/// Counts the adapters whose domain goes without another one in its place:
/// its zone would no longer be served.
///
/// # Errors
/// A live file cannot be read.
pub fn domain(
    context: &Context<'_>,
    dir: &Path,
    network: &Network,
    losses: &mut Losses,
) -> anyhow::Result<()> {
    if network.site.mta_domain.is_some() {
        return Ok(());
    }
    let Some(domain) = domain_of_adapters(dir)? else { return Ok(()) };
    let stays = hosts_of(network);
    let (mut names, mut of) = (Vec::new(), 0);
    each_line(&dir.join(ADAPTERS), &mut |line| {
        let Some(host) = identity(line) else { return };
        of += 1;
        if stays.contains(&host)
            && let Some(name) = hosts::name(line)
        {
            let name = String::from_utf8_lossy(name);
            names.push(format!("{name}.{domain}"));
        }
    })?;
    let what = "telephone adapters would lose their domain";
    losses.add_as(context, Guard::Names, names, (of, what));
    Ok(())
}

/// The zone of the adapters in a live set: the third one that dhcpd updates.
fn domain_of_adapters(dir: &Path) -> anyhow::Result<Option<String>> {
    let bytes = match files::read(&dir.join("global.conf")) {
        Err(error) if files::is_missing(&error) => return Ok(None),
        other => other?,
    };
    let (mut zones, mut own) = (Vec::new(), String::new());
    statements(&String::from_utf8_lossy(&bytes), &mut |blocks, words| match (
        blocks, words,
    ) {
        ([head], [word, _])
            if head.len() == 2 && head[0] == "zone" && word == "primary" =>
        {
            zones.push(head[1].clone());
        }
        ([], [word, name]) if word == "ddns-domainname" => {
            own = name.trim_end_matches('.').to_string();
        }
        _ => (),
    });
    let other = |zone: &String| *zone != own && zone != "in-addr.arpa";
    Ok(zones.into_iter().find(other))
}
