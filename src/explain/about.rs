//! The device that is explained, and what a dhcpd set is for it.

use std::net::Ipv4Addr;
use std::path::PathBuf;

use crate::context::Context;
use crate::explain::device::{Device, Kind, Wanted};
use crate::explain::lines::{self, Set};
use crate::explain::options::{self, Pool, Setting, Who};
use crate::explain::result::{Node, SetLine, Told};
use crate::isc_dhcp::syntax;
use crate::render::dhcp::DIR;
use crate::report;
use crate::system::files;

/// What was asked for, and what is known before the device is.
pub struct Question<'a> {
    /// The run.
    pub context: &'a Context<'a>,
    /// The argument.
    pub text: &'a str,
    /// The argument as it was read.
    pub wanted: Wanted,
    /// The live dhcpd set.
    pub set: Set,
    /// Where dhcpd keeps its leases.
    pub leases: PathBuf,
}

impl<'a> Question<'a> {
    /// Reads an argument and the live set.
    pub fn new(context: &'a Context<'a>, text: &'a str) -> Self {
        let set = Set::read(&context.settings.root().at(DIR));
        for what in &set.unreadable {
            context.console.warning(what);
        }
        Self {
            context,
            text,
            wanted: Wanted::read(text),
            set,
            leases: context.settings.path("PROVHA__DHCPD_LEASES"),
        }
    }

    /// The text of a file of the live set.
    pub fn live(&self, name: &str) -> Option<String> {
        let dir = self.context.settings.root().at(DIR);
        let bytes = files::read(&dir.join(name)).ok()?;
        Some(String::from_utf8_lossy(&bytes).into_owned())
    }
}

/// The device that is explained, with what its settings depend on.
pub struct About<'a> {
    /// The question.
    pub question: &'a Question<'a>,
    /// The device.
    pub device: Device,
    /// The address that it holds.
    pub address: Option<Ipv4Addr>,
    /// The modem that it is behind, by its lease.
    pub behind: Option<[u8; 6]>,
}

impl About<'_> {
    /// What its lines are found by.
    pub fn keys(&self) -> Vec<String> {
        lines::keys(&self.device, None)
    }

    /// What a set tells it.
    pub fn node(
        &self,
        node: &'static str,
        source: &'static str,
        read: options::Reader<'_>,
        set: &Set,
    ) -> Node {
        let lines = set.about(&self.keys());
        let mut of_modem = lines.clone();
        if let Some(mac) = self.behind {
            let hex = mac.map(|octet| format!("{octet:02x}")).join(":");
            of_modem.extend(set.about(&[hex]));
        }
        let classes = options::classes(self.device.kind, &of_modem);
        let host = lines.iter().find_map(|line| self.host(line));
        let fixed = host.as_ref().and_then(|(_, fixed)| *fixed);
        let who = Who {
            address: fixed.or(self.address),
            lines,
            host: host.map(|(name, _)| name),
            classes: classes.clone(),
        };
        let settings = options::settings(read, &who);
        let pools = options::pools(read, &classes);
        let silent = self.silence(&who, &settings, &pools);
        let in_pool = |pool: &&Pool| {
            who.address.is_none_or(|address| pool.holds(address))
        };
        let mut fitting: Vec<String> =
            pools.iter().filter(in_pool).map(pool_text).collect();
        if let (true, Some(address)) = (fitting.is_empty(), who.address)
            && fixed.is_none()
        {
            fitting.push(format!(
                "{address} is in no pool that lets its class in: it gets \
                 another address when it renews"
            ));
        }
        Node {
            node,
            address: own_address(read),
            source,
            silent,
            pools: fitting,
            settings: settings.into_iter().map(told).collect(),
        }
    }

    /// The name of the host line that is the device's own, and its fixed
    /// address.
    fn host(&self, line: &lines::Line) -> Option<(String, Option<Ipv4Addr>)> {
        let kind = match line.file.as_str() {
            "modems-host.conf" => Kind::Modem,
            "mta.conf" => Kind::Mta,
            "endpoints-host.conf" => Kind::Endpoint,
            _ => return None,
        };
        let own =
            kind == self.device.kind || self.device.kind == Kind::Customer;
        let host = lines::host(kind, &line.text).filter(|_| own)?;
        let fixed = syntax::last_value(&line.text, "fixed-address");
        let fixed = fixed.and_then(|address| address.parse().ok());
        Some((host.name, fixed))
    }

    /// Why dhcpd does not answer the device, as far as the set says it.
    fn silence(
        &self,
        who: &Who,
        settings: &[Setting],
        pools: &[Pool],
    ) -> Option<String> {
        let booting = settings.iter().find(|s| s.name == "booting");
        if let Some(booting) = booting {
            return Some(format!(
                "{} booting ({}:{}, {})",
                booting.value, booting.file, booting.line, booting.scope
            ));
        }
        let needs_host = matches!(self.device.kind, Kind::Modem | Kind::Mta);
        if needs_host && who.host.is_none() {
            return Some(
                "it has no host line: no boot file, and no address from a \
                 pool that denies unknown clients"
                    .into(),
            );
        }
        (pools.is_empty() && who.address.is_none())
            .then(|| "no pool lets its class in".into())
    }

    /// The names that lead to it.
    pub fn names(&self) -> Vec<String> {
        let domain = self.question.live("global.conf").and_then(|text| {
            let mut found = None;
            syntax::statements(&text, &mut |blocks, words| {
                if let ([], [word, domain]) = (blocks, words)
                    && word == "ddns-domainname"
                {
                    found = Some(domain.trim_end_matches('.').to_string());
                }
            });
            found
        });
        let name = &self.device.name;
        let Some(domain) = domain.filter(|_| !name.is_empty()) else {
            return Vec::new();
        };
        let address = self.address.map(|ip| format!(" -> {ip}"));
        let without = " (no active lease: no record)".to_string();
        vec![format!("{name}.{domain}{}", address.unwrap_or(without))]
    }
}

/// Our address of the node whose set it is.
fn own_address(read: options::Reader<'_>) -> Option<String> {
    let text = read("failover.conf").unwrap_or_default();
    let own = syntax::last_value(&text, "address");
    own.or_else(|| syntax::last_value(&read("global.conf")?, "next-server"))
}

/// A pool in words.
fn pool_text(pool: &Pool) -> String {
    format!("{}/{} ({}:{})", pool.net.0, pool.net.1, pool.file, pool.line)
}

/// A setting as the result has it.
fn told(setting: Setting) -> Told {
    let Setting { name, value, file, line, scope } = setting;
    Told { name, value, file, line, scope }
}

/// A line as the result has it.
pub fn set_line(line: &lines::Line) -> SetLine {
    SetLine {
        file: line.file.clone(),
        line: line.number,
        text: report::mask(&line.text),
    }
}
