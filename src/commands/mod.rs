//! One file a command: it parses, calls a room or two, and reports. Nothing
//! imports a command.

pub mod adopt;
pub mod clean_up;
pub mod cluster;
pub mod config;
pub mod configfile;
pub mod db;
pub mod demo;
pub mod device_history;
pub mod dhcp;
pub mod dns;
pub mod docsis;
pub mod explain;
pub mod failover;
pub mod generations;
pub mod hand_over;
pub mod leases;
pub mod maintenance;
pub mod pages;
pub mod pair;
pub mod probe;
pub mod rebuild;
pub mod rollback;
pub mod setup;
pub mod setup_check;
pub mod setup_text;
pub mod status;
pub mod support;
pub mod sync;
pub mod time;
pub mod watch;

use crate::cli::setup::SetupCommand as Setup;
use crate::cli::{self, Cli, Command};
use crate::console::Console;
use crate::context::Context;
use crate::env::Env;
use crate::exit::{Exit, Stop};
use crate::pair::Permits;

/// Runs the command of the command line.
///
/// # Errors
/// As the command's.
pub fn run(env: &Env, cli: &Cli, console: &Console) -> anyhow::Result<Exit> {
    let ended = command(env, cli, console);
    if makes_something(&cli.command) {
        let inner = console.inner();
        let context = Context::quietly(env, &cli.global, &inner);
        if let Ok(context) = context
            && !context.only_looks()
        {
            crate::status::textfile::after(&context);
        }
    }
    ended
}

/// The same for a run that shows the changes of these devices.
fn showing<'a>(
    context: Context<'a>,
    ids: &[u32],
) -> anyhow::Result<Context<'a>> {
    if !ids.is_empty() && !context.options.diff {
        let text = "--device has no effect without --diff";
        return Err(Stop::usage(text).into());
    }
    Ok(Context { shown: ids.to_vec(), ..context })
}

/// Whether a command makes outputs.
fn makes_something(command: &Command) -> bool {
    matches!(
        command,
        Command::Dhcp(_)
            | Command::Dns
            | Command::Time
            | Command::Configfile(_)
            | Command::Rebuild(_)
            | Command::Rollback { .. }
            | Command::Pair(_)
    )
}

/// The kept generations, or what they changed for one device.
fn log(context: &Context<'_>, device: Option<&str>) -> anyhow::Result<Exit> {
    match device {
        None => generations::log(context),
        Some(device) => device_history::log(context, device),
    }
}

/// What changed between two of them, or what of it concerns one device.
fn diff(
    context: &Context<'_>,
    (from, to): (u64, u64),
    device: Option<&str>,
) -> anyhow::Result<Exit> {
    match device {
        None => generations::diff(context, from, to),
        Some(device) => device_history::diff(context, (from, to), device),
    }
}

/// Runs it.
fn command(env: &Env, cli: &Cli, console: &Console) -> anyhow::Result<Exit> {
    let options = &cli.global;
    let prepare = || Context::prepare(env, options, console);
    match &cli.command {
        Command::Dhcp(args) => {
            let (now, start_alone) = (args.now, args.start_alone);
            let permits = Permits { now, start_alone, leave: false };
            dhcp::run(&Context { permits, ..prepare()? })
        }
        Command::Pair(command) => pair::run(prepare()?, *command),
        Command::Adopt => adopt::run(env, &cli.global, console),
        Command::Rebuild(args) => {
            rebuild::run(&showing(prepare()?, &args.device)?, args)
        }
        Command::Watch => watch::run(env, &cli.global, console),
        Command::SyncHaMasterFiles => sync::run(&prepare()?),
        Command::CleanUpSlave(options) => clean_up::run(&prepare()?, options),
        Command::Cluster(it) => cluster::run(env, options, it, console),
        Command::Dns => dns::run(&prepare()?),
        Command::Time => time::run(&prepare()?),
        Command::Completions { shell } => pages::completions(*shell, console),
        Command::Man { out } => pages::man(out, console),
        Command::Configfile(args) => {
            configfile::run(&showing(prepare()?, &args.device)?, args)
        }
        Command::Status(args) => status::run(env, &cli.global, args, console),
        Command::Explain { device } => explain::run(&prepare()?, device),
        Command::Failover(command) => failover::run(&prepare()?, command),
        Command::Maintenance(it) => maintenance::run(&prepare()?, *it),
        Command::Config(cli::ConfigCommand::Show { origin }) => {
            config::show(&prepare()?, *origin)
        }
        Command::Db(command) => db::run(&prepare()?, command),
        Command::Support(args) => support::run(&prepare()?, args),
        Command::Leases(args) => leases::run(&prepare()?, args),
        Command::Probe(args) => probe::run(&prepare()?, args),
        Command::Log { device } => log(&prepare()?, device.as_deref()),
        Command::Rollback { number } => {
            // A person wants it, and now.
            let permits = Permits { now: true, ..Permits::default() };
            rollback::run(&Context { permits, ..prepare()? }, *number)
        }
        Command::Diff { from, to, device } => {
            diff(&prepare()?, (*from, *to), device.as_deref())
        }
        Command::Docsis(it) => docsis::run(env, options, it, console),
        Command::Setup(command) => {
            let context = prepare()?;
            match command {
                Setup::Check | Setup::Pair { .. } => {
                    setup_check::run(&context, command)
                }
                Setup::Grants(_)
                | Setup::Cmts { .. }
                | Setup::Icinga { .. } => setup_text::run(&context, command),
                Setup::HandOver(args) => hand_over::run(&context, *args),
                _ => setup::run(&context, command),
            }
        }
        Command::Demo(args) => demo::run(env, &cli.global, args, console),
    }
}
