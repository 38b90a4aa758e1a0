//! PostgreSQL through the `postgres` crate: the database of the existing
//! system's public releases since 2022 (facts/schema-pgsql.sql).
//!
//! Queries are those of the other engines with other quotes; rows come through
//! COPY, which streams.

use std::error::Error as _;
use std::io::BufRead;
use std::net::IpAddr;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use postgres::config::SslMode;
use postgres::error::SqlState;
use postgres::types::Type;
use postgres::{Client, Config, NoTls};
use rustls::client::danger::{
    HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier,
};
use rustls::crypto::{CryptoProvider, ring};
use rustls::pki_types::{CertificateDer, ServerName, UnixTime};
use rustls::{
    ClientConfig, DigitallySignedStruct, RootCertStore, SignatureScheme,
};
use tokio_postgres_rustls::MakeRustlsConnect;

use crate::config::Settings;
use crate::source::database::{Database, Timeouts, Visit};
use crate::source::stream;
use crate::source::url::{Engine, Node, Target};
use crate::source::{Position, Row, Schema, SourceError, Standing, schema};
use crate::template::php_double;

/// The existing system's schema.
const SCHEMA: &str = "nmsprime";
/// The longest row that is taken, octets.
const LONGEST: usize = 64 << 20;

/// A connection before its snapshot.
pub struct Link {
    client: Client,
    database: String,
    limit: Duration,
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
        let tls = Tls::of(settings, local)?;
        config.ssl_mode(tls.mode);
        let (user, limit) = (target.user.clone(), timeouts.read);
        let database = target.database.clone();
        let lag = settings.number("PROVHA__DB_MAX_LAG");
        stream::in_time(timeouts.connect * 3, move || {
            let client = match tls.config {
                Some(tls) => config.connect(MakeRustlsConnect::new(tls)),
                None => config.connect(NoTls),
            };
            let mut client = client.map_err(|e| refused(&e, &user))?;
            usable(&mut client, lag)?;
            Ok(Self { client, database, limit })
        })
    }

    /// How far the server has come with writing, or with following, and in
    /// which history.
    pub fn standing(self) -> Result<(Self, Position, Standing), SourceError> {
        let Self { mut client, database, limit } = self;
        let asked = stream::in_time(limit, move || {
            let sql = "SELECT concat_ws(' ', system_identifier, timeline_id, \
                       lsn, lsn - '0/0', \
                       extract(epoch FROM now() - pg_postmaster_start_time())\
                       ::bigint, \
                       extract(epoch FROM pg_postmaster_start_time()), \
                       current_database()) \
                       FROM pg_control_system(), pg_control_checkpoint(), \
                       (SELECT CASE WHEN pg_is_in_recovery() \
                       THEN pg_last_wal_replay_lsn() \
                       ELSE pg_current_wal_lsn() END AS lsn) AS l";
            let told = text(&mut client, sql).map_err(|e| short(&e))?;
            Ok((client, told))
        });
        let (client, told) = asked.map_err(|reason| SourceError::Query {
            what: "the commit position".into(),
            reason,
        })?;
        let (position, standing) =
            told.and_then(|told| standing(&told)).unwrap_or_default();
        Ok((Self { client, database, limit }, position, standing))
    }

    /// Begins the snapshot that the whole run reads.
    pub fn snapshot(self) -> Result<Postgres, SourceError> {
        let Self { mut client, database, limit } = self;
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
        history: format!("{system} {timeline} {database}"),
        number: number.parse().ok()?,
        gtid: String::new(),
        instance: started.into(),
        count: 0,
        began: at - up.parse::<i64>().ok()?,
        at,
    };
    Some((Position::Log(format!("{system} {timeline} {lsn}")), standing))
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

/// Whether a host is this machine by its name.
pub fn is_local(host: &str) -> bool {
    let address: Option<IpAddr> = host.parse().ok();
    host == "localhost" || address.is_some_and(|ip| ip.is_loopback())
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

/// How a connection is protected.
struct Tls {
    mode: SslMode,
    config: Option<ClientConfig>,
}

impl Tls {
    /// As `PROVHA__DB_TLS` wants it; a connection within the machine needs
    /// none unless it is asked for.
    fn of(settings: &Settings, local: bool) -> Result<Self, String> {
        let (mode, verify) = match settings.text("PROVHA__DB_TLS") {
            "off" => (SslMode::Disable, false),
            "prefer" if local => (SslMode::Disable, false),
            "prefer" => (SslMode::Prefer, false),
            "require" => (SslMode::Require, false),
            _ => (SslMode::Require, true),
        };
        let config = match mode {
            SslMode::Disable => None,
            _ => Some(client_config(settings, verify)?),
        };
        Ok(Self { mode, config })
    }
}

/// The TLS client.
fn client_config(
    settings: &Settings,
    verify: bool,
) -> Result<ClientConfig, String> {
    let provider = Arc::new(ring::default_provider());
    let builder = ClientConfig::builder_with_provider(Arc::clone(&provider))
        .with_safe_default_protocol_versions()
        .map_err(|error| format!("TLS: {error}"))?;
    if !verify {
        let any = Arc::new(AnyCertificate(provider));
        let builder = builder.dangerous();
        let builder = builder.with_custom_certificate_verifier(any);
        return Ok(builder.with_no_client_auth());
    }
    let builder = builder.with_root_certificates(roots(settings)?);
    Ok(builder.with_no_client_auth())
}

/// The CAs that are trusted.
fn roots(settings: &Settings) -> Result<RootCertStore, String> {
    let mut roots = RootCertStore::empty();
    let ca = settings.text("PROVHA__DB_TLS_CA");
    if ca.is_empty() {
        let found = rustls_native_certs::load_native_certs();
        let _ = roots.add_parsable_certificates(found.certs);
        return Ok(roots);
    }
    let path = settings.root().at(ca);
    let failed =
        |why: String| format!("PROVHA__DB_TLS_CA: {}: {why}", path.display());
    let bytes = std::fs::read(&path).map_err(|e| failed(e.to_string()))?;
    for certificate in rustls_pemfile::certs(&mut &bytes[..]) {
        let certificate = certificate.map_err(|e| failed(e.to_string()))?;
        roots.add(certificate).map_err(|e| failed(e.to_string()))?;
    }
    Ok(roots)
}

/// Takes every certificate: TLS against listeners, not against impostors.
#[derive(Debug)]
struct AnyCertificate(Arc<CryptoProvider>);

impl ServerCertVerifier for AnyCertificate {
    fn verify_server_cert(
        &self,
        _: &CertificateDer<'_>,
        _: &[CertificateDer<'_>],
        _: &ServerName<'_>,
        _: &[u8],
        _: UnixTime,
    ) -> Result<ServerCertVerified, rustls::Error> {
        Ok(ServerCertVerified::assertion())
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signature: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        let known = &self.0.signature_verification_algorithms;
        rustls::crypto::verify_tls12_signature(
            message,
            certificate,
            signature,
            known,
        )
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signature: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        let known = &self.0.signature_verification_algorithms;
        rustls::crypto::verify_tls13_signature(
            message,
            certificate,
            signature,
            known,
        )
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.0.signature_verification_algorithms.supported_schemes()
    }
}

/// The words for a connection that did not come about.
fn refused(error: &postgres::Error, user: &str) -> String {
    let Some(told) = error.as_db_error() else {
        return format!("cannot be reached: {}", short(error));
    };
    let login = [
        SqlState::INVALID_PASSWORD,
        SqlState::INVALID_AUTHORIZATION_SPECIFICATION,
    ];
    match told.code() {
        code if login.contains(code) => {
            format!("login refused for user '{user}': {}", told.message())
        }
        _ => format!("refused: {}", told.message()),
    }
}

/// The error's words; those of the server with its code.
fn short(error: &postgres::Error) -> String {
    match error.as_db_error() {
        Some(told) => {
            format!("ERROR {}: {}", told.code().code(), told.message())
        }
        None => error
            .source()
            .map_or_else(|| error.to_string(), ToString::to_string),
    }
}

/// The first cell of the first row.
fn text(
    client: &mut Client,
    sql: &str,
) -> Result<Option<String>, postgres::Error> {
    use postgres::SimpleQueryMessage::Row;
    let answer = client.simple_query(sql)?;
    Ok(answer.iter().find_map(|message| match message {
        Row(row) => row.get(0).map(str::to_string),
        _ => None,
    }))
}

/// Whether the node can be read from: a primary, or a standby that follows
/// one and is no more than `lag` seconds behind.
fn usable(client: &mut Client, lag: u64) -> Result<(), String> {
    let sql = "SELECT CASE WHEN NOT pg_is_in_recovery() THEN 0 \
               WHEN pg_last_wal_receive_lsn() = pg_last_wal_replay_lsn() \
                   AND EXISTS (SELECT FROM pg_stat_wal_receiver) THEN 0 \
               ELSE COALESCE(CEIL(EXTRACT(EPOCH FROM clock_timestamp() \
                   - pg_last_xact_replay_timestamp())), 2147483647) \
               END::bigint";
    let told = text(client, sql);
    let told = told.map_err(|e| format!("not usable: {}", short(&e)))?;
    let behind: u64 = told.and_then(|told| told.parse().ok()).unwrap_or(0);
    match behind <= lag {
        true => Ok(()),
        false => Err(format!(
            "not usable: the standby is {behind} s behind its primary, or has \
             lost it (PROVHA__DB_MAX_LAG is {lag})"
        )),
    }
}

/// Begins the snapshot, and reads which tables and columns there are.
fn begin(
    client: &mut Client,
    database: &str,
) -> Result<Schema, postgres::Error> {
    client.batch_execute(
        "SET TIME ZONE 'UTC'; SET datestyle = 'ISO'; \
         BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY",
    )?;
    let named = format!("SELECT to_regnamespace('{SCHEMA}')");
    if text(client, &named)?.is_some() {
        client.batch_execute(&format!("SET LOCAL search_path = {SCHEMA}"))?;
    }
    let mut out = Schema::new(database);
    out.engine = Engine::Postgres;
    // The catalogue names all columns, whatever the user may read.
    let sql = format!(
        "SELECT c.relname, a.attname, \
         has_schema_privilege(n.oid, 'USAGE') \
         AND has_column_privilege(c.oid, a.attnum, 'SELECT') \
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
            "t" => out.add(table, column),
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
            copy(client, &sql, rows)
        };
        stream::query(&mut self.client, self.limit, what, run, visit)
    }
}

/// How a column's text is made like MariaDB's.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Plain,
    Flag,
    Double,
    Time,
}

impl Kind {
    /// By the type of the column.
    fn of(kind: &Type) -> Self {
        match *kind {
            Type::BOOL => Self::Flag,
            Type::FLOAT4 | Type::FLOAT8 => Self::Double,
            Type::TIMESTAMPTZ => Self::Time,
            _ => Self::Plain,
        }
    }
}

/// Streams the rows of a query.
fn copy(
    client: &mut Client,
    sql: &str,
    rows: &mut stream::Rows<Client>,
) -> Result<(), String> {
    let statement = client.prepare(sql).map_err(|e| short(&e))?;
    let columns = statement.columns().iter();
    let kinds: Vec<Kind> = columns.map(|c| Kind::of(c.type_())).collect();
    let copy = format!("COPY ({sql}) TO STDOUT");
    let mut reader = client.copy_out(&copy).map_err(|e| short(&e))?;
    let (mut line, mut row) = (Vec::new(), Row::default());
    loop {
        line.clear();
        if !read_line(&mut reader, &mut line)? {
            return Ok(());
        }
        cells(&line, &kinds, &mut row);
        if !rows.push(&row) {
            return Ok(());
        }
    }
}

/// Reads a line without its end; false at the end of all.
fn read_line(
    reader: &mut impl BufRead,
    line: &mut Vec<u8>,
) -> Result<bool, String> {
    loop {
        let failed = |error: std::io::Error| match error.get_ref() {
            Some(inner) => match inner.downcast_ref() {
                Some(error) => short(error),
                None => inner.to_string(),
            },
            None => error.to_string(),
        };
        let part = reader.fill_buf().map_err(failed)?;
        if part.is_empty() {
            return Ok(!line.is_empty());
        }
        let end = part.iter().position(|byte| *byte == b'\n');
        let taken = end.map_or(part.len(), |end| end + 1);
        line.extend_from_slice(&part[..end.unwrap_or(part.len())]);
        reader.consume(taken);
        if end.is_some() {
            return Ok(true);
        }
        if line.len() > LONGEST {
            return Err(format!("a row is longer than {LONGEST} octets"));
        }
    }
}

/// Takes a line of COPY's text format apart (PostgreSQL manual, COPY).
fn cells(line: &[u8], kinds: &[Kind], row: &mut Row) {
    row.clear();
    let mut cell = Vec::new();
    let texts = line.split(|byte| *byte == b'\t');
    for (text, kind) in texts.zip(kinds) {
        if text == b"\\N" {
            row.push_null();
            continue;
        }
        cell.clear();
        unescape(text, &mut cell);
        match kind {
            Kind::Flag => row.push(if cell == b"t" { b"1" } else { b"0" }),
            Kind::Time => row.push(cell.strip_suffix(b"+00").unwrap_or(&cell)),
            Kind::Double => {
                let number = std::str::from_utf8(&cell);
                let number = number.ok().and_then(|text| text.parse().ok());
                match number {
                    Some(number) => row.push(php_double(number).as_bytes()),
                    None => row.push(&cell),
                }
            }
            Kind::Plain => row.push(&cell),
        }
    }
}

/// Resolves the escapes of a cell.
fn unescape(text: &[u8], out: &mut Vec<u8>) {
    let mut bytes = text.iter().copied();
    while let Some(byte) = bytes.next() {
        if byte != b'\\' {
            out.push(byte);
            continue;
        }
        out.push(match bytes.next() {
            Some(b'b') => 8,
            Some(b'f') => 12,
            Some(b'n') => b'\n',
            Some(b'r') => b'\r',
            Some(b't') => b'\t',
            Some(b'v') => 11,
            Some(other) => other,
            None => b'\\',
        });
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_of_copy_are_cells() {
        let mut row = Row::default();
        let line = b"7\t\\N\ta\\tb\\\\N\tt\tf\t0.10000000000000001\t\
                     2022-01-02 03:04:05+00";
        let plain = Kind::Plain;
        let kinds = [
            plain,
            plain,
            plain,
            Kind::Flag,
            Kind::Flag,
            Kind::Double,
            Kind::Time,
        ];
        cells(line, &kinds, &mut row);
        let got: Vec<Option<&[u8]>> = (0..7).map(|at| row.get(at)).collect();
        let expected: [Option<&[u8]>; 7] = [
            Some(b"7"),
            None,
            Some(b"a\tb\\N"),
            Some(b"1"),
            Some(b"0"),
            Some(b"0.1"),
            Some(b"2022-01-02 03:04:05"),
        ];
        assert_eq!(got, expected);
    }

    #[test]
    fn sockets_are_named_by_directory_or_file() {
        let of = |path: &'static str| socket(Path::new(path));
        let dir = Path::new("/run/postgresql");
        assert_eq!(of("/run/postgresql"), (dir, None));
        assert_eq!(of("/run/postgresql/.s.PGSQL.5433"), (dir, Some(5433)));
    }
}
