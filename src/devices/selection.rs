//! Which devices are to be made, and what came of it.

use std::collections::HashSet;

use crate::model::device::DeviceKind;
use crate::report::Outcome;

/// Which devices' files are to be made.
#[derive(Debug, Clone, Default)]
pub struct Selection {
    /// Only devices of this kind.
    pub kind: Option<DeviceKind>,
    /// Only these; empty: all.
    pub ids: Vec<u32>,
    /// Whether to make every file again, whatever is known of the last run.
    pub full: bool,
    /// True if rows of some of them may have changed: nothing is said of
    /// devices that are as they were, nor of those without any file unless
    /// many changed.
    pub news_only: bool,
}

impl Selection {
    /// The single devices as a set: a tick of `rebuild` names a thousand of
    /// them, which are looked for among all files.
    pub(super) fn named(&self) -> HashSet<u32> {
        self.ids.iter().copied().collect()
    }

    /// True if all devices of the kinds are looked at, and told of.
    pub(super) fn is_whole(&self) -> bool {
        self.ids.is_empty() && !self.news_only
    }

    /// Whether this kind is to be made.
    pub(super) fn wants(&self, kind: DeviceKind) -> bool {
        self.kind.is_none_or(|wanted| wanted == kind)
    }
}

/// Up to this many changed devices are named one by one.
pub const MOST_SINGLE: usize = 1000;

/// What a run for `rebuild` did.
#[derive(Debug)]
pub struct Updated {
    /// For the summary.
    pub outcome: Outcome,
    /// Devices whose files changed, or cannot be made for a reason that is
    /// new; ascending.
    pub changed: Vec<u32>,
    /// True if some row named a column that no text does: then every column
    /// of devices counts.
    pub needs_all_columns: bool,
}
