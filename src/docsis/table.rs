//! The symbol table: every setting of the text language with its TLV code, the
//! block that it belongs to, how its value is encoded, and its limits.
//!
//! Two questions are asked of it. The encoder asks by *name* alone, the first
//! row of that name answers, whatever block it stands in ([`by_name`]). The
//! decoder asks by *code and enclosing row*, the first match answers
//! ([`child`]). Both answers come from hash indexes built by the compiler.

pub use crate::docsis::table_rows::SYMBOLS;

/// [`Symbol::parent`] of a setting at the top level.
pub const TOP: u16 = u16::MAX;

/// [`Symbol::parent`] of a row that the decoder never finds, because the block
/// it names is not in the table.
pub const NOWHERE: u16 = u16::MAX - 1;

/// How the value of a setting is written and encoded
/// (`facts/docsis-behaviour.md` section 4).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// `Name { … }`: a block of further settings.
    Aggregate,
    /// Number, 4 octets big endian.
    Uint,
    /// Number, 2 octets big endian.
    Ushort,
    /// Number, 1 octet.
    Uchar,
    /// Number, 3 octets big endian; its limits are never applied.
    Uint24,
    /// IPv4 address, 4 octets.
    Ip,
    /// IPv4 addresses, 4 octets each.
    IpList,
    /// IPv6 address, 16 octets.
    Ip6,
    /// IPv6 addresses, 16 octets each.
    Ip6List,
    /// IPv6 prefixes, 16 octets and the prefix length each.
    Ip6PrefixList,
    /// IPv4 or IPv6 address, 4 or 16 octets.
    IpOrIp6,
    /// IPv4 or IPv6 address after a family octet (1 or 2).
    TaggedIp,
    /// IPv4 or IPv6 address, then a port of 2 octets.
    IpPort,
    /// MAC address, 6 octets.
    Mac,
    /// MAC address and mask, 12 octets.
    MacMask,
    /// Two numbers, 2 octets each.
    DualInt,
    /// Numbers, 1 octet each.
    CharList,
    /// Numbers, 2 octets each.
    UshortList,
    /// Quoted text, its octets.
    Text,
    /// Quoted text and a NUL octet.
    TextZero,
    /// `0x…`, its octets.
    Hex,
    /// Object identifier, BER.
    Oid,
    /// Any value, encoded as nothing.
    LenZero,
    /// SNMP variable binding, BER.
    Varbind,
    /// Object identifier in BER, then 1 octet of access.
    WriteControl,
    /// MIC, made by the encoder; never a usable setting.
    Digest,
    /// Name of a file that is put in, in pieces of up to 254 octets.
    File,
    /// End of data, padding, `GenericTLV`: not a setting of its own.
    Marker,
}

/// One row of the table.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Symbol {
    /// Position in [`SYMBOLS`].
    pub row: u16,
    /// Name in the text language.
    pub name: &'static str,
    /// TLV code, 1 octet.
    pub code: u8,
    /// Row of the enclosing block, [`TOP`] or [`NOWHERE`].
    pub parent: u16,
    /// Encoding of the value.
    pub kind: Kind,
    /// Least value, or octets of a text or items of a list.
    pub min: u32,
    /// Greatest value, or octets, or items; both limits 0 mean no limit.
    pub max: u32,
}

impl Symbol {
    /// The limits, if the row has any.
    #[must_use]
    pub fn limits(&self) -> Option<(u32, u32)> {
        (self.min != 0 || self.max != 0).then_some((self.min, self.max))
    }

    /// The enclosing block's row, if it is in the table.
    #[must_use]
    pub fn parent_symbol(&self) -> Option<&'static Symbol> {
        SYMBOLS.get(usize::from(self.parent))
    }

    /// Whether a value of this kind is one quoted text.
    #[must_use]
    pub fn takes_text(&self) -> bool {
        matches!(self.kind, Kind::Text | Kind::TextZero | Kind::File)
    }
}

/// The first row of that name, as the encoder looks it up; `None` when no
/// setting is called so.
///
/// ```
/// # use provha::docsis::table;
/// assert_eq!(table::by_name(b"MaxCPE").map(|s| s.code), Some(18));
/// ```
#[must_use]
pub fn by_name(name: &[u8]) -> Option<&'static Symbol> {
    let mut slot = name_hash(name) & (NAME_SLOTS - 1);
    loop {
        let symbol = SYMBOLS.get(usize::from(NAMES[slot]))?;
        if symbol.name.as_bytes() == name {
            return Some(symbol);
        }
        slot = (slot + 1) & (NAME_SLOTS - 1);
    }
}

/// The first row with that code inside the block of row `parent` ([`TOP`] for
/// the top level), as the decoder looks it up.
#[must_use]
pub fn child(parent: u16, code: u8) -> Option<&'static Symbol> {
    let mut slot = code_hash(parent, code);
    loop {
        let symbol = SYMBOLS.get(usize::from(CODES[slot]))?;
        if symbol.parent == parent && symbol.code == code {
            return Some(symbol);
        }
        slot = (slot + 1) & (CODE_SLOTS - 1);
    }
}

/// The distinct names of the table, in its order.
pub fn names() -> impl Iterator<Item = &'static str> {
    SYMBOLS.iter().filter(|s| is_first(s)).map(|s| s.name)
}

/// Whether this row is the one that its name stands for.
fn is_first(symbol: &Symbol) -> bool {
    by_name(symbol.name.as_bytes()).is_some_and(|s| s.row == symbol.row)
}

/// Slots of the name index; over three times the 567 names.
const NAME_SLOTS: usize = 2048;

/// Slots of the code index; over twice the rows.
const CODE_SLOTS: usize = 4096;

/// A free slot.
const FREE: u16 = u16::MAX;

/// Name index: rows, by open addressing.
static NAMES: [u16; NAME_SLOTS] = index_names();

/// Code index: rows, by open addressing.
static CODES: [u16; CODE_SLOTS] = index_codes();

/// FNV-1a over the octets, folded.
const fn name_hash(name: &[u8]) -> usize {
    let (mut hash, mut at) = (0x811c_9dc5_u32, 0);
    while at < name.len() {
        hash = (hash ^ name[at] as u32).wrapping_mul(0x0100_0193);
        at += 1;
    }
    (hash ^ (hash >> 15)) as usize
}

/// Slot to start at for a code in a block.
const fn code_hash(parent: u16, code: u8) -> usize {
    let key = (parent as u32) << 8 | code as u32;
    (key.wrapping_mul(0x9e37_79b1) >> 20) as usize
}

/// Whether two names are the same (usable by the compiler).
const fn same(left: &[u8], right: &[u8]) -> bool {
    let mut at = 0;
    while at < left.len() && at < right.len() && left[at] == right[at] {
        at += 1;
    }
    at == left.len() && at == right.len()
}

/// Builds [`NAMES`]: the first row of every name.
const fn index_names() -> [u16; NAME_SLOTS] {
    let (mut index, mut row) = ([FREE; NAME_SLOTS], 0);
    while row < SYMBOLS.len() {
        let name = SYMBOLS[row].name.as_bytes();
        let mut slot = name_hash(name) & (NAME_SLOTS - 1);
        let mut known = false;
        while index[slot] != FREE && !known {
            known = same(SYMBOLS[index[slot] as usize].name.as_bytes(), name);
            slot = (slot + 1) & (NAME_SLOTS - 1);
        }
        if !known {
            index[slot] = SYMBOLS[row].row;
        }
        row += 1;
    }
    index
}

/// Builds [`CODES`]: the first row of every code in every block.
const fn index_codes() -> [u16; CODE_SLOTS] {
    let (mut index, mut row) = ([FREE; CODE_SLOTS], 0);
    while row < SYMBOLS.len() {
        let symbol = &SYMBOLS[row];
        let mut slot = code_hash(symbol.parent, symbol.code);
        let mut known = false;
        while index[slot] != FREE && !known {
            let other = &SYMBOLS[index[slot] as usize];
            known = other.parent == symbol.parent && other.code == symbol.code;
            slot = (slot + 1) & (CODE_SLOTS - 1);
        }
        if !known {
            index[slot] = symbol.row;
        }
        row += 1;
    }
    index
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_are_numbered_and_stand_after_their_block() {
        for (at, symbol) in SYMBOLS.iter().enumerate() {
            assert_eq!(usize::from(symbol.row), at);
            let parent = symbol.parent_symbol();
            assert!(parent.is_none_or(|p| p.kind == Kind::Aggregate));
        }
    }

    #[test]
    fn the_first_row_answers() {
        for symbol in &SYMBOLS {
            let first = SYMBOLS.iter().find(|s| s.name == symbol.name);
            assert_eq!(by_name(symbol.name.as_bytes()), first);
            let first = SYMBOLS
                .iter()
                .find(|s| (s.parent, s.code) == (symbol.parent, symbol.code));
            assert_eq!(child(symbol.parent, symbol.code), first);
        }
        assert_eq!(names().count(), 568);
    }

    #[test]
    fn what_is_not_there_is_not_found() {
        assert_eq!(by_name(b"maxcpe"), None);
        assert_eq!(child(TOP, 250), None);
    }
}
