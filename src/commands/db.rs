//! `provha db check` and `provha db sample`.

use std::fmt::Write as _;

use crate::alias::Aliases;
use crate::cli::db::{DbCommand, Sample as Args};
use crate::context::Context;
use crate::exit::{Exit, Stop};
use crate::sample::json::{DbCheck, DbSample, DbSampleTable, DbTable};
use crate::sample::{self, Form, Wanted, found, place};
use crate::source::Url;
use crate::source::load;

/// Runs one of the two.
pub fn run(context: &Context<'_>, command: &DbCommand) -> anyhow::Result<Exit> {
    match command {
        DbCommand::Check => check(context),
        DbCommand::Sample(args) => sample(context, args),
    }
}

/// Whether the database is a SQLite file.
fn is_sqlite(context: &Context<'_>) -> anyhow::Result<bool> {
    let url = Url::resolve(context.options.db.as_deref(), &context.settings)?;
    Ok(matches!(url, Url::Sqlite(_)))
}

/// What the database is.
fn check(context: &Context<'_>) -> anyhow::Result<Exit> {
    let mut db = context.database()?;
    let settings = &context.settings;
    let mut told =
        sample::check::check(&mut *db, settings, is_sqlite(context)?)?;
    let mut warnings = Vec::new();
    let site = load::site(&mut *db, settings, &context.machine, &mut warnings);
    told.fault = site.err().map(|error| error.to_string());
    for warning in warnings {
        context.console.warning(&warning);
    }
    context.console.data(&text(&told))?;
    let good = told.usable && told.fault.is_none();
    context.console.result(&told);
    Ok(if good { Exit::Done } else { Exit::Failed })
}

/// The same for people.
fn text(told: &DbCheck) -> String {
    let mut out =
        format!("{} {}, database {}", told.engine, told.version, told.database);
    if !told.user.is_empty() {
        let _ = write!(out, ", user {}", told.user);
    }
    let _ = writeln!(out, "\n{}", told.release);
    let _ = writeln!(out, "modules: {}", told.modules.join(", "));
    for table in &told.tables {
        out += &line(table);
    }
    match &told.fault {
        Some(fault) => {
            let _ = writeln!(out, "settings cannot be used: {fault}");
        }
        None => out += "the settings can be used\n",
    }
    out
}

/// One table.
fn line(table: &DbTable) -> String {
    let mut line = format!("{:<13}", table.name);
    line += &match table.state {
        "missing" if table.needed => "missing, and needed".to_string(),
        "missing" => "missing: its module counts as not installed".into(),
        "denied" => "the user may not read it".into(),
        _ => format!("{} columns", table.columns),
    };
    for (words, names) in
        [("missing", &table.missing), ("may not be read", &table.unreadable)]
    {
        if !names.is_empty() {
            let _ = write!(line, "; {words}: {}", names.join(", "));
        }
    }
    if table.state == "partly" && table.unreadable.is_empty() {
        line += "; some columns may not be read, none of those that are needed";
    }
    line.push('\n');
    if let Some(grant) = &table.grant {
        let _ = writeln!(line, "              {grant}");
    }
    line
}

/// Makes a sample.
fn sample(context: &Context<'_>, args: &Args) -> anyhow::Result<Exit> {
    let name = args.out.display().to_string();
    let form = Form::of(&name).ok_or_else(|| {
        Stop::usage("--out: name a file that ends in .sqlite or .sql")
    })?;
    place::check(&args.out)?;
    let wanted = Wanted::of(&args.rows);
    let findings = found::findings(context, &wanted);
    let mut aliases = Aliases::random()?;
    let mut db = context.database()?;
    let sample = sample::take(
        &mut *db,
        is_sqlite(context)?,
        &wanted,
        &findings,
        &mut aliases,
    )?;
    let bytes = sample::bytes(&sample, form)?;
    place::write(&args.out, &bytes)?;
    let tables: Vec<DbSampleTable> = sample
        .tables
        .iter()
        .map(|table| DbSampleTable { name: table.name, rows: table.rows.len() })
        .collect();
    let line =
        format!("{name}: {} rows, {} octets", sample.rows(), bytes.len());
    context.console.note(&line);
    context.console.result(&DbSample {
        command: "db sample",
        file: name,
        bytes: bytes.len(),
        tables,
    });
    Ok(Exit::Done)
}
