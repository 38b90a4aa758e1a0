//! Device files: texts row by row, binaries setting by setting.

use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};

use crate::adopt::look::Look;
use crate::adopt::{Difference, Reason, Report};
use crate::devices::compare;
use crate::devices::observer::{Seen, Side};
use crate::docsis::{Mib, diff};
use crate::model::device::DeviceKind;
use crate::publish::device_files::Part;
use crate::report::mask;
use crate::template::{Reason as Note, TextNote};

/// Devices whose differences are kept; more are only counted.
const MOST: usize = 20_000;
/// So many devices with the same edit, and a tenth of all, are more than one
/// hand's.
const MANY: usize = 10;

/// What differs in one device's files.
#[derive(Default)]
struct Device {
    /// Rows of the text: live, ours, what the template says of it.
    rows: Vec<Edit>,
    /// Settings of the binary.
    settings: Vec<diff::Change>,
    /// The live text is missing.
    no_text: bool,
    /// The live binary is missing.
    no_binary: bool,
    /// When the live files were made.
    text_made: i64,
    binary_made: i64,
    /// Remarks of the template language.
    notes: Vec<TextNote>,
}

/// A row that differs.
struct Edit {
    live: Option<String>,
    ours: Option<String>,
}

/// What all threads found.
#[derive(Default)]
struct Found {
    devices: BTreeMap<(&'static str, u32), Device>,
    more: usize,
    equal: usize,
    closed: usize,
}

/// Compares the files of all devices.
pub fn compare(look: &Look<'_>, report: &mut Report) -> anyhow::Result<()> {
    let found = Mutex::new(Found::default());
    let see = |seen: &Seen<'_>| {
        let key_known = seen.key_is_known;
        let mut found = found.lock().unwrap_or_else(PoisonError::into_inner);
        match seen.live {
            Side::Equal => {
                found.equal += 1;
                return;
            }
            Side::Closed => {
                found.closed += 1;
                return;
            }
            _ => {}
        }
        let key = (seen.kind.prefix(), seen.file.0);
        if found.devices.len() >= MOST && !found.devices.contains_key(&key) {
            found.more += 1;
            return;
        }
        let device = found.devices.entry(key).or_default();
        note(device, seen, key_known);
    };
    let looked = compare::run(look.context, &see)?;
    let found = found.into_inner().unwrap_or_else(PoisonError::into_inner);
    report.compared += found.equal + found.devices.len();
    report.closed.extend(looked.closed);
    if found.closed > 0 {
        let what = format!("{} files of devices", found.closed);
        report.closed.insert(what);
    }
    let judge =
        Judge { look, findings: &looked.findings, several: &looked.several };
    let edits = judge.tell(&found.devices, report);
    systematic(report, &edits, looked.devices);
    if found.more > 0 {
        report.add(
            Difference {
                file: "/tftpboot".into(),
                subject: format!("{} more devices", found.more),
                what: "their files differ; not looked at one by one".into(),
                reason: Reason::Unexplained,
                why: format!("more than {MOST} devices differ"),
                count: found.more,
                devices: found.more,
            },
            "more",
        );
    }
    for (kind, id, files) in looked.stale {
        judge.stale(kind, id, &files, report);
    }
    Ok(())
}

/// Notes what differs in one file.
fn note(device: &mut Device, seen: &Seen<'_>, key_is_known: bool) {
    let (live, made) = match seen.live {
        Side::Differs(bytes, made) => (Some(bytes), made),
        _ => (None, 0),
    };
    match (seen.file.1, live) {
        (Part::Conf, Some(live)) => {
            device.text_made = made;
            device.notes = seen.notes.to_vec();
            device.rows = rows(live, seen.ours);
        }
        (Part::Conf, None) => device.no_text = true,
        (Part::Cfg, Some(live)) => {
            device.binary_made = made;
            let mut settings = diff::diff(live, seen.ours, Mib::embedded());
            let is_mic = |change: &diff::Change| change.path.contains("Mic");
            if !key_is_known {
                settings.retain(|change| !is_mic(change));
            }
            device.settings = settings;
        }
        (Part::Cfg, None) => device.no_binary = true,
    }
}

/// The rows that two texts do not share, paired in their order.
fn rows(live: &[u8], ours: &[u8]) -> Vec<Edit> {
    let lines = |bytes: &[u8]| -> Vec<String> {
        let text = String::from_utf8_lossy(bytes);
        text.lines().map(|line| line.trim().to_string()).collect()
    };
    let (live, ours) = (lines(live), lines(ours));
    let live: Vec<&str> = live.iter().map(String::as_str).collect();
    let ours: Vec<&str> = ours.iter().map(String::as_str).collect();
    let mut out = Vec::new();
    for op in
        similar::capture_diff_slices(similar::Algorithm::Myers, &live, &ours)
    {
        let (tag, old, new) = op.as_tag_tuple();
        if tag == similar::DiffTag::Equal {
            continue;
        }
        let count = old.len().max(new.len());
        let at = |list: &[&str], range: &std::ops::Range<usize>, i: usize| {
            let at = range.start + i;
            (at < range.end).then(|| list[at].to_string())
        };
        for i in 0..count {
            let (live, ours) = (at(&live, &old, i), at(&ours, &new, i));
            if live.as_deref().or(ours.as_deref()) != Some("") {
                out.push(Edit { live, ours });
            }
        }
    }
    out
}

/// Finds reasons.
struct Judge<'a> {
    look: &'a Look<'a>,
    findings: &'a BTreeMap<(&'static str, u32), String>,
    several: &'a [Vec<String>],
}

/// An edit of a device's file: what it is, and the difference's subject.
type Edits = BTreeMap<String, usize>;

impl Judge<'_> {
    /// Tells the differences of all devices; how often each edit was seen.
    fn tell(
        &self,
        devices: &BTreeMap<(&'static str, u32), Device>,
        report: &mut Report,
    ) -> Edits {
        let mut edits = Edits::new();
        for ((kind, id), device) in devices {
            self.device((kind, *id), device, report, &mut edits);
        }
        edits
    }

    /// Tells the differences of one device.
    fn device(
        &self,
        (kind, id): (&'static str, u32),
        device: &Device,
        report: &mut Report,
        edits: &mut Edits,
    ) {
        let tftp = self.look.context.settings.text("PROVHA__TFTP_DIR");
        let table = if kind == "cm" { "modem" } else { "mta" };
        let file = |end: &str| format!("{tftp}/{kind}/{kind}-{id}.{end}");
        let mut add = |end: &str, what: String, reason: (Reason, String)| {
            let shape = digits_out(&what);
            if reason.0 == Reason::HandEdit {
                *edits.entry(format!("{kind} {shape}")).or_default() += 1;
            }
            let difference = Difference {
                file: file(end),
                subject: format!("{table} {id}"),
                what,
                reason: reason.0,
                why: reason.1,
                count: 1,
                devices: 1,
            };
            report.add(difference, &shape);
        };
        let mut cause = None;
        if device.no_text {
            let reason = self.missing(kind, table, id);
            cause = Some(reason.clone());
            add("conf", "the text is missing".into(), reason);
        }
        for edit in &device.rows {
            let reason = self.row((table, id), device, edit);
            cause = cause.or(Some(reason.clone()));
            add("conf", words(edit), reason);
        }
        if device.no_binary {
            let reason = cause.clone().unwrap_or_else(|| {
                let why = "its text encodes: removed by hand, or its encoder \
                           failed silently";
                (Reason::HandEdit, why.into())
            });
            add("cfg", "the file is missing".into(), reason);
        }
        for change in &device.settings {
            let reason = cause
                .clone()
                .unwrap_or_else(|| self.setting((table, id), device));
            add("cfg", mask(&change.to_string()), reason);
        }
        changes(kind, device, report);
    }

    /// Why a text is missing.
    fn missing(&self, kind: &str, table: &str, id: u32) -> (Reason, String) {
        match self.look.rows.get(table, id) {
            Some(row) if self.is_new(kind, row.updated) => {
                let why = format!("{table} {id} is newer than the files");
                (Reason::RowChanged, why)
            }
            _ => (Reason::HandEdit, "the row is older than the files".into()),
        }
    }

    /// Whether a row changed after the last run of the existing system.
    fn is_new(&self, kind: &str, updated: i64) -> bool {
        let path = self.look.context.settings.path("PROVHA__TFTP_DIR");
        let made = std::fs::metadata(path.join(kind)).ok();
        let made =
            made.map(|meta| std::os::unix::fs::MetadataExt::mtime(&meta));
        made.is_some_and(|made| updated > made)
    }

    /// Why a row of a text differs.
    fn row(
        &self,
        device_id: (&'static str, u32),
        device: &Device,
        edit: &Edit,
    ) -> (Reason, String) {
        let known = deliberate(device, edit, self.several);
        if let Some((number, why)) = known {
            return (Reason::Deliberate(number), why.into());
        }
        self.by_row(device_id, device.text_made)
    }

    /// Why a setting differs where the texts are the same.
    fn setting(
        &self,
        device_id: (&'static str, u32),
        device: &Device,
    ) -> (Reason, String) {
        let (reason, why) = self.by_row(device_id, device.binary_made);
        if reason == Reason::HandEdit {
            let why = "the text is right and the binary is not made of it";
            return (reason, why.into());
        }
        (reason, why)
    }

    /// What the rows say.
    fn by_row(
        &self,
        (table, id): (&'static str, u32),
        made: i64,
    ) -> (Reason, String) {
        let found = self.findings.get(&(table, id));
        let found = found.or_else(|| self.look.findings.get(&(table, id)));
        if let Some(found) = found {
            return (Reason::BadRow, found.clone());
        }
        let rows = self.look.rows;
        let own = rows.get(table, id).map_or(0, |row| row.updated);
        let shared = ["configfile", "qos", "provbase", "provha"];
        let newer = |table: &&str| made != 0 && rows.newest(table) > made;
        if made != 0 && own > made {
            return (Reason::RowChanged, format!("{table} {id} is newer"));
        }
        if let Some(table) = shared.iter().find(|table| newer(table)) {
            return (Reason::RowChanged, format!("table {table} is newer"));
        }
        let why = "no row and no form of the existing system explains it";
        (Reason::HandEdit, why.into())
    }

    /// Files of a device that is gone.
    fn stale(
        &self,
        kind: DeviceKind,
        id: u32,
        files: &str,
        report: &mut Report,
    ) {
        let table = match kind {
            DeviceKind::Cm => "modem",
            DeviceKind::Mta => "mta",
        };
        let why = match self.look.rows.get(table, id) {
            Some(row) if row.is_deleted => format!("{table} {id} is deleted"),
            Some(_) => "its configfile makes no file".to_string(),
            None => format!("there is no {table} {id}"),
        };
        let tftp = self.look.context.settings.text("PROVHA__TFTP_DIR");
        let prefix = kind.prefix();
        let shape = format!("{prefix}-{id}");
        let difference = Difference {
            file: format!("{tftp}/{prefix}/{prefix}-{id}.{files}"),
            subject: format!("{table} {id}"),
            what: "stale files go".into(),
            reason: Reason::Stale,
            why,
            count: 1,
            devices: 0,
        };
        report.change(&format!("{prefix}: stale files go"), 0);
        report.add(difference, &shape);
    }
}

/// Notes what would change for the device.
fn changes(kind: &str, device: &Device, report: &mut Report) {
    let mut kinds: Vec<String> = device
        .settings
        .iter()
        .map(|change| format!("{kind} file: {}", digits_out(&change.path)))
        .collect();
    if device.no_binary {
        kinds.push(format!("{kind} file: it is made"));
    }
    if kinds.is_empty() && !device.rows.is_empty() {
        kinds.push(format!("{kind} text only: the boot file stays"));
    }
    kinds.sort_unstable();
    kinds.dedup();
    for kind in kinds {
        report.change(&kind, 1);
    }
}

/// The number of a deliberate difference of a text's row.
fn deliberate(
    device: &Device,
    edit: &Edit,
    several: &[Vec<String>],
) -> Option<(u16, &'static str)> {
    let live = edit.live.as_deref().unwrap_or_default();
    if live == "CpeMacAddress ;" {
        return Some((39, "an adapter without MAC names none"));
    }
    let gone = edit.ours.is_none();
    let has =
        |reason: Note| device.notes.iter().any(|note| note.reason == reason);
    // What the existing system prints of a value that is not there.
    let piece = ["qos.", "modem.", "mta.", "phonenumber.", "provbase."]
        .iter()
        .any(|table| live.contains(table));
    if gone && piece && has(Note::UnresolvedOperand) {
        return Some((29, "a row that calculates with a missing value"));
    }
    if gone && (has(Note::DivisionByZero) || has(Note::BadNumeral)) {
        return Some((30, "a row with a division by zero or a bad numeral"));
    }
    if gone && has(Note::UnsafeValue) {
        return Some((38, "a value outside quotes that is not safe"));
    }
    if !gone && has(Note::Escaped) && live.contains('"') {
        return Some((37, "quotes, tabs and line breaks are escaped"));
    }
    let ours = edit.ours.as_deref()?;
    let of_row = |pieces: &Vec<String>| is_of_row(live, ours, pieces);
    if is_inserted(live, ours) && several.iter().any(of_row) {
        return Some((28, "several expressions in a row are all evaluated"));
    }
    None
}

/// Whether two rows come of a row of several expressions: ours has every
/// piece of text around them, in order, and the live one its ends.
fn is_of_row(live: &str, ours: &str, pieces: &[String]) -> bool {
    let mut rest = ours;
    for piece in pieces {
        let Some(at) = rest.find(piece.as_str()) else { return false };
        rest = &rest[at + piece.len()..];
    }
    let ends = [pieces.first(), pieces.last()].map(|p| p.map_or("", |p| p));
    live.starts_with(ends[0]) && live.ends_with(ends[1])
}

/// Whether the second text is the first with something put in.
fn is_inserted(live: &str, ours: &str) -> bool {
    let (live, ours) = (live.as_bytes(), ours.as_bytes());
    if live.is_empty() || ours.len() <= live.len() {
        return false;
    }
    let front = live.iter().zip(ours).take_while(|(a, b)| a == b).count();
    let back = live.iter().rev().zip(ours.iter().rev());
    let back = back.take_while(|(a, b)| a == b).count();
    front + back >= live.len()
}

/// What differs, in words.
fn words(edit: &Edit) -> String {
    match (&edit.live, &edit.ours) {
        (Some(live), Some(ours)) => {
            format!("'{}' becomes '{}'", mask(live), mask(ours))
        }
        (Some(live), None) => format!("'{}' goes", mask(live)),
        (None, Some(ours)) => format!("'{}' comes", mask(ours)),
        (None, None) => String::new(),
    }
}

/// A text without its numbers and its quoted values.
fn digits_out(text: &str) -> String {
    text.replace(|c: char| c.is_ascii_digit(), "")
}

/// Edits that so many devices have are not made by hand.
fn systematic(report: &mut Report, edits: &Edits, devices: usize) {
    let many = |count: usize| count >= MANY && count * 10 >= devices;
    for difference in &mut report.differences {
        let Some(kind) = difference.subject.split(' ').next() else { continue };
        let kind = match kind {
            "modem" => "cm",
            "mta" => "mta",
            _ => continue,
        };
        let key = format!("{kind} {}", digits_out(&difference.what));
        let count = edits.get(&key).copied().unwrap_or_default();
        if difference.reason == Reason::HandEdit && many(count) {
            difference.reason = Reason::Unexplained;
            difference.why = format!("{count} devices differ so");
        }
    }
}
