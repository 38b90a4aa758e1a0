//! What both nodes must serve alike, as hashes that the peer can read: a small
//! file below the TFTP directory, next to the flag of restart care. Nothing
//! can be read back from it. It is written when everything is made of one
//! state of the database, and removed by what makes the set in another way, so
//! that its two halves always belong together.

use std::collections::BTreeMap;
use std::net::Ipv4Addr;
use std::path::PathBuf;

use sha2::{Digest, Sha256};

use crate::clients::tftp::MANIFEST;
use crate::config::Settings;
use crate::render::dhcp::DIR;
use crate::seen::digest::Digests;
use crate::system::files;

/// The first line.
const HEAD: &str = "provha set 1";
/// Octets of a manifest at most; ours has some hundred.
const MOST: usize = 4096;
/// Files that say on each node something else, besides the addresses of the
/// two: roles, ports, host names, the key.
const OF_THE_NODE: [&str; 4] =
    ["dhcpd.conf", "failover.conf", "global.conf", "omapi.key"];

/// Hashes of what a node serves.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Manifest {
    /// The node's address: a copy of the own manifest says nothing.
    pub node: String,
    /// The state of the database, in one hash.
    pub data: String,
    /// The files of the dhcpd set.
    pub files: BTreeMap<String, String>,
}

impl Manifest {
    /// Of the live set, which was made of these digests.
    ///
    /// # Errors
    /// The set cannot be read.
    pub fn of(
        settings: &Settings,
        digests: &Digests,
        own: Ipv4Addr,
        peer: Ipv4Addr,
    ) -> files::Result<Self> {
        let dir = settings.root().at(DIR);
        let mut sums: BTreeMap<String, Sha256> = BTreeMap::new();
        for name in files::walk(&dir)? {
            // The files of all CMTS count as one: their directory.
            let file = name.split('/').next().unwrap_or(&name);
            let is_ours = crate::render::dhcp::is_ours(&name);
            if OF_THE_NODE.contains(&file) || !is_ours {
                continue;
            }
            let text = files::read(&dir.join(&name))?;
            let text = String::from_utf8_lossy(&text);
            let sum = sums.entry(file.to_string()).or_default();
            sum.update(name.as_bytes());
            sum.update([0]);
            sum.update(alike(&text, own, peer).as_bytes());
        }
        let data = serde_json::to_vec(digests).unwrap_or_default();
        Ok(Self {
            node: own.to_string(),
            data: short(Sha256::new_with_prefix(data)),
            files: sums.into_iter().map(|(n, sum)| (n, short(sum))).collect(),
        })
    }

    /// Reads one; None: it is none.
    pub fn parse(bytes: &[u8]) -> Option<Self> {
        let text = std::str::from_utf8(bytes).ok()?;
        let mut lines = text.lines();
        if bytes.len() > MOST || lines.next()? != HEAD {
            return None;
        }
        let mut found = Self::default();
        for line in lines {
            match line.split(' ').collect::<Vec<_>>()[..] {
                ["node", address] => found.node = address.into(),
                ["data", hash] => found.data = hash.into(),
                ["file", name, hash] => {
                    let _ = found.files.insert(name.into(), hash.into());
                }
                _ => return None,
            }
        }
        (!found.data.is_empty()).then_some(found)
    }

    /// Its text.
    fn text(&self) -> String {
        let mut text =
            format!("{HEAD}\nnode {}\ndata {}\n", self.node, self.data);
        for (name, hash) in &self.files {
            text += &format!("file {name} {hash}\n");
        }
        text
    }

    /// Writes it where the peer can read it; not where it already stands.
    ///
    /// # Errors
    /// The file cannot be written.
    pub fn write(&self, settings: &Settings) -> files::Result<()> {
        if Self::read(settings).as_ref() == Some(self) {
            return Ok(());
        }
        files::replace(&path(settings), self.text().as_bytes(), 0o644)
    }

    /// The own one, as it lies there.
    pub fn read(settings: &Settings) -> Option<Self> {
        let bytes = files::read_at_most(&path(settings), MOST as u64).ok()?;
        Self::parse(&bytes)
    }

    /// The files that are not alike, or that only one node has.
    pub fn differences(&self, other: &Self) -> Vec<String> {
        let mut names: Vec<&String> =
            self.files.keys().chain(other.files.keys()).collect();
        names.sort();
        names.dedup();
        let differs =
            |name: &&&String| self.files.get(**name) != other.files.get(**name);
        names.iter().filter(differs).map(|name| (*name).clone()).collect()
    }
}

/// Takes back that a manifest was written: the set is made in another way.
///
/// # Errors
/// The file cannot be removed.
pub fn remove(settings: &Settings) -> files::Result<()> {
    files::remove_if_there(&path(settings))
}

/// Where it is.
fn path(settings: &Settings) -> PathBuf {
    settings.path("PROVHA__TFTP_DIR").join(MANIFEST)
}

/// A text in which the two nodes are not named by their addresses.
fn alike(text: &str, own: Ipv4Addr, peer: Ipv4Addr) -> String {
    let mut out = String::with_capacity(text.len());
    let (own, peer) = (own.to_string(), peer.to_string());
    let mut begin = 0;
    let is_inside = |c: char| c.is_ascii_digit() || c == '.';
    let mut add = |word: &str| {
        out.push_str(match word {
            word if word == own => "@own",
            word if word == peer => "@peer",
            word => word,
        });
    };
    // Words of digits and dots, and what is between them.
    let mut inside = None;
    for (at, c) in text.char_indices() {
        let now = is_inside(c);
        if inside.is_some_and(|before| before != now) {
            add(&text[begin..at]);
            begin = at;
        }
        inside = Some(now);
    }
    add(&text[begin..]);
    out
}

/// The first half of a hash, in hexadecimal digits.
fn short(sum: Sha256) -> String {
    use std::fmt::Write as _;
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

    #[test]
    fn addresses_of_the_nodes_are_no_difference() {
        let master = "a 10.0.0.1, 10.0.0.10; b 110.0.0.1 10.0.0.100";
        let slave = "a 10.0.0.10, 10.0.0.1; b 110.0.0.1 10.0.0.100";
        let one = alike(master, OWN, PEER);
        assert_eq!(one, "a @own, @peer; b 110.0.0.1 10.0.0.100");
        assert_eq!(one, alike(slave, PEER, OWN));
        assert_eq!(alike("", OWN, PEER), "");
    }

    #[test]
    fn a_manifest_is_read_back_and_compared() {
        let one = Manifest {
            node: OWN.to_string(),
            data: "12".into(),
            files: [("a", "1"), ("b", "2")]
                .map(|(a, b)| (a.to_string(), b.to_string()))
                .into(),
        };
        assert_eq!(Manifest::parse(one.text().as_bytes()), Some(one.clone()));
        let mut other = one.clone();
        assert!(one.differences(&other).is_empty());
        let _ = other.files.insert("b".into(), "3".into());
        let _ = other.files.insert("c".into(), "3".into());
        assert_eq!(one.differences(&other), ["b", "c"]);
        for bad in [
            "",
            "provha set 2\ndata 1\n",
            "provha set 1\n",
            "provha set 1\ndata 1\nfile a\n",
            "\u{ff}",
        ] {
            assert_eq!(Manifest::parse(bad.as_bytes()), None, "{bad}");
        }
        let long = format!("{HEAD}\ndata 1\n{}", "file a b\n".repeat(1000));
        assert_eq!(Manifest::parse(long.as_bytes()), None);
    }
}
