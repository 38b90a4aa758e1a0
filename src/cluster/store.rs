//! Where things are put away: a mirror of the tree, from which all can be
//! put back exactly. Nothing is ever deleted here but what is there twice.
//!
//! Order makes it safe to be killed: something is either at its place or in
//! the store, and while it is copied across file systems it is in both. A
//! directory above it is mirrored with its owner and mode, so putting back
//! makes it again where it has gone.
//!
//! What is put away lies in directories of other users, too: nothing is
//! reached by its path ([`crate::system::dir`]).

use std::fs::{FileTimes, Metadata};
use std::io::{self, Read, Write};
use std::os::fd::AsRawFd;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use nix::fcntl::RenameFlags;
use nix::sys::stat::FileStat;

use crate::config::Root;
use crate::system::dir::{Dir, Kind};
use crate::system::files;
use crate::system::files::{Doing, FileError, Result};
use crate::system::process;

/// How long copying one path across file systems may take.
const COPY_TIMEOUT: Duration = Duration::from_secs(600);

/// The store and what happened in it.
#[derive(Debug)]
pub struct Store {
    root: Root,
    dir: PathBuf,
    /// What was done so far.
    pub done: Done,
}

/// What was done, absolute paths.
#[derive(Debug, Default)]
pub struct Done {
    /// Put away.
    pub moved: Vec<PathBuf>,
    /// Put back.
    pub restored: Vec<PathBuf>,
    /// Older copies in the store that made room for a newer one.
    pub set_aside: Vec<PathBuf>,
}

/// What putting back does with one stored path.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Back {
    /// The absolute path.
    pub path: PathBuf,
    /// What is found at its place.
    pub place: Place,
}

/// What is found where something is to be put back.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Place {
    /// Nothing: it goes there.
    Free,
    /// The very same: the stored one is no longer needed.
    Same,
    /// Something else: it stays, and the stored one too.
    Taken,
}

impl Store {
    /// The store in a directory.
    pub fn new(root: Root, dir: PathBuf) -> Self {
        Self { root, dir, done: Done::default() }
    }

    /// Puts a path away, merging with what the store holds of it.
    pub fn put_away(&mut self, path: &Path) -> Result<()> {
        self.mirror_parents(path)?;
        self.merge(path)
    }

    /// What putting everything back would do, ascending.
    pub fn plan_back(&self) -> Result<Vec<Back>> {
        let mut plan = Vec::new();
        if files::is_dir(&self.dir) {
            self.plan_below(Path::new("/"), &mut plan)?;
        }
        Ok(plan)
    }

    /// Puts one stored path back, as planned.
    pub fn put_back(&mut self, back: &Back) -> Result<()> {
        let (stored, live) = (self.stored(&back.path), self.live(&back.path));
        match back.place {
            Place::Taken => Ok(()),
            Place::Same => {
                self.log("found again", &back.path, None)?;
                remove(&files::temp_of(&live))?;
                files::remove_if_there(&stored)
            }
            Place::Free => {
                self.log("restored", &back.path, None)?;
                transfer(&stored, &live)?;
                self.done.restored.push(back.path.clone());
                Ok(())
            }
        }
    }

    /// Removes the mirrored directories that hold nothing any more.
    pub fn prune(&self) -> Result<()> {
        if files::is_dir(&self.dir) { prune(&self.dir) } else { Ok(()) }
    }

    /// Where older copies lie.
    pub fn older(&self) -> PathBuf {
        self.beside("older")
    }

    /// The log of all that was moved, a line each: time, what, path.
    pub fn log_path(&self) -> PathBuf {
        self.beside("log")
    }

    /// A path beside the store.
    fn beside(&self, suffix: &str) -> PathBuf {
        let mut name = self.dir.clone().into_os_string();
        name.push(".");
        name.push(suffix);
        name.into()
    }

    /// Where a path lies in the store.
    fn stored(&self, path: &Path) -> PathBuf {
        self.dir.join(path.strip_prefix("/").unwrap_or(path))
    }

    /// Where a path lies on the machine.
    fn live(&self, path: &Path) -> PathBuf {
        self.root.at(path)
    }

    /// Makes the directories above a path in the store, as they are live.
    fn mirror_parents(&self, path: &Path) -> Result<()> {
        if let Some(above) = self.dir.parent() {
            files::make_dirs(above)?;
        }
        if !files::is_dir(&self.dir) {
            files::make_private_dir(&self.dir)?;
            files::sync_parent(&self.dir)?;
        }
        let mut above: Vec<_> = path.ancestors().skip(1).collect();
        above.retain(|dir| *dir != Path::new("/"));
        for dir in above.into_iter().rev() {
            let stored = self.stored(dir);
            if there(&stored)?.is_none() {
                files::make_private_dir(&stored)?;
                files::copy_attributes(&self.live(dir), &stored)?;
                // What is moved into it would be lost with its name.
                files::sync_parent(&stored)?;
            }
        }
        Ok(())
    }

    /// Moves a live path into the store.
    fn merge(&mut self, path: &Path) -> Result<()> {
        let (live, stored) = (self.live(path), self.stored(path));
        // What a killed restore left half copied; the store has it whole.
        remove(&files::temp_of(&live))?;
        let Some(new) = there(&live)? else { return Ok(()) };
        match there(&stored)? {
            Some(old) if is_dir(&new) && is_dir(&old) => {
                return self.merge_dir(path);
            }
            Some(_) if same(&live, &stored)? => {}
            Some(_) => self.set_aside(path)?,
            None => {}
        }
        self.log("moved", path, None)?;
        transfer(&live, &stored)?;
        self.done.moved.push(path.to_path_buf());
        Ok(())
    }

    /// Moves what a live directory holds into the stored one.
    fn merge_dir(&mut self, path: &Path) -> Result<()> {
        let (live, stored) = (self.live(path), self.stored(path));
        let new = Dir::open(&live)?.meta()?;
        for name in names(&live)? {
            if is_temp(&name) {
                remove(&live.join(name))?;
            } else {
                self.merge(&path.join(name))?;
            }
        }
        finish_dir(&live, &stored, &new)?;
        self.done.moved.push(path.to_path_buf());
        Ok(())
    }

    /// Moves a stored copy to the older ones, under the first free number.
    fn set_aside(&mut self, path: &Path) -> Result<()> {
        let relative = path.strip_prefix("/").unwrap_or(path);
        let place = self.older().join(relative);
        if let Some(dir) = place.parent() {
            files::make_dirs(dir)?;
        }
        let numbered = |n: u32| {
            let mut name = place.clone().into_os_string();
            name.push(format!(".{n}"));
            PathBuf::from(name)
        };
        let mut n = 1;
        while there(&numbered(n))?.is_some() {
            n += 1;
        }
        let to = numbered(n);
        self.log("set aside", path, Some(&to))?;
        files::rename(&self.stored(path), &to)?;
        files::sync_parent(&to)?;
        self.done.set_aside.push(to);
        Ok(())
    }

    /// Plans for all that lies below a stored directory.
    fn plan_below(&self, path: &Path, plan: &mut Vec<Back>) -> Result<()> {
        for name in names(&self.stored(path))? {
            if is_temp(&name) {
                continue;
            }
            let path = path.join(name);
            let (stored, live) = (self.stored(&path), self.live(&path));
            let is_dir = there(&stored)?.is_some_and(|stat| is_dir(&stat));
            let place = match there(&live)? {
                None => Place::Free,
                // A link above it may lead to the directory, as /lib does.
                Some(_) if is_dir && Dir::open(&live).is_ok() => {
                    self.plan_below(&path, plan)?;
                    continue;
                }
                Some(_) if same(&stored, &live)? => Place::Same,
                Some(_) => Place::Taken,
            };
            plan.push(Back { path, place });
        }
        Ok(())
    }

    /// Adds a line to the log, before the deed: what a kill interrupts is
    /// in the log too.
    fn log(&self, what: &str, path: &Path, to: Option<&Path>) -> Result<()> {
        let log = self.log_path();
        let (dir, name) = Dir::parent(&log)?;
        let mut file = dir.open_or_create(name, 0o600, true)?;
        let now = jiff::Timestamp::now().strftime("%Y-%m-%dT%H:%M:%SZ");
        let to = to.map(|to| format!(" to {}", to.display()));
        let line = format!(
            "{now} {what} {}{}\n",
            path.display(),
            to.unwrap_or_default()
        );
        file.write_all(line.as_bytes()).doing("write", &log)
    }
}

/// What is at a path, links not followed; None: nothing.
fn there(path: &Path) -> Result<Option<FileStat>> {
    match files::stat(path) {
        Err(e) if e.source.kind() == io::ErrorKind::NotADirectory => Ok(None),
        other => other,
    }
}

/// Whether it is a directory.
fn is_dir(stat: &FileStat) -> bool {
    Kind::of(stat.st_mode) == Kind::Dir
}

/// The names in a directory, ascending.
fn names(dir: &Path) -> Result<Vec<std::ffi::OsString>> {
    let list = Dir::open(dir)?.list()?;
    Ok(list.into_iter().map(|(name, _)| name).collect())
}

/// Whether a name is that of a copy which was never completed.
fn is_temp(name: &std::ffi::OsStr) -> bool {
    name.to_string_lossy().starts_with(files::TEMP)
}

/// Whether two paths are alike in kind, mode, owner and content; their times
/// do not matter. Directories never are.
fn same(one: &Path, other: &Path) -> Result<bool> {
    let (Some(a), Some(b)) = (there(one)?, there(other)?) else {
        return Ok(false);
    };
    let owned = |stat: &FileStat| (stat.st_mode, stat.st_uid, stat.st_gid);
    if owned(&a) != owned(&b) {
        return Ok(false);
    }
    match Kind::of(a.st_mode) {
        Kind::Link => Ok(target(one)? == target(other)?),
        Kind::Dir => Ok(false),
        _ if a.st_rdev != b.st_rdev || a.st_size != b.st_size => Ok(false),
        Kind::File => same_content(one, other),
        Kind::Special => Ok(true),
    }
}

/// Where a link leads.
fn target(path: &Path) -> Result<PathBuf> {
    let (dir, name) = Dir::parent(path)?;
    let target = nix::fcntl::readlinkat(dir.as_fd(), name);
    Ok(target.doing("read", path)?.into())
}

/// Whether two files of one length hold the same octets.
fn same_content(one: &Path, other: &Path) -> Result<bool> {
    let open = |path: &Path| {
        files::open(path).map(|(file, _)| io::BufReader::new(file))
    };
    let (mut a, mut b) = (open(one)?.bytes(), open(other)?.bytes());
    loop {
        match (a.next().transpose(), b.next().transpose()) {
            (Ok(None), Ok(None)) => return Ok(true),
            (Ok(x), Ok(y)) if x == y => {}
            (Ok(_), Ok(_)) => return Ok(false),
            (Err(error), _) => return Err(error).doing("read", one),
            (_, Err(error)) => return Err(error).doing("read", other),
        }
    }
}

/// Moves a path to a place that is free or holds the same; across file
/// systems by copying.
fn transfer(from: &Path, to: &Path) -> Result<()> {
    match rename_unless_taken(from, to) {
        Err(error) if error.kind() == io::ErrorKind::CrossesDevices => {
            across(from, to)
        }
        other => {
            other.doing("move", from)?;
            files::sync_parent(to)?;
            files::sync_parent(from)
        }
    }
}

/// Renames, but never over something else.
fn rename_unless_taken(from: &Path, to: &Path) -> io::Result<()> {
    let plain = |error: FileError| error.source;
    let (dir, name) = Dir::parent(from).map_err(plain)?;
    let (there, new) = Dir::parent(to).map_err(plain)?;
    let flags = RenameFlags::RENAME_NOREPLACE;
    let over = || dir.rename(name, &there, new).map_err(plain);
    match dir.rename_with(name, &there, new, flags) {
        Err(error) if is_unknown(&error) => {
            if there.stat(new).map_err(plain)?.is_some() && !alike(from, to) {
                return Err(io::ErrorKind::AlreadyExists.into());
            }
            over()
        }
        Err(error) if is_taken(&error) && alike(from, to) => over(),
        other => other,
    }
}

/// Whether the file system does not know the flag (errno.h, EINVAL).
fn is_unknown(error: &io::Error) -> bool {
    error.raw_os_error() == Some(nix::errno::Errno::EINVAL as i32)
}

/// Whether something is there already.
fn is_taken(error: &io::Error) -> bool {
    error.kind() == io::ErrorKind::AlreadyExists
}

/// [`same`] where an error means no.
fn alike(one: &Path, other: &Path) -> bool {
    same(one, other).unwrap_or(false)
}

/// Gives a filled directory the attributes of the emptied one, and removes
/// that.
fn finish_dir(from: &Path, to: &Path, meta: &Metadata) -> Result<()> {
    files::copy_attributes(from, to)?;
    let times = || {
        let times = FileTimes::new()
            .set_accessed(meta.accessed()?)
            .set_modified(meta.modified()?);
        Dir::open(to)
            .and_then(|dir| dir.opened())
            .map_err(|e| e.source)?
            .set_times(times)
    };
    times().doing("set the time of", to)?;
    files::sync_dir(to)?;
    let (dir, name) = Dir::parent(from)?;
    dir.remove_dir(name)?;
    dir.sync()
}

/// Moves across file systems: copies to a temporary name, compares, makes it
/// lasting, names it, and only then removes the original. A kill leaves the
/// original whole, or the copy whole and what remains of the original.
fn across(from: &Path, to: &Path) -> Result<()> {
    if there(to)?.is_some() && !alike(from, to) {
        let taken = io::Error::from(io::ErrorKind::AlreadyExists);
        return Err(taken).doing("move to", to);
    }
    let temp = files::temp_of(to);
    remove(&temp)?;
    let copied = copy(from, &temp).and_then(|()| unchanged(from, &temp));
    if let Err(error) = copied {
        let _ = remove(&temp);
        return Err(error);
    }
    if let Some(dir) = to.parent() {
        files::sync_fs(dir)?;
    }
    rename_unless_taken(&temp, to).doing("move to", to)?;
    files::sync_parent(to)?;
    remove(from)?;
    files::sync_parent(from)
}

/// Fails if the original was changed while it was copied.
fn unchanged(from: &Path, copy: &Path) -> Result<()> {
    if same_tree(from, copy)? {
        return Ok(());
    }
    let busy = io::Error::other("it was changed meanwhile");
    Err(busy).doing("move", from)
}

/// Whether two trees are alike.
fn same_tree(one: &Path, other: &Path) -> Result<bool> {
    let is_dir = |path: &Path| Ok(there(path)?.is_some_and(|s| is_dir(&s)));
    match (is_dir(one)?, is_dir(other)?) {
        (false, false) => return same(one, other),
        (true, true) => {}
        _ => return Ok(false),
    }
    let inside = names(one)?;
    if inside != names(other)? {
        return Ok(false);
    }
    for name in inside {
        if !same_tree(&one.join(&name), &other.join(&name))? {
            return Ok(false);
        }
    }
    Ok(true)
}

/// Removes a tree or what else is there.
fn remove(path: &Path) -> Result<()> {
    match there(path)? {
        Some(stat) if is_dir(&stat) => files::remove_tree(path),
        _ => files::remove_if_there(path),
    }
}

/// Copies a tree, file, link or node by `cp -a`, which keeps what rename
/// would keep: owner, mode, times, ACLs, contexts. It is handed the open
/// directories (proc(5), '/proc/pid/fd'), not their paths.
fn copy(from: &Path, to: &Path) -> Result<()> {
    let (dir, name) = Dir::parent(from)?;
    let (there, new) = Dir::parent(to)?;
    let open = |dir: &Dir, name| {
        let number = dir.as_fd().as_raw_fd();
        PathBuf::from(format!("/proc/{}/fd/{number}", std::process::id()))
            .join(name)
    };
    let mut command = Command::new("cp");
    command.args(["-a", "--no-target-directory", "--"]);
    command.arg(open(&dir, name)).arg(open(&there, new));
    let ended = process::run(&mut command, COPY_TIMEOUT).doing("copy", from)?;
    if ended.ok() {
        return Ok(());
    }
    let said = ended.output.lines().next().unwrap_or("cp failed").to_string();
    Err(FileError {
        doing: "copy",
        path: from.to_path_buf(),
        source: io::Error::other(said),
    })
}

/// Removes empty directories and temporary leftovers below a directory, and
/// the directory itself when it is empty then.
fn prune(dir: &Path) -> Result<()> {
    for name in names(dir)? {
        let path = dir.join(&name);
        if is_temp(&name) {
            remove(&path)?;
        } else if there(&path)?.is_some_and(|stat| is_dir(&stat)) {
            prune(&path)?;
        }
    }
    let (above, name) = Dir::parent(dir)?;
    match above.remove_dir(name) {
        Err(e) if e.source.kind() == io::ErrorKind::DirectoryNotEmpty => Ok(()),
        other => other,
    }
}

#[cfg(test)]
mod tests {
    use std::fs::{self, File};

    use super::*;

    /// A store and a root in a temporary directory.
    fn lab() -> (tempfile::TempDir, Store) {
        let dir = tempfile::tempdir().unwrap();
        let root = Root::new(Some(dir.path().join("root")));
        let store = Store::new(root, dir.path().join("state/moved"));
        (dir, store)
    }

    /// Writes a file of the root.
    fn write(store: &Store, path: &str, text: &str) {
        let live = store.live(Path::new(path));
        fs::create_dir_all(live.parent().unwrap()).unwrap();
        let mut file = File::create(live).unwrap();
        file.write_all(text.as_bytes()).unwrap();
    }

    #[test]
    fn a_directory_that_came_back_is_merged() {
        let (_dir, mut store) = lab();
        let path = Path::new("/etc/x.d");
        write(&store, "/etc/x.d/a", "1");
        write(&store, "/etc/x.d/own", "1");
        store.put_away(path).unwrap();
        write(&store, "/etc/x.d/a", "2");
        store.put_away(path).unwrap();
        assert!(!store.live(path).exists());
        let read = |path: PathBuf| fs::read_to_string(path).unwrap();
        assert_eq!(read(store.stored(Path::new("/etc/x.d/a"))), "2");
        assert_eq!(read(store.stored(Path::new("/etc/x.d/own"))), "1");
        assert_eq!(read(store.older().join("etc/x.d/a.1")), "1");
    }

    #[test]
    fn a_path_below_one_that_is_put_away_later_stays_in_the_store() {
        let (_dir, mut store) = lab();
        write(&store, "/etc/x.d/a", "1");
        write(&store, "/etc/x.d/b", "1");
        store.put_away(Path::new("/etc/x.d/a")).unwrap();
        store.put_away(Path::new("/etc/x.d")).unwrap();
        let plan = store.plan_back().unwrap();
        let back = Back { path: "/etc/x.d".into(), place: Place::Free };
        assert_eq!(plan, [back]);
        store.put_back(&plan[0]).unwrap();
        store.prune().unwrap();
        for name in ["a", "b"] {
            assert!(store.live(&Path::new("/etc/x.d").join(name)).exists());
        }
        assert!(!store.stored(Path::new("/")).exists());
    }

    #[test]
    fn moving_never_replaces_something_else() {
        let (_dir, store) = lab();
        write(&store, "/a", "1");
        write(&store, "/b", "2");
        let (a, b) = (store.live("/a".as_ref()), store.live("/b".as_ref()));
        assert!(transfer(&a, &b).is_err());
        assert!(across(&a, &b).is_err());
        assert_eq!(fs::read_to_string(&b).unwrap(), "2");
        write(&store, "/b", "1");
        transfer(&a, &b).unwrap();
        assert!(!a.exists());
    }

    #[test]
    fn a_tree_is_copied_with_all_it_holds() {
        let (_dir, store) = lab();
        write(&store, "/d/sub/f", "1");
        let from = store.live("/d".as_ref());
        std::os::unix::fs::symlink("nowhere", from.join("l")).unwrap();
        let pipe = from.join("p");
        let mode = nix::sys::stat::Mode::S_IRUSR;
        nix::unistd::mkfifo(&pipe, mode).unwrap();
        let to = store.live("/e".as_ref());
        across(&from, &to).unwrap();
        assert!(!from.exists());
        assert_eq!(fs::read_to_string(to.join("sub/f")).unwrap(), "1");
        assert_eq!(names(&to).unwrap(), ["l", "p", "sub"]);
    }
}
