//! `provha configfile`: the files of modems and telephone adapters.

pub mod cache;

pub mod boot_files;

mod worker;

pub use worker::print_settings;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering};

use anyhow::Context as _;
use sha2::{Digest, Sha256};

use crate::cli::{self, DeviceKind};
use crate::context::Context;
use crate::devices::cache::DeviceCache;
use crate::docsis::mib::dirs::MibDirs;
use crate::docsis::{Hash, Mib, key_of_file};
use crate::exit::{Exit, Stop};
use crate::model::texts::{Device, Shared};
use crate::model::{Findings, Role};
use crate::outputs::dhcp::exit;
use crate::publish::device_files;
use crate::publish::device_files::{DeviceDir, FileId, Part};
use crate::publish::generations::{Generations, Heading};
use crate::render::device::{Texts, is_plain_name};
use crate::report;
use crate::report::Outcome;
use crate::report::error;
use crate::restore::device_changes;
use crate::source::Database;
use crate::source::load::{self, Modules};
use crate::status::count;
use crate::system::dir::{Dir, Kind};
use crate::system::files;
use crate::system::files::Owner;
use crate::template::cvc_rows;
use crate::{guard, publish};

/// Runs the command.
pub fn run(
    context: &Context<'_>,
    args: &cli::Configfile,
) -> anyhow::Result<Exit> {
    let lock = context.lock("configfile")?;
    let mut findings = Findings::default();
    let outcome = make(context, lock.as_ref(), args, &mut findings)?;
    let pending = !outcome.written.is_empty() || !outcome.removed.is_empty();
    Ok(exit(context, pending))
}

/// Makes the files, checks them, puts them in place, reports.
pub fn make(
    context: &Context<'_>,
    lock: Option<&crate::system::lock::Lock>,
    args: &cli::Configfile,
    findings: &mut Findings,
) -> anyhow::Result<Outcome> {
    publish::settle(context, lock)?;
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
        .map(|(kind, _)| (kind, tftp.loose(context, kind)))
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
fn wants(args: &cli::Configfile, kind: DeviceKind) -> bool {
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
    args: &cli::Configfile,
) -> anyhow::Result<Batch> {
    let state = context.settings.path("PROVHA__STATE_DIR");
    let memory_path = state.join(format!("devices-{}", loose.dir_name()));
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
    let (devices, mut made) = job.run(&args.id, &mut |wanted, visit| {
        Ok(read(&mut *db, shared, wanted, visit)?)
    })?;
    odd_files(&loose, kind, &mut made.findings);
    bar.finish_and_clear();
    context.console.detail(&format!("the {noun} are made"));
    let candidates: Vec<FileId> = loose
        .live()
        .iter()
        .filter(|file| args.id.is_empty() || args.id.contains(&file.0))
        .copied()
        .collect();
    let stale = device_files::stale(&candidates, &devices);
    Ok(Batch { loose, noun, devices, stale, made, memory, memory_path })
}

/// Tells of what somebody else put in the place of devices' files.
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
    lock: Option<&crate::system::lock::Lock>,
    mut batches: Vec<Batch>,
    args: &cli::Configfile,
    findings: &mut Findings,
) -> anyhow::Result<Outcome> {
    for batch in &mut batches {
        findings.extend(std::mem::take(&mut batch.made.findings));
    }
    context.console.findings_of("configfile", findings, &args.id);
    unknown_ids(context, &batches, args);
    let result = guards(context, &batches, findings).and_then(|()| {
        if lock.is_some() { commit(context, &batches) } else { Ok(()) }
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
fn unknown_ids(
    context: &Context<'_>,
    batches: &[Batch],
    args: &cli::Configfile,
) {
    for id in &args.id {
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
fn commit(context: &Context<'_>, batches: &[Batch]) -> anyhow::Result<()> {
    let mut changes = batches.iter().flat_map(|batch| {
        let offered = &batch.made.offered;
        device_changes(context, &batch.loose, offered, &batch.stale)
    });
    let mut changes = changes.by_ref().peekable();
    if changes.peek().is_none() {
        return Ok(());
    }
    let store = Generations::open(&context.settings)?;
    let heading =
        Heading { command: "configfile", together: false, run: context.number };
    let pending = store.prepare(&heading, &mut changes)?;
    if let Some(first) =
        batches.iter().find(|batch| !batch.made.offered.is_empty())
    {
        first.loose.sync()?;
    }
    let (mut done, mut blocked) = (0, None);
    for batch in batches {
        let (offered, stale) = (&batch.made.offered, &batch.stale);
        match batch.loose.commit(offered, stale, &mut done) {
            Ok(one) => blocked = blocked.or(one),
            Err(error) => {
                // Some may be live: the next run settles the record by that.
                pending.leave();
                return Err(half_done(error, done));
            }
        }
    }
    if let Err(error) = pending.commit() {
        let text = format!(
            "the files are live, but their generation is not recorded: \
             {}",
            error::text(&error)
        );
        context.console.warning(&text);
    }
    // The others are live; a person must look at this one.
    blocked.map_or(Ok(()), |error| Err(half_done(error, done)))
}

/// A failure after which this many files are other ones than before.
pub fn half_done(error: files::FileError, done: usize) -> anyhow::Error {
    if done == 0 {
        return error.into();
    }
    let message = format!(
        "{error}: {done} files are new or gone, the others are as they were"
    );
    let hint = "each file is whole; once the cause is gone, run it again";
    Stop { exit: Exit::Broken, message, hint: Some(hint.into()) }.into()
}

/// The directories of device files, for a roll-back.
pub fn directories(context: &Context<'_>) -> Vec<DeviceDir> {
    let tftp = Tftp::open(context);
    vec![
        tftp.loose(context, DeviceKind::Cm),
        tftp.loose(context, DeviceKind::Mta),
    ]
}

/// Forgets the devices of a kind, whose files are put back to what they were.
pub fn forget(context: &Context<'_>, kind: &str) -> files::Result<()> {
    let state = context.settings.path("PROVHA__STATE_DIR");
    files::remove_if_there(&state.join(format!("devices-{kind}")))
}

/// Remembers the devices whose files are right, if that is news.
fn remember(batch: &mut Batch, args: &cli::Configfile) -> files::Result<()> {
    let mut memory = DeviceCache::empty(batch.memory.shared);
    memory.entries = std::mem::take(&mut batch.made.entries);
    memory.verdicts = std::mem::take(&mut batch.made.verdicts);
    if !args.id.is_empty() {
        let old = &batch.memory;
        let others = old.entries.iter().filter(|e| !args.id.contains(&e.id));
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
    key: &[u8],
    hash: Hash,
    plans: &BTreeMap<u32, Result<Vec<u8>, String>>,
) -> [u8; 32] {
    let mut digest = Sha256::new();
    shared.digest(&mut digest);
    let program = cache::stamp_of(Path::new("/proc/self/exe"));
    let program = std::fs::metadata("/proc/self/exe")
        .map_or(program, |meta| cache::stamp(&meta));
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
        let mut warn = |text: String| context.console.warning(&text);
        let owner = Owner::find(
            &context.settings,
            "PROVHA__TFTP_OWNER",
            "PROVHA__TFTP_GROUP",
            &mut warn,
        );
        let dir = context.settings.path("PROVHA__TFTP_DIR");
        Self { dir, owner, reads: AtomicUsize::new(0) }
    }

    /// Where the files of a kind of device are.
    fn loose(&self, context: &Context<'_>, kind: DeviceKind) -> DeviceDir {
        let prefix = match kind {
            DeviceKind::Cm => "cm",
            DeviceKind::Mta => "mta",
        };
        let dir = self.dir.join(prefix);
        DeviceDir::new(dir, prefix, self.owner, context.only_looks())
    }

    /// A firmware image. Root may have linked it to another version.
    fn image(&self, name: &str) -> files::Result<Vec<u8>> {
        files::read_through(&self.dir.join("fw").join(name))
    }

    /// The rows of a firmware image's certificate.
    fn firmware(&self, name: &str) -> Option<Vec<String>> {
        let image = self.image(name).ok()?;
        cvc_rows(&image)
    }

    /// Tells of firmware that gives no certificate.
    fn missing_images(&self, shared: &Shared, findings: &mut Findings) {
        let named = shared
            .configfiles
            .iter()
            .filter(|row| row.device == Device::Cm && !row.firmware.is_empty());
        for row in named.filter(|row| is_plain_name(&row.firmware)) {
            let why = match self.image(&row.firmware) {
                Err(error) => format!("cannot be read ({})", error.source),
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
                    files::read(&path).map_err(|error| {
                        let why = error.source;
                        format!("dialplan/{name} cannot be read ({why})")
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
        if let Some(bytes) = files::read_if_there(&path)? {
            return Ok(key_of_file(&bytes).to_vec());
        }
        let mut modems = self.loose(context, DeviceKind::Cm);
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
        let outside =
            || std::io::Error::other("it must lie below the TFTP directory");
        let mut names = Vec::new();
        for part in Path::new(name).components() {
            match part {
                std::path::Component::Normal(name) => names.push(name),
                _ => return Err(outside()),
            }
        }
        let name = names.pop().ok_or_else(outside)?;
        let inner = |error: files::FileError| error.source;
        let mut dir = Dir::open(&self.dir).map_err(inner)?;
        for name in names {
            dir = dir.sub(name).map_err(inner)?;
        }
        let (file, _) = dir.file(name).map_err(inner)?;
        let mut bytes = Vec::new();
        file.take(most as u64).read_to_end(&mut bytes)?;
        Ok(bytes)
    }
}
