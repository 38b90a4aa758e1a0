//! `provha sync-ha-master-files`: master to slaves, rsync over ssh.

use std::net::Ipv4Addr;
use std::path::PathBuf;
use std::time::Duration;

use crate::cluster::sync::{Ended, PathResult, Plan, Results, Source, is_bad};
use crate::cluster::sync_memory::Memory;
use crate::cluster::{sync_report, sync_settings};
use crate::context::Context;
use crate::exit::{Exit, Stop};
use crate::galera::primary;
use crate::model::Role;
use crate::source::load;
use crate::system::lock::Lock;
use crate::system::process;

/// Runs the command.
///
/// # Errors
/// Exit 3: not the master, or a path that must not be sent. What fails on a
/// slave is no error here: it is reported, and the exit code is 1.
pub fn run(context: &Context<'_>) -> anyhow::Result<Exit> {
    only_master(context, context.machine.role.or_else(|| wanted(context)))?;
    if let Err(why) = primary::may_work(context)? {
        let text = format!("nothing is sent: background work, and {why}");
        context.console.note(&text);
        let transport = sync_settings::transport(context)?;
        sync_report::keep_result(context, &Results::new(), &transport);
        return Ok(Exit::Done);
    }
    let paths = sync_settings::paths(context)?;
    let transport = sync_settings::transport(context)?;
    let _lock = lock(context)?;
    let slaves = slaves(context)?;
    let sources = look(context, &paths);
    let memory = Memory::read(context);
    memory.warn(context, &sources);
    if slaves.is_empty() {
        context.console.note("provha.slaves is empty: no slave to send to");
    }
    if context.options.no_activate {
        context
            .console
            .note("--no-activate: no slave is asked, nothing is sent");
        sync_report::keep_result(context, &Results::new(), &transport);
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
        max_deleted_percent: sync_settings::percent(context),
    };
    let results = plan.run(&slaves);
    sync_report::report(context, &results, &transport)?;
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
    context.exit(all().any(|result| !result.items.is_empty()))
}
