//! Names that are close to one that is not known.

use std::collections::HashMap;
use std::sync::{Mutex, OnceLock, PoisonError};

use crate::docsis::table;

/// Most suggestions given at once.
const MOST: usize = 3;

/// Names longer than this are not compared.
const LONGEST: usize = 64;

/// Most edits between a name and one that is suggested.
const FARTHEST: usize = 3;

/// Settings with names close to `name`, best first.
pub(in crate::docsis) fn settings(name: &[u8]) -> Vec<String> {
    close(name, table::names())
}

/// Most answers that are kept.
const MOST_KEPT: usize = 1000;

/// The labels of a tree, sorted for the search for close ones: a fleet asks
/// for the same few, or for a hundred thousand different ones.
#[derive(Debug, Default)]
pub(in crate::docsis) struct Index {
    /// Labels by their first letter (small) and their length.
    places: OnceLock<HashMap<(u8, usize), Vec<u32>>>,
    /// Answers given before.
    known: Mutex<HashMap<Box<[u8]>, Vec<String>>>,
}

impl Index {
    /// Labels close to `label`, best first. `all`: every label; `label_at`:
    /// the one at a place among them.
    pub fn close<'t, All: Iterator<Item = &'t str>>(
        &self,
        label: &[u8],
        all: impl FnOnce() -> All,
        label_at: impl Fn(u32) -> &'t str,
    ) -> Vec<String> {
        let known =
            || self.known.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(found) = known().get(label) {
            return found.clone();
        }
        let Some(first) = label.first() else { return Vec::new() };
        let places = self.places.get_or_init(|| {
            let mut places: HashMap<_, Vec<u32>> = HashMap::new();
            for (at, other) in (0..).zip(all()) {
                if let Some(first) = other.bytes().next() {
                    let key = (first.to_ascii_lowercase(), other.len());
                    places.entry(key).or_default().push(at);
                }
            }
            places
        });
        let (first, len) = (first.to_ascii_lowercase(), label.len());
        let lengths = len.saturating_sub(FARTHEST)..=len + FARTHEST;
        let near = lengths
            .filter_map(|len| places.get(&(first, len)))
            .flatten()
            .map(|at| label_at(*at));
        let found = close(label, near);
        let mut known = known();
        if known.len() < MOST_KEPT {
            let _ = known.insert(label.into(), found.clone());
        }
        found
    }
}

/// Those of `names` that are close to `name`, best first.
pub(in crate::docsis) fn close<'a>(
    name: &[u8],
    names: impl Iterator<Item = &'a str>,
) -> Vec<String> {
    let Some(first) = name.first() else { return Vec::new() };
    let allowed = (name.len() / 3).clamp(1, FARTHEST);
    let mut found: Vec<(usize, &str)> = names
        .filter(|other| other.len().abs_diff(name.len()) <= allowed)
        // Nobody misspells the first letter; most names end here.
        .filter(|o| o.bytes().next().is_some_and(|c| same_letter(c, *first)))
        // Nodes without a name are called `anonymous#…` in the tree.
        .filter(|other| !other.contains('#'))
        .filter_map(|other| {
            let far = distance(name, other.as_bytes(), allowed)?;
            Some((far, other))
        })
        .collect();
    found.sort_unstable();
    found.dedup();
    found.into_iter().take(MOST).map(|(_, other)| other.into()).collect()
}

/// Whether two octets are the same letter in either case.
fn same_letter(left: u8, right: u8) -> bool {
    left.eq_ignore_ascii_case(&right)
}

/// Edits that make one name from the other, if no more than `most`; case
/// counts half, as nothing.
fn distance(left: &[u8], right: &[u8], most: usize) -> Option<usize> {
    if left.len() > LONGEST || right.len() > LONGEST {
        return None;
    }
    let mut above = [0; LONGEST + 1];
    for (at, cell) in above.iter_mut().enumerate() {
        *cell = at;
    }
    for (row, a) in left.iter().enumerate() {
        let mut diagonal = above[0];
        above[0] = row + 1;
        let mut least = above[0];
        for (column, b) in right.iter().enumerate() {
            let same = a.eq_ignore_ascii_case(b);
            let change = diagonal + usize::from(!same);
            diagonal = above[column + 1];
            let gap = diagonal.min(above[column]) + 1;
            above[column + 1] = change.min(gap);
            least = least.min(above[column + 1]);
        }
        if least > most {
            return None;
        }
    }
    Some(above[right.len()]).filter(|far| *far <= most)
}

/// The names as advice, if there are any.
pub(in crate::docsis) fn listed(names: &[String]) -> Option<String> {
    let quoted: Vec<_> = names.iter().map(|n| format!("`{n}`")).collect();
    (!quoted.is_empty()).then(|| format!("did you mean {}?", quoted.join(", ")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_misspelt_setting_has_its_name_suggested() {
        assert_eq!(settings(b"NetworkAcess")[0], "NetworkAccess");
        assert_eq!(settings(b"maxcpe")[0], "MaxCPE");
        assert!(settings(b"Blubb").is_empty());
    }

    #[test]
    fn long_and_empty_names_are_no_trouble() {
        assert!(settings(&[b'a'; 5000]).is_empty());
        assert!(settings(b"").is_empty());
    }
}
