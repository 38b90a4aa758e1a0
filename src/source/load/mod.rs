//! From rows to the [`Network`]: the fault table of the docs, row by row.

mod addresses;
mod conflicts;
mod devices;
pub mod error;
mod flags;
pub mod given;
mod pools;
pub mod references;
pub mod role;
pub mod scope;
mod site;
pub mod texts;
mod version6;
mod versions;

pub use devices::booting;
pub use error::LoadError;
pub use given::{Machine, Modules};
pub use pools::load as cmts;
pub use scope::Scope;

use crate::config::Settings;
use crate::model::{Findings, Network, Site, Version6};
use crate::source::Database;

/// The settings alone: what `configfile` and `rebuild` need.
pub fn site(
    db: &mut dyn Database,
    settings: &Settings,
    machine: &Machine,
    warnings: &mut Vec<String>,
) -> Result<Site, LoadError> {
    site::load(db, settings, machine, warnings)
}

/// The whole network.
pub fn network(
    db: &mut dyn Database,
    settings: &Settings,
    machine: &Machine,
    findings: &mut Findings,
    warnings: &mut Vec<String>,
) -> Result<Network, LoadError> {
    let site = site::load(db, settings, machine, warnings)?;
    let mut network = network_of(db, site, None, findings)?;
    versions::neither(db, findings)?;
    match settings.text("PROVHA__DHCP6") {
        "off" => warnings.extend(version6::unserved(db)?),
        _ => {
            let (cmts, rows) = (&network.cmts, &mut network.rows);
            network.v6 = version6::load(db, cmts, findings, rows)?;
        }
    }
    Ok(network)
}

/// All of IP version 6 alone.
pub fn only_version6(
    db: &mut dyn Database,
    findings: &mut Findings,
) -> Result<Version6, LoadError> {
    let mut rows = 0;
    let cmts = pools::load(db, &mut Findings::default(), &mut rows)?;
    Ok(version6::load(db, &cmts, findings, &mut rows)?)
}

/// The network of settings that are known: all devices, or those of a scope.
pub fn network_of(
    db: &mut dyn Database,
    site: Site,
    scope: Option<&Scope>,
    findings: &mut Findings,
) -> Result<Network, LoadError> {
    let fixed = pools::fixed_addresses(db)?;
    let mut rows = 0;
    let cmts = pools::load(db, findings, &mut rows)?;
    let mut devices = devices::load(db, &site, scope, findings, &mut rows)?;
    conflicts::settle(&mut devices, findings);
    let mut network = Network {
        site,
        cmts,
        modems: devices.modems,
        modem_names: devices.modem_names,
        mtas: devices.mtas,
        elsewhere: devices.elsewhere,
        endpoints: devices.endpoints,
        fixed,
        v6: Version6::default(),
        rows,
    };
    addresses::check(&mut network, findings);
    Ok(network)
}
