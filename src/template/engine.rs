//! Renders chains: one pass over simple rows, a general way for the rest.

use crate::template::expr::{Evaluator, Tainted};
use crate::template::header;
use crate::template::header::CmHeader;
use crate::template::library::{Chain, Entry, Firmware};
use crate::template::note::{Reason, Severity, TextNote};
use crate::template::origin::{Origin, framed, lines_in};
use crate::template::replace::{forms_placeholder, replace, set_pattern};
use crate::template::rows::{
    Piece, RowTemplate, Segment, Template, opens_comment,
};
use crate::template::scan;
use crate::template::scan::{Altered, Emitter, Marks, Spoken};
use crate::template::values::{Kind, Lookup, Value, Values};
use crate::template::words;

/// Renders texts; keeps its scratch memory between devices. One a thread.
#[derive(Debug, Default)]
pub struct Renderer {
    /// The template part of the text.
    body: Vec<u8>,
    /// A row after substitution.
    row: Tainted,
    /// A copy of it while replacing.
    spare: Tainted,
    /// A row after evaluation.
    done: Tainted,
    /// Expressions.
    evaluator: Evaluator,
    /// Name of the placeholder that is being replaced.
    pattern: Vec<u8>,
    /// Words of generated rows that values brought into `body`.
    spoken: Spoken,
    /// Sources of the lines of `body`, when they are wanted.
    origins: Option<Vec<Origin>>,
    /// The way that tests want every row to go.
    #[cfg(test)]
    pub(super) forced: Forced,
}

/// The way a test wants rows to go.
#[cfg(test)]
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
pub(super) enum Forced {
    /// As outside tests.
    #[default]
    No,
    /// The general way.
    General,
    /// The general way, placeholders replaced one after the other.
    InOrder,
}

/// A comment that is open, and the row that opened it.
#[derive(Debug, Clone, Copy)]
struct OpenComment {
    /// Id of the configfile.
    configfile: u64,
    /// Row of its text, from 1.
    row: u32,
}

/// What a row is rendered with.
struct RowContext<'a, V: Values + ?Sized> {
    /// The level.
    entry: &'a Entry,
    /// Its view of the values.
    lookup: Lookup<'a, V>,
}

/// How a row went on the fast way.
enum Fast {
    /// It is written.
    Written,
    /// It has to go the general way.
    General,
    /// It is dropped.
    Dropped(Reason),
}

impl Renderer {
    /// A renderer without memory yet.
    #[must_use]
    pub fn new() -> Renderer {
        Renderer::default()
    }

    /// Appends the text of a modem (`cm-ID.conf`) to `out`, and what there
    /// is to say about it to `notes`.
    pub fn cm<V: Values + ?Sized>(
        &mut self,
        chain: Chain<'_>,
        values: &V,
        head: &CmHeader<'_>,
        out: &mut Vec<u8>,
        notes: &mut Vec<TextNote>,
    ) {
        self.render(chain, values, Kind::Modem, notes);
        header::write(head, &self.body, self.spoken.skip, out);
        out.extend_from_slice(&self.body);
        out.extend_from_slice(b"\n}");
    }

    /// Appends the text of an MTA (`mta-ID.conf`) to `out`, and what there
    /// is to say about it to `notes`.
    pub fn mta<V: Values + ?Sized>(
        &mut self,
        chain: Chain<'_>,
        values: &V,
        out: &mut Vec<u8>,
        notes: &mut Vec<TextNote>,
    ) {
        self.render(chain, values, Kind::Mta, notes);
        out.extend_from_slice(b"Main\n{\n\tMtaConfigDelimiter 1;");
        out.extend_from_slice(&self.body);
        out.extend_from_slice(b"\n\tMtaConfigDelimiter 255;\n}");
    }

    /// Renders the modem again and tells where each line comes from (line 1
    /// is the first element).
    pub fn cm_origins<V: Values + ?Sized>(
        &mut self,
        chain: Chain<'_>,
        values: &V,
        head: &CmHeader<'_>,
    ) -> Vec<Origin> {
        let origins = self.recorded(chain, values, Kind::Modem);
        let mut frame = Vec::new();
        header::write(head, &self.body, self.spoken.skip, &mut frame);
        framed(lines_in(&frame) + 1, origins, 1)
    }

    /// Renders the MTA again and tells where each line comes from (line 1
    /// is the first element).
    pub fn mta_origins<V: Values + ?Sized>(
        &mut self,
        chain: Chain<'_>,
        values: &V,
    ) -> Vec<Origin> {
        let origins = self.recorded(chain, values, Kind::Mta);
        framed(3, origins, 2)
    }

    /// The sources of the lines of the template part.
    fn recorded<V: Values + ?Sized>(
        &mut self,
        chain: Chain<'_>,
        values: &V,
        kind: Kind,
    ) -> Vec<Origin> {
        self.origins = Some(Vec::new());
        self.render(chain, values, kind, &mut Vec::new());
        self.origins.take().unwrap_or_default()
    }

    /// Renders the levels into `self.body`.
    fn render<V: Values + ?Sized>(
        &mut self,
        chain: Chain<'_>,
        values: &V,
        kind: Kind,
        notes: &mut Vec<TextNote>,
    ) {
        self.body.clear();
        self.spoken = Spoken::default();
        let mut open = None;
        let mut firmware = kind == Kind::Modem;
        for entry in chain.levels() {
            let template = &entry.template;
            let (root, avm) = (entry.root, template.avm);
            let lookup = Lookup { values, kind, root, avm };
            let before = (self.body.len(), self.spoken.firmware);
            let context = RowContext { entry, lookup };
            self.level(&context, &mut open, notes);
            if let Some(OpenComment { configfile, row }) = open
                && configfile == entry.id
            {
                let reason = Reason::CommentLeftOpen;
                push_note(notes, configfile, row, reason, false);
            }
            if firmware {
                firmware = self.firmware(entry, before, notes);
            }
        }
    }

    /// Appends the firmware rows of a level whose text starts at `before`,
    /// where values had said [`words::FIRMWARE`] `spoken` times. False if no
    /// further level may have any.
    fn firmware(
        &mut self,
        entry: &Entry,
        (before, spoken): (usize, usize),
        notes: &mut Vec<TextNote>,
    ) -> bool {
        if matches!(entry.firmware, Firmware::None) {
            return true;
        }
        let told = words::count(&self.body[..before], words::FIRMWARE);
        if told > spoken {
            return false;
        }
        if let Firmware::Rows(rows) = &entry.firmware {
            let start = self.body.len();
            self.body.extend_from_slice(rows.as_bytes());
            self.record(start, Origin::Firmware { configfile: entry.id });
        } else {
            push_note(notes, entry.id, 0, Reason::FirmwareName, false);
        }
        false
    }

    /// Renders the text of one level.
    fn level<V: Values + ?Sized>(
        &mut self,
        context: &RowContext<'_, V>,
        open: &mut Option<OpenComment>,
        notes: &mut Vec<TextNote>,
    ) {
        let template = &context.entry.template;
        let id = context.entry.id;
        for piece in template.pieces() {
            match piece {
                Piece::Fixed { place, rows, comments } => {
                    self.body.extend_from_slice(template.fixed(place));
                    let comments = &comments[usize::from(open.is_some())];
                    for row in &comments.nested {
                        let reason = Reason::CommentInComment;
                        push_note(notes, id, *row, reason, false);
                    }
                    if !comments.inside {
                        *open = None;
                    } else if let Some(row) = comments.opened {
                        *open = Some(OpenComment { configfile: id, row });
                    }
                    if let Some(origins) = &mut self.origins {
                        let origin = |row: &u32| Origin::Row {
                            configfile: id,
                            row: *row,
                        };
                        origins.extend(rows.iter().map(origin));
                    }
                }
                Piece::Dropped { row, reason, comment, marks } => {
                    let comment = open.is_some() || *comment;
                    push_note(notes, id, *row, *reason, comment);
                    self.dropped((id, *row), *marks, open);
                }
                Piece::Row(row) => self.row(context, row, open, notes),
            }
        }
    }

    /// Writes what a dropped row still has to give: the comment mark that
    /// the rows below count on.
    fn dropped(
        &mut self,
        (configfile, row): (u64, u32),
        marks: [Marks; 2],
        open: &mut Option<OpenComment>,
    ) {
        let after = marks[usize::from(open.is_some())];
        if after.inside == open.is_some() {
            return;
        }
        let start = self.body.len();
        let mark: &[u8] = if after.inside { b"\n\t/*" } else { b"\n\t*/" };
        self.body.extend_from_slice(mark);
        *open = after.inside.then_some(OpenComment { configfile, row });
        self.record(start, Origin::Row { configfile, row });
    }

    /// Renders a row with placeholders.
    fn row<V: Values + ?Sized>(
        &mut self,
        context: &RowContext<'_, V>,
        row: &RowTemplate,
        open: &mut Option<OpenComment>,
        notes: &mut Vec<TextNote>,
    ) {
        let start = self.body.len();
        let in_comment = open.is_some();
        let mut emitter = Emitter::new(in_comment);
        let fast = self.fast_row(context, row, &mut emitter);
        let result = match fast {
            // The usual case: no braces but placeholders, and plain values.
            Fast::Written => Ok(()),
            Fast::Dropped(reason) => Err(reason),
            Fast::General => {
                self.body.truncate(start);
                emitter = Emitter::new(in_comment);
                self.general_row(context, row, &mut emitter, notes)
            }
        };
        let id = context.entry.id;
        if let Err(reason) = result {
            // Half a row could be another setting than the one meant.
            self.body.truncate(start);
            let text = context.entry.template.text(&row.place);
            let comment = in_comment || opens_comment(text);
            push_note(notes, id, row.row, reason, comment);
            return self.dropped((id, row.row), row.marks, open);
        }
        let marks = row.marks[usize::from(in_comment)];
        if marks.nested {
            push_note(notes, id, row.row, Reason::CommentInComment, false);
        }
        if !emitter.in_comment() {
            *open = None;
        } else if marks.opened || open.is_none() {
            *open = Some(OpenComment { configfile: id, row: row.row });
        }
        note_altered(notes, id, row.row, emitter.altered);
        self.spoken.add(emitter.spoken);
        let origin = Origin::Row { configfile: id, row: row.row };
        self.record(start, origin);
    }

    /// Renders a row that has no braces but those of its placeholders, as
    /// long as the values bring none.
    fn fast_row<V: Values + ?Sized>(
        &mut self,
        context: &RowContext<'_, V>,
        row: &RowTemplate,
        emitter: &mut Emitter,
    ) -> Fast {
        #[cfg(test)]
        if self.forced != Forced::No {
            return Fast::General;
        }
        if !row.simple {
            return Fast::General;
        }
        let template = &context.entry.template;
        let segments = template.segments(row);
        self.body.extend_from_slice(b"\n\t");
        let mut missing = None;
        for segment in segments {
            let written = match segment {
                Segment::Literal(place) => {
                    emitter.literal(&mut self.body, template.text(place))
                }
                Segment::Variable { variable, .. } => {
                    let variable = template.variable(*variable);
                    match context.lookup.get(variable).bytes() {
                        None => {
                            missing = missing.or(Some(variable.table));
                            Ok(())
                        }
                        Some(value)
                            if value.iter().any(|byte| is_structure(*byte)) =>
                        {
                            return Fast::General;
                        }
                        Some(value) => emitter.value(&mut self.body, value),
                    }
                }
            };
            if written.is_err() {
                return Fast::General;
            }
        }
        match missing {
            None => Fast::Written,
            Some(_) if may_be_raw(template, segments) => Fast::General,
            Some(table) => {
                let known = context.lookup.kind.order().contains(&table);
                Fast::Dropped(unresolved(known))
            }
        }
    }

    /// Renders any row: substitution, expressions, writing. A row is one
    /// piece whatever line breaks its values have: what fails takes all of
    /// it along.
    fn general_row<V: Values + ?Sized>(
        &mut self,
        context: &RowContext<'_, V>,
        row: &RowTemplate,
        emitter: &mut Emitter,
        notes: &mut Vec<TextNote>,
    ) -> Result<(), Reason> {
        let in_comment = emitter.in_comment();
        let in_order = self.substitute(context, row, in_comment);
        #[cfg(test)]
        let in_order = in_order || self.forced == Forced::InOrder;
        if in_order {
            self.replace_in_order(context, row, in_comment)?;
        }
        self.done.clear();
        self.evaluator.odd_operand = false;
        let kind = context.lookup.kind;
        self.evaluator.row(&self.row, kind, in_comment, &mut self.done)?;
        self.write(emitter).map_err(|_| Reason::UnsafeValue)?;
        if self.evaluator.odd_operand {
            let comment = in_comment || opens_comment(&self.row.bytes);
            let (id, reason) = (context.entry.id, Reason::OperandNotNumber);
            push_note(notes, id, row.row, reason, comment);
        }
        Ok(())
    }

    /// Replaces all placeholders in one pass into `self.row`. True if that
    /// is not the same as replacing them one after the other.
    fn substitute<V: Values + ?Sized>(
        &mut self,
        context: &RowContext<'_, V>,
        row: &RowTemplate,
        in_comment: bool,
    ) -> bool {
        let template = &context.entry.template;
        let mut braces = false;
        self.row.clear();
        for segment in template.segments(row) {
            let (place, value) = match segment {
                Segment::Literal(place) => (place, Value::Unresolved),
                Segment::Variable { place, variable } => {
                    (place, context.lookup.get(template.variable(*variable)))
                }
            };
            match value.bytes() {
                None => self.row.push(template.text(place), false),
                Some(value) => {
                    braces |= value.contains(&b'{');
                    let next = template.byte(place.end, row);
                    self.row.push_value(value, in_comment, next);
                }
            }
        }
        braces || forms_placeholder(&self.row)
    }

    /// Replaces the placeholders one after the other, so that those which
    /// values bring are replaced too if their turn comes later.
    fn replace_in_order<V: Values + ?Sized>(
        &mut self,
        context: &RowContext<'_, V>,
        row: &RowTemplate,
        in_comment: bool,
    ) -> Result<(), Reason> {
        let text = context.entry.template.text(&row.place);
        self.row.clear();
        self.row.push(text, false);
        let Renderer { row, spare, pattern, .. } = self;
        let mut fits = true;
        for table in context.lookup.kind.order() {
            context.lookup.each(*table, &mut |column, index, value| {
                let Some(value) = value.bytes() else { return };
                if !fits || !row.bytes.contains(&b'{') {
                    return;
                }
                set_pattern(pattern, table.name(), column, index);
                fits = replace(row, spare, (pattern, value), in_comment);
            });
        }
        if fits { Ok(()) } else { Err(Reason::TooLong) }
    }

    /// Writes `self.done` as one row.
    fn write(&mut self, emitter: &mut Emitter) -> Result<(), scan::Unsafe> {
        self.body.extend_from_slice(b"\n\t");
        let Tainted { bytes, taint } = &self.done;
        let mut start = 0;
        for run in taint.chunk_by(|left, right| left == right) {
            let text = &bytes[start..start + run.len()];
            start += run.len();
            if run[0] {
                emitter.value(&mut self.body, text)?;
            } else {
                emitter.literal(&mut self.body, text)?;
            }
        }
        Ok(())
    }

    /// Notes the source of the lines written since `start`.
    fn record(&mut self, start: usize, origin: Origin) {
        if let Some(origins) = &mut self.origins {
            let lines = lines_in(&self.body[start..]);
            origins.extend(std::iter::repeat_n(origin, lines));
        }
    }
}

/// The reason of a placeholder that stays, by whether its table is one of
/// this kind of device.
fn unresolved(known: bool) -> Reason {
    if known { Reason::Unresolved } else { Reason::UnknownVariable }
}

/// The rendered row may start with `raw;`, which keeps it.
fn may_be_raw(template: &Template, segments: &[Segment]) -> bool {
    match segments.first() {
        Some(Segment::Literal(place)) => {
            let text = template.text(place);
            text.starts_with(b"raw;") || b"raw;".starts_with(text)
        }
        _ => true,
    }
}

/// Bytes of a value that need the general way.
fn is_structure(byte: u8) -> bool {
    matches!(byte, b'{' | b'}')
}

/// Appends a note; `comment` rows are no loss.
fn push_note(
    notes: &mut Vec<TextNote>,
    configfile: u64,
    row: u32,
    reason: Reason,
    comment: bool,
) {
    let severity = if comment { Severity::Info } else { reason.severity() };
    notes.push(TextNote { configfile, row, reason, severity });
}

/// Appends notes for what was altered in a row.
fn note_altered(
    notes: &mut Vec<TextNote>,
    configfile: u64,
    row: u32,
    altered: Altered,
) {
    for (happened, reason) in [
        (altered.escaped, Reason::Escaped),
        (altered.backslash, Reason::Backslash),
        (altered.comment_mark, Reason::CommentMark),
    ] {
        if happened {
            push_note(notes, configfile, row, reason, false);
        }
    }
}
