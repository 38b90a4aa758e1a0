//! What `--diff` shows of device files: groups over the fleet, and single
//! files where they are few or asked for.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use crate::console::{Console, count};
use crate::context::Context;
use crate::devices::batch::Batch;
use crate::devices::fleet::{Fleet, Group};
use crate::devices::made::{MOST_DIFFS, Made};
use crate::devices::worker::Worker;
use crate::docsis::{self, Mib};
use crate::json::FleetGroup;
use crate::model::device::DeviceKind;
use crate::publish::device_files::{self, DeviceDir, FileId, Part};
use crate::report;

/// Up to this many changed files are shown one by one without being asked.
const FEW: usize = 20;
/// Groups that are printed.
const MOST_GROUPS: usize = 60;

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
        let devices: usize = rows.iter().map(|row| row.devices).sum();
        let _ = writeln!(
            out,
            "in all: {} of {}",
            thousands(changed, "file"),
            thousands(devices, "device")
        );
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
    let noun = batch.noun.trim_end_matches('s');
    let groups = fleet.groups();
    for (what, found) in groups.iter().take(MOST_GROUPS) {
        let _ = writeln!(out, "{}", line(noun, what, found));
    }
    if groups.len() > MOST_GROUPS {
        let mut rest = Group::default();
        let _ = groups[MOST_GROUPS..].iter().fold(&mut rest, |sum, (_, g)| {
            sum.devices += g.devices;
            sum.files += g.files;
            sum
        });
        let more = format!("{} more groups", groups.len() - MOST_GROUPS);
        let _ = writeln!(out, "{}", line(noun, &more, &rest));
    }
    rows.extend(groups.into_iter().map(|(what, found)| FleetGroup {
        kind: noun.to_string(),
        what,
        devices: found.devices,
        files: found.files,
        ids: found.ids,
    }));
}

/// One group in a line.
fn line(noun: &str, what: &str, group: &Group) -> String {
    let Group { devices, files, ids } = group;
    let named: Vec<String> = ids.iter().take(3).map(u32::to_string).collect();
    let more = if *devices > named.len() { ", …" } else { "" };
    let named = match named.is_empty() {
        true => String::new(),
        false => format!(" [{}{more}]", named.join(", ")),
    };
    format!(
        "{} ({}): {what}{named}",
        thousands(*devices, noun),
        thousands(*files, "file")
    )
}

/// A number with its noun, thousands apart.
fn thousands(number: usize, noun: &str) -> String {
    let digits = number.to_string();
    let mut out = String::new();
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    let words = count(number, noun);
    words.replacen(&digits, &out, 1)
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn groups_are_lines() {
        let group = Group { devices: 1204, files: 2408, ids: (1..9).collect() };
        assert_eq!(
            line("modem", "MaxCPE 5 -> 9", &group),
            "1,204 modems (2,408 files): MaxCPE 5 -> 9 [1, 2, 3, …]"
        );
        let one = Group { devices: 1, files: 1, ids: vec![7] };
        assert_eq!(line("MTA", "x", &one), "1 MTA (1 file): x [7]");
        assert_eq!(thousands(1_000_000, "file"), "1,000,000 files");
        assert_eq!(thousands(999, "file"), "999 files");
    }
}
