//! The nodes as a table for people.

use comfy_table::Table;

use crate::galera::choose::Known;
use crate::galera::facts::{Facts, Recovered, Server};
use crate::galera::position::{Grastate, short};

/// The table: what each node says about its server and its data.
pub fn text(nodes: &[Known]) -> String {
    let mut table = Table::new();
    table.load_preset(comfy_table::presets::NOTHING);
    table.set_header([
        "NODE",
        "SERVER",
        "STATE",
        "GRASTATE",
        "SAFE",
        "RECOVERED",
        "VIEW",
        "FLUSH",
    ]);
    for node in nodes {
        let lost = if node.lost { " (given up)" } else { "" };
        let name = format!("{}{lost}", node.name);
        match &node.told {
            Err(_) => {
                table.add_row([name, "not asked".into()]);
            }
            Ok(facts) => {
                table.add_row(std::iter::once(name).chain(cells(facts)));
            }
        }
    }
    let lines: Vec<String> =
        table.lines().map(|line| line.trim_end().to_string()).collect();
    let silent = nodes.iter().filter_map(|node| {
        let why = node.told.as_ref().err()?;
        Some(format!("{}: {why}\n", node.name))
    });
    lines.join("\n") + "\n" + &silent.collect::<String>()
}

/// The cells of a node behind its name.
fn cells(facts: &Facts) -> [String; 7] {
    let (server, uuid) = match &facts.server {
        Server::Stopped => ("stopped".into(), String::new()),
        Server::Mute(_) => ("does not answer".into(), String::new()),
        Server::Runs(member) => {
            let component = if member.primary { "" } else { "non-primary, " };
            let at =
                format!("{}:{}", short(&member.local_uuid), member.committed);
            (format!("{component}{}", member.state), at)
        }
    };
    let state = match (uuid.is_empty(), &facts.grastate) {
        (false, _) => uuid,
        (true, Some(grastate)) => short(&grastate.uuid).into(),
        (true, None) if facts.data => "unknown".into(),
        (true, None) => "no data".into(),
    };
    let noted = |read: fn(&Grastate) -> String| {
        facts.grastate.as_ref().map_or("-".into(), read)
    };
    let recovered = match &facts.recovered {
        Recovered::NotAsked => "-".into(),
        Recovered::At(position) if position.is_empty() => "none".into(),
        Recovered::At(position) => {
            format!("{}:{}", short(&position.uuid), position.seqno)
        }
        Recovered::Failed(_) => "failed".into(),
    };
    let view = facts
        .view
        .as_ref()
        .map_or("-".into(), |view| format!("{} members", view.members.len()));
    [
        server,
        state,
        noted(|grastate| grastate.seqno.to_string()),
        noted(|grastate| if grastate.safe { "yes" } else { "no" }.into()),
        recovered,
        view,
        facts.flush.map_or("-".into(), |flush| flush.to_string()),
    ]
}
