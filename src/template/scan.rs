//! Appends template text and values while following the configfile's
//! lexer, so that a value can never end a string, a comment or a statement.
//!
//! The lexer: facts/docsis-behaviour.md section 2. In a string `\"` is a
//! quote and any other backslash is read as one blank; a line break ends
//! nothing legally (the encoder refuses it), so the state is reset there.

use crate::template::words::{FIRMWARE, SKIP, count};

/// Where in the configfile's grammar the end of the output is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum State {
    /// Outside strings and comments.
    Bare,
    /// The same, directly after a `/`.
    Slash {
        /// The slash came from a value.
        value: bool,
    },
    /// Inside a string.
    Quoted,
    /// The same, directly after a backslash.
    Backslash {
        /// The backslash came from a value.
        value: bool,
    },
    /// After `/*` and any more stars, which all belong to the opening; inside
    /// a comment too, where it opens nothing and closes nothing.
    Open {
        /// A part of it came from a value.
        value: bool,
    },
    /// Inside a comment.
    Comment,
    /// The same, directly after a `/`.
    Inner {
        /// The slash came from a value.
        value: bool,
    },
    /// The same, directly after a `*`.
    Star {
        /// The star came from a value.
        value: bool,
    },
}

use State::{Backslash, Bare, Comment, Inner, Open, Quoted, Slash, Star};

impl State {
    /// The state after one byte of template text.
    fn after(self, byte: u8) -> State {
        match self {
            Bare | Slash { .. } => match byte {
                b'"' => Quoted,
                b'/' => Slash { value: false },
                b'*' if self != Bare => Open { value: false },
                _ => Bare,
            },
            Quoted if byte == b'"' => Bare,
            Quoted | Backslash { .. } => match byte {
                b'\n' => Bare,
                b'\\' => Backslash { value: false },
                _ => Quoted,
            },
            Open { .. } | Inner { .. } if byte == b'*' => Open { value: false },
            Star { .. } if byte == b'/' => Bare,
            Comment | Star { .. } if byte == b'*' => Star { value: false },
            _ if byte == b'/' => Inner { value: false },
            Open { .. } | Inner { .. } | Comment | Star { .. } => Comment,
        }
    }

    /// The state after something that joins with neither neighbour.
    fn settled(self) -> State {
        match self {
            Bare | Slash { .. } => Bare,
            Quoted | Backslash { .. } => Quoted,
            Open { .. } | Inner { .. } | Comment | Star { .. } => Comment,
        }
    }
}

/// What the text of a row does to comments; values, whatever they are, do
/// nothing.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
pub(super) struct Marks {
    /// The row ends inside a comment.
    pub(super) inside: bool,
    /// That comment was opened in this row.
    pub(super) opened: bool,
    /// There is an opening mark inside a comment.
    pub(super) nested: bool,
}

/// Reads the comment marks of a row that starts in or outside a comment.
/// `parts` is its text, cut where the placeholders are.
pub(super) fn marks<'a>(
    parts: impl IntoIterator<Item = &'a [u8]>,
    in_comment: bool,
) -> Marks {
    let mut state = if in_comment { Comment } else { Bare };
    let mut marks = Marks::default();
    for part in parts {
        for &byte in part {
            let before = state;
            state = state.after(byte);
            let opens = matches!(state, Open { .. });
            marks.nested |= opens && matches!(before, Inner { .. });
            marks.opened |= opens && matches!(before, Slash { .. });
        }
        state = state.settled();
    }
    marks.inside = state == Comment;
    marks.opened &= marks.inside;
    marks
}

/// The text without its comments and without what its strings hold. A comment
/// that is not closed stays: the encoder refuses it, whatever it hides.
pub(super) fn statements(text: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(text.len());
    let mut state = Bare;
    let mut comment = 0;
    for (index, &byte) in text.iter().enumerate() {
        let before = state.settled();
        state = state.after(byte);
        match (before, state.settled()) {
            (Bare, Comment) => {
                comment = index;
                let _ = out.pop();
            }
            (Bare, _) | (Quoted, Bare) => out.push(byte),
            (Comment, Bare) => out.push(b' '),
            _ => {}
        }
    }
    if state.settled() == Comment {
        out.extend_from_slice(&text[comment..]);
    }
    out
}

/// How bytes that only an empty value keeps apart would join.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Gap {
    /// They mean nothing together.
    None,
    /// They make a comment mark: a blank has to part them.
    Blank,
    /// A backslash hides the end of the string: a blank has to replace it.
    Backslash,
}

impl State {
    /// How an empty value in this state keeps the next byte apart.
    fn gap(self, next: u8) -> Gap {
        match (self, next) {
            (Open { value: false }, b'*' | b'/')
            | (Star { value: false }, b'/')
            | (Slash { value: false } | Inner { value: false }, b'*') => {
                Gap::Blank
            }
            (Backslash { value: false }, b'"') => Gap::Backslash,
            _ => Gap::None,
        }
    }
}

/// What an empty value between a row so far and `next` has to leave there,
/// so that it does not matter that it is empty.
pub(super) fn gap(
    bytes: &[u8],
    taint: &[bool],
    in_comment: bool,
    next: Option<&u8>,
) -> Gap {
    let (Some(last), Some(next)) = (bytes.last(), next) else {
        return Gap::None;
    };
    let meet = matches!(
        (last, next),
        (b'*', b'*' | b'/') | (b'/', b'*') | (b'\\', b'"')
    );
    if !meet {
        return Gap::None;
    }
    let start = if in_comment { Comment } else { Bare };
    let state = bytes.iter().zip(taint).fold(start, |state, (byte, value)| {
        if *value { state.settled() } else { state.after(*byte) }
    });
    state.gap(*next)
}

/// A value outside quotes that would become structure.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Unsafe;

/// What was altered since the row began.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
pub(super) struct Altered {
    /// A quote, tab, line break or last backslash in a string.
    pub(super) escaped: bool,
    /// A backslash stands in a string (altered or not).
    pub(super) backslash: bool,
    /// An end-of-comment mark was broken up.
    pub(super) comment_mark: bool,
}

/// Words that decide over generated rows, as often as values brought them.
/// Only the configfile's author may say them, not a customer's name.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
pub(super) struct Spoken {
    /// Those that leave out the list of `CpeMacAddress`.
    pub(super) skip: usize,
    /// Those that say that a firmware is set already.
    pub(super) firmware: usize,
}

impl Spoken {
    /// Counts the words in a value as it was written.
    fn hear(&mut self, value: &[u8]) {
        self.skip += count(value, SKIP);
        self.firmware += count(value, FIRMWARE);
    }

    /// Takes over what a row brought.
    pub(super) fn add(&mut self, row: Spoken) {
        self.skip += row.skip;
        self.firmware += row.firmware;
    }
}

/// Follows the lexer over one row and appends to the output.
#[derive(Debug)]
pub(super) struct Emitter {
    /// Where we are.
    state: State,
    /// An empty value stands at the end.
    empty: bool,
    /// What was altered in this row.
    pub(super) altered: Altered,
    /// Words that values brought in this row.
    pub(super) spoken: Spoken,
}

impl Emitter {
    /// Starts a row.
    pub(super) fn new(in_comment: bool) -> Emitter {
        let state = if in_comment { Comment } else { Bare };
        let (altered, spoken) = (Altered::default(), Spoken::default());
        Emitter { state, empty: false, altered, spoken }
    }

    /// The output ends inside a comment.
    pub(super) fn in_comment(&self) -> bool {
        self.state.settled() == Comment
    }

    /// Appends template text.
    ///
    /// # Errors
    ///
    /// A value's slash and this text's star would open a comment.
    pub(super) fn literal(
        &mut self,
        out: &mut Vec<u8>,
        text: &[u8],
    ) -> Result<(), Unsafe> {
        let Some(first) = text.first() else { return Ok(()) };
        self.join(out, *first)?;
        self.empty = false;
        out.extend_from_slice(text);
        self.state = text.iter().fold(self.state, |s, byte| s.after(*byte));
        Ok(())
    }

    /// Keeps the end of a value from joining with what follows it.
    fn join(&mut self, out: &mut Vec<u8>, next: u8) -> Result<(), Unsafe> {
        if self.empty {
            self.fill_gap(out, next);
        }
        match (self.state, next) {
            (Slash { value: true }, b'*') => return Err(Unsafe),
            (Backslash { value: true }, b'"') => self.blank_backslash(out),
            (Star { value: true }, b'/')
            | (Inner { value: true }, b'*')
            | (Open { value: true }, b'*' | b'/') => self.part_comment(out),
            _ => {}
        }
        Ok(())
    }

    /// Keeps what stands on both sides of an empty value from joining.
    fn fill_gap(&mut self, out: &mut Vec<u8>, next: u8) {
        match self.state.gap(next) {
            Gap::None => return,
            Gap::Blank => out.push(b' '),
            Gap::Backslash => {
                let _ = out.pop();
                out.push(b' ');
            }
        }
        self.state = self.state.settled();
    }

    /// Writes the backslash at the end as the blank it stands for.
    fn blank_backslash(&mut self, out: &mut [u8]) {
        if let Some(last) = out.last_mut() {
            *last = b' ';
        }
        self.state = Quoted;
        self.altered.escaped = true;
    }

    /// Puts a blank before a star or slash that would join what is there.
    fn part_comment(&mut self, out: &mut Vec<u8>) {
        out.push(b' ');
        self.state = Comment;
        self.altered.comment_mark = true;
    }

    /// Appends a value. A line break in it is a blank, wherever it comes.
    ///
    /// # Errors
    ///
    /// Outside strings and comments: it holds `;`, a quote, a brace or a
    /// comment mark.
    pub(super) fn value(
        &mut self,
        out: &mut Vec<u8>,
        value: &[u8],
    ) -> Result<(), Unsafe> {
        if value.is_empty() {
            self.empty = true;
            return Ok(());
        }
        self.empty = false;
        let start = out.len();
        if value.iter().any(|byte| is_special(*byte)) {
            self.special(out, value)?;
        } else {
            out.extend_from_slice(value);
            self.state = self.state.settled();
        }
        self.spoken.hear(&out[start..]);
        Ok(())
    }

    /// Appends a value with bytes that mean something in some context.
    fn special(
        &mut self,
        out: &mut Vec<u8>,
        value: &[u8],
    ) -> Result<(), Unsafe> {
        match self.state.settled() {
            Quoted => self.quoted(out, value),
            Comment => self.comment(out, value),
            _ => return self.bare(out, value),
        }
        Ok(())
    }

    /// Appends a value outside strings and comments.
    fn bare(&mut self, out: &mut Vec<u8>, value: &[u8]) -> Result<(), Unsafe> {
        let structure = |b: &u8| matches!(b, b';' | b'"' | b'{' | b'}');
        let joins = matches!(self.state, Slash { .. }) && value[0] == b'*';
        let marks = value.windows(2).any(|w| w == b"/*" || w == b"*/");
        if joins || marks || value.iter().any(structure) {
            return Err(Unsafe);
        }
        out.extend(value.iter().map(|byte| unbroken(*byte)));
        let slash = value.last() == Some(&b'/');
        self.state = if slash { Slash { value: true } } else { Bare };
        Ok(())
    }

    /// Appends a value inside a string.
    fn quoted(&mut self, out: &mut Vec<u8>, value: &[u8]) {
        for &byte in value {
            match byte {
                b'"' => {
                    if self.state == (Backslash { value: true }) {
                        self.blank_backslash(out);
                    }
                    out.extend_from_slice(b"\\\"");
                    self.altered.escaped = true;
                }
                b'\n' | b'\r' | b'\t' | 0 => {
                    out.push(b' ');
                    self.altered.escaped = true;
                }
                _ => out.push(byte),
            }
            self.state = Quoted;
            if byte == b'\\' {
                self.state = Backslash { value: true };
                self.altered.backslash = true;
            }
        }
    }

    /// Appends a value inside a comment.
    fn comment(&mut self, out: &mut Vec<u8>, value: &[u8]) {
        for &byte in value {
            // What the value itself brings stays, but for its end marks.
            match (self.state, byte) {
                (Open { value: false } | Inner { value: false }, b'*')
                | (Open { .. } | Star { .. }, b'/') => self.part_comment(out),
                _ => {}
            }
            out.push(unbroken(byte));
            self.state = match (self.state, byte) {
                (Inner { .. } | Open { .. }, b'*') => Open { value: true },
                (_, b'*') => Star { value: true },
                (_, b'/') => Inner { value: true },
                _ => Comment,
            };
        }
    }
}

/// Bytes that mean something in some context.
fn is_special(byte: u8) -> bool {
    matches!(
        byte,
        b'"' | b'\\'
            | b';'
            | b'{'
            | b'}'
            | b'*'
            | b'/'
            | b'\n'
            | b'\t'
            | b'\r'
            | 0
    )
}

/// The byte, or a blank for a line break: one row stays one row. A NUL would
/// end the text for programs that read it as C does.
fn unbroken(byte: u8) -> u8 {
    if matches!(byte, b'\n' | b'\r' | 0) { b' ' } else { byte }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Parts of a row: `=` before template text, `$` before a value.
    fn emit(parts: &[&str]) -> Result<String, Unsafe> {
        let mut emitter = Emitter::new(false);
        let mut out = Vec::new();
        for part in parts {
            let text = &part.as_bytes()[1..];
            if part.starts_with('=') {
                emitter.literal(&mut out, text)?;
            } else {
                emitter.value(&mut out, text)?;
            }
        }
        Ok(String::from_utf8(out).unwrap())
    }

    #[track_caller]
    fn check(parts: &[&str], expected: &str) {
        assert_eq!(emit(parts).as_deref(), Ok(expected));
    }

    #[test]
    fn quoted_values_cannot_end_the_string() {
        check(&["=X \"", "$a\"b", "=\";"], "X \"a\\\"b\";");
        check(&["=X \"", "$Pw$0\\1", "=\";"], "X \"Pw$0\\1\";");
        check(&["=X \"", "$a\\", "=\";"], "X \"a \";");
        check(&["=X \"", "$a\\", "=b\";"], "X \"a\\b\";");
        check(&["=X \"", "$a\\\"b", "=\";"], "X \"a \\\"b\";");
        check(&["=X \"", "$a\\", "$\"", "=\";"], "X \"a \\\"\";");
        check(&["=X \"", "$a\n\tb", "=\";"], "X \"a  b\";");
        check(&["=X \"a\\\"", "$;", "=\";"], "X \"a\\\";\";");
        check(&["=X \"/*", "$;{}", "=\";"], "X \"/*;{}\";");
    }

    #[test]
    fn bare_values_cannot_be_structure() {
        for value in ["$1;", "$\"", "${", "$}", "$/* x", "$x */"] {
            assert_eq!(emit(&["=X ", value, "=;"]), Err(Unsafe), "{value}");
        }
        assert_eq!(emit(&["=X ", "$/", "=*"]), Err(Unsafe));
        assert_eq!(emit(&["=X /", "$*", "=;"]), Err(Unsafe));
        assert_eq!(emit(&["=X ", "$/", "$*"]), Err(Unsafe));
        check(&["=X ", "$10.0.0.0/8", "=;"], "X 10.0.0.0/8;");
        check(&["=X ", "$Pw$0\\1", "=;"], "X Pw$0\\1;");
    }

    #[test]
    fn comments_only_end_where_the_template_says() {
        check(&["=/* ", "$\";{}", "= */"], "/* \";{} */");
        check(&["=/* ", "$a*/b", "= */"], "/* a* /b */");
        check(&["=/* *", "$/b", "= */"], "/* * /b */");
        check(&["=/* ", "$*", "=/ */"], "/* * / */");
        check(&["=/* ", "$*", "$/ */"], "/* * / * /");
        check(&["=/**", "$/", "= */"], "/** / */");
        check(&["=/* ", "$x", "= */ Y \"", "$\"", "=\""], "/* x */ Y \"\\\"\"");
        check(&["=/**/ ", "$\"", "= **/"], "/**/ \" **/");
        check(&["=/*", "$*", "=*/ X"], "/* **/ X");
        check(&["=/* ", "$a/", "=*/ X"], "/* a/ */ X");
        check(&["=/* ", "$a/*", "=*/ X"], "/* a/* */ X");
        check(&["=/* ", "$a/*/", "=*/ X"], "/* a/* / */ X");
        check(&["=/* /", "$*", "=/ */"], "/* / * / */");
        check(&["=/* /*/ ", "$\"", "=*/ X"], "/* /*/ \"*/ X");
    }

    #[test]
    fn comments_span_rows() {
        let read = |text: &'static str, in_comment| {
            let Marks { inside, opened, nested } =
                marks(text.split('$').map(str::as_bytes), in_comment);
            (inside, opened, nested)
        };
        assert_eq!(read("X; /* a", false), (true, true, false));
        assert_eq!(read("\"", true), (true, false, false));
        assert_eq!(read("b */ \"/*", true), (false, false, false));
        assert_eq!(read("/**/", false), (true, true, false));
        assert_eq!(read("/*$*/", false), (false, false, false));
        assert_eq!(read("/* a /* b */", false), (false, false, true));
        assert_eq!(read("a */ b /* c", true), (true, true, false));
        assert_eq!(read("a */* c", true), (false, false, false));
        assert_eq!(read("/* /*/ a", false), (true, true, true));
        assert_eq!(read("/* a */*", false), (false, false, false));
    }

    #[test]
    fn a_line_break_of_a_value_is_a_blank() {
        check(&["=X ", "$a\nb\r\nc", "=;"], "X a b  c;");
        check(&["=/* ", "$a\nb", "= */"], "/* a b */");
        check(&["=X \"", "$a\r\nb", "=\";"], "X \"a  b\";");
    }

    #[test]
    fn an_empty_value_keeps_its_neighbours_apart() {
        check(&["=/*", "$", "=*/ X"], "/* */ X");
        check(&["=/* *", "$", "=/ */ X"], "/* * / */ X");
        check(&["=X /", "$", "=* 1;"], "X / * 1;");
        check(&["=X \"a\\", "$", "=\";"], "X \"a \";");
        check(&["=X \"a*", "$", "=/\";"], "X \"a*/\";");
        for (text, in_comment, next, expected) in [
            ("/*", false, b'*', Gap::Blank),
            ("a *", true, b'/', Gap::Blank),
            ("a *", false, b'/', Gap::None),
            ("X /", false, b'*', Gap::Blank),
            ("X \"\\", false, b'"', Gap::Backslash),
            ("X \\", false, b'"', Gap::None),
        ] {
            let taint = vec![false; text.len()];
            let got = gap(text.as_bytes(), &taint, in_comment, Some(&next));
            assert_eq!(got, expected, "{text}");
        }
    }
}
