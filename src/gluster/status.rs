//! `cluster fs status`: whether the volume is whole. It ends in bounded time,
//! whatever hangs.

use std::fmt::Write as _;
use std::net::{SocketAddr, TcpStream};
use std::time::Duration;

use crate::cluster::nodes::Node;
use crate::cluster::remote::quoted;
use crate::context::Context;
use crate::exit::Exit;
use crate::gluster::facts::{self, Heal, Info, Peer};
use crate::gluster::json::{FsCheck, FsStatus};
use crate::gluster::{PORT, Volume, mount, peers};
use crate::status::State;

/// The command.
const COMMAND: &str = "cluster fs status";
/// How long a look at the directory may take.
const LOOK: Duration = Duration::from_secs(4);
/// How long the counting of what is to be healed may take: gluster waits ten
/// seconds for each node that is silent.
const HEAL: Duration = Duration::from_secs(15);
/// How long the port of a node may take.
const CONNECT: Duration = Duration::from_secs(2);

/// What was found.
struct Seen {
    peers: Result<Vec<Peer>, String>,
    /// Nodes whose glusterd does not answer.
    silent: Vec<String>,
    info: Option<Info>,
    heal: Result<Vec<Heal>, String>,
    mounted: Option<(String, String)>,
    /// Whether the directory can be listed.
    look: Result<(), String>,
}

/// Runs the command.
///
/// # Errors
/// Exit 3: the settings name no volume.
pub fn run(context: &Context<'_>) -> anyhow::Result<Exit> {
    let volume = Volume::find(context)?;
    let seen = see(&volume);
    let checks = judge(&volume, &seen);
    let worst = checks.iter().map(|check| check.0).max();
    let worst = worst.unwrap_or(State::Ok);
    let mut text = String::new();
    for (state, name, words) in &checks {
        let _ = writeln!(text, "{:<9} {name:<12} {words}", state.word());
    }
    context.console.data(&text)?;
    context.console.result(&FsStatus {
        command: COMMAND,
        volume: volume.name.clone(),
        state: worst.word(),
        checks: checks
            .into_iter()
            .map(|(state, name, text)| FsCheck {
                name,
                state: state.word(),
                text,
            })
            .collect(),
        seconds: context.console.elapsed().as_secs_f64(),
    });
    Ok(match worst {
        State::Critical | State::Unknown => Exit::Failed,
        State::Warning if context.options.strict => Exit::Refused,
        _ => Exit::Done,
    })
}

/// Asks, all at the same time.
fn see(volume: &Volume<'_>) -> Seen {
    let name = quoted(&volume.name);
    let heal = format!("volume heal {name} info summary");
    let list = quoted(&volume.dir.display().to_string());
    let list = format!("ls -A {list} >/dev/null");
    std::thread::scope(|scope| {
        let peers = scope.spawn(|| volume.ask("peer status"));
        let info = scope.spawn(|| volume.info());
        let heal = scope.spawn(|| volume.ask_for(&heal, HEAL));
        let silent = |node: &Node| {
            let socket = SocketAddr::from((node.address, PORT));
            let open = TcpStream::connect_timeout(&socket, CONNECT);
            open.is_err().then(|| node.name.clone())
        };
        let silent: Vec<_> = peers::others(volume)
            .map(|node| scope.spawn(move || silent(node)))
            .collect();
        let look = scope.spawn(|| volume.run(&list, LOOK));
        let broke = || "asking broke".to_string();
        let peers = peers.join().unwrap_or_else(|_| Err(broke()));
        let heal = heal.join().unwrap_or_else(|_| Err(broke()));
        let look = look.join().unwrap_or_else(|_| Err(broke()));
        Seen {
            peers: peers.map(|told| facts::peers(&told)),
            silent: silent
                .into_iter()
                .filter_map(|thread| thread.join().ok().flatten())
                .collect(),
            info: info.join().ok().and_then(Result::ok).flatten(),
            heal: heal.map(|told| facts::heal(&told)),
            mounted: mount::mounted(volume),
            look: look.and_then(|said| match said.code {
                0 => Ok(()),
                _ => Err(said.last()),
            }),
        }
    })
}

/// One thing that was looked at: how it is, its name, in words.
type Check = (State, &'static str, String);

/// What it is worth.
fn judge(volume: &Volume<'_>, seen: &Seen) -> Vec<Check> {
    let known = match &seen.peers {
        Ok(known) => known,
        Err(why) => {
            let text = format!("glusterd does not answer: {why}");
            return vec![
                (State::Critical, "glusterd", text),
                directory(volume, seen),
            ];
        }
    };
    let (joined, lost) = joined(volume, known, &seen.silent);
    let mut checks = vec![joined];
    match &seen.info {
        Some(info) if info.started => {
            let text = format!("{} is started", volume.name);
            checks.push((State::Ok, "volume", text));
            checks.extend(copies(&seen.heal, lost));
        }
        Some(_) => {
            let text = format!("{} is not started", volume.name);
            checks.push((State::Critical, "volume", text));
        }
        None => {
            let text = format!("there is no volume {}", volume.name);
            checks.push((State::Critical, "volume", text));
        }
    }
    checks.push(directory(volume, seen));
    checks
}

/// Whether the other nodes are connected; how many are not.
fn joined(
    volume: &Volume<'_>,
    known: &[Peer],
    silent: &[String],
) -> (Check, usize) {
    let lost: Vec<String> = peers::others(volume)
        .filter_map(|node| match peers::of(known, node) {
            // glusterd itself sees a lost node after half a minute only.
            Some(peer) if peer.connected && silent.contains(&node.name) => {
                Some(format!("{} (no answer on port {PORT})", node.name))
            }
            Some(peer) if peer.connected => None,
            Some(peer) => Some(format!("{} ({})", node.name, peer.state)),
            None => Some(format!("{} (has not joined)", node.name)),
        })
        .collect();
    let text = format!("not connected: {}", lost.join(", "));
    let check = match lost.len() {
        0 => (State::Ok, "peers", "all are connected".into()),
        1 => (State::Warning, "peers", text),
        _ => (State::Critical, "peers", text),
    };
    (check, lost.len())
}

/// Whether the copies answer, and hold the same; `lost` nodes are away.
fn copies(heal: &Result<Vec<Heal>, String>, lost: usize) -> Vec<Check> {
    let all = match heal {
        Ok(all) => all,
        Err(why) => {
            let (state, text) = match lost {
                0 => (State::Unknown, format!("cannot be asked: {why}")),
                1 => (State::Warning, "one is away; not counted".into()),
                n => (State::Critical, format!("{n} are away; not counted")),
            };
            return vec![(state, "copies", text)];
        }
    };
    let off: Vec<&str> = all
        .iter()
        .filter(|heal| !heal.online)
        .map(|heal| heal.brick.as_str())
        .collect();
    let text = format!("no answer: {}", off.join(", "));
    let copies = match off.len() {
        0 => (State::Ok, "copies", format!("all {} answer", all.len())),
        1 => (State::Warning, "copies", text),
        _ => (State::Critical, "copies", text),
    };
    let most = |count: fn(&Heal) -> Option<u64>| {
        all.iter().filter_map(count).max().unwrap_or(0)
    };
    let (pending, split) = (most(|h| h.pending), most(|h| h.split));
    let heal = match pending {
        0 => (State::Ok, "heal", "nothing waits".into()),
        n => (State::Warning, "heal", format!("{n} entries wait")),
    };
    let split = match split {
        0 => (State::Ok, "split-brain", "none".into()),
        n => (
            State::Critical,
            "split-brain",
            format!(
                "{n} entries have two histories: gluster volume heal NAME \
                     info split-brain names them"
            ),
        ),
    };
    vec![copies, heal, split]
}

/// Whether the directory of this node is the volume.
fn directory(volume: &Volume<'_>, seen: &Seen) -> Check {
    let dir = volume.dir.display();
    let what = "mount";
    match (&seen.mounted, &seen.look) {
        (Some((_, kind)), Ok(())) if kind == mount::KIND => {
            (State::Ok, what, format!("{dir} is the volume"))
        }
        (Some((_, kind)), Err(why)) if kind == mount::KIND => {
            (State::Critical, what, format!("{dir} cannot be read: {why}"))
        }
        // The arbiter's machine needs no files.
        (_, _) if volume.own == volume.nodes.len() - 1 => {
            (State::Ok, what, format!("{dir} is not mounted on the arbiter"))
        }
        _ => (State::Critical, what, format!("{dir} is not the volume")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn copies_are_judged() {
        use State::{Critical, Ok as Well, Warning};

        let heal = |online, pending, split| Heal {
            brick: "a:/b".into(),
            online,
            pending: Some(pending),
            split: Some(split),
        };
        let judged = |all: &[(bool, u64, u64)]| -> Vec<State> {
            let all = all.iter().map(|(on, p, s)| heal(*on, *p, *s)).collect();
            copies(&Ok(all), 0).into_iter().map(|check| check.0).collect()
        };
        let good = (true, 0, 0);
        assert_eq!(judged(&[good; 3]), [Well; 3]);
        let one = (false, 0, 0);
        assert_eq!(judged(&[good, good, one]), [Warning, Well, Well]);
        assert_eq!(judged(&[good, one, one])[0], Critical);
        assert_eq!(judged(&[(true, 3, 0)])[1], Warning);
        assert_eq!(judged(&[(true, 3, 1)])[2], Critical);
        for (lost, state) in [(0, State::Unknown), (1, Warning), (2, Critical)]
        {
            let silent = copies(&Err("no answer".into()), lost);
            assert_eq!(silent[0].0, state);
        }
    }
}
