//! What dhcpd tells a device: the statements that hold for it, from the
//! innermost scope that has them (dhcpd.conf(5); dhcpd 4.4.3 runs those of
//! the network first, then those of the classes, then those of the host, and
//! a later one wins).

use std::collections::BTreeMap;
use std::net::Ipv4Addr;

use crate::explain::device::Kind;
use crate::explain::lines::Line;
use crate::isc_dhcp::syntax;
use crate::render::dhcp::DIR;

/// Gives the text of a file of a set, by its name below the directory.
pub type Reader<'a> = &'a dyn Fn(&str) -> Option<String>;

/// A statement that holds for a device.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Setting {
    /// `option routers`, `next-server`, `filename`, …
    pub name: String,
    /// Its value.
    pub value: String,
    /// The file, below the set's directory.
    pub file: String,
    /// The line, from 1.
    pub line: usize,
    /// The scope that it stands in: the global one, a subnet, a class, a host.
    pub scope: String,
}

/// A pool that a device may get an address from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pool {
    /// Net and mask.
    pub net: (Ipv4Addr, Ipv4Addr),
    /// The file with its subnet.
    pub file: String,
    /// The line of the statement that lets the device in.
    pub line: usize,
}

impl Pool {
    /// Whether an address is of its net.
    pub fn holds(&self, address: Ipv4Addr) -> bool {
        in_net(self.net, address)
    }
}

/// Whether an address is of a net.
fn in_net((net, mask): (Ipv4Addr, Ipv4Addr), address: Ipv4Addr) -> bool {
    net.to_bits() & mask.to_bits() == address.to_bits() & mask.to_bits()
}

/// What the settings depend on.
#[derive(Debug, Clone, Default)]
pub struct Who {
    /// The classes of the device.
    pub classes: Vec<&'static str>,
    /// Its address, where it has one.
    pub address: Option<Ipv4Addr>,
    /// Its own lines.
    pub lines: Vec<Line>,
    /// Its name as a host.
    pub host: Option<String>,
}

/// The classes of global.conf that a device is in.
pub fn classes(kind: Kind, lines: &[Line]) -> Vec<&'static str> {
    let has = |name: &str| lines.iter().any(|line| line.file == name);
    match kind {
        Kind::Modem => vec!["CM"],
        Kind::Mta => vec!["MTA"],
        Kind::Endpoint | Kind::Customer => {
            let mut all = vec!["Client"];
            if has("modems-clients-public.conf") {
                all.push("Client-Public");
            }
            if has("blocked.conf") {
                all.push("blocked");
            }
            all
        }
    }
}

/// Statements of a set that are no settings of clients.
const FOREIGN: [&str; 5] = ["key", "zone", "failover", "subclass", "include"];
/// Statements besides options that say something to, or about, a client.
const PLAIN: [&str; 8] = [
    "next-server",
    "filename",
    "server-name",
    "default-lease-time",
    "max-lease-time",
    "fixed-address",
    "ddns-hostname",
    "ddns-updates",
];

/// How near a scope is to the device.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Level {
    Global,
    Subnet,
    Pool,
    Class,
    Host,
}

/// Collects the settings.
struct Collector<'a> {
    who: &'a Who,
    found: BTreeMap<String, (Level, Setting)>,
}

impl Collector<'_> {
    /// The scope of a statement, if it holds for the device.
    fn scope(&self, blocks: &[Vec<String>]) -> Option<(Level, String)> {
        let Some(outer) = blocks.first() else {
            return Some((Level::Global, "global".into()));
        };
        let words: Vec<&str> = outer.iter().map(String::as_str).collect();
        match words.as_slice() {
            ["class", name] if self.who.classes.contains(name) => {
                Some((Level::Class, format!("class {name}")))
            }
            ["host", name] => {
                let own = self.who.host.as_deref()?;
                let same = own.eq_ignore_ascii_case(name);
                same.then(|| (Level::Host, format!("host {name}")))
            }
            ["shared-network", name] => match blocks.get(1) {
                None => None,
                Some(inner) => {
                    let net = subnet(inner)?;
                    let address = self.who.address?;
                    if !in_net(net, address) || net.1 == Ipv4Addr::BROADCAST {
                        return None;
                    }
                    let words = format!("subnet {} of {name}", net.0);
                    let level = match blocks.len() {
                        2 => Level::Subnet,
                        _ => Level::Pool,
                    };
                    Some((level, words))
                }
            },
            _ => None,
        }
    }

    /// Takes a statement.
    fn take(
        &mut self,
        (file, line): (&str, usize),
        blocks: &[Vec<String>],
        words: &[String],
    ) {
        let Some((name, value)) = setting(words) else { return };
        let Some((level, scope)) = self.scope(blocks) else { return };
        let nearer = self.found.get(&name).is_none_or(|(at, _)| level >= *at);
        if nearer {
            let file = file.to_string();
            let setting =
                Setting { name: name.clone(), value, file, line, scope };
            let _ = self.found.insert(name, (level, setting));
        }
    }
}

/// Name and value of a statement that sets something.
fn setting(words: &[String]) -> Option<(String, String)> {
    let first = words.first()?.as_str();
    let (name, rest) = match first {
        "option" => {
            // `option space x`, `option x code 1 = text`, `option x = …`.
            let name = words.get(1).filter(|name| *name != "space")?;
            let rest = words.get(2..)?;
            if rest.is_empty() || rest[0] == "code" || rest[0] == "=" {
                return None;
            }
            (format!("option {name}"), rest)
        }
        "deny" | "ignore" if words.get(1).is_some_and(|w| w == "booting") => {
            return Some(("booting".into(), first.into()));
        }
        word if PLAIN.contains(&word) => (word.to_string(), &words[1..]),
        _ => return None,
    };
    Some((name, rest.join(" ")))
}

/// Net and mask of a subnet's head.
fn subnet(head: &[String]) -> Option<(Ipv4Addr, Ipv4Addr)> {
    let [subnet, net, netmask, mask] = head else { return None };
    let is = subnet == "subnet" && netmask == "netmask";
    is.then_some(())?;
    Some((net.parse().ok()?, mask.parse().ok()?))
}

/// Files that have a line for each device: those of other devices hold
/// nothing for this one.
fn is_per_device(name: &str) -> bool {
    crate::explain::lines::FILES.contains(&name)
}

/// Takes a statement with its file and line, and the heads of its blocks.
type Visit<'a> = &'a mut dyn FnMut((&str, usize), &[Vec<String>], &[String]);

/// Visits the statements of a set in their order, from dhcpd.conf on.
fn visit_set(read: Reader<'_>, name: &str, visit: Visit<'_>) {
    let Some(text) = read(name) else { return };
    let mut includes = Vec::new();
    syntax::statements_at(&text, &mut |line, blocks, words| {
        if let [word, path] = words
            && word == "include"
        {
            let below = path.strip_prefix(DIR).map(|p| p.trim_matches('/'));
            includes.push(below.unwrap_or(path).to_string());
            return;
        }
        if words.first().is_some_and(|w| FOREIGN.contains(&w.as_str())) {
            return;
        }
        visit((name, line), blocks, words);
    });
    // An include stands at the top: what it holds of a scope is the same
    // wherever it stands.
    for include in includes {
        if include != name && !is_per_device(&include) {
            visit_set(read, &include, visit);
        }
    }
}

/// The settings that hold for a device, by name.
pub fn settings(read: Reader<'_>, who: &Who) -> Vec<Setting> {
    let mut collector = Collector { who, found: BTreeMap::new() };
    visit_set(read, "dhcpd.conf", &mut |place, blocks, words| {
        collector.take(place, blocks, words);
    });
    for line in &who.lines {
        syntax::statements_at(&line.text, &mut |_, blocks, words| {
            collector.take((&line.file, line.number), blocks, words);
        });
    }
    collector.found.into_values().map(|(_, setting)| setting).collect()
}

/// The pools that let a class in and have a range.
pub fn pools(read: Reader<'_>, classes: &[&str]) -> Vec<Pool> {
    let mut found: Vec<Pool> = Vec::new();
    let mut denied: Vec<(Ipv4Addr, Ipv4Addr)> = Vec::new();
    visit_set(read, "dhcpd.conf", &mut |(file, line), blocks, words| {
        let Some(net) = blocks.get(1).and_then(|head| subnet(head)) else {
            return;
        };
        let words: Vec<&str> = words.iter().map(String::as_str).collect();
        match words.as_slice() {
            ["allow", "members", "of", class]
                if classes.contains(class)
                    && !found.iter().any(|pool| pool.net == net) =>
            {
                found.push(Pool { net, file: file.into(), line });
            }
            ["deny", "members", "of", class] if classes.contains(class) => {
                denied.push(net);
            }
            _ => (),
        }
    });
    found.retain(|pool| !denied.contains(&pool.net));
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(name: &str) -> Option<String> {
        let text = match name {
            "dhcpd.conf" => {
                "option ntp-servers 10.0.0.1;\noption space ccc;\noption \
                 ccc.realm code 6 = string;\ninclude \
                 \"/etc/dhcp-nmsprime/global.conf\";\ninclude \
                 \"/etc/dhcp-nmsprime/n.conf\";\n"
            }
            "global.conf" => {
                "next-server 10.0.0.1;\noption ccc.dhcp-server-1 1.1.1.1;\n\
                 class \"CM\" { match if x; option ccc.dhcp-server-1 0.0.0.0; \
                 }\nclass \"MTA\" { option ccc.realm \"x\"; }\n"
            }
            "n.conf" => {
                "shared-network \"n\" { subnet 10.16.0.0 netmask \
                 255.255.240.0 {\n option ntp-servers 10.0.0.9; pool { range \
                 10.16.0.2; allow members of \"CM\"; } }\n subnet 10.17.0.0 \
                 netmask 255.255.0.0 { option ntp-servers 10.0.0.8; pool { \
                 allow members of \"Client\"; deny members of \
                 \"Client-Public\"; } } }"
            }
            _ => return None,
        };
        Some(text.into())
    }

    #[test]
    fn the_nearest_scope_wins() {
        let line = Line {
            file: "modems-host.conf".into(),
            number: 7,
            text: "host cm-1 { filename \"cm/cm-1.cfg\"; }".into(),
        };
        let who = Who {
            classes: vec!["CM"],
            address: Some(Ipv4Addr::new(10, 16, 1, 1)),
            lines: vec![line],
            host: Some("cm-1".into()),
        };
        let all = settings(&read, &who);
        let of = |name: &str| {
            let found = all.iter().find(|s| s.name == name).unwrap();
            (found.value.as_str(), found.file.as_str(), found.line)
        };
        assert_eq!(
            of("option ccc.dhcp-server-1"),
            ("0.0.0.0", "global.conf", 3)
        );
        assert_eq!(of("option ntp-servers"), ("10.0.0.9", "n.conf", 2));
        assert_eq!(of("filename"), ("cm/cm-1.cfg", "modems-host.conf", 7));
        assert!(!all.iter().any(|s| s.name.contains("realm")));
        let pools = pools(&read, &["CM"]);
        assert_eq!(pools.len(), 1);
        assert!(pools[0].holds(Ipv4Addr::new(10, 16, 15, 1)));
        assert_eq!(super::pools(&read, &["Client"]).len(), 1);
        let both = ["Client", "Client-Public"];
        assert!(super::pools(&read, &both).is_empty());
    }
}
