//! The version of DOCSIS in which a setting appears, and that of a modem.
//!
//! Versions of codes: CL-SP-CANN 11.1 and MULPIv4.0 Annex C. A modem passes
//! over settings that it does not know.

/// A version of DOCSIS.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Docsis {
    /// 1.0.
    V10,
    /// 1.1.
    V11,
    /// 2.0.
    V20,
    /// 3.0.
    V30,
    /// 3.1.
    V31,
    /// 4.0.
    V40,
}

use Docsis::{V10, V11, V20, V30, V31, V40};

impl Docsis {
    /// The number, such as `3.1`.
    #[must_use]
    pub fn number(self) -> &'static str {
        match self {
            V10 => "1.0",
            V11 => "1.1",
            V20 => "2.0",
            V30 => "3.0",
            V31 => "3.1",
            V40 => "4.0",
        }
    }

    /// The version of a modem from what its rows say of model and software;
    /// `None` where neither tells it.
    #[must_use]
    pub fn of_modem(model: &str, software: &str) -> Option<Self> {
        let words = format!("{model} {software}").to_ascii_uppercase();
        let said = words.split("DOCSIS").nth(1).and_then(named);
        said.or_else(|| {
            let known = MODELS.iter().find(|(start, _)| {
                words
                    .match_indices(start)
                    .any(|(at, _)| starts_word(&words, at))
            });
            known.map(|(_, version)| *version)
        })
    }
}

/// The version that follows the word DOCSIS.
fn named(rest: &str) -> Option<Docsis> {
    let rest = rest.trim_start_matches([' ', '-', '_', 'V', '=', ':']);
    [V10, V11, V20, V30, V31, V40]
        .into_iter()
        .find(|version| rest.starts_with(version.number()))
}

/// Whether a word starts there.
fn starts_word(words: &str, at: usize) -> bool {
    at == 0 || !words.as_bytes()[at - 1].is_ascii_alphanumeric()
}

/// Versions of usual models by the start of their name (makers' data sheets).
#[rustfmt::skip]
const MODELS: &[(&str, Docsis)] = &[
    ("SB5101", V20), ("SB5100", V20), ("EPC2100", V20), ("EPC2203", V20), ("TM402", V20), ("TM502", V20), ("TM602", V20),
    ("SB6120", V30), ("SB6121", V30), ("SB6141", V30), ("SB6183", V30), ("EPC3000", V30), ("EPC3008", V30), ("EPC3208", V30),
    ("EPC3212", V30), ("EPC3925", V30), ("EPC3928", V30), ("CH7465", V30), ("CH7466", V30), ("TC7200", V30), ("TC7210", V30),
    ("TC4350", V30), ("TM722", V30), ("TM802", V30), ("TM822", V30), ("TG862", V30), ("TG2492", V30), ("TWG850", V30),
    ("6320", V30), ("6340", V30), ("6360", V30), ("6430", V30), ("6460", V30), ("6490", V30), ("6590", V30),
    ("TC4400", V31), ("CGM4140", V31), ("CGM4231", V31), ("CGA4233", V31), ("CGA4131", V31), ("TG3442", V31), ("TG3482", V31),
    ("TM3402", V31), ("CM8200", V31), ("SB8200", V31), ("CM1000", V31), ("CM2000", V31), ("MB8600", V31),
    ("6591", V31), ("6660", V31), ("6670", V31), ("6690", V31),
];

/// The version in which a setting at the top appears; eSAFE and vendor
/// codes are of none.
#[must_use]
pub fn of_code(code: u8) -> Option<Docsis> {
    Some(match code {
        1..=4 | 6 | 7 | 9..=11 | 14 | 17..=21 | 43 => V10,
        22..=26 | 28 | 29 | 32..=38 => V11,
        39..=42 | 45 => V20,
        53..=56 | 58..=69 | 74 | 79 => V30,
        70..=73 | 76 | 81 | 82 | 84 | 88 | 91..=95 => V31,
        96 | 97 | 101..=104 | 106 => V40,
        _ => return None,
    })
}

/// The version in which a setting inside a block at the top appears, where it
/// is later than that of the block.
#[must_use]
pub fn of_child(block: u8, code: u8) -> Option<Docsis> {
    Some(match (block, code) {
        (22 | 23, 12..=17) | (24 | 25, 25..=27 | 31..=35 | 40) | (25, 17) => {
            V30
        }
        // Extensions of DOCSIS itself; a vendor's own settings have no row.
        (43, 1..=4) => V20,
        (43, 6..=11) => V30,
        (24 | 25, 36 | 37 | 41 | 42 | 44..=49) => V31,
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_version_of_a_modem_is_read_where_it_is_told() {
        let of = Docsis::of_modem;
        assert_eq!(of("DOCSIS 3.1 modem", "x"), Some(V31));
        assert_eq!(of("TC4400-EU", ""), Some(V31));
        assert_eq!(of("EPC3208", "v302r125562"), Some(V30));
        assert_eq!(of("FRITZ!Box 6490 Cable", "141.07.29"), Some(V30));
        assert_eq!(of("unknown", "1.2.3"), None);
        assert_eq!(of("X6490", ""), None);
        assert_eq!(of("", "docsis_v2.0"), Some(V20));
    }

    #[test]
    fn codes_have_their_version() {
        assert_eq!(of_code(24), Some(V11));
        assert_eq!(of_code(62), Some(V30));
        assert_eq!(of_code(97), Some(V40));
        assert_eq!(of_code(202), None);
        assert_eq!(of_child(24, 41), Some(V31));
        assert_eq!(of_child(24, 8), None);
    }
}
