//! The database: whether it can be read, and each node of the list.

use std::collections::BTreeMap;

use crate::console::count;
use crate::model::Role;
use crate::status::codes::{DB_GONE, DB_NODE};
use crate::status::metrics::{DATABASE_UP, NODE_UP};
use crate::status::rebuild::Age;
use crate::status::{Check, State};

/// What was found.
#[derive(Debug, Clone, Default)]
pub struct Facts {
    /// Each node in the order of the list, with why it is not usable.
    pub nodes: Vec<(String, Option<String>)>,
    /// What is to be known of usable nodes.
    pub remarks: Vec<String>,
    /// Why the settings cannot be read from a usable node.
    pub fault: Option<String>,
    /// Which release of the existing system made the schema; '' where it
    /// cannot be read.
    pub release: &'static str,
}

impl Facts {
    /// Whether it can be read.
    pub fn is_up(&self) -> bool {
        self.fault.is_none() && self.first().is_some()
    }

    /// The node that is read from.
    fn first(&self) -> Option<&str> {
        let usable = self.nodes.iter().find(|(_, fault)| fault.is_none());
        usable.map(|(name, _)| name.as_str())
    }
}

/// The check; `facts` is None when there was no answer in time.
///
/// A database that is gone takes no service from a modem. On the slave it is
/// a warning while the last good work is recent, for the master's machine may
/// just be away; where the operator's changes are made, it is critical at
/// once.
pub fn check(facts: Option<&Facts>, role: Option<Role>, age: Age) -> Check {
    let Some(facts) = facts else {
        return gone("no answer in time".into(), role, age)
            .value(&DATABASE_UP, 0.0);
    };
    let mut check = match (facts.first(), &facts.fault) {
        (Some(node), None) => up(facts, node),
        (Some(node), Some(fault)) => {
            gone(format!("{node} cannot be read: {fault}"), role, age)
        }
        (None, _) => {
            gone(format!("no node usable: {}", faults(facts)), role, age)
        }
    };
    check = check.value(&DATABASE_UP, f64::from(u8::from(facts.is_up())));
    // A node may stand in the list twice.
    let nodes: BTreeMap<&str, _> =
        facts.nodes.iter().rev().map(|(node, why)| (&**node, why)).collect();
    for (node, fault) in nodes {
        let up = f64::from(u8::from(fault.is_none()));
        check = check.labelled(&NODE_UP, node, up);
    }
    check
}

/// It can be read.
fn up(facts: &Facts, node: &str) -> Check {
    let bad = faults(facts);
    if bad.is_empty() && !facts.remarks.is_empty() {
        let text = format!("read from {node}; {}", facts.remarks.join("; "));
        return Check::wrong(&DB_NODE, State::Warning, text)
            .hint("bring the primary back, or promote a standby");
    }
    if bad.is_empty() {
        let nodes = match facts.nodes.len() {
            1 => String::new(),
            n => format!("; all {} usable", count(n, "node")),
        };
        let release = match facts.release {
            "" => String::new(),
            release => format!("; {release}"),
        };
        let text = format!("read from {node}{nodes}{release}");
        return Check::new("database", State::Ok, text);
    }
    let text = format!("read from {node}; not usable: {bad}");
    Check::wrong(&DB_NODE, State::Warning, text).hint(
        "what is live is right; if one more node fails, changes can \
         no longer be applied",
    )
}

/// It cannot be read.
fn gone(text: String, role: Option<Role>, age: Age) -> Check {
    let slave = role == Some(Role::Slave);
    let state = match age {
        Age::Fresh | Age::Late if slave => State::Warning,
        _ => State::Critical,
    };
    Check::wrong(&DB_GONE, state, text).hint(
        "modems are still served with the last good files; changes \
         wait until the database is back",
    )
}

/// The nodes that are not usable, each with why.
fn faults(facts: &Facts) -> String {
    let words = facts.nodes.iter().filter_map(|(node, fault)| {
        fault.as_ref().map(|fault| format!("{node} ({fault})"))
    });
    words.collect::<Vec<_>>().join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn facts(faults: &[Option<&str>], fault: Option<&str>) -> Facts {
        let nodes = faults
            .iter()
            .enumerate()
            .map(|(i, fault)| (format!("db{i}"), fault.map(str::to_string)));
        let fault = fault.map(str::to_string);
        Facts { nodes: nodes.collect(), fault, ..Facts::default() }
    }

    #[test]
    fn the_slave_may_wait_the_master_may_not() {
        let judge = |facts: Option<Facts>, role, age| {
            check(facts.as_ref(), role, age).state
        };
        let well = || Some(facts(&[None, None], None));
        let half = || Some(facts(&[Some("down"), None], None));
        let down = || Some(facts(&[Some("down")], None));
        let read = || Some(facts(&[None], Some("no table")));
        let slave = Some(Role::Slave);
        assert_eq!(judge(well(), slave, Age::Stale), State::Ok);
        assert_eq!(judge(half(), slave, Age::Fresh), State::Warning);
        for gone in [down(), read(), None] {
            let judge = |role, age| judge(gone.clone(), role, age);
            assert_eq!(judge(slave, Age::Fresh), State::Warning);
            assert_eq!(judge(slave, Age::Late), State::Warning);
            assert_eq!(judge(slave, Age::Stale), State::Critical);
            assert_eq!(judge(Some(Role::Master), Age::Fresh), State::Critical);
            assert_eq!(judge(None, Age::Fresh), State::Critical);
        }
    }

    #[test]
    fn each_node_is_told() {
        let facts = facts(&[Some("non-Primary"), None], None);
        let check = check(Some(&facts), None, Age::Fresh);
        assert_eq!(check.text, "read from db1; not usable: db0 (non-Primary)");
        let numbers: Vec<f64> = check.values.iter().map(|v| v.number).collect();
        assert_eq!(numbers, [1.0, 0.0, 1.0]);
    }
}
