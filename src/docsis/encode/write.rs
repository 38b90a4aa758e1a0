//! From text to TLVs in one pass: each setting is encoded where it is read,
//! a block's length is filled in when the block ends.

use crate::docsis::check::rules;
use crate::docsis::encode::diagnostic::{Diagnostic, Warning};
use crate::docsis::encode::fault::{Fault, repeated};
use crate::docsis::encode::lex::{Lexer, Read, Token, Wrong, wrong};
use crate::docsis::encode::lex_value::Tag;
use crate::docsis::encode::options::Options;
use crate::docsis::encode::width::Fit;
use crate::docsis::encode::{block, value};
use crate::docsis::mib::oid::{Oid, advised};
use crate::docsis::table::{Kind, Symbol, TOP};
use crate::docsis::{codes, near, table};

/// Most blocks inside each other. Each takes two octets of the 255 that the
/// outermost may have.
const MAX_DEPTH: usize = 128;

/// Faults after which reading stops.
const MAX_FAULTS: usize = 50;

/// Faults for which similar names are looked for.
const MAX_ADVISED: usize = 8;

/// Greatest content of a TLV with one octet of length.
const MAX_CONTENT: usize = 255;

/// Which of the additions a text uses.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(in crate::docsis) enum Added {
    /// None: the reference would have its say about the file.
    #[default]
    None,
    /// Plain octets or a length of 16 bits, of which the reference knows
    /// nothing.
    Octets,
    /// Octets that end the file: nothing is added after the settings.
    Final,
}

/// Reads settings and appends their TLVs.
pub(in crate::docsis) struct Writer<'a> {
    /// Where the tokens come from.
    pub lexer: Lexer<'a>,
    /// How to encode.
    pub options: &'a Options<'a>,
    /// The TLVs so far.
    pub out: Vec<u8>,
    /// Content of the setting at hand.
    pub content: Vec<u8>,
    /// Object name at hand.
    pub oid: Oid,
    /// Faults so far.
    pub faults: Vec<Diagnostic>,
    /// What was let pass so far.
    pub warnings: Vec<Warning>,
    /// Where the TLVs come from: start in `out`, then place in the text.
    /// Only kept when a fault must be placed.
    pub trace: Option<Vec<(usize, Token)>>,
    /// Whether a file was read since this was last set to false.
    pub read_file: bool,
    /// Start in `out` of the first SNMP object with a long length.
    pub long_at: Option<usize>,
    /// Whether reading has come to its end because of a fault.
    pub stopped: bool,
    /// Which additions to the language were used.
    pub added: Added,
    /// Row of the block at hand; `None` where its settings are not known.
    pub scope: Option<u16>,
}

impl<'a> Writer<'a> {
    /// Starts at the beginning of a text.
    pub fn new(text: &'a [u8], options: &'a Options<'a>) -> Self {
        Self {
            lexer: Lexer::new(text, 0),
            options,
            out: Vec::with_capacity(text.len() / 2 + 64),
            content: Vec::new(),
            oid: Oid::new(),
            faults: Vec::new(),
            warnings: Vec::new(),
            trace: None,
            read_file: false,
            long_at: None,
            stopped: false,
            added: Added::None,
            scope: Some(TOP),
        }
    }

    /// Reads `Main { … }` and nothing else.
    pub fn main(&mut self) {
        let read = self.open_main();
        let read = read.and_then(|()| self.items(0));
        let read =
            if self.stopped { read } else { read.and_then(|()| self.end()) };
        if let Err(wrong) = read {
            self.report(*wrong);
        }
    }

    /// Reads `Main {`.
    pub fn open_main(&mut self) -> Read<()> {
        let token = self.lexer.token()?;
        let word = self.lexer.octets(token);
        if token.tag != Tag::Word || !word.eq_ignore_ascii_case(b"Main") {
            return self.unexpected(token, "`Main`");
        }
        let _brace = self.take(Tag::Open, "`{`")?;
        Ok(())
    }

    /// Reads the end of the text. A comment may stay open there.
    pub fn end(&mut self) -> Read<()> {
        self.take(Tag::End, "nothing after the last `}`").map(|_| ())
    }

    /// Reads settings up to the brace that closes their block.
    fn items(&mut self, depth: usize) -> Read<()> {
        let mut count = 0;
        while !self.stopped {
            let before = self.lexer.at();
            match self.item_or_close(depth) {
                Ok(true) => {}
                Ok(false) if count == 0 => {
                    let to = self.lexer.at();
                    return wrong(Fault::EmptyBlock, to - 1, to);
                }
                Ok(false) => return Ok(()),
                Err(wrong) => self.go_on(*wrong, before),
            }
            count += 1;
        }
        Ok(())
    }

    /// Reports a fault of the setting that starts at `start`, and finds a
    /// place to go on.
    fn go_on(&mut self, wrong: Wrong, start: usize) {
        let text = self.lexer.text();
        let resume = self.recover(&wrong, start);
        self.lexer.jump(resume);
        self.report(wrong);
        self.stopped |= resume >= text.len();
        if self.faults.len() >= MAX_FAULTS && !self.stopped {
            let (from, to) = (resume, resume);
            self.report(Wrong { fault: Fault::Many(MAX_FAULTS), from, to });
            self.stopped = true;
        }
    }

    /// Reads one setting, or the brace that closes the block (false).
    pub fn item_or_close(&mut self, depth: usize) -> Read<bool> {
        let token = self.lexer.token()?;
        match token.tag {
            Tag::Close => return Ok(false),
            Tag::Word => {}
            Tag::End => {
                return self.unexpected(token, "`}` at the end of the block");
            }
            _ => return self.unexpected(token, "the name of a setting"),
        }
        let name = self.lexer.octets(token);
        if let Some(symbol) = table::by_name(name) {
            if symbol.kind == Kind::Marker {
                self.generic(token, depth)?;
            } else {
                self.setting(symbol, token, depth)?;
            }
            return Ok(true);
        }
        if is_keyword(name) {
            return self.unexpected(token, "the name of a setting");
        }
        let near = near::settings(name);
        let name = repeated(name);
        wrong(Fault::UnknownSymbol { name, near }, token.from, token.to)
    }

    /// Reads what follows a setting's name.
    fn setting(
        &mut self,
        symbol: &'static Symbol,
        name: Token,
        depth: usize,
    ) -> Read<()> {
        self.belongs(symbol, name);
        let code = i64::from(symbol.code);
        match symbol.kind {
            Kind::Varbind if symbol.name == "DigitMap" => {
                self.digit_map(name)?;
            }
            Kind::Varbind => self.varbind(name)?,
            Kind::WriteControl => self.write_control(name)?,
            Kind::File => return self.file(symbol, name),
            _ => {
                let token = self.lexer.token()?;
                if token.tag == Tag::Open {
                    return self.block(code, name, depth, Self::items);
                }
                self.plain_value(symbol, token)?;
            }
        }
        let _semicolon = self.take(Tag::Semicolon, "`;`")?;
        self.leaf(code, name);
        if symbol.name == "VendorIdentifier" && self.content != [0xff; 3] {
            // What follows in this block is of that vendor.
            self.scope = None;
        }
        Ok(())
    }

    /// Reads the value of an ordinary setting into `content`.
    fn plain_value(
        &mut self,
        symbol: &'static Symbol,
        token: Token,
    ) -> Read<()> {
        let expected = value::expected(symbol.kind);
        if matches!(
            token.tag,
            Tag::Word | Tag::Close | Tag::Semicolon | Tag::End
        ) {
            return self.unexpected(token, expected);
        }
        self.content.clear();
        let text = self.lexer.octets(token);
        let coded = if symbol.kind == Kind::Oid && token.tag == Tag::Oid {
            self.absolute_oid(text)
        } else {
            self.fitted(token, |writer, fit| {
                let out = &mut writer.content;
                value::encode(symbol, token.tag, text, fit, out)
            })
        };
        coded.or_else(|fault| wrong(fault, token.from, token.to))
    }

    /// Reads a block after its opening brace.
    pub fn block(
        &mut self,
        code: i64,
        name: Token,
        depth: usize,
        items: impl FnOnce(&mut Self, usize) -> Read<()>,
    ) -> Read<()> {
        if depth >= MAX_DEPTH {
            let max = MAX_DEPTH;
            return wrong(Fault::Deep { max }, name.from, name.to);
        }
        let start = self.out.len();
        self.note(name);
        self.out.extend_from_slice(&[code as u8, 0]);
        let around = self.scope;
        self.scope = around.and_then(|around| {
            table::child(around, code as u8).map(|block| block.row)
        });
        let read = items(self, depth + 1);
        self.scope = around;
        read?;
        let len = self.out.len() - start - 2;
        if len > MAX_CONTENT {
            self.out.truncate(start);
            self.forget(start);
            self.long_at = self.long_at.filter(|at| *at < start);
            self.too_long("the block", name, len);
            return Ok(());
        }
        self.out[start + 1] = len as u8;
        Ok(())
    }

    /// Appends a TLV of `content`.
    pub fn leaf(&mut self, code: i64, name: Token) {
        let len = self.content.len();
        if len <= MAX_CONTENT {
            self.note(name);
            self.out.extend_from_slice(&[code as u8, len as u8]);
        } else if code == i64::from(codes::OBJECT)
            && let Ok(size) = u16::try_from(len)
        {
            self.note(name);
            let _at = self.long_at.get_or_insert(self.out.len());
            let [high, low] = size.to_be_bytes();
            self.out.extend_from_slice(&[codes::WIDE, high, low]);
        } else {
            self.too_long("the setting", name, len);
            return;
        }
        self.out.extend_from_slice(&self.content);
    }

    /// Refuses what does not fit its length, or lets it go.
    fn too_long(&mut self, what: &str, name: Token, len: usize) {
        let word = self.lexer.octets(name);
        let what = format!("{what} {}", repeated(word));
        let fault = Fault::TooLong { what, len };
        if self.options.lenient {
            self.warn(fault, name);
        } else {
            // The text goes on well: report, and keep reading.
            self.report(Wrong { fault, from: name.from, to: name.to });
        }
    }

    /// Whether numbers that do not fit are refused.
    pub fn fit(&self) -> Fit {
        if self.options.cuts_numbers() { Fit::Cut } else { Fit::Strict }
    }

    /// Reads a number at `at`. One that does not fit is refused or, where
    /// numbers are cut as the reference does, cut and told: the device gets
    /// another service than the one that was written.
    pub fn fitted<T>(
        &mut self,
        at: Token,
        read: impl Fn(&mut Self, Fit) -> Result<T, Fault>,
    ) -> Result<T, Fault> {
        let start = self.content.len();
        let fault = match read(self, Fit::Strict) {
            Err(fault) if self.options.cuts_numbers() => fault,
            done => return done,
        };
        self.content.truncate(start);
        let cut = read(self, Fit::Cut)?;
        if !self.options.allow.has(&rules::NUMBER_WIDTH) {
            self.warn(fault.into_cut(), at);
        }
        Ok(cut)
    }

    /// Tells where a setting does not belong into the block at hand.
    fn belongs(&mut self, symbol: &'static Symbol, name: Token) {
        let Some(scope) = self.scope else { return };
        if symbol.parent == scope || block::has(scope, symbol) {
            return;
        }
        if !self.options.allow.has(&rules::WRONG_BLOCK) {
            let what = block::misplaced(scope, symbol);
            self.warn(Fault::WrongBlock { what }, name);
        }
    }

    /// Keeps a warning; what one text can cause is bounded.
    pub fn warn(&mut self, fault: Fault, at: Token) {
        if self.warnings.len() < MAX_FAULTS {
            let text = self.lexer.text();
            let place = Diagnostic::new(fault, text, at.from, at.to);
            self.warnings.push(Warning(place));
        }
    }

    /// Remembers where the next TLV comes from.
    pub fn note(&mut self, name: Token) {
        if let Some(trace) = &mut self.trace {
            trace.push((self.out.len(), name));
        }
    }

    /// Forgets what was remembered from there on.
    fn forget(&mut self, start: usize) {
        if let Some(trace) = &mut self.trace {
            trace.retain(|(at, _)| *at < start);
        }
    }

    /// Takes a token of that kind.
    pub fn take(&mut self, tag: Tag, expected: &'static str) -> Read<Token> {
        let token = self.lexer.token()?;
        if token.tag == tag {
            return Ok(token);
        }
        self.unexpected(token, expected)
    }

    /// Refuses a token.
    pub fn unexpected<T>(
        &self,
        token: Token,
        expected: &'static str,
    ) -> Read<T> {
        if token.tag == Tag::End
            && let Some(start) = self.lexer.open_comment()
        {
            let found = "end of the text in a comment that starts here".into();
            let fault = Fault::Unexpected { found, expected };
            return wrong(fault, start, start + 2);
        }
        let found = match token.tag {
            Tag::Word => {
                let word = self.lexer.octets(token);
                format!("`{}`", repeated(word))
            }
            other => other.described().into(),
        };
        let fault = Fault::Unexpected { found, expected };
        wrong(fault, token.from, token.to)
    }

    /// Keeps a fault with its place.
    pub fn report(&mut self, wrong: Wrong) {
        if self.faults.len() <= MAX_FAULTS {
            let text = self.lexer.text();
            let Wrong { mut fault, from, to } = wrong;
            if self.faults.len() < MAX_ADVISED {
                fault = advised(self.options.mib, fault);
            }
            self.faults.push(Diagnostic::new(fault, text, from, to));
        }
    }

    /// Where to go on after a fault in the setting that starts at `start`:
    /// behind its semicolon or block, or at a name that came too early.
    fn recover(&self, wrong: &Wrong, start: usize) -> usize {
        let text = self.lexer.text();
        match wrong.fault {
            // Both are known to end here.
            Fault::EmptyBlock | Fault::LineBreak => return wrong.to,
            Fault::Byte(b'#') => {
                let rest = text[wrong.to..].iter();
                return wrong.to + rest.take_while(|c| **c != b'\n').count();
            }
            _ => {}
        }
        let early = wrong.from > start
            && matches!(&wrong.fault, Fault::Unexpected { expected, .. }
                if *expected == "`;`")
            && table::by_name(&text[wrong.from..wrong.to]).is_some();
        if early {
            return wrong.from;
        }
        skip_setting(text, wrong.from.max(start))
    }
}

/// Place after the setting in which `at` is: behind the next semicolon or
/// block, before a brace that closes the block around.
fn skip_setting(text: &[u8], mut at: usize) -> usize {
    let mut depth = 0usize;
    while let Some(octet) = text.get(at) {
        match octet {
            b';' if depth == 0 => return at + 1,
            b'{' => depth += 1,
            b'}' if depth == 0 => return at,
            b'}' if depth == 1 => return at + 1,
            b'}' => depth -= 1,
            b'"' => at = skip_quoted(text, at),
            b'/' if text.get(at + 1) == Some(&b'*') => {
                at = skip_comment(text, at);
            }
            _ => {}
        }
        at += 1;
    }
    text.len()
}

/// Place of the quote that ends a text, or of the end of its line.
fn skip_quoted(text: &[u8], start: usize) -> usize {
    let mut at = start + 1;
    while let Some(octet) = text.get(at) {
        match octet {
            b'"' => return at,
            b'\n' => break,
            b'\\' => at += 2,
            _ => at += 1,
        }
    }
    // No closing quote: the text is what follows the opening one.
    start
}

/// Place of the slash that ends a comment, or of the end of the text.
fn skip_comment(text: &[u8], start: usize) -> usize {
    let rest = &text[start + 2..];
    let end = rest.windows(2).position(|pair| pair == b"*/");
    end.map_or(text.len(), |at| start + 2 + at + 1)
}

/// Whether a word has a meaning of its own in the grammar.
pub(in crate::docsis) fn is_keyword(word: &[u8]) -> bool {
    const KEYWORDS: [&[u8]; 24] = [
        b"Integer",
        b"Unsigned32",
        b"Short",
        b"Char",
        b"Gauge",
        b"Gauge32",
        b"Counter32",
        b"TimeTicks",
        b"IPAddress",
        b"ObjectID",
        b"String",
        b"HexString",
        b"TlvCode",
        b"TlvLength",
        b"TlvValue",
        b"TlvString",
        b"TlvStringZero",
        b"TlvType",
        b"DecimalString",
        b"BitString",
        b"BigInt",
        b"UnsignedBigInt",
        b"Float",
        b"Double",
    ];
    KEYWORDS.contains(&word) || word.eq_ignore_ascii_case(b"Main")
}

#[cfg(test)]
mod tests {
    use crate::docsis::{Options, encode};

    /// Checks the lines of the faults of a text.
    fn check(text: &str, lines: &[usize]) {
        let faults = encode(text.as_bytes(), &Options::modem(b""));
        let faults = faults.expect_err("it is refused");
        let found: Vec<_> = faults.iter().map(|f| f.span.line).collect();
        assert_eq!(found, lines, "{text}");
    }

    #[test]
    fn several_faults_are_found_in_one_run() {
        check(
            "Main {
MaxCPE 0;
MaxCPE 5
MaxCPE 0;
}",
            &[2, 4, 4],
        );
        check(
            "Main {
X 1;
Y { Z 1; }
MaxCPE 0;
}",
            &[2, 3, 4],
        );
        check(
            "Main {
ClassOfService {}
MaxCPE 0;
}",
            &[2, 3],
        );
        check(
            "Main {
ClassOfService { ClassID 0;
}
X 1;
}",
            &[2, 4],
        );
        check(
            "Main {
SwUpgradeFilename \"a;\nMaxCPE 0;\n}",
            &[2, 3],
        );
        check("Main {\n# remark; {\nMaxCPE 0;\n}", &[2, 3]);
        check("Main {\nMaxCPE 0; /* ; } */ X 1;\n}", &[2, 2]);
        check("Main {\nMaxCPE 0;\n", &[2, 3]);
    }

    #[test]
    fn the_end_is_missed_once() {
        check("Main { ClassOfService { ClassID 1;", &[1]);
        check("Main { MaxCPE 5; } Main { }", &[1]);
        check("", &[1]);
    }
}
