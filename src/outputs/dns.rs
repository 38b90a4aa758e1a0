//! named's configuration, keys, zone seeds, the script for
//! public customer devices; then the heads of the live zones.

use std::path::Path;
use std::time::Instant;

use anyhow::Context as _;

use crate::context::Context;
use crate::exit::Stop;
use crate::guard;
use crate::model::{Findings, Network, Role, Site};
use crate::outputs::zones;
use crate::publish::activate::Daemon;
use crate::publish::file_set::{FileChange, FileSet};
use crate::publish::{self, Service, file_set, foreign};
use crate::render::dns::{self as render, Options, Zone, mangle};
use crate::render::templates::Templates;
use crate::report::Outcome;
use crate::restore;
use crate::services::{named, named_dirs};
use crate::system::dir::Dir;
use crate::system::files;
use crate::system::files::Owner;
use crate::system::lock::Lock;
use crate::system::scratch::Scratch;

/// Renders, checks and activates named's files of a network.
pub fn apply(
    context: &Context<'_>,
    lock: Option<&Lock>,
    network: &Network,
    templates: &Templates,
    findings: &mut Findings,
) -> anyhow::Result<Outcome> {
    context.publisher().settle(lock)?;
    guard::beside_dhcpd(context, network, templates)?;
    other_updaters(context);
    let options = options(context, network);
    let pieces = pieces(context, network, &options, templates)
        .context("rendering named's files")?;
    if lock.is_some() {
        file_set::sweep(&pieces)?;
    }
    let refused = publish::refused_dir(&context.settings, "dns");
    let mut bundle = FileSet::compare(pieces, refused)?;
    journals(&bundle)?;
    let mut outcome = Outcome { command: "dns".into(), ..Outcome::default() };
    outcome.made = vec![format!("{} zones", options.zones.len())];
    let conf = context.settings.path("PROVHA__NAMED_CONF");
    let begin = Instant::now();
    if !bundle.is_empty() {
        check_set(context, network, &options, templates, &bundle)?;
    }
    let checked = begin.elapsed();
    if lock.is_some() {
        mend(context, &bundle, &mut outcome)?;
    }
    if lock.is_some() && bundle.changed().iter().any(|p| p.path == conf) {
        foreign::keep(context.console, context.settings.root(), &conf)?;
    }
    let Service { daemon, loads } = named::service(context);
    let named = Service { daemon: Daemon { checked, ..daemon }, loads };
    restore::publish_files(context, lock, &mut bundle, &[named], &mut outcome)?;
    drop(bundle);
    if lock.is_some() && !context.options.no_activate {
        let written =
            !outcome.written.is_empty() || !outcome.removed.is_empty();
        let line = (&mut outcome, &mut *findings);
        zones::bring_in_line(context, network, &options, written, line)?;
    }
    Ok(outcome)
}

/// Makes and mends what named must be able to write, and who owns it.
fn mend(
    context: &Context<'_>,
    bundle: &FileSet,
    outcome: &mut Outcome,
) -> anyhow::Result<()> {
    outcome.mended = named_dirs::provide(context)?;
    outcome.mended.extend(bundle.mend()?);
    for name in &outcome.mended {
        context
            .console
            .note(&format!("corrected owner or permissions of {name}"));
    }
    Ok(())
}

/// What the configuration, and the zone files that are there, add to the
/// network.
pub fn options(context: &Context<'_>, network: &Network) -> Options {
    let site = &network.site;
    let settings = &context.settings;
    let zone = |name: &&str| Zone {
        name: (*name).to_string(),
        file: zone_file(context, site, name),
    };
    Options {
        algorithm: settings.text("PROVHA__TSIG_ALGORITHM").into(),
        forwarders: settings.addresses("PROVHA__DNS_FORWARDERS"),
        port: settings.number("PROVHA__DNS_PORT"),
        directory: settings.text("PROVHA__NAMED_DIR").into(),
        zone_dir: settings.text("PROVHA__ZONE_DIR").into(),
        zones: render::zone_names(network).iter().map(zone).collect(),
    }
}

/// The file of a zone.
///
/// The forward zone keeps the existing system's file name while that file is
/// new or holds this very zone: after a change of the domain the old zone's
/// live file must neither be loaded as the new one nor overwritten.
fn zone_file(context: &Context<'_>, site: &Site, zone: &str) -> String {
    let dir = context.settings.plain_path("PROVHA__ZONE_DIR");
    let usual = dir.join(render::FORWARD_FILE);
    let forward = zone == site.domain;
    if forward {
        let live = context.settings.root().at(&usual);
        let head = head_of(&live).unwrap_or_default();
        let head = String::from_utf8_lossy(&head);
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
    context: &Context<'_>,
    network: &Network,
    options: &Options,
    templates: &Templates,
) -> anyhow::Result<Vec<FileChange>> {
    let mut warn = |text: String| context.console.warning(&text);
    let mut owner =
        |user, group| Owner::find(&context.settings, user, group, &mut warn);
    let named = owner("PROVHA__NAMED_OWNER", "PROVHA__NAMED_GROUP");
    let conf = owner("PROVHA__NAMED_CONF_OWNER", "PROVHA__NAMED_GROUP");
    let dhcpd = owner("PROVHA__DHCP_OWNER", "PROVHA__DHCP_GROUP");
    let site = &network.site;
    let piece = |name: &str, bytes: Vec<u8>, mode, owner| FileChange {
        name: name.to_string(),
        path: context.settings.root().at(name),
        bytes: Some(bytes),
        mode,
        owner,
        ..FileChange::default()
    };
    let mut out = Vec::new();
    for zone in &options.zones {
        let seed = render::seed(site, &zone.name, templates)?;
        let seed = piece(&zone.file, seed, 0o644, named);
        out.push(FileChange { only_if_missing: true, alive: true, ..seed });
        // named makes it; what runs as root for named leaves one of root.
        let journal = file_set::journal_of(Path::new(&zone.file));
        let journal = journal.display().to_string();
        let journal = piece(&journal, Vec::new(), 0o644, named);
        let bytes = None;
        out.push(FileChange { only_if_missing: true, bytes, ..journal });
    }
    if let Some(key) = cpe_key(context, site.role)? {
        let key = piece(render::CPE_KEY, key.into_bytes(), 0o640, dhcpd);
        out.push(FileChange { only_if_missing: true, secret: true, ..key });
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
    if peer.is_none() && is_ours(context, render::PEER_KEY) {
        // What is stale goes, once the script does not name it any more.
        let gone = piece(render::PEER_KEY, Vec::new(), 0o640, dhcpd);
        out.push(FileChange { bytes: None, ..gone });
    }
    let text = render::named_conf(network, options, templates)?;
    let name = context.settings.text("PROVHA__NAMED_CONF");
    out.push(piece(name, text, 0o640, conf));
    Ok(out)
}

/// The beginning of a live zone file; empty where there is none.
fn head_of(live: &Path) -> files::Result<Vec<u8>> {
    use crate::system::files::Doing as _;
    use std::io::Read as _;
    let file = match files::open(live) {
        Err(e) if files::is_missing(&e) => return Ok(Vec::new()),
        other => other?.0,
    };
    let mut head = Vec::new();
    let _ = file.take(1 << 16).read_to_end(&mut head).doing("read", live)?;
    Ok(head)
}

/// The secret of the mangled names: that which is there, else a new one; on a
/// slave it comes from the master, so that both give a device the same name.
fn cpe_key(
    context: &Context<'_>,
    role: Role,
) -> anyhow::Result<Option<String>> {
    let path = context.settings.root().at(render::CPE_KEY);
    // One that cannot be read is not missing: a new one would rename all.
    let text = match files::read_text(&path) {
        Err(e) if files::is_missing(&e) => None,
        other => Some(other?),
    };
    if let Some(text) = text {
        if mangle::read_key(&text).is_none() {
            context.console.warning(&format!(
                "{} holds no key (64 hexadecimal digits): public customer \
                 devices get no names",
                render::CPE_KEY
            ));
        }
        return Ok(Some(text));
    }
    if role == Role::Slave {
        context.console.warning(&format!(
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
    use crate::system::files::Doing;
    use std::io::Read;
    let path = Path::new("/dev/urandom");
    let mut key = [0; 32];
    let mut file = std::fs::File::open(path).doing("open", path)?;
    file.read_exact(&mut key).doing("read", path)?;
    Ok(key)
}

/// Refuses a zone whose file is gone while its journal is there: named does
/// not load the one on a new file, and named-checkconf does not look at it.
fn journals(bundle: &FileSet) -> anyhow::Result<()> {
    for piece in bundle.changed().iter().filter(|piece| piece.alive) {
        let journal = file_set::journal_of(&piece.path);
        if !files::exists(&journal) {
            continue;
        }
        let text = format!(
            "the zone file {} is gone, but its journal {}.jnl is there: named \
             would not load a new zone with it",
            piece.name, piece.name
        );
        let hint = "if named still runs, 'rndc sync' writes the zone file \
                    again; else move the journal away";
        return Err(Stop::refused(text).hint(hint).into());
    }
    Ok(())
}

/// `named-checkconf -z` on the new configuration with the zones as they will
/// be: the live files, and the new ones where there are none.
fn check_set(
    context: &Context<'_>,
    network: &Network,
    options: &Options,
    templates: &Templates,
    bundle: &FileSet,
) -> anyhow::Result<()> {
    let scratch =
        Scratch::make(&context.settings, "dns", context.only_looks())?;
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
            None => context.settings.root().at(&zone.file),
        };
        zone.file = path.display().to_string();
    }
    let text = render::named_conf(network, &staged, templates)?;
    let conf = scratch.file("named.conf", &text)?;
    named::check(context, &conf)
}

/// Whether a file is there that begins as ours do.
fn is_ours(context: &Context<'_>, name: &str) -> bool {
    let bytes = files::read_through(&context.settings.root().at(name));
    bytes.is_ok_and(|bytes| bytes.starts_with(foreign::MARK.as_bytes()))
}

/// Where scripts and programs of the existing system are that may update the
/// zones themselves.
const UPDATERS: [&str; 6] = [
    "/etc/dhcp-nmsprime",
    "/etc/cron.d",
    "/usr/local/bin",
    "/usr/local/sbin",
    "/var/www/nmsprime/modules/ProvBase/Entities",
    "/var/www/nmsprime/modules/ProvHA/Console",
];

/// Warns of scripts that sign updates by `nsupdate -y` without naming the
/// algorithm: nsupdate(1) then takes hmac-md5.
fn other_updaters(context: &Context<'_>) {
    let algorithm = context.settings.text("PROVHA__TSIG_ALGORITHM");
    if algorithm == "hmac-md5" {
        return;
    }
    let mut found = Vec::new();
    for dir in UPDATERS {
        let dir = context.settings.root().at(dir);
        let open = Dir::open(&dir).and_then(|open| open.list());
        let names = open.unwrap_or_default().into_iter();
        let paths = names.map(|(name, _)| dir.join(name));
        found.extend(paths.filter(|path| signs_without_algorithm(path)));
    }
    found.sort();
    for path in found {
        context.console.warning(&format!(
            "{} updates the zones by 'nsupdate -y' without naming the \
             algorithm, which is {algorithm} now: its updates are refused \
             (BADSIG); use 'nsupdate -k {}', or write \
             '-y {algorithm}:NAME:SECRET', or set \
             PROVHA__TSIG_ALGORITHM=hmac-md5 on both nodes",
            path.display(),
            render::OWN_KEY
        ));
    }
}

/// Files that are larger are no scripts.
const LARGEST: u64 = 1 << 20;

/// Whether a script runs `nsupdate -y` without an algorithm.
fn signs_without_algorithm(path: &Path) -> bool {
    let Ok(bytes) = files::read_at_most(path, LARGEST) else {
        return false;
    };
    let text = String::from_utf8_lossy(&bytes);
    text.lines().any(|line| {
        let Some((_, rest)) = line.split_once("nsupdate") else { return false };
        let Some((_, key)) = rest.split_once(" -y") else { return false };
        !line.trim_start().starts_with('#')
            && !key.trim_start_matches([' ', '"', '\'']).starts_with("hmac-")
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn scripts_that_sign_with_the_old_algorithm() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("script");
        let check = |text: &str, expected: bool| {
            files::replace(&path, text.as_bytes(), 0o600).unwrap();
            assert_eq!(signs_without_algorithm(&path), expected, "{text}");
        };
        check("nsupdate -v -y dhcpupdate:secret <<END", true);
        check("exec(\"nsupdate -y {$name}:{$secret}\");", true);
        check("nsupdate -y hmac-sha256:dhcpupdate:secret", false);
        check("nsupdate -y \"hmac-md5:a:b\"", false);
        check("# nsupdate -y a:b", false);
        check("nsupdate -k /etc/named-ddns.key", false);
        assert!(!signs_without_algorithm(dir.path()));
    }
}
