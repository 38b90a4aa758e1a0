//! `provha dhcp`: all of /etc/dhcp-nmsprime.

use std::collections::{BTreeMap, BTreeSet};
use std::net::Ipv4Addr;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use anyhow::Context as _;

use crate::check::{self, Verdict};
use crate::clients::omapi::probe::DhcpdProbe;
use crate::clients::tftp;
use crate::context::Context;
use crate::devices::boot_files;
use crate::exit::{Exit, Stop};
use crate::guard::pools;
use crate::model::{Findings, Network, Site};
use crate::outputs::pool_texts;
use crate::pair::{Care, Turn};
use crate::plan::Sink;
use crate::publish::activate::Daemon;
use crate::publish::directory_set::{DirectorySet, SetRules, Staged};
use crate::publish::generations::changes_below;
use crate::publish::pending_restart::PendingRestart;
use crate::render::dhcp::{self as render, DIR, OmapiKey, Options};
use crate::render::templates::Templates;
use crate::report;
use crate::report::Outcome;
use crate::source::load;
use crate::status::count;
use crate::system::dir::{MOST, read_whole};
use crate::system::files;
use crate::system::files::{Doing, Owner};
use crate::{guard, publish};
use std::os::unix::fs::MetadataExt;

/// Runs the command.
pub fn run(context: &Context<'_>) -> anyhow::Result<Exit> {
    let lock = context.lock("dhcp")?;
    let mut findings = Findings::default();
    let network = network(context, &mut findings)?;
    let templates = context.templates()?;
    let mut options = options(context, &network)?;
    options.next_server = next_server(context, &network.site);
    let outcome = apply(
        context,
        lock.as_ref(),
        network,
        &options,
        &templates,
        &mut findings,
    )?;
    let pending = !outcome.written.is_empty() || !outcome.removed.is_empty();
    Ok(exit(context, pending))
}

/// The exit code of a run that went well.
pub fn exit(context: &Context<'_>, pending: bool) -> Exit {
    if pending && context.only_looks() && context.options.exit_code {
        return Exit::Pending;
    }
    Exit::Done
}

/// Reads the network.
pub fn network(
    context: &Context<'_>,
    findings: &mut Findings,
) -> anyhow::Result<Network> {
    let mut db = context.database()?;
    let mut warnings = Vec::new();
    let network = load::network(
        &mut *db,
        &context.settings,
        &context.machine,
        findings,
        &mut warnings,
    )?;
    for warning in warnings {
        context.console.warning(&warning);
    }
    context.console.detail("the network is read");
    Ok(network)
}

/// Stages, checks and activates the set of a network.
pub fn apply(
    context: &Context<'_>,
    lock: Option<&crate::system::lock::Lock>,
    mut network: Network,
    options: &Options,
    templates: &Templates,
    findings: &mut Findings,
) -> anyhow::Result<Outcome> {
    publish::settle(context, lock)?;
    pool_texts::check(context, &mut network, options, templates, findings)?;
    boot_files::check(context, &network, findings);
    if network.site.pair.is_some() && !network.has_failover() {
        context.console.warning(
            "no pool gives out addresses: failover.conf declares no peer \
             until one does, because dhcpd would not start",
        );
    }
    context.console.findings("dhcp", findings);
    guard::quarantine(context, findings, network.rows)?;
    let mut outcome = Outcome { command: "dhcp".into(), ..Outcome::default() };
    outcome.made = made(&network);
    let mut stage = DirectorySet::begin(rules(context), work(context))?;
    render::render(&network, options, templates, &mut stage)
        .context("rendering the dhcpd set")?;
    context.console.detail("the set is rendered");
    if let Some(mut staged) = stage.finish()? {
        let begin = Instant::now();
        check_set(context, &staged)?;
        let checked = begin.elapsed();
        outcome.written = staged.changed.iter().cloned().collect();
        outcome.removed = staged.stale.iter().cloned().collect();
        if context.options.diff {
            show(context, &staged)?;
        }
        if let Some(lock) = lock {
            let restarted =
                publish(context, lock, &mut staged, "dhcp", checked)?;
            outcome.restarted.extend(restarted);
        }
    } else if let Some(lock) = lock.filter(|_| !context.options.no_activate) {
        let daemon = daemon(context);
        let due = PendingRestart::of(&context.settings, daemon.name);
        let _turn = due.is_noted().then(|| take_turn(context, &daemon));
        let loads = vec![context.settings.root().at(DIR)];
        let taker = publish::Taker { daemon, loads };
        if publish::catch_up(context, lock, &taker)? {
            outcome.restarted.push(taker.daemon.name);
        }
    }
    if lock.is_some() {
        publish::learn(context, live_names(context)?);
    }
    report::summary(context, network.site.role, &outcome, findings)?;
    Ok(outcome)
}

/// The files of the live set that are ours; paths without the root.
fn live_names(context: &Context<'_>) -> anyhow::Result<Vec<String>> {
    let names = files::walk(&rules(context).live)?.into_iter();
    let ours = names.filter(|name| render::is_ours(name));
    Ok(ours.map(|name| format!("{DIR}/{name}")).collect())
}

/// Makes a staged set live, which took this long to check; the daemon that
/// was restarted.
pub fn publish(
    context: &Context<'_>,
    lock: &crate::system::lock::Lock,
    staged: &mut Staged,
    command: &str,
    checked: Duration,
) -> anyhow::Result<Option<&'static str>> {
    let daemon = (!context.options.no_activate)
        .then(|| Daemon { checked, ..daemon(context) });
    let turn = daemon.as_ref().and_then(|daemon| take_turn(context, daemon));
    keep_foreign_conf(context, staged)?;
    let (written, removed) = (staged.changed.clone(), staged.stale.clone());
    let changes = changes_below(Path::new(DIR), &written, &removed).collect();
    let record = publish::Record { command, together: false, changes };
    let daemons: Vec<&Daemon> = daemon.iter().collect();
    publish::activate(context, lock, staged, &daemons, &record)?;
    drop(turn);
    Ok(daemon.filter(|d| d.restart.is_some()).map(|d| d.name))
}

/// Waits until dhcpd may be restarted without a gap for the clients: the peer
/// serves or is known dead, and is not just restarting its own. None where
/// there is nothing to be careful of.
fn take_turn(context: &Context<'_>, daemon: &Daemon) -> Option<Turn> {
    let _ = daemon.restart.as_ref()?;
    let care = Care::find(&context.settings, context.options.restart_hold)?;
    Some(care.take_turn(context.console, context.looks.clone()))
}

/// Stages former contents of the set and has them checked; None when they are
/// live. What `contents` does not name stays as it is.
pub fn stage_back(
    context: &Context<'_>,
    contents: &BTreeMap<String, Option<Vec<u8>>>,
) -> anyhow::Result<Option<Staged>> {
    if contents.is_empty() {
        return Ok(None);
    }
    let rules = rules(context);
    let live = rules.live.clone();
    let mut names: BTreeSet<String> = files::walk(&live)?
        .into_iter()
        .filter(|name| render::is_ours(name))
        .collect();
    names.extend(contents.keys().cloned());
    let mut stage = DirectorySet::begin(rules, work(context))?;
    for name in names {
        match contents.get(&name) {
            Some(None) => {}
            Some(Some(bytes)) => {
                stage.file(&name, &mut |out| Ok(out.write_all(bytes)?))?;
            }
            None => stage.file(&name, &mut |out| {
                let (mut file, _) = files::open(&live.join(&name))?;
                let _ = std::io::copy(&mut file, out)?;
                Ok(())
            })?,
        }
    }
    let Some(staged) = stage.finish()? else { return Ok(None) };
    check_staged(context, &staged)?;
    if context.options.diff {
        show(context, &staged)?;
    }
    Ok(Some(staged))
}

/// What the summary counts.
fn made(network: &Network) -> Vec<String> {
    let hosts = network.modems.iter().filter(|m| m.has_host()).count();
    let pools: usize = network.cmts.iter().map(|c| c.pools.len()).sum();
    vec![
        count(hosts, "modem"),
        count(network.mtas.len(), "MTA"),
        count(network.endpoints.len(), "endpoint"),
        format!("{} CMTS with {}", network.cmts.len(), count(pools, "pool")),
    ]
}

/// The rules of the set.
fn rules(context: &Context<'_>) -> SetRules {
    let mut warn = |text: String| context.console.warning(&text);
    SetRules {
        live: context.settings.root().at(DIR),
        is_ours: render::is_ours,
        is_secret: |name| matches!(name, "dhcpd.conf" | "failover.conf"),
        owner: Owner::find(
            &context.settings,
            "PROVHA__DHCP_OWNER",
            "PROVHA__DHCP_GROUP",
            &mut warn,
        ),
    }
}

/// Where the set is staged: beside the live one, or, for a run that only
/// looks, where it touches nothing.
fn work(context: &Context<'_>) -> PathBuf {
    let live = context.settings.root().at(DIR);
    if !context.only_looks() {
        return DirectorySet::beside(&live);
    }
    let name = format!("provha-look.{}", std::process::id());
    std::env::temp_dir().join(name)
}

/// What the configuration adds to the network.
pub fn options(
    context: &Context<'_>,
    network: &Network,
) -> anyhow::Result<Options> {
    let number = |key| context.settings.number(key);
    let omapi_key = omapi_key(context)?;
    if omapi_key.is_none() && network.site.pair.is_some() {
        let path = context.settings.plain_path("PROVHA__OMAPI_KEY_FILE");
        context.console.warning(&format!(
            "there is no OMAPI key in {}: failover.conf carries no key",
            path.display()
        ));
    }
    Ok(Options {
        dir: DIR.into(),
        tsig_algorithm: context.settings.text("PROVHA__TSIG_ALGORITHM").into(),
        omapi_key,
        omapi_port: number("PROVHA__OMAPI_PORT"),
        port: number("PROVHA__FAILOVER_PORT"),
        peer_port: number("PROVHA__FAILOVER_PEER_PORT"),
        max_response_delay: number("PROVHA__MAX_RESPONSE_DELAY"),
        max_unacked_updates: number("PROVHA__MAX_UNACKED_UPDATES"),
        load_balance_max_seconds: number("PROVHA__LOAD_BALANCE_MAX_SECONDS"),
        mclt: number("PROVHA__MCLT"),
        next_server: network.site.own(),
    })
}

/// The TFTP server that modems are sent to.
pub fn next_server(context: &Context<'_>, site: &Site) -> Ipv4Addr {
    let peer = site.pair.as_ref().map(|pair| pair.peer);
    answering(context, site.own(), peer)
}

/// As [`next_server`], for addresses that are known.
pub fn answering(
    context: &Context<'_>,
    own: Ipv4Addr,
    peer: Option<Ipv4Addr>,
) -> Ipv4Addr {
    if context.options.no_activate {
        return own;
    }
    let dir = context.settings.path("PROVHA__TFTP_DIR");
    let mut say = |text: String| context.console.warning(&text);
    tftp::next_server(&dir, own, peer, &mut say)
}

/// The OMAPI key of the key file; None when there is no such file.
///
/// # Errors
/// Exit 3 when the file is there and holds no key.
pub fn omapi_key(context: &Context<'_>) -> anyhow::Result<Option<OmapiKey>> {
    use base64::Engine as _;
    let path = context.settings.path("PROVHA__OMAPI_KEY_FILE");
    let text = match files::text_through(&path) {
        Err(e) if files::is_missing(&e) => return Ok(None),
        other => other?,
    };
    let words: Vec<&str> = text.split_whitespace().collect();
    let known = |name: &str| {
        let hmacs = crate::config::keys::HMACS;
        hmacs.iter().find(|hmac| hmac.eq_ignore_ascii_case(name))
    };
    let good = |secret: &str| {
        let engine = &base64::engine::general_purpose::STANDARD;
        engine.decode(secret).is_ok_and(|bytes| !bytes.is_empty())
    };
    let plain = |name: &str| {
        let fits = |b: u8| b.is_ascii_alphanumeric() || b"-_.".contains(&b);
        name.bytes().all(fits)
            && name.starts_with(|c: char| c.is_ascii_alphabetic())
    };
    if let [name, algorithm, secret] = words[..]
        && let Some(algorithm) = known(algorithm)
        && good(secret)
        && plain(name)
    {
        return Ok(Some(OmapiKey {
            name: name.into(),
            algorithm: (*algorithm).into(),
            secret: secret.into(),
        }));
    }
    let text = format!("{} holds no OMAPI key", path.display());
    let hint = "one line: NAME ALGORITHM SECRET, such as: omapi_key \
                hmac-sha256 BASE64";
    Err(Stop::refused(text).hint(hint).into())
}

/// The guard rail on hosts, then the checkers.
fn check_set(context: &Context<'_>, staged: &Staged) -> anyhow::Result<()> {
    let (dropped, live) = guard::dropped_hosts(staged.live(), &staged.dir())?;
    guard::removal(context, "hosts", &dropped, live)?;
    pools::check(context, staged.live(), &staged.dir())?;
    check_staged(context, staged)
}

/// Our own rules and `dhcpd -t`.
fn check_staged(context: &Context<'_>, staged: &Staged) -> anyhow::Result<()> {
    let faults = check::dhcp::own_rules(&staged.dir())?;
    if let Some(first) = faults.first() {
        let text = format!(
            "the rendered dhcpd set breaks {} rules that dhcpd -t does not \
             know; the first: {first}",
            faults.len()
        );
        return Err(Stop::refused(text).into());
    }
    let conf = entry_points(staged)?;
    let program = context.settings.text("PROVHA__DHCPD_BIN");
    match check::dhcp::dhcpd(program, &conf, context.command_timeout())? {
        Verdict::Accepted => context.console.detail("dhcpd -t accepts the set"),
        Verdict::Missing => context.console.warning(&format!(
            "{program} is not installed: the set was not checked by it"
        )),
        Verdict::Refused(output) => {
            let text = format!(
                "dhcpd -t refuses the rendered set:\n  {}",
                check::dhcp::essence(&output)
            );
            let hint = "nothing was changed; correct the row that the line \
                        comes from";
            return Err(Stop::refused(text).hint(hint).into());
        }
    }
    Ok(())
}

/// Copies of the two files that include others, leading to the staged set:
/// what `dhcpd -t` is started on.
fn entry_points(staged: &Staged) -> anyhow::Result<PathBuf> {
    let (new, scratch) = (staged.dir(), staged.scratch()?);
    let list = "cmts_gws.conf";
    for name in ["dhcpd.conf", list] {
        let path = new.join(name);
        let text = files::text_through(&path)?;
        let text = text
            .replace(
                &format!("\"{DIR}/{list}\""),
                &format!("\"{}\"", scratch.join(list).display()),
            )
            .replace(&format!("\"{DIR}/"), &format!("\"{}/", new.display()));
        files::replace(&scratch.join(name), text.as_bytes(), 0o600)?;
    }
    Ok(scratch.join("dhcpd.conf"))
}

/// Prints what would change.
fn show(context: &Context<'_>, staged: &Staged) -> anyhow::Result<()> {
    let (live, new) = (staged.live(), staged.dir());
    for name in staged.changed.iter().chain(&staged.stale) {
        report::print_diff(
            context.console,
            name,
            &live.join(name),
            &new.join(name),
        )?;
    }
    Ok(())
}

/// Keeps a copy of a dhcpd.conf that was not ours, once.
fn keep_foreign_conf(
    context: &Context<'_>,
    staged: &Staged,
) -> anyhow::Result<()> {
    let path = staged.live().join("dhcpd.conf");
    let Ok((file, meta)) = files::open_through(&path) else { return Ok(()) };
    let bytes = read_whole(file, &meta, MOST).doing("read", &path)?;
    let copy = path.with_file_name("dhcpd.conf.before-provha");
    if bytes.starts_with(publish::MARK.as_bytes()) || files::exists(&copy) {
        return Ok(());
    }
    // It may hold keys: nobody else reads it, whoever could read the original.
    let root = context.settings.root();
    let owner = Owner::exactly(root, meta.uid(), meta.gid());
    files::replace_as(&copy, &bytes, meta.mode() & 0o640, owner)?;
    context
        .console
        .note(&format!("kept the former dhcpd.conf as {}", copy.display()));
    Ok(())
}

/// The keys of dhcpd: restart, unit, probe.
pub const KEYS: [&str; 3] =
    ["PROVHA__DHCPD_RESTART", "PROVHA__DHCPD_UNIT", "PROVHA__DHCPD_PROBE"];

/// dhcpd, with its restart and its probe.
fn daemon(context: &Context<'_>) -> Daemon {
    publish::daemon(context, "dhcpd", KEYS, || Box::new(probe(context)))
}

/// The built-in question to dhcpd: through OMAPI.
fn probe(context: &Context<'_>) -> DhcpdProbe {
    if let Ok(None) = omapi_key(context) {
        let text = "without an OMAPI key it is only seen whether dhcpd \
                    reads its port, not whether it answers";
        context.console.warning(text);
    }
    DhcpdProbe { dir: context.settings.root().at(DIR) }
}
