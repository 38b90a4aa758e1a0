//! The nodes of the cluster as the settings name them.

use std::net::{IpAddr, ToSocketAddrs};
use std::sync::mpsc::sync_channel;
use std::time::Duration;

use crate::cluster::remote::Place;
use crate::context::Context;
use crate::exit::Stop;

/// How long a name may take to be found.
const NAME: Duration = Duration::from_secs(1);
/// Votes with which a cluster outlives the loss of one of them.
const VOTES: usize = 3;

/// One data node.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Node {
    /// As it stands in the list.
    pub name: String,
    /// Its address.
    pub address: IpAddr,
    /// True if it is this machine.
    pub own: bool,
}

impl Node {
    /// Where its scripts run.
    pub fn place(&self) -> Place {
        match self.own {
            true => Place::Here,
            false => Place::At(self.address),
        }
    }
}

/// The data nodes, the master first, and the arbiter.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Nodes {
    /// The data nodes.
    pub all: Vec<Node>,
    /// The machine with garbd.
    pub arbiter: Option<Node>,
}

impl Nodes {
    /// By the settings, checked.
    ///
    /// # Errors
    /// Exit 3: no list, a name that is not known, or one node twice.
    pub fn find(context: &Context<'_>) -> anyhow::Result<Self> {
        let key = "GALERA_PEER_HOSTS";
        let settings = &context.settings;
        let all = list(context, key)?;
        let key = "PROVHA__GALERA_ARBITER";
        let arbiter = match settings.text(key) {
            "" => None,
            name => Some(one(context, key, name)?),
        };
        if let Some(arbiter) = &arbiter
            && let Some(twin) =
                all.iter().find(|n| n.address == arbiter.address)
        {
            let text = format!(
                "{}: {key}: '{}' is a data node, too: its vote would be lost \
                 together with the node's",
                settings.place(key),
                twin.name
            );
            let hint = "run the arbiter on a third machine";
            return Err(Stop::refused(text).hint(hint).into());
        }
        Ok(Self { all, arbiter })
    }

    /// Its place in the list of the node that this machine is.
    pub fn own(&self) -> Option<usize> {
        self.all.iter().position(|node| node.own)
    }

    /// The place in the list of a node by its name or address.
    ///
    /// # Errors
    /// Exit 2: there is none.
    pub fn named(&self, name: &str) -> anyhow::Result<usize> {
        let address: Option<IpAddr> = name.parse().ok();
        let is =
            |node: &Node| node.name == name || Some(node.address) == address;
        self.all.iter().position(is).ok_or_else(|| {
            let names: Vec<&str> =
                self.all.iter().map(|node| node.name.as_str()).collect();
            let text = format!("'{name}' is not a node of GALERA_PEER_HOSTS");
            let hint = format!("one of {}", names.join(", "));
            Stop::usage(text).hint(hint).into()
        })
    }

    /// How many members the whole cluster has.
    pub fn votes(&self) -> usize {
        self.all.len() + usize::from(self.arbiter.is_some())
    }

    /// What is wrong with the list without being an error; each with what to
    /// do about it.
    pub fn objections(&self) -> Vec<(String, &'static str)> {
        let mut found = Vec::new();
        if self.own().is_none() {
            found.push((
                "this machine is not in GALERA_PEER_HOSTS".into(),
                "on a node of the cluster, the list has an address of its own",
            ));
        }
        let votes = self.votes();
        if votes < VOTES {
            found.push((
                format!(
                    "the cluster has {votes} votes: where one node is lost, \
                     the other one stops"
                ),
                "add a third node, or an arbiter (PROVHA__GALERA_ARBITER)",
            ));
        } else if votes.is_multiple_of(2) {
            found.push((
                format!(
                    "the cluster has {votes} votes, an even number: split in \
                     halves, both stop"
                ),
                "make it an odd number",
            ));
        }
        found
    }
}

/// The nodes that a key names, the master first; each once.
///
/// # Errors
/// Exit 3: no list, a name that is not known, or one node twice.
pub fn list(context: &Context<'_>, key: &str) -> anyhow::Result<Vec<Node>> {
    let settings = &context.settings;
    let names = settings.list(key);
    if names.is_empty() {
        let text = format!("{key} is not set: the cluster has no nodes");
        let hint = format!(
            "set it in provha.env, on all nodes alike, the master first: \
             {key}=192.0.2.11,192.0.2.12,192.0.2.13"
        );
        return Err(Stop::refused(text).hint(hint).into());
    }
    let mut all: Vec<Node> = Vec::new();
    for name in names {
        let node = one(context, key, name)?;
        if let Some(twin) = all.iter().find(|n| n.address == node.address) {
            let place = settings.place(key);
            let text = format!(
                "{place}: {key}: '{name}' is the same node as '{}' ({})",
                twin.name, twin.address
            );
            let hint = "name each node once";
            return Err(Stop::refused(text).hint(hint).into());
        }
        all.push(node);
    }
    Ok(all)
}

/// One node that a key names.
fn one(context: &Context<'_>, key: &str, name: &str) -> anyhow::Result<Node> {
    find(name, &context.machine.addresses).map_err(|why| {
        let place = context.settings.place(key);
        let text = format!("{place}: {key}: '{name}': {why}");
        let hint = "give its address, or add the name to /etc/hosts";
        Stop::refused(text).hint(hint).into()
    })
}

/// A node by its name or address.
fn find(name: &str, own: &[IpAddr]) -> Result<Node, String> {
    let address = match name.parse() {
        Ok(address) => address,
        Err(_) => resolve(name)?,
    };
    let own = own.contains(&address);
    Ok(Node { name: name.into(), address, own })
}

/// The address of a name; a name server that is silent costs a second.
fn resolve(name: &str) -> Result<IpAddr, String> {
    let fits = |b: u8| b.is_ascii_alphanumeric() || b".-_".contains(&b);
    if !name.bytes().all(fits) || name.starts_with('-') {
        return Err("not a host name".into());
    }
    let (sender, found) = sync_channel(1);
    let asked = (name.to_string(), 0);
    let _ = std::thread::spawn(move || {
        let found = asked.to_socket_addrs().map(|mut all| all.next());
        sender.send(found.ok().flatten())
    });
    match found.recv_timeout(NAME) {
        Ok(Some(socket)) => Ok(socket.ip()),
        _ => Err("the name is not known".into()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn nodes(names: &[&str], arbiter: bool) -> Nodes {
        let own = ["192.0.2.11".parse().unwrap()];
        let node = |name: &&str| find(name, &own).unwrap();
        let arbiter = arbiter.then(|| node(&"192.0.2.99"));
        Nodes { all: names.iter().map(node).collect(), arbiter }
    }

    #[test]
    fn votes_are_counted() {
        let of = |names: &[&str], arbiter| -> Vec<String> {
            let nodes = nodes(names, arbiter);
            nodes.objections().into_iter().map(|(text, _)| text).collect()
        };
        let (a, b, c) = ("192.0.2.11", "192.0.2.12", "192.0.2.13");
        assert!(of(&[a, b, c], false).is_empty());
        assert!(of(&[a, b], true).is_empty());
        assert!(of(&[a, b], false)[0].contains("2 votes"));
        assert!(of(&[a, b, c], true)[0].contains("even"));
        assert!(of(&[b, c], true)[0].contains("this machine is not"));
        assert_eq!(nodes(&[b, a], false).own(), Some(1));
    }

    #[test]
    fn nodes_by_name() {
        let nodes = nodes(&["192.0.2.11", "localhost"], false);
        assert_eq!(nodes.named("localhost").unwrap(), 1);
        assert_eq!(nodes.named("192.0.2.11").unwrap(), 0);
        assert!(nodes.named("192.0.2.12").is_err());
        assert!(find("-x;y", &[]).is_err());
    }
}
