//! `provha sync-ha-master-files`: master to slaves, rsync over ssh.

use std::collections::BTreeMap;
use std::net::Ipv4Addr;
use std::path::PathBuf;
use std::time::Duration;

use anyhow::Context as _;
use serde::{Deserialize, Serialize};

use crate::cluster::rsync::Transport;
use crate::cluster::sync::{self, Ended, FEW, PathResult, Plan, Source};
use crate::context::Context;
use crate::exit::{Exit, Stop};
use crate::model::Role;
use crate::outputs::dhcp;
use crate::report::json;
use crate::source::load;
use crate::system::files;
use crate::system::lock::Lock;
use crate::system::process;

/// The results of all slaves.
type Results = BTreeMap<Ipv4Addr, Vec<PathResult>>;

/// Runs the command.
///
/// # Errors
/// Exit 3: not the master, or a path that must not be sent. What fails on a
/// slave is no error here: it is reported, and the exit code is 1.
pub fn run(context: &Context<'_>) -> anyhow::Result<Exit> {
    only_master(context, context.machine.role.or_else(|| wanted(context)))?;
    let paths = paths(context)?;
    let transport = transport(context)?;
    let _lock = lock(context)?;
    let slaves = slaves(context)?;
    let sources = look(context, &paths);
    let memory = Memory::read(context);
    memory.warn(context, &sources);
    if slaves.is_empty() {
        context
            .console
            .note("provha.slaves is empty: there is nobody to send to");
    }
    if context.options.no_activate {
        context
            .console
            .note("--no-activate: no slave is asked, nothing is sent");
        keep_result(context, &Results::new(), &transport);
        return Ok(Exit::Done);
    }
    if !slaves.is_empty() && process::find(&transport.rsync).is_none() {
        let text = format!("{} is not installed here", transport.rsync);
        let hint = "install rsync, or set PROVHA__RSYNC_BIN";
        return Err(Stop::failed(text).hint(hint).into());
    }
    let plan = Plan {
        transport: &transport,
        sources: &sources,
        only_look: context.only_looks(),
        max_deleted_percent: percent(context),
    };
    let results = plan.run(&slaves);
    report(context, &results, &transport)?;
    if !context.only_looks() {
        memory.update(&sources, &results).write(context)?;
    }
    Ok(exit(context, &results))
}

/// The role of the configuration.
fn wanted(context: &Context<'_>) -> Option<Role> {
    Role::read(context.settings.text("PROVHA__OWN_STATE"))
}

/// Refuses any known role but the master's. An unknown one is left to the
/// check against the database.
fn only_master(
    context: &Context<'_>,
    role: Option<Role>,
) -> anyhow::Result<()> {
    let Some(role) = role.filter(|role| *role != Role::Master) else {
        return Ok(());
    };
    let place = match context.machine.role {
        Some(_) => "--role".to_string(),
        None => context.settings.place("PROVHA__OWN_STATE"),
    };
    let text = format!(
        "files are sent by the master only, and this machine is the {} \
         ({place})",
        role.word()
    );
    Err(Stop::refused(text).hint("run it on the master").into())
}

/// A lock of its own: sending may take long, and must not hold back the
/// rebuild of what the daemons need.
fn lock(context: &Context<'_>) -> anyhow::Result<Option<Lock>> {
    if context.only_looks() {
        return Ok(None);
    }
    let mut path = context.settings.path("PROVHA__LOCK_FILE").into_os_string();
    path.push(".sync");
    let wait = Duration::from_secs(context.options.lock_wait);
    let lock =
        Lock::acquire(&PathBuf::from(path), "sync-ha-master-files", wait)?;
    Ok(Some(lock))
}

/// The slaves, from the database.
fn slaves(context: &Context<'_>) -> anyhow::Result<Vec<Ipv4Addr>> {
    let mut db = context.database()?;
    let mut warnings = Vec::new();
    let site = load::site(
        &mut *db,
        &context.settings,
        &context.machine,
        &mut warnings,
    )?;
    if site.role != Role::Master {
        let text = "ProvHA is not installed here (no row in table provha): \
                    there are no slaves";
        let hint = "set the pair up in the GUI first";
        return Err(Stop::refused(text).hint(hint).into());
    }
    let mut slaves = site.slaves;
    slaves.sort_unstable();
    slaves.dedup();
    Ok(slaves)
}

/// The paths, each of which may be sent.
fn paths(context: &Context<'_>) -> anyhow::Result<Vec<String>> {
    let key = "PROVHA__SYNC_PATHS";
    let own = [context.settings.text("PROVHA__STATE_DIR")];
    let list = context.settings.list(key);
    for path in &list {
        if let Some(why) = sync::objection(path, &own) {
            let place = context.settings.place(key);
            let text = format!("{place}: {key}: {path} is not sent: {why}");
            let hint = "name the files and directories that only the master \
                        has";
            return Err(Stop::refused(text).hint(hint).into());
        }
    }
    let plain = |path: &&str| path.trim_end_matches('/').to_string();
    Ok(list.iter().map(plain).collect())
}

/// How slaves are reached.
fn transport(context: &Context<'_>) -> anyhow::Result<Transport> {
    let settings = &context.settings;
    let path = |key| {
        let set = !settings.text(key).is_empty();
        set.then(|| settings.path(key))
    };
    let seconds = |key| Duration::from_secs(settings.number(key));
    let user = settings.text("PROVHA__SSH_USER");
    let fits = |b: u8| b.is_ascii_alphanumeric() || b"._-".contains(&b);
    if user.starts_with('-') || !user.bytes().all(fits) {
        let place = settings.place("PROVHA__SSH_USER");
        let text = format!("{place}: PROVHA__SSH_USER: '{user}' is no user");
        return Err(Stop::refused(text).hint("such as root").into());
    }
    let root = std::path::absolute(settings.root().at("/"))
        .context("finding the root directory")?;
    Ok(Transport {
        rsync: settings.text("PROVHA__RSYNC_BIN").into(),
        ssh: settings.text("PROVHA__SSH_BIN").into(),
        user: user.into(),
        port: settings.number("SLAVE_SSH_PORT"),
        identity: path("PROVHA__SSH_IDENTITY"),
        known_hosts: path("PROVHA__SSH_KNOWN_HOSTS"),
        config: path("PROVHA__SSH_CONFIG"),
        connect_timeout: seconds("PROVHA__SYNC_CONNECT_TIMEOUT"),
        io_timeout: seconds("PROVHA__SYNC_IO_TIMEOUT"),
        timeout: seconds("PROVHA__SYNC_TIMEOUT"),
        root,
        target_root: settings.text("PROVHA__SYNC_TARGET_ROOT").into(),
    })
}

/// What lies at the paths; what is not there is named once.
fn look(context: &Context<'_>, paths: &[String]) -> Vec<(String, Source)> {
    let at = |path: &String| context.settings.root().at(path);
    let sources: Vec<_> = paths
        .iter()
        .map(|path| (path.clone(), Source::look(&at(path))))
        .collect();
    for (kind, word) in
        [(Source::Missing, "not there"), (Source::Empty, "empty")]
    {
        let those = sources.iter().filter(|(_, source)| *source == kind);
        let names: Vec<_> = those.map(|(path, _)| path.as_str()).collect();
        if !names.is_empty() {
            context.console.note(&format!(
                "{word} on this machine, so left alone on the slaves: {}",
                names.join(", ")
            ));
        }
    }
    for (path, source) in &sources {
        let Source::Directory(tree) = source else { continue };
        let Some(first) = tree.leading_out.first() else { continue };
        context.console.warning(&format!(
            "links in {path} that lead out of it are not sent: {}, the first \
             is {path}/{first}",
            tree.leading_out.len()
        ));
    }
    sources
}

/// The share of a slave's entries that may be deleted.
fn percent(context: &Context<'_>) -> u64 {
    context.options.max_removed_percent.unwrap_or_else(|| {
        context.settings.number("PROVHA__GUARD_MAX_REMOVED_PERCENT")
    })
}

/// What the last runs sent, so that a source that goes away is noticed.
#[derive(Debug, Default, Clone, Serialize, Deserialize)]
#[serde(default)]
struct Memory {
    /// Path to the number of entries that it held when it was sent last.
    entries: BTreeMap<String, usize>,
    /// Slave to the time of the last run that went well, seconds since 1970.
    good: BTreeMap<Ipv4Addr, i64>,
}

impl Memory {
    /// Where it is kept.
    fn path(context: &Context<'_>) -> PathBuf {
        context.settings.path("PROVHA__STATE_DIR").join("sync.json")
    }

    /// What is kept; nothing, where there is nothing readable.
    fn read(context: &Context<'_>) -> Self {
        let text = std::fs::read_to_string(Self::path(context));
        text.ok()
            .and_then(|text| serde_json::from_str(&text).ok())
            .unwrap_or_default()
    }

    /// Warns of sources that held files once.
    fn warn(&self, context: &Context<'_>, sources: &[(String, Source)]) {
        for (path, source) in sources {
            let held = self.entries.get(path).copied().unwrap_or(0);
            let gone = matches!(source, Source::Missing | Source::Empty);
            if gone && held > 0 {
                context.console.warning(&format!(
                    "{path} held {held} entries when it was sent last, and \
                     is {} now: the slaves keep theirs",
                    if *source == Source::Empty { "empty" } else { "gone" }
                ));
            }
        }
    }

    /// With what this run did.
    fn update(
        mut self,
        sources: &[(String, Source)],
        results: &Results,
    ) -> Self {
        let sent = |path: &String| {
            let of_path = |r: &&PathResult| r.path == *path;
            let well =
                |r: &PathResult| matches!(r.ended, Ended::Same | Ended::Sent);
            results.values().flatten().filter(of_path).any(well)
        };
        self.entries.retain(|path, _| sources.iter().any(|s| s.0 == *path));
        self.good.retain(|slave, _| results.contains_key(slave));
        for (path, source) in sources {
            if source.entries() > 0 && sent(path) {
                let _ = self.entries.insert(path.clone(), source.entries());
            }
        }
        for (slave, results) in results {
            if !results.iter().any(is_bad) {
                let _ = self.good.insert(*slave, crate::env::now());
            }
        }
        self
    }

    /// Keeps it.
    fn write(&self, context: &Context<'_>) -> anyhow::Result<()> {
        let path = Self::path(context);
        if let Some(dir) = path.parent() {
            files::make_dirs(dir)?;
        }
        let text = serde_json::to_vec_pretty(self)?;
        Ok(files::replace(&path, &text, 0o644)?)
    }
}

/// Whether a path did not end well.
fn is_bad(result: &PathResult) -> bool {
    matches!(
        result.ended,
        Ended::Failed(_) | Ended::NotTried | Ended::Guarded { .. }
    )
}

/// The exit code.
fn exit(context: &Context<'_>, results: &Results) -> Exit {
    let all = || results.values().flatten();
    let failed =
        |r: &PathResult| matches!(r.ended, Ended::Failed(_) | Ended::NotTried);
    if all().any(failed) {
        return Exit::Failed;
    }
    if all().any(is_bad) {
        return Exit::Refused;
    }
    dhcp::exit(context, all().any(|result| !result.items.is_empty()))
}

/// Says what became of each path on each slave.
fn report(
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
                "if that is right, allow it for this run: \
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
    use crate::cluster::rsync::Change;
    let sent = result
        .items
        .iter()
        .filter(|item| matches!(item.change, Change::New | Change::Content));
    sent.map(|item| item.bytes).sum()
}

/// Keeps the result for `--json`.
fn keep_result(
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
        Ended::Failed(fault) => (
            Some(fault.words().to_string()),
            Some(fault.hint(slave, transport.port).to_string()),
        ),
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
