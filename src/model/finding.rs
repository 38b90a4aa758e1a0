//! What is wrong with the input, row by row.

use std::collections::BTreeMap;
use std::fmt;

use crate::model::plain;

/// One thing that is wrong, with the row it stands in.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Finding {
    /// The table, as it is called in the schema.
    pub table: &'static str,
    /// The row's id.
    pub id: u32,
    /// The column, or '' where the row as a whole is meant.
    pub column: &'static str,
    /// What is wrong, what was done about it.
    pub reason: String,
    /// Whether the row is left out of what the daemons get because of it;
    /// such rows count for the guard rail.
    pub quarantined: bool,
    /// The devices that it concerns (table, id), for findings about rows that
    /// many devices share; at most the first ten, with the full number.
    pub devices: Option<Devices>,
}

/// The devices behind a finding about a shared row.
#[derive(Debug, Clone, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Devices {
    /// The table that the ids are of.
    pub table: &'static str,
    /// How many there are.
    pub count: usize,
    /// The ten lowest ids, ascending.
    pub first: Vec<u32>,
}

impl Devices {
    /// Counts a device.
    fn add(&mut self, id: u32) {
        self.count += 1;
        let at = self.first.partition_point(|other| *other < id);
        if at < 10 {
            self.first.insert(at, id);
            self.first.truncate(10);
        }
    }
}

/// A finding about a row that many devices share.
#[derive(Debug, Clone)]
struct Shared {
    reason: String,
    devices: Devices,
}

/// What makes two findings about shared rows the same: table, id, column,
/// and the place within the column.
type Place = (&'static str, u32, &'static str, String);

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.table, self.id)?;
        if !self.column.is_empty() {
            write!(f, " {}", self.column)?;
        }
        write!(f, ": {}", self.reason)?;
        let Some(devices) = &self.devices else { return Ok(()) };
        let ids: Vec<String> =
            devices.first.iter().map(u32::to_string).collect();
        let more = if devices.count > ids.len() { ", …" } else { "" };
        let plural = if devices.count == 1 { "" } else { "s" };
        write!(
            f,
            " ({} {}{plural}: {}{more})",
            devices.count,
            devices.table,
            ids.join(", ")
        )
    }
}

/// All findings of a run.
#[derive(Debug, Clone, Default)]
pub struct Findings {
    all: Vec<Finding>,
    shared: BTreeMap<Place, Shared>,
    /// What is normal or harmless; for a verbose run, never counted.
    notes: BTreeMap<Place, Shared>,
}

impl Findings {
    /// A finding that leaves the row out.
    pub fn quarantine(
        &mut self,
        table: &'static str,
        id: u32,
        column: &'static str,
        reason: impl Into<String>,
    ) {
        self.push(table, id, column, &reason.into(), true);
    }

    /// A finding about a row that is served all the same.
    pub fn warn(
        &mut self,
        table: &'static str,
        id: u32,
        column: &'static str,
        reason: impl Into<String>,
    ) {
        self.push(table, id, column, &reason.into(), false);
    }

    fn push(
        &mut self,
        table: &'static str,
        id: u32,
        column: &'static str,
        reason: &str,
        quarantined: bool,
    ) {
        let devices = None;
        let reason = plain::reason(reason);
        let finding =
            Finding { table, id, column, reason, quarantined, devices };
        self.all.push(finding);
    }

    /// A finding about a row that many devices share: told once for each
    /// place within the column, in the words for the lowest device.
    pub fn shared(
        &mut self,
        (table, id, column): (&'static str, u32, &'static str),
        place: impl Into<String>,
        reason: impl Into<String>,
        device: (&'static str, u32),
    ) {
        let place = (table, id, column, place.into());
        add(&mut self.shared, place, reason, device);
    }

    /// The same for what is normal or harmless: told by a verbose run, no
    /// finding.
    pub fn note(
        &mut self,
        (table, id, column): (&'static str, u32, &'static str),
        place: impl Into<String>,
        reason: impl Into<String>,
        device: (&'static str, u32),
    ) {
        let place = (table, id, column, place.into());
        add(&mut self.notes, place, reason, device);
    }

    /// Takes over all of another list.
    pub fn extend(&mut self, other: Findings) {
        self.all.extend(other.all);
        merge(&mut self.shared, other.shared);
        merge(&mut self.notes, other.notes);
    }
    /// How many rows are left out.
    pub fn quarantined(&self) -> usize {
        let mut rows: Vec<_> = self
            .all
            .iter()
            .filter(|f| f.quarantined)
            .map(|f| (f.table, f.id))
            .collect();
        rows.sort_unstable();
        rows.dedup();
        rows.len()
    }

    /// How many findings there are.
    pub fn len(&self) -> usize {
        self.all.len() + self.shared.len()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.all.is_empty() && self.shared.is_empty()
    }

    /// All findings, by table, id and column.
    pub fn sorted(&self) -> Vec<Finding> {
        let shared = self.shared.iter().map(as_finding);
        let mut out: Vec<_> = self.all.iter().cloned().chain(shared).collect();
        out.sort();
        out.dedup();
        out
    }

    /// What only a verbose run tells, by table, id and column.
    pub fn notes(&self) -> impl Iterator<Item = Finding> {
        self.notes.iter().map(as_finding)
    }
}

/// Counts a device at its place.
fn add(
    all: &mut BTreeMap<Place, Shared>,
    place: Place,
    reason: impl Into<String>,
    device: (&'static str, u32),
) {
    let shared = all.entry(place).or_insert_with(|| Shared {
        reason: String::new(),
        devices: Devices { table: device.0, ..Devices::default() },
    });
    shared.devices.add(device.1);
    if shared.devices.first[0] == device.1 {
        shared.reason = reason.into();
    }
}

/// Takes over what another thread found.
fn merge(all: &mut BTreeMap<Place, Shared>, other: BTreeMap<Place, Shared>) {
    for (place, theirs) in other {
        let Some(mine) = all.get_mut(&place) else {
            let _ = all.insert(place, theirs);
            continue;
        };
        if theirs.devices.first < mine.devices.first {
            mine.reason = theirs.reason;
        }
        let more = theirs.devices.count - theirs.devices.first.len();
        for id in theirs.devices.first {
            mine.devices.add(id);
        }
        mine.devices.count += more;
    }
}

/// A shared finding as it is told.
fn as_finding(((table, id, column, _), shared): (&Place, &Shared)) -> Finding {
    Finding {
        table,
        id: *id,
        column,
        reason: shared.reason.clone(),
        quarantined: false,
        devices: Some(shared.devices.clone()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shared_findings_count_their_devices() {
        let mut findings = Findings::default();
        let place = ("configfile", 3, "text");
        for id in (1..=12).rev() {
            findings.shared(place, "line 1", format!("x{id}"), ("modem", id));
        }
        let all = findings.sorted();
        assert_eq!(
            all[0].to_string(),
            "configfile 3 text: x1 (12 modems: 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, …)"
        );
    }

    #[test]
    fn a_row_is_quarantined_once() {
        let mut findings = Findings::default();
        findings.quarantine("modem", 1, "mac", "a");
        findings.quarantine("modem", 1, "hostname", "b");
        findings.warn("modem", 2, "mac", "c");
        assert_eq!((findings.quarantined(), findings.len()), (1, 3));
    }
}
