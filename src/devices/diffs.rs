//! What `--diff` shows of device files: groups over the fleet, and single
//! files where they are few or asked for.

use std::collections::BTreeMap;

use crate::console::Console;
use crate::context::Context;
use crate::devices::batch::Batch;
use crate::devices::made::{MOST_DIFFS, Made};
use crate::devices::worker::Worker;
use crate::docsis::{self, Mib};
use crate::json::FleetGroup;
use crate::model::device::DeviceKind;
use crate::publish::device_files::{self, DeviceDir, FileId, Part};
use crate::report;
use crate::report::fleet::{Fleet, in_all};

/// Up to this many changed files are shown one by one without being asked.
const FEW: usize = 20;

/// Prints what changes in all kinds of devices.
///
/// # Errors
/// stdout cannot be written to.
pub(super) fn print(
    context: &Context<'_>,
    batches: &[Batch],
) -> anyhow::Result<()> {
    let console = context.console;
    let total = |batch: &Batch| batch.made.offered.len() + batch.stale.len();
    let changed: usize = batches.iter().map(total).sum();
    let all = changed <= FEW || console.is_verbose() || console.is_json();
    let (mut out, mut rows) = (String::new(), Vec::new());
    for batch in batches {
        group(batch, &mut out, &mut rows);
    }
    if changed > 0 {
        out += &in_all(changed, &rows);
        console.fleet(rows, &out)?;
    }
    let wanted = |id: &u32| match context.shown.is_empty() {
        true => all,
        false => context.shown.contains(id),
    };
    for batch in batches {
        files(&batch.made, console, &batch.loose, &wanted)?;
    }
    if !all && context.shown.is_empty() {
        console.note(
            "-v shows the first files line by line, --device N those of one \
             device",
        );
    }
    Ok(())
}

/// The groups of one kind, as lines and as rows.
fn group(batch: &Batch, out: &mut String, rows: &mut Vec<FleetGroup>) {
    let mut fleet = batch.made.fleet.clone();
    let gone = match batch.noun {
        "MTAs" => "their files go: they lose telephony",
        _ => "their files go",
    };
    for (id, files) in per_device(&batch.stale) {
        fleet.told(id, gone, files);
    }
    fleet.tell(batch.noun.trim_end_matches('s'), out, rows);
}

/// How many files of each device are in a list.
fn per_device(files: &[FileId]) -> BTreeMap<u32, usize> {
    let mut out = BTreeMap::new();
    for file in files {
        *out.entry(file.0).or_default() += 1;
    }
    out
}

/// Prints the changes of kept files, one by one.
fn files(
    made: &Made,
    console: &Console,
    loose: &DeviceDir,
    wanted: &dyn Fn(&u32) -> bool,
) -> anyhow::Result<()> {
    let mut shown = 0;
    for (file, new) in
        made.diffs.iter().filter(|(file, _)| wanted(&file.0)).take(MOST_DIFFS)
    {
        let old = loose.read(*file, device_files::MOST).unwrap_or_default();
        let name = loose.name(*file);
        match file.1 {
            Part::Conf => report::print_texts(console, &name, &old, new)?,
            Part::Cfg => print_settings(console, &name, &old, new)?,
        }
        shown += 1;
    }
    let more = made.offered.len() - shown.min(made.offered.len());
    if more > 0 && shown > 0 {
        let more = format!("… and {more} more changed files\n");
        console.change("", &more)?;
    }
    Ok(())
}

/// Prints what changes between two binaries, setting by setting.
///
/// # Errors
/// stdout cannot be written to.
pub fn print_settings(
    console: &Console,
    name: &str,
    old: &[u8],
    new: &[u8],
) -> anyhow::Result<()> {
    let mut out = format!("--- live/{name}\n+++ new/{name}\n");
    for change in docsis::diff::diff(old, new, Mib::embedded()) {
        out += &format!("  {}\n", report::mask(&change.to_string()));
    }
    console.change(name, &out)
}

impl Worker<'_> {
    /// Puts a device whose files change into its group; `before`: how many
    /// files were offered before its own.
    pub(super) fn tell_fleet(
        &mut self,
        id: u32,
        before: usize,
        binary: Option<&[u8]>,
    ) {
        let offered = &self.made.offered[before..];
        if !self.shop.wants_diff || offered.is_empty() {
            return;
        }
        let (files, cfg) = (offered.len(), offered.contains(&(id, Part::Cfg)));
        let fleet: &mut Fleet = &mut self.made.fleet;
        let Some(new) = binary else {
            let what = "a text that does not encode: the last good file stays";
            return fleet.told(id, what, files);
        };
        if !cfg {
            let what = "the text only: the binary stays the same";
            return fleet.told(id, what, files);
        }
        match self.loose.read((id, Part::Cfg), device_files::MOST) {
            Ok(old) => {
                let mib = Mib::embedded();
                let changes = docsis::diff::diff(&old, new, mib);
                fleet.changed(id, &changes, files);
            }
            Err(_) => {
                let what = match self.kind {
                    DeviceKind::Cm => "their first file",
                    DeviceKind::Mta => "their first file: they get telephony",
                };
                fleet.told(id, what, files);
            }
        }
    }
}
