//! The symbol table: every setting of the text language with its TLV code, the
//! block that it belongs to, how its value is encoded, and its limits.
//!
//! Two questions are asked of it. The encoder asks by *name* alone, the first
//! row of that name answers, whatever block it stands in ([`by_name`]). The
//! decoder asks by *code and enclosing row*, the first match answers
//! ([`child`]). Both answers come from hash indexes built by the compiler.

pub use crate::docsis::symbol::{Kind, NOWHERE, Symbol, TOP};
pub use crate::docsis::table_rows::SYMBOLS;

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

/// The row of the block that a setting stands in; `None` at the top, or where
/// the block is not in the table.
#[must_use]
pub fn parent(symbol: &Symbol) -> Option<&'static Symbol> {
    SYMBOLS.get(usize::from(symbol.parent))
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
            let parent = parent(symbol);
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
