//! `provha rollback`: the state of a kept generation becomes live again, by
//! the same checks, restarts and questions as any other content.

use std::collections::{BTreeMap, BTreeSet, HashSet};
use std::hash::{DefaultHasher, Hash, Hasher};
use std::net::IpAddr;
use std::path::Path;
use std::time::{Duration, Instant};

use crate::context::Context;
use crate::exit::{Exit, Stop};
use crate::outputs::dhcp;
use crate::outputs::time;
use crate::outputs::time::{CHRONY_CONF, Service};
use crate::publish::Taker;
use crate::publish::device_files;
use crate::publish::device_files::{DeviceDir, FileId, Scratch as Buffer};
use crate::publish::directory_set::Staged;
use crate::publish::file_set;
use crate::publish::file_set::{FileChange, FileSet};
use crate::publish::generations::reach;
use crate::publish::generations::record::Entry;
use crate::publish::generations::{
    Change, Generations, Heading, Meta, begin_of_last,
};
use crate::render::dhcp::DIR;
use crate::render::dns::{CPE_KEY, OWN_KEY, PEER_KEY, SCRIPT};
use crate::report::{Outcome, json};
use crate::services::named;
use crate::system::dir;
use crate::system::lock::Lock;
use crate::system::scratch::Scratch;
use crate::{devices, publish};

/// What a roll-back puts back, by where it lies.
struct Plan {
    /// Files of the dhcpd set: name and former content.
    dhcp: BTreeMap<String, Option<Vec<u8>>>,
    /// Files of the other daemons.
    pieces: Vec<FileChange>,
    /// Offered and stale device files.
    devices: Vec<Devices>,
    /// Files that the settings do not know any more.
    other: BTreeSet<String>,
}

/// A directory of device files. What was offered and did not become live goes
/// with it.
struct Devices {
    loose: DeviceDir,
    offered: Vec<FileId>,
    stale: Vec<FileId>,
}

impl Drop for Devices {
    fn drop(&mut self) {
        self.loose.withdraw(&self.offered);
    }
}

/// Runs the command.
pub fn run(context: &Context<'_>, number: Option<u64>) -> anyhow::Result<Exit> {
    let lock = context.lock("rollback")?;
    publish::settle(context, lock.as_ref())?;
    let store = Generations::look(&context.settings);
    let all = store.list()?;
    let Some(last) = all.last() else {
        return Err(reach::unknown(number.unwrap_or(0), &all).into());
    };
    let number = number.unwrap_or_else(|| begin_of_last(&all) - 1);
    let live = reach::reachable(number, &all)?;
    let plan = plan(context, &store, number, live)?;
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
    let mut outcome = Outcome {
        command: format!("rollback to {number}"),
        ..Outcome::default()
    };
    let done = put_back(context, lock.as_ref(), plan, &mut outcome);
    let changed = outcome.written.len() + outcome.removed.len();
    done.map_err(|error| partly(error, number, last.number, changed))?;
    say(context, number, &outcome)?;
    Ok(dhcp::exit(context, !outcome.is_empty()))
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
                "mend it and run 'provha rollback {number}', or start the \
                 daemon by hand and read its log"
            )),
        },
    }
    .into()
}

/// The last lines.
fn say(
    context: &Context<'_>,
    number: u64,
    outcome: &Outcome,
) -> anyhow::Result<()> {
    let files = outcome.written.len() + outcome.removed.len();
    let would = if context.only_looks() { "would be " } else { "" };
    let mut line =
        format!("generation {number}: {files} files {would}put back");
    for daemon in &outcome.restarted {
        line += &format!("; {daemon} restarted");
    }
    context.console.note(&line);
    if !context.only_looks() {
        context.console.warning(
            "dhcp, dns, time and configfile render from the database again; \
             rebuild and watch once something changes there that concerns \
             the files, or their interval has passed: correct the rows, or \
             stop the timer, before that",
        );
    }
    context.console.result(&json::Rollback {
        command: "rollback",
        generation: number,
        dry_run: context.only_looks(),
        written: &outcome.written,
        removed: &outcome.removed,
        restarted: &outcome.restarted,
        seconds: context.console.elapsed().as_secs_f64(),
    });
    Ok(())
}

/// The error of a roll-back of which some parts are live: a person must look.
fn partly(
    error: anyhow::Error,
    number: u64,
    last: u64,
    changed: usize,
) -> anyhow::Error {
    if changed == 0 {
        return error;
    }
    let message = format!(
        "{changed} files of generation {number} are live again, the others \
         are not: {}",
        crate::report::error::text(&error)
    );
    let hint = format!(
        "mend it and run 'provha rollback {number}' again, or go back with \
         'provha rollback {last}'"
    );
    Stop { exit: Exit::Broken, message, hint: Some(hint) }.into()
}

/// Checks every part, then makes one after the other live.
fn put_back(
    context: &Context<'_>,
    lock: Option<&Lock>,
    mut plan: Plan,
    outcome: &mut Outcome,
) -> anyhow::Result<()> {
    let begin = Instant::now();
    let mut set = dhcp::stage_back(context, &plan.dhcp)?;
    let checked = begin.elapsed();
    let mut bundle = compare(context, lock, std::mem::take(&mut plan.pieces))?;
    if let Some(staged) = &mut set {
        dhcpd(context, lock, staged, checked, outcome)?;
    }
    if !bundle.is_empty() {
        let takers = takers(context);
        publish::bundle(context, lock, &mut bundle, &takers, outcome)?;
    }
    for devices in &mut plan.devices {
        device_files(context, lock, devices, outcome)?;
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
        let restarted = dhcp::publish(context, lock, staged, command, checked)?;
        outcome.restarted.extend(restarted);
    }
    outcome.written.extend(staged.changed.iter().cloned());
    outcome.removed.extend(staged.stale.iter().cloned());
    Ok(())
}

/// Makes the device files of one kind live.
fn device_files(
    context: &Context<'_>,
    lock: Option<&Lock>,
    devices: &mut Devices,
    outcome: &mut Outcome,
) -> anyhow::Result<()> {
    let Devices { loose, offered, stale } = devices;
    if lock.is_some() && offered.len() + stale.len() > 0 {
        let store = Generations::open(&context.settings)?;
        let mut changes = device_changes(context, loose, offered, stale);
        let heading = Heading {
            command: &outcome.command,
            together: false,
            run: context.number,
        };
        let pending = store.prepare(&heading, &mut changes)?;
        loose.sync()?;
        let mut done = 0;
        let blocked = match loose.commit(offered, stale, &mut done) {
            Ok(blocked) => blocked,
            Err(error) => {
                pending.leave();
                return Err(devices::half_done(error, done));
            }
        };
        if let Err(error) = pending.commit() {
            // The files are live: that is what counts.
            context.console.warning(&crate::report::error::text(&error));
        }
        if let Some(error) = blocked {
            return Err(devices::half_done(error, done));
        }
        devices::forget(context, loose.dir_name())?;
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
    let refused = publish::refused_dir(context, "rollback");
    let bundle = FileSet::compare(pieces, refused)?;
    check_named(context, conf, &bundle)?;
    time::check(context, &bundle)?;
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

/// The daemons besides dhcpd.
fn takers(context: &Context<'_>) -> Vec<Taker> {
    let v4 = |address: &IpAddr| match address {
        IpAddr::V4(address) => Some(*address),
        IpAddr::V6(_) => None,
    };
    let own = context.machine.addresses.iter().filter_map(v4).take(4).collect();
    let loads = vec![context.settings.path("PROVHA__NAMED_CONF")];
    vec![
        Taker { daemon: named::daemon(context), loads },
        time::chronyd(context, own),
        Service::Xinetd.taker(context),
        Service::Inetd.taker(context),
    ]
}

/// The changes of device files, for the record.
pub fn device_changes<'a>(
    context: &'a Context<'_>,
    loose: &'a DeviceDir,
    offered: &'a [FileId],
    stale: &'a [FileId],
) -> impl Iterator<Item = Change> + 'a {
    let dir = context.settings.plain_path("PROVHA__TFTP_DIR");
    let dir = dir.join(loose.dir_name());
    let change = move |file: &FileId, removed| Change {
        path: dir.join(loose.name(*file)).to_string_lossy().into_owned(),
        removed,
        is_new: loose.is_new(*file),
        most: device_files::MOST,
    };
    let written = change.clone();
    offered
        .iter()
        .map(move |file| written(file, false))
        .chain(stale.iter().map(move |file| change(file, true)))
}

/// Sorts what is to be put back; device files are offered on the way.
fn plan(
    context: &Context<'_>,
    store: &Generations,
    number: u64,
    live: u64,
) -> anyhow::Result<Plan> {
    let mut plan = Plan {
        dhcp: BTreeMap::new(),
        pieces: Vec::new(),
        devices: Vec::new(),
        other: BTreeSet::new(),
    };
    for mut loose in devices::directories(context) {
        loose.begin()?;
        let (offered, stale) = (Vec::new(), Vec::new());
        plan.devices.push(Devices { loose, offered, stale });
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
    if is_single(context, &entry.path) {
        plan.pieces.push(piece(context, entry));
        return Ok(());
    }
    let tftp = context.settings.plain_path("PROVHA__TFTP_DIR");
    for devices in &mut plan.devices {
        let Devices { loose, offered, stale } = devices;
        let dir = tftp.join(loose.dir_name());
        let name = Path::new(&entry.path)
            .strip_prefix(&dir)
            .ok()
            .and_then(|name| loose.read_name(name.to_str()?));
        let Some(file) = name else { continue };
        match &entry.before {
            None => {
                if loose.is_there(file) {
                    stale.push(file);
                }
            }
            Some(content) => match loose.offer(file, content, buffer) {
                // Another's directory: the other files go back all the same.
                Err(error) if dir::is_refusal(&error) => {
                    context.console.warning(&error.to_string());
                }
                other => {
                    if other?.differs {
                        offered.push(file);
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
        CHRONY_CONF,
        Service::Xinetd.conf(),
        Service::Inetd.conf(),
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
