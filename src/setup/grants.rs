//! The SQL for the users of both machines: the master reads and writes, the
//! slave reads.

use std::collections::BTreeMap;
use std::net::Ipv4Addr;

use crate::config::dotenv::Definition;
use crate::source::url::Engine;
use crate::source::wake::trigger;

/// A database with the user that the env files name for it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Account {
    /// The database.
    pub database: String,
    /// The user.
    pub user: String,
    /// Its password; None: it stays out.
    pub password: Option<String>,
}

/// What the SQL is made of.
pub struct Wanted {
    /// Whose SQL.
    pub engine: Engine,
    /// The databases with the users of this machine.
    pub accounts: Vec<Account>,
    /// True if this machine only reads.
    pub reads: bool,
    /// The users of the other machine, by those of this one.
    pub other: String,
    /// Hosts of the machine that writes.
    pub writers: Vec<Ipv4Addr>,
    /// Hosts of the machine that reads.
    pub readers: Vec<Ipv4Addr>,
}

/// The databases of the env files: `*DB_DATABASE`, the administrator's left
/// out, each database with a user once.
pub fn accounts(
    env: &BTreeMap<String, Definition>,
    fallback: (&str, &str),
    with_passwords: bool,
) -> Vec<Account> {
    let value = |key: &str| {
        let value = env.get(key).map(|d| d.value.trim().to_string());
        value.filter(|value| !value.is_empty())
    };
    let user = value("DB_USERNAME").unwrap_or_else(|| fallback.1.into());
    let own = Account {
        database: value("DB_DATABASE").unwrap_or_else(|| fallback.0.into()),
        user: user.clone(),
        password: value("DB_PASSWORD").filter(|_| with_passwords),
    };
    let mut all = vec![own];
    for key in env.keys() {
        let Some(prefix) = key.strip_suffix("DATABASE") else { continue };
        if !prefix.ends_with("_DB_") || prefix.starts_with("ROOT_") {
            continue;
        }
        let Some(database) = value(key) else { continue };
        let named = value(&format!("{prefix}USERNAME"));
        let password = value(&format!("{prefix}PASSWORD"));
        let account = Account {
            database,
            user: named.unwrap_or_else(|| user.clone()),
            password: password.filter(|_| with_passwords),
        };
        let same = |a: &Account| {
            a.database == account.database && a.user == account.user
        };
        if !all.iter().any(same) {
            all.push(account);
        }
    }
    all
}

/// A string of SQL.
fn quoted(text: &str, engine: Engine) -> String {
    let text = text.replace('\'', "''");
    match engine {
        // MariaDB takes a backslash for an escape.
        Engine::Mysql => format!("'{}'", text.replace('\\', "\\\\")),
        Engine::Postgres => format!("'{text}'"),
    }
}

/// A name of SQL.
fn name(text: &str, engine: Engine) -> String {
    match engine {
        Engine::Mysql => format!("`{}`", text.replace('`', "``")),
        Engine::Postgres => format!("\"{}\"", text.replace('"', "\"\"")),
    }
}

/// The SQL.
pub fn sql(wanted: &Wanted) -> String {
    let mut text = String::from(
        "-- made by provha setup grants. Run it once, as the administrator of\n\
         -- the database; a cluster hands it to all its nodes.\n",
    );
    // The other machine's password is never known here.
    if wanted.accounts.iter().any(|account| account.password.is_none()) {
        text += "-- Put the passwords in place of CHANGE-ME; \
                 --with-passwords knows those of this machine.\n";
    } else if !wanted.writers.is_empty() && !wanted.readers.is_empty() {
        text += "-- Put the other machine's password in place of CHANGE-ME.\n";
    }
    let sides = [
        ("the master reads and writes", false, &wanted.writers),
        ("the slave only reads", true, &wanted.readers),
    ];
    for (what, reads, hosts) in sides {
        if hosts.is_empty() {
            continue;
        }
        text += &format!("\n-- {what}\n");
        let mut seen = Vec::new();
        for account in &wanted.accounts {
            let mine = reads == wanted.reads;
            let user = match mine {
                true => account.user.clone(),
                false => other_user(wanted, &account.user),
            };
            let account = Account {
                user,
                password: account.password.clone().filter(|_| mine),
                ..account.clone()
            };
            text += &match wanted.engine {
                Engine::Mysql => mariadb(&account, reads, hosts, &mut seen),
                Engine::Postgres => postgres(&account, reads, hosts, &mut seen),
            };
        }
    }
    if wanted.engine == Engine::Postgres {
        text += &wake_up(wanted);
    }
    text
}

/// What wakes up watch where the database is a PostgreSQL. MariaDB has its
/// binary log.
fn wake_up(wanted: &Wanted) -> String {
    // The first account is that of the network's tables.
    let Some(account) = wanted.accounts.first() else { return String::new() };
    format!(
        "\n-- wakes up watch at every change, in place of the next poll; to \
         take it back:\n\
         -- DROP FUNCTION nmsprime.{}() CASCADE;\n\\connect {}\n{}",
        trigger::NAME,
        name(&account.database, Engine::Postgres),
        trigger::sql()
    )
}

/// The other machine's user for one of this machine's.
fn other_user(wanted: &Wanted, user: &str) -> String {
    if !wanted.other.is_empty() {
        return wanted.other.clone();
    }
    match wanted.reads {
        true => user.strip_suffix("_ro").unwrap_or("nmsprime").to_string(),
        false => format!("{user}_ro"),
    }
}

/// MariaDB: a user for each host. Both nodes share the table of users, so
/// 'localhost' is of both: that is why the two need two names.
fn mariadb(
    account: &Account,
    reads: bool,
    hosts: &[Ipv4Addr],
    seen: &mut Vec<String>,
) -> String {
    let engine = Engine::Mysql;
    let password = account.password.as_deref().unwrap_or("CHANGE-ME");
    let rights = match reads {
        true => "SELECT, SHOW VIEW",
        false => "ALL PRIVILEGES",
    };
    let hosts = hosts.iter().map(ToString::to_string);
    let mut text = String::new();
    for host in hosts.chain(["localhost".to_string()]) {
        let user = format!(
            "{}@{}",
            quoted(&account.user, engine),
            quoted(&host, engine)
        );
        if !seen.contains(&user) {
            seen.push(user.clone());
            text += &format!(
                "CREATE USER IF NOT EXISTS {user} IDENTIFIED BY {};\n\
                 GRANT REPLICATION SLAVE ON *.* TO {user}; -- wakes up watch\n",
                quoted(password, engine)
            );
        }
        let database = name(&account.database, engine);
        text += &format!("GRANT {rights} ON {database}.* TO {user};\n");
    }
    text
}

/// PostgreSQL: a role, the rights on all schemas, and the line of pg_hba.conf.
fn postgres(
    account: &Account,
    reads: bool,
    hosts: &[Ipv4Addr],
    seen: &mut Vec<String>,
) -> String {
    let engine = Engine::Postgres;
    let (role, word) =
        (name(&account.user, engine), quoted(&account.user, engine));
    let database = name(&account.database, engine);
    let password = account.password.as_deref().unwrap_or("CHANGE-ME");
    let mut text = String::new();
    if !seen.contains(&role) {
        seen.push(role.clone());
        text += &format!(
            "SELECT 'CREATE ROLE {role} LOGIN' WHERE NOT EXISTS (SELECT FROM \
             pg_roles WHERE rolname = {word}) \\gexec\n\
             ALTER ROLE {role} PASSWORD {};\n",
            quoted(password, engine)
        );
        if reads {
            text += &format!(
                "ALTER ROLE {role} SET default_transaction_read_only = on;\n"
            );
        }
    }
    let rights = match reads {
        true => "SELECT",
        false => {
            "SELECT, INSERT, UPDATE, DELETE, TRUNCATE, REFERENCES, TRIGGER"
        }
    };
    let schemas = "FROM pg_namespace WHERE nspname !~ '^(pg_|information_schema)' \\gexec";
    text += &format!(
        "GRANT CONNECT ON DATABASE {database} TO {role};\n\\connect {database}\n"
    );
    for (grant, on) in [
        ("GRANT USAGE ON SCHEMA %I", ""),
        (rights, "ALL TABLES IN SCHEMA"),
        (
            if reads { "SELECT" } else { "USAGE, SELECT, UPDATE" },
            "ALL SEQUENCES IN SCHEMA",
        ),
    ] {
        let what = match on {
            "" => grant.to_string(),
            on => format!("GRANT {grant} ON {on} %I"),
        };
        text += &format!(
            "SELECT format('{what} TO %I', nspname, {word}) {schemas}\n"
        );
    }
    text += &format!(
        "SELECT format('ALTER DEFAULT PRIVILEGES IN SCHEMA %I GRANT {rights} \
         ON TABLES TO %I', nspname, {word}) {schemas}\n"
    );
    for host in hosts {
        text += &format!(
            "-- pg_hba.conf: hostssl {} {} {host}/32 scram-sha-256\n",
            account.database, account.user
        );
    }
    text
}

/// Rights of a grant of MariaDB (SHOW GRANTS) that a user does not need; '' :
/// none. `reads`: it is to read only.
pub fn too_strong(grant: &str, reads: bool) -> String {
    const READING: &[&str] = &[
        "USAGE",
        "SELECT",
        "SHOW VIEW",
        "REPLICATION SLAVE",
        "REPLICATION CLIENT",
        "BINLOG MONITOR",
        "SLAVE MONITOR",
        "REPLICA MONITOR",
        "SHOW DATABASES",
        "PROCESS",
    ];
    let Some(rest) = grant.trim().strip_prefix("GRANT ") else {
        return String::new();
    };
    let Some((rights, rest)) = rest.split_once(" ON ") else {
        return String::new();
    };
    let everywhere = rest.starts_with("*.*");
    if !reads && !everywhere {
        return String::new();
    }
    let mut extra: Vec<&str> = rights
        .split(',')
        .map(|right| right.split('(').next().unwrap_or_default().trim())
        .filter(|right| !READING.contains(right))
        .collect();
    if rest.ends_with("WITH GRANT OPTION") {
        extra.push("GRANT OPTION");
    }
    match extra.is_empty() {
        true => String::new(),
        false => {
            let on = rest.split(" TO ").next().unwrap_or_default();
            format!("{} on {on}", extra.join(", "))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rights_that_are_not_needed() {
        let check = |grant: &str, reads: bool, expected: &str| {
            assert_eq!(too_strong(grant, reads), expected, "{grant}");
        };
        check(
            "GRANT USAGE ON *.* TO `a`@`%` IDENTIFIED BY PASSWORD 'x'",
            true,
            "",
        );
        check("GRANT SELECT, SHOW VIEW ON `n`.* TO `a`@`%`", true, "");
        check("GRANT ALL PRIVILEGES ON `n`.* TO `a`@`%`", false, "");
        let all = "ALL PRIVILEGES on `n`.*";
        check("GRANT ALL PRIVILEGES ON `n`.* TO `a`@`%`", true, all);
        let super_user =
            "GRANT SELECT, SUPER ON *.* TO `a`@`%` WITH GRANT OPTION";
        check(super_user, false, "SUPER, GRANT OPTION on *.*");
        check(
            "GRANT INSERT (`a`) ON `n`.`t` TO `a`@`%`",
            true,
            "INSERT on `n`.`t`",
        );
    }

    #[test]
    fn the_slave_never_gets_more_than_reading() {
        let define = |value: &str| Definition {
            value: value.into(),
            file: "x".into(),
            line: 1,
        };
        let env = BTreeMap::from([
            ("DB_DATABASE".to_string(), define("nms")),
            ("DB_USERNAME".to_string(), define("w'r")),
            ("CACTI_DB_DATABASE".to_string(), define("cacti")),
            ("ROOT_DB_DATABASE".to_string(), define("mysql")),
        ]);
        let accounts = accounts(&env, ("nmsprime", "nmsprime"), false);
        assert_eq!(accounts.len(), 2);
        let wanted = Wanted {
            engine: Engine::Mysql,
            accounts,
            reads: false,
            other: String::new(),
            writers: vec![Ipv4Addr::new(10, 0, 0, 1)],
            readers: vec![Ipv4Addr::new(10, 0, 0, 2)],
        };
        let text = sql(&wanted);
        let (writes, reads) =
            text.split_once("-- the slave only reads").unwrap();
        assert!(writes.contains("'w''r'@'10.0.0.1'"), "{text}");
        assert!(writes.contains("ALL PRIVILEGES ON `cacti`.*"), "{text}");
        assert!(reads.contains("'w''r_ro'@'10.0.0.2'"), "{text}");
        assert!(!reads.contains("ALL PRIVILEGES"), "{text}");
        assert!(!text.contains("mysql"), "{text}");
    }
}
