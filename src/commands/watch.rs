//! `provha watch`: follows the database and makes at once what changed.

use std::time::Duration;

use crate::cli::Global;
use crate::console::Console;
use crate::context::Context;
use crate::env::Env;
use crate::exit::Exit;
use crate::system::gate;
use crate::system::lock::Lock;
use crate::watch::Watch;

/// Runs the command: until it is ended.
pub fn run(
    env: &Env,
    options: &Global,
    console: &Console,
) -> anyhow::Result<Exit> {
    let context = Context::prepare(env, options, console)?;
    let own =
        context.settings.path("PROVHA__LOCK_FILE").with_extension("watch");
    let _only = Lock::acquire(&own, "watch", Duration::ZERO)?;
    let mut watch = Watch::begin(&context)?;
    console.note("watch: following the database");
    loop {
        gate::round();
        watch.round(env, options, console);
        gate::round();
        watch.wait();
    }
}
