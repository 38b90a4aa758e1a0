//! Boot files that dhcpd names and that this node does not have: their
//! devices get an address and then nothing.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;

use super::Run;
use crate::files::Owner;
use crate::loose::{Loose, Part};
use crate::model::{Findings, Network};

/// Readable for others: in.tftpd(8) gives nothing else.
const OTHERS_READ: u32 = 0o004;
/// A directory that others may enter.
const OTHERS_ENTER: u32 = 0o001;

/// Adds a finding for each kind of device of which some files are missing or
/// not readable. Where there is no file of that kind at all, nothing was made
/// yet: that is said, and no finding.
pub fn check(run: &Run<'_>, network: &Network, findings: &mut Findings) {
    let modems = network.modems.iter().filter(|modem| modem.has_host());
    let kinds = [
        ("cm", "modem", modems.map(|modem| modem.id).collect::<Vec<_>>()),
        ("mta", "mta", network.mtas.iter().map(|mta| mta.id).collect()),
    ];
    for (kind, table, ids) in kinds {
        let dir = run.settings.plain_path("PROVHA__TFTP_DIR").join(kind);
        let Some(good) = readable(&run.settings.root().at(&dir), kind) else {
            if !ids.is_empty() {
                run.talk.note(&format!(
                    "there is no boot file in {} yet: provha configfile \
                     {kind} makes them",
                    dir.display()
                ));
            }
            continue;
        };
        let missing: Vec<u32> = ids
            .into_iter()
            .filter(|id| good.binary_search(id).is_err())
            .collect();
        let Some(first) = missing.iter().min() else { continue };
        let reason = format!(
            "{}/{kind}-{first}.cfg is missing or not world-readable, so that \
             it boots without; provha configfile {kind} makes it",
            dir.display()
        );
        for id in &missing {
            let place = (table, *first, "");
            findings.shared(place, "boot file", reason.as_str(), (table, *id));
        }
    }
}

/// The devices whose file is there and can be read by the TFTP server,
/// ascending; None: there is not one file of the kind.
fn readable(dir: &Path, kind: &'static str) -> Option<Vec<u32>> {
    let loose = Loose::new(dir.into(), kind, Owner::default(), true);
    let mode = |meta: &fs::Metadata| meta.permissions().mode();
    let entered =
        fs::metadata(dir).is_ok_and(|meta| mode(&meta) & OTHERS_ENTER != 0);
    let (mut good, mut some) = (Vec::new(), false);
    for entry in fs::read_dir(dir).ok()?.flatten() {
        let name = entry.file_name();
        let file = name.to_str().and_then(|name| loose.read_name(name));
        let Some((id, Part::Cfg)) = file else { continue };
        some = true;
        // A link counts as what it leads to.
        let meta = match entry.file_type().is_ok_and(|kind| kind.is_file()) {
            true => entry.metadata(),
            false => fs::metadata(entry.path()),
        };
        let fits = |m: &fs::Metadata| m.is_file() && mode(m) & OTHERS_READ != 0;
        if entered && meta.is_ok_and(|meta| fits(&meta)) {
            good.push(id);
        }
    }
    good.sort_unstable();
    some.then_some(good)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::files;

    #[test]
    fn only_files_that_others_may_read_count() {
        let dir = tempfile::tempdir().unwrap();
        let at = |name: &str| dir.path().join("cm").join(name);
        let cm = dir.path().join("cm");
        assert_eq!(readable(&cm, "cm"), None);
        files::make_dirs(&cm).unwrap();
        files::replace(&at("cm-1.conf"), b"", 0o644).unwrap();
        assert_eq!(readable(&cm, "cm"), None);
        files::replace(&at("cm-2.cfg"), b"x", 0o640).unwrap();
        assert_eq!(readable(&cm, "cm"), Some(vec![]));
        files::replace(&at("cm-3.cfg"), b"x", 0o644).unwrap();
        files::make_dirs(&at("cm-4.cfg")).unwrap();
        std::os::unix::fs::symlink("cm-3.cfg", at("cm-1.cfg")).unwrap();
        std::os::unix::fs::symlink("none", at("cm-5.cfg")).unwrap();
        assert_eq!(readable(&cm, "cm"), Some(vec![1, 3]));
        let closed = fs::Permissions::from_mode(0o750);
        fs::set_permissions(&cm, closed).unwrap();
        assert_eq!(readable(&cm, "cm"), Some(vec![]));
    }
}
