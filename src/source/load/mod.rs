//! From rows to the [`Network`]: the fault table of the docs, row by row.

mod devices;
mod owners;
mod pools;
pub mod role;
mod site;
pub mod texts;

pub use devices::booting;

use std::net::IpAddr;

use crate::config::Settings;
use crate::model::{Findings, Network, Role, Site};
use crate::source::{Database, SourceError};

/// What the machine itself adds to the database's settings.
#[derive(Debug, Clone)]
pub struct Machine {
    /// Its host name.
    pub host_name: String,
    /// The addresses of its interfaces.
    pub addresses: Vec<IpAddr>,
    /// The role given on the command line.
    pub role: Option<Role>,
}

/// A failure to make a network of the database.
#[derive(Debug, thiserror::Error)]
pub enum LoadError {
    /// The database cannot be read.
    #[error(transparent)]
    Source(#[from] SourceError),
    /// The settings are unusable: nothing may be published.
    #[error("{what}")]
    Unusable {
        /// What is wrong, with table and column.
        what: String,
        /// What to do about it.
        hint: String,
    },
}

impl LoadError {
    /// Settings that cannot be used.
    pub fn unusable(what: impl Into<String>, hint: &str) -> Self {
        Self::Unusable { what: what.into(), hint: hint.to_string() }
    }
}

/// Which modules of the existing system are there.
#[derive(Debug, Clone, Copy)]
pub struct Modules {
    /// ProvVoip.
    pub voip: bool,
    /// ProvHA.
    pub ha: bool,
}

impl Modules {
    /// From the configuration, else from the tables.
    ///
    /// # Errors
    /// A module's table may not be read.
    pub fn find(
        db: &dyn Database,
        settings: &Settings,
    ) -> Result<Self, SourceError> {
        let list = settings.list("PROVHA__MODULES");
        if list.is_empty() {
            let schema = db.schema();
            let voip = schema.optional("mta")?;
            return Ok(Self { voip, ha: schema.optional("provha")? });
        }
        let named =
            |module: &str| list.iter().any(|m| m.eq_ignore_ascii_case(module));
        Ok(Self { voip: named("ProvVoip"), ha: named("ProvHA") })
    }
}

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
    let fixed = pools::fixed_addresses(db)?;
    let mut rows = 0;
    let cmts = pools::load(db, findings, &mut rows)?;
    let devices = devices::load(db, &site, findings, &mut rows)?;
    Ok(Network {
        site,
        cmts,
        modems: devices.modems,
        modem_names: devices.modem_names,
        mtas: devices.mtas,
        elsewhere: devices.elsewhere,
        endpoints: devices.endpoints,
        fixed,
        rows,
    })
}
