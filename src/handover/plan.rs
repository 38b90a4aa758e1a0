//! Pure: what has to change so that one program writes, and what cannot be.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use crate::handover::wrapper::{self, FORMER};
use crate::services::writers::judge::cron;
use crate::services::writers::{
    APPLICATION, Activity, Found, Kind, Writer, artisan,
};

/// How the existing writers are kept from writing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Way {
    /// Their cron lines wait for provha's lock.
    Lock,
    /// Their commands end in provha.
    Wrapper,
    /// They are switched off.
    Off,
}

/// What shall be at a path.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Target {
    /// A file with this content; owner and mode are those of what is there.
    File(Vec<u8>),
    /// The file that is at another path now, with its owner and mode.
    CopyOf(PathBuf),
    /// Nothing.
    Gone,
}

/// One change.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Step {
    /// Where, without the root.
    pub path: PathBuf,
    /// What shall be there.
    pub to: Target,
    /// What is done, in words.
    pub what: String,
}

/// All of it.
#[derive(Debug, Default)]
pub struct Plan {
    /// What changes, in this order.
    pub steps: Vec<Step>,
    /// Commands that make it count on the machine itself.
    pub commands: Vec<String>,
    /// Writers that this way does not reach, with what to do.
    pub left: Vec<String>,
    /// What else there is to know.
    pub notes: Vec<String>,
}

/// What the plan is made of.
pub struct Inputs<'a> {
    /// The writers.
    pub found: &'a Found,
    /// The way.
    pub way: Way,
    /// Where the lock file is.
    pub lock: &'a str,
    /// Where provha is.
    pub program: &'a str,
    /// The files, by their paths without the root.
    pub files: &'a dyn Fn(&Path) -> Option<String>,
    /// Links that start a unit.
    pub links: &'a dyn Fn(&str) -> Vec<PathBuf>,
}

/// Makes the plan.
pub fn make(inputs: &Inputs<'_>) -> Plan {
    let mut plan = Plan::default();
    let mut texts: BTreeMap<PathBuf, String> = BTreeMap::new();
    let mut wraps = false;
    for writer in &inputs.found.writers {
        if writer.activity != Activity::Active {
            continue;
        }
        match (writer.kind, inputs.way) {
            (Kind::WebApplication, _) => {}
            (Kind::Scheduler | Kind::Command, Way::Wrapper) => wraps = true,
            (Kind::Scheduler | Kind::Command, Way::Lock) => {
                let place = (writer, &mut texts);
                if !edit(inputs, place, &|line| {
                    locked(line, writer, inputs.lock)
                }) {
                    let text = "only root's cron lines can take the lock: \
                                use --way wrapper or --way off";
                    plan.left.push(format!("{writer}: {text}"));
                }
            }
            (Kind::Worker, Way::Lock | Way::Wrapper) => {
                plan.notes.push(format!(
                    "{writer} stays: it also sends mail and the like; its \
                     job that makes boot files makes them from the same rows"
                ));
            }
            _ => off(inputs, writer, &mut texts, &mut plan),
        }
    }
    for (path, text) in texts {
        let what = match inputs.way {
            Way::Lock => "its lines wait for provha's lock",
            _ => "its lines are switched off",
        };
        let to = Target::File(text.into_bytes());
        plan.steps.push(Step { path, to, what: what.into() });
    }
    if wraps {
        wrap(inputs, &mut plan);
    }
    scheduler_note(inputs, &mut plan);
    plan
}

/// Puts the wrapper in the place of `artisan`.
fn wrap(inputs: &Inputs<'_>, plan: &mut Plan) {
    let path = artisan();
    if (inputs.files)(&path).is_none() {
        let text = format!("{} is not there: use --way off", path.display());
        plan.left.push(text);
        return;
    }
    plan.steps.push(Step {
        path: Path::new(APPLICATION).join(FORMER),
        to: Target::CopyOf(path.clone()),
        what: "the former file, for all other commands".into(),
    });
    plan.steps.push(Step {
        path,
        to: Target::File(wrapper::text(inputs.program).into_bytes()),
        what: "a wrapper: commands that provha replaces end in provha".into(),
    });
    plan.notes.push(
        "an upgrade of the existing system brings its own file back: then \
         'provha status' is critical, and this command is run again"
            .into(),
    );
}

/// What switching the scheduler off costs.
fn scheduler_note(inputs: &Inputs<'_>, plan: &mut Plan) {
    let is = |writer: &&Writer| writer.kind == Kind::Scheduler;
    if inputs.way == Way::Off && inputs.found.writers.iter().any(|w| is(&w)) {
        plan.notes.push(
            "the scheduler also does other work (contracts, accounting, \
             monitoring): on a master use --way wrapper"
                .into(),
        );
    }
}

/// Changes the line of a writer in a text; whether it could.
fn edit(
    inputs: &Inputs<'_>,
    (writer, texts): (&Writer, &mut BTreeMap<PathBuf, String>),
    change: &dyn Fn(&str) -> Option<String>,
) -> bool {
    let Some(number) = writer.line else { return false };
    let known = texts.get(&writer.path).cloned();
    let Some(text) = known.or_else(|| (inputs.files)(&writer.path)) else {
        return false;
    };
    let mut lines: Vec<String> = text.split('\n').map(Into::into).collect();
    let Some(line) = lines.get_mut(number - 1) else { return false };
    let Some(new) = change(line) else { return false };
    *line = new;
    let _ = texts.insert(writer.path.clone(), lines.join("\n"));
    true
}

/// Whether a file is a crontab, and whether its lines name a user.
fn crontab(path: &Path) -> Option<bool> {
    let path = path.to_string_lossy();
    match () {
        () if path == "/etc/crontab" => Some(true),
        () if path.starts_with("/etc/cron.d/") => Some(true),
        () if path.starts_with("/var/spool/cron/") => Some(false),
        () => None,
    }
}

/// A cron line that takes provha's lock: root's flock holds it, so that no
/// other user can open the lock file.
fn locked(line: &str, writer: &Writer, lock: &str) -> Option<String> {
    let has_user = crontab(&writer.path)?;
    let entry = cron(line, has_user)?;
    let user = writer.user.as_deref().unwrap_or("root");
    if !has_user && user != "root" {
        return None;
    }
    let quoted = |text: &str| format!("'{}'", text.replace('\'', "'\\''"));
    let dir = Path::new(lock).parent().unwrap_or(Path::new("/"));
    let (dir, lock) = (quoted(&dir.to_string_lossy()), quoted(lock));
    let shell = format!("/bin/sh -c {}", quoted(entry.command));
    let run = match user {
        "root" => shell,
        user => format!("runuser -u {user} -- {shell}"),
    };
    let root = if has_user { " root " } else { " " };
    Some(format!(
        "{}{root}(umask 077; mkdir -p -m 755 {dir}; : >> {lock}); \
         flock -w 600 {lock} {run}",
        entry.schedule
    ))
}

/// Switches a writer off where it is configured.
fn off(
    inputs: &Inputs<'_>,
    writer: &Writer,
    texts: &mut BTreeMap<PathBuf, String>,
    plan: &mut Plan,
) {
    let path = writer.path.to_string_lossy().into_owned();
    let name = writer.path.file_name().unwrap_or_default().to_string_lossy();
    if crontab(&writer.path).is_some() {
        let comment = |line: &str| Some(format!("#provha# {line}"));
        let _ = edit(inputs, (writer, texts), &comment);
    } else if path.contains("/systemd/") {
        let links = (inputs.links)(&name);
        for link in &links {
            plan.steps.push(Step {
                path: link.clone(),
                to: Target::Gone,
                what: format!("{name} is not started any more"),
            });
            let unit = link.file_name().unwrap_or_default().to_string_lossy();
            plan.commands.push(format!("systemctl stop '{unit}'"));
        }
        if links.is_empty() {
            plan.left.push(format!("{writer}: run systemctl mask {name}"));
        } else {
            plan.commands.push("systemctl daemon-reload".into());
        }
    } else if path.contains("/supervisor") {
        let stop = |line: &str| Some(format!("{line}\nautostart=false"));
        let _ = edit(inputs, (writer, texts), &stop);
        plan.commands.push("supervisorctl update".into());
    } else if path.starts_with("/etc/xinetd.d/") {
        let text = texts.get(&writer.path).cloned();
        let text = text.or_else(|| (inputs.files)(&writer.path));
        let _ = texts.insert(
            writer.path.clone(),
            without_service(&text.unwrap_or_default()),
        );
        plan.commands.push("systemctl reload xinetd".into());
    } else {
        plan.left.push(format!("{writer}: take the line out by hand"));
    }
}

/// The text of a service file of xinetd, switched off.
fn without_service(text: &str) -> String {
    let is_switch = |line: &&str| {
        line.split('=').next().is_some_and(|word| word.trim() == "disable")
    };
    let kept: Vec<&str> =
        text.split('\n').filter(|line| !is_switch(line)).collect();
    kept.join("\n").replace('{', "{\n\tdisable = yes")
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The plan for one writer whose file has this text.
    fn plan(kind: Kind, path: &str, user: &str, text: &str, way: Way) -> Plan {
        let writer = Writer {
            kind,
            path: path.into(),
            line: Some(1),
            user: Some(user.into()),
            text: String::new(),
            activity: Activity::Active,
        };
        let found = Found { writers: vec![writer], closed: Vec::new() };
        let link = "/etc/systemd/system/x.wants/nmsprimed.service";
        make(&Inputs {
            found: &found,
            way,
            lock: "/run/provha/lock",
            program: "/usr/bin/provha",
            files: &|_| Some(text.into()),
            links: &|_| vec![link.into()],
        })
    }

    const CRON: &str = "/etc/cron.d/nmsprime";

    #[test]
    fn a_line_waits_for_the_lock_as_its_user() {
        let line = "* * * * * www-data php artisan 'x' >/dev/null";
        let plan = plan(Kind::Scheduler, CRON, "www-data", line, Way::Lock);
        let Target::File(bytes) = &plan.steps[0].to else { panic!() };
        let text = String::from_utf8_lossy(bytes);
        assert!(text.starts_with("* * * * * root (umask 077;"), "{text}");
        let end = "flock -w 600 '/run/provha/lock' runuser -u www-data -- \
                   /bin/sh -c 'php artisan '\\''x'\\'' >/dev/null'";
        assert!(text.ends_with(end), "{text}");
    }

    #[test]
    fn another_users_crontab_is_left_to_the_user() {
        let (path, line) = ("/var/spool/cron/crontabs/x", "* * * * * php a");
        let plan = plan(Kind::Scheduler, path, "x", line, Way::Lock);
        assert!(plan.steps.is_empty());
        assert!(plan.left[0].contains("--way off"), "{:?}", plan.left);
    }

    #[test]
    fn the_wrapper_keeps_the_former_file() {
        let plan = plan(Kind::Scheduler, CRON, "root", "x", Way::Wrapper);
        let paths: Vec<_> = plan.steps.iter().map(|s| s.path.clone()).collect();
        let dir = Path::new(APPLICATION);
        assert_eq!(paths, [dir.join(FORMER), dir.join("artisan")]);
    }

    #[test]
    fn what_is_switched_off() {
        let plan = |kind, path, text| plan(kind, path, "root", text, Way::Off);
        let cron = plan(Kind::Scheduler, CRON, "* * * * * root x");
        let text = Target::File(b"#provha# * * * * * root x".to_vec());
        assert_eq!(cron.steps[0].to, text);
        assert!(cron.notes[0].contains("--way wrapper"));
        let unit = "/usr/lib/systemd/system/nmsprimed.service";
        let unit = plan(Kind::Restarter, unit, "");
        assert_eq!(unit.steps[0].to, Target::Gone);
        let time = "service time\n{\n\tdisable = no\n}";
        let time = plan(Kind::TimeService, "/etc/xinetd.d/time", time);
        let text = b"service time\n{\n\tdisable = yes\n}".to_vec();
        assert_eq!(time.steps[0].to, Target::File(text));
    }
}
