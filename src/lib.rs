//! `provha` keeps two cable provisioning machines, master and slave, in line
//! with the operator's database.
//!
//! Data flows one way: [`source`] reads rows into the [`model`], [`render`]
//! makes bytes of it, [`publish`] puts them beside the live files, [`check`]
//! asks the stock checkers, it swaps, restarts, verifies and rolls
//! back. [`commands`] call these in order. ARCHITECTURE.md has the map.

pub mod check;
pub mod cli;
pub mod clients;
pub mod cluster;
pub mod commands;
pub mod config;
pub mod console;
pub mod context;
pub mod devices;
pub mod docsis;
pub mod env;
pub mod exit;
pub mod guard;
pub mod isc_dhcp;
pub mod model;
pub mod outputs;
pub mod pair;
pub mod plan;
pub mod publish;
pub mod rebuild;
pub mod render;
pub mod report;
pub mod restore;
pub mod services;
pub mod source;
pub mod status;
pub mod system;
pub mod template;
pub mod zone_sync;

use std::process::ExitCode;

use clap::Parser;

use exit::Exit;

/// Parses the command line, runs the command, reports what went wrong.
pub fn run(env: &env::Env) -> ExitCode {
    let cli = match cli::Cli::try_parse_from(&env.args) {
        Ok(cli) => cli,
        Err(error) => {
            let usage = error.use_stderr();
            if usage && status::gather::is_plugin(&env.args) {
                return status::gather::not_understood(&error).into();
            }
            let _ = error.print();
            return if usage { Exit::Usage } else { Exit::Done }.into();
        }
    };
    let console = console::Console::new(
        cli.global.color,
        env,
        cli.global.quiet,
        cli.global.verbose,
    );
    match commands::run(env, &cli, &console) {
        Ok(exit) => exit.into(),
        Err(error) if is_closed_pipe(&error) => Exit::Done.into(),
        Err(error) => {
            let (exit, hint) = report::error::classify(&error);
            console.error(&report::error::text(&error));
            if let Some(hint) = hint.filter(|hint| !hint.is_empty()) {
                console.hint(&hint);
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
