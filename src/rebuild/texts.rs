//! The signature of every device: the hash of its text. What a text does not
//! show, such as signal levels that no configfile names, changes nothing.

use std::hash::{DefaultHasher, Hasher};
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::sync::{Mutex, PoisonError};
use std::thread;

use crate::model::texts::{Shared, TextDevice};
use crate::rebuild::{Devices, Part, hash_of};
use crate::render::device::{NoText, Texts};
use crate::source::load::{
    self,
    texts::{Visit, Wanted},
};
use crate::source::{Database, SourceError};
use crate::system::process;
use crate::template::{Renderer, TextNote};

/// Devices that go to a thread together.
const BATCH: usize = 256;

/// What was found of the devices of a part.
#[derive(Default)]
pub struct Found {
    /// Their signatures, ascending id.
    pub devices: Devices,
    /// Devices, ascending, whose values name columns that no text does: any.
    pub odd: Vec<u32>,
}

/// The signatures of the devices of a part ([`Part::Cm`] or [`Part::Mta`]):
/// all, or these ids.
pub fn signatures(
    db: &mut dyn Database,
    shared: &Shared,
    texts: &Texts<'_>,
    part: Part,
    ids: &[u32],
) -> Result<Found, SourceError> {
    let mut read = |ids, whole| {
        let wanted = Wanted { ids, whole };
        pass(texts, part, &mut |visit| match part {
            Part::Mta => load::texts::mtas(&mut *db, shared, wanted, visit),
            _ => load::texts::modems(&mut *db, shared, wanted, visit),
        })
    };
    let mut found = read(ids, false)?;
    if !found.odd.is_empty() {
        found.devices.extend(read(&found.odd, true)?.devices);
    }
    found.devices.sort_unstable();
    Ok(found)
}

/// Gives devices to a visitor.
type Feed<'a> = &'a mut dyn FnMut(Visit<'_>) -> Result<(), SourceError>;

/// The signatures of the devices that `feed` gives. The database is read by
/// this thread, texts are rendered by one thread a core.
fn pass(
    texts: &Texts<'_>,
    part: Part,
    feed: Feed<'_>,
) -> Result<Found, SourceError> {
    let threads = thread::available_parallelism().map_or(1, usize::from);
    let (sender, receiver) = sync_channel(2 * threads);
    let queue = Mutex::new(receiver);
    let (read, mut found) = thread::scope(|scope| {
        let workers: Vec<_> = (0..threads)
            .map(|_| scope.spawn(|| work(texts, part, &queue)))
            .collect();
        let read = send(feed, &sender);
        // The workers end with the queue.
        drop(sender);
        let mut found = Found::default();
        for worker in workers {
            let one = worker.join().expect("rendering does not panic");
            found.devices.extend(one.devices);
            found.odd.extend(one.odd);
        }
        (read, found)
    });
    read?;
    found.odd.sort_unstable();
    Ok(found)
}

/// Reads devices into the queue.
fn send(
    feed: Feed<'_>,
    sender: &SyncSender<Vec<TextDevice>>,
) -> Result<(), SourceError> {
    let mut batch = Vec::with_capacity(BATCH);
    feed(&mut |device| {
        batch.push(device);
        if batch.len() == BATCH {
            let full = std::mem::replace(&mut batch, Vec::with_capacity(BATCH));
            sender.send(full)?;
        }
        Ok(())
    })?;
    // Without a receiver there is nobody to tell of the last ones either.
    let _ = sender.send(batch);
    Ok(())
}

/// Renders batches until there is none left.
fn work(
    texts: &Texts<'_>,
    part: Part,
    queue: &Mutex<Receiver<Vec<TextDevice>>>,
) -> Found {
    process::stand_back();
    let mut renderer = Renderer::new();
    let (mut text, mut notes) = (Vec::new(), Vec::new());
    let mut found = Found::default();
    loop {
        let batch = {
            let queue = queue.lock().unwrap_or_else(PoisonError::into_inner);
            queue.recv()
        };
        let Ok(batch) = batch else { return found };
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
            match signature {
                Some(hash) => found.devices.push((device.id, hash)),
                None => found.odd.push(device.id),
            }
        }
    }
}

/// The signature of one device; that of one without a text is why. None
/// where its row is too short to tell.
fn signature(
    texts: &Texts<'_>,
    part: Part,
    device: &TextDevice,
    renderer: &mut Renderer,
    text: &mut Vec<u8>,
    notes: &mut Vec<TextNote>,
) -> Option<u64> {
    let rendered = match part {
        Part::Mta => texts.mta(device, renderer, text, notes),
        _ => texts.cm(device, renderer, text, notes),
    };
    let mut hasher = DefaultHasher::new();
    match rendered {
        Ok(()) => hasher.write(text),
        Err(NoText::Short) => return None,
        Err(why) => hasher.write_u64(hash_of(&format!("{why:?}"))),
    }
    hasher.write_u32(device.configfile);
    Some(hasher.finish())
}
