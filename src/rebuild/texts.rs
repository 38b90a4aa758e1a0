//! The signature of every device: the hash of its text. What a text does not
//! show, such as signal levels that no configfile names, changes nothing.

use std::hash::{DefaultHasher, Hasher};
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::sync::{Mutex, PoisonError};
use std::thread;

use super::digest::VOLATILE;
use super::{Devices, Part, hash_of};
use crate::model::Row;
use crate::model::texts::{Shared, TextDevice};
use crate::render::device::Texts;
use crate::render::text::{Renderer, TextNote};
use crate::source::{Database, SourceError, load};

/// Devices that go to a thread together.
const BATCH: usize = 256;

/// What was found of the devices of a part.
pub struct Found {
    /// Their signatures, ascending id.
    pub devices: Devices,
    /// Whether a value holds a brace, and so could name a column.
    pub braces: bool,
}

/// The signatures of the devices of a part ([`Part::Cm`] or [`Part::Mta`]):
/// all, or these ids. The database is read by this thread, texts are rendered
/// by one thread a core.
pub fn signatures(
    db: &mut dyn Database,
    shared: &Shared,
    texts: &Texts<'_>,
    part: Part,
    ids: &[u32],
) -> Result<Found, SourceError> {
    let threads = thread::available_parallelism().map_or(1, usize::from);
    let (sender, receiver) = sync_channel(2 * threads);
    let queue = Mutex::new(receiver);
    let (read, mut devices) = thread::scope(|scope| {
        let workers: Vec<_> = (0..threads)
            .map(|_| scope.spawn(|| work(texts, part, &queue)))
            .collect();
        let read = feed(db, shared, part, ids, &sender);
        // The workers end with the queue.
        drop(sender);
        let results = workers.into_iter().map(|worker| {
            worker.join().expect("rendering a text does not panic")
        });
        let devices: Devices = results.flatten().collect();
        (read, devices)
    });
    let braces = read?;
    devices.sort_unstable();
    Ok(Found { devices, braces })
}

/// Whether a configfile names a column that changes all the time, or a value
/// that all devices share could.
pub fn names_volatile(shared: &Shared) -> bool {
    let named = |text: &[u8]| {
        let text = String::from_utf8_lossy(text);
        VOLATILE.iter().any(|column| text.contains(column))
    };
    let texts = shared.configfiles.iter().filter_map(|row| row.text.as_ref());
    let mut texts = texts.map(Vec::as_slice);
    texts.any(named)
        || has_brace(&shared.provbase.row)
        || shared.qos.values().any(has_brace)
        || shared.options.holds(b'{')
}

/// Whether a cell of the row holds a brace.
fn has_brace(row: &Row) -> bool {
    (0..row.len())
        .any(|cell| row.get(cell).is_some_and(|bytes| bytes.contains(&b'{')))
}

/// Reads devices into the queue; whether a value of theirs holds a brace.
fn feed(
    db: &mut dyn Database,
    shared: &Shared,
    part: Part,
    ids: &[u32],
    sender: &SyncSender<Vec<TextDevice>>,
) -> Result<bool, SourceError> {
    let mut batch = Vec::with_capacity(BATCH);
    let mut braces = false;
    let read = match part {
        Part::Mta => load::texts::mtas,
        _ => load::texts::modems,
    };
    read(db, shared, ids, &mut |device| {
        braces |= has_brace(&device.row);
        braces |= device.numbers.iter().any(has_brace);
        batch.push(device);
        if batch.len() == BATCH {
            let full = std::mem::replace(&mut batch, Vec::with_capacity(BATCH));
            sender.send(full)?;
        }
        Ok(())
    })?;
    // Without a receiver there is nobody to tell of the last ones either.
    let _ = sender.send(batch);
    Ok(braces)
}

/// Renders batches until there is none left.
fn work(
    texts: &Texts<'_>,
    part: Part,
    queue: &Mutex<Receiver<Vec<TextDevice>>>,
) -> Devices {
    let mut renderer = Renderer::new();
    let (mut text, mut notes) = (Vec::new(), Vec::new());
    let mut out = Vec::new();
    loop {
        let batch = {
            let queue = queue.lock().unwrap_or_else(PoisonError::into_inner);
            queue.recv()
        };
        let Ok(batch) = batch else { return out };
        for device in &batch {
            text.clear();
            notes.clear();
            let signature = signature(
                texts,
                part,
                device,
                &mut renderer,
                &mut text,
                &mut notes,
            );
            out.push((device.id, signature));
        }
    }
}

/// The signature of one device; that of one without a text is why.
fn signature(
    texts: &Texts<'_>,
    part: Part,
    device: &TextDevice,
    renderer: &mut Renderer,
    text: &mut Vec<u8>,
    notes: &mut Vec<TextNote>,
) -> u64 {
    let rendered = match part {
        Part::Mta => texts.mta(device, renderer, text, notes),
        _ => texts.cm(device, renderer, text, notes),
    };
    let mut hasher = DefaultHasher::new();
    match rendered {
        Ok(()) => hasher.write(text),
        Err(why) => hasher.write_u64(hash_of(&format!("{why:?}"))),
    }
    hasher.write_u32(device.configfile);
    hasher.finish()
}
