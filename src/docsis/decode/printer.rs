//! What a decoded text is written to.

use crate::docsis::decode::name::Names;
use crate::docsis::decode::text::push_number;
use crate::docsis::decode::tree::File;
use crate::docsis::mib::Mib;

/// How a file is to be decoded.
#[derive(Clone, Copy, Debug, Default)]
pub struct Options<'a> {
    /// Print object identifiers as numbers only.
    pub numeric_oids: bool,
    /// Print digit maps as `DigitMap "…"` with this file name and hand their
    /// content out, as the reference does; otherwise they stay in the text.
    pub digit_map: Option<&'a str>,
    /// Put the hash of an MTA file into a comment, so that encoding with a
    /// hash does not make a second one.
    pub comment_hash: bool,
    /// Say more in comments: numbers in words, the settings inside values,
    /// names that the text language does not have.
    pub explain: bool,
}

/// A decoded file.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Decoded {
    /// The text. Quoted values are as in the file and need not be UTF-8.
    pub text: Vec<u8>,
    /// What is wrong with the file, or odd about it.
    pub notes: Vec<Note>,
    /// Content of the digit map, if [`Options::digit_map`] asks for it and
    /// there is one: at most one, as there is one file for it.
    pub digit_maps: Vec<Vec<u8>>,
}

impl Decoded {
    /// Whether the file is damaged: no modem would take it.
    #[must_use]
    pub fn is_damaged(&self) -> bool {
        self.notes.iter().any(|note| note.damage)
    }
}

/// Something that the reader of a text should know.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Note {
    /// Place in the file, octets.
    pub offset: usize,
    /// Whether the file is damaged there.
    pub damage: bool,
    /// What there is to know.
    pub text: String,
}

impl std::fmt::Display for Note {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "octet {}: {}", self.offset, self.text)
    }
}

/// Most notes that are kept; a file of noise would make thousands.
const MAX_NOTES: usize = 100;

/// Writes a tree as text.
pub(in crate::docsis) struct Printer<'p, 'm> {
    /// The names.
    pub mib: &'m Mib,
    /// How to print.
    pub options: &'p Options<'m>,
    /// Names in use.
    pub names: &'p mut Names<'m>,
    /// What has come out so far.
    pub out: Decoded,
    /// How deep the setting stands, tabs.
    pub depth: usize,
    /// Codes of the blocks around the setting.
    pub path: Vec<u8>,
    /// Whether the MTA delimiter was seen: the reference takes code 64 for a
    /// variable binding only then.
    pub delimited: bool,
    /// The file.
    pub file: &'p File<'p>,
    /// Whether the reference gives up on them, once that was asked.
    pub refused: Option<bool>,
}

impl Printer<'_, '_> {
    /// Adds a note.
    pub fn note(&mut self, offset: usize, damage: bool, text: String) {
        let room = self.out.notes.len() < MAX_NOTES;
        if room || damage && !self.out.is_damaged() {
            self.out.notes.push(Note { offset, damage, text });
        }
    }

    /// Appends a whole line at the depth reached.
    pub fn line(&mut self, text: &[u8]) {
        self.indent();
        self.push(text);
        self.push(b"\n");
    }

    /// Appends the tabs before a line.
    pub fn indent(&mut self) {
        const TABS: &[u8] = b"\t\t\t\t\t\t\t\t\t\t\t\t\t\t\t\t";
        self.push(&TABS[..self.depth.min(TABS.len())]);
    }

    /// Appends a number.
    pub fn number(&mut self, number: usize) {
        let number = u32::try_from(number).unwrap_or(u32::MAX);
        push_number(number, &mut self.out.text);
    }

    /// Appends text.
    pub fn push(&mut self, text: &[u8]) {
        self.out.text.extend_from_slice(text);
    }
}
