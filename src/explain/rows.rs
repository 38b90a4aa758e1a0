//! What the database says of one device: only its rows, and those that claim
//! the same, are read.

use std::collections::BTreeMap;

use crate::context::Context;
use crate::devices::one;
use crate::explain::about::About;
use crate::explain::device::{Device, Kind, Wanted};
use crate::explain::lines::{self, Set};
use crate::explain::result::{Explained, FoundAt, Node, Pending};
use crate::explain::site::Rows;
use crate::explain::{file, identify, lease};
use crate::model::mac::MacCell;
use crate::model::{Finding, Findings, Mac, Network, Role, Site};
use crate::outputs::dhcp;
use crate::render::dhcp::{self as render, DIR};
use crate::render::sink::MemorySink;
use crate::render::templates::Templates;
use crate::report;
use crate::source::SourceError;
use crate::source::load::{self, Machine, Scope};
use crate::zone_sync::reserved;

/// Adds what the rows of a device say.
pub fn tell(
    rows: &mut Rows<'_>,
    about: &mut About<'_>,
    out: &mut Explained,
) -> anyhow::Result<()> {
    rows.tell(about, out)
}

impl Rows<'_> {
    /// Adds what the rows of a device say.
    fn tell(
        &mut self,
        about: &mut About<'_>,
        out: &mut Explained,
    ) -> anyhow::Result<()> {
        let mut findings = Findings::default();
        let row = match (about.device.kind, about.device.id) {
            (Kind::Customer, _) | (_, None) => self.modem_behind(about)?,
            (kind, Some(id)) => Some((kind.table(), id)),
        };
        let Some((table, id)) = row else {
            out.pending = Some(Vec::new());
            return Ok(());
        };
        let scope = load::scope::around(&mut *self.db, &self.site, table, id)?;
        let mut network = load::network_of(
            &mut *self.db,
            self.site.clone(),
            Some(&scope),
            &mut findings,
        )?;
        let state = self.context.settings.path("PROVHA__STATE_DIR");
        reserved::refuse(&state, &mut network, &mut findings)?;
        let (db, site) = (&mut *self.db, &self.site);
        load::references::check(db, site, Some(&scope), &mut findings)?;
        served_name(&network, &mut about.device);
        let mut pending = Vec::new();
        let levels =
            self.file(about, &scope, &mut findings, &mut pending, out)?;
        self.sets(about, &network, &mut pending, out)?;
        out.related = self.related(&about.device)?;
        out.findings = concerning(&findings, &about.device, &levels);
        out.pending = Some(pending);
        Ok(())
    }

    /// Adds the boot file; the configfiles that it is made of.
    fn file(
        &mut self,
        about: &About<'_>,
        scope: &Scope,
        findings: &mut Findings,
        pending: &mut Vec<Pending>,
        out: &mut Explained,
    ) -> anyhow::Result<Vec<u32>> {
        let mut levels = Vec::new();
        if let (Some(kind), Some(id)) =
            (about.device.kind.file(), about.device.id)
        {
            let look = one::look(
                self.context,
                &mut *self.db,
                &self.site,
                (kind, id),
                scope,
                findings,
            )?;
            if let Some(look) = &look {
                levels = look.levels.iter().map(|level| level.id).collect();
                file::pending(self.context, (kind, id), look, pending);
                if let Some(why) = &look.unsigned {
                    self.context.console.warning(&format!(
                        "the CMTS MIC that the next run makes is not known: \
                         {why}"
                    ));
                }
            }
            let mut live = file::live(self.context, kind, id, look.as_ref());
            let why = look.as_ref().and_then(|look| look.why_none);
            if live.octets.is_none()
                && let Some(why) = why
            {
                live.missing = Some(why.to_string());
            }
            out.file = Some(live);
        }
        Ok(levels)
    }

    /// The modem that a customer's device is behind, by its lease.
    fn modem_behind(
        &mut self,
        about: &About<'_>,
    ) -> Result<Option<(&'static str, u32)>, SourceError> {
        let Some(octets) = about.behind else { return Ok(None) };
        let hex = lease::hex(octets);
        let MacCell::Valid { mac, .. } = Mac::read(&hex) else {
            return Ok(None);
        };
        let wanted = Wanted::Mac(mac);
        let found = identify::by_rows(&mut *self.db, &self.site, &wanted)?;
        let modem = found.iter().find(|d| d.kind == Kind::Modem);
        Ok(modem.and_then(|modem| Some(("modem", modem.id?))))
    }

    /// What both nodes' sets are for the device, and what the next run would
    /// change in this node's.
    fn sets(
        &mut self,
        about: &About<'_>,
        network: &Network,
        pending: &mut Vec<Pending>,
        out: &mut Explained,
    ) -> anyhow::Result<()> {
        let templates = self.context.templates()?;
        let own = rendered(self.context, &templates, network)?;
        let set = Set::of(&own);
        let live = &about.question.set;
        if about.device.kind != Kind::Customer {
            pending.extend(changes(live, &set, &keys(about, network)));
        }
        let Some(peer) = self.peer_site()? else { return Ok(()) };
        let network = Network { site: peer, ..network.clone() };
        let rendered = rendered(self.context, &templates, &network)?;
        let read = |name: &str| {
            let bytes = rendered.get(name)?;
            Some(String::from_utf8_lossy(bytes).into_owned())
        };
        let set = Set::of(&rendered);
        let mut node: Node = about.node("peer", "database", &read, &set);
        node.address = Some(network.site.own().to_string());
        for setting in &mut node.settings {
            if setting.name == "option ccc.provision-server" {
                // It is made of the host name, which is not in the database.
                setting.value = "0 (the peer's own name)".into();
            }
        }
        out.nodes.push(node);
        Ok(())
    }

    /// The settings as the peer sees them; None: there is no peer.
    fn peer_site(&mut self) -> anyhow::Result<Option<Site>> {
        let Some(pair) = &self.site.pair else { return Ok(None) };
        let peer = pair.peer;
        let role = match self.site.role {
            Role::Master => Role::Slave,
            Role::Slave => Role::Master,
            Role::Standalone => return Ok(None),
        };
        let machine = Machine {
            host_name: self.context.machine.host_name.clone(),
            addresses: vec![peer.into()],
            role: Some(role),
        };
        let settings = &self.context.settings;
        let mut warnings = Vec::new();
        let site =
            load::site(&mut *self.db, settings, &machine, &mut warnings)?;
        Ok(Some(site))
    }

    /// The rows that belong to a device.
    fn related(&mut self, device: &Device) -> Result<Vec<String>, SourceError> {
        let Some(id) = device.id else { return Ok(Vec::new()) };
        let mut out = Vec::new();
        let schema = self.db.schema();
        let voip = self.site.voip && schema.optional("phonenumber")?;
        let mut queries = Vec::new();
        match device.kind {
            Kind::Modem => {
                if self.site.voip {
                    queries.push(("mta", "mta", format!("r.modem_id = {id}")));
                }
                if schema.has_column("endpoint", "modem_id") {
                    let of = format!("r.modem_id = {id}");
                    queries.push(("endpoint", "endpoint", of));
                }
            }
            Kind::Mta => {
                let of = |table: &str| {
                    format!(
                        "r.id = (SELECT x.modem_id FROM {table} x WHERE x.id = {id})"
                    )
                };
                queries.push(("modem", "cm", of("mta")));
            }
            Kind::Endpoint if schema.has_column("endpoint", "modem_id") => {
                let of = format!(
                    "r.id = (SELECT x.modem_id FROM endpoint x WHERE x.id = {id})"
                );
                queries.push(("modem", "cm", of));
            }
            Kind::Endpoint | Kind::Customer => (),
        }
        for (table, prefix, condition) in queries {
            let schema = self.db.schema();
            let alive = schema.alive(table, "r")?;
            let sql = format!(
                "SELECT r.id, r.mac FROM {table} r WHERE {alive} AND \
                 {condition} ORDER BY r.id"
            );
            self.db.query(table, &sql, &mut |row| {
                let id = row.number::<u32>(0).unwrap_or(0);
                out.push(format!("{prefix}-{id} {}", row.text(1)));
                Ok(())
            })?;
        }
        if voip && device.kind == Kind::Mta {
            self.numbers(id, &mut out)?;
        }
        Ok(out)
    }

    /// The numbers of an adapter.
    fn numbers(
        &mut self,
        mta: u32,
        out: &mut Vec<String>,
    ) -> Result<(), SourceError> {
        let schema = self.db.schema();
        let column =
            |name| schema.column("phonenumber", "p", &[name], Some("''"));
        let sql = format!(
            "SELECT p.id, {}, {}, {}, {} FROM phonenumber p WHERE {} AND \
             p.mta_id = {mta} ORDER BY p.id",
            column("port")?,
            column("prefix_number")?,
            column("number")?,
            column("active")?,
            schema.alive("phonenumber", "p")?,
        );
        self.db.query("phonenumber", &sql, &mut |row| {
            let active = match row.flag(4) {
                Some(false) => " (not active)",
                _ => "",
            };
            out.push(format!(
                "port {}: {}{}{active}",
                row.text(1),
                row.text(2),
                row.text(3)
            ));
            Ok(())
        })
    }
}

/// The set of a network in memory.
fn rendered(
    context: &Context<'_>,
    templates: &Templates,
    network: &Network,
) -> anyhow::Result<BTreeMap<String, Vec<u8>>> {
    let options = dhcp::options_with(context, network, None);
    let mut sink = MemorySink::default();
    render::render(network, &options, templates, &mut sink)?;
    Ok(sink.0)
}

/// Gives a device the name that it is served under.
fn served_name(network: &Network, device: &mut Device) {
    let Some(id) = device.id else { return };
    match device.kind {
        Kind::Modem => device.name = network.modem_name(id),
        Kind::Mta => device.name = format!("mta-{id}"),
        Kind::Endpoint | Kind::Customer => (),
    }
}

/// What the lines of a device are found by, in both sets.
fn keys(about: &About<'_>, network: &Network) -> Vec<String> {
    let served = match (about.device.kind, about.device.id) {
        (Kind::Modem, Some(id)) => Some(network.modem_name(id)),
        _ => None,
    };
    lines::keys(&about.device, served.as_deref())
}

/// The lines that go and that come.
fn changes(live: &Set, new: &Set, keys: &[String]) -> Vec<Pending> {
    let (old, new) = (live.about(keys), new.about(keys));
    let mut by_file: BTreeMap<&str, Vec<String>> = BTreeMap::new();
    let has = |all: &[lines::Line], line: &lines::Line| {
        all.iter().any(|o| o.file == line.file && o.text == line.text)
    };
    for (sign, all, other) in [("-", &old, &new), ("+", &new, &old)] {
        for line in all.iter().filter(|line| !has(other, line)) {
            let text = format!("{sign} {}", report::mask(&line.text));
            by_file.entry(&line.file).or_default().push(text);
        }
    }
    let pending = |(file, changes)| {
        let file = format!("{DIR}/{file}");
        Pending { file, changes }
    };
    by_file.into_iter().map(pending).collect()
}

/// The findings that concern a device: those of its row, and of the
/// configfiles that its file is made of.
fn concerning(
    findings: &Findings,
    device: &Device,
    levels: &[u32],
) -> Vec<FoundAt> {
    let own = |finding: &Finding| {
        finding.table == device.kind.table() && Some(finding.id) == device.id
    };
    let shared = |finding: &Finding| {
        let devices = finding.devices.as_ref();
        let of = devices.is_some_and(|all| {
            all.table == device.kind.table()
                && device.id.is_some_and(|id| all.first.contains(&id))
        });
        of || (finding.table == "configfile" && levels.contains(&finding.id))
    };
    findings
        .sorted()
        .into_iter()
        .filter(|finding| own(finding) || shared(finding))
        .map(|finding| FoundAt {
            table: finding.table.into(),
            id: finding.id,
            column: finding.column.into(),
            reason: finding.reason,
            quarantined: finding.quarantined,
        })
        .collect()
}
