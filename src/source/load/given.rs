//! What loading is given besides the database.

use std::net::IpAddr;

use crate::config::Settings;
use crate::model::Role;
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
