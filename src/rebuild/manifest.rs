//! What both nodes must serve alike, as hashes that the peer can ask for
//! (`provha status --format manifest`, over ssh). Nothing can be read back
//! from them. They are made of what lies there when they are asked for, so
//! that nothing has to be kept up to date.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::net::Ipv4Addr;
use std::os::unix::fs::MetadataExt as _;
use std::path::Path;

use memchr::memmem;
use sha2::{Digest, Sha256};

use crate::config::{Root, Settings};
use crate::devices::cache::{DeviceCache, UNKNOWN};
use crate::publish::device_files::index_path;
use crate::rebuild::Part;
use crate::rebuild::state::{State, Store};
use crate::render::{dhcp, kea};
use crate::seen::digest::{CHUNK, Digests};
use crate::system::files;

/// The first line.
const HEAD: &str = "provha set 1";
/// Octets of a manifest at most: two million devices have 60,000.
const MOST: usize = 1 << 20;
/// Files of the set that belong to one node: paths, ports, the key.
const OF_THE_NODE: [&str; 2] = ["dhcpd.conf", "omapi.key"];
/// What the roles say: the statements of the set that differ between the
/// nodes, besides the addresses of the two.
const OF_THE_ROLE: [&str; 9] = [
    "primary;",
    "secondary;",
    "mclt ",
    "split ",
    "hba ",
    "port ",
    "peer port ",
    "omapi-port ",
    "option ccc.provision-server ",
];
/// Tables that are hashed without regard to the role.
const TABLES: [&str; 6] =
    ["configfile", "endpoint", "ippool", "modem", "mta", "netgw"];
/// Kinds of devices, as their directories are called.
const KINDS: [&str; 2] = ["cm", "mta"];

/// Hashes of what a node serves.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Manifest {
    /// The version of provha that made it.
    pub version: String,
    /// The node's address: the own manifest says nothing of the peer.
    pub node: String,
    /// The state of the database that all was made of, in one hash.
    pub data: String,
    /// When the last part was made of it, seconds since 1970.
    pub made: i64,
    /// When one of the files was last changed, seconds since 1970.
    pub changed: i64,
    /// The files of the DHCP servers.
    pub files: BTreeMap<String, String>,
    /// Boot files: directory, chunk of ids, number of devices and hash.
    pub devices: BTreeMap<(String, u32), String>,
}

/// Why a node has no manifest.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Missing {
    /// No rebuild has made all that is compared, or some of it is owed.
    NotWhole,
    /// Files cannot be read.
    Unread(String),
}

impl std::fmt::Display for Missing {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::NotWhole => f.write_str(
                "no rebuild has made the DHCP set and all boot files yet",
            ),
            Self::Unread(why) => f.write_str(why),
        }
    }
}

impl From<files::FileError> for Missing {
    fn from(error: files::FileError) -> Self {
        Self::Unread(error.to_string())
    }
}

impl Manifest {
    /// Of what lies there.
    ///
    /// # Errors
    /// There is none; why.
    pub fn of(settings: &Settings) -> Result<Self, Missing> {
        let state = settings.path("PROVHA__STATE_DIR");
        // Told as such; `load` takes it for none.
        let read = files::read(&state.join("rebuild.json"));
        let _ = read.map_err(|error| match files::is_missing(&error) {
            true => Missing::NotWhole,
            false => Missing::from(error),
        })?;
        let state = Store::new(state).load().ok_or(Missing::NotWhole)?;
        let (Some(own), Some(peer)) = (state.own, state.peer) else {
            return Err(Missing::NotWhole);
        };
        if !is_whole(&state) {
            return Err(Missing::NotWhole);
        }
        let mut found = Self::of_state(&state, own);
        let (root, nodes) = (settings.root(), Nodes::new(own, peer));
        found.add_set(root, dhcp::DIR, dhcp::is_ours, &nodes)?;
        found.add_set(root, kea::DIR, kea::is_ours, &nodes)?;
        for kind in KINDS {
            found.add_devices(kind, &index_path(settings, kind));
        }
        Ok(found)
    }

    /// What the last rebuild says of itself.
    fn of_state(state: &State, own: Ipv4Addr) -> Self {
        let data = match state.digests != Digests::default() {
            true => serde_json::to_vec(&state.digests),
            false => serde_json::to_vec(&rows(state)),
        };
        let data = data.unwrap_or_default();
        let made = state.parts.values().map(|part| part.at).max();
        Self {
            version: env!("CARGO_PKG_VERSION").into(),
            node: own.to_string(),
            data: short(Sha256::new_with_prefix(data)),
            made: made.unwrap_or_default(),
            ..Self::default()
        }
    }

    /// Adds the live files of a DHCP server.
    fn add_set(
        &mut self,
        root: &Root,
        dir: &str,
        is_ours: fn(&str) -> bool,
        nodes: &Nodes,
    ) -> Result<(), Missing> {
        let mut names = match files::walk(&root.at(dir)) {
            Err(error) if files::is_missing(&error) => return Ok(()),
            names => names?,
        };
        names.sort();
        let mut sums: BTreeMap<String, Sha256> = BTreeMap::new();
        for name in names {
            // The files of all CMTS count as one: their directory.
            let file = name.split('/').next().unwrap_or(&name);
            if OF_THE_NODE.contains(&file) || !is_ours(&name) {
                continue;
            }
            let path = root.at(dir).join(&name);
            let text = files::read(&path)?;
            self.note_change(&path);
            let sum = sums.entry(format!("{dir}/{file}")).or_default();
            sum.update(name.as_bytes());
            sum.update([0]);
            nodes.hide(&text, &mut |part| sum.update(part));
        }
        let sums = sums.into_iter().map(|(name, sum)| (name, short(sum)));
        self.files.extend(sums);
        Ok(())
    }

    /// Adds the boot files of one kind, as they were made: whether they still
    /// lie there is the business of another check.
    fn add_devices(&mut self, kind: &str, index: &Path) {
        let Some(memory) = DeviceCache::look(index) else { return };
        self.note_change(index);
        let mut chunks: BTreeMap<u32, (u32, u64)> = BTreeMap::new();
        let known = |content: u64| content != UNKNOWN;
        for entry in memory.entries.iter().filter(|e| known(e.content)) {
            let (number, sum) = chunks.entry(entry.id / CHUNK).or_default();
            *number += 1;
            // Odd, so that the id cannot make it vanish.
            let one = entry.content.wrapping_mul(u64::from(entry.id) << 1 | 1);
            *sum = sum.wrapping_add(one);
        }
        for (chunk, (number, sum)) in chunks {
            let text = format!("{number}:{sum:016x}");
            let _ = self.devices.insert((kind.into(), chunk), text);
        }
    }

    /// Takes notice of when a file was changed.
    fn note_change(&mut self, path: &Path) {
        let changed = std::fs::metadata(path).map_or(0, |meta| meta.ctime());
        self.changed = self.changed.max(changed);
    }

    /// Reads one; None: it is none.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let mut lines = text.lines();
        if text.len() > MOST || lines.next()? != HEAD {
            return None;
        }
        let mut found = Self::default();
        for line in lines {
            match line.split(' ').collect::<Vec<_>>()[..] {
                ["version", version] => found.version = version.into(),
                ["node", address] => found.node = address.into(),
                ["data", hash] => found.data = hash.into(),
                ["made", time] => found.made = time.parse().ok()?,
                ["changed", time] => found.changed = time.parse().ok()?,
                ["file", name, hash] => {
                    let _ = found.files.insert(name.into(), hash.into());
                }
                ["devices", kind, chunk, hash] => {
                    let key = (kind.into(), chunk.parse().ok()?);
                    let _ = found.devices.insert(key, hash.into());
                }
                _ => return None,
            }
        }
        (!found.data.is_empty()).then_some(found)
    }

    /// Its text.
    #[must_use]
    pub fn text(&self) -> String {
        let mut text = format!(
            "{HEAD}\nversion {}\nnode {}\ndata {}\nmade {}\nchanged {}\n",
            self.version, self.node, self.data, self.made, self.changed
        );
        for (name, hash) in &self.files {
            let _ = writeln!(text, "file {name} {hash}");
        }
        for ((kind, chunk), hash) in &self.devices {
            let _ = writeln!(text, "devices {kind} {chunk} {hash}");
        }
        text
    }

    /// The files that are not alike, or that only one node has.
    #[must_use]
    pub fn differences(&self, other: &Self) -> Vec<String> {
        let files = unlike(&self.files, &other.files);
        let mut found: Vec<String> = files.into_iter().cloned().collect();
        for (kind, chunk) in unlike(&self.devices, &other.devices) {
            let first = u64::from(*chunk) * u64::from(CHUNK);
            let last = first + u64::from(CHUNK) - 1;
            found.push(format!("boot files {kind}-{first} to {kind}-{last}"));
        }
        found
    }
}

/// What the dhcpd set was made of, where the database makes no digests
/// (SQLite): the tables of which both nodes see the same.
fn rows(state: &State) -> BTreeMap<&str, String> {
    let part = state.parts.get(&Part::Dhcp);
    let inputs = part.into_iter().flat_map(|part| &part.signature);
    inputs
        .filter(|(name, _)| TABLES.contains(&name.as_str()))
        .map(|(name, hash)| (name.as_str(), hash.clone()))
        .collect()
}

/// Whether what is compared was made: names and time are not.
fn is_whole(state: &State) -> bool {
    let compared = |part: &&Part| !matches!(part, Part::Dns | Part::Time);
    let mut wanted = state.wanted.iter().filter(compared).peekable();
    wanted.peek().is_some()
        && wanted.all(|part| {
            state.parts.contains_key(part) && !state.owed.contains(part)
        })
}

/// The keys whose values are not the same, or that only one has.
fn unlike<'a, K: Ord>(
    one: &'a BTreeMap<K, String>,
    other: &'a BTreeMap<K, String>,
) -> Vec<&'a K> {
    let only = other.keys().filter(|key| !one.contains_key(key));
    let differs = one.keys().filter(|key| one.get(key) != other.get(key));
    let mut found: Vec<&K> = differs.chain(only).collect();
    found.sort();
    found
}

/// The addresses of the two nodes, in figures and as octets of an option.
struct Nodes([(memmem::Finder<'static>, Word); 4]);

/// A form of an address.
struct Word {
    /// What stands for it.
    sign: &'static [u8],
    /// What belongs to a longer word.
    goes_on: fn(u8) -> bool,
}

impl Nodes {
    /// Those of this node and of its peer.
    fn new(own: Ipv4Addr, peer: Ipv4Addr) -> Self {
        let plain = |address: Ipv4Addr, sign| {
            let finder = memmem::Finder::new(&address.to_string()).into_owned();
            (
                finder,
                Word { sign, goes_on: |b| b.is_ascii_digit() || b == b'.' },
            )
        };
        let coded = |address: Ipv4Addr, sign| {
            let octets = address.octets().map(|octet| format!("{octet:02x}"));
            let finder = memmem::Finder::new(&octets.join(":")).into_owned();
            (finder, Word { sign, goes_on: |b| b.is_ascii_hexdigit() })
        };
        Self([
            plain(own, b"@node"),
            plain(peer, b"@node"),
            coded(own, b"@node"),
            coded(peer, b"@node"),
        ])
    }

    /// Gives a text to `add` in which the two nodes are not named by their
    /// addresses, without the lines that the roles say. Both are called the
    /// same: some lines name this node first, others what a row says.
    fn hide(&self, text: &[u8], add: &mut dyn FnMut(&[u8])) {
        for line in text.split_inclusive(|b| *b == b'\n') {
            let words = line.trim_ascii_start();
            let mut roles = OF_THE_ROLE.iter();
            if roles.any(|role| words.starts_with(role.as_bytes())) {
                continue;
            }
            let mut rest = line;
            while let Some((at, length, sign)) = self.next(rest) {
                add(&rest[..at]);
                add(sign);
                rest = &rest[at + length..];
            }
            add(rest);
        }
    }

    /// Where the next address begins in a line, how long it is, and what
    /// stands for it.
    fn next(&self, line: &[u8]) -> Option<(usize, usize, &'static [u8])> {
        let first = |(finder, word): &(memmem::Finder<'static>, Word)| {
            let length = finder.needle().len();
            let stands_alone = |at: &usize| {
                let before = at.checked_sub(1).and_then(|at| line.get(at));
                let after = line.get(at + length);
                let mut beside = before.into_iter().chain(after);
                !beside.any(|b| (word.goes_on)(*b))
            };
            let at = finder.find_iter(line).find(stands_alone)?;
            Some((at, length, word.sign))
        };
        self.0.iter().filter_map(first).min_by_key(|(at, ..)| *at)
    }
}

/// The first half of a hash, in hexadecimal digits.
fn short(sum: Sha256) -> String {
    let mut out = String::new();
    for octet in &sum.finalize()[..16] {
        let _ = write!(out, "{octet:02x}");
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    const OWN: Ipv4Addr = Ipv4Addr::new(10, 0, 0, 1);
    const PEER: Ipv4Addr = Ipv4Addr::new(10, 0, 0, 10);

    fn same(text: &str, own: Ipv4Addr, peer: Ipv4Addr) -> String {
        let mut out = Vec::new();
        Nodes::new(own, peer).hide(text.as_bytes(), &mut |part| {
            out.extend_from_slice(part);
        });
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn addresses_of_the_nodes_are_not_a_difference() {
        let master = "a 10.0.0.1, 10.0.0.10; b 110.0.0.1 10.0.0.100";
        let slave = "a 10.0.0.10, 10.0.0.1; b 110.0.0.1 10.0.0.100";
        let one = same(master, OWN, PEER);
        assert_eq!(one, "a @node, @node; b 110.0.0.1 10.0.0.100");
        assert_eq!(one, same(slave, PEER, OWN));
        assert_eq!(same("", OWN, PEER), "");
        let codes = "x 08:0a:00:00:01:0a:00:00:0a;\n";
        assert_eq!(same(codes, OWN, PEER), "x 08:@node:@node;\n");
    }

    #[test]
    fn what_the_roles_say_is_not_a_difference() {
        let golden = |role: &str, name: &str| {
            let path = format!("fixtures/golden/{role}/dhcp-nmsprime/{name}");
            std::fs::read_to_string(path).unwrap()
        };
        let master = Ipv4Addr::new(172, 21, 4, 10);
        let slave = Ipv4Addr::new(172, 21, 4, 11);
        for name in ["failover.conf", "global.conf", "modems-host.conf"] {
            let (one, other) = (golden("master", name), golden("slave", name));
            assert_ne!(one, other, "{name}");
            let one = same(&one, master, slave);
            assert_eq!(one, same(&other, slave, master), "{name}");
        }
        let text = "\tload balance max seconds 5;\n";
        assert_eq!(same(text, OWN, PEER), text);
    }

    #[test]
    fn a_manifest_is_read_back_and_compared() {
        let one = Manifest {
            version: "1".into(),
            node: OWN.to_string(),
            data: "12".into(),
            made: 7,
            changed: 8,
            files: [("a", "1"), ("b", "2")]
                .map(|(a, b)| (a.to_string(), b.to_string()))
                .into(),
            devices: [(("cm".to_string(), 2), "3:4".to_string())].into(),
        };
        assert_eq!(Manifest::parse(&one.text()), Some(one.clone()));
        let mut other = one.clone();
        assert!(one.differences(&other).is_empty());
        let _ = other.files.insert("b".into(), "3".into());
        let _ = other.files.insert("c".into(), "3".into());
        let _ = other.devices.insert(("cm".into(), 2), "3:5".into());
        let words = ["b", "c", "boot files cm-2048 to cm-3071"];
        assert_eq!(one.differences(&other), words);
        for bad in [
            "",
            "provha set 2\ndata 1\n",
            "provha set 1\n",
            "provha set 1\ndata 1\nfile a\n",
        ] {
            assert_eq!(Manifest::parse(bad), None, "{bad}");
        }
        let long = format!("{HEAD}\ndata 1\n{}", "file a b\n".repeat(200_000));
        assert_eq!(Manifest::parse(&long), None);
    }
}
