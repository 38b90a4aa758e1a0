//! All files of one kind of device on their way to become live.

use std::path::PathBuf;

use crate::devices::cache::DeviceCache;
use crate::devices::made::Made;
use crate::publish::device_files::{DeviceDir, FileId};

/// All files of one kind, offered but not yet live.
pub(super) struct Batch {
    /// Their directory.
    pub(super) loose: DeviceDir,
    /// Their word.
    pub(super) noun: &'static str,
    /// The ids of all devices, ascending.
    pub(super) devices: Vec<u32>,
    /// Files whose device is gone.
    pub(super) stale: Vec<FileId>,
    /// What was made.
    pub(super) made: Made,
    /// What was known before.
    pub(super) memory: DeviceCache,
    /// Where that is kept.
    pub(super) memory_path: PathBuf,
}

/// Removes what was offered.
pub(super) fn withdraw(batches: &[Batch]) {
    for batch in batches {
        batch.loose.withdraw(&batch.made.offered);
    }
}
