//! MariaDB and Galera through the `mysql` crate.
//!
//! Nodes are tried in order. A dead node, a refused login and a node that is
//! not usable are three different messages; where `@@wsrep_on` is 1 a node is
//! usable when it is ready, in the primary component, and has the cluster's
//! state (facts/galera-glusterfs-rsync.md section 2).

use std::collections::BTreeMap;
use std::error::Error as _;
use std::sync::mpsc::sync_channel;
use std::thread;
use std::time::Duration;

use mysql::consts::ColumnType;
use mysql::prelude::Queryable;
use mysql::{Conn, DriverError, OptsBuilder, SslOpts, Value};

use crate::config::Settings;
use crate::source::url::{Node, Target};
use crate::source::{
    Database, Row, Schema, SourceError, Timeouts, Visit, schema,
};
use crate::template::php_double;

/// An open snapshot on one node.
pub struct Mysql {
    conn: Conn,
    schema: Schema,
}

impl Mysql {
    /// Opens the first usable node and begins a read-only snapshot.
    pub fn open(
        target: &Target,
        settings: &Settings,
        talk: &mut dyn FnMut(&str),
    ) -> Result<Self, SourceError> {
        let conn = connect(target, settings, talk)?;
        Self::begin(conn, &target.database)
    }

    /// Begins a read-only snapshot on a connection.
    pub fn begin(mut conn: Conn, database: &str) -> Result<Self, SourceError> {
        begin(&mut conn)?;
        let schema = read_schema(&mut conn, database)?;
        Ok(Self { conn, schema })
    }
}

/// How far a server has come with writing: where it stands still, no table
/// has changed. Only compared with positions of the same kind.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Position {
    /// The cluster's, the same on all nodes: state and sequence number.
    Cluster(String),
    /// The redo log's of this server, which every change of an InnoDB table
    /// moves, whatever the session keeps out of the binary log.
    Log(String),
    /// It cannot be told.
    Unknown,
}

impl Position {
    /// Whether it tells that nothing has changed.
    pub fn is_known(&self) -> bool {
        *self != Self::Unknown
    }
}

/// The commit position of a usable server.
///
/// # Errors
/// The connection broke, or the Galera node is not usable any more.
pub fn position(conn: &mut Conn) -> Result<Position, SourceError> {
    let failed = |reason: String| SourceError::Query {
        what: "the commit position".into(),
        reason,
    };
    let status: BTreeMap<String, String> = conn
        .query(
            "SHOW GLOBAL STATUS WHERE Variable_name LIKE 'wsrep_%' \
             OR Variable_name = 'Innodb_lsn_current'",
        )
        .map_err(|error| failed(short(&error)))?
        .into_iter()
        .collect();
    let get = |name: &str| status.get(name).map_or("", String::as_str);
    // A server without Galera has these, too, and they are empty.
    if !get("wsrep_cluster_state_uuid").is_empty() {
        galera_usable(&status).map_err(failed)?;
        return Ok(Position::Cluster(format!(
            "{}:{}",
            get("wsrep_local_state_uuid"),
            get("wsrep_last_committed")
        )));
    }
    let sql = "SELECT CONCAT_WS(' ', DATABASE(), @@hostname, @@datadir, \
               @@port), (SELECT COUNT(*) FROM information_schema.tables \
               WHERE table_schema = DATABASE() AND table_type = 'BASE TABLE' \
               AND engine <> 'InnoDB')";
    let told: Option<(String, u64)> =
        conn.query_first(sql).map_err(|error| failed(short(&error)))?;
    let log = get("Innodb_lsn_current");
    Ok(match told {
        Some((server, 0)) if !log.is_empty() => {
            Position::Log(format!("{server} {log}"))
        }
        _ => Position::Unknown,
    })
}

/// The connection to the first usable node.
pub fn connect(
    target: &Target,
    settings: &Settings,
    talk: &mut dyn FnMut(&str),
) -> Result<Conn, SourceError> {
    let timeouts = Timeouts {
        connect: seconds(settings, "PROVHA__DB_CONNECT_TIMEOUT"),
        read: seconds(settings, "PROVHA__DB_READ_TIMEOUT"),
    };
    let mut reasons: Vec<String> = Vec::new();
    for node in &target.nodes {
        match open_node(node, target, settings, timeouts) {
            Ok(conn) => {
                for reason in &reasons {
                    talk(reason);
                }
                return Ok(conn);
            }
            Err(reason) => reasons.push(format!("{node}: {reason}")),
        }
    }
    Err(SourceError::NoNode(reasons))
}

/// The setting as a duration.
fn seconds(settings: &Settings, key: &str) -> Duration {
    Duration::from_secs(settings.number(key))
}

/// Connects to one node and looks at its health; the error says which of the
/// three it was.
pub fn open_node(
    node: &Node,
    target: &Target,
    settings: &Settings,
    timeouts: Timeouts,
) -> Result<Conn, String> {
    let mut opts = OptsBuilder::new()
        .user(Some(target.user.clone()))
        .pass(Some(target.password.clone()))
        .db_name(Some(target.database.clone()))
        .prefer_socket(false)
        .tcp_connect_timeout(Some(timeouts.connect))
        .read_timeout(Some(timeouts.read))
        .write_timeout(Some(timeouts.read))
        .tcp_keepalive_time_ms(Some(10_000));
    opts = match node {
        Node::Socket(path) => opts.socket(Some(path.display().to_string())),
        Node::Tcp(host, port) => opts
            .ip_or_hostname(Some(host.clone()))
            .tcp_port(*port)
            .ssl_opts(tls(settings)),
    };
    let (sender, opened) = sync_channel(1);
    let target = target.clone();
    // A node may take the connection and then say nothing. The timeout of the
    // connection's reads is for the work and cannot be changed later, so the
    // login has a thread that is left behind when it takes too long.
    let _ = thread::spawn(move || {
        let conn = Conn::new(opts).map_err(|error| refused(&error, &target));
        let conn = conn.and_then(|mut conn| usable(&mut conn).map(|()| conn));
        // Nobody may be waiting any more: then the connection is closed.
        let _ = sender.send(conn);
    });
    // Once for the TCP connection, once for the login.
    let limit = timeouts.connect * 2;
    let late = "cannot be reached: no answer in time";
    opened.recv_timeout(limit).unwrap_or_else(|_| Err(late.into()))
}

/// The TLS options, if TLS is required.
fn tls(settings: &Settings) -> Option<SslOpts> {
    if settings.text("PROVHA__DB_TLS") != "required" {
        return None;
    }
    let ca = settings.text("PROVHA__DB_TLS_CA");
    let mut opts = SslOpts::default();
    if !ca.is_empty() {
        let path = settings.root().at(ca);
        opts = opts.with_root_cert_path(Some(path));
    }
    Some(opts)
}

/// The words for a connection that did not come about.
fn refused(error: &mysql::Error, target: &Target) -> String {
    match error {
        mysql::Error::MySqlError(e) if matches!(e.code, 1044 | 1045 | 1698) => {
            format!("login refused for user '{}': {}", target.user, e.message)
        }
        mysql::Error::MySqlError(e) if e.code == 1049 => {
            format!("unknown database '{}'", target.database)
        }
        mysql::Error::MySqlError(e) if e.code == 1047 => {
            format!("not usable: {}", e.message)
        }
        mysql::Error::MySqlError(e) => format!("refused: {}", e.message),
        error => format!("cannot be reached: {}", short(error)),
    }
}

/// The error's words without the crate's decoration.
pub fn short(error: &mysql::Error) -> String {
    match error {
        mysql::Error::MySqlError(e) => {
            format!("ERROR {} ({}): {}", e.code, e.state, e.message)
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
    let status: BTreeMap<String, String> = conn
        .query("SHOW STATUS LIKE 'wsrep_%'")
        .map_err(failed)?
        .into_iter()
        .collect();
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

/// Begins the snapshot that the whole run reads.
fn begin(conn: &mut Conn) -> Result<(), SourceError> {
    for sql in [
        "SET NAMES utf8mb4",
        "SET SESSION TRANSACTION ISOLATION LEVEL REPEATABLE READ",
        "START TRANSACTION WITH CONSISTENT SNAPSHOT, READ ONLY",
    ] {
        conn.query_drop(sql).map_err(|error| SourceError::Query {
            what: "a consistent snapshot".into(),
            reason: short(&error),
        })?;
    }
    Ok(())
}

/// Reads which tables and columns there are.
fn read_schema(conn: &mut Conn, database: &str) -> Result<Schema, SourceError> {
    let mut schema = Schema::new(database);
    let rows: Vec<(String, String)> = conn
        .query(
            "SELECT table_name, column_name FROM information_schema.columns \
             WHERE table_schema = DATABASE() \
             ORDER BY table_name, ordinal_position",
        )
        .map_err(|error| SourceError::Query {
            what: "the list of tables".into(),
            reason: short(&error),
        })?;
    for (table, column) in rows {
        schema.add(&table, &column);
    }
    for table in schema::TABLES {
        if !schema.has(table) && is_kept_back(conn, table) {
            schema.deny(table);
        }
    }
    Ok(schema)
}

/// Whether the server refuses to let the user read a table that the list of
/// tables lacks: that list names only what the user has a privilege on.
fn is_kept_back(conn: &mut Conn, table: &str) -> bool {
    let asked = conn.query_drop(format!("SELECT 1 FROM `{table}` LIMIT 0"));
    // 1142: ER_TABLEACCESS_DENIED_ERROR; a missing table is 1146.
    matches!(asked, Err(mysql::Error::MySqlError(e)) if e.code == 1142)
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
        let failed = |error: mysql::Error| SourceError::Query {
            what: what.to_string(),
            reason: short(&error),
        };
        let mut result = self.conn.query_iter(sql).map_err(failed)?;
        let doubles: Vec<bool> = result
            .columns()
            .as_ref()
            .iter()
            .map(|column| {
                matches!(
                    column.column_type(),
                    ColumnType::MYSQL_TYPE_DOUBLE
                        | ColumnType::MYSQL_TYPE_FLOAT
                )
            })
            .collect();
        let mut row = Row::default();
        let rows = result.iter().expect("a SELECT has one result set");
        for source in rows {
            let source = source.map_err(failed)?;
            row.clear();
            for (cell, double) in doubles.iter().enumerate() {
                push(&mut row, source.as_ref(cell), *double);
            }
            visit(&row)?;
        }
        Ok(())
    }
}

/// Copies a cell; the text protocol gives bytes for everything but NULL.
fn push(row: &mut Row, value: Option<&Value>, double: bool) {
    match value {
        Some(Value::Bytes(bytes)) if double => {
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
