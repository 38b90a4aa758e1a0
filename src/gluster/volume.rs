//! `cluster fs volume`: two copies of everything and an arbiter, started.

use std::time::{Duration, Instant};

use crate::cluster::remote::quoted;
use crate::context::Context;
use crate::exit::{Exit, Stop};
use crate::gluster::facts::{self, Info};
use crate::gluster::step::{self, Step};
use crate::gluster::{Volume, peers};

/// How long the copies' processes may take to start.
const START: Duration = Duration::from_secs(60);
/// The command.
const COMMAND: &str = "cluster fs volume";

/// Runs the command; `on_root`: copies may lie on the root file system.
///
/// # Errors
/// Exit 3: not the first node, nodes that have not joined, a volume of that
/// name with other copies, or `--yes` is missing. Exit 1, 5: it failed.
pub fn run(
    context: &Context<'_>,
    yes: bool,
    on_root: bool,
) -> anyhow::Result<Exit> {
    let volume = Volume::find(context)?;
    volume.only_first(COMMAND)?;
    let _lock = step::lock(context, COMMAND, yes)?;
    let info = volume.info()?;
    peers::all_connected(&volume).map_err(|why| {
        let hint = "provha cluster fs peers --yes";
        Stop::refused(format!("nothing was changed: {why}")).hint(hint)
    })?;
    if let Some(info) = &info {
        same(&volume, info)?;
    }
    let steps = steps(&volume, info.as_ref(), on_root);
    step::all(&volume, COMMAND, &steps, yes, &|| online(&volume))
}

/// Refuses a volume of that name that is another one.
fn same(volume: &Volume<'_>, info: &Info) -> anyhow::Result<()> {
    let last = volume.nodes.len() - 1;
    let wanted: Vec<(String, bool)> = volume
        .nodes
        .iter()
        .enumerate()
        .map(|(at, node)| (volume.brick_of(node), at == last))
        .collect();
    if info.bricks == wanted {
        return Ok(());
    }
    let list = |bricks: &[(String, bool)]| {
        let word = |(brick, arbiter): &(String, bool)| match arbiter {
            true => format!("{brick} (arbiter)"),
            false => brick.clone(),
        };
        bricks.iter().map(word).collect::<Vec<_>>().join(", ")
    };
    let text = format!(
        "there is a volume {} with other copies: {}; wanted: {}",
        volume.name,
        list(&info.bricks),
        list(&wanted)
    );
    let hint = "set CLUSTER_FS_PEER_HOSTS and PROVHA__FS_BRICK to what it has, \
                or another PROVHA__FS_VOLUME; gluster itself changes a volume";
    Err(Stop::refused(text).hint(hint).into())
}

/// What is still to be done.
fn steps(volume: &Volume<'_>, info: Option<&Info>, on_root: bool) -> Vec<Step> {
    let name = quoted(&volume.name);
    let mut steps = Vec::new();
    if info.is_none() {
        let bricks: Vec<String> = volume
            .nodes
            .iter()
            .map(|node| quoted(&volume.brick_of(node)))
            .collect();
        let force = if on_root { " force" } else { "" };
        let words = format!(
            "volume create {name} replica 3 arbiter 1 {}{force}",
            bricks.join(" ")
        );
        let what =
            format!("make volume {}: two copies, an arbiter", volume.name);
        steps.push(Step::new(what, volume.gluster(&words)));
    }
    if info.is_none_or(|info| !info.started) {
        // A node that is lost holds writers for so long; the default of 42 s
        // is longer than a GUI waits.
        let ping = format!("volume set {name} network.ping-timeout 10");
        let what = "a lost node holds writers for 10 s at most";
        steps.push(Step::new(what, volume.gluster(&ping)));
        let words = format!("volume start {name}");
        let what = format!("start volume {}", volume.name);
        steps.push(Step::new(what, volume.gluster(&words)));
    }
    steps
}

/// Waits until all copies answer.
fn online(volume: &Volume<'_>) -> Result<(), String> {
    let begin = Instant::now();
    let words = format!("volume heal {} info summary", quoted(&volume.name));
    loop {
        let heal = volume.ask(&words).map(|told| facts::heal(&told));
        let why = match heal {
            Ok(all)
                if all.len() == volume.nodes.len()
                    && all.iter().all(|heal| heal.online) =>
            {
                return Ok(());
            }
            Ok(all) => {
                let off = all.iter().find(|heal| !heal.online);
                let off = off.map_or("a copy", |heal| heal.brick.as_str());
                format!("{off} does not answer")
            }
            Err(why) => why,
        };
        if begin.elapsed() > START {
            return Err(why);
        }
        std::thread::sleep(Duration::from_millis(500));
    }
}
