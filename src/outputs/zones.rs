//! The last step of `provha dns`: the live zones are brought in line with the
//! settings and the devices, by dynamic updates.

use std::net::{Ipv4Addr, SocketAddr};

use crate::clients::dns;
use crate::clients::dns::{Answer, Data, Kind, QueryError};
use crate::clients::nsupdate::{UpdateError, Updater};
use crate::context::Context;
use crate::exit::{Exit, Stop};
use crate::model::{Findings, Network};
use crate::outputs::names;
use crate::outputs::names::Served;
use crate::render::dns::head::{Head, Live, Peer, Server};
use crate::render::dns::{self as render, Options, Zone};
use crate::report::Outcome;
use crate::services::named;
use crate::services::named::PATIENCE;
use crate::zone_sync::NamesError;

/// Code of an answer about a name that does not exist (RFC 1035 section
/// 4.1.1).
const NO_SUCH_NAME: u8 = 3;

/// Brings the live zones in line with the settings.
///
/// A zone that named does not serve stays as it is, and the others are
/// completed all the same.
///
/// # Errors
/// A zone that is not served, an update that named refuses: exit 5 when this
/// run made files live (`written`), else exit 1. Too many names that would
/// go: exit 3. A named that does not answer is a warning.
pub fn bring_in_line(
    context: &Context<'_>,
    network: &Network,
    options: &Options,
    written: bool,
    (outcome, findings): (&mut Outcome, &mut Findings),
) -> anyhow::Result<()> {
    let server = named::server(options.port);
    let mut updater = Updater {
        program: context.settings.text("PROVHA__NSUPDATE_BIN").into(),
        server,
        key_file: context.settings.root().at(render::OWN_KEY),
        timeout: context.command_timeout(),
    };
    let mut peer = peer(network, server);
    let mut missing: Vec<&Zone> = Vec::new();
    for zone in &options.zones {
        let mut head = Head::wanted(&network.site, &zone.name);
        match live_head(server, &mut head, network, &mut peer) {
            Ok(Some(live)) => {
                update_head(context, &head, &live, &mut updater, outcome)
                    .map_err(|error| {
                        not_in_line(&zone.name, &error, written)
                    })?;
            }
            Ok(None) => missing.push(zone),
            Err(error) => {
                // Not an error: whether named runs is looked at where it is
                // restarted, and the next run completes the zones.
                context
                    .console
                    .warning(&format!("the zones stay as they are: {error}"));
                return Ok(());
            }
        }
    }
    let is_served = |name: &str| {
        !missing.iter().any(|zone| zone.name.eq_ignore_ascii_case(name))
    };
    let has = |name: &str| options.zones.iter().any(|z| z.name == name);
    let served = Served {
        forward: is_served(&network.site.domain),
        reverse: is_served(render::REVERSE_ZONE),
        reverse6: has(render::REVERSE6_ZONE)
            && is_served(render::REVERSE6_ZONE),
    };
    let made =
        names::bring_in_line(context, network, &mut updater, served, findings);
    let report = made.map_err(|error| names_missing(error, written))?;
    outcome.names = (report.added, report.removed);
    match missing.is_empty() {
        true => Ok(()),
        false => Err(not_served(context, &missing, written)),
    }
}

/// Sends the updates of a zone's head.
fn update_head(
    context: &Context<'_>,
    head: &Head,
    live: &Live,
    updater: &mut Updater,
    outcome: &mut Outcome,
) -> Result<(), UpdateError> {
    let batch = head.updates(live);
    updater.send(&batch.text())?;
    if !batch.is_empty() {
        context.console.note(&format!(
            "updated SOA, NS and server address of the zone {}",
            head.zone
        ));
        outcome.heads.push(head.zone.clone());
    }
    Ok(())
}

/// The exit code of a failure after files were made live, or not.
fn failed(written: bool) -> Exit {
    // 1 says that nothing was touched, which is no longer true once files are
    // live that the zones do not follow yet.
    if written { Exit::Broken } else { Exit::Failed }
}

/// The error of zones that named does not serve.
fn not_served(
    context: &Context<'_>,
    zones: &[&Zone],
    written: bool,
) -> anyhow::Error {
    let names: Vec<&str> =
        zones.iter().map(|zone| zone.name.as_str()).collect();
    let names = names.join(", ");
    let message = format!(
        "named does not serve the zone {names}: it stays as it is, the other \
         zones are completed"
    );
    let files: Vec<String> = zones
        .iter()
        .map(|zone| format!("{0} and {0}.jnl", zone.file))
        .collect();
    let unit = context.settings.text("PROVHA__NAMED_UNIT");
    let hint = format!(
        "the log of {unit} says why (a journal out of sync, a zone file that \
         was edited); the way out: stop named, move {} away, start it again \
         by 'provha dns', which makes the zone again and fills it",
        files.join(", ")
    );
    Stop { exit: failed(written), message, hint: Some(hint) }.into()
}

/// The error of zones that were not completed from the leases.
fn names_missing(error: NamesError, written: bool) -> anyhow::Error {
    if let NamesError::Guard(stop) = error {
        return stop.into();
    }
    let message = format!("not all devices have their names: {error}");
    let hint = "what is missing is added by the next run; a zone that is \
                frozen takes nothing (rndc thaw)";
    Stop { exit: failed(written), message, hint: Some(hint.into()) }.into()
}

/// The error of a zone that keeps its old head.
fn not_in_line(
    zone: &str,
    error: &dyn std::error::Error,
    written: bool,
) -> anyhow::Error {
    let message = format!("the zone {zone} keeps its old head: {error}");
    let hint = format!(
        "named must run with the key of its live configuration, and the zone \
         must not be frozen (rndc thaw {zone}); the next run tries again"
    );
    Stop { exit: failed(written), message, hint: Some(hint) }.into()
}

/// The peer as a name server. Its name stands in the head of its own zone,
/// which it is asked for; None: there is no peer, or it does not answer.
fn peer(network: &Network, own: SocketAddr) -> Option<Peer> {
    let address = network.site.pair.as_ref()?.peer;
    let server = SocketAddr::from((address, own.port()));
    let zone = &network.site.domain;
    let soa = dns::ask(server, zone, Kind::Soa, PATIENCE).ok()?;
    let name = soa.records.into_iter().find_map(|record| match record.data {
        Data::Soa { server, .. } => Some(server),
        _ => None,
    });
    let other = |name: &String| {
        soa.authoritative
            && !name.eq_ignore_ascii_case(&network.site.fqdn)
            && crate::model::label::is_domain(&name.to_ascii_lowercase())
    };
    name.filter(other).map(|server| Peer { server, address })
}

/// What a live zone says now, and the peer in the wanted head; None when the
/// server does not serve the zone.
fn live_head(
    server: SocketAddr,
    head: &mut Head,
    network: &Network,
    peer: &mut Option<Peer>,
) -> Result<Option<Live>, QueryError> {
    let mut live = Live::default();
    let soa = dns::ask(server, &head.zone, Kind::Soa, PATIENCE)?;
    let found = soa.records.into_iter().find_map(|record| match record.data {
        Data::Soa { server, contact, serial, times } => {
            Some((server, contact, serial, times))
        }
        _ => None,
    });
    let Some(found) = found.filter(|_| soa.authoritative) else {
        return Ok(None);
    };
    (live.server, live.contact, live.serial, live.times) = found;
    let ns = dns::ask(server, &head.zone, Kind::Ns, PATIENCE)?;
    for record in ns.records {
        if let Data::Ns(name) = record.data {
            let addresses = addresses(server, &name);
            live.servers.push(Server { name, addresses });
        }
    }
    if head.server_inside {
        live.addresses = addresses(server, &head.server).unwrap_or_default();
    }
    if [render::REVERSE_ZONE, render::REVERSE6_ZONE].contains(&&*head.zone) {
        return Ok(Some(live));
    }
    if peer.is_none() {
        *peer = known_peer(network, &live);
    }
    head.peer.clone_from(peer);
    if let (true, Some(peer)) = (head.peer_inside(), &head.peer) {
        live.peer_addresses =
            addresses(server, &peer.server).unwrap_or_default();
    }
    Ok(Some(live))
}

/// The peer as a live zone has it, while it does not answer itself: so that
/// its name stays.
fn known_peer(network: &Network, live: &Live) -> Option<Peer> {
    let address = network.site.pair.as_ref()?.peer;
    let is_peer =
        |server: &&Server| server.addresses.as_deref() == Some(&[address]);
    let server = live.servers.iter().find(is_peer)?;
    Some(Peer { server: server.name.clone(), address })
}

/// The addresses of a name; None: the server does not know.
fn addresses(server: SocketAddr, name: &str) -> Option<Vec<Ipv4Addr>> {
    let Answer { code, records, authoritative } =
        dns::ask(server, name, Kind::A, PATIENCE).ok()?;
    let address = |record: dns::Record| match record.data {
        Data::A(address) => Some(address),
        _ => None,
    };
    let found: Vec<Ipv4Addr> =
        records.into_iter().filter_map(address).collect();
    let gone = authoritative && (code == 0 || code == NO_SUCH_NAME);
    (gone || !found.is_empty()).then_some(found)
}
