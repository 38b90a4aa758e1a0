//! What every comparison works with, and how it reads live files.

use std::collections::BTreeMap;
use std::os::unix::fs::MetadataExt as _;

use crate::adopt::Report;
use crate::adopt::rows::Rows;
use crate::context::Context;
use crate::model::Network;
use crate::render::templates::Templates;
use crate::system::files;

/// Longest live file that is read, octets: a million hosts.
const MOST: u64 = 1 << 30;

/// What a comparison works with.
pub struct Look<'a> {
    /// The run.
    pub context: &'a Context<'a>,
    /// The network of the database.
    pub network: &'a Network,
    /// The templates.
    pub templates: &'a Templates,
    /// What is wrong with rows.
    pub findings: &'a BTreeMap<(&'static str, u32), String>,
    /// When rows changed.
    pub rows: &'a Rows,
}

/// A live file.
pub enum Live {
    /// Its text, and when it was made, seconds since 1970.
    Text(String, i64),
    /// There is none.
    Missing,
    /// This user may not read it, or it is not a file.
    Closed,
}

impl Look<'_> {
    /// Reads a live file; one that may not be read is noted.
    pub fn read(&self, path: &str, report: &mut Report) -> Live {
        let real = self.context.settings.root().at(path);
        let made = files::open_through(&real).map(|(_, meta)| meta.mtime());
        match files::through_at_most(&real, MOST) {
            Ok(bytes) => {
                report.compared += 1;
                let text = String::from_utf8_lossy(&bytes).into_owned();
                Live::Text(text, made.unwrap_or_default())
            }
            Err(error) if files::is_missing(&error) => Live::Missing,
            Err(error) => {
                report.closed.insert(format!("{path}: {}", error.source));
                Live::Closed
            }
        }
    }
}
