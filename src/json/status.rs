//! What `status` and its mutes print with `--json`.

use schemars::JsonSchema;
use serde::Serialize;

/// One finding of `status`.
#[derive(Debug, Serialize, JsonSchema)]
pub struct StatusFinding {
    /// Its code, see provha-codes(7).
    pub code: &'static str,
    /// The check that found it.
    pub check: &'static str,
    /// unknown, warning or critical; of a root cause, with what it explains.
    pub state: &'static str,
    /// The worst state that this code comes with.
    pub severity: &'static str,
    /// What is wrong, in a few words.
    pub title: &'static str,
    /// What that means.
    pub meaning: &'static str,
    /// What was found.
    pub text: String,
    /// What to do about it.
    pub hint: Option<String>,
    /// Commands that show more, or repair it.
    pub commands: Vec<&'static str>,
    /// The code of the root cause that explains it; null: it is one itself.
    pub because: Option<&'static str>,
    /// The mute that it is under; null: it counts.
    pub muted: Option<StatusMute>,
    /// Whether it comes and goes, is just gone, and is held.
    pub flaps: bool,
}

/// One mute.
#[derive(Debug, Serialize, JsonSchema)]
pub struct StatusMute {
    /// The code, or `all`.
    pub code: String,
    /// When it began, seconds since 1970 (UTC).
    pub since: i64,
    /// When it ends.
    pub until: i64,
    /// Why.
    pub reason: String,
}

/// One address pool.
#[derive(Debug, Serialize, JsonSchema)]
pub struct StatusPool {
    /// The CMTS.
    pub cmts: String,
    /// What it serves: CM, MTA, CPEPriv, CPEPub, STB.
    pub kind: String,
    /// Its subnet.
    pub net: String,
    /// Addresses of its ranges.
    pub size: u64,
    /// Those that a client holds.
    pub active: u64,
    /// Those that the primary, or the only server, may give out.
    pub free: u64,
    /// Those that the secondary may give out.
    pub backup: u64,
    /// Those that nobody may give out for now.
    pub other: u64,
    /// Active addresses more a day; null: not known yet.
    pub growth_per_day: Option<f64>,
    /// In how many days it will be full; null: not at this growth.
    pub days_left: Option<f64>,
}

/// The result of `status mute` and `status unmute`.
#[derive(Debug, Serialize, JsonSchema)]
pub struct StatusMutes {
    /// The command.
    pub command: &'static str,
    /// The mutes that hold now.
    pub mutes: Vec<StatusMute>,
}
