//! What can be wrong with a text, as a type: each fault names the rule that
//! was broken and carries what is needed to say so.

use crate::docsis::check::rules::Rule;
use crate::docsis::check::{Told, rules};
use crate::docsis::near::listed;

/// What is wrong at one place of a text.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Fault {
    /// An octet that starts no word, number, text or mark.
    #[error("unexpected character {}", shown(*.0))]
    Byte(u8),
    /// A quoted text without its second quote.
    #[error("the text has no closing quote")]
    OpenText,
    /// A line feed inside a quoted text.
    #[error("a quoted text must end on the line where it starts")]
    LineBreak,
    /// A tab or NUL inside a quoted text.
    #[error("a quoted text must not contain {}", shown(*.0))]
    TextByte(u8),
    /// A quoted text beyond what the language allows.
    #[error("the text has more than {max} octets")]
    LongText {
        /// Greatest length, octets.
        max: usize,
    },
    /// A word or mark where another was due.
    #[error("did not expect {found}")]
    Unexpected {
        /// What is there, described.
        found: String,
        /// What may stand there.
        expected: &'static str,
    },
    /// A word that is no setting.
    #[error("there is no setting `{name}`")]
    UnknownSymbol {
        /// The word.
        name: String,
        /// Settings of similar names.
        near: Vec<String>,
    },
    /// `{ }` without a setting.
    #[error("the block is empty")]
    EmptyBlock,
    /// Blocks within blocks beyond the limit.
    #[error("more than {max} blocks inside each other")]
    Deep {
        /// Greatest depth.
        max: usize,
    },
    /// An opening mark of a comment inside a comment.
    #[error("`/*` inside a comment")]
    CommentInComment,
    /// A comment that is still open at the end of the text.
    #[error("the comment that starts here is not closed")]
    CommentLeftOpen,
    /// A value of the wrong form.
    #[error("{symbol} does not take {found}")]
    Kind {
        /// The setting.
        symbol: &'static str,
        /// What is there, described.
        found: &'static str,
        /// What the setting takes.
        expected: &'static str,
    },
    /// A setting that cannot be written by hand.
    #[error("{symbol} is made by the encoder and cannot be set")]
    Made {
        /// The setting.
        symbol: &'static str,
    },
    /// A number outside its limits.
    #[error("{symbol} value {value} is out of range")]
    Range {
        /// The setting.
        symbol: &'static str,
        /// The number as written.
        value: String,
        /// Least value.
        min: u32,
        /// Greatest value.
        max: u32,
    },
    /// A number that does not fit the octets that it has.
    #[error("{what} value {value} does not fit its octets{}", cut_word(*cut))]
    Width {
        /// The setting, or the kind of number.
        what: &'static str,
        /// The number as written.
        value: String,
        /// Least value.
        min: i64,
        /// Greatest value.
        max: i64,
        /// It is cut, as the reference does.
        cut: bool,
    },
    /// A text or octet string outside its limits.
    #[error("{symbol} has {len} {unit}")]
    Length {
        /// The setting.
        symbol: &'static str,
        /// Its length.
        len: usize,
        /// What is counted: octets, or numbers of a list.
        unit: &'static str,
        /// Least length.
        min: u32,
        /// Greatest length.
        max: u32,
    },
    /// A number of a list that does not fit two octets.
    #[error("{0} in the list does not fit 16 bits")]
    ListItem(String),
    /// An odd count of hexadecimal digits.
    #[error("the hexadecimal value has an odd number of digits")]
    OddHex,
    /// An address that is none.
    #[error("{0} is not {1}")]
    Address(String, &'static str),
    /// `TlvLength` and `TlvValue` that differ.
    #[error("TlvLength says {said}, TlvValue has {len} octets")]
    TlvLength {
        /// The length as written.
        said: i64,
        /// The octets that are there.
        len: usize,
    },
    /// An empty text where one is needed.
    #[error("the text is empty")]
    EmptyText,
    /// A file that cannot be had.
    #[error("cannot read file {name}: {reason}")]
    File {
        /// Its name as written.
        name: String,
        /// Why not.
        reason: String,
    },
    /// A certificate file whose length the reference cannot handle.
    #[error("file {name} has {len} octets")]
    FileLength {
        /// Its name as written.
        name: String,
        /// Its length, octets.
        len: usize,
        /// What lengths are possible.
        expected: &'static str,
    },
    /// An object name that no MIB has.
    #[error("no MIB object is called `{label}`")]
    UnknownObject {
        /// The first label that was not found.
        label: String,
        /// Labels of similar names.
        near: Vec<String>,
    },
    /// A label that is not below the one before.
    #[error("`{label}` is not directly below `{parent}`")]
    NotBelow {
        /// The label.
        label: String,
        /// The one before.
        parent: String,
        /// Labels that are there, of similar names.
        near: Vec<String>,
    },
    /// An index that the table does not allow.
    #[error("`{part}` is not an index of {object}")]
    Index {
        /// The table column.
        object: String,
        /// What was written.
        part: String,
        /// What its INDEX clause asks for.
        expected: String,
    },
    /// An object identifier that BER cannot carry.
    #[error("`{oid}` is not an object identifier that can be encoded")]
    Oid {
        /// As written.
        oid: String,
        /// Which rule is broken.
        expected: &'static str,
    },
    /// A number of an object identifier that is none.
    #[error("`{0}` is not a number of an object identifier")]
    Arc(String),
    /// A string whose length the MIB does not allow.
    #[error("{object} cannot have {len} octets")]
    Size {
        /// The object.
        object: String,
        /// Length of the value, octets.
        len: usize,
        /// What the MIB allows.
        ranges: String,
    },
    /// A variable binding beyond what its headers can say.
    #[error("the SNMP object takes {len} octets")]
    LongVarbind {
        /// Its length, octets.
        len: usize,
        /// Greatest length, octets.
        max: usize,
    },
    /// A block or setting that does not fit its length octet.
    #[error("{what} takes {len} octets")]
    TooLong {
        /// What does not fit.
        what: String,
        /// Its length, octets.
        len: usize,
    },
    /// A setting that a modem would read as something else.
    #[error("{reads} is read from this, which cannot have {len} octets")]
    Misread {
        /// The setting that code and place stand for.
        reads: &'static str,
        /// Length that it gets, octets.
        len: usize,
        /// Length that it has, octets.
        expected: &'static str,
    },
    /// A long SNMP object before any `MtaConfigDelimiter`.
    #[error("a value of {len} octets needs the 16-bit length of MTA files")]
    LongInModem {
        /// Its length, octets.
        len: usize,
    },
    /// Nothing is left that could be given a hash or dial plan.
    #[error("the file is too short for {0}")]
    TooShort(&'static str),
    /// A dial plan that does not fit.
    #[error("the dial plan has {len} octets")]
    DialPlan {
        /// Its length, octets.
        len: usize,
        /// Greatest length, octets.
        max: usize,
    },
    /// A text beyond what is read.
    #[error("the text has {len} octets")]
    Huge {
        /// Its length, octets.
        len: usize,
        /// Greatest length, octets.
        max: usize,
    },
    /// A setting in a block that does not have it.
    #[error("{what}")]
    WrongBlock {
        /// In words: where it belongs, and what its code means here.
        what: String,
    },
    /// A file that no device takes.
    #[error("the file has {len} octets")]
    FileSize {
        /// Its length, octets.
        len: usize,
        /// Greatest length, octets.
        max: usize,
    },
    /// Something that the check of meaning has to say.
    #[error("{}", shown_told(.0))]
    Told(Box<Told>),
    /// Too many faults to go on.
    #[error("more faults follow; stopped after {0}")]
    Many(usize),
}

/// What is done with a number that does not fit and is not refused.
fn cut_word(cut: bool) -> &'static str {
    if cut { " and is cut" } else { "" }
}

impl Fault {
    /// What would have been right, or the limit that was broken.
    #[must_use]
    pub fn expected(&self) -> Option<String> {
        Some(match self {
            Self::Unexpected { expected, .. }
            | Self::Kind { expected, .. }
            | Self::FileLength { expected, .. }
            | Self::Oid { expected, .. }
            | Self::Misread { expected, .. } => (*expected).to_string(),
            Self::Range { min, max, .. } => {
                format!("a number from {min} to {max}")
            }
            Self::Width { min, max, .. } => {
                format!("a number from {min} to {max}")
            }
            Self::Length { unit, min, max, .. } if min == max => {
                format!("{min} {unit}")
            }
            Self::Length { unit, min, max, .. } => {
                format!("{min} to {max} {unit}")
            }
            Self::ListItem(_) => "numbers from 0 to 65535".into(),
            Self::Index { expected, .. } => expected.clone(),
            Self::Size { ranges, .. } => format!("{ranges} octets"),
            Self::TooLong { .. } => "at most 255 octets".into(),
            Self::LongVarbind { max, .. }
            | Self::DialPlan { max, .. }
            | Self::FileSize { max, .. }
            | Self::Huge { max, .. } => format!("at most {max} octets"),
            Self::EmptyBlock => "at least one setting".into(),
            Self::OddHex => "two digits for each octet".into(),
            Self::EmptyText => "at least one character".into(),
            _ => return None,
        })
    }

    /// The same fault, of a number that is cut.
    pub(in crate::docsis) fn into_cut(self) -> Self {
        match self {
            Self::Width { what, value, min, max, .. } => {
                Self::Width { what, value, min, max, cut: true }
            }
            other => other,
        }
    }

    /// The rule of the check of meaning that is broken, if it is one.
    #[must_use]
    pub fn rule(&self) -> Option<&'static Rule> {
        Some(match self {
            Self::Width { .. } => &rules::NUMBER_WIDTH,
            Self::LongInModem { .. } => &rules::LONG_OBJECT,
            Self::FileSize { .. } => &rules::FILE_TOO_LARGE,
            Self::TooLong { .. } => &rules::TOO_LONG,
            Self::WrongBlock { .. } => &rules::WRONG_BLOCK,
            Self::Told(told) => told.rule,
            _ => return None,
        })
    }

    /// Advice on how to put it right.
    #[must_use]
    pub fn hint(&self) -> Option<String> {
        match self {
            Self::UnknownSymbol { near, .. }
            | Self::UnknownObject { near, .. }
            | Self::NotBelow { near, .. } => listed(near),
            Self::TooLong { .. } => Some(
                "the reference drops it with a warning; `--lenient` does so"
                    .into(),
            ),
            Self::Width { what, .. } if is_rate(what) => Some(
                "a greater rate needs another unit: `DataRateUnitSetting 1;` \
                 in the same block makes it kbit/s, 2 Mbit/s, 3 Gbit/s"
                    .into(),
            ),
            Self::Misread { .. } => Some(
                "settings are found by name alone: this one belongs into \
                 another block"
                    .into(),
            ),
            Self::LongInModem { .. } => Some(
                "start the file with `MtaConfigDelimiter 1;`, or shorten the \
                 value"
                    .into(),
            ),
            Self::CommentInComment => Some(
                "if the comment before it was to end earlier, its `*/` is \
                 missing, and what stands between is not set"
                    .into(),
            ),
            Self::Byte(b'#' | b'/') => {
                Some("comments are written /* like this */".into())
            }
            _ => None,
        }
    }
}

/// Whether a setting is a rate whose unit `DataRateUnitSetting` changes
/// (MULPIv3.1 C.2.2.7.12), or the burst that goes with it.
fn is_rate(symbol: &str) -> bool {
    const RATES: [&str; 5] = [
        "MaxRateSustained",
        "MinReservedRate",
        "UpstreamPeakTrafficRate",
        "DownstreamPeakTrafficRate",
        "GuaranteedGrantRate",
    ];
    RATES.contains(&symbol)
}

/// A finding with its other place.
fn shown_told(told: &Told) -> String {
    match told.other {
        Some(line) => format!("{} (see line {line})", told.text),
        None => told.text.clone(),
    }
}

/// Longest part of a text that a message repeats, characters.
const REPEATED: usize = 80;

/// A part of a text as messages repeat it.
pub(in crate::docsis) fn repeated(octets: &[u8]) -> String {
    let start = &octets[..octets.len().min(4 * REPEATED)];
    let shown = String::from_utf8_lossy(start);
    if shown.chars().count() <= REPEATED {
        return shown.into_owned();
    }
    shown.chars().take(REPEATED).chain("…".chars()).collect()
}

/// An octet as it is shown in messages.
fn shown(octet: u8) -> String {
    match octet {
        0x21..=0x7e => format!("`{}`", char::from(octet)),
        b'\t' => "a tab".into(),
        b'\r' => "a carriage return without line feed".into(),
        0xef => "a byte order mark or other non-ASCII character".into(),
        _ => format!("octet 0x{octet:02x}"),
    }
}
