//! The leases of the device, from the lease file.

use crate::explain::about::Question;
use crate::explain::device::{Device, Wanted};
use crate::explain::result::LeaseText;
use crate::isc_dhcp::last::{self, Last};
use crate::model::Mac;
use crate::model::mac::MacCell;

/// The last lease of an address or a MAC.
pub fn of(
    question: &Question<'_>,
    wanted: &Wanted,
) -> anyhow::Result<Option<Last>> {
    let path = &question.leases;
    let found = match wanted {
        Wanted::Address(ip) => last::of_address(path, *ip),
        Wanted::Mac(mac) => last::of_client(path, mac.octets()),
        _ => return Ok(None),
    };
    found.or_else(|error| {
        // Its reader need not be this user.
        let console = question.context.console;
        console.warning(&format!("cannot read {}: {error}", path.display()));
        Ok(None)
    })
}

/// The lease that a device has or had last; where an address was asked for,
/// that one's too.
pub fn all(
    question: &Question<'_>,
    device: &Device,
) -> anyhow::Result<Vec<Last>> {
    let mut found = Vec::new();
    if let Some(mac) = device.mac {
        found.extend(of(question, &Wanted::Mac(mac))?);
    }
    if let Wanted::Address(_) = &question.wanted {
        let other = of(question, &question.wanted)?;
        found.extend(other.filter(|other| !found.contains(other)));
    }
    Ok(found)
}

/// The client of a lease.
pub fn client(last: &Last) -> Option<Mac> {
    match Mac::read(&hex(last.entry.hardware?)) {
        MacCell::Valid { mac, .. } => Some(mac),
        _ => None,
    }
}

/// Six octets with colons.
pub fn hex(octets: [u8; 6]) -> String {
    octets.map(|octet| format!("{octet:02x}")).join(":")
}

/// Whether a client holds it now.
pub fn is_active(last: &Last) -> bool {
    last.entry.bound && last.entry.ends > crate::env::now()
}

/// A lease as the result has it.
pub fn text(last: &Last) -> LeaseText {
    let entry = &last.entry;
    let state = last.value("binding state").unwrap_or("active");
    let active = is_active(last);
    LeaseText {
        address: entry.address.to_string(),
        state: match entry.bound && !active {
            true => "expired".into(),
            false => state.to_string(),
        },
        active,
        since: entry.since,
        ends: (entry.ends != i64::MAX).then_some(entry.ends),
        mac: entry.hardware.map(hex),
        behind: last.behind().map(hex),
        client_name: last
            .value("client-hostname")
            .map(|name| name.trim_matches('"').to_string()),
    }
}
