//! Every state of every node of clusters of two and three, and a selection
//! for five: the invariants of [`super::decide`].

use super::*;
use crate::galera::facts::Recovered;
use crate::galera::position::{Grastate, NO_STATE, View};

const A: &str = "aaaaaaaa-e553-11f1-bd89-4e454ce4bd11";
const B: &str = "bbbbbbbb-e553-11f1-bd89-4e454ce4bd11";

/// What may be the matter with a node.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    /// Nobody sees it.
    Silent,
    /// It cannot be asked, and somebody sees it.
    Unseen,
    /// No data.
    Empty,
    /// Stopped in order at this position.
    Clean(&'static str, i64, bool),
    /// Crashed at this position, with or without the last view.
    Crashed(&'static str, i64, bool),
    /// Its data do not tell.
    Broken,
    /// Runs in no primary component.
    Minority(&'static str, i64),
    /// Runs and does not answer.
    Mute,
    /// Synced.
    Synced(&'static str, i64),
    /// In a primary component, with a state still to come.
    Joining,
    /// Passes for synced.
    Diverged,
}

use Kind::{
    Broken, Clean, Crashed, Diverged, Empty, Joining, Minority, Mute, Silent,
    Synced, Unseen,
};

const ALL: [Kind; 20] = [
    Silent,
    Unseen,
    Empty,
    Clean(A, 5, false),
    Clean(A, 5, true),
    Clean(A, 7, true),
    Clean(B, 7, false),
    Crashed(A, 5, false),
    Crashed(A, 5, true),
    Crashed(A, 7, true),
    Crashed(A, 8, false),
    Crashed(B, 5, true),
    Broken,
    Minority(A, 5),
    Minority(A, 7),
    Minority(B, 5),
    Mute,
    Synced(A, 6),
    Joining,
    Diverged,
];

const SOME: [Kind; 6] = [
    Silent,
    Clean(A, 5, true),
    Clean(B, 7, false),
    Crashed(A, 7, true),
    Minority(A, 6),
    Synced(A, 6),
];

/// What a node of that kind says.
fn facts(kind: Kind, at: usize, of: usize) -> Facts {
    let member = |primary, uuid: &str, committed, state: &str| {
        Server::Runs(Member {
            primary,
            ready: primary && state == "Synced",
            state: state.into(),
            local_uuid: uuid.into(),
            cluster_uuid: A.into(),
            committed,
            size: 1,
            conf_id: 3,
            incoming: String::new(),
        })
    };
    let grastate = |uuid: &str, seqno, safe| {
        Some(Grastate { uuid: uuid.into(), seqno, safe })
    };
    let found = |uuid: &str, seqno| {
        Recovered::At(Position { uuid: uuid.into(), seqno })
    };
    let view = || View {
        own: at.to_string(),
        id: "v".into(),
        members: (0..of).map(|n| n.to_string()).collect(),
    };
    let mut facts = Facts {
        server: Server::Stopped,
        data: true,
        databases: false,
        grastate: None,
        view: None,
        recovered: Recovered::NotAsked,
        flush: Some(1),
    };
    match kind {
        Empty => facts.data = false,
        Clean(uuid, seqno, safe) => {
            facts.grastate = grastate(uuid, seqno, safe);
            facts.recovered = found(uuid, seqno);
        }
        Crashed(uuid, seqno, seen) => {
            facts.grastate = grastate(uuid, -1, false);
            facts.recovered = found(uuid, seqno);
            facts.view = seen.then(view);
        }
        Broken => facts.recovered = Recovered::Failed("x".into()),
        Minority(uuid, seqno) => {
            facts.server = member(false, uuid, seqno, "Initialized");
        }
        Mute => facts.server = Server::Mute("x".into()),
        Synced(uuid, seqno) => {
            facts.server = member(true, uuid, seqno, "Synced");
        }
        Joining => facts.server = member(true, NO_STATE, -1, "Joining"),
        Diverged => facts.server = member(true, "", 0, "Synced"),
        Silent | Unseen => {}
    }
    facts
}

/// The nodes of those kinds.
fn nodes(kinds: &[(Kind, bool)]) -> Vec<Known> {
    let of = kinds.len();
    kinds
        .iter()
        .enumerate()
        .map(|(at, (kind, lost))| Known {
            name: format!("n{}", at + 1),
            told: match kind {
                Silent | Unseen => Err("no answer".into()),
                kind => Ok(facts(*kind, at, of)),
            },
            signs: match kind {
                Unseen => vec!["n9: ping".into()],
                _ => Vec::new(),
            },
            lost: *lost,
        })
        .collect()
}

/// The position of a node whose data count.
fn position(known: &Known) -> Option<Position> {
    match known.told.as_ref().ok()?.standing() {
        Standing::At { position, .. } if !known.lost => Some(position),
        _ => None,
    }
}

/// What must hold whatever is decided.
fn check(kinds: &[(Kind, bool)], arbiter: bool) {
    let nodes = nodes(kinds);
    let decision = decide(&nodes, arbiter);
    let context = || format!("{kinds:?} {arbiter}: {decision:?}");
    let lives = kinds
        .iter()
        .any(|(kind, _)| matches!(kind, Synced(..) | Joining | Diverged));
    let chosen = match &decision.choice {
        Choice::Bootstrap { node, position, .. } => {
            assert_eq!(Some(position), self::position(&nodes[*node]).as_ref());
            assert_eq!(
                nodes[*node].told.as_ref().unwrap().server,
                Server::Stopped,
                "{}",
                context()
            );
            Some(*node)
        }
        Choice::Promote { node, .. } => Some(*node),
        Choice::Together { .. } => Some(0),
        _ => None,
    };
    if chosen.is_none() {
        let refused = matches!(decision.choice, Choice::Refuse { .. });
        assert!(lives || refused, "{}", context());
    }
    starts(&nodes, &decision, &context);
    let Some(chosen) = chosen else { return };
    assert!(!lives, "a second cluster: {}", context());
    let usable = |kind: Kind| matches!(kind, Silent | Unseen | Broken | Mute);
    for (at, (kind, lost)) in kinds.iter().enumerate() {
        assert!(*lost || !usable(*kind), "might be newer: {}", context());
        assert!(*kind != Unseen, "it lives: {}", context());
        assert!(!(*lost && at == chosen), "given up: {}", context());
    }
    let positions: Vec<Position> = nodes.iter().filter_map(position).collect();
    let uuids: BTreeSet<&String> = positions.iter().map(|p| &p.uuid).collect();
    assert_eq!(uuids.len(), 1, "{}", context());
    let best = positions.iter().map(|p| p.seqno).max();
    if !matches!(decision.choice, Choice::Together { .. }) {
        let own = position(&nodes[chosen]).map(|p| p.seqno);
        assert_eq!(own, best, "a lower position: {}", context());
    }
    let lost = kinds.iter().any(|(kind, lost)| {
        *lost && !matches!(kind, Empty | Clean(..) | Crashed(..) | Minority(..))
    });
    assert!(!lost || !decision.gone.is_empty(), "not told: {}", context());
}

/// Only what may be lost is set aside, and what is running is not started
/// twice.
fn starts(nodes: &[Known], decision: &Decision, context: &dyn Fn() -> String) {
    let (start, stop) = match &decision.choice {
        Choice::Join { start }
        | Choice::Together { start }
        | Choice::Promote { start, .. } => (start, vec![]),
        Choice::Bootstrap { start, stop, .. } => (start, stop.clone()),
        _ => return,
    };
    for Start { node, set_aside } in start {
        let known = &nodes[*node];
        let server = &known.told.as_ref().unwrap().server;
        let stopped = *server == Server::Stopped;
        let stops = stop.contains(node) || (*set_aside && known.lost);
        assert!(stopped || stops, "started twice: {}", context());
        assert!(known.lost || !set_aside, "not given up: {}", context());
    }
}

/// Goes through all tuples of kinds.
fn sweep(kinds: &[Kind], of: usize, lost: &[usize]) -> usize {
    let total = kinds.len().pow(of as u32);
    for number in 0..total {
        let mut rest = number;
        let tuple: Vec<Kind> = (0..of)
            .map(|_| {
                let kind = kinds[rest % kinds.len()];
                rest /= kinds.len();
                kind
            })
            .collect();
        for mask in lost {
            let with: Vec<(Kind, bool)> = tuple
                .iter()
                .enumerate()
                .map(|(at, kind)| (*kind, mask >> at & 1 == 1))
                .collect();
            check(&with, false);
        }
        let with: Vec<_> = tuple.iter().map(|kind| (*kind, false)).collect();
        check(&with, true);
    }
    total * (lost.len() + 1)
}

#[test]
fn two_three_and_five_nodes_in_every_state() {
    let two = sweep(&ALL, 2, &[0, 1, 2, 3]);
    let three = sweep(&ALL, 3, &[0, 1, 2, 4, 3, 5, 6, 7]);
    let five = sweep(&SOME, 5, &[0, 1, 16, 6]);
    println!("{two} + {three} + {five} states");
    assert!(two + three + five > 100_000);
}

/// The choice for nodes of which none is given up.
fn choose(kinds: &[Kind]) -> Decision {
    let kinds: Vec<_> = kinds.iter().map(|kind| (*kind, false)).collect();
    decide(&nodes(&kinds), false)
}

/// Which node is bootstrapped.
fn bootstrapped(kinds: &[Kind]) -> usize {
    match choose(kinds).choice {
        Choice::Bootstrap { node, .. } => node + 1,
        other => panic!("{kinds:?}: {other:?}"),
    }
}

#[test]
fn the_rows_of_full_stops() {
    // Stopped in order, both orders: the last one out is the highest.
    let row = [Clean(A, 330, false), Clean(A, 331, false), Clean(A, 332, true)];
    assert_eq!(bootstrapped(&row), 3);
    let row = [Clean(A, 5, true), Clean(A, 4, false), Clean(A, 3, false)];
    assert_eq!(bootstrapped(&row), 1);
    // All at once: nobody is safe, the list decides.
    let all = Clean(A, 78, false);
    assert_eq!(bootstrapped(&[all, all, all]), 1);
    // Two stopped, the last one killed.
    let row =
        [Crashed(A, 354, false), Clean(A, 353, false), Clean(A, 352, false)];
    assert_eq!(bootstrapped(&row), 1);
    // A failed start made its seqno -1.
    let row =
        [Crashed(A, 330, false), Clean(A, 331, false), Clean(A, 332, true)];
    assert_eq!(bootstrapped(&row), 3);
    // One never was in the cluster.
    assert_eq!(bootstrapped(&[Empty, Clean(A, 2, false), Empty]), 2);
}

#[test]
fn all_killed_come_back_without_a_bootstrap() {
    let row =
        [Crashed(A, 186, true), Crashed(A, 180, true), Crashed(A, 188, true)];
    let all = choose(&row);
    assert!(matches!(all.choice, Choice::Together { .. }), "{all:?}");
    // With an arbiter in the view, nobody knows its old name any more.
    let row = row.map(|kind| (kind, false));
    let all = decide(&nodes(&row), true);
    assert!(matches!(all.choice, Choice::Bootstrap { node: 2, .. }), "{all:?}");
}

#[test]
fn a_node_that_is_ahead_of_the_living_cluster_is_left_alone() {
    let ahead = [Synced(A, 6), Crashed(A, 8, false), Clean(A, 5, false)];
    let decision = choose(&ahead);
    let start = vec![Start { node: 2, set_aside: false }];
    assert_eq!(decision.choice, Choice::Join { start });
    assert!(decision.left[0].contains("--lose n2"), "{decision:?}");
    let ahead = ahead.map(|kind| (kind, kind == ahead[1]));
    let decision = decide(&nodes(&ahead), false);
    let Choice::Join { start } = decision.choice else { panic!() };
    assert_eq!(start[0], Start { node: 1, set_aside: true });
    assert_eq!(decision.gone, ["2 commits of n2, 7 to 8"]);
}

#[test]
fn what_may_be_gone_is_said() {
    let mut three = nodes(&[
        (Crashed(A, 7, false), false),
        (Clean(A, 6, false), false),
        (Silent, true),
    ]);
    if let Ok(facts) = &mut three[0].told {
        facts.flush = Some(2);
    }
    let decision = decide(&three, false);
    assert!(decision.gone[0].contains("whatever n3 committed after 7"));
    assert!(decision.gone[1].contains("n1 (2)"), "{decision:?}");
}
