//! PostgreSQL through the `postgres` crate: the database of the existing
//! system's public releases since 2022 (facts/schema-pgsql.sql).
//!
//! Queries are those of the other engines with other quotes; rows come through
//! COPY, which streams.

mod copy;
mod standby;
mod tls;
pub mod words;

use std::path::Path;
use std::time::Duration;

use postgres::{Client, Config};

use self::tls::Tls;
use crate::config::Settings;
use crate::source::database::{Database, Timeouts, Visit};
use crate::source::mysql::is_local;
use crate::source::postgres::words::{
    has_no_tls, is_kept_out, refused, short, text,
};
use crate::source::url::{Engine, Node, Target};
use crate::source::{
    Position, Schema, SourceError, Standing, nodes, schema, stream,
};

/// The existing system's schema.
const SCHEMA: &str = "nmsprime";

/// Why a standby is not listened to (PostgreSQL manual, 'Hot Standby':
/// LISTEN and NOTIFY are refused).
pub const STANDBY: &str = "a standby sends no notifications";

/// Octets of a page of the write-ahead log.
const PAGE: u64 = 8192;
/// The first version that hashes a row as it is.
const HASHES_ROWS: u32 = 140_000;
/// Types that can be hashed as they are; all others are as texts.
const HASHED: [&str; 17] = [
    "smallint",
    "integer",
    "bigint",
    "boolean",
    "text",
    "character varying",
    "character",
    "numeric",
    "real",
    "double precision",
    "date",
    "timestamp without time zone",
    "timestamp with time zone",
    "inet",
    "cidr",
    "macaddr",
    "bytea",
];

/// A connection before its snapshot.
pub struct Link {
    client: Client,
    database: String,
    limit: Duration,
    /// PROVHA__DB_MAX_LAG.
    lag: u64,
    remark: Option<String>,
}

/// An open snapshot.
pub struct Postgres {
    client: Option<Client>,
    schema: Schema,
    limit: Duration,
}

impl Link {
    /// Connects to a node and looks whether it can be read from.
    ///
    /// # Errors
    /// Why not, in words.
    pub fn open(
        node: &Node,
        target: &Target,
        settings: &Settings,
        timeouts: Timeouts,
    ) -> Result<Self, String> {
        let mut config = Config::new();
        config
            .user(&target.user)
            .dbname(&target.database)
            .application_name("provha")
            .connect_timeout(timeouts.connect)
            .tcp_user_timeout(timeouts.read)
            .keepalives_idle(Duration::from_secs(10));
        if !target.password.is_empty() {
            config.password(&target.password);
        }
        let local = place(node, &mut config);
        let ways = Tls::ways(settings, local)?;
        let (user, base) = (target.user.clone(), target.database.clone());
        let (limit, place) = (timeouts.read, node.to_string());
        let database = target.database.clone();
        let lag = settings.number("PROVHA__DB_MAX_LAG");
        stream::in_time(timeouts.connect * 3, move || {
            let client = log_in(&config, ways, local);
            let mut client = client.map_err(|e| refused(&e, &user, &base))?;
            let remark = standby::usable(&mut client, lag)?
                .map(|lone| format!("database node {place}: {lone}"));
            Ok(Self { client, database, limit, lag, remark })
        })
    }

    /// What is to be known of the node, as a sentence.
    pub fn remark(&self) -> Option<&str> {
        self.remark.as_deref()
    }

    /// How far the server has come with writing, or with following, and in
    /// which history.
    pub fn standing(self) -> Result<(Self, Position, Standing), SourceError> {
        let Self { mut client, database, limit, lag, remark } = self;
        let asked = stream::in_time(limit, move || {
            // What is inserted, not what is written: without
            // synchronous_commit a commit is seen before it is written.
            // A promotion begins a timeline, at positions that the other one
            // may have, too.
            let sql = "SELECT concat_ws(' ', system_identifier, timeline_id, \
                       lsn, lsn - '0/0', \
                       extract(epoch FROM now() - pg_postmaster_start_time())\
                       ::bigint, \
                       extract(epoch FROM pg_postmaster_start_time()), \
                       current_database()) \
                       FROM pg_control_system(), pg_control_checkpoint(), \
                       (SELECT CASE WHEN pg_is_in_recovery() \
                       THEN pg_last_wal_replay_lsn() \
                       ELSE pg_current_wal_insert_lsn() END AS lsn) AS l";
            let told = text(&mut client, sql).map_err(|e| short(&e))?;
            // A connection that is kept may be one to a standby that no
            // longer follows: its position would stand still for ever.
            let _ = standby::usable(&mut client, lag)?;
            Ok((client, told))
        });
        let (client, told) = asked.map_err(|reason| SourceError::Query {
            what: "the commit position".into(),
            reason,
        })?;
        let (position, standing) =
            told.and_then(|told| standing(&told)).unwrap_or_default();
        let link = Self { client, database, limit, lag, remark };
        Ok((link, position, standing))
    }

    /// Begins the snapshot that the whole run reads.
    pub fn snapshot(self) -> Result<Postgres, SourceError> {
        let Self { mut client, database, limit, .. } = self;
        let begun = stream::in_time(limit, move || {
            let schema = begin(&mut client, &database);
            schema.map(|schema| (client, schema)).map_err(|e| short(&e))
        });
        let (client, schema) = begun.map_err(|reason| SourceError::Query {
            what: "a consistent snapshot".into(),
            reason,
        })?;
        Ok(Postgres { client: Some(client), schema, limit })
    }
}

/// What a server tells of itself, apart.
fn standing(told: &str) -> Option<(Position, Standing)> {
    let words: Vec<&str> = told.splitn(7, ' ').collect();
    let [system, timeline, lsn, number, up, started, database] = words[..]
    else {
        return None;
    };
    let at = crate::env::now();
    let standing = Standing {
        history: format!("{system} {database}"),
        number: end_of_record(number.parse().ok()?),
        timeline: timeline.parse().ok()?,
        gtid: String::new(),
        instance: started.into(),
        count: 0,
        began: at - up.parse::<i64>().ok()?,
        at,
    };
    Some((Position::Log(format!("{system} {timeline} {lsn}")), standing))
}

/// Where the last record ends: at the beginning of a page the next one goes
/// behind the page's head, of 24 or 40 octets, which a standby does not count.
fn end_of_record(number: u64) -> u64 {
    match number % PAGE {
        head @ (24 | 40) => number - head,
        _ => number,
    }
}

/// A connection to the first usable node that notifies: one that is no
/// standby.
///
/// # Errors
/// There is none; in [`STANDBY`]'s words where that is why.
pub fn notifier(
    target: &Target,
    settings: &Settings,
) -> Result<Client, SourceError> {
    nodes::first(target, settings, &mut |_| (), |node, timeouts| {
        let Link { mut client, .. } =
            Link::open(node, target, settings, timeouts)?;
        stream::in_time(timeouts.connect, move || {
            let follows = text(&mut client, "SELECT pg_is_in_recovery()");
            match follows.map_err(|e| short(&e))?.as_deref() {
                Some("f") => Ok(client),
                _ => Err(STANDBY.into()),
            }
        })
    })
}

/// Connects in the first way that the server takes.
fn log_in(
    config: &Config,
    mut ways: Vec<Tls>,
    local: bool,
) -> Result<Client, postgres::Error> {
    let first = ways.remove(0);
    let refusal = match first.open(config, local) {
        // What pg_hba.conf wants is known by its refusal alone.
        Err(error) if is_kept_out(&error) || has_no_tls(&error) => error,
        opened => return opened,
    };
    let Some(second) = ways.pop() else { return Err(refusal) };
    match second.open(config, local) {
        // The server has no TLS: it was not that.
        Err(error)
            if error.as_db_error().is_none() && is_kept_out(&refusal) =>
        {
            Err(refusal)
        }
        opened => opened,
    }
}

/// Puts the node into the configuration; whether it is on this machine.
fn place(node: &Node, config: &mut Config) -> bool {
    match node {
        Node::Socket(path) => {
            let (dir, port) = socket(path);
            config.host_path(dir);
            if let Some(port) = port {
                config.port(port);
            }
            true
        }
        Node::Tcp(host, port) => {
            config.host(host).port(*port);
            is_local(host)
        }
    }
}

/// The directory of a socket, and the port in its name.
fn socket(path: &Path) -> (&Path, Option<u16>) {
    let name = path.file_name().and_then(|name| name.to_str());
    let port = name.and_then(|name| name.strip_prefix(".s.PGSQL."));
    match (port.and_then(|port| port.parse().ok()), path.parent()) {
        (Some(port), Some(dir)) => (dir, Some(port)),
        _ => (path, None),
    }
}

/// Begins the snapshot, and reads which tables and columns there are.
fn begin(
    client: &mut Client,
    database: &str,
) -> Result<Schema, postgres::Error> {
    // Rows that a policy hides would count as deleted: without row_security
    // the server refuses the query instead.
    // The digests group whole tables: with the default of 4 MB they are
    // sorted on the disk first. To compile their expressions takes longer
    // than they do.
    // Limits of the server or the role that would end a run which waits: for
    // a daemon's restart, or for the workers that take its rows.
    client.batch_execute(
        "SET TIME ZONE 'UTC'; SET datestyle = 'ISO'; \
         SET jit = off; SET work_mem = '64MB'; \
         SET statement_timeout = 0; \
         SET idle_in_transaction_session_timeout = 0; \
         SET row_security = off; \
         BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY",
    )?;
    let named = format!("SELECT to_regnamespace('{SCHEMA}')");
    if text(client, &named)?.is_some() {
        client.batch_execute(&format!("SET LOCAL search_path = {SCHEMA}"))?;
    }
    let mut out = Schema::new(database);
    out.engine = Engine::Postgres;
    out.user = text(client, "SELECT current_user")?.unwrap_or_default();
    let version = text(client, "SHOW server_version_num")?;
    let version: u32 = version.and_then(|v| v.parse().ok()).unwrap_or(0);
    let hashes = version >= HASHES_ROWS;
    // The catalogue names all columns, whatever the user may read.
    let sql = format!(
        "SELECT c.relname, a.attname, \
         has_schema_privilege(n.oid, 'USAGE') \
         AND has_column_privilege(c.oid, a.attnum, 'SELECT'), \
         a.atttypid::regtype \
         FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace \
         JOIN pg_attribute a ON a.attrelid = c.oid \
         WHERE n.nspname = COALESCE(to_regnamespace('{SCHEMA}')::text, \
             current_schema()) AND c.relkind IN ('r', 'v', 'm', 'p', 'f') \
         AND a.attnum > 0 AND NOT a.attisdropped \
         ORDER BY c.relname, a.attnum"
    );
    for message in client.simple_query(&sql)? {
        let postgres::SimpleQueryMessage::Row(row) = message else { continue };
        let cell = |at| row.get(at).unwrap_or_default();
        let (table, column) = (cell(0), cell(1));
        match cell(2) {
            "t" => {
                out.add(table, column);
                if !hashes || !HASHED.contains(&cell(3)) {
                    out.is_text(table, column);
                }
            }
            _ => out.hides(table),
        }
    }
    for table in schema::TABLES {
        if !out.has(table) && out.is_partial(table) {
            out.deny(table);
        }
    }
    Ok(out)
}

impl Database for Postgres {
    fn schema(&self) -> &Schema {
        &self.schema
    }

    fn query(
        &mut self,
        what: &str,
        sql: &str,
        visit: Visit<'_>,
    ) -> Result<(), SourceError> {
        let sql = sql.replace('`', "\"");
        let run = move |client: &mut Client,
                        rows: &mut stream::Rows<Client>| {
            copy::copy(client, &sql, rows)
        };
        stream::query(&mut self.client, self.limit, what, run, visit)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_head_of_a_page_is_no_record() {
        for (told, end) in [
            (0x3000_0028, 0x3000_0000),
            (0x3000_2018, 0x3000_2000),
            (0x3000_2020, 0x3000_2020),
            (0x3000_1ff8, 0x3000_1ff8),
        ] {
            assert_eq!(end_of_record(told), end, "{told:x}");
        }
    }

    #[test]
    fn sockets_are_named_by_directory_or_file() {
        let of = |path: &'static str| socket(Path::new(path));
        let dir = Path::new("/run/postgresql");
        assert_eq!(of("/run/postgresql"), (dir, None));
        assert_eq!(of("/run/postgresql/.s.PGSQL.5433"), (dir, Some(5433)));
    }
}
