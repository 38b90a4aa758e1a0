//! The owner that files get.

use std::fs::{File, Metadata};
use std::os::unix::fs::MetadataExt;
use std::path::Path;

use nix::unistd::{Gid, Group, Uid, User};

use crate::config::{Root, Settings};
use crate::system::error::{Doing, Result};

/// Owner and group that new files get.
#[derive(Debug, Clone, Copy, Default)]
pub struct Owner {
    uid: Option<Uid>,
    gid: Option<Gid>,
}

impl Owner {
    /// Looks up the names of two settings; below a `--root` nothing is
    /// changed. A name that the machine does not know is told to `warn`.
    pub fn find(
        settings: &Settings,
        user: &str,
        group: &str,
        warn: &mut dyn FnMut(String),
    ) -> Self {
        if !settings.root().is_machine() || !nix::unistd::geteuid().is_root() {
            return Self::default();
        }
        let (user, group) = (settings.text(user), settings.text(group));
        let uid = User::from_name(user).ok().flatten().map(|u| u.uid);
        let gid = Group::from_name(group).ok().flatten().map(|g| g.gid);
        if uid.is_none() {
            warn(format!(
                "this machine has no user '{user}': owner left as it is"
            ));
        }
        if gid.is_none() {
            warn(format!(
                "this machine has no group '{group}': group left as it is"
            ));
        }
        Self { uid, gid }
    }

    /// Root and a group; root's own where the machine does not know it. Below a
    /// `--root` nothing is changed.
    pub fn root_and(settings: &Settings, group: &str) -> Self {
        if !settings.root().is_machine() || !nix::unistd::geteuid().is_root() {
            return Self::default();
        }
        let group = Group::from_name(settings.text(group)).ok().flatten();
        let gid = group.map_or(Gid::from_raw(0), |group| group.gid);
        Self { uid: Some(Uid::from_raw(0)), gid: Some(gid) }
    }

    /// The owner that a file had; below a `--root` nothing is changed.
    pub fn exactly(root: &Root, uid: u32, gid: u32) -> Self {
        if !root.is_machine() || !nix::unistd::geteuid().is_root() {
            return Self::default();
        }
        Self { uid: Some(Uid::from_raw(uid)), gid: Some(Gid::from_raw(gid)) }
    }

    /// The owner of a file.
    pub fn of(meta: &Metadata) -> Self {
        let (uid, gid) = (Uid::from_raw(meta.uid()), Gid::from_raw(meta.gid()));
        Self { uid: Some(uid), gid: Some(gid) }
    }

    /// Whether it changes anything.
    pub fn is_any(self) -> bool {
        self.uid.is_some() || self.gid.is_some()
    }

    /// Gives an open file or directory to this owner; `path` is for the
    /// message.
    pub fn take(self, file: &File, path: &Path) -> Result<()> {
        if !self.is_any() {
            return Ok(());
        }
        nix::unistd::fchown(file, self.uid, self.gid).doing("chown", path)
    }

    /// The group alone.
    #[must_use]
    pub fn group(self) -> Self {
        Self { uid: None, ..self }
    }

    /// Whether a file has this owner already.
    pub fn has(self, meta: &Metadata) -> bool {
        self.uid.is_none_or(|uid| uid.as_raw() == meta.uid())
            && self.gid.is_none_or(|gid| gid.as_raw() == meta.gid())
    }

    /// Whether this owner may make files in a directory, by owner, group and
    /// mode; one that the machine does not know is not judged.
    pub fn may_fill(self, dir: &Metadata) -> bool {
        let (Some(uid), Some(gid)) = (self.uid, self.gid) else { return true };
        let shift = match () {
            () if uid.is_root() => return true,
            () if uid.as_raw() == dir.uid() => 6,
            () if gid.as_raw() == dir.gid() => 3,
            () => 0,
        };
        dir.mode() >> shift & 0o3 == 0o3
    }

    /// Gives an open file to this owner where it is root's and should not be:
    /// the owner came to be after the file. Whether it was so.
    ///
    /// A file with a second name may be a link to one of root's own: it
    /// stays root's.
    pub fn inherit(self, file: &File, path: &Path) -> Result<bool> {
        let meta = file.metadata().doing("read", path)?;
        let single = meta.is_dir() || meta.nlink() == 1;
        let due = meta.uid() == 0 && !self.has(&meta) && single;
        if due {
            self.take(file, path)?;
        }
        Ok(due)
    }
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::os::unix::fs::PermissionsExt;

    use super::*;

    #[test]
    fn who_may_fill_a_directory_is_told_by_its_bits() {
        let dir = tempfile::tempdir().unwrap();
        let own = fs::metadata(dir.path()).unwrap();
        let owner = |uid, gid| Owner {
            uid: Some(Uid::from_raw(uid)),
            gid: Some(Gid::from_raw(gid)),
        };
        let other = (own.uid() + 1, own.gid() + 1);
        for (mode, user, group, world) in [
            (0o1770, true, true, false),
            (0o755, true, false, false),
            (0o577, false, true, true),
            (0o773, true, true, true),
        ] {
            let mode = fs::Permissions::from_mode(mode);
            fs::set_permissions(dir.path(), mode).unwrap();
            let meta = fs::metadata(dir.path()).unwrap();
            let may = |uid, gid| owner(uid, gid).may_fill(&meta);
            assert!(own.uid() == 0 || may(own.uid(), own.gid()) == user);
            assert_eq!(may(other.0, own.gid()), group);
            assert_eq!(may(other.0, other.1), world);
            assert!(owner(0, 0).may_fill(&meta));
            assert!(Owner::default().may_fill(&meta));
        }
    }
}
