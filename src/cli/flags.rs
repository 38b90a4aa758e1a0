//! Which global option has an effect on which command. An option without one
//! is refused (exit 2): who gives it believes that something happens.

use clap::error::{ContextKind, ContextValue, ErrorKind};
use clap::parser::ValueSource;
use clap::{ArgMatches, Command};

/// What says which machine is meant; taken by all commands that work on one,
/// so that one prefix serves for all of them.
const MACHINE: &[&str] = &["env_dir", "root", "db", "role"];
/// How the run talks.
const TALK: &[&str] = &["color", "quiet", "verbose"];
/// What a run that makes an output takes besides.
const OUTPUT: &[&str] = &[
    "json",
    "dry_run",
    "diff",
    "exit_code",
    "no_activate",
    "strict",
    "lock_wait",
    "max_quarantined_percent",
    "reason",
];

/// What a plan heeds: without --yes it only looks.
const PLAN: &[&str] =
    &["json", "dry_run", "diff", "exit_code", "no_activate", "lock_wait"];

/// What a step of GlusterFS takes.
const FS: &[&[&str]] =
    &[MACHINE, TALK, &["json", "dry_run", "exit_code", "lock_wait"]];

/// What the guard rails about a snapshot heed.
const GUARDS: &[&str] =
    &["allow", "max_removed_percent", "allow_empty_pools", "drain"];

/// What a run that reads the database before it writes takes besides; not
/// `watch`, which would take it for ever.
const OLDER: &[&str] = &["accept_older_database"];

/// One command with the global options that have an effect on it.
struct Row {
    /// The command's words.
    command: &'static str,
    /// Groups of options, by their names in [`super::Global`].
    takes: &'static [&'static [&'static str]],
}

/// Shorthand for a row.
const fn row(
    command: &'static str,
    takes: &'static [&'static [&'static str]],
) -> Row {
    Row { command, takes }
}

/// The table. A command that is not in it takes every option.
const TABLE: &[Row] = &[
    row("dhcp", &[MACHINE, TALK, OUTPUT, GUARDS, OLDER, &["restart_hold"]]),
    row(
        "pair join",
        &[MACHINE, TALK, OUTPUT, GUARDS, OLDER, &["restart_hold"]],
    ),
    row(
        "pair leave",
        &[MACHINE, TALK, OUTPUT, GUARDS, OLDER, &["restart_hold"]],
    ),
    row("dns", &[MACHINE, TALK, OUTPUT, GUARDS, OLDER]),
    row("time", &[MACHINE, TALK, OUTPUT, GUARDS, OLDER]),
    row(
        "configfile",
        &[MACHINE, TALK, OUTPUT, OLDER, &["allow", "max_removed_percent"]],
    ),
    row("rebuild", &[MACHINE, TALK, OUTPUT, GUARDS, OLDER, &["restart_hold"]]),
    row(
        "watch",
        &[
            MACHINE,
            TALK,
            GUARDS,
            &[
                "no_activate",
                "strict",
                "lock_wait",
                "max_quarantined_percent",
                "restart_hold",
            ],
        ],
    ),
    row("adopt", &[MACHINE, TALK, &["json", "exit_code"]]),
    row("status", &[MACHINE, TALK, &["json", "no_activate", "strict"]]),
    row("explain", &[MACHINE, TALK, &["json"]]),
    row("status mute", &[MACHINE, TALK, &["json", "reason"]]),
    row("status unmute", &[MACHINE, TALK, &["json"]]),
    row("failover state", &[MACHINE, TALK, &["json"]]),
    row("failover wait", &[MACHINE, TALK, &["json"]]),
    row("failover partner-down", &[MACHINE, TALK, &["json", "dry_run"]]),
    row("cluster status", &[MACHINE, TALK, &["json", "strict"]]),
    row("cluster crosscheck", &[MACHINE, TALK, &["json"]]),
    row(
        "cluster primary",
        &[
            MACHINE,
            TALK,
            &["json", "dry_run", "exit_code", "lock_wait", "reason"],
        ],
    ),
    row(
        "cluster galera init",
        &[
            MACHINE,
            TALK,
            &["json", "dry_run", "diff", "exit_code", "lock_wait"],
        ],
    ),
    row(
        "cluster galera arbiter",
        &[
            MACHINE,
            TALK,
            &["json", "dry_run", "diff", "exit_code", "lock_wait"],
        ],
    ),
    row(
        "cluster galera recover",
        &[MACHINE, TALK, &["json", "dry_run", "exit_code", "lock_wait"]],
    ),
    row("cluster fs init", FS),
    row("cluster fs peers", FS),
    row("cluster fs volume", FS),
    row("cluster fs mount", FS),
    row("cluster fs status", &[MACHINE, TALK, &["json", "strict"]]),
    row(
        "maintenance start",
        &[
            MACHINE,
            TALK,
            &["json", "dry_run", "exit_code", "lock_wait", "reason"],
        ],
    ),
    row(
        "maintenance end",
        &[MACHINE, TALK, &["json", "dry_run", "exit_code", "lock_wait"]],
    ),
    row("config show", &[MACHINE, TALK, &["json"]]),
    row("db check", &[MACHINE, TALK, &["json"]]),
    row("db sample", &[MACHINE, TALK, &["json"]]),
    row("support", &[MACHINE, TALK, &["json", "no_activate"]]),
    row("probe", &[MACHINE, TALK, &["json"]]),
    row("leases", &[MACHINE, TALK, &["json"]]),
    row("log", &[MACHINE, TALK, &["json"]]),
    row("diff", &[MACHINE, TALK, &["json", "exit_code"]]),
    row(
        "rollback",
        &[
            MACHINE,
            TALK,
            &[
                "json",
                "dry_run",
                "diff",
                "exit_code",
                "no_activate",
                "lock_wait",
                "reason",
                "restart_hold",
            ],
        ],
    ),
    row("docsis encode", &[TALK, &["json", "strict", "allow"]]),
    row("docsis decode", &[TALK, &["json"]]),
    row("docsis verify", &[TALK, &["json", "strict", "allow"]]),
    row("docsis check", &[TALK, &["json", "strict", "allow"]]),
    row("docsis describe", &[TALK, &["json"]]),
    row("docsis diff", &[TALK, &["json", "exit_code"]]),
    row(
        "sync-ha-master-files",
        &[
            MACHINE,
            TALK,
            &[
                "json",
                "dry_run",
                "exit_code",
                "no_activate",
                "lock_wait",
                "max_removed_percent",
            ],
        ],
    ),
    row(
        "clean-up-slave",
        &[
            MACHINE,
            TALK,
            &["json", "dry_run", "exit_code", "no_activate", "lock_wait"],
        ],
    ),
    row("setup master", &[MACHINE, TALK, PLAN]),
    row("setup slave", &[MACHINE, TALK, PLAN]),
    row("setup standalone", &[MACHINE, TALK, PLAN]),
    row("setup undo", &[MACHINE, TALK, PLAN]),
    row(
        "setup hand-over",
        &[MACHINE, TALK, &["json", "exit_code", "no_activate", "lock_wait"]],
    ),
    row("setup check", &[MACHINE, TALK, &["json", "no_activate", "strict"]]),
    row("setup grants", &[MACHINE, TALK, &["json"]]),
    row("setup cmts", &[MACHINE, TALK, &["json"]]),
    row("setup icinga", &[MACHINE, TALK, &["json"]]),
    row("setup pair", &[MACHINE, TALK, &["json", "lock_wait"]]),
    row("demo", &[TALK, &["json"]]),
    row("completions", &[TALK, &["json"]]),
    row("man", &[TALK, &["json"]]),
];

/// Commands whose `--exit-code` needs neither `--dry-run` nor `--diff`: they
/// only look.
const ONLY_LOOK: &[&str] = &[
    "adopt",
    "diff",
    "docsis diff",
    "setup hand-over",
    "setup master",
    "setup slave",
    "setup standalone",
    "setup undo",
];

/// Whether a global option has an effect on a command.
pub fn takes(command: &str, option: &str) -> bool {
    let row = TABLE.iter().find(|row| row.command == command);
    row.is_none_or(|row| row.takes.iter().any(|g| g.contains(&option)))
}

/// The command's words of a parsed command line, aliases resolved.
pub fn command(matches: &ArgMatches) -> String {
    let (mut words, mut matches) = (Vec::new(), matches);
    while let Some((word, inner)) = matches.subcommand() {
        words.push(word);
        matches = inner;
    }
    words.join(" ")
}

/// Refuses a command line with an option that has no effect.
pub fn check(
    root: &mut Command,
    matches: &ArgMatches,
) -> clap::error::Result<()> {
    let command = command(matches);
    let mut innermost = matches;
    while let Some((_, inner)) = innermost.subcommand() {
        innermost = inner;
    }
    let given = |id: &str| {
        // An option of another name than ours is none of the global ones.
        matches!(innermost.try_contains_id(id), Ok(true))
            && innermost.value_source(id) == Some(ValueSource::CommandLine)
    };
    for arg in root.get_arguments() {
        let id = arg.get_id().as_str();
        if given(id) && !takes(&command, id) {
            let option = long(arg);
            return Err(refusal(
                root.clone(),
                &format!("{option} has no effect on '{command}'"),
                &option,
            ));
        }
    }
    let looks = given("dry_run") || given("diff");
    if given("exit_code") && !looks && !ONLY_LOOK.contains(&command.as_str()) {
        let text = "--exit-code has no effect without --dry-run or --diff";
        return Err(refusal(root.clone(), text, "--exit-code"));
    }
    Ok(())
}

/// An option as it is typed.
fn long(arg: &clap::Arg) -> String {
    format!("--{}", arg.get_long().unwrap_or_default())
}

/// The usage error.
fn refusal(mut root: Command, text: &str, option: &str) -> clap::Error {
    let mut error = root.error(ErrorKind::ArgumentConflict, text);
    let value = ContextValue::String(option.to_string());
    let _ = error.insert(ContextKind::InvalidArg, value);
    error
}

/// The tree with the options that have no effect on a command hidden there:
/// for help and man pages.
pub fn shown(mut root: Command) -> Command {
    root.build();
    hide(root, "")
}

/// The tree for completions, not built: at each command stand the global
/// options that have an effect there and no others. A hidden one would still
/// be offered, and refused when it is used.
pub fn offered(root: Command) -> Command {
    let globals: Vec<clap::Arg> =
        root.get_arguments().filter(|a| a.is_global_set()).cloned().collect();
    narrow(root.mut_args(|arg| arg.global(false)), "", &globals)
}

/// The same for the commands below one.
fn narrow(mut command: Command, path: &str, globals: &[clap::Arg]) -> Command {
    let names: Vec<String> =
        command.get_subcommands().map(|sub| sub.get_name().into()).collect();
    for name in names {
        let path = format!("{path} {name}").trim().to_string();
        command = command.mut_subcommand(name, |sub| {
            // The codec's --allow stands in for that of the guard rails.
            let named = |id| sub.get_arguments().any(|arg| arg.get_id() == id);
            let own: Vec<clap::Arg> = globals
                .iter()
                .filter(|arg| takes(&path, arg.get_id().as_str()))
                .filter(|arg| !named(arg.get_id()))
                .map(|arg| arg.clone().global(false))
                .collect();
            with_words(narrow(sub.args(own), &path, globals))
        });
    }
    command
}

/// A command that takes either a word of a list or a command below it
/// (`status pools`, `status mute`), with the words as commands below it: zsh
/// cannot tell the two apart and offers both the same options.
fn with_words(command: Command) -> Command {
    let word = command.get_positionals().next().cloned();
    let Some(word) = word.filter(|_| command.has_subcommands()) else {
        return command;
    };
    let others: Vec<clap::Arg> = command
        .get_arguments()
        .filter(|arg| arg.get_id() != word.get_id())
        .cloned()
        .collect();
    let values = word.get_possible_values().into_iter().map(|value| {
        let help = value.get_help().cloned().unwrap_or_default();
        let name = value.get_name().to_string();
        Command::new(name).about(help).args(others.clone())
    });
    let about = command.get_about().cloned().unwrap_or_default();
    Command::new(command.get_name().to_string())
        .about(about)
        .args(others.clone())
        .subcommands(command.get_subcommands().cloned())
        .subcommands(values)
}

/// Hides them in a command and those below it.
fn hide(mut command: Command, path: &str) -> Command {
    // In place: `mut_arg` puts the option behind all others, and then -h of a
    // built command leads to another one.
    command = command.mut_args(|arg| {
        let idle = arg.is_global_set() && !takes(path, arg.get_id().as_str());
        if idle { arg.hide(true) } else { arg }
    });
    let names: Vec<String> = command
        .get_subcommands()
        .map(|sub| sub.get_name().to_string())
        .filter(|name| name != "help")
        .collect();
    for name in names {
        let path = format!("{path} {name}").trim().to_string();
        command = command.mut_subcommand(name, |sub| hide(sub, &path));
    }
    command
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::CommandFactory;

    /// The words of all commands that can be run.
    fn leaves(command: &Command, path: &str, out: &mut Vec<String>) {
        for sub in command.get_subcommands() {
            let path = format!("{path} {}", sub.get_name());
            let path = path.trim().to_string();
            leaves(sub, &path, out);
            if !sub.is_subcommand_required_set() {
                out.push(path);
            }
        }
    }

    #[test]
    fn help_of_every_command_is_help() {
        let root = super::super::Cli::command();
        let mut commands = Vec::new();
        leaves(&root, "", &mut commands);
        for command in &commands {
            for help in ["-h", "--help"] {
                let words = command.split(' ').chain([help]);
                let words = std::iter::once("provha").chain(words);
                let shown = shown(super::super::Cli::command());
                let error = shown.try_get_matches_from(words).unwrap_err();
                let kind = error.kind();
                assert_eq!(kind, ErrorKind::DisplayHelp, "{command} {help}");
            }
        }
    }

    #[test]
    fn every_command_and_every_option_is_in_the_table() {
        let root = super::super::Cli::command();
        let mut commands = Vec::new();
        leaves(&root, "", &mut commands);
        let rows: Vec<&str> = TABLE.iter().map(|row| row.command).collect();
        for command in &commands {
            assert!(rows.contains(&&**command), "no row for '{command}'");
        }
        for row in &rows {
            assert!(commands.iter().any(|c| c == row), "'{row}' is gone");
        }
        let ids: Vec<&str> =
            root.get_arguments().map(|a| a.get_id().as_str()).collect();
        for row in TABLE {
            for id in row.takes.iter().copied().flatten() {
                assert!(ids.contains(id), "{id} is gone");
            }
        }
        let taken = |id: &&str| rows.iter().any(|row| takes(row, id));
        let idle: Vec<_> = ids.iter().filter(|id| !taken(id)).collect();
        assert!(idle.is_empty(), "no command takes {idle:?}");
    }
}
