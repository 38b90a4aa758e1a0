//! Tells braces that are configfile syntax, such as `Flow { Ref 1; }` on
//! one row, from braces that are an expression.

/// Nesting beyond which braces are no longer looked at as blocks.
const MAX_DEPTH: u32 = 32;

/// A row after substitution, seen for its braces.
pub(super) struct Braces<'a> {
    /// The row.
    pub(super) bytes: &'a [u8],
    /// For each byte: it came from a value, and is opaque here.
    pub(super) taint: &'a [bool],
    /// For each brace with a partner: the partner's place; else its own.
    pub(super) partner: &'a [usize],
}

/// Finds the partner of each brace. Braces of the template pair with each
/// other; those of a value only within the same run of value bytes, so that
/// a value cannot take template text into a pair.
pub(super) fn pair(bytes: &[u8], taint: &[bool], partner: &mut Vec<usize>) {
    partner.clear();
    partner.extend(0..bytes.len());
    let (mut template, mut value) = (Vec::new(), Vec::new());
    for (index, byte) in bytes.iter().enumerate() {
        if !taint[index] {
            value.clear();
        }
        let open = if taint[index] { &mut value } else { &mut template };
        match byte {
            b'{' => open.push(index),
            b'}' => {
                if let Some(start) = open.pop() {
                    partner[start] = index;
                    partner[index] = start;
                }
            }
            _ => {}
        }
    }
}

impl Braces<'_> {
    /// The brace at `open` starts a block: whole items and the closing
    /// brace follow on this row.
    pub(super) fn is_block(&self, open: usize) -> bool {
        self.block_end(open, 0).is_some()
    }

    /// The brace has no partner.
    pub(super) fn is_lone(&self, index: usize) -> bool {
        self.partner[index] == index
    }

    /// The byte is a brace of the template, or one of a value that has a
    /// partner there.
    pub(super) fn is_brace(&self, index: usize, brace: u8) -> bool {
        self.bytes.get(index) == Some(&brace)
            && !(self.taint[index] && self.is_lone(index))
    }

    /// A byte of template text; values count as a plain letter.
    fn at(&self, index: usize) -> Option<u8> {
        let byte = *self.bytes.get(index)?;
        Some(if self.taint[index] { b'v' } else { byte })
    }

    /// The place of the closing brace of a block.
    fn block_end(&self, open: usize, depth: u32) -> Option<usize> {
        if depth > MAX_DEPTH || self.taint[open] {
            return None;
        }
        let mut index = self.skip_blanks(open + 1);
        let mut items = 0;
        while self.at(index)? != b'}' {
            index = self.skip_blanks(self.item_end(index, depth)?);
            items += 1;
        }
        (items > 0).then_some(index)
    }

    /// The place behind one item: `Word value ;` or `Word { items }`.
    fn item_end(&self, start: usize, depth: u32) -> Option<usize> {
        let mut index = self.word_end(start)?;
        loop {
            index = self.skip_blanks(index);
            match self.at(index)? {
                b';' => return Some(index + 1),
                b'}' => return None,
                b'"' => index = self.string_end(index)?,
                b'{' => match self.block_end(index, depth + 1) {
                    Some(end) => return Some(end + 1),
                    None if self.is_lone(index) => return None,
                    None => index = self.partner[index] + 1,
                },
                _ => index += 1,
            }
        }
    }

    /// The place behind an item's first word, which template text starts
    /// and a blank, a comment or a brace ends; a comma never follows.
    fn word_end(&self, start: usize) -> Option<usize> {
        if self.taint[start] || !self.bytes[start].is_ascii_alphabetic() {
            return None;
        }
        let mut end = start;
        while self.at(end)?.is_ascii_alphanumeric() {
            end += 1;
        }
        let next = self.skip_blanks(end);
        let separated = next > end || self.at(next)? == b'{';
        (separated && self.at(next)? != b',').then_some(next)
    }

    /// The place behind a string.
    fn string_end(&self, start: usize) -> Option<usize> {
        let mut index = start + 1;
        loop {
            match self.at(index)? {
                b'"' => return Some(index + 1),
                b'\\' if self.at(index + 1)? == b'"' => index += 2,
                _ => index += 1,
            }
        }
    }

    /// The next place that is neither blank nor comment.
    fn skip_blanks(&self, mut index: usize) -> usize {
        loop {
            match (self.at(index), self.at(index + 1)) {
                (Some(b' ' | b'\t' | b'\r'), _) => index += 1,
                (Some(b'/'), Some(b'*')) => index = self.comment_end(index),
                _ => return index,
            }
        }
    }

    /// The place behind a comment, or the row's end.
    fn comment_end(&self, start: usize) -> usize {
        let mut index = start + 2;
        while index < self.bytes.len() {
            if self.at(index) == Some(b'*') && self.at(index + 1) == Some(b'/')
            {
                return index + 2;
            }
            index += 1;
        }
        index
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(row: &str, expected: bool) {
        let mut partner = Vec::new();
        let taint = vec![false; row.len()];
        pair(row.as_bytes(), &taint, &mut partner);
        let bytes = row.as_bytes();
        let braces = Braces { bytes, taint: &taint, partner: &partner };
        let open = row.find('{').unwrap();
        assert_eq!(braces.is_block(open), expected, "{row}");
    }

    #[test]
    fn whole_items_are_a_block() {
        check("Block { Key 1; }", true);
        check("Block { Key 1,2; }", true);
        check("Block{Key 1;}", true);
        check("A { B { C 1; } D 2; } /* x */", true);
        check("A { B{ C 1; }}", true);
        check("A { Key \"}\"; }", true);
        check("A { Key \"\\\"}\"; }", true);
        check("A { Key {{modem.a.0},?,5}; }", true);
        check("A { /* } */ Key 1; /* ; */ }", true);
        check("A { GenericTLV TlvCode 5 { TlvLength 1; } }", true);
    }

    #[test]
    fn anything_else_is_not() {
        for row in [
            "X {}",
            "X { }",
            "X {a}",
            "X {5,*,2};",
            "X { 5 , * , 2 };",
            "X {abc,*,2;}",
            "X {a ,?,2;}",
            "Block { Key 1,2 }",
            "Block { Key 1;",
            "Block { ; }",
            "Block { Key; }",
            "Block { 1 2; }",
            "Block { Key \"1; }",
            "/* {gone} */",
        ] {
            check(row, false);
        }
        check(&"a {".repeat(5000), false);
        check(&format!("{}b 1;{}", "a {".repeat(99), "}".repeat(99)), false);
    }
}
