//! `provha` keeps two cable provisioning machines, master and slave, in line
//! with the operator's database.
//!
//! Data flows one way: [`source`] reads rows into the [`model`], [`render`]
//! makes bytes of it, [`outputs`] and [`devices`] put them beside the live
//! files and have [`check`] ask the stock checkers, [`publish`] swaps, restarts
//! the [`services`], verifies and rolls back. [`commands`] parse, call and
//! report. ARCHITECTURE.md has the map.

pub mod adopt;
pub mod alias;
pub mod check;
pub mod cli;
pub mod clients;
pub mod cluster;
pub mod codec;
pub mod commands;
pub mod config;
pub mod console;
pub mod context;
pub mod demo;
pub mod devices;
pub mod docsis;
pub mod env;
pub mod exit;
pub mod explain;
pub mod galera;
pub mod gluster;
pub mod guard;
pub mod handover;
pub mod isc_dhcp;
pub mod journal;
pub mod json;
pub mod lease_history;
pub mod maintenance;
pub mod man;
pub mod model;
pub mod outputs;
pub mod pair;
pub mod probe;
pub mod publish;
pub mod rebuild;
pub mod render;
pub mod report;
pub mod restore;
pub mod sample;
pub mod seen;
pub mod services;
pub mod setup;
pub mod source;
pub mod status;
pub mod support;
pub mod system;
pub mod template;
pub mod watch;
pub mod zone_sync;

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::process::ExitCode;

use exit::{Exit, Stop};
use report::json::ErrorObject;
use system::interrupt::Reached;

/// Parses the command line, runs the command, reports what went wrong.
pub fn run(env: &env::Env) -> ExitCode {
    let (cli, command) =
        match cli::parse(&cli::old_names::understood(&env.args)) {
            Ok(parsed) => parsed,
            Err(error) => return not_parsed(env, &error).into(),
        };
    let global = &cli.global;
    let console =
        console::Console::new(global.color, env, global.quiet, global.verbose)
            .with_json(global.json);
    console.begins(&command);
    console.detail(&format!("provha {}: {command}", env!("CARGO_PKG_VERSION")));
    listen(&console, &command);
    let run = AssertUnwindSafe(|| commands::run(env, &cli, &console));
    let ended = catch_unwind(run).unwrap_or_else(|_| Err(broken().into()));
    let (exit, error) = match ended {
        Ok(exit) => (exit, None),
        Err(error) if is_closed_pipe(&error) => return Exit::Done.into(),
        Err(error) => {
            let (exit, hint) = report::error::classify(&error);
            let hint = hint.filter(|hint| !hint.is_empty());
            let message = report::error::text(&error);
            console.error(&message);
            if let Some(hint) = &hint {
                console.hint(hint);
            }
            (exit, Some(ErrorObject { message, hint }))
        }
    };
    console.ended(exit);
    match console.finish(Some(&command), exit, error) {
        // 'Done' would not be true for who reads the object.
        Err(error) if error.kind() != std::io::ErrorKind::BrokenPipe => {
            console.error(&format!("cannot write to stdout: {error}"));
            exit.max(Exit::Failed).into()
        }
        _ => exit.into(),
    }
}

/// What an error in the program itself comes to: its own words, a failed
/// assertion or a thread that the system refuses, are on stderr already.
fn broken() -> Stop {
    let changed = system::interrupt::broken();
    let state = match changed {
        true => "some of the new files are live",
        false => "what was live is untouched",
    };
    Stop {
        exit: if changed { Exit::Broken } else { Exit::Failed },
        message: format!("an error in provha itself ended the run: {state}"),
        hint: Some("run it again; report it with the lines above".into()),
    }
}

/// Has TERM, INT and HUP end the run with words and a true exit code.
fn listen(console: &console::Console, command: &str) {
    let (told, command) = (console.clone(), command.to_string());
    let tell = move |signal: &str, reached| {
        status::screen::leave();
        let (exit, state) = interrupted(&command, reached);
        let message = format!("interrupted by {signal}: {state}");
        // Whoever holds the streams may never let go of them.
        let (told, command) = (told.clone(), command.clone());
        let saying = std::thread::Builder::new().spawn(move || {
            if exit == Exit::Done {
                told.note(&message);
                return;
            }
            told.error(&message);
            let hint = "run it again; provha status tells what is missing";
            told.hint(hint);
            let hint = Some(hint.to_string());
            let error = ErrorObject { message, hint };
            let _ = told.finish(Some(&command), exit, Some(error));
        });
        for _ in 0..100 {
            if saying.as_ref().is_ok_and(std::thread::JoinHandle::is_finished) {
                break;
            }
            std::thread::sleep(std::time::Duration::from_millis(10));
        }
        exit as i32
    };
    let (untouched, changed) = (Exit::Failed as i32, Exit::Broken as i32);
    let caught = system::interrupt::on_abort(untouched, changed)
        .and_then(|()| system::interrupt::listen(tell));
    if let Err(error) = caught {
        console.warning(&format!("signals cannot be caught: {error}"));
    }
}

/// What an interrupted run has come to.
fn interrupted(command: &str, reached: Reached) -> (Exit, &'static str) {
    match reached {
        // Being told to stop is how it usually ends.
        Reached::Nothing if command == "watch" => {
            (Exit::Done, "what is live is complete")
        }
        Reached::Nothing => (Exit::Failed, "what was live is untouched"),
        Reached::Some => (
            Exit::Broken,
            "some of the new files are live, the next run makes the others",
        ),
        Reached::Halfway => (
            Exit::Broken,
            "new files were just being made live; the next run completes that \
             or takes it back",
        ),
    }
}

/// Answers a command line that was not understood, or asks for help.
fn not_parsed(env: &env::Env, error: &clap::Error) -> Exit {
    if !error.use_stderr() {
        let _ = error.print();
        return Exit::Done;
    }
    if let Some(text) = cli::old_names::without_work(&env.args) {
        let never = console::Color::Never;
        console::Console::new(never, env, false, 0).note(text);
        return Exit::Done;
    }
    if commands::status::is_plugin(&env.args) {
        return commands::status::not_understood(error);
    }
    let _ = error.print();
    let wants_json = env.args.iter().any(|arg| arg == "--json");
    let console = console::Console::new(console::Color::Never, env, false, 0)
        .with_json(wants_json);
    let text = error.to_string();
    let message = text.lines().next().unwrap_or_default();
    let message = message.trim_start_matches("error: ").to_string();
    let hint = Some("provha help, or provha help COMMAND".to_string());
    let _ =
        console.finish(None, Exit::Usage, Some(ErrorObject { message, hint }));
    Exit::Usage
}

/// Whether the reader of our output went away: that is no failure.
fn is_closed_pipe(error: &anyhow::Error) -> bool {
    error
        .downcast_ref::<std::io::Error>()
        .is_some_and(|e| e.kind() == std::io::ErrorKind::BrokenPipe)
}
