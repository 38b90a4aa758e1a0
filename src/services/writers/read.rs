//! Reads the places where writers are configured, below a root. Only looks.

use std::collections::BTreeSet;
use std::io;
use std::path::{Path, PathBuf};

use super::judge::{self, WRAPPER_MARK};
use super::{APPLICATION, Found, Kind, Writer, artisan};
use crate::config::Settings;
use crate::system::files;

/// Longest file of these kinds that is looked at.
const MOST: u64 = 1 << 20;
/// Directories of systemd's units, the strongest first.
const UNITS: [&str; 4] = [
    "/etc/systemd/system",
    "/run/systemd/system",
    "/usr/lib/systemd/system",
    "/lib/systemd/system",
];

/// Finds what else writes provha's files on this machine.
pub fn find(settings: &Settings) -> Found {
    let mut look = Look {
        settings,
        lock: settings.text("PROVHA__LOCK_FILE").to_string(),
        is_wrapped: false,
        is_rhel: settings.root().at("/etc/redhat-release").exists(),
        found: Found::default(),
    };
    look.application();
    look.cron();
    look.units();
    look.supervisor();
    look.time_services();
    let mut found = look.found;
    found.writers.sort_by(|a, b| (&a.path, a.line).cmp(&(&b.path, b.line)));
    found.closed.sort();
    found.closed.dedup();
    found
}

/// One look at a machine.
struct Look<'a> {
    settings: &'a Settings,
    lock: String,
    is_wrapped: bool,
    is_rhel: bool,
    found: Found,
}

impl Look<'_> {
    /// The text of a file; what may not be read is noted.
    fn text(&mut self, path: &Path) -> Option<String> {
        let real = self.settings.root().at(path);
        match files::through_at_most(&real, MOST) {
            Ok(bytes) => Some(String::from_utf8_lossy(&bytes).into_owned()),
            Err(error) => {
                self.note(path, error.source.kind());
                None
            }
        }
    }

    /// The names in a directory, sorted.
    fn names(&mut self, dir: &Path) -> Vec<String> {
        let entries = match std::fs::read_dir(self.settings.root().at(dir)) {
            Ok(entries) => entries,
            Err(error) => {
                self.note(dir, error.kind());
                return Vec::new();
            }
        };
        let name = |e: io::Result<std::fs::DirEntry>| {
            e.ok()?.file_name().into_string().ok()
        };
        let mut names: Vec<String> = entries.filter_map(name).collect();
        names.sort();
        names
    }

    /// Notes a path that cannot be read, for want of rights or by a fault of
    /// the disk: who writes there is not known. What is not there, or is no
    /// regular file, starts nothing.
    fn note(&mut self, path: &Path, kind: io::ErrorKind) {
        use io::ErrorKind::{InvalidData, NotADirectory, NotFound};
        if !matches!(kind, NotFound | NotADirectory | InvalidData) {
            self.found.closed.push(path.to_path_buf());
        }
    }

    /// Adds a writer.
    fn add(
        &mut self,
        kind: Kind,
        place: (&Path, Option<usize>),
        user: Option<&str>,
        text: &str,
    ) {
        let activity = judge::activity(kind, text, &self.lock, self.is_wrapped);
        self.found.writers.push(Writer {
            kind,
            path: place.0.to_path_buf(),
            line: place.1,
            user: user.map(Into::into),
            text: text.trim().to_string(),
            activity,
        });
    }

    /// The web application, and whether its commands are wrapped.
    fn application(&mut self) {
        let path = artisan();
        let Some(text) = self.text(&path) else { return };
        self.is_wrapped = text.contains(WRAPPER_MARK);
        let place = (Path::new(APPLICATION), None);
        self.add(Kind::WebApplication, place, None, "saves of users");
    }

    /// Crontabs and the scripts that cron runs daily and so on.
    fn cron(&mut self) {
        self.crontab(Path::new("/etc/crontab"), None);
        let dir = Path::new("/etc/cron.d");
        for name in self.names(dir) {
            if judge::is_cron_name(&name, self.is_rhel) {
                self.crontab(&dir.join(name), None);
            }
        }
        for dir in ["/var/spool/cron/crontabs", "/var/spool/cron"] {
            let dir = Path::new(dir);
            for name in self.names(dir) {
                let path = dir.join(&name);
                if self.settings.root().at(&path).is_file() {
                    self.crontab(&path, Some(&name));
                }
            }
        }
        for part in ["hourly", "daily", "weekly", "monthly"] {
            let dir = PathBuf::from(format!("/etc/cron.{part}"));
            for name in self.names(&dir) {
                self.script(&dir.join(name));
            }
        }
    }

    /// One crontab; `owner`: it is this user's own, without a user field.
    fn crontab(&mut self, path: &Path, owner: Option<&str>) {
        let Some(text) = self.text(path) else { return };
        for (at, line) in text.lines().enumerate() {
            let Some(entry) = judge::cron(line, owner.is_none()) else {
                continue;
            };
            if let Some(kind) = judge::command(entry.command) {
                let place = (path, Some(at + 1));
                self.add(kind, place, entry.user.or(owner), entry.command);
            }
        }
    }

    /// One script that cron runs.
    fn script(&mut self, path: &Path) {
        let Some(text) = self.text(path) else { return };
        for (at, line) in text.lines().enumerate() {
            let line = line.trim();
            if line.starts_with('#') {
                continue;
            }
            if let Some(kind) = judge::command(line) {
                self.add(kind, (path, Some(at + 1)), Some("root"), line);
            }
        }
    }

    /// Services of systemd that something starts.
    fn units(&mut self) {
        let wanted = self.wanted();
        let mut seen = BTreeSet::new();
        for dir in UNITS.map(Path::new) {
            for name in self.names(dir) {
                let Some(plain) = name.strip_suffix(".service") else {
                    continue;
                };
                // The strongest directory counts; a mask is a link to
                // /dev/null, whose text runs nothing.
                if !seen.insert(name.clone()) {
                    continue;
                }
                let starts = wanted.contains(&name)
                    || wanted.contains(&format!("{plain}.timer"))
                    || wanted.iter().any(|unit| is_instance(unit, &name));
                if starts {
                    self.unit(&dir.join(&name));
                }
            }
        }
    }

    /// The units that a target wants.
    fn wanted(&mut self) -> BTreeSet<String> {
        let mut wanted = BTreeSet::new();
        for dir in UNITS.map(Path::new) {
            for name in self.names(dir) {
                let is_list = |end: &str| name.ends_with(end);
                if is_list(".wants") || is_list(".requires") {
                    wanted.extend(self.names(&dir.join(name)));
                }
            }
        }
        wanted
    }

    /// One service that is started.
    fn unit(&mut self, path: &Path) {
        let Some(text) = self.text(path) else { return };
        let user = judge::values(&text, "User").next().map(|(_, user)| user);
        let user = user.unwrap_or("root");
        for (line, command) in judge::values(&text, "ExecStart") {
            if let Some(kind) = judge::command(command) {
                self.add(kind, (path, Some(line)), Some(user), command);
            }
        }
    }

    /// Programs of supervisord that it starts.
    fn supervisor(&mut self) {
        for dir in ["/etc/supervisord.d", "/etc/supervisor/conf.d"] {
            let dir = Path::new(dir);
            for name in self.names(dir) {
                let is_read = [".ini", ".conf"].iter().any(|e| {
                    // supervisord includes by these endings.
                    name.ends_with(e)
                });
                if is_read {
                    self.programs(&dir.join(name));
                }
            }
        }
    }

    /// The programs of one file.
    fn programs(&mut self, path: &Path) {
        let Some(text) = self.text(path) else { return };
        let starts = judge::values(&text, "autostart").next();
        if starts.is_some_and(|(_, word)| word == "false") {
            return;
        }
        let user = judge::values(&text, "user").next().map(|(_, user)| user);
        for (line, command) in judge::values(&text, "command") {
            if let Some(kind) = judge::command(command) {
                self.add(kind, (path, Some(line)), user, command);
            }
        }
    }

    /// Other time services of xinetd.
    fn time_services(&mut self) {
        let own = self.settings.plain_path("PROVHA__XINETD_CONF").to_path_buf();
        let dir = Path::new("/etc/xinetd.d");
        for name in self.names(dir) {
            let path = dir.join(&name);
            // xinetd passes over names with a dot and those that end in `~`.
            if path == own || name.contains('.') || name.ends_with('~') {
                continue;
            }
            let Some(text) = self.text(&path) else { continue };
            if judge::serves_time(&text) {
                let text = "service time, UDP";
                self.add(Kind::TimeService, (&path, None), None, text);
            }
        }
    }
}

/// Whether a wanted unit is an instance of a template such as `x@.service`.
fn is_instance(unit: &str, template: &str) -> bool {
    let Some((name, end)) = template.split_once("@.") else { return false };
    unit.split_once('@').is_some_and(|(n, rest)| {
        n == name && rest.ends_with(end) && rest.len() > end.len()
    })
}
