//! The checks on a staged set: the stock checker, and what it lets through.

pub mod dhcp;
pub mod dns;
pub mod kea;
pub mod optional;
pub mod pool_statements;
pub mod subnet6_members;
pub mod time;

use std::path::Path;
use std::process::Command;
use std::time::Duration;

use crate::exit::Stop;
use crate::system::process;

/// What a stock checker said.
#[derive(Debug)]
pub enum Verdict {
    /// It accepted the set.
    Accepted,
    /// It is not installed.
    Missing,
    /// It refused; its own words.
    Refused(String),
}

/// Runs a checker in the directory of the staged set.
///
/// # Errors
/// It cannot be started, or takes longer than `timeout`.
pub fn run(
    program: &str,
    args: &[&str],
    dir: &Path,
    timeout: Duration,
) -> anyhow::Result<Verdict> {
    let Some(path) = process::find(program) else {
        return Ok(Verdict::Missing);
    };
    let mut command = Command::new(&path);
    command.args(args).current_dir(dir);
    let outcome = process::run(&mut command, timeout).map_err(|error| {
        Stop::failed(format!("cannot run {}: {error}", path.display()))
    })?;
    if outcome.ok() {
        return Ok(Verdict::Accepted);
    }
    if outcome.status.is_none() {
        let hint = "raise PROVHA__COMMAND_TIMEOUT";
        let text = format!("{} {}", path.display(), outcome.how());
        return Err(Stop::refused(text).hint(hint).into());
    }
    Ok(Verdict::Refused(outcome.output))
}
