//! The guard rails on device files: what devices would lose, and those that
//! have none.

use crate::cli::Guard;
use crate::context::Context;
use crate::devices::batch::Batch;
use crate::devices::worker;
use crate::exit::Stop;
use crate::guard;
use crate::guard::contents::Taken;
use crate::guard::losses;
use crate::guard::losses::Losses;
use crate::model::{Findings, Network};
use crate::publish::device_files::FileId;

/// What is to be said of the wanted devices that are not there or have no
/// valid file.
pub(super) fn unserved(
    context: &Context<'_>,
    batches: &[Batch],
    ids: &[u32],
) -> Option<Stop> {
    let mut out = Vec::new();
    let asked = !losses::is_allowed(context, Guard::NoFile);
    for id in ids {
        // One that just lost its files was known.
        let known = |batch: &&Batch| {
            batch.devices.binary_search(id).is_ok()
                || batch.stale.iter().any(|file| file.0 == *id)
        };
        let mut found = batches.iter().filter(known).peekable();
        if found.peek().is_none() {
            out.push(format!(
                "no device with id {id}: it is missing or deleted"
            ));
        }
        for batch in found.filter(|_| asked) {
            let mut without = batch.made.without.iter();
            if let Some((_, why)) = without.find(|(other, _)| other == id) {
                let noun = batch.noun.trim_end_matches('s');
                out.push(format!("{noun} {id} gets no boot file: {why}"));
            }
        }
    }
    let hint = "the findings above say why; a device that is not there has \
                another id, or is deleted; to allow devices without a file: \
                --allow no-file";
    (!out.is_empty()).then(|| Stop::refused(out.join("; ")).hint(hint))
}

/// Devices that have no valid file, where they are too many.
pub(super) fn without_file(context: &Context<'_>, batches: &[Batch]) -> Losses {
    let mut losses = Losses::default();
    let all = batches.iter().flat_map(|batch| {
        let without = batch.made.without.iter();
        let without = without.filter(|(_, why)| *why != worker::ELSEWHERE);
        without.map(|(id, _)| format!("{} {id}", batch.noun))
    });
    let of = batches.iter().map(|batch| batch.devices.len()).sum();
    losses.add(context, Guard::NoFile, all.collect(), of);
    losses
}

/// Whether something of one kind is taken away.
type IsTaken = fn(&Taken) -> bool;

/// The guard rails on rows, on the network, and on what devices would lose.
pub(super) fn guards(
    context: &Context<'_>,
    batches: &[Batch],
    network: Option<&Network>,
    findings: &Findings,
) -> anyhow::Result<()> {
    let rows = batches.iter().map(|batch| batch.devices.len()).sum();
    guard::quarantine(context, findings, rows)?;
    let mut losses = Losses::default();
    if let Some(network) = network {
        guard::hosts(context, network, &mut losses)?;
    }
    for batch in batches {
        let ids = |files: &[FileId]| {
            let mut ids: Vec<u32> = files.iter().map(|file| file.0).collect();
            ids.dedup();
            ids
        };
        let name = |id: &u32| format!("{} {id}", batch.noun);
        let dropped = ids(&batch.stale).iter().map(name).collect();
        let live = ids(batch.loose.live()).len();
        let what = format!("live {} would be dropped", batch.noun);
        losses.add_as(context, Guard::Files, dropped, (live, &what));
        let kinds: [(Guard, IsTaken); 4] = [
            (Guard::NetworkAccess, |taken| taken.access),
            (Guard::Flows, |taken| taken.flows),
            (Guard::Settings, |taken| taken.settings),
            (Guard::KeyFile, |taken| taken.secret),
        ];
        for (guard, is_taken) in kinds {
            let taken = batch.made.taken.iter();
            let taken = taken.filter(|(_, taken)| is_taken(taken));
            let names = taken.map(|(id, _)| name(id)).collect();
            losses.add(context, guard, names, live);
        }
    }
    losses.judge(context)
}
