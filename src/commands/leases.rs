//! `provha leases`: who had an address when.

use crate::cli::LeasesArgs;
use crate::cluster::peer_leases;
use crate::context::Context;
use crate::exit::{Exit, Stop};
use crate::isc_dhcp::live;
use crate::lease_history::query::{self, Answer, Holding, Subject};
use crate::lease_history::record::DAYS;
use crate::lease_history::result::{Held, Leases};
use crate::lease_history::when;
use crate::model::Mac;
use crate::model::mac::MacCell;
use crate::render::dhcp::DIR;

/// Answers from the journals.
pub fn run(context: &Context<'_>, args: &LeasesArgs) -> anyhow::Result<Exit> {
    let now = crate::env::now();
    let (subject, text) = subject(&args.subject)?;
    let at = args.at.as_deref().map(|at| when::read(at, now)).transpose();
    let at = at.map_err(|why| Stop::usage(format!("--at: {why}")))?;
    let state = context.settings.path("PROVHA__STATE_DIR");
    let leases = context.settings.path("PROVHA__DHCPD_LEASES");
    let (answer, peer) = std::thread::scope(|scope| {
        let peer = scope.spawn(|| from_peer(context, args, &text));
        let own = query::ask(&state, &leases, subject, now);
        (own, peer.join().unwrap_or_default())
    });
    for fault in &answer.faults {
        context.console.warning(fault);
    }
    if answer.since.is_none() && context.settings.number(DAYS) == 0 {
        context.console.note(&format!(
            "{DAYS} is 0: only what the lease file still holds is known"
        ));
    }
    let peer_asked = peer.is_some();
    let holdings = found(&answer, peer.unwrap_or_default(), at);
    let result = Leases {
        command: "leases",
        subject: text,
        at,
        since: answer.since.map(i64::from),
        peer_asked,
        holdings: holdings.iter().map(Held::from).collect(),
    };
    context.console.result(&result);
    context.console.data(&show(&result, at, now))?;
    // That nobody had it is an answer too.
    Ok(Exit::Done)
}

/// Reads what is asked for.
fn subject(text: &str) -> Result<(Subject, String), Stop> {
    if let Ok(address) = text.trim().parse::<std::net::Ipv4Addr>() {
        return Ok((Subject::Address(address), address.to_string()));
    }
    if let MacCell::Valid { mac, .. } = Mac::read(text) {
        let lower = mac.lower().to_string();
        return Ok((Subject::Client(mac.octets()), lower));
    }
    let text = text.escape_debug();
    Err(Stop::usage(format!("'{text}' is neither an address nor a MAC"))
        .hint("provha explain tells the MAC and the lease of a device"))
}

/// What the peer knows; None: there is no peer, or it is not asked.
fn from_peer(
    context: &Context<'_>,
    args: &LeasesArgs,
    subject: &str,
) -> Option<Vec<Holding>> {
    if args.local {
        return None;
    }
    let live = live::read(&context.settings.root().at(DIR));
    let peer = live.peering?.peer;
    match peer_leases::ask(context, peer, subject) {
        Ok(held) => Some(held.iter().filter_map(Held::holding).collect()),
        Err(why) => {
            context.console.warning(&format!(
                "this node's journal only: the peer {peer} was not asked \
                 ({why}); failover keeps both nodes' lease files complete, so \
                 only what changed while this node was down may be missing"
            ));
            None
        }
    }
}

/// The holdings of both nodes, at the time that was asked for.
fn found(answer: &Answer, peer: Vec<Holding>, at: Option<i64>) -> Vec<Holding> {
    let mut all = answer.holdings.clone();
    all.extend(peer);
    let mut all = query::merged(all);
    if let Some(at) = at {
        all.retain(|held| held.holds_at(at));
    }
    all
}

/// The answer for people.
fn show(result: &Leases, at: Option<i64>, now: i64) -> String {
    let mut out = String::new();
    for held in &result.holdings {
        let mac = held.mac.as_deref().unwrap_or("a client without MAC");
        let until = match held.until {
            None => "for ever".into(),
            Some(until) if until > now => {
                format!("now, at the latest until {}", local_time(until))
            }
            Some(until) => local_time(until),
        };
        let from = local_time(held.from);
        out += &format!("{} {mac}  {from} to {until}", held.address);
        if let Some(behind) = &held.behind {
            out += &format!("  behind {behind}");
        }
        out.push('\n');
    }
    let known = result.since.map_or_else(
        || "no change of any lease is known".to_string(),
        |since| format!("known since {}", local_time(since)),
    );
    if out.is_empty() {
        let when =
            at.map_or(String::new(), |at| format!(" at {}", local_time(at)));
        out = format!("nobody had {}{when} ({known})\n", result.subject);
    } else if at.is_none() {
        out += &format!("{known}\n");
    }
    out
}

/// Seconds since 1970 in the machine's zone.
fn local_time(seconds: i64) -> String {
    crate::explain::show::local_time(seconds)
}
