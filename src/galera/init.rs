//! `cluster galera init`: this node into the cluster, when it is its turn.

use std::path::{Path, PathBuf};
use std::time::Duration;

use crate::cluster::nodes::Nodes;
use crate::cluster::remote::{Remote, quoted};
use crate::context::Context;
use crate::exit::{Exit, Stop};
use crate::galera::choose::Start;
use crate::galera::collect::Asker;
use crate::galera::facts::Server;
use crate::galera::journal::{self, Journal};
use crate::galera::order::{self, Turn};
use crate::galera::position::{NO_STATE, Position};
use crate::galera::script::Paths;
use crate::galera::steps::{Hand, Step};
use crate::galera::verify::{self, Compared};
use crate::galera::{backup, config, json, users};
use crate::report::print_texts;
use crate::system::files;

/// How long ssh may take to connect.
const CONNECT: Duration = Duration::from_secs(5);
/// The command.
const COMMAND: &str = "cluster galera init";
/// Who may read the configuration besides root: it may hold a password.
const MODE: u32 = 0o640;
/// Directories of a data directory that are nobody's data.
const SYSTEM: [&str; 4] = ["mysql", "performance_schema", "sys", "test"];

/// What the user asks for.
#[derive(Debug, Clone, Copy)]
pub struct Wish<'a> {
    /// Carry it out.
    pub yes: bool,
    /// A dump that was made already.
    pub backup: Option<&'a Path>,
    /// The data of a node that joins may be replaced.
    pub replace_data: bool,
}

/// What was found about this node.
struct Found {
    own: usize,
    turn: Turn,
    /// True if there are data at all.
    data: bool,
    runs: bool,
    /// True if an earlier run was interrupted.
    resumed: bool,
    /// The file that MariaDB reads, and what it is to be.
    path: PathBuf,
    new: Vec<u8>,
    old: Option<Vec<u8>>,
}

/// Runs the command.
///
/// # Errors
/// Exit 3: it is not this node's turn, there is no backup, or `--yes` is
/// missing. Exit 4: it failed, and all is as before. Exit 5: a person must
/// look.
pub fn run(context: &Context<'_>, wish: Wish<'_>) -> anyhow::Result<Exit> {
    let nodes = Nodes::find(context)?;
    if let Some((text, hint)) = nodes.objections().into_iter().next() {
        return Err(Stop::refused(text).hint(hint).into());
    }
    let remote = Remote::find(context, CONNECT)?;
    let seconds = context.settings.number("PROVHA__CLUSTER_TIMEOUT");
    let asker = Asker {
        nodes: &nodes,
        remote: &remote,
        settings: &context.settings,
        timeout: Duration::from_secs(seconds),
        lost: &[],
    };
    let lock = match wish.yes {
        true => crate::galera::lock(context, COMMAND)?,
        false => None,
    };
    let known = asker.ask(false);
    let hand = Hand {
        asker: &asker,
        known: &known,
        console: context.console,
        stamp: jiff::Zoned::now().strftime("%Y%m%d-%H%M%S").to_string(),
    };
    let found = find(context, &nodes, &hand)?;
    let same = found.old.as_ref() == Some(&found.new);
    if found.turn == Turn::Done && same && !found.resumed {
        context.console.note("this node takes part: nothing to do");
        keep_result(context, &found, &[], 0, None);
        return Ok(Exit::Done);
    }
    guard_data(context, &found, wish)?;
    let steps = steps(&found);
    let words: Vec<String> =
        steps.iter().map(|step| text(*step, &found)).collect();
    if lock.is_none() {
        keep_result(context, &found, &words, 0, None);
        return only_said(context, &found, &words);
    }
    carry_out(context, &hand, &found, wish, &steps)
}

/// Whose turn it is, and what would be written.
fn find(
    context: &Context<'_>,
    nodes: &Nodes,
    hand: &Hand<'_>,
) -> anyhow::Result<Found> {
    let Some(own) = nodes.own() else {
        let text = "this machine is not in GALERA_PEER_HOSTS";
        return Err(Stop::refused(text).into());
    };
    let turn = order::turn(hand.known, own).map_err(|(why, hint)| {
        Stop::refused(format!("nothing was changed: {why}")).hint(hint)
    })?;
    let facts = hand.known[own].told.as_ref().ok();
    let path = context.settings.path("PROVHA__GALERA_CONF");
    Ok(Found {
        own,
        turn,
        data: facts.is_some_and(|facts| facts.data),
        runs: facts.is_some_and(|facts| facts.server != Server::Stopped),
        resumed: journal::interrupted(&journal::path(&context.settings))
            .is_some(),
        new: config::node(context, nodes, &nodes.all[own])?,
        old: files::read(&path).ok(),
        path,
    })
}

/// Refuses to touch data that nobody has a copy of.
fn guard_data(
    context: &Context<'_>,
    found: &Found,
    wish: Wish<'_>,
) -> anyhow::Result<()> {
    if let Some(path) = wish.backup {
        backup::check(path)?;
    }
    match found.turn {
        Turn::First if found.data && !found.runs && wish.backup.is_none() => {
            if backup::earlier(context).is_some() {
                return Ok(());
            }
            let text = "MariaDB is stopped here, so its data cannot be backed \
                        up, and no backup is shown";
            let hint = "start MariaDB, or give --backup FILE";
            Err(Stop::refused(text).hint(hint).into())
        }
        Turn::Join if !wish.replace_data => {
            let own = schemas(context);
            if own.is_empty() {
                return Ok(());
            }
            let text = format!(
                "this node holds data of its own, which the cluster's would \
                 replace: {}",
                own.join(", ")
            );
            let hint = "back them up, then give --replace-data";
            Err(Stop::refused(text).hint(hint).into())
        }
        _ => Ok(()),
    }
}

/// The databases in this node's data directory that are somebody's.
fn schemas(context: &Context<'_>) -> Vec<String> {
    let dir = context.settings.path("PROVHA__GALERA_DATA_DIR");
    let entries = std::fs::read_dir(dir).into_iter().flatten().flatten();
    let mut names: Vec<String> = entries
        .filter(|entry| entry.file_type().is_ok_and(|kind| kind.is_dir()))
        .map(|entry| entry.file_name().to_string_lossy().into_owned())
        .filter(|name| {
            !SYSTEM.contains(&&**name) && !name.starts_with(['#', '.'])
        })
        .collect();
    names.sort();
    names
}

/// One step of this command.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Do {
    Backup,
    Stop,
    Install,
    Write,
    Bootstrap,
    Start,
    Synced,
    Users,
    Verify,
}

/// The steps in order.
fn steps(found: &Found) -> Vec<Do> {
    let mut steps = Vec::new();
    match found.turn {
        Turn::Done => {
            steps.push(Do::Write);
            if found.own == 0 {
                steps.push(Do::Users);
            }
            steps.push(Do::Verify);
        }
        Turn::First => {
            if found.data {
                steps.push(Do::Backup);
            }
            if found.runs {
                steps.push(Do::Stop);
            }
            if !found.data {
                steps.push(Do::Install);
            }
            steps.extend([Do::Write, Do::Bootstrap, Do::Synced, Do::Users]);
        }
        Turn::Join => {
            if found.runs {
                steps.push(Do::Stop);
            }
            steps.extend([Do::Write, Do::Start, Do::Synced, Do::Verify]);
        }
    }
    steps
}

/// A step in words.
fn text(step: Do, found: &Found) -> String {
    match step {
        Do::Backup => "back up all data of this node".into(),
        Do::Stop => "stop MariaDB".into(),
        Do::Install => "make an empty data directory".into(),
        Do::Write if found.turn == Turn::Done => format!(
            "write {}: it counts from MariaDB's next start",
            found.path.display()
        ),
        Do::Write => format!("write {}", found.path.display()),
        Do::Bootstrap => "start as the first node of the cluster".into(),
        Do::Start => "start, receive all data".into(),
        Do::Synced => "wait until synced".into(),
        Do::Users => "make the users of the cluster".into(),
        Do::Verify => "compare the data of all nodes".into(),
    }
}

/// Without `--yes`: the plan, and the changes of the file.
fn only_said(
    context: &Context<'_>,
    found: &Found,
    words: &[String],
) -> anyhow::Result<Exit> {
    let mut plan = String::from("plan:\n");
    for (number, words) in words.iter().enumerate() {
        plan.push_str(&format!("{:2}. {words}\n", number + 1));
    }
    context.console.data(&plan)?;
    if context.options.diff {
        let name = found.path.display().to_string();
        let name = name.trim_start_matches('/');
        let old = shown(found.old.as_deref().unwrap_or_default());
        let new = shown(&found.new);
        print_texts(context.console, name, &old, &new)?;
    }
    if context.only_looks() {
        return Ok(context.exit(true));
    }
    let text = "nothing was changed: init needs --yes";
    let hint = "read the plan, then provha cluster galera init --yes";
    Err(Stop::refused(text).hint(hint).into())
}

/// The configuration without the password in it.
fn shown(bytes: &[u8]) -> Vec<u8> {
    let text = String::from_utf8_lossy(bytes);
    let line = |line: &str| match line.split_once("wsrep_sst_auth") {
        Some((before, _)) => format!("{before}wsrep_sst_auth = ***\n"),
        None => format!("{line}\n"),
    };
    text.lines().map(line).collect::<String>().into_bytes()
}

/// Carries the steps out.
fn carry_out(
    context: &Context<'_>,
    hand: &Hand<'_>,
    found: &Found,
    wish: Wish<'_>,
    steps: &[Do],
) -> anyhow::Result<Exit> {
    let mut journal =
        Journal::begin(&context.settings, context.number, COMMAND)?;
    let mut equal = None;
    let words: Vec<String> = steps.iter().map(|s| text(*s, found)).collect();
    for (done, step) in steps.iter().enumerate() {
        let words_now = &words[done];
        context.console.note(words_now);
        journal.line("step", words_now)?;
        let ended = match step {
            Do::Verify => compare(context, hand).map(|n| equal = Some(n)),
            step => one(context, hand, found, wish, *step),
        };
        if let Err(why) = ended {
            journal.line("failed", &why)?;
            keep_result(context, found, &words, done, None);
            let stop = undo(context, hand, found, &steps[..=done], &why);
            journal.line("end", &stop.message)?;
            return Err(stop.into());
        }
        journal.line("done", words_now)?;
    }
    journal.line("end", "done")?;
    keep_result(context, found, &words, words.len(), equal);
    context.console.note(&format!("{COMMAND}: this node takes part"));
    Ok(Exit::Done)
}

/// Carries one step out.
fn one(
    context: &Context<'_>,
    hand: &Hand<'_>,
    found: &Found,
    wish: Wish<'_>,
    step: Do,
) -> Result<(), String> {
    let own = found.own;
    let settings = &context.settings;
    match step {
        Do::Backup if wish.backup.is_some() || !found.runs => Ok(()),
        Do::Backup => {
            let path = backup::make(context, hand, own)?;
            context.console.note(&format!("  in {}", path.display()));
            Ok(())
        }
        Do::Stop => hand.carry_out(&Step::Stop(own)),
        Do::Install => {
            let data = Paths::find(settings, true).data;
            let command = settings.text("PROVHA__GALERA_INSTALL");
            hand.run(own, &format!("{command} --datadir={} >&2", quoted(&data)))
        }
        Do::Write => write(context, found, &found.new),
        Do::Bootstrap => {
            let position = Position { uuid: NO_STATE.into(), seqno: -1 };
            hand.carry_out(&Step::Bootstrap(own, position))
        }
        Do::Start => {
            let start = Start { node: own, set_aside: false };
            hand.carry_out(&Step::Start(start))
        }
        Do::Synced => hand.carry_out(&Step::Synced(vec![own], None)),
        Do::Users => users::make(settings, hand, own),
        Do::Verify => Ok(()),
    }
}

/// Writes the configuration for root and MariaDB's group.
fn write(
    context: &Context<'_>,
    found: &Found,
    bytes: &[u8],
) -> Result<(), String> {
    let settings = &context.settings;
    let owner = files::Owner::root_and(settings, "PROVHA__GALERA_GROUP");
    if let Some(dir) = found.path.parent() {
        files::make_dirs(dir).map_err(|error| error.to_string())?;
    }
    let written = files::replace_as(&found.path, bytes, MODE, owner);
    written.map_err(|error| error.to_string())
}

/// Compares the data of all synced nodes; how many tables are equal.
fn compare(context: &Context<'_>, hand: &Hand<'_>) -> Result<usize, String> {
    let synced = hand.synced();
    match verify::compare(hand.asker, &synced)? {
        Compared::Equal(tables, nodes) => {
            context
                .console
                .note(&format!("  {tables} tables are equal on {nodes} nodes"));
            Ok(tables)
        }
        Compared::Differ(tables) => Err(format!(
            "these tables are not equal on all nodes: {}",
            tables.join(", ")
        )),
    }
}

/// Puts the former configuration back after a failure, and on the master the
/// former server, whose data were not touched.
fn undo(
    context: &Context<'_>,
    hand: &Hand<'_>,
    found: &Found,
    done: &[Do],
    why: &str,
) -> Stop {
    let stop = |exit, state: &str, hint: &str| Stop {
        exit,
        message: format!("{why}; {state}"),
        hint: Some(hint.into()),
    };
    let again = "correct the cause, then run it again";
    if !done.iter().any(|step| matches!(step, Do::Stop | Do::Write)) {
        return stop(Exit::Failed, "nothing was changed", again);
    }
    if done.contains(&Do::Synced) || found.turn != Turn::First {
        let state = "the configuration stays";
        let hint = "look at MariaDB's log on this node; then run it again";
        return stop(Exit::Broken, state, hint);
    }
    let back = match &found.old {
        Some(old) => write(context, found, old),
        None => files::remove_if_there(&found.path)
            .map_err(|error| error.to_string()),
    };
    let started = back.and_then(|()| {
        hand.carry_out(&Step::Stop(found.own))?;
        // What a failed bootstrap left would pass for a cluster.
        let grastate = Paths::find(&context.settings, true).grastate;
        hand.run(found.own, &format!("rm -f {}", quoted(&grastate)))?;
        if !found.runs {
            return Ok(());
        }
        let start = Start { node: found.own, set_aside: false };
        hand.carry_out(&Step::Start(start))
    });
    match started {
        Ok(()) => stop(Exit::RolledBack, "all is as before", again),
        Err(also) => {
            let state = format!("and it could not be undone: {also}");
            stop(Exit::Broken, &state, "look at MariaDB's log on this node")
        }
    }
}

/// Keeps the result for `--json`.
fn keep_result(
    context: &Context<'_>,
    found: &Found,
    steps: &[String],
    done: usize,
    equal: Option<usize>,
) {
    context.console.result(&json::Init {
        command: COMMAND,
        dry_run: context.only_looks(),
        turn: match found.turn {
            Turn::Done => "done",
            Turn::First => "first",
            Turn::Join => "join",
        },
        file: found.path.display().to_string(),
        steps: steps.to_vec(),
        done,
        equal_tables: equal,
        seconds: context.console.elapsed().as_secs_f64(),
    });
}
