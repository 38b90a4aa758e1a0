//! `--db` and the `DB_*` keys: where the database is.

use std::path::PathBuf;

use crate::config::Settings;
use crate::source::SourceError;

/// Where a node listens.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Node {
    /// A socket on this machine.
    Socket(PathBuf),
    /// Host and port.
    Tcp(String, u16),
}

impl std::fmt::Display for Node {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Socket(path) => write!(f, "socket {}", path.display()),
            Self::Tcp(host, port) => write!(f, "{host}:{port}"),
        }
    }
}

/// A kind of database server.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Engine {
    /// MariaDB and Galera.
    #[default]
    Mysql,
    /// PostgreSQL.
    Postgres,
}

impl Engine {
    /// Its name.
    pub fn name(self) -> &'static str {
        match self {
            Self::Mysql => "MariaDB",
            Self::Postgres => "PostgreSQL",
        }
    }

    /// The one that the env files mean.
    ///
    /// # Errors
    /// They mean one that is not known.
    fn of(settings: &Settings) -> Result<Self, SourceError> {
        let signs = [
            ("QUEUE_DRIVER_DATABASE_CONNECTION", "pgsql"),
            ("DB_PORT", "5432"),
        ];
        match settings.text("DB_CONNECTION") {
            "" => {
                let sign =
                    |sign: &(&str, &str)| settings.text(sign.0) == sign.1;
                Ok(match signs.iter().any(sign) {
                    true => Self::Postgres,
                    false => Self::Mysql,
                })
            }
            "mysql" | "mariadb" => Ok(Self::Mysql),
            "pgsql" | "postgres" | "postgresql" => Ok(Self::Postgres),
            other => Err(SourceError::Setting(format!(
                "{}: DB_CONNECTION is '{}', but mysql or pgsql is expected",
                settings.place("DB_CONNECTION"),
                other.escape_debug()
            ))),
        }
    }
}

/// A server or several, all but the timeouts.
#[derive(Clone, PartialEq, Eq)]
pub struct Target {
    /// What the nodes are.
    pub engine: Engine,
    /// Nodes in the order in which they are tried.
    pub nodes: Vec<Node>,
    /// Database name.
    pub database: String,
    /// User name.
    pub user: String,
    /// Password; never printed.
    pub password: String,
}

/// What a database URL says.
#[derive(Clone, PartialEq, Eq)]
pub enum Url {
    /// A server, or several that hold the same.
    Server(Target),
    /// A file.
    Sqlite(PathBuf),
}

/// What the text of a URL gives; None where it says nothing.
#[derive(Default)]
struct Parts {
    user: Option<String>,
    password: Option<String>,
    hosts: Vec<String>,
    port: Option<u16>,
    database: Option<String>,
    socket: Option<PathBuf>,
}

impl Url {
    /// The URL of the command line completed by the `DB_*` keys, or those
    /// keys alone.
    pub fn resolve(
        url: Option<&str>,
        settings: &Settings,
    ) -> Result<Self, SourceError> {
        let (engine, parts) = match url {
            None => (Engine::of(settings)?, Parts::default()),
            Some(url) => match url.split_once(':') {
                Some(("sqlite", path)) => {
                    let path = path.strip_prefix("//").unwrap_or(path);
                    return Ok(Self::Sqlite(PathBuf::from(path)));
                }
                Some(("mysql" | "mariadb", rest)) => {
                    (Engine::Mysql, parts(rest)?)
                }
                Some(("postgresql" | "postgres" | "pgsql", rest)) => {
                    (Engine::Postgres, parts(rest)?)
                }
                _ => return Err(wrong("unknown kind of database")),
            },
        };
        Ok(Self::Server(target(engine, parts, settings)?))
    }
}

/// An error about the URL that does not show it: it may hold a password.
fn wrong(reason: &str) -> SourceError {
    SourceError::Url(reason.to_string())
}

/// Takes `//user:pw@host,host:port/db?socket=…` apart.
fn parts(rest: &str) -> Result<Parts, SourceError> {
    let rest = rest.strip_prefix("//").ok_or(wrong("'//' is missing"))?;
    let (rest, query) = rest.split_once('?').unwrap_or((rest, ""));
    let (authority, database) = rest.split_once('/').unwrap_or((rest, ""));
    let mut parts = Parts::default();
    let (login, hosts) = match authority.rsplit_once('@') {
        Some((login, hosts)) => (login, hosts),
        None => ("", authority),
    };
    if !login.is_empty() {
        let (user, password) = match login.split_once(':') {
            Some((user, password)) => (user, Some(decode(password)?)),
            None => (login, None),
        };
        (parts.user, parts.password) = (Some(decode(user)?), password);
    }
    let (hosts, port) = match hosts.rsplit_once(':') {
        Some((hosts, port)) => {
            let port =
                port.parse().map_err(|_| wrong("the port is not a number"))?;
            (hosts, Some(port))
        }
        None => (hosts, None),
    };
    parts.port = port;
    parts.hosts = split_hosts(hosts);
    parts.database =
        Some(decode(database)?).filter(|database| !database.is_empty());
    for pair in query.split('&').filter(|pair| !pair.is_empty()) {
        let (name, value) =
            pair.split_once('=').ok_or(wrong("a parameter without '='"))?;
        match name {
            "socket" => parts.socket = Some(decode(value)?.into()),
            "user" => parts.user = Some(decode(value)?),
            _ => return Err(wrong(&format!("unknown parameter '{name}'"))),
        }
    }
    Ok(parts)
}

/// The hosts of a comma list.
fn split_hosts(list: &str) -> Vec<String> {
    list.split(',')
        .map(str::trim)
        .filter(|host| !host.is_empty())
        .map(str::to_string)
        .collect()
}

/// Resolves %XX.
fn decode(text: &str) -> Result<String, SourceError> {
    let mut out = Vec::new();
    let mut bytes = text.bytes();
    while let Some(byte) = bytes.next() {
        if byte != b'%' {
            out.push(byte);
            continue;
        }
        let digit = |b: Option<u8>| (b? as char).to_digit(16);
        let (high, low) = (digit(bytes.next()), digit(bytes.next()));
        let (Some(high), Some(low)) = (high, low) else {
            return Err(wrong("'%' without two hex digits"));
        };
        out.push((high * 16 + low) as u8);
    }
    String::from_utf8(out).map_err(|_| wrong("not UTF-8"))
}

/// Completes the parts from the settings.
fn target(
    engine: Engine,
    parts: Parts,
    settings: &Settings,
) -> Result<Target, SourceError> {
    let set = settings.number("DB_PORT") as u16;
    let port = parts.port.unwrap_or(match (engine, set) {
        // The other engine's, which is also the key's default.
        (Engine::Postgres, 3306) => 5432,
        (Engine::Mysql, 5432) => 3306,
        (_, set) => set,
    });
    let text = |part: Option<String>, key| {
        part.unwrap_or_else(|| settings.text(key).to_string())
    };
    let nodes = match (parts.socket, parts.hosts.is_empty()) {
        (Some(socket), _) => vec![Node::Socket(socket)],
        (None, false) => parts
            .hosts
            .iter()
            .map(|h| node(engine, h, port, settings))
            .collect(),
        (None, true) => {
            let hosts = settings.list("DB_HOST");
            hosts.iter().try_for_each(|host| without_port(host, settings))?;
            let node = |host: &&str| node(engine, host, port, settings);
            hosts.iter().map(node).collect()
        }
    };
    Ok(Target {
        engine,
        nodes,
        database: text(parts.database, "DB_DATABASE"),
        user: text(parts.user, "DB_USERNAME"),
        password: text(parts.password, "DB_PASSWORD"),
    })
}

/// Refuses a port behind a host name: it would be taken for a part of it.
fn without_port(host: &str, settings: &Settings) -> Result<(), SourceError> {
    match host.split_once(':') {
        Some((name, port)) if port.parse::<u16>().is_ok() => {
            Err(SourceError::Setting(format!(
                "{}: DB_HOST has '{}': the port belongs into DB_PORT, one for \
                 all nodes; write '{}'",
                settings.place("DB_HOST"),
                host.escape_debug(),
                name.escape_debug()
            )))
        }
        _ => Ok(()),
    }
}

/// The node of a host name; for MariaDB `localhost` means the socket, as in
/// the stock clients.
fn node(engine: Engine, host: &str, port: u16, settings: &Settings) -> Node {
    if host != "localhost" || engine == Engine::Postgres {
        return Node::Tcp(host.to_string(), port);
    }
    let configured = settings.text("DB_SOCKET");
    if !configured.is_empty() {
        return Node::Socket(settings.root().at(configured));
    }
    ["/run/mysqld/mysqld.sock", "/var/lib/mysql/mysql.sock"]
        .iter()
        .map(|path| settings.root().at(path))
        .find(|path| path.exists())
        .map_or(Node::Tcp("127.0.0.1".into(), port), Node::Socket)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, nodes: &str, user: Option<&str>, db: Option<&str>) {
        let parts = parts(text.strip_prefix("mysql:").unwrap()).unwrap();
        let hosts = parts.hosts.join(",");
        let port = parts.port.map(|p| format!(":{p}")).unwrap_or_default();
        let socket = parts.socket.map(|s| s.display().to_string());
        let got = format!("{hosts}{port}{}", socket.unwrap_or_default());
        assert_eq!(got, nodes);
        assert_eq!(parts.user.as_deref(), user);
        assert_eq!(parts.database.as_deref(), db);
    }

    #[test]
    fn urls_of_the_contract() {
        check("mysql://u:p@a,b:3307/nms", "a,b:3307", Some("u"), Some("nms"));
        check("mysql:///nms?socket=/x/s", "/x/s", None, Some("nms"));
        check("mysql:///nms?socket=/s&user=me", "/s", Some("me"), Some("nms"));
        check("mysql://a", "a", None, None);
        check("mysql://u%40x@a/", "a", Some("u@x"), None);
    }

    #[test]
    fn an_error_never_shows_the_url() {
        let error = parts("//u:secret@h:port/x").err().unwrap();
        assert!(!error.to_string().contains("secret"));
    }
}
