//! What of dhcpd's lease file is new: from where the last look ended. dhcpd
//! writes the file again every hour and keeps the one before it as `FILE~`.

use std::collections::HashMap;
use std::io;
use std::net::Ipv4Addr;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use crate::isc_dhcp::lease_file::LeaseFile;
use crate::isc_dhcp::leases::Entry;
use crate::lease_history::event::Event;

/// Up to where the lease file was read.
#[derive(
    Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize,
)]
pub struct Position {
    /// The file's device and inode.
    pub device: u64,
    /// The same.
    pub inode: u64,
    /// How much of it was read, octets.
    pub offset: u64,
    /// The time of the last change that was seen, seconds since 1970.
    pub last: u32,
}

/// Whether a position is one in this file.
fn holds(file: &LeaseFile, position: &Position) -> bool {
    (file.device, file.inode) == (position.device, position.inode)
        && position.offset <= file.length
}

/// The file that dhcpd keeps of the one before.
fn before(path: &Path) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push("~");
    name.into()
}

/// Takes events in pieces.
pub type Take<'a> = &'a mut dyn FnMut(&[Event]) -> io::Result<()>;

/// Gives what is new since a position, in the order of the file; the new
/// position. None: there is no lease file.
///
/// # Errors
/// It cannot be read, or the taker fails.
pub fn new(
    path: &Path,
    position: Option<&Position>,
    now: i64,
    take: Take<'_>,
) -> io::Result<Option<Position>> {
    let Some(file) = LeaseFile::open(path)? else { return Ok(None) };
    let mut last = position.map_or(0, |position| position.last);
    if let Some(position) = position.filter(|p| holds(&file, p)) {
        if position.offset == file.length {
            return Ok(Some(*position));
        }
        let all = &mut |_: &Entry| true;
        let end = pass(&file, position.offset, now, all, &mut last, take)?;
        return Ok(Some(place(&file, end, last)));
    }
    let old = LeaseFile::open(&before(path))?;
    let old = old.zip(position).filter(|(old, p)| holds(old, p));
    let end = match old {
        Some((old, position)) => {
            let all = &mut |_: &Entry| true;
            let _ = pass(&old, position.offset, now, all, &mut last, take)?;
            let known = known(&old)?;
            // The new file begins with what the old one came to.
            let mut news =
                |entry: &Entry| known.get(&entry.address) != Some(entry);
            pass(&file, 0, now, &mut news, &mut last, take)?
        }
        None => {
            let since = last;
            let mut news = |entry: &Entry| {
                since == 0 || Event::of(entry, now).time >= since
            };
            pass(&file, 0, now, &mut news, &mut last, take)?
        }
    };
    Ok(Some(place(&file, end, last)))
}

/// A position in a file.
fn place(file: &LeaseFile, offset: u64, last: u32) -> Position {
    Position { device: file.device, inode: file.inode, offset, last }
}

/// Hands over the entries of a file that are wanted; where they end.
fn pass(
    file: &LeaseFile,
    from: u64,
    now: i64,
    wanted: &mut dyn FnMut(&Entry) -> bool,
    last: &mut u32,
    take: Take<'_>,
) -> io::Result<u64> {
    let events = std::cell::RefCell::new(Vec::new());
    file.entries(
        from,
        &mut |entry| {
            if wanted(&entry) {
                let event = Event::of(&entry, now);
                // Clocks of the pair may differ: what lies ahead is no mark.
                if i64::from(event.time) <= now {
                    *last = (*last).max(event.time);
                }
                events.borrow_mut().push(event);
            }
        },
        &mut || take(&events.take()),
    )
}

/// The last entry of each address.
fn known(file: &LeaseFile) -> io::Result<HashMap<Ipv4Addr, Entry>> {
    let mut all = HashMap::new();
    let _ = file.entries(
        0,
        &mut |entry| {
            let _ = all.insert(entry.address, entry);
        },
        &mut || Ok(()),
    )?;
    Ok(all)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::system::files;

    fn lease(last: u8, time: i64, state: &str) -> String {
        format!(
            "lease 10.0.0.{last} {{\n  starts epoch {time};\n  ends epoch \
             {};\n  cltt epoch {time};\n  binding state {state};\n  hardware \
             ethernet 00:00:00:00:00:{last:02x};\n  option agent.remote-id \
             0:1a:2b:10:0:1;\n}}\n",
            time + 100
        )
    }

    /// What is new, as the last octets of addresses.
    fn news(path: &Path, at: &mut Option<Position>) -> Vec<u8> {
        let mut seen = Vec::new();
        *at = new(path, at.as_ref(), 5_000, &mut |events| {
            seen.extend(events.iter().map(|e| e.address.octets()[3]));
            Ok(())
        })
        .unwrap();
        seen
    }

    #[test]
    fn each_entry_is_taken_once_through_a_rewrite() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("dhcpd.leases");
        let mut at = None;
        assert!(news(&path, &mut at).is_empty());
        assert_eq!(at, None);
        let put = |path: &Path, text: &str| {
            files::replace(path, text.as_bytes(), 0o644).unwrap();
        };
        let first = lease(1, 1000, "active") + &lease(2, 1000, "active");
        put(&path, &(first.clone() + "lease 10.0.0.3 {\n"));
        assert_eq!(news(&path, &mut at), [1, 2]);
        assert!(news(&path, &mut at).is_empty());
        // dhcpd goes on with the entry, notes another, and rewrites.
        let second =
            first + &lease(3, 1010, "active") + &lease(1, 1020, "free");
        let append = |text: &str| {
            use std::io::Write as _;
            let mut file = std::fs::OpenOptions::new();
            let mut file = file.append(true).open(&path).unwrap();
            file.write_all(text.as_bytes()).unwrap();
        };
        append(&second[second.find("lease 10.0.0.3 {\n").unwrap() + 17..]);
        std::fs::rename(&path, before(&path)).unwrap();
        let dump = lease(1, 1020, "free")
            + &lease(2, 1000, "active")
            + &lease(3, 1010, "active");
        put(&path, &(dump + &lease(2, 1030, "active")));
        assert_eq!(news(&path, &mut at), [3, 1, 2]);
        assert!(news(&path, &mut at).is_empty());
        // Two rewrites were missed: what is older than the last is known.
        put(&path, &(lease(1, 900, "free") + &lease(4, 1140, "active")));
        std::fs::remove_file(before(&path)).unwrap();
        assert_eq!(news(&path, &mut at), [4]);
        assert_eq!(at.unwrap().last, 1140);
    }
}
