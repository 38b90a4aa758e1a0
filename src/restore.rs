//! Former contents back: what a generation replaced becomes live again, by
//! the same checks, restarts and questions as any other content. Asked for by
//! `rollback`, and by restarts that a killed run left unfinished.

use std::collections::{BTreeSet, HashSet};
use std::hash::{DefaultHasher, Hash, Hasher};
use std::net::IpAddr;
use std::path::Path;
use std::time::{Duration, Instant};

use crate::context::Context;
use crate::docsis;
use crate::exit::{Exit, Stop};
use crate::publish;
use crate::publish::device_files::{
    self, DeviceChanges, DeviceDir, FileId, Part, Scratch as Buffer,
};
use crate::publish::directory_set::Staged;
use crate::publish::file_set;
use crate::publish::file_set::{FileChange, FileSet};
use crate::publish::former::Contents;
use crate::publish::generations::record::Entry;
use crate::publish::generations::{Change, Generations, Meta};
use crate::publish::pending_restart::PendingRestart;
use crate::publish::{Changes, Publication, Record, Service};
use crate::render::dhcp::DIR;
use crate::render::dns::{CPE_KEY, OWN_KEY, PEER_KEY, SCRIPT};
use crate::render::kea;
use crate::report;
use crate::report::Outcome;
use crate::report::fleet::{ByDevice, in_all};
use crate::services::inetd::TimeServer;
use crate::services::{chronyd, dhcpd_set, dhcpd_turn, kea_set, named, tftpd};
use crate::system::dir;
use crate::system::lock::Lock;
use crate::system::scratch::Scratch;

/// What a roll-back puts back, by where it lies.
struct Plan {
    /// Files of the dhcpd set: name and former content.
    dhcp: Contents,
    /// Files of the set of Kea's DHCPv6 server.
    kea: Contents,
    /// Files of the other daemons.
    pieces: Vec<FileChange>,
    /// Offered and stale device files.
    devices: Vec<Devices>,
    /// Files that the settings do not know any more.
    other: BTreeSet<String>,
    /// True if a person wants it: then the pair that dhcpd is in counts. What
    /// a killed run replaced goes back whatever it was.
    by_person: bool,
}

/// A directory of device files. What was offered and did not become live goes
/// with it.
struct Devices {
    loose: DeviceDir,
    offered: Vec<FileId>,
    stale: Vec<FileId>,
    /// With `--diff`: what happens to each device.
    told: ByDevice,
}

impl Devices {
    /// Keeps what putting this content back changes.
    fn keep(&mut self, file: FileId, content: Option<&[u8]>) {
        self.told.file(file.0);
        if file.1 != Part::Cfg {
            return;
        }
        match (content, self.loose.read(file, device_files::MOST)) {
            (None, _) => self.told.instead(file.0, "their files go"),
            (_, Err(_)) => self.told.instead(file.0, "their files come back"),
            (Some(new), Ok(old)) => {
                let mib = docsis::Mib::embedded();
                let changes = docsis::diff::diff(&old, new, mib);
                self.told.changes(file.0, changes);
            }
        }
    }
}

impl Drop for Devices {
    fn drop(&mut self) {
        self.loose.withdraw(&self.offered);
    }
}

/// Puts back what was live at a generation; `live` is the last one.
///
/// # Errors
/// Exit 1 or 3: nothing was changed. Others: `outcome` tells what is live.
pub fn to_generation(
    context: &Context<'_>,
    lock: Option<&Lock>,
    (number, live): (u64, u64),
    outcome: &mut Outcome,
) -> anyhow::Result<()> {
    let store = Generations::look(&context.settings);
    let mut plan = plan(context, &store, number, live)?;
    plan.by_person = true;
    // An empty set would stop dhcpd at its next start.
    if plan.dhcp.get("dhcpd.conf") == Some(&None) {
        let text = format!("at generation {number} there was no dhcpd set yet");
        let hint = "go back to a later one (see provha log): dhcpd cannot run \
                    without it";
        return Err(Stop::failed(text).hint(hint).into());
    }
    if let Some(path) = plan.other.first() {
        context.console.warning(&format!(
            "{} files stay as they are, such as {path}: the settings name \
             other ones now",
            plan.other.len()
        ));
    }
    put_back(context, lock, plan, outcome)
}

/// Puts back what a generation replaced whose run was killed before its
/// daemon answered, and does not now: the error that tells how that went.
pub fn one(
    context: &Context<'_>,
    lock: &Lock,
    meta: &Meta,
    name: &str,
    why: &anyhow::Error,
) -> anyhow::Error {
    let number = meta.number - 1;
    let store = Generations::look(&context.settings);
    let command = format!("rollback to {number}");
    let mut outcome = Outcome { command, ..Outcome::default() };
    let done = plan(context, &store, number, meta.number)
        .and_then(|plan| put_back(context, Some(lock), plan, &mut outcome));
    match done {
        Ok(()) => Stop {
            exit: Exit::RolledBack,
            message: format!(
                "{why}; generation {number} is live again and {name} answers"
            ),
            hint: Some(format!(
                "look at the log of {name}; the next run tries again"
            )),
        },
        Err(error) => Stop {
            exit: Exit::Broken,
            message: format!(
                "{why}; and generation {number} cannot be put back: {}",
                crate::report::error::text(&error)
            ),
            hint: Some(format!(
                "correct it and run 'provha rollback {number}', or start the \
                 daemon by hand and read its log"
            )),
        },
    }
    .into()
}

/// Shows what changes in a file set, makes it live, has the services that it
/// concerns load it, and settles the restarts that the others owe.
///
/// # Errors
/// As those of [`crate::publish::Publisher::publish`] and [`catch_up`].
pub fn publish_files(
    context: &Context<'_>,
    lock: Option<&Lock>,
    set: &mut FileSet,
    services: &[Service],
    outcome: &mut Outcome,
) -> anyhow::Result<()> {
    if context.options.diff {
        report::file_set::show(context, set)?;
    }
    if let Some(lock) = lock {
        let services = if context.options.no_activate { &[] } else { services };
        let (concerned, others): (Vec<_>, Vec<_>) =
            services.iter().partition(|service| service.is_concerned(set));
        publish_set(context, lock, set, &concerned, &outcome.command)?;
        let restarted = concerned.iter().filter(|s| s.daemon.restart.is_some());
        outcome.restarted.extend(restarted.map(|s| s.daemon.name));
        context.publisher().learn(set.unchanged().to_vec());
        catch_up(context, lock, &others, outcome)?;
    }
    for change in set.changed() {
        match change.bytes {
            Some(_) => outcome.written.push(change.name.clone()),
            None => outcome.removed.push(change.name.clone()),
        }
    }
    Ok(())
}

/// Makes a file set live.
fn publish_set(
    context: &Context<'_>,
    lock: &Lock,
    set: &mut FileSet,
    services: &[&Service],
    command: &str,
) -> anyhow::Result<()> {
    let kept = |change: &FileChange| {
        let removed = change.bytes.is_none();
        // What a daemon goes on writing is in no generation.
        (!change.alive).then(|| Change::of(change.name.clone(), removed))
    };
    let changes: Vec<Change> = set.changed().iter().filter_map(kept).collect();
    let changes = &changes;
    let record = Record {
        command,
        together: true,
        fingerprints: true,
        changes: &|| -> Changes<'_> { Box::new(changes.iter().cloned()) },
    };
    let publication = Publication { swap: set, services, record };
    context.publisher().publish(lock, publication)
}

/// Restarts the services whose files did not change, as far as an earlier run
/// owes that. Where that run was killed before its daemon answered, and it
/// does not answer now, what that run had replaced comes back.
///
/// # Errors
/// Exit 4: it came back. Exit 5: it does not answer all the same.
pub fn catch_up(
    context: &Context<'_>,
    lock: &Lock,
    services: &[&Service],
    outcome: &mut Outcome,
) -> anyhow::Result<()> {
    for service in services {
        if is_restarted(context, lock, service)? {
            outcome.restarted.push(service.daemon.name);
        }
    }
    Ok(())
}

/// The same for one service: whether it was restarted.
fn is_restarted(
    context: &Context<'_>,
    lock: &Lock,
    service: &Service,
) -> anyhow::Result<bool> {
    let daemon = &service.daemon;
    let due = PendingRestart::of(&context.settings, daemon.name);
    if !due.is_noted() || daemon.restart.is_none() {
        return Ok(false);
    }
    let store = Generations::open(&context.settings)?;
    let mut unverified = None;
    // A killed run may have been about several.
    for meta in store.list()?.into_iter().rev().take_while(|m| m.unverified) {
        if service.loads_some(&store, &meta)? {
            unverified = Some(meta);
            break;
        }
    }
    if let Some(meta) = &unverified {
        // Before the restart: it is tried once. A run that is killed here does
        // not go back twice.
        store.settled(meta)?;
    }
    match (due.catch_up(lock, daemon), unverified) {
        (Err(why), Some(meta)) => {
            // Nobody has ever seen this content answer: the one before it is
            // the better one. Without such a record the content is known to
            // be good, and the daemon is a person's matter: exit 5.
            Err(one(context, lock, &meta, daemon.name, &why))
        }
        (done, _) => done,
    }
}

/// Checks every part, then makes one after the other live.
fn put_back(
    context: &Context<'_>,
    lock: Option<&Lock>,
    mut plan: Plan,
    outcome: &mut Outcome,
) -> anyhow::Result<()> {
    let begin = Instant::now();
    let mut set = dhcpd_set::stage_back(context, &plan.dhcp)?;
    let checked = begin.elapsed();
    if let Some(staged) = set.as_ref().filter(|_| plan.by_person) {
        dhcpd_turn::check(context, staged)?;
    }
    let begin = Instant::now();
    let mut v6 = kea_set::stage_back(context, &plan.kea)?;
    let checked_v6 = begin.elapsed();
    let mut bundle = compare(context, lock, std::mem::take(&mut plan.pieces))?;
    if let Some(staged) = &mut set {
        dhcpd(context, lock, staged, checked, outcome)?;
    }
    if let Some(staged) = &mut v6 {
        kea6(context, lock, staged, checked_v6, outcome)?;
    }
    if !bundle.is_empty() {
        let services = services(context);
        publish_files(context, lock, &mut bundle, &services, outcome)?;
    }
    if context.options.diff {
        tell_devices(context, &plan.devices)?;
    }
    for devices in &mut plan.devices {
        device_files(context, lock, devices, outcome)?;
    }
    Ok(())
}

/// Shows what changes in device files, in groups as `configfile --diff` does.
fn tell_devices(context: &Context<'_>, all: &[Devices]) -> anyhow::Result<()> {
    let (mut out, mut rows) = (String::new(), Vec::new());
    for devices in all {
        let noun = match devices.loose.dir_name() {
            "mta" => "MTA",
            _ => "modem",
        };
        devices.told.fleet().tell(noun, &mut out, &mut rows);
    }
    let files = all.iter().map(|one| one.offered.len() + one.stale.len()).sum();
    if files > 0 {
        out += &in_all(files, &rows);
        context.console.fleet(rows, &out)?;
    }
    Ok(())
}

/// Makes the dhcpd set live.
fn dhcpd(
    context: &Context<'_>,
    lock: Option<&Lock>,
    staged: &mut Staged,
    checked: Duration,
    outcome: &mut Outcome,
) -> anyhow::Result<()> {
    if let Some(lock) = lock {
        let command = &outcome.command;
        let made = (command.as_str(), checked);
        let done = dhcpd_set::publish(context, lock, staged, made, None)?;
        outcome.restarted.extend(done.restarted);
        if let Some(later) = done.later {
            let hint = "once that time has passed, run it again";
            return Err(Stop::failed(later.text()).hint(hint).into());
        }
    }
    outcome.written.extend(staged.changed.iter().cloned());
    outcome.removed.extend(staged.stale.iter().cloned());
    Ok(())
}

/// Makes the set of Kea's DHCPv6 server live.
fn kea6(
    context: &Context<'_>,
    lock: Option<&Lock>,
    staged: &mut Staged,
    checked: Duration,
    outcome: &mut Outcome,
) -> anyhow::Result<()> {
    if let Some(lock) = lock {
        let command = &outcome.command;
        let done = kea_set::publish(context, lock, staged, command, checked)?;
        outcome.restarted.extend(done);
    }
    let name = |name: &String| format!("{}/{name}", kea::DIR);
    outcome.written.extend(staged.changed.iter().map(name));
    outcome.removed.extend(staged.stale.iter().map(name));
    Ok(())
}

/// Makes the device files of one kind live.
fn device_files(
    context: &Context<'_>,
    lock: Option<&Lock>,
    devices: &mut Devices,
    outcome: &mut Outcome,
) -> anyhow::Result<()> {
    let Devices { loose, offered, stale, .. } = devices;
    let part = DeviceChanges { dir: loose, offered, stale };
    if let Some(lock) = lock.filter(|_| !part.is_empty()) {
        // What is remembered of the devices stays: their files have other
        // stamps now, so that configfile makes them again, while rebuild,
        // which asks whether rows changed, leaves them as they are.
        tftpd::publish(context, lock, &outcome.command, &[part])?;
    }
    outcome.written.extend(offered.iter().map(|file| loose.name(*file)));
    outcome.removed.extend(stale.iter().map(|file| loose.name(*file)));
    if lock.is_some() {
        devices.offered.clear();
    }
    Ok(())
}

/// The pieces that differ from what is live, checked.
fn compare(
    context: &Context<'_>,
    lock: Option<&Lock>,
    mut pieces: Vec<FileChange>,
) -> anyhow::Result<FileSet> {
    if lock.is_some() {
        file_set::sweep(&pieces)?;
    }
    // As at first: named's configuration after what belongs to it.
    let conf = context.settings.text("PROVHA__NAMED_CONF");
    pieces.sort_by_key(|piece| (piece.name == conf, piece.name.clone()));
    let refused = publish::refused_dir(&context.settings, "rollback");
    let bundle = FileSet::compare(pieces, refused)?;
    check_named(context, conf, &bundle)?;
    chronyd::check(context, &bundle)?;
    Ok(bundle)
}

/// `named-checkconf -z` on a former configuration with the live zones.
fn check_named(
    context: &Context<'_>,
    conf: &str,
    bundle: &FileSet,
) -> anyhow::Result<()> {
    let piece = bundle.changed().iter().find(|piece| piece.name == conf);
    let Some(bytes) = piece.and_then(|piece| piece.bytes.as_ref()) else {
        return Ok(());
    };
    let mut text = String::from_utf8_lossy(bytes).into_owned();
    if !context.settings.root().is_machine() {
        for key in ["PROVHA__NAMED_DIR", "PROVHA__ZONE_DIR"] {
            let below = context.settings.path(key).display().to_string();
            let plain = format!("\"{}", context.settings.text(key));
            text = text.replace(&plain, &format!("\"{below}"));
        }
    }
    let scratch =
        Scratch::make(&context.settings, "dns", context.only_looks())?;
    named::check(context, &scratch.file("named.conf", text.as_bytes())?)
}

/// The services besides dhcpd.
fn services(context: &Context<'_>) -> Vec<Service> {
    let v4 = |address: &IpAddr| match address {
        IpAddr::V4(address) => Some(*address),
        IpAddr::V6(_) => None,
    };
    let own = context.machine.addresses.iter().filter_map(v4).take(4).collect();
    vec![
        named::service(context),
        chronyd::service(context, own),
        TimeServer::Xinetd.service(context),
        TimeServer::Inetd.service(context),
    ]
}

/// Sorts what is to be put back; device files are offered on the way.
fn plan(
    context: &Context<'_>,
    store: &Generations,
    number: u64,
    live: u64,
) -> anyhow::Result<Plan> {
    let mut plan = Plan {
        dhcp: Contents::new(),
        kea: Contents::new(),
        pieces: Vec::new(),
        devices: Vec::new(),
        other: BTreeSet::new(),
        by_person: false,
    };
    for mut loose in tftpd::directories(context) {
        loose.begin()?;
        let (offered, stale) = (Vec::new(), Vec::new());
        let told = ByDevice::default();
        plan.devices.push(Devices { loose, offered, stale, told });
    }
    let (mut seen, mut buffer) = (HashSet::new(), Buffer::default());
    store.replaced(number, live, &mut |_, entry| {
        let mut hasher = DefaultHasher::new();
        entry.path.hash(&mut hasher);
        if !seen.insert(hasher.finish()) {
            return Ok(());
        }
        place(context, &mut plan, entry, &mut buffer)
    })?;
    Ok(plan)
}

/// Puts one entry where it belongs.
fn place(
    context: &Context<'_>,
    plan: &mut Plan,
    entry: Entry,
    buffer: &mut Buffer,
) -> anyhow::Result<()> {
    let below = |dir| entry.path.strip_prefix(dir)?.strip_prefix('/');
    if let Some(name) = below(DIR) {
        plan.dhcp.insert(name.to_string(), entry.before);
        return Ok(());
    }
    if let Some(name) = below(kea::DIR).filter(|name| kea::is_ours(name)) {
        plan.kea.insert(name.to_string(), entry.before);
        return Ok(());
    }
    if is_single(context, &entry.path) {
        plan.pieces.push(piece(context, entry));
        return Ok(());
    }
    let tftp = context.settings.plain_path("PROVHA__TFTP_DIR");
    for devices in &mut plan.devices {
        let loose = &devices.loose;
        let dir = tftp.join(loose.dir_name());
        let name = Path::new(&entry.path)
            .strip_prefix(&dir)
            .ok()
            .and_then(|name| loose.read_name(name.to_str()?));
        let Some(file) = name else { continue };
        match &entry.before {
            None => {
                if loose.is_there(file) {
                    devices.stale.push(file);
                    if context.options.diff {
                        devices.keep(file, None);
                    }
                }
            }
            Some(content) => match loose.offer(file, content, buffer) {
                // Another's directory: the other files go back all the same.
                Err(error) if dir::is_refusal(&error) => {
                    context.console.warning(&error.to_string());
                }
                other => {
                    if other?.differs {
                        devices.offered.push(file);
                        if context.options.diff {
                            devices.keep(file, Some(content));
                        }
                    }
                }
            },
        }
        return Ok(());
    }
    plan.other.insert(entry.path);
    Ok(())
}

/// Whether a path is that of a file of `dns` or `time`.
fn is_single(context: &Context<'_>, path: &str) -> bool {
    let keys = [
        "PROVHA__NAMED_CONF",
        chronyd::CONF,
        TimeServer::Xinetd.conf(),
        TimeServer::Inetd.conf(),
    ];
    [OWN_KEY, PEER_KEY, CPE_KEY, SCRIPT].contains(&path)
        || keys.iter().any(|key| path == context.settings.text(key))
}

/// A former file as a piece.
fn piece(context: &Context<'_>, entry: Entry) -> FileChange {
    let root = context.settings.root();
    FileChange {
        path: root.at(&entry.path),
        mode: entry.mode & 0o777,
        owner: entry.owner(root),
        secret: entry.path == CPE_KEY,
        bytes: entry.before,
        name: entry.path,
        ..FileChange::default()
    }
}
