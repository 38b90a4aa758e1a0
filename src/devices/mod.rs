//! The files of modems and telephone adapters.

pub mod cache;

pub mod boot_files;

mod worker;

pub use worker::print_settings;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering};

use anyhow::Context as _;
use sha2::{Digest, Sha256};

use crate::console::count;
use crate::context::Context;
use crate::devices::cache::DeviceCache;
use crate::docsis::mib::dirs::MibDirs;
use crate::docsis::{Hash, Mib, key_of_file};
use crate::exit::Stop;
use crate::guard;
use crate::model::device::DeviceKind;
use crate::model::texts::{Device, Shared};
use crate::model::{Findings, Role};
use crate::publish::device_files;
use crate::publish::device_files::{DeviceChanges, DeviceDir, FileId, Part};
use crate::render::device::{Texts, is_plain_name};
use crate::report;
use crate::report::Outcome;
use crate::services::tftpd;
use crate::source::Database;
use crate::source::load::{self, Modules};
use crate::system::files;
use crate::system::files::{Doing, Owner};
use crate::system::lock::Lock;
use crate::system::stamp;
use crate::template::cvc_rows;

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

/// Makes the files, checks them, puts them in place, reports.
pub fn make(
    context: &Context<'_>,
    lock: Option<&Lock>,
    args: &Selection,
    findings: &mut Findings,
) -> anyhow::Result<Outcome> {
    context.publisher().settle(lock)?;
    let mut db = context.database()?;
    let modules = Modules::find(&*db, &context.settings)?;
    let mut warnings = Vec::new();
    let site = load::site(
        &mut *db,
        &context.settings,
        &context.machine,
        &mut warnings,
    )?;
    for warning in warnings {
        context.console.warning(&warning);
    }
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
    let texts = Texts::new(&shared, |name| tftp.firmware(name));
    tftp.missing_images(&shared, findings);
    missing_parents(&shared, findings);
    let plans = tftp.dial_plans(&shared);
    let mib = Mib::with_loader(Box::new(MibDirs {
        directories: Vec::new(),
        system: true,
    }));
    let key = match wants(args, DeviceKind::Cm) {
        true => tftp.key(context, site.role)?,
        false => Vec::new(),
    };
    let hash = match context.settings.text("PROVHA__MTA_HASH") {
        "na" => Hash::Na,
        "none" => Hash::None,
        _ => Hash::Eu,
    };
    let shop = worker::Inputs {
        texts: &texts,
        key: &key,
        hash,
        plans: &plans,
        files: &tftp,
        reads: &tftp.reads,
        digest: digest(&shared, &tftp, &key, hash, &plans),
        mib: &mib,
        wants_diff: context.options.diff,
    };
    let mut batches = Vec::new();
    for place in kinds {
        let batch = batch(context, &mut *db, &shared, &shop, place, args);
        // What the first kind offered must not stay behind.
        batches.push(batch.inspect_err(|_| withdraw(&batches))?);
    }
    drop(db);
    finish(context, site.role, lock, batches, args, findings)
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
fn missing_parents(shared: &Shared, findings: &mut Findings) {
    let there: std::collections::BTreeSet<u32> =
        shared.configfiles.iter().map(|row| row.id).collect();
    for row in &shared.configfiles {
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

/// All files of one kind, offered but not yet live.
struct Batch {
    loose: DeviceDir,
    noun: &'static str,
    devices: Vec<u32>,
    stale: Vec<FileId>,
    made: worker::Made,
    memory: DeviceCache,
    memory_path: PathBuf,
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
    let memory = match args.full {
        true => DeviceCache::empty(shop.digest),
        false => DeviceCache::load(&memory_path, shop.digest),
    };
    let noun = match kind {
        DeviceKind::Cm => "modems",
        DeviceKind::Mta => "MTAs",
    };
    let bar = context.console.progress(noun, loose.live().len() as u64 / 2);
    let read = match kind {
        DeviceKind::Cm => load::texts::modems,
        DeviceKind::Mta => load::texts::mtas,
    };
    let job =
        worker::Job { shop, loose: &loose, kind, memory: &memory, bar: &bar };
    let (devices, made) = job.run(&args.ids, &mut |wanted, visit| {
        Ok(read(&mut *db, shared, wanted, visit)?)
    })?;
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

/// Removes what was offered.
fn withdraw(batches: &[Batch]) {
    for batch in batches {
        batch.loose.withdraw(&batch.made.offered);
    }
}

/// Reports, asks the guard rails, and makes the files live.
fn finish(
    context: &Context<'_>,
    role: Role,
    lock: Option<&Lock>,
    mut batches: Vec<Batch>,
    args: &Selection,
    findings: &mut Findings,
) -> anyhow::Result<Outcome> {
    for batch in &mut batches {
        findings.extend(std::mem::take(&mut batch.made.findings));
    }
    context.console.findings_of("configfile", findings, &args.ids);
    unknown_ids(context, &batches, args);
    let result = guards(context, &batches, findings).and_then(|()| {
        lock.map_or(Ok(()), |lock| commit(context, lock, &batches))
    });
    if let Err(error) = result {
        withdraw(&batches);
        return Err(error);
    }
    if lock.is_some() {
        for batch in &mut batches {
            if let Err(error) = remember(batch, args) {
                context.console.warning(&format!(
                    "{error}: the files are live, and the next run looks at \
                     all of them again"
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
    report::summary(context, role, &outcome, findings)?;
    Ok(outcome)
}

/// Says which of the wanted ids are no devices.
fn unknown_ids(context: &Context<'_>, batches: &[Batch], args: &Selection) {
    for id in &args.ids {
        // One that just lost its files was known.
        let known = |batch: &Batch| {
            batch.devices.binary_search(id).is_ok()
                || batch.stale.iter().any(|file| file.0 == *id)
        };
        if !batches.iter().any(known) {
            context
                .console
                .warning(&format!("there is no alive device with id {id}"));
        }
    }
}

/// The guard rails on rows and on devices that would lose their files.
fn guards(
    context: &Context<'_>,
    batches: &[Batch],
    findings: &Findings,
) -> anyhow::Result<()> {
    let rows = batches.iter().map(|batch| batch.devices.len()).sum();
    guard::quarantine(context, findings, rows)?;
    for batch in batches {
        let ids = |files: &[FileId]| {
            let mut ids: Vec<u32> = files.iter().map(|file| file.0).collect();
            ids.dedup();
            ids
        };
        let dropped: Vec<String> = ids(&batch.stale)
            .iter()
            .map(|id| format!("{} {id}", batch.noun))
            .collect();
        let live = ids(batch.loose.live()).len();
        guard::removal(context, batch.noun, &dropped, live)?;
    }
    Ok(())
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
    if same && batch.memory_path.exists() {
        return Ok(());
    }
    memory.save(&batch.memory_path)
}

/// A digest of what all devices share: their rows, the files on disk that go
/// into texts and binaries, and this program itself.
fn digest(
    shared: &Shared,
    tftp: &Tftp,
    key: &[u8],
    hash: Hash,
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
    digest.update(format!("{key:?} {hash:?} {plans:?} {images:?}"));
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

/// What lies below the TFTP server's directory.
pub struct Tftp {
    dir: PathBuf,
    owner: Owner,
    /// How many files that texts name were read.
    reads: AtomicUsize,
}

impl Tftp {
    /// Looks up the directory and the owner.
    fn open(context: &Context<'_>) -> Self {
        let owner = tftpd::owner(context);
        let dir = context.settings.path("PROVHA__TFTP_DIR");
        Self { dir, owner, reads: AtomicUsize::new(0) }
    }

    /// The rows of a firmware image's certificate.
    fn firmware(&self, name: &str) -> Option<Vec<String>> {
        let image = std::fs::read(self.dir.join("fw").join(name)).ok()?;
        cvc_rows(&image)
    }

    /// Tells of firmware that gives no certificate.
    fn missing_images(&self, shared: &Shared, findings: &mut Findings) {
        let named = shared
            .configfiles
            .iter()
            .filter(|row| row.device == Device::Cm && !row.firmware.is_empty());
        for row in named.filter(|row| is_plain_name(&row.firmware)) {
            let path = self.dir.join("fw").join(&row.firmware);
            let why = match std::fs::read(&path) {
                Err(error) => format!("cannot be read ({error})"),
                Ok(image) if cvc_rows(&image).is_none() => {
                    "holds no PKCS#7 certificate".into()
                }
                Ok(_) => continue,
            };
            let reason = format!(
                "image fw/{} {why}: rows without MfgCVCData",
                row.firmware
            );
            findings.warn("configfile", row.id, "firmware", reason);
        }
    }

    /// The dial plans of MTA configfiles, or why one cannot be used.
    fn dial_plans(
        &self,
        shared: &Shared,
    ) -> BTreeMap<u32, Result<Vec<u8>, String>> {
        let named = shared.configfiles.iter().filter(|row| {
            row.device == Device::Mta && !row.firmware.is_empty()
        });
        named
            .map(|row| {
                let name = &row.firmware;
                let plan = if is_plain_name(name) {
                    let path = self.dir.join("dialplan").join(name);
                    std::fs::read(path).map_err(|error| {
                        format!("dialplan/{name} cannot be read ({error})")
                    })
                } else {
                    Err(format!("'{name}' is no plain file name"))
                };
                (row.id, plan)
            })
            .collect()
    }

    /// The secret that modems' files are signed with.
    ///
    /// A machine that has no modem files yet and no key file gets one with
    /// the stock secret, as the existing system's package does; where files
    /// are live, a missing key file is refused: they would all be signed
    /// with another secret.
    fn key(
        &self,
        context: &Context<'_>,
        role: Role,
    ) -> anyhow::Result<Vec<u8>> {
        let path = self.dir.join("keyfile");
        let stock = b"DOCSIS\n".to_vec();
        match std::fs::read(&path) {
            Ok(bytes) => return Ok(key_of_file(&bytes).to_vec()),
            Err(e) if e.kind() == std::io::ErrorKind::NotFound => {}
            Err(error) => return Err(error).doing("read", &path)?,
        }
        let mut modems = tftpd::directory(context, self.owner, DeviceKind::Cm);
        modems.begin()?;
        if modems.live().iter().any(|file| file.1 == Part::Cfg) {
            let hint = match role {
                Role::Slave => "run sync-ha-master-files on the master",
                _ => "put the secret shared with the CMTS into it",
            };
            return Err(Stop::refused(format!(
                "{} is missing: the modems' files would be signed with \
                 another secret than the live ones",
                path.display()
            ))
            .hint(hint)
            .into());
        }
        context.console.warning(&format!(
            "{} is missing: the stock secret DOCSIS is used",
            path.display()
        ));
        if !context.only_looks() {
            files::make_dirs(&self.dir)?;
            files::replace(&path, &stock, 0o640)
                .context("making the key file")?;
        }
        Ok(key_of_file(&stock).to_vec())
    }
}

/// Files that a text names lie below the TFTP server's directory.
impl crate::docsis::Files for Tftp {
    fn read(&self, name: &[u8], most: usize) -> std::io::Result<Vec<u8>> {
        use std::io::Read as _;
        let _ = self.reads.fetch_add(1, Ordering::Relaxed);
        let name = std::str::from_utf8(name).map_err(std::io::Error::other)?;
        let name = name.strip_prefix("/tftpboot/").unwrap_or(name);
        let path = Path::new(name);
        let below = path
            .components()
            .all(|part| matches!(part, std::path::Component::Normal(_)));
        if !below {
            return Err(std::io::Error::other(
                "it must lie below the TFTP directory",
            ));
        }
        let file = std::fs::File::open(self.dir.join(path))?;
        let mut bytes = Vec::new();
        file.take(most as u64).read_to_end(&mut bytes)?;
        Ok(bytes)
    }
}
