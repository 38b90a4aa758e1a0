//! MariaDB and Galera through the `mysql` crate.
//!
//! Nodes are tried in order. A dead node, a refused login and a node that is
//! not usable are three different messages; where `@@wsrep_on` is 1 a node is
//! usable when it is ready, in the primary component, and has the cluster's
//! state (facts/galera-glusterfs-rsync.md section 2).

use std::collections::BTreeMap;
use std::error::Error as _;
use std::net::IpAddr;
use std::time::Duration;

use mysql::consts::ColumnType;
use mysql::prelude::Queryable;
use mysql::{Conn, DriverError, OptsBuilder, SslOpts, Value};

use crate::config::Settings;
use crate::model::plain::reason;
use crate::source::database::{Database, Timeouts, Visit};
use crate::source::error::{NO_DATABASE, NO_LOGIN};
use crate::source::mysql_list::{LONGEST, leave, list};
use crate::source::url::{Node, Target};
use crate::source::{
    Position, Row, Schema, SourceError, Standing, nodes, schema, stream,
};
use crate::template::php_double;

/// A connection before its snapshot.
pub struct Link {
    conn: Conn,
    database: String,
    /// For each answer.
    limit: Duration,
}

/// An open snapshot on one node.
pub struct Mysql {
    conn: Option<Conn>,
    schema: Schema,
    limit: Duration,
}

impl Link {
    /// Connects to a node and looks at its health; the error says what is
    /// wrong.
    pub fn open(
        node: &Node,
        target: &Target,
        settings: &Settings,
        timeouts: Timeouts,
    ) -> Result<Self, String> {
        let (database, limit) = (target.database.clone(), timeouts.read);
        let conn = open_node(node, target, settings, timeouts)?;
        Ok(Self { conn, database, limit })
    }

    /// The commit position, and where it is in which history.
    ///
    /// # Errors
    /// The connection broke, or the Galera node is not usable any more.
    pub fn standing(self) -> Result<(Self, Position, Standing), SourceError> {
        let Self { mut conn, database, limit } = self;
        let asked = stream::in_time(limit, move || {
            let (position, standing) = position(&mut conn)?;
            Ok((conn, position, standing))
        });
        let (conn, position, standing) = asked.map_err(|reason| {
            SourceError::Query { what: "the commit position".into(), reason }
        })?;
        Ok((Self { conn, database, limit }, position, standing))
    }

    /// Begins the read-only snapshot that the whole run reads.
    pub fn snapshot(self) -> Result<Mysql, SourceError> {
        let Self { mut conn, database, limit } = self;
        let begun = stream::in_time(limit, move || {
            let schema = begin(&mut conn, &database);
            schema.map(|schema| (conn, schema)).map_err(|e| short(&e))
        });
        let (conn, schema) = begun.map_err(|reason| SourceError::Query {
            what: "a consistent snapshot".into(),
            reason,
        })?;
        Ok(Mysql { conn: Some(conn), schema, limit })
    }
}

/// The commit position of a usable server, and where it stands.
fn position(conn: &mut Conn) -> Result<(Position, Standing), String> {
    let sql = "SHOW GLOBAL STATUS WHERE Variable_name LIKE 'wsrep_%' \
               OR Variable_name IN ('Innodb_lsn_current', 'Uptime', \
               'Connections')";
    let status: BTreeMap<String, String> =
        list(conn, sql).map_err(|error| short(&error))?;
    let get = |name: &str| status.get(name).map_or("", String::as_str);
    let (at, up) = (crate::env::now(), get("Uptime").parse::<i64>());
    let began = at - up.unwrap_or(0);
    let time = Standing { began, at, ..Standing::default() };
    // A server without Galera has these, too, and they are empty.
    if !get("wsrep_cluster_state_uuid").is_empty() {
        galera_usable(&status)?;
        let uuid = get("wsrep_local_state_uuid");
        let number = get("wsrep_last_committed");
        let standing = Standing {
            history: uuid.into(),
            number: number.parse().unwrap_or(0),
            instance: get("wsrep_gcomm_uuid").into(),
            ..time
        };
        return Ok((Position::Cluster(format!("{uuid}:{number}")), standing));
    }
    let sql = "SELECT CONCAT_WS(' ', DATABASE(), @@hostname, @@datadir, \
               @@port), (SELECT COUNT(*) FROM information_schema.tables \
               WHERE table_schema = DATABASE() AND table_type = 'BASE TABLE' \
               AND engine <> 'InnoDB')";
    let told: Option<(String, u64)> =
        conn.query_first(sql).map_err(|error| short(&error))?;
    let log = get("Innodb_lsn_current");
    let Some((server, others)) = told.filter(|_| !log.is_empty()) else {
        return Ok((Position::Unknown, Standing::default()));
    };
    // MySQL has another kind of GTID, which is not read.
    let sql = "SHOW GLOBAL VARIABLES LIKE 'gtid_binlog_pos'";
    let gtid: Option<(String, String)> =
        conn.query_first(sql).map_err(|error| short(&error))?;
    let position = match others {
        0 => Position::Log(format!("{server} {log}")),
        _ => Position::Unknown,
    };
    let standing = Standing {
        history: server,
        number: log.parse().unwrap_or(0),
        gtid: gtid.map_or(String::new(), |(_, value)| value),
        count: get("Connections").parse().unwrap_or(0),
        ..time
    };
    Ok((position, standing))
}

/// The connection to the first usable node.
pub fn connect(
    target: &Target,
    settings: &Settings,
) -> Result<Conn, SourceError> {
    nodes::first(target, settings, &mut |_| (), |node, timeouts| {
        open_node(node, target, settings, timeouts)
    })
}

/// Connects to one node and looks at its health; the error says which of the
/// three it was.
fn open_node(
    node: &Node,
    target: &Target,
    settings: &Settings,
    timeouts: Timeouts,
) -> Result<Conn, String> {
    let (opts, local) = options(node, target, timeouts);
    let ways = ways(settings, local);
    let target = target.clone();
    // A node may take the connection and then say nothing, or nothing that
    // makes sense. Once for the TCP connection, once for the login, once for
    // the first answers: a node that passes for healthy may refuse its first
    // query, or hang in it.
    stream::in_time(timeouts.connect * 3, move || {
        let mut conn = log_in(&opts, ways).map_err(|e| refused(&e, &target))?;
        usable(&mut conn)?;
        first_answer(&mut conn)?;
        Ok(conn)
    })
    .map_err(|why| match why.as_str() {
        stream::LATE | stream::NONSENSE => format!("cannot be reached: {why}"),
        _ => why,
    })
}

/// What a connection to a node is made with, and whether it stays within the
/// machine.
fn options(
    node: &Node,
    target: &Target,
    timeouts: Timeouts,
) -> (OptsBuilder, bool) {
    let opts = OptsBuilder::new()
        .user(Some(target.user.clone()))
        .pass(Some(target.password.clone()))
        .db_name(Some(target.database.clone()))
        .prefer_socket(false)
        .max_allowed_packet(Some(LONGEST))
        .tcp_connect_timeout(Some(timeouts.connect))
        .read_timeout(Some(timeouts.read))
        .write_timeout(Some(timeouts.read))
        .tcp_keepalive_time_ms(Some(10_000));
    match node {
        Node::Socket(path) => {
            (opts.socket(Some(path.display().to_string())), true)
        }
        Node::Tcp(host, port) => {
            let opts = opts.ip_or_hostname(Some(host.clone())).tcp_port(*port);
            (opts, is_local(host))
        }
    }
}

/// The names and values that a node answers to a query, whatever its health:
/// one that is not usable says there why. All within `limit`.
///
/// # Errors
/// It does not answer, or refuses the login.
pub fn variables(
    node: &Node,
    target: &Target,
    settings: &Settings,
    limit: Duration,
    sql: &'static [&'static str],
) -> Result<BTreeMap<String, String>, String> {
    let timeouts = Timeouts { connect: limit, read: limit };
    // Of a node outside a primary component the database itself is asked for
    // nothing.
    let target = Target { database: String::new(), ..target.clone() };
    let (opts, local) = options(node, &target, timeouts);
    let opts = opts.db_name(None::<String>);
    let ways = ways(settings, local);
    stream::in_time(limit, move || {
        let mut conn = log_in(&opts, ways).map_err(|e| refused(&e, &target))?;
        let mut all = BTreeMap::new();
        for sql in sql {
            let rows: Vec<(String, String)> =
                list(&mut conn, sql).map_err(|error| short(&error))?;
            all.extend(rows);
        }
        Ok(all)
    })
}

/// Whether a host is this machine by its name.
pub fn is_local(host: &str) -> bool {
    let address: Option<IpAddr> = host.parse().ok();
    host == "localhost" || address.is_some_and(|ip| ip.is_loopback())
}

/// The ways to protect a connection, the best first; within the machine none
/// is needed unless it is asked for. The password is safe without: servers get
/// it as the answer to a challenge, never in clear.
fn ways(settings: &Settings, local: bool) -> Vec<Option<SslOpts>> {
    let any = SslOpts::default()
        .with_danger_accept_invalid_certs(true)
        .with_danger_skip_domain_validation(true);
    let ca = settings.text("PROVHA__DB_TLS_CA");
    match settings.text("PROVHA__DB_TLS") {
        "off" => vec![None],
        "prefer" if local => vec![None],
        "prefer" => vec![Some(any), None],
        "require" => vec![Some(any)],
        _ if ca.is_empty() => vec![Some(SslOpts::default())],
        _ => {
            let path = settings.root().at(ca);
            let opts = SslOpts::default().with_root_cert_path(Some(path));
            vec![Some(opts)]
        }
    }
}

/// Connects in the first way that the server knows.
fn log_in(
    opts: &OptsBuilder,
    ways: Vec<Option<SslOpts>>,
) -> Result<Conn, mysql::Error> {
    let last = ways.len().saturating_sub(1);
    for (at, way) in ways.into_iter().enumerate() {
        match Conn::new(opts.clone().ssl_opts(way)) {
            Err(
                mysql::Error::DriverError(DriverError::TlsNotSupported)
                | mysql::Error::TlsError(_),
            ) if at < last => {}
            opened => return opened,
        }
    }
    Err(mysql::Error::DriverError(DriverError::TlsNotSupported))
}

/// A snapshot and a row of it. What a table's name or the rights have to do
/// with is told later, where the table is read.
fn first_answer(conn: &mut Conn) -> Result<(), String> {
    // Not ready, lock wait timeout, shutdown, a wsrep conflict.
    const UNUSABLE: [u16; 4] = [1047, 1205, 1053, 1213];
    for sql in [
        "START TRANSACTION WITH CONSISTENT SNAPSHOT, READ ONLY",
        "SELECT id FROM provbase LIMIT 1",
        "ROLLBACK",
    ] {
        match conn.query_drop(sql) {
            Err(mysql::Error::MySqlError(e)) if !UNUSABLE.contains(&e.code) => {
            }
            Err(error) => return Err(format!("not usable: {}", short(&error))),
            Ok(()) => {}
        }
    }
    Ok(())
}

/// The words for a connection that did not come about.
fn refused(error: &mysql::Error, target: &Target) -> String {
    match error {
        mysql::Error::MySqlError(e) if matches!(e.code, 1044 | 1045 | 1698) => {
            let why = reason(&e.message);
            format!("{NO_LOGIN} for user '{}': {why}", target.user)
        }
        mysql::Error::MySqlError(e) if e.code == 1049 => {
            format!("{NO_DATABASE} '{}'", target.database)
        }
        mysql::Error::MySqlError(e) if e.code == 1047 => {
            format!("not usable: {}", reason(&e.message))
        }
        mysql::Error::MySqlError(e) => {
            format!("refused: {}", reason(&e.message))
        }
        error => format!("cannot be reached: {}", short(error)),
    }
}

/// The error's words without the crate's decoration.
pub fn short(error: &mysql::Error) -> String {
    match error {
        mysql::Error::MySqlError(e) => {
            format!("ERROR {} ({}): {}", e.code, e.state, reason(&e.message))
        }
        mysql::Error::IoError(e) => stream(e),
        mysql::Error::CodecError(e) => {
            let cause = e.source().and_then(|cause| cause.downcast_ref());
            cause.map_or_else(|| e.to_string(), stream)
        }
        mysql::Error::DriverError(e) => match e {
            DriverError::CouldNotConnect(Some((_, why, _))) => why.clone(),
            e => e.to_string(),
        },
        mysql::Error::UrlError(e) => e.to_string(),
        mysql::Error::TlsError(e) => e.to_string(),
        error => error.to_string(),
    }
}

/// The words for a connection that broke, or is silent: EAGAIN is what a
/// read ends with when its time is over (socket(7), 'SO_RCVTIMEO').
fn stream(error: &std::io::Error) -> String {
    match error.kind() {
        std::io::ErrorKind::WouldBlock => "no answer in time".into(),
        std::io::ErrorKind::UnexpectedEof => {
            "the server closed the connection".into()
        }
        // The crate's words for an end within a packet.
        _ if error.to_string().contains("bytes remaining on stream") => {
            "the server closed the connection within an answer".into()
        }
        _ => error.to_string(),
    }
}

/// The rule for Galera nodes; a plain MariaDB is always usable.
fn usable(conn: &mut Conn) -> Result<(), String> {
    let failed = |error: mysql::Error| format!("not usable: {}", short(&error));
    let on: Option<String> = conn
        .query_first("SHOW VARIABLES LIKE 'wsrep_on'")
        .map_err(failed)?
        .map(|(_, on): (String, String)| on);
    if on.as_deref() != Some("ON") {
        return Ok(());
    }
    let status: BTreeMap<String, String> =
        list(conn, "SHOW STATUS LIKE 'wsrep_%'").map_err(failed)?;
    galera_usable(&status).map_err(|why| format!("not usable: {why}"))?;
    let sync = "SET SESSION wsrep_sync_wait = 1";
    conn.query_drop(sync).map_err(failed)
}

/// Whether a Galera node may be read from, else why not.
pub fn galera_usable(status: &BTreeMap<String, String>) -> Result<(), String> {
    let get = |name: &str| status.get(name).map_or("", String::as_str);
    if get("wsrep_ready") != "ON" {
        return Err("wsrep_ready is not ON".into());
    }
    if get("wsrep_cluster_status") != "Primary" {
        return Err(format!(
            "the node is in a {} component",
            get("wsrep_cluster_status")
        ));
    }
    let (own, cluster) =
        (get("wsrep_local_state_uuid"), get("wsrep_cluster_state_uuid"));
    if own.is_empty() || own != cluster {
        return Err("the node does not have the cluster's state".into());
    }
    Ok(())
}

/// How long the server waits for a session that does something else: for a
/// daemon's restart, or for the workers that take its rows. By default it
/// closes a connection that takes no rows for 60 s within an answer.
const PATIENCE: [&str; 5] = [
    "SET SESSION net_write_timeout = 3600",
    "SET SESSION wait_timeout = 28800",
    "SET SESSION idle_transaction_timeout = 0",
    "SET SESSION idle_readonly_transaction_timeout = 0",
    "SET SESSION max_statement_time = 0",
];

/// Begins the snapshot, and reads which tables and columns there are.
fn begin(conn: &mut Conn, database: &str) -> Result<Schema, mysql::Error> {
    for sql in [
        "SET NAMES utf8mb4",
        "SET SESSION TRANSACTION ISOLATION LEVEL REPEATABLE READ",
        "START TRANSACTION WITH CONSISTENT SNAPSHOT, READ ONLY",
    ] {
        conn.query_drop(sql)?;
    }
    for sql in PATIENCE {
        // An older server does not know each of them.
        match conn.query_drop(sql) {
            Ok(()) | Err(mysql::Error::MySqlError(_)) => {}
            Err(error) => return Err(error),
        }
    }
    let mut schema = Schema::new(database);
    // Only for the words of a GRANT: no reason not to read.
    let user: Vec<String> = match list(conn, "SELECT CURRENT_USER()") {
        Err(mysql::Error::MySqlError(_)) => Vec::new(),
        told => told?,
    };
    schema.user = user.into_iter().next().unwrap_or_default();
    let rows: Vec<(String, String)> = list(
        conn,
        "SELECT table_name, column_name FROM information_schema.columns \
         WHERE table_schema = DATABASE() \
         ORDER BY table_name, ordinal_position",
    )?;
    for (table, column) in rows {
        schema.add(&table, &column);
    }
    // Tables with rights on single columns: the list lacks the others.
    let partial: Vec<String> = list(
        conn,
        "SELECT DISTINCT table_name FROM information_schema.column_privileges \
         WHERE table_schema = DATABASE()",
    )?;
    for table in schema::TABLES {
        let listed = schema.has(table);
        if !listed && is_kept_back(conn, table, "1") {
            schema.deny(table);
        }
        let some = listed && partial.iter().any(|name| name == table);
        if some && is_kept_back(conn, table, "*") {
            schema.hides(table);
        }
    }
    Ok(schema)
}

/// Whether the server refuses to let the user read a table that the list of
/// tables lacks, or all columns of one: that list names only what the user has
/// a privilege on.
fn is_kept_back(conn: &mut Conn, table: &str, what: &str) -> bool {
    let sql = format!("SELECT {what} FROM `{table}` LIMIT 0");
    // 1142 and 1143: ER_TABLEACCESS_DENIED_ERROR and that of a column; a
    // missing table is 1146.
    let denied = |e: &mysql::MySqlError| matches!(e.code, 1142 | 1143);
    matches!(
        conn.query_drop(sql),
        Err(mysql::Error::MySqlError(e)) if denied(&e)
    )
}

impl Database for Mysql {
    fn schema(&self) -> &Schema {
        &self.schema
    }

    fn query(
        &mut self,
        what: &str,
        sql: &str,
        visit: Visit<'_>,
    ) -> Result<(), SourceError> {
        let sql = sql.to_string();
        let run = move |conn: &mut Conn, rows: &mut stream::Rows<Conn>| {
            select(conn, &sql, rows).map_err(|error| short(&error))
        };
        stream::query(&mut self.conn, self.limit, what, run, visit)
    }
}

/// How a column's cells are read.
#[derive(Debug, Clone, Copy)]
enum Kind {
    Plain,
    Double,
    Bit,
}

/// Runs a query.
fn select(
    conn: &mut Conn,
    sql: &str,
    rows: &mut stream::Rows<Conn>,
) -> Result<(), mysql::Error> {
    let mut result = conn.query_iter(sql)?;
    let kind = |column: &mysql::Column| match column.column_type() {
        ColumnType::MYSQL_TYPE_DOUBLE | ColumnType::MYSQL_TYPE_FLOAT => {
            Kind::Double
        }
        ColumnType::MYSQL_TYPE_BIT => Kind::Bit,
        _ => Kind::Plain,
    };
    let kinds: Vec<Kind> = result.columns().as_ref().iter().map(kind).collect();
    let mut row = Row::default();
    while let Some(source) = result.next() {
        let source = source?;
        row.clear();
        for (cell, kind) in kinds.iter().enumerate() {
            push(&mut row, source.as_ref(cell), *kind);
        }
        if !rows.push(&row) {
            leave(result);
            return Ok(());
        }
    }
    Ok(())
}

/// Copies a cell; the text protocol gives bytes for everything but NULL.
fn push(row: &mut Row, value: Option<&Value>, kind: Kind) {
    match value {
        Some(Value::Bytes(bytes)) if matches!(kind, Kind::Bit) => {
            let add = |sum: u64, byte: &u8| sum << 8 | u64::from(*byte);
            row.push_display(bytes.iter().fold(0, add));
        }
        Some(Value::Bytes(bytes)) if matches!(kind, Kind::Double) => {
            let number = std::str::from_utf8(bytes)
                .ok()
                .and_then(|text| text.parse().ok());
            match number {
                Some(number) => row.push(php_double(number).as_bytes()),
                None => row.push(bytes),
            }
        }
        Some(Value::Bytes(bytes)) => row.push(bytes),
        Some(Value::Int(n)) => row.push_display(n),
        Some(Value::UInt(n)) => row.push_display(n),
        Some(Value::Float(n)) => row.push(php_double(f64::from(*n)).as_bytes()),
        Some(Value::Double(n)) => row.push(php_double(*n).as_bytes()),
        _ => row.push_null(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(pairs: &[(&str, &str)], usable: bool) {
        let good = [
            ("wsrep_ready", "ON"),
            ("wsrep_cluster_status", "Primary"),
            ("wsrep_local_state_uuid", "u"),
            ("wsrep_cluster_state_uuid", "u"),
        ];
        let status = good
            .iter()
            .chain(pairs)
            .map(|(k, v)| ((*k).to_string(), (*v).to_string()))
            .collect();
        assert_eq!(galera_usable(&status).is_ok(), usable, "{pairs:?}");
    }

    #[test]
    fn a_minority_or_foreign_node_is_not_usable() {
        check(&[], true);
        check(&[("wsrep_ready", "OFF")], false);
        check(&[("wsrep_cluster_status", "non-Primary")], false);
        check(&[("wsrep_local_state_uuid", "")], false);
        check(&[("wsrep_local_state_uuid", "v")], false);
    }

    #[test]
    fn errors_are_told_in_words() {
        let broken = |kind| std::io::Error::from(kind);
        let check = |error: mysql::Error, expected: &str| {
            assert_eq!(short(&error), expected);
        };
        let silent = broken(std::io::ErrorKind::WouldBlock);
        check(mysql::Error::CodecError(silent.into()), "no answer in time");
        let closed = broken(std::io::ErrorKind::UnexpectedEof);
        let text = "the server closed the connection";
        check(mysql::Error::IoError(closed), text);
        let driver = mysql::Error::DriverError;
        check(driver(DriverError::PacketTooLarge), "Packet too large");
        let kind = std::io::ErrorKind::ConnectionRefused;
        let refused = Some(("h:1".into(), "Connection refused".into(), kind));
        let refused = DriverError::CouldNotConnect(refused);
        check(driver(refused), "Connection refused");
    }
}
