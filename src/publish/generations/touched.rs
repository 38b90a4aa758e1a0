//! Which generations replaced a file. Beside each record lies the list of its
//! paths, so that nobody reads the contents of a hundred thousand files for
//! the sake of one; of records from before there were such lists, the contents
//! are read.

use std::collections::{BTreeMap, BTreeSet};
use std::io::Read;
use std::path::Path;

use super::record::Reader;
use super::{Generations, Meta};
use crate::system::files;

/// A generation that replaced some of the wanted paths.
#[derive(Debug, Clone)]
pub struct Touched {
    /// What is known about it.
    pub meta: Meta,
    /// Those of the wanted paths that it replaced.
    pub paths: Vec<String>,
}

impl Generations {
    /// The kept generations that replaced one of these paths, newest first.
    ///
    /// # Errors
    /// The store or a record cannot be read.
    pub fn touched(
        &self,
        wanted: &BTreeSet<String>,
    ) -> anyhow::Result<Vec<Touched>> {
        let mut out = Vec::new();
        for meta in self.list()?.into_iter().rev() {
            let name = format!("{:08}", meta.number);
            let listed = listed(&self.names(&name), wanted);
            let paths = match listed {
                Some(paths) => paths,
                None => self.before(meta.number, wanted)?.into_keys().collect(),
            };
            if !paths.is_empty() {
                out.push(Touched { meta, paths });
            }
        }
        Ok(out)
    }

    /// The former contents of these paths in one generation; None: there was
    /// no file.
    ///
    /// # Errors
    /// The record cannot be read.
    pub fn before(
        &self,
        number: u64,
        wanted: &BTreeSet<String>,
    ) -> anyhow::Result<BTreeMap<String, Option<Vec<u8>>>> {
        let mut found = BTreeMap::new();
        for entry in Reader::open(&self.pack(&format!("{number:08}")))? {
            let entry = entry?;
            if wanted.contains(&entry.path) {
                let _ = found.insert(entry.path, entry.before);
            }
            if found.len() == wanted.len() {
                break;
            }
        }
        Ok(found)
    }
}

/// Those of the wanted paths that a list has; None: it is missing or damaged.
fn listed(path: &Path, wanted: &BTreeSet<String>) -> Option<Vec<String>> {
    let (file, _) = files::open(path).ok()?;
    let mut bytes = vec![b'\n'];
    let _ = zstd::Decoder::new(file).ok()?.read_to_end(&mut bytes).ok()?;
    // The list may have a path for each of a million devices.
    let has = |name: &&String| {
        let line = format!("\n{name}\n");
        memchr::memmem::find(&bytes, line.as_bytes()).is_some()
    };
    Some(wanted.iter().filter(has).cloned().collect())
}
