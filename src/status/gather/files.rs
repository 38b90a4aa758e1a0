//! Looks at files: boot files of the devices that the live dhcpd set names,
//! files that somebody else changed, the lease file.

use std::collections::{BTreeSet, HashSet};
use std::io;
use std::path::{Path, PathBuf};

use crate::config::Settings;
use crate::context::Context;
use crate::devices::boot_files;
use crate::devices::boot_files::Fault;
use crate::devices::cache::{DeviceCache, Entry};
use crate::docsis::{key_of_file, verify};
use crate::isc_dhcp::hosts;
use crate::publish::device_files::{DeviceDir, FileId, Part};
use crate::publish::fingerprints::Fingerprints;
use crate::publish::stamps::Stamps;
use crate::render::dhcp::DIR;
use crate::status::files::{Drift, Kind};
use crate::status::gather::ask::Question;
use crate::status::gather::base;
use crate::system::dir::Dir;
use crate::system::files;
use crate::system::files::Owner;
use crate::system::lock::Holder;
use crate::system::stamp::stamp_of;

/// Octets of a boot file that are decoded: more than any device takes.
const MOST: u64 = 1 << 20;

/// What was found.
pub struct Files {
    /// Modems' and adapters' files.
    pub kinds: Vec<Kind>,
    /// Files of daemons.
    pub drift: Drift,
    /// The size of the lease file; None: there is none.
    pub leases: Result<Option<u64>, String>,
}

/// Begins to look.
pub fn ask(context: &Context<'_>, deep: bool) -> Question<Files> {
    let settings = &context.settings;
    let looking = Looking {
        set: settings.root().at(DIR),
        tftp: settings.path("PROVHA__TFTP_DIR"),
        state: settings.path("PROVHA__STATE_DIR"),
        lock: settings.path("PROVHA__LOCK_FILE"),
        leases: settings.path("PROVHA__DHCPD_LEASES"),
        was_held: base::lock(context, 0).holder.is_some(),
        deep,
    };
    let settings = settings.clone();
    Question::ask(move || {
        let kinds = [("cm", "modems-host.conf"), ("mta", "mta.conf")];
        let kinds = kinds.map(|(kind, hosts)| looking.kind(kind, hosts)).into();
        let placed = Fingerprints::look(&settings);
        let (edited, gone) = placed.differing();
        let left = left(&settings);
        let running = looking.was_held || looking.is_held();
        let compared = placed.len();
        let drift = Drift { edited, gone, left, compared, running };
        Files { kinds, drift, leases: looking.leases() }
    })
}

/// What killed runs left beside live files; paths without the root.
fn left(settings: &Settings) -> Vec<String> {
    let parent =
        |path: &Path| path.parent().map_or("/".into(), Path::to_path_buf);
    let plain = |key| settings.plain_path(key).to_path_buf();
    let tftp = plain("PROVHA__TFTP_DIR");
    let dirs = [
        parent(Path::new(DIR)),
        parent(&plain("PROVHA__NAMED_CONF")),
        plain("PROVHA__ZONE_DIR"),
        parent(&plain("PROVHA__CHRONY_CONF")),
        parent(&plain("PROVHA__XINETD_CONF")),
        tftp.join("cm"),
        tftp.join("mta"),
    ];
    let mut found = BTreeSet::new();
    for dir in dirs {
        let open = Dir::open(&settings.root().at(&dir));
        let entries = open.and_then(|dir| dir.entries()).unwrap_or_default();
        for (name, _) in entries {
            let name = name.to_string_lossy();
            if name.starts_with(".provha-") {
                found.insert(dir.join(&*name).display().to_string());
            }
        }
    }
    found.into_iter().collect()
}

/// Where to look.
struct Looking {
    set: PathBuf,
    tftp: PathBuf,
    state: PathBuf,
    lock: PathBuf,
    leases: PathBuf,
    was_held: bool,
    deep: bool,
}

impl Looking {
    /// The files of one kind of device; `hosts` is the file of the live set
    /// that names them.
    fn kind(&self, kind: &'static str, hosts: &str) -> Kind {
        let dir = self.tftp.join(kind);
        let loose = DeviceDir::new(dir, kind, Owner::default(), true);
        let named = named(&self.set.join(hosts), &loose);
        let unread = named
            .as_ref()
            .err()
            .map(|error| format!("{DIR}/{hosts} cannot be read: {error}"));
        let has_hosts = matches!(named, Ok(Some(_)));
        let named = named.ok().flatten().unwrap_or_default();
        let path = self.state.join(format!("devices-{kind}"));
        let before = stamp_of(&path);
        let memory = DeviceCache::look(&path).unwrap_or_default();
        let faults = boot_files::faulty(&loose, &named);
        let mut found = Kind {
            kind,
            named: named.len(),
            never_made: never_made(&loose, &faults, &memory),
            not_encoded: memory.not_encoded(),
            unread,
            faults,
            ..Kind::default()
        };
        // Unless it was written again just now.
        let edited = edited(&loose, &memory.entries);
        if before == stamp_of(&path) {
            found.edited = edited;
        }
        without_any(&loose, has_hosts, &mut found);
        if self.deep {
            found.deep = true;
            found.damaged = self.damaged(&loose, &named, &found.faults);
        }
        found
    }

    /// Whether a run is at work now.
    fn is_held(&self) -> bool {
        Holder::find(&self.lock).is_some()
    }

    /// The size of the lease file, if it can be read.
    fn leases(&self) -> Result<Option<u64>, String> {
        match files::open_through(&self.leases) {
            Ok((_, meta)) => Ok(Some(meta.len())),
            Err(e) if files::is_missing(&e) => Ok(None),
            Err(error) => Err(error.source.to_string()),
        }
    }

    /// The devices whose file does not decode, with why.
    fn damaged(
        &self,
        loose: &DeviceDir,
        named: &[u32],
        faults: &[(u32, Fault)],
    ) -> Vec<(u32, String)> {
        let key = files::read(&self.tftp.join("keyfile")).ok();
        let key = key.as_deref().map(key_of_file);
        let there: Vec<u32> = named
            .iter()
            .copied()
            .filter(|id| faults.binary_search_by_key(id, |f| f.0).is_err())
            .collect();
        let look = |ids: &[u32]| -> Vec<(u32, String)> {
            let damage = |id: &u32| {
                let why = damage(loose.read((*id, Part::Cfg), MOST), key)?;
                Some((*id, why))
            };
            ids.iter().filter_map(damage).collect()
        };
        halves(&there, look)
    }
}

/// What is wrong with a binary; `key` is the secret shared with the CMTS.
fn damage(file: files::Result<Vec<u8>>, key: Option<&[u8]>) -> Option<String> {
    let bytes = match file {
        Ok(bytes) => bytes,
        Err(error) => return Some(error.source.to_string()),
    };
    let report = verify::verify(&bytes, key);
    let bad = |check: &&verify::Check| check.outcome == verify::Outcome::Bad;
    let check = report.checks.iter().find(bad)?;
    // The words about a MIC name the right one, which is not for all.
    Some(match check.subject.contains("MIC") {
        true => format!("{}: another one than it should be", check.subject),
        false => format!("{}: {}", check.subject, check.text),
    })
}

/// The devices that a file of the live set sends to their boot files,
/// ascending; None: there is no such file.
fn named(hosts: &Path, loose: &DeviceDir) -> io::Result<Option<Vec<u32>>> {
    let file = match files::open(hosts) {
        Err(e) if files::is_missing(&e) => return Ok(None),
        other => other.map_err(|error| error.source)?.0,
    };
    let mut ids = Vec::new();
    hosts::each_line(file, &mut |line| ids.extend(boot_file(line, loose)))?;
    ids.sort_unstable();
    ids.dedup();
    Ok(Some(ids))
}

/// The device whose boot file a host line names.
fn boot_file(line: &[u8], loose: &DeviceDir) -> Option<u32> {
    let path = hosts::boot_file(line)?;
    let name = path.strip_prefix(loose.dir_name())?.strip_prefix('/')?;
    let (id, part) = loose.read_name(name)?;
    (part == Part::Cfg).then_some(id)
}

/// Of devices without a boot file those for which none was ever made.
fn never_made(
    loose: &DeviceDir,
    faults: &[(u32, Fault)],
    memory: &DeviceCache,
) -> Vec<u32> {
    let never = |id: &u32| {
        memory.find(*id).is_none() && !loose.is_there((*id, Part::Conf))
    };
    let missing = faults.iter().filter(|(_, f)| *f == Fault::Missing);
    missing.map(|(id, _)| *id).filter(never).collect()
}

/// Adds the devices that are not named, whose text did not encode, and that
/// have no file from before: dhcpd sends nobody to these, but where there is
/// no set yet it will.
fn without_any(loose: &DeviceDir, has_hosts: bool, kind: &mut Kind) {
    let known: HashSet<u32> = kind.faults.iter().map(|f| f.0).collect();
    let ids: Vec<u32> = kind
        .not_encoded
        .iter()
        .copied()
        .filter(|id| !known.contains(id))
        .collect();
    let missing = boot_files::faulty(loose, &ids);
    let missing = missing.into_iter().filter(|f| f.1 == Fault::Missing);
    if has_hosts {
        kind.unnamed = missing.map(|(id, _)| id).collect();
    } else {
        kind.faults.extend(missing);
        kind.faults.sort_unstable();
    }
}

/// The devices of which a file is not the one that was made. A binary that is
/// missing is told elsewhere.
fn edited(loose: &DeviceDir, entries: &[Entry]) -> Vec<u32> {
    let differs = |stamps: &mut Stamps<'_>, file: FileId, made: u64| {
        let now = stamps.of(file);
        let missing = now == 0 && file.1 == Part::Cfg;
        made != 0 && now != made && !missing
    };
    halves(entries, |entries| {
        let mut stamps = Stamps::new(loose);
        let edited = entries.iter().filter(|entry| {
            differs(&mut stamps, (entry.id, Part::Conf), entry.conf)
                || differs(&mut stamps, (entry.id, Part::Cfg), entry.cfg)
        });
        edited.map(|entry| entry.id).collect()
    })
}

/// Looks at each half of a list in a thread of its own.
fn halves<T: Sync, R: Send>(
    list: &[T],
    look: impl Fn(&[T]) -> Vec<R> + Sync,
) -> Vec<R> {
    let (one, other) = list.split_at(list.len() / 2);
    std::thread::scope(|scope| {
        let other = scope.spawn(|| look(other));
        let mut all = look(one);
        all.extend(other.join().expect("looking at files does not panic"));
        all
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_host_line_names_its_boot_file() {
        let dir = PathBuf::from("/tftpboot/cm");
        let loose = DeviceDir::new(dir, "cm", Owner::default(), true);
        let check = |line: &str, expected| {
            assert_eq!(boot_file(line.as_bytes(), &loose), expected, "{line}");
        };
        let host = "host cm-7 { hardware ethernet 02:00:00:00:00:07; filename ";
        check(
            &format!("{host}\"cm/cm-7.cfg\"; ddns-hostname \"x\";}}"),
            Some(7),
        );
        check(&format!("{host}\"mta/mta-7.cfg\"; }}"), None);
        check(&format!("{host}\"cm/cm-7.conf\"; }}"), None);
        check("host a { hardware ethernet 02:00:00:00:00:07; }", None);
    }
}
