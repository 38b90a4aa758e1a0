//! `provha dhcp`: all of /etc/dhcp-nmsprime.

use crate::context::Context;
use crate::exit::Exit;
use crate::model::Findings;
use crate::outputs::dhcp;

/// Runs the command.
pub fn run(context: &Context<'_>) -> anyhow::Result<Exit> {
    let lock = context.lock("dhcp")?;
    let mut findings = Findings::default();
    let outcome = dhcp::make(context, lock.as_ref(), &mut findings)?;
    Ok(context.exit(!outcome.is_empty()))
}
