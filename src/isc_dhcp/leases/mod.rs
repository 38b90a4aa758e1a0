//! dhcpd's lease file (dhcpd.leases(5)), read as a stream.
//!
//! The file is a journal: an address stands in it once for every change, and
//! its last whole entry holds. dhcpd writes while we read and may have been
//! killed while it wrote, so an entry counts when its closing brace is there,
//! and a word that only begins declarations, at the beginning of a line, ends
//! whatever was left open before it.

use crate::model::mac;
use crate::system::files;
use std::collections::HashMap;
use std::io::{self, BufRead, BufReader};
use std::net::Ipv4Addr;
use std::path::Path;

use jiff::civil::DateTime;
use jiff::tz::TimeZone;

/// Who may give an address out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Binding {
    /// A client holds it.
    Active,
    /// The primary may, or the only server.
    Free,
    /// The secondary may.
    Backup,
    /// Nobody for now: expired, released, reset, or abandoned.
    Other,
}

/// An entry of the file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Entry {
    /// The address.
    pub address: Ipv4Addr,
    /// Whether a client holds it, whatever the time is.
    pub bound: bool,
    /// Its binding state.
    pub binding: Binding,
    /// When the lease ends, seconds since 1970 (UTC); `i64::MAX`: never.
    pub ends: i64,
    /// Until when the failover peer may have given it, whatever `ends` says:
    /// the peer tells of a renewal later (facts of failover: 'tsfp').
    pub promised: i64,
    /// The last transaction with the client, else the beginning; seconds
    /// since 1970 (UTC).
    pub since: i64,
    /// The client's Ethernet address.
    pub hardware: Option<[u8; 6]>,
    /// The modem that the client is behind: option 82's remote-id, where
    /// dhcpd wrote it as octets (one that prints whole is rare).
    pub behind: Option<[u8; 6]>,
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
    /// When it ends, seconds since 1970 (UTC); `u32::MAX`: never, or beyond.
    pub ends: u32,
}

/// What a lease file holds at a time.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Held {
    /// The active leases, ascending by address.
    pub active: Vec<Lease>,
    /// Leases that have ended here, but may go on at the failover peer;
    /// ascending, with that end.
    pub promised: Vec<Lease>,
    /// Whether the file holds a whole entry of whatever state: only then does
    /// a lease that is not in it not exist.
    pub counts: bool,
}

/// The active leases of a file at the time `now` (seconds since 1970). A file
/// that is not there has none.
///
/// # Errors
/// The file cannot be read.
pub fn held(path: &Path, now: i64) -> io::Result<Held> {
    match files::open_through(path) {
        Err(e) if files::is_missing(&e) => Ok(Held::default()),
        other => {
            let (file, _) = other.map_err(|error| error.source)?;
            collect(BufReader::with_capacity(1 << 16, file), now)
        }
    }
}

/// The leases of a stream; the last entry of an address wins.
fn collect(reader: impl BufRead, now: i64) -> io::Result<Held> {
    let mut held: HashMap<Ipv4Addr, (Lease, bool)> = HashMap::new();
    let mut counts = false;
    scan(reader, &mut |entry| {
        counts = true;
        let Entry { address, hardware, since, promised, .. } = entry;
        let ends = if entry.ends > now { entry.ends } else { promised };
        if entry.bound && ends > now {
            let ends = u32::try_from(ends).unwrap_or(u32::MAX);
            let lease = Lease { address, hardware, since, ends };
            held.insert(address, (lease, entry.ends > now));
        } else {
            held.remove(&address);
        }
    })?;
    let mut all: Vec<(Lease, bool)> = held.into_values().collect();
    all.sort_unstable_by_key(|(lease, _)| lease.address);
    let of = |wanted| {
        let some = all.iter().filter(move |(_, active)| *active == wanted);
        some.map(|(lease, _)| *lease).collect()
    };
    Ok(Held { active: of(true), promised: of(false), counts })
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
        scanner.feed(bytes, visit);
        let length = bytes.len();
        reader.consume(length);
    }
}

/// Longer statements are cut: those that matter are short.
const STATEMENT: usize = 128;
/// The longest of the words below is shorter.
const FIRST_WORD: usize = 24;

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

/// Octets that end a run of ordinary ones in each place.
const SPECIAL: [&[u8]; 4] = [b" \n{};\"\t\r#\0", b"\"\\\n\0", b"", b"\n\0"];

/// Which octets are special in each place, by their value.
const fn special() -> [[bool; 256]; 4] {
    let mut table = [[false; 256]; 4];
    let mut place = 0;
    while place < 4 {
        let mut i = 0;
        while i < SPECIAL[place].len() {
            table[place][SPECIAL[place][i] as usize] = true;
            i += 1;
        }
        place += 1;
    }
    // After a backslash the next octet is taken alone.
    table[Place::Escape as usize] = [true; 256];
    table
}

/// The table of [`special`].
static IS_SPECIAL: [[bool; 256]; 4] = special();

/// Takes the file piece by piece.
#[derive(Default)]
struct Scanner {
    place: Place,
    /// How many braces are open.
    depth: u32,
    /// The statement so far, strings as a single quote.
    statement: Vec<u8>,
    /// The word that the line begins with, as far as it matters.
    first_word: Vec<u8>,
    /// Whether that word may go on.
    at_first_word: bool,
    /// The entry that is open.
    entry: Option<Draft>,
}

impl Scanner {
    /// The next piece of the file; visits the entries that it closes.
    fn feed(&mut self, mut bytes: &[u8], visit: &mut dyn FnMut(Entry)) {
        loop {
            let table = &IS_SPECIAL[self.place as usize];
            let run = bytes.iter().position(|b| table[usize::from(*b)]);
            let run = run.unwrap_or(bytes.len());
            if self.place == Place::Words && run > 0 {
                self.ordinary(&bytes[..run]);
            }
            let Some(byte) = bytes.get(run) else { return };
            if let Some(entry) = self.take(*byte) {
                visit(entry);
            }
            bytes = &bytes[run + 1..];
        }
    }

    /// Octets of a word.
    fn ordinary(&mut self, bytes: &[u8]) {
        if self.at_first_word {
            let room = FIRST_WORD - self.first_word.len();
            self.first_word.extend(&bytes[..bytes.len().min(room)]);
        }
        let room = STATEMENT - self.statement.len();
        self.statement.extend(&bytes[..bytes.len().min(room)]);
    }

    /// The next special octet; an entry when it closes one.
    fn take(&mut self, byte: u8) -> Option<Entry> {
        // After a crash a file system may have left a block of zeros.
        if byte == b'\n' || byte == 0 {
            self.place = Place::Words;
            self.push(b' ');
            self.first_word.clear();
            self.at_first_word = true;
            return None;
        }
        match (self.place, byte) {
            (Place::Words, _) => return self.word(byte),
            (Place::Text, b'"') => self.place = Place::Words,
            (Place::Text, _) => self.place = Place::Escape,
            (Place::Escape, _) => self.place = Place::Text,
            (Place::Comment, _) => (),
        }
        None
    }

    /// A special octet outside of strings and comments.
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
            _blank => {
                self.begin_declaration();
                self.push(b' ');
            }
        }
        self.at_first_word = false;
        None
    }

    /// Keeps an octet of the statement: blanks once, and not too many.
    fn push(&mut self, byte: u8) {
        let blank = self.statement.last().is_none_or(|last| *last == b' ');
        if self.statement.len() < STATEMENT && !(byte == b' ' && blank) {
            self.statement.push(byte);
        }
    }

    /// Drops what was left open when the first word of the line can only
    /// begin a declaration.
    fn begin_declaration(&mut self) {
        if self.at_first_word && TOP.contains(&self.first_word.as_slice()) {
            self.statement.clear();
            self.statement.extend(&self.first_word);
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
        self.at_first_word = false;
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
    binding: Binding,
    ends: i64,
    /// What the peer may have promised.
    promised: i64,
    starts: i64,
    last: Option<i64>,
    hardware: Option<[u8; 6]>,
    behind: Option<[u8; 6]>,
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
            binding: Binding::Active,
            ends: 0,
            promised: 0,
            starts: 0,
            last: None,
            hardware: None,
            behind: None,
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
            "tsfp" => self.promised = time(words).unwrap_or(0),
            "cltt" => self.last = time(words),
            "abandoned" => self.state("abandoned"),
            "binding" if words.next() == Some("state") => {
                self.state(words.next().unwrap_or_default());
            }
            "hardware" if words.next() == Some("ethernet") => {
                self.hardware = words.next().and_then(mac::octets);
            }
            "option" if words.next() == Some("agent.remote-id") => {
                self.behind = words.next().and_then(mac::octets);
            }
            _ => (),
        }
    }

    /// Takes the binding state.
    fn state(&mut self, word: &str) {
        self.binding = match word {
            "active" | "bootp" => Binding::Active,
            "free" => Binding::Free,
            "backup" => Binding::Backup,
            _ => Binding::Other,
        };
        self.bound = self.binding == Binding::Active;
    }

    /// The whole entry.
    fn finish(self) -> Entry {
        Entry {
            address: self.address,
            bound: self.bound,
            binding: self.binding,
            ends: self.ends,
            promised: self.promised.max(self.ends),
            since: self.last.unwrap_or(self.starts),
            hardware: self.hardware,
            behind: self.behind,
        }
    }
}

/// A point in time: `W YYYY/MM/DD HH:MM:SS`, `epoch SECONDS` or `never`
/// (dhcpd.leases(5), 'COMMON STATEMENTS').
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
    // A leap second counts as the one before it.
    let moment = DateTime::new(
        year.try_into().ok()?,
        month.try_into().ok()?,
        day.try_into().ok()?,
        hour.try_into().ok()?,
        minute.try_into().ok()?,
        second.min(59).try_into().ok()?,
        0,
    );
    let moment = TimeZone::UTC.to_timestamp(moment.ok()?).ok()?;
    Some(moment.as_second())
}

#[cfg(test)]
mod tests;
