//! What became of each path on each slave: in words, lines and JSON.

use std::net::Ipv4Addr;

use crate::cluster::rsync::{Change, Transport};
use crate::cluster::sync::{Ended, FEW, PathResult, Results, is_bad};
use crate::cluster::sync_settings::percent;
use crate::context::Context;
use crate::model::Role;
use crate::report::json;

/// Says what became of each path on each slave.
pub fn report(
    context: &Context<'_>,
    results: &Results,
    transport: &Transport,
) -> anyhow::Result<()> {
    for (slave, results) in results {
        for result in results {
            complain(context, *slave, result, transport);
        }
    }
    keep_result(context, results, transport);
    print_items(context, results)?;
    context.console.note(&summary(context, results));
    Ok(())
}

/// What is wrong with a path on a slave.
fn complain(
    context: &Context<'_>,
    slave: Ipv4Addr,
    result: &PathResult,
    transport: &Transport,
) {
    let path = &result.path;
    if result.vanished {
        context.console.warning(&format!(
            "{slave} {path}: files vanished here while they were sent; the \
             next run completes it"
        ));
    }
    match &result.ended {
        Ended::Failed(fault) => {
            context
                .console
                .error(&format!("{slave} {path}: {}", fault.words()));
            context.console.hint(&fault.hint(slave, transport.port));
        }
        Ended::Guarded { deletions, live } => {
            context.console.error(&format!(
                "{slave} {path}: guard rail: {deletions} of {live} entries \
                 would be deleted there, more than {} % and more than {FEW}: \
                 nothing is deleted, the rest is sent",
                percent(context)
            ));
            context.console.hint(
                "if this is intended, allow it for this run: \
                 --max-removed-percent 100",
            );
        }
        _ => {}
    }
}

/// The itemised result on stdout, a line each.
fn print_items(context: &Context<'_>, results: &Results) -> anyhow::Result<()> {
    if context.options.quiet {
        return Ok(());
    }
    let mut lines = String::new();
    for (slave, results) in results {
        for result in results {
            let count = match result.items.len() {
                0 => String::new(),
                n => format!(" ({n}, {} octets)", octets(result)),
            };
            let word = word(context, result);
            lines += &format!("{slave} {} {word}{count}\n", result.path);
            for item in &result.items {
                let word = item.change.word();
                lines += &format!("  {word:<10} {}\n", item.name);
            }
        }
    }
    context.console.data(&lines)
}

/// How a path ended, in a word that fits a run that only looks.
fn word(context: &Context<'_>, result: &PathResult) -> &'static str {
    match result.ended {
        Ended::Sent if context.only_looks() => "would-be-sent",
        _ => result.ended.word(),
    }
}

/// Octets of the files that were, or would be, sent.
fn octets(result: &PathResult) -> u64 {
    let sent = result
        .items
        .iter()
        .filter(|item| matches!(item.change, Change::New | Change::Content));
    sent.map(|item| item.bytes).sum()
}

/// Keeps the result for `--json`.
pub fn keep_result(
    context: &Context<'_>,
    results: &Results,
    transport: &Transport,
) {
    let path = |slave, result| sent_path(context, slave, result, transport);
    let slaves = results
        .iter()
        .map(|(slave, results)| json::SyncSlave {
            slave: slave.to_string(),
            paths: results.iter().map(|result| path(*slave, result)).collect(),
        })
        .collect();
    context.console.result(&json::Sync {
        command: "sync-ha-master-files",
        role: Role::Master.word(),
        dry_run: context.only_looks(),
        slaves,
        seconds: context.console.elapsed().as_secs_f64(),
    });
}

/// A path as it stands in JSON.
fn sent_path(
    context: &Context<'_>,
    slave: Ipv4Addr,
    result: &PathResult,
    transport: &Transport,
) -> json::SyncPath {
    let (error, hint) = match &result.ended {
        Ended::Failed(fault) => {
            (Some(fault.words()), Some(fault.hint(slave, transport.port)))
        }
        _ => (None, None),
    };
    let items = result.items.iter().map(|item| json::SyncItem {
        change: item.change.word(),
        name: item.name.clone(),
        bytes: item.bytes,
    });
    json::SyncPath {
        path: result.path.clone(),
        result: word(context, result),
        items: items.collect(),
        bytes: octets(result),
        vanished: result.vanished,
        error,
        hint,
    }
}

/// The summary line.
fn summary(context: &Context<'_>, results: &Results) -> String {
    let all = || results.values().flatten();
    let items: usize = all().map(|result| result.items.len()).sum();
    let bad = all().filter(|result| is_bad(result)).count();
    let slaves = match results.len() {
        1 => "1 slave".into(),
        n => format!("{n} slaves"),
    };
    let would = if context.only_looks() { "would be " } else { "" };
    let done = match items {
        0 => "nothing changed".into(),
        1 => format!("1 entry {would}changed"),
        n => format!("{n} entries {would}changed"),
    };
    let bad = match bad {
        0 => String::new(),
        n => format!("; {n} of {} paths failed", all().count()),
    };
    let seconds = context.console.elapsed().as_secs_f64();
    format!(
        "sync-ha-master-files (master): {slaves}; {done}{bad}; {seconds:.1} s"
    )
}
