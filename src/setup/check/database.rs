//! The database: settings that can be used, rights that are not too strong.

use super::checked::{Checked, Is};
use crate::context::Context;
use crate::model::Role;
use crate::setup::grants::too_strong;
use crate::source::load;
use crate::source::url::Engine;
use crate::source::{Database, Url};

/// Makes the checks.
pub fn all(context: &Context<'_>, is: Is) -> Vec<Checked> {
    let mut told = Vec::new();
    let opened = crate::source::open(
        context.options.db.as_deref(),
        &context.settings,
        &mut |text| told.push(text.to_string()),
    );
    let mut all: Vec<Checked> = told
        .into_iter()
        .map(|text| {
            let fix = "provha status; DB_HOST in the env files";
            Checked::warning("database", text, fix)
        })
        .collect();
    let mut db = match opened {
        Ok(db) => db,
        Err(error) => {
            let fix = error.hint();
            all.push(Checked::problem("database", error.to_string(), fix));
            return all;
        }
    };
    let mut warnings = Vec::new();
    let (settings, machine) = (&context.settings, &context.machine);
    match load::site(&mut *db, settings, machine, &mut warnings) {
        Ok(site) => {
            let text =
                format!("domain {}, role {}", site.domain, site.role.word());
            all.push(Checked::ok("settings", text));
            let addresses =
                site.pair.as_ref().map(|pair| (pair.own, pair.peer));
            let told = is.own.zip(is.peer);
            if is.role != Role::Standalone && addresses != told {
                let text = "table provha has other addresses than \
                            PROVHA__OWN_ADDRESS and PROVHA__PEER_ADDRESS";
                let fix = "correct them in the GUI (Global Config, ProvHA), or \
                           run setup with the right --own and --peer";
                all.push(Checked::problem("settings", text, fix));
            }
        }
        Err(error) => {
            let fix = "correct it in the GUI; a TSIG secret: openssl rand \
                       -base64 32";
            all.push(Checked::problem("settings", format!("{error}"), fix));
        }
    }
    for warning in warnings {
        all.push(Checked::warning(
            "settings",
            warning,
            "correct it in the GUI",
        ));
    }
    all.push(rights(context, is, &mut *db));
    all
}

/// Whether the user may do more than it needs.
fn rights(context: &Context<'_>, is: Is, db: &mut dyn Database) -> Checked {
    let reads = is.role == Role::Slave;
    let url = context.options.db.as_deref();
    let found = match Url::resolve(url, &context.settings) {
        Ok(Url::Server(target)) => match target.engine {
            Engine::Mysql => mariadb(db, reads),
            Engine::Postgres => postgres(db, reads),
        },
        Ok(Url::Sqlite(_)) => {
            return Checked::skipped("grants", "SQLite has no users");
        }
        Err(error) => Err(error),
    };
    match found {
        Err(error) => Checked::warning(
            "grants",
            format!("the rights cannot be asked for: {error}"),
            error.hint(),
        ),
        Ok(extra) if extra.is_empty() => {
            let what =
                if reads { "only reads" } else { "has no right too much" };
            Checked::ok("grants", format!("the database user {what}"))
        }
        Ok(extra) => Checked::problem(
            "grants",
            format!("the database user is too strong: {}", extra.join("; ")),
            "provha setup grants prints the rights that are enough",
        ),
    }
}

/// The rights of a user of MariaDB that it does not need.
fn mariadb(
    db: &mut dyn Database,
    reads: bool,
) -> Result<Vec<String>, crate::source::SourceError> {
    let mut extra = Vec::new();
    db.query("the rights", "SHOW GRANTS", &mut |row| {
        let more = too_strong(&row.text(0), reads);
        if !more.is_empty() {
            extra.push(more);
        }
        Ok(())
    })?;
    Ok(extra)
}

/// The same of PostgreSQL.
fn postgres(
    db: &mut dyn Database,
    reads: bool,
) -> Result<Vec<String>, crate::source::SourceError> {
    let mut extra = Vec::new();
    let sql = "SELECT rolname, CASE WHEN rolsuper THEN 'SUPERUSER' WHEN \
               rolcreaterole THEN 'CREATEROLE' ELSE '' END FROM pg_roles \
               WHERE rolname = current_user";
    db.query("the rights", sql, &mut |row| {
        if !row.text(1).is_empty() {
            extra.push(row.text(1).into_owned());
        }
        Ok(())
    })?;
    if !reads {
        return Ok(extra);
    }
    let sql = "SELECT count(*) FROM pg_class c JOIN pg_namespace n ON n.oid = \
               c.relnamespace WHERE c.relkind IN ('r', 'p') AND n.nspname !~ \
               '^(pg_|information_schema)' AND has_table_privilege(c.oid, \
               'INSERT, UPDATE, DELETE, TRUNCATE')";
    db.query("the rights", sql, &mut |row| {
        let count: u64 = row.number(0).unwrap_or(0);
        if count > 0 {
            extra.push(format!("may write to {count} tables"));
        }
        Ok(())
    })?;
    Ok(extra)
}
