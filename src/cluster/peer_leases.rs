//! The lease journal of the peer, asked over ssh: for the time in which this
//! node was down.

use std::net::Ipv4Addr;
use std::process::Command;
use std::time::Duration;

use serde::Deserialize;

use crate::cluster::sync_settings;
use crate::context::Context;
use crate::lease_history::result::Held;
use crate::system::process;

/// How long the peer may take: a person waits.
const PATIENCE: Duration = Duration::from_secs(4);

/// What of the peer's answer is read.
#[derive(Deserialize)]
struct Answer {
    holdings: Vec<Held>,
}

/// Asks the peer for an address or a MAC, which must hold no blanks.
///
/// # Errors
/// The words for why it cannot be asked.
pub fn ask(
    context: &Context<'_>,
    peer: Ipv4Addr,
    subject: &str,
) -> Result<Vec<Held>, String> {
    let mut transport =
        sync_settings::transport(context).map_err(|error| error.to_string())?;
    transport.connect_timeout = PATIENCE / 2;
    let words = transport.ssh_words();
    let (program, options) = words.split_first().ok_or("no ssh")?;
    let mut command = Command::new(program);
    let _ = command
        .args(options)
        .arg("--")
        .arg(format!("{}@{peer}", transport.user))
        .args(["provha", "leases", subject, "--local", "--json"]);
    let said = process::run_apart(&mut command, PATIENCE)
        .map_err(|error| format!("{program}: {error}"))?;
    let Some(status) = said.status else {
        return Err(format!("no answer within {} s", PATIENCE.as_secs()));
    };
    if !status.success() {
        let line = said.stderr.lines().rev().find(|line| !line.is_empty());
        return Err(line.unwrap_or("it failed without words").to_string());
    }
    let answer: Answer = serde_json::from_str(&said.stdout)
        .map_err(|error| format!("its answer is not understood: {error}"))?;
    Ok(answer.holdings)
}
