//! All configfiles of a run and the chains through their parents;
//! facts/nms-templates.md section 1.

use std::collections::HashMap;

use crate::template::firmware;
use crate::template::rows::Template;
use crate::template::values::Kind;

/// A row of the table `configfile` that is alive.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Configfile {
    /// `id`.
    pub id: u64,
    /// `name`, for messages.
    pub name: String,
    /// `parent_id`; NULL and 0 are a root.
    pub parent_id: Option<u64>,
    /// `text`.
    pub text: Option<Vec<u8>>,
    /// `firmware`: an image below `fw/`, or an MTA's dial plan (which is
    /// not looked at here).
    pub firmware: Option<String>,
    /// Kind of device (`device`).
    pub kind: Kind,
}

/// The compiled configfiles.
#[derive(Debug)]
pub struct Library {
    /// In the order given.
    entries: Vec<Entry>,
    /// Place of each id.
    places: HashMap<u64, usize>,
}

/// One level of a chain.
#[derive(Debug)]
pub(super) struct Entry {
    /// Id of the configfile.
    pub(super) id: u64,
    /// Name of the configfile.
    name: String,
    /// It has no parent id (a dangling one counts as one).
    pub(super) root: bool,
    /// Place of the parent.
    parent: Option<usize>,
    /// The parents form a cycle.
    cyclic: bool,
    /// The text.
    pub(super) template: Template,
    /// The rows of its firmware.
    pub(super) firmware: Firmware,
}

/// What the column `firmware` means for a modem.
#[derive(Debug)]
pub(super) enum Firmware {
    /// NULL or empty.
    None,
    /// Not a plain file name.
    Unusable,
    /// The rendered rows.
    Rows(String),
}

/// Why there is no text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, thiserror::Error)]
pub enum ChainError {
    /// No alive configfile has this id.
    #[error("configfile {0} does not exist or is deleted")]
    Missing(u64),
    /// The last good `.cfg` is to stay.
    #[error("the parents of configfile {0} form a cycle")]
    Cycle(u64),
}

/// A configfile and its parents, child first.
#[derive(Debug, Clone, Copy)]
pub struct Chain<'a> {
    /// Where the levels are.
    library: &'a Library,
    /// The device's own configfile.
    first: usize,
}

impl Library {
    /// Compiles the alive configfiles. `cvc` gives the rows of a firmware
    /// image ([`crate::template::cvc_rows`]); it is called once for each plain name
    /// that modem configfiles use.
    pub fn new(
        files: impl IntoIterator<Item = Configfile>,
        mut cvc: impl FnMut(&str) -> Option<Vec<String>>,
    ) -> Library {
        let files: Vec<Configfile> = files.into_iter().collect();
        let places: HashMap<u64, usize> =
            files.iter().enumerate().map(|(at, file)| (file.id, at)).collect();
        let mut known = HashMap::new();
        let entries = files.into_iter().map(|file| {
            let firmware = firmware_of(&file, &mut known, &mut cvc);
            let parent_id = file.parent_id.filter(|id| *id != 0);
            Entry {
                id: file.id,
                name: file.name,
                root: parent_id.is_none(),
                parent: parent_id.and_then(|id| places.get(&id).copied()),
                cyclic: false,
                template: Template::compile(&file.text.unwrap_or_default()),
                firmware,
            }
        });
        let mut entries: Vec<Entry> = entries.collect();
        mark_cycles(&mut entries);
        Library { entries, places }
    }

    /// The levels of a device whose configfile is `id`.
    ///
    /// # Errors
    ///
    /// The configfile is missing, or its parents form a cycle.
    pub fn chain(&self, id: u64) -> Result<Chain<'_>, ChainError> {
        let first = *self.places.get(&id).ok_or(ChainError::Missing(id))?;
        if self.entries[first].cyclic {
            return Err(ChainError::Cycle(id));
        }
        Ok(Chain { library: self, first })
    }

    /// Name of a configfile, for messages.
    #[must_use]
    pub fn name(&self, id: u64) -> Option<&str> {
        let place = *self.places.get(&id)?;
        Some(&self.entries[place].name)
    }

    /// A row of a configfile's stored text, from 1, for messages.
    #[must_use]
    pub fn row_text(&self, id: u64, row: u32) -> Option<&[u8]> {
        let place = *self.places.get(&id)?;
        self.entries[place].template.row_text(row)
    }
}

impl<'a> Chain<'a> {
    /// The levels, child first.
    pub(super) fn levels(self) -> impl Iterator<Item = &'a Entry> {
        let entries = &self.library.entries;
        std::iter::successors(Some(&entries[self.first]), |entry| {
            entry.parent.map(|place| &entries[place])
        })
    }
}

/// The firmware rows of a configfile; images are asked for once a name.
fn firmware_of(
    file: &Configfile,
    known: &mut HashMap<String, String>,
    cvc: &mut impl FnMut(&str) -> Option<Vec<String>>,
) -> Firmware {
    let name = file.firmware.as_deref().unwrap_or_default();
    if name.is_empty() {
        return Firmware::None;
    }
    if !firmware::is_plain_name(name) {
        return Firmware::Unusable;
    }
    if file.kind == Kind::Mta {
        return Firmware::Rows(firmware::rows(name, &[]));
    }
    let rows = known.entry(name.to_owned()).or_insert_with(|| {
        firmware::rows(name, &cvc(name).unwrap_or_default())
    });
    Firmware::Rows(rows.clone())
}

/// Marks every level from which the parents run into a cycle.
fn mark_cycles(entries: &mut [Entry]) {
    let mut seen = vec![None; entries.len()];
    for start in 0..entries.len() {
        let mut path = Vec::new();
        let mut next = Some(start);
        let mut cyclic = false;
        while let Some(place) = next {
            if let Some(walk) = seen[place] {
                cyclic = walk == start || entries[place].cyclic;
                break;
            }
            seen[place] = Some(start);
            path.push(place);
            next = entries[place].parent;
        }
        for place in path {
            entries[place].cyclic = cyclic;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn file(id: u64, parent: u64, firmware: &str) -> Configfile {
        Configfile {
            id,
            name: format!("file {id}"),
            parent_id: Some(parent),
            text: None,
            firmware: Some(firmware.to_owned()),
            kind: Kind::Modem,
        }
    }

    #[test]
    fn cycles_are_found_and_dangling_parents_end_the_chain() {
        let files = [(1, 0), (2, 1), (3, 4), (4, 5), (5, 4), (6, 3), (7, 99)];
        let files = files.map(|(id, parent)| file(id, parent, ""));
        let library = Library::new(files, |_| None);
        let levels = |id| {
            let chain = library.chain(id)?;
            Ok(chain.levels().map(|level| level.id).collect::<Vec<_>>())
        };
        assert_eq!(levels(2), Ok(vec![2, 1]));
        assert_eq!(levels(7), Ok(vec![7]));
        for id in 3..=6 {
            assert_eq!(levels(id), Err(ChainError::Cycle(id)));
        }
        assert_eq!(levels(8), Err(ChainError::Missing(8)));
        assert!(library.entries[0].root && !library.entries[6].root);
        assert_eq!(library.name(6), Some("file 6"));
    }

    #[test]
    fn images_are_read_once() {
        let mut asked = Vec::new();
        let files = [file(1, 0, "a"), file(2, 0, "a"), file(3, 0, "../b")];
        let _ = Library::new(files, |name| {
            asked.push(name.to_owned());
            None
        });
        assert_eq!(asked, ["a"]);
    }
}
