//! What feeds outputs from outside the database: files on disk, settings, the
//! machine itself, this program. Files count by name, size, inode and time of
//! change, not by content.

use std::hash::{DefaultHasher, Hash, Hasher};
use std::net::Ipv4Addr;
use std::path::Path;

use crate::config::Settings;
use crate::docsis::mib::dirs::fingerprint;
use crate::rebuild::{hash_of, hex};
use crate::render::dns::CPE_KEY;
use crate::source::load::Machine;
use crate::system::dir::Dir;
use crate::system::files;
use crate::system::stamp;

/// Hashes of what is outside.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Outside {
    /// Program, settings, templates, host name, wanted role.
    pub settings: u64,
    /// Addresses of the machine and the zone's UTC offset; the database's
    /// settings make of them what counts.
    pub machine: u64,
    /// Firmware images.
    pub firmware: u64,
    /// The key file.
    pub key: u64,
    /// Loose files that texts can name, and the MIB files whose objects they
    /// can name.
    pub loose: u64,
    /// Dial plans.
    pub plans: u64,
    /// The OMAPI key.
    pub omapi: u64,
    /// The key of customer devices' names.
    pub names: u64,
    /// dhcpd's lease file.
    pub leases: u64,
}

impl Outside {
    /// Looks at everything.
    pub fn look(settings: &Settings, machine: &Machine) -> Self {
        let path = |key| settings.path(key);
        let templates = tree(&path("PROVHA__TEMPLATE_DIR"), &[]);
        let tftp = path("PROVHA__TFTP_DIR");
        let role = machine.role.map(crate::model::Role::word);
        let host = &machine.host_name;
        Self {
            settings: hash_of(&(
                program(),
                settings.hash(),
                templates,
                host,
                role,
            )),
            machine: hash_of(&(addresses(machine), offset(settings))),
            firmware: tree(&tftp.join("fw"), &[]),
            key: file(&tftp.join("keyfile")),
            loose: hash_of(&(
                tree(&tftp, &["cm", "mta", "fw", "dialplan", "keyfile"]),
                fingerprint(&settings.paths("PROVHA__MIB_DIRS"), true),
            )),
            plans: tree(&tftp.join("dialplan"), &[]),
            omapi: file(&path("PROVHA__OMAPI_KEY_FILE")),
            names: file(&settings.root().at(CPE_KEY)),
            leases: file(&path("PROVHA__DHCPD_LEASES")),
        }
    }
}

impl Outside {
    /// One hash of everything but the leases, and of the TFTP server that
    /// answers.
    pub fn around(&self, answer: Option<Ipv4Addr>) -> String {
        hex(hash_of(&(Self { leases: 0, ..*self }, answer)))
    }

    /// The same after a run that made the keys that were not there.
    #[must_use]
    pub fn with_made_keys(self, settings: &Settings) -> Self {
        let tftp = settings.path("PROVHA__TFTP_DIR");
        let made = |before: u64, path: &Path| match before {
            0 => file(path),
            before => before,
        };
        Self {
            key: made(self.key, &tftp.join("keyfile")),
            names: made(self.names, &settings.root().at(CPE_KEY)),
            ..self
        }
    }
}

/// What tells this program from another build of it.
fn program() -> (&'static str, u64) {
    let own = std::env::current_exe().map_or(0, |path| file(&path));
    (env!("CARGO_PKG_VERSION"), own)
}

/// The machine's addresses in a fixed order.
fn addresses(machine: &Machine) -> Vec<std::net::IpAddr> {
    let mut addresses = machine.addresses.clone();
    addresses.sort_unstable();
    addresses
}

/// The zone's UTC offset now, seconds; None for an unknown zone.
fn offset(settings: &Settings) -> Option<i32> {
    let zone = jiff::tz::TimeZone::get(settings.text("APP_TIMEZONE")).ok()?;
    Some(zone.to_offset(jiff::Timestamp::now()).seconds())
}

/// The stamp of what a run would read; 0 when it is not there.
fn file(path: &Path) -> u64 {
    files::open_through(path).map_or(0, |(_, meta)| stamp::stamp(&meta))
}

/// Every file below a directory, apart from these names in it and from
/// temporary files.
fn tree(dir: &Path, without: &[&str]) -> u64 {
    let entries = Dir::open(dir).and_then(|dir| dir.entries());
    let mut names: Vec<String> = entries
        .unwrap_or_default()
        .into_iter()
        .filter_map(|(name, _)| name.into_string().ok())
        .filter(|name| !without.contains(&name.as_str()))
        .filter(|name| !name.starts_with(".provha-"))
        .filter(|name| name != crate::clients::tftp::ADVISORY)
        .collect();
    names.sort();
    let mut hasher = DefaultHasher::new();
    for name in names {
        let path = dir.join(&name);
        name.hash(&mut hasher);
        if !files::is_dir(&path) {
            hasher.write_u64(file(&path));
            continue;
        }
        for below in files::walk(&path).unwrap_or_default() {
            hasher.write_u64(file(&path.join(&below)));
            below.hash(&mut hasher);
        }
    }
    hasher.finish()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_tree_changes_with_its_files_but_not_with_others() {
        let dir = tempfile::tempdir().unwrap();
        let dir = dir.path();
        let put = |name: &str, text: &str| {
            let path = dir.join(name);
            files::make_dirs(path.parent().unwrap()).unwrap();
            files::replace(&path, text.as_bytes(), 0o644).unwrap();
        };
        assert_eq!(tree(&dir.join("none"), &[]), tree(dir, &[]));
        put("fw/a", "1");
        let one = tree(dir, &["cm"]);
        put("cm/cm-1.cfg", "x");
        assert_eq!(tree(dir, &["cm"]), one);
        put("fw/a", "2");
        let two = tree(dir, &["cm"]);
        assert_ne!(one, two);
        put("fw/b", "");
        assert_ne!(tree(dir, &["cm"]), two);
    }
}
