//! Reads everything that feeds an output, in one snapshot.

use std::collections::BTreeMap;
use std::net::Ipv4Addr;

use crate::config::Settings;
use crate::guard::drain;
use crate::model::pool::Net;
use crate::model::{Findings, Network, Site};
use crate::rebuild::outside::Outside;
use crate::rebuild::recorder::Recorder;
use crate::rebuild::{Part, Signature, hash_of, hex};
use crate::source::Database;
use crate::source::load::{self, LoadError, Machine, Modules};

/// The input that the secret of modems' files is.
const KEY_FILE: &str = "the key file";
/// The input that the key of customer devices' names is.
const KEYS: &str = "keys";

/// What a survey found.
#[derive(Default)]
pub struct Survey {
    /// The network, as `dhcp`, `dns` and `time` need it; None when none of
    /// them is concerned.
    pub network: Option<Network>,
    /// What is wrong with its rows.
    pub findings: Findings,
    /// What is odd about the settings.
    pub warnings: Vec<String>,
    /// The inputs of each part that this machine has.
    pub signatures: BTreeMap<Part, Signature>,
    /// Devices whose rows may have changed, by part; empty: any.
    pub rows: BTreeMap<Part, Vec<u32>>,
}

/// Where a survey looks.
pub struct Looker<'a> {
    /// The snapshot.
    pub db: &'a mut dyn Database,
    /// The configuration.
    pub settings: &'a Settings,
    /// The machine.
    pub machine: &'a Machine,
    /// What feeds outputs from outside.
    pub outside: &'a Outside,
    /// Whether pools begin to drain (`--drain`).
    pub drain: bool,
}

impl Looker<'_> {
    /// Reads everything. `answers` tells which TFTP server modems are sent
    /// to.
    ///
    /// # Errors
    /// The database cannot be read, or its settings are unusable.
    pub fn whole(
        &mut self,
        answers: &mut dyn FnMut(&Site) -> Ipv4Addr,
    ) -> anyhow::Result<Survey> {
        let mut survey = self.services(answers)?;
        let site = match &survey.network {
            Some(network) => network.site.clone(),
            None => self.site()?,
        };
        let modules = Modules::find(&*self.db, self.settings)?;
        for part in [Part::Cm, Part::Mta] {
            if part == Part::Cm || modules.voip {
                let signature = files(part, &site, self.outside);
                let _ = survey.signatures.insert(part, signature);
                let _ = survey.rows.insert(part, Vec::new());
            }
        }
        Ok(survey)
    }

    /// Reads what feeds dhcpd, named and the time services.
    ///
    /// # Errors
    /// As [`Looker::whole`].
    pub fn services(
        &mut self,
        answers: &mut dyn FnMut(&Site) -> Ipv4Addr,
    ) -> anyhow::Result<Survey> {
        let (mut findings, mut warnings) = (Findings::default(), Vec::new());
        let mut recorder = Recorder::new(self.db);
        let mut network = load::network(
            &mut recorder,
            self.settings,
            self.machine,
            &mut findings,
            &mut warnings,
        )?;
        let tables = recorder.hashes();
        let impossible = drain::add(self.settings, self.drain, &mut network);
        warnings.extend(impossible?);
        let (site, outside) = (&network.site, self.outside);
        let next_server = answers(site);
        let signatures = BTreeMap::from([
            (Part::Dhcp, dhcp(&network, &tables, outside, next_server)),
            (Part::Dns, dns(&network, &tables, outside)),
            (Part::Time, time(&network, outside)),
        ]);
        let network = Some(network);
        let rows = BTreeMap::new();
        Ok(Survey { network, findings, warnings, signatures, rows })
    }

    /// The settings alone.
    fn site(&mut self) -> Result<Site, LoadError> {
        load::site(self.db, self.settings, self.machine, &mut Vec::new())
    }
}

/// The signature of named inputs.
fn signature(inputs: &[(&str, u64)]) -> Signature {
    let pair = |(name, hash): &(&str, u64)| (name.to_string(), hex(*hash));
    inputs.iter().map(pair).collect()
}

/// The hash of settings of the database, by their text for debugging: every
/// field counts.
fn debugged(value: &impl std::fmt::Debug) -> u64 {
    hash_of(&format!("{value:?}"))
}

/// The inputs of the dhcpd set.
fn dhcp(
    network: &Network,
    tables: &BTreeMap<String, u64>,
    outside: &Outside,
    next_server: Ipv4Addr,
) -> Signature {
    let site = Site { rebuild_interval: 0, ..network.site.clone() };
    let mut out = signature(&[
        ("settings", outside.settings),
        ("provbase, provha, provvoip", debugged(&site)),
        ("the OMAPI key", outside.omapi),
        ("the TFTP server that answers", hash_of(&next_server)),
        ("what drains", debugged(&drains(network))),
    ]);
    let read = tables.iter().filter(|(table, _)| !is_settings(table));
    out.extend(read.map(|(table, hash)| (table.clone(), hex(*hash))));
    out
}

/// The nets and ranges that drain.
fn drains(network: &Network) -> Vec<(Net, &[(Ipv4Addr, Ipv4Addr)])> {
    let pools = network.cmts.iter().flat_map(|cmts| &cmts.pools);
    pools
        .filter_map(|pool| Some((pool.net, &*pool.drain.as_ref()?.ranges)))
        .collect()
}

/// Whether the table's rows count as what [`Site`] makes of them.
fn is_settings(table: &str) -> bool {
    matches!(table, "provbase" | "provha" | "provvoip")
}

/// The signatures of the parts that make keys, when those are there.
pub fn with_keys(
    signatures: &mut BTreeMap<Part, Signature>,
    outside: &Outside,
) {
    let keys =
        [(Part::Cm, KEY_FILE, outside.key), (Part::Dns, KEYS, outside.names)];
    for (part, input, hash) in keys {
        if let Some(signature) = signatures.get_mut(&part) {
            let _ = signature.insert(input.to_string(), hex(hash));
        }
    }
}

/// The inputs of named's set and of the names.
fn dns(
    network: &Network,
    tables: &BTreeMap<String, u64>,
    outside: &Outside,
) -> Signature {
    let site = Site {
        rebuild_interval: 0,
        default_lease_time: 0,
        max_lease_time: 0,
        max_cpe: 0,
        multiple_provisioning_systems: false,
        time_offset: 0,
        ..network.site.clone()
    };
    let pools = network.cmts.iter().flat_map(|cmts| &cmts.pools);
    let pools: Vec<_> =
        pools.map(|pool| (pool.id, pool.kind, pool.net, pool.range)).collect();
    let endpoints = tables.get("endpoint").copied().unwrap_or(0);
    signature(&[
        ("settings", outside.settings),
        ("provbase, provha, provvoip", debugged(&(site, pair_of(network)))),
        ("ippool", debugged(&(pools, drains(network)))),
        ("endpoint", endpoints),
        (KEYS, outside.names),
        ("leases", outside.leases),
    ])
}

/// What of the pair matters to its services: who is who.
fn pair_of(network: &Network) -> Option<(Ipv4Addr, Ipv4Addr, Option<&str>)> {
    let pair = network.site.pair.as_ref()?;
    Some((pair.own, pair.peer, pair.peer_secret.as_deref()))
}

/// The inputs of the time services.
fn time(network: &Network, outside: &Outside) -> Signature {
    let pools = network.cmts.iter().flat_map(|cmts| &cmts.pools);
    let nets: Vec<_> = pools.map(|pool| (pool.kind, pool.net)).collect();
    let site = &network.site;
    let servers = (site.role, site.servers(), site.provisioning_server);
    signature(&[
        ("settings", outside.settings),
        ("provbase, provha", debugged(&(servers, &site.slaves, site.master))),
        ("ippool", debugged(&nets)),
    ])
}

/// The inputs that all devices of a kind share and their texts do not show.
fn files(part: Part, site: &Site, outside: &Outside) -> Signature {
    let disk = match part {
        Part::Mta => ("dial plans", outside.plans),
        _ => (KEY_FILE, outside.key),
    };
    let role = debugged(&(site.role, site.voip));
    signature(&[
        ("settings", outside.settings),
        ("role", role),
        ("loose files", outside.loose),
        disk,
    ])
}
