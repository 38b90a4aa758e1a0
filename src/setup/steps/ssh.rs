//! ssh: the master sends files to the slave, the slave reads cacti's graphs
//! from the master.

use crate::setup::facts::Facts;
use crate::setup::step::{Change, State, Step};
use crate::setup::text;
use crate::setup::wish::Wish;

const DIR: &str = "/root/.ssh";
/// Private keys that ssh takes by itself.
const DEFAULTS: [&str; 3] =
    ["/root/.ssh/id_ed25519", "/root/.ssh/id_ecdsa", "/root/.ssh/id_rsa"];
const AUTHORIZED: &str = "/root/.ssh/authorized_keys";

/// The file of the peer's host keys.
fn known_hosts(wish: &Wish) -> String {
    match wish.key("PROVHA__SSH_KNOWN_HOSTS") {
        "" => format!("{DIR}/known_hosts"),
        path => path.into(),
    }
}

/// Our private key: the one that is set, one that is there, a new one.
fn identity(facts: &Facts, wish: &Wish) -> String {
    let set = wish.key("PROVHA__SSH_IDENTITY");
    if !set.is_empty() {
        return set.into();
    }
    let there = DEFAULTS.iter().find(|path| facts.has(path));
    (*there.unwrap_or(&DEFAULTS[0])).into()
}

/// The paths that it looks at.
pub fn paths(wish: &Wish) -> Vec<String> {
    let mut paths: Vec<String> = DEFAULTS.map(str::to_string).to_vec();
    paths.extend([DIR, AUTHORIZED].map(str::to_string));
    paths.push(known_hosts(wish));
    let set = wish.key("PROVHA__SSH_IDENTITY");
    if !set.is_empty() {
        paths.push(set.into());
    }
    paths
}

/// The peer's name in known_hosts (sshd(8)).
fn host(wish: &Wish, peer: std::net::Ipv4Addr) -> String {
    match wish.key("SLAVE_SSH_PORT") {
        "" | "22" => peer.to_string(),
        port => format!("[{peer}]:{port}"),
    }
}

/// The peer's keys, as far as they were copied here; what is missing of them.
fn of_peer(
    facts: &Facts,
    wish: &Wish,
    peer: std::net::Ipv4Addr,
    changes: &mut Vec<Change>,
) -> Vec<&'static str> {
    let mut missing = Vec::new();
    let (hosts, peers) = (known_hosts(wish), &wish.from_peer);
    let name = host(wish, peer);
    let mut known = facts.text(&hosts);
    let has_host = |known: &str| {
        known.lines().any(|line| {
            let names = line.split_whitespace().next().unwrap_or_default();
            names.split(',').any(|known| known == name)
        })
    };
    for host_key in &peers.host_keys {
        let words: Vec<&str> = host_key.split_whitespace().take(2).collect();
        known = text::line(&known, &format!("{name} {}", words.join(" ")));
    }
    if !has_host(&known) {
        missing.push("ssh_host_ed25519_key.pub");
    }
    if known != facts.text(&hosts) {
        changes.push(Change::with(hosts, known, 0o600, None, false));
    }
    let mut authorized = facts.text(AUTHORIZED);
    for key in &peers.user_keys {
        let words: Vec<&str> = key.split_whitespace().take(2).collect();
        let body = words.join(" ");
        if !authorized.contains(&body) {
            let line = format!("from=\"{peer}\" {body} provha");
            authorized = text::append(&authorized, &line);
        }
    }
    let from = format!("from=\"{peer}\"");
    if peers.user_keys.is_empty() && !authorized.contains(&from) {
        missing.push("id_ed25519.pub");
    }
    if authorized != facts.text(AUTHORIZED) {
        changes.push(Change::with(AUTHORIZED, authorized, 0o600, None, false));
    }
    missing
}

/// The step.
pub fn step(facts: &Facts, wish: &Wish) -> Step {
    let name = "ssh";
    let why = "files go from the master to the slave, graphs the other way";
    let mut what = String::from("let the two machines log in to each other");
    let Some(peer) = wish.peer else {
        let text = "there is no peer";
        return Step::idle(name, what, why, State::Idle(text.into()));
    };
    let mut changes = vec![Change::dir(DIR, 0o700)];
    let key = identity(facts, wish);
    if !facts.has(&key) {
        let (private, public) = wish.fresh.ssh.clone();
        if private.is_empty() && wish.machine {
            let how = format!("ssh-keygen -t ed25519 -N '' -f {key}");
            return Step::idle(name, what, why, State::ByHand(how));
        }
        changes.push(Change::with(&key, private, 0o600, None, true));
        changes.push(Change::file(format!("{key}.pub"), public));
    }
    let missing = of_peer(facts, wish, peer, &mut changes);
    if !missing.is_empty() {
        what += &format!(
            "; still missing, in the directory of --peer-files: {} of {peer}",
            missing.join(", ")
        );
    }
    let step = Step::new(name, what, why, facts, changes);
    match step.state {
        State::Done if !missing.is_empty() => {
            let how = format!(
                "copy {} from {peer}: /etc/ssh/ssh_host_ed25519_key.pub and \
                 /root/.ssh/id_ed25519.pub, and run setup with --peer-files",
                missing.join(" and ")
            );
            Step { state: State::ByHand(how), ..step }
        }
        _ => step,
    }
}
