//! What lay there of a device at the kept generations: its boot file, its
//! text, and its lines in the dhcpd set. Each state is made from the one after
//! it and what that generation had replaced.

use std::collections::{BTreeMap, BTreeSet};

use crate::context::Context;
use crate::docsis::service;
use crate::explain::device::{Device, Kind};
use crate::explain::lines::{self, FILES, HOSTS};
use crate::explain::words;
use crate::json::ChangedFile;
use crate::model::Mac;
use crate::publish::generations::Generations;
use crate::publish::generations::touched::Touched;
use crate::render::dhcp::DIR;
use crate::system::files;

/// Marks of a modem's id in the class files; the second is that of the
/// existing system.
const MARKS: [&str; 2] = ["# CM id: ", "# CM id:"];

/// A device in the kept generations.
pub struct Past<'a> {
    context: &'a Context<'a>,
    store: Generations,
    device: Device,
    /// The paths of its own files.
    own: BTreeSet<String>,
    /// What its lines are found by; more are learned on the way back.
    keys: BTreeSet<String>,
}

/// What lay there of a device at one time.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct State {
    /// Contents of its own files by path.
    files: BTreeMap<String, Vec<u8>>,
    /// Its lines by the path of their file.
    lines: BTreeMap<String, Vec<String>>,
}

impl State {
    /// Whether nothing of the device is there.
    pub fn is_empty(&self) -> bool {
        self.files.is_empty() && self.lines.is_empty()
    }
}

impl<'a> Past<'a> {
    /// Of a device, as far as it is known today.
    pub fn new(context: &'a Context<'a>, device: &Device) -> Self {
        let mut past = Self {
            context,
            store: Generations::look(&context.settings),
            device: device.clone(),
            own: own_paths(context, device),
            keys: BTreeSet::new(),
        };
        if let Some((kind, id)) = device.kind.file().zip(device.id) {
            let prefix = kind.prefix();
            let _ = past.keys.insert(format!("\"{prefix}/{prefix}-{id}.cfg\""));
            if device.kind == Kind::Modem {
                let marks = MARKS.iter().map(|mark| format!("{mark}{id}\n"));
                past.keys.extend(marks);
            }
        }
        past.learn(device.mac, &device.name);
        past
    }

    /// Looks for this MAC and this name too.
    fn learn(&mut self, mac: Option<Mac>, name: &str) {
        if let Some(mac) = mac {
            let written = mac.to_string();
            self.keys.insert(written.to_ascii_uppercase());
            self.keys.insert(mac.lower().to_string());
            self.keys.insert(written);
        }
        if !name.is_empty() {
            self.keys.insert(format!("host {name} "));
        }
    }

    /// What lies there now. Files that cannot be read are told.
    pub fn now(&mut self) -> State {
        let mut state = State::default();
        let root = self.context.settings.root();
        let paths = Self::set_paths().chain(self.own.iter().cloned());
        for path in paths.collect::<Vec<_>>() {
            match files::read(&root.at(&path)) {
                Ok(bytes) => self.put(&path, Some(bytes), &mut state),
                Err(e) if files::is_missing(&e) => (),
                Err(error) => {
                    self.context.console.warning(&error.to_string());
                }
            }
        }
        state
    }

    /// The paths of the set: those with host lines first, because a modem's
    /// other lines are found by the MAC that stands there.
    fn set_paths() -> impl Iterator<Item = String> {
        FILES.iter().map(|name| format!("{DIR}/{name}"))
    }

    /// The kept generations that may have changed something of it, newest
    /// first.
    ///
    /// # Errors
    /// The store or a record cannot be read.
    pub fn touched(&self) -> anyhow::Result<Vec<Touched>> {
        let wanted = Self::set_paths().chain(self.own.iter().cloned());
        self.store.touched(&wanted.collect())
    }

    /// What lay there before a generation, from what lay there after it.
    ///
    /// # Errors
    /// Its record cannot be read.
    pub fn before(
        &mut self,
        generation: &Touched,
        after: &State,
    ) -> anyhow::Result<State> {
        let wanted = generation.paths.iter().cloned().collect();
        let mut found = self.store.before(generation.meta.number, &wanted)?;
        let mut state = after.clone();
        let paths: Vec<String> =
            Self::set_paths().chain(self.own.iter().cloned()).collect();
        for path in paths {
            if let Some(bytes) = found.remove(&path) {
                self.put(&path, bytes, &mut state);
            }
        }
        Ok(state)
    }

    /// Puts what is the device's of a file into a state.
    fn put(&mut self, path: &str, bytes: Option<Vec<u8>>, state: &mut State) {
        if self.own.contains(path) {
            let _ = match bytes {
                Some(bytes) => state.files.insert(path.into(), bytes),
                None => state.files.remove(path),
            };
            return;
        }
        let found = self.lines_of(path, &bytes.unwrap_or_default());
        let _ = match found.is_empty() {
            true => state.lines.remove(path),
            false => state.lines.insert(path.into(), found),
        };
    }

    /// The device's lines of a file's text.
    fn lines_of(&mut self, path: &str, bytes: &[u8]) -> Vec<String> {
        let text = String::from_utf8_lossy(bytes);
        let name = path.rsplit('/').next().unwrap_or_default();
        let keys: Vec<String> = self.keys.iter().cloned().collect();
        let mut out = Vec::new();
        // The text as it is: a copy of all hosts in lower case for each
        // generation would take the time.
        for line in lines::find(&text, &keys) {
            if self.is_of_another(name, line) {
                continue;
            }
            let kind = HOSTS.iter().find(|(file, _)| *file == name);
            let host = kind.and_then(|(_, kind)| lines::host(*kind, line));
            if let Some(host) = host.filter(|h| h.kind == self.device.kind) {
                self.learn(host.mac, &host.name);
            }
            out.push(lines::bare(name, line));
        }
        out
    }

    /// Whether a line that was found by a MAC or a name says that it is of
    /// another device, which had them then.
    fn is_of_another(&self, name: &str, line: &str) -> bool {
        let own = self.device.kind;
        let (Some(_), Some(id)) = (own.file(), self.device.id) else {
            return false;
        };
        let Some((_, kind)) = HOSTS.iter().find(|(file, _)| *file == name)
        else {
            let marked = mark(line);
            return match own {
                Kind::Modem => marked.is_some_and(|other| other != id),
                _ => marked.is_some(),
            };
        };
        match lines::host(*kind, line) {
            Some(_) if *kind == Kind::Endpoint => false,
            Some(host) => *kind != own || host.id != Some(id),
            None => true,
        }
    }
}

/// The id in the mark of a line.
fn mark(line: &str) -> Option<u32> {
    line.split_once(MARKS[1])?.1.trim().parse().ok()
}

/// The paths of its own files.
pub fn own_paths(context: &Context<'_>, device: &Device) -> BTreeSet<String> {
    let Some((kind, id)) = device.kind.file().zip(device.id) else {
        return BTreeSet::new();
    };
    let tftp = context.settings.plain_path("PROVHA__TFTP_DIR");
    let (tftp, prefix) = (tftp.display(), kind.prefix());
    ["conf", "cfg"]
        .iter()
        .map(|end| format!("{tftp}/{prefix}/{prefix}-{id}.{end}"))
        .collect()
}

/// What changed from one state to another, file by file.
pub fn changes(old: &State, new: &State) -> Vec<ChangedFile> {
    let mut out = Vec::new();
    let mut add = |path: &str, changes: Vec<String>| {
        if !changes.is_empty() {
            out.push(ChangedFile { file: path.to_string(), changes });
        }
    };
    for path in names(&old.lines, &new.lines) {
        let of = |state: &State| state.lines.get(path).cloned();
        let name = path.rsplit('/').next().unwrap_or_default();
        let (old, new) = (of(old), of(new));
        let (old, new) = (old.unwrap_or_default(), new.unwrap_or_default());
        add(path, words::lines(name, &old, &new));
    }
    for path in names(&old.files, &new.files) {
        add(path, file(path, old.files.get(path), new.files.get(path)));
    }
    out
}

/// The keys of both, ascending.
fn names<'m, V>(
    old: &'m BTreeMap<String, V>,
    new: &'m BTreeMap<String, V>,
) -> BTreeSet<&'m String> {
    old.keys().chain(new.keys()).collect()
}

/// What changed in a file of its own.
fn file(
    path: &str,
    old: Option<&Vec<u8>>,
    new: Option<&Vec<u8>>,
) -> Vec<String> {
    match (old, new) {
        (None, Some(new)) => {
            let mut told = vec![format!("made new, {} octets", new.len())];
            if path.ends_with(".cfg") {
                told.extend(service::service(new));
            }
            told
        }
        (Some(_), None) => vec!["removed".into()],
        (Some(old), Some(new)) if path.ends_with(".cfg") => {
            words::boot_file(old, new)
        }
        (Some(old), Some(new)) => words::text(old, new),
        (None, None) => Vec::new(),
    }
}
