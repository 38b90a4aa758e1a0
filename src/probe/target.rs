//! The devices that are asked for, and what the live files say they get.

use std::net::Ipv4Addr;

use crate::context::Context;
use crate::exit::Stop;
use crate::explain::about::{About, Question};
use crate::explain::device::{Device, Kind, Wanted};
use crate::explain::find::{find, one_of, unreadable};
use crate::explain::lease;
use crate::explain::result::Node;
use crate::explain::site::Rows;
use crate::isc_dhcp::last::Last;
use crate::isc_dhcp::leases;
use crate::report;

/// Active leases that are looked at for one device of each kind, the latest
/// first.
const LATEST: usize = 60;

/// A device with what it needs to be asked for.
#[derive(Debug, Clone)]
pub struct Target {
    /// The device.
    pub device: Device,
    /// Its MAC.
    pub mac: [u8; 6],
    /// The address of its active lease, or its fixed one.
    pub address: Option<Ipv4Addr>,
    /// The modem that it is behind, or that it is.
    pub remote: Option<[u8; 6]>,
    /// What this node's set tells it.
    pub node: Node,
    /// Its full name in the DNS, if it has one.
    pub name: Option<String>,
    /// A net that its address may come from, where it has none.
    pub net: Option<Ipv4Addr>,
}

impl Target {
    /// What it says that it is (global.conf, the conditions of the classes).
    pub fn class(&self) -> &'static str {
        match self.device.kind {
            Kind::Modem => "docsis3.0:052401010102",
            Kind::Mta => "pktc1.5:052401010102",
            Kind::Endpoint | Kind::Customer => "",
        }
    }

    /// A setting that the live set has for it.
    pub fn setting(&self, name: &str) -> Option<&str> {
        let found = self.node.settings.iter().find(|s| s.name == name);
        found.map(|setting| setting.value.as_str())
    }
}

/// The device of an argument.
///
/// # Errors
/// It is not known, or several are meant.
pub fn of(context: &Context<'_>, text: &str) -> anyhow::Result<Target> {
    let question = Question::new(context, text);
    if question.wanted == Wanted::Unreadable {
        return Err(unreadable(text).into());
    }
    let mut found = find(&question, None)?;
    if found.is_empty() {
        // One that dhcpd does not serve: the database may know it.
        match Rows::open(context) {
            Ok(mut rows) => found = find(&question, Some(&mut rows))?,
            Err(error) => context.console.warning(&format!(
                "the database cannot be read ({}): only devices of the live \
                 set and of the lease file are known",
                report::error::text(&error)
            )),
        }
    }
    let (device, _) = one_of(&question, found)?;
    target(&question, device)
}

/// One device of each kind that has an active lease, the one that was heard
/// of last.
///
/// # Errors
/// There is no active lease, or the lease file cannot be read.
pub fn of_each_kind(context: &Context<'_>) -> anyhow::Result<Vec<Target>> {
    let question = Question::new(context, "");
    let held = leases::held(&question.leases, crate::env::now())?;
    let mut active = held.active;
    active.sort_unstable_by_key(|lease| std::cmp::Reverse(lease.since));
    let mut targets: Vec<Target> = Vec::new();
    for held in active.iter().take(LATEST) {
        let Some(mac) = held.hardware else { continue };
        let hex = lease::hex(mac);
        let device = question
            .set
            .hosts(std::slice::from_ref(&hex))
            .into_iter()
            .find(|d| d.mac.is_some_and(|own| own.octets() == mac));
        let device = device.unwrap_or_else(|| Device {
            kind: Kind::Customer,
            id: None,
            name: String::new(),
            mac: match crate::model::Mac::read(&hex) {
                crate::model::mac::MacCell::Valid { mac, .. } => Some(mac),
                _ => None,
            },
            by: "lease",
            version6: false,
        });
        if !targets.iter().any(|t| t.device.kind == device.kind) {
            targets.push(target(&question, device)?);
        }
    }
    if targets.is_empty() {
        let path = question.leases.display();
        let stop = Stop::failed(format!(
            "no device has an active lease in {path}: there is nobody to ask \
             for"
        ));
        return Err(stop.hint("give a device: provha probe cm-7").into());
    }
    targets.sort_by_key(|target| target.device.kind);
    Ok(targets)
}

/// What is known of a device.
fn target(question: &Question<'_>, device: Device) -> anyhow::Result<Target> {
    let Some(own) = device.mac.map(crate::model::Mac::octets) else {
        let stop = Stop::failed(format!(
            "{device} has no usable MAC: dhcpd cannot know it"
        ));
        let explain = format!("provha explain {device} tells its row");
        return Err(stop.hint(explain).into());
    };
    let leases = lease::all(question, &device)?;
    let held = leases.iter().find(|last| lease::is_active(last));
    let behind = held.and_then(Last::behind);
    let remote = match device.kind {
        Kind::Modem => Some(own),
        _ => behind,
    };
    let address = held.map(|last| last.entry.address);
    let about = About { question, device: device.clone(), address, behind };
    let read = |name: &str| question.live(name);
    let node = about.node("this node", "live files", &read, &question.set);
    let fixed = node.settings.iter().find(|s| s.name == "fixed-address");
    let fixed = fixed.and_then(|setting| setting.value.parse().ok());
    let name = about.names().into_iter().next();
    let name = name.and_then(|n| Some(n.split(' ').next()?.to_string()));
    let net = node
        .pools
        .first()
        .and_then(|pool| pool.split('/').next()?.parse::<Ipv4Addr>().ok());
    let address = fixed.or(address);
    Ok(Target { device, mac: own, address, remote, node, name, net })
}
