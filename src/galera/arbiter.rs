//! `cluster galera arbiter`: garbd on this machine, a vote without data.

use std::path::PathBuf;
use std::time::{Duration, Instant};

use crate::cluster::nodes::Nodes;
use crate::cluster::remote::{Place, Remote};
use crate::context::Context;
use crate::exit::{Exit, Stop};
use crate::galera::choose::Known;
use crate::galera::collect::Asker;
use crate::galera::facts::{Member, Server};
use crate::galera::journal::Journal;
use crate::galera::{config, json};
use crate::report;
use crate::system::files;

/// How long ssh may take to connect.
const CONNECT: Duration = Duration::from_secs(5);
/// How long the cluster may take to count it.
const COUNTED: Duration = Duration::from_secs(60);
/// The command.
const COMMAND: &str = "cluster galera arbiter";
/// Read by garbd's user.
const MODE: u32 = 0o644;

/// Runs the command.
///
/// # Errors
/// Exit 3: not this machine, no cluster to join, a node is joining, or
/// `--yes` is missing. Exit 5: it was started, and the cluster does not count
/// it.
pub fn run(context: &Context<'_>, yes: bool) -> anyhow::Result<Exit> {
    let nodes = Nodes::find(context)?;
    let Some(own) = nodes.arbiter.clone().filter(|arbiter| arbiter.own) else {
        let text = "this machine is not PROVHA__GALERA_ARBITER";
        let hint = "set it to an address of this machine, on all nodes alike";
        return Err(Stop::refused(text).hint(hint).into());
    };
    let remote = Remote::find(context, CONNECT)?;
    let asker = Asker {
        nodes: &nodes,
        remote: &remote,
        settings: &context.settings,
        timeout: Duration::from_secs(30),
        lost: &[],
    };
    let lock = if yes { crate::galera::lock(context, COMMAND)? } else { None };
    let known = asker.ask(false);
    may_start(&known)?;
    let path = context.settings.path("PROVHA__GARBD_CONF");
    let file = Config {
        new: config::arbiter(context, &nodes, &own)?,
        old: files::read(&path).unwrap_or_default(),
        path,
    };
    let needed = file.old != file.new || !is_counted(&known);
    context.console.result(&json::Arbiter {
        command: COMMAND,
        dry_run: context.only_looks(),
        file: file.path.display().to_string(),
        changed: needed,
        seconds: context.console.elapsed().as_secs_f64(),
    });
    if !needed {
        context.console.note("the cluster counts the arbiter: nothing to do");
        return Ok(Exit::Done);
    }
    match lock {
        None => only_said(context, &file),
        Some(_) => carry_out(context, &asker, &file),
    }
}

/// The file that garbd's unit reads.
struct Config {
    path: PathBuf,
    new: Vec<u8>,
    old: Vec<u8>,
}

/// What restarts garbd.
fn restart(context: &Context<'_>) -> String {
    let (key, unit) = ("PROVHA__GARBD_RESTART", "PROVHA__GARBD_UNIT");
    let command = context.settings.command(key, unit);
    command.unwrap_or_else(|| "true".into())
}

/// Without `--yes`: the plan.
fn only_said(context: &Context<'_>, file: &Config) -> anyhow::Result<Exit> {
    let path = file.path.display().to_string();
    let restart = restart(context);
    let plan = format!("plan:\n 1. write {path}\n 2. {restart}\n");
    context.console.data(&plan)?;
    if context.options.diff {
        let name = path.trim_start_matches('/');
        report::print_texts(context.console, name, &file.old, &file.new)?;
    }
    if context.only_looks() {
        return Ok(context.exit(true));
    }
    let text = "nothing was changed: arbiter needs --yes";
    let hint = "provha cluster galera arbiter --yes";
    Err(Stop::refused(text).hint(hint).into())
}

/// Writes the file, restarts garbd, and waits until the cluster counts it.
fn carry_out(
    context: &Context<'_>,
    asker: &Asker<'_>,
    file: &Config,
) -> anyhow::Result<Exit> {
    let mut journal =
        Journal::begin(&context.settings, context.number, COMMAND)?;
    journal.line("step", "write the configuration, restart garbd")?;
    if let Some(dir) = file.path.parent() {
        files::make_dirs(dir)?;
    }
    files::replace(&file.path, &file.new, MODE)?;
    let restart = restart(context);
    let limit = context.command_timeout();
    let said = asker.remote.run(Place::Here, &restart, limit);
    let ended = said.and_then(|said| match said.code {
        0 => wait(asker),
        code => Err(format!("{restart}: {code}: {}", said.last())),
    });
    let Err(why) = ended else {
        journal.line("end", "done")?;
        context.console.note("the cluster counts the arbiter");
        return Ok(Exit::Done);
    };
    journal.line("end", &why)?;
    let message = format!("the arbiter takes no part: {why}");
    let hint = Some("look at garbd's log on this machine".into());
    Err(Stop { exit: Exit::Broken, message, hint }.into())
}

/// The members that answer.
fn members(known: &[Known]) -> impl Iterator<Item = &Member> {
    known.iter().filter_map(|node| node.told.as_ref().ok()?.member())
}

/// Refuses where there is nothing to join, or a node is just joining.
fn may_start(known: &[Known]) -> anyhow::Result<()> {
    if !members(known).any(Member::is_synced) {
        let text = "no node is synced: there is no cluster to join";
        let hint = "provha cluster galera init makes one, recover brings one \
                    back";
        return Err(Stop::refused(text).hint(hint).into());
    }
    let joins = known.iter().find(|node| {
        node.told.as_ref().is_ok_and(|facts| match &facts.server {
            Server::Mute(_) => true,
            Server::Runs(member) => !member.is_synced(),
            Server::Stopped => false,
        })
    });
    let Some(node) = joins else { return Ok(()) };
    let text = format!("{} is just joining, or does not answer", node.name);
    let hint = "wait until it is synced";
    Err(Stop::refused(text).hint(hint).into())
}

/// True if the cluster counts an arbiter.
fn is_counted(known: &[Known]) -> bool {
    members(known).any(|member| member.primary && member.arbiters() > 0)
}

/// Waits until the cluster counts it.
fn wait(asker: &Asker<'_>) -> Result<(), String> {
    let begin = Instant::now();
    while !is_counted(&asker.ask(false)) {
        if begin.elapsed() > COUNTED {
            let seconds = COUNTED.as_secs();
            return Err(format!("not counted after {seconds} s"));
        }
        std::thread::sleep(Duration::from_millis(500));
    }
    Ok(())
}
