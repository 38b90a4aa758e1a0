//! What `probe` finds: it acts as a relay agent for a device towards both
//! servers, fetches its boot file, resolves its name, asks for the time, and
//! says which state the CMTS would show, and why.

pub mod ask;
pub mod judge;
pub mod result;
pub mod show;
pub mod target;

use std::net::{IpAddr, Ipv4Addr};
use std::time::Instant;

use crate::clients::relay::Offer;
use crate::context::Context;
use crate::docsis::check::About;
use crate::docsis::check::rules::Allow;
use crate::docsis::{self, Mib, service, verify};
use crate::exit::Stop;
use crate::explain::device::Kind;
use crate::isc_dhcp::{live, syntax};
use crate::probe::ask::{Answers, Host, Wishes};
use crate::probe::judge::{Dhcp, Facts, Fetched};
use crate::probe::result::{Check, DeviceProbed, Probed, ServerProbed};
use crate::probe::target::Target;
use crate::render::dhcp::DIR;
use crate::system::files;

/// Options whose addresses are compared: their names and numbers.
const OPTIONS: [(&str, u8); 5] = [
    ("option routers", 3),
    ("option time-servers", 4),
    ("option domain-name-servers", 6),
    ("option log-servers", 7),
    ("option ntp-servers", 42),
];

/// Probes a device, or one of each kind.
///
/// # Errors
/// No device is known, or there is no live set.
pub fn probe(
    context: &Context<'_>,
    device: Option<&str>,
    discover: bool,
) -> anyhow::Result<Probed> {
    let begin = Instant::now();
    let hosts = hosts(context)?;
    let targets = match device {
        Some(text) => vec![target::of(context, text)?],
        None => target::of_each_kind(context)?,
    };
    let dns_port = context.settings.number("PROVHA__DNS_PORT") as u16;
    let wishes = Wishes { dns_port, discover };
    let answers = ask::all(&hosts, &targets, wishes);
    let key = context.settings.path("PROVHA__TFTP_DIR").join("keyfile");
    let key = files::read_at_most(&key, 1 << 20).ok();
    let key = key.as_deref().map(docsis::key_of_file);
    let probing = Probing { context, hosts: &hosts, answers: &answers, key };
    let devices: Vec<DeviceProbed> = targets
        .iter()
        .enumerate()
        .map(|(i, target)| probing.device(i, target))
        .collect();
    let servers = || devices.iter().flat_map(|device| &device.servers);
    let wrong = |server: &ServerProbed| {
        server.checks.iter().any(|check| check.result == "wrong")
    };
    Ok(Probed {
        command: "probe",
        good: servers().all(|server| server.good && !wrong(server)),
        seconds: begin.elapsed().as_secs_f64(),
        devices,
    })
}

/// The servers: this node, and its peer.
fn hosts(context: &Context<'_>) -> anyhow::Result<Vec<Host>> {
    let dir = context.settings.root().at(DIR);
    if !dir.join("dhcpd.conf").exists() {
        let stop = Stop::failed(format!("there is no live dhcpd set in {DIR}"));
        return Err(stop.hint("run provha dhcp first").into());
    }
    let peering = live::read(&dir).peering;
    let ours = |address: &Ipv4Addr| {
        context.machine.addresses.contains(&IpAddr::V4(*address))
    };
    let text = files::read_text(&dir.join("global.conf")).unwrap_or_default();
    let named = syntax::last_value(&text, "next-server");
    let named = named.and_then(|address| address.parse().ok());
    let any = context.machine.addresses.iter().find_map(|ip| match ip {
        IpAddr::V4(ip) if !ip.is_loopback() => Some(*ip),
        _ => None,
    });
    let own = peering.as_ref().map(|peering| peering.own);
    let own = own.or(named.filter(ours)).or(any);
    let own = own.unwrap_or(Ipv4Addr::LOCALHOST);
    let mut hosts = vec![Host { address: own, own }];
    hosts.extend(peering.map(|p| Host { address: p.peer, own }));
    Ok(hosts)
}

/// What the answers are judged with.
struct Probing<'a> {
    context: &'a Context<'a>,
    hosts: &'a [Host],
    answers: &'a Answers,
    key: Option<&'a [u8]>,
}

impl Probing<'_> {
    /// One device on all servers.
    fn device(&self, at: usize, target: &Target) -> DeviceProbed {
        DeviceProbed {
            name: target.device.to_string(),
            kind: target.device.kind.table(),
            mac: crate::explain::lease::hex(target.mac),
            address: target.address.map(|address| address.to_string()),
            servers: (0..self.hosts.len())
                .map(|server| self.server((server, at), target))
                .collect(),
        }
    }

    /// One device on one server.
    fn server(&self, at: (usize, usize), target: &Target) -> ServerProbed {
        let host = self.hosts[at.0];
        let dhcp = self.answers.dhcp.get(&at).cloned();
        let dhcp = dhcp.unwrap_or(Dhcp::Silent);
        let offer = ask::offer(&dhcp);
        let fetched =
            self.fetched(at, target, offer.and_then(|o| o.next_server));
        let report = match &fetched {
            Fetched::File(bytes) => Some(self.report(bytes)),
            _ => None,
        };
        let bytes = match &fetched {
            Fetched::File(bytes) => bytes.as_slice(),
            _ => &[],
        };
        let time = offer.and_then(|offer| self.time_of(offer));
        let name = target.device.to_string();
        let facts = Facts {
            kind: target.device.kind,
            name: &name,
            id: target.device.id,
            silence: target.node.silent.as_deref(),
            dhcp: dhcp.clone(),
            fetched: fetched.clone(),
            access: service::has_access(bytes),
            privacy: service::has_privacy(bytes),
            report,
            time,
            server: host.address,
            own: host.is_own(),
        };
        let verdict = judge::judge(&facts);
        let checks = self.checks(at, target, &facts);
        ServerProbed {
            server: if host.is_own() { "this node" } else { "peer" },
            address: host.address.to_string(),
            state: verdict.state,
            good: verdict.good,
            why: verdict.why,
            fix: verdict.fix,
            checks,
        }
    }

    /// The time servers that an offer names, and whether one of them answers;
    /// None: it names none.
    fn time_of(&self, offer: &Offer) -> Option<(Vec<Ipv4Addr>, bool)> {
        let servers = offer.option(4).to_vec();
        let known: Vec<bool> = servers
            .iter()
            .filter_map(|ip| {
                let at = self.hosts.iter().position(|h| h.address == *ip)?;
                Some(matches!(self.answers.time.get(&at), Some(Ok(()))))
            })
            .collect();
        // One that is neither of ours was not asked.
        let answers = known.is_empty() || known.contains(&true);
        (!servers.is_empty()).then_some((servers, answers))
    }

    /// The questions, one by one.
    fn checks(
        &self,
        at: (usize, usize),
        target: &Target,
        facts: &Facts<'_>,
    ) -> Vec<Check> {
        let mut checks = vec![dhcp_check(&facts.dhcp, target)];
        if let Some(offer) = ask::offer(&facts.dhcp) {
            checks.push(options_check(offer, target, self.hosts[at.0]));
        }
        if matches!(target.device.kind, Kind::Modem | Kind::Mta) {
            checks.push(file_check(&facts.fetched));
            checks.extend(facts.report.as_ref().map(report_check));
        }
        let late = || Err("no answer in time".to_string());
        let said = self.answers.time.get(&at.0).cloned();
        checks.push(of_result("time", &said.unwrap_or_else(late)));
        let said = self.answers.ntp.get(&at.0).cloned();
        checks.push(of_result("ntp", &said.unwrap_or_else(late)));
        checks.extend(self.name_check(at, target));
        checks
    }

    /// The file from the server that the device is sent to.
    fn fetched(
        &self,
        (server, at): (usize, usize),
        target: &Target,
        next: Option<Ipv4Addr>,
    ) -> Fetched {
        let Some(file) = target.setting("filename") else {
            return Fetched::NotAsked("no file is named for it".into());
        };
        let index = next.and_then(|next| {
            self.hosts.iter().position(|host| host.address == next)
        });
        if let (Some(next), None) = (next, index) {
            return ask::fetch(next, file);
        }
        let found = self.answers.files.get(&(index.unwrap_or(server), at));
        found.cloned().unwrap_or_else(|| {
            Fetched::Silent("the TFTP server gave nothing in time".into())
        })
    }

    /// What is found in a file.
    fn report(&self, bytes: &[u8]) -> verify::Report {
        let mut report = verify::verify(bytes, self.key);
        let names = self.context.settings.text("PROVHA__CODEC_ALLOW");
        let allow = Allow::parse(&names.to_ascii_lowercase());
        let about = About {
            mib: Mib::embedded(),
            allow: allow.unwrap_or_default(),
            docsis: None,
        };
        report.add_meaning(bytes, &about);
        report
    }

    /// The name of a device on a server.
    fn name_check(&self, at: (usize, usize), target: &Target) -> Option<Check> {
        let (name, address) = (target.name.as_ref()?, target.address?);
        let said = self.answers.names.get(&at).cloned();
        let said = said.unwrap_or_else(|| Err("no answer in time".into()));
        Some(match said {
            Ok(all) if all.contains(&address) => {
                Check::ok("dns", format!("{name} is {address}"))
            }
            Ok(all) => {
                let list: Vec<String> =
                    all.iter().map(Ipv4Addr::to_string).collect();
                let text = format!(
                    "{name} is {}, its lease is {address}: provha dns brings \
                     the names in line",
                    list.join(", ")
                );
                Check::wrong("dns", text)
            }
            Err(why) => Check::wrong("dns", format!("{name}: {why}")),
        })
    }
}

/// dhcpd's answer.
fn dhcp_check(dhcp: &Dhcp, target: &Target) -> Check {
    match dhcp {
        Dhcp::Offer(offer) => {
            let address = offer.address;
            let text = address.map_or("no address".into(), |address| {
                format!("it offers {address}, file '{}'", offer.file)
            });
            match (target.address, address) {
                (Some(held), Some(new)) if held != new => {
                    Check::wrong("dhcp", format!("{text}; its lease is {held}"))
                }
                _ => Check::ok("dhcp", text),
            }
        }
        Dhcp::Silent => match &target.node.silent {
            // As it should be.
            Some(why) => Check::wrong("dhcp", format!("no offer: {why}")),
            None => Check::wrong("dhcp", "no offer"),
        },
        Dhcp::NotAsked(why) => Check::skipped("dhcp", why.clone()),
    }
}

/// Whether the offer is what the live files say.
fn options_check(offer: &Offer, target: &Target, host: Host) -> Check {
    let mut odd = Vec::new();
    let file = target.setting("filename").unwrap_or_default();
    if offer.file != file {
        odd.push(format!("file '{}' instead of '{file}'", offer.file));
    }
    // What the peer tells differs by its role.
    for (name, code) in OPTIONS.iter().filter(|_| host.is_own()) {
        let Some(value) = target.setting(name) else { continue };
        let wanted: Vec<Ipv4Addr> = value
            .split([',', ' '])
            .filter_map(|word| word.parse().ok())
            .collect();
        if offer.option(*code) != wanted {
            odd.push(format!(
                "{name} {:?} instead of {value}",
                offer.option(*code)
            ));
        }
    }
    match odd.is_empty() {
        true => Check::ok("options", "as the live files say"),
        false => Check::wrong(
            "options",
            format!(
                "{}: dhcpd runs with another set than the live one; restart \
                 it (provha rebuild --force)",
                odd.join("; ")
            ),
        ),
    }
}

/// How the file came.
fn file_check(fetched: &Fetched) -> Check {
    match fetched {
        Fetched::File(bytes) => {
            Check::ok("tftp", format!("{} octets", bytes.len()))
        }
        Fetched::Refused(code, text) => {
            Check::wrong("tftp", format!("refused: {text} (code {code})"))
        }
        Fetched::Silent(why) => Check::wrong("tftp", why.clone()),
        Fetched::NotAsked(why) => Check::skipped("tftp", why.clone()),
    }
}

/// What is in the file.
fn report_check(report: &verify::Report) -> Check {
    let bad =
        report.checks.iter().filter(|c| c.outcome == verify::Outcome::Bad);
    let bad: Vec<String> = bad.map(ToString::to_string).collect();
    match bad.is_empty() {
        true => {
            let skipped = report.checks.iter();
            let mut skipped =
                skipped.filter(|c| c.outcome == verify::Outcome::Skipped);
            let text = match skipped.next() {
                Some(check) => format!("right, but {check}"),
                None => "MICs and meaning are right".into(),
            };
            Check::ok("file", text)
        }
        false => Check::wrong("file", bad.join("; ")),
    }
}

/// A question that is answered, or not.
fn of_result(what: &'static str, said: &Result<(), String>) -> Check {
    match said {
        Ok(()) => Check::ok(what, "it answers"),
        Err(why) => Check::wrong(what, why.clone()),
    }
}
