//! What Kea's DHCPv6 server includes, made by `dhcp`.

use std::collections::HashSet;
use std::time::{Duration, Instant};

use anyhow::Context as _;

use crate::check::{Verdict, kea as checker, optional, subnet6_members};
use crate::context::Context;
use crate::isc_dhcp::kea_text;
use crate::model::{Findings, Network, Version6};
use crate::publish::directory_set::Staged;
use crate::publish::generations::Change;
use crate::render::kea::{self as render, DIR};
use crate::render::sink::MemorySink;
use crate::render::templates::Templates;
use crate::report::Outcome;
use crate::restore;
use crate::services::{kea, kea_set};
use crate::system::lock::Lock;

/// A set that is staged and checked, and how long the check took.
pub struct Ready {
    staged: Option<Staged>,
    checked: Duration,
}

impl Ready {
    /// The set with its changes, if no server has to load it: then it becomes
    /// live with dhcpd's, as one generation.
    pub fn beside_dhcpd(
        &mut self,
        context: &Context<'_>,
    ) -> Option<(&mut Staged, Vec<Change>)> {
        if !context.options.no_activate && kea::service(context).is_some() {
            return None;
        }
        let staged = self.staged.as_mut()?;
        let changes = kea_set::changes(staged);
        Some((staged, changes))
    }

    /// Tells what was made live.
    pub fn is_live(&mut self, outcome: &mut Outcome) {
        if let Some(staged) = self.staged.take() {
            tell(&staged, outcome);
        }
    }
}

/// Names the files of a set.
fn tell(staged: &Staged, outcome: &mut Outcome) {
    let name = |name: &String| format!("{DIR}/{name}");
    outcome.written.extend(staged.changed.iter().map(name));
    outcome.removed.extend(staged.stale.iter().map(name));
}

/// Whether the files are made: there are rows of version 6, or there were.
fn is_wanted(context: &Context<'_>, v6: &Version6) -> bool {
    let on = context.settings.text("PROVHA__DHCP6") != "off";
    on && (v6.used || kea_set::is_live(context))
}

/// Whether subnets get the numbers of their pools.
fn with_ids(context: &Context<'_>) -> bool {
    context.settings.text("PROVHA__KEA_SUBNET_IDS") == "pool"
}

/// Leaves out the `optional` texts that are not allowed, and those that Kea
/// refuses, so that one of them never stops the set.
pub fn texts(
    context: &Context<'_>,
    network: &mut Network,
    templates: &Templates,
    findings: &mut Findings,
) -> anyhow::Result<()> {
    let safe = context.settings.text("PROVHA__POOL_OPTIONAL") == "safe";
    let v6 = &mut network.v6;
    let mut good = Vec::new();
    let mut bad = Vec::new();
    for pool in v6.gateways.iter_mut().flat_map(|g| &mut g.pools) {
        match subnet6_members::read(&pool.optional, safe) {
            Ok(members) if members.is_empty() => pool.optional.clear(),
            Ok(members) => {
                pool.optional = serde_json::to_string(&members)?;
                good.push(pool.id);
            }
            Err(why) => bad.push((pool.id, why)),
        }
    }
    let verdict = |ids: &[u32]| {
        let text = pools_alone(v6, ids, templates)?;
        Ok(match kea_set::verdict(context, &text)? {
            Verdict::Refused(output) => {
                let why = checker::essence(&output);
                let why = why.lines().next().unwrap_or_default();
                Some(format!("kea-dhcp6 refuses it ({why})"))
            }
            _ => None,
        })
    };
    bad.extend(optional::refused_by(&verdict, &good)?);
    let left_out: HashSet<u32> = bad.iter().map(|(id, _)| *id).collect();
    for (id, why) in bad {
        let reason = format!("{why}: text left out");
        findings.warn("ippool", id, "optional", reason);
    }
    let all = network.v6.gateways.iter_mut().flat_map(|g| &mut g.pools);
    for pool in all.filter(|pool| left_out.contains(&pool.id)) {
        pool.optional.clear();
    }
    Ok(())
}

/// A configuration of the pools without reservations, with the texts of these
/// ones only.
fn pools_alone(
    v6: &Version6,
    ids: &[u32],
    templates: &Templates,
) -> anyhow::Result<String> {
    let mut v6 = Version6 { endpoints: Vec::new(), ..v6.clone() };
    let ids: HashSet<&u32> = ids.iter().collect();
    for pool in v6.gateways.iter_mut().flat_map(|g| &mut g.pools) {
        if !ids.contains(&pool.id) {
            pool.optional.clear();
        }
    }
    let mut sink = MemorySink::default();
    render::render(&v6, false, templates, &mut sink)?;
    let text = |name: &str| {
        let bytes = sink.0.get(name)?;
        Some(String::from_utf8_lossy(bytes).into_owned())
    };
    let read = |path: &str| render::included(path, &text);
    let list = format!("<?include \"{}\"?>", render::list_path());
    let list = kea_text::expand(&list, &read);
    Ok(format!("{{ \"Dhcp6\": {{ \"shared-networks\": [\n{list}\n] }} }}\n"))
}

/// Stages and checks the set; shows it where that is asked for.
///
/// # Errors
/// Exit 3: Kea refuses it.
pub fn stage(
    context: &Context<'_>,
    network: &Network,
    templates: &Templates,
) -> anyhow::Result<Option<Ready>> {
    if !is_wanted(context, &network.v6) {
        return Ok(None);
    }
    let mut stage = kea_set::begin(context)?;
    render::render(&network.v6, with_ids(context), templates, &mut stage)
        .context("rendering the files of kea-dhcp6")?;
    let staged = stage.finish()?;
    let begin = Instant::now();
    if let Some(staged) = &staged {
        kea_set::check(context, staged)?;
        if context.options.diff {
            kea_set::show(context, staged)?;
        }
    }
    if network.v6.used
        && let Some(why) = kea::why_unused(context)
    {
        context.console.warning(&why);
    }
    Ok(Some(Ready { staged, checked: begin.elapsed() }))
}

/// Makes a staged set live; without a change, restarts the server if an
/// earlier run owes that.
///
/// # Errors
/// As those of [`crate::publish::Publisher::publish`].
pub fn publish(
    context: &Context<'_>,
    lock: Option<&Lock>,
    ready: Option<Ready>,
    outcome: &mut Outcome,
) -> anyhow::Result<()> {
    let Some(Ready { staged, checked }) = ready else { return Ok(()) };
    match (staged, lock) {
        (Some(mut staged), lock) => {
            if let Some(lock) = lock {
                let staged = &mut staged;
                let restarted =
                    kea_set::publish(context, lock, staged, "dhcp", checked)?;
                outcome.restarted.extend(restarted);
            }
            tell(&staged, outcome);
        }
        (None, Some(lock)) if !context.options.no_activate => {
            let kea = kea::service(context);
            let kea: Vec<_> = kea.iter().collect();
            restore::catch_up(context, lock, &kea, outcome)?;
        }
        _ => {}
    }
    if lock.is_some() {
        context.publisher().learn(kea_set::live_names(context)?);
    }
    Ok(())
}
