//! Both machines into the pair, through `pair join` on each: the one that does
//! not serve yet goes first, and waits for the other.

use std::net::{Ipv4Addr, SocketAddr, TcpStream};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use crate::clients::omapi::probe;
use crate::cluster::rsync::Transport;
use crate::cluster::sync_settings;
use crate::context::Context;
use crate::exit::Stop;
use crate::model::Findings;
use crate::outputs::dhcp;
use crate::services::dhcpd_turn;
use crate::system::process;

/// How long a command on the peer may take.
const PATIENCE: Duration = Duration::from_secs(600);
/// How long the peer's dhcpd may take until it takes connections.
const START: Duration = Duration::from_secs(300);
/// How long a known device may take to be answered.
const PROOF: Duration = Duration::from_secs(15);
/// What the peer does.
const JOIN: &str = "provha pair join --quiet && echo joined";

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
    run(&transport, peer, line)
}

/// The same with what was made of the settings.
fn run(
    transport: &Transport,
    peer: Ipv4Addr,
    line: &str,
) -> Result<String, String> {
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
            Self::Look => "look whether its settings are usable",
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

/// Whether our dhcpd serves now.
pub fn serves() -> bool {
    probe::listens().is_ok()
}

/// The way into the pair, as far as it was gone.
pub struct Way<'a> {
    context: &'a Context<'a>,
    peer: Ipv4Addr,
    /// How long to wait for normal operation, seconds.
    timeout: u64,
    /// The `pair join` of the peer, which goes on until we have joined, too.
    joins: Option<JoinHandle<Result<String, String>>>,
}

impl<'a> Way<'a> {
    /// The way of this machine and its peer.
    pub fn new(context: &'a Context<'a>, peer: Ipv4Addr, timeout: u64) -> Self {
        Self { context, peer, timeout, joins: None }
    }

    /// Does one step; what it came to.
    ///
    /// # Errors
    /// It failed: those after it are not done.
    pub fn make(&mut self, step: &Move) -> anyhow::Result<String> {
        match (step.place, step.what) {
            (Where::There, What::Join) => self.peer_joins(),
            (Where::Here, What::Join) => {
                let said = join(self.context)?;
                match self.joins.take() {
                    Some(peer) => {
                        let ended = ended(peer);
                        let ended =
                            ended.map_err(|why| self.failed(step, &why))?;
                        Ok(format!("{said}; {}: {ended}", self.peer))
                    }
                    None => Ok(said),
                }
            }
            (Where::Here, what) => here(self.context, what, self.timeout),
            (Where::There, what) => self.there(step, what),
        }
    }

    /// What failed on the peer.
    fn failed(&self, step: &Move, why: &str) -> Stop {
        let text = format!("on {}: {}: {why}", self.peer, step.what.words());
        let hint = format!("run it there by hand: ssh root@{}", self.peer);
        Stop::refused(text).hint(hint)
    }

    /// Has the peer join. Where it goes first it waits for us, so it is not
    /// waited for, but until its dhcpd takes connections.
    fn peer_joins(&mut self) -> anyhow::Result<String> {
        let transport = sync_settings::transport(self.context)?;
        let peer = self.peer;
        let thread = std::thread::spawn(move || run(&transport, peer, JOIN));
        let port = self.context.settings.number("PROVHA__FAILOVER_PEER_PORT");
        let server = SocketAddr::from((peer, port as u16));
        let end = Instant::now() + START;
        while !thread.is_finished() && Instant::now() < end {
            let moment = Duration::from_millis(300);
            if TcpStream::connect_timeout(&server, moment).is_ok() {
                self.joins = Some(thread);
                return Ok("its dhcpd runs and takes connections".into());
            }
            std::thread::sleep(moment);
        }
        let step = Move { place: Where::There, what: What::Join, cost: "" };
        ended(thread).map_err(|why| self.failed(&step, &why).into())
    }

    /// Another step on the peer, by our program there.
    fn there(&self, step: &Move, what: What) -> anyhow::Result<String> {
        let line = match what {
            What::Look => {
                "provha dns --dry-run --quiet && echo the settings are usable"
            }
            What::Prove => "provha setup check --json || true",
            What::Join | What::Wait => "provha failover wait normal",
        };
        let said = remote(self.context, self.peer, line)
            .map_err(|why| self.failed(step, &why))?;
        if what != What::Prove {
            let last = said.trim().lines().last().unwrap_or_default();
            return Ok(last.to_string());
        }
        let object: serde_json::Value =
            serde_json::from_str(said.trim()).unwrap_or_default();
        let checks = object["checks"].as_array().cloned().unwrap_or_default();
        let known = checks.iter().find(|c| c["name"] == "known-device");
        let text = known.and_then(|check| check["text"].as_str());
        Ok(text.unwrap_or("it says nothing about a known device").to_string())
    }
}

/// How a thread ended.
fn ended(thread: JoinHandle<Result<String, String>>) -> Result<String, String> {
    let said = thread.join().unwrap_or_else(|_| Err("it broke off".into()))?;
    Ok(said.trim().lines().last().unwrap_or_default().to_string())
}

/// `pair join` on this machine. The peer comes next, so it is not waited for
/// any longer than by what lives on.
fn join(context: &Context<'_>) -> anyhow::Result<String> {
    let context = Context {
        options: context.options,
        settings: context.settings.clone(),
        machine: context.machine.clone(),
        console: context.console,
        looks: crate::pair::Memory::default(),
        number: context.number,
        permits: context.permits,
        lives_on: true,
        shown: Vec::new(),
    };
    let lock = context.lock("setup pair")?;
    let mut findings = Findings::default();
    let outcome = dhcp::make(&context, lock.as_ref(), &mut findings)?;
    Ok(match outcome.is_empty() {
        true => "its set is live already".into(),
        false => format!("{} files written", outcome.written.len()),
    })
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
        What::Join => join(context),
        What::Wait => normal(context, Duration::from_secs(timeout)),
        What::Prove => match dhcpd_turn::known_within(context, PROOF) {
            Some(known) => Ok(format!("{known} is answered")),
            None => Ok("no modem with a lease was answered, or none has a \
                        lease here yet: look with a modem"
                .into()),
        },
    }
}

/// Waits until our side is normal and knows its peer to be.
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
