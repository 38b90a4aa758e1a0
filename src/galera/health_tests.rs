//! Judgement of clusters that are well, and that are not.

use super::*;

const A: &str = "140fcd0d-e553-11f1-bd89-4e454ce4bd11";

/// A node that says this.
fn node(name: &str, vars: &[(&str, &str)]) -> Seen {
    let mut all: BTreeMap<String, String> = [
        ("wsrep_cluster_status", "Primary"),
        ("wsrep_ready", "ON"),
        ("wsrep_local_state_comment", "Synced"),
        ("wsrep_local_state_uuid", A),
        ("wsrep_cluster_state_uuid", A),
        ("wsrep_last_committed", "10"),
        ("wsrep_cluster_size", "3"),
        ("wsrep_cluster_conf_id", "3"),
        ("wsrep_incoming_addresses", "a:3306,b:3306,c:3306"),
        ("wsrep_flow_control_paused", "0"),
        ("wsrep_flow_control_active", "false"),
        ("innodb_flush_log_at_trx_commit", "1"),
    ]
    .map(|(k, v)| (k.into(), v.into()))
    .into();
    for (key, value) in vars {
        all.insert((*key).into(), (*value).into());
    }
    let facts = Facts {
        server: Server::Runs(Member::read(&all).unwrap()),
        data: true,
        databases: false,
        grastate: None,
        view: None,
        recovered: crate::galera::facts::Recovered::NotAsked,
        flush: Some(1),
    };
    let own = name == "n1";
    Seen { name: name.into(), own, sql: Ok(all), ssh: Ok(facts) }
}

/// A node that nobody sees from here.
fn unseen(name: &str) -> Seen {
    let (sql, ssh) = (Err("no answer".into()), Err("ssh: no route".into()));
    Seen { name: name.into(), own: false, sql, ssh }
}

/// The states of the checks that are not ok.
fn odd(nodes: &[Seen], arbiter: Option<bool>) -> Vec<(&'static str, State)> {
    let expected = Expected { arbiter, objections: Vec::new() };
    let checks = judge(nodes, &expected);
    let odd = checks.iter().filter(|check| check.state != State::Ok);
    odd.map(|check| (check.name, check.state)).collect()
}

#[test]
fn a_cluster_that_is_well() {
    let all = ["n1", "n2", "n3"].map(|name| node(name, &[]));
    assert!(odd(&all, None).is_empty(), "{:?}", odd(&all, None));
}

#[test]
fn the_divergence_trap_is_critical() {
    let trap = [("wsrep_local_state_uuid", ""), ("wsrep_last_committed", "0")];
    let all = ["n1", "n2", "n3"].map(|name| node(name, &trap));
    assert!(odd(&all, None).contains(&("state", State::Critical)));
    let one = [node("n1", &[]), node("n2", &[]), node("n3", &trap)];
    assert!(odd(&one, None).contains(&("state", State::Critical)));
}

#[test]
fn a_minority_says_what_it_does_not_see() {
    let own = node(
        "n1",
        &[
            ("wsrep_cluster_status", "non-Primary"),
            ("wsrep_ready", "OFF"),
            ("wsrep_local_state_comment", "Initialized"),
            ("wsrep_cluster_size", "1"),
        ],
    );
    let all = [own, unseen("n2"), unseen("n3")];
    let expected = Expected { arbiter: None, objections: Vec::new() };
    let checks = judge(&all, &expected);
    assert_eq!(checks[0].state, State::Critical);
    assert!(checks[0].text.contains("n2, n3 cannot be seen"), "{checks:?}");
}

#[test]
fn two_clusters_are_told_even_with_the_same_number() {
    let left = [("wsrep_cluster_size", "1"), ("wsrep_incoming_addresses", "a")];
    let right =
        [("wsrep_cluster_size", "1"), ("wsrep_incoming_addresses", "b")];
    let all = [node("n1", &left), node("n2", &right)];
    assert!(odd(&all, None).contains(&("component", State::Critical)));
}

#[test]
fn an_arbiter_counts_and_is_missed() {
    let with = [("wsrep_incoming_addresses", "a:3306,b:3306,")];
    let two = || ["n1", "n2"].map(|name| node(name, &with));
    assert!(odd(&two(), Some(true)).is_empty());
    assert!(odd(&two(), None).contains(&("arbiter", State::Warning)));
    let without = [
        ("wsrep_incoming_addresses", "a:3306,b:3306"),
        ("wsrep_cluster_size", "2"),
    ];
    let all = ["n1", "n2"].map(|name| node(name, &without));
    let odd = odd(&all, Some(false));
    assert!(odd.contains(&("arbiter", State::Warning)), "{odd:?}");
    assert!(odd.contains(&("size", State::Warning)), "{odd:?}");
}

#[test]
fn what_is_slow_or_may_be_lost() {
    let slow = [
        ("wsrep_flow_control_paused", "0.4"),
        ("innodb_flush_log_at_trx_commit", "0"),
        ("wsrep_last_committed", "20000"),
    ];
    let all = [node("n1", &[]), node("n2", &[]), node("n3", &slow)];
    let odd = odd(&all, None);
    for name in ["flow-control", "durability", "position"] {
        assert!(odd.contains(&(name, State::Warning)), "{name}: {odd:?}");
    }
}
