//! Which node a cluster is brought back from: a pure function of what all
//! nodes say.
//!
//! What always holds (`choose_tests.rs` goes through all states):
//! - a node is never chosen while another one that may be used has a higher
//!   position;
//! - while a node cannot be asked, or its position cannot be read, nothing
//!   is done, unless its data are given up by name;
//! - while a primary component lives, none is made.

use std::collections::BTreeSet;

use crate::galera::facts::{Facts, Member, Server, Standing};
use crate::galera::position::{Position, short};

/// One node as it is known.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Known {
    /// Its name, for messages.
    pub name: String,
    /// What it told; else why it could not be asked.
    pub told: Result<Facts, String>,
    /// Who sees a sign of life of a node that could not be asked, and which.
    pub signs: Vec<String>,
    /// True if a person gave up its data.
    pub lost: bool,
}

/// A node to be started.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Start {
    /// Its place in the list.
    pub node: usize,
    /// True if its data are set aside first: it gets a copy of the others'.
    pub set_aside: bool,
}

/// What is to be done.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Choice {
    /// Nothing: all nodes are in one primary component.
    Healthy,
    /// A primary component lives: the others join it, one by one.
    Join {
        /// Those to be started.
        start: Vec<Start>,
    },
    /// Running nodes are about to join by themselves.
    Wait,
    /// No bootstrap: all members of the last view are back, and form it again
    /// when they are started together.
    Together {
        /// Those to be started.
        start: Vec<Start>,
    },
    /// A running node is made primary without a restart.
    Promote {
        /// Its place in the list.
        node: usize,
        /// What is started after it.
        start: Vec<Start>,
    },
    /// A stopped node is the first of the cluster.
    Bootstrap {
        /// Its place in the list.
        node: usize,
        /// The position that it starts with.
        position: Position,
        /// Running ones that are stopped before.
        stop: Vec<usize>,
        /// What is started after it.
        start: Vec<Start>,
    },
    /// Nothing: it could lose data that nobody gave up.
    Refuse {
        /// What a person must do.
        hint: String,
    },
}

/// The choice with its reasons.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Decision {
    /// What is to be done.
    pub choice: Choice,
    /// Why.
    pub why: String,
    /// Nodes that are left as they are, and why.
    pub left: Vec<String>,
    /// Which commits may be gone afterwards; empty: none.
    pub gone: Vec<String>,
}

impl Decision {
    /// A decision without more to say.
    fn new(choice: Choice, why: impl Into<String>) -> Self {
        let (left, gone) = (Vec::new(), Vec::new());
        Self { choice, why: why.into(), left, gone }
    }

    /// A refusal.
    fn refuse(why: impl Into<String>, hint: impl Into<String>) -> Self {
        Self::new(Choice::Refuse { hint: hint.into() }, why)
    }
}

/// A node that may be used, with the position of its data.
struct Candidate<'a> {
    at: usize,
    facts: &'a Facts,
    position: Position,
    clean: bool,
}

/// Decides. `arbiter`: the cluster has a voter without data.
pub fn decide(nodes: &[Known], arbiter: bool) -> Decision {
    let members: Vec<(usize, &Member)> =
        all_members(nodes).filter(|(_, member)| member.primary).collect();
    if !members.is_empty() {
        return with_primary(nodes, &members);
    }
    if let Some(refusal) = unknown(nodes) {
        return refusal;
    }
    let candidates = candidates(nodes);
    let uuids: BTreeSet<&str> =
        candidates.iter().map(|c| c.position.uuid.as_str()).collect();
    if uuids.len() > 1 {
        return foreign(nodes, &candidates, &uuids);
    }
    let Some(best) = best(&candidates) else {
        return Decision::refuse(
            "no node that may be used holds data of a cluster",
            "for a new cluster: provha cluster galera init",
        );
    };
    let mut decision = from(nodes, &candidates, best, arbiter);
    decision.gone = gone(nodes, Some(&best.position));
    decision.gone.extend(unflushed(nodes, &candidates));
    decision.left = absent(nodes);
    decision
}

/// Running servers that answer.
fn all_members(nodes: &[Known]) -> impl Iterator<Item = (usize, &Member)> {
    nodes.iter().enumerate().filter_map(|(at, node)| {
        node.told.as_ref().ok()?.member().map(|member| (at, member))
    })
}

/// What follows while a primary component lives.
fn with_primary(nodes: &[Known], members: &[(usize, &Member)]) -> Decision {
    let names = |those: &mut dyn Iterator<Item = usize>| {
        those.map(|at| nodes[at].name.as_str()).collect::<Vec<_>>().join(", ")
    };
    let diverged = members.iter().filter(|(_, m)| m.is_diverged());
    let diverged = names(&mut diverged.map(|(at, _)| *at));
    if !diverged.is_empty() {
        return Decision::refuse(
            format!(
                "{diverged}: in a primary component without its state: the \
                 data of the nodes may differ, and each passes for synced"
            ),
            "stop MariaDB on all nodes, then provha cluster galera recover: \
             it compares what the data of each are",
        );
    }
    let uuids: BTreeSet<&str> =
        members.iter().map(|(_, m)| m.cluster_uuid.as_str()).collect();
    let views: BTreeSet<(i64, &str)> =
        members.iter().map(|(_, m)| (m.conf_id, &*m.incoming)).collect();
    if uuids.len() > 1 || views.len() > 1 {
        let all = names(&mut members.iter().map(|(at, _)| *at));
        return Decision::refuse(
            format!("{all} are in primary components of their own"),
            "if a node is just joining, ask again; else the cluster is split: \
             stop MariaDB on the nodes whose data are to be given up, then \
             provha cluster galera recover --lose NODE",
        );
    }
    let committed = members.iter().map(|(_, m)| m.committed).max();
    let position = Position {
        uuid: members[0].1.cluster_uuid.clone(),
        seqno: committed.unwrap_or_default(),
    };
    join(nodes, &position)
}

/// How the others come to a living component that stands at `position`.
fn join(nodes: &[Known], position: &Position) -> Decision {
    let (mut start, mut waits) = (Vec::new(), Vec::new());
    let mut left = absent(nodes);
    for (node, known) in nodes.iter().enumerate() {
        let Ok(facts) = &known.told else { continue };
        match (&facts.server, facts.standing()) {
            (Server::Runs(member), _) if member.is_synced() => {}
            (Server::Runs(_) | Server::Mute(_), _) => {
                waits.push(known.name.as_str());
            }
            (Server::Stopped, Standing::Empty) => {
                start.push(Start { node, set_aside: false });
            }
            (Server::Stopped, Standing::At { position: own, .. })
                if own.uuid == position.uuid && own.seqno <= position.seqno =>
            {
                start.push(Start { node, set_aside: false });
            }
            _ if known.lost => start.push(Start { node, set_aside: true }),
            (_, standing) => left.push(format!(
                "{}: {}, and the cluster is at {position}: joining it would \
                 lose that; --lose {} gives it up",
                known.name,
                words(&standing),
                known.name
            )),
        }
    }
    let why = format!("a primary component lives, at {position}");
    let (choice, why) = match (start.is_empty(), waits.is_empty()) {
        (true, true) if left.is_empty() => {
            (Choice::Healthy, format!("{why}, and all nodes are synced"))
        }
        (true, true) => (Choice::Healthy, why),
        (true, false) => {
            let waits = waits.join(", ");
            (Choice::Wait, format!("{why}; not synced yet: {waits}"))
        }
        (false, _) => (Choice::Join { start }, format!("{why}: no bootstrap")),
    };
    let gone = gone(nodes, Some(position));
    Decision { choice, why, left, gone }
}

/// Refuses while a node may be newer than all others, or live unseen.
fn unknown(nodes: &[Known]) -> Option<Decision> {
    for node in nodes {
        let name = &node.name;
        let why = match &node.told {
            Err(why) if node.lost && node.signs.is_empty() => {
                let _ = why;
                continue;
            }
            Err(why) if !node.signs.is_empty() => {
                let signs = node.signs.join("; ");
                return Some(Decision::refuse(
                    format!(
                        "{name} lives, but cannot be asked: {why} ({signs})"
                    ),
                    format!(
                        "it may hold newer data, or be a cluster of its own: \
                         repair the connection to it, or switch {name} off"
                    ),
                ));
            }
            Err(why) => format!("{name} cannot be asked: {why}"),
            Ok(_) if node.lost => continue,
            Ok(facts) => match facts.standing() {
                Standing::Unknown(why) => format!("{name}: {why}"),
                _ => continue,
            },
        };
        return Some(Decision::refuse(
            format!("{why}; it may hold newer data than the others"),
            format!(
                "bring {name} back first; only if its data may be lost: \
                 --lose {name}"
            ),
        ));
    }
    None
}

/// Those whose data may be used.
fn candidates(nodes: &[Known]) -> Vec<Candidate<'_>> {
    let usable = nodes.iter().enumerate().filter(|(_, node)| !node.lost);
    usable
        .filter_map(|(at, node)| {
            let facts = node.told.as_ref().ok()?;
            match facts.standing() {
                Standing::At { position, clean } => {
                    Some(Candidate { at, facts, position, clean })
                }
                _ => None,
            }
        })
        .collect()
}

/// The refusal where data are of different histories.
fn foreign(
    nodes: &[Known],
    candidates: &[Candidate<'_>],
    uuids: &BTreeSet<&str>,
) -> Decision {
    let mut parts = Vec::new();
    for uuid in uuids {
        let of = candidates.iter().filter(|c| c.position.uuid == *uuid);
        let those: Vec<String> = of
            .map(|c| format!("{} at {}", nodes[c.at].name, c.position.seqno))
            .collect();
        parts.push(format!("state {}: {}", short(uuid), those.join(", ")));
    }
    Decision::refuse(
        format!(
            "the nodes hold data of different clusters: {}",
            parts.join("; ")
        ),
        "decide whose data are right, and give up the others by name: \
         --lose NODE",
    )
}

/// The one with the highest position; among equals the one that was the last
/// to leave, then one that was stopped in order, then the first of the list.
/// A running one goes before a stopped one: it need not be started.
fn best<'a, 'b>(candidates: &'b [Candidate<'a>]) -> Option<&'b Candidate<'a>> {
    candidates.iter().max_by_key(|c| {
        let safe = c.facts.grastate.as_ref().is_some_and(|g| g.safe);
        let runs = c.facts.member().is_some();
        (c.position.seqno, runs, safe, c.clean, std::cmp::Reverse(c.at))
    })
}

/// What is done from the best node.
fn from(
    nodes: &[Known],
    candidates: &[Candidate<'_>],
    best: &Candidate<'_>,
    arbiter: bool,
) -> Decision {
    let name = &nodes[best.at].name;
    let start = others(nodes, best.at);
    let runs = |known: &Known| {
        known.told.as_ref().is_ok_and(|f| f.server != Server::Stopped)
    };
    if best.facts.member().is_some() {
        let start = start.into_iter().filter(|start| {
            let known = &nodes[start.node];
            known.lost || !runs(known)
        });
        let choice = Choice::Promote { node: best.at, start: start.collect() };
        return Decision::new(
            choice,
            format!(
                "{name} runs without a primary component and has the highest \
                 position, {}: it becomes primary without a restart",
                best.position
            ),
        );
    }
    if !arbiter && are_all_back(nodes, candidates) {
        let start = (0..nodes.len())
            .map(|node| Start { node, set_aside: false })
            .collect();
        return Decision::new(
            Choice::Together { start },
            "all nodes of the last view are back (gvwstate.dat): started \
             together they form it again, no bootstrap is needed",
        );
    }
    let stop = (0..nodes.len()).filter(|at| runs(&nodes[*at])).collect();
    let position = best.position.clone();
    let equal = candidates
        .iter()
        .filter(|c| c.position.seqno == position.seqno && c.at != best.at);
    let equal: Vec<&str> = equal.map(|c| nodes[c.at].name.as_str()).collect();
    let why = match equal.is_empty() {
        true => format!("{name} has the highest position, {position}"),
        false => format!(
            "{name} has the highest position, {position}, as have {}: {}",
            equal.join(", "),
            tie(best)
        ),
    };
    Decision::new(
        Choice::Bootstrap { node: best.at, position, stop, start },
        why,
    )
}

/// Why one of several equal nodes was taken.
fn tie(best: &Candidate<'_>) -> &'static str {
    match &best.facts.grastate {
        Some(grastate) if grastate.safe => "it was the last one to leave",
        _ => "it stands first in GALERA_PEER_HOSTS",
    }
}

/// All reachable nodes but one, in the order of the list.
fn others(nodes: &[Known], but: usize) -> Vec<Start> {
    let told = nodes.iter().enumerate().filter(|(_, node)| node.told.is_ok());
    told.filter(|(at, _)| *at != but)
        .map(|(node, known)| Start { node, set_aside: known.lost })
        .collect()
}

/// True if every node of the list crashed out of one and the same view, and
/// that view had no other members.
fn are_all_back(nodes: &[Known], candidates: &[Candidate<'_>]) -> bool {
    let views: Option<Vec<_>> = candidates
        .iter()
        .map(|c| match c.facts.server {
            Server::Stopped => c.facts.view.as_ref(),
            _ => None,
        })
        .collect();
    let Some(views) = views.filter(|views| views.len() == nodes.len()) else {
        return false;
    };
    let own: BTreeSet<&str> = views.iter().map(|v| v.own.as_str()).collect();
    let first = views[0];
    let same = |members: &[String]| {
        members.len() == own.len()
            && members.iter().all(|member| own.contains(member.as_str()))
    };
    nodes.len() > 1
        && own.len() == nodes.len()
        && views.iter().all(|v| v.id == first.id && same(&v.members))
}

/// What a standing is, in words.
fn words(standing: &Standing) -> String {
    match standing {
        Standing::Empty => "it holds no data".into(),
        Standing::At { position, .. } => format!("its data are at {position}"),
        Standing::Unknown(why) => why.clone(),
    }
}

/// The nodes that could not be asked and are left alone.
fn absent(nodes: &[Known]) -> Vec<String> {
    let silent = nodes.iter().filter_map(|node| {
        let why = node.told.as_ref().err()?;
        Some(format!("{}: cannot be asked: {why}", node.name))
    });
    silent.collect()
}

/// What is gone with the data that were given up.
fn gone(nodes: &[Known], best: Option<&Position>) -> Vec<String> {
    let Some(best) = best else { return Vec::new() };
    let lost = nodes.iter().filter(|node| node.lost);
    lost.filter_map(|node| {
        let name = &node.name;
        let Ok(facts) = &node.told else {
            return Some(format!(
                "whatever {name} committed after {}: it cannot be asked",
                best.seqno
            ));
        };
        match facts.standing() {
            Standing::Empty => None,
            Standing::At { position, .. } if position.uuid != best.uuid => {
                Some(format!("all data of {name}, at {position}"))
            }
            Standing::At { position, .. } if position.seqno <= best.seqno => {
                None
            }
            Standing::At { position, .. } => Some(format!(
                "{} commits of {name}, {} to {}",
                position.seqno - best.seqno,
                best.seqno + 1,
                position.seqno
            )),
            Standing::Unknown(why) => Some(format!(
                "whatever {name} committed after {}: {why}",
                best.seqno
            )),
        }
    })
    .collect()
}

/// What may be gone because crashed nodes did not flush each commit.
fn unflushed(nodes: &[Known], candidates: &[Candidate<'_>]) -> Vec<String> {
    let crashed = candidates.iter().filter(|c| !c.clean);
    let odd = crashed.filter(|c| c.facts.flush != Some(1));
    let names: Vec<String> = odd
        .map(|c| {
            let flush = c.facts.flush.map_or("?".into(), |f| f.to_string());
            format!("{} ({flush})", nodes[c.at].name)
        })
        .collect();
    if names.is_empty() {
        return Vec::new();
    }
    vec![format!(
        "commits of the last second before the crash of {}, if no other node \
         had them: innodb_flush_log_at_trx_commit was not 1 there",
        names.join(", ")
    )]
}

#[cfg(test)]
#[path = "choose_tests.rs"]
mod tests;
