//! What is told of a device's text, in terms of the configfile's lines.

use crate::devices::blame;
use crate::devices::cache::CachedFinding;
use crate::devices::worker::Worker;
use crate::docsis::check::versions::Docsis;
use crate::docsis::{Diagnostic, Fault, Warning};
use crate::model::device::DeviceKind;
use crate::model::texts::TextDevice;
use crate::template::{Kind, Origin, TextNote};

/// Faults of one text that are told.
const MOST_FAULTS: usize = 10;

/// A place in a configfile: its id, the column, the place within it.
struct Place {
    /// configfile.id.
    id: u64,
    /// The column, or '' for the row as a whole.
    column: &'static str,
    /// In words.
    words: String,
}

impl Worker<'_> {
    /// Tells why a text does not encode.
    pub(super) fn tell_faults(
        &mut self,
        device: &TextDevice,
        faults: &[Diagnostic],
    ) {
        let origins = self.origins(device);
        let text = String::from_utf8_lossy(&self.text).into_owned();
        for fault in faults.iter().take(MOST_FAULTS) {
            let mut what = explain(fault);
            let mut place = place(device, &origins, fault.span.line);
            if fault.breaks_statement()
                && let Some(lost) = self.lost_above(&origins, fault.span.line)
            {
                what = format!(
                    "left out ({}), so that {} is incomplete: {what}",
                    lost.reason, place.words
                );
                place.words = format!("line {}", lost.row);
            } else if fault.breaks_statement()
                && let Some(to) = blame::find(&text, &origins, fault.span.line)
            {
                what = format!("{}: {what}", to.what);
                place = self::place(device, &origins, to.line);
            }
            self.tell_at(&place, &what);
        }
    }

    /// Tells what the check of meaning has to say of a text; its binary is
    /// made all the same.
    pub(super) fn tell_warnings(
        &mut self,
        device: &TextDevice,
        warnings: &[Warning],
    ) {
        let origins = self.origins(device);
        for warning in warnings.iter().take(MOST_FAULTS) {
            let mut what = warning.0.message();
            let (mut line, mut whole) = (warning.0.span.line, false);
            if let Fault::Told(told) = &warning.0.fault {
                what.clone_from(&told.text);
                whole = told.whole;
                if let Some(other) = told.other {
                    let other = place(device, &origins, other);
                    let name = self.name(other.id);
                    what += &format!(" (see '{name}', {})", other.words);
                }
            }
            if let Some(rule) = warning.rule() {
                what += &format!(" [{rule}]");
            }
            if whole {
                // Of the file, not of a line.
                line = 0;
            }
            let place = place(device, &origins, line);
            self.tell_at(&place, &what);
        }
    }

    /// Where each line of a device's text comes from.
    pub(super) fn origins(&mut self, device: &TextDevice) -> Vec<Origin> {
        let kind = match self.kind {
            DeviceKind::Cm => Kind::Modem,
            DeviceKind::Mta => Kind::Mta,
        };
        let texts = self.shop.texts;
        texts.origins(device, kind, &mut self.renderer)
    }

    /// The row whose loss made the statement of `row` incomplete: left out
    /// directly above it.
    fn lost_above(&self, origins: &[Origin], line: usize) -> Option<TextNote> {
        let row_of = |line: usize| match origins.get(line.wrapping_sub(1)) {
            Some(Origin::Row { configfile, row }) => Some((*configfile, *row)),
            _ => None,
        };
        let (configfile, row) = row_of(line)?;
        let above = row_of(line - 1).filter(|above| above.0 == configfile);
        let above = above.map_or(0, |(_, row)| row);
        let lost = |note: &&TextNote| {
            note.configfile == configfile
                && note.reason.drops_row()
                && (above + 1..row).contains(&note.row)
        };
        self.notes.iter().rfind(lost).copied()
    }

    /// Name of a configfile, for messages.
    fn name(&self, id: u64) -> String {
        self.shop.texts.name(id).escape_debug().to_string()
    }

    /// Tells something about a place of a configfile.
    fn tell_at(&mut self, at: &Place, what: &str) {
        let name = self.name(at.id);
        let comma = if at.words.is_empty() { "" } else { ", " };
        let reason = format!("'{name}'{comma}{}: {what}", at.words);
        self.told.push(CachedFinding {
            id: at.id as u32,
            column: at.column.into(),
            place: at.words.clone(),
            reason,
        });
    }

    /// The version of DOCSIS of a modem, where its row tells it.
    pub(super) fn version(&self, device: &TextDevice) -> Option<Docsis> {
        if self.kind != DeviceKind::Cm {
            return None;
        }
        let (model, software) = self.shop.texts.modem_version(device);
        Docsis::of_modem(&model, &software)
    }
}

/// The configfile's place that a line of the text comes from; line 0 is the
/// text as a whole.
fn place(device: &TextDevice, origins: &[Origin], line: usize) -> Place {
    let own = u64::from(device.configfile);
    if line == 0 {
        return Place { id: own, column: "", words: String::new() };
    }
    match origins.get(line - 1) {
        Some(Origin::Row { configfile, row }) => Place {
            id: *configfile,
            column: "text",
            words: format!("line {row}"),
        },
        Some(Origin::Firmware { configfile }) => Place {
            id: *configfile,
            column: "firmware",
            words: "firmware rows".into(),
        },
        // The frame is ours: the device's own rows made it wrong.
        _ => Place {
            id: own,
            column: "",
            words: format!("generated line {}", line as u32),
        },
    }
}

/// A fault in one line: what, the offending text, what was expected.
fn explain(fault: &Diagnostic) -> String {
    let mut text = fault.message();
    let marked: String = fault
        .source_line
        .chars()
        .skip(fault.caret)
        .take(fault.caret_len)
        .collect();
    if !marked.trim().is_empty() && !text.contains(&marked) {
        text += &format!(" at '{marked}'");
    }
    if let Some(expected) = fault.expected() {
        text += &format!("; expected {expected}");
    }
    if let Some(hint) = fault.hint() {
        text += &format!("; {hint}");
    }
    text + ": the last good .cfg stays, where there is one"
}
