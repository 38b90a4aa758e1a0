//! The open database with the settings of the site.

use crate::context::Context;
use crate::model::Site;
use crate::source::Database;
use crate::source::load;

/// An open database with the settings of the site.
pub struct Rows<'a> {
    /// The run.
    pub context: &'a Context<'a>,
    /// The snapshot.
    pub db: Box<dyn Database>,
    /// The settings.
    pub site: Site,
}

impl<'a> Rows<'a> {
    /// Opens the database.
    ///
    /// # Errors
    /// It cannot be read.
    pub fn open(context: &'a Context<'a>) -> anyhow::Result<Self> {
        let mut db = context.database()?;
        let mut warnings = Vec::new();
        let (settings, machine) = (&context.settings, &context.machine);
        let site = load::site(&mut *db, settings, machine, &mut warnings)?;
        for warning in warnings {
            context.console.warning(&warning);
        }
        Ok(Self { context, db, site })
    }
}
