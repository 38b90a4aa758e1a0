//! dhcpd's lease file (dhcpd.leases(5)), read as a stream.
//!
//! The file is a journal: an address stands in it once for every change, and
//! its last whole entry holds. dhcpd writes while we read and may have been
//! killed while it wrote, so an entry counts when its closing brace is there,
//! and a word that only begins declarations, at the beginning of a line, ends
//! whatever was left open before it.

use std::collections::HashMap;
use std::fs::File;
use std::io::{self, BufRead, BufReader};
use std::net::Ipv4Addr;
use std::path::Path;

/// An entry of the file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Entry {
    /// The address.
    pub address: Ipv4Addr,
    /// Whether a client holds it, whatever the time is.
    pub bound: bool,
    /// When the lease ends, seconds since 1970 (UTC); `i64::MAX`: never.
    pub ends: i64,
    /// The last transaction with the client, else the beginning; seconds
    /// since 1970 (UTC).
    pub since: i64,
    /// The client's Ethernet address.
    pub hardware: Option<[u8; 6]>,
}

/// A lease that a client holds now.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Lease {
    /// The address.
    pub address: Ipv4Addr,
    /// The client's Ethernet address.
    pub hardware: Option<[u8; 6]>,
    /// The last transaction with the client, seconds since 1970 (UTC).
    pub since: i64,
}

/// The active leases of a file at the time `now` (seconds since 1970),
/// ascending by address. A file that is not there has none.
///
/// # Errors
/// The file cannot be read.
pub fn active(path: &Path, now: i64) -> io::Result<Vec<Lease>> {
    match File::open(path) {
        Err(e) if e.kind() == io::ErrorKind::NotFound => Ok(Vec::new()),
        file => collect(BufReader::with_capacity(1 << 16, file?), now),
    }
}

/// The active leases of a stream; the last entry of an address wins.
fn collect(reader: impl BufRead, now: i64) -> io::Result<Vec<Lease>> {
    let mut held: HashMap<Ipv4Addr, Lease> = HashMap::new();
    scan(reader, &mut |entry| {
        let Entry { address, hardware, since, .. } = entry;
        if entry.bound && entry.ends > now {
            held.insert(address, Lease { address, hardware, since });
        } else {
            held.remove(&address);
        }
    })?;
    let mut leases: Vec<Lease> = held.into_values().collect();
    leases.sort_unstable_by_key(|lease| lease.address);
    Ok(leases)
}

/// Visits every whole entry in the order of the file.
///
/// # Errors
/// The stream cannot be read; odd content is none.
pub fn scan(
    mut reader: impl BufRead,
    visit: &mut dyn FnMut(Entry),
) -> io::Result<()> {
    let mut scanner = Scanner::default();
    loop {
        let bytes = match reader.fill_buf() {
            Err(e) if e.kind() == io::ErrorKind::Interrupted => continue,
            other => other?,
        };
        if bytes.is_empty() {
            return Ok(());
        }
        for byte in bytes {
            if let Some(entry) = scanner.take(*byte) {
                visit(entry);
            }
        }
        let length = bytes.len();
        reader.consume(length);
    }
}

/// Longer statements are cut: those that matter are short.
const STATEMENT: usize = 128;

/// The words that begin declarations of the file and nothing inside them.
const TOP: [&[u8]; 10] = [
    b"lease",
    b"host",
    b"failover",
    b"server-duid",
    b"authoring-byte-order",
    b"class",
    b"subclass",
    b"group",
    b"ia-na",
    b"ia-pd",
];

/// Where in the text the scanner is.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
enum Place {
    /// Between or in words.
    #[default]
    Words,
    /// In a quoted string.
    Text,
    /// In a quoted string, after a backslash.
    Escape,
    /// In a comment.
    Comment,
}

/// Takes the file octet by octet.
#[derive(Default)]
struct Scanner {
    place: Place,
    /// How many braces are open.
    depth: u32,
    /// The statement so far, strings as a single quote.
    statement: Vec<u8>,
    /// The word that the line begins with, as far as it matters; None: it has
    /// ended.
    first_word: Option<Vec<u8>>,
    /// The entry that is open.
    entry: Option<Draft>,
}

impl Scanner {
    /// The next octet; an entry when it closes one.
    fn take(&mut self, byte: u8) -> Option<Entry> {
        // After a crash a file system may have left a block of zeros.
        if byte == b'\n' || byte == 0 {
            self.place = Place::Words;
            self.push(b' ');
            self.first_word.get_or_insert_default().clear();
            return None;
        }
        match self.place {
            Place::Comment => None,
            Place::Escape => {
                self.place = Place::Text;
                None
            }
            Place::Text => {
                match byte {
                    b'"' => self.place = Place::Words,
                    b'\\' => self.place = Place::Escape,
                    _ => (),
                }
                None
            }
            Place::Words => self.word(byte),
        }
    }

    /// An octet outside of strings and comments.
    fn word(&mut self, byte: u8) -> Option<Entry> {
        match byte {
            b'{' => self.open(),
            b'}' => return self.close(),
            b';' => self.end(),
            b'#' => self.place = Place::Comment,
            b'"' => {
                self.place = Place::Text;
                self.push(b'"');
            }
            b' ' | b'\t' | b'\r' => {
                self.begin_declaration();
                self.push(b' ');
            }
            byte => {
                if let Some(word) = &mut self.first_word
                    && word.len() < 24
                {
                    word.push(byte);
                }
                self.push(byte);
                return None;
            }
        }
        self.first_word = None;
        None
    }

    /// Keeps an octet of the statement: blanks once, and not too many.
    fn push(&mut self, byte: u8) {
        let blank = self.statement.last().is_none_or(|last| *last == b' ');
        if (byte == b' ' && blank) || self.statement.len() >= STATEMENT {
            // What is cut must not look like another word.
            return;
        }
        self.statement.push(byte);
    }

    /// Drops what was left open when the first word of the line can only
    /// begin a declaration.
    fn begin_declaration(&mut self) {
        let Some(word) = self.first_word.take() else { return };
        if TOP.contains(&word.as_slice()) {
            self.statement = word;
            self.depth = 0;
            self.entry = None;
        }
    }

    /// An opening brace.
    fn open(&mut self) {
        self.begin_declaration();
        if self.depth == 0 {
            self.entry = Draft::begin(&self.statement);
        }
        self.depth = self.depth.saturating_add(1);
        self.statement.clear();
    }

    /// A closing brace; one too many is nothing.
    fn close(&mut self) -> Option<Entry> {
        self.statement.clear();
        self.first_word = None;
        self.depth = self.depth.saturating_sub(1);
        if self.depth > 0 {
            return None;
        }
        self.entry.take().map(Draft::finish)
    }

    /// The end of a statement.
    fn end(&mut self) {
        self.begin_declaration();
        if self.depth == 1
            && let Some(entry) = &mut self.entry
        {
            entry.statement(&self.statement);
        }
        self.statement.clear();
    }
}

/// An entry that is not closed yet.
struct Draft {
    address: Ipv4Addr,
    bound: bool,
    ends: i64,
    starts: i64,
    last: Option<i64>,
    hardware: Option<[u8; 6]>,
}

impl Draft {
    /// From what stands before the brace; None when that is no lease.
    fn begin(statement: &[u8]) -> Option<Self> {
        let text = std::str::from_utf8(statement).ok()?;
        let mut words = text.split_ascii_whitespace();
        if words.next() != Some("lease") {
            return None;
        }
        let address = words.next()?.parse().ok()?;
        // Without a state an entry is a lease until it ends (confpars.c of
        // dhcpd does the same).
        Some(Self {
            address,
            bound: true,
            ends: 0,
            starts: 0,
            last: None,
            hardware: None,
        })
    }

    /// Takes a statement; most say nothing that is needed here.
    fn statement(&mut self, statement: &[u8]) {
        let Ok(text) = std::str::from_utf8(statement) else { return };
        let mut words = text.split_ascii_whitespace();
        let Some(word) = words.next() else { return };
        match word {
            "starts" => self.starts = time(words).unwrap_or(0),
            "ends" => self.ends = time(words).unwrap_or(0),
            "cltt" => self.last = time(words),
            "abandoned" => self.bound = false,
            "binding" if words.next() == Some("state") => {
                self.bound = matches!(words.next(), Some("active" | "bootp"));
            }
            "hardware" if words.next() == Some("ethernet") => {
                self.hardware = words.next().and_then(hardware);
            }
            _ => (),
        }
    }

    /// The whole entry.
    fn finish(self) -> Entry {
        Entry {
            address: self.address,
            bound: self.bound,
            ends: self.ends,
            since: self.last.unwrap_or(self.starts),
            hardware: self.hardware,
        }
    }
}

/// A point in time: `W YYYY/MM/DD HH:MM:SS`, `epoch SECONDS` or `never`
/// (dhcpd.leases(5), «COMMON STATEMENTS»).
fn time<'a>(mut words: impl Iterator<Item = &'a str>) -> Option<i64> {
    match words.next()? {
        "never" => return Some(i64::MAX),
        "epoch" => return words.next()?.parse().ok(),
        _weekday => (),
    }
    let mut date = words.next()?.split('/').map(str::parse::<i64>);
    let mut clock = words.next()?.split(':').map(str::parse::<i64>);
    let (year, month, day) =
        (date.next()?.ok()?, date.next()?.ok()?, date.next()?.ok()?);
    let (hour, minute, second) =
        (clock.next()?.ok()?, clock.next()?.ok()?, clock.next()?.ok()?);
    let plausible = (1970..=9999).contains(&year)
        && (1..=12).contains(&month)
        && (1..=31).contains(&day)
        && (0..24).contains(&hour)
        && (0..60).contains(&minute)
        && (0..=60).contains(&second);
    let seconds = hour * 3600 + minute * 60 + second;
    plausible.then(|| days(year, month, day) * 86_400 + seconds)
}

/// Days from 1970-01-01 to a day of the Gregorian calendar: years begin in
/// March, so that the leap day is the last one.
fn days(year: i64, month: i64, day: i64) -> i64 {
    let year = if month > 2 { year } else { year - 1 };
    let month = (month + 9) % 12;
    let day_of_year = (153 * month + 2) / 5 + day - 1;
    let leap_days = year / 4 - year / 100 + year / 400;
    year * 365 + leap_days + day_of_year - 719_468
}

/// Six octets with colons; dhcpd writes two digits each.
fn hardware(text: &str) -> Option<[u8; 6]> {
    let mut octets = [0; 6];
    let mut groups = text.split(':');
    for octet in &mut octets {
        *octet = u8::from_str_radix(groups.next()?, 16).ok()?;
    }
    groups.next().is_none().then_some(octets)
}

#[cfg(test)]
mod tests;
