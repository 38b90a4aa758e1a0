//! The words of `--allow`.

use clap::ValueEnum;
use clap::builder::PossibleValuesParser;

/// What a run may take away from many at once, each with its own limit.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, ValueEnum)]
pub enum Guard {
    /// Everything below
    All,
    /// Hosts of all kinds
    Hosts,
    /// Hosts of modems
    Modems,
    /// Hosts of telephone adapters
    Mtas,
    /// Hosts of endpoints
    Endpoints,
    /// Modems whose customer devices get no address any more
    Blocked,
    /// CMTS
    Cmts,
    /// Pools that vanish or answer nobody any more
    Pools,
    /// Pools whose router changes
    Routers,
    /// Active leases that no range holds any more
    Leases,
    /// Access lists of named and chrony that become empty
    AccessLists,
    /// Names of devices that are still there
    Names,
    /// Boot files that are removed
    Files,
    /// Devices that have no valid boot file
    NoFile,
    /// Boot files whose NetworkAccess becomes 0
    NetworkAccess,
    /// Boot files that lose flows or rates
    Flows,
    /// Boot files that lose a configfile's settings
    Settings,
    /// Boot files that are signed with another secret
    KeyFile,
}

/// Reads the words. They stay texts: `docsis` has an `--allow` of its own for
/// names of rules, and clap hands its values up to the option of all commands,
/// which must then be of the same type.
pub(super) fn words() -> PossibleValuesParser {
    let variants = Guard::value_variants().iter();
    PossibleValuesParser::new(variants.filter_map(Guard::to_possible_value))
}

impl Guard {
    /// Whether one of the words of `--allow` is its own.
    pub(super) fn is_among(self, words: &[String]) -> bool {
        let word = self.to_possible_value();
        let name = word.as_ref().map(clap::builder::PossibleValue::get_name);
        words.iter().any(|given| Some(given.as_str()) == name)
    }
}
