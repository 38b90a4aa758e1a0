//! Whose turn it is when a cluster is made: pure.

use crate::galera::choose::Known;
use crate::galera::facts::{Member, Server};
use crate::galera::position::is_no_state;

/// What a node's turn is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Turn {
    /// It takes part already.
    Done,
    /// It makes the cluster.
    First,
    /// It joins.
    Join,
}

/// Whose turn it is; else why not, and what to do.
///
/// # Errors
/// The order is another one, a node cannot be reached, or one is joining.
pub fn turn(nodes: &[Known], own: usize) -> Result<Turn, (String, String)> {
    let name = |at: usize| nodes[at].name.as_str();
    for known in nodes {
        if let Err(why) = &known.told {
            return Err((
                format!("{} cannot be reached: {why}", known.name),
                "all nodes must see each other before a cluster is made: \
                 provha cluster crosscheck"
                    .into(),
            ));
        }
    }
    let facts = |at: usize| nodes[at].told.as_ref().ok();
    let synced = |at: usize| {
        let member = facts(at).and_then(|facts| facts.member());
        member.is_some_and(Member::is_synced)
    };
    if synced(own) {
        return Ok(Turn::Done);
    }
    let others = || (0..nodes.len()).filter(|at| *at != own);
    let joins = |at: &usize| {
        facts(*at).is_some_and(|facts| match &facts.server {
            Server::Mute(_) => true,
            Server::Runs(member) => member.primary && !member.is_synced(),
            Server::Stopped => false,
        })
    };
    if let Some(at) = others().find(joins) {
        return Err((
            format!("{} is just joining, or does not answer", name(at)),
            "one node after the other: wait until it is synced".into(),
        ));
    }
    if own > 0 {
        return match (0..own).find(|at| !synced(*at)) {
            None => Ok(Turn::Join),
            Some(at) => Err((
                format!(
                    "{} goes before this node, and is not synced",
                    name(at)
                ),
                format!("run provha cluster galera init on {} first", name(at)),
            )),
        };
    }
    let was = |at: &usize| {
        let grastate = facts(*at).and_then(|facts| facts.grastate.as_ref());
        grastate.is_some_and(|grastate| !is_no_state(&grastate.uuid))
    };
    match others().chain([own]).find(|at| synced(*at) || was(at)) {
        None => Ok(Turn::First),
        Some(at) => Err((
            format!(
                "{} was, or is, in a cluster: a second one is not made",
                name(at)
            ),
            "provha cluster galera recover brings a cluster back".into(),
        )),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::galera::facts::{Facts, Recovered};
    use crate::galera::position::Grastate;

    /// A node in a state: '-' empty, 's' synced, 'j' joining, 'm' mute,
    /// 'w' stopped after having been in a cluster, 'x' not reached.
    fn node(at: usize, state: char) -> Known {
        let uuid = "140fcd0d-e553-11f1-bd89-4e454ce4bd11";
        let member = |state: &str| {
            Server::Runs(Member {
                primary: true,
                ready: true,
                state: state.into(),
                local_uuid: uuid.into(),
                cluster_uuid: uuid.into(),
                ..Member::default()
            })
        };
        let server = match state {
            's' => member("Synced"),
            'j' => member("Joining"),
            'm' => Server::Mute("x".into()),
            _ => Server::Stopped,
        };
        let was = (state == 'w').then(|| Grastate {
            uuid: uuid.into(),
            seqno: 1,
            safe: true,
        });
        let facts = Facts {
            server,
            data: true,
            databases: false,
            grastate: was,
            view: None,
            recovered: Recovered::NotAsked,
            flush: None,
        };
        let told = if state == 'x' { Err("x".into()) } else { Ok(facts) };
        let (signs, lost) = (Vec::new(), false);
        Known { name: format!("n{}", at + 1), told, signs, lost }
    }

    #[test]
    fn the_master_goes_first_and_one_after_the_other() {
        let check = |states: &str, own: usize| {
            let nodes: Vec<Known> =
                states.chars().enumerate().map(|(n, s)| node(n, s)).collect();
            turn(&nodes, own).map_err(|(why, _)| why)
        };
        assert_eq!(check("---", 0), Ok(Turn::First));
        assert_eq!(check("s--", 1), Ok(Turn::Join));
        assert_eq!(check("ss-", 2), Ok(Turn::Join));
        assert_eq!(check("sss", 0), Ok(Turn::Done));
        for (states, own, why) in [
            ("---", 1, "n1 goes before"),
            ("s--", 2, "n2 goes before"),
            ("sj-", 2, "n2 is just joining"),
            ("s-m", 1, "n3 is just joining"),
            ("-s-", 0, "n2 was, or is, in a cluster"),
            ("--w", 0, "n3 was, or is, in a cluster"),
            ("w--", 0, "n1 was, or is, in a cluster"),
            ("--x", 0, "n3 cannot be reached"),
        ] {
            let got = check(states, own).unwrap_err();
            assert!(got.starts_with(why), "{states} {own}: {got}");
        }
    }
}
