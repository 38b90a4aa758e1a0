//! The directories in which named must be able to write: its working
//! directory, and that of the zones.

use std::io;
use std::os::unix::fs::MetadataExt;
use std::path::Path;

use nix::fcntl::RenameFlags;

use crate::context::Context;
use crate::system::dir::Dir;
use crate::system::files;
use crate::system::files::{Doing, Owner};

/// Permissions of a new working directory, as RHEL has it: `named -u` does
/// not start where it cannot write.
const WORK: u32 = 0o1770;
/// Permissions of a new directory of zones.
const ZONES: u32 = 0o770;

/// Makes the directories that are missing, and mends those of root in which
/// named cannot write. Their names, as far as they were mended.
///
/// # Errors
/// One cannot be made or mended.
pub fn provide(context: &Context<'_>) -> anyhow::Result<Vec<String>> {
    let settings = &context.settings;
    let keys = ("PROVHA__NAMED_OWNER", "PROVHA__NAMED_GROUP");
    // That an owner is missing was said when the files were made.
    let named = Owner::find(settings, keys.0, keys.1, &mut |_| ());
    let mut mended = Vec::new();
    for (key, owner, mode) in [
        ("PROVHA__NAMED_DIR", named.group(), WORK),
        ("PROVHA__ZONE_DIR", named, ZONES),
    ] {
        let dir = settings.path(key);
        make(&dir, owner, mode)?;
        match look(&dir, named)? {
            State::Good => {}
            State::Mended => mended.push(settings.text(key).to_string()),
            State::Foreign(uid, mode) => context.console.warning(&format!(
                "named cannot write in {}: it belongs to the user with the \
                 number {uid} and has the mode {mode:04o}; give it to {}:{} \
                 (chown), or set {key} to another directory",
                settings.text(key),
                settings.text(keys.0),
                settings.text(keys.1),
            )),
        }
    }
    Ok(mended)
}

/// Makes a directory, and those above it, unless it is there.
fn make(dir: &Path, owner: Owner, mode: u32) -> files::Result<()> {
    if let Some(parent) = dir.parent() {
        files::make_dirs(parent)?;
    }
    let (parent, name) = Dir::parent(dir)?;
    // Made beside its place: a killed run leaves none without its owner.
    let temp = files::temp_name(name);
    parent.remove_tree(&temp)?;
    if parent.kind(name)?.is_some() {
        return Ok(());
    }
    let made = parent.make_dir(&temp, 0o700)?;
    made.give(owner)?;
    made.set_mode(mode)?;
    let flags = RenameFlags::RENAME_NOREPLACE;
    match parent.rename_with(&temp, &parent, name, flags) {
        // Somebody was quicker: what lies there is looked at like any other.
        Err(e) if e.kind() == io::ErrorKind::AlreadyExists => {
            parent.remove_tree(&temp)
        }
        other => other.doing("rename to", dir),
    }
}

/// What became of a directory that is there.
#[derive(Debug, PartialEq, Eq)]
enum State {
    /// named can write in it.
    Good,
    /// Now it can: it was root's.
    Mended,
    /// It cannot, and the directory is somebody else's: user number, mode.
    Foreign(u32, u32),
}

/// Has named write in a directory of root. A link in its place is refused:
/// whoever can make one would choose the directory that named gets.
fn look(dir: &Path, named: Owner) -> files::Result<State> {
    let dir = Dir::real(dir)?;
    let meta = dir.meta()?;
    if named.may_fill(&meta) {
        return Ok(State::Good);
    }
    let mode = meta.mode() & 0o7777;
    if meta.uid() != 0 {
        return Ok(State::Foreign(meta.uid(), mode));
    }
    dir.give(named.group())?;
    dir.set_mode(mode | 0o070)?;
    Ok(State::Mended)
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;
    use crate::config::Root;

    /// Owner, group and mode of a directory.
    fn bits(dir: &Path) -> (u32, u32, u32) {
        let meta = fs::metadata(dir).unwrap();
        (meta.uid(), meta.gid(), meta.mode() & 0o7777)
    }

    #[test]
    fn named_can_write_in_what_is_made_and_in_what_is_mended() {
        let dir = tempfile::tempdir().unwrap();
        // The tests run as root.
        let named = Owner::exactly(&Root::default(), 54_321, 54_322);
        let work = dir.path().join("var/named");
        make(&work, named.group(), WORK).unwrap();
        assert_eq!(bits(&work), (0, 54_322, 0o1770));
        let zones = work.join("dynamic");
        make(&zones, named, ZONES).unwrap();
        assert_eq!(bits(&zones), (54_321, 54_322, 0o770));
        for made in [&work, &zones] {
            assert_eq!(look(made, named).unwrap(), State::Good);
        }
        let old = dir.path().join("old");
        make(&old, Owner::default(), 0o755).unwrap();
        assert_eq!(look(&old, named).unwrap(), State::Mended);
        assert_eq!(bits(&old), (0, 54_322, 0o775));
        make(&old, named, ZONES).unwrap();
        assert_eq!(look(&old, named).unwrap(), State::Good);
        let theirs = dir.path().join("theirs");
        let other = Owner::exactly(&Root::default(), 54_323, 54_323);
        make(&theirs, other, 0o750).unwrap();
        let foreign = State::Foreign(54_323, 0o750);
        assert_eq!(look(&theirs, named).unwrap(), foreign);
        assert_eq!(bits(&theirs), (54_323, 54_323, 0o750));
    }

    #[test]
    fn a_link_in_the_place_of_a_directory_gives_named_nothing() {
        let dir = tempfile::tempdir().unwrap();
        let named = Owner::exactly(&Root::default(), 54_321, 54_322);
        let (victim, link) = (dir.path().join("etc"), dir.path().join("zones"));
        fs::create_dir(&victim).unwrap();
        std::os::unix::fs::symlink(&victim, &link).unwrap();
        let before = bits(&victim);
        make(&link, named, ZONES).unwrap();
        let error = look(&link, named).unwrap_err().to_string();
        assert!(error.contains("it is a link"), "{error}");
        assert_eq!(bits(&victim), before);
    }
}
