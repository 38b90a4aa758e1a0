//! `provha cluster`: the database cluster under the pair.

use std::io::{IsTerminal as _, Write as _};

use crate::cli::cluster::{
    ClusterCommand, ClusterStatus, FsCommand, GaleraCommand,
};
use crate::cli::{Global, StatusFormat};
use crate::console::{Color, Console};
use crate::context::Context;
use crate::env::Env;
use crate::exit::{Exit, Stop};
use crate::galera::{
    arbiter, crosscheck, forms, init, primary, recover, watch,
};
use crate::gluster;
use crate::report::error;
use crate::status::{State, icinga};

/// Runs the command.
///
/// # Errors
/// Those of the command.
pub fn run(
    env: &Env,
    options: &Global,
    command: &ClusterCommand,
    console: &Console,
) -> anyhow::Result<Exit> {
    let prepare = || Context::prepare(env, options, console);
    match command {
        ClusterCommand::Status(args)
            if args.format == Some(StatusFormat::Icinga) =>
        {
            Ok(plugin(env, options, console))
        }
        ClusterCommand::Status(args) => status(env, &prepare()?, *args),
        ClusterCommand::Crosscheck => crosscheck::run(&prepare()?),
        ClusterCommand::Primary(args) => {
            let wish = primary::Wish {
                to: args.host.as_deref(),
                yes: args.yes,
                reason: options.reason.as_deref(),
                at: args.at.as_deref(),
                dead: &args.dead,
            };
            primary::run(&prepare()?, wish)
        }
        ClusterCommand::Galera(GaleraCommand::Init(args)) => {
            let wish = init::Wish {
                yes: args.yes,
                backup: args.backup.as_deref(),
                replace_data: args.replace_data,
            };
            init::run(&prepare()?, wish)
        }
        ClusterCommand::Galera(GaleraCommand::Arbiter { yes }) => {
            arbiter::run(&prepare()?, *yes)
        }
        ClusterCommand::Galera(GaleraCommand::Recover(args)) => {
            let wish = recover::Wish { yes: args.yes, lose: &args.lose };
            recover::run(&prepare()?, wish)
        }
        ClusterCommand::Fs(command) => volume(&prepare()?, *command),
    }
}

/// `cluster fs`.
fn volume(context: &Context<'_>, command: FsCommand) -> anyhow::Result<Exit> {
    match command {
        FsCommand::Init(args) => gluster::init::run(context, args.yes),
        FsCommand::Peers(args) => gluster::peers::run(context, args.yes),
        FsCommand::Volume { yes, on_root } => {
            gluster::volume::run(context, yes, on_root)
        }
        FsCommand::Mount(args) => gluster::mount::run(context, args.yes),
        FsCommand::Status => gluster::status::run(context),
    }
}

/// `cluster status`.
fn status(
    env: &Env,
    context: &Context<'_>,
    args: ClusterStatus,
) -> anyhow::Result<Exit> {
    let options = context.options;
    if options.json && args.format.is_some() {
        let text = "--format has no effect with --json: give one of them";
        return Err(Stop::usage(text).into());
    }
    let watched = watch::watch(context)?;
    let text = match args.format {
        Some(StatusFormat::Prometheus) => forms::prometheus(&watched),
        None if options.json => {
            context.console.result(&forms::object(&watched));
            String::new()
        }
        _ => {
            let text = forms::human(&watched, colors(env, options));
            context.console.typed(&text)
        }
    };
    std::io::stdout().lock().write_all(text.as_bytes())?;
    Ok(match watched.report.state() {
        state if forms::is_bad(state) => Exit::Failed,
        State::Warning if options.strict => Exit::Refused,
        _ => Exit::Done,
    })
}

/// Whether stdout is to be coloured.
fn colors(env: &Env, options: &Global) -> bool {
    match options.color {
        Color::Always => true,
        Color::Never => false,
        Color::Auto => {
            std::io::stdout().is_terminal()
                && env.var("TERM") != Some("dumb")
                && env.var("NO_COLOR").is_none()
        }
    }
}

/// As a monitoring plugin: whatever happens, there is a line on stdout and one
/// of four exit codes.
fn plugin(env: &Env, options: &Global, console: &Console) -> Exit {
    let told = Context::quietly(env, options, console)
        .and_then(|context| watch::watch(&context));
    let (text, state) = match told {
        Ok(watched) => (icinga::text(&watched.report), watched.report.state()),
        Err(error) => (icinga::failed(&error::text(&error)), State::Unknown),
    };
    let _ = std::io::stdout().lock().write_all(text.as_bytes());
    match state {
        State::Ok => Exit::Done,
        State::Warning => Exit::Failed,
        State::Critical => Exit::Usage,
        State::Unknown => Exit::Refused,
    }
}
