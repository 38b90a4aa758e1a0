//! The one reader of dhcpd's syntax (dhcpd.conf(5)): words, strings and marks,
//! and the statements that they make. named.conf reads alike, with further
//! comments.
//!
//! Host lines are in `hosts`, what a live set says in `live`. The lease file
//! is read as octets that may end anywhere: that is `leases`.

use std::borrow::Cow;

/// What a piece of a text is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Token<'a> {
    /// A word.
    Word(&'a str),
    /// A quoted string.
    Text(Quoted<'a>),
    /// `;`, `{` or `}`.
    Mark(char),
    /// A character that stands alone: what no word holds.
    Other(char),
}

/// A quoted string.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Quoted<'a> {
    /// What stands between the quotes, as it is written.
    pub raw: &'a str,
    /// True if the closing quote is there.
    pub is_closed: bool,
}

impl<'a> Quoted<'a> {
    /// The string without its escapes. An octet in octal (dhcp-eval(5)) stays
    /// as it is written: it need not be UTF-8.
    pub fn value(self) -> Cow<'a, str> {
        if !self.raw.contains('\\') {
            return Cow::Borrowed(self.raw);
        }
        let mut value = String::with_capacity(self.raw.len());
        let mut chars = self.raw.chars();
        while let Some(c) = chars.next() {
            match c {
                '\\' => match chars.next() {
                    Some(c @ '0'..='7') => value.extend(['\\', c]),
                    other => value.extend(other),
                },
                c => value.push(c),
            }
        }
        Cow::Owned(value)
    }
}

/// A piece of a text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Piece<'a> {
    /// What it is.
    pub token: Token<'a>,
    /// Its octets in the text, quotes too.
    pub source: &'a str,
    /// Where it begins, octets.
    pub at: usize,
    /// The line that it begins in, from 1.
    pub line: usize,
}

/// Takes a text apart. Comments and blanks are passed over.
#[derive(Debug, Clone)]
pub struct Lexer<'a> {
    text: &'a str,
    at: usize,
    line: usize,
    is_word: fn(char) -> bool,
    has_c_comments: bool,
}

impl<'a> Lexer<'a> {
    /// A reader of the words of statements: all but blanks, quotes and marks.
    pub fn new(text: &'a str) -> Self {
        let (at, line, is_word) = (0, 1, |_| true);
        Self { text, at, line, is_word, has_c_comments: false }
    }

    /// With words of fewer characters; the others stand alone.
    #[must_use]
    pub fn with_words(self, is_word: fn(char) -> bool) -> Self {
        Self { is_word, ..self }
    }

    /// With the comments of C and C++ too, as named has them.
    #[must_use]
    pub fn with_c_comments(self) -> Self {
        Self { has_c_comments: true, ..self }
    }

    /// What is not read yet.
    fn rest(&self) -> &'a str {
        &self.text[self.at..]
    }

    /// Passes over some octets, which it returns.
    fn take(&mut self, length: usize) -> &'a str {
        let taken = &self.rest()[..length];
        self.at += length;
        self.line += taken.bytes().filter(|octet| *octet == b'\n').count();
        taken
    }

    /// Passes over blanks.
    fn skip_blanks(&mut self) {
        let rest = self.rest();
        let _ = self.take(rest.len() - rest.trim_start().len());
    }

    /// The length of the comment that begins here; None: none begins.
    fn comment(&self) -> Option<usize> {
        let rest = self.rest();
        let until = |mark: &str| {
            let end = rest.find(mark).map(|at| at + mark.len());
            end.unwrap_or(rest.len())
        };
        let of_c = |mark| self.has_c_comments && rest.starts_with(mark);
        match () {
            () if rest.starts_with('#') || of_c("//") => Some(until("\n")),
            () if of_c("/*") => Some(until("*/")),
            () => None,
        }
    }

    /// The word at the beginning of the rest, or what stands alone there.
    fn word(&mut self, first: char) -> Token<'a> {
        let is_word = |c: char| {
            (self.is_word)(c)
                && !(c.is_whitespace()
                    || matches!(c, ';' | '{' | '}' | '#' | '"'))
        };
        if !is_word(first) {
            let _ = self.take(first.len_utf8());
            return Token::Other(first);
        }
        let rest = self.rest();
        let end = rest.find(|c: char| !is_word(c)).unwrap_or(rest.len());
        Token::Word(self.take(end))
    }

    /// The string whose opening quote is next.
    fn text(&mut self) -> Token<'a> {
        let rest = self.rest().as_bytes();
        let mut end = 1;
        while rest.get(end).is_some_and(|octet| *octet != b'"') {
            end += if rest[end] == b'\\' { 2 } else { 1 };
        }
        let is_closed = end < rest.len();
        // A backslash at the very end, or before an octet of many: the string
        // ends with the text then, and no octet of it is a quote.
        let end = if is_closed { end } else { rest.len() };
        let taken = self.take(if is_closed { end + 1 } else { end });
        Token::Text(Quoted { raw: &taken[1..end], is_closed })
    }
}

impl<'a> Iterator for Lexer<'a> {
    type Item = Piece<'a>;

    fn next(&mut self) -> Option<Piece<'a>> {
        self.skip_blanks();
        while let Some(length) = self.comment() {
            let _ = self.take(length);
            self.skip_blanks();
        }
        let (at, line) = (self.at, self.line);
        let token = match self.rest().chars().next()? {
            '"' => self.text(),
            mark @ (';' | '{' | '}') => {
                let _ = self.take(1);
                Token::Mark(mark)
            }
            first => self.word(first),
        };
        Some(Piece { token, source: &self.text[at..self.at], at, line })
    }
}

/// Takes the heads of the blocks around a statement, outermost first, and the
/// words of the statement.
pub type Visit<'a> = dyn FnMut(&[Vec<String>], &[String]) + 'a;

/// Visits every statement of a text; a block that ends is visited without
/// words. A statement without its `;` is left out.
pub fn statements(text: &str, visit: &mut Visit<'_>) {
    statements_at(text, &mut |_, blocks, words| visit(blocks, words));
}

/// Takes the line that a statement begins in, from 1, and what [`Visit`]
/// takes.
pub type VisitAt<'a> = dyn FnMut(usize, &[Vec<String>], &[String]) + 'a;

/// As [`statements`], with the line of each; that of a block's end is the
/// line of its brace.
pub fn statements_at(text: &str, visit: &mut VisitAt<'_>) {
    let (mut blocks, mut words) = (Vec::new(), Vec::new());
    let mut begin = 1;
    for Piece { token, line, .. } in Lexer::new(text) {
        if words.is_empty() {
            begin = line;
        }
        match token {
            Token::Word(word) => words.push(word.to_string()),
            Token::Text(text) => words.push(text.value().into_owned()),
            Token::Mark('{') => blocks.push(std::mem::take(&mut words)),
            Token::Mark('}') => {
                words.clear();
                visit(line, &blocks, &words);
                let _ = blocks.pop();
            }
            Token::Mark(_) => {
                if !words.is_empty() {
                    visit(begin, &blocks, &words);
                }
                words.clear();
            }
            // Nothing: here words hold all that is neither blank nor mark.
            Token::Other(_) => {}
        }
    }
}

/// What the last statement of this name sets, in whatever block, where it sets
/// one word.
pub fn last_value(text: &str, name: &str) -> Option<String> {
    let mut found = None;
    statements(text, &mut |_, words| {
        if let [word, value] = words
            && word == name
        {
            found = Some(value.clone());
        }
    });
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The statements by another way: character by character, with all state
    /// in plain sight. Each is its blocks, its words and its line.
    fn naive(text: &str) -> Vec<(usize, usize, usize)> {
        let chars: Vec<char> = text.chars().collect();
        let (mut out, mut at, mut line) = (Vec::new(), 0, 1);
        let (mut depth, mut words, mut begin) = (0_usize, 0, 1);
        let mut in_word = false;
        while at < chars.len() {
            let c = chars[at];
            let ordinary = !c.is_whitespace() && !"#\";{}".contains(c);
            if (ordinary || c == '"') && words == 0 && !in_word {
                begin = line;
            }
            if ordinary {
                words += usize::from(!in_word);
                in_word = true;
            } else {
                in_word = false;
            }
            if c == '\n' {
                line += 1;
            } else if c == '#' {
                while at + 1 < chars.len() && chars[at + 1] != '\n' {
                    at += 1;
                }
            } else if c == '"' {
                words += 1;
                at += 1;
                while at < chars.len() && chars[at] != '"' {
                    line += usize::from(chars[at] == '\n');
                    if chars[at] == '\\' {
                        at += 1;
                        let escaped = chars.get(at) == Some(&'\n');
                        line += usize::from(escaped);
                    }
                    at += 1;
                }
            } else if c == '{' {
                depth += 1;
                words = 0;
            } else if c == '}' {
                out.push((depth, 0, line));
                depth = depth.saturating_sub(1);
                words = 0;
            } else if c == ';' {
                if words > 0 {
                    out.push((depth, words, begin));
                }
                words = 0;
            }
            at += 1;
        }
        out
    }

    #[test]
    fn random_texts_have_the_statements_that_another_reader_counts() {
        // Lehmer's generator, modulus 2^31 - 1: the same texts in every run.
        let mut state = 20_261_130_u64;
        let mut below = |limit: usize| {
            state = state * 48_271 % 0x7fff_ffff;
            usize::try_from(state).unwrap() % limit
        };
        let parts = [
            "host",
            " ",
            "a",
            "{",
            "}",
            ";",
            "\"",
            "\\",
            "\n",
            "#",
            "7",
            "\t",
            "ä",
            "\u{a0}",
            "/*",
            "//",
            "\\\"",
            "\"x;}\"",
            "; ",
            "{ ",
            "\r\n",
            "option x 1,2;",
            "range",
            "(",
            "=",
            "\0",
            "\\101",
        ];
        let mut seen = 0;
        for _ in 0..20_000 {
            let count = below(40);
            let text: String =
                (0..count).map(|_| parts[below(parts.len())]).collect();
            let mut found = Vec::new();
            statements_at(&text, &mut |line, blocks, words| {
                found.push((blocks.len(), words.len(), line));
            });
            assert_eq!(found, naive(&text), "{text:?}");
            seen += found.len();
            // Each piece is where it says, and what lies between is blank or
            // a comment.
            let mut end = 0;
            for piece in Lexer::new(&text) {
                let Piece { source, at, line, .. } = piece;
                assert_eq!(&text[at..at + source.len()], source);
                assert_eq!(text[..at].matches('\n').count() + 1, line);
                let between = text[end..at].trim_start();
                assert!(between.is_empty() || between.starts_with('#'));
                end = at + source.len();
            }
        }
        assert!(seen > 20_000, "{seen}");
    }

    #[test]
    fn strings_lose_their_escapes_and_keep_octal_octets() {
        let value = |text| match Lexer::new(text).next().unwrap().token {
            Token::Text(text) => (text.value().into_owned(), text.is_closed),
            other => panic!("{other:?}"),
        };
        let check = |text, expected: &str, is_closed| {
            assert_eq!(value(text), (expected.to_string(), is_closed));
        };
        check(r#""a\"b\\c;" d"#, r#"a"b\c;"#, true);
        check(r#""\005BASIC\x""#, r"\005BASICx", true);
        check("\"\\ä\"", "ä", true);
        check("\"a", "a", false);
        check("\"a\\", "a", false);
        check("\"a\\ä", "aä", false);
    }

    #[test]
    fn characters_that_no_word_holds_stand_alone() {
        let tokens = |text| -> Vec<String> {
            let lexer = Lexer::new(text)
                .with_words(|c| c.is_alphanumeric() || c == '-')
                .with_c_comments();
            lexer.map(|piece| piece.source.to_string()).collect()
        };
        let text = "a-b(1,\"c\") /* ; */ = // x\nä\0# d";
        let expected = ["a-b", "(", "1", ",", "\"c\"", ")", "=", "ä", "\0"];
        assert_eq!(tokens(text), expected);
        assert!(tokens("/* a").is_empty());
    }

    #[test]
    fn the_last_statement_of_a_name_counts() {
        let text = "next-server 1; a { next-server 2; } next-server 3 4;";
        assert_eq!(last_value(text, "next-server").as_deref(), Some("2"));
        assert_eq!(last_value(text, "address"), None);
    }
}
