//! What the state of a cluster is worth: pure judgement of what all nodes
//! said.

use std::collections::{BTreeMap, BTreeSet};

use crate::galera::facts::{Facts, Member, Server};
use crate::galera::position::short;
use crate::status::codes::of_cluster;
use crate::status::{Check, State};

/// A share of time that writers were held back, from which it is told.
const PAUSED: f64 = 0.1;
/// Commits that a node may be behind when nodes are asked one after the other.
const BEHIND: i64 = 1000;

/// One node as it was seen.
#[derive(Debug, Clone)]
pub struct Seen {
    /// As it stands in GALERA_PEER_HOSTS.
    pub name: String,
    /// True if it is this machine.
    pub own: bool,
    /// What its server says to this machine by SQL.
    pub sql: Result<BTreeMap<String, String>, String>,
    /// What the node says of itself by ssh.
    pub ssh: Result<Facts, String>,
}

impl Seen {
    /// What its server says, whoever asked it.
    pub fn member(&self) -> Option<Member> {
        let sql = self.sql.as_ref().ok().and_then(Member::read);
        let ssh = || self.ssh.as_ref().ok()?.member().cloned();
        sql.or_else(ssh)
    }

    /// A status variable as a number.
    pub fn number(&self, name: &str) -> Option<f64> {
        self.sql.as_ref().ok()?.get(name)?.parse().ok()
    }

    /// `innodb_flush_log_at_trx_commit`.
    pub fn flush(&self) -> Option<u8> {
        let name = "innodb_flush_log_at_trx_commit";
        let sql = self.number(name).map(|flush| flush as u8);
        sql.or_else(|| self.ssh.as_ref().ok()?.flush)
    }

    /// True if grastate.dat names it as the one to bootstrap.
    pub fn is_safe(&self) -> bool {
        let facts = self.ssh.as_ref().ok();
        facts.and_then(|f| f.grastate.as_ref()).is_some_and(|g| g.safe)
    }

    /// What it is doing, in words.
    pub fn words(&self) -> String {
        match (self.member(), &self.ssh, &self.sql) {
            (Some(member), ..) if member.primary => member.state,
            (Some(member), ..) => {
                format!("not in a primary component ({})", member.state)
            }
            (None, Ok(facts), sql) => match &facts.server {
                Server::Stopped => "MariaDB is stopped".into(),
                Server::Mute(_) => "MariaDB runs and does not answer".into(),
                Server::Runs(_) => match sql {
                    Err(why) => why.clone(),
                    Ok(_) => "it is not a Galera node".into(),
                },
            },
            (None, Err(ssh), Err(sql)) => {
                format!("cannot be seen from here: SQL {sql}; {ssh}")
            }
            (None, Err(_), Ok(_)) => "it is not a Galera node".into(),
        }
    }
}

/// What is expected of the cluster.
#[derive(Debug, Clone)]
pub struct Expected {
    /// True if there is an arbiter; and whether its port takes connections.
    pub arbiter: Option<bool>,
    /// What is wrong with the list, with what to do.
    pub objections: Vec<(String, &'static str)>,
}

/// All checks.
pub fn judge(nodes: &[Seen], expected: &Expected) -> Vec<Check> {
    let members: Vec<(&Seen, Member)> = nodes
        .iter()
        .filter_map(|node| node.member().map(|member| (node, member)))
        .collect();
    let primary: Vec<&(&Seen, Member)> =
        members.iter().filter(|(_, member)| member.primary).collect();
    let mut checks = vec![
        component(nodes, &primary),
        state(&members),
        all_nodes(nodes),
        size(nodes, &primary, expected),
        arbiter(&primary, expected),
        position(&primary),
        flow(nodes),
        durability(nodes),
        bootstrap(nodes, &primary),
        ways(nodes),
        votes(expected),
    ];
    for check in checks.iter_mut().filter(|c| c.state != State::Ok) {
        check.code = of_cluster(check.name);
    }
    checks
}

/// A comma list of names.
fn names<'a>(nodes: impl IntoIterator<Item = &'a Seen>) -> String {
    let names: Vec<&str> =
        nodes.into_iter().map(|node| node.name.as_str()).collect();
    names.join(", ")
}

/// Whether there is one primary component, and no more.
fn component(nodes: &[Seen], primary: &[&(&Seen, Member)]) -> Check {
    let name = "component";
    if primary.is_empty() {
        let unseen: Vec<&Seen> = nodes
            .iter()
            .filter(|node| node.member().is_none() && node.ssh.is_err())
            .collect();
        let text = match unseen.is_empty() {
            true => "no node is in a primary component: the database does \
                     not answer anybody"
                .into(),
            false => format!(
                "no node that can be asked is in a primary component; {} \
                 cannot be seen from here and may be one",
                names(unseen)
            ),
        };
        let hint = "provha cluster crosscheck tells dead from unseen; provha \
                    cluster galera recover tells who goes first";
        return Check::new(name, State::Critical, text).hint(hint);
    }
    let views: BTreeSet<(&str, i64, &str)> = primary
        .iter()
        .map(|(_, m)| (m.cluster_uuid.as_str(), m.conf_id, m.incoming.as_str()))
        .collect();
    if views.len() > 1 {
        let of: Vec<String> = primary
            .iter()
            .map(|(node, m)| {
                format!(
                    "{}: {} of {}",
                    node.name,
                    short(&m.cluster_uuid),
                    m.size
                )
            })
            .collect();
        let text = format!(
            "primary nodes do not see each other: two clusters, or a \
             membership that changes just now ({})",
            of.join("; ")
        );
        let hint = "ask again in some seconds; if it stays, stop one side \
                    before applications write to both";
        return Check::new(name, State::Critical, text).hint(hint);
    }
    let names = names(primary.iter().map(|(node, _)| *node));
    Check::new(name, State::Ok, format!("primary: {names}"))
}

/// Whether all have the cluster's state: nodes that were started without
/// their recovered position pass for synced, and their data differ.
fn state(members: &[(&Seen, Member)]) -> Check {
    let name = "state";
    let odd = members.iter().filter(|(_, m)| m.is_diverged());
    let odd = names(odd.map(|(node, _)| *node));
    if !odd.is_empty() {
        let text = format!(
            "{odd}: synced without the cluster's state: the data of the nodes \
             may differ"
        );
        let hint = "keep applications away; stop MariaDB on all nodes, then \
                    provha cluster galera recover";
        return Check::new(name, State::Critical, text).hint(hint);
    }
    let uuids: BTreeSet<&str> = members
        .iter()
        .filter(|(_, m)| !m.local_uuid.is_empty())
        .map(|(_, m)| m.local_uuid.as_str())
        .collect();
    let short: Vec<&str> = uuids.into_iter().map(short).collect();
    match short.as_slice() {
        [] => Check::new(name, State::Unknown, "no node names its state"),
        [one] => {
            Check::new(name, State::Ok, format!("{one} on all that answer"))
        }
        several => {
            let text = format!("the nodes have states {}", several.join(", "));
            let hint = "nodes of different histories never join: provha \
                        cluster galera recover names them";
            Check::new(name, State::Critical, text).hint(hint)
        }
    }
}

/// Whether each node is synced.
fn all_nodes(nodes: &[Seen]) -> Check {
    let synced = |node: &&Seen| node.member().is_some_and(|m| m.is_synced());
    let odd: Vec<String> = nodes
        .iter()
        .filter(|node| !synced(node))
        .map(|node| format!("{}: {}", node.name, node.words()))
        .collect();
    let text = match odd.is_empty() {
        true => format!("all {} are synced", nodes.len()),
        false => odd.join("; "),
    };
    let state = match odd.len() {
        0 => State::Ok,
        n if n == nodes.len() => State::Critical,
        _ => State::Warning,
    };
    let check = Check::new("nodes", state, text);
    match state {
        State::Ok => check,
        _ => check.hint("provha cluster galera recover starts what is stopped"),
    }
}

/// Whether the component has as many members as the list.
fn size(
    nodes: &[Seen],
    primary: &[&(&Seen, Member)],
    expected: &Expected,
) -> Check {
    let wanted = nodes.len() + usize::from(expected.arbiter.is_some());
    let Some(size) = primary.iter().map(|(_, m)| m.size).max() else {
        let text = "there is no primary component";
        return Check::new("size", State::Unknown, text);
    };
    let text = format!("{size} of {wanted} members");
    match (size as usize).cmp(&wanted) {
        std::cmp::Ordering::Equal => Check::new("size", State::Ok, text),
        std::cmp::Ordering::Less => {
            let left = size.saturating_sub(1) * 2 > size;
            let edge =
                if left { "" } else { ": if one more is lost, the rest stops" };
            Check::new("size", State::Warning, text + edge)
        }
        std::cmp::Ordering::Greater => {
            let hint = "GALERA_PEER_HOSTS and PROVHA__GALERA_ARBITER shall \
                        name all members";
            let text = text + ": a member is not in the list";
            Check::new("size", State::Warning, text).hint(hint)
        }
    }
}

/// Whether the arbiter takes part.
fn arbiter(primary: &[&(&Seen, Member)], expected: &Expected) -> Check {
    let name = "arbiter";
    // An arbiter has no address for clients: an empty entry of the list.
    let counted = primary.iter().map(|(_, member)| member.arbiters()).max();
    match (expected.arbiter, counted) {
        (None, Some(n)) if n > 0 => {
            let text = format!("{n} that is not in the settings");
            let hint = "name its machine in PROVHA__GALERA_ARBITER";
            Check::new(name, State::Warning, text).hint(hint)
        }
        (None, _) => Check::new(name, State::Ok, "none is expected"),
        (Some(_), None) => {
            Check::new(name, State::Unknown, "there is no primary component")
        }
        (Some(_), Some(n)) if n > 0 => {
            Check::new(name, State::Ok, "it takes part")
        }
        (Some(open), Some(_)) => {
            let text = match open {
                true => "it is not a member, but its port is open",
                false => "it is not a member, and its port does not answer",
            };
            let hint = "start garbd there: with two data nodes its vote \
                        decides who goes on when one is lost";
            Check::new(name, State::Warning, text).hint(hint)
        }
    }
}

/// How far the nodes are.
fn position(primary: &[&(&Seen, Member)]) -> Check {
    let all: Vec<i64> = primary.iter().map(|(_, m)| m.committed).collect();
    let (Some(low), Some(high)) = (all.iter().min(), all.iter().max()) else {
        let text = "there is no primary component";
        return Check::new("position", State::Unknown, text);
    };
    let text = match high - low {
        0 => format!("all at {high}"),
        n => format!("{low} to {high}, {n} apart"),
    };
    let state = match high - low > BEHIND {
        true => State::Warning,
        false => State::Ok,
    };
    Check::new("position", state, text)
}

/// Whether slow nodes hold writers back.
fn flow(nodes: &[Seen]) -> Check {
    let paused = |node: &Seen| node.number("wsrep_flow_control_paused");
    let active = |node: &Seen| {
        let sql = node.sql.as_ref().ok();
        let value = sql.and_then(|all| all.get("wsrep_flow_control_active"));
        value.is_some_and(|value| value == "true")
    };
    let odd: Vec<String> = nodes
        .iter()
        .filter(|n| active(n) || paused(n).is_some_and(|p| p > PAUSED))
        .map(|n| {
            let share = paused(n).unwrap_or_default() * 100.0;
            format!("{}: {share:.0} % of the time", n.name)
        })
        .collect();
    if nodes.iter().all(|node| paused(node).is_none()) {
        let text = "no node could be asked by SQL";
        return Check::new("flow-control", State::Unknown, text);
    }
    if odd.is_empty() {
        let text = "writers are not held back";
        return Check::new("flow-control", State::Ok, text);
    }
    let text = format!("writers were held back: {}", odd.join("; "));
    let hint = "the node with the longest wsrep_local_recv_queue is too slow; \
                FLUSH STATUS starts the share again";
    Check::new("flow-control", State::Warning, text).hint(hint)
}

/// What a crash may cost.
fn durability(nodes: &[Seen]) -> Check {
    let name = "durability";
    let of = |flush| {
        let those = nodes.iter().filter(|node| node.flush() == Some(flush));
        names(those)
    };
    let mut parts = Vec::new();
    for (flush, loss) in [
        (2, "when machines lose power at the same time, the last second"),
        (0, "when servers crash at the same time, the last second"),
    ] {
        let those = of(flush);
        if !those.is_empty() {
            parts.push(format!(
                "{those}: innodb_flush_log_at_trx_commit={flush} ({loss} may \
                 be lost)"
            ));
        }
    }
    if !parts.is_empty() {
        let hint = "set it to 1, at least on one node that is never lost \
                    together with the others";
        let text = parts.join("; ");
        return Check::new(name, State::Warning, text).hint(hint);
    }
    match of(1).is_empty() {
        true => Check::new(name, State::Unknown, "no node could be asked"),
        false => Check::new(name, State::Ok, "each commit is flushed"),
    }
}

/// What grastate.dat says about who may go first.
fn bootstrap(nodes: &[Seen], primary: &[&(&Seen, Member)]) -> Check {
    let safe: Vec<&Seen> = nodes.iter().filter(|node| node.is_safe()).collect();
    let size = primary.iter().map(|(_, m)| m.size).max().unwrap_or(0);
    let text = match safe.is_empty() {
        true => "no node is marked as the first".to_string(),
        false => format!("marked as the first: {}", names(safe.clone())),
    };
    let odd = safe.len() > 1 || (size > 1 && !safe.is_empty());
    let check = |state| Check::new("bootstrap-mark", state, text.clone());
    match odd {
        false => check(State::Ok),
        true => check(State::Warning).hint(
            "a marked node that is started by itself makes a cluster of its \
             own; start it by provha cluster galera recover",
        ),
    }
}

/// Whether every node can be asked in both ways.
fn ways(nodes: &[Seen]) -> Check {
    let mut odd = Vec::new();
    for node in nodes {
        if let Err(why) = &node.ssh {
            odd.push(format!("{}: {why}", node.name));
        }
        let runs = node.ssh.as_ref().is_ok_and(|f| f.member().is_some());
        if let (Err(why), true) = (&node.sql, runs) {
            odd.push(format!("{}: SQL: {why}", node.name));
        }
    }
    if odd.is_empty() {
        return Check::new("ways", State::Ok, "all nodes by SQL and ssh");
    }
    let hint = "provha cluster crosscheck shows who sees whom";
    Check::new("ways", State::Warning, odd.join("; ")).hint(hint)
}

/// What is wrong with the list.
fn votes(expected: &Expected) -> Check {
    let mut objections = expected.objections.iter();
    let Some((text, hint)) = objections.next() else {
        return Check::new("votes", State::Ok, "the loss of one is outlived");
    };
    let more: Vec<&str> = objections.map(|(text, _)| text.as_str()).collect();
    let all = [&[text.as_str()][..], &more].concat().join("; ");
    Check::new("votes", State::Warning, all).hint(*hint)
}

#[cfg(test)]
#[path = "health_tests.rs"]
mod tests;
