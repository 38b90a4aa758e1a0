//! `provha explain`: one device.

use crate::context::Context;
use crate::exit::Exit;
use crate::explain;
use crate::explain::show;

/// Tells what is known of a device.
pub fn run(context: &Context<'_>, device: &str) -> anyhow::Result<Exit> {
    let found = explain::explain(context, device)?;
    context.console.result(&found);
    let text = show::text(&found, context.console.is_verbose());
    context.console.data(&text)?;
    Ok(Exit::Done)
}
