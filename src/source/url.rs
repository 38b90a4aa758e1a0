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

/// A MariaDB, all but the timeouts.
#[derive(Clone, PartialEq, Eq)]
pub struct Target {
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
    /// A MariaDB or a Galera cluster.
    Mysql(Target),
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
        let parts = match url {
            None => Parts::default(),
            Some(url) => match url.split_once(':') {
                Some(("sqlite", path)) => {
                    let path = path.strip_prefix("//").unwrap_or(path);
                    return Ok(Self::Sqlite(PathBuf::from(path)));
                }
                Some(("mysql" | "mariadb", rest)) => parts(rest)?,
                _ => return Err(wrong("unknown kind of database")),
            },
        };
        Ok(Self::Mysql(target(parts, settings)))
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
fn target(parts: Parts, settings: &Settings) -> Target {
    let port = parts.port.unwrap_or(settings.number("DB_PORT") as u16);
    let text = |part: Option<String>, key| {
        part.unwrap_or_else(|| settings.text(key).to_string())
    };
    let nodes = match (parts.socket, parts.hosts.is_empty()) {
        (Some(socket), _) => vec![Node::Socket(socket)],
        (None, false) => {
            parts.hosts.iter().map(|h| node(h, port, settings)).collect()
        }
        (None, true) => {
            let hosts = settings.list("DB_HOST");
            hosts.iter().map(|h| node(h, port, settings)).collect()
        }
    };
    Target {
        nodes,
        database: text(parts.database, "DB_DATABASE"),
        user: text(parts.user, "DB_USERNAME"),
        password: text(parts.password, "DB_PASSWORD"),
    }
}

/// The node of a host name; `localhost` means the socket, as in the stock
/// clients.
fn node(host: &str, port: u16, settings: &Settings) -> Node {
    if host != "localhost" {
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
