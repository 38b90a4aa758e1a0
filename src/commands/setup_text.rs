//! The parts of `provha setup` that print: grants, lines for CMTS, objects for
//! Icinga.

use std::net::Ipv4Addr;

use crate::cli::setup::{CmtsForm, Grants, IcingaForm, SetupCommand};
use crate::config::dotenv;
use crate::context::Context;
use crate::exit::{Exit, Stop};
use crate::model::{Role, Site};
use crate::setup::check;
use crate::setup::check::checked::{self, Grade};
use crate::setup::json::SetupText;
use crate::setup::{cmts, grants, icinga};
use crate::source::load::{self, Machine};
use crate::source::{Database, Url, url::Engine};

/// Runs the command.
///
/// # Errors
/// As those of each part.
pub fn run(
    context: &Context<'_>,
    command: &SetupCommand,
) -> anyhow::Result<Exit> {
    match command {
        SetupCommand::Grants(args) => print_grants(context, args),
        SetupCommand::Cmts { name, form } => {
            print_cmts(context, name.as_deref(), *form)
        }
        SetupCommand::Icinga { form } => print_icinga(context, *form),
        _ => Err(Stop::usage("this part of setup prints nothing").into()),
    }
}

/// Prints a text, or keeps it for `--json`.
fn print(
    context: &Context<'_>,
    command: &'static str,
    text: String,
) -> anyhow::Result<Exit> {
    if !context.options.json {
        context.console.data(&text)?;
    }
    context.console.result(&SetupText { command, text });
    Ok(Exit::Done)
}

/// `setup grants`.
fn print_grants(context: &Context<'_>, args: &Grants) -> anyhow::Result<Exit> {
    let is = checked::must_be(context)?;
    let settings = &context.settings;
    let dir = context.options.env_dir.clone();
    let dir = dir.unwrap_or_else(|| settings.root().at(crate::config::ENV_DIR));
    let env = dotenv::read_dir(&dir)?;
    let engine = match Url::resolve(context.options.db.as_deref(), settings)? {
        Url::Server(target) => target.engine,
        Url::Sqlite(_) => Engine::Mysql,
    };
    let fallback = (settings.text("DB_DATABASE"), settings.text("DB_USERNAME"));
    let reads = is.role == Role::Slave;
    let list = |ip: Option<Ipv4Addr>| ip.into_iter().collect::<Vec<_>>();
    let (own, peer) = (list(is.own), list(is.peer));
    let (writers, readers) = if reads { (peer, own) } else { (own, peer) };
    let wanted = grants::Wanted {
        engine,
        accounts: grants::accounts(&env, fallback, args.with_passwords),
        reads,
        other: args.other_user.clone().unwrap_or_default(),
        writers,
        readers,
    };
    let rights = check::database::all(context, is).into_iter();
    for check in rights.filter(|check| check.name == "grants") {
        match check.grade {
            Grade::Problem => context.console.warning(&check.text),
            _ => context.console.note(&check.text),
        }
    }
    print(context, "setup grants", grants::sql(&wanted))
}

/// The settings of the database. The role is believed: what is printed here
/// may be made on another machine.
fn site(context: &Context<'_>, db: &mut dyn Database) -> anyhow::Result<Site> {
    let role = checked::is(context).map(|is| is.role);
    let machine = Machine { role, ..context.machine.clone() };
    let settings = &context.settings;
    Ok(load::site(db, settings, &machine, &mut Vec::new())?)
}

/// `setup cmts`.
fn print_cmts(
    context: &Context<'_>,
    name: Option<&str>,
    form: Option<CmtsForm>,
) -> anyhow::Result<Exit> {
    let mut db = context.database()?;
    let site = site(context, &mut *db)?;
    let mut servers = site.servers();
    if site.pair.as_ref().is_some_and(|pair| !pair.primary) {
        servers.reverse();
    }
    let mut all = cmts::all(&mut *db)?;
    if let Some(name) = name {
        all.retain(|cmts| cmts.name == name);
    }
    if all.is_empty() {
        let text = match name {
            Some(name) => format!("there is no CMTS '{name}'"),
            None => "there is no CMTS".into(),
        };
        return Err(Stop::refused(text)
            .hint("provha setup cmts lists all")
            .into());
    }
    let text: Vec<_> =
        all.iter().map(|one| cmts::lines(one, &servers, form)).collect();
    print(context, "setup cmts", text.join("\n"))
}

/// `setup icinga`.
fn print_icinga(
    context: &Context<'_>,
    form: IcingaForm,
) -> anyhow::Result<Exit> {
    let mut db = context.database()?;
    let site = site(context, &mut *db)?;
    let own = icinga::Machine {
        name: site.fqdn.clone(),
        address: site.own(),
        role: site.role.word(),
    };
    let mut machines = vec![own];
    if let Some(pair) = &site.pair {
        let role = if pair.primary { "slave" } else { "master" };
        let name = format!("provha-{role}.{}", site.domain);
        machines.push(icinga::Machine { name, address: pair.peer, role });
    }
    if form == IcingaForm::Dual && machines.len() < 2 {
        let text = "two Icinga masters need a pair, and this is one machine";
        return Err(Stop::refused(text).hint("--form single").into());
    }
    let port = context.settings.text("SLAVE_SSH_PORT");
    let text = icinga::objects(&machines, &site.domain, port, form);
    print(context, "setup icinga", text)
}
