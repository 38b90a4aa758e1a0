//! Many devices at once: the database is read by one thread, texts are
//! rendered, encoded and compared by one thread a core.

use std::collections::{BTreeMap, HashMap};
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::sync::{Mutex, PoisonError};
use std::thread;

use indicatif::ProgressBar;

use crate::devices::cache::{
    CachedFinding, DeviceCache, Entry, SharedInputs, UNKNOWN, Verdict,
};
use crate::devices::made::{MOST_DIFFS, Made};
use crate::devices::observer::Observer;
use crate::docsis::check::rules::Allow;
use crate::docsis::check::told;
use crate::docsis::{Files, Hash, Mib, Mode, Options, SharedEncoder};
use crate::model::device::DeviceKind;
use crate::model::texts::TextDevice;
use crate::publish::device_files::{DeviceDir, FileId, Part, Scratch};
use crate::publish::stamps::Stamps;
use crate::render::device::{NoText, Texts};
use crate::source::load::texts::{Visit, Wanted};
use crate::system::stamp::Stamp;
use crate::system::{dir, process};
use crate::template::{Renderer, Severity, TextNote};

/// Devices that go to a thread together.
const BATCH: usize = 128;
/// Why a device has no file: its text.
pub(super) const NOT_ENCODED: &str = "its text does not encode";
/// Why a device has no file, which is as it should be.
pub const ELSEWHERE: &str = "another system provisions it (TR-069)";

/// What all threads need.
pub struct Inputs<'a> {
    /// The configfiles.
    pub texts: &'a Texts<'a>,
    /// The secret of the modems' files.
    pub key: &'a [u8],
    /// The hash of the adapters' files.
    pub hash: Hash,
    /// Dial plans by configfile.
    pub plans: &'a BTreeMap<u32, Result<Vec<u8>, String>>,
    /// Files that texts name, and how often one was read.
    pub files: &'a dyn Files,
    /// Counts the reads of `files`: their content is no part of a digest.
    pub reads: &'a AtomicUsize,
    /// Rules of the check of meaning that are silenced.
    pub allow: Allow,
    /// What all devices share.
    pub digest: SharedInputs,
    /// SNMP names.
    pub mib: &'a Mib,
    /// The texts that the devices of each configfile are made of.
    pub chains: &'a HashMap<u32, Vec<u32>>,
    /// Hashes of the rows of these chains.
    pub chain_rows: &'a HashMap<u32, u64>,
    /// True if only what is new is told: nothing of devices that are as they
    /// were.
    pub news_only: bool,
    /// Who compares instead of making.
    pub observer: Option<&'a Observer<'a>>,
    /// Whether changed texts are kept for `--diff`.
    pub wants_diff: bool,
    /// Devices whose changes are kept; empty: the first ones.
    pub shown: &'a [u32],
    /// Whether what is normal or harmless is told as well (`-v`).
    pub wants_notes: bool,
}

/// Gives devices to a visitor.
type Feed<'a> = &'a mut dyn FnMut(Visit<'_>) -> anyhow::Result<()>;

/// The devices of one kind, to be made.
pub struct Job<'a> {
    /// What all kinds share.
    pub shop: &'a Inputs<'a>,
    /// Where the files are.
    pub loose: &'a DeviceDir,
    /// The kind.
    pub kind: DeviceKind,
    /// What is known from the last time.
    pub memory: &'a DeviceCache,
    /// Shows how far it has come.
    pub bar: &'a ProgressBar,
}

impl Job<'_> {
    /// Makes the files of all devices that `read` gives; their ids,
    /// ascending, and what was made.
    pub fn run(
        &self,
        ids: &[u32],
        read: &mut dyn FnMut(Wanted<'_>, Visit<'_>) -> anyhow::Result<()>,
    ) -> anyhow::Result<(Vec<u32>, Made)> {
        let mut made = Made::default();
        let wanted = Wanted { ids, whole: false };
        let mut devices =
            self.pass(&mut |visit| read(wanted, visit), &mut made);
        let short = std::mem::take(&mut made.short);
        made.needs_all_columns = !short.is_empty();
        if devices.is_ok() && !short.is_empty() {
            let wanted = Wanted { ids: &short, whole: true };
            let again = self.pass(&mut |visit| read(wanted, visit), &mut made);
            devices = again.and(devices);
        }
        made.offered.sort_unstable();
        made.taken.sort_unstable_by_key(|(id, _)| *id);
        made.without.sort_unstable();
        made.entries.sort_unstable_by_key(|entry| entry.id);
        let withdraw = |_: &_| self.loose.withdraw(&made.offered);
        let devices = devices.inspect_err(withdraw)?;
        Ok((devices, made))
    }

    /// Makes the files of all devices that `feed` gives; their ids,
    /// ascending.
    fn pass(
        &self,
        feed: Feed<'_>,
        made: &mut Made,
    ) -> anyhow::Result<Vec<u32>> {
        let threads = thread::available_parallelism().map_or(1, usize::from);
        let (sender, receiver) = sync_channel::<Vec<TextDevice>>(2 * threads);
        let (queue, stop) = (Mutex::new(receiver), AtomicBool::new(false));
        let mut ids = Vec::new();
        let (fed, results) = thread::scope(|scope| {
            let workers: Vec<_> = (0..threads)
                .map(|_| {
                    let (queue, stop) = (&queue, &stop);
                    scope.spawn(move || Worker::new(self).work(queue, stop))
                })
                .collect();
            let fed = send(feed, sender, &stop, &mut ids);
            let results: Vec<_> = workers
                .into_iter()
                .map(|worker| worker.join().expect("a worker does not panic"))
                .collect();
            (fed, results)
        });
        let mut failed = None;
        for (part, result) in results {
            made.extend(part);
            failed = failed.or(result.err());
        }
        made.short.sort_unstable();
        failed.or(fed.err()).map_or(Ok(ids), Err)
    }
}

/// Sends the devices in batches until a worker fails; then the queue is
/// closed.
#[expect(clippy::needless_pass_by_value, reason = "dropping it closes")]
fn send(
    feed: Feed<'_>,
    sender: SyncSender<Vec<TextDevice>>,
    stop: &AtomicBool,
    ids: &mut Vec<u32>,
) -> anyhow::Result<()> {
    let mut batch = Vec::with_capacity(BATCH);
    feed(&mut |device| {
        anyhow::ensure!(!stop.load(Ordering::Relaxed), "a worker failed");
        ids.push(device.id);
        batch.push(device);
        if batch.len() == BATCH {
            let full = std::mem::replace(&mut batch, Vec::with_capacity(BATCH));
            sender.send(full)?;
        }
        Ok(())
    })?;
    sender.send(batch)?;
    Ok(())
}

/// One thread's state.
pub(super) struct Worker<'a> {
    pub(super) shop: &'a Inputs<'a>,
    pub(super) loose: &'a DeviceDir,
    pub(super) kind: DeviceKind,
    pub(super) memory: &'a DeviceCache,
    bar: &'a ProgressBar,
    pub(super) renderer: Renderer,
    encoders: HashMap<u32, SharedEncoder<'a>>,
    pub(super) text: Vec<u8>,
    pub(super) notes: Vec<TextNote>,
    scratch: Scratch,
    pub(super) stamps: Stamps<'a>,
    /// What is to be told of the device at hand.
    pub(super) told: Vec<CachedFinding>,
    /// Our numbers of the remembered verdicts.
    pub(super) renumbered: Vec<Option<u16>>,
    pub(super) made: Made,
}

impl<'a> Worker<'a> {
    pub(super) fn new(job: &Job<'a>) -> Self {
        let Job { shop, loose, kind, memory, bar } = *job;
        Self {
            shop,
            loose,
            kind,
            memory,
            bar,
            renderer: Renderer::new(),
            encoders: HashMap::new(),
            text: Vec::new(),
            notes: Vec::new(),
            scratch: Scratch::default(),
            stamps: Stamps::new(loose),
            told: Vec::new(),
            renumbered: vec![None; memory.verdicts.list().len()],
            made: Made::default(),
        }
    }

    /// Works until the queue is closed or a file cannot be written.
    ///
    /// After a failure the queue is emptied, so that the reader of the
    /// database is not held up.
    fn work(
        mut self,
        queue: &Mutex<Receiver<Vec<TextDevice>>>,
        stop: &AtomicBool,
    ) -> (Made, anyhow::Result<()>) {
        process::stand_back();
        let mut result = Ok(());
        loop {
            let queue = queue.lock().unwrap_or_else(PoisonError::into_inner);
            let Ok(batch) = queue.recv() else { return (self.made, result) };
            drop(queue);
            self.bar.inc(batch.len() as u64);
            for device in batch {
                if result.is_err() {
                    break;
                }
                result = self.device(&device);
                if result.is_err() {
                    stop.store(true, Ordering::Relaxed);
                }
            }
        }
    }

    /// The table of the device kind.
    fn table(&self) -> &'static str {
        match self.kind {
            DeviceKind::Cm => "modem",
            DeviceKind::Mta => "mta",
        }
    }

    /// Makes one device's files, unless they are known to be right.
    fn device(&mut self, device: &TextDevice) -> anyhow::Result<()> {
        let input = self.shop.texts.digest(device);
        let same = |e: &Entry| e.input == input && input != UNKNOWN;
        if self.pass_over(device.id, same, input) {
            // Notes are not remembered: there may be as many different sets
            // of them as devices.
            if self.shop.wants_notes && self.render(device).is_err() {
                self.notes.clear();
            }
            self.tell_passed(device);
            return Ok(());
        }
        let reads = self.shop.reads.load(Ordering::Relaxed);
        self.told.clear();
        if let Err(why) = self.render(device) {
            self.no_text(device, input, why);
            return Ok(());
        }
        let hash = self.text_hash(device);
        if self.pass_over(device.id, |e| e.text == hash, input) {
            self.tell_passed(device);
            return Ok(());
        }
        self.concerned(device);
        self.tell_contract(device);
        self.tell_notes();
        self.tell_details(device.id);
        let binary = self.encode(device);
        let before = self.made.offered.len();
        let text = std::mem::take(&mut self.text);
        let conf = self.offer((device.id, Part::Conf), &text)?;
        self.text = text;
        let file = (device.id, Part::Cfg);
        let cfg = match &binary {
            Some(binary) => self.binary(device, binary)?,
            None => self.stamps.of(file),
        };
        self.tell_fleet(device.id, before, binary.as_deref());
        if cfg == 0 && binary.is_none() {
            self.made.without.push((device.id, NOT_ENCODED));
        }
        let chain = self.shop.chains.get(&device.configfile);
        let verdict = Verdict {
            encoded: binary.is_some(),
            told: std::mem::take(&mut self.told),
            texts: chain.cloned().unwrap_or_default(),
        };
        self.tell(device.id, &verdict);
        // The content of files that a text names is no part of the digest.
        if reads != self.shop.reads.load(Ordering::Relaxed) {
            return Ok(());
        }
        if let Some(verdict) = self.made.verdicts.number(&verdict) {
            let (id, text) = (device.id, hash);
            let content = self.content(id, binary.as_deref());
            let entry = Entry { id, input, text, verdict, conf, cfg, content };
            self.made.entries.push(entry);
        }
        Ok(())
    }

    /// Tells of a device that is as it was.
    fn tell_passed(&mut self, device: &TextDevice) {
        if !self.shop.news_only {
            self.concerned(device);
            self.tell_contract(device);
            self.tell_details(device.id);
        }
    }

    /// Notes that the device's configfile is one of those looked at.
    fn concerned(&mut self, device: &TextDevice) {
        if !self.made.configfiles.contains(&device.configfile) {
            let _ = self.made.configfiles.insert(device.configfile);
        }
    }

    /// Renders a device into `text` and `notes`.
    pub(super) fn render(&mut self, device: &TextDevice) -> Result<(), NoText> {
        self.text.clear();
        self.notes.clear();
        let (texts, renderer) = (self.shop.texts, &mut self.renderer);
        let (text, notes) = (&mut self.text, &mut self.notes);
        match self.kind {
            DeviceKind::Cm => texts.cm(device, renderer, text, notes),
            DeviceKind::Mta => texts.mta(device, renderer, text, notes),
        }
    }

    /// Tells what became of a device.
    pub(super) fn tell(&mut self, id: u32, verdict: &Verdict) {
        self.made.encoded += usize::from(verdict.encoded);
        let table = self.table();
        for told in &verdict.told {
            let column = match told.column.as_str() {
                "text" => "text",
                "firmware" => "firmware",
                _ => "",
            };
            self.made.findings.shared(
                ("configfile", told.id, column),
                told.place.as_str(),
                told.reason.as_str(),
                (table, id),
            );
        }
    }

    /// Offers one file; its stamp.
    pub(super) fn offer(
        &mut self,
        file: FileId,
        content: &[u8],
    ) -> anyhow::Result<Stamp> {
        if let Some(observer) = self.shop.observer {
            let file = (self.kind, file);
            observer.look(self.loose, file, content, &self.notes);
            return Ok(0);
        }
        let offer = match self.loose.offer(file, content, &mut self.scratch) {
            // Told with all others of its kind; the next run tries again.
            Err(error) if dir::is_refusal(&error) => return Ok(0),
            // The temporary file may be there in part.
            other => other.inspect_err(|_| self.loose.withdraw(&[file]))?,
        };
        if !offer.differs {
            return Ok(offer.stamp);
        }
        self.made.offered.push(file);
        let shown = self.shop.shown;
        let wanted = shown.is_empty() || shown.contains(&file.0);
        if self.shop.wants_diff && wanted {
            let diffs = &mut self.made.diffs;
            diffs.insert(file, content.to_vec());
            if diffs.len() > MOST_DIFFS {
                let _ = diffs.pop_last();
            }
        }
        Ok(offer.stamp)
    }

    /// Tells why there is no text.
    pub(super) fn no_text(
        &mut self,
        device: &TextDevice,
        input: u64,
        why: NoText,
    ) {
        let table = self.table();
        if self.is_old_news(device.id, input, &why) {
            return;
        }
        self.concerned(device);
        let word = match why {
            NoText::Elsewhere => Some(ELSEWHERE),
            NoText::Short => None,
            NoText::Unusable(_) => Some("its configfile cannot be used"),
            NoText::Unreadable(_) => Some("its firmware image cannot be read"),
            NoText::Cycle => Some("the parents of its configfile are a cycle"),
        };
        if let Some(word) = word
            && self.stamps.of((device.id, Part::Cfg)) == 0
        {
            self.made.without.push((device.id, word));
        }
        let findings = &mut self.made.findings;
        match why {
            NoText::Elsewhere => {}
            NoText::Short => self.made.short.push(device.id),
            NoText::Unusable(reason) => {
                findings.quarantine(table, device.id, "configfile_id", reason);
            }
            NoText::Unreadable(level) => findings.shared(
                ("configfile", level, "firmware"),
                "",
                "its image cannot be read now: no file made, the last good \
                 one stays, and the next run tries again",
                (table, device.id),
            ),
            NoText::Cycle => findings.shared(
                ("configfile", device.configfile, "parent_id"),
                "",
                "its parents form a cycle: no file made, the last good one \
                 stays",
                (table, device.id),
            ),
        }
    }

    /// Notes what the template language had to say.
    pub(super) fn tell_notes(&mut self) {
        for note in &self.notes {
            if note.severity < Severity::Warning {
                continue;
            }
            let place = note.to_string();
            let column = if note.row == 0 { "firmware" } else { "text" };
            let name = self.shop.texts.name(note.configfile);
            let reason = format!("'{}', {place}", name.escape_debug());
            self.told.push(CachedFinding {
                id: note.configfile as u32,
                column: column.into(),
                place,
                reason,
            });
        }
    }

    /// Tells what only a verbose run tells.
    pub(super) fn tell_details(&mut self, id: u32) {
        if !self.shop.wants_notes {
            return;
        }
        let table = self.table();
        for note in self.notes.iter().filter(|n| n.severity == Severity::Info) {
            let name = self.shop.texts.name(note.configfile).escape_debug();
            let row = ("configfile", note.configfile as u32, "text");
            let place = note.to_string();
            let reason = format!("'{name}', {place}");
            self.made.findings.note(row, place, reason, (table, id));
        }
    }

    /// The binary of the text; None where it does not encode, which is told.
    pub(super) fn encode(&mut self, device: &TextDevice) -> Option<Vec<u8>> {
        let shop = self.shop;
        let mut options = match self.kind {
            DeviceKind::Cm => Options::modem(shop.key),
            DeviceKind::Mta => Options::mta(shop.hash),
        };
        options.files = shop.files;
        options.mib = shop.mib;
        options.allow = shop.allow;
        if let (Mode::Mta, Some(plan)) =
            (options.mode, shop.plans.get(&device.configfile))
        {
            match plan {
                Ok(plan) => options.dial_plan = Some(plan),
                Err(why) => {
                    self.told.push(CachedFinding {
                        id: device.configfile,
                        column: "firmware".into(),
                        place: "dial plan".into(),
                        reason: format!(
                            "{why}: the last good .cfg stays, where there is \
                             one"
                        ),
                    });
                    return None;
                }
            }
        }
        let encoder = self
            .encoders
            .entry(device.configfile)
            .or_insert_with(|| SharedEncoder::new(options));
        match encoder.encode(&self.text) {
            Ok(encoded) => {
                let version = self.version(device);
                let told = told(&self.text, &encoded, &options, version);
                if !told.is_empty() {
                    self.tell_warnings(device, &told);
                }
                Some(encoded.bytes)
            }
            Err(faults) => {
                self.tell_faults(device, &faults);
                None
            }
        }
    }
}
