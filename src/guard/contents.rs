//! What a boot file takes away from a device compared with the one that is
//! live: access to the network, flows and rates, the settings of a text.
//!
//! An ordinary edit changes values, adds and removes settings; it takes no
//! service away and is never counted.

use std::collections::HashMap;

use crate::docsis::codes;
use crate::model::texts::Shared;

/// What one device would lose.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Taken {
    /// NetworkAccess 1 becomes 0.
    pub access: bool,
    /// A flow is gone, or a rate is gone or becomes 0.
    pub flows: bool,
    /// A text of its configfiles is gone or empty, or most settings are gone.
    pub settings: bool,
    /// The settings are the same, signed with another secret.
    pub secret: bool,
}

impl Taken {
    /// Whether nothing is lost.
    pub fn is_nothing(self) -> bool {
        self == Self::default()
    }
}

/// Visits code and value of each setting of a file or block; what is cut off
/// ends it.
fn each<'a>(mut bytes: &'a [u8], visit: &mut dyn FnMut(u8, &'a [u8])) {
    while let Some((code, rest)) = bytes.split_first() {
        if *code == codes::END {
            return;
        }
        if *code == codes::PAD {
            bytes = rest;
            continue;
        }
        let wide = usize::from(*code == codes::WIDE) + 1;
        let Some((length, rest)) = rest.split_at_checked(wide) else { return };
        let length =
            length.iter().fold(0, |n, octet| n << 8 | usize::from(*octet));
        let Some((value, rest)) = rest.split_at_checked(length) else { return };
        visit(*code, value);
        bytes = rest;
    }
}

/// What counts of a file.
#[derive(Debug, Default, PartialEq, Eq)]
struct Facts<'a> {
    settings: usize,
    access: bool,
    flows: usize,
    /// Rates above 0.
    rates: usize,
    mic: &'a [u8],
}

/// Reads what counts.
fn facts(bytes: &[u8]) -> Facts<'_> {
    let mut facts = Facts::default();
    each(bytes, &mut |code, value| {
        facts.settings += 1;
        let rates: &[u8] = match code {
            codes::NETWORK_ACCESS => {
                facts.access = value == [1];
                return;
            }
            codes::CMTS_MIC => {
                facts.mic = value;
                return;
            }
            // Maximum downstream and upstream rate.
            codes::CLASS => &[2, 3],
            // Maximum sustained traffic rate.
            codes::UP_FLOW | codes::DOWN_FLOW => &[8],
            _ => return,
        };
        facts.flows += 1;
        each(value, &mut |code, value| {
            let rate = rates.contains(&code) && value.iter().any(|o| *o != 0);
            facts.rates += usize::from(rate);
        });
    });
    facts
}

/// The settings of a file that a secret does not change.
fn unsigned(bytes: &[u8]) -> Vec<(u8, &[u8])> {
    let mut out = Vec::new();
    each(bytes, &mut |code, value| {
        if code != codes::CM_MIC && code != codes::CMTS_MIC {
            out.push((code, value));
        }
    });
    out
}

/// What the file `new` takes away from the live one.
pub fn compare(old: &[u8], new: &[u8]) -> Taken {
    let (before, after) = (facts(old), facts(new));
    let other_mic = !before.mic.is_empty()
        && !after.mic.is_empty()
        && before.mic != after.mic;
    Taken {
        access: before.access && !after.access,
        flows: after.flows < before.flows || after.rates < before.rates,
        settings: after.settings * 2 < before.settings,
        secret: other_mic && unsigned(old) == unsigned(new),
    }
}

/// The texts that each configfile's devices are made of: its id, then those
/// of its chain whose text is not empty.
pub fn chains(shared: &Shared) -> HashMap<u32, Vec<u32>> {
    let rows: HashMap<u32, _> =
        shared.configfiles.iter().map(|row| (row.id, row)).collect();
    let chain = |id: u32| {
        let (mut out, mut seen) = (vec![id], Vec::new());
        let mut next = rows.get(&id);
        while let Some(row) = next.filter(|row| !seen.contains(&row.id)) {
            seen.push(row.id);
            let blank = |text: &Vec<u8>| text.trim_ascii().is_empty();
            if row.text.as_ref().is_some_and(|text| !blank(text)) {
                out.push(row.id);
            }
            next = row.parent_id.and_then(|id| rows.get(&id));
        }
        out
    };
    rows.keys().map(|id| (*id, chain(*id))).collect()
}

/// Whether a device's chain became shorter: of the same configfile, with
/// fewer texts.
pub fn is_shorter(old: &[u32], new: &[u32]) -> bool {
    old.first() == new.first() && new.len() < old.len()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::texts::{ConfigfileRow, Device};

    const LIVE: [u8; 33] = [
        3, 1, 1, 4, 6, 2, 4, 0, 0, 1, 0, 24, 6, 8, 4, 0, 0, 0, 9, 11, 1, 5, 6,
        1, 1, 7, 2, 1, 1, 255, 0, 0, 0,
    ];

    fn check(at: usize, octet: u8, expected: Taken) {
        let mut new = LIVE;
        new[at] = octet;
        assert_eq!(compare(&LIVE, &new), expected, "{at}");
    }

    #[test]
    fn what_a_file_takes_away() {
        let nothing = Taken::default();
        assert!(compare(&LIVE, &LIVE).is_nothing());
        check(2, 0, Taken { access: true, ..nothing });
        check(9, 0, Taken { flows: true, ..nothing });
        check(9, 7, nothing);
        check(18, 0, Taken { flows: true, ..nothing });
        check(18, 1, nothing);
        check(21, 6, nothing);
        check(27, 2, Taken { secret: true, ..nothing });
        let without = [&LIVE[..11], &LIVE[19..]].concat();
        let flows = Taken { flows: true, ..nothing };
        assert_eq!(compare(&LIVE, &without), flows);
        // More access, flows and settings than before.
        assert!(compare(&without, &LIVE).is_nothing());
        let few = [3, 1, 1, 6, 1, 1, 255];
        assert!(compare(&LIVE, &few).settings);
        // What cannot be read has nothing to lose.
        assert!(compare(b"\x18\xff", &LIVE).is_nothing());
        let mta = [254, 1, 1, 64, 0, 2, 1, 1, 11, 1, 1, 254, 1, 255];
        assert_eq!(facts(&mta).settings, 4);
    }

    fn row(id: u32, parent: Option<u32>, text: &str) -> ConfigfileRow {
        ConfigfileRow {
            id,
            name: String::new(),
            parent_id: parent,
            text: Some(text.into()),
            firmware: String::new(),
            device: Device::Cm,
        }
    }

    #[test]
    fn chains_end_where_a_parent_is_missing() {
        let of = |rows: Vec<ConfigfileRow>, id: u32| {
            let shared = Shared { configfiles: rows, ..Shared::default() };
            chains(&shared)[&id].clone()
        };
        let whole = vec![
            row(1, None, "a"),
            row(2, Some(1), " \n"),
            row(3, Some(2), "c"),
        ];
        let old = of(whole.clone(), 3);
        assert_eq!(old, [3, 3, 1]);
        let parent_gone = vec![row(2, Some(1), ""), row(3, Some(2), "c")];
        assert!(is_shorter(&old, &of(parent_gone, 3)));
        let mut emptied = whole.clone();
        emptied[2].text = None;
        assert!(is_shorter(&old, &of(emptied, 3)));
        let mut other_parent = whole.clone();
        other_parent[2].parent_id = Some(4);
        other_parent.push(row(4, None, "d"));
        assert!(!is_shorter(&old, &of(other_parent, 3)));
        // Another configfile is an edit of the device.
        assert!(!is_shorter(&old, &of(whole, 1)));
        let cycle = vec![row(1, Some(2), "a"), row(2, Some(1), "b")];
        assert_eq!(of(cycle, 1), [1, 1, 2]);
    }
}
