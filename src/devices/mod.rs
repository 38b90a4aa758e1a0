//! The files of modems and telephone adapters.

pub mod cache;

pub mod boot_files;

mod batch;
mod guards;
mod taken;
mod tftp_dir;
mod told;
mod worker;

pub use worker::print_settings;

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::path::Path;
use std::sync::Arc;

use sha2::{Digest, Sha256};

use crate::console::count;
use crate::context::Context;
use crate::devices::batch::Batch;
use crate::devices::cache::DeviceCache;
use crate::devices::tftp_dir::Tftp;
use crate::docsis::check::rules::Allow;
use crate::docsis::mib::dirs::{MibDirs, MibNotes, fingerprint};
use crate::docsis::{Hash, Mib};
use crate::exit::Stop;
use crate::guard::contents;
use crate::model::device::DeviceKind;
use crate::model::texts::Shared;
use crate::model::{Findings, Network, Role, Site};
use crate::publish::device_files;
use crate::publish::device_files::{DeviceChanges, DeviceDir, FileId};
use crate::render::device::{Texts, is_plain_name};
use crate::report;
use crate::report::Outcome;
use crate::services::tftpd;
use crate::source::Database;
use crate::source::load::{self, Modules};
use crate::system::dir::Kind;
use crate::system::files;
use crate::system::lock::Lock;
use crate::system::stamp;

/// Up to this many changed files of live devices need no verdict about the
/// network.
const FEW_FILES: usize = 10;

/// Which devices' files are to be made.
#[derive(Debug, Clone, Default)]
pub struct Selection {
    /// Only devices of this kind.
    pub kind: Option<DeviceKind>,
    /// Only these; empty: all.
    pub ids: Vec<u32>,
    /// Whether to make every file again, whatever is known of the last run.
    pub full: bool,
}

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
    match make_from(context, lock, &mut *db, args, findings)? {
        (outcome, None) => Ok(outcome),
        (_, Some(stop)) => Err(stop.into()),
    }
}

/// As [`make`], for `rebuild`: files that cannot be made are told, and not
/// made again before their rows change; single devices are not asked for.
///
/// # Errors
/// As [`make`].
pub fn make_again(
    context: &Context<'_>,
    lock: Option<&Lock>,
    args: &Selection,
    findings: &mut Findings,
) -> anyhow::Result<Outcome> {
    let mut db = context.database()?;
    let (mut outcome, stop) =
        make_from(context, lock, &mut *db, args, findings)?;
    if let Some(stop) = stop.filter(|_| args.ids.is_empty()) {
        let kind = args.kind.map_or("", DeviceKind::prefix);
        context.console.error(&format!("configfile {kind}: {stop}"));
        context.console.hint(stop.hint.as_deref().unwrap_or_default());
        outcome.exit = Some(stop.exit);
    }
    Ok(outcome)
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
    args: &Selection,
    findings: &mut Findings,
) -> anyhow::Result<(Outcome, Option<Stop>)> {
    context.publisher().settle(lock)?;
    let modules = Modules::find(&*db, &context.settings)?;
    let site = site(context, db)?;
    let tftp = Tftp::open(context);
    let kinds = [(DeviceKind::Cm, true), (DeviceKind::Mta, modules.voip)];
    let kinds = kinds.into_iter().filter(|(_, there)| *there);
    let mut kinds: Vec<(DeviceKind, DeviceDir)> = kinds
        .filter(|(kind, _)| wants(args, *kind))
        .map(|(kind, _)| (kind, tftpd::directory(context, tftp.owner, kind)))
        .collect();
    let (shared, listed) = while_listing(&mut kinds, || {
        load::texts::shared(&mut *db, &site, modules)
    });
    let shared = shared?;
    listed?;
    let unreadable = tftp.unreadable_images(&shared);
    let chains = contents::chains(&shared);
    let (key, new_key) = match wants(args, DeviceKind::Cm) {
        true => tftp.key(context, site.role)?,
        false => (Vec::new(), false),
    };
    let mut batches = Vec::new();
    let inputs = Shop {
        context,
        tftp: &tftp,
        shared: &shared,
        key: &key,
        unreadable: &unreadable,
        chains: &chains,
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
    if args.ids.is_empty() {
        load::references::check(&mut *db, &site, findings)?;
    }
    let network = network(context, db, &batches);
    let end = End {
        context,
        role: site.role,
        lock,
        args,
        new_key: new_key.then_some(&tftp),
        network: network.as_ref(),
    };
    end.finish(batches, findings)
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

/// What the workers' inputs are made of.
struct Shop<'a> {
    context: &'a Context<'a>,
    tftp: &'a Tftp,
    shared: &'a Shared,
    key: &'a [u8],
    /// Firmware images that are there and cannot be read.
    unreadable: &'a BTreeSet<String>,
    /// The texts that the devices of each configfile are made of.
    chains: &'a HashMap<u32, Vec<u32>>,
}

impl Shop<'_> {
    /// Makes the inputs and does the work with them.
    fn open(
        &self,
        work: &mut dyn FnMut(&worker::Inputs<'_>) -> anyhow::Result<()>,
    ) -> anyhow::Result<()> {
        let Self { context, tftp, shared, key, unreadable, chains } = self;
        let mut texts = Texts::new(shared, |name| tftp.firmware(name));
        texts.stall(unreadable);
        let plans = tftp.dial_plans(shared);
        let told = Arc::new(MibNotes::default());
        let directories = context.settings.paths("PROVHA__MIB_DIRS");
        let mibs = fingerprint(&directories, true);
        let mib = Mib::with_loader(Box::new(MibDirs {
            directories,
            system: true,
            told: Arc::clone(&told),
        }));
        let names = context.settings.text("PROVHA__CODEC_ALLOW");
        let allow = Allow::parse(&names.to_ascii_lowercase())
            .map_err(|name| anyhow::anyhow!("'{name}' is not a rule"))?;
        let hash = match context.settings.text("PROVHA__MTA_HASH") {
            "na" => Hash::Na,
            "none" => Hash::None,
            _ => Hash::Eu,
        };
        work(&worker::Inputs {
            texts: &texts,
            key,
            hash,
            plans: &plans,
            files: *tftp,
            reads: &tftp.reads,
            digest: digest(
                shared,
                tftp,
                (key, context.settings.text("PROVHA__CONF_MODE")),
                (hash, allow, mibs),
                &plans,
            ),
            mib: &mib,
            allow,
            chains,
            wants_diff: context.options.diff,
            wants_notes: context.console.is_verbose(),
        })?;
        for text in told.take() {
            context.console.warning(&text);
        }
        Ok(())
    }
}

/// The configfiles that the wanted devices are made of, those without text
/// included; None: all.
fn concerned(
    shared: &Shared,
    batches: &[Batch],
    args: &Selection,
) -> Option<BTreeSet<u32>> {
    if args.ids.is_empty() {
        return None;
    }
    let parents: BTreeMap<u32, Option<u32>> =
        shared.configfiles.iter().map(|row| (row.id, row.parent_id)).collect();
    let mut out = BTreeSet::new();
    for id in batches.iter().flat_map(|batch| &batch.made.configfiles) {
        let mut next = Some(*id);
        while let Some(id) = next.filter(|id| out.insert(*id)) {
            next = parents.get(&id).copied().flatten();
        }
    }
    Some(out)
}

/// The network of the snapshot, where so many live files would change that
/// its verdict counts. What it cannot be read for, `dhcp` tells.
fn network(
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

/// Whether this kind is to be made.
fn wants(args: &Selection, kind: DeviceKind) -> bool {
    args.kind.is_none_or(|wanted| wanted == kind)
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
    let candidates: Vec<FileId> = loose
        .live()
        .iter()
        .filter(|file| args.ids.is_empty() || args.ids.contains(&file.0))
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

/// Removes what was offered.
fn withdraw(batches: &[Batch]) {
    for batch in batches {
        batch.loose.withdraw(&batch.made.offered);
    }
}

/// The end of a run: what is made of all that was offered.
struct End<'a> {
    context: &'a Context<'a>,
    role: Role,
    lock: Option<&'a Lock>,
    args: &'a Selection,
    /// Where the key file is still to be made.
    new_key: Option<&'a Tftp>,
    /// The network, where its verdict counts.
    network: Option<&'a Network>,
}

impl End<'_> {
    /// Reports, asks the guard rails, and makes the files live.
    fn finish(
        &self,
        mut batches: Vec<Batch>,
        findings: &mut Findings,
    ) -> anyhow::Result<(Outcome, Option<Stop>)> {
        let (context, args) = (self.context, self.args);
        for batch in &mut batches {
            findings.extend(std::mem::take(&mut batch.made.findings));
        }
        let scope = match args.kind {
            None => "configfile",
            Some(DeviceKind::Cm) => "configfile cm",
            Some(DeviceKind::Mta) => "configfile mta",
        };
        context.console.findings_of(scope, findings, &args.ids);
        if let Err(error) = self.commit(&batches, findings) {
            withdraw(&batches);
            return Err(error);
        }
        if self.lock.is_some() {
            for batch in &mut batches {
                if let Err(error) = remember(batch, args) {
                    context.console.warning(&format!(
                        "{error}: the files are live, and the next run looks \
                         at all of them again"
                    ));
                }
            }
        }
        if context.options.diff {
            for batch in &batches {
                batch.made.print_diffs(context.console, &batch.loose)?;
            }
        }
        let outcome = outcome(&batches);
        report::summary(context, self.role, &outcome, findings)?;
        // What could be made is live: a device without any file is told last.
        let stop = match args.ids.is_empty() {
            true => guards::without_file(context, &batches).refusal(context),
            false => guards::unserved(context, &batches, &args.ids),
        };
        Ok((outcome, stop))
    }

    /// Asks the guard rails, then makes everything live.
    fn commit(
        &self,
        batches: &[Batch],
        findings: &Findings,
    ) -> anyhow::Result<()> {
        guards::guards(self.context, batches, self.network, findings)?;
        let Some(lock) = self.lock else { return Ok(()) };
        if let Some(tftp) = self.new_key {
            tftp.make_key_file()?;
        }
        commit(self.context, lock, batches)
    }
}

/// Makes everything live: first on the disk, then renamed.
fn commit(
    context: &Context<'_>,
    lock: &Lock,
    batches: &[Batch],
) -> anyhow::Result<()> {
    let parts: Vec<DeviceChanges<'_>> = batches
        .iter()
        .map(|batch| DeviceChanges {
            dir: &batch.loose,
            offered: &batch.made.offered,
            stale: &batch.stale,
        })
        .collect();
    tftpd::publish(context, lock, "configfile", &parts)
}

/// Remembers the devices whose files are right, if that is news.
fn remember(batch: &mut Batch, args: &Selection) -> files::Result<()> {
    let mut memory = DeviceCache::empty(batch.memory.shared);
    memory.entries = std::mem::take(&mut batch.made.entries);
    memory.verdicts = std::mem::take(&mut batch.made.verdicts);
    if !args.ids.is_empty() {
        let old = &batch.memory;
        let others = old.entries.iter().filter(|e| !args.ids.contains(&e.id));
        for entry in others {
            let verdict = &old.verdicts.list()[usize::from(entry.verdict)];
            if let Some(verdict) = memory.verdicts.number(verdict) {
                memory.entries.push(cache::Entry { verdict, ..*entry });
            }
        }
        memory.entries.sort_unstable_by_key(|entry| entry.id);
    }
    let same = memory.entries.len() == batch.memory.entries.len()
        && memory.entries.iter().zip(&batch.memory.entries).all(|(a, b)| {
            (a.id, a.input, a.conf, a.cfg) == (b.id, b.input, b.conf, b.cfg)
        });
    if same && files::is_file(&batch.memory_path) {
        return Ok(());
    }
    memory.save(&batch.memory_path)
}

/// A digest of what all devices share: their rows, the files on disk that go
/// into texts and binaries, and this program itself.
fn digest(
    shared: &Shared,
    tftp: &Tftp,
    (key, mode): (&[u8], &str),
    making: (Hash, Allow, u64),
    plans: &BTreeMap<u32, Result<Vec<u8>, String>>,
) -> [u8; 32] {
    let mut digest = Sha256::new();
    shared.digest(&mut digest);
    let program = stamp::stamp_of(Path::new("/proc/self/exe"));
    let program = std::fs::metadata("/proc/self/exe")
        .map_or(program, |meta| stamp::stamp(&meta));
    digest.update(program.to_le_bytes());
    digest.update(env!("CARGO_PKG_VERSION"));
    let images: Vec<_> = shared
        .configfiles
        .iter()
        .filter(|row| is_plain_name(&row.firmware))
        .map(|row| (row.id, tftp.firmware(&row.firmware)))
        .collect();
    digest.update(format!("{key:?} {mode} {making:?} {plans:?} {images:?}"));
    digest.finalize().into()
}

/// What was done, for the summary.
fn outcome(batches: &[Batch]) -> Outcome {
    let mut outcome =
        Outcome { command: "configfile".into(), ..Outcome::default() };
    for batch in batches {
        let dir = batch.loose.dir_name();
        let name = |file: &FileId| format!("{dir}/{}", batch.loose.name(*file));
        let made = &batch.made;
        outcome.made.push(format!(
            "{} ({} with a binary)",
            count(batch.devices.len(), batch.noun.trim_end_matches('s')),
            made.encoded
        ));
        outcome.written.extend(made.offered.iter().map(name));
        outcome.removed.extend(batch.stale.iter().map(name));
    }
    outcome
}
