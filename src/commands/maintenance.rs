//! `provha maintenance`: one node out of service for a while.

use crate::cli::maintenance::MaintenanceCommand;
use crate::context::Context;
use crate::exit::{Exit, Stop};
use crate::maintenance::{self, Wish};

/// Runs the command.
pub fn run(
    context: &Context<'_>,
    command: MaintenanceCommand,
) -> anyhow::Result<Exit> {
    let args = match command {
        MaintenanceCommand::End => return maintenance::end(context),
        MaintenanceCommand::Start(args) => args,
    };
    let Some(reason) = context.options.reason.as_deref() else {
        let text = "maintenance start needs --reason: both nodes show it";
        return Err(Stop::usage(text).into());
    };
    let (time, partner_down) = (args.time, args.partner_down);
    maintenance::start(context, &Wish { time, reason, partner_down })
}
