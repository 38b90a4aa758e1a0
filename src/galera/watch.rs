//! Asks every node over SQL and ssh at the same time: it ends in bounded time
//! whatever is frozen.

use std::collections::BTreeMap;
use std::net::{SocketAddr, TcpStream};
use std::time::{Duration, Instant};

use crate::cluster::nodes::{Node, Nodes};
use crate::cluster::remote::Remote;
use crate::context::Context;
use crate::galera::facts;
use crate::galera::health::{Expected, Seen, judge};
use crate::galera::script::Paths;
use crate::source::mysql;
use crate::source::url::{self, Url};
use crate::status::{Report, arrange};

/// How long SQL may take: connect, log in, answer.
const SQL: Duration = Duration::from_secs(3);
/// How long ssh may take to connect.
const CONNECT: Duration = Duration::from_secs(2);
/// How long ssh may take in all.
const SSH: Duration = Duration::from_secs(4);
/// What is asked; on a node outside a primary component only SHOW works.
const QUERIES: &[&str] = &[
    "SHOW GLOBAL STATUS LIKE 'wsrep_%'",
    "SHOW GLOBAL VARIABLES LIKE 'innodb_flush_log_at_trx_commit'",
];
/// Galera's port.
const GALERA: u16 = 4567;

/// What was seen, and what it is worth.
pub struct Watched {
    /// The nodes.
    pub nodes: Vec<Seen>,
    /// The judgement.
    pub report: Report,
}

/// Asks all nodes.
///
/// # Errors
/// Exit 3: the settings name no cluster.
pub fn watch(context: &Context<'_>) -> anyhow::Result<Watched> {
    let begin = Instant::now();
    let nodes = Nodes::find(context)?;
    let remote = Remote::find(context, CONNECT)?;
    let target = Url::resolve(context.options.db.as_deref(), &context.settings);
    let target = target.map_err(|error| error.to_string());
    let (seen, open) = std::thread::scope(|scope| {
        let asked: Vec<_> = nodes
            .all
            .iter()
            .map(|node| {
                let sql = scope.spawn(|| sql(context, node, &target));
                let ssh = scope.spawn(|| ssh(context, node, &remote));
                (node, sql, ssh)
            })
            .collect();
        let open = nodes.arbiter.as_ref().map(|arbiter| {
            let socket = SocketAddr::from((arbiter.address, GALERA));
            TcpStream::connect_timeout(&socket, CONNECT).is_ok()
        });
        let broke = || Err("asking broke".to_string());
        let seen: Vec<Seen> = asked
            .into_iter()
            .map(|(node, sql, ssh)| Seen {
                name: node.name.clone(),
                own: node.own,
                sql: sql.join().unwrap_or_else(|_| broke()),
                ssh: ssh.join().unwrap_or_else(|_| Err("asking broke".into())),
            })
            .collect();
        (seen, open)
    });
    let expected = Expected { arbiter: open, objections: nodes.objections() };
    let checks = judge(&seen, &expected);
    let report = Report {
        role: context.settings.text("PROVHA__OWN_STATE").into(),
        host: context.machine.host_name.clone(),
        findings: arrange::arrange(&checks, Vec::new(), &[], crate::env::now()),
        checks,
        pools: Vec::new(),
        left_out: Vec::new(),
        seconds: begin.elapsed().as_secs_f64(),
    };
    Ok(Watched { nodes: seen, report })
}

/// What a server says to this machine.
fn sql(
    context: &Context<'_>,
    node: &Node,
    target: &Result<Url, String>,
) -> Result<BTreeMap<String, String>, String> {
    let target = match target {
        Ok(Url::Server(target)) => target,
        Ok(Url::Sqlite(_)) => return Err("the database is a file".into()),
        Err(why) => return Err(why.clone()),
    };
    let port = target.nodes.iter().find_map(|node| match node {
        url::Node::Tcp(_, port) => Some(*port),
        url::Node::Socket(_) => None,
    });
    let port =
        port.unwrap_or_else(|| context.settings.number("DB_PORT") as u16);
    let at = url::Node::Tcp(node.address.to_string(), port);
    mysql::variables(&at, target, &context.settings, SQL, QUERIES)
}

/// What a node says of itself.
fn ssh(
    context: &Context<'_>,
    node: &Node,
    remote: &Remote,
) -> Result<facts::Facts, String> {
    let script = Paths::find(&context.settings, node.own).look(false);
    let said = remote.run(node.place(), &script, SSH)?;
    facts::read(&said.out)
}
