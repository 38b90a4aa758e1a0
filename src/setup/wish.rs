//! What the user wants of a machine, with all that the plan needs to know
//! besides the files: pure values.

use std::collections::BTreeMap;
use std::net::Ipv4Addr;

use crate::model::Role;

/// The kind of Linux.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Family {
    /// Debian and what is made of it.
    Debian,
    /// Red Hat and its likes.
    Rhel,
}

impl Family {
    /// By `/etc/os-release` (os-release(5)); None: it does not say.
    pub fn of(text: &str) -> Option<Self> {
        let word = |name| super::text::assigned(text, name).unwrap_or_default();
        let ids = format!("{} {}", word("ID"), word("ID_LIKE"));
        let any = |known: &[&str]| {
            ids.split_whitespace().any(|id| known.contains(&id))
        };
        if any(&["debian", "ubuntu"]) {
            return Some(Self::Debian);
        }
        any(&["rhel", "fedora", "centos", "rocky", "almalinux"])
            .then_some(Self::Rhel)
    }

    /// The word for it.
    pub fn word(self) -> &'static str {
        match self {
            Self::Debian => "Debian",
            Self::Rhel => "RHEL-like",
        }
    }
}

/// Secrets that a plan may need, made again for it.
#[derive(Clone, Default)]
pub struct Fresh {
    /// The line of an OMAPI key file.
    pub omapi: String,
    /// The key of public names.
    pub cpe: String,
    /// A TSIG secret.
    pub tsig: String,
    /// A pair of ssh keys: private, public.
    pub ssh: (String, String),
}

/// What was copied from the peer.
#[derive(Clone, Default)]
pub struct FromPeer {
    /// The line of its OMAPI key file.
    pub omapi: Option<String>,
    /// Its ssh host keys, a line each.
    pub host_keys: Vec<String>,
    /// The public keys of its ssh user, a line each.
    pub user_keys: Vec<String>,
}

/// What is wanted.
#[derive(Clone)]
pub struct Wish {
    /// What the machine shall be.
    pub role: Role,
    /// Its own address; None: standalone, not given.
    pub own: Option<Ipv4Addr>,
    /// The address of its peer.
    pub peer: Option<Ipv4Addr>,
    /// The kind of Linux.
    pub family: Family,
    /// True if the plan is for this machine, not for a directory.
    pub machine: bool,
    /// The network interface with our address.
    pub interface: Option<String>,
    /// Settings by their keys, as they hold now; the whole table.
    pub keys: BTreeMap<String, String>,
    /// Where provha.env lies, as facts know it.
    pub env_file: String,
    /// Keys that the env files have already.
    pub set: Vec<String>,
    /// Nets of customers, `a.b.c.d/n`; None: the database was not asked.
    pub customers: Option<Vec<String>>,
    /// Nets of modems and telephone adapters.
    pub devices: Vec<String>,
    /// Who is connected to TCP ports of this machine now.
    pub talking: Vec<(u16, Ipv4Addr)>,
    /// Whether the TSIG secret must come from the env files, which lack it.
    pub lacks_tsig: bool,
    /// Files of the peer.
    pub from_peer: FromPeer,
    /// New secrets.
    pub fresh: Fresh,
    /// Steps that are left out.
    pub without: Vec<String>,
}

impl Wish {
    /// The setting of a key.
    pub fn key(&self, name: &str) -> &str {
        self.keys.get(name).map_or("", String::as_str)
    }

    /// Whether there is a peer.
    pub fn is_pair(&self) -> bool {
        self.peer.is_some()
    }

    /// One of two words, by the kind of Linux.
    pub fn by<'a>(&self, debian: &'a str, rhel: &'a str) -> &'a str {
        match self.family {
            Family::Debian => debian,
            Family::Rhel => rhel,
        }
    }

    /// The setting of a unit with its suffix.
    pub fn unit(&self, name: &str) -> String {
        let unit = self.key(name);
        format!("{}.service", unit.strip_suffix(".service").unwrap_or(unit))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_kind_of_linux() {
        let check = |text, family| assert_eq!(Family::of(text), family);
        check("ID=debian\n", Some(Family::Debian));
        check("ID=\"rocky\"\nID_LIKE=\"rhel centos\"\n", Some(Family::Rhel));
        check("ID=linuxmint\nID_LIKE=\"ubuntu debian\"", Some(Family::Debian));
        check("ID=arch\n", None);
        check("", None);
    }
}
