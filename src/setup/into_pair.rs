//! Both machines into the pair, through `pair join` on each: the one that does
//! not serve yet goes first, and waits for the other.

use std::net::Ipv4Addr;
use std::time::{Duration, Instant};

use super::check::checked::Is;
use crate::clients::omapi::probe;
use crate::cluster::sync_settings;
use crate::context::Context;
use crate::exit::Stop;
use crate::model::Findings;
use crate::outputs::dhcp;
use crate::services::dhcpd_turn;
use crate::system::process;

/// How long a command on the peer may take.
const PATIENCE: Duration = Duration::from_secs(600);

/// Runs a line of shell on the peer; its output.
///
/// # Errors
/// Why it did not end well.
pub fn remote(
    context: &Context<'_>,
    peer: Ipv4Addr,
    line: &str,
) -> Result<String, String> {
    let transport =
        sync_settings::transport(context).map_err(|e| e.to_string())?;
    let mut command = transport.login(peer, line);
    let ended = process::run_apart(&mut command, PATIENCE)
        .map_err(|error| format!("ssh: {error}"))?;
    match ended.status {
        Some(status) if status.success() => Ok(ended.stdout),
        Some(status) => {
            let said = ended.stderr.trim();
            let code = status.code().unwrap_or(-1);
            let last = said.lines().last().unwrap_or("it said nothing");
            Err(format!("code {code}: {last}"))
        }
        None => Err("it took too long".into()),
    }
}

/// Which machine.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Where {
    /// This one.
    Here,
    /// The peer.
    There,
}

/// One step.
#[derive(Debug, Clone)]
pub struct Move {
    /// Which machine.
    pub place: Where,
    /// What is done.
    pub what: What,
    /// What it costs.
    pub cost: &'static str,
}

/// What is done.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum What {
    /// Whether our program is there and its settings are usable.
    Look,
    /// `pair join`.
    Join,
    /// Wait until both are in normal operation.
    Wait,
    /// Ask for a known device.
    Prove,
}

impl What {
    /// The words for it.
    pub fn words(self) -> &'static str {
        match self {
            Self::Look => "look: provha dhcp --dry-run",
            Self::Join => "provha pair join",
            Self::Wait => "provha failover wait normal",
            Self::Prove => "ask dhcpd for a known modem",
        }
    }
}

/// The steps, in their order. `serves`: whether this machine's dhcpd serves
/// now: then the other one goes first.
pub fn moves(serves: bool) -> Vec<Move> {
    let (first, second) = match serves {
        true => (Where::There, Where::Here),
        false => (Where::Here, Where::There),
    };
    let nothing = "nothing: it only looks";
    let step = |place, what, cost| Move { place, what, cost };
    vec![
        step(Where::Here, What::Look, nothing),
        step(Where::There, What::Look, nothing),
        step(
            first,
            What::Join,
            "its dhcpd serves nobody until it has seen its peer; the other \
             machine goes on serving",
        ),
        step(
            second,
            What::Join,
            "one restart of dhcpd: for its length (seconds) nobody is \
             answered; what has a lease keeps it",
        ),
        step(Where::Here, What::Wait, nothing),
        step(Where::Here, What::Prove, nothing),
        step(Where::There, What::Prove, nothing),
    ]
}

/// Whether the own dhcpd serves now.
pub fn serves() -> bool {
    probe::listens().is_ok()
}

/// Does one step; what it came to.
///
/// # Errors
/// It failed: those after it are not done.
pub fn make(
    context: &Context<'_>,
    is: Is,
    step: &Move,
    timeout: u64,
) -> anyhow::Result<String> {
    match step.place {
        Where::Here => here(context, step.what, timeout),
        Where::There => {
            let peer = is.peer.unwrap_or(Ipv4Addr::UNSPECIFIED);
            there(context, peer, step.what)
        }
    }
}

/// A step on this machine.
fn here(
    context: &Context<'_>,
    what: What,
    timeout: u64,
) -> anyhow::Result<String> {
    match what {
        What::Look => {
            let network = context.network(&mut Findings::default())?;
            if !network.has_failover() {
                let text =
                    "the settings name no failover peer for this machine";
                let hint = "set provha.master and provha.slaves in the GUI";
                return Err(Stop::refused(text).hint(hint).into());
            }
            Ok("the settings name a pair".into())
        }
        What::Join => {
            let lock = context.lock("setup pair")?;
            let mut findings = Findings::default();
            let outcome = dhcp::make(context, lock.as_ref(), &mut findings)?;
            Ok(match outcome.is_empty() {
                true => "its set is live already".into(),
                false => format!("{} files written", outcome.written.len()),
            })
        }
        What::Wait => normal(context, Duration::from_secs(timeout)),
        What::Prove => match dhcpd_turn::known(context) {
            Some(known) => Ok(format!("{known} is answered")),
            None => Ok("no modem has a lease here yet: none could be asked \
                        for"
            .into()),
        },
    }
}

/// A step on the peer, by our program there.
fn there(
    context: &Context<'_>,
    peer: Ipv4Addr,
    what: What,
) -> anyhow::Result<String> {
    let line = match what {
        What::Look => {
            "provha dhcp --dry-run --quiet && echo settings are usable"
        }
        What::Join => "provha pair join --quiet && echo joined",
        What::Wait => "provha failover wait normal",
        What::Prove => "provha setup check --json || true",
    };
    let said = remote(context, peer, line).map_err(|why| {
        let text = format!("on {peer}: {}: {why}", what.words());
        let hint = format!("run it there by hand: ssh root@{peer}");
        Stop::refused(text).hint(hint)
    })?;
    if what != What::Prove {
        return Ok(said.trim().lines().last().unwrap_or_default().to_string());
    }
    let object: serde_json::Value =
        serde_json::from_str(said.trim()).unwrap_or_default();
    let checks = object["checks"].as_array().cloned().unwrap_or_default();
    let known = checks.iter().find(|check| check["name"] == "known-device");
    let text = known.and_then(|check| check["text"].as_str());
    Ok(text.unwrap_or("it says nothing about a known device").to_string())
}

/// Waits until the own side is normal and knows its peer to be.
fn normal(context: &Context<'_>, patience: Duration) -> anyhow::Result<String> {
    use crate::clients::omapi::failover::{self, State};
    use crate::isc_dhcp::live;
    let live =
        live::read(&context.settings.root().at(crate::render::dhcp::DIR));
    let own = crate::pair::doors::own(&live);
    let Some((server, key)) = own else {
        return Ok("without an OMAPI key the state cannot be asked".into());
    };
    let end = Instant::now() + patience;
    loop {
        let seen = failover::view(server, &key);
        if let Ok(view) = &seen
            && view.local == State::Normal
            && view.partner == State::Normal
        {
            return Ok("both are in normal operation".into());
        }
        if Instant::now() >= end {
            let state = seen.map_or_else(
                |error| error.to_string(),
                |view| format!("{}, the peer {}", view.local, view.partner),
            );
            let text = format!("not in normal operation: {state}");
            let hint = "provha failover state; provha failover wait normal";
            return Err(Stop::failed(text).hint(hint).into());
        }
        std::thread::sleep(Duration::from_millis(500));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_one_that_does_not_serve_goes_first() {
        let joins = |serves| -> Vec<Where> {
            let moves = moves(serves).into_iter();
            moves.filter(|m| m.what == What::Join).map(|m| m.place).collect()
        };
        assert_eq!(joins(true), [Where::There, Where::Here]);
        assert_eq!(joins(false), [Where::Here, Where::There]);
    }
}
