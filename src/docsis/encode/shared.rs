//! Many texts made from one configfile: what a text has in common with the
//! one before is not read again.

use crate::docsis::encode::diagnostic::Diagnostic;
use crate::docsis::encode::lex::Read;
use crate::docsis::encode::write::{Added, Writer};
use crate::docsis::encode::{Encoded, Options, encode, finish, huge};

/// How many settings of the previous text are tried where the texts part.
const WINDOW: usize = 4;

/// Octets compared at once.
const STRIDE: usize = 32;

/// Encodes texts that resemble each other, such as those of all modems of one
/// configfile: whole settings (with their blocks) that are the same octets as
/// in the previous text are taken over. Results and faults are those of
/// [`encode`].
///
/// ```
/// use provha::docsis::{Options, SharedEncoder, encode};
///
/// let options = Options::modem(b"secret");
/// let mut shared = SharedEncoder::new(options);
/// for max_cpe in 1..=5 {
///     let text = format!("Main {{ NetworkAccess 1; MaxCPE {max_cpe}; }}");
///     let file = shared.encode(text.as_bytes());
///     assert_eq!(file, encode(text.as_bytes(), &options));
/// }
/// ```
pub struct SharedEncoder<'a> {
    /// How to encode.
    options: Options<'a>,
    /// The previous text.
    text: Vec<u8>,
    /// The TLVs of the previous text's settings.
    body: Vec<u8>,
    /// Its settings.
    items: Vec<Item>,
    /// Where the list of settings is kept while the next is made.
    spare: Vec<Item>,
    /// End of `Main {` in it, octets; 0 if there is no previous text.
    head: usize,
}

/// A setting at the top level of a text.
#[derive(Clone, Copy, Debug)]
struct Item {
    /// End of the setting before, octets of the text.
    from: usize,
    /// Its own end.
    to: usize,
    /// Start of its TLVs.
    out: usize,
    /// End of its TLVs.
    out_to: usize,
    /// Whether the same octets give the same TLVs: no file, no warning, no
    /// long length.
    reusable: bool,
}

impl<'a> SharedEncoder<'a> {
    /// Starts without a previous text.
    #[must_use]
    pub fn new(options: Options<'a>) -> Self {
        Self {
            options,
            text: Vec::new(),
            body: Vec::new(),
            items: Vec::new(),
            spare: Vec::new(),
            head: 0,
        }
    }

    /// Encodes a text, and remembers it for the next one.
    ///
    /// # Errors
    /// Those of [`encode`].
    pub fn encode(&mut self, text: &[u8]) -> Result<Encoded, Vec<Diagnostic>> {
        if let Some(fault) = huge(text) {
            return Err(vec![fault]);
        }
        let options = self.options;
        let mut writer = Writer::new(text, &options);
        let mut items = std::mem::take(&mut self.spare);
        items.clear();
        let head = self.main(&mut writer, &mut items);
        let Some(head) = head.filter(|_| writer.faults.is_empty()) else {
            // Rare: the whole text again, for its faults.
            self.spare = items;
            return encode(text, &options);
        };
        self.remember(text, &writer.out, items, head);
        finish(text, writer, &options).or_else(|_| encode(text, &options))
    }

    /// Keeps a text and its settings.
    fn remember(
        &mut self,
        text: &[u8],
        body: &[u8],
        items: Vec<Item>,
        head: usize,
    ) {
        self.spare = std::mem::replace(&mut self.items, items);
        self.text.clear();
        self.text.extend_from_slice(text);
        self.body.clear();
        self.body.extend_from_slice(body);
        self.head = head;
    }

    /// Reads a whole text; gives the end of `Main {`, or `None` on a fault.
    fn main(
        &self,
        writer: &mut Writer<'_>,
        items: &mut Vec<Item>,
    ) -> Option<usize> {
        let head = self.open_main(writer).ok()?;
        let mut next = 0;
        loop {
            if let Some(after) = self.reuse(writer, next, items) {
                next = after;
                continue;
            }
            let item = Self::item(writer).ok()?;
            let Some(item) = item else { break };
            if !writer.faults.is_empty() {
                return None;
            }
            items.push(item);
            next += 1;
        }
        writer.end().ok()?;
        (!items.is_empty()).then_some(head)
    }

    /// Reads `Main {`, or passes it where it is the same.
    fn open_main(&self, writer: &mut Writer<'_>) -> Read<usize> {
        if self.head > 0
            && writer.lexer.text().starts_with(&self.text[..self.head])
        {
            writer.lexer.jump(self.head);
        } else {
            writer.open_main()?;
        }
        Ok(writer.lexer.at())
    }

    /// Reads one setting; `None` at the closing brace.
    fn item(writer: &mut Writer<'_>) -> Read<Option<Item>> {
        let (from, out) = (writer.lexer.at(), writer.out.len());
        let warnings = writer.warnings.len();
        writer.read_file = false;
        let added = std::mem::take(&mut writer.added);
        if !writer.item_or_close(0)? {
            writer.added = added;
            return Ok(None);
        }
        let plain = writer.added == Added::None;
        writer.added = writer.added.max(added);
        let reusable = plain
            && !writer.read_file
            && writer.warnings.len() == warnings
            && writer.long_at.is_none_or(|at| at < out);
        let (to, out_to) = (writer.lexer.at(), writer.out.len());
        Ok(Some(Item { from, to, out, out_to, reusable }))
    }

    /// Takes over as many settings as are the same here and near the
    /// `next`th of the previous text; gives the one after them.
    fn reuse(
        &self,
        writer: &mut Writer<'_>,
        next: usize,
        items: &mut Vec<Item>,
    ) -> Option<usize> {
        // After a replaced setting `next` fits, after a new one that before.
        let earlier = next.checked_sub(1);
        let candidates = (next..next + WINDOW).chain(earlier);
        let rest = &writer.lexer.text()[writer.lexer.at()..];
        for candidate in candidates {
            let Some(first) = self.items.get(candidate) else { continue };
            let same = common(&self.text[first.from..], rest);
            let run = self.items[candidate..]
                .iter()
                .take_while(|i| i.reusable && i.to - first.from <= same)
                .count();
            if run > 0 {
                self.take_over(writer, candidate, run, items);
                return Some(candidate + run);
            }
        }
        None
    }

    /// Appends the TLVs of settings of the previous text.
    fn take_over(
        &self,
        writer: &mut Writer<'_>,
        first: usize,
        run: usize,
        items: &mut Vec<Item>,
    ) {
        let taken = &self.items[first..first + run];
        let (start, out) = (taken[0].from, taken[0].out);
        let (at, to) = (writer.lexer.at(), writer.out.len());
        let (mut end, mut out_end) = (start, out);
        for item in taken {
            (end, out_end) = (item.to, item.out_to);
            items.push(Item {
                from: item.from - start + at,
                to: item.to - start + at,
                out: item.out - out + to,
                out_to: item.out_to - out + to,
                reusable: true,
            });
        }
        writer.out.extend_from_slice(&self.body[out..out_end]);
        writer.lexer.jump(at + (end - start));
    }
}

impl std::fmt::Debug for SharedEncoder<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let items = self.items.len();
        f.debug_struct("SharedEncoder").field("items", &items).finish()
    }
}

/// How many octets two slices have in common at their start.
fn common(left: &[u8], right: &[u8]) -> usize {
    let strides = left.chunks_exact(STRIDE).zip(right.chunks_exact(STRIDE));
    let whole = strides.take_while(|(a, b)| a == b).count() * STRIDE;
    let rest = left[whole..].iter().zip(&right[whole..]);
    whole + rest.take_while(|(a, b)| a == b).count()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::docsis::{Hash, MemoryFiles};

    /// Encodes texts one after the other, and each by itself.
    fn check(options: Options<'_>, texts: &[&str]) {
        let mut shared = SharedEncoder::new(options);
        for text in texts {
            let text = text.as_bytes();
            assert_eq!(shared.encode(text), encode(text, &options));
        }
    }

    #[test]
    fn texts_that_differ_anywhere_are_encoded_as_by_themselves() {
        check(
            Options::modem(b"key"),
            &[
                "Main { NetworkAccess 1; MaxCPE 5; UpstreamChannelId 3; }",
                "Main { NetworkAccess 1; MaxCPE 6; UpstreamChannelId 3; }",
                "Main { NetworkAccess 1; UpstreamChannelId 3; }",
                "Main { NetworkAccess 1; MaxCPE 9; MaxCPE 7; UpstreamChannelId 3; }",
                "Main {NetworkAccess 1; MaxCPE 9; MaxCPE 7; UpstreamChannelId 3; }",
                "Main {NetworkAccess 1; MaxCPE 999; UpstreamChannelId 3; }",
                "Main {NetworkAccess 1; MaxCPE 9; UpstreamChannelId 3; } x",
                "Main {NetworkAccess 1; MaxCPE 9; UpstreamChannelId 3;",
                "Main { }",
                "",
                "main{NetworkAccess 1;} /* open",
                "main{NetworkAccess 1; /* } */}",
            ],
        );
    }

    #[test]
    fn a_semicolon_that_moves_into_a_comment_or_text_ends_nothing() {
        check(
            Options::modem(b"key"),
            &[
                "Main { MaxCPE 5; SwUpgradeFilename \"a\"; }",
                "Main { MaxCPE 5; /* SwUpgradeFilename \"a\"; */ }",
                "Main { MaxCPE 5; SwUpgradeFilename \"a; MaxCPE 5;\"; }",
                "Main { ClassOfService { ClassID 1; } MaxCPE 5; }",
                "Main { ClassOfService { ClassID 1; MaxCPE 5; } }",
            ],
        );
    }

    #[test]
    fn files_are_read_again_and_warnings_given_again() {
        let text = format!(
            "Main {{ MtaConfigDelimiter 1; DigitMap \"d\"; \
             SwUpgradeFilename \"{}\"; }}",
            "x".repeat(300)
        );
        for content in [b"one".as_slice(), b"two"] {
            let entries = [("d", content)];
            let files = MemoryFiles(&entries);
            let mta = Options::mta(Hash::None);
            let options = Options { files: &files, lenient: true, ..mta };
            check(options, &[&text, &text]);
        }
    }

    #[test]
    fn common_counts_octets() {
        let long = [7; 100];
        assert_eq!(common(&long, &long[..70]), 70);
        let mut other = long;
        other[65] = 8;
        assert_eq!(common(&long, &other), 65);
        assert_eq!(common(b"", b"a"), 0);
    }
}
