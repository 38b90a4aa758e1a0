//! `provha dns`: named's configuration, keys, zone seeds, the script for
//! public customer devices; then the heads of the live zones.

use std::net::SocketAddr;
use std::path::Path;
use std::time::Instant;

use anyhow::Context as _;

use super::named::PATIENCE;
use super::publish::Taker;
use super::report::{self, Outcome};
use super::{Run, dhcp, guard, named, named_dirs, names, publish};
use crate::activate::Daemon;
use crate::bundle::{self, Bundle, Piece};
use crate::dns_query::{self, Data, Kind, QueryError};
use crate::dns_update::Updater;
use crate::exit::{Exit, Stop};
use crate::files::{self, Owner};
use crate::lock::Lock;
use crate::model::{Findings, Network, Role, Site};
use crate::names::NamesError;
use crate::render::dns::head::{Head, Live};
use crate::render::dns::{self as render, Options, Zone, mangle};
use crate::render::templates::Templates;
use crate::scratch::Scratch;

/// Runs the command.
pub fn run(run: &Run<'_>) -> anyhow::Result<Exit> {
    let lock = run.lock("dns")?;
    let mut findings = Findings::default();
    let network = dhcp::network(run, &mut findings)?;
    run.talk.findings(&findings);
    guard::quarantine(run, &findings, network.rows)?;
    let templates = run.templates()?;
    let outcome =
        apply(run, lock.as_ref(), &network, &templates, &mut findings)?;
    report::summary(run, network.site.role, &outcome, &findings)?;
    let pending = !outcome.written.is_empty() || !outcome.removed.is_empty();
    Ok(dhcp::exit(run, pending))
}

/// Renders, checks and activates named's files of a network.
pub fn apply(
    run: &Run<'_>,
    lock: Option<&Lock>,
    network: &Network,
    templates: &Templates,
    findings: &mut Findings,
) -> anyhow::Result<Outcome> {
    publish::settle(run, lock)?;
    let options = options(run, &network.site);
    let pieces = pieces(run, network, &options, templates)
        .context("rendering named's files")?;
    if lock.is_some() {
        bundle::sweep(&pieces)?;
    }
    let refused = publish::refused_dir(run, "dns");
    let mut bundle = Bundle::compare(pieces, refused)?;
    journals(&bundle)?;
    let mut outcome = Outcome { command: "dns".into(), ..Outcome::default() };
    outcome.made = vec![format!("{} zones", options.zones.len())];
    let conf = run.settings.path("PROVHA__NAMED_CONF");
    let begin = Instant::now();
    if !bundle.is_empty() {
        check_set(run, network, &options, templates, &bundle)?;
    }
    let checked = begin.elapsed();
    if lock.is_some() {
        mend(run, &bundle, &mut outcome)?;
    }
    if lock.is_some() && bundle.changed().iter().any(|p| p.path == conf) {
        publish::keep_foreign(run, &conf)?;
    }
    let loads = vec![conf, run.settings.path("PROVHA__ZONE_DIR")];
    let daemon = Daemon { checked, ..named::daemon(run) };
    let takers = [Taker { daemon, loads }];
    publish::bundle(run, lock, &mut bundle, &takers, &mut outcome)?;
    drop(bundle);
    if lock.is_some() && !run.options.no_activate {
        let written =
            !outcome.written.is_empty() || !outcome.removed.is_empty();
        let line = (&mut outcome, &mut *findings);
        bring_in_line(run, network, &options, written, line)?;
    }
    Ok(outcome)
}

/// Makes and mends what named must be able to write, and who owns it.
fn mend(
    run: &Run<'_>,
    bundle: &Bundle,
    outcome: &mut Outcome,
) -> anyhow::Result<()> {
    outcome.mended = named_dirs::provide(run)?;
    outcome.mended.extend(bundle.mend()?);
    for name in &outcome.mended {
        run.talk.note(&format!("mended owner or permissions of {name}"));
    }
    Ok(())
}

/// What the configuration, and the zone files that are there, add to the
/// network.
pub fn options(run: &Run<'_>, site: &Site) -> Options {
    let settings = &run.settings;
    let zone = |name: &&str| Zone {
        name: (*name).to_string(),
        file: zone_file(run, site, name),
    };
    Options {
        algorithm: settings.text("PROVHA__TSIG_ALGORITHM").into(),
        forwarders: settings.addresses("PROVHA__DNS_FORWARDERS"),
        port: settings.number("PROVHA__DNS_PORT"),
        directory: settings.text("PROVHA__NAMED_DIR").into(),
        zone_dir: settings.text("PROVHA__ZONE_DIR").into(),
        zones: render::zone_names(site).iter().map(zone).collect(),
    }
}

/// The file of a zone.
///
/// The forward zone keeps the existing system's file name while that file is
/// new or holds this very zone: after a change of the domain the old zone's
/// live file must neither be loaded as the new one nor overwritten.
fn zone_file(run: &Run<'_>, site: &Site, zone: &str) -> String {
    let dir = run.settings.plain_path("PROVHA__ZONE_DIR");
    let usual = dir.join(render::FORWARD_FILE);
    let forward = zone == site.domain;
    if forward {
        let live = run.settings.root().at(&usual);
        let text = std::fs::read(live).unwrap_or_default();
        let head = String::from_utf8_lossy(&text[..text.len().min(1 << 16)]);
        let there = render::zone_of_file(&head);
        if there.is_none_or(|there| there.eq_ignore_ascii_case(zone)) {
            return usual.display().to_string();
        }
    }
    let own = dir.join(format!("{}.zone", zone.to_ascii_lowercase()));
    if own == usual && !forward {
        return dir.join(format!("mta-{zone}.zone")).display().to_string();
    }
    own.display().to_string()
}

/// All files, in the order in which they become live: the configuration after
/// the zones that it names.
fn pieces(
    run: &Run<'_>,
    network: &Network,
    options: &Options,
    templates: &Templates,
) -> anyhow::Result<Vec<Piece>> {
    let mut warn = |text: String| run.talk.warning(&text);
    let mut owner =
        |user, group| Owner::find(&run.settings, user, group, &mut warn);
    let named = owner("PROVHA__NAMED_OWNER", "PROVHA__NAMED_GROUP");
    let conf = owner("PROVHA__NAMED_CONF_OWNER", "PROVHA__NAMED_GROUP");
    let dhcpd = owner("PROVHA__DHCP_OWNER", "PROVHA__DHCP_GROUP");
    let site = &network.site;
    let piece = |name: &str, bytes: Vec<u8>, mode, owner| Piece {
        name: name.to_string(),
        path: run.settings.root().at(name),
        bytes: Some(bytes),
        mode,
        owner,
        ..Piece::default()
    };
    let mut out = Vec::new();
    for zone in &options.zones {
        let seed = render::seed(site, &zone.name, templates)?;
        let seed = piece(&zone.file, seed, 0o644, named);
        out.push(Piece { only_if_missing: true, alive: true, ..seed });
        // named makes it; what runs as root for named leaves one of root.
        let journal = bundle::journal_of(Path::new(&zone.file));
        let journal = journal.display().to_string();
        let journal = piece(&journal, Vec::new(), 0o644, named);
        let bytes = None;
        out.push(Piece { only_if_missing: true, bytes, ..journal });
    }
    if let Some(key) = cpe_key(run, site.role)? {
        let key = piece(render::CPE_KEY, key.into_bytes(), 0o640, dhcpd);
        out.push(Piece { only_if_missing: true, secret: true, ..key });
    }
    let key = |secret| render::key_file(&options.algorithm, secret, templates);
    out.push(piece(render::OWN_KEY, key(&site.secret)?, 0o640, dhcpd));
    let peer = site.pair.as_ref().and_then(|p| p.peer_secret.as_deref());
    if let Some(secret) = peer {
        let key = key(secret)?;
        out.push(piece(render::PEER_KEY, key, 0o640, dhcpd));
    }
    let script = render::script(site, options.port, templates)?;
    out.push(piece(render::SCRIPT, script, 0o750, dhcpd));
    if peer.is_none() && publish::is_ours(run, render::PEER_KEY) {
        // What is stale goes, once the script does not name it any more.
        let gone = piece(render::PEER_KEY, Vec::new(), 0o640, dhcpd);
        out.push(Piece { bytes: None, ..gone });
    }
    let text = render::named_conf(network, options, templates)?;
    let name = run.settings.text("PROVHA__NAMED_CONF");
    out.push(piece(name, text, 0o640, conf));
    Ok(out)
}

/// The secret of the mangled names: that which is there, else a new one; on a
/// slave it comes from the master, so that both give a device the same name.
fn cpe_key(run: &Run<'_>, role: Role) -> anyhow::Result<Option<String>> {
    let path = run.settings.root().at(render::CPE_KEY);
    if let Ok(text) = std::fs::read_to_string(&path) {
        if mangle::read_key(&text).is_none() {
            run.talk.warning(&format!(
                "{} holds no key (64 hexadecimal digits): public customer \
                 devices get no names",
                render::CPE_KEY
            ));
        }
        return Ok(Some(text));
    }
    if role == Role::Slave {
        run.talk.warning(&format!(
            "{} is not there yet: it comes from the master \
             (sync-ha-master-files); until then public customer devices get \
             no names here",
            render::CPE_KEY
        ));
        return Ok(None);
    }
    Ok(Some(mangle::write_key(&random_key()?)))
}

/// 32 octets from the kernel's random source.
fn random_key() -> files::Result<[u8; 32]> {
    use crate::files::Doing;
    use std::io::Read;
    let path = Path::new("/dev/urandom");
    let mut key = [0; 32];
    let mut file = std::fs::File::open(path).doing("open", path)?;
    file.read_exact(&mut key).doing("read", path)?;
    Ok(key)
}

/// Refuses a zone whose file is gone while its journal is there: named does
/// not load the one on a new file, and named-checkconf does not look at it.
fn journals(bundle: &Bundle) -> anyhow::Result<()> {
    for piece in bundle.changed().iter().filter(|piece| piece.alive) {
        let journal = bundle::journal_of(&piece.path);
        if !journal.exists() {
            continue;
        }
        let text = format!(
            "the zone file {} is gone, but its journal {}.jnl is there: named \
             would not load a new zone with it",
            piece.name, piece.name
        );
        let hint = "if named still runs, «rndc sync» writes the zone file \
                    again; else move the journal away";
        return Err(Stop::refused(text).hint(hint).into());
    }
    Ok(())
}

/// `named-checkconf -z` on the new configuration with the zones as they will
/// be: the live files, and the new ones where there are none.
fn check_set(
    run: &Run<'_>,
    network: &Network,
    options: &Options,
    templates: &Templates,
    bundle: &Bundle,
) -> anyhow::Result<()> {
    let scratch = Scratch::make(&run.settings, "dns", run.only_looks())?;
    let mut staged = options.clone();
    let here = scratch.path().display().to_string();
    (staged.directory, staged.zone_dir) = (here.clone(), here);
    for zone in &mut staged.zones {
        let new = bundle.changed().iter().find(|p| p.name == zone.file);
        let path = match new {
            Some(piece) => {
                let bytes = piece.bytes.as_deref().unwrap_or_default();
                scratch.file(&piece.name, bytes)?
            }
            None => run.settings.root().at(&zone.file),
        };
        zone.file = path.display().to_string();
    }
    let text = render::named_conf(network, &staged, templates)?;
    let conf = scratch.file("named.conf", &text)?;
    named::check(run, &conf)
}

/// Brings the live zones in line with the settings, by dynamic updates.
///
/// # Errors
/// An update that named refuses: exit 5 when this run made files live, else
/// exit 1. A named that does not answer is a warning.
fn bring_in_line(
    run: &Run<'_>,
    network: &Network,
    options: &Options,
    written: bool,
    (outcome, findings): (&mut Outcome, &mut Findings),
) -> anyhow::Result<()> {
    let server = named::server(options.port);
    let mut updater = Updater {
        program: run.settings.text("PROVHA__NSUPDATE_BIN").into(),
        server,
        key_file: run.settings.root().at(render::OWN_KEY),
        timeout: run.command_timeout(),
    };
    let mut served = true;
    for zone in &options.zones {
        let head = Head::wanted(&network.site, &zone.name);
        let live = match live_head(server, &head) {
            Ok(Some(live)) => live,
            Ok(None) => {
                run.talk.warning(&format!(
                    "named does not serve the zone {}: it stays as it is",
                    zone.name
                ));
                served = false;
                continue;
            }
            Err(error) => {
                run.talk
                    .warning(&format!("the zones stay as they are: {error}"));
                return Ok(());
            }
        };
        let batch = head.updates(&live);
        if let Err(error) = updater.send(&batch.text()) {
            return Err(not_in_line(&zone.name, &error, written));
        }
        if !batch.is_empty() {
            run.talk.note(&format!(
                "updated SOA, NS and server address of the zone {}",
                zone.name
            ));
            outcome.heads.push(zone.name.clone());
        }
    }
    if !served {
        return Ok(());
    }
    match names::bring_in_line(run, network, &mut updater, findings) {
        Ok(report) => {
            outcome.names = (report.added, report.removed);
            Ok(())
        }
        Err(error) => Err(names_missing(&error, written)),
    }
}

/// The error of zones that were not completed from the leases.
fn names_missing(error: &NamesError, written: bool) -> anyhow::Error {
    let exit = if written { Exit::Broken } else { Exit::Failed };
    let message = format!("not all devices have their names: {error}");
    let hint = "what is missing is added by the next run; a zone that is \
                frozen takes nothing (rndc thaw)";
    Stop { exit, message, hint: Some(hint.into()) }.into()
}

/// The error of a zone that keeps its old head.
fn not_in_line(
    zone: &str,
    error: &dyn std::error::Error,
    written: bool,
) -> anyhow::Error {
    let exit = if written { Exit::Broken } else { Exit::Failed };
    let message = format!("the zone {zone} keeps its old head: {error}");
    let hint = format!(
        "named must run with the key of its live configuration, and the zone \
         must not be frozen (rndc thaw {zone}); the next run tries again"
    );
    Stop { exit, message, hint: Some(hint) }.into()
}

/// What a live zone says now; None when the server does not serve it.
fn live_head(
    server: SocketAddr,
    head: &Head,
) -> Result<Option<Live>, QueryError> {
    let mut live = Live::default();
    let soa = dns_query::ask(server, &head.zone, Kind::Soa, PATIENCE)?;
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
    let ns = dns_query::ask(server, &head.zone, Kind::Ns, PATIENCE)?;
    for record in ns.records {
        if let Data::Ns(name) = record.data {
            live.servers.push(name);
        }
    }
    if head.server_inside {
        let a = dns_query::ask(server, &head.server, Kind::A, PATIENCE)?;
        for record in a.records {
            if let Data::A(address) = record.data {
                live.addresses.push(address);
            }
        }
    }
    Ok(Some(live))
}
