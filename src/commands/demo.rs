//! `provha demo`: the main job on a sample network, with something to look at.

use anyhow::Context as _;

use crate::cli::{self, Global, RoleWord};
use crate::console::Console;
use crate::demo::{self, hands_on};
use crate::env::Env;
use crate::exit::Exit;
use crate::report::json;

/// Runs the command.
pub fn run(
    env: &Env,
    global: &Global,
    args: &cli::Demo,
    console: &Console,
) -> anyhow::Result<Exit> {
    let out = std::path::absolute(&args.out)?;
    let database = demo::prepare(&out)?;
    for role in [RoleWord::Master, RoleWord::Slave] {
        console.note(&format!("\n== the {} ==", demo::word(role)));
        demo::machine(env, global, &console.inner(), role, &out, &database)
            .with_context(|| format!("rendering the {}", demo::word(role)))?;
    }
    let mut text = demo::show::all(&out)?;
    hands_on::prepare(env, &out, &database, &mut text)?;
    let text = String::from_utf8_lossy(&text).into_owned();
    console.data(&text)?;
    let made = ["master", "slave", "env", "network.sqlite", hands_on::CHANGED];
    let made = made.map(|name| out.join(name).display().to_string());
    let (command, written) = ("demo", made.to_vec());
    console.result(&json::Pages { command, written, text });
    Ok(Exit::Done)
}
