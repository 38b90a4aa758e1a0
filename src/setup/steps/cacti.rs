//! cacti on a slave: graphs through sshfs from the master, the database with
//! the slave's own user, which only reads.

use crate::model::Role;
use crate::setup::facts::{Entry, Facts};
use crate::setup::step::{Change, State, Step};
use crate::setup::text;
use crate::setup::wish::Wish;

/// Where cacti keeps its settings: Debian, RHEL-likes.
const SETTINGS: [&str; 2] = ["/etc/cacti/debian.php", "/etc/cacti/db.php"];
/// Where its graphs are.
const RRA: [&str; 2] = ["/usr/share/cacti/site/rra", "/usr/share/cacti/rra"];
/// Where they are on the master.
const MASTER_RRA: &str = "/var/lib/cacti/rra";
/// Where autofs mounts them.
const MOUNT: &str = "/var/lib/provha-cacti/rra";
const MAPS: &str = "/etc/auto.master.d";
const MASTER_MAP: &str = "/etc/auto.master.d/provha.autofs";
const MAP: &str = "/etc/auto.provha";

/// The env file of monitoring.
fn provmon(wish: &Wish) -> String {
    let dir = wish.env_file.rsplit_once('/').map_or("", |(dir, _)| dir);
    format!("{dir}/provmon.env")
}

/// The paths that it looks at.
pub fn paths(wish: &Wish) -> Vec<String> {
    let mut paths: Vec<String> = SETTINGS.map(str::to_string).to_vec();
    paths.extend(RRA.map(str::to_string));
    paths.extend([MASTER_RRA, MAPS, MASTER_MAP, MAP].map(str::to_string));
    paths.push(provmon(wish));
    paths
}

/// The map of autofs: cacti's graphs, read-only.
fn map(wish: &Wish, peer: std::net::Ipv4Addr) -> String {
    let port = match wish.key("SLAVE_SSH_PORT") {
        "" => "22",
        port => port,
    };
    let identity = match wish.key("PROVHA__SSH_IDENTITY") {
        "" => String::new(),
        path => format!(",IdentityFile={path}"),
    };
    let user = wish.key("PROVHA__SSH_USER");
    format!(
        "# made by provha setup\n{MOUNT} \
         -fstype=fuse,ro,nodev,nosuid,allow_other,reconnect,\
         ServerAliveInterval=5,ServerAliveCountMax=2,BatchMode=yes,\
         Port={port}{identity} :sshfs\\#{user}@{peer}\\:{MASTER_RRA}\n"
    )
}

/// The link in the place of the directory of graphs.
fn link(facts: &Facts) -> Option<Change> {
    let at = RRA.iter().chain([&MASTER_RRA]).find(|path| {
        // A link of the package leads to /var/lib/cacti/rra: that one counts.
        matches!(facts.entry(path), Some(Entry::Dir))
            || matches!(facts.entry(path), Some(Entry::Link(to)) if to.as_os_str() == MOUNT)
    })?;
    Some(Change::link(*at, MOUNT))
}

/// The settings with the user that only reads.
fn reader(facts: &Facts, wish: &Wish, changes: &mut Vec<Change>) {
    let (user, password) = (wish.key("DB_USERNAME"), wish.key("DB_PASSWORD"));
    for path in SETTINGS.iter().filter(|path| facts.has(path)) {
        let mut php = facts.text(path);
        for (name, value) in [
            ("database_hostname", "localhost"),
            ("database_username", user),
            ("database_password", password),
        ] {
            if text::php(&php, name).as_deref() != Some(value) {
                php = text::set_php(&php, name, value);
            }
        }
        changes.push(Change::with(*path, php, 0o640, None, true));
    }
    let provmon = provmon(wish);
    if facts.has(&provmon) {
        let mut env = facts.text(&provmon);
        for (key, value) in [
            ("CACTI_DB_HOST", "localhost"),
            ("CACTI_DB_USERNAME", user),
            ("CACTI_DB_PASSWORD", password),
        ] {
            if text::assigned(&env, key).as_deref() != Some(value) {
                let quoted = format!("'{}'", value.replace('\'', "\\'"));
                env = text::assign(&env, key, &quoted);
            }
        }
        changes.push(Change::with(provmon, env, 0o640, None, true));
    }
}

/// The step.
pub fn step(facts: &Facts, wish: &Wish) -> Step {
    let name = "cacti";
    let what = "cacti: graphs of the master through sshfs, database read-only";
    let why = "the slave's GUI shows the same graphs and writes nothing";
    let idle =
        |text: &str| Step::idle(name, what, why, State::Idle(text.to_string()));
    let (Role::Slave, Some(peer)) = (wish.role, wish.peer) else {
        return idle("only a slave reads the master's graphs");
    };
    if !facts.has_any(&SETTINGS) && !facts.has(&provmon(wish)) {
        return idle("there is no cacti here");
    }
    if wish.key("DB_PASSWORD").is_empty() {
        let how = "set DB_USERNAME and DB_PASSWORD of the user that only \
                   reads in the env files, then run setup again (provha \
                   setup grants prints its rights)";
        return Step::idle(name, what, why, State::ByHand(how.into()));
    }
    let mut changes = Vec::new();
    reader(facts, wish, &mut changes);
    if facts.has(MAPS) {
        changes.push(Change::file(MAP, map(wish, peer)));
        let line = format!("/- {MAP} --timeout=60\n");
        changes.push(Change::file(MASTER_MAP, line));
        changes.extend(link(facts));
    }
    let step = Step::new(name, what, why, facts, changes);
    match facts.has(MAPS) {
        true => step.run("systemctl try-reload-or-restart autofs"),
        false => Step {
            what: format!("{what}; install autofs and sshfs for the graphs"),
            ..step
        },
    }
}
