//! Boot files that dhcpd names and that this node does not have: their
//! devices get an address and then nothing.

use std::os::unix::fs::MetadataExt;

use crate::context::Context;
use crate::model::{Findings, Network};
use crate::publish::device_files::{DeviceDir, Part};
use crate::publish::stamps::Stamps;
use crate::system::dir::Dir;
use crate::system::files::Owner;
use crate::system::stamp::Served;

/// What is wrong with a boot file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Fault {
    /// It is not there.
    Missing,
    /// It is there and has no content.
    Empty,
    /// The TFTP server may not read it: it is not for all.
    Closed,
}

impl Fault {
    /// Every fault, in order.
    pub const ALL: [Self; 3] = [Self::Missing, Self::Empty, Self::Closed];

    /// The words for a file.
    pub fn words(self) -> &'static str {
        match self {
            Self::Missing => "missing",
            Self::Empty => "empty",
            Self::Closed => "not world-readable",
        }
    }
}

/// Readable for others: in.tftpd(8) gives nothing else.
const OTHERS_READ: u32 = 0o004;
/// A directory that others may enter.
const OTHERS_ENTER: u32 = 0o001;

/// Adds a finding for each kind of device of which some files are missing or
/// not readable. Where there is no file of that kind at all, nothing was made
/// yet: that is said, and no finding.
pub fn check(
    context: &Context<'_>,
    network: &Network,
    findings: &mut Findings,
) {
    let elsewhere = |id| network.elsewhere.binary_search(&id).is_ok();
    let modems = network.modems.iter();
    let modems = modems.filter(|m| m.has_host() && !elsewhere(m.id));
    let kinds = [
        ("cm", "modem", modems.map(|modem| modem.id).collect::<Vec<_>>()),
        ("mta", "mta", network.mtas.iter().map(|mta| mta.id).collect()),
    ];
    for (kind, table, ids) in kinds {
        let dir = context.settings.plain_path("PROVHA__TFTP_DIR").join(kind);
        let live = context.settings.root().at(&dir);
        let loose = DeviceDir::new(live, kind, Owner::default(), true);
        let there = there(&loose);
        if there.is_empty() {
            if !ids.is_empty() {
                context.console.note(&format!(
                    "no boot file in {} yet: run provha configfile {kind}",
                    dir.display()
                ));
            }
            continue;
        }
        let missing = faulty(&loose, &ids);
        let Some((first, fault)) = missing.first().copied() else { continue };
        let what = match fault {
            Fault::Empty => "empty",
            Fault::Missing | Fault::Closed => "missing or not world-readable",
        };
        let reason = format!(
            "{}/{kind}-{first}.cfg is {what}, so that it boots without; \
             provha configfile {kind} makes it",
            dir.display()
        );
        for (id, _) in &missing {
            let place = (table, first, "");
            findings.shared(place, "boot file", reason.as_str(), (table, *id));
        }
    }
}

/// The devices that have a binary, ascending.
fn there(loose: &DeviceDir) -> Vec<u32> {
    let dir = Dir::real(loose.dir());
    let entries = dir.and_then(|dir| dir.entries()).unwrap_or_default();
    let mut ids: Vec<u32> = entries
        .into_iter()
        .filter_map(|(name, _)| loose.read_name(name.to_str()?))
        .filter(|(_, part)| *part == Part::Cfg)
        .map(|(id, _)| id)
        .collect();
    ids.sort_unstable();
    ids
}

/// Those of `ids` (ascending) whose boot file they cannot get, with why;
/// ascending.
pub fn faulty(loose: &DeviceDir, ids: &[u32]) -> Vec<(u32, Fault)> {
    let entered = Dir::real(loose.dir())
        .and_then(|dir| dir.meta())
        .is_ok_and(|meta| meta.mode() & OTHERS_ENTER != 0);
    let pick = |ids: &[u32]| -> Vec<(u32, Fault)> {
        let mut stamps = Stamps::new(loose);
        let mut fault = |id| {
            let stat = stamps.served((id, Part::Cfg));
            Some((id, fault(stat, entered)?))
        };
        ids.iter().filter_map(|id| fault(*id)).collect()
    };
    // Asking for the modes takes the time: half of them each.
    let (one, other) = ids.split_at(ids.len() / 2);
    std::thread::scope(|scope| {
        let other = scope.spawn(|| pick(other));
        let mut all = pick(one);
        all.extend(other.join().expect("asking for modes does not panic"));
        all
    })
}

/// What is wrong with a boot file; `entered`: others may enter its directory.
fn fault(served: Option<Served>, entered: bool) -> Option<Fault> {
    match served {
        Some(served) if !entered || served.mode & OTHERS_READ == 0 => {
            Some(Fault::Closed)
        }
        Some(served) if served.size == 0 => Some(Fault::Empty),
        Some(_) => None,
        None => Some(Fault::Missing),
    }
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::os::unix::fs::PermissionsExt;

    use super::*;
    use crate::system::files;

    #[test]
    fn only_files_that_others_may_read_count() {
        let dir = tempfile::tempdir().unwrap();
        let cm = dir.path().join("cm");
        let loose = DeviceDir::new(cm.clone(), "cm", Owner::default(), true);
        let check = |there: &[u32], without: &[u32]| {
            assert_eq!(super::there(&loose), there);
            let faulty = faulty(&loose, &[1, 2, 3]).into_iter();
            assert_eq!(faulty.map(|f| f.0).collect::<Vec<_>>(), without);
        };
        check(&[], &[1, 2, 3]);
        files::make_dirs(&cm).unwrap();
        files::replace(&cm.join("cm-1.conf"), b"", 0o644).unwrap();
        check(&[], &[1, 2, 3]);
        files::replace(&cm.join("cm-2.cfg"), b"x", 0o640).unwrap();
        files::replace(&cm.join("cm-3.cfg"), b"x", 0o644).unwrap();
        check(&[2, 3], &[1, 2]);
        // A link is not followed: configfile replaces it.
        std::os::unix::fs::symlink("cm-3.cfg", cm.join("cm-1.cfg")).unwrap();
        check(&[1, 2, 3], &[1, 2]);
        files::remove_if_there(&cm.join("cm-3.cfg")).unwrap();
        files::make_dirs(&cm.join("cm-3.cfg")).unwrap();
        check(&[1, 2, 3], &[1, 2, 3]);
        files::replace(&cm.join("cm-2.cfg"), b"x", 0o644).unwrap();
        check(&[1, 2, 3], &[1, 3]);
        files::replace(&cm.join("cm-2.cfg"), b"", 0o644).unwrap();
        check(&[1, 2, 3], &[1, 2, 3]);
        let closed = fs::Permissions::from_mode(0o750);
        fs::set_permissions(&cm, closed).unwrap();
        check(&[1, 2, 3], &[1, 2, 3]);
    }
}
