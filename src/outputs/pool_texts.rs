//! The `optional` texts of pools: those that dhcpd would not take are left
//! out, so that one of them never stops the set.

use std::collections::{BTreeMap, HashSet};

use crate::check::{optional, pool_statements};
use crate::context::Context;
use crate::model::{Findings, Network, Version6};
use crate::render::dhcp::{self as render, Options};
use crate::render::templates::Templates;

/// Leaves out the texts that are no whole statements, those with a statement
/// that is not allowed there, those that declare a host of the set, and those that dhcpd refuses within their own pool.
pub fn check(
    context: &Context<'_>,
    network: &mut Network,
    options: &Options,
    templates: &Templates,
    findings: &mut Findings,
) -> anyhow::Result<()> {
    for pool in network.cmts.iter_mut().flat_map(|cmts| &mut cmts.pools) {
        pool.optional = pool_statements::with_plain_blanks(&pool.optional);
    }
    let safe = context.settings.text("PROVHA__POOL_OPTIONAL") == "safe";
    let statements = |text: &str| {
        let fault = safe.then(|| pool_statements::fault(text)).flatten();
        fault.map(|why| format!("{why} (PROVHA__POOL_OPTIONAL)"))
    };
    let pools = network.cmts.iter().flat_map(|cmts| &cmts.pools);
    let texts: BTreeMap<u32, &str> = pools
        .filter(|pool| !pool.optional.trim().is_empty())
        .map(|pool| (pool.id, &*pool.optional))
        .collect();
    let (mut bad, mut good) = (Vec::new(), Vec::new());
    for (id, text) in &texts {
        let fault = optional::fault(text).or_else(|| statements(text));
        match fault.or_else(|| taken_host(network, text)) {
            Some(why) => bad.push((*id, why)),
            None => good.push(*id),
        }
    }
    let scratch = |ids: &[u32]| {
        let mut conf = Vec::new();
        let network = with_texts(network, ids);
        render::scratch(&network, options, templates, &mut conf)?;
        anyhow::Ok(conf)
    };
    let program = context.settings.text("PROVHA__DHCPD_BIN");
    let timeout = context.command_timeout();
    // Where no address stands, it does not matter in which pool a text is.
    let alike = |id: u32| texts.get(&id).copied().filter(|t| !t.contains('.'));
    let refused = optional::refused(&good, &alike, &scratch, program, timeout)?;
    bad.extend(refused);
    let left_out: HashSet<u32> = bad.iter().map(|(id, _)| *id).collect();
    for (id, why) in bad {
        let reason = format!("{why}: text left out");
        findings.warn("ippool", id, "optional", reason);
    }
    let all = network.cmts.iter_mut().flat_map(|cmts| &mut cmts.pools);
    for pool in all.filter(|pool| left_out.contains(&pool.id)) {
        pool.optional.clear();
    }
    Ok(())
}

/// The pools alone, with the texts of these ones only.
fn with_texts(network: &Network, ids: &[u32]) -> Network {
    let ids: HashSet<&u32> = ids.iter().collect();
    let mut cmts = network.cmts.clone();
    for pool in cmts.iter_mut().flat_map(|cmts| &mut cmts.pools) {
        if !ids.contains(&pool.id) {
            pool.optional.clear();
        }
    }
    Network {
        site: network.site.clone(),
        cmts,
        modems: Vec::new(),
        modem_names: BTreeMap::new(),
        elsewhere: Vec::new(),
        mtas: Vec::new(),
        endpoints: Vec::new(),
        fixed: network.fixed.clone(),
        v6: Version6::default(),
        rows: 0,
    }
}

/// What is wrong with a text that declares a host of the set.
fn taken_host(network: &Network, text: &str) -> Option<String> {
    let mut hosts = optional::hosts(text).into_iter();
    let name = hosts.find(|name| is_served(network, name))?;
    Some(format!("declares the host {name}, which is a device's"))
}

/// Whether a device is served under this name; dhcpd heeds the case.
fn is_served(network: &Network, name: &str) -> bool {
    let mut modems = network.modems.iter().filter(|modem| modem.has_host());
    modems.any(|modem| network.modem_name(modem.id) == name)
        || network.mtas.iter().any(|mta| format!("mta-{}", mta.id) == name)
        || network.endpoints.iter().any(|e| e.name.as_str() == name)
}
