//! Tokens of the text language: the longest match wins, as in the reference
//! (`facts/docsis-behaviour.md` section 2). Nothing is allocated; a token is
//! a place in the text.

use crate::docsis::encode::fault::Fault;
use crate::docsis::encode::lex_value::{Tag, match_value};

/// Longest quoted text, octets.
const MAX_TEXT: usize = 2048;

/// A piece of the text that means something.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::docsis) struct Token {
    /// What it is.
    pub tag: Tag,
    /// Where it starts, octets.
    pub from: usize,
    /// Where it ends, octets.
    pub to: usize,
}

/// A fault and its place, from a function that knows the text.
#[derive(Clone, Debug)]
pub(in crate::docsis) struct Wrong {
    /// What is wrong.
    pub fault: Fault,
    /// Where it starts, octets.
    pub from: usize,
    /// Where it ends, octets.
    pub to: usize,
}

/// The way all readers of the text fail; boxed to keep the good way small.
pub(in crate::docsis) type Read<T> = Result<T, Box<Wrong>>;

/// Makes the failure.
pub(in crate::docsis) fn wrong<T>(
    fault: Fault,
    from: usize,
    to: usize,
) -> Read<T> {
    Err(Box::new(Wrong { fault, from, to }))
}

/// Reads tokens one after the other.
#[derive(Clone, Debug)]
pub(in crate::docsis) struct Lexer<'a> {
    /// The whole text.
    text: &'a [u8],
    /// Where to go on, octets.
    at: usize,
    /// Start of the comment that the text ends in.
    open_comment: Option<usize>,
    /// Place of the first opening mark inside a comment.
    nested_comment: Option<usize>,
}

impl<'a> Lexer<'a> {
    /// Starts at a place of the text that is not inside of a token.
    pub fn new(text: &'a [u8], at: usize) -> Self {
        Self { text, at, open_comment: None, nested_comment: None }
    }

    /// The whole text.
    pub fn text(&self) -> &'a [u8] {
        self.text
    }

    /// Where the next token is looked for, octets.
    pub fn at(&self) -> usize {
        self.at
    }

    /// Goes on somewhere else.
    pub fn jump(&mut self, at: usize) {
        self.at = at;
    }

    /// Start of the comment that the text ends in, if it does.
    pub fn open_comment(&self) -> Option<usize> {
        self.open_comment
    }

    /// Place of the first opening mark inside a comment, if there is one.
    pub fn nested_comment(&self) -> Option<usize> {
        self.nested_comment
    }

    /// The octets of a token.
    pub fn octets(&self, token: Token) -> &'a [u8] {
        &self.text[token.from..token.to]
    }

    /// The next token; [`Tag::End`] at the end of the text.
    #[inline]
    pub fn token(&mut self) -> Read<Token> {
        self.skip_blanks()?;
        let from = self.at;
        let Some(first) = self.text.get(from) else {
            return Ok(Token { tag: Tag::End, from, to: from });
        };
        let tag = match first {
            b'{' => Tag::Open,
            b'}' => Tag::Close,
            b';' => Tag::Semicolon,
            b'"' => return self.quoted(),
            _ => return self.value(),
        };
        self.at += 1;
        Ok(Token { tag, from, to: from + 1 })
    }

    /// Passes blanks and comments.
    #[inline]
    fn skip_blanks(&mut self) -> Read<()> {
        loop {
            match self.text.get(self.at) {
                Some(b' ' | b'\t' | b'\n') => self.at += 1,
                Some(b'\r') if self.text.get(self.at + 1) == Some(&b'\n') => {
                    self.at += 2;
                }
                Some(b'/') if self.text.get(self.at + 1) == Some(&b'*') => {
                    self.skip_comment();
                }
                _ => return Ok(()),
            }
        }
    }

    /// Passes a comment, or the rest of the text if it is not closed. A slash
    /// with stars inside is passed as one, so that `/**/` closes nothing.
    fn skip_comment(&mut self) {
        let start = self.at;
        self.at = after_opener(self.text, self.at);
        loop {
            match self.text.get(self.at) {
                Some(b'/') => {
                    let slash = self.at;
                    self.at = after_opener(self.text, slash);
                    if self.at > slash + 1 {
                        let _ = self.nested_comment.get_or_insert(slash);
                    }
                }
                Some(b'*') => {
                    self.at += stars(&self.text[self.at..]);
                    if self.text.get(self.at) == Some(&b'/') {
                        self.at += 1;
                        return;
                    }
                }
                Some(_) => self.at += 1,
                None => break,
            }
        }
        self.open_comment = Some(start);
    }

    /// A quoted text; its quotes are part of the token.
    fn quoted(&mut self) -> Read<Token> {
        let from = self.at;
        let mut at = from + 1;
        let mut len = 0;
        loop {
            match self.text.get(at) {
                None => return wrong(Fault::OpenText, from, at),
                Some(b'"') => break,
                Some(b'\n') => return wrong(Fault::LineBreak, from, at),
                Some(octet @ (b'\t' | 0)) => {
                    return wrong(Fault::TextByte(*octet), at, at + 1);
                }
                Some(b'\\') if self.text.get(at + 1) == Some(&b'"') => at += 2,
                Some(_) => at += 1,
            }
            len += 1;
        }
        if len > MAX_TEXT {
            return wrong(Fault::LongText { max: MAX_TEXT }, from, at + 1);
        }
        self.at = at + 1;
        Ok(Token { tag: Tag::Text, from, to: self.at })
    }

    /// A word, number, address or object name.
    #[inline]
    fn value(&mut self) -> Read<Token> {
        let from = self.at;
        let Some((tag, len)) = match_value(&self.text[from..]) else {
            let octet = self.text[from];
            return wrong(Fault::Byte(octet), from, from + 1);
        };
        self.at = from + len;
        Ok(Token { tag, from, to: self.at })
    }
}

/// Place after a slash and the stars that follow it.
fn after_opener(text: &[u8], at: usize) -> usize {
    at + 1 + stars(&text[at + 1..])
}

/// How many stars a text starts with.
fn stars(text: &[u8]) -> usize {
    text.iter().take_while(|c| **c == b'*').count()
}

/// Appends what a quoted token stands for: `\"` is a quote, every other
/// backslash a blank.
pub(in crate::docsis) fn unquote(token: &[u8], out: &mut Vec<u8>) {
    let inner = &token[1..token.len() - 1];
    if !inner.contains(&b'\\') {
        return out.extend_from_slice(inner);
    }
    let mut octets = inner.iter().peekable();
    while let Some(octet) = octets.next() {
        match octet {
            b'\\' => match octets.next_if(|next| **next == b'"') {
                Some(quote) => out.push(*quote),
                None => out.push(b' '),
            },
            _ => out.push(*octet),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// All tokens of a text as text, or the message of the first fault.
    fn tokens(text: &str) -> Result<Vec<(Tag, &str)>, String> {
        let mut lexer = Lexer::new(text.as_bytes(), 0);
        let mut found = Vec::new();
        loop {
            let token = lexer.token().map_err(|w| w.fault.to_string())?;
            if token.tag == Tag::End {
                return Ok(found);
            }
            found.push((token.tag, &text[token.from..token.to]));
        }
    }

    /// Checks the tags of a text.
    fn check(text: &str, expected: &[Tag]) {
        let found = tokens(text).expect("tokens");
        let tags: Vec<_> = found.iter().map(|(tag, _)| *tag).collect();
        assert_eq!(tags, expected, "{text:?}");
    }

    #[test]
    fn comments_are_passed_by_the_rules_of_the_reference() {
        check("/* x **/ a", &[Tag::Word]);
        check("/**/ a */ b", &[Tag::Word]);
        check("/*****/ a", &[]);
        check("a /* /* */ b", &[Tag::Word, Tag::Word]);
        check("/* /*/ a", &[]);
        check("a/* */b", &[Tag::Word, Tag::Word]);
    }

    #[test]
    fn quoted_texts_end_at_the_quote() {
        let found = tokens(r#""a\"b" "a\\b" "/* x */;""#).expect("tokens");
        let texts: Vec<_> = found.iter().map(|(_, text)| *text).collect();
        assert_eq!(texts, [r#""a\"b""#, r#""a\\b""#, r#""/* x */;""#]);
        assert!(tokens("\"a").unwrap_err().contains("closing quote"));
        assert!(tokens("\"a\nb\"").unwrap_err().contains("on the line"));
        assert!(tokens("\"a\tb\"").unwrap_err().contains("a tab"));
        let long = format!("\"{}\"", "x".repeat(2048));
        assert!(tokens(&long).is_ok());
        let long = format!("\"{}\"", "x".repeat(2049));
        assert!(tokens(&long).is_err());
    }

    #[test]
    fn backslashes_become_blanks() {
        let mut out = Vec::new();
        unquote(br#""a\"b\nc\\d""#, &mut out);
        assert_eq!(out, br#"a"b nc  d"#);
    }

    #[test]
    fn stray_characters_are_refused() {
        for text in ["#", "a = b", "(", "+1", "\u{feff}a", "a\rb", "\u{c}"] {
            assert!(tokens(text).is_err(), "{text:?}");
        }
    }
}
