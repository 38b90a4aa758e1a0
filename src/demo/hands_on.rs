//! What to try on the sample network, with nothing else installed.

use std::fs;
use std::io::Write;
use std::path::Path;

use anyhow::Context as _;

use super::show::MODEM;
use crate::env::Env;
use crate::system::files;
use crate::system::files::Doing;

/// The database in which the modem has another tariff.
pub const CHANGED: &str = "network-changed.sqlite";

/// This program as it was called: `make demo` has it in no PATH.
fn program(env: &Env) -> String {
    let called = env.args.first().map(|name| name.to_string_lossy());
    match called {
        Some(name) if name.contains('/') => std::path::absolute(&*name)
            .map_or_else(|_| name.into(), |path| path.display().to_string()),
        _ => "provha".into(),
    }
}

/// A word for the shell.
fn word_of_shell(text: &str) -> String {
    let plain = |c: char| c.is_ascii_alphanumeric() || "/._-".contains(c);
    match text.chars().all(plain) {
        true => text.to_string(),
        false => format!("'{}'", text.replace('\'', "'\\''")),
    }
}

/// Writes the scripts and the database that the lines need; the lines.
pub fn prepare(
    env: &Env,
    out: &Path,
    database: &Path,
    text: &mut Vec<u8>,
) -> anyhow::Result<()> {
    let program = word_of_shell(&program(env));
    for role in ["master", "slave"] {
        wrapper(&program, out, database, role)?;
    }
    changed(out, database)?;
    lines(&program, out, text)
}

/// Writes the script that runs the program on one of the machines.
fn wrapper(
    program: &str,
    out: &Path,
    database: &Path,
    role: &str,
) -> anyhow::Result<()> {
    let at = |path: &Path| word_of_shell(&path.display().to_string());
    let text = format!(
        "#!/bin/sh\n\
         # provha on the {role} of the sample network; DB is another database.\n\
         db=${{DB:-{}}}\n\
         exec {program} --root {} --env-dir {} \\\n  \
         --db \"sqlite:$db\" --role {role} \"$@\"\n",
        at(database),
        at(&out.join(role)),
        at(&out.join("env")),
    );
    let path = out.join(format!("provha-{role}"));
    files::replace(&path, text.as_bytes(), 0o755)?;
    Ok(())
}

/// Writes the changed database, so that no SQLite tool is needed.
fn changed(out: &Path, database: &Path) -> anyhow::Result<()> {
    let path = out.join(CHANGED);
    let bytes = fs::read(database).doing("read", database)?;
    files::replace(&path, &bytes, 0o644)?;
    let connection = rusqlite::Connection::open(&path)?;
    let sql = format!("UPDATE modem SET qos_id = 3 WHERE id = {MODEM}");
    connection.execute_batch(&sql).context("changing the tariff")
}

/// What to do next; each line runs as it stands.
fn lines(program: &str, out: &Path, text: &mut Vec<u8>) -> anyhow::Result<()> {
    let at = |name: &str| word_of_shell(&out.join(name).display().to_string());
    let (master, changed) = (at("provha-master"), at(CHANGED));
    let cfg = at(&format!("master/tftpboot/cm/cm-{MODEM}.cfg"));
    writeln!(
        text,
        "\n== try ==\n\
         a modem gets another tariff: see what would change, do it, undo it\n  \
         DB={changed} {master} configfile --diff\n  \
         DB={changed} {master} --no-activate configfile\n  \
         {master} log\n  \
         {master} --no-activate rollback\n\
         read a binary\n  \
         {program} docsis decode {cfg}\n\
         change {} with any SQLite tool, then ask again\n  \
         {master} --no-activate rebuild --dry-run",
        at("network.sqlite")
    )?;
    Ok(())
}
