//! Our systemd units: enabled as `systemctl enable` does it, by links.

use crate::model::Role;
use crate::setup::facts::{Entry, Facts};
use crate::setup::step::{Change, State, Step};
use crate::setup::wish::Wish;

/// Where our units may be installed.
const DIRS: [&str; 4] = [
    "/etc/systemd/system",
    "/usr/local/lib/systemd/system",
    "/usr/lib/systemd/system",
    "/lib/systemd/system",
];

/// A unit with the target that wants it.
pub type Wanted = (&'static str, &'static str);

/// The units of a role.
pub fn of(role: Role) -> &'static [Wanted] {
    const WATCH: Wanted = ("provha-watch.service", "multi-user.target");
    const SYNC: Wanted = ("provha-sync.timer", "timers.target");
    const REBUILD: Wanted = ("provha-rebuild.timer", "timers.target");
    match role {
        Role::Master => &[WATCH, SYNC],
        Role::Slave => &[REBUILD],
        Role::Standalone => &[WATCH],
    }
}

/// Where the link of a unit lies.
fn link(unit: Wanted) -> String {
    format!("/etc/systemd/system/{}.wants/{}", unit.1, unit.0)
}

/// The paths that it looks at.
pub fn paths() -> Vec<String> {
    let roles = [Role::Master, Role::Slave];
    let units = roles.into_iter().flat_map(|role| of(role).iter().copied());
    let mut paths = Vec::new();
    for unit in units {
        paths.extend(DIRS.map(|dir| format!("{dir}/{}", unit.0)));
        paths.push(link(unit));
    }
    paths
}

/// The step.
pub fn step(facts: &Facts, wish: &Wish) -> Step {
    let name = "units";
    let units = of(wish.role);
    let names: Vec<&str> = units.iter().map(|unit| unit.0).collect();
    let what = format!("enable {}", names.join(" and "));
    let why = "files follow the database by themselves";
    let mut changes = Vec::new();
    for unit in units {
        let files = DIRS.map(|dir| format!("{dir}/{}", unit.0));
        let Some(file) = files.into_iter().find(|file| facts.has(file)) else {
            let how = format!(
                "{} is not installed: install the package (or make install), \
                 then run setup again",
                unit.0
            );
            return Step::idle(name, what, why, State::ByHand(how));
        };
        let link = link(*unit);
        // `systemctl enable` may have it lead to another name of the same.
        let there = facts.entry(&link);
        let enabled =
            matches!(there, Some(Entry::Link(to)) if to.ends_with(unit.0));
        if !enabled {
            changes.push(Change::link(link, file));
        }
    }
    let mut step = Step::new(name, what, why, facts, changes);
    for unit in &names {
        step = step.run_or(&[], &["systemctl", "stop", unit]);
    }
    step.run("systemctl daemon-reload")
}
