//! The end of a run: what is made of all that was offered.

use crate::console::count;
use crate::context::Context;
use crate::devices::batch::{Batch, withdraw};
use crate::devices::cache::{self, DeviceCache};
use crate::devices::diffs;
use crate::devices::guards;
use crate::devices::selection::{Selection, Updated};
use crate::devices::tftp_dir::Tftp;
use crate::exit::Stop;
use crate::model::device::DeviceKind;
use crate::model::{Findings, Network, Role};
use crate::publish::device_files::{DeviceChanges, FileId};
use crate::report;
use crate::report::Outcome;
use crate::services::tftpd;
use crate::system::files;
use crate::system::lock::Lock;

/// The end of a run: what is made of all that was offered.
pub(super) struct End<'a> {
    pub(super) context: &'a Context<'a>,
    pub(super) role: Role,
    pub(super) lock: Option<&'a Lock>,
    pub(super) args: &'a Selection,
    /// Where the key file is still to be made.
    pub(super) new_key: Option<&'a Tftp>,
    /// The network, where its verdict counts.
    pub(super) network: Option<&'a Network>,
}

impl End<'_> {
    /// Reports, asks the guard rails, and makes the files live.
    pub(super) fn finish(
        &self,
        mut batches: Vec<Batch>,
        findings: &mut Findings,
    ) -> anyhow::Result<(Updated, Option<Stop>)> {
        let (context, args) = (self.context, self.args);
        for batch in &mut batches {
            findings.extend(std::mem::take(&mut batch.made.findings));
        }
        let scope = match args.kind {
            None => "configfile",
            Some(DeviceKind::Cm) => "configfile cm",
            Some(DeviceKind::Mta) => "configfile mta",
        };
        let changed = changed(&batches);
        let silent = args.news_only && changed.is_empty();
        if !silent {
            context.console.findings_of(scope, findings, &args.ids);
        }
        if let Err(error) = self.commit(&batches, findings) {
            withdraw(&batches);
            return Err(error);
        }
        if self.lock.is_some() {
            for batch in &mut batches {
                if let Err(error) = remember(batch, args) {
                    context.console.warning(&format!(
                        "{error}: the files are live, and the next run looks \
                         at all of them again"
                    ));
                }
            }
        }
        if context.options.diff {
            diffs::print(context, &batches)?;
        }
        let outcome = outcome(&batches);
        if !silent {
            report::summary(context, self.role, &outcome, findings)?;
        }
        let all = |batch: &Batch| batch.made.needs_all_columns;
        let needs_all_columns = batches.iter().any(all);
        // What could be made is live: a device without any file is told last.
        let stop = match args.ids.is_empty() || args.news_only {
            true => guards::without_file(context, &batches).refusal(context),
            false => guards::unserved(context, &batches, &args.ids),
        };
        Ok((Updated { outcome, changed, needs_all_columns }, stop))
    }

    /// Asks the guard rails, then makes everything live.
    fn commit(
        &self,
        batches: &[Batch],
        findings: &Findings,
    ) -> anyhow::Result<()> {
        guards::guards(self.context, batches, self.network, findings)?;
        let Some(lock) = self.lock else { return Ok(()) };
        if let Some(tftp) = self.new_key {
            tftp.make_key_file()?;
        }
        commit(self.context, lock, batches)
    }
}

/// Makes everything live: first on the disk, then renamed.
fn commit(
    context: &Context<'_>,
    lock: &Lock,
    batches: &[Batch],
) -> anyhow::Result<()> {
    let parts: Vec<DeviceChanges<'_>> = batches
        .iter()
        .map(|batch| DeviceChanges {
            dir: &batch.loose,
            offered: &batch.made.offered,
            stale: &batch.stale,
        })
        .collect();
    tftpd::publish(context, lock, "configfile", &parts)
}

/// Devices whose files change, or cannot be made for a new reason; ascending.
fn changed(batches: &[Batch]) -> Vec<u32> {
    let of = |batch: &Batch| {
        let files = batch.made.offered.iter().chain(&batch.stale);
        let files = files.map(|file| file.0);
        files.chain(batch.made.news.iter().copied()).collect::<Vec<_>>()
    };
    let mut ids: Vec<u32> = batches.iter().flat_map(of).collect();
    ids.sort_unstable();
    ids.dedup();
    ids
}

/// Remembers the devices whose files are right, if that is news.
fn remember(batch: &mut Batch, args: &Selection) -> files::Result<()> {
    let mut memory = DeviceCache::empty(batch.memory.shared);
    memory.entries = std::mem::take(&mut batch.made.entries);
    memory.verdicts = std::mem::take(&mut batch.made.verdicts);
    if !args.ids.is_empty() {
        let old = &batch.memory;
        let named = args.named();
        let others = old.entries.iter().filter(|e| !named.contains(&e.id));
        for entry in others {
            let verdict = &old.verdicts.list()[usize::from(entry.verdict)];
            if let Some(verdict) = memory.verdicts.number(verdict) {
                memory.entries.push(cache::Entry { verdict, ..*entry });
            }
        }
        memory.entries.sort_unstable_by_key(|entry| entry.id);
    }
    let same = memory.entries.len() == batch.memory.entries.len()
        && memory.entries.iter().zip(&batch.memory.entries).all(|(a, b)| {
            (a.id, a.input, a.text, a.conf, a.cfg)
                == (b.id, b.input, b.text, b.conf, b.cfg)
        });
    if same && files::is_file(&batch.memory_path) {
        return Ok(());
    }
    memory.save(&batch.memory_path)
}

/// What was done, for the summary.
fn outcome(batches: &[Batch]) -> Outcome {
    let mut outcome =
        Outcome { command: "configfile".into(), ..Outcome::default() };
    for batch in batches {
        let dir = batch.loose.dir_name();
        let name = |file: &FileId| format!("{dir}/{}", batch.loose.name(*file));
        let made = &batch.made;
        outcome.made.push(format!(
            "{} ({} with a binary)",
            count(batch.devices.len(), batch.noun.trim_end_matches('s')),
            made.encoded
        ));
        outcome.written.extend(made.offered.iter().map(name));
        outcome.removed.extend(batch.stale.iter().map(name));
    }
    outcome
}
