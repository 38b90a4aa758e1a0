//! The lines of a dhcpd set that are about one device.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::path::Path;

use crate::explain::device::{Device, Kind};
use crate::isc_dhcp::syntax;
use crate::model::Mac;
use crate::model::mac::MacCell;
use crate::system::files;

/// The files that have a line for each device.
pub const FILES: [&str; 6] = [
    "modems-host.conf",
    "mta.conf",
    "endpoints-host.conf",
    "modems-clients-public.conf",
    "blocked.conf",
    "ignore-cpe.conf",
];
/// Those of them with host lines, and whose.
pub const HOSTS: [(&str, Kind); 3] = [
    ("modems-host.conf", Kind::Modem),
    ("mta.conf", Kind::Mta),
    ("endpoints-host.conf", Kind::Endpoint),
];

/// A line of a file.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Line {
    /// The file, below the set's directory.
    pub file: String,
    /// The line, from 1.
    pub number: usize,
    /// Its text.
    pub text: String,
}

/// The files of a set that have a line for each device.
#[derive(Debug, Default)]
pub struct Set {
    /// Contents by name.
    files: BTreeMap<&'static str, String>,
    /// Files that are there and cannot be read, with why.
    pub unreadable: Vec<String>,
    /// What was asked for last, with its answer: it is asked for again, and
    /// the files are large.
    last: RefCell<Option<(Vec<String>, Vec<Line>)>>,
}

impl Set {
    /// Reads a set from its directory.
    pub fn read(dir: &Path) -> Self {
        let mut set = Self::default();
        for name in FILES {
            match files::read(&dir.join(name)) {
                Ok(bytes) => set.add(name, bytes),
                Err(e) if files::is_missing(&e) => (),
                Err(error) => set.unreadable.push(error.to_string()),
            }
        }
        set
    }

    /// Takes those of the files of a set in memory.
    pub fn of(all: &BTreeMap<String, Vec<u8>>) -> Self {
        let mut set = Self::default();
        for name in FILES {
            if let Some(bytes) = all.get(name) {
                set.add(name, bytes.clone());
            }
        }
        set
    }

    /// Adds a file. A file of all hosts is large: it is not copied.
    fn add(&mut self, name: &'static str, bytes: Vec<u8>) {
        let text = String::from_utf8(bytes).unwrap_or_else(|error| {
            String::from_utf8_lossy(error.as_bytes()).into_owned()
        });
        let _ = self.files.insert(name, text);
    }

    /// Whether there is no file at all.
    pub fn is_empty(&self) -> bool {
        self.files.is_empty()
    }

    /// The lines that are about a device.
    pub fn about(&self, keys: &[String]) -> Vec<Line> {
        if let Some((asked, lines)) = &*self.last.borrow()
            && asked == keys
        {
            return lines.clone();
        }
        let mut out = Vec::new();
        for (name, text) in &self.files {
            out.extend(find_any_case(text, keys).into_iter().map(
                |(number, text)| Line {
                    file: (*name).to_string(),
                    number,
                    text: bare(name, text),
                },
            ));
        }
        *self.last.borrow_mut() = Some((keys.to_vec(), out.clone()));
        out
    }

    /// The hosts whose lines hold one of these texts in lower case.
    pub fn hosts(&self, needles: &[String]) -> Vec<Device> {
        let mut out = Vec::new();
        for (name, kind) in HOSTS {
            let Some(text) = self.files.get(name) else { continue };
            let lines = find_any_case(text, needles);
            out.extend(lines.iter().filter_map(|(_, line)| host(kind, line)));
        }
        out
    }

    /// All hosts.
    pub fn all_hosts(&self) -> impl Iterator<Item = Device> {
        HOSTS.into_iter().flat_map(|(name, kind)| {
            let text = self.files.get(name).map_or("", String::as_str);
            text.lines().filter_map(move |line| host(kind, line))
        })
    }
}

/// A line without what depends on its neighbours: in ignore-cpe.conf the
/// lines are one condition.
pub fn bare(file: &str, line: &str) -> String {
    let line = line.trim();
    let line = match file {
        "ignore-cpe.conf" => line.strip_suffix(" and").unwrap_or(line),
        _ => line,
    };
    line.to_string()
}

/// What tells the lines of a device: its MAC, its boot file, its name as a
/// host, the mark with its id.
pub fn keys(device: &Device, served: Option<&str>) -> Vec<String> {
    let mut keys = Vec::new();
    if let Some(mac) = device.mac {
        keys.push(mac.lower().to_string());
    }
    if let Some((kind, id)) = device.kind.file().zip(device.id) {
        let prefix = kind.prefix();
        keys.push(format!("\"{prefix}/{prefix}-{id}.cfg\""));
        if prefix == "cm" {
            keys.push(format!("# cm id: {id}\n"));
            keys.push(format!("# cm id:{id}\n"));
        }
    }
    let names = [Some(device.name.as_str()), served];
    for name in names.into_iter().flatten().filter(|name| !name.is_empty()) {
        keys.push(format!("host {} ", name.to_ascii_lowercase()));
    }
    keys
}

/// Octets of a text that are looked at as a piece: few enough to stay in the
/// processor's cache.
const PIECE: usize = 1 << 16;

/// The lines of a text that hold one of the keys.
pub fn find<'t>(text: &'t str, keys: &[String]) -> Vec<&'t str> {
    let mut places = Vec::new();
    for key in keys {
        let found = memchr::memmem::find_iter(text.as_bytes(), key.as_bytes());
        places.extend(found);
    }
    let begins = begins(text, places);
    begins.into_iter().map(|begin| line_at(text, begin)).collect()
}

/// The same with their numbers, from 1, whatever letters are large in the
/// text; the keys are small. A copy of all hosts in small letters would take
/// longer than the search.
pub fn find_any_case<'t>(
    text: &'t str,
    keys: &[String],
) -> Vec<(usize, &'t str)> {
    let bytes = text.as_bytes();
    let finders: Vec<memchr::memmem::Finder<'_>> = keys
        .iter()
        .map(|key| memchr::memmem::Finder::new(key.as_bytes()))
        .collect();
    let mut places = Vec::new();
    let mut piece = Vec::with_capacity(PIECE + 1024);
    let mut begin = 0;
    while begin < bytes.len() && !finders.is_empty() {
        // Whole lines, so that no key lies across the end.
        let least = (begin + PIECE).min(bytes.len());
        let end = memchr::memchr(b'\n', &bytes[least..])
            .map_or(bytes.len(), |at| least + at + 1);
        piece.clear();
        piece.extend_from_slice(&bytes[begin..end]);
        piece.make_ascii_lowercase();
        for finder in &finders {
            places.extend(finder.find_iter(&piece).map(|at| begin + at));
        }
        begin = end;
    }
    let (mut number, mut counted) = (1, 0);
    let mut out = Vec::new();
    for begin in begins(text, places) {
        number += line_ends(&bytes[counted..begin]);
        counted = begin;
        out.push((number, line_at(text, begin)));
    }
    out
}

/// How many lines end in these octets. Small sums of a few octets each are
/// what a compiler makes fast.
fn line_ends(bytes: &[u8]) -> usize {
    let few =
        |few: &[u8]| few.iter().map(|b| u8::from(*b == b'\n')).sum::<u8>();
    bytes.chunks(255).map(|piece| usize::from(few(piece))).sum()
}

/// The line that begins at a place.
fn line_at(text: &str, begin: usize) -> &str {
    text[begin..].lines().next().unwrap_or_default()
}

/// Where the lines begin in which these places are.
fn begins(text: &str, places: Vec<usize>) -> Vec<usize> {
    let bytes = text.as_bytes();
    let mut places: Vec<usize> = places
        .into_iter()
        .map(|at| memchr::memrchr(b'\n', &bytes[..at]).map_or(0, |end| end + 1))
        .collect();
    places.sort_unstable();
    places.dedup();
    places
}

/// The host of a line.
pub fn host(kind: Kind, line: &str) -> Option<Device> {
    let mut device = Device {
        kind,
        id: None,
        name: String::new(),
        mac: None,
        by: "host",
        version6: false,
    };
    let mut visit = |blocks: &[Vec<String>], words: &[String]| {
        let Some([head, name]) = blocks.first().map(Vec::as_slice) else {
            return;
        };
        if head != "host" {
            return;
        }
        device.name.clone_from(name);
        let words: Vec<&str> = words.iter().map(String::as_str).collect();
        let mac = match words.as_slice() {
            ["hardware", "ethernet", mac]
            | ["host-identifier", "option", _, mac] => Some(mac),
            ["filename", file] => {
                device.id = id_of(kind, file);
                None
            }
            _ => None,
        };
        if let Some(MacCell::Valid { mac, .. }) = mac.map(|mac| Mac::read(mac))
        {
            device.mac = Some(mac);
        }
    };
    syntax::statements(line, &mut visit);
    (!device.name.is_empty()).then_some(device)
}

/// The id in the name of a boot file.
fn id_of(kind: Kind, file: &str) -> Option<u32> {
    let prefix = kind.prefix();
    let rest = file.strip_prefix(prefix)?.strip_prefix('/')?;
    rest.strip_prefix(prefix)?
        .strip_prefix('-')?
        .strip_suffix(".cfg")?
        .parse()
        .ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    const HOSTS: &str = "host cm-1 { hardware ethernet 00:1A:2b:10:00:01; \
        filename \"cm/cm-1.cfg\"; ddns-hostname \"cm-1\";}\n\
        host Cm-10 { hardware ethernet 00:1a:2b:10:00:0a; \
        filename \"cm/cm-10.cfg\"; ddns-hostname \"cm-10\";}\n";

    #[test]
    fn only_the_lines_of_the_device_are_found() {
        let set = Set::of(&BTreeMap::from([
            ("modems-host.conf".into(), HOSTS.as_bytes().to_vec()),
            (
                "blocked.conf".into(),
                b"# x\nsubclass \"blocked\" 00:1a:2b:10:00:01; # CM id: 1\n\
                  subclass \"blocked\" 00:1a:2b:10:00:0a; # CM id: 10\n"
                    .to_vec(),
            ),
        ]));
        let hosts = set.hosts(&["00:1a:2b:10:00:01".into()]);
        assert_eq!(hosts.len(), 1);
        assert_eq!(hosts[0].id, Some(1));
        let lines = set.about(&keys(&hosts[0], None));
        let places: Vec<_> =
            lines.iter().map(|line| (&*line.file, line.number)).collect();
        assert_eq!(places, [("blocked.conf", 2), ("modems-host.conf", 1)]);
        let lines = set.about(&["host cm-10 ".into()]);
        assert_eq!(lines[0].number, 2);
        assert_eq!(set.all_hosts().count(), 2);
    }

    #[test]
    fn lines_are_found_across_pieces_whatever_the_case() {
        let line = |n| format!("host CM-{n} {{ hardware ethernet x; }}\n");
        let text = (0..4000).map(line).collect::<Vec<_>>().concat();
        assert!(text.len() > 2 * PIECE);
        for n in [0, 1, 1999, 3998, 3999] {
            let keys = [format!("host cm-{n} ")];
            let found = find_any_case(&text, &keys);
            assert_eq!(found.len(), 1, "{n}");
            assert_eq!(found[0].0, n + 1);
            assert!(found[0].1.starts_with(&format!("host CM-{n} ")));
        }
        assert_eq!(find_any_case(text.trim_end(), &["-3999 ".into()]).len(), 1);
        assert_eq!(find(&text, &["CM-7 ".into()]).len(), 1);
        assert_eq!(find_any_case("", &["x".into()]), []);
        assert_eq!(find_any_case(&text, &[]), []);
    }
}
