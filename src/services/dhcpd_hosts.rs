//! Whether a dhcpd that was restarted serves the new set: a host that only
//! this set has is asked for through OMAPI. A start command may well start a
//! new process on content that it copied before.

use std::collections::HashSet;
use std::net::{Ipv4Addr, SocketAddr};
use std::path::{Path, PathBuf};
use std::time::Duration;

use crate::clients::omapi::sign::Key;
use crate::clients::omapi::{Client, OmapiError};
use crate::isc_dhcp::{hosts, live};
use crate::publish::activate::Probe;
use crate::system::{files, stamp};

/// isc-result of a lookup without a match (dhcpd 4.4, `ISC_R_NOTFOUND`).
const NOT_FOUND: u32 = 23;
/// How long an answer may take.
const PATIENCE: Duration = Duration::from_secs(5);

/// A host that is in a new set, and was not in the former one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fresh {
    name: String,
    mac: u64,
}

impl Fresh {
    /// The first host that `new` has and `old` has not; None: there is none
    /// with a hardware address, or a file cannot be read.
    pub fn find(old: &Path, new: &Path) -> Option<Self> {
        hosts::FILES.iter().find_map(|name| {
            let had = all(&old.join(name))?;
            let mut found = None;
            each(&new.join(name), &mut |host, stamp| {
                if found.is_none() && !had.contains(&stamp) {
                    found = Some(host());
                }
            })?;
            found
        })
    }

    /// The question for it as part of a probe of the live set.
    pub fn with(self, set: PathBuf, inner: Box<dyn Probe>) -> Box<dyn Probe> {
        Box::new(Serves { fresh: self, set, inner })
    }

    /// Whether a set has it: after a roll-back it has not.
    fn is_in(&self, set: &Path) -> bool {
        let own = stamp_of(self.name.as_bytes(), self.mac);
        let mut files = hosts::FILES.iter();
        files.any(|name| {
            all(&set.join(name)).is_some_and(|all| all.contains(&own))
        })
    }

    /// Asks the dhcpd of a live set for it.
    fn ask(&self, set: &Path) -> Result<(), String> {
        let live = live::read(set);
        let key = live.key.as_ref().and_then(Key::new);
        let (Some(key), Some(port)) = (key, live.port) else { return Ok(()) };
        let server = SocketAddr::from((Ipv4Addr::LOCALHOST, port));
        let Ok(mut client) = Client::connect_within(server, &key, PATIENCE)
        else {
            return Ok(());
        };
        let mac = self.mac.to_be_bytes()[2..].to_vec();
        let object = vec![
            ("hardware-address".into(), mac),
            ("hardware-type".into(), 1_u32.to_be_bytes().to_vec()),
        ];
        let known = match client.open("host", object) {
            Ok(host) => host.text("name").is_none_or(|name| name == self.name),
            Err(OmapiError::Status { code, .. }) => code != NOT_FOUND,
            Err(_) => true,
        };
        match known {
            true => Ok(()),
            false => Err(format!(
                "it runs, but with another set than the one that is live: it \
                 does not know the host {}; look what its start command reads",
                self.name
            )),
        }
    }
}

/// What a host is told by: its name and its hardware address.
fn stamp_of(name: &[u8], mac: u64) -> u64 {
    let mac = mac.to_be_bytes();
    stamp::fnv(name.iter().copied().chain([0]).chain(mac))
}

/// Visits the hosts of a file that have a hardware address; one that is not
/// there has none.
fn each(
    path: &Path,
    visit: &mut dyn FnMut(&dyn Fn() -> Fresh, u64),
) -> Option<()> {
    let file = match files::open(path) {
        Err(error) if files::is_missing(&error) => return Some(()),
        other => other.ok()?.0,
    };
    let mut line = |line: &[u8]| {
        let (Some(name), Some(mac)) =
            (hosts::name(line), hosts::hardware(line))
        else {
            return;
        };
        let host = || Fresh {
            name: String::from_utf8_lossy(name).trim_matches('"').to_string(),
            mac,
        };
        visit(&host, stamp_of(name, mac));
    };
    hosts::each_line(file, &mut line).ok()
}

/// The hosts of a file.
fn all(path: &Path) -> Option<HashSet<u64>> {
    let mut all = HashSet::new();
    each(path, &mut |_, stamp| {
        let _ = all.insert(stamp);
    })?;
    Some(all)
}

/// Whether dhcpd answers, and serves that host.
struct Serves {
    fresh: Fresh,
    set: PathBuf,
    inner: Box<dyn Probe>,
}

impl Probe for Serves {
    fn ask(&self, patience: Duration) -> Result<(), String> {
        self.inner.ask(patience)?;
        match self.fresh.is_in(&self.set) {
            true => self.fresh.ask(&self.set),
            false => Ok(()),
        }
    }

    fn has_set(&self) -> Option<bool> {
        self.inner.has_set()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_host_that_is_new_is_found() {
        let dirs = [(); 2].map(|()| tempfile::tempdir().unwrap());
        let [old, new] = dirs.each_ref().map(tempfile::TempDir::path);
        let host = |name: &str, mac: &str| {
            format!("host {name} {{ hardware ethernet {mac}; }}\n")
        };
        let one = host("a", "02:00:00:00:00:01");
        let put = |dir: &Path, text: &str| {
            let path = dir.join("mta.conf");
            files::replace(&path, text.as_bytes(), 0o600).unwrap();
        };
        put(old, &one);
        put(new, &one);
        assert_eq!(Fresh::find(old, new), None);
        for (name, mac) in
            [("b", "02:00:00:00:00:01"), ("a", "02:00:00:00:00:02")]
        {
            put(new, &(one.clone() + &host(name, mac)));
            let found = Fresh::find(old, new).unwrap();
            assert_eq!(found.name, name);
            assert!(found.is_in(new) && !found.is_in(old), "{found:?}");
        }
        put(new, "");
        assert_eq!(Fresh::find(old, new), None);
    }
}
