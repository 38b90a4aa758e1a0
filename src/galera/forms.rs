//! The forms in which the state of the cluster is told.

use std::fmt::Write as _;

use comfy_table::Table;

use crate::galera::facts::Member;
use crate::galera::health::Seen;
use crate::galera::json;
use crate::galera::position::short;
use crate::galera::watch::Watched;
use crate::status::{State, human};

/// For people: a table of nodes, then the checks.
pub fn human(watched: &Watched, color: bool) -> String {
    let mut table = Table::new();
    table.load_preset(comfy_table::presets::NOTHING);
    table.set_header([
        "NODE",
        "COMPONENT",
        "STATE",
        "SIZE",
        "COMMITTED",
        "UUID",
        "PAUSED",
        "FLUSH",
        "SQL",
        "SSH",
    ]);
    for node in &watched.nodes {
        table.add_row(cells(node));
    }
    let lines = table.lines().map(|line| line.trim_end().to_string());
    let table = lines.collect::<Vec<_>>().join("\n");
    format!("{table}\n\n{}", human::text(&watched.report, color, false))
}

/// A metric of a node: its name, what it means, and where it comes from.
type Number = (&'static str, &'static str, fn(&Seen) -> Option<f64>);

/// The cells of a node.
fn cells(node: &Seen) -> Vec<String> {
    let member = node.member();
    let of = |text: Option<String>| text.unwrap_or_else(|| "-".into());
    let own = if node.own { " *" } else { "" };
    let member = member.as_ref();
    let component = member.map(|m| match m.primary {
        true => "primary".to_string(),
        false => "non-primary".to_string(),
    });
    let state = member.map_or_else(|| node.words(), |m| m.state.clone());
    let paused = node.number("wsrep_flow_control_paused");
    vec![
        format!("{}{own}", node.name),
        of(component),
        state.chars().take(40).collect(),
        of(member.map(|m| m.size.to_string())),
        of(member.map(|m| m.committed.to_string())),
        of(member.map(|m| short(&m.local_uuid).to_string())),
        of(paused.map(|share| format!("{:.0} %", share * 100.0))),
        of(node.flush().map(|flush| flush.to_string())),
        if node.sql.is_ok() { "yes" } else { "no" }.into(),
        if node.ssh.is_ok() { "yes" } else { "no" }.into(),
    ]
}

/// For Prometheus' textfile collector.
pub fn prometheus(watched: &Watched) -> String {
    let mut out = String::new();
    let report = &watched.report;
    head(&mut out, "state", "Worst: 0 ok, 1 warning, 2 critical, 3 unknown");
    let _ = writeln!(out, "provha_cluster_state {}", report.state().number());
    head(
        &mut out,
        "check",
        "Each check: 0 ok, 1 warning, 2 critical, 3 unknown",
    );
    for check in &report.checks {
        let (name, number) = (check.name, check.state.number());
        let _ =
            writeln!(out, "provha_cluster_check{{check=\"{name}\"}} {number}");
    }
    head(&mut out, "duration_seconds", "How long the checks took");
    let _ = writeln!(out, "provha_cluster_duration_seconds {}", report.seconds);
    let numbers: [Number; 8] = [
        ("node_sql", "Whether it answers SQL", |n| {
            Some(f64::from(n.sql.is_ok()))
        }),
        ("node_ssh", "Whether it answers ssh", |n| {
            Some(f64::from(n.ssh.is_ok()))
        }),
        ("node_primary", "Whether it is in a primary component", |n| {
            Some(f64::from(n.member().is_some_and(|m| m.primary)))
        }),
        ("node_synced", "Whether it has all data and takes part", |n| {
            Some(f64::from(n.member().is_some_and(|m| m.is_synced())))
        }),
        ("node_size", "Members of its component", |n| {
            n.member().map(|m| f64::from(m.size))
        }),
        ("node_committed", "Its last commit", |n| {
            n.member().map(|m| m.committed as f64)
        }),
        ("node_flow_control_paused", "Share of time without writes", |n| {
            n.number("wsrep_flow_control_paused")
        }),
        ("node_recv_queue", "Commits that wait to be applied", |n| {
            n.number("wsrep_local_recv_queue")
        }),
    ];
    for (name, help, number) in numbers {
        head(&mut out, name, help);
        for node in &watched.nodes {
            if let Some(number) = number(node) {
                let label = node.name.replace(['\\', '"', '\n'], "_");
                let _ = writeln!(
                    out,
                    "provha_cluster_{name}{{node=\"{label}\"}} {number}"
                );
            }
        }
    }
    out
}

/// The two lines before a metric.
fn head(out: &mut String, name: &str, help: &str) {
    let _ = writeln!(out, "# HELP provha_cluster_{name} {help}");
    let _ = writeln!(out, "# TYPE provha_cluster_{name} gauge");
}

/// The object of `--json`.
pub fn object(watched: &Watched) -> json::ClusterStatus {
    let report = &watched.report;
    let node = |node: &Seen| {
        let member = node.member();
        let member = member.as_ref();
        json::StatusNode {
            node: node.name.clone(),
            own: node.own,
            primary: member.is_some_and(|m| m.primary),
            synced: member.is_some_and(Member::is_synced),
            doing: node.words(),
            size: member.map(|m| m.size),
            committed: member.map(|m| m.committed),
            uuid: member.map(|m| m.local_uuid.clone()),
            flow_control_paused: node.number("wsrep_flow_control_paused"),
            recv_queue: node.number("wsrep_local_recv_queue"),
            flush: node.flush(),
            safe_to_bootstrap: node.is_safe(),
            sql_error: node.sql.as_ref().err().cloned(),
            ssh_error: node.ssh.as_ref().err().cloned(),
        }
    };
    json::ClusterStatus {
        command: "cluster status",
        state: report.state().word(),
        nodes: watched.nodes.iter().map(node).collect(),
        checks: report
            .checks
            .iter()
            .map(|check| json::ClusterCheck {
                name: check.name,
                state: check.state.word(),
                text: check.text.clone(),
                hint: check.hint.clone(),
            })
            .collect(),
        seconds: report.seconds,
    }
}

/// True if the state is one that a script must see.
pub fn is_bad(state: State) -> bool {
    matches!(state, State::Critical | State::Unknown)
}
