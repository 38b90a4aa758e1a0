//! The files of modems and telephone adapters.

pub mod cache;

pub mod compare;

pub mod observer;

mod blame;
pub mod boot_files;

mod batch;
mod diffs;
mod end;
mod guards;
mod inputs;
mod known;
mod made;
pub mod one;
mod selection;
mod taken;
mod tftp_dir;
mod told;
mod worker;

pub use diffs::print_settings;
pub use selection::{MOST_SINGLE, Selection, Updated};

use std::collections::BTreeSet;

use crate::context::Context;
use crate::devices::batch::{Batch, withdraw};
use crate::devices::cache::DeviceCache;
use crate::devices::end::End;
use crate::devices::inputs::{Shop, ancestors, parents};
use crate::devices::tftp_dir::Tftp;
use crate::exit::Stop;
use crate::guard::contents;
use crate::model::device::DeviceKind;
use crate::model::texts::Shared;
use crate::model::{Findings, Network, Site};
use crate::publish::device_files;
use crate::publish::device_files::{DeviceDir, FileId};
use crate::report::Outcome;
use crate::services::tftpd;
use crate::source::Database;
use crate::source::load::{self, Modules};
use crate::system::dir::Kind;
use crate::system::files;
use crate::system::lock::Lock;

/// Up to this many changed files of live devices need no verdict about the
/// network.
const FEW_FILES: usize = 10;

/// Opens a snapshot and makes the files of it.
///
/// # Errors
/// Exit 1 or 3: nothing was changed. Exit 5: some files were. Too many devices
/// without any file, or a wanted one: exit 3 once the others are live.
pub fn make(
    context: &Context<'_>,
    lock: Option<&Lock>,
    args: &Selection,
    findings: &mut Findings,
) -> anyhow::Result<Outcome> {
    let mut db = context.database()?;
    match make_of(context, lock, &mut *db, args, findings)? {
        (outcome, None) => Ok(outcome),
        (_, Some(stop)) => Err(stop.into()),
    }
}

/// Makes the files of an open snapshot; and the refusal for devices that have
/// none, once those of the others are live.
///
/// # Errors
/// Exit 1 or 3: nothing was changed. Exit 5: some files were.
pub fn make_of(
    context: &Context<'_>,
    lock: Option<&Lock>,
    db: &mut dyn Database,
    args: &Selection,
    findings: &mut Findings,
) -> anyhow::Result<(Outcome, Option<Stop>)> {
    let (updated, stop) = make_from(context, lock, db, None, args, findings)?;
    Ok((updated.outcome, stop))
}

/// As [`make`], for `rebuild`, which has the snapshot, and the network where
/// it was read: files that cannot be made are told, and not made again before
/// their rows change; single devices are not asked for.
///
/// # Errors
/// As [`make`].
pub fn update(
    context: &Context<'_>,
    lock: Option<&Lock>,
    db: &mut dyn Database,
    network: Option<&Network>,
    args: &Selection,
) -> anyhow::Result<Updated> {
    let mut found = Findings::default();
    let (mut updated, stop) =
        make_from(context, lock, db, network, args, &mut found)?;
    let few = args.news_only && updated.changed.len() <= MOST_SINGLE;
    if let Some(stop) = stop.filter(|_| !few) {
        let kind = args.kind.map_or("", DeviceKind::prefix);
        context.console.error(&format!("configfile {kind}: {stop}"));
        context.console.hint(stop.hint.as_deref().unwrap_or_default());
        updated.outcome.exit = Some(stop.exit);
    }
    Ok(updated)
}

/// Makes the files, checks them, puts them in place, reports; and the refusal
/// where devices have no file: those that were asked for, or too many.
///
/// # Errors
/// Exit 1 or 3: nothing was changed. Exit 5: some files were.
fn make_from(
    context: &Context<'_>,
    lock: Option<&Lock>,
    db: &mut dyn Database,
    network: Option<&Network>,
    args: &Selection,
    findings: &mut Findings,
) -> anyhow::Result<(Updated, Option<Stop>)> {
    context.publisher().settle(lock)?;
    let modules = Modules::find(&*db, &context.settings)?;
    let site = site(context, db)?;
    let tftp = Tftp::open(context);
    let mut kinds = directories(context, &tftp, modules, args);
    let (shared, listed) = while_listing(&mut kinds, || {
        load::texts::shared(&mut *db, &site, modules)
    });
    let shared = shared?;
    listed?;
    let unreadable = tftp.unreadable_images(&shared);
    let chains = contents::chains(&shared);
    let (key, new_key) = match args.wants(DeviceKind::Cm) {
        true => tftp.key(context, site.role)?,
        false => (Vec::new(), false),
    };
    let mut batches = Vec::new();
    let inputs = Shop {
        context,
        news_only: args.news_only,
        tftp: &tftp,
        shared: &shared,
        key: &key,
        unreadable: &unreadable,
        chains: &chains,
        observer: None,
    };
    inputs.open(&mut |inputs| {
        for place in kinds.drain(..) {
            let batch = batch(context, db, &shared, inputs, place, args);
            // What the first kind offered must not stay behind.
            batches.push(batch.inspect_err(|_| withdraw(&batches))?);
        }
        Ok(())
    })?;
    let concerned = concerned(&shared, &batches, args);
    let concerns = |id: u32| concerned.as_ref().is_none_or(|c| c.contains(&id));
    tftp.missing_images(&shared, &concerns, findings);
    missing_parents(&shared, &concerns, findings);
    if args.is_whole() {
        load::references::check(&mut *db, &site, None, findings)?;
    }
    let read = match network {
        Some(_) => None,
        None => read_network(context, db, &batches),
    };
    let end = End {
        context,
        role: site.role,
        lock,
        args,
        new_key: new_key.then_some(&tftp),
        network: network.or(read.as_ref()),
    };
    end.finish(batches, findings)
}

/// The directories of the wanted kinds that this machine has.
fn directories(
    context: &Context<'_>,
    tftp: &Tftp,
    modules: Modules,
    args: &Selection,
) -> Vec<(DeviceKind, DeviceDir)> {
    let kinds = [(DeviceKind::Cm, true), (DeviceKind::Mta, modules.voip)];
    let wanted =
        kinds.iter().filter(|(kind, there)| *there && args.wants(*kind));
    let place = |kind| (kind, tftpd::directory(context, tftp.owner, kind));
    wanted.map(|(kind, _)| place(*kind)).collect()
}

/// The settings of the site; what is odd about them is told.
fn site(context: &Context<'_>, db: &mut dyn Database) -> anyhow::Result<Site> {
    let mut warnings = Vec::new();
    let (settings, machine) = (&context.settings, &context.machine);
    let site = load::site(db, settings, machine, &mut warnings)?;
    for warning in warnings {
        context.console.warning(&warning);
    }
    Ok(site)
}

/// The configfiles that the wanted devices are made of, those without text
/// included; None: all.
fn concerned(
    shared: &Shared,
    batches: &[Batch],
    args: &Selection,
) -> Option<BTreeSet<u32>> {
    if args.is_whole() {
        return None;
    }
    let parents = parents(shared);
    let mut out = BTreeSet::new();
    for id in batches.iter().flat_map(|batch| &batch.made.configfiles) {
        ancestors(*id, &parents, &mut out);
    }
    Some(out)
}

/// The network of the snapshot, where so many live files would change that
/// its verdict counts. What it cannot be read for, `dhcp` tells.
fn read_network(
    context: &Context<'_>,
    db: &mut dyn Database,
    batches: &[Batch],
) -> Option<Network> {
    let changed = |batch: &Batch| {
        let live = |file: &&FileId| !batch.loose.is_new(**file);
        let offered = batch.made.offered.iter().filter(live).count();
        offered + batch.stale.len()
    };
    if batches.iter().map(changed).sum::<usize>() <= FEW_FILES {
        return None;
    }
    let (mut findings, mut warnings) = (Findings::default(), Vec::new());
    let (settings, machine) = (&context.settings, &context.machine);
    load::network(db, settings, machine, &mut findings, &mut warnings).ok()
}

/// Does `work` while the live files are listed, which takes time where there
/// are many.
fn while_listing<T>(
    kinds: &mut [(DeviceKind, DeviceDir)],
    work: impl FnOnce() -> T,
) -> (T, files::Result<()>) {
    std::thread::scope(|scope| {
        let lists: Vec<_> = kinds
            .iter_mut()
            .map(|(_, loose)| scope.spawn(|| loose.begin()))
            .collect();
        let done = work();
        let lists = lists.into_iter().map(|list| {
            list.join().expect("listing a directory does not panic")
        });
        (done, lists.collect())
    })
}

/// Tells of configfiles whose parent is not there.
fn missing_parents(
    shared: &Shared,
    concerns: &dyn Fn(u32) -> bool,
    findings: &mut Findings,
) {
    let there: BTreeSet<u32> =
        shared.configfiles.iter().map(|row| row.id).collect();
    for row in shared.configfiles.iter().filter(|row| concerns(row.id)) {
        let parent = row.parent_id.filter(|id| *id != 0);
        if let Some(parent) = parent.filter(|id| !there.contains(id)) {
            let reason = format!(
                "configfile {parent} is missing or deleted: the chain ends \
                 here"
            );
            findings.warn("configfile", row.id, "parent_id", reason);
        }
    }
}

/// Renders, encodes and compares all devices of a kind.
fn batch(
    context: &Context<'_>,
    db: &mut dyn Database,
    shared: &Shared,
    shop: &worker::Inputs<'_>,
    (kind, loose): (DeviceKind, DeviceDir),
    args: &Selection,
) -> anyhow::Result<Batch> {
    let memory_path =
        device_files::index_path(&context.settings, loose.dir_name());
    let mut memory = DeviceCache::load(&memory_path, shop.digest);
    if args.full {
        memory.forget();
    }
    let noun = match kind {
        DeviceKind::Cm => "modems",
        DeviceKind::Mta => "MTAs",
    };
    let bar = context.console.progress(noun, 0);
    if !bar.is_hidden() {
        bar.set_length(total(db, kind, args)?);
    }
    let read = match kind {
        DeviceKind::Cm => load::texts::modems,
        DeviceKind::Mta => load::texts::mtas,
    };
    let job =
        worker::Job { shop, loose: &loose, kind, memory: &memory, bar: &bar };
    let (devices, mut made) = job.run(&args.ids, &mut |wanted, visit| {
        Ok(read(&mut *db, shared, wanted, visit)?)
    })?;
    odd_files(&loose, kind, &mut made.findings);
    bar.finish_and_clear();
    context.console.detail(&format!("the {noun} are made"));
    let named = args.named();
    let candidates: Vec<FileId> = loose
        .live()
        .iter()
        .filter(|file| named.is_empty() || named.contains(&file.0))
        .copied()
        .collect();
    let stale = device_files::stale(&candidates, &devices);
    Ok(Batch { loose, noun, devices, stale, made, memory, memory_path })
}

/// Reports what others put in the place of devices' files.
fn odd_files(loose: &DeviceDir, kind: DeviceKind, findings: &mut Findings) {
    let table = match kind {
        DeviceKind::Cm => "modem",
        DeviceKind::Mta => "mta",
    };
    for (file, kind) in loose.odd() {
        let (dir, name) = (loose.dir_name(), loose.name(*file));
        let what = kind.words();
        let reason = match kind {
            Kind::Dir => format!(
                "{what} has the place of {dir}/{name}, which is not made: \
                 remove it"
            ),
            _ => format!(
                "{what} has the place of {dir}/{name}: it is not followed; a \
                 regular file replaces it"
            ),
        };
        findings.warn(table, file.0, "", reason);
    }
}

/// How many devices there are to make, for the progress bar.
fn total(
    db: &mut dyn Database,
    kind: DeviceKind,
    args: &Selection,
) -> anyhow::Result<u64> {
    if !args.ids.is_empty() {
        return Ok(args.ids.len() as u64);
    }
    let table = match kind {
        DeviceKind::Cm => "modem",
        DeviceKind::Mta => "mta",
    };
    let alive = db.schema().alive(table, "d")?;
    let sql = format!("SELECT COUNT(*) FROM {table} d WHERE {alive}");
    let mut total = 0_u64;
    db.query(table, &sql, &mut |row| {
        total = row.number(0).unwrap_or(0);
        Ok(())
    })?;
    Ok(total)
}
