//! `provha log`, `rollback` and `diff`: the kept generations.

use std::collections::{BTreeMap, BTreeSet, HashSet};
use std::hash::{DefaultHasher, Hash, Hasher};
use std::io::Write;

use comfy_table::Table;
use serde_json::json;

use super::{Run, configfile, dhcp, report};
use crate::exit::{Exit, Stop};
use crate::generations::record::Entry;
use crate::generations::{Change, Generations, Meta};
use crate::loose::{FileId, Loose, Scratch};
use crate::render::dhcp::DIR;

/// Files whose changes `diff` shows.
const MOST_FILES: usize = 50;

/// Prints the generations, the latest first.
pub fn log(run: &Run<'_>) -> anyhow::Result<Exit> {
    let all = Generations::look(&run.settings).list()?;
    let mut out = std::io::stdout().lock();
    if run.options.json {
        writeln!(out, "{:#}", json!(all))?;
        return Ok(Exit::Done);
    }
    let mut table = Table::new();
    table.load_preset(comfy_table::presets::NOTHING);
    table.set_header(["", "when", "command", "written", "removed"]);
    for (i, meta) in all.iter().rev().enumerate() {
        let live = if i == 0 { " (live)" } else { "" };
        table.add_row([
            format!("{}{live}", meta.number),
            local_time(meta.time),
            meta.command.clone(),
            meta.written.to_string(),
            meta.removed.to_string(),
        ]);
    }
    writeln!(out, "{table}")?;
    Ok(Exit::Done)
}

/// Seconds since 1970 in the machine's zone.
fn local_time(seconds: i64) -> String {
    jiff::Timestamp::from_second(seconds).map_or_else(
        |_| seconds.to_string(),
        |time| {
            let zone = jiff::tz::TimeZone::system();
            time.to_zoned(zone).strftime("%F %T").to_string()
        },
    )
}

/// The error for a generation that is not there.
fn unknown(number: u64, all: &[Meta]) -> Stop {
    let kept = match (all.first(), all.last()) {
        (Some(first), Some(last)) => {
            format!("{} to {}", first.number - 1, last.number)
        }
        _ => "none".into(),
    };
    Stop::failed(format!("generation {number} is not kept"))
        .hint(format!("kept are {kept}; see provha log"))
}

/// Whether the state of a generation can be put together: all later records
/// are there. The state before the oldest record can, too.
fn reachable(number: u64, all: &[Meta]) -> Result<u64, Stop> {
    let (Some(first), Some(last)) = (all.first(), all.last()) else {
        return Err(unknown(number, all));
    };
    if (first.number - 1..=last.number).contains(&number) {
        return Ok(last.number);
    }
    Err(unknown(number, all))
}

/// Prints what changed from one generation to another.
pub fn diff(run: &Run<'_>, from: u64, to: u64) -> anyhow::Result<Exit> {
    let store = Generations::look(&run.settings);
    let all = store.list()?;
    let live = reachable(from, &all)?.max(reachable(to, &all)?);
    let (low, high) = (from.min(to), from.max(to));
    let mut touched = BTreeSet::new();
    store.replaced(low, high, &mut |_, entry| {
        touched.insert(entry.path);
        Ok(())
    })?;
    let shown: BTreeSet<String> =
        touched.iter().take(MOST_FILES).cloned().collect();
    let old = state(&store, low, live, &shown)?;
    let new = state(&store, high, live, &shown)?;
    let (old, new) = if from <= to { (old, new) } else { (new, old) };
    for path in &shown {
        let content = |state: &BTreeMap<String, Vec<u8>>| {
            state.get(path).cloned().unwrap_or_default()
        };
        let (old, new) = (content(&old), content(&new));
        if old == new {
            continue;
        }
        let name = path.trim_start_matches('/');
        if name.ends_with(".cfg") {
            configfile::print_settings(name, &old, &new)?;
        } else {
            report::print_texts(name, &old, &new)?;
        }
    }
    if touched.len() > shown.len() {
        let more = touched.len() - shown.len();
        writeln!(std::io::stdout().lock(), "… and {more} more files")?;
    }
    Ok(Exit::Done)
}

/// The contents of these paths at a generation; missing ones are not there.
fn state(
    store: &Generations,
    number: u64,
    live: u64,
    paths: &BTreeSet<String>,
) -> anyhow::Result<BTreeMap<String, Vec<u8>>> {
    let mut found = BTreeMap::new();
    store.replaced(number, live, &mut |_, entry| {
        if paths.contains(&entry.path) && !found.contains_key(&entry.path) {
            found.insert(entry.path, entry.before);
        }
        Ok(())
    })?;
    let live = |path: &String| std::fs::read(store.root().at(path)).ok();
    Ok(paths
        .iter()
        .filter_map(|path| {
            let content =
                found.get(path).cloned().unwrap_or_else(|| live(path));
            Some((path.clone(), content?))
        })
        .collect())
}

/// What a roll-back puts back, by where it lies.
struct Plan {
    /// Files of the dhcpd set: name and former content.
    dhcp: BTreeMap<String, Option<Vec<u8>>>,
    /// Offered and stale device files.
    loose: Vec<(Loose, Vec<FileId>, Vec<FileId>)>,
    /// Files of other sets, by path.
    other: BTreeSet<String>,
}

/// Makes the state of a generation live again.
pub fn rollback(run: &Run<'_>, number: Option<u64>) -> anyhow::Result<Exit> {
    let lock = run.lock("rollback")?;
    let store = match lock {
        Some(_) => Generations::open(&run.settings)?,
        None => Generations::look(&run.settings),
    };
    let all = store.list()?;
    let Some(last) = all.last() else {
        return Err(unknown(number.unwrap_or(0), &all).into());
    };
    let number = number.unwrap_or(last.number - 1);
    let live = reachable(number, &all)?;
    let plan = plan(run, &store, number, live)?;
    if let Some(path) = plan.other.first() {
        run.talk.warning(&format!(
            "{} files outside the dhcpd set and the device files stay as \
             they are, such as {path}: run dns or time",
            plan.other.len()
        ));
    }
    let command = format!("rollback to {number}");
    let dhcp = dhcp::put_back(run, lock.as_ref(), &plan.dhcp, &command)?;
    let mut files = dhcp;
    for (loose, offered, stale) in &plan.loose {
        files += offered.len() + stale.len();
        if lock.is_none() || offered.len() + stale.len() == 0 {
            continue;
        }
        let mut changes = device_changes(run, loose, offered, stale);
        let pending = store.prepare(&command, &mut changes)?;
        loose.sync()?;
        loose.commit(offered, stale)?;
        let _ = pending.commit()?;
    }
    let would = if lock.is_none() { "would be " } else { "" };
    run.talk
        .note(&format!("generation {number}: {files} files {would}put back"));
    if lock.is_some() {
        run.talk.warning(
            "the next dhcp, configfile or rebuild renders from the database \
             again: correct the rows, or stop the timer, before it runs",
        );
    }
    Ok(Exit::Done)
}

/// The changes of device files, for the record.
pub fn device_changes<'a>(
    run: &'a Run<'_>,
    loose: &'a Loose,
    offered: &'a [FileId],
    stale: &'a [FileId],
) -> impl Iterator<Item = Change> + 'a {
    let dir = run.settings.plain_path("PROVHA__TFTP_DIR");
    let dir = dir.join(loose.dir_name());
    let change = move |file: &FileId, removed| Change {
        path: dir.join(loose.name(*file)).to_string_lossy().into_owned(),
        removed,
    };
    let written = change.clone();
    offered
        .iter()
        .map(move |file| written(file, false))
        .chain(stale.iter().map(move |file| change(file, true)))
}

/// Sorts what is to be put back; device files are offered on the way.
fn plan(
    run: &Run<'_>,
    store: &Generations,
    number: u64,
    live: u64,
) -> anyhow::Result<Plan> {
    let mut plan = Plan {
        dhcp: BTreeMap::new(),
        loose: Vec::new(),
        other: BTreeSet::new(),
    };
    for loose in configfile::directories(run) {
        let _ = loose.begin()?;
        plan.loose.push((loose, Vec::new(), Vec::new()));
    }
    let (mut seen, mut scratch) = (HashSet::new(), Scratch::default());
    store.replaced(number, live, &mut |_, entry| {
        let mut hasher = DefaultHasher::new();
        entry.path.hash(&mut hasher);
        if !seen.insert(hasher.finish()) {
            return Ok(());
        }
        place(run, &mut plan, entry, &mut scratch)
    })?;
    Ok(plan)
}

/// Puts one entry where it belongs.
fn place(
    run: &Run<'_>,
    plan: &mut Plan,
    entry: Entry,
    scratch: &mut Scratch,
) -> anyhow::Result<()> {
    if let Some(name) = entry.path.strip_prefix(DIR) {
        let name = name.trim_start_matches('/').to_string();
        plan.dhcp.insert(name, entry.before);
        return Ok(());
    }
    let tftp = run.settings.plain_path("PROVHA__TFTP_DIR");
    for (loose, offered, stale) in &mut plan.loose {
        let dir = tftp.join(loose.dir_name());
        let name = std::path::Path::new(&entry.path)
            .strip_prefix(&dir)
            .ok()
            .and_then(|name| loose.read_name(name.to_str()?));
        let Some(file) = name else { continue };
        match &entry.before {
            None => {
                if loose.path(file).exists() {
                    stale.push(file);
                }
            }
            Some(content) => {
                if loose.offer(file, content, scratch)?.differs {
                    offered.push(file);
                }
            }
        }
        return Ok(());
    }
    plan.other.insert(entry.path);
    Ok(())
}
