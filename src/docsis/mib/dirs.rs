//! MIB files from directories, read with the `mib-rs` parser: the one place
//! of the codec that touches the file system.

use std::collections::HashMap;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use mib_rs::{BaseType, Loader, Mib, mib as resolved, source};

use crate::docsis::mib::{ExtraNode, ExtraObject, MibLoader};

/// Directories of MIB files.
#[derive(Clone, Debug, Default)]
pub struct MibDirs {
    /// Searched first, in this order; those that cannot be read are told.
    pub directories: Vec<PathBuf>,
    /// Whether `MIBDIRS` and the usual directories of net-snmp follow.
    pub system: bool,
    /// What there is to say once they were read.
    pub told: Arc<MibNotes>,
}

/// What reading the given directories had to say.
#[derive(Debug, Default)]
pub struct MibNotes {
    /// What could not be read, a line each.
    texts: Mutex<Vec<String>>,
    /// How many objects came from a directory.
    counts: Mutex<Vec<(PathBuf, usize)>>,
}

impl MibNotes {
    /// What could not be read; told once.
    #[must_use]
    pub fn take(&self) -> Vec<String> {
        let mut texts = lock(&self.texts);
        std::mem::take(&mut *texts)
    }

    /// How many objects came from a directory.
    #[must_use]
    pub fn count(&self, directory: &Path) -> usize {
        let counts = lock(&self.counts);
        let found = counts.iter().find(|(path, _)| path == directory);
        found.map_or(0, |(_, count)| *count)
    }

    /// Adds a line.
    fn tell(&self, text: String) {
        lock(&self.texts).push(text);
    }
}

/// The content of a lock, whatever a thread before did.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl MibLoader for MibDirs {
    fn load(&self) -> Vec<ExtraNode> {
        let mut sources = Vec::new();
        for path in &self.directories {
            match source::dir(path) {
                Ok(source) => sources.push(source),
                Err(error) => {
                    let path = path.display();
                    self.told.tell(format!("cannot read {path}: {error}"));
                }
            }
        }
        let mut loader = Loader::new().sources(sources).parallelism(1);
        if self.system {
            loader = loader.system_paths();
        }
        let mib = match loader.load() {
            Ok(mib) => mib,
            Err(error) => {
                self.told.tell(format!("no MIB file could be read: {error}"));
                return Vec::new();
            }
        };
        self.tell_files(&mib);
        mib.nodes().filter(|node| !node.name().is_empty()).map(extra).collect()
    }
}

impl MibDirs {
    /// Counts what came from each directory, and tells of its files that
    /// gave nothing.
    fn tell_files(&self, mib: &Mib) {
        let mut modules: HashMap<PathBuf, usize> = HashMap::new();
        for module in mib.modules() {
            if let Some(label) = module.source_label() {
                let _ = modules.entry(label.into()).or_default();
            }
        }
        let objects = mib.nodes().filter(|node| node.object().is_some());
        for module in objects.filter_map(mib_rs::Node::module) {
            if let Some(label) = module.source_label() {
                *modules.entry(label.into()).or_default() += 1;
            }
        }
        for directory in &self.directories {
            let from = modules.iter().filter(|(p, _)| p.starts_with(directory));
            let count = from.map(|(_, count)| count).sum();
            lock(&self.told.counts).push((directory.clone(), count));
            for (path, why) in files(directory) {
                let odd = match why {
                    Some(why) => why,
                    None if modules.contains_key(&path) => continue,
                    None => "it holds no MIB module that could be read".into(),
                };
                let name = path.display();
                self.told.tell(format!("{name}: not read: {odd}"));
            }
        }
    }
}

/// Files of a directory of MIBs, and why one cannot be read.
fn files(directory: &Path) -> Vec<(PathBuf, Option<String>)> {
    let Ok(entries) = std::fs::read_dir(directory) else { return Vec::new() };
    let mut found: Vec<_> = entries
        .filter_map(|entry| Some(entry.ok()?.path()))
        .filter(|path| path.is_file() && looks_like_mib(path))
        .map(|path| {
            let opened = std::fs::File::open(&path);
            (path, opened.err().map(|error| error.to_string()))
        })
        .collect();
    found.sort();
    found
}

/// Whether a file's name is one that MIBs have.
fn looks_like_mib(path: &Path) -> bool {
    const ENDS: [&str; 6] = ["mib", "txt", "my", "smi", "asn1", "asn"];
    let end = path.extension().map(|end| end.to_string_lossy());
    end.is_none_or(|end| ENDS.contains(&end.to_ascii_lowercase().as_str()))
}

/// A number that changes when a file in the directories, or (`system`) in
/// those of net-snmp, comes, goes or changes.
#[must_use]
pub fn fingerprint(directories: &[PathBuf], system: bool) -> u64 {
    let mut hasher = DefaultHasher::new();
    for directory in directories {
        walk(directory, MAX_DEPTH, &mut hasher);
    }
    if system {
        for directory in mib_rs::searchpath::discover_system_paths() {
            walk(Path::new(&directory), MAX_DEPTH, &mut hasher);
        }
    }
    hasher.finish()
}

/// Deepest directories that are looked at.
const MAX_DEPTH: usize = 4;

/// Hashes names, sizes and times of change of all files.
fn walk(directory: &Path, depth: usize, hasher: &mut DefaultHasher) {
    directory.hash(hasher);
    let Ok(entries) = std::fs::read_dir(directory) else {
        return 0_u8.hash(hasher);
    };
    let mut paths: Vec<_> =
        entries.filter_map(|entry| Some(entry.ok()?.path())).collect();
    paths.sort();
    for path in paths {
        let Ok(meta) = std::fs::metadata(&path) else { continue };
        if meta.is_dir() && depth > 0 {
            walk(&path, depth - 1, hasher);
        } else if meta.is_file() {
            let changed = meta.modified().ok();
            (&path, meta.len(), changed).hash(hasher);
        }
    }
}

/// A node as the tree takes it.
fn extra(node: resolved::Node<'_>) -> ExtraNode {
    ExtraNode {
        oid: node.oid().to_vec(),
        label: node.name().into(),
        object: node.object().and_then(columns),
    }
}

/// The columns of an object; `None` for tables and rows.
fn columns(object: resolved::Object<'_>) -> Option<ExtraObject> {
    let index = object.row().map(index).unwrap_or_default();
    Some(ExtraObject {
        syntax: syntax(object)?.into(),
        hint: object.effective_display_hint().into(),
        ranges: ranges(object),
        enums: enums(object),
        index: if object.is_column() { index } else { String::new() },
        convention: convention(object),
    })
}

/// Base syntax.
fn syntax(object: resolved::Object<'_>) -> Option<&'static str> {
    Some(match object.ty()?.effective_base() {
        BaseType::Integer32 if object.effective_enums().is_empty() => {
            "Integer32"
        }
        BaseType::Integer32 => "INTEGER",
        BaseType::Unsigned32 => "Unsigned32",
        BaseType::Counter32 => "Counter32",
        BaseType::Counter64 => "Counter64",
        BaseType::Gauge32 => "Gauge32",
        BaseType::TimeTicks => "TimeTicks",
        BaseType::IpAddress => "IpAddress",
        BaseType::OctetString => "OCTET STRING",
        BaseType::ObjectIdentifier => "OBJECT IDENTIFIER",
        BaseType::Bits => "BITS",
        BaseType::Opaque => "Opaque",
        _ => return None,
    })
}

/// Sizes, or ranges where there are none; as `lo..hi|lo..hi`.
fn ranges(object: resolved::Object<'_>) -> String {
    let sizes = object.effective_sizes();
    let all = if sizes.is_empty() { object.effective_ranges() } else { sizes };
    let both = |range: &resolved::Range| {
        let (lo, hi) = (range.min.as_i64()?, range.max.as_i64()?);
        Some(format!("{lo}..{hi}"))
    };
    all.iter().filter_map(both).collect::<Vec<_>>().join("|")
}

/// Names of values or bits, as `up=1,down=2`.
fn enums(object: resolved::Object<'_>) -> String {
    let named = object.effective_enums().iter().chain(object.effective_bits());
    let pairs = named.map(|n| format!("{}={}", n.label, n.value));
    pairs.collect::<Vec<_>>().join(",")
}

/// The INDEX clause of a row, as `name:SYNTAX(ranges),…`.
fn index(row: resolved::Object<'_>) -> String {
    let part = |index: resolved::Index<'_>| {
        let object = index.object()?;
        let implied = if index.implied() { "IMPLIED " } else { "" };
        let (name, syntax) = (object.name(), syntax(object)?);
        let ranges = ranges(object);
        Some(if !object.effective_enums().is_empty() {
            format!("{implied}{name}:{syntax}{{enum}}")
        } else if ranges.is_empty() {
            format!("{implied}{name}:{syntax}")
        } else {
            format!("{implied}{name}:{syntax}({ranges})")
        })
    };
    row.effective_indexes().filter_map(part).collect::<Vec<_>>().join(",")
}

/// Textual conventions that change how an index is printed.
fn convention(object: resolved::Object<'_>) -> String {
    let name = object.ty().map(resolved::Type::name).unwrap_or_default();
    if name.starts_with("InetAddress") { name.into() } else { String::new() }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::docsis::{Mib, Options, encode};

    /// A MIB of our own with a scalar and a table.
    const MIB: &str = r#"ACME-BOX-MIB DEFINITIONS ::= BEGIN
IMPORTS
    MODULE-IDENTITY, OBJECT-TYPE, Unsigned32, enterprises
        FROM SNMPv2-SMI;
acmeBoxMib MODULE-IDENTITY
    LAST-UPDATED "202601010000Z"
    ORGANIZATION "Acme"
    CONTACT-INFO "Acme"
    DESCRIPTION "A box."
    ::= { enterprises 99999 77 }
acmeBoxMode OBJECT-TYPE
    SYNTAX INTEGER { bridge(1), router(2) }
    MAX-ACCESS read-write
    STATUS current
    DESCRIPTION "How it forwards."
    ::= { acmeBoxMib 1 }
acmeBoxTable OBJECT-TYPE
    SYNTAX SEQUENCE OF AcmeBoxEntry
    MAX-ACCESS not-accessible
    STATUS current
    DESCRIPTION "Ports."
    ::= { acmeBoxMib 2 }
acmeBoxEntry OBJECT-TYPE
    SYNTAX AcmeBoxEntry
    MAX-ACCESS not-accessible
    STATUS current
    DESCRIPTION "A port."
    INDEX { acmeBoxPort }
    ::= { acmeBoxTable 1 }
AcmeBoxEntry ::= SEQUENCE {
    acmeBoxPort Unsigned32,
    acmeBoxName OCTET STRING
}
acmeBoxPort OBJECT-TYPE
    SYNTAX Unsigned32 (1..4)
    MAX-ACCESS not-accessible
    STATUS current
    DESCRIPTION "Its number."
    ::= { acmeBoxEntry 1 }
acmeBoxName OBJECT-TYPE
    SYNTAX OCTET STRING (SIZE (0..8))
    MAX-ACCESS read-write
    STATUS current
    DESCRIPTION "Its name."
    ::= { acmeBoxEntry 2 }
END
"#;

    #[test]
    #[allow(clippy::disallowed_methods, reason = "a new file of a test")]
    fn names_of_a_directory_are_loaded_when_they_are_needed() {
        let name = format!("provha-mib-{}", std::process::id());
        let directory = std::env::temp_dir().join(name);
        std::fs::create_dir_all(&directory).expect("a directory");
        std::fs::write(directory.join("ACME-BOX-MIB.txt"), MIB)
            .expect("a file");
        let directories = vec!["does-not-exist".into(), directory.clone()];
        let dirs = MibDirs { directories, system: false, ..MibDirs::default() };
        let mib = Mib::with_loader(Box::new(dirs));
        let options = Options { mib: &mib, ..Options::modem(b"") };
        let known = b"Main { SnmpMibObject sysContact.0 String \"x\"; }";
        assert!(encode(known, &options).is_ok());
        assert!(mib.may_load(), "nothing was needed yet");
        let text = b"Main { SnmpMibObject acmeBoxMode.0 Integer 1;
            SnmpMibObject acmeBoxName.4 String \"12345678\"; }";
        assert!(encode(text, &options).is_ok());
        for bad in ["acmeBoxName.5", "acmeBoxName.1", "acmeBoxNone.0"] {
            let text =
                format!("Main {{ SnmpMibObject {bad} String \"123456789\"; }}");
            assert!(encode(text.as_bytes(), &options).is_err(), "{bad}");
        }
        std::fs::remove_dir_all(&directory).expect("it was made above");
    }
}
