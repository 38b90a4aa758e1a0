//! `provha` keeps two cable provisioning machines, master and slave, in line
//! with the operator's database.
//!
//! Data flows one way: [`source`] reads rows into the [`model`], [`render`]
//! makes bytes of it, [`stage`] puts them beside the live files, [`check`]
//! asks the stock checkers, [`activate`] swaps, restarts, verifies and rolls
//! back. [`commands`] call these in order. ARCHITECTURE.md has the map.

pub mod activate;
pub mod bundle;
pub mod check;
pub mod cli;
pub mod cluster;
pub mod commands;
pub mod config;
pub mod dns_query;
pub mod dns_update;
pub mod docsis;
pub mod due;
pub mod env;
pub mod exit;
pub mod files;
pub mod generations;
pub mod leases;
pub mod lock;
pub mod loose;
pub mod model;
pub mod names;
pub mod omapi;
pub mod pace;
pub mod pair;
pub mod placed;
pub mod plan;
pub mod process;
pub mod rebuild;
pub mod remembered;
pub mod render;
pub mod scratch;
pub mod source;
pub mod stage;
pub mod status;
pub mod talk;
pub mod tftp_probe;
pub mod time_query;

use std::process::ExitCode;

use clap::Parser;

use exit::Exit;

/// Parses the command line, runs the command, reports what went wrong.
pub fn run(env: &env::Env) -> ExitCode {
    let cli = match cli::Cli::try_parse_from(&env.args) {
        Ok(cli) => cli,
        Err(error) => {
            let usage = error.use_stderr();
            if usage && commands::status::is_plugin(&env.args) {
                return commands::status::not_understood(&error).into();
            }
            let _ = error.print();
            return if usage { Exit::Usage } else { Exit::Done }.into();
        }
    };
    let talk = talk::Talk::new(
        cli.global.color,
        env,
        cli.global.quiet,
        cli.global.verbose,
    );
    match commands::run(env, &cli, &talk) {
        Ok(exit) => exit.into(),
        Err(error) if is_closed_pipe(&error) => Exit::Done.into(),
        Err(error) => {
            let (exit, hint) = commands::error::classify(&error);
            talk.error(&commands::error::text(&error));
            if let Some(hint) = hint.filter(|hint| !hint.is_empty()) {
                talk.hint(&hint);
            }
            exit.into()
        }
    }
}

/// Whether the reader of our output went away: that is no failure.
fn is_closed_pipe(error: &anyhow::Error) -> bool {
    error
        .downcast_ref::<std::io::Error>()
        .is_some_and(|e| e.kind() == std::io::ErrorKind::BrokenPipe)
}
