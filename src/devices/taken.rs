//! What a new boot file takes away from its device.

use crate::devices::worker::Worker;
use crate::guard::contents;
use crate::model::device::DeviceKind;
use crate::model::texts::TextDevice;
use crate::publish::device_files;
use crate::publish::device_files::Part;
use crate::system::stamp::Stamp;

impl Worker<'_> {
    /// Offers a binary, and notes what it takes away from the live one; its
    /// stamp.
    pub(super) fn binary(
        &mut self,
        device: &TextDevice,
        binary: &[u8],
    ) -> anyhow::Result<Stamp> {
        let file = (device.id, Part::Cfg);
        let before = self.made.offered.len();
        let stamp = self.offer(file, binary)?;
        let changed = self.made.offered.len() > before;
        if !changed || self.loose.is_new(file) {
            return Ok(stamp);
        }
        let Ok(live) = self.loose.read(file, device_files::MOST) else {
            return Ok(stamp);
        };
        let mut taken = contents::compare(&live, binary);
        let old = self.memory.texts(device.id);
        let new = self.shop.chains.get(&device.configfile);
        if let (Some(old), Some(new)) = (old, new) {
            taken.settings |= contents::is_shorter(old, new);
        }
        if !taken.is_nothing() {
            self.made.taken.push((device.id, taken));
        }
        Ok(stamp)
    }

    /// Tells of a modem without a contract; it is not told from memory.
    pub(super) fn tell_contract(&mut self, device: &TextDevice) {
        let modem = matches!(self.kind, DeviceKind::Cm);
        if modem && self.shop.texts.lacks_contract(device) {
            let reason = "its contract is missing or deleted: NetworkAccess 0";
            let findings = &mut self.made.findings;
            findings.warn("modem", device.id, "contract_id", reason);
        }
    }
}
