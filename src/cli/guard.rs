//! The words of `--allow`.

use clap::ValueEnum;

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
