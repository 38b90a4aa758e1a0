//! Which files and directories a list of patterns names.
//!
//! `*` and `?` stand for characters inside one name, never for a slash, and
//! a leading dot must be written. What keeps a slave alive is never named.

use std::collections::BTreeSet;
use std::fs;
use std::io;
use std::path::{Component, Path, PathBuf};

use crate::config::Root;
use crate::system::files::{Doing, Result};

/// More matches of one pattern than this are taken for a mistake.
pub const MANY: usize = 200;

/// What a slave needs to serve, be reached and rebuild itself.
const KEPT: &[&str] = &[
    "/etc/cron.d/nmsprime",
    "/etc/nmsprime",
    "/etc/dhcp-nmsprime",
    "/etc/named-nmsprime.conf",
    "/etc/named-ddns.sh",
    "/etc/named-ddns-cpe.key",
    "/etc/ssh",
    "/etc/provha",
    "/etc/mysql",
    "/tftpboot",
    "/var/named",
    "/var/lib/dhcp",
    "/var/lib/dhcpd",
    "/var/lib/mysql",
    "/usr/bin",
    "/usr/sbin",
    "/boot",
    "/dev",
    "/proc",
    "/run",
    "/sys",
];

/// Units, without their suffix, that a slave needs.
const KEPT_UNITS: &[&str] = &[
    "bind9",
    "chrony",
    "chronyd",
    "cron",
    "crond",
    "dhcpd",
    "isc-dhcp-server",
    "mariadb",
    "mysql",
    "mysqld",
    "named",
    "ssh",
    "sshd",
    "tftp",
    "tftpd-hpa",
    "xinetd",
];

/// What a list of patterns names.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Wanted {
    /// Absolute paths that are there, ascending.
    pub paths: BTreeSet<PathBuf>,
    /// Paths that were asked for by their full name and are kept.
    pub kept: BTreeSet<PathBuf>,
}

impl Wanted {
    /// Looks for what the patterns name, below the root. Nothing below
    /// `also_kept` is ever named.
    ///
    /// # Errors
    /// A directory that cannot be listed.
    pub fn find(
        root: &Root,
        patterns: &[&str],
        also_kept: &[&Path],
    ) -> Result<Self> {
        let mut wanted = Self::default();
        let top = root.at("/").canonicalize().unwrap_or_default();
        for pattern in patterns {
            for path in expand(root, pattern)? {
                let parent = root.at(&path).parent().map(Path::to_path_buf);
                let inside = parent
                    .and_then(|dir| dir.canonicalize().ok())
                    .is_some_and(|dir| dir.starts_with(&top));
                if inside && !is_kept(&path, also_kept) {
                    let _ = wanted.paths.insert(path);
                } else if !pattern.contains(['*', '?']) {
                    let _ = wanted.kept.insert(path);
                }
            }
        }
        wanted.drop_nested();
        Ok(wanted)
    }

    /// Drops what lies below another path of the list: it goes with it.
    fn drop_nested(&mut self) {
        let all = self.paths.clone();
        self.paths.retain(|path| {
            path.ancestors().skip(1).all(|above| !all.contains(above))
        });
    }
}

/// Why a pattern is refused; None: it is good.
pub fn objection(pattern: &str) -> Option<String> {
    let path = Path::new(pattern);
    let plain =
        |part| matches!(part, Component::RootDir | Component::Normal(_));
    if !path.is_absolute() || !path.components().all(plain) {
        return Some("not an absolute path without '..'".into());
    }
    let names: Vec<_> =
        path.iter().skip(1).map(|n| n.to_string_lossy()).collect();
    if names.len() < 3 {
        return Some("it lies too near to /".into());
    }
    if names[..2].iter().any(|name| name.contains(['*', '?'])) {
        return Some("its first two names must be written out".into());
    }
    None
}

/// Whether a path holds, is or lies below what a slave needs.
fn is_kept(path: &Path, also_kept: &[&Path]) -> bool {
    let clash = |kept: &Path| path.starts_with(kept) || kept.starts_with(path);
    if KEPT.iter().map(Path::new).chain(also_kept.iter().copied()).any(clash) {
        return true;
    }
    let Some(unit) = unit_of(path) else { return false };
    let stem = unit.rsplit_once('.').map_or(unit, |(stem, _)| stem);
    stem.starts_with("provha") || KEPT_UNITS.contains(&stem)
}

/// The name of the systemd unit that a path defines or enables.
pub fn unit_of(path: &Path) -> Option<&str> {
    let name = path.file_name()?.to_str()?;
    let (_, kind) = name.rsplit_once('.')?;
    let kinds = ["service", "timer", "socket", "path", "mount", "target"];
    let fits = |b: u8| b.is_ascii_alphanumeric() || b"@._:\\-".contains(&b);
    let in_systemd = path.parent()?.iter().any(|part| part == "systemd");
    let good = kinds.contains(&kind) && name.bytes().all(fits);
    (in_systemd && good).then_some(name)
}

/// The existing paths that a pattern names.
fn expand(root: &Root, pattern: &str) -> Result<Vec<PathBuf>> {
    let mut found = vec![PathBuf::from("/")];
    for part in Path::new(pattern).iter().skip(1) {
        let part = part.to_string_lossy();
        let mut next = Vec::new();
        for dir in &found {
            if part.contains(['*', '?']) {
                next.extend(matching(root, dir, &part)?);
            } else {
                next.push(dir.join(part.as_ref()));
            }
        }
        next.retain(|path| fs::symlink_metadata(root.at(path)).is_ok());
        found = next;
    }
    Ok(found)
}

/// The paths in a directory whose names match.
fn matching(root: &Root, dir: &Path, part: &str) -> Result<Vec<PathBuf>> {
    let here = root.at(dir);
    let entries = match fs::read_dir(&here) {
        Err(e)
            if matches!(
                e.kind(),
                io::ErrorKind::NotFound | io::ErrorKind::NotADirectory
            ) =>
        {
            return Ok(Vec::new());
        }
        other => other.doing("list", &here)?,
    };
    let mut out = Vec::new();
    for entry in entries {
        let name = entry.doing("list", &here)?.file_name();
        if fits(part.as_bytes(), name.as_encoded_bytes()) {
            out.push(dir.join(name));
        }
    }
    Ok(out)
}

/// Whether a name fits a pattern; a leading dot must be written.
fn fits(pattern: &[u8], name: &[u8]) -> bool {
    if name.first() == Some(&b'.') && pattern.first() != Some(&b'.') {
        return false;
    }
    let (mut p, mut n) = (0, 0);
    // Where to go on when the last star takes one octet more.
    let mut star: Option<(usize, usize)> = None;
    while n < name.len() {
        if pattern.get(p) == Some(&b'*') {
            star = Some((p + 1, n));
            p += 1;
        } else if pattern.get(p).is_some_and(|c| *c == b'?' || *c == name[n]) {
            (p, n) = (p + 1, n + 1);
        } else if let Some((after, taken)) = star {
            star = Some((after, taken + 1));
            (p, n) = (after, taken + 1);
        } else {
            return false;
        }
    }
    pattern[p..].iter().all(|c| *c == b'*')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn stars_and_question_marks() {
        let check = |pattern: &str, name: &str, expected| {
            let got = fits(pattern.as_bytes(), name.as_bytes());
            assert_eq!(got, expected, "{pattern} {name}");
        };
        check("*nmsprime*", "a-nmsprime.ini", true);
        check("cacti*", "cacti", true);
        check("cacti*", "my-cacti", false);
        check("a?c", "abc", true);
        check("a?c", "ac", false);
        check("*a*b", "xaab", true);
        check("*a*b", "xaabc", false);
        check("*", ".hidden", false);
        check("", "a", false);
    }

    #[test]
    fn a_pattern_is_bounded() {
        let check = |pattern: &str, good: bool| {
            assert_eq!(objection(pattern).is_none(), good, "{pattern}");
        };
        check("/etc/cron.d/cacti", true);
        check("/etc/systemd/system/*.wants/x*", true);
        check("/etc/cron.d", false);
        check("/*/cron.d/x", false);
        check("/etc/*/x", false);
        check("/etc/cron.d/../passwd", false);
        check("etc/cron.d/x", false);
    }

    #[test]
    fn what_a_slave_needs_is_kept() {
        let dir = tempfile::tempdir().unwrap();
        let root = Root::new(Some(dir.path().into()));
        for name in [
            "/etc/cron.d/nmsprime",
            "/etc/cron.d/cacti",
            "/etc/cron.d/cacti/x",
            "/etc/systemd/system/named.service",
            "/etc/systemd/system/provha-rebuild.timer",
            "/etc/systemd/system/icinga.service",
        ] {
            fs::create_dir_all(root.at(name)).unwrap();
        }
        let list = [
            "/etc/cron.d/*",
            "/etc/cron.d/nmsprime",
            "/etc/cron.d/cacti/x",
            "/etc/systemd/system/*",
        ];
        let wanted = Wanted::find(&root, &list, &[]).unwrap();
        let paths: Vec<_> = wanted.paths.iter().collect();
        assert_eq!(
            paths,
            [
                Path::new("/etc/cron.d/cacti"),
                Path::new("/etc/systemd/system/icinga.service")
            ]
        );
        let kept: Vec<_> = wanted.kept.iter().collect();
        assert_eq!(kept, [Path::new("/etc/cron.d/nmsprime")]);
    }

    #[test]
    fn a_link_does_not_lead_out_of_the_root() {
        let dir = tempfile::tempdir().unwrap();
        let out = tempfile::tempdir().unwrap();
        fs::create_dir_all(out.path().join("cron.d/x")).unwrap();
        let link = dir.path().join("etc");
        std::os::unix::fs::symlink(out.path(), link).unwrap();
        let root = Root::new(Some(dir.path().into()));
        let wanted = Wanted::find(&root, &["/etc/cron.d/*"], &[]).unwrap();
        assert_eq!(wanted, Wanted::default());
    }

    #[test]
    fn units_are_known_by_name_and_place() {
        let check = |path: &str, expected: Option<&str>| {
            assert_eq!(unit_of(Path::new(path)), expected);
        };
        check("/etc/systemd/system/a@.service", Some("a@.service"));
        check("/usr/lib/systemd/system/b.timer", Some("b.timer"));
        check("/etc/systemd/system/x.wants/b.timer", Some("b.timer"));
        check("/etc/systemd/system/b.service.d", None);
        check("/etc/systemd/system/b;reboot.service", None);
        check("/etc/cron.d/b.service", None);
    }
}
