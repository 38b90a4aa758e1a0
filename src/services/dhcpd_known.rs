//! A device that dhcpd is known to answer: asked before a restart, and once
//! more after it. That OMAPI answers says only that the process runs.

use std::collections::BTreeMap;
use std::io::{self, BufReader, Seek};
use std::net::Ipv4Addr;
use std::path::{Path, PathBuf};
use std::time::Duration;

use crate::clients::dhcp;
use crate::clients::dhcp::Device;
use crate::guard::live::{self, Subnet};
use crate::isc_dhcp::leases::{self, Entry};
use crate::model::PoolType;
use crate::model::ranges::covers;
use crate::publish::activate::Probe;
use crate::system::files;

/// How much of the lease file's end is read, octets: what is active now was
/// noted there not long ago, and a network at rest must not cost seconds.
pub const TAIL: u64 = 1 << 18;
/// The same where a person waits: after a pair has shared its pools out, the
/// end holds free addresses alone.
pub const WHOLE: u64 = 1 << 28;
/// How long an answer may take: that to a device with a lease comes at once.
const PATIENCE: Duration = Duration::from_millis(700);
/// What a cable modem says that it is (class "CM" of global.conf).
const MODEM: &str = "docsis3.0:052401010102";

/// A modem with an active lease, and the address to ask from.
#[derive(Debug, Clone)]
pub struct Known {
    own: Ipv4Addr,
    device: Device,
}

impl Known {
    /// A modem that our dhcpd answers now; None: there is none, or it
    /// cannot be asked for from here.
    pub fn find(
        set: &Path,
        lease_file: &Path,
        own: Ipv4Addr,
        (now, tail): (i64, u64),
    ) -> Option<Self> {
        let nets = nets(set);
        let inside = |entry: &Entry| is_given(&nets, entry.address);
        let entry =
            recent(lease_file, tail).ok()?.into_iter().rev().find(|entry| {
                entry.bound
                    && entry.ends > now
                    && entry.hardware.is_some()
                    && inside(entry)
            })?;
        let (mac, net) = (entry.hardware?, entry.address);
        let known = Self { own, device: Device { mac, class: MODEM, net } };
        known.is_answered().then_some(known)
    }

    /// Whether dhcpd offers the modem an address.
    pub fn is_answered(&self) -> bool {
        dhcp::offer(self.own, &self.device, PATIENCE).is_ok()
    }

    /// The same question as part of a probe of the live set.
    pub fn with(self, set: PathBuf, inner: Box<dyn Probe>) -> Box<dyn Probe> {
        Box::new(Serves { known: self, set, inner })
    }
}

impl std::fmt::Display for Known {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let mac = self.device.mac.map(|octet| format!("{octet:02x}"));
        write!(f, "modem {} ({})", mac.join(":"), self.device.net)
    }
}

/// Whether dhcpd answers, and the modem too.
struct Serves {
    known: Known,
    set: PathBuf,
    inner: Box<dyn Probe>,
}

impl Probe for Serves {
    fn ask(&self, patience: Duration) -> Result<(), String> {
        self.inner.ask(patience)?;
        if self.known.is_answered() || !self.known.is_in(&self.set) {
            return Ok(());
        }
        Err(format!(
            "it runs, but does not answer the {}, which it answered before",
            self.known
        ))
    }

    fn has_set(&self) -> Option<bool> {
        self.inner.has_set()
    }
}

impl Known {
    /// Whether a set still has the modem and its net: if a change takes them
    /// away, silence is what was wanted.
    fn is_in(&self, set: &Path) -> bool {
        let mac = self.device.mac.map(|octet| format!("{octet:02x}"));
        let mac = mac.join(":");
        let hosts = std::fs::read(set.join("modems-host.conf"));
        let hosts = hosts.unwrap_or_default();
        let has = hosts
            .windows(mac.len())
            .any(|part| part.eq_ignore_ascii_case(mac.as_bytes()));
        has && is_given(&nets(set), self.device.net)
    }
}

/// The subnets that cable modems get addresses from in a set.
fn nets(set: &Path) -> Vec<Subnet> {
    let mut nets = Vec::new();
    for name in files::walk(&set.join("cmts_gws")).unwrap_or_default() {
        let path = set.join("cmts_gws").join(&name);
        let text = std::fs::read_to_string(path).unwrap_or_default();
        live::parse(&name, &text, &mut nets);
    }
    nets.retain(|net| net.kind == Some(PoolType::Cm) && net.gives());
    nets
}

/// Whether an address is one that modems get: one that is being drained is
/// offered to nobody.
fn is_given(nets: &[Subnet], address: Ipv4Addr) -> bool {
    let range = (address.to_bits(), address.to_bits());
    nets.iter().any(|net| covers(&net.ranges, range))
}

/// The last entry of each address at the end of a lease file, in the order in
/// which they were written.
fn recent(path: &Path, tail: u64) -> io::Result<Vec<Entry>> {
    let (mut file, _) =
        files::open_through(path).map_err(|error| error.source)?;
    let length = file.metadata()?.len();
    file.seek(io::SeekFrom::Start(length.saturating_sub(tail)))?;
    let (mut last, mut count) = (BTreeMap::new(), 0_usize);
    leases::scan(BufReader::new(file), &mut |entry| {
        count += 1;
        let _ = last.insert(entry.address, (count, entry));
    })?;
    let mut entries: Vec<_> = last.into_values().collect();
    entries.sort_unstable_by_key(|(count, _)| *count);
    Ok(entries.into_iter().map(|(_, entry)| entry).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_addresses_of_modems_are_known() {
        let dir = tempfile::tempdir().unwrap();
        let text = "shared-network \"x\" {\n subnet 10.16.0.0 netmask \
                    255.255.240.0 { pool { range 10.16.0.2 10.16.0.9; allow \
                    members of \"CM\"; } }\n subnet 100.64.0.0 netmask \
                    255.255.240.0 { pool { allow members of \"Client\"; } } }";
        let path = dir.path().join("cmts_gws/1.conf");
        files::make_dirs(path.parent().unwrap()).unwrap();
        files::replace(&path, text.as_bytes(), 0o644).unwrap();
        let nets = nets(dir.path());
        let given = |last: [u8; 4]| is_given(&nets, last.into());
        assert!(given([10, 16, 0, 2]) && given([10, 16, 0, 9]));
        assert!(!given([10, 16, 0, 10]) && !given([100, 64, 0, 2]));
        let drained = text.replace("\"CM\"", "\"provha-drain-CM\"");
        files::replace(&path, drained.as_bytes(), 0o644).unwrap();
        assert!(!is_given(&super::nets(dir.path()), [10, 16, 0, 2].into()));
    }

    #[test]
    fn the_last_entry_of_an_address_counts() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("leases");
        let lease = |last: u8, state: &str| {
            format!(
                "lease 10.16.0.{last} {{\n  starts 1 2026/11/02 10:00:00;\n  \
                 ends never;\n  binding state {state};\n  hardware ethernet \
                 00:00:00:00:00:0{last};\n}}\n"
            )
        };
        let text = [lease(1, "active"), lease(2, "active"), lease(1, "free")];
        files::replace(&path, text.concat().as_bytes(), 0o644).unwrap();
        let seen: Vec<_> = recent(&path, TAIL)
            .unwrap()
            .iter()
            .map(|entry| (entry.address.octets()[3], entry.bound))
            .collect();
        assert_eq!(seen, [(2, true), (1, false)]);
    }
}
