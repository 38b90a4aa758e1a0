//! `provha status`: how this machine is.

use std::ffi::OsString;
use std::io::Write;
use std::panic::{AssertUnwindSafe, catch_unwind};

use crate::cli::{self, Global, StatusAction, StatusFormat};
use crate::console::Console;
use crate::context::Context;
use crate::env::Env;
use crate::exit::{Exit, Stop};
use crate::report::error;
use crate::status::gather::{peer_set, report};
use crate::status::{self, Report, State, screen};

/// Runs the command.
pub fn run(
    env: &Env,
    options: &Global,
    args: &cli::Status,
    console: &Console,
) -> anyhow::Result<Exit> {
    if let Some(action) = &args.action {
        let context = Context::prepare(env, options, console)?;
        return muted(&context, action);
    }
    if args.format == Some(StatusFormat::Icinga) {
        return Ok(plugin(env, options, args, console));
    }
    if options.json && (args.format.is_some() || args.watch) {
        let text =
            "--format and --watch have no effect with --json: give one of them";
        return Err(Stop::usage(text).into());
    }
    let context = Context::prepare(env, options, console)?;
    if args.format == Some(StatusFormat::Manifest) {
        return peer_set::own(&context);
    }
    if args.watch && screen::can_be_drawn() {
        screen::show(&mut || {
            let context = Context::quietly(env, options, console)?;
            let report = of(&context, args);
            Ok(human(&context, &report, args, options, env))
        })?;
        return Ok(Exit::Done);
    }
    let report = of(&context, args);
    let text = match args.format {
        Some(StatusFormat::Prometheus) => status::prometheus::text(&report),
        None if options.json => {
            console.result(&status::json::result(&report));
            String::new()
        }
        _ => human(&context, &report, args, options, env),
    };
    std::io::stdout().lock().write_all(text.as_bytes())?;
    Ok(match report.state() {
        State::Critical | State::Unknown => Exit::Failed,
        State::Warning if options.strict => Exit::Refused,
        _ => Exit::Done,
    })
}

/// The report, or the part that is wanted.
fn of(context: &Context<'_>, args: &cli::Status) -> Report {
    let report = report(context, args.deep);
    match args.part {
        Some(part) => status::part::only(part, report),
        None => report,
    }
}

/// The report for people.
fn human(
    context: &Context<'_>,
    report: &Report,
    args: &cli::Status,
    options: &Global,
    env: &Env,
) -> String {
    let table = args.part == Some(cli::StatusPart::Pools);
    let text = status::human::text(report, options.color.on_stdout(env), table);
    context.console.typed(&text)
}

/// Mutes a code, or ends that; tells which are muted.
fn muted(context: &Context<'_>, action: &StatusAction) -> anyhow::Result<Exit> {
    let (console, settings) = (context.console, &context.settings);
    let (command, mutes) = match action {
        StatusAction::Mute { code, time } => {
            let Some(reason) = &context.options.reason else {
                let text = "--reason is missing: say why it is known";
                return Err(Stop::usage(text).into());
            };
            let mutes = status::mutes::mute(settings, code, *time, reason)?;
            ("status mute", mutes)
        }
        StatusAction::Unmute { code } => {
            ("status unmute", status::mutes::unmute(settings, code)?)
        }
    };
    for mute in mutes.list() {
        let until = crate::report::local_time(mute.until);
        let text =
            format!("muted: {} until {until}: {}", mute.code, mute.reason);
        console.note(&text);
    }
    if mutes.list().is_empty() {
        console.note("nothing is muted");
    }
    console.result(&status::json::mutes(command, &mutes));
    Ok(Exit::Done)
}

/// As a monitoring plugin: whatever happens, there is a line on stdout and one
/// of four exit codes.
fn plugin(
    env: &Env,
    options: &Global,
    args: &cli::Status,
    console: &Console,
) -> Exit {
    let told = catch_unwind(AssertUnwindSafe(|| {
        let context = Context::quietly(env, options, console)?;
        anyhow::Ok(of(&context, args))
    }));
    let (text, state) = match told {
        Ok(Ok(report)) => (status::icinga::text(&report), report.state()),
        Ok(Err(error)) => {
            let text = error::text(&error);
            (status::icinga::failed(&text), State::Unknown)
        }
        Err(_) => {
            let text = "provha failed with an internal error: see stderr";
            (status::icinga::failed(text), State::Unknown)
        }
    };
    say(&text);
    plugin_exit(state)
}

/// Says it; who does not listen has the exit code.
fn say(text: &str) {
    let _ = std::io::stdout().lock().write_all(text.as_bytes());
}

/// The exit code of monitoring plugins.
fn plugin_exit(state: State) -> Exit {
    match state {
        State::Ok => Exit::Done,
        State::Warning => Exit::Failed,
        State::Critical => Exit::Usage,
        State::Unknown => Exit::Refused,
    }
}

/// Whether a command line that was not understood was meant for a monitoring
/// plugin, whose exit code 2 means something else.
pub fn is_plugin(args: &[OsString]) -> bool {
    let words: Vec<&str> = args.iter().filter_map(|a| a.to_str()).collect();
    let format = |pair: &[&str]| pair == ["--format", "icinga"];
    words.contains(&"status")
        && (words.contains(&"--format=icinga") || words.windows(2).any(format))
}

/// Tells of such a command line.
pub fn not_understood(error: &clap::Error) -> Exit {
    let text = error.to_string();
    let text = text.lines().next().unwrap_or_default();
    say(&status::icinga::failed(text.trim_start_matches("error: ")));
    plugin_exit(State::Unknown)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn plugins_are_told_from_their_command_line() {
        let is = |line: &str| {
            let args: Vec<OsString> =
                line.split(' ').map(OsString::from).collect();
            is_plugin(&args)
        };
        assert!(is("provha status --format icinga --bogus"));
        assert!(is("provha --bogus status --format=icinga"));
        assert!(!is("provha status --format human"));
        assert!(!is("provha dhcp --format icinga"));
    }

    #[test]
    fn plugins_have_codes_of_their_own() {
        let codes = State::ALL.map(|state| plugin_exit(state) as u8);
        assert_eq!(codes, State::ALL.map(State::number));
    }
}
