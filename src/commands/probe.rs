//! `provha probe`: what the servers do for a device.

use std::io::Write as _;

use crate::cli::ProbeArgs;
use crate::context::Context;
use crate::exit::{Exit, Stop};
use crate::probe;
use crate::probe::show;
use crate::report::error;

/// Asks the servers.
pub fn run(context: &Context<'_>, args: &ProbeArgs) -> anyhow::Result<Exit> {
    if context.options.json && args.format.is_some() {
        let text = "--format has no effect with --json: give one of them";
        return Err(Stop::usage(text).into());
    }
    let probed = probe::probe(context, args.device.as_deref(), args.discover);
    if args.format.is_some() {
        return Ok(plugin(probed));
    }
    let probed = probed?;
    context.console.result(&probed);
    context.console.data(&show::text(&probed))?;
    Ok(if probed.good { Exit::Done } else { Exit::Failed })
}

/// As a monitoring plugin: one line, and one of four exit codes.
fn plugin(probed: anyhow::Result<probe::result::Probed>) -> Exit {
    let (code, line) = match probed {
        Ok(probed) => show::icinga(&probed),
        Err(error) => {
            let text = error::text(&error).replace(['|', '\n'], " ");
            (3, format!("PROBE UNKNOWN: {text}\n"))
        }
    };
    let _ = std::io::stdout().lock().write_all(line.as_bytes());
    // The numbers of these are those of plugins.
    match code {
        0 => Exit::Done,
        1 => Exit::Failed,
        2 => Exit::Usage,
        _ => Exit::Refused,
    }
}
