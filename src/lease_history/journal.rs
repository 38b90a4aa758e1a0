//! The journal: one file a day, to which frames are appended. A frame is a
//! head and a zstd stream of events; one that a killed run left half written
//! is cut off by the next.

use std::fs::File;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use crate::lease_history::event::{Event, WIDTH, pack};
use crate::system::dir::Dir;
use crate::system::files;
use crate::system::files::Doing;

/// What a frame begins with.
const MAGIC: &[u8; 4] = b"PLJ1";
/// Octets of a frame's head: magic, count, first and last time, length.
const HEAD: usize = 20;
/// Longest frame that is read, octets.
const MOST: usize = 1 << 28;

/// The directory of the journal; `state` is PROVHA__STATE_DIR.
pub fn dir(state: &Path) -> PathBuf {
    state.join("leases")
}

/// The name of a day's file.
fn name(day: i64) -> String {
    let time = jiff::Timestamp::from_second(day * 86_400);
    let zone = jiff::tz::TimeZone::UTC;
    let date = time.map(|time| time.to_zoned(zone).date());
    date.map_or_else(|_| day.to_string(), |date| format!("{date}.leases"))
}

/// The day of a name, in days since 1970.
fn day_of(name: &str) -> Option<i64> {
    let date: jiff::civil::Date = name.strip_suffix(".leases")?.parse().ok()?;
    let zoned = date.to_zoned(jiff::tz::TimeZone::UTC).ok()?;
    Some(zoned.timestamp().as_second() / 86_400)
}

/// The files of the journal, ascending by day.
///
/// # Errors
/// The directory cannot be read; one that is not there has none.
pub fn list(dir: &Path) -> files::Result<Vec<(i64, PathBuf)>> {
    let mut all: Vec<(i64, PathBuf)> = files::walk(dir)?
        .iter()
        .filter_map(|name| Some((day_of(name)?, dir.join(name))))
        .collect();
    all.sort();
    Ok(all)
}

/// Removes what is older than so many days.
///
/// # Errors
/// A file cannot be removed.
pub fn prune(dir: &Path, days: u64, now: i64) -> files::Result<()> {
    let oldest = now / 86_400 - i64::try_from(days).unwrap_or(i64::MAX);
    for (day, path) in list(dir)? {
        if day < oldest {
            files::remove_if_there(&path)?;
        }
    }
    Ok(())
}

/// Appends events to the file of a day.
pub struct Appender {
    path: PathBuf,
    file: File,
}

impl Appender {
    /// Opens the file of today, and cuts off what is no whole frame.
    ///
    /// # Errors
    /// It cannot be opened or made.
    pub fn open(dir: &Path, now: i64) -> files::Result<Self> {
        files::make_private_dirs(dir)?;
        let path = dir.join(name(now / 86_400));
        let parent = Dir::open(dir)?;
        let own = path.file_name().unwrap_or_default();
        let file = parent.open_or_create(own, 0o600, true)?;
        let whole = whole(&path)?;
        file.set_len(whole).doing("cut", &path)?;
        Ok(Self { path, file })
    }

    /// Appends a frame.
    ///
    /// # Errors
    /// It cannot be written.
    pub fn add(&mut self, events: &[Event]) -> files::Result<()> {
        if events.is_empty() {
            return Ok(());
        }
        let frame = frame(events).doing("write", &self.path)?;
        self.file.write_all(&frame).doing("write", &self.path)
    }

    /// Everything is on the disk then.
    ///
    /// # Errors
    /// The disk says no.
    pub fn finish(self) -> files::Result<()> {
        self.file.sync_data().doing("sync", &self.path)
    }
}

/// A frame.
fn frame(events: &[Event]) -> io::Result<Vec<u8>> {
    let mut encoder = zstd::Encoder::new(Vec::new(), 6)?;
    encoder.include_checksum(true)?;
    encoder.write_all(&pack(events))?;
    let body = encoder.finish()?;
    let times = events.iter().map(|event| event.time);
    let (first, last) = (times.clone().min(), times.max());
    let mut out = MAGIC.to_vec();
    for number in [
        events.len() as u32,
        first.unwrap_or(0),
        last.unwrap_or(u32::MAX),
        body.len() as u32,
    ] {
        out.extend(number.to_le_bytes());
    }
    out.extend(body);
    Ok(out)
}

/// A frame that is not unpacked yet.
#[derive(Debug, Clone, Copy)]
pub struct Frame<'a> {
    /// How many events it has.
    pub count: usize,
    /// The time of its first and of its last event.
    pub times: (u32, u32),
    body: &'a [u8],
}

impl Frame<'_> {
    /// Its events as octets.
    ///
    /// # Errors
    /// It is damaged.
    pub fn unpack(&self) -> io::Result<Vec<u8>> {
        let damaged = || io::Error::other("the lease journal is damaged");
        let length = self.count.checked_mul(WIDTH).ok_or_else(damaged)?;
        if length > MOST {
            return Err(damaged());
        }
        let bytes = zstd::bulk::decompress(self.body, length)?;
        if bytes.len() == length { Ok(bytes) } else { Err(damaged()) }
    }
}

/// The whole frames at the beginning of a file, and their octets.
pub fn frames(bytes: &[u8]) -> (Vec<Frame<'_>>, usize) {
    let (mut out, mut at) = (Vec::new(), 0);
    while let Some((head, rest)) = bytes[at..].split_first_chunk::<HEAD>() {
        let number = |place: usize| {
            let mut cell = [0; 4];
            cell.copy_from_slice(&head[place..place + 4]);
            u32::from_le_bytes(cell)
        };
        let length = number(16) as usize;
        if head[..4] != *MAGIC || length > rest.len() {
            break;
        }
        out.push(Frame {
            count: number(4) as usize,
            times: (number(8), number(12)),
            body: &rest[..length],
        });
        at += HEAD + length;
    }
    (out, at)
}

/// How long the whole frames of a file are.
fn whole(path: &Path) -> files::Result<u64> {
    let bytes = files::read_at_most(path, 1 << 32)?;
    Ok(frames(&bytes).1 as u64)
}

#[cfg(test)]
mod tests {
    use std::net::Ipv4Addr;

    use super::*;
    use crate::lease_history::event::Packed;

    /// A day's worth of renewals of many devices.
    fn events(count: u32) -> Vec<Event> {
        let event = |n: u32| {
            let device = n.wrapping_mul(2_654_435_761) % 200_000;
            let [_, a, b, c] = device.to_be_bytes();
            Event {
                address: Ipv4Addr::from_bits(0x0a00_0000 + device),
                time: 1_800_000_000 + n / 12,
                bound: !n.is_multiple_of(9),
                ends: 1_800_000_000 + n / 12 + 43_200,
                mac: Some([0, 0x1a, 0x2b, a, b, c]),
                behind: Some([0, 0x1d, 0xce, a, b, c]),
            }
        };
        (0..count).map(event).collect()
    }

    #[test]
    fn a_million_events_are_small() {
        let mut octets = 0;
        for chunk in events(200_000).chunks(40_000) {
            octets += frame(chunk).unwrap().len();
        }
        assert!(octets * 5 < 30 << 20, "{octets} for 200,000");
    }

    #[test]
    fn what_is_half_written_is_cut_off() {
        let dir = tempfile::tempdir().unwrap();
        let now = 1_795_219_200;
        let all = events(10);
        let mut journal = Appender::open(dir.path(), now).unwrap();
        journal.add(&all[..6]).unwrap();
        journal.finish().unwrap();
        let (_, path) = list(dir.path()).unwrap().remove(0);
        assert!(path.ends_with("2026-11-21.leases"), "{}", path.display());
        let mut bytes = std::fs::read(&path).unwrap();
        let whole = bytes.len();
        bytes.extend(&frame(&all).unwrap()[..30]);
        files::replace(&path, &bytes, 0o600).unwrap();
        let mut journal = Appender::open(dir.path(), now).unwrap();
        journal.add(&all[6..]).unwrap();
        journal.finish().unwrap();
        let bytes = std::fs::read(&path).unwrap();
        let (frames, length) = frames(&bytes);
        assert_eq!((frames.len(), length), (2, bytes.len()));
        assert!(length > whole);
        let body = frames[1].unpack().unwrap();
        assert_eq!(Packed::new(&body).unwrap().event(0), all[6]);
        prune(dir.path(), 3, now + 3 * 86_400).unwrap();
        assert_eq!(list(dir.path()).unwrap().len(), 1);
        prune(dir.path(), 3, now + 4 * 86_400).unwrap();
        assert!(list(dir.path()).unwrap().is_empty());
    }
}
