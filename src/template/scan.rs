//! Appends template text and values while following the configfile's
//! lexer, so that a value can never end a string, a comment or a statement.
//!
//! The lexer: facts/docsis-behaviour.md section 2. In a string `\"` is a
//! quote and any other backslash is read as one blank; a line break ends
//! nothing legally (the encoder refuses it), so the state is reset there.

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
    /// After `/*` and any more stars, which all belong to the opening.
    Open,
    /// Inside a comment.
    Comment,
    /// The same, directly after a `*`.
    Star {
        /// The star came from a value.
        value: bool,
    },
}

use State::{Backslash, Bare, Comment, Open, Quoted, Slash, Star};

impl State {
    /// The state after one byte of template text.
    fn after(self, byte: u8) -> State {
        match self {
            Bare | Slash { .. } => match byte {
                b'"' => Quoted,
                b'/' => Slash { value: false },
                b'*' if self != Bare => Open,
                _ => Bare,
            },
            Quoted if byte == b'"' => Bare,
            Quoted | Backslash { .. } => match byte {
                b'\n' => Bare,
                b'\\' => Backslash { value: false },
                _ => Quoted,
            },
            Open if byte == b'*' => Open,
            Star { .. } if byte == b'/' => Bare,
            Comment | Star { .. } if byte == b'*' => Star { value: false },
            Open | Comment | Star { .. } => Comment,
        }
    }

    /// The state after something that joins with neither neighbour.
    fn settled(self) -> State {
        match self {
            Bare | Slash { .. } => Bare,
            Quoted | Backslash { .. } => Quoted,
            Open | Comment | Star { .. } => Comment,
        }
    }
}

/// The state at the end of a row that started in or outside a comment.
pub(super) fn comment_after(row: &[u8], in_comment: bool) -> bool {
    let start = if in_comment { Comment } else { Bare };
    let end = row.iter().fold(start, |state, byte| state.after(*byte));
    end.settled() == Comment
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

/// Follows the lexer over one row and appends to the output.
#[derive(Debug)]
pub(super) struct Emitter {
    /// Where we are.
    state: State,
    /// What was altered in this row.
    pub(super) altered: Altered,
}

impl Emitter {
    /// Starts a row.
    pub(super) fn new(in_comment: bool) -> Emitter {
        let state = if in_comment { Comment } else { Bare };
        Emitter { state, altered: Altered::default() }
    }

    /// The output ends inside a comment.
    pub(super) fn in_comment(&self) -> bool {
        self.state.settled() == Comment
    }

    /// Begins the next row of the same template row.
    pub(super) fn next_row(&mut self) {
        self.state = if self.in_comment() { Comment } else { Bare };
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
        out.extend_from_slice(text);
        self.state = text.iter().fold(self.state, |s, byte| s.after(*byte));
        Ok(())
    }

    /// Keeps the end of a value from joining with what follows it.
    fn join(&mut self, out: &mut Vec<u8>, next: u8) -> Result<(), Unsafe> {
        match (self.state, next) {
            (Slash { value: true }, b'*') => return Err(Unsafe),
            (Backslash { value: true }, b'"') => self.blank_backslash(out),
            (Star { value: true }, b'/') => self.part_comment(out),
            _ => {}
        }
        Ok(())
    }

    /// Writes the backslash at the end as the blank it stands for.
    fn blank_backslash(&mut self, out: &mut [u8]) {
        if let Some(last) = out.last_mut() {
            *last = b' ';
        }
        self.state = Quoted;
        self.altered.escaped = true;
    }

    /// Puts a blank before a star or slash that would join a star.
    fn part_comment(&mut self, out: &mut Vec<u8>) {
        out.push(b' ');
        self.state = Comment;
        self.altered.comment_mark = true;
    }

    /// Appends a value without a line break (outside strings).
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
            return Ok(());
        }
        if !value.iter().any(|byte| is_special(*byte)) {
            out.extend_from_slice(value);
            self.state = self.state.settled();
            return Ok(());
        }
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
        out.extend_from_slice(value);
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
                b'\n' | b'\t' | 0 => {
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
            match (self.state, byte) {
                (Open, b'*' | b'/') | (Star { .. }, b'/') => {
                    self.part_comment(out);
                }
                _ => {}
            }
            out.push(byte);
            let star = byte == b'*';
            self.state = if star { Star { value: true } } else { Comment };
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

/// Blanks the line breaks that values bring into strings, so that rows are
/// split only where a line break is one. True if there were any.
pub(super) fn blank_quoted_breaks(
    bytes: &mut [u8],
    taint: &[bool],
    in_comment: bool,
) -> bool {
    let mut state = if in_comment { Comment } else { Bare };
    let mut found = false;
    for (index, byte) in bytes.iter_mut().enumerate() {
        if !taint[index] {
            state = state.after(*byte);
            continue;
        }
        state = state.settled();
        if state == Quoted && *byte == b'\n' {
            *byte = b' ';
            found = true;
        }
    }
    found
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
    }

    #[test]
    fn comments_span_rows() {
        assert!(comment_after(b"X; /* a", false));
        assert!(comment_after(b"\"", true));
        assert!(!comment_after(b"b */ \"/*", true));
        assert!(comment_after(b"/**/", false));
    }
}
