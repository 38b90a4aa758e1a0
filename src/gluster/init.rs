//! `cluster fs init`: glusterd runs on this node, and there is a place for its
//! copy.

use std::time::{Duration, Instant};

use crate::cluster::remote::quoted;
use crate::context::Context;
use crate::exit::Exit;
use crate::gluster::Volume;
use crate::gluster::step::{self, Step};

/// How long glusterd may take until it answers.
const START: Duration = Duration::from_secs(60);
/// The command.
const COMMAND: &str = "cluster fs init";

/// Runs the command.
///
/// # Errors
/// Exit 3: the settings, or `--yes` is missing. Exit 1, 5: it failed.
pub fn run(context: &Context<'_>, yes: bool) -> anyhow::Result<Exit> {
    let volume = Volume::find(context)?;
    let _lock = step::lock(context, COMMAND, yes)?;
    let answers = || volume.ask("peer status").map(drop);
    let mut steps = Vec::new();
    if answers().is_err() {
        let (key, unit) = ("PROVHA__FS_START", "PROVHA__FS_UNIT");
        let start = context.settings.command(key, unit);
        steps.push(Step::new(
            "start glusterd, now and with the machine",
            start.unwrap_or_else(|| "true".into()),
        ));
    }
    if let Some(parent) = volume.brick.parent()
        && !parent.is_dir()
    {
        let parent = parent.display().to_string();
        steps.push(Step::new(
            format!("make {parent}, for this node's copy"),
            format!("mkdir -p -m 0755 {}", quoted(&parent)),
        ));
    }
    step::all(&volume, COMMAND, &steps, yes, &|| {
        let begin = Instant::now();
        while let Err(why) = answers() {
            if begin.elapsed() > START {
                return Err(format!("glusterd does not answer: {why}"));
            }
            std::thread::sleep(Duration::from_millis(300));
        }
        Ok(())
    })
}
