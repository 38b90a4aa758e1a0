//! What is told about the machine.

use std::process::Command;
use std::time::Duration;

use serde_json::{Value, json};

use crate::config::keys::{KEYS, Kind};
use crate::context::Context;
use crate::model::Findings;
use crate::publish::generations::Generations;
use crate::report::found;
use crate::status;
use crate::system::{files, process};

/// How long a program has to say its version.
const PATIENCE: Duration = Duration::from_secs(5);
/// Paths that are told of one generation.
const MOST_PATHS: usize = 1000;

/// Versions of provha, the system, and the daemons that are installed.
pub fn versions(context: &Context<'_>) -> Value {
    let settings = &context.settings;
    let release = settings.root().at("/etc/os-release");
    let release = files::text_through(&release).unwrap_or_default();
    let name = release
        .lines()
        .find_map(|line| line.strip_prefix("PRETTY_NAME="))
        .unwrap_or_default()
        .trim_matches('"');
    let program = |key: &str| settings.text(key).to_string();
    let mut programs = serde_json::Map::new();
    for (program, option) in [
        (program("PROVHA__DHCPD_BIN"), "--version"),
        ("named".into(), "-v"),
        (program("PROVHA__CHRONYD_BIN"), "--version"),
        (program("PROVHA__RSYNC_BIN"), "--version"),
        ("uname".into(), "-srm"),
    ] {
        let version = version(&program, option);
        let _ = programs.insert(program, version.into());
    }
    json!({
        "provha": env!("CARGO_PKG_VERSION"),
        "system": name,
        "programs": programs,
    })
}

/// The first line that a program says about its version.
fn version(program: &str, option: &str) -> Option<String> {
    let path = process::find(program)?;
    let mut command = Command::new(path);
    let told = process::run(command.arg(option), PATIENCE).ok()?;
    told.output.lines().next().map(str::to_string)
}

/// The settings that hold, without secrets.
pub fn config(context: &Context<'_>) -> Value {
    let settings = &context.settings;
    let all: serde_json::Map<String, Value> = KEYS
        .iter()
        .map(|key| {
            let value = settings.text(key.name);
            let value = match (key.kind, value.is_empty()) {
                (Kind::Secret, false) => "(masked)",
                _ => value,
            };
            let origin = settings.place(key.name);
            (key.name.into(), json!({"value": value, "origin": origin}))
        })
        .collect();
    all.into()
}

/// What `status` says.
pub fn status(context: &Context<'_>) -> anyhow::Result<Value> {
    let report = status::gather::report(context, false);
    Ok(serde_json::to_value(status::json::result(&report))?)
}

/// The kept generations: when, by which command, and which paths each of them
/// replaced.
pub fn generations(context: &Context<'_>) -> anyhow::Result<Value> {
    let store = Generations::look(&context.settings);
    let mut all = Vec::new();
    for meta in store.list()? {
        let (mut paths, mut more) = (Vec::new(), 0);
        let number = meta.number;
        let read = store.replaced(number - 1, number, &mut |_, entry| {
            match paths.len() < MOST_PATHS {
                true => paths.push(json!({
                    "path": entry.path,
                    "mode": format!("{:o}", entry.mode),
                    "octets_before": entry.before.map(|bytes| bytes.len()),
                })),
                false => more += 1,
            }
            Ok(())
        });
        all.push(json!({
            "about": serde_json::to_value(&meta)?,
            "replaced": paths,
            "more": more,
            "fault": read.err().map(|error| format!("{error:#}")),
        }));
    }
    Ok(all.into())
}

/// What the last rebuild did.
pub fn last_rebuild(context: &Context<'_>) -> anyhow::Result<Value> {
    let path = context.settings.path("PROVHA__STATE_DIR").join("rebuild.json");
    if !files::exists(&path) {
        return Ok(Value::Null);
    }
    let state: Value = serde_json::from_str(&files::read_text(&path)?)?;
    let kept = ["role", "interval", "time", "last", "owed", "wanted"];
    let some = kept.iter().filter_map(|name| {
        Some(((*name).to_string(), state.get(*name)?.clone()))
    });
    Ok(some.collect::<serde_json::Map<String, Value>>().into())
}

/// What is wrong with the rows.
pub fn findings(findings: &Findings) -> anyhow::Result<Value> {
    let all = findings.sorted();
    let all: Result<Vec<Value>, _> =
        all.iter().map(|one| serde_json::to_value(found(one))).collect();
    Ok(all?.into())
}

/// Where something is wrong: table, id and column.
pub fn places(findings: &Findings) -> Vec<String> {
    let place = |f: &crate::model::Finding| {
        format!("{} {} {}", f.table, f.id, f.column)
    };
    findings.sorted().iter().map(place).collect()
}
