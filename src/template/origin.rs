//! Where the lines of a rendered text come from.

/// Where a line of a text comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Origin {
    /// Header or frame.
    Frame,
    /// A row of a configfile's text.
    Row {
        /// Id of the configfile.
        configfile: u64,
        /// Row of its text, from 1.
        row: u32,
    },
    /// A firmware row.
    Firmware {
        /// Id of the configfile that names the firmware.
        configfile: u64,
    },
}

/// Line feeds in a text.
pub(super) fn lines_in(text: &[u8]) -> usize {
    text.split(|byte| *byte == b'\n').count() - 1
}

/// The sources of a whole text, from those of its template part.
pub(super) fn framed(
    head: usize,
    origins: Vec<Origin>,
    foot: usize,
) -> Vec<Origin> {
    let mut lines = vec![Origin::Frame; head];
    lines.extend(origins);
    lines.extend(std::iter::repeat_n(Origin::Frame, foot));
    lines
}
