//! Master to slaves: what only the master has.
//!
//! All paths are asked for first, in one question a slave (`rsync -n`), then
//! those that differ are sent. So a run without changes is one login; what
//! would be deleted is known, and bounded, before anything is.

use std::collections::BTreeMap;
use std::io;
use std::net::Ipv4Addr;
use std::path::{Component, Path};

use crate::cluster::fault::{Fault, Kind};
use crate::cluster::rsync::{Answer, Change, Item, Load, Mode, Transport};
use crate::system::dir::{self, Dir};
use crate::system::files;

/// The results of all slaves.
pub type Results = BTreeMap<Ipv4Addr, Vec<PathResult>>;

/// Whether a path did not end well.
pub fn is_bad(result: &PathResult) -> bool {
    matches!(
        result.ended,
        Ended::Failed(_) | Ended::NotTried | Ended::Guarded { .. }
    )
}

/// What lies at a path here.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Source {
    /// Nothing.
    Missing,
    /// A directory without any file below it, or a file of no length.
    Empty,
    /// A file.
    File,
    /// A link to a file: its content is meant.
    LinkToFile,
    /// A directory.
    Directory(Tree),
    /// It cannot be looked at.
    Unreadable(String),
}

/// What lies below a directory.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Tree {
    /// How many entries.
    pub entries: usize,
    /// Links that lead out of it, relative to it: whoever follows one on a
    /// slave would be led wherever its maker wants. They are left out.
    pub leading_out: Vec<String>,
}

/// More links out of one directory than this are nobody's habit.
const MOST_LINKS: usize = 500;

impl Source {
    /// Looks at a path; a link to it is followed where only root can have
    /// made it.
    pub fn look(path: &Path) -> Self {
        match look(path) {
            Ok(source) => source,
            Err(error) if error.kind() == io::ErrorKind::NotFound => {
                Self::Missing
            }
            Err(error) => Self::Unreadable(error.to_string()),
        }
    }

    /// How many entries it holds; a file is one.
    pub fn entries(&self) -> usize {
        match self {
            Self::File | Self::LinkToFile => 1,
            Self::Directory(tree) => tree.entries,
            _ => 0,
        }
    }
}

/// Looks at a path.
fn look(path: &Path) -> io::Result<Source> {
    match Dir::open(path) {
        Ok(dir) => look_below(&dir),
        Err(e) if e.source.kind() == io::ErrorKind::NotADirectory => {
            let (_, meta) = files::open_through(path).map_err(|e| e.source)?;
            let is_link = files::kind(path) == Some(dir::Kind::Link);
            Ok(match (meta.len(), is_link) {
                (0, _) => Source::Empty,
                (_, true) => Source::LinkToFile,
                (_, false) => Source::File,
            })
        }
        Err(error) => Err(error.source),
    }
}

/// Counts what lies below a directory.
fn look_below(top: &Dir) -> io::Result<Source> {
    let (mut tree, mut files) = (Tree::default(), 0);
    let mut todo = vec![(String::new(), top.clone())];
    while let Some((below, place)) = todo.pop() {
        for (name, kind) in place.list().map_err(|e| e.source)? {
            tree.entries += 1;
            let path = format!("{below}{}", name.to_string_lossy());
            if kind != dir::Kind::Dir {
                files += 1;
            }
            match kind {
                // A directory that goes away under us holds nothing.
                dir::Kind::Dir => {
                    let below = place.sub(&name).ok();
                    todo.extend(below.map(|dir| (path + "/", dir)));
                }
                dir::Kind::Link if leads_out(&path, &place.target(&name)) => {
                    tree.leading_out.push(path);
                }
                _ => {}
            }
        }
    }
    if tree.leading_out.len() > MOST_LINKS {
        let count = tree.leading_out.len();
        let text = format!("{count} links in it lead out of it: not sent");
        return Ok(Source::Unreadable(text));
    }
    tree.leading_out.sort();
    Ok(if files == 0 { Source::Empty } else { Source::Directory(tree) })
}

/// Whether a link of this path, relative to a directory, leads out of the
/// directory: to an absolute path, or upwards beyond it.
fn leads_out(link: &str, target: &Path) -> bool {
    let mut depth = link.matches('/').count();
    for part in target.components() {
        match part {
            Component::Normal(_) => depth += 1,
            Component::ParentDir if depth > 0 => depth -= 1,
            Component::CurDir => {}
            _ => return true,
        }
    }
    false
}

/// How a path of a slave ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Ended {
    /// Nothing was to be done.
    Same,
    /// It was sent; in a run that only looks: it would be.
    Sent,
    /// There is nothing here to send; the slave keeps what it has.
    NothingHere,
    /// The guard rail kept the deletions back; the rest was sent.
    Guarded {
        /// Entries that were to be deleted.
        deletions: usize,
        /// Entries that the slave holds.
        live: usize,
    },
    /// It failed.
    Failed(Fault),
    /// Not tried, since an earlier path showed that the slave is not there.
    NotTried,
}

impl Ended {
    /// The word in the result.
    pub fn word(&self) -> &'static str {
        match self {
            Self::Same => "unchanged",
            Self::Sent => "sent",
            Self::NothingHere => "nothing-here",
            Self::Guarded { .. } => "guarded",
            Self::Failed(_) => "failed",
            Self::NotTried => "not-tried",
        }
    }
}

/// What became of a path on a slave.
#[derive(Debug, Clone)]
pub struct PathResult {
    /// The path.
    pub path: String,
    /// How it ended.
    pub ended: Ended,
    /// The changes that were, or would be, made.
    pub items: Vec<Item>,
    /// Whether files went away here while they were read.
    pub vanished: bool,
}

impl PathResult {
    /// Without changes.
    fn of(path: &str, ended: Ended) -> Self {
        let path = path.to_string();
        Self { path, ended, items: Vec::new(), vanished: false }
    }
}

/// What a run is to do.
#[derive(Debug)]
pub struct Plan<'a> {
    /// How slaves are reached.
    pub transport: &'a Transport,
    /// The paths with what lies there.
    pub sources: &'a [(String, Source)],
    /// Whether the run only looks.
    pub only_look: bool,
    /// The share of a slave's entries that may be deleted, percent; up to
    /// [`FEW`] are always.
    pub max_deleted_percent: u64,
}

/// Up to so many deletions are never held back.
pub const FEW: usize = 10;

impl Plan<'_> {
    /// Serves all slaves at the same time.
    pub fn run(
        &self,
        slaves: &[Ipv4Addr],
    ) -> BTreeMap<Ipv4Addr, Vec<PathResult>> {
        std::thread::scope(|scope| {
            let serve =
                |slave: Ipv4Addr| scope.spawn(move || self.slave(slave));
            let running: Vec<_> =
                slaves.iter().map(|slave| (*slave, serve(*slave))).collect();
            let join = |(slave, thread): (Ipv4Addr, Thread<'_>)| {
                let results = thread.join().unwrap_or_else(|_| self.lost());
                (slave, results)
            };
            running.into_iter().map(join).collect()
        })
    }

    /// The results of a slave whose thread broke.
    fn lost(&self) -> Vec<PathResult> {
        let said = "an error in provha itself".to_string();
        let fault = Fault { kind: Kind::Other, said };
        let failed =
            |path: &str| PathResult::of(path, Ended::Failed(fault.clone()));
        self.sources.iter().map(|(path, _)| failed(path)).collect()
    }

    /// Serves one slave: asks for all paths at once, then sends what
    /// differs, path after path.
    fn slave(&self, slave: Ipv4Addr) -> Vec<PathResult> {
        let mut looked = self.look_at_all(slave);
        let mut gone = false;
        let mut one = |(path, source): &(String, Source)| {
            let Some(load) = load(path, source) else {
                return unsendable(path, source);
            };
            if gone {
                return PathResult::of(path, Ended::NotTried);
            }
            let look = looked.remove(path.as_str());
            let look = look.unwrap_or_else(|| {
                self.transport.call(slave, &[load], Mode::Look)
            });
            let result = match look {
                Ok(look) if look.items.is_empty() => {
                    PathResult::of(path, Ended::Same)
                }
                Ok(look) => self.send(slave, load, source, look),
                Err(fault) => self.failed(path, fault),
            };
            if let Ended::Failed(fault) = &result.ended {
                gone |= fault.is_of_the_slave();
            }
            result
        };
        self.sources.iter().map(&mut one).collect()
    }

    /// Asks for all paths in one login. What is not in the result is to be
    /// asked for alone.
    fn look_at_all(
        &self,
        slave: Ipv4Addr,
    ) -> BTreeMap<&str, Result<Answer, Fault>> {
        let loads: Vec<_> = self
            .sources
            .iter()
            .filter_map(|(path, source)| load(path, source))
            .filter(|load| !load.is_link)
            .collect();
        if loads.is_empty() {
            return BTreeMap::new();
        }
        match self.transport.call(slave, &loads, Mode::Look) {
            Ok(answer) if !answer.vanished => by_path(&loads, answer.items)
                .into_iter()
                .map(|(path, answer)| (path, Ok(answer)))
                .collect(),
            Err(fault) if fault.is_of_the_slave() => {
                BTreeMap::from([(loads[0].path, Err(fault))])
            }
            _ => BTreeMap::new(),
        }
    }

    /// Sends what the question named.
    fn send(
        &self,
        slave: Ipv4Addr,
        load: Load<'_>,
        source: &Source,
        look: Answer,
    ) -> PathResult {
        let deleted = |item: &&Item| item.change == Change::Deleted;
        let deletions = look.items.iter().filter(deleted).count();
        let created = look.items.iter().filter(|item| item.created).count();
        let live = (source.entries() + deletions).saturating_sub(created);
        let guarded = self.is_too_much(deletions, live);
        let (mut items, mut vanished) = (look.items, look.vanished);
        let mut ended = if guarded {
            items.retain(|item| item.change != Change::Deleted);
            Ended::Guarded { deletions, live }
        } else {
            Ended::Sent
        };
        if !self.only_look && !items.is_empty() {
            let deletions = if guarded { 0 } else { deletions };
            // Whoever emptied it since must not empty the slave too.
            if Source::look(&self.here(load.path)).entries() == 0 {
                return PathResult::of(load.path, Ended::NothingHere);
            }
            let mode = Mode::Send { deletions };
            match self.transport.call(slave, &[load], mode) {
                Ok(sent) => {
                    items = sent.items;
                    vanished |= sent.vanished;
                }
                Err(fault) => return self.failed(load.path, fault),
            }
        }
        if items.is_empty() && ended == Ended::Sent {
            ended = Ended::Same;
        }
        PathResult { path: load.path.into(), ended, items, vanished }
    }

    /// A failed path; one that is not there any more was not meant to be
    /// sent.
    fn failed(&self, path: &str, fault: Fault) -> PathResult {
        let about_us = !fault.is_of_the_slave();
        if about_us && Source::look(&self.here(path)) == Source::Missing {
            let mut result = PathResult::of(path, Ended::NothingHere);
            result.vanished = true;
            return result;
        }
        PathResult::of(path, Ended::Failed(fault))
    }

    /// Where a path lies here.
    fn here(&self, path: &str) -> std::path::PathBuf {
        self.transport.root.join(path.trim_start_matches('/'))
    }

    /// Whether the guard rail holds back so many deletions.
    fn is_too_much(&self, deletions: usize, live: usize) -> bool {
        let share = live as u128 * u128::from(self.max_deleted_percent);
        deletions > FEW && deletions as u128 * 100 > share
    }
}

/// What is to be sent of a source; None: there is nothing.
fn load<'a>(path: &'a str, source: &'a Source) -> Option<Load<'a>> {
    let without: &[String] = match source {
        Source::Directory(tree) => &tree.leading_out,
        _ => &[],
    };
    let (is_dir, is_link) = match source {
        Source::Directory(_) => (true, false),
        Source::File => (false, false),
        Source::LinkToFile => (false, true),
        Source::Missing | Source::Empty | Source::Unreadable(_) => return None,
    };
    Some(Load { path, is_dir, is_link, without })
}

/// The result for a source that holds nothing to send.
fn unsendable(path: &str, source: &Source) -> PathResult {
    let Source::Unreadable(why) = source else {
        return PathResult::of(path, Ended::NothingHere);
    };
    let said = format!("{path}: {why}");
    PathResult::of(path, Ended::Failed(Fault { kind: Kind::Denied, said }))
}

/// Divides an answer among the paths that were asked for; an item belongs to
/// the longest path above it.
fn by_path<'a>(
    loads: &[Load<'a>],
    items: Vec<Item>,
) -> BTreeMap<&'a str, Answer> {
    let nothing = || Answer { items: Vec::new(), vanished: false };
    let mut answers: BTreeMap<_, _> =
        loads.iter().map(|load| (load.path, nothing())).collect();
    for item in items {
        let name = Path::new(&item.name);
        let above = loads
            .iter()
            .filter(|load| name.starts_with(load.path))
            .max_by_key(|load| load.path.len());
        if let Some(answer) = above.and_then(|l| answers.get_mut(l.path)) {
            answer.items.push(item);
        }
    }
    answers
}

/// A thread that serves a slave.
type Thread<'s> = std::thread::ScopedJoinHandle<'s, Vec<PathResult>>;

/// Paths that belong to one machine alone or are rebuilt on the slave
/// (facts of the existing system: never synced).
const NEVER: &[&str] = &[
    "/etc/nmsprime/env",
    "/etc/dhcp-nmsprime",
    "/etc/named-nmsprime.conf",
    "/etc/ssh",
    "/etc/chrony",
    "/etc/chrony.d",
    "/var/named",
    "/var/lib/dhcp",
    "/var/lib/dhcpd",
    "/tftpboot/cm",
    "/tftpboot/mta",
    "/var/www/nmsprime/storage/app/data/provha",
    "/proc",
    "/sys",
    "/dev",
    "/run",
];

/// Why a configured path must not be sent; None: it may.
pub fn objection(path: &str, also_never: &[&str]) -> Option<String> {
    let plain = Path::new(path);
    let odd = plain
        .components()
        .any(|part| matches!(part, std::path::Component::ParentDir));
    if !plain.is_absolute() || odd {
        return Some("not an absolute path without '..'".into());
    }
    let never = NEVER.iter().chain(also_never).map(Path::new);
    let clash = never
        .into_iter()
        .find(|never| plain.starts_with(never) || never.starts_with(plain))?;
    Some(format!(
        "it would touch {}, which each machine has for itself",
        clash.display()
    ))
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    #[test]
    fn what_lies_here_is_told_apart() {
        let dir = tempfile::tempdir().unwrap();
        let at = |name: &str| dir.path().join(name);
        fs::create_dir_all(at("d/sub")).unwrap();
        assert_eq!(Source::look(&at("none")), Source::Missing);
        assert_eq!(Source::look(&at("d")), Source::Empty);
        fs::File::create(at("d/sub/f")).unwrap();
        let two = Source::Directory(Tree { entries: 2, ..Tree::default() });
        assert_eq!(Source::look(&at("d")), two);
        assert_eq!(Source::look(&at("d/sub/f")), Source::Empty);
        std::os::unix::fs::symlink("nowhere", at("l")).unwrap();
        assert_eq!(Source::look(&at("l")), Source::Missing);
        std::os::unix::fs::symlink("d", at("k")).unwrap();
        assert_eq!(Source::look(&at("k")), two);
        files::replace(&at("full"), b"x", 0o600).unwrap();
        assert_eq!(Source::look(&at("full")), Source::File);
        std::os::unix::fs::symlink("full", at("m")).unwrap();
        assert_eq!(Source::look(&at("m")), Source::LinkToFile);
        for (name, target) in [
            ("in", "f"),
            ("up", "../sub/f"),
            ("out", "../../full"),
            ("etc", "/etc"),
        ] {
            std::os::unix::fs::symlink(target, at("d/sub").join(name)).unwrap();
        }
        let Source::Directory(tree) = Source::look(&at("d")) else {
            panic!("it is a directory");
        };
        assert_eq!(tree.leading_out, ["sub/etc", "sub/out"]);
    }

    #[test]
    fn where_a_link_leads_is_told_by_its_text() {
        for (link, target, out) in [
            ("a", "b", false),
            ("a", "..", true),
            ("d/a", "..", false),
            ("d/a", "../..", true),
            ("d/a", "../x/../../y", true),
            ("d/a", "./x/../..", false),
            ("a", "/tftpboot/fw/b", true),
        ] {
            assert_eq!(leads_out(link, Path::new(target)), out, "{target}");
        }
    }

    #[test]
    fn each_machines_own_files_are_never_sent() {
        let check = |path: &str, good: bool| {
            let no = objection(path, &["/var/lib/provha"]);
            assert_eq!(no.is_none(), good, "{path}: {no:?}");
        };
        check("/tftpboot/fw", true);
        check("/etc/named-ddns-cpe.key", true);
        check("/var/www/nmsprime/storage/app/config", true);
        check("/tftpboot", false);
        check("/tftpboot/cm/", false);
        check("/", false);
        check("/etc", false);
        check("/var/lib/provha/x", false);
        check("/tftpboot/fw/../cm", false);
        check("tftpboot/fw", false);
    }

    #[test]
    fn an_answer_is_divided_among_the_paths() {
        let load =
            |path| Load { path, is_dir: true, is_link: false, without: &[] };
        let item = |name: &str| Item {
            change: Change::New,
            name: name.into(),
            bytes: 0,
            created: true,
        };
        let names = ["/t/fw/", "/t/fw/a", "/t/fw2/b", "/t/fw/x/c"];
        let items = names.map(item).to_vec();
        let loads = [load("/t/fw"), load("/t/fw2"), load("/t/fw/x")];
        let got = by_path(&loads, items);
        let count = |path| got[path].items.len();
        assert_eq!(
            [count("/t/fw"), count("/t/fw2"), count("/t/fw/x")],
            [2, 1, 1]
        );
    }

    #[test]
    fn deletions_are_bounded() {
        let check = |deletions, live, percent, expected| {
            let transport = Transport {
                rsync: String::new(),
                ssh: String::new(),
                user: String::new(),
                port: 22,
                identity: None,
                known_hosts: None,
                config: None,
                connect_timeout: std::time::Duration::ZERO,
                io_timeout: std::time::Duration::ZERO,
                timeout: std::time::Duration::ZERO,
                root: "/".into(),
                target_root: String::new(),
            };
            let plan = Plan {
                transport: &transport,
                sources: &[],
                only_look: true,
                max_deleted_percent: percent,
            };
            assert_eq!(plan.is_too_much(deletions, live), expected);
        };
        check(10, 10, 5, false);
        check(11, 100, 5, true);
        check(11, 220, 5, false);
        check(11, 219, 5, true);
        check(500, 500, 100, false);
    }
}
