//! `cluster fs peers`: the nodes know each other.

use std::net::{SocketAddr, TcpStream};
use std::time::{Duration, Instant};

use crate::cluster::nodes::Node;
use crate::context::Context;
use crate::exit::{Exit, Stop};
use crate::gluster::facts::{self, Peer};
use crate::gluster::step::{self, Step};
use crate::gluster::{PORT, Volume};

/// How long the nodes may take to be connected.
const JOIN: Duration = Duration::from_secs(60);
/// How long the port of a node may take.
const CONNECT: Duration = Duration::from_secs(2);
/// The command.
const COMMAND: &str = "cluster fs peers";

/// Runs the command.
///
/// # Errors
/// Exit 3: not the first node, a node without glusterd, or `--yes` is missing.
/// Exit 1, 5: it failed.
pub fn run(context: &Context<'_>, yes: bool) -> anyhow::Result<Exit> {
    let volume = Volume::find(context)?;
    volume.only_first(COMMAND)?;
    let _lock = step::lock(context, COMMAND, yes)?;
    let known = volume.ask("peer status").map_err(|why| volume.mute(&why))?;
    let known = facts::peers(&known);
    let mut steps = Vec::new();
    for node in others(&volume) {
        if of(&known, node).is_some_and(|peer| peer.connected) {
            continue;
        }
        let socket = SocketAddr::from((node.address, PORT));
        if let Err(why) = TcpStream::connect_timeout(&socket, CONNECT) {
            let text =
                format!("glusterd of {} does not answer: {why}", node.name);
            let hint = format!(
                "run provha cluster fs init there first; port {PORT} must be \
                 open"
            );
            return Err(Stop::refused(text).hint(hint).into());
        }
        if of(&known, node).is_none() {
            let words = format!("peer probe {}", node.address);
            let script = volume.gluster(&words);
            steps.push(Step::new(format!("{}: join", node.name), script));
        }
    }
    let exit = step::all(&volume, COMMAND, &steps, yes, &|| wait(&volume))?;
    if steps.is_empty() {
        wait(&volume).map_err(|why| {
            Stop::refused(why).hint("provha cluster fs status says more")
        })?;
    }
    Ok(exit)
}

/// The other nodes.
pub fn others<'a>(volume: &'a Volume<'_>) -> impl Iterator<Item = &'a Node> {
    volume.nodes.iter().filter(|node| !node.own)
}

/// What is known of a node.
pub fn of<'a>(known: &'a [Peer], node: &Node) -> Option<&'a Peer> {
    let address = node.address.to_string();
    let is = |name: &String| *name == address || *name == node.name;
    known.iter().find(|peer| peer.names.iter().any(is))
}

/// The first node that is not connected, with its state.
///
/// # Errors
/// glusterd does not answer, or there is one.
pub fn all_connected(volume: &Volume<'_>) -> Result<(), String> {
    let known = facts::peers(&volume.ask("peer status")?);
    for node in others(volume) {
        match of(&known, node) {
            Some(peer) if peer.connected => {}
            Some(peer) => {
                return Err(format!(
                    "{} is not connected: {}",
                    node.name, peer.state
                ));
            }
            None => return Err(format!("{} has not joined", node.name)),
        }
    }
    Ok(())
}

/// Waits until all are connected.
fn wait(volume: &Volume<'_>) -> Result<(), String> {
    let begin = Instant::now();
    loop {
        match all_connected(volume) {
            Ok(()) => return Ok(()),
            Err(why) if begin.elapsed() > JOIN => return Err(why),
            Err(_) => std::thread::sleep(Duration::from_millis(300)),
        }
    }
}
